"""The JSON merge patch (RFC 7396) from one object to another."""

from __future__ import annotations

from typing import Any, Dict, Mapping


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Dict[str, Any]:
    patch: Dict[str, Any] = {
        name: None for name, value in before.items() if value is not None and after.get(name) is None
    }
    for name, value in after.items():
        known = before.get(name)
        if isinstance(value, dict) and isinstance(known, dict):
            inner = difference(known, value)
            if inner:
                patch[name] = inner
        elif value is not None and (value != known or isinstance(value, bool) is not isinstance(known, bool)):
            patch[name] = value
    return patch
