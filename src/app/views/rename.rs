//! A dialog for the name of the chat in view, whether the list shows it or not.

use egui::{Frame, Id, Ui};

use super::dialog;
use crate::app::command::{Action, Command};
use crate::app::components::{Typed, plain_button, primary_button, title, typed_line};
use crate::app::icons;
use crate::app::state::State;
use crate::chat::ChatId;

const WIDTH: f32 = 380.0;

/// A name that is being written.
pub(super) struct Rename {
    chat: ChatId,
    text: String,
    before: String,
    wants_focus: bool,
}

impl Rename {
    /// Of the chat in view.
    pub(super) fn new(state: &State) -> Option<Self> {
        let chat = state.current?;
        let known = state.chat(chat).and_then(crate::chat::Chat::name);
        let listed = state.shelves.page.iter().flat_map(|page| &page.chats);
        let mut listed = listed.filter(|it| it.id == chat).map(|it| it.name.clone());
        let name = known.or_else(|| listed.next()).unwrap_or_default();
        Some(Self {
            chat,
            text: name.clone(),
            before: name,
            wants_focus: true,
        })
    }

    /// Draws the dialog. Returns whether it is over, and what the user asked for.
    pub(super) fn show(&mut self, ui: &Ui, state: &State) -> (bool, Option<Command>) {
        let i18n = &state.i18n;
        let modal = dialog(ui, Id::unique("rename"));
        let shown = modal.show(ui.ctx(), |ui| {
            ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 64.0));
            title(ui, i18n.get(Action::RenameChat.name()));
            ui.add_space(4.0);
            let name = i18n.get("chat-name");
            let (_, typed) = Frame::NONE
                .show(ui, |ui| {
                    typed_line(ui, &mut self.text, &name, &mut self.wants_focus)
                })
                .inner;
            ui.add_space(8.0);
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            let buttons = ui.allocate_ui_with_layout(
                egui::Vec2::new(ui.available_width(), 32.0),
                layout,
                |ui| {
                    let save = primary_button(ui, &i18n.get("edit-save"), icons::CHECK, true);
                    let cancel = plain_button(ui, &i18n.get("cancel"), "", true);
                    (save.clicked(), cancel.clicked())
                },
            );
            (typed, buttons.inner)
        });
        let is_left = shown.should_close();
        match shown.inner {
            (Typed::Done, _) | (_, (true, _)) => {
                let text = self.text.trim();
                let is_other = text != self.before;
                (
                    true,
                    is_other.then(|| Command::Rename(self.chat, text.to_owned())),
                )
            }
            (Typed::Cancelled, _) | (_, (_, true)) => (true, None),
            _ => (is_left, None),
        }
    }
}
