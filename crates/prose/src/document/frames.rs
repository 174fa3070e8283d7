//! What stands beside a block: bars of quotes, marks of items. On the left, and on the right
//! of what is read from there.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, FontId, Pos2, Rangef, Rect, Stroke, StrokeKind, Ui, Vec2};

use super::Document;
use super::flow::{self, ALERT};
use crate::markdown::{Alert, Frame, Leaf, Marker, Unit};
use crate::text;
use crate::{Host, Word, fonts};
use crate::{Palette, size};

/// Between a marker and the words of its item.
const BESIDE: f32 = 7.0;

/// The side from which a block is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) column: Rangef,
    pub(super) is_rtl: bool,
}

impl Edge {
    /// The place that is so far within.
    fn at(self, inside: f32) -> f32 {
        match self.is_rtl {
            true => self.column.max - inside,
            false => self.column.min + inside,
        }
    }

    /// Text that ends here, as it is read.
    fn ends(self) -> Align2 {
        match self.is_rtl {
            true => Align2::LEFT_CENTER,
            false => Align2::RIGHT_CENTER,
        }
    }
}

impl Document {
    /// Draws what stands beside a block whose top is at `top`, below a gap.
    pub(super) fn paint_frames(
        &self,
        ui: &Ui,
        index: usize,
        (left, top): (f32, f32),
        gap: f32,
        palette: &Palette,
    ) {
        let units = self.units();
        let unit = &units[index];
        let height = self.slots[index].height - gap - self.row_below(index);
        let edge = self.edge(unit, left);
        let mut inside = 0.0;
        for (depth, frame) in unit.frames.iter().enumerate() {
            match frame {
                Frame::Quote(alert) => {
                    let goes_on = index > 0 && units[index - 1].frames.get(depth) == Some(frame);
                    let starts = alert.is_some() && flow::starts_alert(units, index);
                    let above = match (goes_on, starts) {
                        (_, true) => ALERT,
                        (true, false) => gap,
                        (false, false) => 0.0,
                    };
                    let bar = Rect::from_two_pos(
                        Pos2::new(edge.at(inside + 1.0), top - above),
                        Pos2::new(edge.at(inside + 4.0), top + height),
                    );
                    let color = alert.map_or(palette.line, |it| alert_color(it, palette));
                    ui.painter().rect_filled(bar, 1.5, color);
                }
                Frame::Item(Some(marker)) => {
                    let end = edge.at(inside + flow::ITEM - BESIDE);
                    let baseline = self.first_baseline(index).map(|it| top + it);
                    // A reply that is "42." is an item without words: its number is the words.
                    let is_alone =
                        matches!(&unit.leaf, Leaf::Paragraph(words) if words.text.is_empty());
                    let ink = match is_alone {
                        true => palette.ink,
                        false => palette.soft,
                    };
                    self.paint_marker(ui, *marker, edge, (end, top, baseline), (ink, palette));
                }
                Frame::Footnote(Some(label)) => {
                    let font = FontId::proportional(size::CAPTION);
                    let end = Pos2::new(edge.at(inside + flow::ITEM - 8.0), top + 12.0);
                    ui.painter()
                        .text(end, edge.ends(), label, font, palette.soft);
                }
                Frame::Item(None) | Frame::Footnote(None) => {}
            }
            inside += flow::step(frame);
        }
    }

    /// The side that a block is read from, in a column that begins here.
    pub(super) fn edge(&self, unit: &Unit, left: f32) -> Edge {
        let width = self.look.map_or(0.0, |look| look.width);
        Edge {
            column: Rangef::new(left, left + width),
            is_rtl: unit.is_rtl,
        }
    }

    /// How far below the top of a block the letters of its first line stand; nothing where it
    /// has none.
    fn first_baseline(&self, index: usize) -> Option<f32> {
        let laid = self.slots[index].laid.as_ref()?;
        let first = laid.fragments.first()?;
        let baseline = first.text.first_baseline();
        (baseline > 0.0).then_some(first.at.y + baseline)
    }

    /// Draws the mark of an item, which ends at `end`, in a first line that begins at `top`
    /// and has its letters standing on `baseline`.
    fn paint_marker(
        &self,
        ui: &Ui,
        marker: Marker,
        edge: Edge,
        (end, top, baseline): (f32, f32, Option<f32>),
        (ink, palette): (Color32, &Palette),
    ) {
        let size = self.body_size();
        let line = flow::line_height(size);
        let painter = ui.painter();
        // The point of a number stands on the side of the words.
        let text = match (marker, edge.is_rtl) {
            (Marker::Number(number), true) => format!(".{number}"),
            (Marker::Number(number), false) => format!("{number}."),
            _ => "1".to_owned(),
        };
        let format = TextFormat {
            line_height: Some(line),
            ..TextFormat::simple(FontId::proportional(size), ink)
        };
        let galley = painter.layout_job(LayoutJob::single_section(text, format));
        // Other marks stand as high as a number would.
        let top = baseline.map_or(top, |it| it - text::baseline(&galley));
        let middle = top + line / 2.0;
        let outside = match edge.is_rtl {
            true => 1.0,
            false => -1.0,
        };
        match marker {
            Marker::Bullet => {
                let center = Pos2::new(end + 5.0 * outside, middle + 0.5);
                painter.circle_filled(center, 2.4, palette.soft);
            }
            Marker::Number(_) => {
                let left = match edge.is_rtl {
                    true => end,
                    false => end - galley.size().x,
                };
                painter.galley(Pos2::new(left, top), galley, ink);
            }
            Marker::Task(is_done) => {
                let width = 14.0;
                let center = Pos2::new(end + (width / 2.0 - 1.0) * outside, middle);
                let square = Rect::from_center_size(center, Vec2::splat(width));
                if is_done {
                    painter.rect_filled(square, 3.5, palette.accent);
                    let points = [(-3.5, 0.0), (-1.0, 2.5), (3.5, -2.5)];
                    let check = points.map(|(x, y)| center + Vec2::new(x, y));
                    painter.line(check.to_vec(), Stroke::new(1.6, palette.on_accent));
                } else {
                    let stroke = Stroke::new(1.2, palette.faint);
                    painter.rect_stroke(square, 3.5, stroke, StrokeKind::Inside);
                }
            }
        }
    }
}

fn alert_color(alert: Alert, palette: &Palette) -> Color32 {
    match alert {
        Alert::Note | Alert::Tip | Alert::Important => palette.accent,
        Alert::Warning => palette.warning,
        Alert::Caution => palette.danger,
    }
}

/// The title of an alert, above the first of its blocks.
pub(super) fn alert_title(ui: &Ui, unit: &Unit, block: Rect, palette: &Palette, host: &dyn Host) {
    let alert = unit.frames.iter().find_map(|frame| match frame {
        Frame::Quote(alert) => *alert,
        _ => None,
    });
    let Some(alert) = alert else {
        return;
    };
    let (x, align) = match unit.is_rtl {
        true => (block.right(), Align2::RIGHT_CENTER),
        false => (block.left(), Align2::LEFT_CENTER),
    };
    let at = Pos2::new(x, block.top() - ALERT / 2.0 - 2.0);
    let font = fonts::semibold(size::SECONDARY);
    let color = alert_color(alert, palette);
    ui.painter()
        .text(at, align, host.say(Word::Alert(alert)), font, color);
}
