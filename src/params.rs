//! What a user can set of a model: how it answers ([`Sampling`]) and how it is loaded
//! ([`LoadOptions`]).
//!
//! Every field is optional, for "not set by the user" is a state of its own: it follows
//! the default, also when a later version or the model itself recommends another one.

mod preset;
mod sampling;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use preset::{BuiltIn, PresetId};
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
    /// How the KV cache is packed; [`KvType::F16`] where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv_type: Option<KvType>,
    /// Whether attention is computed without its large intermediate result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flash_attention: Option<FlashAttention>,
    /// Whether weights are mapped from the file, not read into memory of their own; they
    /// are where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mmap: Option<bool>,
    /// Whether the system is told never to take the weights out of memory; it is not where
    /// it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mlock: Option<bool>,
    /// A small model that drafts what this one then checks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_model: Option<PathBuf>,
    /// Whether tokens are drafted ahead, by the draft model or from the text so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speculation: Option<bool>,
}

/// How keys and values are packed in the KV cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KvType {
    /// Two bytes a number.
    #[default]
    F16,
    /// About half of that, and hardly worse.
    Q8_0,
    /// About a quarter, and a little worse. Both need flash attention.
    Q4_0,
}

impl KvType {
    /// All of them, the largest first.
    pub const ALL: [Self; 3] = [Self::F16, Self::Q8_0, Self::Q4_0];

    /// llama.cpp's name of it, which settings and the command line use too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::Q8_0 => "q8_0",
            Self::Q4_0 => "q4_0",
        }
    }

    /// Bytes of 32 numbers, which are a block of the packed types.
    #[must_use]
    pub fn block_bytes(self) -> u64 {
        match self {
            Self::F16 => 64,
            Self::Q8_0 => 34,
            Self::Q4_0 => 18,
        }
    }

    /// Whether only flash attention can read it.
    #[must_use]
    pub fn needs_flash_attention(self) -> bool {
        self != Self::F16
    }
}

/// Whether attention is computed without its large intermediate result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashAttention {
    /// Where the model and the device can.
    #[default]
    Auto,
    /// In any case.
    On,
    /// Never.
    Off,
}

impl FlashAttention {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::On, Self::Off];

    /// Its name in settings and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
        }
    }
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

    /// What a model may have of so much free memory: the process needs some beside
    /// llama.cpp's buffers, and others need some too.
    #[must_use]
    pub fn usable_bytes(free_bytes: u64) -> u64 {
        const MARGIN_PART: u64 = 20;
        const MIN_MARGIN_BYTES: u64 = 64 << 20;
        const MAX_MARGIN_BYTES: u64 = 1 << 30;
        let margin = (free_bytes / MARGIN_PART).clamp(MIN_MARGIN_BYTES, MAX_MARGIN_BYTES);
        free_bytes.saturating_sub(margin)
    }

    /// These, and those of `others` where none of these is set.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        Self {
            context_tokens: self.context_tokens.or(others.context_tokens),
            threads: self.threads.or(others.threads),
            gpu_layers: self.gpu_layers.or(others.gpu_layers),
            kv_type: self.kv_type.or(others.kv_type),
            flash_attention: self.flash_attention.or(others.flash_attention),
            mmap: self.mmap.or(others.mmap),
            mlock: self.mlock.or(others.mlock),
            draft_model: self.draft_model.or_else(|| others.draft_model.clone()),
            speculation: self.speculation.or(others.speculation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_settings_file() {
        for kv_type in KvType::ALL {
            let json = serde_json::to_string(&kv_type).unwrap();
            assert_eq!(json, format!("\"{}\"", kv_type.name()));
        }
        for choice in FlashAttention::ALL {
            let json = serde_json::to_string(&choice).unwrap();
            assert_eq!(json, format!("\"{}\"", choice.name()));
        }
    }
}
