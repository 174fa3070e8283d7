//! Pictures of the states that are seldom seen, written below `target/pictures` for a person
//! to look at; they are compared with nothing.

use egui::{Key, Vec2};
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::command::Shelf;

pub(super) fn draw(window: &mut Window, name: &str) {
    window.steps(20);
    let picture = window.0.render().unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    picture.save(folder.join(format!("{name}.png"))).unwrap();
}

pub(super) const KINDS: [(Language, Theme, &str); 2] = [
    (Language::Es, Theme::Light, "es-light"),
    (Language::En, Theme::Dark, "en-dark"),
];

#[test]
fn every_state_can_be_drawn() {
    for (language, theme, kind) in KINDS {
        let start = || with_conversation(with_chats(state(language, theme)));

        let mut window = Window::new(start());
        draw(&mut window, &format!("chats-{kind}"));
        let more = window.0.query_all_by_label_contains("Carta al casero");
        more.last().unwrap().click();
        draw(&mut window, &format!("menu-{kind}"));
        window.0.key_press(Key::Escape);
        window.click("Trabajo");
        let edit = window.state().i18n.get("edit");
        window.click_first(&edit);
        draw(&mut window, &format!("edit-{kind}"));

        let mut window = Window::new(start());
        let name = window.state().i18n.get("chat-rename");
        let more = window.0.query_all_by_label_contains("Carta al casero");
        more.last().unwrap().click();
        window.steps(4);
        window.click(&name);
        draw(&mut window, &format!("rename-{kind}"));
        let delete = window.state().i18n.get("delete");
        window.click_first(&delete);
        draw(&mut window, &format!("delete-{kind}"));

        let mut narrow = start();
        narrow.overlay = Some(crate::app::state::Overlay::Chats);
        let mut window = Window::sized(narrow, Vec2::new(400.0, 700.0));
        let folder = window.state().i18n.get("chat-move");
        let more = window.0.query_all_by_label_contains("Carta al casero");
        more.last().unwrap().click();
        window.steps(4);
        window.click(&folder);
        draw(&mut window, &format!("overlay-{kind}"));

        let mut full = start();
        full.undo = Some(undo());
        full.keeping = Keeping::Unsaved(disk_full());
        let mut window = Window::new(full);
        draw(&mut window, &format!("banner-undo-{kind}"));

        let mut window = Window::new(start());
        window.0.state_mut().views.find();
        window.steps(3);
        window.type_text("suma");
        window.state().shelves.hits = Some(hits());
        window.state().shelves.query.text = "suma".into();
        window.state().jump = Some((ChatId(3), MessageId(3)));
        draw(&mut window, &format!("search-{kind}"));
        let filters = window.state().i18n.get("filters");
        window.click(&filters);
        window.state().shelves.hits = Some(Vec::new());
        draw(&mut window, &format!("search-none-{kind}"));

        let mut bins = start();
        bins.shelves.shown = Shelf::Bin;
        bins.shelves.bin = Some(bin());
        let mut window = Window::new(bins);
        let destroy = window.state().i18n.get("bin-destroy");
        window.click_first(&destroy);
        draw(&mut window, &format!("bin-{kind}"));

        let mut copies = start();
        copies.shelves.shown = Shelf::Backups;
        copies.shelves.backups = Some(backups());
        let mut window = Window::new(copies);
        let restore = window.state().i18n.get("bin-restore");
        window.click_first(&restore);
        draw(&mut window, &format!("backups-{kind}"));

        let mut narrow = start();
        narrow.undo = Some(undo());
        narrow.keeping = Keeping::Memory(disk_full());
        let mut window = Window::sized(narrow, Vec2::new(400.0, 640.0));
        draw(&mut window, &format!("narrow-{kind}"));
    }
}
