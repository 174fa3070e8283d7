//! Reads the header of a GGUF file: its metadata and its table of tensors, never the tensors.
//!
//! A model file comes from a stranger, and llama.cpp answers some of what can be wrong with one
//! by aborting its process. So the header is read here first, under these rules:
//!
//! - No length in the file is believed before it is compared with what is left of the file.
//! - What llama.cpp would abort on or refuse is an [`Error`] that names the file and the damage.
//! - Only what is needed is kept; the rest is stepped over.
//!
//! The format is that of `ggml/src/gguf.cpp` in llama.cpp: versions 2 and 3, little-endian.

mod architectures;
mod asserted;
#[cfg(any(test, feature = "builder"))]
mod builder;
mod error;
mod inspect;
mod memory;
mod metadata;
mod parts;
mod purpose;
mod shape;
mod source;
mod tensors;
mod types;
mod value;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

use serde::{Deserialize, Serialize};

#[cfg(any(test, feature = "builder"))]
pub use builder::Builder;
pub use error::{Damage, Error};
use error::{Fault, Faulty};
pub use inspect::{Details, Field, inspect};
pub use memory::{Computing, Estimate, upper_bound};
use metadata::{Keep, Metadata};
use parts::file_name;
pub use parts::{other_parts, part_of, parts};
pub use purpose::{Purpose, purpose_of};
pub use shape::Shape;
use source::Source;
pub use tensors::TensorLine;
use tensors::Tensors;
pub use types::is_quantisation;

/// `GGUF`, the first four bytes of every file.
const MAGIC: [u8; 4] = *b"GGUF";
/// The tensor data starts at a multiple of this where the file names no other.
const DEFAULT_ALIGNMENT: u32 = 32;

/// What a model file says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// Version of the format: 2 or 3.
    pub version: u32,
    /// Size of the whole file; of a split model, of all its files.
    pub file_size_bytes: u64,
    /// The family of the model as llama.cpp calls it: "llama", "qwen3", "gemma3".
    pub architecture: String,
    /// The name its maker gave it.
    pub name: Option<String>,
    /// Who made it, as far as the file says.
    pub maker: Option<String>,
    /// Under which licence: "apache-2.0".
    pub licence: Option<String>,
    /// What it is made for.
    pub purpose: Purpose,
    /// Tokens of context it was trained for.
    pub context_length: Option<u64>,
    /// Layers.
    pub block_count: Option<u64>,
    /// Weights; of a split model, those of all files.
    pub parameters: u64,
    /// What the tensors take.
    pub weight_bytes: u64,
    /// How much of that is read to write one token: what limits the speed.
    pub active_bytes: u64,
    /// Where in the file the tensors begin.
    pub weights_start_bytes: u64,
    /// What the file says it is quantised to, as llama.cpp writes it: "`Q4_1`", "`Q4_K_M`",
    /// "F16"; where it says nothing, the type that most weights have. Empty where the file
    /// holds no weights and names no type.
    pub quantisation: String,
    /// Whether the file says how a chat is written for this model.
    pub has_chat_template: bool,
    /// Words in its vocabulary.
    pub vocab_size: Option<u64>,
    /// How text becomes tokens: "gpt2", "llama", "bert".
    pub tokenizer: Option<String>,
    /// What decides how much memory it needs.
    pub shape: Shape,
    /// Files the model comes in.
    pub parts: u16,
}

/// Reads the header of the model at `path`. Of one in several files, that is the header of the
/// first, with the weights of all.
///
/// # Errors
///
/// Where a file cannot be read, is no complete GGUF file, or is one that llama.cpp would
/// refuse or abort on for a reason the header shows; and where a part is missing or is no part
/// of this model.
pub fn read(path: &Path) -> Result<Header, Error> {
    Ok(read_all(path, Keep::Needed)?.1)
}

/// Reads the headers of all files of a model.
fn read_all(path: &Path, keep: Keep) -> Result<(Parsed, Header), Error> {
    let (file, size_bytes) = open(path).map_err(|fault| fault.at(path, 0))?;
    let at_first = |fault: Fault| fault.at(path, size_bytes);
    let mut parsed = parse(file, size_bytes, keep).map_err(at_first)?;
    let first = header(size_bytes, &parsed).map_err(at_first)?;
    let others = other_parts(path);
    if usize::from(first.parts) != others.len() + 1 {
        // Its name and its header disagree, and llama.cpp goes by the header.
        return match first.parts {
            0 | 1 => Ok((parsed, named(first, path))),
            parts => Err(Fault::Renamed { parts }.at(path, 0)),
        };
    }
    let mut all_bytes = size_bytes;
    for (number, other) in (1_u16..).zip(&others) {
        let (file, size_bytes) = match open(other) {
            Ok(opened) => opened,
            Err(Fault::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                let missing = other.clone();
                return Err(Fault::PartMissing { missing }.at(path, 0));
            }
            Err(fault) => return Err(fault.at(other, 0)),
        };
        let read = || -> Faulty<Tensors> {
            let part = parse(file, size_bytes, keep)?;
            let place = part.metadata.short("split.no")?;
            let parts = part.metadata.short("split.count")?;
            if place != Some(number) || parts != Some(first.parts) {
                return Err(Damage::field("split.no").into());
            }
            part.tensors
                .check(&first.architecture)
                .map(|()| part.tensors)
                .map_err(Fault::from)
        };
        let tensors = read().map_err(|fault| fault.at(other, size_bytes))?;
        parsed.tensors.absorb(tensors);
        all_bytes = all_bytes.saturating_add(size_bytes);
    }
    let header = match others.is_empty() {
        true => first,
        false => header(all_bytes, &parsed).map_err(at_first)?,
    };
    Ok((parsed, named(header, path)))
}

/// The header of a file whose name says that it is not to be chatted with, where the header
/// does not.
fn named(mut header: Header, path: &Path) -> Header {
    let by_name = purpose_of(&file_name(path));
    if let Some(purpose) = by_name.filter(|_| header.purpose.can_chat()) {
        header.purpose = purpose;
    }
    header
}

/// A file that could be opened and then not read.
#[must_use]
pub fn unreadable(path: &Path, error: io::Error) -> Error {
    Fault::Io(error).at(path, 0)
}

fn open(path: &Path) -> Faulty<(File, u64)> {
    // Asked before opening: to open a FIFO would wait for its writer.
    let kind = fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(Fault::Folder);
    }
    if !kind.is_file() {
        return Err(Fault::NotAFile);
    }
    let file = File::open(path)?;
    let size_bytes = file.metadata()?.len();
    Ok((file, size_bytes))
}

/// Reads the header of a file of `size_bytes` that begins with these bytes.
///
/// # Errors
///
/// As [`read`]; the path in it is empty.
pub fn read_bytes(bytes: &[u8], size_bytes: u64) -> Result<Header, Error> {
    read_from(Cursor::new(bytes), size_bytes).map_err(|fault| fault.at(Path::new(""), size_bytes))
}

fn read_from<R: Read + Seek>(reader: R, size_bytes: u64) -> Faulty<Header> {
    let parsed = parse(reader, size_bytes, Keep::Needed)?;
    header(size_bytes, &parsed)
}

/// The parts of a header.
struct Parsed {
    version: u32,
    metadata: Metadata,
    tensors: Tensors,
}

fn parse<R: Read + Seek>(reader: R, size_bytes: u64, keep: Keep) -> Faulty<Parsed> {
    let mut source = Source::new(reader, size_bytes);
    let version = read_version(&mut source)?;
    let tensor_count = source.u64()?;
    let field_count = source.u64()?;
    let metadata = Metadata::read(&mut source, field_count, keep)?;
    let alignment = alignment(&metadata)?;
    let tensors = Tensors::read(&mut source, tensor_count, alignment, keep)?;
    Ok(Parsed {
        version,
        metadata,
        tensors,
    })
}

fn read_version<R: Read + Seek>(source: &mut Source<R>) -> Result<u32, Fault> {
    if source.size_bytes() == 0 {
        return Err(Fault::Empty);
    }
    // Byte by byte: a file of one letter is no truncated model unless that letter is a G.
    for expected in MAGIC {
        let mut byte = [0];
        source.fill(&mut byte)?;
        if byte != [expected] {
            return Err(Fault::NotGguf);
        }
    }
    let version = source.u32()?;
    match version {
        2 | 3 => Ok(version),
        // The same test as llama.cpp's: a small number, seen from the other end.
        _ if version != 0 && version.trailing_zeros() >= 16 => Err(Fault::BigEndian),
        _ => Err(Fault::Version(version)),
    }
}

fn alignment(metadata: &Metadata) -> Result<u64, Damage> {
    let alignment = metadata
        .number("general.alignment")?
        .unwrap_or(DEFAULT_ALIGNMENT);
    if alignment.is_power_of_two() {
        Ok(alignment.into())
    } else {
        Err(Damage::Alignment { value: alignment })
    }
}

fn header(file_size_bytes: u64, parsed: &Parsed) -> Faulty<Header> {
    let Parsed {
        version,
        metadata,
        tensors,
    } = parsed;
    let parts = metadata.short("split.count")?.unwrap_or_default();
    if let Some(part) = metadata.short("split.no")?.filter(|part| *part > 0) {
        let part = part.saturating_add(1);
        return Err(Fault::Split { part, parts });
    }

    let architecture = metadata
        .text("general.architecture")?
        .filter(|name| !name.is_empty())
        .ok_or_else(|| Damage::MissingField {
            name: "general.architecture".to_owned(),
        })?;
    let number = |field: &str| metadata.number(&format!("{architecture}.{field}"));

    let purpose = purpose::purpose(metadata, architecture, tensors)?;
    if !matches!(purpose, Purpose::Projector | Purpose::Other) {
        if !architectures::is_known(architecture) {
            let name = error::shown(architecture.as_bytes());
            return Err(Fault::Architecture(name));
        }
        tensors.check(architecture)?;
    }
    let block_count = number("block_count")?;
    asserted::check(metadata, architecture, block_count)?;
    let vocab_size = match metadata.vocabulary() {
        Some(vocabulary) => Some(vocabulary.word_count),
        None => number("vocab_size")?.map(u64::from),
    };
    let file_type = metadata.number("general.file_type")?;
    let told = |key: &str| -> Result<Option<String>, Damage> {
        let text = metadata.text(key)?.map(error::one_line);
        Ok(text.filter(|text| !text.is_empty()))
    };
    let maker = match told("general.organization")? {
        Some(organization) => Some(organization),
        None => told("general.author")?,
    };
    Ok(Header {
        version: *version,
        file_size_bytes,
        architecture: architecture.to_owned(),
        name: metadata.text("general.name")?.map(str::to_owned),
        maker,
        licence: told("general.license")?,
        purpose,
        context_length: number("context_length")?.map(u64::from),
        block_count: block_count.map(u64::from),
        parameters: tensors.parameters,
        weight_bytes: tensors.size_bytes,
        active_bytes: active_bytes(metadata, architecture, tensors)?,
        weights_start_bytes: tensors.start_bytes,
        quantisation: types::quantisation(tensors.main_type(), file_type).to_owned(),
        has_chat_template: metadata.holds_text("tokenizer.chat_template"),
        vocab_size,
        tokenizer: metadata.text("tokenizer.ggml.model")?.map(str::to_owned),
        shape: Shape::read(metadata, architecture, block_count)?,
        parts: parts.max(1),
    })
}

/// What one token reads: not the words it is not, nor the experts it is not sent to.
fn active_bytes(metadata: &Metadata, architecture: &str, tensors: &Tensors) -> Result<u64, Damage> {
    let experts = metadata.number(&format!("{architecture}.expert_count"))?;
    let used = metadata.numbers(&format!("{architecture}.expert_used_count"))?;
    let used = used.into_iter().flatten().max().unwrap_or(0);
    let experts = experts.unwrap_or(0).max(1);
    let idle_experts =
        tensors.expert_bytes / u64::from(experts) * u64::from(experts.saturating_sub(used.max(1)));
    let idle_words = match tensors.has_output {
        true => tensors.words_bytes,
        false => 0,
    };
    let active = tensors.size_bytes.saturating_sub(idle_experts);
    Ok(active.saturating_sub(idle_words))
}
