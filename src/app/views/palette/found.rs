//! What the palette lists: everything that can be done or gone to, and of that what was
//! typed, the likeliest first.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str, chars};
use unicode_segmentation::UnicodeSegmentation as _;

use super::Recent;
use crate::app::command::Action;
use crate::app::state::State;
use crate::chat::ChatId;
use crate::i18n::{Language, Text};
use crate::params::PresetId;
use crate::store::Summary;

/// How many chats are listed, and things that were just used, before anything is typed.
const MOST_CHATS: usize = 5;
const MOST_RECENT: usize = 4;

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum What {
    Do(Action),
    Chat(ChatId),
    Model(PathBuf),
    Preset(PresetId),
    Persona(String),
    /// Look for these words in all messages.
    Search(String),
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) what: What,
    pub(super) name: String,
    /// The letters that were typed, in bytes.
    pub(super) marks: Vec<Range<usize>>,
    /// When a chat was last written in, and whether it is put away.
    pub(super) chat: Option<(i64, bool)>,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub(super) enum Line {
    /// The message id of what follows.
    Heading(&'static str),
    Row(Row),
}

/// What is looked for, by the sign that was typed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    All,
    Commands,
    Chats,
    Models,
}

impl Scope {
    /// What was typed, without the sign.
    pub(super) fn of(typed: &str) -> (Self, &str) {
        let typed = typed.trim_start();
        let signs = [
            ('>', Self::Commands),
            ('#', Self::Chats),
            ('@', Self::Models),
        ];
        for (sign, scope) in signs {
            if let Some(rest) = typed.strip_prefix(sign) {
                return (scope, rest.trim());
            }
        }
        (Self::All, typed.trim())
    }
}

/// The message id of a heading, and what stands below it.
type Heaped = (&'static str, Vec<Row>);

/// Everything that the list depends on but for what can be done.
#[derive(Clone)]
struct Source {
    typed: String,
    titles: Arc<[Summary]>,
    listed: usize,
    models: usize,
    /// Presets and personas, by number: they have other names only after the palette closed.
    panel: (usize, usize),
    language: Language,
}

impl Source {
    fn is(&self, other: &Self) -> bool {
        self.typed == other.typed
            && Arc::ptr_eq(&self.titles, &other.titles)
            && (self.listed, self.models) == (other.listed, other.models)
            && self.panel == other.panel
            && self.language == other.language
    }
}

/// The list, made anew only when something it depends on has changed.
#[derive(Default)]
pub(super) struct Found {
    source: Option<Source>,
    pub(super) lines: Vec<Line>,
    /// Which of the lines are rows.
    pub(super) rows: Vec<usize>,
}

impl Found {
    /// Makes the list. Returns whether it is another than before.
    pub(super) fn update(&mut self, typed: &str, state: &State, recent: &Recent) -> bool {
        let page = state.shelves.page.as_ref();
        let source = Source {
            typed: typed.to_owned(),
            titles: Arc::clone(&state.titles),
            listed: page.map_or(0, |page| page.chats.len()),
            models: state.chat_models().count(),
            panel: (state.panel.presets.len(), state.panel.personas.len()),
            language: state.i18n.language(),
        };
        if self.source.as_ref().is_some_and(|it| it.is(&source)) {
            return false;
        }
        let is_other_text = self.source.as_ref().is_none_or(|it| it.typed != typed);
        self.source = Some(source);
        self.lines = lines(typed, state, recent);
        let is_row = |(_, line): &(usize, &Line)| matches!(line, Line::Row(_));
        let rows = self.lines.iter().enumerate().filter(is_row);
        self.rows = rows.map(|(index, _)| index).collect();
        is_other_text
    }

    /// The row with this number.
    pub(super) fn row(&self, number: usize) -> Option<&Row> {
        match self.lines.get(*self.rows.get(number)?)? {
            Line::Row(row) => Some(row),
            Line::Heading(_) => None,
        }
    }
}

fn lines(typed: &str, state: &State, recent: &Recent) -> Vec<Line> {
    let (scope, words) = Scope::of(typed);
    let wants = |of: Scope| scope == Scope::All || scope == of;
    let mut groups: Vec<Heaped> = Vec::new();
    if wants(Scope::Commands) {
        groups.push(("palette-commands", commands(state)));
    }
    if wants(Scope::Chats) {
        groups.push(("palette-chats", chats(state)));
    }
    if wants(Scope::Commands) {
        groups.push(("palette-presets", presets(state)));
        groups.push(("palette-personas", personas(state)));
    }
    if wants(Scope::Models) {
        groups.push(("models", models(state)));
    }
    match words.is_empty() {
        true if scope == Scope::All => at_first(&mut groups, state, recent),
        true => {}
        false => groups = matching(groups, state, words),
    }
    if !words.is_empty() && wants(Scope::Chats) {
        let name = Text::new("palette-search").word("words", words);
        let row = Row {
            what: What::Search(words.to_owned()),
            name: state.i18n.text(&name),
            marks: Vec::new(),
            chat: None,
        };
        groups.push(("palette-messages", vec![row]));
    }
    groups.retain(|(_, rows)| !rows.is_empty());
    let lines = groups.into_iter().flat_map(|(heading, rows)| {
        std::iter::once(Line::Heading(heading)).chain(rows.into_iter().map(Line::Row))
    });
    lines.collect()
}

fn row(what: What, name: String) -> Row {
    Row {
        what,
        name,
        marks: Vec::new(),
        chat: None,
    }
}

fn commands(state: &State) -> Vec<Row> {
    let actions = Action::all().filter(|action| *action != Action::Palette);
    actions
        .map(|action| row(What::Do(action), state.i18n.get(action.name())))
        .collect()
}

/// All chats, or those of the left panel until all have been read; the latest first.
fn chats(state: &State) -> Vec<Row> {
    let listed = match (&state.titles, &state.shelves.page) {
        (titles, Some(page)) if titles.is_empty() => page.chats.as_slice(),
        (titles, _) => titles,
    };
    let named = |chat: &Summary| Row {
        chat: Some((chat.updated_unix_ms, chat.is_archived)),
        ..row(What::Chat(chat.id), super::name_of(state, chat))
    };
    listed.iter().map(named).collect()
}

fn models(state: &State) -> Vec<Row> {
    state
        .chat_models()
        .map(|entry| row(What::Model(entry.path.clone()), entry.name.clone()))
        .collect()
}

fn presets(state: &State) -> Vec<Row> {
    let named = |id: PresetId| {
        let preset = state.panel.preset(&state.i18n, &id)?;
        Some(row(What::Preset(id), preset.name))
    };
    state
        .panel
        .preset_ids()
        .into_iter()
        .filter_map(named)
        .collect()
}

fn personas(state: &State) -> Vec<Row> {
    let personas = state.panel.personas.iter();
    personas
        .map(|persona| row(What::Persona(persona.name.clone()), persona.name.clone()))
        .collect()
}

/// Before anything is typed: what was used last, and the chats somebody may go back to.
fn at_first(groups: &mut Vec<Heaped>, state: &State, recent: &Recent) {
    let all = groups.iter().flat_map(|(_, rows)| rows);
    let all: Vec<&Row> = all.collect();
    let known = recent.0.iter().filter_map(|what| {
        let found = all.iter().find(|row| row.what == *what);
        found.map(|row| (*row).clone())
    });
    let last: Vec<Row> = known.take(MOST_RECENT).collect();
    let is_current = |row: &Row| {
        state
            .current
            .is_some_and(|chat| row.what == What::Chat(chat))
    };
    for (heading, rows) in groups.iter_mut() {
        rows.retain(|row| last.iter().all(|it| it.what != row.what));
        if *heading == "palette-chats" {
            rows.retain(|row| !is_current(row));
            rows.truncate(MOST_CHATS);
        }
    }
    groups.insert(0, ("palette-recent", last));
    // Chats come before the many commands.
    groups.sort_by_key(|(heading, _)| match *heading {
        "palette-recent" => 0,
        "palette-chats" => 1,
        _ => 2,
    });
}

/// Those that have the letters that were typed, in groups; the group of the best comes first.
fn matching(groups: Vec<Heaped>, state: &State, words: &str) -> Vec<Heaped> {
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    // Accents need not be typed, and those that are find words without.
    let words: String = words.chars().map(chars::normalize).collect();
    let pattern = |kind| {
        let (case, accents) = (CaseMatching::Ignore, Normalization::Smart);
        Pattern::new(&words, case, accents, kind)
    };
    let (letters, whole) = (pattern(AtomKind::Fuzzy), pattern(AtomKind::Substring));
    let mut buffer = Vec::new();
    let mut found = Vec::new();
    for (heading, rows) in groups {
        let mut scored: Vec<(u32, Row)> = Vec::new();
        for row in rows {
            let name = Utf32Str::new(&row.name, &mut buffer);
            let score = letters.score(name, &mut matcher).or_else(|| {
                let What::Do(action) = row.what else {
                    return None;
                };
                let hint = state.i18n.get(action.hint());
                let score = whole.score(Utf32Str::new(&hint, &mut buffer), &mut matcher);
                // What it is called says more than what it does.
                score.map(|score| score / 2)
            });
            scored.extend(score.map(|score| (score, row)));
        }
        // Of two that fit as well, the one that came first stays first: the later chat.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let best = scored.first().map_or(0, |(score, _)| *score);
        found.push((best, heading, scored));
    }
    found.sort_by_key(|(best, ..)| std::cmp::Reverse(*best));
    let best = found.first().map_or(0, |(best, ..)| *best);
    let mut groups = Vec::new();
    for (_, heading, mut scored) in found {
        // A few letters scattered over a long name are a coincidence.
        scored.retain(|(score, _)| score.saturating_mul(2) >= best);
        let marked = scored.into_iter().map(|(_, mut row)| {
            row.marks = marks(&row.name, &letters, &mut matcher);
            row
        });
        groups.push((heading, marked.collect()));
    }
    groups
}

/// Where the letters stand that were typed.
fn marks(name: &str, pattern: &Pattern, matcher: &mut Matcher) -> Vec<Range<usize>> {
    let (mut buffer, mut indices) = (Vec::new(), Vec::new());
    let text = Utf32Str::new(name, &mut buffer);
    if pattern.indices(text, matcher, &mut indices).is_none() {
        return Vec::new();
    }
    indices.sort_unstable();
    indices.dedup();
    let mut marks: Vec<Range<usize>> = Vec::new();
    let mut wanted = indices.iter().peekable();
    for (number, (start, letter)) in name.grapheme_indices(true).enumerate() {
        if wanted.next_if(|it| **it as usize == number).is_none() {
            continue;
        }
        let end = start + letter.len();
        match marks.last_mut().filter(|last| last.end == start) {
            Some(last) => last.end = end,
            None => marks.push(start..end),
        }
    }
    marks
}
