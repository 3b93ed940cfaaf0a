//! Kilometres over miles, on a plate on the map that the arrow to the north shares where both stand at one place.

use std::sync::Arc;

use kurbo::{Point, Rect, Size};

use super::north_arrow::NORTH_ARROW_EM;
use super::{Noun, Piece, PieceInfo, Set, Stands};
use crate::figure::page::{Content, FigureSpec, Plate, Setting};
use crate::figure::placing::Corner;
use crate::formats::locale::{EN, Locale, Unit};
use crate::geometry::Frame;
use crate::scene::display_list::{Cap, Face, Group, Item, Path, Stroke};
use crate::scene::text;

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::ScaleBar,
    name: "scale-bar",
    label: "Scale bar",
    noun: Noun::One("the scale bar"),
    stands: Stands::OnMap(Corner::BottomLeft),
    is_usual: true,
    says: |_| Some(Content::Drawn),
    set: Set::Plate(plate),
};

/// A length on the ground and how long it is on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleBar {
    /// Length on the page in points.
    pub length_pt: f64,
    /// The length in words, such as `25 km`.
    pub label: String,
}

/// The longest round length (1, 2 or 5 times a power of ten) of at most `longest_pt`, true at the frame's centre: in
/// kilometres, or in metres below one.
pub fn scale_bar(frame: &Frame, longest_pt: f64) -> ScaleBar {
    metric_bar(&EN, frame, longest_pt)
}

/// The same as a language writes it.
fn metric_bar(locale: &Locale, frame: &Frame, longest_pt: f64) -> ScaleBar {
    bar_in(locale, [(Unit::Km, 1000.0), (Unit::M, 1.0)], frame, longest_pt)
}

/// The same in miles, or in feet below one.
pub(in crate::figure) fn scale_bar_miles(locale: &Locale, frame: &Frame, longest_pt: f64) -> ScaleBar {
    bar_in(locale, [(Unit::Mi, 1609.344), (Unit::Ft, 0.3048)], frame, longest_pt)
}

/// The same in the first of two units, with their lengths in metres, of which the bar is at least one.
pub(in crate::figure) fn bar_in(locale: &Locale, units: [(Unit, f64); 2], frame: &Frame, longest_pt: f64) -> ScaleBar {
    let meters_per_pt = frame.meters_per_pt(frame.view.center.y);
    let [(large, large_m), (small, small_m)] = units;
    let (mut unit, (mut number, mut length_pt)) = (large, round_length(longest_pt, meters_per_pt / large_m));
    if number < 1.0 {
        (unit, (number, length_pt)) = (small, round_length(longest_pt, meters_per_pt / small_m));
    }
    ScaleBar { length_pt, label: locale.in_unit(number, &plain_number(locale, number), unit) }
}

/// The longest of 1, 2, 5 times a power of ten whose bar is no longer than `longest_pt`, and its bar's length.
pub(in crate::figure) fn round_length(longest_pt: f64, units_per_pt: f64) -> (f64, f64) {
    let most = longest_pt * units_per_pt;
    if !most.is_finite() || most <= 0.0 {
        return (0.0, 0.0);
    }
    let power = 10_f64.powf(most.log10().floor());
    let step = [5.0, 2.0, 1.0].into_iter().find(|step| step * power <= most * (1.0 + 1e-9)).unwrap_or(1.0);
    (step * power, step * power / units_per_pt)
}

/// A number of the 1, 2, 5 series without needless digits, thousands parted as the language does.
pub(in crate::figure) fn plain_number(locale: &Locale, number: f64) -> String {
    let text = format!("{number:.9}");
    let decimals = text.trim_end_matches('0').split_once('.').map_or(0, |(_, decimals)| decimals.len());
    locale.number(number, if number < 1.0 { decimals } else { 0 })
}

fn plate(setting: &Setting, _: &FigureSpec, map: &Frame, is_here: &dyn Fn(Piece) -> bool) -> Option<Plate> {
    Some(setting.scale_and_north(map, true, is_here(Piece::NorthArrow)))
}

impl Setting {
    /// A metric bar over an imperial one, and an arrow to the north, which on a Mercator map is up everywhere.
    pub(in crate::figure) fn scale_and_north(&self, map: &Frame, scale: bool, north: bool) -> Plate {
        let size_pt = self.size(0.8);
        let palette = &self.palette;
        let longest_pt = (0.22 * map.width_pt).clamp(8.0 * size_pt, 17.0 * size_pt);
        let locale = self.words.locale;
        let bars = [metric_bar(locale, map, longest_pt), scale_bar_miles(locale, map, longest_pt)];
        let wide = |words: &str| text::measure(words, Face::Sans, size_pt, 0.0).advance_pt;
        let pad = 0.7 * size_pt;
        let bar_width = bars.iter().map(|bar| bar.length_pt + wide(&bar.label) + 0.45 * size_pt).fold(0.0, f64::max);
        let bar_width = if scale { bar_width } else { 0.0 };
        let arrow_width = if north { NORTH_ARROW_EM * size_pt } else { 0.0 };
        let between = if scale && north { pad } else { 0.0 };
        let size = Size::new(bar_width + between + arrow_width + 2.0 * pad, 2.7 * size_pt + 1.4 * pad);
        let mut items = vec![self.plate(size)];
        let left = pad;
        let middle = size.height / 2.0;
        let tick = 0.5 * size_pt;
        let hair = Stroke { cap: Cap::Butt, ..Stroke::solid(palette.ink, (0.09 * size_pt).max(0.75)) };
        for (ScaleBar { length_pt, label }, up) in bars.into_iter().zip([-1.0, 1.0]).filter(|_| scale) {
            let mut path = Path::new();
            path.move_to((left, middle + up * tick));
            path.line_to((left, middle));
            path.line_to((left + length_pt, middle));
            path.line_to((left + length_pt, middle + up * tick));
            items.push(Item::Stroke { path: Arc::new(path), stroke: hair.clone() });
            let below = middle + if up < 0.0 { -0.32 * size_pt } else { 1.0 * size_pt };
            let at = Point::new(left + length_pt + 0.4 * size_pt, below);
            items.push(self.text(label, Face::Sans, size_pt, palette.ink, at));
        }
        if north {
            let center = size.width - pad - arrow_width / 2.0;
            items.extend(self.north_arrow(Point::new(center, middle)));
        }
        let (id, title) = match (scale, north) {
            (true, true) => ("scale", self.words.parts.scale_and_north),
            (true, false) => ("scale", self.words.parts.scale_bar),
            (false, _) => ("north", self.words.parts.north_arrow),
        };
        // Where the plate is parted between the two, each can be taken by itself.
        let parted = if north { size.width - pad - arrow_width - between / 2.0 } else { size.width };
        let parted = if scale { parted } else { 0.0 };
        let pieces = [
            (scale, Piece::ScaleBar, Rect::new(0.0, 0.0, parted, size.height)),
            (north, Piece::NorthArrow, Rect::new(parted, 0.0, size.width, size.height)),
        ];
        let pieces = pieces.into_iter().filter_map(|(on, piece, rect)| on.then_some((piece, rect))).collect();
        Plate { pieces, size, group: Some(Group::new(id, title, items)) }
    }
}
