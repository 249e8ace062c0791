"""What the processes of the bot logged."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log; ``at`` is in Unix seconds by the clock of its process."""

    at: float
    level: str
    message: str
    key: str
    reference: str
    error: str


def lines_of(logs: Iterable[Path]) -> list[Line]:
    """Read all logs; what is no line of JSON is left out."""
    return [line for log in logs for text in log.read_text(errors="replace").splitlines() for line in _line(text)]


def _line(text: str) -> list[Line]:
    try:
        entry: dict[str, Any] = json.loads(text)
        at = datetime.fromisoformat(entry["time"]).timestamp()
    except (ValueError, KeyError, TypeError):
        return []
    trace = str(entry.get("traceback") or "").strip().splitlines()
    # SQLAlchemy adds lines with the statement and a link below its error.
    error = next((one for one in trace if one[:1].isalpha() and not one.startswith("Traceback")), "")
    keys = (str(entry.get(name) or "") for name in ("level", "message", "key", "reference"))
    return [Line(at, *keys, error)]


def references(lines: Iterable[Line]) -> dict[str, str]:
    """Return which question each number in an apology stands for."""
    return {line.reference: line.key for line in lines if line.reference and line.key}


def complaints(lines: Iterable[Line]) -> dict[str, int]:
    """Return how often each error was logged with a traceback."""
    return dict(Counter(f"{line.message[:60]}: {line.error[:120]}" for line in lines if line.error).most_common(20))
