//! Sections of one line: the space before them, and the line on which their letters stand.

use super::*;

#[test]
fn letters_of_every_script_stand_on_one_line() {
    let ctx = context();
    let it = shaped(&ctx, "words हिन्दी में words", 400.0);
    let feet: Vec<f32> = it
        .pieces
        .iter()
        .flat_map(|(at, piece)| {
            let glyphs = piece.rows.iter().flat_map(|row| &row.glyphs);
            let inked = glyphs.filter(|it| !it.uv_rect.is_nothing());
            inked.map(|glyph| at.y + glyph.pos.y)
        })
        .collect();
    assert!(feet.len() > 10);
    assert!(
        feet.iter().all(|foot| (foot - feet[0]).abs() < 0.1),
        "{feet:?}"
    );
}

#[test]
fn the_space_before_a_section_is_there_but_at_the_start_of_a_line() {
    let ctx = context();
    // With letters that egui can lay out, and with some that it cannot.
    for word in ["bbb", "बबब"] {
        let mut job = job("aaa ", 400.0);
        let format = job.sections[0].format.clone();
        job.append(word, 5.0, format.clone());
        job.append(" c", 5.0, format);
        let mut narrow = job.clone();
        narrow.wrap.max_width = 40.0;
        let [wide, narrow] =
            [job, narrow].map(|job| with_ui(&ctx, |ui| Shaped::new(ui, job, Vec::new())));
        let chars = 4..4 + word.chars().count();
        let plain = shaped(&ctx, &format!("aaa {word}"), 400.0).rects(chars.clone())[0];
        let there = wide.rects(chars.clone())[0];
        assert!((there.left() - plain.left() - 5.0).abs() < 0.6, "{word}");
        assert!((there.right() - plain.right() - 10.0).abs() < 0.6, "{word}");
        let around = wide.boxes(chars.clone(), 5.0)[0];
        assert!((around.left() - there.left() + 5.0).abs() < 0.1);
        assert!((around.right() - there.right()).abs() < 0.1);
        assert!(narrow.rects(chars)[0].left().abs() < 0.1, "{word}");
    }
}
