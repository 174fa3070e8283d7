//! What floats over the window for a moment: menus, lists, and the panels of a narrow window.
//! A press beside one of them closes it and does nothing else. egui passes such a press on to
//! what lies below, so it is taken out of the input before egui hears of it: here, for all of
//! them.

use egui::{Context, Event, LayerId, Plugin, PointerButton, Popup, Pos2, RawInput, Rect, Ui};

/// Something that floats and is no menu of egui's.
#[derive(Debug, Clone, Copy)]
struct Float {
    layer: LayerId,
    /// What lies outside of it and still belongs to it: the box that a list is about.
    keeps: Rect,
}

/// Looks at each press before egui does.
#[derive(Debug, Default)]
struct Presses {
    /// What floated in the last pass, the topmost last.
    shown: Vec<Float>,
    /// What floats in this one.
    drawn: Vec<Float>,
    /// What a press beside it is to close in this pass.
    dismissed: Option<LayerId>,
    /// Buttons whose press was taken, so that their release is taken too.
    held: Vec<PointerButton>,
}

/// Begins to look at presses; once is enough.
pub(super) fn watch(ctx: &Context) {
    let _ = ctx.plugin_or_default::<Presses>();
}

/// This floats over the window. `keeps` is a part of the window that belongs to it.
pub(super) fn note(ctx: &Context, layer: LayerId, keeps: Rect) {
    ctx.with_plugin(|presses: &mut Presses| presses.drawn.push(Float { layer, keeps }));
}

/// Whether the user has pressed beside it, so that it is to close.
pub(super) fn is_dismissed(ctx: &Context, layer: LayerId) -> bool {
    ctx.with_plugin(|presses: &mut Presses| presses.dismissed == Some(layer))
        .unwrap_or(false)
}

impl Presses {
    /// Closes what a press at this place is beside of. Returns whether there was such a thing.
    fn close(&mut self, ctx: &Context, at: Pos2) -> bool {
        let layer = |ctx: &Context| ctx.layer_id_at(at);
        if Popup::is_any_open(ctx) {
            // egui opens one menu at a time, and its layer has the menu's id.
            let is_inside = layer(ctx).is_some_and(|it| Popup::is_id_open(ctx, it.id));
            if !is_inside {
                Popup::close_all(ctx);
            }
            return !is_inside;
        }
        let Some(&float) = self.shown.last() else {
            return false;
        };
        // A dialog takes all presses.
        if ctx.memory(|memory| memory.top_modal_layer().is_some()) {
            return false;
        }
        let is_inside = float.keeps.contains(at)
            || layer(ctx).is_some_and(|it| it == float.layer || it.order > float.layer.order);
        if !is_inside {
            self.dismissed = Some(float.layer);
            self.shown.pop();
        }
        !is_inside
    }
}

impl Plugin for Presses {
    fn debug_name(&self) -> &'static str {
        "presses beside what floats"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        input.events.retain(|event| {
            let Event::PointerButton {
                pos,
                button,
                pressed,
                ..
            } = *event
            else {
                return true;
            };
            let was_held = self.held.contains(&button);
            self.held.retain(|it| *it != button);
            if !pressed {
                return !was_held;
            }
            let is_taken = self.close(ctx, pos);
            if is_taken {
                self.held.push(button);
            }
            !is_taken
        });
    }

    fn on_end_pass(&mut self, _: &mut Ui) {
        self.shown = std::mem::take(&mut self.drawn);
        self.dismissed = None;
    }
}
