//! The look: every colour, size and font in one place. Nothing else names a colour.

mod fonts;
mod palette;

use egui::epaint::{FontColorTransferFunction, Shadow};
use egui::style::{HandleShape, ScrollAnimation, WidgetVisuals};
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Id, Stroke, Style, TextStyle, Theme,
    ThemePreference, Vec2, ViewportCommand, Visuals,
};

pub(in crate::app) use fonts::{ICONS, text_families};
pub(in crate::app) use palette::Palette;
use palette::{DARK, LIGHT};

/// Widths and heights, in points.
pub(in crate::app) mod size {
    /// The panel of chats.
    pub(in crate::app) const LEFT_PANEL: f32 = 264.0;
    /// The panel of settings.
    pub(in crate::app) const RIGHT_PANEL: f32 = 300.0;
    /// The bar above the conversation.
    pub(in crate::app) const TOP_BAR: f32 = 52.0;
    /// The widest column of text that is read with ease.
    pub(in crate::app) const COLUMN: f32 = prose::size::COLUMN;
    /// Below this width of the window, the right panel lies over the conversation.
    pub(in crate::app) const NARROW: f32 = 900.0;
    /// Below this width, the left one does too.
    pub(in crate::app) const VERY_NARROW: f32 = 640.0;
    /// A control that is easy to hit.
    pub(in crate::app) const CONTROL: f32 = 32.0;
}

/// Radii of corners.
pub(in crate::app) mod radius {
    /// The keys of a keyboard.
    pub(in crate::app) const KEY: u8 = 5;
    /// Buttons and boxes.
    pub(in crate::app) const CONTROL: u8 = prose::size::RADIUS;
    /// Cards.
    pub(in crate::app) const CARD: u8 = 12;
    /// The composer.
    pub(in crate::app) const COMPOSER: u8 = 16;
}

/// Sizes of type.
pub(in crate::app) mod font {
    pub(in crate::app) use prose::fonts::{medium, semibold};
    pub(in crate::app) use prose::size::{BODY, BODY_LINE, CAPTION, SECONDARY};

    use super::{FontFamily, FontId, ICONS};

    /// What stands on a key.
    pub(in crate::app) const SMALL: f32 = 11.5;
    /// Titles of panels.
    pub(in crate::app) const TITLE: f32 = 14.0;

    /// Icons.
    pub(in crate::app) fn icon(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(ICONS.into()))
    }
}

/// The smallest window in which everything can be reached, in points.
pub(in crate::app) const LEAST_WINDOW: Vec2 = Vec2::new(400.0, 320.0);

/// What of the look can change while the window is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct Look {
    pub(in crate::app) theme: ThemePreference,
    /// Whether what appears and folds is there at once.
    pub(in crate::app) is_still: bool,
    /// Whether hints and lines stand out more.
    pub(in crate::app) is_stark: bool,
    pub(in crate::app) zoom_percent: u16,
}

/// Sets fonts, colours and sizes of a new window.
pub(in crate::app) fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    restyle(ctx, false, false);
    ctx.options_mut(|options| {
        // X11 does not say which theme the system has; paper is the safer guess.
        options.fallback_theme = Theme::Light;
        // A key that ends the program next to the one that selects all is an accident.
        options.quit_shortcuts.clear();
        // Charla has its own, with other limits, and remembers what was chosen.
        options.zoom_with_keyboard = false;
    });
}

/// Follows a change of the look; without one, this costs next to nothing.
pub(in crate::app) fn apply(ctx: &egui::Context, look: Look) {
    ctx.set_theme(look.theme);
    keep_least_size(ctx);
    let id = Id::unique("look");
    let before = ctx.data_mut(|data| {
        let before = data.get_temp::<Look>(id);
        data.insert_temp(id, look);
        before
    });
    if before == Some(look) {
        return;
    }
    restyle(ctx, look.is_still, look.is_stark);
    // What is being drawn has the style from before.
    ctx.request_repaint();
    if before.is_none_or(|before| before.zoom_percent != look.zoom_percent) {
        ctx.set_zoom_factor(f32::from(look.zoom_percent) / 100.0);
    }
}

/// Tells the system the least size of the window, which is in points: anew whenever these have
/// become larger or smaller, and not before they have.
fn keep_least_size(ctx: &egui::Context) {
    let zoom = ctx.zoom_factor();
    let before = ctx.data_mut(|data| {
        let id = Id::unique("least-size");
        let before = data.get_temp::<f32>(id);
        data.insert_temp(id, zoom);
        before
    });
    if before != Some(zoom) {
        ctx.send_viewport_cmd(ViewportCommand::MinInnerSize(LEAST_WINDOW));
    }
}

fn restyle(ctx: &egui::Context, is_still: bool, is_stark: bool) {
    let kinds = [
        (Theme::Light, LIGHT, Visuals::light()),
        (Theme::Dark, DARK, Visuals::dark()),
    ];
    for (theme, palette, visuals) in kinds {
        let palette = match is_stark {
            true => palette.stark(),
            false => palette,
        };
        palette.of_prose().set(ctx, theme);
        let mut style = style(&palette, visuals);
        if is_still {
            style.animation_time = 0.0;
            style.scroll_animation = ScrollAnimation::none();
        }
        ctx.set_style_of(theme, style);
    }
}

fn style(palette: &Palette, visuals: Visuals) -> Style {
    let mut style = Style {
        visuals: colours(palette, visuals),
        animation_time: 0.14,
        scroll_animation: ScrollAnimation::duration(0.16),
        ..Style::default()
    };
    style.text_styles = [
        (TextStyle::Small, font::CAPTION),
        (TextStyle::Body, font::BODY),
        (TextStyle::Button, font::SECONDARY),
        (TextStyle::Heading, 20.0),
    ]
    .map(|(text, size)| (text, FontId::proportional(size)))
    .into();
    style
        .text_styles
        .insert(TextStyle::Monospace, FontId::monospace(13.0));
    style.drag_value_text_style = TextStyle::Monospace;
    style.spacing.item_spacing = Vec2::new(8.0, 8.0);
    style.spacing.button_padding = Vec2::new(12.0, 6.0);
    style.spacing.interact_size = Vec2::new(40.0, 28.0);
    style.spacing.slider_rail_height = 4.0;
    style.spacing.tooltip_width = 320.0;
    style.spacing.scroll.floating = true;
    style.interaction.tooltip_delay = 0.35;
    style
}

fn colours(palette: &Palette, mut visuals: Visuals) -> Visuals {
    if visuals.dark_mode {
        // egui's own choice makes light letters so bold that their dots touch their stems.
        visuals.text_options.color_transfer_function = FontColorTransferFunction::Gamma(0.65);
    }
    let widget = |fill: Color32, line: Color32, ink: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(radius::CONTROL),
        fg_stroke: Stroke::new(1.0, ink),
        expansion: 0.0,
    };
    let none = Color32::TRANSPARENT;
    visuals.widgets.noninteractive = widget(palette.panel, palette.line, palette.ink);
    visuals.widgets.inactive = widget(palette.card, palette.line, palette.ink);
    visuals.widgets.hovered = widget(palette.card, palette.faint, palette.ink);
    visuals.widgets.active = widget(palette.accent_wash, palette.accent, palette.ink);
    visuals.widgets.open = widget(palette.card, palette.accent, palette.ink);
    visuals.weak_text_color = Some(palette.soft);
    visuals.selection.bg_fill = palette.accent_wash;
    visuals.selection.stroke = Stroke::new(2.0, palette.accent);
    visuals.hyperlink_color = palette.accent;
    visuals.faint_bg_color = palette.panel;
    visuals.extreme_bg_color = palette.card;
    visuals.code_bg_color = palette.code;
    visuals.text_edit_bg_color = Some(palette.card);
    visuals.warn_fg_color = palette.warning;
    visuals.error_fg_color = palette.danger;
    visuals.panel_fill = palette.background;
    visuals.window_fill = palette.card;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_corner_radius = CornerRadius::same(radius::CARD);
    visuals.menu_corner_radius = CornerRadius::same(radius::CARD);
    let shadow = Shadow {
        offset: [0, 6],
        blur: 24,
        spread: 0,
        color: Color32::from_black_alpha(if visuals.dark_mode { 90 } else { 30 }),
    };
    visuals.popup_shadow = shadow;
    visuals.window_shadow = shadow;
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent);
    // A cursor that blinks costs a frame every half second, in a window that is idle.
    visuals.text_cursor.blink = false;
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = HandleShape::Circle;
    visuals.collapsing_header_frame = false;
    visuals.striped = false;
    visuals.widgets.noninteractive.bg_fill = none;
    visuals
}

#[cfg(test)]
mod tests {
    mod dots;

    use egui::{RawInput, ViewportId};

    use super::*;

    #[test]
    fn the_least_size_of_the_window_keeps_up_with_the_zoom() {
        let ctx = egui::Context::default();
        install(&ctx);
        let mut least_pixels = Vec2::ZERO;
        let mut frame = |zoom_percent: u16| {
            let look = Look {
                theme: ThemePreference::Light,
                is_still: false,
                is_stark: false,
                zoom_percent,
            };
            let output = ctx.run_ui(RawInput::default(), |ui| apply(ui.ctx(), look));
            for command in &output.viewport_output[&ViewportId::ROOT].commands {
                if let ViewportCommand::MinInnerSize(points) = command {
                    // As the system's part of egui does it, after the frame.
                    least_pixels = *points * ctx.zoom_factor();
                }
            }
            output.drop_without_applying_deltas();
            least_pixels
        };
        for (zoom_percent, times) in [(100, 1.0), (200, 2.0), (100, 1.0), (75, 0.75)] {
            frame(zoom_percent);
            assert_eq!(
                frame(zoom_percent),
                LEAST_WINDOW * times,
                "{zoom_percent} %"
            );
        }
    }
}
