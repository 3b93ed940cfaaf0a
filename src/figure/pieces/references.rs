//! The numbered sources on which a figure rests.

use std::borrow::Cow;
use std::collections::HashMap;

use kurbo::{Point, Vec2};

use super::quotes::quotes_of;
use super::{Noun, OFF_THE_MAP, Piece, PieceInfo, Set};
use crate::dossier::{Dossier, Overlay};
use crate::figure::contents::Material;
use crate::figure::page::{
    Block, Content, FigureSpec, Limits, MAX_COLUMN_PT, NARROW_PT, Part, Room, Run, Setting, baseline, most_references,
    shifted,
};
use crate::formats::{direction, link};
use crate::scene::display_list::{Color, Face};

/// Its row of the table.
pub(super) const INFO: PieceInfo = PieceInfo {
    piece: Piece::References,
    name: "references",
    label: "References",
    noun: Noun::Many { all: "the references", whole: "the list of references" },
    stands: OFF_THE_MAP,
    is_usual: true,
    says,
    set: Set::Block { title: |parts| parts.sources, block },
};

/// A source.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The number by which the legend points to it.
    pub number: usize,
    /// Its id, if it is a source of the dossier.
    pub id: Option<String>,
    /// Who published it.
    pub outlet: String,
    /// Title of the article.
    pub title: String,
    /// When, as it is printed.
    pub date: String,
    /// Address.
    pub url: String,
    /// Quoted words, where they were asked for.
    pub quotes: Vec<String>,
}

/// Letters of a title, and of an address, that are printed at most: a longer one would take the room of other sources.
pub(in crate::figure) const MOST_TITLE: usize = 240;
pub(in crate::figure) const MOST_ADDRESS: usize = 160;

impl Reference {
    /// The address without what every address begins with.
    pub(in crate::figure) fn shown_address(&self) -> &str {
        let address = self.url.trim_start_matches("https://").trim_start_matches("http://");
        address.trim_start_matches("www.").trim_end_matches('/')
    }

    /// Whether title or address are too long to be printed whole.
    pub(in crate::figure) fn is_shortened(&self) -> bool {
        let is_long = |words: &str| words.chars().count() > MOST_TITLE;
        is_long(&self.title) || is_long(&self.outlet) || self.shown_address().chars().count() > MOST_ADDRESS
    }
}

/// A text of at most so many letters: its beginning, if it is longer.
pub(in crate::figure) fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
        None => Cow::Borrowed(text),
    }
}

/// "1, 3–5": runs of three and more are drawn together.
pub(in crate::figure) fn compact_numbers(numbers: &[usize]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut parts: Vec<String> = Vec::new();
    for run in sorted.chunk_by(|a, b| a + 1 == *b) {
        match run {
            [first, .., last] if run.len() > 2 => parts.push(format!("{first}–{last}")),
            _ => parts.extend(run.iter().map(usize::to_string)),
        }
    }
    parts.join(",\u{2009}")
}

/// Ids of the dossier's sources that a figure rests on, each once, in the order of their numbers.
#[derive(Debug, Clone, Default)]
pub(in crate::figure) struct Cited<'a> {
    list: Vec<&'a str>,
    numbers: HashMap<&'a str, usize>,
}

impl<'a> Cited<'a> {
    /// The sources of what is shown, numbered in the order in which the legend meets them.
    pub(in crate::figure) fn of(dossier: &'a Dossier, shown: &[&Overlay]) -> Self {
        let mut cited = Self::default();
        for overlay in shown {
            dossier.rests_on(overlay).for_each(|excerpt| cited.add(&excerpt.source));
        }
        cited
    }

    /// Adds a source, if it is not there yet.
    pub(in crate::figure) fn add(&mut self, id: &'a str) {
        let next = self.list.len() + 1;
        if *self.numbers.entry(id).or_insert(next) == next {
            self.list.push(id);
        }
    }

    /// The number of a source.
    pub(in crate::figure) fn number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// All of them in their order.
    pub(in crate::figure) fn list(&self) -> &[&'a str] {
        &self.list
    }
}

/// The numbers of the sources that an overlay rests on.
pub(in crate::figure) fn numbers_of(dossier: &Dossier, cited: &Cited<'_>, overlay: &Overlay) -> Vec<usize> {
    let mut numbers: Vec<usize> =
        dossier.rests_on(overlay).filter_map(|excerpt| cited.number(&excerpt.source)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn says(material: &Material<'_>) -> Option<Content> {
    let Material { dossier, shown, .. } = *material;
    let of_dossier = material.cited.list().iter().enumerate().filter_map(|(index, id)| {
        let source = dossier.source(id)?;
        Some(Reference {
            number: index + 1,
            id: Some(source.id.clone()),
            outlet: source.outlet.clone(),
            title: source.title.clone(),
            date: material.words().published(source.published.as_deref()),
            url: source.url.clone(),
            quotes: if material.has(Piece::Quotes) { quotes_of(dossier, id, shown) } else { Vec::new() },
        })
    });
    Some(Content::References(of_dossier.chain(material.others.references(material.words())).collect()))
}

fn block(setting: &Setting, spec: &FigureSpec, room: Room, limits: Limits) -> (f64, Block) {
    let limit = limits.references;
    // A column's page takes its height from what stands on it.
    let no_page_pt = setting.page.height.max(MAX_COLUMN_PT);
    let stacked = |width_pt: f64| (width_pt, setting.stacked(&setting.references(spec, width_pt, limit, no_page_pt)));
    let in_columns = |width_pt: f64, least_pt: f64| {
        let (count, width, gutter) = setting.column_count(width_pt, least_pt, spec.references().len());
        (
            width_pt,
            setting.in_columns(
                &setting.references(spec, width, limit, count as f64 * no_page_pt),
                count,
                width,
                gutter,
            ),
        )
    };
    let em_pt = setting.size(0.82);
    match room {
        Room::OnMap(_) => stacked(22.0 * em_pt),
        Room::Column(width_pt) => stacked(width_pt),
        Room::Band(width_pt) => in_columns(width_pt, 19.0 * em_pt),
        Room::Below(width_pt) => {
            let has_quotes = spec.references().iter().any(|reference| !reference.quotes.is_empty());
            if setting.page.width < NARROW_PT && !has_quotes {
                (width_pt, setting.references_run_on(spec, width_pt, limit))
            } else {
                in_columns(width_pt, 22.0 * em_pt)
            }
        }
    }
}

impl FigureSpec {
    /// What it rests on.
    pub(in crate::figure) fn references(&self) -> &[Reference] {
        match self.contents.get(&Piece::References) {
            Some(Content::References(references)) => references,
            _ => &[],
        }
    }

    /// The same, to be changed.
    pub(in crate::figure) fn references_mut(&mut self) -> &mut [Reference] {
        match self.contents.get_mut(&Piece::References) {
            Some(Content::References(references)) => references,
            _ => &mut [],
        }
    }
}

/// Words with a full stop, which those that end with an abbreviation, such as a day with its year in Ukrainian, have already.
fn ended(words: String) -> String {
    if words.trim_end_matches(direction::is_mark).ends_with('.') { words } else { words + "." }
}

impl Setting {
    pub(in crate::figure) fn reference(&self, reference: &Reference, width_pt: f64) -> Block {
        let size_pt = self.size(0.82);
        let indent_pt = 1.75 * size_pt;
        let inner_pt = width_pt - indent_pt;
        let palette = &self.palette;
        let own = self.words;
        let shown_url = reference.shown_address();
        let shown_url = beginning(shown_url, MOST_ADDRESS);
        let title = match reference.title.as_str() {
            "" => String::new(),
            title => format!("{}{}", own.comma, own.quoted(&beginning(title, MOST_TITLE))),
        };
        let date = if reference.date.is_empty() {
            ".".to_owned()
        } else {
            ended(format!("{}{}", own.comma, reference.date.replace(' ', "\u{a0}")))
        };
        let plain = |words, color| Run { words, face: Face::Sans, color, link: None };
        let link = link::followable(&reference.url);
        let outlet = beginning(&reference.outlet, MOST_TITLE);
        let address = format!(" {}", own.address(&shown_url));
        let mut runs = vec![
            Run { words: &outlet, face: Face::SansSemiBold, color: palette.ink, link: None },
            plain(&title, palette.ink),
            plain(&date, palette.ink),
        ];
        // Words alone may name a source.
        if !shown_url.is_empty() {
            runs.push(Run { words: &address, face: Face::Sans, color: palette.second, link: link.as_deref() });
        }
        let (mut block, _) = self.rich(&runs, size_pt, 1.34, inner_pt);
        for quote in &reference.quotes {
            let part = self.paragraph(&own.quoted(quote), Face::Serif, size_pt, 1.34, palette.ink, inner_pt);
            let at = block.height_pt + 0.15 * size_pt;
            part.place(Point::new(0.0, at), &mut block.items);
            block.height_pt = at + part.height_pt;
        }
        let mut items = shifted(block.items, Vec2::new(indent_pt, 0.0));
        let number = reference.number.to_string();
        let at = Point::new(0.0, baseline(size_pt, 1.34));
        items.push(self.text(number, Face::SansSemiBold, size_pt, palette.accent, at));
        Block { height_pt: block.height_pt.max(1.34 * size_pt), items }
    }

    /// Outlet and day of each source in one paragraph, each with its number: for a narrow column. The rest is in the
    /// file's provenance.
    pub(in crate::figure) fn references_run_on(&self, spec: &FigureSpec, width_pt: f64, limit: usize) -> Block {
        let palette = &self.palette;
        let mut said: Vec<(String, Face, Color, Option<String>)> = Vec::new();
        let shown = limit.min(most_references(self.page) + 1);
        for (index, reference) in spec.references().iter().take(shown).enumerate() {
            let before = if index > 0 { " " } else { "" };
            said.push((format!("{before}{}\u{a0}", reference.number), Face::SansSemiBold, palette.accent, None));
            let outlet = if reference.outlet.is_empty() { &reference.title } else { &reference.outlet };
            let outlet = beginning(outlet, MOST_TITLE).replace(' ', "\u{a0}");
            let date = reference.date.replace(' ', "\u{a0}");
            let comma = if date.is_empty() || outlet.is_empty() { "" } else { self.words.comma };
            let words = format!("{}{comma}{date}", self.words.apart(&outlet));
            let is_last = index + 1 == spec.references().len().min(limit);
            let words = if is_last { ended(words) } else { format!("{words};") };
            said.push((words, Face::Sans, palette.ink, link::followable(&reference.url)));
        }
        let left_out = spec.references().len().saturating_sub(limit);
        if left_out > 0 {
            let more = self.words.fill(self.words.and_more, &[("count", &left_out.to_string())]);
            said.push((format!(" {more}"), Face::Sans, palette.second, None));
        }
        let runs: Vec<Run<'_>> = said
            .iter()
            .map(|(words, face, color, link)| Run { words, face: *face, color: *color, link: link.as_deref() })
            .collect();
        self.rich(&runs, self.size(0.82), 1.34, width_pt).0
    }

    /// As many as `limit` says, under each other; no more than those that are higher than `too_much_pt` together.
    pub(in crate::figure) fn references(
        &self,
        spec: &FigureSpec,
        width_pt: f64,
        limit: usize,
        too_much_pt: f64,
    ) -> Vec<Part> {
        let gap_pt = 0.4 * self.base_pt;
        let mut blocks: Vec<Part> = Vec::new();
        let mut height_pt = 0.0;
        // More than a page has room for need not be set to be too much.
        for reference in spec.references().iter().take(limit) {
            if height_pt > too_much_pt {
                break;
            }
            let part = Part::new(gap_pt, self.reference(reference, width_pt));
            height_pt += gap_pt + part.block.height_pt;
            blocks.push(part);
        }
        let left_out = spec.references().len().saturating_sub(limit);
        if left_out > 0 {
            let own = self.words;
            let words = if limit == 0 {
                own.counted(&own.sources_left_out, left_out, &[])
            } else {
                own.fill(own.more_left_out, &[("count", &left_out.to_string())])
            };
            blocks.push(Part::new(gap_pt, self.small_note(&words, width_pt)));
        }
        blocks
    }
}
