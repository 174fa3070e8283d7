//! Finds its way in the header of a good GGUF file, so that a test can spoil one place.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Where things lie in a file, in bytes from its beginning.
pub(crate) struct Places {
    /// The names of the fields, and the values behind them: of a text or an array its
    /// content.
    fields: HashMap<String, Field>,
    /// The vocabulary.
    pub(crate) words: Vec<Place>,
}

struct Field {
    name: Place,
    value: Place,
}

/// A place and what is there.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) at: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Places {
    /// Reads the header of the file at `path`.
    pub(crate) fn of(path: &Path) -> Self {
        // The header of the default model has 1.8 MB.
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).unwrap();
        file.take(4 << 20).read_to_end(&mut bytes).unwrap();
        let mut reader = Reader { bytes, at: 16 };
        let mut places = Self {
            fields: HashMap::new(),
            words: Vec::new(),
        };
        for _ in 0..reader.number(8) {
            let name = reader.text();
            let key = String::from_utf8(name.bytes.clone()).unwrap();
            let kind = reader.number(4);
            let value = if kind == 9 {
                reader.array(&mut places.words, key == "tokenizer.ggml.tokens")
            } else {
                reader.value(kind)
            };
            places.fields.insert(key, Field { name, value });
        }
        places
    }

    /// The name of a field.
    pub(crate) fn name(&self, key: &str) -> &Place {
        &self.fields[key].name
    }

    /// The value of a field.
    pub(crate) fn value(&self, key: &str) -> &Place {
        &self.fields[key].value
    }

    /// Two words of the vocabulary that have the same length.
    pub(crate) fn two_words(&self) -> (&Place, &Place) {
        let (last, others) = self.words.split_last().unwrap();
        let is_as_long = |word: &&Place| word.bytes.len() == last.bytes.len();
        (others.iter().rev().find(is_as_long).unwrap(), last)
    }
}

/// Writes other bytes over a place, as many as were there.
pub(crate) fn overwrite(path: &Path, place: &Place, bytes: &[u8]) {
    assert_eq!(place.bytes.len(), bytes.len(), "a place keeps its length");
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(place.at)).unwrap();
    file.write_all(bytes).unwrap();
}

/// Gives a model another chat template, of whatever length. What lies behind it moves by
/// whole blocks of what tensors are aligned to.
pub(crate) fn set_template(path: &Path, template: &str) {
    const ALIGNMENT_BYTES: usize = 32;
    // The marks of a comment around the padding.
    const COMMENT_BYTES: usize = 4;
    let places = Places::of(path);
    let own = places.value("tokenizer.chat_template");
    let bare = template.len() + COMMENT_BYTES;
    let moved = own.bytes.len() % ALIGNMENT_BYTES;
    let padding = (ALIGNMENT_BYTES + moved - bare % ALIGNMENT_BYTES) % ALIGNMENT_BYTES;
    let padding = " ".repeat(padding);
    let padded = match template.trim().is_empty() {
        // No template at all, as far as Charla is concerned.
        true => format!("{template}{padding}    "),
        false => format!("{template}{{#{padding}#}}"),
    };
    let bytes = std::fs::read(path).unwrap();
    let at = usize::try_from(own.at).unwrap();
    let (head, tail) = (&bytes[..at - 8], &bytes[at + own.bytes.len()..]);
    let length = (padded.len() as u64).to_le_bytes();
    std::fs::write(path, [head, &length, padded.as_bytes(), tail].concat()).unwrap();
}

struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    fn take(&mut self, count: usize) -> Place {
        let at = self.at;
        self.at += count;
        Place {
            at: at as u64,
            bytes: self.bytes[at..self.at].to_vec(),
        }
    }

    fn number(&mut self, size: usize) -> usize {
        let bytes = self.take(size).bytes;
        let number = bytes
            .iter()
            .rev()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        usize::try_from(number).unwrap()
    }

    fn text(&mut self) -> Place {
        let length = self.number(8);
        self.take(length)
    }

    fn value(&mut self, kind: usize) -> Place {
        match kind {
            0 | 1 | 7 => self.take(1),
            2 | 3 => self.take(2),
            4..=6 => self.take(4),
            8 => self.text(),
            10..=12 => self.take(8),
            _ => panic!("no such type: {kind}"),
        }
    }

    fn array(&mut self, words: &mut Vec<Place>, is_vocabulary: bool) -> Place {
        let kind = self.number(4);
        let count = self.number(8);
        let from = self.at;
        for _ in 0..count {
            let item = self.value(kind);
            if is_vocabulary {
                words.push(item);
            }
        }
        Place {
            at: from as u64,
            bytes: self.bytes[from..self.at].to_vec(),
        }
    }
}
