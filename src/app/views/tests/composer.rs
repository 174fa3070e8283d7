//! The box to write in: its keys, what goes with the text, and what it says.

use egui::accesskit::Role as AccessRole;
use egui::{Event, ImeEvent, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::conversation::writing;
use super::*;
use crate::app::attachment::{self, Attachment};
use crate::app::command::{Action, Answer};
use crate::prompts::{Edit, Prompt};
use crate::settings::SendWith;

pub(super) fn window() -> Window {
    Window::new(with_conversation(with_chats(english())))
}

impl Window {
    pub(super) fn text(&self) -> String {
        let field = self
            .0
            .get_by_role_and_label(AccessRole::MultilineTextInput, "Message");
        field.value().unwrap_or_default()
    }

    pub(super) fn press(&mut self, key: Key) {
        self.0.key_press(key);
        self.steps(3);
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.0.event(Event::Paste(text.to_owned()));
        self.steps(3);
    }

    pub(super) fn events(&mut self, events: Vec<Event>) {
        self.0.input_mut().events.extend(events);
        self.steps(3);
    }
}

fn enter() -> Event {
    Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    }
}

fn composing(text: &str) -> Event {
    Event::Ime(ImeEvent::Preedit {
        text: text.into(),
        active_range_chars: None,
    })
}

fn committed(text: &str) -> Event {
    Event::Ime(ImeEvent::Commit(text.into()))
}

pub(super) fn sent(text: &str) -> [Command; 1] {
    [Command::Send(text.into())]
}

#[test]
fn enter_sends_and_shift_enter_is_a_new_line() {
    let mut window = window();
    window.type_text("uno");
    window.0.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    window.steps(3);
    window.type_text("dos");
    assert_eq!(window.text(), "uno\ndos");
    window.press(Key::Enter);
    assert_eq!(window.asked(), sent("uno\ndos"));
    assert_eq!(window.text(), "");
}

#[test]
fn the_keys_can_be_turned_round() {
    let mut window = window();
    window.state().settings.send_with = SendWith::CtrlEnter;
    window.type_text("uno");
    window.press(Key::Enter);
    window.0.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    window.steps(3);
    assert_eq!(window.text(), "uno\n\n");
    assert_eq!(window.asked(), []);
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.steps(3);
    assert_eq!(window.asked(), sent("uno\n\n"));
}

#[test]
fn the_keys_are_chosen_at_the_foot_of_the_chats() {
    let mut window = window();
    window.click("Preferences");
    let name = crate::app::views::composer::keys::command_key();
    window.click(&format!("{name}+Enter"));
    let asked = [Command::SetSendWith(SendWith::CtrlEnter)];
    assert_eq!(window.asked(), asked);
}

#[test]
fn the_enter_of_an_input_method_sends_nothing() {
    for with in [SendWith::Enter, SendWith::CtrlEnter] {
        // As the systems say it: the key before, between and after what came of it, in one
        // frame and in several.
        for events in [
            vec![vec![composing("ñandú"), enter(), committed("ñandú")]],
            vec![vec![composing("ñandú")], vec![enter(), committed("ñandú")]],
            vec![vec![composing("ñandú")], vec![committed("ñandú"), enter()]],
            vec![
                vec![composing("ñandú")],
                vec![composing(""), committed("ñandú"), composing(""), enter()],
            ],
            vec![
                vec![composing("nandu")],
                vec![enter(), composing("ñandú")],
                vec![enter(), committed("ñandú"), composing("")],
            ],
        ] {
            let mut window = window();
            window.state().settings.send_with = with;
            for frame in events.clone() {
                window.events(frame);
            }
            assert_eq!(window.asked(), [], "{events:?}");
            assert_eq!(window.text(), "ñandú", "{events:?}");
            window.state().settings.send_with = SendWith::Enter;
            window.press(Key::Enter);
            assert_eq!(window.asked(), sent("ñandú"), "the next Enter sends");
        }
    }
}

#[test]
fn an_enter_after_more_typing_sends_what_an_input_method_wrote() {
    let mut window = window();
    window.events(vec![committed("á"), Event::Text("b".into()), enter()]);
    assert_eq!(window.asked(), sent("áb"));
}

#[test]
fn the_last_messages_come_back_with_the_arrow_keys() {
    let mut window = window();
    window.press(Key::ArrowUp);
    assert_eq!(window.text(), "¿Y la capital de Francia?");
    window.press(Key::ArrowUp);
    assert_eq!(window.text(), "¿Cuánto es 36 + 59 y cómo lo has calculado?");
    window.press(Key::ArrowUp);
    assert_eq!(window.text(), "¿Cuánto es 36 + 59 y cómo lo has calculado?");
    window.press(Key::ArrowDown);
    window.press(Key::ArrowDown);
    assert_eq!(
        window.text(),
        "",
        "past the last one, the box is empty again"
    );
    window.press(Key::ArrowUp);
    window.type_text(" ¿Y la de Italia?");
    window.press(Key::ArrowUp);
    let text = "¿Y la capital de Francia? ¿Y la de Italia?";
    assert_eq!(window.text(), text, "what was changed is a draft");
    window.press(Key::Enter);
    assert_eq!(window.asked(), sent(text));
}

#[test]
fn what_was_sent_in_another_chat_comes_after() {
    let mut window = window();
    window.type_text("antes");
    window.press(Key::Enter);
    window.state().current = None;
    window.steps(3);
    window.press(Key::ArrowUp);
    assert_eq!(window.text(), "antes");
}

#[test]
fn the_arrow_keys_move_in_what_is_typed() {
    let mut window = window();
    window.type_text("algo");
    window.press(Key::ArrowUp);
    assert_eq!(window.text(), "algo");
}

#[test]
fn a_message_waits_for_its_files() {
    let mut window = window();
    let chat = window.state().current;
    window.state().attaching.push(chat);
    window.type_text("algo");
    window.press(Key::Enter);
    assert_eq!(window.asked(), [], "it would go without them");
    assert!(window.shows("Reading the files"));
    assert_eq!(window.text(), "algo");
    window.state().attaching.clear();
    window.steps(2);
    window.press(Key::Enter);
    assert_eq!(window.asked(), sent("algo"));
}

#[test]
fn a_long_paste_stands_beside_the_text() {
    let mut window = window();
    window.state().current = None;
    window.steps(3);
    window.type_text("Resume: ");
    window.paste("corto");
    assert_eq!(window.text(), "Resume: corto");
    let long = "línea larga\n".repeat(58);
    window.paste(&long);
    assert_eq!(window.text(), "Resume: corto");
    assert!(window.shows("Open línea larga"));
    window.press(Key::Enter);
    let text = format!("```text\n{long}```\n\nResume: corto");
    assert_eq!(window.asked(), sent(&text));
    window.press(Key::ArrowUp);
    assert_eq!(window.text(), "Resume: corto");
    assert!(window.shows("Open línea larga"), "it comes back as a card");
}

#[test]
fn an_attachment_can_be_changed_and_taken_away_and_put_into_the_text() {
    let mut window = window();
    window.paste(&format!("Informe anual\n{}", "palabra ".repeat(400)));
    window.type_text("¿Qué dice?");
    window.click("Open Informe anual");
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::End);
    window.type_text("fin");
    window.click("Done");
    window.click("Remove Informe anual");
    assert!(!window.shows("Open Informe anual"));
    window.click("Put it back");
    window.click("Open Informe anual");
    window.click("Put into the text");
    assert!(!window.shows("Open Informe anual"));
    let text = window.text();
    assert!(text.ends_with("palabra fin\n\n¿Qué dice?"), "{text}");
    // What is typed next goes on at the end, and no key brings back a text without the other.
    window.type_text("!");
    assert_eq!(window.text(), format!("{text}!"));
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.steps(3);
    assert!(window.text().starts_with(&text), "{}", window.text());
}

#[test]
fn what_was_attached_is_kept_with_the_draft() {
    let mut window = window();
    let notes = Attachment::new("notas.md", "uno\ndos");
    window.state().attached = vec![(Some(ChatId(3)), notes.clone())];
    window.steps(1);
    window.state().attached.clear();
    window.type_text("Lee esto");
    let commands = std::mem::take(&mut window.0.state_mut().commands);
    assert!(commands.contains(&Command::TookAttachments));
    let draft = window.0.state_mut().views.unkept_draft();
    let kept = attachment::to_draft(&[notes], "Lee esto");
    assert_eq!(
        draft,
        Some(Command::KeepDraft(Some(ChatId(3)), kept.clone()))
    );

    // As after a crash.
    let mut state = with_conversation(with_chats(english()));
    state.stored_drafts.insert(Some(ChatId(3)), kept);
    let mut window = Window::new(state);
    assert_eq!(window.text(), "Lee esto");
    window.press(Key::Enter);
    let message = "`notas.md`:\n```md\nuno\ndos\n```\n\nLee esto";
    assert_eq!(window.asked(), sent(message));
}

#[test]
fn what_is_attached_to_a_chat_that_was_left_is_kept_there() {
    let mut window = window();
    let notes = Attachment::new("notas.md", "uno");
    window.state().attached = vec![(Some(ChatId(8)), notes.clone())];
    window.steps(1);
    let commands = std::mem::take(&mut window.0.state_mut().commands);
    let kept = attachment::to_draft(&[notes], "");
    assert!(commands.contains(&Command::KeepDraft(Some(ChatId(8)), kept)));
    assert!(!window.shows("Open notas.md"));
}

#[test]
fn while_a_reply_is_written_a_message_waits_for_its_end() {
    let mut window = window();
    writing(window.state());
    window.type_text("y luego");
    assert!(!window.shows("still being written"));
    window.press(Key::Enter);
    assert_eq!(window.asked(), []);
    assert!(window.shows("still being written"));
    assert_eq!(window.text(), "y luego");
    window.click("Stop");
    assert_eq!(window.asked(), [Command::Do(Action::Stop)]);
    window.state().replies.take(|_| true);
    window.steps(3);
    assert!(!window.shows("still being written"));
    assert_eq!(window.asked(), sent("y luego"));
    assert_eq!(window.text(), "");
}

#[test]
fn what_is_changed_while_it_waits_is_not_sent() {
    let mut window = window();
    writing(window.state());
    window.type_text("y luego");
    window.press(Key::Enter);
    window.type_text(" más");
    assert!(!window.shows("still being written"));
    window.state().replies.take(|_| true);
    window.steps(3);
    assert_eq!(window.asked(), []);
    assert_eq!(window.text(), "y luego más");
}

#[test]
fn files_that_may_be_chats_are_asked_about() {
    let mut window = window();
    window.state().unsure_files = vec!["/tmp/export.json".into()];
    window.steps(3);
    assert!(window.shows("export.json may hold chats"));
    window.click("Attach as text");
    window.click("Import as chats");
    let asked = [Answer::Attach, Answer::Import].map(Command::AnswerFiles);
    assert_eq!(window.asked(), asked);
}

#[test]
fn what_will_be_dropped_is_said() {
    for (names, said) in [
        (&["/m/a.gguf"][..], "load this model"),
        (&["/m/a.zip"], "bring these chats in"),
        (&["/m/a.json"], "attach it as text or"),
        (&["/m/a.txt", "/m/b.rs"], "attach 2 texts"),
    ] {
        let mut window = window();
        let files = names.iter().map(|name| egui::HoveredFile {
            path: Some(name.into()),
            ..Default::default()
        });
        window.0.input_mut().hovered_files = files.collect();
        window.steps(3);
        assert!(window.shows(said), "{said}");
    }
}

#[test]
fn typing_changes_nothing_in_other_chats() {
    let mut window = window();
    window.type_text("uno");
    window.state().current = None;
    window.steps(3);
    assert_eq!(window.text(), "");
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.steps(3);
    assert_eq!(window.text(), "", "nothing of another chat comes back");
    window.state().current = Some(ChatId(3));
    window.steps(3);
    assert_eq!(window.text(), "uno");
}

fn prompt(name: &str, text: &str) -> Prompt {
    Prompt {
        name: name.into(),
        text: text.into(),
    }
}

fn with_prompts() -> Window {
    let mut state = with_conversation(with_chats(english()));
    state.prompts = vec![
        prompt(
            "Carta formal",
            "Escribe una carta a {{text}}, en tono cordial.",
        ),
        prompt("Árbol", "¿Qué árbol es?"),
    ];
    Window::new(state)
}

#[test]
fn a_slash_lists_the_prompts_and_enter_takes_one() {
    let mut window = with_prompts();
    window.type_text("/");
    assert!(window.shows("Carta formal") && window.shows("Summarise"));
    window.type_text("carta");
    assert!(!window.shows("Árbol"));
    window.press(Key::Enter);
    assert_eq!(window.asked(), [], "it is taken, not sent");
    window.type_text("Ana");
    let text = "Escribe una carta a Ana, en tono cordial.";
    assert_eq!(window.text(), text, "the cursor stands in the place");
    window.press(Key::Enter);
    assert_eq!(window.asked(), sent(text));
}

#[test]
fn the_list_is_walked_with_the_arrow_keys_and_accents_can_be_left_out() {
    let mut window = with_prompts();
    window.type_text("/");
    window.press(Key::ArrowDown);
    window.press(Key::Tab);
    assert_eq!(window.text(), "¿Qué árbol es?");
    window.0.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.type_text("/ARB");
    window.press(Key::Tab);
    assert_eq!(window.text(), "¿Qué árbol es?");
    window.press(Key::ArrowUp);
    assert_eq!(window.text(), "¿Qué árbol es?", "there is no list any more");
}

#[test]
fn a_click_takes_a_prompt_and_the_keyboard_stays_in_the_box() {
    let mut window = with_prompts();
    window.type_text("/");
    window.click("Carta formal");
    window.type_text("Eva");
    assert_eq!(window.text(), "Escribe una carta a Eva, en tono cordial.");
}

#[test]
fn escape_closes_the_list_and_what_fits_nothing_is_a_message() {
    let mut window = with_prompts();
    window.type_text("/");
    window.press(Key::Escape);
    assert!(!window.shows("Carta formal"));
    assert_eq!(window.text(), "/");
    window.press(Key::Enter);
    assert_eq!(window.asked(), sent("/"));
    window.type_text("/etc/hosts");
    window.press(Key::Enter);
    assert_eq!(window.asked(), sent("/etc/hosts"));
}

#[test]
fn prompts_are_saved_changed_and_deleted() {
    let mut window = with_prompts();
    window.type_text("Hola {{text}}");
    window.click("Saved prompts");
    window.click("Save this text as a prompt…");
    let save = window.0.get_by_label("Save");
    assert!(save.accesskit_node().is_disabled(), "it has no name yet");
    window.type_text("Saludo");
    window.click("Save");
    let put = Edit::Put(usize::MAX, prompt("Saludo", "Hola {{text}}"));
    assert_eq!(window.asked(), [Command::EditPrompts(put)]);
    assert_eq!(window.text(), "Hola {{text}}", "the draft stays");

    window.click("Saved prompts");
    window.click("Manage prompts…");
    // The list takes a few frames to come to its size.
    window.steps(8);
    window.click("Change Árbol");
    window.type_text(" viejo");
    window.click("Save");
    let renamed = prompt("Árbol viejo", "¿Qué árbol es?");
    let change = Edit::Replace("Árbol".into(), renamed);
    assert_eq!(window.asked(), [Command::EditPrompts(change)]);
    window.click("Delete Carta formal");
    let gone = Edit::Remove("Carta formal".into());
    assert_eq!(window.asked(), [Command::EditPrompts(gone)]);
    let was = window.state().prompts.remove(0);
    window.steps(2);
    window.click("Undo");
    assert_eq!(window.asked(), [Command::EditPrompts(Edit::Put(0, was))]);
    window.click("Done");
    assert!(!window.shows("Delete Árbol"));
}
