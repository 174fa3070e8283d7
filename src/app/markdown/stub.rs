//! Stands in for the parser.
use super::*;
use std::borrow::Cow;

#[derive(Debug, Default)]
pub(in crate::app) struct Growing(Vec<Unit>);
impl Growing {
    pub(in crate::app) fn grow(&mut self, text: &str) -> usize {
        self.0 = parse_user(text);
        0
    }
    pub(in crate::app) fn finish(&mut self, text: &str) -> usize {
        self.grow(text)
    }
    pub(in crate::app) fn units(&self) -> &[Unit] {
        &self.0
    }
}
pub(in crate::app) fn parse_user(text: &str) -> Vec<Unit> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Unit {
        source: 0..text.len(),
        frames: vec![],
        is_tight: false,
        leaf: Leaf::Paragraph(Spans {
            text: text.into(),
            spans: vec![Span {
                range: 0..text.len(),
                kind: SpanKind::Text,
                is_strong: false,
                is_emphasised: false,
                is_struck: false,
                target: None,
            }],
        }),
    }]
}
impl Unit {
    pub(in crate::app) fn text(&self) -> Cow<'_, str> {
        match &self.leaf {
            Leaf::Paragraph(s) | Leaf::Heading(_, s) => Cow::Borrowed(&s.text),
            _ => Cow::Borrowed(""),
        }
    }
    pub(in crate::app) fn prefix(&self) -> String {
        String::new()
    }
}
pub(in crate::app) fn separator(_: &Unit, _: &Unit) -> &'static str {
    "\n\n"
}
#[derive(Debug, Clone)]
pub(in crate::app) struct Token {
    pub(in crate::app) range: Range<usize>,
    pub(in crate::app) kind: TokenKind,
}
#[derive(Debug, Clone, Copy)]
pub(in crate::app) enum TokenKind {
    Comment,
    Keyword,
    String,
    Number,
    Function,
    Type,
    Constant,
    Attribute,
    Inserted,
    Deleted,
    Variable,
}
#[derive(Debug)]
pub(in crate::app) struct Highlighter;
impl Highlighter {
    pub(in crate::app) fn start(_: impl Fn() + Send + Sync + 'static) -> Self {
        Self
    }
    pub(in crate::app) fn colours(&mut self, _: &Arc<CodeBlock>) -> Option<Arc<[Token]>> {
        None
    }
}
