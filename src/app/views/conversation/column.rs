//! Where the messages of a chat are: their heights, known or guessed, and what follows from
//! them. Drawing one frame of a chat of ten thousand messages must not look at each of them.

use std::ops::Range;

use egui::Rangef;
use egui::emath::GuiRounding as _;

use crate::chat::{Chat, ChatId, Message, MessageId, Role};

/// Space between two messages.
pub(super) const GAP: f32 = 20.0;

/// Space above the first message and below the last.
pub(super) const EDGE: f32 = 20.0;

/// The messages in view order.
#[derive(Debug, Default)]
pub(super) struct Column {
    of: Option<Of>,
    ids: Vec<MessageId>,
    heights: Vec<f32>,
    /// Where each message begins; as far as it is known since the last change.
    tops: Vec<f32>,
}

/// Which messages they are, as far as can be told without looking at each.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Of {
    chat: ChatId,
    leaf: Option<MessageId>,
    messages: usize,
    in_path: usize,
}

impl Column {
    /// Takes up the messages of the chat. Returns whether they are others than before.
    pub(super) fn follow(&mut self, chat: &Chat, guess: impl Fn(&Message) -> f32) -> bool {
        let of = Of {
            chat: chat.id,
            leaf: chat.leaf(),
            messages: chat.messages().len(),
            in_path: chat.path().len(),
        };
        if self.of == Some(of) {
            return false;
        }
        let is_same_chat = self.of.is_some_and(|it| it.chat == chat.id);
        self.of = Some(of);
        if !is_same_chat {
            self.ids.clear();
        }
        let mut at = 0;
        for message in chat.path().filter(|it| it.role != Role::System) {
            if self.ids.get(at) != Some(&message.id) {
                // What goes on differently from here on is measured again.
                self.ids.truncate(at);
                self.heights.truncate(at);
                self.tops.truncate(at);
                self.ids.push(message.id);
                self.heights.push(guess(message).round_ui());
            }
            at += 1;
        }
        self.ids.truncate(at);
        self.heights.truncate(at);
        self.tops.truncate(at);
        true
    }

    /// Forgets what was measured, for the width is another one.
    pub(super) fn forget_heights(&mut self) {
        self.of = None;
        self.ids.clear();
        self.heights.clear();
        self.tops.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn id(&self, index: usize) -> Option<MessageId> {
        self.ids.get(index).copied()
    }

    pub(super) fn index(&self, id: MessageId) -> Option<usize> {
        self.ids.iter().position(|it| *it == id)
    }

    pub(super) fn height(&self, index: usize) -> f32 {
        self.heights.get(index).copied().unwrap_or(0.0)
    }

    /// Sets a height. Returns by how much it has grown.
    pub(super) fn set(&mut self, index: usize, height: f32) -> f32 {
        let Some(known) = self.heights.get_mut(index) else {
            return 0.0;
        };
        // What egui lays out lies on its grid.
        let height = height.round_ui();
        let grown = height - *known;
        if grown != 0.0 {
            *known = height;
            self.tops.truncate(index + 1);
        }
        grown
    }

    /// Where a message begins.
    pub(super) fn top(&mut self, index: usize) -> f32 {
        let mut next = match self.tops.last() {
            Some(last) => last + self.heights[self.tops.len() - 1] + GAP,
            None => EDGE,
        };
        while self.tops.len() < self.heights.len() {
            self.tops.push(next);
            next += self.heights[self.tops.len() - 1] + GAP;
        }
        self.tops.get(index).copied().unwrap_or(next)
    }

    /// How high all of it is.
    pub(super) fn total(&mut self) -> f32 {
        match self.len() {
            0 => 2.0 * EDGE,
            len => self.top(len - 1) + self.heights[len - 1] + EDGE,
        }
    }

    /// The messages that a strip shows.
    pub(super) fn visible(&mut self, strip: Rangef) -> Range<usize> {
        self.top(0);
        let last_before = self.tops.partition_point(|top| *top <= strip.min);
        let first = last_before.saturating_sub(1);
        let end = self.tops.partition_point(|top| *top <= strip.max);
        first..end.max(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(messages: u64) -> Chat {
        let mut chat = Chat::new(ChatId(1), 0);
        for id in 1..=messages {
            chat.push(MessageId(id), Role::User, String::new(), 0);
        }
        chat
    }

    #[test]
    fn what_is_in_view_follows_from_the_heights() {
        let mut column = Column::default();
        let mut chat = chat(4);
        assert!(column.follow(&chat, |_| 100.0));
        assert!(!column.follow(&chat, |_| 100.0));
        assert!((column.total() - (4.0 * 100.0 + 3.0 * GAP + 2.0 * EDGE)).abs() < 0.1);
        assert_eq!(column.visible(Rangef::new(0.0, 50.0)), 0..1);
        assert_eq!(column.visible(Rangef::new(125.0, 150.0)), 0..2);
        assert_eq!(column.visible(Rangef::new(150.0, 400.0)), 1..4);
        assert!((column.set(0, 130.0) - 30.0).abs() < 0.1);
        assert!((column.top(1) - 170.0).abs() < 0.1);
        assert_eq!(column.visible(Rangef::new(155.0, 165.0)), 0..1);

        // Another branch keeps what it shares with the one before.
        chat.set_leaf(Some(MessageId(2)));
        chat.push(MessageId(5), Role::User, String::new(), 0);
        assert!(column.follow(&chat, |_| 10.0));
        let heights: Vec<_> = (0..column.len()).map(|it| column.height(it)).collect();
        assert_eq!(heights, [130.0, 100.0, 10.0]);
        assert_eq!(column.index(MessageId(5)), Some(2));
    }

    #[test]
    fn an_empty_chat_shows_nothing() {
        let mut column = Column::default();
        column.follow(&chat(0), |_| 1.0);
        assert_eq!(column.visible(Rangef::new(0.0, 500.0)), 0..0);
        assert!(column.total() > 0.0);
    }
}
