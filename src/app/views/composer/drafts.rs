//! What has been written and not sent, chat by chat, and when it is handed on to be kept.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use egui::Ui;

use crate::app::attachment::{self, Attachment};
use crate::app::command::Command;
use crate::app::half_edits;
use crate::app::state::State;
use crate::app::views::conversation::Edits;
use crate::chat::ChatId;

/// What is typed is kept once it has come to rest.
const KEEP_AFTER: Duration = Duration::from_millis(300);

/// A message that is being written.
#[derive(Debug, Default)]
pub(in crate::app::views) struct Writing {
    pub(in crate::app::views) text: String,
    pub(in crate::app::views) attachments: Vec<Attachment>,
    /// Counts the changes, so that nothing needs to compare texts.
    revision: u64,
    /// The revision that was handed on last, and that of what was half changed with it.
    kept: u64,
    kept_edits: u64,
}

impl Writing {
    /// Notes that it has changed.
    pub(in crate::app::views) fn touch(&mut self) {
        self.revision += 1;
    }

    pub(in crate::app::views) fn revision(&self) -> u64 {
        self.revision
    }

    /// How much there is to be sent, but for what stands around attachments.
    pub(super) fn size_bytes(&self) -> usize {
        let attached = self.attachments.iter().map(|it| it.text().len());
        self.text.len() + attached.sum::<usize>()
    }

    /// Takes this in place of what there was. A text that is too long for the box stands
    /// beside it, and is sent as if it stood there.
    pub(in crate::app::views) fn set(&mut self, attachments: Vec<Attachment>, text: String) {
        self.attachments = attachments;
        self.text = text;
        if !attachment::is_typeable(self.text.len()) {
            self.put_aside();
        }
        self.touch();
    }

    /// Goes on with these words, for which the box has no room beside the ones it has.
    pub(in crate::app::views) fn go_on(&mut self, text: String) {
        self.put_aside();
        self.text = text;
        self.touch();
    }

    fn put_aside(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.attachments.push(Attachment::plain(&text));
    }

    /// Puts a text that was attached before what is typed, on lines of its own.
    pub(in crate::app::views) fn put_inline(&mut self, index: usize) {
        let attachment = self.attachments.remove(index);
        if !self.text.is_empty() && !attachment.text().is_empty() {
            self.text.insert_str(0, "\n\n");
        }
        self.text.insert_str(0, attachment.text());
        self.touch();
    }

    pub(in crate::app::views) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.attachments.is_empty()
    }

    /// Whether there is nothing in it that could be sent.
    pub(in crate::app::views) fn is_blank(&self) -> bool {
        self.attachments.is_empty() && self.text.trim().is_empty()
    }

    /// As it is sent.
    pub(in crate::app::views) fn message(&self) -> String {
        attachment::message(&self.attachments, &self.text)
    }

    fn is_kept(&self, chat: Option<ChatId>, edits: &Edits) -> bool {
        (self.kept, self.kept_edits) == (self.revision, edits.revision(chat))
    }

    fn keep(&mut self, chat: Option<ChatId>, edits: &Edits) -> Option<Command> {
        let command = self.unkept(chat, edits)?;
        (self.kept, self.kept_edits) = (self.revision, edits.revision(chat));
        Some(command)
    }

    fn unkept(&self, chat: Option<ChatId>, edits: &Edits) -> Option<Command> {
        (!self.is_kept(chat, edits)).then(|| {
            let draft = attachment::to_draft(&self.attachments, &self.text);
            let draft = half_edits::with_draft(&edits.of(chat), draft);
            Command::KeepDraft(chat, draft)
        })
    }
}

/// All that is being written.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    all: HashMap<Option<ChatId>, Writing>,
    /// The chats whose stored draft was taken.
    taken: HashSet<Option<ChatId>>,
    /// The chat in view, the revisions of its draft and of what is half changed in it, and since
    /// when those have been the same.
    typed: Option<(Option<ChatId>, (u64, u64), Instant)>,
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
    pub(super) fn take_stored(&mut self, state: &State, edits: &mut Edits) -> bool {
        let chat = state.current;
        let Some(stored) = state.stored_drafts.get(&chat) else {
            return false;
        };
        if !self.taken.insert(chat) {
            return false;
        }
        let (half, stored) = half_edits::split(stored);
        if let Some(chat) = chat {
            edits.restore(chat, half);
        }
        let own = self.of(chat);
        let was_empty = own.is_empty();
        // What a new chat begins with is read once, when Charla starts; it may come after the
        // first letters, and must not be written over by them.
        let is_late = chat.is_none() && !own.text.is_empty();
        let is_taken = !stored.is_empty() && (own.text.is_empty() || is_late);
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
    pub(super) fn take_attached(&mut self, state: &State, edits: &Edits) -> Vec<Command> {
        let mut commands = Vec::new();
        for (chat, attachment) in &state.attached {
            let own = self.of(*chat);
            own.attachments.push(attachment.clone());
            own.touch();
            if *chat != state.current {
                commands.extend(own.keep(*chat, edits));
            }
        }
        if !state.attached.is_empty() {
            commands.push(Command::TookAttachments);
        }
        commands
    }

    /// Hands a draft on to be kept once it has come to rest, or its chat goes out of view.
    pub(super) fn keep(&mut self, ui: &Ui, chat: Option<ChatId>, edits: &Edits) -> Option<Command> {
        let left = self.typed.map(|(of, ..)| of).filter(|of| *of != chat);
        let left = left.and_then(|of| self.of(of).keep(of, edits));
        let revisions = (self.of(chat).revision, edits.revision(chat));
        let since = match self.typed {
            Some((of, known, since)) if (of, known) == (chat, revisions) => since,
            _ => Instant::now(),
        };
        self.typed = Some((chat, revisions, since));
        if left.is_some() {
            // The draft of the chat in view has its turn in the next frame.
            return left;
        }
        let own = self.of(chat);
        if own.is_kept(chat, edits) {
            return None;
        }
        if let Some(rest) = KEEP_AFTER.checked_sub(since.elapsed()) {
            ui.ctx().request_repaint_after(rest);
            return None;
        }
        own.keep(chat, edits)
    }

    /// The draft of the chat in view, where it has not been handed on yet.
    pub(super) fn unkept(&self, edits: &Edits) -> Option<Command> {
        let (chat, ..) = self.typed?;
        self.all.get(&chat)?.unkept(chat, edits)
    }
}
