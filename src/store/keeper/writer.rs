//! The thread that writes.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::backlog::Backlog;
use super::{Done, Event, Report, Stores, guarded, run};
use crate::chat::MessageId;
use crate::i18n::Localize;
use crate::store::{Error, Store, Write};

/// How long a piece of a reply may wait before it is on the disk.
pub(super) const CHECKPOINT: Duration = Duration::from_millis(200);

/// How long what could not be written waits before it is tried again.
const RETRY: Duration = Duration::from_secs(3);

/// What the thread is asked to do.
pub(super) enum Job {
    Write {
        writes: Vec<Write>,
        done: Done,
    },
    Append {
        message: MessageId,
        text: String,
        reasoning: String,
    },
    Run(Box<dyn FnOnce(&mut Store) + Send>),
    Retry,
    /// Find out whether another program has written.
    Look,
}

pub(super) struct Writer {
    store: Store,
    report: Report,
    stores: Stores,
    backlog: Backlog,
    /// Which of the store's databases the others read.
    generation: u32,
    /// Changes with what other programs write.
    data_version: Option<u32>,
    /// Whether damage was tried to be mended already.
    was_mended: bool,
    /// When the tails are to be written.
    checkpoint: Option<Instant>,
    /// When what failed is to be tried again.
    retry: Option<Instant>,
}

impl Writer {
    pub(super) fn new(store: Store, report: Report, stores: Stores) -> Self {
        Self {
            store,
            report,
            stores,
            backlog: Backlog::default(),
            generation: 0,
            data_version: None,
            was_mended: false,
            checkpoint: None,
            retry: None,
        }
    }

    /// Works until nobody can ask for anything any more.
    pub(super) fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        self.announce();
        let path = self.store.path().to_owned();
        loop {
            match guarded(&path, || Ok(self.turn(jobs))) {
                Ok(true) => {}
                Ok(false) => break,
                // What waits is tried again, but not at once, for it may be the cause.
                Err(error) => {
                    self.checkpoint = None;
                    self.retry = Some(Instant::now() + RETRY);
                    (self.report)(Event::Told(error.text()));
                }
            }
        }
        let _ = self.submit(Vec::new());
    }

    /// Does one thing that is asked for or due; `false` where nobody can ask any more.
    fn turn(&mut self, jobs: &mpsc::Receiver<Job>) -> bool {
        let due = match (self.checkpoint, self.retry) {
            (Some(checkpoint), Some(retry)) => Some(checkpoint.min(retry)),
            (checkpoint, retry) => checkpoint.or(retry),
        };
        let job = match due {
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => jobs.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match job {
            Ok(job) => self.take(job),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        let now = Instant::now();
        if self.checkpoint.is_some_and(|due| due <= now) {
            self.save_tails();
        }
        if self.retry.is_some_and(|due| due <= now) {
            let _ = self.submit(Vec::new());
        }
        true
    }

    fn announce(&mut self) {
        for notice in self.store.take_notices() {
            (self.report)(Event::Told(notice.text()));
        }
        self.generation = self.store.generation();
        self.data_version = self.store.data_version();
        (self.report)(match self.stores.pass(&self.store) {
            Ok(()) => Event::Opened(self.store.mode().clone()),
            Err(error) => Event::NotOpened(error),
        });
    }

    /// Passes the store on where another database has taken its place.
    fn store_was_replaced(&mut self) -> bool {
        let was_replaced = self.store.generation() != self.generation;
        if was_replaced {
            self.announce();
        }
        was_replaced
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Append {
                message,
                text,
                reasoning,
            } => {
                self.backlog.append(message, &text, &reasoning);
                self.checkpoint
                    .get_or_insert_with(|| Instant::now() + CHECKPOINT);
            }
            Job::Write { writes, done } => {
                let written = self.submit(writes);
                run(self.store.path(), &self.report, || done(written));
            }
            Job::Run(job) => {
                let _ = self.submit(Vec::new());
                let path = self.store.path().to_owned();
                run(&path, &self.report, || job(&mut self.store));
                self.store_was_replaced();
            }
            Job::Retry => {
                self.was_mended = false;
                let _ = self.submit(Vec::new());
            }
            Job::Look => {
                let now = self.store.data_version();
                if std::mem::replace(&mut self.data_version, now) != now {
                    (self.report)(Event::Changed);
                }
            }
        }
    }

    /// Writes these after everything that waits.
    fn submit(&mut self, writes: Vec<Write>) -> Result<(), Error> {
        self.checkpoint = None;
        self.backlog.push(writes);
        self.drain()
    }

    /// Writes what has come of replies. While something else cannot be written, it stays in
    /// memory with that: the next try takes both.
    fn save_tails(&mut self) {
        self.checkpoint = None;
        if self.retry.is_none() {
            let _ = self.submit(Vec::new());
        }
    }

    /// Writes all that waits. Fails where what came last is not on the disk then.
    fn drain(&mut self) -> Result<(), Error> {
        let mut fault = None;
        while let Some(writes) = self.backlog.next() {
            let path = self.store.path().to_owned();
            let error = match guarded(&path, || self.store.write(writes)) {
                Ok(()) => {
                    self.backlog.pop();
                    fault = None;
                    continue;
                }
                Err(error) => error,
            };
            (self.report)(Event::Unsaved(error.clone()));
            match error {
                // It would fail for ever, and hold up all that come after it.
                Error::Internal { .. } => {
                    self.backlog.pop();
                    fault = Some(error);
                }
                // The same is tried again with the file that has taken its place.
                Error::Damaged { .. } if self.mend() => {
                    self.retry = Some(Instant::now());
                }
                error => {
                    self.retry = Some(Instant::now() + RETRY);
                    return Err(error);
                }
            }
        }
        if self.retry.take().is_some() {
            (self.report)(Event::Saved);
        }
        fault.map_or(Ok(()), Err)
    }

    /// Has a damaged file replaced, once. Returns whether it was.
    fn mend(&mut self) -> bool {
        if std::mem::replace(&mut self.was_mended, true) {
            return false;
        }
        let is_mended = self.store.check().is_ok();
        // Also where it failed, chats in memory may have taken the place of the file.
        self.store_was_replaced() && is_mended
    }
}

/// Answers every request with the reason why there is no store.
pub(super) fn refuse(jobs: &mpsc::Receiver<Job>, error: &Error) {
    while let Ok(job) = jobs.recv() {
        if let Job::Write { done, .. } = job {
            done(Err(error.clone()));
        }
    }
}
