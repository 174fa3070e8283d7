//! The vocabularies of tiny models: bytes, letters, and a few words.

use std::collections::HashMap;

use super::file::{Fields, Value};

/// How text becomes tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    /// As in GPT-2: tokens of one byte, joined by a list of merges.
    Bpe,
    /// As in Llama 2: `▁` for a space, one before all text, and byte tokens for characters
    /// that have no token.
    SentencePiece,
}

/// Each of these is one token, alone and with a space before it. A word stands before those
/// whose joins could break it up: "moon" before "once".
const WORDS: [&str; 16] = [
    "the", "story", "moon", "dragon", "hello", "and", "of", "to", "is", "was", "a", "you", "girl",
    "once", "fire", "tell",
];

/// Of `enum llama_token_type` in `llama.h`.
const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
const USER_DEFINED: i32 = 4;
const BYTE: i32 = 6;

/// The words of a model.
pub(super) struct Words {
    vocabulary: Vocabulary,
    ids: HashMap<String, usize>,
    texts: Vec<String>,
    kinds: Vec<i32>,
    merges: Vec<String>,
    /// Those that the model is to say.
    pub(super) is_said: Vec<bool>,
}

impl Words {
    pub(super) fn new(
        vocabulary: Vocabulary,
        control: &[&str],
        user_defined: &[&str],
        least: usize,
    ) -> Self {
        let mut words = Self {
            vocabulary,
            ids: HashMap::new(),
            texts: Vec::new(),
            kinds: Vec::new(),
            merges: Vec::new(),
            is_said: Vec::new(),
        };
        match vocabulary {
            Vocabulary::Bpe => {
                for (byte, letter) in (0..=u8::MAX).zip(letters_of_bytes()) {
                    words.add(&letter.to_string(), NORMAL, is_printable(byte));
                }
                words.add_joined('Ġ');
                words.add("<|endoftext|>", CONTROL, false);
            }
            Vocabulary::SentencePiece => {
                words.add("<unk>", UNKNOWN, false);
                words.add("<s>", CONTROL, false);
                words.add("</s>", CONTROL, false);
                for byte in 0..=u8::MAX {
                    words.add(&format!("<0x{byte:02X}>"), BYTE, false);
                }
                words.add("▁", NORMAL, true);
                for letter in '!'..='~' {
                    words.add(&letter.to_string(), NORMAL, true);
                }
                words.add_joined('▁');
            }
        }
        for text in control {
            words.add(text, CONTROL, false);
        }
        for text in user_defined {
            words.add(text, USER_DEFINED, false);
        }
        for number in words.len()..least {
            words.add(&format!("word{number}"), NORMAL, false);
        }
        words
    }

    /// Control tokens and those that are user-defined, by their numbers.
    pub(super) fn special(&self) -> Vec<i32> {
        let numbered = (0..).zip(&self.kinds);
        numbered
            .filter(|(_, kind)| ![NORMAL, BYTE].contains(kind))
            .map(|(id, _)| id)
            .collect()
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Adds a token. One that is there already changes its type: llama.cpp aborts on two
    /// of the same text.
    fn add(&mut self, text: &str, kind: i32, is_said: bool) {
        if let Some(&id) = self.ids.get(text) {
            self.kinds[id] = kind;
            self.is_said[id] = is_said;
            return;
        }
        self.ids.insert(text.into(), self.texts.len());
        self.texts.push(text.into());
        self.kinds.push(kind);
        self.is_said.push(is_said);
    }

    /// Adds [`WORDS`], letter by letter, and then each with a space before it.
    fn add_joined(&mut self, space: char) {
        for word in WORDS {
            let letters = word.char_indices().skip(1);
            for (at, letter) in letters {
                self.join(&word[..at], &letter.to_string());
            }
        }
        for word in WORDS {
            self.join(&space.to_string(), word);
        }
    }

    fn join(&mut self, left: &str, right: &str) {
        let joined = format!("{left}{right}");
        if !self.ids.contains_key(&joined) {
            self.add(&joined, NORMAL, true);
            self.merges.push(format!("{left} {right}"));
        }
    }

    /// The fields of a file that hold the vocabulary.
    pub(super) fn describe(&self, fields: &mut Fields) {
        let id = |text: &str| Value::Count(u32::try_from(self.ids[text]).unwrap());
        let text = |text: &str| Value::Text(text.into());
        let mut set = |key: &str, value| fields.set(&format!("tokenizer.ggml.{key}"), value);
        match self.vocabulary {
            Vocabulary::Bpe => {
                set("model", text("gpt2"));
                set("pre", text("smollm"));
                set("merges", Value::Texts(self.merges.clone()));
                set("bos_token_id", id("<|endoftext|>"));
                set("eos_token_id", id("<|endoftext|>"));
                set("add_bos_token", Value::Bool(false));
            }
            Vocabulary::SentencePiece => {
                set("model", text("llama"));
                // The token with the highest score is joined first.
                let score = |id: usize| u16::try_from(id).map_or(f32::MIN, |id| -f32::from(id));
                set("scores", Value::Reals((0..self.len()).map(score).collect()));
                set("unknown_token_id", id("<unk>"));
                set("bos_token_id", id("<s>"));
                set("eos_token_id", id("</s>"));
                set("add_bos_token", Value::Bool(true));
                set("add_space_prefix", Value::Bool(true));
            }
        }
        set("tokens", Value::Texts(self.texts.clone()));
        set("token_type", Value::Ints(self.kinds.clone()));
        // The sentences that BERT tells apart; no other architecture reads it.
        set("token_type_count", Value::Count(1));
    }
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// The letter that GPT-2 writes for each byte: itself where it can be seen, else one of
/// those from 256 on.
/// Source: `bytes_to_unicode` in <https://github.com/openai/gpt-2/blob/master/src/encoder.py>.
fn letters_of_bytes() -> Vec<char> {
    let mut others = '\u{100}'..;
    (0..=u8::MAX)
        .map(|byte| match byte {
            b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
            _ => others.next().unwrap(),
        })
        .collect()
}
