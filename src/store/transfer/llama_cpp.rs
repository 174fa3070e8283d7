//! What the web page of llama.cpp's server exports: a conversation, and its messages as a
//! tree that hangs from an empty root.

use std::collections::HashMap;

use serde_json::Value;

use super::foreign::{self, Conversation, Node, Said};
use super::lines;
use super::report::Why;
use crate::chat::Role;

/// Reads one conversation.
pub(super) fn read(value: &Value) -> Option<Conversation> {
    let about = value.get("conv").filter(|it| it.is_object())?;
    let messages = value.get("messages")?.as_array()?;
    let mut conversation = Conversation {
        format: "llama.cpp",
        key: foreign::key(about, "id"),
        title: foreign::text(about, "name"),
        updated_unix_ms: foreign::time(about, "lastModified"),
        leaf: foreign::key(about, "currNode"),
        ..Conversation::default()
    };
    let mut positions: HashMap<String, usize> = HashMap::new();
    for message in messages {
        let children = message.get("children").and_then(Value::as_array);
        for (position, child) in children.into_iter().flatten().enumerate() {
            positions.insert(foreign::key_of(child).unwrap_or_default(), position);
        }
    }
    let mut systems: Vec<(String, String)> = Vec::new();
    for message in messages {
        let Some(key) = foreign::key(message, "id") else {
            conversation.note(Why::NoPlace, 1);
            continue;
        };
        let is_root = message.get("type").and_then(Value::as_str) == Some("root");
        let said = match is_root {
            true => None,
            false => hear(message, &mut conversation),
        };
        let (said, system) = match said {
            Some(said) if said.role == Role::System => (None, Some(said.text)),
            said => (said, None),
        };
        systems.extend(system.map(|text| (key.clone(), text)));
        conversation.nodes.push(Node {
            position: positions.get(&key).copied().unwrap_or(usize::MAX),
            // Older pages call what the root hangs from −1.
            parent: foreign::key(message, "parent").filter(|it| !is_root && it != "-1"),
            key,
            created_unix_ms: foreign::time(message, "timestamp"),
            said,
            ..Node::default()
        });
    }
    conversation.system = system_of(&mut conversation, systems);
    Some(conversation)
}

/// The instructions of the branch that is read; those of other branches are left out.
fn system_of(
    conversation: &mut Conversation,
    mut systems: Vec<(String, String)>,
) -> Option<String> {
    let parents: HashMap<&str, &str> = conversation
        .nodes
        .iter()
        .filter_map(|it| Some((it.key.as_str(), it.parent.as_deref()?)))
        .collect();
    let mut at = conversation.leaf.as_deref();
    let mut found = None;
    for _ in 0..=conversation.nodes.len() {
        let Some(key) = at else { break };
        found = systems.iter().position(|it| it.0 == key).or(found);
        at = parents.get(key).copied();
    }
    let found = found.or((!systems.is_empty()).then_some(0))?;
    let (_, system) = systems.remove(found);
    systems.retain(|it| it.1 != system);
    conversation.note(Why::Hidden, systems.len() as u64);
    Some(system)
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
    conversation.note(Why::Attachment, others);
    conversation.note(Why::Tool, tool_calls(message));
    let mut reasoning = lines::thoughts(message);
    if role == Role::Assistant && reasoning.is_empty() {
        (reasoning, text) = foreign::part_thoughts(&text);
    }
    let extras = message.get("extra").and_then(Value::as_array);
    for extra in extras.into_iter().flatten() {
        match foreign::text(extra, "content") {
            // A text that was attached, or pasted: words that belong to the message.
            Some(content) => {
                let name = foreign::text(extra, "name").unwrap_or_default();
                text = format!("{}{text}", foreign::fenced(&name, &content));
            }
            None => conversation.note(Why::Attachment, 1),
        }
    }
    if text.trim().is_empty() && reasoning.is_empty() {
        conversation.note(Why::NoText, 1);
        return None;
    }
    Some(Said {
        role,
        text,
        reasoning,
        model: foreign::text(message, "model"),
    })
}

/// How many tools were called; the page keeps them as a text of JSON.
fn tool_calls(message: &Value) -> u64 {
    let calls = foreign::text(message, "toolCalls");
    let calls = calls.and_then(|it| serde_json::from_str::<Value>(&it).ok());
    calls.map_or(0, |it| it.as_array().map_or(0, |it| it.len() as u64))
}
