//! Outlines of what no face has: long arrows, tall braces, wide hats. egui fills convex
//! shapes only, so they are turned into rectangles on whole pixels here, each with how much
//! of it is covered.

use egui::{Pos2, Rect, Vec2};
use ratex_types::path_command::PathCommand;

use super::marks::points;

/// The most pixels that are looked at; nothing readable has more.
const MAX_PIXELS: usize = 4_000_000;

/// Below this, a pixel is not drawn.
const MIN_COVER: f32 = 1.0 / 255.0;

/// The thickness of strokes, in em.
const PEN_EM: f32 = 0.046;

/// What is thinner is drawn as a bar, in em.
const THIN_EM: f32 = 0.06;

/// Closed or open lines of straight pieces.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    lines: Vec<Vec<Pos2>>,
    pen: f32,
}

impl Outline {
    /// The lines of a path that begins at a place.
    pub(super) fn new(commands: &[PathCommand], origin: Pos2, em: f32) -> Self {
        let place = |x: f64, y: f64| origin + Vec2::new(points(x, em), points(y, em));
        let mut lines: Vec<Vec<Pos2>> = Vec::new();
        for command in commands {
            let last = lines.last().and_then(|line| line.last().copied());
            let from = last.unwrap_or(origin);
            match *command {
                PathCommand::MoveTo { x, y } => lines.push(vec![place(x, y)]),
                PathCommand::LineTo { x, y } => extend(&mut lines, from, [place(x, y)]),
                PathCommand::QuadTo { x1, y1, x, y } => {
                    let (by, to) = (place(x1, y1), place(x, y));
                    let at = |t: f32| from.lerp(by, t).lerp(by.lerp(to, t), t);
                    extend(&mut lines, from, steps().map(at));
                }
                PathCommand::CubicTo {
                    x1,
                    y1,
                    x2,
                    y2,
                    x,
                    y,
                } => {
                    let (one, two, to) = (place(x1, y1), place(x2, y2), place(x, y));
                    let at = |t: f32| {
                        let middle = one.lerp(two, t);
                        let begin = from.lerp(one, t).lerp(middle, t);
                        begin.lerp(middle.lerp(two.lerp(to, t), t), t)
                    };
                    extend(&mut lines, from, steps().map(at));
                }
                PathCommand::Close => {
                    let first = lines.last().and_then(|line| line.first().copied());
                    if let Some(first) = first {
                        extend(&mut lines, from, [first]);
                        // What follows without a move begins here.
                        lines.push(vec![first]);
                    }
                }
            }
        }
        lines.retain(|line| line.len() > 1);
        Self {
            lines,
            pen: PEN_EM * em,
        }
    }

    /// The rectangle that it fills, where it is a thin bar and nothing else.
    pub(super) fn thin_bar(&self, em: f32) -> Option<Rect> {
        let bounds = self.bounds();
        let (short, long) = (bounds.size().min_elem(), bounds.size().max_elem());
        (short <= THIN_EM * em && long >= 6.0 * short && bounds.is_positive()).then_some(bounds)
    }

    fn bounds(&self) -> Rect {
        let points = self.lines.iter().flatten();
        points.fold(Rect::NOTHING, |bounds, &at| {
            bounds.union(Rect::from_pos(at))
        })
    }

    pub(super) fn lines(&self) -> &[Vec<Pos2>] {
        &self.lines
    }

    /// The thickness of its strokes.
    pub(super) fn pen(&self) -> f32 {
        self.pen
    }

    pub(super) fn scaled(&self, factor: f32) -> Self {
        let scale = |line: &Vec<Pos2>| line.iter().map(|at| *at * factor).collect();
        Self {
            lines: self.lines.iter().map(scale).collect(),
            pen: self.pen * factor,
        }
    }

    pub(super) fn translate(&mut self, by: Vec2) {
        for at in self.lines.iter_mut().flatten() {
            *at += by;
        }
    }

    /// A straight upright piece joins the parts of a brace, which are rounded to pixels: it
    /// reaches half a pixel into both.
    pub(super) fn join(&mut self) {
        let [line] = self.lines.as_mut_slice() else {
            return;
        };
        let bounds = Rect::from_points(line);
        let at_end = |at: f32, ends: egui::Rangef| is_same(at, ends.min) || is_same(at, ends.max);
        let is_corner =
            |at: &Pos2| at_end(at.x, bounds.x_range()) && at_end(at.y, bounds.y_range());
        if bounds.height() > bounds.width() && line.iter().all(is_corner) {
            for at in line {
                at.y += match is_same(at.y, bounds.top()) {
                    true => -0.5,
                    false => 0.5,
                };
            }
        }
    }

    /// What it fills within `clip`, in pixels: rectangles, and how much of each is covered.
    pub(super) fn coverage(&self, clip: Rect) -> Vec<(Rect, f32)> {
        let bounds = self.bounds();
        let area = bounds.intersect(clip);
        if !area.is_positive() || !bounds.is_finite() {
            return Vec::new();
        }
        let area = Rect::from_min_max(area.min.floor(), area.max.ceil());
        let Some(mut grid) = Grid::new(area) else {
            return Vec::new();
        };
        for line in &self.lines {
            let closing = line.last().copied().zip(line.first().copied());
            let edges = line.windows(2).map(|pair| (pair[0], pair[1]));
            for (from, to) in edges.chain(closing) {
                grid.edge(from - area.min, to - area.min);
            }
            grid.close();
        }
        grid.rectangles(area.min)
    }
}

/// Whether two places are one, but for rounding.
fn is_same(one: f32, other: f32) -> bool {
    (one - other).abs() < 1e-3
}

fn extend(lines: &mut Vec<Vec<Pos2>>, from: Pos2, more: impl IntoIterator<Item = Pos2>) {
    match lines.last_mut() {
        Some(line) => line.extend(more),
        None => lines.push(std::iter::once(from).chain(more).collect()),
    }
}

/// Where a curve is cut.
fn steps() -> impl Iterator<Item = f32> {
    const COUNT: u8 = 8;
    (1..=COUNT).map(|step| f32::from(step) / f32::from(COUNT))
}

/// Pixels, and how much of each is covered.
struct Grid {
    columns: usize,
    rows: usize,
    /// For the line at hand: how much more of a pixel is covered than of the one to its left.
    steps: Vec<f32>,
    /// By lines that go round one way.
    one_way: Vec<f32>,
    /// By lines that go round the other way: they cut holes.
    other_way: Vec<f32>,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels within a window, clamped to it"
)]
impl Grid {
    fn new(area: Rect) -> Option<Self> {
        let (columns, rows) = (area.width() as usize, area.height() as usize);
        let cells = columns.checked_mul(rows)?;
        (cells <= MAX_PIXELS).then(|| Self {
            columns,
            rows,
            steps: vec![0.0; (columns + 2) * rows],
            one_way: vec![0.0; cells],
            other_way: vec![0.0; cells],
        })
    }

    /// Ends a line. Where lines that go round the same way overlap, they cover a pixel no
    /// more than one of them does.
    fn close(&mut self) {
        let width = self.columns + 2;
        for row in 0..self.rows {
            let mut sum = 0.0_f32;
            for column in 0..self.columns {
                sum += self.steps[row * width + column];
                let cell = row * self.columns + column;
                let covered = match sum > 0.0 {
                    true => &mut self.one_way[cell],
                    false => &mut self.other_way[cell],
                };
                *covered = covered.max(sum.abs().min(1.0));
            }
        }
        self.steps.fill(0.0);
    }

    /// Takes in an edge: what is to its right is inside, or outside again.
    fn edge(&mut self, from: Vec2, to: Vec2) {
        let (upper, lower, winding) = match from.y <= to.y {
            true => (from, to, 1.0),
            false => (to, from, -1.0),
        };
        let height = lower.y - upper.y;
        if height <= f32::EPSILON {
            return;
        }
        let slope = (lower.x - upper.x) / height;
        let first = upper.y.floor().max(0.0) as usize;
        let last = (lower.y.ceil().max(0.0) as usize).min(self.rows);
        for row in first..last {
            let top = upper.y.max(row as f32);
            let bottom = lower.y.min(row as f32 + 1.0);
            if bottom <= top {
                continue;
            }
            let x_of = |y: f32| upper.x + slope * (y - upper.y);
            self.piece(row, x_of(top), x_of(bottom), winding * (bottom - top));
        }
    }

    /// An edge within a row of pixels, which covers `amount` of all pixels to its right.
    fn piece(&mut self, row: usize, one: f32, other: f32, amount: f32) {
        let width = self.columns as f32;
        let (left, right) = (one.min(other), one.max(other));
        let (left, right) = (left.clamp(0.0, width), right.clamp(0.0, width));
        let start = row * (self.columns + 2);
        let (first, last) = (left.floor(), right.ceil().max(left.floor() + 1.0));
        let mut seen = 0.0;
        let mut column = first;
        while column < last {
            // How much of this pixel is to the right of the edge, over the edge's height.
            let covered = match right - left <= f32::EPSILON {
                true => column + 1.0 - left,
                false => {
                    let area = |x: f32| {
                        let x = x.clamp(left, right);
                        (x - left) * (x - left) / (2.0 * (right - left))
                    };
                    area(column + 1.0) - area(column) + (column + 1.0 - right).max(0.0)
                }
            };
            let cell = start + column as usize;
            self.steps[cell] += amount * (covered - seen);
            seen = covered;
            column += 1.0;
        }
        self.steps[start + last as usize] += amount * (1.0 - seen);
    }

    /// Pixels side by side, and rows above each other, that are covered alike become one
    /// rectangle.
    fn rectangles(&self, origin: Pos2) -> Vec<(Rect, f32)> {
        let mut done: Vec<(Rect, f32)> = Vec::new();
        // Those that end at the row above.
        let mut open: Vec<(Rect, f32)> = Vec::new();
        for row in 0..self.rows {
            let mut runs = self.runs(row, origin);
            for (rect, cover) in &mut runs {
                let above = open.iter().position(|(above, other)| {
                    is_same(above.left(), rect.left())
                        && is_same(above.right(), rect.right())
                        && (other - *cover).abs() < MIN_COVER
                });
                if let Some(above) = above {
                    rect.min.y = open.swap_remove(above).0.min.y;
                }
            }
            done.append(&mut open);
            open = runs;
        }
        done.append(&mut open);
        done
    }

    fn runs(&self, row: usize, origin: Pos2) -> Vec<(Rect, f32)> {
        let start = row * self.columns;
        let mut runs: Vec<(Rect, f32)> = Vec::new();
        for column in 0..self.columns {
            let cell = start + column;
            let cover = (self.one_way[cell] - self.other_way[cell]).abs();
            if cover < MIN_COVER {
                continue;
            }
            let at = origin + Vec2::new(column as f32, row as f32);
            match runs.last_mut() {
                Some((rect, other))
                    if is_same(rect.right(), at.x) && (*other - cover).abs() < MIN_COVER =>
                {
                    rect.max.x = at.x + 1.0;
                }
                _ => runs.push((Rect::from_min_size(at, Vec2::splat(1.0)), cover)),
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    fn filled(corners: &[(f32, f32)]) -> f32 {
        let line = corners.iter().map(|&(x, y)| pos2(x, y)).collect();
        let outline = Outline {
            lines: vec![line],
            pen: 1.0,
        };
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        let all = outline.coverage(clip);
        all.iter().map(|(rect, cover)| rect.area() * cover).sum()
    }

    #[test]
    fn what_is_inside_is_filled_and_nothing_else() {
        let square = [(1.0, 1.0), (4.0, 1.0), (4.0, 4.0), (1.0, 4.0)];
        assert!((filled(&square) - 9.0).abs() < 1e-3);
        let half = [(1.5, 1.25), (4.0, 1.25), (4.0, 4.0), (1.5, 4.0)];
        assert!((filled(&half) - 2.5 * 2.75).abs() < 1e-3);
        let triangle = [(0.3, 0.2), (9.7, 3.1), (4.4, 8.8)];
        let area = ((9.7 - 0.3) * (8.8 - 0.2) - (4.4 - 0.3) * (3.1 - 0.2)) / 2.0_f32;
        assert!(
            (filled(&triangle) - area).abs() < 0.02,
            "{}",
            filled(&triangle)
        );
        // Not convex: a corner is missing.
        let corner = [
            (0.0, 0.0),
            (6.0, 0.0),
            (6.0, 2.0),
            (2.0, 2.0),
            (2.0, 6.0),
            (0.0, 6.0),
        ];
        assert!((filled(&corner) - 20.0).abs() < 1e-3);
        let reversed: Vec<_> = corner.into_iter().rev().collect();
        assert!((filled(&reversed) - 20.0).abs() < 1e-3);
    }

    #[test]
    fn overlaps_are_not_bolder_and_holes_stay_open() {
        let square = |from: f32, to: f32| {
            let corners = [(from, from), (to, from), (to, to), (from, to)];
            corners.map(|(x, y)| pos2(x, y)).to_vec()
        };
        let area = |lines: Vec<Vec<Pos2>>| {
            let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
            let all = Outline { lines, pen: 1.0 }.coverage(clip);
            all.iter()
                .map(|(rect, cover)| rect.area() * cover)
                .sum::<f32>()
        };
        let twice = area(vec![square(1.5, 4.5), square(1.5, 4.5)]);
        assert!((twice - 9.0).abs() < 1e-3, "{twice}");
        let hole = square(2.0, 4.0).into_iter().rev().collect();
        let with_hole = area(vec![square(1.0, 5.0), hole]);
        assert!((with_hole - 12.0).abs() < 1e-3, "{with_hole}");
    }

    #[test]
    fn a_long_bar_is_few_rectangles() {
        let line = [(0.0, 0.5), (90.0, 0.5), (90.0, 20.0), (0.0, 20.0)];
        let outline = Outline {
            lines: vec![line.iter().map(|&(x, y)| pos2(x, y)).collect()],
            pen: 1.0,
        };
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        assert_eq!(outline.coverage(clip).len(), 2);
    }

    #[test]
    fn what_is_outside_the_clip_costs_nothing() {
        let outline = Outline {
            lines: vec![vec![pos2(-1e9, 5.0), pos2(1e9, 5.0), pos2(0.0, 1e9)]],
            pen: 1.0,
        };
        let clip = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        let all = outline.coverage(clip);
        assert!(all.iter().all(|(rect, _)| clip.contains_rect(*rect)));
        assert!(!all.is_empty());
    }
}
