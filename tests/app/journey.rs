//! How many clicks there are from the start of the window to a file that goes to print.

use super::*;

/// A hand that clicks on what it sees, and counts.
struct Hand {
    harness: Harness<'static, ClaimlineApp>,
    clicks: usize,
}

impl Hand {
    fn click(&mut self, role: Role, label: &str) {
        let at = self.harness.get_by_role_and_label(role, label).rect().center();
        assert!(self.harness.ctx.content_rect().contains(at), "“{label}” is not in view");
        click(&mut self.harness, at);
        self.harness.run_ok();
        self.clicks += 1;
    }

    /// The path at which the figure is proposed to be written.
    fn proposed(&self) -> String {
        let field = self
            .harness
            .get_by_label("Path of the figure: .png, .svg or .pdf; .geojson, .geojsonl, .kml, .gpx, .csv, .gpkg, .fgb or .shp.zip for its data; .zip for an evidence pack with everything");
        field.accesskit_node().value().unwrap_or_default()
    }

    /// Types another folder for the figure, so that the test writes nothing into that of whoever runs it.
    fn path_in(&mut self, folder: &Path) -> std::path::PathBuf {
        let proposed = std::path::PathBuf::from(self.proposed());
        assert!(proposed.is_absolute() && proposed.parent().is_some_and(Path::is_dir), "{proposed:?} can’t be written");
        let path = folder.join(proposed.file_name().expect("the figure has a name"));
        type_path(&mut self.harness, &path);
        path
    }

    fn written(&mut self, path: &Path) -> Vec<u8> {
        wait(&mut self.harness, "the figure", |app| app.message().starts_with("Figure written"));
        std::fs::read(path).unwrap()
    }
}

/// The sizes of the pages of a PDF in points, as its page objects state them.
fn pages(pdf: &[u8]) -> Vec<(f64, f64)> {
    assert!(pdf.starts_with(b"%PDF-"), "it is no PDF");
    let text = String::from_utf8_lossy(pdf);
    assert!(text.trim_end().ends_with("%%EOF"), "it is cut short");
    let boxes = text.match_indices("/MediaBox").map(|(at, key)| {
        let numbers = text[at + key.len()..].split(['[', ']']).nth(1).expect("a box has numbers");
        let numbers: Vec<f64> = numbers.split_whitespace().map(|number| number.parse().unwrap()).collect();
        (numbers[2] - numbers[0], numbers[3] - numbers[1])
    });
    boxes.collect()
}

fn is_a4_landscape((width_pt, height_pt): (f64, f64)) -> bool {
    // ISO 216: 297 × 210 mm.
    (width_pt - 297.0 / 25.4 * 72.0).abs() < 0.5 && (height_pt - 210.0 / 25.4 * 72.0).abs() < 0.5
}

#[test]
fn a_pdf_to_print_is_three_clicks_from_the_start_and_one_of_a4_five() {
    for (paper, clicks) in [(None, 3), (Some("A4 landscape"), 5)] {
        let folder = tempfile::tempdir().unwrap();
        let mut hand = Hand { harness: window_of(1366.0, 768.0), clicks: 0 };
        hand.click(Role::Button, "Export figure…");
        settle(&mut hand.harness);
        if let Some(paper) = paper {
            hand.click(Role::ComboBox, "Paper");
            hand.click(Role::Button, paper);
            settle(&mut hand.harness);
        }
        hand.click(Role::Button, "PDF");
        assert!(hand.proposed().ends_with("berlin-2025-12.pdf"), "{}", hand.proposed());
        let path = hand.path_in(folder.path());
        hand.click(Role::Button, "Export");
        assert_eq!(hand.clicks, clicks, "the guide tells how many");
        let pages = pages(&hand.written(&path));
        assert_eq!(pages.len(), 1, "{pages:?}");
        assert!(paper.is_none() || is_a4_landscape(pages[0]), "{pages:?}");
    }
}

#[test]
fn a_figure_of_a_file_of_ones_own_is_five_clicks_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("control.geojson");
    std::fs::copy("tests/data/features/control.geojson", &file).unwrap();
    let mut hand = Hand { harness: window_of(1366.0, 768.0), clicks: 0 };
    hand.click(Role::Button, "Open…");
    // The path is typed into the field that has the keys, or pasted.
    hand.harness.event(egui::Event::Text(file.display().to_string()));
    hand.harness.run_ok();
    hand.click(Role::Button, "Open");
    wait(&mut hand.harness, "the file", |app| app.session().dossier().overlay("control").is_some());
    hand.click(Role::Button, "Export figure…");
    settle(&mut hand.harness);
    hand.click(Role::Button, "PDF");
    let path = hand.path_in(folder.path());
    hand.click(Role::Button, "Export");
    assert_eq!(hand.clicks, 5, "the guide tells how many");
    assert_eq!(pages(&hand.written(&path)).len(), 1);
    // The next figure is a PDF without being asked for.
    hand.harness.run_ok();
    hand.click(Role::Button, "Export figure…");
    assert!(hand.proposed().ends_with(".pdf"), "{}", hand.proposed());
}
