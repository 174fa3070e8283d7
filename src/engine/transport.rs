//! Frames over a pipe: one JSON object a line, never more than
//! [`MAX_FRAME_BYTES`] of it in memory.

use std::io::{self, BufRead, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::protocol::{Frame, MAX_FRAME_BYTES, RequestId, VERSION};

/// What a line held.
#[derive(Debug, PartialEq)]
pub enum Line<T> {
    /// A frame of this version.
    Body(T),
    /// Something else. The line has been read to its end; the next one may be good.
    Bad {
        /// What is wrong with it.
        reason: String,
        /// The id it carried, where that much could be read.
        id: Option<RequestId>,
    },
    /// The other side has closed the pipe.
    End,
}

/// Reads the next line that is not blank.
///
/// # Errors
/// Those of the pipe itself. A line that is no frame is [`Line::Bad`], not an error.
pub fn read<T: DeserializeOwned>(reader: &mut impl BufRead) -> io::Result<Line<T>> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let fits = read_line(reader, &mut line)?;
        if !fits {
            return Ok(Line::Bad {
                reason: format!("a line may have {MAX_FRAME_BYTES} bytes at most"),
                id: None,
            });
        }
        if line.is_empty() {
            return Ok(Line::End);
        }
        if !line.trim_ascii().is_empty() {
            return Ok(parse(&line));
        }
    }
}

/// Reads the frame in `line`; [`Line::Bad`] where there is none.
#[must_use]
pub fn parse<T: DeserializeOwned>(line: &[u8]) -> Line<T> {
    #[derive(serde::Deserialize)]
    struct Head {
        v: Option<u64>,
        id: Option<RequestId>,
    }
    // The head is read by itself first, so that a frame of another version, or one whose
    // body is wrong, is still answered under its id.
    let head: Head = match serde_json::from_slice(line) {
        Ok(head) => head,
        Err(error) => {
            return Line::Bad {
                reason: error.to_string(),
                id: None,
            };
        }
    };
    let reason = match head.v {
        Some(v) if v == u64::from(VERSION) => match serde_json::from_slice::<Frame<T>>(line) {
            Ok(frame) => return Line::Body(frame.body),
            Err(error) => error.to_string(),
        },
        Some(v) => format!("protocol version {v}, this program speaks {VERSION}"),
        None => format!("no protocol version, this program speaks {VERSION}"),
    };
    Line::Bad {
        reason,
        id: head.id,
    }
}

/// Writes one frame and flushes it.
///
/// # Errors
/// Those of the pipe.
pub fn write<T: Serialize>(writer: &mut impl Write, body: &T) -> io::Result<()> {
    writer.write_all(&encode(body)?)?;
    writer.flush()
}

/// One frame, its newline included.
///
/// # Errors
/// Where `body` has no JSON form (a path that is not UTF-8, say), and with
/// [`io::ErrorKind::FileTooLarge`] where it is longer than a frame may be.
pub fn encode<T: Serialize>(body: &T) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&Frame { v: VERSION, body })?;
    if line.len() > MAX_FRAME_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("{} bytes", line.len()),
        ));
    }
    line.push(b'\n');
    Ok(line)
}

/// Reads up to and with the next newline; `false`, with the rest of the line skipped,
/// where it is too long.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let mut fits = true;
    loop {
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            return Ok(fits);
        }
        let newline = available.iter().position(|&byte| byte == b'\n');
        let taken = newline.map_or(available.len(), |at| at + 1);
        fits &= line.len() + taken <= MAX_FRAME_BYTES + 1;
        if fits {
            line.extend_from_slice(&available[..taken]);
        }
        reader.consume(taken);
        if newline.is_some() {
            return Ok(fits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::Request;
    use std::io::{BufReader, Cursor};

    fn lines(bytes: &[u8]) -> Vec<Line<Request>> {
        let mut reader = BufReader::with_capacity(7, Cursor::new(bytes.to_vec()));
        let mut lines = Vec::new();
        loop {
            match read(&mut reader).unwrap() {
                Line::End => return lines,
                line => lines.push(line),
            }
        }
    }

    fn is_bad(line: &Line<Request>, wanted: Option<RequestId>) -> bool {
        matches!(line, Line::Bad { id, .. } if *id == wanted)
    }

    #[test]
    fn a_bad_line_does_not_spoil_the_next() {
        let good = encode(&Request::Cancel { id: 3 }).unwrap();
        let bad: [(&[u8], Option<RequestId>); 7] = [
            (b"{", None),
            (b"hello", None),
            (b"[]", None),
            (b"\xff\xfe", None),
            (br#"{"v":1,"type":"fly","id":9}"#, Some(9)),
            (br#"{"v":2,"type":"cancel","id":4}"#, Some(4)),
            (br#"{"type":"cancel","id":5}"#, Some(5)),
        ];
        for (line, id) in bad {
            let bytes = [line, b"\n\n  \n", &good].concat();
            let read = lines(&bytes);
            assert_eq!(read.len(), 2, "{line:?}: {read:?}");
            assert!(is_bad(&read[0], id), "{line:?}: {read:?}");
            assert_eq!(read[1], Line::Body(Request::Cancel { id: 3 }));
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped() {
        let good = encode(&Request::Hello).unwrap();
        let mut bytes = vec![b'x'; MAX_FRAME_BYTES + 2];
        bytes.push(b'\n');
        bytes.extend_from_slice(&good);
        let read = lines(&bytes);
        assert!(is_bad(&read[0], None));
        assert_eq!(read[1], Line::Body(Request::Hello));
    }

    #[test]
    fn the_last_line_needs_no_newline() {
        assert_eq!(
            lines(br#"{"v":1,"type":"hello"}"#),
            [Line::Body(Request::Hello)]
        );
    }
}
