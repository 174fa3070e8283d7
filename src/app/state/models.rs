//! What the page of models shows beside the models themselves.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::protocol::Device;
use crate::i18n::Text;
use crate::library::catalog;
use crate::library::{Entry, Machine, Mark, Marks, Verdict, draft_of};
use gguf::Details;

use super::{ModelState, State};

/// What reading a header has come to.
pub(in crate::app) type Read = Result<Arc<Details>, Text>;

/// The page of models.
#[derive(Debug, Default)]
pub(in crate::app) struct ModelsPage {
    /// Whether it is shown in place of the conversation.
    pub(in crate::app) is_open: bool,
    /// What this machine has; `None` until it has been looked at.
    pub(in crate::app) machine: Option<Machine>,
    /// Its graphics processors, as the engine has told of them.
    pub(in crate::app) gpus: Vec<Device>,
    /// How fast memory was when it was measured, in bytes a second; 0 until then. How fast
    /// weights are read, as far as one knows, stands with the machine.
    pub(in crate::app) measured_bytes_per_second: f64,
    /// Space on the disk of Charla's own models.
    pub(in crate::app) disk_free_bytes: Option<u64>,
    /// What the user has said of models.
    pub(in crate::app) marks: Marks,
    /// Whether the file of the marks has been read. Until then, and where it makes no sense,
    /// it is left as it is.
    pub(in crate::app) keeps_marks: bool,
    /// The model that is looked at closely, and what its header says once it has been read.
    pub(in crate::app) details: Option<(PathBuf, Option<Read>)>,
    /// What is known of whole files that were or are being read through.
    pub(in crate::app) checks: HashMap<PathBuf, Check>,
}

/// How far the check of a whole file has come.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum Check {
    /// So many of so many bytes have been read.
    Reading(u64, u64),
    /// What came of it.
    Over(Text, bool),
}

impl State {
    /// Whether there is no model to talk with but, perhaps, the small one that Charla begins
    /// with.
    pub(in crate::app) fn is_new_here(&self) -> bool {
        let is_default = |entry: &Entry| catalog::known(&entry.path).is_some_and(|it| it.default);
        self.library.is_some() && self.sound_models().all(is_default)
    }

    /// The models that can be talked with.
    pub(in crate::app) fn sound_models(&self) -> impl Iterator<Item = &Entry> {
        self.chat_models().filter(|it| it.problem.is_none())
    }

    /// What the user has said of a model.
    pub(in crate::app) fn mark(&self, entry: &Entry) -> Mark {
        self.mark_of(entry).cloned().unwrap_or_default()
    }

    /// The same, where anything was said.
    pub(in crate::app) fn mark_of(&self, entry: &Entry) -> Option<&Mark> {
        self.models.marks.of(entry.fingerprint.as_ref())
    }

    /// Whether this model answers now.
    pub(in crate::app) fn is_loaded(&self, entry: &Entry) -> bool {
        matches!(&self.model, ModelState::Loaded(model) if entry.is_at(&model.path))
    }

    /// Whether loading the model of this file has ended the engine each time.
    pub(in crate::app) fn kills_engine(&self, path: &Path) -> bool {
        let mark = self.entry(path).and_then(|it| self.mark_of(it));
        mark.is_some_and(Mark::kills_engine)
    }

    /// Learns from the models that have written how fast this machine is: what it has done is
    /// a better measure than any trial. Every page tells speeds by this.
    pub(in crate::app) fn learn_speed(&mut self) {
        let entries = self.library.iter().flat_map(|listing| &listing.entries);
        #[expect(clippy::cast_precision_loss, reason = "told as about so many tokens")]
        let speeds = entries.filter_map(|entry| {
            let speed = self.mark_of(entry)?.tokens_per_second?;
            Some(speed * entry.header.as_ref()?.active_bytes as f64)
        });
        let done = speeds.fold(0.0, f64::max);
        let measured = self.models.measured_bytes_per_second;
        if let Some(machine) = &mut self.models.machine {
            machine.read_bytes_per_second = match done > 0.0 {
                true => done,
                false => machine.read_bytes_per_second.max(measured),
            };
        }
    }

    /// Whether a model fits, as far as one knows the machine.
    pub(in crate::app) fn verdict(&self, entry: &Entry) -> Option<Verdict> {
        let machine = self.models.machine.as_ref()?;
        let header = entry.header.as_ref()?;
        let options = self.settings.load_of(&entry.path);
        let entries = self.library.as_ref().map(|it| it.entries.as_slice());
        let draft = draft_of(entries.unwrap_or_default(), &options);
        let mut verdict = Verdict::of(header, draft, &options, machine);
        // Who has used a model knows better how fast it is.
        if let Some(measured) = self.mark_of(entry).and_then(|it| it.tokens_per_second) {
            verdict.tokens_per_second = Some(measured);
        }
        Some(verdict)
    }
}
