//! The long parts of what a user wrote: folded to their first lines until they are opened. A
//! text of 400 lines that was pasted must not push the question about it out of sight.

use std::collections::HashSet;

use egui::{CornerRadius, Rect, Stroke, Ui, UiBuilder, Vec2};

use super::lay::Back;
use crate::markdown::{Fold, Unit, folds};
use crate::{Host, Word};
use crate::{Palette, size};

/// The line below the part, with what opens and folds it.
pub(super) const ROW: f32 = 30.0;

/// The long parts of a text, and which of them are open.
#[derive(Debug, Default)]
pub(super) struct Folding {
    folds: Vec<Fold>,
    /// By their first units.
    open: HashSet<usize>,
}

impl Folding {
    /// Takes up the parts of another text.
    pub(super) fn set(&mut self, units: &[Unit]) {
        self.folds = folds(units);
    }

    fn of(&self, index: usize) -> Option<&Fold> {
        let at = self.folds.partition_point(|it| it.units.end <= index);
        self.folds.get(at).filter(|it| it.units.contains(&index))
    }

    fn is_open(&self, fold: &Fold) -> bool {
        self.open.contains(&fold.units.start)
    }

    /// Whether a unit is folded away.
    pub(super) fn hides(&self, index: usize) -> bool {
        let fold = self.of(index).filter(|it| it.units.start < index);
        fold.is_some_and(|it| !self.is_open(it))
    }

    /// The part whose line stands below this unit, and whether it is open.
    pub(super) fn below(&self, index: usize) -> Option<(&Fold, bool)> {
        let fold = self.of(index)?;
        let is_open = self.is_open(fold);
        let last = match is_open {
            true => fold.units.end - 1,
            false => fold.units.start,
        };
        (index == last).then_some((fold, is_open))
    }

    /// Opens the part that a unit is in, or folds it. Returns which units it has.
    pub(super) fn toggle(&mut self, index: usize) -> Option<std::ops::Range<usize>> {
        let units = self.of(index)?.units.clone();
        if !self.open.remove(&units.start) {
            self.open.insert(units.start);
        }
        Some(units)
    }
}

/// Draws the line below a part: within its box where that is code. Returns whether it was
/// clicked.
pub(super) fn show_row(
    ui: &mut Ui,
    rect: Rect,
    back: &Back,
    (fold, is_open): (&Fold, bool),
    host: &dyn Host,
) -> bool {
    let is_code = matches!(back, Back::Code { .. });
    if is_code {
        let palette = Palette::of(ui);
        let corners = CornerRadius {
            nw: 0,
            ne: 0,
            sw: size::RADIUS,
            se: size::RADIUS,
        };
        let line = Stroke::new(1.0, palette.line);
        let painter = ui.painter();
        painter.rect_filled(rect, corners, palette.code);
        let seam = rect.shrink2(Vec2::new(0.5, 0.0));
        painter.vline(seam.left(), rect.y_range(), line);
        painter.vline(seam.right(), rect.y_range(), line);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, line);
    }
    let name = match is_open {
        true => host.say(Word::Fold),
        false => host.say(Word::Unfold { lines: fold.lines }),
    };
    let inside = match is_code {
        true => rect.shrink2(Vec2::new(8.0, 2.0)),
        // In line with the words.
        false => rect.translate(Vec2::new(-6.0, 0.0)),
    };
    let builder = UiBuilder::new()
        .max_rect(inside)
        .layout(egui::Layout::left_to_right(egui::Align::Center))
        .id_salt(("fold", fold.units.start));
    ui.scope_builder(builder, |ui| host.button(ui, &name).clicked())
        .inner
}
