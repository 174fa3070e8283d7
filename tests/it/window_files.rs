//! The window with the real engine and files of every kind: what is wrong with one is
//! said, and the next one works.

use std::path::Path;

use charla::engine::Launch;
use charla::i18n::Language;
use charla::params::{LoadOptions, Sampling};
use charla::settings::Settings;

use crate::bad_input::{truncated, with_duplicate_word, without_layers};
use crate::support::gguf::{Places, overwrite};
use crate::support::{CHARLA, Home, QUESTION, model};
use crate::window::Window;

/// A window with the real engine, which takes the likeliest word on one thread.
fn window(file: &Path, context_tokens: Option<u32>) -> Window {
    let settings = Settings {
        language: Some(Language::En),
        sampling: Sampling {
            temperature: Some(0.0),
            max_tokens: Some(16),
            ..Sampling::default()
        },
        load: LoadOptions {
            context_tokens,
            threads: Some(1),
            ..LoadOptions::default()
        },
        ..Settings::default()
    };
    let launch = Launch::Program(CHARLA.into());
    Window::start(launch, settings, Some(file.to_owned()))
}

/// Checks that the window, which has just been given `file`, names it and says `cause`.
#[track_caller]
fn check_refused(window: &mut Window, file: &Path, cause: &str) {
    window.wait_for(cause);
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(window.shows(name), "{name} is not named");
    assert!(window.shows(&window.text("empty-failed")));
}

#[test]
fn each_bad_file_is_named_and_the_next_good_one_works() {
    let home = Home::new();
    let folder = home.path().join("folder.gguf");
    std::fs::create_dir(&folder).unwrap();
    let cases = [
        (
            home.file("notes.gguf", b"Dear diary"),
            "is not a GGUF model",
        ),
        (home.file("empty.gguf", b""), "is empty"),
        (truncated(&home), "is incomplete"),
        (folder, "is a folder"),
        (home.path().join("gone.gguf"), "does not exist"),
        (with_duplicate_word(&home), "vocabulary has the word"),
        (without_layers(&home), "0 layers"),
    ];
    let (first, cause) = &cases[0];
    let mut window = window(first, Some(1024));
    check_refused(&mut window, first, cause);
    for (file, cause) in &cases[1..] {
        window.drop_files(&[file]);
        check_refused(&mut window, file, cause);
    }
    window.drop_files(&[&model()]);
    window.wait_for("Context 0 of 1,024");
    window.say(QUESTION);
    window.wait_for("Paris");
}

#[test]
fn a_model_without_a_template_is_used_with_a_note() {
    let home = Home::new();
    let path = home.copy_of_model("plain.gguf");
    let places = Places::of(&path);
    let name = places.name("tokenizer.chat_template");
    overwrite(&path, name, b"tokenizer.chat_temp_ate");
    let mut window = window(&path, Some(1024));
    let note = window.text("note-no-template");
    window.wait_for(&note);
    window.wait_for("Context 0 of 1,024");
}

#[test]
fn a_prompt_longer_than_the_context_is_refused_with_both_numbers() {
    let mut window = window(&model(), Some(256));
    window.wait_for("Context 0 of 256");
    window.say(&"tell me more ".repeat(200));
    window.wait_for("but the context holds 256");
    assert!(window.shows("The conversation has 6"), "some 600 tokens");
    window.say(QUESTION);
    window.wait_for("Paris");
}
