//! What a user can set of a model: how it answers ([`Sampling`]) and how it is loaded
//! ([`LoadOptions`]).
//!
//! Every field is optional, for "not set by the user" is a state of its own: it follows
//! the default, also when a later version or the model itself recommends another one.

mod sampling;

use serde::{Deserialize, Serialize};

pub use sampling::{Biased, LogitBias, Sampling};

/// What to do with a conversation that does not fit the context.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// Refuse, and say how long it is.
    #[default]
    Stop,
    /// Leave out the oldest turns; the system message stays.
    DropOldest,
    /// Leave out the middle: the system message and the first question with its answer stay.
    KeepEnds,
}

/// How a model is loaded. A change takes effect when the model is loaded again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoadOptions {
    /// Tokens the context holds; where it is not set, what the model was trained for, at
    /// most [`LoadOptions::DEFAULT_CONTEXT_TOKENS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_tokens: Option<u32>,
    /// Threads that compute; the physical cores where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<u32>,
    /// Layers on the GPU; as many as fit where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_layers: Option<u32>,
}

impl LoadOptions {
    /// The largest context taken by default: more costs memory that a laptop may lack.
    pub const DEFAULT_CONTEXT_TOKENS: u32 = 8192;
    /// The largest context that is passed on: llama.cpp does not return from an absurd one.
    pub const MAX_CONTEXT_TOKENS: u32 = 1 << 20;
    /// The smallest useful context.
    pub const MIN_CONTEXT_TOKENS: u32 = 256;
    /// More threads than any machine has cores.
    pub const MAX_THREADS: u32 = 512;
}
