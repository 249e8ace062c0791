"""Questions in channels, threads and direct messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.chaos.telling import TALK, direct_channel, remark, told

if TYPE_CHECKING:
    from benchmarks.chaos.people import People
    from benchmarks.chaos.telling import Story

SMALL_TALK = ("thanks!", "ありがとう！", "what can you do?", "何ができるの？", "hello")


@told("mention", 10)
def mention(people: People, kind: str) -> Story:
    people.ask(kind)
    yield 0.0


@told("events that come again", 8)
def redelivered(people: People, kind: str) -> Story:
    case = people.ask(kind)
    for _ in range(people.dice.randint(1, 3)):
        yield people.dice.choice((0.0, 0.05, 1.0, 8.0))
        people.again(case)


@told("mention in a thread", 3)
def in_thread(people: People, kind: str) -> Story:
    workspace, channel, user = people.place()
    root = remark(people, channel, people.dice.choice(workspace.members), people.dice.choice(TALK))
    yield 0.2
    known = people.question()
    message = people.write(channel, user, known.text, root.thread)
    people.announce(people.of_message(kind, "answer", message, known), message)


@told("direct message", 6)
def direct(people: People, kind: str) -> Story:
    yield people.dice.uniform(0, 0.2)
    user = people.dice.choice(people.workspace().members)
    known = people.question()
    message = people.write(direct_channel(people, user), user, known.text)
    people.announce(people.of_message(kind, "answer", message, known), message)


@told("follow-up", 6)
def follow_up(people: People, kind: str) -> Story:
    first, second = people.dice.choice(people.knowledge.follow_ups)
    root = people.ask("mention", first)
    if (yield people.reply_to(root)) is None:
        return
    yield people.dice.uniform(0, 1)
    message = people.write(root.channel, root.user, second.text, root.thread, mention=False)
    case = people.of_message(kind, "answer", message, second)
    case.root = root
    people.announce(case, message)


@told("small talk", 2)
def small_talk(people: People, kind: str) -> Story:
    people.ask(kind, wish="reply", text=people.dice.choice(SMALL_TALK))
    yield 0.0
