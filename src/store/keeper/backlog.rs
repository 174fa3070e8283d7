//! What waits to be written.

use std::collections::VecDeque;

use crate::chat::MessageId;
use crate::store::Write;

/// Writes that wait, in order; each entry is all or nothing.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    entries: VecDeque<Vec<Write>>,
    /// What has come of replies since they were last written.
    tails: Vec<Tail>,
}

#[derive(Debug)]
struct Tail {
    message: MessageId,
    text: String,
    reasoning: String,
}

impl Backlog {
    /// Adds to a reply.
    pub(super) fn append(&mut self, message: MessageId, text: &str, reasoning: &str) {
        let known = self.tails.iter().position(|tail| tail.message == message);
        let index = known.unwrap_or_else(|| {
            self.tails.push(Tail {
                message,
                text: String::new(),
                reasoning: String::new(),
            });
            self.tails.len() - 1
        });
        self.tails[index].text.push_str(text);
        self.tails[index].reasoning.push_str(reasoning);
    }

    /// Puts these at the end, and before them what has come of replies: one of them may be
    /// the end of one.
    pub(super) fn push(&mut self, writes: Vec<Write>) {
        let mut entry: Vec<Write> = self
            .tails
            .drain(..)
            .map(|tail| Write::Append {
                message: tail.message,
                text: tail.text,
                reasoning: tail.reasoning,
            })
            .collect();
        entry.extend(writes);
        if !entry.is_empty() {
            self.entries.push_back(entry);
        }
    }

    /// The entry to write next.
    pub(super) fn next(&self) -> Option<&[Write]> {
        self.entries.front().map(Vec::as_slice)
    }

    /// Takes away the entry that was next.
    pub(super) fn pop(&mut self) {
        self.entries.pop_front();
    }
}
