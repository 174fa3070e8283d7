//! What can be wrong with a model file, and how to say so.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::i18n::{Arg, Localize, Text};

/// Why a model file was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no such file.
    #[error("{}: no such file", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is a folder.
    #[error("{}: is a folder", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// It is a device, a pipe or a socket.
    #[error("{}: not a regular file", path.display())]
    NotAFile {
        /// The file.
        path: PathBuf,
    },
    /// The system did not let it be read.
    #[error("{}: cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said; shared, so that the error can be copied to the window.
        source: Arc<io::Error>,
    },
    /// It holds nothing.
    #[error("{}: empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It does not start as a GGUF file does.
    #[error("{}: not a GGUF file", path.display())]
    NotGguf {
        /// The file.
        path: PathBuf,
    },
    /// It was made for machines that store numbers the other way round.
    #[error("{}: big-endian GGUF", path.display())]
    BigEndian {
        /// The file.
        path: PathBuf,
    },
    /// It has a version of the format that llama.cpp does not read.
    #[error("{}: GGUF version {version}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version it has.
        version: u32,
    },
    /// It ends before its header or its tensors do.
    #[error("{}: truncated, {size_bytes} of at least {needed_bytes} bytes", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its size.
        size_bytes: u64,
        /// The size it must at least have.
        needed_bytes: u64,
    },
    /// It is a later part of a model in several files.
    #[error("{}: part {part} of {parts}", path.display())]
    Split {
        /// The file.
        path: PathBuf,
        /// Which part it is, from 1.
        part: u16,
        /// How many there are.
        parts: u16,
    },
    /// Another part of a model in several files is not there.
    #[error("{}: part {} is missing", path.display(), missing.display())]
    PartMissing {
        /// The first part.
        path: PathBuf,
        /// The one that is not there.
        missing: PathBuf,
    },
    /// It is the first of several files, and is not called so.
    #[error("{}: first of {parts} parts, renamed", path.display())]
    Renamed {
        /// The file.
        path: PathBuf,
        /// How many there are.
        parts: u16,
    },
    /// It is for a newer llama.cpp, or for another program.
    #[error("{}: unknown architecture {architecture:?}", path.display())]
    Architecture {
        /// The file.
        path: PathBuf,
        /// What it calls its architecture.
        architecture: String,
    },
    /// Its header cannot be right.
    #[error("{}: damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        damage: Damage,
    },
}

/// What is wrong with a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// A word comes twice in the vocabulary.
    #[error("duplicate token {word:?}")]
    DuplicateToken {
        /// The word.
        word: String,
    },
    /// The count of layers is not in 1 to 512.
    #[error("block count {value}")]
    BlockCount {
        /// The count.
        value: u32,
    },
    /// The vocabulary lacks words for single bytes, which its tokenizer falls back on.
    #[error("no tokens for single bytes")]
    NoBytes,
    /// A size or count is greater than it can be.
    #[error("{field}: size overflows")]
    Overflow {
        /// What has that size.
        field: String,
    },
    /// A field that must be there is not.
    #[error("field {name} is missing")]
    MissingField {
        /// Its name.
        name: String,
    },
    /// A field has the wrong type, is no UTF-8, is too long, or has an impossible value.
    #[error("field {name} is invalid")]
    Field {
        /// Its name.
        name: String,
    },
    /// A field comes twice.
    #[error("duplicate field {name}")]
    DuplicateKey {
        /// Its name.
        name: String,
    },
    /// A tensor comes twice.
    #[error("duplicate tensor {name}")]
    DuplicateTensor {
        /// Its name.
        name: String,
    },
    /// A tensor has a type that llama.cpp does not know.
    #[error("tensor {name} has unknown type {value}")]
    TensorType {
        /// Its name.
        name: String,
        /// The number of the type.
        value: u32,
    },
    /// A tensor has too many dimensions, or rows that are not whole blocks.
    #[error("tensor {name} has an impossible shape")]
    TensorShape {
        /// Its name.
        name: String,
    },
    /// A tensor does not follow the one before it.
    #[error("tensor {name} is out of place")]
    TensorOffset {
        /// Its name.
        name: String,
    },
    /// A tensor is none that models of this architecture have.
    #[error("tensor {name} is none of the architecture {architecture}")]
    ForeignTensor {
        /// Its name.
        name: String,
        /// The architecture.
        architecture: String,
    },
    /// The alignment is not a power of two.
    #[error("alignment {value}")]
    Alignment {
        /// The alignment, in bytes.
        value: u32,
    },
}

impl Damage {
    pub(super) fn overflow(field: &str) -> Self {
        Self::Overflow {
            field: field.to_owned(),
        }
    }

    pub(super) fn field(name: &str) -> Self {
        Self::Field {
            name: name.to_owned(),
        }
    }
}

/// What the reader found wrong, before the file's path is put to it.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    Folder,
    NotAFile,
    Empty,
    NotGguf,
    BigEndian,
    Version(u32),
    Truncated { needed_bytes: u64 },
    Split { part: u16, parts: u16 },
    PartMissing { missing: PathBuf },
    Renamed { parts: u16 },
    Architecture(String),
    Damage(Damage),
}

pub(super) type Faulty<T> = Result<T, Fault>;

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Damage> for Fault {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl Fault {
    pub(super) fn at(self, path: &Path, size_bytes: u64) -> Error {
        let path = path.to_owned();
        match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => Error::Missing { path },
            Self::Io(error) => Error::Unreadable {
                path,
                source: Arc::new(error),
            },
            Self::Folder => Error::Folder { path },
            Self::NotAFile => Error::NotAFile { path },
            Self::Empty => Error::Empty { path },
            Self::NotGguf => Error::NotGguf { path },
            Self::BigEndian => Error::BigEndian { path },
            Self::Version(version) => Error::Version { path, version },
            Self::Truncated { needed_bytes } => Error::Truncated {
                path,
                size_bytes,
                needed_bytes,
            },
            Self::Split { part, parts } => Error::Split { path, part, parts },
            Self::PartMissing { missing } => Error::PartMissing { path, missing },
            Self::Renamed { parts } => Error::Renamed { path, parts },
            Self::Architecture(architecture) => Error::Architecture { path, architecture },
            Self::Damage(damage) => Error::Damaged { path, damage },
        }
    }
}

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
            Self::NotGguf { path } if super::super::names::has_ending(path) => {
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
                .word("missing", super::super::names::file_name(missing)),
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

/// A name from the file as it can be shown: short, and without anything that would move a
/// terminal's cursor.
pub(super) fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 64;
    // A character is four bytes at most, so what is cut off here would not be shown.
    let bytes = bytes.get(..MOST * 4 + 4).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text
        .chars()
        .take(MOST)
        .map(|c| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

/// A text from the file on one line, and not longer than a line.
pub(super) fn one_line(text: &str) -> String {
    let is_gap = |c: char| c.is_whitespace() || c.is_control();
    let words: Vec<&str> = text.split(is_gap).filter(|word| !word.is_empty()).collect();
    shown(words.join(" ").as_bytes())
}
