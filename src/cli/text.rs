//! What the command line prints, as text for people and as JSON for programs.

use std::fmt::Write as _;
use std::sync::Arc;

use claimline::dossier::series::Version;
use claimline::dossier::{Comparison, Dossier, Excerpt, Measure, Overlay, OwnLine, Shape, Verdict, words};
use claimline::formats::number::round;
use claimline::formats::visible::visible_json;
use claimline::geometry::Coord;
use claimline::scene::Scene;
use claimline::scene::hit::Hit;
use serde_json::{Map, Value, json};

use super::features;

/// JSON with two spaces of indent and a newline at the end.
pub(crate) fn json(value: &Value) -> String {
    let text = claimline::formats::exact::pretty(value);
    visible_json(&text) + "\n"
}

/// A cell that is longer than this makes no other as wide, in letters.
const WIDEST: usize = 100;

/// How wide a column is: as its widest cell, but for those that are longer than anybody makes room for. One name of a
/// megabyte among thousands would else be a megabyte of blanks in each row.
pub(super) fn column_width<'a>(cells: impl Iterator<Item = &'a str>) -> usize {
    cells.map(|cell| cell.chars().take(WIDEST + 1).count()).filter(|width| *width <= WIDEST).max().unwrap_or(0)
}

/// What fills a cell up to the width of its column.
pub(super) fn padding(cell: &str, width: usize) -> String {
    " ".repeat(width - cell.chars().take(width).count())
}

/// The table of overlays.
pub(crate) fn overlays(dossier: &Dossier) -> String {
    let head = ["ID", "TITLE", "GROUP", "KIND", "SIZE", "EXCERPTS"].map(str::to_owned);
    let mut rows = vec![head];
    let excerpts = dossier.excerpts_by_overlay();
    for overlay in &dossier.overlays {
        rows.push([
            overlay.id.clone(),
            overlay.title.main().to_owned(),
            group_title(dossier, overlay),
            overlay.kind.clone(),
            size_words(overlay),
            excerpts.get(overlay.id.as_str()).map_or(0, Vec::len).to_string(),
        ]);
        if let Some(reports) = reports_in_short(overlay) {
            rows.push([
                String::new(),
                format!("· {reports}"),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
        for [title, count, size] in features::kind_rows(overlay) {
            rows.push([String::new(), format!("· {title}"), String::new(), count, size, String::new()]);
        }
    }
    let widths: Vec<usize> = (0..6).map(|column| column_width(rows.iter().map(|row| row[column].as_str()))).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = padding(cell, widths[column]);
            let _ = if column >= 4 { write!(line, "{pad}{cell}  ") } else { write!(line, "{cell}{pad}  ") };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if let Some(own) = &dossier.own_line {
        let _ = writeln!(text, "\n{}", own.note());
    }
    text
}

/// How large an overlay is; of a day of which nobody had reported yet it has no size.
fn size_words(overlay: &Overlay) -> String {
    if overlay.is_before_reports() { "no report yet".to_owned() } else { measured(overlay) }
}

/// How large an overlay is, and that this is in doubt where it is.
fn measured(overlay: &Overlay) -> String {
    let size = words::measure(overlay.measure);
    let is_in_doubt = overlay.opened_from.is_some() && overlay.crossing().is_some() && overlay.doubt().is_some();
    if is_in_doubt { format!("{size} (in doubt)") } else { size }
}

fn group_title(dossier: &Dossier, overlay: &Overlay) -> String {
    dossier
        .groups
        .iter()
        .find(|group| group.id == overlay.group)
        .map(|group| group.title.main().to_owned())
        .unwrap_or_default()
}

/// All overlays, briefly.
pub(crate) fn overlays_json(dossier: &Dossier) -> Value {
    let excerpts = dossier.excerpts_by_overlay();
    let listed = |overlay: &Arc<Overlay>| {
        let count = excerpts.get(overlay.id.as_str()).map_or(0, Vec::len);
        Value::Object(brief_json(dossier, overlay, count))
    };
    json!({
        "dossier": dossier.id,
        "version": dossier.version,
        "as_of": dossier.as_of,
        "own_line": own_line_json(dossier),
        "overlays": dossier.overlays.iter().map(listed).collect::<Vec<_>>(),
    })
}

fn own_line_json(dossier: &Dossier) -> Value {
    dossier.own_line.as_ref().map_or(Value::Null, OwnLine::json)
}

fn brief_json(dossier: &Dossier, overlay: &Overlay, excerpts: usize) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("id", json!(overlay.id));
    put("title", json!(overlay.title.main()));
    put("title_uk", json!(overlay.title.get("uk")));
    put("group", json!(overlay.group));
    put("kind", json!(overlay.kind));
    put("as_of", json!(overlay.as_of));
    match overlay.measure {
        Measure::Area { km2, range_km2 } => {
            put("area_km2", json!(round(km2, 2)));
            if let Some((low, high)) = range_km2 {
                put("area_km2_range", json!([round(low, 0), round(high, 0)]));
            }
        }
        Measure::Length { km } => {
            put("length_km", json!(round(km, 2)));
        }
        Measure::Count { places } => {
            put("places", json!(places));
        }
        Measure::Mixed(size) => {
            put("area_km2", json!(round(size.km2, 2)));
            put("length_km", json!(round(size.km, 2)));
            put("points", json!(size.points));
        }
    }
    let former = dossier.own_line.as_ref().and_then(|own| own.former(&overlay.id)).map(|former| former.measure);
    match (former, overlay.measure) {
        (Some(Measure::Area { km2: former, .. }), Measure::Area { km2, .. }) => {
            put("area_km2_dossier", json!(round(former, 2)));
            put("difference_km2", json!(round(km2 - former, 2)));
        }
        (Some(Measure::Length { km: former }), Measure::Length { km }) => {
            put("length_km_dossier", json!(round(former, 2)));
            put("difference_km", json!(round(km - former, 2)));
        }
        (Some(Measure::Count { places: former }), Measure::Count { places }) => {
            put("places_dossier", json!(former));
            put("difference_places", json!(places as i64 - former as i64));
        }
        _ => {}
    }
    let count = overlay.features.count();
    put("features", json!(Some(count).filter(|count| *count > 0)));
    if let Some(kinds) = features::kinds_json(overlay) {
        put("kinds", kinds);
    }
    put("accuracy_m", json!(overlay.accuracy_m));
    put("accuracy_from_m", json!(overlay.accuracy.as_ref().map(|accuracy| accuracy.from_m)));
    put("area_km2_contested", json!(overlay.contested_km2.map(|(least, most)| [round(least, 2), round(most, 2)])));
    put("excerpts", json!(excerpts));
    object
}

/// All that the inspector shows.
pub(crate) fn overlay_json(dossier: &Dossier, overlay: &Overlay) -> Value {
    // The excerpts themselves take the place of their number.
    let mut object = brief_json(dossier, overlay, 0);
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    if let Some(beside) = dossier.beside(overlay) {
        put("area_km2_left", json!(round(beside.left_km2, 2)));
        put("area_km2_right", json!(round(beside.right_km2, 2)));
        put("side_left", json!(beside.names.as_ref().map(|names| &names.left)));
        put("side_right", json!(beside.names.as_ref().map(|names| &names.right)));
    }
    put("gist", json!(overlay.gist));
    put("reports", json!(reports(overlay).map(report_json).collect::<Vec<_>>()));
    put("own_line", own_line_json(dossier));
    put("sources", features::sources_json(overlay));
    put("bbox", json!(overlay.bounds.map(|degrees| round(degrees, 6))));
    put("method", json!(overlay.method));
    put("recipe", json!(overlay.recipe));
    put("license", json!(overlay.license));
    put("credit", json!(overlay.credit));
    put(
        "excerpts",
        Value::Array(dossier.excerpts_of(&overlay.id).map(|excerpt| excerpt_json(dossier, excerpt)).collect()),
    );
    put(
        "figures",
        Value::Array(dossier.comparisons_of(overlay).map(|comparison| comparison_json(&comparison)).collect()),
    );
    put("positions", json!(dossier.positions_of(&overlay.id).collect::<Vec<_>>()));
    put("notes", json!(dossier.notes_of(&overlay.id).map(|note| note.text.as_str()).collect::<Vec<_>>()));
    if let Shape::Places(places) = &*overlay.shape {
        let places: Vec<Value> = places
            .iter()
            .map(|place| {
                json!({
                    "name": place.name.main(), "name_uk": place.name.get("uk"),
                    "lon": place.at.x, "lat": place.at.y, "population": place.population,
                    "status": place.details.get("status"), "reported": place.details.get("reported"),
                })
            })
            .collect();
        put("places_list", Value::Array(places));
    }
    Value::Object(object)
}

/// The reports of which an overlay consists, each with the overlay as it then was.
fn reports(overlay: &Overlay) -> impl Iterator<Item = (&Version, &Overlay)> {
    let dated = overlay.dated.iter();
    dated.flat_map(|dated| dated.series().versions().iter().zip(dated.overlays().iter().map(|then| &**then)))
}

/// How many reports an overlay has, and of which days.
fn reports_in_short(overlay: &Overlay) -> Option<String> {
    let series = overlay.dated.as_ref()?.series();
    let count = series.versions().len();
    let (first, last) = series.reach()?;
    let reports = if count == 1 { "report" } else { "reports" };
    Some(format!("{count} {reports}, {}–{}", words::date(&first.iso()), words::date(&last.iso())))
}

fn report_json((version, then): (&Version, &Overlay)) -> Value {
    let size = match then.measure {
        Measure::Area { km2, .. } => ("area_km2", json!(round(km2, 2))),
        Measure::Length { km } => ("length_km", json!(round(km, 2))),
        Measure::Count { places } => ("places", json!(places)),
        Measure::Mixed(_) => ("measured", json!(words::measure(then.measure))),
    };
    let mut report =
        json!({ "when": version.when.map(|when| when.iso()), "account": version.who, "file": version.from });
    report[size.0] = size.1;
    report
}

/// The reports of an overlay for people: day, size, whose, and from which file.
fn reports_text(overlay: &Overlay) -> String {
    let count = reports(overlay).count();
    if count == 0 {
        return String::new();
    }
    let mut text = format!("\nReports ({count})\n");
    for (version, then) in reports(overlay) {
        let when = version.when.map_or_else(|| "no known day".to_owned(), |when| when.to_string());
        let who = version.who.as_ref().map_or_else(String::new, |who| format!("{who}: "));
        let _ = writeln!(text, "  {when:<26} {:>14}  {who}{}", words::measure(then.measure), version.from);
    }
    text
}

fn excerpt_json(dossier: &Dossier, excerpt: &Excerpt) -> Value {
    let source = dossier.source(&excerpt.source);
    json!({
        "id": excerpt.id,
        "exact": excerpt.exact,
        "said_by": excerpt.said_by,
        "does": excerpt.does,
        "overlays": excerpt.overlays,
        "source": {
            "id": excerpt.source,
            "outlet": source.map(|source| &source.outlet),
            "title": source.map(|source| &source.title),
            "published": source.map(|source| &source.published),
            "url": source.map(|source| &source.url),
        },
    })
}

pub(super) fn comparison_json(comparison: &Comparison<'_>) -> Value {
    let figure = comparison.figure;
    json!({
        "id": figure.id,
        "quantity": figure.quantity,
        "value": figure.value,
        "unit": figure.unit,
        "hedge": figure.hedge,
        "definition": figure.definition,
        "reported_by": figure.reported_by,
        "date": figure.date,
        "url": figure.url,
        "weak": figure.weak,
        "measured": comparison.measured.map(|value| round(value, 2)),
        "difference": comparison.difference.map(|value| round(value, 2)),
        "verdict": match comparison.verdict {
            Verdict::Agrees => "agrees",
            Verdict::Differs => "differs",
            Verdict::NotComparable => "not-comparable",
        },
    })
}

/// What a click would select.
pub(crate) fn at_json(scene: &Scene, place: Coord<f64>, hits: &[Hit]) -> Value {
    let overlays: Vec<Value> = hits
        .iter()
        .filter_map(|hit| {
            let overlay = scene.dossier().overlay(&hit.overlay)?;
            let mut object = brief_json(scene.dossier(), overlay, 0);
            let excerpts: Vec<Value> = scene
                .dossier()
                .excerpts_of(&overlay.id)
                .map(|excerpt| excerpt_json(scene.dossier(), excerpt))
                .collect();
            object.insert("gist".to_owned(), json!(overlay.gist));
            object.insert("excerpts".to_owned(), Value::Array(excerpts));
            if let (Shape::Places(places), Some(index)) = (&*overlay.shape, hit.place) {
                object.insert("place".to_owned(), json!(places.get(index).map(|place| place.name.main())));
            }
            if let Some(feature) = hit.feature {
                object.insert("feature".to_owned(), features::feature_json(overlay, feature));
            }
            Some(Value::Object(object))
        })
        .collect();
    json!({ "lon": place.x, "lat": place.y, "own_line": own_line_json(scene.dossier()), "overlays": overlays })
}

/// What a click would select, for people.
pub(crate) fn at(scene: &Scene, place: Coord<f64>, hits: &[Hit]) -> String {
    let mut text = format!("{}\n", words::position(place.x, place.y));
    if hits.is_empty() {
        text.push_str("No overlay lies here.\n");
    }
    if let Some(own) = &scene.dossier().own_line {
        let _ = writeln!(text, "{}", own.note());
    }
    for hit in hits {
        let Some(overlay) = scene.dossier().overlay(&hit.overlay) else { continue };
        let _ = writeln!(text, "\n{} ({}), {}", overlay.title.main(), overlay.id, words::measure(overlay.measure));
        if let (Shape::Places(places), Some(index)) = (&*overlay.shape, hit.place)
            && let Some(place) = places.get(index)
        {
            let _ = writeln!(text, "  {}", place.name.main());
        }
        if let Some(feature) = hit.feature {
            text.push_str(&features::feature(overlay, feature));
        }
        let _ = writeln!(text, "  {}", overlay.gist);
        for excerpt in scene.dossier().excerpts_of(&overlay.id) {
            text.push_str(&excerpt_text(scene.dossier(), excerpt));
        }
    }
    text
}

fn excerpt_text(dossier: &Dossier, excerpt: &Excerpt) -> String {
    let mut text = format!("  {}\n", words::quoted(&excerpt.exact));
    let said_by = excerpt.said_by.as_deref().unwrap_or_default();
    let _ = writeln!(text, "      {said_by} ({})", excerpt.does.phrase());
    if let Some(source) = dossier.source(&excerpt.source) {
        let _ = writeln!(text, "      {}", words::reference(source));
    }
    text
}

/// All that the inspector shows, for people.
pub(crate) fn overlay(dossier: &Dossier, overlay: &Overlay) -> String {
    let mut text = format!("{}\n", overlay.title.main());
    if let Some(uk) = overlay.title.get("uk") {
        let _ = writeln!(text, "{uk}");
    }
    if let Some(unreported) = overlay.unreported.as_ref().filter(|_| overlay.is_before_reports()) {
        let (kind, unreported) = (words::kind(&overlay.kind), words::unreported(unreported));
        let _ = writeln!(text, "{kind}\n{}\n\nNot measured: {unreported}", overlay.gist);
        return text;
    }
    let _ = writeln!(text, "{} · {}\n{}", words::kind(&overlay.kind), words::as_of(&overlay.as_of), overlay.gist);
    let former = dossier.own_line.as_ref().and_then(|own| own.former(&overlay.id)).map(|former| former.measure);
    let change = former.and_then(|former| Some((former, words::change(former, overlay.measure)?)));
    let now = words::measure(overlay.measure);
    let _ = match change {
        Some((former, change)) => {
            let former = words::measure(former);
            writeln!(text, "\nMeasured: {former} with the dossier’s line, {now} with yours; difference: {change}")
        }
        None => writeln!(text, "\nMeasured: {now}"),
    };
    if let Some(doubt) = overlay.crossing().and_then(|_| overlay.doubt()) {
        let _ = writeln!(text, "  in doubt: {}", doubt);
    }
    for side in dossier.beside(overlay).into_iter().flat_map(words::beside) {
        let _ = writeln!(text, "  {side}");
    }
    if let Some(own) = dossier.own_line.as_ref().filter(|_| former.is_some()) {
        let _ = writeln!(text, "  {}", own.note());
    }
    if let Measure::Area { range_km2: Some(range), .. } = overlay.measure {
        let range = words::km2_between(range);
        let _ = writeln!(text, "  {range} if the line of contact runs elsewhere within its stated accuracy");
    }
    if let Some((without, with)) = overlay.contested_km2 {
        let _ = writeln!(text, "  {} without contested ground, {} with it", words::km2(without), words::km2(with));
    }
    if let Some(accuracy) = words::accuracy(overlay) {
        let _ = writeln!(text, "  approximate: stated accuracy {accuracy}");
    }
    if features::has_features(overlay) {
        text.push_str(&features::all(overlay));
    }
    text.push_str(&reports_text(overlay));
    let comparisons: Vec<_> = dossier.comparisons_of(overlay).collect();
    if !comparisons.is_empty() {
        text.push_str("\nStated by sources\n");
        for comparison in comparisons {
            let figure = comparison.figure;
            let date = figure.date.as_deref().map(words::date).unwrap_or_default();
            let weak = if figure.weak { ", weak source" } else { "" };
            let _ = writeln!(text, "  {}: {}", words::figure(figure), words::verdict(&comparison));
            if let Some((measured, difference)) = comparison.shown() {
                let _ = writeln!(
                    text,
                    "      measured {}, difference {}",
                    words::value(measured, &figure.unit),
                    words::difference(difference, &figure.unit)
                );
            }
            let _ = writeln!(text, "      {}, {date}{weak}", figure.reported_by);
            if let Some(url) = &figure.url {
                let _ = writeln!(text, "      {url}");
            }
        }
    }
    let excerpts: Vec<_> = dossier.excerpts_of(&overlay.id).collect();
    let _ = writeln!(text, "\nSource excerpts ({})", excerpts.len());
    for excerpt in excerpts {
        text.push_str(&excerpt_text(dossier, excerpt));
    }
    let positions: Vec<_> = dossier.positions_of(&overlay.id).collect();
    if !positions.is_empty() {
        text.push_str("\nPositions\n");
        for position in positions {
            let _ = writeln!(text, "  {}, {}: {}", position.who, words::stance(&position.stance), position.summary);
        }
    }
    for note in dossier.notes_of(&overlay.id) {
        let _ = writeln!(text, "\nEditor’s note: {}", note.text);
    }
    if let Some(method) = &overlay.method {
        let _ = writeln!(text, "\nMethod: {method}");
    }
    if let Some(recipe) = &overlay.recipe {
        let _ = writeln!(text, "Recipe: {recipe}");
    }
    let credit = [&overlay.credit, &overlay.license].into_iter().flatten().cloned().collect::<Vec<_>>().join(" · ");
    if !credit.is_empty() {
        let _ = writeln!(text, "Geometry: {credit}");
    }
    text
}
