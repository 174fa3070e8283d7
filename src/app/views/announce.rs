//! What a screen reader says of its own accord: that a reply begins and what became of it,
//! and each notice. It is a line that nobody sees.

use std::time::{Duration, Instant};

use egui::accesskit::{Live, Role};
use egui::{Event, Id, Rect, Sense, Ui, Vec2};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::app::state::State;
use crate::chat::{ChatId, Finish, MessageId};
use crate::i18n::Text;

/// How long the line stays for a screen reader to fetch it.
const STAYS: Duration = Duration::from_secs(4);

/// Of a first sentence that does not end, this many characters are said.
const MOST_CHARACTERS: usize = 140;

/// What has been said.
#[derive(Default)]
pub(super) struct Announcer {
    replies: Vec<(ChatId, MessageId)>,
    /// What a reply was said to be written without.
    left_out: Option<((ChatId, MessageId), Text)>,
    /// One more than the number of the latest notice.
    notices: u64,
    line: String,
    since: Option<Instant>,
}

impl Announcer {
    /// Says this with the next frame.
    pub(super) fn say(&mut self, said: String) {
        // The same words again are another line only if something about them is.
        let again = if self.line == said { "\u{a0}" } else { "" };
        self.line = said + again;
        self.since = Some(Instant::now());
    }

    /// Says what has happened since the last frame.
    pub(super) fn show(&mut self, ui: &Ui, state: &State) {
        let mut news = Vec::new();
        let replies = state.replies.iter().map(|it| (it.chat, it.message));
        let replies: Vec<_> = replies.collect();
        let gone = self.replies.iter().filter(|it| !replies.contains(it));
        news.extend(gone.filter_map(|before| ended(state, *before)));
        if replies.iter().any(|it| !self.replies.contains(it)) {
            news.push(state.i18n.get("announce-begins"));
        }
        self.replies = replies;
        let reply = state.current_reply().map(|it| (it.chat, it.message));
        let left_out = reply.and_then(|of| Some((of, state.left_out.get(&of)?.clone())));
        if left_out.is_some() && left_out != self.left_out {
            let text = left_out.as_ref().map(|(_, text)| state.i18n.text(text));
            news.extend(text);
            self.left_out = left_out;
        }
        for notice in state.notices.iter().filter(|it| it.id >= self.notices) {
            news.push(state.i18n.text(&notice.text));
        }
        let latest = state.notices.iter().map(|it| it.id + 1).max();
        self.notices = self.notices.max(latest.unwrap_or(0));
        if !news.is_empty() {
            self.say(news.join(" "));
        } else if ui.input(|input| input.events.iter().any(is_act)) {
            // Whoever goes on has heard enough of it; so it is with screen readers.
            self.line.clear();
            self.since = None;
        }
        if let Some(since) = self.since {
            match STAYS.checked_sub(since.elapsed()) {
                Some(rest) => ui.ctx().request_repaint_after(rest),
                None => {
                    self.since = None;
                    self.line.clear();
                }
            }
        }
        let id = Id::unique("announcer");
        let place = Rect::from_min_size(ui.max_rect().min, Vec2::splat(1.0));
        ui.interact(place, id, Sense::empty());
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_role(Role::Status);
            node.set_live(Live::Polite);
            if !self.line.is_empty() {
                node.set_label(self.line.as_str());
            }
        });
    }
}

fn is_act(event: &Event) -> bool {
    matches!(
        event,
        Event::Key { pressed: true, .. }
            | Event::PointerButton { pressed: true, .. }
            | Event::AccessKitActionRequest(_)
    )
}

/// What became of a reply: its length and its first sentence, or why it broke off.
fn ended(state: &State, (chat, message): (ChatId, MessageId)) -> Option<String> {
    let reply = state.chat(chat)?.message(message)?;
    let failure = state.failures.get(&(chat, message));
    if let Some(failure) = failure {
        let text = Text::new("announce-failed").word("why", state.i18n.text(failure));
        return Some(state.i18n.text(&text));
    }
    let words = reply.text.unicode_words().count() as u64;
    let text = match reply.finish {
        Some(Finish::Cancelled) => Text::new("announce-stopped"),
        Some(Finish::Interrupted) => Text::new("announce-interrupted"),
        _ if reply.text.trim().is_empty() => return Some(state.i18n.get("finish-empty")),
        _ => Text::new("announce-ended").word("begins", first_sentence(&reply.text)),
    };
    Some(state.i18n.text(&text.count("words", words)))
}

/// The first sentence of a reply, without the marks of Markdown.
fn first_sentence(text: &str) -> String {
    let line = text.lines().map(|line| line.trim_matches(is_mark));
    let line = line.into_iter().find(|line| !line.is_empty()).unwrap_or("");
    let sentence = line.unicode_sentences().next().unwrap_or(line).trim();
    let plain: String = sentence
        .chars()
        .filter(|it| !matches!(it, '*' | '`'))
        .collect();
    match plain.chars().count() > MOST_CHARACTERS {
        true => plain.chars().take(MOST_CHARACTERS).chain(['…']).collect(),
        false => plain,
    }
}

fn is_mark(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '#' | '>' | '-' | '*' | '`' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_sentence_is_said() {
        for (text, said) in [
            (
                "Paris is the capital. It is large.",
                "Paris is the capital.",
            ),
            ("\n\n## **Sums**\n\n36 + 59 = 95", "Sums"),
            ("¿Qué tal? Bien.", "¿Qué tal?"),
            ("- a `sum` of two\n- another", "a sum of two"),
            ("", ""),
        ] {
            assert_eq!(first_sentence(text), said);
        }
        assert_eq!(first_sentence(&"word ".repeat(100)).chars().count(), 141);
    }
}
