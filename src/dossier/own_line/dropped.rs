//! What of an own line was taken for the border of the divided area as another map draws it.

use crate::dossier::words;
use crate::geometry::slivers::{BORDER_TOLERANCE_M, SPECK_M2, Sliver};

/// Stretches that are no line of contact, and the slivers and specks behind them, by the rule of
/// [`slivers`](crate::geometry::slivers).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dropped {
    /// The slivers and specks, each with its place, its size and the length of its outline.
    pub slivers: Vec<Sliver>,
    /// Metres of a line that lie outside the area that it divides.
    pub beyond_m: f64,
}

impl Dropped {
    /// Kilometres of outline that no longer count, over all slivers.
    pub fn km(&self) -> f64 {
        self.slivers.iter().fold(0.0, |sum, sliver| sum + sliver.length_m) / 1000.0
    }

    /// Square kilometres that went from one side to the other, over all slivers.
    pub fn km2(&self) -> f64 {
        self.slivers.iter().fold(0.0, |sum, sliver| sum + sliver.area_m2) / 1e6
    }

    /// Kilometres of a line that lie outside the area that it divides.
    pub fn beyond_km(&self) -> f64 {
        self.beyond_m / 1000.0
    }

    /// What the inspector and the command line say; nothing if all of it counts.
    pub fn notice(&self) -> Option<String> {
        let said: Vec<String> = [self.of_border(), self.of_specks(), self.of_beyond()].into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join(". "))
    }

    /// Of slivers along the border.
    fn of_border(&self) -> Option<String> {
        let slivers: Vec<&Sliver> = self.slivers.iter().filter(|sliver| !sliver.is_speck).collect();
        let (km, km2, near) = sums(&slivers)?;
        let (stretches, them) = match slivers.len() {
            1 => ("1 stretch of it".to_owned(), "sliver"),
            count => (format!("{count} stretches of it"), "slivers"),
        };
        let beside = if slivers.len() == 1 { "it" } else { "them" };
        Some(format!(
            "{stretches} ({km} km) and the {them} beside {beside} ({km2}; {near}) are left out: they lie along the \
             border and are nowhere wider than {}, so they are taken as the same border drawn by someone else",
            words::distance(BORDER_TOLERANCE_M),
        ))
    }

    /// Of specks anywhere.
    fn of_specks(&self) -> Option<String> {
        let specks: Vec<&Sliver> = self.slivers.iter().filter(|sliver| sliver.is_speck).collect();
        let (km, _, near) = sums(&specks)?;
        let m2: f64 = specks.iter().map(|speck| speck.area_m2).sum();
        let (patches, count) = match specks.len() {
            1 => ("1 patch".to_owned(), "counts"),
            count => (format!("{count} patches"), "count"),
        };
        Some(format!(
            "{patches} of less than {} m² ({} m², {km} km of outline; {near}) {count} with the ground around them",
            words::number(SPECK_M2, 0),
            words::number(m2, 0),
        ))
    }

    /// Of what lies outside the area.
    fn of_beyond(&self) -> Option<String> {
        (self.beyond_m >= LEAST_BEYOND_M).then(|| {
            let km = words::number(self.beyond_km(), 1);
            format!("{km} km of it lie outside the area that the line divides, and are not counted")
        })
    }
}

/// Less than this lies beyond a border that a line is meant to end at.
const LEAST_BEYOND_M: f64 = 50.0;

/// Kilometres of outline and square kilometres, and where the largest lies; none of none.
fn sums(slivers: &[&Sliver]) -> Option<(String, String, String)> {
    let largest = slivers.iter().max_by(|a, b| a.area_m2.total_cmp(&b.area_m2))?;
    let place = words::position(largest.at.x, largest.at.y);
    let near = if slivers.len() > 1 { format!("the largest near {place}") } else { format!("near {place}") };
    let km = slivers.iter().map(|sliver| sliver.length_m).sum::<f64>() / 1000.0;
    let km2 = slivers.iter().map(|sliver| sliver.area_m2).sum::<f64>() / 1e6;
    Some((words::number(km, if km < 0.1 { 2 } else { 1 }), words::area(km2, 2), near))
}
