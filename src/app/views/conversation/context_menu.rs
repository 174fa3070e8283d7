//! The menu under the right button: what can be done with what is selected, and with the
//! message that is pointed at.

use egui::{Key, Modifiers, Popup, Response, SetOpenCommand, Ui};

use super::Conversation;
use super::actions::why_not;
use super::pointer::whole;
use crate::app::command::Command;
use crate::app::components::closing_item;
use crate::app::icons;
use crate::app::state::State;
use crate::chat::{Chat, Message, Role};
use crate::store::Target;
use prose::Form;

/// How far below the pointer the menu opens: under it, a second click that came too soon would
/// choose the first entry.
const GAP: f32 = 8.0;

const WIDTH: f32 = 240.0;

impl Conversation {
    /// Draws the menu while it is open.
    pub(super) fn menu(&mut self, back: &Response, state: &State, chat: &Chat) -> Option<Command> {
        let opens = back
            .secondary_clicked()
            .then_some(SetOpenCommand::Bool(true));
        let shown = Popup::menu(back)
            .open_memory(opens)
            .at_pointer_fixed()
            .gap(GAP)
            .width(WIDTH)
            .show(|ui| {
                ui.set_width(WIDTH);
                ui.spacing_mut().item_spacing.y = 2.0;
                let copied = self.copy_items(ui, state, chat);
                ui.separator();
                let pointed = self.menu.and_then(|index| self.column.id(index));
                let pointed = pointed.and_then(|id| chat.message(id));
                let command = pointed.and_then(|it| self.message_items(ui, state, chat, it));
                self.select_items(ui, state);
                copied.or(command)
            });
        shown?.inner
    }

    /// Copies what is selected; where nothing is, the message that is pointed at.
    fn copy_items(&self, ui: &mut Ui, state: &State, chat: &Chat) -> Option<Command> {
        let copy = egui::KeyboardShortcut::new(Modifiers::COMMAND, Key::C);
        let selection = self.selection.filter(|it| !it.is_empty());
        let keys = match selection {
            Some(_) => ui.ctx().format_shortcut(&copy),
            // The keys copy nothing then.
            None => String::new(),
        };
        let selection = selection.or_else(|| self.menu.map(|index| whole(index, index)));
        let mut command = None;
        for (name, hint, form) in [
            ("copy-selection", keys.as_str(), Form::Plain),
            ("copy-markdown", "", Form::Markdown),
        ] {
            let name = state.i18n.get(name);
            let item = closing_item(ui, icons::COPY, &name, hint, selection.is_some());
            if let (true, Some(selection)) = (item.clicked(), &selection) {
                command = Some(Command::Copy(self.copied(chat, selection, form)));
            }
        }
        command
    }

    /// What stands below the message too.
    fn message_items(
        &mut self,
        ui: &mut Ui,
        state: &State,
        chat: &Chat,
        message: &Message,
    ) -> Option<Command> {
        let reply = state.current_reply();
        // It is not there yet as it is going to be.
        if reply.is_some_and(|it| it.message == message.id) {
            return None;
        }
        let item = |ui: &mut Ui, icon: &str, name: &'static str, is_enabled: bool| {
            let name = state.i18n.get(name);
            closing_item(ui, icon, &name, "", is_enabled).clicked()
        };
        let mut command = None;
        if message.role == Role::Assistant
            && item(ui, icons::REFRESH, "regenerate", why_not(state).is_none())
        {
            command = Some(Command::Regenerate(message.id));
        }
        if item(ui, icons::PENCIL, "edit", true) {
            self.edits.begin(chat.id, message);
        }
        if item(ui, icons::GIT_BRANCH, "branch", true) {
            command = Some(Command::BranchToNewChat(chat.id, message.id));
        }
        let one = Target::Message(chat.id, message.id);
        if chat.leaf() == Some(message.id) {
            if item(ui, icons::TRASH, "delete", true) {
                command = Some(Command::Delete(one));
            }
        } else {
            if item(ui, icons::TRASH, "menu-delete-message", true) {
                command = Some(Command::Delete(one));
            }
            if item(ui, icons::TRASH, "menu-delete-branch", true) {
                let branch = Target::Branch(chat.id, message.id);
                command = Some(Command::Delete(branch));
            }
        }
        ui.separator();
        command
    }

    fn select_items(&mut self, ui: &mut Ui, state: &State) {
        let name = state.i18n.get("select-message");
        if closing_item(ui, "", &name, "", self.menu.is_some()).clicked() {
            self.selection = self.menu.map(|index| whole(index, index));
        }
        if closing_item(ui, "", &state.i18n.get("select-chat"), "", true).clicked() {
            self.select_all();
        }
    }
}
