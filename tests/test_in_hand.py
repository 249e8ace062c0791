"""Changes that come while a question is answered, or before it."""

from __future__ import annotations

from bot.slack.in_hand import Ahead, Change, InHand


def test_a_change_meanwhile_is_another_round() -> None:
    hand = InHand()
    assert hand.take("k")
    assert "k" in hand
    assert not hand.take("k")
    assert not hand.release("k")
    assert hand.release("k")
    assert "k" not in hand
    assert hand.take("k")


def test_what_nobody_began_with_is_dropped() -> None:
    hand = InHand()
    hand.take("k")
    hand.drop("k")
    hand.drop("k")
    assert hand.take("k")


def test_what_is_being_written_down_is_in_hand() -> None:
    hand = InHand()
    with hand.arriving("k"):
        with hand.arriving("k"):
            assert "k" in hand
        assert "k" in hand
        assert hand.take("k")
    assert "k" in hand
    assert hand.release("k")
    assert "k" not in hand


def test_a_change_is_kept_and_the_oldest_are_forgotten() -> None:
    ahead = Ahead(size=2)
    for number, key in enumerate("abc"):
        ahead.put(key, Change(key, str(number)))
    assert ahead.get("a") is None
    # As often as anybody likes: what came of it the first time may have failed.
    assert [ahead.get("b"), ahead.get("b")] == [Change("b", "1")] * 2


def test_the_latest_change_counts_in_whatever_order_they_come() -> None:
    ahead = Ahead()
    ahead.put("k", Change("second", "2"))
    ahead.put("k", Change("first", "1"))
    assert ahead.get("k") == Change("second", "2")
    ahead.put("k", Change(None, "3"))
    assert ahead.get("k") == Change(None, "3")
