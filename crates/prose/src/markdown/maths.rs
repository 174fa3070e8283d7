//! Formulas among words, in every way in which models write them: `$…$`, `$$…$$`, `\(…\)`,
//! `\[…\]`, and bare environments. What looks like money, or like prose between dollars, is
//! none.

use std::ops::Range;

use super::letters::is_unspaced;
use super::outline::Words;

/// Longer formulas are none.
pub(super) const LONGEST_BYTES: usize = 4000;

/// The environments that are formulas without a mark around them.
const ENVIRONMENTS: [&str; 26] = [
    "align",
    "alignat",
    "aligned",
    "alignedat",
    "array",
    "bmatrix",
    "Bmatrix",
    "cases",
    "CD",
    "darray",
    "dcases",
    "displaymath",
    "eqnarray",
    "equation",
    "flalign",
    "gather",
    "gathered",
    "math",
    "matrix",
    "multline",
    "pmatrix",
    "rcases",
    "smallmatrix",
    "split",
    "vmatrix",
    "Vmatrix",
];

/// A formula, and where it stands with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Formula {
    pub(super) range: Range<usize>,
    pub(super) tex: String,
    pub(super) is_display: bool,
}

/// The formulas among some words, which are in order. No mark lies in what is `opaque`, and
/// nothing of a formula in what is a wall.
pub(super) fn find(
    text: &str,
    words: &[Words],
    opaque: &[Range<usize>],
    walls: &[Range<usize>],
) -> Vec<Formula> {
    let (Some(first), Some(end)) = (words.first(), words.iter().map(|it| it.room).max()) else {
        return Vec::new();
    };
    let finder = Finder {
        text,
        marks: Marks::read(text, first.range.start..end.min(text.len()), opaque),
        walls,
    };
    let mut found: Vec<Formula> = Vec::new();
    for words in words {
        let done = found.last().map_or(0, |it| it.range.end);
        let mut next = finder.marks.opening(words.range.start.max(done));
        while let Some(&(at, mark)) = finder.marks.all.get(next) {
            if at >= words.range.end {
                break;
            }
            match finder.formula(next, at, mark, words) {
                Some(formula) => {
                    next = finder.marks.opening(formula.range.end);
                    found.push(formula);
                }
                None => next += 1,
            }
        }
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// As many dollars.
    Dollars(usize),
    OpenInline,
    CloseInline,
    OpenDisplay,
    CloseDisplay,
    /// Of an environment.
    Begin,
    End,
    BlankLine,
}

/// Everything that may begin or end a formula, in order.
#[derive(Debug, Default)]
struct Marks {
    all: Vec<(usize, Mark)>,
    /// The places of each kind that ends a formula.
    dollars: Vec<usize>,
    pairs: Vec<usize>,
    inline: Vec<usize>,
    display: Vec<usize>,
    blank: Vec<usize>,
}

impl Marks {
    fn read(text: &str, range: Range<usize>, opaque: &[Range<usize>]) -> Self {
        let bytes = text.as_bytes();
        let mut marks = Self::default();
        let mut opaque = opaque.iter().peekable();
        let mut at = range.start;
        while at < range.end {
            while opaque.peek().is_some_and(|it| it.end <= at) {
                opaque.next();
            }
            if let Some(skipped) = opaque.peek().filter(|it| it.start <= at) {
                at = skipped.end;
                continue;
            }
            let length = match bytes[at] {
                b'$' => {
                    let length = bytes[at..].iter().take_while(|&&it| it == b'$').count();
                    marks.push(at, Mark::Dollars(length));
                    length
                }
                b'\\' => marks.backslash(text, at),
                b'\n' => {
                    if is_blank_line(&bytes[at + 1..]) {
                        marks.push(at, Mark::BlankLine);
                    }
                    1
                }
                _ => 1,
            };
            at += length;
        }
        marks
    }

    /// Takes up what a backslash begins, and says how long that is.
    fn backslash(&mut self, text: &str, at: usize) -> usize {
        let Some(rest) = text.get(at + 1..) else {
            return 2;
        };
        let mark = match rest.as_bytes().first() {
            Some(b'(') => Some(Mark::OpenInline),
            Some(b')') => Some(Mark::CloseInline),
            Some(b'[') => Some(Mark::OpenDisplay),
            Some(b']') => Some(Mark::CloseDisplay),
            _ if rest.starts_with("begin{") => Some(Mark::Begin),
            _ if rest.starts_with("end{") => Some(Mark::End),
            // A line break is none of the letter that a backslash takes its meaning from.
            Some(b'\n') => return 1,
            _ => None,
        };
        if let Some(mark) = mark {
            self.push(at, mark);
        }
        2
    }

    fn push(&mut self, at: usize, mark: Mark) {
        let index = self.all.len();
        self.all.push((at, mark));
        match mark {
            Mark::Dollars(length) => {
                self.dollars.push(index);
                if length == 2 {
                    self.pairs.push(index);
                }
            }
            Mark::CloseInline => self.inline.push(index),
            Mark::CloseDisplay => self.display.push(index),
            Mark::BlankLine => self.blank.push(index),
            Mark::OpenInline | Mark::OpenDisplay | Mark::Begin | Mark::End => {}
        }
    }

    /// The first mark from a place on.
    fn opening(&self, from: usize) -> usize {
        self.all.partition_point(|&(at, _)| at < from)
    }

    /// The first of these behind a mark.
    fn behind(&self, list: &[usize], index: usize) -> Option<(usize, Mark)> {
        let next = list.partition_point(|&it| it <= index);
        list.get(next).map(|&it| self.all[it])
    }
}

/// Whether the line that begins here has nothing on it but space and the marks of quotes.
fn is_blank_line(rest: &[u8]) -> bool {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'>');
    let first = rest.iter().position(|byte| !is_space(byte));
    first.is_some_and(|first| rest[first] == b'\n')
}

struct Finder<'a> {
    text: &'a str,
    marks: Marks,
    walls: &'a [Range<usize>],
}

impl Finder<'_> {
    /// The formula that this mark begins.
    fn formula(&self, index: usize, at: usize, mark: Mark, words: &Words) -> Option<Formula> {
        match mark {
            Mark::Dollars(1) => {
                let (close, _) = self
                    .marks
                    .behind(&self.marks.dollars, index)
                    .filter(|(_, mark)| *mark == Mark::Dollars(1))?;
                let tex = self.inside(index, at + 1..close, words.range.end)?;
                is_formula(self.text, tex, &(at..close + 1)).then(|| Formula {
                    range: at..close + 1,
                    tex: tex.to_owned(),
                    is_display: false,
                })
            }
            Mark::OpenInline => {
                let (close, _) = self.marks.behind(&self.marks.inline, index)?;
                let tex = self.inside(index, at + 2..close, words.range.end)?;
                let is_prose = tex.replace("\\$", "").contains('$');
                (!is_prose && !tex.trim().is_empty()).then(|| Formula {
                    range: at..close + 2,
                    tex: tex.trim().to_owned(),
                    is_display: false,
                })
            }
            Mark::Dollars(2) => {
                let (close, _) = self.marks.behind(&self.marks.pairs, index)?;
                let range = at..close + 2;
                // Among words, it takes less to be prose.
                let is_alone = self.has_own_lines(&range, words);
                self.display(index, range, 2, words)
                    .filter(|it| !is_prose(&it.tex) && (is_alone || !is_aside(&it.tex)))
            }
            Mark::OpenDisplay => {
                let (close, _) = self.marks.behind(&self.marks.display, index)?;
                self.display(index, at..close + 2, 2, words)
            }
            Mark::Begin => {
                let end = self.end_of_environment(index, at)?;
                self.display(index, at..end, 0, words)
            }
            _ => None,
        }
    }

    /// What stands between two marks, if a formula can.
    fn inside(&self, index: usize, range: Range<usize>, limit: usize) -> Option<&str> {
        let is_within = range.end < limit && range.len() <= LONGEST_BYTES;
        let blank = self.marks.behind(&self.marks.blank, index);
        let is_one_block = blank.is_none_or(|(at, _)| at >= range.end);
        let wall = self.walls.partition_point(|wall| wall.end <= range.start);
        let is_words = self.walls.get(wall).is_none_or(|it| it.start >= range.end);
        let is_formula = is_within && is_one_block && is_words;
        is_formula.then(|| self.text.get(range)).flatten()
    }

    /// A displayed formula. One that begins a line may have lines that would be items and
    /// headings among words, if it ends with a line, too.
    fn display(
        &self,
        index: usize,
        range: Range<usize>,
        mark: usize,
        words: &Words,
    ) -> Option<Formula> {
        let is_block = range.end > words.range.end;
        if is_block && !(words.is_paragraph && self.has_own_lines(&range, words)) {
            return None;
        }
        let limit = if is_block {
            words.room
        } else {
            words.range.end
        };
        let inner = range.start + mark..range.end - mark;
        let tex = self.inside(index, inner, limit.saturating_add(1))?;
        if range.end > limit || tex.trim().is_empty() {
            return None;
        }
        Some(Formula {
            tex: unquoted(tex, words.quotes),
            range,
            is_display: true,
        })
    }

    /// Whether nothing else stands on the lines of a formula.
    fn has_own_lines(&self, range: &Range<usize>, words: &Words) -> bool {
        let before = &self.text[words.range.start..range.start];
        let before = before.rsplit('\n').next().unwrap_or_default();
        let after = self.text[range.end..].split('\n').next();
        before.trim_start_matches([' ', '\t', '>']).is_empty()
            && after.unwrap_or_default().trim().is_empty()
    }

    /// Where an environment ends that begins here.
    fn end_of_environment(&self, index: usize, at: usize) -> Option<usize> {
        let name = name_at(self.text, at + "\\begin".len())?;
        if !ENVIRONMENTS.contains(&name.strip_suffix('*').unwrap_or(name)) {
            return None;
        }
        let mut depth = 0_usize;
        for &(other, mark) in &self.marks.all[index..] {
            if other > at + LONGEST_BYTES || mark == Mark::BlankLine {
                break;
            }
            let (skipped, is_end) = match mark {
                Mark::Begin => ("\\begin", false),
                Mark::End => ("\\end", true),
                _ => continue,
            };
            if name_at(self.text, other + skipped.len()) != Some(name) {
                continue;
            }
            depth = if is_end { depth - 1 } else { depth + 1 };
            if depth == 0 {
                return Some(other + skipped.len() + name.len() + 2);
            }
        }
        None
    }
}

/// The name between the braces that begin here.
fn name_at(text: &str, at: usize) -> Option<&str> {
    let inner = text.get(at..)?.strip_prefix('{')?;
    let end = inner.bytes().take(24).position(|byte| byte == b'}')?;
    inner.get(..end)
}

/// The lines without the marks of the quotes around them.
fn unquoted(tex: &str, quotes: usize) -> String {
    let line = |line: &str| {
        let mut line = line.trim_end_matches('\r');
        for _ in 0..quotes {
            let inner = line.trim_start_matches(' ');
            line = inner.strip_prefix('>').unwrap_or(line);
        }
        line.to_owned()
    };
    let mut lines = tex.split('\n');
    let first = lines.next().map(|it| it.trim_end_matches('\r').to_owned());
    let lines: Vec<String> = first.into_iter().chain(lines.map(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// Whether what stands between two dollars is a formula, and not money, prose or the names of
/// variables.
fn is_formula(source: &str, tex: &str, range: &Range<usize>) -> bool {
    let is_spaced = tex.starts_with(char::is_whitespace) || tex.ends_with(char::is_whitespace);
    if tex.is_empty() || is_spaced || is_money(tex) || is_prose(tex) {
        return false;
    }
    let before = source[..range.start].chars().next_back();
    let after = source[range.end..].chars().next();
    // What follows a price is the next one.
    if after.is_some_and(|it| it.is_ascii_digit()) {
        return tex.contains(['\\', '^']);
    }
    let touches = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() && !is_unspaced(it));
    !(touches(before) || touches(after)) || is_plainly_tex(tex)
}

/// Whether it is a formula though letters stand beside its marks, as in `the $n$th`: not so
/// `US$5` and `$HOME/$USER`.
fn is_plainly_tex(tex: &str) -> bool {
    let mut letters = tex.chars();
    let is_letter = letters.next().is_some_and(char::is_alphabetic);
    let rest = letters.as_str();
    let is_variable = rest.trim_matches(['\'', '′']).is_empty();
    let is_call = rest.starts_with('(') && rest.ends_with(')');
    let is_indexed = rest.starts_with('_') && rest.chars().count() == 2;
    tex.contains(['\\', '^', '=', '{']) || is_letter && (is_variable || is_call || is_indexed)
}

/// Whether it has what prose has not.
fn has_signs(tex: &str) -> bool {
    tex.contains(['\\', '^', '_', '=', '+', '{', '<', '>'])
}

/// How many runs of two and more letters there are.
fn words(tex: &str) -> usize {
    let runs = tex.split(|it: char| !it.is_alphabetic());
    runs.filter(|run| run.chars().nth(1).is_some()).count()
}

/// "5 and 6" between the dollars of two amounts.
fn is_money(tex: &str) -> bool {
    let has_words = tex.contains(char::is_whitespace) && words(tex) > 0;
    tex.starts_with(|it: char| it.is_ascii_digit())
        && (has_words || tex.contains(is_unspaced))
        && !has_signs(tex)
}

/// Words between dollars that stand for themselves: "rated $$ for moderate and $$$ for more".
fn is_prose(tex: &str) -> bool {
    tex.trim().contains(char::is_whitespace) && words(tex) > 1 && !has_signs(tex)
}

/// Words beside the dollars of a price range: "Bistro ($$), rated $$".
fn is_aside(tex: &str) -> bool {
    let count = |letter: char| tex.matches(letter).count();
    let is_balanced = count('(') == count(')') && count('[') == count(']');
    !has_signs(tex) && (!is_balanced || tex.contains(char::is_whitespace) && words(tex) > 0)
}
