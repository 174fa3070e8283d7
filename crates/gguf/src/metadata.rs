//! The fields of a header. Numbers and short texts are kept, the rest is stepped over, or shown
//! in its first words where the whole header is to be seen.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{Read, Seek};

use super::error::{Damage, Faulty, shown};
use super::source::Source;
use super::value::{Kind, Scalar};
use super::vocabulary::Vocabulary;

/// The format's own limit for the name of a field.
const MAX_KEY_BYTES: u64 = 65_535;
/// Far more than a name needs. Chat templates are longer, and are kept only to be shown.
const MAX_KEPT_BYTES: u64 = 4096;
/// What is kept of one text where the header is to be seen; the longest templates in use have
/// a twentieth of that.
const MAX_SHOWN_BYTES: u64 = 1 << 20;
/// A thousand times the fields in use.
const MAX_FIELDS: u64 = 1 << 16;
/// More layers than a model may have: what is longer differs from word to word instead.
const MAX_KEPT_ITEMS: u64 = 1024;
/// What is kept to be shown of a longer array.
const SHOWN_ITEMS: usize = 24;
/// What all that is kept may take together, of a hostile file with many fields.
const MAX_TOTAL_BYTES: u64 = 16 << 20;

const TOKENS: &str = "tokenizer.ggml.tokens";
const TOKEN_TYPES: &str = "tokenizer.ggml.token_type";
/// `LLAMA_TOKEN_TYPE_BYTE` of llama.cpp.
const BYTE_TOKEN: u64 = 6;

const STRING: u32 = 8;
const ARRAY: u32 = 9;

/// How much of the fields is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// What is needed to know a model.
    Needed,
    /// What can be shown, in the order of the file.
    Shown,
}

/// The fields of a file by their name.
pub(super) struct Metadata {
    values: HashMap<String, Value>,
    /// The names in the order of the file; empty unless they are to be shown.
    order: Vec<String>,
    vocabulary: Option<Vocabulary>,
    has_byte_tokens: bool,
    keep: Keep,
    kept_bytes: u64,
}

/// What is kept of a field.
pub(super) enum Value {
    /// A number or a truth.
    Scalar(Scalar),
    /// A text that someone asks for.
    Text(String),
    /// A text of which only its length is known.
    LongText {
        /// The length.
        size_bytes: u64,
    },
    /// Numbers, one for each layer; the first ones only where there are more.
    Numbers {
        /// How many there are.
        count: u64,
        /// What is kept of them.
        items: Vec<Scalar>,
    },
    /// Texts, or the first of them.
    Texts {
        /// How many there are.
        count: u64,
        /// What is kept of them.
        items: Vec<String>,
    },
}

impl Metadata {
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        count: u64,
        keep: Keep,
    ) -> Faulty<Self> {
        if count > MAX_FIELDS {
            return Err(Damage::overflow("field count").into());
        }
        let mut metadata = Self {
            values: HashMap::new(),
            order: Vec::new(),
            vocabulary: None,
            has_byte_tokens: false,
            keep,
            kept_bytes: 0,
        };
        let mut bytes = Vec::new();
        for _ in 0..count {
            source.string("field name", MAX_KEY_BYTES, &mut bytes)?;
            let key = match std::str::from_utf8(&bytes) {
                Ok(key) if !key.is_empty() => key.to_owned(),
                _ => return Err(Damage::field(&shown(&bytes)).into()),
            };
            metadata.take_room(&shown(&bytes), bytes.len() as u64)?;
            let value = metadata.read_value(source, &key)?;
            if keep == Keep::Shown {
                metadata.order.push(key.clone());
            }
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

    /// Counts what is kept, and refuses what no model needs.
    fn take_room(&mut self, field: &str, size_bytes: u64) -> Result<(), Damage> {
        self.kept_bytes = self.kept_bytes.saturating_add(size_bytes);
        match self.kept_bytes > MAX_TOTAL_BYTES {
            true => Err(Damage::overflow(field)),
            false => Ok(()),
        }
    }

    fn read_value<R: Read + Seek>(&mut self, source: &mut Source<R>, key: &str) -> Faulty<Value> {
        let shown_key = shown(key.as_bytes());
        match source.u32()? {
            STRING => self.read_text(source, key, &shown_key),
            ARRAY => self.read_array(source, key, &shown_key),
            scalar => {
                let kind = Kind::of(scalar).ok_or_else(|| Damage::field(&shown_key))?;
                Ok(Value::Scalar(Scalar::read(source, kind)?))
            }
        }
    }

    fn read_text<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        key: &str,
        shown_key: &str,
    ) -> Faulty<Value> {
        let mut bytes = Vec::new();
        if is_told(key) {
            source.start_of_string(shown_key, MAX_KEPT_BYTES, &mut bytes)?;
            self.take_room(shown_key, bytes.len() as u64)?;
            return Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned()));
        }
        if is_needed(key) {
            source.string(shown_key, MAX_KEPT_BYTES, &mut bytes)?;
            self.take_room(shown_key, bytes.len() as u64)?;
            let text = String::from_utf8(bytes).map_err(|_| Damage::field(shown_key))?;
            return Ok(Value::Text(text));
        }
        if self.keep == Keep::Needed {
            let size_bytes = source.skip_string(shown_key)?;
            return Ok(Value::LongText { size_bytes });
        }
        let size_bytes = source.start_of_string(shown_key, MAX_SHOWN_BYTES, &mut bytes)?;
        self.take_room(shown_key, bytes.len() as u64)?;
        match size_bytes > MAX_SHOWN_BYTES {
            true => Ok(Value::LongText { size_bytes }),
            false => Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned())),
        }
    }

    fn read_array<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        key: &str,
        shown_key: &str,
    ) -> Faulty<Value> {
        let item_type = source.u32()?;
        let count = source.length(shown_key)?;
        if item_type == STRING {
            if key == TOKENS {
                self.vocabulary = Some(Vocabulary::read(source, shown_key, count)?);
            }
            let items = match key == TOKENS {
                true => Vec::new(),
                false => self.read_texts(source, shown_key, count)?,
            };
            return Ok(Value::Texts { count, items });
        }
        let kind = Kind::of(item_type).ok_or_else(|| Damage::field(shown_key))?;
        let size_bytes = count.saturating_mul(kind.size_bytes());
        let kept = match (count <= MAX_KEPT_ITEMS, self.keep) {
            (true, _) => usize::try_from(count).unwrap_or(0),
            (false, Keep::Shown) => SHOWN_ITEMS,
            (false, Keep::Needed) => 0,
        };
        if key == TOKEN_TYPES {
            source.check_room(size_bytes)?;
            let start = source.position();
            for _ in 0..count {
                let is_byte = Scalar::read(source, kind)?.unsigned() == Some(BYTE_TOKEN);
                self.has_byte_tokens |= is_byte;
            }
            source.go_to(start)?;
        }
        source.check_room(size_bytes)?;
        self.take_room(shown_key, kept as u64 * 16)?;
        let mut items = Vec::with_capacity(kept);
        for _ in 0..kept {
            items.push(Scalar::read(source, kind)?);
        }
        source.skip(size_bytes - kept as u64 * kind.size_bytes())?;
        Ok(Value::Numbers { count, items })
    }

    fn read_texts<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        shown_key: &str,
        count: u64,
    ) -> Faulty<Vec<String>> {
        let kept = match self.keep {
            Keep::Shown => SHOWN_ITEMS as u64,
            // The languages and tags of a model are few, and nobody asks for them.
            Keep::Needed => 0,
        };
        let mut items = Vec::new();
        let mut bytes = Vec::new();
        for index in 0..count {
            if index < kept {
                source.start_of_string(shown_key, MAX_KEPT_BYTES, &mut bytes)?;
                self.take_room(shown_key, bytes.len() as u64)?;
                items.push(String::from_utf8_lossy(&bytes).into_owned());
            } else {
                source.skip_string(shown_key)?;
            }
        }
        Ok(items)
    }

    /// The fields in the order of the file, where they are to be shown.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&str, &Value)> {
        let order = self.order.iter();
        order.filter_map(|key| Some((key.as_str(), self.values.get(key)?)))
    }

    fn scalar(&self, key: &str, kind: Kind) -> Result<Option<Scalar>, Damage> {
        match self.values.get(key) {
            None => Ok(None),
            Some(Value::Scalar(scalar)) if scalar.kind() == kind => Ok(Some(*scalar)),
            Some(_) => Err(Damage::field(key)),
        }
    }

    /// A count, where the file has it. llama.cpp takes its counts in no other type than 32 bits
    /// without a sign.
    pub(super) fn number(&self, key: &str) -> Result<Option<u32>, Damage> {
        let scalar = self.scalar(key, Kind::U32)?;
        Ok(scalar.and_then(|it| u32::try_from(it.unsigned()?).ok()))
    }

    /// A count, or one for each layer, where the file has it.
    pub(super) fn numbers(&self, key: &str) -> Result<Option<Vec<u32>>, Damage> {
        match self.values.get(key) {
            Some(Value::Numbers { count, items }) => {
                let small = |item: &Scalar| u32::try_from(item.unsigned()?).ok();
                let all: Option<Vec<u32>> = items.iter().map(small).collect();
                match all.filter(|all| all.len() as u64 == *count) {
                    Some(all) => Ok(Some(all)),
                    None => Err(Damage::field(key)),
                }
            }
            _ => Ok(self.number(key)?.map(|number| vec![number])),
        }
    }

    /// A 16-bit count, where the file has it. Only the fields of split files are so small.
    pub(super) fn short(&self, key: &str) -> Result<Option<u16>, Damage> {
        let scalar = self.scalar(key, Kind::U16)?;
        Ok(scalar.and_then(|it| u16::try_from(it.unsigned()?).ok()))
    }

    /// A number with a fraction, where the file has it.
    pub(super) fn float(&self, key: &str) -> Result<Option<f32>, Damage> {
        Ok(self.scalar(key, Kind::F32)?.and_then(Scalar::float))
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
        match self.values.get(key) {
            Some(Value::Text(text)) => !text.is_empty(),
            Some(Value::LongText { size_bytes }) => *size_bytes > 0,
            _ => false,
        }
    }

    /// Whether this field is an array of numbers.
    pub(super) fn is_array(&self, key: &str) -> bool {
        matches!(self.values.get(key), Some(Value::Numbers { .. }))
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    pub(super) fn vocabulary(&self) -> Option<&Vocabulary> {
        self.vocabulary.as_ref()
    }

    /// Whether the file says of any word that it stands for a byte.
    pub(super) fn has_byte_tokens(&self) -> bool {
        self.has_byte_tokens
    }

    /// Fails where there are words, but not as an array of texts.
    pub(super) fn check_tokens(&self) -> Result<(), Damage> {
        match (&self.vocabulary, self.values.get(TOKENS)) {
            (None, Some(_)) => Err(Damage::field(TOKENS)),
            _ => Ok(()),
        }
    }
}

/// Whether this text is needed to know what a model is.
fn is_needed(key: &str) -> bool {
    matches!(
        key,
        "general.architecture"
            | "general.name"
            | "general.type"
            | "tokenizer.ggml.model"
            | "tokenizer.ggml.pre"
    ) || key.ends_with(".rope.scaling.type")
}

/// Whether this text is shown with the model, and nothing depends on it.
fn is_told(key: &str) -> bool {
    matches!(
        key,
        "general.organization" | "general.author" | "general.license"
    )
}
