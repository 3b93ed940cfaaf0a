//! Figures that commands write besides what they print: of what changed, as `claimline diff` and `claimline changes` write it, and of
//! who agrees.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use claimline::document::Document;
use claimline::document::comparison::Comparison;
use claimline::dossier::Dossier;
use claimline::dossier::compared::Shaded;
use claimline::figure::{self, FigureLanguage, FigureOptions, OutputFormat, PageSetup, PageSize, changes};
use claimline::files;
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::scene::palette::Theme;
use clap::Args;

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
    /// Whom to credit for files of the user's own.
    pub(super) credits: Vec<String>,
}

/// A figure of files that a command writes besides what it prints.
#[derive(Debug, Args)]
pub(super) struct SideFigure {
    /// Write a figure of it, too: .png, .svg or .pdf
    #[arg(long, value_name = "FILE")]
    figure: Option<PathBuf>,
    /// Paper of that figure, as `claimline export` takes it [default: 1600x1000 points]
    #[arg(long, value_name = "PAGE", requires = "figure", allow_hyphen_values = true)]
    pub(super) page: Option<PageSize>,
    /// Its colours
    #[arg(long, value_enum, requires = "figure")]
    pub(super) theme: Option<ThemeArg>,
    /// Language of its own words
    #[arg(long, value_name = "TAG", requires = "figure")]
    pub(super) language: Option<FigureLanguage>,
    /// Whom it credits for the files; may be repeated
    #[arg(long, value_name = "T", requires = "figure")]
    pub(super) credit: Vec<String>,
}

impl SideFigure {
    /// Where it goes and in which format, if one is asked for and may go there.
    pub(super) fn checked(&self, inputs: &[PathBuf], force: bool) -> anyhow::Result<Option<(&Path, OutputFormat)>> {
        let Some(path) = &self.figure else { return Ok(None) };
        Ok(Some((path, checked(path, inputs, force)?)))
    }

    /// The paper.
    pub(super) fn page(&self) -> PageSetup {
        page(self.page)
    }
}

fn page(size: Option<PageSize>) -> PageSetup {
    size.map_or_else(|| PageSetup::points(1600.0, 1000.0, 1.0), PageSetup::of)
}

/// In which format the figure goes to a file, if it may go there.
pub(super) fn checked(path: &Path, inputs: &[PathBuf], force: bool) -> anyhow::Result<OutputFormat> {
    let format = OutputFormat::of_path(path).map_err(Usage)?;
    if !OutputFormat::of_page().any(|of_page| of_page == format) {
        bail!(Usage(format!("this figure is a .png, .svg or .pdf: {}", path.display())));
    }
    if files::input_replaced(std::iter::once(path), inputs.iter().map(PathBuf::as_path)).is_some() {
        bail!(Usage(format!("the figure is made from this file and would replace it: {}", path.display())));
    }
    if files::exists(path) && !force {
        bail!(Usage(format!("{} already exists; give --force to replace it", path.display())));
    }
    files::check_replaceable(path).context("the figure was not written")?;
    Ok(format)
}

/// Draws a figure and writes it.
pub(super) fn draw_and_write(
    (made, document): (Dossier, Document),
    options: &FigureOptions,
    (path, format): (&Path, OutputFormat),
) -> anyhow::Result<()> {
    let scene = Arc::new(Scene::new(made));
    let (ground, problems) = Ground::builtin();
    warn(&problems);
    let drawn = figure::draw(&scene, &ground, &document, options);
    for warning in figure::checks::check(&scene, &document, options, &drawn, &BTreeMap::new(), None) {
        say!("warning: {}", warning.what);
    }
    let bytes = drawn.encode(format).context("the figure was not written")?;
    files::write(path, &bytes).context("the figure was not written")?;
    say!("wrote {}", path.display());
    Ok(())
}

/// Writes the figure of what `shows` says of what changed; whether there is anything to draw.
pub(super) fn write(
    comparison: &Comparison,
    shows: impl Fn(&Shaded) -> bool,
    set_up: &SetUp,
    to: (&Path, OutputFormat),
) -> anyhow::Result<bool> {
    let Some((mut made, document)) = changes::map(comparison, shows) else {
        say!("warning: no shape differs, so there is no map of it: {} was not written", to.0.display());
        return Ok(false);
    };
    if !set_up.credits.is_empty() {
        for overlay in made.overlays.iter_mut().filter(|overlay| document.overlay(&overlay.id).is_some()) {
            Arc::make_mut(overlay).credit = Some(set_up.credits.join("; "));
        }
    }
    let mut options = changes::usual(comparison, &made, page(set_up.page));
    options.theme = set_up.theme.map_or(Theme::default(), Theme::from);
    options.language = set_up.language.unwrap_or_default();
    options.title.clone_from(&set_up.title);
    options.subtitle.clone_from(&set_up.subtitle);
    draw_and_write((made, document), &options, to)?;
    Ok(true)
}
