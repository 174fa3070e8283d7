//! Session files are sealed with a sum over all of their bytes, on a thread of its own: the
//! sum takes as long as writing them, and naming them waits for the hash of the model, which
//! takes seconds the first time.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use blake3::Hash;
use llama_cpp_2::token::LlamaToken;
use tempfile::NamedTempFile;

use super::fingerprint::Fingerprint;

/// The end of every file.
const MAGIC: &[u8; 8] = b"CHARLA\x00\x01";

pub(super) const FOOTER_BYTES: u64 = 32 + 32 + 8;

/// What a state is good for depends on who computed it: the crate is pinned to this.
const COMPUTED_BY: &str = "llama-cpp-2 0.1.160";

/// Whose states these are: the model's content and everything their values depend on.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) fingerprint: Fingerprint,
    /// The parameters of the context, in words.
    pub(super) context: String,
}

impl Identity {
    /// Its hash, if the model's is there by now.
    pub(super) fn get(&self) -> Option<Hash> {
        self.fingerprint.get().map(|model| self.with(model))
    }

    fn wait(&self) -> Option<Hash> {
        self.fingerprint.wait().map(|model| self.with(model))
    }

    fn with(&self, model: Hash) -> Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(model.as_bytes());
        hasher.update(COMPUTED_BY.as_bytes());
        hasher.update(self.context.as_bytes());
        hasher.finalize()
    }
}

/// A file that llama.cpp has written and nobody may read yet.
struct Job {
    file: NamedTempFile,
    tokens: Vec<LlamaToken>,
}

/// What became of one.
pub(super) struct Sealed {
    pub(super) tokens: Vec<LlamaToken>,
    /// Where it lies now; `None` where the model could not be hashed.
    pub(super) path: io::Result<Option<PathBuf>>,
}

/// The thread that seals, and what it has not reported of yet.
pub(super) struct Sealer {
    jobs: Sender<Job>,
    done: Receiver<Sealed>,
    /// The tokens of the files that have not been reported of, in their order.
    waiting: VecDeque<Vec<LlamaToken>>,
}

impl Sealer {
    /// Starts the thread, which puts files into `folder`.
    ///
    /// # Errors
    /// Where the system cannot start it.
    pub(super) fn start(folder: PathBuf, identity: Identity) -> io::Result<Self> {
        let (jobs, waiting_jobs) = mpsc::channel::<Job>();
        let (report, done) = mpsc::channel();
        let thread = thread::Builder::new().name("sealer".into());
        thread.spawn(move || {
            for Job { file, tokens } in waiting_jobs {
                let path = put(file, &tokens, &folder, &identity);
                if report.send(Sealed { tokens, path }).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self {
            jobs,
            done,
            waiting: VecDeque::new(),
        })
    }

    /// Seals a file that holds `tokens`, some time later.
    pub(super) fn seal(&mut self, file: NamedTempFile, tokens: Vec<LlamaToken>) {
        self.waiting.push_back(tokens.clone());
        if self.jobs.send(Job { file, tokens }).is_err() {
            self.waiting.clear();
        }
    }

    /// The tokens of the files that have not been reported of.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &[LlamaToken]> {
        self.waiting.iter().map(Vec::as_slice)
    }

    /// A file that has been sealed since the last call.
    pub(super) fn next_done(&mut self) -> Option<Sealed> {
        let sealed = self.done.try_recv().ok()?;
        self.waiting.pop_front();
        Some(sealed)
    }

    /// The next file, waited for; `None` when there is none to wait for.
    pub(super) fn wait(&mut self) -> Option<Sealed> {
        self.waiting.pop_front()?;
        self.done.recv().ok()
    }
}

/// Seals a file and gives it its name.
fn put(
    file: NamedTempFile,
    tokens: &[LlamaToken],
    folder: &Path,
    identity: &Identity,
) -> io::Result<Option<PathBuf>> {
    let Some(identity) = identity.wait() else {
        return Ok(None);
    };
    seal(file.path(), identity)?;
    let path = folder.join(name(identity, tokens));
    file.persist(&path)?;
    Ok(Some(path))
}

/// How the names of all states of an identity begin.
pub(super) fn prefix(identity: Hash) -> String {
    format!("{}-", &identity.to_hex()[..16])
}

fn name(identity: Hash, tokens: &[LlamaToken]) -> String {
    let mut hasher = blake3::Hasher::new();
    for token in tokens {
        hasher.update(&token.0.to_le_bytes());
    }
    let what = hasher.finalize().to_hex();
    format!("{}{}.kv", prefix(identity), &what[..16])
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
pub(super) fn check(path: &Path, identity: Hash) -> io::Result<bool> {
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

#[cfg(test)]
mod tests {
    use std::fs;

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
    fn a_file_waits_for_the_hash_of_its_model_and_nobody_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let fingerprint = Fingerprint::pending();
        let identity = Identity {
            fingerprint: fingerprint.clone(),
            context: "a context".into(),
        };
        let mut sealer = Sealer::start(folder.path().to_owned(), identity.clone()).unwrap();
        let file = NamedTempFile::new_in(folder.path()).unwrap();
        fs::write(file.path(), b"some state").unwrap();
        // Returns although the model will not be hashed before the next line.
        sealer.seal(file, vec![LlamaToken(7)]);
        assert!(sealer.waiting().eq([[LlamaToken(7)]]) && sealer.next_done().is_none());
        fingerprint.settle(Some(blake3::hash(b"model")));
        let Sealed { tokens, path } = sealer.wait().unwrap();
        let path = path.unwrap().unwrap();
        assert_eq!(tokens, [LlamaToken(7)]);
        assert!(check(&path, identity.get().unwrap()).unwrap());
        assert!(sealer.waiting().next().is_none() && sealer.wait().is_none());
    }
}
