//! The window, driven by accessible names as a screen reader would, with a scripted engine
//! behind the real client; and a few pictures of whole screens.

mod driver;

use std::thread::sleep;
use std::time::{Duration, Instant};

use charla::engine::fake::{Script, Step};
use charla::engine::{Fault, Launch, Notice};
use charla::i18n::Language;
use charla::paths::Paths;
use charla::settings::{Settings, Theme};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use driver::PATIENCE;
pub(crate) use driver::Window;

#[test]
fn a_message_gets_its_reply() {
    let mut window = Window::open(Script::saying("Paris is the capital."), Language::En);
    window.wait_for("Context 0 of 2,048");
    window.say("What is the capital of France?");
    window.wait_for("Paris is the capital.");
    window.wait_for("4 tokens ·");
    assert_eq!(window.draft(), "", "what was sent is no longer a draft");
    // Once in the bubble, once as the name of the chat.
    let asked = window
        .harness
        .query_all_by_label("What is the capital of France?");
    assert_eq!(asked.count(), 2);
}

#[test]
fn shift_enter_is_a_new_line_and_an_empty_message_is_not_sent() {
    let mut window = Window::open(Script::saying("Hello."), Language::En);
    window.wait_for("Context 0");
    window.say("   ");
    assert!(
        !window.shows("Today"),
        "nothing was sent, so there is no chat"
    );
    let name = window.text("composer-name");
    let field = window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, &name);
    field.type_text("words");
    window.harness.run_steps(2);
    window
        .harness
        .key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    window.harness.run_steps(3);
    assert_eq!(window.draft(), "   words\n");
    assert!(!window.shows("Today"), "Shift+Enter does not send");
}

#[test]
fn the_keyboard_stays_in_the_message_after_a_stop() {
    let steps = vec![Step::Piece("Once upon ".into()), Step::WaitForCancel];
    let script = Script {
        replies: vec![steps],
        ..Script::default()
    };
    let mut window = Window::open(script, Language::En);
    window.wait_for("Context 0");
    window.say("Tell me a story");
    window.wait_for("Once upon");
    window.harness.key_press(Key::Escape);
    window.wait("Send", |harness| harness.query_by_label("Send").is_some());
    window.harness.run_steps(3);
    let name = window.text("composer-name");
    let field = window
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, &name);
    assert!(field.is_focused());
}

#[test]
fn a_load_that_failed_can_be_tried_again_with_other_settings() {
    let script = Script {
        load_fault: Some(Fault::ContextFailed {
            context_tokens: 8192,
            reason: Some("no".into()),
        }),
        ..Script::default()
    };
    let mut window = Window::open(script, Language::En);
    window.wait_for("context of 8,192 tokens could not be made (no)");
    assert!(!window.shows("Load again"));
    window.click("Context and memory");
    window.harness.run_steps(20);
    let box_ = window
        .harness
        .get_by_role_and_label(Role::SpinButton, "Context length");
    box_.set_value_accesskit(512.0);
    window.harness.run_steps(4);
    window.wait_for("Load again");
}

#[test]
fn what_the_user_should_know_of_a_model_is_shown() {
    let script = Script {
        notices: vec![Notice::ContextBeyondTraining {
            context_tokens: 16_384,
            trained_context_tokens: 8192,
        }],
        ..Script::saying("Good day")
    };
    let mut window = Window::open(script, Language::Es);
    window.wait_for("El contexto admite 16.384 tokens, pero este modelo se entrenó para 8.192");
}

#[test]
fn a_reply_can_be_stopped_by_key_and_by_button() {
    let steps = vec![Step::Piece("Once upon ".into()), Step::WaitForCancel];
    for by_key in [true, false] {
        let script = Script {
            replies: vec![steps.clone()],
            ..Script::default()
        };
        let mut window = Window::open(script, Language::En);
        window.wait_for("Context 0");
        window.say("Tell me a story");
        window.wait_for("Once upon");
        if by_key {
            window.harness.key_press(Key::Escape);
        } else {
            window.click("Stop");
        }
        let stopped = window.text("finish-cancelled");
        window.wait_for(&stopped);
        assert!(window.shows("Once upon"), "what had come stays");
        window.wait("Send", |harness| harness.query_by_label("Send").is_some());
    }
}

#[test]
fn an_engine_that_dies_leaves_what_it_had_said_and_comes_back() {
    let script = Script {
        replies: vec![
            vec![Step::Piece("Half a ".into()), Step::Die],
            vec![Step::Piece("Whole.".into())],
        ],
        ..Script::default()
    };
    let mut window = Window::open(script, Language::En);
    window.wait_for("Context 0");
    window.say("One");
    window.wait_for("in the middle of a reply");
    assert!(window.shows("Half a"));
    assert!(window.shows(&window.text("finish-interrupted")));
    window.say("Two");
    window.wait_for("Whole.");
}

#[test]
fn a_model_that_cannot_be_loaded_is_named_with_a_way_out() {
    let script = Script {
        load_fault: Some(Fault::FileMissing {
            path: "/models/test.gguf".into(),
        }),
        ..Script::default()
    };
    let mut window = Window::open(script, Language::Es);
    window.wait_for("«/models/test.gguf» ya no está en su sitio");
    assert!(window.shows(&window.text("empty-failed")));
    assert!(window.shows("Abrir un modelo…"));
    window.click("Cerrar el aviso");
    assert!(!window.shows("ya no está en su sitio"));
}

#[test]
fn sliders_are_saved_at_once_and_wait_for_the_next_reply() {
    let steps = vec![Step::Piece("Well, ".into()), Step::WaitForCancel];
    let script = Script {
        replies: vec![steps],
        ..Script::default()
    };
    let mut window = Window::open(script, Language::En);
    window.wait_for("Context 0");
    let slider = window
        .harness
        .get_by_role_and_label(Role::Slider, "Temperature");
    slider.set_value_accesskit(0.0);
    window.harness.run_steps(3);
    window.wait("saved", |_| true);
    assert!(window.shows("Temp. 0.00"));
    let later = window.text("settings-next-reply");
    assert!(!window.shows(&later), "no reply is being written");

    window.say("Hi");
    window.wait_for("Well,");
    let slider = window
        .harness
        .get_by_role_and_label(Role::Slider, "Likely words");
    slider.set_value_accesskit(0.5);
    window.harness.run_steps(3);
    assert!(window.shows(&later));
    let begun = Instant::now();
    while !window.saved_settings().contains("top_p = 0.5") {
        assert!(begun.elapsed() < PATIENCE, "{}", window.saved_settings());
        sleep(Duration::from_millis(5));
    }
    assert!(window.saved_settings().contains("temperature = 0.0"));
    // The name of each way back is the same; the first belongs to the temperature.
    let back = window.text("reset");
    let first = window.harness.query_all_by_label(&back).next();
    first.unwrap().click();
    window.harness.run_steps(3);
    assert!(window.shows("Temp. 0.80"));
}

#[test]
fn the_language_changes_while_it_runs() {
    let mut window = Window::open(Script::saying("Hi."), Language::En);
    window.wait_for("How it answers");
    window.click("Preferences");
    window.click("Español");
    window.wait_for("Cómo responde");
    assert!(window.shows("Temp. 0,80"));
    assert!(!window.shows("How it answers"));
}

#[test]
fn every_chat_keeps_its_messages_and_its_draft() {
    let mut window = Window::open(Script::saying("Yes."), Language::En);
    window.wait_for("Context 0");
    window.say("First question");
    window.wait_for("1 token");
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::N);
    window.harness.run_steps(3);
    window.wait_for("What shall we talk about?");
    window.say("Second question");
    window.wait_for("1 token");
    assert!(!window.shows("First question ") && window.shows("First question"));
    window.click("First question");
    let bubbles = window.harness.query_all_by_label("First question").count();
    assert_eq!(bubbles, 2, "in the list and in the conversation");
}

#[test]
fn without_a_model_nothing_can_be_sent() {
    let mut window = Window::with(
        Script::saying("Hi."),
        Language::En,
        Theme::Light,
        Some("/models/test.gguf"),
    );
    window.wait_for("Context 0");
    let send = window.harness.get_by_label("Send");
    assert!(
        send.accesskit_node().is_disabled(),
        "there is nothing to send"
    );
}

#[test]
fn a_long_chat_lays_out_only_what_is_in_view() {
    let replies = (0..40)
        .map(|number| vec![Step::Piece(format!("Answer {number}. ").repeat(40))])
        .collect();
    let script = Script {
        replies,
        ..Script::default()
    };
    let mut window = Window::open(script, Language::En);
    window.wait_for("Context 0");
    for number in 0..12 {
        window.say(&format!("Question {number}"));
        window.wait_for(&format!("Answer {number}."));
        window.wait("Send", |harness| harness.query_by_label("Send").is_some());
    }
    window.harness.run_steps(5);
    assert!(window.shows("Answer 11."), "the end is in view");
    assert!(!window.shows("Answer 0."), "the beginning is not laid out");
}

#[test]
fn the_size_of_the_window_is_chosen_with_keys_and_remembered() {
    let script = || Script::saying("Hello.");
    let mut window = Window::open(script(), Language::En);
    window.wait_for("Context 0");
    let press = |window: &mut Window, key, percent: f32| {
        window.harness.key_press_modifiers(Modifiers::COMMAND, key);
        window.wait_until("another size", |window| {
            (window.harness.ctx.zoom_factor() * 100.0 - percent).abs() < 0.1
        });
    };
    press(&mut window, Key::Plus, 110.0);
    press(&mut window, Key::Equals, 125.0);
    press(&mut window, Key::Num0, 100.0);
    press(&mut window, Key::Minus, 90.0);
    let home = window.close();
    let paths = Paths::below(home.path());
    let (settings, error) = Settings::load(&paths.settings());
    assert!(error.is_none(), "{error:?}");
    let again = Window::start_in(home, Launch::Fake(script()), settings, None);
    assert!((again.harness.ctx.zoom_factor() - 0.9).abs() < 1e-3);
}

/// Compares the window with its picture, once `label` is there.
fn picture(name: &str, script: Script, language: Language, theme: Theme, label: &str) {
    let mut window = Window::with(script, language, theme, Some("/models/test.gguf"));
    window.wait_for(label);
    // A cursor that blinks would be in one picture and not in the next, so the keyboard goes to
    // the button below; on a busy machine the composer has not had it yet.
    let attach = window.text("attach");
    window.wait_until("the keyboard on a button", |window| {
        let is_there = window.harness.get_by_label(&attach).is_focused();
        if !is_there {
            window.harness.key_press(Key::Tab);
        }
        is_there
    });
    // What is still being read from disk shows up a moment later.
    let mut before = None;
    for _ in 0..20 {
        window.harness.run_steps(20);
        let now = window.harness.render().unwrap();
        if before.replace(now.clone()) == Some(now) {
            break;
        }
    }
    window.harness.snapshot(name);
}

#[test]
fn it_looks_as_it_should_in_light_and_spanish() {
    let script = Script::saying("Hola.");
    let (language, theme) = (Language::Es, Theme::Light);
    picture("empty-light-es", script, language, theme, "0 de 2.048");
}

#[test]
fn it_looks_as_it_should_in_dark_and_english() {
    let script = Script::saying("Hi.");
    let (language, theme) = (Language::En, Theme::Dark);
    picture("empty-dark-en", script, language, theme, "0 of 2,048");
}

#[test]
fn it_looks_as_it_should_with_a_notice() {
    let script = Script {
        load_fault: Some(Fault::FileMissing {
            path: "/models/test.gguf".into(),
        }),
        ..Script::default()
    };
    let (language, theme) = (Language::Es, Theme::Light);
    picture("failed-light-es", script, language, theme, "ya no está");
}
