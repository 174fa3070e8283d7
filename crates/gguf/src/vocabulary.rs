//! The words of a vocabulary, looked at for duplicates: llama.cpp aborts on one.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Seek};

use super::error::{Damage, Faulty, shown};
use super::source::Source;

/// Sixty times the largest vocabulary in use; keeps the hashes of a hostile file below 128 MiB.
const MAX_WORDS: u64 = 1 << 24;
/// The longest words in use are runs of a few hundred spaces.
const MAX_WORD_BYTES: u64 = 1 << 20;

/// What is kept of `tokenizer.ggml.tokens`.
pub(super) struct Vocabulary {
    pub(super) word_count: u64,
    /// A word that comes twice.
    pub(super) duplicate: Option<String>,
    bytes: Bytes,
}

/// Which bytes there are words for.
#[derive(Default)]
struct Bytes([u64; 4]);

impl Bytes {
    /// Takes a word in: `<0x0A>`, or the byte itself (`byte_to_token` in `llama-vocab.cpp`).
    fn note(&mut self, word: &[u8]) {
        let byte = match word {
            [byte] => Some(*byte),
            [b'<', b'0', b'x', high, low, b'>'] => {
                // In capitals only, as llama.cpp looks for them.
                let digit = |c: &u8| match c {
                    b'0'..=b'9' => Some(c - b'0'),
                    b'A'..=b'F' => Some(c - b'A' + 10),
                    _ => None,
                };
                digit(high)
                    .zip(digit(low))
                    .map(|(high, low)| high << 4 | low)
            }
            _ => None,
        };
        if let Some(byte) = byte
            && let Some(bits) = self.0.get_mut(usize::from(byte / 64))
        {
            *bits |= 1 << (byte % 64);
        }
    }
}

impl Vocabulary {
    /// Reads `word_count` words and stops behind them.
    ///
    /// Only hashes are kept. Where two are equal, which by chance happens in no file, the words
    /// are read again and those with that hash are compared.
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        field: &str,
        word_count: u64,
    ) -> Faulty<Self> {
        if word_count > MAX_WORDS {
            return Err(Damage::overflow(field).into());
        }
        let start = source.position();
        // Keyed at random: no file can be made so that its words collide.
        let keyed = RandomState::new();

        let mut hashes = Vec::new();
        let mut word = Vec::new();
        let mut bytes = Bytes::default();
        for index in 0..word_count {
            source.string(field, MAX_WORD_BYTES, &mut word)?;
            bytes.note(&word);
            hashes.push(keyed.hash_one(as_llama_reads(&word, index).as_ref()));
        }
        let end = source.position();

        hashes.sort_unstable();
        let repeated: HashSet<u64> = hashes
            .windows(2)
            .filter_map(|pair| match pair {
                [first, second] if first == second => Some(*first),
                _ => None,
            })
            .collect();

        let mut duplicate = None;
        if !repeated.is_empty() {
            source.go_to(start)?;
            let mut seen = HashSet::new();
            for index in 0..word_count {
                source.string(field, MAX_WORD_BYTES, &mut word)?;
                let word = as_llama_reads(&word, index);
                if repeated.contains(&keyed.hash_one(word.as_ref())) && !seen.insert(word.to_vec())
                {
                    duplicate = Some(shown(&word));
                    break;
                }
            }
            source.go_to(end)?;
        }
        Ok(Self {
            word_count,
            duplicate,
            bytes,
        })
    }

    /// Whether any text can be written with these words, byte by byte where need be.
    pub(super) fn has_every_byte(&self) -> bool {
        // No text has a byte of zero, and no word can be one.
        let [first, rest @ ..] = &self.bytes.0;
        *first | 1 == u64::MAX && rest.iter().all(|bits| *bits == u64::MAX)
    }
}

/// llama.cpp takes words as C strings, which end at the first NUL, and names the empty ones.
fn as_llama_reads(word: &[u8], index: u64) -> Cow<'_, [u8]> {
    match word.split(|byte| *byte == 0).next() {
        Some(text) if !text.is_empty() => Cow::Borrowed(text),
        _ => Cow::Owned(format!("[EMPTY_{index}]").into_bytes()),
    }
}
