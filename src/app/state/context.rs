//! How much of the context a chat takes: what the last reply said, for as long as the chat
//! is as it was then.

use super::State;
use crate::chat::{Chat, ChatId, MessageId};

/// What a chat took, and where it was read from then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct ContextUse {
    pub(in crate::app) tokens: u32,
    /// Whether the model that is loaded said so. What a file says may be another model's
    /// count, or that of an earlier part of the chat.
    is_measured: bool,
    leaf: Option<MessageId>,
    messages: usize,
}

impl ContextUse {
    /// As the model that is loaded said.
    fn measured(chat: &Chat, tokens: u32) -> Self {
        Self {
            is_measured: true,
            ..Self::noted(chat, tokens)
        }
    }

    /// As it was noted some time ago.
    pub(in crate::app) fn noted(chat: &Chat, tokens: u32) -> Self {
        Self {
            tokens,
            is_measured: false,
            leaf: chat.leaf(),
            messages: chat.path().len(),
        }
    }
}

impl State {
    /// Notes what a reply said of the context.
    pub(in crate::app) fn note_context(&mut self, id: ChatId, tokens: u32) {
        if let Some(chat) = self.chat(id) {
            let taken = ContextUse::measured(chat, tokens);
            self.context_tokens.insert(id, taken);
        }
    }

    /// Another model counts otherwise.
    pub(in crate::app) fn doubt_context(&mut self) {
        for taken in self.context_tokens.values_mut() {
            taken.is_measured = false;
        }
    }

    /// What the chat in view takes, once that is known. Another version, or a message less, is
    /// counted with the draft, and until that has been done the last number stands.
    pub(in crate::app) fn context_taken(&self) -> Option<u32> {
        let Some(chat) = self.current_chat() else {
            return Some(0);
        };
        let known = self.context_tokens.get(&chat.id);
        let is_so = |known: &&ContextUse| {
            let is_same = **known == ContextUse::measured(chat, known.tokens);
            is_same || known.is_measured && self.current_reply().is_some()
        };
        known
            .filter(is_so)
            .map(|known| known.tokens)
            .or(self.draft.prompt_tokens)
            .or(known.map(|known| known.tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Message, Role};
    use crate::settings::Settings;

    #[test]
    fn another_version_takes_something_else() {
        let mut state = State::new(Settings::default());
        let mut chat = Chat::new(ChatId(1), 0);
        chat.push(MessageId(1), Role::User, "one".into(), 0);
        chat.push(MessageId(2), Role::Assistant, "two".into(), 1);
        state.chats.push(chat);
        state.current = Some(ChatId(1));
        assert_eq!(state.context_taken(), None, "nobody has counted");
        state.note_context(ChatId(1), 40);
        state.draft.prompt_tokens = Some(7);
        assert_eq!(state.context_taken(), Some(40), "as the reply said");
        let other = Message::new(
            MessageId(3),
            Some(MessageId(1)),
            Role::Assistant,
            "3".into(),
            2,
        );
        state.chat_mut(ChatId(1)).unwrap().add(other);
        assert_eq!(state.context_taken(), Some(7), "as it was counted");
        state.draft.prompt_tokens = None;
        assert_eq!(state.context_taken(), Some(40), "nothing better is known");
    }

    #[test]
    fn what_a_file_says_holds_until_the_model_has_counted() {
        let mut state = State::new(Settings::default());
        let mut chat = Chat::new(ChatId(1), 0);
        chat.push(MessageId(1), Role::User, "one".into(), 0);
        let noted = ContextUse::noted(&chat, 39);
        state.context_tokens.insert(ChatId(1), noted);
        state.chats.push(chat);
        state.current = Some(ChatId(1));
        assert_eq!(state.context_taken(), Some(39));
        state.draft.prompt_tokens = Some(612);
        assert_eq!(state.context_taken(), Some(612));
        state.note_context(ChatId(1), 620);
        assert_eq!(state.context_taken(), Some(620));
        state.doubt_context();
        assert_eq!(
            state.context_taken(),
            Some(612),
            "as the other model counts"
        );
    }
}
