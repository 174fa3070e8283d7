//! Every directory Charla uses, in one place.

use std::env;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use serde::{Deserialize, Serialize};

/// The folders of this user's Charla. None of them need exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Settings.
    pub config: PathBuf,
    /// Chats and downloaded models: what must not be lost.
    pub data: PathBuf,
    /// What can be made again.
    pub cache: PathBuf,
    /// A folder of models beside the user's own, that of the checkout for `script/run`.
    pub bundled_models: Option<PathBuf>,
    /// Whether models that other programs keep in the user's home are looked for too.
    pub looks_around: bool,
}

impl Paths {
    /// The variable that puts everything below one folder.
    pub const HOME_VARIABLE: &'static str = "CHARLA_HOME";

    /// The variable that names a folder of models that came with the program. Where it is
    /// not set there is none: a program that lies in a checkout by chance must not use what
    /// it finds there.
    pub const BUNDLED_MODELS_VARIABLE: &'static str = "CHARLA_BUNDLED_MODELS";

    /// The folders of this system, or those below `CHARLA_HOME`.
    #[must_use]
    pub fn of_user() -> Self {
        let folder = |variable| env::var_os(variable).filter(|path| !path.is_empty());
        let bundled_models = folder(Self::BUNDLED_MODELS_VARIABLE).map(PathBuf::from);
        if let Some(home) = folder(Self::HOME_VARIABLE) {
            return Self {
                bundled_models,
                looks_around: true,
                ..Self::below(Path::new(&home))
            };
        }
        match ProjectDirs::from("", "", "charla") {
            Some(dirs) => Self {
                config: dirs.config_dir().to_owned(),
                data: dirs.data_dir().to_owned(),
                cache: dirs.cache_dir().to_owned(),
                bundled_models,
                looks_around: true,
            },
            // Without a home folder, a daemon's user say, the temporary folder still works.
            None => Self {
                bundled_models,
                ..Self::below(&env::temp_dir().join("charla"))
            },
        }
    }

    /// The folders below `home`, and nothing else.
    #[must_use]
    pub fn below(home: &Path) -> Self {
        Self {
            config: home.join("config"),
            data: home.join("data"),
            cache: home.join("cache"),
            bundled_models: None,
            looks_around: false,
        }
    }

    /// The settings file.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The folder of presets, a file each.
    #[must_use]
    pub fn presets(&self) -> PathBuf {
        self.config.join("presets")
    }

    /// The folder of personas, a file each.
    #[must_use]
    pub fn personas(&self) -> PathBuf {
        self.config.join("personas")
    }

    /// The file of the saved prompts.
    #[must_use]
    pub fn prompts(&self) -> PathBuf {
        self.config.join("prompts.toml")
    }

    /// The file that notes how the window was left.
    #[must_use]
    pub fn window(&self) -> PathBuf {
        self.data.join("window.json")
    }

    /// The folder of the chats.
    #[must_use]
    pub fn chats(&self) -> PathBuf {
        self.data.join("chats")
    }

    /// The folder of what spares the model reading a chat again.
    #[must_use]
    pub fn states(&self) -> PathBuf {
        self.cache.join("states")
    }

    /// The folder that Charla keeps its own models in.
    #[must_use]
    pub fn own_models(&self) -> PathBuf {
        self.data.join("models")
    }

    /// The file that notes what is known of models.
    #[must_use]
    pub fn model_index(&self) -> PathBuf {
        self.cache.join("models.json")
    }

    /// The file of what the user has said of models.
    #[must_use]
    pub fn model_marks(&self) -> PathBuf {
        self.config.join("models.toml")
    }
}

/// Where the user wants models to be looked for, beside Charla's own folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelFolders {
    /// Folders of the user's, with all that is below them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<PathBuf>,
    /// Whether what other programs have downloaded is left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_others: bool,
}

impl ModelFolders {
    /// Whether the user has said nothing of it.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_can_hold_everything() {
        let paths = Paths::below(Path::new("/stick"));
        assert_eq!(paths.settings(), Path::new("/stick/config/settings.toml"));
        assert_eq!(paths.own_models(), Path::new("/stick/data/models"));
    }
}
