//! Replies in OpenAI's harmony format: messages with a header each, which names a channel.
//! What is said on `analysis` is thoughts; all else is reply.

use super::{Head, Kind, Out, Place, first_mark, undecided};

const START: &str = "<|start|>";
const CHANNEL: &str = "<|channel|>";
const MESSAGE: &str = "<|message|>";

/// What begins a header, or a message that has none.
const HEADS: [&str; 3] = [START, CHANNEL, MESSAGE];

/// What ends a message.
pub(super) const ENDS: [&str; 5] = ["<|end|>", "<|return|>", "<|call|>", START, CHANNEL];

/// What parts two messages of one kind.
const GAP: &str = "\n\n";

#[derive(Debug)]
pub(super) struct Channels {
    at: At,
    held: String,
    /// The kind of the message before.
    last: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before a message.
    Between,
    Header,
    /// In a message; fresh where nothing of it has come but space.
    Body {
        kind: Kind,
        is_fresh: bool,
    },
}

impl Channels {
    pub(super) fn new(place: Place) -> Self {
        let body = |kind, is_fresh| At::Body { kind, is_fresh };
        Self {
            at: match place {
                Place::Start => At::Between,
                Place::Open => body(Kind::Reasoning, true),
                Place::Untold => body(Kind::Reply, false),
                Place::Within(kind) => body(kind, false),
            },
            held: String::new(),
            last: None,
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
            At::Between => out.add(Kind::Reply, &self.held),
            // Half a header is nothing that the model says.
            At::Header => {}
            At::Body { kind, .. } => out.add(kind, trimmed(kind, &self.held)),
        }
    }

    fn step(&mut self, out: &mut Out) -> Option<At> {
        match self.at {
            At::Between => self.between(),
            At::Header => self.header(),
            At::Body { kind, is_fresh } => self.body(kind, is_fresh, out),
        }
    }

    fn between(&mut self) -> Option<At> {
        let text = self.held.trim_start();
        match Head::of(text, &HEADS) {
            Head::Mark(_) => Some(At::Header),
            Head::Undecided => None,
            Head::Other => Some(At::Body {
                kind: Kind::Reply,
                is_fresh: false,
            }),
        }
    }

    fn header(&mut self) -> Option<At> {
        let (header, rest) = self.held.split_once(MESSAGE)?;
        let channel = header.split_once(CHANNEL).map_or("", |(_, name)| name);
        let kind = match channel.trim_start().starts_with("analysis") {
            true => Kind::Reasoning,
            false => Kind::Reply,
        };
        self.held = rest.to_owned();
        Some(At::Body {
            kind,
            is_fresh: true,
        })
    }

    fn body(&mut self, kind: Kind, is_fresh: bool, out: &mut Out) -> Option<At> {
        let (end, length) = match first_mark(&self.held, &ENDS) {
            Some((at, length)) => (at, Some(length)),
            None => (self.held.len() - undecided(&self.held, &ENDS), None),
        };
        let text = trimmed(kind, &self.held[..end]);
        if !text.trim().is_empty() || (!is_fresh && !text.is_empty()) {
            if is_fresh {
                let text = text.trim_start();
                if self.last == Some(kind) {
                    out.add(kind, GAP);
                }
                out.add(kind, text);
            } else {
                out.add(kind, text);
            }
            let given = text.len();
            self.held.drain(..given);
            self.last = Some(kind);
            let now = At::Body {
                kind,
                is_fresh: false,
            };
            if is_fresh || length.is_some() {
                return Some(now);
            }
            return None;
        }
        // Nothing is left before the mark but space.
        let length = length?;
        let mark = &self.held[end..end + length];
        if mark == START || mark == CHANNEL {
            self.held.drain(..end);
        } else {
            self.held.drain(..end + length);
        }
        Some(At::Between)
    }
}

/// The space at the end of thoughts waits for more of them; that of a reply does not.
fn trimmed(kind: Kind, text: &str) -> &str {
    match kind {
        Kind::Reasoning => text.trim_end(),
        Kind::Reply => text,
    }
}
