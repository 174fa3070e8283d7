//! The window without a mouse: from part to part, through lists and menus, and back.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::palette::{focused, follow, full, has_keyboard, press};
use super::*;
use crate::app::command::Action;

#[test]
fn f6_goes_from_part_to_part() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    window.0.get_by_label("Message").focus();
    window.steps(3);
    let rect = |window: &Window| {
        let by = egui_kittest::kittest::by().predicate(has_keyboard);
        window.0.get(by).rect().center()
    };
    let mut seen = Vec::new();
    for _ in 0..5 {
        follow(&mut window, Action::NextRegion);
        let at = rect(&window);
        seen.push(match (at.x, at.y) {
            (x, _) if x < 264.0 => "chats",
            (x, _) if x > 980.0 => "settings",
            (_, y) if y < 52.0 => "bar",
            (_, y) if y > 690.0 => "composer",
            _ => "conversation",
        });
    }
    assert_eq!(
        seen,
        ["settings", "bar", "chats", "conversation", "composer"]
    );
    follow(&mut window, Action::PreviousRegion);
    assert!(rect(&window).y < 690.0);
}

#[test]
fn tab_goes_through_the_parts_as_they_are_read() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    let at = |window: &Window, name: &str| {
        let mut all = window.0.query_all_by_label(name);
        all.next().expect(name).focus();
    };
    let tab = |window: &mut Window| press(window, Key::Tab);
    at(&window, "Message");
    window.steps(3);
    // There is nothing to send yet.
    tab(&mut window);
    assert_eq!(focused(&window).as_deref(), Some("Attach text files"));
    window.0.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    window.steps(3);
    assert_eq!(focused(&window).as_deref(), Some("Message"));
    window.0.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    window.steps(3);
    let cost = focused(&window).unwrap_or_default();
    assert!(cost.starts_with("96 tokens"), "{cost}");
}

#[test]
fn a_menu_is_gone_through_by_arrows_and_gives_the_keyboard_back() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    let more = "Options for “Ideas para la novela”";
    window.0.get_by_label(more).focus();
    window.steps(3);
    press(&mut window, Key::Enter);
    assert_eq!(focused(&window).as_deref(), Some("Rename"));
    press(&mut window, Key::ArrowUp);
    assert_eq!(focused(&window).as_deref(), Some("Delete"));
    press(&mut window, Key::Escape);
    assert_eq!(focused(&window).as_deref(), Some(more));
    assert_eq!(window.asked(), []);

    press(&mut window, Key::Enter);
    press(&mut window, Key::ArrowDown);
    press(&mut window, Key::Enter);
    assert_eq!(window.asked(), [Command::Pin(ChatId(1), false)]);
    window.steps(2);
    assert_eq!(focused(&window).as_deref(), Some(more));
}

#[test]
fn the_preferences_stay_open_and_give_the_keyboard_back() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    window.0.get_by_label("Preferences").focus();
    window.steps(3);
    press(&mut window, Key::Enter);
    for _ in 0..32 {
        if focused(&window).as_deref() == Some("Español") {
            break;
        }
        press(&mut window, Key::ArrowDown);
    }
    press(&mut window, Key::Enter);
    assert_eq!(window.asked(), [Command::SetLanguage(Some(Language::Es))]);
    assert_eq!(focused(&window).as_deref(), Some("Español"));
    press(&mut window, Key::Escape);
    assert_eq!(focused(&window).as_deref(), Some("Preferences"));
}

#[test]
fn who_leaves_the_page_of_models_can_write_at_once() {
    let mut window = Window::new(super::models::page(Language::En, Theme::Light));
    window.steps(3);
    window.asked();
    press(&mut window, Key::Escape);
    let leaves = Command::Models(crate::app::command::ModelsCommand::Show(false));
    assert!(window.asked().contains(&leaves));
    window.state().models.is_open = false;
    window.steps(3);
    assert_eq!(focused(&window).as_deref(), Some("Message"));
}

#[test]
fn a_row_of_the_list_is_reached_opened_and_deleted_by_key() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    let row = |window: &Window, name: &str| {
        let mut rows = window.0.query_all_by_role(Role::ListItem);
        let found = rows.find(|it| it.accesskit_node().label().as_deref() == Some(name));
        found.unwrap().focus();
    };
    row(&window, "¿Cómo suma un modelo?");
    window.steps(3);
    press(&mut window, Key::ArrowDown);
    assert_eq!(
        focused(&window).as_deref(),
        Some("Carta al casero, tono cordial")
    );
    press(&mut window, Key::Delete);
    assert_eq!(window.asked(), [], "no bare key deletes");
    let ctx = window.0.ctx.clone();
    let bench = window.0.state_mut();
    let deleted = bench.views.follow(&ctx, &bench.state, Action::DeleteChat);
    assert_eq!(
        deleted,
        Some(Command::Delete(Target::Chats(vec![ChatId(4)])))
    );
    press(&mut window, Key::Enter);
    assert_eq!(window.asked(), [Command::OpenChat(ChatId(4))]);

    row(&window, "Regex para fechas ISO");
    window.steps(3);
    window.0.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    window.steps(4);
    assert_eq!(focused(&window).as_deref(), Some("Rename"));
    press(&mut window, Key::ArrowDown);
    press(&mut window, Key::Enter);
    assert_eq!(window.asked(), [Command::Pin(ChatId(6), true)]);
}

#[test]
fn what_has_the_keyboard_can_be_seen() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    window.state().current = None;
    for (number, name) in [
        "New chat",
        "Settings (Ctrl+,)",
        "Likely words",
        "Context and memory",
    ]
    .into_iter()
    .enumerate()
    {
        let control = window.0.query_all_by_label(name).next();
        control.expect(name).focus();
        window.steps(3);
        super::pictures::draw(&mut window, &format!("focus-{number}"));
    }
}
