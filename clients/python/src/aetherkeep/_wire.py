"""Requests and responses, independent of the HTTP library."""

from __future__ import annotations

import asyncio
import email.utils
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union
from urllib.parse import quote, urlencode

import httpx

from . import errors

_NOT_DONE = frozenset({"rate-limited", "overloaded", "not-serving"})
_LONGEST_WAIT = 10.0
_MOST_IDS = 100
_LONGEST_QUERY = 3500
"""Leaves room for the path within a node's `http.max-uri-length`."""

QueryValue = Union[str, int, bool, None, Sequence[str]]


@dataclass(frozen=True)
class Request:
    """A request; `once` means that it is not idempotent."""

    method: str
    path: str
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    headers: Mapping[str, Optional[str]] = field(default_factory=dict)
    json: Any = None
    content: Optional[bytes] = None
    content_type: Optional[str] = None
    once: bool = False

    def url(self, base: str) -> str:
        pairs = [(name, _text(one)) for name, value in self.query.items() for one in _each(value)]
        return f"{base}{self.path}?{urlencode(pairs)}" if pairs else base + self.path

    def body(self) -> Optional[bytes]:
        if self.json is not None:
            return json.dumps(self.json, ensure_ascii=False).encode()
        return self.content

    def sent_headers(self, token: Optional[str]) -> Dict[str, str]:
        all_headers = {name: value for name, value in self.headers.items() if value is not None}
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        if self.json is not None or self.content_type:
            all_headers["Content-Type"] = self.content_type or "application/json"
        return all_headers


def _each(value: QueryValue) -> Sequence[Union[str, int, bool]]:
    if value is None:
        return ()
    return (value,) if isinstance(value, (str, int, bool)) else value


def _text(value: Union[str, int, bool]) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def segment(name: str, value: Union[str, int]) -> str:
    """Encodes the argument of this name as one segment of a path.

    Refuses an empty one, which is the path of the list, `.` and `..`, by which HTTP libraries leave the
    resource, and an unpaired surrogate, which has no encoding.
    """
    if value is None or value in ("", ".", ".."):
        raise errors.InvalidRequest("invalid-id", f"{name} must not be {'empty' if value == '' else value}")
    try:
        return quote(str(value), safe="")
    except UnicodeEncodeError:
        raise errors.InvalidRequest("invalid-id", f"{name} contains an unpaired surrogate") from None


def batch(ids: Sequence[str]) -> Sequence[str]:
    """The first ids of a bulk read that a node accepts in one request."""
    length = 0
    for n, id in enumerate(ids):
        length += len("&" + urlencode({"id": id}))
        if n > 0 and (n == _MOST_IDS or length > _LONGEST_QUERY):
            return ids[:n]
    return ids


def again(page: Mapping[str, Any], count: int) -> List[str]:
    """The ids of a bulk read of `count` ids to request again: those that did not fit, and those that are unavailable.

    A request with unavailable ids alone fails.
    """
    omitted = page.get("omitted", [])
    # A value that is omitted although it is alone would be omitted again.
    return [*(omitted if len(omitted) < count else []), *page.get("unavailable", [])]


def stream_path(path: str) -> str:
    """Encodes a stream's path, with its slashes."""
    segment("path", path)
    return "/".join(name and segment("path", name) for name in path.split("/"))


def if_match(version: Optional[str]) -> Optional[str]:
    return version if version in (None, "*") else f'"{version}"'


def etag(response: httpx.Response) -> str:
    """The version in an `ETag`. A proxy that compresses the response marks it as weak (`W/`), which `If-Match` never matches."""
    tag = str(response.headers.get("etag", ""))
    return (tag[2:] if tag.startswith("W/") else tag).strip('"')


def value(response: httpx.Response) -> Any:
    """The value of an entry: any JSON, or a text."""
    is_text = response.headers.get("content-type", "").startswith("text/")
    return response.content.decode() if is_text else response.json()


def random_id() -> str:
    """Generates a random id or idempotency key."""
    return secrets.token_hex(16)


def failure(response: httpx.Response) -> errors.AetherkeepError:
    """The error of a response other than 2xx and 304."""
    wait = retry_after(response.headers.get("retry-after"))
    try:
        problem = response.json()
        if isinstance(problem["code"], str):
            return errors.of(problem, response.status_code, wait)
    except (ValueError, KeyError, TypeError):
        pass
    status = response.status_code
    kind = errors.Unavailable if status >= 500 or status == 429 else errors.InvalidRequest
    message = f"HTTP {status} without a problem document: is this a node? {response.text[:200]}".strip()
    return kind("not-a-node", message, retry=status in (429, 502, 503, 504), status=status, retry_after=wait)


def lost(cause: Union[httpx.HTTPError, asyncio.TimeoutError]) -> errors.AetherkeepError:
    """The error of a request without a response."""
    if isinstance(cause, (httpx.TimeoutException, asyncio.TimeoutError)):
        return errors.DeadlineExceeded("deadline-exceeded", "The response did not arrive in time", retry=True)
    return errors.ConnectionLost("connection-lost", f"The connection failed: {cause!r}", retry=True)


def retry_after(value: Optional[str]) -> Optional[float]:
    """Parses `Retry-After`, seconds or a date, to seconds from now."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


class Retries:
    """Retry policy of a request, within its deadline."""

    def __init__(self, request: Request, timeout: float, retries: Optional[int]) -> None:
        self._once = request.once
        self._until = time.monotonic() + timeout
        self._left = retries
        self._attempts = 0

    def remaining(self) -> float:
        return max(0.001, self._until - time.monotonic())

    def wait(self, error: errors.AetherkeepError) -> float:
        """Returns the delay before the next attempt; raises the error if there is none."""
        self._attempts += 1
        backoff = min(_LONGEST_WAIT, 0.1 * 2.0 ** min(self._attempts, 10)) * random.uniform(0.5, 1.0)
        # Clients that were refused together must not come back together.
        pause = (error.retry_after or 0.0) + backoff
        late = time.monotonic() + pause >= self._until
        spent = self._left is not None and self._attempts > self._left
        if late or spent or not self._repeatable(error):
            raise error
        return pause

    def _repeatable(self, error: errors.AetherkeepError) -> bool:
        if not error.retry or isinstance(error, errors.Conflict):
            return False
        return not self._once or error.code in _NOT_DONE


