//! A block that is wider than its room, moved to the side by the wheel or by its bar.

use egui::{Id, Pos2, Rect, Sense, Ui, Vec2};

use crate::Palette;

/// Moves a block that is wider than its room. Returns how far it is moved.
pub(super) fn scroll_sideways(
    ui: &Ui,
    rect: Rect,
    id: Id,
    has_bar: bool,
    (content, scrolled): (f32, f32),
) -> f32 {
    let most = content - rect.width();
    let mut scrolled = scrolled.clamp(0.0, most);
    if ui.rect_contains_pointer(rect) {
        ui.input_mut(|input| {
            let moved = match input.modifiers.shift {
                true => input.smooth_scroll_delta.x + input.smooth_scroll_delta.y,
                false => input.smooth_scroll_delta.x,
            };
            if moved != 0.0 {
                scrolled = (scrolled - moved).clamp(0.0, most);
                input.smooth_scroll_delta.x = 0.0;
                if input.modifiers.shift {
                    input.smooth_scroll_delta.y = 0.0;
                }
            }
        });
    }
    if !has_bar {
        return scrolled;
    }
    let rail = Rect::from_min_max(
        Pos2::new(rect.left() + 4.0, rect.bottom() - 8.0),
        Pos2::new(rect.right() - 4.0, rect.bottom() - 2.0),
    );
    let part = rail.width() / content;
    let thumb = Rect::from_min_size(
        Pos2::new(rail.left() + scrolled * part, rail.top()),
        Vec2::new((rect.width() * part).max(24.0), rail.height()),
    );
    let response = ui.interact(thumb.expand(3.0), id.with("bar"), Sense::drag());
    if response.dragged() {
        scrolled = (scrolled + response.drag_delta().x / part).clamp(0.0, most);
    }
    let palette = Palette::of(ui);
    let color = match response.hovered() || response.dragged() {
        true => palette.soft,
        false => palette.line,
    };
    ui.painter().rect_filled(thumb, 3.0, color);
    scrolled
}
