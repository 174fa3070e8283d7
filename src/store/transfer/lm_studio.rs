//! LM Studio's conversation files: messages in a row, each with versions of itself.

use serde_json::Value;

use super::foreign::{self, Conversation, Node, Said};
use super::report::Why;
use crate::chat::Role;

/// Reads one conversation. `file` is the name of its file, which is all that tells two
/// conversations of one name apart.
pub(super) fn read(value: &Value, file: &str) -> Option<Conversation> {
    let messages = value.get("messages")?.as_array()?;
    let has_versions = |it: &Value| it.get("versions").is_some_and(Value::is_array);
    let looks_right = match messages.first() {
        Some(first) => has_versions(first),
        None => value.get("createdAt").is_some() && value.get("systemPrompt").is_some(),
    };
    if !looks_right {
        return None;
    }
    let created_unix_ms = foreign::time(value, "createdAt");
    let mut conversation = Conversation {
        format: "lm-studio",
        key: Some(match created_unix_ms {
            Some(created_unix_ms) => created_unix_ms.to_string(),
            None => file.to_owned(),
        }),
        title: foreign::text(value, "name"),
        system: foreign::text(value, "systemPrompt"),
        created_unix_ms,
        updated_unix_ms: foreign::time(value, "userLastMessagedAt")
            .max(foreign::time(value, "assistantLastMessagedAt")),
        is_pinned: foreign::is_so(value, "pinned"),
        draft: foreign::text(value, "clientInput").unwrap_or_default(),
        ..Conversation::default()
    };
    let model = value.get("lastUsedModel");
    let model = model.and_then(|it| foreign::text(it, "identifier"));
    let mut above: Option<String> = None;
    for (index, message) in messages.iter().enumerate() {
        let versions = message.get("versions").and_then(Value::as_array);
        let versions = versions.map_or(&[][..], Vec::as_slice);
        let selected = message.get("currentlySelected").and_then(Value::as_u64);
        let selected = selected.unwrap_or(versions.len().saturating_sub(1) as u64);
        let mut next = above.clone();
        for (position, version) in versions.iter().enumerate() {
            let said = hear(version, model.as_deref(), &mut conversation);
            // A message that was rewritten in its place is another one.
            let text = said.as_ref().map_or("", |it| it.text.as_str());
            let key = format!("{index}/{position}/{}", foreign::digest(text));
            if position as u64 == selected || position == 0 {
                next = Some(key.clone());
            }
            conversation.nodes.push(Node {
                key,
                parent: above.clone(),
                position,
                said,
                ..Node::default()
            });
        }
        above = next;
    }
    conversation.leaf = above;
    Some(conversation)
}

fn hear(version: &Value, model: Option<&str>, conversation: &mut Conversation) -> Option<Said> {
    let role = match version.get("role").and_then(Value::as_str) {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("system") => Role::System,
        _ => {
            conversation.note(Why::Tool, 1);
            return None;
        }
    };
    let (mut texts, mut thoughts) = (Vec::new(), Vec::new());
    let mut sender = None;
    match version.get("steps").and_then(Value::as_array) {
        Some(steps) => {
            for step in steps {
                match step.get("type").and_then(Value::as_str) {
                    Some("contentBlock") => {}
                    Some("toolStatus") => {
                        conversation.note(Why::Tool, 1);
                        continue;
                    }
                    // What the program tells its makers.
                    Some("debugInfoBlock") => continue,
                    _ => {
                        conversation.note(Why::Unknown, 1);
                        continue;
                    }
                }
                let text = words(step, conversation);
                let style = step.get("style").and_then(|it| it.get("type"));
                match style.and_then(Value::as_str) {
                    Some("thinking") => thoughts.push(text),
                    _ => texts.push(text),
                }
                let made = step.get("genInfo");
                sender = sender.or(made.and_then(|it| foreign::text(it, "identifier")));
            }
        }
        None => texts.push(words(version, conversation)),
    }
    let joined = |texts: Vec<String>| {
        let texts: Vec<String> = texts.into_iter().filter(|it| !it.is_empty()).collect();
        texts.join("\n\n")
    };
    let (mut text, mut reasoning) = (joined(texts), joined(thoughts));
    if role == Role::Assistant && reasoning.is_empty() {
        (reasoning, text) = foreign::part_thoughts(&text);
    }
    if text.trim().is_empty() && reasoning.is_empty() {
        conversation.note(Why::NoText, 1);
        return None;
    }
    let named = version.get("senderInfo");
    let named = named.and_then(|it| foreign::text(it, "senderName"));
    Some(Said {
        role,
        text,
        reasoning,
        model: sender.or(named).or(model.map(str::to_owned)),
    })
}

/// The words in the `content` of a step; what else is there is noted.
fn words(step: &Value, conversation: &mut Conversation) -> String {
    let parts = step.get("content").and_then(Value::as_array);
    let mut texts = Vec::new();
    for part in parts.into_iter().flatten() {
        match part.get("type").and_then(Value::as_str) {
            Some("text") => texts.extend(foreign::text(part, "text")),
            Some("toolCallRequest" | "toolCallResult") => conversation.note(Why::Tool, 1),
            Some(_) => conversation.note(Why::Attachment, 1),
            None => conversation.note(Why::Unknown, 1),
        }
    }
    texts.concat()
}
