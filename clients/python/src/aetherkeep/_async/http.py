"""Requests with deadlines and retries."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, Optional, Union, cast

import httpx

from .. import errors
from .._deadline import within
from .._wire import QueryValue, Request, Retries, failure, lost, segment

# Each long poll holds a connection, and httpx's default of 100 would let other calls wait for the end of one.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=100)

Token = Union[str, Callable[[], Union[str, Awaitable[str]]]]


class AsyncTransport:
    """Sender of requests to a node or a load balancer, for one space."""

    def __init__(
        self,
        url: str,
        space: str,
        token: Optional[Token],
        timeout: float,
        retries: Optional[int],
        client: Optional[httpx.AsyncClient],
    ) -> None:
        self.base = f"{url.rstrip('/')}/api/v1/{segment('space', space)}"
        self._token = token
        self._timeout = timeout
        self._retries = retries
        self._client = client or httpx.AsyncClient(limits=_LIMITS)
        self._owned = client is None

    async def send(self, request: Request, timeout: Optional[float] = None) -> httpx.Response:
        """Sends a request, with retries until its deadline."""
        retries = Retries(request, self._timeout if timeout is None else timeout, self._retries)
        while True:
            try:
                return await self._once(request, retries.remaining())
            except errors.AetherkeepError as error:
                await asyncio.sleep(retries.wait(error))

    async def find(self, request: Request, code: str, timeout: Optional[float] = None) -> Optional[httpx.Response]:
        """Like send, but returns None after a failure with this code, which means that the resource does not exist."""
        try:
            return await self.send(request, timeout)
        except errors.NotFound as error:
            if error.code == code:
                return None
            raise

    async def pages(self, request: Request, timeout: Optional[float]) -> AsyncIterator[Any]:
        """Iterates over all items of a paged list."""
        cursor: Optional[str] = None
        while True:
            query: Dict[str, QueryValue] = {**request.query, "cursor": cursor}
            page = (await self.send(Request(request.method, request.path, query), timeout)).json()
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return

    async def _once(self, request: Request, timeout: float) -> httpx.Response:
        secret = self._token() if callable(self._token) else self._token
        token = await secret if inspect.isawaitable(secret) else secret
        try:
            sent = self._client.request(
                request.method,
                request.url(self.base),
                headers=request.sent_headers(cast(Optional[str], token)),
                content=request.body(),
                timeout=timeout,
            )
            # httpx's timeout is that of each part of the response, which may be many.
            response = await within(timeout, sent)
        except (httpx.HTTPError, asyncio.TimeoutError) as error:
            raise lost(error) from error
        if response.is_success or response.status_code == 304:
            return response
        raise failure(response)

    async def aclose(self) -> None:
        if self._owned:
            await self._client.aclose()
