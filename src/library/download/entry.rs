//! What is known of a download, shared between the thread that does it and whoever looks.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::pace::Meter;
use super::{DownloadId, Error};

/// Stands for a size that is not known.
const UNKNOWN: u64 = u64::MAX;

/// What a download is doing.
#[derive(Debug, Clone)]
pub enum State {
    /// Others come first.
    Queued,
    /// The server is being asked.
    Connecting,
    /// It arrives.
    Downloading,
    /// What is on the disk is being hashed.
    Verifying,
    /// The user has stopped it, or Charla ended meanwhile.
    Paused,
    /// Something went wrong that may pass.
    Waiting {
        /// When it is tried again.
        until: Instant,
        /// What went wrong.
        error: Error,
    },
    /// It is in its place.
    Done {
        /// Why the file cannot be used as a model, where that is so. It is what the server has.
        problem: Option<gguf::Error>,
    },
    /// It needs the user. What has arrived is kept where it is of use.
    Failed(Error),
}

impl State {
    /// Whether nothing more happens unless the user wants it.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        matches!(self, Self::Paused | Self::Done { .. } | Self::Failed(_))
    }
}

/// A file that is in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDone {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub size_bytes: u64,
    /// SHA-256 of its content, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// How a download stands.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Which it is.
    pub id: DownloadId,
    /// Its first file's name.
    pub name: String,
    /// The repository it comes from, "owner/name"; `None` for a plain address.
    pub repo: Option<String>,
    /// The file it becomes; of a set, the first.
    pub path: PathBuf,
    /// What it is doing.
    pub state: State,
    /// How much is on the disk or on its way there.
    pub received_bytes: u64,
    /// Size of all its files, where that is known.
    pub total_bytes: Option<u64>,
    /// Bytes a second, smoothed; `None` while nothing is received.
    pub rate_bytes_per_s: Option<u64>,
    /// How long it takes at that rate.
    pub remaining: Option<Duration>,
    /// Its files, once they are in their places.
    pub files: Vec<FileDone>,
}

/// One download in the list.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: DownloadId,
    /// What no other download in the list may have: the target, in small letters.
    pub(super) key: String,
    pub(super) folder: PathBuf,
    name: String,
    repo: Option<String>,
    /// What there is of other files of the set.
    base_bytes: AtomicU64,
    received_bytes: AtomicU64,
    total_bytes: AtomicU64,
    is_cancelled: AtomicBool,
    has_received: AtomicBool,
    status: Mutex<Status>,
    dirty: Arc<Notify>,
}

#[derive(Debug)]
struct Status {
    state: State,
    meter: Meter,
    files: Vec<FileDone>,
}

impl Entry {
    pub(super) fn new(
        id: DownloadId,
        folder: PathBuf,
        record: &super::record::Record,
        state: State,
        dirty: Arc<Notify>,
    ) -> Self {
        Self {
            id,
            key: key(&folder, record.name()),
            folder,
            name: record.name().to_owned(),
            repo: record.repo.clone(),
            base_bytes: AtomicU64::new(0),
            received_bytes: AtomicU64::new(0),
            total_bytes: AtomicU64::new(record.size_bytes().unwrap_or(UNKNOWN)),
            is_cancelled: AtomicBool::new(false),
            has_received: AtomicBool::new(false),
            status: Mutex::new(Status {
                state,
                meter: Meter::default(),
                files: Vec::new(),
            }),
            dirty,
        }
    }

    fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_state(&self, state: State) {
        let mut status = self.status();
        if matches!(state, State::Downloading) {
            self.has_received.store(true, Ordering::Relaxed);
        }
        status.meter.reset();
        status.state = state;
        drop(status);
        self.dirty.notify_one();
    }

    /// Puts what is at rest into the queue, for everybody to see at once.
    pub(super) fn wait_for_turn(&self) {
        let mut status = self.status();
        if status.state.is_at_rest() {
            status.meter.reset();
            status.state = State::Queued;
            self.dirty.notify_one();
        }
    }

    pub(super) fn set_done(&self, files: Vec<FileDone>, problem: Option<gguf::Error>) {
        let size = files.iter().map(|file| file.size_bytes).sum();
        self.received_bytes.store(size, Ordering::Relaxed);
        self.total_bytes.store(size, Ordering::Relaxed);
        self.status().files = files;
        self.set_state(State::Done { problem });
    }

    pub(super) fn state(&self) -> State {
        self.status().state.clone()
    }

    pub(super) fn set_total(&self, total_bytes: Option<u64>) {
        let total = total_bytes.unwrap_or(UNKNOWN);
        self.total_bytes.store(total, Ordering::Relaxed);
        self.dirty.notify_one();
    }

    pub(super) fn set_base(&self, bytes: u64) {
        self.base_bytes.store(bytes, Ordering::Relaxed);
        self.set_part(0);
    }

    pub(super) fn set_part(&self, bytes: u64) {
        let received = self
            .base_bytes
            .load(Ordering::Relaxed)
            .saturating_add(bytes);
        self.received_bytes.store(received, Ordering::Relaxed);
        self.status().meter.note(received, Instant::now());
        self.dirty.notify_one();
    }

    /// Whether anything has been received since it was last begun.
    pub(super) fn has_received(&self) -> bool {
        self.has_received.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self) {
        self.has_received.store(false, Ordering::Relaxed);
    }

    pub(super) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it is to leave nothing behind.
    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn progress(&self, now: Instant) -> Progress {
        let status = self.status();
        let received_bytes = self.received_bytes.load(Ordering::Relaxed);
        let total = self.total_bytes.load(Ordering::Relaxed);
        let total_bytes = (total != UNKNOWN).then_some(total);
        let is_receiving = matches!(status.state, State::Downloading);
        let rate = status.meter.rate(now).filter(|_| is_receiving);
        let to_come = total_bytes.map(|total| total.saturating_sub(received_bytes));
        Progress {
            id: self.id,
            name: self.name.clone(),
            repo: self.repo.clone(),
            path: self.folder.join(&self.name),
            state: status.state.clone(),
            received_bytes,
            total_bytes,
            rate_bytes_per_s: rate,
            remaining: rate
                .filter(|rate| *rate > 0)
                .and_then(|rate| Some(Duration::from_secs(to_come? / rate))),
            files: status.files.clone(),
        }
    }
}

/// Two names that some file system takes for one have the same key.
pub(super) fn key(folder: &std::path::Path, name: &str) -> String {
    folder.join(name).to_string_lossy().to_lowercase()
}
