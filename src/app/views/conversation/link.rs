//! Links: only what a browser or a mail program opens is followed, and a link that says one
//! place and leads to another asks first.

use egui::{Id, Modal, Ui};

use super::Conversation;
use crate::app::command::Command;
use crate::app::components::{caption, plain_button, primary_button, title};
use crate::app::icons;
use crate::app::state::State;
use crate::i18n::Text;

/// A link that waits for an answer.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    words: String,
    target: String,
}

/// What can be followed.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

impl Conversation {
    /// Follows a link, or asks.
    pub(super) fn follow(&mut self, words: String, target: &str) -> Option<Command> {
        let lower = target.to_ascii_lowercase();
        let can_open = SCHEMES.iter().any(|scheme| lower.starts_with(scheme));
        if can_open && !misleads(&words, target) {
            return Some(Command::OpenLink(target.to_owned()));
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
        let lower = asked.target.to_ascii_lowercase();
        let can_open = SCHEMES.iter().any(|scheme| lower.starts_with(scheme));
        let mut command = None;
        let mut is_done = false;
        let modal = Modal::new(Id::unique("link")).show(ui.ctx(), |ui| {
            ui.set_max_width(420.0_f32.min(ui.ctx().content_rect().width() - 48.0));
            ui.spacing_mut().item_spacing.y = 10.0;
            let (heading, text) = match can_open {
                true => ("link-misleads", "link-misleads-text"),
                false => ("link-unknown", "link-unknown-text"),
            };
            title(ui, i18n.get(heading));
            let text = Text::new(text)
                .word("words", &asked.words)
                .word("target", &asked.target);
            caption(ui, i18n.text(&text));
            ui.horizontal(|ui| {
                if can_open
                    && primary_button(ui, &i18n.get("link-open"), icons::EXTERNAL_LINK, true)
                        .clicked()
                {
                    command = Some(Command::OpenLink(asked.target.clone()));
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
        }
        command
    }
}

/// Whether the words look like an address, and the link leads to another one.
fn misleads(words: &str, target: &str) -> bool {
    let said = words.trim().to_lowercase();
    if said.contains(char::is_whitespace) || !said.contains('.') {
        return false;
    }
    let Some(said) = host(&said) else {
        return false;
    };
    let is_address = said.rsplit_once('.').is_some_and(|(name, end)| {
        !name.is_empty() && end.len() >= 2 && end.chars().all(char::is_alphabetic)
    });
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    is_address && host(&target.to_lowercase()).map(|it| bare(&it)) != Some(bare(&said))
}

/// The machine that an address names.
fn host(address: &str) -> Option<String> {
    let rest = match address.strip_prefix("mailto:") {
        Some(mail) => mail,
        None => address.split_once("://").map_or(address, |(_, rest)| rest),
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let name = authority.rsplit('@').next()?;
    let name = name.split(':').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_misleads_where_its_words_name_another_place() {
        for (words, target, expected) in [
            ("https://banco.es", "https://banco.es/entrar", false),
            ("banco.es", "https://www.banco.es", false),
            ("www.banco.es/ayuda", "http://banco.es:8080/x?y#z", false),
            ("banco.es", "https://banco.es.malo.com", true),
            ("https://banco.es", "https://banco.es@malo.com", true),
            ("mi banco", "https://malo.com", false),
            ("v1.5", "https://example.com/v1.5", false),
            ("yo@banco.es", "mailto:yo@banco.es", false),
            ("yo@banco.es", "mailto:otro@malo.com", true),
            ("README.md", "https://github.com/x/README.md", true),
        ] {
            assert_eq!(misleads(words, target), expected, "{words} → {target}");
        }
    }
}
