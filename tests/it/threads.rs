//! The number of threads follows the load of the machine, and what is promised of replies
//! holds whatever it follows.

use std::process::{Child, Command};
use std::thread::available_parallelism;

use charla::params::{LoadOptions, Sampling};

use crate::support::engine::{Engine, greedy, question};

/// Other programs that compute all the time, until this is dropped. What this process does
/// itself is not counted as load, since it has started the engine.
struct Others(Vec<Child>);

impl Others {
    fn start(count: usize) -> Self {
        let start = |_| {
            Command::new("sh")
                .args(["-c", "while :; do :; done"])
                .spawn()
        };
        Self((0..count).map(|at| start(at).unwrap()).collect())
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

#[test]
fn a_reply_that_is_to_be_the_same_is_the_same_while_others_compute() {
    let (mut engine, _) = Engine::loaded(LoadOptions {
        speculation: Some(false),
        ..LoadOptions::default()
    });
    // From 256 tokens on, several threads compute a token otherwise than one does.
    let words = "the dragon and the girl tell the story of the sea ".repeat(28);
    let asked = question(&format!("{words}\nWhat is this about?"));
    let seeded = Sampling {
        seed: Some(3),
        max_tokens: Some(32),
        ..Sampling::default()
    };
    let free = Sampling {
        max_tokens: Some(32),
        ..Sampling::default()
    };
    let mut ask = |sampling: &Sampling| engine.reply(&asked, sampling.clone()).unwrap().text;
    let quiet = [ask(&greedy(32)), ask(&seeded)];
    assert!(quiet.iter().all(|text| text.len() > 20), "{quiet:?}");
    let cores = available_parallelism().unwrap().get();
    for count in [1, cores] {
        let others = Others::start(count);
        // While it is written, the number of threads becomes what suits the machine now.
        ask(&free);
        assert_eq!([ask(&greedy(32)), ask(&seeded)], quiet, "{count} others");
        drop(others);
    }
}
