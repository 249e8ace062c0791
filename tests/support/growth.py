"""How the CPU time of a piece of work grows with the text that it is given."""

from __future__ import annotations

import ctypes
import gc
import math
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.memory import give_back_heap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Work = Callable[[str], object]

# By so much longer is the text whose time is compared.
FACTOR = 8
# CPU seconds that the shorter text takes at least, so that it can be measured, and at most.
LEAST, MOST = 0.004, 3.0
SHORTEST, LONGEST = 250, 64_000
# What takes a power of the length so high may take a higher one of longer texts, or the processor was busy.
SUSPECT = 1.2
# So often longer texts are tried: a busy processor makes one measurement wrong, but hardly each.
TRIES = 8
# Options of glibc's mallopt(3), by their numbers in malloc.h, M_MMAP_MAX and M_TRIM_THRESHOLD: the values with which it
# keeps all that is freed, and those that it begins with. It adapts them no more in this process then.
_KEPT = {-4: (0, 65_536), -1: (2**31 - 1, 128 * 1024)}
# Twice the time that a linear pass would take for eight times the text.
HIGHEST = 4 / 3


class TookTooLong(BaseException):
    """Ends a piece of work; no Exception, which the work could catch."""


def cpu_time(work: Work, text: str, most: float = MOST) -> float:
    """Return the CPU seconds that a piece of work takes, infinity if these are more than ``most``."""

    def stop(*_: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.disable()
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    started = time.thread_time()
    try:
        work(text)
        return time.thread_time() - started
    except TookTooLong:
        return math.inf
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        gc.enable()
        signal.signal(signal.SIGVTALRM, before)


def is_linear(work: Work, make: Callable[[int], str]) -> bool:
    """Return whether the time of a piece of work grows with the length of what ``make`` makes, and no faster."""
    with _keeping_memory():
        if exponent(work, make) <= SUSPECT:
            return True
        # Long enough also for what is read a hundred deep before more of it costs no more.
        return any(exponent(work, make, least=8 * LEAST, times=2) <= HIGHEST for _ in range(TRIES))


@contextmanager
def _keeping_memory() -> Iterator[None]:
    """Keep what is freed inside, where the C library is glibc.

    It gives large blocks back to the system at once, and they come with empty pages the next time: from some length on
    that takes longer than the work, and is no more linear where the short text stays below that length.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", lambda _option, _value: 0)
    for option, (value, _) in _KEPT.items():
        set_option(option, value)
    try:
        yield
    finally:
        for option, (_, usual) in _KEPT.items():
            set_option(option, usual)
        give_back_heap()


def exponent(work: Work, make: Callable[[int], str], *, least: float = LEAST, times: int = 1) -> float:
    """Return the power of a text's length with which the time grows: 1 if it is linear, 2 if it is quadratic.

    Of several ``times`` the shortest counts: others may use the processor, too.
    """
    size = SHORTEST
    while (base := cpu_time(work, make(size))) < least and size < LONGEST:
        size *= 2
    if math.isinf(base):
        return base
    base = min([base, *(cpu_time(work, make(size)) for _ in range(times - 1))])
    most = max(base, LEAST) * FACTOR**2
    longer = min(cpu_time(work, make(FACTOR * size), most) for _ in range(times))
    return math.log(longer / max(base, 1e-4), FACTOR)
