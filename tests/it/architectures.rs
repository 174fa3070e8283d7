//! The table of architectures, held against the source of the llama.cpp in use.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const TABLE: &str = include_str!("../../crates/gguf/src/architectures.txt");

/// The source of llama.cpp that this build is made of.
fn source() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(manifest.join("Cargo.lock")).unwrap();
    let (_, rest) = lock.split_once("name = \"llama-cpp-sys-2\"").unwrap();
    let version = rest.split('"').nth(1).unwrap();
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registries = fs::read_dir(home.unwrap().join("registry/src")).unwrap();
    let folder = format!("llama-cpp-sys-2-{version}/llama.cpp/src");
    let mut found = registries.map(|it| it.unwrap().path().join(&folder));
    found
        .find(|it| it.is_dir())
        .expect("the source of llama-cpp-sys-2")
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines();
    let code = lines.map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    code.collect::<Vec<_>>().join("\n")
}

/// The pairs of `{ NAME, "text" }` in a map.
fn map_of(text: &str, name: &str) -> BTreeMap<String, String> {
    let (_, rest) = text.split_once(&format!("{name} = {{")).unwrap();
    let (body, _) = rest.split_once("};").unwrap();
    let pair = |line: &str| {
        let (key, rest) = line.trim().strip_prefix('{')?.split_once(',')?;
        let value = rest.split('"').nth(1)?;
        Some((key.trim().to_owned(), value.to_owned()))
    };
    body.lines().filter_map(pair).collect()
}

/// The names in a text that begin so.
fn names<'t>(text: &'t str, prefix: &str) -> BTreeSet<&'t str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !is_part(c))
        .filter(|word| word.starts_with(prefix))
        .collect()
}

/// The table as the source has it: of each architecture, the tensors that the code which loads
/// it names anywhere, that of the models it is built on included. So it may list some that are
/// never read, and lacks none that are.
fn table() -> String {
    let source = source();
    let architecture = read(&source.join("llama-arch.cpp"));
    let architectures = map_of(&architecture, "LLM_ARCH_NAMES");
    let tensors = map_of(&architecture, "LLM_TENSOR_NAMES");
    let model = read(&source.join("llama-model.cpp"));

    // Which class stands for which architecture: `case LLM_ARCH_X:` above `return new …`.
    let mut classes = BTreeMap::new();
    let mut cases = Vec::new();
    for line in model.lines().map(str::trim).filter(|it| !it.is_empty()) {
        if let Some(case) = line.strip_prefix("case LLM_ARCH_") {
            let case = case.split(':').next().unwrap_or_default();
            cases.push(format!("LLM_ARCH_{case}"));
            continue;
        }
        if let Some(class) = line.strip_prefix("return new llama_model_") {
            let class = class.split('(').next().unwrap_or_default();
            classes.extend(cases.drain(..).map(|case| (case, class.to_owned())));
        }
        cases.clear();
    }
    let mut bases = BTreeMap::new();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in fs::read_dir(source.join("models")).unwrap() {
        let text = read(&file.unwrap().path());
        for line in text.lines() {
            if let Some((class, rest)) = line
                .strip_prefix("struct llama_model_")
                .and_then(|rest| rest.split_once(" : public llama_model_"))
            {
                let base = rest.split(' ').next().unwrap_or_default();
                bases.insert(class.to_owned(), base.to_owned());
            }
            if let Some(class) = line
                .strip_prefix("void llama_model_")
                .and_then(|rest| rest.split_once("::load_arch_tensors"))
            {
                let named = names(&text, "LLM_TENSOR_").into_iter().map(str::to_owned);
                used.entry(class.0.to_owned()).or_default().extend(named);
            }
        }
    }
    // What any model may ask for by a helper.
    let (_, helpers) = model.split_once("::create_tensor_gate_up_exps").unwrap();
    let common = names(helpers, "LLM_TENSOR_");

    let mut lines = Vec::new();
    for (case, class) in &classes {
        let mut kinds: BTreeSet<&str> = common.clone();
        let mut class = Some(class);
        while let Some(name) = class {
            kinds.extend(used.get(name).into_iter().flatten().map(String::as_str));
            class = bases.get(name);
        }
        let kinds: BTreeSet<String> = kinds
            .iter()
            .filter_map(|kind| tensors.get(*kind))
            .map(|name| name.replacen("blk.%d.", "*", 1))
            .collect();
        let kinds: Vec<String> = kinds.into_iter().collect();
        lines.push(format!("{} {}\n", architectures[case], kinds.join(" ")));
    }
    lines.sort();
    lines.concat()
}

#[test]
fn the_table_of_architectures_is_that_of_llama_cpp() {
    let table = table();
    if table != TABLE {
        let right = Path::new(env!("CARGO_TARGET_TMPDIR")).join("architectures.txt");
        fs::write(&right, &table).unwrap();
        panic!(
            "llama.cpp knows other architectures now: copy {} to crates/gguf/src",
            right.display()
        );
    }
    assert!(table.lines().count() > 100);
}
