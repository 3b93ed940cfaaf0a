//! `claimline atlas`: one figure for each overlay, place, or position of a list.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use claimline::document::edit;
use claimline::dossier::Dossier;
use claimline::dossier::series::{Every, Stand};
use claimline::figure::{self, FigureOptions, Moment, OutputFormat, Shows, checks};
use claimline::files;
use claimline::formats::edtf::Edtf;
use claimline::formats::geojson::Order;
use claimline::formats::{FORMATS, csv, format};
use claimline::geometry::{Coord, View};
use clap::Args;

use super::arguments::{FigureArgs, on_earth, one_of};
use super::export::{warn_exchanged, with_margin};
use super::layers::LayerNames;
use super::open::known;
use super::spans::Span;
use super::{Outcome, Usage, warn};

/// Along a meridian, in the mean; near enough for the reach of a map.
const METERS_PER_DEGREE: f64 = 111_195.0;

/// The most figures in one go: an atlas of more is a mistake in the list.
const MAX_FIGURES: usize = 5000;

#[derive(Debug, Args)]
pub(super) struct Atlas {
    /// Folder to write to; created if it is missing
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// What to make a figure of: `day`, `week` or `month` (of what is reported of several days), `overlays`, `places` (of the
    /// overlays that are shown), ids of overlays separated by commas, a .csv of positions (with columns title, lon, lat), or a file of features such as .geojson or .kml
    #[arg(long, value_name = "WHAT")]
    each: String,
    /// Kind of file
    #[arg(long, default_value = "png", value_parser = one_of(OutputFormat::all()))]
    format: OutputFormat,
    /// How far around a position the map reaches, in kilometres
    #[arg(long, value_name = "KM", default_value = "20", value_parser = near)]
    near: f64,
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    figure: FigureArgs,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

fn near(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|km| (0.1..=1000.0).contains(km))
        .ok_or_else(|| "expected kilometres from 0.1 to 1000".to_owned())
}

/// One figure of an atlas.
struct Sheet {
    /// Name of the file, without its end.
    name: String,
    title: String,
    /// `[west, south, east, north]`, degrees; without them, what all sheets show.
    bounds: Option<[f64; 4]>,
    /// An overlay to show besides those that are shown anyway.
    overlay: Option<String>,
    /// The day, the week or the month that it shows.
    when: Option<Edtf>,
}

/// Draws all figures; stops at the first that cannot be written.
pub(super) fn run(options: Atlas) -> anyhow::Result<Outcome> {
    let figure = &options.figure;
    let every: Option<Every> = options.each.trim().to_lowercase().parse().ok();
    if every.is_none() && options.span.is_said() {
        bail!(Usage("--from, --to and --reported-only go with --each day, week or month".to_owned()));
    }
    if every.is_some() && figure.day.is_some() {
        bail!(Usage("--day sets the day of one map; in an atlas by days, --each does that".to_owned()));
    }
    if every.is_none() && (figure.center.is_some() || figure.bbox.is_some() || figure.fit.is_some()) {
        bail!(Usage(
            "--center, --zoom, --bbox and --fit set what one map shows; in an atlas, --each does that".to_owned()
        ));
    }
    let prepared = options.figure.prepared()?;
    let dossier = prepared.scene.dossier();
    let language = prepared.options.language.words().locale;
    let mut sheets = match every {
        Some(every) => {
            let stands = options.span.stands(every, dossier, &prepared.document)?;
            let sheet = |stand: Stand| Sheet {
                name: stand.period.name(),
                title: language.date(&stand.when.iso()),
                bounds: None,
                overlay: None,
                when: Some(stand.when),
            };
            stands.into_iter().map(sheet).collect()
        }
        None => sheets(&options, dossier, &|id| prepared.document.is_shown(id))?,
    };
    options.figure.line.layers.check()?;
    if sheets.is_empty() || sheets.len() > MAX_FIGURES {
        let count = sheets.len();
        bail!(Usage(format!("'{}' asks for {count} figures; 1 to {MAX_FIGURES} can be drawn", options.each)));
    }
    unique_names(&mut sheets);
    let format = options.format;
    let path_of = |sheet: &Sheet| options.output.join(format!("{}.{}", sheet.name, format.extension()));
    let each = Path::new(options.each.trim());
    let paths: Vec<PathBuf> = sheets.iter().map(path_of).collect();
    figure.spare_inputs(paths.iter().map(PathBuf::as_path), Some(each).filter(|path| path.is_file()))?;
    prepared.spare_layers(paths.iter().map(PathBuf::as_path))?;
    // All is looked at before anything is drawn, so that a refusal leaves nothing half done.
    if let Some(taken) = paths.iter().find(|path| files::exists(path) && !options.force) {
        bail!(Usage(format!("{} already exists; give --force to replace it", taken.display())));
    }
    for path in &paths {
        files::check_replaceable(path).context("nothing was drawn")?;
    }
    files::make_folder(&options.output)?;
    let count = sheets.len();
    let mut warned = BTreeSet::new();
    // Of an atlas by days: the frame on the ground and the headline that all sheets have in common.
    let mut common: Option<(View, String)> = None;
    for (index, sheet) in sheets.iter().enumerate() {
        let mut document = prepared.document.clone();
        if let Some(id) = &sheet.overlay {
            edit::set_visible(&mut document, id, true);
        }
        let scene = match sheet.when {
            Some(when) => Moment::on(&prepared.scene, when).scene,
            None => Arc::clone(&prepared.scene),
        };
        document.day = sheet.when.and_then(|when| when.latest()).or(document.day);
        let drawn_as = |page: &FigureOptions| {
            prepared.maps.draw(&prepared.ground, &document, |ground| figure::draw(&scene, ground, &document, page))
        };
        let plain = FigureOptions { panels: None, ..prepared.options.clone() };
        if sheet.when.is_some() && common.is_none() {
            let first = drawn_as(&plain)?;
            common = Some((first.map.view, first.title().to_owned()));
        }
        let title = common.as_ref().map(|(_, title)| title).filter(|_| sheet.when.is_some()).or(figure.title.as_ref());
        let page = FigureOptions {
            title: Some(match (title.filter(|title| !title.is_empty()), sheet.when) {
                (title, Some(when)) => plain.language.words().map_of_day(title.map_or("", String::as_str), when),
                (Some(title), None) => format!("{title}: {}", sheet.title),
                (None, None) => sheet.title.clone(),
            }),
            shows: match (sheet.bounds, &common) {
                (Some(bounds), _) => Shows::Bounds(bounds),
                (None, Some((view, _))) => Shows::View(*view),
                (None, None) => plain.shows,
            },
            ..plain
        };
        let path = path_of(sheet);
        let drawn = drawn_as(&page)?;
        // What is wrong with one sheet is mostly wrong with all.
        for warning in checks::check(&scene, &document, &page, &drawn, &prepared.texts, None) {
            if warned.insert(warning.what.clone()) {
                say!("warning: {}: {}", sheet.title, warning.what);
            }
        }
        let bytes = drawn.encode(format).with_context(|| format!("{} was not written", path.display()))?;
        files::write(&path, &bytes).context("the atlas is incomplete")?;
        say!("{} of {count}: {}", index + 1, path.display());
    }
    Ok(prepared.outcome())
}

fn sheets(options: &Atlas, dossier: &Dossier, is_shown: &dyn Fn(&str) -> bool) -> anyhow::Result<Vec<Sheet>> {
    let of_overlay = |id: &str| -> anyhow::Result<Sheet> {
        let overlay = known(dossier, id)?;
        Ok(Sheet {
            name: slug(&overlay.id),
            title: overlay.title.main().to_owned(),
            bounds: Some(with_margin(overlay.bounds)),
            overlay: Some(overlay.id.clone()),
            when: None,
        })
    };
    let around = |title: &str, at: Coord<f64>| Sheet {
        name: slug(title),
        title: title.to_owned(),
        bounds: Some(box_around(at, options.near)),
        overlay: None,
        when: None,
    };
    let each = options.each.trim();
    let lower = each.to_lowercase();
    match lower.as_str() {
        "overlays" => dossier.overlays.iter().map(|overlay| of_overlay(&overlay.id)).collect(),
        "places" => {
            let mut seen = BTreeSet::new();
            let shown = dossier.overlays.iter().filter(|overlay| is_shown(&overlay.id));
            let places = shown.map(|overlay| overlay.shape.places());
            let first = |place: &&claimline::dossier::Place| {
                seen.insert((place.name.main().to_owned(), (place.at.x * 1e4) as i64, (place.at.y * 1e4) as i64))
            };
            Ok(places.flatten().filter(first).map(|place| around(place.name.main(), place.at)).collect())
        }
        _ if lower.ends_with(".csv") => {
            let positions = positions(Path::new(each), options.figure.reading.order())?;
            let bounds = positions.iter().map(|(_, at)| [at.x, at.y, at.x, at.y]);
            warn_exchanged(dossier, Path::new(each), bounds);
            positions.iter().map(|(title, at)| Ok(around(title, *at))).collect()
        }
        _ if FORMATS.iter().any(|format| format::has_features(format.holds) && format.is_named(&lower)) => {
            let sheets =
                features(Path::new(each), options.near, options.figure.reading.taken(), &options.figure.line.layers)?;
            warn_exchanged(dossier, Path::new(each), sheets.iter().filter_map(|sheet| sheet.bounds));
            Ok(sheets)
        }
        _ => each.split(',').map(str::trim).filter(|id| !id.is_empty()).map(of_overlay).collect(),
    }
}

/// The rows of a table with the columns title (or name), lon and lat.
fn positions(path: &Path, order: Order) -> anyhow::Result<Vec<(String, Coord<f64>)>> {
    let failed = |what: String| anyhow!("{what}: {}", path.display());
    let rows = csv::read(&files::read(path)?).map_err(|error| failed(error.to_string()))?;
    let Some((head, rows)) = rows.split_first() else {
        return Err(failed("the table is empty".to_owned()));
    };
    let column = |names: &[&str]| {
        let is = |field: &String| names.contains(&field.trim().to_lowercase().as_str());
        head.fields.iter().position(is).ok_or_else(|| {
            failed(format!("the table has no column '{}' in its first row, but {}", names[0], head.fields.join(", ")))
        })
    };
    let (title, lon, lat) =
        (column(&["title", "name"])?, column(&["lon", "longitude", "lng", "x"])?, column(&["lat", "latitude", "y"])?);
    rows.iter()
        .map(|row| {
            let field = |column: usize| row.fields.get(column).map(|field| field.trim()).unwrap_or_default();
            let degrees = |column: usize| {
                csv::number(field(column)).ok_or_else(|| {
                    let (value, name) = (field(column), head.fields[column].trim());
                    failed(format!(
                        "line {}: '{value}' in the column '{name}' is not a number; write degrees as 48.7389 or \
                         48,7389",
                        row.line
                    ))
                })
            };
            let (lon, lat) = (degrees(lon)?, degrees(lat)?);
            let (x, y) = if order == Order::LatLon { (lat, lon) } else { (lon, lat) };
            let at = on_earth(Coord { x, y }).map_err(|what| failed(format!("line {}: {what}", row.line)))?;
            Ok((field(title).to_owned(), at))
        })
        .collect()
}

/// The features of a file: positions with their surroundings, shapes as they are.
fn features(path: &Path, near_km: f64, taken: files::Taken, names: &LayerNames) -> anyhow::Result<Vec<Sheet>> {
    let mut sheets = Vec::new();
    for (layer, problems) in names.of_opened(files::open_as(path, taken)?, path)? {
        warn(&problems);
        let rows = layer.features.rows();
        for feature in 0..layer.features.count() {
            let Some([west, south, east, north]) = layer.feature_bounds(feature) else { continue };
            let title = rows.words(feature, "title").or_else(|| rows.words(feature, "name"));
            let title = title.map_or_else(|| format!("{}", feature + 1), Cow::into_owned);
            let bounds = if east - west < 1e-6 && north - south < 1e-6 {
                box_around(Coord { x: west, y: south }, near_km)
            } else {
                with_margin([west, south, east, north])
            };
            sheets.push(Sheet { name: slug(&title), title, bounds: Some(bounds), overlay: None, when: None });
        }
    }
    Ok(sheets)
}

fn box_around(at: Coord<f64>, km: f64) -> [f64; 4] {
    let north = km * 1000.0 / METERS_PER_DEGREE;
    let east = north / at.y.to_radians().cos().max(0.05);
    [at.x - east, (at.y - north).max(-85.0), at.x + east, (at.y + north).min(85.0)]
}

/// The longest name of a file, without its end, in bytes: file systems take 255, and a number may follow.
const LONGEST_NAME: usize = 200;

/// A title as the name of a file: small letters and digits with hyphens between, cut at a letter.
fn slug(title: &str) -> String {
    let mut out = String::new();
    for letter in title.to_lowercase().chars().take(80) {
        if out.len() + letter.len_utf8() > LONGEST_NAME {
            break;
        }
        if letter.is_alphanumeric() {
            out.push(letter);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "figure".to_owned() } else { out.to_owned() }
}

/// Gives sheets of one name a number each, in time that grows with their number.
fn unique_names(sheets: &mut [Sheet]) {
    let mut taken = BTreeSet::new();
    let mut next: BTreeMap<String, usize> = BTreeMap::new();
    for sheet in sheets {
        let name = sheet.name.clone();
        let count = next.entry(name.clone()).or_insert(1);
        while !taken.insert(sheet.name.clone()) {
            *count += 1;
            sheet.name = format!("{name}-{count}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_fit_into_a_file_system_and_differ() {
        assert_eq!(slug("Bakhmut (Бахмут), 2"), "bakhmut-бахмут-2");
        assert_eq!(slug("…"), "figure");
        for long in ["𐐨".repeat(100), "地".repeat(100), "ы".repeat(300), "a".repeat(300)] {
            let name = slug(&long);
            assert!(name.len() <= LONGEST_NAME && name.chars().all(char::is_alphanumeric), "{name}");
        }
        let sheet =
            |name: &str| Sheet { name: name.to_owned(), title: String::new(), bounds: None, overlay: None, when: None };
        let mut sheets: Vec<Sheet> = ["a", "a-2", "a", "a", "b"].map(sheet).into();
        unique_names(&mut sheets);
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(names, ["a", "a-2", "a-3", "a-4", "b"]);
        let mut many: Vec<Sheet> = (0..20_000).map(|_| sheet("same")).collect();
        unique_names(&mut many);
        assert_eq!(many[19_999].name, "same-20000");
    }
}
