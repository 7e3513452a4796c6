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


class Aetherkeep:
    """One space of Aetherkeep, at the address of a node or of the balancer before several.

    Make one and share it; close it at the end, or use it in a `with` block.

    `token` is an API key or a JWT, or a function that gets one before each request. `timeout` is the deadline of
    a call in seconds, retries and waiting included. `retries` says how often a call is tried again at most, by
    default as often as its deadline allows. `client` is an httpx client with settings of your own.
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

    def realtime(self, *, session: Optional[str] = None) -> Realtime:
        """Connects the WebSocket of a session, or of an observer, who only watches, where none is named."""

        def ticket() -> str:
            return (self.observer_ticket() if session is None else self.sessions.ticket(session))

        return Realtime(self._http.base, ticket)

    def observer_ticket(self, *, timeout: Optional[float] = None) -> str:
        """A ticket that opens one WebSocket of no session within 30 s."""
        return cast(str, (self._http.send(Request("POST", "/realtime/ticket"), timeout)).json()["ticket"])

    def close(self) -> None:
        """Closes the connections, unless they are of an httpx client of yours."""
        self._http.close()

    def __enter__(self) -> "Aetherkeep":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
