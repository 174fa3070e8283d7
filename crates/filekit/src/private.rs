//! What nobody but its user can read.

use std::fs;
use std::io;
use std::path::Path;

/// Folders within folders that are made private: more than programs keep.
const MAX_FOLDERS_DEEP: usize = 8;

/// Makes a folder where it is missing, with those above it, for its user alone. One that is
/// there stays as it is: it may be somebody's home, or the system's folder of temporary files.
///
/// # Errors
/// Where the system refuses to make it.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    let is_here = folder.as_os_str().is_empty() || folder.is_dir();
    match is_here {
        true => Ok(()),
        false => builder().create(folder),
    }
}

#[cfg(unix)]
fn builder() -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(not(unix))]
fn builder() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    builder
}

/// Takes the right to read, write or enter from everybody but the owner. Links are left
/// alone, and so is what belongs to somebody else: the system refuses that.
#[cfg(unix)]
pub fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return;
    };
    let mode = metadata.permissions().mode();
    if !metadata.is_symlink() && mode & 0o077 != 0 {
        // A file system without permissions cannot keep them; there is nothing to be done.
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700));
    }
}

/// Elsewhere, what lies below a user's own folders is theirs alone.
#[cfg(not(unix))]
pub fn make_private(_: &Path) {}

/// Makes a folder private with all that is in it: an older program may have made them readable
/// for everybody. A link to a folder is left alone with what it leads to: a repository of the
/// user's, say, whose permissions are theirs to choose.
pub fn make_tree_private(folder: &Path) {
    fn visit(folder: &Path, levels: usize) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            make_private(&path);
            if levels > 0 && entry.file_type().is_ok_and(|it| it.is_dir()) {
                visit(&path, levels - 1);
            }
        }
    }
    if folder.is_symlink() {
        return;
    }
    make_private(folder);
    visit(folder, MAX_FOLDERS_DEEP);
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::replace::replace;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn nobody_else_can_read_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("config");
        let path = folder.join("deep/a.toml");
        replace(&path, b"one").unwrap();
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
        // Whose folder it is that is there already, nobody knows here.
        set_mode(home.path(), 0o755);
        replace(&home.path().join("b.toml"), b"one").unwrap();
        symlink(home.path().join("c.toml"), folder.join("linked")).unwrap();
        replace(&folder.join("linked"), b"one").unwrap();
        assert_eq!(mode(home.path()), 0o755);
        fs::remove_file(folder.join("linked")).unwrap();
        // What was left open before is closed.
        for (path, mode) in [(&folder, 0o755), (&folder.join("deep"), 0o755)] {
            set_mode(path, mode);
        }
        set_mode(&path, 0o644);
        let outside = home.path().join("outside");
        fs::write(&outside, "x").unwrap();
        set_mode(&outside, 0o644);
        symlink(&outside, folder.join("link")).unwrap();
        make_tree_private(&folder);
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
        assert_eq!(mode(&folder.join("deep")), 0o700);
        assert_eq!(mode(&outside), 0o644, "what a link leads to is the user's");
    }

    #[test]
    fn a_folder_that_is_a_link_keeps_its_permissions() {
        let home = tempfile::tempdir().unwrap();
        let dotfiles = home.path().join("dotfiles");
        let (inner, file) = (dotfiles.join("deep"), dotfiles.join("deep/a.toml"));
        fs::create_dir_all(&inner).unwrap();
        fs::write(&file, "x").unwrap();
        for (path, mode) in [(&dotfiles, 0o755), (&inner, 0o755), (&file, 0o644)] {
            set_mode(path, mode);
        }
        let link = home.path().join("config");
        symlink(&dotfiles, &link).unwrap();
        make_tree_private(&link);
        assert_eq!((mode(&dotfiles), mode(&inner)), (0o755, 0o755));
        assert_eq!(mode(&file), 0o644);
    }
}
