//! What the user says of models, and what the window learns of them.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::app::command::{HubCommand, ModelsCommand};
use crate::app::state::Before;
use crate::engine::protocol::Device;
use crate::engine::{During, Error, Fault, Update};
use crate::library::catalog;
use crate::library::{Fingerprint, Marks};
use crate::params::LoadOptions;
use crate::settings::Downloading;

fn fingerprint(text: &str) -> Fingerprint {
    serde_json::from_value(text.into()).unwrap()
}

/// A desk that has not heard yet what the file says: it was read before the test wrote it.
fn unread() -> Desk {
    let mut desk = Desk::new(saying(&["Yes."]));
    desk.wait("the first reading", |state| state.models.keeps_marks);
    desk.state.models.keeps_marks = false;
    desk
}

fn favour(model: &str) -> Command {
    Command::Models(ModelsCommand::Favour(fingerprint(model), true))
}

/// Waits until the file says that this model is a favourite.
#[track_caller]
fn wait_for_favourite(desk: &mut Desk, model: &str) {
    let path = desk.services.paths.model_marks();
    let model = fingerprint(model);
    desk.wait("the file", |_| {
        let marks = Marks::load(&path).unwrap();
        marks.of(Some(&model)).is_some_and(|it| it.favourite)
    });
}

#[test]
fn what_is_said_before_the_file_was_read_is_kept_with_what_it_says() {
    let mut desk = unread();
    let path = desk.services.paths.model_marks();
    let mut before = Marks::default();
    before.change(&fingerprint("old"), |mark| mark.favourite = true);
    before.save(&path).unwrap();
    desk.act(favour("new"));
    assert_eq!(
        Marks::load(&path).unwrap(),
        before,
        "it is not written over"
    );
    desk.finish(Outcome::Marks(Some(before)));
    wait_for_favourite(&mut desk, "new");
    wait_for_favourite(&mut desk, "old");
    desk.act(favour("third"));
    wait_for_favourite(&mut desk, "third");
}

#[test]
fn a_file_that_makes_no_sense_is_left_as_it_is() {
    let mut desk = unread();
    let path = desk.services.paths.model_marks();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "models = 3").unwrap();
    desk.finish(Outcome::Marks(Marks::load(&path).ok()));
    assert_eq!(desk.state.notices.len(), 1, "it is said once");
    desk.act(favour("new"));
    desk.settle();
    assert_eq!(fs::read_to_string(&path).unwrap(), "models = 3");
}

#[test]
fn graphics_processors_are_counted_with_the_machine() {
    let mut desk = Desk::new(saying(&["Yes."]));
    let gpu = Device {
        name: "Vulkan0".into(),
        description: "A card".into(),
        backend: "Vulkan".into(),
        is_gpu: true,
        shares_memory: false,
        memory_total_bytes: 8 << 30,
        memory_free_bytes: 7 << 30,
    };
    let processor = Device {
        name: "CPU".into(),
        is_gpu: false,
        memory_free_bytes: 1 << 30,
        ..gpu.clone()
    };
    let ready = Update::Ready {
        devices: vec![processor, gpu],
    };
    receive(&mut desk.state, &mut desk.services, ready);
    desk.act(Command::Models(ModelsCommand::Recommend));
    assert!(desk.state.models.is_open);
    desk.wait("the machine", |state| state.models.machine.is_some());
    let machine = desk.state.models.machine.clone().unwrap();
    assert_eq!(machine.gpu_free_bytes, 7 << 30);
    assert!(!machine.gpu_shares_memory);
}

#[test]
fn settings_of_one_model_are_kept_and_forgotten() {
    let mut desk = Desk::new(saying(&["Yes."]));
    let path = PathBuf::from("/models/little.gguf");
    let own = LoadOptions {
        context_tokens: Some(2048),
        ..LoadOptions::default()
    };
    let set = |options: &LoadOptions| {
        Command::Models(ModelsCommand::SetLoad(path.clone(), options.clone()))
    };
    desk.act(set(&own));
    desk.state.settings.load.threads = Some(3);
    let loaded = desk.state.settings.load_of(&path);
    assert_eq!(
        (loaded.context_tokens, loaded.threads),
        (Some(2048), Some(3))
    );
    let other = desk
        .state
        .settings
        .load_of(&PathBuf::from("/models/x.gguf"));
    assert_eq!(other.context_tokens, None);
    desk.act(set(&LoadOptions::default()));
    assert!(desk.state.settings.model_load.is_empty());
    desk.act(Command::Models(ModelsCommand::SetPreset(
        path.clone(),
        None,
    )));
    assert!(desk.state.settings.model_presets.is_empty());
    let way = Downloading {
        at_once: Some(1),
        ..Downloading::default()
    };
    desk.act(Command::Hub(HubCommand::SetDownloading(way)));
    assert_eq!(desk.state.settings.downloads.places(), 1);
}

#[test]
fn who_has_only_the_default_is_new_here() {
    let mut desk = Desk::new(saying(&["Yes."]));
    // The thread that reads the folders may have been quick.
    desk.state.library = None;
    assert!(!desk.state.is_new_here(), "nobody has looked yet");
    desk.finish(Outcome::Library(crate::library::Listing::default(), 9));
    assert!(desk.state.is_new_here());
    desk.wait("the machine", |state| state.models.machine.is_some());
    let default = catalog::all().iter().find(|it| it.default).unwrap();
    let entry = |file: &str| crate::library::Entry {
        path: PathBuf::from("/models").join(file),
        ..crate::library::Entry::default()
    };
    let listing = |files: &[&str]| crate::library::Listing {
        entries: files.iter().map(|file| entry(file)).collect(),
        ..crate::library::Listing::default()
    };
    desk.finish(Outcome::Library(listing(&[&default.file]), 9));
    assert!(desk.state.is_new_here());
    desk.finish(Outcome::Library(listing(&[&default.file, "x.gguf"]), 10));
    assert!(!desk.state.is_new_here());
    desk.finish(Outcome::Library(listing(&[]), 9));
    assert!(!desk.state.is_new_here());
}

#[test]
fn a_model_that_kills_the_engine_is_loaded_only_when_one_insists() {
    let mut desk = Desk::new(saying(&["Yes."]));
    desk.wait("the first reading", |state| state.models.keeps_marks);
    let path = PathBuf::from("/models/killer.gguf");
    let place = crate::library::Place {
        origin: crate::library::Origin::Charla,
        path: path.clone(),
    };
    let entry = crate::library::Entry {
        path: path.clone(),
        places: vec![place],
        name: "Killer".into(),
        fingerprint: Some(fingerprint("killer")),
        ..crate::library::Entry::default()
    };
    // It is newer than any reading of the real library.
    let listing = crate::library::Listing {
        entries: vec![entry],
        ..crate::library::Listing::default()
    };
    desk.finish(Outcome::Library(listing, u64::MAX));
    let die = |desk: &mut Desk, signal: i32| {
        let error = Error::Signal {
            signal,
            during: During::Load(path.clone()),
            last_words: None,
        };
        let path = path.clone();
        receive(
            &mut desk.state,
            &mut desk.services,
            Update::LoadFailed {
                path,
                error,
                kept: None,
            },
        );
    };
    // The user, or a system short of memory, has ended it: that is not the file's doing.
    die(&mut desk, 9);
    die(&mut desk, 9);
    die(&mut desk, 6);
    assert!(!desk.state.kills_engine(&path));
    die(&mut desk, 6);
    assert!(desk.state.kills_engine(&path));
    // A message does not bring it back either.
    desk.act(Command::Send("Hello?".into()));
    desk.wait("the refusal", |state| state.replies.is_empty());
    assert!(matches!(desk.state.model, ModelState::Failed { .. }));
    desk.act(Command::LoadModel(path.clone()));
    assert!(matches!(desk.state.model, ModelState::Failed { .. }));
    let i18n = crate::i18n::I18n::new(Language::En);
    let says = |desk: &Desk| {
        let texts = desk.state.notices.iter().map(|it| i18n.text(&it.text));
        texts.collect::<Vec<_>>().join(" ")
    };
    assert!(says(&desk).contains("“Killer” has ended the engine twice"));
    let file = desk.services.paths.model_marks();
    desk.wait("the file", |_| {
        let marks = Marks::load(&file).unwrap();
        let mark = marks.of(Some(&fingerprint("killer")));
        mark.is_some_and(crate::library::Mark::kills_engine)
    });
    desk.act(Command::Models(ModelsCommand::Insist(path.clone())));
    assert!(matches!(desk.state.model, ModelState::Loading { .. }));
    desk.wait("the model", |state| {
        matches!(state.model, ModelState::Loaded(_))
    });
    assert!(!desk.state.kills_engine(&path), "it has proved itself");
}

fn short_of_memory() -> Fault {
    Fault::NotEnoughMemory {
        device: "CPU".into(),
        needed_bytes: 9_000_000_000,
        free_bytes: 1_000_000_000,
        weight_bytes: 8_000_000_000,
        kv_bytes: 500_000_000,
        compute_bytes: 500_000_000,
        context_tokens: 8192,
        fits: Vec::new(),
    }
}

/// A desk with `first.gguf` loaded, and `next.gguf` that cannot be for this reason.
fn with_next(fault: Fault) -> Desk {
    let script = saying(&["Yes."]);
    let next = PathBuf::from("/models/next.gguf");
    script.refusals.lock().unwrap().push((next, fault));
    let mut desk = Desk::new(script);
    desk.act(Command::LoadModel("/models/first.gguf".into()));
    desk.wait(
        "the model",
        |state| matches!(&state.model, ModelState::Loaded(it) if it.path.ends_with("first.gguf")),
    );
    desk.act(Command::LoadModel("/models/next.gguf".into()));
    desk
}

fn said(desk: &Desk) -> String {
    let i18n = crate::i18n::I18n::new(Language::En);
    let texts = desk.state.notices.iter().map(|it| i18n.text(&it.text));
    texts.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_model_in_use_stays_where_another_cannot_be_loaded() {
    let mut desk = with_next(Fault::LoadFailed {
        path: "/models/next.gguf".into(),
        reason: Some("no".into()),
    });
    desk.wait("the refusal", |state| !state.notices.is_empty());
    assert!(matches!(&desk.state.model, ModelState::Loaded(it) if it.path.ends_with("first.gguf")));
    assert!(!desk.state.needs_reload());
    let said = said(&desk);
    assert!(
        said.contains("could not load “/models/next.gguf”"),
        "{said}"
    );
    assert!(said.ends_with("“First” goes on answering."), "{said}");
}

#[test]
fn a_refusal_for_memory_can_be_overruled() {
    let mut desk = with_next(short_of_memory());
    desk.wait("the refusal", |state| !state.notices.is_empty());
    assert!(said(&desk).contains("reads its weights from the disk"));
    let (name, way) = desk.state.notices[0].ways[0].clone();
    assert_eq!(desk.state.i18n.text(&name), "Load anyway");
    desk.act(way);
    desk.wait(
        "the model",
        |state| matches!(&state.model, ModelState::Loaded(it) if it.path.ends_with("next.gguf")),
    );
    assert_eq!(desk.state.before, None);
}

#[test]
fn a_model_that_had_to_go_can_be_had_back() {
    let mut desk = Desk::new(saying(&["Yes."]));
    desk.act(Command::LoadModel("/models/first.gguf".into()));
    desk.wait(
        "the model",
        |state| matches!(&state.model, ModelState::Loaded(it) if it.path.ends_with("first.gguf")),
    );
    let fail = |desk: &mut Desk| {
        desk.state.before = Some(Before {
            path: "/models/first.gguf".into(),
            was_asleep: false,
        });
        let update = Update::LoadFailed {
            path: "/models/next.gguf".into(),
            error: short_of_memory().into(),
            kept: None,
        };
        receive(&mut desk.state, &mut desk.services, update);
    };
    fail(&mut desk);
    assert!(matches!(desk.state.model, ModelState::Failed { .. }));
    let ways = desk.state.notices[0].ways.clone();
    let (name, way) = ways.last().unwrap().clone();
    assert_eq!(desk.state.i18n.text(&name), "Back to First");
    assert_eq!(way, Command::LoadModel("/models/first.gguf".into()));
    desk.act(way);
    desk.wait("the model", |state| {
        matches!(state.model, ModelState::Loaded(_))
    });
    // One that slept gives nothing up for it.
    desk.state.before = Some(Before {
        path: "/models/first.gguf".into(),
        was_asleep: true,
    });
    let update = Update::LoadFailed {
        path: "/models/next.gguf".into(),
        error: short_of_memory().into(),
        kept: None,
    };
    receive(&mut desk.state, &mut desk.services, update);
    assert!(
        matches!(&desk.state.model, ModelState::Asleep { path } if path.ends_with("first.gguf"))
    );
}

#[test]
fn a_model_opened_from_elsewhere_is_among_the_models() {
    let mut desk = Desk::new(saying(&["Yes."]));
    let path = desk.home.path().join("opened-Q8_0.gguf");
    std::fs::write(&path, gguf::Builder::model().bytes()).unwrap();
    desk.act(Command::LoadModel(path.clone()));
    desk.wait("the model in the list", |state| {
        state.entry(&path).is_some()
    });
    assert_eq!(desk.state.model_name(&path), "Opened");
}

#[test]
fn what_is_said_of_a_model_last_is_written_before_the_end() {
    let mut desk = unread();
    desk.finish(Outcome::Marks(Some(Marks::default())));
    desk.act(favour("first"));
    desk.act(favour("second"));
    let Desk { services, home, .. } = desk;
    let path = services.paths.model_marks();
    drop(services);
    let marks = Marks::load(&path).unwrap();
    for model in ["first", "second"] {
        let mark = marks.of(Some(&fingerprint(model)));
        assert!(mark.is_some_and(|it| it.favourite), "{model}");
    }
    drop(home);
}
