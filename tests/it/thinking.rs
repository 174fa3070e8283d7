//! What a model thinks is told apart from what it says, and whatever it writes arrives as
//! it wrote it. A grammar has the real model say what the tests need.

use charla::chat::Role;
use charla::engine::protocol::{Opening, Task, Turn};
use charla::params::Sampling;

use crate::support::engine::{Engine, Reply, greedy, question, shared, turn};
use crate::support::gguf::{Places, overwrite};
use crate::support::{Home, options};

/// Greedy, and held to these words.
fn saying(words: &str) -> Sampling {
    let quoted = words.replace('\\', "\\\\").replace('\n', "\\n");
    Sampling {
        grammar: Some(format!("root ::= \"{quoted}\"")),
        ..greedy(200)
    }
}

fn reply(engine: &mut Engine, turns: Vec<Turn>, opening: Opening, words: &str) -> Reply {
    let task = Task {
        turns,
        opening,
        sampling: saying(words),
        ..Task::default()
    };
    engine.carry_out(task).unwrap()
}

/// The real model with another template.
fn with_template(home: &Home, template: &str) -> Engine {
    let path = home.copy_of_model("other.gguf");
    let own = Places::of(&path);
    let own = own.value("tokenizer.chat_template");
    let padding = own.bytes.len() - template.len() - 4;
    let padded = format!("{template}{{#{}#}}", " ".repeat(padding));
    overwrite(&path, own, padded.as_bytes());
    let mut engine = Engine::start();
    engine.load(&path, options()).1.unwrap();
    engine
}

/// Thoughts are written out for all messages but those before the last question.
const THINKS: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n\
    {% if m.reasoning_content and loop.last %}<think>\n{{ m.reasoning_content }}\n</think>\n\n\
    {% endif %}{{ m.content }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

#[test]
fn thoughts_are_told_apart_from_the_reply() {
    let home = Home::new();
    let mut engine = with_template(&home, THINKS);
    let asked = || question("Capital of France?");
    let words = "<think>\nIt is Paris.\n</think>\n\nParis.";
    let thought = reply(&mut engine, asked(), Opening::Reply, words);
    assert_eq!(
        (thought.reasoning.as_str(), thought.text.as_str()),
        ("It is Paris.", "Paris.")
    );
    let plain = reply(&mut engine, asked(), Opening::Reply, "Paris, <think>.");
    assert_eq!(
        (plain.reasoning.as_str(), plain.text.as_str()),
        ("", "Paris, <think>.")
    );

    // They are no part of the next prompt, which this template leaves them out of.
    let mut turns = asked();
    turns.push(turn(Role::Assistant, "Paris."));
    let mut with_thoughts = turns.clone();
    with_thoughts[2].reasoning = Some("It is Paris.".into());
    for turns in [&mut turns, &mut with_thoughts] {
        turns.push(turn(Role::User, "And of Spain?"));
    }
    let without = engine.count(&turns, Opening::Reply).0;
    assert_eq!(engine.count(&with_thoughts, Opening::Reply).0, without);

    // A reply that was cut while the model thought goes on thinking.
    let mut cut = asked();
    cut.push(Turn {
        reasoning: Some("It is".into()),
        ..turn(Role::Assistant, "")
    });
    let rest = reply(
        &mut engine,
        cut,
        Opening::Continue,
        " Paris.\n</think>\n\nParis.",
    );
    assert_eq!(
        (rest.reasoning.as_str(), rest.text.as_str()),
        (" Paris.", "Paris.")
    );
}

#[test]
fn a_prompt_may_end_among_thoughts() {
    let home = Home::new();
    let opening = THINKS.replace("assistant\n{% endif %}", "assistant\n<think>\n{% endif %}");
    let mut engine = with_template(&home, &opening);
    let asked = question("Capital of France?");
    let words = "It is Paris.\n</think>\n\nParis.";
    let reply = reply(&mut engine, asked, Opening::Reply, words);
    assert_eq!(
        (reply.reasoning.as_str(), reply.text.as_str()),
        ("It is Paris.", "Paris.")
    );
}

#[test]
fn every_character_arrives_whole() {
    let texts = [
        "👩‍👩‍👧 🏳️‍🌈 👍🏽 🇪🇸",
        "日本語、한국어、中文。",
        "e\u{301}n\u{303}a\u{308} Z\u{351}\u{36b}",
        "हिन्दी العربية עברית",
        "ñandú ¿qué? – “sí”",
    ];
    shared(|engine| {
        for text in texts {
            let task = Task {
                turns: question("Hi"),
                sampling: saying(text),
                alternatives: Some(3),
                ..Task::default()
            };
            let reply = engine.carry_out(task).unwrap();
            assert_eq!(reply.text, text);
            assert!(reply.choices.len() >= text.chars().count() / 2, "{text}");
        }
    });
}
