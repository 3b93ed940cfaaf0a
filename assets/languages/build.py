#!/usr/bin/env python3
"""Writes cldr.rs, how numbers and days are written in the languages of figures, from the JSON packages of Unicode's CLDR.

    npm pack cldr-core cldr-dates-full cldr-numbers-full cldr-units-full cldr-misc-full
    python3 build.py FOLDER          # where they are unpacked, each in its own folder NAME-VERSION/package

English is that of the world (en-001), but for four things in which the program's own style differs: the month "Sep",
the true minus, and the spaces before the percent sign and around the dash between two days of different months.
"""

import glob
import json
import os
import sys

LANGUAGES = ["en", "uk", "ru", "de", "fr", "es", "pl", "ar", "he", "hy", "ka", "az", "zh"]
CATEGORIES = ["zero", "one", "two", "few", "many", "other"]
UNITS = {
    "km": "length-kilometer", "m": "length-meter", "km2": "area-square-kilometer", "m2": "area-square-meter",
    "ha": "area-hectare", "mi": "length-mile", "ft": "length-foot",
}
PLURALS = {
    "en": "One", "de": "One", "uk": "EastSlavic", "ru": "EastSlavic", "fr": "ZeroOrOne", "es": "One", "pl": "Polish",
    "ar": "Arabic", "he": "Hebrew", "hy": "ZeroOrOne", "ka": "One", "az": "One", "zh": "Same",
}


def main(folder):
    def read(package, language, name):
        (path,) = glob.glob(os.path.join(folder, f"{package}-[0-9]*/package/main/{language}/{name}.json"))
        with open(path, encoding="utf-8") as file:
            return json.load(file)["main"][language]

    (version,) = glob.glob(os.path.join(folder, "cldr-core-[0-9]*", "package"))
    version = os.path.dirname(version).rsplit("-", 1)[1]
    out = [f"// Made by build.py from CLDR {version} (© Unicode, Inc., Unicode-3.0); see assets/README.md.\n"]
    for language in LANGUAGES:
        cldr = "en-001" if language == "en" else language
        gregorian = read("cldr-dates-full", cldr, "ca-gregorian")["dates"]["calendars"]["gregorian"]
        formats = gregorian["dateTimeFormats"]["availableFormats"]
        numbers = read("cldr-numbers-full", cldr, "numbers")["numbers"]
        system = numbers["defaultNumberingSystem"]
        assert system == "latn", f"{language} has the digits {system}"
        symbols = numbers[f"symbols-numberSystem-{system}"]
        percent = numbers[f"percentFormats-numberSystem-{system}"]["standard"].replace("#,##0", "{0}")
        units = read("cldr-units-full", cldr, "units")["units"]["short"]
        layout = read("cldr-misc-full", cldr, "layout")["layout"]["orientation"]["characterOrder"]
        months = list(gregorian["months"]["format"]["abbreviated"].values())
        alone = list(gregorian["months"]["stand-alone"]["abbreviated"].values())
        minus = symbols["minusSign"]
        intervals = gregorian["dateTimeFormats"]["intervalFormats"]
        days = intervals["intervalFormatFallback"]
        between = [intervals["yMMMd"][greatest] for greatest in ["d", "M", "y"]]
        sides = [units["coordinateUnit"][side] for side in ["north", "south", "east", "west"]]
        if language == "en":
            months, alone = ([month.replace("Sept", "Sep") for month in list] for list in (months, alone))
            minus, percent = "−", "{0} %"
            days = "{0} – {1}"
            between = [pattern.replace("\u2009", " ") for pattern in between]
        # A side stays with its degree; where CLDR has the sign of the degree in the pattern, it stands there already.
        sides = [side.replace("{0}°", "{0} ").replace("{0} ", "{0}\u00a0") for side in sides]
        rows = {
            "tag": language,
            "is_rtl": layout == "right-to-left",
            "decimal": symbols["decimal"],
            "group": symbols["group"],
            "least_grouped": int(numbers["minimumGroupingDigits"]),
            "minus": minus,
            "percent": percent,
            "months": months,
            "months_alone": alone,
            "day": formats["yMMMd"],
            "month": formats["yMMM"],
            "days": days,
            "between": between,
            "sides": sides,
        }
        def written(value):
            if isinstance(value, bool):
                return "true" if value else "false"
            if isinstance(value, int):
                return str(value)
            if isinstance(value, list):
                return "[" + ", ".join(written(one) for one in value) + "]"
            return '"' + "".join(letter if letter.isprintable() or letter == " " else f"\\u{{{ord(letter):X}}}" for letter in value) + '"'
        out.append(f"/// `{language}`.\npub static {language.upper()}: Locale = Locale {{")
        out += [f"    {name}: {written(value)}," for name, value in rows.items()]
        out.append(f"    plurals: Plurals::{PLURALS[language]},")
        for name, unit in UNITS.items():
            of = units[unit]
            other = of["unitPattern-count-other"]
            patterns = [of.get(f"unitPattern-count-{category}", other) for category in CATEGORIES]
            # A bar is labelled with its number, also where a language says "a mile".
            patterns = [pattern if "{0}" in pattern else other for pattern in patterns]
            out.append(f"    {name}: {written(patterns)},")
        out.append("};\n")
    out.append("/// All of them, in the order of a menu.")
    out.append("pub static LOCALES: [&Locale; %d] = [%s];" % (len(LANGUAGES), ", ".join("&" + l.upper() for l in LANGUAGES)))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "cldr.rs"), "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


main(sys.argv[1])
