//! The chat template: a Jinja program out of the model file, and so untrusted code. It
//! runs here, in the engine's process, within bounds of time and memory, and sees nothing
//! but the conversation; and what the conversation says cannot become a control token.

mod escape;
mod guard;
mod habits;
mod jinja;
mod json;
mod literals;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::corpus;

use std::sync::OnceLock;

use minijinja::{Error, ErrorKind};

use super::reasoning::{self, Kind, Marks, Place};
use crate::chat::Role;
use crate::engine::fault::Fault;
use crate::engine::protocol::{Opening, TemplateSource, Turn};
use escape::{Care, Escape, NoStandIn};
use habits::{Habits, Order, Rendering};
use literals::Literals;

/// What a model without a template gets.
/// Source: <https://github.com/openai/openai-python/blob/release-v0.28.0/chatml.md>.
const CHATML: &str = "{% for message in messages %}<|im_start|>{{ message.role }}\n\
    {{ message.content }}<|im_end|>\n{% endfor %}\
    {% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/// A vocabulary need not have them as tokens, but a reader would take them for such.
const CHATML_MARKS: [&str; 2] = ["<|im_start|>", "<|im_end|>"];

/// The longest reason of a fault, in characters; a template may write a novel.
const REASON_CHARS: usize = 500;

/// A token that a vocabulary does not treat as ordinary text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Special {
    /// What it stands for in a prompt.
    pub(super) text: String,
    /// Whether llama.cpp finds it in any text, and not only where asked to: a token of
    /// the kind `USER_DEFINED`.
    pub(super) is_user_defined: bool,
}

/// A prompt, to be tokenised part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) parts: Vec<Part>,
    /// Where it ends, for the splitter of what comes next.
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// To be tokenised with control tokens.
    Markup(String),
    /// To be tokenised without: a character that would begin one.
    Text(String),
}

/// A model's chat template.
#[derive(Debug)]
pub(super) struct Template {
    source: String,
    origin: TemplateSource,
    bos: String,
    eos: String,
    /// What no text may bring into the prompt.
    dangerous: Literals,
    /// Control tokens that open the thoughts of some model.
    openers: Vec<String>,
    habits: OnceLock<Result<Habits, Fault>>,
    marks: OnceLock<Marks>,
}

impl Template {
    /// The template `source`, or ChatML where a model has none. `bos` and `eos` are the
    /// texts of these tokens, empty where there are none; `special` are the vocabulary's
    /// tokens that are no ordinary text.
    pub(super) fn new(
        source: Option<String>,
        bos: String,
        eos: String,
        special: Vec<Special>,
    ) -> Self {
        let source = source.filter(|source| !source.trim().is_empty());
        let origin = match source {
            Some(_) => TemplateSource::Model,
            None => TemplateSource::ChatMl,
        };
        let source = source.unwrap_or_else(|| CHATML.into());
        let openers = special.iter().map(|it| &it.text);
        let openers = openers
            .filter(|text| reasoning::opens_thoughts(text))
            .cloned()
            .collect();
        // Vocabularies list runs of spaces and tags of HTML as user-defined, too: these
        // are words like others, unless the template means something by them.
        let is_dangerous = |it: &Special| {
            !it.is_user_defined || (it.text.chars().nth(1).is_some() && source.contains(&it.text))
        };
        let special = special.into_iter().filter(is_dangerous).map(|it| it.text);
        let marks = match origin {
            TemplateSource::Model => &[][..],
            TemplateSource::ChatMl => &CHATML_MARKS[..],
        };
        let dangerous = Literals::new(special.chain(marks.iter().map(|&it| it.to_owned())));
        Self {
            source,
            origin,
            bos,
            eos,
            dangerous,
            openers,
            habits: OnceLock::new(),
            marks: OnceLock::new(),
        }
    }

    pub(super) fn origin(&self) -> TemplateSource {
        self.origin
    }

    /// The prompt after `turns`.
    ///
    /// # Errors
    /// [`Fault::Template`] with the template's own words where it refuses.
    pub(super) fn render(&self, turns: &[Turn], opening: Opening) -> Result<Rendered, Fault> {
        let habits = self.habits()?;
        let shaped = habits.shaped(turns);
        self.render_as(&shaped, opening, habits).or_else(|fault| {
            // It may refuse what it took of made-up words; but not the one usual order.
            let strict = Habits {
                order: Order::STRICT,
                ..habits
            };
            let ordered = strict.shaped(turns);
            match ordered == shaped {
                true => Err(fault),
                false => self.render_as(&ordered, opening, strict).map_err(|_| fault),
            }
        })
    }

    fn render_as(
        &self,
        turns: &[Turn],
        opening: Opening,
        habits: Habits,
    ) -> Result<Rendered, Fault> {
        let (turns, begun) = match (opening, turns.split_last()) {
            (Opening::Continue, Some((last, rest))) if last.role == Role::Assistant => {
                (rest, Some(last))
            }
            _ => (turns, None),
        };
        let (rendered, may_hide) = self.attempt(turns, begun, habits, Care::Literals)?;
        if !may_hide {
            return Ok(rendered);
        }
        // A template that cuts words out of a text joins what was around them, and that
        // could be a literal which was not there to see. So where a text has anything
        // that a literal could begin with, the prompt must have the same literals when
        // it is rendered without all that.
        let (careful, _) = self.attempt(turns, begun, habits, Care::FirstCharacters)?;
        let is_same = self.literals_of(&rendered).eq(self.literals_of(&careful));
        Ok(if is_same { rendered } else { careful })
    }

    /// The prompt, and whether there is anything that more care would escape.
    fn attempt(
        &self,
        turns: &[Turn],
        begun: Option<&Turn>,
        habits: Habits,
        care: Care,
    ) -> Result<(Rendered, bool), Fault> {
        let all = || turns.iter().chain(begun);
        let texts = all()
            .flat_map(|turn| [Some(&turn.content), turn.reasoning.as_ref()])
            .flatten();
        let mut escape = Escape::new(
            &self.dangerous,
            texts
                .chain([&self.source, &self.bos, &self.eos])
                .map(String::as_str),
        );
        let escaped: Result<Vec<Turn>, NoStandIn> =
            all().map(|turn| escape.turn(turn, care)).collect();
        let escaped = escaped.map_err(|NoStandIn| Fault::Template {
            reason: "the conversation uses every private-use character".into(),
        })?;
        let may_hide = care == Care::Literals && escape.may_hide(&escaped);
        let (turns, begun) = match (begun, escaped.split_last()) {
            (Some(_), Some((last, rest))) => (rest, Some(last)),
            _ => (&escaped[..], None),
        };
        let mut prompt = self.plain(turns, true, habits)?;
        let place = self.resume(&mut prompt, begun);
        let parts = escape.split(prompt);
        Ok((Rendered { parts, place }, may_hide))
    }

    /// Adds what the model has begun to the prompt; where that ends then.
    fn resume(&self, prompt: &mut String, begun: Option<&Turn>) -> Place {
        let marks = self.marks();
        let place = marks.place(prompt);
        let Some(turn) = begun else {
            return place;
        };
        let reasoning = turn.reasoning.as_deref().unwrap_or_default();
        marks.resume(prompt, reasoning, &turn.content);
        match (reasoning, turn.content.as_str()) {
            ("", "") => place,
            (_, "") => Place::Within(Kind::Reasoning),
            ("", _) if place == Place::Start => marks.place_in_reply(),
            _ => Place::Within(Kind::Reply),
        }
    }

    /// The literals that tokenising would find, in their order.
    fn literals_of<'a>(&'a self, rendered: &'a Rendered) -> impl Iterator<Item = &'a str> {
        rendered.parts.iter().flat_map(|part| {
            match part {
                Part::Markup(markup) => Some(self.dangerous.matches(markup)),
                Part::Text(_) => None,
            }
            .into_iter()
            .flatten()
        })
    }

    /// What the template makes of the turns as they are.
    fn plain(&self, turns: &[Turn], opens_reply: bool, habits: Habits) -> Result<String, Fault> {
        self.program(turns, opens_reply, habits)?
            .map_err(|error| fault(&error))
    }

    /// The same, with the program's own error; [`Fault`] where it could not be run.
    fn program(
        &self,
        turns: &[Turn],
        opens_reply: bool,
        habits: Habits,
    ) -> Result<Result<String, Error>, Fault> {
        let input = jinja::Input {
            turns,
            opens_reply,
            has_tools_variable: habits.has_tools_variable,
            lists: habits.lists,
            bos: &self.bos,
            eos: &self.eos,
        };
        guard::run(|| jinja::render(&self.source, &input))
    }

    /// How the template wants to be talked to.
    ///
    /// # Errors
    /// [`Fault::TemplateDropsWords`] where the user's words never reach the prompt.
    fn habits(&self) -> Result<Habits, Fault> {
        let render = |turns: &[Turn], habits| match self.program(turns, true, habits) {
            Ok(Ok(prompt)) => Rendering::Prompt(prompt),
            Ok(Err(error)) if error.kind() == ErrorKind::OutOfFuel => Rendering::Exhausted,
            _ => Rendering::Refused,
        };
        self.habits.get_or_init(|| Habits::probe(render)).clone()
    }

    /// How the model marks its thoughts, if it has any.
    pub(super) fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| self.probe_marks())
    }

    /// The same for a reply with this opening; `None` for one that goes without the template.
    pub(super) fn marks_for(&self, opening: Opening) -> Option<&Marks> {
        (opening != Opening::Plain).then(|| self.marks())
    }

    fn probe_marks(&self) -> Marks {
        let mut reply = Turn::new(Role::Assistant, habits::REPLY);
        reply.reasoning = Some(habits::REASONING.into());
        let turns = [Turn::new(Role::User, habits::USER), reply];
        let render = |turns: &[Turn], opens_reply| {
            let habits = self.habits()?;
            self.plain(turns, opens_reply, habits)
        };
        let marks = Marks::detect(
            &self.source,
            &render(&turns[..1], true).unwrap_or_default(),
            &render(&turns, false).unwrap_or_default(),
            (habits::REASONING, habits::REPLY),
        );
        marks.with_tokens(|text| self.openers.iter().any(|opener| opener == text))
    }
}

fn fault(error: &Error) -> Fault {
    let line = error.line().map(|line| format!(" (line {line})"));
    let words = error
        .detail()
        .map_or_else(|| error.kind().to_string(), str::to_owned);
    let words: String = words.chars().take(REASON_CHARS).collect();
    Fault::Template {
        reason: words + &line.unwrap_or_default(),
    }
}
