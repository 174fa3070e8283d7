//! A thread that writes small files one after the other, so that nobody who changes something
//! waits for a disk.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

type Work = Box<dyn FnOnce() + Send>;

enum Job {
    Do(Work),
    Newest {
        slot: &'static str,
        after: Duration,
        work: Work,
    },
    End,
}

/// The thread. Dropping this waits until all is written that was handed in.
#[derive(Debug)]
pub struct Saver {
    queue: Queue,
    thread: Option<JoinHandle<()>>,
}

/// Where work is handed in; all clones hand it to the same thread. What comes after the
/// [`Saver`] is gone is left undone.
#[derive(Debug, Clone)]
pub struct Queue(Sender<Job>);

impl Saver {
    /// Starts the thread under this name.
    ///
    /// # Errors
    /// Where the system cannot start a thread.
    pub fn start(name: &str) -> io::Result<Self> {
        let (queue, jobs) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&jobs))?;
        Ok(Self {
            queue: Queue(queue),
            thread: Some(thread),
        })
    }

    /// Where work is handed in.
    #[must_use]
    pub fn queue(&self) -> Queue {
        self.queue.clone()
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        let _ = self.queue.0.send(Job::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Queue {
    /// Has this done, after what was handed in like this before.
    pub fn push(&self, work: impl FnOnce() + Send + 'static) {
        let _ = self.0.send(Job::Do(Box::new(work)));
    }

    /// Has this done in a while, in place of what waits in the same slot by then: of many
    /// changes of one file, only the last is written.
    pub fn push_newest(
        &self,
        slot: &'static str,
        after: Duration,
        work: impl FnOnce() + Send + 'static,
    ) {
        let work = Box::new(work);
        let _ = self.0.send(Job::Newest { slot, after, work });
    }
}

/// Does this, and makes an error of a panic: one fault must not end what others rely on.
///
/// # Errors
/// Where it panics, with the words of the panic.
pub fn caught<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| io::Error::other(words_of(&*panic)))
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("panic").to_owned()
}

/// What waits in a slot, and until when.
struct Waiting {
    due: Instant,
    slot: &'static str,
    work: Work,
}

fn run(jobs: &Receiver<Job>) {
    let mut waiting: Vec<Waiting> = Vec::new();
    loop {
        let next = waiting.iter().map(|it| it.due).min();
        let job = match next {
            None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            // What has come by now may take the place of what is due.
            Some(due) => jobs.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match job {
            Ok(Job::Do(work)) => drop(caught(work)),
            Ok(Job::Newest { slot, after, work }) => {
                match waiting.iter_mut().find(|it| it.slot == slot) {
                    Some(waiting) => waiting.work = work,
                    None => waiting.push(Waiting {
                        due: Instant::now() + after,
                        slot,
                        work,
                    }),
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                let now = Instant::now();
                for due in waiting.extract_if(.., |it| it.due <= now) {
                    drop(caught(due.work));
                }
            }
            Ok(Job::End) | Err(RecvTimeoutError::Disconnected) => {
                for left in waiting {
                    drop(caught(left.work));
                }
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn all_is_done_in_its_order_before_the_end() {
        let done = Arc::new(Mutex::new(Vec::new()));
        let saver = Saver::start("saver").unwrap();
        let queue = saver.queue();
        let note = |what: u32| {
            let done = Arc::clone(&done);
            move || done.lock().unwrap().push(what)
        };
        let long = Duration::from_hours(1);
        queue.push_newest("window", long, note(90));
        queue.push(note(1));
        queue.push(|| panic!("one fault"));
        queue.push_newest("window", long, note(91));
        queue.push(note(2));
        drop(saver);
        assert_eq!(*done.lock().unwrap(), [1, 2, 91]);
        queue.push(note(3));
        assert_eq!(done.lock().unwrap().len(), 3, "nobody is there to do it");
    }

    #[test]
    fn of_many_changes_the_last_is_written() {
        let (told, heard) = mpsc::channel();
        let saver = Saver::start("saver").unwrap();
        let (release, held) = mpsc::channel::<()>();
        saver.queue().push(move || {
            let _ = held.recv();
        });
        for number in 0..100 {
            let told = told.clone();
            let work = move || told.send(number).unwrap();
            saver.queue().push_newest("settings", Duration::ZERO, work);
        }
        release.send(()).unwrap();
        assert_eq!(heard.recv(), Ok(99));
        drop(saver);
        assert_eq!(heard.try_iter().count(), 0);
    }

    #[test]
    fn a_panic_has_words() {
        assert_eq!(caught(|| 7).unwrap(), 7);
        let fault = caught(|| panic!("{}", 7)).unwrap_err();
        assert_eq!(fault.to_string(), "7");
    }
}
