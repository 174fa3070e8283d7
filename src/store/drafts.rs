//! What has been typed and not sent, chat by chat.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Error, Store};
use crate::chat::ChatId;

/// Where the draft of a chat that does not exist yet is kept.
const NEW: &str = "draft";

impl Store {
    /// The draft of a chat, or that of the next new one; empty where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn draft(&self, chat: Option<ChatId>) -> Result<String, Error> {
        let draft = self.read(|db| match chat {
            Some(chat) => db
                .prepare_cached("SELECT draft FROM chats WHERE id = ?1")?
                .query_row([chat], |row| row.get(0))
                .optional(),
            None => meta(db, NEW),
        })?;
        Ok(draft.unwrap_or_default())
    }
}

pub(in crate::store) fn set(
    db: &Connection,
    chat: Option<ChatId>,
    text: &str,
) -> rusqlite::Result<()> {
    match chat {
        Some(chat) => db
            .prepare_cached("UPDATE chats SET draft = ?2 WHERE id = ?1")?
            .execute(params![chat, text])
            .map(drop),
        None => set_meta(db, NEW, text),
    }
}

/// A value of its own, by its name.
pub(in crate::store) fn meta(db: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

pub(in crate::store) fn set_meta(db: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute([key, value])
    .map(drop)
}
