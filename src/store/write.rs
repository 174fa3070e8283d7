//! Everything that is ever written to the chats. A [`Write`] is a value, so that one that
//! failed can be tried again later, and each is all or nothing.

use rusqlite::{Connection, TransactionBehavior, params};

use super::bin::Target;
use super::row::Json;
use super::{BinId, Error, Mode, Store, bin, drafts, folders, messages, now_unix_ms, search};
use crate::chat::{Chat, ChatId, Finish, FolderId, Message, MessageId, Role, Timings};
use crate::params::Sampling;

/// A change of what is kept. Each but [`Write::Append`] can be done twice with the same
/// result.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A new chat.
    NewChat {
        /// Its id.
        id: ChatId,
        /// The folder it begins in.
        folder: Option<FolderId>,
        /// When it was begun.
        created_unix_ms: i64,
    },
    /// Messages of a chat; the last of them is the leaf from now on. A reply without an end
    /// grows by [`Write::Append`] and ends with [`Write::Finish`].
    Messages {
        /// The chat.
        chat: ChatId,
        /// The messages, parents first.
        messages: Vec<Message>,
    },
    /// More of a reply.
    Append {
        /// The reply.
        message: MessageId,
        /// What it says next.
        text: String,
        /// What the model thinks next.
        reasoning: String,
    },
    /// All that a reply says so far were thoughts. One that has thoughts, or has ended, stays
    /// as it is.
    WereThoughts {
        /// The reply.
        message: MessageId,
    },
    /// A reply that has ended goes on.
    Resume {
        /// The reply.
        message: MessageId,
    },
    /// The end of a reply. One that has ended stays as it is.
    Finish {
        /// The reply.
        message: MessageId,
        /// Why it ended.
        finish: Finish,
        /// What it cost.
        timings: Option<Timings>,
    },
    /// The message a chat is read to.
    Leaf {
        /// The chat.
        chat: ChatId,
        /// The message.
        leaf: Option<MessageId>,
    },
    /// The title of a chat; `None` goes back to its first words.
    Title {
        /// The chat.
        chat: ChatId,
        /// The title.
        title: Option<String>,
    },
    /// The title of a chat that has none; one that it has stays.
    SuggestTitle {
        /// The chat.
        chat: ChatId,
        /// The title.
        title: String,
    },
    /// The instructions of a chat.
    System {
        /// The chat.
        chat: ChatId,
        /// The instructions.
        system: Option<String>,
    },
    /// The sampling of a chat.
    Sampling {
        /// The chat.
        chat: ChatId,
        /// What it has of its own.
        sampling: Option<Box<Sampling>>,
    },
    /// Whether a chat stands above the others.
    Pin {
        /// The chat.
        chat: ChatId,
        /// Whether it does.
        is_pinned: bool,
    },
    /// Whether a chat is put away.
    Archive {
        /// The chat.
        chat: ChatId,
        /// Whether it is.
        is_archived: bool,
    },
    /// The folder of a chat.
    Move {
        /// The chat.
        chat: ChatId,
        /// The folder; `None` for none.
        folder: Option<FolderId>,
    },
    /// A new folder.
    NewFolder {
        /// Its id.
        id: FolderId,
        /// What it is called.
        name: String,
    },
    /// Another name of a folder.
    RenameFolder {
        /// The folder.
        id: FolderId,
        /// What it is called.
        name: String,
    },
    /// What has been typed and not sent.
    Draft {
        /// The chat; `None` for the next new one.
        chat: Option<ChatId>,
        /// What it says.
        text: String,
    },
    /// To the bin.
    Delete {
        /// The deletion, to be restored by.
        id: BinId,
        /// What goes.
        target: Target,
    },
    /// Out of the bin again.
    Restore(BinId),
    /// Destroys what one deletion took.
    Destroy(BinId),
    /// Destroys what was deleted before this time.
    Purge {
        /// In milliseconds since 1970-01-01 UTC.
        before_unix_ms: i64,
    },
}

impl Store {
    /// Writes these, all or none. When it returns, they are on the disk.
    ///
    /// # Errors
    /// Where the file cannot be written; then it is as it was.
    pub fn write(&mut self, writes: &[Write]) -> Result<(), Error> {
        let path = self.path.clone();
        let mut write = || -> rusqlite::Result<()> {
            // A write that waits at its start never has to give up in its middle.
            let tx = self
                .db
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            for write in writes {
                apply(&tx, write)?;
            }
            tx.commit()
        };
        write().map_err(|source| Error::of(&path, source))?;
        if matches!(self.mode, Mode::Memory(_)) {
            self.unsaved.extend_from_slice(writes);
        }
        Ok(())
    }
}

pub(in crate::store) fn apply(db: &Connection, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::NewChat {
            id,
            folder,
            created_unix_ms,
        } => db
            .prepare_cached(
                // Another program may have destroyed the folder.
                "INSERT INTO chats (id, folder, created_ms, updated_ms)
                 VALUES (?1, (SELECT id FROM folders WHERE id = ?2), ?3, ?3)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![id, folder, created_unix_ms])
            .map(drop),
        Write::Messages { chat, messages } => add_messages(db, *chat, messages),
        Write::Append {
            message,
            text,
            reasoning,
        } => messages::append(db, *message, text, reasoning),
        Write::WereThoughts { message } => messages::rethink(db, *message),
        Write::Resume { message } => messages::resume(db, *message),
        Write::Finish {
            message,
            finish,
            timings,
        } => messages::finish(db, *message, *finish, *timings),
        Write::Leaf { chat, leaf } => set(db, "leaf", *chat, leaf),
        Write::Title { chat, title } => {
            set(db, "title", *chat, title)?;
            search::set_title(db, *chat, title.as_deref().unwrap_or_default())
        }
        Write::SuggestTitle { chat, title } => {
            let suggested = db
                .prepare_cached("UPDATE chats SET title = ?2 WHERE id = ?1 AND title IS NULL")?
                .execute(params![chat, title])?;
            match suggested {
                0 => Ok(()),
                _ => search::set_title(db, *chat, title),
            }
        }
        Write::System { chat, system } => set(db, "system", *chat, system),
        Write::Sampling { chat, sampling } => set(
            db,
            "sampling",
            *chat,
            sampling.as_deref().cloned().map(Json),
        ),
        Write::Pin { chat, is_pinned } => set(db, "pinned_ms", *chat, is_pinned.then(now_unix_ms)),
        Write::Archive { chat, is_archived } => {
            set(db, "archived_ms", *chat, is_archived.then(now_unix_ms))
        }
        Write::Move { chat, folder } => db
            .prepare_cached(
                "UPDATE chats SET folder = (SELECT id FROM folders WHERE id = ?2) WHERE id = ?1",
            )?
            .execute(params![chat, folder])
            .map(drop),
        Write::NewFolder { id, name } => folders::add(db, *id, name),
        Write::RenameFolder { id, name } => folders::rename(db, *id, name),
        Write::Draft { chat, text } => drafts::set(db, *chat, text),
        Write::Delete { id, target } => bin::delete(db, *id, target),
        Write::Restore(id) => bin::restore(db, *id),
        Write::Destroy(id) => bin::destroy(db, *id),
        Write::Purge { before_unix_ms } => bin::purge(db, *before_unix_ms),
    }
}

/// Sets one column of a chat.
fn set(
    db: &Connection,
    column: &'static str,
    chat: ChatId,
    value: impl rusqlite::ToSql,
) -> rusqlite::Result<()> {
    db.prepare_cached(&format!("UPDATE chats SET {column} = ?2 WHERE id = ?1"))?
        .execute(params![chat, value])
        .map(drop)
}

fn add_messages(db: &Connection, chat: ChatId, added: &[Message]) -> rusqlite::Result<()> {
    let Some(last) = added.last() else {
        return Ok(());
    };
    // Another program may have deleted or destroyed the chat; what is written in it now is to
    // be seen.
    db.prepare_cached(
        "INSERT INTO chats (id, created_ms, updated_ms) VALUES (?1, ?2, ?2)
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute(params![chat, last.created_unix_ms])?;
    for message in added {
        messages::insert(db, chat, message)?;
    }
    let first_words = added
        .iter()
        .filter(|it| it.role == Role::User)
        .find_map(|it| Chat::opening(&it.text));
    db.prepare_cached(
        "UPDATE chats SET bin = NULL, leaf = ?2, updated_ms = max(updated_ms, ?3),
             opening = CASE opening WHEN '' THEN ?4 ELSE opening END
         WHERE id = ?1",
    )?
    .execute(params![
        chat,
        last.id,
        last.created_unix_ms,
        first_words.unwrap_or_default()
    ])?;
    bin::remove_empty(db)
}
