//! Which model a name on the command line means.

use std::collections::HashSet;
use std::path::PathBuf;

use super::discover::Entry;
use super::names::{file_name, file_stem, has_ending};
use crate::i18n::{Localize, Text};

/// Names that a message lists before it says that there are more.
const MAX_LISTED: usize = 10;

/// Why no model could be told from what the user wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Nothing fits.
    #[error("no model named {wanted:?}")]
    None {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: Vec<String>,
    },
    /// More than one model fits.
    #[error("{wanted:?} names {} models", matches.len())]
    Several {
        /// What was asked for.
        wanted: String,
        /// What fits.
        matches: Vec<String>,
    },
}

impl Localize for ResolveError {
    fn text(&self) -> Text {
        match self {
            Self::None { wanted, known } if known.is_empty() => {
                Text::new("library-no-models").word("wanted", wanted)
            }
            Self::None { wanted, known } => Text::new("library-unknown-model")
                .word("wanted", wanted)
                .word("known", listed(known)),
            Self::Several { wanted, matches } => Text::new("library-several-models")
                .word("wanted", wanted)
                .word("matches", listed(matches)),
        }
    }
}

fn listed(names: &[String]) -> String {
    let mut shown: Vec<&str> = names.iter().take(MAX_LISTED).map(String::as_str).collect();
    if names.len() > MAX_LISTED {
        shown.push("…");
    }
    shown.join(", ")
}

/// The file that `wanted` means: a path, a name, or a part of a name that fits only one model.
///
/// # Errors
///
/// Where nothing fits, or several models do. A path is not opened: it may not exist.
pub fn resolve(entries: &[Entry], wanted: &str) -> Result<PathBuf, ResolveError> {
    let path = PathBuf::from(wanted);
    if wanted.contains(std::path::is_separator) || path.is_file() {
        return Ok(path);
    }

    let lower = wanted.trim().to_lowercase();
    let names_of = |entry: &Entry| {
        [
            entry.name.to_lowercase(),
            stem(entry).to_lowercase(),
            file_name(&entry.path).to_lowercase(),
        ]
    };
    let exact = |entry: &&Entry| names_of(entry).contains(&lower);
    let partial = |entry: &&Entry| names_of(entry).iter().any(|name| name.contains(&lower));

    // What cannot be used is no choice, but who names it is told why it cannot be.
    let is_sound = |entry: &&Entry| entry.problem.is_none();
    let among = |wanted: &dyn Fn(&&Entry) -> bool| -> Vec<&Entry> {
        let all: Vec<&Entry> = entries.iter().filter(|entry| wanted(entry)).collect();
        let sound: Vec<&Entry> = all.iter().copied().filter(is_sound).collect();
        if sound.is_empty() { all } else { sound }
    };
    let mut matches = among(&exact);
    if matches.is_empty() && !lower.is_empty() {
        matches = among(&partial);
    }
    match matches.as_slice() {
        [entry] => Ok(entry.path.clone()),
        // A file that is not there is better told than a model of that name.
        [] if has_ending(&path) => Ok(path),
        [] => Err(ResolveError::None {
            wanted: wanted.to_owned(),
            known: entries.iter().filter(is_sound).map(stem).collect(),
        }),
        several => Err(ResolveError::Several {
            wanted: wanted.to_owned(),
            matches: told_apart(several),
        }),
    }
}

/// File names, or paths where two files have the same name.
fn told_apart(entries: &[&Entry]) -> Vec<String> {
    let stems: Vec<String> = entries.iter().map(|entry| stem(entry)).collect();
    let distinct: HashSet<&String> = stems.iter().collect();
    if distinct.len() == stems.len() {
        return stems;
    }
    let path = |entry: &&Entry| entry.path.display().to_string();
    entries.iter().map(path).collect()
}

fn stem(entry: &Entry) -> String {
    file_stem(&entry.path)
}

#[cfg(test)]
mod tests {
    use super::super::names::display_name;
    use super::*;
    use crate::i18n::{I18n, Language};

    fn entry_named(path: &str) -> Entry {
        let path = PathBuf::from(path);
        Entry {
            name: display_name(&file_stem(&path), None),
            path,
            ..Entry::default()
        }
    }

    #[test]
    fn a_model_is_named_by_path_name_or_part() {
        let entries = [
            entry_named("/a/Llama-3.2-1B-Q4_K_M.gguf"),
            entry_named("/a/Llama-3.2-1B-Q8_0.gguf"),
            entry_named("/a/SmolLM2-135M-Instruct.Q4_1.gguf"),
            entry_named("/b/qwen.gguf"),
            entry_named("/b/qwen-coder.gguf"),
            entry_named("/c/twin.gguf"),
            entry_named("/d/twin.gguf"),
        ];
        let path = |wanted: &str| resolve(&entries, wanted).map(|path| path.display().to_string());
        for (wanted, expected) in [
            ("smol", "/a/SmolLM2-135M-Instruct.Q4_1.gguf"),
            (
                "smollm2 135m instruct",
                "/a/SmolLM2-135M-Instruct.Q4_1.gguf",
            ),
            ("1b-q8", "/a/Llama-3.2-1B-Q8_0.gguf"),
            ("Llama-3.2-1B-Q8_0.gguf", "/a/Llama-3.2-1B-Q8_0.gguf"),
            ("qwen", "/b/qwen.gguf"),
            ("some/where", "some/where"),
            ("nowhere.gguf", "nowhere.gguf"),
        ] {
            assert_eq!(path(wanted).as_deref(), Ok(expected), "{wanted}");
        }
        for (wanted, expected) in [
            ("llama", ["Llama-3.2-1B-Q4_K_M", "Llama-3.2-1B-Q8_0"]),
            ("Llama 3.2 1B", ["Llama-3.2-1B-Q4_K_M", "Llama-3.2-1B-Q8_0"]),
            ("twin", ["/c/twin.gguf", "/d/twin.gguf"]),
        ] {
            let error = ResolveError::Several {
                wanted: wanted.to_owned(),
                matches: expected.map(str::to_owned).to_vec(),
            };
            assert_eq!(path(wanted), Err(error));
        }
        assert!(matches!(path(""), Err(ResolveError::None { .. })));
    }

    #[test]
    fn a_broken_file_is_no_choice() {
        let broken = Entry {
            problem: Some(gguf::Error::Empty {
                path: "/b/qwen-half.gguf".into(),
            }),
            ..entry_named("/b/qwen-half.gguf")
        };
        let entries = [broken, entry_named("/b/qwen-whole.gguf")];
        let path = |wanted: &str| resolve(&entries, wanted);
        assert_eq!(path("qwen"), Ok("/b/qwen-whole.gguf".into()));
        // Loading it says what is wrong with it.
        assert_eq!(path("qwen-half"), Ok("/b/qwen-half.gguf".into()));
        let unknown = path("phi").unwrap_err();
        assert!(
            matches!(&unknown, ResolveError::None { known, .. } if *known == ["qwen-whole"]),
            "{unknown:?}"
        );
    }

    #[test]
    fn what_is_not_found_is_said() {
        let entries: Vec<Entry> = (0..12)
            .map(|n| entry_named(&format!("m{n:02}.gguf")))
            .collect();
        let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
        assert_eq!(
            en.say(&resolve(&entries, "phi").unwrap_err()),
            "No model is called “phi”. Choose one of these: \
             m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, …"
        );
        assert_eq!(
            es.say(&resolve(&entries[..2], "m0").unwrap_err()),
            "«m0» coincide con varios modelos (m00, m01). \
             Escribe más parte del nombre o la ruta del archivo."
        );
        assert_eq!(
            es.say(&resolve(&[], "phi").unwrap_err()),
            "Ningún modelo se llama «phi» y todavía no tienes modelos. \
             Indica la ruta de un archivo .gguf."
        );
    }
}
