"""The client against real nodes, which PythonClientTest of the launcher starts: two on one Redis, a third to be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import unittest
import uuid
from typing import Any, List
from urllib.parse import urlsplit

from aetherkeep import Aetherkeep, AsyncAetherkeep, AsyncRealtime, errors

ENV = os.environ
NODE, OTHER = ENV.get("NODE_URL", ""), ENV.get("OTHER_URL", "")


def redis(*command: str) -> None:
    """Sends Redis a command past every node."""
    address = urlsplit(ENV["REDIS_URL"])
    with socket.create_connection((address.hostname, address.port or 6379)) as connection:
        parts = "".join(f"${len(part.encode())}\r\n{part}\r\n" for part in command)
        connection.sendall(f"*{len(command)}\r\n{parts}".encode())
        answer = connection.recv(100)
        assert answer[:1] in b"+:$", answer


def unique() -> str:
    return uuid.uuid4().hex


@unittest.skipUnless(NODE, "no nodes are named: run PythonClientTest")
class SyncTest(unittest.TestCase):
    def here(self, space: str = "council", url: str = NODE, timeout: float = 60) -> Aetherkeep:
        client = Aetherkeep(url, space=space, timeout=timeout)
        self.addCleanup(client.close)
        return client

    def test_sessions_areOpenedChangedElsewhereListedAndEnded(self) -> None:
        user, sessions, there = unique(), self.here().sessions, self.here(url=OTHER).sessions
        session = sessions.open(user_id=user, data={"a": 1})
        changed = there.patch(session["id"], {"title": "x"}, if_version=session["version"])
        self.assertEqual("x", changed["document"]["title"])
        with self.assertRaises(errors.VersionConflict):
            sessions.patch(session["id"], {"title": "y"}, if_version=session["version"])
        self.assertEqual([session["id"]], [row["id"] for row in there.list_of_user(user)])
        rotated = sessions.rotate(session["id"])
        self.assertIsNone(sessions.get(session["id"]))
        self.assertEqual(1, sessions.end_all_of_user(user)["ended"])
        self.assertIsNone(there.get(rotated["id"]))

    def test_aHistory_hasAMessageOnce(self) -> None:
        sessions = self.here().sessions
        id = sessions.open()["id"]
        self.assertFalse(sessions.append_history(id, "user", "Why?", idempotency_key="r1")["repeated"])
        self.assertTrue(sessions.append_history(id, "user", "Why?", idempotency_key="r1")["repeated"])
        self.assertEqual(1, len(sessions.history(id, max_tokens=1000)["items"]))

    def test_entriesConfigurationsAndProviders(self) -> None:
        id, caches = unique(), self.here("aethercast").caches
        self.assertTrue(caches.put("topic", id, {"n": 1}, tags=[id], max_age=60).created)
        entry = caches.get("topic", id)
        assert entry is not None
        self.assertEqual({"n": 1}, entry.value)
        with self.assertRaises(errors.VersionConflict):
            caches.put("topic", id, {}, if_absent=True)
        caches.put("snippet-page", (id, "1"), [], tags=[id])
        self.assertEqual({id: {"n": 1}}, caches.get_many("topic", [id, "none"]))
        self.assertEqual(2, caches.invalidate(tag=id)["removed"])
        self.assertIsNone(caches.get("topic", id))

        configs, name = self.here().configs, f"limits-{id}"
        first = configs.put(name, {"tokens": 1}, author="ada")
        configs.put(name, {"tokens": 2}, if_version=first.version)
        self.assertEqual(3, configs.rollback(name, 1)["number"])
        self.assertIn(name, [row["name"] for row in configs.list()])
        configs.remove(name)
        self.assertIsNone(configs.get(name))

        providers = self.here().providers
        with providers.track(id):
            pass
        with self.assertRaisesRegex(ValueError, "no answer"), providers.track(id):
            raise ValueError("no answer")
        health = providers.get(id)
        assert health is not None
        self.assertEqual((2, "no answer"), (health["requests"], health["lastError"]))
        self.assertEqual("disabled", providers.disable(id, "unpaid")["status"])

    def test_aStatus_isFollowedToItsEndAndCancelled(self) -> None:
        statuses, id = self.here("aethercast").statuses, unique()
        statuses.put("crawl", id, {"status": "running", "page": 1})
        seen = []
        for now in statuses.follow("crawl", id, timeout=60):
            seen.append(now.status["status"])
            if not now.final:
                redis("SET", f"crawl:status:{id}", '{"status":"completed"}', "EX", "60")
        self.assertEqual(["running", "completed"], seen)
        with self.assertRaises(errors.Conflict) as raised:
            statuses.put("crawl", id, {"status": "running"})
        self.assertEqual("status-final", raised.exception.code)
        statuses.put("crawl", id, {"status": "running"}, attempt=2)
        self.here("aethercast", OTHER).statuses.cancel("crawl", id, reason="enough")
        told = statuses.put("crawl", id, {"status": "running", "progress": 1})
        assert told is not None
        self.assertEqual("enough", told.reason)
        with self.assertRaises(errors.DeadlineExceeded):
            statuses.final("crawl", id, timeout=0.5)

    def test_aStream_isWrittenHereReadThereAndStopped(self) -> None:
        path, streams, there = f"chat/{unique()}", self.here().streams, self.here(url=OTHER).streams
        producer = streams.create(path, content_type="text/plain", ttl_seconds=60)
        for word in ("A neutron ", "star ", "is ", "größer."):
            producer.append(word)
        reading = there.read(path)
        self.assertEqual("A neutron star is größer.", next(reading).text)
        there.stop(path, "enough")
        last = next(reading)
        self.assertTrue(last.closed and last.stopped)
        self.assertEqual("enough", streams.stopped(path))
        with self.assertRaises(errors.Conflict):
            producer.append("more")

    def test_whileRedisPauses_aCallWaitsOrMeetsItsDeadline(self) -> None:
        sessions = self.here(url=OTHER).sessions
        id = sessions.open()["id"]
        redis("CLIENT", "PAUSE", "4000", "WRITE")
        with self.assertRaises(errors.Unavailable):
            self.here(url=OTHER, timeout=0.2).sessions.patch(id, {"n": "0"})
        self.assertEqual("1", sessions.patch(id, {"n": "1"})["document"]["n"])

    def test_realtime_worksWithoutAsync(self) -> None:
        client = self.here()
        session = client.sessions.open()["id"]
        with client.realtime(session=session) as live:
            news = live.watch("playback")
            next(news)
            self.assertFalse(live.play("p1", 10)["late"])
            state = next(now.data for now in news if now.data["podcastId"] == "p1")
            self.assertEqual("playing", state["state"])
            path = f"chat/{unique()}"
            producer = client.streams.create(path, ttl_seconds=60)
            producer.append([{"n": n} for n in range(3)])
            producer.close()
            read = [message["n"] for part in live.stream(path) for message in part.messages or []]
            self.assertEqual([0, 1, 2], read)

    def test_webhooks_are_created_changed_and_deleted(self) -> None:
        webhooks = self.here().webhooks
        made = webhooks.create("https://example.com/hook", ["status-changed"])
        self.assertTrue(made["secret"].startswith("whsec_"))
        self.assertFalse(webhooks.change(made["id"], {"enabled": False})["enabled"])
        self.assertNotEqual(made["secret"], webhooks.rotate(made["id"], overlap_seconds=60)["secret"])
        self.assertIn(made["id"], [one["id"] for one in webhooks.list()])
        self.assertEqual([], webhooks.deliveries(made["id"]))
        self.assertEqual([], list(webhooks.dead_letters(made["id"])))
        self.assertEqual({"events": 0, "more": False, "next": None}, webhooks.replay(made["id"]))
        with self.assertRaises(errors.InvalidRequest) as refused:
            webhooks.replay(made["id"], cursor="of no replay")
        self.assertIn("'cursor'", str(refused.exception))
        webhooks.remove(made["id"])
        self.assertIsNone(webhooks.get(made["id"]))

    def test_a_lease_asks_for_a_group_and_a_configuration_waited_for(self) -> None:
        client, name = self.here(), unique()
        with self.assertRaises(errors.NotFound) as unknown:  # The settings of these nodes have no groups.
            client.providers.lease(name, estimated_tokens=100)
        self.assertEqual("provider-unknown", unknown.exception.code)
        client.configs.put(name, {"n": 1})
        first = client.configs.get(name)
        assert first is not None
        self.assertIsNone(client.configs.next(name, first.version, wait=1))
        client.configs.put(name, {"n": 2})
        second = client.configs.next(name, first.version)
        assert second is not None
        self.assertEqual({"n": 2}, second.value)


@unittest.skipUnless(NODE, "no nodes are named: run PythonClientTest")
class AsyncTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.client = AsyncAetherkeep(NODE, space="council", timeout=60)
        self.addAsyncCleanup(self.client.aclose)

    async def test_aClientWhoseNodeIsKilled_losesNothingAndSeesNothingTwice(self) -> None:
        id, client = unique(), self.client
        session = (await client.sessions.open())["id"]
        async with client.realtime(session=session) as live:
            # One address before two nodes, as a balancer is: what is lost is opened on the one that lives.
            aim(live, ENV["DYING_URL"])
            steps: List[Any] = []
            numbers: List[int] = []
            watched = asyncio.Event()

            async def follow() -> None:
                async for news in live.watch(f"status/crawl/{id}"):
                    assert news.recovered
                    watched.set()  # The first news is that there is no status yet.
                    if news.data is not None:
                        steps.append(news.data["progress"])
                        if news.data["status"] == "completed":
                            return

            async def read() -> None:
                async for part in live.stream(f"chat/{id}"):
                    numbers.extend(message["n"] for message in part.messages or [])

            producer = await client.streams.create(f"chat/{id}", ttl_seconds=60)
            watching = asyncio.gather(follow(), read())
            await asyncio.wait_for(watched.wait(), 60)
            for n in range(40):
                await client.statuses.put("crawl", id, {"status": "running", "progress": n})
                await producer.append({"n": n})
                if n == 15:
                    await live.ping()
                    aim(live, NODE)
                    os.kill(int(ENV["DYING_PID"]), signal.SIGKILL)
            await client.statuses.put("crawl", id, {"status": "completed", "progress": 100})
            await producer.close()
            await asyncio.wait_for(watching, 60)
            self.assertEqual(list(range(40)), numbers)
            self.assertEqual([*range(40), 100], steps)

    async def test_aSlowReader_getsEachPartOnce(self) -> None:
        path = f"chat/{unique()}"
        producer = await self.client.streams.create(path, ttl_seconds=60)
        await producer.append({"n": 0})
        numbers: List[int] = []
        async with self.client.realtime() as live:
            async for part in live.stream(path):
                numbers.extend(message["n"] for message in part.messages or [])
                if len(numbers) == 1:
                    for n in range(1, 700):
                        await producer.append({"n": n})
                    await producer.close()
        self.assertEqual(list(range(700)), numbers)

    async def test_aSessionThatEndsElsewhere_closesItsConnectionForGood(self) -> None:
        session = (await self.client.sessions.open())["id"]
        async with self.client.realtime(session=session) as live:
            with self.assertRaises(errors.Closed) as raised:
                async for _ in live.watch("session"):
                    async with AsyncAetherkeep(OTHER, space="council", timeout=60) as there:
                        await there.sessions.end(session)
            self.assertEqual("session-ended", raised.exception.code)
            with self.assertRaises(errors.Closed):
                await live.ping()

    async def test_aTopicThatIsNone_isAnError(self) -> None:
        async with self.client.realtime() as live:
            with self.assertRaises(errors.AetherkeepError) as raised:
                async for _ in live.watch("nonsense"):
                    pass
            self.assertEqual("topic-unknown", raised.exception.code)

    async def test_aTokenFunction_mayBeAsync(self) -> None:
        async def token() -> str:
            return "t"

        async with AsyncAetherkeep(NODE, space="council", token=token, timeout=60) as client:
            self.assertIsNone(await client.sessions.get("none"))


def aim(live: AsyncRealtime, url: str) -> None:
    live._url = url.replace("http", "ws", 1) + live._url[live._url.index("/api/") :]


if __name__ == "__main__":
    unittest.main()
