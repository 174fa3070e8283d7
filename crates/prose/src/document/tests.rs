//! Documents as they are painted: where letters, boxes and bars come to lie.

use egui::epaint::{ClippedShape, RectShape, TextShape};
use egui::{Context, Id, Pos2, Rangef, RawInput, Rect, Shape, Vec2};

use super::*;
use crate::markdown::Highlighter;
use crate::testing;

const WIDTH: f32 = 400.0;
const VIEW: f32 = 300.0;

/// What a document has painted.
struct Painted {
    shapes: Vec<ClippedShape>,
    palette: Palette,
    document: Document,
}

impl Painted {
    /// A document of which the window shows what lies below `from`.
    fn new(text: &str, from: f32) -> Self {
        let ctx = Context::default();
        testing::install(&ctx);
        testing::use_system(&ctx);
        let mut document = Document::new(Kind::Markdown);
        document.set(text, false);
        let mut highlighter = Highlighter::start(|| ());
        let mut palette = None;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(WIDTH, VIEW))),
            ..RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| {
            palette = Some(Palette::of(ui));
            let strip = Rangef::new(from, from + VIEW);
            document.prepare(ui, WIDTH, strip);
            let mut shown = Shown {
                host: &testing::Plain,
                id: Id::unique("document"),
                highlighter: &mut highlighter,
                picked: None,
                found: None,
                marks: &|_| Vec::new(),
            };
            document.show(ui, Pos2::new(0.0, -from), strip, &mut shown);
        });
        // There is no screen to send them to.
        output.textures_delta.clear();
        Self {
            shapes: output.shapes,
            palette: palette.unwrap(),
            document,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &TextShape> {
        self.shapes.iter().filter_map(|it| match &it.shape {
            Shape::Text(text) => Some(text),
            _ => None,
        })
    }

    fn rects(&self) -> impl Iterator<Item = &RectShape> {
        self.shapes.iter().filter_map(|it| match &it.shape {
            Shape::Rect(rect) => Some(rect),
            _ => None,
        })
    }

    /// The space of some letters of a text that is drawn: from the left edge of the first to
    /// the right one of the last, and the line on which the first stands.
    #[track_caller]
    fn letters(&self, words: &str) -> (Rangef, f32) {
        for text in self.texts() {
            for row in &text.galley.rows {
                let line: String = row.glyphs.iter().map(|glyph| glyph.chr).collect();
                if let Some(at) = line.find(words) {
                    let first = line[..at].chars().count();
                    let last = first + words.chars().count() - 1;
                    let corner = text.pos + row.pos.to_vec2();
                    let (first, last) = (&row.glyphs[first], &row.glyphs[last]);
                    let sides = Rangef::new(corner.x + first.pos.x, corner.x + last.max_x());
                    return (sides, corner.y + first.pos.y);
                }
            }
        }
        panic!("{words} is not drawn");
    }
}

#[test]
fn the_box_of_code_leaves_the_space_around_it() {
    for text in [
        "checks if `n` is less",
        "ملف `n` قصير",
        "if `n` $x$ is",
        "<kbd>n</kbd> or `n` is",
    ] {
        let painted = Painted::new(text, 0.0);
        let (letter, _) = painted.letters("n");
        let boxes: Vec<Rect> = painted
            .rects()
            .filter(|it| it.fill == painted.palette.code_wash)
            .map(|it| it.rect)
            .collect();
        assert_eq!(boxes.len(), 1, "{text}");
        if !text.starts_with('<') {
            assert!(
                (boxes[0].left() - (letter.min - words::BOX_SIDE)).abs() < 0.6,
                "{text}"
            );
            assert!(
                (boxes[0].right() - (letter.max + words::BOX_SIDE)).abs() < 0.6,
                "{text}"
            );
        }
    }
    let painted = Painted::new("checks if `n` is less", 0.0);
    let code = painted.letters("n").0;
    let space = 3.0;
    assert!(code.min - words::BOX_SIDE - painted.letters("if").0.max >= space);
    assert!(painted.letters("is").0.min - code.max - words::BOX_SIDE >= space);
}

#[test]
fn a_number_stands_on_the_line_of_its_words() {
    for text in ["1. words", "1. $\\frac{a}{b}$ words", "1. ## words"] {
        let painted = Painted::new(text, 0.0);
        let (_, number) = painted.letters("1.");
        let (_, words) = painted.letters("words");
        assert!((number - words).abs() < 0.6, "{text}: {number} {words}");
    }
    // "What is six times seven?" is answered with a number alone.
    let (_, with_words) = Painted::new("42. words", 0.0).letters("42.");
    let (_, alone) = Painted::new("42.", 0.0).letters("42.");
    assert!((alone - with_words).abs() < 0.6, "{alone} {with_words}");
}

#[test]
fn a_number_without_words_has_a_line_of_its_own() {
    let lines = Painted::new("1. words\n2. more\n3.", 0.0);
    let at = |number: &str| lines.letters(number).1;
    let (step, last) = (at("2.") - at("1."), at("3.") - at("2."));
    assert!((step - last).abs() < 0.6, "{step} {last}");
}

#[test]
fn letters_above_and_below_the_line_are() {
    for text in [
        "a<sub>b</sub><sup>c</sup>d",
        "a<sub>b</sub><sup>c</sup>d שלום",
    ] {
        let painted = Painted::new(text, 0.0);
        let line = |letter: &str| painted.letters(letter).1;
        let (on, low, high) = (line("a"), line("b"), line("c"));
        assert!(
            low > on + 1.0 && high < on - 2.0,
            "{text}: {on} {low} {high}"
        );
        assert!((line("d") - on).abs() < 0.6, "{text}");
    }
}

#[test]
fn what_is_read_from_the_right_has_its_marks_there() {
    let painted = Painted::new("> שלום\n\n1. שלום\n   - hello", 0.0);
    let bar = painted
        .rects()
        .find(|it| it.fill == painted.palette.line && it.rect.width() < 4.0);
    assert!(bar.unwrap().rect.left() > WIDTH - 5.0);
    assert!(painted.letters(".1").0.min > WIDTH - flow::ITEM);
    let words = painted.letters("hello").0;
    assert!(
        (words.max - (WIDTH - 2.0 * flow::ITEM)).abs() < 1.0,
        "{words:?}"
    );
    let painted = Painted::new("| שם | x |\n|---|---|\n| אב | y |", 0.0);
    let (first, second) = (painted.letters("אב").0, painted.letters("y").0);
    assert!(
        second.max < first.min && first.max > WIDTH - 16.0,
        "{first:?} {second:?}"
    );
    let painted = Painted::new("> [!NOTE]\n> שלום", 0.0);
    assert!(painted.letters("Note").0.max > WIDTH - flow::QUOTE - 1.0);
}

#[test]
fn the_head_of_a_code_block_stays_in_view_with_its_lines() {
    let code = "let x = 1;\n".repeat(200);
    let text = format!(
        "Above.\n\n```rust\n{code}```\n\nBelow.\n\n{}",
        "words\n\n".repeat(40)
    );
    let head = |from: f32| {
        let painted = Painted::new(&text, from);
        let is_copy = |it: &&TextShape| it.galley.text() == "Copy";
        let copy = painted.texts().find(is_copy).map(|it| it.pos.y);
        (copy, painted.document.height())
    };
    let (first, height) = head(0.0);
    assert!(first.unwrap() > 30.0);
    let (middle, _) = head(height / 2.0);
    assert!(
        middle.is_some_and(|y| (0.0..20.0).contains(&y)),
        "{middle:?}"
    );
    // With its last line, it leaves.
    let (last, _) = head(40.0 + flow::CODE_HEAD + 200.0 * flow::CODE_LINE + 5.0);
    assert!(last.is_none_or(|y| y < 0.0), "{last:?}");
}

#[test]
fn a_long_code_block_has_all_its_edges() {
    let code = "let x = 1;\n".repeat(100);
    let painted = Painted::new(&format!("```\n{code}```"), 0.0);
    let first = painted
        .rects()
        .find(|it| it.fill == painted.palette.code)
        .unwrap();
    assert!(first.stroke.color == painted.palette.line && first.stroke.width > 0.0);
    assert!(first.rect.top().abs() < 0.6, "its upper edge is at its top");
    assert!(
        first.rect.bottom() > 60.0 * flow::CODE_LINE,
        "the lower one is not"
    );
}

#[test]
fn other_colours_are_seen_at_once() {
    let ctx = Context::default();
    testing::install(&ctx);
    let mut document = Document::new(Kind::Thoughts);
    document.set("Some words.", false);
    let mut highlighter = Highlighter::start(|| ());
    let mut drawn = |document: &mut Document| {
        let mut palette = None;
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            palette = Some(Palette::of(ui));
            let strip = Rangef::new(0.0, VIEW);
            document.prepare(ui, WIDTH, strip);
            let mut shown = Shown {
                host: &testing::Plain,
                id: Id::unique("document"),
                highlighter: &mut highlighter,
                picked: None,
                found: None,
                marks: &|_| Vec::new(),
            };
            document.show(ui, Pos2::ZERO, strip, &mut shown);
        });
        output.textures_delta.clear();
        let mut colours = output.shapes.iter().filter_map(|it| match &it.shape {
            Shape::Text(text) => Some(text.galley.job.sections.first()?.format.color),
            _ => None,
        });
        (palette.unwrap(), colours.next_back().unwrap())
    };
    // The first frame has no fonts yet.
    drawn(&mut document);
    let (before, colour) = drawn(&mut document);
    assert_eq!(colour, before.soft);
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        let soft = egui::Color32::from_rgb(1, 2, 3);
        Palette { soft, ..before }.set(&ctx, theme);
    }
    let (after, colour) = drawn(&mut document);
    assert_eq!(
        (colour, after.soft),
        (after.soft, egui::Color32::from_rgb(1, 2, 3))
    );
}
