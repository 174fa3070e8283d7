//! The model in use, and the menu to choose another.

use egui::{
    Button, Color32, CornerRadius, FontId, Margin, Popup, PopupCloseBehavior, RichText, ScrollArea,
    Stroke, Ui, Vec2,
};

use super::settings_panel::of_one;
use crate::app::command::{Action, Command, ModelsCommand};
use crate::app::components::{caption, menu_item, plain_button, title};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font, radius};
use crate::engine::protocol::ModelInfo;
use crate::i18n::Text;
use crate::library::Entry;

/// What the button shows beside the name and the details: the dot, the arrow and the space
/// around them.
const AROUND: f32 = 60.0;

/// How wide the menu is, and how much of the window the rest of it leaves for the models.
const WIDTH: f32 = 340.0;
const BESIDE_LIST: f32 = 330.0;
/// The frame of the menu and the space to the edges of the window.
const AROUND_MENU: f32 = 32.0;

/// The fewest characters of a name that still say which one it is.
const SHORTEST: usize = 12;

/// Draws the button and, when it is open, the menu. `room` is what the bar can spare.
pub(super) fn show(ui: &mut Ui, state: &State, room: f32) -> Option<Command> {
    let button = button(ui, state, room);
    // Files come and go; whoever opens the menu wants to see those there are.
    let mut command = button.clicked().then_some(Command::ReadLibrary);
    // What can be set in it does not close it.
    Popup::menu(&button)
        .width(WIDTH)
        .gap(6.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            // Lower windows than the menu is high show all of it, too.
            let most = ui.ctx().content_rect().height() - AROUND_MENU;
            ui.set_max_height(most);
            ScrollArea::vertical()
                .id_salt("menu")
                .max_height(most)
                .show(ui, |ui| command = menu(ui, state).or(command.take()));
        });
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
    let shown = shortened(ui, &name, room - AROUND - taken);
    let is_cut = shown != name;
    let label = RichText::new(shown)
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
            Some(state.i18n.text(&hint))
        }
        // It would only repeat what stands there in full.
        _ => is_cut.then_some(name),
    };
    let response = ui.add(button).accessible_name(named);
    match hint {
        Some(hint) => response.on_hover_text(hint),
        None => response,
    }
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
    let loaded = match &state.model {
        ModelState::Loaded(model) => Some(&**model),
        _ => None,
    };
    // One that was opened from elsewhere is known only once its header has been read.
    let from_elsewhere = loaded.filter(|it| state.entry(&it.path).is_none());
    if let Some(model) = from_elsewhere {
        let folder = model.path.parent().unwrap_or(&model.path);
        let folder = folder.display().to_string();
        let name = state.model_name(&model.path);
        if menu_item(ui, icons::CHECK, &name, &folder, true).clicked() {
            command = Some(Command::LoadModel(model.path.clone()));
        }
    }
    match &state.library {
        None => line(ui, &state.i18n.get("models-reading")),
        Some(_) if state.chat_models().next().is_none() => {
            if from_elsewhere.is_none() {
                line(ui, &state.i18n.get("models-none"));
            }
        }
        Some(_) => {
            let room = ui.ctx().content_rect().height() - BESIDE_LIST;
            let room = room.clamp(72.0, 320.0);
            ScrollArea::vertical().max_height(room).show(ui, |ui| {
                for entry in state.chat_models() {
                    if model_item(ui, state, entry).clicked() {
                        command = Some(Command::LoadModel(entry.path.clone()));
                    }
                }
            });
        }
    }
    if let Some(model) = loaded {
        ui.separator();
        let set = options(ui, state, model);
        if !matches!(set, Some(Command::Models(_)) | None) {
            ui.close();
        }
        command = command.or(set);
    }
    let keeps_open = matches!(command, Some(Command::Models(_)));
    ui.separator();
    for action in [Action::ShowModels, Action::OpenFile] {
        let keys = action.keys(ui.ctx(), &state.i18n);
        let name = state.i18n.get(action.name());
        if menu_item(ui, action.icon(), &name, &keys, true).clicked() {
            command = Some(Command::Do(action));
        }
    }
    if command.is_some() && !keeps_open {
        ui.close();
    }
    command
}

/// A sentence where the models would stand.
fn line(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        caption(ui, text);
    });
}

/// How the model in use is loaded, and the way to have its memory back.
fn options(ui: &mut Ui, state: &State, model: &ModelInfo) -> Option<Command> {
    let i18n = &state.i18n;
    let mut command = None;
    let around = Margin::symmetric(8, 2);
    egui::Frame::new().inner_margin(around).show(ui, |ui| {
        // Fields look like fields, not like what can be chosen in a menu.
        ui.reset_style();
        ui.spacing_mut().item_spacing.y = 6.0;
        if let Some(options) = of_one(ui, state, &model.path, false) {
            let set = ModelsCommand::SetLoad(model.path.clone(), options);
            command = Some(Command::Models(set));
        }
        // It keeps its place: what is below does not move while a number is dragged.
        let name = i18n.get("reload");
        let needs_reload = state.needs_reload();
        let button = ui
            .horizontal(|ui| plain_button(ui, &name, icons::ROTATE_CCW, needs_reload))
            .inner;
        let hint = match needs_reload {
            true => "reload-why",
            false => "reload-none",
        };
        if button
            .on_hover_text(i18n.get("reload-why"))
            .on_disabled_hover_text(i18n.get(hint))
            .clicked()
        {
            command = Some(Command::ReloadModel);
        }
    });
    let (name, details) = (i18n.get("unload"), i18n.get("unload-hint"));
    let is_idle = state.replies.is_empty();
    if menu_item(ui, icons::MOON, &name, &details, is_idle).clicked() {
        command = Some(Command::UnloadModel);
    }
    command
}

fn model_item(ui: &mut Ui, state: &State, entry: &Entry) -> egui::Response {
    let icon = match (&entry.problem, state.is_loaded(entry)) {
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
