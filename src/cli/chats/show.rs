//! What `charla chats` prints.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::chat::{ChatId, MessageId, Role};
use crate::cli::harmless;
use crate::i18n::{I18n, Text};
use crate::store::search::Hit;
use crate::store::transfer::Report;
use crate::store::{Backup, BinEntry, BinId, Kind, Summary};

/// A chat as `list --json` prints it.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    id: String,
    name: String,
    has_title: bool,
    folder: Option<String>,
    pinned: bool,
    archived: bool,
    created_unix_ms: i64,
    updated_unix_ms: i64,
}

impl Listed {
    pub(super) fn new(chat: Summary, folder: Option<String>) -> Self {
        Self {
            id: chat.id.code(),
            name: chat.name,
            has_title: chat.has_title,
            folder,
            pinned: chat.is_pinned,
            archived: chat.is_archived,
            created_unix_ms: chat.created_unix_ms,
            updated_unix_ms: chat.updated_unix_ms,
        }
    }
}

#[derive(Debug, Serialize)]
struct Found<'a> {
    chat: String,
    name: &'a str,
    message: Option<String>,
    role: Option<Role>,
    excerpt: &'a str,
    marks: Vec<[usize; 2]>,
    unix_ms: i64,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    id: String,
    kind: Kind,
    name: &'a str,
    chat: Option<String>,
    chats: u32,
    messages: u32,
    deleted_unix_ms: i64,
}

/// The code of a deletion.
pub(super) fn entry_code(id: BinId) -> String {
    MessageId(id.0).code()
}

fn moment(unix_ms: i64) -> String {
    let time = Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    let time = time.to_zoned(TimeZone::system());
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A name fit for one line.
pub(super) fn name(name: Option<String>) -> String {
    let name = name.unwrap_or_default();
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.is_empty() {
        true => "…".to_owned(),
        false => harmless(&words.join(" ")),
    }
}

fn json(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

pub(super) fn list(chats: &[Listed], as_json: bool, out: &mut impl Write) -> io::Result<()> {
    if as_json {
        return json(&chats, out);
    }
    for chat in chats {
        let when = moment(chat.updated_unix_ms);
        let name = name(Some(chat.name.clone()));
        writeln!(out, "{:<11}  {when}  {name}", chat.id)?;
    }
    Ok(())
}

pub(super) fn hits(hits: &[Hit], as_json: bool, out: &mut impl Write) -> io::Result<()> {
    if as_json {
        let found: Vec<Found<'_>> = hits
            .iter()
            .map(|hit| Found {
                chat: hit.chat.code(),
                name: &hit.chat_name,
                message: hit.message.map(MessageId::code),
                role: hit.role,
                excerpt: &hit.excerpt,
                marks: hit.marks.iter().map(|it| [it.start, it.end]).collect(),
                unix_ms: hit.unix_ms,
            })
            .collect();
        return json(&found, out);
    }
    for hit in hits {
        let when = moment(hit.unix_ms);
        let chat = name(Some(hit.chat_name.clone()));
        writeln!(out, "{:<11}  {when}  {chat}", hit.chat.code())?;
        writeln!(out, "    {}", name(Some(hit.excerpt.clone())))?;
    }
    Ok(())
}

pub(super) fn bin(
    entries: &[BinEntry],
    as_json: bool,
    out: &mut impl Write,
    i18n: &I18n,
) -> io::Result<()> {
    if as_json {
        let deleted: Vec<Entry<'_>> = entries
            .iter()
            .map(|it| Entry {
                id: entry_code(it.id),
                kind: it.kind,
                name: &it.name,
                chat: it.chat.map(ChatId::code),
                chats: it.chats,
                messages: it.messages,
                deleted_unix_ms: it.deleted_unix_ms,
            })
            .collect();
        return json(&deleted, out);
    }
    for entry in entries {
        let kind = match entry.kind {
            Kind::Chats => Text::new("chats-kind-chats").count("count", entry.chats),
            Kind::Message => Text::new("chats-kind-message"),
            Kind::Branch => Text::new("chats-kind-branch").count("count", entry.messages),
            Kind::Folder => Text::new("chats-kind-folder").count("count", entry.chats),
            Kind::Unknown => Text::new("chats-kind-unknown"),
        };
        let when = moment(entry.deleted_unix_ms);
        let name = name(Some(entry.name.clone()));
        let code = entry_code(entry.id);
        writeln!(out, "{code:<13}  {when}  {}: {name}", i18n.text(&kind))?;
    }
    Ok(())
}

/// A backup, as `--json` prints it.
#[derive(Serialize)]
struct Copy<'a> {
    name: &'a str,
    created_unix_ms: i64,
    size_bytes: u64,
}

pub(super) fn backups(
    backups: &[Backup],
    as_json: bool,
    out: &mut impl Write,
    i18n: &I18n,
) -> io::Result<()> {
    if as_json {
        let copies = backups.iter().map(|it| Copy {
            name: &it.name,
            created_unix_ms: it.created_unix_ms,
            size_bytes: it.size_bytes,
        });
        return json(&copies.collect::<Vec<_>>(), out);
    }
    for backup in backups {
        let when = moment(backup.created_unix_ms);
        let size = i18n.bytes(backup.size_bytes);
        writeln!(out, "{when}  {size:>8}  {}", backup.name)?;
    }
    Ok(())
}

pub(super) fn report(
    report: &Report,
    as_json: bool,
    out: &mut impl Write,
    i18n: &I18n,
) -> io::Result<()> {
    if as_json {
        return json(report, out);
    }
    writeln!(out, "{}", i18n.say(report))?;
    for skipped in &report.skipped {
        writeln!(out, "  - {}", harmless(&i18n.say(skipped)))?;
    }
    Ok(())
}
