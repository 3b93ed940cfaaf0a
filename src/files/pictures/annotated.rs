//! Pictures that Georeference Annotations place: read if they lie beside the annotation, otherwise placed without their pixels,
//! to be found by the user or fetched once the user says so.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FileError, FilePictures, ReadPicture, Store, beside, failed, open_for};
use crate::document::Picture;
use crate::dossier::FileRecord;
use crate::files::disk::{self, folder_of};
use crate::formats::geojson::Order;
use crate::formats::picture::annotation::{self, Annotation, SourceKind};
use crate::formats::picture::{PictureError, Placement};
use crate::formats::read::shortened;

/// Opens the first picture of a file of annotations.
pub(super) fn open_one(path: &Path, store: Store<'_>) -> Result<ReadPicture, FileError> {
    let FilePictures { read, missing, left_out } = open_all(path, store)?;
    let why = missing.into_iter().map(|(_, why)| why).chain(left_out).next().unwrap_or_default();
    read.into_iter().next().ok_or_else(|| failed(path)(PictureError::Beside(why)))
}

/// Opens the pictures of a file of annotations.
pub(super) fn open_all(path: &Path, store: Store<'_>) -> Result<FilePictures, FileError> {
    let bytes = disk::read_at_most(path, annotation::MOST_BYTES)?;
    let all = annotation::read_all(&bytes).map_err(failed(path))?;
    let mut pictures = FilePictures::default();
    let several = all.len() > 1;
    for (index, said) in all.into_iter().enumerate() {
        let number = if several { format!("annotation {}: ", index + 1) } else { String::new() };
        let placed = said.map_err(failed(path)).and_then(|said| {
            let picture = picture_of(path, &said, several.then_some(index + 1))?;
            Ok((said, picture))
        });
        let (said, picture) = match placed {
            Ok(placed) => placed,
            Err(error) if !several => return Err(error),
            Err(error) => {
                pictures.left_out.push(format!("{number}{error}"));
                continue;
            }
        };
        match file_of(path, &said) {
            Ok(file) => match open_for(&picture, &file, store) {
                Ok(mut read) => {
                    // An annotation that says no size is of whatever picture there is.
                    read.picture.title.clone_from(&picture.title);
                    pictures.read.push(read);
                }
                Err(error) if !several => return Err(error),
                Err(error) => pictures.left_out.push(format!("{number}{error}")),
            },
            Err(why) if said.size_px.contains(&0) => {
                pictures.left_out.push(format!("{number}{why}; it does not say the size of its picture either"));
            }
            Err(why) => pictures.missing.push((picture, why)),
        }
    }
    Ok(pictures)
}

/// The picture of an annotation, without its pixels.
fn picture_of(path: &Path, said: &Annotation, number: Option<usize>) -> Result<Picture, FileError> {
    let placement = Placement::of_points(&said.points, said.transform);
    placement.mapping().map_err(failed(path))?;
    let at = match said.addresses().into_iter().next() {
        Some(address) => PathBuf::from(address),
        None if said.source.contains("://") => PathBuf::from(&said.source),
        None => folder_of(path).join(&said.source),
    };
    let file = FileRecord {
        path: at,
        elsewhere: None,
        sha256: String::new(),
        bytes: 0,
        modified_ms: None,
        order: Order::LonLat,
        crs: None,
        table: None,
        layer: None,
    };
    let mut picture = Picture::new(Arc::new(file), said.size_px, placement);
    if said.source.contains("://") {
        picture.title = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(number) = number {
            picture.title.push_str(&format!(" {number}"));
        }
        picture.source.clone_from(&said.source);
    }
    picture.crop.clone_from(&said.mask);
    Ok(picture)
}

/// The file of an annotation's picture; or why there is none, and what to do.
fn file_of(path: &Path, said: &Annotation) -> Result<PathBuf, String> {
    let [width, height] = said.size_px;
    if said.source.is_empty() {
        return Err("it does not say which picture it places; choose it with Locate its file… in the list of overlays"
            .to_owned());
    }
    let is_remote = said.source.contains("://");
    // What was downloaded bears the last part of its address.
    let name = crate::dossier::name_of(Path::new(&said.source));
    let named = if is_remote { crate::formats::percent::decoded(&name) } else { said.source.clone() };
    let found = beside(path, &named).ok().filter(|file| file.is_file());
    match found {
        Some(file) if !is_remote || super::is_picture(&file) => Ok(file),
        _ if !is_remote => Err(format!(
            "its picture, {}, is not in the folder of the annotation; put it there, or choose it with Locate its file… in the list \
             of overlays",
            shortened(&said.source)
        )),
        _ if said.kind == SourceKind::Canvas => Err(format!(
            "it names a canvas of IIIF, {}, not its picture; download the picture ({width} × {height} pixels) and choose it in the \
             window with Locate its file… in the list of overlays",
            shortened(&said.source)
        )),
        _ => Err(format!(
            "its picture ({width} × {height} pixels) is on a server and is not fetched unasked: Fetch its file… in the window’s \
             list of overlays asks for it; or download it from {} and put it beside the annotation, or choose it with Locate \
             its file…",
            said.addresses().first().map_or_else(|| shortened(&said.source), |address| shortened(address))
        )),
    }
}
