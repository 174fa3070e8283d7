//! How the window looks.

use serde::{Deserialize, Serialize};

use super::Settings;

/// The colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Whether what appears and folds moves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Motion {
    /// As the system.
    #[default]
    System,
    /// It moves.
    On,
    /// It is there at once.
    Off,
}

impl Settings {
    /// The sizes of the window that can be chosen, in percent.
    pub const ZOOMS_PERCENT: [u32; 8] = [75, 90, 100, 110, 125, 150, 175, 200];

    /// The size of everything in the window, in percent, within what can be used.
    #[must_use]
    pub fn zoom_percent(&self) -> u32 {
        self.zoom_percent.unwrap_or(100).clamp(75, 200)
    }

    /// The next larger or smaller size; the same at the end.
    #[must_use]
    pub fn zoom_stepped(&self, is_up: bool) -> u32 {
        let now = self.zoom_percent();
        let mut zooms = Self::ZOOMS_PERCENT.into_iter();
        let next = match is_up {
            true => zooms.find(|zoom| *zoom > now),
            false => zooms.rfind(|zoom| *zoom < now),
        };
        next.unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_grows_and_shrinks_in_steps_and_not_without_end() {
        let with = |zoom_percent| Settings {
            zoom_percent,
            ..Settings::default()
        };
        assert_eq!(with(None).zoom_percent(), 100);
        assert_eq!(with(Some(5)).zoom_percent(), 75);
        assert_eq!(with(Some(5_000)).zoom_percent(), 200);
        assert_eq!(with(None).zoom_stepped(true), 110);
        assert_eq!(with(None).zoom_stepped(false), 90);
        assert_eq!(with(Some(120)).zoom_stepped(true), 125);
        assert_eq!(with(Some(75)).zoom_stepped(false), 75);
        assert_eq!(with(Some(200)).zoom_stepped(true), 200);
    }
}
