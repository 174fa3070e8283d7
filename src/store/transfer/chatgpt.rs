//! ChatGPT's export: each conversation is a `mapping` of nodes that know their parents.

use serde_json::Value;

use super::foreign::{self, Conversation, Node, Said};
use super::report::Why;
use crate::chat::Role;

/// Reads one conversation.
pub(super) fn read(value: &Value) -> Option<Conversation> {
    let mapping = value.get("mapping")?.as_object()?;
    let mut conversation = Conversation {
        format: "chatgpt",
        key: foreign::key(value, "conversation_id").or(foreign::key(value, "id")),
        title: foreign::text(value, "title"),
        created_unix_ms: foreign::time(value, "create_time"),
        updated_unix_ms: foreign::time(value, "update_time"),
        is_archived: foreign::is_so(value, "is_archived"),
        is_pinned: foreign::is_so(value, "is_starred"),
        leaf: foreign::key(value, "current_node"),
        ..Conversation::default()
    };
    for (key, item) in mapping {
        let parent = foreign::key(item, "parent");
        let mut node = Node {
            key: key.clone(),
            position: position(mapping, parent.as_deref(), key),
            parent,
            ..Node::default()
        };
        if let Some(message) = item.get("message").filter(|it| it.is_object()) {
            node.created_unix_ms = foreign::time(message, "create_time");
            match hear(message, value) {
                Heard::Said(said, attachments) => {
                    node.said = Some(said);
                    conversation.note(Why::Attachment, attachments);
                }
                Heard::Thoughts(thoughts) => node.thoughts = thoughts,
                Heard::Nothing(why, attachments) => {
                    if let Some(why) = why {
                        conversation.note(why, 1);
                    }
                    conversation.note(Why::Attachment, attachments);
                }
            }
        }
        conversation.nodes.push(node);
    }
    Some(conversation)
}

/// Where a node stands among the children that its parent names.
fn position(mapping: &serde_json::Map<String, Value>, parent: Option<&str>, key: &str) -> usize {
    let children = parent
        .and_then(|parent| mapping.get(parent)?.get("children")?.as_array())
        .and_then(|children| children.iter().position(|it| it.as_str() == Some(key)));
    children.unwrap_or(usize::MAX)
}

/// What a node has to say.
enum Heard {
    /// Words, and how many things came with them that are no words.
    Said(Said, u64),
    /// Thoughts before a reply.
    Thoughts(String),
    /// Nothing that a chat could take over: why, if it is worth a word.
    Nothing(Option<Why>, u64),
}

fn hear(message: &Value, conversation: &Value) -> Heard {
    let null = Value::Null;
    let content = message.get("content").unwrap_or(&null);
    let kind = content.get("content_type").and_then(Value::as_str);
    let metadata = message.get("metadata").unwrap_or(&null);
    let author = message.get("author").and_then(|it| it.get("role"));
    let role = match author.and_then(Value::as_str) {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("system") => Role::System,
        _ => return Heard::Nothing(Some(Why::Tool), 0),
    };
    match kind {
        Some("thoughts") => return Heard::Thoughts(thoughts(content)),
        // It says how long the model has thought.
        Some("reasoning_recap") => return Heard::Nothing(None, 0),
        _ => {}
    }
    let (text, others) = words(content);
    // Pictures are parts of what was said; of other files, only the names are there.
    let files = metadata.get("attachments").and_then(Value::as_array);
    let others = others.max(files.map_or(0, |it| it.len() as u64));
    let is_hidden = foreign::is_so(metadata, "is_visually_hidden_from_conversation")
        || matches!(
            kind,
            Some("user_editable_context" | "model_editable_context")
        )
        || role == Role::System;
    if is_hidden {
        // Every conversation begins with one that is empty.
        let is_blank = text.trim().is_empty() && content.get("user_profile").is_none();
        return Heard::Nothing((!is_blank).then_some(Why::Hidden), others);
    }
    let recipient = message.get("recipient").and_then(Value::as_str);
    if recipient.is_some_and(|it| it != "all") {
        return Heard::Nothing(Some(Why::Tool), others);
    }
    if text.trim().is_empty() {
        return Heard::Nothing(Some(Why::NoText), others);
    }
    // Where a reply does not say what wrote it, it was what the conversation was set to.
    let model = foreign::text(metadata, "model_slug")
        .or_else(|| foreign::text(metadata, "default_model_slug"))
        .or_else(|| foreign::text(conversation, "default_model_slug"));
    let reasoning = String::new();
    Heard::Said(
        Said {
            role,
            text,
            reasoning,
            model,
        },
        others,
    )
}

/// The words of a message, and how many of its parts are none.
fn words(content: &Value) -> (String, u64) {
    if let Some(parts) = content.get("parts").and_then(Value::as_array) {
        let mut texts = Vec::new();
        let mut others = 0;
        for part in parts {
            // What was spoken comes with its text.
            let text = part.as_str().or_else(|| part.get("text")?.as_str());
            match text {
                Some("") => {}
                Some(text) => texts.push(text),
                None => others += 1,
            }
        }
        return (texts.join("\n\n"), others);
    }
    (foreign::text(content, "text").unwrap_or_default(), 0)
}

fn thoughts(content: &Value) -> String {
    let list = content.get("thoughts").and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(|thought| {
        let text = foreign::text(thought, "content");
        text.or_else(|| foreign::text(thought, "summary"))
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
