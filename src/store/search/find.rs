//! From the question to the hits: who has the words, who may be shown, and who comes first.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::excerpt::excerpt;
use super::wanted::{Known, Wanted};
use super::{Hit, Query};
use crate::chat::{ChatId, MessageId};
use crate::store::now_unix_ms;
use crate::store::row::Name;

/// Messages that are read to be ranked: the newest of those that have the words.
const CANDIDATES: usize = 2000;

/// How much text is read to rank, in bytes, where enough has been found.
const READ_BYTES: usize = 2 << 20;

/// How much of one text is read to rank it, in bytes.
const RANKED_BYTES: usize = 16 << 10;

/// Messages that FTS5 gathers in no time.
const GATHERED: u64 = 10_000;

/// Words that a beginning may stand for where more messages than that have them.
const MOST_WORDS: usize = 64;

/// BM25: how soon more of the same word stops counting, and how much a long text loses.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Length of a usual text, in bytes.
const USUAL_BYTES: f32 = 400.0;

/// How much more a title counts.
const TITLE: f32 = 2.5;

/// How much what was written now counts more than what is very old, in parts of a word.
const NEW: f32 = 0.4;

/// How old something is that counts half of that, in milliseconds.
const HALF_NEW_MS: f32 = 30.0 * 24.0 * 3_600_000.0;

#[derive(Debug)]
struct Candidate {
    score: f32,
    unix_ms: i64,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Title(ChatId),
    Message(MessageId),
}

pub(super) fn find(
    db: &Connection,
    query: &Query,
    wanted: &Wanted,
    limit: usize,
) -> rusqlite::Result<Vec<Hit>> {
    let mut known = Known::default();
    let mut found = titles(db, query, wanted, &mut known)?;
    found.extend(messages(db, query, wanted, limit, &mut known)?);
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.unix_ms.cmp(&a.unix_ms)));
    found.truncate(limit);
    let mut hits = Vec::with_capacity(found.len());
    for candidate in &found {
        hits.extend(hit(db, candidate, wanted, &mut known)?);
    }
    Ok(hits)
}

fn titles(
    db: &Connection,
    query: &Query,
    wanted: &Wanted,
    known: &mut Known,
) -> rusqlite::Result<Vec<Candidate>> {
    // A title is nobody's reply.
    if query.model.is_some() {
        return Ok(Vec::new());
    }
    let mut statement = db.prepare_cached(
        "SELECT chats.id, title, updated_ms FROM title_words
         JOIN chats ON chats.id = title_words.rowid
         WHERE title_words MATCH ?1 AND bin IS NULL AND title IS NOT NULL
             AND (?2 IS NULL OR folder = ?2)
             AND (?3 IS NULL OR updated_ms >= ?3) AND (?4 IS NULL OR updated_ms < ?4)
         LIMIT ?5",
    )?;
    let mut rows = statement.query(params![
        wanted.expression(None),
        query.folder,
        query.from_unix_ms,
        query.until_unix_ms,
        i64::try_from(CANDIDATES).unwrap_or(i64::MAX),
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let unix_ms = row.get(2)?;
        if let Some(score) = score(row.get_ref(1)?.as_str()?, unix_ms, wanted, known) {
            found.push(Candidate {
                score: score * TITLE,
                unix_ms,
                what: What::Title(row.get(0)?),
            });
        }
    }
    Ok(found)
}

fn messages(
    db: &Connection,
    query: &Query,
    wanted: &Wanted,
    limit: usize,
    known: &mut Known,
) -> rusqlite::Result<Vec<Candidate>> {
    let filter = Filter::of(db, query)?;
    if filter.is_void() {
        return Ok(Vec::new());
    }
    let words = wanted
        .long_beginning()
        .map(|beginning| words_like(db, beginning))
        .transpose()?
        .flatten();
    let expression = wanted.expression(words.as_deref());
    let mut matching = db.prepare_cached(
        "SELECT rowid FROM message_words WHERE message_words MATCH ?1
             AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
    )?;
    let mut reading = db.prepare_cached("SELECT text, created_ms FROM messages WHERE id = ?1")?;
    let mut rows = matching.query(params![expression, filter.first, filter.last])?;
    let mut found = Vec::new();
    let (mut read, mut read_bytes) = (0, 0);
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if !filter.passes(id) {
            continue;
        }
        let is_enough = read >= CANDIDATES || read_bytes >= READ_BYTES;
        if is_enough && found.len() >= limit {
            break;
        }
        let mut texts = reading.query([id])?;
        let Some(message) = texts.next()? else {
            continue;
        };
        let unix_ms = message.get(1)?;
        let is_in_time = query.from_unix_ms.is_none_or(|from| unix_ms >= from)
            && query.until_unix_ms.is_none_or(|until| unix_ms < until);
        if !is_in_time {
            continue;
        }
        let text = message.get_ref(0)?.as_str()?;
        read += 1;
        read_bytes += text.len();
        if let Some(score) = score(text, unix_ms, wanted, known) {
            found.push(Candidate {
                score,
                unix_ms,
                what: What::Message(MessageId(id.cast_unsigned())),
            });
        }
    }
    Ok(found)
}

/// The words that begin like this, where asking for them one by one is quicker: it finds the
/// newest first, while FTS5 gathers all that begin like this before it gives out the first.
fn words_like(db: &Connection, beginning: &str) -> rusqlite::Result<Option<Vec<String>>> {
    let mut words: Vec<(u64, String)> = db
        .prepare_cached("SELECT doc, term FROM message_vocabulary WHERE term BETWEEN ?1 AND ?2")?
        .query_map([beginning, &format!("{beginning}{}", char::MAX)], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?))
        })?
        .collect::<Result<_, _>>()?;
    let messages: u64 = words.iter().map(|(messages, _)| messages).sum();
    if messages < GATHERED {
        return Ok(None);
    }
    // So many have them that those with the rarest words can be left out.
    words.sort_unstable_by(|a, b| b.cmp(a));
    words.truncate(MOST_WORDS);
    Ok(Some(words.into_iter().map(|(_, word)| word).collect()))
}

/// Who may be shown. Sets of ids, because the tables of words know nothing but ids, and
/// asking for each message on its own takes too long where many have the words.
#[derive(Debug)]
struct Filter {
    first: i64,
    last: i64,
    binned: HashSet<i64>,
    of_folder: Option<HashSet<i64>>,
    of_model: Option<HashSet<i64>>,
}

impl Filter {
    fn of(db: &Connection, query: &Query) -> rusqlite::Result<Self> {
        let mut binned = ids(db, "SELECT id FROM messages WHERE bin IS NOT NULL", &[])?;
        binned.extend(ids(
            db,
            "SELECT messages.id FROM chats CROSS JOIN messages ON messages.chat = chats.id
             WHERE chats.bin IS NOT NULL",
            &[],
        )?);
        let of_folder = match query.folder {
            Some(folder) => Some(ids(
                db,
                "SELECT messages.id FROM chats CROSS JOIN messages ON messages.chat = chats.id
                 WHERE chats.folder = ?1",
                &[&folder],
            )?),
            None => None,
        };
        let of_model = match &query.model {
            Some(model) => Some(ids(
                db,
                "SELECT id FROM messages WHERE model = ?1",
                &[model],
            )?),
            None => None,
        };
        let (mut first, mut last) = (i64::MIN, i64::MAX);
        if query.from_unix_ms.is_some() || query.until_unix_ms.is_some() {
            // Ids grow with time, but for what was brought in; the time itself is looked at
            // when the message is read.
            let range = db
                .prepare_cached(
                    "SELECT min(id), max(id) FROM messages WHERE created_ms >= ?1 AND created_ms < ?2",
                )?
                .query_row(
                    [
                        query.from_unix_ms.unwrap_or(i64::MIN),
                        query.until_unix_ms.unwrap_or(i64::MAX),
                    ],
                    |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?)),
                )?;
            // Nothing of that time leaves a range that nothing is in.
            (first, last) = (range.0.unwrap_or(1), range.1.unwrap_or(0));
        }
        for set in [&of_folder, &of_model].into_iter().flatten() {
            first = first.max(set.iter().copied().min().unwrap_or(1));
            last = last.min(set.iter().copied().max().unwrap_or(0));
        }
        Ok(Self {
            first,
            last,
            binned,
            of_folder,
            of_model,
        })
    }

    fn is_void(&self) -> bool {
        self.first > self.last
    }

    fn passes(&self, id: i64) -> bool {
        let is_in = |set: &Option<HashSet<i64>>| set.as_ref().is_none_or(|it| it.contains(&id));
        !self.binned.contains(&id) && is_in(&self.of_folder) && is_in(&self.of_model)
    }
}

fn ids(
    db: &Connection,
    question: &'static str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<HashSet<i64>> {
    db.prepare_cached(question)?
        .query_map(values, |row| row.get(0))?
        .collect()
}

/// How good a text is; `None` where it lacks a phrase.
fn score(text: &str, unix_ms: i64, wanted: &Wanted, known: &mut Known) -> Option<f32> {
    let read = match wanted.has_phrases() {
        true => text,
        false => &text[..text.floor_char_boundary(RANKED_BYTES)],
    };
    let counts = wanted.look(read, known, usize::MAX).counts;
    if !wanted.has_all_phrases(&counts) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a score needs no more")]
    let (length, age_ms) = (
        read.len() as f32 / USUAL_BYTES,
        now_unix_ms().saturating_sub(unix_ms).max(0) as f32,
    );
    let loss = K1 * (1.0 - B + B * length);
    let words: f32 = counts
        .iter()
        .map(|count| count * (K1 + 1.0) / (count + loss))
        .sum();
    Some(words + NEW * HALF_NEW_MS / (HALF_NEW_MS + age_ms))
}

fn hit(
    db: &Connection,
    candidate: &Candidate,
    wanted: &Wanted,
    known: &mut Known,
) -> rusqlite::Result<Option<Hit>> {
    let found = match candidate.what {
        What::Title(chat) => db
            .prepare_cached("SELECT title FROM chats WHERE id = ?1")?
            .query_row([chat], |row| {
                let title: String = row.get(0)?;
                Ok((chat, title.clone(), None, None, title))
            }),
        What::Message(message) => db
            .prepare_cached(
                "SELECT chats.id, coalesce(title, opening), role, text
                 FROM messages JOIN chats ON chats.id = messages.chat WHERE messages.id = ?1",
            )?
            .query_row([message], |row| {
                let text = row.get_ref(3)?.as_str()?;
                let first = wanted.look(text, known, 1).ranges;
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    Some(message),
                    Some(row.get::<_, Name<_>>(2)?.0),
                    excerpt(text, first.first()),
                ))
            }),
    };
    let Some((chat, chat_name, message, role, excerpt)) = found.optional()? else {
        return Ok(None);
    };
    let marks = wanted.look(&excerpt, known, usize::MAX).ranges;
    Ok(Some(Hit {
        chat,
        chat_name,
        message,
        role,
        excerpt,
        marks,
        unix_ms: candidate.unix_ms,
    }))
}
