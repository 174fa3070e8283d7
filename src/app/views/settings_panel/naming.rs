//! A line that asks for the name of what is to be kept, in the place of what it is of.

use egui::Ui;

use crate::app::components::{
    Origin, ToggleRow, Typed, caption, link_button, plain_button, toggle_row, typed_line,
};
use crate::i18n::I18n;

/// What is being named.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// The one that gets another name; `None` where something new is kept.
    pub(super) renamed: Option<String>,
    pub(super) text: String,
    /// Whether what can go with it does.
    pub(super) is_with_more: bool,
    wants_focus: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// This is the name.
    Done(String),
    /// None after all.
    Cancelled,
}

impl Naming {
    /// Asks for the name of something new.
    pub(super) fn new() -> Self {
        Self {
            wants_focus: true,
            ..Self::default()
        }
    }

    /// Asks for another name.
    pub(super) fn again(name: &str) -> Self {
        Self {
            renamed: Some(name.to_owned()),
            text: name.to_owned(),
            ..Self::new()
        }
    }

    /// Draws the line. `more` names what can go with it; `is_taken` tells which names are in
    /// use.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        i18n: &I18n,
        name: &'static str,
        more: Option<&str>,
        is_taken: impl Fn(&str) -> bool,
    ) -> Option<Named> {
        let name = i18n.get(name);
        caption(ui, &name);
        let (_, typed) = typed_line(ui, &mut self.text, &name, &mut self.wants_focus);
        if let Some(more) = more.filter(|_| self.renamed.is_none()) {
            let origin = Origin::default();
            let row = ToggleRow {
                name: more,
                hint: "",
                value: None,
                default: self.is_with_more,
                origin: &origin,
            };
            if toggle_row(ui, &row).is_some() {
                self.is_with_more = !self.is_with_more;
            }
        }
        let chosen = self.text.trim().to_owned();
        let is_other = self.renamed.as_deref() != Some(&*chosen);
        let replaces = is_other && is_taken(&chosen);
        let is_other_item = replaces && self.renamed.is_some();
        let is_ready = !chosen.is_empty() && !is_other_item;
        let verb = match (replaces, self.renamed.is_some()) {
            (true, false) => "replace",
            (_, true) => "chat-rename",
            (false, false) => "save",
        };
        let mut named = None;
        ui.horizontal(|ui| {
            let save = plain_button(ui, &i18n.get(verb), "", is_ready);
            if is_ready && (save.clicked() || typed == Typed::Done) {
                named = Some(Named::Done(chosen));
            }
            if link_button(ui, &i18n.get("cancel")).clicked() || typed == Typed::Cancelled {
                named = Some(Named::Cancelled);
            }
        });
        named
    }
}
