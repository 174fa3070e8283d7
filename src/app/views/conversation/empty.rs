//! What stands there before the first message.

use egui::{Align, Align2, Color32, Label, Layout, Rect, RichText, ScrollArea, Sense, Ui, Vec2};

use crate::app::command::{Action, Command, ModelsCommand};
use crate::app::components::{plain_button, primary_button};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font};
use crate::app::views::models::{offer, proposed};
use crate::i18n::Text;
use crate::library::catalog;
use crate::settings::SendWith;

/// The widest the text of an empty conversation gets.
const EMPTY_WIDTH: f32 = 420.0;
/// Below this height of the window, only its title is shown.
const LOW: f32 = 480.0;
/// The widest the models that are proposed get.
const OFFER_WIDTH: f32 = 600.0;

/// Says what this place is for, and offers the next step.
pub(super) fn empty(ui: &mut Ui, state: &State) -> Option<Command> {
    let has_none = state.library.is_some() && state.sound_models().next().is_none();
    if has_none && matches!(state.model, ModelState::None) {
        return welcome(ui, state);
    }
    let (title, text, offers_file) = match &state.model {
        ModelState::None => ("empty-choose", "empty-choose-text", true),
        ModelState::Failed { .. } => ("empty-failed", "empty-failed-text", true),
        ModelState::Loading { .. } => ("empty-title", "empty-loading-text", false),
        ModelState::Loaded(_) | ModelState::Asleep { .. } => match state.settings.send_with {
            SendWith::Enter => ("empty-title", "empty-text", false),
            SendWith::CtrlEnter => ("empty-title", "empty-text-ctrl-enter", false),
        },
    };
    // Where there is exactly one, the way to it is the button below.
    let is_one = state.sound_models().count() == 1;
    let text = match text {
        "empty-choose-text" if is_one => "empty-begin-text",
        text => text,
    };
    let mut command = None;
    let space = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.add_space((space * 0.32).max(12.0));
        head(ui, state, title, text);
        if offers_file {
            ui.add_space(8.0);
            command = ways_in(ui, state);
        } else if talks_to_default(state) && !proposed(state).is_empty() {
            ui.add_space(10.0);
            let name = state.i18n.get("empty-more-able");
            if plain_button(ui, &name, "", true).clicked() {
                command = Some(Command::Models(ModelsCommand::Recommend));
            }
        }
    });
    command
}

/// The next step without a model: to begin with the one there is, or else to open a file.
fn ways_in(ui: &mut Ui, state: &State) -> Option<Command> {
    let open = state.i18n.get(Action::OpenFile.name());
    let failed = match &state.model {
        ModelState::Failed { path } => Some(path),
        _ => None,
    };
    let mut others = state
        .sound_models()
        .filter(|it| failed.is_none_or(|path| !it.is_at(path)));
    let (Some(only), None) = (others.next(), others.next()) else {
        let clicked = primary_button(ui, &open, icons::FOLDER_OPEN, true).clicked();
        return clicked.then_some(Command::Do(Action::OpenFile));
    };
    let name = Text::new("empty-begin-with").word("name", &only.name);
    if primary_button(ui, &state.i18n.text(&name), "", true).clicked() {
        return Some(Command::LoadModel(only.path.clone()));
    }
    ui.add_space(2.0);
    let clicked = plain_button(ui, &open, icons::FOLDER_OPEN, true).clicked();
    clicked.then_some(Command::Do(Action::OpenFile))
}

/// Whether the small model that Charla begins with answers, and there is no other.
fn talks_to_default(state: &State) -> bool {
    let path = match &state.model {
        ModelState::Loaded(model) => &model.path,
        ModelState::Asleep { path } => path,
        _ => return false,
    };
    state.is_new_here() && catalog::known(path).is_some_and(|it| it.default)
}

/// For those who have no model yet: three that suit this machine, and the other ways to one.
fn welcome(ui: &mut Ui, state: &State) -> Option<Command> {
    let mut command = None;
    let proposed = proposed(state);
    let text = match proposed.is_empty() {
        true => "empty-no-model-text",
        false => "empty-welcome-text",
    };
    ScrollArea::vertical()
        .id_salt("welcome")
        .auto_shrink(false)
        .show(ui, |ui| {
            let space = ui.available_height();
            ui.vertical_centered(|ui| {
                let above = if proposed.is_empty() { 0.32 } else { 0.05 };
                ui.add_space((space * above).max(4.0));
                head(ui, state, "empty-welcome", text);
                ui.add_space(8.0);
                let width = OFFER_WIDTH.min(ui.available_width() - 32.0);
                let layout = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(Vec2::new(width, 0.0), layout, |ui| {
                    ui.set_width(width);
                    for (role, entry) in proposed {
                        command = command.take().or(offer(ui, state, entry, Some(role)));
                    }
                    ui.add_space(4.0);
                    ui.horizontal_wrapped(|ui| {
                        ui.spacing_mut().item_spacing = Vec2::splat(8.0);
                        let name = state.i18n.get("empty-more-models");
                        if plain_button(ui, &name, "", true).clicked() {
                            command = Some(Command::Models(ModelsCommand::Recommend));
                        }
                        let name = state.i18n.get(Action::OpenFile.name());
                        if plain_button(ui, &name, icons::FOLDER_OPEN, true).clicked() {
                            command = Some(Command::Do(Action::OpenFile));
                        }
                    });
                });
                ui.add_space(12.0);
            });
        });
    command
}

fn head(ui: &mut Ui, state: &State, title: &'static str, text: &'static str) {
    let palette = Palette::of(ui);
    // In a low window, what can be chosen needs the room.
    let is_low = ui.ctx().content_rect().height() < LOW;
    if !is_low {
        let (icon, _) = ui.allocate_exact_size(Vec2::splat(44.0), Sense::hover());
        mark(ui, icon, palette.accent);
        ui.add_space(6.0);
    }
    let title = RichText::new(state.i18n.get(title)).font(font::semibold(20.0));
    ui.add(Label::new(title.color(palette.ink)).selectable(false));
    if is_low && text == "empty-welcome-text" {
        return;
    }
    let text = RichText::new(state.i18n.get(text))
        .size(font::SECONDARY)
        .line_height(Some(20.0))
        .color(palette.soft);
    let width = EMPTY_WIDTH.min(ui.available_width() - 32.0);
    let layout = Layout::top_down(Align::Center);
    ui.allocate_ui_with_layout(Vec2::new(width, 0.0), layout, |ui| {
        ui.set_width(width);
        ui.add(Label::new(text).wrap().selectable(false));
    });
}

fn mark(ui: &Ui, space: Rect, color: Color32) {
    ui.painter().text(
        space.center(),
        Align2::CENTER_CENTER,
        icons::MESSAGE_SQUARE,
        font::icon(40.0),
        color,
    );
}
