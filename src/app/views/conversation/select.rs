//! What is selected of a conversation, from one message to another.

use std::ops::Range;

use crate::app::components::{Document, Form, Kind, Picked, Place};
use crate::chat::{Chat, Message, Role};

/// The texts of a message, in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Thoughts,
    Text,
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
            for part in [Part::Thoughts, Part::Text] {
                let (source, kind) = match (part, message.role) {
                    (Part::Thoughts, _) if !shows_thoughts(message) => continue,
                    (Part::Thoughts, _) => (&message.reasoning, Kind::Thoughts),
                    (Part::Text, Role::User) => (&message.text, Kind::Typed),
                    (Part::Text, _) => (&message.text, Kind::Markdown),
                };
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
