//! What the parser's names are here.

use pulldown_cmark::{Alignment, BlockQuoteKind, HeadingLevel, Tag};

use super::{Alert, Side, Spans};

pub(super) fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

pub(super) fn trim_end(spans: &mut Spans) {
    let length = spans.text.trim_end().len();
    spans.text.truncate(length);
    spans.spans.retain(|span| span.range.start < length);
    if let Some(last) = spans.spans.last_mut() {
        last.range.end = last.range.end.min(length);
    }
}

/// Whether a code block is at its end: an indented one always, a fenced one with its fence.
pub(super) fn is_closed(source: &str) -> bool {
    let fence = |line: &str| {
        let line = line.trim_start_matches([' ', '>', '\t']);
        line.starts_with("```") || line.starts_with("~~~")
    };
    let mut lines = source.trim_end_matches('\n').lines();
    let Some(first) = lines.next().filter(|line| fence(line)) else {
        return true;
    };
    let _ = first;
    lines.next_back().is_some_and(fence)
}

pub(super) fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

pub(super) fn alert_of(kind: BlockQuoteKind) -> Alert {
    match kind {
        BlockQuoteKind::Note => Alert::Note,
        BlockQuoteKind::Tip => Alert::Tip,
        BlockQuoteKind::Important => Alert::Important,
        BlockQuoteKind::Warning => Alert::Warning,
        BlockQuoteKind::Caution => Alert::Caution,
    }
}

pub(super) fn side_of(alignment: Alignment) -> Side {
    match alignment {
        Alignment::None | Alignment::Left => Side::Start,
        Alignment::Center => Side::Center,
        Alignment::Right => Side::End,
    }
}
