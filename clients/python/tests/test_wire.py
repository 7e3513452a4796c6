"""When requests are sent again, and how failures look, against answers that a test wants."""

from __future__ import annotations

import asyncio
import json
import unittest
import uuid
from typing import Any, AsyncIterator, Callable, Dict, List, Tuple
from unittest import mock

import httpx

import aetherkeep
from aetherkeep import Aetherkeep, AsyncAetherkeep, errors
from aetherkeep._deadline import within
from aetherkeep._difference import difference
from aetherkeep._wire import Request, Retries
from aetherkeep.realtime import come_back_after

Answer = Callable[[], httpx.Response]


def problem(status: int, code: str, retry: bool, **headers: str) -> Answer:
    body = {"title": code, "detail": f"why {code}", "status": status, "code": code, "retry": retry, "requestId": "r1"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: httpx.Response(status, json=body, headers=named)


def lost() -> httpx.Response:
    raise httpx.ConnectError("refused")


def session() -> httpx.Response:
    return httpx.Response(200, json={"id": "s1", "document": {}})


class WireTest(unittest.TestCase):
    def client(self, *answers: Answer) -> Tuple[Aetherkeep, List[httpx.Request], List[float]]:
        requests: List[httpx.Request] = []
        waits: List[float] = []

        def handle(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return answers[min(len(requests), len(answers)) - 1]()

        patch = mock.patch("aetherkeep._sync.http.time.sleep", waits.append)
        patch.start()
        self.addCleanup(patch.stop)
        http = httpx.Client(transport=httpx.MockTransport(handle))
        self.addCleanup(http.close)
        return Aetherkeep("http://node", space="council", client=http, timeout=60), requests, waits

    def test_aBusyNode_isAskedAgainWhenItSays(self) -> None:
        client, requests, waits = self.client(problem(503, "redis-unavailable", True, retry_after="3"), session)
        found = client.sessions.get("s1")
        assert found is not None
        self.assertEqual("s1", found["id"])
        self.assertEqual(2, len(requests))
        # Some of the backoff is added, so that not all clients ask at once.
        self.assertGreaterEqual(waits[0], 3.1)

    def test_anyNumberOfAttempts_hasADelay(self) -> None:
        retries = Retries(Request("GET", "/"), 1e9, None)
        away = errors.Unavailable("redis-unavailable", "Redis is unavailable", retry=True)
        self.assertTrue(all(retries.wait(away) <= 10 for _ in range(2_000)))

    def test_aConfigurationFromMemory_hasItsAge(self) -> None:
        def stale() -> httpx.Response:
            return httpx.Response(200, json=1, headers={"ETag": '"v1"', "Aetherkeep-Stale": "4"})

        def fresh() -> httpx.Response:
            return httpx.Response(200, json=2, headers={"ETag": '"v2"'})

        configs = self.client(stale, stale, fresh)[0].configs
        self.assertEqual(aetherkeep.Entry(1, "v1", stale_seconds=4), configs.get("x"))
        changed = configs.next("x", "v0")
        assert changed is not None
        self.assertEqual(4, changed.stale_seconds)
        self.assertEqual(aetherkeep.Entry(2, "v2"), configs.next("x", "v1"))

    def test_aVersion_isTheSameWhereAProxyMarksItsTagAsWeak(self) -> None:
        def weak() -> httpx.Response:
            return httpx.Response(200, json={"status": "queued"}, headers={"ETag": 'W/"v"', "Retry-After": "1"})

        def final() -> httpx.Response:
            return httpx.Response(200, json={"status": "completed"}, headers={"ETag": 'W/"w"'})

        client, requests, _ = self.client(weak, final)
        self.assertEqual(["v", "w"], [view.version for view in client.statuses.follow("podcast", "p1")])
        self.assertEqual('"v"', requests[1].headers["If-None-Match"])
        client, requests, _ = self.client(weak)
        read = client.configs.get("x")
        assert read is not None
        client.configs.next("x", read.version)
        client.configs.put("x", 1, if_version=read.version)
        entry = client.caches.get("page", "p1")
        assert entry is not None
        client.caches.put("page", "p1", 1, if_version=entry.version)
        self.assertEqual('"v"', requests[1].headers["If-None-Match"])
        self.assertEqual(['"v"', '"v"'], [requests[n].headers["If-Match"] for n in (2, 4)])

    def test_anEntryThatIsAText_hasItAsItsValue(self) -> None:
        def text() -> httpx.Response:
            return httpx.Response(200, text="<p>\u00c9t\u00e9</p>", headers={"content-type": "text/plain; charset=utf-8"})

        client, requests, _ = self.client(text)
        entry = client.caches.get("page", "p1")
        assert entry is not None
        self.assertEqual("<p>\u00c9t\u00e9</p>", entry.value)
        client.caches.put("page", "p1", "<p>")
        self.assertEqual(b'"<p>"', requests[1].content)

    def test_aWaitThatDoesNotFit_isNotBegun(self) -> None:
        client, requests, waits = self.client(problem(503, "redis-unavailable", True, retry_after="30"))
        with self.assertRaises(errors.Unavailable) as raised:
            client.sessions.get("s1", timeout=20)
        error = raised.exception
        self.assertEqual(("redis-unavailable", 503, "r1", 30.0), (error.code, error.status, error.request_id, error.retry_after))
        self.assertEqual((1, []), (len(requests), waits))

    def test_whatWouldBeDoneTwice_isSentAgainOnlyWhereItWasNotDone(self) -> None:
        client, requests, _ = self.client(lost, session)
        with self.assertRaises(errors.ConnectionLost):
            client.providers.report("p", {"success": True})
        self.assertEqual(1, len(requests))
        client, requests, _ = self.client(problem(429, "overloaded", True, retry_after="1"), session)
        client.providers.report("p", {"success": True})
        self.assertEqual(2, len(requests))
        client, requests, _ = self.client(lost, session)
        with self.assertRaises(errors.ConnectionLost):
            client.sessions.patch("s1", {}, if_version="v")
        self.assertEqual('"v"', requests[0].headers["if-match"])

    def test_anAppend_hasOneKeyOverAllTries(self) -> None:
        client, requests, _ = self.client(lost, lost, session)
        client.sessions.append_history("s1", "user", "x")
        self.assertEqual(3, len(requests))
        self.assertEqual(1, len({request.headers["idempotency-key"] for request in requests}))

    def test_aSessionWhoseAnswerWasLost_isOpenedOnce(self) -> None:
        client, requests, _ = self.client(lost, problem(409, "session-exists", True), session)
        self.assertEqual("s1", client.sessions.open(user_id="u1")["id"])
        ids = [json.loads(request.content)["id"] for request in requests[:2]]
        self.assertEqual(ids[0], ids[1])
        self.assertTrue(str(requests[2].url).endswith(f"/sessions/{ids[0]}"))

    def test_errors_areTypedByWhatToDo(self) -> None:
        kinds: Dict[int, type] = {
            400: errors.InvalidRequest,
            401: errors.Unauthenticated,
            403: errors.Forbidden,
            404: errors.NotFound,
            409: errors.Conflict,
            410: errors.Gone,
            412: errors.VersionConflict,
            413: errors.InvalidRequest,
            429: errors.RateLimited,
            503: errors.Unavailable,
        }
        for status, kind in kinds.items():
            client, _, _ = self.client(problem(status, "some-code", False))
            with self.subTest(status), self.assertRaises(aetherkeep.AetherkeepError) as raised:
                client.sessions.touch("s1")
            self.assertIs(kind, type(raised.exception))

    def test_nothing_isNone_andOtherThingsThatAreNot_areErrors(self) -> None:
        self.assertIsNone(self.client(problem(404, "entry-unknown", False))[0].caches.get("topic", "t1"))
        with self.assertRaises(errors.NotFound):
            self.client(problem(404, "keyspace-unknown", False))[0].caches.get("topic", "t1")

    def test_ids_areEncoded_andPathsOfStreamsKeepTheirSlashes(self) -> None:
        client, requests, _ = self.client(session)
        client.sessions.get("a/b?c", touch=False)
        client.streams.remove("chat/4 2")
        self.assertEqual(
            [b"/api/v1/council/sessions/a%2Fb%3Fc?touch=false", b"/api/v1/council/streams/chat/4%202"],
            [request.url.raw_path for request in requests],
        )

    def test_theSourceOfAFork_isEncodedAsItsUrlIs(self) -> None:
        client, requests, _ = self.client(session)
        client.streams.create("chat/43", fork="chat/4 2/ü%")
        self.assertEqual("/api/v1/council/streams/chat/4%202/%C3%BC%25", requests[0].headers["stream-forked-from"])

    def test_segmentsThatLeaveTheirResource_areRefused(self) -> None:
        client, requests, _ = self.client(session)
        for call in (
            lambda: client.streams.remove("a/../../sessions/x"),
            lambda: client.streams.remove("a/."),
            lambda: client.sessions.touch(".."),
        ):
            with self.assertRaises(errors.InvalidRequest) as raised:
                call()
            self.assertEqual("invalid-id", raised.exception.code)
        self.assertEqual([], requests)

    def test_aReadWithoutANextOffset_isOfNoNode(self) -> None:
        client, requests, _ = self.client(session)
        with self.assertRaises(errors.InvalidRequest) as raised:
            list(client.streams.read("chat/1"))
        self.assertEqual(("not-a-node", 1), (raised.exception.code, len(requests)))

    def test_aFencedProducer_staysFenced(self) -> None:
        client, requests, _ = self.client(problem(403, "producer-fenced", False), session)
        producer = client.streams.producer("chat/1", producer_id="p1")
        for late in ("a", "b"):
            with self.assertRaises(errors.Forbidden) as raised:
                producer.append(late)
            self.assertEqual("producer-fenced", raised.exception.code)
        self.assertEqual(1, len(requests))

    def test_moreIdsThanAUrlTakes_areReadInBatches(self) -> None:
        ids = [str(uuid.uuid4()) for _ in range(250)]
        client, requests, _ = self.client(lambda: httpx.Response(200, json={"found": {}}))
        client.caches.get_many("topic", ids)
        client.statuses.get_many("crawl", ids)
        asked = [request.url.params.get_list("id") for request in requests]
        self.assertEqual(ids + ids, [id for some in asked for id in some])
        self.assertTrue(all(len(request.url.raw_path) < 4000 for request in requests))
        self.assertTrue(all(len(some) <= 100 for some in asked))

    def test_idsThatAreUnavailable_areRequestedAgain(self) -> None:
        some = lambda: httpx.Response(200, json={"found": {"a": 1}, "missing": [], "unavailable": ["b"]})
        then = lambda: httpx.Response(200, json={"found": {"b": 2}, "missing": []})
        client, _, _ = self.client(some, then)
        self.assertEqual({"a": 1, "b": 2}, client.caches.get_many("topic", ["a", "b"]))
        client, _, _ = self.client(some, problem(503, "origin-unavailable", True))
        with self.assertRaises(errors.Unavailable) as raised:
            client.statuses.get_many("crawl", ["a", "b"], timeout=1)
        self.assertEqual("origin-unavailable", raised.exception.code)

    def test_whatAnswersWithoutAProblemDocument_isNoNode(self) -> None:
        client, _, _ = self.client(lambda: httpx.Response(404, text="<html>"))
        with self.assertRaises(errors.InvalidRequest) as raised:
            client.sessions.get("s1")
        self.assertEqual("not-a-node", raised.exception.code)

    def test_anIdOfAnotherResource_isRefusedByItsName(self) -> None:
        client, requests, _ = self.client(session)
        calls: Dict[str, List[Callable[[Any], Any]]] = {
            "id": [
                client.sessions.get,
                client.sessions.end,
                lambda id: client.statuses.get("crawl", id),
                lambda id: client.caches.remove("snippets", ("t1", id)),
                client.providers.get,
                client.webhooks.remove,
            ],
            "user": [lambda user: next(client.sessions.list_of_user(user))],
            "kind": [lambda kind: next(client.statuses.list_in_progress(kind))],
            "keyspace": [lambda keyspace: client.caches.get_many(keyspace, ["a"])],
            "name": [client.configs.get, lambda name: next(client.configs.versions(name))],
            "podcast": [client.playback.listeners],
            "path": [client.streams.remove, client.streams.stop],
        }
        for name, each in calls.items():
            for call in each:
                for id in ("", ".", "..", "\ud800", None):
                    with self.assertRaises(errors.InvalidRequest) as raised:
                        call(id)
                    self.assertEqual("invalid-id", raised.exception.code)
                    self.assertIn(f"{name} ", str(raised.exception))
        self.assertEqual([], requests)

    def test_anIdIsEncoded_andAStreamsPathKeepsItsSlashes(self) -> None:
        client, requests, _ = self.client(session)
        client.sessions.get("a/b?c#d e+ü%")
        client.streams.remove("chat/4 2")
        self.assertEqual(
            [b"/api/v1/council/sessions/a%2Fb%3Fc%23d%20e%2B%C3%BC%25", b"/api/v1/council/streams/chat/4%202"],
            [request.url.raw_path for request in requests],
        )

    def test_theDifference_isAMergePatch(self) -> None:
        before = {"a": 1, "b": {"c": 1, "d": [1]}, "e": 5, "f": {}, "g": 1}
        after = {"a": 1, "b": {"c": 2, "d": [1]}, "f": [], "g": True}
        self.assertEqual({"e": None, "b": {"c": 2}, "f": [], "g": True}, difference(before, after))
        self.assertEqual({}, difference(before, dict(before)))
        self.assertEqual({}, difference({"a": None, "b": {"c": None}}, {"a": None, "b": {"c": None}, "d": None}))
        self.assertEqual({}, difference({"a": None}, {}))

    def test_closeCodes_sayWhenToComeBack(self) -> None:
        for code in (1000, 1002, 1009, 4500, 4507):
            self.assertIsNone(come_back_after(code, "", 0))
        self.assertEqual(1.234, come_back_after(1012, "restart 1234", 0))
        slow = come_back_after(4002, "", 0)
        assert slow is not None
        self.assertTrue(10 <= slow <= 30)


class HoldingServer:
    """A server that holds long polls and answers other requests."""

    def __init__(self) -> None:
        self.held: "asyncio.Queue[str]" = asyncio.Queue()
        self._writers: List[asyncio.StreamWriter] = []

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=500)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_: Any) -> None:
        for writer in self._writers:
            writer.close()
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if "?wait=" in head:
            self.held.put_nowait(head)
            return
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"id":"s1"}')


class AsyncWireTest(unittest.IsolatedAsyncioTestCase):
    async def test_aCall_doesNotWaitForLongPolls(self) -> None:
        server = HoldingServer()
        async with server as url, AsyncAetherkeep(url, space="council") as client:

            async def follow(id: str) -> None:
                async for _ in client.statuses.follow("podcast", id):
                    pass

            followers = [asyncio.ensure_future(follow(str(n))) for n in range(150)]
            for _ in followers:
                await asyncio.wait_for(server.held.get(), 30)
            found = await client.sessions.get("s1")
            assert found is not None
            self.assertEqual("s1", found["id"])
            for follower in followers:
                follower.cancel()
            ends = await asyncio.gather(*followers, return_exceptions=True)
            self.assertEqual({asyncio.CancelledError}, {type(end) for end in ends})

    async def test_aResponseThatNeverEnds_isGivenUpAtTheDeadline(self) -> None:
        ended = asyncio.Event()

        async def parts() -> AsyncIterator[bytes]:
            try:
                while True:
                    await asyncio.sleep(0)
                    yield b""
            finally:
                ended.set()

        transport = httpx.MockTransport(lambda _: httpx.Response(200, content=parts()))
        async with httpx.AsyncClient(transport=transport) as http:
            client = AsyncAetherkeep("http://node", space="council", client=http, timeout=0.2)
            with self.assertRaises(errors.DeadlineExceeded):
                await asyncio.wait_for(client.sessions.get("s1"), 30)
            await asyncio.wait_for(ended.wait(), 30)

    async def test_aCancellation_thatComesWithTheResult_isKept(self) -> None:
        answer: "asyncio.Future[int]" = asyncio.get_running_loop().create_future()
        begun = asyncio.Event()

        async def job() -> int:
            begun.set()
            result = await answer
            waiting.cancel()
            return result

        waiting = asyncio.ensure_future(within(30, job()))
        await begun.wait()
        answer.set_result(1)
        with self.assertRaises(asyncio.CancelledError):
            await waiting


if __name__ == "__main__":
    unittest.main()
