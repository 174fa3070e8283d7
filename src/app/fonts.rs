//! The fonts of the system: for scripts that Charla's own fonts lack, found when a text first
//! needs one, and for emoji in colour, found while the window opens.

use std::sync::Arc;
use std::thread;

use egui::epaint::text::{FallbackRequest, FontPriority, InsertFontFamily};
use egui::{Context, FontFamily, FontInsert, FontProvider as _};
use egui_system_font_provider::SystemFontProvider;

use super::theme;

/// A man, whom fonts of emoji draw. A smiling face is drawn by fonts of text, too.
const EMOJI: &str = "\u{1F468}";
/// Next to letters, emoji at the size of the font are too big.
const SCALE: f32 = 0.9;

/// Lets text be drawn with the fonts of the system. They are looked for on threads; nothing
/// waits for that but a text that cannot be drawn without them.
pub(in crate::app) fn use_system(ctx: &Context) {
    let system = Arc::new(SystemFontProvider::new());
    ctx.add_font_provider(Arc::clone(&system) as _);
    let ctx = ctx.clone();
    // Without a thread there are emoji without colours.
    let _ = thread::Builder::new()
        .name("emoji font".into())
        .spawn(move || add_emoji(&ctx, &system));
}

/// Adds the system's font of emoji: behind all text, where text is not an emoji, and before
/// it, where it is.
fn add_emoji(ctx: &Context, system: &SystemFontProvider) {
    let request = FallbackRequest {
        cluster: EMOJI,
        family: &FontFamily::Proportional,
    };
    let Some(found) = system.font_for(&request) else {
        return;
    };
    let mut font = FontInsert::new("emoji-of-the-system", found.data, Vec::new());
    font.data.tweak.scale = SCALE;
    let behind = theme::text_families().map(|family| InsertFontFamily {
        family,
        priority: FontPriority::Lowest,
    });
    font.families.extend(behind);
    font.families.push(InsertFontFamily {
        family: FontFamily::Name(prose::fonts::EMOJI.into()),
        priority: FontPriority::Highest,
    });
    ctx.add_font(font);
    ctx.request_repaint();
}

/// What [`use_system`] does, with nothing left to be found.
#[cfg(test)]
pub(in crate::app) fn use_system_now(ctx: &Context) {
    let system = Arc::new(SystemFontProvider::new());
    ctx.add_font_provider(Arc::clone(&system) as _);
    add_emoji(ctx, &system);
}
