//! What the dossier's line is called beside a line of the user's own, in the languages of figures.

use crate::formats::language::Text;

/// By the tag of a language.
const OF_DOSSIER: [(&str, &str); 13] = [
    ("en", "{title}, the dossier’s"),
    ("uk", "{title}, за досьє"),
    ("ar", "{title}، خط الملف"),
    ("az", "{title}, dosyeninki"),
    ("de", "{title}, die des Dossiers"),
    ("es", "{title}, la del dosier"),
    ("fr", "{title}, celle du dossier"),
    ("he", "{title}, של התיק"),
    ("hy", "{title}, դոսյեինը"),
    ("ka", "{title}, დოსიესი"),
    ("pl", "{title}, według dossier"),
    ("ru", "{title}, по досье"),
    ("zh", "{title}，档案的线"),
];

/// By the tag of a language: ground that is on a side only with the own line, and only with the dossier's.
const ONLY: [(&str, [&str; 2]); 12] = [
    ("uk", ["{title}: лише за власною лінією", "{title}: лише за лінією досьє"]),
    ("ar", ["{title}: وفق الخط الخاص فقط", "{title}: وفق خط الملف فقط"]),
    ("az", ["{title}: yalnız öz xəttinə görə", "{title}: yalnız dosye xəttinə görə"]),
    ("de", ["{title}: nur nach der eigenen Linie", "{title}: nur nach der Linie des Dossiers"]),
    ("es", ["{title}: solo según la línea propia", "{title}: solo según la línea del dosier"]),
    ("fr", ["{title}\u{a0}: seulement selon la ligne propre", "{title}\u{a0}: seulement selon la ligne du dossier"]),
    ("he", ["{title}: רק לפי הקו העצמי", "{title}: רק לפי הקו של התיק"]),
    ("hy", ["{title}․ միայն ըստ սեփական գծի", "{title}․ միայն ըստ դոսյեի գծի"]),
    ("ka", ["{title}: მხოლოდ საკუთარი ხაზით", "{title}: მხოლოდ დოსიეს ხაზით"]),
    ("pl", ["{title}: tylko według własnej linii", "{title}: tylko według linii dossier"]),
    ("ru", ["{title}: только по своей линии", "{title}: только по линии досье"]),
    ("zh", ["{title}：仅按自有线", "{title}：仅按档案的线"]),
];

/// English words for ground that is on a side with one of the two lines alone, the own one if `is_own`, and those of the languages in
/// which the dossier has a title for the part of the area on that side.
pub(super) fn only_with(english: String, side: Option<&Text>, is_own: bool) -> Text {
    let Some(side) = side else { return Text::new("en", english) };
    let named = ONLY.iter().filter_map(|(tag, templates)| {
        let template = templates[usize::from(!is_own)];
        Some((*tag, template.replace("{title}", side.get(tag)?)))
    });
    named.fold(Text::new("en", english), |all, (tag, words)| all.with(tag, words))
}

/// The title of the dossier's line, with whose it is, in each language in which the dossier calls it something.
pub(super) fn of_dossier(title: &Text) -> Text {
    let named = |template: &str, words: &str| template.replace("{title}", words);
    let usual = Text::new("en", named(OF_DOSSIER[0].1, title.main()));
    OF_DOSSIER
        .iter()
        .filter_map(|(tag, template)| Some((*tag, named(template, title.get(tag)?))))
        .fold(usual, |all, (tag, words)| all.with(tag, words))
}
