//! How likely the model found a token, and what else it had in mind: from the raw logits,
//! before any sampler.
//!
//! It runs once a token over the whole vocabulary, so both passes are written for the
//! compiler to work on several logits at once.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use crate::chat::{Alternative, Choice};

/// The most alternatives that are told.
const MAX_COUNT: usize = 1000;

/// Logits that are worked on at once; a multiple of what the registers of any processor hold.
const LANES: usize = 16;

/// What was chosen, and the `count` likeliest tokens.
pub(super) fn choice(
    logits: &[f32],
    chosen: LlamaToken,
    count: u32,
    vocab: &LlamaVocab<'_>,
) -> Choice {
    let text = |token: LlamaToken| {
        let bytes = vocab.token_to_piece(token, true, None);
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let count = usize::try_from(count).unwrap_or(MAX_COUNT);
    let index = usize::try_from(chosen.0).unwrap_or(usize::MAX);
    let (probability, likeliest) = probabilities(logits, index, count.min(MAX_COUNT));
    let alternatives = likeliest
        .into_iter()
        .map(|(index, probability)| {
            let token = LlamaToken::new(i32::try_from(index).unwrap_or(-1));
            Alternative {
                token: token.0,
                text: text(token),
                probability,
            }
        })
        .collect();
    Choice {
        token: chosen.0,
        text: text(chosen),
        probability,
        alternatives,
    }
}

/// The probability of `chosen`, and the `count` likeliest with theirs, the likeliest first.
fn probabilities(logits: &[f32], chosen: usize, count: usize) -> (f32, Vec<(usize, f32)>) {
    let max = max(logits);
    if !max.is_finite() {
        return (0.0, Vec::new());
    }
    let sum = sum_exp(logits, max);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a probability, told with as many digits as it has"
    )]
    let probability = |logit: f32| (f64::from(logit - max).exp() / sum) as f32;
    let of_chosen = logits.get(chosen).map_or(0.0, |logit| probability(*logit));
    let likeliest = likeliest(logits, count)
        .into_iter()
        .map(|it| (it.index, probability(it.logit)));
    (of_chosen, likeliest.collect())
}

/// The largest logit; negative infinity where there is none.
fn max(logits: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let (chunks, rest) = logits.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        for (lane, logit) in lanes.iter_mut().zip(chunk) {
            *lane = larger(*lane, *logit);
        }
    }
    let all = lanes.iter().chain(rest);
    all.fold(f32::NEG_INFINITY, |max, logit| larger(max, *logit))
}

/// The sum of all logits' exponentials, `max` taken off each.
fn sum_exp(logits: &[f32], max: f32) -> f64 {
    let mut sum = 0.0;
    // Few enough to add up in 32 bits.
    for block in logits.chunks(64 * LANES) {
        let (chunks, rest) = block.as_chunks::<LANES>();
        let mut lanes = [0.0_f32; LANES];
        for chunk in chunks {
            for (lane, logit) in lanes.iter_mut().zip(chunk) {
                *lane += exp(logit - max);
            }
        }
        let rest = rest.iter().map(|logit| exp(logit - max));
        sum += lanes.into_iter().chain(rest).map(f64::from).sum::<f64>();
    }
    sum
}

/// e to the power of `x`, which is 0 or less, to seven digits. The library's own is a call
/// for each, and takes ten times as long.
#[inline]
fn exp(x: f32) -> f32 {
    /// Added to a number, it leaves the nearest whole one in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    // No number stays above this comparison, for NaN loses it, too.
    let power = if x > -80.0 { x } else { -80.0 } * std::f32::consts::LOG2_E;
    let rounded = power + ROUND;
    let whole = rounded.to_bits().wrapping_sub(ROUND.to_bits());
    let rest = (power - (rounded - ROUND)) * std::f32::consts::LN_2;
    let series = 1.0
        + rest
            * (1.0
                + rest
                    * (0.5
                        + rest
                            * (1.0 / 6.0
                                + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
    series * f32::from_bits(whole.wrapping_add(127) << 23)
}

/// A logit and its place; the larger one first, of equal ones the first.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    logit: f32,
    index: usize,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        // None is NaN, which is larger than nothing; zeros of either sign are equal.
        let by_logit = self.logit.partial_cmp(&other.logit);
        by_logit
            .unwrap_or(Ordering::Equal)
            .then_with(|| other.index.cmp(&self.index))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// The `count` largest, the largest first.
fn likeliest(logits: &[f32], count: usize) -> Vec<Ranked> {
    if count == 0 {
        return Vec::new();
    }
    let mut kept = BinaryHeap::with_capacity(count + 1);
    let mut least = f32::NEG_INFINITY;
    for (index, &logit) in logits.iter().enumerate() {
        // Nearly all of them end here.
        if logit > least {
            kept.push(Reverse(Ranked { logit, index }));
            if kept.len() > count {
                kept.pop();
            }
            if kept.len() == count {
                least = kept.peek().map_or(least, |it| it.0.logit);
            }
        }
    }
    let sorted = kept.into_sorted_vec().into_iter();
    sorted.map(|Reverse(it)| it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same each time.
    fn logits(count: usize, spread: f32) -> Vec<f32> {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            #[expect(clippy::cast_precision_loss, reason = "any number will do")]
            let unit = (state >> 8) as f32 / 16_777_216.0;
            (unit - 0.5) * spread
        };
        (0..count).map(|_| next()).collect()
    }

    /// The same, plainly.
    fn plainly(logits: &[f32]) -> Vec<(usize, f64)> {
        let logits: Vec<f64> = logits.iter().map(|it| f64::from(*it)).collect();
        let max = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits.iter().map(|it| (it - max).exp()).sum();
        let all = logits.iter().map(|it| (it - max).exp() / sum);
        let mut all: Vec<_> = all.enumerate().collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all
    }

    #[test]
    fn probabilities_are_those_of_a_plain_softmax() {
        for (count, spread) in [
            (1, 1.0),
            (15, 3.0),
            (100, 0.0),
            (49_152, 40.0),
            (49_153, 6.0),
        ] {
            let logits = logits(count, spread);
            let plain = plainly(&logits);
            for wanted in [0, 1, 10, 1000] {
                let (index, expected) = plain[plain.len() / 2];
                let (chosen, likeliest) = probabilities(&logits, index, wanted);
                assert!((f64::from(chosen) - expected).abs() < 1e-6 * expected + 1e-12);
                assert_eq!(likeliest.len(), wanted.min(count));
                for ((at, got), (plain_at, expected)) in likeliest.iter().zip(&plain) {
                    assert_eq!(at, plain_at, "{count} {spread} {wanted}");
                    let off = (f64::from(*got) - expected).abs();
                    assert!(off < 1e-5 * expected, "{got}, not {expected}");
                }
            }
        }
    }

    #[test]
    fn logits_that_are_no_numbers_harm_nothing() {
        let (nan, low) = (f32::NAN, f32::NEG_INFINITY);
        let (chosen, likeliest) = probabilities(&[low, 1.0, nan, 1.0, -200.0], 3, 9);
        assert!((chosen - 0.5).abs() < 1e-6, "{chosen}");
        let order: Vec<_> = likeliest.iter().map(|it| it.0).collect();
        assert_eq!(order, [1, 3, 4]);
        assert_eq!(probabilities(&[low, nan], 0, 3), (0.0, Vec::new()));
        assert_eq!(probabilities(&[], 0, 3), (0.0, Vec::new()));
        let (chosen, _) = probabilities(&[1.0], usize::MAX, 0);
        assert!(chosen.abs() < f32::EPSILON);
    }
}
