//! The model in use, and the menu to choose another.

use egui::{Button, Color32, CornerRadius, FontId, Popup, RichText, ScrollArea, Stroke, Ui, Vec2};

use crate::app::command::{Action, Command};
use crate::app::components::{caption, menu_item, title};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font, radius};
use crate::engine::protocol::ModelInfo;
use crate::i18n::Text;
use crate::library::Entry;

/// What the button shows beside the name and the details: the dot, the arrow and the space
/// around them.
const AROUND: f32 = 72.0;

/// The fewest characters of a name that still say which one it is.
const SHORTEST: usize = 12;

/// Draws the button and, when it is open, the menu. `room` is what the bar can spare.
pub(super) fn show(ui: &mut Ui, state: &State, room: f32) -> Option<Command> {
    let button = button(ui, state, room);
    // Files come and go; whoever opens the menu wants to see those there are.
    let mut command = button.clicked().then_some(Command::ReadLibrary);
    Popup::menu(&button)
        .width(340.0)
        .gap(6.0)
        .show(|ui| command = menu(ui, state).or(command.take()));
    command
}

fn button(ui: &mut Ui, state: &State, room: f32) -> egui::Response {
    let palette = Palette::of(ui);
    let (color, name, details) = match &state.model {
        ModelState::None => (palette.faint, state.i18n.get("choose-model"), String::new()),
        ModelState::Loading { path, .. } => {
            (palette.warning, state.model_name(path), String::new())
        }
        ModelState::Loaded(model) => {
            let details = details(state, model);
            (palette.accent, state.model_name(&model.path), details)
        }
        ModelState::Asleep { path } => {
            let details = state.i18n.get("asleep");
            (palette.faint, state.model_name(path), details)
        }
        ModelState::Failed { path } => {
            let details = state.i18n.get("not-loaded");
            (palette.danger, state.model_name(path), details)
        }
    };
    let dot = RichText::new("●").size(10.0).color(color);
    let taken = text_width(ui, &details, FontId::proportional(font::SECONDARY));
    let label = RichText::new(shortened(ui, &name, room - AROUND - taken))
        .font(font::medium(font::SECONDARY))
        .color(palette.ink);
    let details = RichText::new(details)
        .size(font::SECONDARY)
        .color(palette.soft);
    let chevron = RichText::new(icons::CHEVRON_DOWN)
        .font(font::icon(14.0))
        .color(palette.soft);
    let button = Button::new((dot, label, details, chevron))
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .truncate()
        .min_size(Vec2::new(0.0, 34.0));
    let named = format!("{}: {name}", state.i18n.get("model"));
    let hint = match &state.model {
        ModelState::Asleep { .. } => {
            let hint = Text::new("asleep-hint").word("model", name);
            state.i18n.text(&hint)
        }
        _ => name,
    };
    ui.add(button).accessible_name(named).on_hover_text(hint)
}

/// The name as far as there is room for it; the menu has it in full.
fn shortened(ui: &Ui, name: &str, room: f32) -> String {
    let fits = |text: &str| text_width(ui, text, font::medium(font::SECONDARY)) <= room;
    if fits(name) {
        return name.to_owned();
    }
    let ends: Vec<usize> = name
        .char_indices()
        .map(|(at, _)| at)
        .skip(SHORTEST)
        .collect();
    let cut = |end: usize| format!("{}…", name[..end].trim_end());
    let longest = ends.partition_point(|&end| fits(&cut(end)));
    match ends.get(longest.saturating_sub(1)) {
        Some(&end) => cut(end),
        None => name.to_owned(),
    }
}

/// How wide a text is on one line.
pub(super) fn text_width(ui: &Ui, text: &str, font: FontId) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x
}

/// How the weights are packed, and where they are.
fn details(state: &State, model: &ModelInfo) -> String {
    let quantisation = state.entry(&model.path).map(|it| it.quantisation.clone());
    let devices: Vec<&str> = model
        .placement
        .iter()
        .filter(|placement| placement.layers > 0)
        .map(|placement| placement.device.as_str())
        .collect();
    let parts = quantisation.into_iter().chain(Some(devices.join(" + ")));
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn menu(ui: &mut Ui, state: &State) -> Option<Command> {
    let mut command = None;
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        title(ui, state.i18n.get("models"));
    });
    match &state.library {
        None => {
            caption(ui, state.i18n.get("models-reading"));
        }
        Some(_) if state.chat_models().next().is_none() => {
            caption(ui, state.i18n.get("models-none"));
        }
        Some(_) => {
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for entry in state.chat_models() {
                    if model_item(ui, state, entry).clicked() {
                        command = Some(Command::LoadModel(entry.path.clone()));
                    }
                }
            });
        }
    }
    ui.separator();
    for action in [Action::ShowModels, Action::OpenFile] {
        let keys = action.keys(ui.ctx(), &state.i18n);
        let name = state.i18n.get(action.name());
        if menu_item(ui, action.icon(), &name, &keys, true).clicked() {
            command = Some(Command::Do(action));
        }
    }
    if command.is_some() {
        ui.close();
    }
    command
}

fn model_item(ui: &mut Ui, state: &State, entry: &Entry) -> egui::Response {
    let is_loaded = match &state.model {
        ModelState::Loaded(model) => model.path == entry.path,
        _ => false,
    };
    let icon = match (&entry.problem, is_loaded) {
        (Some(_), _) => icons::TRIANGLE_ALERT,
        (None, true) => icons::CHECK,
        (None, false) => "",
    };
    let details = match &entry.problem {
        Some(problem) => state.i18n.say(problem),
        None => format!(
            "{} · {}",
            entry.quantisation,
            state.i18n.bytes(entry.size_bytes)
        ),
    };
    let item = menu_item(ui, icon, &entry.name, &details, entry.problem.is_none());
    item.on_hover_text(match &entry.problem {
        Some(_) => details,
        None => entry.path.display().to_string(),
    })
}
