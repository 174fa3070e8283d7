//! Chats and messages: plain data. Nothing here reads or writes.

mod code;
mod tree;
mod word;

use serde::{Deserialize, Serialize};

pub use tree::{Chat, Message};
pub use word::Word;

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
    /// Somebody that only a newer Charla knows.
    #[serde(untagged)]
    Other(Word),
}

impl Role {
    /// Whether a model can be told what was said: nobody knows how one that only a newer
    /// Charla knows is to be passed on.
    #[must_use]
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

/// A chat. What a person sees of it is its [`code`](ChatId::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChatId(pub u64);

/// A message, unique among those of all chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId(pub u64);

/// A folder of chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FolderId(pub u64);

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
    /// For a reason that only a newer Charla knows.
    #[serde(untagged)]
    Other(Word),
}

/// What a reply cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
    pub restored_tokens: u32,
    /// Tokens that speculation proposed.
    pub drafted_tokens: u32,
    /// How many of those the model agreed with.
    pub accepted_tokens: u32,
    /// Of the time of generation, what the thoughts took, in milliseconds.
    pub reasoning_ms: f64,
}

impl Timings {
    /// What a reply cost that goes on from where it had ended once: the prompt is the first
    /// one's, all else adds up.
    #[must_use]
    pub fn after(self, before: &Self) -> Self {
        Self {
            generated_tokens: before.generated_tokens + self.generated_tokens,
            generation_ms: before.generation_ms + self.generation_ms,
            drafted_tokens: before.drafted_tokens + self.drafted_tokens,
            accepted_tokens: before.accepted_tokens + self.accepted_tokens,
            reasoning_ms: before.reasoning_ms + self.reasoning_ms,
            ..*before
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_goes_on_adds_up() {
        let before = Timings {
            prompt_tokens: 30,
            prompt_ms: 150.0,
            generated_tokens: 40,
            generation_ms: 400.0,
            first_token_ms: 160.0,
            ..Timings::default()
        };
        let rest = Timings {
            prompt_tokens: 70,
            cached_tokens: 69,
            generated_tokens: 10,
            generation_ms: 100.0,
            ..Timings::default()
        };
        let whole = rest.after(&before);
        assert_eq!(whole.generated_tokens, 50);
        assert!((whole.generation_ms - 500.0).abs() < 0.001);
        assert_eq!(whole.prompt_tokens, 30, "the prompt of the question");
    }
}
