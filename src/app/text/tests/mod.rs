//! Texts in many scripts, laid out with the fonts of the system.

use egui::text::{LayoutJob, TextFormat};
use egui::{Context, FontId, RawInput};

use super::*;
use crate::app::{fonts, theme};

/// A context with the fonts that the window has.
fn context() -> Context {
    let ctx = Context::default();
    theme::install(&ctx);
    fonts::use_system_now(&ctx);
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

#[test]
fn look_at_it() {
    let ctx = context();
    for text in ["שלום עולם", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดีน้ำ", "日本語", "😀 👨‍👩‍👧‍👦 🇪🇸 👍🏽 1️⃣ ❤️"] {
        let shaped = with_ui(&ctx, |ui| Shaped::new(ui, job(text, 400.0), Vec::new()));
        eprintln!("{text}: {:?} pieces {}", shaped.size(), shaped.pieces.len());
        for line in &shaped.lines { for cell in &line.cells { eprint!("{}..{} [{:.1} {:.1}] ", cell.start, cell.end, cell.left, cell.right);} eprintln!(); }
        for (_, g) in &shaped.pieces { for r in &g.rows { for gl in &r.glyphs { eprint!("{:?}@{:.1}+{:.1}{} ", gl.chr, gl.pos.x, gl.advance_width, if gl.is_color {"*"} else if gl.uv_rect.is_nothing() {"-"} else {""});} } eprintln!(); }
        let names = with_ui(&ctx, |ui| ui.fonts(|f| f.discovered_fonts().iter().map(|f| f.name.clone()).collect::<Vec<_>>()));
        eprintln!("{names:?}");
    }
}
