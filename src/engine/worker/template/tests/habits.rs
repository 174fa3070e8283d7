//! What templates are given that want it otherwise: content as a list of parts, turns that
//! take turns, instructions at the beginning alone.

use super::*;

fn system(content: &str) -> Turn {
    Turn::new(Role::System, content)
}

fn reply_of(content: &str) -> Turn {
    Turn::new(Role::Assistant, content)
}

/// Refuses all but user and assistant in turn, as Gemma 2 and Mistral do.
const STRICT: &str = "{% for m in messages %}\
    {% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}\
    {% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('in turn') }}{% endif %}\
    [{{ m.content }}]{% endfor %}";

/// Refuses instructions that come later, as Qwen 3.5 does.
const SYSTEM_FIRST: &str = "{% for m in messages %}\
    {% if m.role == 'system' and not loop.first %}{{ raise_exception('first') }}{% endif %}\
    {{ m.role[0] }}[{{ m.content }}]{% endfor %}";

/// Puts all instructions at the top, as `DeepSeek` does.
const GATHERS: &str = "{% for m in messages %}{% if m.role == 'system' %}{{ m.content }};{% endif %}{% endfor %}\
    {% for m in messages %}{% if m.role != 'system' %}[{{ m.content }}]{% endif %}{% endfor %}";

/// Says nothing of a second turn of the same side.
const SKIPS: &str = "{% for m in messages %}{% if loop.first or m.role != messages[loop.index0 - 1].role %}\
    {{ m.role[0] }}[{{ m.content }}]{% endif %}{% endfor %}";

#[test]
fn content_may_be_a_list_of_parts() {
    let parts =
        "{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% endif %}{% endfor %}";
    let all = format!("{{% for m in messages %}}[{parts}]{{% endfor %}}");
    let of_user = format!(
        "{{% for m in messages %}}[{{% if m.role == 'user' %}}{parts}{{% else %}}{{{{ m.content }}}}{{% endif %}}]{{% endfor %}}"
    );
    let of_system = "{% for m in messages %}[{% if m.role == 'system' %}{{ m.content[0].text }}{% else %}{{ m.content }}{% endif %}]{% endfor %}";
    let either = "{% for m in messages %}[{% if m.content is string %}{{ m.content }}{% else %}list{% endif %}]{% endfor %}";
    let turns = [
        system("Be brief."),
        user("Hi"),
        reply_of("Yes?"),
        user("Bye <a>"),
    ];
    for source in [all.as_str(), &of_user, of_system, either] {
        let said = reply(&template(source), &turns);
        assert_eq!(
            said.as_deref(),
            Ok("[Be brief.][Hi][Yes?][Bye <a>]"),
            "{source}"
        );
    }
    // And what is in a part is text, whatever it looks like.
    let guarded = with_special(&all, &[("<|x|>", false)]);
    let rendered = guarded.render(&[user("a<|x|>")], Opening::Reply).unwrap();
    assert_eq!(rendered.parts.len(), 3, "{rendered:?}");
}

#[test]
fn a_template_that_drops_the_words_is_refused() {
    for source in [
        "hello",
        "{% for m in messages %}{{ m.role }}: {{ m.text }}{% endfor %}",
        "{% for m in messages if m.role == 'assistant' %}{{ m.content }}{% endfor %}",
    ] {
        let refused = reply(&template(source), &[user("Hi")]);
        assert_eq!(refused, Err(Fault::TemplateDropsWords), "{source}");
    }
    // One that refuses says so itself.
    let refused = reply(
        &template("{{ raise_exception('not today') }}"),
        &[user("Hi")],
    );
    assert!(matches!(refused, Err(Fault::Template { reason }) if reason.contains("not today")));
    // One that knows of the last question alone is of use.
    let last = template("[{{ messages[-1].content }}]");
    assert_eq!(reply(&last, &[user("Hi")]).as_deref(), Ok("[Hi]"));
}

#[test]
fn turns_are_joined_where_a_template_wants_it() {
    let cases: [(&str, &[Turn], &str); 12] = [
        (STRICT, &[user("a"), user("b")], "[a\n\nb]"),
        (
            STRICT,
            &[user("a"), reply_of("b"), reply_of("c"), user("d")],
            "[a][b\n\nc][d]",
        ),
        (STRICT, &[reply_of("a"), user("b")], "[][a][b]"),
        (
            STRICT,
            &[system("s"), reply_of("a"), user("b")],
            "[s][a][b]",
        ),
        (
            STRICT,
            &[system("s"), system("t"), user("a")],
            "[s\n\nt\n\na]",
        ),
        (
            STRICT,
            &[user("a"), reply_of("b"), system("s"), user("c")],
            "[a][b][s\n\nc]",
        ),
        (
            SYSTEM_FIRST,
            &[
                system("s"),
                user("a"),
                reply_of("b"),
                system("t"),
                user("c"),
            ],
            "s[s]u[a]a[b]u[t\n\nc]",
        ),
        (
            SYSTEM_FIRST,
            &[user("a"), system("t"), reply_of("b"), user("c"), user("d")],
            "u[a\n\nt]a[b]u[c]u[d]",
        ),
        (
            GATHERS,
            &[
                system("s"),
                user("a"),
                reply_of("b"),
                system("t"),
                user("c"),
            ],
            "s;[a][b][t\n\nc]",
        ),
        (
            SKIPS,
            &[user("a"), user("b"), reply_of("c")],
            "u[a\n\nb]a[c]",
        ),
        // One that minds nothing is given all as it is.
        (
            "{% for m in messages %}{{ m.role[0] }}[{{ m.content }}]{% endfor %}",
            &[
                reply_of("a"),
                reply_of("b"),
                user("c"),
                system("s"),
                user("d"),
            ],
            "a[a]a[b]u[c]s[s]u[d]",
        ),
        (STRICT, &[user("a"), reply_of("b"), user("c")], "[a][b][c]"),
    ];
    for (source, turns, wanted) in cases {
        let said = reply(&template(source), turns);
        assert_eq!(said.as_deref(), Ok(wanted), "{source} {turns:?}");
    }
}

#[test]
fn a_refusal_that_no_probe_foresaw_is_met_as_well() {
    // Only the tenth turn minds.
    let late = "{% for m in messages %}\
        {% if loop.index0 > 8 and (m.role == 'user') != (loop.index0 % 2 == 0) %}\
        {{ raise_exception('in turn') }}{% endif %}{{ m.content }}{% endfor %}";
    let mut turns: Vec<Turn> = (0..4).flat_map(|_| [user("a"), reply_of("b")]).collect();
    turns.extend([user("c"), user("d")]);
    let said = reply(&template(late), &turns);
    assert_eq!(said.as_deref(), Ok("ababababc\n\nd"));
}

#[test]
fn thoughts_of_replies_that_are_joined_are_joined() {
    let source = STRICT.replace("[{{ m.content }}]", "[{{ m.reasoning }}|{{ m.content }}]");
    let turns = [
        user("a"),
        assistant("r", "b"),
        assistant("t", "c"),
        user("d"),
    ];
    let said = reply(&template(&source), &turns);
    assert_eq!(said.as_deref(), Ok("[|a][r\n\nt|b\n\nc][|d]"));
    // A reply that goes on is the end of what it is joined with.
    let rendered = template(STRICT)
        .render(&turns[..3], Opening::Continue)
        .unwrap();
    assert_eq!(joined(&rendered), "[a]<think>\nr\n\nt\n</think>\n\nb\n\nc");
}
