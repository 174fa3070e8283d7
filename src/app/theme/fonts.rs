//! The fonts that come with Charla, and which of them stand behind which.

use std::borrow::Cow;
use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

use super::{ICONS, MEDIUM, SEMIBOLD};

/// The faces of formulas.
const MATHS: [&str; 20] = [
    "KaTeX_Main-Regular",
    "KaTeX_Math-Italic",
    "KaTeX_AMS-Regular",
    "KaTeX_Main-Bold",
    "KaTeX_Main-BoldItalic",
    "KaTeX_Main-Italic",
    "KaTeX_Math-BoldItalic",
    "KaTeX_Caligraphic-Regular",
    "KaTeX_Caligraphic-Bold",
    "KaTeX_Fraktur-Regular",
    "KaTeX_Fraktur-Bold",
    "KaTeX_SansSerif-Regular",
    "KaTeX_SansSerif-Bold",
    "KaTeX_SansSerif-Italic",
    "KaTeX_Script-Regular",
    "KaTeX_Size1-Regular",
    "KaTeX_Size2-Regular",
    "KaTeX_Size3-Regular",
    "KaTeX_Size4-Regular",
    "KaTeX_Typewriter-Regular",
];

/// The family of a face of formulas, by the name that the layout gives it.
pub(in crate::app) fn math_family(face: &str) -> &'static str {
    let is_it = |family: &&&str| family.strip_prefix("KaTeX_") == Some(face);
    MATHS.iter().find(is_it).copied().unwrap_or(MATHS[0])
}

/// The fonts that come with Charla, by family.
pub(super) fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &'static [u8]); 5] = [
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
            "jetbrains-mono",
            include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
        (ICONS, include_bytes!("../../../assets/fonts/lucide.ttf")),
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
    fonts.families.insert(FontFamily::Proportional, text);
    fonts.families.insert(FontFamily::Monospace, mono);
    for face in MATHS {
        let file = format!("{face}.ttf");
        let Some(bytes) = ratex_katex_fonts::ttf_bytes(&file) else {
            continue;
        };
        let data = match bytes {
            Cow::Borrowed(bytes) => FontData::from_static(bytes),
            Cow::Owned(bytes) => FontData::from_owned(bytes),
        };
        fonts.font_data.insert(face.to_owned(), Arc::new(data));
        let text = fonts.families.get(&FontFamily::Proportional).cloned();
        let family = std::iter::once(face.to_owned()).chain(text.unwrap_or_default());
        fonts
            .families
            .insert(FontFamily::Name(face.into()), family.collect());
    }
    fonts
}
