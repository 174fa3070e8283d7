//! Chats and messages: plain data, a tree. Nothing here reads, writes or computes.
//!
//! Every message names its parent; a chat remembers the leaf it is read from. So a second
//! version of a message is a sibling, and nothing needs to be removed to make room for it.

use serde::{Deserialize, Serialize};

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions that hold for the whole chat.
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// A chat, unique among all that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChatId(pub u64);

/// A message, unique within its chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId(pub u64);

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model said that it is done.
    EndOfReply,
    /// As many tokens as were asked for.
    Length,
    /// One of the stop strings came up.
    StopString,
    /// The user stopped it.
    Cancelled,
    /// No room is left in the context.
    ContextFull,
    /// The engine ended before the reply did.
    Interrupted,
}

/// What a reply cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Tokens of the prompt, those that were already in the KV cache included.
    pub prompt_tokens: u32,
    /// Tokens of the prompt found in the KV cache and not evaluated again.
    pub cached_tokens: u32,
    /// Time the evaluation of the rest of the prompt took.
    pub prompt_ms: f64,
    /// Tokens of the reply.
    pub generated_tokens: u32,
    /// Time from the first token of the reply to its last.
    pub generation_ms: f64,
    /// Time from the request to the first token of the reply.
    pub first_token_ms: f64,
    /// Tokens of the prompt whose keys and values came from disk; a part of the cached ones.
    #[serde(default)]
    pub restored_tokens: u32,
    /// Tokens that speculation proposed.
    #[serde(default)]
    pub drafted_tokens: u32,
    /// How many of those the model agreed with.
    #[serde(default)]
    pub accepted_tokens: u32,
}

/// A token of a reply, and what else could have stood in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Its number in the vocabulary.
    pub token: i32,
    /// Its text; a token that is a part of a character has a replacement mark in it.
    pub text: String,
    /// How likely the model found it, before any sampler: 0 to 1.
    pub probability: f32,
    /// The likeliest tokens, the most likely first. The chosen one need not be among them.
    pub alternatives: Vec<Alternative>,
}

/// A token that could have been chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// Its number in the vocabulary.
    pub token: i32,
    /// Its text.
    pub text: String,
    /// How likely the model found it, before any sampler: 0 to 1.
    pub probability: f32,
}

impl Timings {
    /// Tokens of the prompt evaluated a second; `None` where too little was to measure.
    #[must_use]
    pub fn prompt_tokens_per_second(&self) -> Option<f64> {
        rate(
            self.prompt_tokens.saturating_sub(self.cached_tokens),
            self.prompt_ms,
        )
    }

    /// Tokens generated a second; `None` where too little was to measure.
    #[must_use]
    pub fn tokens_per_second(&self) -> Option<f64> {
        // The first token comes out of the prompt's last batch, so it takes no time of its own.
        rate(self.generated_tokens.saturating_sub(1), self.generation_ms)
    }
}

fn rate(tokens: u32, elapsed_ms: f64) -> Option<f64> {
    (tokens > 0 && elapsed_ms > 0.0).then(|| f64::from(tokens) * 1000.0 / elapsed_ms)
}

/// One message of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The message it follows; `None` for the first.
    pub parent: Option<MessageId>,
    /// Who wrote it.
    pub role: Role,
    /// What it says.
    pub text: String,
    /// What the model thought before it said that; empty where it did not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    /// When it was begun, in seconds since 1970-01-01 UTC.
    pub created_unix_s: i64,
    /// The name of the model that wrote it.
    pub model: Option<String>,
    /// Why it ended; `None` while it is being written, and for the user's messages.
    pub finish: Option<Finish>,
    /// What it cost.
    pub timings: Option<Timings>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// When it was begun, in seconds since 1970-01-01 UTC.
    pub created_unix_s: i64,
    messages: Vec<Message>,
    leaf: Option<MessageId>,
}

impl Chat {
    /// The longest title taken from a first message, in characters.
    const TITLE_CHARS: usize = 60;

    /// An empty chat.
    #[must_use]
    pub fn new(id: ChatId, created_unix_s: i64) -> Self {
        Self {
            id,
            created_unix_s,
            messages: Vec::new(),
            leaf: None,
        }
    }

    /// Adds a message after the current leaf, and makes it the leaf.
    pub fn push(&mut self, role: Role, text: String, created_unix_s: i64) -> &mut Message {
        let id = MessageId(self.messages.len() as u64);
        let index = self.messages.len();
        self.messages.push(Message {
            id,
            parent: self.leaf,
            role,
            text,
            reasoning: String::new(),
            created_unix_s,
            model: None,
            finish: None,
            timings: None,
        });
        self.leaf = Some(id);
        &mut self.messages[index]
    }

    /// A message by its id.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.messages.get(usize::try_from(id.0).ok()?)
    }

    /// A message by its id, to be changed.
    pub fn message_mut(&mut self, id: MessageId) -> Option<&mut Message> {
        self.messages.get_mut(usize::try_from(id.0).ok()?)
    }

    /// The messages from the first to the leaf.
    #[must_use]
    pub fn path(&self) -> Vec<&Message> {
        let mut path = Vec::new();
        let mut next = self.leaf;
        while let Some(message) = next.and_then(|id| self.message(id)) {
            path.push(message);
            next = message.parent;
        }
        path.reverse();
        path
    }

    /// Whether nobody has written anything yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The beginning of what the user wrote first; `None` for an empty chat.
    #[must_use]
    pub fn title(&self) -> Option<String> {
        let first = self.messages.iter().find(|it| it.role == Role::User)?;
        let line = first.text.lines().find(|line| !line.trim().is_empty())?;
        Some(line.trim().chars().take(Self::TITLE_CHARS).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_the_first_message_to_the_leaf() {
        let mut chat = Chat::new(ChatId(1), 0);
        chat.push(Role::User, "\n  ¿Qué tal?\nBien".into(), 0);
        let reply = chat.push(Role::Assistant, String::new(), 1).id;
        chat.message_mut(reply).unwrap().text.push_str("Hola");
        let texts: Vec<_> = chat.path().iter().map(|it| it.text.clone()).collect();
        assert_eq!(texts, ["\n  ¿Qué tal?\nBien", "Hola"]);
        assert_eq!(chat.title().as_deref(), Some("¿Qué tal?"));
    }

    #[test]
    fn the_first_token_costs_the_prompt_not_the_generation() {
        let timings = Timings {
            prompt_tokens: 30,
            cached_tokens: 10,
            prompt_ms: 100.0,
            generated_tokens: 11,
            generation_ms: 100.0,
            first_token_ms: 100.0,
            ..Timings::default()
        };
        assert_eq!(timings.prompt_tokens_per_second(), Some(200.0));
        assert_eq!(timings.tokens_per_second(), Some(100.0));
        assert_eq!(Timings::default().tokens_per_second(), None);
    }
}
