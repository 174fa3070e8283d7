//! Downloads of models: several at once, each of which goes on after anything.
//!
//! - A file in progress is `.download.<name>.part` in the folder it goes to, with a note beside
//!   it (`record`) that says where it comes from. The library lists neither.
//! - `fetch` asks what the server has, goes on where the last attempt ended, and takes nothing
//!   into its place that is not whole and not what the Hub says it is. `sink` hashes and writes
//!   on a thread of its own.
//! - `item` tries again, with growing pauses; `manager` says whose turn it is.
//!
//! Nothing is written but below the folder of models, nothing that is there is written over,
//! and nothing that arrives is run.

mod entry;
mod error;
mod fetch;
mod item;
mod manager;
mod pace;
mod record;
mod request;
mod sink;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

pub use entry::{FileDone, Progress, State};
pub use error::Error;
pub use pace::parse_rate;
pub use request::Request;

use crate::library::hub::{Config, Http, Hub};
use manager::{Manager, Order, Shared, waken};
use pace::Limiter;

/// Which download is meant; good until the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DownloadId(u64);

#[cfg(all(test, feature = "gui"))]
impl DownloadId {
    /// For those who show downloads without doing any.
    pub(crate) fn numbered(number: u64) -> Self {
        Self(number)
    }
}

/// How downloads are done.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many at once.
    pub places: usize,
    /// What stays free on the disk.
    pub reserve_bytes: u64,
    /// How often it is tried again without anything having arrived in between.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles with each.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            places: 2,
            reserve_bytes: 1_000_000_000,
            attempts: 8,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(1),
        }
    }
}

/// All downloads into one folder of models. Dropping it stops them; what has arrived is kept.
pub struct Downloads {
    models: PathBuf,
    hub: Hub,
    shared: Arc<Shared>,
    limiter: Arc<Limiter>,
    orders: mpsc::UnboundedSender<Order>,
    runtime: Handle,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Downloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloads")
            .field("models", &self.models)
            .finish_non_exhaustive()
    }
}

/// How many downloads were left unfinished in a folder of models. What another Charla is
/// downloading now is not left.
#[must_use]
pub fn left_behind(folder: &Path) -> usize {
    let found = record::find(folder);
    let is_left = |(folder, record): &&(PathBuf, record::Record)| {
        !filekit::Lock::is_taken(&record.lock(folder))
    };
    found.iter().filter(is_left).count()
}

/// Something that is done on the thread of the downloads; dropping it gives it up.
#[derive(Debug)]
pub struct Work(AbortHandle);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Downloads {
    /// Starts the thread of the downloads, asking the Hub that the environment names. Those
    /// that were left in the folder come into the list, paused. `wake` is called when there is
    /// something new in [`Self::snapshot`], ten times a second at most.
    ///
    /// # Errors
    ///
    /// Where `HF_ENDPOINT` makes no sense, or HTTP or the thread cannot be set up.
    pub fn start(folder: &Path, wake: Arc<dyn Fn() + Send + Sync>) -> Result<Self, Error> {
        let config = Config::of_environment()?;
        Self::start_with(folder, config, Options::default(), wake)
    }

    /// As [`Self::start`], with everything named.
    ///
    /// # Errors
    ///
    /// Where HTTP or the thread cannot be set up.
    pub fn start_with(
        folder: &Path,
        config: Config,
        options: Options,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Self, Error> {
        let http = Http::new(config)?;
        let failed = |error: std::io::Error| Error::Thread {
            reason: error.to_string(),
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let (orders, inbox) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::default());
        let limiter = Arc::new(Limiter::new());
        let manager = Manager {
            models: folder.to_owned(),
            http: http.clone(),
            options,
            limiter: Arc::clone(&limiter),
            shared: Arc::clone(&shared),
            orders: orders.clone(),
            records: HashMap::new(),
            running: HashMap::new(),
            queue: VecDeque::new(),
            tasks: TaskTracker::new(),
        };
        let handle = runtime.handle().clone();
        let dirty = Arc::clone(&shared.dirty);
        let thread = thread::Builder::new()
            .name("downloads".to_owned())
            .spawn(move || {
                runtime.spawn(waken(dirty, wake));
                runtime.block_on(manager.serve(inbox));
                // A name that is being looked up cannot be given up, and is not waited for.
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        Ok(Self {
            models: folder.to_owned(),
            hub: Hub::with(http),
            shared,
            limiter,
            orders,
            runtime: handle,
            thread: Some(thread),
        })
    }

    /// The Hub that is asked. Its functions can be run with [`Self::spawn`].
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Runs something on the thread of the downloads, a search say. It must not block.
    #[must_use = "dropping it gives it up"]
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Work {
        Work(self.runtime.spawn(work).abort_handle())
    }

    /// Puts a download at the end of the queue. One of the same file that is in the list
    /// already is taken up instead.
    #[must_use = "it is how the download is spoken of"]
    pub fn add(&self, request: Request) -> DownloadId {
        let folder = request.folder(&self.models);
        let (entry, _) = self.shared.enter(folder, &request.record, State::Queued);
        entry.wait_for_turn();
        self.order(Order::Add(entry.id, request.record));
        entry.id
    }

    /// Stops a download and keeps what has arrived.
    pub fn pause(&self, id: DownloadId) {
        self.order(Order::Pause(id));
    }

    /// Goes on with a paused or failed download, when there is a place for it.
    pub fn resume(&self, id: DownloadId) {
        if let Some(entry) = self.shared.find(id) {
            entry.wait_for_turn();
        }
        self.order(Order::Resume(id));
    }

    /// Tries a failed download again; the same as [`Self::resume`].
    pub fn retry(&self, id: DownloadId) {
        self.resume(id);
    }

    /// Gives a download up: nothing of it stays, neither on the disk nor in the list. One that
    /// is done is left alone.
    pub fn cancel(&self, id: DownloadId) {
        if let Some(entry) = self.shared.find(id)
            && !matches!(entry.state(), State::Done { .. })
        {
            entry.cancel();
            self.order(Order::Cancel(id));
        }
    }

    /// Takes a download that is done or has failed out of the list; the disk is not touched.
    pub fn forget(&self, id: DownloadId) {
        self.order(Order::Forget(id));
    }

    /// Limits all downloads together, in bytes a second; `None` for no limit.
    pub fn set_limit(&self, bytes_per_s: Option<u64>) {
        self.limiter.set(bytes_per_s);
    }

    /// How many are done at once, 1 at least.
    pub fn set_places(&self, places: usize) {
        self.order(Order::Places(places));
    }

    /// How all downloads stand, in the order in which they came. It waits for nothing.
    #[must_use]
    pub fn snapshot(&self) -> Vec<Progress> {
        let now = Instant::now();
        let entries = self.shared.entries();
        entries.iter().map(|entry| entry.progress(now)).collect()
    }

    fn order(&self, order: Order) {
        // The thread lives as long as this does; were it to panic, nothing would move any more.
        let _ = self.orders.send(order);
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        self.order(Order::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
