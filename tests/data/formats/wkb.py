#!/usr/bin/env python3
"""Geometries of each kind as GDAL writes them, as wkb.tsv: well-known text, and ISO well-known binary in hexadecimal digits
with the smallest byte first and with the greatest.

Needs the Python module of GDAL (3.6.2 made the file that is here). The tests do not.
"""
import pathlib
from osgeo import ogr

ogr.UseExceptions()
texts = """POINT (30 10.5)
MULTIPOINT ((10 40),(40 30))
LINESTRING (30 10,10 30,40 40)
MULTILINESTRING ((10 10,20 20),(40 40,30 30,40 20))
POLYGON ((35 10,45 45,15 40,10 20,35 10),(20 30,35 35,30 20,20 30))
MULTIPOLYGON (((40 40,20 45,45 30,40 40)),((20 35,10 30,10 10,20 35)))
GEOMETRYCOLLECTION (POINT (40 10),LINESTRING (10 10,20 20))
GEOMETRYCOLLECTION (POINT Z (40 10 3),GEOMETRYCOLLECTION Z (LINESTRING Z (10 10 1,20 20 2)))
POINT Z (30 10.5 7)
LINESTRING M (30 10 1,10 30 2)
LINESTRING ZM (30 10 1 9,10 30 2 9)
POLYGON EMPTY
POINT EMPTY
MULTIPOLYGON EMPTY
COMPOUNDCURVE ((0 0,1 1),(1 1,2 0))
CURVEPOLYGON ((0 0,4 0,4 4,0 0))
MULTISURFACE (((0 0,4 0,4 4,0 0)))
MULTICURVE ((0 0,4 0))
TRIANGLE ((0 0,4 0,4 4,0 0))
CIRCULARSTRING (0 0,1 1,2 0)
CURVEPOLYGON (CIRCULARSTRING (0 0,1 1,2 0,1 -1,0 0))
COMPOUNDCURVE ((0 0,1 1),CIRCULARSTRING (1 1,2 2,3 1))
TIN (((0 0,4 0,4 4,0 0)))
POLYHEDRALSURFACE Z (((0 0 0,4 0 1,4 4 2,0 0 0)))"""
rows = []
for text in texts.splitlines():
    geometry = ogr.CreateGeometryFromWkt(text)
    hexes = [bytes(geometry.ExportToIsoWkb(order)).hex().upper() for order in (ogr.wkbNDR, ogr.wkbXDR)]
    rows.append("\t".join([text, *hexes]))
(pathlib.Path(__file__).parent / "wkb.tsv").write_text("\n".join(rows) + "\n")
