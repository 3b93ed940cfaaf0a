//! What a Web Map Tile Service says that it offers.

use std::collections::BTreeMap;

use super::{MapService, ServiceError, ServiceLayer, best_formats, record, settled_bounds, times_of, with_query};
use crate::formats::map_source::{DEEPEST_ZOOM, MapKind, ServiceRequest};
use crate::formats::percent::encoded_value;
use crate::formats::read::ReadError;
use crate::formats::xml::Xml;

/// Width of the world in EPSG:3857, in metres.
const WORLD_M: f64 = std::f64::consts::TAU * 6_378_137.0;

#[derive(Default)]
struct Layer {
    name: String,
    title: String,
    bounds: Option<[f64; 4]>,
    /// Name and title, the usual one first.
    styles: Vec<(String, String)>,
    formats: Vec<String>,
    sets: Vec<String>,
    /// Templates of addresses, each with its kind of picture.
    templates: Vec<(String, String)>,
    times: Vec<String>,
    usual_time: String,
    /// The usual values of other dimensions.
    dimensions: Vec<(String, String)>,
}

#[derive(Default)]
struct MatrixSet {
    system: String,
    matrices: Vec<Matrix>,
}

#[derive(Default)]
struct Matrix {
    name: String,
    scale: f64,
    top_left: [f64; 2],
    tile_size_px: [f64; 2],
}

/// What of a set of matrices can be asked for as tiles of Web Mercator.
struct Usable {
    first_zoom: u8,
    names: Vec<String>,
    tile_size_px: u32,
}

pub(super) fn read(text: &str, address: &str) -> Result<MapService, ServiceError> {
    let mut service = MapService::default();
    let (mut layers, mut sets): (Vec<Layer>, BTreeMap<String, MatrixSet>) = (Vec::new(), BTreeMap::new());
    let mut get_tile = String::new();
    let mut xml = Xml::new(text);
    xml.root(|xml, _| {
        xml.children(|xml, tag| match tag.name() {
            "ServiceIdentification" => xml.children(|xml, tag| {
                match tag.name() {
                    "Title" => service.title = xml.words()?.into_owned(),
                    "Fees" | "AccessConstraints" => {
                        let words = xml.words()?.into_owned();
                        if !words.is_empty() && !words.eq_ignore_ascii_case("none") {
                            service.terms = format!("{} {words}", service.terms).trim().to_owned();
                        }
                    }
                    _ => {}
                }
                Ok(())
            }),
            "OperationsMetadata" => xml.children(|xml, tag| {
                if tag.name() == "Operation" && tag.attribute("name").as_deref() == Some("GetTile") {
                    get_tile = operation(xml)?;
                }
                Ok(())
            }),
            "Contents" => xml.children(|xml, tag| {
                match tag.name() {
                    "Layer" => layers.push(layer(xml)?),
                    "TileMatrixSet" => {
                        let (name, set) = matrix_set(xml)?;
                        sets.insert(name, set);
                    }
                    _ => {}
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })?;
    let asked = joined(&get_tile, address);
    for layer in layers {
        match offered(&layer, &sets, &asked, service.layers.len()) {
            Ok(offered) => service.layers.push(offered),
            Err(why) => service.left_out.push((layer.title, why)),
        }
    }
    Ok(service)
}

/// A layer that can be drawn.
fn offered(
    layer: &Layer,
    sets: &BTreeMap<String, MatrixSet>,
    asked: &str,
    number: usize,
) -> Result<ServiceLayer, String> {
    let usable = layer.sets.iter().filter_map(|name| Some((name, usable(sets.get(name)?)?)));
    // The one that goes deepest.
    let best = usable.max_by_key(|(_, usable)| usable.first_zoom as usize + usable.names.len());
    let Some((set, usable)) = best else {
        let systems: Vec<&str> =
            layer.sets.iter().filter_map(|name| Some(sets.get(name)?.system.as_str())).take(3).collect();
        return Err(format!("its tiles are not those of Web Mercator, but of {}", systems.join(", ")));
    };
    let by_template: Vec<String> = layer.templates.iter().map(|(format, _)| format.clone()).collect();
    let formats = best_formats(if by_template.is_empty() { &layer.formats } else { &by_template });
    let format = formats.first().cloned().ok_or("its pictures are neither PNG, JPEG nor WebP")?;
    let template = layer.templates.iter().find(|(kind, _)| *kind == format).map(|(_, template)| template.as_str());
    let mut address = match template {
        Some(template) => {
            let mut address = template.replace("{TileMatrixSet}", &encoded_value(set)).replace("{style}", "{Style}");
            for name in ["{time}", "{TIME}"] {
                address = address.replace(name, "{Time}");
            }
            for (name, usual) in &layer.dimensions {
                address = address.replace(&format!("{{{name}}}"), &encoded_value(usual));
            }
            address.replace("{layer}", &encoded_value(&layer.name)).replace("{Layer}", &encoded_value(&layer.name))
        }
        None if asked.is_empty() => return Err("the service does not say how its tiles are asked for".to_owned()),
        None => {
            let query = format!(
                "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={}&STYLE={{Style}}&FORMAT={{Format}}\
                 &TILEMATRIXSET={}&TILEMATRIX={{TileMatrix}}&TILEROW={{TileRow}}&TILECOL={{TileCol}}",
                encoded_value(&layer.name),
                encoded_value(set)
            );
            let mut address = with_query(asked, &query);
            for (name, usual) in &layer.dimensions {
                address.push_str(&format!("&{}={}", encoded_value(name), encoded_value(usual)));
            }
            address
        }
    };
    if !layer.usual_time.is_empty() && !address.contains("{Time}") && template.is_none() {
        address.push_str("&TIME={Time}");
    }
    let request = ServiceRequest {
        layers: vec![layer.name.clone()],
        styles: layer.styles.first().map(|(name, _)| name.clone()).into_iter().collect(),
        format,
        time: layer.usual_time.clone(),
        matrices: usable.names.clone(),
        ..ServiceRequest::default()
    };
    let mut source = record(MapKind::Wmts, &address, &layer.title, request);
    source.tile_size_px = usable.tile_size_px;
    source.zooms = [usable.first_zoom, usable.first_zoom + usable.names.len() as u8 - 1];
    source.bounds = layer.bounds;
    source.id = format!("{}-{number}", layer.name);
    Ok(ServiceLayer {
        title: layer.title.clone(),
        depth: 0,
        styles: layer.styles.clone(),
        times: layer.times.clone(),
        // Each kind of picture has an address of its own.
        formats: if template.is_some() { formats.into_iter().take(1).collect() } else { formats },
        record: source,
        is_template: true,
    })
}

/// The longest run of zooms of a set whose tiles are those of Web Mercator.
fn usable(set: &MatrixSet) -> Option<Usable> {
    let system = set.system.to_uppercase();
    let is_mercator =
        ["3857", "900913", "102100", "3785"].iter().any(|code| system.ends_with(code)) || system.contains("GOOGLEMAPS");
    if !is_mercator {
        return None;
    }
    let mut zooms: BTreeMap<u8, &Matrix> = BTreeMap::new();
    let size = set.matrices.first()?.tile_size_px[0];
    if ![256.0, 512.0].contains(&size) {
        return None;
    }
    for matrix in &set.matrices {
        // The standards take a pixel to be 0.28 mm wide.
        let span_m = matrix.scale * 0.000_28 * size;
        let zoom = (WORLD_M / span_m).log2();
        let [left, top] = matrix.top_left;
        let is_ours = (zoom - zoom.round()).abs() < 0.01
            && (0.0..=f64::from(DEEPEST_ZOOM)).contains(&zoom.round())
            && matrix.tile_size_px == [size, size]
            && (left + WORLD_M / 2.0).abs() < 0.01 * span_m
            && (top - WORLD_M / 2.0).abs() < 0.01 * span_m;
        if is_ours {
            zooms.insert(zoom.round() as u8, matrix);
        }
    }
    let mut best: Vec<u8> = Vec::new();
    let mut run: Vec<u8> = Vec::new();
    for zoom in zooms.keys() {
        if run.last().is_some_and(|last| last + 1 != *zoom) {
            run.clear();
        }
        run.push(*zoom);
        if run.len() > best.len() {
            best.clone_from(&run);
        }
    }
    let first_zoom = *best.first()?;
    let names = best.iter().filter_map(|zoom| Some(zooms.get(zoom)?.name.clone())).collect();
    Some(Usable { first_zoom, names, tile_size_px: size as u32 })
}

/// The address of an operation that is asked by its query.
fn operation(xml: &mut Xml<'_>) -> Result<String, ReadError> {
    let mut found = String::new();
    xml.children(|xml, tag| match tag.name() {
        "DCP" => xml.children(|xml, tag| match tag.name() {
            "HTTP" => xml.children(|xml, tag| {
                if tag.name() != "Get" {
                    return Ok(());
                }
                let address = tag.attribute("href").unwrap_or_default();
                let mut encodings = Vec::new();
                xml.children(|xml, _| {
                    encodings.push(xml.words()?.into_owned());
                    Ok(())
                })?;
                let is_query = encodings.is_empty() || encodings.iter().any(|words| words.contains("KVP"));
                if is_query && found.is_empty() {
                    found = address;
                }
                Ok(())
            }),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    Ok(found)
}

fn layer(xml: &mut Xml<'_>) -> Result<Layer, ReadError> {
    let mut layer = Layer::default();
    xml.children(|xml, tag| {
        match tag.name() {
            "Identifier" => layer.name = xml.words()?.into_owned(),
            "Title" => layer.title = xml.words()?.into_owned(),
            "Format" => layer.formats.push(xml.words()?.into_owned()),
            "WGS84BoundingBox" => {
                let (mut lower, mut upper) = (None, None);
                xml.children(|xml, tag| {
                    match tag.name() {
                        "LowerCorner" => lower = pair(&xml.words()?),
                        "UpperCorner" => upper = pair(&xml.words()?),
                        _ => {}
                    }
                    Ok(())
                })?;
                if let (Some([west, south]), Some([east, north])) = (lower, upper) {
                    layer.bounds = settled_bounds([west, south, east, north]);
                }
            }
            "Style" => {
                let is_usual = tag.attribute("isDefault").as_deref() == Some("true");
                let (mut name, mut title) = (String::new(), String::new());
                xml.children(|xml, tag| {
                    match tag.name() {
                        "Identifier" => name = xml.words()?.into_owned(),
                        "Title" => title = xml.words()?.into_owned(),
                        _ => {}
                    }
                    Ok(())
                })?;
                if title.is_empty() {
                    title.clone_from(&name);
                }
                let at = if is_usual { 0 } else { layer.styles.len() };
                layer.styles.insert(at, (name, title));
            }
            "TileMatrixSetLink" => xml.children(|xml, tag| {
                if tag.name() == "TileMatrixSet" {
                    layer.sets.push(xml.words()?.into_owned());
                }
                Ok(())
            })?,
            "ResourceURL" if tag.attribute("resourceType").as_deref() == Some("tile") => {
                if let Some(template) = tag.attribute("template") {
                    layer.templates.push((tag.attribute("format").unwrap_or_default(), template));
                }
            }
            "Dimension" => {
                let (mut name, mut usual, mut values) = (String::new(), String::new(), Vec::new());
                xml.children(|xml, tag| {
                    match tag.name() {
                        "Identifier" => name = xml.words()?.into_owned(),
                        "Default" => usual = xml.words()?.into_owned(),
                        "Value" => values.extend(times_of(&xml.words()?)),
                        _ => {}
                    }
                    Ok(())
                })?;
                if usual.is_empty() {
                    usual = values.last().cloned().unwrap_or_default();
                }
                if name.eq_ignore_ascii_case("time") {
                    (layer.times, layer.usual_time) = (values, usual);
                } else {
                    layer.dimensions.push((name, usual));
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if layer.title.is_empty() {
        layer.title.clone_from(&layer.name);
    }
    Ok(layer)
}

fn matrix_set(xml: &mut Xml<'_>) -> Result<(String, MatrixSet), ReadError> {
    let (mut name, mut set) = (String::new(), MatrixSet::default());
    xml.children(|xml, tag| {
        match tag.name() {
            "Identifier" => name = xml.words()?.into_owned(),
            "SupportedCRS" => set.system = xml.words()?.into_owned(),
            "TileMatrix" => {
                let mut matrix = Matrix::default();
                xml.children(|xml, tag| {
                    let mut number = |into: &mut f64| -> Result<(), ReadError> {
                        *into = xml.words()?.trim().parse().unwrap_or_default();
                        Ok(())
                    };
                    match tag.name() {
                        "ScaleDenominator" => number(&mut matrix.scale)?,
                        "TileWidth" => number(&mut matrix.tile_size_px[0])?,
                        "TileHeight" => number(&mut matrix.tile_size_px[1])?,
                        "Identifier" => matrix.name = xml.words()?.into_owned(),
                        "TopLeftCorner" => matrix.top_left = pair(&xml.words()?).unwrap_or_default(),
                        _ => {}
                    }
                    Ok(())
                })?;
                set.matrices.push(matrix);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok((name, set))
}

/// Two numbers with a space between them.
fn pair(words: &str) -> Option<[f64; 2]> {
    let mut numbers = words.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(first)), Some(Ok(second))) => Some([first, second]),
        _ => None,
    }
}

/// The address at which a service says that it is asked, if that is one; else the one at which it was.
pub(super) fn joined(said: &str, asked: &str) -> String {
    let said = said.trim();
    if said.starts_with("http://") || said.starts_with("https://") { said.to_owned() } else { asked.to_owned() }
}
