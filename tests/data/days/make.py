"""Writes the days and accounts that tests compare, and what GEOS and PROJ find in them.

    pip install shapely==2.2.0 pyproj==3.7.2
    python tests/data/days/make.py

A made-up area, laid over Central Europe, where no front is: a fixed border in the west, a front in the east that somebody draws
anew each day. Areas are cut by GEOS (shapely); sizes are PROJ's (pyproj.Geod) of outlines with vertices every 0.0005 degrees, so that
its geodesic edges follow edges that are straight in longitude and latitude. Strips are GEOS's buffers on
+proj=aeqd about the middle.
"""

import json
import math
import os
import random

import shapely
from pyproj import Geod, Transformer
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.ops import linemerge

HERE = os.path.dirname(os.path.abspath(__file__))
GEOD = Geod(ellps="WGS84")
ACCURACY_M = [300.0, 200.0]


def transform(function, shape):
    return shapely.transform(shape, function, interleaved=False)


def polygons(shape):
    if shape.is_empty:
        return []
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if part.geom_type == "Polygon"]


def area_m2(shape):
    total = 0.0
    for part in polygons(shape):
        for sign, ring in [(1, part.exterior)] + [(-1, hole) for hole in part.interiors]:
            dense = shapely.segmentize(ring, 0.0005)
            total += sign * abs(GEOD.polygon_area_perimeter(*dense.xy)[0])
    return total


def length_m(shape):
    return sum(GEOD.line_length(*line.xy) for line in getattr(shape, "geoms", [shape]) if line.geom_type == "LineString")


def front(rng):
    """The vertices of a front from south to north."""
    points, x = [], 12.0
    for step in range(241):
        x += rng.uniform(-0.012, 0.012)
        points.append([round(x, 6), round(50.0 + step * 0.005, 6)])
    return points


def held(points, holes=()):
    west = [(11.0, 51.2), (10.8, 50.9), (11.1, 50.5), (10.9, 50.0)]
    return Polygon(west and points + west, holes)


def moved(points, rng, stretches):
    """The same front with some stretches pushed east or west."""
    points = [list(point) for point in points]
    for first, count, far in stretches:
        for at in range(first, first + count):
            bulge = math.sin(math.pi * (at - first + 1) / (count + 1))
            points[at][0] = round(points[at][0] + far * bulge * rng.uniform(0.8, 1.2), 6)
    return points


def hausdorff_m(one, other, to_plane):
    dense = [shapely.segmentize(transform(to_plane, shapely.segmentize(line, 0.002)), 2.0) for line in (one, other)]
    return shapely.hausdorff_distance(*dense)


def change(before, after):
    gained, lost = after.difference(before), before.difference(after)
    middle = before.union(after).envelope.centroid
    crs = f"+proj=aeqd +lat_0={middle.y} +lon_0={middle.x} +ellps=WGS84"
    to_plane = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    from_plane = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform
    dense = lambda shape: transform(to_plane, shapely.segmentize(shape, 0.002))

    sides = {"before": before.boundary.difference(after.boundary), "after": after.boundary.difference(before.boundary)}
    strips = []
    for (name, line), metres in zip(sides.items(), ACCURACY_M):
        merged = linemerge(line) if line.geom_type != "LineString" else line
        strips.append(dense(merged).buffer(metres, quad_segs=64))
    old, new, doubtful = dense(before), dense(after), strips[0].union(strips[1])
    back = lambda shape: area_m2(transform(from_plane, shape))
    ranges = {
        "gained_m2": [back(dense(gained).difference(doubtful)), back(new.union(strips[1]).difference(old.difference(strips[0])))],
        "lost_m2": [back(dense(lost).difference(doubtful)), back(old.union(strips[0]).difference(new.difference(strips[1])))],
    }

    moves, islands = [], 0
    for part in polygons(gained) + polygons(lost):
        outline = part.boundary
        # Crossings are rounded; what lies within a billionth of a degree of a border is of it.
        own = {name: outline.intersection(line.buffer(1e-9)) for name, line in sides.items()}
        lengths = {name: length_m(line) for name, line in own.items()}
        if min(lengths.values()) < 0.01:
            islands += 1
        else:
            local = [linemerge(line) if line.geom_type == "MultiLineString" else line for line in own.values()]
            moves.append((area_m2(part), lengths["before"], lengths["after"], hausdorff_m(*local, to_plane)))
    swept, old_m, new_m = (sum(move[at] for move in moves) for at in range(3))
    return {
        "gained_m2": area_m2(gained),
        "lost_m2": area_m2(lost),
        "ranges": ranges,
        "before_m": old_m,
        "after_m": new_m,
        "mean_m": 2.0 * swept / (old_m + new_m),
        "largest_m": max(move[3] for move in moves),
        "islands": islands,
    }


def agreement(accounts):
    """Square metres of the cells, by which of the accounts hold them: account 0 is bit 0."""
    cells = {}
    for holders in range(1, 1 << len(accounts)):
        cell = None
        for at, account in enumerate(accounts):
            if holders >> at & 1:
                cell = account if cell is None else cell.intersection(account)
        for at, account in enumerate(accounts):
            if not holders >> at & 1:
                cell = cell.difference(account)
        if area_m2(cell) > 0:
            cells[str(holders)] = area_m2(cell)
    return {"cells_m2": cells, "union_m2": area_m2(shapely.union_all(accounts))}


def coordinates(shape):
    return json.loads(json.dumps(mapping(MultiPolygon(polygons(shape)))))["coordinates"]


def write_day(name, shape, status="held"):
    feature = {"type": "Feature", "properties": {"status": status}, "geometry": json.loads(json.dumps(mapping(shape)))}
    with open(os.path.join(HERE, "front", name), "w") as out:
        json.dump({"type": "FeatureCollection", "features": [feature]}, out, separators=(",", ":"))
        out.write("\n")


def main():
    rng = random.Random(20250201)
    island = [[11.30, 50.60], [11.36, 50.61], [11.34, 50.65], [11.30, 50.60]]
    first = front(rng)
    days = [first]
    for stretches in [
        [(30, 12, 0.03)],
        [(80, 20, -0.04), (150, 5, 0.02)],
        [(20, 60, 0.05), (200, 30, -0.03)],
        [(100, 9, 0.08), (120, 9, -0.02)],
    ]:
        days.append(moved(days[-1], rng, stretches))
    shapes = [held(points) for points in days]
    # An enclave that appears, and stays.
    shapes[3], shapes[4] = held(days[3], [island]), held(days[4], [island])
    names = ["20250130", "20250131", "20250201", "20250203", "20250204"]
    for name, shape in zip(names, shapes):
        assert shape.is_valid
        write_day(f"front_{name}.geojson", shape)

    # The same border with vertices put in between, to six digits: slivers some centimetres wide, and one part that moved.
    dense = []
    for a, b in zip(days[0], days[0][1:]):
        dense += [a, [round((2 * a[0] + b[0]) / 3, 6), round((2 * a[1] + b[1]) / 3, 6)]]
    dense.append(days[0][-1])
    again = held(moved(dense, rng, [(200, 20, 0.03)]))
    again = again if again.is_valid else shapely.make_valid(again)

    # Other accounts of the last day: they differ along the whole front, and cross it many times.
    others = []
    for _ in range(2):
        points = [[round(x + rng.uniform(-0.02, 0.02), 6), y] for x, y in days[4]]
        others.append(held(points))
        assert others[-1].is_valid
    accounts = [shapes[4]] + others

    expected = {
        "accuracy_m": ACCURACY_M,
        "areas_m2": [area_m2(shape) for shape in shapes],
        "days": [coordinates(shape) for shape in shapes],
        "changes": [change(*pair) for pair in zip(shapes, shapes[1:])],
        "between_accounts": [change(accounts[0], account) for account in others],
        "accounts": [coordinates(shape) for shape in accounts],
        "agreement": agreement(accounts),
        "again": coordinates(again),
        "again_m2": [area_m2(again.difference(shapes[0])), area_m2(shapes[0].difference(again))],
    }
    with open(os.path.join(HERE, "expected.json"), "w") as out:
        json.dump(expected, out, separators=(",", ":"))
        out.write("\n")


main()
