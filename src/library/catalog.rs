//! The curated models of `models/catalog.toml`, compiled in, and which of them suit a machine.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::machine::Machine;
use super::verdict::Rough;
use crate::i18n::Language;

/// What the catalogue says about one model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CatalogEntry {
    /// What it is called.
    pub name: String,
    /// Who made it.
    pub maker: String,
    /// What it is good for, what it is best at first.
    pub kinds: Vec<Kind>,
    /// Parameters, in thousands of millions.
    pub billions: f64,
    /// Those that one token needs, where that is not all of them.
    pub active_billions: Option<f64>,
    /// The file it comes as.
    pub file: String,
    /// About how large it is; exact for the default.
    pub size_bytes: u64,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// Its licence, by its SPDX name.
    pub licence: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: Source,
    /// Whether Charla begins with it.
    #[serde(default)]
    pub default: bool,
    /// One sentence for each language.
    description: Sentences,
    /// The instructions that suit it where the user gives none. A small model can be
    /// better off without those that its template brings along.
    pub system: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Sentences {
    en: String,
    es: String,
}

/// What a model is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Conversation.
    Chat,
    /// Programming.
    Code,
    /// Thinking before it answers.
    Reasoning,
    /// Spanish, as well as English.
    Spanish,
    /// Vectors for searching; it does not talk.
    Embedding,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Chat,
        Self::Code,
        Self::Reasoning,
        Self::Spanish,
        Self::Embedding,
    ];

    /// The name of its message.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Chat => "catalog-chat",
            Self::Code => "catalog-code",
            Self::Reasoning => "catalog-reasoning",
            Self::Spanish => "catalog-spanish",
            Self::Embedding => "catalog-embedding",
        }
    }
}

/// Where a model of the catalogue comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// The repository on the Hub that has the file, "owner/name".
    #[serde(default)]
    pub repo: Option<String>,
}

impl CatalogEntry {
    /// Its sentence in a language.
    #[must_use]
    pub fn description(&self, language: Language) -> &str {
        match language {
            Language::En => &self.description.en,
            Language::Es => &self.description.es,
        }
    }

    /// Whether it is good for this.
    #[must_use]
    pub fn is_for(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Bytes of weights that each token needs.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the size itself is only about right"
    )]
    pub fn active_bytes(&self) -> u64 {
        let part = self.active_billions.unwrap_or(self.billions) / self.billions;
        (self.size_bytes as f64 * part.clamp(0.0, 1.0)) as u64
    }
}

#[derive(Debug, Default, Deserialize)]
struct Catalog {
    checked: String,
    model: Vec<CatalogEntry>,
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let parsed = toml::from_str(include_str!("../../models/catalog.toml"));
    parsed.unwrap_or_default()
});

/// All of them, as they stand in the file.
#[must_use]
pub fn all() -> &'static [CatalogEntry] {
    &CATALOG.model
}

/// The day on which their repositories were looked at, as "2026-08-22".
#[must_use]
pub fn checked() -> &'static str {
    &CATALOG.checked
}

/// The entry of a model file, known by its name; the disk is not asked.
#[must_use]
pub fn known(path: &Path) -> Option<&'static CatalogEntry> {
    let name = path.file_name()?.to_str()?;
    all().iter().find(|entry| entry.file == name)
}

/// The entry that is called so, or whose file is; capitals do not matter.
#[must_use]
pub fn named(wanted: &str) -> Option<&'static CatalogEntry> {
    let wanted = wanted.trim().to_lowercase();
    all().iter().find(|entry| {
        let file = entry.file.to_lowercase();
        let stem = file.strip_suffix(".gguf").unwrap_or(&file);
        [entry.name.to_lowercase().as_str(), &file, stem].contains(&wanted.as_str())
    })
}

/// Why a model is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It answers at once.
    Quick,
    /// It is able, and still quicker than one reads.
    Balanced,
    /// It is the most able one that this machine runs at a bearable pace.
    Able,
}

impl Role {
    /// The name of its message.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Quick => "catalog-quick",
            Self::Balanced => "catalog-balanced",
            Self::Able => "catalog-able",
        }
    }

    /// Tokens a second that are expected of it. People read about eight, and bear three.
    fn tokens_per_second(self) -> f64 {
        match self {
            Self::Quick => 20.0,
            Self::Balanced => 8.0,
            Self::Able => 3.0,
        }
    }
}

/// The three models to begin with on a machine, the quickest first; fewer where it has little
/// memory. They follow what the machine has, and are the same however busy it is. Those that
/// talk Spanish well come first where that is the language.
#[must_use]
pub fn proposals(machine: &Machine, language: Language) -> Vec<(Role, &'static CatalogEntry)> {
    let calm = machine.at_rest();
    let mut fitting: Vec<&CatalogEntry> = all()
        .iter()
        .filter(|it| it.is_for(Kind::Chat) && it.source.repo.is_some())
        .filter(|it| matches!(calm.roughly(it.size_bytes), Rough::Gpu | Rough::Well))
        .collect();
    let spanish = fitting.iter().filter(|it| it.is_for(Kind::Spanish));
    if language == Language::Es && spanish.count() >= 3 {
        fitting.retain(|it| it.is_for(Kind::Spanish));
    }
    fitting.sort_by_key(|it| Reverse(it.size_bytes));
    let pace = |entry: &CatalogEntry| match calm.roughly(entry.size_bytes) {
        // How fast a graphics processor reads is not known; it is fast enough.
        Rough::Gpu if !calm.gpu_shares_memory => f64::INFINITY,
        _ => calm
            .tokens_per_second(entry.active_bytes())
            .unwrap_or_default(),
    };
    let mut proposed: Vec<(Role, &CatalogEntry)> = Vec::new();
    let mut left = fitting.as_slice();
    let roles = [Role::Able, Role::Balanced, Role::Quick];
    for (to_come, role) in (0..roles.len()).rev().zip(roles) {
        // The quicker ones to come are smaller, so some of those are left for them.
        let choice = left.len().saturating_sub(to_come).max(1);
        let choice = left.get(..choice).unwrap_or_default();
        let is_quick = |it: &&CatalogEntry| pace(it) >= role.tokens_per_second();
        // Where none is quick enough, the smallest is the quickest there is.
        let found = choice.iter().position(is_quick);
        let Some(at) = found.or_else(|| choice.len().checked_sub(1)) else {
            break;
        };
        proposed.extend(left.get(at).map(|it| (role, *it)));
        left = left.get(at + 1..).unwrap_or_default();
    }
    proposed.reverse();
    proposed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::hub::RepoId;

    const GB: u64 = 1_000_000_000;

    #[test]
    fn the_catalogue_can_be_read() {
        assert!(all().iter().any(|entry| entry.system.is_some()));
        assert_eq!(all().iter().filter(|entry| entry.default).count(), 1);
        assert_eq!(known(Path::new("no-such.gguf")), None);
        assert!(named(" smollm2 135m instruct ").is_some_and(|it| it.default));
        assert!(named("SmolLM2-135M-Instruct.Q4_1").is_some_and(|it| it.sha256.is_some()));
        assert_eq!(named("SmolLM2"), None);
        checked().parse::<jiff::civil::Date>().unwrap();
    }

    #[test]
    fn each_entry_can_be_shown_and_downloaded() {
        for entry in all() {
            for language in Language::ALL {
                let sentence = entry.description(language);
                assert!(sentence.ends_with('.'), "{}", entry.name);
                assert!(sentence.chars().count() <= 120, "{sentence}");
            }
            assert!(entry.size_bytes > 50_000_000, "{}", entry.name);
            assert!(entry.active_bytes() <= entry.size_bytes && entry.active_bytes() > 0);
            assert!(!entry.kinds.is_empty() && !entry.maker.is_empty());
            assert!(
                entry.file.to_lowercase().ends_with(".gguf"),
                "{}",
                entry.file
            );
            if let Some(sha256) = &entry.sha256 {
                assert_eq!(sha256.len(), 64, "{}", entry.name);
                assert!(sha256.bytes().all(|it| it.is_ascii_hexdigit()));
            }
            match &entry.source.repo {
                Some(repo) => drop(RepoId::new(repo).unwrap()),
                None => assert!(entry.default, "{}", entry.name),
            }
            let same = all().iter().filter(|it| it.file == entry.file);
            assert_eq!(same.count(), 1, "{}", entry.file);
        }
        for kind in Kind::ALL {
            assert!(all().iter().filter(|it| it.is_for(kind)).count() >= 2);
        }
    }

    fn machine(memory: u64, gpu: u64, cores: usize) -> Machine {
        Machine {
            memory_total_bytes: memory,
            memory_free_bytes: memory / 4,
            gpu_total_bytes: gpu,
            gpu_free_bytes: gpu,
            cores,
            ..Machine::default()
        }
    }

    #[test]
    fn three_are_proposed_that_fit_and_differ() {
        for gb in [8, 12, 16, 24, 32, 64, 128] {
            for cores in [0, 1, 2, 4, 64] {
                for language in Language::ALL {
                    let machine = machine(gb * GB, 0, cores);
                    let proposed = proposals(&machine, language);
                    let roles: Vec<Role> = proposed.iter().map(|it| it.0).collect();
                    assert_eq!(roles, [Role::Quick, Role::Balanced, Role::Able], "{gb} GB");
                    assert!(proposed.is_sorted_by_key(|it| it.1.size_bytes));
                    for (_, entry) in proposed {
                        assert!(entry.size_bytes < gb * GB * 7 / 10, "{}", entry.name);
                        assert!(!entry.default);
                    }
                }
            }
        }
        assert!(proposals(&machine(0, 0, 4), Language::En).is_empty());
        assert_eq!(proposals(&machine(2 * GB, 0, 1), Language::En).len(), 1);
    }

    #[test]
    fn a_larger_machine_is_offered_more() {
        let sizes = |memory, gpu, cores| -> u64 {
            let proposed = proposals(&machine(memory, gpu, cores), Language::En);
            proposed.iter().map(|it| it.1.size_bytes).sum()
        };
        assert!(sizes(32 * GB, 0, 1) < sizes(32 * GB, 0, 8));
        assert!(sizes(16 * GB, 0, 8) < sizes(16 * GB, 16 * GB, 8));
        let spanish = proposals(&machine(16 * GB, 0, 8), Language::Es);
        assert!(spanish.iter().all(|(_, it)| it.is_for(Kind::Spanish)));
    }

    #[test]
    fn how_busy_a_machine_is_changes_nothing() {
        let calm = machine(16 * GB, 8 * GB, 4);
        let busy = Machine {
            memory_free_bytes: GB,
            gpu_free_bytes: GB,
            read_bytes_per_second: 1e9,
            ..calm.clone()
        };
        for language in Language::ALL {
            let names = |machine| -> Vec<&str> {
                let proposed = proposals(machine, language);
                proposed.iter().map(|it| it.1.name.as_str()).collect()
            };
            assert_eq!(names(&calm), names(&busy));
        }
    }
}
