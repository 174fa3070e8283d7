//! What a disk has room for.

use std::fs;
use std::path::{Path, PathBuf};

/// Space on the disk that holds `path`, or would hold it, in bytes that this user may fill;
/// `None` where the system does not say.
#[must_use]
pub fn free_bytes(path: &Path) -> Option<u64> {
    of_disk(&fs::canonicalize(nearest(path)?).ok()?)
}

/// What there is of a path.
fn nearest(path: &Path) -> Option<PathBuf> {
    let here = Path::new(".");
    let above = path.ancestors().map(|it| match it.as_os_str().is_empty() {
        true => here,
        false => it,
    });
    above.into_iter().find(|it| it.exists()).map(Path::to_owned)
}

#[cfg(unix)]
fn of_disk(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn of_disk(path: &Path) -> Option<u64> {
    let disks = sysinfo::Disks::new_with_refreshed_list().ok()?;
    disks
        .iter()
        .filter(|disk| path.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().components().count())
        .map(sysinfo::Disk::available_space)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_yet_has_a_disk() {
        let folder = tempfile::tempdir().unwrap();
        let there = free_bytes(folder.path()).unwrap();
        let deep = free_bytes(&folder.path().join("no/such/file")).unwrap();
        assert!(there > 0);
        // Others write meanwhile.
        assert!(deep.abs_diff(there) < there / 2 + (1 << 30));
        assert!(free_bytes(Path::new("no/such/file")).is_some());
    }
}
