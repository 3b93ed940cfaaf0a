//! What the window says: what has a type everywhere else is put into words here.

use crate::document::step::{
    Drawing, EvidenceStep, FigurePart, NamedOverlay, OwnLayerPart, PicturePart, Step, StylePart,
};
use crate::files::servers::Server;

fn picture(part: PicturePart, title: &str) -> String {
    match part {
        PicturePart::Added => format!("Place {title}"),
        PicturePart::Removed => format!("Remove {title}"),
        PicturePart::Shown(true) => format!("Show {title}"),
        PicturePart::Shown(false) => format!("Hide {title}"),
        PicturePart::Opacity => format!("Opacity of {title}"),
        PicturePart::Placement => format!("Georeference {title}"),
        PicturePart::Crop => format!("Crop {title}"),
        PicturePart::Facts => format!("What is said of {title}"),
        PicturePart::File => format!("File of {title}"),
        PicturePart::Order => format!("Move {title}"),
    }
}

fn evidence_step(step: &EvidenceStep) -> String {
    match step {
        EvidenceStep::Add(list) => format!("Add {}", list.noun()),
        EvidenceStep::AddSeveral(list, count) => format!("Add {count} {}s", list.noun()),
        EvidenceStep::Change(list) => format!("Edit {}", list.noun()),
        EvidenceStep::Move(list) => format!("Move {}", list.noun()),
        EvidenceStep::Remove(list) => format!("Remove {}", list.noun()),
        EvidenceStep::Whole => "Edit dossier".to_owned(),
        EvidenceStep::TakeBack => "Take back what cannot be read".to_owned(),
    }
}

/// What the undo menu and the list of steps call a step.
pub fn step(step: &Step) -> String {
    let words = match step {
        Step::ShowOverlay(overlay, true) => return format!("Show {}", title(overlay)),
        Step::ShowOverlay(overlay, false) => return format!("Hide {}", title(overlay)),
        Step::Styling(overlay) => return format!("Style of {}", title(overlay)),
        Step::OverlayOpacity(overlay) => return format!("Opacity of {}", title(overlay)),
        Step::MoveOverlay(overlay) => return format!("Move {}", title(overlay)),
        Step::OwnLayer(part, overlay) => return own_layer(*part, title(overlay)),
        Step::Picture(part, title) => return picture(*part, title),
        Step::Pictures(count) => return format!("Place {count} pictures"),
        Step::Photos(1) => "Add a photo",
        Step::Photos(count) => return format!("Add {count} photos"),
        Step::ShowAlone(overlay) => return format!("Show only {}", title(overlay)),
        Step::UseAsLine(overlay) => return format!("Use {} as line of contact", title(overlay)),
        Step::Annotate(overlay) => return format!("Annotate {}", title(overlay)),
        Step::Delete(count) if *count != 1 => return format!("Delete {count} annotations"),
        Step::Delete(_) => "Delete",
        Step::ToggleGroup => "Show or hide a group",
        Step::ShowOthersAgain => "Show the others again",
        Step::ResetOverlays => "Reset overlays",
        Step::MapNames => "Names on the map",
        Step::Map => "Map under the overlays",
        Step::UseDossierLine => "Back to the dossier’s line",
        Step::RefuseLine => "Back to the previous line",
        Step::FollowExcerpt => "Show what an excerpt is about",
        Step::Evidence(step) => return evidence_step(step),
        Step::AddSource => "Add source",
        Step::EditSource => "Edit source",
        Step::RemoveSource => "Remove source",
        Step::AddExcerpt => "Add excerpt",
        Step::RemoveExcerpt => "Remove excerpt",
        Step::Figure(part) => figure_part(*part),
        Step::Draw(drawing) => drawn(*drawing),
        Step::Move | Step::Nudge => "Move",
        Step::Duplicate => "Duplicate",
        Step::MoveVertex => "Move vertex",
        Step::AddVertex => "Add vertex",
        Step::RemoveVertex => "Remove vertex",
        Step::ResizeRectangle => "Resize rectangle",
        Step::ChangeRadius => "Change radius",
        Step::MoveTarget => "Move callout’s target",
        Step::MoveWords => "Move callout’s text",
        Step::WrapWords => "Wrap text",
        Step::Scale => "Scale",
        Step::Rotate => "Rotate",
        Step::Align => "Align to bearing",
        Step::Reverse => "Reverse direction",
        Step::NumberMarkers => "Number markers",
        Step::MergePolygons => "Merge polygons",
        Step::CutOut => "Cut out",
        Step::SplitPolygon => "Split polygon",
        Step::Buffer => "Buffer",
        Step::Simplify => "Simplify",
        Step::EditWords(_) => "Edit text",
        Step::EditDescription(_) => "Edit description",
        Step::Restyle(part, _) => style_part(*part),
        Step::Show(true) => "Show",
        Step::Show(false) => "Hide",
        Step::Lock(true) => "Lock",
        Step::Lock(false) => "Unlock",
        Step::ShowAnnotations(true) => "Show annotations",
        Step::ShowAnnotations(false) => "Hide annotations",
        Step::Cite => "Cite",
        Step::RemoveCitation => "Remove citation",
        Step::EditCitation => "Edit citation",
        Step::Untrace => "Not traced on a picture",
        Step::BringToFront => "Bring to front",
        Step::SendToBack => "Send to back",
        Step::MoveUp(true) => "Move up",
        Step::MoveUp(false) => "Move down",
        Step::Reorder => "Reorder",
        Step::DeleteText => "Delete text",
        Step::Paste => "Paste",
        Step::PasteText => "Paste text",
        Step::AddLayer => "Add layer",
        Step::Group => "Group into a layer",
        Step::MoveToLayer => "Move to layer",
        Step::RenameLayer(_) => "Rename layer",
        Step::ShowLayer(true) => "Show layer",
        Step::ShowLayer(false) => "Hide layer",
        Step::LockLayer(true) => "Lock layer",
        Step::LockLayer(false) => "Unlock layer",
        Step::MoveLayer => "Move layer",
        Step::RemoveLayer => "Remove layer",
    };
    words.to_owned()
}

fn title(overlay: &NamedOverlay) -> &str {
    overlay.title.as_ref().map_or(&overlay.id, |title| title.main())
}

fn own_layer(part: OwnLayerPart, title: &str) -> String {
    match part {
        OwnLayerPart::Title => format!("Rename {title}"),
        OwnLayerPart::Day => format!("Date of {title}"),
        OwnLayerPart::Credit => format!("Credit of {title}"),
        OwnLayerPart::License => format!("Licence of {title}"),
        OwnLayerPart::Citation => format!("Cite for {title}"),
        OwnLayerPart::Uncited => format!("Remove citation of {title}"),
        OwnLayerPart::EditedCitation => format!("Edit citation of {title}"),
        OwnLayerPart::Days => format!("Days of the features of {title}"),
        OwnLayerPart::Series => format!("Series of layers {title}"),
        OwnLayerPart::KeptData => format!("Data of {title} in the project"),
        OwnLayerPart::Removed => format!("Remove {title}"),
        OwnLayerPart::Reopened => format!("Open {title} again"),
        OwnLayerPart::Reading => format!("Read {title} anew"),
        OwnLayerPart::Exchanged => format!("Swap longitude and latitude of {title}"),
    }
}

fn drawn(drawing: Drawing) -> &'static str {
    match drawing {
        Drawing::Marker => "Place marker",
        Drawing::Text => "Place text",
        Drawing::Callout => "Draw callout",
        Drawing::Line => "Draw line",
        Drawing::Arrow => "Draw arrow",
        Drawing::Polygon => "Draw polygon",
        Drawing::Rectangle => "Draw rectangle",
        Drawing::Circle => "Draw circle",
        Drawing::Freehand => "Draw freehand line",
        Drawing::Length => "Measure length",
        Drawing::Area => "Measure area",
    }
}

fn style_part(part: StylePart) -> &'static str {
    match part {
        StylePart::Stroke => "Line colour",
        StylePart::StrokeWidth => "Line width",
        StylePart::StrokeOpacity => "Line opacity",
        StylePart::Dash => "Dashes",
        StylePart::Fill => "Fill colour",
        StylePart::FillOpacity => "Fill opacity",
        StylePart::Hatch => "Hatch",
        StylePart::Symbol => "Marker symbol",
        StylePart::MarkerSize => "Marker size",
        StylePart::Marker => "Marker colour",
        StylePart::Number => "Marker number",
        StylePart::Text => "Text colour",
        StylePart::TextSize => "Text size",
        StylePart::TextWidth => "Text width",
        StylePart::ShowTitle => "Title on the map",
        StylePart::ShowMeasure => "Measure on the map",
    }
}

fn figure_part(part: FigurePart) -> &'static str {
    match part {
        FigurePart::Page => "Page of the figure",
        FigurePart::Frame => "Frame of the figure",
        FigurePart::Words => "Text of the figure",
        FigurePart::Colours => "Colours of the figure",
        FigurePart::Language => "Language of the figure",
        FigurePart::Maps => "Maps of the figure",
        FigurePart::LegendNames => "Names in the figure’s legend",
        FigurePart::Pieces => "Parts of the figure",
    }
}

/// What a server of maps learns, as the end of a sentence that begins with it.
pub(crate) fn sees_area(server: &Server) -> String {
    if server.is_share() {
        return "is asked for its file under your name.".to_owned();
    }
    let others = if server.is_open_to_others() && !server.is_here() {
        " So will others on the way: the connection is not encrypted."
    } else {
        ""
    };
    format!("will see your address and the area you look at.{others}")
}
