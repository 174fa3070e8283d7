//! The KV cache of chats on disk: what spares the model reading a chat again after a
//! restart, a switch of the model, or when other chats have taken its place in memory.
//!
//! A file is llama.cpp's own state of one sequence, with its tokens in front, and behind it
//! a footer that says whose it is and guards every byte before it. So a file that is cut
//! short, damaged, of another model or made with another context is found out before
//! llama.cpp sees it, and removed. llama.cpp's format is in `llama_state_seq_save_file`:
//! magic, version, count of tokens (u32 each, in the machine's order), the tokens (i32),
//! the state. The footer: identity (32 bytes), BLAKE3 of all before (32 bytes), eight
//! bytes that say so ([`super::sealing`]).

use std::cmp::Reverse;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use llama_cpp_2::token::LlamaToken;

use super::decoder::{Decoder, Sequence};
use super::fingerprint::Fingerprint;
use super::plan::common;
use super::sealing::{FOOTER_BYTES, Identity, Sealed, Sealer, check, prefix};
use crate::engine::notice::Notice;
use crate::engine::protocol::StateFolder;

/// The disk keeps this much for everything else.
const SPARED_BYTES: u64 = 2_000_000_000;

/// Files of a process that was killed while it wrote them begin so.
const PART: &str = ".part-";

/// The folder of states, as far as it belongs to the model that is loaded.
pub(super) struct States {
    folder: PathBuf,
    limit_bytes: u64,
    identity: Identity,
    /// `None` where the system has no thread for it, and so nothing is written.
    sealer: Option<Sealer>,
    /// What has been found for this model, once it is known which it is.
    found: Option<Vec<Entry>>,
    notice: Option<Notice>,
}

#[derive(Debug)]
struct Entry {
    path: PathBuf,
    tokens: Vec<LlamaToken>,
}

impl States {
    /// Opens the folder for the model at `path` in a context that `context` describes.
    pub(super) fn open(place: &StateFolder, path: &Path, context: String) -> Self {
        let made = filekit::private_folder(&place.folder);
        // An older Charla left what was said in chats for everybody to read.
        filekit::make_private(&place.folder);
        let identity = Identity {
            fingerprint: Fingerprint::of(path, &place.folder),
            context,
        };
        let mut states = Self {
            folder: place.folder.clone(),
            limit_bytes: place.limit_bytes,
            sealer: Sealer::start(place.folder.clone(), identity.clone()).ok(),
            identity,
            found: None,
            notice: None,
        };
        match made {
            Ok(()) => states.sweep(),
            Err(error) => states.complain(&error),
        }
        states
    }

    /// Whether it is known whose states these are, or becomes known in that time.
    pub(super) fn is_known_within(&self, time: Duration) -> bool {
        self.identity.fingerprint.wait_for(time).is_some()
    }

    /// What the user should know about the folder; once.
    pub(super) fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }

    /// How many of the first tokens of `prompt` the best state has, and how many it has in
    /// all.
    pub(super) fn best(&mut self, prompt: &[LlamaToken], can_shrink: bool) -> (usize, usize) {
        let Some((at, shared)) = self.find(prompt, can_shrink) else {
            return (0, 0);
        };
        let found = self.found.as_ref().and_then(|found| found.get(at));
        (shared, found.map_or(0, |entry| entry.tokens.len()))
    }

    /// Reads the best state for `prompt` into an empty sequence. Returns its tokens, which
    /// may go on otherwise than the prompt. A file that is not what it should be is
    /// removed.
    pub(super) fn restore(
        &mut self,
        prompt: &[LlamaToken],
        can_shrink: bool,
        decoder: &mut Decoder<'_>,
        sequence: Sequence,
    ) -> Option<Vec<LlamaToken>> {
        while let Some((at, _)) = self.find(prompt, can_shrink) {
            let identity = self.identity.get()?;
            let entries = self.found.as_mut()?;
            let entry = entries.swap_remove(at);
            let is_whole = check(&entry.path, identity).unwrap_or(false);
            if is_whole && decoder.read_state(sequence, &entry.tokens, &entry.path) {
                // The least recently used goes first, and this one has just been used.
                let file = OpenOptions::new().append(true).open(&entry.path);
                let _ = file.and_then(|it| it.set_modified(SystemTime::now()));
                let tokens = entry.tokens.clone();
                entries.push(entry);
                return Some(tokens);
            }
            let _ = fs::remove_file(&entry.path);
        }
        None
    }

    /// Writes what a sequence holds. `false` where there was no room or it failed; nothing
    /// is lost but time then. It can be read from [`States::best`] on once it is sealed,
    /// which nobody waits for.
    pub(super) fn save(
        &mut self,
        decoder: &Decoder<'_>,
        sequence: Sequence,
        tokens: &[LlamaToken],
    ) -> bool {
        match self.write(decoder, sequence, tokens) {
            Ok(is_written) => is_written,
            Err(error) => {
                self.complain(&error);
                false
            }
        }
    }

    /// `false` where it does not fit the limits.
    fn write(
        &mut self,
        decoder: &Decoder<'_>,
        sequence: Sequence,
        tokens: &[LlamaToken],
    ) -> io::Result<bool> {
        // The folder may have been removed by whoever cleans caches.
        filekit::private_folder(&self.folder)?;
        let Some(size_bytes) = decoder.state_size_bytes(sequence) else {
            return Ok(false);
        };
        let fits = size_bytes <= self.limit_bytes
            && filekit::free_bytes(&self.folder)
                .is_none_or(|free| free >= size_bytes + SPARED_BYTES);
        let Some(sealer) = self.sealer.as_mut().filter(|_| fits) else {
            return Ok(false);
        };
        make_room(&self.folder, self.limit_bytes, size_bytes);
        let file = tempfile::Builder::new()
            .prefix(PART)
            .tempfile_in(&self.folder)?;
        if !decoder.write_state(sequence, tokens, file.path()) {
            return Err(io::Error::other("llama.cpp could not write it"));
        }
        sealer.seal(file, tokens.to_vec());
        Ok(true)
    }

    /// Waits until everything that was written is sealed.
    pub(super) fn settle(&mut self) {
        while let Some(sealed) = self.sealer.as_mut().and_then(Sealer::wait) {
            self.note(sealed);
        }
    }

    fn take_sealed(&mut self) {
        while let Some(sealed) = self.sealer.as_mut().and_then(Sealer::next_done) {
            self.note(sealed);
        }
    }

    fn note(&mut self, sealed: Sealed) {
        match sealed.path {
            Ok(Some(path)) => {
                // What is there already is to be replaced by what goes on from it.
                self.look();
                self.replace(path, &sealed.tokens);
            }
            Ok(None) => {}
            Err(error) => self.complain(&error),
        }
    }

    /// Notes a new state, and removes those that it goes on from.
    fn replace(&mut self, path: PathBuf, tokens: &[LlamaToken]) {
        let entries = self.found.get_or_insert_default();
        entries.retain(|entry| {
            let is_kept = entry.path != path && !tokens.starts_with(&entry.tokens);
            if !is_kept && entry.path != path {
                let _ = fs::remove_file(&entry.path);
            }
            is_kept
        });
        let tokens = tokens.to_vec();
        entries.push(Entry { path, tokens });
    }

    /// The place of the best state for `prompt`, and how many tokens it spares.
    fn find(&mut self, prompt: &[LlamaToken], can_shrink: bool) -> Option<(usize, usize)> {
        let most = prompt.len().saturating_sub(1);
        let spares = |tokens: &[LlamaToken]| {
            let shared = common(tokens, prompt);
            // What cannot lose its end is of use only when the prompt goes on from there.
            match can_shrink || shared == tokens.len() && shared <= most {
                true => shared.min(most),
                false => 0,
            }
        };
        self.take_sealed();
        self.look()?;
        let found = self.found.iter().flatten();
        let best = found.map(|entry| spares(&entry.tokens)).max();
        let sealer = self.sealer.iter();
        let coming = sealer.flat_map(Sealer::waiting).map(spares).max();
        if coming.unwrap_or_default() > best.unwrap_or_default() {
            // Sealing takes less than reading all that again.
            self.settle();
        }
        let entries = self.found.as_ref()?.iter().enumerate();
        entries
            .map(|(at, entry)| (at, spares(&entry.tokens), entry.tokens.len()))
            .filter(|(_, spared, _)| *spared > 0)
            // Of two that spare as much, the smaller is read sooner.
            .max_by_key(|(_, spared, tokens)| (*spared, Reverse(*tokens)))
            .map(|(at, spared, _)| (at, spared))
    }

    /// Looks through the folder, once it is known which model this is.
    fn look(&mut self) -> Option<()> {
        if self.found.is_none() {
            let prefix = prefix(self.identity.get()?);
            let mut found = Vec::new();
            for path in files(&self.folder) {
                let name = path.file_name().and_then(|name| name.to_str());
                if name.is_some_and(|name| name.starts_with(&prefix)) {
                    match read_tokens(&path) {
                        Ok(tokens) => found.push(Entry { path, tokens }),
                        Err(_) => drop(fs::remove_file(&path)),
                    }
                }
            }
            self.found = Some(found);
        }
        Some(())
    }

    /// Removes what a killed process left half written; a living one is done in minutes.
    fn sweep(&self) {
        let listing = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for item in listing {
            let is_part = item.file_name().to_string_lossy().starts_with(PART);
            let is_old = item
                .metadata()
                .and_then(|it| it.modified())
                .is_ok_and(|it| it.elapsed().is_ok_and(|age| age.as_secs() > 600));
            if is_part && is_old {
                let _ = fs::remove_file(item.path());
            }
        }
    }

    fn complain(&mut self, error: &io::Error) {
        self.notice = Some(Notice::StatesOff {
            folder: self.folder.clone(),
            reason: error.to_string(),
        });
    }
}

/// Removes the least recently used states, of any model, until `size_bytes` more fit.
fn make_room(folder: &Path, limit_bytes: u64, size_bytes: u64) {
    let mut all: Vec<_> = files(folder)
        .into_iter()
        .filter_map(|path| {
            let metadata = fs::metadata(&path).ok()?;
            Some((metadata.modified().ok()?, metadata.len(), path))
        })
        .collect();
    all.sort();
    let mut used: u64 = all.iter().map(|(_, len, _)| len).sum();
    for (_, len, path) in all {
        if used + size_bytes <= limit_bytes {
            break;
        }
        if fs::remove_file(path).is_ok() {
            used -= len;
        }
    }
}

/// All states in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).into_iter().flatten().flatten();
    listing
        .map(|item| item.path())
        .filter(|path| path.extension().is_some_and(|it| it == "kv"))
        .collect()
}

/// The tokens in front of a state.
fn read_tokens(path: &Path) -> io::Result<Vec<LlamaToken>> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let mut word = [0; 4];
    for _ in 0..3 {
        file.read_exact(&mut word)?;
    }
    let count = u64::from(u32::from_ne_bytes(word));
    if count == 0 || 12 + count * 4 + FOOTER_BYTES > len {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; usize::try_from(count * 4).unwrap_or_default()];
    file.read_exact(&mut bytes)?;
    let token = |bytes: &[u8]| LlamaToken(i32::from_ne_bytes(bytes.try_into().unwrap_or_default()));
    Ok(bytes.chunks_exact(4).map(token).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_only_where_they_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.kv");
        let words = |words: &[u32]| -> Vec<u8> {
            words.iter().flat_map(|word| word.to_ne_bytes()).collect()
        };
        let mut bytes = words(&[1, 2, 2, 7, 8]);
        bytes.resize(200, 0);
        fs::write(&path, bytes).unwrap();
        assert_eq!(read_tokens(&path).unwrap(), [LlamaToken(7), LlamaToken(8)]);
        let bad: [&[u32]; 4] = [&[], &[1, 2], &[1, 2, 0, 0], &[1, 2, u32::MAX, 0]];
        for bad in bad {
            fs::write(&path, words(bad)).unwrap();
            assert!(read_tokens(&path).is_err(), "{bad:?}");
        }
    }
}
