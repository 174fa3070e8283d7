//! A chat as Markdown, for people to read and to keep.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::chat::Role;
use crate::store::Portable;

/// A time as a person reads it, where they are.
pub(super) fn moment(unix_ms: i64) -> String {
    let time = Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    let time = time.to_zoned(TimeZone::system());
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Writes the branch that is read.
pub(super) fn write(portable: &Portable, is_first: bool, out: &mut dyn Write) -> io::Result<()> {
    let chat = &portable.chat;
    if !is_first {
        writeln!(out, "\n---\n")?;
    }
    let name = super::name_of(portable);
    let name: Vec<&str> = name.split_whitespace().collect();
    writeln!(out, "# {}\n", name.join(" "))?;
    let mut facts = vec![moment(chat.created_unix_ms)];
    facts.extend(portable.folder.clone());
    writeln!(out, "{}", facts.join(" · "))?;
    if let Some(system) = &chat.system {
        writeln!(out, "\n## System\n")?;
        text(system, out)?;
    }
    for message in chat.path() {
        let role = match &message.role {
            Role::System => "System",
            Role::User => "User",
            Role::Assistant => "Assistant",
            Role::Other(name) => name.as_str(),
        };
        let mut heading = vec![role.to_owned()];
        heading.extend(message.model.clone());
        heading.push(moment(message.created_unix_ms));
        writeln!(out, "\n## {}\n", heading.join(" · "))?;
        if !message.reasoning.trim().is_empty() {
            writeln!(out, "<details>\n<summary>Reasoning</summary>\n")?;
            text(&message.reasoning, out)?;
            writeln!(out, "\n</details>\n")?;
        }
        text(&message.text, out)?;
    }
    Ok(())
}

/// Writes a text as it is, and ends its line. A code block that it leaves open is closed,
/// else it would swallow what follows.
fn text(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        writeln!(out)?;
    }
    match open_fence(text) {
        Some(fence) => writeln!(out, "{fence}"),
        None => Ok(()),
    }
}

/// The fence that closes the code block which is open at the end of a text.
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let words = line.trim_start_matches(' ');
        if line.len() - words.len() > 3 {
            continue;
        }
        let Some(mark) = words.chars().next().filter(|it| matches!(it, '`' | '~')) else {
            continue;
        };
        let length = words.chars().take_while(|it| *it == mark).count();
        let rest = &words[length..];
        match open {
            None if length >= 3 && !(mark == '`' && rest.contains('`')) => {
                open = Some((mark, length));
            }
            Some((other, least)) if mark == other && length >= least && rest.trim().is_empty() => {
                open = None;
            }
            _ => {}
        }
    }
    open.map(|(mark, length)| mark.to_string().repeat(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_block_ends_with_its_message() {
        for (text, fence) in [
            ("a\n```rust\nfn", Some("```")),
            ("```\na\n```", None),
            ("````\n```\n", Some("````")),
            ("~~~\n```\n", Some("~~~")),
            ("```a``` b", None),
            ("    ```", None),
        ] {
            assert_eq!(open_fence(text).as_deref(), fence, "{text}");
        }
    }
}
