//! Several chats at once, on disk.

use super::*;
use crate::app::command::{Action, Each};
use crate::chat::{Finish, MessageId, Role};
use crate::store::{Target, now_unix_ms};

/// What the window that was killed wrote last is read while it still holds its locks, and is
/// older than what is known by then.
#[test]
fn a_reply_of_a_window_that_takes_its_time_to_end_is_shown_as_interrupted() {
    let home = tempfile::tempdir().unwrap();
    let chats = Paths::below(home.path()).chats();
    let mut killed = Store::open_for_window(&chats).unwrap();
    let now = now_unix_ms();
    let (id, question, answer) = (ChatId(1), MessageId(1), MessageId(2));
    let new = Write::NewChat {
        id,
        folder: None,
        created_unix_ms: now,
    };
    let asked = Message::new(question, None, Role::User, "Hello?".into(), now);
    let begun = Message::new(answer, Some(question), Role::Assistant, "Hel".into(), now);
    let messages = Write::Messages {
        chat: id,
        messages: vec![asked, begun],
    };
    killed.write(&[new, messages]).unwrap();

    let mut desk = Desk::bare_at(home, Settings::default(), saying(&[]));
    desk.state.wanted = Some(id);
    begin(&mut desk.state, &mut desk.services, None);
    desk.wait("what can be read", |state| {
        matches!(state.keeping, Keeping::Memory(_)) && state.current == Some(id)
    });
    assert_eq!(desk.last().finish, None);
    drop(killed);
    crate::app::update::chats::retry(&desk.state, &desk.services);
    desk.wait("the mark", |state| {
        let chat = state.chat(id).unwrap();
        chat.message(answer).unwrap().finish == Some(Finish::Interrupted)
    });
    assert_eq!(desk.state.keeping, Keeping::Kept);
}

/// A desk with these chats, the newest first.
fn with_three() -> (Desk, Vec<ChatId>) {
    let mut desk = Desk::new(saying(&["One.", "Two.", "Three."]));
    for text in ["first", "second", "third"] {
        desk.act(Command::Do(Action::NewChat));
        desk.say(text);
    }
    let listed = desk.stored(|store| store.list(false, 0, 10).unwrap());
    let ids = listed.chats.iter().map(|it| it.id).collect();
    (desk, ids)
}

#[test]
fn several_chats_write_at_once_and_each_is_stopped_alone() {
    let endless = |text: &str| vec![Step::Piece(text.into()), Step::WaitForCancel];
    let mut desk = Desk::new(Script {
        replies: vec![
            endless("One"),
            endless("Two"),
            vec![Step::Piece("Three.".into())],
        ],
        ..Script::default()
    });
    let mut chats = Vec::new();
    for (text, said) in [("first", "One"), ("second", "Two")] {
        desk.act(Command::Do(Action::NewChat));
        desk.act(Command::Send(text.to_owned()));
        desk.wait("its beginning", |state| {
            let chat = state.current_chat().unwrap();
            chat.path().next_back().unwrap().text == said
        });
        chats.push(desk.current().id);
    }
    desk.act(Command::Do(Action::NewChat));
    desk.act(Command::Send("third".into()));
    desk.wait("the third", |state| state.current_reply().is_none());
    assert_eq!(desk.last().text, "Three.");
    // The other two are still being written; the one that is not in view is stopped from the
    // list.
    assert_eq!(desk.state.replies.iter().count(), 2);
    desk.act(Command::StopIn(chats[0]));
    desk.wait("its end", |state| state.replies.in_chat(chats[0]).is_none());
    assert!(desk.state.replies.in_chat(chats[1]).is_some());
    desk.act(Command::OpenChat(chats[1]));
    desk.wait("the second in view", |state| {
        state.current == Some(chats[1])
    });
    desk.act(Command::Do(Action::Stop));
    desk.wait("its end", |state| state.replies.is_empty());
    desk.settle();
    for (chat, said) in chats.into_iter().zip(["One", "Two"]) {
        let stored = desk.stored_chat(chat);
        let last = stored.path().next_back().unwrap();
        assert_eq!(
            (last.text.as_str(), last.finish),
            (said, Some(Finish::Cancelled))
        );
    }
}

#[test]
fn what_is_done_with_several_is_done_with_each() {
    let (mut desk, ids) = with_three();
    let two = ids[1..].to_vec();
    desk.act(Command::Each(two.clone(), Each::Pin(true)));
    desk.act(Command::Each(two.clone(), Each::MoveToNew("Home".into())));
    let (page, folders) =
        desk.stored(|store| (store.list(false, 0, 10).unwrap(), store.folders().unwrap()));
    let done = |it: &&crate::store::Summary| it.is_pinned && it.folder == Some(folders[0].id);
    let done: Vec<_> = page.chats.iter().filter(done).map(|it| it.id).collect();
    assert_eq!(done.len(), 2);
    assert!(two.iter().all(|id| done.contains(id)));
    desk.act(Command::Each(two, Each::Archive(true)));
    let archived = desk.stored(|store| store.list(true, 0, 10).unwrap());
    assert_eq!(archived.total, 2);
}

#[test]
fn one_undo_brings_all_of_them_back() {
    let (mut desk, ids) = with_three();
    desk.act(Command::Delete(Target::Chats(ids.clone())));
    let left = desk.stored(|store| store.list(false, 0, 10).unwrap().total);
    assert_eq!(left, 0);
    desk.act(Command::Do(Action::Undo));
    let back = desk.stored(|store| store.list(false, 0, 10).unwrap().total);
    assert_eq!(back, 3);
}
