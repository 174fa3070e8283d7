//! How the window was left: where it was, what was folded, which chat was in view and where it
//! was read. A small file of its own, for it changes all the time and nobody edits it; what is
//! lost with it is no more than that.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use filekit::Queue;
use serde::{Deserialize, Serialize};

use crate::chat::{ChatId, FolderId, MessageId};

/// What comes within this time is written together: an edge that is dragged, a chat that is
/// scrolled through.
const TOGETHER: Duration = Duration::from_millis(700);

/// How the window was left.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowState {
    /// Where it is and how large, while it does not fill the screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Whether it fills the screen.
    pub is_maximized: bool,
    /// Whether the panel of chats is folded away.
    pub hides_chats: bool,
    /// Whether the panel of settings is.
    pub hides_settings: bool,
    /// The folders whose chats are shown.
    pub open_folders: Vec<FolderId>,
    /// The chat in view; none where the next message begins a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatId>,
    /// Where it is read; none where that is its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// Where a window is, in points of the system, whatever the zoom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its outer corner at the top left; some systems do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corner: Option<[f32; 2]>,
    /// The width and height of what is inside its frame.
    pub size: [f32; 2],
}

/// Where a chat is read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The message at the top of the view.
    pub message: MessageId,
    /// How much of it lies above the view, as a part of its height.
    pub part: f32,
}

impl WindowState {
    /// Reads the file. Without one, or with one that makes no sense, nothing is known.
    #[must_use]
    pub fn load(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Writes the file: all of it or nothing. It is not worth waiting for the disk.
    ///
    /// # Errors
    /// Where the system refuses; what was there before is still there.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        filekit::replace_unsynced(path, text.as_bytes())
    }
}

/// Writes how the window is, soon after it has changed, on the thread that writes small files.
#[derive(Debug)]
pub struct WindowSaver {
    queue: Queue,
    path: PathBuf,
}

impl WindowSaver {
    /// One for the file at `path`.
    #[must_use]
    pub fn new(queue: Queue, path: PathBuf) -> Self {
        Self { queue, path }
    }

    /// The window is like this now.
    pub fn save(&self, state: &WindowState) {
        let (state, path) = (state.clone(), self.path.clone());
        self.queue.push_newest("window", TOGETHER, move || {
            // A disk that is full is told of where something is lost by it.
            let _ = state.save(&path);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left() -> WindowState {
        WindowState {
            place: Some(Place {
                corner: Some([-1200.0, 40.5]),
                size: [900.0, 640.0],
            }),
            hides_chats: true,
            open_folders: vec![FolderId(7)],
            chat: Some(ChatId(3)),
            reading: Some(Reading {
                message: MessageId(5),
                part: 0.25,
            }),
            ..WindowState::default()
        }
    }

    #[test]
    fn the_last_state_is_written_and_read_again() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("data/window.json");
        assert_eq!(WindowState::load(&path), WindowState::default());
        let disk = filekit::Saver::start("saver").unwrap();
        let saver = WindowSaver::new(disk.queue(), path.clone());
        for height in 1..=200_u16 {
            let mut state = left();
            if let Some(place) = &mut state.place {
                place.size[1] = f32::from(height);
            }
            saver.save(&state);
        }
        saver.save(&left());
        drop(disk);
        assert_eq!(WindowState::load(&path), left());
    }

    #[cfg(unix)]
    #[test]
    fn it_is_written_as_all_files_are() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let home = tempfile::tempdir().unwrap();
        let link = home.path().join("window.json");
        let path = home.path().join("data/window.json");
        symlink(&path, &link).unwrap();
        left().save(&link).unwrap();
        assert!(link.is_symlink());
        assert_eq!(WindowState::load(&path), left());
        let folder = path.parent().unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder), mode(&path)), (0o700, 0o600));
    }

    #[test]
    fn a_file_of_another_version_or_a_broken_one_is_no_obstacle() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("window.json");
        fs::write(&path, r#"{"hides_chats": true, "of_the_future": [1]}"#).unwrap();
        assert!(WindowState::load(&path).hides_chats);
        fs::write(&path, "{").unwrap();
        assert_eq!(WindowState::load(&path), WindowState::default());
    }
}
