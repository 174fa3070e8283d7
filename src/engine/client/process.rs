//! One run of the engine: its pipes, its last words and its end.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

use super::super::exit;
use super::super::fault::{During, Error};
use super::super::protocol::{Event, MAX_FRAME_BYTES, Request};
use super::super::transport::{self, Line};
use super::{Launch, Update};

/// How many lines of the engine's standard error are kept to explain its end.
const LAST_WORDS: usize = 40;

/// How long an engine whose input was closed may take to end by itself.
const GRACE: Duration = Duration::from_millis(800);

/// How long an engine that was asked to end may take: it may have to write to a disk.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(5);

/// Set, it shows what the engine writes to standard error.
const LOG_VARIABLE: &str = "CHARLA_LOG";

/// The most updates that one line of the engine can cause.
const UPDATES_A_LINE: usize = 4;

type Reader = FramedRead<Box<dyn AsyncRead + Send + Unpin>, LinesCodec>;

/// An engine that runs.
pub(super) struct Process {
    input: Option<Box<dyn AsyncWrite + Send + Unpin>>,
    output: Reader,
    child: Option<Child>,
    last_words: Arc<Mutex<VecDeque<String>>>,
    listener: Option<JoinHandle<()>>,
    memory_kills_before: Option<u64>,
}

impl Process {
    pub(super) fn start(launch: &Launch) -> io::Result<Self> {
        match launch {
            Launch::Program(program) => Self::spawn(program),
            Launch::Fake(script) => {
                let (input, output) = script.start();
                Ok(Self::over(Box::new(input), Box::new(output)))
            }
        }
    }

    fn over(
        input: Box<dyn AsyncWrite + Send + Unpin>,
        output: Box<dyn AsyncRead + Send + Unpin>,
    ) -> Self {
        let codec = LinesCodec::new_with_max_length(MAX_FRAME_BYTES);
        Self {
            input: Some(input),
            output: FramedRead::new(output, codec),
            child: None,
            last_words: Arc::default(),
            listener: None,
            memory_kills_before: exit::out_of_memory_kills(),
        }
    }

    fn spawn(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command
            .arg("engine")
            // ggml's abort handler would fork a debugger, which can hang.
            .env("GGML_NO_BACKTRACE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        wait_briefly(&mut command);
        // Ctrl-C in a terminal is for Charla, which stops the reply in good order.
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(windows)]
        command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);

        let mut child = command.spawn()?;
        let (Some(input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("the engine has no pipes"));
        };
        let mut process = Self::over(Box::new(input), Box::new(output));
        process.listener = Some(tokio::spawn(listen(errors, process.last_words.clone())));
        process.child = Some(child);
        Ok(process)
    }

    /// Writes a frame. A broken pipe is no error here: the engine's end is seen by
    /// [`Process::next`], which knows more about it.
    pub(super) async fn send(&mut self, body: &impl Serialize) -> io::Result<()> {
        let line = transport::encode(body)?;
        if let Some(input) = &mut self.input
            && input.write_all(&line).await.is_ok()
        {
            let _ = input.flush().await;
        }
        Ok(())
    }

    /// The next line the engine writes. Safe to drop and call again.
    pub(super) async fn next(&mut self) -> Line<Event> {
        match self.output.next().await {
            Some(Ok(line)) => transport::parse(line.as_bytes()),
            Some(Err(LinesCodecError::MaxLineLengthExceeded)) => Line::Bad {
                reason: format!("a line of more than {MAX_FRAME_BYTES} bytes"),
                id: None,
            },
            Some(Err(LinesCodecError::Io(_))) | None => Line::End,
        }
    }

    /// Why it ended, after its output has. An engine that closed its output but goes on is
    /// killed.
    pub(super) async fn autopsy(mut self, during: During) -> Error {
        self.input.take();
        let Some(mut child) = self.child.take() else {
            return Error::Exit {
                code: -1,
                during,
                last_words: None,
            };
        };
        let status = match timeout(GRACE, child.wait()).await {
            Ok(status) => status,
            Err(_) => {
                let _ = child.kill().await;
                child.wait().await
            }
        };
        if let Some(listener) = self.listener.take() {
            // What it wrote last may still be in the pipe.
            let _ = timeout(GRACE, listener).await;
        }
        let status = match status {
            Ok(status) => status,
            Err(error) => {
                return Error::Garbled {
                    reason: error.to_string(),
                };
            }
        };
        let words: Vec<String> = {
            let kept = self.last_words.lock();
            kept.unwrap_or_else(PoisonError::into_inner)
                .iter()
                .cloned()
                .collect()
        };
        let memory_kills = exit::out_of_memory_kills() > self.memory_kills_before;
        exit::classify(status, &words, memory_kills, during)
    }

    /// Ends it: one that is idle by asking for it, one that computes by closing its input,
    /// and either by force if that is not enough.
    pub(super) async fn end(mut self, is_idle: bool) {
        let grace = match is_idle {
            true => SHUTDOWN_GRACE,
            false => GRACE,
        };
        let ending = async {
            if is_idle {
                let _ = self.send(&Request::Shutdown).await;
            }
            self.input.take();
            // What it still says is of no interest, but must not keep it.
            while !matches!(self.next().await, Line::End) {}
            if let Some(child) = &mut self.child {
                let _ = child.wait().await;
            }
        };
        if timeout(grace, ending).await.is_err()
            && let Some(child) = &mut self.child
        {
            let _ = child.kill().await;
        }
    }

    /// Ends it by force, at once.
    pub(super) async fn kill(mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill().await;
        }
    }
}

/// How often GCC's OpenMP looks again before a thread that waits for the others goes to
/// sleep. By its own choice it looks 300,000 times, milliseconds long and after every layer's
/// every step: where another program has one of the cores, the thread that is waited for
/// cannot have it. Beside a busy loop on two cores the default model then writes 4 to 21
/// tokens a second, and with this number 37; alone it writes as fast with either.
const SPINS: &str = "300";

/// Has the threads that compute wait for each other by sleeping, soon. Whoever has chosen
/// otherwise knows why.
fn wait_briefly(command: &mut Command) {
    let is_chosen = ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    if !is_chosen {
        command.env("GOMP_SPINCOUNT", SPINS);
    }
}

/// The engine's next line, once the window has room for what it may cause. Waits for ever
/// where there is no engine.
pub(super) async fn next_line(
    updates: &mpsc::Sender<Update>,
    engine: &mut Option<Process>,
) -> Line<Event> {
    let Some(engine) = engine else {
        return std::future::pending().await;
    };
    if updates.reserve_many(UPDATES_A_LINE).await.is_err() {
        return std::future::pending().await;
    }
    engine.next().await
}

async fn listen(errors: impl AsyncRead + Unpin, last_words: Arc<Mutex<VecDeque<String>>>) {
    let shown = std::env::var_os(LOG_VARIABLE).is_some();
    let mut errors = BufReader::new(errors);
    let mut line = Vec::new();
    loop {
        line.clear();
        match errors.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if shown {
            let _ = writeln!(io::stderr(), "engine: {text}");
        }
        let mut kept = last_words.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == LAST_WORDS {
            kept.pop_front();
        }
        kept.push_back(text);
    }
}

#[cfg(windows)]
const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;
