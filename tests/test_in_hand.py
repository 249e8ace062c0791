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


def test_a_change_is_taken_once_and_the_oldest_are_forgotten() -> None:
    ahead = Ahead(size=2)
    for number, key in enumerate("abc"):
        ahead.put(key, Change(key, str(number)))
    assert ahead.take("a") is None
    assert ahead.take("b") == Change("b", "1")
    assert ahead.take("b") is None


def test_the_latest_change_counts_in_whatever_order_they_come() -> None:
    ahead = Ahead()
    ahead.put("k", Change("second", "2"))
    ahead.put("k", Change("first", "1"))
    assert ahead.take("k") == Change("second", "2")
    ahead.put("k", Change("first", "1"))
    assert ahead.take("k") is None
    ahead.put("k", Change(None, "3"))
    assert ahead.take("k") == Change(None, "3")
