//! The line in a corner of the map that names what covers all of it.

use kurbo::{Point, Rect, Shape as _, Size, Vec2};

use crate::dossier::Overlay;
use crate::figure::options::FigureOptions;
use crate::geometry::Frame;
use crate::scene::display_list::{Face, Group, Item, Path, Text};
use crate::scene::palette::Palette;
use crate::scene::text;

/// Between the line and the map's edge, in ems.
const OFF_EDGE_EM: f64 = 0.8;

/// Names the areas that cover all of a frame, in the first of its corners that is free, or else nowhere; and the room that
/// the line takes.
pub(in crate::figure) fn covering_line(
    overlays: &[&Overlay],
    options: &FigureOptions,
    frame: &Frame,
    reserved: &[Rect],
    size_pt: f64,
    palette: &Palette,
) -> Option<(Rect, Item)> {
    if overlays.is_empty() {
        return None;
    }
    let names: Vec<&str> = overlays.iter().map(|overlay| options.name_of(overlay)).collect();
    let own = options.words();
    let words = own.fill(own.whole_view, &[("names", &own.list(names))]);
    let lines = text::wrap(&own.directed(&words), Face::Sans, size_pt, 0.56 * frame.width_pt);
    let pad = 0.45 * size_pt;
    let leading_pt = 1.25 * size_pt;
    let widths = lines.iter().map(|line| text::measure(line, Face::Sans, size_pt, 0.0).advance_pt);
    let width_pt = widths.fold(0.0, f64::max) + 2.0 * pad;
    let size = Size::new(width_pt, leading_pt * lines.len() as f64 + 1.2 * pad);
    let page = frame.page().inflate(-OFF_EDGE_EM * size_pt, -OFF_EDGE_EM * size_pt);
    let corners = [
        page.origin(),
        Point::new(page.x1 - size.width, page.y0),
        Point::new(page.x0, page.y1 - size.height),
        Point::new(page.x1 - size.width, page.y1 - size.height),
    ];
    let is_free = |rect: &Rect| page.contains_rect(*rect) && !reserved.iter().any(|other| other.overlaps(*rect));
    let rect = corners.into_iter().map(|corner| Rect::from_origin_size(corner, size)).find(is_free)?;
    let plate = Path::shared(rect.to_rounded_rect(0.25 * size_pt).to_path(0.01));
    let mut items = vec![Item::Fill { path: plate, color: palette.panel.with_opacity(0.88) }];
    items.extend(lines.into_iter().enumerate().map(|(index, line)| {
        let down = 0.6 * pad + leading_pt * index as f64 + 0.95 * size_pt;
        Item::Text(Text {
            text: line,
            face: Face::Sans,
            size_pt,
            color: palette.ink,
            origin: rect.origin() + Vec2::new(pad, down),
            rotation_rad: 0.0,
            letter_spacing_pt: 0.0,
            halo: None,
            link: None,
        })
    }));
    Some((rect, Item::Group(Group::new("covering", own.parts.covering, items))))
}
