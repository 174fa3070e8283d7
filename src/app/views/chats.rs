//! The left panel: a new chat, the chats by day, language and colours.

use egui::{Align, Button, CornerRadius, Layout, RichText, ScrollArea, Stroke, Ui, Vec2};
use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::preferences;
use crate::app::command::{Action, Command};
use crate::app::components::{caption, nav_row};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};

/// Draws the panel.
pub(super) fn show(ui: &mut Ui, state: &State) -> Vec<Command> {
    let mut commands = Vec::new();
    if new_chat_button(ui, state).clicked() {
        commands.push(Command::Do(Action::NewChat));
    }
    ui.add_space(4.0);
    let list_height = ui.available_height() - preferences::HEIGHT;
    ScrollArea::vertical()
        .auto_shrink(false)
        .max_height(list_height.max(40.0))
        .show(ui, |ui| commands.extend(list(ui, state)));
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        commands.extend(preferences::show(ui, state));
    });
    commands
}

fn new_chat_button(ui: &mut Ui, state: &State) -> egui::Response {
    let palette = Palette::of(ui);
    let name = state.i18n.get(Action::NewChat.name());
    let icon = RichText::new(icons::PLUS).font(font::icon(16.0));
    let words = RichText::new(&name).font(font::medium(font::SECONDARY));
    let keys = ui.ctx().format_shortcut(&Action::NewChat.shortcut());
    let keys = RichText::new(keys).size(font::CAPTION).color(palette.soft);
    let button = Button::new((icon, words))
        .right_text(keys)
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .min_size(Vec2::new(ui.available_width(), 38.0));
    ui.add(button).accessible_name(name)
}

fn list(ui: &mut Ui, state: &State) -> Option<Command> {
    ui.spacing_mut().item_spacing.y = 2.0;
    if state.chats.is_empty() {
        ui.add_space(8.0);
        caption(ui, state.i18n.get("chats-empty"));
        return None;
    }
    let today = Zoned::now();
    let mut command = None;
    let mut heading = "";
    for chat in &state.chats {
        let day = day_of(chat.created_unix_s, &today);
        if day != heading {
            ui.add_space(8.0);
            caption(ui, state.i18n.get(day));
            ui.add_space(2.0);
            heading = day;
        }
        let title = chat
            .title()
            .unwrap_or_else(|| state.i18n.get(Action::NewChat.name()));
        let is_writing = state.reply.as_ref().is_some_and(|it| it.chat == chat.id);
        let right = if is_writing { "…" } else { "" };
        let is_open = state.current == Some(chat.id);
        if nav_row(ui, "", &title, right, is_open).clicked() {
            command = Some(Command::OpenChat(chat.id));
        }
    }
    command
}

/// The message id of the heading under which a chat stands.
fn day_of(created_unix_s: i64, today: &Zoned) -> &'static str {
    let Ok(created) = Timestamp::from_second(created_unix_s) else {
        return "day-earlier";
    };
    let created = created.to_zoned(TimeZone::system()).date();
    if created >= today.date() {
        "day-today"
    } else if today.date().yesterday().is_ok_and(|it| it == created) {
        "day-yesterday"
    } else {
        "day-earlier"
    }
}
