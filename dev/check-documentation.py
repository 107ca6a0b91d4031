#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists public symbols without a documentation comment, and fails if there are any.

usage: check-documentation.py FOLDER-OF-SYMBOL-GRAPHS

What implements a requirement of a protocol has the documentation of that.
"""
import json
import pathlib
import sys

INHERITING = {"overrides", "defaultImplementationOf", "requirementOf", "optionalRequirementOf"}
# Requirements of protocols of the standard library that carry documentation of their own.
WITNESSES = {
    "description", "makeAsyncIterator()", "next()", "next(isolation:)", "hash(into:)", "==(_:_:)",
    "<(_:_:)", "rawValue", "init(rawValue:)", "allCases", "testDescription", "enqueue(_:)",
}

bare = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/*.symbols.json")):
    graph = json.loads(path.read_text())
    inherited = {
        relation["source"] for relation in graph["relationships"] if relation["kind"] in INHERITING
    }
    requirements = {
        symbol["names"]["title"] for symbol in graph["symbols"] if "docComment" in symbol
    }
    for symbol in graph["symbols"]:
        title = symbol["names"]["title"]
        if "docComment" in symbol or symbol["identifier"]["precise"] in inherited:
            continue
        # The projection of a property wrapper is documented with its property.
        if title.startswith("$"):
            continue
        if symbol["kind"]["identifier"] == "swift.extension" or title in WITNESSES | requirements:
            continue
        bare.append(f"{graph['module']['name']}: {'.'.join(symbol['pathComponents'])}")

for name in bare:
    print(f"check-documentation: {name} has no documentation comment", file=sys.stderr)
sys.exit(bool(bare))
