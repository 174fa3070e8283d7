//! What can be done by name: from the palette, from a menu, and mostly by keys. Nothing
//! else knows a shortcut.

use egui::gui_zoom::kb_shortcuts;
use egui::{Key, KeyboardShortcut, Modifiers};

use crate::app::icons;

/// A command without arguments; what it is about is what is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::app) enum Action {
    NewChat,
    /// Put the keyboard into the search of the left panel.
    Find,
    PreviousChat,
    NextChat,
    RenameChat,
    ExportChat,
    DeleteChat,
    /// Take back the last deletion.
    Undo,
    Stop,
    Regenerate,
    Continue,
    PreviousVersion,
    NextVersion,
    CopyReply,
    /// Change the last message of the user's.
    EditLast,
    ToStart,
    ToEnd,
    /// Find words in the chat in view.
    FindInChat,
    FindNext,
    FindPrevious,
    Palette,
    FocusComposer,
    NextRegion,
    PreviousRegion,
    ToggleChats,
    ToggleSettings,
    ToggleTheme,
    SwitchLanguage,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    ShowModels,
    OpenFile,
    ReloadModel,
    Import,
    ExportAll,
    ShowArchive,
    ShowBin,
    ShowBackups,
    Preferences,
    Shortcuts,
}

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::app) enum Group {
    Chat,
    Reply,
    Window,
    Files,
    Help,
}

impl Group {
    /// All of them, in the order in which they are listed.
    pub(in crate::app) const ALL: [Self; 5] = [
        Self::Chat,
        Self::Reply,
        Self::Window,
        Self::Files,
        Self::Help,
    ];

    /// The message id of its name.
    pub(in crate::app) fn name(self) -> &'static str {
        match self {
            Self::Chat => "actions-chat",
            Self::Reply => "actions-reply",
            Self::Window => "actions-window",
            Self::Files => "actions-files",
            Self::Help => "actions-help",
        }
    }

    /// What belongs to it, in the order in which it is listed.
    pub(in crate::app) fn actions(self) -> &'static [Action] {
        match self {
            Self::Chat => &[
                Action::NewChat,
                Action::Find,
                Action::PreviousChat,
                Action::NextChat,
                Action::RenameChat,
                Action::ExportChat,
                Action::DeleteChat,
                Action::Undo,
            ],
            Self::Reply => &[
                Action::Stop,
                Action::Regenerate,
                Action::Continue,
                Action::PreviousVersion,
                Action::NextVersion,
                Action::CopyReply,
                Action::EditLast,
                Action::ToStart,
                Action::ToEnd,
                Action::FindInChat,
                Action::FindNext,
                Action::FindPrevious,
            ],
            Self::Window => &[
                Action::Palette,
                Action::FocusComposer,
                Action::NextRegion,
                Action::PreviousRegion,
                Action::ToggleChats,
                Action::ToggleSettings,
                Action::ToggleTheme,
                Action::SwitchLanguage,
                Action::ZoomIn,
                Action::ZoomOut,
                Action::ZoomReset,
                Action::Preferences,
            ],
            Self::Files => &[
                Action::ShowModels,
                Action::OpenFile,
                Action::ReloadModel,
                Action::Import,
                Action::ExportAll,
                Action::ShowArchive,
                Action::ShowBin,
                Action::ShowBackups,
            ],
            Self::Help => &[Action::Shortcuts],
        }
    }
}

impl Action {
    /// All of them.
    pub(in crate::app) fn all() -> impl Iterator<Item = Self> {
        let groups = Group::ALL.into_iter();
        groups.flat_map(|group| group.actions().iter().copied())
    }

    /// The message id of its name.
    pub(in crate::app) fn name(self) -> &'static str {
        match self {
            Self::NewChat => "action-new-chat",
            Self::Find => "action-find",
            Self::PreviousChat => "action-previous-chat",
            Self::NextChat => "action-next-chat",
            Self::RenameChat => "action-rename-chat",
            Self::ExportChat => "action-export-chat",
            Self::DeleteChat => "action-delete-chat",
            Self::Undo => "action-undo",
            Self::Stop => "action-stop",
            Self::Regenerate => "action-regenerate",
            Self::Continue => "action-continue",
            Self::PreviousVersion => "action-previous-version",
            Self::NextVersion => "action-next-version",
            Self::CopyReply => "action-copy-reply",
            Self::EditLast => "action-edit-last",
            Self::ToStart => "action-to-start",
            Self::ToEnd => "action-to-end",
            Self::FindInChat => "action-find-in-chat",
            Self::FindNext => "action-find-next",
            Self::FindPrevious => "action-find-previous",
            Self::Palette => "action-palette",
            Self::FocusComposer => "action-focus-composer",
            Self::NextRegion => "action-next-region",
            Self::PreviousRegion => "action-previous-region",
            Self::ToggleChats => "action-toggle-chats",
            Self::ToggleSettings => "action-toggle-settings",
            Self::ToggleTheme => "action-toggle-theme",
            Self::SwitchLanguage => "action-switch-language",
            Self::ZoomIn => "action-zoom-in",
            Self::ZoomOut => "action-zoom-out",
            Self::ZoomReset => "action-zoom-reset",
            Self::ShowModels => "action-show-models",
            Self::OpenFile => "action-open-file",
            Self::ReloadModel => "action-reload-model",
            Self::Import => "action-import",
            Self::ExportAll => "action-export-all",
            Self::ShowArchive => "action-show-archive",
            Self::ShowBin => "action-show-bin",
            Self::ShowBackups => "action-show-backups",
            Self::Preferences => "preferences",
            Self::Shortcuts => "action-shortcuts",
        }
    }

    /// The message id of what it does, in a few words.
    pub(in crate::app) fn hint(self) -> &'static str {
        match self {
            Self::NewChat => "action-new-chat-hint",
            Self::Find => "action-find-hint",
            Self::PreviousChat => "action-previous-chat-hint",
            Self::NextChat => "action-next-chat-hint",
            Self::RenameChat => "action-rename-chat-hint",
            Self::ExportChat => "action-export-chat-hint",
            Self::DeleteChat => "action-delete-chat-hint",
            Self::Undo => "action-undo-hint",
            Self::Stop => "action-stop-hint",
            Self::Regenerate => "action-regenerate-hint",
            Self::Continue => "action-continue-hint",
            Self::PreviousVersion => "action-previous-version-hint",
            Self::NextVersion => "action-next-version-hint",
            Self::CopyReply => "action-copy-reply-hint",
            Self::EditLast => "action-edit-last-hint",
            Self::ToStart => "action-to-start-hint",
            Self::ToEnd => "action-to-end-hint",
            Self::FindInChat => "action-find-in-chat-hint",
            Self::FindNext => "action-find-next-hint",
            Self::FindPrevious => "action-find-previous-hint",
            Self::Palette => "action-palette-hint",
            Self::FocusComposer => "action-focus-composer-hint",
            Self::NextRegion => "action-next-region-hint",
            Self::PreviousRegion => "action-previous-region-hint",
            Self::ToggleChats => "action-toggle-chats-hint",
            Self::ToggleSettings => "action-toggle-settings-hint",
            Self::ToggleTheme => "action-toggle-theme-hint",
            Self::SwitchLanguage => "action-switch-language-hint",
            Self::ZoomIn => "action-zoom-in-hint",
            Self::ZoomOut => "action-zoom-out-hint",
            Self::ZoomReset => "action-zoom-reset-hint",
            Self::ShowModels => "action-show-models-hint",
            Self::OpenFile => "action-open-file-hint",
            Self::ReloadModel => "action-reload-model-hint",
            Self::Import => "action-import-hint",
            Self::ExportAll => "action-export-all-hint",
            Self::ShowArchive => "action-show-archive-hint",
            Self::ShowBin => "action-show-bin-hint",
            Self::ShowBackups => "action-show-backups-hint",
            Self::Preferences => "preferences-hint",
            Self::Shortcuts => "action-shortcuts-hint",
        }
    }

    pub(in crate::app) fn icon(self) -> &'static str {
        match self {
            Self::NewChat | Self::ZoomIn => icons::PLUS,
            Self::Find | Self::FindInChat => icons::SEARCH,
            Self::PreviousChat | Self::ToStart => icons::ARROW_UP,
            Self::NextChat | Self::ToEnd => icons::ARROW_DOWN,
            Self::RenameChat | Self::EditLast => icons::PENCIL,
            Self::ExportChat | Self::ExportAll => icons::UPLOAD,
            Self::DeleteChat | Self::ShowBin => icons::TRASH,
            Self::Undo => icons::UNDO,
            Self::Stop => icons::SQUARE,
            Self::Regenerate | Self::ReloadModel => icons::REFRESH,
            Self::Continue => icons::PLAY,
            Self::FindNext => icons::CHEVRON_DOWN,
            Self::FindPrevious => icons::CHEVRON_UP,
            Self::PreviousVersion => icons::CHEVRON_LEFT,
            Self::NextVersion => icons::CHEVRON_RIGHT,
            Self::CopyReply => icons::COPY,
            Self::Palette => icons::COMMAND,
            Self::FocusComposer => icons::MESSAGE_SQUARE,
            Self::NextRegion | Self::PreviousRegion | Self::Shortcuts => icons::KEYBOARD,
            Self::ToggleChats => icons::PANEL_LEFT,
            Self::ToggleSettings => icons::PANEL_RIGHT,
            Self::ToggleTheme => icons::MOON,
            Self::SwitchLanguage => icons::LANGUAGES,
            Self::ZoomOut => icons::MONITOR,
            Self::ZoomReset => icons::ROTATE_CCW,
            Self::ShowModels => icons::CPU,
            Self::OpenFile => icons::FOLDER_OPEN,
            Self::Import => icons::DOWNLOAD,
            Self::ShowArchive => icons::ARCHIVE,
            Self::ShowBackups => icons::HISTORY,
            Self::Preferences => icons::SETTINGS,
        }
    }

    /// The keys that do it. What destroys something has no bare key, and what is seldom
    /// wanted has none at all.
    pub(in crate::app) fn shortcut(self) -> Option<KeyboardShortcut> {
        const COMMAND: Modifiers = Modifiers::COMMAND;
        const COMMAND_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
        let (modifiers, key) = match self {
            Self::NewChat => (COMMAND, Key::N),
            Self::Find => (COMMAND_SHIFT, Key::F),
            Self::PreviousChat => (COMMAND, Key::PageUp),
            Self::NextChat => (COMMAND, Key::PageDown),
            Self::RenameChat => (Modifiers::NONE, Key::F2),
            Self::ExportChat => (COMMAND_SHIFT, Key::E),
            Self::DeleteChat => (COMMAND_SHIFT, Key::Backspace),
            Self::Undo => (COMMAND, Key::Z),
            Self::Stop => (Modifiers::NONE, Key::Escape),
            Self::Regenerate => (COMMAND, Key::R),
            Self::Continue => (Modifiers::ALT, Key::Enter),
            Self::PreviousVersion => (Modifiers::ALT, Key::ArrowLeft),
            Self::NextVersion => (Modifiers::ALT, Key::ArrowRight),
            Self::CopyReply => (COMMAND_SHIFT, Key::C),
            Self::EditLast => (COMMAND_SHIFT, Key::ArrowUp),
            Self::ToStart => (COMMAND, Key::Home),
            Self::ToEnd => (COMMAND, Key::End),
            Self::FindInChat => (COMMAND, Key::F),
            Self::FindNext => (Modifiers::NONE, Key::F3),
            Self::FindPrevious => (Modifiers::SHIFT, Key::F3),
            Self::Palette => (COMMAND, Key::K),
            Self::FocusComposer => (COMMAND, Key::L),
            Self::NextRegion => (Modifiers::NONE, Key::F6),
            Self::PreviousRegion => (Modifiers::SHIFT, Key::F6),
            Self::ToggleChats => (COMMAND, Key::B),
            Self::ToggleSettings => (COMMAND, Key::Comma),
            Self::ZoomIn => return Some(kb_shortcuts::ZOOM_IN),
            Self::ZoomOut => return Some(kb_shortcuts::ZOOM_OUT),
            Self::ZoomReset => return Some(kb_shortcuts::ZOOM_RESET),
            Self::ShowModels => (COMMAND, Key::M),
            Self::OpenFile => (COMMAND, Key::O),
            Self::Shortcuts => (COMMAND, Key::Slash),
            Self::ToggleTheme
            | Self::SwitchLanguage
            | Self::ReloadModel
            | Self::Import
            | Self::ExportAll
            | Self::ShowArchive
            | Self::ShowBin
            | Self::ShowBackups
            | Self::Preferences => return None,
        };
        Some(KeyboardShortcut::new(modifiers, key))
    }

    /// Whether it is done again and again while its keys are held down.
    pub(in crate::app) fn repeats(self) -> bool {
        matches!(
            self,
            Self::PreviousChat
                | Self::NextChat
                | Self::PreviousVersion
                | Self::NextVersion
                | Self::FindNext
                | Self::FindPrevious
                | Self::ZoomIn
                | Self::ZoomOut
                | Self::NextRegion
                | Self::PreviousRegion
        )
    }

    /// Whether its keys mean something else where there is text to move in.
    pub(in crate::app) fn yields_to_text(self, is_mac: bool) -> bool {
        match self {
            Self::ToStart | Self::ToEnd | Self::EditLast | Self::DeleteChat => true,
            // Word by word, as everywhere on a Mac.
            Self::PreviousVersion | Self::NextVersion => is_mac,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_actions_have_the_same_keys_or_name() {
        let keys: Vec<_> = Action::all().filter_map(Action::shortcut).collect();
        for (index, one) in keys.iter().enumerate() {
            assert!(!keys[index + 1..].contains(one), "{one:?}");
        }
        let names: HashSet<_> = Action::all().map(Action::name).collect();
        assert_eq!(names.len(), Action::all().count());
    }

    #[test]
    fn no_bare_key_destroys_anything_or_takes_a_letter() {
        let deletes = Action::DeleteChat.shortcut().unwrap();
        assert!(deletes.modifiers.command && deletes.modifiers.shift);
        for action in Action::all() {
            let Some(keys) = action.shortcut() else {
                continue;
            };
            let is_bare = !keys.modifiers.command && !keys.modifiers.alt;
            let writes = !matches!(keys.logical_key, Key::Escape | Key::F2 | Key::F3 | Key::F6);
            assert!(!(is_bare && writes), "{action:?}");
        }
    }
}
