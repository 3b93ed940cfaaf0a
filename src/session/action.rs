//! What the user does, and what the window has to do about it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::{
    AgreementWish, Annotate, Command, DraftEntry, EvidenceEdit, Keymap, LayerChange, MapEdit, OwnLayerChange,
    PictureChange, StyleChange, ThemeChoice,
};
use crate::document::comparison::states::AskedStates;
use crate::document::edit::Photo;
use crate::document::project::features_text;
use crate::document::step::FigurePart;
use crate::document::{AnnotationId, ChosenLine, Document, LayerId, Names, Picture, Step};
use crate::dossier::manuscript::List;
use crate::dossier::series::curve::AreaOverTime;
use crate::dossier::verify::Advice;
use crate::dossier::{Counting, Dossier, Manuscript, Styling};
use crate::figure::{FigureOptions, visible};
use crate::formats::day::Day;
use crate::formats::feature::Feature;
use crate::formats::geojson;
use crate::formats::source_properties::PropertySource;
use crate::formats::write::features_of;
use crate::gazetteer::FoundPlace;
use crate::geometry::{Coord, Point, View};
use crate::tools::{Gesture, Modifiers};

/// A page that is to be captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureWish {
    /// Id of the source.
    pub source: String,
    /// Whether its pictures and style sheets are wanted too.
    pub with_resources: bool,
    /// Whether its server is asked from now on without this question.
    pub remembers: bool,
}

/// What the user does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A command from a menu, a key or a button.
    Command(Command),
    /// Show or hide an overlay.
    ToggleOverlay(String),
    /// Show or hide a group.
    ToggleGroup(String),
    /// Show or hide the overlay of that row, counted from 0, from the top of the panel.
    ToggleRow(usize),
    /// Show one overlay alone; again restores.
    ShowAlone(String),
    /// Set an overlay's opacity, 0 to 1.
    SetOpacity(String, f64),
    /// Move an overlay within its group; negative is up.
    MoveOverlay(String, i64),
    /// Select an overlay by name.
    Select(String),
    /// Select a feature of an overlay.
    SelectFeature {
        /// Id of the overlay.
        id: String,
        /// Which feature, counted from 0.
        feature: usize,
    },
    /// Fit a feature of an overlay.
    ZoomToFeature {
        /// Id of the overlay.
        id: String,
        /// Which feature, counted from 0.
        feature: usize,
    },
    /// Fit a box, `[west, south, east, north]` in degrees, into the view.
    FitBounds([f64; 4]),
    /// Compare once more, as both are now.
    CompareAgain,
    /// Compare two states of what is open.
    CompareStates(Box<AskedStates>),
    /// Show a step of a ledger on the map, by the numbers of both; `None` is all of all.
    ShowStep(Option<(usize, usize)>),
    /// Write what changed as a table or as JSON.
    SaveChanges,
    /// Show or hide what changed of a shape on the map of what changed.
    ShowChange(String, bool),
    /// Show what is open again, and no longer what changed.
    EndComparison,
    /// Lay accounts over each other and show who agrees.
    LayOver(Box<AgreementWish>),
    /// The same once more, as they are now.
    AgreeAgain,
    /// Show or hide a cell of accounts laid over each other, counted from 0.
    ShowCell(usize, bool),
    /// Set the reports on a cell side by side; `None` those of no cell.
    SelectCell(Option<usize>),
    /// Fit a cell into the view.
    GoToCell(usize),
    /// Write the cells as a file.
    SaveCells,
    /// Show what is open again, and no longer who agrees.
    EndAgreement,
    /// Show the features of an overlay as a table.
    ShowTable(String),
    /// Show the map as it was reported on a day; `None` as it was last.
    ShowDay(Option<Day>),
    /// Write features as a file of their own.
    SaveFeatures(FeatureSet),
    /// Write areas over time as a figure or as a table.
    SaveAreas(AreasToSave),
    /// Tell the features of an overlay apart, filter, draw and label them so; what is done in one gesture is one step.
    SetStyling(String, Arc<Styling>),
    /// Select the hit of that index under the last click.
    SelectHit(usize),
    /// Select an excerpt and zoom to what it speaks of.
    FollowExcerpt(String),
    /// Fit an overlay.
    ZoomTo(String),
    /// Look at this.
    SetView(View),
    /// Look at this place, from near, with the crosshair on it.
    GoTo(Coord<f64>),
    /// Add a marker at this place and select it.
    PlaceMarker(Coord<f64>),
    /// Look at a place that was found, and mark it on the map.
    ShowFound(Box<FoundPlace>),
    /// Take that mark away.
    DismissFound,
    /// Make a marker of the place that is marked so.
    MarkFound,
    /// Select a place of an overlay of places and look at it.
    SelectPlace {
        /// Id of the overlay.
        id: String,
        /// Which of its places.
        place: usize,
    },
    /// Show this source in the list of sources.
    ShowSource(String),
    /// Move the view by so many points.
    Pan {
        /// To the right.
        right_pt: f64,
        /// Down.
        down_pt: f64,
    },
    /// Zoom by a factor of 2 to the power of `steps`, keeping what lies under `at` in place.
    ZoomAt {
        /// Page position that stays.
        at: Point,
        /// Zoom steps.
        steps: f64,
    },
    /// The size of the map on screen, in points.
    SetPage {
        /// Width.
        width_pt: f64,
        /// Height.
        height_pt: f64,
    },
    /// How much of the map is covered, in points: what is looked at is fitted into the rest.
    SetCovered {
        /// At its left.
        left_pt: f64,
        /// At its right.
        right_pt: f64,
    },
    /// Languages of names.
    SetNames(Names),
    /// The lowest of the maps beneath.
    SetMap(String),
    /// Change the maps beneath.
    EditMaps(MapEdit),
    /// Theme.
    SetTheme(ThemeChoice),
    /// Change a layer that was opened from a file.
    OwnLayer(String, OwnLayerChange),
    /// Ask which layers are a series: with this one, or those of the series that it stands for.
    AskSeries(String),
    /// Place a picture on the map.
    AddPicture(Box<Picture>),
    /// Place pictures of one file on the map, in one step, the last above the others.
    AddPictures(Vec<Picture>),
    /// Put photos on the map as points.
    AddPhotos(Vec<Photo>),
    /// Choose where the file of a placed picture is.
    LocatePicture(String),
    /// Fetch a placed picture from its server; asks first.
    FetchPicture(String),
    /// Show the whole of a placed picture.
    ZoomToPicture(String),
    /// Mend the control points of a placed picture, beside the map.
    Georeference(String),
    /// Write a placed picture as a file for other programs.
    SavePicture(String),
    /// Change a placed picture.
    Picture(String, PictureChange),
    /// Choose where the file of a layer is.
    Locate(String),
    /// Read a layer of a database again; asks first.
    Refresh(String),
    /// Show the data of a layer that the project keeps, not its file's.
    UseKept(String),
    /// Read the file of a layer with longitude and latitude the other way round.
    ExchangeOrder(String),
    /// Ask how the table of a layer is to be read anew.
    AskReading(String),
    /// Put an overlay of the user's own in place of the dossier's line of contact; asks which of its features count if it
    /// has several kinds of them.
    UseAsLine(String),
    /// The same with those features that count.
    CountAsLine(String, Counting),
    /// Back to the dossier's line of contact.
    UseDossierLine,
    /// Open an address in the browser.
    OpenUrl(String),
    /// Put words on the clipboard.
    CopyText(String),
    /// Ask for a page on the web, with title, outlet and days, and cite it; its address as far as it has been typed.
    CitePage(CiteFor, String),
    /// Ask for other words, days or addresses of a page that is cited.
    EditCited(Cited),
    /// Describe a source that the user added otherwise.
    DescribeSource(String, PropertySource),
    /// Choose a file as the text of this source.
    AttachText(String),
    /// Open the attached text of this source.
    ReadText(String),
    /// Read another page of the archive of the web from which the text of a source is.
    ReadPage {
        /// Id of the source.
        source: String,
        /// The address of the page.
        address: String,
    },
    /// Quote these code points of a source's attached text as saying something of an overlay.
    AddExcerpt {
        /// Id of the source.
        source: String,
        /// Where the words stand.
        at: Range<usize>,
        /// Id of the overlay.
        overlay: String,
    },
    /// Take away a source that the user added.
    RemoveSource(String),
    /// Fetch the page of this source and keep it with the dossier that is written.
    CaptureSource(CaptureWish),
    /// Keep the file that was attached as the text of this source with the dossier that is written.
    KeepAttached(String),
    /// Look for all excerpts in the pages of their sources as they are now.
    CheckAgain,
    /// Change the dossier that is written.
    EditEvidence(EvidenceEdit),
    /// Ask what an entry of the dossier that is written says: of that id, or a new one.
    AskEntry(List, Option<String>),
    /// The same of a new one about an overlay.
    AskEntryAbout(List, String),
    /// The same of a new one of which this is known.
    AskDraft(Box<DraftEntry>),
    /// Ask for the recipe of an overlay: of that id, or of a new one.
    AskRecipe(Option<String>),
    /// Ask what is said of the dossier as a whole.
    AskWhole,
    /// Ask why advice of `verify` does not fit.
    AskReason {
        /// What the advice is about, as `verify` names it.
        part: String,
        /// Which advice.
        advice: Advice,
    },
    /// Answer advice with that reason.
    Acknowledge {
        /// What the advice is about, as `verify` names it.
        part: String,
        /// Which advice.
        advice: Advice,
        /// Why it does not fit.
        reason: String,
    },
    /// Ask what an overlay is to be called that is made of features.
    MakeOverlay(FeatureSet),
    /// Ask who says these code points of a source's attached text, and about what.
    QuoteWords {
        /// Id of the source.
        source: String,
        /// Where the words stand.
        at: Range<usize>,
        /// The overlay that they are about; that which is selected where none is named.
        overlay: Option<String>,
    },
    /// Take away an excerpt that the user added.
    RemoveExcerpt(String),
    /// A gesture on the map with the tool in hand.
    Gesture {
        /// What the pointer does.
        gesture: Gesture,
        /// The keys held.
        modifiers: Modifiers,
    },
    /// Move the crosshair that stands for the pointer where there is none, in points.
    MoveCrosshair {
        /// To the right.
        right_pt: f64,
        /// Down.
        down_pt: f64,
        /// The keys held.
        modifiers: Modifiers,
    },
    /// Press and release at the crosshair; a second time at the same place finishes.
    PlaceAtCrosshair(Modifiers),
    /// Take back the last point of the sketch.
    TakeBack,
    /// Move the selected annotations by so many points.
    Nudge {
        /// To the right.
        right_pt: f64,
        /// Down.
        down_pt: f64,
    },
    /// Select these annotations and nothing else.
    SelectAnnotations(Vec<AnnotationId>),
    /// Add an annotation to the selection, or take it out.
    ToggleSelected(AnnotationId),
    /// Fit these annotations.
    ZoomToAnnotations(Vec<AnnotationId>),
    /// Change annotations.
    Annotate(Vec<AnnotationId>, Annotate),
    /// Change the style that new annotations take.
    StyleOfNew(StyleChange),
    /// Change a layer.
    Layer(LayerId, LayerChange),
    /// Add a layer of that name, into which new annotations go.
    AddLayer(String),
    /// Put new annotations into this layer.
    UseLayer(LayerId),
    /// Type the text of an annotation in place.
    EditText(AnnotationId),
    /// Done with typing.
    EndText,
    /// End a drag of a slider or the like: what follows is another step.
    EndGesture,
    /// Add annotations from GeoJSON text, or other text as words on the map.
    Paste(String),
    /// Undo or redo until so many steps are done.
    JumpTo(usize),
    /// Change the keys.
    SetKeymap(Keymap),
    /// Set up the figure so.
    SetFigure {
        /// All of the set-up.
        options: Box<FigureOptions>,
        /// What of it is new; with those before it of the same part it is one step, until the gesture ends.
        part: FigurePart,
    },
    /// Open this file.
    OpenPath(PathBuf),
}

/// What is to rest on something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CiteFor {
    /// Annotations.
    Annotations(Vec<AnnotationId>),
    /// A layer from a file, by its id.
    Layer(String),
}

/// A page that is cited, which the user can describe otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cited {
    /// By annotations or by a layer, as they cite it.
    By(CiteFor, PropertySource),
    /// A source that the user added, by its id.
    Source(String),
}

/// What the window has to do, because the session has no window, disk or network.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask for files and open them.
    ChooseFiles,
    /// Open this file.
    OpenPath(PathBuf),
    /// Ask what a new dossier is about, and begin it.
    NewDossier,
    /// Read the text of the dossier that is open, to be edited where it is.
    EditDossier,
    /// The same for one that has no place yet.
    EditDossierCopy,
    /// Write the dossier to its place.
    SaveDossier,
    /// Write it to a place that is asked for.
    SaveDossierAs,
    /// Edit the dossier no longer; asks about changes.
    EndEditing,
    /// Ask what an entry says.
    AskEntry(List, Option<String>),
    /// Ask what a new entry says, of which this is known.
    AskDraft(Box<DraftEntry>),
    /// Ask for the recipe of an overlay: of that id, or of a new one.
    AskRecipe(Option<String>),
    /// Ask for a file that lists sources.
    ChooseCitations,
    /// Ask why advice does not fit that is about this part.
    AskReason(String, Advice),
    /// Ask what is said of the dossier as a whole.
    AskWhole,
    /// Work out what is shown from the dossier as it is written.
    ReadManuscript(Arc<Manuscript>),
    /// Open the dossier that comes with the program.
    OpenBuiltin,
    /// Ask for a page on the web and cite it.
    AskPage(CiteFor, String),
    /// Ask how a page that is cited is to be described; as it is now.
    AskCited(Box<Cited>, Box<PropertySource>),
    /// Ask for a map file and open it.
    ChooseMapFile,
    /// Let the user copy the map of what is shown into a file.
    KeepOffline,
    /// Ask for a picture that is to be placed by hand.
    ChoosePicture,
    /// Set the control points of a placed picture beside the map.
    Georeference(String),
    /// Ask for the file that a placed picture becomes.
    SavePicture(String),
    /// Ask for the address of a file.
    ChooseAddress,
    /// Let the user name a layer in a database.
    ChooseDatabase,
    /// Let the user say that the database of this layer may be asked again.
    AskDatabase(String),
    /// Ask for the text of a source, of that one if one is named, and attach it.
    ChooseText(Option<String>),
    /// Ask where the file of this layer is, and read it.
    ChooseLayer(String),
    /// Ask where the file of this placed picture is, and read it.
    LocatePicture(String),
    /// Fetch this placed picture from its server, after asking.
    FetchPicture(String),
    /// Go to the field in which the selected layer is named.
    NameLayer,
    /// Read what the project keeps of this layer.
    ReadKept(String),
    /// Read this layer with longitude and latitude the other way round.
    ReadExchanged(String),
    /// Ask how the table of this layer is to be read anew.
    AskReading(String),
    /// Show the attached text of this source.
    ShowText(String),
    /// Read the page from this address of the archive from which the text of a source is.
    ReadPage(String, String),
    /// Fetch the page of this source, to be kept.
    CaptureSource(CaptureWish),
    /// Keep the file that was attached for this source.
    KeepAttached(String),
    /// Fetch the pages of all sources that are quoted.
    CheckAgain,
    /// Show this source in the list of sources.
    ShowSource(String),
    /// Ask where, and write the figure.
    ExportFigure,
    /// Ask for the days of an animation.
    Animate,
    /// Put the figure on the clipboard.
    CopyFigure,
    /// Ask with what is to be compared.
    ChooseCompared,
    /// Ask which accounts are to be laid over each other.
    ChooseAccounts,
    /// Ask which layers are a series: with this one, or those of the series that it stands for.
    AskSeries(Option<String>),
    /// Lay these over each other.
    LayOver(Box<AgreementWish>),
    /// The same once more.
    AgreeAgain,
    /// Ask where, and write the cells.
    SaveCells,
    /// Compare once more with the same.
    CompareAgain,
    /// Ask which states are to be compared.
    AskStates,
    /// Compare two states of what is open.
    CompareStates(Box<AskedStates>),
    /// Show a step of a ledger on the map; `None` is all of all.
    ShowStep(Option<(usize, usize)>),
    /// Ask where, and write what changed as a table or as JSON.
    SaveChanges,
    /// Show or hide what changed of a shape on the map of what changed.
    ShowChange(String, bool),
    /// Ask where, and write these features as a file of their own.
    SaveFeatures(FeatureSet),
    /// Ask where, and write areas over time as a figure or as a table.
    SaveAreas(AreasToSave),
    /// Ask which features of this overlay count as line of contact.
    ChooseLine(String),
    /// Work out, in the background, all that depends on the line of contact: with this one in its place, or with the
    /// dossier's own.
    ChangeLine(Option<Arc<ChosenLine>>),
    /// Open an address in the browser.
    OpenUrl(String),
    /// Put words on the clipboard.
    CopyText(String),
    /// Show what is missing.
    ShowGaps,
    /// Show what was wrong with what was opened.
    ShowWarnings,
    /// Begin another project, after asking about what is not saved.
    New,
    /// Write the project to its file, or ask where if it has none.
    Save,
    /// Ask where, and write the project.
    SaveAs,
    /// Ask the system for the clipboard's text and paste it.
    ReadClipboard,
    /// Say this in the status bar.
    Tell(String),
    /// Say that this step was taken back.
    TellUndone(Step),
    /// Say that this step was made again.
    TellRedone(Step),
    /// Go to the field that searches annotations.
    Find,
    /// Open the palette.
    ShowPalette,
    /// Open the search for places.
    ShowPlaces,
    /// Show the list of steps.
    ShowHistory,
    /// Show the table of this overlay; of none, open or close the table.
    ShowTable(Option<String>),
    /// Open the timeline, or close it.
    ShowTimeline,
    /// Open the areas over time, or close them.
    ShowAreas,
    /// Ask for a distance and carry out the command with it.
    AskDistance(Command),
    /// Show the maps under the overlays.
    ShowMaps,
    /// Ask for a map that is to lie over the others.
    AddMap,
    /// Ask for a file of places.
    AddGazetteer,
    /// Show which servers may be asked for maps.
    ShowServers,
    /// Show the list of keys.
    ShowKeys,
    /// Show what the program is.
    ShowAbout,
    /// Close the window.
    Quit,
}

/// Areas over time that become a file.
#[derive(Debug, Clone, PartialEq)]
pub struct AreasToSave {
    /// The areas.
    pub areas: Arc<AreaOverTime>,
    /// Whether the axis of areas begins at 0.
    pub from_zero: bool,
    /// Whether a table is meant rather than a figure.
    pub is_table: bool,
}

/// Features that can be written as a file of their own.
#[derive(Debug, Clone, PartialEq)]
pub enum FeatureSet {
    /// All of an overlay.
    Overlay(String),
    /// These of an overlay, by their places in it, in the order in which they are written.
    Of(String, Arc<[u32]>),
    /// Annotations.
    Annotations(Vec<AnnotationId>),
}

impl FeatureSet {
    /// What they are called together, and the features: those of files and annotations as they stand, overlays of the
    /// dossier with their words, sizes, sources and excerpts.
    pub fn features(&self, dossier: &Dossier, document: &Document) -> (String, Vec<Feature>) {
        let of_overlay = |id: &str, which: Option<&[u32]>| {
            let Some(overlay) = dossier.overlay(id) else { return Default::default() };
            let title = overlay.title.main().to_owned();
            let all = || 0..overlay.features.count();
            let features = match which {
                Some(which) => which.iter().map(|feature| overlay.exact_feature(*feature as usize)).collect(),
                None if overlay.opened_from.is_some() => all().map(|feature| overlay.exact_feature(feature)).collect(),
                None => visible::features_of(dossier, document, overlay),
            };
            (title, features)
        };
        match self {
            Self::Overlay(id) => of_overlay(id, None),
            Self::Of(id, features) => of_overlay(id, Some(features)),
            Self::Annotations(ids) => {
                let text = features_text(document, ids);
                // What has just been written can be read.
                let features = geojson::read_table(text.as_bytes()).map(|table| features_of(&table));
                ("Annotations".to_owned(), features.unwrap_or_default())
            }
        }
    }
}
