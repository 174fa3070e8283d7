//! The command palette: everything that can be done, and everywhere one can go, by typing a
//! few letters of its name.

mod found;

use egui::text::{CCursor, CCursorRange};
use egui::{
    Align2, Area, Frame, Id, Key, Label, Margin, Modal, Modifiers, Rect, RichText, ScrollArea,
    TextEdit, Ui, Vec2, accesskit, pos2,
};

use super::{dialog, dialog_frame, when};
use crate::app::command::{Action, Command, PanelCommand};
use crate::app::components::{OPTION_HEIGHT, OptionRow, caption, option_row};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::{self, font};
use crate::i18n::Text;
use crate::store::Summary;
use found::{Found, Line, Row, Scope};

pub(super) use found::What;

/// The width of the box, and what is left beside it in a narrow window.
const WIDTH: f32 = 560.0;
const BESIDE: f32 = 12.0;

/// How far the box is from the top of a high window.
const TOP: f32 = 84.0;

/// The most that the list takes, and what the rest of the box does.
const MOST_LIST: f32 = 432.0;
const AROUND_LIST: f32 = 116.0;

const HEADING: f32 = 30.0;

/// How many rows a page is.
const PAGE: isize = 8;

/// What was chosen in the palette, the latest first.
#[derive(Debug, Default)]
pub(super) struct Recent(Vec<What>);

impl Recent {
    fn note(&mut self, what: &What) {
        if matches!(what, What::Search(_)) {
            return;
        }
        self.0.retain(|it| it != what);
        self.0.insert(0, what.clone());
        self.0.truncate(16);
    }
}

/// What the palette keeps while it is open.
#[derive(Default)]
pub(super) struct Palette {
    typed: String,
    found: Found,
    /// The number of the chosen row.
    chosen: usize,
    /// Whether the chosen row is to be brought into view.
    reveals: bool,
    /// How far the list is scrolled, and how much of it is in view.
    offset: f32,
    height: f32,
}

/// What the keys ask for.
enum Asked {
    Nothing,
    Close,
    Act,
}

impl Palette {
    /// With nothing typed.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Draws the palette. Returns whether it is over, and what was chosen.
    pub(super) fn show(
        &mut self,
        ui: &Ui,
        state: &State,
        recent: &mut Recent,
    ) -> (bool, Option<What>) {
        let window = ui.ctx().content_rect();
        let top = TOP.min(window.height() * 0.1);
        let id = Id::unique("palette");
        let area: Area = Modal::default_area(id).anchor(Align2::CENTER_TOP, Vec2::new(0.0, top));
        let asked = self.keys(ui);
        if self.found.update(&self.typed, state, recent) {
            self.chosen = 0;
            self.reveals = true;
        }
        let modal = dialog(ui, id).area(area).frame(dialog_frame(ui));
        let room = (window.height() - top - AROUND_LIST - BESIDE).clamp(OPTION_HEIGHT, MOST_LIST);
        let shown = modal.show(ui.ctx(), |ui| {
            ui.set_width(WIDTH.min(window.width() - 2.0 * BESIDE));
            ui.spacing_mut().item_spacing.y = 0.0;
            self.field(ui, state);
            line(ui);
            let clicked = self.list(ui, state, room);
            line(ui);
            foot(ui, state);
            clicked
        });
        let chosen = match asked {
            Asked::Act => Some(self.chosen),
            Asked::Close => return (true, None),
            Asked::Nothing => shown.inner,
        };
        let row = chosen.and_then(|number| self.found.row(number));
        let row = row.filter(|row| why_not(state, &row.what).is_none());
        match row {
            Some(row) => {
                recent.note(&row.what);
                (true, Some(row.what.clone()))
            }
            None => (shown.backdrop_response.clicked(), None),
        }
    }

    /// Takes the keys that move through the list; the rest are for the field.
    fn keys(&mut self, ui: &Ui) -> Asked {
        let mut steps = 0;
        let mut to = None;
        let asked = ui.input_mut(|input| {
            let mut takes = |key| input.count_and_consume_key(Modifiers::NONE, key);
            steps += isize::try_from(takes(Key::ArrowDown)).unwrap_or(0);
            steps -= isize::try_from(takes(Key::ArrowUp)).unwrap_or(0);
            let pages = isize::try_from(takes(Key::PageDown)).unwrap_or(0)
                - isize::try_from(takes(Key::PageUp)).unwrap_or(0);
            if takes(Key::Home) > 0 {
                to = Some(0);
            }
            if takes(Key::End) > 0 {
                to = Some(usize::MAX);
            }
            let last = self.found.rows.len().saturating_sub(1);
            if pages != 0 {
                to = Some(self.chosen.saturating_add_signed(pages * PAGE).min(last));
            }
            takes(Key::Tab);
            if takes(Key::Escape) > 0 {
                Asked::Close
            } else if takes(Key::Enter) > 0 {
                Asked::Act
            } else {
                Asked::Nothing
            }
        });
        let count = self.found.rows.len();
        if let (Some(to), Some(last)) = (to, count.checked_sub(1)) {
            self.chosen = to.min(last);
            self.reveals = true;
        }
        if let (true, Ok(count)) = (steps != 0 && count > 0, isize::try_from(count)) {
            // After the last comes the first.
            let chosen = isize::try_from(self.chosen).unwrap_or(0);
            self.chosen = (chosen + steps).rem_euclid(count).unsigned_abs();
            self.reveals = true;
        }
        asked
    }

    fn field(&mut self, ui: &mut Ui, state: &State) {
        let palette = theme::Palette::of(ui);
        let id = Id::unique("palette-field");
        let margin = Margin::symmetric(16, 10);
        Frame::new().inner_margin(margin).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.set_height(32.0);
                let icon = RichText::new(icons::SEARCH).font(font::icon(17.0));
                ui.add(Label::new(icon.color(palette.soft)).selectable(false));
                let hint = RichText::new(state.i18n.get("palette-hint"))
                    .size(font::BODY)
                    .color(palette.faint);
                let edit = TextEdit::singleline(&mut self.typed)
                    .id(id)
                    .hint_text(hint)
                    .frame(Frame::NONE)
                    .margin(Margin::ZERO)
                    .align(Align2::LEFT_CENTER)
                    .desired_width(f32::INFINITY)
                    .font(egui::FontId::proportional(font::BODY));
                let response = ui
                    .add(edit)
                    .accessible_name(state.i18n.get(Action::Palette.name()));
                // Nothing else here wants the keyboard.
                if !response.has_focus() {
                    response.request_focus();
                    let end = CCursor::new(self.typed.chars().count());
                    let mut cursor = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
                    cursor.cursor.set_char_range(Some(CCursorRange::one(end)));
                    cursor.store(ui.ctx(), id);
                }
            });
        });
        // A screen reader says the chosen row while the keyboard stays in the field.
        if let Some(row) = self.found.row(self.chosen) {
            let row = row_id(&row.what).accesskit_id();
            ui.ctx().accesskit_node_builder(id, |node| {
                node.set_active_descendant(row);
                node.set_expanded(true);
                node.set_has_popup(accesskit::HasPopup::Listbox);
            });
        }
    }

    /// Draws the rows that are in view. Returns the number of the one that was clicked.
    fn list(&mut self, ui: &mut Ui, state: &State, room: f32) -> Option<usize> {
        if self.found.rows.is_empty() {
            nothing(ui, state, &self.typed);
            return None;
        }
        let height = |line: &Line| match line {
            Line::Heading(_) => HEADING,
            Line::Row(_) => OPTION_HEIGHT,
        };
        let all: f32 = self.found.lines.iter().map(height).sum::<f32>() + 12.0;
        let mut area = ScrollArea::vertical()
            .id_salt("palette-list")
            .auto_shrink([false, true])
            .max_height(room);
        if std::mem::take(&mut self.reveals)
            && let Some(&line) = self.found.rows.get(self.chosen)
        {
            let top: f32 = self.found.lines[..line].iter().map(height).sum();
            // The heading of the first row of a group is seen with it.
            let above = match line.checked_sub(1).map(|it| &self.found.lines[it]) {
                Some(Line::Heading(_)) => top - HEADING,
                _ => top,
            };
            let height = if self.height > 0.0 { self.height } else { room };
            let bottom = top + OPTION_HEIGHT + 12.0 - height;
            area = area.vertical_scroll_offset(self.offset.min(above).max(bottom).max(0.0));
        }
        let mut clicked = None;
        let has_moved = ui.input(|input| input.pointer.delta() != Vec2::ZERO);
        let output = area.show_viewport(ui, |ui, view| {
            let parent = ui.unique_id();
            let name = state.i18n.get("palette-results");
            ui.ctx().accesskit_node_builder(parent, |node| {
                node.set_role(accesskit::Role::ListBox);
                node.set_label(name);
            });
            let origin = ui.min_rect().min;
            let width = ui.available_width();
            let (mut top, mut number) = (6.0, 0);
            for line in &self.found.lines {
                let bottom = top + height(line);
                let is_in_view = bottom >= view.top() && top <= view.bottom();
                let at = pos2(origin.x + 6.0, origin.y + top);
                let rect = Rect::from_min_size(at, Vec2::new(width - 12.0, bottom - top));
                match line {
                    Line::Heading(name) if is_in_view => heading(ui, rect, state, name),
                    Line::Row(row) if is_in_view => {
                        let place = (number, self.found.rows.len());
                        let response = one(ui, rect, state, row, place, self.chosen == number);
                        if response.hovered() && has_moved {
                            self.chosen = number;
                        }
                        if response.clicked() {
                            clicked = Some(number);
                        }
                    }
                    _ => {}
                }
                number += usize::from(matches!(line, Line::Row(_)));
                top = bottom;
            }
            ui.expand_to_include_rect(Rect::from_min_size(origin, Vec2::new(width, all)));
        });
        self.offset = output.state.clamped_offset().y;
        self.height = output.inner_rect.height();
        clicked
    }
}

fn row_id(what: &What) -> Id {
    match what {
        What::Do(action) => Id::unique(("palette-action", *action)),
        What::Chat(chat) => Id::unique(("palette-chat", chat.0)),
        What::Model(path) => Id::unique(("palette-model", path)),
        What::Preset(preset) => Id::unique(("palette-preset", preset)),
        What::Persona(name) => Id::unique(("palette-persona", name)),
        What::Search(_) => Id::unique("palette-search"),
    }
}

fn one(
    ui: &Ui,
    rect: Rect,
    state: &State,
    row: &Row,
    place: (usize, usize),
    is_chosen: bool,
) -> egui::Response {
    let i18n = &state.i18n;
    let (icon, caps) = match &row.what {
        What::Do(action) => (action.icon(), action.caps(ui.ctx(), i18n)),
        What::Chat(_) if row.chat.is_some_and(|it| it.1) => (icons::ARCHIVE, Vec::new()),
        What::Chat(_) | What::Persona(_) => (icons::MESSAGE_SQUARE, Vec::new()),
        What::Model(_) => (icons::CPU, Vec::new()),
        What::Preset(_) => (icons::SETTINGS, Vec::new()),
        What::Search(_) => (icons::SEARCH, Vec::new()),
    };
    let id = row_id(&row.what);
    let why_not = why_not(state, &row.what);
    let details = match (&why_not, &row.what) {
        (Some(why), _) => why.clone(),
        (None, What::Do(action)) => i18n.get(action.hint()),
        (None, What::Chat(_)) => row.chat.map_or_else(String::new, |(unix_ms, is_archived)| {
            let when = when::short(i18n, unix_ms);
            match is_archived {
                true => format!("{when} · {}", i18n.get("palette-archived")),
                false => when,
            }
        }),
        (None, What::Model(path)) => state.entry(path).map_or_else(String::new, |entry| {
            format!("{} · {}", entry.quantisation, i18n.bytes(entry.size_bytes))
        }),
        (None, What::Preset(_)) => i18n.get("palette-preset"),
        (None, What::Persona(_)) => i18n.get("palette-persona"),
        (None, What::Search(_)) => String::new(),
    };
    let row = OptionRow {
        icon,
        name: &row.name,
        marks: &row.marks,
        details: &details,
        caps: &caps,
        is_chosen,
        is_enabled: why_not.is_none(),
        place,
    };
    option_row(ui, rect, id, &row)
}

/// Why it cannot be chosen now.
fn why_not(state: &State, what: &What) -> Option<String> {
    match what {
        What::Do(action) => action.meaning(state).err().map(|why| state.i18n.get(why)),
        What::Model(path) => {
            let is_loaded = match &state.model {
                ModelState::Loaded(model) => model.path == *path,
                _ => false,
            };
            let problem = state.entry(path).and_then(|entry| entry.problem.as_ref());
            match (problem, is_loaded) {
                (Some(problem), _) => Some(state.i18n.say(problem)),
                (None, true) => Some(state.i18n.get("model-is-loaded")),
                (None, false) => None,
            }
        }
        What::Chat(_) | What::Preset(_) | What::Persona(_) | What::Search(_) => None,
    }
}

/// What the palette calls a chat.
fn name_of(state: &State, chat: &Summary) -> String {
    match chat.name.is_empty() {
        true => state.i18n.get(Action::NewChat.name()),
        false => chat.name.clone(),
    }
}

fn heading(ui: &Ui, rect: Rect, state: &State, name: &'static str) {
    let palette = theme::Palette::of(ui);
    ui.painter().text(
        pos2(rect.left() + 10.0, rect.bottom() - 4.0),
        Align2::LEFT_BOTTOM,
        state.i18n.get(name),
        font::medium(font::CAPTION),
        palette.soft,
    );
}

fn line(ui: &mut Ui) {
    let palette = theme::Palette::of(ui);
    let (rect, _) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 1.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 0.0, palette.line);
}

/// The signs that narrow the list down.
fn foot(ui: &mut Ui, state: &State) {
    Frame::new()
        .inner_margin(Margin::symmetric(16, 9))
        .show(ui, |ui| {
            caption(ui, state.i18n.get("palette-signs"));
        });
}

/// Nothing has that name.
fn nothing(ui: &mut Ui, state: &State, typed: &str) {
    let (scope, _) = Scope::of(typed);
    let (said, next) = match scope {
        Scope::Models => ("palette-no-model", "palette-no-model-next"),
        _ => ("palette-nothing", "palette-nothing-next"),
    };
    Frame::new()
        .inner_margin(Margin::symmetric(16, 20))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let said = RichText::new(state.i18n.get(said)).size(font::SECONDARY);
            ui.add(Label::new(said).selectable(false));
            let keys = Action::OpenFile.keys(ui.ctx(), &state.i18n);
            caption(ui, state.i18n.text(&Text::new(next).word("keys", keys)));
        });
}

/// The command that does what was chosen.
pub(super) fn command(state: &State, what: What) -> Command {
    // As the panel has it: a chat with values of its own is the one that is meant.
    let chat = state.current_chat();
    let own = chat.filter(|it| it.sampling.is_some()).map(|it| it.id);
    match what {
        What::Preset(preset) => Command::Panel(PanelCommand::ChoosePreset(own, Some(preset))),
        What::Persona(name) => {
            let chat = chat.map(|it| it.id);
            Command::Panel(PanelCommand::ChoosePersona(chat, Some(name)))
        }
        What::Do(action) => Command::Do(action),
        What::Chat(chat) => Command::OpenChat(chat),
        What::Model(path) => Command::LoadModel(path),
        What::Search(_) => Command::Do(Action::Find),
    }
}
