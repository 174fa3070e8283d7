//! Where the value of a setting comes from: a mark beside its name, a line below it, and
//! the way back.

use egui::{Label, Response, RichText, Sense, Ui, Vec2};

use super::term::{soft_term, split};
use super::{caption, icon_button};
use crate::app::icons;
use crate::app::theme::{Palette, font};

/// The room that a value and the way back take at the right of a name.
const BESIDE: f32 = 92.0;

/// The height of the row of a name, with the way back or without: what stands below does not
/// move when that comes and goes.
const ROW: f32 = 28.0;

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

    /// The name of a setting, with the field's term and the mark beside it. What does
    /// nothing as things are looks like it.
    pub(in crate::app) fn name(&self, ui: &mut Ui, name: &str, is_off: bool) -> Response {
        self.name_beside(ui, name, is_off, BESIDE)
    }

    /// The same, where this much room is taken at the right.
    pub(super) fn name_beside(
        &self,
        ui: &mut Ui,
        name: &str,
        is_off: bool,
        taken: f32,
    ) -> Response {
        let palette = Palette::of(ui);
        ui.set_min_height(ROW);
        let (name, term) = split(name);
        let ink = match is_off {
            true => palette.faint,
            false => palette.ink,
        };
        let words = RichText::new(name).size(font::SECONDARY).color(ink);
        let label = ui.add(Label::new(words).selectable(false));
        let room = ui.available_width() - taken;
        soft_term(ui, term, room);
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
