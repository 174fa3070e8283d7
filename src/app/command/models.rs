//! What can be asked of the page of models.

use std::path::PathBuf;

use crate::app::state::Tab;
use crate::library::Fingerprint;
use crate::library::catalog::CatalogEntry;
use crate::library::download::DownloadId;
use crate::library::hub::{Item, RepoId, Sort};
use crate::params::{LoadOptions, PresetId};
use crate::settings::Downloading;

/// What the Hub and the downloads are asked for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum HubCommand {
    /// Show this part of the page.
    Tab(Tab),
    /// Search for these words, this first.
    Search(String, Sort),
    /// Show more of what was found.
    More,
    /// Look at this repository closely.
    Open(RepoId),
    /// Show what was found again.
    Close,
    /// Download this way from now on.
    SetDownloading(Downloading),
    /// Download this one of the catalogue.
    Get(&'static CatalogEntry),
    /// Download this.
    Download(RepoId, Box<Item>),
    /// Stop for now.
    Pause(DownloadId),
    /// Go on.
    Resume(DownloadId),
    /// Try again.
    Retry(DownloadId),
    /// Give it up, with all that has arrived.
    Cancel(DownloadId),
    /// It need not be shown any more.
    Forget(DownloadId),
}

/// What the page of models asks for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum ModelsCommand {
    /// Show the page, or the conversation again.
    Show(bool),
    /// Show the page with the curated models.
    Recommend,
    /// Load this file, and show the conversation.
    Use(PathBuf),
    /// Load this file although that has ended the engine before.
    Insist(PathBuf),
    /// Load this file however little memory there is.
    Force(PathBuf),
    /// Look at this model closely.
    Open(PathBuf),
    /// Show the list again.
    Close,
    /// Whether this model stands above the others.
    Favour(Fingerprint, bool),
    /// These are the user's words for this model.
    Tag(Fingerprint, Vec<String>),
    /// Whether models are listed a line each.
    InLines(bool),
    /// Load this model with these values of its own.
    SetLoad(PathBuf, LoadOptions),
    /// Begin with this preset when this model takes another's place.
    SetPreset(PathBuf, Option<PresetId>),
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
