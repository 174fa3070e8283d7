//! A chat that goes on from the middle of another, on its own.

use super::{Services, chats};
use crate::app::state::{ContextUse, Draft, State};
use crate::chat::{Chat, ChatId, Finish, Message, MessageId, Role};
use crate::i18n::{I18n, Text};
use crate::store::{Write, now_unix_ms};

/// Makes a new chat of what leads to this message, itself the last, and shows it.
pub(super) fn branch(state: &mut State, services: &Services, from: ChatId, until: MessageId) {
    let Some(source) = state.chat(from) else {
        return;
    };
    let copies = copies(source, until);
    if copies.is_empty() {
        return;
    }
    let now = now_unix_ms();
    let mut chat = Chat::new(ChatId::fresh(), now);
    chat.title = source.name().map(|name| title(&state.i18n, &name));
    chat.system.clone_from(&source.system);
    chat.sampling.clone_from(&source.sampling);
    let leaf = copies.last().map(|message| message.id);
    chat.set_messages(copies, leaf);
    let page = state.shelves.page.as_ref();
    let listed = page.and_then(|page| page.chats.iter().find(|it| it.id == from));
    let folder = listed.and_then(|it| it.folder);

    let id = chat.id;
    let writes = writes(&chat, folder, now);
    let known = state.context_tokens.get(&from).map(|known| known.tokens);
    let is_whole = state.chat(from).is_some_and(|it| it.leaf() == Some(until));
    if let Some(tokens) = known.filter(|_| is_whole) {
        let noted = ContextUse::noted(&chat, tokens);
        state.context_tokens.insert(id, noted);
    }
    state.chats.push(chat);
    state.draft = Draft::default();
    state.overlay = None;
    chats::touch(state, id, now);
    if let Some(summary) = chats::summary(state, id) {
        summary.folder = folder;
    }
    services.write(writes);
    chats::bring_into_view(state, &services.jobs, id);
}

/// What leads to a message and itself, under new ids. What is still being written ends here.
fn copies(source: &Chat, until: MessageId) -> Vec<Message> {
    let mut line = Vec::new();
    let mut next = Some(until);
    while let Some(message) = next.and_then(|id| source.message(id)) {
        line.push(message);
        next = message.parent;
    }
    let mut parent = None;
    let copy = |message: &&Message| {
        let mut copy = (*message).clone();
        copy.id = MessageId::fresh();
        copy.parent = parent.replace(copy.id);
        if copy.role == Role::Assistant {
            copy.finish.get_or_insert(Finish::Interrupted);
        }
        copy
    };
    line.iter().rev().map(copy).collect()
}

fn writes(chat: &Chat, folder: Option<crate::chat::FolderId>, now: i64) -> Vec<Write> {
    let id = chat.id;
    vec![
        Write::NewChat {
            id,
            folder,
            created_unix_ms: now,
        },
        Write::Messages {
            chat: id,
            messages: chat.messages().to_vec(),
        },
        Write::Title {
            chat: id,
            title: chat.title.clone(),
        },
        Write::System {
            chat: id,
            system: chat.system.clone(),
        },
        Write::Sampling {
            chat: id,
            sampling: chat.sampling.clone().map(Box::new),
        },
    ]
}

/// The title of the new chat, which says what it is; a branch of a branch says it once.
fn title(i18n: &I18n, name: &str) -> String {
    let prefix = i18n.get("branch-prefix");
    match name.strip_prefix(&prefix) {
        Some(_) => name.to_owned(),
        None => i18n.text(&Text::new("branch-title").word("title", name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_way_to_a_message_is_copied_and_nothing_else() {
        let mut chat = Chat::new(ChatId(1), 0);
        chat.push(MessageId(1), Role::User, "one".into(), 10);
        chat.push(MessageId(2), Role::Assistant, "1".into(), 20);
        chat.push(MessageId(3), Role::User, "two".into(), 30);
        chat.add(Message::new(
            MessageId(4),
            Some(MessageId(1)),
            Role::Assistant,
            "another".into(),
            40,
        ));
        let copies = copies(&chat, MessageId(2));
        let texts: Vec<_> = copies.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["one", "1"]);
        assert!(copies.iter().all(|it| it.id.0 > 4), "the ids are new");
        assert_eq!(copies[0].parent, None);
        assert_eq!(copies[1].parent, Some(copies[0].id));
        assert_eq!(copies[1].finish, Some(Finish::Interrupted));
        assert_eq!(copies[1].created_unix_ms, 20);
    }

    #[test]
    fn a_branch_of_a_branch_says_so_once() {
        for language in Language::ALL {
            let i18n = I18n::new(language);
            let once = title(&i18n, "Pan sin amasar");
            assert!(once.ends_with(": Pan sin amasar"), "{once}");
            assert_eq!(title(&i18n, &once), once);
        }
    }
}
