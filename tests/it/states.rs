//! The KV cache on disk: it comes back after a restart and a switch of the model, and what
//! is not as it should be is discarded. The reply is the same in every case.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use charla::chat::ChatId;
use charla::engine::Notice;
use charla::engine::protocol::{StateFolder, Task};
use charla::params::LoadOptions;
use tempfile::TempDir;

use crate::support::engine::{Engine, Reply, greedy, question};
use crate::support::tiny::Tiny;
use crate::support::{CHARLA, PATIENCE, options, until};

/// Tiny models and a folder for their states.
struct Place {
    folder: TempDir,
    limit_bytes: u64,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            limit_bytes: 1 << 30,
        }
    }

    fn states(&self) -> PathBuf {
        self.folder.path().join("states")
    }

    /// A tiny model of its own weights.
    fn model(&self, seed: u64) -> PathBuf {
        let path = self.folder.path().join(format!("tiny-{seed}.gguf"));
        if !path.exists() {
            let tiny = Tiny {
                control: &["<|im_start|>", "<|im_end|>"],
                context_tokens: 4096,
                seed,
                ..Tiny::default()
            };
            tiny.write(&path);
        }
        path
    }

    /// An engine with that model and no past but what is on disk.
    fn engine(&self, seed: u64) -> Engine {
        self.engine_with(seed, small(1024))
    }

    fn engine_with(&self, seed: u64, options: LoadOptions) -> Engine {
        let mut engine = Engine::start();
        engine.states = Some(StateFolder {
            folder: self.states(),
            limit_bytes: self.limit_bytes,
        });
        let model = self.model(seed);
        engine.load(&model, options).1.unwrap();
        // Only then is anything kept.
        let (index, name) = (self.states().join("models.json"), model.to_str().unwrap());
        until("the model has been hashed", PATIENCE, || {
            fs::read_to_string(&index).is_ok_and(|text| text.contains(name))
        });
        engine
    }

    /// The states on disk, the oldest first.
    fn files(&self) -> Vec<PathBuf> {
        let listing = fs::read_dir(self.states()).unwrap();
        let mut files: Vec<PathBuf> = listing
            .map(|item| item.unwrap().path())
            .filter(|path| path.extension().is_some_and(|it| it == "kv"))
            .collect();
        files.sort_by_key(|path| path.metadata().unwrap().modified().unwrap());
        files
    }

    /// Leaves the state of one chat behind. Returns the reply to the next message of it as
    /// an engine gives it that reads everything.
    fn leave_one(&self) -> Reply {
        let mut engine = self.engine(1);
        engine.carry_out(chat(1, 300)).unwrap();
        assert!(engine.shut_down().success());
        assert_eq!(self.files().len(), 1);
        let mut engine = Engine::start();
        engine.load(&self.model(1), small(1024)).1.unwrap();
        engine.carry_out(chat(1, 310)).unwrap()
    }
}

fn small(context_tokens: u32) -> LoadOptions {
    LoadOptions {
        context_tokens: Some(context_tokens),
        ..options()
    }
}

/// A chat that begins with its number and goes on for so many words.
fn chat(number: u64, words: usize) -> Task {
    let text = format!("{number}{}", " dragon story".repeat(words / 2));
    Task {
        chat: Some(ChatId(number)),
        turns: question(&text),
        sampling: greedy(8),
        ..Task::default()
    }
}

#[test]
fn a_chat_comes_back_after_a_restart() {
    let place = Place::new();
    let fresh = place.leave_one();
    let mut engine = place.engine(1);
    let warm = engine.carry_out(chat(1, 310)).unwrap();
    assert_eq!(warm.text, fresh.text);
    assert!(warm.timings.restored_tokens >= 300, "{warm:?}");
    assert_eq!(warm.timings.cached_tokens, warm.timings.restored_tokens);
    // From now on it is in memory.
    let again = engine.carry_out(chat(1, 310)).unwrap();
    assert_eq!(
        (again.timings.restored_tokens, &again.text),
        (0, &fresh.text)
    );
    assert_eq!(again.timings.cached_tokens, again.timings.prompt_tokens - 1);
}

#[test]
fn a_chat_comes_back_after_a_switch_of_the_model() {
    let place = Place::new();
    let mut engine = place.engine(1);
    let first = engine.carry_out(chat(1, 300)).unwrap();
    engine.load(&place.model(2), small(1024)).1.unwrap();
    let other = engine.carry_out(chat(1, 300)).unwrap();
    assert_eq!(other.timings.cached_tokens, 0, "{other:?}");
    assert_ne!(other.text, first.text);
    engine.load(&place.model(1), small(1024)).1.unwrap();
    let back = engine.carry_out(chat(1, 300)).unwrap();
    assert_eq!(back.timings.cached_tokens, back.timings.prompt_tokens - 1);
    assert_eq!(back.text, first.text);
}

#[test]
fn another_name_is_the_same_model_and_another_context_is_not() {
    let place = Place::new();
    let fresh = place.leave_one();
    fs::rename(place.model(1), place.folder.path().join("tiny-9.gguf")).unwrap();
    let mut engine = place.engine(9);
    let mut reply = engine.carry_out(chat(1, 310)).unwrap();
    // The hash of a file that has never been seen takes a moment, which nobody waits for.
    for _ in 0..50 {
        if reply.timings.restored_tokens > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
        engine.load(&place.model(9), small(1024)).1.unwrap();
        reply = engine.carry_out(chat(1, 310)).unwrap();
    }
    assert!(reply.timings.restored_tokens > 0);
    assert_eq!(reply.text, fresh.text);

    let mut engine = place.engine_with(9, small(2048));
    let reply = engine.carry_out(chat(1, 310)).unwrap();
    assert_eq!(
        (reply.timings.restored_tokens, &reply.text),
        (0, &fresh.text)
    );
}

#[test]
fn a_state_that_is_not_what_it_should_be_is_discarded() {
    type Damage = fn(&Path, Vec<u8>);
    let cases: [(&str, Damage); 8] = [
        ("cut short", |path, bytes| {
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("without its end", |path, bytes| {
            fs::write(path, &bytes[..bytes.len() - 1]).unwrap();
        }),
        ("empty", |path, _| fs::write(path, b"").unwrap()),
        ("with one bit flipped", |path, mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 4;
            fs::write(path, bytes).unwrap();
        }),
        ("with another token", |path, mut bytes| {
            bytes[12 + 4 * 40] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
        (
            "with a count of tokens that cannot be",
            |path, mut bytes| {
                bytes[8..12].copy_from_slice(&u32::MAX.to_ne_bytes());
                fs::write(path, bytes).unwrap();
            },
        ),
        ("random", |path, bytes| {
            let noise: Vec<u8> = (0..=250).cycle().step_by(31).take(bytes.len()).collect();
            fs::write(path, noise).unwrap();
        }),
        ("a folder", |path, _| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
    ];
    for (name, damage) in cases {
        let place = Place::new();
        let fresh = place.leave_one();
        let file = place.files().remove(0);
        damage(&file, fs::read(&file).unwrap());
        let mut engine = place.engine(1);
        let reply = engine.carry_out(chat(1, 310)).unwrap();
        assert_eq!(reply.timings.cached_tokens, 0, "{name}: {reply:?}");
        assert_eq!(reply.text, fresh.text, "{name}");
        assert!(!file.is_file(), "{name}: it is still there");
        let next = engine.carry_out(chat(1, 320)).unwrap();
        assert!(next.timings.cached_tokens > 300, "{name}: {next:?}");
    }
}

#[test]
fn a_state_of_another_model_under_this_ones_name_is_discarded() {
    let place = Place::new();
    let fresh = place.leave_one();
    let own = place.files().remove(0);
    let mut engine = place.engine(2);
    engine.carry_out(chat(1, 300)).unwrap();
    engine.shut_down();
    let files = place.files();
    let other = files.iter().find(|path| **path != own).unwrap();
    fs::rename(other, &own).unwrap();
    let reply = place.engine(1).carry_out(chat(1, 310)).unwrap();
    assert_eq!(
        (reply.timings.restored_tokens, &reply.text),
        (0, &fresh.text)
    );
}

#[test]
fn the_least_recently_used_go_when_they_are_too_many() {
    let mut place = Place::new();
    let fill = |place: &Place, number| {
        let mut engine = place.engine(1);
        engine.carry_out(chat(number, 300)).unwrap();
        engine.shut_down();
        place.files()
    };
    let first = fill(&place, 1);
    let size_bytes = first[0].metadata().unwrap().len();
    place.limit_bytes = size_bytes * 5 / 2;
    let second = fill(&place, 2);
    assert_eq!(second.len(), 2);
    // The first is used again, so the second is the one to go.
    let old = SystemTime::now() - Duration::from_mins(1);
    for file in &second {
        fs::File::open(file).unwrap().set_modified(old).unwrap();
    }
    let mut engine = place.engine(1);
    let reply = engine.carry_out(chat(1, 300)).unwrap();
    assert!(reply.timings.restored_tokens > 0, "{reply:?}");
    engine.shut_down();
    let third = fill(&place, 3);
    assert_eq!(third.len(), 2);
    assert!(third.contains(&first[0]), "{third:?}");

    // What is larger than the limit is not written, and takes nothing else along.
    place.limit_bytes = size_bytes / 2;
    let by_name = |files: Vec<PathBuf>| files.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(by_name(fill(&place, 4)), by_name(third));
}

#[test]
fn a_folder_that_cannot_be_written_costs_time_and_nothing_else() {
    let place = Place::new();
    let fresh = place.leave_one();
    fs::remove_dir_all(place.states()).unwrap();
    fs::write(place.states(), b"a file in its place").unwrap();
    let mut engine = Engine::start();
    engine.states = Some(StateFolder {
        folder: place.states(),
        limit_bytes: 1 << 30,
    });
    let (_, loaded) = engine.load(&place.model(1), small(1024));
    let notices = loaded.unwrap().notices;
    assert!(
        matches!(&notices[..], [Notice::StatesOff { folder, .. }] if *folder == place.states()),
        "{notices:?}"
    );
    let reply = engine.carry_out(chat(1, 310)).unwrap();
    assert_eq!(reply.text, fresh.text);
    assert!(engine.shut_down().success());

    // One that goes away meanwhile is made again.
    fs::remove_file(place.states()).unwrap();
    let mut engine = place.engine(1);
    engine.carry_out(chat(1, 300)).unwrap();
    fs::remove_dir_all(place.states()).unwrap();
    assert!(engine.shut_down().success());
    assert_eq!(place.files().len(), 1);
}

#[test]
fn a_state_that_is_longer_than_the_prompt_finds_room() {
    let place = Place::new();
    let mut engine = place.engine(1);
    engine.carry_out(chat(1, 700)).unwrap();
    engine.shut_down();
    let mut engine = place.engine(1);
    engine.carry_out(chat(2, 400)).unwrap();
    let reply = engine.carry_out(chat(1, 300)).unwrap();
    assert!(reply.timings.restored_tokens > 290, "{reply:?}");
    assert!(engine.shut_down().success());
    assert_eq!(place.files().len(), 2);
}

#[test]
fn chats_that_have_no_room_in_memory_go_to_disk() {
    let place = Place::new();
    let mut engine = place.engine(1);
    for number in 1..=4 {
        engine.carry_out(chat(number, 400)).unwrap();
    }
    // 1024 tokens hold two of them. The first files wait for the hash of the model, which no
    // reply waits for.
    until("the others are on disk", PATIENCE, || {
        place.files().len() == 2
    });
    let cached = |engine: &mut Engine, number| {
        let reply = engine.carry_out(chat(number, 400)).unwrap();
        let timings = reply.timings;
        assert_eq!(
            timings.cached_tokens,
            timings.prompt_tokens - 1,
            "{reply:?}"
        );
        timings.restored_tokens
    };
    assert_eq!(cached(&mut engine, 4), 0);
    assert_eq!(cached(&mut engine, 3), 0);
    assert!(cached(&mut engine, 1) > 0);
    assert!(cached(&mut engine, 2) > 0);
}

/// Below a folder of its own that has room for eight megabytes.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_without_room_is_left_alone() {
    let place = Place::new();
    let fresh = place.leave_one();
    let mount = format!(
        "mount -t tmpfs -o size=8m tmpfs {} && exec \"$0\" \"$@\"",
        place.states().display()
    );
    let in_small_disk = |program: &str| {
        let mut command = std::process::Command::new("unshare");
        command.args(["-rm", "sh", "-c", &mount, program]);
        command
    };
    if !in_small_disk("true").status().is_ok_and(|it| it.success()) {
        eprintln!("left out: no file system can be mounted here");
        return;
    }
    let mut engine = Engine::with(in_small_disk(CHARLA));
    engine.states = Some(StateFolder {
        folder: place.states(),
        limit_bytes: 1 << 30,
    });
    engine.load(&place.model(1), small(1024)).1.unwrap();
    let reply = engine.carry_out(chat(1, 310)).unwrap();
    assert_eq!(reply.text, fresh.text);
    assert_eq!(reply.timings.restored_tokens, 0);
    // Switching the model writes what is worth it, which it is, but there is no room.
    engine.load(&place.model(2), small(1024)).1.unwrap();
    engine.load(&place.model(1), small(1024)).1.unwrap();
    let again = engine.carry_out(chat(1, 310)).unwrap();
    assert_eq!((again.timings.cached_tokens, again.text), (0, fresh.text));
    assert!(engine.shut_down().success());
}
