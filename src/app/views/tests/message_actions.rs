//! What can be done with a message: when it shows, where it stands, and its menu.

use egui::epaint::Shape;
use egui::{PointerButton, Pos2, Rect};
use egui_kittest::kittest::Queryable as _;

use super::floating::{click_at, in_talk};
use super::palette::{focused, full};
use super::*;

fn window() -> Window {
    Window::new(loaded(full(Language::En, Theme::Light)))
}

/// How often these words are painted in the conversation, to their end.
fn painted(window: &Window, words: &str) -> usize {
    fn count(shape: &Shape, words: &str) -> usize {
        match shape {
            Shape::Text(text) if text.pos.x > 264.0 && text.pos.x < 980.0 => {
                usize::from(text.galley.text() == words && !text.galley.elided)
            }
            Shape::Vec(shapes) => shapes.iter().map(|it| count(it, words)).sum(),
            _ => 0,
        }
    }
    let shapes = &window.0.output().shapes;
    shapes.iter().map(|it| count(&it.shape, words)).sum()
}

/// An entry of the menu: these are wide, unlike what stands below messages.
fn entry(window: &Window, name: &str) -> Option<Rect> {
    let all = window.0.query_all_by_label(name).map(|it| it.rect());
    all.into_iter().find(|it| it.width() > 200.0)
}

fn open_menu(window: &mut Window, at: Pos2) {
    click_at(window, at, PointerButton::Secondary);
}

#[test]
fn actions_show_where_somebody_looks_and_below_the_last_message() {
    let mut window = window();
    window.0.hover_at(Pos2::new(20.0, 20.0));
    window.steps(4);
    assert_eq!(painted(&window, "Delete"), 1, "only of the last one");
    assert_eq!(painted(&window, "Regenerate"), 1);
    assert_eq!(painted(&window, "2/2"), 1, "versions are always there");
    let first = window.0.query_all_by_label("Edit").next().unwrap().rect();
    window.0.hover_at(first.center());
    window.steps(4);
    assert_eq!(painted(&window, "Delete"), 2, "and where the pointer is");
    window.0.hover_at(Pos2::new(20.0, 20.0));
    window.steps(4);
    assert_eq!(painted(&window, "Delete"), 1);
    // By the keyboard as by the pointer.
    window.0.query_all_by_label("Edit").next().unwrap().focus();
    window.steps(4);
    assert_eq!(painted(&window, "Delete"), 2);
}

#[test]
fn an_action_keeps_its_place_when_there_are_versions() {
    let place = |versions: u64| {
        let mut state = loaded(full(Language::En, Theme::Light));
        let mut chat = Chat::new(ChatId(3), now_unix_ms());
        let message = |id: u64, parent: Option<u64>, role| {
            let parent = parent.map(MessageId);
            let text = "Some words.".to_owned();
            let mut message = Message::new(MessageId(id), parent, role, text, now_unix_ms());
            message.finish = Some(Finish::EndOfReply);
            message
        };
        chat.add(message(1, None, Role::User));
        for version in 0..versions {
            chat.add(message(2 + version, Some(1), Role::Assistant));
        }
        state.chats = vec![chat];
        let window = Window::new(state);
        let names = ["Copy", "Regenerate", "Edit", "Branch", "Delete"];
        (names.map(|name| in_talk(&window, name)), window)
    };
    let (one, _) = place(1);
    let (two, window) = place(2);
    let (eleven, after) = place(11);
    assert_eq!(one, two);
    assert_eq!(one, eleven);
    let step = |window: &Window| in_talk(window, "Previous version").right();
    assert!(step(&window) > two[4].right() && step(&after) > two[4].right());
}

#[test]
fn a_message_has_a_menu_that_does_not_open_under_the_pointer() {
    let mut window = window();
    let at = Pos2::new(600.0, 92.0);
    open_menu(&mut window, at);
    assert!(entry(&window, "Edit").is_some(), "of the question");
    assert_eq!(
        entry(&window, "Regenerate"),
        None,
        "which nobody writes again"
    );
    // Whoever presses twice has chosen nothing.
    click_at(&mut window, at, PointerButton::Primary);
    assert_eq!(window.asked(), []);
    assert_eq!(entry(&window, "Edit"), None);

    let reply = in_talk(&window, "Regenerate in another way").center();
    let text = Pos2::new(400.0, reply.y - 24.0);
    for (name, command) in [
        ("Regenerate", Command::Regenerate(MessageId(3))),
        ("Branch", Command::BranchToNewChat(ChatId(3), MessageId(3))),
        (
            "Delete this message",
            Command::Delete(Target::Message(ChatId(3), MessageId(3))),
        ),
        (
            "Delete this and what follows",
            Command::Delete(Target::Branch(ChatId(3), MessageId(3))),
        ),
    ] {
        open_menu(&mut window, text);
        let entry = entry(&window, name).expect(name);
        click_at(&mut window, entry.center(), PointerButton::Primary);
        assert_eq!(window.asked(), [command], "{name}");
    }
    open_menu(&mut window, text);
    let edit = entry(&window, "Edit").unwrap();
    click_at(&mut window, edit.center(), PointerButton::Primary);
    assert_eq!(focused(&window).as_deref(), Some("Text of the message"));
}

#[test]
fn a_menu_copies_the_message_where_nothing_is_selected() {
    let mut window = window();
    let reply = in_talk(&window, "Regenerate in another way").center();
    let at = Pos2::new(400.0, reply.y - 24.0);
    open_menu(&mut window, at);
    let copy = entry(&window, "Copy").unwrap();
    click_at(&mut window, copy.center(), PointerButton::Primary);
    let reply = "36 + 59 = 95. Primero se suman las unidades";
    match window.asked().as_slice() {
        [Command::Copy(text)] => assert!(text.starts_with(reply), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_clicks_in_a_row_are_one() {
    let mut window = window();
    let patient = |it: &mut egui::Options| it.input_options.max_double_click_delay = 60.0;
    window.0.ctx.options_mut(patient);
    for (name, command) in [
        ("Branch", Command::BranchToNewChat(ChatId(3), MessageId(5))),
        (
            "Delete",
            Command::Delete(Target::Message(ChatId(3), MessageId(5))),
        ),
    ] {
        let at = in_talk(&window, name).center();
        // What was clicked before is long ago.
        window.0.hover_at(at);
        window.steps(400);
        for _ in 0..2 {
            click_at(&mut window, at, PointerButton::Primary);
        }
        assert_eq!(window.asked(), [command], "{name}");
    }
}

#[test]
fn a_chosen_model_is_there_to_be_talked_to() {
    let mut window = window();
    window.click("Model: SmolLM2 135M");
    window.click("Qwen3 4B Instruct 2507");
    let path = PathBuf::from("/models/Qwen3 4B Instruct 2507.gguf");
    assert_eq!(window.asked().last(), Some(&Command::LoadModel(path)));
    assert_eq!(focused(&window).as_deref(), Some("Message"));
}

#[test]
fn a_model_from_elsewhere_stands_in_the_menu_too() {
    let mut window = window();
    window.click("Model: SmolLM2 135M");
    assert!(entry(&window, "SmolLM2 135M").is_some());
}

#[test]
fn the_last_entry_of_the_model_menu_is_reached() {
    let mut window = window();
    window.click("Model: SmolLM2 135M");
    let last = entry(&window, "Open a model file…").unwrap();
    click_at(&mut window, last.center(), PointerButton::Primary);
    let open = Command::Do(crate::app::command::Action::OpenFile);
    assert!(window.asked().contains(&open), "{last}");
}

#[test]
fn the_rate_is_seen_in_full_beside_a_model_with_a_long_name() {
    let mut state = full(Language::En, Theme::Light);
    let name = "A model of a family with a name that is far too long for any bar 2507 Instruct";
    state.library.as_mut().unwrap().entries[0].name = name.into();
    let path = state.library.as_ref().unwrap().entries[0].path.clone();
    let mut state = loaded(state);
    if let ModelState::Loaded(model) = &mut state.model {
        model.path = path;
    }
    let last = state.current_chat().unwrap().path().next_back().unwrap();
    let rate = last.timings.unwrap().tokens_per_second().unwrap();
    let rate = format!("{rate:.0} tokens/s");
    for width in [1280.0, 1360.0] {
        let window = Window::sized(state_of(&state), egui::Vec2::new(width, 820.0));
        assert_eq!(painted(&window, &rate), 1, "{width}");
        let button = window.0.get_by_label(&format!("Model: {name}")).rect();
        let label = window.0.query_all_by_label(&rate).next().unwrap();
        assert!(button.right() <= label.rect().left(), "they do not overlap");
    }
}

/// The same again, for another window.
fn state_of(state: &State) -> State {
    let mut other = full(Language::En, Theme::Light);
    other.library.clone_from(&state.library);
    other.model = state.model.clone();
    other
}
