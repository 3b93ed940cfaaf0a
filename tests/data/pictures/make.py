"""Writes the numbers and pictures of this folder with GDAL, to which the tests of placed pictures compare.

    python3 make.py

It wants GDAL's Python bindings (Debian's python3-gdal; made with GDAL 3.6.2), numpy, scipy and pyproj. Everything in this
folder is invented: the places are random ones, the picture is of dots.

control.json: control points with a known error; what GDAL makes of them as a polynomial of the first order and as a
thin-plate spline, in metres of Web Mercator; how far each is off on the ground (pyproj.Geod), and how far if it is left
out, by as many fits without it. GDAL 3.6 has no projective map: that one is scipy's least squares of the same distances.
dots.png: a picture of dots. dots-order1.png, dots-tps.png: gdalwarp of it by the points of control.json, scaled.
cog.tif: a cloud-optimised GeoTIFF of GDAL's own (gdal_translate of the command line, 3.6.2), with smaller copies.
tiff/: one small picture stored and placed in different ways; tiff/expected.json has its pixels as GDAL reads them (some
of them) and where GDAL puts two of its corners.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
from osgeo import gdal, osr
from pyproj import Geod, Transformer
from scipy.optimize import least_squares

gdal.UseExceptions()
HERE = Path(__file__).parent
GEOD = Geod(ellps="WGS84")
TO_METRES = Transformer.from_crs(4326, 3857, always_xy=True)
TO_DEGREES = Transformer.from_crs(3857, 4326, always_xy=True)
random = np.random.default_rng(15)
WIDTH, HEIGHT = 400, 300

# A sheet of about 24 km by 18 km near 48.5° N, turned by 4°, off by some 40 m.
cx, cy = TO_METRES.transform(37.6, 48.55)
turn, scale = np.radians(4.0), 90.0


def sheet(x, y):
    u, v = (x - WIDTH / 2) * scale, (HEIGHT / 2 - y) * scale
    return cx + u * np.cos(turn) - v * np.sin(turn), cy + u * np.sin(turn) + v * np.cos(turn)


pixels = [(x + random.uniform(-15, 15), y + random.uniform(-15, 15)) for y in (35, 150, 265) for x in (40, 150, 250, 360)]
points = []
for x, y in pixels:
    east, north = sheet(x, y)
    lon, lat = TO_DEGREES.transform(east + random.normal(0, 60), north + random.normal(0, 60))
    points.append((round(x, 3), round(y, 3), round(lon, 7), round(lat, 7)))


def gcps(some):
    return [gdal.GCP(*TO_METRES.transform(lon, lat), 0, x, y) for x, y, lon, lat in some]


def transformer(some, options):
    data = gdal.GetDriverByName("MEM").Create("", WIDTH, HEIGHT, 1)
    system = osr.SpatialReference()
    system.ImportFromEPSG(3857)
    data.SetGCPs(gcps(some), system)
    made = gdal.Transformer(data, None, options)

    def forward(x, y):
        ok, (east, north, _) = made.TransformPoint(0, x, y)
        assert ok
        return east, north

    def back(east, north):
        ok, (x, y, _) = made.TransformPoint(1, east, north)
        assert ok
        return x, y

    return forward, back


def homography(some):
    pixel = np.array([point[:2] for point in some])
    metre = np.array([TO_METRES.transform(*point[2:]) for point in some])
    p0, m0 = pixel.mean(0), metre.mean(0)
    ps, ms = pixel.std(), metre.std()
    p, m = (pixel - p0) / ps, (metre - m0) / ms

    def apply(h, p):
        under = p @ h[6:8] + 1
        return np.stack([(p @ h[0:2] + h[2]) / under, (p @ h[3:5] + h[5]) / under], 1)

    start = np.array([1, 0, 0, 0, -1, 0, 0, 0.0])
    fit = least_squares(lambda h: (apply(h, p) - m).ravel(), start, xtol=1e-15, ftol=1e-15, gtol=1e-15)
    forward = lambda x, y: tuple(apply(fit.x, (np.array([[x, y]]) - p0) / ps)[0] * ms + m0)
    full = np.append(fit.x, 1).reshape(3, 3)
    inverse = np.linalg.inv(full)

    def back(east, north):
        q = inverse @ np.append((np.array([east, north]) - m0) / ms, 1)
        return tuple(q[:2] / q[2] * ps + p0)

    return forward, back


FITS = {
    "affine": lambda some: transformer(some, ["METHOD=GCP_POLYNOMIAL", "MAX_GCP_ORDER=1"]),
    "thin-plate": lambda some: transformer(some, ["METHOD=GCP_TPS"]),
    "projective": homography,
}
grid = [(x, y) for y in (10.0, 150.0, 290.0) for x in (10.0, 140.0, 260.0, 390.0)]


def off_m(forward, point):
    lon, lat = TO_DEGREES.transform(*forward(*point[:2]))
    return GEOD.inv(point[2], point[3], lon, lat)[2]


made = {}
for name, fit in FITS.items():
    forward, back = fit(points)
    residuals = [off_m(forward, point) for point in points]
    left_out = [off_m(fit(points[:at] + points[at + 1 :])[0], point) for at, point in enumerate(points)]
    made[name] = {
        "residuals_m": residuals,
        "rms_m": float(np.sqrt(np.mean(np.square(residuals)))),
        "left_out_m": left_out,
        "left_out_rms_m": float(np.sqrt(np.mean(np.square(left_out)))),
        "to_metres": [[x, y, *map(float, forward(x, y))] for x, y in grid],
        "to_pixels": [[*map(float, sheet(x, y)), *map(float, back(*sheet(x, y)))] for x, y in grid],
    }
text = {"made_with": f"GDAL {gdal.__version__}", "size_px": [WIDTH, HEIGHT], "points": points, "fits": made}
(HERE / "control.json").write_text(json.dumps(text, indent=1) + "\n")

# Dots of 9 pixels, each in a colour of its own, on white.
dots = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
yy, xx = np.mgrid[0:HEIGHT, 0:WIDTH]
for index, (x, y) in enumerate((x, y) for y in (40, 110, 190, 260) for x in (45, 145, 255, 355)):
    dots[(xx + 0.5 - x) ** 2 + (yy + 0.5 - y) ** 2 < 4.6**2] = [[255, 0, 0], [0, 0, 255], [0, 120, 0], [0, 0, 0]][(index + index // 4) % 4]


def write(name, pixels, driver="PNG", options=()):
    bands = pixels.shape[2]
    memory = gdal.GetDriverByName("MEM").Create("", pixels.shape[1], pixels.shape[0], bands)
    for band in range(bands):
        memory.GetRasterBand(band + 1).WriteArray(pixels[:, :, band])
    gdal.GetDriverByName(driver).CreateCopy(str(HERE / name), memory, options=list(options))


write("dots.png", dots)
memory = gdal.Translate("/vsimem/points.tif", str(HERE / "dots.png"), GCPs=gcps(points), outputSRS="EPSG:3857")
xs, ys = zip(*(sheet(x, y) for x in (0, WIDTH) for y in (0, HEIGHT)))
west, east, south, north = min(xs), max(xs), min(ys), max(ys)
# A grid of whole numbers, so that it can be said again exactly.
step = 100.0
west, north = np.floor(west / step) * step, np.ceil(north / step) * step
columns, rows = int(np.ceil((east - west) / step)), int(np.ceil((north - south) / step))
bounds = [west, north - rows * step, west + columns * step, north]
for name, options in {"order1": {"polynomialOrder": 1}, "tps": {"tps": True}}.items():
    warped = gdal.Warp("/vsimem/warped.tif", memory, dstSRS="EPSG:3857", outputBounds=bounds, xRes=step, yRes=step,
                       resampleAlg="bilinear", dstAlpha=True, errorThreshold=0, **options)
    gdal.Translate(str(HERE / f"dots-{name}.png"), warped, format="PNG")
text["warped"] = {"west_m": west, "north_m": north, "step_m": step, "columns": columns, "rows": rows}
(HERE / "control.json").write_text(json.dumps(text, indent=1) + "\n")

# One picture in many files: a slope of colours with a black corner.
(HERE / "tiff").mkdir(exist_ok=True)
W, H = 70, 45
small = np.zeros((H, W, 3), np.uint8)
small[:, :, 0], small[:, :, 1], small[:, :, 2] = np.arange(W)[None, :] * 3, np.arange(H)[:, None] * 5, 90
small[:10, :12] = 0
UTM = (500000.0, 20.0, 0.0, 5370000.0, 0.0, -20.0)
TURNED = (4180000.0, 20.0, 5.0, 6200000.0, 4.0, -20.0)
expected = {}


def placed(name, pixels, geo, epsg, options=(), points=None, nodata=None, palette=None, kind=gdal.GDT_Byte, driver="GTiff"):
    bands = pixels.shape[2]
    memory = gdal.GetDriverByName("MEM").Create("", W, H, bands, kind)
    for band in range(bands):
        memory.GetRasterBand(band + 1).WriteArray(pixels[:, :, band])
        if nodata is not None:
            memory.GetRasterBand(band + 1).SetNoDataValue(nodata)
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    if points:
        memory.SetGCPs(points, system)
    else:
        memory.SetGeoTransform(geo)
        memory.SetProjection(system.ExportToWkt())
    if name == "point":
        memory.SetMetadataItem("AREA_OR_POINT", "Point")
    if palette:
        table = gdal.ColorTable()
        for index, color in enumerate(palette):
            table.SetColorEntry(index, color)
        memory.GetRasterBand(1).SetColorTable(table)
    path = HERE / "tiff" / f"{name}.tif"
    gdal.GetDriverByName(driver).CreateCopy(str(path), memory, options=list(options))
    read = gdal.Open(str(path))
    if palette:
        read = gdal.Translate("/vsimem/rgb.tif", read, rgbExpand="rgb")
    array = read.ReadAsArray()
    array = array[None] if array.ndim == 2 else array
    if kind == gdal.GDT_UInt16:
        array = array >> 8
    if "PHOTOMETRIC=MINISWHITE" in options:
        # GDAL gives the numbers as they stand, of which nothing is white.
        array = 255 - array
    if "NBITS=1" in options:
        array = array * 255
    spots = [(0, 0), (69, 44), (35, 20), (20, 40), (64, 3), (3, 33)]
    way = Transformer.from_crs(epsg, 4326, always_xy=True)
    corners = []
    if not points:
        at = lambda x, y: (geo[0] + geo[1] * x + geo[2] * y, geo[3] + geo[4] * x + geo[5] * y)
        corners = [[x, y, *way.transform(*at(x, y))] for x, y in [(0, 0), (W, H)]]
    expected[name] = {"pixels": [[x, y, *[int(band[y, x]) for band in array[:3]]] for x, y in spots], "corners": corners}


tiled = ["TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16"]
grey = small[:, :, :1]
placed("strips-lzw", small, UTM, 32637, ["COMPRESS=LZW", "PREDICTOR=2", "BLOCKYSIZE=7"])
placed("tiles-deflate", small, TURNED, 3857, [*tiled, "COMPRESS=DEFLATE", "PREDICTOR=2"])
placed("tiles-jpeg", small, UTM, 32637, [*tiled, "COMPRESS=JPEG", "PHOTOMETRIC=YCBCR", "JPEG_QUALITY=95"])
placed("planes", small, UTM, 32637, [*tiled, "INTERLEAVE=BAND", "COMPRESS=PACKBITS"])
placed("big", small, UTM, 32637, ["BIGTIFF=YES", "COMPRESS=DEFLATE"])
placed("point", small, UTM, 32637, ["COMPRESS=DEFLATE"])
placed("bits-fax", (grey > 100).astype(np.uint8), UTM, 32637, ["NBITS=1", "COMPRESS=CCITTFAX4"])
placed("white-is-zero", grey, UTM, 32637, ["PHOTOMETRIC=MINISWHITE", "COMPRESS=DEFLATE"])
placed("sixteen", small.astype(np.uint16) * 257, UTM, 32637, ["COMPRESS=DEFLATE"], kind=gdal.GDT_UInt16)
placed("palette", grey // 16, UTM, 32637, ["COMPRESS=LZW"], palette=[(i * 15, 255 - i * 10, 40, 255) for i in range(16)])
placed("nothing", small, UTM, 32637, ["COMPRESS=DEFLATE"], nodata=0)
placed("opacity", np.dstack([small, np.full((H, W), 128, np.uint8)]), UTM, 32637, ["COMPRESS=DEFLATE", "ALPHA=YES"])
placed("degrees", small, (37.0, 0.001, 0, 48.5, 0, -0.001), 4326, ["COMPRESS=DEFLATE"])
placed("old-datum", small, (7415000.0, 20.0, 0.0, 5370000.0, 0.0, -20.0), 28407, ["COMPRESS=DEFLATE"])
placed("cog", small, UTM, 32637, ["COMPRESS=DEFLATE", "BLOCKSIZE=128", "OVERVIEWS=IGNORE_EXISTING"], driver="COG")
placed("points", small, UTM, 32637, ["COMPRESS=DEFLATE"],
       points=[gdal.GCP(500000 + x * 20, 5370000 - y * 20, 0, x, y) for x, y in [(0, 0), (70, 0), (70, 45), (0, 45)]])
placed("heights", grey.astype(np.float32), UTM, 32637, ["COMPRESS=DEFLATE"], kind=gdal.GDT_Float32)
expected.pop("heights")
(HERE / "tiff" / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
for leftover in HERE.rglob("*.aux.xml"):
    leftover.unlink()

# A cloud-optimised GeoTIFF: red and green say the place, blue does not pack, so that tiles are as large as they are.
across, down = 512, 384
plain = bytearray(b"P6\n%d %d\n255\n" % (across, down))
for y in range(down):
    for x in range(across):
        plain += bytes((x // 4, y // 4, ((x * 7919) ^ (y * 104729)) % 3))
ppm = Path("/tmp/cog.ppm")
ppm.write_bytes(plain)
subprocess.run(
    ["gdal_translate", "-q", "-of", "COG", "-a_srs", "EPSG:32637", "-a_ullr", "500000", "5370000", "510240", "5362320"]
    + ["-co", "BLOCKSIZE=128", "-co", "COMPRESS=DEFLATE", "-co", "OVERVIEW_RESAMPLING=NEAREST"]
    + [str(ppm), str(HERE / "cog.tif")],
    check=True,
)
