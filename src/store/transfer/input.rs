//! Files, folders and archives that chats are brought in from.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::error::{Fault, ImportError};
use super::intake::{Found, Intake, Stop};
use super::merge::Sink;
use super::report::{Report, Why};
use super::scan::MAX_CONVERSATION_BYTES;
use crate::store::Store;

/// How much of a file is read at once.
const PIECE_BYTES: usize = 256 * 1024;

/// Folders within folders that are looked into.
const MAX_FOLDERS_DEEP: usize = 32;

/// How a zip file begins.
const ZIP: &[u8] = b"PK\x03\x04";

/// Brings in the chats of a file, of an archive, or of all files in a folder. What it is
/// shows in what it holds.
///
/// # Errors
/// Where it cannot be read to its end or the chats cannot be written; then nothing of it
/// has come in.
pub fn import(store: &mut Store, path: &Path) -> Result<Report, ImportError> {
    import_all(store, &[path.to_owned()])
}

/// Brings in the chats of several files and folders: of all, or of none.
///
/// # Errors
/// As [`import`].
pub fn import_all(store: &mut Store, paths: &[PathBuf]) -> Result<Report, ImportError> {
    // Most of what can go wrong does so before other programs have to wait.
    for path in paths {
        fs::metadata(path).map_err(|error| Fault::of_io(&error).at(path))?;
    }
    let mut merge = store.merge()?;
    read_all(&mut merge, paths)?;
    Ok(merge.commit()?)
}

/// Reads several files and folders.
pub(super) fn read_all(sink: &mut dyn Sink, paths: &[PathBuf]) -> Result<(), ImportError> {
    for path in paths {
        fs::metadata(path).map_err(|error| Fault::of_io(&error).at(path))?;
        match path.is_dir() {
            true => folder(sink, path)?,
            false => match file(sink, path)? {
                Found::Conversations => {}
                Found::Nothing => return Err(Fault::Empty.at(path)),
                Found::Others => return Err(Fault::Unknown.at(path)),
            },
        }
    }
    Ok(())
}

/// Brings in the chats that `reader` gives; `name` is what the file is called. Archives are
/// not looked into.
///
/// # Errors
/// As [`import`].
pub fn import_reader(
    store: &mut Store,
    reader: impl BufRead,
    name: &Path,
    max_conversation_bytes: usize,
) -> Result<Report, ImportError> {
    let mut merge = store.merge()?;
    let mut intake = Intake::new(&mut merge, name, max_conversation_bytes);
    match intake.read(reader).map_err(|stop| stop.at(name))? {
        Found::Conversations => Ok(merge.commit()?),
        Found::Nothing => Err(Fault::Empty.at(name)),
        Found::Others => Err(Fault::Unknown.at(name)),
    }
}

fn file(sink: &mut dyn Sink, path: &Path) -> Result<Found, ImportError> {
    let fail = |error: &std::io::Error| Fault::of_io(error).at(path);
    let file = File::open(path).map_err(|error| fail(&error))?;
    let mut reader = BufReader::with_capacity(PIECE_BYTES, file);
    if reader
        .fill_buf()
        .map_err(|error| fail(&error))?
        .starts_with(ZIP)
    {
        return archive(sink, reader, path);
    }
    let mut intake = Intake::new(sink, path, MAX_CONVERSATION_BYTES);
    intake.read(reader).map_err(|stop| stop.at(path))
}

/// A zip file: ChatGPT's `conversations.json`, or whatever JSON is in it.
fn archive(sink: &mut dyn Sink, file: BufReader<File>, path: &Path) -> Result<Found, ImportError> {
    let broken = |error: &zip::result::ZipError| {
        let reason = error.to_string();
        Fault::BrokenZip { reason }.at(path)
    };
    let mut archive = zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
    let mut names: Vec<(usize, String)> = Vec::new();
    for index in 0..archive.len() {
        if let Some(Ok(name)) = archive.name_for_index(index)
            && is_json(Path::new(name.as_ref()))
        {
            names.push((index, name.into_owned()));
        }
    }
    let is_chatgpt = |name: &str| {
        let name = name.rsplit('/').next().unwrap_or_default();
        name.starts_with("conversations")
    };
    if names.iter().any(|(_, name)| is_chatgpt(name)) {
        names.retain(|(_, name)| is_chatgpt(name));
    }
    let mut found_any = false;
    for (index, name) in names {
        let inside = path.join(&name);
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let reader = BufReader::with_capacity(PIECE_BYTES, entry);
        let mut intake = Intake::new(sink, &inside, MAX_CONVERSATION_BYTES);
        match intake.read(reader).map_err(|stop| stop.at(&inside))? {
            Found::Conversations => found_any = true,
            Found::Nothing | Found::Others => sink.report().skip(Why::NoConversation, 1, &name),
        }
    }
    match found_any {
        true => Ok(Found::Conversations),
        false => Err(Fault::NothingInZip.at(path)),
    }
}

/// A folder: every file in it and below it that may hold conversations.
fn folder(sink: &mut dyn Sink, path: &Path) -> Result<(), ImportError> {
    let mut files = Vec::new();
    collect(path, MAX_FOLDERS_DEEP, &mut files)?;
    let mut found_any = false;
    for path in files {
        match file(sink, &path)? {
            Found::Conversations => found_any = true,
            // A folder may hold much else.
            Found::Nothing | Found::Others => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                sink.report().skip(Why::NoConversation, 1, &name);
            }
        }
    }
    match found_any {
        true => Ok(()),
        false => Err(Fault::NothingInFolder.at(path)),
    }
}

/// Lists the JSON files of a folder. Hidden ones are the other program's own, and links to
/// folders may lead in circles.
fn collect(folder: &Path, levels: usize, files: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    let fail = |error: &std::io::Error| Fault::of_io(error).at(folder);
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)
        .and_then(Iterator::collect)
        .map_err(|error| fail(&error))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
        if is_folder && levels > 0 {
            collect(&path, levels - 1, files)?;
        } else if is_json(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn is_json(path: &Path) -> bool {
    let is_one =
        |it: &std::ffi::OsStr| it.eq_ignore_ascii_case("json") || it.eq_ignore_ascii_case("jsonl");
    path.extension().is_some_and(is_one)
}

impl Stop {
    fn at(self, path: &Path) -> ImportError {
        match self {
            Self::Fault(fault) => fault.at(path),
            Self::Store(error) => error.into(),
            Self::Cancelled => ImportError::Cancelled,
        }
    }

    /// Where no file is at fault.
    pub(super) fn plain(self) -> ImportError {
        self.at(Path::new(""))
    }
}
