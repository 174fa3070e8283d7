//! Full-text search over titles and messages: words in any form, of Spanish and of English.

mod excerpt;
mod find;
mod wanted;
mod words;

use std::ops::Range;

use rusqlite::Connection;

use super::{Error, Store};
use crate::chat::{ChatId, FolderId, MessageId, Role};
use wanted::{Known, Wanted};

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Words, in any order and any form. The last may be the beginning of one.
    pub text: String,
    /// Only messages written at this time or later, in milliseconds since 1970-01-01 UTC.
    pub from_unix_ms: Option<i64>,
    /// Only messages written before this time.
    pub until_unix_ms: Option<i64>,
    /// Only replies of this model.
    pub model: Option<String>,
    /// Only chats in this folder.
    pub folder: Option<FolderId>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The chat.
    pub chat: ChatId,
    /// What the list calls it.
    pub chat_name: String,
    /// The message; `None` where the title was found.
    pub message: Option<MessageId>,
    /// Who wrote the message.
    pub role: Option<Role>,
    /// The title, or the part of the message around the first words that were found.
    pub excerpt: String,
    /// Where those words stand in the excerpt, in bytes.
    pub marks: Vec<Range<usize>>,
    /// When the message was written, or something in the chat.
    pub unix_ms: i64,
}

impl Store {
    /// The best `limit` finds, the best first.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn search(&self, query: &Query, limit: u32) -> Result<Vec<Hit>, Error> {
        let wanted = Wanted::of(&query.text);
        if wanted.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.read(|db| find::find(db, query, &wanted, limit))
    }

    /// The models that have written something, by name.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn models(&self) -> Result<Vec<String>, Error> {
        self.read(|db| {
            // From each name to the next, past all the messages that have the same.
            let mut statement = db.prepare_cached(
                "WITH RECURSIVE models (name) AS (
                     SELECT min(model) FROM messages WHERE model IS NOT NULL
                     UNION ALL
                     SELECT (SELECT min(model) FROM messages WHERE model > models.name)
                     FROM models WHERE models.name IS NOT NULL)
                 SELECT name FROM models WHERE name IS NOT NULL
                     AND EXISTS (SELECT 1 FROM messages JOIN chats ON chats.id = messages.chat
                         WHERE model = name AND messages.bin IS NULL AND chats.bin IS NULL)
                 ORDER BY name COLLATE NOCASE, name",
            )?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }
}

/// More places than anybody looks at in one text.
const MOST_MARKS: usize = 4000;

/// Where a text has the words of a query, in bytes.
#[must_use]
pub fn marks(text: &str, query: &str) -> Vec<Range<usize>> {
    let wanted = Wanted::of(query);
    match wanted.is_empty() {
        true => Vec::new(),
        false => wanted.look(text, &mut Known::default(), MOST_MARKS).ranges,
    }
}

/// The tables of the search. They hold words that were prepared ([`words::prepared`]), not
/// texts; a message is found by its id. What stands between spaces is taken as it is. Texts
/// are counted and compared when they have been found, so of a word only the rows are kept.
pub(in crate::store) const TABLES: &str = "
CREATE INDEX messages_of_model ON messages (model) WHERE model IS NOT NULL;
CREATE INDEX messages_by_age ON messages (created_ms);
CREATE VIRTUAL TABLE message_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, prefix = '2 3',
    tokenize = 'ascii'
);
CREATE VIRTUAL TABLE message_vocabulary USING fts5vocab (message_words, row);
CREATE VIRTUAL TABLE title_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, prefix = '2 3',
    tokenize = 'ascii'
);
";

/// Takes in the texts that were there before the tables.
pub(in crate::store) fn fill(db: &Connection) -> rusqlite::Result<()> {
    let mut statement = db.prepare("SELECT id, text FROM messages")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        add_message(db, row.get(0)?, row.get_ref(1)?.as_str()?)?;
    }
    let mut statement = db.prepare("SELECT id, title FROM chats WHERE title IS NOT NULL")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        set_title(db, row.get(0)?, row.get_ref(1)?.as_str()?)?;
    }
    Ok(())
}

/// Makes a message findable, by these words and no others.
pub(in crate::store) fn add_message(
    db: &Connection,
    id: MessageId,
    text: &str,
) -> rusqlite::Result<()> {
    replace(db, "message_words", id, text)
}

/// Forgets a message.
pub(in crate::store) fn remove_message(db: &Connection, id: MessageId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM message_words WHERE rowid = ?1")?
        .execute([id])
        .map(drop)
}

/// Makes a chat findable by its title; an empty one is forgotten.
pub(in crate::store) fn set_title(
    db: &Connection,
    id: ChatId,
    title: &str,
) -> rusqlite::Result<()> {
    replace(db, "title_words", id, title)
}

/// Forgets a chat and all its messages.
pub(in crate::store) fn remove_chat(db: &Connection, id: ChatId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM title_words WHERE rowid = ?1")?
        .execute([id])?;
    db.prepare_cached(
        "DELETE FROM message_words WHERE rowid IN (SELECT id FROM messages WHERE chat = ?1)",
    )?
    .execute([id])
    .map(drop)
}

fn replace(
    db: &Connection,
    table: &'static str,
    id: impl rusqlite::ToSql,
    text: &str,
) -> rusqlite::Result<()> {
    let words = words::prepared(text);
    if words.is_empty() {
        return db
            .prepare_cached(&format!("DELETE FROM {table} WHERE rowid = ?1"))?
            .execute([id])
            .map(drop);
    }
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO {table} (rowid, words) VALUES (?1, ?2)"
    ))?
    .execute(rusqlite::params![id, words])
    .map(drop)
}

#[cfg(test)]
mod tests;
