//! The sample of a curve as the plot draws it: its colour with its mark, so that none is known by its colour alone.

use eframe::egui::{Color32, Pos2, Sense, Shape, Stroke, Ui, vec2};

use crate::app::theme;
use crate::figure::chart;
use crate::scene::curve::CurveMark;
use crate::scene::palette::Theme;

/// How wide and how high a sample is, and how large its mark, in points.
const WIDTH_PT: f32 = 26.0;
const HEIGHT_PT: f32 = 14.0;
const RADIUS_PT: f32 = 4.0;

/// Shows the sample of the curve of this place.
pub(super) fn curve_ui(ui: &mut Ui, index: usize, shade: Theme) {
    let color = theme::ink(chart::color_of(index, shade));
    sample_ui(ui, CurveMark::of(index), color, true);
}

/// Shows the sample of stated figures: a mark without a curve.
pub(super) fn stated_ui(ui: &mut Ui, shade: Theme) {
    sample_ui(ui, CurveMark::Diamond, theme::ink(shade.palette().ink), false);
}

/// Leaves the room of a sample, of a curve that is not shown.
pub(super) fn none_ui(ui: &mut Ui) {
    ui.add_space(WIDTH_PT + ui.spacing().item_spacing.x);
}

fn sample_ui(ui: &mut Ui, mark: CurveMark, color: Color32, is_curve: bool) {
    let (rect, _) = ui.allocate_exact_size(vec2(WIDTH_PT, HEIGHT_PT), Sense::hover());
    let painter = ui.painter();
    if is_curve {
        painter.hline(rect.x_range(), rect.center().y, Stroke::new(1.5, color));
    }
    painter.extend(mark_shapes(mark, rect.center(), color, is_curve));
}

/// A mark as the plot draws it; hollow where it is not filled.
fn mark_shapes(mark: CurveMark, center: Pos2, color: Color32, is_filled: bool) -> Vec<Shape> {
    let stroke = Stroke::new(1.5, color);
    let at = |x: f32, y: f32| center + RADIUS_PT * vec2(x, y);
    let polygon = |corners: Vec<Pos2>| {
        vec![if is_filled {
            Shape::convex_polygon(corners, color, Stroke::NONE)
        } else {
            Shape::closed_line(corners, stroke)
        }]
    };
    let lines = |ends: [[Pos2; 2]; 2]| ends.map(|ends| Shape::line_segment(ends, Stroke::new(2.0, color))).to_vec();
    match mark {
        CurveMark::Circle => vec![Shape::circle_filled(center, RADIUS_PT, color)],
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
        let looks: Vec<String> = CurveMark::OF_CURVES
            .into_iter()
            .map(|mark| format!("{:?}", mark_shapes(mark, Pos2::ZERO, Color32::BLACK, true)))
            .collect();
        for (place, look) in looks.iter().enumerate() {
            assert!(!looks[..place].contains(look), "{:?}", CurveMark::OF_CURVES[place]);
        }
    }
}
