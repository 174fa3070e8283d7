//! Words and their looks: bold beside CJK brackets, HTML's small tags, bare addresses,
//! the side from which lists are read.

use super::*;

/// The words that are strong, each with what follows from their place.
fn strong(text: &str) -> Vec<String> {
    let units = parse(text);
    let spans = units.iter().filter_map(|unit| match &unit.leaf {
        Leaf::Paragraph(spans) => Some(spans),
        _ => None,
    });
    spans
        .flat_map(|spans| {
            let strong = spans.spans.iter().filter(|it| it.is_strong);
            strong.map(|it| spans.text[it.range.clone()].to_owned())
        })
        .collect()
}

#[test]
fn bold_words_beside_cjk_brackets_are_bold() {
    for (text, expected) in [
        ("**Charla（シャルラ）**は", &["Charla（シャルラ）"][..]),
        ("这是**“重点”**内容。", &["“重点”"]),
        ("**주의(필독)**를", &["주의(필독)"]),
        ("**注意：**这是", &["注意："]),
        ("**注意：**text", &["注意："]),
        ("text**「重点」**text", &["「重点」"]),
        (
            "在**`code`**中，在**[链接](http://x.org)**中",
            &["code", "链接"],
        ),
        ("（**重点**）和**A**，**B**。", &["重点", "A", "B"]),
        (
            "**他说：“你好。”**然后**再见！**了",
            &["他说：“你好。”", "再见！"],
        ),
        ("**(1)**を、**𠮷「野」**𠮷", &["(1)", "𠮷「野」"]),
        ("2 * 3 * 4 は **이것**은", &["이것"]),
        ("a**(b)**c", &[]),
    ] {
        assert_eq!(strong(text), expected, "{text}");
    }
    let units = parse("~~旧（古い）~~は | **`a`**是");
    assert_eq!(units[0].text(), "旧（古い）は | a是");
}

#[test]
fn html_that_models_use_is_drawn() {
    let text = "| a<br>b | c |\n|---|---|\n| 1<br/>2 | H<sub>2</sub>O |";
    assert_eq!(parse(text)[0].text(), "a\nb\tc\n1\n2\tH2O");
    let units = parse("E = mc<sup>2</sup>, *H<SUB>2</SUB>O*, <kbd>Ctrl</kbd>+<kbd>C</kbd><br>end");
    assert_eq!(units[0].text(), "E = mc2, H2O, Ctrl+C\nend");
    let Leaf::Paragraph(spans) = &units[0].leaf else {
        panic!("{units:?}");
    };
    let of = |words: &str| {
        let span = spans
            .spans
            .iter()
            .find(|it| &spans.text[it.range.clone()] == words);
        span.unwrap_or_else(|| panic!("{words}: {spans:?}")).clone()
    };
    let sub = spans
        .spans
        .iter()
        .find(|it| it.script == Script::Sub)
        .unwrap();
    assert!(sub.is_emphasised && &spans.text[sub.range.clone()] == "2");
    assert_eq!(of("Ctrl").kind, SpanKind::Key);
    assert!(spans.spans.iter().any(|it| it.script == Script::Sup));
    // What is not closed, and all other HTML, is text.
    for text in [
        "x<sub>2",
        "x</sub>",
        "a <sup>b</kbd>",
        "<u>x</u>",
        "`<br>` `<sub>x</sub>`",
    ] {
        let shown = text.replace('`', "");
        assert_eq!(parse(text)[0].text(), shown);
    }
    assert_eq!(texts("one\n\n<br>\n\ntwo"), ["one", "two"]);
    let nested = format!("{}x{}", "<sub>".repeat(20_000), "</sup>".repeat(20_000));
    assert_eq!(
        parse(&nested)
            .iter()
            .map(|it| it.text().len())
            .sum::<usize>(),
        nested.len()
    );
}

/// The words that lead somewhere, and where.
fn links(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for unit in parse(text).iter().chain(&parse_user(text)) {
        let Leaf::Paragraph(spans) = &unit.leaf else {
            continue;
        };
        for span in &spans.spans {
            if let Some(target) = &span.target {
                let link = (
                    spans.text[span.range.clone()].to_owned(),
                    target.to_string(),
                );
                if !found.contains(&link) {
                    found.push(link);
                }
            }
        }
    }
    found
}

#[test]
fn bare_addresses_are_links() {
    for (text, address) in [
        (
            "see https://a.org/b_c_d?x=1&y=2.",
            "https://a.org/b_c_d?x=1&y=2",
        ),
        (
            "(https://en.wikipedia.org/wiki/Foo_(bar))",
            "https://en.wikipedia.org/wiki/Foo_(bar)",
        ),
        ("请访问https://a.org/路。谢谢", "https://a.org/"),
        ("«http://a.org», y", "http://a.org"),
        ("**https://a.org**!", "https://a.org"),
    ] {
        let link = (address.to_owned(), address.to_owned());
        assert!(links(text).contains(&link), "{text}: {:?}", links(text));
    }
    assert_eq!(
        links("www.a.org/x, and"),
        [("www.a.org/x".to_owned(), "http://www.a.org/x".to_owned())]
    );
    for text in [
        "`https://a.org`",
        "xhttps://a.org",
        "https:// nothing",
        "www.nothing",
        "www. x",
        "https://",
    ] {
        assert_eq!(links(text), [], "{text}");
    }
    let link = ("a.org".to_owned(), "https://b.org".to_owned());
    assert!(links("[a.org](https://b.org)").contains(&link));
}

#[test]
fn lists_and_quotes_know_from_which_side_they_are_read() {
    let sides = |text: &str| -> Vec<bool> { parse(text).iter().map(|it| it.is_rtl).collect() };
    assert_eq!(
        sides("- שלום\n- hello\n\n  ```\n  x\n  ```"),
        [true, true, true]
    );
    assert_eq!(sides("- hello\n- שלום"), [false, false]);
    assert_eq!(sides("> 1. «مرحبا»\n\nhello\n\n- hi"), [true, false, false]);
    assert_eq!(
        sides("| שם | x |\n|---|---|\n\n| x |\n|---|"),
        [true, false]
    );
    assert_eq!(sides("שלום"), [false], "nothing stands beside it");
}

#[test]
fn a_wide_letter_counts_twice() {
    let units = parse("| 名称 | b |\n|---|---|\n| | x<br>long |");
    let Leaf::Table(table) = &units[0].leaf else {
        panic!("{units:?}");
    };
    let widths: Vec<usize> = table.columns.iter().map(|it| it.widest_halves).collect();
    assert_eq!(widths, [4, 4]);
}
