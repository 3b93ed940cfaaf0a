//! `claimline capture`: copies of sources that a dossier keeps.

use std::path::PathBuf;

use anyhow::{anyhow, bail};
use claimline::dossier::Captures;
use claimline::dossier::check::{Difference, TextAtHand};
use claimline::dossier::manuscript::{List, NewCapture};
use claimline::dossier::{Manuscript, fingerprint};
use claimline::files::capture::{Extent, SavedFile};
use claimline::files::{self, dossiers};
use claimline::formats::document::is_same_address;
use claimline::formats::text::NormalizedText;
use clap::Args;
use serde_json::Value;

use super::Usage;
use super::dossier::{no_such, put};
use super::terminal::print;

/// `claimline capture`
#[derive(Debug, Args)]
pub(super) struct CaptureSource {
    /// Folder or file of the dossier
    place: PathBuf,
    /// Id of the source
    source: String,
    /// File that was saved from it; without one its page is fetched
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Address of the page that is meant in an archive of several; without one it is the source's, if the archive has that
    #[arg(long, value_name = "ADDRESS", requires = "from")]
    page: Option<String>,
    /// Fetch its pictures and style sheets too, from the servers that have them
    #[arg(long, conflicts_with = "from")]
    with_resources: bool,
}

pub(super) fn capture(options: &CaptureSource) -> anyhow::Result<()> {
    let CaptureSource { place, source, from, page, with_resources } = options;
    let place = dossiers::place_of(place);
    let known = dossiers::open(&place)?;
    let Some(entry) = known.entry(List::Sources, source) else {
        bail!(Usage(no_such(&known, List::Sources, source)));
    };
    let url = entry.get("url").and_then(Value::as_str).unwrap_or_default();
    let new = match from {
        Some(path) => {
            let SavedFile { new, text, notes } = files::capture::from_file(path, &[page.as_deref().unwrap_or(url)])?;
            if let (Some(wanted), Some(read)) = (page, &new.url)
                && !is_same_address(wanted, read)
            {
                bail!("there is no page saved from {wanted} in {}", path.display());
            }
            if new.bytes.is_empty() {
                bail!("the file is empty, so that there is no copy to keep: {}", path.display());
            }
            if text.length() == 0 {
                say!("warning: there are no words in it, so that no quote can be checked in it: {}", path.display());
            }
            for note in notes {
                say!("warning: {note}: {}", path.display());
            }
            warn_of_another(&known, source, text, &path.display().to_string());
            new
        }
        None => {
            let extent = if *with_resources { Extent::WithResources } else { Extent::Page };
            let page = files::capture::fetch(url, extent).map_err(|error| anyhow!("{error}: {url}"))?;
            if let Err(why) = &page.text {
                say!("warning: the page is kept, but its words are not read: {why}: {url}");
            }
            if page.beside.missed > 0 {
                say!("warning: {}; the others could not be had: {url}", page.beside.words().unwrap_or_default());
            }
            if let Ok(read) = &page.text {
                warn_of_another(&known, source, read.normalized.clone(), url);
            }
            NewCapture::from(page)
        }
    };
    let sha256 = fingerprint::bytes(&new.bytes);
    let kept: Captures = serde_json::from_value(entry.get("archived").cloned().unwrap_or_default()).unwrap_or_default();
    if let Some(same) = kept.0.iter().find(|kept| kept.sha256.as_deref() == Some(sha256.as_str())) {
        let file = same.file.as_deref().unwrap_or("a copy without a name");
        bail!("the same bytes are kept already, as {file}; nothing was added");
    }
    let (entry, (file, bytes)) = known.with_capture(source, &new)?;
    let sum = fingerprint::bytes(&bytes);
    let mut manuscript = known.clone();
    manuscript.put_file(&file, bytes)?;
    put(&mut manuscript, List::Sources, Value::Object(entry))?;
    dossiers::save(&manuscript, &place, Some(&known), false)?;
    print(&format!("{file}\n{sum}\n"))
}

/// Says so where a copy has another text than the one that the dossier was made from, and not all that is quoted.
fn warn_of_another(known: &Manuscript, source: &str, text: NormalizedText, from: &str) {
    let Ok((dossier, _)) = known.dossier() else { return };
    let Some(source) = dossier.source(source) else { return };
    let difference = Difference::of(source, dossier.excerpts.iter(), &TextAtHand::new(text));
    if let Some(difference) = difference.filter(|difference| !difference.has_all()) {
        say!("warning: the copy is kept, but its text {difference}: {from}");
    }
}
