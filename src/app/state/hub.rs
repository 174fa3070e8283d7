//! What the window knows of the Hub and of downloads.

use crate::i18n::Text;
use crate::library::download::Progress;
use crate::library::hub::{Card, Item, Next, RepoId, Repository, Sort};

/// Which part of the page of models is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::app) enum Tab {
    /// The models on this machine.
    #[default]
    Here,
    /// The curated ones.
    Recommended,
    /// The Hub.
    Hub,
}

/// The Hub, as far as it has been asked.
#[derive(Debug, Default)]
pub(in crate::app) struct HubPage {
    pub(in crate::app) tab: Tab,
    /// Why nothing can be asked or downloaded at all.
    pub(in crate::app) broken: Option<Text>,
    /// Where its pages are.
    pub(in crate::app) address: String,
    /// What was searched for last, and what comes first.
    pub(in crate::app) query: Option<(String, Sort)>,
    /// Whether an answer is awaited.
    pub(in crate::app) is_waiting: bool,
    /// What was found, or why nothing could be.
    pub(in crate::app) found: Vec<Repository>,
    pub(in crate::app) failure: Option<Text>,
    pub(in crate::app) next: Option<Next>,
    /// The repository that is looked at closely.
    pub(in crate::app) open: Option<Open>,
    /// The downloads, in the order in which they were asked for.
    pub(in crate::app) downloads: Vec<Progress>,
}

/// A repository that is looked at closely.
#[derive(Debug, Clone)]
pub(in crate::app) struct Open {
    pub(in crate::app) id: RepoId,
    /// Its models, once they are known, or why they cannot be.
    pub(in crate::app) items: Option<Result<Vec<Item>, Text>>,
    /// Its card, where it has one.
    pub(in crate::app) card: Option<Card>,
}
