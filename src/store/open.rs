//! Opening the file: how SQLite is to treat it, who else uses it, and what to do where it
//! cannot be used.

mod memory;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::lock::Lock;
use super::{Error, FILE, Notice, Store, backup, drafts, messages};
use super::{repair, schema};

/// How long a write waits for that of another program.
pub(in crate::store) const BUSY: Duration = Duration::from_secs(5);

/// Memory that SQLite may take for pages of the file, in KiB.
const CACHE_KIB: i64 = 8 * 1024;

/// Says that the last program which used the file did not close it.
const UNCHECKED: &str = "unchecked";

/// Whether what is written is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// On disk.
    Kept,
    /// Only in memory, until the program ends, and why.
    Memory(Error),
}

impl Store {
    /// Opens the chats below `folder`, or makes them. Others may use them at the same time.
    ///
    /// # Errors
    /// Where the file cannot be used; it is left as it is.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        open_file(folder, false)
    }

    /// Opens the chats for a window, of which only one may have them.
    ///
    /// # Errors
    /// [`Error::OtherWindow`], and where the file cannot be used.
    pub fn open_for_window(folder: &Path) -> Result<Self, Error> {
        open_file(folder, true)
    }

    /// Opens the chats for a window. Where their file cannot be used, they are in memory: with
    /// all that can be read of it, and nothing of it changes.
    ///
    /// # Errors
    /// Where there is no memory.
    pub fn open_or_memory(folder: &Path) -> Result<Self, Error> {
        open_file(folder, true).or_else(|reason| memory::over(&folder.join(FILE), reason))
    }

    /// Chats in memory alone, because of `reason`.
    ///
    /// # Errors
    /// Where there is no memory.
    pub fn in_memory(path: &Path, reason: Error) -> Result<Self, Error> {
        memory::empty(path, reason)
    }

    /// A second connection to the same chats, for reads that must not hold up a write.
    ///
    /// # Errors
    /// Where the file cannot be opened again.
    pub fn again(&self) -> Result<Self, Error> {
        let fail = |source| self.fail(source);
        let name = match &self.memory {
            None => uri(&self.path, ""),
            Some(uri) => uri.clone(),
        };
        let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
        let db = Connection::open_with_flags(name, flags).map_err(fail)?;
        configure(&db).map_err(fail)?;
        Ok(Self {
            db,
            path: self.path.clone(),
            mode: self.mode.clone(),
            generation: self.generation,
            memory: self.memory.clone(),
            lock: self.lock.clone(),
            unsaved: Vec::new(),
            notices: self.notices.clone(),
        })
    }

    /// Whether the file should be looked through, because the program that used it last was
    /// killed or the machine fell.
    #[must_use]
    pub fn needs_check(&self) -> bool {
        self.mode == Mode::Kept && matches!(drafts::meta(&self.db, UNCHECKED), Ok(Some(_)))
    }

    /// Looks through the whole file, and changes nothing.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        repair::flaw(&self.db).is_none()
    }

    /// Notes that the file need not be looked through again. Where that cannot be written,
    /// it is looked through the next time.
    pub fn set_sound(&mut self) {
        if self.needs_check() {
            let _ = self
                .db
                .execute("DELETE FROM meta WHERE key = ?1", [UNCHECKED]);
        }
    }

    /// Looks through the whole file. Where it is damaged, another takes its place with all
    /// that can be recovered.
    ///
    /// # Errors
    /// Where it is damaged and cannot be replaced now: other programs use it, or there is no
    /// room.
    pub fn check(&mut self) -> Result<Option<Notice>, Error> {
        if self.mode != Mode::Kept {
            return Ok(None);
        }
        let Some(reason) = repair::flaw(&self.db) else {
            self.set_sound();
            return Ok(None);
        };
        let Some(mut lock) = self.lock.take() else {
            return Ok(None);
        };
        let replaced = if lock.try_alone() {
            self.replace(&reason)
        } else {
            Err(Error::Busy {
                path: self.path.clone(),
            })
        };
        let shared = lock.share();
        if self.mode == Mode::Kept {
            self.lock = Some(lock);
        }
        let notice = replaced?;
        shared.map(|()| notice)
    }

    fn replace(&mut self, reason: &str) -> Result<Option<Notice>, Error> {
        let path = self.path.clone();
        // The file is let go of, so that it can be moved away.
        self.db = Connection::open_in_memory().map_err(|source| Error::of(&path, source))?;
        let replaced = repair::replace(&path, reason);
        self.generation += 1;
        let opened = connect(&path).and_then(|mut db| {
            migrate(&mut db, &path)?;
            Ok(db)
        });
        match opened {
            Ok(db) => self.db = db,
            Err(error) => {
                // What is written next must not be lost, whatever becomes of the file.
                let generation = self.generation;
                *self = memory::over(&path, error.clone())?;
                self.generation = generation;
                return Err(replaced.err().unwrap_or(error));
            }
        }
        replaced?;
        let notice = repair::take_notice(&self.db);
        self.notices.extend(notice.clone());
        Ok(notice)
    }

    /// Tries again to use the file, where the chats are in memory. What was written in memory
    /// is written to it.
    ///
    /// # Errors
    /// Why it still cannot be used. The chats stay in memory then.
    pub fn retry_open(&mut self) -> Result<(), Error> {
        if self.mode == Mode::Kept {
            return Ok(());
        }
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let opened = open_file(folder, true).and_then(|mut file| {
            memory::take_over(self, &mut file)?;
            Ok(file)
        });
        match opened {
            Ok(mut file) => {
                file.generation = self.generation + 1;
                *self = file;
                Ok(())
            }
            Err(reason) => {
                self.mode = Mode::Memory(reason.clone());
                Err(reason)
            }
        }
    }
}

fn open_file(folder: &Path, is_window: bool) -> Result<Store, Error> {
    let path = folder.join(FILE);
    filekit::private_folder(folder).map_err(|source| Error::of_io(folder, &source))?;
    // An older Charla left what is below it for everybody to read.
    filekit::make_tree_private(folder);
    let mut lock = Lock::take(folder, is_window)?;
    if path.is_dir() {
        let reason = std::io::ErrorKind::IsADirectory.to_string();
        return Err(Error::Unusable { path, reason });
    }
    let is_new = !path.exists();
    let opened = open_locked(&path, &lock).map_err(|error| explain(folder, error));
    if opened.is_err() && is_new && fs::metadata(&path).is_ok_and(|it| it.len() == 0) {
        // What is left of a file that could not be begun would look like a loss next time.
        let _ = fs::remove_file(&path);
    }
    let (db, notice) = opened?;
    lock.share()?;
    Ok(Store {
        db,
        path,
        mode: Mode::Kept,
        generation: 0,
        memory: None,
        lock: Some(lock),
        unsaved: Vec::new(),
        notices: notice.into_iter().collect(),
    })
}

/// Opens the file, and puts it in order where nobody else uses it.
fn open_locked(path: &Path, lock: &Lock) -> Result<(Connection, Option<Notice>), Error> {
    let is_unclean = lock.is_alone() && length_bytes(&beside(path, "-wal")) > 0;
    if lock.is_alone() {
        repair::resume(path)?;
        if path.exists() && length_bytes(path) == 0 {
            repair::replace(path, "")?;
        }
    }
    let mut db = match connect_and_migrate(path, lock) {
        Err(Error::Damaged { reason, .. }) if lock.is_alone() => {
            repair::replace(path, &reason)?;
            connect_and_migrate(path, lock)?
        }
        other => other?,
    };
    let mut notice = None;
    if lock.is_alone() {
        notice = repair::take_notice(&db);
        match put_in_order(&mut db, path, is_unclean, lock.is_sure()) {
            Err(Error::Damaged { reason, .. }) => {
                drop(db);
                repair::replace(path, &reason)?;
                db = connect_and_migrate(path, lock)?;
                notice = repair::take_notice(&db);
            }
            other => other?,
        }
    }
    Ok((db, notice))
}

fn put_in_order(
    db: &mut Connection,
    path: &Path,
    is_unclean: bool,
    is_sure: bool,
) -> Result<(), Error> {
    let mut work = || -> rusqlite::Result<()> {
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        if is_unclean {
            drafts::set_meta(&tx, UNCHECKED, "1")?;
        }
        match is_sure {
            true => messages::finish_abandoned(&tx)?,
            false => messages::finish_silent(&tx)?,
        };
        tx.commit()
    };
    backup::remove_unfinished(path);
    work().map_err(|source| Error::of(path, source))
}

fn connect_and_migrate(path: &Path, lock: &Lock) -> Result<Connection, Error> {
    let fail = |source| Error::of(path, source);
    if path.exists() {
        // Seen without the right to write, so that a newer file stays untouched.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if let Ok(version) =
            Connection::open_with_flags(path, flags).and_then(|db| schema::version(&db))
        {
            refuse_newer(path, version)?;
        }
    }
    let mut db = connect(path)?;
    if db.is_readonly("main").map_err(fail)? {
        return Err(Error::ReadOnly {
            path: path.to_owned(),
        });
    }
    let version = schema::version(&db).map_err(fail)?;
    refuse_newer(path, version)?;
    if version < schema::VERSION {
        if !lock.is_alone() {
            // An older Charla works with it.
            return Err(Error::Busy {
                path: path.to_owned(),
            });
        }
        if version > 0 {
            backup::before(&db, path, &format!("version-{}", schema::VERSION))?;
        }
        migrate(&mut db, path)?;
    }
    Ok(db)
}

fn refuse_newer(path: &Path, version: u32) -> Result<(), Error> {
    if version > schema::VERSION {
        let path = path.to_owned();
        return Err(Error::Newer { path, version });
    }
    Ok(())
}

/// Opens a file as it is used all the time.
fn connect(path: &Path) -> Result<Connection, Error> {
    let fail = |source| Error::of(path, source);
    let db = Connection::open(path).map_err(fail)?;
    // SQLite gives what it makes beside the file the file's own permissions.
    filekit::make_private(path);
    configure(&db).map_err(fail)?;
    Ok(db)
}

/// SQLite only says that it cannot open a file where it may not make one beside it.
fn explain(folder: &Path, error: Error) -> Error {
    let Error::Unusable { path, .. } = &error else {
        return error;
    };
    match tempfile::tempfile_in(folder) {
        Ok(_) => error,
        Err(source) => match Error::of_io(path, &source) {
            Error::Unusable { .. } => error,
            better => better,
        },
    }
}

pub(in crate::store) fn migrate(db: &mut Connection, path: &Path) -> Result<(), Error> {
    schema::migrations()
        .to_latest(db)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => Error::of(path, err),
            other => Error::Internal {
                path: path.to_owned(),
                reason: other.to_string(),
            },
        })
}

/// A commit is on the disk when it returns, and the file never needs to be mended after a
/// fall of the system (<https://sqlite.org/wal.html>, <https://sqlite.org/pragma.html>).
fn configure(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "fullfsync", cfg!(target_os = "macos"))?;
    db.pragma_update(None, "checkpoint_fullfsync", cfg!(target_os = "macos"))?;
    // What is destroyed is not to be read from the file by somebody else.
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// A file whose name is that of another with `ending` after it.
pub(in crate::store) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// How long a file is; 0 where there is none.
pub(in crate::store) fn length_bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |it| it.len())
}

/// A file as SQLite's URIs name it (<https://sqlite.org/uri.html>).
pub(in crate::store) fn uri(path: &Path, query: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::from("file:");
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) && bytes.get(1) == Some(&b':') {
        uri.push('/');
    }
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b':' if cfg!(windows) => uri.push(':'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    if !query.is_empty() {
        uri.push('?');
        uri.push_str(query);
    }
    uri
}

/// Opens a file only to read it, with these settings of SQLite's URIs.
pub(in crate::store) fn connect_to_read(path: &Path, query: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(uri(path, query), flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "trusted_schema", false)?;
    Ok(db)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::chat::ChatId;
    use crate::store::Write;

    /// Everything in a folder, the folder itself among it.
    fn below(folder: &Path) -> Vec<PathBuf> {
        let mut found = vec![folder.to_owned()];
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => found.extend(below(&path)),
                false => found.push(path),
            }
        }
        found
    }

    fn check_private(folder: &Path) {
        for path in below(folder) {
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
        }
    }

    #[test]
    fn nobody_else_can_read_the_chats() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("data/chats");
        let write = |store: &mut Store| {
            let new = Write::NewChat {
                id: ChatId::fresh(),
                folder: None,
                created_unix_ms: 1,
            };
            store.write(&[new]).unwrap();
        };
        let mut store = Store::open(&folder).unwrap();
        write(&mut store);
        store.backup_if_due().unwrap().unwrap();
        assert!(below(&folder).iter().any(|it| it.ends_with("backups")));
        check_private(&folder);
        drop(store);
        // An older Charla made them so.
        for path in below(&folder) {
            let mode = if path.is_dir() { 0o755 } else { 0o644 };
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let mut store = Store::open(&folder).unwrap();
        write(&mut store);
        check_private(&folder);
    }
}
