//! What is done about a damaged file: it is kept under another name, and a new one with all
//! that could be saved takes its place.
//!
//! The new file is made beside the damaged one and gets its last name but one when it is
//! whole. From then on, whoever opens the chats goes on with the exchange where it was cut
//! off: at no time is there a file less than before.

mod damaged;
mod salvage;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::open::{beside, connect_to_read, length_bytes, migrate};
use super::{Error, Notice, backup, drafts};

/// Where the notice of an exchange waits until somebody has opened the new file.
const NOTICE: &str = "recovery";

/// What stands beside a file of SQLite.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What is wrong with a database; `None` where nothing is, or where it cannot be told now.
pub(in crate::store) fn flaw(db: &Connection) -> Option<String> {
    let checked = db
        .query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
        .and_then(|found| match found.as_str() {
            "ok" => salvage::first_unsound(db),
            _ => Ok(Some(found)),
        });
    match checked {
        Ok(found) => found,
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) | None => {
                Some(error.to_string())
            }
            Some(_) => None,
        },
    }
}

/// Puts a new file in the place of a damaged one, which nobody may use. It holds the newest
/// backup that is whole, and what can be read of the damaged file. An empty `reason` says
/// that the file is empty.
pub(in crate::store) fn replace(path: &Path, reason: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let part = beside(path, ".part");
    remove(&part);
    let fail_io = |source: std::io::Error| Error::of_io(path, &source);
    // The damaged file stays, and some of it is copied to be read.
    let size_bytes = length_bytes(path) + length_bytes(&beside(path, "-wal"));
    backup::need_room(folder, size_bytes.saturating_mul(2))?;
    let built = build(path, &part, reason);
    if built.is_err() {
        remove(&part);
    }
    let aside = built?;
    File::options()
        .write(true)
        .open(&part)
        .and_then(|file| file.sync_all())
        .map_err(fail_io)?;
    fs::rename(&part, whole(path)).map_err(fail_io)?;
    filekit::sync_folder(folder);
    exchange(path, &aside)
}

/// Goes on with an exchange that was cut off.
pub(in crate::store) fn resume(path: &Path) -> Result<(), Error> {
    let whole = whole(path);
    if !whole.exists() {
        return Ok(());
    }
    let waiting = connect_to_read(&whole, "immutable=1")
        .and_then(|db| drafts::meta(&db, NOTICE))
        .ok()
        .flatten()
        .and_then(|json| serde_json::from_str(&json).ok());
    let aside = match waiting {
        Some(Notice::Recovered { damaged, .. } | Notice::WasEmpty { damaged, .. }) => damaged,
        _ => name_aside(path),
    };
    exchange(path, &aside)
}

/// What was recovered when the file was replaced; told once.
pub(in crate::store) fn take_notice(db: &Connection) -> Option<Notice> {
    let json = drafts::meta(db, NOTICE).ok().flatten()?;
    let _ = db.execute("DELETE FROM meta WHERE key = ?1", [NOTICE]);
    serde_json::from_str(&json).ok()
}

fn whole(path: &Path) -> PathBuf {
    path.with_file_name("chats.new.sqlite3")
}

fn exchange(path: &Path, aside: &Path) -> Result<(), Error> {
    let fail = |source: std::io::Error| Error::of_io(path, &source);
    // The log goes first: beside the new file, it would be taken for its own.
    for ending in BESIDE {
        let from = beside(path, ending);
        if from.exists() {
            fs::rename(from, beside(aside, ending)).map_err(fail)?;
        }
    }
    if path.exists() {
        fs::rename(path, aside).map_err(fail)?;
    }
    fs::rename(whole(path), path).map_err(fail)?;
    filekit::sync_folder(filekit::folder_of(path));
    Ok(())
}

/// A name for the damaged file that no other has.
fn name_aside(path: &Path) -> PathBuf {
    let time = backup::stamp();
    let mut aside = path.with_file_name(format!("chats.damaged-{time}.sqlite3"));
    let mut count = 2;
    while aside.exists() || beside(&aside, "-wal").exists() {
        aside = path.with_file_name(format!("chats.damaged-{time}-{count}.sqlite3"));
        count += 1;
    }
    aside
}

/// Writes the new file. Returns where the damaged one is to go.
fn build(path: &Path, part: &Path, reason: &str) -> Result<PathBuf, Error> {
    let fail = |source| Error::of(part, source);
    let mut db = Connection::open(part).map_err(fail)?;
    filekit::make_private(part);
    // Either it becomes whole or it is thrown away.
    db.pragma_update(None, "synchronous", "off").map_err(fail)?;
    let backup = newest_backup(path);
    if let Some((_, source)) = &backup {
        backup::copy(source, &mut db).map_err(fail)?;
        db.pragma_update(None, "journal_mode", "delete")
            .map_err(fail)?;
    }
    migrate(&mut db, part)?;
    db.pragma_update(None, "foreign_keys", false)
        .map_err(fail)?;
    let first = backup
        .as_ref()
        .map(|(it, _)| backup::folder_of(path).join(&it.name));
    let mut saved = salvage::Saved::default();
    if let Some(damaged) = damaged::open(path, first.as_deref()) {
        saved = salvage::merge(&damaged.db, &mut db).map_err(fail)?;
    }
    let damaged = name_aside(path);
    let backup_unix_ms = backup.map(|(it, _)| it.created_unix_ms);
    let notice = match reason {
        "" => Notice::WasEmpty {
            damaged: damaged.clone(),
            backup_unix_ms,
            messages: saved.messages,
        },
        _ => Notice::Recovered {
            reason: reason.to_owned(),
            damaged: damaged.clone(),
            backup_unix_ms,
            chats: saved.chats,
            messages: saved.messages,
            lost: saved.lost,
        },
    };
    let json = serde_json::to_string(&notice).unwrap_or_default();
    drafts::set_meta(&db, NOTICE, &json).map_err(fail)?;
    Ok(damaged)
}

/// The newest backup that is whole.
fn newest_backup(path: &Path) -> Option<(backup::Backup, Connection)> {
    let backups = backup::of_file(path).ok()?;
    backups.into_iter().find_map(|it| {
        let db = backup::open(&backup::folder_of(path).join(&it.name)).ok()?;
        Some((it, db))
    })
}

fn remove(path: &Path) {
    let _ = fs::remove_file(path);
    for ending in BESIDE {
        let _ = fs::remove_file(beside(path, ending));
    }
}
