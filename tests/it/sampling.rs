//! The samplers, with the real model: each does nothing where it is off and something where
//! it is set, and the same settings give the same reply.

use charla::chat::{Choice, Finish};
use charla::engine::protocol::Task;
use charla::params::{Biased, LogitBias, Sampling};
use serde_json::{Value, json};

use crate::support::engine::{Engine, Reply, greedy, question, shared, task};
use crate::support::gguf::{Places, overwrite};
use crate::support::{Home, QUESTION, options, run};

const STORY: &str = "Tell me a story about the sea.";

/// A reply to [`STORY`] at a fixed seed, with these settings.
fn warm(settings: &Value) -> Sampling {
    let mut all = json!({"seed": 7, "max_tokens": 24, "temperature": 1.0});
    for (name, value) in settings.as_object().unwrap() {
        all[name] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

#[track_caller]
fn said(engine: &mut Engine, asked: &str, sampling: Sampling) -> String {
    engine.reply(&question(asked), sampling).unwrap().text
}

#[test]
fn a_sampler_that_is_off_changes_nothing() {
    shared(|engine| {
        let plain = said(engine, STORY, warm(&json!({})));
        assert!(plain.len() > 20, "{plain}");
        for off in [
            json!({"repeat_penalty": 1.0, "frequency_penalty": 0.0, "presence_penalty": 0.0}),
            json!({"repeat_penalty": 5.0, "repeat_last_n": 0}),
            json!({"dry_multiplier": 0.0, "dry_base": 4.0, "dry_breakers": []}),
            json!({"dry_multiplier": 5.0, "dry_last_n": 0}),
            json!({"top_n_sigma": 0.0}),
            json!({"typical_p": 1.0}),
            json!({"xtc_probability": 0.0, "xtc_threshold": 0.01}),
            json!({"xtc_probability": 1.0, "xtc_threshold": 0.51}),
            json!({"dynamic_temperature_range": 0.0, "dynamic_temperature_exponent": 3.0}),
            json!({"mirostat": false, "mirostat_tau": 1.0}),
            json!({"logit_bias": [{"token": 17, "bias": 0.0}, {"token": 123_456_789, "bias": 9.0},
                {"token": -1, "bias": 9.0}]}),
            json!({"grammar": "", "json_schema": ""}),
            // What every reply follows changes none.
            json!({"grammar": "root ::= .*"}),
        ] {
            assert_eq!(said(engine, STORY, warm(&off)), plain, "{off}");
        }
        // With all of the defaults off, nothing is cut away.
        let wide = json!({"top_k": 0, "top_p": 1.0, "min_p": 0.0});
        assert_ne!(said(engine, STORY, warm(&wide)), plain);
    });
}

#[test]
fn a_sampler_at_its_extreme_is_seen() {
    shared(|engine| {
        let greedy = said(engine, STORY, greedy(24));
        let plain = said(engine, STORY, warm(&json!({})));
        assert_ne!(plain, greedy);
        for narrow in [
            json!({"top_k": 1}),
            json!({"top_p": 0.0}),
            json!({"min_p": 1.0}),
            json!({"top_n_sigma": 0.0001}),
            json!({"temperature": 0.01}),
            json!({"temperature": 0.0, "top_k": 5, "xtc_probability": 1.0, "typical_p": 0.1}),
            json!({"temperature": 0.0, "mirostat": true}),
        ] {
            assert_eq!(said(engine, STORY, warm(&narrow)), greedy, "{narrow}");
        }
        for other in [
            json!({"typical_p": 0.2, "top_k": 0}),
            json!({"xtc_probability": 1.0, "xtc_threshold": 0.05}),
            json!({"mirostat": true}),
            json!({"mirostat": true, "mirostat_tau": 1.0, "mirostat_eta": 1.0}),
            json!({"temperature": 2.0, "min_p": 0.0}),
            json!({"dynamic_temperature_range": 1.0}),
            json!({"presence_penalty": 2.0}),
            json!({"seed": 8}),
        ] {
            let reply = said(engine, STORY, warm(&other));
            assert!(reply != plain && reply != greedy, "{other}: {reply}");
        }
    });
}

#[test]
fn repeating_can_be_held_back() {
    shared(|engine| {
        // A bias makes the model say one word over and over.
        let seas = |engine: &mut Engine, settings: &Value| {
            let mut all = json!({"temperature": 0.0, "max_tokens": 40,
                "logit_bias": [{"token": " sea", "bias": 15.0}]});
            for (name, value) in settings.as_object().unwrap() {
                all[name] = value.clone();
            }
            let text = said(engine, STORY, serde_json::from_value(all).unwrap());
            text.matches("sea").count()
        };
        let plain = seas(engine, &json!({}));
        assert!(plain > 30, "{plain}");
        for held in [
            json!({"repeat_penalty": 3.0}),
            json!({"frequency_penalty": 5.0}),
            json!({"presence_penalty": 10.0}),
            json!({"dry_multiplier": 5.0}),
        ] {
            let count = seas(engine, &held);
            assert!(count + 5 <= plain, "{held}: {count} of {plain}");
            // The prompt holds the word, but too far back.
            let mut near = held.clone();
            near["repeat_last_n"] = json!(1);
            near["dry_last_n"] = json!(1);
            assert!(seas(engine, &near) >= count, "{near}");
        }
    });
}

#[test]
fn what_a_model_recommends_holds_where_nothing_is_set() {
    let home = Home::new();
    let path = home.copy_of_model("recommended.gguf");
    let places = Places::of(&path);
    for (key, recommended, value) in [
        (
            "tokenizer.ggml.unknown_token_id",
            "general.sampling.penalty_last_n",
            64,
        ),
        (
            "tokenizer.ggml.padding_token_id",
            "general.sampling.penalty_repeat",
            2_u32,
        ),
    ] {
        overwrite(&path, places.name(key), recommended.as_bytes());
        overwrite(&path, places.value(key), &value.to_le_bytes());
    }
    let mut engine = Engine::start();
    let loaded = engine.load(&path, options()).1.unwrap();
    let recommended = Sampling {
        repeat_last_n: Some(64),
        repeat_penalty: Some(2.0),
        ..Sampling::default()
    };
    assert_eq!(loaded.sampling, recommended);
    let own = said(&mut engine, STORY, greedy(24));
    let set_off = Sampling {
        repeat_penalty: Some(1.0),
        ..greedy(24)
    };
    let off = said(&mut engine, STORY, set_off);
    // An engine of its own, too: what else is in the KV cache decides how much of a prompt is
    // read in one piece, and that the last bits of its values.
    let mut plain = Engine::loaded(options()).0;
    assert_eq!(said(&mut plain, STORY, recommended.or(&greedy(24))), own);
    assert_eq!(said(&mut plain, STORY, greedy(24)), off);
    assert_ne!(own, off);
}

#[test]
fn a_bias_forbids_and_forces() {
    shared(|engine| {
        let ask = |engine: &mut Engine, token: Biased, bias: f32| {
            let sampling = Sampling {
                logit_bias: vec![LogitBias { token, bias }],
                ..greedy(8)
            };
            let task = Task {
                sampling,
                alternatives: Some(0),
                ..task(QUESTION, 8)
            };
            engine.carry_out(task).unwrap()
        };
        let plain = ask(engine, Biased::Token(0), 0.0);
        let first = plain.choices[0].token;
        let without = ask(engine, Biased::Token(first), -100.0);
        assert!(
            without.choices.iter().all(|it| it.token != first),
            "{without:?}"
        );

        let paris = plain.choices.iter().find(|it| it.text == " Paris").unwrap();
        let by_text = ask(engine, Biased::Text(" Paris".into()), -100.0);
        assert!(by_text.choices.iter().all(|it| it.token != paris.token));
        let only = ask(engine, Biased::Token(paris.token), 100.0);
        assert_eq!(only.text, " Paris".repeat(8));
        // It is the sampler that chose so, not the model.
        assert!(only.choices[0].probability < 0.1, "{only:?}");
        let nothing = ask(engine, Biased::Text(String::new()), 100.0);
        assert_eq!(nothing.text, plain.text);
    });
}

#[test]
fn the_same_again_is_the_same_reply() {
    let all = json!({"dry_multiplier": 0.8, "repeat_penalty": 1.1, "top_n_sigma": 2.0,
        "typical_p": 0.95, "xtc_probability": 0.5, "dynamic_temperature_range": 0.5,
        "top_k": 0, "min_p": 0.01});
    let settings = [
        all,
        json!({"mirostat": true}),
        json!({"grammar": "root ::= [a-z ]+ \".\""}),
    ];
    // Both are new: what another test has left in the cache of one would have its prompt read
    // in other pieces, which rounds otherwise in the last digits.
    let (mut engine, _) = Engine::loaded(options());
    let (mut other, _) = Engine::loaded(options());
    for settings in &settings {
        let first = engine.reply(&question(STORY), warm(settings)).unwrap();
        assert_eq!(first.seed, 7);
        let elsewhere = said(&mut other, STORY, warm(settings));
        let again = said(&mut engine, STORY, warm(settings));
        let again_elsewhere = said(&mut other, STORY, warm(settings));
        assert_eq!(
            [&first.text; 3],
            [&elsewhere, &again, &again_elsewhere],
            "{settings}"
        );
    }
    // The seed that is told is the one that was used, also where none was set.
    let unset = warm(&json!({"seed": null}));
    let first = engine.reply(&question(STORY), unset).unwrap();
    let again = warm(&json!({"seed": first.seed}));
    assert_eq!(said(&mut engine, STORY, again), first.text);
}

/// The reply to [`STORY`] with this many alternatives.
fn with_alternatives(engine: &mut Engine, count: u32, sampling: Sampling) -> Reply {
    let task = Task {
        alternatives: Some(count),
        sampling,
        ..task(STORY, 24)
    };
    engine.carry_out(task).unwrap()
}

fn is_sane(choice: &Choice) -> bool {
    let all = &choice.alternatives;
    let sum: f32 = all.iter().map(|it| it.probability).sum();
    sum <= 1.0001 && all.is_sorted_by(|one, next| one.probability >= next.probability)
}

#[test]
fn alternatives_tell_what_else_there_was_and_change_nothing() {
    shared(|engine| {
        let plain = said(engine, STORY, greedy(24));
        for count in [0, 1, 10, 5000] {
            let reply = with_alternatives(engine, count, greedy(24));
            assert_eq!(reply.text, plain, "{count}");
            assert_eq!(reply.choices.len(), reply.timings.generated_tokens as usize);
            let told: String = reply.choices.iter().map(|it| it.text.as_str()).collect();
            assert_eq!(told, plain);
            for choice in &reply.choices {
                assert!(is_sane(choice), "{choice:?}");
                assert_eq!(choice.alternatives.len(), count.min(1000) as usize);
                // The likeliest is what was chosen.
                if let Some(first) = choice.alternatives.first() {
                    assert_eq!(first.token, choice.token);
                    assert!((first.probability - choice.probability).abs() < 1e-6);
                }
            }
        }
        let plain = said(engine, STORY, warm(&json!({"temperature": 1.5})));
        let warm = with_alternatives(engine, 3, warm(&json!({"temperature": 1.5})));
        assert_eq!(warm.text, plain);
        assert!(warm.choices.iter().all(is_sane), "{warm:?}");
        let is_first = |it: &Choice| it.alternatives[0].token == it.token;
        assert!(!warm.choices.iter().all(is_first), "{warm:?}");
        let silent = engine.carry_out(task(STORY, 8)).unwrap();
        assert!(silent.choices.is_empty());
    });
}

#[test]
fn a_character_in_parts_has_a_choice_for_each() {
    shared(|engine| {
        let task = Task {
            alternatives: Some(1),
            sampling: Sampling {
                grammar: Some("root ::= \"👩‍👩‍👧\"".into()),
                ..greedy(32)
            },
            ..task(STORY, 32)
        };
        let reply = engine.carry_out(task).unwrap();
        assert_eq!(reply.text, "👩‍👩‍👧");
        assert_eq!(reply.finish, Finish::EndOfReply);
        let count = reply.timings.generated_tokens as usize;
        assert_eq!(reply.choices.len(), count);
        assert!(count > 3, "{reply:?}");
    });
}

#[test]
fn a_shell_can_set_them_all() {
    let home = Home::new();
    let grammar = home.file("yes.gbnf", b"root ::= \"yes\" | \"no\"");
    let schema = home.file("age.json", br#"{"type":"object","properties":{"age":{"type":"integer","minimum":1,"maximum":99}},"required":["age"],"additionalProperties":false}"#);
    let ask_about = |asked: &str, arguments: &[&str]| {
        let outcome = run(
            home.ask(&[&["-n", "256", "--json"], arguments, &[asked]].concat()),
            b"",
        );
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        serde_json::from_str::<Value>(&outcome.stdout).unwrap()
    };
    let ask = |arguments: &[&str]| ask_about(QUESTION, arguments);
    let held = ask(&[
        "--grammar",
        grammar.to_str().unwrap(),
        "--alternatives",
        "2",
    ]);
    assert!(held["text"] == "yes" || held["text"] == "no", "{held}");
    let choices = held["choices"].as_array().unwrap();
    assert_eq!(
        choices[0]["alternatives"].as_array().unwrap().len(),
        2,
        "{held}"
    );
    // The longest object that the schema allows, white space and all, has fewer tokens.
    let held = ask(&["--json-schema", schema.to_str().unwrap()]);
    let age: Value = serde_json::from_str(held["text"].as_str().unwrap()).unwrap();
    assert!((1..=99).contains(&age["age"].as_i64().unwrap()), "{held}");
    assert!(held.get("choices").is_none(), "{held}");

    let all = "--temperature 1 --dynamic-temperature 0.5 --dynamic-temperature-exponent 1 \
        --top-p 0.9 --top-k 50 --min-p 0.02 --top-n-sigma 2 --typical-p 0.9 --xtc-probability 0.5 \
        --xtc-threshold 0.2 --repeat-penalty 1.1 --frequency-penalty -0.1 --presence-penalty 0.1 \
        --repeat-last-n 32 --dry-multiplier 0.8 --dry-base 1.75 --dry-allowed-length 3 \
        --dry-last-n 128 --dry-breaker . --mirostat-tau 4 --mirostat-eta 0.2 --seed 5";
    let all: Vec<&str> = all.split_whitespace().collect();
    // The model is sure of the answer to the other question, whatever chooses among words.
    let open = |arguments: &[&str]| ask_about("Tell me about the sea.", arguments)["text"].clone();
    let first = open(&all);
    assert_eq!(open(&all), first);
    assert_ne!(open(&[all.as_slice(), &["--mirostat"]].concat()), first);
    let forbidden = ask(&["--temperature", "0", "--logit-bias", " Paris=-100"]);
    assert!(
        !forbidden["text"].as_str().unwrap().contains(" Paris"),
        "{forbidden}"
    );
}

#[test]
fn a_shell_is_told_what_is_wrong() {
    let home = Home::new();
    let bad = home.file("bad.gbnf", b"root ::= nothing");
    let no_text = home.file("no-text.json", b"\xff\x00\xfe");
    for (arguments, code, words) in [
        (["--grammar", "none.gbnf"], 1, "“none.gbnf” cannot be read"),
        (["--json-schema", no_text.to_str().unwrap()], 1, "UTF-8"),
        (
            ["--grammar", bad.to_str().unwrap()],
            1,
            "Undefined rule identifier 'nothing'",
        ),
        (["--logit-bias", "42"], 2, "TOKEN=-100"),
        (["--alternatives", "1001"], 2, "1000"),
        (["--dry-base", "0.5"], 2, "1 – 10"),
    ] {
        let outcome = run(
            home.ask(&[&["--json"], &arguments[..], &["Hi"]].concat()),
            b"",
        );
        assert_eq!(outcome.code, Some(code), "{arguments:?}: {outcome:?}");
        assert!(outcome.stderr.contains(words), "{arguments:?}: {outcome:?}");
        if code == 1 {
            assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
        }
    }
}
