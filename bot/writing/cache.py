"""Remember what was made for a key, and make it once where several ask for it at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Made = TypeVar("Made")


class Interrupted(Exception):
    """The thread that made a value for others was told to end."""


class Cache(Generic[Made]):
    """The ``most`` last values that are worth keeping; safe to use from several threads."""

    def __init__(self, most: int, is_kept: Callable[[Made], bool]) -> None:
        self._most = most
        self._is_kept = is_kept
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self._made: dict[Hashable, Future[Made]] = {}

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept for a key, what another thread is making for it, or what ``make`` returns."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            others = self._made.get(key)
            own: Future[Made] = Future()
            if others is None:
                self._made[key] = own
        return self._make(key, make, own) if others is None else others.result()

    def forget(self, key: Hashable) -> None:
        """Forget what is kept for a key."""
        with self._lock:
            self._kept.pop(key, None)

    def _make(self, key: Hashable, make: Callable[[], Made], future: Future[Made]) -> Made:
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                del self._made[key]
            # What ends the thread that makes it, such as Ctrl-C, ends none of those that wait.
            future.set_exception(error if isinstance(error, Exception) else Interrupted())
            raise
        with self._lock:
            del self._made[key]
            if self._is_kept(made):
                self._kept[key] = made
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        future.set_result(made)
        return made
