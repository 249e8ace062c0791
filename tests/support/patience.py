"""How tests wait for what is to come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds; more than the busiest machine needs.
PATIENCE = 120.0


def wait_until(condition: Callable[[], object], timeout: float = PATIENCE) -> None:
    """Return as soon as something is true; fail if it never is."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)
