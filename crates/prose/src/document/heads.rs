//! The heads of code blocks. What can be done with a block stays in view while any of its
//! lines is.

use egui::{Pos2, Rangef, Rect, Ui, Vec2};

use super::back::stuck_head;
use super::flow::{self, CODE_HEAD};
use super::paint::{Act, Shown};
use super::parts::{self, Head};
use super::{Document, Leaf};
use crate::Palette;

/// The head of a code block of which something is in view.
pub(super) struct CodeHead {
    /// The first unit of the block.
    unit: usize,
    /// The last of it that is in view.
    pub(super) last: usize,
    row: Rect,
    /// Whether the lines of the block pass under it.
    is_stuck: bool,
    can_wrap: bool,
}

impl Document {
    /// The heads in a strip of a text whose top left corner is at `origin`.
    pub(super) fn heads(&self, ui: &Ui, strip: Rangef, origin: Pos2) -> Vec<CodeHead> {
        let (visible, mut top) = self.visible(strip);
        let view_top = ui.clip_rect().top().max(origin.y + strip.min);
        let units = self.units();
        let sum = |from: usize, to: usize| -> f32 {
            self.slots[from..to].iter().map(|slot| slot.height).sum()
        };
        let mut heads = Vec::new();
        let mut index = visible.start;
        while index < visible.end {
            let parts = self.parts(index);
            let laid = self.slots[index].laid.as_ref();
            if let (Leaf::Code(_), Some(laid)) = (&units[index].leaf, laid) {
                let unit = self.head(index);
                let gap = flow::gap(units, unit, self.kind);
                let first = origin.y + top - sum(unit, index) + gap;
                let last = origin.y + top + sum(index, parts.end) - CODE_HEAD;
                let y = first.max(view_top.min(last));
                let corner = Pos2::new(origin.x + laid.indent, y);
                let is_wide = |slot: &super::Slot| {
                    let laid = slot.laid.as_ref();
                    laid.is_some_and(|it| it.content_width > it.width + 0.5)
                };
                heads.push(CodeHead {
                    unit,
                    last: parts.end.min(visible.end) - 1,
                    row: Rect::from_min_size(corner, Vec2::new(laid.width, CODE_HEAD)),
                    is_stuck: y > first,
                    can_wrap: self.slots[unit..parts.end].iter().any(is_wide),
                });
            }
            top += sum(index, parts.end);
            index = parts.end;
        }
        heads
    }

    /// Draws the head of a code block, and does what is asked of it.
    pub(super) fn code_head(
        &mut self,
        ui: &mut Ui,
        head: &CodeHead,
        shown: &Shown<'_>,
    ) -> Option<Act> {
        let Leaf::Code(part) = &self.units()[head.unit].leaf else {
            return None;
        };
        let block = part.block.clone();
        let wraps = self.wrapped.contains(&head.unit);
        if head.is_stuck {
            stuck_head(ui, head.row, &Palette::of(ui));
        }
        let clicked = parts::code_head(
            ui,
            &block.language,
            head.row,
            shown.id.with(head.unit),
            wraps || head.can_wrap,
            wraps,
            shown.host,
        );
        match clicked? {
            Head::Copy => Some(Act::Copy(block.code().to_owned())),
            Head::Wrap => {
                self.wrap(head.unit);
                ui.ctx().request_repaint();
                None
            }
        }
    }
}
