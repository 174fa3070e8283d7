//! The header of the real model with a few bytes of it changed, over and over: the reader never
//! panics and never takes long, and what it passes is loaded, refused or, at worst, the end of
//! one engine, never of the window.
//!
//! A few rounds run with the other tests. `CHARLA_MUTATIONS=10000 cargo test --test it --
//! mutations --nocapture` runs them all, from the seed `CHARLA_MUTATIONS_FROM` on, and prints
//! what came of them.

use std::fs::{self, File};
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use charla::engine::{Error, Launch};
use charla::params::LoadOptions;

use crate::support::engine::task;
use crate::support::{CHARLA, Home, SOON, model, options};
use crate::talk::Talk;

/// Where the tensors of the default model begin.
const HEADER_BYTES: usize = 1_785_664;
/// The fields before the vocabulary, and the table of tensors at the end: a hit there matters
/// more than one letter of one word.
const FIELDS_BYTES: usize = 2048;
const TABLE_BYTES: usize = 20_000;

/// A generator that is the same everywhere (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }
}

fn mutate(header: &mut [u8], seed: u64) {
    let mut random = Random(seed);
    for _ in 0..=random.below(3) {
        let place = match random.below(10) {
            0..5 => random.below(FIELDS_BYTES),
            5..8 => HEADER_BYTES - 1 - random.below(TABLE_BYTES),
            _ => random.below(HEADER_BYTES),
        };
        let bytes: Vec<u8> = match random.below(5) {
            0 => vec![0],
            1 => vec![0xff],
            2 => vec![header[place] ^ (1 << random.below(8))],
            3 => random.next().to_le_bytes()[..1].to_vec(),
            // A whole number, small or absurd.
            _ => {
                let number = match random.below(3) {
                    0 => u32::try_from(random.below(300)).unwrap(),
                    1 => u32::MAX - u32::try_from(random.below(4)).unwrap(),
                    _ => 1 << random.below(32),
                };
                number.to_le_bytes().to_vec()
            }
        };
        let room = HEADER_BYTES - place;
        let bytes = &bytes[..bytes.len().min(room)];
        header[place..place + bytes.len()].copy_from_slice(bytes);
    }
}

/// What came of all rounds.
#[derive(Debug, Default)]
struct Count {
    refused: u64,
    passed: u64,
    loaded: u64,
    /// What llama.cpp refuses by itself.
    declined: u64,
    /// The seeds of those that ended an engine.
    ended: Vec<u64>,
    slowest: Duration,
}

#[test]
fn what_the_reader_passes_ends_at_worst_one_engine() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().unwrap())
    };
    let rounds = number("CHARLA_MUTATIONS", 24);
    let first = number("CHARLA_MUTATIONS_FROM", 0);
    let mut whole = vec![0; HEADER_BYTES];
    let size_bytes = {
        let mut file = File::open(model()).unwrap();
        file.read_exact(&mut whole).unwrap();
        file.metadata().unwrap().len()
    };
    let home = Home::new();
    let path = home.path().join("mutant.gguf");
    // The same client as the window has, which starts an engine anew when one has ended.
    let mut talk = Talk::start(Launch::Program(CHARLA.into()));
    let mut count = Count::default();
    for seed in first..first + rounds {
        let mut header = whole.clone();
        mutate(&mut header, seed);
        fs::write(&path, &header).unwrap();
        // The weights are all zero, and take no room.
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(size_bytes)
            .unwrap();
        let begun = Instant::now();
        let read = catch_unwind(AssertUnwindSafe(|| gguf::read(&path)));
        count.slowest = count.slowest.max(begun.elapsed());
        let read = read.unwrap_or_else(|_| panic!("the reader panicked with seed {seed}"));
        match read {
            Err(_) => count.refused += 1,
            Ok(_) => {
                count.passed += 1;
                use_it(&mut talk, &path, seed, &mut count);
            }
        }
    }
    println!("{count:?}");
    assert!(count.slowest < SOON, "{:?}", count.slowest);
    assert_eq!(count.refused + count.passed, rounds);
    assert!(count.refused > 0 && count.passed > 0, "{count:?}");

    // Whatever happened, the next model is loaded and answers.
    talk.client.load(model(), options(), None);
    talk.loaded().unwrap();
    let id = talk.client.generate(task("Hi", 4));
    assert!(talk.end_of(id).1.is_ok());
}

/// Loads it as the window does, and has it write a word.
fn use_it(talk: &mut Talk, path: &Path, seed: u64, count: &mut Count) {
    let options = LoadOptions {
        context_tokens: Some(256),
        ..options()
    };
    talk.client.load(path.to_owned(), options, None);
    let ended = |error: &Error| matches!(error, Error::Signal { .. } | Error::Exit { .. });
    match talk.loaded() {
        Err((_, error)) if ended(&error) => count.ended.push(seed),
        Err(_) => count.declined += 1,
        Ok(_) => {
            let id = talk.client.generate(task("Hi", 1));
            match talk.end_of(id).1 {
                Err(error) if ended(&error) => count.ended.push(seed),
                _ => count.loaded += 1,
            }
        }
    }
}
