//! Whether a model fits this machine, where it will be computed, and about how fast.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use super::gguf::Header;
use super::memory::Estimate;
use crate::i18n::{Arg, Localize, Text};
use crate::params::{KvType, LoadOptions};

/// What stays free for everything else: the engine leaves the same.
const MARGIN_PART: u64 = 20;
const MIN_MARGIN_BYTES: u64 = 64 << 20;
const MAX_MARGIN_BYTES: u64 = 1 << 30;
/// The contexts that are offered where the wanted one does not fit, the largest first.
const SMALLER_CONTEXTS: [u32; 5] = [16_384, 8192, 4096, 2048, 1024];
/// Below this part of the memory left over, it is told how little that is.
const TIGHT_PART: u64 = 12;
/// How much is read to measure the memory, by each thread.
const MEASURED_BYTES: usize = 32 << 20;
const MEASURING: Duration = Duration::from_millis(40);

/// What of a machine decides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Machine {
    /// All of its main memory.
    pub memory_total_bytes: u64,
    /// What a model may have of it now, with what a loaded model would give back.
    pub memory_free_bytes: u64,
    /// What is free on its graphics processors together.
    pub gpu_free_bytes: u64,
    /// How fast weights are read, in bytes a second; 0 where nobody has measured.
    pub read_bytes_per_second: f64,
}

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
    /// Judges a model as it would be loaded.
    #[must_use]
    pub fn of(header: &Header, options: &LoadOptions, machine: &Machine) -> Self {
        let trained = header.context_length.unwrap_or(u64::MAX);
        let trained = u32::try_from(trained).unwrap_or(u32::MAX);
        let usual = LoadOptions::DEFAULT_CONTEXT_TOKENS.min(trained);
        let wanted = options.context_tokens.unwrap_or(usual).max(1);
        let kv_type = options.kv_type.unwrap_or_default();
        let smaller = SMALLER_CONTEXTS.into_iter().filter(|it| *it < wanted);
        let fitting = std::iter::once(wanted)
            .chain(smaller)
            .map(|context| Self::with(header, context, kv_type, machine))
            .find(|verdict| verdict.fit < Fit::NotNow);
        match fitting {
            Some(verdict) => Self {
                is_less: verdict.context_tokens < wanted,
                ..verdict
            },
            None => Self::with(header, wanted, kv_type, machine),
        }
    }

    fn with(header: &Header, context_tokens: u32, kv_type: KvType, machine: &Machine) -> Self {
        let estimate = Estimate::of(header, context_tokens, kv_type);
        let needed = estimate.needed_bytes();
        let memory = usable(machine.memory_free_bytes);
        let gpu = usable(machine.gpu_free_bytes);
        let both = memory.saturating_add(gpu);
        let fit = if machine.gpu_free_bytes > 0 && needed <= gpu {
            Fit::Gpu
        } else if needed <= memory {
            // With a graphics processor beside it, as much as fits goes there.
            match gpu > needed / 10 {
                true => Fit::Partly,
                false => Fit::Cpu,
            }
        } else if needed <= both {
            Fit::Partly
        } else if needed <= usable(machine.memory_total_bytes).saturating_add(gpu) {
            Fit::NotNow
        } else {
            Fit::Never
        };
        let room = match fit {
            Fit::Gpu => gpu,
            Fit::Cpu => memory,
            Fit::Partly | Fit::NotNow | Fit::Never => both,
        };
        let left_bytes = room.saturating_sub(needed);
        let is_known =
            fit != Fit::Gpu && machine.read_bytes_per_second > 0.0 && header.active_bytes > 0;
        Self {
            fit,
            context_tokens,
            is_less: false,
            estimate,
            left_bytes,
            short_bytes: needed.saturating_sub(room),
            is_tight: fit < Fit::NotNow && left_bytes < room / TIGHT_PART,
            // How fast a graphics processor reads is not known here.
            tokens_per_second: is_known.then(|| speed(header, machine)),
        }
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
            Some(speed) => {
                // Nobody has measured it: a rough number must not look like an exact one.
                let decimals = usize::from(speed < 3.0);
                Text::new("verdict-speed")
                    .with("fits", Arg::Text(Box::new(fits)))
                    .with("speed", Arg::Decimal(rounded(speed), decimals))
            }
            None => fits,
        }
    }
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

/// Every token reads all weights it needs once.
#[expect(
    clippy::cast_precision_loss,
    reason = "it is told as about so many tokens"
)]
fn speed(header: &Header, machine: &Machine) -> f64 {
    machine.read_bytes_per_second / header.active_bytes.max(1) as f64
}

/// The part of what is free that a model may have.
fn usable(free_bytes: u64) -> u64 {
    let margin = (free_bytes / MARGIN_PART).clamp(MIN_MARGIN_BYTES, MAX_MARGIN_BYTES);
    free_bytes.saturating_sub(margin)
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
        let gpu = usable(self.gpu_free_bytes);
        if self.gpu_free_bytes > 0 && needed <= gpu {
            Rough::Gpu
        } else if needed <= usable(self.memory_free_bytes).saturating_add(gpu) {
            Rough::Well
        } else if size_bytes <= usable(self.memory_total_bytes).saturating_add(gpu) {
            Rough::Tight
        } else {
            Rough::Never
        }
    }

    /// Asks the system, and measures how fast the memory is: that takes a twentieth of a
    /// second.
    #[must_use]
    pub fn look() -> Self {
        let (mut total, mut free) = (0, 0);
        if let Ok(mut system) = sysinfo::System::new() {
            system.refresh_memory();
            (total, free) = (system.total_memory(), system.available_memory());
        }
        Self {
            memory_total_bytes: total,
            memory_free_bytes: free,
            gpu_free_bytes: 0,
            read_bytes_per_second: read_speed(),
        }
    }
}

/// About how many bytes of weights a second all cores together get through. Copying writes as
/// much as it reads, so to read alone would be twice as fast; arithmetic takes that time.
#[expect(
    clippy::cast_precision_loss,
    reason = "it is told as about so many tokens"
)]
fn read_speed() -> f64 {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    // The system's own copying is as fast as memory allows, in every build of Charla.
    let read = || {
        let (from, mut to) = (vec![1_u8; MEASURED_BYTES], vec![0; MEASURED_BYTES]);
        // The first time, the system only finds room for it.
        to.copy_from_slice(black_box(&from));
        let begun = Instant::now();
        let mut count = 0_u64;
        while begun.elapsed() < MEASURING {
            to.copy_from_slice(black_box(&from));
            black_box(&to);
            count += MEASURED_BYTES as u64;
        }
        count as f64 / begun.elapsed().as_secs_f64()
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read)).collect();
        readers.into_iter().filter_map(|it| it.join().ok()).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::super::gguf::Shape;
    use super::*;
    use crate::i18n::{I18n, Language};

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
        }
    }

    fn judged(memory: u64, gpu: u64) -> Verdict {
        Verdict::of(&model(), &LoadOptions::default(), &machine(memory, gpu))
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
        let large = Verdict::of(&model(), &asked, &machine(8 * GB, 0));
        assert_eq!((large.context_tokens, large.is_less), (16_384, true));
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
        let beside = super::Machine {
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
        let measured = read_speed();
        assert!(measured > 1e8, "{measured}");
    }
}
