//! `claimline convert`: the features of one file as another kind of file.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::bail;
use claimline::dossier::{self, Overlay};
use claimline::files;
use claimline::formats::feature::Feature;
use claimline::formats::filter::Filter;
use claimline::formats::format;
use claimline::formats::write::Outgoing;
use claimline::geometry::Geometry;
use clap::Args;
use geo::BoundingRect as _;

use super::arguments::{bbox, file_or_address};
use super::layers::{LayerNames, Reading, only};
use super::{Usage, warn};

#[derive(Debug, Args)]
pub(super) struct Convert {
    #[arg(value_name = "FILE", value_parser = file_or_address(), help = format!("File to read, or its address (https://… or postgresql://…): {}", format::expected_of(format::has_features)))]
    input: PathBuf,
    #[arg(short, long, value_name = "FILE", help = format!("File to write: {}", format::written_endings()))]
    output: PathBuf,
    #[command(flatten)]
    layers: LayerNames,
    /// Only the features that fit, such as 'status = held and km2 > 10'
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse, allow_hyphen_values = true)]
    filter: Option<Filter>,
    /// Only the features that meet a box, in degrees; a database sends no others
    #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true)]
    bbox: Option<[f64; 4]>,
    #[command(flatten)]
    reading: Reading,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

pub(super) fn run(options: &Convert) -> anyhow::Result<()> {
    let Convert { input, output, layers: names, filter, bbox, reading, force } = options;
    let Some((format, write)) = format::written_as(output) else {
        let endings = format::written_endings();
        bail!(Usage(format!("features are written as {endings}; this is none of them: {}", output.display())));
    };
    if files::input_replaced(std::iter::once(output.as_path()), std::iter::once(input.as_path())).is_some() {
        bail!(Usage(format!("this is the file that is read; write under another name: {}", output.display())));
    }
    if output.exists() && !force {
        bail!(Usage(format!("{} already exists; give --force to replace it", output.display())));
    }
    let taken = reading.taken();
    let layers = names.of_opened(files::open_as(&files::within(input, *bbox), taken)?, input)?;
    let several = layers.len() > 1;
    let mut by_layer = Vec::new();
    let title = match files::postgis::is_address(input) {
        true => layers.first().map(|(layer, _)| layer.title.main().to_owned()).unwrap_or_default(),
        false => {
            let name = dossier::name_of(input);
            std::path::Path::new(&name).file_stem().unwrap_or_default().to_string_lossy().into_owned()
        }
    };
    for (layer, problems) in layers {
        warn(&problems);
        reading.say_unused(&layer, input);
        let layer = only(layer, filter.as_ref(), input)?;
        by_layer.push((layer.title.main().to_owned(), features_of(&layer)));
    }
    names.check()?;
    let mut features =
        if several { with_layers(by_layer) } else { by_layer.into_iter().flat_map(|(_, all)| all).collect() };
    if let Some(bbox) = bbox {
        features.retain(|feature| feature.geometry.as_ref().is_some_and(|geometry| meets(geometry, *bbox)));
        if features.is_empty() {
            bail!("no feature lies within the box: {}", input.display());
        }
    }
    let ending = output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let written = write(&Outgoing { title: &title, ending: &ending, features: &features });
    written.cannot_hold.iter().for_each(|what| say!("warning: {what}"));
    files::write(output, &written.bytes)?;
    say!("wrote {} as {}", output.display(), format.label);
    Ok(())
}

/// Whether the box around a geometry meets this one, as a database has it too.
fn meets(geometry: &Geometry<f64>, [west, south, east, north]: [f64; 4]) -> bool {
    geometry
        .bounding_rect()
        .is_some_and(|own| own.min().x <= east && own.max().x >= west && own.min().y <= north && own.max().y >= south)
}

fn features_of(layer: &Overlay) -> Vec<Feature> {
    (0..layer.features.count()).map(|feature| layer.exact_feature(feature)).collect()
}

/// The features of several layers, each with the name of its layer as a property whose name none of them has.
fn with_layers(by_layer: Vec<(String, Vec<Feature>)>) -> Vec<Feature> {
    let taken: HashSet<String> = by_layer
        .iter()
        .flat_map(|(_, features)| features)
        .flat_map(|feature| feature.properties.keys().filter(|name| name.starts_with("layer")).cloned())
        .collect();
    let names = (2_u64..).map(|number| format!("layer ({number})"));
    let name = std::iter::once("layer".to_owned()).chain(names).find(|name| !taken.contains(name)).unwrap_or_default();
    if name != "layer" {
        say!("warning: features have a property “layer” of their own; the name of the layer is in “{name}”");
    }
    let named = by_layer.into_iter().flat_map(|(title, features)| {
        let name = name.clone();
        features.into_iter().map(move |mut feature| {
            feature.properties.insert(name.clone(), title.as_str().into());
            feature
        })
    });
    named.collect()
}
