//! The ways to what is not there every day, in one menu at the foot of the panel: the archive,
//! the bin, the backups, what goes in and out, and the end of all chats.

use egui::{Popup, PopupCloseBehavior, Ui};

use super::bin::confirm;
use super::formats;
use crate::app::command::{Command, Shelf};
use crate::app::components::{menu_item, nav_row};
use crate::app::icons;
use crate::app::state::State;
use crate::store::Target;

const WIDTH: f32 = 240.0;

/// What of the menu is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Page {
    #[default]
    Main,
    Export,
    /// Whether all chats are to go into the bin.
    Everything,
}

/// Draws the row, and the menu when it is open.
pub(super) fn show(ui: &mut Ui, state: &State, page: &mut Page) -> Option<Command> {
    let is_elsewhere = state.shelves.shown != Shelf::Chats;
    let name = state.i18n.get("shelf-more");
    let row = nav_row(ui, icons::ARCHIVE, &name, "", is_elsewhere);
    if row.clicked() {
        *page = Page::Main;
    }
    let shown = Popup::menu(&row)
        .width(WIDTH)
        .gap(4.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing.y = 2.0;
            let command = menu(ui, state, page);
            if command.is_some() {
                ui.close();
            }
            command
        });
    shown?.inner
}

fn menu(ui: &mut Ui, state: &State, page: &mut Page) -> Option<Command> {
    let i18n = &state.i18n;
    match page {
        Page::Main => main(ui, state, page),
        Page::Export => {
            let back = i18n.get("menu-back");
            if menu_item(ui, icons::CHEVRON_LEFT, &back, "", true).clicked() {
                *page = Page::Main;
            }
            ui.separator();
            let format = formats(ui, state)?;
            Some(Command::Export(Vec::new(), format))
        }
        Page::Everything => {
            let inside = egui::Frame::new().inner_margin(8).show(ui, |ui| {
                let question = i18n.get("bin-ask-all-chats");
                let yes = i18n.get("bin-yes-all-chats");
                confirm(ui, question, &yes, false, state)
            });
            let answer = inside.inner?;
            if !answer {
                *page = Page::Main;
            }
            answer.then_some(Command::Delete(Target::AllChats))
        }
    }
}

fn main(ui: &mut Ui, state: &State, page: &mut Page) -> Option<Command> {
    let i18n = &state.i18n;
    let mut command = None;
    for (shelf, icon, name) in [
        (Shelf::Archive, icons::ARCHIVE, "shelf-archive"),
        (Shelf::Bin, icons::TRASH, "shelf-bin"),
        (Shelf::Backups, icons::HISTORY, "shelf-backups"),
    ] {
        let is_shown = state.shelves.shown == shelf;
        let icon = if is_shown { icons::CHECK } else { icon };
        if menu_item(ui, icon, &i18n.get(name), "", true).clicked() {
            let next = if is_shown { Shelf::Chats } else { shelf };
            command = Some(Command::Show(next));
        }
    }
    ui.separator();
    if menu_item(ui, icons::DOWNLOAD, &i18n.get("import"), "", true).clicked() {
        command = Some(Command::Import);
    }
    let export = i18n.get("export-all");
    if menu_item(ui, icons::UPLOAD, &export, "", true).clicked() {
        *page = Page::Export;
    }
    ui.separator();
    let everything = i18n.get("bin-all-chats");
    let listed = state.shelves.page.as_ref();
    // The list is that of another shelf, or of none: there may be chats.
    let has_chats = state.shelves.shown != Shelf::Chats || listed.is_none_or(|it| it.total > 0);
    if menu_item(ui, icons::TRASH, &everything, "", has_chats).clicked() {
        *page = Page::Everything;
    }
    command
}
