//! What is told of a model file, in words: what can be wrong with one, and what it is for.

use std::io;

use gguf::{Damage, Error, Purpose};

use super::names::{file_name, has_ending};
use crate::i18n::{Arg, Localize, Text};

impl Localize for Error {
    fn text(&self) -> Text {
        match self {
            Self::Missing { path } => Text::new("gguf-missing").word("path", path.display()),
            Self::Folder { path } => Text::new("gguf-folder").word("path", path.display()),
            Self::NotAFile { path } => Text::new("gguf-not-a-file").word("path", path.display()),
            Self::Unreadable { path, source } => match source.kind() {
                io::ErrorKind::PermissionDenied => {
                    Text::new("gguf-no-permission").word("path", path.display())
                }
                _ => Text::new("gguf-unreadable")
                    .word("path", path.display())
                    .word("reason", source),
            },
            Self::Empty { path } => Text::new("gguf-empty").word("path", path.display()),
            // The advice to look for another ending is of no use to who has chosen that.
            Self::NotGguf { path } if has_ending(path) => {
                Text::new("gguf-not-gguf-inside").word("path", path.display())
            }
            Self::NotGguf { path } => Text::new("gguf-not-gguf").word("path", path.display()),
            Self::BigEndian { path } => Text::new("gguf-big-endian").word("path", path.display()),
            Self::Version { path, version } => Text::new("gguf-version")
                .word("path", path.display())
                .word("version", version),
            Self::Truncated {
                path,
                size_bytes,
                needed_bytes,
            } => Text::new("gguf-truncated")
                .word("path", path.display())
                .count("size", *size_bytes)
                .count("needed", *needed_bytes),
            Self::Split { path, part, parts } => Text::new("gguf-split")
                .word("path", path.display())
                .word("part", part)
                .word("first", format!("-00001-of-{parts:05}.gguf")),
            Self::PartMissing { path, missing } => Text::new("gguf-part-missing")
                .word("path", path.display())
                .word("missing", file_name(missing)),
            Self::Renamed { path, parts } => Text::new("gguf-renamed")
                .word("path", path.display())
                .word("ending", format!("-00001-of-{parts:05}.gguf")),
            Self::Architecture { path, architecture } => Text::new("gguf-architecture")
                .word("path", path.display())
                .word("architecture", architecture),
            Self::Damaged { path, damage } => Text::new("gguf-damaged")
                .word("path", path.display())
                .with("damage", Arg::Text(Box::new(damage.text()))),
        }
    }
}

impl Localize for Damage {
    fn text(&self) -> Text {
        match self {
            Self::DuplicateToken { word } => {
                Text::new("gguf-damage-duplicate-token").word("word", word)
            }
            Self::BlockCount { value } => {
                Text::new("gguf-damage-block-count").count("value", *value)
            }
            Self::NoBytes => Text::new("gguf-damage-no-bytes"),
            Self::Overflow { field } => Text::new("gguf-damage-overflow").word("field", field),
            Self::MissingField { name } => {
                Text::new("gguf-damage-missing-field").word("name", name)
            }
            Self::Field { name } => Text::new("gguf-damage-field").word("name", name),
            Self::DuplicateKey { name } => {
                Text::new("gguf-damage-duplicate-key").word("name", name)
            }
            Self::DuplicateTensor { name } => {
                Text::new("gguf-damage-duplicate-tensor").word("name", name)
            }
            Self::TensorType { name, value } => Text::new("gguf-damage-tensor-type")
                .word("name", name)
                .word("value", value),
            Self::TensorShape { name } => Text::new("gguf-damage-tensor-shape").word("name", name),
            Self::TensorOffset { name } => {
                Text::new("gguf-damage-tensor-offset").word("name", name)
            }
            Self::ForeignTensor { name, architecture } => Text::new("gguf-damage-foreign-tensor")
                .word("name", name)
                .word("architecture", architecture),
            Self::Alignment { value } => Text::new("gguf-damage-alignment").word("value", value),
        }
    }
}

impl Localize for Purpose {
    fn text(&self) -> Text {
        Text::new(match self {
            Self::Chat => "purpose-chat",
            Self::Base => "purpose-base",
            Self::Embedding => "purpose-embedding",
            Self::Reranking => "purpose-reranking",
            Self::Projector => "purpose-projector",
            Self::Draft => "purpose-draft",
            Self::Other => "purpose-other",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::i18n::{I18n, Language};

    #[test]
    fn a_file_with_the_right_ending_is_told_so() {
        let en = I18n::new(Language::En);
        let said = |name: &str| {
            let path = PathBuf::from(name);
            en.say(&Error::NotGguf { path })
        };
        assert!(said("page.html").ends_with("Choose a file that ends in .gguf."));
        let inside = said("model.GGUF");
        assert!(!inside.contains("ends in .gguf"), "{inside}");
        assert!(inside.contains("Download it again"), "{inside}");
    }

    #[test]
    fn a_tensor_that_is_too_many_is_named() {
        let en = I18n::new(Language::En);
        let said = en.say(&Error::Damaged {
            path: "m.gguf".into(),
            damage: Damage::ForeignTensor {
                name: "output.weight".into(),
                architecture: "gemma".into(),
            },
        });
        assert!(
            said.contains("the tensor “output.weight”, which models of the architecture “gemma”"),
            "{said}"
        );
    }

    #[test]
    fn every_error_has_words_in_both_languages() {
        let path = || PathBuf::from("/models/m.gguf");
        let name = || "NAME".to_owned();
        let unreadable = |kind: io::ErrorKind| gguf::unreadable(&path(), kind.into());
        let mut errors = vec![
            Error::Missing { path: path() },
            Error::Folder { path: path() },
            Error::NotAFile { path: path() },
            unreadable(io::ErrorKind::PermissionDenied),
            unreadable(io::ErrorKind::TimedOut),
            Error::Empty { path: path() },
            Error::NotGguf { path: path() },
            Error::BigEndian { path: path() },
            Error::Version {
                path: path(),
                version: 1,
            },
            Error::Truncated {
                path: path(),
                size_bytes: 1,
                needed_bytes: 2,
            },
            Error::Split {
                path: path(),
                part: 2,
                parts: 3,
            },
            Error::PartMissing {
                path: path(),
                missing: "/models/m-00002-of-00003.gguf".into(),
            },
            Error::Renamed {
                path: path(),
                parts: 3,
            },
            Error::Architecture {
                path: path(),
                architecture: name(),
            },
        ];
        let damages = [
            Damage::DuplicateToken { word: name() },
            Damage::BlockCount { value: 0 },
            Damage::NoBytes,
            Damage::Overflow { field: name() },
            Damage::MissingField { name: name() },
            Damage::Field { name: name() },
            Damage::DuplicateKey { name: name() },
            Damage::DuplicateTensor { name: name() },
            Damage::TensorType {
                name: name(),
                value: 99,
            },
            Damage::TensorShape { name: name() },
            Damage::TensorOffset { name: name() },
            Damage::Alignment { value: 33 },
            Damage::ForeignTensor {
                name: name(),
                architecture: name(),
            },
        ];
        errors.extend(damages.map(|damage| Error::Damaged {
            path: path(),
            damage,
        }));
        for language in Language::ALL {
            let i18n = I18n::new(language);
            let mut sentences: Vec<String> = errors.iter().map(|error| i18n.say(error)).collect();
            for sentence in &sentences {
                assert!(sentence.contains("/models/m.gguf"), "{sentence}");
                assert!(
                    !sentence.contains("gguf-") && !sentence.contains('{'),
                    "{sentence}"
                );
            }
            sentences.sort_unstable();
            sentences.dedup();
            assert_eq!(sentences.len(), errors.len());
        }
        let truncated = Error::Truncated {
            path: path(),
            size_bytes: 1000,
            needed_bytes: 98_362_432,
        };
        assert_eq!(
            I18n::new(Language::Es).say(&truncated),
            "«/models/m.gguf» está incompleto: debería ocupar al menos 98.362.432 bytes \
             y ocupa 1.000. Descárgalo de nuevo."
        );
    }
}
