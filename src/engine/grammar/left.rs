//! What the rules of a grammar can begin with. llama.cpp follows every such way each time a
//! rule comes up, so there must be an end to them, and not too many.

use super::gbnf::Element;

/// The most ways from one rule to what a text can begin with. llama.cpp compares each with
/// all the others, so this many take it about a second.
const MAX_WAYS: usize = 20_000;

/// The most items in a row that may be left out. After each character that could belong to
/// any of them, llama.cpp compares what may follow each with what may follow all others,
/// which takes the third power of this.
const MAX_SKIPPED: usize = 300;

/// What llama.cpp would not return from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The rule begins with itself and goes on after that.
    Recursion(usize),
    /// There are more ways to begin it than can be followed.
    TooManyWays(usize),
    /// It begins with too many items that may be left out.
    TooManySkipped(usize),
}

/// Checks all rules.
pub(super) fn check(rules: &[Vec<Element>]) -> Result<(), Trouble> {
    let starts = starts(rules, &may_be_empty(rules));
    let mut search = Search {
        starts: &starts,
        ways: vec![0; rules.len()],
        skipped: vec![0; rules.len()],
        order: vec![0; rules.len()],
        next_order: 1,
        open: Vec::new(),
        is_open: vec![false; rules.len()],
    };
    for rule in 0..rules.len() {
        if search.order[rule] == 0 {
            search.visit(rule, 0)?;
        }
    }
    Ok(())
}

/// Which rules match the empty text, however far down that is decided.
fn may_be_empty(rules: &[Vec<Element>]) -> Vec<bool> {
    let mut is_empty = vec![false; rules.len()];
    // For each alternative made of rules alone: whose it is, and how many of them are not
    // known to be empty.
    let mut alternatives: Vec<(usize, usize)> = Vec::new();
    let mut used_by: Vec<Vec<usize>> = vec![Vec::new(); rules.len()];
    let mut found = Vec::new();
    for (owner, rule) in rules.iter().enumerate() {
        for alternative in rule.split(|it| *it == Element::Or) {
            if alternative.contains(&Element::Terminal) {
                continue;
            }
            for element in alternative {
                if let Element::Rule(used) = element {
                    used_by[*used].push(alternatives.len());
                }
            }
            if alternative.is_empty() {
                found.push(owner);
            }
            alternatives.push((owner, alternative.len()));
        }
    }
    while let Some(rule) = found.pop() {
        if std::mem::replace(&mut is_empty[rule], true) {
            continue;
        }
        for &alternative in &used_by[rule] {
            let (owner, unknown) = &mut alternatives[alternative];
            *unknown -= 1;
            if *unknown == 0 {
                found.push(*owner);
            }
        }
    }
    is_empty
}

/// A rule that another can begin with.
struct Edge {
    to: usize,
    /// Whether nothing follows it there, so that following it takes no memory.
    is_last: bool,
    /// How many items before it are left out.
    skipped: usize,
}

/// What a rule can begin with.
#[derive(Default)]
struct Start {
    edges: Vec<Edge>,
    /// How many of its alternatives begin with a terminal, once items are left out.
    terminals: usize,
}

fn starts(rules: &[Vec<Element>], may_be_empty: &[bool]) -> Vec<Start> {
    let mut starts = Vec::with_capacity(rules.len());
    for rule in rules {
        let mut start = Start::default();
        for alternative in rule.split(|it| *it == Element::Or) {
            for (at, element) in alternative.iter().enumerate() {
                let Element::Rule(to) = *element else {
                    start.terminals += 1;
                    break;
                };
                start.edges.push(Edge {
                    to,
                    is_last: at + 1 == alternative.len(),
                    skipped: at,
                });
                if !may_be_empty[to] {
                    break;
                }
            }
        }
        starts.push(start);
    }
    starts
}

/// Tarjan's search for the rules that begin with each other, which counts ways as it goes.
struct Search<'r> {
    starts: &'r [Start],
    ways: Vec<usize>,
    skipped: Vec<usize>,
    order: Vec<usize>,
    next_order: usize,
    open: Vec<usize>,
    is_open: Vec<bool>,
}

impl Search<'_> {
    /// Returns the first rule in the order that `rule` leads back to.
    fn visit(&mut self, rule: usize, depth: usize) -> Result<usize, Trouble> {
        // A way this long is as bad as many: llama.cpp follows it by recursion.
        if depth > MAX_WAYS {
            return Err(Trouble::TooManyWays(rule));
        }
        let order = self.next_order;
        self.next_order += 1;
        self.order[rule] = order;
        self.open.push(rule);
        self.is_open[rule] = true;
        let starts = self.starts;
        let start = &starts[rule];
        let (mut lowest, mut ways, mut skipped) = (order, 1 + start.terminals, 0);
        for edge in &start.edges {
            if self.order[edge.to] == 0 {
                lowest = lowest.min(self.visit(edge.to, depth + 1)?);
            } else if self.is_open[edge.to] {
                lowest = lowest.min(self.order[edge.to]);
            }
            ways = ways.saturating_add(self.ways[edge.to].max(1));
            skipped = skipped.max(edge.skipped + self.skipped[edge.to]);
        }
        if skipped > MAX_SKIPPED {
            return Err(Trouble::TooManySkipped(rule));
        }
        if ways > MAX_WAYS {
            return Err(Trouble::TooManyWays(rule));
        }
        self.ways[rule] = ways;
        self.skipped[rule] = skipped;
        if lowest == order {
            self.close(rule)?;
        }
        Ok(lowest)
    }

    /// All rules since `first` begin with each other; none may go on after another.
    fn close(&mut self, first: usize) -> Result<(), Trouble> {
        let from = self.open.iter().rposition(|it| *it == first).unwrap_or(0);
        let group = self.open.split_off(from);
        for &rule in &group {
            let mut edges = self.starts[rule].edges.iter();
            // Still marked as open: just those of the group, and those before it, which
            // nothing in the group leads to.
            if edges.any(|edge| !edge.is_last && self.is_open[edge.to]) {
                return Err(Trouble::Recursion(rule));
            }
        }
        for rule in group {
            self.is_open[rule] = false;
        }
        Ok(())
    }
}
