"""Makes src/aetherkeep/types.py of the OpenAPI document.

    /usr/bin/python3 tools/make_types.py [--check] [openapi.json]

Without a document it takes the one that Maven has assembled in router-verticle/target. With --check it
only says whether all that the file says is in the document; that the document has more (another code, another
field) breaks no client, and is a hint.
"""

from __future__ import annotations

import difflib
import json
import keyword
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "src" / "aetherkeep" / "types.py"
DOCUMENT = HERE.parents[2] / "router-verticle/target/classes/io/aetherkeep/router/openapi.json"

# What the client's methods take and answer; what these refer to comes along.
ROOTS = [
    "Session", "SessionRow", "Ended", "Message", "Appended", "History", "Playback", "PlaybackReport",
    "PlaybackReported", "Listeners", "MostHeard", "Entries", "Invalidated", "ConfigRow", "ConfigVersion",
    "ConfigWritten", "ConfigWrite", "ConfigsWritten", "Status", "ListedStatus", "ProviderHealth", "Outcome", "StreamInfo",
]

SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

HEADER = '''"""Types of the OpenAPI document, made by tools/make_types.py: not to be edited."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

'''


def literal(values: list[Any]) -> str:
    return f"Literal[{', '.join('None' if value is None else json.dumps(value) for value in values)}]"


def union(parts: list[str]) -> str:
    different = list(dict.fromkeys(parts))
    if "Any" in different:
        return "Any"
    return different[0] if len(different) == 1 else f"Union[{', '.join(different)}]"


def is_class(schema: dict[str, Any]) -> bool:
    """Whether an object has fields that are all known, with names that Python takes."""
    properties = schema.get("properties", {})
    known = schema.get("additionalProperties") is False
    return bool(properties) and known and not any(keyword.iskeyword(key) for key in properties)


class Types:
    def __init__(self, schemas: dict[str, Any]) -> None:
        self.schemas = schemas
        self.needed: list[str] = []

    def need(self, name: str) -> str:
        if name not in self.needed:
            self.needed.append(name)
            self.written(name)
        return name

    def of(self, schema: dict[str, Any]) -> str:
        if "$ref" in schema:
            return self.need(schema["$ref"].rsplit("/", 1)[1])
        for key in ("oneOf", "anyOf"):
            if key in schema and not schema.get("properties"):
                return union([self.of(part) for part in schema[key]])
        if "enum" in schema:
            return literal(schema["enum"])
        if "const" in schema:
            return literal([schema["const"]])
        kind = schema.get("type")
        if isinstance(kind, list):
            return union([self.of({**schema, "type": one}) for one in kind])
        if kind == "array":
            return f"List[{self.of(schema.get('items', {}))}]"
        if kind == "object":
            more = schema.get("additionalProperties", True)
            return f"Dict[str, {self.of(more) if isinstance(more, dict) else 'Any'}]"
        return SIMPLE.get(kind or "", "Any")

    def written(self, name: str) -> str:
        schema = self.schemas[name]
        properties = schema.get("properties")
        if not is_class(schema):
            return f"{name} = {self.of(schema)}\n"
        required = set(schema.get("required", []))
        musts = {key: value for key, value in properties.items() if key in required}
        mays = {key: value for key, value in properties.items() if key not in required}

        def fields(of: dict[str, Any]) -> str:
            return "".join(f"    {key}: {self.of(value)}\n" for key, value in of.items()) or "    pass\n"

        if not mays:
            return f"class {name}(TypedDict):\n{fields(musts)}"
        if not musts:
            return f"class {name}(TypedDict, total=False):\n{fields(mays)}"
        # NotRequired is of Python 3.11.
        return f"class _{name}(TypedDict):\n{fields(musts)}\n\nclass {name}(_{name}, total=False):\n{fields(mays)}"


def source(document: dict[str, Any]) -> str:
    schemas = document["components"]["schemas"]
    types = Types(schemas)
    for root in ROOTS:
        types.need(root)
    codes = schemas["Problem"]["properties"]["code"]["enum"]
    listed = "".join(f"    {json.dumps(code)},\n" for code in codes)
    aliases = sorted(name for name in types.needed if not is_class(schemas[name]))
    classes = sorted(name for name in types.needed if is_class(schemas[name]))
    parts = [f"Code = Literal[\n{listed}]\n"]
    parts += [types.written(name) for name in aliases]
    parts += ["\n" + types.written(name) for name in classes]
    return HEADER + "\n".join(parts)


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    paths = [argument for argument in arguments if argument != "--check"]
    made = source(json.loads(Path(paths[0] if paths else DOCUMENT).read_text("utf-8")))
    if not check:
        TARGET.write_text(made, "utf-8")
        return 0
    changed = list(difflib.ndiff(TARGET.read_text("utf-8").splitlines(), made.splitlines()))
    wrong = [line for line in changed if line.startswith("- ")]
    if wrong or any(line.startswith("+ ") for line in changed):
        print(f"{TARGET} is older than the OpenAPI document: run clients/python/tools/make_types.py")
        print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
