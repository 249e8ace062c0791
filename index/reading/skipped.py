"""Name what is left out of the articles folders on purpose, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# More names make no sentence; ``--json`` has them all.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class SkippedPath:
    """A file, folder or link that is left out; ``reason`` says what it is, such as "a draft"."""

    path: str
    reason: str


def sentences(skipped: Iterable[SkippedPath]) -> list[str]:
    """Return one sentence for each reason, with the first of the paths that are left out for it."""
    paths: dict[str, list[str]] = {}
    for one in skipped:
        paths.setdefault(one.reason, []).append(one.path)
    return [f"Skipped: {_listed(those)}: {reason}." for reason, those in paths.items()]


def _listed(paths: list[str]) -> str:
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
