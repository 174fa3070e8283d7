//! What is told in passing.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::command::{Action, Each};
use crate::app::state::Transfer;
use crate::i18n::Text;

fn with_toasts(count: u64) -> Window {
    let mut state = with_chats(english());
    for number in 0..count {
        let text = Text::new("toast-archived").count("chats", number + 2);
        let undo = Command::Each(vec![ChatId(4)], Each::Archive(false));
        state.toast(text, (number == 0).then_some(undo));
    }
    Window::new(state)
}

pub(super) fn importing(total: Option<u64>, is_cancelled: bool) -> Transfer {
    Transfer {
        done: 1240,
        total,
        since: Instant::now()
            .checked_sub(std::time::Duration::from_secs(4))
            .unwrap(),
        is_cancelled: Arc::new(AtomicBool::new(is_cancelled)),
    }
}

#[test]
fn a_toast_is_a_status_that_can_be_taken_back_or_away() {
    let mut window = with_toasts(1);
    let toast = window.0.get_by_label("2 chats archived");
    let role = toast.accesskit_node().role();
    assert_eq!(role, egui::accesskit::Role::Status);
    window.click("Undo");
    assert_eq!(window.asked(), [Command::TakeBack(0)]);
    window.click("Dismiss");
    assert_eq!(window.asked(), [Command::DropToast(0)]);
}

#[test]
fn the_newest_three_stand_one_above_the_other() {
    let window = with_toasts(4);
    assert!(!window.shows("2 chats archived"));
    let top = |name: &str| window.0.get_by_label(name).rect().top();
    assert!(top("3 chats archived") < top("4 chats archived"));
    assert!(top("4 chats archived") < top("5 chats archived"));
}

#[test]
fn one_goes_by_itself_unless_it_is_pointed_at() {
    let mut window = with_toasts(1);
    let place = window.0.get_by_label("2 chats archived").rect();
    window.0.hover_at(place.center());
    window.steps(200);
    assert_eq!(window.asked(), [], "it is held");
    window.0.hover_at(egui::pos2(5.0, 5.0));
    window.steps(400);
    let asked = window.asked();
    assert_eq!(asked.first(), Some(&Command::DropToast(0)));
}

#[test]
fn a_deletion_is_offered_back_in_the_same_place() {
    let mut state = with_chats(english());
    state.undo = Some(undo());
    let mut window = Window::new(state);
    window.click("Undo");
    assert_eq!(window.asked(), [Command::Do(Action::Undo)]);
    window.click("Dismiss");
    assert_eq!(window.asked(), [Command::ForgetUndo]);
}

#[test]
fn an_import_says_how_far_it_is_and_can_be_stopped() {
    let mut state = with_chats(english());
    state.transfer = Some(importing(None, false));
    let mut window = Window::new(state);
    assert!(window.shows("1,240 chats found"));
    window.state().transfer = Some(importing(Some(3900), false));
    window.steps(3);
    assert!(window.shows("1,240 of 3,900 chats · 3"));
    window.click("Stop the import");
    assert_eq!(window.asked(), [Command::CancelTransfer]);
    window.state().transfer = Some(importing(Some(3900), true));
    window.steps(3);
    assert!(window.shows("Stopping") && !window.shows("Stop the import"));
}
