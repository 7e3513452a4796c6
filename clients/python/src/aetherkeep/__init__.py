"""Client of Aetherkeep: sessions, caches, job status, provider health, streams and realtime.

    from aetherkeep import Aetherkeep

    council = Aetherkeep("http://127.0.0.1:8080", space="council")
    session = council.sessions.open(user_id="u1")

`AsyncAetherkeep` has the same methods for `await`.
"""

from ._async.client import AsyncAetherkeep
from ._async.streams import AsyncProducer
from ._sync.client import Aetherkeep
from ._sync.streams import Producer
from .errors import (
    AetherkeepError,
    Closed,
    Conflict,
    ConnectionLost,
    DeadlineExceeded,
    Forbidden,
    Gone,
    InvalidRequest,
    NotFound,
    RateLimited,
    Unauthenticated,
    Unavailable,
    VersionConflict,
)
from .models import CancelRequest, Entry, News, Part, StatusView, Written
from .realtime import AsyncRealtime, Realtime

__all__ = [
    "Aetherkeep",
    "AetherkeepError",
    "AsyncAetherkeep",
    "AsyncProducer",
    "AsyncRealtime",
    "CancelRequest",
    "Closed",
    "Conflict",
    "ConnectionLost",
    "DeadlineExceeded",
    "Entry",
    "Forbidden",
    "Gone",
    "InvalidRequest",
    "News",
    "NotFound",
    "Part",
    "Producer",
    "RateLimited",
    "Realtime",
    "StatusView",
    "Unauthenticated",
    "Unavailable",
    "VersionConflict",
    "Written",
]
