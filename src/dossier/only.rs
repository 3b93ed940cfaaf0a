//! A layer of the user's with some of its features alone.

use std::sync::Arc;

use super::features::Size;
use super::own_layer::Common;
use super::{Overlay, kinds, prepared, resolve};
use crate::formats::filter::Filter;

impl Overlay {
    /// The shape of those features alone that fit, for who looks for a place in it; `None` if there are none.
    pub fn part(&self, fits: impl Fn(usize) -> bool) -> Option<Self> {
        let (shape, features) = self.features.select(&self.shape, fits)?;
        let features = features.told_by(kinds::told(self));
        let bounds = resolve::bounds_of(&shape)?;
        Some(Self {
            shape: Arc::new(shape),
            features: Arc::new(features),
            bounds,
            beside: Arc::default(),
            crossing: Arc::default(),
            // That parts lie over each other may be said of a feature that is gone.
            merged: None,
            prepared: prepared::Prepared::default(),
            ..self.clone()
        })
    }

    /// The layer with those of its features alone that fit a filter, measured anew.
    ///
    /// # Errors
    /// A text that says so if there are none.
    pub fn only(&self, filter: &Filter) -> Result<Self, String> {
        let matcher = self.matcher(filter);
        let part = self.part(|feature| matcher.matches(feature));
        let part = part.ok_or_else(|| format!("none of its {} features matches {filter}", self.features.count()))?;
        let measure = part.features.sizes(&part.shape).iter().copied().sum::<Size>().measure(part.shape.dimension());
        let Common { as_of, method } = Common::of(&part.features);
        Ok(Self { measure, as_of, method, only: Some(filter.to_string()), ..part })
    }
}

#[cfg(test)]
mod tests {
    use crate::dossier::{Measure, own_layer};
    use crate::formats::filter::Filter;
    use crate::formats::geojson;

    #[test]
    fn a_layer_of_some_features_is_measured_by_them_alone() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"a","date":"2025-02-01"},
             "geometry":{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,48]]]}},
            {"type":"Feature","properties":{"name":"b","date":"2025-02-02"},
             "geometry":{"type":"LineString","coordinates":[[30,48],[31,48]]}}]}"#;
        let (mut layer, _) = own_layer("two", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        layer.opened_from = Some("two.geojson".to_owned());
        assert!(matches!(layer.measure, Measure::Mixed(_)) && layer.as_of.is_empty());
        let line = layer.only(&Filter::parse("name = b").unwrap()).unwrap();
        assert!(matches!(line.measure, Measure::Length { .. }));
        assert_eq!((line.bounds, line.as_of.as_str()), ([30.0, 48.0, 31.0, 48.0], "2025-02-02"));
        assert_eq!((line.features.count(), line.features.label(0).as_str()), (1, "b"));
        // What each is says the same of a part as of the whole.
        let kind = |layer: &crate::dossier::Overlay, feature| {
            layer.kinds(&Default::default()).of(feature).map(|kind| kind.title.clone())
        };
        assert_eq!((kind(&layer, 1).as_deref(), kind(&line, 0).as_deref()), (Some("b"), Some("b")));
        let error = layer.only(&Filter::parse("name = c").unwrap()).unwrap_err();
        assert_eq!(error, "none of its 2 features matches name = c");
    }

    #[test]
    fn that_numbers_are_asked_of_text_is_said() {
        let text = r#"{"type":"Feature","properties":{"n":"1,234","day":"05.02.2025","m":3},"geometry":{"type":"Point","coordinates":[37,48]}}"#;
        let (layer, _) = own_layer("a", geojson::read_table(text.as_bytes()).unwrap()).unwrap();
        let doubts = |filter: &str| layer.doubts_of_filter(&Filter::parse(filter).unwrap());
        assert_eq!(doubts("n > 2000"), ["“n” holds text, such as “1,234”, which is neither less nor more than 2000"]);
        for filter in ["n = 2000", "day > 2024", "m > 2", "n ~ 2"] {
            assert_eq!(doubts(filter), Vec::<String>::new(), "{filter}");
        }
    }
}
