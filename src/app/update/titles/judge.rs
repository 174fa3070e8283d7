//! Whether what a model has said is a title.

use std::collections::HashSet;

/// The longest title, in characters.
const MAX_CHARS: usize = 60;

/// The longest title, in words: a few more than are asked for.
const MAX_WORDS: usize = 9;

/// Shorter words say little of what a chat is about.
const MIN_WORD_CHARS: usize = 4;

/// Words that begin with the same letters are taken for forms of one.
const STEM_CHARS: usize = 4;

/// What is repeated in a title that repeats itself, at least: letters of an alphabet, and
/// signs that stand for a syllable or a word.
const MIN_REPEATED_LETTERS: usize = 4;
const MIN_REPEATED_SIGNS: usize = 2;

/// The title in what a model has said; `None` where the chat is better called by its first
/// words.
pub(super) fn title_in(said: &str, question: &str, reply: &str) -> Option<String> {
    let line = said.lines().map(str::trim).find(|line| !line.is_empty())?;
    let title = bare(line)?;
    let words = title.split_whitespace().count();
    let is_short = title.chars().count() <= MAX_CHARS && words <= MAX_WORDS;
    let letters = title.chars().filter(|it| it.is_alphabetic()).count();
    let is_markup = ["<|", "|>", "<think", "</", "{", "://"]
        .iter()
        .any(|it| title.contains(it));
    // "Here is a title:" is the beginning of something else.
    if !is_short || letters < 2 || is_markup || title.ends_with([':', ',', ';']) {
        return None;
    }
    let is_echo = |of: &str| {
        let (title, of) = (plain(&title), plain(of));
        !title.is_empty() && (of.starts_with(&title) || title.starts_with(&of))
    };
    let is_talk = |opening: &&str| plain(&title).starts_with(&plain(opening));
    if is_echo(question) || is_echo(reply) || TALK.iter().any(is_talk) {
        return None;
    }
    let is_about = shares_a_word(&title, question) || shares_a_word(&title, reply);
    (is_about && !repeats_itself(&title, question)).then_some(title)
}

/// The beginning of what a model has said in place of a title.
pub(super) fn excerpt(said: &str) -> String {
    let words: Vec<&str> = said.split_whitespace().collect();
    let mut text: String = words.join(" ").chars().take(MAX_CHARS).collect();
    if text.len() < words.join(" ").len() {
        text.push('…');
    }
    text
}

/// Whether the same letters follow each other twice, and the user has not said it so:
/// "Bora Bora".
fn repeats_itself(title: &str, question: &str) -> bool {
    let letters: Vec<char> = letters(title).collect();
    let shortest = match letters.iter().all(|it| has_no_case(*it)) {
        true => MIN_REPEATED_SIGNS,
        false => MIN_REPEATED_LETTERS,
    };
    let question: String = self::letters(question).collect();
    let is_said = |twice: &[char]| question.contains(&twice.iter().collect::<String>());
    (shortest..=letters.len() / 2).any(|length| {
        letters.windows(2 * length).any(|twice| {
            let (first, second) = twice.split_at(length);
            first == second && !is_said(twice)
        })
    })
}

/// Whether a title has a word of a text, or one that begins like it: "planet", "planets".
/// In scripts that need not part words, two signs after each other are a word.
fn shares_a_word(title: &str, text: &str) -> bool {
    if title
        .chars()
        .any(|it| it.is_alphabetic() && has_no_case(it))
    {
        let signs: Vec<char> = letters(title).collect();
        let text: String = letters(text).collect();
        let is_there = |pair: &[char]| text.contains(&pair.iter().collect::<String>());
        if signs.windows(2).any(is_there) {
            return true;
        }
    }
    let has_weight = |word: &&str| word.chars().nth(MIN_WORD_CHARS - 1).is_some();
    let words = |text: &str| -> HashSet<String> {
        let words: Vec<String> = split(text);
        let long: HashSet<String> = words
            .iter()
            .filter(|word| has_weight(&word.as_str()))
            .map(|word| word.chars().take(STEM_CHARS).collect())
            .collect();
        match long.is_empty() {
            true => words.into_iter().collect(),
            false => long,
        }
    };
    let title = words(title);
    let text: HashSet<String> = split(text)
        .into_iter()
        .flat_map(|word| [word.chars().take(STEM_CHARS).collect(), word])
        .collect();
    title.iter().any(|word| text.contains(word))
}

/// The words of a text in small letters.
fn split(text: &str) -> Vec<String> {
    let words = text.split(|it: char| !it.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether a letter is of a script without small and capital ones.
fn has_no_case(letter: char) -> bool {
    !letter.is_lowercase() && !letter.is_uppercase()
}

/// The small letters and digits of a text.
fn letters(text: &str) -> impl Iterator<Item = char> {
    let letters = text.chars().filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_lowercase)
}

/// How a model begins that talks about the title in place of writing it.
const TALK: [&str; 14] = [
    "sure",
    "here is",
    "here's",
    "i'm sorry",
    "i am sorry",
    "as an ai",
    "i can't",
    "i cannot",
    "claro,",
    "aquí tienes",
    "lo siento",
    "como modelo",
    "the conversation",
    "la conversación",
];

/// A line without quotes, Markdown and a name in front.
fn bare(line: &str) -> Option<String> {
    let mut text: String = line
        .chars()
        .filter(|it| !it.is_control() && !matches!(it, '*' | '`' | '_'))
        .collect();
    loop {
        let before = text.len();
        let edges = |it: char| it.is_whitespace() || "#>-–—•\"'“”‘’«»[]".contains(it);
        text = text.trim_matches(edges).to_owned();
        for name in ["title:", "título:", "chat title:", "conversation title:"] {
            let head = text.get(..name.len());
            if head.is_some_and(|head| head.to_lowercase() == name) {
                text.replace_range(..name.len(), "");
            }
        }
        if text.ends_with('.') && !text.ends_with("..") {
            text.pop();
        }
        if text.len() == before {
            break;
        }
    }
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Letters and digits alone, to compare.
fn plain(text: &str) -> String {
    letters(text).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: &str = "How do I bake bread without kneading it?";
    const REPLY: &str = "Mix flour, water, salt and yeast, and wait for a night.";

    #[test]
    fn a_title_is_bare_words() {
        let spanish = ("¿Cómo hago pan sin amasar?", "Mezcla y espera.");
        let japanese = ("おいしいパンの作り方を教えて", "まず、小麦粉を用意します。");
        for ((question, reply), said, title) in [
            ((QUESTION, REPLY), "No-knead bread", "No-knead bread"),
            (
                (QUESTION, REPLY),
                "\n  **Title: \"No-knead bread.\"**\n",
                "No-knead bread",
            ),
            (spanish, "# Pan sin amasar\nMore words", "Pan sin amasar"),
            (spanish, "Título: «Pan  sin amasar»", "Pan sin amasar"),
            ((QUESTION, REPLY), "- `Bread` overnight", "Bread overnight"),
            (spanish, "¿Pan sin amasar?", "¿Pan sin amasar?"),
            (japanese, "パンの作り方", "パンの作り方"),
            // What the reply speaks of, and other forms of its words.
            (
                (QUESTION, REPLY),
                "Mixing and Waiting",
                "Mixing and Waiting",
            ),
            (
                (QUESTION, REPLY),
                "A night for the yeasts",
                "A night for the yeasts",
            ),
            (("Is C or Go better?", "It depends."), "C or Go", "C or Go"),
            (
                ("Hotels on Bora Bora?", "There are many."),
                "Bora Bora hotels",
                "Bora Bora hotels",
            ),
        ] {
            let found = title_in(said, question, reply);
            assert_eq!(found.as_deref(), Some(title), "{said:?}");
        }
    }

    #[test]
    fn what_repeats_itself_or_is_about_something_else_is_no_title() {
        let planets = (
            "¿Qué planetas tienen anillos?",
            "¿Cómo estás? Los planetas gigantes tienen anillos.",
        );
        let japanese = ("おいしいパンの作り方を教えて", "まず、小麦粉を用意します。");
        for ((question, reply), said) in [
            (planets, "¿Cómo estás? ¿Cómo estás? ¿C"),
            (planets, "Planetas planetas"),
            (planets, "Anillos, anillos y anillos, anillos"),
            (planets, "Pocas palabras, seis como mucho"),
            (planets, "Amazing Insights"),
            ((QUESTION, REPLY), "A Guide to the Best Courses"),
            (japanese, "天気天気"),
            (japanese, "今日の天気"),
        ] {
            assert_eq!(title_in(said, question, reply), None, "{said:?}");
        }
        assert_eq!(excerpt(" a \n b"), "a b");
        assert!(excerpt(&"word ".repeat(40)).ends_with('…'));
    }

    #[test]
    fn what_is_no_title_leaves_the_first_words() {
        let long = "word ".repeat(10);
        let wide = "x".repeat(61);
        for said in [
            "",
            " \n ",
            "\"\"",
            "…",
            "42",
            long.as_str(),
            wide.as_str(),
            QUESTION,
            "how do I bake bread",
            "Mix flour, water, salt",
            "Sure! Bread",
            "Here is a title:",
            "<think> What to call it",
            "<|im_end|>",
            "{\"title\": \"Bread\"}",
            "I'm sorry, but no",
        ] {
            assert_eq!(title_in(said, QUESTION, REPLY), None, "{said:?}");
        }
    }
}
