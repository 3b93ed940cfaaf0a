//! The commands: one enum with label, key and help, which the menus, the toolbar, the keyboard and the tests share.

/// Something that the user can ask for without saying of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// Choose files to open.
    Open,
    /// Choose a map file to lay over the built-in map.
    OpenMap,
    /// Choose the text of a source, to check its excerpts and read it.
    AttachText,
    /// Write the figure to a file.
    ExportFigure,
    /// Put the figure on the clipboard.
    CopyFigure,
    /// Close the window.
    Quit,
    /// Show the dossier's opening view.
    Home,
    /// One step closer.
    ZoomIn,
    /// One step back.
    ZoomOut,
    /// Fit the selected overlay.
    ZoomToSelection,
    /// Let go of the selection.
    ClearSelection,
    /// Select the next overlay under the last click.
    SelectBelow,
    /// Move the selected overlay up in its group.
    MoveUp,
    /// Move the selected overlay down in its group.
    MoveDown,
    /// Show only the selected overlay, or all that were shown before.
    ShowAlone,
    /// Overlays as the dossier has them.
    ResetOverlays,
    /// Show or hide the panel on the left.
    ToggleLayersPanel,
    /// Show or hide the panel on the right.
    ToggleInspector,
    /// From light to dark or back.
    SwitchTheme,
    /// What is missing or past its day.
    ShowGaps,
    /// The list of keys.
    ShowKeys,
    /// About the program and its data.
    ShowAbout,
}

impl Command {
    /// Every command, in the order of the menus.
    pub const ALL: [Self; 22] = [
        Self::Open,
        Self::OpenMap,
        Self::AttachText,
        Self::ExportFigure,
        Self::CopyFigure,
        Self::Quit,
        Self::Home,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ZoomToSelection,
        Self::ClearSelection,
        Self::SelectBelow,
        Self::MoveUp,
        Self::MoveDown,
        Self::ShowAlone,
        Self::ResetOverlays,
        Self::ToggleLayersPanel,
        Self::ToggleInspector,
        Self::SwitchTheme,
        Self::ShowGaps,
        Self::ShowKeys,
        Self::ShowAbout,
    ];

    /// What the menu says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open…",
            Self::OpenMap => "Open map file…",
            Self::AttachText => "Attach source text…",
            Self::ExportFigure => "Export figure…",
            Self::CopyFigure => "Copy figure",
            Self::Quit => "Quit",
            Self::Home => "Opening view",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ZoomToSelection => "Zoom to selection",
            Self::ClearSelection => "Clear selection",
            Self::SelectBelow => "Select the overlay below",
            Self::MoveUp => "Move overlay up",
            Self::MoveDown => "Move overlay down",
            Self::ShowAlone => "Show selected alone",
            Self::ResetOverlays => "Reset overlays",
            Self::ToggleLayersPanel => "Overlays panel",
            Self::ToggleInspector => "Inspector",
            Self::SwitchTheme => "Switch theme",
            Self::ShowGaps => "Gaps…",
            Self::ShowKeys => "Keys",
            Self::ShowAbout => "About Claimline and its data",
        }
    }

    /// What a tooltip adds.
    pub fn help(self) -> &'static str {
        match self {
            Self::Open => "Open a dossier or a GeoJSON file beside what is shown",
            Self::OpenMap => "Draw a PMTiles file of vector tiles over the built-in map, offline",
            Self::AttachText => {
                "Check excerpts against the text of their source, a text or HTML file; kept until the window closes, sent nowhere"
            }
            Self::ExportFigure => "Write the view as a figure with legend, scale, sources and credits",
            Self::CopyFigure => "Put the same figure on the clipboard",
            Self::Quit => "Close the window; the view is remembered",
            Self::Home => "Back to the view that the dossier opens with",
            Self::ZoomIn => "One step closer",
            Self::ZoomOut => "One step back",
            Self::ZoomToSelection => "Fit the selected overlay into the view",
            Self::ClearSelection => "Let go of the selected overlay",
            Self::SelectBelow => "Step down through the overlays under the last click",
            Self::MoveUp => "Draw the selected overlay above its neighbour",
            Self::MoveDown => "Draw the selected overlay below its neighbour",
            Self::ShowAlone => "Hide all but the selected overlay; again brings them back",
            Self::ResetOverlays => "Order, visibility and opacity as the dossier has them",
            Self::ToggleLayersPanel => "Show or hide the panel of overlays and sources",
            Self::ToggleInspector => "Show or hide the panel of what is selected",
            Self::SwitchTheme => "From light to dark or back; View ▸ Theme follows the system again",
            Self::ShowGaps => {
                "Shapes without a source, broken quotes, figures without a measure, and what is past its day"
            }
            Self::ShowKeys => "The keys that the window knows",
            Self::ShowAbout => "Version, credits and licences of the data",
        }
    }

    /// Keys, most usual first: modifiers and a key joined by `+`, such as `Ctrl+Shift+C`.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Open => &["Ctrl+O"],
            Self::ExportFigure => &["Ctrl+E"],
            Self::CopyFigure => &["Ctrl+Shift+C"],
            Self::Quit => &["Ctrl+Q"],
            Self::Home => &["Home"],
            Self::ZoomIn => &["Plus", "Equals"],
            Self::ZoomOut => &["Minus"],
            Self::ZoomToSelection => &["Z"],
            Self::ClearSelection => &["Escape"],
            Self::SelectBelow => &["B"],
            Self::MoveUp => &["Alt+ArrowUp"],
            Self::MoveDown => &["Alt+ArrowDown"],
            Self::ShowAlone => &["S"],
            Self::ToggleLayersPanel => &["F7"],
            Self::ToggleInspector => &["F8"],
            Self::SwitchTheme => &["F9"],
            Self::ShowKeys => &["F1", "Questionmark"],
            Self::OpenMap | Self::AttachText | Self::ShowGaps | Self::ResetOverlays | Self::ShowAbout => &[],
        }
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
    fn every_command_is_listed_once() {
        let listed: BTreeSet<Command> = Command::ALL.into_iter().collect();
        assert_eq!(listed.len(), Command::ALL.len());
    }
}
