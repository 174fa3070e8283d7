//! What the user should know about what became of the chats on disk.

use std::path::PathBuf;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::i18n::{Localize, Text};

/// Something that happened to the chats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The file was damaged. Another took its place, with all that could be read.
    Recovered {
        /// What was wrong with it.
        reason: String,
        /// Where it is kept.
        damaged: PathBuf,
        /// When the backup was made that came back first; `None` where there was none.
        backup_unix_ms: Option<i64>,
        /// Chats that were in no backup and could be read.
        chats: u64,
        /// Messages that were in no backup and could be read.
        messages: u64,
        /// Messages that are known to have been there, are in no backup, and could not be
        /// read.
        lost: u64,
    },
    /// The file was empty, and a backup took its place.
    WasEmpty {
        /// Where it is kept.
        damaged: PathBuf,
        /// When the backup was made; `None` where there was none.
        backup_unix_ms: Option<i64>,
        /// Messages that were in no backup and could be read.
        messages: u64,
    },
    /// A backup was brought back.
    Restored {
        /// When it was made.
        backup_unix_ms: i64,
        /// The backup of what was there before.
        before: String,
    },
    /// What is on disk cannot be shown, because it cannot be read.
    NotShown {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What was written last on disk may be missing in what is shown.
    MayBeOld {
        /// The file.
        path: PathBuf,
    },
    /// Some changes that were made in memory could not be made on disk.
    NotTakenOver {
        /// How many.
        changes: u64,
    },
}

impl Localize for Notice {
    fn text(&self) -> Text {
        match self {
            Self::Recovered {
                reason,
                damaged,
                backup_unix_ms,
                chats,
                messages,
                lost,
            } => {
                let text = match backup_unix_ms {
                    Some(unix_ms) => Text::new("store-recovered-with-backup")
                        .word("backup", moment(*unix_ms))
                        .word("damaged", damaged.display()),
                    None => Text::new("store-recovered-without-backup")
                        .word("damaged", damaged.display()),
                };
                text.word("reason", reason)
                    .count("chats", *chats)
                    .count("messages", *messages)
                    .count("lost", *lost)
            }
            Self::WasEmpty {
                damaged,
                backup_unix_ms: Some(unix_ms),
                messages,
            } => Text::new("store-was-empty-with-backup")
                .word("damaged", damaged.display())
                .word("backup", moment(*unix_ms))
                .count("messages", *messages),
            Self::WasEmpty {
                damaged,
                backup_unix_ms: None,
                messages,
            } => Text::new("store-was-empty-without-backup")
                .word("damaged", damaged.display())
                .count("messages", *messages),
            Self::Restored {
                backup_unix_ms,
                before,
            } => Text::new("store-restored")
                .word("backup", moment(*backup_unix_ms))
                .word("before", before),
            Self::NotShown { path, reason } => Text::new("store-not-shown")
                .word("path", path.display())
                .word("reason", reason),
            Self::MayBeOld { path } => Text::new("store-may-be-old").word("path", path.display()),
            Self::NotTakenOver { changes } => {
                Text::new("store-not-taken-over").count("changes", *changes)
            }
        }
    }
}

/// A time as both languages write it in a sentence.
fn moment(unix_ms: i64) -> String {
    Timestamp::from_millisecond(unix_ms)
        .map(|time| time.to_zoned(TimeZone::system()))
        .map(|time| time.strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}
