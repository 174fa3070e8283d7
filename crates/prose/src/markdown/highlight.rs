//! The colours of code, found on a thread of their own: reading the grammars takes a tenth
//! of a second, and a line of code as long as a frame may take.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::CodeBlock;

/// Longer code stays without colours.
const LONGEST_BYTES: usize = 200_000;

/// What is remembered, in bytes of code.
const KEPT_BYTES: usize = 1 << 20;

/// A word of code that has a colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// In bytes of the block's text.
    pub(crate) range: Range<usize>,
    pub(crate) kind: TokenKind,
}

/// What a word of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Comment,
    Keyword,
    String,
    Number,
    Function,
    Type,
    Constant,
    Attribute,
    Inserted,
    Deleted,
}

type Found = (Arc<CodeBlock>, Arc<[Token]>);

/// Asks for colours and keeps them.
#[derive(Debug)]
pub struct Highlighter {
    /// None where the system could not start the thread.
    ask: Option<Sender<Arc<CodeBlock>>>,
    found: Receiver<Found>,
    /// By the address of the block, which its entry keeps from being used again.
    known: HashMap<usize, Found>,
    order: VecDeque<usize>,
    kept_bytes: usize,
    asked: HashSet<usize>,
    /// What was found last: the beginning of a block that grows.
    last: Option<Found>,
}

impl Highlighter {
    /// Starts the thread; `wake` is called when it has found something.
    pub fn start(wake: impl Fn() + Send + 'static) -> Self {
        let (ask, asked) = channel();
        let (tell, found) = channel();
        let work = move || work(&asked, &tell, wake);
        let thread = thread::Builder::new()
            .name("highlighter".into())
            .spawn(work);
        Self {
            ask: thread.is_ok().then_some(ask),
            found,
            known: HashMap::new(),
            order: VecDeque::new(),
            kept_bytes: 0,
            asked: HashSet::new(),
            last: None,
        }
    }

    /// The colours of a block as far as they are known, which may be those of its beginning.
    /// Asks for what is not known; this returns at once.
    pub(crate) fn colours(&mut self, block: &Arc<CodeBlock>) -> Option<Arc<[Token]>> {
        self.take_found();
        let key = Arc::as_ptr(block).addr();
        if let Some((_, tokens)) = self.known.get(&key) {
            return Some(tokens.clone());
        }
        if block.language.is_empty() || block.text.len() > LONGEST_BYTES {
            return None;
        }
        if self.asked.insert(key)
            && let Some(ask) = &self.ask
        {
            // A thread that has ended gives no colours, and nothing worse.
            let _ = ask.send(block.clone());
        }
        let (before, tokens) = self.last.as_ref()?;
        let is_beginning =
            before.language == block.language && block.text.starts_with(&before.text);
        is_beginning.then(|| tokens.clone())
    }

    fn take_found(&mut self) {
        while let Ok((block, tokens)) = self.found.try_recv() {
            let key = Arc::as_ptr(&block).addr();
            self.asked.remove(&key);
            self.kept_bytes += block.text.len();
            self.order.push_back(key);
            self.last = Some((block.clone(), tokens.clone()));
            self.known.insert(key, (block, tokens));
        }
        while self.kept_bytes > KEPT_BYTES
            && let Some(key) = self.order.pop_front()
        {
            if let Some((block, _)) = self.known.remove(&key) {
                self.kept_bytes -= block.text.len();
            }
        }
    }
}

fn work(asked: &Receiver<Arc<CodeBlock>>, tell: &Sender<Found>, wake: impl Fn()) {
    let mut grammars = None;
    let mut begun: Option<Begun> = None;
    while let Ok(first) = asked.recv() {
        let mut blocks = vec![first];
        blocks.extend(asked.try_iter());
        for (index, block) in blocks.iter().enumerate() {
            // A block that has grown since is read as it is now.
            let has_grown = |later: &Arc<CodeBlock>| {
                later.language == block.language
                    && later.text.len() > block.text.len()
                    && later.text.starts_with(&block.text)
            };
            let grammars = grammars.get_or_insert_with(Grammars::load);
            let tokens = match blocks[index + 1..].iter().any(has_grown) {
                true => Arc::from([]),
                // A fault in a grammar costs the colours, not the program.
                false => catch_unwind(AssertUnwindSafe(|| grammars.read(block, &mut begun)))
                    .unwrap_or_else(|_| Arc::from([])),
            };
            if tell.send((block.clone(), tokens)).is_err() {
                return;
            }
            wake();
        }
    }
}

/// The whole lines of a block, read, and how to go on.
struct Begun {
    language: String,
    text: String,
    state: ParseState,
    stack: ScopeStack,
    tokens: Vec<Token>,
}

struct Grammars {
    set: SyntaxSet,
    kinds: Vec<(Scope, Option<TokenKind>)>,
}

impl Grammars {
    fn load() -> Self {
        use TokenKind::{
            Attribute, Comment, Constant, Deleted, Function, Inserted, Keyword, Number, String,
            Type,
        };
        // The first that fits counts, so the narrow ones stand before the wide ones.
        let kinds = [
            ("comment", Some(Comment)),
            ("punctuation.definition.comment", Some(Comment)),
            ("punctuation.section", None),
            ("constant.character.escape", Some(Constant)),
            ("constant.numeric", Some(Number)),
            ("constant.other.placeholder", Some(Constant)),
            ("string", Some(String)),
            ("constant", Some(Constant)),
            ("markup.inserted", Some(Inserted)),
            ("markup.deleted", Some(Deleted)),
            ("markup.heading", Some(Keyword)),
            ("keyword.operator", None),
            ("keyword", Some(Keyword)),
            ("storage.type", Some(Keyword)),
            ("storage", Some(Keyword)),
            ("variable.language", Some(Keyword)),
            ("entity.name.function", Some(Function)),
            ("variable.function", Some(Function)),
            ("support.function", Some(Function)),
            ("support.macro", Some(Function)),
            ("entity.name.tag", Some(Keyword)),
            ("entity.other.attribute-name", Some(Attribute)),
            ("meta.annotation", Some(Attribute)),
            ("variable.annotation", Some(Attribute)),
            ("entity.name", Some(Type)),
            ("entity.other.inherited-class", Some(Type)),
            ("support.type.property-name", Some(Attribute)),
            ("meta.mapping.key", Some(Attribute)),
            ("support.type", Some(Type)),
            ("support.class", Some(Type)),
        ];
        Self {
            set: two_face::syntax::extra_newlines(),
            kinds: kinds
                .into_iter()
                .filter_map(|(name, kind)| Some((Scope::new(name).ok()?, kind)))
                .collect(),
        }
    }

    /// The grammar of a language, by the names that models give it.
    fn of(&self, language: &str) -> Option<&SyntaxReference> {
        let lower = language.to_lowercase();
        let name = match lower.as_str() {
            "rust" => "rs",
            "python3" | "py3" => "py",
            "js" | "node" | "mjs" => "javascript",
            "ts" => "typescript",
            "shell" | "console" | "shell-session" | "zsh" => "sh",
            "c++" => "cpp",
            "csharp" | "c#" => "cs",
            "golang" => "go",
            "yml" => "yaml",
            "jsonc" | "json5" => "json",
            "ps1" | "pwsh" => "powershell",
            "tex" => "latex",
            "md" => "markdown",
            "kt" => "kotlin",
            "objc" => "objective-c",
            other => other,
        };
        self.set.find_syntax_by_token(name)
    }

    fn read(&self, block: &CodeBlock, begun: &mut Option<Begun>) -> Arc<[Token]> {
        let Some(syntax) = self.of(&block.language) else {
            return Arc::from([]);
        };
        let goes_on = begun
            .take()
            .filter(|it| it.language == block.language && block.text.starts_with(&it.text));
        let mut state = goes_on.unwrap_or_else(|| Begun {
            language: block.language.clone(),
            text: String::new(),
            state: ParseState::new(syntax),
            stack: ScopeStack::new(),
            tokens: Vec::new(),
        });
        let whole = block.text.rfind('\n').map_or(0, |at| at + 1);
        let from = state.text.len();
        let lines = block.text.get(from..whole).unwrap_or_default();
        let mut at = from;
        for line in lines.split_inclusive('\n') {
            self.line(&mut state, line, at);
            at += line.len();
        }
        state.text.push_str(lines);
        let mut tokens = state.tokens.clone();
        if let Some(rest) = block.text.get(at..).filter(|rest| !rest.is_empty()) {
            // The last line is read for now, and once more when it is whole.
            let mut last = Begun {
                language: std::string::String::new(),
                text: std::string::String::new(),
                state: state.state.clone(),
                stack: state.stack.clone(),
                tokens: Vec::new(),
            };
            self.line(&mut last, &format!("{rest}\n"), at);
            tokens.extend(last.tokens.into_iter().filter_map(|token| {
                let end = token.range.end.min(block.text.len());
                (token.range.start < end).then_some(Token {
                    range: token.range.start..end,
                    ..token
                })
            }));
        }
        if !block.is_closed {
            *begun = Some(state);
        }
        Arc::from(tokens)
    }

    fn line(&self, state: &mut Begun, line: &str, at: usize) {
        let Ok(changes) = state.state.parse_line(line, &self.set) else {
            return;
        };
        let mut done = 0;
        let mut add = |stack: &ScopeStack, end: usize, tokens: &mut Vec<Token>| {
            if let Some(kind) = self.kind(stack)
                && done < end
            {
                let range = at + done..at + end;
                match tokens.last_mut() {
                    Some(last) if last.kind == kind && last.range.end == range.start => {
                        last.range.end = range.end;
                    }
                    _ => tokens.push(Token { range, kind }),
                }
            }
            done = end.max(done);
        };
        for (end, change) in changes {
            add(&state.stack, end, &mut state.tokens);
            if state.stack.apply(&change).is_err() {
                return;
            }
        }
        add(&state.stack, line.len(), &mut state.tokens);
    }

    fn kind(&self, stack: &ScopeStack) -> Option<TokenKind> {
        let of = |scope: &Scope| {
            let fits = |(prefix, _): &&(Scope, Option<TokenKind>)| prefix.is_prefix_of(*scope);
            self.kinds.iter().find(fits).map(|(_, kind)| *kind)
        };
        stack.as_slice().iter().rev().find_map(of).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(language: &str, text: &str, is_closed: bool) -> Arc<CodeBlock> {
        Arc::new(CodeBlock::new(language.into(), text, is_closed))
    }

    fn words(block: &CodeBlock, tokens: &[Token]) -> Vec<(String, TokenKind)> {
        let word = |it: &Token| (block.text[it.range.clone()].trim().to_owned(), it.kind);
        tokens.iter().map(word).collect()
    }

    #[test]
    fn words_have_the_kind_that_their_language_says() {
        let grammars = Grammars::load();
        for (language, text, word, kind) in [
            ("python", "def f():\n    return 42", "42", TokenKind::Number),
            ("py", "# eso\nx = 1", "# eso", TokenKind::Comment),
            ("rust", "fn main() {}", "main", TokenKind::Function),
            ("rs", "let s = \"hola\";", "\"hola\"", TokenKind::String),
            ("bash", "if true; then", "if", TokenKind::Keyword),
            ("js", "const a = 'b'", "const", TokenKind::Keyword),
            ("ts", "class Punto {}", "Punto", TokenKind::Type),
            ("json", "{\"a\": 1}", "1", TokenKind::Number),
            ("sql", "SELECT 1", "SELECT", TokenKind::Keyword),
            ("diff", "+nuevo\n-viejo", "+nuevo", TokenKind::Inserted),
            ("c++", "int f() { return 0; }", "return", TokenKind::Keyword),
        ] {
            let block = block(language, text, true);
            let found = words(&block, &grammars.read(&block, &mut None));
            assert!(
                found.contains(&(word.to_owned(), kind)),
                "{language}: {found:?}"
            );
        }
        let unknown = block("klingon", "qapla' 1", true);
        assert!(grammars.read(&unknown, &mut None).is_empty());
    }

    #[test]
    fn a_block_that_grows_ends_with_the_colours_of_the_whole() {
        let grammars = Grammars::load();
        let text = "\"\"\"doc\nstring\"\"\"\ndef f(x):\n    return x + 1  # one\n";
        let mut begun = None;
        for end in 1..text.len() {
            grammars.read(&block("python", &text[..end], false), &mut begun);
        }
        let whole = block("python", text, true);
        let grown = grammars.read(&whole, &mut begun);
        assert_eq!(grown, grammars.read(&whole, &mut None));
    }

    #[test]
    fn colours_come_later_and_stay() {
        let (wake, woken) = channel();
        let mut highlighter = Highlighter::start(move || {
            let _ = wake.send(());
        });
        let block = block("python", "x = 1", true);
        assert_eq!(highlighter.colours(&block), None);
        woken
            .recv_timeout(std::time::Duration::from_mins(1))
            .unwrap();
        let tokens = highlighter.colours(&block).unwrap();
        assert_eq!(
            words(&block, &tokens),
            [("1".to_owned(), TokenKind::Number)]
        );
        let grown = super::tests::block("python", "x = 1\ny", false);
        assert_eq!(highlighter.colours(&grown), Some(tokens));
    }
}
