//! Another name for a chat or a folder, written in its row.

use egui::{Rect, Ui, UiBuilder};

use super::list::{List, Named, name_of};
use crate::app::components::{Typed, typed_line};
use crate::app::state::State;
use crate::chat::ChatId;

/// A row whose name is being written.
pub(super) struct Renaming {
    of: Named,
    text: String,
    before: String,
    wants_focus: bool,
}

impl List {
    /// Lets the user write another name for a chat that is listed.
    pub(super) fn rename_chat(&mut self, state: &State, id: ChatId) {
        let mut listed = state.shelves.page.iter().flat_map(|page| &page.chats);
        if let Some(chat) = listed.find(|chat| chat.id == id) {
            self.rename(Named::Chat(id), name_of(state, chat));
        }
    }

    pub(super) fn rename(&mut self, of: Named, text: String) {
        self.renaming = Some(Renaming {
            of,
            before: text.clone(),
            text,
            wants_focus: true,
        });
    }

    /// The name in a box, where this is the row that is being renamed. Returns the new name
    /// once it is written, `Some(None)` where there is none.
    #[expect(
        clippy::option_option,
        reason = "the outer one is whether the box was drawn, the inner one the name"
    )]
    pub(super) fn renamed(
        &mut self,
        ui: &mut Ui,
        state: &State,
        rect: Rect,
        of: Named,
    ) -> Option<Option<String>> {
        let renaming = self.renaming.as_mut().filter(|it| it.of == of)?;
        let builder = UiBuilder::new().max_rect(rect).id_salt(("renaming", of));
        let name = state.i18n.get(match of {
            Named::Chat(_) | Named::Inside(_) => "chat-name",
            Named::Folder(_) => "folder-name",
        });
        let (_, typed) = ui
            .scope_builder(builder, |ui| {
                typed_line(ui, &mut renaming.text, &name, &mut renaming.wants_focus)
            })
            .inner;
        match typed {
            Typed::Going => Some(None),
            Typed::Cancelled => {
                self.renaming = None;
                Some(None)
            }
            // Whoever clicks elsewhere has written the name all the same.
            Typed::Done | Typed::Left => {
                let Renaming { text, before, .. } = self.renaming.take()?;
                let text = text.trim();
                // The first words of a chat do not become its title by being looked at.
                Some((text != before).then(|| text.to_owned()))
            }
        }
    }
}
