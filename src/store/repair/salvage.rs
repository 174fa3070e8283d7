//! Reading a damaged database row by row, around what cannot be read, and adding what is
//! found to another.

use std::collections::{HashMap, HashSet};

use rusqlite::types::{FromSql, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use crate::chat::{Chat, ChatId, Finish, MessageId, Role, Timings};
use crate::params::Sampling;
use crate::store::row::{Json, Name};
use crate::store::search;

/// What was found in a damaged database and nowhere else.
#[derive(Debug, Default)]
pub(super) struct Saved {
    pub(super) chats: u64,
    pub(super) messages: u64,
    /// Messages that its index names and that could not be read.
    pub(super) lost: u64,
}

/// A table whose rows have ids.
struct Table {
    name: &'static str,
    columns: Vec<String>,
}

type Cells = HashMap<String, Value>;

/// The tables whose rows have ids, those first that others refer to.
const TABLES: [&str; 4] = ["bin", "folders", "chats", "messages"];

/// Columns in which not every text can stand.
fn is_sound(column: &str, value: ValueRef<'_>) -> bool {
    match (column, value) {
        (_, ValueRef::Null) => column != "role",
        ("role", _) => Name::<Role>::column_result(value).is_ok(),
        ("finish", _) => Name::<Finish>::column_result(value).is_ok(),
        ("timings", _) => Json::<Timings>::column_result(value).is_ok(),
        ("sampling", _) => Json::<Sampling>::column_result(value).is_ok(),
        (_, ValueRef::Text(bytes)) => str::from_utf8(bytes).is_ok(),
        _ => true,
    }
}

/// Something in a database that Charla cannot have written, though SQLite can read it.
pub(super) fn first_unsound(db: &Connection) -> rusqlite::Result<Option<String>> {
    for name in ["bin", "folders", "chats", "messages", "tails", "meta"] {
        let mut statement = db.prepare(&format!("SELECT * FROM {name}"))?;
        let columns: Vec<String> = statement
            .column_names()
            .iter()
            .map(ToString::to_string)
            .collect();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for (index, column) in columns.iter().enumerate() {
                if !is_sound(column, row.get_ref(index)?) {
                    return Ok(Some(format!("invalid {column} in {name}")));
                }
            }
        }
    }
    Ok(None)
}

/// Adds to `target` what is in `damaged` and not in it.
pub(super) fn merge(damaged: &Connection, target: &mut Connection) -> rusqlite::Result<Saved> {
    let tx = target.transaction()?;
    let mut saved = Saved::default();
    for name in TABLES {
        let columns = common_columns(damaged, &tx, name)?;
        if !columns.iter().any(|it| it == "id") {
            continue;
        }
        let table = Table { name, columns };
        let mut seen = HashSet::new();
        let mut failed = None;
        let mut each = |cells: Cells, saved: &mut Saved| {
            if failed.is_none() {
                failed = add(&tx, &table, &cells, saved).err();
            }
        };
        for is_forwards in [true, false] {
            let mut each = |cells| each(cells, &mut saved);
            scan(damaged, &table, is_forwards, &mut seen, &mut each);
        }
        let wanted = indexed_ids(damaged, &tx, name);
        let missed: Vec<i64> = wanted.into_iter().filter(|id| !seen.contains(id)).collect();
        for id in missed {
            let filter = "id = ?1";
            if let Some(cells) = one(damaged, &table, filter, id) {
                each(cells, &mut saved);
            } else if name == "messages" && !exists(&tx, name, id)? {
                saved.lost += 1;
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
    }
    make_missing_chats(&tx)?;
    add_tails(damaged, &tx)?;
    tx.execute_batch(
        "UPDATE folders SET bin = NULL WHERE bin NOT IN (SELECT id FROM bin);
         UPDATE chats SET bin = NULL WHERE bin NOT IN (SELECT id FROM bin);
         UPDATE messages SET bin = NULL WHERE bin NOT IN (SELECT id FROM bin);
         UPDATE chats SET folder = NULL WHERE folder NOT IN (SELECT id FROM folders);
         DELETE FROM tails WHERE message NOT IN (SELECT id FROM messages);",
    )?;
    tx.commit()?;
    Ok(saved)
}

fn common_columns(
    damaged: &Connection,
    target: &Connection,
    table: &str,
) -> rusqlite::Result<Vec<String>> {
    let of = |db: &Connection| -> rusqlite::Result<Vec<String>> {
        db.prepare("SELECT name FROM pragma_table_info(?1)")?
            .query_map([table], |row| row.get(0))?
            .collect()
    };
    let known = of(damaged).unwrap_or_default();
    let mut columns = of(target)?;
    columns.retain(|it| known.contains(it));
    Ok(columns)
}

/// Reads all rows in the order of their ids, forwards or backwards. After what cannot be
/// read it goes on behind it, at distances that double.
fn scan(
    db: &Connection,
    table: &Table,
    is_forwards: bool,
    seen: &mut HashSet<i64>,
    each: &mut impl FnMut(Cells),
) {
    let (compare, order, sign) = match is_forwards {
        true => (">", "ASC", 1),
        false => ("<", "DESC", -1_i64),
    };
    let sql = format!(
        "SELECT id, {} FROM {} WHERE id {compare} ?1 ORDER BY id {order}",
        table.columns.join(", "),
        table.name
    );
    let mut bound = if is_forwards { -1 } else { i64::MAX };
    let mut distance = 1_i64;
    loop {
        let mut last: Option<i64> = None;
        let run = db.prepare_cached(&sql).and_then(|mut statement| {
            let mut rows = statement.query([bound])?;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                // Pages that point in a circle would never end.
                if last.is_some_and(|last| (id - last).signum() != sign) {
                    return Err(rusqlite::Error::InvalidQuery);
                }
                last = Some(id);
                if !seen.contains(&id)
                    && let Some(cells) = cells(table, row, 1)
                {
                    seen.insert(id);
                    each(cells);
                }
            }
            Ok(())
        });
        if run.is_ok() {
            return;
        }
        if let Some(last) = last {
            (bound, distance) = (last, 1);
        }
        let Some(next) = bound.checked_add(distance * sign).filter(|it| *it >= -1) else {
            return;
        };
        bound = next;
        let Some(twice) = distance.checked_mul(2) else {
            return;
        };
        distance = twice;
    }
}

fn one(db: &Connection, table: &Table, filter: &str, id: i64) -> Option<Cells> {
    let columns = table.columns.join(", ");
    let sql = format!("SELECT {columns} FROM {} WHERE {filter}", table.name);
    let mut statement = db.prepare_cached(&sql).ok()?;
    let mut rows = statement.query([id]).ok()?;
    let row = rows.next().ok()??;
    cells(table, row, 0)
}

/// A row; `None` where what matters most in it makes no sense.
fn cells(table: &Table, row: &rusqlite::Row<'_>, first: usize) -> Option<Cells> {
    let mut cells = Cells::new();
    for (index, column) in table.columns.iter().enumerate() {
        let value = row.get_ref(index + first).ok()?;
        let value = match value {
            _ if is_sound(column, value) => Value::try_from(value).ok()?,
            ValueRef::Text(_) if matches!(column.as_str(), "role" | "kind") => return None,
            ValueRef::Text(bytes)
                if matches!(
                    column.as_str(),
                    "text" | "reasoning" | "title" | "opening" | "name" | "draft" | "system"
                ) =>
            {
                // Some of the words are better than none.
                Value::Text(String::from_utf8_lossy(bytes).into_owned())
            }
            _ => Value::Null,
        };
        cells.insert(column.clone(), value);
    }
    Some(cells)
}

/// The ids that the indexes of a table name, as far as these can be read.
fn indexed_ids(damaged: &Connection, target: &Connection, table: &str) -> HashSet<i64> {
    let mut ids = HashSet::new();
    match table {
        "messages" => {
            let index = "SELECT id FROM messages INDEXED BY messages_of_chat";
            read_ids(damaged, &format!("{index} ORDER BY chat"), None, &mut ids);
            // What comes after a damaged page of the index is found chat by chat.
            let chats: Vec<i64> = target
                .prepare("SELECT id FROM chats")
                .and_then(|mut it| it.query_map([], |row| row.get(0))?.collect())
                .unwrap_or_default();
            for chat in chats {
                let of_chat = format!("{index} WHERE chat = ?1");
                read_ids(damaged, &of_chat, Some(chat), &mut ids);
            }
        }
        "chats" => {
            let index = "SELECT id FROM chats INDEXED BY chats_by_age WHERE bin IS NULL";
            read_ids(
                damaged,
                &format!("{index} ORDER BY updated_ms"),
                None,
                &mut ids,
            );
        }
        _ => {}
    }
    ids
}

fn read_ids(db: &Connection, sql: &str, chat: Option<i64>, ids: &mut HashSet<i64>) {
    let mut read = || -> rusqlite::Result<()> {
        let mut found = HashSet::new();
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(chat))?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            // Pages that point in a circle name the same ones again.
            if !found.insert(id) {
                break;
            }
            ids.insert(id);
        }
        Ok(())
    };
    // It ends where the damage begins.
    let _ = read();
}

fn exists(db: &Connection, table: &str, id: i64) -> rusqlite::Result<bool> {
    db.prepare_cached(&format!(
        "SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1)"
    ))?
    .query_row([id], |row| row.get(0))
}

fn integer(cells: &Cells, column: &str) -> i64 {
    match cells.get(column) {
        Some(Value::Integer(number)) => *number,
        _ => 0,
    }
}

fn words<'a>(cells: &'a Cells, column: &str) -> Option<&'a str> {
    match cells.get(column) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// Adds a row, or what is newer in it. One that the tables refuse is no row of Charla's.
fn add(db: &Connection, table: &Table, cells: &Cells, saved: &mut Saved) -> rusqlite::Result<()> {
    let id = integer(cells, "id");
    let is_new = !exists(db, table.name, id)?;
    if !is_new && !is_newer(db, table.name, id, cells)? {
        return Ok(());
    }
    let (columns, values): (Vec<_>, Vec<_>) = table
        .columns
        .iter()
        .filter_map(|it| Some((it.as_str(), cells.get(it)?)))
        .unzip();
    let places = vec!["?"; columns.len()].join(", ");
    let sets: Vec<_> = columns
        .iter()
        .map(|it| format!("{it} = excluded.{it}"))
        .collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {}",
        table.name,
        columns.join(", "),
        sets.join(", ")
    );
    match db.prepare_cached(&sql)?.execute(params_from_iter(values)) {
        Err(error)
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
        {
            saved.lost += u64::from(is_new && table.name == "messages");
            return Ok(());
        }
        other => other?,
    };
    match table.name {
        "chats" => {
            saved.chats += u64::from(is_new);
            let title = words(cells, "title").unwrap_or_default();
            search::set_title(db, ChatId(id.cast_unsigned()), title)
        }
        "messages" => {
            saved.messages += u64::from(is_new);
            let is_whole =
                words(cells, "role") != Some("assistant") || words(cells, "finish").is_some();
            match words(cells, "text") {
                Some(text) if is_whole => {
                    search::add_message(db, MessageId(id.cast_unsigned()), text)
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Whether a row of the damaged file says more than the one of the backup.
fn is_newer(db: &Connection, table: &str, id: i64, cells: &Cells) -> rusqlite::Result<bool> {
    match table {
        "chats" => {
            let updated_ms: i64 =
                db.query_row("SELECT updated_ms FROM chats WHERE id = ?1", [id], |row| {
                    row.get(0)
                })?;
            Ok(integer(cells, "updated_ms") >= updated_ms)
        }
        "messages" => {
            let (known_bytes, is_unfinished): (i64, bool) = db.query_row(
                "SELECT octet_length(text) + octet_length(reasoning),
                     role = 'assistant' AND finish IS NULL
                 FROM messages WHERE id = ?1",
                [id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let length = |column| words(cells, column).map_or(0, str::len);
            let length_bytes = length("text") + length("reasoning");
            // A reply that went on after the backup is longer than it was then.
            Ok((is_unfinished && words(cells, "finish").is_some())
                || i64::try_from(length_bytes).is_ok_and(|it| it > known_bytes))
        }
        _ => Ok(false),
    }
}

/// Messages whose chat could not be read get one.
fn make_missing_chats(db: &Connection) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO chats (id, created_ms, updated_ms)
         SELECT chat, min(created_ms), max(created_ms) FROM messages
         WHERE chat NOT IN (SELECT id FROM chats) GROUP BY chat",
        [],
    )?;
    let nameless: Vec<(i64, String)> = db
        .prepare(
            "SELECT chats.id, messages.text FROM chats JOIN messages ON messages.chat = chats.id
             WHERE chats.opening = '' AND messages.role = 'user' ORDER BY messages.id DESC",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (chat, text) in nameless {
        // The first message comes last, and stays.
        if let Some(opening) = Chat::opening(&text) {
            db.execute(
                "UPDATE chats SET opening = ?2 WHERE id = ?1",
                (chat, opening),
            )?;
        }
    }
    Ok(())
}

/// What had come of replies that nobody finished.
fn add_tails(damaged: &Connection, db: &Connection) -> rusqlite::Result<()> {
    let unfinished: Vec<i64> = db
        .prepare("SELECT id FROM messages WHERE role = 'assistant' AND finish IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for message in unfinished {
        let sql =
            "SELECT position, text, reasoning FROM tails WHERE message = ?1 ORDER BY position";
        let Ok(mut statement) = damaged.prepare_cached(sql) else {
            return Ok(());
        };
        let Ok(mut rows) = statement.query([message]) else {
            continue;
        };
        while let Ok(Some(row)) = rows.next() {
            let text = |index| {
                row.get_ref(index)
                    .ok()
                    .and_then(|it| it.as_bytes().ok())
                    .map(String::from_utf8_lossy)
            };
            if let (Ok(position), Some(said), Some(thought)) =
                (row.get::<_, i64>(0), text(1), text(2))
            {
                db.execute(
                    "INSERT OR IGNORE INTO tails VALUES (?1, ?2, ?3, ?4)",
                    (message, position, said, thought),
                )?;
            }
        }
    }
    Ok(())
}
