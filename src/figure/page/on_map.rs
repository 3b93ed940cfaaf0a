//! What stands on the map of a figure, each in its corner or at a place of its own.

use std::collections::BTreeSet;

use kurbo::{Point, Rect, Shape as _, Size};

use super::content::FigureSpec;
use super::setting::Setting;
use super::shift::{mirrored, shifted};
use crate::figure::crowd::Crowd;
use crate::figure::pieces::{Piece, Set};
use crate::figure::placing::{self, Corner, Place};
use crate::geometry::Frame;
use crate::scene::display_list::{Group, Item, Path};

/// What stands nearest to a corner that several pieces share; the others follow in the order of the table.
const NEAREST: [Piece; 3] = [Piece::Title, Piece::ScaleBar, Piece::NorthArrow];

/// What stands on the map, in the map's points.
#[derive(Debug, Default)]
pub(in crate::figure) struct OnMap {
    /// What it covers.
    pub(in crate::figure) reserved: Vec<Rect>,
    /// What is drawn.
    pub(in crate::figure) groups: Vec<Group>,
    /// Where the locator map goes.
    pub(in crate::figure) inset: Option<Rect>,
    /// Which piece stands where.
    pub(in crate::figure) placed: Vec<(Piece, Rect)>,
    /// What found no room.
    pub(in crate::figure) left_out: Vec<Piece>,
}

/// One piece, or two that share a plate, laid out from (0, 0), on the way to its place.
pub(in crate::figure) struct Plate {
    /// With the part of the plate that each has.
    pub(in crate::figure) pieces: Vec<(Piece, Rect)>,
    pub(in crate::figure) size: Size,
    pub(in crate::figure) group: Option<Group>,
}

/// The place that was chosen for a piece. Scale bar and north arrow share a plate: one goes into the corner into which
/// the other was put.
fn place_of(spec: &FigureSpec, piece: Piece) -> Option<Place> {
    let other = match piece {
        Piece::ScaleBar => Some(Piece::NorthArrow),
        Piece::NorthArrow => Some(Piece::ScaleBar),
        _ => None,
    };
    let with_other =
        || spec.places.get(&other?).filter(|place| spec.looks_for_place(piece) && place.corner().is_some());
    spec.places.get(&piece).or_else(with_other).copied()
}

impl OnMap {
    pub(in crate::figure) fn put(&mut self, plate: Plate, rect: Rect) {
        let by = rect.origin().to_vec2();
        self.reserved.push(rect);
        self.placed.extend(plate.pieces.iter().map(|(piece, part)| (*piece, *part + by)));
        match plate.group {
            Some(group) => {
                let items = shifted(group.items, by);
                self.groups.push(Group { items, ..group });
            }
            None => self.inset = Some(rect),
        }
    }
}

impl Setting {
    /// Between the frame and what stands on the map, in points.
    pub(in crate::figure) fn edge_pt(&self) -> f64 {
        0.8 * self.size(0.8)
    }

    /// The part of the map in which pieces have their places, in the map's points.
    pub(in crate::figure) fn room(&self, map: &Frame) -> Rect {
        let room = map.page().inset(-self.edge_pt());
        if room.width() > 0.0 && room.height() > 0.0 { room } else { map.page() }
    }

    /// Places what stands on the map: in each corner the first piece in the corner itself, each further one next to it,
    /// unless it would lie on another; then, over these, what has a place of its own, where it was put; then the callout;
    /// last what looks for its place by itself, where the map is emptiest.
    pub(in crate::figure) fn on_map(&self, spec: &FigureSpec, map: &Frame) -> OnMap {
        let mut on_map = OnMap::default();
        let (edge_pt, room) = (self.edge_pt(), self.room(map));
        let mut used_pt = [edge_pt; 4];
        for (corner, used_pt) in Corner::ALL.into_iter().zip(&mut used_pt) {
            for plate in self.plates(spec, map, &|piece| place_of(spec, piece) == Some(Place::Corner(corner))) {
                let rect = self.in_corner(map, corner, plate.size, *used_pt);
                if !self.is_inside(map, rect) || on_map.reserved.iter().any(|other| other.overlaps(rect)) {
                    on_map.left_out.extend(plate.pieces.into_iter().map(|(piece, _)| piece));
                    continue;
                }
                *used_pt += plate.size.height + 0.6 * self.size(0.8);
                on_map.put(plate, rect);
            }
        }
        let free: BTreeSet<Place> = spec.places.values().copied().filter(|place| place.corner().is_none()).collect();
        for place in free {
            let Place::Free(spot) = place else { continue };
            for plate in self.plates(spec, map, &|piece| place_of(spec, piece) == Some(place)) {
                if plate.size.width > room.width() || plate.size.height > room.height() {
                    on_map.left_out.extend(plate.pieces.into_iter().map(|(piece, _)| piece));
                    continue;
                }
                let rect = placing::rect_at(room, plate.size, spot);
                on_map.put(plate, rect);
            }
        }
        let place = spec.places.get(&Piece::Callout).copied();
        if place.is_some() || spec.looks_for_place(Piece::Callout) {
            match self.callout(spec, map, place, &on_map.reserved) {
                Some(callout) => {
                    on_map.reserved.extend(callout.reserved);
                    on_map.placed.push((Piece::Callout, callout.rect));
                    on_map.groups.push(callout.group);
                }
                None if spec.contents.contains_key(&Piece::Callout) && spec.crowd != Crowd::default() => {
                    on_map.left_out.push(Piece::Callout)
                }
                None => {}
            }
        }
        let looks = |piece: Piece| spec.looks_for_place(piece) && place_of(spec, piece).is_none();
        let mut plates = self.plates(spec, map, &looks);
        // The larger chooses first.
        plates.sort_by(|a, b| b.size.area().total_cmp(&a.size.area()));
        for plate in plates {
            match self.emptiest(spec, map, &plate, &on_map.reserved, &used_pt) {
                Some((corner, rect)) => {
                    if let Some(index) = corner {
                        used_pt[index] += plate.size.height + 0.6 * self.size(0.8);
                    }
                    on_map.put(plate, rect);
                }
                None => on_map.left_out.extend(plate.pieces.into_iter().map(|(piece, _)| piece)),
            }
        }
        on_map
    }

    fn in_corner(&self, map: &Frame, corner: Corner, size: Size, used_pt: f64) -> Rect {
        let edge_pt = self.edge_pt();
        let x0 = if corner.is_right() { map.width_pt - edge_pt - size.width } else { edge_pt };
        let y0 = if corner.is_bottom() { map.height_pt - used_pt - size.height } else { used_pt };
        Rect::from_origin_size((x0, y0), size)
    }

    fn is_inside(&self, map: &Frame, rect: Rect) -> bool {
        map.page().contains_rect(rect) && rect.width() < map.width_pt - 2.0 * self.edge_pt()
    }

    /// Where a plate covers the least of what the map shows: in a corner, its usual one before others that are as empty
    /// (its index goes with it), or, where each corner is taken up by the main overlay, along an edge.
    fn emptiest(
        &self,
        spec: &FigureSpec,
        map: &Frame,
        plate: &Plate,
        reserved: &[Rect],
        used_pt: &[f64; 4],
    ) -> Option<(Option<usize>, Rect)> {
        let room = self.room(map);
        let usual = plate.pieces.first().and_then(|(piece, _)| piece.usual_corner());
        let corners = Corner::ALL.into_iter().enumerate().map(|(index, corner)| {
            let rect = self.in_corner(map, corner, plate.size, used_pt[index]);
            // A corner of its own is better than half of one, and the usual one than another.
            let shared = if used_pt[index] > self.edge_pt() { 40.0 } else { 0.0 };
            (shared + if usual == Some(corner) { 0.0 } else { 20.0 }, Some(index), rect)
        });
        let along = (1..8).flat_map(|eighth| {
            let share = f64::from(eighth) / 8.0;
            [(share, 0.0), (share, 1.0), (0.0, share), (1.0, share)]
        });
        let edges = along.map(|(across, down)| {
            let rect = placing::rect_at(room, plate.size, placing::Spot::new(across, down));
            (400.0, None, rect)
        });
        let free = corners
            .chain(edges)
            .filter(|(.., rect)| self.is_inside(map, *rect) && !reserved.iter().any(|other| other.overlaps(*rect)));
        let costs = free.map(|(extra, index, rect)| (extra + spec.crowd.cost(rect), index, rect));
        costs.min_by(|(a, ..), (b, ..)| a.total_cmp(b)).map(|(_, index, rect)| (index, rect))
    }

    /// The pieces that stand somewhere, each on its plate.
    pub(in crate::figure) fn plates(
        &self,
        spec: &FigureSpec,
        map: &Frame,
        is_chosen: &dyn Fn(Piece) -> bool,
    ) -> Vec<Plate> {
        let is_here = |piece: Piece| spec.contents.contains_key(&piece) && is_chosen(piece);
        let order = NEAREST.into_iter().chain(Piece::all().filter(|piece| !NEAREST.contains(piece)));
        order
            .filter_map(|piece| match piece.info().set {
                Set::Block { title, .. } if is_chosen(piece) => {
                    self.block_plate(spec, map, piece, title(&self.words.parts))
                }
                Set::Plate(plate) if is_here(piece) => plate(self, spec, map, &is_here),
                Set::Block { .. } | Set::Plate(_) | Set::WithItsWhole | Set::ByThePage => None,
            })
            .collect()
    }

    pub(in crate::figure) fn plate(&self, size: Size) -> Item {
        let rect = Rect::from_origin_size(Point::ZERO, size);
        let path = Path::shared(rect.to_rounded_rect(0.3 * self.size(0.8)).to_path(0.01));
        Item::Fill { path, color: self.palette.panel.with_opacity(0.88) }
    }

    /// What stands beside the map otherwise, on a plate.
    pub(in crate::figure) fn block_plate(
        &self,
        spec: &FigureSpec,
        map: &Frame,
        piece: Piece,
        title: &'static str,
    ) -> Option<Plate> {
        let pad = self.size(0.8);
        let (width_pt, block) = self.block_on_map(spec, piece, map.width_pt)?;
        let size = Size::new(width_pt + 2.0 * pad, block.height_pt + 1.7 * pad);
        let mut items = vec![self.plate(size)];
        let mut said = Vec::new();
        block.place(Point::new(pad, 0.8 * pad), &mut said);
        if self.words.is_rtl() {
            said = mirrored(said, size.width);
        }
        items.extend(said);
        Some(Plate { pieces: vec![(piece, size.to_rect())], size, group: Some(Group::new(piece.name(), title, items)) })
    }
}
