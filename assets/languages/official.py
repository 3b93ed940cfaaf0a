#!/usr/bin/env python3
"""Writes official.rs, which languages are official in which country, from Unicode's CLDR.

    npm pack cldr-core
    python3 official.py FOLDER          # where it is unpacked

Languages that CLDR has as official in the whole country or in a part of it; what is "de facto official" is left out.
"""

import json
import os
import sys

folder = sys.argv[1]
with open(os.path.join(folder, "package.json"), encoding="utf-8") as file:
    version = json.load(file)["version"]
with open(os.path.join(folder, "supplemental", "territoryInfo.json"), encoding="utf-8") as file:
    territories = json.load(file)["supplemental"]["territoryInfo"]
rows = []
for country, about in sorted(territories.items()):
    of = about.get("languagePopulation", {})
    official = {tag.split("_")[0] for tag, said in of.items() if said.get("_officialStatus") in ("official", "official_regional")}
    if len(country) == 2 and official:
        rows.append(f'    ("{country}", "{" ".join(sorted(official))}"),')
out = [f"// Made by official.py from CLDR {version} (© Unicode, Inc., Unicode-3.0); see assets/README.md.\n"]
out.append("/// Countries, ISO 3166-1 alpha-2, each with the languages that are official in it or in a part of it.")
out += [f"static OFFICIAL: [(&str, &str); {len(rows)}] = [", *rows, "];"]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "official.rs"), "w", encoding="utf-8") as file:
    file.write("\n".join(out) + "\n")
