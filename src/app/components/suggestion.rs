//! A row of a list that is walked through while the keyboard stays elsewhere.

use egui::{CornerRadius, FontId, Response, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

use super::one_line;
use crate::app::theme::{Palette, font, radius};

/// The part of the row that the name may take.
const NAME_SHARE: f32 = 0.5;

/// Draws a name and what there is to say of it on one line.
pub(in crate::app) fn suggestion(
    ui: &mut Ui,
    name: &str,
    details: &str,
    is_chosen: bool,
) -> Response {
    let palette = Palette::of(ui);
    let size = Vec2::new(ui.available_width(), 32.0);
    // The keyboard stays in the box that the list belongs to.
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_chosen, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let corners = CornerRadius::same(radius::CONTROL);
    if is_chosen {
        ui.painter().rect_filled(rect, corners, palette.accent_wash);
    } else if response.hovered() {
        let fill = palette.line.gamma_multiply(0.6);
        ui.painter().rect_filled(rect, corners, fill);
    }
    let left = rect.left() + 10.0;
    let width = rect.width() - 20.0;
    let name = one_line(ui, name, font::medium(font::SECONDARY), width * NAME_SHARE);
    let after = left + name.size().x + 12.0;
    let details_font = FontId::proportional(font::CAPTION);
    let details = one_line(ui, details, details_font, rect.right() - 10.0 - after);
    let middle = rect.center().y;
    let at = pos2(left, middle - name.size().y / 2.0);
    ui.painter().galley(at, name, palette.ink);
    let at = pos2(after, middle - details.size().y / 2.0);
    ui.painter().galley(at, details, palette.soft);
    response
}
