//! Formulas among the words. The parser knows `$…$` and `$$…$$`; `\(…\)` and `\[…\]` are
//! written so before it reads them, byte for byte as long, so that all places stay right.

use std::borrow::Cow;
use std::ops::Range;

/// Stands in for a byte of a mark that has become shorter.
const FILLER: char = '\u{2}';
/// Stands in for a line break within a displayed formula, whose lines are no blocks.
const BREAK: char = '\u{4}';

/// Longer formulas are none.
const LONGEST_BYTES: usize = 4000;

/// Writes all formulas as the parser reads them.
pub(super) fn protect(text: &str) -> Cow<'_, str> {
    if !text.contains("\\(") && !text.contains("\\[") && !text.contains("$$") {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut safe = bytes.to_vec();
    let mut at = 0;
    let mut is_line_start = true;
    let mut closes = Closes::default();
    while at < bytes.len() {
        if is_line_start && let Some(end) = fence_end(text, at) {
            at = end;
            continue;
        }
        is_line_start = bytes[at] == b'\n';
        match (bytes[at], bytes.get(at + 1)) {
            (b'`', _) => at = code_end(bytes, at),
            (b'\\', Some(b'(')) => at = inline(bytes, &mut safe, at, &mut closes),
            (b'\\', Some(b'[')) => at = display(bytes, &mut safe, at, b"\\]", &mut closes),
            (b'\\', Some(_)) => at += 2,
            (b'$', Some(b'$')) => at = display(bytes, &mut safe, at, b"$$", &mut closes),
            _ => at += 1,
        }
    }
    String::from_utf8(safe).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The TeX as it was written.
pub(super) fn restore(tex: &str) -> String {
    tex.chars()
        .filter(|&char| char != FILLER)
        .map(|char| if char == BREAK { '\n' } else { char })
        .collect()
}

/// Where the fenced code ends that begins with this line.
fn fence_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let line = rest.split('\n').next()?;
    let marks = |line: &str| {
        let line = line.trim_start_matches([' ', '>', '\t', '-', '*', '+']);
        let mark = line.chars().next().filter(|it| matches!(it, '`' | '~'))?;
        let length = line.chars().take_while(|it| *it == mark).count();
        let is_bare = line[length..].trim().is_empty();
        (length >= 3).then_some((mark, length, is_bare))
    };
    // The first line of a numbered item can begin code, too, but never ends it.
    let number = line.trim_start();
    let item = number.trim_start_matches(|it: char| it.is_ascii_digit());
    let first = match item.len() < number.len() {
        true => item.strip_prefix(['.', ')']).unwrap_or(line),
        false => line,
    };
    let (mark, length, _) = marks(first)?;
    let mut end = at + line.len() + 1;
    while end < text.len() {
        let line = text.get(end..)?.split('\n').next()?;
        end += line.len() + 1;
        if marks(line).is_some_and(|it| it.0 == mark && it.1 >= length && it.2) {
            break;
        }
    }
    Some(end.min(text.len()))
}

/// Where the code span ends that begins here, or its marks do where it is none.
fn code_end(bytes: &[u8], at: usize) -> usize {
    let run = |at: usize| bytes[at..].iter().take_while(|&&byte| byte == b'`').count();
    let length = run(at);
    let mut next = at + length;
    let limit = bytes.len().min(at + LONGEST_BYTES);
    while next < limit {
        match bytes[next] {
            b'`' => {
                let other = run(next);
                next += other;
                if other == length {
                    return next;
                }
            }
            b'\n' if bytes.get(next + 1) == Some(&b'\n') => break,
            _ => next += 1,
        }
    }
    at + length
}

/// Looks for the marks that close formulas.
#[derive(Default)]
struct Closes {
    /// Up to where there are none, by the last byte of the mark: a text of opening marks alone
    /// is not searched once for each.
    none_until: [(u8, usize); 3],
}

impl Closes {
    /// Where the mark stands, before the next empty line.
    fn find(&mut self, bytes: &[u8], from: usize, mark: &[u8]) -> Option<usize> {
        let last = mark.last().copied().unwrap_or_default();
        let known = self
            .none_until
            .iter()
            .position(|it| it.0 == last || it.0 == 0)?;
        if from < self.none_until[known].1 {
            return None;
        }
        let limit = bytes.len().min(from + LONGEST_BYTES);
        let mut at = from;
        while at + mark.len() <= limit {
            if bytes[at..].starts_with(mark) {
                return Some(at);
            }
            match bytes[at] {
                b'\\' => at += 2,
                b'\n' if is_blank_line(&bytes[at + 1..limit]) => break,
                _ => at += 1,
            }
        }
        self.none_until[known] = (last, at);
        None
    }
}

fn is_blank_line(rest: &[u8]) -> bool {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let first = rest.iter().position(|byte| !is_space(byte));
    first.is_some_and(|first| rest[first] == b'\n')
}

/// `\( x \)` as `␂␂$x$␂␂`. Returns where to go on.
fn inline(bytes: &[u8], safe: &mut [u8], at: usize, closes: &mut Closes) -> usize {
    let Some(close) = closes.find(bytes, at + 2, b"\\)") else {
        return at + 2;
    };
    let inside = &bytes[at + 2..close];
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let Some(first) = inside.iter().position(|byte| !is_space(byte)) else {
        return close + 2;
    };
    let last = inside
        .iter()
        .rposition(|byte| !is_space(byte))
        .unwrap_or(first);
    if inside.contains(&b'$') {
        return close + 2;
    }
    let filler = u8::try_from(FILLER).unwrap_or(b' ');
    let (start, end) = (at + 2 + first, at + 2 + last + 1);
    safe[at..start].fill(filler);
    safe[start - 1] = b'$';
    safe[end..close + 2].fill(filler);
    safe[end] = b'$';
    close + 2
}

/// A displayed formula in one line. Returns where to go on.
fn display(bytes: &[u8], safe: &mut [u8], at: usize, mark: &[u8], closes: &mut Closes) -> usize {
    let Some(close) = closes.find(bytes, at + 2, mark) else {
        return at + 2;
    };
    safe[at..at + 2].fill(b'$');
    safe[close..close + 2].fill(b'$');
    for byte in &mut safe[at + 2..close] {
        match *byte {
            b'\n' => *byte = u8::try_from(BREAK).unwrap_or(b' '),
            b'\r' => *byte = b' ',
            _ => {}
        }
    }
    close + 2
}

/// Whether what stands between two dollars is no formula but money, or names of variables.
pub(super) fn is_money(source: &str, tex: &str, range: &Range<usize>) -> bool {
    let written = source.get(range.clone()).unwrap_or_default();
    if !written.starts_with('$') {
        return false;
    }
    let after = source.get(range.end..).and_then(|rest| rest.chars().next());
    let before = source
        .get(..range.start)
        .and_then(|text| text.chars().next_back());
    // A digit after the second dollar: it is the next price. A letter before the first: US$.
    if after.is_some_and(char::is_alphanumeric) {
        return true;
    }
    if before.is_some_and(char::is_alphanumeric) {
        return true;
    }
    let is_amount = |text: &str| {
        let digits = text.trim_end_matches(|char: char| char.is_alphabetic());
        !digits.is_empty()
            && digits.starts_with(|char: char| char.is_ascii_digit())
            && digits
                .chars()
                .all(|char| char.is_ascii_digit() || ",.–-".contains(char))
    };
    // "$5 and 6$": an amount, then words.
    let mut words = tex.split_whitespace();
    let begins_with_amount = words.next().is_some_and(is_amount);
    let has_words = words.any(|word| word.chars().filter(|it| it.is_alphabetic()).count() > 1);
    let has_signs = tex.contains(['\\', '^', '_', '=', '+', '{']);
    begins_with_amount && has_words && !has_signs
}
