"""What a town in Russia is called in Russian, among the spellings that GeoNames knows of it.

GeoNames does not say of which language a spelling is, and many are Belarusian, Ukrainian, Bulgarian or letter by letter from
the Latin: Ачынск, Череповець, Перм, Одинтсово. A spelling counts if its romanisation is the English name; of several, the one
that is spelt as Russian is. A spelling that Russian does not know is not taken even alone: the English name stands then.
"""
import re
import unicodedata
from functools import lru_cache

# names whose English form is not a romanisation, or whose spelling is an exception
RUSSIAN = {"Rostov-on-Don": "Ростов-на-Дону", "Moscow": "Москва", "Saint Petersburg": "Санкт-Петербург", "Ulan-Ude": "Улан-Удэ"}

RUS = dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэ", "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e"
                                                 .split()))
RUS.update({"ё": "e", "ю": "yu", "я": "ya", "ъ": "", "ь": ""})

# Ukrainian, Adyghe, Tatar, Belarusian spellings, and such as are letter by letter from the Latin
FOREIGN = re.compile("[сзц]ьк|[нмс]ьск|мьн|ець|ъ|[жшчщ]ы|[жш]э|сэ|шч|тс(?!к)|аиск", re.I)


@lru_cache(None)
def key(latin):
    """One spelling for the romanisations in use: Zaporizhzhya, Zaporizhzhia."""
    s = unicodedata.normalize("NFKD", latin.lower())
    s = re.sub("[^a-z]", "", s)
    return re.sub("i+", "i", re.sub("[yj]", "i", s))


def clean(s):
    return re.sub(r"\s+", " ", re.sub("[’ʼ`´′]", "'", s.replace("\u0301", ""))).strip()


def letters(s):
    return "".join(RUS.get(ch, ch) for ch in s.lower())


def loose(s):
    return re.sub("ie", "e", key(s.replace("yo", "e").replace("ye", "e")))


def strict(word):
    """The romanisations of a spelling that keep и and ы apart."""
    low = word.lower()
    long = letters(low.replace("й", "_").replace("ь", "")).replace("_", "y")
    short = letters(re.sub("[иы]й\\b", "_", low).replace("й", "y").replace("ь", "")).replace("_", "y")
    return {long, short}


def strangeness(word, name):
    """How little a spelling looks like the Russian of an English name."""
    plain = re.sub("[^a-z]", "", name.lower())
    marks = [re.sub("[^ -]", "", one) for one in (word, name)]
    return (
        marks[0] != marks[1] and not re.search("-[А-Я]", word),
        plain not in {re.sub("[^a-z]", "", one) for one in strict(word)},
        len(re.findall("[бвгдзклмнпрстфх]э", word.lower())),
        -len(re.findall("й\\b", word.lower())),
        ("ё" in word.lower()) != bool(re.search("ë|yo", name.lower())),
        -len(re.findall("[ыьэ]", word.lower())),
        word,
    )


def russian_name(name, alternates):
    """The Russian name of a town in Russia, or None where no spelling is surely Russian."""
    if RUSSIAN.get(name) in alternates:
        return RUSSIAN[name]
    fits = lambda word: re.match("^[а-яё' -]+$", word.lower()) and loose(letters(word)) == loose(name)
    hit = {word for word in map(clean, alternates) if fits(word) and not FOREIGN.search(word)}
    return min(hit, key=lambda word: strangeness(word, name), default=None)
