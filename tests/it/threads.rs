//! The number of threads follows the load of the machine, and what is promised of replies
//! holds whatever it follows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use charla::params::{LoadOptions, Sampling};

use crate::support::engine::{Engine, greedy, question};

/// Other programs that compute all the time, until this is dropped.
struct Others(Arc<AtomicBool>, Vec<JoinHandle<()>>);

impl Others {
    fn start(count: usize) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let spin = |ended: Arc<AtomicBool>| move || while !ended.load(Ordering::Relaxed) {};
        let threads = (0..count).map(|_| thread::spawn(spin(Arc::clone(&ended))));
        Self(Arc::clone(&ended), threads.collect())
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        for thread in self.1.drain(..) {
            let _ = thread.join();
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
    for count in [1, 2] {
        let others = Others::start(count);
        // While it is written, the number of threads becomes what suits the machine now.
        ask(&free);
        assert_eq!([ask(&greedy(32)), ask(&seeded)], quiet, "{count} others");
        drop(others);
    }
}
