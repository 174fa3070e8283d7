//! Blocks cut to pieces of a size that one frame can lay out.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{CodePart, Frame, Leaf, Span, SpanKind, Spans, TablePart, Unit};

/// The most bytes of words in a unit, and how many more than that are still one.
const WORDS_BYTES: usize = 4000;
/// The most lines and bytes of code in a unit.
const CODE_LINES: usize = 60;
const CODE_BYTES: usize = 4000;
/// The most cells of a table in a unit.
const CELLS: usize = 600;
/// The most lines of what a user wrote in a unit.
const TYPED_LINES: usize = 40;
/// Code of a user's with more lines is long, and so are words that do not fit a unit. What is
/// long begins with a unit of so many lines or bytes, which stands for it while it is folded.
const LONG_CODE_LINES: usize = 30;
const FOLDED_LINES: usize = 10;
const FOLDED_BYTES: usize = 900;

/// Cuts what is too large.
pub(super) fn cut(units: Vec<Unit>) -> Vec<Unit> {
    cut_at(units, |_| CODE_LINES)
}

/// Cuts what is too large of what a user wrote; its words have been cut before.
pub(super) fn cut_typed(units: Vec<Unit>) -> Vec<Unit> {
    cut_at(units, |code| match is_long_code(code.lines().count()) {
        true => FOLDED_LINES,
        false => CODE_LINES,
    })
}

/// Whether code of a user's with so many lines is folded.
pub(super) fn is_long_code(lines: usize) -> bool {
    lines > LONG_CODE_LINES
}

/// Cuts what is too large. `first` is how many lines the first piece of code has.
fn cut_at(units: Vec<Unit>, first: impl Fn(&str) -> usize) -> Vec<Unit> {
    let is_large = |unit: &Unit| match &unit.leaf {
        Leaf::Paragraph(spans) | Leaf::Heading(_, spans) => spans.text.len() > WORDS_BYTES,
        Leaf::Code(_) | Leaf::Table(_) => true,
        Leaf::Maths(_) | Leaf::Rule => false,
    };
    if !units.iter().any(is_large) {
        return units;
    }
    let mut pieces = Vec::with_capacity(units.len());
    for unit in units {
        match unit.leaf {
            Leaf::Paragraph(ref spans) if spans.text.len() > WORDS_BYTES => {
                words(&unit, spans, None, &mut pieces);
            }
            Leaf::Heading(level, ref spans) if spans.text.len() > WORDS_BYTES => {
                words(&unit, spans, Some(level), &mut pieces);
            }
            Leaf::Code(ref part) => {
                code(&unit, part, first(&part.block.text), &mut pieces);
            }
            Leaf::Table(ref part) => table(&unit, part, &mut pieces),
            _ => pieces.push(unit),
        }
    }
    pieces
}

/// The frames of a later piece: the mark of an item stands before the first one only.
fn later(frames: &[Frame]) -> Vec<Frame> {
    let without = |frame: &Frame| match frame {
        Frame::Item(_) => Frame::Item(None),
        Frame::Footnote(_) => Frame::Footnote(None),
        Frame::Quote(alert) => Frame::Quote(*alert),
    };
    frames.iter().map(without).collect()
}

fn piece(unit: &Unit, index: usize, leaf: Leaf) -> Unit {
    Unit {
        source: unit.source.clone(),
        frames: match index {
            0 => unit.frames.clone(),
            _ => later(&unit.frames),
        },
        is_tight: unit.is_tight || index > 0,
        is_rtl: unit.is_rtl,
        leaf,
    }
}

fn words(unit: &Unit, spans: &Spans, level: Option<u8>, pieces: &mut Vec<Unit>) {
    for (index, range) in chunks(&spans.text, WORDS_BYTES).into_iter().enumerate() {
        let part = slice(spans, &range);
        let leaf = match level {
            Some(level) => Leaf::Heading(level, part),
            None => Leaf::Paragraph(part),
        };
        pieces.push(piece(unit, index, leaf));
    }
}

/// A part of a text with its styles. A formula that is cut is no formula any more.
fn slice(spans: &Spans, range: &Range<usize>) -> Spans {
    let cut = |span: &Span| {
        let start = span.range.start.max(range.start);
        let end = span.range.end.min(range.end);
        let is_whole = (start, end) == (span.range.start, span.range.end);
        (start < end).then(|| Span {
            range: start - range.start..end - range.start,
            kind: match (&span.kind, is_whole) {
                (SpanKind::Maths(_), false) => SpanKind::Code,
                (kind, _) => kind.clone(),
            },
            ..span.clone()
        })
    };
    Spans {
        text: spans.text[range.clone()].to_owned(),
        spans: spans.spans.iter().filter_map(cut).collect(),
    }
}

/// Parts of about this many bytes, cut at a space, or else between characters.
fn chunks(text: &str, bytes: usize) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    while text.len() - start > bytes {
        let mut limit = start + bytes;
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        let part = &text[start..limit];
        let end = match part.rfind([' ', '\n']).filter(|at| *at > bytes / 2) {
            Some(at) => start + at + 1,
            None => {
                let mut graphemes = part.grapheme_indices(true);
                let last = graphemes.next_back().map_or(0, |(at, _)| at);
                start + if last == 0 { part.len() } else { last }
            }
        };
        chunks.push(start..end);
        start = end;
    }
    chunks.push(start..text.len());
    chunks
}

fn code(unit: &Unit, part: &CodePart, first: usize, pieces: &mut Vec<Unit>) {
    let text = &part.block.text;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut lines = 0;
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let most = if ranges.is_empty() { first } else { CODE_LINES };
        if lines == most || (at > start && at + line.len() - start > CODE_BYTES) {
            ranges.push(start..at);
            (start, lines) = (at, 0);
        }
        lines += 1;
        if line.len() > CODE_BYTES {
            // A line that no screen can hold goes on in the next part.
            for chunk in chunks(line, CODE_BYTES / 2) {
                ranges.push(at + chunk.start..at + chunk.end);
            }
            (start, lines) = (at + line.len(), 0);
        }
        at += line.len();
    }
    if start < text.len() || ranges.is_empty() {
        ranges.push(start..text.len());
    }
    let last = ranges.len() - 1;
    for (index, range) in ranges.into_iter().enumerate() {
        let shown = &text[range.clone()];
        let end = range.start + shown.strip_suffix('\n').unwrap_or(shown).len();
        let leaf = Leaf::Code(CodePart {
            block: part.block.clone(),
            range: range.start..end,
            is_first: index == 0,
            is_last: index == last,
        });
        pieces.push(piece(unit, index, leaf));
    }
}

fn table(unit: &Unit, part: &TablePart, pieces: &mut Vec<Unit>) {
    let most = (CELLS / part.columns.len().max(1)).max(1);
    if part.rows.len() <= most {
        let whole = piece(unit, 0, Leaf::Table(part.clone()));
        pieces.push(whole);
        return;
    }
    let parts = part.rows.len().div_ceil(most);
    for (index, rows) in part.rows.chunks(most).enumerate() {
        let leaf = Leaf::Table(TablePart {
            columns: part.columns.clone(),
            head: part.head.clone().filter(|_| index == 0),
            rows: rows.to_vec(),
            is_last: index + 1 == parts,
        });
        pieces.push(piece(unit, index, leaf));
    }
}

/// Cuts what a user wrote into parts of some lines.
pub(super) fn typed(text: &str) -> Vec<Range<usize>> {
    let is_long = text.len() > WORDS_BYTES || text.lines().nth(TYPED_LINES).is_some();
    let most = |parts: &[Range<usize>]| match is_long && parts.is_empty() {
        true => (FOLDED_LINES, FOLDED_BYTES),
        false => (TYPED_LINES, WORDS_BYTES),
    };
    let mut parts = Vec::new();
    let (mut start, mut at, mut lines) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        let (most_lines, most_bytes) = most(&parts);
        if lines == most_lines || at + line.len() - start > most_bytes {
            if at > start {
                parts.push(start..at);
            }
            (start, lines) = (at, 0);
        }
        let (_, most_bytes) = most(&parts);
        if line.len() > most_bytes {
            let first = chunks(line, most_bytes)[0].clone();
            let rest = chunks(&line[first.end..], WORDS_BYTES);
            let rest = rest
                .into_iter()
                .map(|it| first.end + it.start..first.end + it.end);
            let cut = std::iter::once(first.clone()).chain(rest);
            parts.extend(cut.map(|it| at + it.start..at + it.end));
            start = at + line.len();
        }
        lines += 1;
        at += line.len();
    }
    if start < text.len() {
        parts.push(start..text.len());
    }
    parts
}
