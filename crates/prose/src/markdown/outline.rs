//! What the grammar of Markdown takes for words, and what for code: a first reading, so that
//! formulas are looked for among words alone.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// The parts of Markdown that are read. Formulas are not among them: of the ways in which
/// models write them, the parser knows one.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

/// Where the words of a text are. All places are in bytes, in order.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) words: Vec<Words>,
    pub(super) rows: Vec<Row>,
    /// What is no words though it lies among them: code, HTML, where links lead.
    pub(super) opaque: Vec<Range<usize>>,
    /// What no formula contains: code.
    pub(super) walls: Vec<Range<usize>>,
}

/// The words of a paragraph, a heading or a cell.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) range: Range<usize>,
    /// Where the item or the quote ends that they lie in.
    pub(super) room: usize,
    /// How many quotes they lie in.
    pub(super) quotes: usize,
    /// Whether they may be followed by more lines.
    pub(super) is_paragraph: bool,
}

/// A row of a table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) range: Range<usize>,
    /// How many cells the head of the table has.
    pub(super) columns: usize,
}

impl Outline {
    pub(super) fn of(text: &str) -> Self {
        let mut reader = Reader {
            text,
            outline: Self::default(),
            containers: Vec::new(),
            words: None,
            links: Vec::new(),
            columns: 0,
            holds_no_words: false,
        };
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            reader.event(&event, range);
        }
        reader.close();
        let mut outline = reader.outline;
        outline.opaque.sort_unstable_by_key(|range| range.start);
        outline
    }
}

struct Reader<'a> {
    text: &'a str,
    outline: Outline,
    /// The ends of the quotes and items around, and whether each is a quote.
    containers: Vec<(usize, bool)>,
    /// The words that are open, and whether they are those of a tight item.
    words: Option<(Words, bool)>,
    links: Vec<Link>,
    columns: usize,
    /// Whether the block that is open is a table, code or HTML.
    holds_no_words: bool,
}

struct Link {
    kind: LinkType,
    /// Where its words end, so far.
    end: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag, range),
            Event::Rule => self.close_tight(),
            Event::Html(_) => {}
            Event::Code(_) => {
                self.outline.opaque.push(range.clone());
                self.outline.walls.push(range.clone());
                self.inline(range);
            }
            Event::InlineHtml(_) | Event::FootnoteReference(_) => {
                self.outline.opaque.push(range.clone());
                self.inline(range);
            }
            _ => self.inline(range),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.open(range, true, false),
            Tag::Heading { .. } => {
                self.close_tight();
                let is_underlined = !self.text[range.clone()].starts_with('#');
                self.open(range, is_underlined, false);
            }
            Tag::BlockQuote(_) | Tag::Item | Tag::FootnoteDefinition(_) => {
                self.close_tight();
                let is_quote = matches!(tag, Tag::BlockQuote(_));
                self.containers.push((range.end, is_quote));
            }
            Tag::List(_) => self.close_tight(),
            Tag::CodeBlock(_) | Tag::HtmlBlock => {
                self.close_tight();
                self.holds_no_words = true;
                self.outline.opaque.push(range.clone());
                self.outline.walls.push(range);
            }
            Tag::Table(sides) => {
                self.close_tight();
                self.holds_no_words = true;
                self.columns = sides.len();
            }
            Tag::TableHead | Tag::TableRow => self.outline.rows.push(Row {
                range,
                columns: self.columns,
            }),
            Tag::Link { link_type, .. } | Tag::Image { link_type, .. } => {
                self.inline(range.clone());
                self.links.push(Link {
                    kind: *link_type,
                    end: range.start,
                });
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.inline(range),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.close(),
            TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.close_tight();
                self.containers.pop();
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Table => self.holds_no_words = false,
            TagEnd::Link | TagEnd::Image => {
                if let Some(link) = self.links.pop() {
                    let is_address = matches!(link.kind, LinkType::Autolink | LinkType::Email);
                    let from = if is_address { range.start } else { link.end };
                    self.outline.opaque.push(from..range.end);
                }
                if let Some(around) = self.links.last_mut() {
                    around.end = range.end;
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, range: Range<usize>, is_paragraph: bool, is_tight: bool) {
        let room = self.containers.last().map(|(end, _)| *end);
        let words = Words {
            range,
            room: room.unwrap_or(self.text.len()),
            quotes: self.containers.iter().filter(|(_, is)| *is).count(),
            is_paragraph,
        };
        self.words = Some((words, is_tight));
    }

    /// Takes up a part of a line. Those of a tight item have no paragraph around.
    fn inline(&mut self, range: Range<usize>) {
        if let Some(link) = self.links.last_mut() {
            link.end = range.end;
        }
        if self.holds_no_words {
            return;
        }
        match &mut self.words {
            Some((words, true)) => words.range.end = words.range.end.max(range.end),
            Some(_) => {}
            None => {
                // What a backslash takes the meaning from begins with the backslash.
                let before = self.text[..range.start].strip_suffix('\\');
                let start = before.map_or(range.start, str::len);
                self.open(start..range.end, true, true);
            }
        }
    }

    fn close_tight(&mut self) {
        if matches!(self.words, Some((_, true))) {
            self.close();
        }
    }

    fn close(&mut self) {
        self.outline
            .words
            .extend(self.words.take().map(|(words, _)| words));
    }
}
