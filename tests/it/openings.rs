//! How a reply can begin: as a message, in the middle of one, or as a text without a chat.

use charla::chat::{ChatId, Role};
use charla::engine::protocol::{Opening, Task, Turn};

use crate::support::QUESTION;
use crate::support::engine::{Engine, greedy, question, shared, turn};

fn with(opening: Opening, turns: Vec<Turn>, max_tokens: u32) -> Task {
    Task {
        chat: Some(ChatId(7)),
        turns,
        opening,
        sampling: greedy(max_tokens),
        ..Task::default()
    }
}

/// The question, and what the model is taken to have said so far.
fn begun(reply: &str) -> Vec<Turn> {
    let mut turns = question(QUESTION);
    turns.push(turn(Role::Assistant, reply));
    turns
}

fn text(engine: &mut Engine, opening: Opening, turns: Vec<Turn>, max_tokens: u32) -> String {
    let task = with(opening, turns, max_tokens);
    engine.carry_out(task).unwrap().text
}

#[test]
fn a_reply_that_was_cut_goes_on() {
    shared(|engine| {
        let whole = text(engine, Opening::Reply, question(QUESTION), 32);
        let cut = engine
            .carry_out(with(Opening::Reply, question(QUESTION), 3))
            .unwrap();
        assert!(whole.starts_with(&cut.text) && whole != cut.text);
        let rest = engine
            .carry_out(with(Opening::Continue, begun(&cut.text), 32))
            .unwrap();
        assert_eq!(format!("{}{}", cut.text, rest.text), whole);
        // All but the token that had not been evaluated was in the cache.
        let timings = rest.timings;
        assert!(
            timings.prompt_tokens - timings.cached_tokens <= 2,
            "{timings:?}"
        );
        // Nothing said yet is the beginning of a message.
        let again = text(engine, Opening::Continue, begun(""), 32);
        assert_eq!(again, whole);
    });
}

#[test]
fn a_reply_can_begin_with_the_words_of_the_user() {
    shared(|engine| {
        let begun = begun("Well, it is a large city in France, and its name is");
        let rest = text(engine, Opening::Continue, begun, 8);
        assert!(rest.trim_start().starts_with("Paris"), "{rest}");
    });
}

#[test]
fn a_text_goes_on_without_a_chat() {
    shared(|engine| {
        let turns = vec![turn(Role::User, "The capital of France is the city of")];
        let (tokens, _) = engine.count(&turns, Opening::Plain);
        let reply = engine
            .carry_out(with(Opening::Plain, turns.clone(), 8))
            .unwrap();
        assert!(reply.text.trim_start().starts_with("Paris"), "{reply:?}");
        assert_eq!(reply.timings.prompt_tokens as usize, tokens.len());
        let (chat, _) = engine.count(&turns, Opening::Reply);
        assert!(tokens.len() + 5 < chat.len(), "{tokens:?} {chat:?}");
        // Nothing at all is a beginning, too.
        let nothing = engine.carry_out(with(Opening::Plain, Vec::new(), 4));
        assert_eq!(nothing.unwrap().timings.prompt_tokens, 1);
    });
}
