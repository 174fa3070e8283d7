//! The ways through a conversation by key.

use super::{Conversation, Seat};
use crate::app::components::Form;
use crate::app::state::State;
use crate::chat::Role;

/// The longest messages in which a selection is taken for what is looked for, in bytes.
const MAX_LOOKED_AT_BYTES: usize = 64 * 1024;

impl Conversation {
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
