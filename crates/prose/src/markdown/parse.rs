//! From Markdown to units: pulldown-cmark's events, flattened.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::inline::Inline;
use super::kinds::{alert_of, is_block, is_closed, level_of, side_of, trim_end};
use super::mask::{BAR, Masked, Part};
use super::outline::options;
use super::table::Table;
use super::{CodeBlock, Frame, Leaf, Marker, Spans, Unit, letters, maths, pieces, sanitize, tags};

/// Frames deeper than this are left out: nobody can read them, and each costs width.
const MOST_FRAMES: usize = 12;

/// The units of a text.
pub(crate) fn parse(text: &str) -> Vec<Unit> {
    parse_from(text, 0).0
}

/// The units of the text from a byte on, and where the last block begins that follows an
/// empty line and whose first line is whole: what comes later changes nothing before it.
pub(super) fn parse_from(text: &str, from: usize) -> (Vec<Unit>, usize) {
    let tail = text.get(from..).unwrap_or_default();
    let safe = sanitize::flatten(tail);
    let masked = Masked::of(&safe);
    let mut builder = Builder::new(tail, &masked, from);
    for (event, range) in Parser::new_ext(masked.text(), options()).into_offset_iter() {
        builder.event(event, range);
    }
    let stable = builder.stable + from;
    (pieces::cut(builder.finish()), stable)
}

struct Builder<'a> {
    source: &'a str,
    masked: &'a Masked<'a>,
    /// Where the source stands in the whole text.
    from: usize,
    units: Vec<Unit>,
    frames: Vec<Frame>,
    /// How many frames are open beyond the most there may be.
    hidden: usize,
    /// The next number of each open list; none where it has bullets.
    lists: Vec<Option<u64>>,
    /// Whether the items around are tight, and whether each has had a paragraph.
    inline: Option<(Inline, Open, Range<usize>)>,
    code: Option<(String, String, Range<usize>)>,
    table: Option<Table>,
    html: Option<(String, Range<usize>)>,
    depth: usize,
    /// The first unit of the outermost block that is open.
    block: usize,
    stable: usize,
}

/// What the words that are being read will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Paragraph,
    Heading(u8),
    Cell,
    /// The words of a tight item, which have no paragraph of their own.
    Tight,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str, masked: &'a Masked<'a>, from: usize) -> Self {
        Self {
            source,
            masked,
            from,
            units: Vec::new(),
            frames: Vec::new(),
            hidden: 0,
            lists: Vec::new(),
            inline: None,
            code: None,
            table: None,
            html: None,
            depth: 0,
            block: 0,
            stable: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                if self.depth == 0 {
                    self.note_block(range.start);
                    self.block = self.units.len();
                }
                self.depth += usize::from(is_block(&tag));
                self.start(tag, range);
            }
            Event::End(tag) => {
                self.end(tag, &range);
            }
            Event::Rule => {
                if self.depth == 0 {
                    self.note_block(range.start);
                }
                self.close_tight();
                self.push(Leaf::Rule, range, false);
            }
            Event::TaskListMarker(is_done) => {
                if let Some(Frame::Item(marker)) = self.frames.last_mut() {
                    *marker = Some(Marker::Task(is_done));
                }
            }
            Event::Text(text) if self.code.is_some() => {
                let written = match self.masked.is_given(&text, &range) {
                    true => self.source.get(range),
                    false => None,
                };
                if let Some((_, code, _)) = &mut self.code {
                    code.push_str(written.unwrap_or(&text));
                }
            }
            Event::Html(html) => match &mut self.html {
                Some((whole, _)) => whole.push_str(&html),
                None => self.words(range, |inline| inline.text(&html)),
            },
            Event::Text(text) if self.masked.is_given(&text, &range) => self.text(range),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.words(range, |inline| inline.text(&text));
            }
            Event::Code(code) => {
                let written = self.source.get(range.clone()).unwrap_or_default();
                let code = match written.contains(BAR) {
                    true => code.into_string(),
                    false => code.replace(BAR, "|"),
                };
                self.words(range, |inline| inline.code(&code));
            }
            Event::InlineHtml(html) => self.words(range, |inline| inline.tag(&html)),
            Event::FootnoteReference(label) => {
                self.words(range, |inline| inline.footnote(&label));
            }
            Event::SoftBreak => self.words(range, Inline::soft_break),
            Event::HardBreak => self.words(range, Inline::hard_break),
        }
    }

    /// Adds what was written at a place: words, formulas among them, cells.
    fn text(&mut self, range: Range<usize>) {
        let masked = self.masked;
        for part in masked.parts(range.clone()) {
            match part {
                Part::Text(text) => self.words(range.clone(), |inline| inline.text(text)),
                Part::Formula(formula) if formula.is_display => {
                    self.display(&formula.tex, formula.range.clone());
                }
                Part::Formula(formula) => {
                    self.words(range.clone(), |inline| inline.maths(&formula.tex));
                }
                Part::NextCell if self.table.is_some() => {
                    self.close();
                    self.open(Open::Cell, range.clone());
                    self.inside(Inline::begin_again);
                }
                Part::NextCell => self.words(range.clone(), |inline| inline.text("|")),
            }
        }
    }

    /// Notes where a top-level block begins.
    fn note_block(&mut self, start: usize) {
        let line = self.source[..start].rfind('\n').map_or(0, |at| at + 1);
        let before = self.source[..line].trim_end_matches(['\n', '\r', ' ', '\t']);
        let gap = &self.source[before.len()..line];
        let is_apart = gap.bytes().filter(|&byte| byte == b'\n').count() >= 2;
        let is_whole = self.source[start..].contains('\n');
        if is_apart && is_whole {
            self.stable = line;
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.open(Open::Paragraph, range),
            Tag::Heading { level, .. } => {
                self.close_tight();
                self.open(Open::Heading(level_of(level)), range);
            }
            Tag::BlockQuote(kind) => {
                self.close_tight();
                self.enter(Frame::Quote(kind.map(alert_of)));
            }
            Tag::CodeBlock(kind) => {
                self.close_tight();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info
                        .split([' ', ',', '\t'])
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new(), range));
            }
            Tag::HtmlBlock => {
                self.close_tight();
                self.html = Some((String::new(), range));
            }
            Tag::List(first) => {
                self.close_tight();
                self.lists.push(first);
            }
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = Marker::Number(*number);
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => Marker::Bullet,
                };
                self.enter(Frame::Item(Some(marker)));
            }
            Tag::FootnoteDefinition(label) => {
                self.close_tight();
                self.enter(Frame::Footnote(Some(Arc::from(&*label))));
            }
            Tag::Table(alignments) => {
                self.close_tight();
                let sides = alignments.into_iter().map(side_of).collect();
                self.table = Some(Table::new(sides, range));
            }
            Tag::TableCell => self.open(Open::Cell, range),
            Tag::Emphasis => {
                self.words(range, |inline| inline.enter_style(|it| &mut it.emphasised));
            }
            Tag::Strong => self.words(range, |inline| inline.enter_style(|it| &mut it.strong)),
            Tag::Strikethrough => {
                self.words(range, |inline| inline.enter_style(|it| &mut it.struck));
            }
            Tag::Link { dest_url, .. } => {
                self.words(range, |inline| inline.enter_link(&dest_url));
            }
            Tag::Image { dest_url, .. } => {
                self.words(range, |inline| inline.enter_image(&dest_url));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        let is_block = match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell => {
                self.close();
                true
            }
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.close_tight();
                self.leave();
                true
            }
            TagEnd::CodeBlock => {
                self.close_code();
                true
            }
            TagEnd::HtmlBlock => {
                if let Some((html, range)) = self.html.take() {
                    self.close_html(&html, range);
                }
                true
            }
            TagEnd::List(_) => {
                self.lists.pop();
                true
            }
            TagEnd::Item => {
                self.close_tight();
                // An item without words is still seen.
                if let Some(Frame::Item(Some(_))) = self.frames.last()
                    && self.hidden == 0
                {
                    let at = range.start;
                    self.push(Leaf::Paragraph(Spans::default()), at..at, true);
                }
                self.leave();
                true
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let range = table.range.clone();
                    self.push(table.finish(), range, false);
                }
                true
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.end_head();
                }
                true
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    table.end_row();
                }
                true
            }
            TagEnd::Emphasis => {
                self.inside(|inline| inline.leave_style(|it| &mut it.emphasised));
                false
            }
            TagEnd::Strong => {
                self.inside(|inline| inline.leave_style(|it| &mut it.strong));
                false
            }
            TagEnd::Strikethrough => {
                self.inside(|inline| inline.leave_style(|it| &mut it.struck));
                false
            }
            TagEnd::Link => {
                self.inside(Inline::leave_link);
                false
            }
            TagEnd::Image => {
                self.inside(Inline::leave_image);
                false
            }
            _ => false,
        };
        self.depth = self.depth.saturating_sub(usize::from(is_block));
        if is_block && self.depth == 0 {
            self.turn();
        }
    }

    /// Sets the outermost block from right to left if its first word is read so.
    fn turn(&mut self) {
        let units = &mut self.units[self.block..];
        let is_words = |unit: &&Unit| !matches!(unit.leaf, Leaf::Code(_) | Leaf::Maths(_));
        let direction = |unit: &Unit| letters::is_rtl(&unit.text());
        let is_rtl = units.iter().filter(is_words).find_map(direction);
        let has_sides =
            |unit: &&mut Unit| !unit.frames.is_empty() || matches!(unit.leaf, Leaf::Table(_));
        for unit in units.iter_mut().filter(has_sides) {
            unit.is_rtl = is_rtl.unwrap_or(false);
        }
    }

    fn enter(&mut self, frame: Frame) {
        match self.frames.len() < MOST_FRAMES && self.hidden == 0 {
            true => self.frames.push(frame),
            false => self.hidden += 1,
        }
    }

    fn leave(&mut self) {
        match self.hidden {
            0 => drop(self.frames.pop()),
            _ => self.hidden -= 1,
        }
    }

    fn open(&mut self, open: Open, range: Range<usize>) {
        self.inline = Some((Inline::default(), open, range));
    }

    /// Adds to the words that are open; those of a tight item have no paragraph around.
    fn words(&mut self, range: Range<usize>, add: impl FnOnce(&mut Inline)) {
        let (inline, open, whole) = self
            .inline
            .get_or_insert_with(|| (Inline::default(), Open::Tight, range.clone()));
        if *open == Open::Tight {
            whole.end = whole.end.max(range.end);
        }
        add(inline);
    }

    fn inside(&mut self, change: impl FnOnce(&mut Inline)) {
        if let Some((inline, ..)) = &mut self.inline {
            change(inline);
        }
    }

    fn close_tight(&mut self) {
        if matches!(self.inline, Some((_, Open::Tight, _))) {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some((inline, open, range)) = self.inline.take() else {
            return;
        };
        let spans = inline.finish();
        match open {
            Open::Cell => {
                if let Some(table) = &mut self.table {
                    table.cell(spans);
                }
            }
            Open::Heading(level) => self.push(Leaf::Heading(level, spans), range, false),
            Open::Paragraph if spans.text.is_empty() => {}
            Open::Paragraph => self.push(Leaf::Paragraph(spans), range, false),
            Open::Tight => self.push(Leaf::Paragraph(spans), range, true),
        }
    }

    /// A displayed formula ends the words before it and begins others behind it.
    fn display(&mut self, tex: &str, range: Range<usize>) {
        let open = self
            .inline
            .as_ref()
            .map(|(_, open, whole)| (*open, whole.clone()));
        if let Some((Open::Cell | Open::Heading(_), _)) = open {
            self.words(range, |inline| inline.maths(tex));
            return;
        }
        if let Some((inline, open, whole)) = self.inline.take() {
            let mut spans = inline.finish();
            trim_end(&mut spans);
            if !spans.text.is_empty() {
                let before = whole.start..range.start.max(whole.start);
                self.push(Leaf::Paragraph(spans), before, open == Open::Tight);
            }
        }
        let is_tight = matches!(open, Some((Open::Tight, _)));
        self.push(Leaf::Maths(Arc::from(tex.trim())), range.clone(), is_tight);
        if let Some((open, whole)) = open {
            let rest = range.end..whole.end.max(range.end);
            self.open(open, rest);
            self.inside(Inline::begin_again);
        }
    }

    fn close_code(&mut self) {
        let Some((language, text, range)) = self.code.take() else {
            return;
        };
        let source = self.source.get(range.clone()).unwrap_or_default();
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let is_closed = is_closed(source);
        let is_maths = language.eq_ignore_ascii_case("math");
        let is_short = text.len() <= maths::LONGEST_BYTES && !text.trim().is_empty();
        if is_maths && is_closed && is_short {
            self.push(Leaf::Maths(Arc::from(text.trim())), range, false);
            return;
        }
        let block = CodeBlock::new(language, text, is_closed);
        let whole = super::CodePart {
            range: 0..block.text.len(),
            block: Arc::new(block),
            is_first: true,
            is_last: true,
        };
        self.push(Leaf::Code(whole), range, false);
    }

    /// HTML stays as it was written, but for lines that are nothing but breaks.
    fn close_html(&mut self, html: &str, range: Range<usize>) {
        let lines: Vec<&str> = html.lines().filter(|line| !tags::is_break(line)).collect();
        let mut inline = Inline::default();
        inline.lines(&lines.join("\n"));
        let spans = inline.finish();
        if !spans.text.is_empty() {
            self.push(Leaf::Paragraph(spans), range, false);
        }
    }

    fn push(&mut self, leaf: Leaf, range: Range<usize>, is_tight: bool) {
        let frames = self.frames.clone();
        // Only the first unit of an item has its marker.
        for frame in &mut self.frames {
            match frame {
                Frame::Item(marker) => *marker = None,
                Frame::Footnote(label) => *label = None,
                Frame::Quote(_) => {}
            }
        }
        self.units.push(Unit {
            source: range.start + self.from..range.end + self.from,
            frames,
            is_tight,
            is_rtl: false,
            leaf,
        });
    }

    fn finish(mut self) -> Vec<Unit> {
        self.close();
        self.units
    }
}
