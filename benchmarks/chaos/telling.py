"""Stories: short chains of what people do, which wait where people would; and the parts that several share."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.chaos.people import Until
from benchmarks.chaos.reading import has_button

if TYPE_CHECKING:
    from benchmarks.chaos.cases import Case
    from benchmarks.chaos.people import People, Written
    from benchmarks.chaos.questions import Known
    from tests.support.slack_server import Message

# Yields seconds to wait, or something to wait for, which is sent back.
Story = Generator[float | Until, Any, None]

TALK = (
    "お昼はどこに行きましょうか",
    "Lunch at noon?",
    "資料を共有しました。",
    "The build is green again.",
    "助かりました",
)
# As often is a message that is changed one to the bot alone.
DIRECT = 0.15


@dataclass(frozen=True, slots=True)
class Telling:
    """A kind of story and how often it is told."""

    kind: str
    weight: float
    tell: Callable[[People, str], Story]


TELLINGS: list[Telling] = []


def told(kind: str, weight: float) -> Callable[[Callable[[People, str], Story]], Callable[[People, str], Story]]:
    """Add a story to those that are told."""

    def add(tell: Callable[[People, str], Story]) -> Callable[[People, str], Story]:
        TELLINGS.append(Telling(kind, weight, tell))
        return tell

    return add


def written(people: People, kind: str) -> tuple[Case, Written, Known]:
    """Return a question that Slack has not told of yet, and another one that it is going to be."""
    first, second = people.knowledge.two(people.dice)
    _, channel, user = people.place()
    if people.dice.random() < DIRECT and not kind.startswith("mention"):
        channel = direct_channel(people, user)
    message = people.write(channel, user, first.text)
    return people.of_message(kind, "answer", message, first), message, second


def direct_channel(people: People, user: str) -> str:
    """Return the conversation of somebody with the bot."""
    world = people.slack.world
    with world.changed:
        return world.dm_with(user, world.users[user].team_id).id


def remark(
    people: People, channel: str, user: str, text: str, kind: str = "people talk", thread: str | None = None
) -> Case:
    """Say something that is not for the bot."""
    message = people.write(channel, user, text, thread, mention=False)
    case = people.of_message(kind, "silence", message, None)
    people.announce(case, message)
    return case


def offers(action_id: str) -> Callable[[Message], bool]:
    """Tell messages that have a button."""
    return lambda message: has_button(message.blocks, action_id)
