//! Buttons: one that stands out, a quiet one with words, a quiet one with an icon.

use egui::{
    Button, Color32, CornerRadius, Id, Pos2, Response, RichText, Stroke, StrokeKind, Ui, Vec2,
};

use crate::app::theme::{Palette, font, radius, size};

/// Space around the face of a quiet button.
const PADDING: Vec2 = Vec2::new(6.0, 4.0);

/// The icon of a button with words.
const ICON: f32 = 14.0;

/// Space at either side of what a button with an edge says.
const BESIDE: f32 = 12.0;

/// The one thing to do next.
pub(in crate::app) fn primary_button(
    ui: &mut Ui,
    text: &str,
    icon: &str,
    is_enabled: bool,
) -> Response {
    let palette = Palette::of(ui);
    ui.scope(|ui| {
        let visuals = ui.visuals_mut();
        visuals.disabled_alpha = 0.45;
        for widget in [
            &mut visuals.widgets.inactive,
            &mut visuals.widgets.hovered,
            &mut visuals.widgets.active,
        ] {
            widget.fg_stroke = Stroke::new(1.0, palette.on_accent);
            widget.bg_stroke = Stroke::NONE;
        }
        let words = face(text).color(palette.on_accent);
        let icon = RichText::new(icon)
            .font(font::icon(ICON))
            .color(palette.on_accent);
        // An empty icon would still take its space.
        let button = match icon.text().is_empty() {
            true => Button::new(words),
            false => Button::new((words, icon)),
        };
        let response = add_edged(ui, button.fill(palette.accent), is_enabled);
        if response.has_focus() {
            // On the accent, a ring of the accent would not be seen.
            let ring = Stroke::new(2.0, palette.accent);
            let around = response.rect.expand(3.0);
            let corners = CornerRadius::same(radius::CONTROL + 3);
            ui.painter()
                .rect_stroke(around, corners, ring, StrokeKind::Inside);
        }
        response
    })
    .inner
    .accessible_name(text)
}

/// The words of a button with an edge.
fn face(text: &str) -> RichText {
    RichText::new(text).font(font::medium(font::CAPTION))
}

/// Adds a button with an edge: all of them are as high, and what they say stands in the
/// middle. egui leaves what a minimum height adds where the layout aligns to, so the height
/// is made of padding.
fn add_edged(ui: &mut Ui, button: Button<'_>, is_enabled: bool) -> Response {
    let height = ui.fonts_mut(|fonts| {
        let words = fonts.row_height(&font::medium(font::CAPTION));
        words.max(fonts.row_height(&font::icon(ICON)))
    });
    let above = ((size::CONTROL - height) / 2.0).max(0.0);
    ui.spacing_mut().button_padding = Vec2::new(BESIDE, above);
    let button = button
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .min_size(Vec2::new(0.0, size::CONTROL));
    ui.add_enabled(is_enabled, button)
}

/// A button that is a few words in the colour of what can be clicked. Its words begin
/// where other text does; the padding hangs out to the left.
pub(in crate::app) fn link_button(ui: &mut Ui, text: &str) -> Response {
    let accent = Palette::of(ui).accent;
    words_button(ui, text, accent)
}

/// The same, for what is read more often than clicked.
pub(in crate::app) fn quiet_button(ui: &mut Ui, text: &str) -> Response {
    let soft = Palette::of(ui).soft;
    words_button(ui, text, soft)
}

fn words_button(ui: &mut Ui, text: &str, rest: Color32) -> Response {
    ui.horizontal(|ui| {
        ui.add_space(-PADDING.x);
        quiet(ui, |palette, is_hot| {
            let ink = if is_hot { palette.ink } else { rest };
            RichText::new(text).size(font::CAPTION).color(ink)
        })
    })
    .inner
}

/// An icon with a name that is shown on hover and read to those who do not see it.
pub(in crate::app) fn icon_button(ui: &mut Ui, icon: &str, name: &str) -> Response {
    quiet(ui, |palette, is_hot| {
        let ink = if is_hot { palette.ink } else { palette.soft };
        RichText::new(icon).font(font::icon(16.0)).color(ink)
    })
    .on_hover_text(name)
    .accessible_name(name)
}

/// A button with a line around it, for what stands beside the one thing to do next.
pub(in crate::app) fn plain_button(
    ui: &mut Ui,
    text: &str,
    icon: &str,
    is_enabled: bool,
) -> Response {
    let palette = Palette::of(ui);
    let words = face(text);
    let icon = RichText::new(icon)
        .font(font::icon(ICON))
        .color(palette.soft);
    ui.scope(|ui| {
        ui.visuals_mut().disabled_alpha = 0.6;
        let button = match icon.is_empty() {
            true => Button::new(words),
            false => Button::new((icon, words)),
        };
        let button = button
            .fill(palette.card)
            .stroke(Stroke::new(1.0, palette.line));
        add_edged(ui, button, is_enabled)
    })
    .inner
    .accessible_name(text)
}

/// What cannot be taken back, said in the colour of danger as well as in words.
pub(in crate::app) fn danger_button(ui: &mut Ui, text: &str) -> Response {
    let palette = Palette::of(ui);
    ui.scope(|ui| {
        let button = Button::new(face(text).color(palette.danger))
            .fill(palette.card)
            .stroke(Stroke::new(1.0, palette.danger));
        add_edged(ui, button, true)
    })
    .inner
    .accessible_name(text)
}

/// A quiet word, or an icon where there is no room for words, that is stronger while what it
/// belongs to is pointed at.
pub(in crate::app) fn action_button(ui: &mut Ui, action: &QuietAction<'_>) -> Response {
    let response = ui
        .add_enabled_ui(action.is_enabled, |ui| {
            ui.visuals_mut().disabled_alpha = 0.6;
            quiet(ui, |palette, is_hot| {
                let ink = match (is_hot, action.is_strong) {
                    (true, _) => palette.ink,
                    (false, true) => palette.soft,
                    (false, false) => palette.faint,
                };
                match action.is_icon {
                    true => RichText::new(action.icon).font(font::icon(14.0)),
                    false => RichText::new(action.name).size(font::CAPTION),
                }
                .color(ink)
            })
        })
        .inner
        .accessible_name(action.name);
    match action.is_icon {
        true => response.on_hover_text(action.name),
        false => response,
    }
}

/// What a quiet action shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct QuietAction<'a> {
    pub(in crate::app) icon: &'a str,
    pub(in crate::app) name: &'a str,
    /// Whether the icon stands for the name.
    pub(in crate::app) is_icon: bool,
    /// Whether what it belongs to is pointed at.
    pub(in crate::app) is_strong: bool,
    pub(in crate::app) is_enabled: bool,
}

fn quiet(ui: &mut Ui, face: impl FnOnce(&Palette, bool) -> RichText) -> Response {
    let palette = Palette::of(ui);
    // What it looked like in the last frame decides: the pointer is there before the paint.
    let id = ui.next_auto_id();
    let is_hot = ui
        .ctx()
        .read_response(id)
        .is_some_and(|it| it.hovered() || it.has_focus());
    ui.scope(|ui| {
        let spacing = ui.spacing_mut();
        spacing.button_padding = PADDING;
        let fill = if is_hot {
            palette.line
        } else {
            Color32::TRANSPARENT
        };
        let button = Button::new(face(&palette, is_hot))
            .fill(fill)
            .stroke(Stroke::NONE)
            .corner_radius(CornerRadius::same(radius::CONTROL));
        ui.add(button)
    })
    .inner
}

/// Whether a button was clicked, and not for the second time in a row: what stands there by
/// then may be another one, and who clicks twice by habit means the first. Clicks elsewhere do
/// not count.
pub(in crate::app) fn clicked_once(button: &Response) -> bool {
    /// How far a hand strays between two clicks of one.
    const NEAR: f32 = 8.0;
    if !button.clicked() {
        return false;
    }
    let ctx = &button.ctx;
    let now = ctx.input(|input| input.time);
    let delay = ctx.options(|options| options.input_options.max_double_click_delay);
    let at = button.interact_pointer_pos();
    let at = at.unwrap_or_else(|| button.rect.center());
    let id = Id::unique("clicked once");
    let before = ctx.data_mut(|data| {
        let before = data.get_temp::<(f64, Pos2)>(id);
        data.insert_temp(id, (now, at));
        before
    });
    !before.is_some_and(|(then, there)| now - then < delay && there.distance(at) < NEAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Align, Layout, Shape};

    /// Where each button stands, and where the middle of its words is.
    fn drawn(layout: Layout) -> Vec<(egui::Rect, f32)> {
        let ctx = egui::Context::default();
        crate::app::theme::install(&ctx);
        let mut rects = Vec::new();
        let mut middles = Vec::new();
        // The first frame has no fonts yet.
        for _ in 0..2 {
            rects.clear();
            middles.clear();
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                ui.allocate_ui_with_layout(Vec2::new(600.0, 60.0), layout, |ui| {
                    rects.push(primary_button(ui, "Download", "", true).rect);
                    rects.push(plain_button(ui, "Descargar", "", true).rect);
                    rects.push(danger_button(ui, "Delete").rect);
                });
            });
            output.textures_delta.clear();
            for clipped in &output.shapes {
                if let Shape::Text(text) = &clipped.shape {
                    let rect = text.galley.rect.translate(text.pos.to_vec2());
                    middles.push(rect.center().y);
                }
            }
        }
        assert_eq!(rects.len(), middles.len());
        rects.into_iter().zip(middles).collect()
    }

    #[test]
    fn buttons_are_as_high_and_their_words_stand_in_the_middle() {
        let layouts = [Align::Min, Align::Center, Align::Max].map(Layout::right_to_left);
        for layout in layouts.into_iter().chain([Layout::top_down(Align::Min)]) {
            for (rect, middle) in drawn(layout) {
                let off = (rect.center().y - middle).abs();
                assert!(off <= 1.0, "{off} from the middle in {layout:?}");
                let height = rect.height();
                assert!((height - size::CONTROL).abs() < 0.1, "{height}");
            }
        }
    }
}
