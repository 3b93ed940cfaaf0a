//! Ground overlays of KML: pictures laid on the earth by a box, turned or not, or by four corners. OGC KML 2.3, 11.1 to 11.3.

use super::Placement;
use crate::formats::bundle::{BundleError, Files, first_file};
use crate::formats::number;
use crate::formats::percent::decoded;
use crate::formats::read::{ReadError, shortened};
use crate::formats::xml::{Tag, Xml, text_of};
use crate::geometry::georeference::TransformKind;

/// More ground overlays of one file are not read: as many pictures as lie on one map.
const MOST: usize = 200;

/// So many that are left out are named one by one.
const MOST_NAMED: usize = 20;

/// A KMZ's text, and a picture in it, take no more bytes.
const MOST_UNPACKED: u64 = 512 << 20;

/// A picture laid on the earth.
#[derive(Debug, Clone, PartialEq)]
pub struct GroundOverlay {
    /// What it is called.
    pub name: String,
    /// Where the picture is, as the file says it.
    pub href: String,
    /// Whether it is to be seen at first.
    pub visible: bool,
    /// 0 to 1.
    pub opacity: f64,
    /// Those of a higher number lie above.
    pub draw_order: i64,
    corners: Corners,
}

/// The ground overlays of a file.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Found {
    /// Those that can be placed, in the order of the file.
    pub overlays: Vec<GroundOverlay>,
    /// What is left out, and why, in words.
    pub left_out: Vec<String>,
    /// How many more are left out.
    more: usize,
}

impl Found {
    /// Whether the file has none, not even one that is left out.
    pub fn is_empty(&self) -> bool {
        self.overlays.is_empty() && self.left_out.is_empty()
    }

    /// What they are called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.overlays.iter().map(|overlay| overlay.name.as_str())
    }

    /// What is left out, in words.
    pub fn into_left_out(self) -> Vec<String> {
        let mut left_out = self.left_out;
        if self.more > 0 {
            left_out.push(format!("{} more ground overlays are left out", self.more));
        }
        left_out
    }

    fn leave_out(&mut self, name: &str, why: &str) {
        match self.left_out.len() {
            0..MOST_NAMED => self.left_out.push(left_out(name, why)),
            _ => self.more += 1,
        }
    }

    /// The same of a KML that lies in a zip: what it names lies beside it.
    pub(in crate::formats) fn in_zip(mut self, kml: &str) -> Self {
        if let Some((folder, _)) = kml.rsplit_once('/') {
            for overlay in self.overlays.iter_mut().filter(|overlay| !overlay.href.contains("://")) {
                overlay.href = format!("{folder}/{}", overlay.href);
            }
        }
        self
    }
}

/// That a ground overlay is left out.
pub fn left_out(name: &str, why: &str) -> String {
    match name.trim() {
        "" => format!("a ground overlay without a name is left out: {why}"),
        name => format!("the ground overlay “{}” is left out: {why}", shortened(name)),
    }
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
pub fn all(bytes: &[u8]) -> Result<Found, ReadError> {
    let (text, _) = text_of(bytes)?;
    let mut found = Found::default();
    Xml::new(&text).root(|xml, tag| container(xml, tag, &mut found))?;
    Ok(found)
}

/// All of the first KML of a KMZ.
///
/// # Errors
/// [`ReadError`] of a zip that holds none.
pub fn all_packed(bytes: &[u8]) -> Result<Found, ReadError> {
    let failed = |error: BundleError| ReadError::Unusable(error.to_string());
    let is_kml = |name: &str| name.to_lowercase().ends_with(".kml");
    let first = first_file(bytes, &is_kml, MOST_UNPACKED).map_err(failed)?;
    let (name, kml, _) =
        first.ok_or_else(|| ReadError::Unusable("the zip holds no .kml file; it is no KMZ".to_owned()))?;
    Ok(all(&kml)?.in_zip(&name))
}

/// A picture in a KMZ, by what its overlay says of where it is. With it, what it is called in the zip.
///
/// # Errors
/// [`ReadError`] of a zip that has none there.
pub fn packed_picture(bytes: &[u8], href: &str) -> Result<Vec<u8>, ReadError> {
    let failed = |error: BundleError| ReadError::Unusable(error.to_string());
    let mut files = Files::open(bytes, MOST_UNPACKED).map_err(failed)?;
    let names = files.names();
    // Writers differ in what they make of blanks, of capitals and of strokes the wrong way round.
    let wanted = [inside(href), inside(&decoded(href))];
    let exact = names.iter().find(|(_, name)| wanted.iter().flatten().any(|wanted| wanted == name));
    let folded = |name: &str| name.replace('\\', "/").to_lowercase();
    let alike = || names.iter().find(|(_, name)| wanted.iter().flatten().any(|wanted| folded(wanted) == folded(name)));
    let (index, _) = exact.or_else(alike).ok_or_else(|| {
        ReadError::Unusable(format!("it has no picture at {}; pictures elsewhere are not fetched", shortened(href)))
    })?;
    files.read(*index).map_err(failed)
}

/// A place in a zip without `.` and `..`; nothing where it leads out of it or to a server.
fn inside(href: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    if href.contains("://") || href.starts_with('/') {
        return None;
    }
    for part in href.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn container<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, found: &mut Found) -> Result<(), ReadError> {
    if tag.name() == "GroundOverlay" {
        return read(xml, found);
    }
    xml.children(|xml, tag| match tag.name() {
        "Document" | "Folder" | "GroundOverlay" => container(xml, tag, found),
        _ => Ok(()),
    })
}

/// Reads the ground overlay whose element has just begun.
pub(in crate::formats) fn read(xml: &mut Xml<'_>, found: &mut Found) -> Result<(), ReadError> {
    let (mut name, mut href, mut corners) = (String::new(), String::new(), Err("it says no place"));
    let (mut visible, mut opacity, mut draw_order) = (true, 1.0, 0);
    xml.children(|xml, tag| {
        match tag.name() {
            "name" => name = xml.words()?.into_owned(),
            "visibility" => visible = xml.words()?.trim() != "0",
            // aabbggrr; of a colour that tints the picture only its opacity is taken.
            "color" => {
                let words = xml.words()?;
                let alpha = words.trim().trim_start_matches('#');
                let alpha = alpha.get(..2).filter(|_| alpha.len() == 8);
                opacity = alpha.and_then(|hex| u8::from_str_radix(hex, 16).ok()).map_or(1.0, |a| f64::from(a) / 255.0);
            }
            "drawOrder" => draw_order = xml.words()?.trim().parse().unwrap_or_default(),
            "Icon" => xml.children(|xml, tag| {
                if tag.name() == "href" {
                    href = xml.words()?.trim().to_owned();
                }
                Ok(())
            })?,
            "LatLonBox" => corners = first_good(lat_lon_box(xml)?, corners),
            "LatLonQuad" => {
                let mut quad = None;
                xml.children(|xml, tag| {
                    if tag.name() == "coordinates" {
                        quad = corners_of(&xml.words()?);
                    }
                    Ok(())
                })?;
                corners = first_good(quad.map(Corners::Quad).ok_or("its four corners are not four places"), corners);
            }
            _ => {}
        }
        Ok(())
    })?;
    match corners {
        Err(why) => found.leave_out(&name, why),
        Ok(_) if href.is_empty() => found.leave_out(&name, "it names no picture"),
        Ok(_) if found.overlays.len() >= MOST => found.more += 1,
        Ok(corners) => found.overlays.push(GroundOverlay { name, href, visible, opacity, draw_order, corners }),
    }
    Ok(())
}

/// What was said later, unless that is wrong and what was said before is not.
fn first_good(later: Said, before: Said) -> Said {
    if later.is_err() && before.is_ok() { before } else { later }
}

type Said = Result<Corners, &'static str>;

fn lat_lon_box(xml: &mut Xml<'_>) -> Result<Said, ReadError> {
    let mut said = [None; 5];
    xml.children(|xml, tag| {
        let at = ["west", "south", "east", "north", "rotation"].iter().position(|name| *name == tag.name());
        if let Some(at) = at {
            said[at] = number::of_text(&xml.words()?).filter(|number| number.is_finite() && number.abs() <= 720.0);
        }
        Ok(())
    })?;
    let [Some(west), Some(south), Some(east), Some(north), rotation] = said else {
        return Ok(Err("its box lacks a side"));
    };
    let is_within = west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0;
    Ok(match (west < east, south < north) {
        (true, true) if is_within => {
            Ok(Corners::Box { bounds: [west, south, east, north], rotation_deg: rotation.unwrap_or(0.0) })
        }
        (false, true) => Err("its box lies across the 180th meridian, or its west is east of its east"),
        (_, false) => Err("its south is north of its north"),
        _ => Err("its box reaches beyond the earth"),
    })
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
        all(text.as_bytes()).unwrap().overlays.pop()
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
    fn what_cannot_be_placed_is_named_and_looks_are_kept() {
        let text = "<kml><Document>\
            <GroundOverlay><name>Pacific</name><Icon><href>a.png</href></Icon><LatLonBox><north>1</north><south>0</south>\
            <east>-179</east><west>179</west></LatLonBox></GroundOverlay>\
            <GroundOverlay><Icon><href>a.png</href></Icon></GroundOverlay>\
            <GroundOverlay><name>Tint</name><LatLonBox><north>1</north><south>0</south><east>1</east><west>0</west></LatLonBox></GroundOverlay>\
            <GroundOverlay><name>Faint</name><visibility>0</visibility><color>80ffffff</color><drawOrder>7</drawOrder>\
            <Icon><href> a.png </href></Icon><LatLonBox><north>1</north><south>0</south><east>1</east><west>0</west></LatLonBox></GroundOverlay>\
            </Document></kml>";
        let found = all(text.as_bytes()).unwrap();
        let one = &found.overlays[0];
        assert_eq!((found.overlays.len(), one.visible, one.draw_order, one.href.as_str()), (1, false, 7, "a.png"));
        assert!((one.opacity - 128.0 / 255.0).abs() < 1e-9);
        let left_out = found.into_left_out();
        assert!(left_out[0].contains("“Pacific”") && left_out[0].contains("180th meridian"), "{left_out:?}");
        assert!(left_out[1].contains("without a name") && left_out[1].contains("no place"), "{left_out:?}");
        assert!(left_out[2].contains("“Tint”") && left_out[2].contains("no picture"), "{left_out:?}");
    }

    #[test]
    fn a_picture_in_a_zip_is_found_as_writers_name_it() {
        let kml = "<kml><GroundOverlay><Icon><href>../files/My%20Map.PNG</href></Icon><LatLonBox><north>1</north>\
            <south>0</south><east>1</east><west>0</west></LatLonBox></GroundOverlay></kml>";
        let files =
            [("in/doc.kml".to_owned(), kml.as_bytes().to_vec()), ("files/my map.png".to_owned(), b"pixels".to_vec())];
        let zip = crate::formats::bundle::write(&files.into()).unwrap();
        let found = all_packed(&zip).unwrap();
        assert_eq!(packed_picture(&zip, &found.overlays[0].href).unwrap(), b"pixels");
        for href in ["../../files/my map.png", "https://example.org/files/my map.png", "/files/my map.png"] {
            assert!(packed_picture(&zip, href).is_err(), "{href}");
        }
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
