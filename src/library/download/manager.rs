//! The thread of the downloads: who runs, who waits for a place, and what becomes of them.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::entry::{Entry, key};
use super::item::{Context, look, run};
use super::pace::Limiter;
use super::record::{Record, find};
use super::{DownloadId, Options, State};
use crate::library::hub::Http;

/// At most ten times a second.
const WAKE_PAUSE: Duration = Duration::from_millis(100);

/// What both sides know.
#[derive(Debug, Default)]
pub(super) struct Shared {
    entries: Mutex<Vec<Arc<Entry>>>,
    last_id: AtomicU64,
    pub(super) dirty: Arc<Notify>,
}

impl Shared {
    pub(super) fn entries(&self) -> MutexGuard<'_, Vec<Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entry of a download into this folder, and whether it is a new one.
    pub(super) fn enter(
        &self,
        folder: PathBuf,
        record: &Record,
        state: State,
    ) -> (Arc<Entry>, bool) {
        let mut entries = self.entries();
        let wanted = key(&folder, record.name());
        if let Some(entry) = entries
            .iter()
            .find(|it| it.key == wanted && !it.is_cancelled())
        {
            return (Arc::clone(entry), false);
        }
        let id = DownloadId(self.last_id.fetch_add(1, Ordering::Relaxed) + 1);
        let entry = Entry::new(id, folder, record, state, Arc::clone(&self.dirty));
        let entry = Arc::new(entry);
        entries.push(Arc::clone(&entry));
        self.dirty.notify_one();
        (entry, true)
    }

    pub(super) fn find(&self, id: DownloadId) -> Option<Arc<Entry>> {
        let entries = self.entries();
        entries.iter().find(|entry| entry.id == id).map(Arc::clone)
    }

    fn remove(&self, id: DownloadId) {
        self.entries().retain(|entry| entry.id != id);
        self.dirty.notify_one();
    }
}

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Order {
    Add(DownloadId, Record),
    Pause(DownloadId),
    Resume(DownloadId),
    Cancel(DownloadId),
    Forget(DownloadId),
    Places(usize),
    /// A download has come to rest, in whatever way.
    Ended(DownloadId),
    End,
}

/// Runs the downloads.
pub(super) struct Manager {
    pub(super) models: PathBuf,
    pub(super) http: Http,
    pub(super) options: Options,
    pub(super) limiter: Arc<Limiter>,
    pub(super) shared: Arc<Shared>,
    pub(super) orders: mpsc::UnboundedSender<Order>,
    pub(super) records: HashMap<DownloadId, Record>,
    pub(super) running: HashMap<DownloadId, CancellationToken>,
    pub(super) queue: VecDeque<DownloadId>,
    pub(super) tasks: TaskTracker,
}

impl Manager {
    /// Does what it is told until it is told to end.
    pub(super) async fn serve(mut self, mut inbox: mpsc::UnboundedReceiver<Order>) {
        let models = self.models.clone();
        let left = tokio::task::spawn_blocking(move || find(&models)).await;
        for (folder, record) in left.unwrap_or_default() {
            let received = record.received_bytes(&folder);
            let (entry, is_new) = self.shared.enter(folder, &record, State::Paused);
            if is_new {
                entry.set_base(received);
                self.records.insert(entry.id, record);
            }
        }
        while let Some(order) = inbox.recv().await {
            match order {
                Order::Add(id, record) => {
                    self.records.insert(id, record);
                    self.enqueue(id);
                }
                Order::Resume(id) => self.enqueue(id),
                Order::Pause(id) => self.pause(id),
                Order::Cancel(id) => self.cancel(id),
                Order::Forget(id) => {
                    let entry = self.shared.find(id);
                    let is_over = entry.is_some_and(|it| {
                        matches!(it.state(), State::Done { .. } | State::Failed(_))
                    });
                    if is_over && !self.running.contains_key(&id) {
                        self.records.remove(&id);
                        self.shared.remove(id);
                    }
                }
                Order::Places(places) => self.options.places = places.max(1),
                Order::Ended(id) => self.ended(id),
                Order::End => break,
            }
            self.fill();
        }
        for stop in self.running.values() {
            stop.cancel();
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn enqueue(&mut self, id: DownloadId) {
        let Some(entry) = self.shared.find(id) else {
            return;
        };
        let is_stopping = self
            .running
            .get(&id)
            .is_some_and(CancellationToken::is_cancelled);
        let is_active = self.running.contains_key(&id) && !is_stopping;
        if !is_active && !self.queue.contains(&id) && self.records.contains_key(&id) {
            entry.set_state(State::Queued);
            self.queue.push_back(id);
        }
    }

    fn pause(&mut self, id: DownloadId) {
        self.queue.retain(|it| *it != id);
        if let Some(stop) = self.running.get(&id) {
            stop.cancel();
        }
        // Also where it is still ending after an earlier pause, and was to go on after that.
        let entry = self.shared.find(id);
        if let Some(entry) = entry.filter(|it| matches!(it.state(), State::Queued)) {
            entry.set_state(State::Paused);
        }
    }

    fn cancel(&mut self, id: DownloadId) {
        self.queue.retain(|it| *it != id);
        let Some(entry) = self.shared.find(id) else {
            return;
        };
        match self.running.get(&id) {
            Some(stop) => stop.cancel(),
            // What is in its place is a model like any other, and not for this to remove.
            None if matches!(entry.state(), State::Done { .. }) => {}
            // Run to take the lock and clean up, which is all it does once it is stopped.
            None => self.start(&entry, CancellationToken::new(), true),
        }
    }

    fn ended(&mut self, id: DownloadId) {
        self.running.remove(&id);
        let Some(entry) = self.shared.find(id) else {
            return;
        };
        let is_done = matches!(entry.state(), State::Done { .. });
        if entry.is_cancelled() && !is_done {
            self.queue.retain(|it| *it != id);
            self.records.remove(&id);
            self.shared.remove(id);
        } else if matches!(entry.state(), State::Queued) {
            // Wanted again while it was coming to its end.
            self.enqueue(id);
        } else if !entry.state().is_at_rest() {
            entry.set_state(State::Paused);
        }
    }

    /// Starts as many as there are places for.
    fn fill(&mut self) {
        let mut waiting = VecDeque::new();
        while self.running.len() < self.options.places
            && let Some(id) = self.queue.pop_front()
        {
            let Some(entry) = self.shared.find(id) else {
                continue;
            };
            // It is still ending, after a pause, or after it was given up and asked for again;
            // its turn comes with that.
            let is_same = |other: &Entry| other.key == entry.key;
            let mut running = self.running.keys().filter_map(|it| self.shared.find(*it));
            if running.any(|it| is_same(&it)) {
                waiting.push_back(id);
            } else {
                self.start(&entry, CancellationToken::new(), false);
            }
        }
        waiting.extend(self.queue.drain(..));
        self.queue = waiting;
    }

    fn start(&mut self, entry: &Arc<Entry>, stop: CancellationToken, is_stopped: bool) {
        let Some(record) = self.records.get(&entry.id).cloned() else {
            return;
        };
        if is_stopped {
            stop.cancel();
        } else {
            entry.begin();
            entry.set_state(State::Connecting);
        }
        self.running.insert(entry.id, stop.clone());
        let context = Context {
            http: self.http.clone(),
            options: self.options.clone(),
            limiter: Arc::clone(&self.limiter),
            entry: Arc::clone(entry),
            stop,
            threads: TaskTracker::new(),
        };
        let (orders, models) = (self.orders.clone(), self.models.clone());
        self.tasks.spawn(async move {
            match run(&context, &models, record).await {
                Some(Ok(files)) => {
                    let problem = look(&context, &files).await;
                    context.entry.set_done(files, problem);
                }
                Some(Err(error)) => context.set_state(State::Failed(error)),
                None => {}
            }
            // Nobody listens any more where everything ends.
            let _ = orders.send(Order::Ended(context.entry.id));
        });
    }
}

/// Calls `wake` when something has changed, and not too often.
pub(super) async fn waken(dirty: Arc<Notify>, wake: Arc<dyn Fn() + Send + Sync>) {
    loop {
        dirty.notified().await;
        wake();
        tokio::time::sleep(WAKE_PAUSE).await;
    }
}
