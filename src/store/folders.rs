//! Folders of chats.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Error, Store, now_unix_ms};
use crate::chat::FolderId;

/// A folder of chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its id.
    pub id: FolderId,
    /// What it is called.
    pub name: String,
}

impl Store {
    /// The folders, by name.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn folders(&self) -> Result<Vec<Folder>, Error> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, name FROM folders WHERE bin IS NULL ORDER BY name COLLATE NOCASE, id",
            )?;
            let folder = |row: &rusqlite::Row<'_>| {
                Ok(Folder {
                    id: row.get(0)?,
                    name: row.get(1)?,
                })
            };
            statement.query_map([], folder)?.collect()
        })
    }
}

pub(in crate::store) fn add(db: &Connection, id: FolderId, name: &str) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO folders (id, name, created_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![id, name, now_unix_ms()])
    .map(drop)
}

pub(in crate::store) fn rename(db: &Connection, id: FolderId, name: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE folders SET name = ?2 WHERE id = ?1")?
        .execute(params![id, name])
        .map(drop)
}

/// The folder of this name that is not in the bin; made where there is none.
pub(in crate::store) fn named(db: &Connection, name: &str) -> rusqlite::Result<FolderId> {
    let found = db
        .prepare_cached("SELECT id FROM folders WHERE name = ?1 AND bin IS NULL ORDER BY id")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => Ok(id),
        None => {
            let id = FolderId::fresh();
            add(db, id, name)?;
            Ok(id)
        }
    }
}
