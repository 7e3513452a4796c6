"""The WebSocket, against a server that answers what a test wants."""

from __future__ import annotations

import asyncio
import json
import threading
import unittest
from typing import Any, Dict, List, Set
from unittest import mock

import websockets

from aetherkeep import errors
from aetherkeep.realtime import AsyncRealtime, Realtime

BUSY = {"code": "redis-unavailable", "title": "Redis is away", "retry": True}


def message(topic: str, offset: int, text: str) -> Dict[str, Any]:
    return {"topic": topic, "offset": str(offset), "data": {"messages": [text], "truncated": False}}


class Node:
    """A node with one value for each topic."""

    def __init__(self) -> None:
        self.frames: List[Dict[str, Any]] = []
        self.hellos: "asyncio.Queue[Dict[str, Any]]" = asyncio.Queue()
        self.failing: Set[str] = set()

    async def __aenter__(self) -> "Node":
        serve: Any = getattr(websockets, "serve")
        self._server = await serve(self._hear, "127.0.0.1", 0, subprotocols=["aetherkeep.v1"])
        return self

    async def __aexit__(self, *_: Any) -> None:
        self._server.close()
        await self._server.wait_closed()

    def connect(self) -> AsyncRealtime:
        async def ticket() -> str:
            return "t"

        port = self._server.sockets[0].getsockname()[1]
        return AsyncRealtime(f"http://127.0.0.1:{port}/api/v1/aethercast", ticket)

    def ops(self, op: str) -> List[Dict[str, Any]]:
        return [frame for frame in self.frames if frame["op"] == op]

    async def say(self, *frames: Dict[str, Any]) -> None:
        for frame in frames:
            await self._socket.send(json.dumps(frame))

    async def cut(self) -> None:
        await self._socket.close(1012, "restart 1")

    async def _hear(self, socket: Any, *_: Any) -> None:
        self._socket = socket
        try:
            async for message in socket:
                frame = json.loads(message)
                self.frames.append(frame)
                if frame["op"] == "hello":
                    self.hellos.put_nowait(frame)
                for answer in self.answers(frame):
                    await socket.send(json.dumps(answer))
        except websockets.exceptions.ConnectionClosed:
            pass  # The test has cut it.

    def answers(self, frame: Dict[str, Any]) -> List[Dict[str, Any]]:
        topic, re = frame.get("topic", ""), frame.get("id")
        if frame["op"] == "hello":
            return [{"re": re, "ok": {"epoch": "1", "recovered": {}, "failed": {}}}]
        if frame["op"] == "watch" and topic in self.failing:
            return [{"re": re, "error": BUSY}]
        if frame["op"] == "watch" and topic.startswith("stream/"):
            begin = int(frame.get("offset", "0"))
            parts = [{"topic": topic, "offset": str(n), "data": {"text": "x"}} for n in range(begin + 1, 301)]
            return [{"re": re, "ok": {"topic": topic}}, *parts]
        if frame["op"] == "watch" and topic.startswith("history/"):
            first = {"topic": topic, "offset": "1", "data": {"messages": ["a", "b"], "truncated": False}, "recovered": False}
            return [{"re": re, "ok": {"topic": topic}}, first, message(topic, 2, "c")]
        if frame["op"] == "watch" and topic.startswith(("events/", "status/")):
            return [{"re": re, "ok": {"topic": topic}}]
        if frame["op"] == "watch":
            return [{"re": re, "ok": {"topic": topic}}, {"topic": topic, "offset": "1", "data": "value"}]
        return [{"re": re, "ok": {}}] if re else []


class RealtimeTest(unittest.IsolatedAsyncioTestCase):
    async def test_aRefusedTicket_isAskedForAgainAfterRetryAfter(self) -> None:
        waits: "asyncio.Queue[float]" = asyncio.Queue()
        sleep = asyncio.sleep

        async def asleep(seconds: float) -> None:
            if seconds > 0:
                waits.put_nowait(seconds)
            await sleep(0)

        async def ticket() -> str:
            raise errors.RateLimited("rate-limited", "Too many requests", retry=True, retry_after=60.0)

        with mock.patch("asyncio.sleep", asleep):
            async with AsyncRealtime("http://127.0.0.1:1/api/v1/aethercast", ticket):
                self.assertGreater(await asyncio.wait_for(waits.get(), 30), 60.0)

    async def test_aCancelledOperation_isCancelled_alsoWithItsAnswer(self) -> None:
        async with Node() as node, node.connect() as live:
            await live.ping()
            for turns in range(6):
                asked = asyncio.ensure_future(live.ping())
                while not live._answers:
                    await asyncio.sleep(0)
                live._answered({"re": next(iter(live._answers)), "ok": {}})
                for _ in range(turns):
                    await asyncio.sleep(0)
                if asked.cancel():
                    with self.assertRaises(asyncio.CancelledError):
                        await asked

    async def test_aRefusedWatch_isNotUnwatched(self) -> None:
        async with Node() as node, node.connect() as live:
            await live.ping()
            node.failing.add("config/x")
            refused = asyncio.ensure_future(live.watch("config/x").__anext__())
            await live.ping()
            await live.ping()
            self.assertEqual(1, len(node.ops("watch")))
            refused.cancel()
            await asyncio.gather(refused, return_exceptions=True)
            node.failing.clear()
            again = live.watch("config/x")
            self.assertEqual("value", (await again.__anext__()).data)
            await live.ping()
            self.assertEqual([], node.ops("unwatch"))

    async def test_aSecondWatcherOfAHistory_beginsWithItsNewestMessages(self) -> None:
        async with Node() as node, node.connect() as live:
            await live.ping()
            first = live.watch("history/s1")
            self.assertEqual([["a", "b"], ["c"]], [(await first.__anext__()).data["messages"] for _ in range(2)])
            second = live.watch("history/s1")
            begin = await second.__anext__()
            self.assertEqual(("2", {"messages": ["a", "b", "c"], "truncated": False}), (begin.offset, begin.data))
            await node.say(message("history/s1", 3, "d"))
            self.assertEqual(["d"], (await second.__anext__()).data["messages"])
            await node.say({**message("history/s1", 9, "x"), "recovered": False})
            await node.say(*(message("history/s1", 9 + n, str(n)) for n in range(1, 1001)))
            while (await first.__anext__()).offset != "1009":
                pass
            begin = await live.watch("history/s1").__anext__()
            self.assertEqual({"messages": [str(n) for n in range(1, 1001)], "truncated": True}, begin.data)

    async def test_aSecondWatcherOfChanges_beginsWithTheNextOne(self) -> None:
        async with Node() as node, node.connect() as live:
            for topic in ("events/*", "status/crawl/*"):
                first = asyncio.ensure_future(live.watch(topic).__anext__())
                await live.ping()
                await node.say({"topic": topic, "offset": "1", "data": "old"})
                self.assertEqual("old", (await first).data)
                changes = live.watch(topic)
                kept = live.watch(topic)
                waiting = [asyncio.ensure_future(watch.__anext__()) for watch in (changes, kept)]
                await live.ping()
                await node.say({"topic": topic, "offset": "2", "data": "new"})
                self.assertEqual(["new", "new"], [(await one).data for one in waiting])

    async def test_aWatchThatIsLeftAtOnce_isNotUnwatched(self) -> None:
        async with Node() as node, node.connect() as live:
            await live.ping()
            step: Any = live.watch("config/x").__anext__()
            step.send(None)  # It waits for its first value.
            with self.assertRaises(asyncio.CancelledError):
                step.throw(asyncio.CancelledError())
            await live.ping()
            await live.ping()
            self.assertEqual([], node.ops("watch") + node.ops("unwatch"))

    async def test_aStreamWhoseReaderIsSlow_isNotReadASecondTime_andGoesOnAtItsPlace(self) -> None:
        async with Node() as node, node.connect() as live:
            await live.ping()
            parts = live.stream("chat/1")
            offsets = [(await parts.__anext__()).offset]
            await live.ping()  # The queue of the reader is full.
            with self.assertRaises(errors.InvalidRequest) as raised:
                await live.stream("chat/1").__anext__()
            self.assertEqual("wrong-order", raised.exception.code)
            watched = live.watch("stream/chat/1")
            seen = [(await watched.__anext__()).offset]
            while len(offsets) < 300:
                offsets.append((await asyncio.wait_for(parts.__anext__(), 60)).offset)
            while seen[-1] != "300":
                seen.append((await asyncio.wait_for(watched.__anext__(), 60)).offset)
            self.assertEqual([str(n) for n in range(1, 301)], offsets)
            self.assertEqual([str(n) for n in range(int(seen[0]), 301)], seen)

    async def test_aStreamGoesOn_whenItsSlowReaderLeaves(self) -> None:
        async with Node() as node, node.connect() as live:
            await live.ping()
            parts = live.stream("chat/1")
            await parts.__anext__()
            await live.ping()
            watched = live.watch("stream/chat/1")
            seen = [(await watched.__anext__()).offset]
            await parts.aclose()  # type: ignore[attr-defined]
            while seen[-1] != "300":
                seen.append((await asyncio.wait_for(watched.__anext__(), 60)).offset)
            self.assertEqual([str(n) for n in range(int(seen[0]), 301)], seen)

    async def test_aTopicWithoutAValue_resumesFromNothing(self) -> None:
        """The node answers the offset with a report of lost changes."""
        topics = ["events/*", "status/crawl/*", "status/crawl/c1"]
        async with Node() as node, node.connect() as live:
            await live.ping()
            watching = [asyncio.ensure_future(live.watch(topic).__anext__()) for topic in topics]
            await live.ping()
            await live.ping()
            await node.hellos.get()
            await node.cut()
            offsets = (await asyncio.wait_for(node.hellos.get(), 60))["resume"]["offsets"]
            self.assertEqual(dict(zip(topics, ["none", "none", None])), offsets)
            for each in watching:
                each.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    async def test_aSlowWatcherOfAStream_receivesAllParts(self) -> None:
        async with Node() as node, node.connect() as live:
            await live.ping()
            parts = live.watch("stream/chat/1")
            offsets = [(await parts.__anext__()).offset]
            await live.ping()  # The queue of the watcher is full.
            while len(offsets) < 300:
                offsets.append((await asyncio.wait_for(parts.__anext__(), 60)).offset)
            self.assertEqual([str(n) for n in range(1, 301)], offsets)
            await parts.aclose()  # type: ignore[attr-defined]


class SynchronousTest(unittest.TestCase):
    def test_aClose_endsTheThreadOfEachWatcher(self) -> None:
        def ticket() -> str:
            raise errors.ConnectionLost("connection-lost", "There is no node", retry=True)

        for _ in range(50):
            ended: List[str] = []

            def watch(live: Realtime) -> None:
                try:
                    for _ in live.watch("config/x"):
                        pass
                except errors.Closed as error:
                    ended.append(error.code)

            with Realtime("http://127.0.0.1:1/api/v1/aethercast", ticket) as live:
                thread = threading.Thread(target=watch, args=(live,), daemon=True)
                thread.start()
            thread.join(60)
            self.assertFalse(thread.is_alive())
            self.assertEqual(["closed"], ended)


if __name__ == "__main__":
    unittest.main()
