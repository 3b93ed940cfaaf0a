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
    New, "New", "Begin another project; what is not saved is asked about", ["Ctrl+N"];
    Open, "Open…", "Open a project, or a dossier or a GeoJSON file beside what is shown", ["Ctrl+O"];
    BuiltinDossier, "Built-in dossier", "Open the dossier that comes with the program in place of the one that is open", [];
    OpenMap, "Open map file…", "Draw a PMTiles file of vector tiles over the built-in map, offline", [];
    AttachText, "Attach source text…", "Check excerpts against the text of their source, a text or HTML file; kept until the window closes, sent nowhere", [];
    Save, "Save", "Write the project to its file", ["Ctrl+S"];
    SaveAs, "Save as…", "Write the project to another file", ["Ctrl+Shift+S"];
    ExportFigure, "Export figure…", "Write the view as a figure with legend, scale, sources and credits", ["Ctrl+E"];
    CopyFigure, "Copy figure", "Put the same figure on the clipboard", ["Ctrl+Shift+C"];
    Quit, "Quit", "Close the window; what is not saved is asked about", ["Ctrl+Q"];
    // Edit
    Undo, "Undo", "Take back the last step; while drawing, the last point", ["Ctrl+Z"];
    Redo, "Redo", "Make the step again that was taken back", ["Ctrl+Shift+Z", "Ctrl+Y"];
    ShowHistory, "History", "The list of steps, to jump in", [];
    Cut, "Cut", "Put the selected annotations on the clipboard and take them away", ["Ctrl+X"];
    Copy, "Copy", "Put the selected annotations on the clipboard as GeoJSON", ["Ctrl+C"];
    Paste, "Paste", "Add annotations, GeoJSON or words from the clipboard", ["Ctrl+V"];
    Duplicate, "Duplicate", "Add a copy of the selected annotations beside them", ["Ctrl+D"];
    Delete, "Delete", "Take away the selected annotations, or the selected layer of yours", ["Delete"];
    SelectAll, "Select all", "Select all annotations that are shown and not locked", ["Ctrl+A"];
    ClearSelection, "Clear selection", "Give up the sketch, then the selection, then the tool", ["Escape"];
    Find, "Find annotation", "Search the list of annotations", ["Ctrl+F"];
    Palette, "Search everything…", "Find commands, places, overlays, features, annotations, quotations, figures and sources by their words, and any place by its coordinates", ["Ctrl+K"];
    // View
    Home, "Opening view", "Back to the view that the dossier opens with", ["Home"];
    ZoomIn, "Zoom in", "One step closer", ["Plus", "Equals"];
    ZoomOut, "Zoom out", "One step back", ["Minus"];
    ZoomToSelection, "Zoom to selection", "Fit what is selected into the view", ["Z"];
    ToggleLayersPanel, "Left panel", "Show or hide the panel of overlays, annotations and sources", ["F7"];
    ToggleInspector, "Inspector", "Show or hide the panel of what is selected", ["F8"];
    Table, "Table", "Open or close the table of a layer's features: sort, search, filter, copy", ["F6"];
    SwitchTheme, "Switch theme", "From light to dark or back; View › Theme follows the system again", ["F9"];
    ToggleAnnotations, "Hide annotations", "Hide all annotations, or show them again", ["Ctrl+Shift+H"];
    ShowGaps, "Gaps…", "Shapes without a source, broken quotes, figures without a measure, and what is past its day", [];
    ShowWarnings, "Warnings…", "What of the files that were opened could not be read, or was mended", [];
    // Overlays
    SelectBelow, "Select the overlay below", "Step down through the overlays under the last click", ["B"];
    ShowAlone, "Show selected alone", "Hide all but the selected overlay; again brings them back", ["S"];
    MoveUp, "Move up", "Draw the selected overlay or annotation above its neighbour", ["Alt+ArrowUp"];
    MoveDown, "Move down", "Draw the selected overlay or annotation below its neighbour", ["Alt+ArrowDown"];
    ConvertOverlay, "Overlay to annotation", "Add the shape of the selected overlay as an annotation that cites its excerpts", [];
    ResetOverlays, "Reset overlays", "Order, visibility and opacity as the dossier has them", [];
    // Insert
    ToolSelect, "Select", "Select, move and reshape annotations; click overlays to read their sources", ["V"];
    ToolPan, "Move the map", "Drag the map; holding Space does so with any tool", ["H"];
    ToolMarker, "Marker", "Click to place a marker", ["M"];
    ToolText, "Text", "Click to place words", ["T"];
    ToolCallout, "Callout", "Click a place, then where the words stand", ["C"];
    ToolLine, "Line", "Click point after point", ["L"];
    ToolArrow, "Arrow", "Drag from tail to head, or click point after point", ["A"];
    ToolPolygon, "Polygon", "Click corner after corner; the first one closes it", ["P"];
    ToolRectangle, "Rectangle", "Drag from corner to corner", ["R"];
    ToolCircle, "Circle", "Drag from the middle; the radius is a true distance", ["O"];
    ToolFreehand, "Freehand", "Draw a line by hand", ["F"];
    ToolMeasure, "Measure", "Click point after point for a length; close the line for an area", ["D"];
    // Annotation
    EditText, "Edit words", "Type the words of the selected annotation in place, or the name of the selected layer of yours", ["F2"];
    BringToFront, "Bring to front", "Draw the selection above all others of its layer", ["Ctrl+Shift+CloseBracket"];
    SendToBack, "Send to back", "Draw the selection below all others of its layer", ["Ctrl+Shift+OpenBracket"];
    Lock, "Lock or unlock", "Keep the selection from being changed, or let it be changed again", ["Ctrl+L"];
    Group, "Group into a layer", "Put the selection into a new layer of its own", ["Ctrl+G"];
    Merge, "Merge polygons", "Make one polygon of those selected", [];
    CutOut, "Cut out", "Take the other selected polygons out of the lowest one", [];
    Split, "Split", "Split the selected polygon along the selected line", [];
    Buffer, "Buffer…", "Add the area within a distance of the selection", [];
    Simplify, "Simplify…", "Fewer points, within a distance of the old line", [];
    Reverse, "Reverse direction", "Turn the selected lines and arrows round", [];
    Align, "Align to bearing", "Turn the selected lines to the nearest bearing of 15°", [];
    Renumber, "Number markers", "Number the selected markers in their order", [];
    ToggleSnapping, "Snap to points and edges", "Whether drawing snaps to what is there; Alt turns it off for a moment", ["N"];
    FinishDraft, "Finish the sketch", "Finish what is being drawn", ["Ctrl+Enter"];
    // Help
    ShowKeys, "Keys", "The keys that the window knows, to be looked up and changed", ["F1", "Questionmark"];
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
