//! Buttons: one that stands out, a quiet one with words, a quiet one with an icon.

use egui::{Button, Color32, CornerRadius, Response, RichText, Stroke, StrokeKind, Ui, Vec2};

use crate::app::theme::{Palette, font, radius, size};

/// Space around the face of a quiet button.
const PADDING: Vec2 = Vec2::new(6.0, 4.0);

/// The one thing to do next.
pub(in crate::app) fn primary_button(
    ui: &mut Ui,
    text: &str,
    icon: &str,
    is_enabled: bool,
) -> Response {
    let palette = Palette::of(ui);
    ui.scope(|ui| {
        let visuals = ui.visuals_mut();
        visuals.disabled_alpha = 0.45;
        for widget in [
            &mut visuals.widgets.inactive,
            &mut visuals.widgets.hovered,
            &mut visuals.widgets.active,
        ] {
            widget.fg_stroke = Stroke::new(1.0, palette.on_accent);
            widget.bg_stroke = Stroke::NONE;
        }
        let words = RichText::new(text)
            .font(font::medium(font::SECONDARY))
            .color(palette.on_accent);
        let icon = RichText::new(icon)
            .font(font::icon(14.0))
            .color(palette.on_accent);
        // An empty icon would still take its space.
        let button = match icon.text().is_empty() {
            true => Button::new(words),
            false => Button::new((words, icon)),
        };
        let button = button
            .fill(palette.accent)
            .corner_radius(CornerRadius::same(radius::CONTROL))
            .min_size(Vec2::new(0.0, size::CONTROL));
        let response = ui.add_enabled(is_enabled, button);
        if response.has_focus() {
            // On the accent, a ring of the accent would not be seen.
            let ring = Stroke::new(2.0, palette.accent);
            let around = response.rect.expand(3.0);
            let corners = CornerRadius::same(radius::CONTROL + 3);
            ui.painter()
                .rect_stroke(around, corners, ring, StrokeKind::Inside);
        }
        response
    })
    .inner
    .accessible_name(text)
}

/// A button that is a few words in the colour of what can be clicked. Its words begin
/// where other text does; the padding hangs out to the left.
pub(in crate::app) fn link_button(ui: &mut Ui, text: &str) -> Response {
    let accent = Palette::of(ui).accent;
    words_button(ui, text, accent)
}

/// The same, for what is read more often than clicked.
pub(in crate::app) fn quiet_button(ui: &mut Ui, text: &str) -> Response {
    let soft = Palette::of(ui).soft;
    words_button(ui, text, soft)
}

fn words_button(ui: &mut Ui, text: &str, rest: Color32) -> Response {
    ui.horizontal(|ui| {
        ui.add_space(-PADDING.x);
        quiet(ui, |palette, is_hot| {
            let ink = if is_hot { palette.ink } else { rest };
            RichText::new(text).size(font::CAPTION).color(ink)
        })
    })
    .inner
}

/// An icon with a name that is shown on hover and read to those who do not see it.
pub(in crate::app) fn icon_button(ui: &mut Ui, icon: &str, name: &str) -> Response {
    quiet(ui, |palette, is_hot| {
        let ink = if is_hot { palette.ink } else { palette.soft };
        RichText::new(icon).font(font::icon(16.0)).color(ink)
    })
    .on_hover_text(name)
    .accessible_name(name)
}

/// A button with a line around it, for what stands beside the one thing to do next.
pub(in crate::app) fn plain_button(
    ui: &mut Ui,
    text: &str,
    icon: &str,
    is_enabled: bool,
) -> Response {
    let palette = Palette::of(ui);
    let words = RichText::new(text).font(font::medium(font::CAPTION));
    let icon = RichText::new(icon)
        .font(font::icon(13.0))
        .color(palette.soft);
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = Vec2::new(10.0, 4.0);
        ui.visuals_mut().disabled_alpha = 0.6;
        let button = match icon.is_empty() {
            true => Button::new(words),
            false => Button::new((icon, words)),
        };
        let button = button
            .fill(palette.card)
            .stroke(Stroke::new(1.0, palette.line))
            .corner_radius(CornerRadius::same(radius::CONTROL))
            .min_size(Vec2::new(0.0, 28.0));
        ui.add_enabled(is_enabled, button)
    })
    .inner
    .accessible_name(text)
}

/// What cannot be taken back, said in the colour of danger as well as in words.
pub(in crate::app) fn danger_button(ui: &mut Ui, text: &str) -> Response {
    let palette = Palette::of(ui);
    let words = RichText::new(text)
        .font(font::medium(font::CAPTION))
        .color(palette.danger);
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = Vec2::new(10.0, 4.0);
        let button = Button::new(words)
            .fill(palette.card)
            .stroke(Stroke::new(1.0, palette.danger))
            .corner_radius(CornerRadius::same(radius::CONTROL))
            .min_size(Vec2::new(0.0, 28.0));
        ui.add(button)
    })
    .inner
    .accessible_name(text)
}

/// A quiet word, or an icon where there is no room for words, that is stronger while what it
/// belongs to is pointed at.
pub(in crate::app) fn action_button(ui: &mut Ui, action: &QuietAction<'_>) -> Response {
    let response = ui
        .add_enabled_ui(action.is_enabled, |ui| {
            ui.visuals_mut().disabled_alpha = 0.6;
            quiet(ui, |palette, is_hot| {
                let ink = match (is_hot, action.is_strong) {
                    (true, _) => palette.ink,
                    (false, true) => palette.soft,
                    (false, false) => palette.faint,
                };
                match action.is_icon {
                    true => RichText::new(action.icon).font(font::icon(14.0)),
                    false => RichText::new(action.name).size(font::CAPTION),
                }
                .color(ink)
            })
        })
        .inner
        .accessible_name(action.name);
    match action.is_icon {
        true => response.on_hover_text(action.name),
        false => response,
    }
}

/// What a quiet action shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct QuietAction<'a> {
    pub(in crate::app) icon: &'a str,
    pub(in crate::app) name: &'a str,
    /// Whether the icon stands for the name.
    pub(in crate::app) is_icon: bool,
    /// Whether what it belongs to is pointed at.
    pub(in crate::app) is_strong: bool,
    pub(in crate::app) is_enabled: bool,
}

fn quiet(ui: &mut Ui, face: impl FnOnce(&Palette, bool) -> RichText) -> Response {
    let palette = Palette::of(ui);
    // What it looked like in the last frame decides: the pointer is there before the paint.
    let id = ui.next_auto_id();
    let is_hot = ui
        .ctx()
        .read_response(id)
        .is_some_and(|it| it.hovered() || it.has_focus());
    ui.scope(|ui| {
        let spacing = ui.spacing_mut();
        spacing.button_padding = PADDING;
        let fill = if is_hot {
            palette.line
        } else {
            Color32::TRANSPARENT
        };
        let button = Button::new(face(&palette, is_hot))
            .fill(fill)
            .stroke(Stroke::NONE)
            .corner_radius(CornerRadius::same(radius::CONTROL));
        ui.add(button)
    })
    .inner
}
