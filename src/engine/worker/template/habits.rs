//! What a template must be given, so that it says all that is said. Found by rendering
//! conversations of made-up words: some templates refuse what they do not expect, and some
//! leave it out without a word.

use std::borrow::Cow;

use crate::chat::Role;
use crate::engine::fault::Fault;
use crate::engine::protocol::Turn;

/// Texts that no template has, to see what it does with a conversation.
const SYSTEM: &str = "Qvzsystem";
const LATER_SYSTEM: &str = "Qvzlatersystem";
pub(super) const USER: &str = "Qvzuser";
const SECOND_USER: &str = "Qvzseconduser";
const THIRD_USER: &str = "Qvzthirduser";
pub(super) const REASONING: &str = "Qvzreasoning";
pub(super) const REPLY: &str = "Qvzreply";
const SECOND_REPLY: &str = "Qvzsecondreply";

/// What parts two turns that have become one.
const GAP: &str = "\n\n";

/// The roles whose content a template may want as a list of parts, the usual cases first.
const LISTS: [&[Role]; 8] = [
    &[],
    &[Role::System, Role::User, Role::Assistant],
    &[Role::User],
    &[Role::System, Role::User],
    &[Role::User, Role::Assistant],
    &[Role::System],
    &[Role::Assistant],
    &[Role::System, Role::Assistant],
];

/// How a list of parts is written by a template that took it for text.
const PRINTED_LISTS: [&str; 2] = ["'text':", "\"text\":"];

/// What a template must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Habits {
    /// Whether it writes a system turn; otherwise that goes into the user's first.
    pub(super) takes_system: bool,
    /// Whether `tools` is there, and none. Some templates test it against none, and some
    /// go through it without a test.
    pub(super) has_tools_variable: bool,
    /// The roles whose content is a list of parts, and no text.
    pub(super) lists: &'static [Role],
    /// Which orders of turns it takes.
    pub(super) order: Order,
}

/// Which orders of turns a template takes as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    /// Two turns of one side after each other; otherwise they are joined.
    pub(super) runs: bool,
    /// Instructions after the first turn; otherwise they go into a turn of the user's.
    pub(super) later_system: bool,
    /// A reply as the first turn; otherwise an empty turn of the user's comes before it.
    pub(super) reply_first: bool,
}

impl Order {
    const ANY: Self = Self {
        runs: true,
        later_system: true,
        reply_first: true,
    };

    /// The one order that every template takes.
    pub(super) const STRICT: Self = Self {
        runs: false,
        later_system: false,
        reply_first: false,
    };
}

impl Habits {
    const USUAL: Self = Self {
        takes_system: true,
        has_tools_variable: true,
        lists: &[],
        order: Order::ANY,
    };

    /// Finds the habits of a template by what it makes of conversations.
    ///
    /// # Errors
    /// [`Fault::TemplateDropsWords`] where it renders none of them with the user's words.
    pub(super) fn probe(render: impl Fn(&[Turn], Self) -> Rendering) -> Result<Self, Fault> {
        let system = || Turn::new(Role::System, SYSTEM);
        let user = |words: &str| Turn::new(Role::User, words);
        let reply = |words: &str| Turn::new(Role::Assistant, words);
        let mut probe = Probe {
            render,
            renders: false,
            is_exhausted: false,
        };
        let exchange = [system(), user(USER), reply(REPLY), user(SECOND_USER)];
        // What renders one question only is of use as well.
        let found = probe.find(&exchange).or_else(|| probe.find(&exchange[..2]));
        let Some(mut habits) = found else {
            return match probe.renders {
                true => Err(Fault::TemplateDropsWords),
                // It refuses, and will say why when it is asked in earnest.
                false => Ok(Self::USUAL),
            };
        };
        let runs = [
            user(USER),
            user(SECOND_USER),
            reply(REPLY),
            reply(SECOND_REPLY),
            user(THIRD_USER),
        ];
        let later_system = [
            system(),
            user(USER),
            reply(REPLY),
            Turn::new(Role::System, LATER_SYSTEM),
            user(SECOND_USER),
        ];
        let reply_first = [reply(REPLY), user(USER)];
        habits.order = Order {
            runs: probe.says(&runs, habits, true),
            // A template that gathers them at the top would have the whole chat read again.
            later_system: probe.says(&later_system, habits, true),
            reply_first: probe.says(&reply_first, habits, true),
        };
        Ok(habits)
    }

    /// The turns as the template takes them. What is changed lies where its cause lies, so
    /// that a chat that goes on begins as it did before.
    pub(super) fn shaped<'a>(&self, turns: &'a [Turn]) -> Cow<'a, [Turn]> {
        let mut shaped = Cow::Borrowed(turns);
        if !self.order.later_system || !self.takes_system {
            fold_later_system(&mut shaped);
        }
        if !self.order.reply_first || !self.takes_system {
            begin_with_user(&mut shaped);
        }
        if !self.takes_system {
            fold_system(&mut shaped);
        }
        if !self.order.runs {
            join_runs(&mut shaped);
        }
        shaped
    }
}

/// What a template makes of a conversation.
pub(super) enum Rendering {
    Prompt(String),
    Refused,
    /// It ran out of fuel, as it will with any other.
    Exhausted,
}

/// Tries a template.
struct Probe<R> {
    render: R,
    /// Whether it has rendered anything.
    renders: bool,
    is_exhausted: bool,
}

impl<R: Fn(&[Turn], Habits) -> Rendering> Probe<R> {
    /// What a template must be given to say all of these turns.
    fn find(&mut self, turns: &[Turn]) -> Option<Habits> {
        let (usual, mixed) = LISTS.split_at(2);
        for takes_system in [true, false] {
            for (at, lists) in usual.iter().chain(mixed).enumerate() {
                // One that refuses does not do so for the mixture.
                if self.is_exhausted || at >= usual.len() && !self.renders {
                    break;
                }
                for has_tools_variable in [true, false] {
                    let habits = Habits {
                        takes_system,
                        has_tools_variable,
                        lists,
                        ..Habits::USUAL
                    };
                    if self.says(turns, habits, false) {
                        return Some(habits);
                    }
                }
            }
        }
        None
    }

    /// Whether a template says all of these turns, in their order where that matters.
    fn says(&mut self, turns: &[Turn], habits: Habits, in_order: bool) -> bool {
        let prompt = match (self.render)(&habits.shaped(turns), habits) {
            Rendering::Prompt(prompt) => prompt,
            Rendering::Refused => return false,
            Rendering::Exhausted => {
                self.is_exhausted = true;
                return false;
            }
        };
        self.renders = true;
        let is_printed = |list: &&str| prompt.contains(*list);
        if !habits.lists.is_empty() && PRINTED_LISTS.iter().any(is_printed) {
            return false;
        }
        let words = turns.iter().map(|turn| prompt.find(&turn.content));
        let places: Option<Vec<usize>> = words.collect();
        places.is_some_and(|places| !in_order || places.is_sorted())
    }
}

/// How many turns of instructions there are before all others.
fn leading_system(turns: &[Turn]) -> usize {
    turns
        .iter()
        .take_while(|turn| turn.role == Role::System)
        .count()
}

/// Joins the instructions at the beginning, and makes later ones a part of what the user
/// says next, or has said before.
fn fold_later_system(turns: &mut Cow<'_, [Turn]>) {
    let is_later = |(at, turn): (usize, &Turn)| at > 0 && turn.role == Role::System;
    if !turns.iter().enumerate().any(is_later) {
        return;
    }
    let leading = leading_system(turns);
    let mut folded: Vec<Turn> = Vec::with_capacity(turns.len());
    let mut joins_next = false;
    for (at, turn) in turns.iter().enumerate() {
        let is_later = at >= leading && turn.role == Role::System;
        let role = match is_later {
            true => Role::User,
            false => turn.role,
        };
        let is_joined = at > 0 && (at < leading || is_later || joins_next);
        match folded
            .last_mut()
            .filter(|last| is_joined && last.role == role)
        {
            Some(last) => join(last, turn),
            None => folded.push(Turn {
                role,
                ..turn.clone()
            }),
        }
        joins_next = is_later;
    }
    *turns = Cow::Owned(folded);
}

/// Puts an empty turn of the user's before a reply that comes first. Instructions that
/// cannot have a turn of their own find a place there, too.
fn begin_with_user(turns: &mut Cow<'_, [Turn]>) {
    let first = leading_system(turns);
    if turns
        .get(first)
        .is_some_and(|turn| turn.role == Role::Assistant)
    {
        turns.to_mut().insert(first, Turn::new(Role::User, ""));
    }
}

/// Puts the instructions at the head of the user's first turn, where there is one.
fn fold_system(turns: &mut Cow<'_, [Turn]>) {
    let is_user = |turn: &Turn| turn.role == Role::User;
    if leading_system(turns) == 0 || !turns.iter().any(is_user) {
        return;
    }
    let turns = turns.to_mut();
    let mut system = turns.remove(0);
    if let Some(first) = turns.iter_mut().find(|turn| is_user(turn)) {
        system.role = Role::User;
        let said = std::mem::replace(first, system);
        join(first, &said);
    }
}

/// Makes one turn of those of one side that follow each other.
fn join_runs(turns: &mut Cow<'_, [Turn]>) {
    if !turns.windows(2).any(|pair| pair[0].role == pair[1].role) {
        return;
    }
    let mut joined: Vec<Turn> = Vec::with_capacity(turns.len());
    for turn in turns.iter() {
        match joined.last_mut().filter(|last| last.role == turn.role) {
            Some(last) => join(last, turn),
            None => joined.push(turn.clone()),
        }
    }
    *turns = Cow::Owned(joined);
}

/// Adds what one turn says to another one.
fn join(turn: &mut Turn, more: &Turn) {
    append(&mut turn.content, &more.content);
    if let Some(thoughts) = &more.reasoning {
        append(turn.reasoning.get_or_insert_default(), thoughts);
    }
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str(GAP);
    }
    text.push_str(more);
}
