//! What came of bringing chats in.

use serde::Serialize;

use crate::chat::ChatId;
use crate::i18n::{Localize, Text};

/// Names that are given for one reason; the rest are counted.
const MAX_NAMES: usize = 5;

/// What came of bringing chats in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Chats that were not there before.
    pub chats_added: u64,
    /// Those of them that are in the archive.
    pub chats_archived: u64,
    /// The first that was added or extended, to be looked at.
    #[serde(skip)]
    pub first: Option<ChatId>,
    /// Chats that were there and got more messages.
    pub chats_extended: u64,
    /// Messages that were not there before.
    pub messages_added: u64,
    /// Chats that were there with all their messages.
    pub already_here: u64,
    /// What was left out or changed, one entry for each reason.
    pub skipped: Vec<Skipped>,
}

/// What was left out or changed for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The reason.
    pub why: Why,
    /// How often.
    pub count: u64,
    /// The names of the first chats or files where that was.
    pub what: Vec<String>,
}

/// Why something was left out or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A chat that is in the bin stays there.
    InBin,
    /// A chat without a message.
    EmptyChat,
    /// Something among conversations that is none.
    NoConversation,
    /// A message that says nothing.
    NoText,
    /// An image, a sound or another file that came with a message.
    Attachment,
    /// A call of a tool, or what came of it.
    Tool,
    /// A message that the other program did not show.
    Hidden,
    /// A message whose place could not be told, because what it answers is missing or
    /// answers it; it stands at the beginning of a branch of its own.
    NoPlace,
    /// A text with NUL characters, which were replaced.
    Nul,
    /// Something of a chat or a message that only a newer Charla knows.
    Unknown,
}

impl Report {
    /// Adds what came of more of the same.
    pub(super) fn absorb(&mut self, other: Self) {
        self.chats_added += other.chats_added;
        self.chats_archived += other.chats_archived;
        self.first = self.first.or(other.first);
        self.chats_extended += other.chats_extended;
        self.messages_added += other.messages_added;
        self.already_here += other.already_here;
        for Skipped { why, count, what } in other.skipped {
            self.skip(why, count, what.first().map_or("", String::as_str));
            for what in what.iter().skip(1) {
                self.name(why, what);
            }
        }
    }

    /// Names one more chat or file where something was left out.
    fn name(&mut self, why: Why, what: &str) {
        if let Some(entry) = self.skipped.iter_mut().find(|it| it.why == why)
            && entry.what.len() < MAX_NAMES
        {
            entry.what.push(what.to_owned());
        }
    }

    pub(super) fn skip(&mut self, why: Why, count: u64, what: &str) {
        if count == 0 {
            return;
        }
        let index = match self.skipped.binary_search_by_key(&why, |it| it.why) {
            Ok(index) => index,
            Err(index) => {
                let entry = Skipped {
                    why,
                    count: 0,
                    what: Vec::new(),
                };
                self.skipped.insert(index, entry);
                index
            }
        };
        let entry = &mut self.skipped[index];
        entry.count += count;
        let is_new = !what.is_empty() && entry.what.last().is_none_or(|last| last != what);
        if is_new && entry.what.len() < MAX_NAMES {
            entry.what.push(what.to_owned());
        }
    }
}

impl Localize for Report {
    fn text(&self) -> Text {
        Text::new("transfer-report")
            .count("added", self.chats_added)
            .count("extended", self.chats_extended)
            .count("messages", self.messages_added)
            .count("here", self.already_here)
    }
}

impl Localize for Skipped {
    fn text(&self) -> Text {
        let text = match self.why {
            Why::InBin => Text::new("transfer-in-bin"),
            Why::EmptyChat => Text::new("transfer-empty-chat"),
            Why::NoConversation => Text::new("transfer-no-conversation"),
            Why::NoText => Text::new("transfer-no-text"),
            Why::Attachment => Text::new("transfer-attachment"),
            Why::Tool => Text::new("transfer-tool"),
            Why::Hidden => Text::new("transfer-hidden"),
            Why::NoPlace => Text::new("transfer-no-place"),
            Why::Nul => Text::new("transfer-nul"),
            Why::Unknown => Text::new("transfer-unknown-part"),
        };
        let text = text.count("count", self.count);
        match self.what.is_empty() {
            true => text,
            false => Text::new("transfer-skipped-in")
                .with("what", crate::i18n::Arg::Text(Box::new(text)))
                .word("names", self.what.join(" · ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{I18n, Language};

    #[test]
    fn only_what_there_is_is_said() {
        let cases = [
            (
                (2, 0, 0, 8),
                "2 new chats; 8 new messages in all.",
                "2 charlas nuevas; 8 mensajes nuevos en total.",
            ),
            (
                (0, 0, 5, 0),
                "No new chats, 5 were here already.",
                "Ninguna charla nueva, 5 que ya estaban.",
            ),
            (
                (1, 1, 1, 1),
                "1 new chat, 1 got new messages, 1 was here already; 1 new message in all.",
                "1 charla nueva, 1 con mensajes nuevos, 1 que ya estaba; 1 mensaje nuevo en total.",
            ),
            ((0, 0, 0, 0), "No new chats.", "Ninguna charla nueva."),
        ];
        for ((added, extended, here, messages), english, spanish) in cases {
            let report = Report {
                chats_added: added,
                chats_extended: extended,
                messages_added: messages,
                already_here: here,
                ..Report::default()
            };
            assert_eq!(I18n::new(Language::En).say(&report), english);
            assert_eq!(I18n::new(Language::Es).say(&report), spanish);
        }
        let mut report = Report::default();
        report.skip(Why::Tool, 2, "");
        let said = I18n::new(Language::En).say(&report.skipped[0]);
        assert_eq!(said, "2 tool calls and tool results were left out");
    }
}
