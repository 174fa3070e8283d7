//! Replies that a model at its worst, or somebody who means ill, could write.

/// What stands at the end of each.
pub(crate) const END: &str = "Endofharm";

/// What stands at the beginning of each.
pub(crate) const START: &str = "Startofharm";

const MEGABYTE: usize = 1_000_000;

/// The title of a chat and the reply in it, for each of them.
pub(crate) fn chats() -> Vec<(&'static str, String)> {
    let texts = [
        ("One line of a megabyte", line()),
        ("Ten thousand quotes in quotes", quotes()),
        ("Ten thousand lists in lists", lists()),
        ("A fence that never closes", fence()),
        ("A table of 500 columns", table()),
        ("Letters under letters", zalgo()),
        ("A hundred thousand new lines", newlines()),
        ("Ten thousand stars and brackets", marks()),
        ("A formula ten thousand deep", formula()),
    ];
    texts
        .map(|(title, text)| (title, format!("{START}\n\n{text}\n\n{END}")))
        .into()
}

fn line() -> String {
    let mut text = "palabra word 言葉 ".repeat(MEGABYTE / 20);
    text.push_str(&"x".repeat(MEGABYTE / 4));
    text
}

fn quotes() -> String {
    format!("{} deep", ">".repeat(10_000))
}

fn lists() -> String {
    let mut text = format!("{}deep\n", "- ".repeat(10_000));
    for depth in 0..200 {
        text.push_str(&" ".repeat(depth * 2));
        text.push_str("- deeper\n");
    }
    text
}

fn fence() -> String {
    let line = "    let answer = compute(&values, \"text\", 42); // and so on\n";
    format!("```rust\n{}", line.repeat(MEGABYTE / line.len()))
}

fn table() -> String {
    let row = |cell: &str| format!("|{}\n", format!(" {cell} |").repeat(500));
    let mut text = row("head") + &row("---");
    for number in 0..40 {
        text.push_str(&row(&number.to_string()));
    }
    text
}

fn zalgo() -> String {
    let under: String = ('\u{0300}'..='\u{036f}').collect();
    let letters = "never gonna give you up";
    let mut word = String::new();
    for letter in letters.chars() {
        word.push(letter);
        word.push_str(&under);
    }
    word.push_str("\n\n");
    word.repeat(40)
}

fn newlines() -> String {
    format!("above{}below", "\n".repeat(100_000))
}

fn marks() -> String {
    format!(
        "{}\n\n{}\n\n{}",
        "**_".repeat(10_000),
        "[".repeat(10_000),
        "`".repeat(9_999)
    )
}

fn formula() -> String {
    let half = 10_000;
    format!("$${}x{}$$", r"\frac{1}{".repeat(half), "}".repeat(half))
}
