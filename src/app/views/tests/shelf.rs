//! The left panel: the list, the search, the bin and the backups.

use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::command::{Action, Shelf};
use crate::store::search::Query;
use crate::store::transfer::Format;

const LETTER: &str = "Carta al casero, tono cordial";
const MORE: &str = "Archive, bin and more";

/// A window in which the menu of a chat is open.
fn with_menu() -> Window {
    let mut window = Window::new(with_chats(english()));
    window.click(&format!("Options for “{LETTER}”"));
    window.asked();
    window
}

#[test]
fn a_row_opens_its_chat_and_stands_under_its_day() {
    let mut window = Window::new(with_chats(english()));
    for heading in ["Pinned", "Folders", "Today", "Yesterday", "Last 7 days"] {
        assert!(window.shows(heading), "{heading}");
    }
    window.click(LETTER);
    assert_eq!(window.asked(), [Command::OpenChat(ChatId(4))]);
    assert!(
        !window.shows("Resumen del contrato"),
        "its folder is folded"
    );
    window.click("Trabajo");
    window.click("Resumen del contrato");
    assert_eq!(window.asked(), [Command::OpenChat(ChatId(2))]);
}

#[test]
fn the_menu_of_a_row_asks_for_what_it_says() {
    let chat = ChatId(4);
    for (item, command) in [
        ("Pin", Command::Pin(chat, true)),
        ("Archive", Command::Archive(chat, true)),
        ("Delete", Command::Delete(Target::Chats(vec![chat]))),
    ] {
        let mut window = with_menu();
        window.click(item);
        assert_eq!(window.asked(), [command], "{item}");
        assert!(!window.shows("Rename"), "the menu is closed");
    }
    let mut window = with_menu();
    window.click("Export");
    window.click("JSONL");
    assert_eq!(window.asked(), [Command::Export(vec![chat], Format::Jsonl)]);

    let mut window = with_menu();
    window.click("Move to folder");
    let folders = window.0.query_all_by_label("Recetas");
    folders.last().unwrap().click();
    window.steps(4);
    assert_eq!(window.asked(), [Command::Move(chat, Some(FolderId(8)))]);

    let mut window = with_menu();
    window.click("Move to folder");
    window.click("New folder…");
    window.type_text("Casa");
    window.0.key_press(Key::Enter);
    window.steps(4);
    assert_eq!(window.asked(), [Command::MoveToNew(chat, "Casa".into())]);
}

#[test]
fn a_name_is_changed_in_its_row() {
    for (key, expected) in [
        (
            Key::Enter,
            vec![Command::Rename(ChatId(4), format!("{LETTER} 2"))],
        ),
        (Key::Escape, Vec::new()),
    ] {
        let mut window = with_menu();
        window.click("Rename");
        let field = window.0.get_by_label("Name of the chat");
        assert!(field.is_focused());
        window.0.key_press(Key::End);
        window.type_text(" 2");
        window.0.key_press(key);
        window.steps(4);
        assert_eq!(window.asked(), expected, "{key:?}");
        assert!(!window.shows("Name of the chat"));
    }
}

#[test]
fn a_name_that_was_only_looked_at_stays_as_it_was() {
    for leave in [true, false] {
        let mut window = with_menu();
        window.click("Rename");
        match leave {
            true => window.0.get_by_label("Message").focus(),
            false => window.0.key_press(Key::Enter),
        }
        window.steps(4);
        assert_eq!(window.asked(), []);
        assert!(!window.shows("Name of the chat"));
    }
}

#[test]
fn the_keyboard_opens_the_menu_and_never_deletes() {
    let mut window = Window::new(with_chats(english()));
    window.0.get_by_label(LETTER).focus();
    window.steps(2);
    window.0.key_press(Key::Delete);
    window.0.key_press(Key::Backspace);
    window.steps(3);
    assert_eq!(window.asked(), []);
    window.0.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    window.steps(4);
    assert!(window.shows("Rename"));
    window.0.key_press(Key::Escape);
    window.steps(4);
    assert!(!window.shows("Rename"));
}

#[test]
fn a_folder_is_renamed_and_deleted_with_or_without_its_chats() {
    let id = FolderId(7);
    for (item, with_chats_too) in [("Delete folder", false), ("Delete folder and chats", true)] {
        let mut window = Window::new(with_chats(english()));
        window.click("Options for “Trabajo”");
        window.click(item);
        let target = Target::Folder {
            id,
            with_chats: with_chats_too,
        };
        assert_eq!(window.asked(), [Command::Delete(target)]);
    }
    let mut window = Window::new(with_chats(english()));
    window.click("Options for “Trabajo”");
    window.click("Rename");
    window.type_text("!");
    window.0.key_press(Key::Enter);
    window.steps(3);
    let asked = window.asked();
    assert!(matches!(&asked[..], [Command::RenameFolder(FolderId(7), name)] if name.contains('!')));
}

#[test]
fn a_long_list_lays_out_what_is_in_view_and_asks_for_more_once() {
    let mut state = english();
    let chats: Vec<_> = (1..=200)
        .map(|id| summary(id, &format!("Chat number {id}."), 0))
        .collect();
    state.shelves.page = Some(Page {
        chats,
        total: 10_000,
    });
    let mut window = Window::new(state);
    assert!(window.shows("Chat number 1.") && !window.shows("Chat number 120."));
    assert_eq!(window.asked(), [], "the end is far away");
    window.0.hover_at(egui::pos2(120.0, 400.0));
    for _ in 0..10 {
        window.0.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: Vec2::new(0.0, -700.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        window.steps(6);
    }
    assert!(!window.shows("Chat number 1."));
    assert_eq!(window.asked(), [Command::MoreChats]);
}

#[test]
fn words_are_looked_for_once_they_rest_and_what_was_found_opens() {
    let mut window = Window::new(with_chats(english()));
    window.0.state_mut().views.find();
    window.steps(2);
    window.type_text("suma");
    let query = |text: &str| Query {
        text: text.into(),
        ..Query::default()
    };
    assert_eq!(window.wait(), [Command::Search(query("suma"))]);
    assert!(
        window.shows("Yesterday"),
        "until there is an answer, the chats stay"
    );
    window.state().shelves.hits = Some(hits());
    window.steps(3);
    assert!(!window.shows("Yesterday"));
    assert!(window.shows("Primero se suman"));
    let found = window.0.get_by_label_contains("Primero se suman");
    found.click();
    window.steps(3);
    let opened = Command::OpenMessage(ChatId(3), MessageId(3));
    assert_eq!(window.asked(), [opened]);

    window.click("Filters");
    window.click("When");
    window.click("Last 30 days");
    let asked = window.wait();
    assert!(
        matches!(&asked[..], [Command::Search(query)] if query.from_unix_ms.is_some()),
        "{asked:?}"
    );
    // The slider rows have no such name; the model's filter is the last.
    let model = window.0.query_all_by_label("Model").last().unwrap();
    model.click();
    window.steps(4);
    window.click("Qwen3 4B Instruct 2507");
    let asked = window.wait();
    assert!(matches!(&asked[..], [Command::Search(query)] if query.model.is_some()));

    window.state().shelves.hits = Some(Vec::new());
    window.steps(3);
    assert!(window.shows("fewer filters"));
    window.click("Clear the search");
    assert_eq!(window.wait(), [Command::Search(Query::default())]);
}

#[test]
fn what_is_destroyed_is_asked_for_twice() {
    let mut state = with_chats(english());
    state.shelves.shown = Shelf::Bin;
    state.shelves.bin = Some(bin());
    let mut window = Window::new(state);
    assert!(window.shows("for 30 days"));
    window.click_first("Restore");
    assert_eq!(window.asked(), [Command::Restore(BinId(1))]);
    window.click_first("Destroy for ever");
    assert_eq!(window.asked(), []);
    assert!(window.shows("Destroy for ever?"));
    window.click("Cancel");
    assert!(!window.shows("Destroy for ever?"));
    window.click_first("Destroy for ever");
    window.click("Destroy");
    assert_eq!(window.asked(), [Command::Destroy(BinId(1))]);
    window.click("Empty the bin");
    assert_eq!(window.asked(), []);
    window.click("Destroy all");
    assert_eq!(window.asked(), [Command::EmptyBin]);
    window.click("Back to the chats");
    assert_eq!(window.asked(), [Command::Show(Shelf::Chats)]);

    window.state().shelves.bin = Some(Vec::new());
    window.steps(3);
    assert!(window.shows("The bin is empty"));
}

#[test]
fn a_backup_is_restored_after_a_yes() {
    let mut state = with_chats(state(Language::Es, Theme::Light));
    state.shelves.shown = Shelf::Backups;
    state.shelves.backups = Some(backups());
    let mut window = Window::new(state);
    assert!(window.shows("5,3 MB") && window.shows("siete últimas"));
    window.click_first("Restaurar");
    assert!(window.shows("tal como están ahora"));
    window.click("Restaurar esta");
    let restored = Command::RestoreBackup("charla-0.db".into());
    assert_eq!(window.asked(), [restored]);
}

#[test]
fn the_foot_leads_to_the_other_shelves() {
    let mut window = Window::new(with_chats(english()));
    for (name, command) in [
        ("Archived chats", Command::Show(Shelf::Archive)),
        ("Bin", Command::Show(Shelf::Bin)),
        ("Backups", Command::Show(Shelf::Backups)),
        ("Import chats…", Command::Import),
    ] {
        window.click(MORE);
        window.click(name);
        assert_eq!(window.asked(), [command]);
    }
    window.click(MORE);
    window.click("Export all chats");
    window.click("Markdown");
    let export = Command::Export(Vec::new(), Format::Markdown);
    assert_eq!(window.asked(), [export]);
}

#[test]
fn empty_places_say_what_they_are_for() {
    let mut state = english();
    state.shelves.page = Some(Page {
        chats: Vec::new(),
        total: 0,
    });
    let mut window = Window::new(state);
    assert!(window.shows("Your chats appear here."));
    window.state().shelves.shown = Shelf::Archive;
    window.steps(3);
    assert!(window.shows("Chats you archive wait here"));
    window.click("New chat");
    assert_eq!(window.asked(), [Command::Do(Action::NewChat)]);
}

#[test]
fn the_preferences_say_why_a_chat_got_no_title() {
    for is_dropped in [false, true] {
        let mut state = with_chats(english());
        state.dropped_title = is_dropped.then(|| "Sure! Here is".into());
        let mut window = Window::new(state);
        window.click("Preferences");
        assert!(window.shows("By the model"));
        assert_eq!(window.shows("Sure! Here is"), is_dropped);
    }
}

#[test]
fn all_chats_are_deleted_from_the_menu_after_a_yes_and_the_bin_only_lists() {
    let mut state = with_chats(english());
    state.shelves.shown = Shelf::Bin;
    state.shelves.bin = Some(Vec::new());
    let mut window = Window::new(state);
    assert!(window.shows("The bin is empty"));
    assert!(!window.shows("Delete all chats"));
    for (answer, command) in [
        ("Cancel", Vec::new()),
        ("Move", vec![Command::Delete(Target::AllChats)]),
    ] {
        window.click(MORE);
        window.click("Delete all chats…");
        assert_eq!(window.asked(), []);
        window.click(answer);
        assert_eq!(window.asked(), command, "{answer}");
        window.0.key_press(Key::Escape);
        window.steps(4);
        window.asked();
    }
}

#[test]
fn a_pinned_chat_is_found_in_its_folder_too() {
    let mut state = with_chats(english());
    let page = state.shelves.page.as_mut().unwrap();
    page.chats[0].folder = Some(FolderId(7));
    let pinned = page.chats[0].name.clone();
    let mut window = Window::new(state);
    assert_eq!(window.0.query_all_by_label(&pinned).count(), 1);
    window.click("Trabajo");
    assert_eq!(window.0.query_all_by_label(&pinned).count(), 2);
    window.0.query_all_by_label(&pinned).last().unwrap().click();
    window.steps(3);
    assert_eq!(window.asked(), [Command::OpenChat(ChatId(1))]);

    // The way from chat to chat comes by once, and goes on.
    let mut seen = Vec::new();
    window.state().current = Some(ChatId(1));
    let next = |window: &Window| {
        let bench = window.0.state();
        bench.views.shelf.beside(&bench.state, 1)
    };
    while let Some(next) = next(&window) {
        seen.push(next.0);
        window.state().current = Some(next);
        assert!(seen.len() < 20, "it goes in a circle: {seen:?}");
    }
    assert_eq!(seen, [2, 3, 4, 5, 6, 8]);
}

#[test]
fn a_double_click_renames() {
    for (row, field) in [
        (LETTER, "Name of the chat"),
        ("Trabajo", "Name of the folder"),
    ] {
        let mut window = Window::new(with_chats(english()));
        // A frame of a test takes a quarter of a second.
        let patient = |it: &mut egui::Options| it.input_options.max_double_click_delay = 60.0;
        window.0.ctx.options_mut(patient);
        for _ in 0..2 {
            window.0.get_by_label(row).click();
            window.steps(1);
        }
        window.steps(3);
        assert!(window.0.get_by_label(field).is_focused(), "{row}");
        // The chat comes into view after the first click, and must not take the keyboard.
        window.state().current = Some(ChatId(4));
        window.steps(4);
        assert!(window.0.get_by_label(field).is_focused(), "{row}");
    }
}

#[test]
fn the_preferences_are_opened_by_name() {
    let mut window = Window::new(with_chats(english()));
    super::palette::follow(&mut window, Action::Preferences);
    assert!(window.shows("Español"));
    window.0.key_press(Key::Escape);
    window.steps(4);
    assert!(!window.shows("Español"));
}

/// Drags something to a place, by way of the middle.
fn drag(window: &mut Window, from: &str, to: egui::Pos2) {
    let from = window.0.get_by_label(from).rect().center();
    window.0.hover_at(from);
    window.steps(2);
    window.0.drag_at(from);
    window.steps(2);
    for part in [0.5, 1.0] {
        window.0.hover_at(from + (to - from) * part);
        window.steps(2);
    }
    window.0.event(egui::Event::PointerButton {
        pos: to,
        button: egui::PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    window.steps(3);
}

#[test]
fn a_chat_is_dragged_into_a_folder_and_out_of_it() {
    let mut window = Window::new(with_chats(english()));
    let folder = window.0.get_by_label("Recetas").rect().center();
    drag(&mut window, LETTER, folder);
    assert_eq!(
        window.asked(),
        [Command::Move(ChatId(4), Some(FolderId(8)))]
    );

    window.click("Trabajo");
    let outside = window.0.get_by_label(LETTER).rect().center();
    drag(&mut window, "Resumen del contrato", outside);
    assert_eq!(window.asked(), [Command::Move(ChatId(2), None)]);
    // Where it is already, and where nothing is, nothing happens.
    let own = window.0.get_by_label("Trabajo").rect().center();
    drag(&mut window, "Resumen del contrato", own);
    drag(&mut window, LETTER, egui::pos2(600.0, 400.0));
    assert_eq!(window.asked(), []);
}

#[test]
fn the_folder_opens_that_the_chat_in_view_is_put_into() {
    let mut window = Window::new(with_chats(english()));
    assert!(!window.shows("Resumen del contrato"));
    let page = window.state().shelves.page.as_mut().unwrap();
    let current = page.chats.iter_mut().find(|it| it.id == ChatId(3));
    current.unwrap().folder = Some(FolderId(7));
    window.steps(3);
    assert!(window.shows("Resumen del contrato"), "the folder is open");
    assert_eq!(window.0.state().views.open_folders(), [FolderId(7)]);
}
