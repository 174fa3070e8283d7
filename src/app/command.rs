//! Everything a user can ask of the window: the menu, the buttons and the shortcuts are
//! all made of these.

use std::path::PathBuf;

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::chat::ChatId;
use crate::i18n::Language;
use crate::params::{LoadOptions, Overflow, Sampling};
use crate::settings::Theme;

/// What a view asks for; `update` acts on it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum Command {
    /// Something that has a name and perhaps a shortcut.
    Do(Action),
    /// Send this message in the open chat, or in a new one.
    Send(String),
    /// Count the tokens of the open chat with this draft at its end.
    Count(String),
    /// Do this with chats that do not fit the context.
    SetOverflow(Overflow),
    /// Show this chat.
    OpenChat(ChatId),
    /// Load this file.
    LoadModel(PathBuf),
    /// Load the same model again, with the settings as they are now.
    ReloadModel,
    /// Look for model files again.
    ReadLibrary,
    /// Stop loading.
    CancelLoad,
    /// These are the settings of the next reply.
    SetSampling(Sampling),
    /// These are the settings of the next load.
    SetLoadOptions(LoadOptions),
    /// Speak this language; the system's where there is none.
    SetLanguage(Option<Language>),
    /// Use these colours.
    SetTheme(Theme),
    /// Put this on the clipboard.
    Copy(String),
    /// Take away the notice with this id.
    Dismiss(u64),
}

/// A command without arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Action {
    NewChat,
    Stop,
    OpenFile,
    ToggleChats,
    ToggleSettings,
}

impl Action {
    /// All of them.
    pub(in crate::app) const ALL: [Self; 5] = [
        Self::NewChat,
        Self::Stop,
        Self::OpenFile,
        Self::ToggleChats,
        Self::ToggleSettings,
    ];

    /// The message id of its name.
    pub(in crate::app) fn name(self) -> &'static str {
        match self {
            Self::NewChat => "action-new-chat",
            Self::Stop => "action-stop",
            Self::OpenFile => "action-open-file",
            Self::ToggleChats => "action-toggle-chats",
            Self::ToggleSettings => "action-toggle-settings",
        }
    }

    /// The keys that do it. None is a bare key that destroys something.
    pub(in crate::app) fn shortcut(self) -> KeyboardShortcut {
        let (modifiers, key) = match self {
            Self::NewChat => (Modifiers::COMMAND, Key::N),
            Self::Stop => (Modifiers::NONE, Key::Escape),
            Self::OpenFile => (Modifiers::COMMAND, Key::O),
            Self::ToggleChats => (Modifiers::COMMAND, Key::B),
            Self::ToggleSettings => (Modifiers::COMMAND, Key::Comma),
        };
        KeyboardShortcut::new(modifiers, key)
    }
}
