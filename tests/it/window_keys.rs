//! The window by keys alone: what is done by a shortcut, and from the palette.

use charla::engine::fake::{Script, Step};
use charla::i18n::Language;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::window::Window;

fn open(replies: &[&str]) -> Window {
    let steps = |reply: &&str| vec![Step::Piece((*reply).to_owned())];
    let script = Script {
        replies: replies.iter().map(steps).collect(),
        ..Script::default()
    };
    let mut window = Window::open(script, Language::En);
    window.wait_for("Context 0");
    window
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(4);
}

fn shows_option(window: &Window, name: &str) -> bool {
    let mut options = window.harness.query_all_by_role(Role::ListBoxOption);
    options.any(|it| it.accesskit_node().label().as_deref() == Some(name))
}

fn is_composing(window: &Window) -> bool {
    let name = window.text("composer-name");
    let composer = window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, &name);
    composer.is_focused()
}

#[test]
fn a_reply_is_written_again_and_its_versions_are_turned_by_key() {
    let mut window = open(&["First.", "Second."]);
    window.say("Say something");
    window.wait_for("First.");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    press(&mut window, Modifiers::COMMAND, Key::R);
    window.wait_for("Second.");
    window.wait_for("2/2");
    press(&mut window, Modifiers::ALT, Key::ArrowLeft);
    window.wait_for("1/2");
    // There is none before the first.
    press(&mut window, Modifiers::ALT, Key::ArrowLeft);
    assert!(window.shows("1/2"));
    press(&mut window, Modifiers::ALT, Key::ArrowRight);
    window.wait_for("2/2");
}

#[test]
fn the_palette_finds_a_chat_on_disk_and_gives_the_keyboard_back() {
    let mut window = open(&["Hello."]);
    window.say("The first of two chats");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    press(&mut window, Modifiers::COMMAND, Key::N);
    window.say("Another one");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));

    press(&mut window, Modifiers::COMMAND, Key::K);
    window.wait_until("the chat", |it| shows_option(it, "The first of two chats"));
    let field = window.harness.get_by_label("Command palette");
    field.type_text("fst two");
    window.wait_until("the others to go", |it| !shows_option(it, "New chat"));
    window.harness.key_press(Key::Enter);
    window.wait_until("the other chat", |it| {
        let by_name = it.harness.query_all_by_label("The first of two chats");
        by_name.count() == 2
    });
    assert!(!shows_option(&window, "The first of two chats"));
    window.wait_until("the keyboard in the message", is_composing);

    // From another control, an action of the palette puts it there as well.
    press(&mut window, Modifiers::NONE, Key::F6);
    assert!(!is_composing(&window));
    press(&mut window, Modifiers::COMMAND, Key::K);
    let field = window.harness.get_by_label("Command palette");
    field.type_text("write a message");
    window.harness.run_steps(3);
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.wait_until("the keyboard in the message", is_composing);
}

#[test]
fn escape_closes_the_palette_before_it_stops_a_reply() {
    let steps = vec![Step::Piece("Once upon ".into()), Step::WaitForCancel];
    let script = Script {
        replies: vec![steps],
        ..Script::default()
    };
    let mut window = Window::open(script, Language::En);
    window.wait_for("Context 0");
    window.say("Tell me a story");
    window.wait_for("Once upon");
    press(&mut window, Modifiers::COMMAND, Key::K);
    assert!(shows_option(&window, "Stop"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(!shows_option(&window, "Stop"));
    let stopped = window.text("finish-cancelled");
    assert!(window.shows("Stop") && !window.shows(&stopped));
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.wait_for(&stopped);
}

#[test]
fn a_chat_is_deleted_by_no_key_that_edits_text() {
    let mut window = open(&["Hello."]);
    window.say("Hi there");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    window.type_in("some words");
    let keys = Modifiers::COMMAND | Modifiers::SHIFT;
    press(&mut window, keys, Key::Backspace);
    assert!(!window.shows("Chat deleted"));
    press(&mut window, Modifiers::COMMAND, Key::A);
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert_eq!(window.draft(), "");
    press(&mut window, Modifiers::NONE, Key::Delete);
    assert!(!window.shows("Chat deleted"));
    press(&mut window, keys, Key::Backspace);
    window.wait_for("Chat deleted");
}

#[test]
fn the_sheet_opens_and_closes_by_the_same_keys() {
    let mut window = open(&["Hello."]);
    let keys = |window: &mut Window| press(window, Modifiers::COMMAND, Key::Slash);
    keys(&mut window);
    assert!(window.shows("Command palette: Ctrl+K"));
    // Nothing happens behind it.
    press(&mut window, Modifiers::COMMAND, Key::B);
    assert!(window.shows("Search chats"));
    keys(&mut window);
    assert!(!window.shows("Command palette: Ctrl+K"));
}
