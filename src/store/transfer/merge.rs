//! Chats from elsewhere, put among those that are there: all of them, or none.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};

use super::foreign;
use super::intake::Stop;
use super::report::{Report, Why};
use crate::chat::{Chat, ChatId, Message, MessageId, Role};
use crate::store::row::Json;
use crate::store::{Error, Portable, Store, folders, messages, search};

/// A chat on its way in, and what was left out of it.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) portable: Portable,
    pub(super) notes: Vec<(Why, u64)>,
}

/// What takes chats in, one after the other, and notes what was left out.
pub(super) trait Sink {
    /// Takes a chat in, or what is new of it.
    fn add(&mut self, incoming: Incoming) -> Result<(), Stop>;

    /// What has come of it so far.
    fn report(&mut self) -> &mut Report;
}

/// Chats that have come in and are not on the disk yet. Where this is dropped, they never
/// are.
pub(super) struct Merge<'a> {
    tx: Transaction<'a>,
    path: &'a std::path::Path,
    report: Report,
}

impl Sink for Merge<'_> {
    fn add(&mut self, incoming: Incoming) -> Result<(), Stop> {
        Ok(self.put_in(incoming)?)
    }

    fn report(&mut self) -> &mut Report {
        &mut self.report
    }
}

impl Store {
    pub(super) fn merge(&mut self) -> Result<Merge<'_>, Error> {
        let path = &self.path;
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|source| Error::of(path, source))?;
        Ok(Merge {
            tx,
            path,
            report: Report::default(),
        })
    }
}

impl Merge<'_> {
    /// Takes a chat in, or what is new of it.
    pub(super) fn put_in(&mut self, incoming: Incoming) -> Result<(), Error> {
        self.put(incoming)
            .map_err(|source| Error::of(self.path, source))
    }

    /// Puts everything on the disk.
    pub(super) fn commit(self) -> Result<Report, Error> {
        let Self { tx, path, report } = self;
        tx.commit().map_err(|source| Error::of(path, source))?;
        Ok(report)
    }

    fn put(&mut self, incoming: Incoming) -> rusqlite::Result<()> {
        let Incoming {
            mut portable,
            notes,
        } = incoming;
        let replaced = replace_nuls(&mut portable);
        let id = portable.chat.id;
        let name = portable.chat.name().unwrap_or_else(|| id.code());
        let is_in_bin: Option<bool> = self
            .tx
            .prepare_cached("SELECT bin IS NOT NULL FROM chats WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        if is_in_bin == Some(true) {
            self.report.skip(Why::InBin, 1, &name);
            return Ok(());
        }
        let is_new = is_in_bin.is_none();
        let is_archived = portable.archived_unix_ms.is_some();
        if is_new {
            self.add_chat(&portable)?;
        }
        let added = self.add_messages(&portable, is_new)?;
        self.report.messages_added += added;
        if is_new || added > 0 {
            self.report.first.get_or_insert(id);
        }
        match (is_new, added) {
            (true, _) => {
                self.report.chats_added += 1;
                self.report.chats_archived += u64::from(is_archived);
            }
            (false, 0) => self.report.already_here += 1,
            (false, _) => self.report.chats_extended += 1,
        }
        // What was left out before is told once.
        if is_new || added > 0 {
            for (why, count) in notes {
                self.report.skip(why, count, &name);
            }
            self.report.skip(Why::Nul, replaced, &name);
        }
        Ok(())
    }

    fn add_chat(&self, portable: &Portable) -> rusqlite::Result<()> {
        let chat = &portable.chat;
        let folder = portable.folder.as_deref();
        let folder = folder.map(|name| folders::named(&self.tx, name));
        self.tx
            .prepare_cached(
                "INSERT INTO chats (id, title, folder, system, sampling, draft, created_ms,
                     updated_ms, pinned_ms, archived_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                chat.id,
                chat.title,
                folder.transpose()?,
                chat.system,
                chat.sampling.clone().map(Json),
                portable.draft,
                chat.created_unix_ms,
                portable.updated_unix_ms,
                portable.pinned_unix_ms,
                portable.archived_unix_ms,
            ])?;
        match &chat.title {
            Some(title) => search::set_title(&self.tx, chat.id, title),
            None => Ok(()),
        }
    }

    /// Adds the messages that are not there; returns how many those are.
    fn add_messages(&self, portable: &Portable, is_new: bool) -> rusqlite::Result<u64> {
        let chat = &portable.chat;
        let here: HashSet<MessageId> = match is_new {
            true => HashSet::new(),
            false => self
                .tx
                .prepare_cached("SELECT id FROM messages WHERE chat = ?1")?
                .query_map([chat.id], |row| row.get(0))?
                .collect::<Result<_, _>>()?,
        };
        let mut ids = HashMap::new();
        let mut fresh = HashSet::new();
        for message in chat.messages() {
            let id = self.place(chat.id, message.id, &here, &mut fresh)?;
            ids.insert(message.id, id);
        }
        let mut added: Vec<Message> = Vec::new();
        for message in chat.messages() {
            let id = ids[&message.id];
            if here.contains(&id) {
                continue;
            }
            let parent = message.parent.map(|it| ids[&it]);
            added.push(Message {
                id,
                parent,
                ..message.clone()
            });
        }
        for message in &added {
            messages::insert(&self.tx, chat.id, message)?;
        }
        if added.is_empty() {
            return Ok(0);
        }
        let leaf = chat.leaf().map(|it| ids[&it]);
        self.read_to(chat.id, leaf, is_new)?;
        self.describe(chat.id, &added, is_new)?;
        Ok(added.len() as u64)
    }

    /// The id of a message here: its own, or another one where a message of another chat
    /// has it.
    fn place(
        &self,
        chat: ChatId,
        id: MessageId,
        here: &HashSet<MessageId>,
        fresh: &mut HashSet<MessageId>,
    ) -> rusqlite::Result<MessageId> {
        let second = foreign::message_id(chat, &id.0.to_le_bytes());
        // It may have been given the second one when the first was still another's.
        if let Some(&known) = [id, second].iter().find(|it| here.contains(it)) {
            return Ok(known);
        }
        let mut taken = self
            .tx
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM messages WHERE id = ?1)")?;
        let mut next = id;
        loop {
            let is_taken: bool = taken.query_row([next], |row| row.get(0))?;
            if !is_taken && fresh.insert(next) {
                return Ok(next);
            }
            next = foreign::message_id(chat, &next.0.to_le_bytes());
        }
    }

    /// Sets the message a chat is read to. A chat that was there is read on only where the
    /// new messages follow what is read of it.
    fn read_to(&self, chat: ChatId, leaf: Option<MessageId>, is_new: bool) -> rusqlite::Result<()> {
        let follows = "WITH RECURSIVE before (id) AS (
                 SELECT ?2 UNION
                 SELECT messages.parent FROM messages JOIN before ON messages.id = before.id
                 WHERE messages.parent IS NOT NULL AND messages.chat = ?1)
             UPDATE chats SET leaf = ?2
             WHERE id = ?1 AND (leaf IS NULL OR leaf IN (SELECT id FROM before))";
        let sql = match is_new {
            true => "UPDATE chats SET leaf = ?2 WHERE id = ?1",
            false => follows,
        };
        self.tx
            .prepare_cached(sql)?
            .execute(params![chat, leaf])
            .map(drop)
    }

    /// Sets what the list shows of a chat.
    fn describe(&self, chat: ChatId, added: &[Message], is_new: bool) -> rusqlite::Result<()> {
        let mut questions: Vec<&Message> =
            added.iter().filter(|it| it.role == Role::User).collect();
        questions.sort_by_key(|it| (it.created_unix_ms, it.id));
        let opening = questions.iter().find_map(|it| Chat::opening(&it.text));
        // A chat that is new knows when it was last written in.
        let newest_ms = match is_new {
            true => None,
            false => added.iter().map(|it| it.created_unix_ms).max(),
        };
        self.tx
            .prepare_cached(
                "UPDATE chats SET opening = CASE opening WHEN '' THEN ?2 ELSE opening END,
                     updated_ms = max(updated_ms, coalesce(?3, updated_ms))
                 WHERE id = ?1",
            )?
            .execute(params![chat, opening.unwrap_or_default(), newest_ms])
            .map(drop)
    }
}

/// Puts a replacement mark in place of each NUL, at which much software ends a text.
/// Returns how many texts had one.
fn replace_nuls(portable: &mut Portable) -> u64 {
    let mut count = 0;
    let mut replace = |text: &mut String| {
        if text.contains('\0') {
            *text = text.replace('\0', "\u{fffd}");
            count += 1;
        }
    };
    let chat = &mut portable.chat;
    let optional = [&mut chat.title, &mut chat.system, &mut portable.folder];
    optional.into_iter().flatten().for_each(&mut replace);
    replace(&mut portable.draft);
    let ids: Vec<MessageId> = chat.messages().iter().map(|it| it.id).collect();
    for id in ids {
        if let Some(message) = chat.message_mut(id) {
            replace(&mut message.text);
            replace(&mut message.reasoning);
            message.model.iter_mut().for_each(&mut replace);
        }
    }
    count
}
