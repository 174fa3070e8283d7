//! The text itself, and the cursor in it.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Context, EventFilter, Frame, Id, RichText, ScrollArea, TextEdit, Ui};

use super::drafts::Writing;
use super::keys;
use crate::app::state::{ModelState, State};
use crate::app::theme::{Palette, font};

/// The tallest the box grows before it scrolls, in lines.
const MOST_LINES: f32 = 8.0;

/// The part of the window's height that the text may take.
const SHARE: f32 = 0.3;

/// Draws the text in a box that grows with it.
pub(super) fn show(ui: &mut Ui, state: &State, id: Id, has_list: bool, writing: &mut Writing) {
    let palette = Palette::of(ui);
    let share = ui.ctx().content_rect().height() * SHARE;
    let tallest = share.clamp(font::BODY_LINE, MOST_LINES * font::BODY_LINE);
    // Whoever has no model is told why nothing can be sent.
    let hint = match state.model {
        ModelState::None => "composer-hint-no-model",
        _ => "composer-hint",
    };
    let hint = RichText::new(state.i18n.get(hint))
        .size(font::BODY)
        .color(palette.faint);
    ScrollArea::vertical().max_height(tallest).show(ui, |ui| {
        let edit = TextEdit::multiline(&mut writing.text)
            .id(id)
            .hint_text(hint)
            .desired_rows(1)
            .desired_width(f32::INFINITY)
            .frame(Frame::NONE)
            .font(egui::FontId::proportional(font::BODY))
            // Escape stops a reply; the keyboard stays here.
            .event_filter(EventFilter {
                escape: true,
                horizontal_arrows: true,
                vertical_arrows: true,
                // Tab takes a prompt of the list.
                tab: has_list,
            })
            .return_key(keys::new_line(state.settings.send_with));
        let response = ui
            .add(edit)
            .accessible_name(state.i18n.get("composer-name"));
        if response.changed() {
            writing.touch();
        }
    });
}

/// Whether the cursor stands after the last character, with nothing selected.
pub(super) fn is_at_end(ctx: &Context, id: Id, text: &str) -> bool {
    let state = TextEditState::load(ctx, id);
    let range = state.and_then(|state| state.cursor.char_range());
    let end = CCursor::new(text.chars().count());
    range.is_some_and(|it| it.primary.index == end.index && it.secondary.index == end.index)
}

/// Puts the cursor after so many characters.
pub(super) fn put_cursor(ctx: &Context, id: Id, chars: usize) {
    let mut state = TextEditState::load(ctx, id).unwrap_or_default();
    let range = CCursorRange::one(CCursor::new(chars));
    state.cursor.set_char_range(Some(range));
    state.store(ctx, id);
}

/// Begins anew with this text: what there was before it cannot be brought back by key.
pub(super) fn forget_changes(ctx: &Context, id: Id, text: &str) {
    let mut state = TextEditState::load(ctx, id).unwrap_or_default();
    state.clear_undoer();
    state.store(ctx, id);
    put_cursor(ctx, id, text.chars().count());
}
