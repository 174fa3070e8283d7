//! What the actions by name move that is not in the state: the keyboard, the view of the
//! conversation, and the dialogs.

use egui::{Context, Id};

use super::palette::Palette;
use super::regions::Region;
use super::rename::Rename;
use super::shortcuts::Shortcuts;
use super::{Dialog, Open, Views, composer};
use crate::app::command::{Action, Command, ModelsCommand};
use crate::app::state::State;
use crate::store::Target;

impl Views {
    /// Whether a dialog has the keyboard, so that keys mean nothing to the rest.
    pub(in crate::app) fn has_dialog(&self) -> bool {
        self.dialog.is_some()
    }

    /// Whether the keyboard is in a text that can be moved in.
    pub(in crate::app) fn is_typing(&self, ctx: &Context, state: &State) -> bool {
        let is_empty = composer::has_focus(ctx) && !self.composer.has_text(state);
        ctx.text_edit_focused() && !is_empty
    }

    /// Does the part of an action that is up to the views. Returns the command that does
    /// what it means here, where that is another than what it means to the state.
    pub(in crate::app) fn follow(
        &mut self,
        ctx: &Context,
        state: &State,
        action: Action,
    ) -> Option<Command> {
        // In the list, the keys are about the chat that has the keyboard.
        let in_list = self.shelf.focused_chat().filter(|_| self.dialog.is_none());
        match action {
            Action::Find => self.find(),
            Action::PreviousChat => return self.shelf.beside(state, -1).map(Command::OpenChat),
            Action::NextChat => return self.shelf.beside(state, 1).map(Command::OpenChat),
            Action::RenameChat => match in_list {
                Some(chat) => self.shelf.rename_chat(state, chat),
                None => {
                    if let Some(rename) = Rename::new(state) {
                        self.open(ctx, Dialog::Rename(rename));
                    }
                }
            },
            Action::DeleteChat => {
                let chat = in_list?;
                let chosen = self.shelf.chosen_chats(state);
                let chats = match chosen.contains(&chat) {
                    true => chosen,
                    false => vec![chat],
                };
                return Some(Command::Delete(Target::Chats(chats)));
            }
            Action::CopyReply if action.meaning(state).is_ok() => {
                self.announcer.say(state.i18n.get("copied"));
            }
            Action::Preferences => self.shelf.open_preferences(),
            Action::EditLast => self.conversation.edit_last(state),
            Action::FindInChat | Action::FindNext | Action::FindPrevious => {
                match action {
                    Action::FindInChat => self.conversation.find_words(state),
                    _ => {
                        let is_next = action == Action::FindNext;
                        self.conversation.find_step(state, is_next);
                    }
                }
                // The page of models lies over the chat.
                let shows = Command::Models(ModelsCommand::Show(false));
                return state.models.is_open.then_some(shows);
            }
            Action::ToStart => self.conversation.show_start(),
            Action::ToEnd => self.conversation.show_end(),
            Action::FocusComposer => composer::focus(ctx),
            Action::NextRegion | Action::PreviousRegion => {
                let next = self.regions.step(ctx, action == Action::NextRegion);
                if next == Some(Region::Composer) {
                    composer::focus(ctx);
                }
            }
            Action::Palette if matches!(self.dialog(), Some(Dialog::Palette(_))) => self.end(),
            Action::Palette => {
                self.open(ctx, Dialog::Palette(Palette::new()));
                return Some(Command::ReadTitles);
            }
            Action::Shortcuts if matches!(self.dialog(), Some(Dialog::Shortcuts(_))) => {
                self.end();
            }
            Action::Shortcuts => self.open(ctx, Dialog::Shortcuts(Shortcuts::default())),
            _ => {}
        }
        None
    }

    fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref().map(|it| &it.dialog)
    }

    /// Opens a dialog in place of the one that is open.
    fn open(&mut self, ctx: &Context, dialog: Dialog) {
        let before = match self.dialog.take() {
            Some(open) => open.before,
            None => ctx.memory(egui::Memory::focused),
        };
        self.dialog = Some(Open {
            dialog,
            before,
            is_over: false,
            command: None,
        });
    }

    /// Has the dialog closed with the next frame.
    fn end(&mut self) {
        if let Some(open) = &mut self.dialog {
            open.is_over = true;
        }
    }

    /// Closes the dialog and gives the keyboard back to where it was.
    pub(super) fn close(&mut self, ctx: &Context) {
        let before: Option<Id> = self.dialog.take().and_then(|open| open.before);
        match before {
            Some(id) => ctx.memory_mut(|memory| memory.request_focus(id)),
            None => composer::focus(ctx),
        }
    }
}
