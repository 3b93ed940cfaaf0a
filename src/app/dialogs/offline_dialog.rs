//! *Keep this area offline…*: the tiles of what the map shows, out of an archive of tiles, into a file that is opened then.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{Id, RichText, Slider, Ui};

use super::{Decision, buttons_ui, error_ui, width_ui};
use crate::app::theme;
use crate::app::widgets::{line_edit, tip};
use crate::basemap::Wanted;
use crate::dossier::words;
use crate::files::address::is_address;
use crate::files::extract::Extract;
use crate::files::servers::Server;

/// Streets have their houses from here on, as far as most archives go.
const USUAL_ZOOM: u8 = 14;
/// The deepest zoom that can be chosen; no archive of vector tiles goes deeper.
const DEEPEST: u8 = 16;

/// What has been typed and chosen.
pub(crate) struct OfflineDialog {
    from: String,
    to: String,
    /// `[west, south, east, north]` in degrees.
    bounds: [f64; 4],
    max_zoom: u8,
    /// What it takes, if that has been worked out for what is typed now.
    extract: Option<Arc<Extract>>,
    /// Whether that is being worked out.
    asking: bool,
    /// Whether the user has been told that the file exists.
    overwrite: bool,
    error: String,
}

/// What is to be done with what was typed.
pub(crate) enum Accepted {
    /// To be worked out what it takes.
    Prepare(PathBuf, Wanted),
    /// To be written, and opened.
    Write(Arc<Extract>, PathBuf),
}

impl OfflineDialog {
    /// For what the map shows, into a folder.
    pub(crate) fn new(bounds: [f64; 4], folder: &Path) -> Self {
        let [west, south, east, north] = bounds;
        // A window shows more than the world has.
        let bounds = [west.max(-180.0), south.max(-85.0), east.min(180.0), north.min(85.0)];
        let to = folder.join("area.pmtiles").display().to_string();
        Self {
            from: String::new(),
            to,
            bounds,
            max_zoom: USUAL_ZOOM,
            extract: None,
            asking: false,
            overwrite: false,
            error: String::new(),
        }
    }

    /// What comes next; what is wrong is shown.
    pub(crate) fn accepted(&mut self) -> Option<Accepted> {
        self.error.clear();
        if self.asking {
            return None;
        }
        let (from, to) = (self.from.trim(), self.to.trim());
        if from.is_empty() {
            self.error = "Type the address or the path of an archive first".to_owned();
            return None;
        }
        let Some(extract) = self.extract.clone() else {
            self.asking = true;
            let from = if is_address(Path::new(from)) { PathBuf::from(from) } else { crate::files::expand(from) };
            let wanted = Wanted { bounds: self.bounds, min_zoom: None, max_zoom: Some(self.max_zoom) };
            return Some(Accepted::Prepare(from, wanted));
        };
        let to = crate::files::expand(to);
        if !to.extension().is_some_and(|end| end.eq_ignore_ascii_case("pmtiles")) {
            self.error = "The name of the file must end in .pmtiles".to_owned();
            return None;
        }
        if crate::files::is_same(&to, &crate::files::expand(from)) {
            self.error = "This is the archive itself. Give the file another name".to_owned();
            return None;
        }
        if crate::files::exists(&to) && !self.overwrite {
            self.error = format!("{} is there already. It will be replaced", to.display());
            self.overwrite = true;
            return None;
        }
        Some(Accepted::Write(extract, to))
    }

    /// Shows what it takes, or why that is not known.
    pub(crate) fn take(&mut self, prepared: Result<Arc<Extract>, String>) {
        self.asking = false;
        match prepared {
            Ok(extract) => self.extract = Some(extract),
            Err(what) => self.error = what,
        }
    }

    /// What was worked out is of something else.
    fn forget(&mut self) {
        self.extract = None;
        self.overwrite = false;
        self.error.clear();
    }
}

/// The field for the archive.
pub(super) fn from_field() -> Id {
    Id::unique("archive to take an area of")
}

/// Shows the dialog.
pub(super) fn offline_ui(ui: &mut Ui, dialog: &mut OfflineDialog, decision: &mut Option<Decision>) {
    let shade = theme::theme_of(ui.ctx());
    width_ui(ui, 560.0);
    ui.heading("Keep this area offline");
    ui.label(theme::second(
        "Copies the map of what the window shows, with its streets, into a file of your own.",
        shade,
    ));
    ui.add_space(8.0);
    let is_free = !dialog.asking;
    let label = ui.label("Archive to copy from: the address or the path of a .pmtiles file");
    let field = line_edit(&mut dialog.from).desired_width(f32::INFINITY).id(from_field());
    let field = field.hint_text("https://example.org/map.pmtiles");
    if ui.add_enabled(is_free, field).labelled_by(label.id).changed() {
        dialog.forget();
    }
    ui.label(theme::second(told_of(&dialog.from), shade));
    ui.add_space(6.0);
    ui.label(RichText::new("Area").family(theme::semi_bold()));
    let [west, south, east, north] = dialog.bounds.map(|one| words::number(one, 3));
    ui.label(format!("longitude {west} to {east}, latitude {south} to {north}"));
    ui.horizontal(|ui| {
        let label = ui.label("Up to zoom");
        let slider = Slider::new(&mut dialog.max_zoom, 6..=DEEPEST);
        let slider = ui.add_enabled(is_free, slider).labelled_by(label.id);
        if tip(slider, "How close you can look; each zoom more takes about three times the bytes").changed() {
            dialog.forget();
        }
        ui.label(theme::second(zoom_words(dialog.max_zoom), shade));
    });
    ui.add_space(6.0);
    let label = ui.label("File to write (.pmtiles)");
    let field = line_edit(&mut dialog.to).desired_width(f32::INFINITY).id(Id::unique("file of the area"));
    if ui.add(field).labelled_by(label.id).changed() {
        dialog.overwrite = false;
        dialog.error.clear();
    }
    ui.add_space(6.0);
    match &dialog.extract {
        Some(extract) => {
            ui.label(RichText::new(size_words(extract)).family(theme::semi_bold()));
            let credit = &extract.info().attribution;
            if !credit.is_empty() {
                ui.label(theme::second(format!("Credit: {credit}"), shade));
            }
        }
        None if dialog.asking => {
            ui.label(theme::second("Finding out its size…", shade));
        }
        None => {
            ui.label(theme::second("Its size is found out first; nothing is copied yet.", shade));
        }
    }
    error_ui(ui, &dialog.error);
    ui.add_space(12.0);
    let verb = match &dialog.extract {
        None => "Find out the size",
        Some(_) if dialog.overwrite => super::REPLACE,
        Some(_) => "Keep offline",
    };
    buttons_ui(ui, verb, decision);
}

/// Who learns what.
fn told_of(from: &str) -> String {
    match Server::of(from.trim()).filter(|_| is_address(Path::new(from.trim()))) {
        Some(server) => {
            format!(
                "{} is asked for the parts that are needed. It sees your address and which area that is.",
                server.name()
            )
        }
        None => "Tile servers are not copied from, only archives.".to_owned(),
    }
}

fn zoom_words(zoom: u8) -> &'static str {
    match zoom {
        0..=8 => "regions",
        9..=11 => "towns and main roads",
        12..=13 => "streets",
        _ => "houses",
    }
}

/// How large it is.
fn size_words(extract: &Extract) -> String {
    let plan = extract.plan();
    let [from, to] = plan.zooms;
    let requests = match (extract.asked(), plan.requests.len()) {
        (None, _) => String::new(),
        (Some(_), 1) => ", to be fetched in 1 request".to_owned(),
        (Some(_), count) => format!(", to be fetched in {} requests", words::number(count as f64, 0)),
    };
    let tiles = words::number(plan.tiles as f64, 0);
    format!("{}: {tiles} tiles of zooms {from} to {to}{requests}", words::bytes(plan.size))
}

/// What is said once it is written.
pub(crate) fn written_words(to: &Path) -> String {
    format!("The area is kept in {}", to.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::extract::prepare;

    #[test]
    fn the_size_is_found_out_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut dialog = OfflineDialog::new([36.0, 47.0, 40.0, 100.0], folder.path());
        assert!(dialog.accepted().is_none() && dialog.error.contains("first"));
        let from = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/basemap/builtin.pmtiles");
        dialog.from = from.to_owned();
        let Some(Accepted::Prepare(path, wanted)) = dialog.accepted() else { panic!("not prepared first") };
        assert_eq!(wanted.bounds, [36.0, 47.0, 40.0, 85.0]);
        assert!(dialog.accepted().is_none(), "it is being worked out");
        dialog.take(prepare(&path, &wanted).map(Arc::new).map_err(|error| error.to_string()));
        assert!(size_words(dialog.extract.as_ref().unwrap()).contains("tiles of zooms 0 to"));
        dialog.to = from.to_owned();
        assert!(dialog.accepted().is_none() && dialog.error.contains("the archive itself"));
        let to = folder.path().join("here.pmtiles");
        crate::files::write(&to, b"x").unwrap();
        dialog.to = to.display().to_string();
        assert!(dialog.accepted().is_none() && dialog.error.contains("there already"));
        let Some(Accepted::Write(_, path)) = dialog.accepted() else { panic!("not written") };
        assert_eq!(path, to);
        // Another zoom is another extract.
        dialog.forget();
        assert!(matches!(dialog.accepted(), Some(Accepted::Prepare(..))));
    }
}
