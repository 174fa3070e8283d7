//! What the user has sent before, to be walked through with the arrow keys.

use super::drafts::Writing;
use crate::app::attachment;
use crate::chat::{Chat, ChatId, Role};

/// How many messages of this session are remembered for other chats.
const MOST_SENT: usize = 100;

/// What was sent, and where in it the user is.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The messages of this session, in whichever chat, the oldest first.
    sent: Vec<String>,
    walk: Option<Walk>,
}

/// A walk back through what was sent. It goes on for as long as what it shows is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Walk {
    chat: Option<ChatId>,
    /// How many messages lie between this one and now.
    position: usize,
    /// The revision of the draft that shows it.
    revision: u64,
}

impl History {
    /// Notes what has been sent.
    pub(super) fn push(&mut self, message: String) {
        self.sent.retain(|it| *it != message);
        self.sent.push(message);
        if self.sent.len() > MOST_SENT {
            self.sent.remove(0);
        }
        self.walk = None;
    }

    /// Whether the draft shows what the walk has brought back, unchanged.
    pub(super) fn is_walking(&self, chat: Option<ChatId>, writing: &Writing) -> bool {
        self.walk
            .is_some_and(|it| it.chat == chat && it.revision == writing.revision())
    }

    /// Shows the message before, where there is one.
    pub(super) fn older(&mut self, id: Option<ChatId>, chat: Option<&Chat>, draft: &mut Writing) {
        let position = match self.walk.filter(|_| self.is_walking(id, draft)) {
            Some(walk) => walk.position + 1,
            None => 0,
        };
        self.show(id, chat, draft, position);
    }

    /// Shows the message after, or the empty box past the last one.
    pub(super) fn newer(&mut self, id: Option<ChatId>, chat: Option<&Chat>, draft: &mut Writing) {
        match self.walk.and_then(|walk| walk.position.checked_sub(1)) {
            Some(position) => self.show(id, chat, draft, position),
            None => {
                self.walk = None;
                draft.set(Vec::new(), String::new());
            }
        }
    }

    fn show(
        &mut self,
        id: Option<ChatId>,
        chat: Option<&Chat>,
        draft: &mut Writing,
        position: usize,
    ) {
        let Some(message) = self.past(chat).nth(position) else {
            return;
        };
        let (attachments, text) = attachment::from_message(message);
        draft.set(attachments, text);
        self.walk = Some(Walk {
            chat: id,
            position,
            revision: draft.revision(),
        });
    }

    /// What was sent in this chat, the latest first, and then what was sent in others. Only as
    /// much of it is looked at as is asked for: a chat may be very long.
    fn past<'a>(&'a self, chat: Option<&'a Chat>) -> impl Iterator<Item = &'a str> {
        let own = move || {
            let messages = chat.into_iter().flat_map(|chat| chat.path().rev());
            messages
                .filter(|it| it.role == Role::User)
                .map(|it| it.text.as_str())
        };
        let others = self.sent.iter().rev().map(String::as_str);
        own().chain(others.filter(move |sent| own().all(|it| it != *sent)))
    }
}
