"""Streams: append-only bytes or JSON messages that readers follow and resume."""

from __future__ import annotations

import codecs
import json
import time
from typing import Any, Iterator, Mapping, Optional, cast
from urllib.parse import urlsplit

import httpx

from .. import errors
from .._wire import QueryValue, Request, random_id, stream_path
from ..models import Part
from ..types import StreamInfo
from .http import Transport

_POLL_TIMEOUT = 90.0


class Streams:
    """Client of the streams of one space."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def create(
        self,
        path: str,
        *,
        content_type: str = "application/json",
        ttl_seconds: Optional[int] = None,
        lease_seconds: Optional[int] = None,
        session: Optional[str] = None,
        text: Optional[str] = None,
        status: Optional[str] = None,
        fork: Optional[str] = None,
        fork_offset: Optional[str] = None,
        producer_id: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> "Producer":
        """Creates a stream, or confirms that it exists; returns its producer.

        When the stream closes, its text is appended to the history of `session`; for a JSON stream, `text` is
        the JSON pointer to the text in each message. `status` (`kind/id`) follows it. After `lease_seconds`
        without an append it is closed as abandoned. `fork` is the source of a fork.
        """
        source = None if fork is None else f"{urlsplit(self._http.base).path}/streams/{stream_path(fork)}"
        headers = {
            "Stream-TTL": _text(ttl_seconds),
            "Stream-Lease": _text(lease_seconds),
            "Stream-Session": session,
            "Stream-Text": text,
            "Stream-Status": status,
            "Stream-Forked-From": source,
            "Stream-Fork-Offset": fork_offset,
        }
        self._http.send(Request("PUT", _place(path), headers=headers, content_type=content_type), timeout)
        return self.producer(path, content_type=content_type, producer_id=producer_id)

    def producer(
        self,
        path: str,
        *,
        content_type: str = "application/json",
        producer_id: Optional[str] = None,
        epoch: int = 0,
    ) -> "Producer":
        """Returns a producer of an existing stream. Of two with one id, the one with the higher epoch can append."""
        return Producer(self._http, path, content_type, producer_id or random_id(), epoch)

    def read(self, path: str, *, offset: str = "-1", live: bool = True) -> Iterator[Part]:
        """Reads a stream by long polls, over restarts of nodes, each part exactly once.

        It starts at `offset`; with `live` false it ends at the tail.
        """
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        up_to_date = False
        cursor: Optional[str] = None
        while True:
            live_query: Mapping[str, QueryValue] = {"live": "long-poll", "cursor": cursor} if up_to_date else {}
            response = self._poll(path, {"offset": offset, **live_query})
            if response is None:
                continue
            headers = response.headers
            if "stream-next-offset" not in headers:
                raise errors.InvalidRequest("not-a-node", "The response has no Stream-Next-Offset: is this a node?")
            offset = headers["stream-next-offset"]
            cursor = headers.get("stream-cursor")
            up_to_date = "stream-up-to-date" in headers
            part = _part(response, offset, decoder)
            if part.text or part.messages or part.data or part.closed:
                yield part
            if part.closed or (up_to_date and not live):
                return

    def _poll(self, path: str, query: Mapping[str, QueryValue]) -> Optional[httpx.Response]:
        """Reads the next part, and retries during an outage."""
        try:
            return self._http.send(Request("GET", _place(path), query), _POLL_TIMEOUT)
        except errors.AetherkeepError as error:
            if not error.retry:
                raise
            time.sleep(0.5)
            return None

    def stopped(self, path: str) -> Optional[str]:
        """Waits until a stream is stopped; returns the reason, or None if it ended otherwise."""
        while True:
            response = self._poll(path, {"watch": "stop"})
            if response is not None and response.status_code == 200:
                return cast(Optional[str], response.json().get("stopped"))

    def stop(self, path: str, reason: Optional[str] = None, *, timeout: Optional[float] = None) -> StreamInfo:
        """Stops the producer of a stream; the appended data stays."""
        request = Request("POST", _place(path) + "/stop", json={} if reason is None else {"reason": reason})
        return cast(StreamInfo, (self._http.send(request, timeout)).json())

    def remove(self, path: str, *, timeout: Optional[float] = None) -> None:
        """Deletes a stream."""
        self._http.find(Request("DELETE", _place(path)), "stream-unknown", timeout)


class Producer:
    """Producer of a stream, with exactly-once appends.

    After a lost response an append is repeated with the same number, which the node executes once. An append
    must end before the next one starts.

    After `producer-fenced` each append fails with that error, because another producer has taken over. To take
    over from it, create a producer with a higher epoch.
    """

    def __init__(self, http: Transport, path: str, content_type: str, id: str, epoch: int) -> None:
        self._http = http
        self._path = path
        self._type = content_type
        self._id = id
        self._epoch = epoch
        self._seq = 0
        self._fenced: Optional[errors.AetherkeepError] = None

    def append(self, data: Any, *, timeout: Optional[float] = None) -> str:
        """Appends a message of a JSON stream (a list is several messages), or text, or bytes; the offset after it."""
        return self._send(self._encoded(data), False, timeout)

    def close(self, data: Any = None, *, timeout: Optional[float] = None) -> str:
        """Closes the stream, after an optional last append; returns its last offset."""
        return self._send(b"" if data is None else self._encoded(data), True, timeout)

    def _encoded(self, data: Any) -> bytes:
        if self._type == "application/json":
            return json.dumps(data, ensure_ascii=False).encode()
        return data.encode() if isinstance(data, str) else bytes(data)

    def _send(self, content: bytes, close: bool, timeout: Optional[float]) -> str:
        if self._fenced is not None:
            raise self._fenced
        headers = {
            "Stream-Closed": "true" if close else None,
            "Producer-Id": self._id,
            "Producer-Epoch": str(self._epoch),
            "Producer-Seq": str(self._seq),
        }
        request = Request("POST", _place(self._path), headers=headers, content=content, content_type=self._type)
        try:
            response = self._http.send(request, timeout)
        except BaseException as error:
            if isinstance(error, errors.AetherkeepError) and error.code == "producer-fenced":
                # The next epoch may be the other producer's, whose appends would be mixed up with these.
                self._fenced = error
            else:
                # It may or may not have been appended, so its number must not be reused.
                self._epoch += 1
                self._seq = 0
            raise
        self._seq += 1
        return cast(str, response.headers.get("stream-next-offset", ""))


def _part(response: httpx.Response, offset: str, decoder: codecs.IncrementalDecoder) -> Part:
    headers, content = response.headers, response.content
    kind = headers.get("content-type", "")
    is_json, is_text = kind.startswith("application/json"), kind.startswith("text/")
    return Part(
        offset,
        text=decoder.decode(content) if content and is_text else None,
        messages=response.json() if content and is_json else None,
        data=content if content and not is_json and not is_text else None,
        up_to_date="stream-up-to-date" in headers,
        closed=headers.get("stream-closed") == "true",
        stopped=headers.get("stream-stopped") == "true",
        abandoned=headers.get("stream-abandoned") == "true",
    )


def _place(path: str) -> str:
    return f"/streams/{stream_path(path)}"


def _text(value: Optional[int]) -> Optional[str]:
    return None if value is None else str(value)
