"""A program that uses the wheel as it is installed: checked with `mypy --strict`, not run."""

from __future__ import annotations

from typing import Optional

from aetherkeep import Aetherkeep, AetherkeepError, AsyncAetherkeep, VersionConflict
from aetherkeep.types import Session

council = Aetherkeep("http://127.0.0.1:8080", space="council", token=lambda: "key", timeout=5)


def program() -> Optional[str]:
    opened: Session = council.sessions.open(user_id="u1", data={"any": ["thing"]})
    found: Optional[Session] = council.sessions.get(opened["id"], touch=False)
    found["id"]  # type: ignore[index]
    opened["ttl"]  # type: ignore[typeddict-item]
    try:
        council.sessions.patch(opened["id"], {"title": "x"}, if_version=opened["version"])
    except VersionConflict as error:
        code: str = error.code
        return code
    except AetherkeepError as error:
        return None if error.retry else str(error.retry_after)
    council.sessions.append_history(opened["id"], "user")  # type: ignore[call-arg]
    for now in council.statuses.follow("podcast", "p1", timeout=60):
        if now.final:
            return f"{now.status['status']} {now.attempt}"
    with council.realtime(session=opened["id"]) as live:
        late: bool = live.play("p1", 0, rate=1.5)["late"]
        for part in live.stream("chat/42"):
            return part.text if late else part.offset
    return None


async def asynchronous() -> int:
    async with AsyncAetherkeep("http://127.0.0.1:8080", space="council") as client:
        rows = [row["id"] async for row in client.sessions.list()]
        entry = await client.caches.get("topic", "t1")
        async with client.realtime() as live:
            async for news in live.watch("listeners/p1"):
                return len(rows) + int(news.data["listeners"]) + (entry.age if entry is not None else 0)
    return 0
