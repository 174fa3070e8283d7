//! Letters as they are seen.

use egui::{Align2, FontId, Pos2, Ui, Vec2};
use egui_kittest::Harness;

use super::super::*;

#[test]
fn the_dots_of_small_letters_stand_apart() {
    for theme in [Theme::Light, Theme::Dark] {
        for size in [12.0, font::CAPTION, font::SECONDARY, font::BODY] {
            let mut harness = Harness::builder()
                .with_size(Vec2::new(40.0, 40.0))
                .with_theme(theme)
                .with_pixels_per_point(1.0)
                .with_context_setup(install)
                .build_ui(|ui: &mut Ui| {
                    let palette = Palette::of(ui);
                    let whole = ui.ctx().content_rect();
                    ui.painter().rect_filled(whole, 0.0, palette.background);
                    let font = FontId::proportional(size);
                    let at = Pos2::new(10.0, 10.0);
                    ui.painter()
                        .text(at, Align2::LEFT_TOP, "i", font, palette.ink);
                });
            harness.run_steps(3);
            let picture = harness.render().unwrap();
            let ground = picture.get_pixel(35, 35).0[0];
            let ink = |x: u32, y: u32| picture.get_pixel(x, y).0[0].abs_diff(ground);
            let rows: Vec<u8> = (0..40)
                .map(|y| (8..20).map(|x| ink(x, y)).max().unwrap())
                .collect();
            let darkest = *rows.iter().max().unwrap();
            let top = rows.iter().position(|it| *it > darkest / 2).unwrap();
            let end = rows.iter().rposition(|it| *it > darkest / 2).unwrap();
            let gap = rows[top..end].iter().min().unwrap();
            assert!(*gap < darkest / 2, "{theme:?} {size}: {rows:?}");
        }
    }
}
