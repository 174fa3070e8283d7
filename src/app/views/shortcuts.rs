//! The sheet of shortcuts: every action that has keys, group by group.

use egui::{Frame, Id, Key, Margin, Rect, RichText, ScrollArea, Sense, Ui, Vec2, pos2};
use egui::{Role, WidgetInfo};

use super::{dialog, dialog_frame};
use crate::app::command::{Action, Group};
use crate::app::components::{icon_button, key_caps, one_line, title};
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font};

/// The widths of the sheet with one column and with two.
const NARROW: f32 = 420.0;
const WIDE: f32 = 760.0;

const ROW: f32 = 30.0;
const BETWEEN: f32 = 36.0;

/// The sheet while it is open.
#[derive(Debug, Default)]
pub(super) struct Shortcuts {
    is_known: bool,
}

impl Shortcuts {
    /// Draws the sheet. Returns whether it is over.
    pub(super) fn show(&mut self, ui: &Ui, state: &State) -> bool {
        let window = ui.ctx().content_rect();
        let is_wide = window.width() >= WIDE + 48.0;
        let width = if is_wide { WIDE } else { NARROW };
        let modal =
            dialog(ui, Id::unique("shortcuts")).frame(dialog_frame(ui).inner_margin(Margin {
                left: 24,
                right: 24,
                top: 16,
                bottom: 20,
            }));
        let shown = modal.show(ui.ctx(), |ui| {
            ui.set_width((width.min(window.width() - 24.0) - 48.0).max(0.0));
            let is_left = self.head(ui, state);
            ui.add_space(4.0);
            // As high as the window allows, whatever the sheet had room for before.
            let room = (window.height() - 120.0).max(ROW);
            ScrollArea::vertical()
                .id_salt("shortcuts")
                .max_height(room)
                .min_scrolled_height(room)
                .show(ui, |ui| {
                    scroll(ui, room);
                    columns(ui, state, is_wide);
                });
            is_left
        });
        shown.inner || shown.should_close()
    }

    /// The name, and the way out, which has the keyboard.
    fn head(&mut self, ui: &mut Ui, state: &State) -> bool {
        ui.horizontal(|ui| {
            ui.set_min_height(32.0);
            title(ui, state.i18n.get(Action::Shortcuts.name()));
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(layout, |ui| {
                let close = icon_button(ui, icons::X, &state.i18n.get("close"));
                if !std::mem::replace(&mut self.is_known, true) {
                    close.request_focus();
                }
                close.clicked()
            })
            .inner
        })
        .inner
    }
}

/// What does not fit is reached by key as well.
fn scroll(ui: &Ui, page: f32) {
    let down = ui.input(|input| {
        let of = |key, points| if input.key_pressed(key) { points } else { 0.0 };
        of(Key::ArrowDown, ROW) - of(Key::ArrowUp, ROW) + of(Key::PageDown, page)
            - of(Key::PageUp, page)
    });
    if down != 0.0 {
        ui.scroll_with_delta(Vec2::new(0.0, -down));
    }
}

/// The groups in one column, or in two that are about as long as each other.
fn columns(ui: &mut Ui, state: &State, is_wide: bool) {
    let groups: Vec<(Group, Vec<Action>)> = Group::all()
        .map(|group| {
            let with_keys = group.actions().filter(|action| action.shortcut().is_some());
            (group, with_keys.collect())
        })
        .collect();
    if !is_wide {
        for (group, actions) in &groups {
            one_group(ui, state, *group, actions);
        }
        return;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = BETWEEN;
        let width = (ui.available_width() - BETWEEN) / 2.0;
        // The chats, the files and help are as many as the rest.
        let is_left = |group: Group| matches!(group, Group::Chat | Group::Reply);
        for side in [true, false] {
            ui.vertical(|ui| {
                ui.set_width(width);
                for (group, actions) in groups.iter().filter(|it| is_left(it.0) == side) {
                    one_group(ui, state, *group, actions);
                }
            });
        }
    });
}

fn one_group(ui: &mut Ui, state: &State, group: Group, actions: &[Action]) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    Frame::new()
        .inner_margin(Margin {
            top: 10,
            bottom: 2,
            ..Margin::ZERO
        })
        .show(ui, |ui| {
            let name = RichText::new(state.i18n.get(group.name()))
                .font(font::semibold(font::CAPTION))
                .color(palette.soft);
            ui.add(egui::Label::new(name).selectable(false));
        });
    for action in actions {
        row(ui, state, *action);
    }
}

fn row(ui: &mut Ui, state: &State, action: Action) {
    let palette = Palette::of(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    let (rect, response): (Rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let name = state.i18n.get(action.name());
    let keys = action.keys(ui.ctx(), &state.i18n);
    let spoken = format!("{name}: {keys}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let caps = action.caps(ui.ctx(), &state.i18n);
    let width = key_caps(ui, rect.right_center(), &caps);
    let text = egui::FontId::proportional(font::SECONDARY);
    let galley = one_line(ui, &name, text, rect.width() - width - 12.0);
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, palette.ink);
}
