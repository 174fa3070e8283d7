//! Finding words in the chat in view.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::conversation::long_chat;
use super::long_texts::with_pasted;
use super::pictures::draw;
use super::*;

impl Window {
    fn find(&mut self, words: &str) {
        let bench = self.0.state_mut();
        bench.views.conversation.find_words(&bench.state);
        self.steps(3);
        self.type_text(words);
        self.steps(8);
    }

    fn found(&self, number: &str) -> bool {
        self.0.query_by_label(number).is_some()
    }
}

fn searching(words: &str) -> Window {
    let mut state = english();
    state.chats.push(long_chat());
    state.current = Some(ChatId(3));
    let mut window = Window::new(state);
    window.find(words);
    window
}

#[test]
fn words_are_counted_and_gone_through_round_the_end() {
    // Message 100 to 109 are not in view at the end, where the chat is.
    let mut window = searching("MESSAGE 10");
    assert!(window.found("1 of 11"), "message 10 and 100 to 109");
    assert!(window.shows("Message 10."));
    for (keys, number, message) in [
        (Modifiers::NONE, "2 of 11", "Message 100."),
        (Modifiers::NONE, "3 of 11", "Message 101."),
        (Modifiers::SHIFT, "2 of 11", "Message 100."),
        (Modifiers::SHIFT, "1 of 11", "Message 10."),
        (Modifiers::SHIFT, "11 of 11", "Message 109."),
        (Modifiers::NONE, "1 of 11", "Message 10."),
    ] {
        window.0.key_press_modifiers(keys, Key::Enter);
        window.steps(8);
        assert!(window.found(number), "{number}");
        let rect = window.0.get_by_label_contains(message).rect();
        assert!(
            rect.top() > 50.0 && rect.top() < 700.0,
            "{message} {rect:?}"
        );
    }
    window.click("Next find");
    assert!(window.found("2 of 11"));
    window.click("Previous find");
    assert!(window.found("1 of 11"));
}

#[test]
fn the_bar_lies_on_nothing_that_was_found() {
    // All of this chat is in view: nothing can be scrolled out from under the bar.
    let words = "¿Cuánto es 36 + 59 y cómo lo has calculado?";
    let mut window = Window::new(with_conversation(with_chats(english())));
    window.find(words);
    let bar = window.0.get_by_label("Find in this chat").rect();
    let found = window.0.get_by_label(words).rect();
    assert!(found.top() > bar.bottom(), "{found:?} below {bar:?}");
}

#[test]
fn what_is_read_stays_where_it_is_when_the_bar_comes_and_goes() {
    let mut state = english();
    state.chats.push(long_chat());
    state.current = Some(ChatId(3));
    let mut window = Window::new(state);
    let place = |window: &Window| window.0.get_by_label_contains("Message 120.").rect().top();
    let before = place(&window);
    window.find("");
    assert!((place(&window) - before).abs() < 1.0, "at the end");
    window.0.key_press(Key::Escape);
    window.steps(4);
    assert!((place(&window) - before).abs() < 1.0, "at the end, closed");
}

#[test]
fn escape_closes_the_bar_and_what_was_found_can_be_copied() {
    let mut window = searching("message 42");
    assert!(window.found("1 of 1"));
    window.0.key_press(Key::Escape);
    window.steps(4);
    assert!(!window.found("1 of 1"));
    let composer = window.0.get_by_label("Message");
    assert!(composer.is_focused());
    window.0.event(egui::Event::Copy);
    window.0.step();
    let commands = &window.0.output().platform_output.commands;
    let copied = egui::OutputCommand::CopyText("Message 42".into());
    assert!(commands.contains(&copied), "{commands:?}");
}

#[test]
fn the_search_follows_what_is_typed_and_says_when_there_is_nothing() {
    let mut window = searching("message 4");
    assert!(window.found("1 of 11"));
    window.type_text("2");
    window.steps(6);
    assert!(window.found("1 of 1"));
    window.type_text("x");
    window.steps(6);
    assert!(window.shows("Not found"));
    window.0.key_press(Key::Backspace);
    window.steps(6);
    assert!(window.found("1 of 1"));
}

#[test]
fn a_find_in_thoughts_or_in_a_folded_text_is_made_visible() {
    let lines: Vec<String> = (1..=400).map(|line| format!("línea {line}")).collect();
    let text = format!("```txt\n{}\n```\n\n¿Qué dice?", lines.join("\n"));
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    chat.push(MessageId(1), Role::User, text, now_unix_ms());
    let reply = chat.push(
        MessageId(2),
        Role::Assistant,
        "Cuenta.".into(),
        now_unix_ms(),
    );
    reply.reasoning = "Hay cuatrocientas.".into();
    let mut state = english();
    state.current = Some(chat.id);
    state.chats.push(chat);
    let mut window = Window::new(state);
    assert!(!window.shows("cuatrocientas"));
    window.find("CUATROCIENTAS");
    assert!(window.found("1 of 1"));
    assert!(window.shows("Hay cuatrocientas."));
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.type_text("linea 399");
    window.steps(8);
    assert!(window.found("1 of 1"));
    assert!(window.shows("línea 399"));
}

#[test]
fn a_reply_that_becomes_thoughts_is_drawn_and_searched_as_what_it_is() {
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    chat.push(MessageId(1), Role::User, "Is it?".into(), now_unix_ms());
    let said = "Perhaps it is.\n\n- Ñandú, first.\n- Second.\n\nPerhaps";
    chat.push(MessageId(2), Role::Assistant, said.into(), now_unix_ms());
    let mut state = english();
    super::conversation::writing_in(&mut state, ChatId(3), MessageId(2));
    state.current = Some(chat.id);
    state.chats.push(chat);
    let mut window = Window::new(state);
    window.find("perhaps");
    assert!(window.found("1 of 2"));
    assert!(window.shows("Perhaps it is.") && window.shows("Second."));

    // Between two frames, the thoughts end and the reply is longer than they were.
    let says = format!(
        "First word. {}\n\nYes, perhaps.",
        "Ñ, yes. ".repeat(20).trim_end()
    );
    let change = |window: &mut Window, says: &str| {
        let chat = window.state().chats.last_mut().unwrap();
        let message = chat.message_mut(MessageId(2)).unwrap();
        message.rethink();
        message.text.push_str(says);
        window.steps(8);
    };
    change(&mut window, &says);
    assert!(window.shows("Yes, perhaps.") && window.shows("Ñ, yes."));
    assert!(window.found("1 of 3"));
    assert!(window.shows("First word."), "nothing is cut off it");
    for thought in ["Perhaps it is.", "Ñandú, first."] {
        assert!(!window.shows(thought), "thoughts are folded: {thought}");
    }
    window.0.key_press(Key::Enter);
    window.steps(8);
    assert!(window.found("2 of 3"));
    assert!(window.shows("Ñandú, first."), "a find in them opens them");
    // They have become thoughts but once.
    change(&mut window, "\n\nThe end.");
    assert!(window.shows("Yes, perhaps.") && window.shows("The end."));
}

#[test]
fn a_search_that_finds_a_selection_begins_with_it() {
    let mut window = searching("message 42");
    window.0.key_press(Key::Escape);
    window.steps(4);
    window.find("");
    let field = window.0.get_by_label("Find in this chat");
    assert_eq!(field.value().as_deref(), Some("Message 42"));
}

#[test]
fn ten_thousand_messages_are_looked_through_to_the_last() {
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    for id in 1..=10_000 {
        let text = format!(
            "Message {id}. {}",
            "Some **words** that are many. ".repeat(20)
        );
        chat.push(MessageId(id), Role::Assistant, text, now_unix_ms());
    }
    let mut state = english();
    state.current = Some(chat.id);
    state.chats.push(chat);
    let mut window = Window::new(state);
    let bench = window.0.state_mut();
    bench.views.conversation.find_words(&bench.state);
    window.steps(2);
    window.0.event(egui::Event::Text("some words".into()));
    let begun = Instant::now();
    while !window.shows("of 200,000") {
        window.0.step();
        assert!(begun.elapsed().as_secs() < 120, "it never came to its end");
    }
}

#[test]
fn the_bar_and_a_folded_text_can_be_drawn() {
    for (language, theme, kind) in super::pictures::KINDS {
        let start = || with_pasted(with_chats(state(language, theme)));
        let mut window = Window::new(start());
        draw(&mut window, &format!("folded-{kind}"));
        window.find("línea 3");
        draw(&mut window, &format!("found-{kind}"));
        let mut window = Window::sized(start(), Vec2::new(480.0, 480.0));
        window.find("nada de esto");
        draw(&mut window, &format!("found-small-{kind}"));
    }
}
