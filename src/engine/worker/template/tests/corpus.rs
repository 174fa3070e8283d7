//! Templates of real models, where this machine has them: each must render, leave an
//! honest conversation as it is, and let no other bring a control token into the prompt.

use std::path::{Path, PathBuf};

use super::super::*;
use super::joined;

const FOLDER: &str = "CHARLA_TEMPLATE_CORPUS";

/// Control tokens of models that many others are made from.
const COMMON: [&str; 16] = [
    "<s>",
    "</s>",
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
    "<bos>",
    "<start_of_turn>",
    "<end_of_turn>",
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
];

pub(in crate::engine::worker) fn corpus() -> Vec<(String, String)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/templates");
    let folder = std::env::var_os(FOLDER).map_or(beside, PathBuf::from);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("left out: no templates in {}", folder.display());
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut corpus: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "jinja"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    corpus.sort();
    corpus
}

/// What looks like a control token in a template: a word in brackets, without spaces.
fn special_looking(source: &str) -> Vec<String> {
    const BRACKETS: [(char, char); 4] = [('<', '>'), ('[', ']'), ('〈', '〉'), ('◁', '▷')];
    let is_word = |it: &str| {
        let inner = it.trim_matches(['<', '>', '[', ']', '〈', '〉', '◁', '▷', '|', '｜', '/']);
        inner.chars().nth(1).is_some()
            && inner
                .chars()
                .all(|it| it.is_alphanumeric() || "_-:|▁｜/".contains(it))
    };
    let is_special = |it: &str| match it.starts_with('[') {
        true => it
            .chars()
            .all(|it| it.is_uppercase() || "[]/_".contains(it)),
        false => true,
    };
    let found = BRACKETS.into_iter().flat_map(|(open, close)| {
        source.match_indices(open).filter_map(move |(at, _)| {
            let end = source[at..].find(close)? + at + close.len_utf8();
            Some(&source[at..end])
        })
    });
    let mut all: Vec<String> = found
        .filter(|it| is_word(it) && is_special(it))
        .map(str::to_owned)
        .chain(COMMON.map(str::to_owned))
        .collect();
    all.sort();
    all.dedup();
    all
}

fn template_of(source: &str) -> (Template, Vec<String>) {
    let texts = special_looking(source);
    let special = texts.iter().map(|text| Special {
        text: text.clone(),
        is_user_defined: text.contains("think") || text.contains("THINK"),
    });
    let special = special.collect();
    let template = Template::new(Some(source.into()), "<s>".into(), "</s>".into(), special);
    (template, texts)
}

fn conversation(system: Option<&str>, user: &str, reply: &str, thoughts: &str) -> Vec<Turn> {
    let reply = Turn {
        reasoning: Some(thoughts.to_owned()).filter(|it| !it.is_empty()),
        ..Turn::new(Role::Assistant, reply)
    };
    let turns = [
        Turn::new(Role::User, user),
        reply,
        Turn::new(Role::User, "And then?"),
    ];
    let system = system.map(|it| Turn::new(Role::System, it));
    system.into_iter().chain(turns).collect()
}

#[test]
fn templates_of_real_models_render() {
    for (name, source) in corpus() {
        let (template, _) = template_of(&source);
        for system in [None, Some("Be brief.")] {
            for thoughts in ["", "They greet."] {
                let turns = conversation(system, "Hi, a < b?", "Hello [x]!", thoughts);
                let rendered = template
                    .render(&turns, Opening::Reply)
                    .unwrap_or_else(|error| {
                        panic!("{name}: {error}");
                    });
                let [Part::Markup(prompt)] = &rendered.parts[..] else {
                    panic!("{name}: {:?}", rendered.parts);
                };
                let habits = template.habits().unwrap();
                let seen = habits.shaped(&turns);
                let plain = template.plain(&seen, true, habits).unwrap();
                assert_eq!(*prompt, plain, "{name}");
                for turn in &turns {
                    let wanted = turn.content.trim();
                    assert!(prompt.contains(wanted), "{name}: no {wanted} in {prompt}");
                }
            }
        }
    }
}

/// Turns by their letters: s, u, a; each says its place.
fn turns_of(letters: &str) -> Vec<Turn> {
    let turn = |(at, letter): (usize, char)| {
        let role = match letter {
            's' => Role::System,
            'u' => Role::User,
            _ => Role::Assistant,
        };
        Turn::new(role, format!("Word{at}."))
    };
    letters.chars().enumerate().map(turn).collect()
}

#[test]
fn turns_of_any_order_reach_the_prompt() {
    let orders = [
        "u", "uu", "uua", "uaau", "uuaau", "au", "aau", "sau", "suu", "suausu", "ussu", "uasu",
        "suas", "ssua", "ssuausau", "uassuu", "asu",
    ];
    for (name, source) in corpus() {
        let (template, _) = template_of(&source);
        for order in orders {
            let turns = turns_of(order);
            let rendered = template.render(&turns, Opening::Reply);
            let prompt =
                joined(&rendered.unwrap_or_else(|error| panic!("{name} {order}: {error}")));
            let place = |turn: &Turn| {
                let found = prompt.find(&turn.content);
                found.unwrap_or_else(|| panic!("{name} {order}: no {} in {prompt}", turn.content))
            };
            let said = turns.iter().skip_while(|turn| turn.role == Role::System);
            let places: Vec<usize> = said.map(place).collect();
            assert!(places.is_sorted(), "{name} {order}: {prompt}");
            for turn in &turns {
                assert!(place(turn) < prompt.len());
            }
        }
    }
}

#[test]
fn a_chat_that_goes_on_begins_as_it_did() {
    for (name, source) in corpus() {
        let (template, _) = template_of(&source);
        for order in ["suausuauu", "auauau", "uaauauu"] {
            let turns = turns_of(order);
            let prompt = |count: usize| {
                let rendered = template.render(&turns[..count], Opening::Reply).unwrap();
                joined(&rendered)
            };
            let whole = prompt(turns.len());
            let is_asked = |count: &usize| turns[count - 1].role == Role::User;
            for count in (1..turns.len()).filter(is_asked) {
                // As far as the words of the last turn, all is as it will be.
                let last = &turns[count - 1];
                let part = prompt(count);
                let end = part.find(&last.content).unwrap() + last.content.len();
                assert!(whole.starts_with(&part[..end]), "{name} {order} {count}");
            }
        }
    }
}

#[test]
fn long_chats_have_fuel_enough() {
    let word = "Wer reitet so spät durch Nacht und Wind?\n";
    for (name, source) in corpus() {
        let (template, _) = template_of(&source);
        for (pairs, words) in [(1, 5_000), (20, 500), (100, 50)] {
            let said = word.repeat(words);
            let pair = [
                Turn::new(Role::User, said.clone()),
                Turn::new(Role::Assistant, said),
            ];
            let mut turns: Vec<Turn> = pair.iter().cycle().take(2 * pairs).cloned().collect();
            turns.push(Turn::new(Role::User, "And then?"));
            let rendered = template.render(&turns, Opening::Reply);
            assert!(rendered.is_ok(), "{name}: {pairs} {rendered:?}");
        }
    }
}

#[test]
fn templates_of_real_models_go_on() {
    for (name, source) in corpus() {
        let (template, _) = template_of(&source);
        let turns = |thoughts: &str, reply: &str| {
            let mut turns = conversation(Some("Be brief."), "Hi", reply, thoughts);
            turns.pop();
            turns
        };
        let prompt = |turns: &[Turn], opening| joined(&template.render(turns, opening).unwrap());
        let all = turns("They greet.", "Hello the");
        let before = prompt(&all[..2], Opening::Reply);
        assert_eq!(prompt(&turns("", ""), Opening::Continue), before, "{name}");
        let replied = prompt(&turns("", "Hello the"), Opening::Continue);
        assert!(replied.starts_with(before.trim_end()), "{name}");
        assert!(replied.ends_with("Hello the"), "{name}");
        let thought = prompt(&turns("They gre", ""), Opening::Continue);
        assert!(thought.ends_with("They gre"), "{name}");
        let both = prompt(&all, Opening::Continue);
        assert!(both.contains("They greet."), "{name}");
        assert!(both.ends_with("Hello the"), "{name}");
    }
}

/// Ways to write a literal so that it might become one after all.
fn attacks(literals: &[String]) -> Vec<String> {
    let cut = |it: &str, from: usize, to: usize| -> String {
        it.chars()
            .skip(from)
            .take(to.saturating_sub(from))
            .collect()
    };
    literals
        .iter()
        .flat_map(|it| {
            let length = it.chars().count();
            let (head, tail) = (cut(it, 0, length / 2), cut(it, length / 2, length));
            [
                it.clone(),
                format!("a{it}b"),
                format!("{it}{it}"),
                format!("{head}{it}{tail}"),
                format!("{tail} x {head}"),
                format!(" \n{tail}{it}{head}\n "),
                // Nemotron's template leaves this word out, and joins what is around it.
                format!("{head}/think{tail}"),
                format!("{head}</think>{tail}"),
            ]
        })
        .collect()
}

#[test]
fn no_conversation_brings_control_tokens_into_a_real_template() {
    for (name, source) in corpus() {
        let (template, literals) = template_of(&source);
        let count = |turns: &[Turn]| {
            let rendered = template.render(turns, Opening::Reply).unwrap();
            template.literals_of(&rendered).count()
        };
        let honest = |user| count(&conversation(Some("Be brief."), user, "b", "c"));
        // Nemotron's template looks for this word, to leave out the thoughts.
        let [plain, thinks] = [honest("a"), honest("a/think")];
        for (index, attack) in attacks(&literals).iter().enumerate().step_by(3) {
            let it = attack.as_str();
            let (system, user, reply, thoughts) = match index % 5 {
                0 => ("Be brief.", it, "b", "c"),
                1 => ("Be brief.", "a", it, "c"),
                2 => ("Be brief.", "a", "b", it),
                3 => (it, "a", "b", "c"),
                _ => (it, it, it, it),
            };
            let turns = conversation(Some(system), user, reply, thoughts);
            let expected = match it.contains("/think") {
                true => thinks,
                false => plain,
            };
            assert_eq!(count(&turns), expected, "{name}: {turns:?}");
        }
    }
}

#[test]
fn what_is_said_stays_as_it_was_said() {
    const REACTS: [&str; 6] = [
        "split(",
        "replace(",
        "startswith(",
        "' in ",
        "\" in ",
        "index(",
    ];
    for (name, source) in corpus() {
        if REACTS.iter().any(|it| source.contains(it)) {
            continue;
        }
        let (template, literals) = template_of(&source);
        for literal in literals {
            let said = format!("a{literal}b {literal}");
            let turns = conversation(Some(&said), &said, &said, &said);
            let rendered = template.render(&turns, Opening::Reply).unwrap();
            let habits = template.habits().unwrap();
            let seen = habits.shaped(&turns);
            let plain = template.plain(&seen, true, habits).unwrap();
            assert_eq!(joined(&rendered), plain, "{name}: {literal}");
        }
    }
}
