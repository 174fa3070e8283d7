//! How wide and deep a model is, as far as memory depends on it.

use serde::{Deserialize, Serialize};

use super::error::Damage;
use super::metadata::Metadata;

/// What of a model's shape decides how much memory it needs. Widths are counts of numbers, all
/// layers together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shape {
    /// Numbers that stand for one token between two layers.
    pub embedding_length: u64,
    /// Numbers in the widest part of a layer; of a mixture of experts, of all that one token
    /// is sent to.
    pub feed_forward_length: u64,
    /// Attention heads of a layer.
    pub head_count: u64,
    /// Keys and values of one token in layers that look back all the way.
    pub attended_width: u64,
    /// The same in layers that look back `window_tokens` only.
    pub windowed_width: u64,
    /// How far those look back; 0 where there are none.
    pub window_tokens: u64,
    /// Numbers of four bytes that a recurrent model keeps for one conversation.
    pub state_width: u64,
    /// Whether it keeps something else than keys and values, counted above or not.
    pub keeps_state: bool,
}

/// How often a layer looks back all the way: one in `period`, the first or the last of them.
struct Windows {
    period: u32,
    full_first: bool,
    /// Where the file does not say.
    default_tokens: u32,
}

/// What `load_swa_pattern` is called with in llama.cpp's `src/models`.
fn windows_of(architecture: &str) -> Option<Windows> {
    let (period, full_first, default_tokens) = match architecture {
        "gemma2" => (2, false, 4096),
        "gpt-oss" => (2, false, 0),
        "gemma3n" => (5, false, 0),
        "gemma3" => (6, false, 0),
        "llama4" => (4, false, 8192),
        "afmoe" | "cohere2" | "exaone4" | "exaone-moe" | "mellum" | "muse-glimmer" | "olmo2" => {
            (4, false, 0)
        }
        "cohere2moe" | "laguna" | "smallthinker" => (4, true, 0),
        "plamo3" => (8, false, 0),
        _ => return None,
    };
    Some(Windows {
        period,
        full_first,
        default_tokens,
    })
}

/// Architectures that keep no keys and values at all (`create_memory` in `llama-model.cpp`).
fn keeps_nothing(architecture: &str) -> bool {
    matches!(
        architecture,
        "bert"
            | "jina-bert-v2"
            | "jina-bert-v3"
            | "nomic-bert"
            | "nomic-bert-moe"
            | "neo-bert"
            | "eurobert"
            | "modern-bert"
            | "gemma-embedding"
            | "dream"
            | "llada"
            | "llada-moe"
            | "rnd1"
    )
}

/// Architectures all of whose layers are recurrent (`llm_arch_is_recurrent`).
fn is_recurrent(architecture: &str) -> bool {
    matches!(
        architecture,
        "mamba" | "mamba2" | "rwkv6" | "rwkv6qwen2" | "rwkv7" | "arwkv7"
    )
}

/// Architectures some of whose layers are recurrent (`llm_arch_is_hybrid`).
fn is_hybrid(architecture: &str) -> bool {
    matches!(
        architecture,
        "bailingmoe3"
            | "deepseek4"
            | "falcon-h1"
            | "glm5-next"
            | "granitehybrid"
            | "jamba"
            | "kimi-k3"
            | "kimi-linear"
            | "lfm2"
            | "lfm2moe"
            | "minimax-01"
            | "nemotron_h"
            | "nemotron_h_moe"
            | "plamo2"
            | "qwen35"
            | "qwen35moe"
            | "qwen3next"
            | "qwen4exp"
    )
}

/// Architectures each of whose layers attends and is recurrent too.
fn does_both(architecture: &str) -> bool {
    architecture == "falcon-h1"
}

/// One value for each layer: the one that holds for all, or an array of them.
struct PerLayer(Vec<u32>);

impl PerLayer {
    fn of(&self, layer: u32) -> u64 {
        let value = match self.0.as_slice() {
            [all] => Some(*all),
            each => usize::try_from(layer)
                .ok()
                .and_then(|it| each.get(it))
                .copied(),
        };
        value.unwrap_or(0).into()
    }

    fn greatest(&self) -> u64 {
        self.0.iter().copied().max().unwrap_or(0).into()
    }
}

impl Shape {
    /// Reads it from the fields of a file. What does not fit together is left for llama.cpp to
    /// refuse: a shape is for an estimate, and never a reason to do so.
    pub(super) fn read(
        metadata: &Metadata,
        architecture: &str,
        block_count: Option<u32>,
    ) -> Result<Self, Damage> {
        let number = |field: &str| metadata.number(&format!("{architecture}.{field}"));
        let each = |field: &str| -> Result<Option<PerLayer>, Damage> {
            let numbers = metadata.numbers(&format!("{architecture}.{field}"))?;
            Ok(numbers.map(PerLayer))
        };
        let none = || PerLayer(Vec::new());

        let embedding_length: u64 = number("embedding_length")?.unwrap_or(0).into();
        let heads = each("attention.head_count")?.unwrap_or_else(none);
        let head_count = heads.greatest();
        let kv_heads = each("attention.head_count_kv")?.unwrap_or(heads);
        let head_length = embedding_length.checked_div(head_count).unwrap_or(0);
        let key_length = number("attention.key_length")?.map_or(head_length, u64::from);
        let value_length = number("attention.value_length")?.map_or(head_length, u64::from);
        let dense = each("feed_forward_length")?.unwrap_or_else(none);
        let expert = each("expert_feed_forward_length")?.unwrap_or_else(none);
        let used = each("expert_used_count")?.unwrap_or_else(none).greatest();
        let feed_forward_length = match expert.greatest() {
            0 => dense.greatest().saturating_mul(used.max(1)),
            each => dense.greatest().max(each.saturating_mul(used)),
        };
        let mut shape = Self {
            embedding_length,
            feed_forward_length,
            head_count,
            keeps_state: is_recurrent(architecture) || is_hybrid(architecture),
            ..Self::default()
        };
        if keeps_nothing(architecture) {
            return Ok(shape);
        }

        let layers = block_count.unwrap_or(0);
        let ahead = number("nextn_predict_layers")?.unwrap_or(0);
        let is_latent = number("attention.key_length_mla")?.is_some();
        let interval = number("full_attention_interval")?;
        let windows = Windowed::read(metadata, architecture)?;
        let state = state_width(metadata, architecture, embedding_length)?;
        shape.keeps_state |= state > 0;
        for layer in 0..layers.saturating_sub(ahead) {
            let kv_heads = kv_heads.of(layer);
            let skips = interval
                .or(implied_interval(architecture))
                .is_some_and(|every| every > 0 && (layer + 1) % every != 0);
            if is_recurrent(architecture) || skips || (kv_heads == 0 && state > 0) {
                let is_plain = architecture.starts_with("nemotron_h") && dense.of(layer) > 0;
                if !is_plain {
                    shape.state_width = shape.state_width.saturating_add(state);
                }
                continue;
            }
            if does_both(architecture) {
                shape.state_width = shape.state_width.saturating_add(state);
            }
            // The latent form keeps one compressed vector, from which values are made too.
            let width = match is_latent {
                true => key_length,
                false => key_length.saturating_add(value_length),
            };
            let width = kv_heads.saturating_mul(width);
            let sum = match windows.includes(layer) {
                true => &mut shape.windowed_width,
                false => &mut shape.attended_width,
            };
            *sum = sum.saturating_add(width);
        }
        if shape.windowed_width > 0 {
            shape.window_tokens = windows.tokens.into();
        }
        Ok(shape)
    }
}

/// Where llama.cpp assumes an interval that the file leaves out.
fn implied_interval(architecture: &str) -> Option<u32> {
    let is_delta_net = matches!(
        architecture,
        "qwen3next" | "qwen35" | "qwen35moe" | "qwen4exp"
    );
    is_delta_net.then_some(4)
}

/// Which layers look back a short way only.
pub(super) struct Windowed {
    tokens: u32,
    period: u32,
    full_first: bool,
    each: Option<PerLayer>,
}

impl Windowed {
    pub(super) fn read(metadata: &Metadata, architecture: &str) -> Result<Self, Damage> {
        let pattern = format!("{architecture}.attention.sliding_window_pattern");
        let tokens = metadata.number(&format!("{architecture}.attention.sliding_window"))?;
        let windows = windows_of(architecture);
        let default_tokens = windows.as_ref().map_or(0, |it| it.default_tokens);
        let mut windowed = Self {
            tokens: tokens.unwrap_or(default_tokens),
            period: windows.as_ref().map_or(1, |it| it.period),
            full_first: windows.as_ref().is_some_and(|it| it.full_first),
            each: None,
        };
        match metadata.numbers(&pattern)? {
            Some(numbers) if metadata.is_array(&pattern) => windowed.each = Some(PerLayer(numbers)),
            Some(numbers) if windows.is_some() => {
                windowed.period = numbers.first().copied().unwrap_or(1);
            }
            _ => {}
        }
        Ok(windowed)
    }

    /// Whether this layer is one of them (`set_swa_pattern` in `llama-hparams.cpp`).
    pub(super) fn includes(&self, layer: u32) -> bool {
        if self.tokens == 0 {
            return false;
        }
        match (&self.each, self.period, self.full_first) {
            (Some(each), ..) => each.of(layer) != 0,
            (None, 0, _) => true,
            (None, period, true) => !layer.is_multiple_of(period),
            (None, period, false) => layer % period < period - 1,
        }
    }

    /// Whether llama.cpp will make room for such layers, though there may be none.
    pub(super) fn is_expected(&self, architecture: &str) -> bool {
        self.tokens > 0 && windows_of(architecture).is_some()
    }
}

/// What a recurrent layer keeps (`n_embd_r` and `n_embd_s` in `llama-hparams.cpp`).
fn state_width(
    metadata: &Metadata,
    architecture: &str,
    embedding_length: u64,
) -> Result<u64, Damage> {
    let number = |field: &str| -> Result<u64, Damage> {
        let number = metadata.number(&format!("{architecture}.{field}"))?;
        Ok(number.unwrap_or(0).into())
    };
    let head_size = number("wkv.head_size")?;
    if head_size > 0 {
        let shifts = number("token_shift_count")?.max(1);
        return Ok(embedding_length.saturating_mul(shifts.saturating_add(head_size)));
    }
    let taps = number("shortconv.l_cache")?;
    if taps > 0 {
        return Ok(embedding_length.saturating_mul(taps - 1));
    }
    let inner = number("ssm.inner_size")?;
    let state = number("ssm.state_size")?;
    let groups = number("ssm.group_count")?;
    let taps = number("ssm.conv_kernel")?.saturating_sub(1);
    let mixed = inner.saturating_add(groups.saturating_mul(state).saturating_mul(2));
    Ok(taps
        .saturating_mul(mixed)
        .saturating_add(state.saturating_mul(inner)))
}
