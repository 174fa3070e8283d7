//! Threads that follow the load of the machine against fixed numbers of them, while other
//! programs compute.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use charla::params::LoadOptions;

use super::report::{Pairs, Report, Table, Target};
use super::talk::{Talk, free};
use super::{Outcome, Setting};

/// How long others have been busy before a reply is asked for.
const BEFORE: Duration = Duration::from_secs(2);

/// Other programs, until this is dropped.
pub(crate) struct Others(Vec<Child>);

impl Others {
    pub(crate) fn start(count: u32) -> Outcome<Self> {
        let mut others = Self(Vec::new());
        for _ in 0..count {
            let mut command = Command::new(std::env::current_exe()?);
            let child = command.args(["--be", "busy"]).stdin(Stdio::piped()).spawn();
            others.0.push(child?);
        }
        thread::sleep(BEFORE);
        Ok(others)
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Is such a program; it ends with whoever started it.
pub(crate) fn spin() -> ! {
    thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    loop {
        std::hint::spin_loop();
    }
}

pub(crate) fn measure(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let tokens = setting.either(200, 64);
    // A slow reply takes half a minute.
    let rounds = setting.pairs.min(3);
    println!(
        "Replies of {tokens} tokens, {rounds} rounds, tokens/s. The ratio is that of threads \
         that follow the load to the fixed number.\n"
    );
    // None follows the load.
    let settings: Vec<Option<u32>> = [None]
        .into_iter()
        .chain((1..=setting.cores).map(Some))
        .collect();
    let mut talks = Vec::new();
    for &threads in &settings {
        let options = LoadOptions {
            threads,
            speculation: Some(false),
            ..LoadOptions::default()
        };
        let mut talk = Talk::with(&setting.model, options)?;
        let text = talk.text(0, 32)?;
        talk.ask(free(&text, 16))?;
        talks.push((talk, text));
    }
    let mut table = Table::new(&[
        "others",
        "fixed threads",
        "fixed",
        "following",
        "ratio",
        "range",
    ]);
    for others in [0, 1, setting.cores] {
        let rounds = match others {
            0 => 1,
            _ => rounds,
        };
        let mut speeds = vec![Vec::new(); settings.len()];
        for round in 0..rounds {
            let count = settings.len();
            for turn in 0..count {
                // Each is the first one in its round at some time.
                let at = (turn + round) % count;
                let busy = Others::start(others)?;
                let (talk, text) = &mut talks[at];
                speeds[at].push(talk.ask(free(text, tokens))?.speed);
                drop(busy);
            }
        }
        let pairs: Vec<Pairs> = speeds[1..]
            .iter()
            .map(|fixed| {
                let mut pairs = Pairs::default();
                for (following, fixed) in speeds[0].iter().zip(fixed) {
                    pairs.push(*following, *fixed);
                }
                pairs
            })
            .collect();
        for (threads, pairs) in settings[1..].iter().zip(&pairs) {
            let [other, ours, ratio, range] = pairs.cells();
            table.row([
                others.to_string(),
                threads.unwrap_or_default().to_string(),
                other,
                ours,
                ratio,
                range,
            ]);
        }
        let best = pairs
            .iter()
            .max_by(|one, other| one.other().total_cmp(&other.other()));
        let (Some(best), Some(all)) = (best, pairs.last()) else {
            return Err("a machine without cores".into());
        };
        if others > 0 {
            report.check(
                format!("{others} busy, against the best fixed number"),
                best.ratio(),
                Target::AtLeast(0.9),
            );
        }
        if others == 1 {
            report.check(
                "1 busy, against a thread for each core",
                all.ratio(),
                Target::AtLeast(2.0),
            );
        }
    }
    table.print();
    Ok(())
}
