//! Chats on disk: one SQLite file, the only one who opens it, and what keeps it whole.
//!
//! [`Store`] does one thing at a time and waits for the disk. [`Keeper`] owns one on threads
//! of its own, for those who must not wait.

mod backup;
mod bin;
mod chats;
mod drafts;
mod error;
mod folders;
mod ids;
mod keeper;
mod lock;
mod messages;
mod notice;
mod open;
mod portable;
mod repair;
mod row;
mod schema;
pub mod search;
pub mod transfer;
mod write;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use backup::Backup;
pub use bin::{BinEntry, BinId, Kind, Target};
pub use chats::{Page, Summary};
pub use error::Error;
pub use folders::Folder;
pub use ids::now_unix_ms;
pub use keeper::{Event, Keeper, Report, Runner};
pub use notice::Notice;
pub use open::Mode;
pub use portable::Portable;
pub use write::Write;

use lock::Lock;

/// The name of the file.
pub(in crate::store) const FILE: &str = "chats.sqlite3";

/// The chats of one user.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    /// The file, also while the chats are in memory because it cannot be used.
    path: PathBuf,
    mode: Mode,
    /// Counts how often another database took the place of this one.
    generation: u32,
    /// The name of the database in memory, where there is one.
    memory: Option<String>,
    /// What tells other programs that these chats are used; `None` while they are in memory.
    lock: Option<Lock>,
    /// What was written while the chats were in memory: done again once the file can be used.
    unsaved: Vec<Write>,
    notices: Vec<Notice>,
}

impl Store {
    /// The file of the chats.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether what is written is kept.
    #[must_use]
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// Changes when another database took the place of this one: it is read anew then.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Takes what has not been told yet.
    pub(in crate::store) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// What was done to the chats when they were opened, and the user should know.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// A number that is another one after another program, or another part of this one, has
    /// written; `None` where the chats are in memory (<https://sqlite.org/pragma.html>).
    pub(in crate::store) fn data_version(&self) -> Option<u32> {
        let is_kept = self.mode == Mode::Kept;
        let read = |db: &Connection| db.pragma_query_value(None, "data_version", |row| row.get(0));
        is_kept.then(|| read(&self.db).ok()).flatten()
    }

    fn fail(&self, source: rusqlite::Error) -> Error {
        Error::of(&self.path, source)
    }

    /// Runs a read and gives a failure its place.
    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        read(&self.db).map_err(|source| self.fail(source))
    }
}
