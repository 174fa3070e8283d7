//! A conversation as a tree. Every message names its parent; a chat remembers the leaf it
//! is read from. So a second version of a message is a sibling, and nothing needs to be
//! removed to make room for it.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{ChatId, Finish, MessageId, Role, Timings};
use crate::params::Sampling;

/// One message of a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The message it follows; `None` for the first.
    pub parent: Option<MessageId>,
    /// Who wrote it.
    pub role: Role,
    /// What it says.
    pub text: String,
    /// What the model thought before it said that; empty where it did not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    /// When it was begun, in milliseconds since 1970-01-01 UTC.
    pub created_unix_ms: i64,
    /// When it was made out of another version of itself by hand; `None` where nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_unix_ms: Option<i64>,
    /// The name of the model that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The settings it was written with, as far as the user had set them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// Why it ended; `None` while it is being written, and for the user's messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Finish>,
    /// What it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<Timings>,
}

impl Message {
    /// A message without anything but its words.
    #[must_use]
    pub fn new(
        id: MessageId,
        parent: Option<MessageId>,
        role: Role,
        text: String,
        created_unix_ms: i64,
    ) -> Self {
        Self {
            id,
            parent,
            role,
            text,
            reasoning: String::new(),
            created_unix_ms,
            edited_unix_ms: None,
            model: None,
            sampling: None,
            finish: None,
            timings: None,
        }
    }

    /// Makes thoughts of all that it says so far. Returns `false` where it has some, and so
    /// stays as it is.
    pub fn rethink(&mut self) -> bool {
        if !self.reasoning.is_empty() {
            return false;
        }
        self.reasoning = std::mem::take(&mut self.text);
        self.reasoning.truncate(self.reasoning.trim_end().len());
        let space = self.reasoning.len() - self.reasoning.trim_start().len();
        self.reasoning.drain(..space);
        true
    }

    /// Whether it has neither words nor thoughts.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.text.trim().is_empty() && self.reasoning.trim().is_empty()
    }
}

/// A conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// When it was begun, in milliseconds since 1970-01-01 UTC.
    pub created_unix_ms: i64,
    /// The title that it was given; where there is none, it goes by its first words.
    pub title: Option<String>,
    /// Instructions of its own.
    pub system: Option<String>,
    /// Sampling of its own, in place of the settings'.
    pub sampling: Option<Sampling>,
    /// In the order of their ids.
    messages: Vec<Message>,
    leaf: Option<MessageId>,
    /// Where the messages from the first to the leaf stand in `messages`.
    path: Vec<usize>,
}

impl Chat {
    /// The longest title taken from a first message, in characters.
    const TITLE_CHARS: usize = 60;

    /// An empty chat.
    #[must_use]
    pub fn new(id: ChatId, created_unix_ms: i64) -> Self {
        Self {
            id,
            created_unix_ms,
            title: None,
            system: None,
            sampling: None,
            messages: Vec::new(),
            leaf: None,
            path: Vec::new(),
        }
    }

    /// Takes these messages in place of those it has, and reads from this leaf, or from the
    /// newest where it is not among them. A message whose parent is not among them, or which
    /// is its own ancestor, becomes a first one.
    pub fn set_messages(&mut self, mut messages: Vec<Message>, leaf: Option<MessageId>) {
        messages.sort_by_key(|message| message.id);
        messages.dedup_by_key(|message| message.id);
        self.messages = messages;
        self.mend_parents();
        let newest = || {
            let newest = self.messages.iter().max_by_key(|it| age(it))?;
            Some(newest.id)
        };
        let leaf = leaf.filter(|&leaf| self.index(leaf).is_some());
        self.leaf = leaf.or_else(newest);
        self.find_path();
    }

    fn mend_parents(&mut self) {
        // Each chain is walked until a message that is known to lead to a first one.
        let mut sound: HashSet<MessageId> = HashSet::new();
        for start in 0..self.messages.len() {
            let mut chain = Vec::new();
            let mut on_chain = HashSet::new();
            let mut index = start;
            loop {
                let message = &self.messages[index];
                if sound.contains(&message.id) {
                    break;
                }
                chain.push(message.id);
                on_chain.insert(message.id);
                let Some(parent) = message.parent else { break };
                match self.index(parent) {
                    Some(next) if !on_chain.contains(&parent) => index = next,
                    _ => {
                        self.messages[index].parent = None;
                        break;
                    }
                }
            }
            sound.extend(chain);
        }
    }

    /// Adds a message after the current leaf, and makes it the leaf.
    pub fn push(
        &mut self,
        id: MessageId,
        role: Role,
        text: String,
        created_unix_ms: i64,
    ) -> &mut Message {
        self.add(Message::new(id, self.leaf, role, text, created_unix_ms))
    }

    /// Adds a message wherever it says, and makes it the leaf.
    pub fn add(&mut self, message: Message) -> &mut Message {
        let id = message.id;
        let follows = message.parent == self.leaf;
        let is_last = self.messages.last().is_none_or(|last| last.id < id);
        let index = match self.messages.binary_search_by_key(&id, |it| it.id) {
            Ok(index) => {
                self.messages[index] = message;
                index
            }
            Err(index) => {
                self.messages.insert(index, message);
                index
            }
        };
        self.leaf = Some(id);
        match follows && is_last {
            true => self.path.push(index),
            false => self.find_path(),
        }
        &mut self.messages[index]
    }

    fn index(&self, id: MessageId) -> Option<usize> {
        self.messages.binary_search_by_key(&id, |it| it.id).ok()
    }

    /// A message by its id.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        Some(&self.messages[self.index(id)?])
    }

    /// A message by its id, to be changed. Its id and its parent must stay.
    pub fn message_mut(&mut self, id: MessageId) -> Option<&mut Message> {
        let index = self.index(id)?;
        Some(&mut self.messages[index])
    }

    /// All messages, those of other branches too, in the order of their ids.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The last message of the branch that is read.
    #[must_use]
    pub fn leaf(&self) -> Option<MessageId> {
        self.leaf
    }

    /// Reads the branch that ends with this message; `None` is the place before the first.
    pub fn set_leaf(&mut self, leaf: Option<MessageId>) {
        self.leaf = leaf.filter(|&leaf| self.index(leaf).is_some());
        self.find_path();
    }

    fn find_path(&mut self) {
        self.path.clear();
        let mut next = self.leaf;
        while let Some(index) = next.and_then(|id| self.index(id)) {
            self.path.push(index);
            next = self.messages[index].parent;
        }
        self.path.reverse();
    }

    /// The messages from the first to the leaf.
    pub fn path(&self) -> impl DoubleEndedIterator<Item = &Message> + ExactSizeIterator {
        self.path.iter().map(|&index| &self.messages[index])
    }

    /// The versions of a message, itself among them, the oldest first.
    #[must_use]
    pub fn versions(&self, id: MessageId) -> Vec<MessageId> {
        let Some(message) = self.message(id) else {
            return Vec::new();
        };
        let mut versions: Vec<&Message> = self
            .messages
            .iter()
            .filter(|it| it.parent == message.parent)
            .collect();
        versions.sort_by_key(|it| age(it));
        versions.iter().map(|it| it.id).collect()
    }

    /// The last message that is read and has other versions.
    #[must_use]
    pub fn last_with_versions(&self) -> Option<MessageId> {
        // Most chats are one branch, and this is asked for in every frame of a list.
        if self.path.len() == self.messages.len() {
            return None;
        }
        let mut versions: HashMap<Option<MessageId>, usize> = HashMap::new();
        for message in &self.messages {
            *versions.entry(message.parent).or_default() += 1;
        }
        let has_several = |it: &&Message| versions.get(&it.parent).is_some_and(|count| *count > 1);
        self.path().rev().find(has_several).map(|it| it.id)
    }

    /// The message itself and all that follow it, in whatever branch.
    #[must_use]
    pub fn branch(&self, id: MessageId) -> Vec<MessageId> {
        let mut children: HashMap<MessageId, Vec<MessageId>> = HashMap::new();
        for message in &self.messages {
            if let Some(parent) = message.parent {
                children.entry(parent).or_default().push(message.id);
            }
        }
        let mut branch = Vec::new();
        let mut waiting: Vec<_> = self.message(id).map(|it| it.id).into_iter().collect();
        while let Some(id) = waiting.pop() {
            branch.push(id);
            waiting.extend(children.remove(&id).unwrap_or_default());
        }
        branch
    }

    /// The newest message among this one and all that follow it: where to read on after a
    /// change of version.
    #[must_use]
    pub fn newest_in_branch(&self, id: MessageId) -> Option<MessageId> {
        let branch = self.branch(id);
        let messages = branch.into_iter().filter_map(|id| self.message(id));
        messages.max_by_key(|it| age(it)).map(|it| it.id)
    }

    /// Takes messages out. What followed one of them follows its parent. Where the leaf is
    /// gone, the branch is read to the newest message that is left of it, or next to it.
    pub fn remove(&mut self, gone: &[MessageId]) {
        let gone: HashSet<_> = gone.iter().copied().collect();
        let parents: HashMap<_, _> = self.messages.iter().map(|it| (it.id, it.parent)).collect();
        // A chain of those that are gone leads to the nearest that stays.
        let staying = |mut id: Option<MessageId>| {
            while let Some(one) = id.filter(|one| gone.contains(one)) {
                id = parents.get(&one).copied().flatten();
            }
            id
        };
        let leaf = self.leaf;
        self.messages.retain(|message| !gone.contains(&message.id));
        for message in &mut self.messages {
            message.parent = staying(message.parent);
        }
        if leaf.is_some_and(|leaf| gone.contains(&leaf)) {
            let anchor = staying(leaf);
            let beside = self.messages.iter().filter(|it| it.parent == anchor);
            let beside = beside.max_by_key(|it| age(it)).map(|it| it.id);
            self.leaf = beside.and_then(|id| self.newest_in_branch(id)).or(anchor);
        }
        self.find_path();
    }

    /// Whether nobody has written anything yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The name of the chat: its title, or the beginning of what the user wrote first.
    /// `None` for an empty chat without a title.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.title.clone().or_else(|| {
            let asked = self.messages.iter().filter(|it| it.role == Role::User);
            let first = asked.min_by_key(|it| age(it))?;
            Self::opening(&first.text)
        })
    }

    /// The beginning of a text, short enough for a list of chats; `None` where it has no
    /// words. What was said comes before the name of what was attached to it, and that before
    /// what stands in it.
    #[must_use]
    pub fn opening(text: &str) -> Option<String> {
        let mut fence: Option<&str> = None;
        let (mut label, mut quoted) = (None, None);
        for line in text.lines().map(str::trim) {
            let ticks = line.len() - line.trim_start_matches('`').len();
            let run = line.get(..ticks).unwrap_or_default();
            match fence {
                Some(open) if run.len() >= open.len() && run.len() == line.len() => fence = None,
                Some(_) => quoted = quoted.or(Some(line).filter(|it| !it.is_empty())),
                None if ticks >= 3 => fence = Some(run),
                None if line.is_empty() => {}
                None if line.starts_with('`') && line.ends_with("`:") => {
                    let name = line.trim_matches(['`', ':']);
                    label = label.or(Some(name).filter(|it| !it.is_empty()));
                }
                None => return Some(line.chars().take(Self::TITLE_CHARS).collect()),
            }
        }
        let line = label.or(quoted)?;
        Some(line.chars().take(Self::TITLE_CHARS).collect())
    }
}

/// What orders messages by age.
fn age(message: &Message) -> (i64, MessageId) {
    (message.created_unix_ms, message.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(parents: &[(u64, Option<u64>)]) -> Chat {
        let mut chat = Chat::new(ChatId(1), 0);
        let messages = parents.iter().map(|&(id, parent)| {
            let parent = parent.map(MessageId);
            Message::new(MessageId(id), parent, Role::User, id.to_string(), 0)
        });
        chat.set_messages(messages.collect(), None);
        chat
    }

    fn path(chat: &Chat) -> Vec<u64> {
        chat.path().map(|it| it.id.0).collect()
    }

    #[test]
    fn a_chat_is_called_after_what_was_said_before_what_was_attached() {
        let opening = |text| Chat::opening(text);
        assert_eq!(opening("\n  ¿Qué tal?\nBien").as_deref(), Some("¿Qué tal?"));
        let pasted = "```text\nlong\npaste\n```\n\nWhat is this?";
        assert_eq!(opening(pasted).as_deref(), Some("What is this?"));
        let named = "`notes.md`:\n````md\n```\n````";
        assert_eq!(opening(named).as_deref(), Some("notes.md"));
        assert_eq!(opening("```\nfn main\n").as_deref(), Some("fn main"));
        assert_eq!(opening("`code` first").as_deref(), Some("`code` first"));
        assert_eq!(opening("```\n\n```\n"), None);
    }

    #[test]
    fn a_path_leads_from_the_first_message_to_the_leaf() {
        let mut chat = Chat::new(ChatId(1), 0);
        chat.push(MessageId(3), Role::User, "\n  ¿Qué tal?\nBien".into(), 0);
        let reply = chat
            .push(MessageId(7), Role::Assistant, String::new(), 1)
            .id;
        chat.message_mut(reply).unwrap().text.push_str("Hola");
        let texts: Vec<_> = chat.path().map(|it| it.text.clone()).collect();
        assert_eq!(texts, ["\n  ¿Qué tal?\nBien", "Hola"]);
        assert_eq!(chat.name().as_deref(), Some("¿Qué tal?"));
        chat.title = Some("Saludo".into());
        assert_eq!(chat.name().as_deref(), Some("Saludo"));
    }

    #[test]
    fn versions_stand_beside_each_other() {
        let mut chat = chat(&[(1, None), (2, Some(1)), (3, Some(2))]);
        chat.add(Message::new(
            MessageId(4),
            Some(MessageId(1)),
            Role::User,
            "4".into(),
            9,
        ));
        assert_eq!(path(&chat), [1, 4]);
        assert_eq!(chat.versions(MessageId(2)), [MessageId(2), MessageId(4)]);
        assert_eq!(chat.last_with_versions(), Some(MessageId(4)));
        let newest = chat.newest_in_branch(MessageId(2));
        chat.set_leaf(newest);
        assert_eq!(path(&chat), [1, 2, 3]);
    }

    #[test]
    fn what_follows_a_removed_message_follows_its_parent() {
        let mut tree = chat(&[
            (1, None),
            (2, Some(1)),
            (3, Some(2)),
            (4, Some(3)),
            (5, Some(1)),
        ]);
        tree.set_leaf(Some(MessageId(4)));
        tree.remove(&[MessageId(2), MessageId(3)]);
        assert_eq!(path(&tree), [1, 4]);
        tree.remove(&[MessageId(4)]);
        assert_eq!(path(&tree), [1, 5], "the other version is read");
        tree.remove(&[MessageId(1), MessageId(5)]);
        assert!(tree.is_empty() && tree.leaf().is_none());
    }

    #[test]
    fn cycles_and_strangers_are_cut() {
        let tree = chat(&[
            (1, Some(3)),
            (2, Some(1)),
            (3, Some(2)),
            (4, Some(4)),
            (5, Some(99)),
        ]);
        for message in tree.messages() {
            let mut tree = tree.clone();
            tree.set_leaf(Some(message.id));
            assert!(path(&tree).len() <= 3);
        }
        let firsts = tree.messages().iter().filter(|it| it.parent.is_none());
        assert_eq!(firsts.count(), 3);
    }
}
