//! The colours of a text.

use egui::{Color32, Context, Id, Theme, Ui};

/// The colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    /// Text.
    pub ink: Color32,
    /// Text that is there when looked for.
    pub soft: Color32,
    /// Hints.
    pub faint: Color32,
    /// Lines.
    pub line: Color32,
    /// Behind what floats.
    pub card: Color32,
    /// What can be acted on.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Behind words that were looked for.
    pub mark: Color32,
    /// Behind what is selected.
    pub selection: Color32,
    /// Something to know.
    pub warning: Color32,
    /// Something that went wrong.
    pub danger: Color32,
    /// Behind code.
    pub code: Color32,
    /// Behind code in a line of words.
    pub code_wash: Color32,
    /// The parts of code.
    pub syntax: Syntax,
}

/// The colours of the parts of code; what is none of them is ink.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Syntax {
    /// Remarks.
    pub comment: Color32,
    /// Words of the language.
    pub keyword: Color32,
    /// Texts.
    pub string: Color32,
    /// Numbers.
    pub number: Color32,
    /// Names of functions.
    pub function: Color32,
    /// Types, classes and tags.
    pub kind: Color32,
    /// Names of constants.
    pub constant: Color32,
    /// Attributes.
    pub attribute: Color32,
    /// A line that a change adds.
    pub inserted: Color32,
    /// A line that a change takes away.
    pub deleted: Color32,
}

impl Palette {
    /// Sets the colours of a theme, from now on.
    pub fn set(self, ctx: &Context, theme: Theme) {
        ctx.data_mut(|data| data.insert_temp(id_of(theme), self));
    }

    /// The colours in use: those that were set, else some that go with egui's own.
    #[must_use]
    pub fn of(ui: &Ui) -> Self {
        let theme = match ui.visuals().dark_mode {
            true => Theme::Dark,
            false => Theme::Light,
        };
        let set = ui.data(|data| data.get_temp::<Self>(id_of(theme)));
        set.unwrap_or_else(|| Self::of_visuals(ui.visuals()))
    }

    fn of_visuals(visuals: &egui::Visuals) -> Self {
        let (ink, soft) = (visuals.text_color(), visuals.weak_text_color());
        let syntax = Syntax {
            comment: soft,
            keyword: ink,
            string: ink,
            number: ink,
            function: ink,
            kind: ink,
            constant: ink,
            attribute: ink,
            inserted: ink,
            deleted: visuals.error_fg_color,
        };
        Self {
            ink,
            soft,
            faint: soft,
            line: visuals.widgets.noninteractive.bg_stroke.color,
            card: visuals.window_fill,
            accent: visuals.hyperlink_color,
            on_accent: visuals.panel_fill,
            mark: visuals.selection.bg_fill,
            selection: visuals.selection.bg_fill,
            warning: visuals.warn_fg_color,
            danger: visuals.error_fg_color,
            code: visuals.code_bg_color,
            code_wash: visuals.code_bg_color,
            syntax,
        }
    }
}

fn id_of(theme: Theme) -> Id {
    Id::unique(("prose", "palette", theme))
}

/// Contrast as WCAG 2.2 defines it.
#[must_use]
pub fn contrast(one: Color32, other: Color32) -> f32 {
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

/// A colour that somebody else has chosen, moved towards the text's until it can be read on
/// what that text is read on: paper where it is dark, night where it is light.
#[must_use]
pub fn legible([red, green, blue]: [u8; 3], text: Color32) -> Color32 {
    /// Contrast on plain grey stands for that on colours like it, so it has to be a little more.
    const LEAST: f32 = 4.6;
    let (paper, night) = (Color32::from_gray(0xf9), Color32::from_gray(0x17));
    let behind = match contrast(text, night) > contrast(text, paper) {
        true => night,
        false => paper,
    };
    let chosen = Color32::from_rgb(red, green, blue);
    let steps = [0.0, 0.15, 0.3, 0.45, 0.6, 0.8];
    let mut mixed = steps
        .map(|step| chosen.lerp_to_gamma(text, step))
        .into_iter();
    mixed
        .find(|color| contrast(*color, behind) >= LEAST)
        .unwrap_or(text)
}
