//! The offer to take back what was just deleted, above the composer.

use egui::{
    Align2, Area, CornerRadius, Frame, Id, Label, Margin, Order, Pos2, RichText, Stroke, Ui,
};

use crate::app::command::{Action, Command};
use crate::app::components::plain_button;
use crate::app::icons;
use crate::app::state::State;
use crate::app::theme::{Palette, font, radius};
use crate::i18n::Text;
use crate::store::Target;

/// Draws the offer with the middle of its lower edge at `at`.
pub(super) fn show(ui: &Ui, state: &State, at: Pos2) -> Option<Command> {
    let undo = state.undo.as_ref()?;
    let palette = Palette::of(ui);
    let said = state.i18n.text(&what(&undo.target));
    let undo_name = state.i18n.get(Action::Undo.name());
    let shown = Area::new(Id::unique("undo"))
        .order(Order::Foreground)
        .pivot(Align2::CENTER_BOTTOM)
        .fixed_pos(at)
        .accessible_name(&said)
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(palette.card)
                .stroke(Stroke::new(1.0, palette.line))
                .corner_radius(CornerRadius::same(radius::CARD))
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(Margin {
                    left: 16,
                    right: 8,
                    top: 6,
                    bottom: 6,
                })
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 12.0;
                        let words = RichText::new(&said)
                            .size(font::SECONDARY)
                            .color(palette.ink);
                        ui.add(Label::new(words).selectable(false).extend());
                        let button = plain_button(ui, &undo_name, icons::UNDO, true);
                        let keys = Action::Undo.keys(ui.ctx(), &state.i18n);
                        let keys = RichText::new(keys).size(font::CAPTION).color(palette.soft);
                        ui.add(Label::new(keys).selectable(false).extend());
                        ui.add_space(4.0);
                        button.clicked()
                    })
                    .inner
                })
                .inner
        });
    // Whoever does not see it is told of it.
    ui.ctx().accesskit_node_builder(shown.response.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
    });
    shown.inner.then_some(Command::Do(Action::Undo))
}

fn what(target: &Target) -> Text {
    match target {
        Target::Chats(chats) if chats.len() > 1 => {
            Text::new("undone-chats").count("chats", chats.len() as u64)
        }
        Target::Chats(_) => Text::new("undone-chat"),
        Target::AllChats => Text::new("undone-all"),
        Target::Message(..) => Text::new("undone-message"),
        Target::Branch(..) => Text::new("undone-branch"),
        Target::Folder { .. } => Text::new("undone-folder"),
    }
}
