//! How fast: a limit over all downloads, and a rate that does not jump.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much may come at once after a pause, as time at the limit.
const BURST_S: f64 = 0.1;
/// Shorter pauses are saved up: each costs a turn of the thread.
const SHORTEST_S: f64 = 0.02;
/// A change of the limit is felt after this time.
const NAP: Duration = Duration::from_millis(200);
/// How far back the rate looks.
const MEMORY_S: f64 = 3.0;
/// The rate is taken anew after this time.
const SAMPLE: Duration = Duration::from_millis(250);

/// Holds all downloads together below a limit.
#[derive(Debug)]
pub(super) struct Limiter(Mutex<Bucket>);

#[derive(Debug)]
struct Bucket {
    /// `None` for no limit.
    bytes_per_s: Option<f64>,
    /// What was taken beyond what the limit allowed until `settled`.
    debt_bytes: f64,
    settled: Instant,
}

impl Limiter {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Bucket {
            bytes_per_s: None,
            debt_bytes: 0.0,
            settled: Instant::now(),
        }))
    }

    /// Sets the limit; `None` or 0 for none.
    #[expect(
        clippy::cast_precision_loss,
        reason = "no limit needs more than 52 bits"
    )]
    pub(super) fn set(&self, bytes_per_s: Option<u64>) {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.bytes_per_s = bytes_per_s.filter(|it| *it > 0).map(|it| it as f64);
        bucket.debt_bytes = 0.0;
        bucket.settled = Instant::now();
    }

    /// Counts what has arrived, and waits until more may.
    pub(super) async fn take(&self, bytes: usize) {
        let mut pause = self.pause(bytes, Instant::now());
        while let Some(time) = pause {
            tokio::time::sleep(time.min(NAP)).await;
            pause = self.pause(0, Instant::now());
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no piece of a body has 2^52 bytes"
    )]
    fn pause(&self, bytes: usize, now: Instant) -> Option<Duration> {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = bucket.bytes_per_s?;
        let passed_s = now.saturating_duration_since(bucket.settled).as_secs_f64();
        let paid = (bucket.debt_bytes - limit * passed_s).max(-limit * BURST_S);
        bucket.debt_bytes = paid + bytes as f64;
        bucket.settled = now;
        let wait_s = bucket.debt_bytes / limit;
        (wait_s > SHORTEST_S).then(|| Duration::from_secs_f64(wait_s.min(3600.0)))
    }
}

/// The rate of one download, smoothed.
#[derive(Debug, Default)]
pub(super) struct Meter {
    bytes_per_s: Option<f64>,
    sample: Option<(Instant, u64)>,
    began: Option<Instant>,
}

impl Meter {
    /// Notes that this much has been received by now.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate is shown with two digits"
    )]
    pub(super) fn note(&mut self, received_bytes: u64, now: Instant) {
        let Some((then, before)) = self.sample else {
            self.sample = Some((now, received_bytes));
            self.began = Some(now);
            return;
        };
        let passed = now.saturating_duration_since(then);
        if passed < SAMPLE {
            return;
        }
        let fresh = received_bytes.saturating_sub(before) as f64 / passed.as_secs_f64();
        // At first the mean of all there is: what comes out of buffers at the beginning is fast.
        let all = now.saturating_duration_since(self.began.unwrap_or(then));
        let share = (1.0 - (-passed.as_secs_f64() / MEMORY_S).exp())
            .max(passed.as_secs_f64() / all.as_secs_f64());
        let rate = self
            .bytes_per_s
            .map_or(fresh, |it| it + share * (fresh - it));
        self.bytes_per_s = Some(rate);
        self.sample = Some((now, received_bytes));
    }

    /// Begins anew: what comes next has nothing to do with what was before.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Bytes a second; sinks while nothing arrives.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is not negative, and far below 2^64"
    )]
    pub(super) fn rate(&self, now: Instant) -> Option<u64> {
        let (then, _) = self.sample?;
        let idle_s = now.saturating_duration_since(then).as_secs_f64();
        let fade = match idle_s > 1.0 {
            true => (-(idle_s - 1.0) / MEMORY_S).exp(),
            false => 1.0,
        };
        Some((self.bytes_per_s? * fade) as u64)
    }
}

/// Reads a rate as it is typed: "800k", "2.5M", "1GB/s"; bytes a second, in steps of 1000.
#[must_use]
pub fn parse_rate(typed: &str) -> Option<u64> {
    let lower = typed.trim().to_ascii_lowercase();
    let lower = lower.strip_suffix("/s").unwrap_or(&lower).trim_end();
    let lower = lower.strip_suffix('b').unwrap_or(lower);
    let (number, factor) = match lower.strip_suffix(['k', 'm', 'g']) {
        Some(number) if lower.ends_with('k') => (number, 1e3),
        Some(number) if lower.ends_with('m') => (number, 1e6),
        Some(number) => (number, 1e9),
        None => (lower, 1.0),
    };
    let number: f64 = number.trim().replace(',', ".").parse().ok()?;
    let rate = number * factor;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was compared before"
    )]
    (1.0..1e15).contains(&rate).then_some(rate as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_they_are_typed() {
        for (typed, rate) in [
            ("800k", Some(800_000)),
            ("2.5M", Some(2_500_000)),
            ("2,5 MB/s", Some(2_500_000)),
            ("1GB", Some(1_000_000_000)),
            ("512", Some(512)),
            ("512b", Some(512)),
            ("", None),
            ("0", None),
            ("-1k", None),
            ("fast", None),
            ("NaN", None),
            ("inf", None),
        ] {
            assert_eq!(parse_rate(typed), rate, "{typed}");
        }
    }

    #[test]
    fn a_limit_is_kept_over_time_and_can_change() {
        let limiter = Limiter::new();
        let start = Instant::now();
        assert_eq!(limiter.pause(1 << 30, start), None);
        limiter.set(Some(1000));
        let at = |ms| Instant::now() + Duration::from_millis(ms);
        let pause = limiter.pause(1000, at(0)).unwrap();
        assert!((0.8..=1.0).contains(&pause.as_secs_f64()), "{pause:?}");
        let rest = limiter.pause(0, at(500)).unwrap();
        assert!((0.3..=0.5).contains(&rest.as_secs_f64()), "{rest:?}");
        assert_eq!(limiter.pause(0, at(1500)), None);
        limiter.set(None);
        assert_eq!(limiter.pause(1 << 30, at(1500)), None);
    }

    #[test]
    fn a_rate_is_smoothed_and_sinks_in_silence() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut meter = Meter::default();
        assert_eq!(meter.rate(start), None);
        for step in 0..=20 {
            meter.note(step * 1_000_000, at(step * 500));
        }
        assert_eq!(meter.rate(at(10_000)), Some(2_000_000));
        assert!(meter.rate(at(20_000)).unwrap() < 200_000);
        meter.reset();
        assert_eq!(meter.rate(at(20_000)), None);
    }
}
