//! What stands there before the first message.

use egui::{Align, Align2, Color32, Label, Layout, Rect, RichText, Sense, Ui, Vec2};

use crate::app::command::{Action, Command};
use crate::app::components::primary_button;
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font};
use crate::settings::SendWith;

/// The widest the text of an empty conversation gets.
const EMPTY_WIDTH: f32 = 420.0;

/// Says what this place is for, and offers the next step.
pub(super) fn empty(ui: &mut Ui, state: &State) -> Option<Command> {
    let palette = Palette::of(ui);
    let (title, text, offers_file) = match &state.model {
        ModelState::None => match &state.library {
            Some(_) if state.chat_models().next().is_none() => {
                ("empty-no-model", "empty-no-model-text", true)
            }
            _ => ("empty-choose", "empty-choose-text", true),
        },
        ModelState::Failed { .. } => ("empty-failed", "empty-failed-text", true),
        ModelState::Loading { .. } => ("empty-title", "empty-loading-text", false),
        ModelState::Loaded(_) | ModelState::Asleep { .. } => match state.settings.send_with {
            SendWith::Enter => ("empty-title", "empty-text", false),
            SendWith::CtrlEnter => ("empty-title", "empty-text-ctrl-enter", false),
        },
    };
    let mut command = None;
    let space = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.add_space((space * 0.32).max(12.0));
        let (icon, _) = ui.allocate_exact_size(Vec2::splat(44.0), Sense::hover());
        mark(ui, icon, palette.accent);
        ui.add_space(6.0);
        let title = RichText::new(state.i18n.get(title)).font(font::semibold(20.0));
        ui.add(Label::new(title.color(palette.ink)).selectable(false));
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
        if offers_file {
            ui.add_space(8.0);
            let name = state.i18n.get(Action::OpenFile.name());
            if primary_button(ui, &name, icons::FOLDER_OPEN, true).clicked() {
                command = Some(Command::Do(Action::OpenFile));
            }
        }
    });
    command
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
