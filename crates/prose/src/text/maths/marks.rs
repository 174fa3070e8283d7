//! What a formula is drawn with, from the list that `RaTeX` makes.

use egui::{FontId, Pos2, Rect, pos2, vec2};
use ratex_types::color::Color;
use ratex_types::display_item::DisplayItem;

use super::ink::Outline;

/// The colour of what TeX gives no colour; no colour that can be asked for.
pub(super) const INHERITED: Color = Color::new(-1.0, -1.0, -1.0, 1.0);

/// The sign of a root, of any size.
pub(super) const ROOT: char = '√';

/// Something to draw. Places are in points, from the left end of the line on which the
/// letters of the formula stand.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// In place of the colour of the text.
    pub(super) color: Option<[u8; 3]>,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) enum Form {
    Glyph {
        glyph: char,
        font: FontId,
        at: Pos2,
    },
    /// The sign of a root: its top is that of the bar that is drawn next.
    Root {
        font: FontId,
        at: Pos2,
        bar: Rect,
    },
    Bar {
        rect: Rect,
        is_dashed: bool,
    },
    /// Behind what follows.
    Back(Rect),
    Fill(Outline),
    Stroke(Outline),
}

/// Em in points.
pub(super) fn points(value_em: f64, em: f32) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "places on a screen")]
    let value = value_em as f32;
    value * em
}

/// All marks, in the order in which they are drawn.
pub(super) fn collect(items: &[DisplayItem], em: f32, ascent: f32) -> Vec<Mark> {
    let place = |x: f64, y: f64| pos2(points(x, em), points(y, em) - ascent);
    let next = items.iter().skip(1).map(Some).chain([None]);
    let pairs = items.iter().zip(next);
    pairs
        .filter_map(|(item, next)| mark(item, next, em, &place))
        .collect()
}

fn mark(
    item: &DisplayItem,
    next: Option<&DisplayItem>,
    em: f32,
    place: &impl Fn(f64, f64) -> Pos2,
) -> Option<Mark> {
    let (form, color) = match item {
        DisplayItem::GlyphPath {
            x,
            y,
            scale,
            font,
            char_code,
            color,
        } => {
            let glyph = char::from_u32(*char_code)?;
            let font = FontId::new(points(*scale, em), crate::fonts::maths(font));
            let at = place(*x, *y);
            let bar = next.filter(|_| glyph == ROOT);
            let form = match bar.and_then(|bar| line(bar, em, place)) {
                Some(bar) => Form::Root { font, at, bar },
                None => Form::Glyph { glyph, font, at },
            };
            (form, color)
        }
        DisplayItem::Line { color, dashed, .. } => {
            let rect = line(item, em, place)?;
            let is_dashed = *dashed;
            (Form::Bar { rect, is_dashed }, color)
        }
        DisplayItem::Rect {
            x,
            y,
            width,
            height,
            color,
        } => {
            let size = vec2(points(*width, em), points(*height, em));
            // TeX props things up with rectangles that have no width or no height.
            let rect = Some(Rect::from_min_size(place(*x, *y), size)).filter(Rect::is_positive)?;
            // Frames are rectangles too, of lines.
            let is_line = size.min_elem() <= 0.1 * em;
            let form = match is_line {
                true => Form::Bar {
                    rect,
                    is_dashed: false,
                },
                false => Form::Back(rect),
            };
            (form, color)
        }
        DisplayItem::Path {
            x,
            y,
            commands,
            fill,
            color,
        } => {
            let outline = Outline::new(commands, place(*x, *y), em);
            let form = match (fill, outline.thin_bar(em)) {
                (true, Some(rect)) => Form::Bar {
                    rect,
                    is_dashed: false,
                },
                (true, None) => Form::Fill(outline),
                (false, _) => Form::Stroke(outline),
            };
            (form, color)
        }
    };
    let color = (*color != INHERITED).then(|| channels(*color));
    Some(Mark { color, form })
}

/// The space that a line takes; its place is that of its middle.
fn line(item: &DisplayItem, em: f32, place: &impl Fn(f64, f64) -> Pos2) -> Option<Rect> {
    let DisplayItem::Line {
        x,
        y,
        width,
        thickness,
        ..
    } = item
    else {
        return None;
    };
    let size = vec2(points(*width, em), points(*thickness, em));
    Some(Rect::from_min_size(place(*x, y - thickness / 2.0), size))
}

fn channels(color: Color) -> [u8; 3] {
    [color.r, color.g, color.b].map(|channel| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is clamped"
        )]
        let channel = (channel.clamp(0.0, 1.0) * 255.0).round() as u8;
        channel
    })
}
