//! The KV cache of chats on disk: what spares the model reading a chat again after a
//! restart, a switch of the model, or when other chats have taken its place in memory.
//!
//! A file is llama.cpp's own state of one sequence, with its tokens in front, and behind it
//! a footer that says whose it is and guards every byte before it. So a file that is cut
//! short, damaged, of another model or made with another context is found out before
//! llama.cpp sees it, and removed. llama.cpp's format is in `llama_state_seq_save_file`:
//! magic, version, count of tokens (u32 each, in the machine's order), the tokens (i32),
//! the state. The footer: identity (32 bytes), BLAKE3 of all before (32 bytes), [`MAGIC`].

use std::cmp::Reverse;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use blake3::Hash;
use llama_cpp_2::token::LlamaToken;

use super::decoder::{Decoder, Sequence};
use super::fingerprint::Fingerprint;
use super::plan::common;
use crate::engine::notice::Notice;
use crate::engine::protocol::StateFolder;
use crate::files;

/// The end of every file.
const MAGIC: &[u8; 8] = b"CHARLA\x00\x01";

const FOOTER_BYTES: u64 = 32 + 32 + 8;

/// What a state is good for depends on who computed it: the crate is pinned to this.
const COMPUTED_BY: &str = "llama-cpp-2 0.1.160";

/// The disk keeps this much for everything else.
const SPARED_BYTES: u64 = 2_000_000_000;

/// Files of a process that was killed while it wrote them begin so.
const PART: &str = ".part-";

/// The folder of states, as far as it belongs to the model that is loaded.
pub(super) struct States {
    folder: PathBuf,
    limit_bytes: u64,
    fingerprint: Fingerprint,
    /// The parameters of the context, in words.
    context: String,
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
        let made = files::private_folder(&place.folder);
        let mut states = Self {
            folder: place.folder.clone(),
            limit_bytes: place.limit_bytes,
            fingerprint: Fingerprint::of(path, &place.folder),
            context,
            found: None,
            notice: None,
        };
        match made {
            Ok(()) => states.sweep(),
            Err(error) => states.complain(&error),
        }
        states
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
            let identity = self.identity(false)?;
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
    /// is lost but time then.
    pub(super) fn save(
        &mut self,
        decoder: &Decoder<'_>,
        sequence: Sequence,
        tokens: &[LlamaToken],
    ) -> bool {
        let Some(identity) = self.identity(true) else {
            return false;
        };
        // What is there already is to be replaced by what goes on from it.
        self.look();
        match self.write(decoder, sequence, tokens, identity) {
            Ok(Some(path)) => {
                self.replace(path, tokens);
                true
            }
            Ok(None) => false,
            Err(error) => {
                self.complain(&error);
                false
            }
        }
    }

    /// `None` where it does not fit the limits.
    fn write(
        &self,
        decoder: &Decoder<'_>,
        sequence: Sequence,
        tokens: &[LlamaToken],
        identity: Hash,
    ) -> io::Result<Option<PathBuf>> {
        // The folder may have been removed by whoever cleans caches.
        files::private_folder(&self.folder)?;
        let Some(size_bytes) = decoder.state_size_bytes(sequence) else {
            return Ok(None);
        };
        let fits = size_bytes <= self.limit_bytes
            && free_bytes(&self.folder).is_none_or(|free| free >= size_bytes + SPARED_BYTES);
        if !fits {
            return Ok(None);
        }
        self.make_room(size_bytes);
        let file = tempfile::Builder::new()
            .prefix(PART)
            .tempfile_in(&self.folder)?;
        if !decoder.write_state(sequence, tokens, file.path()) {
            return Err(io::Error::other("llama.cpp could not write it"));
        }
        seal(file.path(), identity)?;
        let path = self.folder.join(name(identity, tokens));
        file.persist(&path)?;
        Ok(Some(path))
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
        self.look()?;
        let most = prompt.len().saturating_sub(1);
        let usable = |entry: &Entry| {
            let shared = common(&entry.tokens, prompt);
            // What cannot lose its end is of use only when the prompt goes on from there.
            match can_shrink || shared == entry.tokens.len() && shared <= most {
                true => shared.min(most),
                false => 0,
            }
        };
        let entries = self.found.as_ref()?.iter().enumerate();
        entries
            .map(|(at, entry)| (at, usable(entry), entry.tokens.len()))
            .filter(|(_, usable, _)| *usable > 0)
            // Of two that spare as much, the smaller is read sooner.
            .max_by_key(|(_, usable, tokens)| (*usable, Reverse(*tokens)))
            .map(|(at, usable, _)| (at, usable))
    }

    /// Looks through the folder, once it is known which model this is.
    fn look(&mut self) -> Option<()> {
        if self.found.is_none() {
            let identity = self.identity(false)?;
            let prefix = format!("{}-", &identity.to_hex()[..16]);
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

    /// Whose states these are: the model's content and everything their values depend on.
    fn identity(&mut self, waits: bool) -> Option<Hash> {
        let model = match waits {
            true => self.fingerprint.wait(),
            false => self.fingerprint.get(),
        }?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(model.as_bytes());
        hasher.update(COMPUTED_BY.as_bytes());
        hasher.update(self.context.as_bytes());
        Some(hasher.finalize())
    }

    /// Removes the least recently used states, of any model, until `size_bytes` more fit.
    fn make_room(&self, size_bytes: u64) {
        let mut all: Vec<_> = files(&self.folder)
            .into_iter()
            .filter_map(|path| {
                let metadata = fs::metadata(&path).ok()?;
                Some((metadata.modified().ok()?, metadata.len(), path))
            })
            .collect();
        all.sort();
        let mut used: u64 = all.iter().map(|(_, len, _)| len).sum();
        for (_, len, path) in all {
            if used + size_bytes <= self.limit_bytes {
                break;
            }
            if fs::remove_file(path).is_ok() {
                used -= len;
            }
        }
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

fn name(identity: Hash, tokens: &[LlamaToken]) -> String {
    let mut hasher = blake3::Hasher::new();
    for token in tokens {
        hasher.update(&token.0.to_le_bytes());
    }
    let (whose, what) = (identity.to_hex(), hasher.finalize().to_hex());
    format!("{}-{}.kv", &whose[..16], &what[..16])
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

/// Writes the footer behind a state.
fn seal(path: &Path, identity: Hash) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(&mut file)?;
    hasher.update(identity.as_bytes());
    file.write_all(identity.as_bytes())?;
    file.write_all(hasher.finalize().as_bytes())?;
    file.write_all(MAGIC)
}

/// Whether the file is whole, and `identity`'s.
fn check(path: &Path, identity: Hash) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let Some(body) = file.metadata()?.len().checked_sub(FOOTER_BYTES) else {
        return Ok(false);
    };
    let mut footer = [0; 72];
    file.seek(SeekFrom::Start(body))?;
    file.read_exact(&mut footer)?;
    let (whose, rest) = footer.split_at(32);
    let (sum, magic) = rest.split_at(32);
    if whose != identity.as_bytes() || magic != MAGIC {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file.take(body))?;
    hasher.update(whose);
    Ok(sum == hasher.finalize().as_bytes())
}

/// What is free on the disk of a folder; `None` where the system does not say.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// What is free on the disk of a folder; `None` where the system does not say.
#[cfg(not(unix))]
fn free_bytes(folder: &Path) -> Option<u64> {
    let folder = fs::canonicalize(folder).ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list().ok()?;
    disks
        .iter()
        .filter(|disk| folder.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().components().count())
        .map(sysinfo::Disk::available_space)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_crate_is_the_one_that_computes() {
        let manifest = include_str!("../../../Cargo.toml");
        let version = COMPUTED_BY.rsplit(' ').next().unwrap();
        assert!(manifest.contains(&format!("version = \"={version}\"")));
    }

    #[test]
    fn every_byte_of_a_file_is_guarded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.kv");
        let identity = blake3::hash(b"model");
        fs::write(&path, b"some state").unwrap();
        seal(&path, identity).unwrap();
        assert!(check(&path, identity).unwrap());
        assert!(!check(&path, blake3::hash(b"another")).unwrap());
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            assert!(!check(&path, identity).unwrap(), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(!check(&path, identity).unwrap_or(false), "{at} bytes");
        }
    }

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
