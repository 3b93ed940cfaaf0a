//! What a step of the history did. Whoever shows it puts it into words; no code decides anything by those.

use super::annotation::{AnnotationId, LayerId};
use crate::dossier::manuscript::List;
use crate::formats::language::Text;

/// What an edit did, with all that its words need. Edits of one gesture that are the same step are one.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// An overlay is drawn, or no longer.
    ShowOverlay(NamedOverlay, bool),
    /// A group of overlays is drawn, or no longer.
    ToggleGroup,
    /// How far an overlay can be seen through.
    OverlayOpacity(NamedOverlay),
    /// How the features of an overlay are told apart and drawn.
    Styling(NamedOverlay),
    /// An overlay lies elsewhere in its group.
    MoveOverlay(NamedOverlay),
    /// Something else is said of a layer from a file, or it goes or comes.
    OwnLayer(OwnLayerPart, NamedOverlay),
    /// A placed picture is changed, comes or goes; with its title.
    Picture(PicturePart, String),
    /// So many pictures are placed at once.
    Pictures(usize),
    /// So many photos come as points.
    Photos(usize),
    /// All overlays but one are hidden.
    ShowAlone(NamedOverlay),
    /// What was hidden for one overlay is shown again.
    ShowOthersAgain,
    /// All overlays are as the dossier has them.
    ResetOverlays,
    /// Languages of the map's names.
    MapNames,
    /// The map under the overlays.
    Map,
    /// An overlay takes the place of the dossier's line of contact.
    UseAsLine(NamedOverlay),
    /// The dossier's line of contact is back.
    UseDossierLine,
    /// A line from which nothing could be worked out is given up.
    RefuseLine,
    /// What an excerpt speaks of is shown.
    FollowExcerpt,
    /// A source of the user's own.
    AddSource,
    /// It is described otherwise.
    EditSource,
    /// One less.
    RemoveSource,
    /// An excerpt of the user's own.
    AddExcerpt,
    /// One less.
    RemoveExcerpt,
    /// The dossier that is written.
    Evidence(EvidenceStep),
    /// The figure is set up otherwise.
    Figure(FigurePart),
    /// A new annotation from a tool.
    Draw(Drawing),
    /// Annotations are moved with the pointer.
    Move,
    /// Annotations are moved by keys.
    Nudge,
    /// Copies.
    Duplicate,
    /// A vertex is elsewhere.
    MoveVertex,
    /// One more vertex.
    AddVertex,
    /// One less.
    RemoveVertex,
    /// A corner of a rectangle is elsewhere.
    ResizeRectangle,
    /// A circle is larger or smaller.
    ChangeRadius,
    /// A callout points elsewhere.
    MoveTarget,
    /// The words of a callout stand elsewhere.
    MoveWords,
    /// Words wrap elsewhere.
    WrapWords,
    /// Annotations are larger or smaller.
    Scale,
    /// Annotations are turned.
    Rotate,
    /// Lines are turned to a bearing.
    Align,
    /// Lines go the other way.
    Reverse,
    /// Markers are numbered.
    NumberMarkers,
    /// Polygons become one.
    MergePolygons,
    /// Polygons are taken out of another.
    CutOut,
    /// A polygon becomes two or more.
    SplitPolygon,
    /// The area around annotations.
    Buffer,
    /// Fewer points.
    Simplify,
    /// The words on the map.
    EditWords(AnnotationId),
    /// The longer words.
    EditDescription(AnnotationId),
    /// A look, and of which annotation first.
    Restyle(StylePart, Option<AnnotationId>),
    /// Annotations are drawn, or no longer.
    Show(bool),
    /// Annotations can be changed no longer, or again.
    Lock(bool),
    /// All annotations are drawn, or none.
    ShowAnnotations(bool),
    /// Annotations rest on evidence.
    Cite,
    /// They rest on it no longer.
    RemoveCitation,
    /// What they rest on is described otherwise.
    EditCitation,
    /// They no longer count as traced on a picture.
    Untrace,
    /// Above all others of the layer.
    BringToFront,
    /// Below all others of the layer.
    SendToBack,
    /// Above the neighbour, or below it.
    MoveUp(bool),
    /// Elsewhere in the list.
    Reorder,
    /// Annotations are taken away, so many.
    Delete(usize),
    /// A text without words is taken away.
    DeleteText,
    /// Annotations from the clipboard.
    Paste,
    /// Words from the clipboard.
    PasteText,
    /// Annotations made from an overlay.
    Annotate(NamedOverlay),
    /// A new layer.
    AddLayer,
    /// Annotations have a new layer of their own.
    Group,
    /// Annotations are in another layer.
    MoveToLayer,
    /// A layer has another name.
    RenameLayer(LayerId),
    /// A layer is drawn, or no longer.
    ShowLayer(bool),
    /// A layer can be changed no longer, or again.
    LockLayer(bool),
    /// A layer is elsewhere in the list.
    MoveLayer,
    /// A layer is gone.
    RemoveLayer,
}

/// An overlay, with the title that it had: it may be gone by the time that the step is told of.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedOverlay {
    /// Id.
    pub id: String,
    /// Title; `None` if there was no such overlay.
    pub title: Option<Text>,
}

/// What was done to the dossier that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceStep {
    /// An entry more.
    Add(List),
    /// So many entries more.
    AddSeveral(List, usize),
    /// An entry says something else.
    Change(List),
    /// An entry is elsewhere in its list.
    Move(List),
    /// An entry less.
    Remove(List),
    /// What is said of the whole.
    Whole,
    /// What could not be read is taken back.
    TakeBack,
}

/// What of a placed picture was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PicturePart {
    /// It is new.
    Added,
    /// It is taken away.
    Removed,
    /// It is drawn, or no longer.
    Shown(bool),
    /// How far it can be seen through.
    Opacity,
    /// Where it belongs.
    Placement,
    /// Which part of it is shown.
    Crop,
    /// What is said of it.
    Facts,
    /// Where its pixels are.
    File,
    /// Its place among the others.
    Order,
}

/// What of a layer from a file was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnLayerPart {
    /// Its name.
    Title,
    /// The day that it describes.
    Day,
    /// Whom to credit.
    Credit,
    /// Its licence.
    License,
    /// It rests on evidence.
    Citation,
    /// It rests on it no longer.
    Uncited,
    /// What it rests on is described otherwise.
    EditedCitation,
    /// Whether the project keeps its data.
    KeptData,
    /// How its features follow the timeline.
    Days,
    /// It stands for a series of layers.
    Series,
    /// It is taken away.
    Removed,
    /// It is opened again.
    Reopened,
    /// Longitude and latitude are read the other way round.
    Exchanged,
    /// Its file is read in another way.
    Reading,
}

/// What a tool drew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// A marker.
    Marker,
    /// Words.
    Text,
    /// Words and what they point at.
    Callout,
    /// A line, vertex by vertex.
    Line,
    /// An arrow.
    Arrow,
    /// A polygon.
    Polygon,
    /// A rectangle.
    Rectangle,
    /// A circle.
    Circle,
    /// A line by hand.
    Freehand,
    /// A measured line.
    Length,
    /// A measured area.
    Area,
}

/// What of a style was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StylePart {
    /// Colour of lines and outlines.
    Stroke,
    /// Their width.
    StrokeWidth,
    /// Their opacity.
    StrokeOpacity,
    /// How they are broken.
    Dash,
    /// Colour of areas.
    Fill,
    /// Their opacity.
    FillOpacity,
    /// Their hatch.
    Hatch,
    /// Symbol of markers.
    Symbol,
    /// Their size.
    MarkerSize,
    /// Their colour.
    Marker,
    /// Their number.
    Number,
    /// Colour of words.
    Text,
    /// Their size.
    TextSize,
    /// Where they wrap.
    TextWidth,
    /// Whether the map shows the title.
    ShowTitle,
    /// Whether the map shows length or area.
    ShowMeasure,
}

/// What of a figure was set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigurePart {
    /// Size, margin and resolution.
    Page,
    /// What the map shows.
    Frame,
    /// Title and subtitle.
    Words,
    /// The theme.
    Colours,
    /// The language of its own words.
    Language,
    /// How many maps there are, and of which days.
    Maps,
    /// Names in the legend.
    LegendNames,
    /// Which pieces, and where they stand.
    Pieces,
}
