//! What stands around the text of a message: who wrote it, what it thought, how it goes on.

use std::cell::Cell;

use egui::{
    Align2, Color32, FontId, Id, Label, Popup, Rect, Response, RichText, Sense, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo,
};

use super::actions;
use super::editor::Edits;
use crate::app::command::Command;
use crate::app::components::{NoticeCard, caption, colored_caption, notice_card, progress};
use crate::app::icons;
use crate::app::state::{ModelState, Reply, State};
use crate::app::theme::{Palette, font};
use crate::app::views::when;
use crate::chat::{Chat, Message, MessageId, Role};
use crate::i18n::{Arg, Text};

/// A message and what is to be known to draw it.
pub(super) struct Drawn<'a> {
    pub(super) state: &'a State,
    pub(super) chat: &'a Chat,
    pub(super) message: &'a Message,
    /// All versions of it, the oldest first.
    pub(super) versions: &'a [MessageId],
    /// Whether it is pointed at, or one of its controls has the keyboard.
    pub(super) is_hot: bool,
    /// Whether there is no room for the names of what can be done.
    pub(super) is_narrow: bool,
    /// Whether a control that has been drawn has the keyboard or an open menu.
    pub(super) held: Cell<bool>,
}

impl Drawn<'_> {
    /// Whether it shows what can be done with it: where somebody looks, and at the end.
    pub(super) fn shows_actions(&self) -> bool {
        self.is_hot || self.chat.leaf() == Some(self.message.id)
    }

    /// Takes in that a control of it has been drawn.
    pub(super) fn note(&self, control: &Response) {
        let menu = Popup::default_response_id(control);
        if control.has_focus() || Popup::is_id_open(&control.ctx, menu) {
            self.held.set(true);
        }
    }

    /// The reply that is being written, where this message is it.
    pub(super) fn writing(&self) -> Option<&Reply> {
        let reply = self.state.current_reply()?;
        (reply.message == self.message.id).then_some(reply)
    }
}

/// The line above a reply: who wrote it, and when.
pub(super) fn head(ui: &mut Ui, it: &Drawn<'_>) {
    let time = when::said(&it.state.i18n, it.message.created_unix_ms);
    let edited = it
        .message
        .edited_unix_ms
        .map(|_| it.state.i18n.get("edited"));
    let i18n = &it.state.i18n;
    let role = match it.message.role {
        Role::Other(name) => Some(i18n.text(&Text::new("role-unknown").word("name", name))),
        _ => None,
    };
    let head: Vec<_> = role
        .into_iter()
        .chain(it.message.model.clone())
        .chain(time)
        .chain(edited)
        .collect();
    let soft = Palette::of(ui).soft;
    let text = RichText::new(head.join(" · "))
        .size(font::CAPTION)
        .color(soft);
    ui.add(Label::new(text).truncate().selectable(false));
}

/// The line that opens and folds the thoughts of a model, with a bar down to their end.
pub(super) fn thoughts_head(ui: &mut Ui, it: &Drawn<'_>, is_open: &mut bool, below: f32) {
    let palette = Palette::of(ui);
    let name = thoughts_name(it);
    let rect = ui.max_rect();
    let bar = Rect::from_min_size(rect.min, Vec2::new(2.0, rect.height() - 4.0 + below));
    ui.painter().rect_filled(bar, 1.0, palette.line);
    let corner = rect.min + Vec2::new(8.0, 0.0);
    let font = FontId::proportional(font::SECONDARY);
    let galley = ui
        .painter()
        .layout_no_wrap(name.clone(), font, Color32::PLACEHOLDER);
    let size = Vec2::new(galley.size().x + 30.0, rect.height() - 4.0);
    let space = Rect::from_min_size(corner, size);
    let response = ui.interact(
        space,
        Id::unique("thoughts").with(it.message.id),
        Sense::click(),
    );
    response.widget_info(|| {
        WidgetInfo::selected(egui::Role::DisclosureTriangle, true, *is_open, &name)
    });
    if response.clicked() {
        *is_open = !*is_open;
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette.accent);
        ui.painter()
            .rect_stroke(space, 6.0, ring, StrokeKind::Inside);
    }
    let ink = match response.hovered() || *is_open {
        true => palette.ink,
        false => palette.soft,
    };
    let icon = match is_open {
        true => icons::CHEVRON_DOWN,
        false => icons::CHEVRON_RIGHT,
    };
    let middle = space.left_center();
    let painter = ui.painter();
    let at = middle + Vec2::new(4.0, 0.0);
    painter.text(at, Align2::LEFT_CENTER, icon, font::icon(13.0), ink);
    let at = middle + Vec2::new(22.0, -galley.size().y / 2.0);
    painter.galley(at, galley, ink);
}

/// That a model thinks, or for how long it has thought.
fn thoughts_name(it: &Drawn<'_>) -> String {
    let i18n = &it.state.i18n;
    let is_thinking = it.message.text.is_empty() && it.writing().is_some();
    let thought_ms = it.message.timings.map_or(0.0, |it| it.reasoning_ms);
    match (is_thinking, thought_ms > 0.0) {
        (true, _) => i18n.get("reasoning-now"),
        (false, true) => {
            let seconds = Arg::Decimal(thought_ms / 1000.0, usize::from(thought_ms < 9_950.0));
            i18n.text(&Text::new("reasoning-took").with("seconds", seconds))
        }
        (false, false) => i18n.get("reasoning"),
    }
}

/// What stands below a reply.
pub(super) fn foot(ui: &mut Ui, it: &Drawn<'_>, edits: &mut Edits) -> Option<Command> {
    if let Some(left_out) = it.state.left_out.get(&(it.chat.id, it.message.id)) {
        let color = Palette::of(ui).warning;
        colored_caption(ui, it.state.i18n.text(left_out), color);
    }
    if let Some(reply) = it.writing() {
        if it.message.text.is_empty() && it.message.reasoning.is_empty() {
            waiting(ui, it.state, reply);
        }
        return None;
    }
    if let Some(failure) = it.state.failures.get(&(it.chat.id, it.message.id)) {
        let card = NoticeCard {
            icon: icons::CIRCLE_ALERT,
            color: Palette::of(ui).danger,
            text: it.state.i18n.text(failure),
            actions: Vec::new(),
            dismiss: None,
        };
        notice_card(ui, &card);
    }
    actions::of_reply(ui, it, edits)
}

/// What happens before the first word.
fn waiting(ui: &mut Ui, state: &State, reply: &Reply) {
    let (text, fraction) = match (&state.model, reply.prefill) {
        (ModelState::Loading { fraction, .. }, _) => {
            (state.i18n.get("waiting-model"), Some(*fraction))
        }
        (_, Some((done, total))) => {
            let text = Text::new("waiting-prefill")
                .count("done", done)
                .count("total", total);
            #[expect(clippy::cast_precision_loss, reason = "for a bar of a few points")]
            let fraction = done as f32 / total.max(1) as f32;
            let mut text = state.i18n.text(&text);
            if let Some((rate, left)) = reply.prefill_pace() {
                let speed = Text::new("speed").with("speed", Arg::Decimal(rate, 0));
                let speed = std::iter::once(state.i18n.text(&speed));
                for part in speed.chain(when::left(&state.i18n, left)) {
                    text.push_str(" · ");
                    text.push_str(&part);
                }
            }
            (text, Some(fraction))
        }
        (_, None) => (state.i18n.get("waiting-first"), None),
    };
    ui.horizontal(|ui| {
        if let Some(fraction) = fraction {
            progress(ui, fraction, 120.0, &text);
        }
        caption(ui, text);
    });
}
