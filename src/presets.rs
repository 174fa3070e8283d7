//! Presets and personas: settings and instructions that the user has given a name. Each is
//! a TOML file of its own, which a person can read, edit and give to others.
//!
//! A file that makes no sense is left as it is, and the user is told; nothing is ever
//! written over it. What a newer Charla has added to one stays in it.

mod error;
mod files;
mod shelf;

use serde::{Deserialize, Serialize};

pub use error::Error;
pub use files::{export, import};
pub use shelf::{Change, Event, Folders, Shelf};

use crate::lenient::Rest;
use crate::params::{PresetId, Sampling};

/// Samplers that have a name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// What it is called; no two presets have the same name.
    pub name: String,
    /// The instructions that go with it, where some do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Its values; what is not set follows the model or the default.
    #[serde(default)]
    pub sampling: Sampling,
    /// What its file says beside, which this Charla does not know.
    #[serde(skip)]
    pub unknown: Rest,
}

/// Instructions that have a name: whom the model plays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// What it is called; no two personas have the same name.
    pub name: String,
    /// The instructions, which a chat that begins with it takes a copy of.
    pub prompt: String,
    /// The preset that goes with it, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<PresetId>,
    /// What its file says beside, which this Charla does not know.
    #[serde(skip)]
    pub unknown: Rest,
}

/// One or the other.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A preset.
    Preset(Preset),
    /// A persona.
    Persona(Persona),
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A preset.
    Preset,
    /// A persona.
    Persona,
}

impl Item {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Preset(_) => Kind::Preset,
            Self::Persona(_) => Kind::Persona,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Preset(preset) => &preset.name,
            Self::Persona(persona) => &persona.name,
        }
    }
}

/// A name that is not taken: the one wished for, or one with a number behind it.
#[must_use]
pub fn free_name(wished: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(wished) {
        return wished.to_owned();
    }
    let numbered = (2..10_000_u32).map(|count| format!("{wished} {count}"));
    let free = numbered.into_iter().find(|name| !is_taken(name));
    free.unwrap_or_else(|| wished.to_owned())
}
