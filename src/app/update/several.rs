//! What is done with several chats at once: one write, all or none.

use std::collections::HashSet;

use super::{Services, chats};
use crate::app::command::{Command, Each};
use crate::app::state::State;
use crate::chat::{ChatId, FolderId};
use crate::i18n::Text;
use crate::store::Write;

/// Does the same with each of these.
pub(super) fn each(state: &mut State, services: &Services, chats: &[ChatId], each: Each) {
    if chats.is_empty() {
        return;
    }
    let mut writes = Vec::with_capacity(chats.len() + 1);
    match each {
        Each::Pin(is_pinned) => {
            for &chat in chats {
                if let Some(summary) = chats::summary(state, chat) {
                    summary.is_pinned = is_pinned;
                }
                writes.push(Write::Pin { chat, is_pinned });
            }
        }
        Each::Archive(is_archived) => {
            let write = |&chat| Write::Archive { chat, is_archived };
            writes.extend(chats.iter().map(write));
            let text = match is_archived {
                true => Text::new("toast-archived"),
                false => Text::new("toast-unarchived"),
            };
            let undo = Command::Each(chats.to_vec(), Each::Archive(!is_archived));
            state.toast(text.count("chats", chats.len() as u64), Some(undo));
        }
        Each::Move(folder) => {
            let known = state.shelves.folders.iter();
            let name = known.into_iter().find(|it| Some(it.id) == folder);
            let name = name.map(|it| it.name.clone());
            say_moved(state, chats, name);
            move_into(state, chats, folder, &mut writes);
        }
        Each::MoveToNew(name) => {
            let id = FolderId::fresh();
            say_moved(state, chats, Some(name.clone()));
            writes.push(Write::NewFolder { id, name });
            move_into(state, chats, Some(id), &mut writes);
        }
    }
    services.write(writes);
}

/// Tells where they are now, and offers to put them back where they all were.
fn say_moved(state: &mut State, moved: &[ChatId], name: Option<String>) {
    let listed = state.shelves.page.iter().flat_map(|page| &page.chats);
    let ids: HashSet<ChatId> = moved.iter().copied().collect();
    let mut before = listed
        .filter(|chat| ids.contains(&chat.id))
        .map(|chat| chat.folder);
    let first = before.next();
    let undo = first
        .filter(|first| before.all(|it| it == *first))
        .map(|folder| Command::Each(moved.to_vec(), Each::Move(folder)));
    let text = match name {
        Some(name) => Text::new("toast-moved").word("folder", name),
        None => Text::new("toast-moved-out"),
    };
    state.toast(text.count("chats", moved.len() as u64), undo);
}

fn move_into(
    state: &mut State,
    chats: &[ChatId],
    folder: Option<FolderId>,
    writes: &mut Vec<Write>,
) {
    for &chat in chats {
        if let Some(summary) = chats::summary(state, chat) {
            summary.folder = folder;
        }
        writes.push(Write::Move { chat, folder });
    }
}
