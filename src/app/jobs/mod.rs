//! What takes time: reading files, drawing figures, the system's file chooser; each in a thread of its own.

mod animation;
mod early;
mod progress;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use eframe::egui::{ColorImage, Context};

pub(crate) use self::early::Early;
pub(crate) use self::progress::{SKETCHED_AFTER, Watched};
use crate::app::capturing::{LookedAgain, MadeCapture};
use crate::app::comparing::{self, OpenSide};
use crate::app::dialogs::Purpose;
use crate::app::dialogs::layers_dialog::Several;
use crate::app::dialogs::reading_dialog::Asked;
use crate::app::documents::{ReadCopies, TextDocument, read_copies};
use crate::app::texts::{LookedAt, look_at};
use crate::app::writing::{OpenedManuscript, SavedDossier};
use crate::basemap::raster::pyramid::Pyramid;
use crate::basemap::sources::typed::Typed;
use crate::basemap::{self, Archive, MapSource};
use crate::document::comparison::states::{AskedStates, Ledgers};
use crate::document::edit::Photo;
use crate::document::project::Reference;
use crate::document::{ChosenLine, Document, Picture};
use crate::dossier::check::{Fit, TextAtHand};
use crate::dossier::manuscript::NewCapture;
use crate::dossier::series::curve::csv_text;
use crate::dossier::standing::{HeldText, standing};
use crate::dossier::verify::{MatchedBy, match_texts};
use crate::dossier::{self, Capture, Dossier, Excerpt, Manuscript, Overlay, Problem, Source};
use crate::figure::chart::{self, ChartOptions};
use crate::figure::{self, FigureOptions, OutputFormat, georeference};
use crate::files::capture::{Extent, SavedFile};
use crate::files::desktop::Ask;
use crate::files::documents::Loaded;
use crate::files::extract::Extract;
use crate::files::gazetteers;
use crate::files::journal::OpenedRecovery;
use crate::files::layers::{ReadLayer, Wanted};
use crate::files::map_look::{self, Looked};
use crate::files::photos;
use crate::files::pictures::{self, FilePictures, ReadPicture, Store};
use crate::files::placed_pictures::{self, WrittenAs};
use crate::files::postgis::{Listed, Waits};
use crate::files::project::{OpenedProject, Over, SaveError, Saved};
use crate::files::servers::Servers;
use crate::files::{self, Content, FileError, Taken, map_tiles, tile_server};
use crate::formats::citations::{CitationWarning, CitedWork};
use crate::formats::database::Address;
use crate::formats::document::{self, ReadDocument};
use crate::formats::format;
use crate::formats::picture::PictureError;
use crate::formats::picture::ground_overlay::{self, Found};
use crate::formats::picture::points::{self, NotedPoint};
use crate::formats::read::ReadError;
use crate::formats::write::Outgoing;
use crate::gazetteer::Gazetteer;
use crate::geometry::work::{self, Work};
use crate::scene::Scene;
use crate::scene::ground::Ground;
use crate::session::{AgreementWish, AreasToSave, FeatureSet, Part, Session, ShownAgreement, ShownComparison};

/// A picture of a document, and its pixels with whether its file has changed since, or why there are none.
pub(crate) type LoadedPicture = (Arc<Picture>, Result<(Arc<Pyramid>, bool), String>);

/// What a job came to.
pub(crate) enum Done {
    /// The table of areas over time is on disk.
    TableWritten(PathBuf),
    /// The figure is on disk, without what such a file cannot hold.
    Exported(PathBuf, Vec<String>),
    /// The figure is not on disk; the text says why.
    NotExported(String),
    /// Features are on disk as a file of their own, without what such a file cannot hold.
    FeaturesSaved {
        /// The file.
        path: PathBuf,
        /// How many they are.
        count: usize,
        /// In words.
        cannot_hold: Vec<String>,
    },
    /// Some work has panicked.
    BrokeDown,
    /// The figure for the clipboard.
    Copied(ColorImage),
    /// Files have been read.
    Opened(Box<Opened>),
    /// The pixels of a document's pictures have been read: each with whether its file has changed since it was placed, or why
    /// there are none.
    Pictures(Vec<LoadedPicture>),
    /// A file has been read for the placed picture of that id, or why not.
    PictureFound(String, Box<Result<ReadPicture, String>>),
    /// A picture that is to be placed by hand, or why it cannot be read.
    Unplaced(Box<Result<ReadPicture, String>>),
    /// A placed picture is on disk, with what to say of that.
    PictureSaved(PathBuf, Vec<String>),
    /// Control points have been read, or why not.
    CitationsRead {
        /// The file.
        path: PathBuf,
        /// Its works and what cannot be used of it, or why there are none.
        read: Result<(Vec<CitedWork>, Vec<CitationWarning>), String>,
    },
    /// A file that was dropped lists no sources, and is something else.
    NoCitations(PathBuf),
    /// Control points were read, or why they were not.
    PointsRead(Result<Vec<NotedPoint>, String>),
    /// Control points are on disk.
    PointsWritten(PathBuf),
    /// The layers of a project have been read; of which project, by its number.
    Layers(u64, Vec<ReadLayer>),
    /// The tables that a database has named, or why it has not.
    Tables(Result<Vec<Listed>, String>),
    /// How many bytes of tiles are kept on the disk, or why they could not be cleared.
    TilesKept(Result<u64, String>),
    /// What map an address or a file holds.
    MapLooked(Box<Result<Looked, String>>),
    /// What map an archive at an address holds, to be laid over the others.
    MapOpened(Box<Result<(MapSource, Option<String>), String>>),
    /// An animation is on disk.
    Animated {
        /// Where.
        path: PathBuf,
        /// How many frames it has.
        frames: usize,
        /// How large it is.
        bytes: u64,
        /// What did not come.
        notes: Vec<String>,
    },
    /// What an extract of an archive takes, or why that is not known.
    OfflinePrepared(Result<Arc<Extract>, String>),
    /// The map of an area is on disk.
    KeptOffline(PathBuf),
    /// Layers of that project have been read with longitude and latitude the other way round.
    Exchanged(u64, Vec<ReadLayer>),
    /// A copy of this source has been made, or why not.
    Captured(String, Box<Result<MadeCapture, String>>),
    /// The pages of sources have been looked at.
    LookedAgain(LookedAgain),
    /// A document has been looked at, or why it cannot be read.
    LookedAtText(PathBuf, Box<Result<LookedAt, String>>),
    /// The copies that the dossier keeps have been read; nothing where its files are not to be had.
    Copies(Option<Box<ReadCopies>>),
    /// The text of a source has been read.
    Attached {
        /// Id of the source; `None` for a new one.
        source: Option<String>,
        /// Name of the file.
        file: String,
        /// Where that is, and what else is known of it.
        document: Box<TextDocument>,
        /// How it was matched; `None` if the user chose the source.
        matched: Option<MatchedBy>,
        /// The text.
        text: Box<TextAtHand>,
        /// What is to be said of how it was read.
        note: Option<String>,
    },
    /// The text of a source cannot be attached, or not without another word.
    NotAttached {
        /// Why.
        why: String,
        /// The source that it is not of, to which it can be attached all the same.
        all_the_same: Option<String>,
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
    /// The text of a dossier has been read, to be written.
    ManuscriptOpened(OpenedManuscript),
    /// A dossier that is written has been read, or why it cannot be.
    ManuscriptRead(Arc<Manuscript>, Result<Box<(Dossier, Vec<Problem>)>, String>),
    /// The dossier of a project has been read, or why it cannot be, before the project is opened.
    DossierOfProject(DossierOfProject, PathBuf, Box<OpenedProject>),
    /// The dossier of work that is recovered, and the file and what it holds.
    DossierOfRecovered(DossierOfProject, PathBuf, Box<OpenedRecovery>),
    /// It is on disk, there.
    DossierSaved(SavedDossier, PathBuf),
    /// The dossier in its place, if it stands there as a project knew it.
    DossierStands(PathBuf, Option<SavedDossier>),
    /// It is not on disk, where it was to be.
    DossierNotSaved(SaveError, PathBuf),
    /// A gazetteer has been read, or a text that says why not.
    Gazetteer(PathBuf, Result<Arc<Gazetteer>, String>),
    /// The system's chooser was closed, with a path or without.
    Chosen(Purpose, Option<PathBuf>),
    /// The system's chooser did not open; why.
    NotChosen(Purpose, String),
    /// What is open has been compared, or why not.
    Compared(Result<Box<ShownComparison>, String>),
    /// Accounts have been laid over each other, or why not.
    LaidOver(Result<Box<ShownAgreement>, String>),
    /// The cells are on disk, with what of them the file cannot hold.
    CellsWritten(PathBuf, Vec<String>),
    /// The map of what changed has been drawn anew.
    ChangesDrawn(Box<ShownComparison>),
    /// The table of what changed is on disk.
    ChangesWritten(PathBuf),
    /// Something went wrong; the text says what and what to do.
    Failed(String),
}

/// Where the text of a dossier is.
pub(crate) enum DossierFrom {
    /// In the program.
    Builtin,
    /// In a folder or a file.
    Place(PathBuf),
    /// In a project.
    Project(Arc<Manuscript>),
}

/// The dossier of a project that is opened, with its text, or why it cannot be read.
pub(crate) type DossierOfProject = Result<(Arc<Manuscript>, Box<(Dossier, Vec<Problem>)>), String>;

/// Of which source a text is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AttachTo {
    /// The one that it fits.
    Any,
    /// This one, if it is its text as far as can be told.
    Source(String),
    /// This one, though it is not its text.
    AllTheSame(String),
    /// A new one.
    New,
}

/// Why a text is not taken for that of a source.
fn not_its_text(file: &str, outlet: &str, excerpts: usize, differs: bool) -> String {
    let none = match excerpts {
        0 => String::new(),
        1 => "its 1 excerpt is not in it".to_owned(),
        all => format!("none of its {all} excerpts is in it"),
    };
    let sum = if differs { "its SHA-256 differs from the one in the dossier" } else { "" };
    let why = [sum, none.as_str()].into_iter().filter(|why| !why.is_empty()).collect::<Vec<_>>().join(", and ");
    format!("{file} does not seem to be the text of {outlet}: {why}. It was not attached")
}

/// The source whose text a document is: by fingerprint or name, or by the address that it says it is from. Of an archive with
/// several pages the one from the source's address is read.
pub(crate) fn matching(
    dossier: &Dossier,
    file: &str,
    loaded: &Loaded,
    read: &mut ReadDocument,
) -> Option<(String, MatchedBy, TextAtHand)> {
    let (texts, matched) = match_texts(dossier, vec![(file.to_owned(), read.normalized.clone())]);
    let pages: Vec<String> =
        read.said.address.iter().cloned().chain(read.pages().into_iter().map(|page| page.address)).collect();
    let is_from = |source: &Source| pages.iter().any(|page| document::is_same_address(page, &source.url));
    let by_name = texts.into_iter().next();
    if let Some((id, text)) = by_name {
        let by = matched.get(&id).map_or(MatchedBy::Id, |(_, by)| *by);
        let source = dossier.source(&id).filter(|source| by != MatchedBy::Fingerprint && is_from(source));
        let another = source.filter(|_| read.pages().len() > 1).and_then(|source| loaded.read(&[&source.url]).ok());
        return Some(match another {
            Some(other) => {
                *read = other;
                (id, by, TextAtHand::new(read.normalized.clone()))
            }
            None => (id, by, text),
        });
    }
    let mut from = dossier.sources.iter().filter(|source| is_from(source));
    let (Some(source), None) = (from.next(), from.next()) else { return None };
    if read.pages().len() > 1 {
        *read = loaded.read(&[&source.url]).ok()?;
    }
    let whole = TextAtHand::new(read.normalized.clone());
    let article = whole.own_text(source, &dossier.excerpts);
    Some((source.id.clone(), MatchedBy::Address, article.unwrap_or(whole)))
}

/// What files held, read without regard to what is open.
#[derive(Default)]
pub(crate) struct Opened {
    /// What is to be merged into the evidence that is open.
    pub(crate) parts: Vec<Part>,
    /// A map to lay over the built-in one.
    pub(crate) map: Option<Box<Archive>>,
    /// Pictures to be placed on the map.
    pub(crate) pictures: Vec<FilePictures>,
    /// Photos that say where they were taken.
    pub(crate) photos: Vec<Photo>,
    /// A picture, opened alone, of which nothing says where it belongs.
    pub(crate) unplaced: Option<PathBuf>,
    /// A project.
    pub(crate) project: Option<(PathBuf, Box<OpenedProject>)>,
    /// The paths of dossiers that were read.
    pub(crate) dossiers: Vec<PathBuf>,
    /// Files that were read.
    pub(crate) files: Vec<PathBuf>,
    /// Files about which somebody is to be asked before they are read.
    pub(crate) asked: Vec<Asked>,
    /// Files of several layers, of which the user chooses.
    pub(crate) several: Vec<Several>,
    /// Files that could not be read.
    pub(crate) unopened: Vec<Problem>,
    names: Vec<String>,
    errors: Vec<String>,
}

impl Opened {
    /// Says why a file is not opened.
    fn unopen(&mut self, path: &Path, name: String, error: &FileError) {
        let what = error.to_string();
        let what = what.strip_suffix(&format!(": {}", path.display())).unwrap_or(&what).to_owned();
        self.unopened.push(Problem { part: name.into(), what });
        self.errors.push(error.to_string());
    }

    /// Says why a picture is neither placed nor a photo with a position.
    fn unopen_photo(&mut self, path: &Path, name: String, error: &FileError, why: &FileError) {
        let end = format!(": {}", path.display());
        let text = why.to_string();
        let photo = text.strip_suffix(&end).unwrap_or(&text).to_owned();
        // Of a file whose pixels are not read, only what it says of itself counts.
        let what = match error {
            FileError::Picture { cause: PictureError::NotPlaced, .. } => {
                format!(
                    "nothing says where it belongs ({photo}), and it has no world file beside it; open it alone to place it \
                     by control points"
                )
            }
            _ => photo,
        };
        self.errors.push(format!("{what}: {}", path.display()));
        self.unopened.push(Problem { part: name.into(), what });
    }

    /// Reads the pictures that a KML or KMZ lays on the ground.
    fn take_overlays(&mut self, path: &Path, found: Found, store: Store<'_>) {
        if files::address::is_address(path) {
            let why = "its picture is not fetched with the file; download that and open it";
            let mut left_out: Vec<String> = found.names().map(|name| ground_overlay::left_out(name, why)).collect();
            left_out.extend(found.into_left_out());
            self.pictures.push(FilePictures { left_out, ..FilePictures::default() });
            return;
        }
        match pictures::open_ground_overlays(path, store) {
            Ok(pictures) => self.pictures.push(pictures),
            Err(error) => self.errors.push(error.to_string()),
        }
    }

    /// One line for the status bar, and whether there is anything in it that failed.
    pub(crate) fn report(&self) -> (String, bool) {
        let opened = match self.names.as_slice() {
            [] => String::new(),
            names => format!("Opened {}", names.join(", ")),
        };
        let errors = self.errors.join("; ");
        let text = match (opened.is_empty(), errors.is_empty()) {
            (_, true) => opened,
            (true, false) => errors,
            (false, false) => format!("{opened}. {errors}"),
        };
        (text, !self.errors.is_empty())
    }
}

/// What is to be asked of a file that was read: of a table, whether it was read rightly, where that is in doubt and nobody
/// has chosen it or seen it on the map.
fn doubt(path: &Path, taken: &Taken, content: &Content) -> Option<Asked> {
    let Content::Evidence(Part::Layer(layer, problems)) = content else { return None };
    let origin = layer.origin.as_ref().filter(|_| taken.table.is_none() && taken.crs.is_none())?;
    let is_certain = origin.table.as_ref().is_none_or(|table| table.is_certain);
    let why = problems.first().map_or_else(String::new, |problem| problem.what.clone());
    let (path, taken, layer) = (path.to_owned(), taken.clone(), origin.file.layer.clone());
    (!is_certain).then_some(Asked { path, taken, layer, bounds: None, of: None, why })
}

/// What is to be asked of a file that cannot be read so.
fn question(path: &Path, taken: &Taken, error: &FileError) -> Option<Asked> {
    let FileError::Features { cause, .. } = error else { return None };
    let bounds = match cause {
        ReadError::NotDegrees(bounds) => Some(*bounds),
        ReadError::NoPlaces(_) => None,
        _ => return None,
    };
    let (path, taken, why) = (path.to_owned(), taken.clone(), error.to_string());
    Some(Asked { path, taken, layer: None, bounds, of: None, why })
}

/// Reads files, each once, as `known` says that they are taken. What the work is cancelled before, is left out by name.
fn read(paths: Vec<PathBuf>, known: &BTreeMap<PathBuf, Taken>, mut early: Option<Early>) -> Opened {
    let mut opened = Opened::default();
    let folder = files::pyramid_folder();
    let store = folder.as_deref().map_or(Store::Temporary, Store::Cache);
    let is_alone = paths.len() == 1;
    for path in paths {
        let name = dossier::name_of(&path);
        if work::is_cancelled() {
            opened.errors.push(not_opened(&name));
            continue;
        }
        let taken = known.get(&files::layers::place(&path)).cloned().unwrap_or_default();
        let read = early.take().and_then(Early::finished);
        match read.unwrap_or_else(|| files::open_as(&path, taken.clone())) {
            Ok(file) => {
                if let Some(asked) = doubt(&path, &taken, &file.content) {
                    opened.asked.push(asked);
                    continue;
                }
                opened.files.extend(file.files);
                if !file.overlays.is_empty() {
                    opened.take_overlays(&path, file.overlays, store);
                }
                match file.content {
                    Content::Evidence(part) => {
                        if matches!(part, Part::Dossier(..)) {
                            opened.dossiers.push(path);
                        }
                        opened.parts.push(part);
                    }
                    // Of a file of pictures alone.
                    Content::Layers(parts) if parts.is_empty() => {}
                    Content::Layers(parts) => {
                        opened.several.push(Several { name, parts });
                        continue;
                    }
                    Content::Map(archive) => opened.map = Some(archive),
                    Content::Picture => match pictures::open_all(&path, taken.crs.as_deref(), store) {
                        Ok(pictures) => opened.pictures.push(pictures),
                        Err(_) if work::is_cancelled() => {
                            opened.errors.push(not_opened(&name));
                            continue;
                        }
                        Err(error) if may_be_photo(&path, &error) => match photos::read(&path) {
                            Ok(photo) => opened.photos.push(photo),
                            Err(why) => {
                                let is_unplaced =
                                    matches!(error, FileError::Picture { cause: PictureError::NotPlaced, .. });
                                if is_unplaced && is_alone {
                                    opened.unplaced = Some(path);
                                } else {
                                    opened.unopen_photo(&path, name, &error, &why);
                                }
                                continue;
                            }
                        },
                        Err(error) => {
                            opened.unopen(&path, name, &error);
                            continue;
                        }
                    },
                    Content::Project(read) => {
                        // Once it is shown, it tells of itself.
                        opened.project = Some((path, read));
                        continue;
                    }
                }
                opened.names.push(name);
            }
            Err(_) if work::is_cancelled() => opened.errors.push(not_opened(&name)),
            Err(error) => {
                if let Some(asked) = question(&path, &taken, &error) {
                    opened.asked.push(asked);
                    continue;
                }
                opened.unopen(&path, name, &error);
            }
        }
    }
    opened
}

/// Reads a dossier with its text.
fn read_dossier(from: DossierFrom) -> DossierOfProject {
    let manuscript = match from {
        DossierFrom::Builtin => files::dossiers::builtin().map(Arc::new),
        DossierFrom::Place(place) => files::dossiers::open(&place).map(Arc::new),
        DossierFrom::Project(manuscript) => Ok(manuscript),
    };
    let read = manuscript.map_err(|error| error.to_string()).and_then(|manuscript| {
        let read = manuscript.dossier().map_err(|error| error.to_string())?;
        Ok((manuscript, Box::new(read)))
    });
    if work::is_cancelled() { Err("it was cancelled".to_owned()) } else { read }
}

/// Whether a file that is not placed as a picture may be a photo that says where it was taken.
fn may_be_photo(path: &Path, error: &FileError) -> bool {
    let FileError::Picture { cause, .. } = error else { return false };
    matches!(cause, PictureError::NotPlaced | PictureError::Unknown) && !files::address::is_address(path)
}

fn not_opened(name: &str) -> String {
    format!("{name} was not opened: it was cancelled")
}

/// What happens if the reading of a project's layers is cancelled.
const LAYERS_CANCELLED: &str = "The layers that are not read yet are named as missing";

/// The jobs under way.
pub(crate) struct Jobs {
    ctx: Context,
    sender: Sender<Done>,
    receiver: Receiver<Done>,
    under_way: usize,
    /// What is being read before it is opened.
    early: Option<Early>,
    /// From what nothing waits for.
    asides: Sender<Done>,
    aside: Receiver<Done>,
    /// Files that are being read, in the order in which they were asked for: what is opened later lies on top, and a
    /// dossier takes the place only of what was opened before it, however long each takes to read.
    opening: VecDeque<Receiver<Opened>>,
    /// How many times layers of a project are being read.
    layers_under_way: usize,
    /// Answers once the features of a large layer have been sorted.
    sorting: Option<Receiver<()>>,
    /// Scenes that are to be made ready once they are shown, and since when.
    to_prepare: Vec<(Arc<Scene>, Instant)>,
    /// What can be cancelled, the oldest first.
    watched: Vec<Watched>,
    /// What reads shapes, and has read them until the map shows them.
    sketching: Vec<(Work, Instant)>,
}

/// Within this time no user closes a file chooser that has just been asked for.
const AT_ONCE: Duration = Duration::from_millis(1500);

/// What is to be made ready waits no longer than this for its picture.
const PREPARED_AFTER: Duration = Duration::from_secs(2);

impl Jobs {
    pub(crate) fn new(ctx: Context) -> Self {
        let (sender, receiver) = channel();
        let (asides, aside) = channel();
        Self {
            ctx,
            sender,
            receiver,
            asides,
            aside,
            under_way: 0,
            early: None,
            opening: VecDeque::new(),
            layers_under_way: 0,
            sorting: None,
            to_prepare: Vec::new(),
            watched: Vec::new(),
            sketching: Vec::new(),
        }
    }

    /// Whether anything is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.under_way > 0 || !self.opening.is_empty() || self.sorting.is_some()
    }

    /// Whether files are read whose shapes the map has still to show.
    pub(crate) fn is_reading(&self) -> bool {
        self.layers_under_way > 0 || !self.opening.is_empty()
    }

    /// What can be cancelled and has lasted longest.
    pub(crate) fn watched(&self) -> Option<&Watched> {
        self.watched.iter().find(|watched| !watched.is_over())
    }

    /// The work that has read shapes for a while, of which what has been read so far can be shown.
    pub(crate) fn sketching(&self) -> impl Iterator<Item = &Work> {
        let lasts = |(_, since): &&(Work, Instant)| since.elapsed() >= progress::SKETCHED_AFTER;
        self.sketching.iter().filter(lasts).map(|(work, _)| work)
    }

    /// Lets go of what has been read, once the map shows it.
    pub(crate) fn forget_sketches(&mut self) {
        self.sketching.retain(|(work, _)| !work.is_over());
    }

    /// Some work that has read shapes since then, and can be cancelled.
    fn watch_reading(&mut self, (work, since): (Work, Instant), then: &'static str) -> Work {
        self.sketching.push((work.clone(), since));
        self.ctx.request_repaint_after(progress::SKETCHED_AFTER);
        self.watch_work(work, then)
    }

    /// Some work that can be cancelled from now on; `then` says what happens then.
    fn watch(&mut self, then: &'static str) -> Work {
        self.watch_work(Work::default(), then)
    }

    fn watch_work(&mut self, work: Work, then: &'static str) -> Work {
        self.watched.push(Watched::new(work.clone(), then));
        progress::look_again(&self.ctx);
        work
    }

    /// What has ended since the last call.
    pub(crate) fn finished(&mut self) -> Vec<Done> {
        self.watched.retain(|watched| !watched.is_over());
        let mut done: Vec<Done> = self.receiver.try_iter().collect();
        self.under_way = self.under_way.saturating_sub(done.len());
        let layers = done.iter().filter(|done| matches!(done, Done::Layers(..))).count();
        self.layers_under_way = self.layers_under_way.saturating_sub(layers);
        if done.iter().any(|done| matches!(done, Done::BrokeDown)) {
            self.layers_under_way = 0;
        }
        done.extend(self.aside.try_iter());
        while let Some(first) = self.opening.front() {
            match first.try_recv() {
                Ok(opened) => done.push(Done::Opened(Box::new(opened))),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => done.push(Done::BrokeDown),
            }
            self.opening.pop_front();
        }
        done
    }

    fn start(&mut self, job: impl FnOnce() -> Done + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        let spawned = std::thread::Builder::new().name("job".to_owned()).spawn(move || {
            // One that panics must not be waited for without end. The receiver is gone only when the window is.
            let _ = sender.send(catch_unwind(AssertUnwindSafe(job)).unwrap_or(Done::BrokeDown));
            ctx.request_repaint();
        });
        match spawned {
            Ok(_) => self.under_way += 1,
            Err(error) => self.refuse(&error),
        }
    }

    /// As [`Self::start`], of what can be cancelled.
    fn start_watched(&mut self, then: &'static str, job: impl FnOnce() -> Done + Send + 'static) {
        let work = self.watch(then);
        self.start(move || work.run(job));
    }

    /// Draws the figure and writes it to `path` in a format, with a world file beside it if one is wanted, unless it is cancelled
    /// before.
    pub(crate) fn export_figure(
        &mut self,
        session: &Session,
        ground: &Ground,
        options: FigureOptions,
        (path, format): (PathBuf, OutputFormat),
        world_file: bool,
    ) {
        let ((scene, document), ground) = (session.drawn_map(), ground.clone());
        self.start_watched("No file is written", move || {
            let step = |words: &str| {
                work::begin(|| words.to_owned(), 0);
                if work::is_cancelled() { Err("it was cancelled".to_owned()) } else { Ok(()) }
            };
            let write = || {
                step("Laying out the figure")?;
                let draw = |ground: &Ground| figure::draw(&scene, ground, &document, &options);
                let (drawn, lacking) =
                    map_tiles::draw_with_tiles(&ground, draw).map_err(|_| "it was cancelled".to_owned())?;
                step("Drawing the figure")?;
                drawn.check_data(format).map_err(|error| error.to_string())?;
                let (bytes, mut notes) = if format.of_features().is_some() {
                    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
                    let data = drawn.data(format, &ending);
                    (data.bytes, data.cannot_hold)
                } else {
                    (drawn.encode(format).map_err(|error| error.to_string())?, Vec::new())
                };
                step("Writing the figure")?;
                files::write(&path, &bytes).map_err(|error| error.to_string())?;
                if world_file && !drawn.panels.is_empty() {
                    notes.push("a world file goes with one map; none was written".to_owned());
                } else if world_file {
                    for (path, (_, text)) in georeference::beside(&path).iter().zip(drawn.georeference()) {
                        files::write(path, text.as_bytes()).map_err(|error| error.to_string())?;
                    }
                }
                notes.extend(lacking.iter().map(|lacking| lacking.words(&document)));
                Ok::<_, String>(notes)
            };
            match write() {
                Ok(notes) => Done::Exported(path, notes),
                Err(error) => Done::NotExported(format!("The figure was not written: {error}")),
            }
        });
    }

    /// Writes features as a file of the format that its name says.
    pub(crate) fn save_features(&mut self, session: &Session, set: FeatureSet, path: PathBuf) {
        let (scene, document) = (session.scene().clone(), session.drawn_document());
        self.start_watched("No file is written", move || {
            work::begin(|| "Writing the features".to_owned(), 0);
            let (title, features) = set.features(scene.dossier(), &document);
            let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            let write = format::written_as(&path).map(|(_, write)| write);
            let outgoing = Outgoing { title: &title, ending: &ending, features: &features };
            let written = write.map(|write| write(&outgoing)).unwrap_or_default();
            let why = |why: &dyn Display| Done::NotExported(format!("The features were not written: {why}"));
            if work::is_cancelled() {
                return why(&"it was cancelled");
            }
            match files::write(&path, &written.bytes) {
                Ok(()) => Done::FeaturesSaved { path, count: features.len(), cannot_hold: written.cannot_hold },
                Err(error) => why(&error),
            }
        });
    }

    /// Writes areas over time: as a table, or as a figure on the page, in the colours and the language of the map's figure.
    pub(crate) fn save_areas(
        &mut self,
        session: &Session,
        save: AreasToSave,
        options: FigureOptions,
        (path, format): (PathBuf, OutputFormat),
    ) {
        let (scene, document) = (session.scene().clone(), session.drawn_document());
        let options = FigureOptions { title: None, kicker: None, subtitle: None, ..options };
        self.start_watched("No file is written", move || {
            work::begin(|| "Drawing the areas over time".to_owned(), 0);
            let made = if format == OutputFormat::Csv {
                Ok((csv_text(&save.areas).into_bytes(), Vec::new()))
            } else {
                let chart = ChartOptions { from_zero: save.from_zero, ..ChartOptions::default() };
                let drawn = chart::draw(scene.dossier(), Some(&document), &save.areas, &chart, &options);
                drawn.encode(format).map(|bytes| (bytes, drawn.warnings())).map_err(|error| error.to_string())
            };
            let made = if work::is_cancelled() { Err("it was cancelled".to_owned()) } else { made };
            let written = made.and_then(|(bytes, notes)| {
                files::write(&path, &bytes).map(|()| notes).map_err(|error| error.to_string())
            });
            match written {
                Ok(_) if format == OutputFormat::Csv => Done::TableWritten(path),
                Ok(notes) => Done::Exported(path, notes),
                Err(why) => Done::NotExported(format!("The areas over time were not written: {why}")),
            }
        });
    }

    /// Draws the figure for the clipboard.
    pub(crate) fn copy_figure(&mut self, session: &Session, ground: &Ground, options: FigureOptions) {
        let ((scene, document), ground) = (session.drawn_map(), ground.clone());
        self.start_watched("Nothing is copied", move || {
            let draw = |ground: &Ground| figure::draw(&scene, ground, &document, &options);
            let Ok((drawn, _)) = map_tiles::draw_with_tiles(&ground, draw) else {
                return Done::Failed("The figure was not copied: it was cancelled".to_owned());
            };
            match drawn.paint() {
                Ok(bitmap) => {
                    let size = [bitmap.width as usize, bitmap.height as usize];
                    Done::Copied(ColorImage::from_rgba_unmultiplied(size, &bitmap.rgba))
                }
                Err(error) => Done::Failed(format!("The figure was not copied: {error}")),
            }
        });
    }

    /// Reads dossiers, GeoJSON, map files and projects; files that are `known` as they are taken there.
    pub(crate) fn open(&mut self, paths: Vec<PathBuf>, known: BTreeMap<PathBuf, Taken>) {
        let early = self.early.take().filter(|early| early.is_of(&paths, &known));
        let watched = early.as_ref().map(|early| (early.work.clone(), early.since));
        self.start_opening_watched(watched, move || read(paths, &known, early));
    }

    /// Takes a file that is being read already, for when it is opened.
    pub(crate) fn expect(&mut self, early: Option<Early>) {
        self.early = early;
    }

    /// Reads the dossier that comes with the program.
    pub(crate) fn open_builtin(&mut self) {
        self.start_opening(|| {
            let mut opened = Opened::default();
            match dossier::builtin::berlin() {
                Ok((dossier, problems)) => {
                    opened.names.push("the built-in dossier".to_owned());
                    opened.parts.push(Part::Dossier(Box::new(dossier), problems));
                }
                Err(error) => opened.errors.push(error.to_string()),
            }
            opened
        });
    }

    fn start_opening(&mut self, read: impl FnOnce() -> Opened + Send + 'static) {
        self.start_opening_watched(None, read);
    }

    /// The same of what is watched already, since when is said too.
    fn start_opening_watched(
        &mut self,
        watched: Option<(Work, Instant)>,
        read: impl FnOnce() -> Opened + Send + 'static,
    ) {
        let (sender, receiver) = channel();
        self.opening.push_back(receiver);
        let ctx = self.ctx.clone();
        let watched = watched.unwrap_or_else(|| (Work::sketching(), Instant::now()));
        let work = self.watch_reading(watched, "What has been worked out is opened, and what has not is named");
        let spawned = std::thread::Builder::new().name("opening".to_owned()).spawn(move || {
            // The receiver is gone only when the window is.
            let _ = sender.send(work.run(read));
            ctx.request_repaint();
        });
        if let Err(error) = spawned {
            self.opening.pop_back();
            self.refuse(&error);
        }
    }

    /// Says that a job cannot be done.
    fn refuse(&mut self, error: &std::io::Error) {
        self.under_way += 1;
        let _ = self.sender.send(Done::Failed(format!("The system cannot start another thread: {error}")));
    }

    /// Makes a new scene ready for drawing and clicks, and looks through what is large, once it is on the map: see
    /// [`Self::prepare_shown`].
    pub(crate) fn prepare(&mut self, scene: Arc<Scene>) {
        self.to_prepare.push((scene, Instant::now()));
        self.ctx.request_repaint_after(PREPARED_AFTER);
    }

    /// Begins what [`Self::prepare`] asked for, if the map shows all that is open, so that its picture is not held up; or if
    /// that takes long.
    pub(crate) fn prepare_shown(&mut self, is_shown: bool) {
        let (now, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.to_prepare)
            .into_iter()
            .partition(|(_, since)| is_shown || since.elapsed() >= PREPARED_AFTER);
        self.to_prepare = later;
        now.into_iter().for_each(|(scene, _)| self.start_preparing(scene));
    }

    fn start_preparing(&mut self, scene: Arc<Scene>) {
        let ctx = self.ctx.clone();
        let work = self.watch("The outlines are looked through when the figure is exported");
        let look_through = move || {
            scene.prepare();
            for overlay in scene.dossier().overlays.iter().filter(|overlay| overlay.opened_from.is_some()) {
                work::begin(|| format!("Looking for outlines that cross in {}", overlay.title.main()), 0);
                overlay.crossing();
            }
        };
        let spawned = std::thread::Builder::new().name("preparing".to_owned()).spawn(move || {
            work.run(look_through);
            ctx.request_repaint();
        });
        if spawned.is_err() {
            // Without a thread, all of it is worked out when it is first asked for.
            self.watched.pop();
        }
    }

    /// Sorts the features of large layers into kinds as their stylings say, and looks through their sources and through the
    /// properties of the one that is selected, where that has not been done: the panels show what was before until then. One layer at a time.
    pub(crate) fn sort_features(&mut self, session: &Session) {
        if let Some(sorting) = &self.sorting {
            if sorting.try_recv() == Err(TryRecvError::Empty) {
                return;
            }
            self.sorting = None;
        }
        let selected = session.selected_overlay().map(|overlay| overlay.id.as_str());
        let wanted = session.document().overlays.iter().find_map(|state| {
            let overlay = session.dossier().overlay(&state.id)?;
            let is_selected = selected == Some(state.id.as_str());
            let lacks_kinds = (state.is_shown() || is_selected) && !overlay.kinds_at_hand(&state.styling).1;
            let lacks_properties = is_selected && overlay.properties_at_hand().is_none();
            let lacks_sources = session.is_own_layer(&state.id) && overlay.features.sources_at_once().is_none();
            (lacks_kinds || lacks_properties || lacks_sources)
                .then(|| (state.id.clone(), Arc::clone(&state.styling), is_selected))
        });
        let Some((id, styling, is_selected)) = wanted else { return };
        let (sender, receiver) = channel();
        let (ctx, scene) = (self.ctx.clone(), Arc::clone(session.scene()));
        let spawned = std::thread::Builder::new().name("sorting".to_owned()).spawn(move || {
            if let Some(overlay) = scene.dossier().overlay(&id) {
                overlay.kinds(&styling);
                if is_selected {
                    overlay.properties();
                }
                if overlay.opened_from.is_some() {
                    overlay.features.sources();
                }
            }
            // The receiver is gone only when the window is.
            let _ = sender.send(());
            ctx.request_repaint();
        });
        // Without a thread the painter of the map sorts them, as it draws them.
        self.sorting = spawned.ok().map(|_| receiver);
    }

    /// Reads the text of a source, of the one named or of the one that it fits; `own` are the user's excerpts. Of an archive of
    /// the web it is the page from that address, or from the source's, or the one that it names first.
    pub(crate) fn attach_text(
        &mut self,
        path: PathBuf,
        page: Option<String>,
        to: AttachTo,
        scene: Arc<Scene>,
        own: Vec<Excerpt>,
    ) {
        self.start_watched("The text is not attached", move || {
            let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            work::begin(|| format!("Reading {file}"), 0);
            let refused = |why: String| Done::NotAttached { why, all_the_same: None };
            let dossier = scene.dossier();
            let named = match &to {
                AttachTo::Source(id) | AttachTo::AllTheSame(id) => match dossier.source(id) {
                    Some(source) => Some(source),
                    None => return refused(format!("No source is called '{id}', so {file} was not attached")),
                },
                AttachTo::Any | AttachTo::New => None,
            };
            let address = page.as_deref().or(named.map(|source| source.url.as_str())).unwrap_or_default();
            let loaded = Loaded::of(&path);
            let read = loaded.and_then(|loaded| Ok((loaded.read(&[address])?, loaded)));
            let (mut read, loaded) = match read {
                Ok(read) => read,
                Err(error) => return refused(format!("The text was not attached: {error}")),
            };
            let is_agreed = matches!(to, AttachTo::AllTheSame(_) | AttachTo::New);
            let (id, matched, text) = match to {
                AttachTo::New => (None, None, TextAtHand::new(read.normalized.clone())),
                AttachTo::Source(id) | AttachTo::AllTheSame(id) => {
                    let whole = TextAtHand::new(read.normalized.clone());
                    // A saved page may hold more than the article.
                    let article = named.and_then(|source| whole.own_text(source, &dossier.excerpts));
                    let text = article.unwrap_or(whole);
                    (Some(id), None, text)
                }
                AttachTo::Any => match matching(dossier, &file, &loaded, &mut read) {
                    Some((id, by, text)) => (Some(id), Some(by), text),
                    None => {
                        return refused(format!(
                            "{file} matches no source by SHA-256, address or file name; choose its source, or a new one"
                        ));
                    }
                },
            };
            let note = Some(read.notes().join("; ")).filter(|notes| !notes.is_empty());
            let document = Box::new(TextDocument::of_file(path, &loaded, &read));
            if let (Some(id), false) = (&id, is_agreed)
                && let Some(source) = dossier.source(id)
                && let Fit::Other { excerpts, differs } = text.fit(source, dossier.excerpts.iter().chain(&own))
            {
                let why = not_its_text(&file, &source.outlet, excerpts, differs);
                return Done::NotAttached { why, all_the_same: Some(id.clone()) };
            }
            Done::Attached { source: id, file, document, matched, text: Box::new(text), note }
        });
    }

    /// Looks whose text a document is, and what it says of itself.
    pub(crate) fn look_at_text(&mut self, path: PathBuf, address: Option<String>, scene: Arc<Scene>) {
        self.start_watched("The text is not looked at", move || {
            work::begin(|| format!("Reading {}", dossier::name_of(&path)), 0);
            let looked = look_at(&path, address.as_deref(), scene.dossier());
            Done::LookedAtText(path, Box::new(looked))
        });
    }

    /// Reads the copies that the dossier keeps of its sources.
    pub(crate) fn read_copies(
        &mut self,
        key: (String, Vec<(String, String, Capture)>),
        from: DossierFrom,
        scene: Arc<Scene>,
        turned: BTreeMap<String, String>,
        known: Arc<Vec<HeldText>>,
    ) {
        self.start_watched("The captures of the dossier are not read", move || {
            work::begin(|| "Reading the captures of the dossier".to_owned(), 0);
            let manuscript = match from {
                DossierFrom::Project(manuscript) => Some(manuscript),
                DossierFrom::Place(place) => files::dossiers::open(&place).ok().map(Arc::new),
                DossierFrom::Builtin => None,
            };
            let read = manuscript.map(|manuscript| read_copies(key, &manuscript, scene.dossier(), &turned, &known));
            Done::Copies(read.filter(|_| !work::is_cancelled()).map(Box::new))
        });
    }

    /// Fetches the page of a source, to be kept with its dossier.
    pub(crate) fn capture(&mut self, source: String, url: String, extent: Extent) {
        self.start_watched("The source is not captured", move || {
            let made = files::capture::fetch(&url, extent).map_err(|why| why.to_string()).map(|page| {
                let note = page.beside.words();
                MadeCapture { new: NewCapture::from(page), note }
            });
            Done::Captured(source, Box::new(made))
        });
    }

    /// Reads a file that was saved from a source, to be kept with its dossier.
    pub(crate) fn capture_file(&mut self, source: String, path: PathBuf, page: String, sha256: String) {
        self.start_watched("The file is not kept", move || {
            let made = files::capture::from_file(&path, &[&page]).map_err(|why| why.to_string());
            let made = made.and_then(|SavedFile { new, notes, .. }| {
                if dossier::fingerprint::bytes(&new.bytes) != sha256 {
                    let path = path.display();
                    return Err(format!(
                        "the file was changed after it was attached; attach it again, then keep it: {path}"
                    ));
                }
                let note = Some(notes.join("; ")).filter(|notes| !notes.is_empty());
                Ok(MadeCapture { new, note })
            });
            Done::Captured(source, Box::new(made))
        });
    }

    /// Fetches the pages of the sources that are quoted, and looks for the excerpts in them, and in the copies that the dossier at
    /// that place keeps.
    pub(crate) fn check_again(&mut self, scene: Arc<Scene>, copies: Option<DossierFrom>) {
        self.start_watched("The pages are not checked again", move || {
            let dossier = scene.dossier();
            let manuscript = match copies {
                Some(DossierFrom::Project(manuscript)) => Some(manuscript),
                Some(DossierFrom::Place(place)) => files::dossiers::open(&place).ok().map(Arc::new),
                Some(DossierFrom::Builtin) | None => None,
            };
            let held = manuscript.map(|manuscript| files::capture::held(&manuscript, dossier)).unwrap_or_default();
            let by_source = dossier.excerpts_by_source();
            let mut standings = BTreeMap::new();
            for source in &dossier.sources {
                let Some(excerpts) = by_source.get(source.id.as_str()) else { continue };
                let live = files::capture::live(&source.url, files::capture::LIMITS);
                if work::is_cancelled() {
                    return Done::Failed("The pages were not checked again: it was cancelled".to_owned());
                }
                for excerpt in excerpts {
                    standings.insert(excerpt.id.clone(), standing(source, excerpt, &live, &held));
                }
            }
            Done::LookedAgain(LookedAgain { dossier: dossier.id.clone(), at: files::capture::now(), standings })
        });
    }

    /// Works out all that depends on the line of contact with an overlay in its place, or with the dossier's own line.
    pub(crate) fn change_line(&mut self, base: Arc<Scene>, own: Option<Arc<ChosenLine>>) {
        self.start_watched("The line stays as it is", move || {
            let dossier = base.dossier();
            let made = match &own {
                None => Ok(dossier.without_own_line()),
                Some(line) => line.put_into(dossier),
            };
            let made = if work::is_cancelled() { Err("it was cancelled".to_owned()) } else { made };
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

    /// Saves the project, with the data that it is to keep of its layers.
    pub(crate) fn save(
        &mut self,
        (path, over): (PathBuf, Over),
        document: Document,
        reference: Reference,
        layers: Vec<Arc<Overlay>>,
        kept: BTreeMap<String, Arc<str>>,
    ) {
        self.start(move || {
            let data = files::layers::to_keep(&document, &layers, &kept);
            match files::project::save(&path, &document, &Reference { data, ..reference }, &over) {
                Ok(saved) => Done::Saved(saved, Box::new(document)),
                Err(error) => Done::NotSaved(error),
            }
        });
    }

    /// Reads the text of a dossier, to be written where it is, or as a copy.
    pub(crate) fn open_manuscript(&mut self, from: DossierFrom, copies: bool) {
        self.start(move || {
            let (read, place) = match from {
                DossierFrom::Builtin => (files::dossiers::builtin(), None),
                DossierFrom::Place(place) => (files::dossiers::open(&place), Some(place).filter(|_| !copies)),
                DossierFrom::Project(manuscript) => (Ok(Manuscript::clone(&manuscript)), None),
            };
            match read {
                Ok(manuscript) if place.is_none() => {
                    Done::ManuscriptOpened(OpenedManuscript { manuscript: Arc::new(manuscript.copied()), place: None })
                }
                Ok(manuscript) => {
                    let manuscript = Arc::new(manuscript);
                    let place = place.map(|place| (place, SavedDossier::of(Arc::clone(&manuscript))));
                    Done::ManuscriptOpened(OpenedManuscript { manuscript, place })
                }
                Err(error) => Done::Failed(format!("The dossier cannot be edited: {error}")),
            }
        });
    }

    /// Reads the dossier of a project, which is opened then.
    pub(crate) fn read_dossier_of_project(&mut self, from: DossierFrom, path: PathBuf, opened: OpenedProject) {
        self.start_watched("The project is not opened", move || {
            Done::DossierOfProject(read_dossier(from), path, Box::new(opened))
        });
    }

    /// Reads the dossier of work that is recovered from that file.
    pub(crate) fn read_dossier_of_recovered(&mut self, from: DossierFrom, path: PathBuf, recovered: OpenedRecovery) {
        self.start_watched("The work is not recovered and stays where it is", move || {
            Done::DossierOfRecovered(read_dossier(from), path, Box::new(recovered))
        });
    }

    /// Looks whether a dossier stands in its place with that fingerprint.
    pub(crate) fn look_at_place(&mut self, place: PathBuf, sha256: String) {
        self.start(move || {
            let there = files::dossiers::open(&place).ok().map(|there| SavedDossier::of(Arc::new(there)));
            Done::DossierStands(place, there.filter(|there| there.sha256.eq_ignore_ascii_case(&sha256)))
        });
    }

    /// Works out what is shown from a dossier as it is written, as far as it is not so in the scene that is shown.
    pub(crate) fn read_manuscript(&mut self, manuscript: Arc<Manuscript>, scene: Arc<Scene>) {
        self.start_watched("The dossier stays as it is shown", move || {
            let read = manuscript.dossier_after(scene.dossier()).map(Box::new).map_err(|error| error.to_string());
            let read = if work::is_cancelled() { Err("it was cancelled".to_owned()) } else { read };
            Done::ManuscriptRead(manuscript, read)
        });
    }

    /// Saves a dossier that is written to its place.
    pub(crate) fn save_dossier(
        &mut self,
        manuscript: Arc<Manuscript>,
        place: PathBuf,
        known: Option<Arc<Manuscript>>,
        agreed: bool,
    ) {
        self.start(move || match files::dossiers::save(&manuscript, &place, known.as_deref(), agreed) {
            Ok(()) => Done::DossierSaved(SavedDossier::of(manuscript), place),
            Err(error) => Done::DossierNotSaved(error, place),
        });
    }

    /// Compares what is open with a dossier or a project.
    pub(crate) fn compare(&mut self, with: PathBuf, open: OpenSide) {
        self.start_watched("Nothing is compared", move || {
            work::begin(|| format!("Comparing with {}", dossier::name_of(&with)), 0);
            let compared = open.compared_with(with);
            Done::Compared(if work::is_cancelled() {
                Err("it was cancelled".to_owned())
            } else {
                compared.map(Box::new)
            })
        });
    }

    /// Works out what changed between two states of what is open.
    pub(crate) fn compare_states(&mut self, asked: AskedStates, scene: Arc<Scene>, document: Document) {
        self.start_watched("Nothing is compared", move || {
            work::begin(|| "Working out what changed".to_owned(), 0);
            let compared = comparing::states(asked, &scene, document);
            Done::Compared(if work::is_cancelled() {
                Err("it was cancelled".to_owned())
            } else {
                compared.map(Box::new)
            })
        });
    }

    /// Shows one step of what changed, or all of it.
    pub(crate) fn show_step(&mut self, ledgers: Arc<Ledgers>, step: Option<(usize, usize)>) {
        self.start_watched("The map of what changed stays as it is", move || {
            Done::Compared(Ok(Box::new(comparing::shown(ledgers, step))))
        });
    }

    /// Writes what changed.
    pub(crate) fn write_changes(&mut self, path: PathBuf, text: String) {
        self.start(move || match files::write(&path, text.as_bytes()) {
            Ok(()) => Done::ChangesWritten(path),
            Err(error) => Done::NotExported(format!("What changed was not written: {error}")),
        });
    }

    /// Lays accounts over each other.
    pub(crate) fn lay_over(&mut self, wish: AgreementWish, scene: Arc<Scene>, document: Document) {
        self.start_watched("Nothing is laid over each other", move || {
            let worked_out = wish.work_out(scene.dossier(), &document);
            let cancelled = || Err("it was cancelled".to_owned());
            Done::LaidOver(if work::is_cancelled() { cancelled() } else { worked_out.map(Box::new) })
        });
    }

    /// Writes the cells of accounts that are laid over each other.
    pub(crate) fn write_cells(&mut self, shown: ShownAgreement, path: PathBuf) {
        self.start_watched("No file is written", move || {
            work::begin(|| "Writing the cells".to_owned(), 0);
            let (bytes, notes) = crate::app::agreeing::text_of(&shown, &path);
            match files::write(&path, &bytes) {
                Ok(()) => Done::CellsWritten(path, notes),
                Err(error) => Done::NotExported(format!("The cells were not written: {error}")),
            }
        });
    }

    /// Draws what changed of other shapes on the map.
    pub(crate) fn draw_changes(&mut self, shown: ShownComparison) {
        self.start_watched("The map of what changed stays as it is", move || {
            let ShownComparison { comparison, path, on_map, notes, .. } = shown;
            Done::ChangesDrawn(Box::new(ShownComparison::new(comparison, path, on_map, notes)))
        });
    }

    /// Reads the pixels of a document's pictures.
    pub(crate) fn read_pictures(&mut self, wanted: Vec<Arc<Picture>>) {
        self.start_watched("The pictures that are not read yet are not shown", move || {
            let folder = files::pyramid_folder();
            let store = folder.as_deref().map_or(Store::Temporary, Store::Cache);
            let load = |picture: Arc<Picture>| {
                let loaded = pictures::load(&picture, store).map_err(|error| error.to_string());
                (picture, loaded)
            };
            Done::Pictures(wanted.into_iter().map(load).collect())
        });
    }

    /// Reads a file for a placed picture: that one, or without one, from its server.
    pub(crate) fn find_picture(&mut self, picture: Arc<Picture>, path: Option<PathBuf>) {
        self.start_watched("The picture stays as it is", move || {
            let folder = files::pyramid_folder();
            let store = folder.as_deref().map_or(Store::Temporary, Store::Cache);
            let read = match path {
                Some(path) => pictures::open_for(&picture, &path, store),
                None => pictures::fetch(&picture, store),
            };
            Done::PictureFound(picture.id.clone(), Box::new(read.map_err(|error| error.to_string())))
        });
    }

    /// Reads a picture that is to be placed by hand.
    pub(crate) fn read_unplaced(&mut self, path: PathBuf) {
        self.start_watched("The picture is not opened", move || {
            let folder = files::pyramid_folder();
            let store = folder.as_deref().map_or(Store::Temporary, Store::Cache);
            let read = pictures::open_unplaced(&path, store).map_err(|error| error.to_string());
            Done::Unplaced(Box::new(read))
        });
    }

    /// Writes a placed picture for other programs.
    pub(crate) fn save_picture(&mut self, picture: Picture, pyramid: Arc<Pyramid>, path: PathBuf, as_what: WrittenAs) {
        self.start_watched("No file is written", move || {
            match placed_pictures::write(&picture, pyramid, (&path, as_what)) {
                Ok(notes) => Done::PictureSaved(path, notes),
                Err(error) => Done::Failed(format!("The picture was not written: {error}")),
            }
        });
    }

    /// Reads a list of sources; one that may be something else is opened then.
    pub(crate) fn read_citations(&mut self, path: PathBuf, may_be_other: bool) {
        self.start_watched("No sources are added", move || {
            if !may_be_other {
                let read = files::citations::read(&path).map_err(|error| error.to_string());
                return Done::CitationsRead { path, read };
            }
            match files::citations::read_if_certain(&path) {
                Some(read) => Done::CitationsRead { path, read: Ok(read) },
                None => Done::NoCitations(path),
            }
        });
    }

    /// Reads control points.
    pub(crate) fn read_points(&mut self, path: PathBuf) {
        self.start_watched("No control points are read", move || {
            Done::PointsRead(placed_pictures::read_points(&path).map_err(|error| error.to_string()))
        });
    }

    /// Writes control points.
    pub(crate) fn write_points(&mut self, noted: Vec<NotedPoint>, path: PathBuf) {
        self.start(move || match placed_pictures::write_points(&path, &noted) {
            Ok(()) => Done::PointsWritten(path),
            Err(error) => Done::Failed(format!("The control points were not written: {error}")),
        });
    }

    /// Reads layers of the project of that number.
    pub(crate) fn read_layers(&mut self, project: u64, wanted: Vec<Wanted>) {
        let work = self.watch_reading((Work::sketching(), Instant::now()), LAYERS_CANCELLED);
        let read = move || Done::Layers(project, wanted.into_iter().map(files::layers::read_layer).collect());
        self.layers_under_way += 1;
        self.start(move || work.run(read));
    }

    /// Reads layers of the project of that number, as they are wanted with longitude and latitude the other way round.
    pub(crate) fn read_exchanged(&mut self, project: u64, wanted: Vec<Wanted>) {
        self.start_watched(LAYERS_CANCELLED, move || {
            Done::Exchanged(project, wanted.into_iter().map(files::layers::read_layer).collect())
        });
    }

    /// Asks a database which tables it has.
    pub(crate) fn list_tables(&mut self, address: Address) {
        self.start_watched("No tables are listed", move || {
            Done::Tables(files::postgis::tables(&address, Waits::default()).map_err(|error| error.to_string()))
        });
    }

    /// Looks what map an address or a file holds.
    pub(crate) fn look_at_map(&mut self, typed: Typed, servers: Servers) {
        self.start_watched("No map is looked at", move || {
            work::begin(|| "Looking at the map".to_owned(), 0);
            Done::MapLooked(Box::new(map_look::look(&typed, &servers)))
        });
    }

    /// Looks what map an archive at an address holds.
    pub(crate) fn open_map(&mut self, typed: Typed, servers: Servers) {
        self.start_watched("The map is not opened", move || {
            work::begin(|| "Looking at the map".to_owned(), 0);
            let found = map_look::look(&typed, &servers).and_then(|looked| match looked {
                Looked::Map(map, warning) => Ok((*map, warning)),
                Looked::Service(..) => Err("it is a service of maps; add it by Add a map…".to_owned()),
            });
            Done::MapOpened(Box::new(found))
        });
    }

    /// Finds out what an extract of an archive takes.
    pub(crate) fn prepare_offline(&mut self, from: PathBuf, wanted: basemap::Wanted) {
        self.start_watched("Nothing is copied", move || {
            let prepared = files::extract::prepare(&from, &wanted);
            Done::OfflinePrepared(prepared.map(Arc::new).map_err(|error| error.to_string()))
        });
    }

    /// Writes an extract.
    pub(crate) fn keep_offline(&mut self, extract: Arc<Extract>, to: PathBuf) {
        let then = "What has been fetched stays beside the file, and the same area goes on from there";
        self.start_watched(then, move || match extract.write(&to, &mut |_| ()) {
            Ok(_) => Done::KeptOffline(to),
            Err(error) => Done::Failed(format!("The area was not kept: {error}")),
        });
    }

    /// Reads a gazetteer, from the cache if it has not changed.
    pub(crate) fn read_gazetteer(&mut self, path: PathBuf, cache: Option<PathBuf>) {
        self.start_watched("The gazetteer is not searched", move || {
            let read = gazetteers::open(&path, cache.as_deref());
            Done::Gazetteer(path, read.map(Arc::new).map_err(|error| error.to_string()))
        });
    }

    /// Removes what the cache has of a gazetteer.
    pub(crate) fn forget_gazetteer(&mut self, path: PathBuf, cache: PathBuf) {
        self.start_aside("gazetteer", move || {
            gazetteers::forget(&path, &cache);
            None
        });
    }

    /// Asks for a path by the system's own chooser, which does not hold up the window.
    pub(crate) fn choose_path(&mut self, purpose: Purpose, folder: Option<PathBuf>) {
        self.start(move || {
            let asked_at = Instant::now();
            let mut dialog = rfd::FileDialog::new();
            if let Some(folder) = folder {
                dialog = dialog.set_directory(folder);
            }
            let chosen = match purpose {
                Purpose::Open
                | Purpose::OpenAddress
                | Purpose::Locate
                | Purpose::LocatePicture
                | Purpose::FetchPicture
                | Purpose::OpenMap
                | Purpose::AddMap
                | Purpose::Georeference => format::filters(|holds| purpose.wants(holds))
                    .into_iter()
                    .fold(dialog, |dialog, (label, ends)| dialog.add_filter(label, &ends))
                    .pick_file(),
                Purpose::AddGazetteer => format::filters(|holds| purpose.wants(holds))
                    .into_iter()
                    .fold(dialog.add_filter("Dump of GeoNames", &["zip", "txt"]), |dialog, (label, ends)| {
                        dialog.add_filter(label, &ends)
                    })
                    .pick_file(),
                Purpose::ReadPoints => dialog.add_filter("Control points", &points::ENDINGS).pick_file(),
                Purpose::WritePoints => {
                    dialog.add_filter("Control points of QGIS", &["points"]).set_file_name("picture.points").save_file()
                }
                Purpose::SavePicture => dialog
                    .add_filter("GeoTIFF", &["tif", "tiff"])
                    .add_filter("Georeference Annotation", &["json"])
                    .set_file_name("picture.tif")
                    .save_file(),
                Purpose::AttachText => dialog.add_filter("Texts of sources", &document::extensions()).pick_file(),
                Purpose::ReadCitations => {
                    let endings = files::citations::ENDINGS.into_iter().chain(files::citations::MAYBE);
                    dialog.add_filter("Lists of sources", &endings.collect::<Vec<_>>()).pick_file()
                }
                Purpose::Export => OutputFormat::all()
                    .fold(dialog, |dialog, format| dialog.add_filter(format.label(), format.info().extensions))
                    .set_file_name("figure.png")
                    .save_file(),
                Purpose::SaveAreas => OutputFormat::of_page()
                    .chain([OutputFormat::Csv])
                    .fold(dialog, |dialog, format| dialog.add_filter(format.label(), format.info().extensions))
                    .set_file_name("area-over-time.pdf")
                    .save_file(),
                Purpose::SaveFeatures => format::FORMATS
                    .iter()
                    .filter(|format| format.write.is_some())
                    .fold(dialog, |dialog, format| dialog.add_filter(format.label, format.extensions))
                    .set_file_name("features.geojson")
                    .save_file(),
                Purpose::SaveCells => format::FORMATS
                    .iter()
                    .filter(|format| format.write.is_some())
                    .fold(dialog.add_filter("JSON", &["json"]), |dialog, format| {
                        dialog.add_filter(format.label, format.extensions)
                    })
                    .set_file_name("who-agrees.csv")
                    .save_file(),
                // The folder of a dossier is chosen by its description.
                Purpose::Compare => {
                    dialog.add_filter("Dossiers and projects", &["claimline", "geojson", "json"]).pick_file()
                }
                Purpose::SaveChanges => dialog
                    .add_filter("Table", &["csv"])
                    .add_filter("JSON", &["json"])
                    .set_file_name("changes.csv")
                    .save_file(),
                // A folder is a name without an ending.
                Purpose::SaveDossier => dialog.set_file_name("dossier.claimline").save_file(),
                Purpose::Save => dialog
                    .add_filter(format::PROJECT.label, &["geojson"])
                    .set_file_name("map.claimline.geojson")
                    .save_file(),
            };
            // Nobody closes a chooser as soon as that.
            let never_opened = chosen.is_none() && asked_at.elapsed() < AT_ONCE;
            match files::desktop::no_chooser().filter(|_| never_opened) {
                Some(why) => Done::NotChosen(purpose, why),
                None => Done::Chosen(purpose, chosen),
            }
        });
    }

    /// Asks the desktop to show a file that was written; nothing waits for that, and only a failure is told.
    pub(crate) fn ask_desktop(&mut self, what: Ask, path: PathBuf) {
        self.start_aside("desktop", move || files::desktop::ask(what, &path).err().map(Done::Failed));
    }

    /// Counts the tiles that are kept in a folder, once they are cleared if so; nothing waits for that.
    pub(crate) fn count_tiles(&mut self, folder: PathBuf, clears: bool) {
        self.start_aside("tiles", move || {
            let cleared = if clears { tile_server::clear(&folder) } else { Ok(()) };
            Some(Done::TilesKept(cleared.map(|()| tile_server::cache_size(&folder)).map_err(|error| error.to_string())))
        });
    }

    /// Does something for which nothing waits, and which has something to tell or not.
    fn start_aside(&mut self, name: &str, work: impl FnOnce() -> Option<Done> + Send + 'static) {
        let (sender, ctx) = (self.asides.clone(), self.ctx.clone());
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            if let Some(done) = work() {
                // The receiver is gone only when the window is.
                let _ = sender.send(done);
                ctx.request_repaint();
            }
        });
        if let Err(error) = spawned {
            self.refuse(&error);
        }
    }
}
