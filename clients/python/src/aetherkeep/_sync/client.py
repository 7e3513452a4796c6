"""The client of one space."""

from __future__ import annotations

from typing import Any, Optional, cast

import httpx

from .._wire import Request
from ..realtime import Realtime
from .caches import Caches, Configs
from .http import Transport, Token
from .sessions import Playbacks, Sessions
from .statuses import Providers, Statuses
from .streams import Streams
from .webhooks import Webhooks


class Aetherkeep:
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
        client: Optional[httpx.Client] = None,
    ) -> None:
        self._http = Transport(url, space, token, timeout, retries, client)
        self.sessions = Sessions(self._http)
        self.playback = Playbacks(self._http)
        self.caches = Caches(self._http)
        self.configs = Configs(self._http)
        self.statuses = Statuses(self._http)
        self.providers = Providers(self._http)
        self.streams = Streams(self._http)
        self.webhooks = Webhooks(self._http)

    def realtime(self, *, session: Optional[str] = None) -> Realtime:
        """Connects the WebSocket of a session or, without one, of an observer, which only watches."""

        def ticket() -> str:
            return (self.observer_ticket() if session is None else self.sessions.ticket(session))

        return Realtime(self._http.base, ticket)

    def observer_ticket(self, *, timeout: Optional[float] = None) -> str:
        """Gets a ticket for one WebSocket of an observer, valid for 30 s."""
        return cast(str, (self._http.send(Request("POST", "/realtime/ticket"), timeout)).json()["ticket"])

    def close(self) -> None:
        """Closes the connections, unless you passed the httpx client."""
        self._http.close()

    def __enter__(self) -> "Aetherkeep":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
