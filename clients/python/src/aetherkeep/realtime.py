"""The WebSocket: it reconnects with jitter, resumes its topics, and keeps the connection alive."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import re
import threading
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, AsyncIterator, Awaitable, Callable, Coroutine, Dict, Iterator, Optional, Set, TypeVar, cast

import websockets
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from . import errors
from ._deadline import within
from .models import News, Part
from .types import PlaybackReported

_SUBPROTOCOL = "aetherkeep.v1"
_FOR_GOOD = frozenset({1000, 1002, 1003, 1007, 1009})
_MOST_SEQ = 999_999_999_999_999
_MOST_PARTS = 256
"""The maximum number of buffered parts for a slow reader; later parts stay in Redis."""
_MOST_MESSAGES = 1000
"""The maximum number of a history's messages that are kept for a watcher that joins."""
_PATIENCE = 10.0
_WITHOUT_VALUE = re.compile(r"events/|status/[^/]+/\*$")
"""Topics that deliver each change and have no current value."""

T = TypeVar("T")

# Exported lazily, which type checkers do not see in older versions.
_connect: Any = getattr(websockets, "connect")


def come_back_after(code: int, reason: str, attempt: int) -> Optional[float]:
    """The seconds before a reconnect, by the close code; None for never."""
    if code in _FOR_GOOD or 4500 <= code < 5000:
        return None
    said = re.fullmatch(r"restart (\d{1,6})", reason) if code == 1012 else None
    if said and attempt == 0:
        return int(said[1]) / 1000
    if code == 4002:
        return random.uniform(10.0, 30.0)
    return min(30.0, 2.0 ** min(attempt, 5)) * random.uniform(0.5, 1.0)


@dataclass(eq=False)
class _Watcher:
    """A watcher of a topic, with its queue of values."""

    waiting: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)


@dataclass(eq=False)
class _Topic:
    name: str
    offset: Optional[str]
    watchers: Set[_Watcher] = field(default_factory=set)
    current: Optional[Dict[str, Any]] = None
    """The first value for a watcher that joins."""
    begun: bool = False
    """Whether values of the current connection are delivered."""
    asked: bool = False
    """Whether the node may watch it on the current connection."""
    paused: bool = False
    """Whether it is not watched, because a watcher has too many values. It goes on from its offset."""

    def has_room(self, most: int) -> bool:
        return all(watcher.waiting.qsize() < most for watcher in self.watchers)

    def begin(self) -> None:
        """Marks it as begun. With an offset the node reports the changes that a topic without a value loses."""
        self.begun = True
        if self.offset is None and _WITHOUT_VALUE.match(self.name):
            self.offset = "none"


class AsyncRealtime:
    """Connection of a session or an observer, which reconnects after a loss.

        async with client.realtime(session=id) as live:
            async for news in live.watch("status/podcast/p1"):
                show(news.data)
    """

    def __init__(self, base: str, ticket: Callable[[], Awaitable[str]]) -> None:
        self._url = re.sub("^http", "ws", base) + "/realtime"
        self._ticket = ticket
        self._socket: Any = None
        self._ready = asyncio.Event()
        self._over: Optional[errors.AetherkeepError] = None
        self._task: "Optional[asyncio.Task[None]]" = None
        self._epoch: Optional[str] = None
        self._ids = 0
        self._seq = 0
        self._podcast: Optional[str] = None
        self._acting = asyncio.Lock()
        self._answers: "Dict[str, asyncio.Future[Any]]" = {}
        self._watches: Dict[str, _Topic] = {}
        self._topics: Dict[str, _Topic] = {}
        self._jobs: "Set[asyncio.Task[None]]" = set()

    async def __aenter__(self) -> "AsyncRealtime":
        self._task = asyncio.ensure_future(self._run())
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connection permanently."""
        if self._over is None:
            self._end(errors.Closed("closed", "The client was closed"))
        if self._socket is not None:
            await self._socket.close(1000)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, *self._jobs, return_exceptions=True)

    async def watch(self, topic: str, *, offset: Optional[str] = None) -> AsyncIterator[News]:
        """Watches a topic, over all reconnects: the current value and then each change."""
        watcher = self._begin(topic, offset)
        try:
            while True:
                frame = await self._next(topic, watcher)
                yield News(topic, frame.get("data"), frame.get("offset"), frame.get("recovered") is not False)
        finally:
            self._leave(topic, watcher)

    async def stream(self, path: str, *, offset: Optional[str] = None) -> AsyncIterator[Part]:
        """Reads a stream to its end, over all reconnects, each part exactly once.

        A client reads a stream once at a time. The slowest of its reader and its watchers sets their pace.
        """
        topic = f"stream/{path}"
        if topic in self._topics:
            raise errors.InvalidRequest("wrong-order", "This client already reads this stream")
        watcher = self._begin(topic, offset)
        try:
            while True:
                frame = await self._next(topic, watcher)
                data = frame.get("data")
                if data is not None:
                    yield _part(data, frame)
                    if data.get("closed"):
                        return
        finally:
            self._leave(topic, watcher)

    async def _next(self, name: str, watcher: _Watcher) -> Dict[str, Any]:
        topic = self._topics.get(name)
        if topic is not None and watcher in topic.watchers:
            self._go_on(topic)
        frame = await watcher.waiting.get()
        if isinstance(frame, errors.AetherkeepError):
            raise frame
        return cast(Dict[str, Any], frame)

    async def play(
        self, podcast: str, position_ms: int = 0, *, rate: Optional[float] = None, here: Optional[bool] = None
    ) -> PlaybackReported:
        """Plays a podcast; `here` stops the user's other streams."""
        self._podcast = podcast
        return await self._act({"op": "play", "podcast": podcast, "positionMs": position_ms, "rate": rate, "here": here})

    async def pause(self, position_ms: Optional[int] = None) -> PlaybackReported:
        """Pauses."""
        return await self._act({"op": "pause", "positionMs": position_ms})

    async def seek(self, position_ms: int) -> PlaybackReported:
        """Seeks to a position."""
        return await self._act({"op": "seek", "positionMs": position_ms})

    async def stop(self, position_ms: Optional[int] = None) -> PlaybackReported:
        """Stops playback."""
        return await self._act({"op": "stop", "positionMs": position_ms})

    async def stop_stream(self, path: str, reason: Optional[str] = None) -> None:
        """Stops the producer of a stream."""
        await self._ask({"op": "stop", "topic": f"stream/{path}", "reason": reason})

    async def progress(self, position_ms: int) -> None:
        """Reports the position of the podcast played here; dropped while there is no connection."""
        if self._ready.is_set():
            await self._write(
                {"op": "progress", "podcast": self._podcast, "positionMs": position_ms, "seq": self._next_seq()}
            )

    async def ping(self) -> None:
        """Checks the connection."""
        await self._ask({"op": "ping"})

    async def _act(self, frame: Dict[str, Any]) -> PlaybackReported:
        """Sends the operations of a user in order; repeats one if another device's report was newer."""
        async with self._acting:
            until = asyncio.get_running_loop().time() + _PATIENCE
            while True:
                seq = self._next_seq()
                answer = cast(PlaybackReported, await self._ask({**frame, "seq": seq}))
                overtaken = answer["late"] and seq is not None and answer["playback"]["seq"] >= seq
                if not overtaken or asyncio.get_running_loop().time() >= until:
                    return answer

    def _next_seq(self) -> Optional[int]:
        self._seq += 1
        return self._seq if self._seq <= _MOST_SEQ else None

    def _learn(self, playback: Any) -> None:
        if isinstance(playback, dict):
            self._seq = max(self._seq, playback.get("seq") or 0)

    async def _ask(self, frame: Dict[str, Any], topic: Optional[_Topic] = None) -> Any:
        """Sends an operation now or after the next connect; returns the server's answer."""
        try:
            return await within(_PATIENCE, self._asked(frame, topic))
        except asyncio.TimeoutError:
            raise errors.DeadlineExceeded("deadline-exceeded", "The response did not arrive in time", retry=True) from None

    async def _asked(self, frame: Dict[str, Any], topic: Optional[_Topic]) -> Any:
        self._raise_if_over()
        await self._ready.wait()
        self._raise_if_over()
        self._ids += 1
        id = str(self._ids)
        answer: "asyncio.Future[Any]" = asyncio.get_running_loop().create_future()
        self._answers[id] = answer
        if topic is not None:
            self._watches[id] = topic
        try:
            await self._write({**frame, "id": id})
            return await answer
        finally:
            self._answers.pop(id, None)
            self._watches.pop(id, None)

    def _raise_if_over(self) -> None:
        if self._over is not None:
            raise self._over

    async def _write(self, frame: Dict[str, Any]) -> None:
        socket = self._socket
        try:
            await socket.send(json.dumps({name: value for name, value in frame.items() if value is not None}))
        except (ConnectionClosed, AttributeError):
            raise _lost() from None

    def _begin(self, name: str, offset: Optional[str]) -> _Watcher:
        self._raise_if_over()
        watcher = _Watcher()
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = _Topic(name, offset)
            if self._ready.is_set():
                self._spawn(self._subscribe(topic, self._socket))
        elif topic.current is not None:
            watcher.waiting.put_nowait(topic.current)
        topic.watchers.add(watcher)
        return watcher

    def _leave(self, name: str, watcher: _Watcher) -> None:
        topic = self._topics.get(name)
        if topic is not None and watcher in topic.watchers:
            topic.watchers.discard(watcher)
            if topic.watchers:
                self._go_on(topic)
            else:
                del self._topics[name]
                self._unsubscribe(topic)

    def _unsubscribe(self, topic: _Topic) -> None:
        """Ends the node's watch, if it may have one."""
        if self._ready.is_set() and topic.asked:
            topic.asked = False
            self._spawn(self._quietly(self._write({"op": "unwatch", "topic": topic.name})))

    def _pause(self, topic: _Topic) -> None:
        """Unwatches a stream with a watcher that is too slow; Redis keeps later parts."""
        self._unsubscribe(topic)
        topic.paused = True
        topic.begun = False

    def _go_on(self, topic: _Topic) -> None:
        """Watches a stream again, once its watchers have taken most of their parts."""
        if topic.paused and topic.has_room(_MOST_PARTS // 2):
            topic.paused = False
            if self._ready.is_set():
                self._spawn(self._subscribe(topic, self._socket))

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    @staticmethod
    async def _quietly(job: Coroutine[Any, Any, None]) -> None:
        try:
            await job
        except errors.AetherkeepError:
            pass  # The connection is lost: the next one does not watch it.

    async def _subscribe(self, topic: _Topic, socket: Any) -> None:
        """The answer counts only on this connection, and while the topic is watched."""
        while socket is self._socket and self._topics.get(topic.name) is topic:
            topic.asked = True
            try:
                await self._ask({"op": "watch", "topic": topic.name, "offset": topic.offset}, topic)
                return
            except errors.AetherkeepError as error:
                if socket is not self._socket or self._topics.get(topic.name) is not topic:
                    return
                if error.code == "wrong-order":  # Watched already: an earlier answer was late.
                    topic.begin()
                    return
                if not error.retry:
                    self._fail(topic, error)
                    return
                topic.asked = error.code == "deadline-exceeded"
            await asyncio.sleep(1)

    def _fail(self, topic: _Topic, error: errors.AetherkeepError) -> None:
        if self._topics.get(topic.name) is topic:
            del self._topics[topic.name]
        for watcher in topic.watchers:
            watcher.waiting.put_nowait(error)

    async def _run(self) -> None:
        try:
            await self._connections()
        except Exception as error:
            fault = errors.Closed("closed", f"The connection failed: {error!r}")
            fault.__cause__ = error
            self._end(fault)

    async def _connections(self) -> None:
        attempt = 0
        while self._over is None:
            code, reason, asked = 1006, "", 0.0
            try:
                async with _connect(
                    f"{self._url}?ticket={await self._ticket()}",
                    subprotocols=[cast(Any, _SUBPROTOCOL)],
                    open_timeout=_PATIENCE,
                    max_size=None,
                ) as socket:
                    self._socket = socket
                    await self._hello(socket)
                    attempt = 0
                    async for message in socket:
                        self._hear(json.loads(message))
                code, reason = socket.close_code or 1006, socket.close_reason or ""
            except ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
            except errors.AetherkeepError as error:
                if not error.retry:
                    self._end(error)
                    return
                asked = error.retry_after or 0.0
            except (OSError, InvalidHandshake, asyncio.TimeoutError):
                pass
            self._lost()
            after = come_back_after(code, reason, attempt)
            if after is None:
                self._end(errors.Closed(reason or "closed", f"The connection was closed permanently: {code} {reason}"))
                return
            attempt += 1
            await asyncio.sleep(after + asked)

    async def _hello(self, socket: Any) -> None:
        """Sends hello with the offsets of the topics; topics that are watched meanwhile follow."""
        resumed = {name: topic for name, topic in self._topics.items() if not topic.paused}
        frame: Dict[str, Any] = {"op": "hello", "id": "hello"}
        if resumed:
            resume: Dict[str, Any] = {"offsets": {name: topic.offset for name, topic in resumed.items()}}
            frame["resume"] = resume if self._epoch is None else {"epoch": self._epoch, **resume}
        await socket.send(json.dumps(frame))
        while True:
            answer = json.loads(await within(_PATIENCE, socket.recv()))
            if answer.get("re") == "hello":
                break
            self._hear(answer)
        if "error" in answer:
            raise errors.of(answer["error"])
        welcome = answer["ok"]
        self._epoch = welcome["epoch"]
        self._seq = max(self._seq, welcome.get("seq") or 0)
        self._ready.set()
        await self._resume(socket, resumed, welcome["recovered"], welcome["failed"])

    async def _resume(
        self, socket: Any, resumed: Dict[str, _Topic], recovered: Dict[str, bool], failed: Dict[str, Any]
    ) -> None:
        for name, topic in resumed.items():
            same = self._topics.get(name) is topic
            topic.asked = name not in failed
            if topic.asked:
                topic.begin()
            if same and name in failed:
                error = errors.of(failed[name])
                self._spawn(self._subscribe(topic, socket)) if error.retry else self._fail(topic, error)
            elif not same and name in recovered and name not in failed:
                await self._write({"op": "unwatch", "topic": name})
        for name, topic in list(self._topics.items()):
            if resumed.get(name) is not topic and not topic.paused:
                self._spawn(self._subscribe(topic, socket))

    def _hear(self, frame: Dict[str, Any]) -> None:
        if "re" in frame:
            self._answered(frame)
        elif "topic" in frame:
            self._learn(frame.get("data") if frame["topic"] == "playback" else None)
            self._tell(frame)

    def _answered(self, frame: Dict[str, Any]) -> None:
        ok = frame.get("ok")
        if isinstance(ok, dict):
            self._learn(ok.get("playback"))
        answer = self._answers.get(str(frame["re"]))
        if answer is not None and not answer.done():
            if "error" in frame:
                answer.set_exception(errors.of(frame["error"]))
            else:
                if str(frame["re"]) in self._watches:  # Set before the next frame is handled.
                    self._watches[str(frame["re"])].begin()
                answer.set_result(ok)

    def _tell(self, frame: Dict[str, Any]) -> None:
        topic = self._topics.get(frame["topic"])
        if topic is None:
            return
        if "error" in frame:
            self._fail(topic, errors.of(frame["error"]))
        elif topic.begun or not topic.name.startswith("stream/"):
            # Parts that were in transit when a stream was unwatched come again from its offset.
            topic.offset = frame.get("offset")
            topic.current = _current_after(topic.current, frame)
            for watcher in topic.watchers:
                watcher.waiting.put_nowait(frame)
            if topic.name.startswith("stream/") and not topic.has_room(_MOST_PARTS):
                self._pause(topic)

    def _lost(self) -> None:
        """Fails operations without an answer, which may or may not have been executed; unsent ones wait."""
        self._socket = None
        self._ready.clear()
        for topic in self._topics.values():
            topic.begun = False
            topic.asked = False
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(_lost())

    def _end(self, error: errors.AetherkeepError) -> None:
        self._over = error
        self._ready.set()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(error)
        for topic in list(self._topics.values()):
            self._fail(topic, error)


def _lost() -> errors.AetherkeepError:
    return errors.ConnectionLost("connection-lost", "The connection was lost", retry=True)


def _current_after(before: Optional[Dict[str, Any]], frame: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """The first value for a watcher that joins after this frame; None for a topic that has none.

    A history delivers its newest messages once, and then each message.
    """
    if _WITHOUT_VALUE.match(frame["topic"]):
        return None
    data, old = frame.get("data"), before and before.get("data")
    if before is None or not frame["topic"].startswith("history/") or frame.get("recovered") is False or not old or not data:
        return frame
    messages = [*old["messages"], *data["messages"]]
    truncated = old["truncated"] or len(messages) > _MOST_MESSAGES
    kept = {"messages": messages[-_MOST_MESSAGES:], "truncated": truncated}
    return {**before, "offset": frame.get("offset"), "data": kept}


def _part(data: Dict[str, Any], frame: Dict[str, Any]) -> Part:
    encoded = data.get("base64")
    return Part(
        frame.get("offset", ""),
        text=data.get("text"),
        messages=data.get("messages"),
        data=None if encoded is None else base64.b64decode(encoded),
        up_to_date=bool(data.get("upToDate")),
        closed=bool(data.get("closed")),
        stopped=data.get("stopped") is not None,
        abandoned=bool(data.get("abandoned")),
        recovered=frame.get("recovered") is not False,
    )


class Realtime:
    """The connection for synchronous programs: it runs in a separate thread.

        with client.realtime(session=id) as live:
            for news in live.watch("status/podcast/p1"):
                show(news.data)
    """

    def __init__(self, base: str, ticket: Callable[[], str]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="aetherkeep-realtime", daemon=True)
        self._base = base
        self._ticket = ticket
        self._lock = threading.Lock()
        self._waits: "Set[Future[Any]]" = set()
        self._over = False

    def __enter__(self) -> "Realtime":
        self._thread.start()
        self._live = self._wait(self._opened())
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    async def _opened(self) -> AsyncRealtime:
        async def ticket() -> str:
            return await asyncio.get_running_loop().run_in_executor(None, self._ticket)

        live = AsyncRealtime(self._base, ticket)
        return await live.__aenter__()

    def _wait(self, job: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            if self._over:
                job.close()
                raise errors.Closed("closed", "The client was closed")
            waiting: "Future[T]" = asyncio.run_coroutine_threadsafe(job, self._loop)
            self._waits.add(waiting)
        try:
            return waiting.result()
        except CancelledError:
            raise errors.Closed("closed", "The client was closed") from None
        except BaseException:
            waiting.cancel()
            raise
        finally:
            self._waits.discard(waiting)

    def _iterate(self, items: AsyncIterator[T]) -> Iterator[T]:
        iterator = cast(Any, items)
        while True:
            try:
                item = self._wait(iterator.__anext__())
            except StopAsyncIteration:
                return
            try:
                yield item
            except BaseException:
                with suppress(errors.Closed):
                    self._wait(iterator.aclose())
                raise

    def watch(self, topic: str, *, offset: Optional[str] = None) -> Iterator[News]:
        """Watches a topic, over all reconnects: the current value and then each change."""
        return self._iterate(self._live.watch(topic, offset=offset))

    def stream(self, path: str, *, offset: Optional[str] = None) -> Iterator[Part]:
        """Reads a stream to its end, over all reconnects, each part exactly once."""
        return self._iterate(self._live.stream(path, offset=offset))

    def play(
        self, podcast: str, position_ms: int = 0, *, rate: Optional[float] = None, here: Optional[bool] = None
    ) -> PlaybackReported:
        """Plays a podcast; `here` stops the user's other streams."""
        return self._wait(self._live.play(podcast, position_ms, rate=rate, here=here))

    def pause(self, position_ms: Optional[int] = None) -> PlaybackReported:
        """Pauses."""
        return self._wait(self._live.pause(position_ms))

    def seek(self, position_ms: int) -> PlaybackReported:
        """Seeks to a position."""
        return self._wait(self._live.seek(position_ms))

    def stop(self, position_ms: Optional[int] = None) -> PlaybackReported:
        """Stops playback."""
        return self._wait(self._live.stop(position_ms))

    def stop_stream(self, path: str, reason: Optional[str] = None) -> None:
        """Stops the producer of a stream."""
        self._wait(self._live.stop_stream(path, reason))

    def progress(self, position_ms: int) -> None:
        """Reports the position of the podcast played here; dropped while there is no connection."""
        self._wait(self._live.progress(position_ms))

    def ping(self) -> None:
        """Checks the connection."""
        self._wait(self._live.ping())

    def close(self) -> None:
        """Closes the connection permanently."""
        if self._thread.is_alive():
            self._wait(self._live.close())
            with self._lock:
                self._over = True
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            for waiting in list(self._waits):  # The loop has stopped before it could answer them.
                waiting.cancel()
            self._loop.close()
