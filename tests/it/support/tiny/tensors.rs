//! Which tensors each architecture has, and how large their numbers are to be.
//!
//! Numbers keep a deviation of about 1 on their way through the layers, and attention picks
//! a few tokens out of many; so a change far back is neither drowned nor blown up.

use super::vocabulary::Words;
use super::weights::{Fill, Tensor};
use super::{Architecture, Shape, Tiny};

/// Tokens that a layer of Mamba sees at once.
pub(super) const CONVOLUTION: u16 = 4;
/// Tokens that a convolution of LFM2 sees at once.
pub(super) const SHORT_CONVOLUTION: u16 = 3;
/// States that each channel of Mamba has.
pub(super) const STATE: u16 = 16;

/// How sharply attention picks: the deviation of what it takes the exponential of.
const SHARPNESS: f32 = 2.0;
/// The bias of queries and keys in heads that look at what is near: turned by the position
/// they fit best where there is no distance.
const NEARNESS: f32 = 2.0;
/// The deviation of the logits of words that may be said.
const LOGITS: f32 = 4.0;

const ONE: Fill = Fill::Constant(1.0);
const ZERO: Fill = Fill::Constant(0.0);
const MATRIX: Fill = Fill::Matrix(1.0);

/// A tensor of a layer: its name behind `blk.N.`, its lengths, and what is in it.
type Part = (&'static str, Vec<usize>, Fill);

impl Shape {
    pub(super) fn time_step_rank(&self) -> u16 {
        self.embedding / 16
    }
}

/// Whether a layer of [`Architecture::Hybrid`] has attention.
pub(super) fn has_attention(layer: u16) -> bool {
    layer % 2 == 1
}

/// All tensors of a model.
pub(super) fn tensors(model: &Tiny<'_>, words: &Words) -> Vec<Tensor> {
    let architecture = model.architecture;
    let width = usize::from(model.shape.embedding);
    let mut parts = vec![(
        "token_embd.weight",
        vec![width, words.len()],
        // Gemma makes them larger by the root of their number.
        Fill::Embedding(match architecture {
            Architecture::Gemma3 => f32::from(model.shape.embedding).sqrt().recip(),
            _ => 1.0,
        }),
    )];
    if architecture == Architecture::Bert {
        let context = usize::try_from(model.context_tokens).unwrap();
        parts.extend([
            (
                "position_embd.weight",
                vec![width, context],
                Fill::Embedding(1.0),
            ),
            ("token_types.weight", vec![width, 1], Fill::Random(1.0)),
            ("token_embd_norm.weight", vec![width], ONE),
            ("token_embd_norm.bias", vec![width], ZERO),
        ]);
    } else {
        let norm = match architecture {
            // Its converter calls it so.
            Architecture::Hybrid => "token_embd_norm.weight",
            _ => "output_norm.weight",
        };
        let output = Fill::Output {
            deviation: LOGITS,
            is_said: words.is_said.clone(),
        };
        parts.extend([
            (norm, vec![width], ONE),
            ("output.weight", vec![width, words.len()], output),
        ]);
    }
    let mut tensors: Vec<Tensor> = parts.into_iter().map(|part| tensor("", part)).collect();
    for layer in 0..model.shape.layers {
        let prefix = format!("blk.{layer}.");
        let parts = parts_of_layer(architecture, &model.shape, layer);
        tensors.extend(parts.into_iter().map(|part| tensor(&prefix, part)));
    }
    tensors
}

fn tensor(prefix: &str, (name, lengths, fill): Part) -> Tensor {
    Tensor {
        name: format!("{prefix}{name}"),
        lengths,
        fill,
    }
}

fn parts_of_layer(architecture: Architecture, shape: &Shape, layer: u16) -> Vec<Part> {
    let width = usize::from(shape.embedding);
    let head = width / usize::from(shape.heads);
    // Where queries are normalised, their size is that of the norm.
    let head_norms = [
        ("attn_q_norm.weight", vec![head], Fill::Constant(SHARPNESS)),
        ("attn_k_norm.weight", vec![head], ONE),
    ];
    let norms_before = [
        ("attn_norm.weight", vec![width], ONE),
        ("ffn_norm.weight", vec![width], ONE),
    ];
    let mut parts = Vec::new();
    match architecture {
        Architecture::Llama => {
            parts.extend(norms_before);
            parts.extend(attention(shape));
            parts.extend(biases(shape));
            parts.extend(feed_forward(shape));
        }
        Architecture::Gemma3 => {
            parts.extend(norms_before);
            parts.extend(attention(shape));
            parts.extend(head_norms);
            parts.extend(feed_forward(shape));
            parts.extend([
                ("post_attention_norm.weight", vec![width], ONE),
                ("post_ffw_norm.weight", vec![width], ONE),
            ]);
        }
        Architecture::Hybrid => {
            parts.extend(norms_before);
            if has_attention(layer) {
                parts.extend(attention(shape));
                parts.extend(head_norms);
            } else {
                parts.extend(short_convolution(shape));
            }
            parts.extend(feed_forward(shape));
        }
        Architecture::Mamba => {
            parts.push(("attn_norm.weight", vec![width], ONE));
            parts.extend(state_space(shape));
        }
        Architecture::Bert => {
            parts.extend(attention(shape));
            // It has no gate.
            parts.extend(feed_forward(shape).into_iter().skip(1));
            parts.extend([
                ("attn_output_norm.weight", vec![width], ONE),
                ("attn_output_norm.bias", vec![width], ZERO),
                ("layer_output_norm.weight", vec![width], ONE),
                ("layer_output_norm.bias", vec![width], ZERO),
            ]);
        }
    }
    parts
}

fn kv_width(shape: &Shape) -> usize {
    usize::from(shape.embedding / shape.heads * shape.kv_heads)
}

/// Half of the heads look at what is near. Without them a new token would be one of many,
/// and to leave it out would hardly show.
fn biases(shape: &Shape) -> [Part; 2] {
    let width = usize::from(shape.embedding);
    let half = Fill::Half(NEARNESS);
    [
        ("attn_q.bias", vec![width], half.clone()),
        ("attn_k.bias", vec![kv_width(shape)], half),
    ]
}

fn attention(shape: &Shape) -> [Part; 4] {
    let width = usize::from(shape.embedding);
    let kv_width = kv_width(shape);
    [
        ("attn_q.weight", vec![width, width], Fill::Matrix(SHARPNESS)),
        ("attn_k.weight", vec![width, kv_width], MATRIX),
        ("attn_v.weight", vec![width, kv_width], MATRIX),
        // What is picked from many tokens is small, being a mean.
        ("attn_output.weight", vec![width, width], Fill::Matrix(2.0)),
    ]
}

fn feed_forward(shape: &Shape) -> [Part; 3] {
    let width = usize::from(shape.embedding);
    let inner = usize::from(shape.feed_forward);
    [
        ("ffn_gate.weight", vec![width, inner], MATRIX),
        ("ffn_up.weight", vec![width, inner], MATRIX),
        ("ffn_down.weight", vec![inner, width], MATRIX),
    ]
}

fn short_convolution(shape: &Shape) -> [Part; 3] {
    let width = usize::from(shape.embedding);
    let seen = usize::from(SHORT_CONVOLUTION);
    [
        (
            "shortconv.conv.weight",
            vec![seen, width],
            Fill::Random(0.6),
        ),
        ("shortconv.in_proj.weight", vec![width, 3 * width], MATRIX),
        ("shortconv.out_proj.weight", vec![width, width], MATRIX),
    ]
}

fn state_space(shape: &Shape) -> [Part; 9] {
    let width = usize::from(shape.embedding);
    let inner = 2 * width;
    let state = usize::from(STATE);
    let rank = usize::from(shape.time_step_rank());
    [
        ("ssm_in.weight", vec![width, 2 * inner], MATRIX),
        (
            "ssm_conv1d.weight",
            vec![CONVOLUTION.into(), inner],
            Fill::Random(0.5),
        ),
        ("ssm_conv1d.bias", vec![inner], ZERO),
        (
            "ssm_x.weight",
            vec![inner, rank + 2 * state],
            Fill::Matrix(2.0),
        ),
        ("ssm_dt.weight", vec![rank, inner], Fill::Random(0.2)),
        // The softplus of this is a time step of about 0.1.
        ("ssm_dt.bias", vec![inner], Fill::Constant(-2.25)),
        ("ssm_a", vec![state, inner], Fill::Rates),
        ("ssm_d", vec![inner], ONE),
        ("ssm_out.weight", vec![inner, width], MATRIX),
    ]
}
