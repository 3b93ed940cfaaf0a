//! The rules of a styling, added, moved and taken away; what is said of the kinds that they make goes with them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::kinds::{self, ROWS};
use super::model::StylePart;
use super::styling::{By, Categories, Rule, Styling};
use super::{Kinds, Overlay, Style};
use crate::formats::filter::Filter;
use crate::formats::language::Text;
use crate::formats::written::Finder;

/// The key of the kind that a rule makes.
pub fn rule_key(index: usize) -> String {
    format!("rule {}", index + 1)
}

/// A rule for the features that fit a filter, in the colour that a category of that number has.
pub fn new_rule(overlay: &Overlay, filter: Filter, number: usize) -> Rule {
    let title = Text::plain(filter.to_string());
    let style = kinds::of_category(&Categories::of(""), &overlay.style, overlay.shape.dimension(), number);
    Rule { when: Some(filter), title: Some(title), style: difference(&overlay.style, &style) }
}

/// Rules that draw what a styling draws now, as far as rules can say that: those of the dossier, or one for each of the
/// [`ROWS`] first values of a property.
pub fn rules_of(overlay: &Overlay, styling: &Styling, kinds: &Kinds) -> Vec<Rule> {
    match &styling.by {
        By::Rules(rules) => rules.clone(),
        By::AsGiven => overlay.rules.clone(),
        By::Property(categories) => {
            let finder = Finder::new(&categories.property);
            let mut values = HashMap::new();
            let mut missing: BTreeSet<usize> = (0..kinds.list().len()).collect();
            for feature in 0..overlay.features.count() {
                if missing.is_empty() {
                    break;
                }
                let Some(kind) = kinds.index_of(feature).filter(|kind| missing.remove(kind)) else { continue };
                values.extend(overlay.written(feature, &finder).map(|value| (kind, value.comparable())));
            }
            let rule = |(index, kind): (usize, &super::Kind)| {
                let filter = Filter::equal(&categories.property, values.get(&index).unwrap_or(&Value::Null))?;
                let style = difference(&overlay.style, &kind.style);
                Some(Rule { when: Some(filter), title: Some(Text::plain(kind.title.clone())), style })
            };
            kinds.list().iter().enumerate().filter_map(rule).take(ROWS).collect()
        }
        By::One | By::Graduated(_) => Vec::new(),
    }
}

/// What makes one style of another.
fn difference(from: &Style, to: &Style) -> StylePart {
    fn of<T: Clone + PartialEq>(from: &T, to: &T) -> Option<T> {
        (from != to).then(|| to.clone())
    }
    let color = |from: &Option<String>, to: &Option<String>| {
        of(from, to).map(|color| color.unwrap_or_else(|| "none".to_owned()))
    };
    StylePart {
        stroke: color(&from.stroke, &to.stroke),
        stroke_width: of(&from.stroke_width, &to.stroke_width),
        stroke_opacity: of(&from.stroke_opacity, &to.stroke_opacity),
        fill: color(&from.fill, &to.fill),
        fill_opacity: of(&from.fill_opacity, &to.fill_opacity),
        pattern: of(&from.pattern, &to.pattern),
        pattern_angle: of(&from.pattern_angle, &to.pattern_angle),
        dash: of(&from.dash, &to.dash).map(Option::unwrap_or_default),
        casing: color(&from.casing, &to.casing),
        marker_size: of(&from.marker_size, &to.marker_size).flatten(),
        marker_symbol: of(&from.marker_symbol, &to.marker_symbol).flatten(),
    }
}

impl Styling {
    fn rules_mut(&mut self) -> Option<&mut Vec<Rule>> {
        match &mut self.by {
            By::Rules(rules) => Some(rules),
            By::AsGiven | By::One | By::Property(_) | By::Graduated(_) => None,
        }
    }

    /// Gives what is said of the kinds of rules to the places that those rules have now; `to` of a rule that is gone is
    /// `None`.
    fn follow(&mut self, count: usize, to: impl Fn(usize) -> Option<usize>) {
        let new_keys: BTreeMap<String, Option<String>> =
            (0..count).map(|index| (rule_key(index), to(index).map(rule_key))).collect();
        let new_key = |key: String| match new_keys.get(&key) {
            Some(new) => new.clone(),
            None => Some(key),
        };
        let kinds = std::mem::take(&mut self.kinds).into_iter();
        self.kinds = kinds.filter_map(|(key, change)| Some((new_key(key)?, change))).collect();
        self.hidden = std::mem::take(&mut self.hidden).into_iter().filter_map(new_key).collect();
    }

    /// Adds a rule after all others.
    pub fn add_rule(&mut self, rule: Rule) {
        if let Some(rules) = self.rules_mut() {
            rules.push(rule);
        }
    }

    /// Says which features a rule is for. A title that only gave the filter in words follows it.
    pub fn set_rule_filter(&mut self, index: usize, when: Option<Filter>) {
        let Some(rule) = self.rules_mut().and_then(|rules| rules.get_mut(index)) else { return };
        let in_words = |filter: &Option<Filter>| filter.as_ref().map(Filter::to_string);
        if rule.title.as_ref().map(Text::main) == in_words(&rule.when).as_deref() {
            rule.title = in_words(&when).map(Text::plain);
        }
        rule.when = when;
    }

    /// Has a rule count before or after others: it takes the place `to`.
    pub fn move_rule(&mut self, index: usize, to: usize) {
        let Some(rules) = self.rules_mut().filter(|rules| index.max(to) < rules.len()) else { return };
        let rule = rules.remove(index);
        rules.insert(to, rule);
        let count = rules.len();
        let mut places: Vec<usize> = (0..count).collect();
        let moved = places.remove(index);
        places.insert(to, moved);
        self.follow(count, |before| places.iter().position(|place| *place == before));
    }

    /// Takes a rule away.
    pub fn remove_rule(&mut self, index: usize) {
        let Some(rules) = self.rules_mut().filter(|rules| index < rules.len()) else { return };
        rules.remove(index);
        let count = rules.len() + 1;
        self.follow(count, |before| (before != index).then(|| before - usize::from(before > index)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossier::own_layer;
    use crate::dossier::styling::KindChange;
    use crate::formats::geojson;

    fn layer() -> Overlay {
        let square = |x: f64| format!("[[[{x},48],[{},48],[{},48.5],[{x},48]]]", x + 0.4, x + 0.4);
        let feature = |x: f64, properties: &str| {
            let place = square(x);
            format!(
                r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":{place}}}}}"#
            )
        };
        let features = [
            feature(37.0, r#"{"status":"held","people":5}"#),
            feature(37.5, r#"{"status":"freed","people":7}"#),
            feature(38.0, r#"{"status":"held"}"#),
            feature(38.5, "{}"),
        ];
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        own_layer("layer", geojson::read_table(text.as_bytes()).unwrap()).unwrap().0
    }

    fn styling(filters: &[&str]) -> Styling {
        let layer = layer();
        let mut styling = Styling { by: By::Rules(Vec::new()), ..Styling::default() };
        for (number, filter) in filters.iter().enumerate() {
            styling.add_rule(new_rule(&layer, Filter::parse(filter).unwrap(), number));
        }
        styling
    }

    fn titles(styling: &Styling) -> Vec<(String, usize, Option<String>)> {
        let kinds = kinds::kinds(&layer(), styling);
        kinds.list().iter().map(|kind| (kind.title.clone(), kind.features, kind.style.fill.clone())).collect()
    }

    #[test]
    fn what_is_said_of_a_rule_goes_with_it_and_ends_with_it() {
        let mut styling = styling(&["status = held", "status = freed", "people > 6"]);
        styling.hidden.insert(rule_key(2));
        let renamed = KindChange { title: Some("Taken back".to_owned()), ..KindChange::default() };
        styling.kinds.insert(rule_key(1), renamed.clone());
        styling.hidden.insert("else".to_owned());
        let before = styling.clone();
        styling.move_rule(2, 0);
        // Rules: people, held, freed.
        assert_eq!(titles(&styling)[0].0, "people > 6");
        assert_eq!(titles(&styling)[2].0, "Taken back");
        assert!(styling.hidden.contains("rule 1") && styling.hidden.contains("else") && styling.hidden.len() == 2);
        let mut back = styling.clone();
        back.move_rule(0, 2);
        assert_eq!(back, before);
        styling.remove_rule(1);
        assert_eq!(styling.kinds, BTreeMap::from([(rule_key(1), renamed)]));
        styling.remove_rule(1);
        assert!(styling.kinds.is_empty() && styling.hidden.len() == 2);
        // A place that is none changes nothing.
        let before = styling.clone();
        styling.move_rule(0, 1);
        styling.remove_rule(7);
        styling.set_rule_filter(7, None);
        assert_eq!(styling, before);
    }

    #[test]
    fn the_first_rule_that_fits_counts_and_each_has_a_colour_of_its_own() {
        let mut styling = styling(&["status = held", "people > 4"]);
        let drawn = titles(&styling);
        assert_eq!(drawn.iter().map(|(_, count, _)| *count).collect::<Vec<_>>(), [2, 1, 1]);
        assert_ne!(drawn[0].2, drawn[1].2);
        styling.move_rule(1, 0);
        assert_eq!(titles(&styling).iter().map(|(_, count, _)| *count).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!(titles(&styling)[0].0, "people > 4");
        // A title of its own stays when the filter is another one; one that was the filter follows it.
        styling.set_rule_filter(0, Some(Filter::parse("people > 6").unwrap()));
        assert_eq!(titles(&styling)[0], ("people > 6".to_owned(), 1, drawn[1].2.clone()));
        styling.set_rule_filter(0, None);
        assert_eq!(titles(&styling)[0].1, 4);
    }

    #[test]
    fn rules_made_of_categories_draw_what_those_did() {
        let layer = layer();
        let styling = Styling { by: By::Property(Categories::of("status")), ..Styling::default() };
        let before = kinds::kinds(&layer, &styling);
        let rules = rules_of(&layer, &styling, &before);
        let made = kinds::kinds(&layer, &Styling { by: By::Rules(rules), ..Styling::default() });
        assert_eq!((made.list().len(), before.list().len()), (3, 3));
        for (made, before) in made.list().iter().zip(before.list()) {
            assert_eq!((&made.title, made.features, &made.style), (&before.title, before.features, &before.style));
        }
        assert!(made.problems().is_empty());
    }
}
