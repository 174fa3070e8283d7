//! What is drawn behind text: the box of code, the lines of a table, a rule, the boxes among
//! words.

use egui::{CornerRadius, Pos2, Rangef, Rect, Stroke, StrokeKind, Ui, Vec2};

use super::flow::CODE_HEAD;
use super::lay::{Back, Laid};
use crate::{Palette, size};

/// The box of code, the lines of a table, a rule.
///
/// `may_end` is false where a line below the block closes its box.
pub(super) fn back(
    ui: &Ui,
    laid: &Laid,
    rect: Rect,
    scrolled: f32,
    may_end: bool,
    palette: &Palette,
) {
    let painter = ui.painter();
    let line = Stroke::new(1.0, palette.line);
    match &laid.back {
        Back::Nothing => {}
        Back::Rule => {
            painter.hline(rect.x_range(), rect.center().y, line);
        }
        Back::Code {
            is_first, is_last, ..
        } => code(ui, rect, (*is_first, *is_last && may_end), palette),
        Back::Table {
            sides,
            rows,
            has_head,
            is_last,
        } => {
            let right = sides.max.min(laid.width + scrolled);
            let left = rect.left() + (sides.min - scrolled).max(0.0);
            let sides = Rangef::new(left, rect.left() + right - scrolled);
            if *has_head && rows.len() > 1 {
                let head = Rect::from_x_y_ranges(
                    sides,
                    Rangef::new(rect.top() + rows[0], rect.top() + rows[1]),
                );
                let corners = CornerRadius {
                    nw: 6,
                    ne: 6,
                    sw: 0,
                    se: 0,
                };
                painter.rect_filled(head, corners, palette.code);
            }
            for (index, row) in rows.iter().enumerate().skip(1) {
                if index + 1 < rows.len() || !*is_last {
                    painter.hline(sides, rect.top() + row, line);
                }
            }
        }
    }
}

/// A part of the box of a code block: all of it, but the edges that the parts above and below
/// have.
fn code(ui: &Ui, part: Rect, (is_first, is_last): (bool, bool), palette: &Palette) {
    let line = Stroke::new(1.0, palette.line);
    // The edges that are not this part's lie out of sight.
    let hidden = 2.0 * f32::from(size::RADIUS);
    let mut whole = part;
    whole.min.y -= if is_first { 0.0 } else { hidden };
    whole.max.y += if is_last { 0.0 } else { hidden };
    let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(part));
    painter.rect(whole, size::RADIUS, palette.code, line, StrokeKind::Inside);
    if is_first {
        painter.hline(part.x_range(), part.top() + CODE_HEAD, line);
    }
}

/// Below the head of a code block, which stays in view while the lines pass under it.
pub(super) fn stuck_head(ui: &Ui, head: Rect, palette: &Palette) {
    let line = Stroke::new(1.0, palette.line);
    let painter = ui.painter();
    painter.rect_filled(head, 0.0, palette.code);
    let sides = head.shrink2(Vec2::new(0.5, 0.0));
    painter.vline(sides.left(), head.y_range(), line);
    painter.vline(sides.right(), head.y_range(), line);
    painter.hline(head.x_range(), head.bottom(), line);
}

/// The box around code in a line, or around the name of a key.
pub(super) fn boxed(ui: &Ui, line: Rect, is_key: bool, palette: &Palette) {
    // Lower than the line.
    let place = line.shrink2(Vec2::new(0.0, 1.5));
    let painter = ui.painter();
    if !is_key {
        painter.rect_filled(place, 4.0, palette.code_wash);
        return;
    }
    let key = place.shrink2(Vec2::new(0.5, 1.0));
    let edge = Stroke::new(1.0, palette.line.lerp_to_gamma(palette.soft, 0.35));
    painter.rect(key, 4.0, palette.card, edge, StrokeKind::Inside);
    // Its lower edge is that of something that can be pressed.
    let foot = key.bottom() - 1.0;
    let ends = Rangef::new(key.left() + 3.0, key.right() - 3.0);
    painter.hline(ends, foot, edge);
}

/// A line under words that were looked for, so that they are told by more than a colour.
pub(super) fn underline(ui: &Ui, words: Rect, palette: &Palette) {
    let foot = words.bottom() - words.height() * 0.1;
    let from = Pos2::new(words.left(), foot);
    let to = Pos2::new(words.right(), foot);
    ui.painter()
        .line_segment([from, to], Stroke::new(1.5, palette.warning));
}
