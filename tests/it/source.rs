//! Rust source as a list of tokens, for the tests that read the code: far less than a
//! parser, but comments, strings and test modules are told apart for certain.

use std::fs;
use std::path::{Path, PathBuf};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword.
    Word,
    /// A string of any sort; the token's text is what it holds.
    Text,
    /// One character of punctuation.
    Mark,
    /// A number, a character or a lifetime.
    Other,
}

/// A token and the line it begins in, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Token {
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark && self.text.starts_with(mark)
    }
}

/// A source file.
pub(crate) struct File {
    /// Its path below the repository, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
    /// All its tokens.
    pub(crate) tokens: Vec<Token>,
    /// Those outside test modules; none for a file of tests.
    pub(crate) code: Vec<Token>,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let tokens = tokens(text);
        let is_test =
            path.ends_with("/tests.rs") || path.contains("/tests/") || path.starts_with("tests/");
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: if is_test {
                Vec::new()
            } else {
                without_tests(&tokens)
            },
            tokens,
        }
    }

    /// Where it is in the crate: `src/engine/client/driver.rs` is engine, client, driver.
    pub(crate) fn module(&self) -> Vec<String> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let mut module: Vec<String> = path
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .collect();
        if module.last().is_some_and(|it| it == "mod" || it == "lib") {
            module.pop();
        }
        module
    }
}

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below these folders of the repository, in order.
pub(crate) fn files(folders: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&repository().join(folder), &mut paths);
    }
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let below = path.strip_prefix(repository()).unwrap();
            let below = below.to_str().unwrap().replace('\\', "/");
            File::new(&below, &fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(listing) = fs::read_dir(folder) else {
        return;
    };
    for path in listing.map(|item| item.unwrap().path()) {
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|it| it == "rs") {
            paths.push(path);
        }
    }
}

/// Splits source into tokens. Comments are left out.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader {
        chars: source.chars().collect(),
        at: 0,
        line: 1,
    };
    let mut tokens = Vec::new();
    while reader.at < reader.chars.len() {
        let line = reader.line;
        if let Some((kind, text)) = reader.token() {
            tokens.push(Token { kind, text, line });
        }
    }
    tokens
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn take(&mut self) -> char {
        let taken = self.peek(0);
        self.line += usize::from(taken == '\n');
        self.at += 1;
        taken
    }

    /// The next token; nothing where there was a space or a comment.
    fn token(&mut self) -> Option<(Kind, String)> {
        match (self.peek(0), self.peek(1)) {
            (space, _) if space.is_whitespace() => {
                self.take();
                None
            }
            ('/', '/') => {
                while self.at < self.chars.len() && self.peek(0) != '\n' {
                    self.take();
                }
                None
            }
            ('/', '*') => {
                self.block_comment();
                None
            }
            ('"', _) => Some((Kind::Text, self.string())),
            ('\'', _) => Some((Kind::Other, self.quote())),
            (first, _) if first.is_alphabetic() || first == '_' => Some(self.word()),
            (digit, _) if digit.is_ascii_digit() => Some((Kind::Other, self.letters())),
            _ => Some((Kind::Mark, self.take().to_string())),
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            let step = match (self.peek(0), self.peek(1)) {
                ('/', '*') => 1,
                ('*', '/') => -1,
                _ => 0,
            };
            depth += step;
            if step != 0 {
                self.take();
            }
            self.take();
            if depth == 0 {
                return;
            }
        }
    }

    fn letters(&mut self) -> String {
        let mut text = String::new();
        while self.peek(0).is_alphanumeric() || self.peek(0) == '_' {
            text.push(self.take());
        }
        text
    }

    /// A word, or the string whose prefix it is.
    fn word(&mut self) -> (Kind, String) {
        let word = self.letters();
        let is_prefix = matches!(word.as_str(), "r" | "b" | "br" | "c" | "cr");
        match self.peek(0) {
            '"' | '#' if is_prefix && word.contains('r') => {
                let ahead = self.chars[self.at..].iter();
                let hashes = ahead.take_while(|&&letter| letter == '#').count();
                if self.peek(hashes) == '"' {
                    (Kind::Text, self.raw_string(hashes))
                } else {
                    // r#type is the name "type".
                    self.take();
                    (Kind::Word, self.letters())
                }
            }
            '"' if is_prefix => (Kind::Text, self.string()),
            '\'' if word == "b" => (Kind::Other, self.quote()),
            _ => (Kind::Word, word),
        }
    }

    fn string(&mut self) -> String {
        let mut text = String::new();
        self.take();
        while self.at < self.chars.len() {
            match self.take() {
                '"' => break,
                '\\' => {
                    let escaped = self.take();
                    text.push(if escaped == 'n' { '\n' } else { escaped });
                }
                plain => text.push(plain),
            }
        }
        text
    }

    fn raw_string(&mut self, hashes: usize) -> String {
        let mut text = String::new();
        for _ in 0..=hashes {
            self.take();
        }
        while self.at < self.chars.len() {
            let is_end = self.peek(0) == '"' && (1..=hashes).all(|it| self.peek(it) == '#');
            if is_end {
                for _ in 0..=hashes {
                    self.take();
                }
                break;
            }
            text.push(self.take());
        }
        text
    }

    /// A character or a lifetime.
    fn quote(&mut self) -> String {
        self.take();
        if self.peek(0) == '\\' {
            self.take();
            self.take();
            while self.at < self.chars.len() && self.take() != '\'' {}
            return "'".into();
        }
        if self.peek(1) == '\'' {
            self.take();
            self.take();
            return "'".into();
        }
        self.letters()
    }
}

/// Leaves out what stands under `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut code = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins =
            tokens[at].is_mark('#') && tokens.get(at + 1).is_some_and(|it| it.is_mark('['));
        if !begins {
            code.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let end = closing(tokens, at + 1);
        let attribute = &tokens[at..end];
        let has = |word| attribute.iter().any(|token| token.is_word(word));
        if has("cfg") && has("test") && !has("not") {
            at = end_of_item(tokens, end);
        } else {
            code.extend_from_slice(attribute);
            at = end;
        }
    }
    code
}

/// Behind the bracket that closes the one at `open`.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if "([{".chars().any(|mark| token.is_mark(mark)) {
            depth += 1;
        } else if ")]}".chars().any(|mark| token.is_mark(mark)) {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    tokens.len()
}

fn end_of_item(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() {
        if tokens[at].is_mark(';') {
            return at + 1;
        }
        if tokens[at].is_mark('{') {
            return closing(tokens, at);
        }
        at = if "([".chars().any(|mark| tokens[at].is_mark(mark)) {
            closing(tokens, at)
        } else {
            at + 1
        };
    }
    at
}

#[test]
fn tokens_are_told_apart() {
    let texts = |source: &str| -> Vec<String> {
        tokens(source).into_iter().map(|token| token.text).collect()
    };
    let check = |source: &str, expected: &[&str]| assert_eq!(texts(source), expected, "{source}");
    check("a // b\nc", &["a", "c"]);
    check("a /* b /* c */ d */ e", &["a", "e"]);
    check(r#"x("a \" b") y"#, &["x", "(", "a \" b", ")", "y"]);
    check(r##"r#"a " b"# c"##, &["a \" b", "c"]);
    check("b\"a\" b'a' r#type", &["a", "'", "type"]);
    check("'a' 'b '\\'' '\"' c", &["'", "b", "'", "'", "c"]);
    let last = tokens("\"a\nb\"\n/*\n*/ c").pop().unwrap();
    assert_eq!((last.text.as_str(), last.line), ("c", 4));
}

#[test]
fn test_modules_are_left_out() {
    let check = |source: &str, expected: &str| {
        let file = File::new("src/a.rs", source);
        let words: Vec<_> = file.code.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words.concat(), expected, "{source}");
    };
    check("a; #[cfg(test)] mod tests { b { c } } d", "a;d");
    check("#[cfg(all(test, unix))] #[x] mod tests; d", "d");
    check("#[cfg(test)] fn a(b: [u8; 3]) -> c { d } e", "e");
    check("#[cfg(not(test))] a", "#[cfg(not(test))]a");
    check("#[test_only] a", "#[test_only]a");
    assert!(File::new("src/a/tests.rs", "b").code.is_empty());
}
