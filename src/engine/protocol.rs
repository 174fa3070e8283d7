//! What crosses the line between the window's process and the engine's: two closed enums.
//!
//! A frame is one JSON object on one line, at most [`MAX_FRAME_BYTES`] long, with the
//! protocol's version first: `{"v":1,"type":"cancel","id":7}`. The window writes
//! [`Request`]s to the engine's standard input and reads [`Event`]s from its standard
//! output, so `charla engine` can be driven by hand from a shell.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Fault, Notice};
use crate::chat::{ChatId, Choice, Finish, Role, Timings};
use crate::params::{LoadOptions, Overflow, Sampling};

/// The version of this protocol. Both ends are the same program, so it must be equal.
pub const VERSION: u32 = 1;

/// The longest line, the newline not counted.
pub const MAX_FRAME_BYTES: usize = 16 << 20;

/// Names a request in its events; chosen by the client, never used twice.
pub type RequestId = u64;

/// A request or an event with the version it was written in.
#[derive(Debug, Serialize, Deserialize)]
pub struct Frame<T> {
    /// [`VERSION`] of the writer.
    pub v: u32,
    /// What it says.
    #[serde(flatten)]
    pub body: T,
}

/// What the window asks of the engine. Each request but [`Request::Cancel`] and
/// [`Request::Shutdown`] is answered by events that end with exactly one of
/// [`Event::Ready`], [`Event::Loaded`], [`Event::Counted`], [`Event::Done`] and
/// [`Event::Failed`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Who are you, and what can you compute on?
    Hello,
    /// Load this model in place of the one that is loaded.
    Load {
        /// Names this request.
        id: RequestId,
        /// A GGUF file.
        path: PathBuf,
        /// How to load it.
        #[serde(default)]
        options: LoadOptions,
        /// Where the KV cache of chats is kept between two runs; nowhere without it.
        #[serde(default)]
        states: Option<StateFolder>,
        /// Whether to try it however little memory there is.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_forced: bool,
    },
    /// Write the next message of this conversation.
    Generate {
        /// Names this request.
        id: RequestId,
        /// What to write.
        #[serde(flatten)]
        task: Task,
    },
    /// How many tokens would the prompt of this conversation have?
    Count {
        /// Names this request.
        id: RequestId,
        /// The conversation.
        turns: Vec<Turn>,
        /// What would be asked for.
        #[serde(default)]
        opening: Opening,
        /// Whether to say which tokens.
        #[serde(default)]
        list: bool,
    },
    /// Write to disk what is worth keeping, then end.
    Shutdown,
    /// Stop what this request began. It still ends with an event of its own.
    Cancel {
        /// The request to stop.
        id: RequestId,
    },
}

/// What [`Request::Generate`] asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The chat it belongs to, whose KV cache is kept warm.
    #[serde(default)]
    pub chat: Option<ChatId>,
    /// Whether it is work that the user does not wait for. It never drives the cache of
    /// another chat out of memory.
    #[serde(default)]
    pub background: bool,
    /// The conversation so far.
    pub turns: Vec<Turn>,
    /// What of it the client has left out already.
    #[serde(default)]
    pub omitted: Omitted,
    /// How the reply begins.
    #[serde(default)]
    pub opening: Opening,
    /// How to choose tokens.
    #[serde(default)]
    pub sampling: Sampling,
    /// What to do when the conversation does not fit the context.
    #[serde(default)]
    pub overflow: Overflow,
    /// How many of the likeliest tokens to tell beside each one chosen, its probability
    /// included; `None` tells nothing and costs nothing.
    #[serde(default)]
    pub alternatives: Option<u32>,
}

/// Turns of a conversation that are too many to be handed over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Omitted {
    /// How many.
    pub turns: u32,
    /// What they say.
    pub bytes: u64,
}

/// How a reply begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// As a new message of the assistant.
    #[default]
    Reply,
    /// In the middle of the last turn, which is the assistant's and not finished.
    Continue,
    /// After the plain text of the turns, one after the other, without a template.
    Plain,
}

/// One message as the chat template sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who wrote it.
    pub role: Role,
    /// What it says: text, whatever it looks like, never control tokens.
    pub content: String,
    /// What the model thought before it said that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
}

impl Turn {
    /// A turn without thoughts.
    #[must_use]
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            reasoning: None,
        }
    }
}

/// Where the engine keeps the KV cache of chats between two runs, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateFolder {
    /// The folder; made where it is missing.
    pub folder: PathBuf,
    /// The most that all files in it may take; the oldest go first.
    pub limit_bytes: u64,
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The answer to [`Request::Hello`].
    Ready {
        /// The version of Charla.
        version: String,
        /// What llama.cpp can compute on here.
        devices: Vec<Device>,
    },
    /// The model is being read.
    Loading {
        /// The request.
        id: RequestId,
        /// How far, 0 to 1.
        fraction: f32,
    },
    /// The model can be used.
    Loaded {
        /// The request.
        id: RequestId,
        /// What was loaded.
        model: ModelInfo,
    },
    /// The prompt is being evaluated.
    Prefill {
        /// The request.
        id: RequestId,
        /// Tokens that are in the KV cache by now.
        done_tokens: u32,
        /// Tokens of the whole prompt.
        total_tokens: u32,
    },
    /// These turns did not fit and were left out, as the request's [`Overflow`] asks.
    LeftOut {
        /// The request.
        id: RequestId,
        /// Their places in the request's turns, counted from 0.
        turns: Vec<u32>,
        /// How many had been left out before, as [`Task::omitted`] says.
        #[serde(default)]
        omitted_turns: u32,
        /// What they would have taken, all of them; of those omitted it is an estimate.
        tokens: u32,
    },
    /// Something the user should know, though the request goes on.
    Notice {
        /// The request.
        id: RequestId,
        /// What.
        notice: Notice,
    },
    /// The answer to [`Request::Count`].
    Counted {
        /// The request.
        id: RequestId,
        /// Tokens of the whole prompt.
        prompt_tokens: u32,
        /// Tokens of each turn's words alone.
        turn_tokens: Vec<u32>,
        /// Which, where they were asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tokens: Vec<i32>,
    },
    /// The next piece of the reply: whole characters only.
    Piece {
        /// The request.
        id: RequestId,
        /// What to append.
        text: String,
        /// Whether it belongs to the thoughts before the reply.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_reasoning: bool,
        /// Whether it may turn out to: then [`Event::WereThoughts`] comes.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_untold: bool,
        /// The tokens since the last piece, where alternatives were asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<Choice>,
        /// Tokens generated so far.
        generated_tokens: u32,
        /// Tokens in the context, those of the prompt included.
        context_tokens: u32,
    },
    /// All that the message says so far, what it went on from included, were thoughts: the
    /// model has closed thoughts that nobody had opened. Space around them is none of them.
    WereThoughts {
        /// The request.
        id: RequestId,
    },
    /// The reply has ended.
    Done {
        /// The request.
        id: RequestId,
        /// Why.
        finish: Finish,
        /// What it cost.
        timings: Timings,
        /// The seed that was used; with it, the same reply can be had again.
        seed: u32,
        /// Tokens in the context, those of the prompt included.
        context_tokens: u32,
    },
    /// The request could not be carried out, or a line was no request at all.
    Failed {
        /// The request; `None` for a line whose id could not be read.
        id: Option<RequestId>,
        /// Why.
        fault: Fault,
    },
}

impl Event {
    /// The reply that it tells a part of.
    #[must_use]
    pub fn reply(&self) -> Option<RequestId> {
        match self {
            Self::Prefill { id, .. }
            | Self::LeftOut { id, .. }
            | Self::Notice { id, .. }
            | Self::Piece { id, .. }
            | Self::WereThoughts { id } => Some(*id),
            _ => None,
        }
    }
}

/// Something llama.cpp can compute on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// llama.cpp's name, "CUDA0" say.
    pub name: String,
    /// The maker's name.
    pub description: String,
    /// Which backend drives it.
    pub backend: String,
    /// Whether it is a graphics processor.
    pub is_gpu: bool,
    /// Whether its memory is a part of the main memory.
    #[serde(default)]
    pub shares_memory: bool,
    /// Its memory.
    pub memory_total_bytes: u64,
    /// How much of that was free when asked.
    pub memory_free_bytes: u64,
}

/// A model that is loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The file.
    pub path: PathBuf,
    /// What the file calls itself; its file name where it does not say.
    pub name: String,
    /// llama.cpp's name of the architecture.
    pub architecture: String,
    /// Count of weights.
    pub parameters: u64,
    /// Size of the weights.
    pub size_bytes: u64,
    /// Tokens the context holds.
    pub context_tokens: u32,
    /// Tokens of context the model was trained for.
    pub trained_context_tokens: u32,
    /// Threads that compute, to begin with.
    pub threads: u32,
    /// What its maker recommends; holds where the user has set nothing.
    #[serde(default)]
    pub sampling: Sampling,
    /// What the user should know about it.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// Where the layers lie, the repeating ones and the output layer.
    pub placement: Vec<Placement>,
    /// What it takes of all devices together.
    #[serde(default)]
    pub memory: MemoryUse,
    /// Where the chat template comes from.
    pub template: TemplateSource,
}

/// What lies on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// llama.cpp's name of the device.
    pub device: String,
    /// Count of layers computed there.
    pub layers: u32,
    /// Bytes of weights kept there.
    pub weight_bytes: u64,
}

/// What a model takes of memory, in bytes, as llama.cpp counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryUse {
    /// The weights; mapped ones are counted too.
    pub weight_bytes: u64,
    /// The KV cache.
    pub kv_bytes: u64,
    /// What computing needs beside them.
    pub compute_bytes: u64,
}

impl MemoryUse {
    /// All of it.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.weight_bytes + self.kv_bytes + self.compute_bytes
    }
}

/// Where the chat template comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateSource {
    /// The model's own.
    Model,
    /// The file has none, so ChatML is used; replies may be worse for it.
    ChatMl,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_first() {
        let frame = Frame {
            v: VERSION,
            body: Request::Cancel { id: 7 },
        };
        let line = serde_json::to_string(&frame).unwrap();
        assert_eq!(line, r#"{"v":1,"type":"cancel","id":7}"#);
        let back: Frame<Request> = serde_json::from_str(&line).unwrap();
        assert_eq!(back.body, Request::Cancel { id: 7 });
    }

    #[test]
    fn a_request_written_by_hand_needs_no_options() {
        let line = r#"{"v":1,"type":"generate","id":1,"turns":[{"role":"user","content":"Hi"}]}"#;
        let frame: Frame<Request> = serde_json::from_str(line).unwrap();
        assert!(
            matches!(frame.body, Request::Generate { task, .. } if task.sampling == Sampling::default())
        );
    }
}
