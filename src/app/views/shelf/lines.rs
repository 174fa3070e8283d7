//! The list of chats as lines, one below the other: what stands where.

use std::collections::HashSet;

use crate::app::command::Shelf;
use crate::app::state::Shelves;
use crate::app::views::when::{self, Days};
use crate::chat::FolderId;
use crate::i18n::I18n;
use crate::store::{Folder, Summary};

/// A line of the list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line<'a> {
    /// The name of what follows.
    Heading(Heading),
    /// A folder, and whether its chats are shown.
    Folder(&'a Folder, bool),
    /// A chat, and whether it stands below its folder.
    Chat(&'a Summary, bool),
    /// This folder has no chats.
    Empty(FolderId),
    /// More of a folder may be among the chats that have not been read yet.
    Older(FolderId),
}

/// The name of a part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Heading {
    Pinned,
    Folders,
    When(when::Heading),
}

impl Heading {
    /// What it says.
    pub(super) fn text(self, i18n: &I18n) -> String {
        match self {
            Self::Pinned => i18n.get("chats-pinned"),
            Self::Folders => i18n.get("chats-folders"),
            Self::When(when) => when.text(i18n),
        }
    }
}

impl Line<'_> {
    /// Lines of a kind are all as high as each other, so that the list need not be laid out
    /// to know how high it is.
    pub(super) fn height(&self) -> f32 {
        match self {
            Self::Heading(_) => 34.0,
            Self::Folder(..) | Self::Chat(..) => 36.0,
            Self::Empty(_) | Self::Older(_) => 30.0,
        }
    }
}

/// The lines of what is shown: the pinned chats, the folders, and the rest by day.
pub(super) fn lines<'a>(shelves: &'a Shelves, open: &HashSet<FolderId>) -> Vec<Line<'a>> {
    let Some(page) = &shelves.page else {
        return Vec::new();
    };
    let has_folders = shelves.shown == Shelf::Chats;
    let folders = match has_folders {
        true => shelves.folders.as_slice(),
        false => &[],
    };
    let known: HashSet<FolderId> = folders.iter().map(|it| it.id).collect();
    let folder_of = |chat: &Summary| chat.folder.filter(|it| known.contains(it));
    let is_pinned = |chat: &&Summary| chat.is_pinned && has_folders;
    let mut lines = Vec::with_capacity(page.chats.len() + 8);

    let mut pinned = page.chats.iter().filter(is_pinned).peekable();
    if pinned.peek().is_some() {
        lines.push(Line::Heading(Heading::Pinned));
        lines.extend(pinned.map(|chat| Line::Chat(chat, false)));
    }
    if !folders.is_empty() {
        lines.push(Line::Heading(Heading::Folders));
    }
    for folder in folders {
        let is_open = open.contains(&folder.id);
        lines.push(Line::Folder(folder, is_open));
        if !is_open {
            continue;
        }
        let before = lines.len();
        // What stands above all others is still looked for where it belongs.
        let inside = |chat: &&Summary| folder_of(chat) == Some(folder.id);
        lines.extend(
            page.chats
                .iter()
                .filter(inside)
                .map(|it| Line::Chat(it, true)),
        );
        if (page.total as usize) > page.chats.len() {
            lines.push(Line::Older(folder.id));
        } else if lines.len() == before {
            lines.push(Line::Empty(folder.id));
        }
    }
    let mut days = Days::now();
    let mut heading = None;
    for chat in &page.chats {
        if is_pinned(&chat) || folder_of(chat).is_some() {
            continue;
        }
        let day = days.heading(chat.updated_unix_ms);
        if heading != Some(day) {
            lines.push(Line::Heading(Heading::When(day)));
            heading = Some(day);
        }
        lines.push(Line::Chat(chat, false));
    }
    lines
}
