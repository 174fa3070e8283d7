//! The list of chats. Only the lines in view are laid out, so that ten thousand chats cost
//! no more than ten.

use std::collections::HashSet;

use egui::{Id, Key, Modifiers, Popup, PopupCloseBehavior, Rect, Response, ScrollArea, Ui, Vec2};
use egui::{UiBuilder, pos2};

use super::dragging;
use super::keys::Keys;
use super::lines::{Line, lines};
use super::menu::{self, Choice, Menu};
use super::renaming::Renaming;
use super::several::{BAR, Several};
use super::{LEAST, nothing};
use crate::app::command::{Action, Command, Shelf};
use crate::app::components::{ListRow, Standing, caption, link_button, list_row};
use crate::app::icons;
use crate::app::state::State;
use crate::chat::{ChatId, FolderId};
use crate::i18n::Text;
use crate::store::{Folder, Summary};

/// Space between two rows.
const GAP: f32 = 2.0;

/// How near the end of what has been read asks for more of it.
const NEAR_END: f32 = 800.0;

/// Lines that are laid out beyond the view, for the keyboard to move to.
const BEYOND: f32 = 76.0;

/// What the list keeps between frames.
#[derive(Default)]
pub(super) struct List {
    pub(super) open: HashSet<FolderId>,
    pub(super) renaming: Option<Renaming>,
    menu: Menu,
    pub(super) several: Several,
    pub(super) keys: Keys,
    /// The chat whose row has the keyboard.
    pub(super) focused: Option<ChatId>,
    /// The row that has the keyboard, or had it last.
    pub(super) cursor: Option<Named>,
    /// The part of the list that was in view.
    pub(super) view: Option<Rect>,
    /// The shelf and the number of chats for which more have been asked for.
    asked: Option<(Shelf, usize)>,
    /// The chat in view and its folder.
    placed: Option<(ChatId, Option<FolderId>)>,
}

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Named {
    Chat(ChatId),
    /// The second row of a pinned chat, in its folder.
    Inside(ChatId),
    Folder(FolderId),
}

impl List {
    /// The chat that stands this many places after the one in view; the first where none is.
    pub(super) fn beside(&self, state: &State, places: isize) -> Option<ChatId> {
        let all = lines(&state.shelves, &self.open);
        // Of the two rows of a pinned chat only one counts, or the way would go in a circle.
        let first = all
            .iter()
            .filter(|line| !matches!(named(line), Some(Named::Inside(_))));
        let chats: Vec<ChatId> = first.filter_map(chat_of).collect();
        let current = chats.iter().position(|it| Some(*it) == state.current);
        match current {
            Some(index) => chats.get(index.checked_add_signed(places)?).copied(),
            None => chats.first().copied(),
        }
    }

    /// Whether several chats are being chosen.
    pub(super) fn is_choosing(&self) -> bool {
        self.several.is_going()
    }

    /// Draws the list in all the height there is.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let mut commands = Vec::new();
        self.focused = None;
        let Some(page) = &state.shelves.page else {
            return commands;
        };
        self.several.follow(&page.chats, page.total);
        self.follow_current(state, &page.chats);
        let all = lines(&state.shelves, &self.open);
        if all.is_empty() {
            let (icon, text) = match state.shelves.shown {
                Shelf::Archive => (icons::ARCHIVE, "archive-empty"),
                _ => (icons::MESSAGE_SQUARE, "chats-empty"),
            };
            nothing(ui, icon, state.i18n.get(text));
            return commands;
        }
        let height: f32 = all.iter().map(Line::height).sum();
        let (command, offset) = self.keyboard(ui, state, &all);
        commands.extend(command);
        let bar = if self.several.is_going() { BAR } else { 0.0 };
        let mut area = ScrollArea::vertical()
            .id_salt(("chats", state.shelves.shown as u8))
            .max_height((ui.available_height() - bar).max(LEAST))
            .auto_shrink(false);
        if let Some(offset) = offset {
            area = area.vertical_scroll_offset(offset);
        }
        area.show_viewport(ui, |ui, view| {
            dragging::scroll_at_edge(ui);
            self.view = Some(view);
            let origin = ui.min_rect().min;
            let width = ui.available_width();
            let mut top = 0.0;
            for line in &all {
                let bottom = top + line.height();
                let is_in_view = bottom >= view.top() - BEYOND && top <= view.bottom() + BEYOND;
                // What has the keyboard keeps it, wherever the wheel goes.
                if is_in_view || named(line).is_some_and(|it| Some(it) == self.cursor) {
                    let at = pos2(origin.x, origin.y + top);
                    let size = Vec2::new(width, line.height() - GAP);
                    let rect = Rect::from_min_size(at, size);
                    commands.extend(self.line(ui, state, rect, (line, &all)));
                }
                top = bottom;
            }
            ui.expand_to_include_rect(Rect::from_min_size(origin, Vec2::new(width, height)));
            let length = (state.shelves.shown, page.chats.len());
            let has_more = page.total as usize > page.chats.len();
            if has_more && height - view.bottom() < NEAR_END && self.asked != Some(length) {
                self.asked = Some(length);
                commands.push(Command::MoreChats);
            }
        });
        dragging::show(ui, state);
        if self.several.is_going() {
            ui.add_space(8.0);
            commands.extend(self.several.bar(ui, state));
        }
        commands
    }

    /// Where the chat in view is put into a folder, that opens: else it would seem to be gone.
    fn follow_current(&mut self, state: &State, chats: &[Summary]) {
        let current = chats.iter().find(|it| Some(it.id) == state.current);
        let Some(now) = current.map(|it| (it.id, it.folder)) else {
            return;
        };
        let before = self.placed.replace(now).filter(|it| it.0 == now.0);
        let has_moved = before.is_some_and(|before| before != now);
        self.open.extend(now.1.filter(|_| has_moved));
    }

    fn line(
        &mut self,
        ui: &mut Ui,
        state: &State,
        rect: Rect,
        (line, all): (&Line<'_>, &[Line<'_>]),
    ) -> Option<Command> {
        let drawn = self.draw(ui, state, rect, (line, all));
        // In the archive, folders are not shown.
        let has_folders = state.shelves.shown == Shelf::Chats;
        let is_over = dragging::is_going(ui.ctx()) && has_folders;
        let dropped = is_over.then(|| {
            let folder = folder_of(line);
            self.drop_on(ui, state, rect, (line, folder))
        });
        drawn.or(dropped.flatten())
    }

    fn draw(
        &mut self,
        ui: &mut Ui,
        state: &State,
        rect: Rect,
        (line, all): (&Line<'_>, &[Line<'_>]),
    ) -> Option<Command> {
        match *line {
            Line::Heading(name) => {
                let place = rect
                    .with_min_y(rect.top() + 10.0)
                    .with_min_x(rect.left() + 10.0);
                let builder = UiBuilder::new().max_rect(place).id_salt(("heading", name));
                ui.scope_builder(builder, |ui| caption(ui, name.text(&state.i18n)));
                None
            }
            Line::Folder(folder, is_open) => self.folder(ui, state, rect, folder, is_open),
            Line::Chat(chat, is_inside) => self.chat(ui, state, rect, (chat, is_inside), all),
            Line::Empty(_) => {
                let place = rect.with_min_x(rect.left() + 34.0);
                let builder = UiBuilder::new().max_rect(place).id_salt("empty");
                ui.scope_builder(builder, |ui| caption(ui, state.i18n.get("folder-empty")));
                None
            }
            Line::Older(folder) => {
                let place = rect.with_min_x(rect.left() + 34.0);
                let builder = UiBuilder::new().max_rect(place).id_salt(("older", folder));
                ui.scope_builder(builder, |ui| {
                    link_button(ui, &state.i18n.get("folder-older")).clicked()
                })
                .inner
                .then_some(Command::MoreChats)
            }
        }
    }

    fn chat(
        &mut self,
        ui: &mut Ui,
        state: &State,
        rect: Rect,
        (chat, is_inside): (&Summary, bool),
        all: &[Line<'_>],
    ) -> Option<Command> {
        let of = match is_inside && chat.is_pinned {
            true => Named::Inside(chat.id),
            false => Named::Chat(chat.id),
        };
        if let Some(name) = self.renamed(ui, state, rect, of) {
            return name.map(|name| Command::Rename(chat.id, name));
        }
        let name = name_of(state, chat);
        let more = state.i18n.text(&Text::new("chat-more").word("name", &name));
        let id = id_of(of);
        let row = ListRow {
            icon: if chat.is_pinned { icons::PIN } else { "" },
            name: &name,
            standing: if self.several.has(chat.id) {
                Standing::Marked
            } else if state.current == Some(chat.id) && !self.several.is_going() {
                Standing::Current
            } else {
                Standing::Plain
            },
            is_busy: state.replies.in_chat(chat.id).is_some(),
            indent: if is_inside { 24.0 } else { 0.0 },
            more: &more,
            is_open: Popup::is_id_open(ui.ctx(), popup_of(id)),
            can_move: state.shelves.shown == Shelf::Chats && !state.shelves.folders.is_empty(),
        };
        let (response, button) = list_row(ui, rect, id, &row);
        self.follow_focus(ui, &response, of);
        let chosen = match self.several.has(chat.id) {
            true => self.several.chats(state),
            false => Vec::new(),
        };
        dragging::take_up(&response, chat.id, &chosen);
        let choice = self.menu(ui, &response, &button, id, |ui, menu| {
            match chosen.len() > 1 {
                true => menu::of_several(ui, state, menu, &chosen),
                false => menu::of_chat(ui, state, menu, chat),
            }
        });
        match choice {
            Some(Choice::Rename) => {
                self.rename(of, name);
                None
            }
            Some(Choice::Do(command)) => {
                if chosen.len() > 1 {
                    self.several.end();
                }
                Some(command)
            }
            None if response.double_clicked() => {
                self.rename(of, name);
                None
            }
            None if response.clicked() => {
                let modifiers = ui.input(|input| input.modifiers);
                if modifiers.command || modifiers.shift {
                    let order: Vec<ChatId> = all.iter().filter_map(chat_of).collect();
                    match modifiers.shift {
                        true => self.several.extend_to(chat.id, state.current, &order),
                        false => self.several.toggle(chat.id, state.current, &order),
                    }
                    response.request_focus();
                    return None;
                }
                self.several.begin_at(chat.id);
                Some(Command::OpenChat(chat.id))
            }
            None => None,
        }
    }

    /// Notes which row has the keyboard, and keeps the keys there that mean the list.
    fn follow_focus(&mut self, ui: &Ui, row: &Response, of: Named) {
        if row.has_focus() {
            self.cursor = Some(of);
            if let Named::Chat(chat) | Named::Inside(chat) = of {
                self.focused = Some(chat);
            }
            let filter = Keys::filter(self.several.is_going());
            ui.memory_mut(|memory| memory.set_focus_lock_filter(row.id, filter));
        }
    }

    fn folder(
        &mut self,
        ui: &mut Ui,
        state: &State,
        rect: Rect,
        folder: &Folder,
        is_open: bool,
    ) -> Option<Command> {
        let of = Named::Folder(folder.id);
        if let Some(name) = self.renamed(ui, state, rect, of) {
            let name = name.filter(|name| !name.is_empty());
            return name.map(|name| Command::RenameFolder(folder.id, name));
        }
        let more = Text::new("chat-more").word("name", &folder.name);
        let more = state.i18n.text(&more);
        let id = id_of(of);
        let row = ListRow {
            icon: match is_open {
                true => icons::FOLDER_OPEN,
                false => icons::FOLDER,
            },
            name: &folder.name,
            standing: Standing::Plain,
            is_busy: false,
            indent: 0.0,
            more: &more,
            is_open: Popup::is_id_open(ui.ctx(), popup_of(id)),
            can_move: false,
        };
        let (response, button) = list_row(ui, rect, id, &row);
        self.follow_focus(ui, &response, of);
        if response.clicked() && !self.open.remove(&folder.id) {
            self.open.insert(folder.id);
        }
        let choice = self.menu(ui, &response, &button, id, |ui, menu| {
            menu::of_folder(ui, state, menu, folder)
        });
        match choice {
            Some(Choice::Rename) => self.rename(of, folder.name.clone()),
            Some(Choice::Do(command)) => return Some(command),
            None if response.double_clicked() => self.rename(of, folder.name.clone()),
            None => {}
        }
        None
    }

    /// The menu of a row, opened by its button, by the other button of the mouse, or by key.
    fn menu(
        &mut self,
        ui: &Ui,
        row: &Response,
        button: &Response,
        id: Id,
        contents: impl FnOnce(&mut Ui, &mut Menu) -> Option<Choice>,
    ) -> Option<Choice> {
        let popup = popup_of(id);
        let by_key = (row.has_focus() || button.has_focus())
            && ui.input_mut(|input| {
                input.consume_key(Modifiers::SHIFT, Key::F10)
                    || input.consume_key(Modifiers::NONE, Key::Menu)
            });
        if button.clicked() || row.secondary_clicked() || by_key {
            self.menu = Menu::default();
        }
        if by_key {
            // The arrows go into the menu of what has the keyboard.
            button.request_focus();
        }
        if row.secondary_clicked() || by_key {
            Popup::open_id(ui.ctx(), popup);
        }
        if row.gained_focus() {
            row.scroll_to_me(None);
        }
        let shown = Popup::menu(button)
            .id(popup)
            .width(220.0)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                ui.set_width(220.0);
                contents(ui, &mut self.menu)
            });
        shown?.inner
    }
}

/// A row keeps its id wherever it is.
pub(super) fn id_of(of: Named) -> Id {
    Id::unique(("shelf-row", of))
}

pub(super) fn named(line: &Line<'_>) -> Option<Named> {
    match line {
        Line::Chat(chat, is_inside) if *is_inside && chat.is_pinned => Some(Named::Inside(chat.id)),
        Line::Chat(chat, _) => Some(Named::Chat(chat.id)),
        Line::Folder(folder, _) => Some(Named::Folder(folder.id)),
        Line::Heading(_) | Line::Empty(_) | Line::Older(_) => None,
    }
}

/// The folder that a line belongs to.
fn folder_of(line: &Line<'_>) -> Option<FolderId> {
    match line {
        Line::Chat(chat, true) => chat.folder,
        Line::Folder(folder, _) => Some(folder.id),
        Line::Empty(folder) | Line::Older(folder) => Some(*folder),
        Line::Chat(_, false) | Line::Heading(_) => None,
    }
}

pub(super) fn chat_of(line: &Line<'_>) -> Option<ChatId> {
    match line {
        Line::Chat(chat, _) => Some(chat.id),
        _ => None,
    }
}

fn popup_of(id: Id) -> Id {
    id.with("menu")
}

/// What the list calls a chat.
pub(super) fn name_of(state: &State, chat: &Summary) -> String {
    match chat.name.is_empty() {
        true => state.i18n.get(Action::NewChat.name()),
        false => chat.name.clone(),
    }
}
