//! Files for the message that is being written: sorted and read on another thread.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Services, models, transfer};
use crate::app::attachment::{Addressee, Attachment, Files};
use crate::app::command::Answer;
use crate::app::jobs::Outcome;
use crate::app::state::{State, Topic, Weight};
use crate::encoding;
use crate::i18n::{Arg, Localize, Text};
use crate::prompts::{self, Prompt};

/// The largest file that is attached.
const MAX_BYTES: u64 = 1_000_000;

/// How much of a JSON file tells whether it has chats.
const HEAD_BYTES: u64 = 64 * 1024;

/// How a model begins.
const GGUF: &[u8] = b"GGUF";

/// Takes files that were dropped on the window. One that is called a model is one.
pub(super) fn take_dropped(state: &mut State, services: &mut Services, paths: Vec<PathBuf>) {
    let (models, others): (Vec<_>, Vec<_>) = paths
        .into_iter()
        .partition(|path| has_extension(path, &["gguf"]));
    if let Some(model) = models.into_iter().next() {
        models::load(state, services, model);
    }
    forget_refused(state);
    let to = state.addressee();
    if !others.is_empty() {
        state.attaching.push(to.chat);
        services
            .jobs
            .run(move || Some(Outcome::Files(sort(to, others))));
    }
}

/// Takes what came of them.
pub(super) fn take_files(state: &mut State, services: &mut Services, files: Files) {
    let Files {
        to,
        model,
        chats,
        unsure,
        read,
        refused,
    } = files;
    let chat = to.chat(&state.begun);
    if let Some(index) = state.attaching.iter().position(|it| *it == chat) {
        state.attaching.remove(index);
    }
    state
        .attached
        .extend(read.into_iter().map(|attachment| (chat, attachment)));
    for text in refused {
        state.notify(Weight::Warning, text, Topic::Files);
    }
    state.unsure_files.extend(unsure);
    if !chats.is_empty() {
        transfer::import_from(state, services, chats);
    }
    if let Some(model) = model {
        models::load(state, services, model);
    }
}

/// Asks which files to attach.
pub(super) fn pick(state: &mut State, services: &Services) {
    forget_refused(state);
    let to = state.addressee();
    let files = transfer::dialog(&state.i18n, "dialog-attach").pick_files();
    transfer::wait_for(services, files, move |files| {
        let paths = files.iter().map(|file| file.path().to_owned());
        Outcome::Attach(to, paths.collect())
    });
}

/// Attaches files as they are.
pub(super) fn attach(state: &mut State, services: &Services, to: Addressee, paths: Vec<PathBuf>) {
    state.attaching.push(to.chat(&state.begun));
    services.jobs.run(move || {
        let mut files = Files {
            to,
            ..Files::default()
        };
        for path in paths {
            put(&mut files, read(&path));
        }
        Some(Outcome::Files(files))
    });
}

/// Does what the user said with the files that may be chats.
pub(super) fn answer(state: &mut State, services: &Services, answer: Answer) {
    let paths = std::mem::take(&mut state.unsure_files);
    match answer {
        Answer::Import => transfer::import_from(state, services, paths),
        Answer::Attach => attach(state, services, state.addressee(), paths),
        Answer::Forget => {}
    }
}

impl Services {
    /// Changes the saved prompts, or reads them again.
    pub(in crate::app) fn change_prompts(&self, edit: prompts::Edit) {
        if let Some(shelf) = &self.prompts {
            shelf.change(edit);
        }
    }
}

/// Takes what the file of the prompts says. Where it is of no use, what was known stays.
pub(super) fn take_prompts(state: &mut State, read: Result<Vec<Prompt>, prompts::Error>) {
    state.notices.retain(|it| it.topic != Topic::Prompts);
    match read {
        Ok(prompts) => state.prompts = prompts,
        Err(error) => state.notify(Weight::Warning, error.text(), Topic::Prompts),
    }
}

/// What was wrong with other files is no longer of interest.
fn forget_refused(state: &mut State) {
    state.notices.retain(|notice| notice.topic != Topic::Files);
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    extension.is_some_and(|it| known.iter().any(|known| it.eq_ignore_ascii_case(known)))
}

fn put(files: &mut Files, read: Result<Attachment, Text>) {
    match read {
        Ok(attachment) => files.read.push(attachment),
        Err(text) => files.refused.push(text),
    }
}

/// Finds out what each file is, and reads the texts among them.
fn sort(to: Addressee, paths: Vec<PathBuf>) -> Files {
    let mut files = Files {
        to,
        ..Files::default()
    };
    for path in paths {
        if has_extension(&path, &["zip"]) {
            files.chats.push(path);
            continue;
        }
        let head = head(&path).unwrap_or_default();
        if head.starts_with(GGUF) {
            files.model.get_or_insert(path);
        } else if has_extension(&path, &["json", "jsonl"]) && looks_like_chats(&head) {
            files.unsure.push(path);
        } else {
            put(&mut files, read(&path));
        }
    }
    files
}

/// The beginning of a file. What is wrong with one is found again by who reads it.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    if fs::metadata(path)?.is_file() {
        File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    }
    Ok(head)
}

/// Whether JSON has a name that one of the formats begins with that chats come in from.
fn looks_like_chats(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let names = [
        "\"charla-chats\"",
        "\"mapping\"",
        "\"messages\"",
        "\"conversations\"",
        "\"history\"",
    ];
    names.iter().any(|name| head.contains(name))
}

/// Reads a text, or says why not.
fn read(path: &Path) -> Result<Attachment, Text> {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let unreadable = |error: &io::Error| match error.kind() {
        io::ErrorKind::NotFound => Text::new("attach-gone").word("name", &name),
        _ => Text::new("attach-unreadable")
            .word("name", &name)
            .word("reason", error),
    };
    let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
    // A device or a pipe might never end.
    if !metadata.is_file() {
        return Err(Text::new("attach-no-file").word("name", &name));
    }
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    file.by_ref()
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Text::new("attach-too-large")
            .word("name", &name)
            .with("size", Arg::Bytes(metadata.len().max(MAX_BYTES)))
            .with("limit", Arg::Bytes(MAX_BYTES)));
    }
    let decoded =
        encoding::decode(&bytes).ok_or_else(|| Text::new("attach-binary").word("name", &name))?;
    match decoded.text.trim().is_empty() {
        true => Err(Text::new("attach-empty").word("name", &name)),
        false => Ok(Attachment::decoded(&name, bytes, &decoded)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_whose_encoding_was_guessed_can_be_read_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let read = |bytes: &[u8]| {
            let path = folder.path().join("notes.txt");
            fs::write(&path, bytes).unwrap();
            super::read(&path)
        };
        let (russian, ..) = encoding_rs::WINDOWS_1251.encode("Съешь же ещё этих мягких булок");
        let attachment = read(&russian).unwrap();
        assert_eq!(attachment.text(), "Съешь же ещё этих мягких булок");
        let guess = attachment.guess().unwrap();
        assert_eq!(guess.encoding(), encoding_rs::WINDOWS_1251);
        let mut readings = guess.readings().iter();
        assert!(readings.any(|it| it.encoding == encoding_rs::KOI8_R));
        assert!(read("Año".as_bytes()).unwrap().guess().is_none());
        let refused = read(b"\x7fELF\x02\x01\x01\x00\x00").unwrap_err();
        let i18n = crate::i18n::I18n::new(crate::i18n::Language::En);
        assert!(i18n.text(&refused).contains("is not a text file"));
    }

    #[test]
    fn files_are_known_by_what_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let files = sort(
            Addressee::default(),
            vec![
                file("blob", b"GGUF\x03\x00"),
                file("all.zip", b"PK"),
                file("export.json", b"[{\"mapping\": {}}]"),
                file("data.json", b"{\"a\": 1}"),
                file("empty.txt", b" \n"),
                file("huge.log", &vec![b'a'; 1_000_001]),
                folder.path().to_owned(),
                folder.path().join("gone.txt"),
            ],
        );
        assert!(files.model.is_some_and(|it| it.ends_with("blob")));
        assert_eq!((files.chats.len(), files.unsure.len()), (1, 1));
        let read: Vec<_> = files.read.iter().map(Attachment::name).collect();
        assert_eq!(read, ["data.json"]);
        let i18n = crate::i18n::I18n::new(crate::i18n::Language::En);
        let refused: Vec<_> = files.refused.iter().map(|it| i18n.text(it)).collect();
        assert_eq!(refused.len(), 4, "{refused:?}");
        assert!(refused[1].contains("1.0 MB"), "{refused:?}");
        assert!(refused[3].contains("gone.txt"), "{refused:?}");
    }
}
