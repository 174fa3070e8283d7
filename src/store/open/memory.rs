//! Chats in memory, for as long as their file cannot be used: a copy of what can be read of
//! it, and a list of what was written since, which is done again once it can.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{BUSY, Mode, beside, connect_to_read, length_bytes, migrate};
use crate::chat::{ChatId, MessageId};
use crate::store::{Error, Notice, Store, Write, schema};

/// Chats in memory, of which there are none yet.
pub(super) fn empty(path: &Path, reason: Error) -> Result<Store, Error> {
    let (mut db, uri) = blank().map_err(|source| Error::of(path, source))?;
    migrate(&mut db, path)?;
    Ok(store(db, uri, path, reason))
}

/// Chats in memory, with those that are in the file.
pub(super) fn over(path: &Path, reason: Error) -> Result<Store, Error> {
    if !path.is_file() || length_bytes(path) == 0 {
        return empty(path, reason);
    }
    let copied = match &reason {
        Error::Newer { .. } => Err(reason.clone()),
        _ => copy(path),
    };
    match copied {
        Ok(((db, uri), is_whole)) => {
            let mut store = store(db, uri, path, reason);
            if !is_whole {
                let path = path.to_owned();
                store.notices.push(Notice::MayBeOld { path });
            }
            Ok(store)
        }
        Err(error) => {
            let mut store = empty(path, reason)?;
            store.notices.push(Notice::NotShown {
                path: path.to_owned(),
                reason: error.to_string(),
            });
            Ok(store)
        }
    }
}

fn store(db: Connection, uri: String, path: &Path, reason: Error) -> Store {
    Store {
        db,
        path: path.to_owned(),
        mode: Mode::Memory(reason),
        generation: 0,
        memory: Some(uri),
        lock: None,
        unsaved: Vec::new(),
        notices: Vec::new(),
    }
}

/// A database in memory, and the name by which others can open it too: SQLite does not tell
/// it again.
type Named = (Connection, String);

fn blank() -> rusqlite::Result<Named> {
    let uri = format!("file:/charla-{:016x}?vfs=memdb", fastrand::u64(..));
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(&uri, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    Ok((db, uri))
}

/// Copies the file into memory. Also returns whether what was written last is in it.
fn copy(path: &Path) -> Result<(Named, bool), Error> {
    let fail = |source| Error::of(path, source);
    if let Ok(db) = copy_of(path, "") {
        return Ok((db, true));
    }
    let log = beside(path, "-wal");
    if length_bytes(&log) == 0 {
        // Nobody writes to it, or else it would have a log.
        return copy_of(path, "immutable=1")
            .map(|db| (db, true))
            .map_err(fail);
    }
    // SQLite reads a log only where it may write beside it.
    let copied = tempfile::tempdir().and_then(|folder| {
        let copy = folder.path().join("chats.sqlite3");
        fs::copy(path, &copy)?;
        fs::copy(&log, beside(&copy, "-wal"))?;
        Ok((folder, copy))
    });
    if let Ok((_folder, copy)) = &copied
        && let Ok(db) = copy_of(copy, "")
    {
        return Ok((db, true));
    }
    copy_of(path, "immutable=1")
        .map(|db| (db, false))
        .map_err(fail)
}

fn copy_of(path: &Path, query: &str) -> rusqlite::Result<Named> {
    let file = connect_to_read(path, query)?;
    let (mut db, uri) = blank()?;
    file.execute("VACUUM INTO ?1", [&uri])?;
    schema::migrations()
        .to_latest(&mut db)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err,
            other => rusqlite::Error::ToSqlConversionFailure(other.into()),
        })?;
    Ok((db, uri))
}

/// Writes to `file` what was written in memory.
pub(super) fn take_over(memory: &mut Store, file: &mut Store) -> Result<(), Error> {
    let missing = missing_chats(memory, file)?;
    if !missing.is_empty() {
        file.write(&missing)?;
    }
    match file.write(&memory.unsaved) {
        Err(Error::Internal { .. }) => {}
        other => return other,
    }
    // One of them is about something that is gone; the others must not be lost with it.
    let mut refused = 0;
    while let Some(write) = memory.unsaved.first() {
        match file.write(std::slice::from_ref(write)) {
            Ok(()) => {}
            Err(Error::Internal { .. }) => refused += 1,
            Err(error) => return Err(error),
        }
        memory.unsaved.remove(0);
    }
    if refused > 0 {
        let changes = refused;
        file.notices.push(Notice::NotTakenOver { changes });
    }
    Ok(())
}

/// What makes the chats that were written to in memory, and are no longer in the file.
fn missing_chats(memory: &Store, file: &Store) -> Result<Vec<Write>, Error> {
    let mut chats = HashSet::new();
    let mut written: HashSet<MessageId> = HashSet::new();
    let mut new: HashSet<ChatId> = HashSet::new();
    for write in &memory.unsaved {
        match write {
            Write::NewChat { id, .. } => {
                new.insert(*id);
            }
            Write::Messages { chat, messages } => {
                chats.insert(*chat);
                written.extend(messages.iter().map(|it| it.id));
            }
            _ => {}
        }
    }
    let mut writes = Vec::new();
    for id in chats {
        let is_there = file.read(|db| {
            db.prepare_cached("SELECT EXISTS (SELECT 1 FROM chats WHERE id = ?1)")?
                .query_row([id], |row| row.get::<_, bool>(0))
        })?;
        if is_there || new.contains(&id) {
            continue;
        }
        let Ok(chat) = memory.chat(id) else {
            continue;
        };
        writes.push(Write::NewChat {
            id,
            folder: None,
            created_unix_ms: chat.created_unix_ms,
        });
        writes.push(Write::Title {
            chat: id,
            title: chat.title.clone(),
        });
        let mut messages = chat.messages().to_vec();
        messages.retain(|it| !written.contains(&it.id));
        writes.push(Write::Messages { chat: id, messages });
    }
    Ok(writes)
}
