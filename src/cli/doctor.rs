//! `charla doctor`: what this machine offers, where things lie, and what is wrong.

mod instructions;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::engine::memory::MainMemory;
use crate::engine::protocol::Device;
use crate::engine::{Launch, Update};
use crate::i18n::{Arg, I18n, Text, reason_of};
use crate::library;
use crate::paths::{ModelFolders, Paths};
use crate::session::Session;
use crate::settings;

/// How long the engine may take to say what it can compute on.
const ENGINE_TIMEOUT: Duration = Duration::from_secs(20);

/// Below this, a downloaded model hardly fits.
const LITTLE_SPACE_BYTES: u64 = 2_000_000_000;

#[derive(Debug, Args)]
#[expect(missing_docs, reason = "their help texts say it in two languages")]
pub struct Arguments {
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    version: &'static str,
    features: Vec<&'static str>,
    system: String,
    cpu: String,
    cpu_features: Vec<&'static str>,
    engine_cpu_features: Vec<&'static str>,
    memory_total_bytes: u64,
    memory_free_bytes: u64,
    devices: Vec<Device>,
    folders: Vec<Folder>,
    models: Vec<Model>,
    problems: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Folder {
    holds: String,
    path: PathBuf,
    exists: bool,
    free_bytes: Option<u64>,
    /// How many models lie there, of a folder of models.
    #[serde(skip_serializing_if = "Option::is_none")]
    models: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Model {
    name: String,
    path: PathBuf,
    places: Vec<PathBuf>,
    size_bytes: u64,
    problem: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where the report cannot be written.
pub fn run(
    arguments: &Arguments,
    paths: &Paths,
    folders: &ModelFolders,
    settings_error: Option<&settings::Error>,
    i18n: &I18n,
) -> anyhow::Result<ExitCode> {
    let report = examine(paths, folders, settings_error, i18n);
    super::concluded(print(&report, arguments.json, i18n), i18n)?;
    Ok(match report.problems.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn print(report: &Report, as_json: bool, i18n: &I18n) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    if as_json {
        serde_json::to_writer_pretty(&mut stdout, report).map_err(io::Error::from)?;
        writeln!(stdout)?;
    } else {
        stdout.write_all(show(report, i18n).as_bytes())?;
    }
    stdout.flush()?;
    Ok(())
}

fn examine(
    paths: &Paths,
    model_folders: &ModelFolders,
    settings_error: Option<&settings::Error>,
    i18n: &I18n,
) -> Report {
    let machine = Machine::look();
    let mut folders = Vec::new();
    for (holds, path) in [
        ("doctor-config", &paths.config),
        ("doctor-data", &paths.data),
        ("doctor-cache", &paths.cache),
    ] {
        let folder = Folder {
            holds: i18n.get(holds),
            exists: path.is_dir(),
            free_bytes: filekit::free_bytes(path),
            models: None,
            path: path.clone(),
        };
        folders.push(folder);
    }
    let faulty = Faulty::among(&folders);
    let mut problems: Vec<String> = faulty.problems.iter().map(|it| i18n.text(it)).collect();
    if let Some(error) = settings_error.filter(|it| !faulty.explains(it.path())) {
        problems.push(i18n.say(error));
    }
    let devices = devices(i18n).unwrap_or_else(|error| {
        problems.push(format!("{error:#}"));
        Vec::new()
    });
    let listing = library::look(paths, model_folders, None);
    let models: Vec<Model> = listing
        .entries
        .iter()
        .map(|entry| Model {
            problem: entry.problem.as_ref().map(|problem| i18n.say(problem)),
            name: entry.name.clone(),
            path: entry.path.clone(),
            places: entry.places.iter().map(|it| it.path.clone()).collect(),
            size_bytes: entry.size_bytes,
        })
        .collect();
    for looked in &listing.folders {
        let path = looked.root.path.clone();
        let is_ours = looked.root.origin.is_ours();
        if let Some(error) = looked.problem.as_ref().filter(|_| !faulty.explains(&path)) {
            let text = Text::new("library-folder-unreadable")
                .word("path", path.display())
                .word("reason", error);
            problems.push(i18n.text(&text));
        }
        // Programs that are not installed are of no interest.
        if is_ours || looked.exists || looked.problem.is_some() {
            folders.push(Folder {
                holds: i18n.get(looked.root.origin.message()),
                exists: looked.exists,
                free_bytes: filekit::free_bytes(&path).filter(|_| is_ours),
                models: Some(looked.models),
                path,
            });
        }
    }
    // What another program has left half done is its own affair.
    let ours = listing.entries.iter().filter(|entry| {
        let mut places = entry.places.iter();
        places.any(|place| place.origin.is_ours())
    });
    problems.extend(ours.filter_map(|entry| Some(i18n.say(entry.problem.as_ref()?))));
    if models.is_empty() && !faulty.explains(&paths.own_models()) {
        let text = Text::new("choose-nothing").word("folder", paths.own_models().display());
        problems.push(i18n.text(&text));
    }
    Report {
        version: env!("CARGO_PKG_VERSION"),
        features: features(),
        system: machine.system,
        cpu: machine.cpu,
        cpu_features: instructions::of_processor(),
        engine_cpu_features: instructions::of_engine(),
        memory_total_bytes: machine.memory_total_bytes,
        memory_free_bytes: machine.memory_free_bytes,
        devices,
        folders,
        models,
        problems,
    }
}

/// What the operating system says; zeros and blanks where it says nothing.
#[derive(Debug, Default)]
struct Machine {
    system: String,
    cpu: String,
    memory_total_bytes: u64,
    memory_free_bytes: u64,
}

impl Machine {
    fn look() -> Self {
        let Ok(mut system) = sysinfo::System::new() else {
            return Self::default();
        };
        system.refresh_memory();
        system.refresh_cpu_list(sysinfo::CpuRefreshKind::nothing());
        let version = sysinfo::System::long_os_version().unwrap_or_default();
        let cpu = system.cpus().first();
        Self {
            system: format!("{version} {}", std::env::consts::ARCH),
            cpu: cpu.map_or_else(String::new, |cpu| cpu.brand().trim().to_owned()),
            memory_total_bytes: system.total_memory(),
            // By the arithmetic that decides what can be loaded.
            memory_free_bytes: MainMemory::look().unwrap_or_default().free_bytes,
        }
    }
}

fn features() -> Vec<&'static str> {
    [
        ("gui", cfg!(feature = "gui")),
        ("llama", cfg!(feature = "llama")),
        ("cuda", cfg!(feature = "cuda")),
        ("metal", cfg!(feature = "metal")),
        ("vulkan", cfg!(feature = "vulkan")),
        ("rocm", cfg!(feature = "rocm")),
    ]
    .into_iter()
    .filter_map(|(name, is_on)| is_on.then_some(name))
    .collect()
}

/// Asks a real engine, started for the purpose.
fn devices(i18n: &I18n) -> anyhow::Result<Vec<Device>> {
    let mut session = Session::start(Launch::this_program()?, Arc::new(|| {}))?;
    session.probe();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let answer = async {
            loop {
                match session.next().await {
                    Some(Update::Ready { devices }) => return Ok(devices),
                    Some(Update::Ended(error)) => anyhow::bail!(i18n.say(&error)),
                    Some(_) => {}
                    None => anyhow::bail!(i18n.get("cli-client-ended")),
                }
            }
        };
        tokio::time::timeout(ENGINE_TIMEOUT, answer)
            .await
            .with_context(|| i18n.get("doctor-engine-silent"))?
    })
}

/// What is wrong with Charla's folders. A folder that several of them lie in, or the disk that
/// they are on, is named once.
#[derive(Debug, Default)]
struct Faulty {
    problems: Vec<Text>,
    /// Those that nothing can be written to.
    refusing: Vec<PathBuf>,
}

impl Faulty {
    fn among(folders: &[Folder]) -> Self {
        let mut faulty = Self::default();
        let mut full: Vec<Disk> = Vec::new();
        for folder in folders {
            // The first folder that exists decides whether the rest can be made.
            let Some(there) = folder.path.ancestors().find(|it| it.exists()) else {
                continue;
            };
            if faulty.explains(there) {
                continue;
            }
            if let Err(error) = tempfile::tempfile_in(there) {
                let text = Text::new("doctor-not-writable")
                    .word("path", there.display())
                    .word("reason", reason_of(&error));
                faulty.problems.push(text);
                faulty.refusing.push(there.to_owned());
                continue;
            }
            let disk = Disk::of(there);
            if let Some(free_bytes) = folder.free_bytes.filter(|it| *it < LITTLE_SPACE_BYTES)
                && !full.contains(&disk)
            {
                full.push(disk);
                let text = Text::new("doctor-little-space")
                    .word("path", folder.path.display())
                    .with("free", Arg::Bytes(free_bytes));
                faulty.problems.push(text);
            }
        }
        faulty
    }

    /// Whether what is wrong with this path is told already. A folder that only refuses to be
    /// written to explains nothing about files that are there.
    fn explains(&self, path: &Path) -> bool {
        self.refusing
            .iter()
            .any(|it| path == it || path.starts_with(it) && !path.exists())
    }
}

/// What tells one disk from another.
#[derive(Debug, PartialEq, Eq)]
enum Disk {
    /// Its number.
    #[cfg(unix)]
    Number(u64),
    /// The beginning of its paths.
    Root(PathBuf),
}

impl Disk {
    fn of(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(metadata) = path.metadata() {
            return Self::Number(std::os::unix::fs::MetadataExt::dev(&metadata));
        }
        let root = path.ancestors().last().unwrap_or(path);
        Self::Root(root.to_owned())
    }
}

fn show(report: &Report, i18n: &I18n) -> String {
    let mut lines = vec![
        format!("Charla {} ({})", report.version, report.features.join(", ")),
        format!("{}, {}", report.system.trim(), report.cpu),
    ];
    for (id, features) in [
        ("doctor-cpu-has", &report.cpu_features),
        ("doctor-engine-uses", &report.engine_cpu_features),
    ] {
        if !features.is_empty() {
            lines.push(i18n.text(&Text::new(id).word("features", features.join(", "))));
        }
    }
    lines.push(
        i18n.text(
            &Text::new("doctor-memory")
                .with("free", Arg::Bytes(report.memory_free_bytes))
                .with("total", Arg::Bytes(report.memory_total_bytes)),
        ),
    );
    lines.extend([String::new(), i18n.get("doctor-devices")]);
    for device in &report.devices {
        lines.push(format!(
            "  {}: {}, {}",
            device.name,
            device.description.trim(),
            i18n.bytes(device.memory_total_bytes)
        ));
    }
    lines.extend([String::new(), i18n.get("doctor-folders")]);
    for folder in &report.folders {
        let state = match (folder.exists, folder.free_bytes) {
            (true, Some(free_bytes)) => {
                let text = Text::new("doctor-free").with("free", Arg::Bytes(free_bytes));
                i18n.text(&text)
            }
            (true, None) => String::new(),
            (false, _) => i18n.get("doctor-not-made-yet"),
        };
        let models = folder.models.filter(|_| folder.exists).map(|count| {
            let text = Text::new("doctor-models-there").count("count", count as u64);
            i18n.text(&text)
        });
        let state = [Some(state), models].into_iter().flatten();
        let state: Vec<String> = state.filter(|it| !it.is_empty()).collect();
        let state = state.join(" · ");
        lines.push(format!(
            "  {}: {}  {state}",
            folder.holds,
            folder.path.display()
        ));
    }
    lines.extend([String::new(), i18n.get("doctor-models-found")]);
    for model in &report.models {
        let size = i18n.bytes(model.size_bytes);
        lines.push(format!(
            "  {}, {size}  {}",
            model.name,
            model.path.display()
        ));
    }
    lines.push(String::new());
    if report.problems.is_empty() {
        lines.push(i18n.get("doctor-all-well"));
    } else {
        lines.push(i18n.get("doctor-problems"));
        lines.extend(report.problems.iter().map(|it| format!("  - {it}")));
    }
    lines.push(String::new());
    lines.join("\n")
}
