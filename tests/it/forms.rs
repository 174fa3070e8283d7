//! Replies that are held to a grammar or a JSON schema, with the real model; and the
//! grammars and schemas that must not take the engine down.

use charla::chat::Finish;
use charla::engine::Fault;
use charla::params::Sampling;
use serde_json::{Value, json};

use crate::support::QUESTION;
use crate::support::engine::{Engine, Reply, greedy, question, shared};

/// A reply of 40 tokens at most, held to a form.
fn held(engine: &mut Engine, form: &Sampling) -> Result<Reply, Fault> {
    let sampling = form.or(&greedy(40));
    engine.reply(&question("Tell me about a person, please."), sampling)
}

fn grammar(text: &str) -> Sampling {
    Sampling {
        grammar: Some(text.into()),
        ..Sampling::default()
    }
}

fn schema(text: &str) -> Sampling {
    Sampling {
        json_schema: Some(text.into()),
        ..Sampling::default()
    }
}

/// The settings that choose freely, so that the form has something to hold.
fn hot(form: Sampling, seed: u32) -> Sampling {
    Sampling {
        temperature: Some(2.0),
        top_k: Some(0),
        top_p: Some(1.0),
        min_p: Some(0.0),
        seed: Some(seed),
        max_tokens: Some(40),
        ..form
    }
}

#[test]
fn a_reply_follows_its_grammar() {
    shared(|engine| {
        let yes_or_no = grammar("root ::= \"yes\" | \"no\"");
        for seed in 0..6 {
            let reply = held(engine, &hot(yes_or_no.clone(), seed)).unwrap();
            assert!(["yes", "no"].contains(&reply.text.as_str()), "{reply:?}");
            assert_eq!(reply.finish, Finish::EndOfReply);
        }
        for (text, fits) in [
            (
                "root ::= [A-Z]{3} \"-\" [0-9]{2}",
                (|it| it.len() == 6) as fn(&str) -> bool,
            ),
            ("root ::= \"¿\" [^?]{1,5} \"?\"", |it| {
                it.starts_with('¿') && it.ends_with('?')
            }),
            // Tokens by their numbers and by their names.
            ("root ::= <[28]> <|im_end|>", |it| !it.is_empty()),
            ("root ::= \"\"", str::is_empty),
            ("root ::= (\"a\"*)* \"b\"", |it| it.ends_with('b')),
        ] {
            for form in [grammar(text), hot(grammar(text), 3)] {
                let reply = held(engine, &form).unwrap();
                assert!(fits(&reply.text), "{text}: {reply:?}");
            }
        }
        // Every other way to choose goes through the grammar as well.
        for other in [
            json!({"mirostat": true}),
            json!({"typical_p": 0.5, "top_n_sigma": 1.0}),
            json!({"xtc_probability": 1.0, "xtc_threshold": 0.01}),
            json!({"dry_multiplier": 2.0, "repeat_penalty": 1.5, "dynamic_temperature_range": 1.0}),
            json!({"logit_bias": [{"token": "yes", "bias": -100.0}]}),
        ] {
            let other: Sampling = serde_json::from_value(other).unwrap();
            let form = other.or(&hot(yes_or_no.clone(), 9));
            let reply = held(engine, &form).unwrap();
            assert!(
                ["yes", "no"].contains(&reply.text.as_str()),
                "{other:?}: {reply:?}"
            );
        }
    });
}

/// Checks that a reply is JSON and that `fits` holds for it.
#[track_caller]
fn check_schema(engine: &mut Engine, text: &Value, fits: impl Fn(&Value) -> bool) {
    for form in [schema(&text.to_string()), hot(schema(&text.to_string()), 5)] {
        let form = Sampling {
            max_tokens: Some(200),
            ..form
        };
        let reply = held(engine, &form).unwrap();
        assert_eq!(reply.finish, Finish::EndOfReply, "{text}: {reply:?}");
        let said: Value = serde_json::from_str(&reply.text).unwrap();
        assert!(fits(&said), "{text}: {said}");
    }
}

#[test]
fn a_reply_follows_its_schema() {
    shared(|engine| {
        let person = json!({"type": "object", "additionalProperties": false,
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 12},
                "age": {"type": "integer", "minimum": 0, "maximum": 120},
                "likes": {"type": "array", "items": {"enum": ["sea", "sun"]}, "maxItems": 3}},
            "required": ["name", "age", "likes"]});
        check_schema(engine, &person, |it| {
            let likes = it["likes"].as_array().unwrap();
            it["name"].as_str().unwrap().chars().count() <= 12
                && it["age"].as_u64().unwrap() <= 120
                && likes.iter().all(|it| it == "sea" || it == "sun")
                && likes.len() <= 3
        });
        check_schema(engine, &json!({"enum": ["red", 7, null]}), |it| {
            *it == "red" || *it == 7 || it.is_null()
        });
        let pattern = json!({"type": "string", "pattern": "^[A-F]{3}-(1|2)$"});
        check_schema(engine, &pattern, |it| it.as_str().unwrap().len() == 5);
        let linked = json!({"$ref": "#/$defs/pair", "$defs": {"pair": {"type": "array",
            "items": {"type": "boolean"}, "minItems": 2, "maxItems": 2}}});
        check_schema(engine, &linked, |it| it.as_array().unwrap().len() == 2);
        check_schema(engine, &json!({"type": ["null", "boolean"]}), |it| {
            it.is_null() || it.is_boolean()
        });
    });
}

/// Checks that the engine refuses a form and answers the next question.
#[track_caller]
fn check_refused(engine: &mut Engine, form: &Sampling, words: &str) {
    let shown: String = format!("{form:?}").chars().take(400).collect();
    let is_schema = form.json_schema.is_some();
    match (held(engine, form), is_schema) {
        (Err(Fault::GrammarInvalid { reason }), false)
        | (Err(Fault::SchemaInvalid { reason }), true) => {
            assert!(reason.contains(words), "{shown}: {reason}");
        }
        (other, _) => panic!("{shown}: {other:?}"),
    }
}

#[test]
fn a_bad_grammar_is_refused_and_the_engine_goes_on() {
    shared(|engine| {
        let deep = format!("root ::= {}", "(".repeat(200_000));
        let many = "root ::= \"a\"{1000000000}";
        for (text, words) in [
            ("this is no grammar", "expecting ::="),
            ("item ::= \"a\"", "'root'"),
            ("root ::= item", "Undefined rule identifier 'item'"),
            ("root ::= \"a\0\"", "NUL"),
            ("root ::= root \"a\" | \"b\"", "left recursion"),
            (
                "root ::= a root \"x\"\na ::= b\nb ::= \"\"",
                "left recursion",
            ),
            // llama.cpp itself sees this one.
            ("root ::= | a root\na ::= \"\" | \"x\"", "left recursion"),
            ("root ::= <no such token>", "unknown token"),
            ("root ::= \"a\"{9,3}", "at least 9 times"),
            (many, "repetitions"),
            (&deep, "nest deeper"),
        ] {
            check_refused(engine, &grammar(text), words);
        }
        let both = Sampling {
            grammar: Some("root ::= \"a\"".into()),
            ..schema("{}")
        };
        let refused = held(engine, &both).unwrap_err();
        assert!(
            matches!(refused, Fault::GrammarInvalid { .. }),
            "{refused:?}"
        );
        let next = engine.reply(&question(QUESTION), greedy(32)).unwrap();
        assert!(next.text.contains("Paris"), "{next:?}");
    });
}

#[test]
fn a_bad_schema_is_refused_and_the_engine_goes_on() {
    shared(|engine| {
        let deep = format!("{}{}", r#"{"items":"#.repeat(20_000), "}".repeat(20_000));
        for (text, words) in [
            ("not json", "not JSON"),
            ("7", "must be an object"),
            (r#"{"type":"unicorn"}"#, "unrecognized type unicorn"),
            (r#"{"enum":[]}"#, "non-empty"),
            (r##"{"$ref":"#/$defs/none"}"##, "cannot resolve $ref"),
            (r##"{"$ref":"#/a","a":{"$ref":"#/a"}}"##, "recursion"),
            (
                r##"{"allOf":[{"$ref":"#/a"}],"a":{"$ref":"#/a"}}"##,
                "back to itself",
            ),
            (
                r#"{"type":"array","minItems":9,"maxItems":3}"#,
                "above maxItems",
            ),
            (r#"{"type":"string","minLength":1000000000}"#, "repetitions"),
            (
                r#"{"type":"integer","minimum":12345678901234567}"#,
                "at least",
            ),
            (
                r#"{"type":"string","pattern":"^\\d+$"}"#,
                "unsupported escape",
            ),
            (r#"{"type":"string","pattern":"^(a$"}"#, "unbalanced"),
            (r#"{"const":"a\u0000b"}"#, "NUL"),
            (&deep, "recursion limit"),
        ] {
            check_refused(engine, &schema(text), words);
        }
        let next = engine.reply(&question(QUESTION), greedy(32)).unwrap();
        assert!(next.text.contains("Paris"), "{next:?}");
    });
}

#[test]
fn a_form_that_nothing_can_meet_ends_the_reply() {
    shared(|engine| {
        // A range that is empty, and a token that is none.
        for text in ["root ::= [z-a]", "root ::= \"a\" <[4000000000]>"] {
            for form in [grammar(text), hot(grammar(text), 1)] {
                let reply = held(engine, &form).unwrap();
                assert_eq!(reply.finish, Finish::EndOfReply, "{reply:?}");
                assert!(reply.text.len() <= 1, "{reply:?}");
            }
        }
        // A form that goes on for ever ends where any reply does.
        let endless = held(engine, &grammar("root ::= \"a\" root")).unwrap();
        assert_eq!(endless.finish, Finish::Length);
        assert_eq!(endless.text.trim_matches('a'), "");
    });
}
