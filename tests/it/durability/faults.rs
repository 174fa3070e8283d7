//! The system fails at every write, every fsync and every open of one session, once and
//! for good; and the process is killed at every write.

use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use charla::store::Store;

use super::{Promise, Said, check, start};

const NO_SPACE: i32 = 28;
const IO_ERROR: i32 = 5;

/// The library that betrays a process; made with the C compiler that llama.cpp needs too.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let library = folder.join(format!("fault-{}.so", std::process::id()));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/durability/fault.c");
        let status = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([&library, &source])
            .args(["-ldl", "-lpthread"])
            .status()
            .unwrap();
        assert!(status.success());
        library
    })
}

/// What fails, and how.
#[derive(Debug, Clone, Copy)]
struct Fault {
    kind: &'static str,
    errno: i32,
    /// Whether everything after it fails too.
    stays: bool,
}

/// Runs a session in which the call `at` fails. Returns what it said, and how many calls of
/// this kind it made.
fn session(kind: &str, folder: &Path, fault: Fault, at: usize) -> (Said, Option<usize>) {
    let mut driver = start(kind, folder, |command| {
        command
            .env("LD_PRELOAD", library())
            .env("CHARLA_FAULT_FOLDER", folder)
            .env("CHARLA_FAULT_KIND", fault.kind)
            .env("CHARLA_FAULT_AT", at.to_string())
            .env("CHARLA_FAULT_ERRNO", fault.errno.to_string())
            .env("CHARLA_FAULT_STAYS", if fault.stays { "1" } else { "0" });
    });
    let mut stderr = driver.stderr.take().unwrap();
    let words = thread::spawn(move || {
        let mut words = String::new();
        let _ = stderr.read_to_string(&mut words);
        words
    });
    let mut said = Said::default();
    said.hear_all(BufReader::new(driver.stdout.take().unwrap()));
    let status = driver.wait().unwrap();
    let words = words.join().unwrap();
    if fault.kind != "kill" {
        assert!(status.success() && said.is_done, "{fault:?} {at}: {words}");
    }
    let calls = words.lines().find_map(|line| line.strip_prefix("calls "));
    (said, calls.map(|calls| calls.parse().unwrap()))
}

/// Fails each call in turn until there is none left.
fn every_call(fault: Fault) {
    let mut at = 1;
    let mut failures = 0;
    loop {
        let folder = tempfile::tempdir().unwrap();
        let (said, calls) = session("does_everything_once", folder.path(), fault, at);
        for error in &said.errors {
            assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
            assert!(!error.contains("please report"), "{fault:?} {at}: {error}");
        }
        failures += usize::from(!said.errors.is_empty());
        check(folder.path(), &said.promised);
        // One that was killed says nothing of its calls.
        if calls.is_some_and(|calls| calls < at) {
            break;
        }
        at += 1;
    }
    println!("{fault:?}: {} sessions, {failures} told of it", at - 1);
    assert!(at > 5, "{fault:?}: there was nothing to fail");
    assert!(
        failures > 0 || fault.kind == "kill",
        "{fault:?}: nobody was told"
    );
}

#[test]
fn a_disk_that_is_full_from_any_write_on() {
    every_call(Fault {
        kind: "write",
        errno: NO_SPACE,
        stays: true,
    });
}

#[test]
fn any_write_that_fails_once() {
    every_call(Fault {
        kind: "write",
        errno: IO_ERROR,
        stays: false,
    });
}

#[test]
fn any_fsync_that_fails() {
    for stays in [false, true] {
        every_call(Fault {
            kind: "sync",
            errno: IO_ERROR,
            stays,
        });
    }
}

#[test]
fn any_open_that_fails() {
    for stays in [false, true] {
        every_call(Fault {
            kind: "open",
            errno: IO_ERROR,
            stays,
        });
    }
}

#[test]
fn a_kill_at_any_write() {
    every_call(Fault {
        kind: "kill",
        errno: 0,
        stays: false,
    });
}

/// What the next start finds of a file of the first version whose change to the present one
/// was cut off by this.
fn every_call_of_a_migration(fault: Fault) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store");
    let old = || {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("chats.sqlite3");
        std::fs::copy(fixture.join("version-1.sqlite3"), to).unwrap();
        folder
    };
    let folder = old();
    let mut promised = std::collections::HashMap::new();
    let store = Store::open(folder.path()).unwrap();
    for chat in store.all_chats().unwrap() {
        for message in store.chat(chat).unwrap().messages() {
            promised.insert(message.id, Promise::Whole(message.text.clone()));
        }
    }
    assert!(promised.len() > 5);
    drop(store);
    let mut at = 1;
    loop {
        let folder = old();
        let (_, calls) = session("opens", folder.path(), fault, at);
        check(folder.path(), &promised);
        if calls.is_some_and(|calls| calls < at) {
            break;
        }
        at += 1;
    }
    println!("{fault:?}: {} migrations", at - 1);
    assert!(at > 20, "{fault:?}: there was nothing to fail");
}

#[test]
fn a_kill_at_any_write_of_a_migration() {
    every_call_of_a_migration(Fault {
        kind: "kill",
        errno: 0,
        stays: false,
    });
}

#[test]
fn a_disk_that_is_full_from_any_write_of_a_migration_on() {
    every_call_of_a_migration(Fault {
        kind: "write",
        errno: NO_SPACE,
        stays: true,
    });
}
