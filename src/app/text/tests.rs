//! Texts of many scripts, measured.

use egui::text::TextFormat;
use egui::{FontId, TextWrapMode};
use proptest::prelude::*;

use super::*;
use crate::app::theme;

/// Runs something where text can be laid out.
fn with_ui(mut act: impl FnMut(&Ui)) {
    let ctx = egui::Context::default();
    theme::install(&ctx);
    for _ in 0..2 {
        let output = ctx.run_ui(egui::RawInput::default(), |ui| act(ui));
        output.drop_without_applying_deltas();
    }
}

fn job(text: &str, width: f32) -> LayoutJob {
    let format = TextFormat::simple(FontId::proportional(15.0), Color32::PLACEHOLDER);
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap = egui::text::TextWrapping::from_wrap_mode_and_width(TextWrapMode::Wrap, width);
    job
}

const TEXTS: [&str; 8] = [
    "Una línea corta",
    "Dos líneas,\nla segunda más larga que la primera y con acentos: áéíóú",
    "שלום עולם",
    "مرحبا بالعالم، كيف الحال؟",
    "El libro se llama «כלב גדול» (o algo así) y cuesta 25 €",
    "שלום world, יש לי 25 שקלים (בערך)",
    "\n\nabc\n",
    "日本語の文章 y español",
];

#[test]
fn a_character_is_found_where_it_is_drawn() {
    with_ui(|ui| {
        for text in TEXTS {
            for width in [90.0, 200.0, f32::INFINITY] {
                let shaped = Shaped::new(ui, job(text, width), &[]);
                for index in 0..text.chars().count() {
                    for rect in shaped.rects(index..index + 1) {
                        let at = rect.center().to_vec2();
                        let found = shaped.char_at(at);
                        let near = found.abs_diff(index) <= 1;
                        assert!(near, "{text:?} {width}: {index} is found as {found}");
                    }
                }
                let size = shaped.size();
                assert!(
                    !width.is_finite() || size.x <= width + 1.0,
                    "{text:?} {size:?}"
                );
            }
        }
    });
}

#[test]
fn lines_run_from_the_right_where_their_script_does() {
    with_ui(|ui| {
        let left = |shaped: &Shaped, char: usize| {
            let rects = shaped.rects(char..char + 1);
            rects.first().map_or(f32::NAN, Rect::left)
        };
        let shaped = Shaped::new(ui, job("שלום עולם", 400.0), &[]);
        assert!(shaped.is_rtl());
        // The first word stands at the right edge, the second one to the left of it.
        assert!(left(&shaped, 0) > left(&shaped, 3));
        assert!(left(&shaped, 3) > left(&shaped, 5));
        assert!(left(&shaped, 0) > 380.0);

        // Digits within run from the left, and so does a word of another script.
        let text = "שלום abc 123";
        let shaped = Shaped::new(ui, job(text, 400.0), &[]);
        assert!(left(&shaped, 5) < left(&shaped, 6) && left(&shaped, 7) < left(&shaped, 0));
        assert!(left(&shaped, 9) < left(&shaped, 10) && left(&shaped, 9) > left(&shaped, 7));

        let shaped = Shaped::new(ui, job("abc שלום עולם def", 400.0), &[]);
        assert!(!shaped.is_rtl());
        assert!(left(&shaped, 0) < 1.0);
        assert!(
            left(&shaped, 4) > left(&shaped, 9),
            "the words within are turned"
        );
        assert!(left(&shaped, 14) > left(&shaped, 4));
    });
}

#[test]
fn a_box_stands_on_the_line_and_makes_room() {
    with_ui(|ui| {
        let text = "Sea $x$ un número tal que $y$, por ejemplo.";
        let tall = |start: usize| Inline {
            chars: start..start + 3,
            size: Vec2::new(60.0, 48.0),
            ascent: 30.0,
        };
        let inlines = [tall(4), tall(26)];
        let plain = Shaped::new(ui, job(text, 400.0), &[]);
        let shaped = Shaped::new(ui, job(text, 400.0), &inlines);
        assert!(shaped.size().y > plain.size().y + 20.0);
        let places = shaped.inline_places();
        for (place, inline) in places.iter().zip(&inlines) {
            let rects = shaped.rects(inline.chars.clone());
            assert_eq!(rects.len(), 1);
            assert!((rects[0].left() - place.x).abs() < 0.5);
            assert!((rects[0].width() - 60.0).abs() < 0.5);
        }
        // A comma never begins a line behind a box.
        for width in 80..400_u16 {
            let shaped = Shaped::new(ui, job(text, width.into()), &inlines);
            let comma = shaped.rects(29..30)[0];
            let place = shaped.inline_places()[1];
            assert!(comma.y_range().contains(place.y + 1.0), "{width}");
        }
    });
}

#[test]
fn what_is_seen_as_one_is_not_parted() {
    with_ui(|ui| {
        let text = "a👨\u{200d}👩\u{200d}👧b e\u{301}";
        let shaped = Shaped::new(ui, job(text, f32::INFINITY), &[]);
        for x in 0..200_u16 {
            let char = shaped.char_at(Vec2::new(x.into(), 5.0));
            assert!(![2, 3, 4, 5, 9].contains(&char), "{char}");
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_text_keeps_all_its_characters(
        text in "[a-c אבגدسع ،.()0-9日\u{301}\n👍🏽]{0,40}",
        width in 20.0_f32..300.0,
    ) {
        with_ui(|ui| {
            let shaped = Shaped::new(ui, job(&text, width), &[]);
            let count = text.chars().count();
            let all: f32 = shaped.rects(0..count).iter().map(Rect::area).sum();
            let has_ink = text.chars().any(|char| char.is_alphanumeric());
            assert!(!has_ink || all > 0.0, "{text:?}");
            for y in 0..10_u16 {
                for x in 0..10_u16 {
                    let at = Vec2::new(f32::from(x) * 30.0, f32::from(y) * 12.0);
                    assert!(shaped.char_at(at) <= count);
                }
            }
        });
    }
}
