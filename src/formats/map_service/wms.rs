//! What a Web Map Service says that it offers.

use super::{MapService, ServiceError, ServiceLayer, best_formats, record, settled_bounds, times_of};
use crate::formats::map_source::{MapKind, SERVICE_SYSTEMS, ServiceRequest};
use crate::formats::read::ReadError;
use crate::formats::xml::{Tag, Xml};

/// What a layer hands on to those within it.
#[derive(Clone, Default)]
struct Inherited {
    systems: Vec<String>,
    styles: Vec<(String, String)>,
    bounds: Option<[f64; 4]>,
    times: Vec<String>,
    usual_time: String,
    attribution: (String, String),
    depth: usize,
    /// The least and the greatest scale denominator at which there is something to see.
    scales: [Option<f64>; 2],
}

#[derive(Default)]
struct Service {
    version: String,
    title: String,
    terms: Vec<String>,
    formats: Vec<String>,
    get_map: String,
    layers: Vec<(Found, Inherited)>,
}

struct Found {
    name: String,
    title: String,
}

pub(super) fn read(text: &str, address: &str) -> Result<MapService, ServiceError> {
    let mut service = Service::default();
    let mut xml = Xml::new(text);
    xml.root(|xml, root| {
        service.version = root.attribute("version").unwrap_or_default();
        xml.children(|xml, tag| match tag.name() {
            "Service" => xml.children(|xml, tag| {
                match tag.name() {
                    "Title" => service.title = xml.words()?.into_owned(),
                    "Fees" | "AccessConstraints" => {
                        let words = xml.words()?.into_owned();
                        if !words.is_empty() && !words.eq_ignore_ascii_case("none") {
                            service.terms.push(words);
                        }
                    }
                    _ => {}
                }
                Ok(())
            }),
            "Capability" => xml.children(|xml, tag| match tag.name() {
                "Request" => xml.children(|xml, tag| match tag.name() {
                    "GetMap" => get_map(xml, &mut service),
                    _ => Ok(()),
                }),
                "Layer" => layer(xml, tag, &Inherited::default(), &mut service),
                _ => Ok(()),
            }),
            _ => Ok(()),
        })
    })?;
    let is_new = service.version.starts_with("1.3");
    let version = if is_new { "1.3.0" } else { "1.1.1" };
    let asked = super::wmts::joined(&service.get_map, address);
    let formats = best_formats(&service.formats);
    let mut found = MapService { title: service.title, terms: service.terms.join(" "), ..MapService::default() };
    for (Found { name, title }, layer) in service.layers {
        let system = SERVICE_SYSTEMS.iter().find(|system| layer.systems.iter().any(|offered| offered == *system));
        let Some(system) = system else {
            let why = "it is in neither Web Mercator (EPSG:3857) nor longitude and latitude (EPSG:4326)".to_owned();
            found.left_out.push((title, why));
            continue;
        };
        let Some(format) = formats.first() else {
            found.left_out.push((title, "its pictures are neither PNG, JPEG nor WebP".to_owned()));
            continue;
        };
        let request = ServiceRequest {
            version: version.to_owned(),
            layers: vec![name],
            crs: (*system).to_owned(),
            format: format.clone(),
            time: layer.usual_time.clone(),
            ..ServiceRequest::default()
        };
        let mut source = record(MapKind::Wms, &asked, &title, request);
        source.tile_size_px = 512;
        source.zooms = zooms(layer.scales, source.tile_size_px);
        source.bounds = layer.bounds;
        (source.attribution, source.attribution_page) = layer.attribution;
        source.id = format!("{}-{}", source.request.layers.join("-"), found.layers.len());
        found.layers.push(ServiceLayer {
            title,
            depth: layer.depth,
            styles: layer.styles,
            times: layer.times,
            formats: formats.clone(),
            record: source,
            is_template: false,
        });
    }
    Ok(found)
}

/// Zooms at which a picture of this many pixels has a scale between the two, with the pixel of 0.28 mm of the standards.
fn zooms([least, greatest]: [Option<f64>; 2], tile_size_px: u32) -> [u8; 2] {
    const WORLD_M: f64 = std::f64::consts::TAU * 6_378_137.0;
    let zoom = |scale: f64| (WORLD_M / (0.000_28 * scale * f64::from(tile_size_px))).log2();
    let from = greatest.filter(|scale| *scale > 0.0).map_or(0.0, |scale| zoom(scale).ceil().clamp(0.0, 22.0));
    let to = least.filter(|scale| *scale > 0.0).map_or(22.0, |scale| zoom(scale).floor().clamp(0.0, 22.0));
    [from.min(to) as u8, to as u8]
}

fn get_map(xml: &mut Xml<'_>, service: &mut Service) -> Result<(), ReadError> {
    xml.children(|xml, tag| match tag.name() {
        "Format" => {
            service.formats.push(xml.words()?.into_owned());
            Ok(())
        }
        "DCPType" => xml.children(|xml, tag| match tag.name() {
            "HTTP" => xml.children(|xml, tag| match tag.name() {
                "Get" => xml.children(|_, tag| {
                    if tag.name() == "OnlineResource" {
                        service.get_map = tag.attribute("href").unwrap_or_default();
                    }
                    Ok(())
                }),
                _ => Ok(()),
            }),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })
}

fn layer(xml: &mut Xml<'_>, _tag: &Tag<'_>, above: &Inherited, service: &mut Service) -> Result<(), ReadError> {
    let mut own = Inherited { depth: above.depth + 1, ..above.clone() };
    let (mut name, mut title) = (String::new(), String::new());
    let mut has_own_styles = false;
    // Where in the list this layer comes: before those within it.
    let place = service.layers.len();
    xml.children(|xml, tag| {
        match tag.name() {
            "Name" => name = xml.words()?.into_owned(),
            "Title" => title = xml.words()?.into_owned(),
            "CRS" | "SRS" => {
                for system in xml.words()?.split_whitespace() {
                    own.systems.push(system.to_uppercase());
                }
            }
            "EX_GeographicBoundingBox" => own.bounds = geographic_box(xml)?.or(own.bounds),
            "LatLonBoundingBox" => {
                let sides = ["minx", "miny", "maxx", "maxy"];
                let sides = sides.map(|side| tag.attribute(side).and_then(|number| number.trim().parse::<f64>().ok()));
                if let [Some(west), Some(south), Some(east), Some(north)] = sides {
                    own.bounds = settled_bounds([west, south, east, north]);
                }
            }
            "Dimension" | "Extent" if tag.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("time")) => {
                let usual = tag.attribute("default").unwrap_or_default();
                let words = xml.words()?.into_owned();
                // In version 1.1.1 a dimension only says that there is one; its extent says which.
                if !words.is_empty() {
                    own.times = times_of(&words);
                }
                if !usual.is_empty() {
                    own.usual_time = usual;
                }
            }
            "Style" => {
                let style = named(xml)?;
                if !style.0.is_empty() {
                    if !has_own_styles {
                        has_own_styles = true;
                    }
                    own.styles.retain(|known| known.0 != style.0);
                    own.styles.push(style);
                }
            }
            "Attribution" => {
                let mut attribution = (String::new(), String::new());
                xml.children(|xml, tag| {
                    match tag.name() {
                        "Title" => attribution.0 = xml.words()?.into_owned(),
                        "OnlineResource" => attribution.1 = tag.attribute("href").unwrap_or_default(),
                        _ => {}
                    }
                    Ok(())
                })?;
                if !attribution.0.is_empty() {
                    own.attribution = attribution;
                }
            }
            "MinScaleDenominator" => own.scales[0] = xml.words()?.trim().parse().ok(),
            "MaxScaleDenominator" => own.scales[1] = xml.words()?.trim().parse().ok(),
            // Layers stand after what is said of their group.
            "Layer" => layer(xml, tag, &own, service)?,
            _ => {}
        }
        Ok(())
    })?;
    if !name.is_empty() {
        let title = if title.is_empty() { name.clone() } else { title };
        let depth = own.depth.saturating_sub(1);
        service.layers.insert(place, (Found { name, title }, Inherited { depth, ..own }));
    }
    Ok(())
}

/// Name and title of a style.
fn named(xml: &mut Xml<'_>) -> Result<(String, String), ReadError> {
    let (mut name, mut title) = (String::new(), String::new());
    xml.children(|xml, tag| {
        match tag.name() {
            "Name" => name = xml.words()?.into_owned(),
            "Title" => title = xml.words()?.into_owned(),
            _ => {}
        }
        Ok(())
    })?;
    let title = if title.is_empty() { name.clone() } else { title };
    Ok((name, title))
}

fn geographic_box(xml: &mut Xml<'_>) -> Result<Option<[f64; 4]>, ReadError> {
    let mut sides = [None; 4];
    xml.children(|xml, tag| {
        let at = match tag.name() {
            "westBoundLongitude" => 0,
            "southBoundLatitude" => 1,
            "eastBoundLongitude" => 2,
            "northBoundLatitude" => 3,
            _ => return Ok(()),
        };
        sides[at] = xml.words()?.trim().parse::<f64>().ok();
        Ok(())
    })?;
    Ok(match sides {
        [Some(west), Some(south), Some(east), Some(north)] => settled_bounds([west, south, east, north]),
        _ => None,
    })
}
