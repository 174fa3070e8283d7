//! Replies that may begin with one block of thoughts. A mark in the middle of a reply is
//! a word of it: models write about such marks.

use super::families::Family;
use super::{Head, Kind, Out, Part, Place, first_mark, undecided};

#[derive(Debug)]
pub(super) struct Blocks {
    family: &'static Family,
    /// Whether thoughts may be closed that were never opened.
    closes_unopened: bool,
    at: At,
    /// What is not decided yet.
    held: String,
    /// Whether anything was given out of which nobody can tell yet what it is.
    has_untold: bool,
    /// The last character of that.
    before: Option<char>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Nothing has come but space.
    Start,
    /// After the mark that opens; space that comes now is none of the model's words.
    Open,
    Reasoning,
    /// In words of which only a mark that closes, or the end, tells what they are.
    Untold,
    /// After the mark that closes.
    Closed,
    Reply,
}

/// What stands before a mark that is only written about.
const QUOTES: [char; 6] = ['`', '"', '\'', '“', '‘', '«'];

impl Blocks {
    pub(super) fn new(family: &'static Family, place: Place, closes_unopened: bool) -> Self {
        let at = match place {
            Place::Start => At::Start,
            Place::Open => At::Open,
            Place::Untold => At::Untold,
            Place::Within(Kind::Reasoning) => At::Reasoning,
            Place::Within(Kind::Reply) => At::Reply,
        };
        Self {
            family,
            closes_unopened,
            at,
            held: String::new(),
            has_untold: place == Place::Untold,
            before: None,
        }
    }

    pub(super) fn push(&mut self, text: &str, out: &mut Out) {
        self.held.push_str(text);
        while let Some(next) = self.step(out) {
            self.at = next;
        }
    }

    pub(super) fn finish(self, out: &mut Out) {
        match self.at {
            At::Start => out.add(Kind::Reply, &self.held),
            At::Untold => out.add_untold(&self.held),
            At::Open | At::Reasoning => out.add(Kind::Reasoning, self.held.trim()),
            At::Closed => out.add(Kind::Reply, self.held.trim_start()),
            At::Reply => {
                let mut rest = self.held.trim_start();
                while let Head::Mark(length) = Head::of(rest, self.family.after_reply) {
                    rest = rest[length..].trim_start();
                }
                if !rest.is_empty() || !self.held.contains(|it: char| !it.is_whitespace()) {
                    out.add(Kind::Reply, &self.held);
                }
            }
        }
    }

    /// Decides what can be decided here; the state to go on in, where that is another.
    fn step(&mut self, out: &mut Out) -> Option<At> {
        match self.at {
            At::Start => self.start(),
            At::Open => self.open(),
            At::Reasoning => self.reasoning(out),
            At::Untold => self.untold(out),
            At::Closed => self.closed(),
            At::Reply => {
                self.reply(out);
                None
            }
        }
    }

    fn start(&mut self) -> Option<At> {
        let text = self.held.trim_start();
        if let Head::Mark(length) = Head::of(text, &[self.family.open]) {
            self.held = text[length..].to_owned();
            return Some(At::Open);
        }
        match Head::of(text, self.family.before_reply) {
            Head::Mark(length) => {
                self.held = text[length..].to_owned();
                Some(At::Closed)
            }
            Head::Other if Head::of(text, &[self.family.open]) == Head::Other => {
                match self.closes_unopened {
                    true => Some(At::Untold),
                    false => Some(At::Reply),
                }
            }
            Head::Undecided | Head::Other => None,
        }
    }

    fn open(&mut self) -> Option<At> {
        let text = self.held.trim_start();
        // Some models open what the prompt has opened already.
        match Head::of(text, &[self.family.open]) {
            Head::Mark(length) => {
                self.held = text[length..].to_owned();
                Some(At::Open)
            }
            Head::Undecided => None,
            Head::Other => {
                self.held = text.to_owned();
                Some(At::Reasoning)
            }
        }
    }

    fn reasoning(&mut self, out: &mut Out) -> Option<At> {
        let close = [self.family.close];
        if let Some((at, length)) = first_mark(&self.held, &close) {
            out.add(Kind::Reasoning, self.held[..at].trim_end());
            self.held.drain(..at + length);
            return Some(At::Closed);
        }
        let decided = &self.held[..self.held.len() - undecided(&self.held, &close)];
        let decided = decided.trim_end().len();
        out.add(Kind::Reasoning, &self.held[..decided]);
        self.held.drain(..decided);
        None
    }

    /// Gives out all but what may be the mark, and the space at the very beginning.
    fn untold(&mut self, out: &mut Out) -> Option<At> {
        let close = self.family.close;
        let is_meant = |at: &usize| {
            let before = self.held[..*at].chars().next_back().or(self.before);
            !before.is_some_and(|it| QUOTES.contains(&it))
        };
        let mut found = self.held.match_indices(close).map(|(at, _)| at);
        if let Some(at) = found.find(is_meant) {
            self.give_untold(at, out);
            self.held.drain(..at + close.len());
            if self.has_untold {
                out.0.push(Part::WereThoughts);
            }
            return Some(At::Closed);
        }
        let decided = self.held.len() - undecided(&self.held, &[close]);
        self.give_untold(decided, out);
        if self.has_untold {
            self.held.drain(..decided);
        }
        None
    }

    fn give_untold(&mut self, bytes: usize, out: &mut Out) {
        let text = &self.held[..bytes];
        self.has_untold |= !text.trim_start().is_empty();
        if self.has_untold {
            out.add_untold(text);
            self.before = text.chars().next_back().or(self.before);
        }
    }

    fn closed(&mut self) -> Option<At> {
        let text = self.held.trim_start();
        match Head::of(text, self.family.before_reply) {
            Head::Mark(length) => {
                self.held = text[length..].to_owned();
                Some(At::Closed)
            }
            Head::Undecided => None,
            Head::Other if text.is_empty() => None,
            Head::Other => {
                // A reply may begin with lines that are indented: only whole lines go.
                let space = &self.held[..self.held.len() - text.len()];
                let lines = space.rfind('\n').map_or(0, |at| at + 1);
                self.held.drain(..lines);
                Some(At::Reply)
            }
        }
    }

    /// Holds back what may be the marks at the end of the reply; text after them shows
    /// that they were words.
    fn reply(&mut self, out: &mut Out) {
        let marks = self.family.after_reply;
        let mut decided = 0;
        while let Some((at, length)) = first_mark(&self.held[decided..], marks) {
            let mut rest = &self.held[decided + at + length..];
            loop {
                rest = rest.trim_start();
                match Head::of(rest, marks) {
                    Head::Mark(length) => rest = &rest[length..],
                    Head::Undecided => {
                        let kept = decided + self.held[decided..decided + at].trim_end().len();
                        self.give(kept, out);
                        return;
                    }
                    Head::Other => break,
                }
            }
            decided = self.held.len() - rest.len();
        }
        let tail = &self.held[decided..];
        let kept = match undecided(tail, marks) {
            0 => self.held.len(),
            bytes => self.held.len() - bytes,
        };
        self.give(kept, out);
    }

    fn give(&mut self, bytes: usize, out: &mut Out) {
        out.add(Kind::Reply, &self.held[..bytes]);
        self.held.drain(..bytes);
    }
}
