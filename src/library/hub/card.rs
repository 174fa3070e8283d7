//! The page of a model: its Markdown, without the YAML in front of it.

/// How much of a page is read.
pub(super) const MAX_CARD_BYTES: usize = 512 * 1024;

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The Markdown below the front matter. It is a stranger's text: its pictures are not to
    /// be fetched.
    pub markdown: String,
    /// The YAML between the first two `---`, as it stands; empty where there is none.
    pub front_matter: String,
    /// Whether the page goes on after what is here.
    pub is_cut: bool,
}

/// Takes a page apart. A letter that was cut in the middle goes.
pub(super) fn parse(bytes: &[u8], is_cut: bool) -> Card {
    let text = String::from_utf8_lossy(bytes);
    let text = match is_cut {
        true => text.trim_end_matches('\u{FFFD}'),
        false => &text,
    };
    let text = text.trim_start_matches('\u{FEFF}');
    let (front_matter, markdown) = split(text).unwrap_or(("", text));
    Card {
        markdown: markdown.trim_start().to_owned(),
        front_matter: front_matter.to_owned(),
        is_cut,
    }
}

/// The front matter and what follows it. One without an end is text like the rest.
fn split(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}
