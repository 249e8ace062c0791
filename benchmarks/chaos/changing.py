"""Questions that are edited or deleted before, while and after they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.chaos.telling import told, written

if TYPE_CHECKING:
    from benchmarks.chaos.cases import Case
    from benchmarks.chaos.people import People
    from benchmarks.chaos.telling import Story


@told("edited before it comes", 3)
def edited_before(people: People, kind: str) -> Story:
    case, message, second = written(people, kind)
    people.edit_to(case, second)
    yield people.dice.uniform(0.0, 1.0)
    people.announce(case, message)


@told("edited while answered", 6)
def edited_while(people: People, kind: str) -> Story:
    case, message, second = written(people, kind)
    people.announce(case, message)
    yield people.dice.uniform(0, 0.12)
    people.edit_to(case, second)


@told("edited after the answer", 8)
def edited_after(people: People, kind: str) -> Story:
    case, message, second = written(people, kind)
    people.announce(case, message)
    yield people.reply_to(case)
    yield people.dice.uniform(0, 2)
    people.edit_to(case, second)


@told("edited, and the edit comes again", 2)
def edit_redelivered(people: People, kind: str) -> Story:
    case, message, second = written(people, kind)
    people.announce(case, message)
    yield people.reply_to(case)
    people.edit_to(case, second)
    yield people.dice.choice((0.0, 1.0, 5.0))
    case.others.append(people.slack.redeliver(case.changes[-1]))


@told("edited several times", 4)
def edited_often(people: People, kind: str) -> Story:
    case, message, second = written(people, kind)
    people.announce(case, message)
    yield people.dice.choice((0.0, 0.1, 1.0))
    for _ in range(people.dice.randint(1, 3)):
        people.edit_to(case, people.knowledge.two(people.dice)[0])
        yield people.dice.choice((0.0, 0.03, 0.4))
    people.edit_to(case, second)


@told("mention added by an edit", 2)
def mention_added(people: People, kind: str) -> Story:
    _, channel, user = people.place()
    known = people.question()
    message = people.write(channel, user, known.text, mention=False)
    case = people.of_message(kind, "answer", message, known)
    people.announce(case, message)
    yield people.dice.uniform(0, 1)
    bot = people.slack.world.teams[case.team].bot_user
    people.edit(case, known, f"<@{bot}> {known.text}")
    # It is a question only since the edit.
    case.others, case.deliveries, case.changes = case.deliveries, case.changes, []


@told("mention removed before it comes", 2)
def mention_removed_before(people: People, kind: str) -> Story:
    case, message, _ = written(people, kind)
    case.wish = "silence"
    people.edit(case, None, _without_mention(case))
    while not case.changes[-1].done:
        yield 0.1
    if not case.changes[-1].acked:
        case.wish = "answer or removal"
    people.announce(case, message)


@told("mention removed after the answer", 2)
def mention_removed_after(people: People, kind: str) -> Story:
    case, message, _ = written(people, kind)
    people.announce(case, message)
    yield people.reply_to(case)
    case.wish = "answer or removal"
    people.edit(case, case.texts[-1], _without_mention(case))


# Deletions


@told("deleted before it comes", 2)
def deleted_before(people: People, kind: str) -> Story:
    case, message, _ = written(people, kind)
    people.delete(case)
    yield people.dice.uniform(0, 1)
    people.announce(case, message)


@told("deleted while answered", 4)
def deleted_while(people: People, kind: str) -> Story:
    case = people.ask(kind)
    yield people.dice.uniform(0, 0.12)
    people.delete(case)


@told("deleted after the answer", 6)
def deleted_after(people: People, kind: str) -> Story:
    case = people.ask(kind)
    yield people.reply_to(case)
    yield people.dice.uniform(0, 2)
    people.delete(case)


@told("edited, then deleted", 3)
def edited_and_deleted(people: People, kind: str) -> Story:
    case, message, second = written(people, kind)
    people.announce(case, message)
    if people.dice.random() < 0.5:
        yield people.reply_to(case)
    people.edit_to(case, second)
    yield people.dice.choice((0.0, 0.05, 1.0))
    people.delete(case)


def _without_mention(case: Case) -> str:
    return case.message.text.partition("> ")[2] if case.message is not None else ""
