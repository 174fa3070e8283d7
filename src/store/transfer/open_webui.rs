//! Open WebUI's export: a chat with a `history` of messages that know their parents.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::foreign::{self, Conversation, Node, Said};
use super::lines;
use super::report::Why;
use crate::chat::Role;

/// Reads one chat, with or without what the server knows of it around it.
pub(super) fn read(value: &Value) -> Option<Conversation> {
    let chat = value
        .get("chat")
        .filter(|it| it.is_object())
        .unwrap_or(value);
    let history = chat.get("history").and_then(|it| it.get("messages"));
    let list = chat.get("messages").and_then(Value::as_array);
    let history = history.and_then(Value::as_object);
    // Without a server's envelope, a list alone may be anybody's.
    let is_enveloped = value.get("chat").is_some();
    if history.is_none() && !(is_enveloped && list.is_some()) {
        return None;
    }
    let system = chat
        .get("params")
        .and_then(|it| foreign::text(it, "system"));
    let title = foreign::text(chat, "title").or(foreign::text(value, "title"));
    let mut conversation = Conversation {
        format: "open-webui",
        key: foreign::key(value, "id").or(foreign::key(chat, "id")),
        // What the program calls those that nobody has named yet.
        title: title.filter(|it| it != "New Chat"),
        system: system.or(foreign::text(chat, "system")),
        created_unix_ms: foreign::time(value, "created_at").or(foreign::time(chat, "timestamp")),
        updated_unix_ms: foreign::time(value, "updated_at"),
        is_pinned: foreign::is_so(value, "pinned"),
        is_archived: foreign::is_so(value, "archived"),
        ..Conversation::default()
    };
    match history {
        Some(messages) => {
            let current = chat.get("history").unwrap_or(&Value::Null);
            conversation.leaf = foreign::key(current, "currentId");
            let parents = Parents::new(messages);
            for (key, message) in messages {
                let parent = parents.of(key, message);
                let position = parent.as_ref().and_then(|it| parents.position(it, key));
                let node = Node {
                    key: key.clone(),
                    parent,
                    position: position.unwrap_or(usize::MAX),
                    created_unix_ms: foreign::time(message, "timestamp"),
                    said: hear(message, &mut conversation),
                    ..Node::default()
                };
                conversation.nodes.push(node);
            }
        }
        None => {
            for message in list.into_iter().flatten() {
                if let Some(said) = hear(message, &mut conversation) {
                    conversation.push(said, foreign::time(message, "timestamp"));
                }
            }
        }
    }
    Some(conversation)
}

fn hear(message: &Value, conversation: &mut Conversation) -> Option<Said> {
    let role = match message.get("role").and_then(Value::as_str) {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("system") => Role::System,
        _ => {
            conversation.note(Why::Tool, 1);
            return None;
        }
    };
    let (mut text, others) = lines::content(message.get("content").unwrap_or(&Value::Null));
    let files = message.get("files").and_then(Value::as_array);
    conversation.note(
        Why::Attachment,
        others + files.map_or(0, |it| it.len() as u64),
    );
    let mut reasoning = String::new();
    if role == Role::Assistant {
        let parted = part_details(&text);
        conversation.note(Why::Tool, parted.tools);
        (reasoning, text) = match parted.thoughts.is_empty() {
            false => (parted.thoughts, parted.text),
            true => foreign::part_thoughts(&parted.text),
        };
    }
    if text.trim().is_empty() && reasoning.is_empty() {
        conversation.note(Why::NoText, 1);
        return None;
    }
    let model = foreign::text(message, "model").or(foreign::text(message, "modelName"));
    Some(Said {
        role,
        text,
        reasoning,
        model,
    })
}

/// What each message follows. Where a message does not say it, another may name it as its
/// child; else it is what was said before it by the other side.
struct Parents<'a> {
    messages: &'a Map<String, Value>,
    by_child: HashMap<&'a str, &'a str>,
    /// Where a parent, the first of the two, names a child.
    positions: HashMap<(&'a str, &'a str), usize>,
    /// What each side said, with the times, in their order.
    questions: Vec<(i64, &'a str)>,
    replies: Vec<(i64, &'a str)>,
    /// The time of the first message.
    earliest: Option<i64>,
    /// How many say nothing of what they follow, and are named by none.
    placeless: usize,
}

impl<'a> Parents<'a> {
    fn new(messages: &'a Map<String, Value>) -> Self {
        let (mut by_child, mut positions) = (HashMap::new(), HashMap::new());
        for (key, message) in messages {
            let children = message.get("childrenIds").and_then(Value::as_array);
            for (position, child) in children.into_iter().flatten().enumerate() {
                let Some(child) = child.as_str() else {
                    continue;
                };
                positions.entry((key.as_str(), child)).or_insert(position);
                if child != key {
                    by_child.insert(child, key.as_str());
                }
            }
        }
        let is_placeless = |(key, message): &(&String, &Value)| {
            let named = foreign::key(message, "parentId");
            let is_known = named.is_some_and(|it| messages.contains_key(&it));
            !is_known && !by_child.contains_key(key.as_str())
        };
        let said_by = |side: Option<&str>| {
            let said = messages.iter().filter_map(|(key, message)| {
                let is_so = side.is_none() || role(message) == side;
                let time = foreign::time(message, "timestamp").filter(|_| is_so)?;
                Some((time, key.as_str()))
            });
            let mut said: Vec<_> = said.collect();
            said.sort_unstable();
            said
        };
        Self {
            questions: said_by(Some("user")),
            replies: said_by(Some("assistant")),
            earliest: said_by(None).first().map(|it| it.0),
            positions,
            placeless: messages.iter().filter(is_placeless).count(),
            messages,
            by_child,
        }
    }

    /// The key of a message's parent. One that is not there says that its place is lost.
    fn of(&self, key: &str, message: &Value) -> Option<String> {
        let named = foreign::key(message, "parentId");
        if named
            .as_ref()
            .is_some_and(|it| self.messages.contains_key(it))
        {
            return named;
        }
        if let Some(parent) = self.by_child.get(key) {
            return Some((*parent).to_owned());
        }
        let is_question = role(message) == Some("user");
        // Versions of the first question are first ones all.
        if is_question && message.get("parentId").is_some_and(Value::is_null) {
            return None;
        }
        let before = self.before(message, is_question);
        match before {
            Some(before) => Some(before.to_owned()),
            None if is_question && named.is_none() && self.is_first(message) => None,
            None => Some(named.unwrap_or_default()),
        }
    }

    /// What the other side said last before this. A reply may have the second of its question;
    /// that it is not so the other way round keeps two from following each other.
    fn before(&self, message: &Value, is_question: bool) -> Option<&'a str> {
        let time = foreign::time(message, "timestamp")?;
        let others = match is_question {
            true => &self.replies,
            false => &self.questions,
        };
        let is_before = |it: &(i64, &str)| it.0 < time || (it.0 == time && !is_question);
        let earlier = others.partition_point(is_before);
        earlier.checked_sub(1).map(|last| others[last].1)
    }

    /// Where a message stands among those that follow the same one.
    fn position(&self, parent: &str, key: &str) -> Option<usize> {
        self.positions.get(&(parent, key)).copied()
    }

    fn is_first(&self, message: &Value) -> bool {
        let time = foreign::time(message, "timestamp");
        self.placeless == 1 || (time.is_some() && time == self.earliest)
    }
}

fn role(message: &Value) -> Option<&str> {
    message.get("role").and_then(Value::as_str)
}

/// A reply taken apart.
#[derive(Debug, Default, PartialEq)]
struct Parted {
    thoughts: String,
    text: String,
    /// Calls of tools.
    tools: u64,
}

/// Takes out of a reply what Open WebUI keeps in it as `<details>` blocks: thoughts, as a
/// quotation, and calls of tools.
fn part_details(text: &str) -> Parted {
    let mut parted = Parted::default();
    let mut rest = text;
    while let Some(at) = rest.find("<details type=\"") {
        let (before, block) = rest.split_at(at);
        let is_own_line = before.trim_end_matches([' ', '\t']).ends_with('\n');
        let taken = details(block).filter(|_| is_own_line || before.trim().is_empty());
        let Some((kind, inside, after)) = taken else {
            let (kept, others) = rest.split_at(at + 1);
            parted.text.push_str(kept);
            rest = others;
            continue;
        };
        parted.text.push_str(before);
        rest = after;
        match kind {
            Kind::Tool => parted.tools += 1,
            Kind::Thoughts => {
                if !parted.thoughts.is_empty() {
                    parted.thoughts.push_str("\n\n");
                }
                parted.thoughts.push_str(&quoted(inside));
            }
        }
        if parted.text.trim().is_empty() {
            parted.text.clear();
            rest = rest.trim_start();
        }
    }
    parted.text.push_str(rest);
    parted
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Thoughts,
    Tool,
}

/// The block that begins here: what it is, what is in it, and what follows it.
fn details(block: &str) -> Option<(Kind, &str, &str)> {
    let (attributes, rest) = block.split_once('>')?;
    let kind = attributes.split('"').nth(1)?;
    let kind = match kind {
        "reasoning" => Kind::Thoughts,
        "tool_calls" | "code_interpreter" => Kind::Tool,
        _ => return None,
    };
    let (inside, rest) = rest.split_once("</details>")?;
    Some((kind, inside, rest))
}

/// Thoughts without the marks of a quotation.
fn quoted(inside: &str) -> String {
    let thoughts = match inside.split_once("</summary>") {
        Some((_, thoughts)) => thoughts,
        None => inside,
    };
    let lines = thoughts.trim().lines().map(|line| {
        let line = unescape(line);
        let quoted = line.strip_prefix("> ").or(line.strip_prefix('>'));
        quoted.map(str::to_owned).unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The characters that HTML names.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thoughts_are_parted_from_what_is_said() {
        let text = "<details type=\"reasoning\" done=\"true\" duration=\"2\">\n\
            <summary>Thought for 2 seconds</summary>\n&gt; a &lt; b\n> so c\n</details>\n\
            <details type=\"tool_calls\" name=\"look\">\n<summary>Done</summary>\n</details>\n\
            <details type=\"reasoning\" done=\"true\">\n<summary></summary>\n> d\n</details>\nYes.";
        let parted = part_details(text);
        assert_eq!(parted.thoughts, "a < b\nso c\n\nd");
        assert_eq!((parted.text.as_str(), parted.tools), ("Yes.", 1));
        for other in [
            "<details>\na</details>b",
            "Yes",
            "<details type=\"reasoning\">a",
            "So `<details type=\"reasoning\">` is `</details>`",
        ] {
            assert_eq!(part_details(other).text, other);
        }
    }
}
