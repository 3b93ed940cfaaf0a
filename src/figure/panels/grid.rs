//! Where several maps stand in the part of the page that one would have.

use kurbo::{Point, Rect, Size};

use super::Heading;
use crate::figure::page::{FigureSpec, Setting};

/// Several maps on a page, or one that shows several days in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// How many stand beside each other.
    pub columns: u8,
    /// How many stand above each other.
    pub rows: u8,
    /// What stands above each; of maps in turn, of all of them.
    pub headings: Vec<Heading>,
}

/// A map's part of the page, before that is mirrored for those who read from the right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::figure) struct Cell {
    /// Where its heading begins.
    pub(in crate::figure) heading: Point,
    /// Where its map stands.
    pub(in crate::figure) map: Rect,
}

impl Setting {
    /// How wide and high a map is with its room for degrees, and how much its heading takes, all in whole points.
    fn cell_size(&self, grid: &Grid, area: Size) -> (Size, f64) {
        let across = |whole_pt: f64, count: u8, gutter_pt: f64| {
            let count = f64::from(count.max(1));
            ((whole_pt - (count - 1.0) * gutter_pt) / count).floor()
        };
        let gutter_pt = self.panel_gutter();
        let width_pt = across(area.width, grid.columns, gutter_pt);
        let heights = grid.headings.iter().map(|heading| self.panel_heading(heading, width_pt).height_pt);
        let heading_pt = (heights.fold(0.0, f64::max) + 0.2 * self.base_pt).ceil();
        let height_pt = across(area.height, grid.rows, gutter_pt) - heading_pt;
        (Size::new(width_pt.max(16.0), height_pt.max(16.0)), heading_pt)
    }

    fn panel_gutter(&self) -> f64 {
        (0.6 * self.gap_pt).ceil()
    }

    /// The maps of a page in the part of it that they have together, row by row.
    pub(in crate::figure) fn cells(&self, spec: &FigureSpec, area: Rect) -> Vec<Cell> {
        let Some(grid) = &spec.grid else {
            return vec![Cell { heading: area.origin(), map: area }];
        };
        let (size, heading_pt) = self.cell_size(grid, area.size());
        let gutter_pt = self.panel_gutter();
        let (columns, rows) = (usize::from(grid.columns.max(1)), usize::from(grid.rows.max(1)));
        let count = grid.headings.len().clamp(1, columns * rows);
        let cell = |index: usize| {
            let (column, row) = ((index % columns) as f64, (index / columns) as f64);
            let x = area.x0 + column * (size.width + gutter_pt);
            let y = area.y0 + row * (size.height + heading_pt + gutter_pt);
            Cell { heading: Point::new(x, y), map: Rect::from_origin_size((x, y + heading_pt), size) }
        };
        (0..count).map(cell).collect()
    }

    /// The size of one map in the part of the page that all have together.
    pub(in crate::figure) fn map_size(&self, spec: &FigureSpec, area: Size) -> Size {
        spec.grid.as_ref().map_or(area, |grid| self.cell_size(grid, area).0)
    }
}

#[cfg(test)]
mod tests {
    use geo::Coord;

    use super::*;
    use crate::figure::page::{Content, MIN_TEXT_PT, MapOnPage, compose_all, layout};
    use crate::figure::pieces::Piece;
    use crate::figure::words::FigureLanguage;
    use crate::geometry::View;
    use crate::scene::display_list::{Item, Text};
    use crate::scene::text;

    const VIEW: View = View { center: Coord { x: 37.8, y: 48.2 }, zoom: 7.0 };

    fn texts<'a>(items: &'a [Item], found: &mut Vec<&'a Text>) {
        for item in items {
            match item {
                Item::Group(group) => texts(&group.items, found),
                Item::Text(text) => found.push(text),
                _ => {}
            }
        }
    }

    #[test]
    fn maps_are_of_one_size_and_nothing_lies_over_another() {
        let sizes = [(1600.0, 1000.0), (794.0, 1123.0), (3508.0, 2480.0), (600.0, 400.0), (1000.0, 1000.0)];
        let languages = ["en", "ar"].map(|tag| FigureLanguage::of_tag(tag).unwrap());
        for (size, language) in sizes.into_iter().flat_map(|size| languages.map(|language| (size, language))) {
            for (columns, rows, count) in [(1, 1, 1), (2, 1, 2), (3, 2, 5), (5, 4, 20)] {
                for with_degrees in [false, true] {
                    let heading = |index: usize| Heading {
                        day: format!("{} Feb 2025", index + 1),
                        notes: if index == 1 {
                            vec!["no report; shown as of 1 Feb 2025".to_owned()]
                        } else {
                            Vec::new()
                        },
                    };
                    let headings: Vec<Heading> = (0..count).map(heading).collect();
                    let mut spec = FigureSpec {
                        size_pt: size,
                        language,
                        credits: vec!["© OpenStreetMap contributors, ODbL".to_owned()],
                        grid: Some(Grid { columns, rows, headings }),
                        ..FigureSpec::default()
                    };
                    spec.contents.insert(Piece::Title, Content::Words("An invented figure".to_owned()));
                    if with_degrees {
                        spec.contents.insert(Piece::Ticks, Content::Drawn);
                    }
                    let layout = layout(&spec, VIEW);
                    let what = format!("{size:?} {columns}×{rows} of {count}, degrees: {with_degrees}");
                    assert_eq!((layout.map_frames.len(), layout.map_frames[0]), (count, layout.map_frame), "{what}");
                    let (width_pt, height_pt) = layout.map_pt();
                    let maps = layout.map_frames.iter();
                    assert!(maps.clone().all(|map| (map.width(), map.height()) == (width_pt, height_pt)), "{what}");
                    assert!(maps.clone().all(|map| layout.page.contains_rect(*map)), "{what}");
                    for (index, one) in layout.map_frames.iter().enumerate() {
                        let others = &layout.map_frames[index + 1..];
                        assert!(others.iter().all(|other| !other.inflate(1.0, 1.0).overlaps(*one)), "{what}");
                    }
                    let map = |index| MapOnPage { heading: Some(index), ..MapOnPage::default() };
                    let maps = (0..count).map(map).collect();
                    let list = compose_all(&spec, &layout, maps, None);
                    let bars = |items: &[Item]| {
                        let is_bar = |item: &&Item| matches!(item, Item::Group(group) if group.id == "scale");
                        items.iter().filter(is_bar).count()
                    };
                    assert!(bars(&list.items) <= 1, "{what}");
                    if size.0 >= 1000.0 && columns < 5 {
                        assert_eq!(bars(&list.items), 1, "{what}");
                    }
                    if size.0 < 1000.0 && columns == 5 {
                        // Twenty maps on a small page have no room for their degrees.
                        continue;
                    }
                    let mut found = Vec::new();
                    texts(&list.items, &mut found);
                    let boxes: Vec<Rect> = found.iter().map(|text| text::bounds(text)).collect();
                    for (index, text) in found.iter().enumerate() {
                        assert!(text.size_pt >= MIN_TEXT_PT, "{what}: {}", text.text);
                        let on_first = layout.map_frame.contains_rect(boxes[index]);
                        let over = |map: &&Rect| boxes[index].inset(-1.0).overlaps(**map);
                        assert!(on_first || layout.map_frames.iter().find(over).is_none(), "{what}: {}", text.text);
                    }
                    for day in 1..=count {
                        let wanted = format!("{day} Feb 2025");
                        assert!(found.iter().any(|text| text.text.contains(&wanted)), "{what}: {wanted}");
                    }
                }
            }
        }
    }
}
