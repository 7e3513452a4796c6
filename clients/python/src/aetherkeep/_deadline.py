"""The deadline of an asynchronous call."""

from __future__ import annotations

import asyncio
from typing import Any, Coroutine, TypeVar

T = TypeVar("T")


async def within(timeout: float, job: Coroutine[Any, Any, T]) -> T:
    """Awaits a coroutine; cancels it after its time, with asyncio.TimeoutError.

    Before Python 3.12, asyncio.wait_for swallows a cancellation that comes together with the result, so that a
    loop of polls would go on.
    """
    task = asyncio.ensure_future(job)
    try:
        await asyncio.wait([task], timeout=timeout)
        if not task.done():
            raise asyncio.TimeoutError
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
