//! Addresses among words that are no links by their marks: `https://…` and `www.…`, as GitHub
//! finds them.

use std::ops::Range;
use std::sync::Arc;

use super::letters::{is_punctuation, is_unspaced, is_wide_punctuation};
use super::{SpanKind, Spans};
use crate::link;

/// Makes links of the addresses.
pub(super) fn link(spans: Spans) -> Spans {
    if !spans.text.contains("://") && !spans.text.contains("www.") {
        return spans;
    }
    let mut linked = Spans {
        text: spans.text,
        spans: Vec::with_capacity(spans.spans.len()),
    };
    for span in spans.spans {
        let range = span.range.clone();
        if span.kind != SpanKind::Text || span.target.is_some() {
            linked.spans.push(span);
            continue;
        }
        let mut done = range.start;
        let mut cut = |until: usize, target: Option<Arc<str>>| {
            if done < until {
                let mut part = span.clone();
                part.range = done..until;
                part.target = target;
                linked.spans.push(part);
                done = until;
            }
        };
        for found in addresses(&linked.text[range.clone()]) {
            let found = range.start + found.start..range.start + found.end;
            let target = target(&linked.text[found.clone()]);
            cut(found.start, None);
            cut(found.end, Some(Arc::from(target)));
        }
        cut(range.end, None);
    }
    linked
}

fn target(address: &str) -> String {
    match address.starts_with("www.") {
        true => format!("http://{address}"),
        false => address.to_owned(),
    }
}

/// Where the addresses are.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in beginnings(text) {
        if found.last().is_some_and(|it| start < it.end) {
            continue;
        }
        let before = text[..start].chars().next_back();
        let is_apart = before
            .is_none_or(|it| !it.is_alphanumeric() && !"_/@.-".contains(it) || is_unspaced(it));
        let end = start + length(&text[start..]);
        let address = &text[start..end];
        let is_address = match address.strip_prefix("www.") {
            Some(name) => name.contains('.') && name.starts_with(char::is_alphanumeric),
            None => !address.ends_with("://"),
        };
        if is_apart && is_address && link::followed(&target(address)).is_some() {
            found.push(start..end);
        }
    }
    found
}

/// Where an address may begin, in order.
fn beginnings(text: &str) -> Vec<usize> {
    let scheme = |(at, _): (usize, &str)| {
        let is_it = |scheme: &&str| {
            let from = at.checked_sub(scheme.len());
            let before = from.and_then(|from| text.get(from..at));
            before.is_some_and(|it| it.eq_ignore_ascii_case(scheme))
        };
        let scheme = ["https", "http"].into_iter().find(is_it)?;
        Some(at - scheme.len())
    };
    let schemes = text.match_indices("://").filter_map(scheme);
    let names = text.match_indices("www.").map(|(at, _)| at);
    let mut beginnings: Vec<usize> = schemes.chain(names).collect();
    beginnings.sort_unstable();
    beginnings
}

/// How far an address goes that begins here. The marks of the sentence around it are not a
/// part of it, nor is a bracket that was opened before it.
fn length(text: &str) -> usize {
    // Longer ones lead nowhere.
    const LONGEST_BYTES: usize = 2048;
    let is_outside = |it: char| {
        it.is_whitespace()
            || it.is_control()
            || "<>\"`|\\^{}".contains(it)
            || is_unspaced(it)
            || is_wide_punctuation(it)
    };
    let mut letters = text.char_indices();
    let end = letters.find(|&(at, letter)| at > LONGEST_BYTES || is_outside(letter));
    let end = end.map_or(text.len(), |(at, _)| at);
    if end > LONGEST_BYTES {
        return 0;
    }
    let mut address = &text[..end];
    loop {
        let count = |letter: char| address.matches(letter).count();
        let is_open = |open: char, close: char| count(close) > count(open);
        let is_left = match address.chars().next_back() {
            Some(')') => is_open('(', ')'),
            Some(']') => is_open('[', ']'),
            Some(last) if last.is_ascii() => "?!.,:;*_~'".contains(last),
            Some(last) => is_punctuation(last),
            None => false,
        };
        if !is_left {
            return address.len();
        }
        let mut letters = address.chars();
        letters.next_back();
        address = letters.as_str();
    }
}
