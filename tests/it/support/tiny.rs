//! Makes tiny models with random weights, which llama.cpp loads and runs in milliseconds.
//!
//! What such a model says makes no sense, but each word of it depends on all words before,
//! and on the seed: a KV cache that holds the wrong thing shows. It says printable ASCII
//! only, and ends its reply by itself hardly ever.
//!
//! With flash attention, logits also depend a little on how llama.cpp is handed a prompt:
//! in chunks of few tokens they differ from those of the whole by half a hundredth of their
//! deviation. Without it, and with weights in F32 or F16, by less than a millionth.
//!
//! Fields and tensors are named as in llama.cpp's `src/llama-arch.cpp`; which of them an
//! architecture needs is in its file below `src/models`.

mod file;
mod tensors;
mod vocabulary;
mod weights;

use std::path::Path;

pub(crate) use file::Value;
pub(crate) use vocabulary::Vocabulary;
pub(crate) use weights::Weights;

use file::Fields;
use vocabulary::Words;

/// The window of [`Architecture::Gemma3`] in tokens.
pub(crate) const WINDOW: u32 = 64;

/// What a tiny model is to be like.
pub(crate) struct Tiny<'a> {
    pub(crate) architecture: Architecture,
    pub(crate) vocabulary: Vocabulary,
    /// Tokens that mark the parts of a chat, after those that every vocabulary has.
    pub(crate) control: &'a [&'a str],
    /// Tokens that llama.cpp finds in all text.
    pub(crate) user_defined: &'a [&'a str],
    pub(crate) template: Option<&'a str>,
    /// What it says it was trained for.
    pub(crate) context_tokens: u32,
    pub(crate) seed: u64,
    pub(crate) shape: Shape,
    pub(crate) weights: Weights,
    /// More fields; one that is there already gets this value, however wrong.
    pub(crate) extra: &'a [(&'a str, Value)],
}

/// How a model reads what came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Architecture {
    /// Attention to everything.
    Llama,
    /// Every second layer attends to the last [`WINDOW`] tokens only.
    Gemma3,
    /// A state of fixed size and no attention.
    Mamba,
    /// LFM2: every second layer is a short convolution, which has a state of fixed size.
    Hybrid,
    /// Reads in both directions; makes embeddings and no text.
    Bert,
}

impl Architecture {
    fn name(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Gemma3 => "gemma3",
            Self::Mamba => "mamba",
            Self::Hybrid => "lfm2",
            Self::Bert => "bert",
        }
    }
}

/// How large a model is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Numbers that stand for a token: a multiple of 32, and of twice the heads.
    pub(crate) embedding: u16,
    pub(crate) layers: u16,
    pub(crate) heads: u16,
    pub(crate) kv_heads: u16,
    /// A multiple of 32.
    pub(crate) feed_forward: u16,
    /// The vocabulary is filled up to so many tokens, with words that it never says.
    pub(crate) words: usize,
}

impl Shape {
    pub(crate) const TINY: Self = Self {
        embedding: 64,
        layers: 4,
        heads: 4,
        kv_heads: 2,
        feed_forward: 128,
        words: 0,
    };

    /// As fast as a real model: Qwen2-0.5B, but with an output matrix of its own.
    pub(crate) const HALF_BILLION: Self = Self {
        embedding: 896,
        layers: 24,
        heads: 14,
        kv_heads: 2,
        feed_forward: 4864,
        words: 151_936,
    };
}

impl Default for Tiny<'_> {
    fn default() -> Self {
        Self {
            architecture: Architecture::Llama,
            vocabulary: Vocabulary::Bpe,
            control: &[],
            user_defined: &[],
            template: None,
            context_tokens: 1024,
            seed: 1,
            shape: Shape::TINY,
            weights: Weights::F32,
            extra: &[],
        }
    }
}

impl Tiny<'_> {
    /// The tokens that are no ordinary text, by their numbers.
    pub(crate) fn special(&self) -> Vec<i32> {
        self.words().special()
    }

    fn words(&self) -> Words {
        Words::new(
            self.vocabulary,
            self.control,
            self.user_defined,
            self.shape.words,
        )
    }

    /// Writes the model to a file.
    pub(crate) fn write(&self, path: &Path) {
        let words = self.words();
        let tensors = tensors::tensors(self, &words);
        file::write(
            path,
            &self.fields(&words),
            &tensors,
            self.weights,
            self.seed,
        );
    }

    fn fields(&self, words: &Words) -> Fields {
        let name = self.architecture.name();
        let mut fields = Fields::default();
        fields.set("general.architecture", Value::Text(name.into()));
        fields.set("general.name", Value::Text(format!("Tiny {name}")));
        fields.set("general.file_type", Value::Count(self.weights.file_type()));
        fields.set("general.quantization_version", Value::Count(2));
        for (key, value) in self.hyperparameters() {
            fields.set(&format!("{name}.{key}"), value);
        }
        words.describe(&mut fields);
        if let Some(template) = self.template {
            fields.set("tokenizer.chat_template", Value::Text(template.into()));
        }
        for (key, value) in self.extra {
            fields.set(key, value.clone());
        }
        fields
    }

    fn hyperparameters(&self) -> Vec<(&'static str, Value)> {
        let shape = &self.shape;
        let count = |number: u16| Value::Count(number.into());
        let mut all = vec![
            ("context_length", Value::Count(self.context_tokens)),
            ("embedding_length", count(shape.embedding)),
            ("block_count", count(shape.layers)),
            ("attention.layer_norm_rms_epsilon", Value::Real(1e-6)),
        ];
        if self.architecture != Architecture::Mamba {
            all.extend([
                ("feed_forward_length", count(shape.feed_forward)),
                ("attention.head_count", count(shape.heads)),
            ]);
        }
        match self.architecture {
            Architecture::Llama => all.push(("attention.head_count_kv", count(shape.kv_heads))),
            Architecture::Gemma3 => all.extend([
                ("attention.head_count_kv", count(shape.kv_heads)),
                ("attention.sliding_window", Value::Count(WINDOW)),
                ("attention.sliding_window_pattern", Value::Count(2)),
            ]),
            Architecture::Mamba => all.extend([
                ("ssm.conv_kernel", count(tensors::CONVOLUTION)),
                ("ssm.inner_size", count(2 * shape.embedding)),
                ("ssm.state_size", count(tensors::STATE)),
                ("ssm.time_step_rank", count(shape.time_step_rank())),
            ]),
            Architecture::Hybrid => {
                let heads = |layer| match tensors::has_attention(layer) {
                    true => i32::from(shape.kv_heads),
                    false => 0,
                };
                all.extend([
                    (
                        "attention.head_count_kv",
                        Value::Ints((0..shape.layers).map(heads).collect()),
                    ),
                    ("shortconv.l_cache", count(tensors::SHORT_CONVOLUTION)),
                ]);
            }
            Architecture::Bert => all.extend([
                ("attention.head_count_kv", count(shape.kv_heads)),
                ("attention.layer_norm_epsilon", Value::Real(1e-6)),
                ("attention.causal", Value::Bool(false)),
                // The mean of all tokens.
                ("pooling_type", Value::Count(1)),
            ]),
        }
        all
    }
}
