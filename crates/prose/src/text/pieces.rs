//! A piece of text in one style that is read in one direction: shaped by egui, with the
//! places of its characters worked out from what the shaper has made of them.

use std::ops::Range;
use std::sync::Arc;

use egui::epaint::text::{FontsView, Glyph};
use egui::text::{ByteIndex, LayoutJob, LayoutSection, TextFormat};
use egui::{Galley, Rangef};
use unicode_segmentation::UnicodeSegmentation as _;

/// Shapes a text without line breaks.
pub(super) fn shape(fonts: &mut FontsView<'_>, text: String, format: &TextFormat) -> Arc<Galley> {
    fonts.layout_job(job(text, format.clone()))
}

pub(super) fn width(galley: &Galley) -> f32 {
    galley.rows.first().map_or(0.0, |row| row.size.x)
}

/// Where a text without line breaks has what a reader takes for one character each: in
/// reading order, counted from its start. `is_rtl` says which way the shaper lays it.
pub(super) fn measure(
    fonts: &mut FontsView<'_>,
    text: String,
    format: &TextFormat,
    is_rtl: bool,
) -> Vec<(Range<usize>, Rangef)> {
    let graphemes: Vec<(char, usize)> = text
        .graphemes(true)
        .filter_map(|grapheme| Some((grapheme.chars().next()?, grapheme.chars().count())))
        .collect();
    let galley = shape(fonts, text, format);
    let glyphs = glyphs(&galley);
    let starts = match graphemes.len() {
        0 | 1 => vec![None; graphemes.len()],
        _ if !is_rtl && is_one_each(&galley) => {
            let mut at = 0;
            let start = graphemes.iter().map(|&(_, len)| {
                let glyph = glyphs.get(at);
                at += len;
                glyph.map(|glyph| glyph.pos.x)
            });
            start.collect()
        }
        _ => starts(
            galley.text(),
            &graphemes,
            &clusters(fonts, &galley, format, is_rtl),
        ),
    };
    cells(&graphemes, &starts, width(&galley), is_rtl)
}

fn job(text: String, format: TextFormat) -> LayoutJob {
    let end = ByteIndex(text.len());
    LayoutJob {
        sections: vec![LayoutSection {
            leading_space: 0.0,
            byte_range: ByteIndex(0)..end,
            format,
        }],
        text,
        break_on_newline: false,
        ..LayoutJob::default()
    }
}

fn glyphs(galley: &Galley) -> &[Glyph] {
    galley.rows.first().map_or(&[], |row| &row.glyphs)
}

/// Whether each glyph stands for the character in its place.
fn is_one_each(galley: &Galley) -> bool {
    galley
        .text()
        .chars()
        .eq(glyphs(galley).iter().map(|it| it.chr))
}

/// What the shaper has kept together: the first character of each, and where it begins, in
/// reading order.
fn clusters(
    fonts: &mut FontsView<'_>,
    galley: &Galley,
    format: &TextFormat,
    is_rtl: bool,
) -> Vec<(char, f32)> {
    // Letters are set apart between clusters, and nowhere else: what moves apart when they
    // are shows where a cluster begins.
    const APART: f32 = 128.0;
    let mut apart = format.clone();
    apart.extra_letter_spacing += APART;
    let apart = fonts.layout_job(job(galley.text().to_owned(), apart));
    let mut found: Vec<(char, f32)> = Vec::new();
    let mut moved = f32::NEG_INFINITY;
    let mut x = 0.0;
    for (here, there) in glyphs(galley).iter().zip(glyphs(&apart)) {
        let distance = there.pos.x - here.pos.x;
        if distance > moved + APART / 2.0 {
            if !found.is_empty() {
                x += format.extra_letter_spacing;
            }
            found.push((here.chr, x));
            moved = distance;
        }
        x += here.advance_width;
    }
    if is_rtl {
        // Each begins on its right, where the one that is read before it ends.
        let mut right = x;
        for (_, place) in found.iter_mut().rev() {
            right = std::mem::replace(place, right);
        }
        found.reverse();
    }
    found
}

/// The places of the graphemes, each given by its first character and its length, and by
/// where it begins if the shaper has given it a place of its own.
fn cells(
    graphemes: &[(char, usize)],
    starts: &[Option<f32>],
    width: f32,
    is_rtl: bool,
) -> Vec<(Range<usize>, Rangef)> {
    let end = if is_rtl { 0.0 } else { width };
    let begin = width - end;
    let mut cells = Vec::with_capacity(graphemes.len());
    let mut start = 0;
    let mut from = begin;
    let mut group = 0;
    while group < graphemes.len() {
        // The graphemes up to the next that has a place of its own share the room evenly.
        let next = (group + 1..graphemes.len()).find(|&at| starts[at].is_some());
        let to = next.and_then(|at| starts[at]).unwrap_or(end);
        let to = match is_rtl {
            true => to.clamp(0.0, from),
            false => to.clamp(from, width.max(from)),
        };
        let members = &graphemes[group..next.unwrap_or(graphemes.len())];
        #[expect(clippy::cast_precision_loss, reason = "a few characters")]
        let share = (to - from) / members.len() as f32;
        for (_, len) in members {
            let there = from + share;
            cells.push((
                start..start + len,
                Rangef::new(from.min(there), from.max(there)),
            ));
            start += len;
            from = there;
        }
        from = to;
        group += members.len();
    }
    cells
}

/// Where each grapheme begins, if the shaper has given it a place of its own.
fn starts(text: &str, graphemes: &[(char, usize)], clusters: &[(char, f32)]) -> Vec<Option<f32>> {
    let mut starts = vec![None; graphemes.len()];
    let is_joined = |at: usize| at > 0 && is_lam(graphemes[at - 1].0) && is_alef(graphemes[at].0);
    let joined = (0..graphemes.len()).filter(|&at| is_joined(at)).count();
    if clusters.len() == graphemes.len() {
        for (start, cluster) in starts.iter_mut().zip(clusters) {
            *start = Some(cluster.1);
        }
    } else if clusters.len() + joined == graphemes.len() {
        let apart = (0..graphemes.len()).filter(|&at| !is_joined(at));
        for (at, cluster) in apart.zip(clusters) {
            starts[at] = Some(cluster.1);
        }
    } else {
        // Other ligatures, or a grapheme in several clusters: by their first characters.
        let begins: Vec<usize> = graphemes
            .iter()
            .scan(0, |begin, &(_, len)| {
                *begin += len;
                Some(*begin - len)
            })
            .collect();
        let mut chars = text.chars().enumerate();
        for &(chr, x) in clusters {
            let found = chars.find(|&(_, it)| it == chr);
            let at = found.and_then(|(at, _)| begins.binary_search(&at).ok());
            if let Some(at) = at {
                starts[at] = Some(x);
            }
        }
    }
    starts
}

fn is_lam(chr: char) -> bool {
    matches!(chr, '\u{644}' | '\u{6B5}'..='\u{6B8}')
}

fn is_alef(chr: char) -> bool {
    matches!(
        chr,
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{627}' | '\u{671}'..='\u{673}'
    )
}
