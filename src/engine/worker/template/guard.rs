//! The last bound on what a template may do. Fuel pays for all but one thing: a list that
//! holds another twice, which holds another twice, and so on, is small, and as soon as it
//! is printed or compared it is larger than any memory. minijinja does that in one piece,
//! which nothing can stop but the end of the process.

use std::io::{self, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::engine::fault::Fault;

/// The longest a template may take; real ones take milliseconds.
const LIMIT: Duration = Duration::from_secs(5);

/// Values nested as deep as fuel allows are freed one within the other.
const STACK_BYTES: usize = 256 << 20;

/// Renders, that is, runs `work`, on a thread of its own. Does not return when it takes too
/// long: the process ends, with a
/// last word on standard error. That is the engine's own process, and a new one is
/// started when it is needed.
///
/// # Errors
/// [`Fault::Template`] where no thread can be made, or `work` panics.
pub(super) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Fault> {
    let fault = |reason: &str| Fault::Template {
        reason: reason.into(),
    };
    thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        let worker = thread::Builder::new()
            .name("template".into())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, move || {
                // Dropped when the work ends, however it does.
                let _done = done;
                work()
            })
            .map_err(|error| fault(&error.to_string()))?;
        if waiting.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
            let _ = writeln!(io::stderr(), "the model's chat template takes too long");
            // Not `exit`: that would run C++ destructors under llama.cpp's feet.
            std::process::abort();
        }
        worker.join().map_err(|_| fault("it fails"))
    })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Instant;

    use super::*;

    const BOMB: &str = "CHARLA_TEST_TEMPLATE_BOMB";

    #[test]
    fn a_panic_is_a_fault() {
        assert_eq!(run(|| 7), Ok(7));
        assert!(run(|| panic!("as wanted")).is_err());
    }

    /// The process that ends is this test's own, started a second time.
    #[test]
    fn what_does_not_end_is_ended() {
        if std::env::var_os(BOMB).is_some() {
            let _ = run(|| thread::sleep(Duration::from_mins(1)));
            return;
        }
        let begun = Instant::now();
        let (_, module) = module_path!().split_once("::").unwrap();
        let name = format!("{module}::what_does_not_end_is_ended");
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &name, "--nocapture"])
            .env(BOMB, "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success(), "{words}");
        assert!(words.contains("takes too long"), "{words}");
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
