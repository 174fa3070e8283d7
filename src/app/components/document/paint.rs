//! Draws what is in view of a text, and says what was done with it.

use std::ops::Range;
use std::sync::Arc;

use egui::{
    Align2, Color32, CornerRadius, FontId, Id, Pos2, Rangef, Rect, Role, Sense, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo,
};

use super::code;
use super::flow::{self, ALERT, CODE_HEAD};
use super::lay::{Back, Laid};
use super::parts::{Head, code_head, links};
use super::place::{Picked, Place, chars_of};
use super::sideways::scroll_sideways;
use super::{Document, Kind};
use crate::app::icons;
use crate::app::markdown::{Alert, Frame, Highlighter, Leaf, Marker, Unit};
use crate::app::theme::{Palette, font, radius};
use crate::i18n::I18n;

/// What is to be known to draw a text.
pub(in crate::app) struct Shown<'a> {
    pub(in crate::app) i18n: &'a I18n,
    pub(in crate::app) id: Id,
    pub(in crate::app) highlighter: &'a mut Highlighter,
    /// What is selected of it.
    pub(in crate::app) picked: Option<Picked>,
    /// Finds the words that were looked for, as ranges of bytes.
    pub(in crate::app) marks: &'a dyn Fn(&str) -> Vec<Range<usize>>,
    /// The one of them that the user has gone to.
    pub(in crate::app) found: Option<Picked>,
}

/// What the user did with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum Act {
    /// Put this on the clipboard.
    Copy(String),
    /// A long part has been opened or folded: it begins at this place.
    Folded(Place),
    /// Follow this link, which has these words.
    Open { words: String, target: Arc<str> },
}

impl Document {
    /// Draws what `strip` shows of the text, counted from its top, with its top left corner
    /// at `origin`. It has been prepared for this strip.
    pub(in crate::app) fn show(
        &mut self,
        ui: &mut Ui,
        origin: Pos2,
        strip: Rangef,
        shown: &mut Shown<'_>,
    ) -> Option<Act> {
        let palette = Palette::of(ui);
        let (visible, mut top) = self.visible(strip);
        let mut act = None;
        for index in visible {
            if self.folding.hides(index) {
                continue;
            }
            self.color(ui, index, shown.highlighter);
            let gap = flow::gap(self.units(), index, self.kind);
            let y = origin.y + top + gap;
            self.paint_frames(ui, index, Vec2::new(origin.x, y), gap, &palette);
            act = self
                .block(ui, index, Vec2::new(origin.x, y), &palette, shown)
                .or(act);
            top += self.slots[index].height;
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

    /// What stands to the left of a block: bars of quotes, marks of items.
    fn paint_frames(&self, ui: &Ui, index: usize, at: Vec2, gap: f32, palette: &Palette) {
        let units = self.units();
        let unit = &units[index];
        let height = self.slots[index].height - gap - self.row_below(index);
        let mut x = at.x;
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
                    let bar = Rect::from_min_max(
                        Pos2::new(x + 1.0, at.y - above),
                        Pos2::new(x + 4.0, at.y + height),
                    );
                    let color = alert.map_or(palette.line, |it| alert_color(it, palette));
                    ui.painter().rect_filled(bar, 1.5, color);
                }
                Frame::Item(Some(marker)) => self.paint_marker(ui, *marker, x, at.y, palette),
                Frame::Footnote(Some(label)) => {
                    let font = FontId::proportional(font::CAPTION);
                    let right = Pos2::new(x + flow::ITEM - 8.0, at.y + 12.0);
                    let painter = ui.painter();
                    painter.text(right, Align2::RIGHT_CENTER, label, font, palette.soft);
                }
                Frame::Item(None) | Frame::Footnote(None) => {}
            }
            x += flow::step(frame);
        }
    }

    fn paint_marker(&self, ui: &Ui, marker: Marker, x: f32, y: f32, palette: &Palette) {
        let size = self.body_size();
        let middle = y + flow::line_height(size) / 2.0;
        let right = x + flow::ITEM - 9.0;
        let painter = ui.painter();
        match marker {
            Marker::Bullet => {
                painter.circle_filled(Pos2::new(right - 3.0, middle + 0.5), 2.4, palette.soft);
            }
            Marker::Number(number) => {
                let at = Pos2::new(right + 2.0, middle);
                let font = FontId::proportional(size);
                let text = format!("{number}.");
                painter.text(at, Align2::RIGHT_CENTER, text, font, palette.soft);
            }
            Marker::Task(is_done) => {
                let edge = 14.0;
                let center = Pos2::new(right - edge / 2.0 + 3.0, middle);
                let square = Rect::from_center_size(center, Vec2::splat(edge));
                if is_done {
                    painter.rect_filled(square, 3.5, palette.accent);
                    let font = font::icon(11.0);
                    let color = palette.on_accent;
                    painter.text(center, Align2::CENTER_CENTER, icons::CHECK, font, color);
                } else {
                    let stroke = Stroke::new(1.2, palette.faint);
                    painter.rect_stroke(square, 3.5, stroke, StrokeKind::Inside);
                }
            }
        }
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
        let wraps = self.wrapped.contains(&head);
        let mut scrolled = self.scrolled.get(&head).copied().unwrap_or(0.0);
        let unit = &self.units()[index];
        let laid = self.slots[index].laid.as_deref()?;
        let corner = Pos2::new(at.x + laid.indent, at.y);
        let rect = Rect::from_min_size(corner, Vec2::new(laid.width, laid.height));
        let id = shown.id.with(index);
        name(ui, unit, rect, id);
        if self.kind != Kind::Thoughts && flow::starts_alert(self.units(), index) {
            alert_title(ui, unit, corner, palette, shown.i18n);
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
        let mut wrap = false;
        if let Leaf::Code(part) = &unit.leaf
            && part.is_first
        {
            let head = Rect::from_min_size(corner, Vec2::new(laid.width, CODE_HEAD));
            let can_wrap = wraps || overflow > 0.5;
            match code_head(
                ui,
                &part.block.language,
                head,
                id,
                can_wrap,
                wraps,
                shown.i18n,
            ) {
                Some(Head::Copy) => act = Some(Act::Copy(part.block.code().to_owned())),
                Some(Head::Wrap) => wrap = true,
                None => {}
            }
        }
        let mut toggles = false;
        if let Some(fold) = below {
            let size = Vec2::new(laid.width, super::folding::ROW);
            let row = Rect::from_min_size(rect.left_bottom(), size);
            toggles = super::folding::show_row(ui, row, &laid.back, fold, shown.i18n);
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
        if wrap {
            self.wrap(head);
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

fn alert_color(alert: Alert, palette: &Palette) -> Color32 {
    match alert {
        Alert::Note | Alert::Tip | Alert::Important => palette.accent,
        Alert::Warning => palette.warning,
        Alert::Caution => palette.danger,
    }
}

fn alert_title(ui: &Ui, unit: &Unit, corner: Pos2, palette: &Palette, i18n: &I18n) {
    let alert = unit.frames.iter().find_map(|frame| match frame {
        Frame::Quote(alert) => *alert,
        _ => None,
    });
    let Some(alert) = alert else {
        return;
    };
    let title = match alert {
        Alert::Note => "alert-note",
        Alert::Tip => "alert-tip",
        Alert::Important => "alert-important",
        Alert::Warning => "alert-warning",
        Alert::Caution => "alert-caution",
    };
    let at = corner - Vec2::new(0.0, ALERT / 2.0 + 2.0);
    let font = font::semibold(font::SECONDARY);
    let color = alert_color(alert, palette);
    ui.painter()
        .text(at, Align2::LEFT_CENTER, i18n.get(title), font, color);
}

/// The box of code, the lines of a table, a rule.
///
/// `may_end` is false where a line below the block closes its box.
fn back(ui: &Ui, laid: &Laid, rect: Rect, scrolled: f32, may_end: bool, palette: &Palette) {
    let painter = ui.painter();
    let line = Stroke::new(1.0, palette.line);
    match &laid.back {
        Back::Nothing => {}
        Back::Rule => {
            painter.hline(rect.x_range(), rect.center().y, line);
        }
        Back::Code {
            is_first, is_last, ..
        } => {
            let is_last = &(*is_last && may_end);
            let round = |is: bool| if is { radius::CONTROL } else { 0 };
            let corners = CornerRadius {
                nw: round(*is_first),
                ne: round(*is_first),
                sw: round(*is_last),
                se: round(*is_last),
            };
            painter.rect_filled(rect, corners, palette.code);
            if *is_first && *is_last {
                painter.rect_stroke(rect, corners, line, StrokeKind::Inside);
            } else {
                // A block in parts has no lines between them.
                let seam = rect.shrink2(Vec2::new(0.5, 0.0));
                painter.vline(seam.left(), rect.y_range(), line);
                painter.vline(seam.right(), rect.y_range(), line);
                if *is_last {
                    painter.hline(rect.x_range(), rect.bottom() - 0.5, line);
                }
            }
            if *is_first {
                painter.hline(rect.x_range(), rect.top() + CODE_HEAD, line);
            }
        }
        Back::Table {
            columns,
            rows,
            has_head,
            is_last,
        } => {
            let right = columns[columns.len() - 1].min(laid.width + scrolled);
            let sides = Rangef::new(rect.left(), rect.left() + right - scrolled);
            if *has_head && rows.len() > 1 {
                let head = Rect::from_x_y_ranges(
                    sides,
                    Rangef::new(rect.top() + rows[0], rect.top() + rows[1]),
                );
                painter.rect_filled(
                    head,
                    CornerRadius {
                        nw: 6,
                        ne: 6,
                        sw: 0,
                        se: 0,
                    },
                    palette.code,
                );
            }
            for (index, row) in rows.iter().enumerate().skip(1) {
                if index + 1 < rows.len() || !*is_last {
                    painter.hline(sides, rect.top() + row, line);
                }
            }
        }
    }
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
        let wash = |chars: &Range<usize>, color: Color32| {
            for rect in fragment.rects(chars) {
                ui.painter().rect_filled(rect.translate(at), 2.0, color);
            }
        };
        for chars in &fragment.boxed {
            for rect in fragment.text.rects(chars.clone()) {
                let place = boxed(rect.translate(at));
                ui.painter().rect_filled(place, 4.0, palette.code_wash());
            }
        }
        for mark in &marks {
            wash(mark, palette.accent_wash);
        }
        let found = shown.found.as_ref().and_then(|it| chars_of(it, index));
        for rect in found.iter().flat_map(|it| fragment.rects(it)) {
            let line = Stroke::new(1.5, palette.accent);
            let place = rect.translate(at).expand2(Vec2::new(1.5, 0.0));
            ui.painter()
                .rect_stroke(place, 3.0, line, StrokeKind::Outside);
        }
        if let Some(picked) = &picked {
            wash(picked, palette.selection());
        }
        fragment.text.paint(ui.painter(), at.to_pos2(), palette.ink);
    }
    for (at, formula) in &laid.formulas {
        formula.paint(ui.painter(), (*at + shift).to_pos2(), palette.ink);
    }
}

/// The box around code in a line: wider than the code, lower than the line.
fn boxed(line: Rect) -> Rect {
    line.expand2(Vec2::new(3.0, -1.5))
}
