//! Draws what is in view of a text, and says what was done with it.

use std::ops::Range;
use std::sync::Arc;

use egui::{Id, Pos2, Rangef, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use super::back::{back, boxed, underline};
use super::code;
use super::flow;
use super::frames::alert_title;
use super::lay::{Back, Laid};
use super::parts::links;
use super::place::{Picked, Place, chars_of};
use super::sideways::scroll_sideways;
use super::words::BOX_SIDE;
use super::{Document, Kind};
use crate::Host;
use crate::Palette;
use crate::markdown::{Highlighter, Leaf, Unit};

/// What is to be known to draw a text.
pub struct Shown<'a> {
    /// What the program lends.
    pub host: &'a dyn Host,
    /// The text's own, among all that are drawn.
    pub id: Id,
    /// Finds the colours of code.
    pub highlighter: &'a mut Highlighter,
    /// What is selected of it.
    pub picked: Option<Picked>,
    /// Finds the words that were looked for, as ranges of bytes.
    pub marks: &'a dyn Fn(&str) -> Vec<Range<usize>>,
    /// The one of them that the user has gone to.
    pub found: Option<Picked>,
}

/// What the user did with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Put this on the clipboard.
    Copy(String),
    /// A long part has been opened or folded: it begins at this place.
    Folded(Place),
    /// Follow this link, which has these words.
    Open {
        /// Its words.
        words: String,
        /// Where it says that it leads.
        target: Arc<str>,
    },
}

impl Document {
    /// Draws what `strip` shows of the text, counted from its top, with its top left corner
    /// at `origin`. It has been prepared for this strip.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        origin: Pos2,
        strip: Rangef,
        shown: &mut Shown<'_>,
    ) -> Option<Act> {
        let palette = Palette::of(ui);
        let (visible, mut top) = self.visible(strip);
        let mut heads = self.heads(ui, strip, origin).into_iter().peekable();
        let mut act = None;
        for index in visible {
            if !self.folding.hides(index) {
                self.color(ui, index, shown.highlighter);
                let gap = flow::gap(self.units(), index, self.kind);
                let y = origin.y + top + gap;
                self.paint_frames(ui, index, (origin.x, y), gap, &palette);
                act = self
                    .block(ui, index, Vec2::new(origin.x, y), &palette, shown)
                    .or(act);
                top += self.slots[index].height;
            }
            // Over the lines that pass under it, and before what the keyboard reaches next.
            if let Some(head) = heads.next_if(|head| head.last == index) {
                act = self.code_head(ui, &head, shown).or(act);
            }
        }
        act
    }

    /// Gives a code block the colours that have become known since it was laid out.
    fn color(&mut self, ui: &Ui, index: usize, highlighter: &mut Highlighter) {
        let head = self.head(index);
        let Leaf::Code(part) = &self.units()[index].leaf else {
            return;
        };
        let Some(tokens) = highlighter.colours(&part.block) else {
            return;
        };
        let Some(laid) = &self.slots[index].laid else {
            return;
        };
        let Back::Code { colours, .. } = laid.back else {
            return;
        };
        if colours == tokens.len() {
            return;
        }
        let palette = Palette::of(ui);
        let style = super::lay::Style {
            palette: &palette,
            size: self.body_size(),
            ink: palette.ink,
            wraps: self.wrapped.contains(&head),
        };
        let indent = laid.indent;
        let mut colored = code::block(ui, part, laid.width, &style, &tokens);
        colored.indent = indent;
        self.slots[index].laid = Some(Box::new(colored));
    }

    fn block(
        &mut self,
        ui: &mut Ui,
        index: usize,
        at: Vec2,
        palette: &Palette,
        shown: &mut Shown<'_>,
    ) -> Option<Act> {
        let head = self.head(index);
        let unit = &self.units()[index];
        // A table shows its first column first.
        let at_first = match unit.is_rtl && matches!(unit.leaf, Leaf::Table(_)) {
            true => f32::INFINITY,
            false => 0.0,
        };
        let mut scrolled = self.scrolled.get(&head).copied().unwrap_or(at_first);
        let laid = self.slots[index].laid.as_deref()?;
        let corner = Pos2::new(at.x + laid.indent, at.y);
        let rect = Rect::from_min_size(corner, Vec2::new(laid.width, laid.height));
        let id = shown.id.with(index);
        name(ui, unit, rect, id);
        if self.kind != Kind::Thoughts && flow::starts_alert(self.units(), index) {
            alert_title(ui, unit, rect, palette, shown.host);
        }
        let overflow = (laid.content_width - laid.width).max(0.0);
        if overflow > 0.5 {
            let is_last = match &unit.leaf {
                Leaf::Code(part) => part.is_last,
                Leaf::Table(part) => part.is_last,
                _ => true,
            };
            scrolled = scroll_sideways(ui, rect, id, is_last, (laid.content_width, scrolled));
        } else {
            scrolled = 0.0;
        }
        let before = ui.clip_rect();
        let below = self.folding.below(index);
        back(ui, laid, rect, scrolled, below.is_none(), palette);
        if overflow > 0.5 {
            ui.set_clip_rect(before.intersect(rect.expand2(Vec2::new(0.0, 2.0))));
        }
        let shift = corner.to_vec2() - Vec2::new(scrolled, 0.0);
        paint_text(ui, unit, laid, shift, index, palette, shown);
        let act = links(ui, laid, shift, id, palette);
        ui.set_clip_rect(before);
        let mut act = act;
        let mut toggles = false;
        if let Some(fold) = below {
            let size = Vec2::new(laid.width, super::folding::ROW);
            let row = Rect::from_min_size(rect.left_bottom(), size);
            toggles = super::folding::show_row(ui, row, &laid.back, fold, shown.host);
            if toggles {
                act = Some(Act::Folded(Place::start_of(fold.0.units.start)));
            }
        }
        if overflow > 0.5 {
            self.scrolled.insert(head, scrolled);
        }
        if toggles {
            self.toggle_fold(index);
            ui.ctx().request_repaint();
        }
        act
    }
}

/// What a screen reader is told of a block.
fn name(ui: &Ui, unit: &Unit, rect: Rect, id: Id) {
    let role = match &unit.leaf {
        Leaf::Heading(..) => Role::Heading,
        Leaf::Code(_) => Role::Code,
        Leaf::Table(_) => Role::Table,
        Leaf::Maths(_) => Role::Math,
        Leaf::Rule => return,
        Leaf::Paragraph(_) => Role::Label,
    };
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| {
        let text = format!("{}{}", unit.prefix(), unit.text());
        WidgetInfo::labeled(role, true, text)
    });
}

fn paint_text(
    ui: &Ui,
    unit: &Unit,
    laid: &Laid,
    shift: Vec2,
    index: usize,
    palette: &Palette,
    shown: &Shown<'_>,
) {
    let picked = shown.picked.as_ref().and_then(|it| chars_of(it, index));
    let text = unit.text();
    let marks: Vec<Range<usize>> = (shown.marks)(&text)
        .into_iter()
        .filter_map(|bytes| {
            let start = text.get(..bytes.start)?.chars().count();
            Some(start..start + text.get(bytes)?.chars().count())
        })
        .collect();
    for fragment in &laid.fragments {
        let at = fragment.at + shift;
        let each = |chars: &Range<usize>, draw: &dyn Fn(Rect)| {
            for rect in fragment.rects(chars) {
                draw(rect.translate(at));
            }
        };
        for (chars, is_key) in &fragment.boxed {
            for rect in fragment.text.boxes(chars.clone(), BOX_SIDE) {
                boxed(ui, rect.translate(at), *is_key, palette);
            }
        }
        for mark in &marks {
            each(mark, &|rect| {
                ui.painter().rect_filled(rect, 2.0, palette.mark);
                underline(ui, rect, palette);
            });
        }
        let found = shown.found.as_ref().and_then(|it| chars_of(it, index));
        for rect in found.iter().flat_map(|it| fragment.rects(it)) {
            let line = Stroke::new(1.5, palette.accent);
            let place = rect.translate(at).expand2(Vec2::new(1.5, 0.0));
            ui.painter()
                .rect_stroke(place, 3.0, line, StrokeKind::Outside);
        }
        if let Some(picked) = &picked {
            each(picked, &|rect| {
                ui.painter().rect_filled(rect, 2.0, palette.selection);
            });
        }
        fragment.text.paint(ui.painter(), at.to_pos2(), palette.ink);
    }
    for (at, formula) in &laid.formulas {
        formula.paint(ui.painter(), (*at + shift).to_pos2(), palette.ink);
    }
}
