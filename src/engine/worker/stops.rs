//! Stop strings: where a reply ends before the model ends it. They hold for the reply and
//! not for the thoughts before it, and may name control tokens, which have no text of
//! their own.

use llama_cpp_2::token::LlamaToken;

use super::load::Loaded;
use super::reasoning::undecided;
use super::tokens;
use crate::engine::protocol::{Opening, Task, TemplateSource};

/// Characters that stand for control tokens while stop strings are looked for. Unicode keeps
/// these for use within programs; no text has them.
const STAND_INS: std::ops::RangeInclusive<char> = '\u{fdd0}'..='\u{fdef}';

/// What ends a reply, for one vocabulary.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// What ends thoughts and replies alike.
    anywhere: Vec<String>,
    /// What ends a reply.
    in_reply: Vec<String>,
    /// The control tokens that a stop string names, and what stands for each.
    silent: Vec<(LlamaToken, char)>,
}

impl Rules {
    /// The user's stop strings for a task, and what else ends it.
    pub(super) fn new(loaded: &Loaded, task: &Task, by_user: &[String]) -> Self {
        let mut rules = Self::default();
        let is_chat = task.opening != Opening::Plain;
        if is_chat && loaded.template.origin() == TemplateSource::ChatMl {
            // A model that was not trained on ChatML writes its marks as plain text, and
            // would go on to play both parts.
            rules.anywhere = ["<|im_end|>", "<|im_start|>"].map(String::from).into();
        }
        // An empty one would end every reply at once.
        for stop in by_user.iter().filter(|stop| !stop.is_empty()) {
            rules.in_reply.push(stop.clone());
            let mut named = stop.clone();
            for (token, text) in tokens::control_tokens_in(&loaded.model, stop) {
                if let Some(stand_in) = rules.stand_in(token) {
                    named = named.replace(&text, stand_in.encode_utf8(&mut [0; 4]));
                }
            }
            if named != *stop {
                rules.in_reply.push(named);
            }
        }
        rules
    }

    fn stand_in(&mut self, token: LlamaToken) -> Option<char> {
        if let Some(known) = self.stand_in_of(token) {
            return Some(known);
        }
        let stand_in = STAND_INS.clone().nth(self.silent.len())?;
        self.silent.push((token, stand_in));
        Some(stand_in)
    }

    /// What stands for a control token that a stop string names.
    pub(super) fn stand_in_of(&self, token: LlamaToken) -> Option<char> {
        let found = self.silent.iter().find(|(silent, _)| *silent == token)?;
        Some(found.1)
    }

    /// What looks for them in the thoughts.
    pub(super) fn for_thoughts(&self) -> Stops {
        Stops::new(self.anywhere.clone())
    }

    /// What looks for them in the reply.
    pub(super) fn for_reply(&self) -> Stops {
        Stops::new([&self.anywhere[..], &self.in_reply].concat())
    }
}

/// Looks for stop strings, and holds back what may turn out to be one.
#[derive(Debug)]
pub(super) struct Stops {
    stops: Vec<String>,
    held: String,
}

/// What is certain of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) text: String,
    /// Whether a stop string has come up; `text` ends before it.
    pub(super) is_stopped: bool,
    /// What begins with the stop string, in case that it is none after all.
    pub(super) rest: String,
}

impl Stops {
    fn new(stops: Vec<String>) -> Self {
        Self {
            stops,
            held: String::new(),
        }
    }

    /// Adds text.
    pub(super) fn push(&mut self, text: &str) -> Checked {
        self.held.push_str(text);
        let found = self.stops.iter().filter_map(|stop| self.held.find(stop));
        if let Some(at) = found.min() {
            let rest = self.held.split_off(at);
            return Checked {
                text: self.finish(),
                is_stopped: true,
                rest: shown(rest),
            };
        }
        let stops: Vec<&str> = self.stops.iter().map(String::as_str).collect();
        let kept = undecided(&self.held, &stops);
        let rest = self.held.split_off(self.held.len() - kept);
        Checked {
            text: shown(std::mem::replace(&mut self.held, rest)),
            is_stopped: false,
            rest: String::new(),
        }
    }

    /// What was held back, now that no more text comes.
    pub(super) fn finish(&mut self) -> String {
        shown(std::mem::take(&mut self.held))
    }
}

/// The text without what stands for control tokens.
pub(super) fn shown(text: String) -> String {
    match text.contains(|it| STAND_INS.contains(&it)) {
        true => text.replace(|it| STAND_INS.contains(&it), ""),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts that come of `pieces`, and what is left at the end.
    fn check(stops: &[&str], pieces: &[&str], texts: &[&str], rest: &str, is_stopped: bool) {
        let mut all = Stops::new(stops.iter().map(|&it| it.to_owned()).collect());
        let got: Vec<_> = pieces.iter().map(|piece| all.push(piece)).collect();
        let given: Vec<_> = got.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(given, texts, "{pieces:?}");
        assert_eq!(got.iter().any(|it| it.is_stopped), is_stopped);
        assert_eq!(all.finish(), rest);
    }

    #[test]
    fn a_stop_string_is_never_shown() {
        check(&["END"], &["a E", "N", "D b"], &["a ", "", ""], "", true);
        check(&["END"], &["a E", "N", "O"], &["a ", "", "ENO"], "", false);
        check(&["END"], &["EEN", "D"], &["E", ""], "", true);
        check(&["\n\n", "x"], &["1\n", "2x3"], &["1", "\n2"], "", true);
        check(&["END"], &["EN"], &[""], "EN", false);
        check(
            &["señal"],
            &["se", "ñ", "or"],
            &["", "", "señor"],
            "",
            false,
        );
        check(&[], &["EN", "D"], &["EN", "D"], "", false);
    }

    #[test]
    fn what_a_stop_string_cuts_off_can_be_had() {
        let mut all = Stops::new(vec!["END".into(), "\u{fdd0}x".into()]);
        assert_eq!(all.push("a EN").text, "a ");
        let cut = all.push("D b\u{fdd0}x");
        assert_eq!((cut.text.as_str(), cut.rest.as_str()), ("", "END bx"));
    }

    #[test]
    fn what_stands_for_a_control_token_stops_and_is_not_shown() {
        let stop = "\u{fdd0}user";
        check(
            &[stop],
            &["a", "\u{fdd0}", "user"],
            &["a", "", ""],
            "",
            true,
        );
        check(
            &[stop],
            &["a", "\u{fdd0}", "we"],
            &["a", "", "we"],
            "",
            false,
        );
        check(&[stop], &["a\u{fdd0}"], &["a"], "", false);
    }
}
