"""Draws the tiles that `maps.rs` hands over with MapLibre Native, each time a line comes in; says how many seconds that took.

It reads them from an MBTiles file and draws them by OpenGL, on a machine without a GPU in software.
"""
import json
import sys
import time
from pathlib import Path

import pymgl

folder = Path(sys.argv[1])
SIDE = 512
SOURCE = "tiles"


def fill(layer, color):
    paint = {"fill-color": color}
    return {"id": layer, "type": "fill", "source": SOURCE, "source-layer": layer, "paint": paint}


def line(layer, name, color, width):
    paint = {"line-color": color, "line-width": width}
    layout = {"line-join": "round", "line-cap": "round"}
    return {"id": name, "type": "line", "source": SOURCE, "source-layer": layer, "paint": paint, "layout": layout}


areas = {"filter": ["==", ["geometry-type"], "Polygon"]}
lines = {"filter": ["==", ["geometry-type"], "LineString"]}
middles = json.loads((folder / "middles.json").read_text())
style = {
    "version": 8,
    "sources": {SOURCE: {
        "type": "vector", "url": f"mbtiles://{folder / 'tiles.mbtiles'}",
        "minzoom": 0, "maxzoom": max(zoom for _, _, zoom in middles),
    }},
    "layers": [
        {"id": "background", "type": "background", "paint": {"background-color": "#F3F0E9"}},
        fill("landcover", "#E7EADC"),
        fill("landuse", "#E7EADC"),
        {**line("water", "waterways", "#ABC8D7", 1.0), **lines},
        {**fill("water", "#CBDDE7"), **areas},
        {**line("water", "shores", "#A5C0CF", 0.8), **areas},
        fill("buildings", "#E7E2D7"),
        line("roads", "roads", "#DDD4C3", 1.6),
        line("boundaries", "boundaries", "#9C9487", 1.2),
    ],
}
page = pymgl.Map(json.dumps(style), SIDE, SIDE)
page.load()


def draw(middles):
    for longitude, latitude, zoom in middles:
        page.setCenter(longitude, latitude)
        page.setZoom(zoom)
        page.renderBuffer()


draw(middles[:20])
page.setCenter(*middles[0][:2])
(folder / "maplibre.png").write_bytes(page.renderPNG())
print("MapLibre Native by pymgl", pymgl.__version__, flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    draw(middles)
    print(time.perf_counter() - started, flush=True)
