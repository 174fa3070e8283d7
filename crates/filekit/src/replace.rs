//! Files that are written whole or not at all.
//!
//! A link is followed to its target, a file that says already what it is to say is left alone,
//! and an error names the file that was meant, never the temporary one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::private::private_folder;

/// Links that lead to links: more is a circle.
const MAX_LINKS: usize = 40;

/// Gives a file this content, of which only its user can read anything. Its folder is made
/// where it is missing.
///
/// # Errors
/// Where the system refuses; what was there before is still there.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    replace_as(path, content, Waiting::Synced)
}

/// The same without waiting for the disk, for what may be as it was before after a fall of the
/// system.
///
/// # Errors
/// Where the system refuses; what was there before is still there.
pub fn replace_unsynced(path: &Path, content: &[u8]) -> io::Result<()> {
    replace_as(path, content, Waiting::Unsynced)
}

/// Whether a file is waited for until it outlives a fall of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Synced,
    Unsynced,
}

fn replace_as(path: &Path, content: &[u8], waiting: Waiting) -> io::Result<()> {
    let target = target(path)?;
    if has_content(&target, content) {
        return Ok(());
    }
    private_folder(folder_of(&target))?;
    let is_linked = target != path;
    persist(&target, is_linked, waiting, |file| file.write_all(content))
}

/// Gives a file the content that `write` gives it. One that is there keeps its permissions.
///
/// # Errors
/// Where `write` fails or the system refuses; what was there before is still there.
pub fn replace_with<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    persist(&target(path)?, true, Waiting::Synced, write)
}

/// Makes a file with the content that `write` gives it.
///
/// # Errors
/// Where `write` fails, the system refuses, or there is one already
/// ([`io::ErrorKind::AlreadyExists`]).
pub fn create_with<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = temporary(folder_of(path), "", "")?;
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|it| it.error)?;
    sync_folder(folder_of(path));
    Ok(())
}

/// What a path leads to once all links are followed, whether that is there or not.
///
/// # Errors
/// Where the system does not let a link be read, or links lead in a circle.
pub fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let is_link = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.is_symlink(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        if !is_link {
            return Ok(path);
        }
        path = folder_of(&path).join(fs::read_link(&path)?);
    }
    Err(io::Error::other("its links lead in a circle"))
}

/// Makes sure that new names in a folder outlive a fall of the system.
pub fn sync_folder(folder: &Path) {
    // Windows does not open folders, and needs none of this.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// The folder a file is in.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn has_content(path: &Path, content: &[u8]) -> bool {
    let is_as_long = fs::metadata(path).is_ok_and(|it| it.len() == content.len() as u64);
    is_as_long && fs::read(path).is_ok_and(|now| now == content)
}

/// A file in `folder` that only its user can read, and that goes away unless it is given a
/// name that lasts.
///
/// # Errors
/// Where the system refuses. The error does not name the file, which tells the user nothing.
pub fn temporary(folder: &Path, prefix: &str, suffix: &str) -> io::Result<NamedTempFile> {
    let prefix = if prefix.is_empty() { ".tmp" } else { prefix };
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(prefix)
        .suffix(suffix)
        .make_in(folder, |path| {
            let mut options = File::options();
            options.read(true).write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(path)
        })
}

fn persist<E: From<io::Error>>(
    target: &Path,
    keeps_permissions: bool,
    waiting: Waiting,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = temporary(folder_of(target), "", "")?;
    write(file.as_file_mut())?;
    if keeps_permissions && let Ok(before) = fs::metadata(target) {
        file.as_file().set_permissions(before.permissions())?;
    }
    if waiting == Waiting::Synced {
        file.as_file().sync_all()?;
    }
    file.persist(target).map_err(|it| it.error)?;
    if waiting == Waiting::Synced {
        sync_folder(folder_of(target));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("deep/a.toml");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let failed = replace_with(&path, |file| {
            file.write_all(b"thr")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "no more");
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let taken = create_with(&path, |file| file.write_all(b"four")).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file stays");
    }

    #[test]
    fn an_error_names_no_temporary_file() {
        let home = tempfile::tempdir().unwrap();
        let missing = home.path().join("missing/a.md");
        let error = create_with(&missing, |file| file.write_all(b"x")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(!error.to_string().contains(".tmp"), "{error}");
        let error = replace(home.path(), b"x").unwrap_err();
        assert!(!error.to_string().contains(".tmp"), "{error}");
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

        use super::*;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        fn set_mode(path: &Path, mode: u32) {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }

        #[test]
        fn a_link_leads_to_what_is_written() {
            let home = tempfile::tempdir().unwrap();
            let dotfiles = home.path().join("dotfiles");
            fs::create_dir(&dotfiles).unwrap();
            let (link, second) = (home.path().join("a.toml"), home.path().join("b.toml"));
            symlink("b.toml", &link).unwrap();
            symlink(dotfiles.join("real.toml"), &second).unwrap();
            // Also where the target is not there yet.
            for content in ["one", "two"] {
                replace(&link, content.as_bytes()).unwrap();
                assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
                assert!(fs::symlink_metadata(&second).unwrap().is_symlink());
                let written = fs::read_to_string(dotfiles.join("real.toml")).unwrap();
                assert_eq!(written, content);
            }
            set_mode(&dotfiles.join("real.toml"), 0o644);
            replace(&link, b"three").unwrap();
            assert_eq!(mode(&dotfiles.join("real.toml")), 0o644);
            let circle = home.path().join("c");
            symlink(&circle, &circle).unwrap();
            assert!(replace(&circle, b"x").is_err());
        }

        #[test]
        fn what_says_the_same_already_is_not_written() {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("a.toml");
            replace(&path, b"one").unwrap();
            let before = fs::metadata(&path).unwrap().ino();
            replace(&path, b"one").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().ino(), before);
            replace(&path, b"two").unwrap();
            assert_ne!(fs::metadata(&path).unwrap().ino(), before);
        }
    }
}
