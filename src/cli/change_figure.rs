//! The figure of what changed, as `claimline diff` and `claimline changes` write it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use claimline::document::comparison::Comparison;
use claimline::dossier::compared::Shaded;
use claimline::figure::{self, FigureLanguage, OutputFormat, PageSetup, PageSize, changes};
use claimline::files;
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::scene::palette::Theme;

use super::arguments::ThemeArg;
use super::{Usage, warn};

/// How the figure is set up.
#[derive(Debug, Default)]
pub(super) struct SetUp {
    pub(super) page: Option<PageSize>,
    pub(super) theme: Option<ThemeArg>,
    pub(super) language: Option<FigureLanguage>,
    pub(super) title: Option<String>,
    pub(super) subtitle: Option<String>,
}

/// In which format the figure goes to a file, if it may go there.
pub(super) fn checked(path: &Path, inputs: &[PathBuf], force: bool) -> anyhow::Result<OutputFormat> {
    let format = OutputFormat::of_path(path).map_err(Usage)?;
    if !OutputFormat::of_page().any(|of_page| of_page == format) {
        bail!(Usage(format!("a map of what changed is a .png, .svg or .pdf: {}", path.display())));
    }
    if files::input_replaced(std::iter::once(path), inputs.iter().map(PathBuf::as_path)).is_some() {
        bail!(Usage(format!("the map is made from this file and would replace it: {}", path.display())));
    }
    if files::exists(path) && !force {
        bail!(Usage(format!("{} already exists; give --force to replace it", path.display())));
    }
    files::check_replaceable(path).context("the map was not written")?;
    Ok(format)
}

/// Writes the figure of what `shows` says of what changed; whether there is anything to draw.
pub(super) fn write(
    comparison: &Comparison,
    shows: impl Fn(&Shaded) -> bool,
    set_up: &SetUp,
    (path, format): (&Path, OutputFormat),
) -> anyhow::Result<bool> {
    let Some((made, document)) = changes::map(comparison, shows) else {
        say!("warning: no shape differs, so there is no map of it: {} was not written", path.display());
        return Ok(false);
    };
    let page = set_up.page.map_or_else(|| PageSetup::points(1600.0, 1000.0, 1.0), PageSetup::of);
    let mut options = changes::usual(comparison, &made, page);
    options.theme = set_up.theme.map_or(Theme::default(), Theme::from);
    options.language = set_up.language.unwrap_or_default();
    options.title.clone_from(&set_up.title);
    options.subtitle.clone_from(&set_up.subtitle);
    let scene = Arc::new(Scene::new(made));
    let (ground, problems) = Ground::builtin();
    warn(&problems);
    let drawn = figure::draw(&scene, &ground, &document, &options);
    for warning in figure::checks::check(&scene, &document, &options, &drawn, &BTreeMap::new(), None) {
        say!("warning: {}", warning.what);
    }
    let bytes = drawn.encode(format).context("the map was not written")?;
    files::write(path, &bytes).context("the map was not written")?;
    say!("wrote {}", path.display());
    Ok(true)
}
