//! Texts that are too long for a box, too long to be read at once, or not finished.

use std::path::Path;
use std::sync::Arc;

use egui::accesskit::Role as AccessRole;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::composer::window;
use super::*;
use crate::app::half_edits::{self, HalfEdit};

/// A file that is let go of over the window.
#[derive(Debug)]
struct Notes;

impl egui::DroppedFile for Notes {
    fn path(&self) -> &Path {
        Path::new("/tmp/notas.txt")
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Ok(b"uno".to_vec())
    }
}

#[test]
fn a_text_that_is_too_long_to_type_in_stands_beside_the_box() {
    let mut window = window();
    let huge = "palabra ".repeat(8000);
    window.paste(&huge);
    window.click("Open palabra palabra palabra palabra palabra palabra palabra pala");
    window.click("Put into the text");
    assert_eq!(window.asked(), []);
    assert!(window.shows("Put into the text"), "it stays where it is");
    window.click("Done");
    assert_eq!(window.text(), "");
    // Pieces that are short each become no less of a burden together.
    for _ in 0..20 {
        window.paste(&"línea ".repeat(250));
    }
    assert!(window.text().len() < 30_000, "{}", window.text().len());
    window.press(Key::Enter);
    let Some(Command::Send(sent)) = window.asked().pop() else {
        panic!("nothing was sent");
    };
    assert_eq!(sent.matches("palabra").count(), 8000);
    assert_eq!(sent.matches("línea").count(), 20 * 250);
}

#[test]
fn what_the_user_wrote_is_sent_as_it_was_however_long() {
    let huge = "palabra ".repeat(4000) + "fin";
    // A draft that was kept, once as it was written and once as it is kept from then on.
    let mut state = with_conversation(with_chats(english()));
    state.stored_drafts.insert(Some(ChatId(3)), huge.clone());
    let mut window = Window::new(state);
    assert_eq!(window.text(), "");
    assert!(window.shows("Open palabra"));
    window.type_text("Y más");
    let draft = window.0.state_mut().views.unkept_draft();
    let Some(Command::KeepDraft(chat, kept)) = draft else {
        panic!("nothing is kept: {draft:?}");
    };
    let mut state = with_conversation(with_chats(english()));
    state.stored_drafts.insert(chat, kept);
    let mut again = Window::new(state);
    for window in [&mut window, &mut again] {
        assert_eq!(window.text(), "Y más");
        window.press(Key::Enter);
        let message = format!("{huge}\n\nY más");
        assert_eq!(window.asked().last(), Some(&Command::Send(message)));
    }

    // A message that is changed.
    let mut state = with_chats(english());
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    chat.push(MessageId(1), Role::User, huge.clone(), now_unix_ms());
    state.current = Some(chat.id);
    state.chats.push(chat);
    let mut window = Window::new(loaded(state));
    window.click_first("Edit");
    assert!(window.shows("Open palabra"));
    window.click("Save and send");
    assert_eq!(window.asked(), [Command::Edit(MessageId(1), huge)]);
}

#[test]
fn a_short_paste_goes_on_where_the_box_has_no_more_room() {
    let mut window = window();
    let mut message = String::new();
    for line in 0..12 {
        let line = format!("{line} {}", "línea ".repeat(250));
        window.paste(&line);
        message.push_str(&line);
    }
    assert!(window.text().starts_with("9 "), "{}", window.text());
    window.press(Key::Enter);
    let Some(Command::Send(sent)) = window.asked().pop() else {
        panic!("nothing was sent");
    };
    assert_eq!(sent.replace("\n\n", ""), message);
}

#[test]
fn a_long_text_that_the_middle_button_pastes_stands_beside_the_box() {
    let mut window = window();
    let field = window
        .0
        .get_by_role_and_label(AccessRole::MultilineTextInput, "Message");
    let pos = field.rect().center();
    let long = "línea larga\n".repeat(58);
    let elsewhere = egui::pos2(pos.x, 20.0);
    for at in [elsewhere, pos] {
        window.0.hover_at(at);
        window.steps(2);
        let text = long.clone();
        window.events(vec![Event::MiddleClickPaste { pos: at, text }]);
        assert_eq!(window.text(), "");
        assert_eq!(window.shows("Open línea larga"), at == pos);
    }
    let text = "corto".to_owned();
    window.events(vec![Event::MiddleClickPaste { pos, text }]);
    assert_eq!(window.text(), "corto");
}

#[test]
fn a_message_does_not_go_without_a_file_that_was_dropped_with_its_enter() {
    let mut window = window();
    window.type_text("algo");
    window.0.input_mut().dropped_files = vec![Arc::new(Notes)];
    window.press(Key::Enter);
    assert_eq!(window.asked(), []);
    assert_eq!(window.text(), "algo");
}

/// A message with a long text before the question.
pub(super) fn with_pasted(mut state: State) -> State {
    let lines: Vec<String> = (1..=400).map(|line| format!("línea {line}")).collect();
    let text = format!(
        "`notas.txt`:\n```txt\n{}\n```\n\n¿Qué dice?",
        lines.join("\n")
    );
    let mut chat = Chat::new(ChatId(3), now_unix_ms());
    chat.push(MessageId(1), Role::User, text, now_unix_ms());
    let reply = chat.push(
        MessageId(2),
        Role::Assistant,
        "Cuenta.".into(),
        now_unix_ms(),
    );
    reply.finish = Some(Finish::EndOfReply);
    state.current = Some(chat.id);
    state.chats.push(chat);
    state
}

#[test]
fn a_long_text_in_a_message_is_folded_and_opens() {
    let mut window = Window::new(with_pasted(with_chats(english())));
    for seen in ["¿Qué dice?", "Cuenta.", "línea 10", "Show all 400 lines"] {
        assert!(window.shows(seen), "{seen}");
    }
    assert!(!window.shows("línea 11\n"), "only its beginning");
    let question = |window: &Window| window.0.get_by_label("¿Qué dice?").rect();
    let head = |window: &Window| window.0.get_by_label("notas.txt:").rect().top();
    let (before, folded) = (head(&window), question(&window).top());
    window.click("Show all 400 lines");
    window.steps(4);
    assert!((head(&window) - before).abs() < 1.0, "what is read stays");
    assert!(window.shows("línea 11\n"));
    assert!(window.0.query_by_label("¿Qué dice?").is_none());

    // From its end, it folds to where it begins.
    window.0.hover_at(egui::pos2(600.0, 300.0));
    window.0.key_press_modifiers(Modifiers::NONE, Key::Escape);
    window.0.state_mut().views.conversation.show_end();
    window.steps(6);
    assert!(window.0.query_by_label("notas.txt:").is_none());
    window.click("Show only the beginning");
    window.steps(6);
    assert!((question(&window).top() - head(&window) - (folded - before)).abs() < 1.0);
    assert!(window.shows("Show all 400 lines"));
}

#[test]
fn what_was_looked_for_is_not_folded_away() {
    let mut state = with_pasted(with_chats(english()));
    state.shelves.query.text = "línea 390".into();
    state.jump = Some((ChatId(3), MessageId(1)));
    let window = Window::new(state);
    assert!(window.0.query_by_label("Show all 400 lines").is_none());
}

#[test]
fn a_long_text_stands_beside_the_words_of_a_message_that_is_changed() {
    let mut window = Window::new(with_pasted(with_chats(english())));
    window.click_first("Edit");
    assert!(window.shows("Open notas.txt"));
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::End);
    window.type_text(" ¿Y qué más?");
    window.paste(&"otra línea\n".repeat(60));
    assert!(window.shows("Open otra línea"));
    window.click("Remove otra línea");
    window.click("Open notas.txt");
    window.click("Done");
    window.type_text(" ¿Y?");
    window.click("Save and send");
    let asked = window.asked();
    let [Command::Edit(MessageId(1), text)] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert!(
        text.starts_with("`notas.txt`:\n```txt\nlínea 1\n"),
        "{text}"
    );
    assert!(text.ends_with("línea 400\n```\n\n¿Qué dice? ¿Y qué más? ¿Y?"));
}

#[test]
fn a_half_made_change_is_kept_with_the_draft_and_goes_on_after_a_restart() {
    let mut window = window();
    window.type_text("Y luego");
    window.click_first("Edit");
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::End);
    window.type_text(" ¿Y 1 + 1?");
    let draft = window.0.state_mut().views.unkept_draft();
    let text = "¿Cuánto es 36 + 59 y cómo lo has calculado? ¿Y 1 + 1?";
    let half = HalfEdit {
        message: MessageId(1),
        text: text.into(),
        is_open: true,
    };
    let kept = half_edits::with_draft(&[half], "Y luego".into());
    let expected = Command::KeepDraft(Some(ChatId(3)), kept.clone());
    assert_eq!(draft, Some(expected));

    let mut state = with_conversation(with_chats(english()));
    state.stored_drafts.insert(Some(ChatId(3)), kept);
    let mut window = Window::new(state);
    assert_eq!(window.text(), "Y luego");
    let role = AccessRole::MultilineTextInput;
    let field = window.0.get_by_role_and_label(role, "Text of the message");
    assert_eq!(field.value().as_deref(), Some(text));
    // What is sent is not kept any more.
    window.click("Save and send");
    assert_eq!(window.asked(), [Command::Edit(MessageId(1), text.into())]);
    let draft = window.0.state_mut().views.unkept_draft();
    let expected = Command::KeepDraft(Some(ChatId(3)), "Y luego".into());
    assert_eq!(draft, Some(expected));
}
