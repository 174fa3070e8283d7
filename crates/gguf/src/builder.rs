//! Writes small GGUF files, right or wrong, byte by byte.

use crate::{MAGIC, types};

pub(crate) const F32: u32 = 0;
pub(crate) const F16: u32 = 1;
pub(crate) const Q4_K: u32 = 12;

/// Writes small GGUF files, right or wrong.
#[derive(Clone)]
pub struct Builder {
    magic: [u8; 4],
    pub(crate) version: u32,
    pub(crate) fields: Vec<(String, Vec<u8>)>,
    /// The entry of the table up to the offset, the offset unless it is the next one, the size.
    pub(crate) tensors: Vec<(Vec<u8>, Option<u64>, u64)>,
    pub(crate) alignment: u64,
}

impl Builder {
    /// A file without fields and tensors.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            magic: MAGIC,
            version: 3,
            fields: Vec::new(),
            tensors: Vec::new(),
            alignment: 32,
        }
    }

    /// A model that llama.cpp's own reader accepts.
    pub fn model() -> Self {
        Self::empty()
            .text("general.architecture", "llama")
            .text("general.name", "Tiny")
            .text("general.author", " Ada\n& Co.")
            .text("general.license", "mit")
            .number("general.file_type", 15)
            .number("llama.block_count", 2)
            .number("llama.context_length", 2048)
            .number("llama.embedding_length", 256)
            .number("llama.feed_forward_length", 512)
            .number("llama.attention.head_count", 8)
            .number("llama.attention.head_count_kv", 4)
            .field("llama.rope.freq_base", 6, &10_000_f32.to_le_bytes())
            .text("tokenizer.ggml.model", "gpt2")
            .words("tokenizer.ggml.tokens", &["a", "b", "ab", "", "ñ"])
            .array("tokenizer.ggml.token_type", 5, 5, &[0; 20])
            .words("tokenizer.ggml.merges", &["a b"])
            .text("tokenizer.chat_template", "{{ messages }}")
            .tensor("token_embd.weight", &[256, 12], F16)
            .tensor("blk.0.ffn_up.weight", &[256, 4], Q4_K)
            .tensor("blk.0.attn_norm.weight", &[3], F32)
            .tensor("blk.1.ffn_up.weight", &[256, 4], Q4_K)
    }

    /// Adds a field, or replaces the one of that name.
    pub(crate) fn field(mut self, key: &str, value_type: u32, value: &[u8]) -> Self {
        let typed = [&value_type.to_le_bytes(), value].concat();
        match self.fields.iter_mut().find(|(name, _)| name == key) {
            Some((_, held)) => *held = typed,
            None => self.fields.push((key.to_owned(), typed)),
        }
        self
    }

    /// Adds a field that is a text.
    #[must_use]
    pub fn text(self, key: &str, text: &str) -> Self {
        self.field(key, 8, &string(text.as_bytes()))
    }

    /// Adds a field that is a number of 32 bits.
    #[must_use]
    pub fn number(self, key: &str, number: u32) -> Self {
        self.field(key, 4, &number.to_le_bytes())
    }

    /// Adds a field that is a decimal.
    #[must_use]
    pub fn float(self, key: &str, number: f32) -> Self {
        self.field(key, 6, &number.to_le_bytes())
    }

    /// Adds a field that is a list of numbers of 32 bits.
    #[must_use]
    pub fn numbers(self, key: &str, numbers: &[u32]) -> Self {
        let items: Vec<u8> = numbers.iter().flat_map(|it| it.to_le_bytes()).collect();
        self.array(key, 4, numbers.len() as u64, &items)
    }

    /// Adds a field that is a number of 16 bits.
    #[must_use]
    pub fn short(self, key: &str, number: u16) -> Self {
        self.field(key, 2, &number.to_le_bytes())
    }

    pub(crate) fn array(self, key: &str, item_type: u32, count: u64, items: &[u8]) -> Self {
        let value = [&item_type.to_le_bytes(), &count.to_le_bytes()[..], items].concat();
        self.field(key, 9, &value)
    }

    pub(crate) fn words(self, key: &str, words: &[&str]) -> Self {
        let items: Vec<u8> = words
            .iter()
            .flat_map(|word| string(word.as_bytes()))
            .collect();
        self.array(key, 8, words.len() as u64, &items)
    }

    /// Takes a field away.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.fields.retain(|(name, _)| name != key);
        self
    }

    /// Adds a tensor of this ggml type, whose values are all nothing; one of an unknown type
    /// takes no room.
    #[must_use]
    pub fn tensor(self, name: &str, shape: &[u64], kind: u32) -> Self {
        let elements: u64 = shape.iter().product();
        let size_bytes =
            types::tensor_type(kind).map_or(0, |it| elements / it.block_elements * it.block_bytes);
        self.odd_tensor(name, shape, kind, None, size_bytes)
    }

    pub(crate) fn odd_tensor(
        mut self,
        name: &str,
        shape: &[u64],
        kind: u32,
        offset: Option<u64>,
        size_bytes: u64,
    ) -> Self {
        let mut entry = string(name.as_bytes());
        entry.extend(u32::try_from(shape.len()).unwrap_or(u32::MAX).to_le_bytes());
        entry.extend(shape.iter().flat_map(|length| length.to_le_bytes()));
        entry.extend(kind.to_le_bytes());
        self.tensors.push((entry, offset, size_bytes));
        self
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.version.to_le_bytes());
        bytes.extend((self.tensors.len() as u64).to_le_bytes());
        bytes.extend((self.fields.len() as u64).to_le_bytes());
        for (key, value) in &self.fields {
            bytes.extend(string(key.as_bytes()));
            bytes.extend(value);
        }
        let mut next = 0_u64;
        for (entry, offset, size_bytes) in &self.tensors {
            bytes.extend(entry);
            bytes.extend(offset.unwrap_or(next).to_le_bytes());
            next = (next + size_bytes).next_multiple_of(self.alignment);
        }
        let start = (bytes.len() as u64).next_multiple_of(self.alignment);
        bytes.resize(usize::try_from(start + next).unwrap_or_default(), 0);
        bytes
    }
}

pub(crate) fn string(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes(), text].concat()
}
