//! The palette, the sheet of shortcuts, and what is done and said without a mouse.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};

use super::*;
use crate::app::command::{Action, PanelCommand};
use crate::app::state::{Reply, Topic, Weight};
use crate::i18n::Text;
use crate::library::{Entry, Listing};
use crate::params::{BuiltIn, PresetId};

fn models() -> Vec<Entry> {
    let entry = |name: &str| Entry {
        path: PathBuf::from(format!("/models/{name}.gguf")),
        name: name.into(),
        quantisation: "Q4_K_M".into(),
        size_bytes: 2_500_000_000,
        parameters: 4_000_000_000,
        context_length: Some(32_768),
        ..Entry::default()
    };
    vec![
        entry("SmolLM2 135M Instruct"),
        entry("Qwen3 4B Instruct 2507"),
    ]
}

pub(super) fn full(language: Language, theme: Theme) -> State {
    let mut state = with_conversation(with_chats(state(language, theme)));
    state.library = Some(Listing {
        entries: models(),
        ..Listing::default()
    });
    state
}

/// A window in which this action has been asked for.
fn opened(state: State, size: Vec2, action: Action) -> Window {
    let mut window = Window::sized(state, size);
    follow(&mut window, action);
    window
}

pub(super) fn follow(window: &mut Window, action: Action) {
    let ctx = window.0.ctx.clone();
    let bench = window.0.state_mut();
    bench.views.follow(&ctx, &bench.state, action);
    window.steps(4);
}

fn palette() -> Window {
    let mut state = full(Language::En, Theme::Light);
    state.titles = state.shelves.page.as_ref().unwrap().chats.clone().into();
    opened(state, Vec2::new(1280.0, 820.0), Action::Palette)
}

/// The names of the rows in view, in order, and which of them is chosen.
fn rows(window: &Window) -> (Vec<String>, Option<String>) {
    let rows = window.0.query_all_by_role(Role::ListBoxOption);
    let rows: Vec<_> = rows
        .map(|it| {
            let node = it.accesskit_node();
            let is_selected = node.is_selected() == Some(true);
            (node.label().unwrap_or_default(), is_selected)
        })
        .collect();
    let chosen = rows.iter().find(|(_, is_selected)| *is_selected);
    let chosen = chosen.map(|(name, _)| name.clone());
    (rows.into_iter().map(|it| it.0).collect(), chosen)
}

fn chosen(window: &Window) -> String {
    rows(window).1.expect("no row is chosen")
}

pub(super) fn press(window: &mut Window, key: Key) {
    window.0.key_press(key);
    window.steps(3);
}

pub(super) fn has_keyboard(node: &AccessKitNode<'_>) -> bool {
    node.is_focused()
}

/// The name of what has the keyboard.
pub(super) fn focused(window: &Window) -> Option<String> {
    let mut focused = window
        .0
        .query_all(egui_kittest::kittest::by().predicate(has_keyboard));
    focused.next().and_then(|it| it.accesskit_node().label())
}

#[test]
fn a_few_letters_find_commands_chats_and_models() {
    for (typed, first, command) in [
        ("new ch", "New chat", Command::Do(Action::NewChat)),
        (
            "algebra",
            "Plan de estudio de álgebra",
            Command::OpenChat(ChatId(8)),
        ),
        (
            "cómo suma",
            "¿Cómo suma un modelo?",
            Command::OpenChat(ChatId(3)),
        ),
        (
            "qwn3",
            "Qwen3 4B Instruct 2507",
            Command::LoadModel("/models/Qwen3 4B Instruct 2507.gguf".into()),
        ),
        (
            "#  regex",
            "Regex para fechas ISO",
            Command::OpenChat(ChatId(6)),
        ),
        (
            "@smol",
            "SmolLM2 135M Instruct",
            Command::LoadModel("/models/SmolLM2 135M Instruct.gguf".into()),
        ),
        (">sett", "Settings", Command::Do(Action::ToggleSettings)),
        (
            "put away",
            "Archived chats",
            Command::Do(Action::ShowArchive),
        ),
    ] {
        let mut window = palette();
        window.type_text(typed);
        assert_eq!(chosen(&window), first, "{typed}");
        press(&mut window, Key::Enter);
        assert_eq!(window.asked(), [command], "{typed}");
        assert!(rows(&window).0.is_empty(), "it closes");
    }
}

#[test]
fn the_signs_leave_out_the_rest() {
    let mut window = palette();
    window.type_text("@");
    assert_eq!(
        rows(&window).0,
        ["SmolLM2 135M Instruct", "Qwen3 4B Instruct 2507"]
    );
    press(&mut window, Key::Backspace);
    window.type_text("#");
    assert_eq!(rows(&window).0.len(), 7);
    press(&mut window, Key::Backspace);
    window.type_text(">");
    assert!(rows(&window).0.contains(&"Rename chat".to_owned()));
    assert!(
        !rows(&window)
            .0
            .contains(&"Regex para fechas ISO".to_owned())
    );
}

#[test]
fn the_keys_go_round_and_page_by_page() {
    let mut window = palette();
    let first = chosen(&window);
    press(&mut window, Key::ArrowUp);
    assert_eq!(
        chosen(&window),
        "Qwen3 4B Instruct 2507",
        "before the first is the last"
    );
    press(&mut window, Key::ArrowDown);
    assert_eq!(chosen(&window), first);
    press(&mut window, Key::End);
    assert_eq!(chosen(&window), "Qwen3 4B Instruct 2507");
    press(&mut window, Key::Home);
    assert_eq!(chosen(&window), first);
    press(&mut window, Key::PageDown);
    let (all, now) = rows(&window);
    assert!(all.contains(&now.clone().unwrap()) && now != Some(first.clone()));
    press(&mut window, Key::PageUp);
    assert_eq!(chosen(&window), first);
    assert_eq!(window.asked(), []);
}

#[test]
fn presets_are_chosen_by_their_name() {
    let mut window = palette();
    window.type_text("creat");
    press(&mut window, Key::Enter);
    window.steps(3);
    let creative = PresetId::BuiltIn(BuiltIn::Creative);
    let asked = window.asked();
    let [Command::Panel(PanelCommand::ChoosePreset(_, preset))] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(preset.as_ref(), Some(&creative));
}

#[test]
fn escape_gives_the_keyboard_back() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    window.0.get_by_label("Search chats").focus();
    window.steps(3);
    follow(&mut window, Action::Palette);
    let field = window.0.get_by_label("Command palette");
    assert!(field.accesskit_node().is_focused() || focused(&window) != Some("Search chats".into()));
    press(&mut window, Key::Escape);
    assert!(window.0.query_by_label("Command palette").is_none());
    assert_eq!(focused(&window).as_deref(), Some("Search chats"));
}

#[test]
fn what_cannot_be_done_says_why_and_is_not_done() {
    let mut window = palette();
    window.type_text(">stop");
    let row = window.0.get_by_role_and_label(Role::ListBoxOption, "Stop");
    assert!(row.accesskit_node().is_disabled());
    let why = row.accesskit_node().data().description().map(str::to_owned);
    assert_eq!(why.as_deref(), Some("No reply is being written."));
    press(&mut window, Key::Enter);
    assert_eq!(window.asked(), []);
    assert!(!rows(&window).0.is_empty(), "it stays open");
}

#[test]
fn what_was_used_comes_first_the_next_time() {
    let mut window = palette();
    window.type_text("larger");
    press(&mut window, Key::Enter);
    assert_eq!(window.asked(), [Command::Do(Action::ZoomIn)]);
    follow(&mut window, Action::Palette);
    assert_eq!(chosen(&window), "Larger text");
}

#[test]
fn a_click_acts_and_a_click_beside_closes() {
    let mut window = palette();
    window.type_text("regex");
    let row = window
        .0
        .get_by_role_and_label(Role::ListBoxOption, "Regex para fechas ISO");
    row.click();
    window.steps(3);
    assert_eq!(window.asked(), [Command::OpenChat(ChatId(6))]);
    follow(&mut window, Action::Palette);
    window.0.hover_at(egui::pos2(20.0, 800.0));
    for pressed in [true, false] {
        window.0.event(egui::Event::PointerButton {
            pos: egui::pos2(20.0, 800.0),
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        window.steps(2);
    }
    window.steps(2);
    assert!(rows(&window).0.is_empty());
    assert_eq!(window.asked(), []);
}

#[test]
fn what_the_foot_of_the_left_panel_leads_to_is_found_by_name() {
    for (typed, name) in [
        ("import", "Import chats…"),
        ("export all", "Export all chats…"),
        ("bin", "Bin"),
        ("backups", "Backups"),
        ("preferences", "Preferences"),
        ("archived", "Archived chats"),
    ] {
        let mut window = palette();
        window.type_text(typed);
        assert_eq!(chosen(&window), name, "{typed}");
    }
}

#[test]
fn what_no_name_has_is_looked_for_in_the_messages() {
    let mut window = palette();
    window.type_text("xyzzy");
    assert_eq!(rows(&window).0, ["Search all messages for “xyzzy”"]);
    press(&mut window, Key::Enter);
    let mut asked = window.wait();
    assert_eq!(asked[0], Command::Do(Action::Find));
    // On a slow machine the words have come to rest by then.
    if asked.len() == 1 {
        asked.extend(window.wait());
    }
    assert!(
        matches!(&asked[1..], [Command::Search(query)] if query.text == "xyzzy"),
        "{asked:?}"
    );

    let mut window = palette();
    window.type_text("@xyzzy");
    assert!(window.shows("No model in your folders is called that."));
    assert!(window.shows("Ctrl+O opens"));
}

#[test]
fn ten_thousand_chats_have_as_many_rows_as_there_is_room_for() {
    let mut state = full(Language::En, Theme::Light);
    let titles = (0..10_000).map(|id| summary(id, &format!("Chat number {id}"), 1));
    state.titles = titles.collect();
    let mut window = opened(state, Vec2::new(1280.0, 820.0), Action::Palette);
    window.type_text("#");
    assert!(
        rows(&window).0.len() < 20,
        "only those in view are laid out"
    );
    press(&mut window, Key::End);
    assert_eq!(chosen(&window), "Chat number 9999");
    press(&mut window, Key::Home);
    window.type_text("number 9321");
    assert_eq!(chosen(&window), "Chat number 9321");
}

#[test]
fn the_sheet_has_every_action_that_has_keys() {
    for (language, size) in [
        (Language::En, Vec2::new(1280.0, 900.0)),
        (Language::Es, Vec2::new(1280.0, 900.0)),
    ] {
        let mut window = opened(full(language, Theme::Light), size, Action::Shortcuts);
        for action in Action::all() {
            let name = window.state().i18n.get(action.name());
            let ctx = window.0.ctx.clone();
            let keys = action.keys(&ctx, &window.state().i18n);
            let said = format!("{name}: {keys}");
            assert_eq!(window.shows(&said), !keys.is_empty(), "{said}");
        }
        press(&mut window, Key::Escape);
        let close = window.state().i18n.get("close");
        assert!(window.0.query_by_label(&close).is_none());
    }
}

#[test]
fn a_sheet_that_does_not_fit_is_scrolled_by_key() {
    let state = full(Language::En, Theme::Light);
    let mut window = opened(state, Vec2::new(400.0, 560.0), Action::Shortcuts);
    let top = |window: &Window| window.0.get_by_label("New chat: Ctrl+N").rect().top();
    let before = top(&window);
    press(&mut window, Key::ArrowDown);
    window.steps(20);
    assert!(top(&window) < before);
}

#[test]
fn the_name_of_the_chat_is_written_in_a_dialog_or_in_its_row() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    follow(&mut window, Action::RenameChat);
    window
        .0
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.type_text("Sumas");
    press(&mut window, Key::Enter);
    assert_eq!(window.asked(), [Command::Rename(ChatId(3), "Sumas".into())]);

    let rows = window.0.query_all_by_label("Regex para fechas ISO");
    rows.last().unwrap().focus();
    window.steps(3);
    follow(&mut window, Action::RenameChat);
    window
        .0
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    window.type_text("Fechas");
    press(&mut window, Key::Enter);
    assert_eq!(
        window.asked(),
        [Command::Rename(ChatId(6), "Fechas".into())]
    );
}

#[test]
fn the_chats_are_turned_in_the_order_of_the_list() {
    let window = &mut Window::new(full(Language::En, Theme::Light));
    let ctx = window.0.ctx.clone();
    let bench = window.0.state_mut();
    let mut beside = |action| bench.views.follow(&ctx, &bench.state, action);
    assert_eq!(
        beside(Action::PreviousChat),
        Some(Command::OpenChat(ChatId(1)))
    );
    assert_eq!(beside(Action::NextChat), Some(Command::OpenChat(ChatId(4))));
}

#[test]
fn an_action_means_what_is_in_view_or_says_why_it_means_nothing() {
    let mut state = full(Language::En, Theme::Light);
    let text = "La capital de Francia es la ciudad de".to_owned();
    for (action, meaning) in [
        (Action::Regenerate, Ok(Command::Regenerate(MessageId(5)))),
        (Action::Continue, Ok(Command::Continue(MessageId(5)))),
        (Action::CopyReply, Ok(Command::Copy(text))),
        (
            Action::PreviousVersion,
            Ok(Command::ChooseVersion(MessageId(2))),
        ),
        (Action::NextVersion, Err("no-more-versions")),
        (Action::EditLast, Ok(Command::Do(Action::EditLast))),
        (Action::Undo, Err("nothing-to-undo")),
        (Action::Stop, Err("nothing-to-stop")),
    ] {
        assert_eq!(action.meaning(&state), meaning, "{action:?}");
    }
    let chat = state.chat_mut(ChatId(3)).unwrap();
    chat.message_mut(MessageId(5)).unwrap().finish = Some(Finish::EndOfReply);
    assert_eq!(Action::Continue.meaning(&state), Err("reply-is-whole"));
    state.model = ModelState::None;
    assert_eq!(Action::Regenerate.meaning(&state), Err("send-no-model"));
    state.current = None;
    for action in [Action::RenameChat, Action::DeleteChat, Action::ExportChat] {
        assert_eq!(action.meaning(&state), Err("no-chat-open"));
    }
    assert_eq!(Action::Regenerate.meaning(&state), Err("no-reply"));
}

/// What a screen reader was last told.
fn told(window: &Window) -> String {
    let status = window.0.get_by_role(Role::Status);
    status.accesskit_node().label().unwrap_or_default()
}

#[test]
fn replies_and_notices_are_said() {
    let mut window = Window::new(full(Language::En, Theme::Light));
    assert_eq!(told(&window), "");
    let reply = |window: &mut Window, is_written: bool| {
        let replies = &mut window.state().replies;
        match is_written {
            true => replies.begin(Reply::new(1, ChatId(3), MessageId(5))),
            false => drop(replies.end(1)),
        }
        window.steps(2);
    };
    reply(&mut window, true);
    assert_eq!(told(&window), "The reply begins.");
    let text = Text::new("notice-left-out").count("turns", 2_u32);
    let said = window.state().i18n.text(&text);
    let of = (ChatId(3), MessageId(5));
    window.state().left_out.insert(of, text);
    window.steps(2);
    assert_eq!(told(&window), said);
    reply(&mut window, false);
    assert_eq!(told(&window), "The reply broke off after 8 words.");

    reply(&mut window, true);
    let chat = window.state().chat_mut(ChatId(3)).unwrap();
    let message = chat.message_mut(MessageId(5)).unwrap();
    message.finish = Some(Finish::EndOfReply);
    message.text = "Es París. Tiene dos millones de habitantes.".into();
    reply(&mut window, false);
    assert_eq!(told(&window), "Reply of 7 words: Es París.");

    let text = Text::new("note-no-template");
    let said = window.state().i18n.text(&text);
    window.state().notify(Weight::Warning, text, Topic::Model);
    window.steps(2);
    assert_eq!(told(&window), said);
}

#[test]
fn the_dialogs_can_be_drawn() {
    for (language, theme, kind) in [
        (Language::Es, Theme::Light, "es-light"),
        (Language::En, Theme::Dark, "en-dark"),
    ] {
        let state = || {
            let mut state = full(language, theme);
            state.titles = state.shelves.page.as_ref().unwrap().chats.clone().into();
            state
        };
        let wide = Vec2::new(1280.0, 820.0);
        let narrow = Vec2::new(400.0, 560.0);
        let mut window = opened(state(), wide, Action::Palette);
        super::pictures::draw(&mut window, &format!("palette-{kind}"));
        window.type_text("mod");
        super::pictures::draw(&mut window, &format!("palette-typed-{kind}"));
        let mut window = opened(state(), narrow, Action::Palette);
        super::pictures::draw(&mut window, &format!("palette-narrow-{kind}"));
        window.type_text("@nada");
        super::pictures::draw(&mut window, &format!("palette-none-{kind}"));
        for (name, size) in [("shortcuts", wide), ("shortcuts-narrow", narrow)] {
            let mut window = opened(state(), size, Action::Shortcuts);
            super::pictures::draw(&mut window, &format!("{name}-{kind}"));
        }
        let mut window = opened(state(), wide, Action::RenameChat);
        super::pictures::draw(&mut window, &format!("rename-dialog-{kind}"));
    }
}
