//! What goes with a message, from the file on disk to the engine's prompt; and prompts that
//! are kept in a file.

use std::fs;
use std::path::PathBuf;

use charla::engine::Launch;
use charla::engine::fake::Script;
use charla::i18n::Language;
use charla::paths::Paths;
use charla::prompts;
use charla::settings::Settings;
use charla::store::Store;
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use tempfile::TempDir;

use crate::window::Window;

fn open_in(home: TempDir, script: &Script) -> Window {
    let settings = Settings {
        language: Some(Language::En),
        ..Settings::default()
    };
    let file = Some("/models/test.gguf".into());
    let mut window = Window::start_in(home, Launch::Fake(script.clone()), settings, file);
    window.wait_for("Context 0 of 2,048");
    window
}

fn open(script: &Script) -> Window {
    open_in(tempfile::tempdir().unwrap(), script)
}

/// A file beside the window's own.
fn file(window: &Window, name: &str, bytes: &[u8]) -> PathBuf {
    let path = window.home().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// What the user had said when the last reply was asked for.
fn heard(script: &Script) -> String {
    let heard = script.heard.lock().unwrap();
    heard.last().unwrap().last().unwrap().content.clone()
}

#[test]
fn dropped_files_reach_the_engine_and_stand_in_the_chat() {
    let script = Script::saying("Two files.");
    let mut window = open(&script);
    let notes = file(&window, "notas.txt", "uno\r\ndós ```\n".as_bytes());
    let code = file(&window, "main.rs", b"fn main() {}\n");
    window.drop_files(&[&notes, &code]);
    window.wait_for("Open notas.txt");
    window.wait_for("Open main.rs");
    window.say("What is this?");
    window.wait_for("Two files.");
    let message = "`notas.txt`:\n````txt\nuno\ndós ```\n````\n\n\
        `main.rs`:\n```rs\nfn main() {}\n```\n\nWhat is this?";
    assert_eq!(heard(&script), message);
    assert!(
        !window.shows("Open notas.txt"),
        "they went with the message"
    );
    let home = window.close();
    let store = Store::open(&Paths::below(home.path()).chats()).unwrap();
    let chat = store.chat(store.all_chats().unwrap()[0]).unwrap();
    assert_eq!(chat.path().next().unwrap().text, message);
}

#[test]
fn what_is_attached_survives_a_restart_without_its_file() {
    let script = Script::saying("Hello.");
    let mut window = open(&script);
    let notes = file(&window, "notas.txt", "año nuevo".as_bytes());
    window.drop_files(&[&notes]);
    window.wait_for("Open notas.txt");
    window.type_in("What year?");
    fs::remove_file(notes).unwrap();
    let home = window.close();

    let mut window = open_in(home, &script);
    window.wait_for("Open notas.txt");
    assert_eq!(window.draft(), "What year?");
    window.say(" Say.");
    window.wait_for("Hello.");
    let message = "`notas.txt`:\n```txt\naño nuevo\n```\n\nWhat year? Say.";
    assert_eq!(heard(&script), message);
}

#[test]
fn what_cannot_be_attached_is_named_with_the_reason() {
    let mut window = open(&Script::saying("Hello."));
    let huge = file(&window, "huge.log", &vec![b'a'; 3_200_000]);
    let photo = file(&window, "photo.png", b"\x89PNG\r\n\x1a\n\0\0\0");
    let gone = window.home().join("gone.txt");
    let folder = window.home().to_owned();
    let good = file(&window, "good.txt", b"good");
    window.drop_files(&[&huge, &photo, &gone, &folder, &good]);
    window.wait_for("huge.log has 3.2 MB; texts up to 1.0 MB can be attached");
    window.wait_for("photo.png is not a text file");
    window.wait_for("gone.txt does not exist any more");
    window.wait_for("is a folder");
    window.wait_for("Open good.txt");
    window.drop_files(&[&good]);
    window.wait_until("the old notices going", |window| !window.shows("photo.png"));
}

#[test]
fn a_file_of_chats_is_brought_in_or_attached_as_the_user_says() {
    let script = Script::saying("Hello.");
    let mut window = open(&script);
    let chats = include_bytes!("../fixtures/import/open-webui.json");
    let chats = file(&window, "export.json", chats);
    let plain = file(&window, "plain.json", b"{\"colour\": \"red\"}");
    window.drop_files(&[&chats, &plain]);
    window.wait_for("Open plain.json");
    window.wait_for("export.json may hold chats");
    window.click("Attach as text");
    window.wait_for("Open export.json");
    window.drop_files(&[&chats]);
    window.wait_for("export.json may hold chats");
    window.click("Import as chats");
    window.wait_for("Moons");
}

#[test]
fn the_gauge_counts_what_is_attached() {
    let mut window = open(&Script::saying("Hello."));
    let notes = file(&window, "notes.txt", "word ".repeat(3000).as_bytes());
    window.type_in("one two three");
    // The scripted engine counts 20 tokens and one a word.
    window.wait_for("23 of 2,048 tokens");
    window.drop_files(&[&notes]);
    // Two fences and a name are words too.
    window.wait_for("3,026 of 2,048 tokens");
    assert!(window.shows("more than the context holds, so it cannot be sent"));
    window.click("Remove notes.txt");
    window.wait_for("23 of 2,048 tokens");
    assert!(!window.shows("more than the context holds"));
}

#[test]
fn prompts_are_kept_in_a_file_that_can_be_edited() {
    let script = Script::saying("Hello.");
    let mut window = open(&script);
    window.type_in("Dear {{text}},");
    window.click("Saved prompts");
    window.click("Save this text as a prompt…");
    let name = |window: &Window, text| {
        let name = window
            .harness
            .get_by_role_and_label(Role::TextInput, "Name");
        name.type_text(text);
    };
    name(&window, "Letter");
    window.harness.run_steps(3);
    window.click("Save");
    let path = Paths::below(window.home()).prompts();
    window.wait_until("the file", |_| path.exists());
    let home = window.close();
    let saved = prompts::load(&path).unwrap();
    assert_eq!((saved[0].name.as_str(), saved.len()), ("Letter", 1));

    // By hand.
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("Letter", "Carta")).unwrap();
    let mut window = open_in(home, &script);
    window.wait_until("the draft", |window| window.draft() == "Dear {{text}},");
    window
        .harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.harness.run_steps(2);
    window.type_in("/car");
    window.wait_for("Carta");
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(3);
    assert_eq!(window.draft(), "Dear ,");
    let home = window.close();

    // A file that makes no sense is named and left alone.
    fs::write(&path, "[[prompt]]\nname = Carta").unwrap();
    let mut window = open_in(home, &script);
    window.wait_for("prompts.toml cannot be understood (line 2");
    window.wait_until("the draft", |window| window.draft() == "Dear ,");
    window.click("Saved prompts");
    window.click("Save this text as a prompt…");
    name(&window, "Lost?");
    window.harness.run_steps(3);
    window.click("Save");
    window.harness.run_steps(20);
    let _home = window.close();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text, "[[prompt]]\nname = Carta");
}
