//! The thread that reads presets and personas and keeps them, so that the window never
//! waits for a disk.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use filekit::{Queue, caught};

use super::files::Filed;
use super::{Error, Item, Kind, Persona, Preset, files, free_name};

/// Where the files are.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Those of presets.
    pub presets: PathBuf,
    /// Those of personas.
    pub personas: PathBuf,
}

/// What is to be done to the files.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Write this, in place of the one of its name.
    Put(Item),
    /// Remove the one of this name.
    Remove(Kind, String),
}

/// What the thread has to say.
#[derive(Debug)]
pub enum Event {
    /// All that could be read, by name.
    Read(Vec<Preset>, Vec<Persona>),
    /// A file could not be read or written.
    Failed(Error),
}

/// Keeps them on the thread that writes small files.
#[derive(Clone)]
pub struct Shelf {
    queue: Queue,
    files: Arc<Mutex<Files>>,
    report: Arc<dyn Fn(Event) + Send + Sync>,
}

impl Shelf {
    /// Has read what there is; `report` is called on that thread.
    #[must_use]
    pub fn new(
        queue: Queue,
        folders: Folders,
        report: impl Fn(Event) + Send + Sync + 'static,
    ) -> Self {
        let files = Files {
            folders,
            paths: HashMap::new(),
        };
        let shelf = Self {
            queue,
            files: Arc::new(Mutex::new(files)),
            report: Arc::new(report),
        };
        shelf.with_files(|files, report| files.read(report));
        shelf
    }

    /// Does this soon, after what was asked for before.
    pub fn change(&self, change: Change) {
        self.with_files(move |files, report| {
            // A fault in it is told of as any other reason not to.
            let applied = caught(|| files.apply(change));
            let applied = applied
                .unwrap_or_else(|error| Err(files::unwritable(&files.folders.presets, &error)));
            if let Err(error) = applied {
                report(Event::Failed(error));
            }
        });
    }

    fn with_files(&self, work: impl FnOnce(&mut Files, &dyn Fn(Event)) + Send + 'static) {
        let Self { files, report, .. } = self.clone();
        self.queue.push(move || {
            let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut files, &*report);
        });
    }
}

/// Which file is whose.
struct Files {
    folders: Folders,
    paths: HashMap<(Kind, String), Stored>,
}

/// A file, and what was in it when it was last read or written here.
struct Stored {
    path: PathBuf,
    bytes: Option<Vec<u8>>,
}

impl Stored {
    fn new(path: PathBuf) -> Self {
        let bytes = fs::read(&path).ok();
        Self { path, bytes }
    }

    /// Whether somebody else has changed it since.
    fn is_foreign(&self) -> bool {
        let now = fs::read(&self.path).ok();
        now.is_some() && now != self.bytes
    }
}

impl Files {
    fn read(&mut self, report: &dyn Fn(Event)) {
        let (presets, mut errors) = read_folder::<Preset>(&self.folders.presets);
        let (personas, more) = read_folder::<Persona>(&self.folders.personas);
        errors.extend(more);
        let presets = self.take_in(Kind::Preset, presets, |it| &mut it.name);
        let personas = self.take_in(Kind::Persona, personas, |it| &mut it.name);
        report(Event::Read(presets, personas));
        for error in errors {
            report(Event::Failed(error));
        }
    }

    /// Notes whose file is whose. A name that comes twice, in files copied by hand, gets a
    /// number.
    fn take_in<T>(
        &mut self,
        kind: Kind,
        items: Vec<(PathBuf, T)>,
        name: impl Fn(&mut T) -> &mut String,
    ) -> Vec<T> {
        let take = |(path, mut item): (PathBuf, T)| {
            let name = name(&mut item);
            let is_taken = |name: &str| self.paths.contains_key(&(kind, name.to_owned()));
            *name = free_name(name.trim(), is_taken);
            self.paths.insert((kind, name.clone()), Stored::new(path));
            item
        };
        items.into_iter().map(take).collect()
    }

    fn apply(&mut self, change: Change) -> Result<(), Error> {
        match change {
            Change::Put(item) => {
                let key = (item.kind(), item.name().to_owned());
                // What was changed by hand meanwhile stays, and is there with the next start.
                let known = self.paths.get(&key).filter(|stored| !stored.is_foreign());
                let path = match known {
                    Some(stored) => stored.path.clone(),
                    None => files::free_path(self.folder(item.kind()), item.name()),
                };
                match &item {
                    Item::Preset(preset) => files::write(&path, preset)?,
                    Item::Persona(persona) => files::write(&path, persona)?,
                }
                self.paths.insert(key, Stored::new(path));
                Ok(())
            }
            Change::Remove(kind, name) => {
                let stored = self.paths.remove(&(kind, name));
                let Some(Stored { path, .. }) = stored.filter(|stored| !stored.is_foreign()) else {
                    return Ok(());
                };
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        Err(files::unwritable(&path, &error))
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    fn folder(&self, kind: Kind) -> &Path {
        match kind {
            Kind::Preset => &self.folders.presets,
            Kind::Persona => &self.folders.personas,
        }
    }
}

/// The files of a folder that can be read, in the order of their names, and what is wrong
/// with the others. A folder that is not there is empty.
fn read_folder<T: Filed>(folder: &Path) -> (Vec<(PathBuf, T)>, Vec<Error>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Default::default(),
        Err(error) => {
            let error = Error::Unreadable {
                path: folder.to_owned(),
                reason: error.to_string(),
            };
            return (Vec::new(), vec![error]);
        }
    };
    let is_toml = |path: &PathBuf| path.extension().is_some_and(|it| it == "toml");
    let paths = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(is_toml).collect();
    paths.sort();
    let (mut items, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match files::read(&path) {
            Ok(item) => items.push((path, item)),
            Err(error) => errors.push(error),
        }
    }
    (items, errors)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn preset(name: &str) -> Preset {
        Preset {
            name: name.into(),
            ..Preset::default()
        }
    }

    fn folders(home: &Path) -> Folders {
        Folders {
            presets: home.join("config/presets"),
            personas: home.join("config/personas"),
        }
    }

    /// Does this, and returns what a new start reads.
    fn after(home: &Path, changes: Vec<Change>) -> (Vec<String>, Vec<Error>) {
        let disk = filekit::Saver::start("saver").unwrap();
        let shelf = Shelf::new(disk.queue(), folders(home), |_| {});
        for change in changes {
            shelf.change(change);
        }
        drop(disk);
        let (sender, events) = mpsc::channel();
        let disk = filekit::Saver::start("saver").unwrap();
        let report = move |event| sender.send(event).unwrap();
        drop(Shelf::new(disk.queue(), folders(home), report));
        drop(disk);
        let (mut names, mut errors) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Read(presets, personas) => {
                    names.extend(presets.into_iter().map(|it| it.name));
                    names.extend(personas.into_iter().map(|it| it.name));
                }
                Event::Failed(error) => errors.push(error),
            }
        }
        (names, errors)
    }

    #[test]
    fn what_is_put_is_there_at_the_next_start_until_it_is_removed() {
        let home = tempfile::tempdir().unwrap();
        let persona = Persona {
            name: "Ana".into(),
            prompt: "Eres Ana.".into(),
            ..Persona::default()
        };
        let puts = vec![
            Change::Put(Item::Preset(preset("Cartas"))),
            Change::Put(Item::Preset(preset("¡Cartas!"))),
            Change::Put(Item::Preset(preset("Cartas"))),
            Change::Put(Item::Persona(persona)),
        ];
        let (names, errors) = after(home.path(), puts);
        assert_eq!(names, ["¡Cartas!", "Cartas", "Ana"]);
        assert!(errors.is_empty(), "{errors:?}");
        let gone = vec![Change::Remove(Kind::Preset, "Cartas".into())];
        assert_eq!(after(home.path(), gone).0, ["¡Cartas!", "Ana"]);
    }

    #[test]
    fn a_broken_file_is_told_of_and_left_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let folder = folders(home.path()).presets;
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("cartas.toml"), "name = ").unwrap();
        fs::write(folder.join("notes.txt"), "not of interest").unwrap();
        let put = vec![Change::Put(Item::Preset(preset("Cartas")))];
        let (names, errors) = after(home.path(), put);
        assert_eq!(names, ["Cartas"]);
        assert!(
            matches!(&errors[..], [Error::Broken { path, .. }] if path.ends_with("cartas.toml")),
            "{errors:?}"
        );
        let kept = fs::read_to_string(folder.join("cartas.toml")).unwrap();
        assert_eq!(kept, "name = ");
    }

    #[test]
    fn copies_made_by_hand_are_told_apart() {
        let home = tempfile::tempdir().unwrap();
        let folder = folders(home.path()).presets;
        fs::create_dir_all(&folder).unwrap();
        for file in ["a.toml", "b.toml"] {
            fs::write(folder.join(file), "name = \"A\"").unwrap();
        }
        let (names, _) = after(home.path(), Vec::new());
        assert_eq!(names, ["A", "A 2"]);
        let gone = vec![Change::Remove(Kind::Preset, "A 2".into())];
        after(home.path(), gone);
        assert!(folder.join("a.toml").exists() && !folder.join("b.toml").exists());
    }

    #[test]
    fn what_was_changed_by_hand_meanwhile_is_not_written_over() {
        let home = tempfile::tempdir().unwrap();
        let folder = folders(home.path()).presets;
        fs::create_dir_all(&folder).unwrap();
        let (a, b) = (folder.join("a.toml"), folder.join("b.toml"));
        fs::write(&a, "name = \"A\"").unwrap();
        fs::write(&b, "name = \"B\"").unwrap();
        let (sender, events) = mpsc::channel();
        let disk = filekit::Saver::start("saver").unwrap();
        let shelf = Shelf::new(disk.queue(), folders(home.path()), move |event| {
            let _ = sender.send(event);
        });
        assert!(matches!(events.recv(), Ok(Event::Read(..))));
        let by_hand = "name = \"A\"\n[sampling]\ntop_p = 0.5\n";
        for file in [&a, &b] {
            fs::write(file, by_hand).unwrap();
        }
        shelf.change(Change::Put(Item::Preset(preset("A"))));
        shelf.change(Change::Remove(Kind::Preset, "B".into()));
        drop(disk);
        for file in [&a, &b] {
            assert_eq!(fs::read_to_string(file).unwrap(), by_hand);
        }
    }
}
