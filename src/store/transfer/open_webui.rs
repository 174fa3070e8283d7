//! Open WebUI's export: a chat with a `history` of messages that know their parents.

use serde_json::Value;

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
            for (key, message) in messages {
                let parent = foreign::key(message, "parentId");
                let siblings = parent.as_ref().and_then(|it| messages.get(it));
                let siblings = siblings.and_then(|it| it.get("childrenIds")?.as_array());
                let position = siblings
                    .and_then(|all| all.iter().position(|it| it.as_str() == Some(key.as_str())));
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
        (reasoning, text) = match part_details(&text) {
            Some(parted) => parted,
            None => foreign::part_thoughts(&text),
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

/// Parts a reply that begins with its thoughts as a quotation in a `<details>` block, which
/// is how Open WebUI keeps them.
fn part_details(text: &str) -> Option<(String, String)> {
    let rest = text.trim_start().strip_prefix("<details")?;
    let (attributes, rest) = rest.split_once('>')?;
    if !attributes.contains("type=\"reasoning\"") {
        return None;
    }
    let (inside, rest) = rest.split_once("</details>")?;
    let thoughts = match inside.split_once("</summary>") {
        Some((_, thoughts)) => thoughts,
        None => inside,
    };
    let lines = thoughts.trim().lines().map(|line| {
        let line = unescape(line);
        let quoted = line.strip_prefix("> ").or(line.strip_prefix('>'));
        quoted.map(str::to_owned).unwrap_or(line)
    });
    let thoughts = lines.collect::<Vec<_>>().join("\n");
    Some((thoughts, rest.trim_start().to_owned()))
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
            <summary>Thought for 2 seconds</summary>\n&gt; a &lt; b\n> so c\n</details>\nYes.";
        let (thoughts, rest) = part_details(text).unwrap();
        assert_eq!((thoughts.as_str(), rest.as_str()), ("a < b\nso c", "Yes."));
        for other in [
            "<details>\na</details>b",
            "Yes",
            "<details type=\"reasoning\">a",
        ] {
            assert_eq!(part_details(other), None);
        }
    }
}
