//! What overlays of two lines of contact are called, the user's own and the dossier's, in the languages of figures.
//!
//! These words stand here and not with a figure's: they are titles of overlays, which the window, the command line and the files
//! of a figure have as well, and the dossier looks at no room that makes figures.

use crate::formats::language::Text;

/// Templates in a language, each around the `{title}` of what the dossier has.
struct LineTitles {
    /// The tag of the language.
    tag: &'static str,
    /// The dossier's line beside an own one.
    of_dossier: &'static str,
    /// Ground that is on a side only with the own line.
    only_own: &'static str,
    /// Ground that is there only with the dossier's.
    only_dossier: &'static str,
    /// What depends on the dossier's line still.
    by_dossier: &'static str,
    /// The group of what compares the two.
    compared: &'static str,
}

const ENGLISH: LineTitles = LineTitles {
    tag: "en",
    of_dossier: "{title}, the dossier’s",
    only_own: "{title}: only with the own line",
    only_dossier: "{title}: only with the dossier’s line",
    by_dossier: "{title} (of the dossier’s line)",
    compared: "Compared with the dossier’s line",
};

const ALL: [LineTitles; 13] = [
    ENGLISH,
    LineTitles {
        tag: "uk",
        of_dossier: "{title}, за досьє",
        only_own: "{title}: лише за власною лінією",
        only_dossier: "{title}: лише за лінією досьє",
        by_dossier: "{title} (за лінією досьє)",
        compared: "Порівняно з лінією досьє",
    },
    LineTitles {
        tag: "ar",
        of_dossier: "{title}، خط الملف",
        only_own: "{title}: وفق الخط الخاص فقط",
        only_dossier: "{title}: وفق خط الملف فقط",
        by_dossier: "{title} (وفق خط الملف)",
        compared: "مقارنة بخط الملف",
    },
    LineTitles {
        tag: "az",
        of_dossier: "{title}, dosyeninki",
        only_own: "{title}: yalnız öz xəttinə görə",
        only_dossier: "{title}: yalnız dosye xəttinə görə",
        by_dossier: "{title} (dosye xəttinə görə)",
        compared: "Dosye xətti ilə müqayisədə",
    },
    LineTitles {
        tag: "de",
        of_dossier: "{title}, die des Dossiers",
        only_own: "{title}: nur nach der eigenen Linie",
        only_dossier: "{title}: nur nach der Linie des Dossiers",
        by_dossier: "{title} (nach der Linie des Dossiers)",
        compared: "Verglichen mit der Linie des Dossiers",
    },
    LineTitles {
        tag: "es",
        of_dossier: "{title}, la del dosier",
        only_own: "{title}: solo según la línea propia",
        only_dossier: "{title}: solo según la línea del dosier",
        by_dossier: "{title} (según la línea del dosier)",
        compared: "En comparación con la línea del dosier",
    },
    LineTitles {
        tag: "fr",
        of_dossier: "{title}, celle du dossier",
        only_own: "{title}\u{a0}: seulement selon la ligne propre",
        only_dossier: "{title}\u{a0}: seulement selon la ligne du dossier",
        by_dossier: "{title} (selon la ligne du dossier)",
        compared: "En comparaison avec la ligne du dossier",
    },
    LineTitles {
        tag: "he",
        of_dossier: "{title}, של התיק",
        only_own: "{title}: רק לפי הקו העצמי",
        only_dossier: "{title}: רק לפי הקו של התיק",
        by_dossier: "{title} (לפי הקו של התיק)",
        compared: "בהשוואה לקו של התיק",
    },
    LineTitles {
        tag: "hy",
        of_dossier: "{title}, դոսյեինը",
        only_own: "{title}․ միայն ըստ սեփական գծի",
        only_dossier: "{title}․ միայն ըստ դոսյեի գծի",
        by_dossier: "{title} (ըստ դոսյեի գծի)",
        compared: "Համեմատած դոսյեի գծի հետ",
    },
    LineTitles {
        tag: "ka",
        of_dossier: "{title}, დოსიესი",
        only_own: "{title}: მხოლოდ საკუთარი ხაზით",
        only_dossier: "{title}: მხოლოდ დოსიეს ხაზით",
        by_dossier: "{title} (დოსიეს ხაზით)",
        compared: "დოსიეს ხაზთან შედარებით",
    },
    LineTitles {
        tag: "pl",
        of_dossier: "{title}, według dossier",
        only_own: "{title}: tylko według własnej linii",
        only_dossier: "{title}: tylko według linii dossier",
        by_dossier: "{title} (według linii dossier)",
        compared: "W porównaniu z linią dossier",
    },
    LineTitles {
        tag: "ru",
        of_dossier: "{title}, по досье",
        only_own: "{title}: только по своей линии",
        only_dossier: "{title}: только по линии досье",
        by_dossier: "{title} (по линии досье)",
        compared: "По сравнению с линией досье",
    },
    LineTitles {
        tag: "zh",
        of_dossier: "{title}，档案的线",
        only_own: "{title}：仅按自有线",
        only_dossier: "{title}：仅按档案的线",
        by_dossier: "{title}（按档案的线）",
        compared: "与档案的线比较",
    },
];

fn filled(template: &str, title: &str) -> String {
    template.replace("{title}", title)
}

/// `usual`, and a template filled with a title in each other language in which that is said.
fn in_languages(usual: String, title: &Text, template: fn(&LineTitles) -> &'static str) -> Text {
    let others = ALL.iter().filter(|titles| titles.tag != ENGLISH.tag);
    let named = others.filter_map(|titles| Some((titles.tag, filled(template(titles), title.get(titles.tag)?))));
    named.fold(Text::new(ENGLISH.tag, usual), |all, (tag, words)| all.with(tag, words))
}

/// English words for ground that is on a side with one of the two lines alone, the own one if `is_own`, and those of the languages in
/// which the dossier has a title for the part of the area on that side.
pub(super) fn only_with(english_side: &str, side: Option<&Text>, is_own: bool) -> Text {
    let template: fn(&LineTitles) -> &'static str =
        if is_own { |titles| titles.only_own } else { |titles| titles.only_dossier };
    let english = filled(template(&ENGLISH), english_side);
    match side {
        Some(side) => in_languages(english, side, template),
        None => Text::new(ENGLISH.tag, english),
    }
}

/// The title of the dossier's line, with whose it is, in each language in which the dossier calls it something.
pub(super) fn of_dossier(title: &Text) -> Text {
    in_languages(filled(ENGLISH.of_dossier, title.main()), title, |titles| titles.of_dossier)
}

/// A title of what depends on the dossier's line still, in all its languages.
pub(super) fn by_dossier(title: &Text) -> Text {
    title.iter().fold(Text::default(), |all, (language, words)| {
        let known = ALL.iter().find(|titles| titles.tag == language.tag()).unwrap_or(&ENGLISH);
        all.with(language.tag(), filled(known.by_dossier, words))
    })
}

/// What the group is called of what compares the two lines.
pub(super) fn compared() -> Text {
    ALL.iter().fold(Text::default(), |all, titles| all.with(titles.tag, titles.compared))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::locale::LOCALES;

    #[test]
    fn every_language_of_figures_has_all_titles() {
        for locale in LOCALES {
            let titles = ALL.iter().find(|titles| titles.tag == locale.tag);
            let LineTitles { of_dossier, only_own, only_dossier, by_dossier, compared, .. } =
                titles.unwrap_or_else(|| panic!("{} has none", locale.tag));
            for template in [of_dossier, only_own, only_dossier, by_dossier] {
                assert_eq!(template.matches("{title}").count(), 1, "{}: {template}", locale.tag);
            }
            assert!(!compared.is_empty() && !compared.contains('{'), "{compared}");
        }
    }
}
