"""Webhooks."""

from __future__ import annotations

from typing import Any, Iterator, Dict, List, Mapping, Optional, Sequence, cast

from .._wire import Request, segment
from ..types import DeadLetter, Webhook, WebhookAttempt, WebhookReplayed
from .http import Transport

_TEST_SECONDS = 40.0


class Webhooks:
    """Client of webhooks: events that the nodes deliver to URLs."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def create(
        self,
        url: str,
        events: Sequence[str],
        *,
        description: Optional[str] = None,
        format: Optional[str] = None,
        credential: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Webhook:
        """Creates a webhook. The answer contains its secret, which verifies signatures."""
        more = {"description": description, "format": format, "credential": credential}
        body = {"url": url, "events": list(events), **_given(more)}
        return cast(Webhook, (self._http.send(Request("POST", "/webhooks", json=body, once=True), timeout)).json())

    def list(self, *, timeout: Optional[float] = None) -> List[Webhook]:
        """Lists the webhooks of the space."""
        return cast(List[Webhook], (self._http.send(Request("GET", "/webhooks"), timeout)).json()["items"])

    def get(self, id: str, *, timeout: Optional[float] = None) -> Optional[Webhook]:
        """Reads a webhook; None if there is none."""
        response = self._http.find(Request("GET", _place(id)), "webhook-unknown", timeout)
        return None if response is None else cast(Webhook, response.json())

    def change(self, id: str, change: Mapping[str, Any], *, timeout: Optional[float] = None) -> Webhook:
        """Changes the fields that a JSON merge patch names."""
        headers = {"Content-Type": "application/merge-patch+json"}
        request = Request("PATCH", _place(id), headers=headers, json=change)
        return cast(Webhook, (self._http.send(request, timeout)).json())

    def remove(self, id: str, *, timeout: Optional[float] = None) -> None:
        """Deletes a webhook, whether it exists or not."""
        self._http.find(Request("DELETE", _place(id)), "webhook-unknown", timeout)

    def rotate(
        self, id: str, *, overlap_seconds: Optional[int] = None, timeout: Optional[float] = None
    ) -> Webhook:
        """Replaces the secret. Messages are signed with both secrets for some time."""
        request = Request("POST", _place(id, "/rotate"), json=_given({"overlapSeconds": overlap_seconds}), once=True)
        return cast(Webhook, (self._http.send(request, timeout)).json())

    def test(self, id: str, *, timeout: float = _TEST_SECONDS) -> Dict[str, Any]:
        """Delivers a test event, and answers the result of that attempt."""
        request = Request("POST", _place(id, "/test"), once=True)
        return cast(Dict[str, Any], (self._http.send(request, timeout)).json())

    def deliveries(self, id: str, *, timeout: Optional[float] = None) -> List[WebhookAttempt]:
        """Lists the last attempts to deliver, the newest first."""
        response = self._http.send(Request("GET", _place(id, "/deliveries")), timeout)
        return cast(List[WebhookAttempt], response.json()["items"])

    def dead_letters(self, id: str, *, timeout: Optional[float] = None) -> Iterator[DeadLetter]:
        """Lists the events whose delivery was given up."""
        return self._http.pages(Request("GET", _place(id, "/dead-letters")), timeout)

    def replay(
        self,
        id: str,
        *,
        since: Optional[str] = None,
        cursor: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> WebhookReplayed:
        """Delivers dead letters again, or all events since a time in ISO 8601: a page of at most 1,000. The cursor
        of the next page is the `next` of the previous one, None on the last."""
        body = _given({"since": since, "cursor": cursor})
        request = Request("POST", _place(id, "/replay"), json=body, once=True)
        return cast(WebhookReplayed, (self._http.send(request, timeout)).json())


def _place(id: str, more: str = "") -> str:
    return f"/webhooks/{segment('id', id)}{more}"


def _given(values: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
