"""What calls answer that have more than one part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional


@dataclass(frozen=True)
class Entry:
    """A document and what is known of it."""

    value: Any
    version: str
    """As `if_version` takes it."""
    age: int = 0
    """How many seconds ago it was written."""
    cache_status: str = ""
    """Where a cache's answer came from (RFC 9211)."""


@dataclass(frozen=True)
class Written:
    """What a write came to."""

    version: str
    created: bool


@dataclass(frozen=True)
class StatusView:
    """The progress of a job."""

    status: Dict[str, Any]
    """The document, under its stored names."""
    final: bool
    """Whether it has ended: nothing comes after it but another attempt."""
    attempt: int
    version: str


@dataclass(frozen=True)
class CancelRequest:
    """Somebody requested that the attempt ends: end it as `cancelled`, or refuse and go on."""

    reason: Optional[str]


@dataclass(frozen=True)
class Part:
    """A piece of a stream."""

    offset: str
    """Where to go on from, here or elsewhere."""
    text: Optional[str] = None
    messages: Optional[List[Any]] = None
    data: Optional[bytes] = None
    up_to_date: bool = False
    """Nothing comes after it yet."""
    closed: bool = False
    """Nothing will."""
    stopped: bool = False
    """Somebody has stopped it."""
    abandoned: bool = False
    """Its producer fell silent."""
    recovered: bool = True
    """False where the stream begins anew, since Redis lost a part of it."""


@dataclass(frozen=True)
class News:
    """What is said of a topic."""

    topic: str
    data: Any
    """The value; None where there is none."""
    offset: Optional[str] = None
    recovered: bool = True
    """False where changes before this one are lost."""
