//! A message as it stands in the column: its texts, laid out, and the room around them.

use egui::{Pos2, Rangef, Rect, Ui, UiBuilder, Vec2};

use super::actions;
use super::editor::{self, Edits};
use super::message::{self, Drawn};
use super::select::Part;
use crate::app::command::Command;
use crate::app::components::bubble;
use crate::app::theme::font;
use crate::chat::{Message, Role};
use prose::{Act, Document, Kind, Picked, Place, Shown};

/// The line with the model and the time.
const HEAD: f32 = 24.0;
/// The line that opens the thoughts.
const THOUGHTS_HEAD: f32 = 28.0;
/// How far the thoughts are set in.
const THOUGHTS_INDENT: f32 = 14.0;
/// Between a text and what stands below it.
const BELOW: f32 = 6.0;
/// The most lines that a message of the user's is thought to have.
const GUESSED_LINES: f32 = 40.0;
/// What stands below a message, until it has been drawn.
const FOOT: f32 = 24.0;

/// A message.
#[derive(Debug)]
pub(super) struct Card {
    text: Document,
    thoughts: Document,
    has_thoughts: bool,
    pub(super) shows_thoughts: bool,
    /// Whether one of its controls has the keyboard or an open menu.
    pub(super) is_held: bool,
    /// What stands below the text, as high as it was in the last frame.
    foot: f32,
    /// The box in which it is edited, likewise.
    editor: f32,
    /// The frame in which it was drawn last.
    pub(super) seen: u64,
}

/// Where the parts of a message are, from its top.
#[derive(Debug, Clone, Copy)]
struct Parts {
    thoughts_head: Option<f32>,
    thoughts: Option<f32>,
    text: f32,
    foot: f32,
    height: f32,
}

/// What came of drawing a message.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) command: Option<Command>,
    pub(super) act: Option<Act>,
}

/// What is selected of a text, and the find in it that is shown.
type Picks = (Option<Picked>, Option<Picked>);

fn kind_of(message: &Message) -> Kind {
    match message.role {
        Role::User => Kind::Typed,
        _ => Kind::Markdown,
    }
}

impl Card {
    pub(super) fn new(message: &Message) -> Self {
        Self {
            text: Document::new(kind_of(message)),
            thoughts: Document::new(Kind::Thoughts),
            has_thoughts: !message.reasoning.is_empty(),
            shows_thoughts: false,
            is_held: false,
            foot: FOOT,
            editor: 120.0,
            seen: 0,
        }
    }

    /// Drops what can be made again.
    pub(super) fn rest(&mut self) {
        self.text.rest();
        self.thoughts.rest();
    }

    /// The height of a message that has not been laid out.
    #[expect(clippy::cast_precision_loss, reason = "it is a guess")]
    pub(super) fn guess(message: &Message, width: f32) -> f32 {
        let per_line = (width / 7.6).max(8.0);
        let lines = (message.text.len() as f32 / per_line).ceil().max(1.0);
        let (lines, around) = match message.role {
            // The rest of a long one is folded away.
            Role::User => (lines.min(GUESSED_LINES), 2.0 * bubble::MARGIN.y),
            _ => (lines, HEAD),
        };
        lines * font::BODY_LINE * 1.15 + around + BELOW + FOOT
    }

    fn text_width(message: &Message, width: f32) -> f32 {
        match message.role {
            Role::User => width * bubble::WIDEST - 2.0 * bubble::MARGIN.x,
            _ => width,
        }
    }

    fn parts(&self, it: &Drawn<'_>, is_edited: bool) -> Parts {
        let is_user = it.message.role == Role::User;
        let mut y = match is_user {
            true => 0.0,
            false => HEAD,
        };
        let has_thoughts = !is_user && !it.message.reasoning.is_empty() && !is_edited;
        let thoughts_head = has_thoughts.then_some(y);
        let mut thoughts = None;
        if has_thoughts {
            y += THOUGHTS_HEAD;
            if self.shows_thoughts {
                thoughts = Some(y);
                y += self.thoughts.height();
            }
            y += 8.0;
        }
        let text = y;
        y += match (is_edited, is_user) {
            (true, _) => self.editor,
            (false, true) => self.text.height() + 2.0 * bubble::MARGIN.y,
            (false, false) => self.text.height(),
        };
        let foot = match !is_user && self.text.is_empty() {
            true => y,
            false => y + BELOW,
        };
        Parts {
            thoughts_head,
            thoughts,
            text,
            foot,
            height: foot + self.foot,
        }
    }

    /// Lays out what `strip` shows of the message, counted from its top. Returns its height,
    /// and by how much what is above the strip has grown.
    pub(super) fn prepare(
        &mut self,
        ui: &Ui,
        it: &Drawn<'_>,
        is_edited: bool,
        width: f32,
        strip: Rangef,
    ) -> (f32, f32) {
        let is_growing = it.writing().is_some();
        let has_thoughts = !it.message.reasoning.is_empty();
        if std::mem::replace(&mut self.has_thoughts, has_thoughts) != has_thoughts {
            // What it said may have become its thoughts: this is no text that has grown.
            self.text = Document::new(kind_of(it.message));
        }
        self.text.set(&it.message.text, is_growing);
        self.thoughts.set(&it.message.reasoning, is_growing);
        let parts = self.parts(it, is_edited);
        let mut above = 0.0;
        if let Some(top) = parts.thoughts {
            let strip = Rangef::new(strip.min - top, strip.max - top);
            above += self.thoughts.prepare(ui, width - THOUGHTS_INDENT, strip);
        }
        let margin = match it.message.role {
            Role::User => bubble::MARGIN.y,
            _ => 0.0,
        };
        let top = parts.text + margin;
        let strip = Rangef::new(strip.min - top, strip.max - top);
        let text_width = Self::text_width(it.message, width);
        above += self.text.prepare(ui, text_width, strip);
        (self.parts(it, is_edited).height, above)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a message is where everything meets"
    )]
    /// Draws what `strip` shows of the message, which is in `rect` and has been prepared.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        it: &Drawn<'_>,
        rect: Rect,
        strip: Rangef,
        edits: &mut Edits,
        shown: &mut Shown<'_>,
        picks: impl Fn(Part) -> Picks,
    ) -> Done {
        let is_edited = edits.is_of(it);
        let parts = self.parts(it, is_edited);
        let mut done = Done::default();
        if it.message.role != Role::User {
            let head = Rect::from_min_size(rect.min, Vec2::new(rect.width(), HEAD));
            at(ui, head, "head", |ui| message::head(ui, it));
        }
        if let Some(top) = parts.thoughts_head {
            let corner = rect.min + Vec2::new(0.0, top);
            let size = Vec2::new(rect.width(), THOUGHTS_HEAD);
            let row = Rect::from_min_size(corner, size);
            let below = parts.thoughts.map_or(0.0, |_| self.thoughts.height());
            let is_open = &mut self.shows_thoughts;
            at(ui, row, "thoughts", |ui| {
                message::thoughts_head(ui, it, is_open, below);
            });
        }
        if let Some(top) = parts.thoughts {
            let corner = rect.min + Vec2::new(THOUGHTS_INDENT, top);
            (shown.picked, shown.found) = picks(Part::Thoughts);
            let id = shown.id;
            shown.id = id.with("thoughts");
            let strip = Rangef::new(strip.min - top, strip.max - top);
            done.act = self.thoughts.show(ui, corner, strip, shown);
            shown.id = id;
        }
        let corner = rect.min + Vec2::new(0.0, parts.text);
        if is_edited {
            let room = Rect::from_min_size(corner, Vec2::new(rect.width(), f32::INFINITY));
            let (command, height) = at(ui, room, "editor", |ui| editor::show(ui, it, edits));
            self.editor = height;
            done.command = command;
        } else {
            (shown.picked, shown.found) = picks(Part::Text);
            done.act = self
                .show_text(ui, it, (rect, corner), strip, shown)
                .or(done.act);
        }
        if is_edited && it.message.role == Role::User {
            return done;
        }
        let room = Rect::from_min_size(
            rect.min + Vec2::new(0.0, parts.foot),
            Vec2::new(rect.width(), f32::INFINITY),
        );
        let (command, foot) = at(ui, room, "foot", |ui| match it.message.role {
            Role::User => actions::of_user(ui, it, edits),
            _ => message::foot(ui, it, edits),
        });
        self.foot = foot;
        done.command = done.command.or(command);
        done
    }

    fn show_text(
        &mut self,
        ui: &mut Ui,
        it: &Drawn<'_>,
        (rect, corner): (Rect, Pos2),
        strip: Rangef,
        shown: &mut Shown<'_>,
    ) -> Option<Act> {
        let corner = match it.message.role {
            Role::User => {
                let room = Vec2::new(self.text_room(it.message, rect.width()), self.text.height());
                bubble::paint(ui, rect, corner.y, room)
            }
            _ => corner,
        };
        let top = corner.y - rect.top();
        let strip = Rangef::new(strip.min - top, strip.max - top);
        self.text.show(ui, corner, strip, shown)
    }

    /// The width of the text: of the user's, no more than its words need.
    fn text_room(&self, message: &Message, width: f32) -> f32 {
        let widest = Self::text_width(message, width);
        self.text
            .natural_width()
            .map_or(widest, |it| it.min(widest))
    }

    /// The place in the message that is nearest to a point, counted from its top left.
    pub(super) fn place_at(&self, it: &Drawn<'_>, width: f32, point: Vec2) -> (Part, Place) {
        let parts = self.parts(it, false);
        if let Some(top) = parts.thoughts.filter(|_| point.y < parts.text - 4.0) {
            let at = point - Vec2::new(THOUGHTS_INDENT, top);
            return (Part::Thoughts, self.thoughts.place_at(at));
        }
        let corner = match it.message.role {
            Role::User => {
                let left = width - bubble::MARGIN.x - self.text_room(it.message, width);
                Vec2::new(left, parts.text + bubble::MARGIN.y)
            }
            _ => Vec2::new(0.0, parts.text),
        };
        (Part::Text, self.text.place_at(point - corner))
    }

    /// Makes a place of one of its texts one that can be seen. Returns how far below the top of
    /// the message it is, as far as that is known.
    pub(super) fn bring(&mut self, it: &Drawn<'_>, part: Part, place: Place) -> f32 {
        match part {
            Part::Thoughts => {
                self.shows_thoughts = true;
                let top = self.parts(it, false).thoughts.unwrap_or(0.0);
                top + self.thoughts.bring(place)
            }
            Part::Text => {
                let margin = match it.message.role {
                    Role::User => bubble::MARGIN.y,
                    _ => 0.0,
                };
                self.parts(it, false).text + margin + self.text.bring(place)
            }
        }
    }

    /// Opens the long parts in which something is that `is_wanted` wants to be seen.
    pub(super) fn unfold(&mut self, is_wanted: impl Fn(&str) -> bool) {
        self.text.unfold(is_wanted);
    }

    pub(super) fn document(&self, part: Part) -> &Document {
        match part {
            Part::Thoughts => &self.thoughts,
            Part::Text => &self.text,
        }
    }
}

/// Draws something at a place. Returns how high it became, too.
fn at<R>(ui: &mut Ui, room: Rect, salt: &str, draw: impl FnOnce(&mut Ui) -> R) -> (R, f32) {
    let drawn = ui.scope_builder(UiBuilder::new().max_rect(room).id_salt(salt), |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        draw(ui)
    });
    (drawn.inner, drawn.response.rect.height())
}
