//! The texts that go with a message: a card for each, and a window to read and change one.

use egui::{
    Align, Frame, Id, Layout, Margin, Popup, RichText, ScrollArea, Stroke, TextEdit, Ui, Vec2,
};

use super::drafts::Writing;
use super::input;
use crate::app::attachment::Attachment;
use crate::app::components::{
    TextCard, caption, closing_item, link_button, plain_button, primary_button, text_card, title,
};
use crate::app::icons;
use crate::app::theme::{Palette, font, radius};
use crate::app::views::dialog;
use crate::chat::ChatId;
use crate::encoding::Encoding;
use crate::i18n::{I18n, Text};

/// The part of the window's height that the cards may take.
const SHARE: f32 = 0.22;

/// The width of a card.
const NARROWEST: f32 = 190.0;
const WIDEST: f32 = 240.0;

/// The width of the menu of encodings, and the part of the window's height that it may take.
const MENU_WIDTH: f32 = 320.0;
const MENU_SHARE: f32 = 0.5;

/// The longest text that can be changed here, in bytes; of a longer one so much is shown.
const MAX_EDIT_BYTES: usize = 100_000;

/// Which of them is open, and which was taken away last.
#[derive(Debug, Default)]
pub(in crate::app::views) struct Cards {
    open: Option<Open>,
    removed: Option<Removed>,
}

#[derive(Debug)]
struct Open {
    chat: Option<ChatId>,
    index: usize,
    text: String,
    wants_focus: bool,
}

/// What was taken away, and what the draft was right after.
#[derive(Debug)]
struct Removed {
    chat: Option<ChatId>,
    index: usize,
    attachment: Attachment,
    revision: u64,
}

/// What to call an attachment: its name, or its first words.
fn name_of<'a>(i18n: &I18n, attachment: &'a Attachment) -> std::borrow::Cow<'a, str> {
    match (attachment.name(), attachment.opening()) {
        ("", "") => i18n.get("attach-pasted").into(),
        ("", words) => words.chars().take(60).collect::<String>().into(),
        (name, _) => name.into(),
    }
}

fn size_of(i18n: &I18n, attachment: &Attachment) -> String {
    let text = Text::new("attach-size")
        .count("chars", attachment.chars() as u64)
        .count("lines", attachment.lines() as u64);
    i18n.text(&text)
}

impl Cards {
    /// Draws the cards, and a way back for what was taken away.
    pub(in crate::app::views) fn show(
        &mut self,
        ui: &mut Ui,
        i18n: &I18n,
        chat: Option<ChatId>,
        writing: &mut Writing,
    ) {
        let (mut gone, mut changed) = (None, None);
        if !writing.attachments.is_empty() {
            let width = width_of_card(ui);
            let most = (ui.ctx().content_rect().height() * SHARE).max(50.0);
            ScrollArea::vertical()
                .id_salt("attachments")
                .max_height(most)
                .show(ui, |ui| {
                    ui.horizontal_wrapped(|ui| {
                        for (index, attachment) in writing.attachments.iter().enumerate() {
                            match show_card(ui, i18n, attachment, width) {
                                Some(Choice::Open) => self.open(chat, index, attachment),
                                Some(Choice::Remove) => gone = Some(index),
                                Some(Choice::ReadAs(encoding)) => {
                                    changed = Some((index, encoding));
                                }
                                None => {}
                            }
                        }
                    });
                });
            ui.add_space(2.0);
        }
        if let Some((index, encoding)) = changed {
            writing.attachments[index].read_as(encoding);
            writing.touch();
        }
        if let Some(index) = gone {
            let attachment = writing.attachments.remove(index);
            writing.touch();
            self.removed = Some(Removed {
                chat,
                index,
                attachment,
                revision: writing.revision(),
            });
        }
        self.offer_back(ui, i18n, chat, writing);
    }

    /// Whether one of them is open.
    pub(in crate::app::views) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    fn open(&mut self, chat: Option<ChatId>, index: usize, attachment: &Attachment) {
        self.open = Some(Open {
            chat,
            index,
            text: attachment.text().to_owned(),
            wants_focus: true,
        });
    }

    /// Until the draft is changed, what was taken away can come back.
    fn offer_back(
        &mut self,
        ui: &mut Ui,
        i18n: &I18n,
        chat: Option<ChatId>,
        writing: &mut Writing,
    ) {
        let now = (chat, writing.revision());
        self.removed.take_if(|it| (it.chat, it.revision) != now);
        let Some(removed) = &self.removed else { return };
        let text = Text::new("attach-removed").word("name", name_of(i18n, &removed.attachment));
        let mut is_wanted = false;
        ui.horizontal(|ui| {
            caption(ui, i18n.text(&text));
            ui.add_space(8.0);
            is_wanted = link_button(ui, &i18n.get("attach-put-back")).clicked();
        });
        if is_wanted && let Some(removed) = self.removed.take() {
            let index = removed.index.min(writing.attachments.len());
            writing.attachments.insert(index, removed.attachment);
            writing.touch();
        }
    }

    /// Draws the open one over everything; `field` is the box that it can be put into. Returns
    /// whether it has just been closed.
    pub(in crate::app::views) fn show_open(
        &mut self,
        ui: &Ui,
        i18n: &I18n,
        (field, chat): (Id, Option<ChatId>),
        writing: &mut Writing,
    ) -> bool {
        let Some(open) = self.open.as_mut().filter(|it| it.chat == chat) else {
            return self.open.take().is_some();
        };
        let Some(attachment) = writing.attachments.get_mut(open.index) else {
            self.open = None;
            return true;
        };
        let can_inline = attachment.fits_beside(&writing.text);
        let mut is_done = false;
        let mut is_inline = false;
        let mut is_changed = false;
        let window = ui.ctx().content_rect().size();
        let shown = dialog(ui, Id::unique("attachment")).show(ui.ctx(), |ui| {
            ui.set_width((window.x - 64.0).clamp(200.0, 640.0));
            title(ui, name_of(i18n, attachment));
            is_changed = editor(ui, i18n, attachment, open, window);
            ui.horizontal(|ui| {
                caption(ui, size_of(i18n, attachment));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    is_done =
                        primary_button(ui, &i18n.get("attach-done"), icons::CHECK, true).clicked();
                    let inline = plain_button(ui, &i18n.get("attach-inline"), "", can_inline);
                    let why_not = i18n.get("attach-inline-too-long");
                    is_inline = inline.on_disabled_hover_text(why_not).clicked();
                });
            });
        });
        let is_over = is_done || is_inline || shown.should_close();
        if is_changed {
            attachment.set_text(&open.text);
        }
        let is_blank = is_over && attachment.text().trim().is_empty();
        if is_inline || is_blank {
            writing.put_inline(open.index);
            // The cursor stands behind all of it, and no key takes back what has no card now.
            input::forget_changes(ui.ctx(), field, &writing.text);
        }
        if is_changed {
            writing.touch();
        }
        if is_over {
            self.open = None;
        }
        is_over
    }
}

enum Choice {
    Open,
    Remove,
    ReadAs(&'static Encoding),
}

/// As many beside each other as have room for a name.
fn width_of_card(ui: &Ui) -> f32 {
    let (room, gap) = (ui.available_width(), ui.spacing().item_spacing.x);
    let beside = ((room + gap) / (NARROWEST + gap)).floor().max(1.0);
    ((room + gap) / beside - gap).floor().min(WIDEST)
}

fn show_card(ui: &mut Ui, i18n: &I18n, attachment: &Attachment, width: f32) -> Option<Choice> {
    let name = name_of(i18n, attachment);
    let guess = attachment.guess();
    let encoding = guess.map_or("", |it| it.encoding().name());
    let text = Text::new("attach-encoding")
        .word("name", &name)
        .word("encoding", encoding);
    let spoken = i18n.text(&text);
    let card = text_card(
        ui,
        width,
        &TextCard {
            icon: icons::FILE_TEXT,
            name: &name,
            details: &size_of(i18n, attachment),
            changeable: guess.map(|_| (encoding, spoken.as_str())),
            open: &i18n.text(&Text::new("attach-open").word("name", &name)),
            remove: &i18n.text(&Text::new("attach-remove").word("name", &name)),
        },
    );
    let mut chosen = None;
    if let (Some(button), Some(guess)) = (&card.change, guess) {
        Popup::menu(button).width(MENU_WIDTH).show(|ui| {
            caption(ui, i18n.get("attach-encoding-choose"));
            let most = ui.ctx().content_rect().height() * MENU_SHARE;
            ScrollArea::vertical().max_height(most).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                for reading in guess.readings() {
                    let (encoding, sample) = (reading.encoding, &reading.sample);
                    let is_it = encoding == guess.encoding();
                    let icon = if is_it { icons::CHECK } else { "" };
                    if closing_item(ui, icon, encoding.name(), sample, true).clicked() && !is_it {
                        chosen = Some(Choice::ReadAs(encoding));
                    }
                }
            });
        });
    }
    if card.remove.clicked() {
        return Some(Choice::Remove);
    }
    chosen.or_else(|| card.open.clicked().then_some(Choice::Open))
}

/// The text, to be changed where it is not too long. Returns whether it was.
fn editor(
    ui: &mut Ui,
    i18n: &I18n,
    attachment: &Attachment,
    open: &mut Open,
    window: Vec2,
) -> bool {
    let palette = Palette::of(ui);
    let name = i18n.text(&Text::new("attach-text").word("name", name_of(i18n, attachment)));
    let is_whole = open.text.len() <= MAX_EDIT_BYTES;
    let mut is_changed = false;
    Frame::new()
        .fill(palette.background)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            let height = (window.y - 200.0).clamp(60.0, 420.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| {
                let mut beginning = "";
                if !is_whole {
                    beginning = &open.text[..open.text.floor_char_boundary(MAX_EDIT_BYTES)];
                }
                let edit = match is_whole {
                    true => TextEdit::multiline(&mut open.text),
                    false => TextEdit::multiline(&mut beginning),
                };
                let edit = edit
                    .id(Id::unique("attachment-text"))
                    .desired_width(f32::INFINITY)
                    .desired_rows(6)
                    .frame(Frame::NONE)
                    .margin(Margin::ZERO)
                    .font(egui::FontId::monospace(font::CAPTION));
                let response = ui.add(edit).accessible_name(name);
                if std::mem::take(&mut open.wants_focus) {
                    response.request_focus();
                }
                is_changed = response.changed();
            });
        });
    if !is_whole {
        let text = RichText::new(i18n.get("attach-only-beginning")).size(font::CAPTION);
        ui.label(text.color(palette.soft));
    }
    is_changed && is_whole
}
