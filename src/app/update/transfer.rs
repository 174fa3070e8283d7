//! Chats taken out into files the user chooses, and brought in from them.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Services, chats};
use crate::app::jobs::Outcome;
use crate::app::state::{Imported, State, Topic, Transfer, Weight};
use crate::chat::ChatId;
use crate::i18n::{I18n, Localize, Text};
use crate::store::transfer::{self, Format, Import, ImportError, Progress};

/// What a system's dialog shows.
pub(super) fn dialog(i18n: &I18n, title: &'static str) -> rfd::AsyncFileDialog {
    rfd::AsyncFileDialog::new().set_title(i18n.get(title))
}

/// Waits for a dialog on another thread; it was made on this one, as macOS wants it.
pub(super) fn wait_for<T>(
    services: &Services,
    dialog: impl Future<Output = Option<T>> + Send + 'static,
    chosen: impl FnOnce(T) -> Outcome + Send + 'static,
) {
    services.jobs.run(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
        let asked = Instant::now();
        match runtime.block_on(dialog) {
            Some(files) => Some(chosen(files)),
            // What cannot be opened and what is closed again are the same to the library.
            None if asked.elapsed() < NOBODY_IS_SO_QUICK => {
                Some(Outcome::Told(Weight::Error, Text::new("no-dialog")))
            }
            None => None,
        }
    });
}

/// A dialog that has ended by then was never there.
const NOBODY_IS_SO_QUICK: Duration = Duration::from_millis(250);

/// Asks where these chats are to go, or all of them where none are named.
pub(super) fn ask_where(state: &State, services: &Services, chats: Vec<ChatId>, format: Format) {
    // Text for people is a file for each chat; the other formats hold many.
    let is_folder = format == Format::Markdown && chats.len() != 1;
    if is_folder {
        let folder = dialog(&state.i18n, "dialog-export").pick_folder();
        wait_for(services, folder, move |folder| {
            Outcome::ExportTo(folder.path().to_owned(), chats, format)
        });
        return;
    }
    let name = match chats.as_slice() {
        [chat] => file_name(state, *chat),
        _ => "charla".to_owned(),
    };
    let file = dialog(&state.i18n, "dialog-export")
        .set_file_name(format!("{name}.{}", format.extension()))
        .save_file();
    wait_for(services, file, move |file| {
        Outcome::ExportTo(file.path().to_owned(), chats, format)
    });
}

/// The name of a chat as far as every file system takes it.
fn file_name(state: &State, chat: ChatId) -> String {
    let page = state.shelves.page.as_ref();
    let summary = page.and_then(|page| page.chats.iter().find(|it| it.id == chat));
    let name = summary.map_or("charla", |it| it.name.as_str());
    let name: String = name
        .chars()
        .map(|it| if it.is_alphanumeric() { it } else { ' ' })
        .take(60)
        .collect();
    let words: Vec<_> = name.split_whitespace().collect();
    match words.is_empty() {
        true => "charla".to_owned(),
        false => words.join(" "),
    }
}

/// Writes chats where the user has said.
pub(super) fn export_to(services: &Services, path: PathBuf, chats: Vec<ChatId>, format: Format) {
    let report = services.jobs.reporter();
    services.keeper.read_apart(move |store| {
        let chats = match chats.is_empty() {
            true => store.all_chats(),
            false => Ok(chats),
        };
        let chats = match chats {
            Ok(chats) => chats,
            Err(error) => return report(Outcome::Told(Weight::Error, error.text())),
        };
        // Whoever chose a file that is there has been asked by the dialog.
        let written = if path.is_dir() {
            transfer::export_to_folder(store, &chats, format, &path, true).map(drop)
        } else {
            transfer::export_to_file(store, &chats, format, &path, true)
        };
        report(match written {
            Ok(()) => {
                let text = Text::new("exported").count("chats", chats.len() as u64);
                Outcome::Told(Weight::Done, text.word("path", path.display()))
            }
            Err(error) => Outcome::Told(Weight::Error, error.text()),
        });
    });
}

/// Asks which files to bring in.
pub(super) fn ask_which(state: &State, services: &Services) {
    let files = dialog(&state.i18n, "dialog-import")
        .add_filter(state.i18n.get("dialog-chats"), &["json", "jsonl", "zip"])
        .pick_files();
    wait_for(services, files, |files| {
        let paths = files.iter().map(|file| file.path().to_owned());
        Outcome::ImportFrom(paths.collect())
    });
}

/// Brings these files in, beside everything else: they are read on a thread of their own,
/// and the chats are written a few at a time.
pub(super) fn import_from(state: &mut State, services: &Services, paths: Vec<PathBuf>) {
    if state.transfer.is_some() {
        state.notify(Weight::Warning, Text::new("wait-for-import"), Topic::Chats);
        return;
    }
    state.imported = None;
    let is_cancelled = Arc::new(AtomicBool::new(false));
    state.transfer = Some(Transfer {
        done: 0,
        total: None,
        since: Instant::now(),
        is_cancelled: Arc::clone(&is_cancelled),
    });
    let report = services.jobs.reporter();
    let runner = services.keeper.runner();
    services.jobs.run(move || {
        let goes_on = |progress| {
            report(Outcome::Transferring(progress));
            !is_cancelled.load(Ordering::Relaxed)
        };
        let imported = transfer::import_in_batches(&runner, &paths, &goes_on);
        Some(Outcome::Transferred(imported))
    });
}

/// Notes how far an import has come.
pub(super) fn progressed(state: &mut State, services: &Services, progress: Progress) {
    let Some(transfer) = &mut state.transfer else {
        return;
    };
    match progress {
        Progress::Counting(found) => transfer.done = found,
        Progress::Writing(done, total) => {
            if transfer.total.replace(total).is_none() {
                transfer.since = Instant::now();
            }
            transfer.done = done;
            services.changed();
            chats::refresh(state, services);
        }
    }
}

/// Tells what has come of an import.
pub(super) fn over(state: &mut State, services: &Services, imported: Result<Import, ImportError>) {
    state.transfer = None;
    match imported {
        Ok(Import {
            report,
            is_cancelled,
        }) => {
            state.imported = Some(Imported {
                report,
                is_cancelled,
            });
        }
        Err(error) => state.notify(Weight::Error, error.text(), Topic::Chats),
    }
    services.changed();
    chats::refresh(state, services);
    chats::read_again(state, services);
}

/// Ends an import; what has come in stays.
pub(in crate::app) fn cancel(state: &State) {
    if let Some(transfer) = &state.transfer {
        transfer.is_cancelled.store(true, Ordering::Relaxed);
    }
}
