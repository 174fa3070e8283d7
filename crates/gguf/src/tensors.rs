//! The table of tensors: where each one lies, and what it is made of.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Seek};

use serde::Serialize;

use super::architectures;
use super::error::{Damage, Fault, Faulty, shown};
use super::metadata::Keep;
use super::source::Source;
use super::types::{self, TensorType};

/// `GGML_MAX_NAME` of llama.cpp, which counts the NUL at the end.
const MAX_NAME_BYTES: u64 = 63;
/// `GGML_MAX_DIMS` of llama.cpp.
const MAX_DIMENSIONS: u32 = 4;
/// Far more kinds of tensors than any architecture has.
const MAX_KINDS: usize = 4096;
/// Far more than the largest models have.
const MAX_TENSORS: u64 = 1 << 20;

/// What is kept of the table.
#[derive(Default)]
pub(super) struct Tensors {
    /// The elements of all tensors.
    pub(super) parameters: u64,
    /// What all tensors take.
    pub(super) size_bytes: u64,
    /// What the experts take, of which a token is sent to some.
    pub(super) expert_bytes: u64,
    /// What the table of words takes, of which a token reads one row.
    pub(super) words_bytes: u64,
    /// Whether the output layer has weights of its own, or uses those of the words.
    pub(super) has_output: bool,
    /// Where in the file their data begins, or would.
    pub(super) start_bytes: u64,
    /// Whether there is an output layer that judges texts instead of going on with them.
    pub(super) classifies: bool,
    /// How many weights of the layers have each type.
    in_layers: BTreeMap<&'static str, u64>,
    /// The same for all matrices.
    in_all: BTreeMap<&'static str, u64>,
    /// The kinds of tensors, each with the name of the first.
    kinds: BTreeMap<String, String>,
    /// One line for each tensor; empty unless they are to be shown.
    pub(super) lines: Vec<TensorLine>,
}

/// What can be shown of a tensor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TensorLine {
    /// Its name.
    pub name: String,
    /// How many numbers in each direction.
    pub shape: Vec<u64>,
    /// How they are stored.
    pub kind: &'static str,
    /// What it takes.
    pub size_bytes: u64,
}

struct Tensor {
    shown_name: String,
    shape: Vec<u64>,
    is_in_layer: bool,
    is_matrix: bool,
    elements: u64,
    size_bytes: u64,
    kind: &'static TensorType,
    offset_bytes: u64,
}

impl Tensors {
    /// Reads the table of `count` tensors and checks that the file holds all their data.
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        count: u64,
        alignment: u64,
        keep: Keep,
    ) -> Faulty<Self> {
        if count > MAX_TENSORS {
            return Err(Damage::overflow("tensor count").into());
        }
        let mut tensors = Self::default();
        let mut names = HashSet::new();
        let mut name = Vec::new();
        // Both from the start of the data.
        let mut end_bytes: u64 = 0;
        let mut next_offset_bytes: u64 = 0;

        for _ in 0..count {
            source.string("tensor name", MAX_NAME_BYTES, &mut name)?;
            if !names.insert(name.clone()) {
                let name = shown(&name);
                return Err(Damage::DuplicateTensor { name }.into());
            }
            let tensor = read_tensor(source, &name)?;

            // llama.cpp wants them side by side, in the order of the table.
            if tensor.offset_bytes != next_offset_bytes {
                let name = tensor.shown_name;
                return Err(Damage::TensorOffset { name }.into());
            }
            let overflow = || Damage::overflow(&tensor.shown_name);
            end_bytes = tensor
                .offset_bytes
                .checked_add(tensor.size_bytes)
                .ok_or_else(overflow)?;
            next_offset_bytes = end_bytes
                .checked_next_multiple_of(alignment)
                .ok_or_else(overflow)?;
            tensors.parameters = tensors
                .parameters
                .checked_add(tensor.elements)
                .ok_or_else(overflow)?;
            tensors.size_bytes = tensors.size_bytes.saturating_add(tensor.size_bytes);
            if tensor.shown_name.contains("_exps.") {
                tensors.expert_bytes = tensors.expert_bytes.saturating_add(tensor.size_bytes);
            }
            if name == b"token_embd.weight" {
                tensors.words_bytes = tensor.size_bytes;
            }
            tensors.has_output |= name == b"output.weight";
            tensors.classifies |= name.starts_with(b"cls.");
            tensors.count_type(&tensor);
            // Some hundred in use; a hostile file could have a million.
            if tensors.kinds.len() < MAX_KINDS {
                let kind = architectures::kind_of(&tensor.shown_name);
                let name = || tensor.shown_name.clone();
                tensors.kinds.entry(kind).or_insert_with(name);
            }
            if keep == Keep::Shown {
                tensors.lines.push(TensorLine {
                    name: tensor.shown_name,
                    shape: tensor.shape,
                    kind: tensor.kind.name,
                    size_bytes: tensor.size_bytes,
                });
            }
        }

        tensors.start_bytes = source
            .position()
            .checked_next_multiple_of(alignment)
            .ok_or_else(|| Damage::overflow("tensor data"))?;
        if count > 0 {
            let needed_bytes = tensors
                .start_bytes
                .checked_add(end_bytes)
                .ok_or_else(|| Damage::overflow("tensor data"))?;
            if needed_bytes > source.size_bytes() {
                return Err(Fault::Truncated { needed_bytes });
            }
        }
        Ok(tensors)
    }

    /// Checks that llama.cpp reads all of them in a model of this architecture.
    pub(super) fn check(&self, architecture: &str) -> Result<(), Damage> {
        let mut kinds = self.kinds.iter();
        match kinds.find(|(kind, _)| !architectures::has_tensor(architecture, kind)) {
            Some((_, name)) => Err(Damage::ForeignTensor {
                name: name.clone(),
                architecture: shown(architecture.as_bytes()),
            }),
            None => Ok(()),
        }
    }

    /// Takes in those of another file of the same model.
    pub(super) fn absorb(&mut self, other: Self) {
        self.parameters = self.parameters.saturating_add(other.parameters);
        self.size_bytes = self.size_bytes.saturating_add(other.size_bytes);
        self.expert_bytes = self.expert_bytes.saturating_add(other.expert_bytes);
        self.words_bytes = self.words_bytes.max(other.words_bytes);
        self.has_output |= other.has_output;
        self.classifies |= other.classifies;
        for (counts, more) in [
            (&mut self.in_layers, other.in_layers),
            (&mut self.in_all, other.in_all),
        ] {
            for (name, elements) in more {
                let sum = counts.entry(name).or_default();
                *sum = sum.saturating_add(elements);
            }
        }
        self.lines.extend(other.lines);
    }

    fn count_type(&mut self, tensor: &Tensor) {
        if !tensor.is_matrix {
            return;
        }
        // No overflow: the sum over all tensors fits.
        *self.in_all.entry(tensor.kind.name).or_default() += tensor.elements;
        if tensor.is_in_layer {
            *self.in_layers.entry(tensor.kind.name).or_default() += tensor.elements;
        }
    }

    /// The type that holds the most weights.
    ///
    /// The layers decide: embeddings are often left in a finer type, and are most of what a
    /// small model with a large vocabulary consists of.
    pub(super) fn main_type(&self) -> Option<&'static str> {
        let most = |counts: &BTreeMap<&'static str, u64>| {
            let (name, _) = counts.iter().max_by_key(|(_, elements)| **elements)?;
            Some(*name)
        };
        most(&self.in_layers).or_else(|| most(&self.in_all))
    }
}

fn read_tensor<R: Read + Seek>(source: &mut Source<R>, name: &[u8]) -> Faulty<Tensor> {
    let shown_name = shown(name);
    let shape = || Damage::TensorShape {
        name: shown_name.clone(),
    };
    let overflow = || Damage::overflow(&shown_name);

    let dimensions = source.u32()?;
    if dimensions > MAX_DIMENSIONS {
        return Err(shape().into());
    }
    let mut row: i64 = 1;
    let mut elements: i64 = 1;
    let mut lengths = Vec::new();
    for dimension in 0..dimensions {
        let length = i64::try_from(source.u64()?).map_err(|_| overflow())?;
        elements = elements.checked_mul(length).ok_or_else(overflow)?;
        lengths.push(length.unsigned_abs());
        if dimension == 0 {
            row = length;
        }
    }

    let type_id = source.u32()?;
    let kind = types::tensor_type(type_id).ok_or_else(|| Damage::TensorType {
        name: shown_name.clone(),
        value: type_id,
    })?;
    if !row.unsigned_abs().is_multiple_of(kind.block_elements) {
        return Err(shape().into());
    }
    let elements = elements.unsigned_abs();
    let size_bytes = (elements / kind.block_elements)
        .checked_mul(kind.block_bytes)
        .ok_or_else(overflow)?;
    let offset_bytes = source.u64()?;
    Ok(Tensor {
        shape: lengths,
        is_in_layer: name.starts_with(b"blk."),
        is_matrix: dimensions > 1,
        elements,
        size_bytes,
        kind,
        offset_bytes,
        shown_name,
    })
}
