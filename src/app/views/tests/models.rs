//! The page of models, the Hub and the downloads.

use std::sync::Arc;

use egui::{Key, Vec2};
use egui_kittest::kittest::Queryable as _;

use super::pictures::{KINDS, draw};
use super::*;
use crate::app::command::{HubCommand, ModelsCommand};
use crate::app::state::{Check, Open, Tab, Topic, Weight};
use crate::i18n::{Localize as _, Text};
use crate::library::hub::{self as the_hub, Card, Gate, Item, RepoFile, RepoId, Repository, Sort};
use crate::library::{Entry, Fingerprint, Listing, Machine, Origin, Place, Root};
use gguf::{Header, Purpose};

pub(super) const GB: u64 = 1_000_000_000;

pub(super) fn fingerprint(text: &str) -> Fingerprint {
    serde_json::from_value(text.into()).unwrap()
}

pub(super) fn entry(name: &str, origin: Origin, size_bytes: u64, purpose: Purpose) -> Entry {
    let path = PathBuf::from(format!("/models/{name}.gguf"));
    let header = Header {
        weight_bytes: size_bytes,
        active_bytes: size_bytes,
        purpose,
        context_length: Some(32_768),
        has_chat_template: true,
        ..Header::default()
    };
    Entry {
        places: vec![Place {
            origin,
            path: path.clone(),
        }],
        path,
        name: name.into(),
        maker: Some("Maker".into()),
        quantisation: "Q4_K_M".into(),
        size_bytes,
        parameters: size_bytes * 2,
        context_length: Some(32_768),
        header: Some(Arc::new(header)),
        fingerprint: Some(fingerprint(name)),
        problem: None,
    }
}

fn listing() -> Listing {
    let broken = Entry {
        name: "Broken".into(),
        path: "/models/broken.gguf".into(),
        problem: Some(gguf::Error::Empty {
            path: "/models/broken.gguf".into(),
        }),
        ..Entry::default()
    };
    let _ = Root::added("/models".into());
    Listing {
        entries: vec![
            broken,
            entry("Giant", Origin::Ollama, 90 * GB, Purpose::Chat),
            entry("Little", Origin::Charla, GB, Purpose::Chat),
            entry("Vectors", Origin::LmStudio, GB / 10, Purpose::Embedding),
            entry("Writer", Origin::LmStudio, 4 * GB, Purpose::Chat),
        ],
        ..Listing::default()
    }
}

pub(super) fn page(language: Language, theme: Theme) -> State {
    let mut state = with_chats(state(language, theme));
    state.library = Some(listing());
    state.models.is_open = true;
    state.models.machine = Some(Machine {
        memory_total_bytes: 16 * GB,
        memory_free_bytes: 12 * GB,
        cores: 4,
        read_bytes_per_second: 12e9,
        ..Machine::default()
    });
    state.models.disk_free_bytes = Some(80 * GB);
    state
}

fn english_page() -> Window {
    Window::new(page(Language::En, Theme::Light))
}

pub(super) fn models(commands: Vec<Command>) -> Vec<ModelsCommand> {
    let of_page = |command| match command {
        Command::Models(command) => Some(command),
        _ => None,
    };
    commands.into_iter().filter_map(of_page).collect()
}

#[test]
fn a_card_says_what_a_model_is_and_loads_it() {
    let mut window = english_page();
    assert!(window.shows("Writer. Fits with room to spare · about 3 tokens/s. Maker"));
    assert!(window.shows("Giant. Does not fit"));
    assert!(window.shows("Broken. Cannot be used"));
    assert!(!window.shows("Vectors"), "it is not for chats");
    window.click("Load: Writer");
    let path = PathBuf::from("/models/Writer.gguf");
    assert_eq!(models(window.asked()), [ModelsCommand::Use(path)]);
    // What cannot fit is not begun; a click there says why.
    window.click("Load: Giant");
    let giant = ModelsCommand::Open("/models/Giant.gguf".into());
    assert_eq!(models(window.asked()), [giant]);
}

/// Opens a box of choices.
fn choose(window: &mut Window, name: &str) {
    let shown = window.0.query_all_by_label_contains(name).next();
    shown.unwrap().click();
    window.steps(4);
}

#[test]
fn models_are_searched_sorted_and_shown_by_kind() {
    let mut window = english_page();
    let tops = |window: &Window| {
        let top = |name: &str| {
            let mut cards = window.0.query_all_by_label_contains(name);
            cards.next().map(|card| card.rect().top())
        };
        (top("Giant. "), top("Little. "), top("Writer. "))
    };
    let (giant, little, writer) = tops(&window);
    assert!(giant < little && little < writer);
    let name = fingerprint("Writer");
    window.state().models.marks.change(&name, |mark| {
        mark.favourite = true;
        mark.tags = vec!["prose".into()];
    });
    window.steps(3);
    let (giant, _, writer) = tops(&window);
    assert!(writer < giant, "favourites stand above the others");

    choose(&mut window, "Order");
    window.click("Smallest first");
    let (giant, little, _) = tops(&window);
    assert!(little < giant);
    choose(&mut window, "Shown");
    window.click("All files");
    assert!(window.shows("Vectors. Embeddings"));
    choose(&mut window, "Shown");
    window.click("prose");
    assert!(window.shows("Writer. ") && !window.shows("Little. "));
    choose(&mut window, "Shown");
    window.click("For chats");
    window.0.get_by_label("Search models").focus();
    window.steps(2);
    window.type_text("maker litt");
    assert!(window.shows("Little. ") && !window.shows("Writer. "));
}

/// The page of one model.
fn page_of(mut state: State, path: &str) -> Window {
    let details = gguf::Details {
        header: Header {
            parameters: 630_167_424,
            ..Header::default()
        },
        fields: Vec::new(),
        chat_template: None,
        tensors: Vec::new(),
    };
    state.models.details = Some((path.into(), Some(Ok(Arc::new(details)))));
    Window::new(state)
}

#[test]
fn the_page_of_the_model_in_use_offers_the_chat() {
    let mut state = loaded(page(Language::En, Theme::Light));
    if let ModelState::Loaded(model) = &mut state.model {
        model.path = "/models/Little.gguf".into();
    }
    let mut window = page_of(state, "/models/Little.gguf");
    assert!(window.shows("In use"));
    assert!(!window.shows("Fits with room to spare"));
    assert!(window.0.query_by_label("Load").is_none());
    assert!(window.shows("0.6B"));
    window.click_first("Chat");
    assert_eq!(models(window.asked()), [ModelsCommand::Show(false)]);
}

#[test]
fn what_does_not_fit_can_be_loaded_anyway() {
    let state = page(Language::En, Theme::Light);
    let mut window = page_of(state, "/models/Giant.gguf");
    assert!(window.shows("reads its weights from the disk"));
    window.click("Load anyway");
    let path = PathBuf::from("/models/Giant.gguf");
    assert_eq!(models(window.asked()), [ModelsCommand::Force(path)]);
}

#[test]
fn ways_out_stand_one_below_the_other_in_a_narrow_window() {
    for (width, is_row) in [(930.0, false), (1280.0, true)] {
        let mut state = loaded(with_conversation(state(Language::Es, Theme::Light)));
        let anyway = ModelsCommand::Force("/models/Giant.gguf".into());
        let back = Text::new("load-back").word("model", "SmolLM2 135M");
        let ways = vec![
            (Text::new("models-insist"), Command::Models(anyway.clone())),
            (back, Command::LoadModel("/models/SmolLM2-135M.gguf".into())),
        ];
        state.offer(Weight::Error, Text::new("fit-nothing"), Topic::Model, ways);
        let mut window = Window::sized(state, Vec2::new(width, 700.0));
        draw(&mut window, &format!("ways-out-{width}"));
        let place = |name: &str| window.0.get_by_label(name).rect();
        let (first, last) = (place("Cargar de todos modos"), place("Abrir un modelo…"));
        assert_eq!((first.top() - last.top()).abs() < 1.0, is_row);
        assert_eq!((first.left() - last.left()).abs() < 1.0, !is_row);
        let column_right = width - theme::size::RIGHT_PANEL;
        assert!(place("Cerrar el aviso").right() < column_right);
        window.click("Cargar de todos modos");
        assert_eq!(models(window.asked()), [anyway]);
    }
}

#[test]
fn a_speed_stands_beside_the_model_that_has_it() {
    let speed = "146 tokens/s";
    let open = || loaded(with_conversation(state(Language::En, Theme::Light)));
    assert!(Window::new(open()).shows(speed));
    let mut other = open();
    if let ModelState::Loaded(model) = &mut other.model {
        (model.path, model.name) = ("/models/other.gguf".into(), "Other".into());
    }
    assert!(!Window::new(other).shows(speed));
    let mut failed = open();
    failed.model = ModelState::Failed {
        path: "/models/SmolLM2-135M.gguf".into(),
    };
    assert!(!Window::new(failed).shows(speed));
}

#[test]
fn what_is_too_new_for_this_llama_cpp_says_so_in_the_list() {
    let mut state = page(Language::En, Theme::Light);
    let path = PathBuf::from("/models/new.gguf");
    let new = Entry {
        name: "New".into(),
        path: path.clone(),
        problem: Some(gguf::Error::Architecture {
            path,
            architecture: "llama9".into(),
        }),
        ..Entry::default()
    };
    state.library.as_mut().unwrap().entries.push(new);
    let window = Window::new(state);
    assert!(window.shows("New. Needs a newer Charla"));
}

#[test]
fn a_model_is_opened_tagged_checked_and_deleted_after_a_yes() {
    let mut window = english_page();
    let card = window.0.query_all_by_label_contains("Little. ").next();
    card.unwrap().click();
    window.steps(3);
    let path = PathBuf::from("/models/Little.gguf");
    assert_eq!(models(window.asked()), [ModelsCommand::Open(path.clone())]);
    let details = gguf::Details {
        header: Header {
            architecture: "llama".into(),
            ..Header::default()
        },
        fields: Vec::new(),
        chat_template: Some("{{ messages }}".into()),
        tensors: Vec::new(),
    };
    window.state().models.details = Some((path.clone(), Some(Ok(Arc::new(details)))));
    window.steps(3);
    assert!(window.shows("Fits with room to spare"));
    window.click("Add to favourites");
    let little = fingerprint("Little");
    let favour = ModelsCommand::Favour(little.clone(), true);
    assert_eq!(models(window.asked()), [favour]);

    let tags = window.0.query_all_by_label("Tags").last();
    tags.unwrap().focus();
    window.steps(2);
    window.type_text("small, code");
    window.0.key_press(Key::Tab);
    window.steps(3);
    let tags = vec!["small".to_owned(), "code".to_owned()];
    assert_eq!(models(window.asked()), [ModelsCommand::Tag(little, tags)]);

    window.click("Check the whole file");
    assert_eq!(models(window.asked()), [ModelsCommand::Check(path.clone())]);
    let checks = &mut window.state().models.checks;
    checks.insert(path.clone(), Check::Reading(GB / 2, GB));
    window.steps(3);
    assert!(window.shows("Checked 500 MB of 1.0 GB"));
    window.click("Stop");
    assert_eq!(
        models(window.asked()),
        [ModelsCommand::StopCheck(path.clone())]
    );
    let text = Text::new("models-check-well").word("hash", "abc");
    let checks = &mut window.state().models.checks;
    checks.insert(path.clone(), Check::Over(text, true));
    window.steps(3);
    assert!(window.shows("The file is whole"));

    window.click("Delete…");
    assert!(window.shows("This file goes to the trash, 1.0 GB"));
    assert_eq!(models(window.asked()), []);
    window.click("Put into the trash");
    assert_eq!(models(window.asked()), [ModelsCommand::Delete(path)]);
    window.0.key_press(Key::Escape);
    window.steps(3);
    assert_eq!(models(window.asked()), [ModelsCommand::Close]);
}

#[test]
fn what_belongs_to_another_program_cannot_be_deleted() {
    let mut window = english_page();
    let path = PathBuf::from("/models/Writer.gguf");
    window.state().models.details = Some((path, None));
    window.steps(3);
    assert!(!window.shows("Delete…"));
}

fn repository(id: &str, gate: Gate) -> Repository {
    Repository {
        id: RepoId::new(id).unwrap(),
        downloads: 412_345,
        likes: 310,
        modified_unix_ms: Some(now_unix_ms()),
        licence: Some("apache-2.0".into()),
        gate,
        pipeline: None,
        tags: Vec::new(),
    }
}

fn item(quantisation: &str, size_bytes: u64) -> Item {
    let name = format!("tiny-{quantisation}.gguf");
    Item {
        quantisation: Some(quantisation.into()),
        size_bytes,
        files: vec![RepoFile {
            path: name.clone(),
            size_bytes,
            sha256: None,
        }],
        name,
        expected_files: 1,
        beside: None,
    }
}

fn hub(language: Language, theme: Theme) -> State {
    let mut state = page(language, theme);
    state.hub.tab = Tab::Hub;
    state
}

fn with_repository(mut state: State) -> State {
    let id = RepoId::new("maker/tiny-GGUF").unwrap();
    state.hub.found = vec![repository("maker/tiny-GGUF", Gate::Automatic)];
    state.hub.open = Some(Open {
        id,
        items: Some(Ok(vec![item("Q4_K_M", GB), item("F16", 60 * GB)])),
        card: Some(Card {
            markdown: "# Tiny\n\nA **small** model. ![x](https://example.org/x.png)".into(),
            front_matter: String::new(),
            is_cut: true,
        }),
    });
    state
}

#[test]
fn the_hub_is_searched_and_a_quantisation_downloaded() {
    let mut window = Window::new(hub(Language::En, Theme::Light));
    assert!(window.shows("nothing else ever leaves this machine"));
    window
        .0
        .get_by_label("Search models on Hugging Face")
        .focus();
    window.steps(2);
    window.type_text("qwen3");
    window.0.key_press(Key::Enter);
    window.steps(3);
    let search = HubCommand::Search("qwen3".into(), Sort::Downloads);
    assert_eq!(window.asked(), [Command::Hub(search)]);

    let state = window.state();
    state.hub.query = Some(("qwen3".into(), Sort::Downloads));
    state.hub.found = vec![
        repository("maker/tiny-GGUF", Gate::Open),
        repository("maker/shy", Gate::Manual),
    ];
    window.steps(3);
    assert!(window.shows("tiny-GGUF. 412k downloads · 310 likes. maker · apache-2.0"));
    assert!(window.shows("Only for those whom its owner lets in"));
    window.click("Choose: tiny-GGUF");
    let id = RepoId::new("maker/tiny-GGUF").unwrap();
    assert_eq!(window.asked(), [Command::Hub(HubCommand::Open(id.clone()))]);

    let mut window = Window::new(with_repository(hub(Language::En, Theme::Light)));
    assert!(window.shows("Q4_K_M. Would fit. 1.0 GB. tiny-Q4_K_M.gguf"));
    assert!(window.shows("F16. Would not fit"));
    assert!(window.shows("Only after accepting its conditions"));
    // What has been downloaded is not offered again.
    let mut known = item("Q6_K", GB);
    known.files[0].path = "Little.gguf".into();
    window.state().hub.open.as_mut().unwrap().items = Some(Ok(vec![item("Q4_K_M", GB), known]));
    window.steps(3);
    window.click("Load: Q6_K");
    let load = ModelsCommand::Use("/models/Little.gguf".into());
    assert_eq!(models(window.asked()), [load]);
    window.click("Download: Q4_K_M");
    let download = HubCommand::Download(id, Box::new(item("Q4_K_M", GB)));
    assert_eq!(window.asked(), [Command::Hub(download)]);
    window.0.key_press(Key::Escape);
    window.steps(3);
    assert_eq!(window.asked(), [Command::Hub(HubCommand::Close)]);
}

#[test]
fn the_hub_can_be_looked_through_before_a_word_is_typed() {
    let mut state = hub(Language::En, Theme::Light);
    state.hub.query = Some((String::new(), Sort::Downloads));
    state.hub.found = vec![repository("maker/tiny-GGUF", Gate::Open)];
    let mut window = Window::new(state);
    assert!(window.shows("tiny-GGUF. 412k downloads"));
    assert!(window.shows("nothing else ever leaves this machine"));
    window.click("Just changed");
    let recent = HubCommand::Search(String::new(), Sort::Modified);
    assert_eq!(window.asked(), [Command::Hub(recent)]);
    // The keyboard is in the field from the start.
    let mut window = Window::new(hub(Language::En, Theme::Light));
    window.type_text("gemma");
    window.0.key_press(Key::Enter);
    window.steps(3);
    let search = HubCommand::Search("gemma".into(), Sort::Downloads);
    assert_eq!(window.asked(), [Command::Hub(search)]);
}

/// The parts of the page are as wide as each other.
#[test]
fn the_three_tabs_have_one_width() {
    let size = Vec2::new(1700.0, 900.0);
    let right = |state: State, name: &str| {
        let window = Window::sized(state, size);
        let found = window.0.query_all_by_label_contains(name).next();
        found.expect(name).rect().right()
    };
    let here = right(page(Language::En, Theme::Light), "Writer. Fits");
    let mut hub = hub(Language::En, Theme::Light);
    hub.hub.query = Some((String::new(), Sort::Downloads));
    hub.hub.found = vec![repository("maker/tiny-GGUF", Gate::Open)];
    let there = right(hub, "tiny-GGUF. 412k");
    assert!((here - there).abs() < 1.0, "{here} and {there}");
}

#[test]
fn what_goes_wrong_on_the_hub_is_said_where_the_user_looks() {
    let mut state = hub(Language::En, Theme::Light);
    state.hub.query = Some(("x".into(), Sort::Likes));
    let offline = the_hub::Error::Offline {
        host: "huggingface.co".into(),
    };
    state.hub.failure = Some(offline.text());
    let mut window = Window::new(state);
    assert!(window.shows("“huggingface.co” cannot be reached"));
    assert!(!window.shows("HF_ENDPOINT"));
    window.click("Try again");
    let again = HubCommand::Search("x".into(), Sort::Likes);
    assert_eq!(window.asked(), [Command::Hub(again)]);
    let mut state = hub(Language::En, Theme::Light);
    state.hub.query = Some(("x".into(), Sort::Likes));
    let window = Window::new(state);
    assert!(window.shows("Nothing was found"));
}

#[test]
fn every_part_can_be_drawn() {
    for (language, theme, kind) in KINDS {
        draw(
            &mut Window::new(page(language, theme)),
            &format!("models-{kind}"),
        );
        let small = Vec2::new(480.0, 560.0);
        let mut narrow = Window::sized(page(language, theme), small);
        draw(&mut narrow, &format!("models-narrow-{kind}"));
        let mut window = Window::new(with_repository(hub(language, theme)));
        draw(&mut window, &format!("hub-{kind}"));
    }
}
