//! Models that are no longer wanted go to the system's trash, from where they can be had back.

use std::path::PathBuf;

use super::discover::Entry;
use super::sources::Origin;
use crate::i18n::{Localize, Text};
use gguf::other_parts;

/// Why a file was not put into the trash.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct TrashError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

impl Localize for TrashError {
    fn text(&self) -> Text {
        Text::new("models-trash-failed")
            .word("path", self.path.display())
            .word("reason", &self.reason)
    }
}

/// The files that would go with a model: those in Charla's own folder. Nothing where it has
/// none there: what belongs to another program, or to the user, is theirs to delete. The disk
/// is not asked: a part may be missing.
#[must_use]
pub fn files_of(entry: &Entry) -> Option<Vec<PathBuf>> {
    let own = |origin| matches!(origin, Origin::Charla | Origin::Bundled);
    let places = entry.places.iter().filter(|place| own(place.origin));
    let files: Vec<PathBuf> = places
        .flat_map(|place| std::iter::once(place.path.clone()).chain(other_parts(&place.path)))
        .collect();
    (!files.is_empty()).then_some(files)
}

/// Puts these files into the trash.
///
/// # Errors
/// [`TrashError`] for the first that could not be; those before it are there.
pub fn put(files: &[PathBuf]) -> Result<(), TrashError> {
    for path in files.iter().filter(|path| path.exists()) {
        trash::delete(path).map_err(|error| TrashError {
            path: path.clone(),
            reason: error.to_string(),
        })?;
    }
    Ok(())
}
