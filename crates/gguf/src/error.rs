//! What can be wrong with a model file, and how to say so.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
