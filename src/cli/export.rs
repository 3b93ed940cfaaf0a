//! A figure of the command line: what is read for it, and how it is set up; and `claimline export`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use claimline::basemap::vector::countries::Countries;
use claimline::basemap::{MapSource, sources};
use claimline::document::{Document, Names, edit};
use claimline::dossier::series::Every;
use claimline::dossier::{self, Dossier, Problem, verify, words};
use claimline::figure::{
    self, FigureLanguage, FigureOptions, Moment, OutputFormat, PageSetup, PageSize, Panels, PlacedPiece, Shows,
    georeference, paper, saved,
};
use claimline::files::pictures::{FilePictures, ReadPicture, Store};
use claimline::files::{self, Content};
use claimline::formats::day::Day;
use claimline::formats::edtf::Edtf;
use claimline::formats::picture::PictureError;
use claimline::geometry::{Frame, View};
use claimline::scene::Scene;
use claimline::scene::ground::Ground;
use claimline::scene::palette::Theme;
use claimline::session::Part;

use super::arguments::{Export, FigureArgs};
use super::maps::{self, Maps};
use super::open::{known, lay_over, open_dossier};
use super::project::{self, Laid};
use super::spans::check_dated;
use super::{Outcome, TextsAtHand, Usage, layers, texts_with_captures, warn};

pub(super) fn export(options: Export) -> anyhow::Result<Outcome> {
    let format = OutputFormat::of_path(&options.output).map_err(Usage)?;
    if options.world_file && format != OutputFormat::Png {
        bail!(Usage(format!("--world-file goes with a .png: {}", options.output.display())));
    }
    let beside = georeference::beside(&options.output);
    let mut paths = vec![&options.output];
    if options.world_file {
        paths.extend(&beside);
    }
    options.figure.spare_inputs(paths.iter().map(|path| path.as_path()), None)?;
    if let Some(taken) = paths.iter().find(|path| files::exists(path) && !options.force) {
        bail!(Usage(format!("{} already exists; give --force to replace it", taken.display())));
    }
    for path in &paths {
        files::check_replaceable(path).context("the figure was not written")?;
    }
    let captures = match (options.with_captures, &options.figure.dossier) {
        (false, _) => BTreeMap::new(),
        (true, _) if format != OutputFormat::Pack => {
            bail!(Usage(format!("--with-captures goes with an evidence pack (.zip): {}", options.output.display())));
        }
        (true, Some(path)) => files::dossiers::open(path)?.files().clone(),
        (true, None) => bail!(Usage("the built-in dossier keeps no captures; name one with --dossier".to_owned())),
    };
    let mut prepared = options.figure.prepared()?;
    options.figure.line.layers.check()?;
    if let Some(panels) = options.panels(&prepared)? {
        prepared.options.panels = Some(panels);
    }
    if options.world_file && prepared.options.panels.is_some() {
        bail!(Usage("--world-file goes with one map; this figure has several".to_owned()));
    }
    prepared.spare_layers(paths.iter().map(|path| path.as_path()))?;
    let outcome = prepared.outcome();
    let Prepared { scene, ground, document, options: figure, texts, maps, .. } = prepared;
    let days: Vec<Option<Day>> = match &figure.panels {
        Some(panels) => panels.days().map(Some).collect(),
        None => vec![document.day],
    };
    let drawn =
        maps.draw_of_days(&ground, &document, &days, |ground| figure::draw(&scene, ground, &document, &figure))?;
    for warning in figure::checks::check(&scene, &document, &figure, &drawn, &texts, None) {
        say!("warning: {}", warning.what);
    }
    drawn.check_data(format).map_err(|error| Usage(error.to_string()))?;
    let bytes = match format {
        OutputFormat::Pack => drawn.pack_with(&options.pack, &captures),
        format if format.of_features().is_some() => {
            let ending = options.output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            let data = drawn.data(format, &ending);
            data.cannot_hold.iter().for_each(|what| say!("warning: {what}"));
            Ok(data.bytes)
        }
        format => drawn.encode(format),
    };
    let not_written = "the figure was not written";
    files::write(&options.output, &bytes.context(not_written)?).context(not_written)?;
    if options.world_file {
        for (path, (_, text)) in beside.iter().zip(drawn.georeference()) {
            files::write(path, text.as_bytes()).context("the world file was not written")?;
        }
    }
    say!("wrote {}", options.output.display());
    // The system takes the memory of a program that ends at once; to give it back shape by shape takes longer.
    std::mem::forget((drawn, scene));
    Ok(outcome)
}

impl Export {
    /// The maps that are asked for in place of one.
    fn panels(&self, prepared: &Prepared) -> anyhow::Result<Option<Panels>> {
        if self.each.is_none() && self.span.is_said() {
            bail!(Usage("--from, --to and --reported-only go with --each day, week or month".to_owned()));
        }
        let stands = |every: Every| self.span.stands(every, prepared.scene.dossier(), &prepared.document);
        let days: Vec<Edtf> = match (self.each, self.panels) {
            (Some(every), _) => stands(every)?.into_iter().map(|stand| stand.when).collect(),
            (None, None) if self.days.is_empty() => return Ok(None),
            // Before and after, if no days are given.
            (None, Some((2, 1))) if self.days.is_empty() => {
                let reported: Vec<Edtf> =
                    stands(Every::Day)?.into_iter().filter(|stand| stand.is_reported).map(|stand| stand.when).collect();
                reported.first().into_iter().chain(reported.last()).copied().collect()
            }
            (None, Some(_)) if self.days.is_empty() => {
                bail!(Usage("--panels needs to know the days: give --days, or --each day, week or month".to_owned()))
            }
            (None, _) => {
                check_dated(prepared.scene.dossier(), &prepared.document)?;
                self.days.iter().copied().map(Edtf::from).collect()
            }
        };
        let page = prepared.options.page.size.points();
        let aspect = page.and_then(|(width_pt, height_pt)| Some(width_pt / height_pt?)).unwrap_or(1.4);
        let Some((columns, rows)) = self.panels.or_else(|| Panels::size_for(days.len(), aspect)) else {
            let count = days.len();
            bail!(Usage(format!("{count} maps do not fit on a page; 20 do: take weeks or months, or fewer days")));
        };
        Ok(Some(Panels::of_days(columns, rows, days).map_err(|error| Usage(error.to_string()))?))
    }
}

/// All that a figure is drawn from.
pub(super) struct Prepared {
    pub(super) scene: Arc<Scene>,
    pub(super) ground: Ground,
    /// What brings the tiles of maps.
    pub(super) maps: Maps,
    pub(super) document: Document,
    pub(super) options: FigureOptions,
    /// Texts of sources to check the quotes against.
    pub(super) texts: verify::Texts,
    /// Whether a layer that the project shows could not be read.
    pub(super) lacks_layers: bool,
    /// The files of the project's layers.
    pub(super) layer_files: Vec<PathBuf>,
}

impl Prepared {
    /// What a figure comes to that lacks a layer of its project, which has been told.
    pub(super) fn outcome(&self) -> Outcome {
        if self.lacks_layers { Outcome::Failed } else { Outcome::Good }
    }

    /// Refuses to write over the file of a layer.
    pub(super) fn spare_layers<'a>(&self, outputs: impl Iterator<Item = &'a Path>) -> anyhow::Result<()> {
        match files::input_replaced(outputs, self.layer_files.iter().map(PathBuf::as_path)) {
            Some((output, _)) => bail!(Usage(format!(
                "the project has a layer from this file; write the figure under another name: {}",
                output.display()
            ))),
            None => Ok(()),
        }
    }
}

/// Says so where a layer is so large that nobody has looked whether its outline crosses itself.
fn warn_unchecked(dossier: &Dossier, id: &str) {
    let Some(overlay) = dossier.overlay(id) else { return };
    // Of what is small, the figure's own checks tell.
    if overlay.warning().is_none() && overlay.may_cross() {
        // It would take as long as the figure.
        let what = format!(
            "{} vertices: it was not checked whether its outline crosses itself or its parts overlap; the window checks \
             this",
            words::number(overlay.vertices() as f64, 0)
        );
        warn(&[Problem { part: dossier::About::Overlay(overlay.id.clone()), what }]);
    }
}

/// Says so where a file seems to have longitude and latitude exchanged, by the boxes around what is in it.
pub(super) fn warn_exchanged(dossier: &Dossier, path: &Path, mut bounds: impl Iterator<Item = [f64; 4]>) {
    if bounds.any(|bounds| dossier.looks_exchanged(bounds)) {
        let what = format!("{}; --lat-first swaps them", dossier::EXCHANGED);
        warn(&[Problem { part: path.display().to_string().into(), what }]);
    }
}

/// The pictures of a file.
fn pictures_of(path: &Path, crs: Option<&str>) -> anyhow::Result<(Vec<ReadPicture>, Vec<String>)> {
    let opened = files::pictures::open_all(path, crs, Store::Temporary);
    if let Err(files::FileError::Picture { cause: PictureError::NotPlaced, .. }) = &opened
        && let Ok(photo) = files::photos::read(path)
        && let Some(at) = photo.facts.at
    {
        bail!(Usage(format!(
            "it is a photo taken at {:.5}, {:.5} (longitude, latitude), not a picture of the ground; open it in the window to put \
             it on the map as a point, save the project and give that with --project: {}",
            at.x,
            at.y,
            path.display()
        )));
    }
    let FilePictures { read, missing, mut left_out } = opened?;
    left_out
        .extend(missing.into_iter().map(|(picture, why)| format!("the picture {} is left out: {why}", picture.title)));
    if read.is_empty() && left_out.is_empty() {
        bail!(Usage(format!("it has no ground overlay; give features with --file: {}", path.display())));
    }
    Ok((read, left_out))
}

/// Reads the pictures of a project, and lays others over them. Whether one that is shown could not be read.
fn lay_pictures(document: &mut Document, ground: &mut Ground, others: Vec<ReadPicture>) -> bool {
    let mut lacks = false;
    for picture in document.pictures.iter().filter(|picture| picture.is_shown()) {
        let title = words::quoted(&picture.title);
        match files::pictures::load(picture, Store::Temporary) {
            Ok((pyramid, is_changed)) => {
                if is_changed {
                    say!("warning: the file of the picture {title} has changed since it was placed");
                }
                ground.pictures.set(&picture.file, pyramid);
            }
            Err(error) => {
                say!("warning: the picture {title} is not shown: {error}");
                lacks = true;
            }
        }
    }
    for ReadPicture { picture, pyramid, warnings } in others {
        warnings.iter().for_each(|what| say!("warning: {}: {what}", picture.title));
        ground.pictures.set(&picture.file, pyramid);
        if edit::add_picture(document, picture).is_none() {
            say!("warning: there are so many pictures that no more are shown");
        }
    }
    lacks
}

impl FigureArgs {
    /// Refuses to write over a file that the figure is made from, or over a further one.
    pub(super) fn spare_inputs<'a>(
        &self,
        outputs: impl Iterator<Item = &'a Path>,
        further: Option<&Path>,
    ) -> anyhow::Result<()> {
        let files = [&self.project, &self.dossier].into_iter().flatten();
        let of_line = self.line.files();
        let texts = self.sources.as_deref().map(files::texts_in).transpose()?.unwrap_or_default().texts;
        let opened = files.chain(&of_line).chain(&self.files).chain(&self.pictures).chain(&self.opened).chain(&texts);
        let opened = opened.map(PathBuf::as_path).chain(maps::files_of(&self.maps)).chain(further);
        let Some((output, input)) = files::input_replaced(outputs, opened) else { return Ok(()) };
        let by = if input == output { String::new() } else { format!(" (as {})", input.display()) };
        bail!(Usage(format!(
            "the figure is made from this file{by} and would replace it; write it under another name: {}",
            output.display()
        )))
    }

    pub(super) fn prepared(&self) -> anyhow::Result<Prepared> {
        self.line.check(!self.files.is_empty() || !self.opened.is_empty())?;
        let mut dossier = self.line.put_into(open_dossier(self.dossier.as_deref())?, self.day)?;
        let (mut ground, problems) = Ground::builtin();
        warn(&problems);
        let mut project = self.project.as_deref().map(project::open).transpose()?;
        let (mut own, mut positional, mut overlaid) = (Vec::new(), Vec::new(), Vec::new());
        let all: Vec<&PathBuf> = self.files.iter().chain(&self.opened).collect();
        for (index, path) in all.iter().copied().enumerate() {
            if all[..index].contains(&path) {
                continue;
            }
            let is_positional = self.opened.contains(path);
            // Of what can be read in parts, the part that is shown.
            let opened = files::open_as(
                &files::within(path, self.bbox),
                files::Taken { no_project: !is_positional, ..self.reading.taken() },
            )?;
            if !opened.overlays.is_empty() && !self.pictures.contains(path) {
                overlaid.push(path);
            }
            match opened.content {
                Content::Project(opened) => {
                    warn(&opened.project.warnings);
                    if project.replace(opened.project).is_some() {
                        bail!(Usage(format!(
                            "a figure shows only one project, and this is a second one: {}",
                            path.display()
                        )));
                    }
                }
                Content::Picture if is_positional => positional.push(path),
                Content::Map(archive) if is_positional => lay_over(&mut ground, *archive, path),
                Content::Evidence(Part::Dossier(..)) if is_positional => {
                    bail!(Usage(format!("give a dossier with --dossier: {}", path.display())))
                }
                // Of a file of pictures alone.
                Content::Layers(layers) if layers.is_empty() => {}
                content => {
                    for (layer, problems) in self.line.layers.of(content, path)? {
                        self.reading.say_unused(&layer, path);
                        let id = layers::add(&mut dossier, layer, &problems, path, self.line.filter.as_ref())?;
                        warn_unchecked(&dossier, &id);
                        own.push(id);
                    }
                }
            }
        }
        self.credit_files(&mut dossier, &own);
        let mut pictures = Vec::new();
        for path in overlaid.into_iter().chain(positional).chain(&self.pictures) {
            let (read, left_out) = pictures_of(path, self.reading.crs())?;
            left_out.iter().for_each(|what| say!("warning: {what}"));
            pictures.extend(read);
        }
        let usual_size = if project.is_some() { (1200.0, 800.0) } else { (1600.0, 1000.0) };
        let (width_pt, height_pt) = self.size.unwrap_or(usual_size);
        let Laid { scene, mut document, view, lacks_layers, files: layer_files } = match project {
            Some(mut project) => {
                // What is said of it is of the day that is shown.
                project.document.day = self.day.or(project.document.day);
                project::lay(project, dossier, self.line.file.is_some())
            }
            None => {
                let document = Document::new(&dossier, width_pt, height_pt);
                let scene = Arc::new(Scene::new(dossier));
                Laid { scene, document, view: None, lacks_layers: false, files: Vec::new() }
            }
        };
        let lacks_layers = lacks_layers | lay_pictures(&mut document, &mut ground, pictures);
        let picture_files =
            document.pictures.iter().flat_map(|picture| picture.file.elsewhere.iter().chain([&picture.file.path]));
        let layer_files = layer_files.into_iter().chain(picture_files.cloned()).collect();
        let dossier = scene.dossier();
        let shows = match (self.center, self.zoom, self.bbox, &self.fit) {
            (Some(center), Some(zoom), ..) => Some(Shows::View(View { center, zoom })),
            (_, _, Some(bounds), _) => Some(Shows::Bounds(bounds)),
            (.., Some(id)) => Some(Shows::Bounds(with_margin(known(dossier, id)?.bounds))),
            _ => None,
        };
        let usual_shows = match view {
            Some(view) => Shows::Bounds(Frame::new(view, width_pt, height_pt).lon_lat_bounds()),
            None => Shows::Bounds(with_margin(dossier.home)),
        };
        let names = self.names.clone();
        document.day = self.day.or(document.day);
        let maps = Maps::lay(&mut ground, &mut document, &self.maps, self.no_map)?;
        for tag in names.iter().flat_map(Names::tags) {
            let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
            let of_figures = FigureLanguage::all().any(|language| primary(language.tag()) == primary(tag));
            let of_dossier = dossier.overlays.iter().any(|overlay| overlay.title.name_in(tag).is_some());
            // Maps of others may have names in any language.
            let of_others = document.maps.iter().any(|map| map.id != MapSource::BUILTIN && map.id != MapSource::NONE);
            if !of_figures && !of_dossier && !of_others && !Countries::builtin().have_names_in(tag) {
                say!(
                    "warning: --names {tag}: the map and the dossier have no names in it; their usual names are shown"
                );
            }
        }
        if !self.overlays.is_empty() {
            for id in &self.overlays {
                known(dossier, id)?;
            }
            for overlay in &dossier.overlays {
                edit::set_visible(
                    &mut document,
                    &overlay.id,
                    self.overlays.contains(&overlay.id) || own.contains(&overlay.id),
                );
            }
        }
        let is_set_up = !document.figure.is_empty();
        let usual = FigureOptions::usual(PageSetup::default(), usual_shows);
        let (mut options, problems) =
            saved::read(&document.figure, FigureOptions { view_pt: (width_pt, height_pt), ..usual });
        warn(&problems);
        options.page = self.page(is_set_up.then_some(options.page))?;
        options.shows = shows.unwrap_or(options.shows);
        options.view_pt = self.size.unwrap_or(options.view_pt);
        let most_pt = options.page.size.most_margin_pt(options.view_pt);
        // As it is said, so it can be given.
        let most_mm = (most_pt / paper::PT_PER_MM * 10.0 + 1e-6).floor() / 10.0;
        if self.margin.is_some_and(|margin_pt| margin_pt > most_pt + 1e-6) {
            bail!(Usage(format!(
                "--margin is too large: on the page {} the margin can be at most {most_mm}mm wide",
                options.page.size
            )));
        }
        options.theme = self.theme.map_or(options.theme, Theme::from);
        options.language = self.language.unwrap_or(options.language);
        options.names = names.or(options.names);
        options.title = self.title.clone().or(options.title);
        options.kicker = self.kicker.clone().or(options.kicker);
        options.subtitle = self.subtitle.clone().or(options.subtitle);
        for (id, name) in &self.legend_name {
            known(dossier, id)?;
            options.legend_names.insert(id.clone(), name.clone());
        }
        for PlacedPiece { piece, place } in &self.with {
            match place {
                // Where it stands already, it stays.
                None if options.furniture.has(*piece) && is_set_up => {}
                place => {
                    if !options.furniture.has(*piece) {
                        options.furniture.set(*piece, true);
                    }
                    options.furniture.place(*piece, *place);
                }
            }
        }
        for piece in &self.no {
            options.furniture.set(*piece, false);
        }
        let at_hand = texts_with_captures(dossier, self.sources.as_deref(), self.dossier.as_deref())?;
        let TextsAtHand { texts, unread, .. } = at_hand.0;
        for unread in unread {
            say!("warning: not read: {unread}");
        }
        let scene = match document.day.map(|day| Moment::on(&scene, day).scene) {
            Some(of_day) => {
                if self.day.is_some()
                    && !sources::are_by_day(&document.maps, &document.map_sources)
                    && scene.dossier().series_of(|overlay| document.is_shown(&overlay.id)).next().is_none()
                {
                    bail!(Usage("--day: nothing that is shown is reported of several days".to_owned()));
                }
                of_day
            }
            None => scene,
        };
        if self.day.is_some() {
            options.panels = None;
        }
        Ok(Prepared { scene, ground, maps, document, options, texts, lacks_layers, layer_files })
    }

    /// Credits for files whom the options say, where they say nobody themselves.
    fn credit_files(&self, dossier: &mut Dossier, own: &[String]) {
        if self.credit.is_empty() {
            return;
        }
        let credit = self.credit.join("; ");
        for overlay in dossier.overlays.iter_mut().filter(|overlay| own.contains(&overlay.id)) {
            if overlay.credit.is_none() {
                Arc::make_mut(overlay).credit = Some(credit.clone());
            }
        }
        if let Some(line) = &mut dossier.own_line {
            line.credit_as(&credit);
        }
    }

    /// The paper that the options ask for; what they leave open is as the project has it, if it has a figure set up.
    pub(super) fn page(&self, saved: Option<PageSetup>) -> anyhow::Result<PageSetup> {
        let mut page = match (self.page, self.size, saved) {
            (Some(size), Some(_), _) if size != PageSize::View => {
                bail!(Usage(format!("--page {size} has a size of its own; leave --size out, or give --page view")))
            }
            // Another paper has its own usual resolution, as in the window.
            (Some(size), _, Some(saved)) if size == saved.size => saved,
            (Some(size), ..) => PageSetup::of(size),
            (None, Some((width_pt, height_pt)), _) => PageSetup::points(width_pt, height_pt, 1.0),
            (None, None, Some(saved)) => saved,
            (None, None, None) => PageSetup::points(1600.0, 1000.0, 1.0),
        };
        if let Some(scale) = self.scale {
            page.dpi = scale * paper::PT_PER_INCH;
        }
        page.dpi = self.dpi.unwrap_or(page.dpi);
        page.margin_pt = self.margin.or(saved.and_then(|saved| saved.margin_pt));
        Ok(page)
    }
}

/// Bounds with a little room around them.
pub(super) fn with_margin([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let (across, down) = ((east - west) * 0.03, (north - south) * 0.03);
    [west - across, south - down, east + across, north + down]
}
