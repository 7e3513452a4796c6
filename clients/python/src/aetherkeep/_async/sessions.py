"""Sessions and what they play."""

from __future__ import annotations

from typing import Any, AsyncIterator, Dict, Mapping, Optional, Union, cast

from .. import errors
from .._wire import Request, if_match, random_id, segment
from ..types import Appended, Ended, History, Listeners, MostHeard, Playback, PlaybackReported, Session, SessionRow
from .http import AsyncTransport


class AsyncSessions:
    """Sessions of one space."""

    def __init__(self, http: AsyncTransport) -> None:
        self._http = http

    async def open(
        self,
        *,
        id: Optional[str] = None,
        user_id: Union[str, int, None] = None,
        preferences: Optional[Mapping[str, Any]] = None,
        data: Optional[Mapping[str, Any]] = None,
        ttl_seconds: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> Session:
        """Opens a session. A call whose answer was lost is tried again and still opens one session."""
        own = id if id is not None else random_id()
        opening = {"id": own, "userId": user_id, "preferences": preferences, "data": data, "ttlSeconds": ttl_seconds}
        try:
            return cast(Session, (await self._http.send(Request("POST", "/sessions", json=opening), timeout)).json())
        except errors.Conflict as error:
            opened = await self.get(own, timeout=timeout) if id is None and error.code == "session-exists" else None
            if opened is None:
                raise
            return opened

    async def get(
        self, id: str, *, touch: bool = True, include_history: bool = False, timeout: Optional[float] = None
    ) -> Optional[Session]:
        """Reads a session, which counts as use of it unless `touch` is false; None where there is none."""
        query = {"touch": None if touch else False, "include": "history" if include_history else None}
        response = await self._http.find(Request("GET", _path(id), query), "session-unknown", timeout)
        return None if response is None else cast(Session, response.json())

    async def patch(
        self, id: str, patch: Mapping[str, Any], *, if_version: Optional[str] = None, timeout: Optional[float] = None
    ) -> Session:
        """Changes the fields that a JSON merge patch names: None removes a field.

        With `if_version` only where the session still has this version.
        """
        request = Request(
            "PATCH",
            _path(id),
            headers={"If-Match": if_match(if_version)},
            json=patch,
            content_type="application/merge-patch+json",
            once=if_version is not None,
        )
        return cast(Session, (await self._http.send(request, timeout)).json())

    async def end(self, id: str, *, timeout: Optional[float] = None) -> None:
        """Ends a session for good, whether it was there or not."""
        await self._http.send(Request("DELETE", _path(id)), timeout)

    async def touch(self, id: str, *, timeout: Optional[float] = None) -> Session:
        """Uses a session: its lifetime starts anew."""
        return cast(Session, (await self._http.send(Request("POST", _path(id, "/touch")), timeout)).json())

    async def extend(self, id: str, ttl_seconds: int, *, timeout: Optional[float] = None) -> Session:
        """Gives a session a lifetime of its own, from now on and after each use."""
        request = Request("POST", _path(id, "/extend"), json={"ttlSeconds": ttl_seconds})
        return cast(Session, (await self._http.send(request, timeout)).json())

    async def rotate(self, id: str, *, timeout: Optional[float] = None) -> Session:
        """Gives a session a new id, as is due after a login; the old one is dead at once."""
        return cast(Session, (await self._http.send(Request("POST", _path(id, "/rotate"), once=True), timeout)).json())

    def list(self, *, timeout: Optional[float] = None) -> AsyncIterator[SessionRow]:
        """The live sessions of the space."""
        return self._http.pages(Request("GET", "/sessions"), timeout)

    def list_of_user(self, user: Union[str, int], *, timeout: Optional[float] = None) -> AsyncIterator[SessionRow]:
        """The sessions of a user, the latest active first."""
        return self._http.pages(Request("GET", f"/users/{segment(user)}/sessions"), timeout)

    async def end_all_of_user(
        self, user: Union[str, int], *, except_id: Optional[str] = None, timeout: Optional[float] = None
    ) -> Ended:
        """Logs a user out everywhere, or everywhere but in one session."""
        request = Request("DELETE", f"/users/{segment(user)}/sessions", {"except": except_id})
        return cast(Ended, (await self._http.send(request, timeout)).json())

    async def append_history(
        self,
        id: str,
        role: str,
        content: str,
        *,
        tokens: Optional[int] = None,
        request_id: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Appended:
        """Appends a message to the history, once however often the call is tried again."""
        message: Dict[str, Any] = {"role": role, "content": content, "tokens": tokens, "requestId": request_id}
        given = {name: value for name, value in message.items() if value is not None}
        headers = {"Idempotency-Key": idempotency_key or random_id()}
        request = Request("POST", _path(id, "/history"), headers=headers, json=given)
        return cast(Appended, (await self._http.send(request, timeout)).json())

    async def history(
        self,
        id: str,
        *,
        max_tokens: Optional[int] = None,
        limit: Optional[int] = None,
        timeout: Optional[float] = None,
    ) -> History:
        """The newest messages of a session, the oldest of them first."""
        request = Request("GET", _path(id, "/history"), {"maxTokens": max_tokens, "limit": limit})
        return cast(History, (await self._http.send(request, timeout)).json())

    async def ticket(self, id: str, *, timeout: Optional[float] = None) -> str:
        """A ticket that opens one WebSocket of the session within 30 s."""
        return cast(str, (await self._http.send(Request("POST", _path(id, "/ticket")), timeout)).json()["ticket"])


class AsyncPlaybacks:
    """What sessions play, and who listens."""

    def __init__(self, http: AsyncTransport) -> None:
        self._http = http

    async def get(self, session: str, *, timeout: Optional[float] = None) -> Playback:
        """What a session plays, and where."""
        return cast(Playback, (await self._http.send(Request("GET", _path(session, "/playback")), timeout)).json())

    async def report(
        self,
        session: str,
        *,
        podcast: Optional[str] = None,
        state: Optional[str] = None,
        position_ms: Optional[int] = None,
        rate: Optional[float] = None,
        seq: Optional[int] = None,
        here: Optional[bool] = None,
        timeout: Optional[float] = None,
    ) -> PlaybackReported:
        """Reports what a session plays; the newest `seq` wins.

        Without one the report is sent again only where it certainly has not been taken.
        """
        report = {"podcastId": podcast, "state": state, "positionMs": position_ms, "rate": rate, "seq": seq, "here": here}
        given = {name: value for name, value in report.items() if value is not None}
        request = Request("PUT", _path(session, "/playback"), json=given, once=seq is None)
        return cast(PlaybackReported, (await self._http.send(request, timeout)).json())

    async def listeners(self, podcast: str, *, timeout: Optional[float] = None) -> Listeners:
        """Who listens to a podcast now."""
        request = Request("GET", f"/podcasts/{segment(podcast)}/listeners")
        return cast(Listeners, (await self._http.send(request, timeout)).json())

    async def top(self, *, limit: Optional[int] = None, timeout: Optional[float] = None) -> MostHeard:
        """The most heard podcasts."""
        return cast(MostHeard, (await self._http.send(Request("GET", "/playback/top", {"limit": limit}), timeout)).json())


def _path(id: str, rest: str = "") -> str:
    return f"/sessions/{segment(id)}{rest}"
