//! The paths in a file that begin with `crate`, `self`, `super`, `charla` or `std`, each
//! resolved to where it leads, those inside the braces of a `use` included.

use crate::source::Token;

/// A path from its root on: `crate`, `engine`, `client`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) names: Vec<String>,
    pub(super) line: usize,
}

/// All paths in the code of `module`.
pub(super) fn paths(tokens: &[Token], module: &[String]) -> Vec<Path> {
    let mut here: Vec<String> = vec!["crate".into()];
    // main.rs is the root of another crate; nothing lies below it.
    here.extend(module.iter().filter(|name| *name != "main").cloned());
    let mut finder = Finder {
        tokens,
        found: Vec::new(),
    };
    let mut depth = 0;
    // The depth at which each inline module began.
    let mut inline: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.is_word("mod") && tokens.get(at + 2).is_some_and(|it| it.is_mark('{')) {
            here.push(tokens[at + 1].text.clone());
            inline.push(depth);
            at += 2;
            continue;
        }
        if token.is_mark('{') {
            depth += 1;
        } else if token.is_mark('}') {
            depth = depth.saturating_sub(1);
            if inline.last() == Some(&depth) {
                inline.pop();
                here.pop();
            }
        }
        let is_inner = at > 0 && (tokens[at - 1].is_mark(':') || tokens[at - 1].is_mark('$'));
        match finder.root(at, &here) {
            Some(root) if !is_inner => at = finder.tree(at + 1, root, token.line),
            _ => at += 1,
        }
    }
    finder.found
}

struct Finder<'t> {
    tokens: &'t [Token],
    found: Vec<Path>,
}

impl Finder<'_> {
    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_mark(mark))
    }

    fn is_colons(&self, at: usize) -> bool {
        self.is_mark(at, ':') && self.is_mark(at + 1, ':')
    }

    /// Where the word at `at` leads, if a path begins with it.
    fn root(&self, at: usize, here: &[String]) -> Option<Vec<String>> {
        let token = self.tokens.get(at)?;
        // `use crate::{…}` needs the colons; `use super as it` does not matter.
        if !self.is_colons(at + 1) {
            return None;
        }
        let above = || here.split_last().map(|(_, above)| above.to_vec());
        if token.is_word("crate") || token.is_word("charla") {
            Some(vec!["crate".into()])
        } else if token.is_word("self") {
            Some(here.to_vec())
        } else if token.is_word("super") {
            above()
        } else if token.is_word("std") {
            Some(vec!["std".into()])
        } else {
            None
        }
    }

    /// Follows a path from behind a name; returns where it ends.
    fn tree(&mut self, mut at: usize, mut names: Vec<String>, line: usize) -> usize {
        while self.is_colons(at) {
            at += 2;
            let Some(token) = self.tokens.get(at) else {
                break;
            };
            if token.is_mark('{') {
                return self.group(at + 1, &names);
            }
            if token.is_mark('*') || token.is_mark('<') {
                break;
            }
            if token.is_word("super") {
                names.pop();
            } else if !token.is_word("self") {
                names.push(token.text.clone());
            }
            at += 1;
        }
        self.found.push(Path { names, line });
        at
    }

    /// Follows each path of a group; returns where the group ends.
    fn group(&mut self, mut at: usize, prefix: &[String]) -> usize {
        while let Some(token) = self.tokens.get(at) {
            if token.is_mark('}') {
                return at + 1;
            }
            if token.is_mark(',') {
                at += 1;
                continue;
            }
            let mut names = prefix.to_vec();
            if !token.is_word("self") && !token.is_mark('*') {
                names.push(token.text.clone());
            }
            at = self.tree(at + 1, names, token.line);
            // `as another`
            while self
                .tokens
                .get(at)
                .is_some_and(|it| !it.is_mark(',') && !it.is_mark('}'))
            {
                at += 1;
            }
        }
        at
    }
}

#[cfg(test)]
fn found(module: &[&str], code: &str) -> Vec<String> {
    let module: Vec<String> = module.iter().map(|&name| name.to_owned()).collect();
    paths(&crate::source::tokens(code), &module)
        .into_iter()
        .map(|path| path.names.join("::"))
        .collect()
}

#[test]
fn paths_lead_where_they_lead() {
    let check = |code: &str, expected: &[&str]| {
        assert_eq!(found(&["engine", "client"], code), expected, "{code}");
    };
    check("use crate::chat::Role;", &["crate::chat::Role"]);
    check(
        "use super::fault::{self, Error as E};",
        &["crate::engine::fault", "crate::engine::fault::Error"],
    );
    check(
        "use crate::{chat::{Role, Chat}, params::*};",
        &["crate::chat::Role", "crate::chat::Chat", "crate::params"],
    );
    check(
        "mod tests { use super::*; use super::super::fault::Fault; } use super::x;",
        &[
            "crate::engine::client",
            "crate::engine::fault::Fault",
            "crate::engine::x",
        ],
    );
    check(
        "fn f() -> crate::Result<u8> { self::g::<u8>(1) }",
        &["crate::Result", "crate::engine::client::g"],
    );
    check("pub(super) fn f(self) { $crate::g() }", &[]);
    check(
        "use std::{fs::{self, File}, io};",
        &["std::fs", "std::fs::File", "std::io"],
    );
    assert_eq!(found(&["main"], "use charla::cli;"), ["crate::cli"]);
}
