//! The field's term beside a plain name: "Surprises · XTC". The message of the name holds
//! both, so that each language decides which of its names need one.

use egui::{FontId, Sense, Ui, WidgetInfo};

use super::one_line;
use crate::app::theme::{Palette, font};

/// What stands between the two.
const BETWEEN: &str = " · ";

/// The least room in which a term still says something.
const SHORTEST: f32 = 24.0;

/// The plain name of a setting or a group.
pub(in crate::app) fn plain(name: &str) -> &str {
    split(name).0
}

/// The plain name, and the term; "" where there is none.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.split_once(BETWEEN).unwrap_or((name, ""))
}

/// Draws the term in soft ink, as far as there is room; it is left out where there is none.
pub(super) fn soft_term(ui: &mut Ui, term: &str, room: f32) {
    if term.is_empty() || room < SHORTEST {
        return;
    }
    let palette = Palette::of(ui);
    let galley = one_line(ui, term, FontId::proportional(font::CAPTION), room);
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, term));
    let is_cut = galley.elided;
    ui.painter().galley(rect.min, galley, palette.soft);
    if is_cut {
        response.on_hover_text(term);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_term_is_what_follows_the_dot() {
        assert_eq!(split("Surprises · XTC"), ("Surprises", "XTC"));
        assert_eq!(split("Seed"), ("Seed", ""));
        assert_eq!(
            plain("Packing of the KV cache · KV type"),
            "Packing of the KV cache"
        );
    }
}
