//! What can go wrong with the chats on disk, and how it is said.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::i18n::{Arg, Localize, Text};

/// Chats could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No room is left.
    #[error("{}: the disk is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder may not be written.
    #[error("{}: may not be written", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Another program holds the file for longer than anyone wants to wait.
    #[error("{}: another program holds it", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A newer Charla wrote the file.
    #[error("{}: version {version} is newer than this program", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The file is damaged, or no database.
    #[error("{}: damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
    /// The file or its folder cannot be opened, or the system could not read or write it.
    #[error("{}: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Another window of Charla writes to the chats.
    #[error("{}: another window has it", path.display())]
    OtherWindow {
        /// The file.
        path: PathBuf,
    },
    /// A backup would not fit on the disk.
    #[error("{}: {needed_bytes} bytes needed, {free_bytes} free", path.display())]
    NoRoom {
        /// The folder of the backups.
        path: PathBuf,
        /// What it needs.
        needed_bytes: u64,
        /// What there is.
        free_bytes: u64,
    },
    /// There is no such backup.
    #[error("no backup {name}")]
    NoSuchBackup {
        /// What was asked for.
        name: String,
    },
    /// There is no such chat.
    #[error("no chat {code}")]
    NoSuchChat {
        /// What was asked for.
        code: String,
    },
    /// Several chats begin like this.
    #[error("{code} is the beginning of several chats")]
    Ambiguous {
        /// What was asked for.
        code: String,
    },
    /// A fault in Charla.
    #[error("{}: {reason}", path.display())]
    Internal {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        reason: String,
    },
}

impl Error {
    /// What SQLite's error about the file at `path` means.
    #[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` passes")]
    pub(in crate::store) fn of(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        let reason = source.to_string();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path, reason }
            }
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport,
            ) => Self::Unusable { path, reason },
            // A column that holds what it never should is damage that no checksum saw.
            None if is_conversion(&source) => Self::Damaged { path, reason },
            _ => Self::Internal { path, reason },
        }
    }

    /// What the system's refusal of the file or folder at `path` means.
    pub(crate) fn of_io(path: &Path, source: &std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path }
            }
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path }
            }
            _ => Self::Unusable {
                path,
                reason: source.to_string(),
            },
        }
    }

    /// Whether the same may work later, once there is room or the disk is back.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::DiskFull { .. }
                | Self::ReadOnly { .. }
                | Self::Busy { .. }
                | Self::Unusable { .. }
                | Self::OtherWindow { .. }
                | Self::NoRoom { .. }
        )
    }
}

fn is_conversion(source: &rusqlite::Error) -> bool {
    matches!(
        source,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
    )
}

impl Localize for Error {
    fn text(&self) -> Text {
        match self {
            Self::DiskFull { path } => Text::new("store-disk-full").word("path", path.display()),
            Self::ReadOnly { path } => Text::new("store-read-only").word("path", path.display()),
            Self::Busy { path } => Text::new("store-busy").word("path", path.display()),
            Self::Newer { path, .. } => Text::new("store-newer").word("path", path.display()),
            Self::Damaged { path, reason } => Text::new("store-damaged")
                .word("path", path.display())
                .word("reason", reason),
            Self::Unusable { path, reason } => Text::new("store-unusable")
                .word("path", path.display())
                .word("reason", reason),
            Self::OtherWindow { path } => {
                Text::new("store-other-window").word("path", path.display())
            }
            Self::NoRoom {
                path,
                needed_bytes,
                free_bytes,
            } => Text::new("store-no-room")
                .word("path", path.display())
                .with("needed", Arg::Bytes(*needed_bytes))
                .with("free", Arg::Bytes(*free_bytes)),
            Self::NoSuchBackup { name } => Text::new("store-no-such-backup").word("name", name),
            Self::NoSuchChat { code } => Text::new("store-no-such-chat").word("code", code),
            Self::Ambiguous { code } => Text::new("store-ambiguous").word("code", code),
            Self::Internal { path, reason } => Text::new("store-internal")
                .word("path", path.display())
                .word("reason", reason),
        }
    }
}
