//! The process around the worker: its pipes, its end, and what it has been told to stop.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::engine::fault::Fault;
use crate::engine::protocol::{Event, RequestId};
use crate::engine::transport;

/// How long a worker that is computing may take to leave once the input has ended.
const GRACE: Duration = Duration::from_millis(500);

/// How long a worker that was asked to end may take: it may have to write to a slow disk.
/// Whoever asked waits a little less.
const ASKED_GRACE: Duration = Duration::from_secs(6);

/// What the reader thread tells the worker while it computes.
#[derive(Debug, Clone, Default)]
pub(super) struct Control(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    closed: AtomicBool,
    cancelled: Mutex<BTreeSet<RequestId>>,
}

impl Control {
    /// Notes that a request is to be stopped, whether it has begun or not.
    pub(super) fn cancel(&self, id: RequestId) {
        self.cancelled().insert(id);
    }

    /// Notes that the input has ended: everything is to be stopped.
    pub(super) fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
    }

    /// Whether to stop working on this request.
    pub(super) fn is_cancelled(&self, id: RequestId) -> bool {
        self.0.closed.load(Ordering::Relaxed) || self.cancelled().contains(&id)
    }

    /// Forgets a request that has ended.
    pub(super) fn forget(&self, id: RequestId) {
        self.cancelled().remove(&id);
    }

    fn cancelled(&self) -> std::sync::MutexGuard<'_, BTreeSet<RequestId>> {
        self.0
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where events go. Clones write to the same pipe, one whole frame at a time.
#[derive(Clone)]
pub(super) struct Output(Arc<Mutex<Box<dyn Write + Send>>>);

impl Output {
    pub(super) fn new(pipe: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(pipe))))
    }

    /// Writes one event.
    pub(super) fn emit(&self, event: &Event) -> io::Result<()> {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        transport::write(&mut *pipe, event)
    }

    /// Writes that a request has failed.
    pub(super) fn fail(&self, id: Option<RequestId>, fault: Fault) -> io::Result<()> {
        self.emit(&Event::Failed { id, fault })
    }
}

/// Takes the standard output for the protocol alone. What C code prints there goes to
/// standard error from now on, where it cannot corrupt a frame.
#[cfg(unix)]
pub(super) fn prepare() -> io::Result<File> {
    // The pipe's end says so too, but only once the reader thread runs.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let output = rustix::io::dup(rustix::stdio::stdout())?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(File::from(output))
}

/// Takes a second handle of the standard output for the protocol.
#[cfg(windows)]
pub(super) fn prepare() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(File::from(io::stdout().as_handle().try_clone_to_owned()?))
}

/// Ends the process after a moment, if it is still there then.
pub(super) fn end_soon(is_asked: bool) {
    std::thread::sleep(match is_asked {
        true => ASKED_GRACE,
        false => GRACE,
    });
    // Not `exit`: that would run C++ destructors under the feet of threads that compute.
    #[cfg(unix)]
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    std::process::abort();
}
