//! Markdown as models write it, and as nobody should.

mod formulas;
mod words;

use proptest::prelude::*;

use super::*;

fn texts(text: &str) -> Vec<String> {
    parse(text)
        .iter()
        .map(|unit| format!("{}{}", unit.prefix(), unit.text()))
        .collect()
}

fn maths_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for unit in parse(text) {
        match &unit.leaf {
            Leaf::Maths(tex) => found.push(format!("display {tex}")),
            Leaf::Paragraph(spans) | Leaf::Heading(_, spans) => {
                found.extend(spans.spans.iter().filter_map(|span| match &span.kind {
                    SpanKind::Maths(tex) => Some(tex.to_string()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn blocks_are_flat_and_know_where_they_lie() {
    let text = "# Title\n\nSome *words*.\n\n- one\n- two\n  1. deep\n  2. deeper\n- [x] done\n\n> quoted\n> > twice\n\n---\n\n```rust\nfn main() {}\n```\n";
    assert_eq!(
        texts(text),
        [
            "Title",
            "Some words.",
            "• one",
            "• two",
            "  1. deep",
            "  2. deeper",
            "☑ done",
            "> quoted",
            "> > twice",
            "",
            "fn main() {}"
        ]
    );
    let units = parse(text);
    let Leaf::Code(part) = &units[10].leaf else {
        panic!("{units:?}");
    };
    assert_eq!(part.block.language, "rust");
    assert!(part.block.is_closed);
    assert!(units[3].is_tight && !units[1].is_tight);
}

#[test]
fn tables_keep_their_sides_and_lengths() {
    let units = parse("| a | bb |\n|:-:|---:|\n| larger | 2 |\n| x | |\n");
    let Leaf::Table(table) = &units[0].leaf else {
        panic!("{units:?}");
    };
    assert_eq!(table.columns[0].side, Side::Center);
    assert_eq!(table.columns[1].side, Side::End);
    assert_eq!(table.columns[0].widest_halves, 6);
    assert_eq!(units[0].text(), "a\tbb\nlarger\t2\nx\t");
}

#[test]
fn formulas_are_found_in_every_dress() {
    for (text, expected) in [
        ("so $x^2$ is", &["x^2"][..]),
        (r"so \(x^2\) and \( y \) are", &["x^2", "y"]),
        ("$$\\frac{a}{b}$$", &["display \\frac{a}{b}"]),
        ("\\[\na\n- b\n= c\n\\]", &["display a\n- b\n= c"]),
        ("before\n$$x$$\nafter", &["display x"]),
        ("- item $a_1$\n- \\[ b \\]", &["a_1", "display b"]),
        ("# On $\\pi$", &["\\pi"]),
        ("`$x$` and ```$y$```", &[]),
        ("```\n\\(x\\) $$y$$\n```", &[]),
        ("$$ not closed", &[]),
    ] {
        assert_eq!(maths_of(text), expected, "{text}");
    }
}

#[test]
fn code_of_a_numbered_item_stays_as_it_was_written() {
    let units = parse("1. ```sh\n   grep '\\(x\\)'\n\n   echo \\[y\\]\n   ```");
    let code: String = units.iter().map(Unit::text).collect();
    assert_eq!(code, "grep '\\(x\\)'\n\necho \\[y\\]");
    let units = parse("```md\n1. ```\n\\(x\\)\n```");
    let code: String = units.iter().map(Unit::text).collect();
    assert_eq!(code, "1. ```\n\\(x\\)", "an item in code does not end it");
}

#[test]
fn prices_are_left_alone() {
    for text in [
        "It costs $5 and $10.",
        "costs $3.50, or $4",
        "US$5–$10",
        "from $5-$10 to $20",
        "$HOME/$USER",
        "5$ and 6$",
        "between $20 million and 30$ million",
        "a $1,000 prize, $2,000 in all",
        "$5 off, then 10$",
    ] {
        assert_eq!(maths_of(text), [""; 0], "{text}");
        assert_eq!(texts(text), [text]);
    }
}

#[test]
fn nothing_is_interpreted_or_fetched() {
    let text = "<script>alert(1)</script>\n\nHi <b>you</b> ![a cat](http://x/c.png) ![](file:///etc/passwd)";
    let units = parse(text);
    assert_eq!(units[0].text(), "<script>alert(1)</script>");
    assert_eq!(units[1].text(), "Hi <b>you</b> a cat file:///etc/passwd");
    let Leaf::Paragraph(spans) = &units[1].leaf else {
        panic!("{units:?}");
    };
    let images = spans
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Image);
    assert_eq!(images.count(), 2);
}

#[test]
fn what_a_user_wrote_stays_as_it_was() {
    let text =
        "1. no list\n  two  spaces\n\n# no title *nor* this\n```py\nx\n```\nafter `code` $x$";
    let units = parse_user(text);
    let texts: Vec<_> = units.iter().map(|unit| unit.text().into_owned()).collect();
    assert_eq!(
        texts,
        [
            "1. no list\n  two  spaces\n\n# no title *nor* this",
            "x",
            "after code $x$"
        ]
    );
    assert_eq!(parse_user(&"\n".repeat(100_000)).len(), 0);
    let long = "a\n".repeat(100_000);
    let lines: usize = parse_user(&long)
        .iter()
        .map(|it| it.text().lines().count())
        .sum();
    assert_eq!(lines, 100_000);
}

/// Texts that have brought others down.
fn hostile() -> Vec<(&'static str, String)> {
    let cells = "| x ".repeat(500);
    vec![
        ("a line of a megabyte", "word ".repeat(200_000)),
        ("a megabyte without a space", "x".repeat(1_000_000)),
        ("quotes", ">".repeat(10_000) + " end"),
        ("lists", "- ".repeat(10_000) + "end"),
        (
            "lists of lines",
            (0..2000).map(|it| " ".repeat(2 * it) + "- a\n").collect(),
        ),
        (
            "an open fence",
            format!("```\n{}", "code\n".repeat(200_000)),
        ),
        (
            "a wide table",
            format!("{cells}|\n{}|\n{cells}|\n", "|---".repeat(500)),
        ),
        ("zalgo", format!("Z{}", "\u{301}\u{302}".repeat(50_000))),
        ("newlines", "\n".repeat(100_000)),
        ("stars", "*a **b ".repeat(50_000)),
        ("brackets", "[".repeat(100_000)),
        ("links", "[a](".repeat(50_000)),
        ("dollars", "$".repeat(100_000)),
        ("parentheses", "\\(".repeat(100_000)),
        ("backquotes", "`a``b".repeat(50_000)),
        ("nuls", "\0".repeat(100_000)),
        ("html", "<div>".repeat(50_000)),
        ("tags", "<sub>".repeat(50_000)),
        ("tags that close others", "<sub>x</sup>".repeat(20_000)),
        ("environments", "\\begin{align}".repeat(20_000)),
        ("lone dollars", "a $b ".repeat(50_000)),
        ("pairs of dollars", "$$ ".repeat(50_000)),
        ("bars in code", "`a | b".repeat(20_000)),
        (
            "rows with code",
            format!("|a|b|\n|-|-|\n{}", "|`a|`b``|c\n".repeat(10_000)),
        ),
        (
            "a row of code",
            format!("|a|b|\n|-|-|\n|{}", "`a|".repeat(20_000)),
        ),
        ("heads", "`a | b` | c\n|-|-|\n".repeat(5_000)),
        ("bold CJK", "**（重".repeat(20_000)),
        ("addresses", "https://".repeat(20_000)),
        (
            "addresses with brackets",
            format!("https://a.org/{}", ")".repeat(2_000)).repeat(50),
        ),
        ("fences that never close", "```a\n".repeat(100_000)),
    ]
}

#[test]
fn hostile_texts_are_cut_to_pieces_that_can_be_drawn() {
    for (name, text) in hostile() {
        println!("{name}");
        check(&text, &parse(&text));
        check(&text, &parse_user(&text));
    }
}

#[test]
fn code_is_drawn_with_spaces_and_copied_with_tabs() {
    let code: Vec<String> = (0..100).map(|it| format!("\tcc {it}.c\u{202e}")).collect();
    let code = code.join("\n");
    for units in [
        parse(&format!("Make:\n\n```make\n{code}\n```\nDone.")),
        parse_user(&format!("Make:\n```make\n{code}\n```\nDone.")),
    ] {
        let parts: Vec<_> = units
            .iter()
            .filter_map(|unit| match &unit.leaf {
                Leaf::Code(part) => Some(part),
                _ => None,
            })
            .collect();
        assert!(parts.len() > 1, "it is cut into pieces");
        let lines: Vec<_> = parts.iter().map(|it| it.code()).collect();
        assert_eq!(lines.join("\n"), code);
        assert_eq!(parts[0].block.code(), code);
        assert!(parts[0].block.text.starts_with("    cc 0.c⟨RLO⟩"));
    }
}

#[test]
fn a_line_of_code_that_is_cut_is_not_copied_with_each_of_its_pieces() {
    let units = parse(&format!("```\n\t{}\n```", "x".repeat(20_000)));
    let pieces: Vec<_> = units
        .iter()
        .filter_map(|unit| match &unit.leaf {
            Leaf::Code(part) => Some(part.code()),
            _ => None,
        })
        .collect();
    assert!(pieces.len() > 1);
    assert_eq!(pieces.concat(), format!("    {}", "x".repeat(20_000)));
}

/// What holds of all units of any text.
fn check(text: &str, units: &[Unit]) {
    for unit in units {
        assert!(unit.source.end <= text.len() && unit.source.start <= unit.source.end);
        assert!(text.get(unit.source.clone()).is_some(), "{:?}", unit.source);
        assert!(unit.frames.len() <= 12);
        let each = |spans: &Spans| {
            let mut done = 0;
            for span in &spans.spans {
                assert_eq!(span.range.start, done);
                assert!(spans.text.is_char_boundary(span.range.end));
                done = span.range.end;
            }
            assert_eq!(done, spans.text.len());
        };
        match &unit.leaf {
            Leaf::Paragraph(spans) | Leaf::Heading(_, spans) => {
                each(spans);
                assert!(spans.text.len() <= 8000, "{}", spans.text.len());
            }
            Leaf::Code(part) => {
                let text = &part.block.text[part.range.clone()];
                assert!(text.len() <= 4000 && text.lines().count() <= 60);
            }
            Leaf::Table(part) => {
                let cells = part.rows.len() * part.columns.len();
                assert!(cells <= 600.max(part.columns.len()));
                part.rows.iter().flatten().for_each(each);
            }
            Leaf::Maths(_) | Leaf::Rule => {}
        }
    }
}

/// Pieces of Markdown that can follow each other in any order.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zñ]{1,8}( [a-z]{1,6}){0,4}",
        1 => Just("\n".to_owned()),
        3 => Just("\n\n".to_owned()),
        1 => Just("\n- ".to_owned()),
        1 => Just("\n  1. ".to_owned()),
        1 => Just("\n> ".to_owned()),
        1 => Just("\n# ".to_owned()),
        1 => Just("\n```rs\n".to_owned()),
        1 => Just("\n```\n".to_owned()),
        1 => Just("\n~~~\n".to_owned()),
        1 => Just("\n| a | b |\n|---|---|\n| c | d |\n".to_owned()),
        1 => Just("\n---\n".to_owned()),
        1 => Just("\n===\n".to_owned()),
        1 => Just("    ".to_owned()),
        1 => Just("\t".to_owned()),
        1 => Just("**".to_owned()),
        1 => Just("*".to_owned()),
        1 => Just("_".to_owned()),
        1 => Just("`".to_owned()),
        1 => Just("$".to_owned()),
        1 => Just("$$".to_owned()),
        1 => Just("\\(".to_owned()),
        1 => Just("\\)".to_owned()),
        1 => Just("\\[".to_owned()),
        1 => Just("\\]".to_owned()),
        1 => Just("\\".to_owned()),
        1 => Just("[a](b)".to_owned()),
        1 => Just("![".to_owned()),
        1 => Just("](".to_owned()),
        1 => Just("<b>".to_owned()),
        1 => Just("<sub>".to_owned()),
        1 => Just("</sub>".to_owned()),
        1 => Just("<br>".to_owned()),
        1 => Just("\\begin{align}".to_owned()),
        1 => Just("\\end{align}".to_owned()),
        1 => Just("\n```math\n".to_owned()),
        1 => Just(" | ".to_owned()),
        1 => Just("\n|---|---|\n".to_owned()),
        1 => Just("（重点）".to_owned()),
        1 => Just("https://a.org/_b".to_owned()),
        1 => Just("\n- עברית ".to_owned()),
        1 => Just("<!-- ".to_owned()),
        1 => Just("[ ] ".to_owned()),
        1 => Just("👨\u{200d}👩\u{200d}👧 日本語 עברית".to_owned()),
        1 => Just("\u{202e}\0\u{301}\r".to_owned()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_text_that_grew_is_the_text_read_at_once(
        text in markdown(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut cuts: Vec<usize> = cuts
            .iter()
            .map(|cut| cut.index(text.len() + 1))
            .map(|at| (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len()))
            .collect();
        cuts.sort_unstable();
        let mut growing = Growing::default();
        for cut in cuts {
            growing.grow(&text[..cut]);
            check(&text, growing.units());
            prop_assert_eq!(growing.units(), &parse(&text[..cut])[..], "{:?}", &text[..cut]);
        }
        growing.finish(&text);
        let whole = parse(&text);
        check(&text, &whole);
        prop_assert_eq!(growing.units(), &whole[..]);
        check(&text, &parse_user(&text));
    }
}
