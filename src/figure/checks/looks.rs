//! Colours that cannot be told apart, and layers of which nothing is drawn.

use super::likeness::{Lab, difference, over, without_green};
use super::{Concern, MOST, Page};
use crate::dossier::compared::CHANGED_GROUP;
use crate::dossier::kinds::Row;
use crate::dossier::{Dimension, Kind, OWN_GROUP, Overlay, Style, words};
use crate::figure::pieces::legend::{BETWEEN_NAMES, kinds_of};
use crate::scene::display_list::{Color, Mark};
use crate::scene::palette::Theme;
use crate::scene::{kinds_in, style_of};

/// Fills, and lines, that differ by less (CIEDE2000) are taken for one another on a page.
const ALIKE_FILL: f64 = 6.0;
const ALIKE_LINE: f64 = 12.0;

/// So many further pairs that look alike are named in one warning.
const MOST_NAMED: usize = 6;

/// How an overlay looks, as far as one could be taken for another.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::figure) struct Appearance {
    /// Areas, lines and places are never taken for each other.
    kind: u8,
    /// What fills it, over the land, and its outline or line.
    pub(super) fill: Color,
    line: Color,
    /// The angle of a hatch in steps of 30°; dots have one of their own.
    pub(super) pattern: Option<i32>,
    /// How many dashes and gaps there are before they come again, and whether the first is no more than a dot.
    dash: Option<(usize, bool)>,
    /// Of points.
    symbol: Option<String>,
}

impl Appearance {
    pub(in crate::figure) fn of(style: &Style, dimension: Dimension, opacity: f64, theme: Theme) -> Self {
        let land = theme.palette().land;
        let symbol = style.marker_symbol.clone().filter(|_| dimension == Dimension::Point);
        let style = style_of(style, theme).with_opacity(opacity);
        let pattern = style.mark.map(|mark| match mark.mark {
            Mark::Lines { angle_deg } => (angle_deg.rem_euclid(180.0) / 30.0).round() as i32 % 6,
            Mark::Dots => -1,
        });
        let line = style.stroke.as_ref().map_or(land, |stroke| over(stroke.color, land));
        let dash = style.stroke.as_ref().and_then(|stroke| {
            let first = stroke.dash_pt.first()?;
            Some((stroke.dash_pt.len(), *first <= 1.2 * stroke.width_pt))
        });
        let fill = style.fill.map_or(land, |color| over(color, land));
        match dimension {
            Dimension::Area => Self { kind: 0, fill, line, pattern, dash, symbol },
            Dimension::Line => Self { kind: 1, fill: line, line, pattern: None, dash, symbol },
            Dimension::Point => {
                let dot = style.dot.map_or(land, |dot| over(dot.fill, land));
                Self { kind: 2, fill: dot, line: dot, pattern: None, dash: None, symbol }
            }
        }
    }

    /// Whether it could be taken for another by eyes that see colours as `seen`.
    pub(in crate::figure) fn is_like(&self, other: &Self, seen: impl Fn(Color) -> Color) -> bool {
        let apart = |a: Color, b: Color| difference(Lab::of(seen(a)), Lab::of(seen(b)));
        self.kind == other.kind
            && self.pattern == other.pattern
            && self.dash == other.dash
            && self.symbol == other.symbol
            && apart(self.fill, other.fill) < ALIKE_FILL
            && apart(self.line, other.line) < ALIKE_LINE
    }
}

/// Names pairs of what is shown that look alike.
pub(super) fn looks(page: &Page<'_>, warn: &mut impl FnMut(Concern, String)) {
    let Page { dossier, document, options, shown, .. } = page;
    let theme = options.theme;
    let are_accounts = dossier.compared.as_ref().is_some_and(|compared| compared.reports.len() > 1);
    let mut looks: Vec<Look> = Vec::new();
    for overlay in shown {
        let kinds = kinds_of(document, overlay);
        if kinds.drawn().next().is_none() {
            let name = words::quoted(overlay.title.main());
            let why = match (kinds.features(), kinds.left_out()) {
                (0, 0) => "none of its features has a location",
                (0, _) => "no feature matches its filter",
                _ => "all of its kinds are hidden",
            };
            warn(Concern::LeftOut, format!("nothing of {name} is drawn: {why}"));
        }
        let opacity = document.overlay(&overlay.id).map_or(1.0, |state| state.opacity);
        // Those that the legend names one by one.
        let drawn = kinds_in(&kinds, theme);
        let rows = kinds.rows().into_iter().filter_map(|row| match row {
            Row::Kind(index) => drawn.get(index),
            Row::Others(_) => None,
        });
        for kind in rows.filter(|kind| kind.shown && kind.features > 0) {
            let appearance = Appearance::of(&kind.style, kind.dimension, opacity, theme);
            // Kinds of one look share a row of the legend.
            let is_by_property = document.styling(&overlay.id).told_by().is_some();
            let shares = |look: &&mut Look<'_>| {
                look.overlay.id == overlay.id
                    && look.kind.style == kind.style
                    && look.kind.dimension == kind.dimension
                    && !look.kind.title.is_empty()
            };
            if let Some(row) = looks.iter_mut().find(shares).filter(|_| !is_by_property && !kind.title.is_empty()) {
                row.kind.title = [row.kind.title.as_str(), &kind.title].join(BETWEEN_NAMES);
                continue;
            }
            looks.push(Look { overlay, kind: kind.clone(), appearance });
        }
    }
    let mut said = Vec::new();
    for (index, one) in looks.iter().enumerate() {
        for two in &looks[index + 1..] {
            // Of one group of the dossier or one file and drawn alike on purpose, they are of one sort: names tell them
            // apart. Kinds that a property tells apart are there to be told apart by eye, and so are files.
            let is_by_property = one.overlay.id == two.overlay.id
                && document.overlay(&one.overlay.id).is_some_and(|state| state.styling.told_by().is_some());
            let of_one = match one.overlay.group == OWN_GROUP {
                true => one.overlay.id == two.overlay.id,
                // Of more accounts than there are patterns of what changed, some come again.
                false if are_accounts && one.overlay.group == CHANGED_GROUP => false,
                false => one.overlay.group == two.overlay.group,
            };
            if of_one && one.kind.style == two.kind.style && !is_by_property {
                continue;
            }
            let names = format!("{} and {}", one.name(), two.name());
            if one.appearance.is_like(&two.appearance, |color| color) {
                said.push((format!("{names} look alike: change the colour or pattern of one"), names));
            } else if one.appearance.is_like(&two.appearance, without_green) {
                said.push((format!("{names} look alike to colour-blind readers"), names));
            }
        }
    }
    // One more has room where the number of those left out would stand.
    let most = if said.len() == MOST + 1 { MOST + 1 } else { MOST };
    let more = said.split_off(said.len().min(most));
    said.into_iter().for_each(|(what, _)| warn(Concern::Colors, what));
    if !more.is_empty() {
        let mut names: Vec<String> = more.iter().take(MOST_NAMED).map(|(_, names)| names.clone()).collect();
        if more.len() > names.len() {
            names.push(format!("{} more", more.len() - names.len()));
        }
        warn(Concern::Colors, format!("{} more pairs look alike: {}", more.len(), names.join("; ")));
    }
}

/// A row of the legend as it is drawn.
struct Look<'a> {
    overlay: &'a Overlay,
    kind: Kind,
    appearance: Appearance,
}

impl Look<'_> {
    fn name(&self) -> String {
        let layer = words::quoted(self.overlay.title.main());
        if self.kind.title.is_empty() { layer } else { format!("{} of {layer}", words::quoted(&self.kind.title)) }
    }
}
