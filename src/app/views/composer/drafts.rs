//! What has been written and not sent, chat by chat, and when it is handed on to be kept.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use egui::Ui;

use crate::app::attachment::{self, Attachment};
use crate::app::command::Command;
use crate::app::state::State;
use crate::chat::ChatId;

/// What is typed is kept once it has come to rest.
const KEEP_AFTER: Duration = Duration::from_millis(300);

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Writing {
    pub(super) text: String,
    pub(super) attachments: Vec<Attachment>,
    /// Counts the changes, so that nothing needs to compare texts.
    revision: u64,
    /// The revision that was handed on last.
    kept: u64,
}

impl Writing {
    /// Notes that it has changed.
    pub(super) fn touch(&mut self) {
        self.revision += 1;
    }

    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// Takes this in place of what there was.
    pub(super) fn set(&mut self, attachments: Vec<Attachment>, text: String) {
        self.attachments = attachments;
        self.text = text;
        self.touch();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.attachments.is_empty()
    }

    /// Whether there is nothing in it that could be sent.
    pub(super) fn is_blank(&self) -> bool {
        self.attachments.is_empty() && self.text.trim().is_empty()
    }

    /// As it is sent.
    pub(super) fn message(&self) -> String {
        attachment::message(&self.attachments, &self.text)
    }

    fn keep(&mut self, chat: Option<ChatId>) -> Option<Command> {
        let command = self.unkept(chat)?;
        self.kept = self.revision;
        Some(command)
    }

    fn unkept(&self, chat: Option<ChatId>) -> Option<Command> {
        (self.kept != self.revision)
            .then(|| Command::KeepDraft(chat, attachment::to_draft(&self.attachments, &self.text)))
    }
}

/// All that is being written.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    all: HashMap<Option<ChatId>, Writing>,
    /// The chats whose stored draft was taken.
    taken: HashSet<Option<ChatId>>,
    /// The chat in view, the revision of its draft, and since when that has been the same.
    typed: Option<(Option<ChatId>, u64, Instant)>,
}

impl Drafts {
    /// Whether something is written in a chat.
    pub(super) fn has_text(&self, chat: Option<ChatId>) -> bool {
        self.all.get(&chat).is_some_and(|it| !it.text.is_empty())
    }

    /// What is being written in a chat.
    pub(super) fn of(&mut self, chat: Option<ChatId>) -> &mut Writing {
        self.all.entry(chat).or_default()
    }

    /// Begins with the draft that was kept of the chat in view, where there is no newer one.
    /// Returns whether it has.
    pub(super) fn take_stored(&mut self, state: &State) -> bool {
        let chat = state.current;
        let Some(stored) = state.stored_drafts.get(&chat) else {
            return false;
        };
        if !self.taken.insert(chat) {
            return false;
        }
        let own = self.of(chat);
        let was_empty = own.is_empty();
        // What a new chat begins with is read once, when Charla starts; it may come after the
        // first letters, and must not be written over by them.
        let is_late = chat.is_none() && !own.text.is_empty();
        let is_taken = own.text.is_empty() || is_late;
        if is_taken {
            // What was dropped while it was being read comes after.
            let (mut attachments, mut text) = attachment::from_draft(stored);
            attachments.append(&mut own.attachments);
            if is_late && !own.text.starts_with(&text) {
                text.push('\n');
                text.push_str(&own.text);
            } else if is_late {
                text.clone_from(&own.text);
            }
            own.set(attachments, text);
        }
        if was_empty {
            own.kept = own.revision;
        }
        is_taken
    }

    /// Takes what has been attached. What is for a chat that is no longer in view is handed on
    /// to be kept at once.
    pub(super) fn take_attached(&mut self, state: &State) -> Vec<Command> {
        let mut commands = Vec::new();
        for (chat, attachment) in &state.attached {
            let own = self.of(*chat);
            own.attachments.push(attachment.clone());
            own.touch();
            if *chat != state.current {
                commands.extend(own.keep(*chat));
            }
        }
        if !state.attached.is_empty() {
            commands.push(Command::TookAttachments);
        }
        commands
    }

    /// Hands a draft on to be kept once it has come to rest, or its chat goes out of view.
    pub(super) fn keep(&mut self, ui: &Ui, chat: Option<ChatId>) -> Option<Command> {
        let left = self.typed.map(|(of, ..)| of).filter(|of| *of != chat);
        let left = left.and_then(|of| self.of(of).keep(of));
        let revision = self.of(chat).revision;
        let since = match self.typed {
            Some((of, known, since)) if (of, known) == (chat, revision) => since,
            _ => Instant::now(),
        };
        self.typed = Some((chat, revision, since));
        if left.is_some() {
            // The draft of the chat in view has its turn in the next frame.
            return left;
        }
        let own = self.of(chat);
        if own.kept == own.revision {
            return None;
        }
        if let Some(rest) = KEEP_AFTER.checked_sub(since.elapsed()) {
            ui.ctx().request_repaint_after(rest);
            return None;
        }
        own.keep(chat)
    }

    /// The draft of the chat in view, where it has not been handed on yet.
    pub(super) fn unkept(&self) -> Option<Command> {
        let (chat, ..) = self.typed?;
        self.all.get(&chat)?.unkept(chat)
    }
}
