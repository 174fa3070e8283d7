//! The left panel: a new chat, the search, and the chats, or another of the shelves; below
//! them the ways to the other shelves, language and colours.

mod backups;
mod bin;
mod dragging;
mod keys;
mod lines;
mod list;
mod menu;
mod more;
mod moving;
mod preferences;
mod renaming;
mod search;
mod several;

use egui::{Align, Button, CornerRadius, Layout, RichText, Stroke, Ui, Vec2};

use crate::app::command::{Action, Command, Shelf};
use crate::app::components::{caption, icon_button, menu_item, title};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::chat::{ChatId, FolderId};
use crate::store::transfer::Format;

/// The height of the row of ways to elsewhere, and of the line above it.
const FOOT: f32 = 46.0;

/// A panel of less height has no room for rows that are not chats.
const LOW: f32 = 420.0;

/// The least that is left of a list in a low window.
const LEAST: f32 = 60.0;

/// What the panel keeps between frames.
#[derive(Default)]
pub(super) struct Panel {
    search: search::Search,
    list: list::List,
    bin: bin::Bin,
    backups: backups::Backups,
    more: more::Page,
    preferences: preferences::Preferences,
}

impl Panel {
    /// Puts the keyboard into the search with the next frame.
    pub(super) fn find(&mut self) {
        self.search.find();
    }

    /// Looks for these words.
    pub(super) fn look_for(&mut self, words: &str) {
        self.search.look_for(words);
    }

    /// The chat of the list whose row has the keyboard.
    pub(super) fn focused_chat(&self) -> Option<ChatId> {
        self.list.focused
    }

    /// The chats of the list that have been chosen together.
    pub(super) fn chosen_chats(&self, state: &State) -> Vec<ChatId> {
        let chosen = self.list.several.chats(state);
        chosen.into_iter().map(|chat| chat.id).collect()
    }

    /// Lets the user write another name for a chat of the list.
    pub(super) fn rename_chat(&mut self, state: &State, chat: ChatId) {
        self.list.rename_chat(state, chat);
    }

    /// Whether a name in the list is being written.
    pub(super) fn is_renaming(&self) -> bool {
        self.list.renaming.is_some()
    }

    /// Opens the preferences with the next frame.
    pub(super) fn open_preferences(&mut self) {
        self.preferences.open();
    }

    /// Shows the chats of these folders.
    pub(super) fn open_folders(&mut self, folders: &[FolderId]) {
        self.list.open.extend(folders);
    }

    /// The folders whose chats are shown.
    pub(super) fn opened_folders(&self) -> Vec<FolderId> {
        let mut open: Vec<FolderId> = self.list.open.iter().copied().collect();
        open.sort_unstable_by_key(|it| it.0);
        open
    }

    /// The chat that stands in the list this many places after the one in view.
    pub(super) fn beside(&self, state: &State, places: isize) -> Option<ChatId> {
        self.list.beside(state, places)
    }

    /// Draws the panel.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Vec<Command> {
        let mut commands = Vec::new();
        if new_chat_button(ui, state).clicked() {
            commands.push(Command::Do(Action::NewChat));
        }
        let is_low = ui.available_height() < LOW;
        // Where there is no room for both, what can be done with the chosen chats is there.
        let has_foot = !(is_low && self.list.is_choosing());
        let below = match has_foot {
            true => preferences::HEIGHT + FOOT,
            false => 0.0,
        };
        let height = ui.available_height() - below;
        let room = Vec2::new(ui.available_width(), height.max(LEAST));
        let layout = Layout::top_down(Align::Min);
        ui.allocate_ui_with_layout(room, layout, |ui| {
            ui.set_min_size(room);
            match state.shelves.shown {
                Shelf::Chats => {
                    commands.extend(self.search.field(ui, state));
                    if self.search.shows_hits(state) {
                        commands.extend(self.search.hits(ui, state));
                    } else {
                        commands.extend(self.list.show(ui, state));
                    }
                }
                Shelf::Archive => {
                    commands.extend(head(ui, state, "shelf-archive"));
                    commands.extend(self.list.show(ui, state));
                }
                Shelf::Bin => {
                    commands.extend(head(ui, state, "shelf-bin"));
                    commands.extend(self.bin.show(ui, state));
                }
                Shelf::Backups => {
                    commands.extend(head(ui, state, "shelf-backups"));
                    commands.extend(self.backups.show(ui, state));
                }
            }
        });
        ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if has_foot {
                commands.extend(self.preferences.show(ui, state));
                commands.extend(foot(ui, state, &mut self.more));
            }
        });
        commands
    }
}

fn new_chat_button(ui: &mut Ui, state: &State) -> egui::Response {
    let palette = Palette::of(ui);
    let name = state.i18n.get(Action::NewChat.name());
    let icon = RichText::new(icons::PLUS).font(font::icon(16.0));
    let words = RichText::new(&name).font(font::medium(font::SECONDARY));
    let keys = Action::NewChat.keys(ui.ctx(), &state.i18n);
    let keys = RichText::new(keys).size(font::CAPTION).color(palette.soft);
    let button = Button::new((icon, words))
        .right_text(keys)
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .min_size(Vec2::new(ui.available_width(), 38.0));
    ui.add(button).accessible_name(name)
}

/// The name of a shelf, and the way back to the chats.
fn head(ui: &mut Ui, state: &State, name: &'static str) -> Option<Command> {
    ui.horizontal(|ui| {
        ui.set_min_height(36.0);
        ui.spacing_mut().item_spacing.x = 4.0;
        let back = icon_button(ui, icons::CHEVRON_LEFT, &state.i18n.get("shelf-back"));
        title(ui, state.i18n.get(name));
        back.clicked().then_some(Command::Show(Shelf::Chats))
    })
    .inner
}

/// What stands there where there is nothing: what the place is for.
fn nothing(ui: &mut Ui, icon: &str, text: String) {
    let palette = Palette::of(ui);
    ui.add_space(24.0);
    ui.vertical_centered(|ui| {
        let icon = RichText::new(icon).font(font::icon(26.0));
        ui.add(egui::Label::new(icon.color(palette.faint)).selectable(false));
        ui.add_space(2.0);
        ui.set_max_width(200.0);
        caption(ui, text);
    });
}

/// The row that leads to what is not there every day, below a line.
fn foot(ui: &mut Ui, state: &State, page: &mut more::Page) -> Option<Command> {
    let palette = Palette::of(ui);
    let size = Vec2::new(ui.available_width(), FOOT - 10.0);
    let layout = Layout::top_down(Align::Min);
    let row = ui.allocate_ui_with_layout(size, layout, |ui| more::show(ui, state, page));
    let line = Stroke::new(1.0, palette.line);
    ui.painter()
        .hline(ui.max_rect().x_range(), ui.cursor().bottom(), line);
    row.inner
}

/// The kinds of files a chat can be written into.
fn formats(ui: &mut Ui, state: &State) -> Option<Format> {
    let mut chosen = None;
    for (format, name, hint) in [
        (Format::Markdown, "export-markdown", "export-markdown-hint"),
        (Format::Json, "export-json", "export-json-hint"),
        (Format::Jsonl, "export-jsonl", "export-jsonl-hint"),
    ] {
        let (name, hint) = (state.i18n.get(name), state.i18n.get(hint));
        if menu_item(ui, "", &name, &hint, true).clicked() {
            chosen = Some(format);
        }
    }
    if chosen.is_some() {
        ui.close();
    }
    chosen
}
