//! Work that waits for a disk or for the user's file dialog, and what comes of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use super::attachment::{Addressee, Files};
use super::desktop::Desktop;
use super::state::{Check, Checked, Read, Weight};
use crate::chat::{Chat, ChatId};
use crate::engine::protocol::RequestId;
use crate::i18n::Text;
use crate::library::download::Downloads;
use crate::library::hub::{self, Card, Item, RepoId};
use crate::library::{Listing, Machine, Marks};
use crate::presets::{self, Preset};
use crate::prompts::{self, Prompt};
use crate::store::search::{Hit, Query};
use crate::store::transfer::{Format, Import, ImportError, Progress};
use crate::store::{self, Backup, BinEntry, Folder, Page, Summary};

/// What came of a job.
#[derive(Debug)]
pub(in crate::app) enum Outcome {
    /// The models in the folders, and the number of this reading.
    Library(Listing, u64),
    /// The folders no longer hold what was seen in them.
    FoldersChanged,
    /// So many downloads were left unfinished the last time.
    LeftBehind(usize),
    /// What this machine has, and what is free on the disk of Charla's models.
    Machine(Machine, Option<u64>),
    /// What the user has said of models; nothing where the file made no sense.
    Marks(Option<Marks>),
    /// What a header says.
    Details(PathBuf, Read),
    /// The downloads can be used, or why not.
    Downloads(Result<Box<Downloads>, Text>),
    /// The downloads stand otherwise than before.
    Downloading,
    /// What a search has found; whether it goes on from what was found before.
    HubFound(Result<hub::Page, Text>, bool),
    /// The models of a repository.
    HubFiles(RepoId, Result<Vec<Item>, Text>),
    /// The card of a repository.
    HubCard(RepoId, Card),
    /// How far the check of a file has come.
    Checking(PathBuf, Check),
    /// Look into this folder too.
    AddFolder(PathBuf),
    /// What became of the files of a model that was to be deleted.
    Trashed(Result<Text, Text>),
    /// The model to begin with, if there is one.
    FirstModel(Option<PathBuf>),
    /// The model to begin with has ended the engine each time it was loaded.
    FearedModel(PathBuf),
    /// The file the user has picked.
    Picked(PathBuf),
    /// What the desktop says about looks.
    Desktop(Desktop),
    /// The settings could not be saved.
    NotSaved(Text),
    /// What became of the files of presets and personas.
    Presets(presets::Event),
    /// A preset from a file the user has picked.
    PresetRead(Result<Preset, presets::Error>),
    /// Whether the engine would take what replies are to be held to.
    Checked(Checked),
    /// The file of a model that drafts.
    DraftPicked(PathBuf),
    /// What the keeper of the chats says.
    Store(store::Event),
    /// The engine has been asked for a reply.
    Asked(RequestId),
    /// Something has been written that the left panel shows.
    Written,
    /// The list of chats, and the folders.
    Listed(Page, Vec<Folder>),
    /// A chat, what has been typed in it, and the revision it is of.
    Read(Box<Chat>, String, u64),
    /// A chat that was to be read is not there any more.
    Gone(ChatId),
    /// A chat that was to be read could not be; the reason is told beside.
    NotRead(ChatId),
    /// What has been typed for the next new chat.
    Draft(String),
    /// What was found, and what had been looked for.
    Found(Query, Vec<Hit>),
    /// The models that have written something.
    Models(Vec<String>),
    /// The names of all chats.
    Titles(Vec<Summary>),
    /// What is in the bin.
    Bin(Vec<BinEntry>),
    /// The copies of the chats.
    Backups(Vec<Backup>),
    /// Write these chats there, or all where none are named.
    ExportTo(PathBuf, Vec<ChatId>, Format),
    /// Bring these files in.
    ImportFrom(Vec<PathBuf>),
    /// How far an import has come.
    Transferring(Progress),
    /// What came of an import.
    Transferred(Result<Import, ImportError>),
    /// The saved prompts, or why they could not be read or changed.
    Prompts(Result<Vec<Prompt>, prompts::Error>),
    /// What came of files that were dropped or chosen.
    Files(Files),
    /// Attach these in this chat, or in the next new one.
    Attach(Addressee, Vec<PathBuf>),
    /// Something about the chats that the user should know.
    Told(Weight, Text),
}

/// Starts jobs and collects what comes of them.
pub(in crate::app) struct Jobs {
    sender: mpsc::Sender<Outcome>,
    outcomes: mpsc::Receiver<Outcome>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Jobs {
    pub(in crate::app) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (sender, outcomes) = mpsc::channel();
        Self {
            sender,
            outcomes,
            wake,
        }
    }

    /// Runs a job. A system that cannot start a thread is past help; the job is dropped.
    pub(in crate::app) fn run(&self, job: impl FnOnce() -> Option<Outcome> + Send + 'static) {
        let report = self.reporter();
        let _ = thread::Builder::new().name("job".into()).spawn(move || {
            if let Some(outcome) = job() {
                report(outcome);
            }
        });
    }

    /// Drops this on another thread: to give the memory of ten thousand messages back takes
    /// longer than a frame may.
    pub(in crate::app) fn discard(&self, value: impl Send + 'static) {
        self.run(move || {
            drop(value);
            None
        });
    }

    /// A function through which another thread reports.
    pub(in crate::app) fn reporter(&self) -> impl Fn(Outcome) + Clone + Send + Sync + 'static {
        let (sender, wake) = (self.sender.clone(), self.wake.clone());
        move |outcome| {
            if sender.send(outcome).is_ok() {
                wake();
            }
        }
    }

    /// The next outcome, if there is one.
    pub(in crate::app) fn try_next(&self) -> Option<Outcome> {
        self.outcomes.try_recv().ok()
    }
}
