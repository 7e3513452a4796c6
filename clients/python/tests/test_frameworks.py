"""Sessions of Starlette and FastAPI, and progress of Celery tasks, against real nodes."""

from __future__ import annotations

import asyncio
import os
import unittest
import uuid
from typing import Any, Callable, Dict, cast

import httpx
from celery import Celery
from celery.exceptions import Ignore
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from aetherkeep import Aetherkeep, AsyncAetherkeep
from aetherkeep.celery import status_task
from aetherkeep.starlette import SessionMiddleware

NODE, OTHER = os.environ.get("NODE_URL", ""), os.environ.get("OTHER_URL", "")


def endpoint(change: Callable[[Request], Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> JSONResponse:
        found = change(request)
        if asyncio.iscoroutine(found):
            await found
        return JSONResponse(dict(request.session))

    return answer


@unittest.skipUnless(NODE, "no nodes are named: run PythonClientTest")
class StarletteTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.keeper = AsyncAetherkeep(NODE, space="content", timeout=60)
        self.there = AsyncAetherkeep(OTHER, space="content", timeout=60)
        self.addAsyncCleanup(self.keeper.aclose)
        self.addAsyncCleanup(self.there.aclose)
        both = asyncio.Barrier(2) if hasattr(asyncio, "Barrier") else None

        def count(request: Request) -> None:
            request.session["count"] = request.session.get("count", 0) + 1

        def login(request: Request) -> None:
            request.session["userId"] = request.path_params["user"]

        async def meet(request: Request) -> None:
            if both is not None:
                await both.wait()
            request.session[request.path_params["name"]] = True

        app = Starlette(
            routes=[
                Route("/count", endpoint(count)),
                Route("/login/{user}", endpoint(login)),
                Route("/meet/{name}", endpoint(meet)),
                Route("/logout", endpoint(lambda request: request.session.clear())),
                Route("/look", endpoint(lambda request: None)),
            ],
            middleware=[Middleware(SessionMiddleware, client=self.keeper)],
        )
        self.browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=cast(Any, app)), base_url="http://app")
        self.addAsyncCleanup(self.browser.aclose)

    async def get(self, path: str) -> Dict[str, Any]:
        answer: Dict[str, Any] = (await self.browser.get(path)).json()
        return answer

    async def test_aSession_isKeptAndGetsANewIdWithItsUser(self) -> None:
        self.assertEqual({}, await self.get("/look"))
        self.assertNotIn("session", self.browser.cookies)
        self.assertEqual({"count": 1}, await self.get("/count"))
        anonymous = self.browser.cookies["session"]
        user = uuid.uuid4().hex
        self.assertEqual({"count": 1, "userId": user}, await self.get(f"/login/{user}"))
        self.assertNotEqual(anonymous, self.browser.cookies["session"])
        self.assertIsNone(await self.there.sessions.get(anonymous))
        stored = await self.there.sessions.get(self.browser.cookies["session"])
        assert stored is not None
        self.assertEqual((user, 1), (stored["userId"], stored["document"]["data"]["count"]))

    async def test_aLogoutElsewhere_endsIt(self) -> None:
        user = uuid.uuid4().hex
        await self.get(f"/login/{user}")
        await self.there.sessions.end_all_of_user(user)
        self.assertEqual({}, await self.get("/look"))
        self.assertEqual({"count": 1}, await self.get("/count"))
        await self.get("/logout")
        self.assertNotIn("session", self.browser.cookies)

    async def test_twoRequests_doNotOverwriteEachOther(self) -> None:
        await self.get("/count")
        await asyncio.gather(self.get("/meet/a"), self.get("/meet/b"))
        self.assertEqual({"count": 1, "a": True, "b": True}, await self.get("/look"))

    async def test_aCookieThatIsNoId_isNoSession(self) -> None:
        answer = await self.browser.get("/count", headers={"Cookie": "session=made-up"})
        self.assertEqual({"count": 1}, answer.json())
        self.assertNotIn("made-up", answer.headers["set-cookie"])


class EndedMeanwhileTest(unittest.IsolatedAsyncioTestCase):
    async def test_aSessionThatEndedMeanwhile_leavesTheCookieOfALoginBeside(self) -> None:
        def handle(request: httpx.Request) -> httpx.Response:
            if request.method == "GET":
                return httpx.Response(200, json={"id": "s1", "document": {"data": {"count": 1}}})
            return httpx.Response(404, json={"code": "session-unknown", "title": "No session", "retry": False})

        def count(request: Request) -> None:
            request.session["count"] += 1

        http = httpx.AsyncClient(transport=httpx.MockTransport(handle))
        self.addAsyncCleanup(http.aclose)
        keeper = AsyncAetherkeep("http://node", space="content", client=http)
        app = Starlette(
            routes=[Route("/count", endpoint(count))], middleware=[Middleware(SessionMiddleware, client=keeper)]
        )
        browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=cast(Any, app)), base_url="http://app")
        self.addAsyncCleanup(browser.aclose)
        answer = await browser.get("/count", headers={"Cookie": "session=s1"})
        self.assertEqual({"count": 2}, answer.json())
        self.assertNotIn("set-cookie", answer.headers)


@unittest.skipUnless(NODE, "no nodes are named: run PythonClientTest")
class CeleryTest(unittest.TestCase):
    def test_aTask_reportsItsProgressAndItsEnd(self) -> None:
        client = Aetherkeep(NODE, space="aethercast", timeout=60)
        self.addCleanup(client.close)
        app = Celery("tasks")
        base = status_task(client, kind="podcast", started="queued", done="ready_to_stream", failed="error")

        @app.task(bind=True, base=base)  # type: ignore[misc]
        def generate(self: Any, how: str) -> None:
            if self.report("generating", 40, chapter=2):
                self.report("cancelled")
                raise Ignore()
            if how == "fail":
                raise ValueError("no voice")

        def status(result: Any) -> Any:
            view = client.statuses.get("podcast", result.id)
            assert view is not None
            return view

        done = status(generate.apply(("well",)))
        self.assertEqual(("ready_to_stream", True), (done.status["status"], done.final))
        failed = status(generate.apply(("fail",)))
        self.assertEqual(("error", "no voice"), (failed.status["status"], failed.status["error"]))
        id = uuid.uuid4().hex
        client.statuses.put("podcast", id, {"status": "queued"})
        client.statuses.cancel("podcast", id, reason="enough")
        self.assertEqual("cancelled", status(generate.apply(("well",), task_id=id)).status["status"])

    def test_aReportThatFails_failsNoTask(self) -> None:
        client = Aetherkeep("http://127.0.0.1:9", space="aethercast", timeout=0.1)
        self.addCleanup(client.close)

        @Celery("tasks").task(base=status_task(client, kind="podcast"))  # type: ignore[misc]
        def task() -> int:
            return 42

        with self.assertLogs("aetherkeep.celery", "WARNING"):
            self.assertEqual(42, task.apply().get())


if __name__ == "__main__":
    unittest.main()
