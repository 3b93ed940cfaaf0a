//! What will happen with files that are dragged over the window, while they are.

use std::path::PathBuf;

use eframe::egui::{self, Context, FontId, Id, Order, Rect, RichText, Stroke};

use super::texts::is_text;
use super::theme;
use super::writing::lists_sources;
use crate::formats::format::{FORMATS, Holds};

/// Shows what will happen over the map, while files are dragged over the window.
pub(super) fn drop_notice_ui(ctx: &Context, map: Rect, is_writing: bool) {
    let paths: Vec<Option<PathBuf>> =
        ctx.input(|input| input.raw.hovered_files.iter().map(|file| file.path.clone()).collect());
    let Some(words) = words(&paths, is_writing) else { return };
    let palette = theme::theme_of(ctx).palette();
    let area = if map.is_positive() { map } else { ctx.content_rect() }.shrink(12.0);
    let over = egui::Area::new(Id::unique("drop notice")).order(Order::Foreground).interactable(false);
    over.fixed_pos(area.min).show(ctx, |ui| {
        let frame = egui::Frame::new().fill(theme::ink(palette.panel.with_opacity(0.9))).corner_radius(10.0);
        frame.stroke(Stroke::new(2.0, theme::ink(palette.accent))).show(ui, |ui| {
            ui.set_min_size(area.size());
            let text = RichText::new(words).font(FontId::new(16.0, theme::semi_bold()));
            ui.centered_and_justified(|ui| ui.add(egui::Label::new(text).wrap()));
        });
    });
}

/// What will happen with these files; `None` without any. The system may not say what they are before they are dropped.
fn words(paths: &[Option<PathBuf>], is_writing: bool) -> Option<String> {
    let is_list = |path: &Option<PathBuf>| path.as_deref().and_then(lists_sources) == Some(true);
    if is_writing && !paths.is_empty() && paths.iter().all(is_list) {
        return Some("Drop to add the sources that it lists to the dossier".to_owned());
    }
    let one = match paths {
        [] => return None,
        [one] => one.as_ref(),
        several => {
            return Some(
                match several.iter().flatten().count() == several.len()
                    && several.iter().flatten().all(|path| holds(path).is_some() || is_text(path))
                {
                    true => format!("Drop to open these {} files", several.len()),
                    false => {
                        format!("Drop to open these {} files; some may be of a kind that cannot be read", several.len())
                    }
                },
            );
        }
    };
    let Some(path) = one else { return Some("Drop to open this file".to_owned()) };
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Some(match holds(path) {
        Some(Holds::Project) => format!("Drop to open the project {name}"),
        Some(Holds::Dossier) => format!("Drop to open the dossier {name}"),
        Some(Holds::Features(_)) => format!("Drop to show {name} as a layer under Your files"),
        Some(Holds::Map) => format!("Drop to show the map {name} over the built-in one"),
        Some(Holds::Picture) => format!("Drop to lay the picture {name} beneath the overlays"),
        None if is_text(path) => format!("Drop to read {name} as the text of a source, or to make a new source of it"),
        None if path.extension().is_none() => format!("Drop to open the dossier {name}"),
        None => format!("{name} cannot be opened here; drop it to see why"),
    })
}

/// What a file of this name holds.
fn holds(path: &std::path::Path) -> Option<Holds> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    const { &FORMATS }.iter().find(|format| format.is_named(&name)).map(|format| format.holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_will_happen_with_each_kind_of_file() {
        let said = |names: &[&str]| {
            let paths: Vec<_> = names.iter().map(|name| Some(PathBuf::from(name))).collect();
            words(&paths, false).unwrap_or_default()
        };
        assert_eq!(said(&[]), "");
        assert_eq!(said(&["/a/posts.geojson"]), "Drop to show posts.geojson as a layer under Your files");
        assert_eq!(said(&["/a/berlin.claimline"]), "Drop to open the dossier berlin.claimline");
        assert_eq!(said(&["/a/map.claimline.geojson"]), "Drop to open the project map.claimline.geojson");
        assert_eq!(said(&["/a/world.pmtiles"]), "Drop to show the map world.pmtiles over the built-in one");
        assert!(said(&["/a/survey.PDF"]).starts_with("Drop to read survey.PDF as the text of a source"));
        assert!(said(&["/a/song.mp3"]).contains("drop it to see why"));
        assert_eq!(said(&["/a/x.geojson", "/a/y.csv"]), "Drop to open these 2 files");
        assert!(said(&["/a/x.geojson", "/a/y.mp3"]).contains("some may be of a kind"));
        let list = [Some(PathBuf::from("/a/library.BIB"))];
        assert!(words(&list, true).is_some_and(|words| words.contains("sources")));
        assert!(words(&list, false).is_some_and(|words| words.contains("cannot be opened")));
        assert_eq!(words(&[None], true).as_deref(), Some("Drop to open this file"));
    }
}
