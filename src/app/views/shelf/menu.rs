//! What can be done with a chat or a folder of the list.

use egui::{Align2, ScrollArea, Ui};

use super::formats;
use crate::app::command::{Command, Each};
use crate::app::components::{Typed, menu_item, typed_line};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font};
use crate::chat::{ChatId, FolderId};
use crate::store::{Folder, Summary, Target};

/// What of a menu is open, and what is being written in it.
#[derive(Debug)]
pub(super) struct Menu {
    page: Page,
    /// Whether there is a first page to go back to.
    is_whole: bool,
    folder: String,
    wants_focus: bool,
}

impl Default for Menu {
    fn default() -> Self {
        Self {
            is_whole: true,
            ..Self::at(Page::Main)
        }
    }
}

impl Menu {
    /// A menu of one page.
    pub(super) fn at(page: Page) -> Self {
        Self {
            page,
            is_whole: false,
            folder: String::new(),
            wants_focus: false,
        }
    }
}

/// A part of a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Page {
    Main,
    Folders,
    NewFolder,
    Export,
}

/// What was chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Choice {
    /// Write another name.
    Rename,
    /// This.
    Do(Command),
}

/// The menu of a chat.
pub(super) fn of_chat(
    ui: &mut Ui,
    state: &State,
    menu: &mut Menu,
    chat: &Summary,
) -> Option<Choice> {
    ui.spacing_mut().item_spacing.y = 2.0;
    let choice = match menu.page {
        Page::Main => main(ui, state, menu, chat),
        Page::Folders => folders(ui, state, menu, |it| chat.folder == it)
            .map(|it| Choice::Do(Command::Move(chat.id, it))),
        Page::NewFolder => {
            new_folder(ui, state, menu).map(|name| Choice::Do(Command::MoveToNew(chat.id, name)))
        }
        Page::Export => {
            back(ui, state, menu);
            let format = formats(ui, state);
            format.map(|it| Choice::Do(Command::Export(vec![chat.id], it)))
        }
    };
    if choice.is_some() {
        ui.close();
    }
    choice
}

fn main(ui: &mut Ui, state: &State, menu: &mut Menu, chat: &Summary) -> Option<Choice> {
    let i18n = &state.i18n;
    let mut choice = None;
    let item = |ui: &mut Ui, icon: &str, name: &'static str| {
        menu_item(ui, icon, &i18n.get(name), "", true).clicked()
    };
    if state.replies.in_chat(chat.id).is_some() && item(ui, icons::SQUARE, "action-stop") {
        choice = Some(Choice::Do(Command::StopIn(chat.id)));
    }
    if item(ui, icons::PENCIL, "chat-rename") {
        choice = Some(Choice::Rename);
    }
    let pin = if chat.is_pinned {
        "chat-unpin"
    } else {
        "chat-pin"
    };
    if item(ui, icons::PIN, pin) {
        choice = Some(Choice::Do(Command::Pin(chat.id, !chat.is_pinned)));
    }
    if page_item(ui, icons::FOLDER, &i18n.get("chat-move")) {
        menu.page = Page::Folders;
    }
    let archive = match chat.is_archived {
        true => "chat-unarchive",
        false => "chat-archive",
    };
    if item(ui, icons::ARCHIVE, archive) {
        choice = Some(Choice::Do(Command::Archive(chat.id, !chat.is_archived)));
    }
    if page_item(ui, icons::UPLOAD, &i18n.get("chat-export")) {
        menu.page = Page::Export;
    }
    ui.separator();
    if item(ui, icons::TRASH, "chat-delete") {
        let target = Target::Chats(vec![chat.id]);
        choice = Some(Choice::Do(Command::Delete(target)));
    }
    choice
}

/// The menu of several chats.
pub(super) fn of_several(
    ui: &mut Ui,
    state: &State,
    menu: &mut Menu,
    chats: &[&Summary],
) -> Option<Choice> {
    ui.spacing_mut().item_spacing.y = 2.0;
    let ids = || chats.iter().map(|chat| chat.id).collect::<Vec<ChatId>>();
    let each = |each| Choice::Do(Command::Each(ids(), each));
    let choice = match menu.page {
        Page::Main => {
            let mut choice = None;
            let item = |ui: &mut Ui, icon: &str, name: &'static str| {
                menu_item(ui, icon, &state.i18n.get(name), "", true).clicked()
            };
            let (pin, pin_name) = pin(chats);
            if item(ui, icons::PIN, pin_name) {
                choice = Some(each(pin));
            }
            if page_item(ui, icons::FOLDER, &state.i18n.get("chat-move")) {
                menu.page = Page::Folders;
            }
            let (archive, archive_name) = archive(chats);
            if item(ui, icons::ARCHIVE, archive_name) {
                choice = Some(each(archive));
            }
            if page_item(ui, icons::UPLOAD, &state.i18n.get("chat-export")) {
                menu.page = Page::Export;
            }
            ui.separator();
            if item(ui, icons::TRASH, "chat-delete") {
                choice = Some(Choice::Do(Command::Delete(Target::Chats(ids()))));
            }
            choice
        }
        Page::Folders => {
            let is_in = |folder| chats.iter().all(|chat| chat.folder == folder);
            folders(ui, state, menu, is_in).map(|it| each(Each::Move(it)))
        }
        Page::NewFolder => new_folder(ui, state, menu).map(|name| each(Each::MoveToNew(name))),
        Page::Export => {
            if menu.is_whole {
                back(ui, state, menu);
            }
            formats(ui, state).map(|it| Choice::Do(Command::Export(ids(), it)))
        }
    };
    if choice.is_some() {
        ui.close();
    }
    choice
}

/// What the pin does with these, and what that is called: where all are pinned, it unpins.
pub(super) fn pin(chats: &[&Summary]) -> (Each, &'static str) {
    match chats.iter().all(|chat| chat.is_pinned) {
        true => (Each::Pin(false), "chat-unpin"),
        false => (Each::Pin(true), "chat-pin"),
    }
}

/// What the archive does with these, and what that is called.
pub(super) fn archive(chats: &[&Summary]) -> (Each, &'static str) {
    match chats.iter().all(|chat| chat.is_archived) {
        true => (Each::Archive(false), "chat-unarchive"),
        false => (Each::Archive(true), "chat-archive"),
    }
}

/// The folders to choose from. Returns the one that was chosen.
#[expect(
    clippy::option_option,
    reason = "the outer one is whether one was chosen, the inner one is it or none"
)]
fn folders(
    ui: &mut Ui,
    state: &State,
    menu: &mut Menu,
    is_in: impl Fn(Option<FolderId>) -> bool,
) -> Option<Option<FolderId>> {
    let i18n = &state.i18n;
    let mut choice = None;
    if menu.is_whole {
        back(ui, state, menu);
    }
    ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
        let none = std::iter::once((None, i18n.get("folder-none")));
        let some = state.shelves.folders.iter();
        let some = some.map(|it| (Some(it.id), it.name.clone()));
        for (folder, name) in none.chain(some) {
            let icon = match is_in(folder) {
                true => icons::CHECK,
                false => "",
            };
            ui.push_id(folder, |ui| {
                if menu_item(ui, icon, &name, "", true).clicked() {
                    choice = Some(folder);
                }
            });
        }
    });
    ui.separator();
    if menu_item(ui, icons::PLUS, &i18n.get("folder-new"), "", true).clicked() {
        menu.page = Page::NewFolder;
        menu.wants_focus = true;
    }
    choice
}

/// The name of a new folder, once it is written.
fn new_folder(ui: &mut Ui, state: &State, menu: &mut Menu) -> Option<String> {
    back(ui, state, menu);
    ui.add_space(2.0);
    let name = state.i18n.get("folder-name");
    let (_, typed) = typed_line(ui, &mut menu.folder, &name, &mut menu.wants_focus);
    ui.add_space(2.0);
    let folder = menu.folder.trim();
    let make = menu_item(
        ui,
        icons::CHECK,
        &state.i18n.get("folder-make"),
        "",
        !folder.is_empty(),
    );
    let is_done = typed == Typed::Done || make.clicked();
    (is_done && !folder.is_empty()).then(|| folder.to_owned())
}

/// The menu of a folder.
pub(super) fn of_folder(
    ui: &mut Ui,
    state: &State,
    _: &mut Menu,
    folder: &Folder,
) -> Option<Choice> {
    let i18n = &state.i18n;
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut choice = None;
    if menu_item(ui, icons::PENCIL, &i18n.get("chat-rename"), "", true).clicked() {
        choice = Some(Choice::Rename);
    }
    ui.separator();
    for (name, hint, with_chats) in [
        ("folder-delete", "folder-delete-hint", false),
        ("folder-delete-all", "folder-delete-all-hint", true),
    ] {
        let (name, hint) = (i18n.get(name), i18n.get(hint));
        if menu_item(ui, icons::TRASH, &name, &hint, true).clicked() {
            let target = Target::Folder {
                id: folder.id,
                with_chats,
            };
            choice = Some(Choice::Do(Command::Delete(target)));
        }
    }
    if choice.is_some() {
        ui.close();
    }
    choice
}

fn back(ui: &mut Ui, state: &State, menu: &mut Menu) {
    let name = state.i18n.get("menu-back");
    if menu_item(ui, icons::CHEVRON_LEFT, &name, "", true).clicked() {
        menu.page = match menu.page {
            Page::NewFolder => Page::Folders,
            _ => Page::Main,
        };
    }
    ui.separator();
}

/// An item that opens another page of the menu.
fn page_item(ui: &mut Ui, icon: &str, name: &str) -> bool {
    let response = menu_item(ui, icon, name, "", true);
    ui.painter().text(
        response.rect.right_center() - egui::Vec2::new(10.0, 0.0),
        Align2::RIGHT_CENTER,
        icons::CHEVRON_RIGHT,
        font::icon(14.0),
        Palette::of(ui).soft,
    );
    response.clicked()
}
