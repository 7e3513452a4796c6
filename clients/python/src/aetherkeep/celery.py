"""Progress of Celery tasks as a status, which browsers and services follow.

    Reporting = status_task(Aetherkeep(url, space="aethercast"), kind="podcast", done="ready_to_stream", failed="error")

    @app.task(bind=True, base=Reporting)
    def generate(self, topic):
        self.report("generating", progress=40)

If a space's database is Celery's result backend, Aetherkeep follows tasks by itself (`celery` in its
settings). This class is for other backends, and for additional fields.
"""

from __future__ import annotations

import logging
from typing import Any, Callable, Dict, Optional, Type

from celery import Task

from . import errors
from ._sync.client import Aetherkeep

_log = logging.getLogger(__name__)


def status_task(
    client: Aetherkeep,
    *,
    kind: str,
    started: str = "running",
    done: str = "completed",
    failed: str = "failed",
    retrying: str = "retrying",
    status_id: Optional[Callable[[Any], str]] = None,
) -> Type[Any]:
    """The base class of tasks that report to the status `kind/{task id}`, or `kind/{status_id(task)}`.

    A task reports its start, end, failure and retries; each retry is a new attempt. A report that fails is
    logged and does not fail the task.
    """

    class StatusTask(Task):  # type: ignore[misc]
        abstract = True

        def report(self, status: str, progress: Optional[float] = None, **fields: Any) -> bool:
            """Reports a step, with additional fields; returns whether a client requested to cancel the task."""
            document: Dict[str, Any] = {"status": status, **fields}
            if progress is not None:
                document["progress"] = progress
            id = status_id(self) if status_id is not None else self.request.id
            try:
                return client.statuses.put(kind, id, document, attempt=self.request.retries + 1) is not None
            except errors.AetherkeepError as error:
                _log.warning("Status %s/%s could not be set to %r: %s", kind, id, status, error)
                return False

        def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
            self.report(started)

        def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
            self.report(done, 100)

        def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
            self.report(failed, error=str(exc) or repr(exc))

        def on_retry(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
            self.report(retrying, error=str(exc) or repr(exc))

    return StatusTask
