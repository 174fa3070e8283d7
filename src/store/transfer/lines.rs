//! Conversations without branches, one a line: OpenAI's `messages` and ShareGPT's
//! `conversations`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::foreign::{self, Conversation, Said};
use super::report::Why;
use crate::chat::Role;
use crate::store::Portable;

/// Writes the branch that is read as one line.
pub(super) fn write(portable: &Portable, out: &mut dyn Write) -> io::Result<()> {
    let chat = &portable.chat;
    let system = chat.system.iter().map(|text| (Role::System, text));
    let said = chat.path().map(|it| (it.role, &it.text));
    let messages: Vec<Value> = system
        .chain(said)
        .map(|(role, text)| json!({ "role": role, "content": text }))
        .collect();
    serde_json::to_writer(&mut *out, &json!({ "messages": messages })).map_err(io::Error::from)?;
    writeln!(out)
}

/// Reads `{"messages": [{"role": …, "content": …}]}`.
pub(super) fn read_openai(value: &Value) -> Option<Conversation> {
    let messages = value.get("messages")?.as_array()?;
    let looks_right = |it: &Value| it.get("role").is_some();
    if !messages.first().is_none_or(looks_right) {
        return None;
    }
    let mut conversation = begin("openai", value);
    for message in messages {
        let role = message
            .get("role")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let (mut text, attachments) = content(message.get("content").unwrap_or(&Value::Null));
        conversation.note(Why::Attachment, attachments);
        let images = message.get("images").and_then(Value::as_array);
        conversation.note(Why::Attachment, images.map_or(0, |it| it.len() as u64));
        let calls = tool_calls(message);
        conversation.note(Why::Tool, calls);
        if text.is_empty() {
            text = spoken(message);
        }
        let mut reasoning = thoughts(message);
        if calls > 0 && text.trim().is_empty() && reasoning.is_empty() {
            continue;
        }
        if role == "assistant" && reasoning.is_empty() {
            (reasoning, text) = foreign::part_thoughts(&text);
        }
        let time = foreign::time(message, "created_at").or(foreign::time(message, "timestamp"));
        let model = foreign::text(message, "model").or(foreign::text(value, "model"));
        say(&mut conversation, role, (text, reasoning), time, model);
    }
    conversation.narrow_key();
    Some(conversation)
}

/// How many tools a message calls.
fn tool_calls(message: &Value) -> u64 {
    let calls = message.get("tool_calls").and_then(Value::as_array);
    let old = message.get("function_call").is_some_and(Value::is_object);
    calls.map_or(0, |it| it.len() as u64) + u64::from(old)
}

/// Words of a message that stand elsewhere than in its content.
fn spoken(message: &Value) -> String {
    let audio = message.get("audio");
    let transcript = audio.and_then(|it| foreign::text(it, "transcript"));
    let refusal = foreign::text(message, "refusal");
    refusal.or(transcript).unwrap_or_default()
}

/// The thoughts of a message, which go by several names.
pub(super) fn thoughts(message: &Value) -> String {
    [
        "reasoning_content",
        "reasoningContent",
        "reasoning",
        "thinking",
    ]
    .into_iter()
    .find_map(|name| foreign::text(message, name))
    .unwrap_or_default()
}

/// Reads `{"conversations": [{"from": …, "value": …}]}`.
pub(super) fn read_sharegpt(value: &Value) -> Option<Conversation> {
    let list = value.get("conversations").or(value.get("conversation"))?;
    let messages = list.as_array()?;
    let looks_right = |it: &Value| it.get("from").is_some() && it.get("value").is_some();
    if !messages.first().is_none_or(looks_right) {
        return None;
    }
    let mut conversation = begin("sharegpt", value);
    // Sets of questions about pictures name the files.
    let pictures = [value.get("image"), value.get("images")];
    let pictures = pictures.into_iter().flatten().map(|it| match it {
        Value::Array(all) => all.len() as u64,
        other => u64::from(other.is_string()),
    });
    conversation.note(Why::Attachment, pictures.sum());
    for message in messages {
        let role = message
            .get("from")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut text = foreign::text(message, "value").unwrap_or_default();
        let mut reasoning = String::new();
        if role_of(role) == Some(Role::Assistant) {
            (reasoning, text) = foreign::part_thoughts(&text);
        }
        let model = foreign::text(message, "model").or(foreign::text(value, "model"));
        say(&mut conversation, role, (text, reasoning), None, model);
    }
    conversation.narrow_key();
    Some(conversation)
}

fn begin(format: &'static str, value: &Value) -> Conversation {
    Conversation {
        format,
        key: foreign::key(value, "id"),
        title: foreign::text(value, "title"),
        system: foreign::text(value, "system"),
        created_unix_ms: foreign::time(value, "created_at").or(foreign::time(value, "created")),
        ..Conversation::default()
    }
}

fn role_of(name: &str) -> Option<Role> {
    match name {
        "user" | "human" => Some(Role::User),
        "assistant" | "gpt" | "model" | "chatgpt" | "bing" | "bard" | "bot" => {
            Some(Role::Assistant)
        }
        "system" | "developer" => Some(Role::System),
        _ => None,
    }
}

fn say(
    conversation: &mut Conversation,
    role: &str,
    (text, reasoning): (String, String),
    created_unix_ms: Option<i64>,
    model: Option<String>,
) {
    let Some(role) = role_of(role) else {
        conversation.note(Why::Tool, 1);
        return;
    };
    if text.trim().is_empty() && reasoning.is_empty() {
        conversation.note(Why::NoText, 1);
        return;
    }
    // What comes first holds for the whole chat.
    if role == Role::System && conversation.nodes.is_empty() && conversation.system.is_none() {
        conversation.system = Some(text);
        return;
    }
    let said = Said {
        role,
        text,
        reasoning,
        model,
    };
    conversation.push(said, created_unix_ms);
}

/// The text of a message that is a string or a list of parts, and how many parts are none.
pub(super) fn content(content: &Value) -> (String, u64) {
    match content {
        Value::String(text) => (text.clone(), 0),
        Value::Array(parts) => {
            let mut texts = Vec::new();
            let mut others = 0;
            for part in parts {
                match (part.as_str(), part.get("text").and_then(Value::as_str)) {
                    (Some(text), _) | (None, Some(text)) => texts.push(text),
                    (None, None) => others += 1,
                }
            }
            (texts.join("\n\n"), others)
        }
        _ => (String::new(), 0),
    }
}
