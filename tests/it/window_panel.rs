//! The settings panel in a real window: what a chat has of its own reaches the engine and
//! the disk, and so do presets and personas.

use std::fs;

use charla::chat::Role as Author;
use charla::engine::Launch;
use charla::engine::fake::Script;
use charla::engine::protocol::Task;
use charla::i18n::Language;
use charla::params::{Biased, BuiltIn, PresetId, Sampling};
use charla::paths::Paths;
use charla::settings::Settings;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use tempfile::TempDir;

use crate::window::Window;

fn settings() -> Settings {
    Settings {
        language: Some(Language::En),
        ..Settings::default()
    }
}

/// Opens a window in a home that may have been lived in.
fn open_in(home: TempDir, script: Script, settings: Settings, file: &str) -> Window {
    let mut window = Window::start_in(home, Launch::Fake(script), settings, Some(file.into()));
    // The chat that was open last has taken some of it.
    window.wait_for(" of 2,048");
    window
}

fn open(script: Script) -> Window {
    let home = tempfile::tempdir().unwrap();
    open_in(home, script, settings(), "/models/test.gguf")
}

/// The settings as they are on disk, for the next start.
fn saved(home: &TempDir) -> Settings {
    Settings::load(&Paths::below(home.path()).settings()).0
}

fn set(window: &mut Window, role: Role, name: &str, value: f64) {
    let node = window.harness.get_by_role_and_label(role, name);
    node.set_value_accesskit(value);
    window.harness.run_steps(4);
}

/// Asks something, and returns what the engine was asked for.
fn ask(window: &mut Window, script: &Script, text: &str) -> Task {
    let before = script.tasks.lock().unwrap().len();
    window.say(text);
    window.wait_until("the task", |_| script.tasks.lock().unwrap().len() > before);
    window.wait("Send", |it| it.query_by_label("Send").is_some());
    script.tasks.lock().unwrap().last().unwrap().clone()
}

fn system_of(task: &Task) -> Option<&str> {
    let first = task.turns.first()?;
    (first.role == Author::System).then_some(&*first.content)
}

#[test]
fn a_value_of_one_chat_reaches_the_engine_and_survives_a_restart() {
    let script = Script::saying("Yes.");
    let mut window = open(script.clone());
    set(&mut window, Role::Slider, "Temperature", 0.7);
    let task = ask(&mut window, &script, "First question");
    assert_eq!(task.sampling.temperature, Some(0.7));

    window.click("This chat");
    set(&mut window, Role::Slider, "Temperature", 1.3);
    window.wait_for("Only in this chat: 1.30 instead of 0.70");
    assert!(window.shows("Temp. 1.30"));
    let task = ask(&mut window, &script, "Again");
    assert_eq!(task.sampling.temperature, Some(1.3));
    assert_eq!(task.sampling.top_p, None, "what is not set is not sent");

    window.click("New chat");
    let task = ask(&mut window, &script, "Second question");
    assert_eq!(
        task.sampling.temperature,
        Some(0.7),
        "the others have theirs"
    );

    let home = window.close();
    let settings = saved(&home);
    let mut window = open_in(home, script.clone(), settings, "/models/test.gguf");
    window.click_first("First question");
    window.wait_for("Only in this chat: 1.30 instead of 0.70");
    let task = ask(&mut window, &script, "Still?");
    assert_eq!(task.sampling.temperature, Some(1.3));
    window.click("Use those of all chats again");
    let task = ask(&mut window, &script, "And now?");
    assert_eq!(task.sampling.temperature, Some(0.7));
}

#[test]
fn what_is_set_last_is_kept_when_the_window_closes_at_once() {
    let script = Script::saying("Yes.");
    let mut window = open(script.clone());
    ask(&mut window, &script, "First question");
    window.click("This chat");
    set(&mut window, Role::Slider, "Likely words", 0.5);
    let home = window.close();
    let mut window = open_in(home, script.clone(), settings(), "/models/test.gguf");
    window.click_first("First question");
    window.wait_for("Only in this chat: 0.50 instead of 0.95");
}

#[test]
fn a_chat_keeps_its_own_copy_of_the_instructions_it_began_with() {
    let script = Script::saying("Yes.");
    let mut settings = settings();
    settings.system = Some("Speak like a pirate.".into());
    let home = tempfile::tempdir().unwrap();
    let mut window = open_in(home, script.clone(), settings, "/models/test.gguf");
    let task = ask(&mut window, &script, "First question");
    assert_eq!(system_of(&task), Some("Speak like a pirate."));

    window.click("New chat");
    window.click("System prompt");
    window.harness.run_steps(20);
    window.click("Remove the instructions");
    let task = ask(&mut window, &script, "Second question");
    assert_eq!(system_of(&task), None);

    let home = window.close();
    let settings = saved(&home);
    assert_eq!(settings.system, None);
    let mut window = open_in(home, script.clone(), settings, "/models/test.gguf");
    window.click("First question");
    window.wait_until("the chat", |it| {
        it.shows("Speak like a pirate") || it.shows("Yes.")
    });
    let task = ask(&mut window, &script, "Still?");
    assert_eq!(system_of(&task), Some("Speak like a pirate."));
}

#[test]
fn a_preset_is_a_file_and_is_there_the_next_time() {
    let script = Script::saying("Yes.");
    let mut window = open(script.clone());
    set(&mut window, Role::Slider, "Temperature", 0.4);
    window.click("More for presets");
    window.click("Save as a preset…");
    window.harness.event(egui::Event::Text("My letters".into()));
    window.harness.run_steps(3);
    window.click("Save");
    window.wait_for("Preset: My letters");
    let home = window.close();
    let file = home.path().join("config/presets/my-letters.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("name = \"My letters\""), "{text}");
    assert!(text.contains("temperature = 0.4\n"), "{text}");

    // Another temperature by hand, as a person would write it.
    fs::write(&file, text.replace("0.4", "0.6")).unwrap();
    let mut window = open_in(home, script.clone(), settings(), "/models/test.gguf");
    window.click("Preset: The model’s own values");
    window.click("My letters");
    let task = ask(&mut window, &script, "Hello");
    assert_eq!(task.sampling.temperature, Some(0.6));

    window.click("More for presets");
    // The messages have one of their own, before it.
    let delete = window.harness.query_all_by_label("Delete").last();
    delete.unwrap().click();
    window.harness.run_steps(3);
    window.wait_for("“My letters” is deleted.");
    window.click("Undo");
    window.wait_for("Preset: My letters");
    window.click("More for presets");
    // The messages have one of their own, before it.
    let delete = window.harness.query_all_by_label("Delete").last();
    delete.unwrap().click();
    window.harness.run_steps(3);
    window.wait_for("“My letters” is deleted.");
    let home = window.close();
    assert!(!file.exists() && home.path().exists());
}

#[test]
fn a_preset_that_was_chosen_by_mistake_gives_back_what_there_was() {
    let script = Script::saying("Yes.");
    let mut window = open(script.clone());
    set(&mut window, Role::Slider, "Temperature", 0.45);
    window.click("Preset: Values of your own");
    window.click("Creative");
    assert!(window.shows("Temp. 1.20"));
    window.click("Undo");
    assert!(window.shows("Temp. 0.45"));
}

#[test]
fn a_broken_preset_is_told_of_and_left_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("config/presets");
    fs::create_dir_all(&folder).unwrap();
    let broken = folder.join("broken.toml");
    fs::write(
        &broken,
        "name = \"Broken\"\n\n[sampling]\ntemperature = = 3",
    )
    .unwrap();
    fs::write(folder.join("good.toml"), "name = \"Good\"").unwrap();
    let mut window = open_in(
        home,
        Script::saying("Yes."),
        settings(),
        "/models/test.gguf",
    );
    window.wait_for("is no preset that Charla can read");
    assert!(window.shows("line 4"));
    window.click("Preset: The model’s own values");
    window.wait_for("Good");
    let _home = window.close();
    let text = fs::read_to_string(broken).unwrap();
    assert!(text.ends_with("temperature = = 3"));
}

#[test]
fn a_model_begins_with_its_preset_and_gives_back_what_it_displaced() {
    let mut settings = settings();
    settings.model = Some("/models/a.gguf".into());
    settings.sampling.temperature = Some(0.55);
    let code = PresetId::BuiltIn(BuiltIn::Code);
    settings.model_presets.insert("b.gguf".into(), code.clone());
    let own = settings.sampling.clone();

    let start = |home: TempDir, settings: Settings, file: &str| {
        let mut window = open_in(home, Script::saying("Yes."), settings, file);
        window.wait_until("saved settings", |it| it.saved_settings().contains(file));
        let home = window.close();
        let settings = saved(&home);
        (home, settings)
    };
    let home = tempfile::tempdir().unwrap();
    let (home, settings) = start(home, settings, "/models/b.gguf");
    assert_eq!(settings.sampling, BuiltIn::Code.sampling());
    assert_eq!(settings.preset, Some(code));
    let (home, mut settings) = start(home, settings, "/models/a.gguf");
    assert_eq!(settings.sampling, own);
    assert_eq!(settings.displaced, None);

    // What the user sets while its preset is in force stays, also at the next start.
    settings.model = Some("/models/a.gguf".into());
    let (home, mut settings) = start(home, settings, "/models/b.gguf");
    settings.sampling.top_k = Some(7);
    let changed = settings.sampling.clone();
    let (home, settings) = start(home, settings, "/models/b.gguf");
    assert_eq!(settings.sampling, changed);
    let (_home, settings) = start(home, settings, "/models/a.gguf");
    assert_eq!(settings.sampling, changed);
    assert_ne!(settings.sampling, Sampling::default());
}

#[test]
fn a_new_chat_with_a_persona_has_its_preset_too() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("config/personas");
    fs::create_dir_all(&folder).unwrap();
    let persona = "name = \"Ana\"\nprompt = \"You are Ana.\"\npreset = { built_in = \"code\" }";
    fs::write(folder.join("ana.toml"), persona).unwrap();
    let script = Script::saying("Yes.");
    let mut window = open_in(home, script.clone(), settings(), "/models/test.gguf");
    window.click("System prompt");
    window.harness.run_steps(20);
    window.click("Persona: None");
    window.click("Ana");
    window.wait_for("Temp. 0.15");
    let task = ask(&mut window, &script, "Hello");
    assert_eq!(system_of(&task), Some("You are Ana."));
    assert_eq!(task.sampling.temperature, Some(0.15));
}

#[test]
fn what_the_engine_would_refuse_is_said_while_it_is_typed() {
    let mut settings = settings();
    settings.sampling.grammar = Some("root ::= \"a\"{5,2}".into());
    let home = tempfile::tempdir().unwrap();
    let mut window = open_in(home, Script::saying("Yes."), settings, "/models/test.gguf");
    window.click("Format");
    window.wait_for("The engine would refuse it:");
    window.harness.run_steps(20);
    let all = window.text("reset");
    window.click_first(&all);
    window.wait_until("no complaint", |it| !it.shows("would refuse"));
}

#[test]
fn a_word_that_is_added_can_be_typed_at_once() {
    let mut window = open(Script::saying("Hello."));
    window.click("Format");
    let add = window.harness.get_by_label("Add a word");
    add.scroll_to_me();
    window.harness.run_steps(4);
    window.click("Add a word");
    window.harness.run_steps(4);
    window.harness.event(egui::Event::Text("never".to_owned()));
    window.harness.run_steps(4);
    let saved = saved(&window.close());
    let tokens: Vec<_> = saved
        .sampling
        .logit_bias
        .iter()
        .map(|it| &it.token)
        .collect();
    assert_eq!(tokens, [&Biased::Text("never".to_owned())]);
}
