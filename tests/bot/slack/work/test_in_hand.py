"""Questions that come, and change, while they are answered."""

from __future__ import annotations

from bot.slack.work.in_hand import CurrentQuestions


def test_a_change_meanwhile_is_another_round() -> None:
    hand = CurrentQuestions()
    assert hand.take("k")
    assert "k" in hand
    assert not hand.take("k")
    assert not hand.release("k")
    assert hand.release("k")
    assert "k" not in hand
    assert hand.take("k")


def test_what_nobody_began_with_is_dropped() -> None:
    hand = CurrentQuestions()
    hand.take("k")
    hand.drop("k")
    hand.drop("k")
    assert hand.take("k")


def test_what_is_being_written_down_is_in_hand() -> None:
    hand = CurrentQuestions()
    with hand.arriving("k"):
        with hand.arriving("k"):
            assert "k" in hand
        assert "k" in hand
        assert hand.take("k")
    assert "k" in hand
    assert hand.release("k")
    assert "k" not in hand
