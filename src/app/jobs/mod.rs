//! What takes time: reading files, drawing figures, the system's file chooser; each in a thread of its own.

mod progress;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use eframe::egui::{ColorImage, Context};

pub(crate) use self::progress::{Progress, progress_ui};
use crate::app::chrome;
use crate::app::dialogs::Purpose;
use crate::basemap::Archive;
use crate::document::project::Reference;
use crate::document::{ChosenLine, Document};
use crate::dossier::Problem;
use crate::dossier::check::TextAtHand;
use crate::dossier::verify::{MatchedBy, match_texts};
use crate::figure::{self, FigureOptions, OutputFormat, georeference};
use crate::files::project::{OpenedProject, Over, SaveError, Saved};
use crate::files::{self, Opened as OpenedFile};
use crate::scene::Scene;
use crate::scene::ground::Ground;
use crate::session::Session;

/// What a job came to.
pub(crate) enum Done {
    /// The figure is on disk.
    Exported(PathBuf),
    /// The figure is not on disk; the text says why.
    NotExported(String),
    /// The figure for the clipboard.
    Copied(ColorImage),
    /// Files have been read.
    Opened(Opened),
    /// The text of a source has been read.
    Attached {
        /// Id of the source.
        source: String,
        /// Name of the file.
        file: String,
        /// How it was matched; `None` if the user chose the source.
        matched: Option<MatchedBy>,
        /// The text.
        text: Box<TextAtHand>,
    },
    /// The dossier with another line of contact, made from `base`, or a text that says why not.
    LineChanged {
        base: Arc<Scene>,
        /// The line that takes its place; `None` for the dossier's own.
        own: Option<Arc<ChosenLine>>,
        made: Result<Arc<Scene>, String>,
    },
    /// The project is on disk, as this document.
    Saved(Saved, Box<Document>),
    /// The project is not on disk.
    NotSaved(SaveError),
    /// The system's chooser was closed, with a path or without.
    Chosen(Purpose, Option<PathBuf>),
    /// Something went wrong; the text says what and what to do.
    Failed(String),
}

/// What files held.
#[derive(Default)]
pub(crate) struct Opened {
    /// The scene with what was read in it.
    pub(crate) scene: Option<Arc<Scene>>,
    /// A map to lay over the built-in one.
    pub(crate) map: Option<Box<Archive>>,
    /// A project.
    pub(crate) project: Option<(PathBuf, Box<OpenedProject>)>,
    /// Files that were read.
    pub(crate) files: Vec<PathBuf>,
    names: Vec<String>,
    problems: Vec<Problem>,
    /// How many of these were known before.
    known: usize,
    errors: Vec<String>,
}

impl Opened {
    /// One line for the status bar, and all that was wrong.
    pub(crate) fn report(&self) -> (String, Vec<Problem>) {
        let mut text = match self.names.as_slice() {
            [] => String::new(),
            names => format!("Opened {}", names.join(", ")),
        };
        if !self.errors.is_empty() {
            let errors = self.errors.join("; ");
            text = if text.is_empty() { errors } else { format!("{text}. {errors}") };
        } else {
            text.push_str(&chrome::first_of(&self.problems[self.known..]));
        }
        (text, self.problems.clone())
    }
}

/// The jobs under way.
pub(crate) struct Jobs {
    ctx: Context,
    sender: Sender<Done>,
    receiver: Receiver<Done>,
    under_way: usize,
}

impl Jobs {
    pub(crate) fn new(ctx: Context) -> Self {
        let (sender, receiver) = channel();
        Self { ctx, sender, receiver, under_way: 0 }
    }

    /// Whether anything is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.under_way > 0
    }

    /// What has ended since the last call.
    pub(crate) fn finished(&mut self) -> Vec<Done> {
        let done: Vec<Done> = self.receiver.try_iter().collect();
        self.under_way = self.under_way.saturating_sub(done.len());
        done
    }

    fn start(&mut self, job: impl FnOnce() -> Done + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        let spawned = std::thread::Builder::new().name("job".to_owned()).spawn(move || {
            // The receiver is gone only when the window is.
            let _ = sender.send(job());
            ctx.request_repaint();
        });
        self.under_way += 1;
        if let Err(error) = spawned {
            let _ = self.sender.send(Done::Failed(format!("The system refuses another thread: {error}")));
        }
    }

    /// Draws the figure and writes it to `path`, with a world file beside it if one is wanted, unless it is cancelled
    /// before.
    pub(crate) fn export_figure(
        &mut self,
        session: &Session,
        ground: &Ground,
        options: FigureOptions,
        path: PathBuf,
        world_file: bool,
        progress: Arc<Progress>,
    ) {
        let ctx = self.ctx.clone();
        let (scene, ground, document) = (session.scene().clone(), ground.clone(), session.drawn_document());
        self.start(move || {
            let format = match OutputFormat::of_path(&path) {
                Ok(format) => format,
                Err(what) => return Done::NotExported(what),
            };
            let goes_on = || {
                ctx.request_repaint();
                if progress.next() { Ok(()) } else { Err("it was cancelled".to_owned()) }
            };
            let write = || {
                let drawn = figure::draw(&scene, &ground, &document, &options);
                goes_on()?;
                let bytes = drawn.encode(format).map_err(|error| error.to_string())?;
                goes_on()?;
                files::write(&path, &bytes).map_err(|error| error.to_string())?;
                if world_file {
                    for (path, (_, text)) in georeference::beside(&path).iter().zip(drawn.georeference()) {
                        files::write(path, text.as_bytes()).map_err(|error| error.to_string())?;
                    }
                }
                Ok::<(), String>(())
            };
            match write() {
                Ok(()) => Done::Exported(path),
                Err(error) => Done::NotExported(format!("The figure was not written: {error}")),
            }
        });
    }

    /// Draws the figure for the clipboard.
    pub(crate) fn copy_figure(&mut self, session: &Session, ground: &Ground, options: FigureOptions) {
        let (scene, ground, document) = (session.scene().clone(), ground.clone(), session.drawn_document());
        self.start(move || match figure::draw(&scene, &ground, &document, &options).paint() {
            Ok(bitmap) => {
                let size = [bitmap.width as usize, bitmap.height as usize];
                Done::Copied(ColorImage::from_rgba_unmultiplied(size, &bitmap.rgba))
            }
            Err(error) => Done::Failed(format!("The figure was not copied: {error}")),
        });
    }

    /// Reads dossiers, GeoJSON and map files.
    pub(crate) fn open(&mut self, paths: Vec<PathBuf>, scene: Arc<Scene>, problems: Vec<Problem>) {
        let ctx = self.ctx.clone();
        self.start(move || {
            let mut opened = Opened { known: problems.len(), problems, ..Opened::default() };
            let mut dossier = scene.dossier().clone();
            let mut changed = false;
            for path in paths {
                if path.is_file() && files::project::is_project(&path).unwrap_or_default() {
                    match files::project::open(&path) {
                        Ok(read) => opened.project = Some((path, Box::new(read))),
                        Err(error) => opened.errors.push(error.to_string()),
                    }
                    continue;
                }
                match files::open(&path) {
                    Ok(OpenedFile::Dossier(read, problems)) => {
                        dossier = *read;
                        (opened.problems, opened.known) = (problems, 0);
                        changed = true;
                    }
                    Ok(OpenedFile::Overlays(overlays)) => {
                        opened.problems.extend(overlays.iter().filter_map(|overlay| overlay.warning()));
                        overlays.into_iter().rev().for_each(|overlay| dossier.add(overlay));
                        changed = true;
                    }
                    Ok(OpenedFile::Map(archive)) => opened.map = Some(archive),
                    Err(error) => {
                        opened.errors.push(error.to_string());
                        continue;
                    }
                }
                opened.files.extend(files::read_with(&path));
                opened.names.push(path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned());
            }
            if changed {
                let scene = Arc::new(Scene::new(dossier));
                scene.prepare();
                // What is large is looked through when it is on the map already.
                let (own, ctx) = (scene.clone(), ctx.clone());
                let _ = std::thread::Builder::new().name("crossings".to_owned()).spawn(move || {
                    for overlay in own.dossier().overlays.iter().filter(|overlay| overlay.opened_from.is_some()) {
                        overlay.crossing();
                    }
                    ctx.request_repaint();
                });
                opened.scene = Some(scene);
            }
            Done::Opened(opened)
        });
    }

    /// Reads the text of a source, of the one named or of the one that it fits.
    pub(crate) fn attach_text(&mut self, path: PathBuf, source: Option<String>, scene: Arc<Scene>) {
        self.start(move || {
            let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let text = match files::read_text(&path) {
                Ok(text) => text,
                Err(error) => return Done::Failed(format!("The text was not attached: {error}")),
            };
            let dossier = scene.dossier();
            if let Some(id) = source {
                let whole = TextAtHand::new(text);
                // A saved page may hold more than the article.
                let article = dossier.source(&id).and_then(|source| whole.own_text(source, &dossier.excerpts));
                let text = Box::new(article.unwrap_or(whole));
                return Done::Attached { source: id, file, matched: None, text };
            }
            let (texts, matched) = match_texts(dossier, vec![(file.clone(), text)]);
            let by = |id: &str| matched.get(id).map(|(_, by)| *by);
            match texts.into_iter().next() {
                Some((source, text)) => Done::Attached { matched: by(&source), source, file, text: Box::new(text) },
                None => Done::Failed(format!(
                    "{file} fits no source by its SHA-256 or its name; attach it again and choose the source"
                )),
            }
        });
    }

    /// Works out all that depends on the line of contact with an overlay in its place, or with the dossier's own line.
    pub(crate) fn change_line(&mut self, base: Arc<Scene>, own: Option<Arc<ChosenLine>>) {
        self.start(move || {
            let dossier = base.dossier();
            let made = match &own {
                None => Ok(dossier.without_own_line()),
                Some(line) => line.put_into(dossier),
            };
            let made = made.map(|dossier| Arc::new(Scene::new(dossier)));
            if let Ok(scene) = made.clone() {
                // The sizes on each side of a fine line take long enough to hold up the inspector; without a thread
                // they are worked out when they are first shown.
                let _ = std::thread::Builder::new().name("sides".to_owned()).spawn(move || {
                    scene.prepare();
                    for overlay in &scene.dossier().overlays {
                        scene.dossier().beside(overlay);
                    }
                });
            }
            Done::LineChanged { base, own, made }
        });
    }

    /// Saves the project.
    pub(crate) fn save(&mut self, path: PathBuf, document: Document, reference: Reference, over: Over) {
        self.start(move || match files::project::save(&path, &document, &reference, &over) {
            Ok(saved) => Done::Saved(saved, Box::new(document)),
            Err(error) => Done::NotSaved(error),
        });
    }

    /// Asks for a path by the system's own chooser, which does not hold up the window.
    pub(crate) fn choose_path(&mut self, purpose: Purpose, folder: Option<PathBuf>) {
        self.start(move || {
            let mut dialog = rfd::FileDialog::new();
            if let Some(folder) = folder {
                dialog = dialog.set_directory(folder);
            }
            let chosen = match purpose {
                Purpose::Open => {
                    dialog.add_filter("Dossier or GeoJSON", &["json", "geojson", "claimline", "zip"]).pick_file()
                }
                Purpose::OpenMap => dialog.add_filter("PMTiles", &["pmtiles"]).pick_file(),
                Purpose::AttachText => {
                    dialog.add_filter("Text or HTML", &["txt", "text", "md", "html", "htm", "xhtml"]).pick_file()
                }
                Purpose::Export => OutputFormat::ALL
                    .into_iter()
                    .fold(dialog, |dialog, format| dialog.add_filter(format.label(), &[format.extension()]))
                    .set_file_name("figure.png")
                    .save_file(),
                Purpose::Save => dialog
                    .add_filter("Claimline project", &["geojson"])
                    .set_file_name("map.claimline.geojson")
                    .save_file(),
            };
            Done::Chosen(purpose, chosen)
        });
    }
}
