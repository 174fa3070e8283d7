//! Templates that want more time or memory than they are given.

use std::time::{Duration, Instant};

use super::super::*;
use super::template;

#[test]
fn a_template_that_refuses_or_loops_says_so() {
    let turns = [Turn::new(Role::User, "Hi")];
    let doubling = "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(64) %}";
    let cases = [
        ("{{ raise_exception('Only tools') }}", "Only tools"),
        ("{{ raise_exception([1] * 90000000) }}", "refuses"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "fuel",
        ),
        ("{% if %}", "(line 1)"),
        (
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
            "recursion",
        ),
        ("{{ 'a' * 10**9 }}", "fuel"),
        ("{{ 'a' * 90000000 }}", "fuel"),
        ("{{ range(10**9)|list }}", "range"),
        ("{{ '%1000000000d'|format(1) }}", "fuel"),
        ("{{ '{:1000000000}'.format(1) }}", "method"),
        ("{{ 'a'|indent(10**9, true) }}", "fuel"),
        ("{% set x = 'a' * 3000000 %}{{ x.replace('a', x) }}", "fuel"),
        ("{% set x = 'a' * 3000000 %}{{ x|replace('a', x) }}", "fuel"),
        (
            "{% set x = 'a' * 3000000 %}{{ x.join(range(99999)) }}",
            "fuel",
        ),
        ("{% set x = 'a ' * 1000000 %}{{ x.split()|length }}", "fuel"),
        ("{{ ([1] * 90000000)|tojson }}", "fuel"),
        ("{{ ([1] * 90000000)|join(',') }}", "fuel"),
        ("{{ strftime_now('%c' * 1000) }}", "too long"),
        ("{{ 'x'|center(10**9) }}", "center"),
        (
            "{% set ns = namespace(x=[1]) %}{% for i in range(40) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
            "fuel",
        ),
    ];
    let doublings = [
        "ns.x ~ ns.x",
        "ns.x + ns.x",
        "ns.x * 2",
        "[ns.x, ns.x]|join",
    ];
    let doublings = doublings.map(|twice| {
        let source = format!("{doubling}{{% set ns.x = {twice} %}}{{% endfor %}}");
        (source, "fuel")
    });
    let cases = cases.map(|(source, words)| (source.to_owned(), words));
    for (source, words) in cases.into_iter().chain(doublings) {
        let begun = Instant::now();
        let Err(Fault::Template { reason }) = template(&source).render(&turns, Opening::Reply)
        else {
            panic!("{source} was rendered");
        };
        assert!(reason.contains(words), "{source}: {reason}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{source}");
    }
}

#[test]
fn deep_values_end_well() {
    let nested = "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}";
    let turns = [Turn::new(Role::User, "Hi")];
    assert!(template(nested).render(&turns, Opening::Reply).is_err());
}

#[test]
fn a_long_chat_has_fuel_enough() {
    // Each message is added to all before it, as some templates do.
    let adds = "{% set ns = namespace(out='') %}{% for m in messages %}\
        {% set ns.out = ns.out ~ '<|' ~ m.role ~ '|>' ~ m.content ~ '\n' %}{% endfor %}{{ ns.out }}";
    let long = "All work and no play makes Jack a dull boy. ".repeat(50);
    let turns: Vec<Turn> = (0..400)
        .map(|_| Turn::new(Role::User, long.clone()))
        .collect();
    for source in [CHATML, adds] {
        assert!(template(source).render(&turns, Opening::Reply).is_ok());
    }
}

#[test]
fn a_large_vocabulary_and_a_long_text_take_little_time() {
    let special = (0..10_000).map(|index| Special {
        text: format!("<unused{index}>"),
        is_user_defined: false,
    });
    let template = Template::new(None, String::new(), String::new(), special.collect());
    for content in ["<div>word</div> ", "<unused77> <", "<unused"] {
        let turns = [Turn::new(Role::User, content.repeat(10_000))];
        let begun = Instant::now();
        assert!(template.render(&turns, Opening::Reply).is_ok());
        assert!(begun.elapsed() < Duration::from_secs(10), "{content}");
    }
}
