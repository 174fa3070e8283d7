//! Which models there are: the folders are walked, headers are read or known from the index,
//! and the same content in several places becomes one entry.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use filekit::Stamp;

use super::fingerprint::{self, Fingerprint};
use super::index::{Index, Known};
use super::names::{display_name, file_name, file_stem, is_model_name, tidied};
use super::sources::{self, Named, Origin, Root, Surroundings};
use super::watch::{Interest, Seen};
use crate::params::LoadOptions;
use crate::paths::{ModelFolders, Paths};
use gguf::{Error, Header, Purpose, other_parts};

/// Folders below one that is looked into. Nobody keeps models deeper, and a tree that leads
/// nowhere ends.
const MAX_DEPTH: usize = 12;
/// Folders below that of a program that keeps its models in a way of its own.
const MAX_OTHERS_DEPTH: usize = 5;
/// Files and folders of one tree that are looked at: a home folder that was added by mistake
/// must not keep the disk busy for minutes.
const MAX_ITEMS: usize = 1_000_000;

/// A model in the library.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The file; of a split model, its first; of one that is in several places, the first.
    pub path: PathBuf,
    /// Every place it is in, the one that is used first.
    pub places: Vec<Place>,
    /// What to call it.
    pub name: String,
    /// Who made or published it.
    pub maker: Option<String>,
    /// See [`gguf::Header::quantisation`]; empty where there is a problem.
    pub quantisation: String,
    /// Size of the file; of a split model, of all its files.
    pub size_bytes: u64,
    /// Weights; 0 where there is a problem.
    pub parameters: u64,
    /// Tokens of context it was trained for.
    pub context_length: Option<u64>,
    /// What its header says; nothing where there is a problem.
    pub header: Option<Arc<Header>>,
    /// Which content it has; nothing where there is a problem.
    pub fingerprint: Option<Fingerprint>,
    /// Why it cannot be loaded.
    pub problem: Option<Error>,
}

/// Where a model lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Who put it there.
    pub origin: Origin,
    /// The file; of a split model, its first.
    pub path: PathBuf,
}

impl Entry {
    /// Whether this is one of the places it is in.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        self.path == path || self.places.iter().any(|place| place.path == path)
    }

    /// Whether one of its places is this folder, or below it.
    #[must_use]
    pub fn is_below(&self, folder: &Path) -> bool {
        self.places
            .iter()
            .any(|place| place.path.starts_with(folder))
    }

    /// What it is made for, as far as one knows.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.header.as_ref().map_or(Purpose::Chat, |it| it.purpose)
    }

    /// Whether it is to be offered for a chat: also one that cannot be read, for its user to
    /// see why.
    #[must_use]
    pub fn is_for_chats(&self) -> bool {
        self.purpose().can_chat()
    }
}

/// What the header of the draft model says that these options name, where it is among the
/// models that are known.
#[must_use]
pub fn draft_of<'e>(entries: &'e [Entry], options: &LoadOptions) -> Option<&'e Header> {
    let path = options.draft_model.as_ref()?;
    let draft = entries.iter().find(|entry| entry.is_at(path))?;
    draft.header.as_deref()
}

/// What came of looking into one folder.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The folder.
    pub root: Root,
    /// Models in it, those that are elsewhere too included.
    pub models: usize,
    /// Why it could not be looked into; nothing where it is not there.
    pub problem: Option<Arc<io::Error>>,
    /// Whether it is there.
    pub exists: bool,
}

/// The models on this machine.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The models, by name.
    pub entries: Vec<Entry>,
    /// The folders that were looked into.
    pub folders: Vec<Looked>,
    /// What tells whether all this is still so.
    pub seen: Seen,
}

/// Lists all models of this user's, with what was noted the last time. `opened` is a file that
/// is in use, and so one of them, though it may be in none of the folders.
#[must_use]
pub fn look(paths: &Paths, folders: &ModelFolders, opened: Option<&Path>) -> Listing {
    let around = match paths.looks_around {
        true => Surroundings::of_user(),
        false => Surroundings::default(),
    };
    let mut roots = sources::roots(paths, folders, &around);
    let opened = opened.filter(|path| path.is_file());
    roots.extend(opened.map(|path| Root::opened(path.to_owned())));
    scan(&roots, Some(&paths.model_index()), &AtomicBool::new(false))
}

/// Lists the models below these folders. A file that cannot be used says why. `index` is the
/// file in which what was read is noted for the next time; when `stop` becomes true, what has
/// been found so far is returned.
#[must_use]
pub fn scan(roots: &[Root], index: Option<&Path>, stop: &AtomicBool) -> Listing {
    let mut finder = Finder {
        index: index.map(Index::open).unwrap_or_default(),
        visited: HashSet::new(),
        seen: Seen::default(),
        entries: Vec::new(),
        by_content: HashMap::new(),
        stop,
    };
    let mut folders = Vec::new();
    for root in roots {
        let before = finder.places();
        let result = finder.look(root);
        let problem = result.err();
        if !root.path.is_dir() {
            finder.seen.note_missing(&root.path);
        }
        if root.origin == Origin::Opened {
            continue;
        }
        folders.push(Looked {
            models: finder.places() - before,
            exists: root.path.exists(),
            problem: problem
                .filter(|error| error.kind() != io::ErrorKind::NotFound)
                .map(Arc::new),
            root: root.clone(),
        });
    }
    let Finder {
        index: notes,
        mut entries,
        seen,
        ..
    } = finder;
    if let Some(path) = index
        && !stop.load(Ordering::Relaxed)
    {
        notes.close(path);
    }
    entries.sort_by_cached_key(|entry| (entry.name.to_lowercase(), entry.path.clone()));
    Listing {
        entries,
        folders,
        seen,
    }
}

struct Finder<'a> {
    index: Index,
    /// What was visited, by its true path: links may lead in circles, and two of them to one
    /// file.
    visited: HashSet<PathBuf>,
    seen: Seen,
    entries: Vec<Entry>,
    by_content: HashMap<Fingerprint, usize>,
    stop: &'a AtomicBool,
}

impl Finder<'_> {
    fn places(&self) -> usize {
        self.entries.iter().map(|entry| entry.places.len()).sum()
    }

    fn look(&mut self, root: &Root) -> io::Result<()> {
        if !matches!(root.layout, sources::Layout::Tree) {
            self.seen.note_tree(&root.path, MAX_OTHERS_DEPTH);
        }
        let named = sources::named(root)?;
        match root.layout {
            // A single file that the user has added.
            sources::Layout::Tree if root.path.is_file() => {
                self.take(root.origin, root.path.clone(), None);
            }
            sources::Layout::Tree => {
                let mut left = MAX_ITEMS;
                self.walk(root.origin, &root.path, MAX_DEPTH, &mut left)?;
            }
            _ => {
                for named in named {
                    self.take(root.origin, named.path.clone(), Some(&named));
                }
            }
        }
        Ok(())
    }

    fn walk(
        &mut self,
        origin: Origin,
        folder: &Path,
        depth: usize,
        left: &mut usize,
    ) -> io::Result<()> {
        let true_path = fs::canonicalize(folder)?;
        let modified = fs::metadata(folder).and_then(|it| it.modified()).ok();
        let listing = fs::read_dir(folder)?;
        if !self.visited.insert(true_path) {
            return Ok(());
        }
        // Sorted, so that of two links to one file it is always the same that is listed.
        let mut items: Vec<(PathBuf, fs::FileType)> = Vec::new();
        for item in listing {
            *left = left.saturating_sub(1);
            if *left == 0 || self.stop.load(Ordering::Relaxed) {
                break;
            }
            let Ok(item) = item else { continue };
            let is_hidden = item.file_name().to_string_lossy().starts_with('.');
            if let Ok(kind) = item.file_type()
                && !is_hidden
            {
                items.push((item.path(), kind));
            }
        }
        // Of links, it is not asked here what they lead to.
        let of_interest = |(path, kind): &&(PathBuf, fs::FileType)| {
            !kind.is_file() || is_model_name(&file_name(path))
        };
        let names = items.iter().filter(of_interest);
        let names = names.map(|(path, _)| path.as_path());
        self.seen
            .note_folder(folder, modified, names, Interest::Models);
        items.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        for (path, kind) in items {
            // A link is asked what it leads to only where it may matter.
            let is_model = is_model_name(&file_name(&path));
            let leads_to_folder = || kind.is_symlink() && !is_model && path.is_dir();
            if kind.is_dir() || leads_to_folder() {
                if let Some(depth) = depth.checked_sub(1) {
                    // One folder that cannot be read is no reason to leave out the others.
                    let _ = self.walk(origin, &path, depth, left);
                }
            } else if is_model {
                self.take(origin, path, None);
            }
        }
        Ok(())
    }

    /// Takes in one model file.
    fn take(&mut self, origin: Origin, path: PathBuf, named: Option<&Named>) {
        let Ok(metadata) = fs::metadata(&path) else {
            return;
        };
        if !metadata.is_file() {
            return;
        }
        let Ok(true_path) = fs::canonicalize(&path) else {
            return;
        };
        if !self.visited.insert(true_path) {
            self.note_link(origin, path);
            return;
        }
        let others = other_parts(&path);
        let mut stamps = vec![Stamp::of(&metadata)];
        // A missing part has no stamp; llama.cpp names it when the model is loaded.
        let parts = others.iter().filter_map(|part| fs::metadata(part).ok());
        stamps.extend(parts.map(|part| Stamp::of(&part)));
        let size_bytes = stamps.iter().map(|stamp| stamp.size_bytes).sum();
        let place = Place {
            origin,
            path: path.clone(),
        };
        let known = match self.index.get(&path, &stamps) {
            Some(known) => Ok(known),
            None => self.read(&path, stamps, &others),
        };
        match known {
            Ok(known) => self.add(place, known, size_bytes, named),
            Err(problem) => {
                self.seen.note_file(&path, &metadata);
                self.entries.push(Entry {
                    name: named.map_or_else(
                        || display_name(&file_stem(&path), None),
                        |it| tidied(&it.name),
                    ),
                    maker: match named {
                        Some(named) => named.maker.clone(),
                        None => publisher_of(&path),
                    },
                    path,
                    places: vec![place],
                    quantisation: String::new(),
                    size_bytes,
                    parameters: 0,
                    context_length: None,
                    header: None,
                    fingerprint: None,
                    problem: Some(problem),
                });
            }
        }
    }

    fn read(
        &mut self,
        path: &Path,
        stamps: Vec<Stamp>,
        others: &[PathBuf],
    ) -> Result<Known, Error> {
        let header = gguf::read(path)?;
        let fingerprint = fingerprint::take(path, header.weights_start_bytes, others)
            .map_err(|error| gguf::unreadable(path, error))?;
        Ok(self.index.note(path, stamps, header, fingerprint))
    }

    fn add(&mut self, place: Place, known: Known, size_bytes: u64, named: Option<&Named>) {
        let Known {
            header,
            fingerprint,
            ..
        } = known;
        if let Some(entry) = self
            .by_content
            .get(&fingerprint)
            .and_then(|index| self.entries.get_mut(*index))
        {
            entry.places.push(place);
            return;
        }
        self.by_content
            .insert(fingerprint.clone(), self.entries.len());
        let name = match named {
            Some(named) => tidied(&named.name),
            None => display_name(&file_stem(&place.path), header.name.as_deref()),
        };
        self.entries.push(Entry {
            name,
            maker: match named {
                Some(named) => named.maker.clone().or_else(|| header.maker.clone()),
                // Who publishes a file has often only packed it.
                None => header.maker.clone().or_else(|| publisher_of(&place.path)),
            },
            path: place.path.clone(),
            places: vec![place],
            quantisation: header.quantisation.clone(),
            size_bytes,
            parameters: header.parameters,
            context_length: header.context_length,
            header: Some(Arc::new(header)),
            fingerprint: Some(fingerprint),
            problem: None,
        });
    }

    /// A second way to a file that has been listed is shown with it, where it is another
    /// program's: two links of one program are of no interest.
    fn note_link(&mut self, origin: Origin, path: PathBuf) {
        let Ok(true_path) = fs::canonicalize(&path) else {
            return;
        };
        let leads_here = |place: &Place| {
            place.path != path && fs::canonicalize(&place.path).is_ok_and(|it| it == true_path)
        };
        let entry = self.entries.iter_mut().find(|entry| {
            let is_other = entry.places.iter().all(|place| place.origin != origin);
            is_other && entry.places.iter().any(leads_here)
        });
        if let Some(entry) = entry {
            entry.places.push(Place { origin, path });
        }
    }
}

/// Who published a file, where its folders say so: `models--owner--name` of the Hub's cache, or
/// `owner/name/file.gguf` as other programs have it.
fn publisher_of(path: &Path) -> Option<String> {
    let folder = |up: usize| path.ancestors().nth(up).map(file_name);
    let of_repository = folder(1).filter(|name| name.to_lowercase().ends_with("-gguf"));
    if let (Some(_), Some(owner)) = (of_repository, folder(2)) {
        return Some(owner).filter(|it| !it.is_empty());
    }
    let in_cache = path.ancestors().skip(1).take(6).find_map(|folder| {
        let name = file_name(folder);
        let (owner, _) = name.strip_prefix("models--")?.split_once("--")?;
        Some(owner.to_owned())
    });
    in_cache.filter(|owner| !owner.is_empty())
}

#[cfg(test)]
mod publishers {
    use super::*;

    #[test]
    fn folders_say_who_has_published_a_file() {
        let of = |path: &str| publisher_of(Path::new(path));
        let cached = "/c/hub/models--unsloth--tiny-GGUF/snapshots/0123/tiny-Q4_K_M.gguf";
        assert_eq!(of(cached).as_deref(), Some("unsloth"));
        let studio = "/h/.lmstudio/models/bartowski/tiny-GGUF/tiny.gguf";
        assert_eq!(of(studio).as_deref(), Some("bartowski"));
        assert_eq!(of("/home/ada/models/tiny.gguf"), None);
        assert_eq!(of("/models----/x/tiny.gguf"), None);
    }
}

#[cfg(test)]
pub(super) mod tests;
