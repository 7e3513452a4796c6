"""Failures: one class for each way to deal with them."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class AetherkeepError(Exception):
    """A failure, which has a stable code and says whether the same may succeed later."""

    code: str
    """Decide by it, or by the class; it is never renamed. See aetherkeep.types.Code."""
    retry: bool
    status: Optional[int]
    """The HTTP status, where it was answered over HTTP."""
    request_id: Optional[str]
    """What to look for in the node's log."""
    retry_after: Optional[float]
    """How many seconds to wait before the next attempt, where the node said so."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retry: bool = False,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.retry = retry
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{super().__str__()} ({self.code})"


class InvalidRequest(AetherkeepError):
    """400, 413, 415, 422 and their kin: the request is wrong, however often it comes."""


class Unauthenticated(AetherkeepError):
    """401: no credential, a wrong one, or one that has expired."""


class Forbidden(AetherkeepError):
    """403: the credential may not do this, or a newer producer has taken over."""


class NotFound(AetherkeepError):
    """404: there is no such thing."""


class Gone(AetherkeepError):
    """410: it was there, and is not any more."""


class Conflict(AetherkeepError):
    """409: it goes back, is taken, or is over; read it again before the next attempt."""


class VersionConflict(Conflict):
    """412: somebody changed it meanwhile; read it again before the next attempt."""


class RateLimited(AetherkeepError):
    """429: nothing was done; come back after `retry_after`."""


class Unavailable(AetherkeepError):
    """5xx: the node, Redis or an origin cannot answer now; whether it was done is not known."""


class ConnectionLost(Unavailable):
    """The node could not be reached, or the connection was lost."""


class DeadlineExceeded(Unavailable):
    """The answer did not come in time."""


class Closed(AetherkeepError):
    """The realtime connection is closed for good; `code` says why."""


_BY_STATUS = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: VersionConflict,
    429: RateLimited,
}


def of(fault: Mapping[str, Any], status: Optional[int] = None, retry_after: Optional[float] = None) -> AetherkeepError:
    """The error of a problem document, or of the `error` of a frame."""
    found = fault.get("status", status)
    kind = _BY_STATUS.get(found or 0) or (Unavailable if found is not None and found >= 500 else None)
    if kind is None:
        kind = InvalidRequest if found is not None else AetherkeepError
    if fault["code"] == "deadline-exceeded":
        kind = DeadlineExceeded
    return kind(
        fault["code"],
        fault.get("detail") or fault.get("title") or fault["code"],
        retry=bool(fault.get("retry")),
        status=found,
        request_id=fault.get("requestId"),
        retry_after=retry_after,
    )
