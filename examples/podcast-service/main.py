"""A podcast service: generates in the background, reports its progress, streams the script, keeps sessions."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from typing import Any, AsyncIterator, Dict, List, Optional

import uvicorn
from fastapi import BackgroundTasks, FastAPI, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from aetherkeep import AetherkeepError, AsyncAetherkeep
from aetherkeep.starlette import SessionMiddleware

URL = os.environ.get("AETHERKEEP_URL", "http://127.0.0.1:8080")
WORD_SECONDS = float(os.environ.get("WORD_MILLIS", "50")) / 1000
cast = AsyncAetherkeep(URL, space="aethercast", token=os.environ.get("AETHERKEEP_TOKEN"))
web = AsyncAetherkeep(URL, space="content", token=os.environ.get("AETHERKEEP_TOKEN"))

app = FastAPI(title="Podcasts")
app.add_middleware(SessionMiddleware, client=web)


class Topic(BaseModel):
    topic: str


@app.on_event("shutdown")
async def close() -> None:
    await cast.aclose()
    await web.aclose()


async def script(topic: str) -> AsyncIterator[str]:
    """A simulated model; replace it with a call of a provider."""
    for word in f"Welcome. Today we talk about {topic}, and that is the end.".split():
        await asyncio.sleep(WORD_SECONDS)
        yield word + " "


async def generate(podcast: str, topic: str) -> None:
    """Writes the script to a stream and the progress to a status, which clients follow on any node."""
    try:
        producer = await cast.streams.create(f"script/{podcast}", content_type="text/plain", ttl_seconds=3600)
        async with cast.providers.track("script-model"):
            words = 0
            async for word in script(topic):
                await producer.append(word)
                words += 1
                status = {"podcast_id": podcast, "status": "generating", "progress": min(95, words * 8)}
                if await cast.statuses.put("podcast", podcast, status) is not None:
                    await producer.close()
                    await cast.statuses.put("podcast", podcast, {"podcast_id": podcast, "status": "cancelled"})
                    return
        await producer.close()
        await cast.statuses.put("podcast", podcast, {"podcast_id": podcast, "status": "ready_to_stream"})
    except AetherkeepError as error:
        failed = {"podcast_id": podcast, "status": "error", "error": str(error)}
        await cast.statuses.put("podcast", podcast, failed)
        raise


@app.post("/podcasts", status_code=202)
async def begin(body: Topic, request: Request, tasks: BackgroundTasks) -> Dict[str, Any]:
    """Starts a podcast, and stores its id in the session."""
    podcast = uuid.uuid4().hex
    await cast.statuses.put("podcast", podcast, {"podcast_id": podcast, "status": "queued"})
    request.session.setdefault("podcasts", []).append(podcast)
    tasks.add_task(generate, podcast, body.topic)
    return {"podcast": podcast}


@app.get("/podcasts")
async def mine(request: Request) -> List[str]:
    """Lists the podcasts of this session."""
    found: List[str] = request.session.get("podcasts", [])
    return found


@app.get("/podcasts/{podcast}")
async def progress(podcast: str, wait: Optional[float] = None) -> Dict[str, Any]:
    """Returns the progress of a podcast; with `wait`, after its end or after that many seconds."""
    found = await cast.statuses.get("podcast", podcast)
    if found is None:
        raise HTTPException(404, "There is no such podcast")
    if wait is not None and not found.final:
        try:
            found = await cast.statuses.final("podcast", podcast, timeout=wait)
        except AetherkeepError as error:
            if error.code != "deadline-exceeded":
                raise
            found = await cast.statuses.get("podcast", podcast) or found
    return {**found.status, "final": found.final}


@app.get("/podcasts/{podcast}/script")
async def read(podcast: str) -> StreamingResponse:
    """Streams the script from its beginning."""

    async def text() -> AsyncIterator[str]:
        async for part in cast.streams.read(f"script/{podcast}"):
            yield part.text or ""

    return StreamingResponse(text(), media_type="text/plain; charset=utf-8")


@app.post("/podcasts/{podcast}/cancel", status_code=202)
async def cancel(podcast: str) -> Dict[str, Any]:
    """Requests to cancel the generation."""
    await cast.statuses.cancel("podcast", podcast, reason="the listener left")
    return {"podcast": podcast}


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "8000"))))
    print(f"Podcasts at http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    asyncio.run(uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve(sockets=[listener]))
