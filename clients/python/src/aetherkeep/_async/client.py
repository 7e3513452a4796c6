"""The client of one space."""

from __future__ import annotations

from typing import Any, Optional, cast

import httpx

from .._wire import Request
from ..realtime import AsyncRealtime
from .caches import AsyncCaches, AsyncConfigs
from .http import AsyncTransport, Token
from .sessions import AsyncPlaybacks, AsyncSessions
from .statuses import AsyncProviders, AsyncStatuses
from .streams import AsyncStreams
from .webhooks import AsyncWebhooks


class AsyncAetherkeep:
    """Client of one space, at the URL of a node or a load balancer.

    Create one and share it; close it at the end, or use it in a `with` block.

    `token` is an API key or a JWT, or a function that returns one before each request. `timeout` is the
    deadline of a call in seconds, retries and waiting included. `retries` is the maximum number of retries of
    a call, by default limited only by the deadline. `client` is an httpx client with your settings;
    each long poll occupies one of its connections, of which httpx allows 100 by default.
    """

    def __init__(
        self,
        url: str,
        *,
        space: str,
        token: Optional[Token] = None,
        timeout: float = 10.0,
        retries: Optional[int] = None,
        client: Optional[httpx.AsyncClient] = None,
    ) -> None:
        self._http = AsyncTransport(url, space, token, timeout, retries, client)
        self.sessions = AsyncSessions(self._http)
        self.playback = AsyncPlaybacks(self._http)
        self.caches = AsyncCaches(self._http)
        self.configs = AsyncConfigs(self._http)
        self.statuses = AsyncStatuses(self._http)
        self.providers = AsyncProviders(self._http)
        self.streams = AsyncStreams(self._http)
        self.webhooks = AsyncWebhooks(self._http)

    def realtime(self, *, session: Optional[str] = None) -> AsyncRealtime:
        """Connects the WebSocket of a session or, without one, of an observer, which only watches."""

        async def ticket() -> str:
            return await (self.observer_ticket() if session is None else self.sessions.ticket(session))

        return AsyncRealtime(self._http.base, ticket)

    async def observer_ticket(self, *, timeout: Optional[float] = None) -> str:
        """Gets a ticket for one WebSocket of an observer, valid for 30 s."""
        return cast(str, (await self._http.send(Request("POST", "/realtime/ticket"), timeout)).json()["ticket"])

    async def aclose(self) -> None:
        """Closes the connections, unless you passed the httpx client."""
        await self._http.aclose()

    async def __aenter__(self) -> "AsyncAetherkeep":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.aclose()
