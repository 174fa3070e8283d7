//! One file: asked about, fetched from where it stands, checked, and put into its place.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, IF_RANGE, RANGE};
use reqwest::{Method, Url};

use super::item::Context;
use super::record::{FileRecord, Record};
use super::request::address;
use super::sink::{Plan, Sink};
use super::{Error, State};
use crate::library::hub::{self, Answer, Ask, RepoId, sha256_of, with};

/// Pieces are passed to the disk together once they are this much…
const BATCH_BYTES: usize = 1024 * 1024;
/// … or after this time.
const BATCH_TIME: Duration = Duration::from_millis(200);

/// What a server says of a file before it sends it.
#[derive(Debug, Default)]
struct Version {
    size_bytes: Option<u64>,
    sha256: Option<String>,
    validator: Option<String>,
    commit: Option<String>,
}

/// A file that is being fetched, over several attempts.
pub(super) struct Fetch<'a> {
    context: &'a Context,
    folder: &'a Path,
    index: usize,
    /// Opened by the first attempt that gets that far; what was hashed is not hashed again.
    sink: Option<Sink>,
    length_bytes: u64,
    /// Whether ranges are asked for; not of a server that does not keep to them.
    may_range: bool,
}

impl<'a> Fetch<'a> {
    pub(super) fn new(context: &'a Context, folder: &'a Path, index: usize) -> Self {
        Self {
            context,
            folder,
            index,
            sink: None,
            length_bytes: 0,
            may_range: true,
        }
    }

    /// How much of it is here.
    pub(super) fn length_bytes(&self) -> u64 {
        self.length_bytes
    }

    /// Tries to get the file to its end. After an error that may pass, it can be tried again.
    pub(super) async fn attempt(&mut self, record: &mut Record) -> Result<(), Error> {
        let result = self.try_once(record).await;
        let file = &mut record.files[self.index];
        if matches!(
            result,
            Err(Error::WrongHash { .. } | Error::WrongSize { .. } | Error::Changed { .. })
        ) {
            // What is here is of no use, and would only make the next attempt fail as well.
            self.sink = None;
            self.context.threads_idle().await;
            let _ = fs::remove_file(file.partial(self.folder));
            file.forget_version();
            self.length_bytes = 0;
            record.save(self.folder)?;
        }
        result
    }

    async fn try_once(&mut self, record: &mut Record) -> Result<(), Error> {
        let folder = self.folder;
        if self.sink.is_none() && self.is_there(record, true).await? {
            return Ok(());
        }
        self.context.set_state(State::Connecting);
        let url = address(self.context.config(), record, &record.files[self.index])?;
        let version = self.ask(record, &url).await?;
        self.agree(record, version).await?;
        if self.sink.is_none() && self.is_there(record, false).await? {
            return Ok(());
        }
        if self.sink.is_none() {
            self.open(record).await?;
        }
        let size = record.files[self.index].size_bytes;
        if size.is_none_or(|size| self.length_bytes < size) {
            let url = address(self.context.config(), record, &record.files[self.index])?;
            self.receive(record, url).await?;
        }

        let Some(sink) = self.sink.take() else {
            return Ok(());
        };
        self.context.set_state(State::Verifying);
        let digest = sink.finish().await?;
        let file = &mut record.files[self.index];
        if file.sha256.as_ref().is_some_and(|it| *it != digest) {
            let name = file.name().to_owned();
            return Err(Error::WrongHash { name });
        }
        file.sha256 = Some(digest);
        file.size_bytes = Some(self.length_bytes);
        let (partial, target) = (file.partial(folder), file.target(folder));
        if target.symlink_metadata().is_ok() {
            return Err(Error::Exists { path: target });
        }
        fs::rename(&partial, &target).map_err(|error| Error::disk(&target, &error))?;
        filekit::sync_folder(folder);
        file.is_done = true;
        record.save(folder)
    }

    /// Whether the file is in its place already. With `early`, before the server was asked:
    /// what cannot be told without it is left for later.
    async fn is_there(&mut self, record: &mut Record, early: bool) -> Result<bool, Error> {
        let file = &mut record.files[self.index];
        let target = file.target(self.folder);
        let Ok(metadata) = target.symlink_metadata() else {
            return Ok(false);
        };
        let exists = Error::Exists {
            path: target.clone(),
        };
        let Some(expected) = file.sha256.clone() else {
            return if early { Ok(false) } else { Err(exists) };
        };
        // A link of the user's is followed; what it leads to is what counts.
        let metadata = match metadata.is_symlink() {
            true => fs::metadata(&target).map_err(|error| Error::disk(&target, &error))?,
            false => metadata,
        };
        let size_bytes = metadata.len();
        if !metadata.is_file() || file.size_bytes.is_some_and(|it| it != size_bytes) {
            return Err(exists);
        }
        self.context.set_state(State::Verifying);
        if self.context.digest(target).await? != expected {
            return Err(exists);
        }
        file.size_bytes = Some(size_bytes);
        file.is_done = true;
        file.was_there = true;
        self.length_bytes = size_bytes;
        let _ = fs::remove_file(file.partial(self.folder));
        record.save(self.folder)?;
        Ok(true)
    }

    /// Asks the server what it has.
    async fn ask(&self, record: &Record, url: &Url) -> Result<Version, Error> {
        let answer = match self.send(record, Method::HEAD, url, HeaderMap::new()).await {
            // Not every server knows HEAD, and an address may be signed for GET alone.
            Err(Error::Server(hub::Error::Status { .. })) => return Ok(Version::default()),
            other => other?,
        };
        let is_final = answer.status().is_success();
        let etag = answer.linked_etag.as_deref().map(unquoted);
        Ok(Version {
            size_bytes: answer
                .linked_size_bytes
                .or_else(|| answer.content_length_bytes().filter(|_| is_final)),
            sha256: etag.and_then(sha256_of),
            validator: validator(&answer).filter(|_| is_final),
            commit: answer
                .commit
                .clone()
                .filter(|it| it.len() == 40 && it.bytes().all(|byte| byte.is_ascii_hexdigit())),
        })
    }

    /// Compares what the server has with what was asked for and with what is here already.
    async fn agree(&mut self, record: &mut Record, version: Version) -> Result<(), Error> {
        let file = &mut record.files[self.index];
        let differs =
            |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        let is_other = differs(&file.sha256, &version.sha256);
        if is_other && file.is_pinned {
            let name = file.name().to_owned();
            return Err(Error::Changed { name });
        }
        let is_other_size = matches!(
            (file.size_bytes, version.size_bytes), (Some(a), Some(b)) if a != b
        );
        if is_other_size && file.is_pinned {
            return Err(Error::WrongSize {
                name: file.name().to_owned(),
                size_bytes: version.size_bytes.unwrap_or_default(),
                expected_bytes: file.size_bytes.unwrap_or_default(),
            });
        }
        // With a SHA-256 that has not changed, it does not matter what the server calls it.
        let is_renamed = version.sha256.is_none()
            && !file.is_pinned
            && differs(&file.validator, &version.validator);
        if is_other || is_other_size || is_renamed {
            self.drop_partial(file).await?;
            file.forget_version();
        }
        let before = file.clone();
        file.sha256 = version.sha256.or(file.sha256.take());
        file.size_bytes = version.size_bytes.or(file.size_bytes);
        file.validator = version.validator.or(file.validator.take());
        if file.commit.is_none() {
            file.commit = version.commit;
        }
        let is_changed = before != *file;
        self.context.set_total(record.size_bytes());
        if is_changed {
            record.save(self.folder)?;
        }
        Ok(())
    }

    async fn drop_partial(&mut self, file: &FileRecord) -> Result<(), Error> {
        self.length_bytes = 0;
        match &mut self.sink {
            Some(sink) => sink.restart().await,
            None => {
                let _ = fs::remove_file(file.partial(self.folder));
                Ok(())
            }
        }
    }

    /// Opens what there is of the file, and hashes it.
    async fn open(&mut self, record: &Record) -> Result<(), Error> {
        let file = &record.files[self.index];
        let to_come = record
            .files
            .iter()
            .enumerate()
            .filter(|(index, file)| *index != self.index && !file.is_done);
        let others: u64 = to_come
            .map(|(_, file)| {
                let here = fs::metadata(file.partial(self.folder)).map_or(0, |it| it.len());
                file.size_bytes.unwrap_or(0).saturating_sub(here)
            })
            .sum();
        let plan = Plan {
            path: file.partial(self.folder),
            size_bytes: file.size_bytes,
            spare_bytes: others.saturating_add(self.context.options().reserve_bytes),
        };
        self.context.set_state(State::Verifying);
        let (sink, length_bytes) = self.context.open(plan).await?;
        self.sink = Some(sink);
        self.length_bytes = length_bytes;
        Ok(())
    }

    /// Fetches what is missing.
    async fn receive(&mut self, record: &mut Record, url: Url) -> Result<(), Error> {
        self.context.set_state(State::Connecting);
        let answer = loop {
            let file = &record.files[self.index];
            // Without a hash to compare with, and without a name for the version, nobody would
            // know whether the rest belongs to what is here.
            let is_known = file.sha256.is_some() || file.validator.is_some();
            let is_range = self.may_range && is_known && self.length_bytes > 0;
            let answer = self.get(record, &url, is_range).await?;
            if answer.is_page() {
                let host = answer.host().to_owned();
                return Err(hub::Error::Unexpected { host }.into());
            }
            match (answer.status().as_u16(), is_range) {
                (200, _) => {
                    if self.length_bytes > 0 {
                        let file = &record.files[self.index];
                        self.drop_partial(file).await?;
                    }
                    break answer;
                }
                (206, true) if self.fits(record, &answer) => break answer,
                // It sends something else than was asked for, or says that there is nothing
                // there: from the beginning, then, and without ranges.
                (206 | 416, true) => {
                    let file = &record.files[self.index];
                    self.drop_partial(file).await?;
                    self.may_range = false;
                }
                _ => {
                    let host = answer.host().to_owned();
                    return Err(hub::Error::Unexpected { host }.into());
                }
            }
        };
        self.agree_on_size(record, &answer).await?;
        self.stream(&record.files[self.index], answer).await
    }

    async fn get(&self, record: &Record, url: &Url, is_range: bool) -> Result<Answer, Error> {
        let file = &record.files[self.index];
        let mut headers = HeaderMap::new();
        if is_range {
            headers = with(headers, RANGE, &format!("bytes={}-", self.length_bytes));
            // Behind the Hub, files are stored under other names than the Hub gives them. There
            // the SHA-256, asked for again before each attempt, says that it is the same file.
            if let Some(validator) = file.validator.as_ref().filter(|_| file.sha256.is_none()) {
                headers = with(headers, IF_RANGE, validator);
            }
        }
        self.send(record, Method::GET, url, headers).await
    }

    /// Whether a part of the file is the one that is missing.
    fn fits(&self, record: &Record, answer: &Answer) -> bool {
        let file = &record.files[self.index];
        let range = answer.header("content-range").unwrap_or_default();
        let Some((first, last, total)) = content_range(&range) else {
            return false;
        };
        let is_same = match (&file.sha256, &file.validator, validator(answer)) {
            (None, Some(known), Some(now)) => *known == now,
            _ => true,
        };
        let is_end = total.is_none_or(|total| last + 1 == total);
        let is_size = file.size_bytes.is_none() || total.is_none() || total == file.size_bytes;
        first == self.length_bytes && is_end && is_size && is_same
    }

    /// Compares the length of an answer with the size of the file.
    async fn agree_on_size(&mut self, record: &mut Record, answer: &Answer) -> Result<(), Error> {
        let Some(length) = answer.content_length_bytes() else {
            return Ok(());
        };
        let size_bytes = self.length_bytes.saturating_add(length);
        let file = &mut record.files[self.index];
        match file.size_bytes {
            Some(expected_bytes) if expected_bytes != size_bytes => Err(Error::WrongSize {
                name: file.name().to_owned(),
                size_bytes,
                expected_bytes,
            }),
            Some(_) => Ok(()),
            None => {
                file.size_bytes = Some(size_bytes);
                file.validator = validator(answer).or(file.validator.take());
                self.context.set_total(record.size_bytes());
                record.save(self.folder)?;
                match &mut self.sink {
                    Some(sink) => sink.set_size(size_bytes).await,
                    None => Ok(()),
                }
            }
        }
    }

    /// Passes what arrives to the disk.
    async fn stream(&mut self, file: &FileRecord, mut answer: Answer) -> Result<(), Error> {
        let Some(sink) = &mut self.sink else {
            return Ok(());
        };
        self.context.set_state(State::Downloading);
        self.context.set_part(self.length_bytes);
        let mut batch = Vec::new();
        let mut batch_bytes = 0;
        let mut passed_on = Instant::now();
        let end = loop {
            let chunk = match answer.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            };
            let length = chunk.as_ref().len();
            let so_far = self.length_bytes.saturating_add(length as u64);
            if let Some(expected_bytes) = file.size_bytes.filter(|it| so_far > *it) {
                break Err(Error::WrongSize {
                    name: file.name().to_owned(),
                    size_bytes: so_far,
                    expected_bytes,
                });
            }
            self.length_bytes = so_far;
            self.context.set_part(so_far);
            batch_bytes += length;
            batch.push(chunk);
            if batch_bytes >= BATCH_BYTES || passed_on.elapsed() >= BATCH_TIME {
                sink.write(std::mem::take(&mut batch)).await?;
                batch_bytes = 0;
                passed_on = Instant::now();
            }
            self.context.limiter().take(length).await;
        };
        sink.write(batch).await?;
        match file.size_bytes {
            Some(size_bytes) if end.is_ok() && self.length_bytes < size_bytes => {
                let host = answer.host().to_owned();
                Err(hub::Error::CutShort { host }.into())
            }
            _ => end,
        }
    }

    async fn send(
        &self,
        record: &Record,
        method: Method,
        url: &Url,
        headers: HeaderMap,
    ) -> Result<Answer, Error> {
        let file = &record.files[self.index];
        let repo = record.repo.as_deref().and_then(|it| RepoId::new(it).ok());
        let subject = match &repo {
            Some(repo) => format!("{repo}/{}", file.path),
            None => url.to_string(),
        };
        let page = match &repo {
            Some(repo) => self.context.config().address(&repo.to_string()),
            None => url.clone(),
        };
        let ask = Ask {
            method,
            url: url.clone(),
            subject: &subject,
            page: page.as_str(),
            headers,
        };
        Ok(self.context.http().send(ask).await?)
    }
}

/// What names a version of a file for certain: a strong `ETag`, else the date of its change.
fn validator(answer: &Answer) -> Option<String> {
    let etag = answer.header("etag").filter(|it| it.starts_with('"'));
    etag.or_else(|| answer.header("last-modified"))
}

fn unquoted(etag: &str) -> &str {
    etag.trim_start_matches("W/").trim_matches('"')
}

/// "bytes 5-9/10" → (5, 9, 10); the last may be unknown.
pub(super) fn content_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes")?.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let total = match total.trim() {
        "*" => None,
        number => Some(number.parse().ok()?),
    };
    (first <= last && total.is_none_or(|total| last < total)).then_some((first, last, total))
}
