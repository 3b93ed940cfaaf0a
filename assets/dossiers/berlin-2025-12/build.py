#!/usr/bin/env python3
"""Rebuild the data of the dossier "Berlin talks, December 2025".

    python3 build.py [--geodata DIR] [--sources DIR]

`dossier.json` and `places.csv` are written by hand. This script makes `overlays/*.geojson` and `leave-one-out.csv`, fills
in what a machine should fill in `dossier.json` (the accuracy of what the line of contact bounds; prefix, suffix, start
and end of each excerpt; SHA-256 and length of each source), and checks what must hold. It exits 1 when a check fails.
Nothing in it depends on the clock, the machine or the network: the same inputs give the same bytes.

Without options it needs nothing but this folder, and makes what follows from `places.csv` and `dossier.json`: the line
of contact, its band of uncertainty, contested ground, the places along the line.

    --geodata DIR  makes borders, land and places anew from ukraine_adm1_osm_hybrid.geojson,
                   seas_osm10m_geomaps_bbox.geojson and donetsk_places.json; else those in overlays/ stay
    --sources DIR  places the excerpts anew in tfiglobal.txt and defencetalks.txt (not distributed); else they stay

Needs Python 3.11, numpy 2, contourpy 1.3, shapely 2.1 or newer and pyproj 3; made with numpy 2.4.6, contourpy 1.3.3,
shapely 2.2.0 and pyproj 3.7.2. Takes about two minutes. How the line is drawn is told in `line_of_contact.py`.
"""
import argparse
import csv
import hashlib
import json
import re
import sys
import unicodedata
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer
from shapely.geometry import LineString, MultiLineString, Point, mapping, shape
from shapely.ops import polygonize, unary_union

import line_of_contact as loc
from line_of_contact import CLAIMED, CONTESTED, DISPUTED, RU, UA

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

# Towns whose side is not in doubt, whatever the table of places says.
BEHIND_RUSSIAN_SIDE = ["Toretsk", "Bakhmut", "Avdiivka", "Donetsk", "Horlivka", "Mariupol"]
BEHIND_UKRAINIAN_SIDE = ["Kramatorsk", "Sloviansk", "Druzhkivka", "Dobropillia", "Bilozerske", "Sviatohirsk"]

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
CREDIT = "Line of contact: Claimline, from dated public reports (CC BY 4.0); GeoNames (CC BY 4.0)"


def in_degrees(geometry):
    return shapely.transform(geometry, loc.FROM_PLANE, interleaved=False)


def draw_line(contact, donetsk, cities):
    """The line, its band and contested ground, on the plane of `line_of_contact.py`; and the reports left out in turn."""
    at = lambda names: [cities[name] for name in names]
    reports = loc.Reports(contact, at(BEHIND_UKRAINIAN_SIDE), at(BEHIND_RUSSIAN_SIDE))
    whole, weights, plane = reports.line(fine=True)
    tests = loc.left_out_in_turn(reports)
    factor = loc.factor_for(tests)
    line = loc.shipped(whole, shapely.transform(donetsk, loc.TO_PLANE, interleaved=False))
    along, at = loc.stations(line)
    widths = loc.clip(factor * loc.smoothed(along, loc.half_widths(reports, at, whole, weights, plane)))
    return {
        "reports": reports, "whole": whole, "surface": (weights, plane), "tests": tests, "factor": factor, "line": line,
        "widths": widths, "band": loc.band(line, at, widths), "contested": loc.contested_ground(reports, whole),
    }


def shares(tests):
    """How many of those left out lie within the band, and of how many: all, and those reported as contested."""
    count = lambda chosen: (sum(t["within"] for t in chosen), len(chosen))
    return count(tests), count([t for t in tests if t["status"] == CONTESTED])


def write_line(drawn):
    (within, of), (contested_within, contested_of) = shares(drawn["tests"])
    low, high = min(drawn["widths"]), max(drawn["widths"])
    line, band, contested = (in_degrees(drawn[k]) for k in ("line", "band", "contested"))
    credit = {"license": "CC-BY-4.0", "credit": CREDIT}
    write("line-of-contact", [feature("line-of-contact", {
        "title": "Line of contact (generalised)", "as_of": AS_OF,
        "direction": "north to south; reported as held by Ukraine on the right"}, line)], **credit)
    write("line-uncertainty", [feature("line-uncertainty", {
        "title": "Band of uncertainty of the line of contact", "as_of": AS_OF,
        "half_width_km": {"least": round(low, 1), "median": round(float(np.median(drawn["widths"])), 1),
                          "most": round(high, 1)},
        "left_out_within": {"all": [within, of], "contested": [contested_within, contested_of]}}, band)], **credit)
    write("contested-ground", [feature("contested-ground", {
        "title": "Contested ground", "as_of": AS_OF}, contested)], **credit)
    with (HERE / "leave-one-out.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["number", "name_en", "status", "weight", "off_km", "half_width_km", "within"])
        for t in drawn["tests"]:
            p = t["place"]
            out.writerow([p.number, p.name, p.status, p.weight, f"{t['off_km']:.2f}", f"{t['half_width_km']:.2f}",
                          "yes" if t["within"] else "no"])
    return line, band, contested


def fill_accuracy(drawn):
    """The accuracy of the line in dossier.json, wherever an overlay has its band."""
    path = HERE / "dossier.json"
    dossier = json.loads(path.read_text(encoding="utf-8"))
    (within, of), (contested_within, contested_of) = shares(drawn["tests"])
    for overlay in dossier["overlays"]:
        accuracy = overlay.get("accuracy", {})
        if accuracy.get("band") == "line-uncertainty":
            accuracy["from_m"] = round(min(drawn["widths"]), 1) * 1000
            accuracy["to_m"] = round(max(drawn["widths"]), 1) * 1000
            accuracy["from_m"], accuracy["to_m"] = int(accuracy["from_m"]), int(accuracy["to_m"])
            accuracy["left_out"], accuracy["left_out_within"] = contested_of, contested_within
    path.write_text(json.dumps(dossier, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


OUTLETS = {
    "radiosvoboda.org": "Radio Svoboda", "interfax.com.ua": "Interfax-Ukraine", "interfax.ru": "Interfax (Russia)",
    "rbc.ua": "RBC-Ukraine", "rbc.ru": "RBC (Russia)", "ria.ru": "RIA Novosti", "tass.ru": "TASS", "unian.ua": "UNIAN",
    "unian.net": "UNIAN", "censor.net": "Censor.NET", "freeradio.com.ua": "Free Radio", "lenta.ru": "Lenta.ru",
    "pravda.com.ua": "Ukrainska Pravda", "kyivindependent.com": "Kyiv Independent", "liga.net": "LIGA", "lb.ua": "LB.ua",
    "novosti.dn.ua": "Novosti Donbassa", "zaxid.net": "ZAXID.NET", "focus.ua": "Focus", "strana.news": "Strana",
    "deutschlandfunk.de": "Deutschlandfunk", "themoscowtimes.com": "The Moscow Times", "vedomosti.ru": "Vedomosti",
    "citeam.org": "Conflict Intelligence Team", "24tv.ua": "24 Kanal", "unn.ua": "UNN", "comments.ua": "Comments.ua",
}
WORDS = [("UA command", "Ukrainian command"), ("MoD", "Ministry of Defence"), ("GS", "General Staff of Ukraine"),
         ("bde", "Brigade"), ("DeepState text", "DeepState"), ("official list", "list of the ministry in Kyiv")]


def source_of(url, said):
    """A source as the program reads it: address, outlet, whom it reports, day."""
    host = url.split("/")[2].removeprefix("www.")
    outlet = next((name for domain, name in OUTLETS.items() if host == domain or host.endswith("." + domain)), host)
    day = re.search(r"\d{4}-\d\d(-\d\d)?", said)
    whom = re.search(r"\((.*)\)", said)
    source = {"url": url, "outlet": outlet}
    if whom:
        text = whom[1]
        for short, words in WORDS:
            text = re.sub(rf"\b{short}\b", words, text)
        source["title"] = text[0].upper() + text[1:]
    if day:
        source["date"] = day[0]
    return source


def build_contact_places(contact, donetsk):
    features = []
    for p in contact:
        features.append(feature(f"contact-{p.number:03d}", {
            "title": p.name, "name_en": p.name, "name_uk": p.name_uk, "sector": p.sector, "status": p.status,
            "leans": p.leans or None, "weight": p.weight, "reported": p.reported,
            "date": p.day.isoformat() if p.day else None, "sources": [source_of(*s) for s in p.sources],
            "in_donetsk": bool(donetsk.covers(Point(p.lon, p.lat))), "coordinate_from": p.coordinate_from},
            Point(p.lon, p.lat)))
    write("contact-places", features, **GEONAMES, as_of=AS_OF,
          note="Reports by the outlets named in sources, in our words; date is the report nearest to 15 Dec 2025.")
    return features


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


def longer(line):
    """The line with both ends moved on by a hundredth of their edge, so that it surely cuts its corridor."""
    c = list(line.coords)
    beyond = lambda end, before: tuple(e + 0.01 * (e - b) for e, b in zip(end, before))
    return LineString([beyond(c[0], c[1]), *c, beyond(c[-1], c[-2])])


def corridor(line, km):
    t = CRS("+proj=aeqd +lat_0=48.6 +lon_0=37.6 +units=m")
    there = Transformer.from_crs("EPSG:4326", t, always_xy=True).transform
    back = Transformer.from_crs(t, "EPSG:4326", always_xy=True).transform
    flat = shapely.transform(line, there, interleaved=False).buffer(km * 1000, quad_segs=64, cap_style="flat")
    return shapely.transform(flat, back, interleaved=False)


def check_rules(drawn, contacts):
    """Each place of high or medium weight; of those of low weight, two in three."""
    rows, bad, low = [], 0, []
    reports, line = drawn["reports"], drawn["whole"]
    for i, p in enumerate(reports.places):
        off = reports.off_km(i, line, *drawn["surface"])
        if off is None:
            verdict = "disputed: not tested"
        else:
            fits = not reports.contradicts(i, line, *drawn["surface"])
            verdict = "ok" if fits else "FAILS" if p.weight != "low" else "off, low weight"
            low += [fits] if p.weight == "low" else []
        bad += verdict == "FAILS"
        side = "west" if reports.height(*drawn["surface"], i) > 0 else "east"
        rows.append((p.number, p.name[:30], p.status, p.weight, side, f"{line.distance(Point(p.at)):.2f}", verdict))
    for i, name in enumerate([*BEHIND_UKRAINIAN_SIDE, *BEHIND_RUSSIAN_SIDE], len(reports.places)):
        height = reports.height(*drawn["surface"], i)
        ok = (height > 0) == (name in BEHIND_UKRAINIAN_SIDE)
        bad += not ok
        rows.append(("", name, "known", "", "west" if height > 0 else "east", f"{line.distance(Point(reports.at[i])):.2f}",
                     "ok" if ok else "FAILS"))
    bad += sum(low) < 2 / 3 * len(low)
    return rows, bad, (sum(low), len(low))


# --- texts -----------------------------------------------------------------------------------------------------
def normalised(text):
    """Unicode NFC, every run of white space one U+0020, trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fill_selectors(sources_dir):
    path = HERE / "dossier.json"
    dossier = json.loads(path.read_text(encoding="utf-8"))
    texts, report, bad = {}, [], 0
    for s in dossier["sources"] if sources_dir else []:
        t = normalised((sources_dir / (s["id"].split("-")[0] + ".txt")).read_text(encoding="utf-8"))
        texts[s["id"]] = t
        s["text"] = {"sha256": hashlib.sha256(t.encode("utf-8")).hexdigest(), "length": len(t)}
    used = {k: 0 for k in texts}
    spans = {k: set() for k in texts}
    for e in dossier["excerpts"] if sources_dir else []:
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


def read_overlay(name):
    features = json.loads((OVERLAYS / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return features, shapely.union_all([shape(f["geometry"]) for f in features])


def build_ground(geodata):
    """Borders, land and places from their sources."""
    full, thin = build_borders(geodata)
    land, sea = build_land(geodata)
    build_places(geodata)
    print("borders: vertices before and after, area in km² before and after")
    for k in REGIONS:
        print(f"  {k:13} {shapely.get_num_coordinates(full[k]):5} {shapely.get_num_coordinates(thin[k]):5} "
              f"{area_km2(full[k]):10.2f} {area_km2(thin[k]):10.2f}")
    gaps = area_km2(unary_union(list(thin.values()))) - sum(area_km2(g) for g in thin.values())
    print(f"  union minus sum: {gaps:.4f} km²; coverage valid: {shapely.coverage_is_valid(list(thin.values()))}")
    exact = shapely.box(*LAND_WINDOW).difference(sea)
    print(f"land: {shapely.get_num_coordinates(land)} vertices, {len(land.geoms)} parts, {area_km2(land):.0f} km²; with the "
          f"seas as they come {area_km2(exact):.0f} km²; Donetsk beyond it {area_km2(thin['donetsk'].difference(land)):.2f} km²")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--geodata", type=Path)
    parser.add_argument("--sources", type=Path)
    options = parser.parse_args()
    if options.geodata:
        build_ground(options.geodata)
    donetsk = read_overlay("donetsk")[1]
    places = read_overlay("donetsk-places")[0]
    cities = {f["properties"]["name_en"]: f["geometry"]["coordinates"] for f in places if f["properties"]["kind"] == "city"}
    contact = loc.read_places(HERE / "places.csv")
    drawn = draw_line(contact, donetsk, cities)
    line, band, contested = write_line(drawn)
    contacts = build_contact_places(contact, donetsk)
    fill_accuracy(drawn)
    lines = MultiLineString([line])
    right, left = cut(donetsk, lines)

    towns = [f["properties"]["name_en"] for f in places if f["properties"]["kind"] in ("city", "town")
             and right.covers(shape(f["geometry"]))]
    band, contested = (shapely.make_valid(g).intersection(donetsk) for g in (band, contested))
    print("measures")
    for name, part in (("withdrawal-area", right), ("donetsk-russian-held", left)):
        print(f"  {name:22} {area_km2(part):9.1f} km² = {100 * area_km2(part) / area_km2(donetsk):.2f} % of Donetsk; parts "
              f"{[round(area_km2(p), 1) for p in getattr(part, 'geoms', [part])]}")
        for what, ground in (("the band", band), ("contested ground", contested)):
            print(f"    without and with {what}: {area_km2(part.difference(ground)):.0f} to "
                  f"{area_km2(part.union(ground)):.0f} km²")
    print(f"  sum minus oblast       {area_km2(right) + area_km2(left) - area_km2(donetsk):9.6f} km²")
    print(f"  contested-ground       {area_km2(contested):9.1f} km² inside the oblast")
    print(f"  line-of-contact        {length_km(line):9.1f} km, inside the oblast "
          f"{length_km(line.intersection(donetsk)):.1f} km, {len(line.coords)} vertices, simple: {line.is_simple}")
    land = read_overlay("land")[1]
    for km in (5, 10):
        c = corridor(line, km)
        halves = cut(c.intersection(land), MultiLineString([longer(line)]))
        print(f"  corridor {km:2} km         {area_km2(c):9.1f} km²; clipped to land {area_km2(halves[0]):.2f} km² right of the "
              f"line, {area_km2(halves[1]):.2f} left")
    print(f"  held-towns             {len(towns)}: {', '.join(towns)}")
    print(f"  contact-places         {len(contacts)}")
    print("left out in turn: place, status, weight, off by km, half-width of the band there, within")
    for t in drawn["tests"]:
        p = t["place"]
        print("  %3d %-30s %-17s %-6s %6.2f %6.2f  %s" % (p.number, p.name[:30], p.status, p.weight, t["off_km"],
                                                         t["half_width_km"], "yes" if t["within"] else "NO"))
    offs = sorted(t["off_km"] for t in drawn["tests"] if t["status"] == CONTESTED)
    print(f"  contested places: mean {np.mean(offs):.2f}, median {np.median(offs):.2f}, 4 of 5 within "
          f"{np.quantile(offs, 0.8):.2f} km")
    (within, of), (contested_within, contested_of) = shares(drawn["tests"])
    print(f"  within the band: {within} of {of} = {100 * within / of:.1f} %; of the contested {contested_within} of "
          f"{contested_of} = {100 * contested_within / contested_of:.1f} %")
    print(f"  half-width {min(drawn['widths']):.1f} to {max(drawn['widths']):.1f} km, median {np.median(drawn['widths']):.1f}; "
          f"factor {drawn['factor']:.2f}")
    rows, bad, low = check_rules(drawn, contacts)
    bad += within < 0.8 * of or contested_within < 0.8 * contested_of or not line.is_simple
    print("rules: place, reported status, weight, side, distance to the line in km, verdict")
    for r in rows:
        print("  %3s %-30s %-17s %-6s %-5s %6s  %s" % r)
    print(f"  of low weight {low[0]} of {low[1]} fit")
    dossier, report, worse = fill_selectors(options.sources)
    print("texts")
    for text in report:
        print("  " + text)
    for e in dossier["excerpts"]:
        print(f"  {e['id']:28} {','.join(e['overlays']) or '(context)'}")
    if bad + worse:
        sys.exit(f"{bad + worse} checks failed")
    print("all checks hold")


if __name__ == "__main__":
    main()
