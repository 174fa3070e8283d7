//! Copies of the whole file, one a day and one before each step that could go wrong.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use jiff::{Timestamp, Zoned};
use rusqlite::Connection;
use rusqlite::backup::{Backup as Copy, StepResult};

use super::open::{BUSY, connect_to_read, length_bytes, migrate};
use super::{Error, Mode, Notice, Store, messages, repair, schema};

/// How many daily copies are kept.
const DAYS: usize = 7;

/// How many of the others are kept.
const OTHERS: usize = 5;

/// What a disk should have left after a backup, in bytes.
const SPARE_BYTES: u64 = 4 * 1024 * 1024;

const DAILY: &str = "chats-";
const BEFORE: &str = "before-";
const ENDING: &str = ".sqlite3";
const UNFINISHED: &str = ".part";

/// A copy of the chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The name of its file.
    pub name: String,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub created_unix_ms: i64,
    /// How large it is.
    pub size_bytes: u64,
}

impl Store {
    /// The copies there are, the newest first.
    ///
    /// # Errors
    /// Where their folder cannot be read.
    pub fn backups(&self) -> Result<Vec<Backup>, Error> {
        of_file(&self.path)
    }

    /// Makes today's copy, where there is none yet and there is something to copy. Then the
    /// oldest go. Others can write in the meantime.
    ///
    /// # Errors
    /// Where it cannot be made; then nothing of it is left, and the older ones stay.
    /// [`Error::Damaged`] where the chats themselves are: [`Store::check`] mends them.
    pub fn backup_if_due(&self) -> Result<Option<Backup>, Error> {
        if self.mode != Mode::Kept {
            return Ok(None);
        }
        let name = format!("{DAILY}{}{ENDING}", Zoned::now().date());
        if folder_of(&self.path).join(&name).exists() {
            return Ok(None);
        }
        let has_chats: bool = self
            .read(|db| db.query_row("SELECT EXISTS (SELECT 1 FROM chats)", [], |row| row.get(0)))?;
        if !has_chats {
            return Ok(None);
        }
        // The copy reads through a connection of its own, so that this one stays free.
        let db = connect_to_read(&self.path, "").map_err(|source| self.fail(source))?;
        make(&db, &self.path, &name).map(Some)
    }

    /// Brings a copy back. What is there now is copied before.
    ///
    /// # Errors
    /// Where there is no such copy, it is damaged or of a newer Charla, or there is no room.
    /// The chats are then as they were.
    pub fn restore(&mut self, name: &str) -> Result<Notice, Error> {
        if let Mode::Memory(reason) = &self.mode {
            return Err(reason.clone());
        }
        let backup = of_file(&self.path)?
            .into_iter()
            .find(|it| it.name == name)
            .ok_or_else(|| Error::NoSuchBackup {
                name: name.to_owned(),
            })?;
        let path = folder_of(&self.path).join(&backup.name);
        let source = open(&path)?;
        // What another program is writing now would be lost between the two.
        let Some(mut lock) = self.lock.take() else {
            return Err(Error::Busy {
                path: self.path.clone(),
            });
        };
        let restored = match lock.try_alone() {
            true => self.restore_from(&source, &backup),
            false => Err(Error::Busy {
                path: self.path.clone(),
            }),
        };
        let shared = lock.share();
        self.lock = Some(lock);
        let notice = restored?;
        shared.map(|()| notice)
    }

    fn restore_from(&mut self, source: &Connection, backup: &Backup) -> Result<Notice, Error> {
        let before = before(&self.db, &self.path, "restore")?;
        copy(source, &mut self.db).map_err(|source| self.fail(source))?;
        // Reads of the old pages would be wrong.
        self.db.flush_prepared_statement_cache();
        self.generation += 1;
        migrate(&mut self.db, &self.path)?;
        messages::finish_abandoned(&self.db).map_err(|source| self.fail(source))?;
        Ok(Notice::Restored {
            backup_unix_ms: backup.created_unix_ms,
            before: before.name,
        })
    }
}

/// The folder of the copies of a file.
pub(in crate::store) fn folder_of(path: &Path) -> PathBuf {
    path.with_file_name("backups")
}

/// Opens a copy, if it is whole and of a version that this program knows.
pub(in crate::store) fn open(path: &Path) -> Result<Connection, Error> {
    let fail = |source| Error::of(path, source);
    // Nobody writes to a copy, so nothing needs to be made beside it.
    let db = connect_to_read(path, "immutable=1").map_err(fail)?;
    let version = schema::version(&db).map_err(fail)?;
    let path = path.to_owned();
    if version > schema::VERSION {
        return Err(Error::Newer { path, version });
    }
    match repair::flaw(&db) {
        Some(reason) => Err(Error::Damaged { path, reason }),
        None if version == 0 => Err(Error::Damaged {
            path,
            reason: "it has no tables".into(),
        }),
        None => Ok(db),
    }
}

/// The copies of a file, the newest first.
pub(in crate::store) fn of_file(path: &Path) -> Result<Vec<Backup>, Error> {
    let folder = folder_of(path);
    let fail = |source: std::io::Error| Error::of_io(&folder, &source);
    let entries = match fs::read_dir(&folder) {
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(fail)?,
    };
    let mut backups = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fail)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if !name.ends_with(ENDING) || !(name.starts_with(DAILY) || name.starts_with(BEFORE)) {
            continue;
        }
        let Ok(about) = entry.metadata() else {
            continue;
        };
        let made = about.modified().ok();
        let since = made.and_then(|it| it.duration_since(UNIX_EPOCH).ok());
        backups.push(Backup {
            name,
            created_unix_ms: since.map_or(0, |it| it.as_millis().try_into().unwrap_or(0)),
            size_bytes: about.len(),
        });
    }
    backups.sort_by(|a, b| (b.created_unix_ms, &b.name).cmp(&(a.created_unix_ms, &a.name)));
    Ok(backups)
}

/// Copies the chats before `step`, which could go wrong.
pub(in crate::store) fn before(db: &Connection, path: &Path, step: &str) -> Result<Backup, Error> {
    let time = stamp();
    let folder = folder_of(path);
    let mut name = format!("{BEFORE}{step}-{time}{ENDING}");
    let mut count = 2;
    while folder.join(&name).exists() {
        name = format!("{BEFORE}{step}-{time}-{count}{ENDING}");
        count += 1;
    }
    make(db, path, &name)
}

/// Now, as it stands in names of files.
pub(in crate::store) fn stamp() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Removes what is left of copies whose making was cut off.
pub(in crate::store) fn remove_unfinished(path: &Path) {
    let entries = fs::read_dir(folder_of(path)).into_iter().flatten();
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn make(db: &Connection, path: &Path, name: &str) -> Result<Backup, Error> {
    let folder = folder_of(path);
    let fail_io = |source: std::io::Error| Error::of_io(&folder, &source);
    filekit::private_folder(&folder).map_err(fail_io)?;
    let size_bytes = size_bytes(db).map_err(|source| Error::of(path, source))?;
    need_room(&folder, size_bytes)?;
    // It is removed when it is dropped, whatever goes wrong.
    let part = filekit::temporary(&folder, name, UNFINISHED)
        .map_err(fail_io)?
        .into_temp_path();
    write_copy(db, path, &part)?;
    let target = folder.join(name);
    part.persist(&target)
        .map_err(|error| fail_io(error.error))?;
    filekit::sync_folder(&folder);
    let backup = Backup {
        name: name.to_owned(),
        created_unix_ms: super::now_unix_ms(),
        size_bytes: length_bytes(&target),
    };
    remove_old(path, name);
    Ok(backup)
}

/// Writes a whole copy to a file and makes sure that it is one.
fn write_copy(db: &Connection, path: &Path, part: &Path) -> Result<(), Error> {
    let fail = |source| Error::of(part, source);
    {
        let mut target = Connection::open(part).map_err(fail)?;
        // Either it becomes whole or it is thrown away.
        target
            .pragma_update(None, "synchronous", "off")
            .map_err(fail)?;
        copy(db, &mut target).map_err(|source| match Error::of(part, source) {
            Error::Damaged { reason, .. } => Error::Damaged {
                path: path.to_owned(),
                reason,
            },
            other => other,
        })?;
        // A copy is one file, with nothing beside it.
        target
            .pragma_update(None, "journal_mode", "delete")
            .map_err(fail)?;
        if let Some(reason) = repair::flaw(&target) {
            let path = path.to_owned();
            return Err(Error::Damaged { path, reason });
        }
    }
    File::options()
        .write(true)
        .open(part)
        .and_then(|file| file.sync_all())
        .map_err(|source| Error::of_io(part, &source))
}

/// Copies a whole database. In WAL mode, one who reads holds up nobody who writes.
pub(in crate::store) fn copy(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    let copy = Copy::new(from, to)?;
    let begun = Instant::now();
    loop {
        match copy.step(-1)? {
            StepResult::Done => return Ok(()),
            _ if begun.elapsed() > BUSY => {
                let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
                return Err(rusqlite::Error::SqliteFailure(busy, None));
            }
            _ => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// How large a database is, with what stands only in its log.
fn size_bytes(db: &Connection) -> rusqlite::Result<u64> {
    let pages: u32 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page_bytes: u32 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(u64::from(pages) * u64::from(page_bytes))
}

/// Removes the oldest of the kind of `new`, which is whole.
fn remove_old(path: &Path, new: &str) {
    let (kind, keep) = match new.starts_with(DAILY) {
        true => (DAILY, DAYS),
        false => (BEFORE, OTHERS),
    };
    let Ok(mut backups) = of_file(path) else {
        return;
    };
    backups.retain(|it| it.name.starts_with(kind) && it.name != new);
    if kind == DAILY {
        backups.sort_by(|a, b| b.name.cmp(&a.name));
    }
    for old in backups.iter().skip(keep - 1) {
        let _ = fs::remove_file(folder_of(path).join(&old.name));
    }
}

/// Refuses where a file of this size would fill the disk.
pub(in crate::store) fn need_room(folder: &Path, size_bytes: u64) -> Result<(), Error> {
    let needed_bytes = size_bytes.saturating_add(SPARE_BYTES);
    match filekit::free_bytes(folder) {
        Some(free_bytes) if free_bytes < needed_bytes => Err(Error::NoRoom {
            path: folder.to_owned(),
            needed_bytes,
            free_bytes,
        }),
        _ => Ok(()),
    }
}
