//! What the window knows. Views read it; only `update` changes it.

mod panel;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::chat::{Chat, ChatId, MessageId};
use crate::engine::protocol::{ModelInfo, RequestId};
use crate::i18n::{I18n, Text};
use crate::library::Entry;
use crate::params::LoadOptions;
use crate::settings::Settings;
use crate::store::search::{Hit, Query};
use crate::store::{self, Backup, BinEntry, BinId, Folder, Page, Target};

use super::command::Shelf;
pub(in crate::app) use panel::{Checked, InForce, Panel, PanelUndo, Taken};

/// Everything the window shows.
pub(in crate::app) struct State {
    pub(in crate::app) i18n: I18n,
    pub(in crate::app) settings: Settings,
    /// The chats that are in memory: the one in view, and the one that is being answered.
    pub(in crate::app) chats: Vec<Chat>,
    /// What the left panel shows of all of them.
    pub(in crate::app) shelves: Shelves,
    /// Drafts read from disk, by chat; the composer takes each once.
    pub(in crate::app) stored_drafts: HashMap<Option<ChatId>, String>,
    /// The deletion that can be taken back at once, and since when.
    pub(in crate::app) undo: Option<Undo>,
    /// Whether what is written is kept, and why not.
    pub(in crate::app) keeping: Keeping,
    /// The message to bring into view, once.
    pub(in crate::app) jump: Option<(ChatId, MessageId)>,
    /// The chat that is to be in view once it has been read.
    pub(in crate::app) wanted: Option<ChatId>,
    /// The chat in view; `None` while the next message begins a new one.
    pub(in crate::app) current: Option<ChatId>,
    pub(in crate::app) model: ModelState,
    /// What `model` was loaded with, or failed with; the settings may have changed since.
    pub(in crate::app) loaded_with: LoadOptions,
    /// What the load that was asked for last is done with.
    pub(in crate::app) asked_with: LoadOptions,
    /// The models that can be chosen; `None` until the folders have been read.
    pub(in crate::app) library: Option<Vec<Entry>>,
    /// The reply that is being written, in whichever chat.
    pub(in crate::app) reply: Option<Reply>,
    /// Why replies broke off, shown below them.
    pub(in crate::app) failures: HashMap<(ChatId, MessageId), Text>,
    /// Tokens each chat takes in the context, as of its last reply.
    pub(in crate::app) context_tokens: HashMap<ChatId, u32>,
    /// What the next prompt of the open chat would be.
    pub(in crate::app) draft: Draft,
    pub(in crate::app) notices: Vec<Notice>,
    /// Presets, personas, and what a chat has of its own.
    pub(in crate::app) panel: Panel,
    pub(in crate::app) shows_chats: bool,
    pub(in crate::app) shows_settings: bool,
    /// The panel that lies over the conversation in a narrow window.
    pub(in crate::app) overlay: Option<Overlay>,
    next_notice: u64,
}

/// The left panel's contents.
#[derive(Debug, Default)]
pub(in crate::app) struct Shelves {
    /// Which of them is shown.
    pub(in crate::app) shown: Shelf,
    /// The chats of the list, as many as have been asked for, and how many there are; those
    /// that are put away where these are shown. `None` until they have been read.
    pub(in crate::app) page: Option<Page>,
    /// All folders.
    pub(in crate::app) folders: Vec<Folder>,
    /// All models that have written something, to filter by.
    pub(in crate::app) models: Vec<String>,
    /// What is looked for.
    pub(in crate::app) query: Query,
    /// What was found; `None` while nothing is looked for.
    pub(in crate::app) hits: Option<Vec<Hit>>,
    /// The bin, the latest first. `None` until it has been read.
    pub(in crate::app) bin: Option<Vec<BinEntry>>,
    /// The backups, the newest first. `None` until they have been read.
    pub(in crate::app) backups: Option<Vec<Backup>>,
}

/// A deletion that can be taken back.
#[derive(Debug, Clone)]
pub(in crate::app) struct Undo {
    pub(in crate::app) id: BinId,
    /// What was deleted, for the sentence that offers to take it back.
    pub(in crate::app) target: Target,
    pub(in crate::app) since: Instant,
    /// Whether the keys for it mean this, not what has been typed since.
    pub(in crate::app) by_keys: bool,
}

/// Whether what is written is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum Keeping {
    /// The chats are being opened.
    Opening,
    /// On disk.
    Kept,
    /// Only in memory, for this reason: the file is in another's hands, or of no use.
    Memory(store::Error),
    /// What was written last is not on disk, for this reason; it is tried again.
    Unsaved(store::Error),
}

/// A panel that a narrow window shows over the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::app) enum Overlay {
    Chats,
    Settings,
}

/// The model in the engine.
#[derive(Debug, Clone)]
pub(in crate::app) enum ModelState {
    None,
    Loading {
        path: PathBuf,
        fraction: f32,
    },
    Loaded(Box<ModelInfo>),
    /// Unused for so long that it gave its memory back; a message wakes it.
    Asleep {
        path: PathBuf,
    },
    Failed {
        path: PathBuf,
    },
}

/// A reply that is being written.
#[derive(Debug)]
pub(in crate::app) struct Reply {
    pub(in crate::app) request: RequestId,
    pub(in crate::app) chat: ChatId,
    pub(in crate::app) message: MessageId,
    /// Tokens of the prompt that are read, and all of them.
    pub(in crate::app) prefill: Option<(u32, u32)>,
    pub(in crate::app) generated_tokens: u32,
    pub(in crate::app) first_piece: Option<Instant>,
    /// Whether the user has moved a slider since it began.
    pub(in crate::app) settings_changed: bool,
    pub(in crate::app) is_stopping: bool,
}

impl Reply {
    /// Tokens a second so far, once there are enough to tell.
    pub(in crate::app) fn tokens_per_second(&self) -> Option<f64> {
        let elapsed = self.first_piece?.elapsed().as_secs_f64();
        (self.generated_tokens > 4 && elapsed > 0.1)
            .then(|| f64::from(self.generated_tokens - 1) / elapsed)
    }
}

/// How long the next prompt would be, as the engine counts it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::app) struct Draft {
    /// The question that was asked last.
    pub(in crate::app) request: Option<RequestId>,
    /// The answer to it, or to the one before until it comes.
    pub(in crate::app) prompt_tokens: Option<u32>,
}

/// Something to tell the user.
#[derive(Debug, Clone)]
pub(in crate::app) struct Notice {
    pub(in crate::app) id: u64,
    pub(in crate::app) weight: Weight,
    pub(in crate::app) text: Text,
    pub(in crate::app) topic: Topic,
}

/// What a notice is about; it goes when that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Topic {
    /// The model that was chosen, and whether it can be loaded.
    Model,
    /// The engine's process.
    Engine,
    /// The settings file.
    Settings,
    /// The chats on disk.
    Chats,
}

/// How much a notice weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Weight {
    /// Something that went well.
    Done,
    Warning,
    Error,
}

impl State {
    pub(in crate::app) fn new(settings: Settings) -> Self {
        Self {
            i18n: I18n::new(settings.language()),
            settings,
            chats: Vec::new(),
            shelves: Shelves::default(),
            stored_drafts: HashMap::new(),
            undo: None,
            keeping: Keeping::Opening,
            jump: None,
            wanted: None,
            current: None,
            model: ModelState::None,
            loaded_with: LoadOptions::default(),
            asked_with: LoadOptions::default(),
            library: None,
            reply: None,
            failures: HashMap::new(),
            context_tokens: HashMap::new(),
            draft: Draft::default(),
            notices: Vec::new(),
            panel: Panel::default(),
            shows_chats: true,
            shows_settings: true,
            overlay: None,
            next_notice: 0,
        }
    }

    pub(in crate::app) fn chat(&self, id: ChatId) -> Option<&Chat> {
        self.chats.iter().find(|chat| chat.id == id)
    }

    pub(in crate::app) fn chat_mut(&mut self, id: ChatId) -> Option<&mut Chat> {
        self.chats.iter_mut().find(|chat| chat.id == id)
    }

    /// The chat in view, once it has a message.
    pub(in crate::app) fn current_chat(&self) -> Option<&Chat> {
        self.chat(self.current?)
    }

    /// The reply that is being written in the chat in view.
    pub(in crate::app) fn current_reply(&self) -> Option<&Reply> {
        self.reply
            .as_ref()
            .filter(|reply| Some(reply.chat) == self.current)
    }

    /// What the library knows about a file.
    pub(in crate::app) fn entry(&self, path: &Path) -> Option<&Entry> {
        self.library.as_ref()?.iter().find(|it| it.path == path)
    }

    /// The name under which the window shows a model file.
    pub(in crate::app) fn model_name(&self, path: &Path) -> String {
        match self.entry(path) {
            Some(entry) => entry.name.clone(),
            None => path
                .file_stem()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned(),
        }
    }

    /// Whether a changed setting waits for the model to be loaded again.
    pub(in crate::app) fn needs_reload(&self) -> bool {
        let has_model = matches!(
            self.model,
            ModelState::Loaded(_) | ModelState::Failed { .. }
        );
        has_model && self.settings.load != self.loaded_with
    }

    /// Shows a notice, in place of the same one if it is still there.
    pub(in crate::app) fn notify(&mut self, weight: Weight, text: Text, topic: Topic) {
        self.notices.retain(|notice| notice.text != text);
        self.notices.push(Notice {
            id: self.next_notice,
            weight,
            text,
            topic,
        });
        self.next_notice += 1;
    }
}
