//! Texts that go before a message: a file, or something long that was pasted. In a message
//! each is a fenced block of Markdown, so that models, exports and other programs need to
//! know nothing about it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chat::ChatId;
use crate::encoding::{self, Decoded, Encoding};
use crate::i18n::Text;

/// A text with more characters or more lines than these is a block of its own when pasted.
const LONG_CHARS: usize = 2000;
const LONG_LINES: usize = 30;

/// The longest text that is written in a field, in bytes. A field lays out all of its text anew
/// with each key, so what is longer stands beside it.
const MAX_TYPED_BYTES: usize = 16 * 1024;

/// How a draft begins that has attachments: how many of them follow.
const MARK: &str = "<!-- charla: attached ";
const MARK_END: &str = " -->\n";

/// How many characters show how an encoding reads a text.
const SAMPLE_CHARS: usize = 24;

/// What the fence says in a draft of a text that is sent without one.
const PLAIN: &str = "plain";

/// The longest extension that is taken for the name of a language.
const LANGUAGE_CHARS: usize = 12;

/// A text with a name; without one where it was pasted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::app) struct Attachment {
    name: String,
    text: String,
    /// How long it is, counted once.
    chars: usize,
    lines: usize,
    /// Whether it is a part of what the user writes, which has only grown too long for the box.
    is_plain: bool,
    /// What it was read from, where its encoding was guessed.
    guess: Option<Guess>,
}

/// The bytes of a text that did not say which encoding they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Guess {
    bytes: Arc<[u8]>,
    encoding: &'static Encoding,
    readings: Arc<[Reading]>,
}

/// What a text could be read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Reading {
    pub(in crate::app) encoding: &'static Encoding,
    /// Some of its words, read so: found once, for it takes a look at all of the text.
    pub(in crate::app) sample: String,
}

impl Guess {
    /// What the text was read as.
    pub(in crate::app) fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// What it could be read as.
    pub(in crate::app) fn readings(&self) -> &[Reading] {
        &self.readings
    }
}

/// The chat that files were meant for when they were dropped or asked for. A new one may have
/// begun by the time they have been read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::app) struct Addressee {
    /// None for the next new one.
    pub(in crate::app) chat: Option<ChatId>,
    /// How many chats had begun before.
    pub(in crate::app) begun: usize,
}

impl Addressee {
    /// The chat that it is by now, with all that have begun in this window.
    pub(in crate::app) fn chat(self, begun: &[ChatId]) -> Option<ChatId> {
        self.chat.or_else(|| begun.get(self.begun).copied())
    }
}

/// What came of files that were dropped on the window or chosen.
#[derive(Debug, Default)]
pub(in crate::app) struct Files {
    pub(in crate::app) to: Addressee,
    /// A model among them.
    pub(in crate::app) model: Option<PathBuf>,
    /// Archives of chats.
    pub(in crate::app) chats: Vec<PathBuf>,
    /// Those that may be chats or may be meant as text.
    pub(in crate::app) unsure: Vec<PathBuf>,
    /// Those that were read.
    pub(in crate::app) read: Vec<Attachment>,
    /// Why the others were not.
    pub(in crate::app) refused: Vec<Text>,
}

impl Attachment {
    /// A text, with the ends of its lines as everywhere else. What would break a name out of
    /// its place is replaced.
    pub(in crate::app) fn new(name: &str, text: &str) -> Self {
        let name = name
            .chars()
            .map(|it| match it {
                '`' => '\'',
                other if other.is_control() => ' ',
                other => other,
            })
            .collect::<String>();
        let mut attachment = Self {
            name: name.trim().to_owned(),
            ..Self::default()
        };
        attachment.set_text(&with_plain_ends(text));
        attachment
    }

    /// Words of the user's own that are too long for a field: they are sent as they are.
    pub(in crate::app) fn plain(text: &str) -> Self {
        Self {
            is_plain: true,
            ..Self::new("", text)
        }
    }

    /// The text that was read from these bytes, which are kept where the user may know their
    /// encoding better. Not for the window's thread: it tries out all encodings.
    pub(in crate::app) fn decoded(name: &str, bytes: Vec<u8>, decoded: &Decoded) -> Self {
        let guess = decoded.is_guess.then(|| {
            let reading = |encoding| Reading {
                encoding,
                sample: encoding::sample(&bytes, encoding, SAMPLE_CHARS),
            };
            let readings = encoding::readings(&bytes);
            Guess {
                encoding: decoded.encoding,
                readings: readings.into_iter().map(reading).collect(),
                bytes: bytes.into(),
            }
        });
        Self {
            guess,
            ..Self::new(name, &decoded.text)
        }
    }

    /// What was guessed of its encoding, as long as the text is as it was read.
    pub(in crate::app) fn guess(&self) -> Option<&Guess> {
        self.guess.as_ref()
    }

    /// Reads it again, as this encoding.
    pub(in crate::app) fn read_as(&mut self, encoding: &'static Encoding) {
        let Some(guess) = self.guess.take() else {
            return;
        };
        if let Some(text) = encoding::decode_as(&guess.bytes, encoding) {
            self.set_text(&with_plain_ends(&text));
        }
        self.guess = Some(Guess { encoding, ..guess });
    }

    /// Takes another text in place of the one it has. Empty lines at its end are left out:
    /// the fence has a line of its own.
    pub(in crate::app) fn set_text(&mut self, text: &str) {
        self.guess = None;
        text.trim_end_matches('\n').clone_into(&mut self.text);
        self.chars = self.text.chars().count();
        self.lines = self.text.lines().count();
    }

    /// Whether this is too long to be pasted into the text itself.
    pub(in crate::app) fn is_long(text: &str) -> bool {
        text.chars().nth(LONG_CHARS).is_some() || text.lines().nth(LONG_LINES).is_some()
    }

    /// Whether it can be written on in a field that has these words already.
    pub(in crate::app) fn fits_beside(&self, typed: &str) -> bool {
        is_typeable(self.text.len() + typed.len())
    }

    pub(in crate::app) fn name(&self) -> &str {
        &self.name
    }

    pub(in crate::app) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::app) fn chars(&self) -> usize {
        self.chars
    }

    pub(in crate::app) fn lines(&self) -> usize {
        self.lines
    }

    /// Its first words.
    pub(in crate::app) fn opening(&self) -> &str {
        let lines = self.text.lines().map(str::trim);
        lines.into_iter().find(|it| !it.is_empty()).unwrap_or("")
    }

    /// What the fence says of the language: the extension of the name, or plain text.
    fn language(&self) -> &str {
        if self.is_plain {
            return PLAIN;
        }
        let extension = Path::new(&self.name).extension();
        let extension = extension.and_then(|it| it.to_str()).filter(|it| {
            it.len() <= LANGUAGE_CHARS && it.chars().all(|one| one.is_ascii_alphanumeric())
        });
        extension.unwrap_or("text")
    }

    /// Adds it to a message as a fenced block.
    fn write(&self, message: &mut String) {
        if !self.name.is_empty() {
            message.push('`');
            message.push_str(&self.name);
            message.push_str("`:\n");
        }
        let fence = "`".repeat(longest_run(&self.text).saturating_add(1).max(3));
        for part in [
            &fence,
            self.language(),
            "\n",
            &self.text,
            "\n",
            &fence,
            "\n",
        ] {
            message.push_str(part);
        }
    }

    /// Reads a block from the beginning of a message. Returns it and what follows.
    fn read(message: &str) -> Option<(Self, &str)> {
        let (name, rest) = match message.strip_prefix('`') {
            Some(rest) if !rest.starts_with('`') => rest.split_once("`:\n")?,
            _ => ("", message),
        };
        if name.contains(['`', '\n']) {
            return None;
        }
        let fence = rest.len() - rest.trim_start_matches('`').len();
        if fence < 3 {
            return None;
        }
        let (fence, rest) = rest.split_at(fence);
        let (language, rest) = rest.split_once('\n')?;
        let end = format!("\n{fence}\n");
        let (text, rest) = rest.split_once(end.as_str())?;
        let attachment = match name.is_empty() && language == PLAIN {
            true => Self::plain(text),
            false => Self::new(name, text),
        };
        Some((attachment, rest))
    }
}

/// A text with the ends of its lines as everywhere else.
fn with_plain_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether a text of so many bytes can be written in a field.
pub(in crate::app) fn is_typeable(bytes: usize) -> bool {
    bytes <= MAX_TYPED_BYTES
}

/// The longest row of backticks in a text.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|it| it != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// The message that is sent: the attachments, and after them what the user has written, of
/// which the part that was too long for the field comes first.
pub(in crate::app) fn message(attachments: &[Attachment], text: &str) -> String {
    let mut message = String::new();
    for attachment in attachments.iter().filter(|it| !it.is_plain) {
        attachment.write(&mut message);
        message.push('\n');
    }
    let plain = attachments.iter().filter(|it| it.is_plain);
    let mut parts = plain.map(Attachment::text).collect::<Vec<_>>();
    parts.push(text);
    parts.retain(|part| !part.is_empty());
    match parts.is_empty() {
        true => message.truncate(message.trim_end().len()),
        false => message.push_str(&parts.join("\n\n")),
    }
    message
}

/// A message taken apart again. What was typed stays text, also where it has a fence.
pub(in crate::app) fn from_message(message: &str) -> (Vec<Attachment>, String) {
    let mut attachments = Vec::new();
    let whole = format!("{message}\n\n");
    let mut rest = whole.as_str();
    while let Some((attachment, after)) = Attachment::read(rest) {
        let is_short = attachment.name.is_empty() && !Attachment::is_long(&attachment.text);
        // Of what is sent, nothing has such a fence but what somebody wrote so.
        if is_short || attachment.is_plain {
            break;
        }
        attachments.push(attachment);
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    let text = rest.trim_end().to_owned();
    match self::message(&attachments, &text) == message.trim_end() {
        true => (attachments, text),
        false => (Vec::new(), message.to_owned()),
    }
}

/// A draft as it is kept on disk: the text itself where there is no more to it.
pub(in crate::app) fn to_draft(attachments: &[Attachment], text: &str) -> String {
    if attachments.is_empty() && !text.starts_with(MARK) {
        return text.to_owned();
    }
    let mut draft = format!("{MARK}{}{MARK_END}", attachments.len());
    for attachment in attachments {
        attachment.write(&mut draft);
        draft.push('\n');
    }
    draft.push_str(text);
    draft
}

/// A draft as it was kept. What makes no sense is text.
pub(in crate::app) fn from_draft(draft: &str) -> (Vec<Attachment>, String) {
    read_draft(draft).unwrap_or_else(|| (Vec::new(), draft.to_owned()))
}

fn read_draft(draft: &str) -> Option<(Vec<Attachment>, String)> {
    let (count, mut rest) = draft.strip_prefix(MARK)?.split_once(MARK_END)?;
    let mut attachments = Vec::new();
    for _ in 0..count.parse::<usize>().ok()? {
        let (attachment, after) = Attachment::read(rest)?;
        attachments.push(attachment);
        rest = after.strip_prefix('\n')?;
    }
    Some((attachments, rest.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_begins_with_its_attachments() {
        let files = [
            Attachment::new("notas.txt", "uno\r\ndos\n"),
            Attachment::new("", "pegado"),
        ];
        assert_eq!(
            message(&files, "¿Qué dice?"),
            "`notas.txt`:\n```txt\nuno\ndos\n```\n\n```text\npegado\n```\n\n¿Qué dice?"
        );
        assert_eq!(message(&files[1..], ""), "```text\npegado\n```");
    }

    #[test]
    fn what_the_user_wrote_goes_without_a_fence_however_long() {
        let long = "`x` ".repeat(8000) + "fin";
        let files = [Attachment::plain(&long), Attachment::new("a.md", "uno")];
        let fenced = "`a.md`:\n```md\nuno\n```";
        assert_eq!(message(&files, ""), format!("{fenced}\n\n{long}"));
        let sent = message(&files, "Sí");
        assert_eq!(sent, format!("{fenced}\n\n{long}\n\nSí"));
        assert_eq!(message(&files[..1], ""), long);
        assert_eq!(from_message(&long), (Vec::new(), long.clone()));
        let typed = format!("```plain\n{long}\n```");
        assert_eq!(from_message(&typed), (Vec::new(), typed.clone()));
    }

    #[test]
    fn a_wrong_guess_can_be_put_right() {
        let words = "Привет, мир: как твои дела сегодня?";
        let (bytes, ..) = encoding_rs::KOI8_R.encode(words);
        let wrong = Decoded {
            text: encoding::decode_as(&bytes, encoding_rs::WINDOWS_1252).unwrap(),
            encoding: encoding_rs::WINDOWS_1252,
            is_guess: true,
        };
        let mut notes = Attachment::decoded("a.txt", bytes.into_owned(), &wrong);
        assert_ne!(notes.text(), words);
        let guess = notes.guess().unwrap();
        let mut readings = guess.readings().iter();
        let koi8 = readings.find(|it| it.encoding == encoding_rs::KOI8_R);
        assert_eq!(koi8.unwrap().sample, "Привет, мир: как твои де");
        notes.read_as(encoding_rs::KOI8_R);
        assert_eq!(notes.text(), words);
        assert_eq!(notes.guess().unwrap().encoding(), encoding_rs::KOI8_R);
        notes.set_text("changed");
        assert!(
            notes.guess().is_none(),
            "it would undo what the user has changed"
        );
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        let file = Attachment::new("a`b\n.md", "````\ncode\n````");
        let sent = message(std::slice::from_ref(&file), "x");
        assert!(sent.starts_with("`a'b .md`:\n`````md\n````\n"), "{sent}");
        assert_eq!(from_message(&sent), (vec![file], "x".into()));
    }

    #[test]
    fn what_was_typed_stays_text() {
        for typed in [
            "```text\nshort\n```\n\nand more",
            "`a`: no fence",
            "``` ```",
            "plain",
        ] {
            assert_eq!(from_message(typed), (Vec::new(), typed.to_owned()));
        }
    }

    #[test]
    fn a_draft_that_makes_no_sense_is_text() {
        let draft = format!("{MARK}2{MARK_END}```text\none\n```\n\n");
        assert_eq!(from_draft(&draft), (Vec::new(), draft.clone()));
        let typed = format!("{MARK}1{MARK_END}");
        let kept = to_draft(&[], &typed);
        assert_eq!(from_draft(&kept), (Vec::new(), typed));
    }

    proptest! {
        #[test]
        fn a_draft_comes_back_as_it_was(
            files in prop::collection::vec(
                ("[a-z`.\n]{0,8}", "[a`~\n\r é]{0,40}", any::<bool>()),
                0..4,
            ),
            text in "[a`\n<é]{0,30}",
        ) {
            let files: Vec<_> = files
                .iter()
                .map(|(name, text, is_plain)| match is_plain {
                    true => Attachment::plain(text),
                    false => Attachment::new(name, text),
                })
                .collect();
            let kept = to_draft(&files, &text);
            prop_assert_eq!(from_draft(&kept), (files, text));
        }
    }
}
