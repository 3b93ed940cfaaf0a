"""Draws the tiles that `maps.rs` hands over with Mapnik, each time a line comes in; says how many seconds that took.

The features lie in memory, in Mapnik's own index and already in the coordinates of the page: it neither reads nor decodes
a file while it is timed, which is in its favour.
"""
import json
import sys
import time
from pathlib import Path

import mapnik

folder = Path(sys.argv[1])
SIDE = 512
page = mapnik.Map(SIDE, SIDE, "+proj=merc +a=6378137 +b=6378137 +units=m +no_defs")
page.background = mapnik.Color("#F3F0E9")


def line(color, width):
    symbol = mapnik.LineSymbolizer()
    symbol.stroke = mapnik.Color(color)
    symbol.stroke_width = width
    symbol.stroke_linejoin = mapnik.stroke_linejoin.ROUND_JOIN
    symbol.stroke_linecap = mapnik.stroke_linecap.ROUND_CAP
    return symbol


def area(color):
    symbol = mapnik.PolygonSymbolizer()
    symbol.fill = mapnik.Color(color)
    return symbol


looks = {
    "land": [area("#E7EADC")],
    "waterways": [line("#ABC8D7", 1.0)],
    "water": [area("#CBDDE7"), line("#A5C0CF", 0.8)],
    "buildings": [area("#E7E2D7")],
    "roads": [line("#DDD4C3", 1.6)],
    "borders": [line("#9C9487", 1.2)],
}
for name, symbols in looks.items():
    path = folder / f"{name}.geojson"
    if not path.exists():
        continue
    style, rule = mapnik.Style(), mapnik.Rule()
    for symbol in symbols:
        rule.symbols.append(symbol)
    style.rules.append(rule)
    page.append_style(name, style)
    layer = mapnik.Layer(name, page.srs)
    layer.datasource = mapnik.GeoJSON(file=str(path), cache_features=True)
    layer.styles.append(name)
    page.layers.append(layer)
boxes = [mapnik.Box2d(*box) for box in json.loads((folder / "boxes.json").read_text())]
picture = mapnik.Image(SIDE, SIDE)


def draw(boxes):
    for box in boxes:
        page.zoom_to_box(box)
        mapnik.render(page, picture)


draw(boxes[:20])
picture.save(str(folder / "mapnik.png"), "png")
print("Mapnik", mapnik.mapnik_version_string(), flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    draw(boxes)
    print(time.perf_counter() - started, flush=True)
