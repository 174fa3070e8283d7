//! What is selected of a conversation, from one message to another.

use std::ops::Range;

use crate::chat::{Chat, Message, Role};
use prose::{Document, Form, Kind, Picked, Place};

/// The texts of a message, in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Thoughts,
    Text,
}

/// The texts of a message, and how each is read.
pub(super) fn parts(message: &Message) -> [(Part, &str, Kind); 2] {
    let kind = match message.role {
        Role::User => Kind::Typed,
        _ => Kind::Markdown,
    };
    [
        (Part::Thoughts, message.reasoning.as_str(), Kind::Thoughts),
        (Part::Text, message.text.as_str(), kind),
    ]
}

/// A place in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// Which message of those in the column.
    pub(super) index: usize,
    pub(super) part: Part,
    pub(super) place: Place,
}

/// From where the user dragged to where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Selection {
    pub(super) anchor: Spot,
    pub(super) head: Spot,
}

impl Selection {
    /// A part of one text.
    pub(super) fn new(index: usize, part: Part, picked: Picked) -> Self {
        let at = |place| Spot { index, part, place };
        Self {
            anchor: at(picked.start),
            head: at(picked.end),
        }
    }

    fn range(&self) -> Range<Spot> {
        self.anchor.min(self.head)..self.anchor.max(self.head)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.anchor == self.head
    }

    /// What is selected of one text of a message.
    pub(super) fn of(&self, index: usize, part: Part) -> Option<Picked> {
        let range = self.range();
        let (start, end) = (
            (range.start.index, range.start.part),
            (range.end.index, range.end.part),
        );
        let here = (index, part);
        if here < start || here > end || self.is_empty() {
            return None;
        }
        let from = match here == start {
            true => range.start.place,
            false => Place::START,
        };
        let to = match here == end {
            true => range.end.place,
            false => Place::END,
        };
        Some(from..to)
    }

    /// The length of the messages that it touches, in bytes.
    pub(super) fn bytes(&self, chat: &Chat) -> usize {
        let range = self.range();
        let messages = chat.path().filter(|it| it.role != Role::System);
        let touched = messages.take(range.end.index + 1).skip(range.start.index);
        touched.map(|it| it.text.len() + it.reasoning.len()).sum()
    }

    /// The selected words. `shows_thoughts` says of which messages the thoughts are open:
    /// what cannot be seen is not copied.
    pub(super) fn copy(
        &self,
        chat: &Chat,
        form: Form,
        shows_thoughts: impl Fn(&Message) -> bool,
    ) -> String {
        let range = self.range();
        let messages = chat.path().filter(|it| it.role != Role::System);
        let mut texts = Vec::new();
        for (index, message) in messages
            .enumerate()
            .take(range.end.index + 1)
            .skip(range.start.index)
        {
            for (part, source, kind) in parts(message) {
                if part == Part::Thoughts && !shows_thoughts(message) {
                    continue;
                }
                let Some(picked) = self.of(index, part) else {
                    continue;
                };
                let mut document = Document::new(kind);
                document.set(source, false);
                let text = document.copy(source, &picked, form);
                if !text.is_empty() {
                    texts.push(text);
                }
            }
        }
        texts.join("\n\n")
    }
}
