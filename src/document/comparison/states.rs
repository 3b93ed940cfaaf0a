//! One thing as it was reported of two days, or by two accounts of one day, beside each other: what was gained and lost, and from which
//! report to which.

use std::sync::Arc;

use geo::{MultiLineString, MultiPolygon};
use serde_json::{Value, json};

use super::{ComparedSide, Comparison};
use crate::document::Document;
use crate::dossier::compared::{Edition, Shaded};
use crate::dossier::diff::ShapeChange;
use crate::dossier::series::told::{self, PlacesIn, ToldChange, standing_json, standing_words};
use crate::dossier::series::{Age, BetweenError, Series, Standing, Version, between, ledger};
use crate::dossier::{Dimension, Dossier, Excerpt, OWN_GROUP, Overlay, Shape, Unreported, words};
use crate::formats::day::Day;
use crate::formats::language::Text;
use crate::formats::visible::visible;
use crate::geometry::derive::{intersection, union_all};
use crate::geometry::work::Stopped;

/// What somebody reports of an overlay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// Id of the overlay.
    pub overlay: String,
    /// Who; `None` where it has one account alone.
    pub who: Option<String>,
}

/// Which states are beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum States {
    /// Each of some accounts on two days; of a month or a year the first day counts before, and the last one after.
    Days([Day; 2], Vec<Account>),
    /// Two accounts of one day; of a month or a year its last one counts.
    Accounts(Day, [Account; 2]),
}

/// What is to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedStates {
    /// Which states.
    pub states: States,
    /// Id of the overlay within which alone it counts.
    pub within: Option<String>,
    /// How exact the borders are that do not say so themselves, in metres.
    pub accuracy_m: Option<f64>,
    /// Whether each change from one report to the next is wanted too.
    pub each: bool,
}

/// How a report stands to the day that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Reported,
    Perhaps,
    Before(Age),
}

/// What stands for a day.
#[derive(Debug, Clone)]
pub struct State {
    /// Of which overlay.
    pub overlay: String,
    /// What that is called, with who reports where there are several.
    pub title: Text,
    /// The day, the month or the year that is asked for.
    pub asked: Day,
    /// The whole day that counts of it.
    on: Day,
    /// The report that stands for it.
    pub version: Version,
    stands: Stands,
}

/// What changed of one account, or between two.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// Id of what is drawn of it.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// Both states.
    pub states: [State; 2],
    /// What changed between the two; `None` of what has no areas.
    pub whole: Option<ToldChange>,
    /// Each change from one report to the next.
    pub steps: Vec<ToldChange>,
    /// The change of its shape, of what has no areas alone.
    shape: Option<ShapeChange>,
}

/// All that was worked out of what was asked.
#[derive(Debug)]
pub struct Ledgers {
    /// What was asked.
    pub asked: AskedStates,
    /// What came of it, one of each account.
    pub all: Vec<Ledger>,
    /// The name of the overlay within which alone it counts.
    pub within: Option<Text>,
    /// Its ground.
    area: Option<MultiPolygon<f64>>,
    /// What could not be compared, and why.
    pub notes: Vec<String>,
    dossier: Arc<Dossier>,
    document: Arc<Document>,
}

/// One of two states, as it is drawn.
#[derive(Debug, Clone)]
pub struct ComparedState {
    pub(super) dossier: Arc<Dossier>,
    pub(super) document: Arc<Document>,
    pub(super) edition: Edition,
}

impl State {
    fn new(account: &Account, overlay: &Overlay, [asked, on]: [Day; 2], standing: Standing<'_>) -> Self {
        let stands = match standing {
            Standing::Reported(_) => Stands::Reported,
            Standing::Perhaps(_) => Stands::Perhaps,
            Standing::Before(_, age) => Stands::Before(age),
        };
        let version = standing.version().clone();
        Self { overlay: account.overlay.clone(), title: titled(overlay, account), asked, on, version, stands }
    }

    fn standing(&self) -> Standing<'_> {
        match self.stands {
            Stands::Reported => Standing::Reported(&self.version),
            Stands::Perhaps => Standing::Perhaps(&self.version),
            Stands::Before(age) => Standing::Before(&self.version, age),
        }
    }

    /// Which report it is, in words.
    pub fn words(&self) -> String {
        standing_words(self.asked, self.standing())
    }

    /// Whether nobody surely reports of the day, the month or the year that is asked for, nor of a part of it.
    pub fn is_unreported(&self) -> bool {
        let is_of_it = self.version.when.is_some_and(|when| {
            when.earliest().is_some_and(|from| from >= self.asked.first())
                && when.latest().is_some_and(|to| to <= self.asked.last())
        });
        self.stands != Stands::Reported && !is_of_it
    }

    fn json(&self) -> Value {
        standing_json(self.asked, self.standing())
    }
}

/// What an account is called: the overlay, and who reports.
fn titled(overlay: &Overlay, account: &Account) -> Text {
    let Some(who) = &account.who else { return overlay.title.clone() };
    let words = overlay.title.iter();
    words
        .fold(Text::default(), |all, (language, words)| all.with(language.tag(), format!("{words} ({})", visible(who))))
}

/// The accounts that can be compared, in the order in which their overlays lie: each overlay with versions, or each who reports on it where there
/// are several.
pub fn accounts(dossier: &Dossier) -> Vec<(Account, Text)> {
    // Points are no ground that could be gained, and of events none lasts until the next.
    let is_ground = |overlay: &&Arc<Overlay>| {
        overlay.shape.dimension() != Dimension::Point && overlay.dated.as_ref().is_some_and(|dated| !dated.are_events())
    };
    let ground = dossier.overlays.iter().filter(is_ground);
    let dated = ground.filter_map(|overlay| Some((overlay, overlay.dated.as_ref()?)));
    let all = dated.flat_map(|(overlay, dated)| {
        let who = dated.series().accounts();
        let whose: Vec<Option<String>> = match who.as_slice() {
            [] | [_] => vec![None],
            several => several.iter().map(|who| Some((*who).to_owned())).collect(),
        };
        whose.into_iter().map(|who| {
            let account = Account { overlay: overlay.id.clone(), who };
            let title = titled(overlay, &account);
            (account, title)
        })
    });
    all.collect()
}

/// The reports of an account.
pub fn series<'a>(dossier: &'a Dossier, account: &Account) -> Option<&'a Series> {
    Some(dossier.overlay(&account.overlay)?.dated.as_ref()?.series())
}

impl Ledgers {
    /// Works out what changed.
    ///
    /// # Errors
    /// In words, where it is cancelled or nothing of it can be compared.
    pub fn work_out(
        dossier: &Arc<Dossier>,
        document: &Arc<Document>,
        asked: AskedStates,
        places: PlacesIn<'_>,
    ) -> Result<Self, String> {
        let area = asked.within.as_ref().map(|id| within(dossier, id)).transpose()?;
        let mut ledgers = Self {
            within: area.as_ref().map(|(title, _)| title.clone()),
            area: area.as_ref().map(|(_, area)| area.clone()),
            all: Vec::new(),
            notes: Vec::new(),
            asked,
            dossier: Arc::clone(dossier),
            document: Arc::clone(document),
        };
        let area = area.map(|(_, area)| area);
        let pairs: Vec<[(&Account, Day); 2]> = match &ledgers.asked.states {
            States::Days([before, after], accounts) => {
                accounts.iter().map(|account| [(account, *before), (account, *after)]).collect()
            }
            States::Accounts(day, [one, other]) => vec![[(one, *day), (other, *day)]],
        };
        let (mut all, mut notes) = (Vec::new(), Vec::new());
        for pair in pairs {
            match ledgers.of_pair(pair, area.as_ref(), places) {
                Ok(ledger) => all.push(ledger),
                Err(Failure::Stopped(stopped)) => return Err(stopped.to_string()),
                Err(Failure::Note(note)) => notes.push(note),
            }
        }
        (ledgers.all, ledgers.notes) = (all, notes);
        if ledgers.all.is_empty() {
            let why = std::mem::take(&mut ledgers.notes).join("; ");
            return Err(if why.is_empty() {
                "nothing is chosen that has reports of several days".to_owned()
            } else {
                why
            });
        }
        Ok(ledgers)
    }

    fn of_pair(
        &self,
        pair: [(&Account, Day); 2],
        within: Option<&MultiPolygon<f64>>,
        places: PlacesIn<'_>,
    ) -> Result<Ledger, Failure> {
        let state = |(account, asked): (&Account, Day), day: Day| {
            let gone = || Failure::Note(format!("the layer {} is no longer open", words::quoted(&account.overlay)));
            let overlay = self.dossier.overlay(&account.overlay).ok_or_else(gone)?;
            let (_, standing) = overlay.on_by(day, account.who.as_deref()).ok_or_else(|| {
                let title = titled(overlay, account);
                Failure::Note(format!("of {} nothing is reported of {day} or of a day before it", title.main()))
            })?;
            Ok::<_, Failure>(State::new(account, overlay, [asked, day], standing))
        };
        let first = match self.asked.states {
            States::Days(..) => pair[0].1.first(),
            States::Accounts(..) => pair[0].1.last(),
        };
        let mut states = [state(pair[0], first)?, state(pair[1], pair[1].1.last())?];
        let title = states[1].title.clone();
        let who = pair.map(|(account, _)| account.who.as_deref());
        if who[0] != who[1] {
            // Beside each other, who reports tells them apart alone.
            for (state, who) in states.iter_mut().zip(who).filter_map(|(state, who)| Some((state, who?))) {
                state.title = Text::plain(visible(who));
            }
        }
        let account = pair[1].0;
        let accuracy_m = self.asked.accuracy_m;
        let name = self.within.as_ref().map(|title| title.main().to_owned());
        let told = |row| ToldChange::of(row, places, accuracy_m).within(name.clone());
        let asked = states.each_ref().map(|state| state.on);
        let [before, after] = states.each_ref().map(|state| &state.version);
        let (whole, shape) = match between(before, after, within, accuracy_m) {
            Ok(row) => (Some(told(row).asked(asked)), None),
            Err(BetweenError::Stopped(stopped)) => return Err(Failure::Stopped(stopped)),
            Err(BetweenError::NoAreas(_)) if within.is_some() => {
                let title = states[1].title.main();
                return Err(Failure::Note(format!("{title} has no areas, so that nothing of it is cut to the area")));
            }
            Err(BetweenError::NoAreas(_)) => {
                (None, ShapeChange::between(&account.overlay, Some(&before.shape), Some(&after.shape)))
            }
        };
        let mut steps = Vec::new();
        let series = series(&self.dossier, account).filter(|_| self.asked.each && pair[0].0 == account);
        if let (Some(series), Some(_)) = (series, &whole) {
            let first = before.when.and_then(|when| when.earliest());
            let rows = ledger(series, account.who.as_deref(), (first, Some(states[1].on)), within, accuracy_m);
            let rows = rows.map_err(Failure::Stopped)?;
            let is_meant = |version: &Version| version.when.is_none_or(|when| when.earliest() >= first);
            steps = rows.into_iter().filter(|row| is_meant(row.before)).map(told).collect();
        }
        let id = match (pair[0].0, account) {
            (one, other) if one != other => format!("{}-{}", self.key(one), self.key(other)),
            (account, _) => self.key(account),
        };
        Ok(Ledger { id, title, states, whole, steps, shape })
    }

    /// By which an account is known: the id of its overlay, and if there are several of it, its number.
    fn key(&self, account: &Account) -> String {
        let known = series(&self.dossier, account).map(Series::accounts).unwrap_or_default();
        match known.iter().position(|who| Some(*who) == account.who.as_deref()) {
            Some(number) => format!("{}-account-{}", account.overlay, number + 1),
            None => account.overlay.clone(),
        }
    }

    /// The table of all: each step where there are any, and the whole otherwise.
    pub fn table(&self) -> String {
        let is_one = self.all.len() == 1;
        told::table(self.all.iter().flat_map(|ledger| {
            let title = Some(ledger.title.main()).filter(|_| !is_one);
            ledger.rows().map(move |told| (title, told))
        }))
    }

    /// For programs: of one ledger, itself, or else a list of all.
    pub fn json(&self) -> Value {
        let ledger = |ledger: &Ledger| {
            let mut value = ledger.whole.as_ref().map_or_else(|| json!({}), ToldChange::json);
            value["overlay"] = json!(ledger.states[1].overlay);
            value["title"] = json!(ledger.title.main());
            value["before"] = ledger.states[0].json();
            value["after"] = ledger.states[1].json();
            value["within"] = json!(self.within.as_ref().map(Text::main));
            if self.asked.each {
                value["changes"] = ledger.steps.iter().map(ToldChange::json).collect();
            }
            value
        };
        match self.all.as_slice() {
            [only] => ledger(only),
            several => json!({ "overlays": several.iter().map(ledger).collect::<Vec<_>>() }),
        }
    }
}

/// Why a pair is not compared.
enum Failure {
    Stopped(Stopped),
    Note(String),
}

impl Ledger {
    fn rows(&self) -> impl Iterator<Item = &ToldChange> {
        let whole = self.whole.as_ref().filter(|_| self.steps.is_empty());
        whole.into_iter().chain(&self.steps)
    }
}

/// The name and the area of an overlay.
fn within(dossier: &Dossier, id: &str) -> Result<(Text, MultiPolygon<f64>), String> {
    let overlay = dossier.overlay(id).ok_or_else(|| format!("there is no overlay {}", words::quoted(id)))?;
    let title = &overlay.title;
    let area = overlay.shape.areas().ok_or_else(|| format!("{} has no areas to look within", title.main()))?;
    Ok((title.clone(), union_all([area])))
}

impl Comparison {
    /// What changed as a map and a figure show it: all of it, or one step of one ledger, by their numbers.
    pub fn of_ledgers(ledgers: Arc<Ledgers>, step: Option<(usize, usize)>) -> Self {
        let step = step.filter(|(number, step)| ledgers.all.get(*number).is_some_and(|one| *step < one.steps.len()));
        let shown: Vec<Drawn<'_>> = match step {
            Some((number, step)) => vec![Drawn::step(&ledgers.all[number], step)],
            None => ledgers.all.iter().map(Drawn::whole).collect(),
        };
        let is_of_accounts = matches!(ledgers.asked.states, States::Accounts(..));
        let side = |side: usize| {
            let states: Vec<(&str, &State)> = shown.iter().map(|drawn| (drawn.id, &drawn.states[side])).collect();
            ComparedSide::State(Box::new(ComparedState {
                dossier: Arc::new(dossier_of(&ledgers.dossier, &states)),
                document: Arc::new(document_of(&ledgers.document, &states)),
                edition: edition(&ledgers.dossier, &states),
            }))
        };
        let sides = [side(0), side(1)];
        let editions = sides.each_ref().map(ComparedSide::edition);
        let within = ledgers.area.as_ref();
        let shaded = shown.iter().filter_map(|drawn| drawn.shaded(is_of_accounts, within)).collect();
        let states = shown.iter().map(|drawn| (drawn.id.to_owned(), drawn.states.clone())).collect();
        drop(shown);
        let ledgers = Some(ShownLedgers { ledgers, step, states });
        Self { editions, dossiers: None, projects: None, shaded, ledgers, sides }
    }
}

/// Ledgers, and which of their changes is shown.
#[derive(Debug, Clone)]
pub struct ShownLedgers {
    /// All that was worked out.
    pub ledgers: Arc<Ledgers>,
    /// The number of a ledger and of its step that is shown; `None` is all of all.
    pub step: Option<(usize, usize)>,
    /// By the id of what is drawn, the states that are shown.
    pub states: Vec<(String, [State; 2])>,
}

impl ShownLedgers {
    /// Whether two accounts are compared, not two days.
    pub fn is_of_accounts(&self) -> bool {
        matches!(self.ledgers.asked.states, States::Accounts(..))
    }
}

/// A change to be drawn.
struct Drawn<'a> {
    id: &'a str,
    title: &'a Text,
    states: [State; 2],
    change: Option<ShapeChange>,
    ranges_km2: Option<[(f64, f64); 2]>,
}

impl<'a> Drawn<'a> {
    fn of(ledger: &'a Ledger, states: [State; 2], told: Option<&ToldChange>) -> Self {
        let km2 = |[least, most]: [f64; 2]| (least / 1e6, most / 1e6);
        Self {
            id: &ledger.id,
            title: &ledger.title,
            states,
            change: match told {
                Some(told) => ShapeChange::of_areas(&ledger.id, &told.change),
                None => ledger.shape.clone(),
            },
            ranges_km2: told
                .and_then(|told| told.change.ranges)
                .map(|ranges| [km2(ranges.gained_m2), km2(ranges.lost_m2)]),
        }
    }

    fn whole(ledger: &'a Ledger) -> Self {
        Self::of(ledger, ledger.states.clone(), ledger.whole.as_ref())
    }

    fn step(ledger: &'a Ledger, step: usize) -> Self {
        let told = &ledger.steps[step];
        let state = |version: &Version| {
            let asked = version.when.and_then(|when| when.latest().or_else(|| when.earliest()));
            let asked = asked.map_or(ledger.states[1].on, |day| day.last());
            State { asked, on: asked, version: version.clone(), stands: Stands::Reported, ..ledger.states[1].clone() }
        };
        Self::of(ledger, [state(&told.before), state(&told.after)], Some(told))
    }

    fn shaded(&self, is_of_accounts: bool, within: Option<&MultiPolygon<f64>>) -> Option<Shaded> {
        let change = self.change.clone()?;
        // Outlines and their sizes are of the same ground as what was gained and lost.
        let cut = |shape: &Arc<Shape>| match (shape.areas(), within) {
            (Some(areas), Some(within)) => {
                Shape::of(intersection(areas, within), MultiLineString(Vec::new()), Vec::new())
                    .map_or_else(|| Arc::clone(shape), Arc::new)
            }
            _ => Arc::clone(shape),
        };
        let day = |state: &State| state.version.when.map(|when| when.iso()).unwrap_or_default();
        Some(Shaded {
            id: self.id.to_owned(),
            of: Some(self.states.each_ref().map(|state| state.overlay.clone())),
            is_overlay: true,
            title: self.title.clone(),
            shapes: self.states.each_ref().map(|state| Some(cut(&state.version.shape))),
            visible: true,
            days: self.states.each_ref().map(day),
            accounts: is_of_accounts.then(|| self.states.each_ref().map(|state| state.title.clone())),
            ranges_km2: self.ranges_km2,
            change: ShapeChange { id: self.id.to_owned(), ..change },
        })
    }
}

/// The dossier as it stands in a state: what is drawn by an id stands as it was reported, and rests on what speaks of that report.
fn dossier_of(dossier: &Dossier, states: &[(&str, &State)]) -> Dossier {
    let mut made = dossier.clone();
    for (id, state) in states {
        let Some(overlay) = dossier.overlay(&state.overlay) else { continue };
        let who = state.version.who.as_deref();
        let Some((mut then, _)) = overlay.on_by(state.on, who) else { continue };
        (then.id, then.title) = ((*id).to_owned(), state.title.clone());
        let unreported = then.unreported.take().filter(|_| state.is_unreported());
        then.unreported = unreported.map(|unreported| Unreported { when: state.asked.into(), ..unreported });
        match made.overlays.iter().position(|other| other.id == *id) {
            Some(place) => made.overlays[place] = Arc::new(then),
            None => made.overlays.push(Arc::new(then)),
        }
        let listed = overlay.dated.iter().flat_map(|dated| dated.series().versions());
        let listed: Vec<&String> = listed.flat_map(|version| &version.excerpts).collect();
        let speaks = |excerpt: &Excerpt| {
            let of_version = state.version.excerpts.contains(&excerpt.id);
            let of_all = excerpt.overlays.contains(&state.overlay) && !listed.contains(&&excerpt.id);
            of_version || of_all
        };
        for excerpt in &mut made.excerpts {
            let is_meant = dossier.excerpt(&excerpt.id).is_some_and(speaks);
            excerpt.overlays.retain(|other| other != id);
            if is_meant {
                excerpt.overlays.push((*id).to_owned());
            }
        }
    }
    made
}

/// The document of a state: what is drawn by an id rests on what the user cites for its layer.
fn document_of(document: &Document, states: &[(&str, &State)]) -> Document {
    let mut made = document.clone();
    for (id, state) in states {
        let Some(of) = document.overlay(&state.overlay) else { continue };
        if made.overlay(id).is_none() {
            let mut own = of.clone();
            (*id).clone_into(&mut own.id);
            made.overlays.push(own);
        } else if let Some(own) = made.overlays.iter_mut().find(|own| own.id == **id) {
            own.layer = Arc::clone(&of.layer);
        }
    }
    made
}

fn edition(dossier: &Dossier, states: &[(&str, &State)]) -> Edition {
    let titles: Vec<&str> = states.iter().map(|(_, state)| state.title.main()).collect();
    // The day of the report that is shown, not that for which it stands.
    let day = |state: &State| state.version.when.map_or_else(|| state.asked.iso(), |when| when.iso());
    let as_of = states.first().map(|(_, state)| day(state)).unwrap_or_default();
    Edition { title: titles.join(", "), as_of, ..Edition::of(dossier) }
}

/// Whether an overlay of a state is a file of the user's own.
pub(super) fn is_own(dossier: &Dossier, id: &str) -> bool {
    dossier.overlay(id).is_some_and(|overlay| overlay.group == OWN_GROUP)
}

#[cfg(test)]
mod tests;
