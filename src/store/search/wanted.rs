//! What a query asks for, as the tables are asked and as texts are looked through.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::words::{self, Word, fold, is_common, stems};

/// More words than anybody types; those after them are left out.
const MOST_TERMS: usize = 16;

/// The shortest beginning of a word that is looked for as one, in characters: almost
/// everything has a word that begins with a certain letter.
const SHORTEST_BEGINNING: usize = 2;

/// The longest beginning that the tables have for themselves, in characters.
const KNOWN_BEGINNING: usize = 3;

/// What two quotation marks enclose a phrase.
const QUOTES: [(char, char); 3] = [('"', '"'), ('“', '”'), ('«', '»')];

/// One thing that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// A word in any form, folded.
    Word {
        folded: String,
        stems: [Option<String>; 2],
        /// Whether it may be the beginning of one.
        is_beginning: bool,
    },
    /// Words one after the other, folded.
    Phrase(Vec<Part>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    folded: String,
    is_single: bool,
    /// Whether it stands right after the part before it.
    is_joined: bool,
}

/// What a query asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    terms: Vec<Term>,
}

/// What a text has of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// How often it has each term; another form of a word counts less than the word itself.
    pub(super) counts: Vec<f32>,
    /// Where they stand, in bytes, in order.
    pub(super) ranges: Vec<Range<usize>>,
}

impl Wanted {
    /// Reads what has been typed.
    pub(super) fn of(query: &str) -> Self {
        let mut terms = Vec::new();
        let mut rest = query;
        while terms.len() < MOST_TERMS {
            let opening = rest.char_indices().find_map(|(at, it)| {
                QUOTES
                    .iter()
                    .find(|(open, _)| *open == it)
                    .map(|it| (at, *it))
            });
            let quoted = opening.and_then(|(at, (open, close))| {
                let inside = at + open.len_utf8();
                let length = rest[inside..].find(close)?;
                Some((
                    at,
                    &rest[inside..inside + length],
                    inside + length + close.len_utf8(),
                ))
            });
            let Some((at, phrase, after)) = quoted else {
                add_words(&mut terms, rest, true);
                break;
            };
            add_words(&mut terms, &rest[..at], false);
            let parts = parts(words::words(phrase));
            if !parts.is_empty() {
                terms.push(Term::Phrase(parts));
            }
            rest = &rest[after..];
        }
        terms.truncate(MOST_TERMS);
        // A word that says nothing is looked for where nothing else is.
        if terms.iter().any(|it| !it.is_common()) {
            terms.retain(|it| !it.is_common());
        }
        let mut wanted = Self::default();
        for term in terms {
            if !wanted.terms.contains(&term) {
                wanted.terms.push(term);
            }
        }
        wanted
    }

    /// Whether it asks for nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a text must be read to its end to know whether it has all of it.
    pub(super) fn has_phrases(&self) -> bool {
        self.terms.iter().any(|it| matches!(it, Term::Phrase(_)))
    }

    /// Whether none of these counts of a phrase is 0.
    pub(super) fn has_all_phrases(&self, counts: &[f32]) -> bool {
        let mut both = self.terms.iter().zip(counts);
        both.all(|(term, count)| !matches!(term, Term::Phrase(_)) || *count > 0.0)
    }

    /// The word that may be a beginning, where it is longer than those that the tables know.
    pub(super) fn long_beginning(&self) -> Option<&str> {
        self.terms.iter().find_map(|term| match term {
            Term::Word {
                folded,
                is_beginning: true,
                ..
            } => Some(folded.as_str()).filter(|it| it.chars().nth(KNOWN_BEGINNING).is_some()),
            _ => None,
        })
    }

    /// The question to the tables, with the words that the long beginning stands for, where
    /// they are known. Every word stands in quotation marks, which no word has.
    pub(super) fn expression(&self, words: Option<&[String]>) -> String {
        let clauses: Vec<String> = self.terms.iter().map(|it| it.expression(words)).collect();
        clauses.join(" AND ")
    }

    /// Looks through a text until it has been found `most` times.
    pub(super) fn look(&self, text: &str, known: &mut Known, most: usize) -> Found {
        let mut found = Found {
            counts: vec![0.0; self.terms.len()],
            ranges: Vec::new(),
        };
        // Phrases that have begun: the term, how many of its words there were, and where.
        let mut begun: Vec<(usize, usize, usize)> = Vec::new();
        let mut end_before = usize::MAX;
        for word in words::words(text) {
            if found.ranges.len() >= most {
                break;
            }
            if !begun.is_empty() || self.may_be(&word) {
                let seen = self.see(&word, known);
                if seen.weight > 0.0 {
                    found.counts[seen.term] += seen.weight;
                    found.ranges.push(word.range.clone());
                }
                if self.has_phrases() {
                    let is_joined = end_before == word.range.start;
                    self.go_on(&word, &seen.folded, is_joined, &mut begun, &mut found);
                }
            }
            end_before = word.range.end;
        }
        found.ranges = merged(found.ranges);
        found
    }

    /// Whether a word can be one of those, by its first letter: no form changes it.
    fn may_be(&self, word: &Word<'_>) -> bool {
        let Some(&first) = word.text.as_bytes().first() else {
            return false;
        };
        let first = first.to_ascii_lowercase();
        !first.is_ascii()
            || self.terms.iter().any(|term| match term {
                Term::Word { folded, .. } => folded.as_bytes().first() == Some(&first),
                Term::Phrase(parts) => parts
                    .first()
                    .is_some_and(|it| it.folded.as_bytes().first() == Some(&first)),
            })
    }

    fn see(&self, word: &Word<'_>, known: &mut Known) -> Seen {
        if let Some(seen) = known.0.get(word.text) {
            return seen.clone();
        }
        let folded = fold(word.text);
        let forms = stems(&folded);
        let mut seen = Seen {
            term: 0,
            weight: 0.0,
            folded,
        };
        for (index, term) in self.terms.iter().enumerate() {
            let weight = term.weight(&seen.folded, &forms);
            if weight > seen.weight {
                (seen.term, seen.weight) = (index, weight);
            }
        }
        if known.0.len() < Known::MOST {
            known.0.insert(word.text.to_owned(), seen.clone());
        }
        seen
    }

    fn go_on(
        &self,
        word: &Word<'_>,
        folded: &str,
        is_joined: bool,
        begun: &mut Vec<(usize, usize, usize)>,
        found: &mut Found,
    ) {
        for (index, term) in self.terms.iter().enumerate() {
            if matches!(term, Term::Phrase(_)) {
                begun.push((index, 0, word.range.start));
            }
        }
        begun.retain_mut(|(term, count, start)| {
            let Term::Phrase(parts) = &self.terms[*term] else {
                return false;
            };
            let part = &parts[*count];
            let stands = part.folded == folded && (*count == 0 || !part.is_joined || is_joined);
            if !stands {
                return false;
            }
            *count += 1;
            if *count < parts.len() {
                return true;
            }
            found.counts[*term] += 1.0;
            found.ranges.push(*start..word.range.end);
            false
        });
    }
}

/// What is known of words that have been seen before.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<String, Seen>);

impl Known {
    const MOST: usize = 20_000;
}

#[derive(Debug, Clone)]
struct Seen {
    term: usize,
    /// How much it is of that term; 0 where it is none.
    weight: f32,
    folded: String,
}

impl Term {
    /// What another form of a word counts.
    const OTHER_FORM: f32 = 0.7;

    /// What a word that only begins like it counts.
    const LONGER: f32 = 0.6;

    fn is_common(&self) -> bool {
        match self {
            Self::Word { folded, .. } => is_common(folded),
            Self::Phrase(_) => false,
        }
    }

    fn weight(&self, word: &str, forms: &[Option<String>; 2]) -> f32 {
        let Self::Word {
            folded,
            stems,
            is_beginning,
        } = self
        else {
            return 0.0;
        };
        if word == folded {
            return 1.0;
        }
        // As the tables are asked: any form of the one may be any form of the other.
        let mine = || {
            [Some(folded), stems[0].as_ref(), stems[1].as_ref()]
                .into_iter()
                .flatten()
        };
        let is_form = |it: &str| mine().any(|form| form == it);
        if is_form(word) || forms.iter().flatten().any(|it| is_form(it)) {
            return Self::OTHER_FORM;
        }
        match *is_beginning && word.starts_with(folded.as_str()) {
            true => Self::LONGER,
            false => 0.0,
        }
    }

    fn expression(&self, known: Option<&[String]>) -> String {
        match self {
            Self::Word {
                folded,
                stems,
                is_beginning,
            } => {
                let mut words = vec![folded];
                words.extend(stems.iter().flatten());
                let known = known.filter(|_| *is_beginning);
                words.extend(known.into_iter().flatten());
                let mut seen = HashSet::new();
                words.retain(|it| seen.insert(*it));
                let mut clauses: Vec<String> = words.iter().map(|it| format!("\"{it}\"")).collect();
                if *is_beginning && known.is_none() {
                    clauses.push(format!("\"{folded}\" *"));
                }
                format!("({})", clauses.join(" OR "))
            }
            Self::Phrase(parts) => {
                let mut words: Vec<String> = Vec::new();
                for (index, part) in parts.iter().enumerate() {
                    let next = parts.get(index + 1).filter(|it| it.is_joined);
                    match next {
                        Some(next) => words.push(words::pair(&part.folded, &next.folded)),
                        // The pair before it has it already.
                        None if part.is_joined => {}
                        None => words.push(part.folded.clone()),
                    }
                }
                // What says something is enough for the tables; the text decides.
                let telling: Vec<&String> = words.iter().filter(|it| !is_common(it)).collect();
                let asked = if telling.is_empty() {
                    words.iter().collect()
                } else {
                    telling
                };
                let quoted = asked.iter().take(MOST_TERMS).map(|it| format!("\"{it}\""));
                format!("({})", quoted.collect::<Vec<_>>().join(" AND "))
            }
        }
    }
}

fn parts<'a>(words: impl Iterator<Item = Word<'a>>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut end_before = usize::MAX;
    for word in words {
        let folded = fold(word.text);
        if folded.is_empty() {
            continue;
        }
        let is_joined = word.is_single
            && end_before == word.range.start
            && parts.last().is_some_and(|it| it.is_single);
        end_before = word.range.end;
        parts.push(Part {
            folded,
            is_single: word.is_single,
            is_joined,
        });
    }
    parts
}

/// Adds the words of a part of a query that is in no quotation marks.
fn add_words(terms: &mut Vec<Term>, text: &str, is_last: bool) {
    // Characters without spaces between them are a phrase of their own.
    let mut run: Vec<Word<'_>> = Vec::new();
    for word in words::words(text) {
        if terms.len() > MOST_TERMS {
            return;
        }
        let goes_on = word.is_single
            && run.len() < words::LONGEST
            && run.last().is_none_or(|it| it.range.end == word.range.start);
        if goes_on {
            run.push(word);
            continue;
        }
        if !run.is_empty() {
            terms.push(Term::Phrase(parts(run.drain(..))));
        }
        if word.is_single {
            run.push(word);
            continue;
        }
        let folded = fold(word.text);
        if folded.is_empty() {
            continue;
        }
        let is_beginning = is_last
            && word.range.end == text.len()
            && folded.chars().take(SHORTEST_BEGINNING).count() == SHORTEST_BEGINNING;
        terms.push(Term::Word {
            stems: stems(&folded),
            folded,
            is_beginning,
        });
    }
    if !run.is_empty() {
        terms.push(Term::Phrase(parts(run.drain(..))));
    }
}

/// In order, those that touch each other made one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|it| (it.start, it.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
