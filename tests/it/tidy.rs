//! The rules of ARCHITECTURE.md that neither Cargo nor clippy can check: which module may use
//! which, how long a file may be, and what stands only in one place. Each rule is proven on a
//! few lines that break it.

mod paths;
mod proofs;

use crate::source::{File, Token, files};
use paths::{Path, paths};

const MAX_LINES: usize = 500;

/// Where `unsafe` may stand: the rest of Charla has safe ways to do what it does.
const UNSAFE_FILE: &str = "src/engine/worker/lens.rs";

/// A module uses lower rows only.
const ROWS: [&[&str]; 7] = [
    &["paths", "i18n", "params", "lenient", "encoding"],
    &["chat"],
    &[
        "settings", "presets", "prompts", "store", "library", "engine",
    ],
    &["session", "semantic"],
    &["server"],
    &["cli", "app"],
    &["main"],
];

/// Crates that only one part of Charla may name, and that part.
const WALLED: [(&str, &[&str]); 5] = [
    ("llama_cpp_2", &["engine", "worker"]),
    ("rusqlite", &["store"]),
    ("egui", &["app"]),
    ("eframe", &["app"]),
    ("prose", &["app"]),
];

/// What the engine's process needs of the rest.
const WORKER_USES: [&[&str]; 9] = [
    &["engine", "worker"],
    &["engine", "protocol"],
    &["engine", "transport"],
    &["engine", "fault"],
    &["engine", "notice"],
    &["engine", "grammar"],
    &["engine", "memory"],
    &["chat"],
    &["params"],
];

/// For each part of the window, the parts that it must not use.
const APP_WALLS: [(&str, &[&str]); 4] = [
    ("views", &["update", "jobs"]),
    (
        "components",
        &["views", "state", "command", "update", "jobs"],
    ),
    (
        "theme",
        &["components", "views", "state", "command", "update", "jobs"],
    ),
    (
        "icons",
        &["components", "views", "state", "command", "update", "jobs"],
    ),
];

/// Colours that are no choice of anybody's.
const PLAIN_COLOURS: [&str; 2] = ["TRANSPARENT", "PLACEHOLDER"];

type Rule = fn(&File) -> Vec<(usize, String)>;

const RULES: [Rule; 8] = [
    opening, length, rows, engine, walls, window, colours, unsafety,
];

fn starts_with(path: &[String], wanted: &[&str]) -> bool {
    path.len() >= wanted.len() && path.iter().zip(wanted).all(|(it, wanted)| it == wanted)
}

/// What a file is for is said first.
fn opening(file: &File) -> Vec<(usize, String)> {
    let words = file
        .text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"));
    match words {
        Some(words) if !words.trim().is_empty() => Vec::new(),
        _ => vec![(
            1,
            "its first line is no `//!` that says what it is for".into(),
        )],
    }
}

fn length(file: &File) -> Vec<(usize, String)> {
    match file.text.lines().count() {
        lines if lines > MAX_LINES => vec![(lines, format!("it has more than {MAX_LINES} lines"))],
        _ => Vec::new(),
    }
}

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The table of modules.
fn rows(file: &File) -> Vec<(usize, String)> {
    let module = file.module();
    let Some(top) = module.first() else {
        // lib.rs names them all, which is all it does.
        return Vec::new();
    };
    let Some(row) = row_of(top) else {
        return vec![(
            1,
            format!("the module `{top}` has no row in tests/it/tidy.rs"),
        )];
    };
    let mut broken = Vec::new();
    for Path { names, line } in crate_paths(file) {
        let Some(used) = names.first().filter(|used| *used != top) else {
            continue;
        };
        match row_of(used) {
            Some(other) if other < row => {}
            Some(_) => broken.push((line, format!("`{top}` must not use `{used}`"))),
            None => broken.push((line, format!("`{used}` has no row in tests/it/tidy.rs"))),
        }
    }
    broken.dedup();
    broken
}

/// The wall around the code that runs in the child.
fn engine(file: &File) -> Vec<(usize, String)> {
    let module = file.module();
    let is_worker = starts_with(&module, &["engine", "worker"]);
    let mut broken = Vec::new();
    for Path { names, line } in crate_paths(file) {
        let named = names.join("::");
        if is_worker {
            if !WORKER_USES.iter().any(|used| starts_with(&names, used)) {
                broken.push((line, format!("the worker must not use `{named}`")));
            }
        } else if starts_with(&names, &["engine", "worker"]) && module != ["main"] {
            broken.push((line, "only main.rs names `engine::worker`".into()));
        }
    }
    // Beside it, no `crate::` or `super::` is needed to name it.
    if !is_worker && starts_with(&module, &["engine"]) {
        let is_first = |three: &[Token]| !three[0].is_mark(':');
        let is_named = |three: &[Token]| three[1].is_word("worker") && three[2].is_mark(':');
        let lines = file
            .tokens
            .windows(3)
            .filter(|it| is_first(it) && is_named(it));
        broken.extend(lines.map(|it| (it[1].line, "only main.rs names `engine::worker`".into())));
    }
    broken
}

/// Crates that are used in one place.
fn walls(file: &File) -> Vec<(usize, String)> {
    let module = file.module();
    let mut broken = Vec::new();
    for (name, place) in WALLED {
        if starts_with(&module, place) {
            continue;
        }
        let uses = file.tokens.iter().filter(|token| token.is_word(name));
        let message = format!("`{name}` is used below `{}` only", place.join("::"));
        broken.extend(uses.map(|token| (token.line, message.clone())));
    }
    broken
}

/// Views → components → theme, and nothing that waits in any of them.
fn window(file: &File) -> Vec<(usize, String)> {
    let module = file.module();
    let (Some("app"), Some(part)) = (
        module.first().map(String::as_str),
        module.get(1).map(String::as_str),
    ) else {
        return Vec::new();
    };
    let Some((_, walled)) = APP_WALLS.iter().find(|(name, _)| *name == part) else {
        return Vec::new();
    };
    let mut broken = Vec::new();
    for Path { names, line } in crate_paths(file) {
        let used = names.get(1).filter(|_| names[0] == "app");
        if let Some(used) = used.filter(|used| walled.contains(&used.as_str())) {
            broken.push((line, format!("`app::{part}` must not use `app::{used}`")));
        }
    }
    if part == "views" || part == "components" {
        let waits: [&[&str]; 8] = [
            &["std", "fs"],
            &["std", "net"],
            &["std", "process"],
            &["std", "sync", "Mutex"],
            &["std", "sync", "RwLock"],
            &["crate", "engine", "client"],
            &["crate", "engine", "Client"],
            &["crate", "session", "Session"],
        ];
        for Path { names, line } in paths(&file.code, &module) {
            if waits.iter().any(|wanted| starts_with(&names, wanted)) {
                let named = names.join("::");
                broken.push((line, format!("`app::{part}` must not use `{named}`")));
            }
        }
        let locks = file
            .code
            .iter()
            .filter(|it| it.is_word("Mutex") || it.is_word("RwLock"));
        broken.extend(locks.map(|it| (it.line, format!("`app::{part}` holds no locks"))));
    }
    broken
}

/// Colours are the theme's.
fn colours(file: &File) -> Vec<(usize, String)> {
    if file.path == "src/app/theme.rs" || file.path.starts_with("src/app/theme/") {
        return Vec::new();
    }
    let is_literal = |four: &[Token]| {
        let name = four[3].text.as_str();
        let makes_one = name.starts_with("from_") || name == "gray";
        let is_named = name.chars().all(|it| it.is_ascii_uppercase() || it == '_')
            && !PLAIN_COLOURS.contains(&name);
        let kind = &four[0];
        (kind.is_word("Color32") || kind.is_word("Rgba") || kind.is_word("Hsva"))
            && four[1].is_mark(':')
            && four[2].is_mark(':')
            && (makes_one || is_named)
    };
    let mut lines: Vec<usize> = file
        .code
        .windows(4)
        .filter(|four| is_literal(four))
        .map(|four| four[0].line)
        .collect();
    let macros = file.code.iter().filter(|token| token.is_word("hex_color"));
    lines.extend(macros.map(|token| token.line));
    lines
        .into_iter()
        .map(|line| (line, "colours stand in app/theme.rs only".into()))
        .collect()
}

/// What only one file may do.
fn unsafety(file: &File) -> Vec<(usize, String)> {
    let mut broken = Vec::new();
    if file.path != UNSAFE_FILE {
        let uses = file.tokens.iter().filter(|token| token.is_word("unsafe"));
        let message = format!("`unsafe` stands in {UNSAFE_FILE} only");
        broken.extend(uses.map(|token| (token.line, message.clone())));
    }
    broken
}

/// The paths of a file that lead into this crate, without the leading `crate`.
fn crate_paths(file: &File) -> Vec<Path> {
    let mut found = paths(&file.tokens, &file.module());
    found.retain_mut(|path| {
        let is_own = path.names.first().is_some_and(|it| it == "crate");
        if is_own {
            path.names.remove(0);
        }
        // `pub(in crate)` and `use crate as it` lead nowhere in particular.
        is_own && !path.names.is_empty()
    });
    found
}

fn broken(file: &File, rules: &[Rule]) -> Vec<String> {
    rules
        .iter()
        .flat_map(|rule| rule(file))
        .map(|(line, message)| format!("{}:{line}: {message}", file.path))
        .collect()
}

#[test]
fn the_code_keeps_the_rules() {
    let mut all: Vec<String> = Vec::new();
    let sources = files(&["src"]);
    assert!(
        sources.len() > 30,
        "only {} files were found",
        sources.len()
    );
    for file in &sources {
        all.extend(broken(file, &RULES));
    }
    // Cargo keeps the walls of these.
    for file in files(&["crates"]) {
        all.extend(broken(&file, &[opening, length, unsafety]));
    }
    for file in files(&["tests", "benches"]) {
        all.extend(broken(&file, &[opening, length]));
    }
    assert!(
        all.is_empty(),
        "{} rules are broken:\n{}",
        all.len(),
        all.join("\n")
    );
}

/// egui's loaders of pictures would fetch what a message names, or read it from the disk.
#[test]
fn nothing_is_built_in_that_loads_pictures_by_address() {
    let lock = std::fs::read_to_string("Cargo.lock").unwrap();
    let has = |name: &str| lock.contains(&format!("name = \"{name}\"\n"));
    assert!(has("egui"), "the file is read");
    for loader in ["ehttp", "egui_extras"] {
        assert!(!has(loader), "{loader} is among the dependencies");
    }
}
