//! What floats over the window: the press beside it closes it and does nothing else.

use egui::{Event, Modifiers, PointerButton, Popup, Pos2, Rect, Vec2, pos2};
use egui_kittest::kittest::Queryable as _;

use super::palette::full;
use super::*;
use crate::app::command::Action;
use crate::app::state::Overlay;

/// A click of a hand: what lies under it is up to the window.
pub(super) fn click_at(window: &mut Window, at: Pos2, button: PointerButton) {
    window.0.hover_at(at);
    window.steps(2);
    for pressed in [true, false] {
        window.0.event(Event::PointerButton {
            pos: at,
            button,
            pressed,
            modifiers: Modifiers::NONE,
        });
        window.steps(2);
    }
    window.steps(2);
}

/// Those in the conversation that have this name, from above downwards.
fn all_in_talk(window: &Window, name: &str) -> Vec<Rect> {
    let all = window.0.query_all_by_label(name).map(|it| it.rect());
    let in_talk = all.filter(|it| it.left() > 264.0 && it.right() < 980.0);
    let mut in_talk: Vec<Rect> = in_talk.collect();
    in_talk.sort_by(|one, other| one.top().total_cmp(&other.top()));
    in_talk
}

/// The lowest of those in the conversation that have this name.
pub(super) fn in_talk(window: &Window, name: &str) -> Rect {
    all_in_talk(window, name).pop().expect(name)
}

fn has_menu(window: &Window) -> bool {
    Popup::is_any_open(&window.0.ctx)
}

#[test]
fn a_click_beside_a_menu_closes_it_and_does_nothing_else() {
    for opener in [
        "Model: SmolLM2 135M",
        "Options for “Carta al casero, tono cordial”",
        "Options for “Trabajo”",
        "Archive, bin and more",
        "Preferences",
        "Regenerate in another way",
    ] {
        for button in [PointerButton::Primary, PointerButton::Secondary] {
            let mut window = Window::new(loaded(full(Language::En, Theme::Light)));
            // At the right below the first message, where no menu reaches.
            let branch = all_in_talk(&window, "Branch")[0].center();
            let opened = window.0.query_all_by_label(opener).next();
            let opened = opened.expect(opener).rect().center();
            click_at(&mut window, opened, PointerButton::Primary);
            assert!(has_menu(&window), "{opener} opens a menu");
            window.asked();
            click_at(&mut window, branch, button);
            assert_eq!(window.asked(), [], "the click beside {opener}");
            assert!(!has_menu(&window), "it is closed: {opener}");
            click_at(&mut window, branch, PointerButton::Primary);
            let branched = Command::BranchToNewChat(ChatId(3), MessageId(1));
            assert_eq!(window.asked(), [branched], "the next one");
        }
    }
}

#[test]
fn a_menu_takes_the_clicks_on_its_own_entries() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    window.click("Options for “Carta al casero, tono cordial”");
    let pin = window.0.get_by_label("Pin").rect().center();
    click_at(&mut window, pin, PointerButton::Primary);
    assert_eq!(window.asked(), [Command::Pin(ChatId(4), true)]);
    assert!(!has_menu(&window));
    // The button that opened it closes it, too.
    window.click("Archive, bin and more");
    assert!(has_menu(&window));
    window.click("Archive, bin and more");
    assert!(!has_menu(&window));
}

#[test]
fn the_list_of_prompts_goes_with_a_click_that_does_nothing_else() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    window.type_text("/");
    window.steps(3);
    assert!(window.shows("Esc closes"));
    let delete = in_talk(&window, "Delete").center();
    click_at(&mut window, delete, PointerButton::Primary);
    assert_eq!(window.asked(), []);
    assert!(!window.shows("Esc closes"));
    click_at(&mut window, delete, PointerButton::Primary);
    assert_eq!(window.asked().len(), 1);
}

#[test]
fn a_panel_over_a_narrow_window_leaves_its_button_free_and_goes_with_a_click_beside_it() {
    let button = "Settings (Ctrl+,)";
    let start = || {
        let mut state = full(Language::En, Theme::Light);
        state.overlay = Some(Overlay::Settings);
        Window::sized(state, Vec2::new(760.0, 600.0))
    };
    let puts_away = [Command::Do(Action::ToggleSettings)];
    let mut window = start();
    let at = window.0.get_by_label(button).rect().center();
    let slider = window.0.query_all_by_label("Temperature").next();
    assert!(slider.unwrap().rect().top() > at.y, "the panel is below it");
    click_at(&mut window, at, PointerButton::Primary);
    assert_eq!(window.asked(), puts_away);

    let mut window = start();
    let attach = window.0.get_by_label("Attach text files").rect().center();
    click_at(&mut window, attach, PointerButton::Primary);
    assert_eq!(window.asked(), puts_away, "and nothing else");

    let mut window = start();
    let inside = pos2(740.0, 560.0);
    click_at(&mut window, inside, PointerButton::Primary);
    assert_eq!(window.asked(), [], "a click in it leaves it there");
}
