#!/usr/bin/env python3
"""Rebuild the data of the dossier "Berlin talks, December 2025".

    python3 build.py GEODATA_DIR FACTS_DIR SOURCES_DIR

`dossier.json` is written by hand. This script makes `overlays/*.geojson`, fills in what a machine should
fill in `dossier.json` (prefix, suffix, start and end of each excerpt; SHA-256 and length of each source), and
checks what must hold. It exits 1 when a check fails. Nothing in it depends on the clock, the machine or the
network: the same inputs give the same bytes.

Inputs
    GEODATA_DIR   ukraine_adm1_osm_hybrid.geojson, seas_osm10m_geomaps_bbox.geojson, donetsk_places.json
    FACTS_DIR     line-of-contact-places.csv
    SOURCES_DIR   tfiglobal.txt, defencetalks.txt (not distributed)

Needs Python 3.11, shapely 2.1 or newer and pyproj 3; made with shapely 2.2.0 and pyproj 3.7.2.
"""
import csv
import hashlib
import json
import re
import sys
import unicodedata
from pathlib import Path

import shapely
from pyproj import CRS, Geod, Transformer
from shapely.geometry import LineString, MultiLineString, Point, mapping, shape
from shapely.ops import polygonize, unary_union

HERE = Path(__file__).resolve().parent
OVERLAYS = HERE / "overlays"
GEOD = Geod(ellps="WGS84")
AS_OF = "2025-12-15"

OSM = {
    "license": "ODbL-1.0",
    "credit": "© OpenStreetMap contributors (ODbL)",
    "via": "PyPI pygal_maps_ua 1.0.2 (LGPL-3.0-or-later; geoBoundaries), npm @geo-maps/countries-coastline-10m 0.6.0, "
    "PyPI timezonefinder-data 1.2026.3, Debian josm",
}
GEONAMES = {"license": "CC-BY-4.0", "credit": "GeoNames (CC BY 4.0)"}

# ---------------------------------------------------------------------------------------------------------------
# The line of contact, digitised by hand for 15 December 2025.
#
# Each vertex: longitude, latitude, and the named places that it stands between. Every place is one of the table
# `line-of-contact-places.csv` or, for orientation only, of `donetsk_places.json`. Both lines run so that what was
# reported as held by Ukraine is on their right. The end vertices lie 1 to 2 km beyond the oblast's border, so that
# the line cuts the oblast cleanly. Generalised: roughly 2 km either way.
MAIN_LINE = [
    (37.7050, 49.2370, "in Kharkiv oblast, beyond the border, east of Korovii Yar (end vertex, extended)"),
    (37.7000, 49.2000, "between Korovii Yar and Zelena Dolyna, near the oblast border"),
    (37.6880, 49.1550, "east of Korovii Yar, between it and Zelena Dolyna"),
    (37.6860, 49.1180, "between Korovii Yar and Shandryholove"),
    (37.7040, 49.0860, "between Shandryholove and Novoselivka"),
    (37.7230, 49.0650, "between Novoselivka and Drobysheve on the west and Shandryholove on the north"),
    (37.7580, 49.0580, "between Drobysheve and Shandryholove"),
    (37.8000, 49.0630, "between Stavky and Shandryholove"),
    (37.8420, 49.0660, "north of Stavky, between it and Zelena Dolyna"),
    (37.8850, 49.0520, "between Stavky and Terny"),
    (37.9150, 49.0330, "between Stavky and Zarichne"),
    (37.9240, 49.0120, "between Lyman and Zarichne"),
    (37.9380, 48.9830, "between Lyman and Torske"),
    (37.9640, 48.9560, "between Yampil and Torske"),
    (37.9860, 48.9400, "between Yampil and the border of Luhansk oblast"),
    (38.0300, 48.9310, "between Dronivka and the border of Luhansk oblast"),
    (38.0660, 48.9220, "between Dronivka and Serebrianka"),
    (38.0850, 48.9010, "between Dronivka and Serebrianka, north of Siversk"),
    (38.0840, 48.8680, "in the west of Siversk, between Riznykivka and Siversk"),
    (38.0890, 48.8420, "between Siversk and Zvanivka"),
    (38.1000, 48.8180, "between Zvanivka and Vyimka"),
    (38.0920, 48.7960, "between Zvanivka and Vyimka, south-east of Zvanivka"),
    (38.0600, 48.7760, "between Zvanivka and Vasiukivka"),
    (38.0200, 48.7600, "between Riznykivka and Vasiukivka"),
    (37.9830, 48.7490, "in the west of Vasiukivka, between Riznykivka and Vasiukivka"),
    (37.9470, 48.7280, "between Vasiukivka and Minkivka"),
    (37.9080, 48.7020, "between Minkivka and Zaliznianske"),
    (37.8800, 48.6700, "between Minkivka and Bakhmut"),
    (37.8470, 48.6320, "between Minkivka and Chasiv Yar"),
    (37.8200, 48.6040, "between Viroliubivka and Chasiv Yar"),
    (37.8080, 48.5860, "in the west of Chasiv Yar, between Viroliubivka and Chasiv Yar"),
    (37.7940, 48.5630, "between Kostiantynivka and Chasiv Yar"),
    (37.7760, 48.5370, "between Kostiantynivka and Chasiv Yar, about the line Stupochky-Predtechyne"),
    (37.7510, 48.5130, "at the south-east edge of Kostiantynivka, between Kostiantynivka and Ivanopillia"),
    (37.7470, 48.4880, "between Kostiantynivka and Ivanopillia"),
    (37.7420, 48.4680, "between Illinivka and Ivanopillia"),
    (37.7560, 48.4440, "between Ivanopillia and Shcherbynivka"),
    (37.7700, 48.4260, "between Ivanopillia and Shcherbynivka"),
    (37.7690, 48.4160, "between Illinivka and Shcherbynivka"),
    (37.7520, 48.4150, "between Illinivka and Shcherbynivka"),
    (37.7150, 48.4210, "between Illinivka and Shcherbynivka"),
    (37.6650, 48.4230, "between Yablunivka and Shcherbynivka"),
    (37.6150, 48.4140, "south of Yablunivka"),
    (37.5600, 48.4270, "between Yablunivka and Sofiivka"),
    (37.5000, 48.4370, "between Yablunivka and Sofiivka"),
    (37.4480, 48.4480, "between Yablunivka and Sofiivka"),
    (37.4060, 48.4600, "between Yablunivka and Sofiivka, south-east of Sofiivka"),
    (37.3740, 48.4520, "between Sofiivka and Volodymyrivka, south-east of Shakhove"),
    (37.3420, 48.4420, "between Shakhove and Volodymyrivka"),
    (37.3060, 48.4280, "between Shakhove and Nykanorivka"),
    (37.2780, 48.4100, "between Nykanorivka and Boikivka"),
    (37.2590, 48.3840, "between Sukhetske and Razine"),
    (37.2440, 48.3600, "between Sukhetske and Chervonyi Lyman"),
    (37.2520, 48.3400, "between Chervonyi Lyman and Novoekonomichne"),
    (37.2730, 48.3220, "between Chervonyi Lyman and Myrnohrad"),
    (37.2690, 48.3080, "in Myrnohrad"),
    (37.2470, 48.3000, "between Myrnohrad and Rivne"),
    (37.2190, 48.2950, "between Rivne and Pokrovsk"),
    (37.1800, 48.2900, "in the north of Pokrovsk"),
    (37.1450, 48.2890, "between Hryshyne and Pokrovsk"),
    (37.1000, 48.2770, "between Hryshyne and Pokrovsk"),
    (37.0520, 48.2600, "between Hryshyne and Udachne"),
    (37.0100, 48.2500, "between Hryshyne and Udachne, north-east of Udachne"),
    (36.9780, 48.2420, "between Novopidhorodne and Udachne"),
    (36.9560, 48.2220, "between Novopidhorodne and Udachne, south-west of Udachne"),
    (36.9130, 48.2080, "in Dnipropetrovsk oblast, beyond the border, between Novopidhorodne and Novopavlivka "
                       "(end vertex, extended)"),
]
# The pocket in the south-west corner, around Andriivka-Klevtsove.
POCKET_LINE = [
    (36.7220, 48.0980, "in Dnipropetrovsk oblast, beyond the border, between Ivanivka and Filiia "
                       "(end vertex, extended)"),
    (36.6970, 48.0780, "between Zelenyi Hai and Filiia, near the oblast border"),
    (36.6800, 48.0580, "between Zelenyi Hai and Piddubne"),
    (36.6480, 48.0400, "between Zelenyi Hai and Piddubne"),
    (36.6110, 48.0290, "between Andriivka-Klevtsove and Piddubne"),
    (36.5580, 48.0250, "in Dnipropetrovsk oblast, beyond the border, south-west of Andriivka-Klevtsove "
                       "(end vertex, extended)"),
]
# Towns whose side is not in doubt, whatever the table of places says.
BEHIND_RUSSIAN_SIDE = ["Toretsk", "Bakhmut", "Avdiivka", "Donetsk", "Horlivka", "Mariupol"]
BEHIND_UKRAINIAN_SIDE = ["Kramatorsk", "Sloviansk", "Druzhkivka", "Dobropillia", "Bilozerske", "Sviatohirsk"]

# ---------------------------------------------------------------------------------------------------------------
# Places along the line, by their number in line-of-contact-places.csv: status, what was reported (in neutral words),
# Ukrainian name. Reading of the table: its first word decides; "mostly held by Russia, with fighting" is contested;
# "near" or "in the area of" in a General Staff report is contested, "towards" is held by Ukraine.
UA, RU, CONTESTED, DISPUTED = "held by Ukraine", "held by Russia", "contested", "disputed"
PLACES = {
    1: (UA, "No public report found; behind the line on published maps", "Коровій Яр"),
    3: (RU, "ISW, 18 Sep 2025: Russian forces in the centre of the village; fighting reported since", "Шандриголове"),
    4: (UA, "General Staff of Ukraine: attacks towards the village", "Новоселівка"),
    6: (CONTESTED, "General Staff of Ukraine: fighting in the area of the village", "Дробишеве"),
    7: (UA, "General Staff of Ukraine: attacks towards the village", "Ставки"),
    8: (UA, "Ukraine's 3rd Army Corps: attacks on the approaches repelled; ISW: about 2.9 % of the city entered; "
            "Russia claimed half", "Лиман"),
    9: (RU, "Ukrainian military as reported in Nov 2025: no longer held by Ukraine", "Терни"),
    10: (CONTESTED, "General Staff of Ukraine: fighting in the area of the village", "Зарічне"),
    11: (DISPUTED, "General Staff of Ukraine claimed on 25 Oct 2025 to have retaken it; other reports differ", "Торське"),
    12: (CONTESTED, "Ukraine's 11th Army Corps and ISW: Ukrainian forces hold it, Russian forces on the outskirts",
         "Ямпіль"),
    13: (UA, "Ukraine's 81st Brigade: held on 19 Dec 2025; DeepState: Russian forces advanced near it (16 Dec)",
         "Дронівка"),
    14: (DISPUTED, "DeepState: held by Russia (16 Dec 2025); Ukraine's 81st Brigade and 7th Corps deny it (19-22 Dec)",
         "Серебрянка"),
    15: (CONTESTED, "DeepState, 16 Dec 2025: partly held by Russia, partly grey; Moscow claimed it on 11 Dec, Kyiv "
                    "announced its withdrawal on 23-24 Dec", "Сіверськ"),
    17: (UA, "DeepState: Russian forces advanced near it (16 Dec 2025); marked as held by Russia by 22 Dec", "Званівка"),
    18: (UA, "No public report found; behind the line on published maps", "Різниківка"),
    21: (CONTESTED, "Russian forces entered the west of the village by 2 Dec 2025; advancing in the area on 22 Dec",
         "Васюківка"),
    23: (UA, "General Staff of Ukraine named it as attacked as late as 25 Feb 2026", "Міньківка"),
    24: (CONTESTED, "Mostly held by Russia; Ukraine's 56th Brigade repelled assaults on 11 Dec 2025; Moscow claimed "
                    "the whole town in summer 2025", "Часів Яр"),
    25: (UA, "Military analyst K. Mashovets, 26 Dec 2025: no substantial Russian advance from Chasiv Yar", "Віролюбівка"),
    27: (UA, "ISW: not more than about 5 % held by Russia, on the south-east edge; Russia's Chief of Staff claimed 45 %",
         "Костянтинівка"),
    30: (CONTESTED, "ISW: Russian forces on the northern outskirts (17 Dec 2025)", "Іванопілля"),
    31: (UA, "General Staff of Ukraine named it only as a direction of attack in Feb 2026", "Іллінівка"),
    33: (CONTESTED, "General Staff of Ukraine: fighting in the area; other reports place it behind the Russian side",
         "Щербинівка"),
    34: (CONTESTED, "General Staff of Ukraine: fighting in the area of the village", "Яблунівка"),
    38: (UA, "General Staff of Ukraine: attacks towards the village; Voennoe Delo: fighting for it (15 Dec 2025)",
         "Софіївка"),
    39: (CONTESTED, "General Staff of Ukraine: fighting near the village", "Шахове"),
    40: (CONTESTED, "General Staff of Ukraine: fighting near the village", "Никанорівка"),
    42: (UA, "General Staff of Ukraine: attacks towards the village", "Дорожнє"),
    44: (UA, "General Staff of Ukraine: attacks towards the village; DeepState, 26 Oct 2025: held by Ukraine again",
         "Сухецьке"),
    45: (UA, "No public report found; behind the line on published maps", "Білицьке"),
    46: (CONTESTED, "General Staff of Ukraine: fighting near the village (28-29 Dec 2025)", "Червоний (Красний) Лиман"),
    47: (CONTESTED, "General Staff of Ukraine, 14-16 Dec 2025: fighting near the town; Moscow claimed it on 28 Dec, "
                    "Kyiv denied it; DeepState: mostly grey (28 Dec)", "Родинське"),
    48: (CONTESTED, "Ukraine's 7th Corps and ISW: Russian forces in the centre and south-east, Ukrainian forces "
                    "supplied; DeepState: grey in the north-west", "Мирноград"),
    49: (CONTESTED, "General Staff of Ukraine: attacks towards the village; it lies between Pokrovsk and Myrnohrad",
         "Рівне"),
    51: (CONTESTED, "Ukraine's commander-in-chief: about 13 of 29 km² held in the north; LiveUAMap: about 90 % held by "
                    "Russia; DeepState: grey in the north", "Покровськ"),
    52: (UA, "General Staff and 7th Corps of Ukraine: attacks towards the village; Voennoe Delo: fighting in it "
             "(15 Dec 2025)", "Гришине"),
    54: (CONTESTED, "General Staff of Ukraine: fighting near the village; DeepState: held by Russia", "Удачне"),
    56: (UA, "General Staff of Ukraine: attacks towards the village; AGC News: an assault in it (21 Dec 2025)",
         "Новопідгороднє"),
    57: (UA, "General Staff of Ukraine: attacks towards the village; Moscow claimed most of it in Nov 2025",
         "Новопавлівка"),
    58: (CONTESTED, "General Staff of Ukraine: fighting near the village", "Філія"),
    60: (UA, "Named as held by Ukraine in Oct 2025", "Іванівка"),
    61: (CONTESTED, "Named as held by Ukraine in Oct 2025; nothing later found", "Зелений Гай"),
    62: (UA, "Named as held by Ukraine in Oct 2025 (as “Andriivka”); nothing later found", "Андріївка-Клевцове"),
}
NAMES_EN = {25: "Viroliubivka", 46: "Chervonyi (Krasnyi) Lyman", 49: "Rivne"}
# Places without a coordinate in the table that donetsk_places.json has, in the right raion.
LOOKED_UP = {34: ("Яблунівка", "Kramatorsk")}

# ---------------------------------------------------------------------------------------------------------------
# Corrections to donetsk_places.json, each with its reason.
CITY_ANYWAY = {("Миколаївка", "Kramatorsk")}  # a city since 2003; the register's village of that name was matched
SPELLED = {"Kalmiouske": "Kalmiuske", "Boykivske": "Boikivske", "P'yatypill'ya": "Piatypillia"}
NOT_A_CITY = {"Zuhres-2"}  # a part of Zuhres, matched to the city
TOWN_FROM = 5000  # settlements (селище) of at least this many people count as towns


def round6(value):
    return round(float(value), 6)


def coordinates(geometry):
    """The GeoJSON coordinates, six decimals, outer rings counter-clockwise."""
    geometry = shapely.orient_polygons(geometry) if "Polygon" in geometry.geom_type else geometry

    def walk(node):
        return [round6(n) for n in node] if isinstance(node[0], (int, float)) else [walk(n) for n in node]

    m = mapping(geometry)
    return {"type": m["type"], "coordinates": walk(m["coordinates"])}


def write(name, features, **members):
    OVERLAYS.mkdir(exist_ok=True)
    head = {"type": "FeatureCollection", **members}
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    text += ",\n".join(json.dumps(f, ensure_ascii=False, separators=(", ", ": ")) for f in features)
    (OVERLAYS / f"{name}.geojson").write_text(text + "\n]}\n", encoding="utf-8")


def feature(fid, properties, geometry):
    return {"type": "Feature", "id": fid, "properties": properties, "geometry": coordinates(geometry)}


# --- borders ---------------------------------------------------------------------------------------------------
REGIONS = {
    "donetsk": ("UA-14", "Donetsk oblast", "Донецька область"),
    "luhansk": ("UA-09", "Luhansk oblast", "Луганська область"),
    "zaporizhzhia": ("UA-23", "Zaporizhzhia oblast", "Запорізька область"),
    "kherson": ("UA-65", "Kherson oblast", "Херсонська область"),
    "crimea": ("UA-43", "Autonomous Republic of Crimea", "Автономна Республіка Крим"),
    "sevastopol": ("UA-40", "Sevastopol", "Севастополь"),
}
TOLERANCE_M = 15.0


def simplify_coverage(units, keep_full):
    """Douglas-Peucker of each arc between junctions, once for both neighbours, so that shared borders stay identical.

    An arc is a run of edges with the same set of owners; arcs owned by `keep_full` are left alone. Distances are
    metres in an azimuthal equidistant frame in the middle of the window.
    """
    to_m = Transformer.from_crs("EPSG:4326", CRS("+proj=aeqd +lat_0=47.5 +lon_0=36 +units=m"), always_xy=True)
    rings = {k: [r for p in g.geoms for r in [p.exterior, *p.interiors]] for k, g in units.items()}
    owners = {}
    for k, rs in rings.items():
        for r in rs:
            c = list(r.coords)
            for u, v in zip(c, c[1:]):
                owners.setdefault((min(u, v), max(u, v)), set()).add(k)
    edges_at = {}
    for (u, v), who in owners.items():
        edges_at.setdefault(u, []).append(frozenset(who))
        edges_at.setdefault(v, []).append(frozenset(who))
    junctions = {p for p, es in edges_at.items() if len(es) != 2 or es[0] != es[1]}

    def thin(arc):
        who = owners[(min(arc[0], arc[1]), max(arc[0], arc[1]))]
        if keep_full in who or len(arc) < 3:
            return arc
        flipped = arc[::-1] < arc  # one direction for both neighbours
        line = arc[::-1] if flipped else arc
        m = list(zip(*to_m.transform(*zip(*line))))
        kept = set(LineString(m).simplify(TOLERANCE_M, preserve_topology=False).coords)
        out = [p for p, q in zip(line, m) if q in kept]
        return out[::-1] if flipped else out

    def ring(r):
        c = list(r.coords)[:-1]
        cuts = [i for i, p in enumerate(c) if p in junctions]
        if not cuts:  # an island: cut at its least vertex and at the one farthest from it
            i = c.index(min(c))
            c = c[i:] + c[:i]
            far = max(range(len(c)), key=lambda j: (c[j][0] - c[0][0]) ** 2 + (c[j][1] - c[0][1]) ** 2)
            cuts = [0, far]
        else:
            c = c[cuts[0]:] + c[: cuts[0]]
            cuts = [i - cuts[0] for i in cuts]
        out = []
        for a, b in zip(cuts, cuts[1:] + [len(c)]):
            out += thin((c + c[:1])[a: b + 1])[:-1]
        return out if len(out) >= 3 else c  # a tiny island keeps its vertices

    result = {}
    for k, g in units.items():
        polygons = [shapely.Polygon(ring(p.exterior), [ring(i) for i in p.interiors]) for p in g.geoms]
        result[k] = shapely.MultiPolygon(polygons)
        assert result[k].is_valid, f"{k}: the simplified border crosses itself"
    return result


def build_borders(geodata):
    world = json.loads((geodata / "ukraine_adm1_osm_hybrid.geojson").read_text(encoding="utf-8"))
    by_iso = {f["properties"]["iso"]: shape(f["geometry"]) for f in world["features"]}
    full = {k: by_iso[iso] for k, (iso, _, _) in REGIONS.items()}
    thin = simplify_coverage(full, keep_full="donetsk")
    for k, (iso, name_en, name_uk) in REGIONS.items():
        note = ("full resolution of the source" if k == "donetsk"
                else f"simplified to {TOLERANCE_M:g} m; borders with Donetsk at full resolution")
        write(k, [feature(k, {"title": name_en, "name_en": name_en, "name_uk": name_uk, "iso_3166_2": iso,
                              "resolution": note}, thin[k])], **OSM)
    return full, thin


# --- land ------------------------------------------------------------------------------------------------------
LAND_WINDOW = (31.5, 45.2, 41.5, 51.5)  # the front line as a whole, with room around it
LAND_TOLERANCE_M = 100.0
LAND_FROM_KM2 = 1.0  # islands of less are left out


def build_land(geodata):
    """The window without the seas: what corridors are clipped to. Never drawn."""
    to_m = Transformer.from_crs("EPSG:4326", CRS("+proj=aeqd +lat_0=48 +lon_0=36.5 +units=m"), always_xy=True)
    back = Transformer.from_crs(CRS("+proj=aeqd +lat_0=48 +lon_0=36.5 +units=m"), "EPSG:4326", always_xy=True)
    seas = json.loads((geodata / "seas_osm10m_geomaps_bbox.geojson").read_text(encoding="utf-8"))
    sea = unary_union([shape(f["geometry"]) for f in seas["features"]])
    flat = shapely.transform(sea, to_m.transform, interleaved=False).simplify(LAND_TOLERANCE_M)
    thin = shapely.transform(flat, back.transform, interleaved=False)
    land = shapely.box(*LAND_WINDOW).difference(shapely.make_valid(thin))
    land = shapely.MultiPolygon([p for p in getattr(land, "geoms", [land]) if area_km2(p) >= LAND_FROM_KM2])
    write("land", [feature("land", {"title": "Land", "window": list(LAND_WINDOW),
                                    "resolution": f"simplified to {LAND_TOLERANCE_M:g} m"}, land)],
          license=OSM["license"], credit=OSM["credit"], via="npm @geo-maps/earth-seas-10m 0.6.0")
    return land, sea


# --- places ----------------------------------------------------------------------------------------------------
def build_places(geodata):
    places = json.loads((geodata / "donetsk_places.json").read_text(encoding="utf-8"))
    same_figure = {}
    for p in places:
        if p["name_uk"] and p["population"]:
            same_figure.setdefault((p["name_uk"], p["population"]), []).append(p)
    rows, seen = [], set()
    for p in places:
        name_en = p["name_en"] if isinstance(p["name_en"], str) else p["name_geonames"]
        name_en = SPELLED.get(name_en, name_en)
        kind = p["kind"]
        if (p["name_uk"], p["raion_en"]) in CITY_ANYWAY and p["population"] and p["population"] > TOWN_FROM:
            kind = "city"
            p = {**p, "katottg": None}
        if kind not in ("city", "settlement") or not p["name_uk"] or p["name_geonames"] in NOT_A_CITY:
            continue
        if p["src"] != "geonames-cities500" and kind == "settlement":
            continue  # post-code points: no population, and up to several kilometres off
        population = p["population"] or None
        if kind == "city" and population and population < 3000:
            continue  # a village matched to the city of the same name
        if str(p["name_geonames"]).endswith("skyi") and p["name_geonames"] != name_en and kind == "settlement":
            continue  # a district of a city matched to a settlement
        if len(same_figure.get((p["name_uk"], p["population"]), [])) > 1:
            population = None  # one figure on two places of one name: not to be trusted
        if kind == "settlement" and population and population >= TOWN_FROM:
            kind = "town"
        if (p["name_uk"], p["raion_en"], kind == "city") in seen:
            continue
        seen.add((p["name_uk"], p["raion_en"], kind == "city"))
        rows.append((-(population or 0), name_en, kind, population, p))
    features = []
    for _, name_en, kind, population, p in sorted(rows, key=lambda r: (r[0], r[1], r[4]["lat"])):
        features.append(feature(f"geonames-{p['geonameid']}", {
            "title": name_en, "name_en": name_en, "name_uk": p["name_uk"].replace("'", "’"), "kind": kind, "population": population,
            "raion_uk": p["raion_uk"] and p["raion_uk"].replace("'", "’"), "katottg": p["katottg"]}, Point(p["lon"], p["lat"])))
    write("donetsk-places", features, **GEONAMES,
          note="Population by GeoNames, mostly from before 2022. kind: city (місто), town (селище of at least "
               f"{TOWN_FROM} people), settlement (селище).")
    return features


# --- the line and the places along it --------------------------------------------------------------------------
def build_line():
    lines = [[v[:2] for v in MAIN_LINE], [v[:2] for v in POCKET_LINE]]
    write("line-of-contact", [feature("line-of-contact", {
        "title": "Line of contact (generalised)", "as_of": AS_OF, "accuracy_m": 2000,
        "direction": "north to south; reported as held by Ukraine on the right",
        "vertices": [[v[2] for v in MAIN_LINE], [v[2] for v in POCKET_LINE]],
    }, MultiLineString(lines))],
        license="CC-BY-4.0", credit="Line of contact: Claimline, from dated public reports (CC BY 4.0); GeoNames (CC BY 4.0)")
    return MultiLineString(lines)


def build_contact_places(facts, geodata, donetsk):
    known = json.loads((geodata / "donetsk_places.json").read_text(encoding="utf-8"))
    features, left_out = [], []
    for row in csv.DictReader((facts / "line-of-contact-places.csv").open(encoding="utf-8")):
        n = int(row["order_n_to_s"])
        name = NAMES_EN.get(n, re.sub(r" \(.*", "", row["place"]))
        coordinate_from = "GeoNames postal codes" if "postal" in row["coordinate_source"] else "GeoNames"
        if row["lat"]:
            lon, lat = float(row["lon"]), float(row["lat"])
        elif n in LOOKED_UP:
            p, = [p for p in known if (p["name_uk"], p["raion_en"]) == LOOKED_UP[n]]
            lon, lat, coordinate_from = p["lon"], p["lat"], "GeoNames postal codes"
        else:
            left_out.append(name)
            continue
        status, reported, name_uk = PLACES[n]
        dates = re.findall(r"\d{4}-\d\d-\d\d", row["source_dates"])
        day = lambda d: int(d[:4]) * 372 + int(d[5:7]) * 31 + int(d[8:])
        date = min(dates, key=lambda d: (abs(day(d) - day(AS_OF)), d)) if dates else None
        urls = [u.strip() for u in row["source_urls"].split(" ; ") if u.strip()]
        features.append(feature(f"contact-{n:02d}", {
            "title": name, "name_en": name, "name_uk": name_uk, "sector": row["sector"], "status": status,
            "reported": reported, "date": date, "source_dates": dates, "source_urls": urls,
            "confidence": row["confidence"], "in_donetsk": bool(donetsk.covers(Point(lon, lat))),
            "coordinate_from": coordinate_from}, Point(lon, lat)))
    write("contact-places", features, **GEONAMES, as_of=AS_OF,
          note="Reports by the outlets named in source_urls, in our words; date is the report nearest to 15 Dec 2025.",
          without_coordinates=left_out)
    return features, left_out


# --- measures and checks ---------------------------------------------------------------------------------------
def area_km2(geometry):
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6


def length_km(geometry):
    return GEOD.geometry_length(geometry) / 1e3


def cut(oblast, lines):
    """The oblast in two: what lies on the right of the nearest line, and what lies on its left."""
    edges = unary_union([oblast.boundary, *lines.geoms])
    right, left = [], []
    for face in polygonize(edges):
        inner = face.representative_point()
        if not oblast.contains(inner):
            continue
        (right if side(inner, lines, face) > 0 else left).append(face)
    return unary_union(right), unary_union(left)


def side(point, lines, face=None):
    """+1 right of the line, -1 left. With a face: by the stretch of line that bounds it, where one does."""
    for line in lines.geoms:
        c = list(line.coords)
        for a, b in zip(c, c[1:]):
            if face is None:
                continue
            shared = face.boundary.intersection(LineString([a, b]))
            if shared.length > 1e-6:
                m = shared.interpolate(0.5, normalized=True) if shared.geom_type == "LineString" else None
                if m is None:
                    continue
                dx, dy = b[0] - a[0], b[1] - a[1]
                n = (dx * dx + dy * dy) ** 0.5
                probe = Point(m.x + dy / n * 1e-6, m.y - dx / n * 1e-6)
                return 1 if face.contains(probe) else -1
    if face is not None:  # an island that no line touches
        p = face.representative_point()
        best = min(lines.geoms, key=lambda g: g.distance(p))
        c = list(best.coords)
        a, b = min(zip(c, c[1:]), key=lambda s: LineString(s).distance(p))
        return 1 if (b[0] - a[0]) * (p.y - a[1]) - (b[1] - a[1]) * (p.x - a[0]) < 0 else -1
    raise ValueError("a face is needed")


def local(lon, lat):
    t = Transformer.from_crs("EPSG:4326", CRS(f"+proj=aeqd +lat_0={lat} +lon_0={lon} +units=m"), always_xy=True)
    return t.transform


def distance_km(lines, lon, lat):
    near = shapely.transform(shapely.segmentize(lines, 0.005), local(lon, lat), interleaved=False)
    return near.distance(Point(0, 0)) / 1e3


def longer(line):
    """The line with both ends moved on by a hundredth of their edge, so that it surely cuts its corridor."""
    c = list(line.coords)
    beyond = lambda end, before: tuple(e + 0.01 * (e - b) for e, b in zip(end, before))
    return [beyond(c[0], c[1]), *c, beyond(c[-1], c[-2])]


def corridor(lines, km):
    t = CRS("+proj=aeqd +lat_0=48.6 +lon_0=37.6 +units=m")
    there = Transformer.from_crs("EPSG:4326", t, always_xy=True).transform
    back = Transformer.from_crs(t, "EPSG:4326", always_xy=True).transform
    flat = shapely.transform(lines, there, interleaved=False).buffer(km * 1000, quad_segs=64, cap_style="flat")
    return shapely.transform(flat, back, interleaved=False)


def check_rules(right, left, lines, contacts, places):
    rows, bad = [], 0
    for f in contacts:
        p, (lon, lat) = f["properties"], f["geometry"]["coordinates"]
        d = distance_km(lines, lon, lat)
        where = "west" if right.covers(Point(lon, lat)) else "east" if left.covers(Point(lon, lat)) else "outside"
        status = p["status"]
        if not p["in_donetsk"]:
            verdict = "outside the oblast: not tested"
        elif status == UA:
            verdict = "ok" if where == "west" else "FAILS"
        elif status == RU:
            verdict = "ok" if where == "east" else "FAILS"
        elif status == CONTESTED:
            verdict = "ok" if d <= 3.0 else "FAILS"
        else:
            verdict = "disputed: not tested"
        bad += verdict == "FAILS"
        rows.append((p["name_en"], status, where, f"{d:.2f}", verdict))
    by_name = {f["properties"]["name_en"]: f for f in places if f["properties"]["kind"] == "city"}
    for names, want, area in ((BEHIND_RUSSIAN_SIDE, "east", left), (BEHIND_UKRAINIAN_SIDE, "west", right)):
        for n in names:
            lon, lat = by_name[n]["geometry"]["coordinates"]
            ok = area.covers(Point(lon, lat))
            bad += not ok
            rows.append((n, f"known: {want}", want if ok else "other", f"{distance_km(lines, lon, lat):.2f}",
                         "ok" if ok else "FAILS"))
    return rows, bad


# --- texts -----------------------------------------------------------------------------------------------------
def normalised(text):
    """Unicode NFC, every run of white space one U+0020, trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fill_selectors(sources_dir):
    path = HERE / "dossier.json"
    dossier = json.loads(path.read_text(encoding="utf-8"))
    texts, report, bad = {}, [], 0
    for s in dossier["sources"]:
        t = normalised((sources_dir / (s["id"].split("-")[0] + ".txt")).read_text(encoding="utf-8"))
        texts[s["id"]] = t
        s["text"] = {"sha256": hashlib.sha256(t.encode("utf-8")).hexdigest(), "length": len(t)}
    used = {k: 0 for k in texts}
    spans = {k: set() for k in texts}
    for e in dossier["excerpts"]:
        t, exact = texts[e["source"]], normalised(e["exact"])
        if t.count(exact) != 1:
            report.append(f"{e['id']}: found {t.count(exact)} times")
            bad += 1
            continue
        start = t.index(exact)
        end = start + len(exact)
        e["exact"], e["prefix"], e["suffix"] = exact, t[max(0, start - 32):start], t[end:end + 32]
        e["start"], e["end"] = start, end
        words = len(exact.split(" "))
        used[e["source"]] += words
        spans[e["source"]] |= set(range(start, end))
        if words > 60:
            report.append(f"{e['id']}: {words} words")
            bad += 1
    for k, t in texts.items():
        total = len(t.split(" "))
        report.append(f"{k}: {used[k]} of {total} words quoted = {100 * used[k] / total:.2f} %, "
                      f"{100 * len(spans[k]) / len(t):.2f} % of the characters")
        bad += used[k] >= 0.15 * total
    # Cross references.
    ids = {o["id"] for o in dossier["overlays"]}
    excerpts = {e["id"] for e in dossier["excerpts"]}
    for e in dossier["excerpts"]:
        bad += bool(set(e["overlays"]) - ids)
    for p in dossier["positions"] + dossier["figures"]:
        if p["overlay"] not in ids or (p.get("excerpt") and p["excerpt"] not in excerpts):
            report.append(f"{p['id']}: unknown overlay or excerpt")
            bad += 1
    for n in dossier["notes"]:
        bad += bool(set(n["overlays"]) - ids)
    for o in dossier["overlays"]:
        quoted = [e["id"] for e in dossier["excerpts"] if o["id"] in e["overlays"]]
        if not quoted:
            report.append(f"{o['id']}: no excerpt")
            bad += 1
        if len(o["gist"]) > 90:
            report.append(f"{o['id']}: gist of {len(o['gist'])} characters")
            bad += 1
        f = o.get("geometry", {}).get("file")
        if f and not (HERE / f).exists():
            report.append(f"{o['id']}: no file {f}")
            bad += 1
    path.write_text(json.dumps(dossier, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return dossier, report, bad


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    geodata, facts, sources = map(Path, sys.argv[1:])
    full, thin = build_borders(geodata)
    land, sea = build_land(geodata)
    places = build_places(geodata)
    lines = build_line()
    donetsk = thin["donetsk"]
    contacts, left_out = build_contact_places(facts, geodata, donetsk)
    right, left = cut(donetsk, lines)

    print("borders: vertices before and after, area in km² before and after")
    for k in REGIONS:
        print(f"  {k:13} {shapely.get_num_coordinates(full[k]):5} {shapely.get_num_coordinates(thin[k]):5} "
              f"{area_km2(full[k]):10.2f} {area_km2(thin[k]):10.2f}")
    gaps = area_km2(unary_union(list(thin.values()))) - sum(area_km2(g) for g in thin.values())
    print(f"  union minus sum: {gaps:.4f} km²; coverage valid: {shapely.coverage_is_valid(list(thin.values()))}")
    exact = shapely.box(*LAND_WINDOW).difference(sea)
    print(f"land: {shapely.get_num_coordinates(land)} vertices, {len(land.geoms)} parts, {area_km2(land):.0f} km²; with the "
          f"seas as they come {area_km2(exact):.0f} km²; Donetsk beyond it {area_km2(donetsk.difference(land)):.2f} km²")
    inside = lines.intersection(donetsk)
    towns = [f["properties"]["name_en"] for f in places if f["properties"]["kind"] in ("city", "town")
             and right.covers(shape(f["geometry"]))]
    print("measures")
    print(f"  withdrawal-area        {area_km2(right):9.1f} km² = {100 * area_km2(right) / area_km2(donetsk):.2f} % of Donetsk")
    print(f"  of it the pocket       {min(area_km2(p) for p in right.geoms):9.1f} km²; parts: "
          f"{[round(area_km2(p), 1) for p in right.geoms]}")
    print(f"  donetsk-russian-held   {area_km2(left):9.1f} km² = {100 * area_km2(left) / area_km2(donetsk):.2f} %")
    print(f"  sum minus oblast       {area_km2(right) + area_km2(left) - area_km2(donetsk):9.6f} km²")
    for km in (2, 5, 10):
        c = corridor(lines, km)
        inside_c = c.intersection(donetsk)
        print(f"  corridor {km:2} km         {area_km2(c):9.1f} km²; inside the oblast {area_km2(inside_c):.1f}, of it "
              f"{area_km2(inside_c.intersection(right)):.1f} right and {area_km2(inside_c.intersection(left)):.1f} left")
        halves = cut(c.intersection(land), MultiLineString([longer(line) for line in lines.geoms]))
        print(f"    clipped to land: {area_km2(halves[0]):.2f} km² right of the line, {area_km2(halves[1]):.2f} left")
        if km == 2:
            lo, hi = area_km2(right.difference(c)), area_km2(right.union(inside_c))
            print(f"  withdrawal-area, line 2 km either way: {lo:.0f} to {hi:.0f} km²")
    donbas = unary_union([thin["donetsk"], thin["luhansk"]])
    print(f"  donbas                 {area_km2(donbas):9.1f} km², {donbas.geom_type} of "
          f"{[round(area_km2(p), 3) for p in getattr(donbas, 'geoms', [donbas])]}, holes "
          f"{sum(len(p.interiors) for p in getattr(donbas, 'geoms', [donbas]))}")
    print(f"  line-of-contact        {length_km(lines):9.1f} km, inside the oblast {length_km(inside):.1f} km "
          f"(main {length_km(lines.geoms[0].intersection(donetsk)):.1f}, pocket "
          f"{length_km(lines.geoms[1].intersection(donetsk)):.1f})")
    print(f"  held-towns             {len(towns)}: {', '.join(towns)}")
    print(f"  places layer           {len(places)}, of them cities "
          f"{sum(f['properties']['kind'] == 'city' for f in places)}, towns "
          f"{sum(f['properties']['kind'] == 'town' for f in places)}")
    print(f"  contact-places         {len(contacts)}; without coordinates: {', '.join(left_out)}")
    rows, bad = check_rules(right, left, lines, contacts, places)
    print("rules: place, reported status, side, distance to the line in km, verdict")
    for r in rows:
        print("  %-28s %-16s %-8s %6s  %s" % r)
    if not (HERE / "dossier.json").exists():
        sys.exit("no dossier.json: wrote overlays only")
    dossier, report, worse = fill_selectors(sources)
    print("texts")
    for line in report:
        print("  " + line)
    for e in dossier["excerpts"]:
        print(f"  {e['id']:28} {','.join(e['overlays']) or '(context)'}")
    if bad + worse:
        sys.exit(f"{bad + worse} checks failed")
    print("all checks hold")


if __name__ == "__main__":
    main()
