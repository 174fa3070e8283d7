//! Why the engine's process ended, from what is left of it: its exit status, its last
//! words on standard error, and the system's count of processes killed for memory.

use std::process::ExitStatus;

use super::fault::{During, Error};

/// How often the system has killed a process because memory ran out, where it counts.
#[must_use]
pub(super) fn out_of_memory_kills() -> Option<u64> {
    let counters = std::fs::read_to_string("/proc/vmstat").ok()?;
    counters
        .lines()
        .find_map(|line| line.strip_prefix("oom_kill "))?
        .trim()
        .parse()
        .ok()
}

/// The error for an engine that has ended by itself.
///
/// `last_words` are the last lines of its standard error; `memory_kills` says whether the
/// system killed a process for memory while it ran.
pub(super) fn classify(
    status: ExitStatus,
    last_words: &[String],
    memory_kills: bool,
    during: During,
) -> Error {
    let signal = signal_of(status);
    if ran_out_of_memory(last_words) || (signal == Some(SIGKILL) && memory_kills) {
        return Error::OutOfMemory { during };
    }
    let last_words = last_words
        .iter()
        .rev()
        .find(|line| !line.trim().is_empty())
        .map(|line| line.trim().to_owned());
    match signal {
        Some(signal) => Error::Signal {
            signal,
            during,
            last_words,
        },
        None => Error::Exit {
            code: status.code().unwrap_or(-1),
            during,
            last_words,
        },
    }
}

const SIGKILL: i32 = 9;

/// llama.cpp and its backends say so before they abort.
fn ran_out_of_memory(last_words: &[String]) -> bool {
    const SIGNS: [&str; 6] = [
        "out of memory",
        "bad_alloc",
        "failed to allocate",
        "cannot allocate memory",
        "unable to allocate",
        "insufficient memory",
    ];
    last_words.iter().any(|line| {
        let line = line.to_lowercase();
        // Memory that cannot be locked is there all the same.
        !line.contains("mlock") && SIGNS.iter().any(|sign| line.contains(sign))
    })
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal()
}

#[cfg(not(unix))]
fn signal_of(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn of(raw: i32, words: &[&str], memory_kills: bool) -> Error {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        classify(
            ExitStatus::from_raw(raw),
            &words,
            memory_kills,
            During::Reply,
        )
    }

    #[test]
    fn each_end_has_its_name() {
        let during = During::Reply;
        assert_eq!(
            of(9, &[], true),
            Error::OutOfMemory {
                during: during.clone()
            }
        );
        assert_eq!(
            of(9, &[], false),
            Error::Signal {
                signal: 9,
                during: during.clone(),
                last_words: None
            }
        );
        assert_eq!(
            of(6, &["ggml.c:1644: GGML_ASSERT failed", "  "], false),
            Error::Signal {
                signal: 6,
                during: during.clone(),
                last_words: Some("ggml.c:1644: GGML_ASSERT failed".into())
            }
        );
        assert_eq!(
            of(
                1 << 8,
                &["libgomp: Out of memory allocating 64 bytes"],
                false
            ),
            Error::OutOfMemory {
                during: during.clone()
            }
        );
        assert_eq!(
            of(3 << 8, &[], true),
            Error::Exit {
                code: 3,
                during,
                last_words: None
            }
        );
    }
}
