//! Where the keyboard is: a ring around the control that has it, and the way into menus and
//! back, for all of them in one place.

use egui::{Context, CornerRadius, FocusDirection, Id, Memory, Popup, Stroke, StrokeKind, Ui};

use crate::app::theme::{Palette, radius};

/// What is known of the keyboard between frames.
#[derive(Default)]
pub(super) struct Focus {
    has_menu: bool,
    /// Whether the menu was opened without a pointer, so that its first entry is next.
    enters: bool,
    /// What had the keyboard when the menu opened.
    before: Option<Id>,
    /// What had it last while the menu was open.
    inside: Option<Id>,
}

impl Focus {
    /// Whether a menu was open when the frame before this one ended.
    pub(super) fn has_menu(&self) -> bool {
        self.has_menu
    }

    /// Before anything is drawn.
    pub(super) fn begin(&mut self, ctx: &Context) {
        if std::mem::take(&mut self.enters) {
            ctx.memory_mut(|memory| memory.move_focus(FocusDirection::Down));
        }
    }

    /// After everything is drawn.
    pub(super) fn end(&mut self, ui: &Ui) {
        let ctx = ui.ctx();
        let has_menu = Popup::is_any_open(ctx);
        let focused = ctx.memory(Memory::focused);
        let is_clicking = is_clicking(ctx);
        if has_menu && !self.has_menu {
            self.before = focused;
            let by_pointer =
                ui.input(|input| input.pointer.any_pressed() || input.pointer.any_released());
            self.enters = focused.is_some() && !by_pointer;
            if self.enters {
                ctx.request_repaint();
            }
        }
        if !has_menu && self.has_menu {
            // An entry that was chosen is gone, and Escape leaves the keyboard nowhere.
            let is_gone = |id| !is_clicking && ctx.read_response(id).is_none();
            let is_nowhere = focused.is_none_or(is_gone);
            // What was chosen may have put it somewhere else.
            let stays = focused.is_none() || focused == self.inside;
            let in_menu = focused.is_some_and(|id| !is_clicking && is_above(ctx, id));
            if let Some(before) = self
                .before
                .take()
                .filter(|_| stays && (is_nowhere || in_menu))
            {
                ctx.memory_mut(|memory| memory.request_focus(before));
                ctx.request_repaint();
            }
        }
        if has_menu {
            self.inside = focused;
        }
        self.has_menu = has_menu;
        if !is_clicking {
            ring(ui);
        }
    }
}

/// Whether this is the frame of a click: to read a response then takes the keyboard away from
/// whatever was not clicked, though it has just been given to it.
fn is_clicking(ctx: &Context) -> bool {
    ctx.input(|input| input.pointer.any_pressed() || input.pointer.any_released())
}

/// Whether it lies in something that floats.
fn is_above(ctx: &Context, id: Id) -> bool {
    let order = ctx.read_response(id).map(|it| it.layer_id.order);
    order == Some(egui::Order::Foreground)
}

/// A text box has its own edge; everything else that has the keyboard has this one.
fn ring(ui: &Ui) {
    let ctx = ui.ctx();
    let Some(focused) = ctx.memory(Memory::focused) else {
        return;
    };
    let Some(response) = ctx.read_response(focused) else {
        return;
    };
    if ctx.text_edit_focused() || !response.interact_rect.is_positive() {
        return;
    }
    let line = Stroke::new(2.0, Palette::of(ui).accent);
    let corners = CornerRadius::same(radius::CONTROL);
    ctx.layer_painter(response.layer_id).rect_stroke(
        response.interact_rect,
        corners,
        line,
        StrokeKind::Inside,
    );
}
