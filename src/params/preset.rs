//! Which preset: one that comes with Charla, or one of the user's own.

use serde::{Deserialize, Serialize};

use super::Sampling;

/// Names a preset. In files it reads `{ built_in = "code" }` or `{ own = "Letters" }`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresetId {
    /// One that comes with Charla.
    BuiltIn(BuiltIn),
    /// The user's own, of this name.
    Own(String),
}

/// A preset that comes with Charla. It cannot be changed, only duplicated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltIn {
    /// The same question gets much the same reply.
    Precise,
    /// Between the two: a little more sober than llama.cpp's own values.
    Balanced,
    /// Rarer words have a chance, without nonsense.
    Creative,
    /// The likeliest token, nearly always; no penalty, for code repeats itself.
    Code,
}

impl BuiltIn {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Precise, Self::Balanced, Self::Creative, Self::Code];

    /// Its values.
    #[must_use]
    pub fn sampling(self) -> Sampling {
        let (temperature, top_p, min_p) = match self {
            Self::Precise => (0.3, 0.9, 0.1),
            Self::Balanced => (0.7, 0.9, 0.05),
            // A high temperature stays sensible where min-p takes the far end away.
            Self::Creative => (1.2, 1.0, 0.05),
            Self::Code => (0.15, 0.95, 0.05),
        };
        Sampling {
            temperature: Some(temperature),
            top_p: Some(top_p),
            min_p: Some(min_p),
            repeat_penalty: (self == Self::Code).then_some(Sampling::REPEAT_PENALTY),
            ..Sampling::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_values_that_nothing_else_has() {
        let untouched = Sampling::default();
        let in_force = |it: &Sampling| (it.temperature(), it.top_p(), it.min_p());
        let mut seen = vec![in_force(&untouched)];
        for preset in BuiltIn::ALL {
            let values = in_force(&preset.sampling());
            assert!(
                !seen.contains(&values),
                "{preset:?} is another name for {values:?}"
            );
            seen.push(values);
        }
    }

    #[test]
    fn a_person_can_read_which_one_it_is() {
        #[derive(Serialize)]
        struct File {
            preset: PresetId,
        }
        let text = |preset| toml::to_string(&File { preset }).unwrap();
        let built_in = text(PresetId::BuiltIn(BuiltIn::Code));
        assert_eq!(built_in, "[preset]\nbuilt_in = \"code\"\n");
        let own = text(PresetId::Own("Cartas".into()));
        assert_eq!(own, "[preset]\nown = \"Cartas\"\n");
    }
}
