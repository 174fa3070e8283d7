//! Markdown as it is drawn: a flat list of leaf blocks in reading order, each with what it
//! lies in. Flat, so that only what is in view is laid out, however long a message is and
//! however deep its lists go; and cut to pieces of a size that one frame can lay out.

mod addresses;
mod cells;
mod emphasis;
mod grow;
mod highlight;
mod inline;
mod kinds;
mod letters;
mod mask;
mod maths;
mod outline;
mod parse;
mod pieces;
mod plain;
mod sanitize;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod typed;

use std::ops::Range;
use std::sync::Arc;

pub(crate) use grow::Growing;
pub use highlight::Highlighter;
pub(crate) use highlight::{Token, TokenKind};
pub(crate) use parse::parse;
pub(crate) use plain::separator;
pub(crate) use typed::{Fold, folds, parse_user};

/// A leaf block, or a part of a long one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    /// Where it stands in the message, in bytes.
    pub(crate) source: Range<usize>,
    /// What it lies in, from the outside in.
    pub(crate) frames: Vec<Frame>,
    /// Whether it follows the unit above without the space of a paragraph: in a tight list,
    /// or as a later part of the same block.
    pub(crate) is_tight: bool,
    /// Whether what it lies in is read from right to left, so that bars, markers and the first
    /// column stand on the right.
    pub(crate) is_rtl: bool,
    pub(crate) leaf: Leaf,
}

/// A container block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Frame {
    /// A quote; an alert ("> [!NOTE]") where it has a kind.
    Quote(Option<Alert>),
    /// An item of a list. The first unit of the item has its marker.
    Item(Option<Marker>),
    /// The text of a footnote, with its label on the first unit.
    Footnote(Option<Arc<str>>),
}

/// GitHub's five kinds of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// Something worth knowing.
    Note,
    /// Advice.
    Tip,
    /// What must not be missed.
    Important,
    /// What may go wrong.
    Warning,
    /// What will go wrong.
    Caution,
}

/// What stands before an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Bullet,
    Number(u64),
    /// A box, ticked or not.
    Task(bool),
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Leaf {
    Paragraph(Spans),
    /// Level 1 to 6.
    Heading(u8, Spans),
    Code(CodePart),
    Table(TablePart),
    /// Displayed maths: the TeX between the marks.
    Maths(Arc<str>),
    Rule,
}

/// Some lines of a code block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CodePart {
    pub(crate) block: Arc<CodeBlock>,
    /// Which bytes of the block's text; whole lines, without the last line break.
    pub(crate) range: Range<usize>,
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeBlock {
    /// The first word after the fence, as written; empty where there is none.
    pub(crate) language: String,
    /// As it can be drawn: without control characters, and without the last line break.
    pub(crate) text: String,
    /// As it was written, where that is something else; line by line the same.
    pub(crate) raw: Option<String>,
    /// Whether its closing fence has been seen; an indented block is always closed.
    pub(crate) is_closed: bool,
}

impl CodeBlock {
    fn new(language: String, code: &str, is_closed: bool) -> Self {
        let text = sanitize::code(code);
        Self {
            language,
            raw: (text != code).then(|| code.to_owned()),
            text,
            is_closed,
        }
    }

    /// As it was written: tabs are tabs.
    pub(crate) fn code(&self) -> &str {
        self.raw.as_deref().unwrap_or(&self.text)
    }
}

impl CodePart {
    /// Its lines as they were written; a part of a line that was cut is as it is drawn.
    pub(crate) fn code(&self) -> &str {
        let drawn = &self.block.text[self.range.clone()];
        let (before, after) = (
            &self.block.text[..self.range.start],
            &self.block.text[self.range.end..],
        );
        let is_whole = (before.is_empty() || before.ends_with('\n'))
            && (after.is_empty() || after.starts_with('\n'));
        let Some(raw) = self.block.raw.as_ref().filter(|_| is_whole) else {
            return drawn;
        };
        let lines = |text: &str| text.matches('\n').count();
        let before = lines(before);
        let after = before + lines(drawn);
        let mut ends = raw.match_indices('\n').map(|(at, _)| at);
        let start = match before {
            0 => 0,
            _ => ends.clone().nth(before - 1).map_or(raw.len(), |at| at + 1),
        };
        let end = ends.nth(after).unwrap_or(raw.len());
        raw.get(start..end).unwrap_or_default()
    }
}

/// Some rows of a table. All parts of a table have the same columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TablePart {
    /// The alignment of each column, and how wide the text in it gets, over all rows of the
    /// table.
    pub(crate) columns: Arc<[Column]>,
    /// The head, on the first part.
    pub(crate) head: Option<Vec<Spans>>,
    pub(crate) rows: Vec<Vec<Spans>>,
    pub(crate) is_last: bool,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) side: Side,
    /// In halves of an ideograph, which is about a letter each.
    pub(crate) widest_halves: usize,
}

/// To which side text is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Side {
    #[default]
    Start,
    Center,
    End,
}

/// Text with its styles.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Spans {
    /// What is drawn, and what is copied as plain text. A formula stands in it as its TeX
    /// between its marks.
    pub(crate) text: String,
    /// In order; together they cover the text.
    pub(crate) spans: Vec<Span>,
}

/// A part of a text in one style.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    /// In bytes of the text.
    pub(crate) range: Range<usize>,
    pub(crate) kind: SpanKind,
    pub(crate) is_strong: bool,
    pub(crate) is_emphasised: bool,
    pub(crate) is_struck: bool,
    pub(crate) script: Script,
    /// Where a link leads, as written.
    pub(crate) target: Option<Arc<str>>,
}

/// How high a text stands on its line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Script {
    #[default]
    Base,
    /// Small and low, as a subscript.
    Sub,
    /// Small and high, as a superscript.
    Sup,
}

/// What a part of a text is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SpanKind {
    Text,
    Code,
    /// A key of the keyboard.
    Key,
    /// A formula within the line: the TeX without its marks.
    Maths(Arc<str>),
    /// The visible name of a character that would otherwise deceive: a bidirectional
    /// control, a NUL.
    Control,
    /// The mark of a footnote.
    FootnoteMark,
    /// An image that is named, never loaded: its text is what stands in for it, its target
    /// where it lies.
    Image,
}
