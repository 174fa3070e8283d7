//! Where the value of a setting comes from: a mark beside its name, a line below it, and
//! the way back.

use egui::{Label, Response, RichText, Sense, Ui, Vec2};

use super::{caption, icon_button};
use crate::app::icons;
use crate::app::theme::{Palette, font};

/// Where a value comes from.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Origin {
    /// Why it is marked with a dot, where it is.
    pub(in crate::app) mark: Option<String>,
    /// A line about it.
    pub(in crate::app) note: Option<String>,
    /// The name of the button that takes the user's value back.
    pub(in crate::app) reset: String,
}

impl Origin {
    /// A line about the value, where there is something to say.
    pub(in crate::app) fn note(&self, ui: &mut Ui) {
        if let Some(note) = &self.note {
            caption(ui, note);
        }
    }

    /// The button that takes the user's value back; whether it was clicked.
    pub(in crate::app) fn reset_button(&self, ui: &mut Ui) -> bool {
        icon_button(ui, icons::ROTATE_CCW, &self.reset).clicked()
    }

    /// The name of a setting, with the mark beside it.
    pub(in crate::app) fn name(&self, ui: &mut Ui, name: &str) -> Response {
        let palette = Palette::of(ui);
        let words = RichText::new(name).size(font::SECONDARY).color(palette.ink);
        let label = ui.add(Label::new(words).selectable(false));
        // What follows keeps its id, and with it the keyboard, when the mark comes up while
        // a number is being typed.
        if self.mark.is_none() {
            ui.skip_ahead_auto_ids(1);
        }
        if let Some(mark) = &self.mark {
            let (rect, dot) = ui.allocate_exact_size(Vec2::new(8.0, 16.0), Sense::hover());
            ui.painter()
                .circle_filled(rect.center(), 3.5, palette.accent);
            dot.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, mark));
            dot.on_hover_text(mark);
        }
        label
    }
}
