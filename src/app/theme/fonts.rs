//! The typefaces, and the families they make up.

use std::borrow::Cow;
use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};
use ratex_katex_fonts::ttf_bytes;

/// The family of the icons.
pub(in crate::app) const ICONS: &str = "icons";
/// The family of emoji: those of the system in colour where it has them, before all text.
pub(in crate::app) const EMOJI: &str = "emoji";
pub(super) const MEDIUM: &str = "medium";
pub(super) const SEMIBOLD: &str = "semibold";
pub(super) const ITALIC: &str = "italic";

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
pub(in crate::app) fn maths(face: &str) -> FontFamily {
    match MATHS.contains(&face) {
        true => FontFamily::Name(maths_name(face).into()),
        false => FontFamily::Proportional,
    }
}

fn maths_name(face: &str) -> String {
    format!("maths-{face}")
}

/// The families that text is set in.
pub(in crate::app) fn text_families() -> [FontFamily; 5] {
    [
        FontFamily::Proportional,
        FontFamily::Monospace,
        FontFamily::Name(MEDIUM.into()),
        FontFamily::Name(SEMIBOLD.into()),
        FontFamily::Name(ITALIC.into()),
    ]
}

/// What egui is to be given.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &'static [u8]); 6] = [
        (
            "inter",
            include_bytes!("../../../assets/fonts/Inter-Regular.ttf"),
        ),
        (
            MEDIUM,
            include_bytes!("../../../assets/fonts/Inter-Medium.ttf"),
        ),
        (
            SEMIBOLD,
            include_bytes!("../../../assets/fonts/Inter-SemiBold.ttf"),
        ),
        (
            ITALIC,
            include_bytes!("../../../assets/fonts/Inter-Italic.ttf"),
        ),
        (
            "jetbrains-mono",
            include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
        (ICONS, include_bytes!("../../../assets/fonts/lucide.ttf")),
    ];
    for (name, bytes) in files {
        let mut data = FontData::from_static(bytes);
        // Hinting makes the strokes of icons uneven, and lifts the stems of small letters into
        // the dots and accents above them. Code, in larger and wider letters, is sharper by it.
        data.tweak.hinting = (name != "jetbrains-mono").then_some(false);
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let behind = |first: &[&str], family: &FontFamily, fonts: &FontDefinitions| {
        let own = first.iter().map(|&name| name.to_owned());
        let default = fonts.families.get(family).cloned().unwrap_or_default();
        own.chain(default).collect::<Vec<_>>()
    };
    let text = behind(&["inter", ICONS], &FontFamily::Proportional, &fonts);
    let mono = behind(&["jetbrains-mono", "inter"], &FontFamily::Monospace, &fonts);
    for name in [MEDIUM, SEMIBOLD, ITALIC] {
        let family = std::iter::once(name.to_owned()).chain(text.clone());
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
    for face in MATHS {
        let name = maths_name(face);
        let mut family = text.clone();
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
    fonts.families.insert(FontFamily::Proportional, text);
    fonts.families.insert(FontFamily::Monospace, mono);
    fonts
}
