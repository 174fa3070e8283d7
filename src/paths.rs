//! Every directory Charla uses, in one place.

use std::env;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The folders of this user's Charla. None of them need exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Settings.
    pub config: PathBuf,
    /// Chats and downloaded models: what must not be lost.
    pub data: PathBuf,
    /// What can be made again.
    pub cache: PathBuf,
}

impl Paths {
    /// The variable that puts everything below one folder.
    pub const HOME_VARIABLE: &'static str = "CHARLA_HOME";

    /// The folders of this system, or those below `CHARLA_HOME`.
    #[must_use]
    pub fn of_user() -> Self {
        if let Some(home) = env::var_os(Self::HOME_VARIABLE).filter(|home| !home.is_empty()) {
            return Self::below(Path::new(&home));
        }
        match ProjectDirs::from("", "", "charla") {
            Some(dirs) => Self {
                config: dirs.config_dir().to_owned(),
                data: dirs.data_dir().to_owned(),
                cache: dirs.cache_dir().to_owned(),
            },
            // Without a home folder, a daemon's user say, the temporary folder still works.
            None => Self::below(&env::temp_dir().join("charla")),
        }
    }

    /// The folders below `home`.
    #[must_use]
    pub fn below(home: &Path) -> Self {
        Self {
            config: home.join("config"),
            data: home.join("data"),
            cache: home.join("cache"),
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

    /// The folders whose GGUF files are offered, the user's own first.
    #[must_use]
    pub fn model_folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.data.join("models")];
        folders.extend(checkout_models());
        folders
    }
}

/// `models/` of the checkout this program was built in, known by its catalogue.
fn checkout_models() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    program
        .ancestors()
        .skip(1)
        .take(5)
        .map(|folder| folder.join("models"))
        .find(|models| models.join("catalog.toml").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_can_hold_everything() {
        let paths = Paths::below(Path::new("/stick"));
        assert_eq!(paths.settings(), Path::new("/stick/config/settings.toml"));
        assert_eq!(paths.model_folders()[0], Path::new("/stick/data/models"));
    }
}
