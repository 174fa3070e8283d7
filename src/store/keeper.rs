//! A store on threads of its own: one writes, one reads. Whoever asks never waits for the
//! disk; what comes of it is told by a function that is given along.
//!
//! What cannot be written, because the disk is full say, waits in memory, in order, and is
//! tried again until it can.

mod backlog;
#[cfg(test)]
mod tests;
mod upkeep;
mod writer;

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use super::{Error, Mode, Store, Write};
use crate::chat::MessageId;
use crate::i18n::{Localize, Text};
use writer::{Job, Writer};

/// What the keeper has to say without being asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The chats can be read and written, in this way. Comes again when that has changed.
    Opened(Mode),
    /// They cannot be opened at all, not even in memory.
    NotOpened(Error),
    /// What was written last is not on the disk; it is kept in memory and tried again.
    Unsaved(Error),
    /// Everything is on the disk again.
    Saved,
    /// What was done to the chats without being asked.
    Told(Text),
    /// Another program has written to the chats.
    Changed,
}

/// Tells what the keeper has to say, from its threads. It must return at once.
pub type Report = Arc<dyn Fn(Event) + Send + Sync>;

/// Told whether a write is on the disk.
pub(in crate::store) type Done = Box<dyn FnOnce(Result<(), Error>) + Send>;

type Read = Box<dyn FnOnce(&Store) + Send>;

/// A store on threads of its own.
pub struct Keeper {
    jobs: Option<mpsc::Sender<Job>>,
    reads: Option<mpsc::Sender<Read>>,
    threads: Vec<JoinHandle<()>>,
    upkeep: Option<JoinHandle<()>>,
    report: Report,
    /// Writes that have been asked for and not been tried yet.
    waiting: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Keeper {
    /// Starts the threads; `open` is called on one of them. Requests may come at once, they
    /// wait until it has opened the chats.
    ///
    /// # Errors
    /// Where the system cannot start a thread.
    pub fn start(
        open: impl FnOnce() -> Result<Store, Error> + Send + 'static,
        report: Report,
    ) -> io::Result<Self> {
        let (jobs, jobs_waiting) = mpsc::channel();
        let (reads, reads_waiting) = mpsc::channel::<Read>();
        let (for_reader, reader_opened) = mpsc::channel::<Store>();
        let (for_upkeep, upkeep_opened) = mpsc::channel::<Store>();
        let is_over = Arc::new(AtomicBool::new(false));
        let upkeep = {
            let (jobs, is_over, report) = (jobs.clone(), is_over.clone(), report.clone());
            thread::Builder::new()
                .name("store-upkeep".into())
                .spawn(move || upkeep::look_after(&upkeep_opened, &jobs, &is_over, &report))?
        };
        let stores = Stores {
            for_reader,
            for_upkeep,
            upkeep: upkeep.thread().clone(),
        };
        let (for_keeper, for_reads) = (report.clone(), report.clone());
        let writer =
            thread::Builder::new()
                .name("store-writer".into())
                .spawn(move || match guarded(Path::new(""), open) {
                    Ok(store) => Writer::new(store, report, stores).run(&jobs_waiting),
                    Err(error) => {
                        report(Event::NotOpened(error.clone()));
                        writer::refuse(&jobs_waiting, &error);
                    }
                })?;
        let reader = thread::Builder::new()
            .name("store-reader".into())
            .spawn(move || read(&reads_waiting, &reader_opened, &for_reads))?;
        Ok(Self {
            jobs: Some(jobs),
            reads: Some(reads),
            threads: vec![writer, reader],
            upkeep: Some(upkeep),
            report: for_keeper,
            waiting: Arc::default(),
            is_over,
        })
    }

    /// Writes these, all or none; `done` is called when they are on the disk, or cannot be
    /// put there for now.
    pub fn write(&self, writes: Vec<Write>, done: impl FnOnce(Result<(), Error>) + Send + 'static) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = Arc::clone(&self.waiting);
        let done: Done = Box::new(move |result| {
            waiting.fetch_sub(1, Ordering::AcqRel);
            done(result);
        });
        self.send(Job::Write { writes, done });
    }

    /// Adds to a reply that is being written. It is on the disk within
    /// a fifth of a second, or with the next write.
    pub fn append(&self, message: MessageId, text: &str, reasoning: &str) {
        self.send(Job::Append {
            message,
            text: text.to_owned(),
            reasoning: reasoning.to_owned(),
        });
    }

    /// Runs `job` on the thread that writes, after everything that was asked before.
    pub fn run(&self, job: impl FnOnce(&mut Store) + Send + 'static) {
        self.send(Job::Run(Box::new(job)));
    }

    /// What gives the thread that writes its work from elsewhere. A keeper that ends waits
    /// for it.
    #[must_use]
    pub fn runner(&self) -> Runner {
        Runner(self.jobs.clone())
    }

    /// Runs `read` on a thread of its own, with the chats opened once more: a long read holds
    /// up no other.
    pub fn read_apart(&self, read: impl FnOnce(&Store) + Send + 'static) {
        let report = self.report.clone();
        self.read(move |store| match store.again() {
            Ok(own) => {
                let _ = thread::Builder::new()
                    .name("store-apart".into())
                    .spawn(move || run(own.path(), &report, || read(&own)));
            }
            Err(_) => read(store),
        });
    }

    /// Tries again to write what could not be written.
    pub fn retry(&self) {
        self.send(Job::Retry);
    }

    /// Runs `read` on the thread that reads. Reads do not wait for writes.
    pub fn read(&self, read: impl FnOnce(&Store) + Send + 'static) {
        if let Some(reads) = &self.reads {
            let _ = reads.send(Box::new(read));
        }
    }

    /// Runs `read` after all writes that were asked for before: on the thread that reads
    /// where there are none, else on the one that writes.
    pub fn read_latest(&self, read: impl FnOnce(&Store) + Send + 'static) {
        match self.waiting.load(Ordering::Acquire) {
            0 => self.read(read),
            _ => self.run(move |store| read(store)),
        }
    }

    fn send(&self, job: Job) {
        let Some(jobs) = &self.jobs else { return };
        // The writer ends only by a fault of ours; who waits for it is told.
        if let Err(mpsc::SendError(Job::Write { done, .. })) = jobs.send(job) {
            let reason = "the thread that writes has ended".to_owned();
            let path = std::path::PathBuf::new();
            done(Err(Error::Internal { path, reason }));
        }
    }
}

/// Gives the thread that writes its work, from another thread than the keeper's owner.
#[derive(Clone)]
pub struct Runner(Option<mpsc::Sender<Job>>);

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}

impl Runner {
    /// Runs `job` after everything that was asked before; never where the thread has ended.
    pub fn run(&self, job: impl FnOnce(&mut Store) + Send + 'static) {
        if let Some(jobs) = &self.0 {
            let _ = jobs.send(Job::Run(Box::new(job)));
        }
    }
}

impl Drop for Keeper {
    /// Waits until everything is written.
    fn drop(&mut self) {
        // It can ask for writes, so it goes first.
        self.is_over.store(true, Ordering::Release);
        if let Some(upkeep) = self.upkeep.take() {
            upkeep.thread().unpark();
            let _ = upkeep.join();
        }
        self.jobs.take();
        self.reads.take();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Who is given a store of its own each time the writer has opened one.
struct Stores {
    for_reader: mpsc::Sender<Store>,
    for_upkeep: mpsc::Sender<Store>,
    upkeep: thread::Thread,
}

impl Stores {
    fn pass(&self, store: &Store) -> Result<(), Error> {
        // Where one has ended, the keeper is ending.
        let _ = self.for_reader.send(store.again()?);
        let _ = self.for_upkeep.send(store.again()?);
        self.upkeep.unpark();
        Ok(())
    }
}

/// The thread that reads. The writer passes it a store of its own each time it has opened
/// one.
fn read(reads: &mpsc::Receiver<Read>, opened: &mpsc::Receiver<Store>, report: &Report) {
    let Ok(mut store) = opened.recv() else {
        return;
    };
    while let Ok(read) = reads.recv() {
        if let Some(newest) = opened.try_iter().last() {
            store = newest;
        }
        run(store.path(), report, || read(&store));
    }
}

/// Does something whose fault must not end the thread, nor stay unsaid.
fn run(path: &Path, report: &Report, job: impl FnOnce()) {
    let done = guarded(path, || {
        job();
        Ok(())
    });
    if let Err(error) = done {
        report(Event::Told(error.text()));
    }
}

/// Does something, and makes an error of a fault in it.
fn guarded<T>(path: &Path, job: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or(panic.downcast_ref::<&str>().copied());
        Err(Error::Internal {
            path: path.to_owned(),
            reason: words.unwrap_or("panic").to_owned(),
        })
    })
}
