//! Formulas: `TeX`, laid out by `RaTeX` and drawn with the faces of `KaTeX`.

mod brush;
mod ink;
mod marks;
mod source;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Color32, Context, FontId, Painter, Pos2, Vec2, vec2};
use ratex_layout::{
    FallbackGlyphMetrics, LayoutOptions, layout_with_fallback_metrics, to_display_list,
    validate_layout,
};
use ratex_types::math_style::MathStyle;

use brush::Brush;
use marks::Mark;

/// The letters of TeX are small for their size: so much larger, they go with the text.
const SCALE: f32 = 1.16;

/// The longest side of a formula that is drawn, in points.
const MAX_SIDE: f32 = 20_000.0;

/// A formula, laid out.
#[derive(Debug, Clone)]
pub(crate) struct Formula {
    size: Vec2,
    ascent: f32,
    marks: Vec<Mark>,
}

impl Formula {
    /// Lays out a formula for text of a size; nothing where it makes no sense.
    pub(crate) fn new(
        ctx: &Context,
        tex: &str,
        size_points: f32,
        is_display: bool,
    ) -> Option<Self> {
        if !source::is_modest(tex) {
            return None;
        }
        let tree = ratex_parser::parse(tex).ok()?;
        let em = size_points * SCALE;
        let options = LayoutOptions {
            style: match is_display {
                true => MathStyle::Display,
                false => MathStyle::Text,
            },
            color: marks::INHERITED,
            ..LayoutOptions::default()
        };
        let root = layout_with_fallback_metrics(&tree, &options, foreign(ctx, tex, em));
        validate_layout(&root).ok()?;
        let list = to_display_list(&root);
        let ascent = marks::points(list.height, em);
        let size = vec2(
            marks::points(list.width, em),
            ascent + marks::points(list.depth, em),
        );
        let is_sane = size.is_finite() && size.min_elem() >= 0.0 && size.max_elem() <= MAX_SIDE;
        is_sane.then(|| Self {
            size,
            ascent,
            marks: marks::collect(&list.items, em, ascent),
        })
    }

    pub(crate) fn size(&self) -> Vec2 {
        self.size
    }

    /// From its top to the line on which its letters stand.
    pub(crate) fn ascent(&self) -> f32 {
        self.ascent
    }

    /// Draws it with its top left corner at a place; `color` is for what has no own colour.
    pub(crate) fn paint(&self, painter: &Painter, top_left: Pos2, color: Color32) {
        let mut brush = Brush::new(painter, top_left + vec2(0.0, self.ascent));
        for mark in &self.marks {
            brush.draw(mark, color);
        }
        brush.finish();
    }
}

/// How wide the letters are that only the fonts of the text have.
fn foreign(ctx: &Context, tex: &str, em: f32) -> Arc<HashMap<char, FallbackGlyphMetrics>> {
    let font = FontId::proportional(em);
    let letters = tex.chars().filter(|it| !it.is_ascii());
    let metrics = ctx.fonts_mut(|fonts| {
        letters
            .map(|letter| {
                let metrics = FallbackGlyphMetrics {
                    width: f64::from(fonts.glyph_width(&font, letter) / em),
                    height: 0.75,
                    depth: 0.2,
                };
                (letter, metrics)
            })
            .collect()
    });
    Arc::new(metrics)
}
