//! The typefaces, and the families they make up.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};
use prose::fonts::{EMOJI, ITALIC, MEDIUM, SEMIBOLD};

/// The family of the icons.
pub(in crate::app) const ICONS: &str = "icons";

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
    prose::fonts::add_maths(&mut fonts, &text);
    fonts.families.insert(FontFamily::Proportional, text);
    fonts.families.insert(FontFamily::Monospace, mono);
    fonts
}
