//! `charla models download`: brings a model here, and shows how far it is.

mod show;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{anyhow, bail};
use clap::Args;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::cli::tell;
use crate::i18n::{I18n, Localize, Text};
use crate::library::catalog;
use crate::library::download::{
    DownloadId, Downloads, Error, Progress, Request, State, parse_rate,
};
use crate::library::hub::{Hub, Item, MAIN, RepoId, clean};
use crate::paths::Paths;
use show::Line;

/// How shells tell that a command was interrupted.
const INTERRUPTED: u8 = 130;
/// The line is drawn anew at least this often, so that what counts down does.
const BEAT: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[arg(value_name = "NAME")]
    pub name: String,
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub limit_rate: Option<u64>,
    #[arg(short, long)]
    pub quiet: bool,
    #[arg(long)]
    pub json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    path: String,
    size_bytes: u64,
    sha256: &'a str,
    files: Vec<File<'a>>,
}

#[derive(Debug, Serialize)]
struct File<'a> {
    path: String,
    size_bytes: u64,
    sha256: &'a str,
}

fn rate(typed: &str) -> Result<u64, &'static str> {
    parse_rate(typed).ok_or("800k, 2.5M, 1G")
}

/// Runs the command.
///
/// # Errors
/// One sentence for the user, in their language.
pub fn run(arguments: &Arguments, paths: &Paths, i18n: &I18n) -> anyhow::Result<ExitCode> {
    let folder = match &arguments.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => paths.own_models(),
    };
    let (woken, wakes) = mpsc::channel(1);
    let wake = move || {
        // One that has not been seen yet says the same.
        let _ = woken.try_send(());
    };
    let downloads = Downloads::start(&folder, Arc::new(wake)).map_err(|it| said(&it, i18n))?;
    downloads.set_limit(arguments.limit_rate);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut line = Line::new(arguments.quiet);
    let ended = runtime.block_on(async {
        let work = follow(&downloads, arguments, wakes, &mut line, i18n);
        tokio::select! {
            ended = work => ended.map(Some),
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    });
    line.clear();
    // Stops what is still running; only then has everything been written that has arrived.
    drop(downloads);
    let Some(progress) = ended? else {
        tell(i18n.get("models-interrupted"));
        return Ok(ExitCode::from(INTERRUPTED));
    };
    finish(&progress, arguments.json, i18n)
}

fn said(error: &impl Localize, i18n: &I18n) -> anyhow::Error {
    anyhow!(i18n.say(error))
}

/// Finds out what is meant, downloads it, and shows how it goes.
async fn follow(
    downloads: &Downloads,
    arguments: &Arguments,
    mut wakes: mpsc::Receiver<()>,
    line: &mut Line,
    i18n: &I18n,
) -> anyhow::Result<Progress> {
    let (tell, told) = oneshot::channel();
    let (hub, name) = (downloads.hub().clone(), arguments.name.clone());
    let looking = downloads.spawn(async move {
        // Nobody listens after Ctrl+C.
        let _ = tell.send(find(&hub, &name).await);
    });
    let Ok(found) = told.await else {
        bail!(i18n.get("models-thread-ended"))
    };
    drop(looking);
    let request = found.map_err(|problem| anyhow!(problem.say(i18n)))?;
    let id = downloads.add(request);
    loop {
        // The beat is for what changes without anybody's doing.
        let _ = tokio::time::timeout(BEAT, wakes.recv()).await;
        let Some(progress) = of(downloads, id) else {
            bail!(i18n.get("models-thread-ended"));
        };
        match progress.state {
            State::Done { .. } => return Ok(progress),
            State::Failed(error) => return Err(said(&error, i18n)),
            _ => line.show(&progress, i18n),
        }
    }
}

fn of(downloads: &Downloads, id: DownloadId) -> Option<Progress> {
    let mut all = downloads.snapshot().into_iter();
    all.find(|progress| progress.id == id)
}

fn finish(progress: &Progress, is_json: bool, i18n: &I18n) -> anyhow::Result<ExitCode> {
    if let State::Done {
        problem: Some(problem),
    } = &progress.state
    {
        tell(i18n.say(problem));
    }
    let files = progress.files.iter().map(|file| File {
        path: file.path.display().to_string(),
        size_bytes: file.size_bytes,
        sha256: &file.sha256,
    });
    let report = Report {
        path: progress.path.display().to_string(),
        size_bytes: progress.received_bytes,
        sha256: progress.files.first().map_or("", |file| &file.sha256),
        files: files.collect(),
    };
    let mut out = io::stdout().lock();
    let written = match is_json {
        true => writeln!(out, "{}", serde_json::to_string(&report)?),
        false => writeln!(out, "{}", report.path),
    };
    match written {
        // Whoever read the output has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Why nothing could be told from what was typed.
enum Problem {
    Error(Error),
    Text(Text),
    /// A message that lists models, and these.
    Choice(&'static str, String, Vec<Item>),
}

impl<E: Into<Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Problem {
    fn say(&self, i18n: &I18n) -> String {
        match self {
            Self::Error(error) => i18n.say(error),
            Self::Text(text) => i18n.text(text),
            Self::Choice(which, repo, items) => {
                let choices = show::choices(repo, items, i18n);
                let text = match *which {
                    "unknown" => Text::new("models-no-such-quantisation"),
                    _ => Text::new("models-several"),
                };
                let text = text.word("repo", repo).word("choices", choices);
                i18n.text(&text)
            }
        }
    }
}

/// What a name stands for.
async fn find(hub: &Hub, name: &str) -> Result<Request, Problem> {
    let name = name.trim();
    let in_hub = hub.config().repository(name);
    let name = in_hub.as_deref().unwrap_or(name);
    if name.contains("://") {
        return Ok(Request::of_address(hub.config(), name)?);
    }
    if let Some(entry) = catalog::named(name) {
        let Some(repo) = &entry.source.repo else {
            let text = Text::new("models-not-on-hub").word("name", &entry.name);
            return Err(Problem::Text(text));
        };
        let repo = RepoId::new(repo)?;
        let sha256 = entry.sha256.as_deref();
        return Ok(Request::of_file(&repo, MAIN, &entry.file, sha256)?);
    }
    if !name.contains('/') {
        let text = Text::new("models-unknown").word("name", clean(name));
        return Err(Problem::Text(text));
    }
    let (path, wanted) = match name.split_once(':') {
        Some((path, wanted)) => (path, Some(wanted)),
        None => (name, None),
    };
    let mut parts = path.splitn(3, '/');
    let id: Vec<&str> = parts.by_ref().take(2).collect();
    let repo = RepoId::new(&id.join("/"))?;
    let items = hub.files(&repo, MAIN).await?;
    let item = choose(&repo, items, parts.next(), wanted)?;
    Ok(Request::of_item(&repo, MAIN, &item)?)
}

/// The models that are quantised so. `Q4_K_XL` means `UD-Q4_K_XL` too, where there is no other.
fn of_quantisation(items: &[Item], wanted: &str) -> Vec<Item> {
    // What Ollama writes for whichever there is.
    if wanted.is_empty() || wanted.eq_ignore_ascii_case("latest") {
        return items.to_vec();
    }
    let like = |cut: &str| -> Vec<Item> {
        let is_it = |item: &&Item| {
            let known = item.quantisation.as_deref().unwrap_or_default();
            let known = known.strip_prefix(cut).unwrap_or(known);
            known.eq_ignore_ascii_case(wanted)
        };
        items.iter().filter(is_it).cloned().collect()
    };
    let exact = like("");
    match exact.is_empty() {
        true => like("UD-"),
        false => exact,
    }
}

/// The model of a repository that is meant.
fn choose(
    repo: &RepoId,
    items: Vec<Item>,
    file: Option<&str>,
    wanted: Option<&str>,
) -> Result<Item, Problem> {
    let repo = repo.to_string();
    if let Some(file) = file {
        let has = |item: &Item| item.name == file || item.files.iter().any(|it| it.path == file);
        return items.into_iter().find(has).ok_or_else(|| {
            let text = Text::new("hub-not-found");
            Problem::Text(text.word("subject", format!("{repo}/{}", clean(file))))
        });
    }
    let models = |items: &[Item]| -> Vec<Item> {
        let is_model = |item: &&Item| item.beside.is_none();
        items.iter().filter(is_model).cloned().collect()
    };
    let all = models(&items);
    if all.is_empty() {
        let text = Text::new("models-none-in-repo").word("repo", &repo);
        return Err(Problem::Text(text));
    }
    let mut fitting = all.clone();
    if let Some(wanted) = wanted {
        fitting = of_quantisation(&all, wanted.trim());
        if fitting.is_empty() {
            return Err(Problem::Choice("unknown", repo, all));
        }
    }
    match fitting.len() {
        1 => Ok(fitting.remove(0)),
        _ => Err(Problem::Choice("several", repo, fitting)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(quantisation: &str) -> Item {
        Item {
            name: format!("tiny-{quantisation}.gguf"),
            quantisation: Some(quantisation.into()),
            size_bytes: 1,
            files: Vec::new(),
            expected_files: 1,
            beside: None,
        }
    }

    #[test]
    fn a_quantisation_is_named_as_publishers_name_it() {
        let items = ["Q4_K_M", "UD-Q4_K_XL", "Q8_0", "UD-Q8_0"].map(item);
        let chosen = |wanted: &str| -> Vec<String> {
            let found = of_quantisation(&items, wanted);
            found.into_iter().filter_map(|it| it.quantisation).collect()
        };
        assert_eq!(chosen("q4_k_m"), ["Q4_K_M"]);
        assert_eq!(chosen("UD-Q4_K_XL"), ["UD-Q4_K_XL"]);
        assert_eq!(chosen("Q4_K_XL"), ["UD-Q4_K_XL"], "there is no other");
        assert_eq!(chosen("Q8_0"), ["Q8_0"]);
        assert_eq!(chosen("Q2_K"), [""; 0]);
        assert_eq!(chosen("latest").len(), items.len());
    }

    #[test]
    fn what_lies_beside_a_model_is_no_choice() {
        let drafter = Item {
            beside: Some(gguf::Purpose::Draft),
            ..item("Q8_0")
        };
        let items = vec![drafter, item("Q4_K_M")];
        let repo = RepoId::new("maker/tiny-GGUF").unwrap();
        let chosen = choose(&repo, items, None, None).ok().unwrap();
        assert_eq!(chosen.quantisation.as_deref(), Some("Q4_K_M"));
    }
}
