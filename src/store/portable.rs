//! A chat with everything that belongs to it: what is taken out, and what is brought in.

use rusqlite::{Connection, OptionalExtension};

use super::{Error, Store, chats};
use crate::chat::{Chat, ChatId};

/// A chat as it travels: into a file, out of one, or from one database to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Portable {
    /// The chat with all its messages.
    pub chat: Chat,
    /// The name of its folder.
    pub folder: Option<String>,
    /// When it was pinned.
    pub pinned_unix_ms: Option<i64>,
    /// When it was archived.
    pub archived_unix_ms: Option<i64>,
    /// When something was last written in it.
    pub updated_unix_ms: i64,
    /// What has been typed in it and not sent.
    pub draft: String,
}

impl Store {
    /// A chat as it travels. Messages in the bin stay there.
    ///
    /// # Errors
    /// [`Error::NoSuchChat`] where it is in the bin or nowhere, and where the file cannot be
    /// read.
    pub fn portable(&self, id: ChatId) -> Result<Portable, Error> {
        let portable = self.read(|db| load(db, id))?;
        portable.ok_or_else(|| Error::NoSuchChat { code: id.code() })
    }

    /// All chats that are not in the bin, the archived ones too, the oldest first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn all_chats(&self) -> Result<Vec<ChatId>, Error> {
        self.read(|db| {
            let mut statement = db
                .prepare_cached("SELECT id FROM chats WHERE bin IS NULL ORDER BY created_ms, id")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }
}

fn load(db: &Connection, id: ChatId) -> rusqlite::Result<Option<Portable>> {
    let Some(chat) = chats::load(db, id)? else {
        return Ok(None);
    };
    db.prepare_cached(
        "SELECT folders.name, pinned_ms, archived_ms, updated_ms, draft
         FROM chats LEFT JOIN folders ON folders.id = chats.folder AND folders.bin IS NULL
         WHERE chats.id = ?1",
    )?
    .query_row([id], |row| {
        Ok(Portable {
            chat,
            folder: row.get(0)?,
            pinned_unix_ms: row.get(1)?,
            archived_unix_ms: row.get(2)?,
            updated_unix_ms: row.get(3)?,
            draft: row.get(4)?,
        })
    })
    .optional()
}
