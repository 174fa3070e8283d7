//! Chats that are dragged into a folder, or out of one.

use egui::{
    Align2, Context, CornerRadius, CursorIcon, DragAndDrop, FontId, Id, LayerId, Order, Rect,
    Response, Stroke, StrokeKind, Ui, Vec2,
};

use super::lines::Line;
use super::list::List;
use crate::app::command::{Command, Each};
use crate::app::components::one_line;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::chat::{ChatId, FolderId};
use crate::i18n::Text;
use crate::store::Summary;

/// How near the edge of the list a drag scrolls it, and by how much a frame.
const EDGE: f32 = 28.0;
const STEP: f32 = 8.0;

/// The widest that the name beside the pointer gets.
const WIDEST: f32 = 220.0;

/// The chats that are being dragged.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Dragged(Vec<ChatId>);

/// Whether chats are being dragged.
pub(super) fn is_going(ctx: &Context) -> bool {
    DragAndDrop::has_payload_of_type::<Dragged>(ctx)
}

/// Takes a chat up, with those that are chosen together with it.
pub(super) fn take_up(row: &Response, chat: ChatId, chosen: &[&Summary]) {
    // A finger that moves over the list scrolls it.
    let by_touch = row.ctx.input(egui::InputState::any_touches);
    if !row.drag_started() || by_touch {
        return;
    }
    let chats = match chosen.iter().any(|it| it.id == chat) {
        true => chosen.iter().map(|it| it.id).collect(),
        false => vec![chat],
    };
    DragAndDrop::set_payload(&row.ctx, Dragged(chats));
}

impl List {
    /// What is dragged over a line: it says what would come of it, and does that when it is
    /// let go. `folder` is the one that the line lies in.
    pub(super) fn drop_on(
        &mut self,
        ui: &Ui,
        state: &State,
        rect: Rect,
        (line, folder): (&Line<'_>, Option<FolderId>),
    ) -> Option<Command> {
        let dragged = DragAndDrop::payload::<Dragged>(ui.ctx())?;
        let pointer = ui.ctx().pointer_interact_pos()?;
        if !rect.intersect(ui.clip_rect()).contains(pointer) {
            return None;
        }
        // The pinned ones lie in no folder there, and in none nothing changes.
        if let (Line::Chat(chat, false), None) = (line, folder)
            && chat.is_pinned
        {
            return None;
        }
        let listed = state.shelves.page.iter().flat_map(|page| &page.chats);
        let mut moved = listed.filter(|chat| dragged.0.contains(&chat.id));
        if !moved.any(|chat| chat.folder != folder) {
            return None;
        }
        let palette = Palette::of(ui);
        let ring = Stroke::new(2.0, palette.accent);
        let corners = CornerRadius::same(radius::CONTROL);
        ui.painter()
            .rect_stroke(rect, corners, ring, StrokeKind::Inside);
        if !ui.input(|input| input.pointer.any_released()) {
            return None;
        }
        DragAndDrop::clear_payload(ui.ctx());
        let chats = dragged.0.clone();
        if chats.len() > 1 {
            self.several.end();
        }
        Some(match chats.as_slice() {
            [chat] => Command::Move(*chat, folder),
            _ => Command::Each(chats, Each::Move(folder)),
        })
    }
}

/// Scrolls the list while something is dragged along its edge.
pub(super) fn scroll_at_edge(ui: &Ui) {
    let Some(pointer) = ui.ctx().pointer_interact_pos() else {
        return;
    };
    let view = ui.clip_rect();
    if !is_going(ui.ctx()) || !view.x_range().contains(pointer.x) {
        return;
    }
    let step = if pointer.y < view.top() + EDGE {
        STEP
    } else if pointer.y > view.bottom() - EDGE {
        -STEP
    } else {
        return;
    };
    ui.scroll_with_delta(Vec2::new(0.0, step));
    ui.ctx().request_repaint();
}

/// Draws what is dragged beside the pointer.
pub(super) fn show(ui: &Ui, state: &State) {
    let Some(dragged) = DragAndDrop::payload::<Dragged>(ui.ctx()) else {
        return;
    };
    let Some(hand) = ui.ctx().pointer_interact_pos() else {
        return;
    };
    let mut listed = state.shelves.page.iter().flat_map(|page| &page.chats);
    let name = match dragged.0.as_slice() {
        [chat] => {
            let chat = listed.find(|it| it.id == *chat);
            chat.map_or_else(String::new, |it| super::list::name_of(state, it))
        }
        chats => {
            let count = Text::new("several-count").count("chats", chats.len() as u64);
            state.i18n.text(&count)
        }
    };
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    let palette = Palette::of(ui);
    let layer = LayerId::new(Order::Tooltip, Id::unique("dragged-chats"));
    let painter = ui.ctx().layer_painter(layer);
    let galley = one_line(ui, &name, FontId::proportional(font::SECONDARY), WIDEST);
    let size = galley.size() + Vec2::new(24.0, 14.0);
    let place = Align2::LEFT_TOP.anchor_size(hand + Vec2::new(12.0, 8.0), size);
    let corners = CornerRadius::same(radius::CONTROL);
    painter.add(ui.visuals().popup_shadow.as_shape(place, corners));
    painter.rect_filled(place, corners, palette.card);
    let line = Stroke::new(1.0, palette.line);
    painter.rect_stroke(place, corners, line, StrokeKind::Inside);
    let at = place.min + Vec2::new(12.0, 7.0);
    painter.galley(at, galley, palette.ink);
}
