"""What is not for the bot, and who may not ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.chaos.telling import TALK, remark, told

if TYPE_CHECKING:
    from benchmarks.chaos.people import People
    from benchmarks.chaos.telling import Story


@told("people talk", 6)
def talk(people: People, kind: str) -> Story:
    workspace, channel, user = people.place()
    root = remark(people, channel, user, people.dice.choice(TALK), kind)
    yield people.dice.uniform(0, 1)
    remark(people, channel, people.dice.choice(workspace.members), people.dice.choice(TALK), kind, root.thread)


@told("people talk below an answer", 3)
def talk_below(people: People, kind: str) -> Story:
    workspace = people.workspace()
    root = people.ask("mention")
    yield people.reply_to(root)
    others = [member for member in workspace.members if member != root.user]
    tagged = f"<@{people.dice.choice(others)}> {people.dice.choice(people.knowledge.answerable).text}"
    remark(people, root.channel, root.user, tagged, kind, root.thread)


@told("another bot", 2)
def another_bot(people: People, kind: str) -> Story:
    _, channel, user = people.place()
    text = people.dice.choice(people.knowledge.answerable).text
    case = people.case(kind, "silence", channel, user, None)
    post = people.slack.bot_message(channel, text, mention=people.dice.random() < 0.7)
    case.message, case.thread, case.deliveries = post.message, post.thread, list(post.deliveries)
    case.marks.add(post.ts)
    yield 0.0


@told("guest", 2)
def guest(people: People, kind: str) -> Story:
    workspace, channel, _ = people.place()
    _refused(people, kind, channel, people.dice.choice(workspace.guests))
    yield 0.0


@told("somebody of another organisation", 2)
def stranger(people: People, kind: str) -> Story:
    workspace = people.workspace()
    _refused(people, kind, workspace.shared, people.dice.choice(workspace.strangers))
    yield 0.0


def _refused(people: People, kind: str, channel: str, user: str) -> None:
    known = people.dice.choice(people.knowledge.answerable)
    message = people.write(channel, user, known.text)
    people.announce(people.of_message(kind, "refusal", message, known), message)
