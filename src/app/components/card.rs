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
    /// What a click does, and what it does on the button at the right end.
    pub(in crate::app) open: &'a str,
    pub(in crate::app) remove: &'a str,
}

/// Draws a card. Returns the card and the button at its right end.
pub(in crate::app) fn text_card(
    ui: &mut Ui,
    width: f32,
    card: &TextCard<'_>,
) -> (Response, Response) {
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
    let details_font = FontId::proportional(font::CAPTION);
    let details = one_line(ui, card.details, details_font, rect.right() - 8.0 - left);
    let height = name.size().y + details.size().y;
    let top = rect.center().y - height / 2.0;
    let below = top + name.size().y;
    ui.painter().galley(pos2(left, top), name, palette.ink);
    ui.painter()
        .galley(pos2(left, below), details, palette.soft);
    (
        response.on_hover_text(format!("{}\n{}", card.name, card.details)),
        remove.on_hover_text(card.remove),
    )
}
