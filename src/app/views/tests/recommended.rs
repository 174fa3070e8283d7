//! The curated models: proposed to who has none, listed with what fits, downloaded and used.

use egui_kittest::kittest::Queryable as _;

use super::models::{GB, entry, fingerprint, models, page};
use super::pictures::{KINDS, draw};
use super::*;
use crate::app::command::{HubCommand, ModelsCommand};
use crate::app::state::Tab;
use crate::library::catalog::{self, CatalogEntry, Role as Rung};
use crate::library::download::{DownloadId, Progress, State as Stand};
use crate::library::{Listing, Machine, Origin};
use crate::params::{LoadOptions, PresetId};
use crate::settings::Downloading;
use gguf::Purpose;

fn machine() -> Machine {
    Machine {
        memory_total_bytes: 16 * GB,
        memory_free_bytes: 9 * GB,
        cores: 4,
        read_bytes_per_second: 30e9,
        ..Machine::default()
    }
}

/// A window of somebody who has no model.
pub(super) fn new_here(language: Language, theme: Theme) -> State {
    let mut state = state(language, theme);
    state.model = ModelState::None;
    state.library = Some(Listing::default());
    state.models.machine = Some(machine());
    state
}

fn balanced(language: Language) -> &'static CatalogEntry {
    let proposed = catalog::proposals(&machine(), language);
    let found = proposed.iter().find(|it| it.0 == Rung::Balanced);
    found.unwrap().1
}

fn download_of(entry: &CatalogEntry, state: Stand, received_bytes: u64) -> Progress {
    Progress {
        id: DownloadId::numbered(7),
        name: entry.file.clone(),
        repo: entry.source.repo.clone(),
        path: PathBuf::from("/models").join(&entry.file),
        state,
        received_bytes,
        total_bytes: Some(entry.size_bytes),
        rate_bytes_per_s: Some(24_000_000),
        remaining: Some(std::time::Duration::from_secs(100)),
        files: Vec::new(),
    }
}

#[test]
fn who_has_no_model_is_offered_three_that_fit() {
    let mut window = Window::new(new_here(Language::En, Theme::Light));
    assert!(window.shows("Welcome to Charla"));
    for role in ["Quick", "Balanced", "The most able"] {
        assert!(window.shows(role), "{role}");
    }
    window.click("All recommended models");
    assert_eq!(models(window.asked()), [ModelsCommand::Recommend]);
    let entry = balanced(Language::En);
    assert!(window.shows(entry.description(Language::En)));
    window.click(&format!("Download: {}", entry.name));
    assert_eq!(window.asked(), [Command::Hub(HubCommand::Get(entry))]);

    let part = entry.size_bytes / 2;
    let download = download_of(entry, Stand::Downloading, part);
    window.state().hub.downloads = vec![download];
    window.steps(3);
    assert!(window.shows("24 MB/s"));
    assert!(window.shows(&format!("Download of {}", entry.file)));
    window.click(&format!("Pause: {}", entry.name));
    let pause = HubCommand::Pause(DownloadId::numbered(7));
    assert_eq!(window.asked(), [Command::Hub(pause)]);
}

#[test]
fn a_small_machine_is_offered_what_it_can_hold() {
    let mut state = new_here(Language::Es, Theme::Light);
    state.models.machine = Some(Machine {
        memory_total_bytes: GB / 2,
        ..Machine::default()
    });
    let window = Window::new(state);
    assert!(window.shows("Te damos la bienvenida"));
    assert!(!window.shows("Descargar"), "nothing fits");
    assert!(window.shows("Abre uno o suéltalo en esta ventana"));
}

#[test]
fn who_has_only_the_small_one_is_shown_the_way_to_others() {
    let mut state = state(Language::En, Theme::Light);
    state.models.machine = Some(machine());
    let default = catalog::all().iter().find(|it| it.default).unwrap();
    let mut small = entry("SmolLM2", Origin::Charla, GB / 10, Purpose::Chat);
    small.path = PathBuf::from("/models").join(&default.file);
    state.model = ModelState::Asleep {
        path: small.path.clone(),
    };
    state.library = Some(Listing {
        entries: vec![small],
        ..Listing::default()
    });
    let mut window = Window::new(state);
    window.click("This model is a small one: see more able ones");
    assert_eq!(models(window.asked()), [ModelsCommand::Recommend]);
    let other = entry("Other", Origin::LmStudio, GB, Purpose::Chat);
    let library = window.state().library.as_mut().unwrap();
    library.entries.push(other);
    window.steps(3);
    assert!(!window.shows("see more able ones"));
}

fn recommended(language: Language, theme: Theme) -> State {
    let mut state = page(language, theme);
    state.hub.tab = Tab::Recommended;
    state
}

#[test]
fn the_list_is_shown_by_use_and_tells_what_is_here() {
    let mut window = Window::new(recommended(Language::En, Theme::Light));
    assert!(window.shows("For this computer"));
    window.click("Embeddings");
    assert!(window.shows("Qwen3 Embedding 0.6B"));
    assert!(!window.shows("Gemma 4"));
    window.click("Code");
    let coder = catalog::named("Qwen2.5 Coder 1.5B").unwrap();
    assert!(window.shows("Download: Qwen2.5 Coder 1.5B"));
    let mut here = entry("Coder", Origin::LmStudio, GB, Purpose::Chat);
    here.places[0].path = PathBuf::from("/lm").join(&coder.file);
    here.fingerprint = Some(fingerprint("coder"));
    let library = window.state().library.as_mut().unwrap();
    library.entries.push(here);
    window.steps(3);
    window.click("Load: Qwen2.5 Coder 1.5B");
    let path = PathBuf::from("/models/Coder.gguf");
    assert_eq!(models(window.asked()), [ModelsCommand::Use(path)]);

    // What does not fit on the disk says so before it is tried.
    window.state().models.disk_free_bytes = Some(2 * GB);
    window.steps(3);
    assert!(window.shows("No room on the disk"));
}

#[test]
fn a_model_that_is_here_is_told_of_as_in_the_list() {
    let mut state = recommended(Language::En, Theme::Light);
    let coder = catalog::named("Qwen2.5 Coder 1.5B").unwrap();
    let mut here = entry("Coder", Origin::LmStudio, GB, Purpose::Chat);
    here.places[0].path = PathBuf::from("/lm").join(&coder.file);
    here.fingerprint = Some(fingerprint("coder"));
    let path = here.path.clone();
    state.library.as_mut().unwrap().entries = vec![here];
    state.models.marks.change(&fingerprint("coder"), |mark| {
        mark.tokens_per_second = Some(330.0);
    });
    let mut window = Window::new(state);
    window.click("Code");
    let verdict = "Fits with room to spare · about 330 tokens/s";
    assert!(window.shows(verdict));
    window.state().hub.tab = Tab::Here;
    window.steps(3);
    assert!(window.shows(verdict));

    let mut state = loaded(recommended(Language::En, Theme::Light));
    let ModelState::Loaded(model) = &mut state.model else {
        panic!("no model is loaded");
    };
    model.path.clone_from(&path);
    let mut here = entry("Coder", Origin::LmStudio, GB, Purpose::Chat);
    here.places.push(crate::library::Place {
        origin: Origin::LmStudio,
        path: PathBuf::from("/lm").join(&coder.file),
    });
    state.library.as_mut().unwrap().entries = vec![here];
    let mut window = Window::new(state);
    window.click("Code");
    assert!(window.shows("In use"));
}

#[test]
fn downloads_tell_how_they_are_done_and_can_be_told_otherwise() {
    let mut state = recommended(Language::En, Theme::Light);
    let entry = balanced(Language::En);
    state.hub.downloads = vec![download_of(entry, Stand::Paused, 1)];
    let mut window = Window::new(state);
    window.click("2 at once · as fast as it goes");
    window.click("at most 5.0 MB/s");
    let way = Downloading {
        limit_bytes_per_second: Some(5_000_000),
        ..Downloading::default()
    };
    let wanted = Command::Hub(HubCommand::SetDownloading(way));
    assert_eq!(window.asked(), [wanted]);
    window.state().settings.downloads = way;
    window.steps(3);
    window.click("2 at once · at most 5.0 MB/s");
    window.click("One at a time");
    let way = Downloading {
        at_once: Some(1),
        ..way
    };
    assert_eq!(
        window.asked(),
        [Command::Hub(HubCommand::SetDownloading(way))]
    );
}

#[test]
fn the_left_panel_tells_how_far_downloads_are() {
    let mut state = with_chats(state(Language::En, Theme::Light));
    let entry = balanced(Language::En);
    state.hub.downloads = vec![
        download_of(entry, Stand::Downloading, entry.size_bytes / 4),
        download_of(entry, Stand::Paused, entry.size_bytes),
    ];
    let mut window = Window::new(state);
    draw(&mut window, "coming");
    let widths = |window: &mut Window| window.0.render().unwrap();
    let with = widths(&mut window);
    window.state().hub.downloads.clear();
    window.steps(3);
    assert_ne!(with, widths(&mut window), "the figure is painted there");
}

#[test]
fn models_are_shown_a_line_each_where_that_is_wanted() {
    let mut window = Window::new(page(Language::En, Theme::Light));
    let height = |window: &Window| {
        let mut cards = window.0.query_all_by_label_contains("Little. ");
        cards.next().unwrap().rect().height()
    };
    let card = height(&window);
    window.click("Show as a list");
    assert_eq!(models(window.asked()), [ModelsCommand::InLines(true)]);
    window.state().settings.models_in_lines = true;
    window.steps(3);
    assert!(height(&window) < card / 1.8);
    window.click("Load: Little");
    let path = PathBuf::from("/models/Little.gguf");
    assert_eq!(models(window.asked()), [ModelsCommand::Use(path)]);
    window.click("Show as cards");
    assert_eq!(models(window.asked()), [ModelsCommand::InLines(false)]);
}

#[test]
fn a_model_has_settings_of_its_own() {
    let mut state = page(Language::En, Theme::Light);
    state.settings.load.context_tokens = Some(4096);
    let path = PathBuf::from("/models/Little.gguf");
    let details = gguf::Details {
        header: gguf::Header {
            purpose: Purpose::Chat,
            ..gguf::Header::default()
        },
        fields: Vec::new(),
        chat_template: None,
        tensors: Vec::new(),
    };
    state.models.details = Some((path.clone(), Some(Ok(std::sync::Arc::new(details)))));
    let mut window = Window::new(state);
    window.click("Settings of this model");
    window.steps(10);
    let preset = window.0.query_all_by_label_contains("Preset to begin with");
    preset.last().unwrap().click();
    window.steps(4);
    let creative = window.state().panel.preset_ids().into_iter().next();
    let creative: PresetId = creative.unwrap();
    let i18n = crate::i18n::I18n::new(Language::En);
    let name = window.state().panel.preset(&i18n, &creative).unwrap().name;
    window.click(&name);
    let wanted = ModelsCommand::SetPreset(path.clone(), Some(creative));
    assert_eq!(models(window.asked()), [wanted]);

    let kv = window.0.query_all_by_label_contains("KV cache").last();
    kv.unwrap().click();
    window.steps(4);
    let i18n = &window.state().i18n;
    let q8 = i18n.get("kv-q8");
    window.click(&q8);
    let options = LoadOptions {
        kv_type: Some(crate::params::KvType::Q8_0),
        ..LoadOptions::default()
    };
    let wanted = ModelsCommand::SetLoad(path.clone(), options.clone());
    assert_eq!(models(window.asked()), [wanted]);

    // What is set for it alone is what it is judged with.
    let fits = |window: &mut Window| {
        let state = window.state();
        let entry = state.entry(&path).unwrap().clone();
        state.verdict(&entry).unwrap().context_tokens
    };
    assert_eq!(fits(&mut window), 4096);
    let own = LoadOptions {
        context_tokens: Some(2048),
        ..options
    };
    let settings = &mut window.state().settings;
    settings.model_load.insert("Little.gguf".into(), own);
    assert_eq!(fits(&mut window), 2048);
}

#[test]
fn every_part_can_be_drawn() {
    for (language, theme, kind) in KINDS {
        let entry = balanced(language);
        let small = Vec2::new(480.0, 640.0);
        let mut welcome = new_here(language, theme);
        welcome.hub.downloads = vec![download_of(entry, Stand::Downloading, GB)];
        draw(&mut Window::new(welcome), &format!("welcome-{kind}"));
        let mut narrow = Window::sized(new_here(language, theme), small);
        draw(&mut narrow, &format!("welcome-narrow-{kind}"));
        let mut window = Window::new(recommended(language, theme));
        draw(&mut window, &format!("recommended-{kind}"));
        let mut window = Window::sized(recommended(language, theme), small);
        draw(&mut window, &format!("recommended-narrow-{kind}"));
        let mut lines = page(language, theme);
        lines.settings.models_in_lines = true;
        draw(&mut Window::new(lines), &format!("models-lines-{kind}"));
    }
}
