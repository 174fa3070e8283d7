//! The ways through a conversation by key, and the way back to where it was read.

use egui::Rangef;

use super::{Conversation, Seat};
use crate::app::state::State;
use crate::chat::{ChatId, Role};
use crate::settings::Reading;
use prose::Form;

/// The longest messages in which a selection is taken for what is looked for, in bytes.
const MAX_LOOKED_AT_BYTES: usize = 64 * 1024;

impl Conversation {
    /// Reads this chat on from there, once it comes into view.
    pub(in crate::app::views) fn resume(&mut self, chat: ChatId, reading: Reading) {
        self.resume = Some((chat, reading));
    }

    /// Where the chat in view is read, or is going to be; none where that is its end.
    pub(in crate::app::views) fn reading(&self, state: &State) -> Option<Reading> {
        let is_drawn = state.current.is_some() && self.chat == state.current;
        match is_drawn {
            true => self.reading,
            false => {
                let next = state.current.or(state.wanted);
                let resume = self.resume.filter(|(chat, _)| Some(*chat) == next);
                resume.map(|(_, reading)| reading)
            }
        }
    }

    /// The message that this place of the column is in, and how far.
    pub(super) fn reading_at(&mut self, offset: f32) -> Option<Reading> {
        let index = self.column.visible(Rangef::point(offset)).start;
        let into = offset - self.column.top(index);
        Some(Reading {
            message: self.column.id(index)?,
            part: into / self.column.height(index).max(1.0),
        })
    }

    /// Takes up where this chat is to be read on: its message, by number, and how far into it.
    pub(super) fn take_resumed(&mut self, chat: ChatId) -> Option<(usize, f32)> {
        let (_, reading) = self.resume.take_if(|(id, _)| *id == chat)?;
        let index = self.column.index(reading.message)?;
        Some((index, reading.part.clamp(-1.0, 1.0)))
    }

    /// Shows the first message.
    pub(in crate::app::views) fn show_start(&mut self) {
        self.go(false);
    }

    /// Shows the end.
    pub(in crate::app::views) fn show_end(&mut self) {
        self.go(true);
    }

    /// Opens the bar that finds words in the chat.
    pub(in crate::app::views) fn find_words(&mut self, state: &State) {
        let selection = self.selection.filter(|it| !it.is_empty());
        let selected = state
            .current_chat()
            .zip(selection)
            .filter(|(chat, selection)| selection.bytes(chat) <= MAX_LOOKED_AT_BYTES)
            .map(|(chat, selection)| self.copied(chat, &selection, Form::Plain));
        self.finder.open(selected);
    }

    /// Goes to the next find, or to the one before; opens the bar where it is closed.
    pub(in crate::app::views) fn find_step(&mut self, state: &State, is_next: bool) {
        if self.finder.is_open() {
            self.find_steps += if is_next { 1 } else { -1 };
        } else {
            self.find_words(state);
        }
    }

    fn go(&mut self, is_at_end: bool) {
        if let Some(chat) = self.chat {
            let seat = Seat {
                is_at_end,
                offset: 0.0,
            };
            self.seats.insert(chat, seat);
            self.goes_to_start = !is_at_end;
        }
    }

    /// Changes the last message of the user's.
    pub(in crate::app::views) fn edit_last(&mut self, state: &State) {
        let Some(chat) = state.current_chat() else {
            return;
        };
        let mut path = chat.path().rev();
        if let Some(message) = path.find(|message| message.role == Role::User) {
            self.jump_to(chat.id, message.id);
            self.edits.begin(chat.id, message);
        }
    }
}
