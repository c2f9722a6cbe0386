#!/usr/bin/python3
"""extract.py PAGE DIRECTORY: writes the blocks of a page that begin with a comment
that names a file (`// db.mjs`, `# db.py`, `-- api.sql`) to these files. Every block of
code must name one; blocks of output and of commands for a shell need not."""
import os
import re
import sys

page, directory = sys.argv[1:]
with open(page, encoding="utf-8") as text:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text.read(), re.M | re.S)
for language, code in blocks:
    named = re.match(r"(?://|#|--) ([\w.]+)\n", code)
    if named:
        with open(os.path.join(directory, named[1]), "w", encoding="utf-8") as out:
            out.write(code)
    elif language not in ("text", "console"):
        sys.exit(f"a block of {language} in {page} names no file: {code.splitlines()[0]}")
