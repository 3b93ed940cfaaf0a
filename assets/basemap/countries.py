#!/usr/bin/env python3
"""Bake the grounds of countries: where each country's own ground lies, and what it is called.

    countries.py INPUT_DIR OUT_DIR

writes OUT_DIR/countries.json. No network is used. The same input gives the same bytes.

Python 3.11 with (PyPI): shapely 2.2.0, numpy 2.4.6, Babel 2.18.0.

INPUT_DIR holds two of the files that `bake.py` reads (ukraine_adm1_osm_hybrid.geojson,
seas_osm10m_geomaps_bbox.geojson) and those of npm world-atlas 2.0.2 (countries-10m.json, land-10m.json).

Choices that a reader should know of:
  * Ukraine's ground is the internationally recognised one, Crimea and Sevastopol included, as in `bake.py`; what Natural
    Earth draws of other countries within it is left out of theirs.
  * `ground` is where the map shades other countries' ground apart from: the land border within 25 m of the source, the
    coast a little out at sea, where the water covers it. Only Ukraine has one, because for it alone the map has a border
    as fine as its tiles.
  * `land` is where a country's name may stand: coarse, cut to `extent`.
  * Names of countries are the Unicode CLDR's, those of seas the map's own (`bake.py`).
"""
import json
import sys
from pathlib import Path

import numpy as np
import shapely
from babel import Locale
from shapely.geometry import shape

EXTENT = (20, 40, 48, 58)
ISO = {"804": "UA", "643": "RU", "112": "BY", "616": "PL", "703": "SK", "348": "HU", "642": "RO", "498": "MD",
       "792": "TR", "268": "GE", "100": "BG", "440": "LT", "428": "LV"}
# A sea, and an outline within which its water lies.
SEAS = [
    ({"en": "Sea of Azov", "uk": "Азовське море"}, [(34.2, 45.0), (36.62, 45.35), (38.5, 45.3), (40, 47.5), (34.4, 46.4)]),
    ({"en": "Black Sea", "uk": "Чорне море"}, [(27, 40.9), (42, 40.9), (42, 43.5), (36.62, 45.0), (35.4, 45.3),
                                              (33.6, 46.3), (31, 47), (27, 45)]),
]
# The language of the name that a country has where it is: "local" among its names.
LOCAL = {"BG": "bg", "BY": "be", "GE": "ka", "HU": "hu", "LT": "lt", "LV": "lv", "MD": "ro", "PL": "pl", "RO": "ro",
         "RU": "ru", "SK": "sk", "TR": "tr", "UA": "uk"}
LANGUAGES = "be bg cs da de el en es et fi fr hu it lt lv nb nl pl pt ro ru sk sv tr uk".split()


def rings_of(topology):
    t = json.loads(topology.read_text("utf-8"))
    (sx, sy), (tx, ty) = t["transform"]["scale"], t["transform"]["translate"]
    arcs = [np.cumsum(np.array(a), axis=0) * (sx, sy) + (tx, ty) for a in t["arcs"]]

    def ring(ids):
        out = []
        for i in ids:
            a = arcs[i] if i >= 0 else arcs[~i][::-1]
            out.extend(a if not out else a[1:])
        return np.array(out)

    def area(g):
        polys = g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]]
        out = []
        for p in polys:
            rings = [r for r in map(ring, p) if len(r) >= 4]
            for r in rings:                 # rings step from 180 to -180 at the antimeridian
                r[:, 0] = np.unwrap(r[:, 0], period=360)
            for turn in (-360, 0, 360) if rings else ():
                turned = [r + (turn, 0) for r in rings]
                out.append(shapely.make_valid(shapely.Polygon(turned[0], turned[1:])))
        return shapely.union_all(out).intersection(shapely.box(*EXTENT))

    return t["objects"], area


def polygons(g):
    return [p for q in shapely.get_parts(g) for p in shapely.get_parts(q) if p.geom_type == "Polygon"]


def encoded(g, least):
    """Rings as differences of hundred-thousandths of a degree, longitude first."""
    out = []
    for p in polygons(g):
        if p.area < least:
            continue
        for r in [p.exterior, *p.interiors]:
            if shapely.Polygon(r).area >= least:
                c = np.round(np.array(r.coords)[:-1] * 1e5).astype(int)
                out.append(np.diff(c, axis=0, prepend=[[0, 0]]).ravel().tolist())
    return out


def main(source, target):
    units = [shape(f["geometry"]) for f in json.loads((source / "ukraine_adm1_osm_hybrid.geojson").read_text("utf-8"))["features"]]
    # a hair of overlap, so that the units become one
    ukraine = shapely.union_all([u.buffer(2e-5) for u in units]).buffer(-2e-5)
    ukraine = shapely.union_all([shapely.Polygon(p.exterior) for p in polygons(ukraine)])
    objects, area = rings_of(source / "countries-10m.json")
    abroad = {ISO[g["id"]]: area(g) for g in objects["countries"]["geometries"] if g.get("id") in ISO and g["id"] != "804"}
    objects, area = rings_of(source / "land-10m.json")
    land = shapely.union_all([area(g) for g in objects["land"]["geometries"]])
    sea = shapely.union_all([shape(f["geometry"]) for f in json.loads((source / "seas_osm10m_geomaps_bbox.geojson").read_text("utf-8"))["features"]])
    sea = sea.union(shapely.box(*EXTENT).difference(land))
    foreign = shapely.union_all(list(abroad.values())).difference(shapely.box(32, 44, 36.62, 46.4))
    shore = ukraine.buffer(0.02).intersection(sea.buffer(0.02)).difference(foreign)
    ground = shapely.simplify(ukraine, 0.00025).union(shapely.simplify(shore, 0.004))
    ground = shapely.union_all([shapely.Polygon(p.exterior) for p in polygons(ground) if p.area > 1e-4])
    out = []
    for iso in sorted(ISO.values()):
        own = ukraine if iso == "UA" else abroad[iso].difference(ukraine.buffer(0.01))
        names = {tag: Locale(tag).territories[iso] for tag in LANGUAGES}
        names["local"] = Locale(LOCAL[iso]).territories[iso]
        row = {"iso": iso, "names": names, "land": encoded(shapely.simplify(own, 0.01), 0.02)}
        if iso == "UA":
            row["ground"] = encoded(ground, 1e-4)
        out.append(row)
    seas = []
    water = shapely.box(*EXTENT).difference(land).union(sea).difference(ukraine).difference(foreign)
    for names, part in SEAS:
        # where a name may stand: the open water, not its inlets
        open_water = water.intersection(shapely.Polygon(part)).buffer(-0.03).buffer(0.02)
        rings = encoded(shapely.simplify(max(polygons(open_water), key=lambda p: p.area), 0.01), 0.02)
        seas.append({"names": names, "water": rings})

    def rows(rows):
        return ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    text = f'{{"extent":{json.dumps(EXTENT)},"countries":[\n{rows(out)}\n],"seas":[\n{rows(seas)}\n]}}\n'
    (target / "countries.json").write_text(text, "utf-8")
    print(len(text), {row["iso"]: sum(len(r) // 2 for r in row["land"]) for row in out},
          sum(len(r) // 2 for r in out[-1].get("ground", [])), [len(r["ground"]) for r in out if "ground" in r])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
