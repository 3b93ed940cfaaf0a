//! What of an own line was taken for the border of the divided area as another map draws it.

use crate::dossier::words;
use crate::geometry::slivers::{BORDER_TOLERANCE_M, Sliver};

/// Stretches that are no line of contact, and the slivers behind them, by the rule of
/// [`slivers`](crate::geometry::slivers).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dropped {
    /// The slivers, each with its place, its size and the length of its outline.
    pub slivers: Vec<Sliver>,
}

impl Dropped {
    /// Kilometres of outline that no longer count, over all slivers.
    pub fn km(&self) -> f64 {
        self.slivers.iter().map(|sliver| sliver.length_m).sum::<f64>() / 1000.0
    }

    /// Square kilometres that went from one side to the other, over all slivers.
    pub fn km2(&self) -> f64 {
        self.slivers.iter().map(|sliver| sliver.area_m2).sum::<f64>() / 1e6
    }

    /// One sentence for the inspector and the command line; none if nothing was left out.
    pub fn notice(&self) -> Option<String> {
        let largest = self.slivers.iter().max_by(|a, b| a.area_m2.total_cmp(&b.area_m2))?;
        let (stretches, slivers) = match self.slivers.len() {
            1 => ("1 stretch of it".to_owned(), "sliver"),
            count => (format!("{count} stretches of it"), "slivers"),
        };
        let place = words::position(largest.at.x, largest.at.y);
        let near = if self.slivers.len() > 1 { format!("the largest near {place}") } else { format!("near {place}") };
        Some(format!(
            "{stretches} ({} km) and the {slivers} beside them ({} km²; {near}) are left out: they lie along the \
             border and are nowhere wider than {}, so they count as the same border drawn by another hand",
            words::number(self.km(), 1),
            words::number(self.km2(), 2),
            words::distance(BORDER_TOLERANCE_M),
        ))
    }
}
