"""Reference numbers for lines on the ellipsoid: GeographicLib's GeodSolve and RhumbSolve, and medians found by brute force.

pip install geographiclib (2.0 or later), apt-get install geographiclib-tools. Prints Rust tables.
"""
import math, subprocess
from geographiclib.geodesic import Geodesic
G = Geodesic.WGS84

def solve(tool, args, lines):
    out = subprocess.run([tool, "-p", "10", *args], input="\n".join(lines), capture_output=True, text=True, check=True)
    return [l.split() for l in out.stdout.strip().split("\n")]

starts = [(48.7389, 37.5844, 45, 20000), (0, 179.5, 90, 250000), (-33.2, -70.1, 201.5, 1500000), (60, 10, 359.9, 300000),
          (70.5, -20.25, 90, 800000), (10, 10, 270.001, 1000), (-5, 100, 180, 900000), (38, -77, 33.75, 19312.128)]
lines = [f"{a} {b} {c} {d}" for a, b, c, d in starts]
print("// latitude, longitude, bearing, metres; then latitude and longitude of the end by GeodSolve and by RhumbSolve.")
for start, g, r in zip(starts, solve("GeodSolve", [], lines), solve("RhumbSolve", [], lines)):
    print(f"({', '.join(map(str, map(float, start)))}, ({g[0]}, {g[1]}), ({r[0]}, {r[1]})),")
pairs = [(48, 37, 49, 38), (0, 0, 0, 10), (-10, 170, 20, -175), (60, 0, 60.000001, 5), (38.2, 42.4, 38.2, 43.4), (-70, 5, 70, 5), (50, -3, 40, -74)]
lines = [" ".join(map(str, p)) for p in pairs]
print("// from and to, latitude first; bearing and metres by RhumbSolve -i.")
for pair, r in zip(pairs, solve("RhumbSolve", ["-i"], lines)):
    print(f"({', '.join(map(str, map(float, pair)))}, {r[0]}, {r[1]}),")

def shore(points):
    """Points on edges that are straight in longitude and latitude, every 200 m or so."""
    out = []
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        n = max(1, int(G.Inverse(y0, x0, y1, x1)["s12"] / 200))
        out += [((x0 + (x1 - x0) * i / n), (y0 + (y1 - y0) * i / n)) for i in range(n)]
    return out + [points[-1]]

def distance(lon, lat, points, edges):
    # The nearest of the dense points, then a golden section along both edges beside it.
    def d(p): return G.Inverse(lat, lon, p[1], p[0])["s12"]
    k = math.cos(math.radians(lat))
    order = sorted(range(len(points)), key=lambda i: ((points[i][0] - lon) * k) ** 2 + (points[i][1] - lat) ** 2)[:40]
    best = min(order, key=lambda i: d(points[i]))
    least = d(points[best])
    for a, b in [(best - 1, best), (best, best + 1)]:
        if a < 0 or b >= len(points): continue
        p, q = points[a], points[b]
        lo, hi = 0.0, 1.0
        at = lambda t: (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)
        for _ in range(60):
            m1, m2 = lo + (hi - lo) * 0.382, lo + (hi - lo) * 0.618
            if d(at(m1)) < d(at(m2)): hi = m2
            else: lo = m1
        least = min(least, d(at((lo + hi) / 2)))
    return least

WEST = [(24.0, 39.0), (24.4, 38.6), (24.1, 38.2), (24.7, 37.9), (24.2, 37.3), (24.6, 36.8)]
EAST = [(26.3, 39.1), (26.0, 38.7), (26.5, 38.3), (25.9, 37.8), (26.4, 37.4), (26.1, 36.7)]
west, east = shore(WEST), shore(EAST)
print("// latitude of a transect, and the longitude at which both shores are equally far; metres.")
for lat in [38.9, 38.7, 38.45, 38.2, 37.95, 37.7, 37.45, 37.2, 37.0]:
    lo, hi = 24.7, 25.9
    for _ in range(34):
        mid = (lo + hi) / 2
        if distance(mid, lat, west, WEST) < distance(mid, lat, east, EAST): lo = mid
        else: hi = mid
    print(f"({lat}, {(lo + hi) / 2:.9f}, {distance((lo + hi) / 2, lat, west, WEST):.3f}),")

def nearest(at, a, b):
    """The place of an edge, straight in longitude and latitude, that is nearest to a place."""
    lo, hi = 0.0, 1.0
    p = lambda t: (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
    d = lambda t: G.Inverse(at[1], at[0], p(t)[1], p(t)[0])["s12"]
    for _ in range(80):
        m1, m2 = lo + (hi - lo) * 0.382, lo + (hi - lo) * 0.618
        if d(m1) < d(m2): hi = m2
        else: lo = m1
    return p((lo + hi) / 2)

# The dossier beside this file: what its lines measure.
run = lambda tool, args, text: subprocess.run([tool, *args], input=text, capture_output=True, text=True).stdout.strip()
print("parallel", run("RhumbSolve", ["-i", "-p", "6"], "38.2 24.5 38.2 26.0"))
print("meridian", run("GeodSolve", ["-i", "-p", "6"], "37 25.25 38.9 25.25"))
print("end of the deed", run("GeodSolve", ["-p", "10"], "38.144600865320541 -76.877603582517125 90 5000"))
print("treaty-line", run("RhumbSolve", ["-i", "-p", "6"], f"{38 + 13 / 60} 42.4 37.5 43.2"))
print("treaty-area", run("Planimeter", ["-p", "6"], "37 24.5\n38.5 24.75\n38.25 26\n37.2 25.9\n"))
way = [nearest((25.1, 38.06), (25.0, 38.0), (25.2, 38.1)), (25.2, 38.1), (25.4, 38.0), (25.6, 38.1),
       nearest((25.75, 38.15), (25.6, 38.1), (25.9, 38.2))]
print("course", sum(G.Inverse(a[1], a[0], b[1], b[0])["s12"] for a, b in zip(way, way[1:])))
