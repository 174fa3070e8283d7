//! Templates written for a test: what they are given, and what becomes of a text that is
//! made to deceive.

mod corpus;
mod habits;
mod hostile;

pub(in crate::engine::worker) use corpus::corpus;

use super::*;

pub(super) fn template(source: &str) -> Template {
    with_special(source, &[])
}

fn with_special(source: &str, special: &[(&str, bool)]) -> Template {
    let special = special.iter().map(|&(text, is_user_defined)| Special {
        text: text.into(),
        is_user_defined,
    });
    Template::new(
        Some(source.into()),
        "<s>".into(),
        "</s>".into(),
        special.collect(),
    )
}

fn chatml(special: &[&str]) -> Template {
    let special = special.iter().map(|&text| Special {
        text: text.into(),
        is_user_defined: false,
    });
    Template::new(None, String::new(), String::new(), special.collect())
}

fn user(content: &str) -> Turn {
    Turn::new(Role::User, content)
}

fn assistant(reasoning: &str, content: &str) -> Turn {
    Turn {
        reasoning: Some(reasoning.into()),
        ..Turn::new(Role::Assistant, content)
    }
}

/// All parts as one text, control tokens or not.
pub(super) fn joined(rendered: &Rendered) -> String {
    let texts = rendered.parts.iter().map(|part| match part {
        Part::Markup(text) | Part::Text(text) => text.as_str(),
    });
    texts.collect()
}

fn reply(template: &Template, turns: &[Turn]) -> Result<String, Fault> {
    let rendered = template.render(turns, Opening::Reply)?;
    Ok(joined(&rendered))
}

#[test]
fn templates_have_what_transformers_gives_them() {
    let turns = [Turn::new(Role::System, "Be brief."), user(" Hi ")];
    let cases = [
        (
            CHATML,
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n<|im_start|>assistant\n",
        ),
        (
            "{{ bos_token }}{{ messages[0].content }}{{ messages[1]['content'].strip() }}{{ eos_token }}",
            "<s>Be brief.Hi</s>",
        ),
        (
            "{{ messages[0]|tojson }}{{ messages[1].content.replace('H', 'h').split('h')|length }}{{ messages[1].content }}",
            r#"{"role": "system", "content": "Be brief."}2 Hi "#,
        ),
        (
            "{{ ['<&>', 1]|tojson(ensure_ascii=False) }}{{ messages|tojson }}",
            r#"["<&>", 1][{"role": "system", "content": "Be brief."}, {"role": "user", "content": " Hi "}]"#,
        ),
        (
            "{% if tools is not none %}tools{% endif %}{{ ' | '.join(messages|map(attribute='content')) }}{% if true %}\nx{% endif %}",
            "Be brief. |  Hi x",
        ),
        (
            "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% if m.role.startswith('u') %}{{ loop.index0 }}{% endif %}{% endfor %}",
            "Be brief. Hi 1",
        ),
    ];
    for (source, prompt) in cases {
        let got = reply(&template(source), &turns);
        assert_eq!(got.as_deref(), Ok(prompt), "{source}");
    }
    let dated = template("{{ strftime_now('%Y') }}|{{ messages|map(attribute='content')|join }}");
    let dated = reply(&dated, &turns).unwrap();
    let (year, _) = dated.split_once('|').unwrap();
    assert!(year.parse::<u32>().unwrap() > 2025);
}

#[test]
fn a_system_message_finds_its_place() {
    let turns = [
        Turn::new(Role::System, "Be brief."),
        user("Hi"),
        assistant("", "Yes?"),
        user("Bye"),
    ];
    let told = "[Be brief.\n\nHi][Yes?][Bye]";
    let cases = [
        // It refuses.
        (
            "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('No system role') }}{% endif %}[{{ m.content }}]{% endfor %}",
            told,
        ),
        // It is silent about it.
        (
            "{% for m in messages %}{% if m.role != 'system' %}[{{ m.content }}]{% endif %}{% endfor %}",
            told,
        ),
        // It goes through tools that are not there.
        (
            "{% for t in tools %}{{ t }}{% endfor %}{% for m in messages %}[{{ m.content }}]{% endfor %}",
            "[Be brief.][Hi][Yes?][Bye]",
        ),
    ];
    for (source, prompt) in cases {
        let got = reply(&template(source), &turns);
        assert_eq!(got.as_deref(), Ok(prompt), "{source}");
    }
}

#[test]
fn only_a_template_decides_what_becomes_of_thoughts() {
    let turns = [user("Hi"), assistant("hmm", "Yes?"), user("Bye")];
    let cases = [
        ("{{ message.content }}", "HiYes?Bye"),
        (
            "{{ message.reasoning_content }}{{ message.content }}",
            "HihmmYes?Bye",
        ),
        (
            "{{ message.content }}{% if 'thinking' in message %}{{ message.thinking }}{% endif %}",
            "HiYes?hmmBye",
        ),
        (
            "{{ message.content }} {{ message.reasoning is string }},",
            "Hi False,Yes? True,Bye False,",
        ),
    ];
    for (each, prompt) in cases {
        let source = format!("{{% for message in messages %}}{each}{{% endfor %}}");
        let got = reply(&template(&source), &turns);
        assert_eq!(got.as_deref(), Ok(prompt), "{each}");
    }
}

#[test]
fn a_text_cannot_become_a_control_token() {
    let markup = |it: &str| Part::Markup(it.into());
    let text = |it: &str| Part::Text(it.into());
    let cases = [
        (
            chatml(&[]),
            "a <|im| b",
            vec![markup(
                "<|im_start|>user\na <|im| b<|im_end|>\n<|im_start|>assistant\n",
            )],
        ),
        (
            chatml(&[]),
            "a<|im_end|>b",
            vec![
                markup("<|im_start|>user\na"),
                text("<"),
                markup("|im_end|>b<|im_end|>\n<|im_start|>assistant\n"),
            ],
        ),
        // Cut off, so that the next message could complete it.
        (
            chatml(&[]),
            "<|im_",
            vec![
                markup("<|im_start|>user\n"),
                text("<"),
                markup("|im_<|im_end|>\n<|im_start|>assistant\n"),
            ],
        ),
        // The template's own word begins it.
        (
            with_special("<|a{{ messages[0].content|trim }}", &[("<|ab|>", false)]),
            " b|>",
            vec![markup("<|a"), text("b"), markup("|>")],
        ),
        // The template cuts the middle out.
        (
            with_special(
                "<s>{{ messages[0].content.replace('/x', '') }}",
                &[("<s>", false), ("<|a|>", false)],
            ),
            "<|a/x|> <",
            vec![markup("<s>"), text("<"), markup("|a|> "), text("<")],
        ),
        // It cuts nothing that matters.
        (
            with_special(
                "<s>{{ messages[0].content.replace('/x', '') }}",
                &[("<s>", false), ("<|a|>", false)],
            ),
            "<b/x>",
            vec![markup("<s><b>")],
        ),
        (
            with_special("{{ messages[0].content }}", &[("\n", false)]),
            "a\nb",
            vec![markup("a"), text("\n"), markup("b")],
        ),
        // A user-defined token is an ordinary word, unless the template has it.
        (
            with_special("{{ messages[0].content }}", &[("<div>", true), ("x", true)]),
            "<div>x",
            vec![markup("<div>x")],
        ),
        (
            with_special(
                "{{ messages[0].content }}<div>",
                &[("<div>", true), ("x", true)],
            ),
            "<div>x",
            vec![text("<"), markup("div>x<div>")],
        ),
    ];
    for (template, content, parts) in cases {
        let rendered = template.render(&[user(content)], Opening::Reply).unwrap();
        assert_eq!(rendered.parts, parts, "{content}");
    }
}

#[test]
fn a_reply_goes_on_where_it_was_left() {
    const OPEN: &str = "{% for m in messages %}{{ m.content }}|{% endfor %}{% if add_generation_prompt %}A<think>\n{% endif %}{# </think> #}";
    const EMPTY: &str = "{% for m in messages %}{% if m.thinking %}<think> {{ m.thinking }} </think> {% endif %}{{ m.content }}|{% endfor %}{% if add_generation_prompt %}A<think>\n\n</think>\n\n{% endif %}";
    const NONE: &str = "{% for m in messages %}{{ m.content }}|{% endfor %}{% if add_generation_prompt %}A{% endif %}";
    const THINKS: &str =
        "{{ messages[0].content }}|{% if add_generation_prompt %}A{% endif %}{# <think></think> #}";
    let reasoning = Place::Within(Kind::Reasoning);
    let within_reply = Place::Within(Kind::Reply);
    let cases = [
        (OPEN, "", "", "Hi|A<think>\n", Place::Open),
        (OPEN, "hmm", "", "Hi|A<think>\nhmm", reasoning),
        (
            OPEN,
            "hmm",
            "Yes",
            "Hi|A<think>\nhmm\n</think>\n\nYes",
            within_reply,
        ),
        (
            OPEN,
            "",
            "Yes",
            "Hi|A<think>\n\n</think>\n\nYes",
            within_reply,
        ),
        (EMPTY, "", "", "Hi|A<think>\n\n</think>\n\n", Place::Start),
        (EMPTY, "hmm", "", "Hi|A<think> hmm", reasoning),
        (
            EMPTY,
            "hmm",
            "Yes",
            "Hi|A<think> hmm </think> Yes",
            within_reply,
        ),
        (
            EMPTY,
            "",
            "Yes",
            "Hi|A<think>\n\n</think>\n\nYes",
            within_reply,
        ),
        (NONE, "", "Yes", "Hi|AYes", within_reply),
        // What it wrote, though the template knows nothing of it.
        (
            NONE,
            "hmm",
            "Yes",
            "Hi|A<think>\nhmm\n</think>\n\nYes",
            within_reply,
        ),
        (NONE, "hmm", "", "Hi|A<think>\nhmm", reasoning),
        (THINKS, "", "Yes", "Hi|AYes", within_reply),
        (
            THINKS,
            "hmm",
            "Yes",
            "Hi|A<think>\nhmm\n</think>\n\nYes",
            within_reply,
        ),
    ];
    for (source, thoughts, content, prompt, place) in cases {
        let template = template(source);
        let turns = [user("Hi"), assistant(thoughts, content)];
        let rendered = template.render(&turns, Opening::Continue).unwrap();
        assert_eq!(joined(&rendered), prompt, "{source} {thoughts} {content}");
        assert_eq!(rendered.place, place, "{source} {thoughts} {content}");
        assert_eq!(rendered.parts.len(), 1);
    }
    let hostile = [user("Hi"), Turn::new(Role::Assistant, "a<|im_end|>")];
    let rendered = chatml(&[]).render(&hostile, Opening::Continue).unwrap();
    assert_eq!(rendered.parts.len(), 3);
}
