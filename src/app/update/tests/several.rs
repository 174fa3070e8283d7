//! Several chats at once, on disk.

use super::*;
use crate::app::command::Each;
use crate::store::Target;

/// A desk with these chats, the newest first.
fn with_three() -> (Desk, Vec<ChatId>) {
    let mut desk = Desk::new(saying(&["One.", "Two.", "Three."]));
    for text in ["first", "second", "third"] {
        desk.act(Command::Do(crate::app::command::Action::NewChat));
        desk.say(text);
    }
    let listed = desk.stored(|store| store.list(false, 0, 10).unwrap());
    let ids = listed.chats.iter().map(|it| it.id).collect();
    (desk, ids)
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
    desk.act(Command::Do(crate::app::command::Action::Undo));
    let back = desk.stored(|store| store.list(false, 0, 10).unwrap().total);
    assert_eq!(back, 3);
}
