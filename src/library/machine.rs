//! What this machine has for a model: memory, graphics processors, and how fast it reads.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use crate::params::LoadOptions;

/// How much is read to measure the memory, by each thread.
const MEASURED_BYTES: usize = 32 << 20;
const MEASURING: Duration = Duration::from_millis(40);
const ROUNDS: usize = 3;

/// What of a machine decides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Machine {
    /// All of its main memory.
    pub memory_total_bytes: u64,
    /// What a model may have of it now, with what a loaded model would give back.
    pub memory_free_bytes: u64,
    /// All memory of its graphics processors together.
    pub gpu_total_bytes: u64,
    /// What is free on them.
    pub gpu_free_bytes: u64,
    /// Whether that is a part of the main memory, as in most laptops and in every Mac.
    pub gpu_shares_memory: bool,
    /// Physical cores; 0 where nobody has counted.
    pub cores: usize,
    /// How fast weights are read, in bytes a second; 0 where nobody has measured.
    pub read_bytes_per_second: f64,
}

/// What a model may have of a machine, in bytes, with something left for everything else.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rooms {
    pub(super) memory: u64,
    pub(super) gpu: u64,
    /// Of both together now.
    pub(super) both: u64,
    /// Of both together if nothing else were running.
    pub(super) at_most: u64,
}

impl Machine {
    /// About how many tokens a second the processor would write with a model: every token
    /// reads all weights it needs once. Nothing where nobody has measured.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "it is told as about so many tokens"
    )]
    pub fn tokens_per_second(&self, active_bytes: u64) -> Option<f64> {
        let is_known = self.read_bytes_per_second > 0.0;
        is_known.then(|| self.read_bytes_per_second / active_bytes.max(1) as f64)
    }

    /// What a model may have now, and what it might have if other programs ended.
    pub(super) fn rooms(&self) -> Rooms {
        // What the engine leaves alone is left alone here.
        let usable = LoadOptions::usable_bytes;
        let memory = usable(self.memory_free_bytes);
        let total = usable(self.memory_total_bytes);
        let gpu = usable(self.gpu_free_bytes);
        match self.gpu_shares_memory {
            true => Rooms {
                memory,
                gpu: gpu.min(memory),
                both: memory,
                at_most: total,
            },
            false => Rooms {
                memory,
                gpu,
                both: memory.saturating_add(gpu),
                at_most: total.saturating_add(gpu),
            },
        }
    }

    /// One with so much main memory. Measures how fast that is, which takes an eighth of a
    /// second. Graphics processors are the engine's to tell of.
    #[must_use]
    pub fn measured(memory_total_bytes: u64, memory_free_bytes: u64) -> Self {
        Self {
            memory_total_bytes,
            memory_free_bytes,
            cores: num_cpus::get_physical(),
            read_bytes_per_second: read_speed(),
            ..Self::default()
        }
    }

    /// The same machine with nothing else running on it, and as fast as machines of its kind
    /// are: what it has, not what it is doing. What is chosen for it is kept for long.
    #[must_use]
    pub(super) fn at_rest(&self) -> Self {
        /// What other programs have of the memory over the day.
        const OURS: f64 = 0.7;
        const OURS_OF_GPU: f64 = 0.9;
        /// What a core reads of two channels of memory, and what those give to all of them.
        const CORE_BYTES_PER_SECOND: f64 = 8e9;
        const MOST_BYTES_PER_SECOND: f64 = 32e9;
        /// The least that machines have whose graphics processor shares the memory.
        const SHARED_BYTES_PER_SECOND: f64 = 60e9;
        let cores = u32::try_from(self.cores.max(1)).unwrap_or(u32::MAX);
        let of_cores = f64::from(cores) * CORE_BYTES_PER_SECOND;
        let has_fast_memory = self.gpu_shares_memory && cfg!(target_vendor = "apple");
        Self {
            memory_free_bytes: part(self.memory_total_bytes, OURS),
            gpu_free_bytes: part(self.gpu_total_bytes, OURS_OF_GPU),
            read_bytes_per_second: match has_fast_memory {
                true => SHARED_BYTES_PER_SECOND,
                false => of_cores.min(MOST_BYTES_PER_SECOND),
            },
            ..self.clone()
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of the memory need not be exact to a byte"
)]
fn part(bytes: u64, share: f64) -> u64 {
    (bytes as f64 * share) as u64
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
        let mut round = || {
            let begun = Instant::now();
            let mut count = 0_u64;
            while begun.elapsed() < MEASURING {
                to.copy_from_slice(black_box(&from));
                black_box(&to);
                count += MEASURED_BYTES as u64;
            }
            count as f64 / begun.elapsed().as_secs_f64()
        };
        // What other programs do meanwhile can only make it slower.
        (0..ROUNDS).map(|_| round()).fold(0.0, f64::max)
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read)).collect();
        readers.into_iter().filter_map(|it| it.join().ok()).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1_000_000_000;

    #[test]
    fn shared_memory_is_counted_once() {
        let own = Machine {
            memory_total_bytes: 16 * GB,
            memory_free_bytes: 8 * GB,
            gpu_free_bytes: 12 * GB,
            ..Machine::default()
        };
        let shared = Machine {
            gpu_shares_memory: true,
            ..own.clone()
        };
        let (own, shared) = (own.rooms(), shared.rooms());
        assert!(own.both > 18 * GB && own.gpu > 11 * GB);
        assert_eq!(shared.both, shared.memory);
        assert_eq!(shared.gpu, shared.memory, "what is not free cannot be had");
        assert!(shared.at_most < 16 * GB && own.at_most > 26 * GB);
    }

    #[test]
    fn reading_is_measured() {
        let measured = read_speed();
        assert!(measured > 1e8, "{measured}");
        let machine = Machine::measured(8 * GB, 4 * GB);
        assert!(machine.cores > 0);
        assert!(machine.tokens_per_second(GB).is_some_and(|it| it > 0.1));
        assert_eq!(Machine::default().tokens_per_second(GB), None);
    }
}
