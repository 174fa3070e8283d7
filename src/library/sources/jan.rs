//! What Jan has downloaded: `llamacpp/models/<id>/model.yml` names a file, absolute or below the
//! data folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Named;

const MAX_DESCRIPTION_BYTES: u64 = 1 << 20;
/// Ids have slashes: `owner/name`.
const MAX_DEPTH: usize = 4;

pub(super) fn named(root: &Path) -> io::Result<Vec<Named>> {
    fs::read_dir(root)?;
    let mut found = Vec::new();
    for folder in ["llamacpp/models", "models"] {
        read_below(root, &root.join(folder), MAX_DEPTH, &mut found);
    }
    Ok(found)
}

fn read_below(root: &Path, folder: &Path, depth: usize, found: &mut Vec<Named>) {
    let description = folder.join("model.yml");
    if description.is_file() {
        found.extend(of_description(root, &description));
        return;
    }
    let (Ok(listing), Some(depth)) = (fs::read_dir(folder), depth.checked_sub(1)) else {
        return;
    };
    let mut items: Vec<PathBuf> = listing.filter_map(|it| Some(it.ok()?.path())).collect();
    items.sort_unstable();
    for item in items.iter().filter(|item| item.is_dir()) {
        read_below(root, item, depth, found);
    }
}

/// Of the whole YAML only two plain lines matter, so no parser of YAML is needed.
fn of_description(root: &Path, path: &Path) -> Option<Named> {
    if fs::metadata(path).ok()?.len() > MAX_DESCRIPTION_BYTES {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let value = line.strip_prefix(key)?.strip_prefix(':')?.trim();
            let quoted = |mark| {
                value
                    .strip_prefix(mark)
                    .and_then(|it| it.strip_suffix(mark))
            };
            let plain = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
            (!plain.is_empty()).then(|| plain.to_owned())
        })
    };
    let file = PathBuf::from(value("model_path")?);
    let id = path.parent().map(super::super::names::file_name);
    Some(Named {
        path: root.join(file),
        name: value("name").or(id)?,
        maker: None,
    })
}
