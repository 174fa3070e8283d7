//! Whether the folders that were looked into still hold what was seen in them.
//!
//! They are asked when they changed last, every few seconds and only while somebody looks at
//! the window. That works on network folders and with any number of them, where the systems'
//! own ways of being told do not, and costs a look at each folder, not at each file.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, Metadata};
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, SystemTime};

use filekit::Stamp;

use super::names::is_model_name;

/// Time between two looks.
const PAUSE: Duration = Duration::from_secs(3);
/// Folders that are looked at; beyond them, a change is seen the next time the list is read.
const MAX_FOLDERS: usize = 20_000;

/// What was seen, and when it had changed last.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    folders: Vec<Folder>,
    /// Files that could not be used, perhaps because they are still being copied, and roots
    /// that were not there.
    others: Vec<(PathBuf, Option<Stamp>)>,
}

#[derive(Debug, Clone)]
struct Folder {
    path: PathBuf,
    modified: Option<SystemTime>,
    names: u64,
    interest: Interest,
}

/// Which names in a folder matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interest {
    /// Those of models, of folders and of links.
    Models,
    /// All that are not hidden.
    All,
}

impl Seen {
    /// Notes a folder with the names in it. Call it with what was asked for before the names
    /// were read: what changes in between is then seen the next time.
    pub(super) fn note_folder<'a>(
        &mut self,
        path: &Path,
        modified: Option<SystemTime>,
        names: impl Iterator<Item = &'a Path>,
        interest: Interest,
    ) {
        if self.folders.len() < MAX_FOLDERS {
            self.folders.push(Folder {
                path: path.to_owned(),
                modified,
                names: hash(names),
                interest,
            });
        }
    }

    /// Notes a folder that another program keeps in its own way, with all below it.
    pub(super) fn note_tree(&mut self, path: &Path, depth: usize) {
        let before = modified(path);
        let Ok(names) = visible(path, Interest::All) else {
            return;
        };
        let shown = names.iter().map(PathBuf::as_path);
        self.note_folder(path, before, shown, Interest::All);
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        for name in names.iter().filter(|it| it.is_dir()) {
            self.note_tree(name, depth);
        }
    }

    /// Notes a folder that is not there, or a file in its place.
    pub(super) fn note_missing(&mut self, path: &Path) {
        self.others.push((path.to_owned(), Stamp::at(path)));
    }

    /// Notes a file that could not be used, as it was before it was read.
    pub(super) fn note_file(&mut self, path: &Path, before: &Metadata) {
        if self.others.len() < MAX_FOLDERS {
            let stamp = Stamp::of(before);
            self.others.push((path.to_owned(), Some(stamp)));
        }
    }

    /// Whether something is otherwise than it was seen.
    #[must_use]
    pub fn is_old(&mut self) -> bool {
        self.folders.iter_mut().any(Folder::is_old)
            || self
                .others
                .iter()
                .any(|(path, was)| Stamp::at(path) != *was)
    }
}

impl Folder {
    fn is_old(&mut self) -> bool {
        let now = modified(&self.path);
        if now == self.modified {
            return false;
        }
        // What Charla and others keep beside the models while they write is of no interest.
        let names = visible(&self.path, self.interest).unwrap_or_default();
        if hash(names.iter().map(PathBuf::as_path)) != self.names {
            return true;
        }
        self.modified = now;
        false
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|it| it.modified()).ok()
}

/// What stands in a folder and matters.
fn visible(folder: &Path, interest: Interest) -> io::Result<Vec<PathBuf>> {
    let listing = fs::read_dir(folder)?.filter_map(Result::ok);
    let matters = |it: &fs::DirEntry| {
        let name = it.file_name();
        let name = name.to_string_lossy();
        let is_plain = || it.file_type().is_ok_and(|kind| kind.is_file());
        !name.starts_with('.') && (interest == Interest::All || is_model_name(&name) || !is_plain())
    };
    Ok(listing.filter(matters).map(|it| it.path()).collect())
}

/// The same for the same names, in whatever order they come.
fn hash<'a>(names: impl Iterator<Item = &'a Path>) -> u64 {
    let of_one = |name: &Path| {
        let mut hasher = DefaultHasher::new();
        name.file_name().hash(&mut hasher);
        hasher.finish()
    };
    names.map(of_one).fold(0, u64::wrapping_add)
}

enum Word {
    Follow(Seen),
    Attend(bool),
}

/// A thread that looks at the folders from time to time. Dropping it ends the thread.
#[derive(Debug)]
pub struct Watch(Sender<Word>);

impl Watch {
    /// Starts the thread. `changed` is called once when what was [followed](Self::follow) is
    /// old; then it waits for what is seen next.
    ///
    /// # Errors
    /// Where the system starts no thread.
    pub fn start(changed: impl Fn() + Send + 'static) -> io::Result<Self> {
        Self::start_with(PAUSE, changed)
    }

    fn start_with(pause: Duration, changed: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (words, heard) = mpsc::channel();
        let builder = thread::Builder::new().name("folders".to_owned());
        builder.spawn(move || {
            let (mut seen, mut is_attended): (Option<Seen>, bool) = (None, true);
            loop {
                // Without anything to look at, nothing wakes the processor.
                let word = match is_attended && seen.is_some() {
                    true => heard.recv_timeout(pause),
                    false => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
                };
                match word {
                    Ok(Word::Follow(new)) => {
                        seen = Some(new);
                        continue;
                    }
                    Ok(Word::Attend(now)) => is_attended = now,
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
                if is_attended && seen.as_mut().is_some_and(Seen::is_old) {
                    seen = None;
                    changed();
                }
            }
        })?;
        Ok(Self(words))
    }

    /// Looks from now on whether this has changed.
    pub fn follow(&self, seen: Seen) {
        // The thread lives as long as this.
        let _ = self.0.send(Word::Follow(seen));
    }

    /// Whether anybody is looking. When somebody does again, so does the thread, at once.
    pub fn attend(&self, is_attended: bool) {
        let _ = self.0.send(Word::Attend(is_attended));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    use super::super::sources::Root;
    use super::super::{Listing, scan};
    use super::*;

    fn looked(folder: &Path) -> Listing {
        let root = Root::added(folder.to_owned());
        scan(&[root], None, &AtomicBool::new(false))
    }

    /// Clocks of file systems tick every few milliseconds.
    fn tick() {
        thread::sleep(Duration::from_millis(20));
    }

    #[test]
    fn what_comes_and_goes_is_seen_and_what_is_hidden_is_not() {
        let home = tempfile::tempdir().unwrap();
        let below = home.path().join("one/two");
        fs::create_dir_all(&below).unwrap();
        let mut seen = looked(home.path()).seen;
        tick();
        assert!(!seen.is_old());
        fs::write(below.join(".download.x.gguf.part"), "x").unwrap();
        fs::write(below.join(".download.x.gguf.json"), "x").unwrap();
        tick();
        fs::write(home.path().join("notes.txt"), "x").unwrap();
        tick();
        assert!(
            !seen.is_old(),
            "a download is no news, nor is what is no model"
        );
        fs::write(below.join("x.gguf"), "x").unwrap();
        assert!(seen.is_old());

        // It cannot be used; it is looked at until it can, or is gone.
        let mut seen = looked(home.path()).seen;
        tick();
        assert!(!seen.is_old());
        fs::write(below.join("x.gguf"), "more").unwrap();
        assert!(seen.is_old());

        let mut seen = looked(home.path()).seen;
        tick();
        fs::remove_file(below.join("x.gguf")).unwrap();
        assert!(seen.is_old());
        let mut seen = looked(home.path()).seen;
        tick();
        fs::remove_dir_all(home.path().join("one")).unwrap();
        assert!(seen.is_old());
    }

    #[test]
    fn a_folder_that_comes_back_is_seen() {
        let home = tempfile::tempdir().unwrap();
        let stick = home.path().join("stick");
        let mut seen = looked(&stick).seen;
        assert!(!seen.is_old());
        fs::create_dir(&stick).unwrap();
        assert!(seen.is_old());
    }

    #[test]
    fn the_thread_tells_once_and_only_while_somebody_looks() {
        let home = tempfile::tempdir().unwrap();
        let (told, heard) = mpsc::channel();
        let watch = Watch::start_with(Duration::from_millis(10), move || {
            told.send(()).unwrap();
        });
        let watch = watch.unwrap();
        watch.follow(looked(home.path()).seen);
        let wait = |limit: u64| heard.recv_timeout(Duration::from_millis(limit));
        assert!(wait(60).is_err(), "nothing has changed");
        watch.attend(false);
        tick();
        fs::write(home.path().join("a.gguf"), "x").unwrap();
        assert!(wait(60).is_err(), "nobody looks");
        watch.attend(true);
        wait(20_000).unwrap();
        fs::write(home.path().join("b.gguf"), "x").unwrap();
        assert!(wait(60).is_err(), "it has told already");
        watch.follow(looked(home.path()).seen);
        drop(watch);
        let begun = Instant::now();
        assert_eq!(heard.recv(), Err(mpsc::RecvError), "the thread has ended");
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}
