//! How blocks stand to each other: the space above them, how far they are set in, and how
//! high they may be.

use crate::markdown::{Frame, Leaf, Unit};
use crate::size;

use super::Kind;

/// How far a quote, and an item, are set in.
pub(super) const QUOTE: f32 = 16.0;
pub(super) const ITEM: f32 = 26.0;

/// The line above the lines of code, with the language.
pub(super) const CODE_HEAD: f32 = 30.0;
/// The space around code.
pub(super) const CODE_EDGE: f32 = 10.0;
/// The height of a line of code.
pub(super) const CODE_LINE: f32 = 19.0;
/// The title of an alert.
pub(super) const ALERT: f32 = 22.0;
/// The space above and below the text of a cell, and beside it.
pub(super) const CELL: egui::Vec2 = egui::Vec2::new(10.0, 5.0);

/// Characters on a line of the full column, to guess a height.
const CHARS_A_LINE: f32 = 95.0;

/// The space above a block.
pub(super) fn gap(units: &[Unit], index: usize, kind: Kind) -> f32 {
    let unit = &units[index];
    let alert = match starts_alert(units, index) {
        true => ALERT,
        false => 0.0,
    };
    let Some(before) = index.checked_sub(1).map(|it| &units[it]) else {
        return alert;
    };
    let part = match kind {
        Kind::Thoughts => 0.75,
        Kind::Markdown | Kind::Typed => 1.0,
    };
    alert
        + part
            * match (&before.leaf, &unit.leaf) {
                (Leaf::Code(_), Leaf::Code(part)) if !part.is_first => 0.0,
                (Leaf::Table(_), Leaf::Table(part)) if part.head.is_none() => 0.0,
                _ if unit.is_tight && is_item(unit) && before.frames.is_empty() => 8.0,
                _ if unit.is_tight && is_item(unit) => 4.0,
                _ if unit.is_tight => 0.0,
                (_, Leaf::Heading(1 | 2, _)) => 20.0,
                (_, Leaf::Heading(..)) => 16.0,
                (Leaf::Heading(..), _) => 8.0,
                _ => 12.0,
            }
}

/// Whether the unit begins an item.
fn is_item(unit: &Unit) -> bool {
    let marker = |frame: &Frame| matches!(frame, Frame::Item(Some(_)));
    unit.frames.iter().any(marker) || !matches!(unit.leaf, Leaf::Paragraph(_))
}

/// Whether the title of an alert stands above the unit.
pub(super) fn starts_alert(units: &[Unit], index: usize) -> bool {
    let depth = |unit: &Unit| {
        let is_alert = |frame: &Frame| matches!(frame, Frame::Quote(Some(_)));
        unit.frames.iter().position(is_alert)
    };
    let Some(at) = depth(&units[index]) else {
        return false;
    };
    index == 0
        || depth(&units[index - 1]) != Some(at)
        || units[index - 1].frames[at] != units[index].frames[at]
}

/// How far a unit is set in.
pub(super) fn indent(unit: &Unit) -> f32 {
    unit.frames.iter().map(step).sum()
}

/// How far a frame sets in what it holds.
pub(super) fn step(frame: &Frame) -> f32 {
    match frame {
        Frame::Quote(_) => QUOTE,
        Frame::Item(_) | Frame::Footnote(_) => ITEM,
    }
}

/// The height of a line of words of this size.
pub(super) fn line_height(size: f32) -> f32 {
    (size * size::BODY_LINE / size::BODY * 4.0).round() / 4.0
}

/// The size of a heading's words.
pub(super) fn heading_size(level: u8, body: f32) -> f32 {
    match level {
        1 => body * 1.45,
        2 => body * 1.25,
        3 => body * 1.12,
        _ => body,
    }
}

/// The height of a block that has not been laid out yet.
pub(super) fn guess(unit: &Unit, width: f32, size: f32) -> f32 {
    let width = (width - indent(unit)).max(60.0);
    let words = |text: &str, size: f32| {
        let per_line = (width / size::COLUMN * CHARS_A_LINE * size::BODY / size).max(8.0);
        line_height(size) * lines(text, per_line)
    };
    match &unit.leaf {
        Leaf::Paragraph(spans) => words(&spans.text, size),
        Leaf::Heading(level, spans) => words(&spans.text, heading_size(*level, size)),
        Leaf::Code(part) => {
            let text = &part.block.text[part.range.clone()];
            let edge = |is: bool, space: f32| if is { space } else { 0.0 };
            code_lines(text) * CODE_LINE
                + edge(part.is_first, CODE_HEAD + CODE_EDGE)
                + edge(part.is_last, CODE_EDGE)
        }
        Leaf::Table(part) => {
            let rows = part.rows.len() + usize::from(part.head.is_some());
            count(rows) * (line_height(size) + 2.0 * CELL.y)
        }
        Leaf::Maths(_) => 2.4 * size,
        Leaf::Rule => 1.0,
    }
}

/// Lines of code.
pub(super) fn code_lines(text: &str) -> f32 {
    count(text.bytes().filter(|&byte| byte == b'\n').count() + 1)
}

#[expect(clippy::cast_precision_loss, reason = "it is a guess")]
fn lines(text: &str, per_line: f32) -> f32 {
    let line = |line: &str| (line.len() as f32 / per_line).ceil().max(1.0);
    text.split('\n').map(line).sum()
}

#[expect(clippy::cast_precision_loss, reason = "a count of lines is small")]
fn count(number: usize) -> f32 {
    number as f32
}
