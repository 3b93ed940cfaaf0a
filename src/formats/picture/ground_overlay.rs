//! Ground overlays of KML: pictures laid on the earth by a box, turned or not, or by four corners. OGC KML 2.3, 11.1 to 11.3.

use super::Placement;
use crate::formats::bundle::{BundleError, Files};
use crate::formats::number;
use crate::formats::read::{ReadError, shortened};
use crate::formats::xml::{Tag, Xml, text_of};
use crate::geometry::georeference::TransformKind;

/// More ground overlays of one file are not read.
const MOST: usize = 1000;

/// A KMZ's text, and a picture in it, take no more bytes.
const MOST_UNPACKED: u64 = 512 << 20;

/// A picture laid on the earth.
#[derive(Debug, Clone, PartialEq)]
pub struct GroundOverlay {
    /// What it is called.
    pub name: String,
    /// Where the picture is, as the file says it.
    pub href: String,
    corners: Corners,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Corners {
    /// West, south, east, north, and how far it is turned anticlockwise about its middle; degrees.
    Box { bounds: [f64; 4], rotation_deg: f64 },
    /// Longitude and latitude from the lower left anticlockwise.
    Quad([[f64; 2]; 4]),
}

impl GroundOverlay {
    /// Where it belongs, of a picture of this size.
    pub fn placement(&self, width_px: u32, height_px: u32) -> Placement {
        let (width, height) = (f64::from(width_px), f64::from(height_px));
        match self.corners {
            Corners::Box { bounds: [west, south, east, north], rotation_deg } => {
                let (x, y) = (f64::midpoint(west, east), f64::midpoint(south, north));
                // It is turned on the ground, where a degree of longitude is shorter than one of latitude.
                let (sin, cos) = rotation_deg.to_radians().sin_cos();
                let narrow = y.to_radians().cos().max(1e-6);
                let (across, down) = ((east - west) / width, (south - north) / height);
                let columns = [across * cos, across * narrow * sin];
                let rows = [-down * sin / narrow, down * cos];
                let corner = |axis: usize, middle: f64| middle - (columns[axis] * width + rows[axis] * height) / 2.0;
                let affine = [corner(0, x), columns[0], rows[0], corner(1, y), columns[1], rows[1]];
                Placement::Plane { crs: "EPSG:4326".to_owned(), affine }
            }
            Corners::Quad(corners) => {
                let pixels = [[0.0, height], [width, height], [width, 0.0], [0.0, 0.0]];
                let point = |([x, y], [lon, lat]): ([f64; 2], [f64; 2])| [x, y, lon, lat];
                let points = pixels.into_iter().zip(corners).map(point).collect();
                Placement::Points { transform: TransformKind::Projective, points }
            }
        }
    }
}

/// All of a file of KML, from its top.
///
/// # Errors
/// [`ReadError`] of a text that is no KML.
pub fn all(bytes: &[u8]) -> Result<Vec<GroundOverlay>, ReadError> {
    let (text, _) = text_of(bytes)?;
    let mut found = Vec::new();
    Xml::new(&text).root(|xml, tag| container(xml, tag, &mut found))?;
    Ok(found)
}

/// All of the first KML of a KMZ.
///
/// # Errors
/// [`ReadError`] of a zip that holds none.
pub fn all_packed(bytes: &[u8]) -> Result<Vec<GroundOverlay>, ReadError> {
    let failed = |error: BundleError| ReadError::Unusable(error.to_string());
    let mut files = Files::open(bytes, MOST_UNPACKED).map_err(failed)?;
    let is_kml = |name: &str| name.to_lowercase().ends_with(".kml");
    let first = files.names().into_iter().find(|(_, name)| is_kml(name));
    let (index, _) = first.ok_or_else(|| ReadError::Unusable("the zip holds no .kml file; it is no KMZ".to_owned()))?;
    all(&files.read(index).map_err(failed)?)
}

/// A picture in a KMZ, by what its overlay says of where it is.
///
/// # Errors
/// [`ReadError`] of a zip that has none there.
pub fn packed_picture(bytes: &[u8], href: &str) -> Result<Vec<u8>, ReadError> {
    let failed = |error: BundleError| ReadError::Unusable(error.to_string());
    let mut files = Files::open(bytes, MOST_UNPACKED).map_err(failed)?;
    let wanted = href.trim_start_matches("./");
    let found = files.names().into_iter().find(|(_, name)| name == wanted);
    let (index, _) = found.ok_or_else(|| {
        ReadError::Unusable(format!("it has no picture at {}; pictures elsewhere are not fetched", shortened(href)))
    })?;
    files.read(index).map_err(failed)
}

fn container<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, found: &mut Vec<GroundOverlay>) -> Result<(), ReadError> {
    if tag.name() == "GroundOverlay" {
        return ground_overlay(xml, found);
    }
    xml.children(|xml, tag| match tag.name() {
        "Document" | "Folder" | "GroundOverlay" => container(xml, tag, found),
        _ => Ok(()),
    })
}

fn ground_overlay(xml: &mut Xml<'_>, found: &mut Vec<GroundOverlay>) -> Result<(), ReadError> {
    let (mut name, mut href, mut corners) = (String::new(), String::new(), None);
    xml.children(|xml, tag| {
        match tag.name() {
            "name" => name = xml.words()?.into_owned(),
            "Icon" => xml.children(|xml, tag| {
                if tag.name() == "href" {
                    href = xml.words()?.into_owned();
                }
                Ok(())
            })?,
            "LatLonBox" => corners = lat_lon_box(xml)?.or(corners),
            "LatLonQuad" => {
                let mut quad = None;
                xml.children(|xml, tag| {
                    if tag.name() == "coordinates" {
                        quad = corners_of(&xml.words()?);
                    }
                    Ok(())
                })?;
                corners = quad.map(Corners::Quad).or(corners);
            }
            _ => {}
        }
        Ok(())
    })?;
    if let Some(corners) = corners.filter(|_| found.len() < MOST && !href.is_empty()) {
        found.push(GroundOverlay { name, href, corners });
    }
    Ok(())
}

fn lat_lon_box(xml: &mut Xml<'_>) -> Result<Option<Corners>, ReadError> {
    let mut said = [None; 5];
    xml.children(|xml, tag| {
        let at = ["west", "south", "east", "north", "rotation"].iter().position(|name| *name == tag.name());
        if let Some(at) = at {
            said[at] = number::of_text(&xml.words()?).filter(|number| number.is_finite() && number.abs() <= 720.0);
        }
        Ok(())
    })?;
    let [Some(west), Some(south), Some(east), Some(north), rotation] = said else { return Ok(None) };
    // Across the 180th meridian east is less than west.
    let is_good = west < east && south < north && west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
    Ok(is_good.then_some(Corners::Box { bounds: [west, south, east, north], rotation_deg: rotation.unwrap_or(0.0) }))
}

fn corners_of(words: &str) -> Option<[[f64; 2]; 4]> {
    let corner = |word: &str| {
        let mut numbers = word.split(',').map(number::of_text);
        Some([numbers.next()??, numbers.next()??]).filter(|[x, y]| x.abs() <= 180.0 && y.abs() <= 90.0)
    };
    let corners: Vec<[f64; 2]> = words.split_whitespace().map(corner).collect::<Option<_>>()?;
    corners.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    fn one(inner: &str) -> Option<GroundOverlay> {
        let text = format!(
            "<kml><Document><Folder><GroundOverlay><name>Sheet</name><Icon><href>a/b.png</href></Icon>{inner}\
             </GroundOverlay></Folder></Document></kml>"
        );
        all(text.as_bytes()).unwrap().pop()
    }

    fn corner(overlay: &GroundOverlay, x: f64, y: f64) -> [f64; 2] {
        let at = overlay.placement(200, 100).mapping().unwrap().lon_lat_from_pixel(Point::new(x, y)).unwrap();
        [at.x, at.y]
    }

    fn is_near(a: [f64; 2], b: [f64; 2]) -> bool {
        (a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9
    }

    #[test]
    fn a_box_goes_from_edge_to_edge() {
        let overlay = one("<LatLonBox><north>49</north><south>48</south><east>38</east><west>36</west></LatLonBox>");
        let overlay = overlay.unwrap();
        assert_eq!((overlay.name.as_str(), overlay.href.as_str()), ("Sheet", "a/b.png"));
        assert!(
            is_near(corner(&overlay, 0.0, 0.0), [36.0, 49.0]) && is_near(corner(&overlay, 200.0, 100.0), [38.0, 48.0])
        );
    }

    #[test]
    fn a_box_is_turned_anticlockwise_about_its_middle() {
        let overlay = one(
            "<LatLonBox><north>60.5</north><south>59.5</south><east>31</east><west>29</west><rotation>90</rotation></LatLonBox>",
        );
        let overlay = overlay.unwrap();
        // Its right edge's middle, one degree of longitude to the east, is now to the north by as many metres.
        let [lon, lat] = corner(&overlay, 200.0, 50.0);
        assert!((lon - 30.0).abs() < 1e-9 && (lat - (60.0 + 60.0_f64.to_radians().cos())).abs() < 1e-9, "{lon}, {lat}");
    }

    #[test]
    fn four_corners_go_where_they_are_said_to() {
        let overlay =
            one("<gx:LatLonQuad><coordinates>36,48 38,48.1,0 37.9,49 36.2,49.1</coordinates></gx:LatLonQuad>").unwrap();
        assert!(is_near(corner(&overlay, 0.0, 100.0), [36.0, 48.0]), "{:?}", corner(&overlay, 0.0, 100.0));
        assert!(is_near(corner(&overlay, 200.0, 0.0), [37.9, 49.0]));
    }

    #[test]
    fn what_has_no_corners_is_left_out() {
        assert_eq!(one(""), None);
        assert_eq!(
            one("<LatLonBox><north>48</north><south>49</south><east>38</east><west>36</west></LatLonBox>"),
            None
        );
        assert_eq!(one("<LatLonQuad><coordinates>1,2 3,4 5,6</coordinates></LatLonQuad>"), None);
        assert_eq!(one("<LatLonBox><north>x</north></LatLonBox>"), None);
    }
}
