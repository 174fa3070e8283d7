//! What can be wrong with the file of a preset or a persona.

use std::path::PathBuf;

use crate::i18n::{Localize, Text};

/// Why a preset or a persona could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file makes no sense.
    #[error("{}: {reason}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be read.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The file, or its folder.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The file cannot be written, or not be removed.
    #[error("{}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
}

impl Localize for Error {
    fn text(&self) -> Text {
        let (text, path, reason) = match self {
            Self::Broken { path, reason } => (Text::new("preset-broken"), path, reason),
            Self::Unreadable { path, reason } => (Text::new("preset-unreadable"), path, reason),
            Self::Unwritable { path, reason } => (Text::new("preset-unwritable"), path, reason),
        };
        text.word("path", path.display()).word("reason", reason)
    }
}
