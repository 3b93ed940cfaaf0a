//! Cells as features, as a table and as JSON.

use serde_json::{Map, Value, json};

use super::{Agreement, Cell};
use crate::formats::csv;
use crate::formats::feature::Feature;
use crate::formats::number::round;
use crate::geometry::Geometry;

fn km2(value: f64) -> f64 {
    round(value, 6)
}

impl Agreement {
    fn names(&self, cell: &Cell) -> [Vec<&str>; 2] {
        [
            self.saying(cell).map(|account| account.name.as_str()).collect(),
            self.not_saying(cell).map(|account| account.name.as_str()).collect(),
        ]
    }

    /// The origins of a cell; `None` where nobody states any.
    fn stated_origins<'a>(&self, cell: &'a Cell) -> Option<Vec<&'a str>> {
        self.states_origins(cell).then(|| cell.origins.iter().map(String::as_str).collect())
    }

    /// A feature for each cell.
    pub fn features(&self) -> Vec<Feature> {
        let feature = |cell: &Cell| {
            let [says, not] = self.names(cell);
            let origins = self.stated_origins(cell);
            let properties = Map::from_iter([
                ("held_by".to_owned(), json!(says.join(", "))),
                ("not_by".to_owned(), json!(not.join(", "))),
                ("accounts".to_owned(), json!(cell.says.count())),
                ("origins".to_owned(), json!(origins.as_ref().map(Vec::len))),
                ("origin_names".to_owned(), json!(origins.unwrap_or_default().join("; "))),
                ("agreed".to_owned(), json!(self.is_agreed(cell))),
                ("km2".to_owned(), json!(km2(cell.km2))),
                ("share".to_owned(), json!(round(self.share(cell), 6))),
                ("day".to_owned(), json!(self.day.map(|day| day.iso()))),
            ]);
            let area = cell.shape.areas().cloned();
            Feature { geometry: area.map(Geometry::MultiPolygon), properties, ..Feature::default() }
        };
        self.cells.iter().map(feature).collect()
    }

    /// A table with a row for each cell.
    pub fn csv(&self) -> String {
        const COLUMNS: [&str; 9] =
            ["held_by", "not_by", "accounts", "origins", "origin_names", "agreed", "km2", "share", "day"];
        let mut text = csv::row(COLUMNS);
        for cell in &self.cells {
            let [says, not] = self.names(cell);
            let origins = self.stated_origins(cell);
            text.push_str(&csv::row([
                says.join(", "),
                not.join(", "),
                cell.says.count().to_string(),
                origins.as_ref().map(|origins| origins.len().to_string()).unwrap_or_default(),
                origins.unwrap_or_default().join("; "),
                self.is_agreed(cell).to_string(),
                km2(cell.km2).to_string(),
                round(self.share(cell), 6).to_string(),
                self.day.map(|day| day.iso()).unwrap_or_default(),
            ]));
        }
        text
    }

    /// All of it for programs; `places` are the names of inhabited places in each cell.
    pub fn json(&self, places: &[Vec<String>]) -> Value {
        let cell = |(place, cell): (usize, &Cell)| {
            let [says, not] = self.names(cell);
            json!({
                "held_by": says,
                "not_by": not,
                "origins": self.stated_origins(cell).map(|origins| origins.len()),
                "origin_names": self.stated_origins(cell).unwrap_or_default(),
                "agreed": self.is_agreed(cell),
                "km2": km2(cell.km2),
                "share": round(self.share(cell), 6),
                "places": places.get(place),
            })
        };
        let [agreed, contested] = self.agreed_and_contested_km2();
        json!({
            "day": self.day.map(|day| day.iso()),
            "within": self.within.as_ref().map(|within| within.overlay.as_deref().unwrap_or(within.title.main())),
            "accounts": self.accounts.iter().map(|account| account.json(self.day)).collect::<Vec<_>>(),
            "agreed_km2": km2(agreed),
            "contested_km2": km2(contested),
            "union_km2": km2(self.union_km2()),
            "cells": self.cells.iter().enumerate().map(cell).collect::<Vec<_>>(),
        })
    }
}
