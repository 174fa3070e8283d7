//! The user's settings: a TOML file that a person can read and edit.
//!
//! A file that is no TOML is kept beside, never overwritten; the defaults are used in its
//! place, and the user is told. What a newer Charla, or a slip of the pen, has put into it and
//! this one does not understand stays in the file.

mod looks;
mod window;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use filekit::{Queue, caught};
use serde::{Deserialize, Serialize};

use crate::i18n::{Language, Localize, Text, reason_of};
use crate::lenient::{self, Rest};
use crate::params::{LoadOptions, Overflow, PresetId, Sampling};
use crate::paths::ModelFolders;
pub use looks::{Motion, Theme};
pub use window::{Place, Reading, WindowSaver, WindowState};

/// The version of the file that this program writes. A later one may add names and values;
/// what means something else gets another name, so that an older Charla reads the rest.
const VERSION: u32 = 1;

/// Everything a user can set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The version of the file.
    pub version: u32,
    /// The language of the interface; the system's where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Light, dark, or what the system says.
    pub theme: Theme,
    /// Whether what appears and folds moves.
    pub motion: Motion,
    /// The size of everything in the window, in percent; 100 where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoom_percent: Option<u32>,
    /// Which key sends a message.
    pub send_with: SendWith,
    /// The model that was used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<PathBuf>,
    /// Where models are looked for, beside Charla's own folder.
    #[serde(skip_serializing_if = "ModelFolders::is_usual")]
    pub library: ModelFolders,
    /// How models answer.
    pub sampling: Sampling,
    /// How models are loaded.
    pub load: LoadOptions,
    /// What to do with a chat that does not fit the context.
    pub overflow: Overflow,
    /// The most disk space, in GB, for what spares the model reading a chat again; 0 keeps
    /// nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_limit_gb: Option<u32>,
    /// After how many minutes without work a model gives its memory back; 0 is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unload_after_minutes: Option<u32>,
    /// After how many days what is in the bin is destroyed; 0 is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bin_days: Option<u32>,
    /// How models are downloaded.
    #[serde(skip_serializing_if = "Downloading::is_usual")]
    pub downloads: Downloading,
    /// Whether models are listed a line each.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub models_in_lines: bool,
    /// Whether the model gives chats their titles.
    pub titles: bool,
    /// The instructions that new chats begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The persona these instructions are of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    /// The preset that `sampling` began as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<PresetId>,
    /// The preset to begin with when a model takes another's place, by the name of its file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_presets: BTreeMap<String, PresetId>,
    /// What of `load` is otherwise for a model, by the name of its file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model_load: BTreeMap<String, LoadOptions>,
    /// What a model's preset has taken the place of, to be put back after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub displaced: Option<Displaced>,
}

/// The values that held before those of a model's preset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Displaced {
    /// The preset they began as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<PresetId>,
    /// The values.
    pub sampling: Sampling,
}

/// How models are downloaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Downloading {
    /// How many at once; where it is not set, [`Downloading::AT_ONCE`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_once: Option<u8>,
    /// Bytes a second that all of them may have together; as many as come where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_bytes_per_second: Option<u64>,
}

impl Downloading {
    /// One keeps the connection busy; a second one fills the pauses.
    pub const AT_ONCE: u8 = 2;

    /// Whether the user has said nothing of it.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// How many are downloaded at once.
    #[must_use]
    pub fn places(&self) -> usize {
        usize::from(self.at_once.unwrap_or(Self::AT_ONCE).max(1))
    }
}

/// Which key sends a message; the other one begins a new line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SendWith {
    /// Enter; Shift+Enter begins a new line.
    #[default]
    Enter,
    /// Ctrl+Enter; Enter begins a new line.
    CtrlEnter,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            language: None,
            theme: Theme::System,
            motion: Motion::System,
            zoom_percent: None,
            send_with: SendWith::Enter,
            model: None,
            library: ModelFolders::default(),
            sampling: Sampling::default(),
            load: LoadOptions::default(),
            overflow: Overflow::default(),
            state_limit_gb: None,
            unload_after_minutes: None,
            bin_days: None,
            downloads: Downloading::default(),
            models_in_lines: false,
            titles: true,
            system: None,
            persona: None,
            preset: None,
            model_presets: BTreeMap::new(),
            model_load: BTreeMap::new(),
            displaced: None,
        }
    }
}

impl Settings {
    /// What is set for the model of a file alone.
    #[must_use]
    pub fn own_load_of(&self, model: &Path) -> LoadOptions {
        let name = model.file_name().map(|it| it.to_string_lossy());
        let own = name.and_then(|name| self.model_load.get(&*name));
        own.cloned().unwrap_or_default()
    }

    /// How the model of a file is loaded.
    #[must_use]
    pub fn load_of(&self, model: &Path) -> LoadOptions {
        self.own_load_of(model).or(&self.load)
    }
}

/// Why the settings are not what the file says, or not in the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file made no sense.
    #[error("{}: {reason}; kept as {}", path.display(), kept.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where it is now.
        kept: PathBuf,
        /// What is wrong, and in which line.
        reason: String,
    },
    /// Some of it is not known: a newer Charla wrote it, or it is misspelt. The rest holds.
    #[error("{}: unknown: {}", path.display(), names.join(", "))]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What is not known, `sampling.top_q` say.
        names: Vec<String>,
    },
    /// The file is there, but cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("{}: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl Error {
    /// The file it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Broken { path, .. }
            | Self::Unknown { path, .. }
            | Self::Unreadable { path, .. }
            | Self::Unwritable { path, .. } => path,
        }
    }
}

impl Localize for Error {
    fn text(&self) -> Text {
        match self {
            Self::Broken { path, kept, reason } => Text::new("settings-broken")
                .word("path", path.display())
                .word("kept", kept.display())
                .word("reason", reason),
            Self::Unknown { path, names } => Text::new("settings-unknown")
                .word("path", path.display())
                .word("names", names.join(", ")),
            Self::Unreadable { path, source } => Text::new("settings-unreadable")
                .word("path", path.display())
                .word("reason", source),
            Self::Unwritable { path, source } => Text::new("settings-unwritable")
                .word("path", path.display())
                .word("reason", reason_of(source)),
        }
    }
}

impl Settings {
    /// Disk space for the KV cache of chats where the user has set none, in GB.
    const STATE_LIMIT_GB: u32 = 8;

    /// Disk space for the KV cache of chats; 0 where none is to be kept.
    #[must_use]
    pub fn state_limit_bytes(&self) -> u64 {
        u64::from(self.state_limit_gb.unwrap_or(Self::STATE_LIMIT_GB)) * 1_000_000_000
    }

    /// Days that the bin keeps something where the user has set none.
    const BIN_DAYS: u32 = 30;

    /// How long the bin keeps what was deleted; `None` where it keeps it for ever.
    #[must_use]
    pub fn bin_keeps(&self) -> Option<Duration> {
        match self.bin_days.unwrap_or(Self::BIN_DAYS) {
            0 => None,
            days => Some(Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
        }
    }

    /// Minutes without work after which a model is unloaded where the user has set none.
    const UNLOAD_AFTER_MINUTES: u32 = 30;

    /// How long a model may have nothing to do before it gives its memory back; `None`
    /// where it never does.
    #[must_use]
    pub fn unload_after(&self) -> Option<Duration> {
        match self
            .unload_after_minutes
            .unwrap_or(Self::UNLOAD_AFTER_MINUTES)
        {
            0 => None,
            minutes => Some(Duration::from_secs(u64::from(minutes) * 60)),
        }
    }

    /// The language of the interface.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language.unwrap_or_else(Language::of_system)
    }

    /// The language that the file asks for, or the system's. The file is left alone, also
    /// when it is broken: whoever only asks for help is not to lose it.
    #[must_use]
    pub fn language_at(path: &Path) -> Language {
        let text = fs::read_to_string(path).unwrap_or_default();
        let read = lenient::of_toml::<Self>(&text, &[]);
        read.map(|it| it.0).unwrap_or_default().language()
    }

    /// Reads the file. Without one, the defaults; with one that cannot be used, the
    /// defaults and the reason.
    #[must_use]
    pub fn load(path: &Path) -> (Self, Option<Error>) {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return (Self::default(), None);
            }
            // Text that is not UTF-8 is a broken file; all else is the system's refusal.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return (Self::default(), Some(set_aside(path, &error.to_string())));
            }
            Err(source) => {
                let path = path.to_owned();
                return (Self::default(), Some(Error::Unreadable { path, source }));
            }
        };
        match lenient::of_toml::<Self>(&text, &[]) {
            Ok((settings, rest)) if rest.is_empty() => (settings, None),
            Ok((settings, rest)) => {
                let (path, names) = (path.to_owned(), rest.names());
                (settings, Some(Error::Unknown { path, names }))
            }
            Err(error) => (Self::default(), Some(set_aside(path, error.message()))),
        }
    }

    /// Writes the file: all of it or nothing, and nothing where it says the same already,
    /// in whatever words.
    ///
    /// # Errors
    /// [`Error::Unwritable`]; what was there before is still there.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let mut rest = Rest::default();
        if let Ok(text) = fs::read_to_string(path) {
            match lenient::of_toml::<Self>(&text, &[]) {
                Ok((known, _)) if known == *self => return Ok(()),
                Ok((_, unknown)) => rest = unknown,
                // It was broken by hand since it was read.
                Err(_) => drop(keep(path)?),
            }
        }
        let write = || -> io::Result<()> {
            let text = match rest.is_empty() {
                true => toml::to_string_pretty(self),
                false => rest.with(self).and_then(|it| toml::to_string_pretty(&it)),
            };
            filekit::replace(path, text.map_err(io::Error::other)?.as_bytes())
        };
        write().map_err(|source| Error::Unwritable {
            path: path.to_owned(),
            source,
        })
    }
}

fn set_aside(path: &Path, reason: &str) -> Error {
    match keep(path) {
        Ok(kept) => Error::Broken {
            path: path.to_owned(),
            kept,
            reason: reason.to_owned(),
        },
        Err(error) => error,
    }
}

/// Moves the file to a name that is free: `settings.kept-1.toml`. A link stays, and leads to
/// the file that takes its target's place.
fn keep(path: &Path) -> Result<PathBuf, Error> {
    let keep = || -> io::Result<PathBuf> {
        let target = filekit::target(path)?;
        let kept = (1..10_000_u32)
            .map(|count| target.with_extension(format!("kept-{count}.toml")))
            .find(|kept| !kept.exists())
            .unwrap_or_else(|| target.with_extension("kept.toml"));
        fs::rename(&target, &kept)?;
        Ok(kept)
    };
    keep().map_err(|source| Error::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// Saves settings on the thread that writes small files. Newer ones replace those that wait.
#[derive(Clone)]
pub struct Saver {
    queue: Queue,
    path: PathBuf,
    failed: Arc<dyn Fn(Error) + Send + Sync>,
}

impl Saver {
    /// One for the file at `path`; `failed` is called on that thread when it could not be
    /// written.
    #[must_use]
    pub fn new(
        queue: Queue,
        path: PathBuf,
        failed: impl Fn(Error) + Send + Sync + 'static,
    ) -> Self {
        Self {
            queue,
            path,
            failed: Arc::new(failed),
        }
    }

    /// Saves these settings soon.
    pub fn save(&self, settings: &Settings) {
        let Self { path, failed, .. } = self.clone();
        let settings = settings.clone();
        self.queue.push_newest("settings", Duration::ZERO, move || {
            // A fault in it is told of as any other reason not to save.
            let saved = caught(|| settings.save(&path));
            let saved = saved.unwrap_or_else(|source| Err(Error::Unwritable { path, source }));
            if let Err(error) = saved {
                failed(error);
            }
        });
    }
}

#[cfg(test)]
mod tests;
