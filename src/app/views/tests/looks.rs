//! Colours, motion and size.

use egui::ThemePreference;

use super::pictures::draw;
use super::*;
use crate::app::command::Action;
use crate::app::theme::{Look, Palette};
use crate::settings::Motion;

const CALM: Look = Look {
    theme: ThemePreference::Light,
    is_still: false,
    is_stark: false,
    zoom_percent: 100,
};

#[test]
fn looks_are_chosen_in_one_menu_that_stays_open() {
    let mut window = Window::new(state(Language::Es, Theme::Light));
    window.click("Preferencias");
    window.click("Oscuros");
    assert_eq!(window.asked(), [Command::SetTheme(Theme::Dark)]);
    window.click("No");
    assert_eq!(window.asked(), [Command::SetMotion(Motion::Off)]);
    window.state().settings.zoom_percent = Some(125);
    window.steps(2);
    assert!(window.shows("125\u{a0}%"));
    for (name, action) in [
        ("Texto más grande", Action::ZoomIn),
        ("Texto más pequeño", Action::ZoomOut),
        ("125\u{a0}%", Action::ZoomReset),
    ] {
        window.0.get_by_label_contains(name).click();
        window.steps(4);
        assert_eq!(window.asked(), [Command::Do(action)], "{name}");
    }
}

#[test]
fn the_window_becomes_what_was_chosen() {
    let ctx = egui::Context::default();
    theme::install(&ctx);
    let frame = |ctx: &egui::Context| {
        let mut palette = None;
        let mut frame = ctx.run_ui(egui::RawInput::default(), |ui| {
            palette = Some(Palette::of(ui));
        });
        frame.textures_delta.clear();
        palette.unwrap()
    };
    theme::apply(&ctx, CALM);
    let calm = frame(&ctx);
    assert!(ctx.global_style().animation_time > 0.0);

    for _ in 0..8 {
        frame(&ctx);
    }
    theme::apply(&ctx, CALM);
    assert!(!ctx.has_requested_repaint(), "nothing has changed");
    let zoom_percent = 150;
    let (is_still, is_stark) = (true, true);
    let theme = ThemePreference::Dark;
    theme::apply(
        &ctx,
        Look {
            theme,
            is_still,
            is_stark,
            zoom_percent,
        },
    );
    assert!(ctx.has_requested_repaint(), "it is drawn without a click");
    let stark = frame(&ctx);
    assert!(ctx.global_style().animation_time <= 0.0);
    assert!(ctx.global_style().visuals.dark_mode);
    assert!((ctx.zoom_factor() - 1.5).abs() < 1e-3);
    assert_ne!(calm.background, stark.background);

    theme::apply(&ctx, Look { theme, ..CALM });
    assert_ne!(frame(&ctx).line, stark.line, "lines are quiet again");
}

/// Settings whose names are followed by the field's term.
const WITH_TERMS: [(&str, &[&str]); 6] = [
    (
        "group-variety",
        &[
            "top-k",
            "min-p",
            "top-n-sigma",
            "typical-p",
            "dynamic-range",
            "dynamic-exponent",
        ],
    ),
    ("group-surprises", &["xtc-probability", "xtc-threshold"]),
    (
        "group-repetition",
        &[
            "repeat-last-n",
            "dry-multiplier",
            "dry-base",
            "dry-allowed",
            "dry-last-n",
            "dry-breakers",
        ],
    ),
    (
        "group-mirostat",
        &["mirostat", "mirostat-tau", "mirostat-eta"],
    ),
    ("group-context", &["kv-type"]),
    ("group-where", &["mmap", "mlock"]),
];

#[test]
fn no_term_of_the_field_is_cut_off() {
    for language in [Language::Es, Language::En] {
        let state = with_chats(state(language, Theme::Light));
        let mut window = Window::sized(state, Vec2::new(1280.0, 4000.0));
        for (group, names) in WITH_TERMS {
            let group = window.state().i18n.get(group);
            window.click(crate::app::components::plain(&group));
            for name in names {
                let name = window.state().i18n.get(name);
                let (_, term) = name.split_once(" · ").expect("a term");
                let caption = egui::FontId::proportional(theme::font::CAPTION);
                let whole = window.0.ctx.fonts_mut(|fonts| {
                    let ink = egui::Color32::PLACEHOLDER;
                    fonts.layout_no_wrap(term.to_owned(), caption, ink).size().x
                });
                let shown: Vec<f32> = window
                    .0
                    .query_all_by_label(term)
                    .map(|node| node.rect().width())
                    .collect();
                assert!(!shown.is_empty(), "{name} has no term");
                let is_whole = shown.iter().all(|width| *width >= whole - 1.0);
                assert!(is_whole, "{name}: {shown:?} of {whole}");
            }
        }
    }
}

#[test]
fn what_a_menu_says_is_not_spread_over_its_width() {
    let mut window = Window::new(with_chats(state(Language::Es, Theme::Light)));
    window.click("Archivo, papelera y más");
    window.click("Eliminar todas las charlas…");
    let question = window
        .0
        .get_by_label("¿Mover todas las charlas a la papelera?");
    let answer = window.0.get_by_label("Mover");
    let (above, below) = (question.rect(), answer.rect());
    assert!(
        (above.left() - below.left()).abs() < 2.0,
        "{above:?} {below:?}"
    );
    // Two lines that are as wide as their words, not as the menu.
    assert!(above.width() < 222.0, "{above:?}");
}

#[test]
fn the_number_of_a_version_stands_beside_its_arrows() {
    let window = Window::new(with_conversation(with_chats(english())));
    let middle = |name: &str| {
        let all = window.0.query_all_by_label(name);
        let place = all.last().expect(name).rect();
        (place.center().y, place.height())
    };
    let (number, arrow) = (middle("2/2"), middle("Previous version"));
    assert!((number.0 - arrow.0).abs() < 1.5, "{number:?} {arrow:?}");
}

#[test]
fn looks_can_be_drawn() {
    for (language, theme, kind) in [
        (Language::Es, Theme::Light, "es-light"),
        (Language::En, Theme::Dark, "en-dark"),
    ] {
        let start = || with_conversation(with_chats(state(language, theme)));
        let mut window = Window::new(start());
        let menu = window.state().i18n.get("preferences");
        window.click(&menu);
        draw(&mut window, &format!("looks-{kind}"));

        let mut window = Window::sized(start(), Vec2::new(400.0, 320.0));
        draw(&mut window, &format!("least-{kind}"));

        for percent in [75_u16, 200] {
            let factor = f32::from(percent) / 100.0;
            let mut window = Window::sized(start(), Vec2::new(1280.0, 820.0));
            window.0.set_pixels_per_point(factor);
            draw(&mut window, &format!("zoom-{percent}-{kind}"));
        }

        let mut window = Window::new(start());
        let theme = match theme {
            Theme::Dark => ThemePreference::Dark,
            _ => ThemePreference::Light,
        };
        let is_stark = true;
        theme::apply(
            &window.0.ctx,
            Look {
                theme,
                is_stark,
                ..CALM
            },
        );
        window.click(&menu);
        draw(&mut window, &format!("stark-{kind}"));
    }
}
