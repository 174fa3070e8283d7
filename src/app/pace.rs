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
        let Some(cpu) = processor_time().filter(|_| is_writing) else {
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

/// Time that processors have spent on this process, the engine's not included.
#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).ok()?;
    Some(Duration::new(seconds, u32::try_from(time.tv_nsec).ok()?))
}

/// Windows paints with a graphics processor wherever there is one.
#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
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
}
