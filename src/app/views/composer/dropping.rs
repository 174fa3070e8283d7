//! What is said over the window while files are dragged across it.

use std::path::Path;

use egui::{Area, CornerRadius, Id, Label, Order, Rect, Stroke, StrokeKind, Ui, UiBuilder, Vec2};

use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::i18n::Text;

/// Draws it where there is something to say.
pub(in crate::app::views) fn show(ui: &Ui, state: &State) {
    let Some(text) = ui.ctx().input(|input| said_of(&input.raw.hovered_files)) else {
        return;
    };
    let palette = Palette::of(ui);
    let window = ui.ctx().content_rect();
    Area::new(Id::unique("dropping"))
        .order(Order::Tooltip)
        .fixed_pos(window.min)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            let painter = ui.painter();
            painter.rect_filled(window, 0.0, palette.background.gamma_multiply(0.9));
            let corners = CornerRadius::same(radius::COMPOSER);
            let line = Stroke::new(2.0, palette.accent);
            painter.rect_stroke(window.shrink(12.0), corners, line, StrokeKind::Inside);
            let width = (window.width() - 80.0).max(100.0);
            let text = egui::RichText::new(state.i18n.text(&text))
                .font(font::semibold(font::BODY))
                .color(palette.ink);
            let place = Rect::from_center_size(window.center(), Vec2::new(width, 60.0));
            ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
                ui.vertical_centered(|ui| ui.add(Label::new(text).wrap().selectable(false)));
            });
        });
}

/// What will happen with these, as far as their names tell. Some systems say no names.
fn said_of(files: &[egui::HoveredFile]) -> Option<Text> {
    if files.is_empty() {
        return None;
    }
    let paths: Option<Vec<&Path>> = files.iter().map(|file| file.path.as_deref()).collect();
    let Some(paths) = paths else {
        return Some(Text::new("drop-any"));
    };
    let all = |known: &[&str]| {
        paths.iter().all(|path| {
            let extension = path.extension().and_then(|it| it.to_str());
            extension.is_some_and(|it| known.iter().any(|known| it.eq_ignore_ascii_case(known)))
        })
    };
    Some(if all(&["gguf"]) {
        Text::new("drop-model")
    } else if all(&["zip"]) {
        Text::new("drop-chats")
    } else if all(&["json", "jsonl"]) {
        Text::new("drop-json")
    } else {
        Text::new("drop-attach").count("files", paths.len() as u64)
    })
}
