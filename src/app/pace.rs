//! How often the window is drawn while only the engine has something to say. Painting takes
//! from the very cores that compute the tokens, the more so where there is no graphics
//! processor to paint, so it gets a small share of one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The interval where painting costs next to nothing, and where it costs most.
const SHORTEST_MS: u64 = 40;
const LONGEST_MS: u64 = 480;

/// The share of one core that painting may take; well below it, frames may come faster.
const MOST: f64 = 0.15;
const LITTLE: f64 = 0.06;

/// The least time over which the share is measured.
const MEASURED: Duration = Duration::from_millis(400);

/// The interval between two frames, which threads that wake the window share.
#[derive(Debug, Clone)]
pub(in crate::app) struct Interval(Arc<AtomicU64>);

impl Interval {
    pub(in crate::app) fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Measures what the window costs, and sets the interval.
#[derive(Debug)]
pub(in crate::app) struct Pace {
    interval: Interval,
    last: Option<(Instant, Duration)>,
}

impl Pace {
    pub(in crate::app) fn new() -> Self {
        Self {
            interval: Interval(Arc::new(AtomicU64::new(SHORTEST_MS))),
            last: None,
        }
    }

    pub(in crate::app) fn interval(&self) -> Interval {
        self.interval.clone()
    }

    /// Called with each frame; `is_writing` while a reply is being written.
    pub(in crate::app) fn note(&mut self, is_writing: bool) {
        let Some(cpu) = painting_time().filter(|_| is_writing) else {
            self.last = None;
            return;
        };
        let now = Instant::now();
        let (since, before) = *self.last.get_or_insert((now, cpu));
        let elapsed = now - since;
        if elapsed >= MEASURED {
            let share = cpu.saturating_sub(before).as_secs_f64() / elapsed.as_secs_f64();
            let interval_ms = self.interval.0.load(Ordering::Relaxed);
            let next_ms = next(interval_ms, share);
            self.interval.0.store(next_ms, Ordering::Relaxed);
            self.last = Some((now, cpu));
        }
    }
}

/// The interval after one at which painting took `share` of a core.
fn next(interval_ms: u64, share: f64) -> u64 {
    if share > MOST {
        (interval_ms * 3 / 2).min(LONGEST_MS)
    } else if share < LITTLE {
        (interval_ms * 4 / 5).max(SHORTEST_MS)
    } else {
        interval_ms
    }
}

/// Threads of Charla's that work beside the window: what they cost says nothing about
/// painting. Whatever is not named here paints, or is a driver's and helps to. Linux keeps
/// fifteen bytes of a name; the blocking threads of tokio are named after its workers.
#[cfg(any(target_os = "linux", test))]
const BESIDE: [&str; 14] = [
    "desktop",
    "downloads",
    "emoji font",
    "engine-client",
    "folders",
    "highlighter",
    "job",
    "saver",
    "store-apart",
    "store-reader",
    "store-upkeep",
    "store-writer",
    "tokio-rt-worker",
    "tokio-runtime-w",
];

/// Time that processors have spent on painting.
#[cfg(target_os = "linux")]
fn painting_time() -> Option<Duration> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let tasks = tasks.flatten().filter_map(|task| {
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        // Nanoseconds on a processor come first.
        let times = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        let spent_ns = times.split_whitespace().next()?.parse().ok()?;
        Some((name, Duration::from_nanos(spent_ns)))
    });
    let spent = sum_of_painting(tasks);
    // A kernel that does not count tells of nothing.
    (!spent.is_zero()).then_some(spent)
}

#[cfg(any(target_os = "linux", test))]
fn sum_of_painting(threads: impl Iterator<Item = (String, Duration)>) -> Duration {
    threads
        .filter(|(name, _)| !BESIDE.contains(&name.trim_end()))
        .map(|(_, spent)| spent)
        .sum()
}

/// Time that processors have spent on this process, the engine's not included: elsewhere,
/// it is not told by thread.
#[cfg(all(unix, not(target_os = "linux")))]
fn painting_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).ok()?;
    Some(Duration::new(seconds, u32::try_from(time.tv_nsec).ok()?))
}

/// Windows paints with a graphics processor wherever there is one.
#[cfg(not(unix))]
fn painting_time() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_as_often_as_they_are_cheap() {
        let settle = |cost_ms: f64| {
            let mut interval_ms = SHORTEST_MS;
            for _ in 0..20 {
                #[expect(clippy::cast_precision_loss, reason = "milliseconds")]
                let share = cost_ms / interval_ms as f64;
                interval_ms = next(interval_ms, share);
            }
            interval_ms
        };
        assert_eq!(settle(2.0), SHORTEST_MS);
        assert!((100..250).contains(&settle(20.0)), "{}", settle(20.0));
        assert_eq!(settle(200.0), LONGEST_MS);
    }

    #[test]
    fn what_is_done_beside_the_window_does_not_slow_it_down() {
        let ms = Duration::from_millis;
        let threads = [
            ("charla\n", 20),
            ("llvmpipe-0\n", 30),
            ("charla:gdrv0\n", 5),
            ("downloads\n", 900),
            ("job\n", 400),
            ("tokio-rt-worker\n", 200),
        ];
        let threads = threads.map(|(name, spent_ms)| (name.to_owned(), ms(spent_ms)));
        assert_eq!(sum_of_painting(threads.into_iter()), ms(55));
    }

    /// A thread that gets another name, or is new, is to be told of above.
    #[test]
    fn every_thread_that_charla_names_is_known() {
        fn named(folder: &std::path::Path, names: &mut Vec<String>) {
            for item in std::fs::read_dir(folder).unwrap().flatten() {
                let path = item.path();
                if path.is_dir() {
                    named(&path, names);
                } else {
                    let text = std::fs::read_to_string(&path).unwrap_or_default();
                    let threads = text.split("Builder::new()").skip(1);
                    let threads = threads.filter_map(|rest| {
                        let rest = rest.trim_start().strip_prefix(".name(\"")?;
                        Some(rest.split('"').next()?.to_owned())
                    });
                    names.extend(threads);
                }
            }
        }
        let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut names = Vec::new();
        named(&src, &mut names);
        assert!(names.len() > 10, "{names:?}");
        // In the engine's process, and in that of `charla ask`.
        let elsewhere = [
            "engine-reader",
            "fingerprint",
            "sealer",
            "standard-input",
            "template",
        ];
        for name in names {
            let name = name.get(..15).unwrap_or(&name);
            assert!(
                BESIDE.contains(&name) || elsewhere.contains(&name),
                "{name} is in neither list"
            );
        }
    }
}
