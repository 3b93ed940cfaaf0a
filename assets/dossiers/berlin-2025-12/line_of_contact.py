"""The line of contact of 15 December 2025, drawn from reports on places; how exact it is; and contested ground.

The line. Over a plane stands the smoothest surface (a thin-plate spline) that is above 0 where places were reported as
held by Ukraine, below 0 where they were reported as held by Russia, and near 0 where they were contested. The line is
where it is 0. A place pulls at the surface only if the surface contradicts its report (`BOUNDS`), and then by its weight
(`VARIANCE`). A contested place of high or medium weight that the line passes at more than `CONTESTED_WITHIN_KM` is let
pull harder, step by step, until it does not; contested places near it pull along, so that the line bends and no island
is made. How smooth the surface is (`SMOOTHING`) hardly matters to how far off the line is when each place is left out in
turn: contested places of high and medium weight by 2.3 km on average, from 0.003 to 0.1. Less smooth, the line winds
around single reports; smoother, it loses bends that several show. Nothing was chosen by an area, by another figure, or
by anybody's map.

How exact it is. Each place is left out in turn, the line drawn without it, and measured how far off that line is:
of a contested place, its distance from the line; of a place reported as held, nothing if the line leaves it on its
side, and otherwise its distance from the line. The band around the line has half-widths that follow from the reports
near each stretch: how many there are, of what weight and age, and how far they contradict the line (`half_widths`). One
factor for all widens it until it holds at least 80 % of the contested places, and of all places, that are left out. The
share that is stated is measured with a factor that the place in question had no part in.

Contested ground. What lies nearer to a contested or disputed place than to any place that was reported as held, and
near enough to it (`REACH_KM`), with the way from it to the line.
"""
import csv
import re
from datetime import date

import contourpy
import numpy as np
import shapely
import shapely.ops
from pyproj import CRS, Transformer
from shapely.geometry import LineString, MultiPoint, Point

AS_OF = date(2025, 12, 15)
UA, RU, CLAIMED, CONTESTED, DISPUTED = (
    "held by Ukraine", "held by Russia", "claimed by Russia", "contested", "disputed")

# Kilometres on a plane that touches the earth in the middle of the line; 0.01 % off at its ends.
PLANE = CRS("+proj=aeqd +lat_0=48.6 +lon_0=37.4 +units=km")
TO_PLANE = Transformer.from_crs("EPSG:4326", PLANE, always_xy=True).transform
FROM_PLANE = Transformer.from_crs(PLANE, "EPSG:4326", always_xy=True).transform

# Height of the surface that a report asks for, least and most, by status and by which way the report leans. The unit has
# no meaning of its own: 1 is what a place well behind the line asks for.
NO_END = 1e9
BOUNDS = {
    (UA, ""): (1.0, NO_END),
    (UA, "attacked"): (0.3, NO_END),  # attacks "towards" it
    (UA, "contested"): (0.1, NO_END),  # held, with fighting in it
    (CONTESTED, "Ukraine"): (0.0, 0.1),
    (CONTESTED, ""): (-0.05, 0.05),
    (CONTESTED, "Russia"): (-0.1, 0.0),
    (DISPUTED, ""): (-1.0, 1.0),
    (CLAIMED, ""): (-NO_END, -0.3),
    (RU, "contested"): (-NO_END, -0.1),
    (RU, ""): (-NO_END, -1.0),
}
VARIANCE = {"high": 1.0, "medium": 2.0, "low": 10.0}
SMOOTHING = 0.06
RULE_KM = 3.0  # a contested place lies within this of the line
CONTESTED_WITHIN_KM = 2.9
PULL = 0.004
PULLS_ALONG_KM = 5.0
ROUNDS = 120

# The window that the surface is looked at in, kilometres on the plane.
WEST, SOUTH, EAST, NORTH = -95.0, -100.0, 75.0, 85.0
COARSE_KM, FINE_KM = 1.25, 0.5
BEYOND_BORDER_KM = 1.5

# The band.
LEAST_SHARE = 0.8
NEAR_KM = 6.0
LEAST_NEAR = 0.2
NARROWEST_KM, WIDEST_KM = 1.0, 9.0
QUALITY = {"high": 1.0, "medium": 0.5, "low": 0.1}

# Contested ground.
REACH_KM = {"high": 3.0, "medium": 3.0, "low": 1.5}


class Place:
    """A row of places.csv."""

    def __init__(self, row):
        self.number, self.name, self.name_uk = int(row["number"]), row["name_en"], row["name_uk"]
        self.sector, self.coordinate_from, self.reported = row["sector"], row["coordinate_from"], row["reported"]
        self.lon, self.lat = float(row["longitude"]), float(row["latitude"])
        self.status, self.leans, self.weight = row["status"], row["leans"], row["weight"]
        split = lambda text: [part.strip() for part in text.split(" ; ") if part.strip()]
        self.sources = list(zip(split(row["source_urls"]), split(row["source_dates"]), strict=True))
        days = [date.fromisoformat(d) for _, text in self.sources for d in re.findall(r"\d{4}-\d\d-\d\d", text)[:1]]
        self.day = min(days, key=lambda d: (abs((d - AS_OF).days), d), default=None)
        self.at = TO_PLANE(self.lon, self.lat)

    def quality(self):
        """Weight and age of its reports: of the last two weeks before the day or after it, of two months, or older."""
        age = abs((self.day - AS_OF).days) if self.day else 999
        return QUALITY[self.weight] * (1.0 if age <= 14 else 0.5 if age <= 60 else 0.25)


def read_places(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [Place(row) for row in csv.DictReader(file)]


def kernel(a, b):
    """The thin-plate spline's: r² log r, in units of 10 km."""
    r2 = ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1) / 100.0
    return 0.5 * r2 * np.log(np.maximum(r2, 1e-12))


class Reports:
    """Places, and towns whose side nobody doubts, made ready for drawing lines from any part of them."""

    def __init__(self, places, behind_ukrainian_side, behind_russian_side, smoothing=SMOOTHING):
        self.places = places
        bounds = [BOUNDS[p.status, p.leans] for p in places]
        bounds += [BOUNDS[UA, ""]] * len(behind_ukrainian_side) + [BOUNDS[RU, ""]] * len(behind_russian_side)
        towns = [TO_PLANE(*at) for at in [*behind_ukrainian_side, *behind_russian_side]]
        self.at = np.array([p.at for p in places] + towns)
        self.least, self.most = np.array(bounds).T
        self.variance = smoothing * np.array([VARIANCE[p.weight] for p in places] + [1.0] * len(towns))
        self.contested = np.array([p.status == CONTESTED for p in places] + [False] * len(towns))
        self.must = self.contested & np.array([p.weight != "low" for p in places] + [False] * len(towns))
        self.plane = np.c_[np.ones(len(self.at)), self.at / 10.0]
        self.kernel = kernel(self.at, self.at)
        self.grids = {}

    def grid(self, step):
        if step not in self.grids:
            x, y = np.arange(WEST, EAST + step, step), np.arange(SOUTH, NORTH + step, step)
            at = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
            self.grids[step] = x, y, kernel(at, self.at), np.c_[np.ones(len(at)), at / 10.0]
        return self.grids[step]

    def surface(self, used, shift):
        """Weights of the places and of the plane, and the heights at the places that were used."""
        least, most = self.least[used] + shift[used], self.most[used] + shift[used]
        k, plane, variance = self.kernel[np.ix_(used, used)], self.plane[used], self.variance[used]
        pulls, target = np.ones(len(used), bool), np.clip(0.0, least, most)
        for _ in range(60):
            a = np.flatnonzero(pulls)
            system = np.block([[k[np.ix_(a, a)] + np.diag(variance[a]), plane[a]], [plane[a].T, np.zeros((3, 3))]])
            solved = np.linalg.solve(system, np.r_[target[a], np.zeros(3)])
            weights = np.zeros(len(used))
            weights[a] = solved[: len(a)]
            heights = k @ weights + plane @ solved[len(a):]
            now = (heights < least) | (heights > most)
            wanted = np.where(heights < least, least, most)
            if (now == pulls).all() and (wanted[now] == target[now]).all():
                break
            pulls, target = now, np.where(now, wanted, target)
        whole = np.zeros(len(self.at))
        whole[used] = weights
        return whole, solved[len(a):], heights

    def contour(self, weights, plane, step):
        """Where the surface is 0: the longest line that is not closed."""
        x, y, k, p = self.grid(step)
        z = (k @ weights + p @ plane).reshape(len(y), len(x))
        lines = [LineString(line) for line in contourpy.contour_generator(x, y, z).lines(0.0) if len(line) > 1]
        return max((line for line in lines if not line.is_closed), key=lambda line: line.length)

    def height(self, weights, plane, i):
        return float(self.kernel[i] @ weights + self.plane[i] @ plane)

    def line(self, left_out=None, fine=False):
        """The line, from north to south, and the surface."""
        used = np.array([i for i in range(len(self.at)) if i != left_out])
        must = used[self.must[used]]
        shift, towards = np.zeros(len(self.at)), {}
        for _ in range(ROUNDS):
            weights, plane, heights = self.surface(used, shift)
            line = self.contour(weights, plane, COARSE_KM)
            far = must[shapely.distance(shapely.points(self.at[must]), line) > CONTESTED_WITHIN_KM]
            if not len(far):
                break
            height_of = dict(zip(used, heights))
            for i in far:
                towards.setdefault(i, np.sign(height_of[i]))
                near = np.hypot(*(self.at[used] - self.at[i]).T) <= PULLS_ALONG_KM
                shift[used[near & self.contested[used]]] -= towards[i] * PULL
        if fine:
            line = self.contour(weights, plane, FINE_KM)
        c = line.coords
        line = line if c[0][1] > c[-1][1] else line.reverse()
        return line, weights, plane

    def off_km(self, i, line, weights, plane):
        """How far a line contradicts the report on a place; nothing for disputed places."""
        place = self.places[i]
        if place.status == DISPUTED:
            return None
        d = float(line.distance(Point(self.at[i])))
        if place.status == CONTESTED:
            return d
        is_west = self.height(weights, plane, i) > 0
        return 0.0 if is_west == (place.status == UA) else d


    def contradicts(self, i, line, weights, plane):
        """Whether a line breaks the rule for a place, or reports on it disagree by themselves."""
        off = self.off_km(i, line, weights, plane)
        return off is None or off > (RULE_KM if self.places[i].status == CONTESTED else 0.0)


def shipped(line, oblast):
    """The line from just beyond the oblast's border in the north to just beyond it in the south-west, without vertices
    that say nothing."""
    around = oblast.buffer(BEYOND_BORDER_KM)
    crossings = line.intersection(around)
    along = [line.project(Point(end)) for part in getattr(crossings, "geoms", [crossings])
             for end in (part.coords[0], part.coords[-1])]
    return shapely.ops.substring(line, min(along), max(along)).simplify(0.03)


def stations(line, every=1.0):
    n = max(2, int(round(line.length / every)) + 1)
    along = np.linspace(0.0, line.length, n)
    return along, np.array([line.interpolate(a).coords[0] for a in along])


def half_widths(reports, at, line, weights, plane, left_out=None):
    """Half-widths of the band at points of a line, but for the factor that `factor_for` finds.

    The more reports there are near, and the better and fresher they are, the narrower; the more of them disagree, the
    wider. A report counts by exp(-d²/2·6²), d in kilometres, times its quality. Those disagree that are disputed or that
    the line contradicts.
    """
    keep = [i for i in range(len(reports.places)) if i != left_out]
    quality = np.array([reports.places[i].quality() for i in keep])
    against = np.array([reports.contradicts(i, line, weights, plane) for i in keep], float)
    d2 = ((np.asarray(at)[:, None, :] - reports.at[keep][None, :, :]) ** 2).sum(-1)
    near = np.exp(-d2 / (2 * NEAR_KM**2))
    number = np.maximum(near @ quality, LEAST_NEAR)
    disagree = (near @ against) / np.maximum(near.sum(1), 1e-9)
    return np.sqrt((1.0 + 1.0 / number) * (1.0 + disagree))


def clip(widths):
    return np.clip(widths, NARROWEST_KM, WIDEST_KM)


def factor_for(tests):
    """The least factor with which the band holds enough of the contested places, and of all places, that were left out."""
    def enough(which):
        needs = sorted(t["off_km"] / t["width"] for t in which)
        return needs[min(len(needs) - 1, int(np.ceil(LEAST_SHARE * (len(needs) + 1))) - 1)]
    return max(enough([t for t in tests if t["status"] == CONTESTED]), enough(tests))


def left_out_in_turn(reports):
    """For each place: how far off the line is that is drawn without it, and what half-width the band would have there."""
    tests = []
    for i, place in enumerate(reports.places):
        line, weights, plane = reports.line(left_out=i)
        off = reports.off_km(i, line, weights, plane)
        near = line.interpolate(line.project(Point(reports.at[i]))).coords[0]
        width = float(half_widths(reports, [near], line, weights, plane, left_out=i)[0])
        tests.append({"place": place, "status": place.status, "off_km": off, "width": width,
                      "distance_km": float(line.distance(Point(reports.at[i])))})
    counted = [t for t in tests if t["off_km"] is not None]
    for t in counted:
        t["factor"] = factor_for([o for o in counted if o is not t])
        t["half_width_km"] = float(clip(t["factor"] * t["width"]))
        t["within"] = t["off_km"] <= t["half_width_km"]
    return counted


def band(line, widths_at, widths):
    """All that lies within the half-width of some point of the line: discs and what joins them."""
    parts = []
    for (a, b), (u, v) in zip(zip(widths_at, widths_at[1:]), zip(widths, widths[1:])):
        parts.append(MultiPoint([a, b]).convex_hull.buffer(min(u, v), quad_segs=16))
        parts.append(shapely.union(Point(a).buffer(u, quad_segs=16), Point(b).buffer(v, quad_segs=16)).convex_hull)
    return shapely.union_all(parts).buffer(0.3).buffer(-0.3).simplify(0.05)


def smoothed(along, widths, over=4.0):
    k = np.exp(-((along[:, None] - along[None, :]) ** 2) / (2 * over**2))
    return (k @ widths) / k.sum(1)


def contested_ground(reports, line):
    """See the head of this file."""
    places = reports.places
    is_open = lambda p: p.status in (CONTESTED, DISPUTED) or p.leans == "contested"
    reach = lambda p: REACH_KM["low" if p.leans == "contested" else p.weight]
    own = shapely.voronoi_polygons(MultiPoint([p.at for p in places]), extend_to=shapely.box(WEST, SOUTH, EAST, NORTH))
    parts = []
    for place in filter(is_open, places):
        at = Point(place.at)
        cell = next(c for c in own.geoms if c.intersects(at))
        parts.append(cell.intersection(at.buffer(reach(place))))
        there = line.interpolate(line.project(at))
        if at.distance(there) <= reach(place):
            parts.append(LineString([at, there]).buffer(0.8))
    whole = shapely.union_all(parts).buffer(1.5).buffer(-2.3).buffer(0.8).simplify(0.05)
    kept = [p for p in getattr(whole, "geoms", [whole]) if p.intersects(line) and p.area >= 2.0]
    return shapely.MultiPolygon([shapely.Polygon(p.exterior, [r for r in p.interiors if shapely.Polygon(r).area >= 2.0])
                                 for p in kept])
