//! What can be clicked in a text: its links, and the buttons of its code.

use egui::{
    Align2, FontId, Id, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2,
    WidgetInfo,
};

use super::code;
use super::lay::Laid;
use super::paint::Act;
use crate::link;
use crate::{Host, Word};
use crate::{Palette, size};

/// Makes the links of a block what can be clicked and reached by key.
pub(super) fn links(ui: &Ui, laid: &Laid, shift: Vec2, id: Id, palette: &Palette) -> Option<Act> {
    let mut act = None;
    for (number, link) in laid.links.iter().enumerate() {
        let fragment = &laid.fragments[link.fragment];
        for (part, rect) in fragment
            .text
            .rects(link.chars.clone())
            .into_iter()
            .enumerate()
        {
            let rect = rect.translate(fragment.at + shift);
            // egui's own line stands at the foot of a line, whose height is not the letters'.
            let under = rect.bottom() - rect.height() * UNDERLINE;
            let line = Stroke::new(1.0, palette.accent.gamma_multiply(0.5));
            ui.painter().hline(rect.x_range(), under, line);
            // A link over two lines is one stop for the keyboard.
            let sense = match part {
                0 => Sense::click(),
                _ => Sense::CLICK,
            };
            let response = ui.interact(rect, id.with((number, part)), sense);
            if part == 0 {
                response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &link.words));
            }
            if response.has_focus() {
                let ring = Stroke::new(2.0, palette.accent);
                ui.painter()
                    .rect_stroke(rect.expand(2.0), 3.0, ring, StrokeKind::Outside);
            }
            if response.clicked() {
                act = Some(Act::Open {
                    words: link.words.clone(),
                    target: link.target.clone(),
                });
            }
            response
                .on_hover_cursor(egui::CursorIcon::PointingHand)
                .on_hover_ui_at_pointer(|ui| {
                    ui.label(link::shown(&link.target));
                });
        }
    }
    act
}

/// How far above the foot of a line the letters end, as a part of its height.
const UNDERLINE: f32 = 0.16;

/// What was clicked above a code block.
pub(super) enum Head {
    Copy,
    Wrap,
}

/// The line above code: its language, and what can be done with it.
pub(super) fn code_head(
    ui: &mut Ui,
    language: &str,
    rect: Rect,
    id: Id,
    can_wrap: bool,
    wraps: bool,
    host: &dyn Host,
) -> Option<Head> {
    let palette = Palette::of(ui);
    let mut clicked = None;
    let inside = rect.shrink2(Vec2::new(8.0, 2.0));
    let builder = UiBuilder::new()
        .max_rect(inside)
        .layout(egui::Layout::right_to_left(egui::Align::Center))
        .id_salt(id.with("head"));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let button = |ui: &mut Ui, name: Word, label: Word| {
            let response = host.button(ui, &host.say(label));
            response.accessible_name(host.say(name)).clicked()
        };
        if button(ui, Word::CopyCode, Word::Copy) {
            clicked = Some(Head::Copy);
        }
        let label = match wraps {
            true => Word::Unwrap,
            false => Word::Wrap,
        };
        if can_wrap && button(ui, label, label) {
            clicked = Some(Head::Wrap);
        }
    });
    let at = Pos2::new(rect.left() + code::SIDE, rect.center().y);
    let font = FontId::proportional(size::CAPTION);
    let language = match language.is_empty() {
        true => host.say(Word::Code),
        false => language.chars().take(24).collect(),
    };
    ui.painter()
        .text(at, Align2::LEFT_CENTER, language, font, palette.soft);
    clicked
}
