"""Put first what Slack waits to have acknowledged: answers have minutes, an acknowledgement three seconds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

# What is not acknowledged by then, Slack brings again anyway.
LONGEST_SECONDS = 3.0


class AcknowledgementGate:
    """Counts what came and is not acknowledged yet, each for as long as a ``with`` statement takes."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        """Count one more."""
        with self._changed:
            self._count += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Count one less."""
        with self._changed:
            self._count -= 1
            if not self._count:
                self._changed.notify_all()

    def wait(self, timeout: float = LONGEST_SECONDS) -> bool:
        """Wait until everything is acknowledged; return whether it was within ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, timeout)
