//! Replies as models write them, cut into pieces in every way.

use super::*;

const REPLY: Kind = Kind::Reply;
const REASONING: Kind = Kind::Reasoning;

/// Where a reply begins, its text, and the pieces that it is made of.
type Case<'a> = (Place, &'a str, &'a [(Kind, &'a str)]);

fn marks(source: &str, prompt: &str) -> Marks {
    Marks::detect(source, prompt, "", ("R", "C"))
}

fn split(marks: Option<&Marks>, place: Place, pieces: &[&str]) -> Vec<(Kind, String)> {
    let mut splitter = Splitter::new(marks, place);
    let mut whole: Vec<(Kind, String)> = Vec::new();
    let mut add = |parts: Vec<Part>| {
        for part in parts {
            let (kind, text) = match part {
                Part::Said(kind, text) => (kind, text),
                Part::Untold(text) => (REPLY, text),
                Part::WereThoughts => {
                    let said = std::mem::take(&mut whole);
                    assert!(said.len() <= 1 && said.iter().all(|(kind, _)| *kind == REPLY));
                    let texts = said.into_iter().map(|(_, text)| text.trim().to_owned());
                    whole.extend(texts.map(|text| (REASONING, text)));
                    continue;
                }
            };
            assert!(!text.is_empty());
            match whole.last_mut() {
                Some((last, all)) if *last == kind => all.push_str(&text),
                _ => whole.push((kind, text)),
            }
        }
    };
    for piece in pieces {
        add(splitter.push(piece));
    }
    add(splitter.finish());
    whole
}

/// However a text is cut, the same comes out.
fn check(marks: Option<&Marks>, place: Place, text: &str, wanted: &[(Kind, &str)]) {
    let wanted: Vec<_> = wanted
        .iter()
        .map(|&(kind, it)| (kind, it.to_owned()))
        .collect();
    assert_eq!(split(marks, place, &[text]), wanted, "{text:?}");
    for (at, _) in text.char_indices() {
        let (head, tail) = text.split_at(at);
        assert_eq!(
            split(marks, place, &[head, tail]),
            wanted,
            "{head:?} {tail:?}"
        );
    }
    let characters: Vec<String> = text.chars().map(String::from).collect();
    let characters: Vec<&str> = characters.iter().map(String::as_str).collect();
    assert_eq!(
        split(marks, place, &characters),
        wanted,
        "{text:?} by characters"
    );
}

#[test]
fn a_block_of_thoughts_comes_first_or_not_at_all() {
    let think = marks("<think></think>", "");
    let cases: [Case<'_>; 20] = [
        (Place::Start, "", &[]),
        (Place::Start, " \nHi", &[(REPLY, " \nHi")]),
        (Place::Start, "\n ", &[(REPLY, "\n ")]),
        (Place::Start, "<thin", &[(REPLY, "<thin")]),
        (Place::Start, "<p>Hi</p>", &[(REPLY, "<p>Hi</p>")]),
        (
            Place::Start,
            "<think>\nhm, ñ\n\nso\n</think>\n\n  Hi\n",
            &[(REASONING, "hm, ñ\n\nso"), (REPLY, "  Hi\n")],
        ),
        (
            Place::Start,
            "\n<think>hm</think>Hi",
            &[(REASONING, "hm"), (REPLY, "Hi")],
        ),
        (Place::Start, "<think>\n\n</think>\n\nHi", &[(REPLY, "Hi")]),
        (Place::Start, "<think>hm</thin", &[(REASONING, "hm</thin")]),
        (Place::Start, "<think>hm\n", &[(REASONING, "hm")]),
        (Place::Start, "<think>hm</think>\n", &[(REASONING, "hm")]),
        // Only the first end counts, and what comes after it is reply.
        (
            Place::Start,
            "<think>a<think>b</think>c</think>d",
            &[(REASONING, "a<think>b"), (REPLY, "c</think>d")],
        ),
        (
            Place::Start,
            "Say <think>hm</think> first",
            &[(REPLY, "Say <think>hm</think> first")],
        ),
        (Place::Start, "</think>Hi", &[(REPLY, "</think>Hi")]),
        (
            Place::Open,
            "\nhm</think>Hi",
            &[(REASONING, "hm"), (REPLY, "Hi")],
        ),
        (
            Place::Open,
            "<think>\nhm</think>Hi",
            &[(REASONING, "hm"), (REPLY, "Hi")],
        ),
        (Place::Open, "</think>\n\nHi", &[(REPLY, "Hi")]),
        (
            Place::Within(REASONING),
            "\n\nso </think> Hi",
            &[(REASONING, "\n\nso"), (REPLY, " Hi")],
        ),
        (
            Place::Within(REPLY),
            "<think>x</think>",
            &[(REPLY, "<think>x</think>")],
        ),
        (Place::Within(REPLY), "\n", &[(REPLY, "\n")]),
    ];
    for (place, text, wanted) in cases {
        check(Some(&think), place, text, wanted);
    }
    check(
        None,
        Place::Start,
        "<think>x</think>",
        &[(REPLY, "<think>x</think>")],
    );
}

#[test]
fn marks_around_the_reply_are_left_out() {
    let kimi = marks("<|open|>think<|sep|><|close|>think<|sep|>", "");
    check(
        Some(&kimi),
        Place::Open,
        "hm<|close|>think<|sep|><|open|>response<|sep|>Hi<|close|>response<|sep|><|close|>message<|sep|>",
        &[(REASONING, "hm"), (REPLY, "Hi")],
    );
    let solar = marks("<|think|><|end|><|begin|>assistant", "");
    check(
        Some(&solar),
        Place::Start,
        "<|think|>hm<|end|><|begin|>assistant<|content|>Hi<|end|>",
        &[(REASONING, "hm"), (REPLY, "Hi")],
    );
    check(
        Some(&solar),
        Place::Start,
        "<|content|>Hi<|end|>",
        &[(REPLY, "Hi")],
    );
    let apriel = marks("[BEGIN FINAL RESPONSE] [END FINAL RESPONSE]", "");
    let cases: [(&str, &[(Kind, &str)]); 4] = [
        (
            "Here are my reasoning steps:\nhm\n[BEGIN FINAL RESPONSE]\nHi[END FINAL RESPONSE]\n",
            &[(REASONING, "hm"), (REPLY, "Hi")],
        ),
        // A mark in the middle is a word.
        (
            "Say [END FINAL RESPONSE] last, [END FINAL",
            &[(REPLY, "Say [END FINAL RESPONSE] last, [END FINAL")],
        ),
        ("Here are my", &[(REPLY, "Here are my")]),
        ("a[1]", &[(REPLY, "a[1]")]),
    ];
    for (text, wanted) in cases {
        check(Some(&apriel), Place::Start, text, wanted);
    }
}

#[test]
fn channels_are_told_apart() {
    let harmony = marks(
        "<|channel|>analysis<|message|> <|end|>",
        "<|start|>assistant",
    );
    let cases: [Case<'_>; 9] = [
        (
            Place::Start,
            "<|channel|>analysis<|message|>hm <|end|><|start|>assistant<|channel|>final<|message|>Hi\n",
            &[(REASONING, "hm"), (REPLY, "Hi\n")],
        ),
        (
            Place::Start,
            "<|channel|>analysis<|message|>a<|end|>\n<|start|>assistant<|channel|>analysis<|message|>b<|end|><|start|>assistant<|channel|>commentary to=x <|constrain|>json<|message|>{}<|call|>",
            &[(REASONING, "a\n\nb"), (REPLY, "{}")],
        ),
        (
            Place::Start,
            "<|channel|>final<|message|>a < b<|return|>",
            &[(REPLY, "a < b")],
        ),
        (Place::Start, "Hi", &[(REPLY, "Hi")]),
        (Place::Start, "<|chan", &[(REPLY, "<|chan")]),
        (Place::Start, "<|channel|>analy", &[]),
        (
            Place::Start,
            "<|channel|>analysis<|message|>hm",
            &[(REASONING, "hm")],
        ),
        (
            Place::Within(REASONING),
            " more<|end|><|start|>assistant<|channel|>final<|message|>Hi",
            &[(REASONING, " more"), (REPLY, "Hi")],
        ),
        (Place::Within(REPLY), " more\n\n", &[(REPLY, " more\n\n")]),
    ];
    for (place, text, wanted) in cases {
        check(Some(&harmony), place, text, wanted);
    }
}

#[test]
fn marks_are_found_in_templates() {
    let cases = [
        ("{{ '<think>' }}</think>", "A", "<think>", false),
        ("<think></think>", "A<think>\n", "<think>", true),
        (
            "<think></think>",
            "A<think>\n\n</think>\n\n",
            "<think>",
            false,
        ),
        ("<think>", "A<think>", "<think>", true),
        ("[THINK][/THINK]", "", "[THINK]", false),
        ("<seed:think></seed:think>", "", "<seed:think>", false),
        ("<thinking></thinking>", "", "<thinking>", false),
        (
            "<|channel>thought <channel|> <|think|>",
            "",
            "<|channel>thought",
            false,
        ),
        (
            "'<|open|>' + tag",
            "<|open|>think<|sep|>",
            "<|open|>think<|sep|>",
            true,
        ),
        (
            "<|START_THINKING|><|END_THINKING|>",
            "",
            "<|START_THINKING|>",
            false,
        ),
        (
            "<|inner_prefix|><|inner_suffix|>",
            "",
            "<|inner_prefix|>",
            false,
        ),
    ];
    for (source, prompt, open, starts_open) in cases {
        let found = marks(source, prompt);
        assert_eq!(
            (found.open, found.starts_open),
            (open, starts_open),
            "{source}"
        );
        let ends = found
            .special_texts()
            .iter()
            .any(|it| found.close.starts_with(it));
        assert!(ends, "{source}");
    }
}

#[test]
fn one_mark_is_enough_and_none_does_as_well() {
    let whole = "<think>\nhm\n</think>\n\nHi";
    let apart: &[(Kind, &str)] = &[(REASONING, "hm"), (REPLY, "Hi")];
    for source in ["", "{{ messages }}", "split('</think>')", "<think> alone"] {
        check(Some(&marks(source, "")), Place::Start, whole, apart);
    }
    for (source, open) in [
        ("split('[/THINK]')", "[THINK]"),
        ("split('</thinking>')", "<thinking>"),
        ("<|END_THINKING|>", "<|START_THINKING|>"),
        // Phi ends all messages with it.
        ("<|end|>", "<think>"),
    ] {
        assert_eq!(marks(source, "").open, open, "{source}");
    }
}

#[test]
fn thoughts_may_be_closed_that_nobody_opened() {
    let closed = marks("split('</think>')", "");
    let cases: [Case<'_>; 11] = [
        (
            Place::Start,
            "\nhm\n</think>\n\nHi </think>",
            &[(REASONING, "hm"), (REPLY, "Hi </think>")],
        ),
        (
            Place::Start,
            "hm</think>Hi",
            &[(REASONING, "hm"), (REPLY, "Hi")],
        ),
        (Place::Start, "</think>\n\nHi", &[(REPLY, "Hi")]),
        (Place::Start, "Hi, </thin", &[(REPLY, "Hi, </thin")]),
        // A word about the mark.
        (
            Place::Start,
            "Write `</think>` there.",
            &[(REPLY, "Write `</think>` there.")],
        ),
        (
            Place::Start,
            "One `</think>`, then\n</think>\nHi",
            &[(REASONING, "One `</think>`, then"), (REPLY, "Hi")],
        ),
        (Place::Start, "\n </think>Hi", &[(REPLY, "Hi")]),
        (Place::Within(REPLY), "x</think>", &[(REPLY, "x</think>")]),
        // Words that were cut before it was clear what they are.
        (
            Place::Untold,
            " so\n</think>\n\nHi",
            &[(REASONING, "so"), (REPLY, "Hi")],
        ),
        (Place::Untold, "</think>Hi", &[(REPLY, "Hi")]),
        (Place::Untold, " more\n", &[(REPLY, " more\n")]),
    ];
    for (place, text, wanted) in cases {
        check(Some(&closed), place, text, wanted);
    }
    // A model that has the mark as a token would have opened its thoughts.
    let opened = marks("split('</think>')", "").with_tokens(|text| text == "<think>");
    let text = "Hi</think>";
    check(Some(&opened), Place::Start, text, &[(REPLY, text)]);
    let mut splitter = Splitter::new(Some(&opened), Place::Start);
    assert_eq!(splitter.push("Hi"), [Part::Said(REPLY, "Hi".to_owned())]);
}

#[test]
fn what_may_be_thoughts_is_given_out_as_it_comes() {
    let untold = |text: &str| Part::Untold(text.to_owned());
    let closed = marks("split('</think>')", "");
    let said = |pieces: &[(&str, &[Part])], place| {
        let mut splitter = Splitter::new(Some(&closed), place);
        for (piece, parts) in pieces {
            assert_eq!(splitter.push(piece), *parts, "{piece:?}");
        }
        splitter.finish()
    };
    // Nothing but what may be the mark is held back.
    let rest = said(
        &[
            ("\n", &[]),
            ("I", &[untold("\nI")]),
            (" think", &[untold(" think")]),
            (" <b", &[untold(" <b")]),
            (".\n</th", &[untold(".\n")]),
            ("ink>", &[Part::WereThoughts]),
            ("\n\nYes", &[Part::Said(REPLY, "Yes".into())]),
        ],
        Place::Start,
    );
    assert_eq!(rest, []);
    let rest = said(&[("Hi", &[untold("Hi")]), ("</", &[])], Place::Start);
    assert_eq!(rest, [untold("</")]);
    // A mark that is only written about, in pieces.
    let quoted: &[(&str, &[Part])] = &[
        ("a `", &[untold("a `")]),
        ("</think", &[]),
        (">", &[untold("</think>")]),
        ("`", &[untold("`")]),
    ];
    assert_eq!(said(quoted, Place::Start), []);
    // Of a reply that goes on, the words before are meant, too.
    let goes_on: &[(&str, &[Part])] = &[("</think>", &[Part::WereThoughts])];
    assert_eq!(said(goes_on, Place::Untold), []);
    assert_eq!(closed.place_in_reply(), Place::Untold);
    let opened = marks("<think></think>", "");
    assert_eq!(opened.place_in_reply(), Place::Within(REPLY));
}

#[test]
fn what_goes_between_is_taken_from_the_template() {
    let example = "U<think> R </think>\nC";
    let marks = Marks::detect("", "U", example, ("R", "C"));
    let cases = [
        ("U", "", "", "U"),
        ("U", "r", "", "U<think> r"),
        ("U", "r", "c", "U<think> r </think>\nc"),
        ("U", "", "c", "Uc"),
        ("U<think>\n", "r", "c", "U<think>\nr </think>\nc"),
        ("U<think>\n", "", "c", "U<think>\n </think>\nc"),
        ("U<think></think>", "r", "", "U<think> r"),
        ("U</think>", "r", "", "U<think> r"),
        ("U</think>", "", "c", "U</think>c"),
    ];
    for (prompt, reasoning, reply, wanted) in cases {
        let mut made = prompt.to_owned();
        marks.resume(&mut made, reasoning, reply);
        assert_eq!(made, wanted);
    }
}
