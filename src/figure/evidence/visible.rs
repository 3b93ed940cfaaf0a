//! What a figure shows as GeoJSON: annotations and overlays that are visible in its frame, each with its words, measure,
//! sources and style.
//!
//! Shapes are whole, not cut at the frame: a part of a shape would not have the size that is given for it. Of an overlay
//! of places, those within the frame are a feature each.

use serde_json::{Map, Value, json};

use super::annotations;
use crate::document::{Annotations, Document};
use crate::dossier::feature_sources::of_feature as of_feature_sources;
use crate::dossier::{
    Dimension, Dossier, Excerpt, Kind, Measure, Overlay, OwnLine, Place, Shape, Source, Style, fingerprint,
};
use crate::formats::color::Rgba;
use crate::formats::exact;
use crate::formats::feature::Feature;
use crate::formats::geojson;
use crate::formats::number::round;
use crate::formats::simplestyle::MarkerSize;
use crate::formats::source_properties::PropertySource;
use crate::formats::table::SIMPLESTYLE;
use crate::formats::write;
use crate::geometry::{Frame, Geometry};

/// A FeatureCollection (RFC 7946) of these annotations and overlays, top first, with the figure's provenance as the
/// member `claimline`.
pub(in crate::figure) fn geojson(
    dossier: &Dossier,
    document: &Document,
    drawn: &annotations::Shown<'_>,
    shown: &[&Overlay],
    frame: [f64; 4],
    title: &str,
    provenance: &Value,
) -> String {
    let mut features = String::new();
    let mut sums = Map::new();
    let mut put =
        |id: Option<&str>, members: Option<&Map<String, Value>>, properties: Map<String, Value>, geometry: &str| {
            features.push_str(if features.is_empty() { "\n" } else { ",\n" });
            let start = features.len();
            features.push_str("{\"type\":\"Feature\",");
            if let Some(id) = id {
                features.push_str(&format!("\"id\":{id},"));
            }
            for (name, value) in members.into_iter().flatten() {
                features.push_str(&format!("{}:{},", json!(name), exact::text(value)));
            }
            features.push_str("\"properties\":");
            features.push_str(&exact::text(&Value::Object(properties)));
            features.push_str(",\"geometry\":");
            features.push_str(geometry);
            features.push('}');
            // What has just been written can be read.
            let (name, sum) = summed(&features[start..]);
            sums.insert(name, json!(sum));
        };
    for (id, properties, geometry) in drawn.features() {
        put(Some(&json!(id).to_string()), None, properties, &geometry);
    }
    for overlay in shown.iter().filter(|overlay| overlay.opened_from.is_some()) {
        let kinds = document.overlay(&overlay.id).map(|state| overlay.kinds(&state.styling)).unwrap_or_default();
        for index in (0..overlay.features.count()).filter(|index| kinds.shows(*index)) {
            let Some(geometry) = overlay.features.geometry(&overlay.shape, index) else { continue };
            let Some(kind) = kinds.of(index) else { continue };
            let mut text = String::new();
            geojson::write_geometry(&geometry, &mut text);
            let rows = overlay.features.rows();
            // As its file has it, and none where that has none: an id says that it is known elsewhere under that name.
            put(rows.id_text(index), rows.members(index), of_feature(overlay, index, kind), &text);
        }
    }
    let mut feature = |id: String, properties: Map<String, Value>, geometry: &Geometry<f64>| {
        let mut text = String::new();
        geojson::write_geometry(geometry, &mut text);
        put(Some(&json!(id).to_string()), None, properties, &text);
    };
    for overlay in shown.iter().filter(|overlay| overlay.opened_from.is_none()) {
        let mut properties = properties(dossier, overlay);
        // The shape is the evidence and goes out whole, places apart; its look is the one that it is drawn in.
        let kinds = document.overlay(&overlay.id).map(|state| overlay.kinds(&state.styling));
        if let Some(kind) =
            kinds.as_ref().and_then(|kinds| kinds.list().first()).filter(|kind| kind.style != overlay.style)
        {
            properties.extend(styled(kind));
        }
        if let Some(area) = overlay.shape.areas() {
            feature(overlay.id.clone(), properties.clone(), &area.clone().into());
        }
        if let Some(lines) = overlay.shape.multi_line() {
            feature(overlay.id.clone(), properties.clone(), &lines.clone().into());
        }
        let [west, south, east, north] = frame;
        let within = |place: &Place| (west..=east).contains(&place.at.x) && (south..=north).contains(&place.at.y);
        for (index, place) in overlay.shape.places().iter().enumerate().filter(|(_, place)| within(place)) {
            let mut properties = of_place(properties.clone(), place);
            if let (Some(kinds), Some(owner)) = (&kinds, overlay.features.owners().points.get(index)) {
                let Some(kind) = kinds.of(*owner as usize).filter(|kind| kind.shown) else { continue };
                if kind.style != overlay.style {
                    properties.extend(styled(kind));
                }
            }
            feature(format!("{}/{}", overlay.id, index + 1), properties, &geo::Point(place.at).into());
        }
    }
    format!(
        "{{\"type\":\"FeatureCollection\",\"title\":{},\n\"claimline\":{provenance},\n\"{SUMS}\":{},\n\"features\":[{features}\n]}}\n",
        json!(title),
        Value::Object(sums)
    )
}

/// An overlay of a dossier as features with its words, measure, sources and excerpts, as a figure writes it.
pub fn features_of(dossier: &Dossier, document: &Document, overlay: &Overlay) -> Vec<Feature> {
    let document = &Document { annotations: Annotations::default(), ..document.clone() };
    let nothing = annotations::Shown::new(dossier, document, &Frame::new(document.view, 1.0, 1.0));
    let text = geojson(dossier, document, &nothing, &[overlay], [-180.0, -90.0, 180.0, 90.0], "", &Value::Null);
    // What has just been written can be read.
    geojson::read_table(text.as_bytes()).map(|table| write::features_of(&table)).unwrap_or_default()
}

/// The member with the fingerprint of each feature by its [`name`].
pub(in crate::figure) const SUMS: &str = "features_sha256";

/// What a feature of a figure is known by beside its sum: that of a layer by layer and number, for its own id is its file's,
/// which may have none or the same for several; any other by its id.
fn name(feature: &Value) -> String {
    let ours = &feature["properties"]["claimline"];
    if let (Some(overlay), Some(number)) = (ours["overlay"].as_str(), ours["feature"].as_u64()) {
        return format!("{overlay}/{number}");
    }
    match &feature["id"] {
        Value::String(id) => id.clone(),
        Value::Null => "without an id".to_owned(),
        other => other.to_string(),
    }
}

/// The [`name`] of a feature, given as JSON, and its fingerprint: SHA-256 of its compact JSON, so that blanks and line ends
/// do not count, and every digit does.
pub(in crate::figure) fn summed(feature: &str) -> (String, String) {
    let feature = exact::value(feature);
    (name(&feature), fingerprint::bytes(exact::text(&feature).as_bytes()))
}

fn properties(dossier: &Dossier, overlay: &Overlay) -> Map<String, Value> {
    let mut all = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            all.insert(key.to_owned(), value);
        }
    };
    put("overlay", json!(overlay.id));
    put("title", json!(overlay.title.main()));
    put("title_uk", json!(overlay.title.get("uk")));
    put("description", json!(overlay.gist));
    put("group", json!(overlay.group));
    put("kind", json!(overlay.kind));
    put("as_of", json!(overlay.as_of));
    match overlay.measure {
        Measure::Area { km2, range_km2 } => {
            put("area_km2", json!(round(km2, 2)));
            put("area_km2_range", json!(range_km2.map(|(low, high)| [round(low, 2), round(high, 2)])));
        }
        Measure::Length { km } => put("length_km", json!(round(km, 2))),
        Measure::Count { places } => put("places", json!(places)),
        Measure::Mixed(size) => {
            put("area_km2", json!(round(size.km2, 2)));
            put("length_km", json!(round(size.km, 2)));
            put("points", json!(size.points));
        }
    }
    put("accuracy_m", json!(overlay.accuracy_m));
    put("method", json!(overlay.method));
    put("recipe", json!(overlay.recipe));
    put("license", json!(overlay.license));
    put("credit", json!(overlay.credit));
    put("geometry_sha256", json!(fingerprint::geometry(&overlay.shape)));
    let mut ids: Vec<&str> = dossier.rests_on(overlay).map(|excerpt| excerpt.source.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let sources = ids.iter().filter_map(|id| dossier.source(id)).map(source);
    let own = dossier.own_line.iter().filter(|own| own.takes_part_in(overlay)).flat_map(OwnLine::sources);
    put("sources", sources.chain(own.map(cited)).collect());
    let excerpts = dossier.rests_on(overlay);
    put("excerpts", excerpts.map(excerpt).collect());
    let style = &overlay.style;
    if matches!(*overlay.shape, Shape::Places(_)) {
        put("marker-color", json!(style.fill.as_ref().or(style.stroke.as_ref())));
        put("marker-size", json!("small"));
    } else {
        put("stroke", json!(style.stroke));
        put("stroke-width", json!(style.stroke_width));
        put("stroke-opacity", json!(style.stroke_opacity));
    }
    if matches!(*overlay.shape, Shape::Area(_)) {
        put("fill", json!(style.fill));
        put("fill-opacity", json!(if style.fill.is_some() { style.fill_opacity } else { 0.0 }));
    }
    all
}

/// What a feature says of a source.
pub(in crate::figure) fn source(source: &Source) -> Value {
    let mut all = json!({ "id": source.id, "outlet": source.outlet, "title": source.title, "url": source.url,
        "author": source.author, "published": source.published });
    if let Some(archived) = source.archived_url() {
        all["archived"] = json!(archived);
    }
    all
}

/// What a feature says of a source that is none of the dossier's.
pub(in crate::figure) fn cited(source: &PropertySource) -> Value {
    let PropertySource { url, title, outlet, author, date, accessed, archived } = source;
    let mut all = Map::new();
    let named = [
        ("url", url),
        ("outlet", outlet),
        ("title", title),
        ("author", author),
        ("published", date),
        ("retrieved", accessed),
        ("archived", archived),
    ];
    for (name, value) in named {
        all.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
    }
    Value::Object(all)
}

/// What a feature says of an excerpt.
pub(in crate::figure) fn excerpt(excerpt: &Excerpt) -> Value {
    let mut all =
        json!({ "id": excerpt.id, "exact": excerpt.exact, "said_by": excerpt.said_by, "source": excerpt.source });
    if let Some(other) = &excerpt.other_text {
        all["other_text"] = json!(other);
    }
    all
}

/// What a feature of a file of the user's says of itself, in its own order, with the style that it is drawn in as valid
/// simplestyle, and under `claimline` which layer it is of, its number there, its kind, its size
/// and its sources.
fn of_feature(overlay: &Overlay, index: usize, kind: &Kind) -> Map<String, Value> {
    let mut all = overlay.features.rows().exact_properties(index);
    for name in SIMPLESTYLE {
        all.shift_remove(name);
    }
    for (name, value) in style(&kind.style, kind.dimension) {
        all.insert(name.to_owned(), value);
    }
    let size = overlay.features.sizes(&overlay.shape).get(index).copied().unwrap_or_default();
    let mut about = Map::new();
    about.insert("overlay".to_owned(), json!(overlay.id));
    about.insert("layer".to_owned(), json!(overlay.title.main()));
    about.insert("feature".to_owned(), json!(index + 1));
    for (name, said) in [("credit", &overlay.credit), ("license", &overlay.license)] {
        if let Some(said) = said {
            about.insert(name.to_owned(), json!(said));
        }
    }
    if !kind.title.is_empty() {
        about.insert("kind".to_owned(), json!(kind.title));
    }
    if size.km2 > 0.0 {
        about.insert("area_km2".to_owned(), json!(round(size.km2, 4)));
    }
    if size.km > 0.0 {
        about.insert("length_km".to_owned(), json!(round(size.km, 4)));
    }
    let sources: Vec<Value> = of_feature_sources(overlay.features.rows(), index).iter().map(cited).collect();
    if !sources.is_empty() {
        about.insert("sources".to_owned(), Value::Array(sources));
    }
    all.insert("claimline".to_owned(), Value::Object(about));
    all
}

/// The style of a kind as properties.
fn styled(kind: &Kind) -> impl Iterator<Item = (String, Value)> {
    style(&kind.style, kind.dimension).into_iter().map(|(name, value)| (name.to_owned(), value))
}

/// A style in the words of simplestyle, as far as it has any for what is drawn.
fn style(style: &Style, dimension: Dimension) -> Vec<(&'static str, Value)> {
    let hex = |color: &Option<String>| color.as_deref().and_then(Rgba::parse).map(|color| json!(color.to_hex()));
    let mut all = Vec::new();
    let mut put = |name: &'static str, value: Option<Value>| all.extend(value.map(|value| (name, value)));
    if dimension == Dimension::Point {
        put("marker-color", hex(&style.fill).or_else(|| hex(&style.stroke)));
        put("marker-size", Some(json!(style.marker_size.unwrap_or(MarkerSize::Small).name())));
        put("marker-symbol", style.marker_symbol.as_ref().map(|symbol| json!(symbol)));
        return all;
    }
    put("stroke", hex(&style.stroke));
    put("stroke-width", Some(json!(style.stroke_width)));
    put("stroke-opacity", Some(json!(if style.stroke.is_some() { style.stroke_opacity } else { 0.0 })));
    if dimension == Dimension::Area {
        put("fill", hex(&style.fill));
        put("fill-opacity", Some(json!(if style.fill.is_some() { style.fill_opacity } else { 0.0 })));
    }
    all
}

/// A place has its own name; what holds of all places together is left to the provenance.
fn of_place(mut all: Map<String, Value>, place: &Place) -> Map<String, Value> {
    let list = all.insert("title".to_owned(), json!(place.name.main())).unwrap_or_default();
    all.insert("list".to_owned(), list);
    for key in ["title_uk", "places", "geometry_sha256"] {
        all.shift_remove(key);
    }
    if let Some(uk) = place.name.get("uk") {
        all.insert("title_uk".to_owned(), json!(uk));
    }
    if let Some(population) = place.population {
        all.insert("population".to_owned(), json!(population));
    }
    for (key, value) in &place.details {
        all.entry(key.clone()).or_insert_with(|| json!(value));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::geometry::Frame;

    #[test]
    fn overlays_come_back_with_names_measures_and_sources() {
        let (dossier, _) = crate::dossier::builtin::berlin().unwrap();
        let shown: Vec<&Overlay> = dossier.overlays.iter().map(AsRef::as_ref).collect();
        let document = Document::new(&dossier, 900.0, 700.0);
        let none = annotations::Shown::new(&dossier, &document, &Frame::new(document.view, 900.0, 700.0));
        let text =
            geojson(&dossier, &document, &none, &shown, [36.0, 46.0, 39.5, 49.5], "A “title”", &json!({ "a": 1 }));
        let features = geojson::read(text.as_bytes()).unwrap();
        let of = |id: &str| features.iter().filter(|feature| feature.text("overlay") == Some(id)).collect::<Vec<_>>();
        let [area] = of("withdrawal-area")[..] else { panic!("one feature") };
        let overlay = dossier.overlay("withdrawal-area").unwrap();
        let Measure::Area { km2, .. } = overlay.measure else { panic!("an area") };
        assert!((area.properties["area_km2"].as_f64().unwrap() - km2).abs() < 0.01);
        assert_eq!(area.text("fill"), overlay.style.fill.as_deref());
        assert!(area.properties["sources"].as_array().is_some_and(|sources| sources.len() >= 2));
        let again = crate::geometry::measure::area_m2(&match area.geometry.clone().unwrap() {
            geo::Geometry::MultiPolygon(area) => area,
            geo::Geometry::Polygon(area) => area.into(),
            other => panic!("{other:?}"),
        });
        assert!((again / 1e6 - km2).abs() < 0.01, "{again}");
        let places = of("held-towns");
        assert!(places.len() > 3 && places.iter().any(|place| place.text("title") == Some("Kramatorsk")));
        let nowhere = geojson(&dossier, &document, &none, &shown, [0.0, 0.0, 1.0, 1.0], "", &Value::Null);
        assert!(!nowhere.contains("Kramatorsk\",\"title_uk"));
    }
}
