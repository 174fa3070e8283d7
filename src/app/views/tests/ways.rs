//! Where something does not go on as it is: what is offered in place of trying in vain, and
//! what came of what was done.

use egui::Vec2;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gguf::Purpose;

use super::*;
use crate::app::command::{Action, ModelsCommand};
use crate::app::state::Imported;
use crate::i18n::Text;
use crate::library::{Listing, Origin};
use crate::params::{LoadOptions, Overflow};
use crate::prompts::Edit;
use crate::store::transfer::{Report, Skipped, Why};

/// A message is being written that the engine has counted: longer than the context.
fn too_long(mut state: State) -> Window {
    if let ModelState::Loaded(model) = &mut state.model {
        model.context_tokens = 2048;
    }
    let mut window = Window::new(state);
    window.click("Message");
    window.type_text("A very long message");
    // It is counted once it has come to rest.
    wait_for_count(&mut window);
    count(&mut window, 1, 5000);
    window
}

fn wait_for_count(window: &mut Window) {
    let begun = Instant::now();
    while !is_counted(window) {
        window.steps(1);
        assert!(begun.elapsed().as_secs() < 20, "nothing was counted");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// The engine answers what was asked for.
fn count(window: &mut Window, request: u64, prompt_tokens: u32) {
    let draft = &mut window.state().draft;
    draft.request = Some(request);
    draft.answered = Some(request);
    draft.prompt_tokens = Some(prompt_tokens);
    window.steps(3);
}

fn is_live(window: &Window) -> bool {
    let send = window.0.get_by_label("Send");
    !send.accesskit_node().is_disabled()
}

fn is_counted(window: &mut Window) -> bool {
    let commands = std::mem::take(&mut window.0.state_mut().commands);
    commands.contains(&Command::Count("A very long message".into()))
}

/// Options that make the context so long.
fn of_context(tokens: u32) -> LoadOptions {
    LoadOptions {
        context_tokens: Some(tokens),
        ..LoadOptions::default()
    }
}

#[test]
fn a_message_that_would_be_refused_cannot_be_sent_and_ways_on_are_offered() {
    let mut window = too_long(loaded(with_conversation(english())));
    assert!(window.shows("it cannot be sent"));
    assert!(!is_live(&window));
    window.0.key_press(egui::Key::Enter);
    window.steps(3);
    assert_eq!(window.asked(), [], "nor by the key");

    window.click("A context of 8,192");
    let path = PathBuf::from("/models/SmolLM2-135M.gguf");
    let set = ModelsCommand::SetLoad(path, of_context(8192));
    assert_eq!(window.asked(), [Command::Models(set), Command::ReloadModel]);
    window.click("Leave out the oldest messages");
    let leave_out = Command::SetOverflow(Overflow::DropOldest);
    assert_eq!(window.asked(), [leave_out]);
    window.state().settings.overflow = Overflow::DropOldest;
    window.steps(3);
    assert!(is_live(&window), "it will be sent, with less before it");
    window.state().settings.overflow = Overflow::Stop;
    window.steps(3);
    window.click("In a new chat");
    assert_eq!(window.asked(), [Command::Do(Action::NewChat)]);
    window.state().current = None;
    window.steps(3);
    let field = window.0.get_by_label("Message");
    assert_eq!(field.value().as_deref(), Some("A very long message"));
}

#[test]
fn what_made_a_message_too_long_is_looked_at_again_when_it_changes() {
    let mut window = too_long(loaded(with_conversation(english())));
    assert!(!is_live(&window));
    let shorten: [fn(&mut State); 2] = [
        |state| {
            for chat in &mut state.chats {
                chat.system = Some("Be brief.".into());
            }
        },
        |state| {
            if let ModelState::Loaded(model) = &mut state.model {
                model.context_tokens = 4096;
            }
        },
    ];
    for (request, shorten) in (2..).zip(shorten) {
        shorten(window.state());
        window.steps(2);
        assert!(is_live(&window), "it is not known to be too long");
        wait_for_count(&mut window);
        count(&mut window, request, 5000);
        assert!(!is_live(&window), "it still is");
    }
    // Nobody is so quick that a few more words would be sent before they are counted.
    let mut window = too_long(loaded(english()));
    window.type_text(" with more");
    window.steps(1);
    assert!(!is_live(&window));
    window.0.key_press(egui::Key::Backspace);
    window.steps(1);
    assert!(!is_live(&window), "it is still longer than it was");
    // What a new chat begins with, too.
    let mut window = too_long(loaded(english()));
    assert!(!is_live(&window));
    window.state().settings.system = Some("Be brief.".into());
    wait_for_count(&mut window);
    count(&mut window, 2, 600);
    assert!(is_live(&window));
}

#[test]
fn in_a_chat_that_begins_only_what_helps_is_offered() {
    let mut window = too_long(loaded(english()));
    assert!(window.shows("A context of 8,192"));
    assert!(!window.shows("In a new chat") && !window.shows("Leave out the oldest"));
    assert!(window.shows("Shorten it, or choose:"));
    // Where nothing can be chosen, nothing is announced.
    window.state().draft.prompt_tokens = Some(500_000);
    window.steps(3);
    assert!(window.shows("Shorten it.") && !window.shows("or choose"));
}

#[test]
fn where_nothing_can_be_chosen_there_is_no_word_of_choosing() {
    let mut window = too_long(loaded(english()));
    assert!(window.shows("Shorten it, or choose:"));
    if let ModelState::Loaded(model) = &mut window.state().model {
        model.trained_context_tokens = model.context_tokens;
    }
    window.steps(3);
    assert!(window.shows("it cannot be sent. Shorten it."));
    assert!(!window.shows("or choose"));
}

#[test]
fn what_a_reply_was_written_without_stands_below_it() {
    let mut state = loaded(with_conversation(english()));
    let left_out = Text::new("notice-left-out").count("turns", 2_u32);
    let left_out = left_out.count("tokens", 309_u32);
    state
        .left_out
        .insert((ChatId(3), MessageId(5)), left_out.clone());
    let said = state.i18n.text(&left_out);
    let mut window = Window::new(state);
    assert!(window.shows(&said));
    // Of another chat it would be false.
    window.state().current = None;
    window.steps(3);
    assert!(!window.shows(&said));
}

#[test]
fn a_reply_that_failed_for_its_length_is_not_offered_again_as_it_was() {
    let mut state = loaded(with_conversation(english()));
    let fault = Text::new("fault-prompt-too-long")
        .count("prompt", 5000_u32)
        .count("context", 2048_u32);
    if let ModelState::Loaded(model) = &mut state.model {
        model.context_tokens = 2048;
    }
    state.failures.insert((ChatId(3), MessageId(5)), fault);
    let mut window = Window::new(state);
    assert!(!window.shows("It broke off"), "that is not what happened");
    window.click("Leave out the oldest messages");
    let again = Command::Regenerate(MessageId(5));
    let leave_out = Command::SetOverflow(Overflow::DropOldest);
    assert_eq!(window.asked(), [Command::All(vec![leave_out, again])]);
    window.click("In a new chat");
    let question = Command::Send("¿Y la capital de Francia?".into());
    let new = Command::Do(Action::NewChat);
    assert_eq!(window.asked(), [Command::All(vec![new, question])]);
}

fn imported() -> Imported {
    Imported {
        report: Report {
            chats_added: 12,
            chats_archived: 3,
            first: Some(ChatId(4)),
            chats_extended: 1,
            already_here: 2,
            messages_added: 60,
            skipped: vec![Skipped {
                why: Why::Attachment,
                count: 4,
                what: vec!["Holidays".into()],
            }],
        },
        is_cancelled: false,
    }
}

#[test]
fn an_import_is_summed_up_once_says_where_the_chats_are_and_opens_the_first() {
    let mut state = with_chats(english());
    state.imported = Some(imported());
    let mut window = Window::new(state);
    assert!(window.shows(
        "9 new chats are in the list. 3 more are in the archive. 1 chat that was here has \
         new messages. 2 were here already."
    ));
    assert!(!window.shows("4 images"), "what was left out is folded");
    window.click("What was left out or changed (1)");
    assert!(window.shows("4 images or other attachments were left out (Holidays)"));
    window.click("Open the first");
    let open = Command::OpenChat(ChatId(4));
    assert_eq!(window.asked(), [open, Command::ForgetImport]);
    window.click("Dismiss");
    assert_eq!(window.asked(), [Command::ForgetImport]);
}

#[test]
fn an_import_that_was_stopped_or_brought_nothing_says_so() {
    let mut state = with_chats(english());
    let report = Report {
        already_here: 5,
        ..Report::default()
    };
    state.imported = Some(Imported {
        report,
        is_cancelled: true,
    });
    let window = Window::new(state);
    assert!(window.shows("The import was stopped. No new chats. 5 were here already."));
    assert!(!window.shows("Open the first") && !window.shows("What was left out"));
}

#[test]
fn with_one_model_on_disk_the_next_step_is_to_begin_with_it() {
    let mut state = english();
    state.model = ModelState::None;
    let only = super::models::entry("Little", Origin::Charla, 1_000_000_000, Purpose::Chat);
    let path = only.path.clone();
    state.library = Some(Listing {
        entries: vec![only],
        ..Listing::default()
    });
    let mut window = Window::new(state);
    window.click("Begin with Little");
    assert_eq!(window.asked(), [Command::LoadModel(path)]);
    assert!(window.shows("Open a model"), "and there is another way");
    let hint = window.state().i18n.get("composer-hint-no-model");
    assert_eq!(hint, "Choose a model to write to.");
    assert!(!window.shows("Choose a model first."));
    window.click("Message");
    window.type_text("Hello");
    window.0.key_press(egui::Key::Enter);
    window.steps(3);
    assert!(window.shows("Choose a model first."), "why nothing is sent");
}

#[test]
fn options_of_the_model_in_use_and_the_way_to_unload_it_are_in_its_menu() {
    let mut window = Window::new(loaded(english()));
    let button = window.0.query_all_by_label_contains("Model: ").next();
    button.expect("the menu's button").click();
    window.steps(4);
    window.asked();
    for name in ["Context length", "Layers on the GPU"] {
        let rows = window
            .0
            .query_all_by_role_and_label(egui::accesskit::Role::SpinButton, name);
        assert!(rows.count() > 0, "{name}");
    }
    let context = window
        .0
        .query_all_by_role_and_label(egui::accesskit::Role::SpinButton, "Context length");
    context.last().unwrap().set_value_accesskit(4096.0);
    window.steps(4);
    let path = PathBuf::from("/models/SmolLM2-135M.gguf");
    let set = ModelsCommand::SetLoad(path, of_context(4096));
    assert_eq!(window.asked(), [Command::Models(set)]);
    assert!(window.shows("Unload"), "the menu stays open for it");
    window.click_first("Unload");
    assert_eq!(window.asked(), [Command::UnloadModel]);
}

#[test]
fn the_prompts_that_come_with_charla_are_in_the_list_of_prompts() {
    let mut window = Window::new(english());
    window.click("Saved prompts");
    window.click("Manage prompts…");
    assert!(window.shows("You have saved none of your own yet"));
    for name in ["Summarise", "Explain simply", "Correct spelling"] {
        assert!(window.shows(name), "{name}");
    }
    // The list takes a few frames to come to its size.
    window.steps(8);
    window.click("Change Summarise");
    window.type_text(" it");
    window.click("Save");
    let asked = window.asked();
    let own = |it: &Command| match it {
        Command::EditPrompts(Edit::Put(_, prompt)) => prompt.name == "Summarise it",
        _ => false,
    };
    assert!(asked.iter().any(own), "a copy of the user's own: {asked:?}");
}

#[test]
fn the_first_start_shows_a_whole_card_in_a_small_window() {
    for (language, verdict) in [(Language::En, "Would fit"), (Language::Es, "Cabría")] {
        let state = super::recommended::new_here(language, Theme::Light);
        let window = Window::sized(state, Vec2::new(480.0, 360.0));
        let first = |name: &str| {
            let found = window.0.query_all_by_label_contains(name).next();
            found.expect(name).rect()
        };
        let download = match language {
            Language::En => "Download: ",
            Language::Es => "Descargar: ",
        };
        let (button, verdict) = (first(download), first(verdict));
        let role = egui::accesskit::Role::MultilineTextInput;
        let composer = window.0.get_by_role(role).rect();
        assert!(button.right() < 480.0, "{button} is in the window");
        assert!(verdict.bottom() < composer.top(), "{verdict} {composer}");
    }
}
