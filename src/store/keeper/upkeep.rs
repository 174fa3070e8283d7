//! What is done for the chats now and then, beside everything else: looking through the file
//! after a crash, the backup of the day, and what other programs write. Reads and writes go on
//! meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::writer::Job;
use super::{Event, Report, run};
use crate::i18n::Localize;
use crate::store::{Error, Mode, Store};

/// How long to leave the disk to the window that has just opened.
const FIRST: Duration = Duration::from_secs(3);

/// How often to look whether a day has passed.
const AGAIN: Duration = Duration::from_mins(30);

/// How often to try whether a file that could not be used can be used by now: the other
/// window may be closed, the disk may be back.
const RETRY: Duration = Duration::from_secs(5);

/// How often to look whether another program has written.
const LOOK: Duration = Duration::from_secs(2);

/// Works until `is_over`, whose setter unparks this thread. `opened` brings the store to
/// look after, and each one that takes its place.
pub(super) fn look_after(
    opened: &mpsc::Receiver<Store>,
    jobs: &mpsc::Sender<Job>,
    is_over: &AtomicBool,
    report: &Report,
) {
    let mut store: Option<Store> = None;
    let mut seen = None;
    let mut due = Instant::now() + FIRST;
    loop {
        if is_over.load(Ordering::Acquire) {
            return;
        }
        if let Some(newest) = opened.try_iter().last() {
            // What was written before this store was opened may be news to the window.
            seen = None;
            store = Some(newest);
            due = Instant::now() + FIRST;
        }
        let Some(store) = &store else {
            // It is being opened.
            thread::park();
            continue;
        };
        run(store.path(), report, || look(store, &mut seen, jobs));
        if due <= Instant::now() {
            due = Instant::now()
                + match store.mode() {
                    Mode::Kept => AGAIN,
                    Mode::Memory(_) => RETRY,
                };
            run(store.path(), report, || do_what_is_due(store, jobs, report));
        }
        thread::park_timeout(LOOK.min(due.saturating_duration_since(Instant::now())));
    }
}

/// Has the thread that writes find out whether it was another program that has written: here,
/// it may have been that thread.
fn look(store: &Store, seen: &mut Option<u32>, jobs: &mpsc::Sender<Job>) {
    let now = store.data_version();
    if std::mem::replace(seen, now) != now {
        let _ = jobs.send(Job::Look);
    }
}

fn do_what_is_due(store: &Store, jobs: &mpsc::Sender<Job>, report: &Report) {
    match store.mode() {
        Mode::Kept => {
            look_through(store, jobs, report);
            back_up(store, jobs, report);
        }
        Mode::Memory(_) => {
            let _ = jobs.send(Job::Run(Box::new(retry)));
        }
    }
}

fn look_through(store: &Store, jobs: &mpsc::Sender<Job>, report: &Report) {
    if !store.needs_check() {
        return;
    }
    let is_sound = store.is_sound();
    let report = Arc::clone(report);
    // The thread that writes is the only one that changes anything.
    let _ = jobs.send(Job::Run(Box::new(move |store| match is_sound {
        true => store.set_sound(),
        false => mend(store, &report),
    })));
}

/// Replaces a damaged file, and tells what came of it.
fn mend(store: &mut Store, report: &Report) {
    match store.check() {
        // The notice is told with those of the store that is opened anew.
        Ok(_) => {}
        Err(error) => report(Event::Told(error.text())),
    }
}

fn back_up(store: &Store, jobs: &mpsc::Sender<Job>, report: &Report) {
    match store.backup_if_due() {
        Ok(_) => {}
        Err(Error::Damaged { .. }) => {
            let report = Arc::clone(report);
            let _ = jobs.send(Job::Run(Box::new(move |store| mend(store, &report))));
        }
        Err(error) => report(Event::Told(error.text())),
    }
}

fn retry(store: &mut Store) {
    // Where it still cannot be used, the window says so all the time.
    let _ = store.retry_open();
}
