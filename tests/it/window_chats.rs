//! Chats on disk as the window shows them: kept, found, deleted and brought back.

use charla::chat::{Chat, Finish, Role};
use charla::engine::Launch;
use charla::engine::fake::{Script, Step};
use charla::i18n::Language;
use charla::paths::Paths;
use charla::settings::Settings;
use charla::store::Store;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

use crate::window::Window;

fn open_in(home: TempDir, script: Script) -> Window {
    let settings = Settings {
        language: Some(Language::En),
        ..Settings::default()
    };
    let file = Some("/models/test.gguf".into());
    Window::start_in(home, Launch::Fake(script), settings, file)
}

fn open(script: Script) -> Window {
    open_in(tempfile::tempdir().unwrap(), script)
}

/// The only chat on disk, as another program reads it.
fn stored(home: &std::path::Path) -> Chat {
    let store = Store::open(&Paths::below(home).chats()).unwrap();
    let chats = store.all_chats().unwrap();
    assert_eq!(chats.len(), 1);
    store.chat(chats[0]).unwrap()
}

fn texts(chat: &Chat) -> Vec<&str> {
    chat.path().map(|it| it.text.as_str()).collect()
}

/// Waits until the reply that is read last is whole on disk.
fn wait_for_end(window: &mut Window) {
    let home = window.home().to_owned();
    window.wait_until("the end of the reply on disk", |_| {
        let chat = stored(&home);
        chat.path().next_back().unwrap().finish.is_some()
    });
}

/// A script with one reply after another.
fn saying(replies: &[&str]) -> Script {
    let steps = |reply: &&str| vec![Step::Piece((*reply).to_owned())];
    Script {
        replies: replies.iter().map(steps).collect(),
        ..Script::default()
    }
}

#[test]
fn a_chat_and_what_was_typed_in_it_are_there_the_next_time() {
    let mut window = open(Script::saying("Paris is the capital."));
    window.wait_for("Context 0");
    window.say("What is the capital of France?");
    window.wait_for("4 tokens ·");
    window.type_in("And of Italy");
    window.click("New chat");
    window.type_in("Something else");
    let home = window.close();
    assert_eq!(texts(&stored(home.path())).len(), 2);

    let mut window = open_in(home, saying(&["Rome."]));
    window.wait_for("What is the capital of France?");
    window.wait("the draft", |_| true);
    window.wait_until("the draft of the new chat", |it| {
        it.draft() == "Something else"
    });
    window.click("What is the capital of France?");
    window.wait_for("Paris is the capital.");
    window.wait_until("the draft of the chat", |it| it.draft() == "And of Italy");
    window.send();
    window.wait_for("Rome.");
    wait_for_end(&mut window);
    let chat = stored(window.home());
    assert_eq!(texts(&chat)[2..], ["And of Italy", "Rome."]);
}

#[test]
fn the_question_is_on_disk_before_the_engine_hears_of_it_and_the_reply_as_it_comes() {
    let script = Script {
        replies: vec![vec![
            Step::Piece("Once ".into()),
            Step::Piece("upon ".into()),
            Step::WaitForCancel,
        ]],
        ..Script::default()
    };
    let begun = script.begun.clone();
    let mut window = open(script);
    window.wait_for("Context 0");
    window.say("A story, please.");
    let home = window.home().to_owned();
    window.wait("the engine", |_| {
        begun.load(std::sync::atomic::Ordering::Relaxed) > 0
    });
    assert_eq!(texts(&stored(&home))[0], "A story, please.");
    window.wait_until("the checkpoint", |_| {
        texts(&stored(&home))[1] == "Once upon "
    });
    assert_eq!(stored(&home).path().next_back().unwrap().finish, None);
    window.harness.key_press(Key::Escape);
    window.wait_until("the end", |_| {
        stored(&home).path().next_back().unwrap().finish == Some(Finish::Cancelled)
    });
}

#[test]
fn a_deleted_chat_comes_back_by_key_and_from_the_bin() {
    let mut window = open(Script::saying("Hello."));
    window.wait_for("Context 0");
    window.say("Hi there");
    window.wait_for("Hello.");
    let delete = |window: &mut Window| {
        window.click("Options for “Hi there”");
        window.click_first("Delete");
        window.wait_for("Chat deleted");
    };
    window.wait_until("the end of the reply", |it| it.shows("1 token"));
    delete(&mut window);
    assert!(!window.shows("Hello."), "it is out of sight");
    let modifiers = Modifiers::COMMAND;
    window.harness.key_press_modifiers(modifiers, Key::Z);
    window.wait_for("Hello.");
    delete(&mut window);
    window.click("Archive, bin and more");
    window.click("Bin");
    window.wait_for("Hi there");
    window.click("Restore");
    window.wait_for("The bin is empty");
    window.click("Back to the chats");
    window.wait_for("Hi there");
    window.click("Hi there");
    window.wait_for("Hello.");
    assert_eq!(texts(&stored(window.home())), ["Hi there", "Hello."]);
}

#[test]
fn every_version_stays() {
    let mut window = open(saying(&["First.", "Second.", "Third."]));
    window.wait_for("Context 0");
    window.say("Say something");
    window.wait_for("First.");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    window.click("Regenerate");
    window.wait_for("Second.");
    window.wait_for("2/2");
    assert!(!window.shows("First."));
    window.click("Previous version");
    window.wait_for("First.");
    assert!(!window.shows("Second."));
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    // The question anew: a version of it, and an answer of its own.
    let all: Vec<_> = window.harness.get_all_by_label("Edit").collect();
    all[0].click();
    window.harness.run_steps(3);
    let name = window.text("edit-name");
    window.harness.get_by_label(&name).type_text(" else");
    window.harness.run_steps(3);
    window.click("Save and send");
    window.wait_for("Third.");
    wait_for_end(&mut window);
    let chat = stored(window.home());
    assert_eq!(chat.messages().len(), 5);
    let answers = chat
        .messages()
        .iter()
        .filter(|it| it.role == Role::Assistant);
    let answers: Vec<_> = answers.map(|it| it.text.as_str()).collect();
    assert_eq!(answers, ["First.", "Second.", "Third."]);
    assert!(texts(&chat)[0].contains("else"), "{:?}", texts(&chat));
}

#[test]
fn a_search_leads_to_the_message_in_its_branch() {
    let mut window = open(saying(&["The volcano sleeps.", "A lake.", "Nothing."]));
    window.wait_for("Context 0");
    window.say("A mountain");
    window.wait_for("The volcano sleeps.");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    window.click("Regenerate");
    window.wait_for("A lake.");
    window.click("New chat");
    window.say("Another thing");
    window.wait_for("Nothing.");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::F);
    window.harness.run_steps(3);
    let name = window.text("action-find");
    window
        .harness
        .get_by_label_contains(&name)
        .type_text("volcanoes");
    window.wait_for("The volcano sleeps.");
    window
        .harness
        .get_by_label_contains("The volcano sleeps.")
        .click();
    window.wait_for("1/2");
    assert!(!window.shows("A lake."));
}

#[test]
fn a_second_window_reads_but_keeps_its_hands_off() {
    let mut first = open(Script::saying("Hello."));
    first.wait_for("Context 0");
    first.say("Hi there");
    first.wait_for("Hello.");
    wait_for_end(&mut first);
    let paths = Paths::below(first.home());
    let settings = Settings {
        language: Some(Language::En),
        ..Settings::default()
    };
    let launch = Launch::Fake(saying(&["In memory."]));
    let mut second = Window::beside(paths, launch, settings);
    second.wait_for("Your chats are not being saved");
    second.wait_for("Hi there");
    second.click("Hi there");
    second.wait_for("Hello.");
    second.say("Me too");
    second.wait_for("In memory.");
    assert_eq!(texts(&stored(first.home())), ["Hi there", "Hello."]);
    // Once the first has gone, what was written here is saved after all.
    let home = first.close();
    second.click("Try again");
    second.wait_until("the banner to go", |it| {
        !it.shows("Your chats are not being saved")
    });
    assert_eq!(texts(&stored(home.path())).len(), 4);
}

#[test]
fn a_reply_that_broke_off_goes_on_where_it_ends() {
    let broken = vec![Step::Piece("Once ".into()), Step::Die];
    let rest = vec![Step::Piece("upon a time.".into())];
    let mut window = open(Script {
        replies: vec![broken, rest],
        ..Script::default()
    });
    window.wait_for("Context 0");
    window.say("A story, please.");
    window.wait_for("It broke off.");
    let home = window.home().to_owned();
    window.wait_until("its end on disk", |_| {
        stored(&home).path().next_back().unwrap().finish == Some(Finish::Interrupted)
    });
    window.click("Continue");
    window.wait_for("Once upon a time.");
    window.wait_until("its end on disk", |_| {
        stored(&home).path().next_back().unwrap().finish == Some(Finish::EndOfReply)
    });
    let chat = stored(&home);
    assert_eq!(texts(&chat), ["A story, please.", "Once upon a time."]);
    assert_eq!(chat.messages().len(), 2, "it is the same message");
}

#[test]
fn an_undo_shows_the_version_that_came_back() {
    let mut window = open(saying(&["First.", "Second."]));
    window.wait_for("Context 0");
    window.say("Say something");
    window.wait_for("First.");
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    window.click("Regenerate");
    window.wait_for("Second.");
    wait_for_end(&mut window);
    window.wait_until("the end of the reply", |it| it.shows("Regenerate"));
    // The user's message has one too; the reply's comes after it.
    let all: Vec<_> = window.harness.get_all_by_label("Delete").collect();
    all.last().unwrap().click();
    window.wait_for("First.");
    assert!(!window.shows("Second."));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.wait_for("Second.");
    window.wait_for("2/2");
}

/// A line of a long reply that stands in the middle of the window, and how far down.
#[track_caller]
fn line_in_view(window: &Window) -> (String, f32) {
    let lines = window.harness.query_all_by_label_contains("Line ");
    lines
        .map(|it| {
            (
                it.accesskit_node().value().unwrap_or_default(),
                it.rect().top(),
            )
        })
        .find(|(_, top)| (200.0..400.0).contains(top))
        .unwrap()
}

#[test]
fn the_window_reopens_as_it_was_left() {
    let lines: Vec<String> = (1..=60).map(|line| format!("Line {line}.")).collect();
    let long = lines.join("\n\n");
    let mut window = open(saying(&[&long, "A short one."]));
    window.wait_for("Context 0");
    window.say("A long one, please");
    window.wait_for("Line 60.");
    wait_for_end(&mut window);
    window.say("And a short one");
    window.wait_for("A short one.");
    wait_for_end(&mut window);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    window.harness.run_steps(30);
    let at_end = line_in_view(&window);
    window.harness.hover_at(egui::pos2(600.0, 400.0));
    window.harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::Vec2::new(0.0, 700.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    window.harness.run_steps(30);
    let before = line_in_view(&window);
    assert_ne!(before.0, at_end.0);
    let home = window.close();

    let mut window = open_in(home, saying(&["Again."]));
    window.wait_for("Line ");
    window.harness.run_steps(10);
    assert!(!window.shows("Temperature"), "the panel is still folded");
    // The lines above have not been laid out, and their heights are guessed.
    let after = line_in_view(&window);
    assert_eq!(after.0, before.0);
    assert!((after.1 - before.1).abs() < 10.0, "{after:?} {before:?}");
    // What was opened is where it goes on, and a new chat is left as one. Nobody can talk before
    // there is a model.
    window.wait_for(" of 2,048");
    window.say("Go on");
    window.wait_for("Again.");
    wait_for_end(&mut window);
    window.click("New chat");
    let home = window.close();
    let mut window = open_in(home, saying(&["Never."]));
    window.wait_for("A long one, please");
    window.harness.run_steps(10);
    assert!(!window.shows("Again."));
}

#[test]
fn a_chat_that_is_gone_is_not_reopened() {
    let mut window = open(Script::saying("Hello."));
    window.wait_for("Context 0");
    window.say("Hi there");
    window.wait_for("Hello.");
    wait_for_end(&mut window);
    let home = window.close();
    let mut store = Store::open(&Paths::below(home.path()).chats()).unwrap();
    let chats = store.all_chats().unwrap();
    let id = charla::store::BinId::fresh();
    let target = charla::store::Target::Chats(chats);
    let delete = charla::store::Write::Delete { id, target };
    store.write(&[delete]).unwrap();
    drop(store);
    let mut window = open_in(home, saying(&["Hello again."]));
    window.wait_for("Context 0");
    window.say("A new one");
    window.wait_for("Hello again.");
}
