//! Formulas in every way in which models write them, and what only looks like one.

use super::*;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(maths_of(text), expected, "{text}");
}

#[test]
fn letters_may_stand_beside_a_formula() {
    check("设$x^2$为实数，则$f(x)$连续。", &["x^2", "f(x)"]);
    check("함수 $f(x)$는 $x$에서", &["f(x)", "x"]);
    check("関数$f$の値は$f'$です", &["f", "f'"]);
    check("ค่า$x$คือ", &["x"]);
    check("the $n$th of $2n$", &["n", "2n"]);
    check(
        "an $x_i$s, $f(x)$s and 2$\\times$3",
        &["x_i", "f(x)", "\\times"],
    );
    check("**其中$x$**是，**그$y$**는", &["x", "y"]);
}

#[test]
fn money_and_prose_are_no_formulas() {
    for text in [
        "Rated $$ for moderate and $$$ for expensive.",
        "Rated $$ for moderate, cheap $ and $$ for expensive.",
        "$$ is cheap and $$ is not",
        "Bistro 12 ($$), rated $$ for moderate",
        "Bistro ($$) and Trattoria ($$)",
        "costs $5/month, or 50$/year",
        "价格从$5到$10，或5$和6$。",
        "cuesta $5买了3$的",
        "US$5 or 6$ more",
        "$HOME:$PATH and $USER$HOME",
        "Price: $5, $6 and 7$.",
        "$ x $ and $ y",
        "the $foo bar$ thing",
        r"an escaped \$x\$ and \\(x\\)",
    ] {
        check(text, &[]);
    }
    let list = "- Trattoria ($$)\n- Bistro 12 ($$)";
    check(list, &[]);
    assert_eq!(texts(list), ["• Trattoria ($$)", "• Bistro 12 ($$)"]);
    let begun = "- $$ cheap\n- $$ dear";
    assert_eq!(texts(begun), ["• $$ cheap", "• $$ dear"]);
    check("from $5 to $x$, then", &["x"]);
    check(
        "so $$x > 0$$ and $$ab$$ hold",
        &["display x > 0", "display ab"],
    );
    check("It costs $5 and we write $x$.", &["x"]);
}

#[test]
fn bare_environments_and_blocks_of_maths_are_formulas() {
    let align = "\\begin{align}\na &= b \\\\\n- c &= d\n\\end{align}";
    check(align, &[&format!("display {align}")]);
    check(
        &format!("So:\n{align}\n\nand"),
        &[&format!("display {align}")],
    );
    check(
        &format!("- so\n  {}", align.replace('\n', "\n  ")),
        &[&format!("display {}", align.replace('\n', "\n  "))],
    );
    check("\\begin{align*}x\\end{align}", &[]);
    check("\\begin{itemize}\n\\end{itemize}", &[]);
    check(
        "$$\\begin{cases} a \\\\ b \\end{cases}$$",
        &["display \\begin{cases} a \\\\ b \\end{cases}"],
    );
    check("```math\nx^2\n```", &["display x^2"]);
    check("1. ```math\n   x^2\n   ```", &["display x^2"]);
    check("```math\nx^2", &[]);
    check("```latex\nx^2\n```", &[]);
}

#[test]
fn lines_of_a_displayed_formula_are_neither_items_nor_headings() {
    check(
        "$$\na\n- b\n= c\n=\n+ d\n$$",
        &["display a\n- b\n= c\n=\n+ d"],
    );
    check(
        "Then\n\\[\na\n---\n1. b\n\\]\nand",
        &["display a\n---\n1. b"],
    );
    check("> $$\n> a\n> - b\n> $$\n>\n> so", &["display a\n - b"]);
    check(
        "1. Solve\n   $$\n   a\n   - b\n   $$\n2. So",
        &["display a\n   - b"],
    );
    // An empty line ends it, as it does in TeX, and so does code.
    check("$$\na\n\nb\n$$", &[]);
    check("$$\n```\n$$\n```", &[]);
    check("\\( a `\\)` b", &[]);
}

#[test]
fn code_is_shown_and_copied_as_it_was_written() {
    let code = "echo \\(x\\) \\[y\\]\n$$\nprice = $$5\n\n\tx = $a$ \\begin{align}\n$$";
    let indented =
        |by: &str| -> String { code.lines().flat_map(|line| [by, line, "\n"]).collect() };
    for text in [
        format!("Run:\n\n{}\nDone.", indented("    ")),
        format!("```sh\n{code}\n```"),
        format!("1. ~~~\n{}   ~~~\n", indented("   ")),
    ] {
        let units = parse(&text);
        let part = units.iter().find_map(|unit| match &unit.leaf {
            Leaf::Code(part) => Some(part),
            _ => None,
        });
        assert_eq!(part.expect(&text).block.code(), code, "{text}");
        check(&text, &[]);
    }
    check("`$x$` and ``\\(y\\)`` $z$", &["z"]);
    check("[a $x$](http://h/$y$) <http://h/$z$>", &["x"]);
    let deep = format!("```\n{}x\n```", "> ".repeat(150));
    let units = parse(&deep);
    assert_eq!(units[0].text(), format!("{}x", "> ".repeat(150)));
}

#[test]
fn code_and_formulas_in_cells_keep_their_bars() {
    let rows = |text: &str| parse(text).first().map(|it| it.text().into_owned());
    for (text, expected) in [
        (
            "| a | b |\n|---|---|\n| `(1 | group)` | x |",
            "a\tb\n(1 | group)\tx",
        ),
        ("| a | b |\n|---|---|\n| $|x|$ | abs |", "a\tb\n$|x|$\tabs"),
        (
            "| a | b |\n|---|---|\n| \\(P(A|B)\\) | x |",
            "a\tb\n$P(A|B)$\tx",
        ),
        (
            "| `a | b` | c |\n|---|---|\n| `d | e` | f |",
            "a | b\tc\nd | e\tf",
        ),
        (
            "> | `a | b` | c |\n> |---|---|\n> | 1 | 2 |",
            "a | b\tc\n1\t2",
        ),
        ("| a | b |\n|---|---|\n| ` | ` |", "a\tb\n`\t`"),
        ("| a | b |\n|---|---|\n| x \\| y | z |", "a\tb\nx | y\tz"),
    ] {
        assert_eq!(rows(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn cells_beyond_the_head_are_shown() {
    let units = parse("| a | b |\n|---|--:|\n| 1 | 2 | *3* | `4` |\n| 5 | 6 | |\n| 7 |");
    let Leaf::Table(table) = &units[0].leaf else {
        panic!("{units:?}");
    };
    assert_eq!(table.columns.len(), 4);
    assert_eq!(units[0].text(), "a\tb\t\t\n1\t2\t3\t4\n5\t6\n7\t");
    assert_eq!(table.columns[1].side, Side::End);
    assert!(table.rows[0][2].spans[0].is_emphasised);
    let wide = format!("| a |\n|---|\n|{}", " x |".repeat(5000));
    let units = parse(&wide);
    let Leaf::Table(table) = &units[0].leaf else {
        panic!();
    };
    assert_eq!(table.columns.len(), 33);
    assert_eq!(units[0].text().matches('x').count(), 5000, "none is lost");
}
