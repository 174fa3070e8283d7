//! Titles that the model gives chats, in the background and once: after the first reply,
//! while nothing else is asked of it. What the user asks for ends that at once.

use super::{Services, chats};
use crate::app::state::{ModelState, State, Titling};
use crate::chat::{Chat, ChatId, Finish, Role};
use crate::engine::Update;
use crate::engine::protocol::RequestId;
use crate::store::Write;

/// The longest title, in characters.
const MAX_CHARS: usize = 60;

/// The longest title, in words: a few more than are asked for.
const MAX_WORDS: usize = 9;

/// What is longer than this without an end of line will be no title.
const TOO_LONG_CHARS: usize = 160;

/// Asks for a title of the chat in which a reply has just ended, where that makes sense.
pub(super) fn consider(state: &mut State, services: &Services, chat: ChatId) {
    let is_free = state.reply.is_none() && state.rewrite.is_none() && state.titling.is_none();
    let is_loaded = matches!(state.model, ModelState::Loaded(_));
    if !state.settings.titles || !is_free || !is_loaded {
        return;
    }
    let Some(chat) = state.chat(chat) else { return };
    let Some((question, reply)) = first_exchange(chat) else {
        return;
    };
    let (id, question, reply) = (chat.id, question.to_owned(), reply.to_owned());
    let task = services
        .session
        .title_task(chat, &state.i18n.get("title-request"));
    let request = services.session.generate(task);
    state.titling = Some(Titling {
        request,
        chat: id,
        question,
        reply,
        said: String::new(),
    });
}

/// The only question of a chat without a title, and the reply to it.
fn first_exchange(chat: &Chat) -> Option<(&str, &str)> {
    if chat.title.is_some() {
        return None;
    }
    let mut said = chat.path().filter(|it| it.role != Role::System);
    let (question, reply) = (said.next()?, said.next()?);
    let is_whole = matches!(
        reply.finish,
        Some(Finish::EndOfReply | Finish::Length | Finish::StopString)
    );
    let is_exchange = question.role == Role::User && reply.role == Role::Assistant;
    (said.next().is_none() && is_exchange && is_whole && !reply.text.trim().is_empty())
        .then_some((&question.text, &reply.text))
}

/// Whether this is about the title that is being written.
pub(super) fn is_about(state: &State, id: RequestId) -> bool {
    state.titling.as_ref().is_some_and(|it| it.request == id)
}

/// Takes in what comes of it.
pub(super) fn receive(state: &mut State, services: &Services, update: Update) {
    match update {
        Update::Piece {
            text,
            is_reasoning: false,
            ..
        } => {
            let Some(titling) = &mut state.titling else {
                return;
            };
            titling.said.push_str(&text);
            let has_line = titling.said.trim_start().contains('\n');
            if has_line || titling.said.chars().count() > TOO_LONG_CHARS {
                let request = titling.request;
                settle(state, services);
                services.session.cancel(request);
            }
        }
        Update::Done { .. } => settle(state, services),
        Update::Failed { .. } => state.titling = None,
        _ => {}
    }
}

/// Gives the chat what has been said as its title, if it is one.
fn settle(state: &mut State, services: &Services) {
    let Some(titling) = state.titling.take() else {
        return;
    };
    let Some(title) = title_in(&titling.said, &titling.question, &titling.reply) else {
        return;
    };
    let id = titling.chat;
    // What the user has called it in the meantime stands.
    if let Some(chat) = state.chat_mut(id) {
        if chat.title.is_some() {
            return;
        }
        chat.title = Some(title.clone());
    }
    if let Some(summary) = chats::summary(state, id) {
        if summary.has_title {
            return;
        }
        summary.name.clone_from(&title);
        summary.has_title = true;
    }
    services.write(vec![Write::SuggestTitle { chat: id, title }]);
}

/// Gives up the title that is being written.
pub(super) fn give_up(state: &mut State, services: &Services) {
    if let Some(titling) = state.titling.take() {
        services.session.cancel(titling.request);
    }
}

/// Gives up the title of this chat.
pub(super) fn give_up_for(state: &mut State, services: &Services, chat: ChatId) {
    if state.titling.as_ref().is_some_and(|it| it.chat == chat) {
        give_up(state, services);
    }
}

/// The title in what a model has said; `None` where the chat is better called by its first
/// words.
fn title_in(said: &str, question: &str, reply: &str) -> Option<String> {
    let line = said.lines().map(str::trim).find(|line| !line.is_empty())?;
    let title = bare(line)?;
    let words = title.split_whitespace().count();
    let is_short = title.chars().count() <= MAX_CHARS && words <= MAX_WORDS;
    let letters = title.chars().filter(|it| it.is_alphabetic()).count();
    let is_markup = ["<|", "|>", "<think", "</", "{", "://"]
        .iter()
        .any(|it| title.contains(it));
    // "Here is a title:" is the beginning of something else.
    if !is_short || letters < 2 || is_markup || title.ends_with([':', ',', ';']) {
        return None;
    }
    let is_echo = |of: &str| {
        let (title, of) = (plain(&title), plain(of));
        !title.is_empty() && (of.starts_with(&title) || title.starts_with(&of))
    };
    let is_talk = |opening: &&str| plain(&title).starts_with(&plain(opening));
    if is_echo(question) || is_echo(reply) || TALK.iter().any(is_talk) {
        return None;
    }
    Some(title)
}

/// How a model begins that talks about the title in place of writing it.
const TALK: [&str; 14] = [
    "sure",
    "here is",
    "here's",
    "i'm sorry",
    "i am sorry",
    "as an ai",
    "i can't",
    "i cannot",
    "claro,",
    "aquí tienes",
    "lo siento",
    "como modelo",
    "the conversation",
    "la conversación",
];

/// A line without quotes, Markdown and a name in front.
fn bare(line: &str) -> Option<String> {
    let mut text: String = line
        .chars()
        .filter(|it| !it.is_control() && !matches!(it, '*' | '`' | '_'))
        .collect();
    loop {
        let before = text.len();
        let edges = |it: char| it.is_whitespace() || "#>-–—•\"'“”‘’«»[]".contains(it);
        text = text.trim_matches(edges).to_owned();
        for name in ["title:", "título:", "chat title:", "conversation title:"] {
            let head = text.get(..name.len());
            if head.is_some_and(|head| head.to_lowercase() == name) {
                text.replace_range(..name.len(), "");
            }
        }
        if text.ends_with('.') && !text.ends_with("..") {
            text.pop();
        }
        if text.len() == before {
            break;
        }
    }
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Letters and digits alone, to compare.
fn plain(text: &str) -> String {
    let letters = text.chars().filter(|it| it.is_alphanumeric());
    letters.take(200).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: &str = "How do I bake bread without kneading it?";
    const REPLY: &str = "Mix flour, water, salt and yeast, and wait for a night.";

    #[test]
    fn a_title_is_bare_words() {
        for (said, title) in [
            ("No-knead bread", "No-knead bread"),
            ("\n  **Title: \"No-knead bread.\"**\n", "No-knead bread"),
            ("# Pan sin amasar\nMore words", "Pan sin amasar"),
            ("Título: «Pan  sin amasar»", "Pan sin amasar"),
            ("- `Bread` overnight", "Bread overnight"),
            ("¿Pan sin amasar?", "¿Pan sin amasar?"),
            ("パンの作り方", "パンの作り方"),
        ] {
            let found = title_in(said, QUESTION, REPLY);
            assert_eq!(found.as_deref(), Some(title), "{said:?}");
        }
    }

    #[test]
    fn what_is_no_title_leaves_the_first_words() {
        let long = "word ".repeat(10);
        let wide = "x".repeat(61);
        for said in [
            "",
            " \n ",
            "\"\"",
            "…",
            "42",
            long.as_str(),
            wide.as_str(),
            QUESTION,
            "how do I bake bread",
            "Mix flour, water, salt",
            "Sure! Bread",
            "Here is a title:",
            "<think> What to call it",
            "<|im_end|>",
            "{\"title\": \"Bread\"}",
            "I'm sorry, but no",
        ] {
            assert_eq!(title_in(said, QUESTION, REPLY), None, "{said:?}");
        }
    }
}
