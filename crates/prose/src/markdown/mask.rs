//! What is hidden from the second reading of a text. Once it is known where words are, what
//! the parser would misunderstand among them gives way to letters without a meaning, byte for
//! byte as long, so that every place stays the same; what is shown comes from the source.

use std::borrow::Cow;
use std::ops::Range;

use super::maths::{self, Formula};
use super::outline::Outline;
use super::{cells, emphasis};

/// Stands in for a byte of a formula: a letter to the parser.
const INERT: u8 = 2;
/// Stands in for a bar that divides no cells.
pub(super) const BAR: char = '\u{3}';

/// A text as it is read, and what is hidden in it.
#[derive(Debug)]
pub(super) struct Masked<'a> {
    pub(super) source: &'a str,
    text: Cow<'a, str>,
    formulas: Vec<Formula>,
    /// Bars before cells that the head of their table has no column for.
    beyond: Vec<usize>,
}

/// A part of words.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a str),
    Formula(&'a Formula),
    NextCell,
}

impl<'a> Masked<'a> {
    pub(super) fn of(source: &'a str) -> Self {
        let mut masked = Self {
            source,
            text: Cow::Borrowed(source),
            formulas: Vec::new(),
            beyond: Vec::new(),
        };
        let may_hold_formulas = source.contains('$')
            || ["\\(", "\\[", "\\begin{"]
                .iter()
                .any(|it| source.contains(it));
        let may_lean = emphasis::is_doubtful(source);
        if !may_hold_formulas && !may_lean && !source.contains('|') {
            return masked;
        }
        let mut outline = Outline::of(source);
        let bars = cells::read(source, &mut outline);
        if may_hold_formulas {
            let Outline {
                words,
                opaque,
                walls,
                ..
            } = &outline;
            masked.formulas = maths::find(source, words, opaque, walls);
        }
        let mut bytes = source.as_bytes().to_vec();
        if may_lean {
            emphasis::help(source, &outline, &mut bytes);
        }
        let bar = u8::try_from(BAR).unwrap_or(INERT);
        for &at in bars.within.iter().chain(&bars.beyond) {
            bytes[at] = bar;
        }
        for formula in &masked.formulas {
            bytes[formula.range.clone()].fill(INERT);
        }
        masked.beyond = bars.beyond;
        masked.beyond.sort_unstable();
        // What is put in place of whole letters are whole letters.
        if let Ok(text) = String::from_utf8(bytes) {
            masked.text = Cow::Owned(text);
        }
        masked
    }

    /// What the parser is given.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether this is just what the parser was given at a place; else it has made something
    /// else of it, a character of its name.
    pub(super) fn is_given(&self, text: &str, range: &Range<usize>) -> bool {
        self.text.get(range.clone()) == Some(text)
    }

    /// The parts of what stands at a place among words.
    pub(super) fn parts(&self, range: Range<usize>) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let mut at = range.start;
        let mut formula = self.formulas.partition_point(|it| it.range.end <= at);
        let mut cell = self.beyond.partition_point(|&it| it < at);
        loop {
            let next = self
                .formulas
                .get(formula)
                .filter(|it| it.range.start < range.end);
            let bar = self.beyond.get(cell).copied().filter(|&it| it < range.end);
            let (end, part, behind) = match (next, bar) {
                (Some(found), bar) if bar.is_none_or(|bar| found.range.start < bar) => {
                    formula += 1;
                    // One that began in what came before has been shown there.
                    let part = (found.range.start >= at).then_some(Part::Formula(found));
                    (found.range.start, part, found.range.end)
                }
                (_, Some(bar)) => {
                    cell += 1;
                    (bar, Some(Part::NextCell), bar + 1)
                }
                _ => break,
            };
            parts.extend(
                self.source
                    .get(at..end)
                    .filter(|it| !it.is_empty())
                    .map(Part::Text),
            );
            parts.extend(part);
            at = behind;
        }
        let rest = self.source.get(at..range.end).filter(|it| !it.is_empty());
        parts.extend(rest.map(Part::Text));
        parts
    }
}
