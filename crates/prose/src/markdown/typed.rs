//! What a user wrote, as it was written: only code and addresses are recognised.

use std::ops::Range;
use std::sync::Arc;

use super::inline::Inline;
use super::{CodeBlock, CodePart, Leaf, Unit, pieces};

/// A long part of what a user wrote: of its units, the first alone is enough to know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fold {
    pub(crate) units: Range<usize>,
    pub(crate) lines: usize,
}

/// The long parts among the units of what a user wrote.
pub(crate) fn folds(units: &[Unit]) -> Vec<Fold> {
    let mut folds = Vec::new();
    let mut start = 0;
    // What was cut to pieces has one beginning; the pieces after it go on with it.
    for part in units.chunk_by(|_, next| goes_on(next)) {
        let range = start..start + part.len();
        start = range.end;
        let lines = match &part[0].leaf {
            Leaf::Code(code) => code.block.text.lines().count(),
            _ => part.iter().map(|it| it.text().lines().count()).sum(),
        };
        let is_long = match &part[0].leaf {
            Leaf::Code(_) => pieces::is_long_code(lines),
            _ => true,
        };
        if is_long && part.len() > 1 {
            let units = range;
            folds.push(Fold { units, lines });
        }
    }
    folds
}

fn goes_on(unit: &Unit) -> bool {
    match &unit.leaf {
        Leaf::Code(part) => !part.is_first,
        _ => unit.is_tight,
    }
}

/// The units of what a user wrote. Line breaks and spaces stay.
pub(crate) fn parse_user(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut words = 0;
    let mut at = 0;
    let mut unclosed = Unclosed::default();
    while at < text.len() {
        let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
        let after = at + line.len();
        match fence(line).and_then(|fence| unclosed.end_of(text, after, fence)) {
            Some((code, end)) => {
                push_words(text, words..at, &mut units);
                let after = line.trim().trim_start_matches(['`', '~']);
                let language = after.split_whitespace().next().unwrap_or_default();
                let code = text[at + line.len()..code].trim_end_matches('\n');
                let block = CodeBlock::new(language.to_owned(), code, true);
                let part = CodePart {
                    range: 0..block.text.len(),
                    block: Arc::new(block),
                    is_first: true,
                    is_last: true,
                };
                units.push(Unit {
                    source: at..end,
                    frames: Vec::new(),
                    is_tight: false,
                    is_rtl: false,
                    leaf: Leaf::Code(part),
                });
                (at, words) = (end, end);
            }
            None => at += line.len(),
        }
    }
    push_words(text, words..text.len(), &mut units);
    pieces::cut_typed(units)
}

/// The shortest fences of either mark that are known not to be closed any more: the rest of a
/// text is not searched again for each of ten thousand.
#[derive(Default)]
struct Unclosed {
    backquotes: Option<usize>,
    tildes: Option<usize>,
}

impl Unclosed {
    /// Where the code ends and where its closing fence does, if there is one.
    fn end_of(&mut self, text: &str, from: usize, fence: (char, usize)) -> Option<(usize, usize)> {
        let (mark, length) = fence;
        let known = match mark {
            '`' => &mut self.backquotes,
            _ => &mut self.tildes,
        };
        if known.is_some_and(|known| length >= known) {
            return None;
        }
        let end = end_of(text, from, fence);
        if end.is_none() {
            *known = Some(length);
        }
        end
    }
}

/// The mark and the length of a fence.
fn fence(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start_matches(' ');
    let mark = line.chars().next().filter(|it| matches!(it, '`' | '~'))?;
    let length = line.chars().take_while(|it| *it == mark).count();
    let rest = &line[length..];
    (length >= 3 && !rest.contains('`')).then_some((mark, length))
}

/// Where the code ends and where its closing fence does; none where there is no such fence.
fn end_of(text: &str, from: usize, (mark, length): (char, usize)) -> Option<(usize, usize)> {
    let mut at = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        let is_bare = line.trim().chars().all(|it| it == mark);
        if is_bare && fence(line).is_some_and(|it| it.0 == mark && it.1 >= length) {
            return Some((at, at + line.len()));
        }
        at += line.len();
    }
    None
}

fn push_words(text: &str, range: Range<usize>, units: &mut Vec<Unit>) {
    let words = &text[range.clone()];
    // The empty lines around code are its space.
    let after = match units.is_empty() {
        true => words,
        false => words.trim_start_matches('\n'),
    };
    let start = range.start + words.len() - after.len();
    let words = match range.end == text.len() {
        true => after.trim_end(),
        false => after.trim_end_matches('\n'),
    };
    for (index, part) in pieces::typed(words).into_iter().enumerate() {
        let shown = &words[part.clone()];
        let mut inline = Inline::default();
        let shown = shown.strip_suffix('\n').unwrap_or(shown);
        code_spans(shown, &mut inline);
        units.push(Unit {
            source: start + part.start..start + part.end,
            frames: Vec::new(),
            is_tight: index > 0,
            is_rtl: false,
            leaf: Leaf::Paragraph(inline.finish()),
        });
    }
}

/// Words with code between backquotes.
fn code_spans(text: &str, inline: &mut Inline) {
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, code) = rest.split_at(start);
        let inside = &code[1..];
        match inside.find(['`', '\n']) {
            Some(end) if end > 0 && inside[end..].starts_with('`') => {
                inline.lines(before);
                inline.code(&inside[..end]);
                rest = &inside[end + 1..];
            }
            _ => {
                inline.lines(&rest[..=start]);
                rest = inside;
            }
        }
    }
    inline.lines(rest);
}
