"""Clients of cache entries and configurations."""

from __future__ import annotations

from typing import Any, Iterator, Dict, Mapping, Optional, Sequence, Tuple, Union, cast

import httpx

from .._wire import Request, again, batch, etag, if_match, segment, value
from ..models import Entry, Written
from ..types import ConfigRow, ConfigVersion, ConfigWrite, ConfigWritten, ConfigsWritten, Invalidated
from .http import Transport

Id = Union[str, Tuple[str, str], None]
"""Id of an entry: a pair in a keyspace with two variables, None in one with a single entry."""


class Caches:
    """Client of cache entries."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def get(self, keyspace: str, id: Id, *, timeout: Optional[float] = None) -> Optional[Entry]:
        """Reads an entry; None if there is none."""
        response = self._http.find(Request("GET", _place(keyspace, id)), "entry-unknown", timeout)
        if response is None:
            return None
        headers = response.headers
        return Entry(value(response), etag(response), int(headers.get("age", "0")), headers.get("cache-status", ""))

    def get_many(
        self, keyspace: str, ids: Sequence[Union[str, Tuple[str, str]]], *, timeout: Optional[float] = None
    ) -> Dict[str, Any]:
        """Reads many entries, up to 100 in one round trip, by their ids; two ids are joined by a colon.

        Entries that do not exist are not in the result. It fails if one stays unavailable.
        """
        found: Dict[str, Any] = {}
        rest = [id if isinstance(id, str) else ":".join(id) for id in ids]
        while rest:
            some = batch(rest)
            request = Request("GET", f"/caches/{segment('keyspace', keyspace)}", {"id": some})
            page = (self._http.send(request, timeout)).json()
            found.update(page["found"])
            rest = rest[len(some) :] + again(page, len(some))
        return found

    def put(
        self,
        keyspace: str,
        id: Id,
        value: Any,
        *,
        max_age: Optional[int] = None,
        tags: Sequence[str] = (),
        if_version: Optional[str] = None,
        if_absent: bool = False,
        timeout: Optional[float] = None,
    ) -> Written:
        """Writes an entry; `max_age` in seconds is its lifetime instead of its keyspace's."""
        headers = {
            "Cache-Control": None if max_age is None else f"max-age={max_age}",
            "Cache-Tags": ", ".join(tags) or None,
            "If-Match": if_match(if_version),
            "If-None-Match": "*" if if_absent else None,
        }
        once = if_absent or if_version is not None
        response = self._http.send(_write(_place(keyspace, id), headers, value, once), timeout)
        return Written(etag(response), response.status_code == 201)

    def remove(
        self, keyspace: str, id: Id, *, if_version: Optional[str] = None, timeout: Optional[float] = None
    ) -> None:
        """Removes an entry, whether it exists or not."""
        headers = {"If-Match": if_match(if_version)}
        self._http.send(
            Request("DELETE", _place(keyspace, id), headers=headers, once=if_version is not None), timeout
        )

    def invalidate(
        self,
        *,
        keyspace: Optional[str] = None,
        ids: Optional[Sequence[str]] = None,
        pattern: Optional[str] = None,
        tag: Optional[str] = None,
        dry_run: bool = False,
        timeout: Optional[float] = None,
    ) -> Invalidated:
        """Removes entries by ids, pattern or tag."""
        what = {"keyspace": keyspace, "ids": ids, "pattern": pattern, "tag": tag, "dryRun": dry_run}
        given = {name: value for name, value in what.items() if value is not None}
        return cast(Invalidated, (self._http.send(Request("POST", "/caches/invalidate", json=given), timeout)).json())


class Configs:
    """Client of configurations: named documents with versions."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def get(self, name: str, *, timeout: Optional[float] = None) -> Optional[Entry]:
        """Reads a configuration; None if there is none."""
        response = self._http.find(Request("GET", _config(name)), "config-unknown", timeout)
        return None if response is None else _configuration(response)

    def next(
        self, name: str, known: str, *, wait: int = 25, timeout: Optional[float] = None
    ) -> Optional[Entry]:
        """Waits up to `wait` seconds (1 to 60) for another version than a known one; None if there is none in time."""
        request = Request("GET", _config(name), {"wait": wait}, {"If-None-Match": f'"{known}"'})
        response = self._http.find(request, "config-unknown", wait + 10.0 if timeout is None else timeout)
        changed = response is not None and response.status_code == 200
        return _configuration(response) if response is not None and changed else None

    def put(
        self,
        name: str,
        value: Any,
        *,
        if_version: Optional[str] = None,
        if_absent: bool = False,
        author: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Written:
        """Writes a configuration; `author` is the person behind the change, recorded unverified."""
        headers = {"If-Match": if_match(if_version), "If-None-Match": "*" if if_absent else None, "From": author}
        once = if_absent or if_version is not None
        response = self._http.send(_write(_config(name), headers, value, once), timeout)
        return Written(etag(response), response.status_code == 201)

    def put_many(
        self, configs: Sequence[ConfigWrite], *, author: Optional[str] = None, timeout: Optional[float] = None
    ) -> ConfigsWritten:
        """Writes and removes several configurations: all of them or none, under one version number."""
        request = Request("POST", "/configs", headers={"From": author}, json={"configs": list(configs)}, once=True)
        return cast(ConfigsWritten, (self._http.send(request, timeout)).json())

    def remove(
        self,
        name: str,
        *,
        if_version: Optional[str] = None,
        author: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> None:
        """Removes a configuration."""
        headers = {"If-Match": if_match(if_version), "From": author}
        self._http.send(Request("DELETE", _config(name), headers=headers, once=True), timeout)

    def list(self, *, timeout: Optional[float] = None) -> Iterator[ConfigRow]:
        """Lists the configurations by name."""
        return self._http.pages(Request("GET", "/configs"), timeout)

    def versions(self, name: str, *, timeout: Optional[float] = None) -> Iterator[ConfigVersion]:
        """Lists the changes of a configuration, the newest first."""
        return self._http.pages(Request("GET", f"{_config(name)}/versions"), timeout)

    def rollback(
        self, name: str, number: int, *, author: Optional[str] = None, timeout: Optional[float] = None
    ) -> ConfigWritten:
        """Rolls a configuration back: writes the value of an earlier version as a new version."""
        path = f"{_config(name)}/rollback"
        request = Request("POST", path, headers={"From": author}, json={"version": number}, once=True)
        return cast(ConfigWritten, (self._http.send(request, timeout)).json())


def _write(path: str, headers: Mapping[str, Optional[str]], value: Any, once: bool) -> Request:
    if value is None:
        return Request("PUT", path, headers=headers, content=b"null", content_type="application/json", once=once)
    return Request("PUT", path, headers=headers, json=value, once=once)


def _place(keyspace: str, id: Id) -> str:
    ids = () if id is None else (id,) if isinstance(id, str) else id
    return "/".join((f"/caches/{segment('keyspace', keyspace)}", *(segment("id", part) for part in ids)))


def _configuration(response: httpx.Response) -> Entry:
    stale = response.headers.get("aetherkeep-stale")
    return Entry(response.json(), etag(response), stale_seconds=None if stale is None else int(stale))


def _config(name: str) -> str:
    return f"/configs/{segment('name', name)}"
