"""Clients of sessions and playback."""

from __future__ import annotations

from typing import Any, AsyncIterator, Dict, Mapping, Optional, Union, cast

from .. import errors
from .._wire import Request, if_match, random_id, segment
from ..types import Appended, Ended, History, Listeners, MostHeard, Playback, PlaybackReported, Session, SessionRow
from .http import AsyncTransport


class AsyncSessions:
    """Client of the sessions of one space."""

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
        """Opens a session. Retries after a lost response do not open a second one."""
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
        """Reads a session, which counts as use unless `touch` is false; None if there is none."""
        query = {"touch": None if touch else False, "include": "history" if include_history else None}
        response = await self._http.find(Request("GET", _path(id), query), "session-unknown", timeout)
        return None if response is None else cast(Session, response.json())

    async def patch(
        self, id: str, patch: Mapping[str, Any], *, if_version: Optional[str] = None, timeout: Optional[float] = None
    ) -> Session:
        """Changes the fields that a JSON merge patch names: None removes a field.

        With `if_version` only if the session still has this version.
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
        """Ends a session permanently, whether it exists or not."""
        await self._http.send(Request("DELETE", _path(id)), timeout)

    async def touch(self, id: str, *, timeout: Optional[float] = None) -> Session:
        """Restarts the lifetime of a session."""
        return cast(Session, (await self._http.send(Request("POST", _path(id, "/touch")), timeout)).json())

    async def extend(self, id: str, ttl_seconds: int, *, timeout: Optional[float] = None) -> Session:
        """Sets the lifetime of a session, from now on and after each use."""
        request = Request("POST", _path(id, "/extend"), json={"ttlSeconds": ttl_seconds})
        return cast(Session, (await self._http.send(request, timeout)).json())

    async def rotate(self, id: str, *, timeout: Optional[float] = None) -> Session:
        """Moves a session to a new id, for example after a login; the old id is invalid at once."""
        return cast(Session, (await self._http.send(Request("POST", _path(id, "/rotate"), once=True), timeout)).json())

    def list(self, *, timeout: Optional[float] = None) -> AsyncIterator[SessionRow]:
        """Lists the live sessions of the space."""
        return self._http.pages(Request("GET", "/sessions"), timeout)

    def list_of_user(self, user: Union[str, int], *, timeout: Optional[float] = None) -> AsyncIterator[SessionRow]:
        """Lists the sessions of a user, in pages from the newest to the oldest; within a page the last active first."""
        return self._http.pages(Request("GET", f"/users/{segment('user', user)}/sessions"), timeout)

    async def end_all_of_user(
        self, user: Union[str, int], *, except_id: Optional[str] = None, timeout: Optional[float] = None
    ) -> Ended:
        """Logs a user out everywhere, optionally except one session."""
        request = Request("DELETE", f"/users/{segment('user', user)}/sessions", {"except": except_id})
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
        """Appends a message to the history exactly once, also after retries."""
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
        """Reads the newest messages of a session, in ascending order."""
        request = Request("GET", _path(id, "/history"), {"maxTokens": max_tokens, "limit": limit})
        return cast(History, (await self._http.send(request, timeout)).json())

    async def ticket(self, id: str, *, timeout: Optional[float] = None) -> str:
        """Gets a ticket for one WebSocket of the session, valid for 30 s."""
        return cast(str, (await self._http.send(Request("POST", _path(id, "/ticket")), timeout)).json()["ticket"])


class AsyncPlaybacks:
    """Client of playback and listeners."""

    def __init__(self, http: AsyncTransport) -> None:
        self._http = http

    async def get(self, session: str, *, timeout: Optional[float] = None) -> Playback:
        """Reads the playback of a session."""
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
        """Reports the playback of a session; the newest `seq` wins.

        Without one the report is retried only if it has certainly not been executed.
        """
        report = {"podcastId": podcast, "state": state, "positionMs": position_ms, "rate": rate, "seq": seq, "here": here}
        given = {name: value for name, value in report.items() if value is not None}
        request = Request("PUT", _path(session, "/playback"), json=given, once=seq is None)
        return cast(PlaybackReported, (await self._http.send(request, timeout)).json())

    async def listeners(self, podcast: str, *, timeout: Optional[float] = None) -> Listeners:
        """Reads the number of listeners of a podcast."""
        request = Request("GET", f"/podcasts/{segment('podcast', podcast)}/listeners")
        return cast(Listeners, (await self._http.send(request, timeout)).json())

    def presence(self, podcast: str, *, timeout: Optional[float] = None) -> AsyncIterator[Dict[str, Any]]:
        """Lists the sessions that listen to a podcast."""
        return self._http.pages(Request("GET", f"/podcasts/{segment('podcast', podcast)}/presence"), timeout)

    async def top(self, *, limit: Optional[int] = None, timeout: Optional[float] = None) -> MostHeard:
        """Lists the podcasts with the most listeners."""
        return cast(MostHeard, (await self._http.send(Request("GET", "/playback/top", {"limit": limit}), timeout)).json())


def _path(id: str, rest: str = "") -> str:
    return f"/sessions/{segment('id', id)}{rest}"
