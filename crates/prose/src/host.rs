//! What the program around a text lends to it.

use egui::{Response, Ui};

use crate::markdown::Alert;

/// What stands on a button, or beside a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Code whose language nobody has named.
    Code,
    /// On the button that copies it.
    Copy,
    /// The same, said in full to those who do not see what it belongs to.
    CopyCode,
    /// On the button that breaks long lines.
    Wrap,
    /// On the button that does not.
    Unwrap,
    /// On the button that opens a long text.
    Unfold {
        /// How long it is.
        lines: usize,
    },
    /// On the button that folds it.
    Fold,
    /// Above an alert.
    Alert(Alert),
}

/// What the program around a text lends to it.
pub trait Host {
    /// A word in the user's language.
    fn say(&self, word: Word) -> String;

    /// A button that does not catch the eye.
    fn button(&self, ui: &mut Ui, label: &str) -> Response;
}
