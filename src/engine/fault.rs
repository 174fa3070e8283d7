//! What can go wrong in the engine, as data: [`Fault`] crosses the process line, [`Error`]
//! adds what only the other side of the line can see, the end of the process.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::i18n::{Arg, Localize, Text};
use crate::params::KvType;

/// Why the engine could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The file is gone.
    #[error("{}: no such file", path.display())]
    FileMissing {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened.
    #[error("{}: {reason}", path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// It is a folder, a pipe, a device.
    #[error("{}: not a file", path.display())]
    NotAFile {
        /// What is no file.
        path: PathBuf,
    },
    /// llama.cpp refused the file.
    #[error("{}: llama.cpp could not load it{}", path.display(), after_colon(reason.as_ref()))]
    LoadFailed {
        /// The file.
        path: PathBuf,
        /// llama.cpp's words, where it had any.
        reason: Option<String>,
    },
    /// The model reads whole texts and writes none: an embedding model.
    #[error("{}: an embedding model, which cannot write", path.display())]
    NotForChat {
        /// The file.
        path: PathBuf,
    },
    /// There is a model, but llama.cpp made no context for it.
    #[error("no context of {context_tokens} tokens could be made{}", after_colon(reason.as_ref()))]
    ContextFailed {
        /// The size that was asked for.
        context_tokens: u32,
        /// llama.cpp's words, where it had any.
        reason: Option<String>,
    },
    /// It would not fit into what is free, and has not been tried.
    #[error(
        "{needed_bytes} bytes are needed on {device}, {free_bytes} are free \
         ({context_tokens} tokens of context)"
    )]
    NotEnoughMemory {
        /// llama.cpp's name of the device that lacks it.
        device: String,
        /// All of it on that device.
        needed_bytes: u64,
        /// What can be used of what is free there.
        free_bytes: u64,
        /// The part of the weights.
        weight_bytes: u64,
        /// The part of the KV cache.
        kv_bytes: u64,
        /// What computing needs beside them.
        compute_bytes: u64,
        /// The context that was asked for.
        context_tokens: u32,
        /// What would fit in its place; nothing where not even the smallest context does.
        fits: Vec<Fit>,
    },
    /// A packed KV cache was asked for without the one way to read it.
    #[error("a KV cache of type {} needs flash attention", kv_type.name())]
    NeedsFlashAttention {
        /// The type.
        kv_type: KvType,
    },
    /// Nothing is loaded.
    #[error("no model is loaded")]
    NoModel,
    /// The prompt and one token of reply do not fit.
    #[error("the prompt has {prompt_tokens} tokens, the context holds {context_tokens}")]
    PromptTooLong {
        /// Tokens of the prompt.
        prompt_tokens: u32,
        /// Tokens the context holds.
        context_tokens: u32,
        /// Tokens the longest context holds that the model was trained for.
        trained_context_tokens: u32,
    },
    /// The conversation is too large to be handed over at all.
    #[error("the conversation has {size_bytes} bytes, {limit_bytes} can be sent")]
    PromptTooLarge {
        /// Its size as a frame.
        size_bytes: u64,
        /// The largest frame.
        limit_bytes: u64,
    },
    /// The chat template could not be rendered.
    #[error("chat template: {reason}")]
    Template {
        /// The template engine's words, or the template's own.
        reason: String,
    },
    /// The chat template leaves out what the user says.
    #[error("chat template: what the user says does not reach the prompt")]
    TemplateDropsWords,
    /// llama.cpp could not evaluate a batch.
    #[error("llama.cpp could not evaluate the tokens: {reason}")]
    Decode {
        /// llama.cpp's words.
        reason: String,
    },
    /// The grammar that a reply was to be held to makes no sense.
    #[error("the grammar is invalid: {reason}")]
    GrammarInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// The JSON schema that a reply was to be held to makes no sense, or cannot be followed.
    #[error("the JSON schema is invalid: {reason}")]
    SchemaInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// Loading was stopped by the user.
    #[error("loading was cancelled")]
    LoadCancelled,
    /// The line was no request of this protocol.
    #[error("not a request: {reason}")]
    BadRequest {
        /// What is wrong with it.
        reason: String,
    },
    /// This program was built without llama.cpp.
    #[error("this build has no engine")]
    NoEngine,
}

/// A way to load a model with less memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fit", rename_all = "snake_case")]
pub enum Fit {
    /// With this context and this KV cache.
    Context {
        /// The largest that fits, as a round number.
        context_tokens: u32,
        /// How the KV cache is packed then.
        kv_type: KvType,
    },
    /// With fewer layers on the GPU, and all else as it was asked for.
    GpuLayers {
        /// The most that fit.
        gpu_layers: u32,
    },
}

fn after_colon(reason: Option<&String>) -> String {
    reason.map(|it| format!(": {it}")).unwrap_or_default()
}

/// llama.cpp's words, or that it had none.
fn with_reason(text: Text, reason: Option<&String>) -> Text {
    match reason {
        Some(reason) => text.word("reason", reason),
        None => text.with("reason", Arg::Text(Box::new(Text::new("no-reason")))),
    }
}

/// What to do where memory is short.
fn advice(fits: &[Fit]) -> Text {
    let layers = fits.iter().find_map(|fit| match fit {
        Fit::GpuLayers { gpu_layers } => Some(*gpu_layers),
        Fit::Context { .. } => None,
    });
    let mut contexts = fits.iter().filter_map(|fit| match fit {
        Fit::Context {
            context_tokens,
            kv_type,
        } => Some((*context_tokens, *kv_type)),
        Fit::GpuLayers { .. } => None,
    });
    // The first is the one that changes least, the last the one that holds most.
    let (first, last) = (contexts.next(), contexts.next_back());
    match (layers, first, last) {
        (None, None, _) => Text::new("fit-nothing"),
        (Some(layers), None, _) => Text::new("fit-layers").count("layers", layers),
        (Some(layers), Some((context, kv_type)), _) => Text::new("fit-layers-or-context")
            .count("layers", layers)
            .count("context", context)
            .word("type", kv_type.name()),
        (None, Some((context, kv_type)), None) => Text::new("fit-context")
            .count("context", context)
            .word("type", kv_type.name()),
        (None, Some((context, kv_type)), Some((more, packed))) => Text::new("fit-contexts")
            .count("context", context)
            .word("type", kv_type.name())
            .count("more", more)
            .word("packed", packed.name()),
    }
}

/// The least of a reply that makes a longer context worth loading a model again.
const LEAST_REPLY_TOKENS: u32 = 256;

/// Whether a context of so many tokens has room for a prompt and some of a reply.
#[must_use]
pub fn can_be_held(prompt_tokens: u32, context_tokens: u32) -> bool {
    prompt_tokens.saturating_add(LEAST_REPLY_TOKENS) <= context_tokens
}

impl Localize for Fault {
    fn text(&self) -> Text {
        match self {
            Self::FileMissing { path } => {
                Text::new("fault-file-missing").word("path", path.display())
            }
            Self::FileUnreadable { path, reason } => Text::new("fault-file-unreadable")
                .word("path", path.display())
                .word("reason", reason),
            Self::NotAFile { path } => Text::new("gguf-not-a-file").word("path", path.display()),
            Self::LoadFailed { path, reason } => with_reason(
                Text::new("fault-load-failed").word("path", path.display()),
                reason.as_ref(),
            ),
            Self::ContextFailed {
                context_tokens,
                reason,
            } => with_reason(
                Text::new("fault-context-failed").count("context", *context_tokens),
                reason.as_ref(),
            ),
            Self::NotEnoughMemory {
                device,
                needed_bytes,
                free_bytes,
                weight_bytes,
                kv_bytes,
                compute_bytes,
                context_tokens,
                fits,
            } => Text::new("fault-not-enough-memory")
                .word("device", device)
                .with("needed", Arg::Bytes(*needed_bytes))
                .with("free", Arg::Bytes(*free_bytes))
                .with("weights", Arg::Bytes(*weight_bytes))
                .with("kv", Arg::Bytes(*kv_bytes))
                .with("compute", Arg::Bytes(*compute_bytes))
                .count("context", *context_tokens)
                .with("advice", Arg::Text(Box::new(advice(fits)))),
            Self::NeedsFlashAttention { kv_type } => {
                Text::new("fault-needs-flash-attention").word("type", kv_type.name())
            }
            Self::NoModel => Text::new("fault-no-model"),
            Self::PromptTooLong {
                prompt_tokens,
                context_tokens,
                trained_context_tokens,
            } if !can_be_held(*prompt_tokens, *trained_context_tokens) => {
                Text::new("fault-prompt-too-long-for-model")
                    .count("prompt", *prompt_tokens)
                    .count("context", *context_tokens.max(trained_context_tokens))
            }
            Self::PromptTooLong {
                prompt_tokens,
                context_tokens,
                ..
            } => Text::new("fault-prompt-too-long")
                .count("prompt", *prompt_tokens)
                .count("context", *context_tokens),
            Self::NotForChat { path } => {
                Text::new("fault-not-for-chat").word("path", path.display())
            }
            Self::PromptTooLarge {
                size_bytes,
                limit_bytes,
            } => Text::new("fault-prompt-too-large")
                .with("size", Arg::Bytes(*size_bytes))
                .with("limit", Arg::Bytes(*limit_bytes)),
            Self::Template { reason } => Text::new("fault-template").word("reason", reason),
            Self::TemplateDropsWords => Text::new("fault-template-drops-words"),
            Self::Decode { reason } => Text::new("fault-decode").word("reason", reason),
            Self::GrammarInvalid { reason } => {
                Text::new("fault-grammar-invalid").word("reason", reason)
            }
            Self::SchemaInvalid { reason } => {
                Text::new("fault-schema-invalid").word("reason", reason)
            }
            Self::LoadCancelled => Text::new("fault-load-cancelled"),
            Self::BadRequest { reason } => Text::new("fault-bad-request").word("reason", reason),
            Self::NoEngine => Text::new("fault-no-engine"),
        }
    }
}

/// Why a request to the client failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The engine is well; it refused.
    #[error(transparent)]
    Refused(#[from] Fault),
    /// The header check refused the file; the engine has not seen it.
    #[error("{log}")]
    Header {
        /// For logs.
        log: String,
        /// For the user.
        text: Text,
    },
    /// The engine's process could not be started.
    #[error("the engine could not be started: {reason}")]
    Spawn {
        /// The operating system's words.
        reason: String,
    },
    /// Its process was ended by a signal.
    #[error("the engine was ended by signal {signal} while {during}")]
    Signal {
        /// The signal's number.
        signal: i32,
        /// What it was doing.
        during: During,
        /// The last thing it wrote to standard error.
        last_words: Option<String>,
    },
    /// Its process ended by itself.
    #[error("the engine ended with code {code} while {during}")]
    Exit {
        /// The exit code.
        code: i32,
        /// What it was doing.
        during: During,
        /// The last thing it wrote to standard error.
        last_words: Option<String>,
    },
    /// The machine, or the device, ran out of memory.
    #[error("out of memory while {during}")]
    OutOfMemory {
        /// What it was doing.
        during: During,
    },
    /// It did not answer in time, and was ended.
    #[error("the engine did not answer while {during}")]
    Unresponsive {
        /// What it was doing.
        during: During,
    },
    /// The program on disk is not the one that runs here: it was replaced meanwhile.
    #[error("the engine is version {version}, not {}", env!("CARGO_PKG_VERSION"))]
    OtherVersion {
        /// Its version.
        version: String,
    },
    /// What it wrote was no frame of this protocol.
    #[error("the engine wrote something else than an event: {reason}")]
    Garbled {
        /// What is wrong with it.
        reason: String,
    },
}

/// What the engine was doing when it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum During {
    /// Coming up.
    Start,
    /// Loading this file.
    Load(PathBuf),
    /// Writing a reply.
    Reply,
    /// Nothing.
    Idle,
}

impl std::fmt::Display for During {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Start => formatter.write_str("starting"),
            Self::Load(path) => write!(formatter, "loading {}", path.display()),
            Self::Reply => formatter.write_str("writing a reply"),
            Self::Idle => formatter.write_str("idle"),
        }
    }
}

impl Localize for During {
    fn text(&self) -> Text {
        match self {
            Self::Start => Text::new("during-start"),
            Self::Load(path) => Text::new("during-load").word("path", path.display()),
            Self::Reply => Text::new("during-reply"),
            Self::Idle => Text::new("during-idle"),
        }
    }
}

/// Whether a signal is one that people and systems send (hang-up, interrupt, kill,
/// terminate); a program that fails raises others.
fn is_from_outside(signal: i32) -> bool {
    matches!(signal, 1 | 2 | 9 | 15)
}

impl Error {
    /// What happens if a load that was refused for want of main memory is tried all the same;
    /// nothing for any other error. Mapped weights can be read from the disk again and again,
    /// a context cannot.
    #[must_use]
    pub fn if_forced(&self) -> Option<Text> {
        match self {
            Self::Refused(Fault::NotEnoughMemory {
                device,
                needed_bytes,
                free_bytes,
                weight_bytes,
                ..
            }) if device == "CPU" => {
                let is_rest_well = needed_bytes.saturating_sub(*weight_bytes) <= *free_bytes;
                Some(Text::new(match is_rest_well {
                    true => "forced-weights",
                    false => "forced-context",
                }))
            }
            _ => None,
        }
    }
}

impl Localize for Error {
    fn text(&self) -> Text {
        let during =
            |text: Text, during: &During| text.with("during", Arg::Text(Box::new(during.text())));
        let words = |text: Text, last_words: &Option<String>| {
            text.word("words", last_words.as_deref().unwrap_or("–"))
        };
        match self {
            Self::Refused(fault) => fault.text(),
            Self::Header { text, .. } => text.clone(),
            Self::Spawn { reason } => Text::new("engine-spawn").word("reason", reason),
            // A file that ends the engine while it loads is the file's fault, not the
            // engine's: name it, for that is what the user can change.
            Self::Signal {
                signal,
                during: During::Load(path),
                last_words,
            } if !is_from_outside(*signal) => words(
                Text::new("engine-ended-loading").word("path", path.display()),
                last_words,
            ),
            Self::Exit {
                during: During::Load(path),
                last_words,
                ..
            } => words(
                Text::new("engine-ended-loading").word("path", path.display()),
                last_words,
            ),
            Self::Signal {
                signal, during: it, ..
            } if is_from_outside(*signal) => {
                during(Text::new("engine-signal").word("signal", signal), it)
            }
            Self::Signal {
                signal,
                during: it,
                last_words,
            } => words(
                during(Text::new("engine-crashed").word("signal", signal), it),
                last_words,
            ),
            Self::Exit {
                code,
                during: it,
                last_words,
            } => words(
                during(Text::new("engine-exit").word("code", code), it),
                last_words,
            ),
            Self::OutOfMemory { during: it } => during(Text::new("engine-out-of-memory"), it),
            Self::Unresponsive { during: it } => during(Text::new("engine-unresponsive"), it),
            Self::OtherVersion { version } => Text::new("engine-other-version")
                .word("theirs", version)
                .word("ours", env!("CARGO_PKG_VERSION")),
            Self::Garbled { reason } => Text::new("engine-garbled").word("reason", reason),
        }
    }
}
