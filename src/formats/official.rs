//! Which languages are official in which country, as Unicode's CLDR has it; the table is made by `assets/languages/official.py`.

include!("../../assets/languages/official.rs");

/// The languages that are official in a country (ISO 3166-1 alpha-2) or in a part of it, by their tags; none of an unknown one.
pub fn languages(country: &str) -> impl Iterator<Item = &'static str> {
    let of = OFFICIAL.iter().find(|(code, _)| code.eq_ignore_ascii_case(country));
    of.into_iter().flat_map(|(_, tags)| tags.split(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_those_of_the_country() {
        let of = |country: &str| languages(country).collect::<Vec<_>>();
        assert_eq!((of("UA"), of("il"), of("AM")), (vec!["uk"], vec!["ar", "he"], vec!["hy"]));
        assert!(of("").is_empty() && of("XX").is_empty());
        let tag = |tag: &str| crate::formats::language::Language::new(tag).is_some();
        assert!(OFFICIAL.iter().all(|(code, tags)| code.len() == 2 && tags.split(' ').all(tag)));
    }
}
