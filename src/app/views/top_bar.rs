//! The bar above the conversation: the model, its speed, and how full the context is.

use egui::{Align, FontId, Label, Layout, RichText, Ui};

use super::model_menu;
use super::when;
use crate::app::command::{Action, Command};
use crate::app::components::{gauge, icon_button, progress};
use crate::app::icons;
use crate::app::state::{ModelState, Reply, State};
use crate::app::theme::{Palette, font, size};
use crate::i18n::{Arg, Text};

/// Below this width, the bar leaves words out.
const ROOMY: f32 = 660.0;

/// Below this width, it leaves the gauge out too: the composer counts as well.
const TIGHT: f32 = 420.0;

/// The bar of a load.
const LOAD_BAR: f32 = 80.0;

/// Draws the bar.
pub(super) fn show(ui: &mut Ui, state: &State) -> Vec<Command> {
    let mut commands = Vec::new();
    let is_roomy = ui.available_width() >= ROOMY;
    let is_tight = ui.available_width() < TIGHT;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let toggle = Action::ToggleSettings;
        if icon_button(ui, icons::PANEL_RIGHT, &with_keys(ui, state, toggle)).clicked() {
            commands.push(Command::Do(toggle));
        }
        if !is_tight {
            context(ui, state, is_roomy);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let toggle = Action::ToggleChats;
            if icon_button(ui, icons::PANEL_LEFT, &with_keys(ui, state, toggle)).clicked() {
                commands.push(Command::Do(toggle));
            }
            // What stands beside the model keeps its room; the model's name is cut.
            let loading = loading(state);
            let speed = speed(state).filter(|_| is_roomy);
            let space = ui.spacing().item_spacing.x;
            let beside = |text: &String| quiet_width(ui, text) + space;
            let mut kept = speed.as_ref().map_or(0.0, beside);
            if let Some((_, text)) = &loading {
                kept += beside(text) + LOAD_BAR + size::CONTROL + 2.0 * space;
            }
            let room = ui.available_width() - kept;
            commands.extend(model_menu::show(ui, state, room));
            if let Some((fraction, text)) = loading {
                commands.extend(load_progress(ui, state, fraction, text));
            }
            if let Some(speed) = speed {
                quiet(ui, speed);
            }
        });
    });
    commands
}

/// The name of an action and its keys.
fn with_keys(ui: &Ui, state: &State, action: Action) -> String {
    let keys = action.keys(ui.ctx(), &state.i18n);
    format!("{} ({keys})", state.i18n.get(action.name()))
}

fn context(ui: &mut Ui, state: &State, is_roomy: bool) {
    let ModelState::Loaded(model) = &state.model else {
        return;
    };
    // While a reply is written, the chats beside it are not counted.
    let Some(taken) = state.context_taken() else {
        return;
    };
    let used = taken.min(model.context_tokens);
    let text = Text::new("context-used")
        .count("used", used)
        .count("room", model.context_tokens);
    let text = state.i18n.text(&text);
    #[expect(
        clippy::cast_precision_loss,
        reason = "a bar of 90 points needs no more"
    )]
    let fraction = used as f32 / model.context_tokens.max(1) as f32;
    let bar = gauge(ui, fraction, &text);
    match is_roomy {
        true => quiet(ui, text),
        false => {
            bar.on_hover_text(text);
        }
    }
}

/// How fast the chat in view is written, or was last.
fn speed(state: &State) -> Option<String> {
    let live = state.current_reply().and_then(Reply::tokens_per_second);
    // It stands beside the model's name: what another one did is not said there.
    let ModelState::Loaded(model) = &state.model else {
        return None;
    };
    let last = || {
        let message = state.current_chat()?.path().next_back()?;
        let names = [&state.model_name(&model.path), &model.name];
        let is_its = message.model.as_ref().is_some_and(|it| names.contains(&it));
        message.timings.filter(|_| is_its)?.tokens_per_second()
    };
    let speed = live.or_else(last)?;
    let text = Text::new("speed").with("speed", Arg::Decimal(speed, 0));
    Some(state.i18n.text(&text))
}

/// How far a load is, and what is said of it.
fn loading(state: &State) -> Option<(f32, String)> {
    let ModelState::Loading { fraction, .. } = &state.model else {
        return None;
    };
    let text = Text::new("loading").with("percent", Arg::Decimal(f64::from(fraction * 100.0), 0));
    let mut text = state.i18n.text(&text);
    let left = state.load_left();
    if let Some(left) = left.and_then(|left| when::left(&state.i18n, left)) {
        text = format!("{text} · {left}");
    }
    Some((*fraction, text))
}

fn load_progress(ui: &mut Ui, state: &State, fraction: f32, text: String) -> Option<Command> {
    progress(ui, fraction, LOAD_BAR, &text);
    quiet(ui, text);
    icon_button(ui, icons::X, &state.i18n.get("cancel-load"))
        .clicked()
        .then_some(Command::CancelLoad)
}

fn quiet_width(ui: &Ui, text: &str) -> f32 {
    model_menu::text_width(ui, text, FontId::proportional(font::CAPTION))
}

fn quiet(ui: &mut Ui, text: String) {
    let palette = Palette::of(ui);
    let text = RichText::new(text).size(font::CAPTION).color(palette.soft);
    ui.add(Label::new(text).selectable(false).truncate());
}
