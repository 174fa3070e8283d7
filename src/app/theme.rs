//! The look: every colour, size and font in one place. Nothing else names a colour.

use std::sync::Arc;

use egui::epaint::Shadow;
use egui::style::{HandleShape, ScrollAnimation, WidgetVisuals};
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, Style, TextStyle,
    Theme, Vec2, Visuals,
};

/// Widths and heights, in points.
pub(in crate::app) mod size {
    /// The panel of chats.
    pub(in crate::app) const LEFT_PANEL: f32 = 264.0;
    /// The panel of settings.
    pub(in crate::app) const RIGHT_PANEL: f32 = 300.0;
    /// The bar above the conversation.
    pub(in crate::app) const TOP_BAR: f32 = 52.0;
    /// The widest column of text that is read with ease.
    pub(in crate::app) const COLUMN: f32 = 720.0;
    /// Below this width of the window, the right panel lies over the conversation.
    pub(in crate::app) const NARROW: f32 = 900.0;
    /// Below this width, the left one does too.
    pub(in crate::app) const VERY_NARROW: f32 = 640.0;
    /// A control that is easy to hit.
    pub(in crate::app) const CONTROL: f32 = 32.0;
}

/// Radii of corners.
pub(in crate::app) mod radius {
    /// Buttons and boxes.
    pub(in crate::app) const CONTROL: u8 = 8;
    /// Cards.
    pub(in crate::app) const CARD: u8 = 12;
    /// The composer.
    pub(in crate::app) const COMPOSER: u8 = 16;
}

/// Sizes of type.
pub(in crate::app) mod font {
    use super::{FontFamily, FontId, ICONS, MEDIUM, SEMIBOLD};

    /// Body text.
    pub(in crate::app) const BODY: f32 = 15.0;
    /// The height of a line of body text.
    pub(in crate::app) const BODY_LINE: f32 = 23.25;
    /// Controls and lists.
    pub(in crate::app) const SECONDARY: f32 = 13.5;
    /// Small print.
    pub(in crate::app) const CAPTION: f32 = 12.5;
    /// Titles of panels.
    pub(in crate::app) const TITLE: f32 = 14.0;

    /// Icons.
    pub(in crate::app) fn icon(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(ICONS.into()))
    }

    /// Text with a little weight.
    pub(in crate::app) fn medium(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(MEDIUM.into()))
    }

    /// Titles.
    pub(in crate::app) fn semibold(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
    }
}

/// The family of the icons.
pub(in crate::app) const ICONS: &str = "icons";
/// The family of emoji: those of the system in colour where it has them, before all text.
pub(in crate::app) const EMOJI: &str = "emoji";
const MEDIUM: &str = "medium";
const SEMIBOLD: &str = "semibold";

/// The colours of one theme.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct Palette {
    /// Behind the conversation.
    pub(in crate::app) background: Color32,
    /// Behind the panels.
    pub(in crate::app) panel: Color32,
    /// Behind boxes to type in, and what floats.
    pub(in crate::app) card: Color32,
    /// Text.
    pub(in crate::app) ink: Color32,
    /// Text that is there when looked for.
    pub(in crate::app) soft: Color32,
    /// Hints.
    pub(in crate::app) faint: Color32,
    /// Lines.
    pub(in crate::app) line: Color32,
    /// What can be acted on, and what is chosen.
    pub(in crate::app) accent: Color32,
    /// Text on the accent.
    pub(in crate::app) on_accent: Color32,
    /// Behind what is chosen.
    pub(in crate::app) accent_wash: Color32,
    /// Behind the user's messages.
    pub(in crate::app) bubble: Color32,
    /// Something to know.
    pub(in crate::app) warning: Color32,
    /// Something that went wrong.
    pub(in crate::app) danger: Color32,
}

const LIGHT: Palette = Palette {
    background: hex(0xfa_f9_f7),
    panel: hex(0xf3_f1_ed),
    card: hex(0xff_ff_ff),
    ink: hex(0x1f_1d_1a),
    soft: hex(0x6b_66_5e),
    faint: hex(0x76_70_67),
    line: hex(0xe4_e0_d9),
    accent: hex(0x0f_76_6e),
    on_accent: hex(0xff_ff_ff),
    accent_wash: hex(0xd9_ef_ec),
    bubble: hex(0xe9_f3_f1),
    warning: hex(0xb4_53_09),
    danger: hex(0xdc_26_26),
};

const DARK: Palette = Palette {
    background: hex(0x17_16_14),
    panel: hex(0x1e_1c_1a),
    card: hex(0x24_22_20),
    ink: hex(0xec_e8_e1),
    soft: hex(0xa8_a1_96),
    faint: hex(0x96_90_84),
    line: hex(0x33_30_2c),
    accent: hex(0x2d_d4_bf),
    on_accent: hex(0x17_16_14),
    accent_wash: hex(0x17_3a_37),
    bubble: hex(0x1d_30_2e),
    warning: hex(0xf5_9e_0b),
    danger: hex(0xf8_71_71),
};

const fn hex(rgb: u32) -> Color32 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

impl Palette {
    /// The colours in use.
    pub(in crate::app) fn of(ui: &egui::Ui) -> Self {
        match ui.visuals().dark_mode {
            true => DARK,
            false => LIGHT,
        }
    }
}

/// Sets fonts, colours and sizes of a new window.
pub(in crate::app) fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    ctx.set_style_of(Theme::Light, style(&LIGHT, Visuals::light()));
    ctx.set_style_of(Theme::Dark, style(&DARK, Visuals::dark()));
    ctx.options_mut(|options| {
        // X11 does not say which theme the system has; paper is the safer guess.
        options.fallback_theme = Theme::Light;
        // A key that ends the program next to the one that selects all is an accident.
        options.quit_shortcuts.clear();
    });
}

/// The families that text is set in.
pub(in crate::app) fn text_families() -> [FontFamily; 4] {
    [
        FontFamily::Proportional,
        FontFamily::Monospace,
        FontFamily::Name(MEDIUM.into()),
        FontFamily::Name(SEMIBOLD.into()),
    ]
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &'static [u8]); 5] = [
        (
            "inter",
            include_bytes!("../../assets/fonts/Inter-Regular.ttf"),
        ),
        (
            MEDIUM,
            include_bytes!("../../assets/fonts/Inter-Medium.ttf"),
        ),
        (
            SEMIBOLD,
            include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"),
        ),
        (
            "jetbrains-mono",
            include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
        (ICONS, include_bytes!("../../assets/fonts/lucide.ttf")),
    ];
    for (name, bytes) in files {
        let mut data = FontData::from_static(bytes);
        // Hinting makes the strokes of icons uneven.
        data.tweak.hinting = (name == ICONS).then_some(false);
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let behind = |first: &[&str], family: &FontFamily, fonts: &FontDefinitions| {
        let own = first.iter().map(|&name| name.to_owned());
        let default = fonts.families.get(family).cloned().unwrap_or_default();
        own.chain(default).collect::<Vec<_>>()
    };
    let text = behind(&["inter", ICONS], &FontFamily::Proportional, &fonts);
    let mono = behind(&["jetbrains-mono", "inter"], &FontFamily::Monospace, &fonts);
    for (name, weight) in [(MEDIUM, MEDIUM), (SEMIBOLD, SEMIBOLD)] {
        let family = std::iter::once(weight.to_owned()).chain(text.clone());
        fonts
            .families
            .insert(FontFamily::Name(name.into()), family.collect());
    }
    let icons = std::iter::once(ICONS.to_owned()).chain(text.clone());
    fonts
        .families
        .insert(FontFamily::Name(ICONS.into()), icons.collect());
    fonts
        .families
        .insert(FontFamily::Name(EMOJI.into()), text.clone());
    fonts.families.insert(FontFamily::Proportional, text);
    fonts.families.insert(FontFamily::Monospace, mono);
    fonts
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
    use super::*;

    /// Contrast as WCAG 2.2 defines it.
    fn contrast(one: Color32, other: Color32) -> f32 {
        let luminance = |color: Color32| {
            let [red, green, blue] = [color.r(), color.g(), color.b()].map(|channel| {
                let channel = f32::from(channel) / 255.0;
                match channel <= 0.04045 {
                    true => channel / 12.92,
                    false => ((channel + 0.055) / 1.055).powf(2.4),
                }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn text_can_be_read_on_everything_it_is_drawn_on() {
        for palette in [LIGHT, DARK] {
            for behind in [palette.background, palette.card] {
                for text in [palette.ink, palette.soft, palette.faint, palette.accent] {
                    let contrast = contrast(text, behind);
                    assert!(contrast >= 4.5, "{text:?} on {behind:?}: {contrast}");
                }
            }
            assert!(contrast(palette.ink, palette.bubble) >= 4.5);
            assert!(contrast(palette.ink, palette.accent_wash) >= 4.5);
            assert!(contrast(palette.on_accent, palette.accent) >= 4.5);
            assert!(contrast(palette.soft, palette.panel) >= 4.5);
        }
    }
}
