"""Count, by dialect, what was read of the articles of an index."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.types import Article


@dataclass(slots=True)
class DialectCounts:
    """The counts of one dialect; ``titles`` are by what they are from, and ``edits`` leave out ``bytes`` of markup."""

    files: int = 0
    titles: dict[str, int] = field(default_factory=dict)
    dates: int = 0
    drafts: int = 0
    edits: int = 0
    bytes: int = 0

    def add(self, article: Article) -> None:
        """Count an article."""
        self.files += 1
        self.titles[article.title_from] = self.titles.get(article.title_from, 0) + 1
        self.dates += article.date is not None
        self.drafts += not article.published
        self.edits += len(article.edits)
        self.bytes += len(article.source) - len(article.text)


class ReadingSummary:
    """What was read of all articles, by dialect."""

    def __init__(self) -> None:
        self._dialects: dict[str, DialectCounts] = {}

    def add(self, article: Article) -> None:
        """Count an article."""
        self._dialects.setdefault(article.dialect.value, DialectCounts()).add(article)

    def as_json(self) -> dict[str, dict[str, Any]]:
        """Return the counts by the names of the dialects."""
        return {name: asdict(counts) for name, counts in sorted(self._dialects.items())}
