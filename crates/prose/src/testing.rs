//! A context as a program would set one up, for tests: fonts for text and code, those of the
//! system behind them, and colours.

use std::sync::Arc;

use egui::epaint::text::{FallbackRequest, FontPriority, InsertFontFamily};
use egui::{
    Color32, Context, FontData, FontDefinitions, FontFamily, FontInsert, FontProvider as _,
    Response, Theme, Ui,
};
use egui_system_font_provider::SystemFontProvider;

use crate::fonts::{EMOJI, ITALIC, MEDIUM, SEMIBOLD, add_maths};
use crate::{Host, Palette, Syntax, Word};

/// Says each word by its name.
pub(crate) struct Plain;

impl Host for Plain {
    fn say(&self, word: Word) -> String {
        match word {
            Word::Alert(kind) => format!("{kind:?}"),
            word => format!("{word:?}"),
        }
    }

    fn button(&self, ui: &mut Ui, label: &str) -> Response {
        ui.small_button(label)
    }
}

/// Sets fonts and colours.
pub(crate) fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
    for (theme, text, behind) in [(Theme::Light, 0x1f, 0xf4), (Theme::Dark, 0xe8, 0x1c)] {
        palette(text, behind).set(ctx, theme);
    }
}

/// Lets the fonts of the system be found, with nothing left to be looked for.
pub(crate) fn use_system(ctx: &Context) {
    let system = Arc::new(SystemFontProvider::new());
    ctx.add_font_provider(Arc::clone(&system) as _);
    let request = FallbackRequest {
        cluster: "\u{1F468}",
        family: &FontFamily::Proportional,
    };
    let Some(found) = system.font_for(&request) else {
        return;
    };
    let mut font = FontInsert::new("emoji-of-the-system", found.data, Vec::new());
    font.data.tweak.scale = 0.9;
    let text = [MEDIUM, SEMIBOLD, ITALIC].map(|it| FontFamily::Name(it.into()));
    let text = text
        .into_iter()
        .chain([FontFamily::Proportional, FontFamily::Monospace]);
    font.families.extend(text.map(|family| InsertFontFamily {
        family,
        priority: FontPriority::Lowest,
    }));
    font.families.push(InsertFontFamily {
        family: FontFamily::Name(EMOJI.into()),
        priority: FontPriority::Highest,
    });
    ctx.add_font(font);
}

fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &'static [u8]); 5] = [
        (
            "text",
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
            "code",
            include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
    ];
    for (name, bytes) in files {
        let mut data = FontData::from_static(bytes);
        data.tweak.hinting = Some(false);
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let before = |first: &str, family: &[String]| -> Vec<String> {
        let own = std::iter::once(first.to_owned());
        own.chain(family.iter().cloned()).collect()
    };
    let of = |fonts: &FontDefinitions, family: FontFamily| fonts.families[&family].clone();
    let text = before("text", &of(&fonts, FontFamily::Proportional));
    let code = before("code", &of(&fonts, FontFamily::Monospace));
    for name in [MEDIUM, SEMIBOLD, ITALIC] {
        let family = before(name, &text);
        fonts.families.insert(FontFamily::Name(name.into()), family);
    }
    let emoji = FontFamily::Name(EMOJI.into());
    fonts.families.insert(emoji, text.clone());
    add_maths(&mut fonts, &text);
    fonts.families.insert(FontFamily::Proportional, text);
    fonts.families.insert(FontFamily::Monospace, code);
    fonts
}

/// Colours that are all told apart.
fn palette(text: u8, behind: u8) -> Palette {
    let gray = Color32::from_gray;
    let hue = |shift: u8| Color32::from_rgb(text / 2 + shift, 40 + shift, 200 - shift);
    Palette {
        ink: gray(text),
        soft: gray(text / 2 + behind / 3),
        faint: gray(text / 2 + behind / 4),
        line: gray(behind / 2 + text / 5),
        card: gray(behind / 2 + 100),
        accent: Color32::from_rgb(20, 140, 120),
        on_accent: gray(behind),
        mark: Color32::from_rgb(250, 230, 180),
        selection: Color32::from_rgb(180, 220, 250),
        warning: Color32::from_rgb(180, 80, 10),
        danger: Color32::from_rgb(220, 40, 40),
        code: gray(behind / 2 + 90),
        code_wash: gray(behind / 2 + 80),
        syntax: Syntax {
            comment: hue(0),
            keyword: hue(10),
            string: hue(20),
            number: hue(30),
            function: hue(40),
            kind: hue(50),
            constant: hue(60),
            attribute: hue(70),
            inserted: hue(80),
            deleted: hue(90),
        },
    }
}
