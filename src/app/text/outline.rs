//! Shapes with curves and hollows, filled: roots, braces and long arrows of formulas. egui
//! fills only shapes that bulge nowhere inwards, so these are cut to strips here.

use egui::{Color32, Mesh, Pos2, Vec2};
use ratex_types::path_command::PathCommand;

/// The straight parts that stand for a curve.
const STEPS: u8 = 8;

/// A shape as closed lines.
#[derive(Debug)]
pub(super) struct Outline {
    lines: Vec<Vec<Pos2>>,
    is_filled: bool,
}

impl Outline {
    /// The shape of a path in units of `scale`, moved by `corner`.
    pub(super) fn new(commands: &[PathCommand], corner: Vec2, scale: f32, is_filled: bool) -> Self {
        let point = |x: f64, y: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "it is a place on a screen")]
            let at = Pos2::new(x as f32 * scale, y as f32 * scale);
            at + corner
        };
        let mut lines: Vec<Vec<Pos2>> = Vec::new();
        let mut line: Vec<Pos2> = Vec::new();
        for command in commands {
            let last = line.last().copied().unwrap_or_default();
            match *command {
                PathCommand::MoveTo { x, y } => {
                    lines.push(std::mem::take(&mut line));
                    line.push(point(x, y));
                }
                PathCommand::LineTo { x, y } => line.push(point(x, y)),
                PathCommand::QuadTo { x1, y1, x, y } => {
                    let (middle, end) = (point(x1, y1), point(x, y));
                    line.extend(steps().map(|t| last.lerp(middle, t).lerp(middle.lerp(end, t), t)));
                }
                PathCommand::CubicTo {
                    x1,
                    y1,
                    x2,
                    y2,
                    x,
                    y,
                } => {
                    let (one, two, end) = (point(x1, y1), point(x2, y2), point(x, y));
                    line.extend(steps().map(|t| {
                        let (a, b, c) = (last.lerp(one, t), one.lerp(two, t), two.lerp(end, t));
                        a.lerp(b, t).lerp(b.lerp(c, t), t)
                    }));
                }
                PathCommand::Close => {
                    line.extend(line.first().copied());
                    lines.push(std::mem::take(&mut line));
                }
            }
        }
        lines.push(line);
        lines.retain(|line| line.len() > 1);
        Self { lines, is_filled }
    }

    /// The lines around it.
    pub(super) fn lines(&self, by: Vec2) -> impl Iterator<Item = Vec<Pos2>> {
        self.lines
            .iter()
            .map(move |line| line.iter().map(|at| *at + by).collect())
    }

    /// What lies between its lines, in strips from one corner's height to the next one's.
    pub(super) fn mesh(&self, by: Vec2, color: Color32) -> Option<Mesh> {
        if !self.is_filled {
            return None;
        }
        let mut heights: Vec<f32> = self.lines.iter().flatten().map(|at| at.y).collect();
        heights.sort_by(f32::total_cmp);
        heights.dedup_by(|one, other| (*one - *other).abs() < 0.01);
        let edges: Vec<(Pos2, Pos2)> = self
            .lines
            .iter()
            .flat_map(|line| line.windows(2).map(|pair| (pair[0], pair[1])))
            .filter(|(from, to)| (from.y - to.y).abs() > f32::EPSILON)
            .collect();
        let mut mesh = Mesh::default();
        for strip in heights.windows(2) {
            let (top, bottom) = (strip[0], strip[1]);
            let middle = f32::midpoint(top, bottom);
            let mut crossing: Vec<(f32, f32, f32, i32)> = edges
                .iter()
                .filter(|(from, to)| from.y.min(to.y) < middle && middle < from.y.max(to.y))
                .map(|(from, to)| {
                    let x = |y: f32| from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y);
                    let turn = if from.y < to.y { 1 } else { -1 };
                    (x(middle), x(top), x(bottom), turn)
                })
                .collect();
            crossing.sort_by(|one, other| one.0.total_cmp(&other.0));
            // Inside is where the lines have turned around more one way than the other.
            let mut turns = 0;
            for pair in crossing.windows(2) {
                turns += pair[0].3;
                if turns != 0 {
                    let corners = [
                        Pos2::new(pair[0].1, top),
                        Pos2::new(pair[1].1, top),
                        Pos2::new(pair[1].2, bottom),
                        Pos2::new(pair[0].2, bottom),
                    ];
                    let first = u32::try_from(mesh.vertices.len()).unwrap_or(0);
                    for corner in corners {
                        mesh.colored_vertex(corner + by, color);
                    }
                    mesh.add_triangle(first, first + 1, first + 2);
                    mesh.add_triangle(first, first + 2, first + 3);
                }
            }
        }
        Some(mesh)
    }
}

fn steps() -> impl Iterator<Item = f32> {
    (1..=STEPS).map(|step| f32::from(step) / f32::from(STEPS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(mesh: &Mesh) -> f32 {
        let triangle = |three: &[u32]| {
            let at = |index: usize| mesh.vertices[three[index] as usize].pos;
            let (one, two) = (at(1) - at(0), at(2) - at(0));
            (one.x * two.y - one.y * two.x).abs() / 2.0
        };
        mesh.indices.chunks(3).map(triangle).sum()
    }

    #[test]
    fn a_shape_with_a_hollow_covers_its_area() {
        let to = |x: f64, y: f64| PathCommand::LineTo { x, y };
        let bracket = [
            PathCommand::MoveTo { x: 0.0, y: 0.0 },
            to(4.0, 0.0),
            to(4.0, 1.0),
            to(1.0, 1.0),
            to(1.0, 3.0),
            to(4.0, 3.0),
            to(4.0, 4.0),
            to(0.0, 4.0),
            PathCommand::Close,
        ];
        let outline = Outline::new(&bracket, Vec2::ZERO, 1.0, true);
        let mesh = outline.mesh(Vec2::ZERO, Color32::PLACEHOLDER).unwrap();
        assert!((area(&mesh) - 10.0).abs() < 0.01, "{}", area(&mesh));
        let line = Outline::new(&bracket, Vec2::ZERO, 1.0, false);
        assert!(line.mesh(Vec2::ZERO, Color32::PLACEHOLDER).is_none());
    }
}
