//! What words that are quoted probably do, and who probably says them: guesses for a form, which its author corrects.

use crate::dossier::Does;

/// Beginnings of words by what those who use them report, in the languages of most sources. The first that is found counts.
const SIGNS: &[(Does, &[&str])] = &[
    (
        Does::Rejects,
        &[
            "reject",
            "refus",
            "rule out",
            "ruled out",
            "відкин",
            "відхил",
            "отверг",
            "отклон",
            "lehn",
            "rejet",
            "rechaz",
        ],
    ),
    (Does::Demands, &["demand", "insist", "ultimatum", "вимага", "требу", "forder", "exig"]),
    (
        Does::Proposes,
        &["propos", "offer", "suggest", "пропону", "предлаг", "предлож", "vorschl", "vorgeschl", "propon", "propus"],
    ),
    (
        Does::Claims,
        &["claim", "annex", "претенд", "анекс", "аннекс", "beansprucht", "revendiqu", "reclam", "reivindic"],
    ),
    (
        Does::ReportsControl,
        &[
            "control",
            "held by",
            "holds ",
            "hold ",
            "occup",
            "captur",
            "seiz",
            "контрол",
            "окуп",
            "оккуп",
            "besetz",
            "ocup",
        ],
    ),
];

/// What words probably do; `has_figure` says whether a number with a unit stands in them.
pub fn does(words: &str, has_figure: bool) -> Does {
    let words = words.to_lowercase();
    let found = SIGNS.iter().find(|(_, signs)| signs.iter().any(|sign| words.contains(sign)));
    match found {
        Some((does @ (Does::Rejects | Does::Demands | Does::Proposes | Does::Claims), _)) => *does,
        _ if has_figure => Does::StatesFigure,
        Some((does, _)) => *does,
        None => Does::Context,
    }
}

/// Verbs after or before which English names who speaks.
const VERBS: [&str; 8] = ["said", "says", "told", "stated", "announced", "reported", "wrote", "declared"];

/// Who probably says what stands between `before` and `after`: a name beside a verb of saying, or after "according to"; none
/// where nothing says so.
pub fn said_by(before: &str, exact: &str, after: &str) -> Option<String> {
    // The sentence that the words stand in.
    let start = before.rfind(['.', '!', '?', '\n']).map_or(0, |at| at + 1);
    let end = after.find(['.', '!', '?', '\n']).unwrap_or(after.len());
    let sentence = format!("{}{exact}{}", &before[start..], &after[..end]);
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    for (index, word) in words.iter().enumerate() {
        let is_according = bare(word) == "according" && words.get(index + 1).is_some_and(|next| bare(next) == "to");
        if is_according && let Some(name) = name_from(&words[index + 2..]) {
            return Some(name);
        }
        if VERBS.contains(&bare(word).as_str()) {
            let name = name_before(&words[..index]).or_else(|| name_from(&words[index + 1..]));
            if name.is_some() {
                return name;
            }
        }
    }
    None
}

fn is_name(word: &str) -> bool {
    word.trim_start_matches(|letter: char| !letter.is_alphanumeric()).starts_with(char::is_uppercase)
}

/// Names run over words that begin with a capital, and small ones between them.
fn joins(word: &str) -> bool {
    matches!(word, "of" | "the" | "and" | "de" | "for")
}

fn name_from(words: &[&str]) -> Option<String> {
    let mut name: Vec<&str> = Vec::new();
    for word in words.iter().take(8) {
        if !(is_name(word) || joins(word)) {
            break;
        }
        name.push(word);
        if word.ends_with([',', '.', ';', ':', '”', '"']) {
            break;
        }
    }
    trimmed(name)
}

fn name_before(words: &[&str]) -> Option<String> {
    let mut name: Vec<&str> = Vec::new();
    for word in words.iter().rev().take(8) {
        if !(is_name(word) || joins(word)) || (!name.is_empty() && word.ends_with([',', ';', '”', '"'])) {
            break;
        }
        name.push(word);
    }
    name.reverse();
    trimmed(name)
}

fn trimmed(mut name: Vec<&str>) -> Option<String> {
    while name.first().is_some_and(|word| joins(&word.to_lowercase())) {
        name.remove(0);
    }
    while name.last().is_some_and(|word| joins(word)) {
        name.pop();
    }
    let pronoun =
        matches!(name.as_slice(), [one] if ["He", "She", "It", "They", "We", "I", "This", "That"].contains(one));
    if name.is_empty() || pronoun {
        return None;
    }
    let name = name.join(" ");
    let name = name.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '.').trim_end_matches('.');
    Some(name.to_owned()).filter(|name| name.chars().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_words_do_is_guessed() {
        for (words, has_figure, expected) in [
            ("Kyiv rejected the withdrawal from 5,600 square kilometres", true, Does::Rejects),
            ("about 5,600 square kilometres of the oblast", true, Does::StatesFigure),
            ("the army controls the eastern bank", false, Does::ReportsControl),
            ("the army controls 20 % of it", true, Does::StatesFigure),
            ("Москва требует вывода войск", false, Does::Demands),
            ("Київ пропонує смугу", false, Does::Proposes),
            ("the talks lasted five hours", false, Does::Context),
        ] {
            assert_eq!(does(words, has_figure), expected, "{words}");
        }
    }

    #[test]
    fn who_says_it_is_guessed_from_the_sentence() {
        for (before, exact, after, expected) in [
            ("It rained. The Ministry of Water said that ", "the dam holds", " for now.", Some("Ministry of Water")),
            ("", "The valley is ours", ", said Anna Petrosyan, the mayor. He left.", Some("Anna Petrosyan")),
            ("According to Radio Quill, ", "the pasture is common", ".", Some("Radio Quill")),
            ("", "the pasture is common", " and always was.", None),
            ("He said ", "no", ".", None),
        ] {
            assert_eq!(said_by(before, exact, after).as_deref(), expected, "{before}|{exact}|{after}");
        }
    }
}
