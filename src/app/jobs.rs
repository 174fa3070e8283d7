//! Work that waits for a disk or for the user's file dialog, each on a thread of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use crate::i18n::Text;
use crate::library::Entry;

/// What came of a job.
#[derive(Debug)]
pub(in crate::app) enum Outcome {
    /// The models in the folders.
    Library(Vec<Entry>),
    /// The model to begin with, if there is one.
    FirstModel(Option<PathBuf>),
    /// The file the user has picked.
    Picked(PathBuf),
    /// The settings could not be saved.
    NotSaved(Text),
}

/// Starts jobs and collects what comes of them.
pub(in crate::app) struct Jobs {
    sender: mpsc::Sender<Outcome>,
    outcomes: mpsc::Receiver<Outcome>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Jobs {
    pub(in crate::app) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (sender, outcomes) = mpsc::channel();
        Self {
            sender,
            outcomes,
            wake,
        }
    }

    /// Runs a job. A system that cannot start a thread is past help; the job is dropped.
    pub(in crate::app) fn run(&self, job: impl FnOnce() -> Option<Outcome> + Send + 'static) {
        let report = self.reporter();
        let _ = thread::Builder::new().name("job".into()).spawn(move || {
            if let Some(outcome) = job() {
                report(outcome);
            }
        });
    }

    /// A function through which another thread reports.
    pub(in crate::app) fn reporter(&self) -> impl Fn(Outcome) + Send + 'static {
        let (sender, wake) = (self.sender.clone(), self.wake.clone());
        move |outcome| {
            if sender.send(outcome).is_ok() {
                wake();
            }
        }
    }

    /// The next outcome, if there is one.
    pub(in crate::app) fn try_next(&self) -> Option<Outcome> {
        self.outcomes.try_recv().ok()
    }
}
