"""Results of calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional


@dataclass(frozen=True)
class Entry:
    """A document with its metadata."""

    value: Any
    version: str
    """The version, for `if_version`."""
    age: int = 0
    """The seconds since it was written."""
    cache_status: str = ""
    """The source of a cache response (RFC 9211)."""
    stale_seconds: Optional[int] = None
    """The age of a configuration served from memory, because Redis or the system of record does not answer."""


@dataclass(frozen=True)
class Written:
    """The result of a write."""

    version: str
    created: bool


@dataclass(frozen=True)
class StatusView:
    """The progress of a job."""

    status: Dict[str, Any]
    """The document, under its stored names."""
    final: bool
    """Whether it has ended: only a new attempt can follow."""
    attempt: int
    version: str


@dataclass(frozen=True)
class CancelRequest:
    """A request to cancel the attempt: end it as `cancelled`, or refuse and continue."""

    reason: Optional[str]


@dataclass(frozen=True)
class Part:
    """A part of a stream."""

    offset: str
    """The offset to resume from, here or elsewhere."""
    text: Optional[str] = None
    messages: Optional[List[Any]] = None
    data: Optional[bytes] = None
    up_to_date: bool = False
    """Whether it ends at the tail."""
    closed: bool = False
    """Whether the stream has ended."""
    stopped: bool = False
    """Whether it was stopped."""
    abandoned: bool = False
    """Whether its producer's lease expired."""
    recovered: bool = True
    """False if the stream is read again from its beginning, because Redis has lost a part."""


@dataclass(frozen=True)
class News:
    """A value of a topic."""

    topic: str
    data: Any
    """The value; None if there is none."""
    offset: Optional[str] = None
    recovered: bool = True
    """False if changes before this one are lost."""
