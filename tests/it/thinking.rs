//! What a model thinks is told apart from what it says, and whatever it writes arrives as
//! it wrote it. A grammar has the real model say what the tests need.

mod unopened;

use charla::chat::{Finish, Role};
use charla::engine::Fault;
use charla::engine::protocol::{Opening, Task, Turn};
use charla::params::Sampling;
use serde_json::{Value, json};

use crate::support::engine::{Engine, Reply, greedy, question, shared, turn};
use crate::support::tiny::Tiny;
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

/// An engine with the real model and another template.
fn with_template(home: &Home, template: &str) -> Engine {
    let mut engine = Engine::start();
    let path = home.model_with_template(template);
    engine.load(&path, options()).1.unwrap();
    engine
}

/// Opens the thoughts for the model.
pub(crate) const OPENS: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n\
    {{ m.content }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}{# </think> #}";

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

/// A template that only cuts the thoughts out of earlier replies, and one that knows of none.
const CUTS: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n\
    {{ m.content.split('</think>')[-1] }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
const IGNORES: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n\
    {{ m.content }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

#[test]
fn thoughts_are_told_apart_whatever_the_template_names() {
    let home = Home::new();
    let whole = "<think>\nIt is Paris.\n</think>\n\nParis.";
    let closed = "It is Paris.\n</think>\n\nParis.";
    let apart = ("It is Paris.", "Paris.");
    let cases = [
        (CUTS, whole, apart),
        (CUTS, closed, apart),
        (CUTS, "Paris.", ("", "Paris.")),
        (IGNORES, whole, apart),
        (IGNORES, "Paris.", ("", "Paris.")),
    ];
    for (template, words, wanted) in cases {
        let mut engine = with_template(&home, template);
        let reply = reply(
            &mut engine,
            question("Capital of France?"),
            Opening::Reply,
            words,
        );
        let got = (reply.reasoning.as_str(), reply.text.as_str());
        assert_eq!(got, wanted, "{template} {words}");
    }
}

#[test]
fn a_form_holds_for_the_reply_and_not_for_the_thoughts() {
    let home = Home::new();
    let mut engine = with_template(&home, OPENS);
    let yes_or_no = Sampling {
        grammar: Some("root ::= \"yes\" | \"no\"".into()),
        ..greedy(120)
    };
    let schema = json!({"type": "object", "additionalProperties": false,
        "properties": {"city": {"type": "string", "maxLength": 20}}, "required": ["city"]});
    let city = Sampling {
        json_schema: Some(schema.to_string()),
        ..greedy(120)
    };
    let hot = Sampling {
        temperature: Some(1.5),
        seed: Some(3),
        ..city.clone()
    };
    for form in [&yes_or_no, &city, &hot] {
        let asked = question("Is Paris the capital of France?");
        let reply = engine.reply(&asked, form.clone()).unwrap();
        assert!(
            reply.reasoning.len() > 8,
            "the thoughts are free: {reply:?}"
        );
        assert_eq!(reply.finish, Finish::EndOfReply, "{reply:?}");
        match form.grammar {
            Some(_) => assert!(["yes", "no"].contains(&reply.text.as_str()), "{reply:?}"),
            None => {
                let said: Value = serde_json::from_str(&reply.text).unwrap();
                assert!(said["city"].is_string(), "{reply:?}");
            }
        }
    }
    // In a chat without thoughts it holds from the first token on, as it does in a reply
    // that goes on.
    let mut begun = question("Is Paris the capital of France?");
    begun.push(turn(Role::Assistant, "I say "));
    let task = Task {
        turns: begun,
        opening: Opening::Continue,
        sampling: yes_or_no,
        ..Task::default()
    };
    let reply = engine.carry_out(task).unwrap();
    assert!(["yes", "no"].contains(&reply.text.as_str()), "{reply:?}");
    assert_eq!(reply.reasoning, "");
}

#[test]
fn thoughts_that_never_end_leave_room_for_the_form() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    let tiny = Tiny {
        control: &["<|im_start|>", "<|im_end|>", "<think>", "</think>"],
        template: Some(OPENS),
        ..Tiny::default()
    };
    tiny.write(&path);
    let mut engine = Engine::start();
    engine.load(&path, options()).1.unwrap();
    // A model with random weights hardly ever ends anything.
    for limit in [8, 60] {
        let sampling = Sampling {
            grammar: Some("root ::= \"yes\" | \"no\"".into()),
            ..greedy(limit)
        };
        let asked = [turn(Role::User, "tell the story")];
        let reply = engine.reply(&asked, sampling).unwrap();
        assert!(!reply.reasoning.is_empty(), "{limit}: {reply:?}");
        let is_said = ["yes", "no"].contains(&reply.text.as_str());
        assert!(is_said || limit == 8, "{limit}: {reply:?}");
        assert!("yes no".contains(&reply.text), "{limit}: {reply:?}");
        assert!(reply.timings.generated_tokens <= limit);
    }
}

#[test]
fn a_stop_string_holds_for_the_reply_and_not_for_the_thoughts() {
    let home = Home::new();
    let mut engine = with_template(&home, OPENS);
    for (stop, reasoning, text, finish) in [
        ("Paris", "It is Paris.", "", Finish::StopString),
        ("it", "It is Paris.", "Paris ", Finish::StopString),
        ("It", "It is Paris.", "Paris it is.", Finish::EndOfReply),
    ] {
        let task = Task {
            turns: question("Capital of France?"),
            sampling: Sampling {
                stop: vec![stop.into()],
                ..saying("It is Paris.\n</think>\n\nParis it is.")
            },
            ..Task::default()
        };
        let reply = engine.carry_out(task).unwrap();
        let got = (reply.reasoning.as_str(), reply.text.as_str(), reply.finish);
        assert_eq!(got, (reasoning, text, finish), "{stop}");
    }
}

#[test]
fn a_stop_string_may_name_a_control_token() {
    shared(|engine| {
        for (stops, text, finish) in [
            (&["<|im_start|>"][..], "Hi", Finish::StopString),
            (&["i<|im_start|>th"], "H", Finish::StopString),
            (&["<|im_start|>user", "x"], "Hithere", Finish::EndOfReply),
        ] {
            let sampling = Sampling {
                grammar: Some("root ::= \"Hi\" <|im_start|> \"there\"".into()),
                stop: stops.iter().map(|&stop| stop.to_owned()).collect(),
                ..greedy(40)
            };
            let reply = engine.reply(&question("Hi"), sampling).unwrap();
            assert_eq!(
                (reply.text.as_str(), reply.finish),
                (text, finish),
                "{stops:?}"
            );
        }
    });
}

#[test]
fn a_template_that_wants_lists_gets_the_words_and_one_that_drops_them_is_refused() {
    let home = Home::new();
    let lists = IGNORES.replace(
        "{{ m.content }}",
        "{% for part in m.content %}{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}",
    );
    let mut engine = with_template(&home, &lists);
    let mut plain = with_template(&home, IGNORES);
    for words in ["Capital of France?", &"many words ".repeat(100)] {
        let asked = question(words);
        let tokens = engine.count(&asked, Opening::Reply).0;
        assert_eq!(tokens, plain.count(&asked, Opening::Reply).0, "{words}");
    }
    let mut mute = with_template(&home, "{% for m in messages %}{{ m.role }}{% endfor %}");
    let refused = mute.reply(&question("Hi"), greedy(4)).unwrap_err();
    assert_eq!(refused, Fault::TemplateDropsWords);
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
