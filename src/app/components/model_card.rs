//! A card for a model: what it is, where it is, whether it fits, and the way to use it.

use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Layout, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2,
};

use super::{icon_button, one_line, primary_button};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};

/// The height of a card, and the gap below it.
const HEIGHT: f32 = 66.0;
const GAP: f32 = 8.0;
/// What a card takes of a list.
pub(in crate::app) const MODEL_CARD_HEIGHT: f32 = HEIGHT + GAP;

/// Below this width, what is told stands on three lines in place of two columns.
const NARROW: f32 = 620.0;
/// The room for what can be done, at the right end.
const DOING: f32 = 148.0;

/// What a card shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct ModelCard<'a> {
    pub(in crate::app) name: &'a str,
    /// Maker, quantisation, size, context.
    pub(in crate::app) facts: &'a str,
    /// Where it comes from, and the user's words for it.
    pub(in crate::app) places: &'a str,
    pub(in crate::app) verdict: &'a str,
    pub(in crate::app) verdict_color: Color32,
    pub(in crate::app) is_favourite: bool,
    /// What the button says, and whether it can be pressed; no button without words.
    pub(in crate::app) action: &'a str,
    pub(in crate::app) is_enabled: bool,
    /// The name of the button that opens the menu; no button without a name.
    pub(in crate::app) more: &'a str,
}

impl ModelCard<'_> {
    /// All that is painted, for those who do not see it.
    pub(super) fn words(&self) -> String {
        let parts = [self.name, self.verdict, self.facts, self.places];
        let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join(". ")
    }
}

/// What was done with a card.
pub(in crate::app) struct ModelCardResponse {
    pub(in crate::app) open: Response,
    pub(in crate::app) acts: bool,
    pub(in crate::app) more: Option<Response>,
}

/// Draws a card as wide as there is room.
pub(in crate::app) fn model_card(ui: &mut Ui, card: &ModelCard<'_>) -> ModelCardResponse {
    let palette = Palette::of(ui);
    let (whole, open) = ui.allocate_exact_size(
        Vec2::new(ui.available_width(), MODEL_CARD_HEIGHT),
        Sense::click(),
    );
    let rect = Rect::from_min_size(whole.min, Vec2::new(whole.width(), HEIGHT));
    open.widget_info(|| {
        let words = card.words();
        WidgetInfo::labeled(Role::Button, true, words)
    });
    let corners = CornerRadius::same(radius::CARD);
    let line = match open.hovered() {
        true => palette.faint,
        false => palette.line,
    };
    ui.painter().rect_filled(rect, corners, palette.card);
    let stroke = Stroke::new(1.0, line);
    ui.painter()
        .rect_stroke(rect, corners, stroke, StrokeKind::Inside);

    let is_narrow = rect.width() < NARROW;
    let left = rect.left() + 16.0;
    let right = rect.right() - 12.0 - DOING;
    let middle = match is_narrow {
        true => right,
        false => left + (right - left) * 0.55,
    };
    let mut name_left = left;
    if card.is_favourite {
        let at = pos2(left + 7.0, rect.top() + 21.0);
        let icon = font::icon(13.0);
        ui.painter().text(
            at,
            Align2::CENTER_CENTER,
            icons::STAR,
            icon,
            palette.warning,
        );
        name_left += 20.0;
    }
    let caption = || FontId::proportional(font::CAPTION);
    let put = |x: f32, y: f32, to: f32, text: &str, font: FontId, ink: Color32| {
        let galley = one_line(ui, text, font, (to - x - 12.0).max(20.0));
        let at = pos2(x, y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, ink);
    };
    let (first, second) = match is_narrow {
        true => (rect.top() + 15.0, rect.top() + 33.0),
        false => (rect.top() + 22.0, rect.top() + 44.0),
    };
    let title = font::semibold(font::SECONDARY);
    put(name_left, first, middle, card.name, title, palette.ink);
    put(left, second, middle, card.facts, caption(), palette.soft);
    let verdict = match is_narrow {
        true => (left, rect.top() + 51.0),
        false => (middle, first),
    };
    put(
        verdict.0,
        verdict.1,
        right,
        card.verdict,
        caption(),
        card.verdict_color,
    );
    if !is_narrow {
        put(middle, second, right, card.places, caption(), palette.soft);
    }

    let doing = Rect::from_min_max(
        pos2(right, rect.top()),
        pos2(rect.right() - 12.0, rect.bottom()),
    );
    let layout = Layout::right_to_left(Align::Center);
    let mut doing = ui.new_child(UiBuilder::new().max_rect(doing).layout(layout));
    doing.spacing_mut().item_spacing.x = 6.0;
    let more = (!card.more.is_empty()).then(|| icon_button(&mut doing, icons::ELLIPSIS, card.more));
    let acts = !card.action.is_empty()
        && primary_button(&mut doing, card.action, "", card.is_enabled)
            .accessible_name(format!("{}: {}", card.action, card.name))
            .clicked();
    ModelCardResponse { open, acts, more }
}
