//! A small drawing of what samplers do: the odds of the next word in one fixed example,
//! which words they leave out, and how likely the rest become.
//!
//! The formulas are those of llama.cpp, `src/llama-sampler.cpp`; each names its function.

use std::cmp::Ordering;

use egui::{CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, pos2};

use crate::app::theme::Palette;

/// Odds of the next word in the example, likeliest first. They add up to 1.
pub(in crate::app) const EXAMPLE: [f32; 12] = [
    0.34, 0.2, 0.13, 0.09, 0.07, 0.05, 0.04, 0.03, 0.02, 0.015, 0.01, 0.005,
];

/// The tallest bar, in points.
const HEIGHT: f32 = 34.0;

/// The lowest bar, and the lowest of which one sees that it is hollow.
const LOWEST: f32 = 2.0;
const LOWEST_HOLLOW: f32 = 6.0;

/// A sampler with its values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::app) enum Sampler {
    Temperature(f32),
    DynamicTemperature {
        temperature: f32,
        range: f32,
        exponent: f32,
    },
    TopK(u32),
    TopP(f32),
    MinP(f32),
    TopNSigma(f32),
    TypicalP(f32),
    Xtc {
        probability: f32,
        threshold: f32,
    },
    /// What Mirostat begins a reply with.
    Mirostat {
        tau: f32,
    },
}

/// A word of the example after a sampler.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::app) struct Odds {
    pub(in crate::app) is_kept: bool,
    /// Its new probability; 0 where it is left out.
    pub(in crate::app) probability: f32,
}

/// What a sampler makes of these probabilities, the likeliest first, which add up to 1.
pub(in crate::app) fn sampled(probabilities: &[f32], sampler: Sampler) -> Vec<Odds> {
    let logits: Vec<f32> = probabilities.iter().map(|it| it.ln()).collect();
    match sampler {
        Sampler::Temperature(temperature) => heated(&logits, temperature),
        Sampler::DynamicTemperature {
            temperature,
            range,
            exponent,
        } => {
            let temperature = match range > 0.0 {
                true => dynamic_temperature(probabilities, temperature, range, exponent),
                false => temperature,
            };
            heated(&logits, temperature)
        }
        Sampler::TopK(count) => {
            // llama_sampler_top_k_impl; 0 keeps all.
            let count = match count {
                0 => probabilities.len(),
                count => usize::try_from(count).unwrap_or(usize::MAX),
            };
            kept(probabilities, |index| index < count)
        }
        Sampler::TopP(p) => {
            let count = first_past(probabilities, p, |sum, p| sum >= p);
            kept(probabilities, |index| p >= 1.0 || index < count)
        }
        Sampler::MinP(p) => {
            // llama_sampler_min_p_apply: logit < max + ln p goes.
            let least = probabilities.first().copied().unwrap_or(0.0) * p;
            kept(probabilities, |index| probabilities[index] >= least)
        }
        Sampler::TopNSigma(count) => kept_near_the_best(probabilities, &logits, count),
        Sampler::TypicalP(p) => typical(probabilities, p),
        Sampler::Xtc {
            probability,
            threshold,
        } => without_top_choices(probabilities, probability, threshold),
        Sampler::Mirostat { tau } => {
            // llama_sampler_mirostat_v2_apply; its mu begins at twice tau.
            let is_in = |index: usize| index == 0 || -probabilities[index].log2() <= 2.0 * tau;
            kept(probabilities, is_in)
        }
    }
}

/// What several make of them, one after the other: each sees only what those before it have
/// left.
pub(in crate::app) fn sampled_by(probabilities: &[f32], samplers: &[Sampler]) -> Vec<Odds> {
    let whole = probabilities.iter().copied().enumerate();
    let mut left: Vec<(usize, f32)> = whole.collect();
    for sampler in samplers {
        let odds: Vec<f32> = left.iter().map(|it| it.1).collect();
        let after = sampled(&odds, *sampler);
        left = left
            .iter()
            .zip(&after)
            .filter(|(_, odds)| odds.is_kept)
            .map(|((index, _), odds)| (*index, odds.probability))
            .collect();
    }
    let mut all = vec![
        Odds {
            is_kept: false,
            probability: 0.0,
        };
        probabilities.len()
    ];
    for (index, probability) in left {
        if let Some(odds) = all.get_mut(index) {
            *odds = Odds {
                is_kept: true,
                probability,
            };
        }
    }
    all
}

/// How many of the first it takes until their sum passes.
fn first_past(probabilities: &[f32], p: f32, is_past: impl Fn(f32, f32) -> bool) -> usize {
    // llama_sampler_top_p_apply: the word that reaches p is still in.
    let mut sum = 0.0;
    let reached = probabilities.iter().position(|it| {
        sum += it;
        is_past(sum, p)
    });
    reached.map_or(probabilities.len(), |index| index + 1)
}

/// Those that stay, their probabilities made to add up to 1 again.
fn kept(probabilities: &[f32], is_in: impl Fn(usize) -> bool) -> Vec<Odds> {
    let of = |(index, &probability): (usize, &f32)| match is_in(index) {
        true => (true, probability),
        false => (false, 0.0),
    };
    let left: Vec<(bool, f32)> = probabilities.iter().enumerate().map(of).collect();
    let sum: f32 = left.iter().map(|it| it.1).sum();
    let odds = |(is_kept, probability): (bool, f32)| Odds {
        is_kept,
        probability: probability / sum.max(f32::MIN_POSITIVE),
    };
    left.into_iter().map(odds).collect()
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let parts: Vec<f32> = logits.iter().map(|it| (it - most).exp()).collect();
    let sum: f32 = parts.iter().sum();
    parts.into_iter().map(|it| it / sum).collect()
}

/// `llama_sampler_temp_impl`: at 0, only the likeliest is left.
fn heated(logits: &[f32], temperature: f32) -> Vec<Odds> {
    let hot: Vec<f32> = match temperature > 0.0 {
        true => logits.iter().map(|it| it / temperature).collect(),
        false => logits.to_vec(),
    };
    kept(&softmax(&hot), |index| temperature > 0.0 || index == 0)
}

/// `llama_sampler_temp_ext_apply`: the more even the odds, the hotter.
fn dynamic_temperature(probabilities: &[f32], temperature: f32, range: f32, exponent: f32) -> f32 {
    // One word alone leaves no doubt.
    if probabilities.len() < 2 {
        return temperature;
    }
    let (least, most) = ((temperature - range).max(0.0), temperature + range);
    let highest = count(probabilities).ln();
    least + (most - least) * (entropy(probabilities) / highest).powf(exponent)
}

fn entropy(probabilities: &[f32]) -> f32 {
    -probabilities.iter().map(|it| it * it.ln()).sum::<f32>()
}

#[expect(clippy::cast_precision_loss, reason = "a dozen words")]
fn count(probabilities: &[f32]) -> f32 {
    probabilities.len() as f32
}

/// `llama_sampler_top_n_sigma_apply`: logits further below the best than this many standard
/// deviations go.
fn kept_near_the_best(probabilities: &[f32], logits: &[f32], deviations: f32) -> Vec<Odds> {
    let mean = logits.iter().sum::<f32>() / count(logits);
    let variance = logits.iter().map(|it| (it - mean).powi(2)).sum::<f32>() / count(logits);
    let best = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let least = best - deviations * variance.sqrt();
    kept(probabilities, |index| {
        deviations <= 0.0 || logits[index] >= least
    })
}

/// `llama_sampler_typical_apply`: those whose surprise is nearest to the average stay.
fn typical(probabilities: &[f32], p: f32) -> Vec<Odds> {
    let expected = entropy(probabilities);
    let distance = |index: usize| (-probabilities[index].ln() - expected).abs();
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&one, &other| {
        let order = distance(one).partial_cmp(&distance(other));
        order.unwrap_or(Ordering::Equal)
    });
    let sorted: Vec<f32> = order.iter().map(|&index| probabilities[index]).collect();
    let count = first_past(&sorted, p, |sum, p| sum > p);
    let chosen = &order[..count];
    kept(probabilities, |index| p >= 1.0 || chosen.contains(&index))
}

/// `llama_sample_xtc_apply`, in the cases in which it acts: of those that reach the
/// threshold, only the last stays.
fn without_top_choices(probabilities: &[f32], probability: f32, threshold: f32) -> Vec<Odds> {
    let reach = probabilities.iter().take_while(|&&it| it >= threshold);
    let first = match probability > 0.0 && threshold <= 0.5 {
        true => reach.count().saturating_sub(1),
        false => 0,
    };
    kept(probabilities, |index| index >= first)
}

/// Draws the example as the samplers leave it; a word that is left out is hollow, as high
/// as it was before. `name` says what it shows to those who do not see it, `is_off` that these
/// samplers do nothing as things are.
pub(in crate::app) fn distribution(ui: &mut Ui, samplers: &[Sampler], name: &str, is_off: bool) {
    let palette = Palette::of(ui);
    let fill = match is_off {
        true => palette.faint,
        false => palette.accent,
    };
    let odds = sampled_by(&EXAMPLE, samplers);
    let size = Vec2::new(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, name));
    let step = rect.width() / count(&EXAMPLE);
    let highest = odds.iter().map(|it| it.probability).fold(0.0, f32::max);
    let corners = CornerRadius {
        nw: 2,
        ne: 2,
        sw: 0,
        se: 0,
    };
    let mut left = rect.left();
    for (before, odds) in EXAMPLE.iter().zip(&odds) {
        let height = bar_height(*before, *odds, highest);
        let bar = Rect::from_min_max(
            pos2(left, rect.bottom() - height),
            pos2(left + step - 3.0, rect.bottom()),
        );
        if odds.is_kept {
            ui.painter().rect_filled(bar, corners, fill);
        } else {
            let line = Stroke::new(1.0, palette.faint.gamma_multiply(0.6));
            let kind = StrokeKind::Inside;
            ui.painter().rect_stroke(bar, corners, line, kind);
        }
        left += step;
    }
    response.on_hover_text(name);
}

/// How high the bar of a word is, given what it was before and how likely the likeliest is
/// now.
fn bar_height(before: f32, odds: Odds, highest: f32) -> f32 {
    // One scale for all positions of a slider, unless a bar would grow out of the drawing.
    let scale = HEIGHT / highest.max(0.4);
    match odds.is_kept {
        true => (odds.probability * scale).clamp(LOWEST, HEIGHT),
        false => (before * scale).clamp(LOWEST_HOLLOW, HEIGHT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR: [f32; 4] = [0.5, 0.25, 0.15, 0.1];

    fn is_kept(probabilities: &[f32], sampler: Sampler) -> Vec<bool> {
        let odds = sampled(probabilities, sampler);
        odds.iter().map(|it| it.is_kept).collect()
    }

    #[track_caller]
    fn check(sampler: Sampler, wanted: [f32; 4]) {
        let odds = sampled(&FOUR, sampler);
        for (odds, wanted) in odds.iter().zip(wanted) {
            assert!(
                (odds.probability - wanted).abs() < 0.001,
                "{sampler:?}: {odds:?} is not {wanted}"
            );
        }
    }

    #[test]
    fn the_odds_always_add_up() {
        let samplers = [
            Sampler::Temperature(0.0),
            Sampler::Temperature(1.7),
            Sampler::TopK(3),
            Sampler::TopP(0.0),
            Sampler::MinP(1.0),
            Sampler::TopNSigma(0.5),
            Sampler::TypicalP(0.1),
            Sampler::Xtc {
                probability: 1.0,
                threshold: 0.05,
            },
            Sampler::Mirostat { tau: 0.0 },
        ];
        assert!((EXAMPLE.iter().sum::<f32>() - 1.0).abs() < 0.0001);
        for sampler in samplers {
            let odds = sampled(&EXAMPLE, sampler);
            let sum: f32 = odds.iter().map(|it| it.probability).sum();
            assert!((sum - 1.0).abs() < 0.0001, "{sampler:?}: {sum}");
            assert!(odds.iter().any(|it| it.is_kept), "{sampler:?}");
        }
    }

    #[test]
    fn temperature_reshapes() {
        check(Sampler::Temperature(1.0), FOUR);
        // p^(1/t), made to add up to 1: the squares of the four, divided by 0.345.
        check(Sampler::Temperature(0.5), [0.7246, 0.1812, 0.0652, 0.029]);
        check(Sampler::Temperature(0.0), [1.0, 0.0, 0.0, 0.0]);
        let hot = Sampler::DynamicTemperature {
            temperature: 0.5,
            range: 0.0,
            exponent: 1.0,
        };
        check(hot, [0.7246, 0.1812, 0.0652, 0.029]);
        // Where all are as likely, the doubt is as large as it gets.
        let even = [0.25; 4];
        assert!((dynamic_temperature(&even, 1.0, 0.4, 1.0) - 1.4).abs() < 0.001);
    }

    #[test]
    fn the_word_that_reaches_top_p_is_still_in() {
        check(Sampler::TopP(0.75), [0.6667, 0.3333, 0.0, 0.0]);
        assert_eq!(
            is_kept(&FOUR, Sampler::TopP(0.76)),
            [true, true, true, false]
        );
        assert_eq!(is_kept(&FOUR, Sampler::TopP(1.0)), [true; 4]);
        assert_eq!(
            is_kept(&FOUR, Sampler::TopP(0.0)),
            [true, false, false, false]
        );
    }

    #[test]
    fn the_others_leave_out_what_llama_cpp_leaves_out() {
        let two = [true, true, false, false];
        assert_eq!(is_kept(&FOUR, Sampler::TopK(2)), two);
        assert_eq!(is_kept(&FOUR, Sampler::TopK(0)), [true; 4]);
        assert_eq!(is_kept(&FOUR, Sampler::MinP(0.5)), two);
        assert_eq!(is_kept(&FOUR, Sampler::MinP(0.0)), [true; 4]);
        // The logits are -0.693, -1.386, -1.897 and -2.303; their deviation is 0.601.
        assert_eq!(is_kept(&FOUR, Sampler::TopNSigma(1.2)), two);
        assert_eq!(is_kept(&FOUR, Sampler::TopNSigma(0.0)), [true; 4]);
        // Their average surprise is 1.208 nats; 0.25 is nearest to it.
        assert_eq!(
            is_kept(&FOUR, Sampler::TypicalP(0.2)),
            [false, true, false, false]
        );
        let xtc = |probability, threshold| Sampler::Xtc {
            probability,
            threshold,
        };
        assert_eq!(
            is_kept(&FOUR, xtc(0.5, 0.15)),
            [false, false, true, true],
            "of three that reach it, the last stays"
        );
        assert_eq!(is_kept(&FOUR, xtc(0.0, 0.15)), [true; 4]);
        assert_eq!(is_kept(&FOUR, xtc(1.0, 0.6)), [true; 4]);
        // Surprises of 1, 2, 2.7 and 3.3 bits.
        assert_eq!(is_kept(&FOUR, Sampler::Mirostat { tau: 1.0 }), two);
    }

    #[test]
    fn each_sees_what_those_before_it_have_left() {
        let four = |samplers: &[Sampler]| sampled_by(&FOUR, samplers);
        assert_eq!(four(&[]), sampled(&FOUR, Sampler::TopK(0)));
        let odds = four(&[Sampler::TopK(2), Sampler::Temperature(0.5)]);
        // The squares of 2/3 and 1/3, made to add up to 1.
        assert!((odds[0].probability - 0.8).abs() < 0.001, "{odds:?}");
        assert!((odds[1].probability - 0.2).abs() < 0.001, "{odds:?}");
        assert!(!odds[2].is_kept && !odds[3].is_kept);
        let odds = four(&[Sampler::TypicalP(0.2), Sampler::TopK(1)]);
        let kept: Vec<bool> = odds.iter().map(|it| it.is_kept).collect();
        assert_eq!(kept, [false, true, false, false], "each keeps its place");
        let hot = Sampler::DynamicTemperature {
            temperature: 0.5,
            range: 0.5,
            exponent: 1.0,
        };
        let odds = four(&[Sampler::TopK(1), hot]);
        assert!((odds[0].probability - 1.0).abs() < 0.001, "{odds:?}");
    }

    #[test]
    fn a_hollow_bar_is_seen_to_be_hollow_however_low_it_is() {
        for temperature in [0.1, 1.0, 2.0] {
            let samplers = [Sampler::Temperature(temperature), Sampler::TopK(2)];
            let odds = sampled_by(&EXAMPLE, &samplers);
            let highest = odds.iter().map(|it| it.probability).fold(0.0, f32::max);
            for (before, odds) in EXAMPLE.iter().zip(&odds) {
                let height = bar_height(*before, *odds, highest);
                assert!(height <= HEIGHT);
                // Two lines of one point, and room between them.
                assert!(odds.is_kept || height >= 5.0, "{height} of {before}");
            }
        }
    }
}
