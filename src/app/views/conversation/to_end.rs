//! A way back to the end, for those who have scrolled up. It never stands on words.

use egui::{Layout, Rect, Sense, Ui, UiBuilder, Vec2, pos2};

use crate::app::components::icon_button;
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, size};

/// Space around the button where it stands beside the column.
const BESIDE: f32 = 12.0;

/// The height of the strip in which it stands where there is no room beside the column.
const STRIP: f32 = 44.0;

/// Where it stands: beside the column, or in a strip of its own below the words.
fn places(view: Rect) -> (Rect, Option<Rect>) {
    let half = size::CONTROL / 2.0;
    let beside = view.center().x + size::COLUMN / 2.0 + BESIDE + half;
    let button = Vec2::splat(size::CONTROL);
    if beside + half + BESIDE <= view.right() {
        let at = pos2(beside, view.bottom() - BESIDE - half);
        return (Rect::from_center_size(at, button), None);
    }
    let strip = view.with_min_y(view.bottom() - STRIP);
    (Rect::from_center_size(strip.center(), button), Some(strip))
}

/// Draws the button; whether it was clicked.
pub(super) fn show(ui: &mut Ui, state: &State, view: Rect) -> bool {
    let (space, strip) = places(view);
    let palette = Palette::of(ui);
    if let Some(strip) = strip {
        ui.painter().rect_filled(strip, 0, palette.background);
        // What lies below it is not to be clicked through it.
        ui.interact(
            strip,
            ui.scope_id().with("to-end-strip"),
            Sense::click_and_drag(),
        );
    }
    let shadow = ui.visuals().popup_shadow.as_shape(space, 16);
    ui.painter().add(shadow);
    ui.painter().rect_filled(space, 16, palette.card);
    let builder = UiBuilder::new()
        .max_rect(space)
        .layout(Layout::centered_and_justified(egui::Direction::TopDown))
        .id_salt("to-end");
    let name = state.i18n.get("to-end");
    ui.scope_builder(builder, |ui| icon_button(ui, icons::ARROW_DOWN, &name))
        .inner
        .clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_beside_the_words_or_in_a_strip_of_its_own() {
        for width in [400.0, 716.0, 800.0, 1000.0] {
            let view = Rect::from_min_size(pos2(264.0, 52.0), Vec2::new(width, 600.0));
            let column = size::COLUMN.min(width);
            let words = view.x_range().shrink((width - column) / 2.0);
            let (button, strip) = places(view);
            assert!(view.contains_rect(button), "{width}: {button}");
            match strip {
                Some(strip) => assert!(strip.contains_rect(button), "{width}: {button}"),
                None => assert!(button.left() > words.max, "{width}: {button}"),
            }
        }
    }
}
