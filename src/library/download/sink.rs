//! The disk's side of a download: a thread that hashes and writes what arrives, so that
//! neither holds the network up.

use std::fs::File;
use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Error;
use crate::library::hub::Chunk;

/// Batches of pieces that may wait for the disk.
const QUEUE: usize = 8;
/// Free space is looked at each time this much has been written.
const CHECK_EACH_BYTES: u64 = 64 * 1024 * 1024;
/// How much is read at once of what is there already.
const READ_BYTES: usize = 1024 * 1024;

/// A file that is being written.
pub(super) struct Sink {
    orders: mpsc::Sender<Order>,
    task: JoinHandle<Result<Option<String>, Error>>,
}

/// What is needed to write a file.
pub(super) struct Plan {
    pub(super) path: PathBuf,
    /// Its size where that is known.
    pub(super) size_bytes: Option<u64>,
    /// What has to stay free: for files to come, and for everything else on the disk.
    pub(super) spare_bytes: u64,
}

enum Order {
    Write(Vec<Chunk>),
    /// Begin anew with an empty file.
    Restart,
    /// The size, where it was not known before.
    Size(u64),
    Finish,
}

impl Sink {
    /// Opens a file and hashes what is in it; tells how far that is through `progress`, and
    /// how much there is when it is done.
    pub(super) async fn open(
        plan: Plan,
        threads: &TaskTracker,
        stop: &CancellationToken,
        progress: impl Fn(u64) + Send + 'static,
    ) -> Result<(Self, u64), Error> {
        let (orders, inbox) = mpsc::channel(QUEUE);
        let (opened, length) = oneshot::channel();
        let stop = stop.clone();
        let task = threads.spawn_blocking(move || {
            let mut writer = Writer::open(plan, &stop, progress)?;
            // Nobody listens where the download was stopped meanwhile.
            let _ = opened.send(writer.length_bytes);
            writer.run(inbox)
        });
        let sink = Self { orders, task };
        match length.await {
            Ok(length_bytes) => Ok((sink, length_bytes)),
            Err(_) => Err(sink.failure().await),
        }
    }

    pub(super) async fn write(&mut self, chunks: Vec<Chunk>) -> Result<(), Error> {
        self.order(Order::Write(chunks)).await
    }

    pub(super) async fn restart(&mut self) -> Result<(), Error> {
        self.order(Order::Restart).await
    }

    pub(super) async fn set_size(&mut self, size_bytes: u64) -> Result<(), Error> {
        self.order(Order::Size(size_bytes)).await
    }

    async fn order(&mut self, order: Order) -> Result<(), Error> {
        match self.orders.send(order).await {
            Ok(()) => Ok(()),
            Err(_) => Err(ended((&mut self.task).await)),
        }
    }

    /// Waits until everything is on the disk for certain; returns the SHA-256.
    pub(super) async fn finish(self) -> Result<String, Error> {
        // Where that fails, the thread has ended and says why.
        let _ = self.orders.send(Order::Finish).await;
        match self.task.await {
            Ok(Ok(Some(digest))) => Ok(digest),
            other => Err(ended(other)),
        }
    }

    async fn failure(self) -> Error {
        ended(self.task.await)
    }
}

fn ended(result: Result<Result<Option<String>, Error>, tokio::task::JoinError>) -> Error {
    match result {
        Ok(Err(error)) => error,
        Ok(Ok(_)) => Error::Thread {
            reason: "it has ended".to_owned(),
        },
        Err(error) => Error::Thread {
            reason: error.to_string(),
        },
    }
}

struct Writer {
    plan: Plan,
    file: File,
    hasher: Sha256,
    length_bytes: u64,
    unchecked_bytes: u64,
}

impl Writer {
    fn open(plan: Plan, stop: &CancellationToken, progress: impl Fn(u64)) -> Result<Self, Error> {
        let open = || {
            File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&plan.path)
        };
        let file = open().map_err(|error| Error::disk(&plan.path, &error))?;
        let mut writer = Self {
            plan,
            file,
            hasher: Sha256::new(),
            length_bytes: 0,
            unchecked_bytes: 0,
        };
        let there = writer.try_io(|writer| Ok(writer.file.metadata()?.len()))?;
        if writer.plan.size_bytes.is_some_and(|size| there > size) {
            writer.restart()?;
        } else {
            let length = writer
                .try_io(|writer| hash(&mut writer.file, &mut writer.hasher, stop, progress))?;
            writer.length_bytes = length;
        }
        writer.check_room()?;
        Ok(writer)
    }

    fn run(&mut self, mut inbox: mpsc::Receiver<Order>) -> Result<Option<String>, Error> {
        while let Some(order) = inbox.blocking_recv() {
            match order {
                Order::Write(chunks) => self.write(&chunks)?,
                Order::Restart => self.restart()?,
                Order::Size(size_bytes) => {
                    self.plan.size_bytes = Some(size_bytes);
                    self.check_room()?;
                }
                Order::Finish => {
                    self.try_io(|writer| writer.file.sync_all())?;
                    let digest = std::mem::take(&mut self.hasher).finalize();
                    return Ok(Some(filekit::hex(&digest)));
                }
            }
        }
        Ok(None)
    }

    fn write(&mut self, chunks: &[Chunk]) -> Result<(), Error> {
        let size: u64 = chunks.iter().map(|chunk| chunk.as_ref().len() as u64).sum();
        if self.unchecked_bytes + size > CHECK_EACH_BYTES {
            self.check_room()?;
        }
        self.try_io(|writer| write_together(&writer.file, chunks))?;
        for chunk in chunks {
            self.hasher.update(chunk);
        }
        self.length_bytes += size;
        self.unchecked_bytes += size;
        Ok(())
    }

    fn restart(&mut self) -> Result<(), Error> {
        self.try_io(|writer| {
            writer.file.set_len(0)?;
            writer.file.seek(SeekFrom::Start(0))
        })?;
        self.hasher = Sha256::new();
        self.length_bytes = 0;
        Ok(())
    }

    /// Fails before the disk is full: programs need room for other things.
    fn check_room(&mut self) -> Result<(), Error> {
        self.unchecked_bytes = 0;
        let folder = self.plan.path.parent().unwrap_or(&self.plan.path);
        let size = self.plan.size_bytes.unwrap_or(0);
        let to_come = size.saturating_sub(self.length_bytes);
        let needed_bytes = to_come.saturating_add(self.plan.spare_bytes);
        match filekit::free_bytes(folder) {
            Some(free_bytes) if free_bytes < needed_bytes && !(size > 0 && to_come == 0) => {
                Err(Error::NoRoom {
                    path: folder.to_owned(),
                    needed_bytes,
                    free_bytes,
                })
            }
            _ => Ok(()),
        }
    }

    fn try_io<T>(&mut self, act: impl FnOnce(&mut Self) -> io::Result<T>) -> Result<T, Error> {
        act(self).map_err(|error| Error::disk(&self.plan.path, &error))
    }
}

/// Writes pieces in one go: from a steady network they are small, and each write costs the
/// system something of its own. Putting them together first would copy them once more.
fn write_together(mut file: &File, chunks: &[Chunk]) -> io::Result<()> {
    let slices = chunks.iter().map(|chunk| IoSlice::new(chunk.as_ref()));
    let mut slices: Vec<IoSlice<'_>> = slices.collect();
    let mut rest = &mut slices[..];
    // Leaves out what is empty: nothing written of nothing is no fault.
    IoSlice::advance_slices(&mut rest, 0);
    while !rest.is_empty() {
        match file.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => IoSlice::advance_slices(&mut rest, count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Hashes a file from where it stands to its end; returns how much that was.
fn hash(
    file: &mut File,
    hasher: &mut Sha256,
    stop: &CancellationToken,
    progress: impl Fn(u64),
) -> io::Result<u64> {
    let mut buffer = vec![0; READ_BYTES];
    let mut length = 0;
    loop {
        if stop.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match file.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(count) => {
                hasher.update(&buffer[..count]);
                length += count as u64;
                progress(length);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The SHA-256 of a file that is there, as it is compared.
pub(super) fn digest_of(path: &Path, stop: &CancellationToken) -> Result<String, Error> {
    let mut hasher = Sha256::new();
    let read = File::open(path).and_then(|mut file| hash(&mut file, &mut hasher, stop, |_| {}));
    read.map_err(|error| Error::disk(path, &error))?;
    Ok(filekit::hex(&hasher.finalize()))
}
