//! The bin: what has been deleted, and the ways back and out of it.

use egui::{Align2, Label, RichText, ScrollArea, Sense, Stroke, Ui, Vec2};

use super::nothing;
use crate::app::command::Command;
use crate::app::components::{
    caption, clicked_once, colored_caption, danger_button, icon_button, plain_button,
};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font};
use crate::app::views::when;
use crate::i18n::Text;
use crate::store::{BinEntry, BinId, Kind};

/// The height of an entry: its name, what it is, and what can be done.
const ENTRY: f32 = 94.0;

/// How far the words of an entry stand from its icon.
const INDENT: f32 = 22.0;

/// What the bin keeps between frames.
#[derive(Default)]
pub(super) struct Bin {
    asks: Option<Asked>,
}

/// What cannot be taken back, and waits for a yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    One(BinId),
    All,
}

impl Bin {
    /// Draws the bin in all the height there is.
    pub(super) fn show(&mut self, ui: &mut Ui, state: &State) -> Option<Command> {
        let i18n = &state.i18n;
        let entries = state.shelves.bin.as_deref()?;
        let mut command = None;
        if entries.is_empty() {
            let empty = format!("{} {}", i18n.get("bin-empty"), how_long(state));
            nothing(ui, icons::TRASH, empty);
            return None;
        }
        caption(ui, how_long(state));
        if self.asks == Some(Asked::All) {
            match confirm(
                ui,
                i18n.get("bin-ask-all"),
                &i18n.get("bin-yes-all"),
                true,
                state,
            ) {
                Some(true) => {
                    command = Some(Command::EmptyBin);
                    self.asks = None;
                }
                Some(false) => self.asks = None,
                None => {}
            }
        } else if plain_button(ui, &i18n.get("bin-clear"), icons::TRASH, true).clicked() {
            self.asks = Some(Asked::All);
        }
        ui.add_space(2.0);
        ScrollArea::vertical()
            .id_salt("bin")
            .auto_shrink(false)
            .show_rows(ui, ENTRY, entries.len(), |ui, rows| {
                for entry in entries.get(rows).unwrap_or_default() {
                    let size = Vec2::new(ui.available_width(), ENTRY);
                    ui.allocate_ui(size, |ui| {
                        ui.set_min_size(size);
                        ui.push_id(entry.id, |ui| {
                            if let Some(it) = self.entry(ui, state, entry) {
                                command = Some(it);
                            }
                        });
                    });
                }
            });
        command
    }

    fn entry(&mut self, ui: &mut Ui, state: &State, entry: &BinEntry) -> Option<Command> {
        let palette = Palette::of(ui);
        let i18n = &state.i18n;
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 3.0);
        let line = Stroke::new(1.0, palette.line);
        let top = ui.cursor().top();
        ui.painter().hline(ui.max_rect().x_range(), top, line);
        ui.add_space(8.0);
        let name = match (entry.name.is_empty(), entry.kind) {
            (false, _) => entry.name.clone(),
            (true, Kind::Chats) if entry.chat.is_none() => i18n.get("bin-everything"),
            (true, _) => i18n.get("bin-nameless"),
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let (space, _) = ui.allocate_exact_size(Vec2::new(INDENT, 18.0), Sense::hover());
            ui.painter().text(
                space.left_center(),
                Align2::LEFT_CENTER,
                icon(entry.kind),
                font::icon(14.0),
                palette.soft,
            );
            let text = RichText::new(name)
                .font(font::medium(font::SECONDARY))
                .color(palette.ink);
            ui.add(Label::new(text).truncate().selectable(false));
        });
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space(INDENT);
            ui.vertical(|ui| self.rest(ui, state, entry)).inner
        })
        .inner
    }

    /// What an entry is, and what can be done with it.
    fn rest(&mut self, ui: &mut Ui, state: &State, entry: &BinEntry) -> Option<Command> {
        let i18n = &state.i18n;
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 5.0);
        if self.asks == Some(Asked::One(entry.id)) {
            let yes = i18n.get("bin-yes");
            let answer = confirm(ui, i18n.get("bin-ask"), &yes, true, state);
            if answer.is_some() {
                self.asks = None;
            }
            return (answer == Some(true)).then_some(Command::Destroy(entry.id));
        }
        let when = when::near(i18n, entry.deleted_unix_ms);
        caption(ui, format!("{} · {when}", i18n.text(&what(entry))));
        ui.horizontal(|ui| {
            let restore = plain_button(ui, &i18n.get("bin-restore"), icons::UNDO, true);
            if icon_button(ui, icons::TRASH, &i18n.get("bin-destroy")).clicked() {
                self.asks = Some(Asked::One(entry.id));
            }
            clicked_once(&restore).then_some(Command::Restore(entry.id))
        })
        .inner
    }
}

/// How long things stay.
fn how_long(state: &State) -> String {
    let text = match state.settings.bin_keeps() {
        Some(kept) => Text::new("bin-hint").count("days", kept.as_secs() / 86_400),
        None => Text::new("bin-hint-ever"),
    };
    state.i18n.text(&text)
}

/// Asks before something great, or before what cannot be taken back. Returns the answer,
/// once there is one.
pub(super) fn confirm(
    ui: &mut Ui,
    question: String,
    yes: &str,
    is_final: bool,
    state: &State,
) -> Option<bool> {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing = Vec2::new(6.0, 5.0);
    colored_caption(ui, question, palette.ink);
    ui.horizontal(|ui| {
        let is_yes = match is_final {
            true => danger_button(ui, yes).clicked(),
            false => plain_button(ui, yes, "", true).clicked(),
        };
        let is_no = plain_button(ui, &state.i18n.get("cancel"), "", true).clicked();
        match (is_yes, is_no) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    })
    .inner
}

fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Chats => icons::MESSAGE_SQUARE,
        Kind::Message | Kind::Branch => icons::PENCIL,
        Kind::Folder => icons::FOLDER,
        Kind::Unknown => icons::TRASH,
    }
}

/// What a deletion took.
fn what(entry: &BinEntry) -> Text {
    match entry.kind {
        Kind::Chats if entry.chats > 1 => Text::new("bin-chats")
            .count("chats", entry.chats)
            .count("messages", entry.messages),
        Kind::Chats => Text::new("bin-chat").count("messages", entry.messages),
        Kind::Message => Text::new("bin-message"),
        Kind::Branch => Text::new("bin-branch").count("messages", entry.messages),
        Kind::Folder => Text::new("bin-folder").count("chats", entry.chats),
        Kind::Unknown => Text::new("bin-unknown"),
    }
}
