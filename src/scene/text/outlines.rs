//! Outlines of glyphs and their halos, and where they stand on the page.

use std::sync::Arc;

use geo::bool_ops::{BooleanOps, FillRule, OpType};
use geo::{Coord, MultiPolygon, Polygon, Simplify};
use kurbo::{Affine, BezPath, Join, PathEl, Point, StrokeOpts};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider as _};

use super::faces::{FontId, Typeface, cached, typeface, units_per_em};
use super::shaping::shape;
use crate::scene::display_list::Text;

/// Halo outlines kept per face: some two hundred characters in a handful of relative widths.
const HALO_LIMIT: usize = 4096;

/// Glyph outlines kept per font: a font of East Asia has tens of thousands.
const OUTLINE_LIMIT: usize = 16_384;

/// The outline of the glyphs in page points, at the text's origin and turned. Fill it non-zero.
pub fn outline(text: &Text) -> BezPath {
    place_glyphs(text, |typeface, glyph| typeface.outline(glyph))
}

/// The outline of the text's halo in page points, empty where there is none. Fill it non-zero.
pub fn halo(text: &Text) -> BezPath {
    let Some((_, width_pt)) = text.halo.filter(|&(_, width_pt)| width_pt > 0.0 && width_pt.is_finite()) else {
        return BezPath::new();
    };
    if text.size_pt <= 0.0 || !text.size_pt.is_finite() {
        return BezPath::new();
    }
    // In whole font units, so that labels of one size share their halos.
    let width_of = |units: f64| (width_pt / text.size_pt * units).round().clamp(1.0, 4.0 * units) as u32;
    place_glyphs(text, |typeface, glyph| typeface.halo(glyph, width_of(typeface.units_per_em)))
}

fn place_glyphs(text: &Text, path_of: impl Fn(&Typeface, u32) -> Arc<BezPath>) -> BezPath {
    let mut all = BezPath::new();
    let placed = [text.size_pt, text.origin.x, text.origin.y, text.rotation_rad, text.letter_spacing_pt];
    if placed.iter().any(|number| !number.is_finite()) || text.size_pt <= 0.0 {
        return all;
    }
    let line = shape(&text.text, text.face, text.letter_spacing_pt == 0.0);
    let units = units_per_em(text.face);
    let scale = text.size_pt / units;
    let spacing = line.spacing(text.letter_spacing_pt) / scale;
    let to_page = Affine::translate(text.origin.to_vec2())
        * Affine::rotate(text.rotation_rad)
        * Affine::scale_non_uniform(scale, -scale);
    for run in &line.runs {
        let typeface = typeface(run.font);
        let of_font = if run.font == FontId::of(text.face) { 1.0 } else { units / typeface.units_per_em };
        for index in run.glyphs.clone() {
            let glyph = line.glyphs[index];
            let x = f64::from(glyph.x) + spacing * index as f64;
            let mut placed = to_page * Affine::translate((x, f64::from(glyph.y)));
            if of_font != 1.0 {
                placed *= Affine::scale(of_font);
            }
            all.extend(path_of(typeface, glyph.id).elements().iter().map(|&element| placed * element));
        }
    }
    all
}

impl Typeface {
    fn outline(&self, glyph: u32) -> Arc<BezPath> {
        cached(&self.outlines, &glyph, OUTLINE_LIMIT, || {
            let mut pen = Pen(BezPath::new());
            if let Some(outline) = self.font.outline_glyphs().get(GlyphId::new(glyph)) {
                let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
                if outline.draw(settings, &mut pen).is_err() {
                    pen.0 = BezPath::new();
                }
            }
            Arc::new(pen.0)
        })
    }

    fn halo(&self, glyph: u32, width: u32) -> Arc<BezPath> {
        cached(&self.halos, &(glyph, width), HALO_LIMIT, || {
            let outline = self.outline(glyph);
            let style = kurbo::Stroke::new(2.0 * f64::from(width)).with_join(Join::Round);
            let band = kurbo::stroke(outline.iter(), &style, &StrokeOpts::default(), 4.0);
            Arc::new(union(&band, &outline, f64::from(width) / 24.0))
        })
    }
}
/// Two areas made one, with few corners: what lies under a glyph is soft work, and every corner is paid for each time
/// that a label is painted. Without this a halo has four times as many.
fn union(a: &BezPath, b: &BezPath, tolerance: f64) -> BezPath {
    let rings = |path: &BezPath| {
        let mut rings: Vec<Polygon> = Vec::new();
        let mut ring: Vec<Coord> = Vec::new();
        kurbo::flatten(path.iter(), 4.0, |element| match element {
            PathEl::MoveTo(p) => ring = vec![Coord { x: p.x, y: p.y }],
            PathEl::ClosePath => rings.push(Polygon::new(std::mem::take(&mut ring).into(), Vec::new())),
            PathEl::LineTo(p) | PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => ring.push(Coord { x: p.x, y: p.y }),
        });
        MultiPolygon::<f64>(rings)
    };
    // The rule holds for each by itself.
    let whole = rings(a).boolean_op_with_fill_rule(&rings(b), OpType::Union, FillRule::NonZero).simplify(tolerance);
    let mut path = BezPath::new();
    for polygon in &whole {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for (index, at) in ring.coords().enumerate() {
                let at = (at.x, at.y);
                if index == 0 { path.move_to(at) } else { path.line_to(at) }
            }
            path.close_path();
        }
    }
    path
}

struct Pen(BezPath);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to((f64::from(x), f64::from(y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to((f64::from(x), f64::from(y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to((f64::from(x1), f64::from(y1)), (f64::from(x), f64::from(y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let point = |x: f32, y: f32| Point::new(f64::from(x), f64::from(y));
        self.0.push(PathEl::CurveTo(point(x1, y1), point(x2, y2), point(x, y)));
    }

    fn close(&mut self) {
        self.0.close_path();
    }
}
