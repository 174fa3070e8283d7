//! Words and their styles, collected one event after another.

use std::sync::Arc;

use super::tags::{self, Tag};
use super::{Script, Span, SpanKind, Spans, addresses, sanitize};

/// Styles that are open, each as often as it was opened.
#[derive(Debug, Default, Clone)]
pub(super) struct Styles {
    pub(super) emphasised: usize,
    pub(super) strong: usize,
    pub(super) struck: usize,
}

/// The words of a block, so far.
#[derive(Debug, Default)]
pub(super) struct Inline {
    spans: Spans,
    styles: Styles,
    links: Vec<Arc<str>>,
    /// The images that are open: where they lie, and where their words begin.
    images: Vec<(Arc<str>, usize)>,
    tags: Vec<Tag>,
    begins_with_word: bool,
}

impl Inline {
    pub(super) fn finish(self) -> Spans {
        addresses::link(tags::resolve(self.spans, &self.tags))
    }

    /// What comes after a displayed formula, or after a bar, begins with a word.
    pub(super) fn begin_again(&mut self) {
        self.begins_with_word = true;
    }

    pub(super) fn text(&mut self, text: &str) {
        let text = match self.begins_with_word && self.spans.text.is_empty() {
            true => text.trim_start(),
            false => text,
        };
        for (piece, is_control) in sanitize::pieces(text) {
            let kind = match (is_control, self.images.is_empty()) {
                (true, _) => SpanKind::Control,
                (false, false) => SpanKind::Image,
                (false, true) => SpanKind::Text,
            };
            self.push(&piece, kind);
        }
    }

    /// Text of several lines, as it was written.
    pub(super) fn lines(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.push("\n", SpanKind::Text);
            }
            self.text(line.trim_end_matches('\r'));
        }
    }

    /// A tag of HTML.
    pub(super) fn tag(&mut self, html: &str) {
        if tags::is_break(html) {
            self.hard_break();
            return;
        }
        let start = self.spans.text.len();
        self.text(html);
        if let Some((kind, is_end)) = tags::kind_of(html) {
            self.tags.push(Tag {
                kind,
                is_end,
                start,
                end: self.spans.text.len(),
            });
        }
    }

    pub(super) fn code(&mut self, code: &str) {
        self.push(&sanitize::code(&code.replace('\n', " ")), SpanKind::Code);
    }

    pub(super) fn maths(&mut self, tex: &str) {
        let shown = format!("${tex}$");
        self.push(
            &sanitize::code(&shown).replace('\n', " "),
            SpanKind::Maths(Arc::from(tex)),
        );
    }

    pub(super) fn footnote(&mut self, label: &str) {
        self.push(&sanitize::code(label), SpanKind::FootnoteMark);
    }

    pub(super) fn soft_break(&mut self) {
        if !(self.begins_with_word && self.spans.text.is_empty()) {
            self.push(" ", SpanKind::Text);
        }
    }

    pub(super) fn hard_break(&mut self) {
        self.push("\n", SpanKind::Text);
    }

    pub(super) fn enter_style(&mut self, of: impl FnOnce(&mut Styles) -> &mut usize) {
        *of(&mut self.styles) += 1;
    }

    pub(super) fn leave_style(&mut self, of: impl FnOnce(&mut Styles) -> &mut usize) {
        let count = of(&mut self.styles);
        *count = count.saturating_sub(1);
    }

    pub(super) fn enter_link(&mut self, target: &str) {
        self.links.push(Arc::from(target));
    }

    pub(super) fn leave_link(&mut self) {
        self.links.pop();
    }

    pub(super) fn enter_image(&mut self, target: &str) {
        self.images.push((Arc::from(target), self.spans.text.len()));
    }

    pub(super) fn leave_image(&mut self) {
        let Some((target, begun)) = self.images.last().cloned() else {
            return;
        };
        if self.spans.text.len() == begun {
            // An image without words goes by its place.
            self.text(&target);
        }
        self.images.pop();
    }

    fn push(&mut self, text: &str, kind: SpanKind) {
        if text.is_empty() {
            return;
        }
        let start = self.spans.text.len();
        self.spans.text.push_str(text);
        let image = self.images.last().map(|(target, _)| target);
        let span = Span {
            range: start..self.spans.text.len(),
            kind,
            is_strong: self.styles.strong > 0,
            is_emphasised: self.styles.emphasised > 0,
            is_struck: self.styles.struck > 0,
            script: Script::default(),
            target: self.links.last().or(image).cloned(),
        };
        self.spans.push(span);
    }
}

impl Spans {
    /// Adds a span of text that is there already.
    pub(super) fn push(&mut self, span: Span) {
        match self.spans.last_mut() {
            Some(last) if is_alike(last, &span) => last.range.end = span.range.end,
            _ => self.spans.push(span),
        }
    }
}

/// Whether two spans are one. Formulas never are.
fn is_alike(one: &Span, other: &Span) -> bool {
    let is_maths = matches!(other.kind, SpanKind::Maths(_));
    !is_maths
        && (
            &one.kind,
            one.is_strong,
            one.is_emphasised,
            one.is_struck,
            one.script,
            &one.target,
        ) == (
            &other.kind,
            other.is_strong,
            other.is_emphasised,
            other.is_struck,
            other.script,
            &other.target,
        )
}
