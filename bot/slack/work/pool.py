"""A bounded pool of threads for answers, so that Bolt's own threads stay free to acknowledge."""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING

from index.errors import ReportBotError

if TYPE_CHECKING:
    from collections.abc import Callable

    Job = Callable[[], object]

log = logging.getLogger(__name__)


class QueueFull(ReportBotError):
    """There was no room for a job."""

    def __init__(self) -> None:
        super().__init__("the queue is full")


class AnswerPool:
    """Runs jobs in ``workers`` threads; at most ``queue_size`` more may wait, others are refused.

    Each thread calls ``give_way`` before a job, which may take its time.
    """

    def __init__(self, workers: int, queue_size: int, give_way: Job = lambda: None) -> None:
        self._capacity = workers + queue_size
        self._give_way = give_way
        self._waiting: deque[Job] = deque()
        self._running = 0
        self._closing = False
        self._changed = threading.Condition()
        for number in range(1, workers + 1):
            # Daemons: a job that hangs must not keep the process from ending.
            threading.Thread(target=self._work, name=f"answer-{number}", daemon=True).start()

    @property
    def depth(self) -> int:
        """The number of jobs that wait for a thread."""
        with self._changed:
            return len(self._waiting)

    def submit(self, job: Job) -> bool:
        """Have a job run soon; return False when the pool is full or closing."""
        with self._changed:
            if self._closing or len(self._waiting) + self._running >= self._capacity:
                return False
            self._waiting.append(job)
            self._changed.notify()
            return True

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until no job runs or waits; return False when that takes longer than ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout)

    def close(self, timeout: float) -> bool:
        """Take no more jobs and finish those there are; return whether that was done within ``timeout`` seconds.

        Jobs that still wait then are never started; those that run are not interrupted.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            done = self._changed.wait_for(self._is_idle, timeout)
            if not done:
                log.warning("closed with %d answers running and %d waiting", self._running, len(self._waiting))
            self._waiting.clear()
            return done

    def _is_idle(self) -> bool:
        return not self._waiting and not self._running

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._give_way()
                job()
            except Exception:  # whatever a job does, its thread is needed for the next one
                log.exception("an answer failed")
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _next(self) -> Job | None:
        """Wait for a job; return None when the pool is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if not self._waiting:
                return None
            self._running += 1
            return self._waiting.popleft()
