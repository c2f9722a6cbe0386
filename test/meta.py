#!/usr/bin/env python3
"""test/meta.py DIRECTORY: whether META.json of an unpacked archive is what PGXN's
specification 1.0.0 asks for, agrees with the control file, and names files that are there."""
import json
import os
import re
import sys

tree = sys.argv[1]
with open(os.path.join(tree, "META.json"), encoding="utf-8") as text:
    meta = json.load(text)
with open(os.path.join(tree, "workflow_perms.control"), encoding="utf-8") as text:
    control = dict(re.findall(r"^(\w+) = '?(.*?)'?$", text.read(), re.M))
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-?[A-Za-z][\w-]*)?")
wrong = []
for key in ("name", "version", "abstract", "maintainer", "license", "provides", "meta-spec"):
    if not meta.get(key):
        wrong.append(f"no {key}")
for where, version in [("version", meta["version"]), ("meta-spec", meta["meta-spec"]["version"]),
                       *((f"provides {name}", part["version"]) for name, part in meta["provides"].items())]:
    if not VERSION.fullmatch(version):
        wrong.append(f"{where}: {version} is no semantic version")
if meta["version"].split("-")[0] != control["default_version"] + ".0" * (2 - control["default_version"].count(".")):
    wrong.append(f"version {meta['version']}: the control file has {control['default_version']}")
if os.path.basename(tree) != f"{meta['name']}-{meta['version']}":
    wrong.append(f"the directory is not {meta['name']}-{meta['version']}")
for name, part in meta["provides"].items():
    for key in ("file", "docfile"):
        if key in part and not os.path.exists(os.path.join(tree, part[key])):
            wrong.append(f"provides {name}: there is no {part[key]}")
    if part["version"] != meta["version"]:
        wrong.append(f"provides {name}: version {part['version']}")
if meta.get("release_status") not in (None, "stable", "testing", "unstable"):
    wrong.append(f"release_status {meta['release_status']}")
if meta["license"] not in ("postgresql", "bsd", "mit", "apache_2_0", "gpl_2", "gpl_3", "open_source"):
    wrong.append(f"license {meta['license']}")
sys.exit("\n".join(f"META.json: {w}" for w in wrong) if wrong else 0)
