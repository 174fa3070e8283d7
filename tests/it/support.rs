//! What the tests share: a home of its own for each, the real model, the program itself,
//! and patience.

pub(crate) mod engine;
pub(crate) mod gguf;
#[cfg(feature = "llama")]
pub(crate) mod kept;
#[allow(dead_code, reason = "a generator has more than a test needs")]
pub(crate) mod tiny;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use charla::params::LoadOptions;
use tempfile::TempDir;

pub(crate) use crate::talk::PATIENCE;

/// The program under test.
pub(crate) const CHARLA: &str = env!("CARGO_BIN_EXE_charla");

/// How long what is to end soon may take. It is much more than is promised, for a machine at
/// its limits, and less than to go on to the end would take on any: that takes longer where the
/// machine is slower.
pub(crate) const SOON: Duration = Duration::from_secs(8);

/// A question with one answer that even a small model knows. It has hardly a
/// doubt at any token of it: what is in the cache already moves probabilities by a hundredth
/// or two.
pub(crate) const QUESTION: &str = "Name the capital of France.";

/// Asks for more than a model of this size can say in the time of a test.
pub(crate) const LONG_STORY: &str =
    "Write a very long story about a dragon and a girl, with many chapters.";

/// The real model. Without it the tests fail: a test that is left out proves nothing.
pub(crate) fn model() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let path = folder.join("SmolLM2-135M-Instruct.Q4_1.gguf");
    assert!(
        path.is_file(),
        "{} is missing. Run script/bootstrap, which fetches it.",
        path.display()
    );
    path
}

/// One thread: tests run side by side, and llama.cpp's threads wait for each other by
/// spinning.
pub(crate) fn options() -> LoadOptions {
    LoadOptions {
        threads: Some(1),
        ..LoadOptions::default()
    }
}

/// A folder that a test has for itself, and that is Charla's home.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file into it.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A copy of the model that a test may change.
    pub(crate) fn copy_of_model(&self, name: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::copy(model(), &path).unwrap();
        path
    }

    /// A copy of the model with another chat template.
    pub(crate) fn model_with_template(&self, template: &str) -> PathBuf {
        let path = self.copy_of_model("other.gguf");
        gguf::set_template(&path, template);
        path
    }

    /// Charla with these arguments, in English.
    pub(crate) fn charla(&self, arguments: &[&str]) -> Command {
        self.set_up(Command::new(CHARLA), arguments)
    }

    /// Makes `command` one that lives here and speaks English.
    pub(crate) fn set_up(&self, mut command: Command, arguments: &[&str]) -> Command {
        for name in ["LANG", "LANGUAGE", "LC_MESSAGES", "CHARLA_LOG"] {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .env("CHARLA_HOME", self.path())
            // As `script/run` starts it.
            .env("CHARLA_BUNDLED_MODELS", model().parent().unwrap())
            // What other programs keep in the home of whoever runs the tests is not asked for.
            .env("HOME", self.path());
        command
    }

    /// `charla ask` with the real model on one thread, and nothing on its standard input.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Command {
        let mut command = self.charla(&["ask", "--threads", "1", "-m"]);
        command.arg(model()).args(arguments).stdin(Stdio::null());
        command
    }
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program to its end, with `input` on its standard input.
#[track_caller]
pub(crate) fn run(mut command: Command, input: &[u8]) -> Outcome {
    let mut child = Running::start(command.stderr(Stdio::piped()));
    let stdout = drain(child.0.stdout.take().unwrap());
    let stderr = drain(child.0.stderr.take().unwrap());
    // A program that does not read its input is none the worse for it.
    let _ = child.0.stdin.take().unwrap().write_all(input);
    let status = child.wait();
    Outcome {
        code: status.code(),
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

/// A program that is killed when the test ends, whatever becomes of the test.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        Self(started.unwrap())
    }

    /// Starts one that nothing is said to.
    pub(crate) fn start_alone(command: &mut Command) -> Self {
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        Self(started.unwrap())
    }

    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        until("the program ends", PATIENCE, || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until `is_so`; returns how long it took.
#[track_caller]
pub(crate) fn until(what: &str, limit: Duration, mut is_so: impl FnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so() {
        assert!(
            begun.elapsed() < limit,
            "waited {limit:?} in vain until {what}"
        );
        thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

/// The processes of this machine, as Linux tells them.
#[cfg(target_os = "linux")]
pub(crate) mod processes {
    use std::fs;
    use std::path::Path;

    use rustix::process::{Pid, Signal, kill_process};

    /// A process by its number, its parent and its command line.
    struct Process {
        pid: i32,
        parent: i32,
        state: char,
    }

    fn process(pid: i32) -> Option<Process> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in brackets and may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        Some(Process {
            pid,
            state: fields.next()?.chars().next()?,
            parent: fields.next()?.parse().ok()?,
        })
    }

    /// The `charla engine` that `parent` has started from the file `program`.
    pub(crate) fn engine_of(parent: u32, program: &Path) -> Option<i32> {
        let listing = fs::read_dir("/proc").unwrap();
        let pids = listing.filter_map(|item| item.ok()?.file_name().to_str()?.parse().ok());
        pids.filter_map(process)
            .filter(|it| u32::try_from(it.parent) == Ok(parent) && it.state != 'Z')
            .find(|it| {
                let command = fs::read(format!("/proc/{}/cmdline", it.pid)).unwrap_or_default();
                let mut words = command.split(|byte| *byte == 0);
                words.next() == Some(program.as_os_str().as_encoded_bytes())
                    && words.next() == Some(b"engine")
            })
            .map(|it| it.pid)
    }

    /// Whether it has ended; nobody need have asked for its exit status.
    pub(crate) fn has_ended(pid: i32) -> bool {
        process(pid).is_none_or(|it| it.state == 'Z' || it.state == 'X')
    }

    pub(crate) fn send(pid: i32, signal: Signal) {
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }
}
