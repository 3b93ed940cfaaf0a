//! Areas over time as a table: a row for each report and each stated figure.

use super::{AreaOverTime, DECIMALS, iso};
use crate::formats::csv;
use crate::formats::number::round;

/// The columns, in their order.
const COLUMNS: [&str; 16] = [
    "what",
    "series",
    "account",
    "when",
    "first_day",
    "last_day",
    "km2",
    "least_km2",
    "most_km2",
    "share_percent",
    "within",
    "within_km2",
    "stated",
    "hedge",
    "from",
    "url",
];

/// A row for each report (`measured`) and each stated figure (`stated`), in the order of the curves and then of time.
pub fn csv_text(all: &AreaOverTime) -> String {
    let km2 = |km2: f64| round(km2, DECIMALS).to_string();
    let day = |days: i64| iso(days).unwrap_or_default();
    let (within, within_km2) = match &all.within {
        Some(within) => (within.title.main().to_owned(), km2(within.km2)),
        None => Default::default(),
    };
    let percent = |km2: f64| all.percent(km2).map_or_else(String::new, |percent| round(percent, DECIMALS).to_string());
    let mut rows: Vec<[String; 16]> = vec![COLUMNS.map(str::to_owned)];
    for curve in &all.curves {
        for point in &curve.points {
            let [least, most] = point.range_km2.map_or_else(Default::default, |range| range.map(km2));
            rows.push([
                "measured".to_owned(),
                curve.title.main().to_owned(),
                point.who.clone().unwrap_or_default(),
                point.when.iso(),
                day(*point.days.start()),
                day(*point.days.end()),
                km2(point.km2),
                least,
                most,
                percent(point.km2),
                within.clone(),
                within_km2.clone(),
                String::new(),
                String::new(),
                point.report.clone(),
                String::new(),
            ]);
        }
    }
    for stated in &all.stated {
        let figure = &stated.figure;
        let unit = if figure.unit == "percent" { "%" } else { "km²" };
        rows.push([
            "stated".to_owned(),
            figure.overlay.clone().unwrap_or_default(),
            figure.reported_by.clone(),
            figure.date.clone().unwrap_or_default(),
            day(*stated.days.start()),
            day(*stated.days.end()),
            km2(stated.km2),
            String::new(),
            String::new(),
            percent(stated.km2),
            within.clone(),
            within_km2.clone(),
            format!("{} {unit}", figure.value),
            figure.hedge.clone().unwrap_or_default(),
            figure.traced_to.clone().unwrap_or_default(),
            figure.url.clone().unwrap_or_default(),
        ]);
    }
    csv::write(rows)
}
