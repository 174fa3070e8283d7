//! How many threads compute: as many as there are cores to spare, for OpenMP's threads wait
//! for each other by spinning, and one that another program pushes off its core holds up
//! all the rest.
//!
//! [`Pace`] decides, and is a pure function of what it is told; [`Load`] asks the system
//! how busy the rest of it is. What the system says is only a hint: another number of
//! threads stays only if tokens come faster with it.

use std::time::{Duration, Instant};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Tokens whose times are compared. One in four may be a hiccup of the machine.
const SAMPLE: usize = 8;

/// Another number of threads must be better by this to stay: moving costs time too.
const MARGIN: f64 = 1.05;

/// The first wait before a number that was no better is tried again; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(4);
const LONGEST_WAIT: Duration = Duration::from_secs(64);

/// Says when to compute with another number of threads.
#[derive(Debug)]
pub(super) struct Pace {
    most: u32,
    now: u32,
    /// Times of the last tokens with this number while the same number was wanted, in
    /// milliseconds; the newest last.
    times_ms: Vec<f64>,
    /// The number that the load of the machine suggests.
    wanted: u32,
    /// The number before this one and its time a token, while this one is on trial.
    trial: Option<(u32, f64)>,
    /// For each number from 1 on: when it may be tried again, and how long after the next
    /// failure.
    waits: Vec<(Duration, Duration)>,
}

impl Pace {
    /// Begins with `most` threads, and never takes more.
    pub(super) fn new(most: u32) -> Self {
        let count = usize::try_from(most).unwrap_or(1);
        Self {
            most,
            now: most,
            wanted: most,
            times_ms: Vec::new(),
            trial: None,
            waits: vec![(Duration::ZERO, FIRST_WAIT); count],
        }
    }

    /// The number of threads to compute with.
    pub(super) fn threads(&self) -> u32 {
        self.now
    }

    /// Begins a reply while so many cores are idle: no tokens have been timed yet that
    /// could say otherwise.
    pub(super) fn begin(&mut self, idle_cores: Option<f64>) {
        self.trial = None;
        self.times_ms.clear();
        if let Some(idle_cores) = idle_cores {
            self.wanted = self.fitting(idle_cores);
            self.switch(self.wanted);
        }
    }

    /// Notes that a token took `token_ms`, `elapsed` after the process began, while
    /// `idle_cores` were not used by others. Returns the number of threads to go on with
    /// where it has just become another one.
    pub(super) fn note(
        &mut self,
        token_ms: f64,
        idle_cores: Option<f64>,
        elapsed: Duration,
    ) -> Option<u32> {
        if let Some(idle_cores) = idle_cores {
            let wanted = self.fitting(idle_cores);
            // Times from before the load changed are no measure for what comes after.
            if wanted != self.wanted && self.trial.is_none() {
                self.times_ms.clear();
            }
            self.wanted = wanted;
        }
        if self.times_ms.len() >= 2 * SAMPLE {
            self.times_ms.remove(0);
        }
        self.times_ms.push(token_ms);
        if self.times_ms.len() < SAMPLE {
            return None;
        }
        let typical_ms = self.typical_ms();
        if let Some((before, before_ms)) = self.trial.take() {
            if typical_ms * MARGIN < before_ms {
                return None;
            }
            let (next, wait) = self.wait_of(self.now);
            *next = elapsed + *wait;
            *wait = (*wait * 2).min(LONGEST_WAIT);
            return self.switch(before);
        }
        let wanted = self.wanted;
        if wanted == self.now || elapsed < self.wait_of(wanted).0 {
            return None;
        }
        self.trial = Some((self.now, typical_ms));
        self.switch(wanted)
    }

    /// As many threads as find a core of their own; a core that is nearly idle counts.
    fn fitting(&self, idle_cores: f64) -> u32 {
        let mut fitting = 1;
        while fitting < self.most && idle_cores + 0.4 >= f64::from(fitting + 1) {
            fitting += 1;
        }
        fitting
    }

    fn switch(&mut self, threads: u32) -> Option<u32> {
        if threads == self.now {
            return None;
        }
        self.now = threads;
        self.times_ms.clear();
        Some(threads)
    }

    /// The median of the last times.
    fn typical_ms(&self) -> f64 {
        let from = self.times_ms.len().saturating_sub(SAMPLE);
        let mut times = self.times_ms[from..].to_vec();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    fn wait_of(&mut self, threads: u32) -> &mut (Duration, Duration) {
        let at = usize::try_from(threads.saturating_sub(1)).unwrap_or_default();
        let last = self.waits.len().saturating_sub(1);
        &mut self.waits[at.min(last)]
    }
}

/// How often the system is asked; more often, its counters have hardly moved.
const INTERVAL: Duration = Duration::from_millis(300);

/// The least time that says anything: system clocks tick a hundred times a second.
const SHORTEST: Duration = Duration::from_millis(210);

/// How busy the rest of the machine is. The program that started this one is not of the
/// rest: its window is busy when a message is sent, and rests while the reply is written.
pub(super) struct Load {
    system: System,
    /// This process and the one that started it.
    own: Vec<Pid>,
    asked: Instant,
    own_ms: u64,
    cores: f64,
    idle: Option<f64>,
}

impl Load {
    /// `None` where the system does not say.
    pub(super) fn new() -> Option<Self> {
        let mut system = System::new().ok()?;
        system.refresh_cpu_usage();
        let mut own = vec![sysinfo::get_current_pid().ok()?];
        let nothing = ProcessRefreshKind::nothing();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&own), false, nothing);
        own.extend(system.process(own[0])?.parent());
        let cores = u32::try_from(system.cpus().len()).ok()?;
        let mut load = Self {
            system,
            own,
            asked: Instant::now(),
            own_ms: 0,
            cores: f64::from(cores),
            idle: None,
        };
        load.own_ms = load.own_time_ms()?;
        Some(load)
    }

    /// Begins to measure anew: what the machine did a minute ago says nothing about now.
    pub(super) fn begin(&mut self) {
        self.measure();
        self.idle = None;
    }

    /// Cores that no other program uses; `None` until there is something to compare with.
    pub(super) fn idle_cores(&mut self) -> Option<f64> {
        let wait = match self.idle {
            Some(_) => INTERVAL,
            None => SHORTEST,
        };
        if self.asked.elapsed() >= wait {
            self.measure();
        }
        self.idle
    }

    fn measure(&mut self) -> Option<()> {
        let since = self.asked.elapsed();
        if !since.is_zero() {
            self.asked = Instant::now();
            self.system.refresh_cpu_usage();
            let busy = f64::from(self.system.global_cpu_usage()) / 100.0 * self.cores;
            let now_ms = self.own_time_ms()?;
            let spent_ms = now_ms.saturating_sub(self.own_ms);
            self.own_ms = now_ms;
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of processor time")]
            let own = spent_ms as f64 / (since.as_secs_f64() * 1000.0);
            self.idle = Some((self.cores - (busy - own).max(0.0)).max(0.0));
        }
        Some(())
    }

    fn own_time_ms(&mut self) -> Option<u64> {
        let wanted = ProcessRefreshKind::nothing().with_cpu();
        self.system
            .refresh_processes_specifics(ProcessesToUpdate::Some(&self.own), false, wanted);
        let time_ms = |pid: &Pid| Some(self.system.process(*pid)?.accumulated_cpu_time());
        time_ms(self.own.first()?)?;
        Some(self.own.iter().filter_map(time_ms).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine of four cores on which `busy` are used by others: threads beyond the idle
    /// ones hold up the rest.
    struct Machine {
        busy: f64,
    }

    impl Machine {
        fn token_ms(&self, threads: u32) -> f64 {
            let threads = f64::from(threads);
            let alone = 40.0 / threads;
            match threads + self.busy > 4.0 {
                true => alone * 5.0,
                false => alone,
            }
        }

        /// Generates for so long; returns the threads in force at the end and the switches.
        fn run(&self, pace: &mut Pace, from: &mut Duration, seconds: u64) -> (u32, u32) {
            let end = *from + Duration::from_secs(seconds);
            let mut switches = 0;
            while *from < end {
                let ms = self.token_ms(pace.threads());
                *from += Duration::from_secs_f64(ms / 1000.0);
                switches += u32::from(pace.note(ms, Some(4.0 - self.busy), *from).is_some());
            }
            (pace.threads(), switches)
        }
    }

    #[test]
    fn threads_follow_the_load_down_and_up() {
        let mut pace = Pace::new(4);
        let mut now = Duration::ZERO;
        assert_eq!(Machine { busy: 0.0 }.run(&mut pace, &mut now, 5), (4, 0));
        assert_eq!(Machine { busy: 1.0 }.run(&mut pace, &mut now, 5), (3, 1));
        assert_eq!(Machine { busy: 3.0 }.run(&mut pace, &mut now, 5), (1, 1));
        assert_eq!(Machine { busy: 0.0 }.run(&mut pace, &mut now, 5), (4, 1));
    }

    #[test]
    fn what_is_no_better_is_left_and_seldom_tried_again() {
        // The hint is wrong: the machine is as fast as ever.
        let machine = Machine { busy: 0.0 };
        let mut pace = Pace::new(4);
        let mut switches = 0;
        let mut now = Duration::ZERO;
        while now < Duration::from_mins(1) {
            let ms = machine.token_ms(pace.threads());
            now += Duration::from_secs_f64(ms / 1000.0);
            switches += u32::from(pace.note(ms, Some(2.0), now).is_some());
        }
        assert_eq!(pace.threads(), 4);
        assert!((2..=10).contains(&switches), "{switches}");
    }

    #[test]
    fn a_reply_begins_with_what_fits() {
        for (idle, threads) in [(0.0, 1), (0.9, 1), (1.7, 2), (2.5, 2), (2.6, 3), (8.0, 4)] {
            let mut pace = Pace::new(4);
            pace.begin(Some(idle));
            assert_eq!(pace.threads(), threads, "{idle}");
        }
        assert_eq!(Pace::new(1).note(5.0, Some(8.0), Duration::ZERO), None);
    }

    #[test]
    fn the_system_says_how_busy_it_is() {
        let mut load = Load::new().unwrap();
        std::thread::sleep(INTERVAL + Duration::from_millis(10));
        let idle = load.idle_cores().unwrap();
        assert!((0.0..=load.cores).contains(&idle), "{idle}");
    }
}
