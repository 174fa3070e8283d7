//! The line below the text: what can go with it, how long it is, and the button that sends.

use egui::{Align, Layout, Popup, Ui};

use super::drafts::Writing;
use super::{can_send, count, is_attaching, keys};
use crate::app::command::{Action, Command};
use crate::app::components::{caption, clicked_once, closing_item, icon_button, primary_button};
use crate::app::icons;
use crate::app::state::{ModelState, State};
use crate::i18n::{Arg, Text};

/// Below this width, the settings of the reply are not shown here too.
const WITH_SUMMARY: f32 = 560.0;

/// What was asked for.
#[derive(Debug, PartialEq)]
pub(super) enum Asked {
    Send,
    /// Choose a saved prompt.
    Choose,
    /// Save the text as one.
    Save,
    /// Change those there are.
    Manage,
    For(Command),
}

/// Draws the line.
pub(super) fn show(
    ui: &mut Ui,
    state: &State,
    writing: &Writing,
    is_refused: bool,
) -> Option<Asked> {
    let mut asked = None;
    ui.horizontal(|ui| {
        let width = ui.available_width();
        ui.spacing_mut().item_spacing.x = 8.0;
        // The icon, not the space around it, is in line with the text.
        ui.add_space(-6.0);
        if icon_button(ui, icons::PAPERCLIP, &state.i18n.get("attach")).clicked() {
            asked = Some(Asked::For(Command::PickAttachments));
        }
        asked = prompts(ui, state, writing).or(asked.take());
        if width >= WITH_SUMMARY {
            caption(ui, summary(state));
        }
        count::show(ui, state, writing, width);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.current_reply().is_some() {
                asked = stop_button(ui, state).or(asked.take());
            } else if send_button(ui, state, writing, is_refused) {
                asked = Some(Asked::Send);
            }
        });
    });
    asked
}

/// The menu of the saved prompts.
fn prompts(ui: &mut Ui, state: &State, writing: &Writing) -> Option<Asked> {
    let i18n = &state.i18n;
    let mut asked = None;
    let button = icon_button(ui, icons::ZAP, &i18n.get("prompts"));
    Popup::menu(&button).width(320.0).show(|ui| {
        let details = i18n.get("prompts-choose-details");
        let is_empty = writing.is_empty();
        if closing_item(ui, "", &i18n.get("prompts-choose"), &details, is_empty).clicked() {
            asked = Some(Asked::Choose);
        }
        let has_text = !writing.text.trim().is_empty();
        if closing_item(ui, "", &i18n.get("prompts-save"), "", has_text).clicked() {
            asked = Some(Asked::Save);
        }
        if closing_item(ui, "", &i18n.get("prompts-manage"), "", true).clicked() {
            asked = Some(Asked::Manage);
        }
    });
    asked
}

fn send_button(ui: &mut Ui, state: &State, writing: &Writing, is_refused: bool) -> bool {
    let i18n = &state.i18n;
    let is_ready = can_send(state, writing) && !is_refused;
    let button = primary_button(ui, &i18n.get("send"), icons::CORNER_DOWN_LEFT, is_ready);
    let why = match state.model {
        ModelState::None => "send-no-model",
        _ if is_attaching(state) => "send-attaching",
        _ if is_refused => super::count::REFUSED,
        _ => "send-empty",
    };
    let button = button
        .on_disabled_hover_text(i18n.get(why))
        .on_hover_text(i18n.text(&keys::said(state.settings.send_with)));
    clicked_once(&button)
}

fn stop_button(ui: &mut Ui, state: &State) -> Option<Asked> {
    let is_stopping = state.current_reply().is_some_and(|reply| reply.is_stopping);
    let name = state.i18n.get(Action::Stop.name());
    let button = primary_button(ui, &name, icons::SQUARE, !is_stopping);
    // It takes the place of the button that has sent the message.
    clicked_once(&button).then_some(Asked::For(Command::Do(Action::Stop)))
}

/// The settings that shape the reply most, at a glance.
fn summary(state: &State) -> String {
    let sampling = state.sampling_in_force();
    let text = Text::new("composer-summary")
        .with(
            "temperature",
            Arg::Decimal(sampling.temperature().into(), 2),
        )
        .with("topp", Arg::Decimal(sampling.top_p().into(), 2));
    state.i18n.text(&text)
}
