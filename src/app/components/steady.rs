//! A caption that never moves what stands below it: it is as high as the highest of the
//! texts that may stand there, whichever of them does.

use egui::{FontId, Response, Sense, Ui, Vec2, WidgetInfo};

use crate::app::theme::{Palette, font};

/// Draws the text of this index among all that may stand in its place.
pub(in crate::app) fn steady_caption(ui: &mut Ui, texts: &[&str], shown: usize) -> Response {
    let palette = Palette::of(ui);
    let width = ui.available_width();
    let lay = |text: &str| {
        let style = FontId::proportional(font::CAPTION);
        ui.painter()
            .layout(text.to_owned(), style, palette.soft, width)
    };
    let galleys: Vec<_> = texts.iter().map(|text| lay(text)).collect();
    let heights = galleys.iter().map(|galley| galley.size().y);
    let size = Vec2::new(width, heights.fold(0.0, f32::max));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    if let (Some(galley), Some(text)) = (galleys.get(shown), texts.get(shown)) {
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, *text));
        ui.painter().galley(rect.min, galley.clone(), palette.soft);
    }
    response
}
