//! The few HTML tags that models use for what Markdown has no mark for: line breaks, letters
//! above and below the line, keys. All other HTML stays as it was written.

use super::{Script, SpanKind, Spans};

/// Nobody nests tags so deep: further out, the beginning of one is not looked for.
const DEEPEST: usize = 16;

/// What a tag does to the words in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sub,
    Sup,
    Key,
}

/// A tag that begins or ends something, among words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) kind: Kind,
    pub(super) is_end: bool,
    /// Where it stands among the words, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What this tag is, if it is one of them, and whether it is an end.
pub(super) fn kind_of(html: &str) -> Option<(Kind, bool)> {
    let inner = html.strip_prefix('<')?.strip_suffix('>')?;
    let (name, is_end) = match inner.strip_prefix('/') {
        Some(name) => (name, true),
        None => (inner, false),
    };
    let kind = match name.trim_end().to_ascii_lowercase().as_str() {
        "sub" => Kind::Sub,
        "sup" => Kind::Sup,
        "kbd" => Kind::Key,
        _ => return None,
    };
    Some((kind, is_end))
}

/// Whether it is a line break.
pub(super) fn is_break(html: &str) -> bool {
    let inner = html
        .trim()
        .strip_prefix('<')
        .and_then(|it| it.strip_suffix('>'));
    inner.is_some_and(|it| it.trim_end_matches(['/', ' ']).eq_ignore_ascii_case("br"))
}

/// Takes the tags away that have their other half, and gives the words between them their
/// looks. A tag without the other half stays as it was written.
pub(super) fn resolve(spans: Spans, tags: &[Tag]) -> Spans {
    let pairs = pairs(tags);
    if !pairs.contains(&true) {
        return spans;
    }
    let matched: Vec<&Tag> = tags
        .iter()
        .zip(&pairs)
        .filter_map(|(tag, is_paired)| is_paired.then_some(tag))
        .collect();
    let mut resolved = Spans::default();
    let mut open: Vec<Kind> = Vec::new();
    let mut next = 0;
    for span in spans.spans {
        let mut at = span.range.start;
        while at < span.range.end {
            let tag = matched.get(next).filter(|tag| tag.start < span.range.end);
            let end = tag.map_or(span.range.end, |tag| tag.start);
            if at < end {
                let start = resolved.text.len();
                resolved.text.push_str(&spans.text[at..end]);
                let mut part = span.clone();
                part.range = start..resolved.text.len();
                look(&mut part, &open);
                resolved.push(part);
            }
            at = end;
            if let Some(tag) = tag {
                at = tag.end;
                next += 1;
                match tag.is_end {
                    true => drop(open.pop()),
                    false => open.push(tag.kind),
                }
            }
        }
    }
    resolved
}

/// For each tag, whether it has its other half.
fn pairs(tags: &[Tag]) -> Vec<bool> {
    let mut pairs = vec![false; tags.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        if !tag.is_end {
            open.push(index);
            continue;
        }
        // What is open within is not closed any more.
        let within = open.iter().rev().take(DEEPEST);
        if let Some(depth) = within.clone().position(|&it| tags[it].kind == tag.kind) {
            let at = open.len() - 1 - depth;
            pairs[open[at]] = true;
            pairs[index] = true;
            open.truncate(at);
        }
    }
    pairs
}

fn look(span: &mut super::Span, open: &[Kind]) {
    let script = open.iter().rev().find_map(|kind| match kind {
        Kind::Sub => Some(Script::Sub),
        Kind::Sup => Some(Script::Sup),
        Kind::Key => None,
    });
    span.script = script.unwrap_or_default();
    if span.kind == SpanKind::Text && open.contains(&Kind::Key) {
        span.kind = SpanKind::Key;
    }
}
