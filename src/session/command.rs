//! The commands: one table of labels, help and keys, which the menus, the toolbar, the palette, the keyboard, the documents
//! and the tests share.

use serde::{Deserialize, Serialize};

use crate::tools::Tool;

/// Makes the enum and what is said of each command from one table, so that none of it can be forgotten.
macro_rules! commands {
    ($($name:ident, $label:literal, $help:literal, [$($keys:literal),*];)*) => {
        /// Something that the user can ask for without saying of what.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Command {
            $(#[doc = $help] $name,)*
        }

        impl Command {
            /// Every command, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What the menu says.
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)*
                }
            }

            /// What a tooltip adds.
            pub fn help(self) -> &'static str {
                match self {
                    $(Self::$name => $help,)*
                }
            }

            /// Keys that come with the program, most usual first: modifiers and a key joined by `+`, such as
            /// `Ctrl+Shift+C`.
            pub fn keys(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($keys),*],)*
                }
            }
        }
    };
}

commands! {
    // File
    New, "New", "Start a new project; asks about unsaved changes first", ["Ctrl+N"];
    Open, "Open…", "Open a project, a dossier, a file of features or a map file", ["Ctrl+O"];
    OpenAddress, "Open from an address…", "Fetch a file of features from the web and open it; its server is asked only once you have agreed", [];
    NewDossier, "New dossier…", "Begin a dossier of your own: overlays, the sources that speak of them, and what they say", [];
    EditDossier, "Edit this dossier", "Change the dossier in its own folder or file; nothing is written until you save it", [];
    EditDossierCopy, "Edit a copy of this dossier", "Begin a dossier of your own with all that this one holds", [];
    SaveDossier, "Save dossier", "Write the dossier to its folder or file", ["Ctrl+Alt+S"];
    SaveDossierAs, "Save dossier as…", "Write the dossier as a folder that suits git, or as one .claimline file", [];
    AboutDossier, "About the dossier…", "Title, day, summary, disclaimer of the dossier that is edited", [];
    AddSource, "Add source…", "Add an article, a report or a page to the dossier that is edited", [];
    AddSources, "Add sources from a file…", "Add all sources of a library of references to the dossier that is edited: BibTeX, RIS or CSL-JSON", [];
    AddExcerpt, "Add excerpt…", "Add words of a source to the dossier that is edited; with its text at hand, select them in the reader instead", [];
    AddPosition, "Add position…", "Add who proposes, claims or rejects what to the dossier that is edited", [];
    AddReportedFigure, "Add reported figure…", "Add a number that somebody states to the dossier that is edited", [];
    AddNote, "Add note…", "Add a remark to the dossier that is edited: where a source is unclear, or accounts differ", [];
    AddGroup, "Add group…", "Add a group of overlays to the dossier that is edited", [];
    EndEditing, "Stop editing the dossier", "Protect the evidence from changes again", [];
    Compare, "Compare with…", "Show what changed between what is open and another dossier or project, or what is saved of it", [];
    CompareDays, "What changed between days…", "Show what was gained and lost between two days or two accounts of a layer with reports of several days, with places, reports and a table of each step", [];
    Agree, "Who agrees…", "Lay the accounts of a day over each other: what all say, what only some say, and of how many origins", [];
    BuiltinDossier, "Built-in dossier", "Go back to the dossier that comes with the program", [];
    OpenDatabase, "Add from a database…", "Add a table or view of a PostgreSQL database with PostGIS as a layer; it is only read", [];
    OpenMap, "Open map file…", "Draw a PMTiles or MBTiles file of vector tiles over the built-in map, offline", [];
    GeoreferencePicture, "Georeference a picture…", "Place a scan or a photograph of a map by control points, beside the map", [];
    KeepOffline, "Keep this area offline…", "Copy the map of what the window shows out of an archive, so that its streets are there without the network", [];
    AttachText, "Attach source text…", "Check excerpts against the text of their source, a saved page, PDF or other document; it is kept until the window closes and sent nowhere", [];
    Save, "Save", "Write the project to its file", ["Ctrl+S"];
    SaveAs, "Save as…", "Write the project to another file", ["Ctrl+Shift+S"];
    ExportFigure, "Export figure…", "Write the view as a figure with legend, scale, sources and credits", ["Ctrl+E"];
    Animate, "Export animation…", "Write the figure day after day, as GIF, APNG or PNG frames", [];
    CopyFigure, "Copy figure", "Copy the same figure to the clipboard", ["Ctrl+Shift+C"];
    SaveFeatures, "Save features as…", "Write the selected layer or annotations as a file for other programs, such as KML", [];
    Quit, "Quit", "Close the window; asks about unsaved changes first", ["Ctrl+Q"];
    // Edit
    Undo, "Undo", "Undo the last step; while drawing, remove the last point", ["Ctrl+Z"];
    Redo, "Redo", "Redo the step that was undone", ["Ctrl+Shift+Z", "Ctrl+Y"];
    ShowHistory, "History", "List all steps, and go to any of them", [];
    Cut, "Cut", "Move the selected annotations to the clipboard", ["Ctrl+X"];
    Copy, "Copy", "Copy the selected annotations to the clipboard as GeoJSON", ["Ctrl+C"];
    Paste, "Paste", "Add annotations, GeoJSON or text from the clipboard", ["Ctrl+V"];
    Duplicate, "Duplicate", "Add a copy of the selected annotations next to them", ["Ctrl+D"];
    Delete, "Delete", "Remove the selected annotations, or your selected layer", ["Delete"];
    SelectAll, "Select all", "Select all annotations that are shown and not locked", ["Ctrl+A"];
    ClearSelection, "Clear selection", "Cancel the sketch, then the mark of a found place, the selection, a comparison or who agrees, the tool", ["Escape"];
    Find, "Find annotation", "Search the list of annotations", ["Ctrl+F"];
    FindPlace, "Find a place…", "Fly to a place by its name, in English, Ukrainian or Russian, old or misspelt, or by its coordinates; more places come from gazetteers that you add", ["Ctrl+Shift+F", "Slash"];
    Palette, "Search everything…", "Find commands, places, overlays, features, annotations, quotations, figures and sources by name or text, and any place by its coordinates", ["Ctrl+K"];
    // View
    Home, "Opening view", "Back to the view that the dossier opens with", ["Home"];
    ZoomIn, "Zoom in", "One step closer", ["Plus", "Equals"];
    ZoomOut, "Zoom out", "One step back", ["Minus"];
    ZoomToSelection, "Zoom to selection", "Fit the selection into the view", ["Z"];
    ToggleLayersPanel, "Left panel", "Show or hide the panel of overlays, annotations and sources", ["F7"];
    ToggleInspector, "Inspector", "Show or hide the panel of what is selected", ["F8"];
    Table, "Table", "Open or close the table of a layer's features: sort, search, filter, copy", ["F6"];
    Timeline, "Timeline", "Show the map as it was reported on a day: drag along the days, or let them run", ["Shift+F6"];
    AreaOverTime, "Area over time", "Show how much ground each report covers, day by day, also as a share of another area", [];
    SwitchTheme, "Switch theme", "Switch between light and dark; View › Theme can follow the system again", ["F9"];
    ToggleAnnotations, "Hide annotations", "Hide all annotations, or show them again", ["Ctrl+Shift+H"];
    ShowGaps, "Gaps…", "Shapes without a source, quotes that do not match, figures that nothing measures, and overlays with an old date", [];
    ShowWarnings, "Warnings…", "What could not be read in the opened files, or was corrected", [];
    ShowMaps, "Maps…", "The maps under the overlays: add your own, lay one over the other, compare them", [];
    AddMap, "Add a map…", "Lay a map of your own over the others: tiles of a server, a map service, or a file", [];
    AddGazetteer, "Add a gazetteer…", "Add a file of places, so that more of them are found by name", [];
    ShowServers, "Map servers…", "Which servers may be asked for maps and pages, and the way to take that back", [];
    // Overlays
    SelectBelow, "Select the overlay below", "Step down through the overlays under the last click", ["B"];
    ShowAlone, "Show only selected", "Hide all but the selected overlay; press again to bring them back", ["S"];
    MoveUp, "Move up", "Draw the selected overlay or annotation above its neighbour", ["Alt+ArrowUp"];
    MoveDown, "Move down", "Draw the selected overlay or annotation below its neighbour", ["Alt+ArrowDown"];
    ConvertOverlay, "Overlay to annotation", "Add the shape of the selected overlay as an annotation that cites its excerpts", [];
    AddOverlay, "Add overlay…", "Describe a new overlay of the dossier that is edited", [];
    MakeOverlay, "Make overlay…", "Add the selected annotations, or your selected layer, to the dossier that is edited as an overlay of its own", [];
    DeriveOverlay, "Derive overlay…", "Add an overlay that is worked out by a recipe: from other overlays, or from coordinates and bearings in words", [];
    UseAsLine, "Use as line of contact…", "Work out all that depends on the line of contact from the selected layer instead of the dossier’s line", [];
    MakeSeries, "Make series…", "Make one layer with a timeline of several layers of a day each", [];
    ResetOverlays, "Reset overlays", "Restore the dossier’s order, visibility and opacity", [];
    // Insert
    ToolSelect, "Select", "Select, move and reshape annotations; click overlays to read their sources", ["V"];
    ToolPan, "Move the map", "Drag the map; holding Space does so with any tool", ["H"];
    ToolMarker, "Marker", "Click to place a marker", ["M"];
    ToolText, "Text", "Click to place text", ["T"];
    ToolCallout, "Callout", "Click a place, then where its text goes", ["C"];
    ToolLine, "Line", "Click point after point", ["L"];
    ToolArrow, "Arrow", "Drag from tail to head, or click point after point", ["A"];
    ToolPolygon, "Polygon", "Click corner after corner; the first one closes it", ["P"];
    ToolRectangle, "Rectangle", "Drag from corner to corner", ["R"];
    ToolCircle, "Circle", "Drag from the centre; the radius is a true distance", ["O"];
    ToolFreehand, "Freehand", "Draw a line by hand", ["F"];
    ToolMeasure, "Measure", "Click point after point for a length; close the line for an area", ["D"];
    // Annotation
    EditText, "Edit text", "Edit the text of the selected annotation on the map, or the name of your selected layer", ["F2"];
    BringToFront, "Bring to front", "Draw the selection above all others of its layer", ["Ctrl+Shift+CloseBracket"];
    SendToBack, "Send to back", "Draw the selection below all others of its layer", ["Ctrl+Shift+OpenBracket"];
    Lock, "Lock or unlock", "Protect the selection from changes, or allow changes again", ["Ctrl+L"];
    Group, "Group into a layer", "Put the selection into a new layer of its own", ["Ctrl+G"];
    Merge, "Merge polygons", "Join the selected polygons into one", [];
    CutOut, "Cut out", "Cut the other selected polygons out of the lowest one", [];
    Split, "Split", "Split the selected polygon along the selected line", [];
    CropPicture, "Crop picture to this shape", "Show of the picture beneath the selected polygon only what lies within it", [];
    Buffer, "Buffer…", "Add the area within a distance of the selection", [];
    Simplify, "Simplify…", "Use fewer points, within a distance of the old line", [];
    Reverse, "Reverse direction", "Reverse the selected lines and arrows", [];
    Align, "Align to bearing", "Turn the selected lines to the nearest multiple of 15°", [];
    Renumber, "Number markers", "Number the selected markers in their order", [];
    ToggleSnapping, "Snap to points and edges", "Snap to existing points and edges while drawing; hold Alt to turn it off for a moment", ["N"];
    FinishDraft, "Finish the sketch", "Finish what is being drawn", ["Ctrl+Enter"];
    // Help
    ShowKeys, "Keys", "Look up and change the keyboard shortcuts", ["F1", "Questionmark"];
    ShowAbout, "About Claimline and its data", "Version, credits and licences of the data", [];
}

impl Command {
    /// The command that takes a tool.
    pub fn of_tool(tool: Tool) -> Self {
        match tool {
            Tool::Select => Self::ToolSelect,
            Tool::Pan => Self::ToolPan,
            Tool::Marker => Self::ToolMarker,
            Tool::Text => Self::ToolText,
            Tool::Callout => Self::ToolCallout,
            Tool::Line => Self::ToolLine,
            Tool::Arrow => Self::ToolArrow,
            Tool::Polygon => Self::ToolPolygon,
            Tool::Rectangle => Self::ToolRectangle,
            Tool::Circle => Self::ToolCircle,
            Tool::Freehand => Self::ToolFreehand,
            Tool::Measure => Self::ToolMeasure,
        }
    }

    /// The tool that the command takes.
    pub fn tool(self) -> Option<Tool> {
        Tool::ALL.into_iter().find(|tool| Self::of_tool(*tool) == self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_key_has_two_meanings() {
        let mut seen = BTreeSet::new();
        for command in Command::ALL {
            for key in command.keys() {
                assert!(seen.insert(*key), "{key} is used twice, also by {command:?}");
                assert!(!key.starts_with("Num"), "digits toggle overlays");
            }
        }
    }

    #[test]
    fn every_tool_has_its_command() {
        for tool in Tool::ALL {
            assert_eq!(Command::of_tool(tool).tool(), Some(tool));
        }
        assert_eq!(Command::Undo.tool(), None);
    }
}
