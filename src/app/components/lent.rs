//! What the window lends to texts: words in the user's language, and quiet buttons.

use egui::{Response, Ui};
use prose::{Alert, Host, Word};

use super::{QuietAction, action_button};
use crate::i18n::{I18n, Text};

impl Host for I18n {
    fn say(&self, word: Word) -> String {
        let id = match word {
            Word::Code => "code",
            Word::Copy => "copy",
            Word::CopyCode => "copy-code",
            Word::Wrap => "wrap-code",
            Word::Unwrap => "unwrap-code",
            Word::Fold => "fold-lines",
            Word::Unfold { lines } => {
                return self.text(&Text::new("unfold-lines").count("lines", lines as u64));
            }
            Word::Alert(Alert::Note) => "alert-note",
            Word::Alert(Alert::Tip) => "alert-tip",
            Word::Alert(Alert::Important) => "alert-important",
            Word::Alert(Alert::Warning) => "alert-warning",
            Word::Alert(Alert::Caution) => "alert-caution",
        };
        self.get(id)
    }

    fn button(&self, ui: &mut Ui, label: &str) -> Response {
        let action = QuietAction {
            icon: "",
            name: label,
            is_icon: false,
            is_strong: true,
            is_enabled: true,
        };
        action_button(ui, &action)
    }
}
