//! What came of bringing chats in: one card that says it all, and stays until it is put away.

use egui::{CornerRadius, Frame, Id, Label, Margin, RichText, Stroke, Ui, Vec2};

use crate::app::command::Command;
use crate::app::components::{caption, icon_button, link_button, plain_button};
use crate::app::icons;
use crate::app::state::{Imported, State};
use crate::app::theme::{Palette, font, radius};
use crate::i18n::{I18n, Text};

/// The room for the button that puts it away.
const BESIDE: f32 = 36.0;

/// Draws it, where there is one.
pub(super) fn show(ui: &mut Ui, state: &State) -> Vec<Command> {
    let Some(imported) = &state.imported else {
        return Vec::new();
    };
    let palette = Palette::of(ui);
    let i18n = &state.i18n;
    let mut commands = Vec::new();
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                let (icon, ink) = match imported.is_cancelled {
                    true => (icons::TRIANGLE_ALERT, palette.warning),
                    false => (icons::CHECK, palette.accent),
                };
                let icon = RichText::new(icon).font(font::icon(16.0)).color(ink);
                ui.add(Label::new(icon).selectable(false));
                ui.vertical(|ui| {
                    ui.set_width((ui.available_width() - BESIDE).max(80.0));
                    told(ui, i18n, imported);
                    commands.extend(ways(ui, i18n, imported));
                });
                if icon_button(ui, icons::X, &i18n.get("dismiss")).clicked() {
                    commands.push(Command::ForgetImport);
                }
            });
        });
    commands
}

/// How many came in, and where they are.
fn told(ui: &mut Ui, i18n: &I18n, imported: &Imported) {
    let palette = Palette::of(ui);
    let text = said(i18n, imported);
    let words = RichText::new(&text).size(font::SECONDARY);
    let response = ui.add(Label::new(words.color(palette.ink)).wrap());
    // Whoever does not see it is told of it.
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::accesskit::Role::Status);
        node.set_live(egui::accesskit::Live::Polite);
        node.set_label(text.as_str());
    });
}

/// The same as one text.
fn said(i18n: &I18n, imported: &Imported) -> String {
    let report = &imported.report;
    let mut sentences = Vec::new();
    let mut say = |id: &'static str, count: u64| {
        sentences.push(i18n.text(&Text::new(id).count("count", count)));
    };
    if imported.is_cancelled {
        say("import-stopped", 0);
    }
    let added = report.chats_added;
    match report.chats_archived {
        archived if archived == added && added > 0 => say("import-added-archive", added),
        archived => {
            say("import-added", added.saturating_sub(archived));
            if archived > 0 {
                say("import-archived", archived);
            }
        }
    }
    if report.chats_extended > 0 {
        say("import-extended", report.chats_extended);
    }
    if report.already_here > 0 {
        say("import-here", report.already_here);
    }
    sentences.join(" ")
}

/// What can be done about it.
fn ways(ui: &mut Ui, i18n: &I18n, imported: &Imported) -> Vec<Command> {
    let mut commands = Vec::new();
    let skipped = &imported.report.skipped;
    // A row of nothing would still take its height.
    if imported.report.first.is_none() && skipped.is_empty() {
        return commands;
    }
    let id = Id::unique("import-skipped");
    let mut is_open = ui.data(|data| data.get_temp(id).unwrap_or(false));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(12.0, 4.0);
        if let Some(first) = imported.report.first
            && plain_button(ui, &i18n.get("import-open"), "", true).clicked()
        {
            commands.extend([Command::OpenChat(first), Command::ForgetImport]);
        }
        let count = skipped.len() as u64;
        let name = i18n.text(&Text::new("import-skipped").count("count", count));
        if count > 0 && link_button(ui, &name).clicked() {
            is_open = !is_open;
            ui.data_mut(|data| data.insert_temp(id, is_open));
        }
    });
    if is_open {
        for skipped in skipped {
            caption(ui, i18n.say(skipped));
        }
    }
    commands
}
