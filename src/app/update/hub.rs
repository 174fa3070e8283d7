//! The Hub and the downloads: asked on a thread of their own, heard as outcomes.

use std::sync::Arc;

use super::{Services, models, save};
use crate::app::command::HubCommand as C;
use crate::app::jobs::Outcome;
use crate::app::state::{HubPage, ModelState, Open, State, Tab, Topic, Weight};
use crate::i18n::{Localize as _, Text};
use crate::library::catalog::{CatalogEntry, Kind};
use crate::library::download::{
    self, DownloadId, Downloads, Error, Progress, Request, State as Stand, Work,
};
use crate::library::hub::{MAIN, Query, RepoId, Sort};
use crate::settings::Downloading;

/// Repositories that are asked for at once.
const PAGE: u32 = 30;

/// The downloads, once they have been started, and the question that is under way.
#[derive(Default)]
pub(in crate::app) struct Network {
    downloads: Option<Box<Downloads>>,
    is_starting: bool,
    /// Dropped, they are given up: whoever asks anew is not interested in the old answer.
    search: Option<Work>,
    /// The first model of somebody who had none.
    begins_with: Option<DownloadId>,
    /// What was asked for before there was a thread to do it.
    asked: Vec<&'static CatalogEntry>,
    repository: Option<Work>,
}

/// Looks whether downloads were left unfinished the last time.
pub(super) fn begin(services: &Services) {
    let folder = services.paths.own_models();
    services.jobs.run(move || {
        let count = download::left_behind(&folder);
        (count > 0).then_some(Outcome::LeftBehind(count))
    });
}

/// Starts the thread of the downloads, which reads what was left behind the last time. Until
/// somebody needs it, nothing of it runs.
pub(super) fn start(services: &mut Services) {
    if services.network.downloads.is_some() || services.network.is_starting {
        return;
    }
    services.network.is_starting = true;
    let folder = services.paths.own_models();
    let report = services.jobs.reporter();
    services.jobs.run(move || {
        let wake = Arc::new(move || report(Outcome::Downloading));
        let started = Downloads::start(&folder, wake).map(Box::new);
        Some(Outcome::Downloads(started.map_err(|error| error.text())))
    });
}

/// Acts on what the page asks for.
pub(super) fn act(state: &mut State, services: &mut Services, command: C) {
    match command {
        C::Tab(tab) => {
            state.hub.tab = tab;
            state.models.details = None;
            // Nothing is asked of the network before somebody wants to see what is there.
            if tab == Tab::Hub && state.hub.query.is_none() {
                search(&mut state.hub, services, String::new(), Sort::default());
            }
        }
        C::Search(words, sort) => search(&mut state.hub, services, words, sort),
        C::More => more(&mut state.hub, services),
        C::Open(id) => open(&mut state.hub, services, id),
        C::Close => {
            state.hub.open = None;
            services.network.repository = None;
        }
        C::SetDownloading(way) => {
            state.settings.downloads = way;
            save(state, services);
            follow(way, services);
        }
        C::Get(entry) => get(state, services, entry),
        C::Download(repo, item) => {
            let request = Request::of_item(&repo, MAIN, &item);
            download(state, services, request, item.beside.is_none());
        }
        C::Pause(id) => each(state, services, |it| it.pause(id)),
        C::Resume(id) => each(state, services, |it| it.resume(id)),
        C::Retry(id) => each(state, services, |it| it.retry(id)),
        C::Cancel(id) => each(state, services, |it| it.cancel(id)),
        C::Forget(id) => each(state, services, |it| it.forget(id)),
    }
}

/// Tells the downloads how they are to be done.
fn follow(way: Downloading, services: &Services) {
    if let Some(downloads) = &services.network.downloads {
        downloads.set_places(way.places());
        downloads.set_limit(way.limit_bytes_per_second);
    }
}

/// Downloads a model of the catalogue, as soon as there is a thread to do it.
fn get(state: &mut State, services: &mut Services, entry: &'static CatalogEntry) {
    if services.network.downloads.is_none() {
        services.network.asked.push(entry);
        start(services);
        return;
    }
    let Some(repo) = &entry.source.repo else {
        return;
    };
    let sha256 = entry.sha256.as_deref();
    let request = RepoId::new(repo)
        .map_err(Error::from)
        .and_then(|repo| Request::of_file(&repo, MAIN, &entry.file, sha256));
    download(state, services, request, entry.is_for(Kind::Chat));
}

/// Downloads something; `can_chat` is whether it may be what the user begins with.
fn download(
    state: &mut State,
    services: &mut Services,
    request: Result<Request, Error>,
    can_chat: bool,
) {
    let Some(downloads) = &services.network.downloads else {
        return;
    };
    match request {
        Ok(request) => {
            // The list tells of it by itself.
            let id = downloads.add(request);
            let has_none = matches!(state.model, ModelState::None);
            if can_chat && has_none && state.sound_models().next().is_none() {
                services.network.begins_with.get_or_insert(id);
            }
        }
        Err(error) => state.notify(Weight::Warning, error.text(), Topic::Files),
    }
    take_downloads(state, services);
}

fn each(state: &mut State, services: &mut Services, act: impl FnOnce(&Downloads)) {
    if let Some(downloads) = &services.network.downloads {
        act(downloads);
    }
    take_downloads(state, services);
}

/// Takes in what has been heard.
pub(super) fn receive(state: &mut State, services: &mut Services, outcome: Outcome) {
    match outcome {
        Outcome::Downloads(started) => {
            services.network.is_starting = false;
            match started {
                Ok(downloads) => {
                    let endpoint = downloads.hub().config().endpoint.to_string();
                    endpoint
                        .trim_end_matches('/')
                        .clone_into(&mut state.hub.address);
                    services.network.downloads = Some(downloads);
                    state.hub.broken = None;
                    follow(state.settings.downloads, services);
                    take_downloads(state, services);
                    for entry in std::mem::take(&mut services.network.asked) {
                        get(state, services, entry);
                    }
                    // A search that was typed while it started.
                    if let Some((words, sort)) = state.hub.query.clone() {
                        search(&mut state.hub, services, words, sort);
                    }
                }
                Err(text) => {
                    if !services.network.asked.is_empty() {
                        services.network.asked.clear();
                        state.notify(Weight::Error, text.clone(), Topic::Files);
                    }
                    state.hub.broken = Some(text);
                    state.hub.is_waiting = false;
                }
            }
        }
        Outcome::Downloading => take_downloads(state, services),
        Outcome::LeftBehind(count) => {
            start(services);
            state.toast(Text::new("hub-left").count("count", count as u64), None);
        }
        Outcome::HubFound(found, goes_on) => {
            let hub = &mut state.hub;
            hub.is_waiting = false;
            match found {
                Ok(page) => {
                    if !goes_on {
                        hub.found.clear();
                    }
                    hub.found.extend(page.repositories);
                    hub.next = page.next;
                    hub.failure = None;
                }
                Err(text) => hub.failure = Some(text),
            }
        }
        Outcome::HubFiles(id, items) => {
            if let Some(open) = state.hub.open.as_mut().filter(|open| open.id == id) {
                open.items = Some(items);
            }
        }
        Outcome::HubCard(id, card) => {
            if let Some(open) = state.hub.open.as_mut().filter(|open| open.id == id) {
                open.card = Some(card);
            }
        }
        _ => {}
    }
}

/// Copies how the downloads stand, and tells of those that have just come to their end.
fn take_downloads(state: &mut State, services: &mut Services) {
    let Some(downloads) = &services.network.downloads else {
        return;
    };
    let now = downloads.snapshot();
    let is_done = |it: &Progress| matches!(it.state, Stand::Done { .. });
    let before = &state.hub.downloads;
    let new: Vec<Progress> = now
        .iter()
        .filter(|it| is_done(it) && before.iter().any(|old| old.id == it.id && !is_done(old)))
        .cloned()
        .collect();
    state.hub.downloads = now;
    if !new.is_empty() {
        services.read_library(&state.settings);
    }
    for download in new {
        // On their page, it is seen.
        let is_sound = matches!(download.state, Stand::Done { problem: None });
        if is_sound && !state.models.is_open {
            state.toast(Text::new("hub-done").word("name", &download.name), None);
        }
        // Whoever has no model yet has waited for this one.
        let is_awaited = services.network.begins_with == Some(download.id);
        if is_sound && is_awaited && matches!(state.model, ModelState::None) {
            models::load(state, services, download.path);
        }
    }
}

fn search(hub: &mut HubPage, services: &mut Services, words: String, sort: Sort) {
    hub.query = Some((words.clone(), sort));
    hub.is_waiting = true;
    hub.failure = None;
    hub.next = None;
    hub.found.clear();
    let Some(downloads) = &services.network.downloads else {
        // It is searched for as soon as there is a thread to do it.
        start(services);
        return;
    };
    let asked = downloads.hub().clone();
    let report = services.jobs.reporter();
    let query = Query {
        text: words,
        sort,
        limit: PAGE,
    };
    services.network.search = Some(downloads.spawn(async move {
        let found = asked.search(&query).await;
        report(Outcome::HubFound(found.map_err(|it| it.text()), false));
    }));
}

fn more(hub: &mut HubPage, services: &mut Services) {
    let (Some(downloads), Some(next)) = (&services.network.downloads, hub.next.take()) else {
        return;
    };
    hub.is_waiting = true;
    let asked = downloads.hub().clone();
    let report = services.jobs.reporter();
    services.network.search = Some(downloads.spawn(async move {
        let found = asked.more(&next).await;
        report(Outcome::HubFound(found.map_err(|it| it.text()), true));
    }));
}

fn open(hub: &mut HubPage, services: &mut Services, id: RepoId) {
    hub.open = Some(Open {
        id: id.clone(),
        items: None,
        card: None,
    });
    let Some(downloads) = &services.network.downloads else {
        return;
    };
    let asked = downloads.hub().clone();
    let report = services.jobs.reporter();
    services.network.repository = Some(downloads.spawn(async move {
        let files = asked.files(&id, MAIN).await;
        report(Outcome::HubFiles(id.clone(), files.map_err(|it| it.text())));
        // Many repositories have no card, and none is needed to download.
        if let Ok(card) = asked.card(&id, MAIN).await {
            report(Outcome::HubCard(id, card));
        }
    }));
}
