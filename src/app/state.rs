//! What the window knows. Views read it; only `update` changes it.

mod context;
mod hub;
mod models;
mod notices;
mod panel;
mod replies;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use crate::chat::{Chat, ChatId, MessageId};
use crate::engine::protocol::{ModelInfo, RequestId};
use crate::i18n::{I18n, Text};
use crate::library::{self, Entry, Listing};
use crate::params::LoadOptions;
use crate::prompts::Prompt;
use crate::settings::{Settings, WindowState};
use crate::store::search::{Hit, Query};
use crate::store::transfer::Report;
use crate::store::{self, Backup, BinEntry, BinId, Folder, Page, Summary, Target};

use super::attachment::{Addressee, Attachment};
use super::command::Shelf;
use super::desktop::Desktop;
pub(in crate::app) use context::ContextUse;
pub(in crate::app) use hub::{HubPage, Open, Tab};
pub(in crate::app) use models::{Check, ModelsPage, Read};
pub(in crate::app) use notices::{Notice, Toast, Topic, Weight};
pub(in crate::app) use panel::{Checked, InForce, Panel};
pub(in crate::app) use replies::{Replies, Reply};

/// Everything the window shows.
pub(in crate::app) struct State {
    pub(in crate::app) i18n: I18n,
    pub(in crate::app) settings: Settings,
    /// What the desktop says about looks.
    pub(in crate::app) desktop: Desktop,
    /// The chats that are in memory: the one in view, and the one that is being answered.
    pub(in crate::app) chats: Vec<Chat>,
    /// What the left panel shows of all of them.
    pub(in crate::app) shelves: Shelves,
    /// All chats as they were when the palette was opened last; replaced as a whole.
    pub(in crate::app) titles: Arc<[Summary]>,
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
    /// When the load that is under way began.
    pub(in crate::app) loading_since: Option<Instant>,
    /// Which reading of the model folders is shown.
    pub(in crate::app) library_reading: u64,
    /// What `model` was loaded with, or failed with; the settings may have changed since.
    pub(in crate::app) loaded_with: LoadOptions,
    /// What the load that was asked for last is done with.
    pub(in crate::app) asked_with: LoadOptions,
    /// The model that was in use before the load that was asked for last.
    pub(in crate::app) before: Option<Before>,
    /// The model that the user has told to load however little memory there is.
    pub(in crate::app) forced: Option<PathBuf>,
    /// The models that can be chosen; `None` until the folders have been read.
    pub(in crate::app) library: Option<Listing>,
    /// The page of models.
    pub(in crate::app) models: ModelsPage,
    /// The Hub and the downloads.
    pub(in crate::app) hub: HubPage,
    /// The replies that are being written, in whichever chats.
    pub(in crate::app) replies: Replies,
    /// The titles that are being written in the background.
    pub(in crate::app) titlings: Vec<Titling>,
    /// What the model said last in place of a title.
    pub(in crate::app) dropped_title: Option<String>,
    /// The reply that is written again once the model chosen for it has been loaded.
    pub(in crate::app) rewrite: Option<Rewrite>,
    /// Why replies broke off, shown below them.
    pub(in crate::app) failures: HashMap<(ChatId, MessageId), Text>,
    /// What replies were written without, since it no longer fits; shown below them.
    pub(in crate::app) left_out: HashMap<(ChatId, MessageId), Text>,
    /// Tokens each chat took in the context when a reply last said so.
    pub(in crate::app) context_tokens: HashMap<ChatId, ContextUse>,
    /// What the next prompt of the open chat would be.
    pub(in crate::app) draft: Draft,
    /// The prompts that the user has saved.
    pub(in crate::app) prompts: Vec<Prompt>,
    /// What was read for the message that is being written in each chat; the composer takes
    /// it at once.
    pub(in crate::app) attached: Vec<(Option<ChatId>, Attachment)>,
    /// Files that were dropped and may be chats: the user is asked.
    pub(in crate::app) unsure_files: Vec<PathBuf>,
    /// The chats whose messages wait for files that are being read; none for the next new one.
    pub(in crate::app) attaching: Vec<Option<ChatId>>,
    /// The chats that have begun in this window, in order.
    pub(in crate::app) begun: Vec<ChatId>,
    pub(in crate::app) notices: Vec<Notice>,
    /// What has gone well, told in passing: the oldest first, and never many.
    pub(in crate::app) toasts: Vec<Toast>,
    /// The chats that are being brought in.
    pub(in crate::app) transfer: Option<Transfer>,
    /// What came of those that were brought in last, until it is put away.
    pub(in crate::app) imported: Option<Imported>,
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

/// A model that was in use until another one was to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Before {
    pub(in crate::app) path: PathBuf,
    /// Whether it had given its memory back already.
    pub(in crate::app) was_asleep: bool,
}

/// A title that is being written.
#[derive(Debug, Clone)]
pub(in crate::app) struct Titling {
    pub(in crate::app) request: RequestId,
    pub(in crate::app) chat: ChatId,
    /// What has been asked and replied in it.
    pub(in crate::app) question: String,
    pub(in crate::app) reply: String,
    /// What the model has said so far.
    pub(in crate::app) said: String,
}

/// A reply to be written again by a model that is still being loaded.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) struct Rewrite {
    pub(in crate::app) chat: ChatId,
    pub(in crate::app) message: MessageId,
    pub(in crate::app) model: PathBuf,
    pub(in crate::app) temperature: Option<f32>,
}

/// How long the next prompt would be, as the engine counts it.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::app) struct Draft {
    /// The question that was asked last.
    pub(in crate::app) request: Option<RequestId>,
    /// The answer to it, or to the one before until it comes.
    pub(in crate::app) prompt_tokens: Option<u32>,
    /// The question that this answers.
    pub(in crate::app) answered: Option<RequestId>,
}

/// Chats on their way in.
#[derive(Debug, Clone)]
pub(in crate::app) struct Transfer {
    pub(in crate::app) done: u64,
    /// `None` while they are being counted.
    pub(in crate::app) total: Option<u64>,
    /// When the first of them was written.
    pub(in crate::app) since: Instant,
    pub(in crate::app) is_cancelled: Arc<AtomicBool>,
}

/// What came of bringing chats in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Imported {
    pub(in crate::app) report: Report,
    /// Whether it was stopped before its end.
    pub(in crate::app) is_cancelled: bool,
}

impl Transfer {
    /// Chats a second, once there are enough to tell.
    pub(in crate::app) fn per_second(&self) -> Option<f64> {
        let elapsed = self.since.elapsed().as_secs_f64();
        let done = u32::try_from(self.done).unwrap_or(u32::MAX);
        (self.total.is_some() && elapsed > 0.5).then(|| f64::from(done) / elapsed)
    }
}

impl State {
    pub(in crate::app) fn new(settings: Settings) -> Self {
        Self {
            i18n: I18n::new(settings.language()),
            settings,
            desktop: Desktop::default(),
            chats: Vec::new(),
            shelves: Shelves::default(),
            titles: Arc::default(),
            stored_drafts: HashMap::new(),
            undo: None,
            keeping: Keeping::Opening,
            jump: None,
            wanted: None,
            current: None,
            model: ModelState::None,
            loading_since: None,
            library_reading: 0,
            loaded_with: LoadOptions::default(),
            asked_with: LoadOptions::default(),
            before: None,
            forced: None,
            library: None,
            models: ModelsPage::default(),
            hub: HubPage::default(),
            replies: Replies::default(),
            titlings: Vec::new(),
            dropped_title: None,
            rewrite: None,
            failures: HashMap::new(),
            left_out: HashMap::new(),
            context_tokens: HashMap::new(),
            draft: Draft::default(),
            prompts: Vec::new(),
            attached: Vec::new(),
            unsure_files: Vec::new(),
            attaching: Vec::new(),
            begun: Vec::new(),
            notices: Vec::new(),
            toasts: Vec::new(),
            transfer: None,
            imported: None,
            panel: Panel::default(),
            shows_chats: true,
            shows_settings: true,
            overlay: None,
            next_notice: 0,
        }
    }

    /// Goes on from how the window was left.
    pub(in crate::app) fn resume(&mut self, left: &WindowState) {
        self.shows_chats = !left.hides_chats;
        self.shows_settings = !left.hides_settings;
        self.wanted = left.chat;
    }

    pub(in crate::app) fn chat(&self, id: ChatId) -> Option<&Chat> {
        self.chats.iter().find(|chat| chat.id == id)
    }

    pub(in crate::app) fn chat_mut(&mut self, id: ChatId) -> Option<&mut Chat> {
        self.chats.iter_mut().find(|chat| chat.id == id)
    }

    /// The chat in view, for what is on its way to its next message.
    pub(in crate::app) fn addressee(&self) -> Addressee {
        Addressee {
            chat: self.current,
            begun: self.begun.len(),
        }
    }

    /// The chat in view, once it has a message.
    pub(in crate::app) fn current_chat(&self) -> Option<&Chat> {
        self.chat(self.current?)
    }

    /// The reply that is being written in the chat in view.
    pub(in crate::app) fn current_reply(&self) -> Option<&Reply> {
        self.replies.in_chat(self.current?)
    }

    /// The models that are offered for a chat.
    pub(in crate::app) fn chat_models(&self) -> impl Iterator<Item = &Entry> {
        let entries = self.library.iter().flat_map(|listing| &listing.entries);
        entries.filter(|entry| entry.is_for_chats())
    }

    /// What the library knows about a file.
    pub(in crate::app) fn entry(&self, path: &Path) -> Option<&Entry> {
        let mut entries = self.library.as_ref()?.entries.iter();
        entries.find(|it| it.is_at(path))
    }

    /// The name under which the window shows a model file.
    pub(in crate::app) fn model_name(&self, path: &Path) -> String {
        match self.entry(path) {
            Some(entry) => entry.name.clone(),
            None => library::name_of(path),
        }
    }

    /// How long the load that is under way still takes, at the pace it has.
    pub(in crate::app) fn load_left(&self) -> Option<Duration> {
        let ModelState::Loading { fraction, .. } = &self.model else {
            return None;
        };
        let elapsed = self.loading_since?.elapsed().as_secs_f64();
        let fraction = f64::from(*fraction);
        let left = elapsed * (1.0 - fraction) / fraction;
        let is_known = elapsed > 1.0 && fraction > 0.02;
        Duration::try_from_secs_f64(left).ok().filter(|_| is_known)
    }

    /// Whether a changed setting waits for the model to be loaded again.
    pub(in crate::app) fn needs_reload(&self) -> bool {
        let path = match &self.model {
            ModelState::Loaded(model) => &model.path,
            ModelState::Failed { path } => path,
            _ => return false,
        };
        self.settings.load_of(path) != self.loaded_with
    }
}
