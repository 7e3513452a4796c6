"""Clients of statuses and of provider health."""

from __future__ import annotations

import asyncio
import time
from typing import Any, AsyncIterator, Dict, List, Mapping, Optional, Sequence, Union, cast

import httpx

from .. import errors
from .._wire import Request, again, batch, etag, segment
from ..models import CancelRequest, StatusView
from ..types import ListedStatus, Outcome, ProviderHealth, ProviderLease, RenewedLease, Status
from .http import AsyncTransport

_POLL_SECONDS = 25


class AsyncStatuses:
    """Client of statuses: the progress of jobs."""

    def __init__(self, http: AsyncTransport) -> None:
        self._http = http

    async def get(self, kind: str, id: str, *, timeout: Optional[float] = None) -> Optional[StatusView]:
        """Reads a status; None if there is none."""
        response = await self._http.find(Request("GET", _place(kind, id)), "status-unknown", timeout)
        return None if response is None else _view(response)

    async def put(
        self,
        kind: str,
        id: str,
        status: Mapping[str, Any],
        *,
        attempt: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> Optional[CancelRequest]:
        """Writes a status, unless it would go back; a larger attempt starts a new one.

        The result contains a request to cancel the attempt, if any.
        """
        request = Request("PUT", _place(kind, id), {"attempt": attempt}, json=status)
        response = await self._http.send(request, timeout)
        if "status-cancel-requested" not in response.headers:
            return None
        return CancelRequest(response.json()["cancelRequested"].get("reason") if response.content else None)

    async def cancel(
        self,
        kind: str,
        id: str,
        *,
        reason: Optional[str] = None,
        attempt: Optional[int] = None,
        terminate: bool = False,
        timeout: Optional[float] = None,
    ) -> None:
        """Requests the worker to cancel an attempt; `terminate` kills the process of a Celery task."""
        what = {"reason": reason, "attempt": attempt, "terminate": terminate or None}
        given = {name: value for name, value in what.items() if value is not None}
        await self._http.send(Request("POST", _place(kind, id) + "/cancel", json=given), timeout)

    async def follow(self, kind: str, id: str, *, timeout: Optional[float] = None) -> AsyncIterator[StatusView]:
        """Follows a status by long polls: the current value and the newest value after each change, until it is
        final.

        During an outage it retries until `timeout`; without one for ever. To see every change,
        watch `status/{kind}/{id}` over the realtime connection.
        
        """
        until = None if timeout is None else time.monotonic() + timeout
        seen = "none"  # Without a known version the node returns the current status.
        while True:
            left = _POLL_SECONDS if until is None else min(_POLL_SECONDS, int(until - time.monotonic()))
            if left < 1:
                raise errors.DeadlineExceeded("deadline-exceeded", "The status was not final in time", retry=True)
            response = await self._poll(kind, id, seen, left)
            if response is not None and response.status_code == 200:
                now = _view(response)
                if now.version != seen:
                    seen = now.version
                    yield now
                if now.final:
                    return

    async def _poll(self, kind: str, id: str, seen: str, wait: int) -> Optional[httpx.Response]:
        headers = {"If-None-Match": f'"{seen}"'}
        request = Request("GET", _place(kind, id), {"wait": wait}, headers)
        try:
            return await self._http.find(request, "status-unknown", wait + 10.0)
        except errors.AetherkeepError as error:
            if not error.retry:
                raise
            await asyncio.sleep(1)
            return None

    async def final(self, kind: str, id: str, *, timeout: Optional[float] = None) -> StatusView:
        """Waits until a status is final, by long polls."""
        async for now in self.follow(kind, id, timeout=timeout):
            if now.final:
                return now
        raise AssertionError("The status is followed until it is final")

    async def get_many(self, kind: str, ids: Sequence[str], *, timeout: Optional[float] = None) -> Dict[str, Status]:
        """Reads many statuses; those that do not exist are not in the result. It fails if one stays unavailable."""
        found: Dict[str, Status] = {}
        rest = list(ids)
        while rest:
            some = batch(rest)
            page = (await self._http.send(Request("GET", f"/status/{segment('kind', kind)}", {"id": some}), timeout)).json()
            found.update(page["found"])
            rest = rest[len(some) :] + again(page, len(some))
        return found

    def list_in_progress(self, kind: str, *, timeout: Optional[float] = None) -> AsyncIterator[ListedStatus]:
        """Lists the statuses in progress."""
        return self._http.pages(Request("GET", f"/status/{segment('kind', kind)}"), timeout)


class AsyncProviders:
    """Client of provider health: a circuit breaker that all services share."""

    def __init__(self, http: AsyncTransport) -> None:
        self._http = http

    async def list(self, *, group: Optional[str] = None, timeout: Optional[float] = None) -> List[ProviderHealth]:
        """Lists providers in the order in which to call them, optionally of one group."""
        response = await self._http.send(Request("GET", "/providers/health", {"group": group}), timeout)
        return cast(List[ProviderHealth], response.json()["items"])

    async def get(self, id: str, *, timeout: Optional[float] = None) -> Optional[ProviderHealth]:
        """Reads the health of a provider; None if it has no record."""
        response = await self._http.find(Request("GET", _provider(id, "health")), "provider-unknown", timeout)
        return None if response is None else cast(ProviderHealth, response.json())

    async def report(
        self, id: str, outcomes: Union[Outcome, Sequence[Outcome]], *, timeout: Optional[float] = None
    ) -> ProviderHealth:
        """Reports outcomes of calls. It is retried only if they have certainly not been counted."""
        several = [outcomes] if isinstance(outcomes, dict) else list(outcomes)
        request = Request("POST", _provider(id, "outcomes"), json=several, once=True)
        return cast(ProviderHealth, (await self._http.send(request, timeout)).json())

    async def put(
        self, id: str, record: Mapping[str, Any], *, timeout: Optional[float] = None
    ) -> ProviderHealth:
        """Writes the record of a provider."""
        request = Request("PUT", _provider(id, "health"), json=record)
        return cast(ProviderHealth, (await self._http.send(request, timeout)).json())

    def track(self, id: str) -> "AsyncTracked":
        """Reports the outcome of a `with` block: its latency, or its error, which is raised again."""
        return AsyncTracked(self, id)

    async def lease(
        self,
        group: str,
        *,
        estimated_tokens: Optional[int] = None,
        ttl_seconds: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> ProviderLease:
        """Leases a call of a group's best provider, reserved against the limits that all callers share."""
        body = {"group": group, "estimatedTokens": estimated_tokens, "ttlSeconds": ttl_seconds}
        request = Request("POST", "/providers/lease", json=body, once=True)
        return cast(ProviderLease, (await self._http.send(request, timeout)).json())

    async def renew(
        self, lease: ProviderLease, *, ttl_seconds: Optional[int] = None, timeout: Optional[float] = None
    ) -> RenewedLease:
        """Renews a lease; raises lease-unknown where it has ended."""
        request = Request("POST", f"{_lease(lease)}/renew", json={"ttlSeconds": ttl_seconds})
        return cast(RenewedLease, (await self._http.send(request, timeout)).json())

    async def give_back(self, lease: ProviderLease, *, timeout: Optional[float] = None) -> None:
        """Gives back a lease whose call is not made."""
        await self._http.send(Request("DELETE", _lease(lease)), timeout)

    async def disable(
        self, id: str, reason: str, *, for_seconds: Optional[int] = None, timeout: Optional[float] = None
    ) -> ProviderHealth:
        """Disables a provider manually."""
        request = Request("POST", _provider(id, "disable"), json={"reason": reason, "forSeconds": for_seconds})
        return cast(ProviderHealth, (await self._http.send(request, timeout)).json())

    async def enable(
        self,
        id: str,
        *,
        reason: Optional[str] = None,
        for_seconds: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> ProviderHealth:
        """Enables a provider manually."""
        request = Request("POST", _provider(id, "enable"), json={"reason": reason, "forSeconds": for_seconds})
        return cast(ProviderHealth, (await self._http.send(request, timeout)).json())


class AsyncTracked:
    """One call of a provider."""

    def __init__(self, providers: AsyncProviders, id: str) -> None:
        self._providers = providers
        self._id = id

    async def __aenter__(self) -> None:
        self._start = time.monotonic()

    async def __aexit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        if error is not None and not isinstance(error, Exception):
            return  # Cancelled, or the program ends: not an outcome of the provider.
        outcome: Outcome = {"success": error is None, "latencyMs": round((time.monotonic() - self._start) * 1000)}
        if error is not None:
            outcome["error"] = (str(error) or repr(error))[:256]
        try:
            await self._providers.report(self._id, outcome)
        except errors.AetherkeepError:
            pass  # A lost report must not fail the call.


def _view(response: httpx.Response) -> StatusView:
    headers = response.headers
    return StatusView(response.json(), "retry-after" not in headers, int(headers.get("status-attempt", "1")), etag(response))


def _place(kind: str, id: str) -> str:
    return f"/status/{segment('kind', kind)}/{segment('id', id)}"


def _provider(id: str, what: str) -> str:
    return f"/providers/{segment('id', id)}/{what}"


def _lease(lease: ProviderLease) -> str:
    return _provider(lease["providerId"], f"leases/{segment('lease', lease['lease'])}")
