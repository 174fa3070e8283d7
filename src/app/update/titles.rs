//! Titles that the model gives chats, in the background: after the first reply, while nothing
//! else is asked of it. What the user asks for comes first, and the title after it. Where the
//! model talked nonsense, the next replies are other occasions.

mod judge;

use super::{Services, chats};
use crate::app::state::{ModelState, State, Titling};
use crate::chat::{Chat, ChatId, Finish, Role};
use crate::engine::Update;
use crate::engine::protocol::RequestId;
use crate::store::Write;

/// After so many questions, a chat without a title keeps its first words.
const MAX_QUESTIONS: usize = 3;

/// What is longer than this without an end of line will be no title.
const TOO_LONG_CHARS: usize = 160;

/// Asks for a title of the chat in which a reply has just ended, where that makes sense.
pub(super) fn consider(state: &mut State, services: &Services, chat: ChatId) {
    let is_free = state.rewrite.is_none() && state.titlings.iter().all(|it| it.chat != chat);
    let is_loaded = matches!(state.model, ModelState::Loaded(_));
    if !state.settings.titles || !is_free || !is_loaded {
        return;
    }
    let Some(chat) = state.chat(chat) else { return };
    let Some((question, reply)) = exchange(chat) else {
        return;
    };
    let id = chat.id;
    let request = state.i18n.get("title-request");
    // Small models talk about a title when they are asked for one, and write one where it
    // has been begun for them.
    let begun = format!("{}: \"", state.i18n.get("title-begun"));
    let task = services.session.title_task(chat, &request, &begun);
    let request = services.session.generate(task);
    state.titlings.push(Titling {
        request,
        chat: id,
        question,
        reply,
        said: String::new(),
    });
}

/// What was asked and replied in a chat that has no title and is not too long for one.
fn exchange(chat: &Chat) -> Option<(String, String)> {
    if chat.title.is_some() {
        return None;
    }
    let said: Vec<_> = chat.path().filter(|it| it.role != Role::System).collect();
    let of = |role: Role| said.iter().filter(move |it| it.role == role);
    let (first, last) = (said.first()?, said.last()?);
    let is_whole = matches!(
        last.finish,
        Some(Finish::EndOfReply | Finish::Length | Finish::StopString)
    );
    let is_exchange = first.role == Role::User && last.role == Role::Assistant;
    let is_early = of(Role::User).count() <= MAX_QUESTIONS;
    let texts = |role| {
        let texts: Vec<&str> = of(role).map(|it| it.text.as_str()).collect();
        texts.join("\n")
    };
    let (questions, replies) = (texts(Role::User), texts(Role::Assistant));
    (is_exchange && is_whole && is_early && !replies.trim().is_empty())
        .then_some((questions, replies))
}

/// Whether this is about the title that is being written.
pub(super) fn is_about(state: &State, id: RequestId) -> bool {
    state.titlings.iter().any(|it| it.request == id)
}

/// Takes in what comes of it.
pub(super) fn receive(state: &mut State, services: &Services, update: Update) {
    match update {
        Update::Piece {
            id,
            text,
            is_reasoning: false,
            is_untold,
            ..
        } => {
            let Some(titling) = titling(state, id) else {
                return;
            };
            titling.said.push_str(&text);
            let has_line = titling.said.trim_start().contains('\n');
            let is_over = has_line || titling.said.chars().count() > TOO_LONG_CHARS;
            // What may be thoughts is no title yet.
            if is_over && !is_untold {
                settle(state, services, id);
                services.session.cancel(id);
            }
        }
        Update::WereThoughts { id } => {
            if let Some(titling) = titling(state, id) {
                titling.said.clear();
            }
        }
        // Another model takes the place of this one, and half a title is none.
        Update::Done {
            id,
            finish: Finish::Cancelled,
            ..
        }
        | Update::Failed { id, .. } => drop(take(state, id)),
        Update::Done { id, .. } => settle(state, services, id),
        _ => {}
    }
}

/// Gives the chat what has been said as its title, if it is one.
fn settle(state: &mut State, services: &Services, request: RequestId) {
    let Some(titling) = take(state, request) else {
        return;
    };
    let Some(title) = judge::title_in(&titling.said, &titling.question, &titling.reply) else {
        state.dropped_title = Some(judge::excerpt(&titling.said));
        return;
    };
    state.dropped_title = None;
    let id = titling.chat;
    // What the user has called it in the meantime stands.
    if let Some(chat) = state.chat_mut(id) {
        if chat.title.is_some() {
            return;
        }
        chat.title = Some(title.clone());
    }
    if let Some(summary) = chats::summary(state, id) {
        if summary.has_title {
            return;
        }
        summary.name.clone_from(&title);
        summary.has_title = true;
    }
    services.write(vec![Write::SuggestTitle { chat: id, title }]);
}

/// Gives up the titles of these chats.
pub(super) fn give_up(state: &mut State, services: &Services, is_of: impl Fn(ChatId) -> bool) {
    for titling in state.titlings.extract_if(.., |it| is_of(it.chat)) {
        services.session.cancel(titling.request);
    }
}

fn titling(state: &mut State, request: RequestId) -> Option<&mut Titling> {
    state.titlings.iter_mut().find(|it| it.request == request)
}

fn take(state: &mut State, request: RequestId) -> Option<Titling> {
    let at = state.titlings.iter().position(|it| it.request == request)?;
    Some(state.titlings.remove(at))
}
