//! The sample of a curve as the plot draws it: its colour with its mark, so that none is known by its colour alone.

use eframe::egui::{Color32, Pos2, Rect, Sense, Shape, Stroke, Ui, vec2};

use crate::app::theme;
use crate::scene::curve::{CurveLook, CurveMark};
use crate::scene::display_list::Color;
use crate::scene::palette::Theme;

/// How wide and how high a sample is, and how large its mark, in points.
const WIDTH_PT: f32 = 26.0;
const HEIGHT_PT: f32 = 14.0;
const RADIUS_PT: f32 = 4.0;

/// Shows the sample of the curve of this place, in its colour.
pub(super) fn curve_ui(ui: &mut Ui, (index, color): (usize, Color), shade: Theme) {
    let color = theme::ink(color);
    let look = CurveLook::of(index);
    let rect = room(ui);
    let (from, to) = (rect.left_center(), rect.right_center());
    let stroke = Stroke::new(1.5, color);
    let painter = ui.painter();
    if look.dash == 0 {
        painter.line_segment([from, to], stroke);
    } else {
        let dash_pt = 1.5 * f32::from(look.dash);
        painter.extend(Shape::dashed_line(&[from, to], stroke, dash_pt, CurveLook::GAP as f32 * dash_pt));
    }
    painter.extend(look_shapes(look, rect.center(), color, theme::ink(shade.palette().panel)));
}

/// Shows the sample of stated figures: a mark without a curve.
pub(super) fn stated_ui(ui: &mut Ui, shade: Theme) {
    let rect = room(ui);
    let color = theme::ink(shade.palette().ink);
    ui.painter().extend(mark_shapes(CurveMark::Diamond, (rect.center(), RADIUS_PT), color, false));
}

/// Leaves the room of a sample, of a curve that is not shown.
pub(super) fn none_ui(ui: &mut Ui) {
    ui.add_space(WIDTH_PT + ui.spacing().item_spacing.x);
}

fn room(ui: &mut Ui) -> Rect {
    ui.allocate_exact_size(vec2(WIDTH_PT, HEIGHT_PT), Sense::hover()).0
}

/// The mark of a curve with what is added to it.
fn look_shapes(look: CurveLook, center: Pos2, color: Color32, ground: Color32) -> Vec<Shape> {
    let radius_pt = look.mark_radius_pt(f64::from(RADIUS_PT)) as f32;
    let mut shapes = Vec::new();
    if look.has_ring {
        let ring_pt = CurveLook::RING as f32 * RADIUS_PT;
        shapes.push(Shape::circle_filled(center, ring_pt, ground));
        shapes.push(Shape::circle_stroke(center, ring_pt, Stroke::new(1.0, color)));
    }
    shapes.extend(mark_shapes(look.mark, (center, radius_pt), color, true));
    if look.has_dot {
        shapes.push(Shape::circle_filled(center, CurveLook::DOT as f32 * radius_pt, ground));
    }
    shapes
}

/// A mark as the plot draws it; hollow where it is not filled.
fn mark_shapes(mark: CurveMark, (center, radius_pt): (Pos2, f32), color: Color32, is_filled: bool) -> Vec<Shape> {
    let stroke = Stroke::new(1.5, color);
    let at = |x: f32, y: f32| center + radius_pt * vec2(x, y);
    let polygon = |corners: Vec<Pos2>| {
        vec![if is_filled {
            Shape::convex_polygon(corners, color, Stroke::NONE)
        } else {
            Shape::closed_line(corners, stroke)
        }]
    };
    let lines = |ends: [[Pos2; 2]; 2]| ends.map(|ends| Shape::line_segment(ends, Stroke::new(2.0, color))).to_vec();
    match mark {
        CurveMark::Circle => vec![Shape::circle_filled(center, radius_pt, color)],
        CurveMark::Square => polygon(vec![at(-0.9, -0.9), at(0.9, -0.9), at(0.9, 0.9), at(-0.9, 0.9)]),
        CurveMark::Triangle => polygon(vec![at(0.0, -1.2), at(1.1, 0.8), at(-1.1, 0.8)]),
        CurveMark::TriangleDown => polygon(vec![at(-1.1, -0.8), at(1.1, -0.8), at(0.0, 1.2)]),
        CurveMark::Diamond => polygon(vec![at(0.0, -1.2), at(1.2, 0.0), at(0.0, 1.2), at(-1.2, 0.0)]),
        CurveMark::Cross => lines([[at(-1.0, -1.0), at(1.0, 1.0)], [at(-1.0, 1.0), at(1.0, -1.0)]]),
        CurveMark::Plus => lines([[at(-1.2, 0.0), at(1.2, 0.0)], [at(0.0, -1.2), at(0.0, 1.2)]]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_marks_of_curves_look_alike_without_colours() {
        let looks: Vec<String> = (0..CurveLook::COUNT)
            .map(|index| format!("{:?}", look_shapes(CurveLook::of(index), Pos2::ZERO, Color32::BLACK, Color32::WHITE)))
            .collect();
        for (place, look) in looks.iter().enumerate() {
            assert!(!looks[..place].contains(look), "{place}");
        }
    }
}
