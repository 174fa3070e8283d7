//! Several chats at once, and the keyboard in the list.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::command::Each;
use crate::store::transfer::Format;

const PINNED: &str = "Ideas para la novela";
const FIRST: &str = "¿Cómo suma un modelo?";
const LETTER: &str = "Carta al casero, tono cordial";
const DATES: &str = "Regex para fechas ISO";
const LAST: &str = "Plan de estudio de álgebra";

/// None of the chats is in view.
fn open() -> Window {
    let mut state = with_chats(english());
    state.current = None;
    Window::new(state)
}

/// The first one is in view.
fn open_first() -> Window {
    Window::new(with_chats(english()))
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.0.key_press_modifiers(modifiers, key);
    window.steps(3);
}

fn click_with(window: &mut Window, modifiers: Modifiers, name: &str) {
    window.0.get_by_label(name).click_modifiers(modifiers);
    window.steps(4);
}

fn focus(window: &mut Window, name: &str) {
    window.0.get_by_label(name).focus();
    window.steps(3);
}

#[track_caller]
fn check_focus(window: &Window, name: &str) {
    let node = window.0.get_by_label(name);
    assert!(
        node.accesskit_node().is_focused(),
        "{name} has the keyboard"
    );
}

#[test]
fn clicks_with_keys_choose_and_the_bar_acts_on_all() {
    let chosen = vec![ChatId(4), ChatId(6)];
    for (button, command) in [
        ("Pin", Command::Each(chosen.clone(), Each::Pin(true))),
        (
            "Archive",
            Command::Each(chosen.clone(), Each::Archive(true)),
        ),
        ("Delete", Command::Delete(Target::Chats(chosen.clone()))),
    ] {
        let mut window = open();
        click_with(&mut window, Modifiers::COMMAND, LETTER);
        assert!(window.shows("1 chat chosen"));
        click_with(&mut window, Modifiers::COMMAND, DATES);
        assert!(window.shows("2 chats chosen"));
        assert_eq!(window.asked(), [], "nothing is opened");
        window.click(button);
        assert_eq!(window.asked(), [command], "{button}");
        assert!(!window.shows("Choose none"), "it is done");
    }
    let mut window = open();
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    click_with(&mut window, Modifiers::COMMAND, DATES);
    window.click("Export");
    window.click("JSONL");
    let export = Command::Export(chosen.clone(), Format::Jsonl);
    assert_eq!(window.asked(), [export]);
    window.click("Move to folder");
    let folders = window.0.query_all_by_label("Recetas");
    folders.last().unwrap().click();
    window.steps(4);
    let moved = Command::Each(chosen.clone(), Each::Move(Some(FolderId(8))));
    assert_eq!(window.asked(), [moved]);

    let mut window = open();
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    click_with(&mut window, Modifiers::COMMAND, DATES);
    window.click("Move to folder");
    window.click("New folder…");
    window.type_text("Casa");
    window.0.key_press(Key::Enter);
    window.steps(4);
    let moved = Command::Each(chosen, Each::MoveToNew("Casa".into()));
    assert_eq!(window.asked(), [moved]);
}

#[test]
fn a_range_goes_from_the_chat_in_view_or_the_one_chosen_last() {
    let mut window = open_first();
    click_with(&mut window, Modifiers::SHIFT, DATES);
    assert!(window.shows("4 chats chosen"), "from the one in view");
    click_with(&mut window, Modifiers::SHIFT, LETTER);
    assert!(window.shows("2 chats chosen"), "the range follows");
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    assert!(window.shows("1 chat chosen"), "it is taken out again");
    window.click(DATES);
    assert_eq!(window.asked(), [Command::OpenChat(ChatId(6))]);
    assert!(
        !window.shows("Choose none"),
        "a plain click opens and ends it"
    );
}

#[test]
fn the_chat_in_view_is_one_of_them() {
    let mut window = open_first();
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    window.click("Pin");
    let both = vec![ChatId(3), ChatId(4)];
    assert_eq!(window.asked(), [Command::Each(both, Each::Pin(true))]);

    let mut window = open_first();
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    assert!(window.shows("1 chat chosen"), "it is taken out again");

    let mut window = open_first();
    click_with(&mut window, Modifiers::COMMAND, FIRST);
    assert!(window.shows("1 chat chosen"));
}

#[test]
fn the_arrows_go_from_row_to_row_and_shift_chooses() {
    let mut window = open();
    focus(&mut window, FIRST);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    check_focus(&window, LETTER);
    press(&mut window, Modifiers::NONE, Key::End);
    check_focus(&window, LAST);
    press(&mut window, Modifiers::NONE, Key::Home);
    check_focus(&window, PINNED);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    check_focus(&window, PINNED);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    check_focus(&window, "Trabajo");
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    assert!(window.shows("Resumen del contrato"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    check_focus(&window, "Resumen del contrato");
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    check_focus(&window, "Trabajo");
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    assert!(!window.shows("Resumen del contrato"));

    focus(&mut window, FIRST);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert!(window.shows("3 chats chosen"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowUp);
    assert!(window.shows("2 chats chosen"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!window.shows("Choose none"));
    check_focus(&window, LETTER);
    assert_eq!(window.asked(), []);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.asked(), [Command::OpenChat(ChatId(4))]);
}

#[test]
fn letters_go_to_a_name_and_f2_writes_another() {
    let mut window = open();
    focus(&mut window, FIRST);
    window.type_text("r");
    check_focus(&window, DATES);
    window.type_text("ec");
    check_focus(&window, "Recetas");
    focus(&mut window, LETTER);
    press(&mut window, Modifiers::NONE, Key::F2);
    let field = window.0.get_by_label("Name of the chat");
    assert!(field.is_focused());
    assert_eq!(window.asked(), []);
}

#[test]
fn all_are_chosen_by_key_those_too_that_are_not_listed_yet() {
    let mut state = english();
    let chats: Vec<_> = (1..=200)
        .map(|id| summary(id, &format!("Chat number {id}."), 0))
        .collect();
    state.shelves.page = Some(Page { chats, total: 300 });
    let mut window = Window::new(state);
    focus(&mut window, "Chat number 1.");
    press(&mut window, Modifiers::COMMAND, Key::A);
    assert_eq!(window.asked(), [Command::ListAll]);
    let chats: Vec<_> = (1..=300)
        .map(|id| summary(id, &format!("Chat number {id}."), 0))
        .collect();
    window.state().shelves.page = Some(Page { chats, total: 300 });
    window.steps(3);
    assert!(window.shows("300 chats chosen"));
    press(&mut window, Modifiers::NONE, Key::End);
    check_focus(&window, "Chat number 300.");
    window.click("Delete");
    let asked = window.asked();
    assert!(
        matches!(&asked[..], [Command::Delete(Target::Chats(chats))] if chats.len() == 300),
        "one deletion, to be taken back as one"
    );
}

#[test]
fn what_is_gone_is_no_longer_chosen() {
    let mut window = open();
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    click_with(&mut window, Modifiers::COMMAND, DATES);
    let page = window.state().shelves.page.as_mut().unwrap();
    page.chats.retain(|chat| chat.id != ChatId(4));
    window.steps(3);
    assert!(window.shows("1 chat chosen"));
    window.click("Choose none");
    assert!(!window.shows("Choose none"));
}

#[test]
fn the_menu_of_a_chosen_row_is_that_of_all_of_them() {
    let mut window = open();
    click_with(&mut window, Modifiers::COMMAND, LETTER);
    click_with(&mut window, Modifiers::COMMAND, DATES);
    focus(&mut window, DATES);
    press(&mut window, Modifiers::SHIFT, Key::F10);
    assert!(!window.shows("Rename"), "several have no name");
    // The bar has a small one, too.
    let is_entry = |it: &egui_kittest::Node<'_>| it.rect().width() > 200.0;
    let entry = window.0.query_all_by_label("Pin").find(is_entry);
    entry.unwrap().click();
    window.steps(4);
    let pinned = Command::Each(vec![ChatId(4), ChatId(6)], Each::Pin(true));
    assert_eq!(window.asked(), [pinned]);
}

#[test]
fn the_key_that_deletes_is_for_chats_that_have_been_chosen() {
    let chosen = vec![ChatId(4), ChatId(6)];
    for moves_on in [false, true] {
        let mut window = open();
        click_with(&mut window, Modifiers::COMMAND, LETTER);
        click_with(&mut window, Modifiers::COMMAND, DATES);
        if moves_on {
            // Nothing has the keyboard after a click beside.
            let focused = window.0.ctx.memory(egui::Memory::focused).unwrap();
            window.0.ctx.memory_mut(|it| it.surrender_focus(focused));
        }
        press(&mut window, Modifiers::NONE, Key::Delete);
        let deleted = Command::Delete(Target::Chats(chosen.clone()));
        assert_eq!(window.asked(), [deleted], "{moves_on}");
        assert!(!window.shows("chats chosen"));
    }
}
