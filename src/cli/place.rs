//! `claimline place`: where a picture belongs, by control points or by its own word; how exact that is; and what comes of
//! it, as GeoTIFF or as a Georeference Annotation.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use claimline::basemap::raster::placed::PlacedPicture;
use claimline::document::Picture;
use claimline::dossier::words;
use claimline::files;
use claimline::files::pictures::{self, ReadPicture, Store};
use claimline::files::placed_pictures::{self, WrittenAs};
use claimline::formats::number::round;
use claimline::formats::picture::{Mapping, Placement, points};
use claimline::geometry::georeference::{ControlPoint, Georeference, Residual, TransformKind};
use claimline::geometry::{Coord, Point, lon_lat_from_world};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::arguments::{numbers, on_earth};
use super::layers::known_crs;
use super::terminal::print;
use super::{Usage, text};

#[derive(Debug, Args)]
pub(super) struct Place {
    /// Picture: PNG, JPEG, WebP, TIFF or GeoTIFF; or a Georeference Annotation (.json) beside its picture
    #[arg(value_name = "PICTURE")]
    picture: PathBuf,
    /// Control point: column and row of a pixel, from the upper left corner, and its longitude and latitude; may be repeated
    #[arg(long = "gcp", value_name = "PX,PY,LON,LAT", value_parser = control_point, allow_hyphen_values = true)]
    points: Vec<ControlPoint>,
    /// Kind of map through the control points [default: affine, or what the annotation says]
    #[arg(long, value_name = "KIND")]
    transform: Option<TransformArg>,
    /// Coordinate system of the picture's own positions, such as EPSG:28407, whatever it says itself
    #[arg(long, value_name = "CRS", value_parser = known_crs, conflicts_with = "points")]
    crs: Option<String>,
    /// File to write: .tif (GeoTIFF, warped) or .json (Georeference Annotation)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Coordinate system of the GeoTIFF
    #[arg(long, value_name = "CODE", default_value = "3857", value_parser = ["3857", "4326"])]
    epsg: String,
    /// Address of the picture, to stand in the annotation in place of its file's name
    #[arg(long, value_name = "URL", value_parser = address)]
    address: Option<String>,
    /// Print JSON instead of text
    #[arg(long)]
    json: bool,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TransformArg {
    Affine,
    Projective,
    #[value(alias = "tps")]
    ThinPlate,
}

impl TransformArg {
    fn kind(self) -> TransformKind {
        match self {
            Self::Affine => TransformKind::Affine,
            Self::Projective => TransformKind::Projective,
            Self::ThinPlate => TransformKind::ThinPlate,
        }
    }
}

fn control_point(text: &str) -> Result<ControlPoint, String> {
    let what = "column, row, longitude and latitude separated by commas";
    let [x, y, lon, lat] = numbers(text, what, "120.5,80,37.5844,48.7389")?;
    Ok(ControlPoint { pixel: Point::new(x, y), lon_lat: on_earth(Coord { x: lon, y: lat })? })
}

fn address(text: &str) -> Result<String, String> {
    let is_address = ["https://", "http://"].iter().any(|start| text.len() > start.len() && text.starts_with(start));
    is_address
        .then(|| text.to_owned())
        .ok_or_else(|| "expected an address, such as https://example.org/sheet.jpg".to_owned())
}

pub(super) fn run(options: &Place) -> anyhow::Result<()> {
    let written = options.output.as_deref().map(|path| written(path, options)).transpose()?;
    let transform = options.transform.map(TransformArg::kind);
    let read = if options.points.is_empty() {
        let mut read = pictures::open(&options.picture, options.crs.as_deref(), Store::Temporary)?;
        if let Some(kind) = transform {
            let Placement::Points { transform, .. } = &mut read.picture.placement else {
                bail!(Usage("--transform goes with control points; give them with --gcp".to_owned()));
            };
            *transform = kind;
        }
        read
    } else {
        let placement = Placement::of_points(&options.points, transform.unwrap_or_default());
        pictures::open_placed(&options.picture, placement, Store::Temporary)?
    };
    let ReadPicture { picture, pyramid, warnings } = read;
    warnings.iter().for_each(|what| say!("warning: {what}"));
    if let Placement::Points { .. } = picture.placement {
        let pixels: Vec<Point> = picture.placement.points().iter().map(|point| point.pixel).collect();
        if let Some(what) = points::outside_words(&pixels, picture.size_px) {
            say!("warning: {what}");
        }
    }
    let placed = PlacedPicture::new(Arc::clone(&pyramid), &picture.placement, &picture.crop)?;
    print(&if options.json { text::json(&as_json(&picture, &placed)) } else { as_text(&picture, &placed) })?;
    let Some((output, written)) = options.output.as_deref().zip(written) else { return Ok(()) };
    let bytes = match written {
        WrittenAs::GeoTiff => geotiff_of(&placed, &options.epsg)?,
        WrittenAs::Annotation => picture.annotation(options.address.as_deref())?.into_bytes(),
    };
    files::write(output, &bytes).context("the picture was not written")?;
    say!("wrote {}", output.display());
    Ok(())
}

fn written(output: &Path, options: &Place) -> anyhow::Result<WrittenAs> {
    let written = WrittenAs::of_path(output)
        .map_err(|what| Usage(format!("{what}; this is neither of them: {}", output.display())))?;
    let inputs = [options.picture.as_path()];
    if files::input_replaced(std::iter::once(output), inputs.into_iter()).is_some() {
        bail!(Usage(format!("this is the file that is read; write under another name: {}", output.display())));
    }
    if files::exists(output) && !options.force {
        bail!(Usage(format!("{} already exists; give --force to replace it", output.display())));
    }
    files::check_replaceable(output)?;
    Ok(written)
}

/// A picture warped onto a grid of about its own fineness.
fn geotiff_of(placed: &PlacedPicture, epsg: &str) -> anyhow::Result<Vec<u8>> {
    let (bytes, coarser) = placed_pictures::geotiff(placed, epsg.parse()?)?;
    if let Some(coarser) = coarser {
        say!("warning: {}", placed_pictures::coarser_words(coarser));
    }
    Ok(bytes)
}

/// West, south, east and north in degrees.
fn bounds_of(placed: &PlacedPicture) -> [f64; 4] {
    let world = placed.world_bounds();
    let (west_north, east_south) =
        (lon_lat_from_world(world.origin()), lon_lat_from_world(Point::new(world.x1, world.y1)));
    [west_north.x, east_south.y, east_south.x, west_north.y].map(|number| round(number, 6))
}

fn pixel_m(placed: &PlacedPicture) -> f64 {
    let middle = lon_lat_from_world(placed.world_bounds().center());
    placed.pixel_in_world()
        * std::f64::consts::TAU
        * claimline::geometry::frame::EARTH_RADIUS_M
        * middle.y.to_radians().cos()
}

fn georeference(placed: &PlacedPicture) -> Option<&Georeference> {
    Mapping::georeference(placed.mapping())
}

fn as_json(picture: &Picture, placed: &PlacedPicture) -> Value {
    let metres = |metres: f64| round(metres, 3);
    let point = |(point, residual): (&ControlPoint, Residual)| {
        json!({
            "pixel": [point.pixel.x, point.pixel.y],
            "lon_lat": [point.lon_lat.x, point.lon_lat.y],
            "east_m": metres(residual.east_m),
            "north_m": metres(residual.north_m),
            "residual_m": metres(residual.length_m),
            "left_out_m": residual.left_out_m.map(metres),
        })
    };
    let by = georeference(placed);
    let crs = match &picture.placement {
        Placement::Plane { crs, .. } => Some(crs),
        Placement::Points { .. } => None,
    };
    json!({
        "picture": picture.file.name(),
        "sha256": picture.file.sha256,
        "size_px": picture.size_px,
        "transform": by.map(Georeference::kind),
        "crs": crs,
        "points": by.map_or_else(Vec::new, |by| by.points().iter().zip(by.residuals()).map(point).collect()),
        "rms_m": by.map(|by| metres(by.rms_m())),
        "left_out_rms_m": by.and_then(Georeference::left_out_rms_m).map(metres),
        "accuracy_m": picture.accuracy_m().map(metres),
        "pixel_m": metres(pixel_m(placed)),
        "bounds": bounds_of(placed),
    })
}

fn as_text(picture: &Picture, placed: &PlacedPicture) -> String {
    let [width, height] = picture.size_px;
    let [west, south, east, north] = bounds_of(placed);
    let mut text =
        format!("{}, {width} × {height} pixels of {}\n", picture.file.name(), words::distance(pixel_m(placed)));
    // Writing to a String cannot fail.
    let _ = writeln!(text, "From {west}, {south} to {east}, {north}");
    let Some(by) = georeference(placed) else {
        if let Placement::Plane { crs, .. } = &picture.placement {
            let name = claimline::formats::crs::Crs::parse(crs).map_or_else(|_| crs.clone(), |crs| crs.label());
            let _ = writeln!(text, "Placed by its own positions in {name}");
        }
        return text;
    };
    let _ = writeln!(text, "{} through {} control points\n", by.kind().label(), by.points().len());
    let _ = writeln!(
        text,
        "{:>3} {:>12} {:>12} {:>12} {:>12} {:>10} {:>10}",
        "", "column", "row", "lon", "lat", "off m", "left out m"
    );
    for (at, (point, residual)) in by.points().iter().zip(by.residuals()).enumerate() {
        let left_out = residual.left_out_m.map_or_else(|| "–".to_owned(), |metres| format!("{metres:.1}"));
        let (ControlPoint { pixel, lon_lat }, length_m) = (point, residual.length_m);
        let _ = writeln!(
            text,
            "{:>3} {:>12} {:>12} {:>12.6} {:>12.6} {length_m:>10.1} {left_out:>10}",
            at + 1,
            round(pixel.x, 2),
            round(pixel.y, 2),
            lon_lat.x,
            lon_lat.y
        );
    }
    let _ = writeln!(text, "\nRoot mean square: {:.1} m", by.rms_m());
    match by.accuracy_m() {
        Some(accuracy_m) => {
            let _ = writeln!(text, "Accuracy, by points left out one at a time: {accuracy_m:.1} m");
        }
        None => text.push_str("Accuracy: unknown; add a control point more than the map takes\n"),
    }
    text
}
