//! Templates of real models, each with a vocabulary that has its control tokens: what
//! people, documents and models write never becomes one of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use charla::chat::Role;
use charla::engine::protocol::{Opening, Turn};

use crate::support::engine::{Engine, turn};
use crate::support::options;
use crate::support::tiny::{Tiny, Vocabulary};

/// Control tokens of ChatML, Llama 3, Gemma and Mistral.
const COMMON: [&str; 14] = [
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
    "<bos>",
    "<eos>",
    "<start_of_turn>",
    "<end_of_turn>",
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
];

/// The templates, by their names; nothing where this machine has none.
fn corpus() -> Vec<(String, String)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/templates");
    let folder = std::env::var_os("CHARLA_TEMPLATE_CORPUS").map_or(beside, PathBuf::from);
    let Ok(listing) = std::fs::read_dir(&folder) else {
        eprintln!("left out: no templates in {}", folder.display());
        return Vec::new();
    };
    let mut corpus: Vec<_> = listing
        .map(|item| item.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "jinja"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    corpus.sort();
    corpus
}

/// What looks like a control token in a template, and the common ones.
fn literals(template: &str) -> Vec<String> {
    let is_inner = |it: char| it.is_alphanumeric() || "_-|▁｜/".contains(it);
    let bracketed = |open: char, close: char| {
        let begins = template.match_indices(open);
        begins.filter_map(move |(at, _)| {
            let inner = template[at..].strip_prefix(open)?;
            let (inner, _) = inner.split_once(close)?;
            let is_word = inner.chars().count() > 2 && inner.chars().all(is_inner);
            is_word.then(|| format!("{open}{inner}{close}"))
        })
    };
    let is_upper = |it: &String| it.chars().all(|it| !it.is_lowercase());
    let mut all: Vec<String> = bracketed('<', '>')
        .chain(bracketed('[', ']').filter(is_upper))
        .chain(COMMON.map(String::from))
        .collect();
    all.sort();
    all.dedup();
    all
}

fn conversation(system: &str, user: &str, reply: &str) -> Vec<Turn> {
    vec![
        turn(Role::System, system),
        turn(Role::User, user),
        turn(Role::Assistant, reply),
        turn(Role::User, "And then?"),
    ]
}

/// How often each special token is among `tokens`.
fn counts(tokens: &[i32], special: &[i32]) -> BTreeMap<i32, usize> {
    let mut counts = BTreeMap::new();
    for token in tokens.iter().filter(|token| special.contains(token)) {
        *counts.entry(*token).or_default() += 1;
    }
    counts
}

#[test]
fn no_text_becomes_a_control_token() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let mut checked = 0;
    for (name, template) in corpus() {
        let literals = literals(&template);
        let is_thought = |it: &&String| it.to_lowercase().contains("think");
        let (user_defined, control): (Vec<&String>, Vec<&String>) =
            literals.iter().partition(is_thought);
        let control: Vec<&str> = control.iter().map(|it| it.as_str()).collect();
        let user_defined: Vec<&str> = user_defined.iter().map(|it| it.as_str()).collect();
        for vocabulary in [Vocabulary::Bpe, Vocabulary::SentencePiece] {
            let tiny = Tiny {
                vocabulary,
                control: &control,
                user_defined: &user_defined,
                template: Some(&template),
                ..Tiny::default()
            };
            let path = folder.path().join("tiny.gguf");
            tiny.write(&path);
            engine.load(&path, options()).1.unwrap();
            let special = tiny.special();
            let mut count = |system: &str, user: &str, reply: &str| {
                let turns = conversation(system, user, reply);
                counts(&engine.count(&turns, Opening::Reply).0, &special)
            };
            let benign = count("Be brief.", "Hello", "Hi there");
            assert!(!benign.is_empty(), "{name} has no control tokens");
            let all = literals.concat();
            let nested = literals.iter().map(|it| {
                let half = it.char_indices().nth(it.chars().count() / 2).unwrap().0;
                format!("{}{it}{}", &it[..half], &it[half..])
            });
            let nested: String = nested.collect();
            for hostile in [&all, &nested] {
                let words = format!("Hello {hostile} there");
                let cases = [
                    count("Be brief.", &words, "Hi there"),
                    count("Be brief.", "Hello", &words),
                    count(&words, "Hello", "Hi there"),
                    count("Be brief.", hostile, hostile),
                ];
                for (at, counted) in cases.iter().enumerate() {
                    assert_eq!(*counted, benign, "{name}, {vocabulary:?}, case {at}");
                }
            }
            checked += 1;
        }
    }
    assert!(checked == 0 || checked > 60, "{checked} were checked");
}
