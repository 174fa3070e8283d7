//! The cells of a row. Models never escape the bars in code and formulas, and write more
//! cells than the head of the table has: both would lose words.

use std::ops::Range;

use super::maths;
use super::outline::{Outline, Row, Words};

/// Of more code spans in a row, the later ones are none: each end is looked for.
const MOST_RUNS: usize = 1000;

/// More cells than this beyond the head stay in the last one.
const MOST_EXTRA: usize = 32;

/// What is to be done with the bars of the tables of a text.
#[derive(Debug, Default)]
pub(super) struct Bars {
    /// Those that are a part of code.
    pub(super) within: Vec<usize>,
    /// Those before a cell for which the head has no column.
    pub(super) beyond: Vec<usize>,
}

/// Reads the rows of an outline, and adds the words of their cells to it.
pub(super) fn read(text: &str, outline: &mut Outline) -> Bars {
    let mut rows = std::mem::take(&mut outline.rows);
    for words in &mut outline.words {
        if words.is_paragraph {
            hidden(text, words, &mut rows);
        }
    }
    let mut bars = Bars::default();
    for row in rows {
        self::row(text, &row, outline, &mut bars);
    }
    outline.words.sort_by_key(|words| words.range.start);
    outline.opaque.sort_unstable_by_key(|range| range.start);
    outline.walls.sort_unstable_by_key(|range| range.start);
    bars
}

/// Finds the table in a paragraph that is none only because its head has bars within code.
fn hidden(text: &str, words: &mut Words, rows: &mut Vec<Row>) {
    let whole = &text[words.range.clone()];
    if !whole.contains('|') || !whole.contains('-') {
        return;
    }
    let mut head: Option<Range<usize>> = None;
    let mut columns = None;
    let mut found = Vec::new();
    let mut at = words.range.start;
    for line in whole.split_inclusive('\n') {
        let shown = trim(text, at..at + line.len(), words.quotes > 0);
        at += line.len();
        match (columns, &head) {
            (Some(columns), _) => found.push(Row {
                range: shown,
                columns,
            }),
            (None, Some(before)) if is_rule(&text[shown.clone()]) => {
                let row = Row {
                    columns: plain(text, &shown).cells.len(),
                    range: before.clone(),
                };
                let is_head = |cells: usize| cells == row.columns;
                if !is_head(plain(text, &row.range).cells.len())
                    && is_head(whole_atoms(text, &row.range).0.cells.len())
                {
                    columns = Some(row.columns);
                    found.push(row);
                }
                head = Some(shown);
            }
            (None, _) => head = Some(shown),
        }
    }
    if let Some(first) = found.first() {
        words.range.end = first.range.start.max(words.range.start);
        rows.extend(found);
    }
}

/// The part of a line without the space around it and the marks of quotes before it.
fn trim(text: &str, line: Range<usize>, is_quoted: bool) -> Range<usize> {
    let shown = &text[line.clone()];
    let inner = match is_quoted {
        true => shown.trim_start_matches([' ', '\t', '>']),
        false => shown.trim_start(),
    };
    let start = line.end - inner.len();
    start..start + inner.trim_end().len()
}

/// Whether a line is the one below the head of a table.
fn is_rule(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line
            .bytes()
            .all(|it| matches!(it, b'-' | b'|' | b':' | b' ' | b'\t'))
}

/// The cells of a row, and the bars between them.
#[derive(Debug, Default)]
struct Cells {
    cells: Vec<Range<usize>>,
    /// One fewer than the cells.
    bars: Vec<usize>,
}

/// The cells between all bars that are not escaped.
fn plain(text: &str, row: &Range<usize>) -> Cells {
    cells(text, row, &[])
}

/// The cells, where code and formulas have bars of their own; and the code.
fn whole_atoms(text: &str, row: &Range<usize>) -> (Cells, Vec<Range<usize>>) {
    let code = code_spans(text, row);
    let words = Words {
        range: row.clone(),
        room: row.end,
        quotes: 0,
        is_paragraph: false,
    };
    let formulas = maths::find(text, std::slice::from_ref(&words), &code, &code);
    let mut atoms = code.clone();
    atoms.extend(formulas.into_iter().map(|it| it.range));
    atoms.sort_unstable_by_key(|it| it.start);
    (cells(text, row, &atoms), code)
}

fn cells(text: &str, row: &Range<usize>, atoms: &[Range<usize>]) -> Cells {
    let bytes = text.as_bytes();
    let mut bars = Vec::new();
    let mut atoms = atoms.iter().peekable();
    let mut at = row.start;
    while at < row.end {
        while atoms.peek().is_some_and(|atom| atom.end <= at) {
            atoms.next();
        }
        if let Some(atom) = atoms.peek().filter(|atom| atom.start <= at) {
            at = atom.end;
            continue;
        }
        match bytes[at] {
            b'\\' => at += 1,
            b'|' => bars.push(at),
            _ => {}
        }
        at += 1;
    }
    // Those at the edges stand between nothing.
    let (mut first, mut last) = (row.start, row.end);
    if bars.first() == Some(&row.start) {
        bars.remove(0);
        first += 1;
    }
    if let Some(bar) = bars.pop_if(|bar| *bar + 1 == row.end) {
        last = bar;
    }
    let ends = bars.iter().copied().chain([last]);
    let starts = std::iter::once(first).chain(bars.iter().map(|bar| bar + 1));
    Cells {
        cells: starts
            .zip(ends)
            .map(|(start, end)| start..end.max(start))
            .collect(),
        bars,
    }
}

/// The code spans of a row, as if it were a line of words.
fn code_spans(text: &str, row: &Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let run = |at: usize| {
        let marks = bytes[at..row.end].iter();
        marks.take_while(|&&byte| byte == b'`').count()
    };
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut at = row.start;
    while at < row.end {
        match (bytes[at], run(at)) {
            (b'`', length) => {
                runs.push((at, length));
                at += length;
            }
            _ => at += 1,
        }
    }
    let mut spans = Vec::new();
    let mut next = 0;
    while next < runs.len().min(MOST_RUNS) {
        let (start, length) = runs[next];
        let is_escaped = bytes[row.start..start]
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count()
            % 2
            == 1;
        let end = runs[next + 1..].iter().position(|it| it.1 == length);
        match end.filter(|_| !is_escaped) {
            Some(ahead) => {
                next += ahead + 2;
                spans.push(start..runs[next - 1].0 + length);
            }
            None => next += 1,
        }
    }
    spans
}

fn row(text: &str, row: &Row, outline: &mut Outline, bars: &mut Bars) {
    let range = trim(text, row.range.clone(), false);
    let mut cells = plain(text, &range);
    if cells.cells.len() > row.columns {
        let (whole, code) = whole_atoms(text, &range);
        if whole.cells.len() >= row.columns && whole.cells.len() < cells.cells.len() {
            let is_within = |bar: &usize| code.iter().any(|span| span.contains(bar));
            let within = cells.bars.iter().copied().filter(is_within);
            bars.within.extend(within);
            outline.opaque.extend(code.iter().cloned());
            outline.walls.extend(code);
            cells = whole;
        }
    }
    let extra = cells.cells.get(row.columns..).unwrap_or_default();
    let is_seen = extra
        .iter()
        .any(|cell| !text[cell.clone()].trim().is_empty());
    if is_seen {
        let mut beyond = cells.bars[row.columns.max(1) - 1..].iter().copied();
        bars.beyond.extend(beyond.by_ref().take(MOST_EXTRA));
        bars.within.extend(beyond);
    }
    outline
        .words
        .extend(cells.cells.into_iter().map(|range| Words {
            room: range.end,
            range,
            quotes: 0,
            is_paragraph: false,
        }));
}
