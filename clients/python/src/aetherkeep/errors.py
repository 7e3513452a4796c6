"""Errors: one class for each reaction."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class AetherkeepError(Exception):
    """A failure with a stable code."""

    code: str
    """The stable code: decide by it, or by the class. See aetherkeep.types.Code."""
    retry: bool
    status: Optional[int]
    """The HTTP status, for responses over HTTP."""
    request_id: Optional[str]
    """The id of the request in the node's log."""
    retry_after: Optional[float]
    """The seconds before a retry, if the node set them."""

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
    """400, 413, 415, 422 and others: the request is invalid, and a retry does not help."""


class Unauthenticated(AetherkeepError):
    """401: no credential, a wrong one, or one that has expired."""


class Forbidden(AetherkeepError):
    """403: the credential does not permit this, or a newer producer has taken over."""


class NotFound(AetherkeepError):
    """404: the resource does not exist."""


class Gone(AetherkeepError):
    """410: the resource no longer exists."""


class Conflict(AetherkeepError):
    """409: the request conflicts with the current state; read it again before a retry."""


class VersionConflict(Conflict):
    """412: the resource has changed meanwhile; read it again before a retry."""


class RateLimited(AetherkeepError):
    """429: not executed; retry after `retry_after`."""


class Unavailable(AetherkeepError):
    """5xx: the node, Redis or an origin is unavailable; the request may or may not have been executed."""


class ConnectionLost(Unavailable):
    """The node could not be reached, or the connection was lost."""


class DeadlineExceeded(Unavailable):
    """The response did not arrive in time."""


class Closed(AetherkeepError):
    """The realtime connection is closed permanently; `code` is the reason."""


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
