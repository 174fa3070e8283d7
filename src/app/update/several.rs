//! What is done with several chats at once: one write, all or none.

use super::{Services, chats};
use crate::app::command::Each;
use crate::app::state::State;
use crate::chat::{ChatId, FolderId};
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
        }
        Each::Move(folder) => move_into(state, chats, folder, &mut writes),
        Each::MoveToNew(name) => {
            let id = FolderId::fresh();
            writes.push(Write::NewFolder { id, name });
            move_into(state, chats, Some(id), &mut writes);
        }
    }
    services.write(writes);
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
