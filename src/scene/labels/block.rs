//! The lines of a label as one block of text.

use kurbo::{Point, Size, Vec2};

use super::{LabelCandidate, LabelLine};
use crate::scene::display_list::{Color, Text};
use crate::scene::text;

/// Width of the halo, in points each side.
pub(super) const HALO_PT: f64 = 1.3;
/// How far ink and halo of a line reach above its baseline and below it, in ems: less than what a font asks for between
/// lines of running text, or names would keep further apart than the eye needs.
const ASCENT_EM: f64 = 0.82;
const DESCENT_EM: f64 = 0.28;
/// From one baseline to the next, in ems of the lower line.
const LEADING_EM: f64 = 1.14;

/// The lines of a label as a block.
pub(super) struct Block {
    pub(super) size: Size,
    /// Of each line: its width, and its baseline from the top of the block.
    pub(super) lines: Vec<(f64, f64)>,
    /// Middle of the first line's capitals, from the top of the block.
    pub(super) first_middle: f64,
}

impl Block {
    pub(super) fn measure(lines: &[LabelLine]) -> Self {
        let mut block = Self { size: Size::ZERO, lines: Vec::with_capacity(lines.len()), first_middle: 0.0 };
        let mut baseline = 0.0;
        for (index, line) in lines.iter().enumerate() {
            let metrics = text::measure(&line.text, line.face, line.size_pt, line.letter_spacing_pt);
            // The last glyph's spacing is no part of what one sees.
            let width = (metrics.advance_pt - metrics.spacing_pt).max(0.0);
            if index == 0 {
                baseline = ASCENT_EM * line.size_pt;
                block.first_middle = baseline - 0.35 * line.size_pt;
            } else {
                baseline += LEADING_EM * line.size_pt;
            }
            block.lines.push((width, baseline));
            block.size = Size::new(block.size.width.max(width), baseline + DESCENT_EM * line.size_pt);
        }
        block
    }
}

/// How the lines of a block stand under each other.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

pub(super) fn texts(candidate: &LabelCandidate, block: &Block, top_left: Point, align: Align) -> Vec<Text> {
    let lines = candidate.lines.iter().zip(&block.lines);
    lines
        .map(|(line, (width, baseline))| {
            let free = block.size.width - width;
            let indent = match align {
                Align::Left => 0.0,
                Align::Center => free / 2.0,
                Align::Right => free,
            };
            text_item(line, candidate.halo, &line.text, top_left + Vec2::new(indent, *baseline), 0.0)
        })
        .collect()
}

pub(super) fn text_item(line: &LabelLine, halo: Color, characters: &str, origin: Point, rotation_rad: f64) -> Text {
    Text {
        text: characters.to_owned(),
        face: line.face,
        size_pt: line.size_pt,
        color: line.color,
        origin,
        rotation_rad,
        letter_spacing_pt: line.letter_spacing_pt,
        halo: Some((halo, HALO_PT)),
        link: None,
    }
}
