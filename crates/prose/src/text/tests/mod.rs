//! Texts in many scripts, laid out with the fonts of the system.

mod pictures;
mod sections;
mod single;

use egui::text::{LayoutJob, TextFormat};
use egui::{Context, FontId, RawInput};

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;

use super::lines::Cell;
use super::*;
use crate::testing;

/// A context with the fonts that the window has.
fn context() -> Context {
    let ctx = Context::default();
    testing::install(&ctx);
    testing::use_system(&ctx);
    ctx
}

fn with_ui<T>(ctx: &Context, look: impl FnOnce(&Ui) -> T) -> T {
    let mut look = Some(look);
    let mut seen = None;
    let mut output = ctx.run_ui(RawInput::default(), |ui| {
        if let Some(look) = look.take() {
            seen = Some(look(ui));
        }
    });
    // There is no screen to send them to.
    output.textures_delta.clear();
    seen.unwrap()
}

fn job(text: &str, width: f32) -> LayoutJob {
    let format = TextFormat::simple(FontId::proportional(15.0), Color32::PLACEHOLDER);
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap.max_width = width;
    job
}

fn shaped(ctx: &Context, text: &str, width: f32) -> Shaped {
    with_ui(ctx, |ui| Shaped::new(ui, job(text, width), Vec::new()))
}

/// What a reader takes for one character each.
fn graphemes(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |grapheme: &str| {
        let chars = start..start + grapheme.chars().count();
        start = chars.end;
        chars
    };
    text.graphemes(true).map(range).collect()
}

/// What holds for every text.
fn check(text: &str, shaped: &Shaped) {
    let lines = &shaped.lines;
    let mut at = 0;
    let mut bottom = 0.0;
    for line in lines {
        assert_eq!(line.chars.start, at, "{text:?} loses a character");
        at = line.chars.end + usize::from(line.has_break);
        assert!(line.top >= bottom - 0.01, "{text:?}: lines overlap");
        bottom = line.bottom();
        let mut cells: Vec<_> = line.cells.iter().map(Cell::chars).collect();
        cells.sort_by_key(|cell| cell.start);
        let mut next = line.chars.start;
        for cell in cells {
            assert_eq!(cell.start, next, "{text:?} loses a character in a line");
            assert!(cell.start < cell.end);
            next = cell.end;
        }
        assert_eq!(next, line.chars.end, "{text:?} loses the end of a line");
        for pair in line.cells.windows(2) {
            assert!(
                pair[0].right <= pair[1].left + 0.01,
                "{text:?}: characters overlap"
            );
        }
        for cell in &line.cells {
            assert!(cell.left <= cell.right && cell.left.is_finite() && cell.right.is_finite());
            let middle = Vec2::new(cell.left.midpoint(cell.right), line.top + line.height / 2.0);
            let found = shaped.char_at(middle);
            let is_wide = cell.right - cell.left > 0.1;
            let is_hit = found == cell.start as usize || found == cell.end as usize;
            assert!(
                !is_wide || is_hit,
                "{text:?}: {found} is at the middle of {cell:?}"
            );
        }
    }
    assert_eq!(at, text.chars().count(), "{text:?} loses its end");
    let whole: f32 = lines
        .iter()
        .flat_map(|it| &it.cells)
        .map(|it| it.right - it.left)
        .sum();
    let rects: f32 = shaped.rects(0..at).iter().map(Rect::width).sum();
    let blank = lines
        .iter()
        .filter(|it| it.chars.is_empty() && it.has_break);
    let slivers: f32 = blank.map(|it| it.height * 0.25).sum();
    assert!(
        (whole + slivers - rects).abs() < 1.0,
        "{text:?}: {whole} + {slivers}, {rects}"
    );
    let heard = &shaped.galley().rows;
    if heard.iter().any(|row| !row.glyphs.is_empty()) {
        assert_eq!(heard.len(), lines.len(), "{text:?}");
    }
}

/// A text in each of many scripts.
const TEXTS: &[&str] = &[
    "",
    "\n",
    "\n\nA\n\nB\n",
    "Una frase en español, con acentos y «comillas».",
    "مرحبا بالعالم! كيف حالك (اليوم)؟ لا إله 2024 و١٢٣.",
    "שלום עולם, 1,234 English (סוגריים).",
    "En árabe «مرحبا بالعالم» y en hebreo «שלום עולם» (así).",
    "नमस्ते दुनिया, मैं हिन्दी में लिख रहा हूँ क्षत्रिय।",
    "สวัสดีชาวโลก น้ำตกสวยมาก",
    "বাংলা ভাষা, தமிழ் மொழி",
    "Русский Ελληνικά Tiếng Việt e\u{301}a\u{308}o\u{302}\u{323}",
    "😀 👨\u{200d}👩\u{200d}👧\u{200d}👦 🇪🇸🇲🇽 👍🏽 1\u{fe0f}\u{20e3} ❤\u{fe0f}",
    "שלום 👨\u{200d}👩\u{200d}👧 🇪🇸 👍🏽 עולם",
    "\ta\tb \u{a0} c\u{200b}d",
];

#[test]
fn every_character_of_every_script_has_its_place() {
    let ctx = context();
    for text in TEXTS {
        for width in [f32::INFINITY, 400.0, 120.0, 30.0, 1.0] {
            check(text, &shaped(&ctx, text, width));
        }
    }
}

#[test]
fn a_cursor_never_falls_into_what_a_reader_takes_for_one_character() {
    let ctx = context();
    for text in TEXTS {
        let shaped = shaped(&ctx, text, 200.0);
        let places: Vec<usize> = graphemes(text)
            .iter()
            .flat_map(|it| [it.start, it.end])
            .collect();
        for line in &shaped.lines {
            for step in 0..110_u16 {
                let at = Vec2::new(f32::from(step) * 2.0 - 5.0, line.top + line.height / 2.0);
                let found = shaped.char_at(at);
                assert!(found == 0 || places.contains(&found), "{text:?}: {found}");
            }
        }
    }
}

/// The first character of each cell, from left to right.
fn shown(text: &str, shaped: &Shaped) -> String {
    let chars: Vec<char> = text.chars().collect();
    let cells = shaped.lines.iter().flat_map(|line| &line.cells);
    cells.map(|cell| chars[cell.start as usize]).collect()
}

#[test]
fn lines_stand_in_the_order_that_unicode_gives() {
    let ctx = context();
    for text in [
        "abc שלום עולם def",
        "שלום abc 123 עולם",
        "مرحبا 2024 و١٢٣ (abc) بالعالم",
        "a (ב) ג 12, 34% [ד]",
        "«שלום», dijo.",
        "שלום ",
        "abc שלום ",
    ] {
        let info = unicode_bidi::ParagraphBidiInfo::new(text, None);
        let levels = info.reordered_levels_per_char(0..text.len());
        let order = unicode_bidi::ParagraphBidiInfo::reorder_visual(&levels);
        let chars: Vec<char> = text.chars().collect();
        let wanted: String = order.into_iter().map(|at| chars[at]).collect();
        assert_eq!(shown(text, &shaped(&ctx, text, f32::INFINITY)), wanted);
    }
}

#[test]
fn letters_in_one_ligature_share_its_room() {
    let ctx = context();
    let it = shaped(&ctx, "لاا", f32::INFINITY);
    let rects = |chars: Range<usize>| it.rects(chars)[0];
    let (lam, alef) = (rects(0..1), rects(1..2));
    assert!((lam.width() - alef.width()).abs() < 0.01 && lam.width() > 1.0);
    assert!((lam.left() - alef.right()).abs() < 0.01);
    assert!(rects(2..3).right() <= alef.left() + 0.01);
}

#[test]
fn a_click_beside_a_line_goes_to_its_end_as_it_is_read() {
    let ctx = context();
    let text = "שלום";
    let it = shaped(&ctx, text, 300.0);
    assert!(it.is_rtl());
    assert!(it.size().x >= 300.0 && it.text_width() < 100.0);
    assert_eq!(it.char_at(Vec2::new(299.9, 8.0)), 0);
    assert_eq!(it.char_at(Vec2::new(2.0, 8.0)), 4);
    assert_eq!(it.char_at(Vec2::new(150.0, -50.0)), 0);
    assert_eq!(it.char_at(Vec2::new(150.0, 50.0)), 4);
    let it = shaped(&ctx, "abc", 300.0);
    assert!(!it.is_rtl());
    assert_eq!(it.char_at(Vec2::new(299.0, 8.0)), 3);
    assert_eq!(it.char_at(Vec2::new(-9.0, 8.0)), 0);
}

#[test]
fn a_blank_line_that_is_selected_is_seen() {
    let ctx = context();
    for (text, blank) in [("a\n\nb", 2..3), ("א\n\nב", 2..3)] {
        let it = shaped(&ctx, text, 300.0);
        let rects = it.rects(blank);
        assert_eq!(rects.len(), 1, "{text:?}");
        assert!(rects[0].width() > 1.0 && rects[0].width() < 12.0);
        assert_eq!(it.rects(0..4).len(), 3);
        assert!(it.rects(1..1).is_empty());
    }
}

#[test]
fn emoji_are_one_glyph_and_in_colour() {
    let ctx = context();
    for text in [
        "😀",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "🇪🇸",
        "👍🏽",
        "1\u{fe0f}\u{20e3}",
        "❤\u{fe0f}",
    ] {
        let it = shaped(&ctx, text, 300.0);
        let glyphs = it
            .pieces
            .iter()
            .flat_map(|(_, galley)| &galley.rows)
            .flat_map(|it| &it.glyphs);
        let drawn: Vec<_> = glyphs.filter(|it| !it.uv_rect.is_nothing()).collect();
        assert_eq!(
            drawn.len(),
            1,
            "{text}: is fonts-noto-color-emoji installed?"
        );
        assert!(drawn[0].is_color, "{text}");
        let plain = shaped(&ctx, "x", 300.0).size().y;
        assert!(
            (it.size().y - plain).abs() < 0.1,
            "a line with {text} is as high as others"
        );
    }
}

fn inline(chars: Range<usize>, size: Vec2) -> Inline {
    Inline {
        chars,
        size,
        ascent: size.y * 0.7,
    }
}

#[test]
fn a_box_takes_the_place_of_its_characters() {
    let ctx = context();
    let text = "una $x$ fórmula";
    let boxes = vec![inline(4..7, Vec2::new(60.0, 50.0))];
    let it = with_ui(&ctx, |ui| Shaped::new(ui, job(text, 400.0), boxes));
    check(text, &it);
    let place = it.inline_places()[0];
    assert_eq!(it.char_at(place + Vec2::new(10.0, 20.0)), 4);
    assert_eq!(it.char_at(place + Vec2::new(50.0, 20.0)), 7);
    let rects = it.rects(5..6);
    assert_eq!(rects.len(), 1);
    assert!((rects[0].left() - place.x).abs() < 0.1 && (rects[0].width() - 60.0).abs() < 0.1);
    assert!(it.size().y >= 50.0);
    let plain = shaped(&ctx, "una ", 400.0);
    assert!((place.x - plain.size().x).abs() < 1.0);
}

#[test]
fn boxes_go_to_the_next_line_and_make_it_higher() {
    let ctx = context();
    let text = "palabra $a$ $b$ palabra\notra";
    let size = Vec2::new(80.0, 60.0);
    let boxes = vec![inline(8..11, size), inline(12..15, size)];
    let it = with_ui(&ctx, |ui| Shaped::new(ui, job(text, 150.0), boxes));
    check(text, &it);
    let places = it.inline_places();
    assert!(places[1].y >= places[0].y + 60.0 - 0.1, "{places:?}");
    assert!(places[1].x < 1.0);
    let last = it.lines.last().unwrap();
    assert!(last.height < 30.0 && last.top >= 120.0);
}

#[test]
fn boxes_that_cannot_be_are_left_out() {
    let ctx = context();
    let text = "abc";
    let size = Vec2::new(20.0, 20.0);
    let boxes = vec![
        inline(1..2, size),
        inline(0..3, size),
        inline(2..9, size),
        inline(1..1, size),
    ];
    let it = with_ui(&ctx, |ui| Shaped::new(ui, job(text, 150.0), boxes));
    check(text, &it);
    assert_eq!(it.inline_places().len(), 4);
}

#[test]
fn styles_are_kept_in_every_direction() {
    let ctx = context();
    let mut job = LayoutJob::default();
    let mut format = TextFormat::simple(FontId::proportional(15.0), Color32::PLACEHOLDER);
    job.append("שלום ", 0.0, format.clone());
    format.font_id = FontId::monospace(13.0);
    format.background = Color32::TRANSPARENT;
    format.italics = true;
    job.append("code עולם", 0.0, format.clone());
    let it = with_ui(&ctx, |ui| Shaped::new(ui, job, Vec::new()));
    check("שלום code עולם", &it);
    let styles: Vec<(String, bool)> = it
        .pieces
        .iter()
        .map(|(_, piece)| {
            (
                piece.text().to_owned(),
                piece.job.sections[0].format.italics,
            )
        })
        .collect();
    let wanted = [
        ("עולם", true),
        (" ", true),
        ("code", true),
        (" ", false),
        ("שלום", false),
    ];
    let wanted: Vec<_> = wanted.map(|(text, it)| (text.to_owned(), it)).into();
    assert_eq!(styles, wanted);
}

#[test]
fn a_screen_reader_hears_the_text_as_it_is_written() {
    let ctx = context();
    for text in TEXTS {
        let it = shaped(&ctx, text, 200.0);
        let rows = it.galley().rows.iter();
        let heard: String = rows
            .map(|row| row.text() + if row.ends_with_newline { "\n" } else { "" })
            .collect();
        assert_eq!(&heard, text);
    }
}

#[test]
fn the_epoch_changes_when_fonts_do() {
    let ctx = context();
    let first = with_ui(&ctx, epoch);
    assert_eq!(with_ui(&ctx, epoch), first);
    ctx.set_pixels_per_point(2.0);
    // The new size holds from the next frame.
    with_ui(&ctx, |_| ());
    let zoomed = with_ui(&ctx, epoch);
    assert_ne!(zoomed, first);
    ctx.set_font_providers(Vec::new());
    with_ui(&ctx, |_| ());
    assert_ne!(with_ui(&ctx, epoch), zoomed);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_can_be_laid_out(
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..24),
        width in prop::sample::select(&[5.0_f32, 60.0, 200.0, f32::INFINITY][..]),
        boxes in prop::collection::vec((0..30_usize, 0..4_usize), 0..3),
    ) {
        let text = parts.concat();
        let size = Vec2::new(30.0, 40.0);
        let boxes = boxes.into_iter().map(|(start, len)| inline(start..start + len, size));
        let it = CONTEXT.with(|ctx| {
            with_ui(ctx, |ui| Shaped::new(ui, job(&text, width), boxes.collect()))
        });
        check(&text, &it);
        let all = text.chars().count();
        it.rects(all / 2..all + 9);
        it.char_at(Vec2::new(1e9, -1e9));
    }
}

thread_local! {
    static CONTEXT: Context = context();
}

/// What random texts are made of.
const PARTS: &[&str] = &[
    "a",
    "palabra",
    " ",
    "  ",
    "\n",
    "-",
    ".",
    "(",
    ")",
    "[",
    "1",
    "23",
    "%",
    "\t",
    "\r",
    "ש",
    "שלום",
    "ל",
    "ا",
    "لا",
    "مرحبا",
    "١٢",
    "،",
    "ـ",
    "\u{64b}",
    "\u{5b8}",
    "\u{301}",
    "\u{200d}",
    "\u{200c}",
    "\u{200f}",
    "\u{202e}",
    "\u{202c}",
    "\u{2067}",
    "\u{2069}",
    "क्षि",
    "नमस्ते",
    "น้ำ",
    "เก",
    "日本",
    "、",
    "한",
    "😀",
    "👨\u{200d}👩",
    "🇪",
    "🇪🇸",
    "🏽",
    "\u{fe0f}",
    "\u{20e3}",
    "\u{2029}",
    "\u{fffc}",
    "\u{0}",
    "\u{10fffd}",
    "\u{ad}",
];
