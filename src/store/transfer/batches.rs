//! Chats brought in a few at a time, so that whoever writes a message in the meantime does
//! not wait for all of them. What has come in stays, whatever comes after; the same files
//! again add what is missing.

use std::path::PathBuf;
use std::sync::mpsc;

use super::ImportError;
use super::input::read_all;
use super::intake::Stop;
use super::merge::{Incoming, Sink};
use super::report::Report;
use crate::store::{Error, Runner};

/// Chats that are written in one go.
const BATCH_CHATS: usize = 50;

/// Messages that are written in one go: a few long chats take as long as many short ones.
const BATCH_MESSAGES: usize = 2000;

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The files are being looked through; so many chats have been found.
    Counting(u64),
    /// So many chats, of so many, have come in.
    Writing(u64, u64),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What has come in.
    pub report: Report,
    /// Whether it was stopped before its end.
    pub is_cancelled: bool,
}

/// Brings in the chats of several files and folders through the thread that writes,
/// from another one. The files are read to their end first: of one that is broken, nothing comes
/// in. `goes_on` is told how far it is, and says whether to go on.
///
/// # Errors
/// Where a file cannot be read to its end, or the chats cannot be written.
pub fn import_in_batches(
    runner: &Runner,
    paths: &[PathBuf],
    goes_on: &dyn Fn(Progress) -> bool,
) -> Result<Import, ImportError> {
    let mut counting = Counting {
        chats: 0,
        report: Report::default(),
        goes_on,
    };
    match read_all(&mut counting, paths) {
        Ok(()) => {}
        Err(ImportError::Cancelled) => return Ok(cancelled(Report::default())),
        Err(error) => return Err(error),
    }
    let mut batches = Batches {
        runner,
        goes_on,
        waiting: Vec::new(),
        waiting_messages: 0,
        done: 0,
        total: counting.chats,
        report: Report::default(),
    };
    let read = read_all(&mut batches, paths).and_then(|()| batches.flush().map_err(Stop::plain));
    match read {
        Ok(()) => Ok(Import {
            report: batches.report,
            is_cancelled: false,
        }),
        Err(ImportError::Cancelled) => Ok(cancelled(batches.report)),
        Err(error) => Err(error),
    }
}

fn cancelled(report: Report) -> Import {
    Import {
        report,
        is_cancelled: true,
    }
}

/// Counts what there is.
struct Counting<'a> {
    chats: u64,
    report: Report,
    goes_on: &'a dyn Fn(Progress) -> bool,
}

impl Sink for Counting<'_> {
    fn add(&mut self, _: Incoming) -> Result<(), Stop> {
        self.chats += 1;
        let is_told = self.chats.is_multiple_of(BATCH_CHATS as u64);
        match is_told && !(self.goes_on)(Progress::Counting(self.chats)) {
            true => Err(Stop::Cancelled),
            false => Ok(()),
        }
    }

    fn report(&mut self) -> &mut Report {
        &mut self.report
    }
}

/// Collects chats and passes them on.
struct Batches<'a> {
    runner: &'a Runner,
    goes_on: &'a dyn Fn(Progress) -> bool,
    waiting: Vec<Incoming>,
    waiting_messages: usize,
    done: u64,
    total: u64,
    report: Report,
}

impl Batches<'_> {
    /// Has what waits written, and waits until it is.
    fn flush(&mut self) -> Result<(), Stop> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.waiting);
        self.waiting_messages = 0;
        self.done += batch.len() as u64;
        let (sender, written) = mpsc::channel();
        self.runner.run(move |store| {
            let merged = store.merge().and_then(|mut merge| {
                for incoming in batch {
                    merge.put_in(incoming)?;
                }
                merge.commit()
            });
            let _ = sender.send(merged);
        });
        let Ok(merged) = written.recv() else {
            let reason = "the thread that writes has ended".to_owned();
            let path = PathBuf::new();
            return Err(Error::Internal { path, reason }.into());
        };
        self.report.absorb(merged?);
        match (self.goes_on)(Progress::Writing(self.done, self.total)) {
            true => Ok(()),
            false => Err(Stop::Cancelled),
        }
    }
}

impl Sink for Batches<'_> {
    fn add(&mut self, incoming: Incoming) -> Result<(), Stop> {
        self.waiting_messages += incoming.portable.chat.messages().len();
        self.waiting.push(incoming);
        let is_full = self.waiting.len() >= BATCH_CHATS || self.waiting_messages >= BATCH_MESSAGES;
        match is_full {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn report(&mut self) -> &mut Report {
        &mut self.report
    }
}
