//! Files of the user's own on the command line: opened, filtered and laid over the dossier.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use claimline::dossier::{About, Dossier, Overlay, Problem, words};
use claimline::files::{self, Content};
use claimline::formats::crs::Crs;
use claimline::formats::filter::Filter;
use claimline::formats::format::{self, Holds};
use claimline::formats::geojson::Order;
use claimline::formats::tabular::{First, PlaceColumns, TableChoice};
use claimline::session::{self, Part};
use clap::Args;

use super::arguments::file_or_address;
use super::{Usage, warn};

/// Files to look into besides the dossier.
#[derive(Debug, Args)]
pub(super) struct OwnFiles {
    /// File of features to read as well, such as .geojson or .kml, or its address (https://… or postgresql://…); may be repeated
    #[arg(long = "file", value_name = "FILE", value_parser = file_or_address())]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// How files of features are read.
#[derive(Debug, Default, PartialEq, Args)]
pub(super) struct Reading {
    /// Files have latitude before longitude: swap the two
    #[arg(long)]
    lat_first: bool,
    /// Coordinate system of the files, such as EPSG:28407, whatever they say themselves
    #[arg(long, value_name = "CRS", value_parser = known_crs)]
    crs: Option<String>,
    /// Column of tables that names places, which are looked up in the built-in gazetteer
    #[arg(long, value_name = "COLUMN")]
    place_names: Option<String>,
    /// Column that says in which region or country each of those places lies
    #[arg(long, value_name = "COLUMN", requires = "place_names")]
    place_regions: Option<String>,
}

/// Which layers are taken of files of several.
#[derive(Debug, Default, Args)]
pub(super) struct LayerNames {
    /// Which layers are taken of files of several, such as GeoPackages, by name: at least one of each such file; without it, all; may be repeated
    #[arg(long, value_name = "NAME")]
    layer: Vec<String>,
    /// Those of the names that a file had.
    #[arg(skip)]
    found: RefCell<BTreeSet<String>>,
}

/// A layer that a file turned out to hold, with what is wrong with it.
pub(super) type FileLayer = (Overlay, Vec<Problem>);

impl LayerNames {
    /// Of these names.
    pub(super) fn of_names(layer: Vec<String>) -> Self {
        Self { layer, ..Self::default() }
    }

    /// Whether none is given.
    pub(super) fn is_empty(&self) -> bool {
        self.layer.is_empty()
    }

    /// The layers of a file that was opened for its features alone; of pictures that it lays on the ground is said what draws
    /// them.
    pub(super) fn of_opened(&self, opened: files::Opened, path: &Path) -> anyhow::Result<Vec<FileLayer>> {
        let files::Opened { content, overlays, .. } = opened;
        let is_empty = matches!(&content, Content::Layers(layers) if layers.is_empty());
        if is_empty {
            bail!(Usage(format!(
                "it holds no features, only ground overlays (pictures); claimline export --picture draws them: {}",
                path.display()
            )));
        }
        let names: Vec<String> = overlays.names().take(MOST_NAMED).map(words::quoted).collect();
        if !names.is_empty() {
            let count = overlays.overlays.len();
            say!(
                "warning: it has {count} ground overlay{} besides ({}{}), which claimline export --picture draws: {}",
                if count == 1 { "" } else { "s" },
                names.join(", "),
                if count > names.len() { ", …" } else { "" },
                path.display()
            );
        }
        self.of(content, path)
    }

    /// The layers that a file turned out to hold, of several those that are wanted.
    pub(super) fn of(&self, content: Content, path: &Path) -> anyhow::Result<Vec<FileLayer>> {
        let parts = match content {
            Content::Evidence(part @ Part::Layer(..)) => vec![part],
            Content::Layers(parts) if self.is_empty() => parts,
            Content::Layers(parts) => self.chosen(parts, path)?,
            Content::Evidence(Part::Dossier(..)) | Content::Map(_) | Content::Picture | Content::Project(_) => {
                let expected = format::expected_of(|holds| matches!(holds, Holds::Features(_)));
                bail!(Usage(format!("expected {expected}: {}", path.display())))
            }
        };
        let layers = parts.into_iter().filter_map(|part| match part {
            Part::Layer(layer, problems) => Some((*layer, problems)),
            Part::Dossier(..) => None,
        });
        let layers: Vec<FileLayer> = layers.collect();
        self.found.borrow_mut().extend(layers.iter().map(|(layer, _)| layer.title.main().to_owned()));
        Ok(layers)
    }

    fn chosen(&self, parts: Vec<Part>, path: &Path) -> anyhow::Result<Vec<Part>> {
        let name = |part: &Part| match part {
            Part::Layer(layer, _) => layer.title.main().to_owned(),
            Part::Dossier(..) => String::new(),
        };
        let has: Vec<String> = parts.iter().map(name).collect();
        Part::chosen(parts, |_, layer| self.layer.iter().any(|name| name == layer.title.main())).map_err(|of_file| {
            // What was not read may be what is wanted.
            warn(&of_file);
            let has = has.iter().map(|name| as_it_is(name)).take(MOST_NAMED).collect::<Vec<_>>().join(", ");
            let what = format!("none of its layers that can be drawn is called as --layer says; they are {has}");
            Usage(format!("{what}: {}", path.display())).into()
        })
    }

    /// Refuses names that no file had.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let found = self.found.borrow();
        let missing: Vec<String> =
            self.layer.iter().filter(|name| !found.contains(*name)).map(|name| as_it_is(name)).collect();
        if !missing.is_empty() {
            bail!(Usage(format!(
                "--layer: no file has a layer that can be drawn and is called {}",
                missing.join(", ")
            )));
        }
        Ok(())
    }
}

/// A name in quotes, letter by letter, to be copied.
fn as_it_is(name: &str) -> String {
    format!("“{name}”")
}

/// So many layers of a file are named.
const MOST_NAMED: usize = 20;

/// A coordinate system that is known.
pub(super) fn known_crs(text: &str) -> Result<String, String> {
    let crs = Crs::parse(text).map_err(|error| error.to_string())?;
    crs.transform(None).map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}

impl Reading {
    /// Which number of a position stands first.
    pub(super) fn order(&self) -> Order {
        if self.lat_first { Order::LatLon } else { Order::LonLat }
    }

    /// How files of features are taken.
    pub(super) fn taken(&self) -> files::Taken {
        let places = self
            .place_names
            .as_ref()
            .map(|column| PlaceColumns::Names { column: column.clone(), within: self.place_regions.clone() });
        // Of two numbers in one column of a table, the first is the latitude then.
        let first = self.lat_first.then_some(First::Latitude);
        let table = TableChoice { places, first, ..TableChoice::default() };
        let table = Some(table).filter(|table| *table != TableChoice::default());
        files::Taken { no_project: true, order: self.order(), crs: self.crs.clone(), table, ..files::Taken::default() }
    }

    /// The coordinate system that is said, if any.
    pub(super) fn crs(&self) -> Option<&str> {
        self.crs.as_deref()
    }

    /// Says where a column of names is of no use to a layer, which is from no table.
    pub(super) fn say_unused(&self, layer: &Overlay, path: &Path) {
        let is_table = layer.origin.as_ref().is_some_and(|origin| origin.table.is_some());
        if self.place_names.is_some() && !is_table {
            say!("warning: --place-names: it is no table, and keeps the places that it has: {}", path.display());
        }
    }

    /// Refuses what is said of files where there are none.
    fn check(&self, has_files: bool) -> anyhow::Result<()> {
        if !has_files && *self != Self::default() {
            let said = "--lat-first, --crs and --place-names say how files are read, and there are none; give them with --file";
            bail!(Usage(said.to_owned()));
        }
        Ok(())
    }
}

impl OwnFiles {
    /// Whether none is given.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Lays the files over a dossier, or of each the layers that are wanted and the features that fit.
    pub(super) fn put_into(
        &self,
        dossier: &mut Dossier,
        names: &LayerNames,
        filter: Option<&Filter>,
    ) -> anyhow::Result<()> {
        self.reading.check(!self.files.is_empty())?;
        for (index, path) in self.files.iter().enumerate() {
            if self.files[..index].contains(path) {
                continue;
            }
            let taken = self.reading.taken();
            for (layer, problems) in names.of_opened(files::open_as(path, taken)?, path)? {
                self.reading.say_unused(&layer, path);
                let id = add(dossier, layer, &problems, path, filter)?;
                warn(&dossier.overlay(&id).and_then(Overlay::warning).into_iter().collect::<Vec<_>>());
            }
        }
        names.check()
    }
}

/// Lays a layer over a dossier, or those of its features that fit, and says what is wrong with it; its id there. One of the
/// same name as another file's has an id of its own, which is said.
pub(super) fn add(
    dossier: &mut Dossier,
    layer: Overlay,
    problems: &[Problem],
    path: &Path,
    filter: Option<&Filter>,
) -> anyhow::Result<String> {
    let name = layer.id.clone();
    let mut layer = layer;
    while dossier.overlay(&layer.id).is_some() {
        layer.id.push_str("-file");
    }
    // Warnings name the layer as it is called from now on: two files may have one name.
    let renamed = |Problem { part, what }: &Problem| match part {
        About::Overlay(_) => Problem { part: About::Overlay(layer.id.clone()), what: what.clone() },
        part => Problem { part: part.clone(), what: what.clone() },
    };
    if layer.id != name {
        say!("there is already an overlay '{name}'; the id of this file is '{}': {}", layer.id, path.display());
    }
    warn(&problems.iter().map(renamed).collect::<Vec<_>>());
    super::export::warn_exchanged(dossier, path, [layer.bounds].into_iter());
    let layer = only(layer, filter, path)?;
    let merged = session::merge(dossier, vec![Part::Layer(Box::new(layer), Vec::new())]);
    Ok(merged.added.into_iter().next().unwrap_or_default())
}

/// The features of a layer that fit a filter, if one is given; a word on each name in it that no feature has.
pub(super) fn only(layer: Overlay, filter: Option<&Filter>, path: &Path) -> anyhow::Result<Overlay> {
    let Some(filter) = filter else { return Ok(layer) };
    for what in layer.doubts_of_filter(filter) {
        say!("warning: --where: {what}: {}", path.display());
    }
    layer.only(filter).map_err(|what| anyhow!("{what}: {}", path.display()))
}
