//! Links: only what a browser or a mail program opens is followed, and a link that says one
//! place and leads to another asks first.

use egui::{Id, Ui};

use super::Conversation;
use crate::app::command::Command;
use crate::app::components::{caption, plain_button, primary_button, title};
use crate::app::icons;
use crate::app::state::State;
use crate::app::views::dialog;
use crate::i18n::Text;
use prose::link;

/// A link that waits for an answer.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    words: String,
    target: String,
}

impl Conversation {
    /// Follows a link, or asks.
    pub(super) fn follow(&mut self, words: String, target: &str) -> Option<Command> {
        if let Some(url) = link::followed(target)
            && !link::misleads(&words, &url)
        {
            return Some(Command::OpenLink(url.into()));
        }
        self.link = Some(Asked {
            words,
            target: target.to_owned(),
        });
        None
    }

    /// Asks about a link that leads elsewhere than it says, or cannot be opened.
    pub(super) fn ask_about_link(&mut self, ui: &Ui, state: &State) -> Option<Command> {
        let asked = self.link.clone()?;
        let i18n = &state.i18n;
        let url = link::followed(&asked.target);
        let mut command = None;
        let mut is_done = false;
        let modal = dialog(ui, Id::unique("link")).show(ui.ctx(), |ui| {
            ui.set_max_width(420.0_f32.min(ui.ctx().content_rect().width() - 48.0));
            ui.spacing_mut().item_spacing.y = 10.0;
            let (heading, text) = match url.is_some() {
                true => ("link-misleads", "link-misleads-text"),
                false => ("link-unknown", "link-unknown-text"),
            };
            title(ui, i18n.get(heading));
            let text = Text::new(text)
                .word("words", link::shown_words(&asked.words))
                .word("target", link::shown(&asked.target));
            caption(ui, i18n.text(&text));
            ui.horizontal(|ui| {
                if let Some(url) = &url
                    && primary_button(ui, &i18n.get("link-open"), icons::EXTERNAL_LINK, true)
                        .clicked()
                {
                    command = Some(Command::OpenLink(url.to_string()));
                    is_done = true;
                }
                if plain_button(ui, &i18n.get("link-copy"), icons::COPY, true).clicked() {
                    command = Some(Command::Copy(asked.target.clone()));
                    is_done = true;
                }
                is_done |= plain_button(ui, &i18n.get("cancel"), "", true).clicked();
            });
        });
        if is_done || modal.should_close() {
            self.link = None;
            ui.ctx().request_repaint();
        }
        command
    }
}
