//! Looks at a grammar before llama.cpp does, which has no way to say what is wrong with
//! one, and some of which it does not survive.
//!
//! The parser is llama.cpp's own, rule by rule, down to the numbers it gives to rules that
//! it makes up: what is checked here is what will run there. Refused beyond what llama.cpp
//! refuses itself is what makes it allocate without end (a repetition whose least number is
//! above its greatest, left recursion that hides behind rules that may be empty), overflow
//! its stack (deep nesting), or compute for hours (rules that begin in very many ways).

use std::collections::HashMap;

use super::left;

/// The longest grammar, and the longest schema.
pub(super) const MAX_BYTES: usize = 256 << 10;

/// How deep groups may nest.
const MAX_DEPTH: usize = 1000;

/// The most elements that all rules may have once repetitions are written out.
const MAX_ELEMENTS: usize = 1 << 21;

/// llama.cpp's own limit on repetitions.
const MAX_REPETITIONS: u64 = 2000;

/// What a rule is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// Something of the text: a character, or one end of a range.
    Terminal,
    /// Another rule, by its number.
    Rule(usize),
    /// The end of an alternative that is not the last.
    Or,
}

type Rule = Vec<Element>;
type Parsed<T> = Result<T, String>;

/// Checks a grammar.
///
/// # Errors
/// What is wrong with it, where llama.cpp has words for it in those.
pub(super) fn check(grammar: &str) -> Parsed<()> {
    if grammar.len() > MAX_BYTES {
        return Err(format!("it has more than {MAX_BYTES} bytes"));
    }
    if grammar.contains('\0') {
        return Err("it has a NUL character".into());
    }
    let mut parser = Parser {
        rest: grammar,
        ids: HashMap::new(),
        rules: Vec::new(),
        elements: 0,
        depth: 0,
    };
    parser.skip_space(true);
    while !parser.rest.is_empty() {
        parser.rule()?;
    }
    let Parser { ids, rules, .. } = parser;
    if !ids.contains_key("root") {
        return Err("grammar does not contain a 'root' symbol".into());
    }
    let name = |rule: usize| {
        let found = ids.iter().find(|(_, id)| **id == rule);
        found.map_or_else(|| rule.to_string(), |(name, _)| name.clone())
    };
    let is_defined = |rule: usize| rules.get(rule).is_some_and(Option::is_some);
    let references = rules.iter().flatten().flatten();
    let mut used = references.filter_map(|element| match element {
        Element::Rule(rule) => Some(*rule),
        _ => None,
    });
    if let Some(missing) = used.find(|rule| !is_defined(*rule)) {
        return Err(format!("Undefined rule identifier '{}'", name(missing)));
    }
    let rules: Vec<Rule> = rules.into_iter().map(Option::unwrap_or_default).collect();
    left::check(&rules).map_err(|trouble| match trouble {
        left::Trouble::Recursion(rule) => {
            format!("left recursion in the rule '{}'", name(rule))
        }
        left::Trouble::TooManyWays(rule) => {
            format!("the rule '{}' can begin in too many ways", name(rule))
        }
        left::Trouble::TooManySkipped(rule) => {
            format!(
                "the rule '{}' has too many items that may be left out",
                name(rule)
            )
        }
    })
}

struct Parser<'t> {
    rest: &'t str,
    ids: HashMap<String, usize>,
    rules: Vec<Option<Rule>>,
    elements: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rule(&mut self) -> Parsed<()> {
        let name = self.name()?;
        self.skip_space(false);
        let id = self.id_of(name);
        if !self.take("::=") {
            return Err(self.expecting("::="));
        }
        self.skip_space(true);
        self.alternatives(name, id, false)?;
        if !(self.take("\r\n") || self.take("\r") || self.take("\n") || self.rest.is_empty()) {
            return Err(self.expecting("newline or end"));
        }
        self.skip_space(true);
        Ok(())
    }

    fn alternatives(&mut self, name: &str, id: usize, is_nested: bool) -> Parsed<()> {
        let mut rule = Rule::new();
        self.sequence(name, &mut rule, is_nested)?;
        while self.take("|") {
            self.push(&mut rule, &[Element::Or])?;
            self.skip_space(true);
            self.sequence(name, &mut rule, is_nested)?;
        }
        self.define(id, rule);
        Ok(())
    }

    fn sequence(&mut self, name: &str, rule: &mut Rule, is_nested: bool) -> Parsed<()> {
        // Where the item begins that a repetition would repeat, and how many rules it has.
        let mut item = rule.len();
        let mut item_rules: u64 = 1;
        while let Some(first) = self.rest.chars().next() {
            match first {
                '"' | '[' | '<' | '!' | '.' => {
                    item = rule.len();
                    item_rules = 1;
                    self.terminal(first, rule)?;
                }
                '(' => {
                    self.take("(");
                    self.skip_space(true);
                    let before = self.ids.len();
                    let group = self.made_up_id(name);
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(format!("groups nest deeper than {MAX_DEPTH} levels"));
                    }
                    self.alternatives(name, group, true)?;
                    self.depth -= 1;
                    item = rule.len();
                    item_rules = ((self.ids.len() - before) as u64).max(1);
                    self.push(rule, &[Element::Rule(group)])?;
                    if !self.take(")") {
                        return Err(self.expecting("')'"));
                    }
                }
                '*' | '+' | '?' | '{' => {
                    let (least, most) = self.times(is_nested)?;
                    self.repeat(name, rule, item, &mut item_rules, least, most)?;
                }
                it if is_of_name(it) => {
                    let name = self.name()?;
                    item = rule.len();
                    item_rules = 1;
                    let id = self.id_of(name);
                    self.push(rule, &[Element::Rule(id)])?;
                }
                _ => break,
            }
            self.skip_space(is_nested);
        }
        Ok(())
    }

    /// A text in quotes, a range, a token, or any character.
    fn terminal(&mut self, first: char, rule: &mut Rule) -> Parsed<()> {
        self.skip(1);
        match first {
            '"' => {
                while !self.take("\"") {
                    self.character()?;
                    self.push(rule, &[Element::Terminal])?;
                }
            }
            '[' => {
                self.take("^");
                while !self.take("]") {
                    self.character()?;
                    self.push(rule, &[Element::Terminal])?;
                    if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                        self.skip(1);
                        self.character()?;
                        self.push(rule, &[Element::Terminal])?;
                    }
                }
            }
            '.' => self.push(rule, &[Element::Terminal])?,
            _ => {
                if first == '!' && !self.take("<") {
                    return Err(self.expecting("'<'"));
                }
                if self.take("[") {
                    let number = self.number()?;
                    if number > u64::from(u32::MAX) {
                        return Err("parsed token id is too big".into());
                    }
                    if !self.take("]>") {
                        return Err(self.expecting("]>"));
                    }
                } else {
                    let end = self.rest.find('>');
                    let end = end.ok_or_else(|| self.expecting("'>'"))?;
                    self.skip(end + 1);
                }
                self.push(rule, &[Element::Terminal])?;
            }
        }
        Ok(())
    }

    /// How often an item may come: `None` is without limit.
    fn times(&mut self, is_nested: bool) -> Parsed<(u64, Option<u64>)> {
        if self.take("*") {
            return Ok((0, None));
        }
        if self.take("+") {
            return Ok((1, None));
        }
        if self.take("?") {
            return Ok((0, Some(1)));
        }
        self.skip(1);
        self.skip_space(is_nested);
        let least = self.number()?;
        self.skip_space(is_nested);
        let mut most = Some(least);
        if self.take(",") {
            self.skip_space(is_nested);
            most = None;
            if self.rest.starts_with(|it: char| it.is_ascii_digit()) {
                most = Some(self.number()?);
                self.skip_space(is_nested);
            }
        }
        if !self.take("}") {
            return Err(self.expecting("'}'"));
        }
        if least > MAX_REPETITIONS {
            return Err(format!("more than {MAX_REPETITIONS} repetitions"));
        }
        let most = most.filter(|most| *most <= MAX_REPETITIONS);
        // llama.cpp would count down from zero and fill the memory with rules.
        if most.is_some_and(|most| most < least) {
            return Err(format!(
                "an item is to come at least {least} times and at most {} times",
                most.unwrap_or_default()
            ));
        }
        Ok((least, most))
    }

    /// Writes a repetition out as llama.cpp does.
    fn repeat(
        &mut self,
        name: &str,
        rule: &mut Rule,
        item: usize,
        item_rules: &mut u64,
        least: u64,
        most: Option<u64>,
    ) -> Parsed<()> {
        if item == rule.len() {
            return Err("expecting preceding item to */+/?/{".into());
        }
        let total = most.filter(|most| *most > 0).unwrap_or(least).max(1);
        if item_rules.saturating_mul(total) > MAX_REPETITIONS {
            return Err(format!(
                "repetitions within repetitions make more than {MAX_REPETITIONS} rules"
            ));
        }
        let repeated = rule.get(item..).unwrap_or_default().to_vec();
        if least == 0 {
            rule.truncate(item);
        }
        for _ in 1..least {
            self.push(rule, &repeated)?;
        }
        let optional = most.map_or(1, |most| most - least);
        let mut made = None;
        for _ in 0..optional {
            let id = self.made_up_id(name);
            let mut again = Rule::new();
            self.push(&mut again, &repeated)?;
            let next = if most.is_none() { Some(id) } else { made };
            if let Some(next) = next {
                self.push(&mut again, &[Element::Rule(next)])?;
            }
            self.push(&mut again, &[Element::Or])?;
            self.define(id, again);
            made = Some(id);
        }
        if let Some(made) = made {
            self.push(rule, &[Element::Rule(made)])?;
        }
        *item_rules *= total;
        Ok(())
    }

    fn push(&mut self, rule: &mut Rule, elements: &[Element]) -> Parsed<()> {
        self.elements += elements.len();
        if self.elements > MAX_ELEMENTS {
            return Err("its repetitions make it too large".into());
        }
        rule.extend_from_slice(elements);
        Ok(())
    }

    fn define(&mut self, id: usize, rule: Rule) {
        if self.rules.len() <= id {
            self.rules.resize(id + 1, None);
        }
        self.rules[id] = Some(rule);
    }

    fn id_of(&mut self, name: &str) -> usize {
        let next = self.ids.len();
        *self.ids.entry(name.to_owned()).or_insert(next)
    }

    /// llama.cpp takes the next number even where somebody has given a rule that very name,
    /// and so may give a number twice.
    fn made_up_id(&mut self, name: &str) -> usize {
        let next = self.ids.len();
        self.ids.insert(format!("{name}_{next}"), next);
        next
    }

    fn name(&mut self) -> Parsed<&'t str> {
        let end = self.rest.find(|it| !is_of_name(it));
        let (name, _) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if name.is_empty() {
            return Err(self.expecting("name"));
        }
        self.skip(name.len());
        Ok(name)
    }

    fn number(&mut self) -> Parsed<u64> {
        let end = self.rest.find(|it: char| !it.is_ascii_digit());
        let (digits, _) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if digits.is_empty() {
            return Err(self.expecting("integer"));
        }
        self.skip(digits.len());
        digits
            .parse()
            .map_err(|_| format!("the number {digits} is too large"))
    }

    /// A character of a text or a range, which may be written with a backslash.
    fn character(&mut self) -> Parsed<()> {
        let mut letters = self.rest.chars();
        let Some(first) = letters.next() else {
            return Err("unexpected end of input".into());
        };
        if first != '\\' {
            self.skip(first.len_utf8());
            return Ok(());
        }
        let digits = match letters.next() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some('t' | 'r' | 'n' | '\\' | '"' | '[' | ']' | '-') => 0,
            _ => return Err(self.at("unknown escape")),
        };
        let hex = self.rest.get(2..2 + digits);
        if !hex.is_some_and(|hex| hex.bytes().all(|it| it.is_ascii_hexdigit())) {
            return Err(self.expecting(&format!("{digits} hex chars")));
        }
        self.skip(2 + digits);
        Ok(())
    }

    fn take(&mut self, words: &str) -> bool {
        let rest = self.rest.strip_prefix(words);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn skip_space(&mut self, with_newlines: bool) {
        let is_space = |it: char| matches!(it, ' ' | '\t') || with_newlines && "\r\n".contains(it);
        loop {
            self.rest = self.rest.trim_start_matches(is_space);
            if !self.rest.starts_with('#') {
                return;
            }
            let end = self.rest.find(['\r', '\n']);
            self.skip(end.unwrap_or(self.rest.len()));
        }
    }

    fn expecting(&self, what: &str) -> String {
        self.at(&format!("expecting {what}"))
    }

    /// llama.cpp quotes the whole rest of the grammar; a line's beginning says as much.
    fn at(&self, what: &str) -> String {
        let line = self.rest.lines().next().unwrap_or_default();
        let shown: String = line.chars().take(40).collect();
        match shown.is_empty() {
            true if self.rest.is_empty() => format!("{what} at the end"),
            true => format!("{what} at the end of a line"),
            false => format!("{what} at {shown}"),
        }
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}

#[cfg(test)]
mod tests;
