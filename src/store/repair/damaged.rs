//! Opening a damaged file to read what is left in it.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::store::open::{beside, connect_to_read, length_bytes, migrate};

/// A damaged database, as far as it can be read.
pub(super) struct Damaged {
    pub(super) db: Connection,
    /// Where its copy is, if it had to be changed to be read.
    _copy: Option<TempDir>,
}

/// Opens what is left of a file. Where its first page is gone, which says where all others
/// are, that of a backup stands in for it, or that of a new file: all files of Charla begin
/// with the same tables.
pub(super) fn open(path: &Path, backup: Option<&Path>) -> Option<Damaged> {
    // SQLite throws the log of an empty file away, so that one is never opened itself.
    if length_bytes(path) > 0
        && let Some(db) = connect(path)
    {
        return Some(Damaged { db, _copy: None });
    }
    let of_backup = backup.and_then(first_page);
    of_backup
        .into_iter()
        .chain(page_of_new_file())
        .find_map(|page| with_page(path, page))
}

/// A connection that does not mind damage, if it finds the tables.
fn connect(path: &Path) -> Option<Connection> {
    let db = connect_to_read(path, "").ok()?;
    // Cells are looked at before they are believed, and tables that are known are used
    // although others are not.
    db.pragma_update(None, "cell_size_check", true).ok()?;
    db.pragma_update(None, "writable_schema", true).ok()?;
    let tables: u32 = db
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table'
                 AND name IN ('chats', 'messages')",
            [],
            |row| row.get(0),
        )
        .ok()?;
    (tables == 2).then_some(db)
}

fn with_page(path: &Path, mut page: Vec<u8>) -> Option<Damaged> {
    let folder = tempfile::tempdir_in(path.parent()?).ok()?;
    let copy = folder.path().join("chats.sqlite3");
    fs::copy(path, &copy).ok()?;
    let log = beside(path, "-wal");
    let has_log = length_bytes(&log) > 0;
    if has_log {
        fs::copy(&log, beside(&copy, "-wal")).ok()?;
    }
    // https://sqlite.org/fileformat.html: whether there is a log, how many pages there are,
    // and that none of them is free.
    page[18..20].fill(if has_log { 2 } else { 1 });
    let page_bytes = u64::try_from(page.len()).ok()?;
    let pages = u32::try_from(length_bytes(path) / page_bytes).ok()?.max(1);
    page[28..32].copy_from_slice(&pages.to_be_bytes());
    page[32..40].fill(0);
    page.copy_within(24..28, 92);
    let mut file = File::options().write(true).open(&copy).ok()?;
    file.write_all(&page).ok()?;
    drop(file);
    let db = connect(&copy)?;
    Some(Damaged {
        db,
        _copy: Some(folder),
    })
}

fn first_page(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let size = u16::from_be_bytes([*bytes.get(16)?, *bytes.get(17)?]);
    bytes.truncate(usize::from(size));
    (bytes.len() >= 512).then_some(bytes)
}

fn page_of_new_file() -> Option<Vec<u8>> {
    let file = tempfile::NamedTempFile::new().ok()?;
    let mut db = Connection::open(file.path()).ok()?;
    migrate(&mut db, file.path()).ok()?;
    drop(db);
    first_page(file.path())
}
