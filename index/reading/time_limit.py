"""A limit of computing time, for parsers that may never get done with what somebody has written."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class TimeUp(Exception):
    """The work inside `time_limit` has used up its time."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp inside when this process has computed for so many seconds; waiting does not count.

    Only the main thread can be interrupted so; in others there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    handler = signal.signal(signal.SIGPROF, _raise)
    # Again every second, in case that what runs inside catches all errors.
    timer = signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        # Time may be up just here, and both have to be as they were.
        try:
            signal.setitimer(signal.ITIMER_PROF, *timer)
        finally:
            signal.signal(signal.SIGPROF, handler)


def _raise(*_: object) -> None:
    raise TimeUp
