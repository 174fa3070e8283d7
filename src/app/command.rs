//! Everything a user can ask of the window: the menu, the buttons and the shortcuts are
//! all made of these.

mod action;
mod keys;
mod meaning;
mod models;
mod panel;

use std::path::PathBuf;

use crate::chat::{ChatId, FolderId, MessageId};
use crate::i18n::Language;
use crate::params::{LoadOptions, Overflow, Sampling};
use crate::prompts;
use crate::settings::{Motion, SendWith, Theme};
use crate::store::search::Query;
use crate::store::transfer::Format;
use crate::store::{BinId, Target};
pub(in crate::app) use models::{HubCommand, ModelsCommand};
pub(in crate::app) use panel::{PanelCommand, Taken};

pub(in crate::app) use action::{Action, Group};
pub(in crate::app) use keys::written;

/// What a view asks for; `update` acts on it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum Command {
    /// Something that has a name and perhaps a shortcut.
    Do(Action),
    /// These, one after the other.
    All(Vec<Command>),
    /// Send this message in the open chat, or in a new one.
    Send(String),
    /// Stop the reply that is being written in this chat.
    StopIn(ChatId),
    /// Count the tokens of the open chat with this draft at its end.
    Count(String),
    /// Do this with chats that do not fit the context.
    SetOverflow(Overflow),
    /// This is what is typed in this chat, or in the new one, and not sent.
    KeepDraft(Option<ChatId>, String),
    /// Show this chat.
    OpenChat(ChatId),
    /// Show this message of this chat, in its branch, with the words that were looked for.
    OpenMessage(ChatId, MessageId),
    /// The message that was to be brought into view is on its way there.
    Arrived,
    /// Show more of the list of chats.
    MoreChats,
    /// Show this in the left panel.
    Show(Shelf),
    /// Read the names of all chats, for the palette.
    ReadTitles,
    /// Look for this; a query without words ends the search.
    Search(Query),
    /// Call a chat this; an empty title is none.
    Rename(ChatId, String),
    /// Whether a chat stands above the others.
    Pin(ChatId, bool),
    /// Whether a chat is put away.
    Archive(ChatId, bool),
    /// Put a chat into a folder, or into none.
    Move(ChatId, Option<FolderId>),
    /// Make a folder of this name and put a chat into it.
    MoveToNew(ChatId, String),
    /// Do the same with several chats.
    Each(Vec<ChatId>, Each),
    /// List every chat there is.
    ListAll,
    /// Call a folder this.
    RenameFolder(FolderId, String),
    /// To the bin.
    Delete(Target),
    /// Out of the bin again.
    Restore(BinId),
    /// Destroy what one deletion took.
    Destroy(BinId),
    /// Destroy everything in the bin.
    EmptyBin,
    /// Show another version of a message: this one.
    ChooseVersion(MessageId),
    /// Make another version of a message with this text; of the user's, it is answered.
    Edit(MessageId, String),
    /// Write another version of this reply.
    Regenerate(MessageId),
    /// Write another version of this reply in another way.
    RegenerateWith(MessageId, With),
    /// Make a chat of its own of what leads to this message, itself the last, and show it.
    BranchToNewChat(ChatId, MessageId),
    /// Write on where this reply ends.
    Continue(MessageId),
    /// Write these chats, or all where none are named, into a file the user chooses.
    Export(Vec<ChatId>, Format),
    /// Bring in chats from a file the user chooses.
    Import,
    /// Make the chats what this backup has.
    RestoreBackup(String),
    /// Try again to write what could not be written, or to open what could not be opened.
    RetryStore,
    /// Load this file.
    LoadModel(PathBuf),
    /// Load the same model again, with the settings as they are now.
    ReloadModel,
    /// Give the memory of the model back; the next message loads it again.
    UnloadModel,
    /// Look for model files again.
    ReadLibrary,
    /// Something of the page of models.
    Models(ModelsCommand),
    /// Something of the Hub or the downloads.
    Hub(HubCommand),
    /// Stop loading.
    CancelLoad,
    /// These are the settings of the next reply.
    SetSampling(Sampling),
    /// These are the settings of the next load.
    SetLoadOptions(LoadOptions),
    /// Something of the settings panel.
    Panel(PanelCommand),
    /// Speak this language; the system's where there is none.
    SetLanguage(Option<Language>),
    /// Use these colours.
    SetTheme(Theme),
    /// Show this address in the browser, or write to it.
    OpenLink(String),
    /// Whether the model gives new chats their titles.
    SetTitles(bool),
    /// Move, or be still.
    SetMotion(Motion),
    /// Put this on the clipboard.
    Copy(String),
    /// Take away what was told in passing, by its id.
    DropToast(u64),
    /// Take back what was told in passing, by its id.
    TakeBack(u64),
    /// Offer for longer to take back the last deletion.
    HoldUndo,
    /// Offer no longer to take back the last deletion; the bin still has it.
    ForgetUndo,
    /// Bring no more chats in.
    CancelTransfer,
    /// What came of bringing chats in need not be shown any more.
    ForgetImport,
    /// These files were dropped on the window: models, chats or texts.
    DropFiles(Vec<PathBuf>),
    /// Attach texts that the user chooses to the message that is being written.
    PickAttachments,
    /// The composer has what was attached.
    TookAttachments,
    /// What to do with the files that may be chats.
    AnswerFiles(Answer),
    /// Change the saved prompts.
    EditPrompts(prompts::Edit),
    /// Which key sends.
    SetSendWith(SendWith),
    /// Take away the notice with this id.
    Dismiss(u64),
}

/// What can be done with several chats at once, beside deleting and exporting them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum Each {
    /// Whether they stand above the others.
    Pin(bool),
    /// Whether they are put away.
    Archive(bool),
    /// Put them into a folder, or into none.
    Move(Option<FolderId>),
    /// Make a folder of this name and put them into it.
    MoveToNew(String),
}

/// What is other than usual when a reply is written again.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::app) struct With {
    /// The model file; the one that is loaded where there is none.
    pub(in crate::app) model: Option<PathBuf>,
    /// For this one reply.
    pub(in crate::app) temperature: Option<f32>,
}

/// What to do with files that may be chats or may be meant as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Answer {
    /// Bring the chats in.
    Import,
    /// Attach them as they are.
    Attach,
    /// Nothing.
    Forget,
}

/// What the left panel can show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::app) enum Shelf {
    /// The chats.
    #[default]
    Chats,
    /// Those that are put away.
    Archive,
    /// What has been deleted.
    Bin,
    /// The copies of the chats.
    Backups,
}
