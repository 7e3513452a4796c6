"""Types of the OpenAPI document, made by tools/make_types.py: not to be edited."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

Code = Literal[
    "invalid-id",
    "invalid-body",
    "invalid-header",
    "invalid-parameter",
    "invalid-request",
    "invalid-max-age",
    "invalid-tag",
    "invalid-pattern",
    "invalid-ttl",
    "key-reused",
    "unreadable-value",
    "invalid-config",
    "cross-slot",
    "too-large",
    "too-many-members",
    "unsupported-value",
    "uri-too-long",
    "headers-too-large",
    "unsupported-media-type",
    "body-timeout",
    "upgrade-required",
    "subprotocol-unknown",
    "wrong-order",
    "too-many-topics",
    "no-credentials",
    "bad-credentials",
    "expired-credentials",
    "other-space",
    "other-session",
    "missing-scope",
    "other-host",
    "other-origin",
    "bad-csrf-token",
    "route-unknown",
    "method-not-allowed",
    "space-unknown",
    "keyspace-unknown",
    "entry-unknown",
    "config-unknown",
    "version-unknown",
    "invalidation-unknown",
    "session-unknown",
    "history-unknown",
    "provider-unknown",
    "status-unknown",
    "status-expired",
    "op-unknown",
    "topic-unknown",
    "ticket-unknown",
    "session-exists",
    "logged-out",
    "too-many-sessions",
    "too-many-streams",
    "status-final",
    "stale-attempt",
    "status-behind",
    "version-conflict",
    "rate-limited",
    "overloaded",
    "origin-unavailable",
    "redis-unavailable",
    "redis-misconfigured",
    "deadline-exceeded",
    "not-serving",
    "internal",
    "invalid-offset",
    "producer-fenced",
    "stream-unknown",
    "stream-gone",
    "offset-gone",
    "webhook-unknown",
    "too-many-webhooks",
    "webhook-by-settings",
    "stream-exists",
    "stream-closed",
    "stream-stopped",
    "source-gone",
    "content-type-conflict",
    "sequence-conflict",
]

Config = Any

ConfigDifference = Dict[str, Any]

Entry = Any

Id = str

PlaybackState = Literal["playing", "paused", "stopped"]

ProviderStatus = Literal["healthy", "degraded", "disabled"]

Status = Dict[str, Any]

StreamInfo = Dict[str, Any]

UserId = Union[str, int]


class Appended(TypedDict):
    id: Id
    tokens: int
    contextWindowUsed: int
    repeated: bool


class _CancelRequest(TypedDict):
    requestedAt: str


class CancelRequest(_CancelRequest, total=False):
    reason: str


class _ConfigRow(TypedDict):
    name: str
    version: Union[str, None]
    number: Union[int, None]
    updatedAt: Union[str, None]
    by: str


class ConfigRow(_ConfigRow, total=False):
    claimedBy: str


class _ConfigVersion(TypedDict):
    number: int
    at: str
    by: str
    diff: List[ConfigDifference]


class ConfigVersion(_ConfigVersion, total=False):
    claimedBy: str
    version: str


class _ConfigWrite(TypedDict):
    name: Id


class ConfigWrite(_ConfigWrite, total=False):
    value: Config
    remove: bool
    ifVersion: str
    ifAbsent: bool


class ConfigWritten(TypedDict):
    version: str
    number: int
    created: bool


class ConfigsWritten(TypedDict):
    number: int
    configs: List[WrittenConfig]


class _Ended(TypedDict):
    ended: int


class Ended(_Ended, total=False):
    searching: bool


class _Entries(TypedDict):
    found: Dict[str, Entry]
    missing: List[str]


class Entries(_Entries, total=False):
    unreadable: List[str]
    omitted: List[str]


class History(TypedDict):
    items: List[Any]
    totalTokens: int
    truncated: bool


class _Invalidated(TypedDict):
    matched: int
    removed: int


class Invalidated(_Invalidated, total=False):
    queued: bool


class _ListedStatus(TypedDict):
    id: str
    attempt: int
    updatedAt: str
    stalledAt: str
    document: Status


class ListedStatus(_ListedStatus, total=False):
    expiresAt: str
    estimate: Dict[str, Any]
    cancelRequested: CancelRequest


class Listeners(TypedDict):
    podcastId: Id
    listeners: int
    users: int
    peak: int


class _Message(TypedDict):
    role: str
    content: str


class Message(_Message, total=False):
    timestamp: Union[str, None]
    requestId: Union[str, None]
    tokens: Union[int, None]


class MostHeard(TypedDict):
    items: List[Listeners]


class _Outcome(TypedDict):
    success: bool


class Outcome(_Outcome, total=False):
    ttftMs: Union[int, None]
    tokens: Union[int, None]
    retryAfterSeconds: Union[int, None]
    kind: Literal["rate", "quota", "stall", "error", None]
    lease: Union[str, None]
    latencyMs: Union[int, None]
    error: Union[str, None]


class _Playback(TypedDict):
    session: Id
    podcastId: Union[str, None]
    state: PlaybackState
    positionMs: int
    rate: float
    updatedAt: Union[str, None]
    seq: int
    connections: int


class Playback(_Playback, total=False):
    staleSeconds: int


class PlaybackReport(TypedDict, total=False):
    podcastId: Union[str, None]
    podcast: Union[str, None]
    state: Union[PlaybackState, None]
    positionMs: Union[int, None]
    rate: Union[float, None]
    seq: Union[int, None]
    here: Union[bool, None]


class PlaybackReported(TypedDict):
    playback: Playback
    late: bool


class _ProviderHealth(TypedDict):
    providerId: Id
    status: ProviderStatus
    successRate: float
    avgLatency: float
    lastFailure: Union[str, None]
    lastError: Union[str, None]
    requests: int
    consecutiveFailures: int
    p50Latency: Union[int, None]
    p95Latency: Union[int, None]
    p99Latency: Union[int, None]
    group: Union[str, None]
    reason: Union[str, None]
    byHand: bool
    until: Union[str, None]
    trial: bool


class ProviderHealth(_ProviderHealth, total=False):
    staleSeconds: int


class _Session(TypedDict):
    id: Id
    space: str
    userId: Union[UserId, None]
    createdAt: Union[str, None]
    lastActivityAt: Union[str, None]
    ttlSeconds: int
    version: str
    document: Dict[str, Any]


class Session(_Session, total=False):
    staleSeconds: int


class SessionRow(TypedDict):
    id: Id
    userId: Union[UserId, None]
    createdAt: Union[str, None]
    lastActivityAt: Union[str, None]
    ttlSeconds: int


class WrittenConfig(TypedDict):
    name: str
    version: Union[str, None]
    created: bool
