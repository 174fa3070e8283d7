//! Messages as rows, and the tails of replies that are being written.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::row::{Json, Name};
use super::{now_unix_ms, search};
use crate::chat::{ChatId, Finish, Message, MessageId, Role, Timings};

/// A reply without an end that nobody has written to for this long has no writer any more.
/// Its writer saves it at least four times a second.
const ABANDONED_MS: i64 = 10_000;

const COLUMNS: &str = "id, parent, role, text, reasoning, created_ms, edited_ms, model, sampling, \
     finish, timings, bin";

fn of_row(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get(0)?,
        parent: row.get(1)?,
        role: row.get::<_, Name<_>>(2)?.0,
        text: row.get(3)?,
        reasoning: row.get(4)?,
        created_unix_ms: row.get(5)?,
        edited_unix_ms: row.get(6)?,
        model: row.get(7)?,
        sampling: row.get::<_, Option<Json<_>>>(8)?.map(|it| it.0),
        finish: row.get::<_, Option<Name<_>>>(9)?.map(|it| it.0),
        timings: row.get::<_, Option<Json<_>>>(10)?.map(|it| it.0),
    })
}

/// The messages of a chat, and the parents of those that are in the bin.
#[expect(clippy::type_complexity, reason = "two halves of one read")]
pub(in crate::store) fn of_chat(
    db: &Connection,
    chat: ChatId,
) -> rusqlite::Result<(Vec<Message>, HashMap<MessageId, Option<MessageId>>)> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE chat = ?1 ORDER BY id"
    ))?;
    let mut rows = statement.query([chat])?;
    let (mut messages, mut binned) = (Vec::new(), HashMap::new());
    while let Some(row) = rows.next()? {
        if row.get::<_, Option<i64>>(11)?.is_some() {
            binned.insert(row.get(0)?, row.get(1)?);
            continue;
        }
        let mut message = of_row(row)?;
        if message.role == Role::Assistant && message.finish.is_none() {
            let last_ms = add_tail(db, &mut message)?;
            if now_unix_ms().saturating_sub(last_ms) > ABANDONED_MS {
                message.finish = Some(Finish::Interrupted);
            }
        }
        messages.push(message);
    }
    Ok((messages, binned))
}

/// Adds what has come of a reply so far. Returns when it was begun or last grew.
fn add_tail(db: &Connection, message: &mut Message) -> rusqlite::Result<i64> {
    let mut statement = db.prepare_cached(
        "SELECT text, reasoning, position FROM tails WHERE message = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query([message.id])?;
    let mut last_ms = message.created_unix_ms;
    while let Some(row) = rows.next()? {
        message.text.push_str(row.get_ref(0)?.as_str()?);
        message.reasoning.push_str(row.get_ref(1)?.as_str()?);
        last_ms = last_ms.max(row.get(2)?);
    }
    Ok(last_ms)
}

/// Adds a message, or leaves the one with its id as it is.
pub(in crate::store) fn insert(
    db: &Connection,
    chat: ChatId,
    message: &Message,
) -> rusqlite::Result<()> {
    let inserted = db
        .prepare_cached(
            "INSERT INTO messages (id, chat, parent, role, text, reasoning, created_ms, edited_ms,
                 model, sampling, finish, timings)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            message.id,
            chat,
            message.parent,
            Name(message.role),
            message.text,
            message.reasoning,
            message.created_unix_ms,
            message.edited_unix_ms,
            message.model,
            message.sampling.clone().map(Json),
            message.finish.map(Name),
            message.timings.map(Json),
        ])?;
    // A reply that is being written is found once it is whole.
    let is_whole = message.role != Role::Assistant || message.finish.is_some();
    if inserted > 0 && is_whole {
        search::add_message(db, message.id, &message.text)?;
    }
    Ok(())
}

/// Adds what has come of a reply since the last time.
pub(in crate::store) fn append(
    db: &Connection,
    message: MessageId,
    text: &str,
    reasoning: &str,
) -> rusqlite::Result<()> {
    // The time orders them; two of one millisecond are as good as one.
    db.prepare_cached(
        "INSERT INTO tails (message, position, text, reasoning)
         SELECT ?1, max(?2, coalesce((SELECT max(position) + 1 FROM tails WHERE message = ?1), 0)),
                ?3, ?4
         WHERE EXISTS (SELECT 1 FROM messages WHERE id = ?1)",
    )?
    .execute(params![message, now_unix_ms(), text, reasoning])?;
    // Its writer was taken for dead: the disk has no locks, or its clock stood still.
    db.prepare_cached("UPDATE messages SET finish = NULL WHERE id = ?1 AND finish = ?2")?
        .execute(params![message, Name(Finish::Interrupted)])
        .map(drop)
}

/// Makes thoughts of all that a reply says so far.
pub(in crate::store) fn rethink(db: &Connection, message: MessageId) -> rusqlite::Result<()> {
    let Some(mut whole) = unfinished(db, message)? else {
        return Ok(());
    };
    add_tail(db, &mut whole)?;
    if !whole.rethink() {
        return Ok(());
    }
    db.prepare_cached("UPDATE messages SET text = '' WHERE id = ?1")?
        .execute([message])?;
    db.prepare_cached("DELETE FROM tails WHERE message = ?1")?
        .execute([message])?;
    search::remove_message(db, message)?;
    // As a tail, they tell that the writer is alive.
    append(db, message, "", &whole.reasoning)
}

/// Has a reply that has ended go on.
pub(in crate::store) fn resume(db: &Connection, message: MessageId) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE messages SET finish = NULL, timings = NULL WHERE id = ?1 AND role = 'assistant'",
    )?
    .execute([message])
    .map(drop)
}

/// A message without its tail, if it has no end or one that only somebody else has seen.
fn unfinished(db: &Connection, message: MessageId) -> rusqlite::Result<Option<Message>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE id = ?1 AND (finish IS NULL OR finish = ?2)"
    ))?;
    let mut rows = statement.query(params![message, Name(Finish::Interrupted)])?;
    rows.next()?.map(of_row).transpose()
}

/// Puts the tail of a reply where it belongs and says how it ended. One that has ended
/// before stays as it is, unless somebody else has only taken its writer for dead.
pub(in crate::store) fn finish(
    db: &Connection,
    message: MessageId,
    finish: Finish,
    timings: Option<Timings>,
) -> rusqlite::Result<()> {
    let Some(mut whole) = unfinished(db, message)? else {
        return Ok(());
    };
    add_tail(db, &mut whole)?;
    db.prepare_cached(
        "UPDATE messages SET text = ?2, reasoning = ?3, finish = ?4, timings = ?5 WHERE id = ?1",
    )?
    .execute(params![
        message,
        whole.text,
        whole.reasoning,
        Name(finish),
        timings.map(Json)
    ])?;
    db.prepare_cached("DELETE FROM tails WHERE message = ?1")?
        .execute([message])?;
    search::add_message(db, message, &whole.text)
}

/// Marks the replies whose writer was killed. Only for who is sure to be alone.
pub(in crate::store) fn finish_abandoned(db: &Connection) -> rusqlite::Result<usize> {
    finish_older(db, i64::MAX)
}

/// Marks the replies that nobody has written to for a while, for who may not be alone.
pub(in crate::store) fn finish_silent(db: &Connection) -> rusqlite::Result<usize> {
    finish_older(db, now_unix_ms().saturating_sub(ABANDONED_MS))
}

/// Marks the replies without an end that were last written to before a time.
fn finish_older(db: &Connection, before_ms: i64) -> rusqlite::Result<usize> {
    let abandoned: Vec<MessageId> = db
        .prepare(
            "SELECT id FROM messages WHERE role = 'assistant' AND finish IS NULL
                 AND max(created_ms, coalesce(
                     (SELECT max(position) FROM tails WHERE message = messages.id), 0)) < ?1",
        )?
        .query_map([before_ms], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for &message in &abandoned {
        finish(db, message, Finish::Interrupted, None)?;
    }
    Ok(abandoned.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    fn reply(db: &Connection, created_unix_ms: i64) -> MessageId {
        let chat = ChatId(1);
        db.execute(
            "INSERT OR IGNORE INTO chats (id, created_ms, updated_ms) VALUES (1, 0, 0)",
            [],
        )
        .unwrap();
        let id = MessageId::fresh();
        let message = Message::new(id, None, Role::Assistant, String::new(), created_unix_ms);
        insert(db, chat, &message).unwrap();
        id
    }

    fn read(db: &Connection, id: MessageId) -> Message {
        let (messages, _) = of_chat(db, ChatId(1)).unwrap();
        messages.into_iter().find(|it| it.id == id).unwrap()
    }

    fn database() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        schema::migrations().to_latest(&mut db).unwrap();
        db
    }

    #[test]
    fn without_locks_only_silence_says_that_a_writer_is_gone() {
        let db = database();
        let now_ms = now_unix_ms();
        let (growing, waiting, silent) = (
            reply(&db, 1),
            reply(&db, now_ms),
            reply(&db, now_ms - 60_000),
        );
        append(&db, growing, "Hello", "").unwrap();
        assert_eq!(finish_silent(&db).unwrap(), 1);
        assert_eq!(read(&db, growing).finish, None);
        assert_eq!(read(&db, waiting).finish, None);
        assert_eq!(read(&db, silent).finish, Some(Finish::Interrupted));
        assert_eq!(finish_abandoned(&db).unwrap(), 2);
    }

    #[test]
    fn a_writer_that_was_taken_for_dead_goes_on() {
        let db = database();
        let id = reply(&db, now_unix_ms());
        append(&db, id, "One", "").unwrap();
        finish_abandoned(&db).unwrap();
        assert_eq!(read(&db, id).finish, Some(Finish::Interrupted));
        append(&db, id, ", two", "").unwrap();
        assert_eq!(read(&db, id).finish, None);
        assert_eq!(read(&db, id).text, "One, two");
        finish_abandoned(&db).unwrap();
        finish(&db, id, Finish::EndOfReply, None).unwrap();
        finish(&db, id, Finish::Cancelled, None).unwrap();
        let whole = read(&db, id);
        assert_eq!(
            (whole.text.as_str(), whole.finish),
            ("One, two", Some(Finish::EndOfReply))
        );
    }

    #[test]
    fn what_was_said_becomes_thoughts_once() {
        let db = database();
        let id = reply(&db, now_unix_ms() - 60_000);
        let texts = || {
            let it = read(&db, id);
            (it.text, it.reasoning, it.finish)
        };
        append(&db, id, "\n hm", "").unwrap();
        append(&db, id, ", so\n", "").unwrap();
        for after in ["", "Hi", "Hi!"] {
            rethink(&db, id).unwrap();
            assert_eq!(texts(), (after.to_owned(), "hm, so".to_owned(), None));
            let more = match after {
                "" => "Hi",
                _ => "!",
            };
            append(&db, id, more, "").unwrap();
        }
        // Its writer lives, whatever was taken away.
        assert_eq!(finish_silent(&db).unwrap(), 0);
        finish(&db, id, Finish::EndOfReply, None).unwrap();
        rethink(&db, id).unwrap();
        let whole = (
            "Hi!!".to_owned(),
            "hm, so".to_owned(),
            Some(Finish::EndOfReply),
        );
        assert_eq!(texts(), whole);
    }

    #[test]
    fn a_reply_that_went_on_has_been_thoughts_from_its_beginning() {
        let db = database();
        let id = reply(&db, now_unix_ms());
        append(&db, id, "hm", "").unwrap();
        finish(&db, id, Finish::Cancelled, None).unwrap();
        rethink(&db, id).unwrap();
        assert_eq!(read(&db, id).text, "hm", "it has ended");
        resume(&db, id).unwrap();
        append(&db, id, ", so", "").unwrap();
        rethink(&db, id).unwrap();
        // Killed here, nothing of it is lost.
        finish_abandoned(&db).unwrap();
        let it = read(&db, id);
        assert_eq!((it.text.as_str(), it.reasoning.as_str()), ("", "hm, so"));
    }
}
