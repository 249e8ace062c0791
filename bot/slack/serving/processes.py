"""Several processes that do the same: forked off one, which starts again what dies and ends when all have ended.

They are forked before anything is opened: threads, models and connections do not survive a fork. What was imported by
then they have in common, until they write to it, and so they have what is mapped from files.
"""

from __future__ import annotations

import gc
import logging
import os
import select
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.ending import ENDING, end_at_once, hand_over
from bot.metrics import forget_process

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

SIGNALS = (*ENDING, signal.SIGCHLD)
# A process that dies sooner than this after it was started is started again later each time.
STEADY_SECONDS = 60.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Child:
    """One of the processes: its ``place`` among them, and the folder that they count in."""

    place: int
    shared: Path
    _tell: int

    def say_ready(self) -> None:
        """Let the others start, too: with these settings, a process gets ready."""
        os.write(self._tell, b".")
        os.close(self._tell)


@dataclass(slots=True, eq=False)
class _Place:
    """One of the processes, and those that take its place when it dies; ``due`` is when the next is started."""

    pid: int | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0


def fork_processes(count: int, let_go: Callable[[], None]) -> Child:
    """Return in each of so many processes that are forked off this one, which itself does not return.

    It starts one and, once that is ready, the others; and another one in place of each that dies. Told to end, it
    tells them, calls ``let_go``, and ends when they have. If the first does not get ready, it ends with its exit code.
    """
    parent, shared = os.getpid(), Path(tempfile.mkdtemp(prefix="bot-metrics-"))
    try:
        forked = _Parent(count, shared, let_go)
        child = forked.run()
        if child is not None:
            return child
    finally:
        if os.getpid() == parent:
            shutil.rmtree(shared, ignore_errors=True)
    sys.exit(forked.code)


class _Parent:
    """The process that others are forked off."""

    def __init__(self, count: int, shared: Path, let_go: Callable[[], None]) -> None:
        self.code = 0
        self._shared = shared
        self._let_go = let_go
        self._first, *self._others = self._places = [_Place() for _ in range(count)]
        self._is_ready = False
        self._is_ending = False
        # Signals come as bytes. The processes see by the third pipe that this one is gone: its other end closes.
        self._signalled, self._signal = os.pipe()
        self._told, self._tell = os.pipe()
        self._gone, self._alive = os.pipe()

    def run(self) -> Child | None:
        """Keep the processes running until they are to end; return a child in each, and None here when all ended."""
        os.set_blocking(self._signalled, False)
        os.set_blocking(self._signal, False)
        hand_over()
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._signal, warn_on_full_buffer=False)
        # Collecting garbage would write to all that was imported.
        gc.collect()
        gc.freeze()
        while not self._is_ending or self._running():
            for place in self._due():
                child = self._fork(place)
                if child is not None:
                    return child
            self._wait()
            self._bury()
        return None

    def _running(self) -> list[_Place]:
        return [place for place in self._places if place.pid is not None]

    def _due(self) -> list[_Place]:
        """Return where a process is missing and it is time to start one."""
        if self._is_ending:
            return []
        places = self._places if self._is_ready else [self._first]
        return [place for place in places if place.pid is None and place.due <= time.monotonic()]

    def _fork(self, place: _Place) -> Child | None:
        # A signal between the fork and what the child does with signals would get lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        pid = os.fork()
        if not pid:
            return self._as_child(place)
        place.pid, place.started = pid, time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return None

    def _as_child(self, place: _Place) -> Child:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        end_at_once()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        for end in (self._signalled, self._signal, self._told, self._alive):
            os.close(end)
        threading.Thread(target=_end_after, args=(self._gone,), name="parent", daemon=True).start()
        return Child(self._places.index(place), self._shared, self._tell)

    def _wait(self) -> None:
        """Wait until something is to be done, and pass on the signals that came."""
        now = time.monotonic()
        missing = [place.due for place in self._places if place.pid is None and self._is_ready and not self._is_ending]
        seconds = max(0.0, min(missing) - now) if missing else None
        readable, _, _ = select.select([self._signalled, self._told], [], [], seconds)
        if self._told in readable and os.read(self._told, 1):
            self._is_ready = True
        for number in os.read(self._signalled, 64) if self._signalled in readable else b"":
            if number in ENDING:
                self._end(number)

    def _end(self, number: int) -> None:
        if not self._is_ending:
            self._is_ending = True
            self._let_go()
        for place in self._running():
            os.kill(place.pid or 0, number)

    def _bury(self) -> None:
        """Take note of every process that has ended."""
        while (ended := _ended()) is not None:
            pid, code = ended
            for number, place in enumerate(self._places):
                if place.pid == pid:
                    forget_process(number, self._shared)
                    self._lost(place, code)

    def _lost(self, place: _Place, code: int) -> None:
        pid, place.pid = place.pid, None
        if self._is_ending:
            # One that had to be killed has not finished what it had in hand.
            self.code = self.code or _exit_code(code)
        elif not self._is_ready:
            self.code = _exit_code(code)
            self._is_ending = True
            self._let_go()
        else:
            now = time.monotonic()
            place.deaths = 1 if now - place.started >= STEADY_SECONDS else place.deaths + 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (place.deaths - 1))
            place.due = now + pause
            log.error("a process ended: another one starts in %.1f s", pause, extra={"pid": pid, "code": code})


def _exit_code(code: int) -> int:
    """Return an exit code as shells write those of processes that a signal ended."""
    return code if code >= 0 else 128 - code


def _ended() -> tuple[int, int] | None:
    """Return the number and the code of a process that has ended, whoever started it; None when there is none."""
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, os.waitstatus_to_exitcode(status)) if pid else None


def _end_after(gone: int) -> None:
    """End in good order once nobody would start this process again or pass signals on."""
    os.read(gone, 1)
    os.kill(os.getpid(), signal.SIGTERM)
