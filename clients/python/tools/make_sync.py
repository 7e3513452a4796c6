"""Generates the synchronous client src/aetherkeep/_sync from _async.

    /usr/bin/python3 tools/make_sync.py [--check]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "aetherkeep"

REPLACEMENTS = [
    # A synchronous call cannot be cancelled: it has only the timeouts of httpx.
    (r"^ *# httpx's timeout is .*\n", ""),
    (r"\bsent = (self\._client\.request)", r"response = \1"),
    (r"^ *response = await within\(timeout, sent\)\n", ""),
    (r"^from \.\._deadline import within\n", ""),
    (r"\(httpx\.HTTPError, asyncio\.TimeoutError\)", "httpx.HTTPError"),
    (r"async (def|for|with) ", r"\1 "),
    (r"await ", ""),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bhttpx\.AsyncClient\b", "httpx.Client"),
    (r"\bAsync([A-Z]\w*)", r"\1"),
    (r"\b__aenter__\b", "__enter__"),
    (r"\b__aexit__\b", "__exit__"),
    (r"\b_?aclose\b", "close"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"^import asyncio\n", ""),
    (r"with async methods\. tools/make_sync\.py generates aetherkeep\._sync from it\.", "without async, generated from aetherkeep._async by tools/make_sync.py: do not edit."),
    # Functions that return awaitables only make sense with async.
    (r"Callable\[\[\], Union\[str, Awaitable\[str\]\]\]", "Callable[[], str]"),
    (r"secret if inspect\.isawaitable\(secret\) else secret", "secret"),
    (r"cast\(Optional\[str\], token\)", "token"),
    (r"(Dict, Optional, Union), cast$", r"\1"),
    (r"^import inspect\n", ""),
    (r"Awaitable, ", ""),
]


def made(source: str) -> str:
    for pattern, replacement in REPLACEMENTS:
        source = re.sub(pattern, replacement, source, flags=re.MULTILINE)
    if "time.sleep" in source and not re.search(r"^import time$", source, re.MULTILINE):
        source = re.sub(r"^(from typing import)", r"import time\n\1", source, count=1, flags=re.MULTILINE)
    return source


def main(arguments: list[str]) -> int:
    stale = []
    for file in sorted((PACKAGE / "_async").glob("*.py")):
        target = PACKAGE / "_sync" / file.name
        text = made(file.read_text("utf-8"))
        if "--check" not in arguments:
            target.write_text(text, "utf-8")
        elif not target.exists() or target.read_text("utf-8") != text:
            stale.append(target.name)
    if stale:
        print(f"aetherkeep/_sync is not that of _async: run clients/python/tools/make_sync.py ({', '.join(stale)})")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
