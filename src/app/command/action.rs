//! What can be done by name: from the palette, from a menu, and mostly by keys. Nothing
//! else knows a shortcut. A new action is one more row of the table.

use egui::gui_zoom::kb_shortcuts;
use egui::{Key, KeyboardShortcut, Modifiers};
use strum::VariantArray;

use crate::app::icons;

const NONE: Modifiers = Modifiers::NONE;
const ALT: Modifiers = Modifiers::ALT;
const SHIFT: Modifiers = Modifiers::SHIFT;
const COMMAND: Modifiers = Modifiers::COMMAND;
const COMMAND_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// What an action is about, in the order in which they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub(in crate::app) enum Group {
    Chat,
    Reply,
    Window,
    Files,
    Help,
}

impl Group {
    /// All of them.
    pub(in crate::app) fn all() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied()
    }

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

    /// What belongs to it.
    pub(in crate::app) fn actions(self) -> impl Iterator<Item = Action> {
        Action::all().filter(move |action| action.row().group == self)
    }
}

/// What there is to know of an action.
struct Row {
    group: Group,
    icon: &'static str,
    name: &'static str,
    hint: &'static str,
    keys: Option<KeyboardShortcut>,
    repeats: bool,
}

macro_rules! keys {
    () => {
        None
    };
    ($modifiers:ident $key:ident) => {
        Some(KeyboardShortcut::new($modifiers, Key::$key))
    };
    ($keys:path) => {
        Some($keys)
    };
}

macro_rules! repeats {
    () => {
        false
    };
    (repeats) => {
        true
    };
}

/// Makes the enum and its table of rows: the group, the action, its icon, the message ids of its
/// name and of what it does in a few words, its keys, and whether it is done again and again
/// while they are held down.
macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $group:ident $action:ident $icon:ident $name:literal $hint:literal
        [$($keys:tt)*] $($repeats:ident)?;
    )*) => {
        /// A command without arguments; what it is about is what is in view.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
        pub(in crate::app) enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            fn row(self) -> Row {
                match self {
                    $(Self::$action => Row {
                        group: Group::$group,
                        icon: icons::$icon,
                        name: $name,
                        hint: $hint,
                        keys: keys!($($keys)*),
                        repeats: repeats!($($repeats)?),
                    },)*
                }
            }
        }
    };
}

// What destroys something has no bare key, and what is seldom wanted has none at all.
actions! {
    Chat NewChat PLUS "action-new-chat" "action-new-chat-hint" [COMMAND N];
    /// Put the keyboard into the search of the left panel.
    Chat Find SEARCH "action-find" "action-find-hint" [COMMAND_SHIFT F];
    Chat PreviousChat ARROW_UP "action-previous-chat" "action-previous-chat-hint" [COMMAND PageUp] repeats;
    Chat NextChat ARROW_DOWN "action-next-chat" "action-next-chat-hint" [COMMAND PageDown] repeats;
    Chat RenameChat PENCIL "action-rename-chat" "action-rename-chat-hint" [NONE F2];
    Chat ExportChat UPLOAD "action-export-chat" "action-export-chat-hint" [COMMAND_SHIFT E];
    Chat DeleteChat TRASH "action-delete-chat" "action-delete-chat-hint" [COMMAND_SHIFT Backspace];
    /// Take back the last deletion.
    Chat Undo UNDO "action-undo" "action-undo-hint" [COMMAND Z];
    Reply Stop SQUARE "action-stop" "action-stop-hint" [NONE Escape];
    Reply Regenerate REFRESH "action-regenerate" "action-regenerate-hint" [COMMAND R];
    Reply Continue PLAY "action-continue" "action-continue-hint" [ALT Enter];
    Reply PreviousVersion CHEVRON_LEFT "action-previous-version" "action-previous-version-hint" [ALT ArrowLeft] repeats;
    Reply NextVersion CHEVRON_RIGHT "action-next-version" "action-next-version-hint" [ALT ArrowRight] repeats;
    Reply CopyReply COPY "action-copy-reply" "action-copy-reply-hint" [COMMAND_SHIFT C];
    /// Change the last message of the user's.
    Reply EditLast PENCIL "action-edit-last" "action-edit-last-hint" [COMMAND_SHIFT ArrowUp];
    Reply ToStart ARROW_UP "action-to-start" "action-to-start-hint" [COMMAND Home];
    Reply ToEnd ARROW_DOWN "action-to-end" "action-to-end-hint" [COMMAND End];
    /// Find words in the chat in view.
    Reply FindInChat SEARCH "action-find-in-chat" "action-find-in-chat-hint" [COMMAND F];
    Reply FindNext CHEVRON_DOWN "action-find-next" "action-find-next-hint" [NONE F3] repeats;
    Reply FindPrevious CHEVRON_UP "action-find-previous" "action-find-previous-hint" [SHIFT F3] repeats;
    Window Palette COMMAND "action-palette" "action-palette-hint" [COMMAND K];
    Window FocusComposer MESSAGE_SQUARE "action-focus-composer" "action-focus-composer-hint" [COMMAND L];
    Window NextRegion KEYBOARD "action-next-region" "action-next-region-hint" [NONE F6] repeats;
    Window PreviousRegion KEYBOARD "action-previous-region" "action-previous-region-hint" [SHIFT F6] repeats;
    Window ToggleChats PANEL_LEFT "action-toggle-chats" "action-toggle-chats-hint" [COMMAND B];
    Window ToggleSettings PANEL_RIGHT "action-toggle-settings" "action-toggle-settings-hint" [COMMAND Comma];
    Window ToggleTheme MOON "action-toggle-theme" "action-toggle-theme-hint" [];
    Window SwitchLanguage LANGUAGES "action-switch-language" "action-switch-language-hint" [];
    Window ZoomIn PLUS "action-zoom-in" "action-zoom-in-hint" [kb_shortcuts::ZOOM_IN] repeats;
    Window ZoomOut MONITOR "action-zoom-out" "action-zoom-out-hint" [kb_shortcuts::ZOOM_OUT] repeats;
    Window ZoomReset ROTATE_CCW "action-zoom-reset" "action-zoom-reset-hint" [kb_shortcuts::ZOOM_RESET];
    Window Preferences SETTINGS "preferences" "preferences-hint" [];
    Files ShowModels CPU "action-show-models" "action-show-models-hint" [COMMAND M];
    Files OpenFile FOLDER_OPEN "action-open-file" "action-open-file-hint" [COMMAND O];
    Files ReloadModel REFRESH "action-reload-model" "action-reload-model-hint" [];
    Files Import DOWNLOAD "action-import" "action-import-hint" [];
    Files ExportAll UPLOAD "action-export-all" "action-export-all-hint" [];
    Files ShowArchive ARCHIVE "action-show-archive" "action-show-archive-hint" [];
    Files ShowBin TRASH "action-show-bin" "action-show-bin-hint" [];
    Files ShowBackups HISTORY "action-show-backups" "action-show-backups-hint" [];
    Help Shortcuts KEYBOARD "action-shortcuts" "action-shortcuts-hint" [COMMAND Slash];
}

impl Action {
    /// All of them, in the order in which they are listed.
    pub(in crate::app) fn all() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied()
    }

    /// The message id of its name.
    pub(in crate::app) fn name(self) -> &'static str {
        self.row().name
    }

    /// The message id of what it does, in a few words.
    pub(in crate::app) fn hint(self) -> &'static str {
        self.row().hint
    }

    pub(in crate::app) fn icon(self) -> &'static str {
        self.row().icon
    }

    /// The keys that do it.
    pub(in crate::app) fn shortcut(self) -> Option<KeyboardShortcut> {
        self.row().keys
    }

    /// Whether it is done again and again while its keys are held down.
    pub(in crate::app) fn repeats(self) -> bool {
        self.row().repeats
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
