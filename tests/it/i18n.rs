//! The texts: both languages say the same things, the code names only what is there, and
//! nothing is there that the code does not name.

use std::collections::{BTreeMap, BTreeSet};

use charla::i18n::{I18n, Language};
use fluent_bundle::FluentResource;

use crate::source::{File, Kind, Token, files};

/// The messages of a language: what each says, by its id.
type Messages = BTreeMap<String, String>;

/// Reads messages; also returns the ids that come twice.
fn messages(sources: &[&str]) -> (Messages, Vec<String>) {
    let mut messages = Messages::new();
    let mut twice = Vec::new();
    for source in sources {
        let mut id = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with([' ', '\t', '}']) {
                // The message goes on.
                if let Some(text) = messages.get_mut(&id) {
                    text.push('\n');
                    text.push_str(line.trim());
                }
            } else if let Some((name, text)) = line.split_once('=') {
                name.trim().clone_into(&mut id);
                if messages
                    .insert(id.clone(), text.trim().to_owned())
                    .is_some()
                {
                    twice.push(id.clone());
                }
            }
        }
    }
    (messages, twice)
}

fn of(language: Language) -> Messages {
    messages(&language.sources()).0
}

/// The names behind the dollars.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split('$')
        .skip(1)
        .map(|rest| {
            let end = rest.find(|it: char| !it.is_alphanumeric() && it != '-' && it != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect()
}

/// What a person reads of a message: without what stands in braces.
fn words(text: &str) -> String {
    let mut depth = 0_usize;
    let mut words = String::new();
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => words.push(letter),
            _ => {}
        }
    }
    words
}

/// Where the languages differ in more than words.
fn differences(en: &Messages, es: &Messages) -> Vec<String> {
    let ids: BTreeSet<_> = en.keys().chain(es.keys()).collect();
    let mut found = Vec::new();
    for id in ids {
        match (en.get(id), es.get(id)) {
            (Some(en), Some(es)) if variables(en) == variables(es) => {}
            (Some(en), Some(es)) => {
                let both = (variables(en), variables(es));
                found.push(format!("{id}: variables differ: {both:?}"));
            }
            (Some(_), None) => found.push(format!("{id}: not in Spanish")),
            (None, _) => found.push(format!("{id}: not in English")),
        }
    }
    found
}

/// What is wrong with a Spanish text.
fn spanish_mistakes(text: &str) -> Vec<&'static str> {
    let words = words(text);
    let lower = format!(" {} ", words.to_lowercase());
    let count = |mark: char| words.chars().filter(|it| *it == mark).count();
    let formal = [
        "usted",
        "ustedes",
        "haga",
        "pulse",
        "elija",
        "compruebe",
        "seleccione",
        "su equipo",
    ];
    let is_formal = |word: &&str| {
        lower
            .split(|it: char| !it.is_alphanumeric() && it != ' ')
            .any(|part| format!(" {} ", part.trim()).contains(&format!(" {word} ")))
    };
    let mut found = Vec::new();
    if count('¿') != count('?') {
        found.push("a question without ¿ or ?");
    }
    if count('¡') != count('!') {
        found.push("an exclamation without ¡ or !");
    }
    if formal.iter().any(is_formal) {
        found.push("the reader is told «tú», not «usted»");
    }
    if words.contains(['“', '”', '"']) {
        found.push("quotation marks are «these»");
    }
    found
}

/// A use of a message in the code: its id, the arguments that are plain to see, and where.
struct Use {
    id: String,
    arguments: Vec<String>,
    place: String,
}

/// The messages that the code names as such: `Text::new("id").word("name", …)` and
/// `i18n.get("id")`.
fn uses(file: &File) -> Vec<Use> {
    let code = &file.code;
    let mut uses = Vec::new();
    for at in 0..code.len() {
        let is = |ahead: usize, mark: char| code.get(at + ahead).is_some_and(|it| it.is_mark(mark));
        let word =
            |ahead: usize, word: &str| code.get(at + ahead).is_some_and(|it| it.is_word(word));
        let is_text = word(0, "Text") && is(1, ':') && word(3, "new") && is(4, '(');
        let is_get = word(0, "i18n") && is(1, '.') && word(2, "get") && is(3, '(');
        let literal = if is_text { at + 5 } else { at + 4 };
        let Some(id) = code.get(literal).filter(|it| it.kind == Kind::Text) else {
            continue;
        };
        if is_text || is_get {
            uses.push(Use {
                id: id.text.clone(),
                arguments: if is_text {
                    arguments(code, literal + 2)
                } else {
                    Vec::new()
                },
                place: format!("{}:{}", file.path, id.line),
            });
        }
    }
    uses
}

/// The names in a chain of `.word("name", …)`, `.count(…)` and `.with(…)`.
fn arguments(code: &[Token], mut at: usize) -> Vec<String> {
    let mut names = Vec::new();
    let is_link = |at: usize| {
        let [dot, method, open, name] = code.get(at..at + 4)? else {
            return None;
        };
        let adds = ["word", "count", "with"]
            .iter()
            .any(|it| method.is_word(it));
        (dot.is_mark('.') && adds && open.is_mark('(') && name.kind == Kind::Text)
            .then(|| name.text.clone())
    };
    while let Some(name) = is_link(at) {
        names.push(name);
        at = crate::source::closing(code, at + 2);
    }
    names
}

/// The ids that `cli::command` puts together.
fn command_line_ids(command: &clap::Command, prefix: &str) -> Vec<String> {
    let mut ids = vec![format!("{prefix}-about")];
    let arguments = command
        .get_arguments()
        .map(|it| it.get_id().as_str().replace('_', "-"));
    ids.extend(arguments.map(|name| format!("{prefix}-{name}")));
    for subcommand in command.get_subcommands() {
        let prefix = format!("{prefix}-{}", subcommand.get_name());
        ids.extend(command_line_ids(subcommand, &prefix));
    }
    ids
}

fn all_named_ids() -> BTreeSet<String> {
    let literals = files(&["src"]).into_iter().flat_map(|file| file.code);
    let texts = literals
        .filter(|token| token.kind == Kind::Text)
        .map(|token| token.text);
    let command = charla::cli::command(&I18n::new(Language::En));
    texts.chain(command_line_ids(&command, "cli")).collect()
}

#[test]
fn every_file_is_whole() {
    for language in Language::ALL {
        for source in language.sources() {
            if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
                panic!("{language:?}: {errors:?}");
            }
        }
        let (messages, twice) = messages(&language.sources());
        assert!(twice.is_empty(), "{language:?}: twice: {twice:?}");
        assert!(
            messages.len() > 80,
            "{language:?}: {} messages",
            messages.len()
        );
        let i18n = I18n::new(language);
        let missing: Vec<_> = messages
            .keys()
            .filter(|id| i18n.find(id).is_none())
            .collect();
        assert!(missing.is_empty(), "{language:?}: {missing:?}");
    }
}

#[test]
fn both_languages_say_the_same() {
    let found = differences(&of(Language::En), &of(Language::Es));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn spanish_is_written_as_it_is_spoken() {
    let mut found = Vec::new();
    for (id, text) in of(Language::Es) {
        found.extend(
            spanish_mistakes(&text)
                .iter()
                .map(|mistake| format!("{id}: {mistake}: {text}")),
        );
    }
    for (id, text) in of(Language::En) {
        if words(&text).contains(['«', '»', '"', '¿', '¡']) {
            found.push(format!("{id}: marks of another language: {text}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_code_names_what_is_there() {
    let messages = of(Language::En);
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files(&["src"]) {
        for Use {
            id,
            arguments,
            place,
        } in uses(&file)
        {
            count += 1;
            let Some(text) = messages.get(&id) else {
                wrong.push(format!("{place}: there is no message {id}"));
                continue;
            };
            let taken = variables(text);
            let extra = arguments
                .iter()
                .filter(|name| !taken.contains(name.as_str()));
            wrong.extend(extra.map(|name| format!("{place}: {id} has no ${name}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "only {count} uses were found");
}

#[test]
fn every_message_is_named_somewhere() {
    let named = all_named_ids();
    let messages = of(Language::En);
    let idle: Vec<_> = messages.keys().filter(|id| !named.contains(*id)).collect();
    assert!(idle.is_empty(), "nothing in src/ names these: {idle:?}");
}

#[test]
fn the_checks_can_fail() {
    let read = |source: &str| messages(&[source]);
    let (found, twice) =
        read("# a = b\na-b = One\n    two { $x }\nc = { $y ->\n    *[other] d\n}\na-b = e\n");
    assert_eq!(twice, ["a-b"]);
    assert_eq!(variables(&found["c"]), BTreeSet::from(["y"]));
    assert_eq!(words("a { $b } c"), "a  c");

    let check = |en: &str, es: &str, expected: &[&str]| {
        assert_eq!(differences(&read(en).0, &read(es).0), expected, "{en} {es}");
    };
    check("a = b { $c }", "a = { $c } d", &[]);
    check("a = b\nc = d", "a = b", &["c: not in Spanish"]);
    check("a = b", "a = b\nc = d", &["c: not in English"]);
    check(
        "a = { $b }",
        "a = { $c }",
        &[r#"a: variables differ: ({"b"}, {"c"})"#],
    );

    assert!(spanish_mistakes("¿Qué tal? ¡Bien! «{ $a }»").is_empty());
    for bad in [
        "Qué tal?",
        "¡Bien",
        "Pregunte usted algo",
        "Haga clic aquí",
        "el “{ $a }”",
    ] {
        assert_eq!(spanish_mistakes(bad).len(), 1, "{bad}");
    }

    let code =
        r#"fn f() { Text::new("a").word("b", c).count("d", e(f)); i18n.get("g"); map.get("h"); }"#;
    let found: Vec<_> = uses(&File::new("src/a.rs", code))
        .into_iter()
        .map(|it| (it.id, it.arguments.join(" ")))
        .collect();
    assert_eq!(
        found,
        [("a".into(), "b d".into()), ("g".into(), String::new())]
    );
}
