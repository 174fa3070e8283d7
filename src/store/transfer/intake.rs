//! One file of conversations, read one at a time; each shows by itself what program it is
//! from.

use std::io::BufRead;
use std::path::Path;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::error::Fault;
use super::foreign::Conversation;
use super::merge::Sink;
use super::native::{self, ChatRecord, Document};
use super::report::Why;
use super::scan::{Place, Scanner};
use super::{chatgpt, lines, llama_cpp, lm_studio, open_webui};
use crate::store::Error;

/// What a file turned out to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Conversations, or a list of them that is empty.
    Conversations,
    /// Not a word.
    Nothing,
    /// Something else.
    Others,
}

/// Why reading ended before the end.
#[derive(Debug)]
pub(super) enum Stop {
    Fault(Fault),
    Store(Error),
    Cancelled,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// Takes in the conversations of one file.
pub(super) struct Intake<'a> {
    sink: &'a mut dyn Sink,
    /// The name of the file, without the folders.
    file: String,
    max_bytes: usize,
    has_conversations: bool,
    /// Whether each value stands on a line of its own, as far as has been read.
    is_lines: bool,
    /// How many things were there that are no conversations.
    others: u64,
}

impl<'a> Intake<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink, path: &Path, max_bytes: usize) -> Self {
        let file = path.file_name().unwrap_or_default();
        Self {
            sink,
            file: file.to_string_lossy().into_owned(),
            max_bytes,
            has_conversations: false,
            is_lines: is_jsonl(path),
            others: 0,
        }
    }

    /// Reads everything. What has come in before an error is the transaction's to undo.
    pub(super) fn read(&mut self, reader: impl BufRead) -> Result<Found, Stop> {
        let mut scanner = Scanner::new(reader, self.max_bytes);
        scanner.skip_byte_order_mark()?;
        let mut is_first = true;
        while let Some(byte) = scanner.peek_word()? {
            match byte {
                b'[' => self.array(&mut scanner)?,
                b'{' => self.object(&mut scanner)?,
                // Text in two bytes a letter begins like this.
                0xFE | 0xFF if is_first => return Err(Fault::NotUtf8 { line: 1 }.into()),
                _ if is_first => return Ok(Found::Others),
                _ => return Err(scanner.broken().into()),
            }
            is_first = false;
        }
        if self.has_conversations {
            let name = self.file.clone();
            self.sink
                .report()
                .skip(Why::NoConversation, self.others, &name);
        }
        Ok(match (is_first, self.has_conversations) {
            (true, _) => Found::Nothing,
            (false, true) => Found::Conversations,
            (false, false) => Found::Others,
        })
    }

    fn array(&mut self, scanner: &mut Scanner<impl BufRead>) -> Result<(), Stop> {
        let mut is_empty = true;
        elements(scanner, |bytes, place| {
            is_empty = false;
            self.element(bytes, place)
        })?;
        self.has_conversations |= is_empty;
        Ok(())
    }

    /// An object on its own: a conversation, or a file of Charla's, which says so first.
    fn object(&mut self, scanner: &mut Scanner<impl BufRead>) -> Result<(), Stop> {
        let place = scanner.place();
        scanner.bump()?;
        let mut bytes = vec![b'{'];
        scanner.keep_spaces(&mut bytes)?;
        if scanner.peek()? == Some(b'"') {
            let from = bytes.len();
            scanner.take(&mut bytes, 0)?;
            if &bytes[from..] == b"\"format\"" {
                scanner.keep_spaces(&mut bytes)?;
                if scanner.peek()? == Some(b':') {
                    scanner.bump()?;
                    bytes.push(b':');
                    scanner.keep_spaces(&mut bytes)?;
                    let from = bytes.len();
                    scanner.take(&mut bytes, 0)?;
                    if word(&bytes[from..]).as_deref() == Some(native::FORMAT) {
                        return self.native(scanner);
                    }
                }
            }
        }
        let read = scanner.take(&mut bytes, 1).map_err(Stop::from);
        let read = read.and_then(|()| self.element(&bytes, place));
        let is_one_line = !bytes.contains(&b'\n');
        match read {
            Ok(()) => {
                self.is_lines = is_one_line;
                Ok(())
            }
            // An open bracket takes in all the lines that follow.
            Err(Stop::Fault(_)) if self.is_lines && !is_one_line => {
                let first = bytes.split(|it| *it == b'\n').next().unwrap_or_default();
                parse::<IgnoredAny>(first, place)?;
                read
            }
            error => error,
        }
    }

    /// The rest of a file of Charla's.
    fn native(&mut self, scanner: &mut Scanner<impl BufRead>) -> Result<(), Stop> {
        self.has_conversations = true;
        loop {
            match scanner.peek_word()? {
                Some(b'}') => {
                    scanner.bump()?;
                    return Ok(());
                }
                Some(b',') => scanner.bump()?,
                Some(_) => return Err(scanner.broken().into()),
                None => return Err(Fault::CutOff.into()),
            }
            scanner.peek_word()?;
            let mut name = Vec::new();
            let broken = scanner.broken();
            scanner.take(&mut name, 0)?;
            let name = word(&name).ok_or(broken)?;
            scanner.expect_mark(b':')?;
            let next = scanner.peek_word()?;
            if name == "chats" && next == Some(b'[') {
                elements(scanner, |bytes, place| {
                    let record: ChatRecord = parse(bytes, place)?;
                    self.sink.add(record.into_incoming())?;
                    Ok(())
                })?;
                continue;
            }
            let mut value = Vec::new();
            let broken = scanner.broken();
            scanner.take(&mut value, 0)?;
            match name.as_str() {
                "version" => check(serde_json::from_slice(&value).map_err(|_| broken)?)?,
                "chats" => return Err(broken.into()),
                _ => {}
            }
        }
    }

    fn element(&mut self, bytes: &[u8], place: Place) -> Result<(), Stop> {
        let value: Value = parse(bytes, place)?;
        if value.get("format").and_then(Value::as_str) == Some(native::FORMAT) {
            if let Some(version) = value.get("version").and_then(Value::as_u64) {
                check(version)?;
            }
            let document: Document = parse(bytes, place)?;
            check(document.version)?;
            self.has_conversations = true;
            for record in document.chats {
                self.sink.add(record.into_incoming())?;
            }
            return Ok(());
        }
        let Some(conversation) = self.recognize(&value) else {
            self.others += 1;
            return Ok(());
        };
        // It may be large, and there is another copy of its texts now.
        drop(value);
        self.has_conversations = true;
        if conversation.is_empty() {
            let name = conversation.name();
            self.sink.report().skip(Why::EmptyChat, 1, &name);
            for (why, count) in &conversation.notes {
                self.sink.report().skip(*why, *count, &name);
            }
            return Ok(());
        }
        self.sink.add(conversation.into_incoming())?;
        Ok(())
    }

    fn recognize(&self, value: &Value) -> Option<Conversation> {
        chatgpt::read(value)
            .or_else(|| lm_studio::read(value, &self.file))
            .or_else(|| open_webui::read(value))
            .or_else(|| llama_cpp::read(value))
            .or_else(|| lines::read_sharegpt(value))
            .or_else(|| lines::read_openai(value))
    }
}

/// Passes on each element of the array that begins here.
fn elements(
    scanner: &mut Scanner<impl BufRead>,
    mut each: impl FnMut(&[u8], Place) -> Result<(), Stop>,
) -> Result<(), Stop> {
    scanner.bump()?;
    let mut bytes = Vec::new();
    if scanner.peek_word()? == Some(b']') {
        scanner.bump()?;
        return Ok(());
    }
    loop {
        scanner.peek_word()?;
        let place = scanner.place();
        bytes.clear();
        scanner.take(&mut bytes, 0)?;
        each(&bytes, place)?;
        match scanner.peek_word()? {
            Some(b',') => scanner.bump()?,
            Some(b']') => {
                scanner.bump()?;
                return Ok(());
            }
            Some(_) => return Err(scanner.broken().into()),
            None => return Err(Fault::CutOff.into()),
        }
    }
}

fn is_jsonl(path: &Path) -> bool {
    path.extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("jsonl"))
}

fn word(bytes: &[u8]) -> Option<String> {
    serde_json::from_slice(bytes).ok()
}

fn check(version: u64) -> Result<(), Fault> {
    match version > native::VERSION {
        true => Err(Fault::Newer { version }),
        false => Ok(()),
    }
}

fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8], place: Place) -> Result<T, Fault> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Fault::NotUtf8 { line: place.line });
    }
    let parsed = match serde_json::from_slice(bytes) {
        // Programs that cut texts by their length leave halves of characters.
        Err(_) => match mend_halves(bytes) {
            Some(mended) => serde_json::from_slice(&mended),
            None => serde_json::from_slice(bytes),
        },
        parsed => parsed,
    };
    parsed.map_err(|error| {
        let Place { line, column } = place.of(&error);
        Fault::Broken { line, column }
    })
}

/// Puts a replacement mark in place of each escaped half of a character that stands
/// without its other half; `None` where there is none.
fn mend_halves(bytes: &[u8]) -> Option<Vec<u8>> {
    let unit = |at: usize| -> Option<u16> {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let is_first = |unit: u16| (0xD800..0xDC00).contains(&unit);
    let is_second = |unit: u16| (0xDC00..0xE000).contains(&unit);
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match (unit(at), unit(at + 6)) {
            (Some(first), Some(second)) if is_first(first) && is_second(second) => at += 12,
            (Some(half), _) if is_first(half) || is_second(half) => {
                let copy = mended.get_or_insert_with(|| bytes.to_vec());
                copy[at..at + 6].copy_from_slice(b"\\ufffd");
                at += 6;
            }
            (Some(_), _) => at += 6,
            // Another escape, perhaps of the backslash itself.
            (None, _) => at += 2,
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_characters_are_mended() {
        for (text, mended) in [
            (r#""\ud83d\ude00""#, None),
            (r#""\ud83d""#, Some(r#""\ufffd""#)),
            (r#""\\ud83d""#, None),
            (r#""a\ude00\ud83d\u0041""#, Some(r#""a\ufffd\ufffd\u0041""#)),
            (r#""\u12""#, None),
        ] {
            let found = mend_halves(text.as_bytes());
            assert_eq!(found.as_deref(), mended.map(str::as_bytes), "{text}");
        }
    }
}
