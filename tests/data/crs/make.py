"""Writes the tables of this folder with PROJ, to which src/formats/crs/tests.rs compares.

    python3 -m venv venv && venv/bin/pip install pyproj==3.7.2 && venv/bin/python make.py

pyproj 3.7.2 carries PROJ 9.5.1 and its database (EPSG v11.022) and no grid files, as Claimline has none.

systems.tsv: EPSG code, x, y, longitude and latitude of WGS 84, the exactness that PROJ gives, in metres, name.
written.tsv: EPSG code, form, x, y, longitude, latitude, what is written.

Three places of the area in which each system is used; x first as in files (always_xy). Left out are places for which PROJ
has no shift but a guess ("ballpark").
"""

import re
import warnings
from pathlib import Path

from pyproj import CRS, Transformer
from pyproj.enums import WktVersion
from pyproj.exceptions import CRSError, ProjError

HERE = Path(__file__).parent
warnings.simplefilter("ignore")

CODES = """
4326 4267 4269 4258 4284 4277 4314 4289 4230 4283 4612 4740 4200 5561 4807 4801 4805 4818
28403 28404 28405 28406 28407 28408 20006 20007 20008 2583 2584 2585 2586 7825 7826 7827 7828 7829 7830 7831
5562 5563 5564 5565 5566 5567 5568 5569 6381 6382 6383 6384 6385 6386 6387 9831 9835 9851 9865
32601 32628 32634 32635 32636 32637 32638 32660 32701 32722 32733 32737 32754 32760 23030 23036 25829 25832 25833 25836 25884
27700 29902 29903 2157 2154 3942 3950 27561 27562 27563 27571 27572 27573 31370 3812 28992 31466 31467 31468 31469 5650 4839
2180 2176 2177 2178 2179 2172 2173 2174 2175 3120 3333 3334 2056 21781 21780 3003 3004 31287 31254 31255 31256 31257
5513 5514 2065 5221 8353 23700 3844 31700 3346 3059 3301 3067 3006 3021 2393 2100 3765 3794 2039 28193 28191
2263 2229 2272 2248 2226 26918 26929 26729 2193 32040 3338 5070 3310 3174 6201 2285 3081 3857 3785 3395 3035 3034 3575
3031 3413 3995 3976 5041 5042 32661 32761 3571 6931 9311 2046 2049 2055 22281 2451 6677 30169 2326 3826 5179 5186 3375 3376
7845 28355 8857 4093 31985 5880 29101 3116 6247 20137 22770 22780 26191 30791 2318 29702 3993 3295
"""
WRITTEN = """
4326 4267 4284 4807 28406 5564 7830 32636 32733 27700 2154 27572 31467 25832 28992 2180 2172 2039 2263 2226 26918
3857 3035 5070 3031 3413 32661 2056 23700 5514 5513 2065 6677 3006 21781 31370 3844 3395 2046 6201 3375 8857 5880 29101 31287
"""


def places(code):
    crs = CRS.from_epsg(code)
    west, south, east, north = crs.area_of_use.bounds
    east += 360 if east < west else 0
    there = Transformer.from_crs(4326, crs, always_xy=True)
    back = Transformer.from_crs(crs, 4326, always_xy=True)
    for across, up in ((0.5, 0.5), (0.15, 0.2), (0.8, 0.85)):
        lon = west + (east - west) * across
        x, y = there.transform(lon - 360 if lon > 180 else lon, south + (north - south) * up)
        lon, lat = back.transform(x, y)
        if not all(abs(value) < 1e9 for value in (x, y, lon, lat)):
            continue
        try:
            used = back.get_last_used_operation()
            accuracy = used.accuracy
            if "Ballpark" in used.description:
                continue
        except ProjError:  # nothing had to be done
            accuracy = 0
        yield f"{x:.9g}" if abs(x) < 1000 else f"{x:.4f}", f"{y:.9g}" if abs(y) < 1000 else f"{y:.4f}", lon, lat, accuracy


def rounded(code):
    """As above, of the numbers as they are written."""
    back = Transformer.from_crs(CRS.from_epsg(code), 4326, always_xy=True)
    for x, y, *_, accuracy in places(code):
        lon, lat = back.transform(float(x), float(y))
        yield x, y, f"{lon:.9f}", f"{lat:.9f}", accuracy


def forms(crs):
    def wkt(version):
        try:
            return crs.to_wkt(version, pretty=False) or ""
        except CRSError:  # not every form has words for every system
            return ""

    yield "wkt1", wkt(WktVersion.WKT1_GDAL)
    yield "esri", wkt(WktVersion.WKT1_ESRI)
    yield "wkt2", wkt(WktVersion.WKT2_2019)
    yield "wkt2-2015", wkt(WktVersion.WKT2_2015_SIMPLIFIED)
    yield "projjson", crs.to_json()
    yield "wkt1-plain", re.sub(r',AUTHORITY\["[^"]*","[^"]*"\]', "", wkt(WktVersion.WKT1_GDAL))
    yield "wkt2-plain", re.sub(r',ID\["[^"]*",\d+\]', "", wkt(WktVersion.WKT2_2019))


with (HERE / "systems.tsv").open("w") as out:
    for code in map(int, CODES.split()):
        try:
            name = CRS.from_epsg(code).name
            for x, y, lon, lat, accuracy in rounded(code):
                print(code, x, y, lon, lat, f"{accuracy:g}", name, sep="\t", file=out)
        except Exception as error:  # a code that PROJ lacks
            print(code, error)

with (HERE / "written.tsv").open("w") as out:
    for code in map(int, WRITTEN.split()):
        crs = CRS.from_epsg(code)
        x, y, lon, lat, _ = list(rounded(code))[0]
        for form, text in forms(crs):
            if text:
                print(code, form, x, y, lon, lat, text, sep="\t", file=out)
