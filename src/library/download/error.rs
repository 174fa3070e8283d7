//! Why a download did not end well, and how to say so.

use std::io;
use std::path::{Path, PathBuf};

use crate::i18n::{Arg, Localize, Text};
use crate::library::hub;

/// Why a download did not end well.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server did not give the file.
    #[error(transparent)]
    Server(#[from] hub::Error),
    /// A file of that name is there and holds something else, or nobody knows whether it does.
    #[error("{}: there already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another program is downloading the same file.
    #[error("{}: another program downloads it", path.display())]
    Busy {
        /// The file it is to become.
        path: PathBuf,
    },
    /// The file would not fit on the disk, or would fill it.
    #[error("{}: {needed_bytes} bytes needed, {free_bytes} free", path.display())]
    NoRoom {
        /// The folder.
        path: PathBuf,
        /// What is still to come, and what has to stay free.
        needed_bytes: u64,
        /// What there is.
        free_bytes: u64,
    },
    /// What arrived is not what the Hub has.
    #[error("{name}: wrong SHA-256")]
    WrongHash {
        /// The file.
        name: String,
    },
    /// The server has another size for the file than was announced.
    #[error("{name}: {size_bytes} bytes instead of {expected_bytes}")]
    WrongSize {
        /// The file.
        name: String,
        /// What the server has or sends.
        size_bytes: u64,
        /// What was announced.
        expected_bytes: u64,
    },
    /// The file on the server is no longer the one that was asked for.
    #[error("{name}: changed")]
    Changed {
        /// The file.
        name: String,
    },
    /// Files of a set are missing.
    #[error("{name}: {found} of {expected} files")]
    Incomplete {
        /// The set.
        name: String,
        /// How many files it should have.
        expected: u32,
        /// How many there are.
        found: u32,
    },
    /// A file or folder could not be written or read.
    #[error("{}: {reason}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The thread of the downloads could not be started, or has ended.
    #[error("no thread for downloads: {reason}")]
    Thread {
        /// Why.
        reason: String,
    },
}

impl Error {
    /// Whether another attempt may well succeed a little later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Server(error) => error.may_pass(),
            _ => false,
        }
    }

    /// A failure of the disk; `free_bytes` is what it has left where it is full.
    pub(super) fn disk(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom {
                path: path.parent().unwrap_or(path).to_owned(),
                needed_bytes: 0,
                free_bytes: 0,
            },
            _ => Self::Disk {
                path: path.to_owned(),
                reason: error.to_string(),
            },
        }
    }
}

impl Localize for Error {
    fn text(&self) -> Text {
        match self {
            Self::Server(error) => error.text(),
            Self::Exists { path } => Text::new("download-exists").word("path", path.display()),
            Self::Busy { path } => Text::new("download-busy").word("path", path.display()),
            Self::NoRoom {
                path,
                needed_bytes: 0,
                ..
            } => Text::new("download-disk-full").word("path", path.display()),
            Self::NoRoom {
                path,
                needed_bytes,
                free_bytes,
            } => Text::new("download-no-room")
                .word("path", path.display())
                .with("needed", Arg::Bytes(*needed_bytes))
                .with("free", Arg::Bytes(*free_bytes)),
            Self::WrongHash { name } => Text::new("download-wrong-hash").word("name", name),
            Self::WrongSize {
                name,
                size_bytes,
                expected_bytes,
            } => Text::new("download-wrong-size")
                .word("name", name)
                .count("size", *size_bytes)
                .count("expected", *expected_bytes),
            Self::Changed { name } => Text::new("download-changed").word("name", name),
            Self::Incomplete {
                name,
                expected,
                found,
            } => Text::new("download-incomplete")
                .word("name", name)
                .count("expected", *expected)
                .count("found", *found),
            Self::Disk { path, reason } => Text::new("download-disk")
                .word("path", path.display())
                .word("reason", reason),
            Self::Thread { reason } => Text::new("download-thread").word("reason", reason),
        }
    }
}
