//! The user's saved prompts: a TOML file that a person can read and edit. Every change is
//! made to what the file says at that moment, and what it says beside stays in it; a file that
//! makes no sense is left alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use filekit::{Queue, caught};
use serde::{Deserialize, Serialize};

use crate::i18n::{Localize, Text};
use crate::lenient::{self, Rest};

/// The version of the file that this program writes.
const VERSION: u32 = 1;

/// What stands at the head of the file.
const HEAD: &str = "\
# Saved prompts of Charla. Type / in an empty message box to use one.
# The cursor goes to where {{text}} stands.

";

/// Where in a prompt the user goes on writing.
const PLACE: &str = "{{text}}";

/// A text to begin messages with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// What it is called; no two have the same name.
    pub name: String,
    /// What it says.
    pub text: String,
}

impl Prompt {
    /// The text as it is put into the box, and after how many characters the cursor stands.
    #[must_use]
    pub fn fill(&self) -> (String, usize) {
        match self.text.split_once(PLACE) {
            Some((before, after)) => (format!("{before}{after}"), before.chars().count()),
            None => (self.text.clone(), self.text.chars().count()),
        }
    }
}

/// What stands in the file once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Top {
    version: u32,
}

impl Default for Top {
    fn default() -> Self {
        Self { version: VERSION }
    }
}

/// The name of each prompt's table in the file.
const EACH: &str = "prompt";

/// The file: the prompts, and beside each of them and beside all what a newer Charla has
/// written that this one does not know.
#[derive(Debug, Default)]
struct Saved {
    top: Top,
    rest: Rest,
    prompts: Vec<(Prompt, Rest)>,
}

impl Saved {
    fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let mut table = self.rest.with(&self.top)?;
        let prompts: Result<Vec<toml::Value>, _> = self
            .prompts
            .iter()
            .map(|(prompt, rest)| rest.with(prompt).map(toml::Value::Table))
            .collect();
        let prompts = prompts?;
        if !prompts.is_empty() {
            table.insert(EACH.to_owned(), toml::Value::Array(prompts));
        }
        toml::to_string_pretty(&table)
    }

    fn into_prompts(self) -> Vec<Prompt> {
        self.prompts.into_iter().map(|it| it.0).collect()
    }
}

/// A change to the saved prompts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// None: they are only read again.
    Read,
    /// Put this one in at this place, or at the end; one of the same name makes room for it.
    Put(usize, Prompt),
    /// Make this of the one that has this name.
    Replace(String, Prompt),
    /// Take the one away that has this name.
    Remove(String),
}

impl Edit {
    fn apply(self, prompts: &mut Vec<(Prompt, Rest)>) {
        let find = |prompts: &[(Prompt, Rest)], name: &str| {
            prompts.iter().position(|it| it.0.name == name)
        };
        match self {
            Self::Read => {}
            Self::Put(index, prompt) => {
                let before = find(prompts, &prompt.name).map(|at| prompts.remove(at).1);
                let index = index.min(prompts.len());
                prompts.insert(index, (prompt, before.unwrap_or_default()));
            }
            Self::Replace(name, prompt) => {
                // Where it was taken away by hand in the meantime, it is a new one.
                let index = find(prompts, &name);
                let before = index.map(|at| prompts.remove(at).1);
                prompts.retain(|it| it.0.name != prompt.name);
                let index = index.unwrap_or(prompts.len()).min(prompts.len());
                prompts.insert(index, (prompt, before.unwrap_or_default()));
            }
            Self::Remove(name) => prompts.retain(|it| it.0.name != name),
        }
    }
}

/// Why the saved prompts could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file makes no sense.
    #[error("{}: {reason}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, and in which line.
        reason: String,
    },
    /// The system does not let it be read or written.
    #[error("{}: {source}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl Localize for Error {
    fn text(&self) -> Text {
        match self {
            Self::Broken { path, reason } => Text::new("prompts-broken")
                .word("path", path.display())
                .word("reason", reason),
            Self::Refused { path, source } => Text::new("prompts-refused")
                .word("path", path.display())
                .word("reason", source),
        }
    }
}

/// Reads the file; without one, there are no prompts.
///
/// # Errors
/// Where it cannot be read or makes no sense; it stays as it is.
pub fn load(path: &Path) -> Result<Vec<Prompt>, Error> {
    read(path).map(Saved::into_prompts)
}

/// To find out in which line a prompt lacks its name or its text.
#[derive(Deserialize)]
struct Lines {
    #[serde(default, rename = "prompt")]
    _prompts: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "text")]
    _text: String,
}

fn read(path: &Path) -> Result<Saved, Error> {
    let broken = |reason: String| Error::Broken {
        path: path.to_owned(),
        reason,
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Saved::default()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(broken(error.to_string()));
        }
        Err(source) => {
            let path = path.to_owned();
            return Err(Error::Refused { path, source });
        }
    };
    let fail = |error: toml::de::Error| said(&broken, &text, &error);
    let mut table: toml::Table = toml::from_str(&text).map_err(fail)?;
    toml::from_str::<Lines>(&text).map_err(fail)?;
    let each = match table.remove(EACH) {
        Some(toml::Value::Array(each)) => each,
        _ => Vec::new(),
    };
    let (top, rest) = lenient::of_table(&table, &[]).map_err(fail)?;
    let each = each.iter().filter_map(toml::Value::as_table);
    let prompts: Result<Vec<(Prompt, Rest)>, _> = each
        .map(|prompt| lenient::of_table(prompt, &["name", "text"]))
        .collect();
    let prompts = apart(prompts.map_err(fail)?);
    Ok(Saved { top, rest, prompts })
}

/// A name that comes twice, in a file written by hand, gets a number: what is done to one
/// must not be done to the other.
fn apart(prompts: Vec<(Prompt, Rest)>) -> Vec<(Prompt, Rest)> {
    let mut named: Vec<(Prompt, Rest)> = Vec::with_capacity(prompts.len());
    for (mut prompt, rest) in prompts {
        let is_taken = |name: &str| named.iter().any(|it| it.0.name == name);
        if is_taken(&prompt.name) {
            let mut numbered = (2_u32..).map(|count| format!("{} {count}", prompt.name));
            if let Some(free) = numbered.find(|name| !is_taken(name)) {
                prompt.name = free;
            }
        }
        named.push((prompt, rest));
    }
    named
}

/// What is wrong, and in which line.
fn said(broken: &impl Fn(String) -> Error, text: &str, error: &toml::de::Error) -> Error {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at].split(|&it| it == b'\n').count();
    broken(format!("{line}: {}", error.message()))
}

/// Makes a change and writes the file, all of it or nothing.
///
/// # Errors
/// Where the file cannot be read, makes no sense or cannot be written; it stays as it is.
pub fn change(path: &Path, edit: Edit) -> Result<Vec<Prompt>, Error> {
    let mut saved = read(path)?;
    let before = saved.prompts.clone();
    edit.apply(&mut saved.prompts);
    if saved.prompts == before {
        return Ok(saved.into_prompts());
    }
    let text = saved.to_toml().map_err(io::Error::other);
    let written = text.and_then(|text| filekit::replace(path, format!("{HEAD}{text}").as_bytes()));
    match written {
        Ok(()) => Ok(saved.into_prompts()),
        Err(source) => {
            let path = path.to_owned();
            Err(Error::Refused { path, source })
        }
    }
}

/// What is told of the prompts: those there are, or why they are not known.
type Report = dyn Fn(Result<Vec<Prompt>, Error>) + Send + Sync;

/// Reads and changes the file on the thread that writes small files, one change after the
/// other.
#[derive(Clone)]
pub struct Shelf {
    queue: Queue,
    path: PathBuf,
    report: Arc<Report>,
}

impl Shelf {
    /// Has the file read; `report` is called on that thread with what it says then and after
    /// each change.
    #[must_use]
    pub fn new(
        queue: Queue,
        path: PathBuf,
        report: impl Fn(Result<Vec<Prompt>, Error>) + Send + Sync + 'static,
    ) -> Self {
        let shelf = Self {
            queue,
            path,
            report: Arc::new(report),
        };
        let Self { path, report, .. } = shelf.clone();
        shelf.queue.push(move || report(load(&path)));
        shelf
    }

    /// Makes a change soon.
    pub fn change(&self, edit: Edit) {
        let Self { path, report, .. } = self.clone();
        self.queue.push(move || {
            // A fault in it is told of as any other reason not to.
            let changed = caught(|| change(&path, edit));
            report(changed.unwrap_or_else(|source| Err(Error::Refused { path, source })));
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn prompt(name: &str, text: &str) -> Prompt {
        Prompt {
            name: name.into(),
            text: text.into(),
        }
    }

    fn names(prompts: &[Prompt]) -> Vec<&str> {
        prompts.iter().map(|it| it.name.as_str()).collect()
    }

    #[test]
    fn the_cursor_goes_to_the_placeholder() {
        let filled = prompt("n", "Año «{{text}}» y {{text}}").fill();
        assert_eq!(filled, ("Año «» y {{text}}".into(), 5));
        assert_eq!(prompt("n", "año").fill(), ("año".into(), 3));
    }

    #[test]
    fn prompts_are_put_in_changed_and_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/prompts.toml");
        assert_eq!(load(&path).unwrap(), []);
        change(&path, Edit::Put(9, prompt("one", "1\nand \"more\""))).unwrap();
        change(&path, Edit::Put(9, prompt("two", "2"))).unwrap();
        let all = change(&path, Edit::Put(0, prompt("three", "3"))).unwrap();
        assert_eq!(names(&all), ["three", "one", "two"]);
        let renamed = Edit::Replace("one".into(), prompt("uno", "1"));
        let all = change(&path, renamed).unwrap();
        assert_eq!(names(&all), ["three", "uno", "two"]);
        change(&path, Edit::Remove("three".into())).unwrap();
        assert_eq!(names(&load(&path).unwrap()), ["uno", "two"]);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("[[prompt]]\nname = \"uno\""), "{text}");
    }

    #[test]
    fn a_file_that_makes_no_sense_is_left_alone() {
        for text in [
            "version = 1\n[[prompt]]\nname = ",
            "version = 1\n[[prompt]]\nname = \"no text\"",
            "version = 1\n[[prompt]]\nname = 3\ntext = \"x\"",
            "prompt = 1",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("prompts.toml");
            fs::write(&path, text).unwrap();
            assert!(load(&path).is_err());
            assert!(change(&path, Edit::Put(0, prompt("a", "b"))).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn what_a_newer_charla_has_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompts.toml");
        let text = "version = 99\nmood = 1\n\n[[prompt]]\nname = \"a\"\ntext = \"1\"\n\
            tags = [\"x\"]\n\n[[prompt]]\nname = \"b\"\ntext = \"2\"\n";
        fs::write(&path, text).unwrap();
        assert_eq!(names(&load(&path).unwrap()), ["a", "b"]);
        let table = || toml::from_str::<toml::Table>(&fs::read_to_string(&path).unwrap()).unwrap();
        let mut wanted = table();
        change(&path, Edit::Replace("a".into(), prompt("c", "3"))).unwrap();
        wanted["prompt"][0]["name"] = "c".into();
        wanted["prompt"][0]["text"] = "3".into();
        assert_eq!(table(), wanted);
        // What is as it was is not written.
        let own = fs::read_to_string(&path).unwrap() + "# mine\n";
        fs::write(&path, &own).unwrap();
        change(&path, Edit::Replace("b".into(), prompt("b", "2"))).unwrap();
        change(&path, Edit::Remove("none".into())).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), own);
    }

    #[test]
    fn what_was_changed_by_hand_in_the_meantime_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompts.toml");
        let (sender, heard) = mpsc::channel();
        let disk = filekit::Saver::start("saver").unwrap();
        let shelf = Shelf::new(disk.queue(), path.clone(), move |read| {
            let _ = sender.send(read.map_err(|error| error.to_string()));
        });
        assert_eq!(heard.recv().unwrap().unwrap(), []);
        fs::write(&path, "[[prompt]]\nname = \"hand\"\ntext = \"x\"").unwrap();
        shelf.change(Edit::Put(9, prompt("window", "y")));
        assert_eq!(names(&heard.recv().unwrap().unwrap()), ["hand", "window"]);
        drop(disk);
        assert_eq!(names(&load(&path).unwrap()), ["hand", "window"]);
    }

    #[test]
    fn two_of_one_name_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompts.toml");
        let twice = "[[prompt]]\nname = \"a\"\ntext = \"1\"\n".repeat(2);
        fs::write(&path, twice).unwrap();
        assert_eq!(names(&load(&path).unwrap()), ["a", "a 2"]);
        let left = change(&path, Edit::Remove("a 2".into())).unwrap();
        assert_eq!(names(&left), ["a"]);
    }
}
