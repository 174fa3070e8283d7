//! The list of chats, and one chat with all that is in it.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::row::Json;
use super::{Error, Store, messages};
use crate::chat::{Chat, ChatId, FolderId, Message, MessageId};

/// What a list of chats shows of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The chat.
    pub id: ChatId,
    /// Its title, or the beginning of what the user wrote first; empty for an empty chat.
    pub name: String,
    /// Whether `name` is a title that it was given.
    pub has_title: bool,
    /// The folder it is in.
    pub folder: Option<FolderId>,
    /// Whether it stands above the others.
    pub is_pinned: bool,
    /// Whether it is put away.
    pub is_archived: bool,
    /// When it was begun.
    pub created_unix_ms: i64,
    /// When something was last written in it.
    pub updated_unix_ms: i64,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Chats that are not in the bin: the pinned ones first, then by last use.
    pub chats: Vec<Summary>,
    /// How many the whole list has.
    pub total: u32,
}

/// A folder in the bin is none.
const SUMMARY: &str = "id, coalesce(title, opening), title IS NOT NULL, \
     (SELECT id FROM folders WHERE folders.id = chats.folder AND folders.bin IS NULL), \
     pinned_ms IS NOT NULL, archived_ms IS NOT NULL, created_ms, updated_ms";

impl Summary {
    pub(in crate::store) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            has_title: row.get(2)?,
            folder: row.get(3)?,
            is_pinned: row.get(4)?,
            is_archived: row.get(5)?,
            created_unix_ms: row.get(6)?,
            updated_unix_ms: row.get(7)?,
        })
    }
}

impl Store {
    /// The first `limit` chats of the list after `offset`; those that are archived, or those
    /// that are not.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn list(&self, is_archived: bool, offset: u32, limit: u32) -> Result<Page, Error> {
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT {SUMMARY} FROM chats
                 WHERE bin IS NULL AND (archived_ms IS NOT NULL) = ?1
                 ORDER BY pinned_ms IS NOT NULL DESC, updated_ms DESC, id
                 LIMIT ?2 OFFSET ?3"
            ))?;
            let chats = statement
                .query_map(params![is_archived, limit, offset], Summary::of_row)?
                .collect::<Result<_, _>>()?;
            let total = db
                .prepare_cached(
                    "SELECT count(*) FROM chats
                     WHERE bin IS NULL AND (archived_ms IS NOT NULL) = ?1",
                )?
                .query_row([is_archived], |row| row.get(0))?;
            Ok(Page { chats, total })
        })
    }

    /// What the list shows of one chat; `None` where it is in the bin or nowhere.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn summary(&self, id: ChatId) -> Result<Option<Summary>, Error> {
        self.read(|db| {
            db.prepare_cached(&format!(
                "SELECT {SUMMARY} FROM chats WHERE id = ?1 AND bin IS NULL"
            ))?
            .query_row([id], Summary::of_row)
            .optional()
        })
    }

    /// A chat with its messages, those in the bin left out.
    ///
    /// # Errors
    /// [`Error::NoSuchChat`] where it is in the bin or nowhere, and where the file cannot be
    /// read.
    pub fn chat(&self, id: ChatId) -> Result<Chat, Error> {
        let chat = self.read(|db| load(db, id))?;
        chat.ok_or_else(|| Error::NoSuchChat { code: id.code() })
    }

    /// The chat whose code begins like this.
    ///
    /// # Errors
    /// [`Error::NoSuchChat`], [`Error::Ambiguous`], and where the file cannot be read.
    pub fn find(&self, code: &str) -> Result<ChatId, Error> {
        let code = code.trim().to_owned();
        if let Some(id) = ChatId::from_code(&code)
            && self.summary(id)?.is_some()
        {
            return Ok(id);
        }
        let wanted = code.to_ascii_lowercase();
        let ids: Vec<ChatId> = self.read(|db| {
            let mut statement = db.prepare_cached("SELECT id FROM chats WHERE bin IS NULL")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })?;
        let mut found = ids
            .into_iter()
            .filter(|id| !wanted.is_empty() && id.code().starts_with(&wanted));
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(id),
            (None, _) => Err(Error::NoSuchChat { code }),
            (Some(_), Some(_)) => Err(Error::Ambiguous { code }),
        }
    }
}

/// Reads a chat that is not in the bin.
pub(in crate::store) fn load(db: &Connection, id: ChatId) -> rusqlite::Result<Option<Chat>> {
    let head = db
        .prepare_cached(
            "SELECT title, system, sampling, created_ms, leaf FROM chats
             WHERE id = ?1 AND bin IS NULL",
        )?
        .query_row([id], |row| {
            let mut chat = Chat::new(id, row.get(3)?);
            chat.title = row.get(0)?;
            chat.system = row.get(1)?;
            chat.sampling = row.get::<_, Option<Json<_>>>(2)?.map(|it| it.0);
            Ok((chat, row.get::<_, Option<MessageId>>(4)?))
        })
        .optional()?;
    let Some((mut chat, leaf)) = head else {
        return Ok(None);
    };
    let (messages, parents) = messages::of_chat(db, id)?;
    let gone: Vec<_> = parents.keys().copied().collect();
    let mut all: Vec<Message> = messages;
    // Those in the bin hold the tree together until it has been read.
    all.extend(
        parents.into_iter().map(|(id, parent)| {
            Message::new(id, parent, crate::chat::Role::User, String::new(), 0)
        }),
    );
    chat.set_messages(all, leaf);
    if !gone.is_empty() {
        chat.remove(&gone);
    }
    Ok(Some(chat))
}
