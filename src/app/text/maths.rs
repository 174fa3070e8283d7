//! Formulas, drawn: TeX is laid out by RaTeX as KaTeX does, and its glyphs are drawn with
//! KaTeX's fonts through egui.

use std::sync::Arc;

use egui::{Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2};
use ratex_layout::{LayoutOptions, layout, to_display_list, validate_layout};
use ratex_types::color::Color;
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::math_style::MathStyle;

use super::outline;
use crate::app::theme::math_family;

/// Longer sources are not read.
const LONGEST_BYTES: usize = 4000;

/// A formula that is larger than this, in the size of its letters, is none.
const LARGEST: f64 = 400.0;

/// A formula, laid out.
#[derive(Debug)]
pub(in crate::app) struct Formula {
    size: Vec2,
    ascent: f32,
    parts: Vec<Part>,
}

/// What is drawn, relative to the top left corner. No colour is the colour of the text.
#[derive(Debug)]
enum Part {
    Glyph {
        at: Vec2,
        galley: Arc<Galley>,
        color: Option<Color32>,
    },
    Line {
        rect: Rect,
        color: Option<Color32>,
    },
    Outline {
        outline: outline::Outline,
        color: Option<Color32>,
    },
}

impl Formula {
    /// Lays out a formula whose letters have this size; none where the TeX makes no sense.
    pub(in crate::app) fn new(
        ui: &Ui,
        tex: &str,
        size_points: f32,
        is_display: bool,
    ) -> Option<Self> {
        if tex.len() > LONGEST_BYTES {
            return None;
        }
        let nodes = ratex_parser::parse(tex).ok()?;
        let options = LayoutOptions {
            style: match is_display {
                true => MathStyle::Display,
                false => MathStyle::Text,
            },
            ..LayoutOptions::default()
        };
        let root = layout(&nodes, &options);
        validate_layout(&root).ok()?;
        let list = to_display_list(&root);
        let largest = list.width.max(list.total_height());
        if !largest.is_finite() || largest > LARGEST {
            return None;
        }
        Some(Self::of(ui, &list, size_points))
    }

    fn of(ui: &Ui, list: &DisplayList, size: f32) -> Self {
        let points = |em: f64| to_f32(em) * size;
        let mut parts = Vec::new();
        for item in &list.items {
            match item {
                DisplayItem::GlyphPath {
                    x,
                    y,
                    scale,
                    font,
                    char_code,
                    color,
                } => {
                    let Some(char) = char::from_u32(*char_code) else {
                        continue;
                    };
                    let font =
                        FontId::new(points(*scale), FontFamily::Name(math_family(font).into()));
                    let galley = ui.fonts_mut(|fonts| {
                        fonts.layout_no_wrap(char.to_string(), font, Color32::PLACEHOLDER)
                    });
                    let baseline = galley.rows.first().and_then(|row| {
                        let glyph = row.glyphs.first()?;
                        Some(row.pos.to_vec2() + glyph.pos.to_vec2())
                    });
                    let Some(baseline) = baseline else {
                        continue;
                    };
                    parts.push(Part::Glyph {
                        at: Vec2::new(points(*x), points(*y)) - baseline,
                        galley,
                        color: own(*color),
                    });
                }
                DisplayItem::Line {
                    x,
                    y,
                    width,
                    thickness,
                    color,
                    ..
                } => {
                    // Thinner than a pixel it would be a shadow of a line.
                    let thick = points(*thickness).max(1.0 / ui.pixels_per_point());
                    let corner = Pos2::new(points(*x), points(*y) - thick / 2.0);
                    let rect = Rect::from_min_size(corner, Vec2::new(points(*width), thick));
                    parts.push(Part::Line {
                        rect,
                        color: own(*color),
                    });
                }
                DisplayItem::Rect {
                    x,
                    y,
                    width,
                    height,
                    color,
                } => {
                    let corner = Pos2::new(points(*x), points(*y));
                    let size = Vec2::new(points(*width), points(*height));
                    parts.push(Part::Line {
                        rect: Rect::from_min_size(corner, size),
                        color: own(*color),
                    });
                }
                DisplayItem::Path {
                    x,
                    y,
                    commands,
                    fill,
                    color,
                } => {
                    let corner = Vec2::new(points(*x), points(*y));
                    parts.push(Part::Outline {
                        outline: outline::Outline::new(commands, corner, size, *fill),
                        color: own(*color),
                    });
                }
            }
        }
        Self {
            size: Vec2::new(points(list.width), points(list.total_height())),
            ascent: points(list.height),
            parts,
        }
    }

    /// The room it takes.
    pub(in crate::app) fn size(&self) -> Vec2 {
        self.size
    }

    /// From its top to the line on which letters stand.
    pub(in crate::app) fn ascent(&self) -> f32 {
        self.ascent
    }

    /// Draws it with its top left corner at `at`.
    pub(in crate::app) fn paint(&self, painter: &Painter, at: Pos2, ink: Color32) {
        for part in &self.parts {
            match part {
                Part::Glyph {
                    at: from,
                    galley,
                    color,
                } => {
                    painter.galley(at + *from, galley.clone(), color.unwrap_or(ink));
                }
                Part::Line { rect, color } => {
                    let rect = rect.translate(at.to_vec2());
                    painter.rect_filled(rect, 0.0, color.unwrap_or(ink));
                }
                Part::Outline { outline, color } => {
                    let color = color.unwrap_or(ink);
                    if let Some(mesh) = outline.mesh(at.to_vec2(), color) {
                        painter.add(Shape::mesh(mesh));
                    }
                    // The filled shape has hard edges; a hairline around it softens them.
                    for line in outline.lines(at.to_vec2()) {
                        painter.add(Shape::line(line, Stroke::new(0.5, color)));
                    }
                }
            }
        }
    }
}

/// A colour that the formula itself asks for.
fn own(color: Color) -> Option<Color32> {
    if color == Color::BLACK {
        return None;
    }
    let byte = |part: f32| -> u8 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between 0 and 255"
        )]
        let byte = (part.clamp(0.0, 1.0) * 255.0).round() as u8;
        byte
    };
    let [red, green, blue] = [color.r, color.g, color.b].map(byte);
    Some(crate::app::theme::of_formula(red, green, blue))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a place on a screen needs no more"
)]
fn to_f32(value: f64) -> f32 {
    value as f32
}
