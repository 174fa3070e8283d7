//! Whether a model fits this machine, where it will be computed, and about how fast.

use super::machine::Machine;
use crate::i18n::{Arg, Localize, Text};
use crate::params::LoadOptions;
use gguf::Estimate;
use gguf::Header;

/// The contexts that are offered where the wanted one does not fit, the largest first.
const SMALLER_CONTEXTS: [u32; 5] = [16_384, 8192, 4096, 2048, 1024];
/// Below this part of the memory left over, it is told how little that is.
const TIGHT_PART: u64 = 12;
/// Where a model would be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// On the graphics processor.
    Gpu,
    /// On both.
    Partly,
    /// On the processor.
    Cpu,
    /// There would be room if other programs gave some back.
    NotNow,
    /// Nowhere.
    Never,
}

/// Whether a model fits, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Where it would be computed.
    pub fit: Fit,
    /// The context it was judged with: the wanted one, or the largest that fits.
    pub context_tokens: u32,
    /// Whether that is less than was wanted.
    pub is_less: bool,
    /// What it takes with this context.
    pub estimate: Estimate,
    /// What stays free beside it.
    pub left_bytes: u64,
    /// What is missing, where it does not fit.
    pub short_bytes: u64,
    /// Whether little stays free.
    pub is_tight: bool,
    /// About how many tokens a second it would write; nothing where nobody has measured.
    pub tokens_per_second: Option<f64>,
}

impl Verdict {
    /// Judges a model as it would be loaded, with the header of its draft model where that is
    /// known. A draft model for which there is no room is left out, as the engine does.
    #[must_use]
    pub fn of(
        header: &Header,
        draft: Option<&Header>,
        options: &LoadOptions,
        machine: &Machine,
    ) -> Self {
        // Whoever wants no layer there leaves the graphics processor alone.
        let alone = (options.gpu_layers == Some(0)).then(|| Machine {
            gpu_free_bytes: 0,
            ..machine.clone()
        });
        let machine = alone.as_ref().unwrap_or(machine);
        let trained = header.context_length.unwrap_or(u64::MAX);
        let trained = u32::try_from(trained).unwrap_or(u32::MAX);
        let usual = LoadOptions::DEFAULT_CONTEXT_TOKENS.min(trained);
        let wanted = options.context_tokens.unwrap_or(usual).max(1);
        let block_bytes = options.kv_type.unwrap_or_default().block_bytes();
        let smaller = SMALLER_CONTEXTS.into_iter().filter(|it| *it < wanted);
        let with = |context, draft: Option<&Header>| {
            let mut estimate = Estimate::of(header, context, block_bytes);
            if let Some(draft) = draft {
                estimate.draft_bytes = Estimate::of(draft, context, block_bytes).needed_bytes();
            }
            Self::with(header, estimate, context, machine)
        };
        let is_well = |verdict: &Self| verdict.fit < Fit::NotNow;
        let fitting = Some(with(wanted, draft)).filter(is_well);
        let alone = || {
            let mut contexts = std::iter::once(wanted).chain(smaller);
            contexts.find_map(|context| Some(with(context, None)).filter(is_well))
        };
        match fitting.or_else(alone) {
            Some(verdict) => Self {
                is_less: verdict.context_tokens < wanted,
                ..verdict
            },
            None => with(wanted, None),
        }
    }

    fn with(header: &Header, estimate: Estimate, context_tokens: u32, machine: &Machine) -> Self {
        let needed = estimate.needed_bytes();
        let rooms = machine.rooms();
        let fit = if rooms.gpu > 0 && needed <= rooms.gpu {
            Fit::Gpu
        } else if needed <= rooms.memory {
            // With a graphics processor beside it, as much as fits goes there.
            match rooms.gpu > needed / 10 {
                true => Fit::Partly,
                false => Fit::Cpu,
            }
        } else if needed <= rooms.both {
            Fit::Partly
        } else if needed <= rooms.at_most {
            Fit::NotNow
        } else {
            Fit::Never
        };
        let room = match fit {
            Fit::Gpu => rooms.gpu,
            Fit::Cpu => rooms.memory,
            Fit::Partly | Fit::NotNow | Fit::Never => rooms.both,
        };
        let left_bytes = room.saturating_sub(needed);
        Self {
            fit,
            context_tokens,
            is_less: false,
            estimate,
            left_bytes,
            short_bytes: needed.saturating_sub(room),
            is_tight: fit < Fit::NotNow && left_bytes < room / TIGHT_PART,
            // How fast a graphics processor reads is not known here.
            tokens_per_second: speed(header, machine).filter(|_| fit != Fit::Gpu),
        }
    }

    /// What it takes, and for what.
    #[must_use]
    pub fn memory_text(&self) -> Text {
        let parts = Text::new("models-info-memory-parts")
            .with("needed", Arg::Bytes(self.estimate.needed_bytes()))
            .count("context", self.context_tokens)
            .with("weights", Arg::Bytes(self.estimate.weight_bytes))
            .with("kv", Arg::Bytes(self.estimate.kv_bytes))
            .with("compute", Arg::Bytes(self.estimate.compute_bytes));
        match self.estimate.draft_bytes {
            0 => parts,
            draft => Text::new("models-info-memory-draft")
                .with("parts", Arg::Text(Box::new(parts)))
                .with("draft", Arg::Bytes(draft)),
        }
    }

    /// What happens if it is loaded although it does not fit: mapped weights can be read from
    /// the disk again and again, a context cannot.
    #[must_use]
    pub fn if_forced(&self) -> Text {
        let needed = self.estimate.needed_bytes();
        let room = needed.saturating_sub(self.short_bytes);
        let rest = needed.saturating_sub(self.estimate.weight_bytes);
        let what = Text::new(match rest <= room {
            true => "forced-weights",
            false => "forced-context",
        });
        Text::new("models-force-what").with("what", Arg::Text(Box::new(what)))
    }

    /// Whether it can be loaded as things are.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.fit < Fit::NotNow
    }
}

impl Localize for Verdict {
    fn text(&self) -> Text {
        let context = u64::from(self.context_tokens);
        let fits = match (self.fit, self.is_less, self.is_tight) {
            (Fit::Never, ..) => {
                Text::new("verdict-never").with("short", Arg::Bytes(self.short_bytes))
            }
            (Fit::NotNow, ..) => {
                Text::new("verdict-not-now").with("short", Arg::Bytes(self.short_bytes))
            }
            (_, true, _) => Text::new("verdict-less").count("context", context),
            (_, _, true) => Text::new("verdict-tight").with("left", Arg::Bytes(self.left_bytes)),
            (Fit::Gpu, ..) => Text::new("verdict-gpu"),
            (Fit::Partly, ..) => Text::new("verdict-partly"),
            (Fit::Cpu, ..) => Text::new("verdict-cpu"),
        };
        match self.tokens_per_second.filter(|_| self.fits()) {
            Some(speed) => with_speed(fits, speed),
            None => fits,
        }
    }
}

/// Adds about how fast it would write.
fn with_speed(fits: Text, tokens_per_second: f64) -> Text {
    // Nobody has measured it: a rough number must not look like an exact one.
    let decimals = usize::from(tokens_per_second < 3.0);
    Text::new("verdict-speed")
        .with("fits", Arg::Text(Box::new(fits)))
        .with("speed", Arg::Decimal(rounded(tokens_per_second), decimals))
}

/// One or two digits that count, and zeros.
fn rounded(speed: f64) -> f64 {
    let step = match speed {
        100.0.. => 10.0,
        20.0..100.0 => 5.0,
        3.0..20.0 => 1.0,
        _ => 0.1,
    };
    (speed / step).round() * step
}

fn speed(header: &Header, machine: &Machine) -> Option<f64> {
    machine
        .tokens_per_second(header.active_bytes)
        .filter(|_| header.active_bytes > 0)
}

/// Whether a file of which only the size is known would fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rough {
    /// On the graphics processor.
    Gpu,
    /// With room to spare.
    Well,
    /// With a small context, or if others give some memory back.
    Tight,
    /// Not at all.
    Never,
}

impl Rough {
    /// The name of its message.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Gpu => "rough-gpu",
            Self::Well => "rough-well",
            Self::Tight => "rough-tight",
            Self::Never => "rough-never",
        }
    }
}

impl Machine {
    /// Judges a model by its size: the KV cache and computing take about a fifth of it more,
    /// and half a gigabyte.
    #[must_use]
    pub fn roughly(&self, size_bytes: u64) -> Rough {
        const BESIDE_BYTES: u64 = 500_000_000;
        let needed = size_bytes
            .saturating_add(size_bytes / 5)
            .saturating_add(BESIDE_BYTES);
        let rooms = self.rooms();
        if rooms.gpu > 0 && needed <= rooms.gpu {
            Rough::Gpu
        } else if needed <= rooms.both {
            Rough::Well
        } else if size_bytes <= rooms.at_most {
            Rough::Tight
        } else {
            Rough::Never
        }
    }

    /// As [`Self::roughly`], in words, with about how fast it would write.
    #[must_use]
    pub fn rough_text(&self, size_bytes: u64, active_bytes: u64) -> Text {
        let rough = self.roughly(size_bytes);
        let fits = Text::new(rough.message());
        match self.tokens_per_second(active_bytes) {
            Some(speed) if rough == Rough::Well => with_speed(fits, speed),
            _ => fits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{I18n, Language};
    use gguf::Shape;

    const GB: u64 = 1_000_000_000;

    /// A model of 4 GB that takes 1 GB for a context of 8,192.
    fn model() -> Header {
        Header {
            weight_bytes: 4 * GB,
            active_bytes: 4 * GB,
            context_length: Some(32_768),
            vocab_size: Some(32_000),
            shape: Shape {
                attended_width: 65_536,
                ..Shape::default()
            },
            ..Header::default()
        }
    }

    fn machine(memory: u64, gpu: u64) -> Machine {
        Machine {
            memory_total_bytes: memory * 2,
            memory_free_bytes: memory,
            gpu_free_bytes: gpu,
            read_bytes_per_second: 20e9,
            ..Machine::default()
        }
    }

    fn judged(memory: u64, gpu: u64) -> Verdict {
        Verdict::of(
            &model(),
            None,
            &LoadOptions::default(),
            &machine(memory, gpu),
        )
    }

    #[test]
    fn a_model_goes_where_there_is_room() {
        assert_eq!(judged(16 * GB, 0).fit, Fit::Cpu);
        assert_eq!(judged(16 * GB, 8 * GB).fit, Fit::Gpu);
        assert_eq!(judged(16 * GB, 3 * GB).fit, Fit::Partly);
        assert_eq!(judged(3 * GB, 4 * GB).fit, Fit::Partly);
        assert_eq!(judged(3 * GB, 0).fit, Fit::NotNow);
        assert_eq!(judged(2 * GB, 0).fit, Fit::Never);
        let short = judged(2 * GB, 0);
        assert!(short.short_bytes > 2 * GB && short.left_bytes == 0 && !short.fits());
    }

    #[test]
    fn a_smaller_context_is_offered_before_none() {
        let roomy = judged(16 * GB, 0);
        assert_eq!((roomy.context_tokens, roomy.is_less), (8192, false));
        assert!(!roomy.is_tight);
        let narrow = judged(5_300_000_000, 0);
        assert_eq!((narrow.fit, narrow.context_tokens), (Fit::Cpu, 4096));
        assert!(narrow.is_less);
        assert!(judged(5_700_000_000, 0).is_tight);
        let asked = LoadOptions {
            context_tokens: Some(32_768),
            ..LoadOptions::default()
        };
        let large = Verdict::of(&model(), None, &asked, &machine(8 * GB, 0));
        assert_eq!((large.context_tokens, large.is_less), (16_384, true));
    }

    #[test]
    fn a_draft_model_counts_where_there_is_room_for_it() {
        let draft = Header {
            weight_bytes: GB,
            ..Header::default()
        };
        let with = |memory| {
            let options = LoadOptions::default();
            Verdict::of(&model(), Some(&draft), &options, &machine(memory, 0))
        };
        let (roomy, alone) = (with(16 * GB), judged(16 * GB, 0));
        assert!(roomy.estimate.draft_bytes > GB);
        let sum = alone.estimate.needed_bytes() + roomy.estimate.draft_bytes;
        assert_eq!(roomy.estimate.needed_bytes(), sum);
        let en = I18n::new(Language::En);
        assert!(
            en.text(&roomy.memory_text())
                .ends_with(" for the draft model")
        );
        assert!(!en.text(&alone.memory_text()).contains("draft"));
        let tight = with(6 * GB);
        assert_eq!((tight.fit, tight.estimate.draft_bytes), (Fit::Cpu, 0));
        assert_eq!(tight.context_tokens, 8192);
    }

    #[test]
    fn a_verdict_is_a_sentence() {
        let (en, es) = (I18n::new(Language::En), I18n::new(Language::Es));
        let check = |verdict: Verdict, english: &str, spanish: &str| {
            assert_eq!(en.say(&verdict), english);
            assert_eq!(es.say(&verdict), spanish);
        };
        let cpu = "Fits with room to spare · about 5 tokens/s";
        check(judged(16 * GB, 0), cpu, "Cabe de sobra · unos 5 tokens/s");
        check(judged(16 * GB, 8 * GB), "Fits on the GPU", "Cabe en la GPU");
        let less = "Fits with a context of 4,096 · about 5 tokens/s";
        let menos = "Cabe con un contexto de 4.096 · unos 5 tokens/s";
        check(judged(5_300_000_000, 0), less, menos);
        let never = judged(2 * GB, 0);
        let short = |i18n: &I18n| i18n.bytes(never.short_bytes);
        let never_en = format!("Does not fit: {} missing", short(&en));
        check(never, &never_en, &format!("No cabe: faltan {}", short(&es)));
        for (speed, shown) in [(0.44, 0.4), (7.4, 7.0), (63.0, 65.0), (148.0, 150.0)] {
            assert!((rounded(speed) - shown).abs() < 1e-9, "{speed}");
        }
    }

    #[test]
    fn a_file_is_judged_by_its_size() {
        let machine = machine(8 * GB, 0);
        assert_eq!(machine.roughly(5 * GB), Rough::Well);
        assert_eq!(machine.roughly(7 * GB), Rough::Tight);
        assert_eq!(machine.roughly(20 * GB), Rough::Never);
        let beside = Machine {
            gpu_free_bytes: 8 * GB,
            ..machine
        };
        assert_eq!(beside.roughly(5 * GB), Rough::Gpu);
    }

    #[test]
    fn speed_is_what_a_token_reads() {
        let speed = judged(16 * GB, 0).tokens_per_second.unwrap();
        assert!((speed - 5.0).abs() < 0.01, "{speed}");
        assert_eq!(judged(16 * GB, 8 * GB).tokens_per_second, None);
    }
}
