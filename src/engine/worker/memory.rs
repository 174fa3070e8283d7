//! Whether a model fits: plain arithmetic on what is needed and what is free. The
//! numbers come from `rehearsal.rs`.

use gguf::Computing;

use super::decoder::MAX_BATCH;
use crate::engine::fault::{Fault, Fit};
use crate::params::{FlashAttention, KvType, LoadOptions};

/// llama.cpp's name of the machine itself.
pub(super) const CPU: &str = "CPU";

/// What certainly fits is loaded without a rehearsal: the guess, which is never too low,
/// is at most this part of what is free.
const COMFORTABLE_PERCENT: u64 = 60;

/// Contexts that are offered, as round as their users expect.
const ROUND_CONTEXTS: [u32; 21] = [
    256, 512, 1024, 2048, 3072, 4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768, 49_152, 65_536,
    98_304, 131_072, 196_608, 262_144, 393_216, 524_288, 786_432,
];

/// What of a context costs memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub(super) context_tokens: u32,
    pub(super) kv_type: KvType,
    pub(super) flash_attention: FlashAttention,
    pub(super) threads: u32,
}

impl Shape {
    /// The shape for these options and a model that was trained for so many tokens.
    ///
    /// # Errors
    /// [`Fault::NeedsFlashAttention`] where the options contradict each other.
    pub(super) fn new(options: &LoadOptions, trained: u32, threads: u32) -> Result<Self, Fault> {
        let kv_type = options.kv_type.unwrap_or_default();
        let flash_attention = options.flash_attention.unwrap_or_default();
        if kv_type.needs_flash_attention() && flash_attention == FlashAttention::Off {
            return Err(Fault::NeedsFlashAttention { kv_type });
        }
        let context_tokens = options
            .context_tokens
            .unwrap_or(trained.min(LoadOptions::DEFAULT_CONTEXT_TOKENS))
            .clamp(
                LoadOptions::MIN_CONTEXT_TOKENS,
                LoadOptions::MAX_CONTEXT_TOKENS,
            );
        Ok(Self {
            context_tokens,
            kv_type,
            flash_attention,
            threads,
        })
    }

    /// What a model computes with in this shape.
    pub(super) fn computing(&self) -> Computing {
        let must_have_flash = self.kv_type.needs_flash_attention();
        Computing {
            context_tokens: self.context_tokens,
            kv_block_bytes: self.kv_type.block_bytes(),
            batch_tokens: MAX_BATCH as u64,
            may_lack_flash_attention: !must_have_flash
                && self.flash_attention != FlashAttention::On,
        }
    }

    /// The shapes to offer in place of this one: for its KV type and each that takes less,
    /// the round contexts below what was asked for, the smallest first. With a KV cache
    /// that takes less, what was asked for itself may fit.
    pub(super) fn smaller(self) -> Vec<Vec<Self>> {
        let types = KvType::ALL
            .into_iter()
            .skip_while(|it| *it != self.kv_type)
            .filter(|it| {
                !it.needs_flash_attention() || self.flash_attention != FlashAttention::Off
            });
        let with = |kv_type| {
            let is_own = kv_type == self.kv_type;
            let asked = (!is_own).then_some(self.context_tokens);
            ROUND_CONTEXTS
                .into_iter()
                .filter(|context| *context < self.context_tokens)
                .chain(asked)
                .map(|context_tokens| Self {
                    context_tokens,
                    kv_type,
                    ..self
                })
                .collect()
        };
        types.map(with).collect()
    }
}

/// What a device must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Need {
    pub(super) device: String,
    pub(super) weight_bytes: u64,
    pub(super) kv_bytes: u64,
    pub(super) compute_bytes: u64,
}

impl Need {
    pub(super) fn total_bytes(&self) -> u64 {
        self.weight_bytes
            .saturating_add(self.kv_bytes)
            .saturating_add(self.compute_bytes)
    }
}

/// What each device must hold, in the order in which devices are named.
#[derive(Debug, Default)]
pub(super) struct Needs(pub(super) Vec<Need>);

impl Needs {
    pub(super) fn of(&mut self, device: &str) -> &mut Need {
        let at = self.0.iter().position(|it| it.device == device);
        let at = at.unwrap_or_else(|| {
            self.0.push(Need {
                device: device.to_owned(),
                ..Need::default()
            });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

/// What two models take together.
pub(super) fn together(one: Vec<Need>, other: Vec<Need>) -> Vec<Need> {
    let mut needs = Needs(one);
    for need in other {
        let sum = needs.of(&need.device);
        sum.weight_bytes = sum.weight_bytes.saturating_add(need.weight_bytes);
        sum.kv_bytes = sum.kv_bytes.saturating_add(need.kv_bytes);
        sum.compute_bytes = sum.compute_bytes.saturating_add(need.compute_bytes);
    }
    needs.0
}

/// What is free on a device.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Free {
    pub(super) device: String,
    pub(super) bytes: u64,
}

impl Free {
    /// The part of it that a model may have.
    pub(super) fn usable_bytes(&self) -> u64 {
        LoadOptions::usable_bytes(self.bytes)
    }

    /// Whether so much fits without a closer look.
    pub(super) fn holds_with_ease(&self, bytes: u64) -> bool {
        bytes <= self.usable_bytes() / 100 * COMFORTABLE_PERCENT
    }
}

/// The first device that cannot hold what it must, and what it could hold. A device that
/// does not say what is free on it is trusted.
pub(super) fn shortage<'n>(needs: &'n [Need], free: &[Free]) -> Option<(&'n Need, u64)> {
    needs.iter().find_map(|need| {
        let free = free.iter().find(|it| it.device == need.device)?;
        let usable = free.usable_bytes();
        (need.total_bytes() > usable).then_some((need, usable))
    })
}

/// The fault for a shortage.
pub(super) fn refusal(need: &Need, free_bytes: u64, shape: &Shape, fits: Vec<Fit>) -> Fault {
    Fault::NotEnoughMemory {
        device: need.device.clone(),
        needed_bytes: need.total_bytes(),
        free_bytes,
        weight_bytes: need.weight_bytes,
        kv_bytes: need.kv_bytes,
        compute_bytes: need.compute_bytes,
        context_tokens: shape.context_tokens,
        fits,
    }
}

/// The last of `shapes`, which grow, that fits.
pub(super) fn largest(shapes: &[Shape], mut fits: impl FnMut(&Shape) -> bool) -> Option<Shape> {
    let count = shapes.partition_point(|shape| fits(shape));
    shapes.get(count.checked_sub(1)?).copied()
}

/// How many of the `layers` on a device to leave there so that it holds the rest; what
/// they take is spread evenly over them, what computing takes is not.
pub(super) fn layers_that_fit(need: &Need, usable_bytes: u64, layers: u32) -> u32 {
    let each = (need.weight_bytes + need.kv_bytes) / u64::from(layers.max(1));
    let room = usable_bytes.saturating_sub(need.compute_bytes);
    let fitting = room / each.max(1);
    u32::try_from(fitting).unwrap_or(u32::MAX).min(layers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(options: &LoadOptions) -> Shape {
        Shape::new(options, 8192, 1).unwrap()
    }

    fn with_context(context_tokens: u32) -> LoadOptions {
        LoadOptions {
            context_tokens: Some(context_tokens),
            ..LoadOptions::default()
        }
    }

    fn need(weight_bytes: u64, kv_bytes: u64, compute_bytes: u64) -> Need {
        Need {
            device: "CUDA0".into(),
            weight_bytes,
            kv_bytes,
            compute_bytes,
        }
    }

    #[test]
    fn the_context_follows_the_model_unless_the_user_says_otherwise() {
        let context = |options: &LoadOptions, trained| {
            Shape::new(options, trained, 1).unwrap().context_tokens
        };
        let unset = LoadOptions::default();
        assert_eq!(context(&unset, 2048), 2048);
        assert_eq!(context(&unset, 131_072), 8192);
        assert_eq!(context(&with_context(4096), 2048), 4096);
        assert_eq!(context(&with_context(0), 2048), 256);
        assert_eq!(context(&with_context(u32::MAX), 2048), 1 << 20);
    }

    #[test]
    fn a_packed_cache_needs_flash_attention() {
        let packed = |flash_attention| LoadOptions {
            kv_type: Some(KvType::Q8_0),
            flash_attention,
            ..LoadOptions::default()
        };
        for good in [None, Some(FlashAttention::Auto), Some(FlashAttention::On)] {
            Shape::new(&packed(good), 8192, 1).unwrap();
        }
        let refused = Shape::new(&packed(Some(FlashAttention::Off)), 8192, 1);
        assert_eq!(
            refused,
            Err(Fault::NeedsFlashAttention {
                kv_type: KvType::Q8_0
            })
        );
    }

    #[test]
    fn what_is_offered_grows_and_is_less_than_what_was_asked_for() {
        let offered = shape(&with_context(5000)).smaller();
        assert_eq!(offered.len(), 3);
        for (shapes, kv_type) in offered.iter().zip(KvType::ALL) {
            assert!(shapes.is_sorted_by_key(|it| it.context_tokens));
            assert!(shapes.iter().all(|it| it.kv_type == kv_type));
        }
        assert_eq!(offered[0].last().unwrap().context_tokens, 4096);
        assert_eq!(offered[1].last().unwrap().context_tokens, 5000);
        let smallest = shape(&with_context(256)).smaller();
        assert_eq!(smallest[0], []);
        let unpacked = LoadOptions {
            flash_attention: Some(FlashAttention::Off),
            ..with_context(5000)
        };
        assert_eq!(shape(&unpacked).smaller().len(), 1);
    }

    #[test]
    fn the_largest_that_fits_is_found() {
        let shapes = &shape(&with_context(100_000)).smaller()[0];
        let found = |most: u32| largest(shapes, |it| it.context_tokens <= most);
        assert_eq!(found(10_000).unwrap().context_tokens, 8192);
        assert_eq!(found(1 << 30).unwrap().context_tokens, 98_304);
        assert_eq!(found(100), None);
    }

    #[test]
    fn a_margin_is_left() {
        let free = |bytes| Free {
            device: "CUDA0".into(),
            bytes,
        };
        let gib = 1 << 30;
        assert_eq!(free(100 * gib).usable_bytes(), 99 * gib);
        assert_eq!(free(10 * gib).usable_bytes(), 10 * gib - gib / 2);
        assert_eq!(free(1000).usable_bytes(), 0);
        let asked = [need(9 * gib, gib / 2, 0)];
        assert_eq!(shortage(&asked, &[free(10 * gib)]), None);
        let short = shortage(&asked, &[free(10 * gib - 100)]);
        assert_eq!(short.map(|(need, _)| need), Some(&asked[0]));
        assert_eq!(shortage(&asked, &[]), None, "a device that says nothing");
        assert!(free(10 * gib).holds_with_ease(5 * gib));
        assert!(!free(10 * gib).holds_with_ease(6 * gib));
    }

    #[test]
    fn a_draft_model_counts_on_the_device_it_lies_on() {
        let on = |device: &str, bytes| Need {
            device: device.into(),
            ..need(bytes, bytes, bytes)
        };
        let both = together(vec![on("CPU", 5)], vec![on("CPU", 1), on("CUDA0", 2)]);
        assert_eq!(both, [on("CPU", 6), on("CUDA0", 2)]);
        let free = |bytes| Free {
            device: "CPU".into(),
            bytes,
        };
        let margin = 64 << 20;
        assert_eq!(shortage(&both[..1], &[free(margin + 18)]), None);
        assert!(shortage(&both[..1], &[free(margin + 17)]).is_some());
    }

    #[test]
    fn layers_are_left_out_until_the_rest_fits() {
        let asked = need(3000, 1000, 500);
        assert_eq!(layers_that_fit(&asked, 4500, 40), 40);
        assert_eq!(layers_that_fit(&asked, 1500, 40), 10);
        assert_eq!(layers_that_fit(&asked, 400, 40), 0);
        assert_eq!(layers_that_fit(&need(0, 0, 0), 400, 40), 40);
    }
}
