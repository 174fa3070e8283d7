//! A page of many scripts, written below `target/pictures` for a person to look at.

use crate::text::single::display_order;
use std::path::PathBuf;

use egui_kittest::Harness;

use super::*;

const PAGE: &[&str] = &[
    "Español: ¿Cómo estás? El veloz murciélago hindú comía feliz cardillo y kiwi.",
    "مرحبا بالعالم! كيف حالك اليوم؟ هذا نص طويل بالعربية يجب أن ينتقل إلى السطر التالي عند نهاية العرض (مع أقواس) وأرقام 2024 و١٢٣.",
    "שלום עולם! זהו טקסט בעברית (עם סוגריים) ומספרים 1,234 וגם English words בתוך השורה, ועוד קצת כדי לעבור שורה.",
    "En español decimos «hola», en árabe «مرحبا بالعالم» y en hebreo «שלום עולם» (así).",
    "हिन्दी: नमस्ते दुनिया, मैं हिन्दी में लिख रहा हूँ। यह एक लम्बा वाक्य है जो अगली पंक्ति में जाता है।",
    "ไทย: สวัสดีชาวโลก ฉันกำลังเขียนภาษาไทย น้ำตกสวยมาก และข้อความนี้ยาวพอที่จะขึ้นบรรทัดใหม่",
    "日本語の文章です。東京は日本の首都で、人口は約1400万人です。中文:你好,世界。한국어: 안녕하세요 세계.",
    "Emoji: 😀 familia 👨‍👩‍👧‍👦, bandera 🇪🇸🇲🇽, tono 👍🏽, tecla 1️⃣#️⃣, corazón ❤️, texto ❤︎ ☺, fin.",
    "Русский, Ελληνικά, Tiếng Việt, Ångström, e\u{301}a\u{308}",
];

#[test]
fn a_page_of_scripts_can_be_drawn() {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(520.0, 720.0))
        .with_theme(egui::Theme::Light)
        .with_pixels_per_point(2.0)
        .with_context_setup(|ctx: &Context| {
            testing::install(ctx);
            testing::use_system(ctx);
        })
        .build_ui(|ui: &mut Ui| {
            ui.ctx().set_missing_glyph_policy(egui::epaint::text::MissingGlyphPolicy::Tofu);
            let palette = crate::Palette::of(ui);
            let whole = ui.ctx().content_rect();
            ui.painter().rect_filled(whole, 0.0, palette.code);
            let mut at = Pos2::new(20.0, 20.0);
            let mut show = |ui: &Ui, shaped: &Shaped, selected: Range<usize>| {
                for rect in shaped.rects(selected) {
                    let place = rect.translate(at.to_vec2());
                    ui.painter().rect_filled(place, 2.0, palette.selection);
                }
                shaped.paint(ui.painter(), at, palette.ink);
                for place in shaped.inline_places() {
                    let place = Rect::from_min_size(at + place, Vec2::new(40.0, 34.0));
                    ui.painter().rect_filled(place.shrink(1.0), 3.0, palette.accent);
                }
                at.y += shaped.size().y + 12.0;
            };
            for text in PAGE {
                let chars = text.chars().count();
                let shaped = Shaped::new(ui, job(text, 480.0), Vec::new());
                show(ui, &shaped, chars / 3..chars / 2);
            }
            let inline = |chars: Range<usize>| Inline {
                chars,
                size: Vec2::new(40.0, 34.0),
                ascent: 22.0,
            };
            for text in [
                "Una fórmula $x^2$ dentro de la línea, y otra $y$, que no cabe en la primera y baja.",
                "נוסחה $x^2$ בתוך השורה (וגם $y$).",
            ] {
                let chars: Vec<char> = text.chars().collect();
                let marks: Vec<usize> = (0..chars.len()).filter(|&at| chars[at] == '$').collect();
                let inlines = marks.chunks(2).map(|pair| inline(pair[0]..pair[1] + 1));
                let shaped = Shaped::new(ui, job(text, 480.0), inlines.collect());
                show(ui, &shaped, 4..marks[1] + 4);
            }
            ui.painter().text(
                at,
                egui::Align2::LEFT_TOP,
                display_order("Título (שלום עולם), «مرحبا، بالعالم ١٢» 😀 1️⃣ ❤️"),
                FontId::proportional(15.0),
                palette.ink,
            );
        });
    harness.run_steps(3);
    let picture = harness.render().unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    picture.save(folder.join("scripts.png")).unwrap();
}
