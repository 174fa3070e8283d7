//! The conversation: what can be done with messages.

use std::collections::HashMap;

use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::command::Action;
use crate::app::state::Reply;
use crate::chat::Word;

fn window() -> Window {
    Window::new(with_conversation(with_chats(english())))
}

/// Something is being written in the chat in view.
pub(super) fn writing(state: &mut State) {
    let chat = state.current.unwrap_or(ChatId(99));
    writing_in(state, chat, MessageId(99));
}

pub(super) fn writing_in(state: &mut State, chat: ChatId, message: MessageId) {
    state.replies.begin(Reply::new(1, chat, message));
}

#[test]
fn versions_are_turned_like_pages() {
    let mut window = window();
    assert!(window.shows("2/2"));
    let next = window.0.get_by_label("Next version");
    assert!(next.accesskit_node().is_disabled());
    window.click("Previous version");
    assert_eq!(window.asked(), [Command::ChooseVersion(MessageId(2))]);
}

#[test]
fn what_a_newer_charla_wrote_is_shown_as_unknown() {
    let mut state = with_conversation(with_chats(english()));
    let name = |name| Word::new(name).unwrap();
    let chat = state.chats.last_mut().unwrap();
    let last = chat.leaf().unwrap();
    let message = chat.message_mut(last).unwrap();
    message.finish = Some(Finish::Other(name("tool_limit")));
    let mut result = Message::new(MessageId(900), Some(last), Role::User, "42".into(), 0);
    result.role = Role::Other(name("tool"));
    chat.add(result);
    let window = Window::new(state);
    let ending = "It ended for a reason that this version of Charla does not know (tool_limit).";
    assert!(window.shows(ending));
    let heads = window
        .0
        .query_all_by_label_contains("tool, of a newer Charla");
    assert_eq!(heads.count(), 1);
}

#[test]
fn a_changed_message_is_sent_and_a_changed_reply_is_kept() {
    let mut window = window();
    window.click_first("Edit");
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::End);
    window.type_text(" ¿Y 1 + 1?");
    window.click("Save and send");
    let text = "¿Cuánto es 36 + 59 y cómo lo has calculado? ¿Y 1 + 1?";
    assert_eq!(window.asked(), [Command::Edit(MessageId(1), text.into())]);
    assert!(!window.shows("Save and send"));

    let replies = window.0.query_all_by_label("Edit");
    replies.last().unwrap().click();
    window.steps(4);
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::End);
    window.type_text(" París.");
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.steps(4);
    let text = "La capital de Francia es la ciudad de París.";
    assert_eq!(window.asked(), [Command::Edit(MessageId(5), text.into())]);

    window.click_first("Edit");
    window.type_text("nothing of this");
    window.0.key_press(Key::Escape);
    window.steps(4);
    assert_eq!(window.asked(), []);
    assert!(!window.shows("Save and send"));
}

#[test]
fn a_reply_that_broke_off_can_go_on_or_be_written_again() {
    let mut window = window();
    assert!(window.shows("It broke off."));
    window.click("Continue");
    let again = window.0.query_all_by_label("Regenerate").last().unwrap();
    again.click();
    window.steps(3);
    assert_eq!(
        window.asked(),
        [
            Command::Continue(MessageId(5)),
            Command::Regenerate(MessageId(5))
        ]
    );
}

#[test]
fn a_reply_without_a_word_says_so() {
    let written_by = |template, reasoning: &str, finish| {
        let mut state = loaded(with_conversation(with_chats(english())));
        if let ModelState::Loaded(model) = &mut state.model {
            model.template = template;
        }
        let chat = state.chats.last_mut().unwrap();
        let reply = chat.message_mut(MessageId(5)).unwrap();
        reply.text.clear();
        reply.reasoning = reasoning.into();
        reply.finish = Some(finish);
        Window::new(state)
    };
    let (own, none) = (TemplateSource::Model, TemplateSource::ChatMl);
    let nothing = "The model wrote nothing.";
    for (template, reasoning, finish, said) in [
        (own, "", Finish::EndOfReply, nothing),
        (own, " ", Finish::StopString, "A stop text ended"),
        (own, "", Finish::Length, nothing),
        (none, "", Finish::EndOfReply, "It has no chat template"),
        (own, "Hm.", Finish::EndOfReply, "ended after its thoughts"),
    ] {
        let window = written_by(template, reasoning, finish);
        assert!(window.shows(said), "{template:?} {reasoning:?} {finish:?}");
        assert!(!window.shows("Continue"), "there is nothing to go on from");
    }
    // Thoughts that were cut can go on.
    let mut window = written_by(own, "Hm.", Finish::Length);
    assert!(window.shows("the longest reply you allow"));
    window.click("Continue");
    assert_eq!(window.asked(), [Command::Continue(MessageId(5))]);
}

#[test]
fn nothing_is_written_beside_a_reply() {
    let mut window = window();
    writing(window.state());
    window.steps(3);
    for name in ["Continue", "Regenerate"] {
        for button in window.0.query_all_by_label(name) {
            assert!(button.accesskit_node().is_disabled(), "{name}");
        }
    }
    window.click_first("Edit");
    let send = window.0.get_by_label("Save and send");
    assert!(send.accesskit_node().is_disabled());
}

#[test]
fn a_message_is_deleted_alone_or_with_what_follows() {
    let chat = ChatId(3);
    for (item, target) in [
        ("This message", Target::Message(chat, MessageId(1))),
        ("This and what follows", Target::Branch(chat, MessageId(1))),
    ] {
        let mut window = window();
        window.click_first("Delete");
        window.click(item);
        assert_eq!(window.asked(), [Command::Delete(target)]);
    }
}

#[test]
fn a_deletion_can_be_taken_back_at_once() {
    let mut window = window();
    assert!(!window.shows("Chat deleted"));
    window.state().undo = Some(undo());
    window.steps(4);
    assert!(window.shows("Chat deleted"));
    window.click("Undo");
    assert_eq!(window.asked(), [Command::Do(Action::Undo)]);
}

#[test]
fn chats_that_are_not_kept_are_said_to_be_so() {
    for (keeping, said) in [
        (Keeping::Memory(disk_full()), "not being saved"),
        (Keeping::Unsaved(disk_full()), "last changes are not saved"),
    ] {
        let mut window = window();
        assert!(!window.shows("Try again"));
        window.state().keeping = keeping;
        window.steps(4);
        assert!(window.shows(said) && window.shows("The disk is full"));
        window.click("Try again");
        assert_eq!(window.asked(), [Command::RetryStore]);
    }
}

/// A chat that is far longer than the window.
pub(super) fn long_chat() -> Chat {
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    for (id, lines) in (1..=120).zip((1..17).cycle()) {
        let role = match id % 2 {
            1 => Role::User,
            _ => Role::Assistant,
        };
        let text = format!("Message {id}. {}", "Some words.\n".repeat(lines));
        chat.push(MessageId(id), role, text, now_unix_ms());
    }
    chat
}

#[test]
fn a_jump_brings_a_message_into_view_wherever_it_is() {
    let mut state = english();
    state.chats.push(long_chat());
    state.current = Some(ChatId(3));
    let mut window = Window::new(state);
    assert!(window.shows("Message 120."), "a chat opens at its end");
    for id in [60, 3, 118, 1] {
        window.asked();
        window.state().jump = Some((ChatId(3), MessageId(id)));
        window.steps(1);
        assert_eq!(window.asked(), [Command::Arrived]);
        window.state().jump = None;
        window.steps(14);
        let label = format!("Message {id}.");
        let rect = window.0.get_by_label_contains(&label).rect();
        assert!(rect.top() > 50.0 && rect.top() < 700.0, "{id}: {rect:?}");
    }
}

#[test]
fn a_draft_is_kept_once_it_rests_and_taken_up_again() {
    let mut state = with_conversation(with_chats(english()));
    let stored = "kept from last time".to_owned();
    state.stored_drafts = HashMap::from([(Some(ChatId(3)), stored.clone())]);
    let mut window = Window::new(state);
    let field = window.0.get_by_label("Message");
    assert_eq!(field.value().as_deref(), Some(stored.as_str()));
    window.0.state_mut().commands.clear();
    window.0.get_by_label("Message").focus();
    window.steps(2);
    window.type_text(" and more");
    let begun = Instant::now();
    let kept = loop {
        window.steps(1);
        let mut commands = std::mem::take(&mut window.0.state_mut().commands);
        commands.retain(|it| matches!(it, Command::KeepDraft(..)));
        if !commands.is_empty() {
            break commands;
        }
        assert!(begun.elapsed().as_secs() < 20);
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    let [Command::KeepDraft(chat, text)] = &kept[..] else {
        panic!("{kept:?}");
    };
    assert_eq!(*chat, Some(ChatId(3)));
    assert!(text.contains("and more"), "{text}");

    // Another chat comes into view before the draft has come to rest.
    window.type_text("!");
    window.state().current = None;
    window.steps(1);
    let commands = std::mem::take(&mut window.0.state_mut().commands);
    let is_last = |it: &Command| matches!(it, Command::KeepDraft(Some(ChatId(3)), text) if text.contains('!'));
    assert!(commands.iter().any(is_last), "{commands:?}");
}

#[test]
fn a_small_window_keeps_the_composer_in_view() {
    let mut state = with_conversation(with_chats(state(Language::Es, Theme::Dark)));
    state.keeping = Keeping::Memory(disk_full());
    state.undo = Some(undo());
    let window = Window::sized(state, Vec2::new(400.0, 400.0));
    let composer = window.0.get_by_label("Mensaje").rect();
    assert!(composer.bottom() < 400.0, "{composer:?}");
    let undo = window.0.get_by_label("Deshacer").rect();
    assert!(undo.left() > 0.0 && undo.right() < 400.0, "{undo:?}");
}

/// A reply that grows below the fold.
#[test]
fn the_end_stays_in_view_while_a_reply_grows_unless_it_was_left() {
    let mut state = english();
    state.chats.push(long_chat());
    state.current = Some(ChatId(3));
    let mut window = Window::new(state);
    let reply = {
        let chat = window.state().chat_mut(ChatId(3)).unwrap();
        chat.push(MessageId(200), Role::User, "Go on.".into(), 0);
        chat.push(MessageId(201), Role::Assistant, String::new(), 0);
        MessageId(201)
    };
    writing_in(window.state(), ChatId(3), reply);
    let grow = |window: &mut Window, number: u32| {
        let chat = window.state().chat_mut(ChatId(3)).unwrap();
        let text = &mut chat.message_mut(reply).unwrap().text;
        text.extend(["Paragraph ", &number.to_string(), ".\n\n"]);
        window.steps(1);
    };
    for number in 0..60 {
        grow(&mut window, number);
        assert!(window.shows(&format!("Paragraph {number}.")), "{number}");
    }
    window.0.hover_at(egui::pos2(600.0, 400.0));
    window.0.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        source: egui::MouseWheelSource::Wheel,
        delta: Vec2::new(0.0, 300.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    window.steps(20);
    assert!(!window.shows("Paragraph 59."));
    let first = |window: &Window| window.0.get_by_label("Paragraph 45.").rect().top();
    let before = first(&window);
    for number in 60..90 {
        grow(&mut window, number);
    }
    assert!((first(&window) - before).abs() < 1.0, "what is read stays");
    window.click("To the end");
    assert!(window.shows("Paragraph 89."));
    grow(&mut window, 90);
    assert!(window.shows("Paragraph 90."));
}
