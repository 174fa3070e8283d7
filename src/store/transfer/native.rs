//! Charla's own format, which loses nothing. `docs/chat-format.md` says what it looks like.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::merge::Incoming;
use super::report::Why;
use crate::chat::{Chat, ChatId, Finish, Message, MessageId, Role, Timings};
use crate::params::Sampling;
use crate::store::row::Json;
use crate::store::{Portable, now_unix_ms};

/// What a file of this format calls it.
pub(super) const FORMAT: &str = "charla-chats";

/// The version that is written, and the newest that is read.
pub(super) const VERSION: u64 = 1;

/// A chat as it stands in a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ChatRecord {
    id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    folder: Option<String>,
    #[serde(default)]
    system: Option<String>,
    #[serde(default)]
    sampling: Option<Json<Sampling>>,
    #[serde(default)]
    draft: String,
    created_unix_ms: i64,
    #[serde(default)]
    updated_unix_ms: Option<i64>,
    #[serde(default)]
    pinned_unix_ms: Option<i64>,
    #[serde(default)]
    archived_unix_ms: Option<i64>,
    #[serde(default)]
    leaf: Option<String>,
    #[serde(default)]
    messages: Vec<MessageRecord>,
    /// What a newer Charla has added.
    #[serde(flatten, skip_serializing)]
    unknown: Map<String, Value>,
}

/// A message as it stands in a file.
#[derive(Debug, Serialize, Deserialize)]
struct MessageRecord {
    id: String,
    #[serde(default)]
    parent: Option<String>,
    role: Role,
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reasoning: String,
    created_unix_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited_unix_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sampling: Option<Json<Sampling>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finish: Option<Finish>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timings: Option<Json<Timings>>,
    /// What a newer Charla has added.
    #[serde(flatten, skip_serializing)]
    unknown: Map<String, Value>,
}

/// A file that is small enough to be read whole.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    pub(super) version: u64,
    pub(super) chats: Vec<ChatRecord>,
}

impl From<&Portable> for ChatRecord {
    fn from(portable: &Portable) -> Self {
        let chat = &portable.chat;
        Self {
            id: chat.id.code(),
            title: chat.title.clone(),
            folder: portable.folder.clone(),
            system: chat.system.clone(),
            sampling: chat.sampling.clone().map(Json),
            draft: portable.draft.clone(),
            created_unix_ms: chat.created_unix_ms,
            updated_unix_ms: Some(portable.updated_unix_ms),
            pinned_unix_ms: portable.pinned_unix_ms,
            archived_unix_ms: portable.archived_unix_ms,
            leaf: chat.leaf().map(MessageId::code),
            messages: chat.messages().iter().map(MessageRecord::from).collect(),
            unknown: Map::new(),
        }
    }
}

impl From<&Message> for MessageRecord {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.code(),
            parent: message.parent.map(MessageId::code),
            role: message.role,
            text: message.text.clone(),
            reasoning: message.reasoning.clone(),
            created_unix_ms: message.created_unix_ms,
            edited_unix_ms: message.edited_unix_ms,
            model: message.model.clone(),
            sampling: message.sampling.clone().map(Json),
            finish: end_of(message.role, message.finish),
            timings: message.timings.map(Json),
            unknown: Map::new(),
        }
    }
}

/// A reply that is being written is cut off where it goes into a file or comes out of one.
fn end_of(role: Role, finish: Option<Finish>) -> Option<Finish> {
    match role {
        Role::Assistant => finish.or(Some(Finish::Interrupted)),
        _ => finish,
    }
}

/// A chat as one line of JSON, as it stands in a file.
///
/// # Errors
/// Where a number in it cannot be written as JSON.
pub fn to_json(portable: &Portable) -> serde_json::Result<String> {
    serde_json::to_string(&ChatRecord::from(portable))
}

pub(super) fn begin(out: &mut dyn Write) -> io::Result<()> {
    let now = now_unix_ms();
    write!(
        out,
        "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"exported_unix_ms\":{now},\"chats\":["
    )
}

/// Chats and messages have a line each, so that two files can be compared.
pub(super) fn write(portable: &Portable, is_first: bool, out: &mut dyn Write) -> io::Result<()> {
    let comma = if is_first { "" } else { "," };
    writeln!(out, "{comma}")?;
    serde_json::to_writer(&mut *out, &ChatRecord::from(portable)).map_err(io::Error::from)
}

pub(super) fn end(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n]}}")
}

/// Ids must fit into SQLite's numbers; others are none of Charla's.
fn sound(number: u64) -> bool {
    number > 0 && i64::try_from(number).is_ok()
}

impl ChatRecord {
    /// The chat; what is not Charla's in it gets an id made of what stands there.
    pub(super) fn into_incoming(self) -> Incoming {
        let id = ChatId::from_code(&self.id)
            .filter(|it| sound(it.0))
            .unwrap_or_else(|| super::foreign::chat_id("charla", self.id.as_bytes()));
        let message_id = |code: &str| {
            MessageId::from_code(code)
                .filter(|it| sound(it.0))
                .unwrap_or_else(|| super::foreign::message_id(id, code.as_bytes()))
        };
        let mut chat = Chat::new(id, self.created_unix_ms);
        chat.title = self.title;
        chat.system = self.system;
        chat.sampling = self.sampling.map(|it| it.0);
        let mut newest_ms = self.created_unix_ms;
        let mut unknown = self.unknown.len();
        let messages: Vec<Message> = self
            .messages
            .into_iter()
            .map(|it| {
                newest_ms = newest_ms.max(it.created_unix_ms);
                unknown += it.unknown.len();
                Message {
                    id: message_id(&it.id),
                    parent: it.parent.as_deref().map(message_id),
                    role: it.role,
                    text: it.text,
                    reasoning: it.reasoning,
                    created_unix_ms: it.created_unix_ms,
                    edited_unix_ms: it.edited_unix_ms,
                    model: it.model,
                    sampling: it.sampling.map(|it| it.0),
                    finish: end_of(it.role, it.finish),
                    timings: it.timings.map(|it| it.0),
                }
            })
            .collect();
        let followers = messages.iter().filter(|it| it.parent.is_some()).count();
        chat.set_messages(messages, self.leaf.as_deref().map(message_id));
        let kept = chat.messages().iter().filter(|it| it.parent.is_some());
        let cut = followers.saturating_sub(kept.count()) as u64;
        Incoming {
            portable: Portable {
                chat,
                folder: self.folder.filter(|name| !name.trim().is_empty()),
                pinned_unix_ms: self.pinned_unix_ms,
                archived_unix_ms: self.archived_unix_ms,
                updated_unix_ms: self.updated_unix_ms.unwrap_or(newest_ms),
                draft: self.draft,
            },
            notes: vec![(Why::NoPlace, cut), (Why::Unknown, unknown as u64)],
        }
    }
}
