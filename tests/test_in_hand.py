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
    for key in "abc":
        ahead.put(key, Change(key))
    assert ahead.take("a") is None
    assert ahead.take("b") == Change("b")
    assert ahead.take("b") is None
    ahead.put("c", Change(None))
    assert ahead.take("c") == Change(None)
