//! The tables, and how those of older versions become these.
//!
//! Times are milliseconds since 1970-01-01 UTC. Ids are made by Charla, not by SQLite
//! (`ids.rs`), so that what could not be saved yet has one too.

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookError, M, Migrations};

use super::search;

/// The tables of the first version.
///
/// - `chats.opening` is the beginning of the first question: what a chat without a title
///   goes by. `chats.leaf` is the message it is read to.
/// - `messages.role` and `messages.finish` are the names of `chat::Role` and
///   `chat::Finish`; `sampling` and `timings` are JSON. A reply whose `finish` is NULL is
///   being written, or its writer was killed.
/// - `tails` holds what has come of a reply since it was begun, so that a checkpoint costs
///   the same however long the reply is.
/// - `bin` has one row for each deletion; what it took names it. Nothing else is deleted.
const CHATS: &str = "
CREATE TABLE bin (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    chat INTEGER,
    deleted_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    bin INTEGER REFERENCES bin (id)
) STRICT;
CREATE TABLE chats (
    id INTEGER PRIMARY KEY,
    title TEXT,
    opening TEXT NOT NULL DEFAULT '',
    folder INTEGER REFERENCES folders (id) ON DELETE SET NULL,
    leaf INTEGER,
    system TEXT,
    sampling TEXT,
    draft TEXT NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    pinned_ms INTEGER,
    archived_ms INTEGER,
    bin INTEGER REFERENCES bin (id)
) STRICT;
CREATE INDEX chats_by_age ON chats (updated_ms) WHERE bin IS NULL;
CREATE INDEX chats_of_folder ON chats (folder) WHERE folder IS NOT NULL;
CREATE INDEX chats_of_bin ON chats (bin) WHERE bin IS NOT NULL;
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    chat INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    parent INTEGER,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL DEFAULT '',
    model TEXT,
    sampling TEXT,
    finish TEXT,
    timings TEXT,
    created_ms INTEGER NOT NULL,
    edited_ms INTEGER,
    bin INTEGER REFERENCES bin (id)
) STRICT;
CREATE INDEX messages_of_chat ON messages (chat);
CREATE INDEX messages_of_bin ON messages (bin) WHERE bin IS NOT NULL;
CREATE INDEX messages_unfinished ON messages (id) WHERE role = 'assistant' AND finish IS NULL;
CREATE TABLE tails (
    message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    PRIMARY KEY (message, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// All versions, the oldest first.
pub(in crate::store) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(CHATS),
        M::up_with_hook(search::TABLES, |tx: &Transaction<'_>| {
            search::fill(tx).map_err(HookError::from)
        }),
    ])
}

/// The version that this program reads and writes.
pub(in crate::store) const VERSION: u32 = 2;

/// The version of a file; 0 for a new one.
pub(in crate::store) fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_is_valid() {
        migrations().validate().unwrap();
        let mut db = Connection::open_in_memory().unwrap();
        migrations().to_latest(&mut db).unwrap();
        assert_eq!(version(&db).unwrap(), VERSION);
    }
}
