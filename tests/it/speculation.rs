//! Speculation: what is guessed ahead changes how soon a reply comes and nothing else.

use charla::engine::Notice;
use charla::engine::notice::DraftProblem;
use charla::engine::protocol::{Task, Turn};
use charla::params::{LoadOptions, Sampling};

use crate::support::engine::{Engine, Reply, greedy, question};
use crate::support::tiny::Tiny;
use crate::support::{Home, QUESTION, model, options};

const LIST: &str = "Repeat this list exactly, but with plums in place of pears:\n\
    1. red apples from the garden\n2. ripe pears from the market\n\
    3. green grapes from the hills\n4. sweet oranges from the coast\n\
    5. small cherries from the woods\n6. dark berries from the fields";

/// The real model, guessing or not.
fn engine(speculation: bool, draft: Option<&std::path::Path>) -> Engine {
    let asked = LoadOptions {
        speculation: Some(speculation),
        draft_model: draft.map(Into::into),
        ..options()
    };
    Engine::loaded(asked).0
}

fn task(turns: Vec<Turn>, sampling: Sampling) -> Task {
    Task {
        turns,
        sampling,
        ..Task::default()
    }
}

/// Replies to the same questions.
fn replies(engine: &mut Engine) -> Vec<Reply> {
    let warm = Sampling {
        temperature: Some(0.7),
        seed: Some(11),
        max_tokens: Some(96),
        ..Sampling::default()
    };
    let asked = [
        (LIST, greedy(128)),
        (QUESTION, greedy(64)),
        ("Count from 1 to 40, with commas.", greedy(128)),
        (LIST, warm),
    ];
    asked
        .into_iter()
        .map(|(text, sampling)| engine.carry_out(task(question(text), sampling)).unwrap())
        .collect()
}

#[test]
fn a_reply_is_the_same_with_and_without() {
    let plain = replies(&mut engine(false, None));
    let guessed = replies(&mut engine(true, None));
    for (plain, guessed) in plain.iter().zip(&guessed) {
        assert_eq!(plain.text, guessed.text);
        assert_eq!(plain.timings.drafted_tokens, 0);
        assert_eq!(plain.context_tokens, guessed.context_tokens);
    }
    // How long guesses are, and how many, follows the clock: only that some are right does
    // not depend on how busy the machine is.
    let list = &guessed[0].timings;
    assert!(list.accepted_tokens > 0, "{list:?}");
    assert!(list.accepted_tokens <= list.drafted_tokens, "{list:?}");
}

#[test]
fn the_next_turn_finds_the_cache_as_it_should_be() {
    let mut engine = engine(true, None);
    let first = engine.carry_out(task(question(LIST), greedy(100))).unwrap();
    assert!(first.timings.accepted_tokens > 0, "{first:?}");
    let again = engine.carry_out(task(question(LIST), greedy(100))).unwrap();
    assert_eq!(again.text, first.text);
    let timings = again.timings;
    assert_eq!(timings.cached_tokens, timings.prompt_tokens - 1);
}

#[test]
fn a_smaller_model_of_the_same_words_may_guess() {
    // None is at hand, so the model guesses for itself, which it does well.
    let plain = replies(&mut engine(false, None));
    let guessed = replies(&mut engine(true, Some(&model())));
    for (plain, guessed) in plain.iter().zip(&guessed) {
        assert_eq!(plain.text, guessed.text);
    }
    let question = &guessed[1].timings;
    assert!(question.accepted_tokens > 0, "{question:?}");
}

#[test]
fn a_draft_model_that_is_of_no_use_is_left_out() {
    let home = Home::new();
    let other = home.path().join("other.gguf");
    Tiny::default().write(&other);
    let broken = home.file("broken.gguf", b"no model");
    for (draft, is_other) in [(other, true), (broken, false)] {
        let mut engine = Engine::start();
        let asked = LoadOptions {
            draft_model: Some(draft.clone()),
            ..options()
        };
        let loaded = engine.load(&model(), asked).1.unwrap();
        match &loaded.notices[..] {
            [Notice::DraftRefused { path, reason }] => {
                assert_eq!(*path, draft);
                let says_other = matches!(reason, DraftProblem::OtherVocabulary);
                assert_eq!(says_other, is_other, "{reason:?}");
            }
            other => panic!("{other:?}"),
        }
        let reply = engine.carry_out(task(question(QUESTION), greedy(16)));
        assert!(reply.unwrap().text.contains("Paris"));
    }
}
