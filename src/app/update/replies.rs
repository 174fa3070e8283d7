//! Questions and replies. What the user wrote is on disk before the engine hears of it.

use std::time::Instant;

use super::{Services, models, settings};
use crate::app::command::With;
use crate::app::jobs::Outcome;
use crate::app::state::{Draft, ModelState, Reply, Rewrite, State};
use crate::chat::{Chat, ChatId, Finish, Message, MessageId, Role, Timings};
use crate::engine::protocol::{Opening, RequestId, Task};
use crate::engine::{Error, Update};
use crate::i18n::Localize;
use crate::params::Sampling;
use crate::store::{Write, now_unix_ms};

/// Sends a message in the chat in view, or in a new one.
pub(super) fn send(state: &mut State, services: &mut Services, text: String) {
    if state.current_reply().is_some() || text.trim().is_empty() {
        return;
    }
    let now = now_unix_ms();
    let mut writes = vec![Write::Draft {
        chat: state.current,
        text: String::new(),
    }];
    let chat = open_chat(state, now, &mut writes);
    let parent = state.chat(chat).and_then(Chat::leaf);
    let question = Message::new(MessageId::fresh(), parent, Role::User, text, now);
    answer(state, services, chat, Some(question), parent, writes);
}

/// Makes another version of a message. One of the user's is answered.
pub(super) fn edit(state: &mut State, services: &mut Services, id: MessageId, text: String) {
    let Some(chat) = state.current_chat() else {
        return;
    };
    let (chat, Some(original)) = (chat.id, chat.message(id).cloned()) else {
        return;
    };
    // The same question again is asked again; the same reply is the same.
    let is_same = original.role != Role::User && text == original.text;
    if text.trim().is_empty() || is_same {
        return;
    }
    let now = now_unix_ms();
    let mut version = Message::new(
        MessageId::fresh(),
        original.parent,
        original.role,
        text,
        now,
    );
    version.edited_unix_ms = Some(now);
    if version.role == Role::User {
        if state.current_reply().is_none() {
            let parent = version.parent;
            answer(state, services, chat, Some(version), parent, Vec::new());
        }
        return;
    }
    version.reasoning = original.reasoning;
    version.model = original.model;
    version.finish = Some(Finish::EndOfReply);
    let write = Write::Messages {
        chat,
        messages: vec![version.clone()],
    };
    if let Some(chat) = state.chat_mut(chat) {
        chat.add(version);
    }
    state.draft = Draft::default();
    services.write(vec![write]);
}

/// Has another version of a reply written.
pub(super) fn regenerate(state: &mut State, services: &mut Services, id: MessageId) {
    let Some(chat) = state
        .current_chat()
        .filter(|_| state.current_reply().is_none())
    else {
        return;
    };
    let Some(message) = chat.message(id) else {
        return;
    };
    if message.role == Role::Assistant {
        let (chat, parent) = (chat.id, message.parent);
        answer(state, services, chat, None, parent, Vec::new());
    }
}

/// Has another version of a reply written by another model, or with another temperature.
/// The model is loaded first; where that fails, the reply stays as it was.
pub(super) fn regenerate_with(
    state: &mut State,
    services: &mut Services,
    id: MessageId,
    with: With,
) {
    let Some(chat) = state
        .current_chat()
        .filter(|_| state.current_reply().is_none())
    else {
        return;
    };
    let is_reply = |it: &Message| it.role == Role::Assistant;
    if !chat.message(id).is_some_and(is_reply) {
        return;
    }
    let loaded = match &state.model {
        ModelState::Loaded(model) => Some(&model.path),
        _ => None,
    };
    let chat = chat.id;
    let model = with.model.filter(|model| Some(model) != loaded);
    let Some(model) = model else {
        rewrite(state, services, (chat, id), with.temperature);
        return;
    };
    models::load(state, services, model.clone());
    let is_coming = matches!(&state.model, ModelState::Loading { path, .. } if *path == model);
    state.rewrite = is_coming.then_some(Rewrite {
        chat,
        message: id,
        model,
        temperature: with.temperature,
    });
}

/// The model that was to write a reply again is there.
pub(super) fn model_loaded(state: &mut State, services: &mut Services) {
    let ModelState::Loaded(model) = &state.model else {
        return;
    };
    if let Some(it) = state.rewrite.take_if(|it| it.model == model.path)
        && state.replies.in_chat(it.chat).is_none()
    {
        rewrite(state, services, (it.chat, it.message), it.temperature);
    }
}

fn rewrite(
    state: &mut State,
    services: &mut Services,
    (chat, message): (ChatId, MessageId),
    temperature: Option<f32>,
) {
    // It may have been deleted while the model was loaded.
    let Some(parent) = state
        .chat(chat)
        .and_then(|it| it.message(message))
        .map(|it| it.parent)
    else {
        return;
    };
    let mut sampling = sampling_of(state, chat);
    sampling.temperature = temperature.or(sampling.temperature);
    write_answer(state, services, (chat, sampling), None, parent, Vec::new());
}

/// Has a reply that was cut go on where it ends.
pub(super) fn go_on(state: &mut State, services: &mut Services, id: MessageId) {
    let Some(current) = state
        .current_chat()
        .filter(|_| state.current_reply().is_none())
    else {
        return;
    };
    let is_last = current.path().next_back().is_some_and(|last| last.id == id);
    let Some(message) = current.message(id) else {
        return;
    };
    if message.role != Role::Assistant || !is_last {
        return;
    }
    let chat = current.id;
    if message.text.is_empty() && message.reasoning.is_empty() {
        // There is nothing to go on from.
        regenerate(state, services, id);
        return;
    }
    models::wake(state, services);
    let sampling = sampling_of(state, chat);
    let Some(current) = state.chat_mut(chat) else {
        return;
    };
    let task = services
        .session
        .task(current, sampling, Some(id), Opening::Continue);
    let mut before = None;
    if let Some(message) = current.message_mut(id) {
        message.finish = None;
        before = message.timings;
    }
    state.failures.remove(&(chat, id));
    state.left_out.remove(&(chat, id));
    let request = services.session.reserve();
    state.replies.begin(Reply::new(request, chat, id));
    keep(
        services,
        (request, task, id),
        before,
        vec![Write::Resume { message: id }],
    );
}

/// Adds a question, where there is one, and an empty answer to it; asks the engine once
/// both are on disk.
fn answer(
    state: &mut State,
    services: &mut Services,
    chat: ChatId,
    question: Option<Message>,
    parent: Option<MessageId>,
    writes: Vec<Write>,
) {
    let sampling = sampling_of(state, chat);
    write_answer(state, services, (chat, sampling), question, parent, writes);
}

/// Does the same with settings of its own.
fn write_answer(
    state: &mut State,
    services: &mut Services,
    (chat, sampling): (ChatId, Sampling),
    question: Option<Message>,
    parent: Option<MessageId>,
    mut writes: Vec<Write>,
) {
    state.rewrite.take_if(|it| it.chat == chat);
    models::wake(state, services);
    let now = now_unix_ms();
    let model = models::name(state);
    let parent = question
        .as_ref()
        .map_or(parent, |question| Some(question.id));
    let id = MessageId::fresh();
    let mut reply = Message::new(id, parent, Role::Assistant, String::new(), now);
    reply.model = model;
    reply.sampling = Some(sampling.clone());
    let Some(tree) = state.chat_mut(chat) else {
        return;
    };
    let messages: Vec<_> = question.into_iter().chain([reply]).collect();
    for message in &messages {
        tree.add(message.clone());
    }
    let task = services
        .session
        .task(tree, sampling, Some(id), Opening::Reply);
    let request = services.session.reserve();
    state.replies.begin(Reply::new(request, chat, id));
    state.draft = Draft::default();
    writes.push(Write::Messages { chat, messages });
    super::chats::touch(state, chat, now);
    keep(services, (request, task, id), None, writes);
}

/// Writes what a reply answers, and then has the engine asked: by the thread that wrote it,
/// so that nobody waits for a frame. Where it cannot be written, it waits in memory and the
/// window says so; the user is answered all the same.
fn keep(
    services: &Services,
    (request, task, into): (RequestId, Task, MessageId),
    before: Option<Timings>,
    writes: Vec<Write>,
) {
    services.changed();
    let report = services.jobs.reporter();
    let starter = services.session.route_on(request, into, before);
    services.keeper.write(writes, move |result| {
        starter.generate(request, task);
        report(Outcome::Asked(request));
        if result.is_ok() {
            report(Outcome::Written);
        }
    });
}

/// The engine has been asked. A stop that came before reached nobody, and what was deleted
/// before is not waited for by anybody.
pub(super) fn asked(state: &mut State, services: &Services, request: RequestId) {
    let is_wanted = reply(state, request).is_some_and(|reply| !reply.is_stopping);
    if !is_wanted {
        services.session.cancel(request);
    }
}

/// The settings for a chat: its own, and the window's where it has none.
fn sampling_of(state: &State, chat: ChatId) -> Sampling {
    let own = state.chat(chat).and_then(|chat| chat.sampling.clone());
    match own {
        Some(own) => own.or(&state.settings.sampling),
        None => state.settings.sampling.clone(),
    }
}

/// The chat in view, or a new one in its place.
fn open_chat(state: &mut State, now: i64, writes: &mut Vec<Write>) -> ChatId {
    if let Some(chat) = state.current_chat() {
        return chat.id;
    }
    let id = ChatId::fresh();
    writes.push(Write::NewChat {
        id,
        folder: None,
        created_unix_ms: now,
    });
    let chat = settings::new_chat(state, id, now);
    writes.extend(settings::writes_of(&chat));
    state.chats.push(chat);
    state.current = Some(id);
    state.wanted = None;
    // What is still being read for its first message goes to it, not to the next new chat.
    state.begun.push(id);
    let waits = state.attaching.iter_mut().filter(|it| it.is_none());
    waits.for_each(|it| *it = Some(id));
    id
}

/// Stops the reply that is being written in a chat.
pub(super) fn stop(state: &mut State, services: &Services, chat: ChatId) {
    if let Some(reply) = state.replies.in_chat_mut(chat)
        && !reply.is_stopping
    {
        reply.is_stopping = true;
        services.session.cancel(reply.request);
    }
}

/// Takes in a part of a reply.
pub(super) fn receive(state: &mut State, update: Update) {
    match update {
        Update::Prefill {
            id,
            done_tokens,
            total_tokens,
        } => {
            if let Some(reply) = reply(state, id) {
                reply.prefill = Some((done_tokens, total_tokens));
                let begun = (Instant::now(), done_tokens);
                reply.prefill_since.get_or_insert(begun);
                let chat = reply.chat;
                state.note_context(chat, total_tokens);
            }
        }
        Update::LeftOut { id, .. } => {
            let of = reply(state, id).map(|reply| (reply.chat, reply.message));
            if let Some((of, text)) = of.zip(update.left_out()) {
                state.left_out.insert(of, text);
            }
        }
        Update::Piece {
            id,
            text,
            is_reasoning,
            generated_tokens,
            context_tokens,
            ..
        } => {
            let Some(reply) = reply(state, id) else {
                return;
            };
            reply.prefill = None;
            reply.generated_tokens = generated_tokens;
            reply.first_piece.get_or_insert_with(Instant::now);
            let (chat, message) = (reply.chat, reply.message);
            state.note_context(chat, context_tokens);
            if let Some(message) = state.chat_mut(chat).and_then(|it| it.message_mut(message)) {
                match is_reasoning {
                    true => message.reasoning.push_str(&text),
                    false => message.text.push_str(&text),
                }
            }
        }
        Update::WereThoughts { id } => {
            let Some(reply) = reply(state, id) else {
                return;
            };
            let (chat, message) = (reply.chat, reply.message);
            if let Some(message) = state.chat_mut(chat).and_then(|it| it.message_mut(message)) {
                message.rethink();
            }
        }
        Update::Done {
            id,
            finish,
            timings,
            context_tokens,
            ..
        } => {
            if let Some(reply) = state.replies.end(id) {
                // Of a prompt whose reading was stopped, only a part lies in the context.
                let context_tokens = context_tokens.max(timings.prompt_tokens);
                if context_tokens > 0 {
                    state.note_context(reply.chat, context_tokens);
                }
                let chat = state.chat_mut(reply.chat);
                if let Some(message) = chat.and_then(|it| it.message_mut(reply.message)) {
                    message.finish = Some(finish);
                    let before = message.timings;
                    message.timings = Some(before.map_or(timings, |it| timings.after(&it)));
                }
            }
        }
        Update::Failed { id, error } => {
            if let Some(reply) = state.replies.end(id) {
                reply_failed(state, &reply, &error);
            }
        }
        _ => {}
    }
}

/// What is being written will not go on.
pub(super) fn interrupt(state: &mut State) {
    for reply in state.replies.take(|_| true) {
        let chat = state.chat_mut(reply.chat);
        if let Some(message) = chat.and_then(|chat| chat.message_mut(reply.message)) {
            message.finish = Some(Finish::Interrupted);
        }
    }
}

fn reply_failed(state: &mut State, reply: &Reply, error: &Error) {
    let key = (reply.chat, reply.message);
    state.failures.insert(key, error.text());
    let chat = state.chat_mut(reply.chat);
    if let Some(message) = chat.and_then(|it| it.message_mut(reply.message)) {
        message.finish = Some(Finish::Interrupted);
    }
}

fn reply(state: &mut State, id: RequestId) -> Option<&mut Reply> {
    state.replies.get_mut(id)
}
