//! The families of fonts that a text is set in, and the faces of its formulas.

use std::borrow::Cow;
use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, FontId};
use ratex_katex_fonts::ttf_bytes;

/// The family of emoji: before all text, a font that has them in colour.
pub const EMOJI: &str = "emoji";
/// The family of text with a little weight.
pub const MEDIUM: &str = "medium";
/// The family of titles, and of what is bold.
pub const SEMIBOLD: &str = "semibold";
/// The family of what is emphasised.
pub const ITALIC: &str = "italic";

/// Text with a little weight.
#[must_use]
pub fn medium(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MEDIUM.into()))
}

/// Titles, and what is bold.
#[must_use]
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// What is emphasised.
#[must_use]
pub fn italic(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(ITALIC.into()))
}

/// Adds the faces of formulas; the fonts of `text` stand behind each of them.
pub fn add_maths(fonts: &mut FontDefinitions, text: &[String]) {
    for face in MATHS {
        let name = maths_name(face);
        let mut family = text.to_vec();
        if let Some(bytes) = ttf_bytes(&format!("KaTeX_{face}.ttf")) {
            let mut data = match bytes {
                Cow::Borrowed(bytes) => FontData::from_static(bytes),
                Cow::Owned(bytes) => FontData::from_owned(bytes),
            };
            // What TeX has placed stays in its place.
            data.tweak.hinting = Some(false);
            data.tweak.subpixel_binning = Some(true);
            fonts.font_data.insert(name.clone(), Arc::new(data));
            family.insert(0, name.clone());
        }
        fonts.families.insert(FontFamily::Name(name.into()), family);
    }
}

/// The faces of formulas, as `RaTeX` names them.
const MATHS: [&str; 19] = [
    "AMS-Regular",
    "Caligraphic-Regular",
    "Fraktur-Bold",
    "Fraktur-Regular",
    "Main-Bold",
    "Main-BoldItalic",
    "Main-Italic",
    "Main-Regular",
    "Math-BoldItalic",
    "Math-Italic",
    "SansSerif-Bold",
    "SansSerif-Italic",
    "SansSerif-Regular",
    "Script-Regular",
    "Size1-Regular",
    "Size2-Regular",
    "Size3-Regular",
    "Size4-Regular",
    "Typewriter-Regular",
];

/// The family of a face of formulas; what they have no face for is drawn as text.
pub(crate) fn maths(face: &str) -> FontFamily {
    match MATHS.contains(&face) {
        true => FontFamily::Name(maths_name(face).into()),
        false => FontFamily::Proportional,
    }
}

fn maths_name(face: &str) -> String {
    format!("maths-{face}")
}
