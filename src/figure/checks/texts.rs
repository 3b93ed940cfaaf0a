//! Text that is too small, that no font has, or that lies over other text or the edge of the page.

use kurbo::{Rect, Shape as _};

use super::{Concern, beginning, covering, list};
use crate::figure::assemble::Drawn;
use crate::scene::display_list::{Item, Text, texts_but};
use crate::scene::text;

/// The smallest text that a printer should be asked for, in points of 1/72 inch.
pub const LEAST_PRINT_PT: f64 = 6.0;

/// Looks at all text of a page.
pub(super) fn texts<'a>(drawn: &'a Drawn, warn: &mut impl FnMut(Concern, String)) {
    let lines = texts_but(&drawn.list.items, "");
    let print_pt = |text: &Text| text.size_pt * 72.0 / 96.0;
    let small: Vec<&&Text> = lines.iter().filter(|text| print_pt(text) < LEAST_PRINT_PT - 1e-6).collect();
    if let Some(least) = small.iter().min_by(|a, b| a.size_pt.total_cmp(&b.size_pt)) {
        warn(
            Concern::SmallText,
            match small.len() {
                1 => format!(
                    "a line of text is smaller than {LEAST_PRINT_PT} pt on paper, {:.1} pt: {}",
                    print_pt(least),
                    beginning(&least.text)
                ),
                count => format!(
                    "{count} lines of text are smaller than {LEAST_PRINT_PT} pt on paper, the smallest {:.1} pt: {}",
                    print_pt(least),
                    beginning(&least.text)
                ),
            },
        );
    }
    let lacking = lines.iter().map(|text| (text, text::missing_glyphs(&text.text, text.face)));
    let lacking: Vec<(&&Text, Vec<char>)> = lacking.filter(|(_, missing)| !missing.is_empty()).collect();
    if let Some((first, _)) = lacking.first() {
        let mut missing: Vec<String> = lacking.iter().flat_map(|(_, missing)| missing).map(char::to_string).collect();
        missing.sort_unstable();
        missing.dedup();
        let (first, more) = (beginning(&first.text), and_more(lacking.len()));
        let letters = list(&missing);
        warn(
            Concern::Letters,
            format!("no font on this computer has {letters}, which are drawn as boxes: in {first}{more}"),
        );
    }
    let page = Rect::new(0.0, 0.0, drawn.list.width_pt, drawn.list.height_pt);
    let boxes_of = |lines: &[&'a Text]| -> Vec<(&'a str, Rect)> {
        let level = lines.iter().filter(|text| text.rotation_rad == 0.0 && text.text.chars().count() > 1);
        let boxes = level.map(|text| (text.text.as_str(), text::outline(text).bounding_box()));
        boxes.filter(|(_, ink)| ink.area() > 0.0).collect()
    };
    let beyond = |(_, ink): &(&str, Rect)| !page.inflate(0.5, 0.5).contains_rect(*ink);
    if let Some(found) = boxes_of(&lines).into_iter().find(beyond) {
        let is_cut = boxes_of(&clipped(&drawn.list.items)).contains(&found);
        let edge = if is_cut { "the edge of the map cuts off text" } else { "text runs over the edge of the page" };
        warn(Concern::Overlap, format!("{edge}: {}", beginning(found.0)));
    }
    // Of the words of annotations, more is said.
    let boxes = boxes_of(&texts_but(&drawn.list.items, covering::WORDS));
    let pairs = boxes.iter().enumerate().flat_map(|(index, one)| boxes[index + 1..].iter().map(move |two| (one, two)));
    let mut over: Vec<(&str, &str)> = Vec::new();
    for ((one, a), (two, b)) in pairs {
        let both = a.intersect(*b);
        if both.width() > 1.0 && both.height() > 1.0 {
            over.push((one, two));
        }
    }
    if let Some((one, two)) = over.first() {
        let more = and_more(over.len());
        warn(Concern::Overlap, format!("texts overlap: {} and {}{more}", beginning(one), beginning(two)));
    }
}

/// The texts of a page that stand in a part of it which cuts off what reaches out of it, as the map does.
fn clipped(items: &[Item]) -> Vec<&Text> {
    let groups = items.iter().filter_map(|item| if let Item::Group(group) = item { Some(group) } else { None });
    groups
        .flat_map(|group| if group.clip.is_some() { texts_but(&group.items, "") } else { clipped(&group.items) })
        .collect()
}

/// What follows the first of so many.
fn and_more(count: usize) -> String {
    if count > 1 { format!(", and {} more", count - 1) } else { String::new() }
}
