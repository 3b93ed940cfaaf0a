//! The name that was most likely meant by one that is misspelt.

/// Longer names are not compared: the time grows with the product of their lengths.
const LONGEST: usize = 64;

/// The known name that is closest to what was typed, in whatever case; `None` where none is near: at most one edit and one
/// more for every four letters, where two letters that changed places count as one (Damerau and Levenshtein's distance).
pub fn closest<'a>(known: impl IntoIterator<Item = &'a str>, typed: &str) -> Option<&'a str> {
    let typed = Some(typed).filter(|typed| typed.len() <= LONGEST)?.to_lowercase();
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &typed), known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let known = ["stroke", "stroke-width", "fill", "dash"];
        assert_eq!(closest(known, "strok-width"), Some("stroke-width"));
        assert_eq!(closest(known, "FILL"), Some("fill"));
        assert_eq!(closest(known, "fil"), Some("fill"));
        assert_eq!(closest(["STATUS"], "statsu"), Some("STATUS"));
        assert_eq!(closest(known, "hatch"), None);
        assert_eq!(closest(known, &"stroke".repeat(100)), None);
        assert_eq!(closest([], "fill"), None);
    }
}
