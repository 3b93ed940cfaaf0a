//! Tests of `provenance.rs`.

use super::*;
use crate::scene::display_list::{Bitmap, Color, DisplayList};

fn dossier() -> Dossier {
    crate::dossier::builtin::berlin().unwrap().0
}

fn provenance(dossier: &Dossier) -> String {
    let shown: Vec<&Overlay> = dossier.overlays.iter().map(AsRef::as_ref).take(3).collect();
    let document = Document::new(dossier, 900.0, 700.0);
    let frame = Frame::new(document.view, 900.0, 700.0);
    let none = annotations::Shown::new(dossier, &document, &frame);
    let features = features::Shown::new(dossier, &document, &frame, &shown);
    Value::Object(of(dossier, &shown, &none, &features)).to_string()
}

/// The same in a file of each kind.
fn files(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bitmap = Bitmap { width: 2, height: 1, rgba: vec![255; 8] };
    let png = crate::figure::png::PngInfo { provenance: Some(text.to_owned()), ..Default::default() };
    let list = DisplayList { width_pt: 90.0, height_pt: 60.0, items: Vec::new() };
    let svg = crate::figure::svg::SvgInfo { provenance: Some(text.to_owned()), ..Default::default() };
    let pdf = crate::figure::pdf::PdfInfo { provenance: Some(text.to_owned()), ..Default::default() };
    let white = Color::rgb(0xFFFFFF);
    vec![
        ("PNG", crate::figure::png::encode(&bitmap, &png).unwrap()),
        ("SVG", crate::figure::svg::write(&list, &svg, white)),
        ("PDF", crate::figure::pdf::write(&list, &pdf, white).unwrap()),
        ("GeoJSON", format!("{{\"type\":\"FeatureCollection\",\"claimline\":{text},\"features\":[]}}").into_bytes()),
    ]
}

#[test]
fn what_was_written_is_found_in_every_kind_of_file() {
    let dossier = dossier();
    let text = provenance(&dossier);
    assert!(text.starts_with(&format!("{{\"format\":\"{FORMAT}\"")), "{text}");
    for (kind, file) in files(&text) {
        let found = find(file).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!((found.kind, found.provenance.to_string()), (kind, text.clone()));
        let findings = compare(&found, &dossier, None).unwrap();
        assert!(findings.iter().all(|finding| finding.state == State::Same), "{kind}: {findings:?}");
        assert!(findings.len() > 4);
    }
}

#[test]
fn what_has_changed_in_the_dossier_is_named() {
    let then = dossier();
    let found = find(files(&provenance(&then)).swap_remove(0).1).unwrap();
    let mut now = then.clone();
    now.sha256.replace_range(..4, "0000");
    let other = now.overlays[1].shape.clone();
    std::sync::Arc::make_mut(&mut now.overlays[0]).shape = other;
    let id = now.overlays[1].id.clone();
    let cited = now.excerpts.iter_mut().find(|excerpt| excerpt.overlays.contains(&id)).unwrap();
    cited.exact.push('.');
    let cited = cited.id.clone();
    let findings = compare(&found, &now, None).unwrap();
    let changed: Vec<&str> =
        findings.iter().filter(|finding| !finding.state.is_good()).map(|finding| finding.id.as_str()).collect();
    let whole = format!("{} {}", then.id, then.version);
    assert_eq!(changed, [whole.as_str(), then.overlays[0].id.as_str(), cited.as_str()]);
    now.id = "another".to_owned();
    assert_eq!(compare(&found, &now, None).unwrap()[0].state, State::Missing);
}

#[test]
fn files_without_cut_short_or_bent_are_errors_and_no_more() {
    let text = provenance(&dossier());
    for (kind, file) in files(&text) {
        for cut in (0..file.len()).step_by(file.len() / 150 + 1) {
            let _ = find(file[..cut].to_vec());
            let mut bent = file.clone();
            bent[cut] ^= 0x41;
            let _ = find(bent);
        }
        let without = String::from_utf8_lossy(&file).replace("claimline", "elsewhere");
        assert!(kind == "PNG" || find(without.into_bytes()).is_err(), "{kind}");
    }
    for (bytes, expected) in [
        (b"".to_vec(), "not a figure"),
        (b"BM\0\0".to_vec(), "not a figure"),
        (b"GIF89a".to_vec(), "is cut short"),
        (b"{\"type\":\"Point\",\"coordinates\":[1,2]}".to_vec(), "carries no provenance"),
        (b"{\"claimline\":{\"version\":1},\"features\":[]}".to_vec(), "a project, not a figure"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "carries no provenance"),
        (b"<svg><metadata id=\"claimline\">{}</metadata></svg>".to_vec(), "cannot be read"),
        (b"<svg><metadata id=\"claimline\">{".to_vec(), "is cut short"),
        (b"%PDF-1.7\n%%EOF".to_vec(), "carries no provenance"),
        (b"%PDF-1.7\n".to_vec(), "is cut short: there is no %%EOF"),
        ([PNG_SIGNATURE, b"\0\0"].concat(), "is cut short"),
        ([PNG_SIGNATURE, b"\xff\xff\xff\xffiTXtclaimline"].concat(), "is cut short"),
        (b"PK\x03\x04".to_vec(), "not a zip"),
    ] {
        let error = find(bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_picture_that_is_cut_in_half_is_damaged() {
    let text = provenance(&dossier());
    for (kind, mut file) in files(&text) {
        if kind == "SVG" {
            file.extend(b"<!-- kept by an archive -->\n");
            assert!(find(file.clone()).is_ok());
        }
        let at = memchr::memmem::find(&file, text.as_bytes()).map_or(file.len() / 2, |at| at + text.len() + 20);
        let error = find(file[..at.min(file.len() - 60)].to_vec()).unwrap_err();
        assert!(matches!(error, ProvenanceError::Damaged { .. }), "{kind}: {error}");
    }
}

#[test]
fn two_provenances_are_not_one() {
    let one = provenance(&dossier());
    let two = one.replace("\"berlin-2025-12\"", "\"berlin-2025-13\"");
    let svg = |texts: &[&String]| {
        let all: String = texts.iter().map(|text| format!("<metadata id=\"claimline\">{text}</metadata>")).collect();
        find(format!("<svg>{all}</svg>").into_bytes())
    };
    assert!(svg(&[&one, &one]).is_ok());
    assert!(matches!(svg(&[&one, &two]), Err(ProvenanceError::Several("SVG", 2))));
}

#[test]
fn the_search_ends_at_the_second_and_all_have_a_limit_together() {
    let one = provenance(&dossier());
    let two = one.replace("\"berlin-2025-12\"", "\"berlin-2025-13\"");
    // What comes after the second is never read, whatever it is.
    let svg = |texts: &[String]| {
        let all: String = texts.iter().map(|text| format!("<metadata id=\"claimline\">{text}</metadata>")).collect();
        find(format!("<svg>{all}</svg>").into_bytes())
    };
    let broken = "no JSON".to_owned();
    assert!(matches!(svg(&[one.clone(), two, broken.clone()]), Err(ProvenanceError::Several("SVG", 2))));
    assert!(matches!(svg(&[one.clone(), broken]), Err(ProvenanceError::NotOurs { .. })));
    // The same once more and once more, each spaced differently.
    let spaced = |by: usize| format!("{}{one}", " ".repeat(by));
    assert!(svg(&[spaced(0), spaced(1), spaced(2)]).is_ok());
    let large: Vec<String> = (0..3).map(|extra| spaced(3 << 20 | extra)).collect();
    assert!(matches!(svg(&large), Err(ProvenanceError::TooLong("SVG"))));
    let many = one.replacen('{', &format!("{{\"x\":[0{}],", ",0".repeat(MOST_VALUES)), 1);
    assert!(matches!(svg(&[many]), Err(ProvenanceError::NotOurs { what, .. }) if what.contains("values")));
}

#[test]
fn a_bomb_is_not_unpacked() {
    use std::io::Write as _;
    let mut bomb = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(format!("{{\"format\":\"{FORMAT}\",\"a\":\"").as_bytes()).unwrap();
    for _ in 0..256 {
        bomb.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let pdf = [b"%PDF-1.7\n1 0 obj <<>>\nstream\n".to_vec(), bomb.clone(), b"\nendstream\n%%EOF".to_vec()].concat();
    assert!(matches!(find(pdf), Err(ProvenanceError::None("PDF"))));
    let mut data = b"claimline\0\x01\0\0\0".to_vec();
    data.extend(&bomb);
    let mut crc = flate2::Crc::new();
    crc.update(b"iTXt");
    crc.update(&data);
    let length = (data.len() as u32).to_be_bytes();
    let png = [PNG_SIGNATURE, &length, b"iTXt", &data, &crc.sum().to_be_bytes(), b"\0\0\0\0IEND\0\0\0\0"].concat();
    assert!(matches!(find(png), Err(ProvenanceError::TooLong("PNG"))));
}
