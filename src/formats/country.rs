//! Which two letters are the code of a country.

/// The codes of ISO 3166-1 alpha-2 (November 2024), and XK, which that standard leaves to its users and which Unicode, the
/// European Union and GeoNames give to Kosovo.
const CODES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD \
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF \
    GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA \
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI \
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS XK YE YT ZA ZM ZW";

/// Whether these are the two capitals of a country.
///
/// ```
/// use claimline::formats::country::is_code;
///
/// assert!(is_code("SD") && is_code("XK"));
/// assert!(!is_code("XQ") && !is_code("sd") && !is_code("UK") && !is_code(""));
/// ```
pub fn is_code(letters: &str) -> bool {
    letters.len() == 2 && CODES.split(' ').any(|code| code == letters)
}

/// What is said of letters that are no code.
pub fn no_code(letters: &str) -> String {
    format!(
        "{} is the code of no country; expected two letters of ISO 3166-1, such as SD",
        super::visible::visible(letters)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_codes_as_the_standard_has_in_their_order() {
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert_eq!(codes.len(), 249 + 1);
        assert!(codes.is_sorted() && codes.iter().all(|code| is_code(code)));
    }
}
