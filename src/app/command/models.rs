//! What can be asked of the page of models.

use std::path::PathBuf;

use crate::library::Fingerprint;

/// What the page of models asks for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum ModelsCommand {
    /// Show the page, or the conversation again.
    Show(bool),
    /// Load this file, and show the conversation.
    Use(PathBuf),
    /// Look at this model closely.
    Open(PathBuf),
    /// Show the list again.
    Close,
    /// Whether this model stands above the others.
    Favour(Fingerprint, bool),
    /// These are the user's words for this model.
    Tag(Fingerprint, Vec<String>),
    /// Show the folder of this file in the file manager.
    Reveal(PathBuf),
    /// Read this file through, and compare it with what it should be.
    Check(PathBuf),
    /// Read no further.
    StopCheck(PathBuf),
    /// Put the files of this model that are Charla's own into the trash.
    Delete(PathBuf),
    /// Ask which folder to look into, too.
    AddFolder,
    /// Look into this folder no longer.
    ForgetFolder(PathBuf),
    /// Whether what other programs have downloaded is shown.
    UseOthers(bool),
}
