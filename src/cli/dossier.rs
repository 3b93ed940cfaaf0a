//! `claimline new`, `add-source`, `add-excerpt`, `pack`, `unpack` and `affected`: dossiers written by scripts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use claimline::document::annotation::Citation;
use claimline::dossier::affected;
use claimline::dossier::check::TextAtHand;
use claimline::dossier::manuscript::cited_sources::{self, CitedSources};
use claimline::dossier::manuscript::{Beginning, List, id_of, quoted_entry, stated_figures};
use claimline::dossier::{Does, Manuscript};
use claimline::files::{self, dossiers};
use claimline::formats::citations::{CitationWarning, CitedWork};
use claimline::formats::closest::closest;
use claimline::formats::country;
use claimline::formats::day::Day;
use claimline::formats::language::{Language, Text};
use claimline::formats::one_line::one_line;
use claimline::formats::stated_figure;
use claimline::formats::text::NormalizedText;
use clap::Args;
use serde_json::{Map, Value, json};

use super::arguments::{Output, bbox};
use super::open::open_dossier;
use super::terminal::{print, say};
use super::{Usage, text};

/// `claimline new`
#[derive(Debug, Args)]
pub(super) struct New {
    /// Folder to make, or one file that ends in .claimline
    place: PathBuf,
    /// Its title; give it again for other languages, such as --title 'hy=Լեռներ'
    #[arg(long, value_name = "[LANGUAGE=]TITLE", required = true)]
    title: Vec<String>,
    /// The day that it describes
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Day,
    /// West, south, east and north of what it is about, in degrees
    #[arg(long, value_name = "W,S,E,N", value_parser = bbox, allow_hyphen_values = true)]
    bbox: Option<[f64; 4]>,
    /// The country that it is about, two letters (ISO 3166-1)
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
}

pub(super) fn new(options: &New) -> anyhow::Result<()> {
    let New { place, title, day, bbox, country } = options;
    if !day.is_whole() {
        bail!(Usage("give the whole day that the dossier describes, such as --day 2026-11-02".to_owned()));
    }
    let place = dossiers::place_of(place);
    if place.is_file() && dossiers::open(&place).is_err() {
        bail!(Usage(format!(
            "a file is there already, which is no dossier; name a folder, or a file that ends in .claimline: {}",
            place.display()
        )));
    }
    if dossiers::is_there(&place) {
        bail!(Usage(format!("a dossier is there already: {}", place.display())));
    }
    if let Some(file) = place.ancestors().skip(1).find(|above| above.is_file()) {
        bail!(Usage(format!("{} is a file, so that nothing can be made in it: {}", file.display(), place.display())));
    }
    let (mut words, mut languages) = (Text::default(), Vec::new());
    for title in title {
        let tagged = title.split_once('=').and_then(|(tag, words)| Some((Language::new(tag.trim())?, words)));
        let (language, title) = tagged.unwrap_or_else(|| (Language::english(), title.as_str()));
        let title = line_of("--title", title)?;
        if title.is_empty() {
            bail!(Usage("--title is empty; say what the dossier is called".to_owned()));
        }
        words = words.with(language.tag(), title);
        languages.push(language);
    }
    let country = country.as_ref().map(|code| code.trim().to_uppercase());
    if let Some(code) = country.as_ref().filter(|code| !country::is_code(code)) {
        bail!(Usage(format!("--country: {}", country::no_code(code))));
    }
    let beginning = Beginning { title: words, day: *day, languages, bounds: *bbox, country };
    dossiers::save(&Manuscript::new(&beginning), &place, None, false)?;
    print(&format!("{}\n", place.display()))
}

/// What an option says, on one line: line ends and tabs in it become spaces, and that is told.
fn line_of(option: &str, said: &str) -> anyhow::Result<String> {
    let line = one_line(said).map_err(|control| anyhow!(Usage(format!("{option}: {control}"))))?;
    if line.was_folded {
        say!("warning: {option} had line ends or tabs, which were made spaces: {}", line.words);
    }
    Ok(line.words)
}

/// `claimline add-source`
#[derive(Debug, Clone, Args)]
pub(super) struct AddSource {
    /// Folder or file of the dossier
    place: PathBuf,
    /// Add all sources that a file lists, in BibTeX, RIS or CSL-JSON, or as citations in words; or the source whose text a
    /// document is (a saved page, PDF, DOCX, web archive), with what it says of itself where no option says otherwise
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Who publishes it
    #[arg(long, required_unless_present = "from")]
    outlet: Option<String>,
    /// Its title
    #[arg(long, required_unless_present = "from")]
    title: Option<String>,
    /// Its address
    #[arg(long, required_unless_present = "from")]
    url: Option<String>,
    /// Who wrote it
    #[arg(long)]
    author: Option<String>,
    /// Day of publication
    #[arg(long, value_name = "YYYY-MM-DD")]
    published: Option<Day>,
    /// Day on which it was read
    #[arg(long, value_name = "YYYY-MM-DD")]
    retrieved: Option<Day>,
    /// Whom it relies on: the id of another source, or a name; repeatable
    #[arg(long, value_name = "SOURCE")]
    cites: Vec<String>,
    /// Address of a copy in a web archive
    #[arg(long, value_name = "URL")]
    archived: Option<String>,
    /// File with its text, of which the fingerprint is kept
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// Id, if it is not to be made from outlet and day
    #[arg(long)]
    id: Option<String>,
    /// Add it even if a source has its address already
    #[arg(long)]
    force: bool,
}

impl AddSource {
    /// The same with words that stand on one line each.
    fn on_one_line(&self) -> anyhow::Result<Self> {
        let mut said = self.clone();
        let Self { outlet, title, url, author, archived, id, cites, .. } = &mut said;
        for (option, words) in [
            ("--outlet", outlet),
            ("--title", title),
            ("--url", url),
            ("--author", author),
            ("--archived", archived),
            ("--id", id),
        ] {
            if let Some(words) = words {
                *words = line_of(option, words)?;
            }
        }
        for words in cites {
            *words = line_of("--cites", words)?;
        }
        Ok(said)
    }

    /// Whether anything is said of the source besides where it comes from.
    fn says_something(&self) -> bool {
        let Self { place: _, from: _, outlet, title, url, author, published, retrieved, .. } = self;
        let Self { cites, archived, text, id, force, .. } = self;
        let words = [outlet, title, url, author, archived, id].into_iter().any(Option::is_some);
        *force || words || published.is_some() || retrieved.is_some() || text.is_some() || !cites.is_empty()
    }
}

pub(super) fn add_source(options: &AddSource) -> anyhow::Result<()> {
    let options = &options.on_one_line()?;
    check_address("--archived", options.archived.as_deref().unwrap_or_default())?;
    if let Some(file) = &options.from {
        return match list_of_sources(file)? {
            Some(_) if options.says_something() => bail!(Usage(format!(
                "{} lists sources, each with what is known of it; --from takes no other option with a list",
                file.display()
            ))),
            Some(list) => add_sources(&options.place, file, list),
            None => add_source_of_document(options, file),
        };
    }
    let AddSource { place, outlet, title, url, author, published, retrieved, cites, archived, text, id, .. } = options;
    check_said([outlet, title, url].map(|said| said.as_deref().unwrap_or_default()), *published, *retrieved)?;
    let place = dossiers::place_of(place);
    let known = dossiers::open(&place)?;
    let mut manuscript = known.clone();
    let day = published.map(|day| day.iso()).unwrap_or_default();
    let id = new_id(&known, List::Sources, id.as_deref(), &format!("{} {day}", outlet.as_deref().unwrap_or_default()))?;
    let fingerprint = match text {
        None => Value::Null,
        Some(path) => {
            let text = text_of(path)?;
            json!({ "sha256": text.sha256(), "length": text.length() })
        }
    };
    let entry = json!({
        "id": id, "outlet": outlet, "title": title, "url": url, "author": author,
        "published": published.map(|day| day.iso()), "retrieved": retrieved.map(|day| day.iso()),
        "archived": archived, "cites": cites, "text": fingerprint,
    });
    refuse_repetition(&known, List::Sources, entry.as_object(), options.force)?;
    put(&mut manuscript, List::Sources, entry)?;
    dossiers::save(&manuscript, &place, Some(&known), false)?;
    print(&format!("{id}\n"))
}

/// Looks at what is said of a source: who publishes it and what it is called is needed, an address is one of the web, and nothing
/// is read before it is published.
fn check_said([outlet, title, url]: [&str; 3], published: Option<Day>, retrieved: Option<Day>) -> anyhow::Result<()> {
    for (option, said) in [("--outlet", outlet), ("--title", title)] {
        if said.trim().is_empty() {
            bail!(Usage(format!("{option} is empty; say who publishes the source and what it is called")));
        }
    }
    check_address("--url", url)?;
    if let (Some(published), Some(retrieved)) = (published, retrieved)
        && retrieved.last() < published.first()
    {
        say!("warning: it was read ({}) before it was published ({})", retrieved.iso(), published.iso());
    }
    Ok(())
}

/// Refuses what is no address of the web; nothing is none and passes.
fn check_address(option: &str, address: &str) -> anyhow::Result<()> {
    let lowered = address.to_lowercase();
    if !address.is_empty() && !lowered.starts_with("https://") && !lowered.starts_with("http://") {
        bail!(Usage(format!("{option}: an address begins with https:// or http://; this one does not: {address}")));
    }
    if address.contains(char::is_whitespace) {
        bail!(Usage(format!("{option}: an address has no white space, which is written %20; this one has: {address}")));
    }
    Ok(())
}

/// The text of a file, of which is told what is wrong with it.
fn text_of(path: &Path) -> anyhow::Result<NormalizedText> {
    let read = files::read_text(path)?;
    if read.normalized.length() == 0 {
        bail!("there are no words in it, so that nothing can be quoted or checked: {}", path.display());
    }
    for note in read.notes() {
        say!("warning: {note}: {}", path.display());
    }
    Ok(read.normalized)
}

/// Refuses an entry that repeats another, unless that is wanted.
fn refuse_repetition(
    known: &Manuscript,
    list: List,
    entry: Option<&Map<String, Value>>,
    force: bool,
) -> anyhow::Result<()> {
    match entry.filter(|_| !force).and_then(|entry| known.repeats(list, entry)) {
        Some(told) => bail!(Usage(format!("{told}; with --force it is added all the same"))),
        None => Ok(()),
    }
}

/// What a file lists; nothing where it is the text of a source itself. A plain text may be either.
fn list_of_sources(file: &Path) -> anyhow::Result<Option<ListOfSources>> {
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_list = files::citations::ENDINGS.contains(&ending.as_str());
    let is_text = !is_list && files::documents::is_named_as_one(file.file_name().unwrap_or_default());
    let may_be_list = files::citations::MAYBE.contains(&ending.as_str());
    match is_text {
        true => Ok(files::citations::read_if_certain(file).filter(|_| may_be_list)),
        false => Ok(Some(files::citations::read(file)?)),
    }
}

type ListOfSources = (Vec<CitedWork>, Vec<CitationWarning>);

/// Adds a source of which a document is the text; what the document says of itself, and the options do not, is guessed.
fn add_source_of_document(options: &AddSource, file: &Path) -> anyhow::Result<()> {
    let place = dossiers::place_of(&options.place);
    let known = dossiers::open(&place)?;
    let loaded = files::documents::Loaded::of(file)?;
    let read = loaded.read(&[options.url.as_deref().unwrap_or_default()])?;
    let page = read.said.page();
    let mut guessed = Vec::new();
    let mut said = |name: &'static str, option: Option<String>, guess: Option<String>| {
        if option.is_none() && guess.is_some() {
            guessed.push(name);
        }
        option.or(guess)
    };
    let title = said("title", options.title.clone(), page.title);
    let outlet = said("outlet", options.outlet.clone(), page.outlet);
    let url = said("url", options.url.clone(), page.url);
    let author = said("author", options.author.clone(), page.author);
    let published = said("published", options.published.map(|day| day.iso()), page.date);
    let retrieved = said("retrieved", options.retrieved.map(|day| day.iso()), page.accessed);
    let missing: Vec<&str> = [("--title", &title), ("--outlet", &outlet), ("--url", &url)]
        .into_iter()
        .filter(|(_, value)| value.is_none())
        .map(|(name, _)| name)
        .collect();
    if !missing.is_empty() {
        bail!(Usage(format!("the document does not say all; add {}: {}", missing.join(", "), file.display())));
    }
    let day_of = |said: &Option<String>| said.as_deref().and_then(|day| day.parse().ok());
    check_said(
        [&outlet, &title, &url].map(|said| said.as_deref().unwrap_or_default()),
        day_of(&published),
        day_of(&retrieved),
    )?;
    let words = format!("{} {}", outlet.as_deref().unwrap_or_default(), published.as_deref().unwrap_or_default());
    let id = new_id(&known, List::Sources, options.id.as_deref(), &words)?;
    let text = match &options.text {
        None => read.normalized.clone(),
        Some(path) => text_of(path)?,
    };
    if text.length() == 0 {
        let from = options.text.as_deref().unwrap_or(file);
        bail!("there are no words in it, so that nothing can be quoted or checked: {}", from.display());
    }
    let entry = json!({
        "id": id, "outlet": outlet, "title": title, "url": url, "author": author, "published": published,
        "retrieved": retrieved, "archived": options.archived, "cites": options.cites,
        "text": { "sha256": text.sha256(), "length": text.length() },
    });
    refuse_repetition(&known, List::Sources, entry.as_object(), options.force)?;
    let mut manuscript = known.clone();
    put(&mut manuscript, List::Sources, entry)?;
    dossiers::save(&manuscript, &place, Some(&known), false)?;
    for note in read.notes() {
        say!("warning: {note}: {}", file.display());
    }
    if !guessed.is_empty() {
        say!("guessed from the document, check it: {}", guessed.join(", "));
    }
    print(&format!("{id}\n"))
}

/// Adds the sources that a file lists; what of it cannot be used is told on stderr.
fn add_sources(place: &Path, list: &Path, (works, warnings): ListOfSources) -> anyhow::Result<()> {
    let place = dossiers::place_of(place);
    let known = dossiers::open(&place)?;
    let CitedSources { entries, told } = cited_sources::entries_of(&known, &works);
    for line in warnings.iter().map(ToString::to_string).chain(told) {
        say(line);
    }
    let mut manuscript = known.clone();
    let mut ids = String::new();
    for entry in entries {
        let _ = writeln!(ids, "{}", id_of(&entry));
        put(&mut manuscript, List::Sources, Value::Object(entry))?;
    }
    if ids.is_empty() {
        bail!("no source was added: {}", list.display());
    }
    dossiers::save(&manuscript, &place, Some(&known), false)?;
    print(&ids)
}

/// `claimline add-excerpt`
#[derive(Debug, Args)]
pub(super) struct AddExcerpt {
    /// Folder or file of the dossier
    place: PathBuf,
    /// Id of the source
    #[arg(long, value_name = "ID")]
    source: String,
    /// File with the source's text
    #[arg(long, value_name = "FILE")]
    text: PathBuf,
    /// The words, as they stand in the text
    #[arg(long, value_name = "WORDS")]
    exact: String,
    /// Overlay that they speak of, by its id; repeatable
    #[arg(long, value_name = "ID")]
    overlay: Vec<String>,
    /// What they do: states-figure, proposes, rejects, demands, claims, reports-control or context [default: guessed]
    #[arg(long, value_name = "WHAT")]
    does: Option<String>,
    /// Who says it [default: guessed from the sentence]
    #[arg(long, value_name = "WHO")]
    said_by: Option<String>,
    /// First code point, where the words stand in several places
    #[arg(long, value_name = "N")]
    start: Option<usize>,
    /// Add the figures that the words state, too, and print their ids below
    #[arg(long)]
    figures: bool,
    /// Id, if it is not to be made from source and words
    #[arg(long)]
    id: Option<String>,
    /// Add it even if an excerpt quotes these words for the same overlay already
    #[arg(long)]
    force: bool,
}

pub(super) fn add_excerpt(options: &AddExcerpt) -> anyhow::Result<()> {
    let AddExcerpt { place, source, text, exact, overlay, does, said_by, start, figures, id, force } = options;
    let said_by = said_by.as_deref().map(|said| line_of("--said-by", said)).transpose()?;
    let place = dossiers::place_of(place);
    let known = dossiers::open(&place)?;
    if known.entry(List::Sources, source).is_none() {
        bail!(Usage(no_such(&known, List::Sources, source)));
    }
    if let Some(unknown) = overlay.iter().find(|id| known.entry(List::Overlays, id).is_none()) {
        bail!(Usage(no_such(&known, List::Overlays, unknown)));
    }
    let does = match does {
        None => None,
        Some(word) => match serde_json::from_value::<Does>(json!(word)) {
            Ok(does) => Some(does),
            Err(_) => bail!(Usage(format!(
                "'{word}' is nothing that words do here; expected states-figure, proposes, rejects, demands, claims, \
                 reports-control or context"
            ))),
        },
    };
    let at_hand = TextAtHand::new(files::read_text(text)?.normalized);
    let noted = known.entry(List::Sources, source).and_then(|entry| entry.get("text")?.get("sha256")?.as_str());
    if noted.is_some_and(|sha256| sha256 != at_hand.text().sha256()) {
        bail!(
            "it is not the text that the source '{source}' was added with (another SHA-256); quote from that one, or add this \
             one as a source of its own: {}",
            text.display()
        );
    }
    let places = at_hand.places_of(exact);
    let at = match (places.as_slice(), start) {
        ([], _) => bail!("the words are not in the text, letter for letter; copy them from there: {}", text.display()),
        (all, Some(start)) => match all.iter().find(|at| at.start == *start) {
            Some(at) => at.clone(),
            None => bail!(Usage(format!("the words do not begin at {start}, but at {}", starts(all)))),
        },
        ([only], None) => only.clone(),
        (all, None) => {
            bail!(Usage(format!("the words stand in {} places; say with --start where: {}", all.len(), starts(all))))
        }
    };
    let mut entry =
        quoted_entry(source, &at_hand, at).ok_or_else(|| anyhow!("the words cannot be quoted: {}", text.display()))?;
    let quoted = entry["exact"].as_str().unwrap_or_default().to_owned();
    let first: Vec<&str> = quoted.split_whitespace().take(3).collect();
    let id = new_id(&known, List::Excerpts, id.as_deref(), &format!("{source} {}", first.join(" ")))?;
    entry.insert("overlays".to_owned(), json!(overlay));
    if let Some(does) = does {
        entry.insert("does".to_owned(), json!(does));
    }
    if let Some(said_by) = said_by {
        entry.insert("said_by".to_owned(), json!(said_by));
    }
    // The id stands first, where it is looked for.
    entry.shift_insert(0, "id".to_owned(), json!(id));
    refuse_repetition(&known, List::Excerpts, Some(&entry), *force)?;
    let mut manuscript = known.clone();
    let mut ids = vec![id];
    if *figures {
        let source = known.entry(List::Sources, source);
        let stated = stated_figure::find(&quoted, None);
        let entries = stated.iter().flat_map(|figure| stated_figures::entries_of(figure, &entry, source));
        let entries: Vec<_> = entries.collect();
        if entries.is_empty() {
            say!(
                "warning: --figures: no area, length or share with its unit was found in the words, so that none was added"
            );
        }
        for figure in stated_figures::with_ids(&known, entries) {
            ids.push(id_of(&figure).to_owned());
            put(&mut manuscript, List::Figures, Value::Object(figure))?;
        }
    }
    put(&mut manuscript, List::Excerpts, Value::Object(entry))?;
    dossiers::save(&manuscript, &place, Some(&known), false)?;
    print(&format!("{}\n", ids.join("\n")))
}

fn starts(places: &[std::ops::Range<usize>]) -> String {
    let starts: Vec<String> = places.iter().take(20).map(|at| at.start.to_string()).collect();
    starts.join(", ")
}

pub(super) fn no_such(manuscript: &Manuscript, list: List, id: &str) -> String {
    let ids: Vec<&str> = manuscript.entries(list).map(id_of).take(30).collect();
    let there = if ids.is_empty() { "there is none yet".to_owned() } else { format!("there are {}", ids.join(", ")) };
    format!("no {} '{id}'; {there}", list.noun())
}

fn new_id(manuscript: &Manuscript, list: List, asked: Option<&str>, words: &str) -> anyhow::Result<String> {
    match asked {
        None => Ok(manuscript.free_id(list, words)),
        Some(id) if manuscript.entry(list, id).is_some() => {
            bail!(Usage(format!("there is a {} '{id}' already", list.noun())))
        }
        Some(id) => Ok(id.to_owned()),
    }
}

pub(super) fn put(manuscript: &mut Manuscript, list: List, entry: Value) -> anyhow::Result<()> {
    let entry = match entry {
        Value::Object(entry) => entry,
        _ => Map::new(),
    };
    manuscript.put(list, entry).map_err(|error| anyhow!(Usage(error.to_string())))
}

/// `claimline pack`
#[derive(Debug, Args)]
pub(super) struct Pack {
    /// Folder of the dossier
    folder: PathBuf,
    /// File to write, which ends in .claimline
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

pub(super) fn pack(options: &Pack) -> anyhow::Result<()> {
    let Pack { folder, output, force } = options;
    if !dossiers::is_bundle(output) {
        bail!(Usage(format!("a dossier's one file ends in .claimline; this does not: {}", output.display())));
    }
    transfer(folder, output, *force)
}

/// `claimline unpack`
#[derive(Debug, Args)]
pub(super) struct Unpack {
    /// File of the dossier, which ends in .claimline
    file: PathBuf,
    /// Folder to write
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Write over a dossier that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn unpack(options: &Unpack) -> anyhow::Result<()> {
    let Unpack { file, output, force } = options;
    if dossiers::is_bundle(output) {
        bail!(Usage(format!("a dossier is unpacked into a folder; this names a file: {}", output.display())));
    }
    transfer(file, output, *force)
}

fn transfer(from: &Path, to: &Path, force: bool) -> anyhow::Result<()> {
    if files::exists(to) && !force {
        bail!(Usage(format!("{} already exists; give --force to replace it", to.display())));
    }
    let manuscript = dossiers::open(from)?;
    dossiers::save(&manuscript, to, None, force)?;
    print(&format!("{}\n", to.display()))
}

/// `claimline affected`
pub(super) fn affected(id: &str, project: Option<&Path>, output: &Output) -> anyhow::Result<()> {
    let dossier = open_dossier(output.dossier.as_deref())?;
    let Some(found) = affected::affected(&dossier, id) else {
        let ids = dossier.sources.iter().map(|source| source.id.as_str());
        let ids: Vec<&str> = ids.chain(dossier.excerpts.iter().map(|excerpt| excerpt.id.as_str())).collect();
        let hint =
            closest(ids.iter().copied(), id).map_or_else(String::new, |close| format!("; did you mean '{close}'?"));
        bail!(Usage(format!("no source and no excerpt '{id}'{hint}")));
    };
    let annotations = match project {
        None => Vec::new(),
        Some(path) => {
            let document = files::project::open(path)?.project.document;
            let excerpts: BTreeSet<&str> = dossier
                .excerpts
                .iter()
                .filter(|one| one.id == id || one.source == id)
                .map(|one| one.id.as_str())
                .collect();
            let cites = |citation: &Citation| match citation {
                Citation::Excerpt { excerpt } => excerpts.contains(excerpt.as_str()),
                Citation::Source(page) => {
                    dossier.source(id).is_some_and(|source| page.url.as_deref() == Some(source.url.as_str()))
                }
            };
            let citing = document.annotations.iter().filter(|annotation| annotation.citations.iter().any(cites));
            citing.map(|annotation| (annotation.id.0, annotation.title.clone())).collect()
        }
    };
    if output.json {
        let parts = found.iter().map(|one| {
            let through: Vec<String> = one.through.iter().map(ToString::to_string).collect();
            json!({ "part": one.part.to_string(), "name": one.name, "through": through })
        });
        let annotations = annotations.iter().map(|(id, title)| json!({ "id": id, "title": title }));
        let all =
            json!({ "of": id, "affected": parts.collect::<Vec<_>>(), "annotations": annotations.collect::<Vec<_>>() });
        return print(&text::json(&all));
    }
    let mut out = String::new();
    for one in &found {
        let through = one.through.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let through = if through.is_empty() { through } else { format!(", through {through}") };
        let _ = writeln!(out, "{}: {}{through}", one.part, one.name);
    }
    for (id, title) in &annotations {
        let _ = writeln!(out, "annotation {id}: {title}");
    }
    if out.is_empty() {
        out.push_str("nothing rests on it\n");
    }
    print(&out)
}
