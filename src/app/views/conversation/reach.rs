//! The ways through a conversation by key.

use super::{Conversation, Seat};
use crate::app::state::State;
use crate::chat::Role;

impl Conversation {
    /// Shows the first message.
    pub(in crate::app::views) fn show_start(&mut self) {
        self.go(false);
    }

    /// Shows the end.
    pub(in crate::app::views) fn show_end(&mut self) {
        self.go(true);
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
