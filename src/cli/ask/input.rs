//! What is asked: the words on the command line, and what comes through standard input.

use std::io::{self, BufRead, IsTerminal, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, anyhow};

use super::{Arguments, tell};
use crate::encoding;
use crate::i18n::{I18n, Text};

/// How long standard input may be silent before something is said about it.
const SILENCE: Duration = Duration::from_secs(2);

/// Puts the question together: what comes through standard input, and below it the words on
/// the command line. `None` where there is neither.
///
/// # Errors
/// Where standard input cannot be read or is no text.
pub(super) fn question(arguments: &Arguments, i18n: &I18n) -> anyhow::Result<Option<String>> {
    let is_typed = io::stdin().is_terminal();
    match arguments.prompt.as_deref() {
        Some("-") => Ok(Some(read(arguments, Patience::Endless, i18n)?)),
        Some(prompt) => {
            let prompt = encoding::without_mark(prompt);
            let piped = match is_typed {
                true => String::new(),
                false => read(arguments, Patience::of_standard_input(), i18n)?,
            };
            Ok(Some(joined(&piped, prompt)))
        }
        None if is_typed => Ok(None),
        None => {
            let piped = read(arguments, Patience::Endless, i18n)?;
            Ok((!piped.trim().is_empty()).then_some(piped))
        }
    }
}

/// A text and what is to be done with it, as a message with an attachment has them.
fn joined(piped: &str, prompt: &str) -> String {
    match (piped.trim().is_empty(), prompt.trim().is_empty()) {
        (true, _) => prompt.to_owned(),
        (false, true) => piped.to_owned(),
        (false, false) => format!("{piped}\n\n{prompt}"),
    }
}

fn read(arguments: &Arguments, patience: Patience, i18n: &I18n) -> anyhow::Result<String> {
    let bytes = read_bytes(patience, i18n).with_context(|| i18n.get("cli-no-input"))?;
    let text = match arguments.encoding {
        Some(encoding) => encoding::decode_as(&bytes, encoding),
        None => encoding::decode(&bytes).map(|decoded| {
            if decoded.is_guess {
                let note = Text::new("note-encoding").word("encoding", decoded.encoding.name());
                tell(i18n.text(&note));
            }
            decoded.text
        }),
    };
    let mut text = text.ok_or_else(|| anyhow!(i18n.get("cli-input-no-text")))?;
    // The end of the last line is the shell's; a small model answers it oddly.
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(text)
}

/// How long to wait for the first byte of standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Until it comes, for it is wanted.
    Endless,
    /// As long as [`SILENCE`], for nothing may ever come.
    Short,
}

impl Patience {
    /// What a shell puts together with `|` and `<` has an end. What a program was given by
    /// the one that started it may stay open for as long as that one runs.
    fn of_standard_input() -> Self {
        match is_held_open() {
            true => Self::Short,
            false => Self::Endless,
        }
    }
}

enum Heard {
    /// Something has come.
    Begun,
    All(io::Result<Vec<u8>>),
}

/// Reads standard input to its end, and says what is waited for where it is silent.
fn read_bytes(patience: Patience, i18n: &I18n) -> io::Result<Vec<u8>> {
    let (sender, heard) = mpsc::channel();
    let listener = thread::Builder::new().name("standard-input".into());
    listener.spawn(move || {
        let mut stdin = io::stdin().lock();
        let mut bytes = Vec::new();
        let result = stdin.fill_buf().map(|_| ()).and_then(|()| {
            let _ = sender.send(Heard::Begun);
            stdin.read_to_end(&mut bytes).map(|_| ())
        });
        let _ = sender.send(Heard::All(result.map(|()| bytes)));
    })?;
    match heard.recv_timeout(SILENCE) {
        Ok(Heard::All(result)) => return result,
        Ok(Heard::Begun) => {}
        Err(RecvTimeoutError::Timeout) if patience == Patience::Short => {
            tell(i18n.get("note-input-silent"));
            return Ok(Vec::new());
        }
        // Somebody who types sees that it waits.
        Err(_) if io::stdin().is_terminal() => {}
        Err(_) => tell(i18n.get("note-input-awaited")),
    }
    loop {
        match heard.recv() {
            Ok(Heard::All(result)) => return result,
            Ok(Heard::Begun) => {}
            Err(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Whether standard input is a socket, which no shell makes, or a pipe that one of the
/// programs above this one can write to. The other end of a shell's `|` is held by a sibling
/// alone.
#[cfg(target_os = "linux")]
fn is_held_open() -> bool {
    let Ok(own) = std::fs::read_link("/proc/self/fd/0") else {
        return false;
    };
    let kind = own.to_string_lossy();
    kind.starts_with("socket:")
        || kind.starts_with("pipe:") && ancestors().any(|pid| can_write_to(pid, &own))
}

#[cfg(not(target_os = "linux"))]
fn is_held_open() -> bool {
    false
}

/// The processes that this one comes from, its parent first.
#[cfg(target_os = "linux")]
fn ancestors() -> impl Iterator<Item = u32> {
    let parent = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name of the program stands in brackets, and may have any in it.
        let (_, rest) = stat.rsplit_once(')')?;
        let parent = rest.split_whitespace().nth(1)?.parse().ok()?;
        (parent != 0).then_some(parent)
    };
    std::iter::successors(Some(std::process::id()), parent).skip(1)
}

/// Whether a process has this pipe open for writing. One that does not let itself be looked
/// at is taken for one that has not.
#[cfg(target_os = "linux")]
fn can_write_to(pid: u32, pipe: &std::path::Path) -> bool {
    /// The bits of the flags that say how a file was opened; those of reading are none.
    const ACCESS_MODE: u32 = 0o3;
    let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    open.flatten().any(|entry| {
        let is_same = std::fs::read_link(entry.path()).is_ok_and(|it| it == pipe);
        let number = entry.file_name();
        let info = format!("/proc/{pid}/fdinfo/{}", number.to_string_lossy());
        let writes = || {
            let info = std::fs::read_to_string(info).ok()?;
            let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
            let flags = u32::from_str_radix(flags.trim(), 8).ok()?;
            Some(flags & ACCESS_MODE != 0)
        };
        is_same && writes().unwrap_or(false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_before_what_is_to_be_done_with_it() {
        assert_eq!(joined("a text", "Sum up"), "a text\n\nSum up");
        assert_eq!(joined(" \n", "Sum up"), "Sum up");
        assert_eq!(joined("a text", " "), "a text");
        assert_eq!(joined("", ""), "");
    }
}
