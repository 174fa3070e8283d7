//! House widgets: plain values in, a response out. They know the theme and nothing else.

pub(in crate::app) mod bubble;
mod button;
mod card;
mod choice;
mod distribution;
mod fold;
mod gauge;
mod keys;
mod lent;
mod marked;
mod model_card;
mod model_row;
mod notice;
mod number;
mod option;
mod origin;
mod row;
mod slider;
mod steady;
mod suggestion;
mod term;
mod text_area;
mod toggle;
mod typed;

pub(in crate::app) use button::{
    QuietAction, action_button, clicked_once, danger_button, icon_button, link_button,
    plain_button, primary_button, quiet_button,
};
pub(in crate::app) use card::{TextCard, text_card};
pub(in crate::app) use choice::{choice_box, choice_row, segments};
pub(in crate::app) use distribution::{Sampler, distribution};
pub(in crate::app) use fold::fold;
pub(in crate::app) use gauge::{gauge, progress};
pub(in crate::app) use keys::key_caps;
pub(in crate::app) use marked::{Ink, marked};
pub(in crate::app) use model_card::{MODEL_CARD_HEIGHT, ModelCard, model_card};
pub(in crate::app) use model_row::{MODEL_ROW_HEIGHT, model_row};
pub(in crate::app) use notice::{NoticeCard, NoticeChoice, notice_card};
pub(in crate::app) use number::{NumberRow, number_row};
pub(in crate::app) use option::{OPTION_HEIGHT, OptionRow, option_row};
pub(in crate::app) use origin::Origin;
pub(in crate::app) use row::{
    ListRow, Standing, closing_item, list_row, menu_item, nav_row, one_line, one_line_of,
};
pub(in crate::app) use slider::{SliderRow, slider_row};
pub(in crate::app) use steady::steady_caption;
pub(in crate::app) use suggestion::suggestion;
pub(in crate::app) use term::plain;
pub(in crate::app) use text_area::{TextArea, TextChange, text_area};
pub(in crate::app) use toggle::{ToggleRow, toggle_row};
pub(in crate::app) use typed::{Typed, typed_line};

use egui::{Align, Color32, Label, Layout, Response, RichText, Ui};

use super::theme::{Palette, font};

/// A line of small print that wraps.
pub(in crate::app) fn caption(ui: &mut Ui, text: impl Into<String>) -> Response {
    let soft = Palette::of(ui).soft;
    colored_caption(ui, text, soft)
}

/// Small print in a colour that means something.
pub(in crate::app) fn colored_caption(
    ui: &mut Ui,
    text: impl Into<String>,
    color: Color32,
) -> Response {
    let text = RichText::new(text).size(font::CAPTION).color(color);
    let label = Label::new(text).wrap().selectable(false);
    // A menu gives its items all its width, and egui would spread the words of a text over it.
    let around = *ui.layout();
    if around.horizontal_justify() && around.horizontal_align() == Align::Min {
        let layout = Layout::top_down(Align::Min);
        return ui.with_layout(layout, |ui| ui.add(label)).inner;
    }
    ui.add(label)
}

/// The title of a panel or a group.
pub(in crate::app) fn title(ui: &mut Ui, text: impl Into<String>) -> Response {
    let palette = Palette::of(ui);
    let text = RichText::new(text)
        .font(font::semibold(font::TITLE))
        .color(palette.ink);
    ui.add(Label::new(text).selectable(false))
}
