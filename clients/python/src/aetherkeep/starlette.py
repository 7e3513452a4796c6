"""Sessions of Starlette and FastAPI, kept as sessions of Aetherkeep.

    app.add_middleware(SessionMiddleware, client=AsyncAetherkeep(url, space="content"))

    @app.post("/login")
    async def login(request: Request) -> None:
        request.session["userId"] = "u1"
"""

from __future__ import annotations

import copy
import json
from typing import Any, Callable, Dict, Mapping, Optional, Union

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import errors
from ._async.client import AsyncAetherkeep
from ._difference import difference
from .types import Session

User = Union[str, int, None]


def _user_id(session: Mapping[str, Any]) -> User:
    user: User = session.get("userId")
    return user


def _user_field(session: Optional[Session]) -> str:
    """The name under which a document says whose it is: a council's has another one than those of other systems."""
    return "userId" if session is not None and "lastActivityAt" in session["document"] else "user_id"


class SessionMiddleware:
    """Puts the session of a cookie into `request.session`, and saves what changed there.

    The fields are those of `data` in the session's document, where services in other languages read them. Only
    fields that changed are written, so that two requests of one session do not overwrite each other. A session
    that has ended elsewhere stays ended. `user_id` says whose a session is, its field `userId` by default; where that
    changes, the session gets a new id, against session fixation. A session that is cleared is ended.
    """

    def __init__(
        self,
        app: ASGIApp,
        client: AsyncAetherkeep,
        *,
        cookie: str = "session",
        max_age: int = 86_400,
        path: str = "/",
        same_site: str = "lax",
        https_only: bool = False,
        domain: Optional[str] = None,
        user_id: Callable[[Mapping[str, Any]], User] = _user_id,
    ) -> None:
        self._app = app
        self._sessions = client.sessions
        self._cookie = cookie
        self._max_age = max_age
        attributes = f"; path={path}; HttpOnly; SameSite={same_site}"
        attributes += "; Secure" if https_only else ""
        self._attributes = attributes + (f"; domain={domain}" if domain else "")
        self._user_id = user_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        id = HTTPConnection(scope).cookies.get(self._cookie)
        found = await self._read(id) if id else None
        before: Dict[str, Any] = found or {}
        scope["session"] = copy.deepcopy(before)

        async def saving(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_cookie = await self._save(id if found is not None else None, before, scope["session"])
                if set_cookie is not None:
                    MutableHeaders(scope=message).append("Set-Cookie", set_cookie)
            await send(message)

        await self._app(scope, receive, saving)

    async def _read(self, id: str) -> Optional[Dict[str, Any]]:
        try:
            session = await self._sessions.get(id)
        except errors.InvalidRequest:
            return None  # The cookie holds something that is no id.
        if session is None:
            return None
        data = session["document"].get("data")
        return data if isinstance(data, dict) else {}

    async def _save(self, id: Optional[str], before: Dict[str, Any], after: Dict[str, Any]) -> Optional[str]:
        """Writes what changed; answers the cookie to set, if any."""
        data: Dict[str, Any] = json.loads(json.dumps(after))
        if id is None:
            return self._kept(await self._open(data)) if data else None
        if not data and before:
            await self._sessions.end(id)
            return self._gone()
        patch = difference(before, data)
        if not patch:
            return None
        try:
            return await self._change(id, patch, self._user_id(before), self._user_id(data))
        except errors.NotFound:
            return None  # It ended elsewhere, or has a new id, whose cookie a login beside this request sets.

    async def _open(self, data: Dict[str, Any]) -> str:
        opened = await self._sessions.open(user_id=self._user_id(data), data=data, ttl_seconds=self._max_age)
        return opened["id"]

    async def _change(self, id: str, patch: Dict[str, Any], was: User, user: User) -> Optional[str]:
        if user == was:
            await self._sessions.patch(id, {"data": patch})
            return None
        session = await self._sessions.get(id, touch=False)
        await self._sessions.patch(id, {"data": patch, _user_field(session): user})
        return self._kept((await self._sessions.rotate(id))["id"])

    def _kept(self, id: str) -> str:
        return f"{self._cookie}={id}; Max-Age={self._max_age}{self._attributes}"

    def _gone(self) -> str:
        return f"{self._cookie}=; Max-Age=0{self._attributes}"
