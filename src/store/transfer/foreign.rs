//! Conversations of other programs, on their way to being chats: one shape for all.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::merge::Incoming;
use super::report::Why;
use crate::chat::{Chat, ChatId, Finish, Message, MessageId, Role};
use crate::store::{Portable, now_unix_ms};

/// 10000-01-01 UTC: no time of a message lies beyond.
const MAX_UNIX_MS: f64 = 253_402_300_800_000.0;

/// The longest title, in characters: some programs make one of a whole question.
const MAX_TITLE_CHARS: usize = 200;

/// How many nodes that are left out may stand between a reply and its thoughts.
const MAX_THOUGHT_STEPS: usize = 64;

/// A conversation of another program.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    /// The name of the format: a part of the ids.
    pub(super) format: &'static str,
    /// What the other program knows it by.
    pub(super) key: Option<String>,
    pub(super) title: Option<String>,
    pub(super) system: Option<String>,
    pub(super) folder: Option<String>,
    pub(super) created_unix_ms: Option<i64>,
    pub(super) updated_unix_ms: Option<i64>,
    pub(super) is_pinned: bool,
    pub(super) is_archived: bool,
    /// What has been typed in it and not sent.
    pub(super) draft: String,
    pub(super) nodes: Vec<Node>,
    /// The node that is read to.
    pub(super) leaf: Option<String>,
    pub(super) notes: Vec<(Why, u64)>,
}

/// A place in the tree of a conversation.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) key: String,
    pub(super) parent: Option<String>,
    /// Where it stands among those with the same parent.
    pub(super) position: usize,
    /// Where it stands in a conversation without branches.
    pub(super) number: Option<u64>,
    pub(super) created_unix_ms: Option<i64>,
    /// What was said there; `None` where nothing of it is taken over.
    pub(super) said: Option<Said>,
    /// Thoughts that belong to the reply that follows.
    pub(super) thoughts: String,
}

/// What was said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) role: Role,
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) model: Option<String>,
}

fn hash(parts: &[&[u8]]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // With its length before it, no part can pass for the end of another.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}

/// What stands for a role in ids, which must stay the same for ever.
fn number(role: Role) -> u8 {
    match role {
        Role::System => 0,
        Role::User => 1,
        Role::Assistant => 2,
        Role::Other(_) => 3,
    }
}

/// A short word that stands for a text.
pub(super) fn digest(text: &str) -> String {
    format!("{:016x}", hash(&[text.as_bytes()]))
}

/// The id of a chat that another program knows by `key`: always the same.
pub(super) fn chat_id(format: &str, key: &[u8]) -> ChatId {
    ChatId((hash(&[b"chat", format.as_bytes(), key]) >> 11).max(1))
}

/// The id of a message that is known by `key` in this chat: always the same.
pub(super) fn message_id(chat: ChatId, key: &[u8]) -> MessageId {
    MessageId((hash(&[b"message", &chat.0.to_le_bytes(), key]) >> 2).max(1))
}

impl Node {
    /// Its id in this chat. Without branches, the ids have the order of the messages: 24
    /// bits for the chat, 16 for the number and 22 for what was said.
    fn id(&self, chat: ChatId) -> MessageId {
        let own = message_id(chat, self.key.as_bytes());
        match self.number {
            Some(number) if number < 1 << 16 => {
                let first = message_id(chat, b"").0 >> 38;
                MessageId(((first << 38) | (number << 22) | (own.0 >> 40)).max(1))
            }
            _ => own,
        }
    }
}

impl Conversation {
    /// Adds a message after the last one, for formats without branches.
    /// Where two conversations of one name differ, they part ways there.
    pub(super) fn push(&mut self, said: Said, created_unix_ms: Option<i64>) {
        let parent = self.nodes.last().map(|it| it.key.clone());
        let before = parent.as_deref().unwrap_or_default().as_bytes();
        let role = [number(said.role)];
        let key = format!("{:016x}", hash(&[before, &role, said.text.as_bytes()]));
        self.nodes.push(Node {
            key,
            parent,
            number: Some(self.nodes.len() as u64),
            created_unix_ms,
            said: Some(said),
            ..Node::default()
        });
    }

    pub(super) fn note(&mut self, why: Why, count: u64) {
        self.notes.push((why, count));
    }

    /// The name by which to speak of it.
    pub(super) fn name(&self) -> String {
        let first = self.nodes.iter().find_map(|it| {
            let said = it.said.as_ref().filter(|it| it.role == Role::User)?;
            Chat::opening(&said.text)
        });
        let name = self.title.clone().or(first).or_else(|| self.key.clone());
        name.unwrap_or_default()
    }

    /// Makes what was said first a part of the key: numbers that count the lines of a file
    /// come again in the next one.
    pub(super) fn narrow_key(&mut self) {
        let first = self.nodes.first().map(|it| it.key.clone());
        if let (Some(key), Some(first)) = (&mut self.key, first) {
            key.push('/');
            key.push_str(&first);
        }
    }

    /// Whether nothing was said in it.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.iter().all(|it| it.said.is_none())
    }

    /// What the id is made of where the other program gives none.
    fn content(&self) -> Vec<u8> {
        let mut content = Vec::new();
        let texts = self.nodes.iter().filter_map(|it| it.said.as_ref());
        let texts = texts.map(|it| (number(it.role), it.text.as_str()));
        for (role, text) in self.system.iter().map(|it| (9, it.as_str())).chain(texts) {
            content.extend_from_slice(&u64::from(role).to_le_bytes());
            content.extend_from_slice(&(text.len() as u64).to_le_bytes());
            content.extend_from_slice(text.as_bytes());
        }
        content
    }

    /// The chat it becomes.
    pub(super) fn into_incoming(mut self) -> Incoming {
        let id = match &self.key {
            Some(key) => chat_id(self.format, key.as_bytes()),
            None => chat_id(self.format, &self.content()),
        };
        let tree = Tree::new(&self.nodes);
        let times = tree.times(self.created_unix_ms);
        let mut cut = 0;
        let mut messages = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let Some(said) = &node.said else { continue };
            let (parent, thoughts, is_lost) = tree.parent(index);
            cut += u64::from(is_lost);
            let mut reasoning = thoughts;
            reasoning.push_str(&said.reasoning);
            let mut message = Message::new(
                node.id(id),
                parent.map(|it| self.nodes[it].id(id)),
                said.role,
                said.text.clone(),
                times[index],
            );
            if said.role == Role::Assistant {
                message.reasoning = reasoning;
                message.model.clone_from(&said.model);
                message.finish = Some(Finish::EndOfReply);
            }
            messages.push(message);
        }
        let leaf = self.leaf.as_deref().and_then(|it| tree.nearest(it));
        let leaf = leaf.map(|it| self.nodes[it].id(id));
        let first_ms = messages.iter().map(|it| it.created_unix_ms).min();
        let last_ms = messages.iter().map(|it| it.created_unix_ms).max();
        let created_unix_ms = self.created_unix_ms.or(first_ms).unwrap_or_default();
        let updated_unix_ms = self.updated_unix_ms.or(last_ms).unwrap_or(created_unix_ms);
        let followers = messages.iter().filter(|it| it.parent.is_some()).count();
        let mut chat = Chat::new(id, created_unix_ms);
        chat.set_messages(messages, leaf);
        let kept = chat.messages().iter().filter(|it| it.parent.is_some());
        cut += followers.saturating_sub(kept.count()) as u64;
        chat.title = self.title.as_deref().and_then(title);
        chat.system = self.system.take().filter(|it| !it.trim().is_empty());
        self.note(Why::NoPlace, cut);
        Incoming {
            portable: Portable {
                chat,
                folder: self.folder.as_deref().and_then(title),
                pinned_unix_ms: self.is_pinned.then_some(updated_unix_ms),
                archived_unix_ms: self.is_archived.then_some(updated_unix_ms),
                updated_unix_ms,
                draft: self.draft,
            },
            notes: self.notes,
        }
    }
}

/// The nodes of a conversation, by their keys.
struct Tree<'a> {
    nodes: &'a [Node],
    by_key: HashMap<&'a str, usize>,
}

impl<'a> Tree<'a> {
    fn new(nodes: &'a [Node]) -> Self {
        let by_key = nodes.iter().enumerate();
        let by_key = by_key.map(|(index, node)| (node.key.as_str(), index));
        Self {
            nodes,
            by_key: by_key.collect(),
        }
    }

    fn above(&self, index: usize) -> Option<usize> {
        let parent = self.nodes[index].parent.as_deref()?;
        self.by_key.get(parent).copied()
    }

    /// The message that this one follows, the thoughts on the way there, and whether its
    /// place is lost.
    fn parent(&self, index: usize) -> (Option<usize>, String, bool) {
        let mut thoughts: Vec<&str> = Vec::new();
        let mut at = index;
        let mut steps = 0;
        loop {
            let node = &self.nodes[at];
            let Some(above) = self.above(at) else {
                return (None, joined(&thoughts), node.parent.is_some());
            };
            if self.nodes[above].said.is_some() {
                return (Some(above), joined(&thoughts), false);
            }
            if steps < MAX_THOUGHT_STEPS && !self.nodes[above].thoughts.is_empty() {
                thoughts.push(&self.nodes[above].thoughts);
            }
            steps += 1;
            if steps > self.nodes.len() {
                return (None, joined(&thoughts), true);
            }
            at = above;
        }
    }

    /// The message at this node or, where nothing of it is taken over, the nearest above.
    fn nearest(&self, key: &str) -> Option<usize> {
        let index = *self.by_key.get(key)?;
        match self.nodes[index].said {
            Some(_) => Some(index),
            None => self.parent(index).0,
        }
    }

    /// The time of each node. One without a time comes right after what stands before it,
    /// so that versions keep their order.
    fn times(&self, begun_unix_ms: Option<i64>) -> Vec<i64> {
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut waiting: Vec<usize> = Vec::new();
        for index in 0..self.nodes.len() {
            match self.above(index) {
                Some(above) => children.entry(above).or_default().push(index),
                None => waiting.push(index),
            }
        }
        let order = |of: &mut Vec<usize>| {
            // The last is taken first.
            of.sort_by_key(|&it| std::cmp::Reverse((self.nodes[it].position, it)));
        };
        order(&mut waiting);
        let mut times = vec![0; self.nodes.len()];
        let mut seen = HashSet::new();
        let mut last_ms = begun_unix_ms.unwrap_or_else(|| {
            let first = self.nodes.iter().filter_map(|it| it.created_unix_ms).min();
            first.unwrap_or_else(now_unix_ms)
        });
        // Those in a cycle hang from nothing.
        let mut rest = 0..self.nodes.len();
        while let Some(index) = waiting.pop().or_else(|| rest.find(|it| !seen.contains(it))) {
            if !seen.insert(index) {
                continue;
            }
            times[index] = self.nodes[index].created_unix_ms.unwrap_or(last_ms + 1);
            last_ms = last_ms.max(times[index]);
            if let Some(mut below) = children.remove(&index) {
                order(&mut below);
                waiting.append(&mut below);
            }
        }
        times
    }
}

/// Thoughts that were collected from the last to the first.
fn joined(thoughts: &[&str]) -> String {
    let mut texts: Vec<&str> = thoughts.to_vec();
    texts.reverse();
    texts.join("\n\n")
}

/// A title fit for one line; `None` where nothing is left of it.
fn title(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(MAX_TITLE_CHARS).collect();
    (!title.is_empty()).then_some(title)
}

/// A text by its name in an object; `None` where it is something else or empty.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// An id, which some programs write as a number.
pub(super) fn key(value: &Value, name: &str) -> Option<String> {
    key_of(value.get(name)?)
}

/// A value as an id.
pub(super) fn key_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether something is said to be so.
pub(super) fn is_so(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// A time: seconds or milliseconds since 1970, or a date.
pub(super) fn time(value: &Value, name: &str) -> Option<i64> {
    let number = match value.get(name)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) => number,
            Err(_) => {
                let time: jiff::Timestamp = text.parse().ok()?;
                return Some(time.as_millisecond()).filter(|it| *it > 0);
            }
        },
        _ => return None,
    };
    // As seconds, these would be the year 5138 and later.
    let unix_ms = if number < 1e11 {
        number * 1000.0
    } else {
        number
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it lies in the range just checked"
    )]
    (1.0..MAX_UNIX_MS)
        .contains(&unix_ms)
        .then(|| unix_ms.round() as i64)
}

/// A text that was attached to a message, as it stands before the message's own words.
pub(super) fn fenced(name: &str, text: &str) -> String {
    let text = text.trim_end_matches('\n');
    let runs = text.split(|it| it != '`').map(str::len).max();
    let fence = "`".repeat((runs.unwrap_or(0) + 1).max(3));
    let is_bad = |it: char| it == '`' || it.is_control();
    let name: String = name
        .chars()
        .map(|it| if is_bad(it) { ' ' } else { it })
        .collect();
    let head = match name.trim() {
        "" => String::new(),
        name => format!("`{name}`:\n"),
    };
    format!("{head}{fence}text\n{text}\n{fence}\n\n")
}

/// Parts a reply that begins with its thoughts between `<think>` and `</think>`.
pub(super) fn part_thoughts(text: &str) -> (String, String) {
    let parted = text
        .trim_start()
        .strip_prefix("<think>")
        .and_then(|rest| rest.split_once("</think>"));
    match parted {
        Some((thoughts, rest)) => (thoughts.trim().to_owned(), rest.trim_start().to_owned()),
        None => (String::new(), text.to_owned()),
    }
}
