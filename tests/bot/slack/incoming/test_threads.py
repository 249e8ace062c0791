"""Which untagged messages in a thread are meant for the bot."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.incoming import threads

BOT = "U0BOT"


def said(user: str, text: str, ts: int, **more: Any) -> dict[str, Any]:
    return {"user": user, "text": text, "ts": f"{ts}.000000", **more}


def answered(ts: int) -> dict[str, Any]:
    return said(BOT, "as the reports say", ts, bot_id="B0BOT")


ASKED = [said("U0A", f"<@{BOT}> what was track4 about?", 1), answered(2)]


@pytest.mark.parametrize(
    ("more", "talk"),
    [
        ([said("U0A", "and track3?", 3)], False),
        ([said("U0B", "and track3?", 3)], False),
        ([said("U0A", "and track3?", 3), said("U0A", "and track2?", 4)], False),
        ([said("U0A", "and track3?", 3), answered(4), said("U0B", "and track2?", 5)], False),
        ([said("U0A", "I liked it", 3), said("U0B", "which one?", 4)], True),
        ([said("U0A", "I liked it", 3), said("U0B", "me too", 4), answered(5), said("U0A", "and track3?", 6)], True),
        ([said("U0A", "<@U0B> what do you think?", 3), said("U0A", "and track3?", 4)], True),
        ([said("U0A", "<!here> anybody?", 3), said("U0A", "and track3?", 4)], True),
        ([said("U0A", "<@U0B> hm?", 3), said("U0B", f"<@{BOT}> and track3?", 4), said("U0B", "and track2?", 5)], False),
        ([said("U0A", f"<@{BOT}> <@U0B> look", 3), said("U0A", "and track2?", 4)], True),
    ],
)
def test_people_talk_once_they_turn_to_each_other(more: list[dict[str, Any]], talk: bool) -> None:
    thread = [*ASKED, *more]
    assert threads.people_talk(thread, thread[-1]["ts"], BOT) is talk


def test_what_comes_later_does_not_count() -> None:
    thread = [*ASKED, said("U0A", "and track3?", 3), said("U0B", "no idea", 4), said("U0A", "me neither", 5)]
    assert threads.people_talk(thread, "3.000000", BOT) is False
    assert threads.people_talk(thread, "5.000000", BOT) is True


def test_who_asked_are_those_who_tagged_the_bot() -> None:
    assert threads.askers([*ASKED, said("U0B", "and track3?", 3)], BOT) == {"U0A"}


@pytest.mark.parametrize(
    ("message", "person"),
    [
        (said("U0A", "x", 1), True),
        (said("U0A", "x", 1, subtype="file_share"), True),
        (said("U0A", "x", 1, subtype="channel_join"), False),
        (said("U0A", "x", 1, bot_id="B1"), False),
        (said("U0A", "x", 1, bot_profile={"id": "B1"}), False),
        (said("USLACKBOT", "x", 1), False),
        ({"text": "x", "ts": "1.0"}, False),
    ],
)
def test_people_are_told_from_bots(message: dict[str, Any], person: bool) -> None:
    assert threads.from_person(message) is person


def test_tags_are_found_whatever_they_look_like() -> None:
    assert threads.tags("<@U1> <@W2|bob> <!subteam^S3|@devs> <!here> <#C1|x> @all") == {"U1", "W2", "S3", ""}
