//! What the user is told: in passing, or until it no longer holds.

use super::State;
use crate::app::command::Command;
use crate::i18n::Text;

/// How many toasts are told at once.
const MAX_TOASTS: usize = 3;

/// Something to tell the user.
#[derive(Debug, Clone)]
pub(in crate::app) struct Notice {
    pub(in crate::app) id: u64,
    pub(in crate::app) weight: Weight,
    pub(in crate::app) text: Text,
    pub(in crate::app) topic: Topic,
    /// The ways out: what each is called, and what it does.
    pub(in crate::app) ways: Vec<(Text, Command)>,
}

/// Something that has gone well.
#[derive(Debug, Clone)]
pub(in crate::app) struct Toast {
    pub(in crate::app) id: u64,
    pub(in crate::app) text: Text,
    /// What takes it back.
    pub(in crate::app) undo: Option<Box<Command>>,
}

/// What a notice is about; it goes when that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Topic {
    /// The model that was chosen, and whether it can be loaded.
    Model,
    /// The engine's process.
    Engine,
    /// The settings file.
    Settings,
    /// The chats on disk.
    Chats,
    /// Files to attach.
    Files,
    /// The saved prompts.
    Prompts,
}

/// How much a notice weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Weight {
    /// Something that went well.
    Done,
    Warning,
    Error,
}

impl State {
    /// Tells in passing what has gone well, and what takes it back.
    pub(in crate::app) fn toast(&mut self, text: Text, undo: Option<Command>) {
        self.toasts.retain(|toast| toast.text != text);
        let beyond = (self.toasts.len() + 1).saturating_sub(MAX_TOASTS);
        self.toasts.drain(..beyond);
        self.toasts.push(Toast {
            id: self.next_notice,
            text,
            undo: undo.map(Box::new),
        });
        self.next_notice += 1;
    }

    /// Shows a notice, in place of the same one if it is still there.
    pub(in crate::app) fn notify(&mut self, weight: Weight, text: Text, topic: Topic) {
        self.offer(weight, text, topic, Vec::new());
    }

    /// The same, with ways out.
    pub(in crate::app) fn offer(
        &mut self,
        weight: Weight,
        text: Text,
        topic: Topic,
        ways: Vec<(Text, Command)>,
    ) {
        if weight == Weight::Done {
            self.toast(text, None);
            return;
        }
        self.notices.retain(|notice| notice.text != text);
        self.notices.push(Notice {
            id: self.next_notice,
            weight,
            text,
            topic,
            ways,
        });
        self.next_notice += 1;
    }
}
