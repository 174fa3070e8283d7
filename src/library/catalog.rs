//! The curated models of `models/catalog.toml`, compiled in.

use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

/// What the catalogue says about one model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CatalogEntry {
    /// What it is called.
    pub name: String,
    /// The file it comes as.
    pub file: String,
    /// Whether Charla begins with it.
    #[serde(default)]
    pub default: bool,
    /// The instructions that suit it where the user gives none. A small model can be
    /// better off without those that its template brings along.
    pub system: Option<String>,
    /// SHA-256 of the file.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: Source,
}

/// Where a model of the catalogue comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// The repository on the Hub that has the file, "owner/name".
    #[serde(default)]
    pub repo: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Catalog {
    model: Vec<CatalogEntry>,
}

static CATALOG: LazyLock<Vec<CatalogEntry>> = LazyLock::new(|| {
    let parsed: Result<Catalog, _> = toml::from_str(include_str!("../../models/catalog.toml"));
    parsed.map(|catalog| catalog.model).unwrap_or_default()
});

/// The entry of a model file, known by its name; the disk is not asked.
#[must_use]
pub fn known(path: &Path) -> Option<&'static CatalogEntry> {
    let name = path.file_name()?.to_str()?;
    CATALOG.iter().find(|entry| entry.file == name)
}

/// The entry that is called so, or whose file is; capitals do not matter.
#[must_use]
pub fn named(wanted: &str) -> Option<&'static CatalogEntry> {
    let wanted = wanted.trim().to_lowercase();
    CATALOG.iter().find(|entry| {
        let file = entry.file.to_lowercase();
        let stem = file.strip_suffix(".gguf").unwrap_or(&file);
        [entry.name.to_lowercase().as_str(), &file, stem].contains(&wanted.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_can_be_read() {
        assert!(CATALOG.iter().any(|entry| entry.system.is_some()));
        assert_eq!(CATALOG.iter().filter(|entry| entry.default).count(), 1);
        assert_eq!(known(Path::new("no-such.gguf")), None);
        assert!(named(" smollm2 135m instruct ").is_some_and(|it| it.default));
        assert!(named("SmolLM2-135M-Instruct.Q4_1").is_some_and(|it| it.sha256.is_some()));
        assert_eq!(named("SmolLM2"), None);
    }
}
