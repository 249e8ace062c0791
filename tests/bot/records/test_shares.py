"""A private answer is shared once, by whichever click and process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.records.shares import Turn
from tests.support.databases import question, rows

if TYPE_CHECKING:
    from bot.records.records import Records

POSTED = "1700000100.000200"


def test_one_click_at_a_time_shares_an_answer_and_only_once(url: str, records: Records, other: Records) -> None:
    key = question().key
    records.receive(question())
    assert records.shares.begin(key, "1.0") == Turn(None)
    assert other.shares.begin(key, "2.0") is None
    assert not other.shares.is_shared(key)
    records.shares.nothing_shared(key)
    assert other.shares.begin(key, "3.0") == Turn(None)
    other.shares.in_doubt(key)
    # Whoever comes next looks from the first attempt on that may have succeeded.
    assert records.shares.begin(key, "4.0") == Turn("3.0")
    rows(url, "UPDATE questions SET share_until = 0")
    assert other.shares.begin(key, "5.0") == Turn("3.0")
    other.shares.done(key, POSTED)
    assert records.shares.is_shared(key)
    assert records.shares.begin(key, "6.0") is None


def test_what_is_not_known_is_not_shared(records: Records) -> None:
    assert records.shares.begin("unknown", "1.0") is None
    assert not records.shares.is_shared("unknown")
