//! Writes a GGUF file, version 3, as `ggml/src/gguf.cpp` of llama.cpp reads it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::weights::{Random, Tensor, Weights};

/// Tensors begin at multiples of this where the file names no other.
const ALIGNMENT: usize = 32;

/// What a field holds.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Bool(bool),
    Count(u32),
    Real(f32),
    Text(String),
    Ints(Vec<i32>),
    Reals(Vec<f32>),
    Texts(Vec<String>),
}

/// The metadata of a file.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, Value)>);

impl Fields {
    /// Adds a field, or gives one that is there another value.
    pub(super) fn set(&mut self, key: &str, value: Value) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.into(), value)),
        }
    }
}

/// Writes a whole file; the tensors one after the other, as a large model has a lot of them.
pub(super) fn write(path: &Path, fields: &Fields, tensors: &[Tensor], weights: Weights, seed: u64) {
    let mut header = b"GGUF".to_vec();
    header.extend(3_u32.to_le_bytes());
    header.extend((tensors.len() as u64).to_le_bytes());
    header.extend((fields.0.len() as u64).to_le_bytes());
    for (key, value) in &fields.0 {
        put_text(&mut header, key);
        put_value(&mut header, value);
    }
    let mut offset: usize = 0;
    for tensor in tensors {
        let (type_id, size_bytes) = tensor.storage(weights);
        put_text(&mut header, &tensor.name);
        header.extend(u32::try_from(tensor.lengths.len()).unwrap().to_le_bytes());
        for length in &tensor.lengths {
            header.extend((*length as u64).to_le_bytes());
        }
        header.extend(type_id.to_le_bytes());
        header.extend((offset as u64).to_le_bytes());
        offset = (offset + size_bytes).next_multiple_of(ALIGNMENT);
    }
    header.resize(header.len().next_multiple_of(ALIGNMENT), 0);

    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(&header).unwrap();
    let mut random = Random::new(seed);
    for tensor in tensors {
        let (_, size_bytes) = tensor.storage(weights);
        tensor.write(weights, &mut random, &mut file);
        let padding = size_bytes.next_multiple_of(ALIGNMENT) - size_bytes;
        file.write_all(&[0; ALIGNMENT][..padding]).unwrap();
    }
    file.flush().unwrap();
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// A value behind the number of its type, which is that of `enum gguf_type`.
fn put_value(bytes: &mut Vec<u8>, value: &Value) {
    let mut begin = |type_id: u32| bytes.extend(type_id.to_le_bytes());
    match value {
        Value::Count(_) => begin(4),
        Value::Real(_) => begin(6),
        Value::Bool(_) => begin(7),
        Value::Text(_) => begin(8),
        Value::Ints(_) => [9, 5].into_iter().for_each(begin),
        Value::Reals(_) => [9, 6].into_iter().for_each(begin),
        Value::Texts(_) => [9, 8].into_iter().for_each(begin),
    }
    let put_length = |bytes: &mut Vec<u8>, length: usize| {
        bytes.extend((length as u64).to_le_bytes());
    };
    match value {
        Value::Count(number) => bytes.extend(number.to_le_bytes()),
        Value::Real(number) => bytes.extend(number.to_le_bytes()),
        Value::Bool(is_so) => bytes.push((*is_so).into()),
        Value::Text(text) => put_text(bytes, text),
        Value::Ints(items) => {
            put_length(bytes, items.len());
            bytes.extend(items.iter().flat_map(|it| it.to_le_bytes()));
        }
        Value::Reals(items) => {
            put_length(bytes, items.len());
            bytes.extend(items.iter().flat_map(|it| it.to_le_bytes()));
        }
        Value::Texts(items) => {
            put_length(bytes, items.len());
            for text in items {
                put_text(bytes, text);
            }
        }
    }
}
