//! The curated models of `models/catalog.toml`, compiled in.

use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

/// What the catalogue says about one model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CatalogEntry {
    /// The file it comes as.
    pub file: String,
    /// The SHA-256 of that file, where it is known.
    pub sha256: Option<String>,
    /// Whether Charla begins with it.
    #[serde(default)]
    pub default: bool,
    /// The instructions that suit it where the user gives none. A small model can be
    /// better off without those that its template brings along.
    pub system: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_can_be_read() {
        assert!(CATALOG.iter().any(|entry| entry.system.is_some()));
        assert_eq!(CATALOG.iter().filter(|entry| entry.default).count(), 1);
        assert_eq!(known(Path::new("no-such.gguf")), None);
    }
}
