//! Files that chats are taken out into: whole or not there at all, and never in place of
//! another by mistake.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::{ExportError, Format, export, markdown, name_of};
use crate::chat::ChatId;
use crate::store::Store;

/// The longest name of a chat in the name of a file, in bytes; systems allow about 255 for
/// all of it.
const MAX_NAME_BYTES: usize = 120;

/// Writes these chats into one file. Where it is there already, that is an error unless
/// `may_replace`.
///
/// # Errors
/// Where a chat cannot be read or the file cannot be written; then there is no new file.
pub fn export_to_file(
    store: &Store,
    chats: &[ChatId],
    format: Format,
    path: &Path,
    may_replace: bool,
) -> Result<(), ExportError> {
    let write = |file: &mut File| -> Result<(), ExportError> {
        let mut out = BufWriter::new(file);
        export(store, chats, format, &mut out)
    };
    let exists = || ExportError::Exists {
        path: path.to_owned(),
    };
    match fs::metadata(path) {
        // A device or a pipe is written to, not replaced.
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
            let opened = File::options().write(true).open(path);
            let mut file = opened.map_err(|error| ExportError::from(error).at(path))?;
            return write(&mut file).map_err(|error| error.at(path));
        }
        Ok(_) if !may_replace => return Err(exists()),
        _ => {}
    }
    let written = match may_replace {
        true => filekit::replace_with(path, write),
        false => filekit::create_with(path, write),
    };
    written.map_err(|error| match error {
        ExportError::Write(error) if error.kind() == io::ErrorKind::AlreadyExists => exists(),
        error => error.at(path),
    })
}

/// Writes each of these chats into a file of its own in `folder`, which is made where it
/// is missing. Returns the files.
///
/// # Errors
/// Where a chat cannot be read or a file cannot be written, and, before any is written,
/// where one of them is there already and not `may_replace`.
pub fn export_to_folder(
    store: &Store,
    chats: &[ChatId],
    format: Format,
    folder: &Path,
    may_replace: bool,
) -> Result<Vec<PathBuf>, ExportError> {
    fs::create_dir_all(folder).map_err(|error| ExportError::from(error).at(folder))?;
    let mut paths = Vec::new();
    for &id in chats {
        let path = folder.join(file_name(store, id, format)?);
        if !may_replace && path.exists() {
            return Err(ExportError::Exists { path });
        }
        paths.push(path);
    }
    for (&id, path) in chats.iter().zip(&paths) {
        export_to_file(store, &[id], format, path, may_replace)?;
    }
    Ok(paths)
}

/// A name that every system takes and no other chat has: the date, what the chat is called
/// and its code.
fn file_name(store: &Store, id: ChatId, format: Format) -> Result<String, ExportError> {
    let portable = store.portable(id)?;
    let day = markdown::moment(portable.chat.created_unix_ms);
    let day = day.split(' ').next().unwrap_or_default();
    let name = safe(&name_of(&portable));
    let code = id.code();
    let extension = format.extension();
    Ok(match name.is_empty() || name == code {
        true => format!("{day} {code}.{extension}"),
        false => format!("{day} {name} {code}.{extension}"),
    })
}

/// What of a name can stand in that of a file.
fn safe(name: &str) -> String {
    let is_safe = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | ',' | '(' | ')');
    let spaced: String = name
        .chars()
        .map(|it| if is_safe(it) { it } else { ' ' })
        .collect();
    let mut safe = String::new();
    for word in spaced.split_whitespace() {
        if safe.len() + 1 + word.len() > MAX_NAME_BYTES {
            break;
        }
        if !safe.is_empty() {
            safe.push(' ');
        }
        safe.push_str(word);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_name() {
        for (name, expected) in [
            ("¿Qué/tal? ../..\\", "Qué tal"),
            ("a\0b\nc: <d>|*", "a b c d"),
            ("...", ""),
            ("料理 (2)", "料理 (2)"),
        ] {
            assert_eq!(safe(name), expected);
        }
        assert!(safe(&"palabra ".repeat(100)).len() <= MAX_NAME_BYTES);
    }
}
