//! What the engine does in another way than it was asked to, and says so: the request goes
//! on, and the user is told.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::i18n::{Arg, Localize, Text};

/// Something the user should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The context is larger than what the model was trained for.
    ContextBeyondTraining {
        /// Tokens it holds.
        context_tokens: u32,
        /// Tokens the model was trained for.
        trained_context_tokens: u32,
    },
    /// The system does not let the weights be locked into memory.
    NotLocked,
    /// The KV cache cannot be kept on disk.
    StatesOff {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The draft model is of no use, so the model works without it.
    DraftRefused {
        /// Its file.
        path: PathBuf,
        /// Why.
        reason: DraftProblem,
    },
}

/// Why a draft model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum DraftProblem {
    /// Its words are not those of the model.
    OtherVocabulary,
    /// It could not be loaded.
    NotLoaded {
        /// llama.cpp's words.
        reason: String,
    },
    /// There is no memory for it beside the model.
    NoRoom {
        /// What is missing.
        short_bytes: u64,
    },
}

impl Localize for Notice {
    fn text(&self) -> Text {
        match self {
            Self::ContextBeyondTraining {
                context_tokens,
                trained_context_tokens,
            } => Text::new("notice-context-beyond-training")
                .count("context", *context_tokens)
                .count("trained", *trained_context_tokens),
            Self::NotLocked => Text::new("notice-not-locked"),
            Self::StatesOff { folder, reason } => Text::new("notice-states-off")
                .word("folder", folder.display())
                .word("reason", reason),
            Self::DraftRefused {
                path,
                reason: DraftProblem::OtherVocabulary,
            } => Text::new("notice-draft-vocabulary").word("path", path.display()),
            Self::DraftRefused {
                path,
                reason: DraftProblem::NotLoaded { reason },
            } => Text::new("notice-draft-not-loaded")
                .word("path", path.display())
                .word("reason", reason),
            Self::DraftRefused {
                path,
                reason: DraftProblem::NoRoom { short_bytes },
            } => Text::new("notice-draft-no-room")
                .word("path", path.display())
                .with("short", Arg::Bytes(*short_bytes)),
        }
    }
}
