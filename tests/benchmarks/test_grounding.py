"""What the rules catch and lose on the halves that they were made on; docs/grounding.md has the other half."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from benchmarks.grounding import ROWS, SUPPORTED, index_of, measure, read

if TYPE_CHECKING:
    from pathlib import Path

DIRECTIONS = {"ja-ja", "en-en", "ja-en", "en-ja"}
# Of order .80 were wanted, and of the first half .75 of the denials; docs/grounding.md says what is missed.
LEAST_CAUGHT = {
    "own": {"number": 0.95, "name": 0.85, "negation": 0.80, "direction": 0.75, "order": 0.70, "missed": 0.80},
    "first": {"number": 0.80, "name": 0.80, "negation": 0.65, "direction": 0.65, "order": 0.70, "missed": 0.65},
}
MOST_LOST = 0.05


def test_every_sentence_is_once_in_the_benchmark() -> None:
    rows = read(ROWS)
    assert not [sentence for sentence, count in Counter(row["sentence"] for row in rows).items() if count > 1]
    assert {row["direction"] for row in rows} == DIRECTIONS
    assert len(rows) >= 400


@pytest.mark.slow
def test_what_is_caught_and_lost_stays_within_the_bars(tmp_path: Path) -> None:
    # Of a third of the reports: all of them take a minute and a half.
    rows = [row for row in read(ROWS) if row["half"] in LEAST_CAUGHT and crc32(row["report"].encode()) % 3 == 0]
    searcher = index_of({row["report"] for row in rows}, tmp_path)
    measured = measure(rows, searcher)
    searcher.store.close()
    missed = {
        (half, category): measured.share(half, category)
        for half, bars in LEAST_CAUGHT.items()
        for category, least in bars.items()
        if measured.share(half, category) < least
    }
    assert missed == {}
    assert {
        half: measured.share(half, SUPPORTED) for half in LEAST_CAUGHT if measured.share(half, SUPPORTED) > MOST_LOST
    } == {}
    # The lines are found without a hint.
    assert measured.found.share >= 0.90
    assert measured.cited.share >= 0.95
