//! `charla models`: the models on this machine, listed, described, added, downloaded and
//! removed.

pub mod download;
mod show;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use crate::i18n::{Arg, I18n, Text};
use crate::library::{self, Entry, Listing, Origin};
use crate::paths::Paths;
use crate::session;
use crate::settings::Settings;

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
    Info(Info),
    Add(Add),
    Download(download::Arguments),
    Remove(Remove),
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct List {
    #[arg(long)]
    pub all: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Info {
    #[arg(value_name = "MODEL")]
    pub model: String,
    #[arg(long, conflicts_with_all = ["template", "metadata"])]
    pub json: bool,
    #[arg(long, conflicts_with = "metadata")]
    pub template: bool,
    #[arg(long)]
    pub metadata: bool,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Add {
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
}

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Remove {
    #[arg(value_name = "MODEL")]
    pub model: String,
    #[arg(long)]
    pub yes: bool,
}

/// Runs the command.
///
/// # Errors
/// One sentence for the user, in their language.
pub fn run(
    arguments: &Arguments,
    paths: &Paths,
    settings: Settings,
    i18n: &I18n,
) -> anyhow::Result<ExitCode> {
    let result = match &arguments.action {
        Action::List(list) => show_list(list, paths, &settings, i18n),
        Action::Info(info) => show_info(info, paths, &settings, i18n),
        Action::Add(add) => self::add(&add.path, paths, settings, i18n),
        Action::Download(download) => return download::run(download, paths, i18n),
        Action::Remove(remove) => self::remove(remove, paths, settings, i18n),
    };
    super::concluded(result, i18n)?;
    Ok(ExitCode::SUCCESS)
}

fn show_list(list: &List, paths: &Paths, settings: &Settings, i18n: &I18n) -> anyhow::Result<()> {
    let Listing {
        mut entries,
        folders,
        ..
    } = library::look(paths, &settings.library, settings.model.as_deref());
    entries.retain(|entry| list.all || entry.is_for_chats());
    // A folder that cannot be looked into must not pass for an empty one.
    for looked in folders.iter().filter(|it| it.root.origin.is_ours()) {
        if let Some(problem) = &looked.problem {
            let text = Text::new("library-folder-unreadable")
                .word("path", looked.root.path.display())
                .word("reason", problem);
            if entries.is_empty() {
                bail!(i18n.text(&text));
            }
            super::tell(i18n.text(&text));
        }
    }
    let mut out = io::stdout().lock();
    if list.json {
        show::list_as_json(&entries, settings, &mut out)
    } else if entries.is_empty() {
        let folder = paths.own_models();
        let text = Text::new("models-list-empty").word("folder", folder.display());
        writeln!(out, "{}", i18n.text(&text))?;
        Ok(())
    } else {
        show::list(&entries, settings, i18n, &mut out)
    }
}

fn show_info(info: &Info, paths: &Paths, settings: &Settings, i18n: &I18n) -> anyhow::Result<()> {
    let entries = library::look(paths, &settings.library, settings.model.as_deref()).entries;
    let path = library::resolve(&entries, &info.model)
        .map_err(|error| anyhow::anyhow!(i18n.say(&error)))?;
    let details = gguf::inspect(&path).map_err(|error| anyhow::anyhow!(i18n.say(&error)))?;
    let entry = entries.iter().find(|entry| entry.is_at(&path));
    let mut out = io::stdout().lock();
    if info.json {
        serde_json::to_writer_pretty(&mut out, &details).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if info.template {
        if let Some(template) = &details.chat_template {
            writeln!(out, "{}", super::harmless(template))?;
        }
    } else if info.metadata {
        show::metadata(&details, &mut out)?;
    } else {
        let told = show::Told {
            path: &path,
            entry,
            details: &details,
            settings,
            machine: &session::machine(),
            entries: &entries,
        };
        show::info(&told, i18n, &mut out)?;
    }
    Ok(())
}

/// Remembers a folder or a file: it is used where it is, never moved or copied.
fn add(path: &Path, paths: &Paths, mut settings: Settings, i18n: &I18n) -> anyhow::Result<()> {
    let said =
        |name: &'static str, path: &Path| i18n.text(&Text::new(name).word("path", path.display()));
    let Ok(path) = path.canonicalize() else {
        bail!(said("models-add-missing", path));
    };
    if path.is_file() {
        gguf::read(&path).map_err(|error| anyhow::anyhow!(i18n.say(&error)))?;
    }
    let is_known = settings.library.added.contains(&path) || path == paths.own_models();
    let mut message = "models-already-added";
    if !is_known {
        settings.library.added.push(path.clone());
        let listing = library::look(paths, &settings.library, None);
        let looked = listing.folders.iter().find(|it| it.root.path == path);
        let is_empty = looked.is_some_and(|it| it.models == 0 && it.problem.is_none());
        let is_new = !listing.entries.iter().any(|entry| entry.is_below(&path));
        if is_empty && is_new {
            bail!(said("models-add-nothing", &path));
        }
        save(&settings, paths, i18n)?;
        message = "models-added";
    }
    writeln!(io::stdout(), "{}", said(message, &path))?;
    Ok(())
}

fn save(settings: &Settings, paths: &Paths, i18n: &I18n) -> anyhow::Result<()> {
    let saved = settings.save(&paths.settings());
    saved.map_err(|error| anyhow::anyhow!(i18n.say(&error)))
}

/// Puts one of Charla's own models into the trash, or stops looking at a folder.
fn remove(
    remove: &Remove,
    paths: &Paths,
    mut settings: Settings,
    i18n: &I18n,
) -> anyhow::Result<()> {
    let typed = Path::new(&remove.model);
    let absolute = typed.canonicalize().unwrap_or_else(|_| typed.to_owned());
    let added = &mut settings.library.added;
    if let Some(index) = added.iter().position(|it| *it == absolute || it == typed) {
        let path = added.remove(index);
        save(&settings, paths, i18n)?;
        let text = Text::new("models-forgotten").word("path", path.display());
        writeln!(io::stdout(), "{}", i18n.text(&text))?;
        return Ok(());
    }
    let entries = library::look(paths, &settings.library, settings.model.as_deref()).entries;
    let path = library::resolve(&entries, &remove.model)
        .map_err(|error| anyhow::anyhow!(i18n.say(&error)))?;
    let entry = entries.iter().find(|entry| entry.is_at(&path));
    let entry = entry.with_context(|| {
        let text = match path.exists() {
            true => Text::new("models-not-listed"),
            false => Text::new("models-add-missing"),
        };
        i18n.text(&text.word("path", path.display()))
    })?;
    let Some(files) = library::trash::files_of(entry) else {
        bail!(i18n.text(&not_own(entry, i18n)));
    };
    if !remove.yes {
        let mut lines = vec![i18n.get("models-remove-question")];
        lines.extend(files.iter().map(|path| format!("  {}", path.display())));
        lines.push(format!("  {}", i18n.bytes(entry.size_bytes)));
        lines.push(i18n.get("models-remove-confirm"));
        bail!(lines.join("\n"));
    }
    library::trash::put(&files).map_err(|error| anyhow::anyhow!(i18n.say(&error)))?;
    let text = Text::new("models-trashed")
        .word("name", &entry.name)
        .with("size", Arg::Bytes(entry.size_bytes));
    writeln!(io::stdout(), "{}", i18n.text(&text))?;
    Ok(())
}

fn not_own(entry: &Entry, i18n: &I18n) -> Text {
    let origin = entry.places.first().map_or(Origin::Added, |it| it.origin);
    Text::new("models-not-own")
        .word("name", &entry.name)
        .word("owner", i18n.get(origin.message()))
        .word("path", entry.path.display())
}
