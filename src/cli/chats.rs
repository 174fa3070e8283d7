//! `charla chats`: the chats on this machine, listed, searched, taken out, brought in and
//! thrown away. `docs/chat-format.md` documents what `--json` prints.

mod show;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};

use super::values::{one_of, whole};
use crate::chat::ChatId;
use crate::i18n::{I18n, Localize, Text, reason_of};
use crate::paths::Paths;
use crate::store::search::Query;
use crate::store::transfer::{self, ExportError, Format, ImportError, Report};
use crate::store::{BinEntry, BinId, Store, Target, Write as Change};

/// What stands for standard input or output in place of a path.
const STANDARD: &str = "-";

/// How many chats are asked for at once.
const PAGE: u32 = 500;

#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[command(subcommand)]
    pub action: Action,
}

#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub enum Action {
    List(List),
    Show(Show),
    Search(Search),
    Export(Export),
    Import(Import),
    Delete(Delete),
    Bin(Bin),
    Restore(Restore),
    Backups(Backups),
    RestoreBackup(RestoreBackup),
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct List {
    #[arg(long)]
    pub archived: bool,
    #[arg(short = 'n', long, value_name = "N", value_parser = whole(0..=u32::MAX))]
    pub limit: Option<u32>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Show {
    #[arg(value_name = "CHAT")]
    pub chat: String,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Search {
    #[arg(required = true)]
    pub words: Vec<String>,
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20,
        value_parser = whole(0..=u32::MAX))]
    pub limit: u32,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Export {
    #[arg(
        value_name = "CHAT",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub chats: Vec<String>,
    #[arg(long)]
    pub all: bool,
    #[arg(long, value_parser = one_of(Format::ALL, Format::name))]
    pub format: Format,
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    #[arg(long, requires = "output")]
    pub force: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Import {
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Delete {
    #[arg(value_name = "CHAT")]
    pub chat: String,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Bin {
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Restore {
    #[arg(value_name = "ENTRY")]
    pub entry: String,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Backups {
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct RestoreBackup {
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Runs the command.
///
/// # Errors
/// One sentence for the user, in their language.
pub fn run(arguments: &Arguments, paths: &Paths, i18n: &I18n) -> anyhow::Result<ExitCode> {
    super::concluded(act(&arguments.action, &paths.chats(), i18n), i18n)?;
    Ok(ExitCode::SUCCESS)
}

fn act(action: &Action, folder: &Path, i18n: &I18n) -> anyhow::Result<()> {
    // Looking at chats that are not there must not make a file for them. A folder that cannot
    // be looked at is another matter, and opening it says why.
    let is_missing = || fs::metadata(folder).is_err_and(|it| it.kind() == io::ErrorKind::NotFound);
    let reading = || match is_missing() {
        false => open_to_read(folder, i18n).map(Some),
        true => Ok(None),
    };
    let mut out = io::stdout().lock();
    match action {
        Action::List(list) => {
            let chats = match reading()? {
                Some(store) => summaries(&store, list, i18n)?,
                None => Vec::new(),
            };
            show::list(&chats, list.json, &mut out)?;
        }
        Action::Show(show) => {
            let store = open_to_read(folder, i18n)?;
            let id = find(&store, &show.chat, i18n)?;
            match show.json {
                true => {
                    let portable = store.portable(id).map_err(|it| said(&it, i18n))?;
                    writeln!(out, "{}", transfer::to_json(&portable)?)?;
                }
                false => {
                    let mut text = Vec::new();
                    transfer::export(&store, &[id], Format::Markdown, &mut text)
                        .map_err(|it| said(&it, i18n))?;
                    out.write_all(super::harmless(&String::from_utf8_lossy(&text)).as_bytes())?;
                }
            }
        }
        Action::Search(search) => {
            let query = Query {
                text: search.words.join(" "),
                ..Query::default()
            };
            let hits = match reading()? {
                Some(store) => store
                    .search(&query, search.limit)
                    .map_err(|it| said(&it, i18n))?,
                None => Vec::new(),
            };
            show::hits(&hits, search.json, &mut out)?;
        }
        Action::Export(export) => {
            export_chats(export, &open_to_read(folder, i18n)?, &mut out, i18n)?;
        }
        Action::Import(import) => {
            let mut store = open_to_change(folder, i18n)?;
            let report = bring_in(&mut store, &import.paths, i18n)?;
            show::report(&report, import.json, &mut out, i18n)?;
        }
        Action::Delete(delete) => {
            let mut store = open_to_change(folder, i18n)?;
            let id = find(&store, &delete.chat, i18n)?;
            let name = store.summary(id).map_err(|it| said(&it, i18n))?;
            let change = Change::Delete {
                id: BinId::fresh(),
                target: Target::Chats(vec![id]),
            };
            store.write(&[change]).map_err(|it| said(&it, i18n))?;
            let text = Text::new("chats-deleted")
                .word("name", show::name(name.map(|it| it.name)))
                .word("code", id.code());
            writeln!(out, "{}", i18n.text(&text))?;
        }
        Action::Bin(bin) => {
            let entries = match reading()? {
                Some(store) => store.bin().map_err(|it| said(&it, i18n))?,
                None => Vec::new(),
            };
            show::bin(&entries, bin.json, &mut out, i18n)?;
        }
        Action::Restore(restore) => {
            let mut store = open_to_change(folder, i18n)?;
            let entries = store.bin().map_err(|it| said(&it, i18n))?;
            let entry = entry(&entries, &restore.entry, i18n)?;
            let change = Change::Restore(entry.id);
            store.write(&[change]).map_err(|it| said(&it, i18n))?;
            let text =
                Text::new("chats-restored").word("name", show::name(Some(entry.name.clone())));
            writeln!(out, "{}", i18n.text(&text))?;
        }
        Action::Backups(list) => {
            let backups = match reading()? {
                Some(store) => store.backups().map_err(|it| said(&it, i18n))?,
                None => Vec::new(),
            };
            show::backups(&backups, list.json, &mut out, i18n)?;
        }
        Action::RestoreBackup(backup) => {
            let mut store = open_to_change(folder, i18n)?;
            let notice = store.restore(&backup.name).map_err(|it| said(&it, i18n))?;
            writeln!(out, "{}", i18n.say(&notice))?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Opens the chats to change them. Today's backup is made first, where there is none; one
/// that fails is tried again the next time.
fn open_to_change(folder: &Path, i18n: &I18n) -> anyhow::Result<Store> {
    let store = open(folder, i18n)?;
    let _ = store.backup_if_due();
    Ok(store)
}

/// An error of Charla's as the one sentence that is printed. One of the output stays what it
/// is, so that it can be told apart.
fn said(error: &(impl Localize + std::error::Error + 'static), i18n: &I18n) -> anyhow::Error {
    let of_export = (error as &(dyn std::error::Error + 'static)).downcast_ref::<ExportError>();
    match of_export {
        Some(ExportError::Write(source)) => match source.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code).into(),
            None => io::Error::from(source.kind()).into(),
        },
        _ => anyhow!(i18n.say(error)),
    }
}

/// Opens the chats to read them, which is possible also where nothing can be written.
fn open_to_read(folder: &Path, i18n: &I18n) -> anyhow::Result<Store> {
    let store = match Store::open(folder) {
        // What cannot even be looked into must not pass for a folder without chats.
        Err(error) if error.may_pass() && fs::read_dir(folder).is_ok() => {
            Store::open_or_memory(folder)
        }
        store => store,
    };
    let store = store.map_err(|it| said(&it, i18n))?;
    tell(&store, i18n);
    Ok(store)
}

fn open(folder: &Path, i18n: &I18n) -> anyhow::Result<Store> {
    let store = Store::open(folder).map_err(|it| said(&it, i18n))?;
    tell(&store, i18n);
    Ok(store)
}

/// Tells what was done to the chats when they were opened.
fn tell(store: &Store, i18n: &I18n) {
    for notice in store.notices() {
        super::tell(i18n.say(notice));
    }
}

fn find(store: &Store, code: &str, i18n: &I18n) -> anyhow::Result<ChatId> {
    store.find(code).map_err(|it| said(&it, i18n))
}

fn summaries(store: &Store, list: &List, i18n: &I18n) -> anyhow::Result<Vec<show::Listed>> {
    let folders = store.folders().map_err(|it| said(&it, i18n))?;
    let limit = list.limit.unwrap_or(u32::MAX);
    let mut chats = Vec::new();
    let mut offset = 0;
    while offset < limit {
        let page = store
            .list(list.archived, offset, PAGE.min(limit - offset))
            .map_err(|it| said(&it, i18n))?;
        if page.chats.is_empty() {
            break;
        }
        offset = offset.saturating_add(u32::try_from(page.chats.len())?);
        for chat in page.chats {
            let folder = folders.iter().find(|it| Some(it.id) == chat.folder);
            chats.push(show::Listed::new(chat, folder.map(|it| it.name.clone())));
        }
    }
    Ok(chats)
}

fn export_chats(
    export: &Export,
    store: &Store,
    out: &mut impl Write,
    i18n: &I18n,
) -> anyhow::Result<()> {
    let mut ids = Vec::new();
    for code in &export.chats {
        let id = find(store, code, i18n)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if export.all {
        ids = store.all_chats().map_err(|it| said(&it, i18n))?;
    }
    let path = match &export.output {
        Some(path) if path != Path::new(STANDARD) => path,
        _ => {
            return transfer::export(store, &ids, export.format, out).map_err(|it| said(&it, i18n));
        }
    };
    let count = ids.len() as u64;
    if is_folder(path, export.all || count > 1) {
        transfer::export_to_folder(store, &ids, export.format, path, export.force)
            .map_err(|it| said(&it, i18n))?;
    } else {
        transfer::export_to_file(store, &ids, export.format, path, export.force)
            .map_err(|it| said(&it, i18n))?;
    }
    let text = Text::new("chats-exported")
        .count("count", count)
        .word("path", path.display());
    writeln!(out, "{}", i18n.text(&text))?;
    Ok(())
}

/// Brings in files, folders and what comes through standard input. That becomes a file first:
/// an archive is read from its end.
fn bring_in(store: &mut Store, paths: &[PathBuf], i18n: &I18n) -> anyhow::Result<Report> {
    let is_standard = |path: &PathBuf| path == Path::new(STANDARD);
    if !paths.iter().any(is_standard) {
        return transfer::import_all(store, paths).map_err(|it| said(&it, i18n));
    }
    let name = PathBuf::from(i18n.get("cli-standard-input"));
    let unreadable = |error: io::Error| {
        let text = Text::new("transfer-unreadable")
            .word("path", name.display())
            .word("reason", reason_of(&error));
        anyhow!(i18n.text(&text))
    };
    let folder = tempfile::tempdir().map_err(unreadable)?;
    // A report names files by their last part.
    let spooled = folder.path().join(&name);
    fs::File::create_new(&spooled)
        .and_then(|mut file| io::copy(&mut io::stdin().lock(), &mut file))
        .map_err(unreadable)?;
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        let file = if is_standard(path) { &spooled } else { path };
        // It can be read once only, however often it is named.
        if file != &spooled || !files.contains(file) {
            files.push(file.clone());
        }
    }
    transfer::import_all(store, &files).map_err(|error| match error {
        ImportError::File { path, fault } if path.starts_with(&spooled) => {
            let inside = path.strip_prefix(&spooled).unwrap_or(&path);
            let path = match inside.as_os_str().is_empty() {
                true => name,
                false => name.join(inside),
            };
            said(&ImportError::File { path, fault }, i18n)
        }
        error => said(&error, i18n),
    })
}

/// Whether a path is meant to be a folder: one that is there, one that ends as such, and
/// one for several chats whose name does not look like a file's.
fn is_folder(path: &Path, is_for_several: bool) -> bool {
    let ends_so = path
        .as_os_str()
        .as_encoded_bytes()
        .last()
        .is_some_and(|&it| std::path::is_separator(char::from(it)));
    path.is_dir() || ends_so || (!path.exists() && is_for_several && path.extension().is_none())
}

/// The entry of the bin that is meant: by its own code, or by that of the chat it took.
fn entry<'a>(entries: &'a [BinEntry], typed: &str, i18n: &I18n) -> anyhow::Result<&'a BinEntry> {
    let typed = typed.trim();
    let wanted = typed.to_ascii_lowercase();
    let by_own = |it: &&BinEntry| show::entry_code(it.id) == wanted;
    let mut of_chat = entries.iter().filter(|it| {
        let code = it.chat.filter(|_| it.chats > 0).map(ChatId::code);
        !wanted.is_empty() && code.is_some_and(|code| code.starts_with(&wanted))
    });
    let found = match entries.iter().find(by_own) {
        Some(entry) => Some(entry),
        None => match (of_chat.next(), of_chat.next()) {
            (Some(entry), None) => Some(entry),
            _ => None,
        },
    };
    match found {
        Some(entry) => Ok(entry),
        None => {
            let text = Text::new("chats-no-such-entry").word("code", typed);
            bail!(i18n.text(&text))
        }
    }
}
