//! What a model thinks before it replies: how its template marks that, and how to tell
//! the two apart while they are being written.

mod blocks;
mod channels;
mod families;

#[cfg(test)]
mod tests;

use blocks::Blocks;
use channels::Channels;
use families::{FAMILIES, Family, Style, UNTOLD};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Reply,
    Reasoning,
}

/// Where a prompt ends, and so where the model goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before a message; it may begin with thoughts.
    Start,
    /// Right after the mark that opens them.
    Open,
    /// In the middle of words of which only the mark that closes thoughts, or the end, tells
    /// what they are.
    Untold,
    /// In the middle of this.
    Within(Kind),
}

/// How a model's thoughts are marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    /// What comes before them.
    pub(super) open: &'static str,
    /// What comes after them.
    pub(super) close: &'static str,
    /// Whether the prompt for a reply ends with `open`, so that the reply does not have it.
    pub(super) starts_open: bool,
    /// Whether a model may close thoughts that neither it nor the prompt has opened: the
    /// template names the closing mark alone.
    closes_unopened: bool,
    family: &'static Family,
    /// The space that the template writes between `open` and the thoughts.
    lead: String,
    /// What the template writes between the thoughts and the reply.
    seam: String,
}

impl Marks {
    /// Finds the marks of a template in its source, in its `prompt` for a reply, and in an
    /// `example` in which the model has thought and replied these words. Where it has none
    /// that are known, a reply may still begin with the usual ones.
    pub(super) fn detect(
        source: &str,
        prompt: &str,
        example: &str,
        (reasoning, reply): (&str, &str),
    ) -> Self {
        let first = |fits: &dyn Fn(&Family) -> bool| FAMILIES.iter().find(|family| fits(family));
        let family = first(&|family| family.is_in(example) || family.is_in(prompt))
            .or_else(|| first(&|family| family.is_in(source)))
            .or_else(|| first(&|family| family.is_hinted_in(source)))
            .unwrap_or(&UNTOLD);
        let written = family.written(example, reasoning, reply);
        let (lead, seam) = written.unwrap_or((family.lead, family.seam));
        let names = |mark: &str| [source, prompt, example].iter().any(|it| it.contains(mark));
        let is_closed_only = family.is_hinted_in(source) && !names(family.open);
        Self {
            open: family.open,
            close: family.close,
            starts_open: prompt.trim_end().ends_with(family.open),
            closes_unopened: is_closed_only && names(family.close),
            family,
            lead: lead.into(),
            seam: seam.into(),
        }
    }

    /// The same marks for a vocabulary with these control tokens. A model that has the
    /// opening mark as a token opens its thoughts with it, or has none.
    pub(super) fn with_tokens(self, mut is_token: impl FnMut(&str) -> bool) -> Self {
        Self {
            closes_unopened: self.closes_unopened && !is_token(self.open),
            ..self
        }
    }

    /// All that is written from the thoughts to the reply, the closing mark included.
    pub(super) fn seam(&self) -> &str {
        &self.seam
    }

    /// What a reply without thoughts begins with.
    pub(super) fn reply_head(&self) -> &'static str {
        self.family.reply_head
    }

    /// Whether the model opens its thoughts in plain words, as it was trained to.
    pub(super) fn opens_untold(&self) -> bool {
        self.family.opens_untold
    }

    /// What ends the thoughts; the first of these is the closing mark.
    pub(super) fn closers(&self) -> &'static [&'static str] {
        match self.family.style {
            Style::Blocks => std::slice::from_ref(&self.family.close),
            Style::Channels => &channels::ENDS,
        }
    }

    /// The texts of control tokens that must be shown as text for the marks to be seen.
    pub(super) fn special_texts(&self) -> &'static [&'static str] {
        self.family.special
    }

    /// Where a prompt for a reply ends.
    pub(super) fn place(&self, prompt: &str) -> Place {
        let head = self.family.reply_head;
        if self.is_open(prompt) {
            Place::Open
        } else if !head.is_empty() && prompt.trim_end().ends_with(head) {
            Place::Within(Kind::Reply)
        } else {
            Place::Start
        }
    }

    fn is_open(&self, prompt: &str) -> bool {
        prompt.trim_end().ends_with(self.open)
    }

    /// Where a reply goes on that has so far neither opened nor closed thoughts.
    pub(super) fn place_in_reply(&self) -> Place {
        match self.closes_unopened {
            true => Place::Untold,
            false => Place::Within(Kind::Reply),
        }
    }

    /// Adds to a prompt for a reply what the model has written of it so far.
    pub(super) fn resume(&self, prompt: &mut String, reasoning: &str, reply: &str) {
        if reasoning.is_empty() && reply.is_empty() {
            return;
        }
        if reasoning.is_empty() {
            if self.is_open(prompt) {
                prompt.push_str(&self.seam);
            } else if !prompt.ends_with(self.family.reply_head) {
                prompt.push_str(self.family.reply_head);
            }
        } else {
            if !self.is_open(prompt) {
                self.remove_empty_thoughts(prompt);
                prompt.push_str(self.open);
                prompt.push_str(&self.lead);
            }
            prompt.push_str(reasoning);
            if !reply.is_empty() {
                prompt.push_str(&self.seam);
            }
        }
        prompt.push_str(reply);
    }

    /// Some templates close the thoughts for the model, so that it has none.
    fn remove_empty_thoughts(&self, prompt: &mut String) {
        let Some(rest) = prompt.trim_end().strip_suffix(self.close) else {
            return;
        };
        let kept = rest.trim_end().strip_suffix(self.open).unwrap_or(rest);
        prompt.truncate(kept.len());
    }
}

/// Whether a text opens the thoughts of some model.
pub(super) fn opens_thoughts(text: &str) -> bool {
    FAMILIES.iter().any(|family| family.open == text)
}

/// What a text turns out to be, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// More of the reply, or of the thoughts before it.
    Said(Kind, String),
    /// More of what may be either. It is the reply unless [`Part::WereThoughts`] comes.
    Untold(String),
    /// All that was untold so far were thoughts.
    WereThoughts,
}

/// Tells a reply's text from its thoughts, and leaves out the marks.
#[derive(Debug)]
pub(super) struct Splitter(State);

#[derive(Debug)]
enum State {
    Plain,
    Blocks(Blocks),
    Channels(Channels),
}

impl Splitter {
    /// For a model without marks, all is reply.
    pub(super) fn new(marks: Option<&Marks>, place: Place) -> Self {
        Self(match marks.map(|marks| (marks, marks.family.style)) {
            None => State::Plain,
            Some((marks, Style::Blocks)) => {
                State::Blocks(Blocks::new(marks.family, place, marks.closes_unopened))
            }
            Some((_, Style::Channels)) => State::Channels(Channels::new(place)),
        })
    }

    /// Adds text, in which the control tokens of [`Marks::special_texts`] are text, and
    /// gives out what is decided by now.
    pub(super) fn push(&mut self, text: &str) -> Vec<Part> {
        let mut out = Out::default();
        match &mut self.0 {
            State::Plain => out.add(Kind::Reply, text),
            State::Blocks(blocks) => blocks.push(text, &mut out),
            State::Channels(channels) => channels.push(text, &mut out),
        }
        out.0
    }

    /// What was held back, now that no more text comes.
    pub(super) fn finish(self) -> Vec<Part> {
        let mut out = Out::default();
        match self.0 {
            State::Plain => {}
            State::Blocks(blocks) => blocks.finish(&mut out),
            State::Channels(channels) => channels.finish(&mut out),
        }
        out.0
    }
}

/// Parts that are decided; no two of one kind follow each other.
#[derive(Debug, Default)]
struct Out(Vec<Part>);

impl Out {
    fn add(&mut self, kind: Kind, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Part::Said(last, all)) if *last == kind => all.push_str(text),
            _ => self.0.push(Part::Said(kind, text.to_owned())),
        }
    }

    fn add_untold(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Part::Untold(all)) => all.push_str(text),
            _ => self.0.push(Part::Untold(text.to_owned())),
        }
    }
}

/// What stands at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// A mark of this many bytes.
    Mark(usize),
    /// Too little to tell.
    Undecided,
    Other,
}

impl Head {
    fn of(text: &str, marks: &[&str]) -> Self {
        match marks.iter().find(|mark| text.starts_with(**mark)) {
            Some(mark) => Self::Mark(mark.len()),
            None if marks.iter().any(|mark| mark.starts_with(text)) => Self::Undecided,
            None => Self::Other,
        }
    }
}

/// How many bytes at the end of `text` may begin one of `marks`.
pub(super) fn undecided(text: &str, marks: &[&str]) -> usize {
    let longest = marks.iter().map(|mark| mark.len()).max().unwrap_or(0);
    text.char_indices()
        .map(|(at, _)| &text[at..])
        .skip_while(|tail| tail.len() >= longest)
        .find(|tail| marks.iter().any(|mark| mark.starts_with(tail)))
        .map_or(0, str::len)
}

/// The first of `marks` in `text`: where, and how long.
pub(super) fn first_mark(text: &str, marks: &[&str]) -> Option<(usize, usize)> {
    let found = marks
        .iter()
        .filter_map(|mark| Some((text.find(mark)?, mark.len())));
    found.min_by_key(|&(at, _)| at)
}
