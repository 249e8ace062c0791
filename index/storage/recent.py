"""What was read lately, so that it need not be read again, up to a size."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by their numbers, as many as are of a size together; safe to use from several threads.

    What was not asked for the longest is left out first.
    """

    def __init__(self, read: Callable[[int], Value], size: Callable[[Value], int], most: int) -> None:
        self._read = read
        self._size_of = size
        self._most = most
        self._values: OrderedDict[int, Value] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, number: int) -> Value:
        """Return a value, read now if it was not lately."""
        with self._lock:
            if number in self._values:
                self._values.move_to_end(number)
                return self._values[number]
        value = self._read(number)
        with self._lock:
            self._keep(number, value)
        return value

    def _keep(self, number: int, value: Value) -> None:
        if number in self._values:
            return  # another thread has read it as well
        self._values[number] = value
        self._size += self._size_of(value)
        while self._size > self._most:
            self._size -= self._size_of(self._values.popitem(last=False)[1])
