//! An account as it stands on a day: whose it is, what it shades, and on whom it relies.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::document::Document;
use crate::document::annotation::Citation;
use crate::dossier::reliance::Root;
use crate::dossier::series::{Standing, Version};
use crate::dossier::{AsOn, Dossier, OWN_GROUP, Overlay, Shape, Unreported, words};
use crate::formats::day::Day;
use crate::formats::source_properties::PropertySource;
use crate::formats::visible::visible;

/// What somebody says of a day.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose it is.
    pub name: String,
    /// What the account calls what it shades, where its name does not say it.
    pub wording: Option<String>,
    /// What it shades.
    pub shape: Arc<Shape>,
    /// Of which day its report is, as EDTF has it; empty where nobody says.
    pub as_of: String,
    /// That its report is not surely of the day that is asked for.
    pub unreported: Option<Unreported>,
    /// From which file or overlay.
    pub from: String,
    /// The overlay that it is, by its id.
    pub overlay: Option<String>,
    /// What it rests on.
    pub citations: Vec<Citation>,
    /// Where what it says comes from first, at the end of the chain of whom its sources rely on; itself where nothing is known.
    pub origins: BTreeSet<String>,
    /// How exact it is, in metres, where that is stated.
    pub accuracy_m: Option<f64>,
    /// Credit that its licence asks for.
    pub credit: Option<String>,
    /// Its licence.
    pub license: Option<String>,
    /// Whether it is the user's own, and none of a dossier.
    pub is_own: bool,
}

/// How a report stands to a day; nothing where it is of just that day.
fn unreported(day: Day, standing: Standing<'_>) -> Option<Unreported> {
    let as_on = match standing {
        Standing::Reported(_) => return None,
        Standing::Perhaps(version) => AsOn::Perhaps(version.when?),
        Standing::Before(version, age) => AsOn::Before(version.when?, age),
    };
    Some(Unreported { when: day.into(), as_on })
}

/// The name of an origin.
fn named(dossier: &Dossier, root: &Root) -> String {
    match root {
        Root::Named(name) => name.clone(),
        Root::Source(id) => dossier.source(id).map_or_else(|| id.clone(), |source| source.outlet.clone()),
    }
}

impl Account {
    /// The report of a file or a folder of files that stands for a day. It relies on `origins`, or else on nobody else.
    pub fn of_report(name: &str, origins: BTreeSet<String>, day: Day, standing: Standing<'_>) -> Self {
        let version = standing.version();
        let own = || BTreeSet::from([name.to_owned()]);
        Self {
            name: name.to_owned(),
            wording: None,
            shape: Arc::clone(&version.shape),
            as_of: version.when.map(|when| when.iso()).unwrap_or_default(),
            unreported: unreported(day, standing),
            from: version.from.clone(),
            overlay: None,
            citations: Vec::new(),
            origins: if origins.is_empty() { own() } else { origins },
            accuracy_m: version.accuracy_m,
            credit: None,
            license: None,
            is_own: true,
        }
    }

    /// An overlay as it stands on a day, or what one of several says of it (`who`). Without a day it is as it was last reported.
    ///
    /// # Errors
    /// In words: nobody has reported yet, or it has no areas.
    pub fn of_overlay(
        (dossier, document): (&Dossier, &Document),
        overlay: &Overlay,
        who: Option<&str>,
        day: Option<Day>,
    ) -> Result<Self, String> {
        let title = overlay.title.main();
        let name = who.unwrap_or(title).to_owned();
        let nobody = || {
            let when = day.map_or_else(String::new, |day| format!(" of {day} or a day before it"));
            format!("{name} has no report{when}")
        };
        let then = if who.is_none() { overlay.on(day) } else { None };
        let shown = then.as_ref().unwrap_or(overlay);
        let mut account = Self {
            name: name.clone(),
            wording: who.map(|_| title.to_owned()),
            shape: Arc::clone(&shown.shape),
            as_of: shown.as_of.clone(),
            unreported: shown.unreported.clone(),
            from: overlay.opened_from.clone().unwrap_or_else(|| overlay.id.clone()),
            overlay: Some(overlay.id.clone()),
            citations: Vec::new(),
            origins: BTreeSet::new(),
            accuracy_m: shown.accuracy_m,
            credit: overlay.credit.clone(),
            license: overlay.license.clone(),
            is_own: overlay.group == OWN_GROUP,
        };
        let series = overlay.dated.as_ref().map(|dated| dated.series());
        let mut excerpts: Vec<&str> = Vec::new();
        match (series, who) {
            (Some(series), Some(who)) => {
                let standing = match day {
                    Some(day) => series.on(day, Some(who)).standing(),
                    None => last(series.of(Some(who))).map(Standing::Reported),
                };
                let standing = standing.ok_or_else(nobody)?;
                let version = standing.version();
                account.shape = Arc::clone(&version.shape);
                account.as_of = version.when.map(|when| when.iso()).unwrap_or_default();
                account.unreported = day.and_then(|day| unreported(day, standing));
                account.accuracy_m = version.accuracy_m.or(overlay.accuracy_m);
                account.from = version.from.clone();
                excerpts.extend(version.excerpts.iter().map(String::as_str));
            }
            (Some(series), None) => {
                if shown.is_before_reports() {
                    return Err(nobody());
                }
                let is_it = |version: &&Version| Arc::ptr_eq(&version.shape, &shown.shape);
                if let Some(version) = series.versions().iter().find(is_it) {
                    account.from.clone_from(&version.from);
                    excerpts.extend(version.excerpts.iter().map(String::as_str));
                }
            }
            (None, _) => {}
        }
        // What is quoted of the overlay as a whole is nobody's of several who report on it.
        if excerpts.is_empty() && who.is_none() {
            excerpts.extend(dossier.excerpts_of(&overlay.id).map(|excerpt| excerpt.id.as_str()));
        }
        if who.is_none() {
            let own = document.own_excerpts.iter().filter(|excerpt| excerpt.overlays.contains(&overlay.id));
            excerpts.extend(own.map(|excerpt| excerpt.id.as_str()));
        }
        account.citations = excerpts.into_iter().map(|id| Citation::Excerpt { excerpt: id.to_owned() }).collect();
        if who.is_none() {
            let of_layer = document.overlay(&overlay.id).map(|state| state.layer.citations.as_slice());
            account.citations.extend(of_layer.unwrap_or_default().iter().cloned());
        }
        account.origins = account.origins_in(dossier, document);
        if account.shape.areas().is_none() {
            return Err(format!("{name} has no areas, so that nothing can be said of its ground"));
        }
        Ok(account)
    }

    /// Where what is cited comes from first. Sources of one outlet are one origin.
    fn origins_in(&self, dossier: &Dossier, document: &Document) -> BTreeSet<String> {
        let mut origins = BTreeSet::new();
        for citation in &self.citations {
            match citation {
                Citation::Excerpt { excerpt: id } => {
                    let own = || document.own_excerpts.iter().find(|own| own.id == *id);
                    let Some(excerpt) = dossier.excerpt(id).or_else(own) else { continue };
                    origins.extend(dossier.reliance().roots(&excerpt.source).map(|root| named(dossier, root)));
                }
                Citation::Source(page) => {
                    let said = page.outlet.as_ref().or(page.author.as_ref()).or(page.url.as_ref());
                    origins.extend(said.or(page.title.as_ref()).cloned());
                }
            }
        }
        if origins.is_empty() {
            origins.insert(self.name.clone());
        }
        origins
    }

    /// Whether anything is known of where it comes from first: what it rests on, or on whom it relies.
    pub fn states_origins(&self) -> bool {
        !self.citations.is_empty() || self.origins.iter().any(|origin| *origin != self.name)
    }

    /// The name of the file that it is from, without where that is.
    pub fn file_name(&self) -> &str {
        self.from.rsplit(['/', '\\']).next().unwrap_or_default()
    }

    /// What a figure cites of it: what it rests on, or its own report.
    pub fn cited(&self) -> Vec<Citation> {
        if !self.citations.is_empty() {
            return self.citations.clone();
        }
        vec![Citation::Source(PropertySource {
            outlet: Some(visible(&self.name)),
            title: Some(visible(self.file_name())).filter(|from| !from.is_empty() && *from != self.name),
            date: Some(self.as_of.clone()).filter(|day| !day.is_empty()),
            ..PropertySource::default()
        })]
    }

    /// How old its report is on the day that is asked for, in whole days: at least, and at most.
    pub fn age_days(&self) -> Option<[i64; 2]> {
        match &self.unreported.as_ref()?.as_on {
            AsOn::Before(_, age) => Some([age.least_days, age.most_days]),
            AsOn::Perhaps(_) | AsOn::Nothing => None,
        }
    }

    /// Of which day its report is and how old, in English.
    pub fn day_in_words(&self) -> String {
        match &self.unreported {
            Some(unreported) => words::unreported(unreported),
            None if self.as_of.is_empty() => "no day stated".to_owned(),
            None => format!("report of {}", words::date(&self.as_of)),
        }
    }

    /// The same for programs; `day` is the one that is asked for.
    pub fn json(&self, day: Option<Day>) -> Value {
        let standing = match self.unreported.as_ref().map(|unreported| &unreported.as_on) {
            None => "reported",
            Some(AsOn::Perhaps(_)) => "perhaps",
            Some(AsOn::Before(..) | AsOn::Nothing) => "before",
        };
        let origins: Vec<&str> = self.origins.iter().map(String::as_str).collect();
        json!({
            "account": self.name,
            "wording": self.wording,
            "when": Some(&self.as_of).filter(|day| !day.is_empty()),
            "from": self.from,
            "accuracy_m": self.accuracy_m,
            "asked": day.map(|day| day.iso()),
            "standing": standing,
            "age_days": self.age_days(),
            "origin": origins.join("; "),
            "origins": origins,
            "origin_stated": self.states_origins(),
        })
    }
}

/// The last of some versions in order of time that is dated, or else the last.
fn last<'a>(versions: impl Iterator<Item = &'a Version>) -> Option<&'a Version> {
    let versions: Vec<&Version> = versions.collect();
    versions.iter().rev().find(|version| version.when.is_some()).or_else(|| versions.last()).copied()
}
