//! Deleting, which is moving to the bin, and taking it back.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::chats::{leave, read_after_writes};
use super::{Services, titles};
use crate::app::state::{Draft, Reply, State, Undo};
use crate::chat::ChatId;
use crate::store::{BinId, Target, Write, now_unix_ms};

/// How long a deletion can be taken back at once; after that, from the bin.
const UNDO_FOR: Duration = Duration::from_secs(12);

/// Moves something to the bin.
pub(super) fn delete(state: &mut State, services: &Services, target: Target) {
    let in_folder: Vec<ChatId> = match &target {
        Target::Folder {
            id,
            with_chats: true,
        } => {
            let listed = state.shelves.page.iter().flat_map(|page| &page.chats);
            let inside = listed.filter(|chat| chat.folder == Some(*id));
            inside.map(|chat| chat.id).collect()
        }
        _ => Vec::new(),
    };
    let named: HashSet<ChatId> = match &target {
        Target::Chats(chats) => chats.iter().copied().collect(),
        _ => HashSet::new(),
    };
    let is_gone = |chat: ChatId| match &target {
        Target::Chats(_) => named.contains(&chat),
        Target::AllChats => true,
        Target::Folder { .. } => in_folder.contains(&chat),
        Target::Message(..) | Target::Branch(..) => false,
    };
    let is_message = match &target {
        Target::Message(chat, message) => {
            if let Some(chat) = state.chat_mut(*chat) {
                chat.remove(&[*message]);
            }
            true
        }
        Target::Branch(chat, message) => {
            if let Some(chat) = state.chat_mut(*chat) {
                let branch = chat.branch(*message);
                chat.remove(&branch);
            }
            true
        }
        _ => false,
    };
    // A reply that nobody will see need not be written.
    let chats = &state.chats;
    let is_lost = |reply: &Reply| {
        let chat = chats.iter().find(|chat| chat.id == reply.chat);
        is_gone(reply.chat) || chat.is_none_or(|chat| chat.message(reply.message).is_none())
    };
    for reply in state.replies.take(is_lost) {
        services.session.cancel(reply.request);
    }
    titles::give_up(state, services, is_gone);
    if state.current.is_some_and(is_gone) {
        leave(state);
    }
    state.chats.retain(|chat| !is_gone(chat.id));
    if let Some(page) = &mut state.shelves.page {
        let before = page.chats.len();
        page.chats.retain(|chat| !is_gone(chat.id));
        let gone = u32::try_from(before - page.chats.len()).unwrap_or(0);
        page.total = page.total.saturating_sub(gone);
    }
    if let Some(hits) = &mut state.shelves.hits {
        hits.retain(|hit| !is_gone(hit.chat));
    }
    let id = BinId::fresh();
    let mut writes = vec![Write::Delete {
        id,
        target: target.clone(),
    }];
    if is_message && let Some(chat) = state.current_chat() {
        writes.push(Write::Leaf {
            chat: chat.id,
            leaf: chat.leaf(),
        });
    }
    if is_message {
        state.draft = Draft::default();
    }
    state.undo = Some(Undo {
        id,
        target,
        since: Instant::now(),
        by_keys: true,
    });
    services.write(writes);
}

/// Takes the last deletion back.
pub(super) fn undo(state: &mut State, services: &Services) {
    let Some(undo) = state.undo.take() else {
        return;
    };
    services.write(vec![Write::Restore(undo.id)]);
    let chat = match undo.target {
        Target::Chats(chats) if chats.len() == 1 => chats.first().copied(),
        Target::Message(chat, _) | Target::Branch(chat, _) => Some(chat),
        _ => None,
    };
    if let Some(chat) = chat {
        read_after_writes(state, services, chat);
    }
}

/// Begins to count anew how long the last deletion can be taken back.
pub(super) fn hold(state: &mut State) {
    if let Some(undo) = &mut state.undo {
        undo.since = Instant::now();
    }
}

/// Forgets a deletion that can no longer be taken back at once. Returns when to look again.
pub(in crate::app) fn fade(state: &mut State) -> Option<Duration> {
    let since = state.undo.as_ref()?.since;
    let left = UNDO_FOR.checked_sub(since.elapsed());
    if left.is_none() {
        state.undo = None;
    }
    left
}

/// Brings back what a deletion took.
pub(super) fn restore(state: &mut State, services: &Services, id: BinId) {
    let chat = state
        .shelves
        .bin
        .iter()
        .flatten()
        .find(|entry| entry.id == id)
        .and_then(|entry| entry.chat);
    forget(state, id);
    services.write(vec![Write::Restore(id)]);
    if chat.is_some_and(|chat| state.current == Some(chat))
        && let Some(chat) = chat
    {
        read_after_writes(state, services, chat);
    }
}

/// Destroys what a deletion took.
pub(super) fn destroy(state: &mut State, services: &Services, id: BinId) {
    forget(state, id);
    services.write(vec![Write::Destroy(id)]);
}

fn forget(state: &mut State, id: BinId) {
    state.undo.take_if(|undo| undo.id == id);
    if let Some(bin) = &mut state.shelves.bin {
        bin.retain(|entry| entry.id != id);
    }
}

/// Destroys everything in the bin.
pub(super) fn empty_bin(state: &mut State, services: &Services) {
    state.undo = None;
    state.shelves.bin = Some(Vec::new());
    services.write(vec![Write::Purge {
        before_unix_ms: now_unix_ms().saturating_add(1),
    }]);
}

/// Destroys what has been in the bin for longer than the user wants it kept.
pub(super) fn remove_old(state: &State, services: &Services) {
    let Some(kept) = state.settings.bin_keeps() else {
        return;
    };
    let kept_ms = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
    services.write(vec![Write::Purge {
        before_unix_ms: now_unix_ms().saturating_sub(kept_ms),
    }]);
}
