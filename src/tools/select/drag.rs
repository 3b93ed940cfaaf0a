//! A drag of what is selected: moved, turned, resized, or one of its grips.

use std::sync::Arc;

use kurbo::Vec2;

use crate::document::annotation::{Annotation, PointKind, Shape};
use crate::document::edit::Change;
use crate::document::{AnnotationId, Step};
use crate::geometry::{Coord, Point, Rect, world_from_lon_lat};
use crate::tools::aim::{Aim, Sight, round_to_step};
use crate::tools::grips::{Grip, grips};
use crate::tools::{Draft, Intent, NEW, Situation, say, transform};

/// The narrowest and widest that a handle wraps words, in points.
pub(super) const WRAP_PT: std::ops::RangeInclusive<f64> = 24.0..=2000.0;

/// The least that a drag scales to.
pub(super) const LEAST_FACTOR: f64 = 0.01;

/// What a drag does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Work {
    /// Moves everything.
    Move,
    /// Pulls a grip.
    Pull(Grip),
}

/// A drag that changes annotations.
#[derive(Debug, Clone)]
pub(super) struct Drag {
    pub(super) work: Work,
    /// As they were.
    pub(super) originals: Vec<Arc<Annotation>>,
    /// As they are now. As they were, where they cannot follow the pointer.
    pub(super) result: Vec<Annotation>,
    /// The place that was taken hold of.
    pub(super) from: Coord<f64>,
    /// From the pointer to the place that it took hold of, in page points.
    pub(super) offset: Vec2,
    /// Where that place is now.
    pub(super) to: Aim,
    /// Leaves the originals where they were.
    pub(super) copies: bool,
}

impl Drag {
    pub(super) fn begin(work: Work, originals: Vec<Arc<Annotation>>, from: Coord<f64>, offset: Vec2) -> Self {
        let result = originals.iter().map(|original| Annotation::clone(original)).collect();
        Self { work, originals, result, from, offset, to: Aim { at: from, snap: None }, copies: false }
    }

    pub(super) fn follow(&mut self, page: Point, sight: &Sight<'_>) {
        let Some(to) = self.aim(page + self.offset, sight) else {
            return;
        };
        let situation = sight.situation;
        self.copies = self.work == Work::Move && situation.modifiers.ctrl;
        if let Some(shapes) = self.shapes(to.at, situation) {
            for (annotation, (shape, width_pt)) in self.result.iter_mut().zip(shapes) {
                annotation.shape = shape;
                annotation.style.text_width_pt = width_pt;
            }
        }
        for (annotation, original) in self.result.iter_mut().zip(&self.originals) {
            annotation.id = if self.copies { NEW } else { original.id };
            // A file's own id names one feature only.
            annotation.kept.id = if self.copies { None } else { original.kept.id.clone() };
        }
        self.to = to;
    }

    /// The one annotation, if it is one.
    pub(super) fn single(&self) -> Option<&Annotation> {
        match self.originals.as_slice() {
            [original] => Some(original),
            _ => None,
        }
    }

    /// Where what is held goes.
    pub(super) fn aim(&self, page: Point, sight: &Sight<'_>) -> Option<Aim> {
        let ids: Vec<AnnotationId> = if self.originals.len() == 1 {
            self.originals.iter().map(|original| original.id).collect()
        } else {
            Vec::new()
        };
        match (self.work, self.single().map(|annotation| &annotation.shape)) {
            (Work::Move, _) if sight.situation.modifiers.shift => {
                let by = page - sight.situation.frame.page_from_lon_lat(self.from);
                let along = if by.x.abs() >= by.y.abs() { Vec2::new(by.x, 0.0) } else { Vec2::new(0.0, by.y) };
                Aim::plain(page - by + along, sight)
            }
            (Work::Pull(Grip::Vertex(vertex)), Some(shape)) => match transform::neighbour(shape, vertex) {
                Some(neighbour) => Aim::leg(neighbour, page, sight, &ids),
                None => Aim::new(page, sight, &ids),
            },
            (Work::Pull(Grip::Midpoint(vertex)), Some(shape)) => {
                match transform::vertices(shape, vertex).get(vertex.index) {
                    Some(before) => Aim::leg(*before, page, sight, &ids),
                    None => Aim::new(page, sight, &ids),
                }
            }
            (Work::Pull(Grip::Target | Grip::Radius), _) => Aim::new(page, sight, &ids),
            (Work::Pull(Grip::Corner(_)), _) if !sight.situation.modifiers.shift => Aim::new(page, sight, &ids),
            (Work::Move, Some(Shape::Point { .. })) => Aim::new(page, sight, &ids),
            _ => Aim::plain(page, sight),
        }
    }

    /// The shapes, and the widths of their words, when what is held has come here.
    pub(super) fn shapes(&self, to: Coord<f64>, situation: &Situation<'_>) -> Option<Vec<(Shape, Option<f64>)>> {
        let (from_world, to_world) = (world_from_lon_lat(self.from), world_from_lon_lat(to));
        let modifiers = situation.modifiers;
        let all = |change: &dyn Fn(&Shape) -> Option<Shape>| -> Option<Vec<(Shape, Option<f64>)>> {
            self.originals
                .iter()
                .map(|original| Some((change(&original.shape)?, original.style.text_width_pt)))
                .collect()
        };
        let bounds = || transform::bounds_of_all(self.originals.iter().map(|original| &original.shape));
        match self.work {
            Work::Move => {
                // Annotations that are nowhere stay there.
                let by = bounds().map_or(Vec2::ZERO, |bounds| transform::limited_move(bounds, to_world - from_world));
                match self.single().map(|annotation| &annotation.shape) {
                    // Just where it snapped to, without the rounding of a way.
                    Some(Shape::Point { kind, .. }) => all(&|_| Some(Shape::Point { at: to, kind: *kind })),
                    _ => all(&|shape| transform::moved(shape, by)),
                }
            }
            Work::Pull(Grip::Vertex(vertex)) => all(&|shape| transform::with_vertex(shape, vertex, to)),
            Work::Pull(Grip::Midpoint(vertex)) => all(&|shape| transform::with_vertex_after(shape, vertex, to)),
            Work::Pull(Grip::Corner(corner)) => {
                all(&|shape| transform::with_corner(shape, corner, to, modifiers.shift, modifiers.ctrl))
            }
            Work::Pull(Grip::Radius) => all(&|shape| transform::with_radius_to(shape, to)),
            Work::Pull(Grip::Target) => all(&|shape| match shape {
                Shape::Callout { text_at, .. } => Some(Shape::Callout { target: to, text_at: *text_at }),
                _ => None,
            }),
            Work::Pull(Grip::Words) => all(&|shape| match shape {
                Shape::Callout { target, .. } => Some(Shape::Callout { target: *target, text_at: to }),
                _ => None,
            }),
            Work::Pull(Grip::Wrap) => {
                let annotation = self.single()?;
                let middle = words_middle(&annotation.shape)?;
                let page = |at: Coord<f64>| situation.frame.page_from_lon_lat(at);
                // Words stand about their middle; the handle is a little beside them.
                let half_pt = page(to).x - page(middle).x - WRAP_BESIDE_PT;
                let width_pt = (2.0 * half_pt).round().clamp(*WRAP_PT.start(), *WRAP_PT.end());
                Some(vec![(annotation.shape.clone(), Some(width_pt))])
            }
            Work::Pull(Grip::Scale(_)) => {
                let bounds = bounds()?;
                let about = if modifiers.ctrl { bounds.center() } else { opposite(bounds, from_world) };
                let along = from_world - about;
                let factor = ((to_world - about).dot(along) / along.hypot2()).max(LEAST_FACTOR);
                if !factor.is_finite() {
                    return None;
                }
                let factor = transform::limited_factor(bounds, about, factor);
                all(&|shape| transform::scaled(shape, about, factor))
            }
            Work::Pull(Grip::Rotate) => {
                let angle = self.angle(to, modifiers.shift)?;
                let about = bounds()?.center();
                all(&|shape| transform::turned(shape, about, angle))
            }
        }
    }

    /// How far the selection is turned when the handle has come here, clockwise in radians.
    pub(super) fn angle(&self, to: Coord<f64>, in_steps: bool) -> Option<f64> {
        let about = transform::bounds_of_all(self.originals.iter().map(|original| &original.shape))?.center();
        let angle = (world_from_lon_lat(to) - about).atan2() - (world_from_lon_lat(self.from) - about).atan2();
        let angle = if in_steps { round_to_step(angle) } else { angle };
        angle.is_finite().then_some(angle)
    }

    pub(super) fn step(&self) -> Step {
        match self.work {
            Work::Move if self.copies => Step::Duplicate,
            Work::Move => Step::Move,
            Work::Pull(Grip::Vertex(_)) => Step::MoveVertex,
            Work::Pull(Grip::Midpoint(_)) => Step::AddVertex,
            Work::Pull(Grip::Corner(_)) => Step::ResizeRectangle,
            Work::Pull(Grip::Radius) => Step::ChangeRadius,
            Work::Pull(Grip::Target) => Step::MoveTarget,
            Work::Pull(Grip::Words) => Step::MoveWords,
            Work::Pull(Grip::Wrap) => Step::WrapWords,
            Work::Pull(Grip::Scale(_)) => Step::Scale,
            Work::Pull(Grip::Rotate) => Step::Rotate,
        }
    }

    pub(super) fn commit(self) -> Vec<Intent> {
        let step = self.step();
        let unchanged =
            self.result.iter().zip(&self.originals).all(|(now, before)| {
                now.shape == before.shape && now.style.text_width_pt == before.style.text_width_pt
            });
        if unchanged {
            return Vec::new();
        }
        if self.copies {
            return vec![Intent::Edit { step, change: Change::Add(self.result) }, Intent::Done];
        }
        vec![Intent::Edit { step, change: Change::Replace(self.result) }]
    }

    pub(super) fn measure(&self, situation: &Situation<'_>) -> Option<String> {
        match self.work {
            Work::Move => say::way(self.from, self.to.at),
            Work::Pull(Grip::Rotate) => {
                let degrees = self.angle(self.to.at, situation.modifiers.shift)?.to_degrees();
                // The shorter way round.
                let degrees = (degrees + 180.0).rem_euclid(360.0) - 180.0;
                Some(format!("turned {:.0}°", degrees + 0.0))
            }
            Work::Pull(_) => match self.result.as_slice() {
                [annotation] => say::size(&annotation.shape),
                _ => None,
            },
        }
    }

    pub(super) fn draft(&self, situation: &Situation<'_>) -> Draft {
        let held = situation.frame.page_from_lon_lat(self.to.at);
        let handles = if self.work == Work::Move || self.copies {
            Vec::new()
        } else {
            let shown = grips(self.result.iter(), situation.frame);
            shown.iter().map(|grip| grip.handle(grip.at.distance(held) < 0.5)).collect()
        };
        Draft {
            annotations: self.result.clone(),
            replaces: if self.copies { Vec::new() } else { self.originals.iter().map(|one| one.id).collect() },
            handles,
            snap: self.to.snap,
            measure: self.measure(situation),
            ..Draft::default()
        }
    }
}

/// From where words wrap to the middle of the handle, in points.
pub(super) const WRAP_BESIDE_PT: f64 = 8.0;

/// The corner of a box across from the one that is nearest to a place.
pub(super) fn opposite(bounds: Rect, from: Point) -> Point {
    let middle = bounds.center();
    Point::new(
        if from.x < middle.x { bounds.x1 } else { bounds.x0 },
        if from.y < middle.y { bounds.y1 } else { bounds.y0 },
    )
}

/// Where words stand, of what is words.
pub(super) fn words_middle(shape: &Shape) -> Option<Coord<f64>> {
    match shape {
        Shape::Point { at, kind: PointKind::Text } => Some(*at),
        Shape::Callout { text_at, .. } => Some(*text_at),
        _ => None,
    }
}
