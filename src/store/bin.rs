//! The bin: what has been deleted, and can come back until the bin is emptied.
//!
//! A deletion is a row of its own, and what it took names that row. So restoring one brings
//! back exactly what it took, and a message that went before its chat did stays gone when
//! the chat comes back.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::row::Name;
use super::{Error, Store, chats, now_unix_ms, search};
use crate::chat::{Chat, ChatId, FolderId, MessageId};

/// A deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BinId(pub u64);

impl BinId {
    /// An id that no deletion has.
    #[must_use]
    pub fn fresh() -> Self {
        Self(MessageId::fresh().0)
    }

    fn number(self) -> i64 {
        self.0.cast_signed()
    }
}

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One chat or several.
    Chats,
    /// One message; what followed it stayed.
    Message,
    /// A message and all that followed it.
    Branch,
    /// A folder, perhaps with its chats.
    Folder,
    /// Something that only a newer Charla knows. It can be restored all the same.
    #[serde(other)]
    Unknown,
}

/// What is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// These chats.
    Chats(Vec<ChatId>),
    /// Every chat that is not in the bin.
    AllChats,
    /// This message; what follows it stays.
    Message(ChatId, MessageId),
    /// This message and all that follows it, in whatever branch.
    Branch(ChatId, MessageId),
    /// This folder, and its chats where that is said; else they stay, in no folder.
    Folder {
        /// The folder.
        id: FolderId,
        /// Whether its chats go with it.
        with_chats: bool,
    },
}

/// One deletion, as the bin lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinEntry {
    /// Its id.
    pub id: BinId,
    /// What it took.
    pub kind: Kind,
    /// The name of the chat or folder, or the beginning of the message.
    pub name: String,
    /// The chat it was taken from, or the first of those it took.
    pub chat: Option<ChatId>,
    /// How many chats it took.
    pub chats: u32,
    /// How many messages it took, those of its chats included.
    pub messages: u32,
    /// When that was.
    pub deleted_unix_ms: i64,
}

fn entry(row: &Row<'_>) -> rusqlite::Result<BinEntry> {
    Ok(BinEntry {
        id: BinId(row.get::<_, i64>(0)?.cast_unsigned()),
        kind: row.get::<_, Name<_>>(1)?.0,
        name: row.get(2)?,
        chat: row.get(3)?,
        deleted_unix_ms: row.get(4)?,
        chats: row.get(5)?,
        messages: row.get(6)?,
    })
}

impl Store {
    /// What is in the bin, the latest first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn bin(&self) -> Result<Vec<BinEntry>, Error> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, kind, name, chat, deleted_ms,
                     (SELECT count(*) FROM chats WHERE chats.bin = bin.id),
                     (SELECT count(*) FROM messages WHERE messages.bin = bin.id)
                     + (SELECT count(*) FROM messages JOIN chats ON chats.id = messages.chat
                        WHERE chats.bin = bin.id)
                 FROM bin ORDER BY deleted_ms DESC, id DESC",
            )?;
            statement.query_map([], entry)?.collect()
        })
    }
}

/// Moves something to the bin. Where there is nothing of it, nothing happens.
pub(in crate::store) fn delete(
    db: &Connection,
    id: BinId,
    target: &Target,
) -> rusqlite::Result<()> {
    let bin = id.number();
    let (kind, name, chat) = match target {
        Target::Chats(chats) => (
            Kind::Chats,
            chats.first().map(|&it| chat_name(db, it)).transpose()?,
            chats.first().copied(),
        ),
        Target::AllChats => (Kind::Chats, None, None),
        Target::Message(chat, message) => (Kind::Message, message_name(db, *message)?, Some(*chat)),
        Target::Branch(chat, message) => (Kind::Branch, message_name(db, *message)?, Some(*chat)),
        Target::Folder { id, .. } => (Kind::Folder, folder_name(db, *id)?, None),
    };
    db.prepare_cached(
        "INSERT INTO bin (id, kind, name, chat, deleted_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![
        bin,
        Name(kind),
        name.unwrap_or_default(),
        chat,
        now_unix_ms()
    ])?;
    match target {
        Target::Chats(chats) => {
            for chat in chats {
                db.prepare_cached("UPDATE chats SET bin = ?1 WHERE id = ?2 AND bin IS NULL")?
                    .execute(params![bin, chat])?;
            }
        }
        Target::AllChats => {
            db.execute("UPDATE chats SET bin = ?1 WHERE bin IS NULL", [bin])?;
        }
        Target::Message(_, message) => {
            db.prepare_cached("UPDATE messages SET bin = ?1 WHERE id = ?2 AND bin IS NULL")?
                .execute(params![bin, message])?;
        }
        Target::Branch(chat, message) => {
            // UNION, not UNION ALL: a cycle in the file must end.
            db.prepare_cached(
                "WITH RECURSIVE branch (id) AS (
                     SELECT ?2 UNION
                     SELECT messages.id FROM messages JOIN branch ON messages.parent = branch.id
                     WHERE messages.chat = ?3)
                 UPDATE messages SET bin = ?1
                 WHERE chat = ?3 AND bin IS NULL AND id IN (SELECT id FROM branch)",
            )?
            .execute(params![bin, message, chat])?;
        }
        Target::Folder { id, with_chats } => {
            db.execute(
                "UPDATE folders SET bin = ?1 WHERE id = ?2 AND bin IS NULL",
                params![bin, id],
            )?;
            if *with_chats {
                db.execute(
                    "UPDATE chats SET bin = ?1 WHERE folder = ?2 AND bin IS NULL",
                    params![bin, id],
                )?;
            }
        }
    }
    remove_empty(db)
}

/// Brings back what a deletion took; a message also brings its chat back.
pub(in crate::store) fn restore(db: &Connection, id: BinId) -> rusqlite::Result<()> {
    let bin = id.number();
    let restored: Vec<(ChatId, MessageId)> = db
        .prepare_cached("SELECT chat, id FROM messages WHERE bin = ?1")?
        .query_map([bin], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let of_message = "SELECT chat FROM messages WHERE bin = ?1";
    db.execute(
        &format!("UPDATE chats SET bin = NULL WHERE bin = ?1 OR id IN ({of_message})"),
        [bin],
    )?;
    for table in ["messages", "folders"] {
        db.execute(
            &format!("UPDATE {table} SET bin = NULL WHERE bin = ?1"),
            [bin],
        )?;
    }
    show(db, &restored)?;
    remove_empty(db)
}

/// Sees to it that what came back is read again, not only there.
fn show(db: &Connection, restored: &[(ChatId, MessageId)]) -> rusqlite::Result<()> {
    let Some(&(id, _)) = restored.first() else {
        return Ok(());
    };
    let Some(chat) = chats::load(db, id)? else {
        return Ok(());
    };
    let is_back = |message: MessageId| restored.iter().any(|it| it.1 == message);
    if chat.path().any(|message| is_back(message.id)) {
        return Ok(());
    }
    let leaf = restored.iter().find_map(|it| chat.newest_in_branch(it.1));
    db.prepare_cached("UPDATE chats SET leaf = ?2 WHERE id = ?1")?
        .execute(params![id, leaf])
        .map(drop)
}

/// Destroys what was deleted before a time.
pub(in crate::store) fn purge(db: &Connection, before_unix_ms: i64) -> rusqlite::Result<()> {
    let old: Vec<i64> = db
        .prepare_cached("SELECT id FROM bin WHERE deleted_ms < ?1")?
        .query_map([before_unix_ms], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for bin in old {
        destroy(db, BinId(bin.cast_unsigned()))?;
    }
    Ok(())
}

/// Destroys what one deletion took.
pub(in crate::store) fn destroy(db: &Connection, id: BinId) -> rusqlite::Result<()> {
    let bin = id.number();
    let messages: Vec<MessageId> = db
        .prepare_cached("SELECT id FROM messages WHERE bin = ?1")?
        .query_map([bin], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for message in messages {
        // What followed it in the tree follows its parent.
        db.prepare_cached(
            "UPDATE messages SET parent = (SELECT parent FROM messages WHERE id = ?1)
             WHERE chat = (SELECT chat FROM messages WHERE id = ?1) AND parent = ?1",
        )?
        .execute([message])?;
        search::remove_message(db, message)?;
        db.prepare_cached("DELETE FROM messages WHERE id = ?1")?
            .execute([message])?;
    }
    let chats: Vec<ChatId> = db
        .prepare_cached("SELECT id FROM chats WHERE bin = ?1")?
        .query_map([bin], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for chat in chats {
        search::remove_chat(db, chat)?;
        db.prepare_cached("DELETE FROM chats WHERE id = ?1")?
            .execute([chat])?;
    }
    db.execute("DELETE FROM folders WHERE bin = ?1", [bin])?;
    remove_empty(db)
}

/// Forgets deletions of which nothing is left in the bin.
pub(in crate::store) fn remove_empty(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached(
        "DELETE FROM bin WHERE NOT EXISTS (SELECT 1 FROM chats WHERE chats.bin = bin.id)
             AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.bin = bin.id)
             AND NOT EXISTS (SELECT 1 FROM folders WHERE folders.bin = bin.id)",
    )?
    .execute([])
    .map(drop)
}

fn chat_name(db: &Connection, id: ChatId) -> rusqlite::Result<String> {
    db.prepare_cached("SELECT coalesce(title, opening) FROM chats WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()
        .map(Option::unwrap_or_default)
}

fn folder_name(db: &Connection, id: FolderId) -> rusqlite::Result<Option<String>> {
    db.query_row("SELECT name FROM folders WHERE id = ?1", [id], |row| {
        row.get(0)
    })
    .optional()
}

fn message_name(db: &Connection, id: MessageId) -> rusqlite::Result<Option<String>> {
    let text: Option<String> = db
        .query_row("SELECT text FROM messages WHERE id = ?1", [id], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(text.and_then(|text| Chat::opening(&text)))
}
