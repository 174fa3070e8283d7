//! What the user has said of models: favourites, tags, and when each was last used. They are
//! kept by content, so that a model that is moved or downloaded again keeps them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::fingerprint::{self, Fingerprint};
use crate::lenient::{self, Rest};
use gguf::other_parts;

/// What the user has said of all models.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Marks {
    models: BTreeMap<Fingerprint, Mark>,
}

/// What the user has said of one model, and what using it has shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mark {
    /// Whether it stands above the others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub favourite: bool,
    /// The user's own words for it, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// When it was last loaded, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_unix_s: Option<i64>,
    /// How many tokens a second it wrote the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_per_second: Option<f64>,
    /// How often in a row the engine has died of loading it.
    #[serde(skip_serializing_if = "is_zero")]
    pub engine_deaths: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(count: &u8) -> bool {
    *count == 0
}

impl Mark {
    /// After so many deaths, a model is loaded only if the user insists.
    const TOO_MANY_DEATHS: u8 = 2;

    /// Whether loading it ends the engine.
    #[must_use]
    pub fn kills_engine(&self) -> bool {
        self.engine_deaths >= Self::TOO_MANY_DEATHS
    }
}

impl Marks {
    /// Reads them. Where there are none, nothing has been said.
    ///
    /// # Errors
    /// Where the file is there and cannot be read, or makes no sense: it must not be replaced.
    pub fn load(path: &Path) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => read(&text).map(|it| it.0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Writes them, whole or not at all. What a newer Charla has noted beside stays.
    ///
    /// # Errors
    /// Where the folder cannot be written to, or the file makes no sense.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let rest = match fs::read_to_string(path) {
            Ok(text) => read(&text)?.1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Rest::default(),
            Err(error) => return Err(error),
        };
        let table = rest.with(self).map_err(io::Error::other)?;
        let text = toml::to_string(&table).map_err(io::Error::other)?;
        filekit::replace(path, text.as_bytes())
    }

    /// What was said of this model.
    #[must_use]
    pub fn of(&self, model: Option<&Fingerprint>) -> Option<&Mark> {
        self.models.get(model?)
    }

    /// Changes what was said of it; what says nothing any more is forgotten.
    pub fn change(&mut self, model: &Fingerprint, change: impl FnOnce(&mut Mark)) {
        let mark = self.models.entry(model.clone()).or_default();
        change(mark);
        if *mark == Mark::default() {
            self.models.remove(model);
        }
    }

    /// Takes in what was said before these had been read; that is newer.
    pub fn take_in(&mut self, newer: Self) {
        for (model, mark) in newer.models {
            let known = self.models.entry(model).or_default();
            known.favourite |= mark.favourite;
            if !mark.tags.is_empty() {
                known.tags = mark.tags;
            }
            known.last_used_unix_s = mark.last_used_unix_s.or(known.last_used_unix_s);
            known.engine_deaths = known.engine_deaths.max(mark.engine_deaths);
            known.tokens_per_second = mark.tokens_per_second.or(known.tokens_per_second);
        }
    }

    /// Whether loading the model of this file ends the engine. The file is read only where
    /// that is known of any model at all.
    #[must_use]
    pub fn fear(&self, path: &Path) -> bool {
        if !self.models.values().any(Mark::kills_engine) {
            return false;
        }
        let others = other_parts(path);
        let model = gguf::read(path)
            .ok()
            .and_then(|it| fingerprint::take(path, it.weights_start_bytes, &others).ok());
        self.of(model.as_ref()).is_some_and(Mark::kills_engine)
    }

    /// All tags in use, each once, in order.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        let tags = self.models.values().flat_map(|mark| mark.tags.iter());
        let tags: std::collections::BTreeSet<&String> = tags.collect();
        tags.into_iter().cloned().collect()
    }
}

fn read(text: &str) -> io::Result<(Marks, Rest)> {
    let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
    let table: toml::Table = toml::from_str(text).map_err(|it| invalid(it.message()))?;
    if table.get("models").is_some_and(|it| !it.is_table()) {
        return Err(invalid("`models` is no table"));
    }
    // A mark that says nothing any more is dropped, whatever a newer Charla says in it.
    lenient::of_table(&table, &[])
        .map(|(marks, rest)| (marks, rest.with_entries()))
        .map_err(|it| invalid(it.message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(text: &str) -> Fingerprint {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn what_was_said_is_there_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/models.toml");
        assert_eq!(Marks::load(&path).unwrap(), Marks::default());
        let mut marks = Marks::default();
        marks.change(&print("a"), |mark| mark.favourite = true);
        marks.change(&print("b"), |mark| {
            mark.tags = vec!["código".into(), "small".into()];
            mark.last_used_unix_s = Some(1_790_000_000);
            mark.tokens_per_second = Some(148.5);
        });
        marks.save(&path).unwrap();
        assert_eq!(Marks::load(&path).unwrap(), marks);
        assert!(marks.of(Some(&print("a"))).unwrap().favourite);
        assert_eq!(marks.of(Some(&print("c"))), None);
        assert_eq!(marks.tags(), ["código", "small"]);
        marks.change(&print("a"), |mark| mark.favourite = false);
        assert_eq!(marks.of(Some(&print("a"))), None);

        let mut early = Marks::default();
        early.change(&print("b"), |mark| mark.favourite = true);
        early.change(&print("d"), |mark| mark.last_used_unix_s = Some(7));
        marks.take_in(early);
        let b = marks.of(Some(&print("b"))).unwrap();
        assert!(b.favourite && b.tags.len() == 2);
        assert!(marks.of(Some(&print("d"))).is_some());

        let newer = "mood = 1\n[models.b]\nfavourite = true\nstars = 5\n[models.e]\nstars = 4\n";
        fs::write(&path, newer).unwrap();
        let mut marks = Marks::load(&path).unwrap();
        assert!(marks.of(Some(&print("b"))).unwrap().favourite);
        marks.change(&print("b"), |mark| mark.last_used_unix_s = Some(7));
        marks.save(&path).unwrap();
        let written: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(written["mood"].as_integer(), Some(1));
        assert_eq!(written["models"]["b"]["stars"].as_integer(), Some(5));
        assert_eq!(
            written["models"]["b"]["last_used_unix_s"].as_integer(),
            Some(7)
        );
        assert_eq!(written["models"]["e"]["stars"].as_integer(), Some(4));
        marks.change(&print("b"), |mark| *mark = Mark::default());
        marks.save(&path).unwrap();
        let written: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(written["models"]["b"]["stars"].as_integer(), Some(5));

        fs::write(&path, "models = 3").unwrap();
        assert!(marks.save(&path).is_err(), "it is not written over");
        assert_eq!(
            Marks::load(&path).unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
    }
}
