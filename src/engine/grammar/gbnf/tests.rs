//! Grammars that are well, those that are not, and those that would end llama.cpp.

use std::fmt::Write as _;

use super::*;

#[track_caller]
fn fails(grammar: &str, words: &str) {
    let shown: String = grammar.chars().take(60).collect();
    match check(grammar) {
        Ok(()) => panic!("it passes: {shown}"),
        Err(reason) => assert!(reason.contains(words), "{shown}: {reason}"),
    }
}

#[test]
fn what_llama_cpp_takes_passes() {
    for grammar in [
        "root ::= \"yes\" | \"no\"",
        "# A comment.\nroot ::= item+ # another\nitem ::= [^\\x00-\\x1f\\]-] | . | \"\\\"\"\n",
        "root ::= ( \"a\"\n | b ){2,3} c{2} c{2,} ( )\r\nb ::= \"\"\nc ::= [ñ-ü日]",
        "root ::= <[5]> !<[6]> <think> !</think>",
        "root ::= ws* \"a\"\nws ::= [ \\t]*",
        "root ::= ((\"a\"*)*)*",
        "root ::= [a-z]{0,2000} \"x\"{2000}",
        "root ::= \"a\"{5,1000000000}",
        "expr ::= term (\"+\" term)*\nterm ::= [0-9]+ | \"(\" expr \")\"\nroot ::= expr",
    ] {
        check(grammar).unwrap();
    }
}

#[test]
fn what_is_no_grammar_is_told() {
    for (grammar, words) in [
        ("", "does not contain a 'root'"),
        ("other ::= \"a\"", "does not contain a 'root'"),
        ("root", "expecting ::= at the end"),
        ("root ::= \"a", "unexpected end of input"),
        ("root ::= [a", "unexpected end of input"),
        ("root ::= \"\\q\"", "unknown escape at \\q"),
        ("root ::= \"\\x4", "expecting 2 hex chars"),
        ("root ::= a", "Undefined rule identifier 'a'"),
        ("root ::= (\"a\"", "expecting ')'"),
        ("root ::= \"a\" )", "expecting newline or end at )"),
        ("root ::= *", "expecting preceding item"),
        ("root ::= \"\"*", "expecting preceding item"),
        ("root ::= \"a\"{", "expecting integer"),
        ("root ::= \"a\"{1;}", "expecting '}'"),
        ("root ::= \"a\"{1000000000}", "more than 2000 repetitions"),
        ("root ::= \"a\"{99999999999999999999}", "too large"),
        ("root ::= (\"a\"{0,1000}){0,1000}", "more than 2000 rules"),
        ("root ::= <[x]>", "expecting integer"),
        ("root ::= <[99999999999]>", "too big"),
        ("root ::= <a", "expecting '>'"),
        ("root ::= !a", "expecting '<'"),
        ("ñ ::= \"a\"", "expecting name at ñ"),
        ("root ::= \"a\0\"", "NUL"),
    ] {
        fails(grammar, words);
    }
}

#[test]
fn what_llama_cpp_would_not_survive_is_refused() {
    let deep = |count: usize| format!("root ::= {}\"a\"{}", "(".repeat(count), ")".repeat(count));
    check(&deep(900)).unwrap();
    fails(&deep(100_000), "nest deeper");
    fails("root ::= \"a\"{5,2}", "at least 5 times and at most 2");
    fails(
        "root ::= root \"a\" | \"b\"",
        "left recursion in the rule 'root'",
    );
    fails(
        "root ::= a\na ::= b \"x\"\nb ::= a | \"y\"",
        "left recursion",
    );
    // It does not see that `b` may be empty, as the emptiness is one rule further down.
    fails(
        "root ::= b root \"x\"\nb ::= c\nc ::= \"\"",
        "left recursion in the rule 'root'",
    );
    let long = "x".repeat(2000);
    fails(&format!("root ::= \"{long}\"{{2000}}"), "too large");
    fails(&"root ::= \"a\"\n".repeat(30_000), "more than 262144 bytes");
    // Each rule doubles the ways to begin: 2^40 of them.
    let mut doubling = String::from("root ::= a0\n");
    for at in 0..40 {
        writeln!(doubling, "a{at} ::= a{0} \"x\" | a{0} \"y\"", at + 1).unwrap();
    }
    fails(&(doubling + "a40 ::= \"z\""), "too many ways");
    // Three letters of these take it minutes.
    fails("root ::= \"a\"?{1999}", "may be left out");
    fails("root ::= a{0,1000}\na ::= \"a\"{0,9}", "may be left out");
    // As long a way as there are rules; llama.cpp would follow it by recursion.
    let mut chain = String::from("root::=0\n");
    for at in 0..21_000 {
        writeln!(chain, "{at:x}::={:x}", at + 1).unwrap();
    }
    chain += "5208::=\"a\"";
    let large_stack = std::thread::Builder::new().stack_size(64 << 20);
    let checked = large_stack.spawn(move || fails(&chain, "too many ways"));
    checked.unwrap().join().unwrap();
}
