//! The fields of a header. Numbers and a few short texts are kept, the rest is stepped over.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{Read, Seek};

use super::error::{Damage, Faulty, shown};
use super::source::Source;
use super::vocabulary::Vocabulary;

/// The format's own limit for the name of a field.
const MAX_KEY_BYTES: u64 = 65_535;
/// Far more than a name needs. Chat templates are longer, and are not kept.
const MAX_KEPT_BYTES: u64 = 4096;
/// A thousand times the fields in use.
const MAX_FIELDS: u64 = 1 << 16;

const TOKENS: &str = "tokenizer.ggml.tokens";

const STRING: u32 = 8;
const ARRAY: u32 = 9;

/// The fields of a file by their name.
pub(super) struct Metadata {
    values: HashMap<String, Value>,
    vocabulary: Option<Vocabulary>,
}

enum Value {
    /// A 16-bit number, which only the fields of split files are.
    Short(u16),
    /// A 32-bit number. llama.cpp takes its counts in no other type.
    Number(u32),
    /// A text that someone asks for.
    Text(String),
    /// A text of which only this is asked.
    OtherText {
        is_empty: bool,
    },
    Array,
    Other,
}

impl Metadata {
    pub(super) fn read<R: Read + Seek>(source: &mut Source<R>, count: u64) -> Faulty<Self> {
        if count > MAX_FIELDS {
            return Err(Damage::overflow("field count").into());
        }
        let mut metadata = Self {
            values: HashMap::new(),
            vocabulary: None,
        };
        let mut bytes = Vec::new();
        for _ in 0..count {
            source.string("field name", MAX_KEY_BYTES, &mut bytes)?;
            let key = match std::str::from_utf8(&bytes) {
                Ok(key) if !key.is_empty() => key.to_owned(),
                _ => return Err(Damage::field(&shown(&bytes)).into()),
            };
            let value = metadata.read_value(source, &key)?;
            match metadata.values.entry(key) {
                Entry::Vacant(place) => place.insert(value),
                Entry::Occupied(place) => {
                    let name = shown(place.key().as_bytes());
                    return Err(Damage::DuplicateKey { name }.into());
                }
            };
        }
        Ok(metadata)
    }

    fn read_value<R: Read + Seek>(&mut self, source: &mut Source<R>, key: &str) -> Faulty<Value> {
        let shown_key = shown(key.as_bytes());
        match source.u32()? {
            2 => Ok(Value::Short(source.u16()?)),
            4 => Ok(Value::Number(source.u32()?)),
            STRING if is_kept(key) => {
                let mut bytes = Vec::new();
                source.string(&shown_key, MAX_KEPT_BYTES, &mut bytes)?;
                let text = String::from_utf8(bytes).map_err(|_| Damage::field(&shown_key))?;
                Ok(Value::Text(text))
            }
            STRING => {
                let is_empty = source.skip_string(&shown_key)? == 0;
                Ok(Value::OtherText { is_empty })
            }
            ARRAY => {
                self.read_array(source, key, &shown_key)?;
                Ok(Value::Array)
            }
            scalar => {
                let size_bytes = size_of_scalar(scalar).ok_or_else(|| Damage::field(&shown_key))?;
                source.skip(size_bytes)?;
                Ok(Value::Other)
            }
        }
    }

    fn read_array<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        key: &str,
        shown_key: &str,
    ) -> Faulty<()> {
        let item_type = source.u32()?;
        let count = source.length(shown_key)?;
        match item_type {
            STRING if key == TOKENS => {
                self.vocabulary = Some(Vocabulary::read(source, shown_key, count)?);
            }
            STRING => {
                for _ in 0..count {
                    source.skip_string(shown_key)?;
                }
            }
            scalar => {
                let size_bytes = size_of_scalar(scalar).ok_or_else(|| Damage::field(shown_key))?;
                source.skip(count.saturating_mul(size_bytes))?;
            }
        }
        Ok(())
    }

    /// A count, where the file has it.
    pub(super) fn number(&self, key: &str) -> Result<Option<u32>, Damage> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(*number)),
            Some(_) => Err(Damage::field(key)),
        }
    }

    /// A count, where the file has one and not an array of one for each layer.
    pub(super) fn number_or_array(&self, key: &str) -> Result<Option<u32>, Damage> {
        match self.values.get(key) {
            Some(Value::Array) => Ok(None),
            _ => self.number(key),
        }
    }

    /// A 16-bit count, where the file has it.
    pub(super) fn short(&self, key: &str) -> Result<Option<u16>, Damage> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::Short(number)) => Ok(Some(*number)),
            Some(_) => Err(Damage::field(key)),
        }
    }

    /// One of the texts that are kept, where the file has it.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, Damage> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Damage::field(key)),
        }
    }

    /// Whether this field is a text that says something.
    pub(super) fn holds_text(&self, key: &str) -> bool {
        matches!(
            self.values.get(key),
            Some(Value::OtherText { is_empty: false })
        )
    }

    pub(super) fn word_count(&self) -> Option<u64> {
        self.vocabulary.as_ref().map(|words| words.word_count)
    }

    /// A word that comes twice in the vocabulary, if llama.cpp would look.
    pub(super) fn duplicate_word(&self) -> Result<Option<String>, Damage> {
        let Some(vocabulary) = &self.vocabulary else {
            // There, but not an array of strings.
            return match self.values.get(TOKENS) {
                None => Ok(None),
                Some(_) => Err(Damage::field(TOKENS)),
            };
        };
        match self.text("tokenizer.ggml.model")? {
            Some("none" | "no_vocab") => Ok(None),
            _ => Ok(vocabulary.duplicate.clone()),
        }
    }
}

fn is_kept(key: &str) -> bool {
    matches!(
        key,
        "general.architecture" | "general.name" | "tokenizer.ggml.model"
    ) || key.ends_with(".rope.scaling.type")
}

fn size_of_scalar(value_type: u32) -> Option<u64> {
    match value_type {
        // u8, i8, bool
        0 | 1 | 7 => Some(1),
        // u16, i16
        2 | 3 => Some(2),
        // u32, i32, f32
        4..=6 => Some(4),
        // u64, i64, f64
        10..=12 => Some(8),
        _ => None,
    }
}
