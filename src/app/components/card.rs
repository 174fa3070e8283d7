//! A card that stands for a text: a name, a line of small print, and a way to take it away.

use egui::{
    Align2, CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2,
};

use super::one_line;
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};

/// The height of a card.
const HEIGHT: f32 = 46.0;

/// What a card shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct TextCard<'a> {
    pub(in crate::app) icon: &'a str,
    pub(in crate::app) name: &'a str,
    pub(in crate::app) details: &'a str,
    /// What stands before the small print and can be changed, and what it is called.
    pub(in crate::app) changeable: Option<(&'a str, &'a str)>,
    /// What a click does, and what it does on the button at the right end.
    pub(in crate::app) open: &'a str,
    pub(in crate::app) remove: &'a str,
}

/// What can be clicked of a card.
pub(in crate::app) struct TextCardResponse {
    pub(in crate::app) open: Response,
    pub(in crate::app) change: Option<Response>,
    pub(in crate::app) remove: Response,
}

/// Draws a card.
pub(in crate::app) fn text_card(ui: &mut Ui, width: f32, card: &TextCard<'_>) -> TextCardResponse {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, card.open));
    // In the corner, so that the small print has the whole width.
    let middle = rect.right_top() + Vec2::new(-15.0, 15.0);
    let place = Rect::from_center_size(middle, Vec2::splat(22.0));
    let remove = ui.interact(place, response.id.with("remove"), Sense::click());
    remove.widget_info(|| WidgetInfo::labeled(Role::Button, true, card.remove));

    let corners = CornerRadius::same(radius::CONTROL);
    let painter = ui.painter();
    painter.rect_filled(rect, corners, palette.background);
    let line = match response.hovered() {
        true => Stroke::new(1.0, palette.faint),
        false => Stroke::new(1.0, palette.line),
    };
    let ring = Stroke::new(2.0, palette.accent);
    let line = if response.has_focus() { ring } else { line };
    painter.rect_stroke(rect, corners, line, StrokeKind::Inside);
    painter.text(
        rect.left_center() + Vec2::new(18.0, 0.0),
        Align2::CENTER_CENTER,
        card.icon,
        font::icon(17.0),
        palette.accent,
    );
    if remove.hovered() {
        painter.rect_filled(place, corners, palette.line);
    }
    if remove.has_focus() {
        painter.rect_stroke(place, corners, ring, StrokeKind::Inside);
    }
    let ink = if remove.hovered() {
        palette.ink
    } else {
        palette.soft
    };
    painter.text(
        place.center(),
        Align2::CENTER_CENTER,
        icons::X,
        font::icon(14.0),
        ink,
    );
    let left = rect.left() + 34.0;
    let width = place.left() - 4.0 - left;
    let name = one_line(ui, card.name, font::medium(font::SECONDARY), width);
    let small = FontId::proportional(font::CAPTION);
    let details_height = ui.fonts_mut(|fonts| fonts.row_height(&small));
    let top = rect.center().y - f32::midpoint(name.size().y, details_height);
    let below = top + name.size().y;
    ui.painter().galley(pos2(left, top), name, palette.ink);
    let right = rect.right() - 8.0;
    let mut details_left = left;
    let change = card.changeable.map(|(shown, spoken)| {
        let words = one_line(ui, shown, small.clone(), right - left - 14.0);
        let size = Vec2::new(words.size().x + 14.0, details_height);
        let place = Rect::from_min_size(pos2(left, below), size);
        let change = ui.interact(
            place.expand(2.0),
            response.id.with("change"),
            Sense::click(),
        );
        change.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, spoken));
        let ink = match change.hovered() {
            true => palette.ink,
            false => palette.accent,
        };
        if change.has_focus() {
            let ring = place.expand2(Vec2::new(3.0, 1.0));
            ui.painter().rect_stroke(
                ring,
                corners,
                Stroke::new(2.0, palette.accent),
                StrokeKind::Inside,
            );
        }
        ui.painter()
            .galley_with_override_text_color(place.min, words, ink);
        ui.painter().text(
            place.right_center(),
            Align2::RIGHT_CENTER,
            icons::CHEVRON_DOWN,
            font::icon(12.0),
            ink,
        );
        details_left = place.right() + 6.0;
        change.on_hover_text(spoken)
    });
    let details = one_line(ui, card.details, small, (right - details_left).max(0.0));
    ui.painter()
        .galley(pos2(details_left, below), details, palette.soft);
    TextCardResponse {
        open: response.on_hover_text(format!("{}\n{}", card.name, card.details)),
        change,
        remove: remove.on_hover_text(card.remove),
    }
}
