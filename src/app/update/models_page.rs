//! The page of models: what it shows is read by jobs, and what the user says of models is
//! written by them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use filekit::caught;

use super::{Services, hub, models, save, settings, transfer};
use crate::app::command::ModelsCommand as C;
use crate::app::jobs::Outcome;
use crate::app::state::{Check, ModelState, State, Tab, Topic, Weight};
use crate::chat::Timings;
use crate::engine::protocol::Device;
use crate::i18n::{Arg, I18n, Localize as _, Text};
use crate::library::{Marks, trash, whole};
use crate::session;

/// Bytes between two words on how far a check has come.
const STEP_BYTES: u64 = 64 << 20;

/// What the page has under way.
#[derive(Debug, Default)]
pub(in crate::app) struct Checks {
    /// The files that are being read through, each with what stops it.
    running: Mutex<HashMap<PathBuf, Arc<AtomicBool>>>,
}

/// Reads what the user has said of models.
pub(super) fn begin(services: &Services) {
    let path = services.paths.model_marks();
    services
        .jobs
        .run(move || Some(Outcome::Marks(Marks::load(&path).ok())));
    hub::begin(services);
}

/// Acts on what the page asks for.
pub(super) fn act(state: &mut State, services: &mut Services, command: C) {
    match command {
        C::Show(false) => state.models.is_open = false,
        C::Show(true) => show(state, services),
        C::Recommend => {
            state.hub.tab = Tab::Recommended;
            state.models.details = None;
            show(state, services);
        }
        C::Use(path) => {
            state.models.is_open = false;
            models::load(state, services, path);
        }
        C::Insist(path) => models::insist(state, services, path),
        C::Force(path) => models::force(state, services, path),
        C::Open(path) => open(state, services, path),
        C::Close => state.models.details = None,
        C::Favour(model, favourite) => {
            state
                .models
                .marks
                .change(&model, |mark| mark.favourite = favourite);
            keep_marks(state, services);
        }
        C::Tag(model, mut tags) => {
            tags.sort();
            tags.dedup();
            state.models.marks.change(&model, |mark| mark.tags = tags);
            keep_marks(state, services);
        }
        C::InLines(in_lines) => {
            state.settings.models_in_lines = in_lines;
            save(state, services);
        }
        C::SetLoad(path, options) => settings::set_own_load(state, services, &path, &options),
        C::SetPreset(path, id) => settings::set_preset_of(state, services, &path, id),
        C::Reveal(path) => reveal(services, path),
        C::Check(path) => check(state, services, path),
        C::StopCheck(path) => {
            let checks = services.checks.running.lock();
            let checks = checks.unwrap_or_else(PoisonError::into_inner);
            if let Some(stop) = checks.get(&path) {
                stop.store(true, Ordering::Relaxed);
            }
            state.models.checks.remove(&path);
        }
        C::Delete(path) => delete(state, services, &path),
        C::AddFolder => pick_folder(&state.i18n, services),
        C::ForgetFolder(path) => {
            state.settings.library.added.retain(|it| *it != path);
            folders_changed(state, services);
        }
        C::UseOthers(is_on) => {
            state.settings.library.without_others = !is_on;
            folders_changed(state, services);
        }
    }
}

fn show(state: &mut State, services: &mut Services) {
    state.models.is_open = true;
    hub::start(services);
    refresh(state, services);
}

/// Takes in what came of a job of the page.
pub(super) fn receive(state: &mut State, services: &Services, outcome: Outcome) {
    match outcome {
        Outcome::Machine(mut machine, disk_free_bytes) => {
            let gpus = &state.models.gpus;
            // They told of it before they held a model.
            machine.gpu_total_bytes = gpus.iter().map(|it| it.memory_total_bytes).sum();
            machine.gpu_free_bytes = gpus.iter().map(|it| it.memory_free_bytes).sum();
            machine.gpu_shares_memory = gpus.iter().any(|it| it.shares_memory);
            // What the loaded model takes would be given back. Weights that are mapped from the
            // file count as free already.
            if let ModelState::Loaded(model) = &state.model {
                let memory = &model.memory;
                let is_elsewhere = |device: &str| {
                    let mut gpus = gpus.iter();
                    gpus.any(|it| it.name == device && !it.shares_memory)
                };
                let elsewhere = model.placement.iter().any(|it| is_elsewhere(&it.device));
                let is_mapped = state.loaded_with.mmap != Some(false);
                let own = match (elsewhere, is_mapped) {
                    (true, _) => 0,
                    (false, true) => memory.kv_bytes + memory.compute_bytes,
                    (false, false) => memory.total_bytes(),
                };
                let free = machine.memory_free_bytes.saturating_add(own);
                machine.memory_free_bytes = free.min(machine.memory_total_bytes);
            }
            // A measure that was taken while others computed says too little.
            let best = &mut state.models.measured_bytes_per_second;
            *best = best.max(machine.read_bytes_per_second);
            state.models.machine = Some(machine);
            state.learn_speed();
            state.models.disk_free_bytes = disk_free_bytes;
        }
        Outcome::Marks(Some(mut marks)) => {
            let early = std::mem::take(&mut state.models.marks);
            let is_behind = early != Marks::default();
            marks.take_in(early);
            state.models.marks = marks;
            state.models.keeps_marks = true;
            state.learn_speed();
            if is_behind {
                keep_marks(state, services);
            }
        }
        Outcome::Marks(None) => {
            let path = services.paths.model_marks();
            let text = Text::new("models-marks-broken").word("path", path.display());
            state.notify(Weight::Warning, text, Topic::Files);
        }
        Outcome::Details(path, read) => {
            if let Some((shown, details)) = &mut state.models.details
                && *shown == path
            {
                *details = Some(read);
            }
        }
        Outcome::Checking(path, check) => {
            // One that was stopped is heard of once more.
            if let Some(known) = state.models.checks.get_mut(&path) {
                *known = check;
            }
        }
        Outcome::AddFolder(path) => {
            let added = &mut state.settings.library.added;
            if !added.contains(&path) {
                added.push(path);
            }
            folders_changed(state, services);
        }
        Outcome::Trashed(result) => {
            match result {
                Ok(text) => state.toast(text, None),
                Err(text) => state.notify(Weight::Error, text, Topic::Files),
            }
            services.read_library(&state.settings);
        }
        _ => {}
    }
}

/// Takes in what the engine can compute on.
pub(super) fn take_devices(state: &mut State, services: &Services, devices: Vec<Device>) {
    let mut gpus: Vec<Device> = devices.into_iter().filter(|it| it.is_gpu).collect();
    // As llama.cpp does: beside a card of its own, the processor's graphics are not used. Two
    // backends may know the same card.
    if gpus.iter().any(|it| !it.shares_memory) {
        gpus.retain(|it| !it.shares_memory);
    }
    if let Some(backend) = gpus.first().map(|it| it.backend.clone()) {
        gpus.retain(|it| it.backend == backend);
    }
    state.models.gpus = gpus;
    // What was said of the machine before knew nothing of them.
    if !state.models.gpus.is_empty() && state.models.machine.is_some() {
        look_at_machine(services);
    }
}

/// A model has been loaded: it was used now.
pub(super) fn note_use(state: &mut State, services: &Services, path: &Path) {
    let Some(model) = state.entry(path).and_then(|it| it.fingerprint.clone()) else {
        return;
    };
    let now = jiff::Timestamp::now().as_second();
    state.models.marks.change(&model, |mark| {
        mark.last_used_unix_s = Some(now);
        mark.engine_deaths = 0;
    });
    keep_marks(state, services);
}

/// The engine has died of loading this model.
pub(super) fn note_death(state: &mut State, services: &Services, path: &Path) {
    let Some(model) = state.entry(path).and_then(|it| it.fingerprint.clone()) else {
        return;
    };
    let marks = &mut state.models.marks;
    marks.change(&model, |mark| {
        mark.engine_deaths = mark.engine_deaths.saturating_add(1);
    });
    keep_marks(state, services);
}

/// A reply was written at this speed, which is remembered where it is another than before.
pub(super) fn note_speed(state: &mut State, services: &Services, timings: &Timings) {
    /// Fewer tokens say little of the speed.
    const ENOUGH_TOKENS: u32 = 24;
    let is_enough = timings.generated_tokens >= ENOUGH_TOKENS;
    let Some(speed) = timings.tokens_per_second().filter(|_| is_enough) else {
        return;
    };
    let ModelState::Loaded(loaded) = &state.model else {
        return;
    };
    let entry = state.entry(&loaded.path);
    let Some(model) = entry.and_then(|it| it.fingerprint.clone()) else {
        return;
    };
    let marks = &mut state.models.marks;
    let known = marks.of(Some(&model)).and_then(|it| it.tokens_per_second);
    if known.is_some_and(|known| (known - speed).abs() < known / 10.0) {
        return;
    }
    marks.change(&model, |mark| mark.tokens_per_second = Some(speed));
    state.learn_speed();
    keep_marks(state, services);
}

fn keep_marks(state: &State, services: &Services) {
    // What has not been read must not be written over, nor what its owner may put right.
    if !state.models.keeps_marks {
        return;
    }
    let Some(disk) = &services.disk else {
        return;
    };
    let (path, marks) = (services.paths.model_marks(), state.models.marks.clone());
    let report = services.jobs.reporter();
    disk.queue().push_newest("models", Duration::ZERO, move || {
        let saved = caught(|| marks.save(&path)).and_then(|it| it);
        if let Err(error) = saved {
            let text = Text::new("models-marks-not-saved")
                .word("path", path.display())
                .word("reason", error);
            report(Outcome::NotSaved(text));
        }
    });
}

fn refresh(state: &State, services: &Services) {
    services.read_library(&state.settings);
    look_at_machine(services);
}

/// Finds out what this machine has, so that it can be said what fits.
pub(super) fn look_at_machine(services: &Services) {
    let folder = services.paths.own_models();
    services.jobs.run(move || {
        let free = filekit::free_bytes(&folder);
        Some(Outcome::Machine(session::machine(), free))
    });
}

fn folders_changed(state: &State, services: &Services) {
    save(state, services);
    services.read_library(&state.settings);
}

fn open(state: &mut State, services: &mut Services, path: PathBuf) {
    if !state.models.is_open {
        show(state, services);
    }
    state.models.details = Some((path.clone(), None));
    services.jobs.run(move || {
        let read = gguf::inspect(&path).map(Arc::new);
        let read = read.map_err(|error| error.text());
        Some(Outcome::Details(path, read))
    });
}

/// Opens the folder: which file it is stands in the window.
fn reveal(services: &Services, path: PathBuf) {
    services.jobs.run(move || {
        let folder = path.parent()?;
        let error = opener::open(folder).err()?;
        let text = Text::new("models-reveal-failed")
            .word("path", folder.display())
            .word("reason", error);
        Some(Outcome::Told(Weight::Warning, text))
    });
}

fn check(state: &mut State, services: &Services, path: PathBuf) {
    let stop = Arc::new(AtomicBool::new(false));
    let checks = services.checks.running.lock();
    let mut checks = checks.unwrap_or_else(PoisonError::into_inner);
    if let Some(before) = checks.insert(path.clone(), Arc::clone(&stop)) {
        before.store(true, Ordering::Relaxed);
    }
    state
        .models
        .checks
        .insert(path.clone(), Check::Reading(0, 0));
    let entry = state.entry(&path).cloned();
    let report = services.jobs.reporter();
    services.jobs.run(move || {
        let files = whole::files(&path, entry.as_ref());
        let size = |path: &PathBuf| path.metadata().map_or(0, |it| it.len());
        let total = files.iter().map(|(path, _)| size(path)).sum();
        let mut before = 0;
        let mut hashes = Vec::new();
        for (file, expected) in &files {
            let told = |done| {
                let reading = Check::Reading(before + done, total);
                report(Outcome::Checking(path.clone(), reading));
            };
            match hash(file, &stop, told) {
                Ok(Some(hash)) => hashes.push((hash, expected.clone())),
                Ok(None) => return None,
                Err(error) => {
                    let text = Text::new("models-check-unreadable").word("reason", error);
                    return Some(Outcome::Checking(path, Check::Over(text, false)));
                }
            }
            before += size(file);
        }
        Some(Outcome::Checking(path, judged(&hashes)))
    });
}

fn hash(path: &Path, stop: &AtomicBool, told: impl Fn(u64)) -> std::io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let mut hasher = whole::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let (mut done, mut next) = (0, 0);
    loop {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        if done >= next {
            told(done);
            next = done + STEP_BYTES;
        }
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(Some(hasher.finish()));
        };
        hasher.update(bytes);
        done += read as u64;
    }
}

/// What the hashes of all files of a model and those that they should have come to.
fn judged(hashes: &[(String, Option<String>)]) -> Check {
    let is_wrong = |(hash, expected): &&(String, Option<String>)| {
        let expected = expected.as_ref();
        expected.is_some_and(|it| !it.eq_ignore_ascii_case(hash))
    };
    if let Some((hash, _)) = hashes.iter().find(is_wrong) {
        return Check::Over(Text::new("models-check-wrong").word("hash", hash), false);
    }
    let all: Vec<&str> = hashes.iter().map(|(hash, _)| hash.as_str()).collect();
    let text = match hashes.iter().all(|(_, expected)| expected.is_some()) {
        true => "models-check-well",
        // Nobody has said what they should be: the user can compare.
        false => "models-check-unknown",
    };
    Check::Over(Text::new(text).word("hash", all.join(", ")), true)
}

fn delete(state: &mut State, services: &mut Services, path: &Path) {
    let Some(entry) = state.entry(path) else {
        return;
    };
    let Some(files) = trash::files_of(entry) else {
        return;
    };
    let text = Text::new("models-trashed")
        .word("name", &entry.name)
        .with("size", Arg::Bytes(entry.size_bytes));
    state.models.details = None;
    services.jobs.run(move || {
        let result = trash::put(&files);
        Some(Outcome::Trashed(
            result.map(|()| text).map_err(|error| error.text()),
        ))
    });
}

fn pick_folder(i18n: &I18n, services: &Services) {
    let folder = transfer::dialog(i18n, "dialog-add-folder").pick_folder();
    transfer::wait_for(services, folder, |folder| {
        Outcome::AddFolder(folder.path().to_owned())
    });
}
