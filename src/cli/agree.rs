//! `claimline agree`: the accounts of one day laid over each other, and who agrees on which ground.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use claimline::dossier::series::Standing;
use claimline::dossier::words;
use claimline::files::series::{MadeSeries, files_of};
use claimline::formats::day::Day;
use claimline::formats::feature::Feature;
use claimline::formats::number::round;
use claimline::geometry::agreement::{Cell, MOST_ACCOUNTS, cells};
use claimline::geometry::{Geometry, MultiPolygon};
use clap::Args;
use serde_json::{Map, Value, json};

use super::arguments::Output;
use super::days::{Days, check_output, say_faults, standing, standing_json, standing_words, within, write_features};
use super::open::open_dossier;
use super::terminal::print;
use super::{Usage, text};

#[derive(Debug, Args)]
pub(super) struct Agree {
    /// The day
    #[arg(long, value_name = "DAY")]
    day: Day,
    /// An account and its files: a file of features, or a folder of files of a day each; at least two accounts, the same name may be repeated
    #[arg(long = "file", value_name = "ACCOUNT=FILE", value_parser = named, required = true)]
    files: Vec<(String, PathBuf)>,
    /// Whom an account relies on: accounts of one origin count once
    #[arg(long = "origin", value_name = "ACCOUNT=ORIGIN", value_parser = origin)]
    origins: Vec<(String, String)>,
    /// Only what lies within an overlay of the dossier, by its id, or within the areas of a file
    #[arg(long, value_name = "OVERLAY|FILE")]
    within: Option<PathBuf>,
    #[command(flatten)]
    days: Days,
    /// File of features to write the cells to, such as .geojson
    #[arg(short, long = "output", value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

fn origin(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, rest)) if !name.trim().is_empty() && !rest.is_empty() => {
            Ok((name.trim().to_owned(), rest.to_owned()))
        }
        _ => Err("expected a name and what it stands for, such as East=Ministry".to_owned()),
    }
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    let (name, path) =
        origin(text).map_err(|_| "expected the name of an account and a file, such as East=east.geojson")?;
    Ok((name, PathBuf::from(path)))
}

/// An account on the day.
struct Account<'a> {
    name: &'a str,
    origin: &'a str,
    standing: Standing<'a>,
}

pub(super) fn run(options: &Agree) -> anyhow::Result<()> {
    if !options.day.is_whole() {
        bail!(Usage("give a whole day, such as --day 2025-02-01".to_owned()));
    }
    let mut paths: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    for (name, path) in &options.files {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
        paths.entry(name).or_default().push(path.clone());
    }
    if !(2..=MOST_ACCOUNTS).contains(&names.len()) {
        bail!(Usage(format!(
            "give 2 to {MOST_ACCOUNTS} accounts, such as --file East=east.geojson --file West=west.geojson"
        )));
    }
    if let Some((unknown, _)) = options.origins.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        bail!(Usage(format!("--origin: there is no account '{unknown}'; there are {}", names.join(", "))));
    }
    if let Some(out) = &options.out {
        let inputs: Vec<PathBuf> = options.files.iter().map(|(_, path)| path.clone()).collect();
        check_output(out, &files_of(&inputs)?, options.force)?;
    }
    let dossier = open_dossier(options.output.dossier.as_deref())?;
    let within = options.within.as_ref().map(|named| within(&dossier, named)).transpose()?;
    let made: Vec<MadeSeries> = names.iter().map(|name| options.days.made(&paths[name])).collect::<Result<_, _>>()?;
    made.iter().for_each(say_faults);
    let mut accounts = Vec::new();
    for (name, made) in names.iter().zip(&made) {
        // A file alone that says no day is taken for one of the day that is asked for.
        let versions = made.series.versions();
        let standing = match versions {
            [only] if only.when.is_none() => {
                say!("warning: {name}: its day is not known; it is taken for {}: {}", options.day, only.from);
                Standing::Reported(only)
            }
            _ => standing(made, options.day, None)?,
        };
        if standing.version().shape.areas().is_none() {
            bail!("it has no areas, so that nothing can be said of who holds what: {}", standing.version().from);
        }
        let origin =
            options.origins.iter().find(|(account, _)| account == name).map_or(*name, |(_, origin)| origin.as_str());
        accounts.push(Account { name, origin, standing });
    }
    let areas: Vec<&MultiPolygon<f64>> =
        accounts.iter().filter_map(|account| account.standing.version().shape.areas()).collect();
    let cells = cells(&areas, within.as_ref())?;
    if let Some(out) = &options.out {
        let features: Vec<Feature> = cells.iter().map(|cell| feature(cell, &accounts)).collect();
        write_features(out, "Who agrees", &features)?;
    }
    print(&if options.output.json {
        text::json(&as_json(options, &accounts, &cells))
    } else {
        as_text(options, &accounts, &cells)
    })
}

fn holders<'a>(cell: &Cell, accounts: &'a [Account<'a>]) -> Vec<&'a str> {
    cell.held_by.numbers().filter_map(|number| Some(accounts.get(number)?.name)).collect()
}

/// How many independent origins say that a cell is held.
fn origins(cell: &Cell, accounts: &[Account<'_>]) -> usize {
    let origins: BTreeSet<&str> =
        cell.held_by.numbers().filter_map(|number| Some(accounts.get(number)?.origin)).collect();
    origins.len()
}

fn feature(cell: &Cell, accounts: &[Account<'_>]) -> Feature {
    let mut properties = Map::new();
    properties.insert("held_by".to_owned(), json!(holders(cell, accounts).join(", ")));
    properties.insert("accounts".to_owned(), json!(cell.held_by.count()));
    properties.insert("origins".to_owned(), json!(origins(cell, accounts)));
    properties.insert("agreed".to_owned(), json!(cell.held_by.count() == accounts.len()));
    properties.insert("km2".to_owned(), json!(round(cell.area_m2 / 1e6, 6)));
    Feature { geometry: Some(Geometry::MultiPolygon(cell.area.clone())), properties, ..Feature::default() }
}

/// What all say is held, and what some say and others do not, in square metres.
fn sums(accounts: &[Account<'_>], cells: &[Cell]) -> [f64; 2] {
    let sum = |is_all: bool| {
        let cells = cells.iter().filter(|cell| (cell.held_by.count() == accounts.len()) == is_all);
        cells.map(|cell| cell.area_m2).sum()
    };
    [sum(true), sum(false)]
}

fn as_json(options: &Agree, accounts: &[Account<'_>], cells: &[Cell]) -> Value {
    let km2 = |m2: f64| round(m2 / 1e6, 6);
    let account = |account: &Account<'_>| {
        let mut value = standing_json(options.day, account.standing);
        value["account"] = json!(account.name);
        value["origin"] = json!(account.origin);
        value
    };
    let cell = |cell: &Cell| {
        json!({
            "held_by": holders(cell, accounts),
            "origins": origins(cell, accounts),
            "km2": km2(cell.area_m2),
        })
    };
    let [agreed, contested] = sums(accounts, cells);
    json!({
        "day": options.day.iso(),
        "within": options.within.as_ref().map(|named| named.display().to_string()),
        "accounts": accounts.iter().map(account).collect::<Vec<_>>(),
        "agreed_km2": km2(agreed),
        "contested_km2": km2(contested),
        "union_km2": km2(agreed + contested),
        "cells": cells.iter().map(cell).collect::<Vec<_>>(),
    })
}

fn as_text(options: &Agree, accounts: &[Account<'_>], cells: &[Cell]) -> String {
    let mut text = String::new();
    for account in accounts {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}: {}", account.name, standing_words(options.day, account.standing));
    }
    let [agreed, contested] = sums(accounts, cells);
    let km2 = |m2: f64| format!("{} km²", words::number(m2 / 1e6, 2));
    let _ = writeln!(text, "\nHeld by all accounts  {}", km2(agreed));
    let _ = writeln!(text, "Contested             {}\n", km2(contested));
    for cell in cells {
        let origins = match origins(cell, accounts) {
            1 => "1 origin".to_owned(),
            count => format!("{count} origins"),
        };
        let _ = writeln!(text, "{:>16}  {} ({origins})", km2(cell.area_m2), holders(cell, accounts).join(", "));
    }
    text
}
