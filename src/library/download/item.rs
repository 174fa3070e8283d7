//! One download from its lock to its end: its files one after another, each as often as it
//! takes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use filekit::Lock;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::entry::{Entry, FileDone};
use super::fetch::Fetch;
use super::pace::Limiter;
use super::record::Record;
use super::sink::{Plan, Sink, digest_of};
use super::{Error, Options, State};
use crate::library::hub::{self, Config, Http};

/// A server that wants to be left alone for longer is not waited for.
const MAX_WAIT_S: u64 = 3600;

/// What a download works with.
pub(super) struct Context {
    pub(super) http: Http,
    pub(super) options: Options,
    pub(super) limiter: Arc<Limiter>,
    pub(super) entry: Arc<Entry>,
    pub(super) stop: CancellationToken,
    pub(super) threads: TaskTracker,
}

impl Context {
    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    pub(super) fn config(&self) -> &Config {
        &self.http.config
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    pub(super) fn set_state(&self, state: State) {
        self.entry.set_state(state);
    }

    pub(super) fn set_total(&self, total_bytes: Option<u64>) {
        self.entry.set_total(total_bytes);
    }

    /// Tells how much there is of the file that is being fetched.
    pub(super) fn set_part(&self, bytes: u64) {
        self.entry.set_part(bytes);
    }

    /// Opens a file in progress.
    pub(super) async fn open(&self, plan: Plan) -> Result<(Sink, u64), Error> {
        let entry = Arc::clone(&self.entry);
        let progress = move |bytes| entry.set_part(bytes);
        Sink::open(plan, &self.threads, &self.stop, progress).await
    }

    /// The SHA-256 of a file that is there.
    pub(super) async fn digest(&self, path: PathBuf) -> Result<String, Error> {
        let stop = self.stop.clone();
        let task = self.threads.spawn_blocking(move || digest_of(&path, &stop));
        let failed = |error: tokio::task::JoinError| Error::Thread {
            reason: error.to_string(),
        };
        task.await.map_err(failed)?
    }

    /// Waits until no thread of this download has a file open.
    pub(super) async fn threads_idle(&self) {
        self.threads.close();
        self.threads.wait().await;
        self.threads.reopen();
    }
}

/// Downloads until it is done, fails for good, or is stopped; `None` for the last. No other
/// process touches the files meanwhile.
pub(super) async fn run(
    context: &Context,
    models: &Path,
    record: Record,
) -> Option<Result<Vec<FileDone>, Error>> {
    let folder = context.entry.folder.clone();
    // To give up what was never begun, no folder is made.
    if context.entry.is_cancelled() && !folder.exists() {
        return None;
    }
    let lock = match prepare(&folder, &record) {
        Ok(lock) => lock,
        Err(error) => return Some(Err(error)),
    };
    let result = tokio::select! {
        biased;
        () = context.stop.cancelled() => None,
        result = work(context, &folder, record.clone()) => Some(result),
    };
    context.threads_idle().await;
    let left = Record::load(&record.note(&folder)).unwrap_or(record);
    // What does not pass, and of which nothing has come, need not be found at the next start.
    let is_void = match &result {
        Some(Err(error)) => !error.may_pass() && left.received_bytes(&folder) == 0,
        _ => false,
    };
    let is_given_up = context.entry.is_cancelled() || is_void;
    if is_given_up {
        left.discard(&folder);
    }
    lock.remove();
    if is_given_up {
        remove_empty(&folder, models);
    }
    result
}

fn prepare(folder: &Path, record: &Record) -> Result<Lock, Error> {
    std::fs::create_dir_all(folder).map_err(|error| Error::disk(folder, &error))?;
    let path = record.lock(folder);
    match Lock::take(&path).map_err(|error| Error::disk(&path, &error))? {
        Some(lock) => Ok(lock),
        None => Err(Error::Busy {
            path: folder.join(record.name()),
        }),
    }
}

/// Removes the folders of a download that left nothing in them.
fn remove_empty(folder: &Path, models: &Path) {
    let mut folder = folder;
    while folder != models && folder.starts_with(models) {
        // Fails where there is something in it.
        if std::fs::remove_dir(folder).is_err() {
            return;
        }
        let Some(parent) = folder.parent() else {
            return;
        };
        folder = parent;
    }
}

async fn work(context: &Context, folder: &Path, wanted: Record) -> Result<Vec<FileDone>, Error> {
    let mut record = take_up(folder, wanted)?;
    context.set_total(record.size_bytes());
    // The first file comes last: it is the one that the library lists, and is to be listed
    // only when the others are there.
    let order: Vec<usize> = (1..record.files.len()).chain([0]).collect();
    for index in order {
        let file = &record.files[index];
        if file.is_done && !file.target(folder).is_file() {
            record.files[index].is_done = false;
        }
        if !record.files[index].is_done {
            let before = record.files.iter().enumerate();
            let before = before.filter(|(other, file)| *other != index && !file.is_done);
            let partials: u64 = before
                .map(|(_, file)| file.partial(folder).metadata().map_or(0, |it| it.len()))
                .sum();
            let done = record.files.iter().filter(|file| file.is_done);
            let done: u64 = done.map(|file| file.size_bytes.unwrap_or(0)).sum();
            context.entry.set_base(done + partials);
            one(context, folder, index, &mut record).await?;
        }
    }
    // Only now: what is noted as done would else be fetched again after a power failure.
    let _ = std::fs::remove_file(record.note(folder));
    filekit::sync_folder(folder);
    Ok(record
        .files
        .iter()
        .map(|file| FileDone {
            path: file.target(folder),
            size_bytes: file.size_bytes.unwrap_or(0),
            sha256: file.sha256.clone().unwrap_or_default(),
        })
        .collect())
}

/// Goes on with what a note says, or writes one.
fn take_up(folder: &Path, wanted: Record) -> Result<Record, Error> {
    let noted = Record::load(&wanted.note(folder));
    let record = match noted {
        Some(noted) if wanted.goes_on_with(&noted) => {
            let mut record = noted;
            for (file, wanted) in record.files.iter_mut().zip(wanted.files) {
                if wanted.is_pinned {
                    file.sha256 = wanted.sha256;
                    file.size_bytes = wanted.size_bytes.or(file.size_bytes);
                    file.is_pinned = true;
                }
            }
            record
        }
        other => {
            // Parts without a note that says what they are, or of something else.
            if let Some(other) = other {
                other.discard(folder);
            }
            for file in &wanted.files {
                let _ = std::fs::remove_file(file.partial(folder));
            }
            wanted
        }
    };
    record.save(folder)?;
    Ok(record)
}

/// Fetches one file, with pauses between attempts that grow until something arrives again.
async fn one(
    context: &Context,
    folder: &Path,
    index: usize,
    record: &mut Record,
) -> Result<(), Error> {
    let options = context.options();
    let mut fetch = Fetch::new(context, folder, index);
    let mut failures = 0;
    // What was here before counts as well: a server that always begins anew and breaks off
    // is not asked forever.
    let mut furthest = 0;
    loop {
        let error = match fetch.attempt(record).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let length = fetch.length_bytes();
        if length > furthest {
            furthest = length;
            failures = 0;
        }
        failures += 1;
        let wait_s = match &error {
            Error::Server(error) => error.wait_s().unwrap_or(0),
            _ => 0,
        };
        let is_first = !context.entry.has_received() && is_no_network(&error);
        let goes_on = error.may_pass() || is_expired(&error, record);
        if !goes_on || is_first || failures > options.attempts || wait_s > MAX_WAIT_S {
            return Err(error);
        }
        let pause = pause(options, failures).max(Duration::from_secs(wait_s));
        let until = Instant::now() + pause;
        context.set_state(State::Waiting { until, error });
        tokio::time::sleep(pause).await;
    }
}

/// Whether there is no way to the server at all. Where nothing has come yet, the user is told
/// at once; a network that goes away in between comes back.
fn is_no_network(error: &Error) -> bool {
    use hub::Error as Of;
    matches!(
        error,
        Error::Server(Of::Offline { .. } | Of::Refused { .. })
    )
}

/// Whether the address that the Hub gave for its storage has run out; it gives a new one.
fn is_expired(error: &Error, record: &Record) -> bool {
    record.repo.is_some() && matches!(error, Error::Server(hub::Error::Status { status: 403, .. }))
}

/// Twice as long each time, and by chance up to half less, so that not everybody comes back at
/// the same moment.
fn pause(options: &Options, failures: u32) -> Duration {
    let doubled = options
        .first_pause
        .saturating_mul(1 << (failures - 1).min(16));
    doubled
        .min(options.longest_pause)
        .mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// Looks at the header of what has arrived.
pub(super) async fn look(context: &Context, files: &[FileDone]) -> Option<gguf::Error> {
    let path = files.first()?.path.clone();
    let task = context
        .threads
        .spawn_blocking(move || gguf::read(&path).err());
    task.await.ok()?
}
