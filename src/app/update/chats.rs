//! The chats on disk: which are listed, which is open, and what is done with them. The
//! list follows at once; what the disk says comes after.

use super::{Services, bin, settings, titles};
use crate::app::command::{Command, Shelf};
use crate::app::jobs::{Jobs, Outcome};
use crate::app::state::{ContextUse, Draft, Keeping, State, Topic, Weight};
use crate::chat::{Chat, ChatId, FolderId, MessageId};
use crate::i18n::{Localize, Text};
use crate::store::search::Query;
use crate::store::{Error, Event, Mode, Store, Summary, Write};

/// How many chats are listed at first, and how many more each time.
const PAGE: u32 = 200;

/// How many finds are listed.
const MOST_HITS: u32 = 100;

impl Services {
    /// Writes these, and lists the chats anew once they are on disk.
    pub(super) fn write(&self, writes: Vec<Write>) {
        self.changed();
        let report = self.jobs.reporter();
        self.keeper.write(writes, move |result| {
            // Of what is not on disk, the keeper's own event tells.
            if result.is_ok() {
                report(Outcome::Written);
            }
        });
    }

    /// Reads something and reports it.
    fn read(&self, read: impl FnOnce(&Store) -> Result<Outcome, Error> + Send + 'static) {
        let report = self.jobs.reporter();
        self.keeper.read(move |store| {
            report(outcome(read(store)));
        });
    }

    /// Reads a chat as it is after everything that was written before.
    fn read_chat(&self, id: ChatId) {
        let report = self.jobs.reporter();
        let revision = self.revision.get();
        self.keeper.read_latest(move |store| {
            let read = read(store, id, revision);
            if read.is_err() {
                report(Outcome::NotRead(id));
            }
            report(outcome(read));
        });
    }

    /// Notes that the chats in memory are newer than what was read before.
    pub(super) fn changed(&self) {
        self.revision.set(self.revision.get() + 1);
    }

    fn list(&self, state: &State) {
        let page = state.shelves.page.as_ref();
        let loaded = page.map_or(0, |page| page.chats.len());
        let limit = u32::try_from(loaded).unwrap_or(PAGE).max(PAGE);
        self.list_first(state.shelves.shown == Shelf::Archive, limit);
    }

    fn list_first(&self, is_archived: bool, limit: u32) {
        self.read(move |store| {
            let page = store.list(is_archived, 0, limit)?;
            Ok(Outcome::Listed(page, store.folders()?))
        });
    }
}

fn outcome(read: Result<Outcome, Error>) -> Outcome {
    read.unwrap_or_else(|error| Outcome::Told(Weight::Error, error.text()))
}

/// Asks for what the window shows first.
pub(super) fn begin(state: &State, services: &Services) {
    if let Some(chat) = state.wanted {
        services.read_chat(chat);
    }
    services.list_first(false, PAGE);
    services.read(|store| Ok(Outcome::Draft(store.draft(None)?)));
}

/// Takes in what was read or written.
pub(super) fn receive(state: &mut State, services: &Services, outcome: Outcome) {
    match outcome {
        Outcome::Store(event) => heard(state, services, event),
        Outcome::Written => refresh(state, services),
        Outcome::Listed(page, folders) => {
            state.shelves.page = Some(page);
            state.shelves.folders = folders;
        }
        Outcome::Read(chat, draft, revision) => {
            opened(state, services, *chat, draft, revision);
        }
        // Another program has moved it to the bin.
        Outcome::Gone(id) => {
            state.chats.retain(|chat| chat.id != id);
            state.wanted.take_if(|wanted| *wanted == id);
            if state.current == Some(id) {
                leave(state);
            }
        }
        Outcome::NotRead(id) => {
            state.wanted.take_if(|wanted| *wanted == id);
        }
        Outcome::Draft(draft) if !draft.is_empty() => {
            state.stored_drafts.insert(None, draft);
        }
        // An answer to what is no longer asked is of no interest.
        Outcome::Found(query, hits) if query == state.shelves.query => {
            state.shelves.hits = Some(hits);
        }
        Outcome::Models(models) => state.shelves.models = models,
        Outcome::Titles(titles) => state.titles = titles.into(),
        Outcome::Bin(entries) => state.shelves.bin = Some(entries),
        Outcome::Backups(backups) => state.shelves.backups = Some(backups),
        _ => {}
    }
}

/// Reads again what the left panel shows.
pub(super) fn refresh(state: &State, services: &Services) {
    match state.shelves.shown {
        Shelf::Chats | Shelf::Archive => services.list(state),
        Shelf::Bin => services.read(|store| Ok(Outcome::Bin(store.bin()?))),
        Shelf::Backups => services.read(|store| Ok(Outcome::Backups(store.backups()?))),
    }
}

fn heard(state: &mut State, services: &Services, event: Event) {
    state.keeping = match event {
        Event::Opened(mode) => {
            let keeping = match mode {
                Mode::Kept => {
                    bin::remove_old(state, services);
                    Keeping::Kept
                }
                Mode::Memory(reason) => Keeping::Memory(reason),
            };
            // Another file may have taken the place of the one before.
            refresh(state, services);
            read_again(state, services);
            keeping
        }
        Event::NotOpened(error) => Keeping::Memory(error),
        // It is not tried again, so there is nothing to wait for.
        Event::Unsaved(error @ Error::Internal { .. }) => {
            state.notify(Weight::Error, error.text(), Topic::Chats);
            return;
        }
        // That nothing goes to the disk says more.
        Event::Unsaved(_) | Event::Saved if matches!(state.keeping, Keeping::Memory(_)) => return,
        Event::Unsaved(error) => Keeping::Unsaved(error),
        Event::Saved => {
            refresh(state, services);
            Keeping::Kept
        }
        Event::Told(text) => {
            state.notify(Weight::Warning, text, Topic::Chats);
            return;
        }
        Event::Changed => {
            look_again(state, services);
            return;
        }
    };
}

/// Looks for what another program may have written.
pub(in crate::app) fn look_again(state: &mut State, services: &Services) {
    if state.keeping == Keeping::Kept {
        refresh(state, services);
        read_again(state, services);
    }
}

/// Reads the chat in view again, unless it is just growing.
pub(super) fn read_again(state: &mut State, services: &Services) {
    // What was set a moment ago is on its way to the disk before that is read.
    settings::keep_own(state, services);
    if let Some(id) = state.current
        && state.current_reply().is_none()
    {
        services.read_chat(id);
    }
}

fn read(store: &Store, id: ChatId, revision: u64) -> Result<Outcome, Error> {
    let chat = match store.chat(id) {
        Err(Error::NoSuchChat { .. }) => return Ok(Outcome::Gone(id)),
        chat => chat?,
    };
    let draft = store.draft(Some(id))?;
    Ok(Outcome::Read(Box::new(chat), draft, revision))
}

/// Shows a chat.
pub(super) fn open(state: &mut State, services: &Services, id: ChatId) {
    state.overlay = None;
    match state.chat(id) {
        Some(_) => bring_into_view(state, &services.jobs, id),
        None => state.wanted = Some(id),
    }
    // Another program may have written in it.
    services.read_chat(id);
}

fn opened(state: &mut State, services: &Services, chat: Chat, draft: String, revision: u64) {
    let (id, jobs) = (chat.id, &services.jobs);
    let is_old = revision != services.revision.get();
    if let Some(last) = chat.path().rev().find_map(|message| message.timings) {
        let tokens = last.prompt_tokens + last.generated_tokens;
        let taken = ContextUse::noted(&chat, tokens);
        state.context_tokens.entry(id).or_insert(taken);
    }
    let is_growing = state.replies.in_chat(id).is_some();
    let is_newer = is_growing || is_old || matches!(state.keeping, Keeping::Unsaved(_));
    // What was asked for, after an undo say, is shown as it is on disk.
    let is_wanted = state.wanted == Some(id);
    match state.chat_mut(id) {
        Some(_) if is_newer => {
            jobs.discard(chat);
            // There may be news of others in what was read.
            if is_old && !is_growing {
                services.read_chat(id);
            }
        }
        Some(known) => {
            // What another program has added is shown; another branch stays in view.
            let leaf = known.leaf();
            let goes_on = chat.path().any(|message| Some(message.id) == leaf);
            jobs.discard(std::mem::replace(known, chat));
            if !is_wanted && !goes_on && leaf.is_some_and(|leaf| known.message(leaf).is_some()) {
                known.set_leaf(leaf);
            }
        }
        None => {
            state.chats.push(chat);
            if !draft.is_empty() {
                state.stored_drafts.insert(Some(id), draft);
            }
        }
    }
    if state.wanted.take_if(|wanted| *wanted == id).is_some() {
        bring_into_view(state, jobs, id);
    }
}

pub(super) fn bring_into_view(state: &mut State, jobs: &Jobs, id: ChatId) {
    if state.current != Some(id) {
        state.draft = Draft::default();
    }
    state.current = Some(id);
    state.wanted = None;
    if let Some((chat, message)) = state.jump
        && chat == id
        && let Some(chat) = state.chat_mut(id)
    {
        let is_in_view = chat.path().any(|it| it.id == message);
        let leaf = chat.newest_in_branch(message);
        if !is_in_view && leaf.is_some() {
            chat.set_leaf(leaf);
        }
    }
    // What is not on disk yet is nowhere but here.
    if state.keeping != Keeping::Kept {
        return;
    }
    // Memory is for the chat in view and those that grow; nor is one forgotten that waits for
    // another model to write in it.
    let waiting = state.rewrite.as_ref().map(|rewrite| rewrite.chat);
    let replies = &state.replies;
    let keep = |chat: ChatId| [Some(id), waiting].contains(&Some(chat));
    let is_left = |it: &mut Chat| !keep(it.id) && replies.in_chat(it.id).is_none();
    let left: Vec<Chat> = state.chats.extract_if(.., is_left).collect();
    if !left.is_empty() {
        jobs.discard(left);
    }
}

/// Makes room for a new chat.
pub(super) fn leave(state: &mut State) {
    state.jump = None;
    state.draft = Draft::default();
    state.current = None;
    state.wanted = None;
    state.overlay = None;
}

/// Keeps what is typed and not sent.
pub(in crate::app) fn keep_draft(
    state: &mut State,
    services: &Services,
    chat: Option<ChatId>,
    text: String,
) {
    if let Some(undo) = &mut state.undo {
        undo.by_keys = false;
    }
    services
        .keeper
        .write(vec![Write::Draft { chat, text }], |_| {});
}

/// Shows another version of a message, and what followed it last.
pub(super) fn choose_version(state: &mut State, services: &Services, message: MessageId) {
    let Some(id) = state.current else { return };
    let Some(chat) = state.chat_mut(id) else {
        return;
    };
    let leaf = chat.newest_in_branch(message);
    chat.set_leaf(leaf);
    state.draft = Draft::default();
    services.write(vec![Write::Leaf { chat: id, leaf }]);
}

/// Lists more chats.
pub(super) fn more(state: &State, services: &Services) {
    let loaded = state
        .shelves
        .page
        .as_ref()
        .map_or(0, |page| page.chats.len());
    let limit = u32::try_from(loaded).unwrap_or(0).saturating_add(PAGE);
    services.list_first(state.shelves.shown == Shelf::Archive, limit);
}

/// Lists every chat there is, for who wants them all.
pub(super) fn list_all(state: &State, services: &Services) {
    let total = state.shelves.page.as_ref().map_or(0, |page| page.total);
    services.list_first(state.shelves.shown == Shelf::Archive, total.max(PAGE));
}

/// Shows something else in the left panel.
pub(super) fn show(state: &mut State, services: &Services, shelf: Shelf) {
    if state.shelves.shown != shelf {
        state.shelves.shown = shelf;
        state.shelves.page = None;
    }
    refresh(state, services);
}

/// Looks for something.
pub(super) fn search(state: &mut State, services: &Services, query: Query) {
    state.shelves.query = query.clone();
    if query.text.trim().is_empty() {
        state.shelves.hits = None;
        return;
    }
    if state.shelves.models.is_empty() {
        services.read(|store| Ok(Outcome::Models(store.models()?)));
    }
    services.read(move |store| {
        let hits = store.search(&query, MOST_HITS)?;
        Ok(Outcome::Found(query, hits))
    });
}

/// Reads the names of all chats, the latest first, those that are put away after the others.
pub(super) fn read_titles(services: &Services) {
    let report = services.jobs.reporter();
    services.keeper.read_latest(move |store| {
        let titles = || {
            let mut titles = store.list(false, 0, u32::MAX)?.chats;
            titles.sort_by_key(|chat| std::cmp::Reverse(chat.updated_unix_ms));
            titles.extend(store.list(true, 0, u32::MAX)?.chats);
            Ok(Outcome::Titles(titles))
        };
        report(outcome(titles()));
    });
}

pub(super) fn summary(state: &mut State, id: ChatId) -> Option<&mut Summary> {
    let page = state.shelves.page.as_mut()?;
    page.chats.iter_mut().find(|it| it.id == id)
}

/// Puts a chat that has just been written in at the top of the list.
pub(super) fn touch(state: &mut State, id: ChatId, now: i64) {
    let Some(chat) = state.chat(id) else { return };
    let (name, has_title) = (chat.name().unwrap_or_default(), chat.title.is_some());
    let created_unix_ms = chat.created_unix_ms;
    let Some(page) = &mut state.shelves.page else {
        return;
    };
    if state.shelves.shown != Shelf::Chats {
        return;
    }
    let known = page.chats.iter().position(|it| it.id == id);
    let mut summary = match known {
        Some(index) => page.chats.remove(index),
        None => {
            page.total += 1;
            Summary {
                id,
                name,
                has_title,
                folder: None,
                is_pinned: false,
                is_archived: false,
                created_unix_ms,
                updated_unix_ms: now,
            }
        }
    };
    summary.updated_unix_ms = now;
    let first = match summary.is_pinned {
        true => 0,
        false => page.chats.iter().filter(|it| it.is_pinned).count(),
    };
    page.chats.insert(first.min(page.chats.len()), summary);
}

/// Gives a chat a title; an empty one takes it away.
pub(super) fn rename(state: &mut State, services: &Services, id: ChatId, title: &str) {
    titles::give_up(state, services, |chat| chat == id);
    let title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
    let before = summary(state, id).map(|it| it.has_title.then(|| it.name.clone()));
    if let Some(chat) = state.chat_mut(id) {
        chat.title.clone_from(&title);
    }
    let undo = before.map(|it| Command::Rename(id, it.unwrap_or_default()));
    state.toast(Text::new("toast-renamed"), undo);
    if let (Some(summary), Some(title)) = (summary(state, id), &title) {
        summary.has_title = true;
        summary.name.clone_from(title);
    }
    services.write(vec![Write::Title { chat: id, title }]);
}

/// Puts a chat above the others, or back among them.
pub(super) fn pin(state: &mut State, services: &Services, chat: ChatId, is_pinned: bool) {
    if let Some(summary) = summary(state, chat) {
        summary.is_pinned = is_pinned;
    }
    services.write(vec![Write::Pin { chat, is_pinned }]);
}

/// Calls a folder something else.
pub(super) fn rename_folder(services: &Services, id: FolderId, name: String) {
    services.write(vec![Write::RenameFolder { id, name }]);
}

/// Reads a chat anew and shows it, after everything that is being written.
pub(super) fn read_after_writes(state: &mut State, services: &Services, id: ChatId) {
    state.wanted = Some(id);
    services.read_chat(id);
}

/// Makes the chats what a backup has.
pub(super) fn restore_backup(state: &mut State, services: &Services, name: String) {
    if !state.replies.is_empty() {
        let text = Text::new("wait-for-reply");
        state.notify(Weight::Warning, text, Topic::Chats);
        return;
    }
    leave(state);
    state.chats.clear();
    let report = services.jobs.reporter();
    services.keeper.run(move |store| {
        report(match store.restore(&name) {
            Ok(notice) => Outcome::Told(Weight::Warning, notice.text()),
            Err(error) => Outcome::Told(Weight::Error, error.text()),
        });
        report(Outcome::Written);
    });
}

/// Whether to stay open, because what was written here would be lost. Asks once: who closes
/// the window again means it.
pub(in crate::app) fn holds_back_close(state: &mut State, services: &Services) -> bool {
    let is_unsaved = match state.keeping {
        Keeping::Unsaved(_) => true,
        Keeping::Memory(_) => services.revision.get() > 0,
        Keeping::Kept | Keeping::Opening => false,
    };
    let text = Text::new("close-unsaved");
    let was_told = state.notices.iter().any(|notice| notice.text == text);
    if !is_unsaved || was_told {
        return false;
    }
    state.notify(Weight::Error, text, Topic::Chats);
    true
}

/// Tries again what could not be done.
pub(super) fn retry(state: &State, services: &Services) {
    let report = services.jobs.reporter();
    match state.keeping {
        Keeping::Memory(_) => services.keeper.run(move |store| {
            if let Err(error) = store.retry_open() {
                report(Outcome::Told(Weight::Warning, error.text()));
            }
        }),
        _ => services.keeper.retry(),
    }
}
