//! Where models are: Charla's own folders, those the user has added, and what other programs
//! have downloaded, which is used in place.

mod jan;
mod ollama;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::paths::{ModelFolders, Paths};

/// Who put a model where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Charla itself: only these it may delete.
    Charla,
    /// The folder that came with the program: that of the checkout for `script/run`.
    Bundled,
    /// A folder that the user has added.
    Added,
    /// None: a file from elsewhere that the user has opened.
    Opened,
    /// LM Studio.
    LmStudio,
    /// The cache that Hugging Face's tools share, llama.cpp among them.
    HuggingFace,
    /// The cache of an older llama.cpp.
    LlamaCpp,
    /// Ollama.
    Ollama,
    /// Jan.
    Jan,
    /// `GPT4All`.
    #[serde(rename = "gpt4all")]
    Gpt4All,
}

impl Origin {
    /// Whether the folder is Charla's or the user's own, and no other program's.
    #[must_use]
    pub fn is_ours(self) -> bool {
        matches!(
            self,
            Self::Charla | Self::Bundled | Self::Added | Self::Opened
        )
    }

    /// The name of its message: programs have names, Charla's folders have words.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Charla => "origin-charla",
            Self::Bundled => "origin-bundled",
            Self::Added => "origin-added",
            Self::Opened => "origin-opened",
            Self::LmStudio => "origin-lm-studio",
            Self::HuggingFace => "origin-hugging-face",
            Self::LlamaCpp => "origin-llama-cpp",
            Self::Ollama => "origin-ollama",
            Self::Jan => "origin-jan",
            Self::Gpt4All => "origin-gpt4all",
        }
    }
}

/// How a folder is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Files of any name, in folders of any depth.
    Tree,
    /// Manifests that name blobs.
    Ollama,
    /// Descriptions that name files.
    Jan,
}

/// A folder to look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Whose it is.
    pub origin: Origin,
    /// The folder.
    pub path: PathBuf,
    pub(super) layout: Layout,
}

impl Root {
    /// A folder, or a file, that the user has added.
    #[must_use]
    pub fn added(path: PathBuf) -> Self {
        Self {
            origin: Origin::Added,
            path,
            layout: Layout::Tree,
        }
    }

    /// A file that the user has opened, wherever it is.
    pub(super) fn opened(path: PathBuf) -> Self {
        Self {
            origin: Origin::Opened,
            ..Self::added(path)
        }
    }
}

/// What of the system decides where other programs keep their models.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The variables of the environment that are asked for.
    pub variables: HashMap<String, PathBuf>,
}

const VARIABLES: [&str; 11] = [
    "LLAMA_CACHE",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "OLLAMA_MODELS",
    "LOCALAPPDATA",
    "APPDATA",
    "JAN_DATA_FOLDER",
    "LMSTUDIO_HOME",
];

impl Surroundings {
    /// Those of the user who runs this program.
    #[must_use]
    pub fn of_user() -> Self {
        let value = |name: &&str| {
            let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
            Some(((*name).to_owned(), PathBuf::from(value)))
        };
        Self {
            home: directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
            variables: VARIABLES.iter().filter_map(value).collect(),
        }
    }

    fn variable(&self, name: &str) -> Option<&Path> {
        self.variables.get(name).map(PathBuf::as_path)
    }

    fn at_home(&self, path: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }
}

/// The folders to look into, Charla's own first: where the same model is in two, the first one
/// is used. None of them need exist.
#[must_use]
pub fn roots(paths: &Paths, folders: &ModelFolders, around: &Surroundings) -> Vec<Root> {
    let root = |origin, path, layout| Root {
        origin,
        path,
        layout,
    };
    let mut roots = vec![root(Origin::Charla, paths.own_models(), Layout::Tree)];
    roots.extend(
        paths
            .bundled_models
            .iter()
            .map(|path| root(Origin::Bundled, path.clone(), Layout::Tree)),
    );
    for folder in &folders.added {
        roots.push(root(Origin::Added, folder.clone(), Layout::Tree));
    }
    if !folders.without_others {
        for (origin, path, layout) in others(around) {
            roots.push(root(origin, path, layout));
        }
    }
    let mut seen = std::collections::HashSet::new();
    roots.retain(|it| seen.insert(it.path.clone()));
    roots
}

/// Where each program keeps its models, as its own documentation or source says.
fn others(around: &Surroundings) -> Vec<(Origin, PathBuf, Layout)> {
    let mut found = Vec::new();
    let mut push = |origin, path: Option<PathBuf>, layout| {
        found.extend(path.map(|path| (origin, path, layout)));
    };
    let lm_studio = lm_studio_home(around).map(|home| home.join("models"));
    push(Origin::LmStudio, lm_studio, Layout::Tree);
    for path in hub_caches(around) {
        push(Origin::HuggingFace, Some(path), Layout::Tree);
    }
    for path in llama_caches(around) {
        push(Origin::LlamaCpp, Some(path), Layout::Tree);
    }
    let ollama = match around.variable("OLLAMA_MODELS") {
        Some(path) => vec![path.to_owned()],
        None => {
            let service = PathBuf::from("/usr/share/ollama/.ollama/models");
            let at_home = around.at_home(".ollama/models");
            let service = (cfg!(target_os = "linux") && around.home.is_some()).then_some(service);
            at_home.into_iter().chain(service).collect()
        }
    };
    for path in ollama {
        push(Origin::Ollama, Some(path), Layout::Ollama);
    }
    let data = |windows: &str, mac: &str, linux: &str| {
        if cfg!(target_os = "windows") {
            around.variable("APPDATA").map(|it| it.join(windows))
        } else if cfg!(target_os = "macos") {
            around
                .at_home("Library/Application Support")
                .map(|it| it.join(mac))
        } else {
            let data = around.variable("XDG_DATA_HOME").map(Path::to_owned);
            let data = data.or_else(|| around.at_home(".local/share"));
            data.map(|it| it.join(linux))
        }
    };
    let jan = around.variable("JAN_DATA_FOLDER").map(Path::to_owned);
    let jan = jan.or_else(|| data("Jan/data", "Jan/data", "Jan/data"));
    push(Origin::Jan, jan, Layout::Jan);
    let gpt4all = match around.variable("LOCALAPPDATA") {
        Some(local) if cfg!(target_os = "windows") => Some(local.join("nomic.ai/GPT4All")),
        _ => data("", "nomic.ai/GPT4All", "nomic.ai/GPT4All"),
    };
    push(Origin::Gpt4All, gpt4all, Layout::Tree);
    found
}

/// The home of LM Studio: where its pointer points, else the older of the two places.
fn lm_studio_home(around: &Surroundings) -> Option<PathBuf> {
    let home = around.home.as_ref()?;
    if let Ok(pointer) = std::fs::read_to_string(home.join(".lmstudio-home-pointer")) {
        let pointed = PathBuf::from(pointer.trim());
        if pointed.is_absolute() {
            return Some(pointed);
        }
    }
    let older = home.join(".cache/lm-studio");
    match older.is_dir() {
        true => Some(older),
        false => Some(home.join(".lmstudio")),
    }
}

/// The caches of Hugging Face's tools: the one that is set, else the usual one.
fn hub_caches(around: &Surroundings) -> Vec<PathBuf> {
    let set = ["LLAMA_CACHE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]
        .into_iter()
        .find_map(|name| around.variable(name).map(Path::to_owned))
        .or_else(|| around.variable("HF_HOME").map(|home| home.join("hub")))
        .or_else(|| {
            around
                .variable("XDG_CACHE_HOME")
                .map(|it| it.join("huggingface/hub"))
        });
    let usual = around.at_home(".cache/huggingface/hub");
    let mut caches: Vec<PathBuf> = set.into_iter().chain(usual).collect();
    caches.dedup();
    caches
}

fn llama_caches(around: &Surroundings) -> Vec<PathBuf> {
    let usual = if cfg!(target_os = "windows") {
        around
            .variable("LOCALAPPDATA")
            .map(|it| it.join("llama.cpp"))
    } else if cfg!(target_os = "macos") {
        around.at_home("Library/Caches/llama.cpp")
    } else {
        let cache = around.variable("XDG_CACHE_HOME").map(Path::to_owned);
        let cache = cache.or_else(|| around.at_home(".cache"));
        cache.map(|it| it.join("llama.cpp"))
    };
    usual.into_iter().collect()
}

/// A model file that a program's own index leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// The file, whatever it is called.
    pub(super) path: PathBuf,
    /// What the program calls it: its file may have a hash for a name.
    pub(super) name: String,
    /// Who published it.
    pub(super) maker: Option<String>,
}

/// The models that the index of this folder names.
pub(super) fn named(root: &Root) -> std::io::Result<Vec<Named>> {
    match root.layout {
        Layout::Tree => Ok(Vec::new()),
        Layout::Ollama => ollama::named(&root.path),
        Layout::Jan => jan::named(&root.path),
    }
}
