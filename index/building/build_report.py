"""What a build says of itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.reading.skipped import SkippedPath


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The report of a build; ``failed`` has an entry per article that could not be read, ``skipped`` what was left out.

    ``warnings`` are like ``failed`` and say what was left out of articles that were read anew and are indexed.
    ``dialects`` says what was read of all articles (see `ReadingSummary`), and ``encoded`` how many passages were
    encoded by this build, not by an earlier one.
    """

    articles: int
    passages: int
    sentences: int
    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[dict[str, str | int], ...]
    skipped: tuple[SkippedPath, ...]
    warnings: tuple[dict[str, str | int], ...]
    seconds: float
    version: str
    dialects: dict[str, dict[str, Any]]
    encoded: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the report as ``index build --json`` prints it."""
        lists = {
            "failed": list(self.failed),
            "skipped": [asdict(one) for one in self.skipped],
            "warnings": list(self.warnings),
        }
        report = {**asdict(self), **lists, "seconds": round(self.seconds, 3)}
        del report["encoded"]
        return report
