//! Dumps of GeoNames as they are downloaded: a place a line, nineteen columns with tabs between, UTF-8.
//!
//! <https://download.geonames.org/export/dump/readme.txt> describes the columns.

use std::collections::HashMap;

use super::builder::{Builder, NewPlace};
use super::place::{PlaceKind, Region};
use super::{Gazetteer, builtin};
use crate::geometry::Coord;

/// Columns of a line.
const COLUMNS: usize = 19;

/// The credit that GeoNames asks for.
const CREDIT: &str = "GeoNames, geonames.org (CC BY 4.0)";

/// A dump that is being read.
#[derive(Debug, Default)]
pub struct GeoNames {
    builder: Builder,
    /// Regions by country and code, with a tab between.
    regions: HashMap<String, u32>,
    /// Room for one of these.
    asked: String,
    countries: HashMap<String, String>,
    skipped: u64,
}

/// Whether a line is one of a dump.
pub fn is_geonames(line: &str) -> bool {
    row(line).is_some()
}

/// The columns of a line, if it is one of a dump.
fn row(line: &str) -> Option<[&str; COLUMNS]> {
    let mut columns = [""; COLUMNS];
    let mut fields = line.strip_suffix('\r').unwrap_or(line).split('\t');
    for column in &mut columns {
        *column = fields.next()?;
    }
    let is_number = !columns[0].is_empty() && columns[0].bytes().all(|byte| byte.is_ascii_digit());
    (fields.next().is_none() && is_number && at(&columns).is_some()).then_some(columns)
}

fn at(columns: &[&str; COLUMNS]) -> Option<Coord<f64>> {
    let (y, x) = (columns[4].parse::<f64>().ok()?, columns[5].parse::<f64>().ok()?);
    (x.abs() <= 180.0 && y.abs() <= 90.0).then_some(Coord { x, y })
}

impl GeoNames {
    /// Takes a line.
    pub fn push_line(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        let Some((columns, at)) = row(line).and_then(|columns| Some((columns, at(&columns)?))) else {
            self.skipped += 1;
            return;
        };
        let [_, name, ascii, others, .., class, code, country, _, admin, _, _, _, people, _, _, _, _] = columns;
        let kind = PlaceKind::of_geonames(class, code);
        // Regions that are no more, and those of claims, name nothing that others lie in.
        let region = self.region(country, admin);
        if kind == PlaceKind::Region
            && let Some(region) = self.builder.region_mut(region)
        {
            name.clone_into(&mut region.name);
        }
        if matches!(code, "PCLI" | "PCLS" | "PCLF" | "PCLD" | "PCL") {
            self.countries.entry(country.to_owned()).or_insert_with(|| name.to_owned());
        }
        let ascii = Some(ascii).filter(|ascii| *ascii != name);
        // Codes of airports, links.
        let others = others.split(',').filter(|other| !other.contains("://"));
        let population = people.parse::<u64>().unwrap_or(0).min(u64::from(u32::MAX)) as u32;
        self.builder.add(NewPlace { name, kind, at, population, region }, ascii.into_iter().chain(others));
    }

    fn region(&mut self, country: &str, code: &str) -> u32 {
        const LONGEST: usize = 40;
        if country.len() + code.len() > LONGEST {
            return 0;
        }
        self.asked.clear();
        self.asked.extend([country, "\t", code]);
        if let Some(region) = self.regions.get(&self.asked) {
            return *region;
        }
        let region = Region { country_code: country.to_owned(), code: code.to_owned(), ..Region::default() };
        let number = self.builder.add_region(region);
        self.regions.insert(self.asked.clone(), number);
        number
    }

    /// How many places have been taken.
    pub fn count(&self) -> usize {
        self.builder.count()
    }

    /// How many lines were passed over because they are no lines of a dump.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The gazetteer. What the dump does not name, the built-in gazetteer does: countries and regions.
    pub fn finish(self) -> Gazetteer {
        let Self { mut builder, regions, countries, .. } = self;
        let known = builtin();
        let known: HashMap<(&str, &str), &Region> =
            known.regions().iter().map(|region| ((&*region.country_code, &*region.code), region)).collect();
        let mut all: Vec<(String, u32)> = regions.into_iter().collect();
        all.sort();
        for (asked, number) in all {
            let Some((country, code)) = asked.split_once('\t') else { continue };
            let Some(region) = builder.region_mut(number) else { continue };
            let same = known.get(&(country, code));
            if region.name.is_empty() {
                region.name = same.map(|same| same.name.clone()).unwrap_or_default();
            }
            let of_country = same.or_else(|| known.get(&(country, ""))).map(|same| same.country.clone());
            let of_country = of_country.filter(|name| !name.is_empty());
            region.country = of_country.or_else(|| countries.get(country).cloned()).unwrap_or_default();
        }
        builder.finish(CREDIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::search;

    const DUMP: &str = "\
709716\tDonetsk Oblast\tDonetsk Oblast\tDonetska oblast,Донецька область\t48.14\t37.74\tA\tADM1\tUA\t\t05\t\t\t\t4100280\t\t187\tEurope/Kyiv\t2026-04-17
713174\tBakhmut\tBakhmut\tArtemivsk,Artyomovsk,Артемівськ,Бахмут\t48.59419\t37.99886\tP\tPPLA2\tUA\t\t05\t1402\t\t\t80500\t\t100\tEurope/Kyiv\t2026-04-17\r
no line of a dump
1\tNowhere\tNowhere\t\t95.0\t37.9\tP\tPPL\tUA\t\t05\t\t\t\t0\t\t0\tEurope/Kyiv\t2026-04-17
";

    #[test]
    fn a_dump_gives_its_places_with_the_region_that_they_lie_in() {
        let mut dump = GeoNames::default();
        for line in DUMP.split('\n') {
            dump.push_line(line);
        }
        assert_eq!((dump.count(), dump.skipped()), (2, 2));
        let gazetteer = dump.finish();
        let found = search(&[&gazetteer], "Артемовск", None, 5);
        assert_eq!(found[0].name, "Bakhmut");
        assert_eq!(found[0].within, "Donetsk Oblast, Ukraine");
        assert_eq!(found[0].kind, PlaceKind::DistrictSeat);
        assert_eq!(found[0].population, Some(80_500));
        assert_eq!(gazetteer.credit(), CREDIT);
    }

    #[test]
    fn other_tables_are_no_dumps() {
        assert!(is_geonames(DUMP.lines().next().unwrap()));
        for line in ["", "a\tb\tc", "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15\t16\t17\t18\t19\t20"] {
            assert!(!is_geonames(line), "{line}");
        }
    }
}
