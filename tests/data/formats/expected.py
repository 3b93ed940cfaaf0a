#!/usr/bin/env python3
"""What GDAL reads from each file here, as NAME.gdal.json: its layers one after the other, in two dimensions.

Needs ogr2ogr and ogrinfo (GDAL 3.6.2 made the files that are here). The tests need neither.
"""
import json, pathlib, subprocess

here = pathlib.Path(__file__).parent
for path in sorted(here.iterdir()):
    if path.suffix not in (".kml", ".kmz", ".gpx", ".topojson", ".shp", ".zip", ".fgb", ".gpkg"):
        continue
    listed = subprocess.run(["ogrinfo", "-q", "-so", path], capture_output=True, text=True, check=True).stdout
    layers = [line.split(": ", 1)[1].split(" (")[0] for line in listed.splitlines() if ": " in line and "(None)" not in line]
    features = []
    for layer in layers:
        # The points of routes and tracks are not features of their own to us.
        if layer.endswith("_points"):
            continue
        read = ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, layer, "-dim", "XY", "-lco", "COORDINATE_PRECISION=12"]
        if path.suffix in (".shp", ".zip", ".fgb", ".gpkg"):
            read += ["-t_srs", "EPSG:4326"]
        text = subprocess.run(read, capture_output=True, text=True, check=True).stdout
        for feature in json.loads(text)["features"]:
            features.append({"type": "Feature", "layer": layer, "properties": feature["properties"], "geometry": feature["geometry"]})
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    (here / (path.name + ".gdal.json")).write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n")
