//! A group that is folded until it is needed: a line, a name, and what it says while
//! folded.

use egui::{Align2, FontId, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2};

use super::one_line;
use super::term::split;
use crate::app::icons;
use crate::app::theme::{Palette, font};
use crate::i18n::I18n;

/// The least room in which a term still says something.
const SHORTEST: f32 = 24.0;

/// Draws the head, whose name is this message, and, when open, the contents. What is open
/// stays open in another language.
pub(in crate::app) fn fold(
    ui: &mut Ui,
    i18n: &I18n,
    message: &'static str,
    summary: &str,
    contents: impl FnOnce(&mut Ui),
) {
    let name = i18n.get(message);
    let (name, term) = split(&name);
    let palette = Palette::of(ui);
    let id = ui.scope_id().with(("fold", message));
    let mut is_open = ui.data(|data| data.get_temp::<bool>(id)).unwrap_or(false);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 36.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, is_open, name));
    if !term.is_empty() {
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_description(term));
    }
    if response.clicked() {
        is_open = !is_open;
        ui.data_mut(|data| data.insert_temp(id, is_open));
    }
    let painter = ui.painter();
    let line = Stroke::new(1.0, palette.line);
    painter.hline(rect.x_range(), rect.top(), line);
    let ink = match response.hovered() || is_open {
        true => palette.ink,
        false => palette.soft,
    };
    let text_font = FontId::proportional(font::SECONDARY);
    let named = painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        name,
        text_font,
        ink,
    );
    let icon = match is_open {
        true => icons::CHEVRON_DOWN,
        false => icons::CHEVRON_RIGHT,
    };
    let right = rect.right_center();
    painter.text(
        right,
        Align2::RIGHT_CENTER,
        icon,
        font::icon(14.0),
        palette.soft,
    );
    let mut room_ends = right.x - 20.0;
    if !is_open && !summary.is_empty() {
        let summed = painter.text(
            right - Vec2::new(20.0, 0.0),
            Align2::RIGHT_CENTER,
            summary,
            FontId::proportional(font::CAPTION),
            palette.soft,
        );
        room_ends = summed.left() - 8.0;
    }
    let left = named.right() + 6.0;
    if !term.is_empty() && room_ends - left >= SHORTEST {
        let small = FontId::proportional(font::CAPTION);
        let galley = one_line(ui, term, small, room_ends - left);
        let at = pos2(left, rect.center().y - galley.size().y / 2.0 + 0.5);
        ui.painter().galley(at, galley, palette.soft);
    }
    let openness = ui.ctx().animate_bool_responsive(id.with("motion"), is_open);
    if is_open {
        ui.scope(|ui| {
            ui.set_opacity(openness.max(0.2));
            ui.spacing_mut().item_spacing.y = 14.0;
            contents(ui);
            ui.add_space(10.0);
        });
    }
}
