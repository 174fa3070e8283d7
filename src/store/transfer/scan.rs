//! JSON cut into its parts without reading it whole: the elements of an array, or values
//! that follow each other, one at a time.

use std::io::{self, BufRead};

use super::error::Fault;

/// The largest conversation that is taken in.
pub const MAX_CONVERSATION_BYTES: usize = 64 << 20;

/// The most values a conversation may have: a small file can hold numbers that take up
/// fifty times its size once they are read.
const MAX_VALUES: usize = 2_000_000;

/// Brackets within brackets; below what the JSON reader bears.
const MAX_DEPTH: usize = 100;

/// A place in a file, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Place {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
    }

    /// The place that the JSON reader calls so, in a value that begins here.
    pub(super) fn of(self, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line().max(1) as u64, error.column().max(1) as u64);
        Self {
            line: self.line + line - 1,
            column: match line {
                1 => self.column + column - 1,
                _ => column,
            },
        }
    }
}

/// Reads values out of a stream of bytes.
pub(super) struct Scanner<R> {
    reader: R,
    place: Place,
    max_bytes: usize,
}

impl<R: BufRead> Scanner<R> {
    pub(super) fn new(reader: R, max_bytes: usize) -> Self {
        Self {
            reader,
            place: Place { line: 1, column: 1 },
            max_bytes,
        }
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    pub(super) fn broken(&self) -> Fault {
        Fault::Broken {
            line: self.place.line,
            column: self.place.column,
        }
    }

    fn fill(&mut self) -> Result<&[u8], Fault> {
        loop {
            match self.reader.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::of_io(&error)),
            }
        }
        // Asked for again because a loop cannot return what it borrows; it reads nothing.
        self.reader.fill_buf().map_err(|error| Fault::of_io(&error))
    }

    /// The next byte, which stays; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        Ok(self.fill()?.first().copied())
    }

    /// Takes the byte that was peeked at.
    pub(super) fn bump(&mut self) -> Result<(), Fault> {
        if let Some(byte) = self.peek()? {
            self.place.pass(&[byte]);
            self.reader.consume(1);
        }
        Ok(())
    }

    /// The next byte that is no white space, which stays.
    pub(super) fn peek_word(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let mut place = self.place;
            let bytes = self.fill()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let spaces = bytes
                .iter()
                .take_while(|it| matches!(it, b' ' | b'\t' | b'\r' | b'\n'))
                .count();
            let next = bytes.get(spaces).copied();
            place.pass(&bytes[..spaces]);
            self.place = place;
            self.reader.consume(spaces);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Takes the white space that comes next along.
    pub(super) fn keep_spaces(&mut self, value: &mut Vec<u8>) -> Result<(), Fault> {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek()? {
            if value.len() >= self.max_bytes {
                return Err(self.too_large());
            }
            value.push(byte);
            self.bump()?;
        }
        Ok(())
    }

    fn too_large(&self) -> Fault {
        Fault::TooLarge {
            limit_bytes: self.max_bytes as u64,
        }
    }

    /// Takes this mark, or says that it is missing.
    pub(super) fn expect_mark(&mut self, mark: u8) -> Result<(), Fault> {
        match self.peek_word()? {
            Some(byte) if byte == mark => self.bump(),
            Some(_) => Err(self.broken()),
            None => Err(Fault::CutOff),
        }
    }

    /// Skips the mark that some editors put before UTF-8.
    pub(super) fn skip_byte_order_mark(&mut self) -> Result<(), Fault> {
        if self.fill()?.starts_with(b"\xEF\xBB\xBF") {
            self.reader.consume(3);
        }
        Ok(())
    }

    /// Takes one value into `value`, which need not be empty where `depth` brackets of it
    /// are open already. What it holds is valid as far as brackets and quotation marks go.
    pub(super) fn take(&mut self, value: &mut Vec<u8>, mut depth: usize) -> Result<(), Fault> {
        let max_bytes = self.max_bytes;
        let (mut in_text, mut is_escaped, mut values) = (false, false, 0_usize);
        let mut has_begun = depth > 0;
        loop {
            let mut place = self.place;
            let bytes = self.fill()?;
            if bytes.is_empty() {
                // A number or a word at the end of the file ends with it.
                return match has_begun && !in_text && depth == 0 {
                    true => Ok(()),
                    false => Err(Fault::CutOff),
                };
            }
            let (mut taken, mut is_whole) = (bytes.len(), false);
            for (index, &byte) in bytes.iter().enumerate() {
                if in_text {
                    match byte {
                        _ if is_escaped => is_escaped = false,
                        b'\\' => is_escaped = true,
                        b'"' => {
                            in_text = false;
                            is_whole = depth == 0;
                        }
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => in_text = true,
                        b'{' | b'[' => {
                            depth += 1;
                            values += 1;
                        }
                        b'}' | b']' if depth > 0 => {
                            depth -= 1;
                            is_whole = depth == 0;
                        }
                        // It ends what this value is a part of.
                        b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => {
                            taken = index;
                            break;
                        }
                        b',' => values += 1,
                        _ => {}
                    }
                    if depth > MAX_DEPTH {
                        place.pass(&bytes[..index]);
                        return Err(Fault::TooDeep { line: place.line });
                    }
                }
                has_begun = true;
                if is_whole {
                    taken = index + 1;
                    break;
                }
            }
            if value.len() + taken > max_bytes || values > MAX_VALUES {
                return Err(Fault::TooLarge {
                    limit_bytes: max_bytes as u64,
                });
            }
            let ends_here = is_whole || taken < bytes.len();
            value.extend_from_slice(&bytes[..taken]);
            place.pass(&bytes[..taken]);
            self.place = place;
            self.reader.consume(taken);
            if ends_here {
                return match value.is_empty() {
                    true => Err(self.broken()),
                    false => Ok(()),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &str, piece_bytes: usize) -> Result<(String, u64), Fault> {
        let reader = io::BufReader::with_capacity(piece_bytes, text.as_bytes());
        let mut scanner = Scanner::new(reader, 1000);
        scanner.skip_byte_order_mark()?;
        scanner.peek_word()?;
        let mut value = Vec::new();
        scanner.take(&mut value, 0)?;
        Ok((String::from_utf8(value).unwrap(), scanner.place().column))
    }

    #[test]
    fn a_value_ends_where_it_ends() {
        for (text, value) in [
            (
                r#"  {"a":"}\"]","b":[1,{}]} rest"#,
                r#"{"a":"}\"]","b":[1,{}]}"#,
            ),
            ("12,3", "12"),
            ("true", "true"),
            (r#""a\\",2"#, r#""a\\""#),
            ("[[]]]", "[[]]"),
        ] {
            for piece_bytes in [4, 5, 7, 100] {
                assert_eq!(take(text, piece_bytes).unwrap().0, value);
            }
        }
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let deep = "[".repeat(101);
        assert_eq!(take(&deep, 16), Err(Fault::TooDeep { line: 1 }));
        let long = format!("\"{}\"", "a".repeat(1000));
        let limit_bytes = 1000;
        assert_eq!(take(&long, 16), Err(Fault::TooLarge { limit_bytes }));
        assert_eq!(take("{\"a", 16), Err(Fault::CutOff));
        assert_eq!(take("{\"a\"", 16), Err(Fault::CutOff));
        assert_eq!(take("}", 16), Err(Fault::Broken { line: 1, column: 1 }));
    }
}
