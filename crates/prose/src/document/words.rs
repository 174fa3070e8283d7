//! Words in their styles, with the formulas and links among them.

use egui::text::{LayoutJob, TextFormat};
use egui::{FontFamily, FontId, Stroke, Ui, Vec2};

use super::flow;
use super::lay::{Fragment, Laid, Link, Style};
use crate::fonts;
use crate::markdown::{Script, Side, Span, SpanKind, Spans};
use crate::text::{Formula, Inline, Shaped};

/// How far a box reaches to either side of what stands in it.
pub(super) const BOX_SIDE: f32 = 3.0;

/// How large letters above and below the line are, and how high their line, as parts of the
/// size of the letters on it.
const SCRIPT: f32 = 0.74;
const SCRIPT_LINE: f32 = 1.05;

/// A paragraph or a heading.
pub(super) fn block(
    ui: &Ui,
    spans: &Spans,
    width: f32,
    size: f32,
    is_heading: bool,
    align: Side,
    style: &Style<'_>,
) -> Laid {
    let mut laid = Laid::empty(width);
    let room = add(
        ui,
        &mut laid,
        spans,
        Vec2::ZERO,
        width,
        (size, is_heading, align),
        style,
        0,
    );
    laid.height = room.y;
    laid.content_width = laid
        .fragments
        .first()
        .map_or(room.x, |it| it.text.text_width());
    laid
}

/// Text as it was written, as code.
pub(super) fn source(ui: &Ui, text: &str, width: f32, style: &Style<'_>) -> Laid {
    let span = Span {
        range: 0..text.len(),
        kind: SpanKind::Code,
        is_strong: false,
        is_emphasised: false,
        is_struck: false,
        script: Script::Base,
        target: None,
    };
    let spans = Spans {
        text: text.to_owned(),
        spans: vec![span],
    };
    block(ui, &spans, width, style.size, false, Side::Start, style)
}

/// Adds words at a place. `from` is where they begin in the unit's text, in characters.
/// Returns the room they take.
#[expect(
    clippy::too_many_arguments,
    reason = "it is where everything about words meets"
)]
pub(super) fn add(
    ui: &Ui,
    laid: &mut Laid,
    spans: &Spans,
    at: Vec2,
    width: f32,
    (size, is_strong, align): (f32, bool, Side),
    style: &Style<'_>,
    from: usize,
) -> Vec2 {
    let mut job = LayoutJob {
        halign: match align {
            Side::Center => egui::Align::Center,
            Side::Start | Side::End => egui::Align::Min,
        },
        ..LayoutJob::default()
    };
    job.wrap.max_width = width;
    let mut inlines = Vec::new();
    let mut formulas = Vec::new();
    let mut done = 0;
    let fragment = laid.fragments.len();
    let mut boxed = Vec::new();
    let mut is_after_box = false;
    for span in &spans.spans {
        let text = &spans.text[span.range.clone()];
        let chars = done..done + text.chars().count();
        done = chars.end;
        let has_box = is_boxed(&span.kind);
        let lead = match (has_box || is_after_box) && !is_line_start(&job.text) {
            true => BOX_SIDE,
            false => 0.0,
        };
        is_after_box = has_box;
        job.append(text, lead, format(span, size, is_strong, style));
        let formula = match &span.kind {
            SpanKind::Maths(tex) => Formula::new(ui.ctx(), tex, size, false),
            _ => None,
        };
        if let Some(formula) = formula {
            inlines.push(Inline {
                chars: chars.clone(),
                size: formula.size(),
                ascent: formula.ascent(),
            });
            formulas.push(formula);
        } else if is_boxed(&span.kind) || matches!(span.kind, SpanKind::Maths(_)) {
            boxed.push((chars.clone(), span.kind == SpanKind::Key));
        }
        if let Some(target) = &span.target {
            match laid.links.last_mut() {
                // The words of one link may come in several styles.
                Some(last)
                    if last.fragment == fragment
                        && last.chars.end == chars.start
                        && last.target == *target =>
                {
                    last.chars.end = chars.end;
                    last.words.push_str(text);
                }
                _ => laid.links.push(Link {
                    fragment,
                    chars,
                    words: text.to_owned(),
                    target: target.clone(),
                }),
            }
        }
    }
    if job.text.is_empty() {
        let plain = plain(size, is_strong, style);
        job.append("", 0.0, plain);
    }
    let text = Shaped::new(ui, job, inlines);
    let room = text.size();
    let shift = match (align, text.is_rtl()) {
        // Its lines lie around its place.
        (Side::Center, _) => width / 2.0,
        (Side::End, false) => (width - room.x).max(0.0),
        // A text that runs from the right stands at the right of its room by itself.
        (Side::Start, _) | (Side::End, true) => 0.0,
    };
    let at = at + Vec2::new(shift, 0.0);
    for (place, formula) in text.inline_places().into_iter().zip(formulas) {
        laid.formulas.push((at + place, formula));
    }
    laid.fragments.push(Fragment {
        at,
        text,
        chars: from..from + done,
        boxed,
    });
    Vec2::new(room.x, room.y.max(flow::line_height(size)))
}

/// Whether it stands in a box. A formula does where it makes no sense, which is seen later.
fn is_boxed(kind: &SpanKind) -> bool {
    matches!(kind, SpanKind::Code | SpanKind::Control | SpanKind::Key)
}

fn is_line_start(before: &str) -> bool {
    before.is_empty() || before.ends_with('\n')
}

fn plain(size: f32, is_strong: bool, style: &Style<'_>) -> TextFormat {
    let font_id = match is_strong {
        true => fonts::semibold(size),
        false => FontId::proportional(size),
    };
    TextFormat {
        line_height: Some(flow::line_height(size)),
        ..TextFormat::simple(font_id, style.ink)
    }
}

fn format(span: &Span, size: f32, is_strong: bool, style: &Style<'_>) -> TextFormat {
    let palette = style.palette;
    let (height, size) = (
        size,
        match span.script {
            Script::Base => size,
            Script::Sub | Script::Sup => size * SCRIPT,
        },
    );
    let mut format = plain(size, is_strong || span.is_strong, style);
    // Of a lower line, the letters stand at its top or at its foot.
    (format.line_height, format.valign) = match span.script {
        Script::Base => (Some(flow::line_height(height)), format.valign),
        Script::Sub => (Some(height * SCRIPT_LINE), egui::Align::BOTTOM),
        Script::Sup => (Some(height * SCRIPT_LINE), egui::Align::TOP),
    };
    match &span.kind {
        SpanKind::Text | SpanKind::Image => {}
        SpanKind::Key => format.font_id = fonts::medium(size * 0.86),
        SpanKind::Code | SpanKind::Maths(_) => {
            format.font_id = FontId::new(size * 0.9, FontFamily::Monospace);
        }
        SpanKind::Control => {
            format.font_id = FontId::new(size * 0.8, FontFamily::Monospace);
            format.color = palette.warning;
        }
        SpanKind::FootnoteMark => {
            format.font_id.size = size * SCRIPT;
            format.line_height = Some(height * SCRIPT_LINE);
            format.valign = egui::Align::TOP;
            format.color = palette.accent;
        }
    }
    // Letters made to lean are drawn better than letters that are only slanted.
    match span.is_emphasised && format.font_id.family == FontFamily::Proportional {
        true => format.font_id = fonts::italic(format.font_id.size),
        false => format.italics = span.is_emphasised,
    }
    if span.is_struck {
        format.strikethrough = Stroke::new(1.0, format.color);
    }
    if span.target.is_some() {
        format.color = palette.accent;
    }
    format
}
