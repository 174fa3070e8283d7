//! Why chats could not be brought in or taken out, and how it is said.

use std::io;
use std::path::{Path, PathBuf};

use crate::i18n::{Arg, Localize, Text, reason_of};
use crate::store::Error;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// The system does not let it be read.
    Unreadable {
        /// The system's words.
        reason: String,
    },
    /// It has nothing in it.
    Empty,
    /// It holds no conversations in a form that is known.
    Unknown,
    /// It is no valid JSON.
    Broken {
        /// The line where that shows.
        line: u64,
        /// The place in that line, in bytes.
        column: u64,
    },
    /// It ends in the middle.
    CutOff,
    /// It is no UTF-8 text.
    NotUtf8 {
        /// The line, or the one where the conversation begins.
        line: u64,
    },
    /// It has too many brackets within brackets.
    TooDeep {
        /// The line where that shows.
        line: u64,
    },
    /// One conversation in it is too large.
    TooLarge {
        /// How large one may be.
        limit_bytes: u64,
    },
    /// A newer Charla wrote it.
    Newer {
        /// The version of its format.
        version: u64,
    },
    /// It is a folder without conversations.
    NothingInFolder,
    /// It is a zip file without conversations.
    NothingInZip,
    /// It is a zip file that cannot be read.
    BrokenZip {
        /// The reader's words.
        reason: String,
    },
}

impl Fault {
    pub(super) fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Unreadable {
                reason: error.to_string(),
            },
        }
    }

    pub(super) fn at(self, path: &Path) -> ImportError {
        ImportError::File {
            path: path.to_owned(),
            fault: self,
        }
    }
}

/// Chats could not be brought in. Then none of them was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Because of the file.
    #[error("{}: {fault:?}", path.display())]
    File {
        /// The file, or the folder.
        path: PathBuf,
        /// What is wrong with it.
        fault: Fault,
    },
    /// Because of the chats that are there.
    #[error(transparent)]
    Store(#[from] Error),
    /// Because whoever asked for it no longer wants it.
    #[error("cancelled")]
    Cancelled,
}

impl Localize for ImportError {
    fn text(&self) -> Text {
        let (path, fault) = match self {
            Self::Store(error) => return error.text(),
            Self::Cancelled => return Text::new("transfer-cancelled"),
            Self::File { path, fault } => (path.display(), fault),
        };
        match fault {
            Fault::Missing => Text::new("transfer-missing").word("path", path),
            Fault::Unreadable { reason } => Text::new("transfer-unreadable")
                .word("path", path)
                .word("reason", reason),
            Fault::Empty => Text::new("transfer-empty").word("path", path),
            Fault::Unknown => Text::new("transfer-unknown").word("path", path),
            Fault::Broken { line, column } => Text::new("transfer-broken")
                .word("path", path)
                .count("line", *line)
                .count("column", *column),
            Fault::CutOff => Text::new("transfer-cut-off").word("path", path),
            Fault::NotUtf8 { line } => Text::new("transfer-not-utf8")
                .word("path", path)
                .count("line", *line),
            Fault::TooDeep { line } => Text::new("transfer-too-deep")
                .word("path", path)
                .count("line", *line),
            Fault::TooLarge { limit_bytes } => Text::new("transfer-too-large")
                .word("path", path)
                .with("limit", Arg::Bytes(*limit_bytes)),
            Fault::Newer { version } => Text::new("transfer-newer")
                .word("path", path)
                .count("version", *version),
            Fault::NothingInFolder => Text::new("transfer-nothing-in-folder").word("path", path),
            Fault::NothingInZip => Text::new("transfer-nothing-in-zip").word("path", path),
            Fault::BrokenZip { reason } => Text::new("transfer-broken-zip")
                .word("path", path)
                .word("reason", reason),
        }
    }
}

/// Chats could not be taken out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// They could not be read.
    #[error(transparent)]
    Store(#[from] Error),
    /// They could not be written down.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// The file is there already.
    #[error("{}: exists", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// This file could not be written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
}

impl ExportError {
    /// Gives a failure to write its file.
    pub(super) fn at(self, path: &Path) -> Self {
        match self {
            Self::Write(error) if error.kind() != io::ErrorKind::BrokenPipe => Self::File {
                path: path.to_owned(),
                // It was written under another name until it was whole.
                reason: reason_of(&error),
            },
            other => other,
        }
    }
}

impl Localize for ExportError {
    fn text(&self) -> Text {
        match self {
            Self::Store(error) => error.text(),
            Self::Write(error) => Text::new("transfer-output").word("reason", error),
            Self::Exists { path } => Text::new("transfer-exists").word("path", path.display()),
            Self::File { path, reason } => Text::new("transfer-not-written")
                .word("path", path.display())
                .word("reason", reason),
        }
    }
}
