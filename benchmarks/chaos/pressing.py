"""What only one person sees, and what there is to press."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.chaos.people import Until
from benchmarks.chaos.reading import has_button
from benchmarks.chaos.telling import direct_channel, offers, remark, told
from bot.slack.views.actions import HOME_SEARCH

if TYPE_CHECKING:
    from benchmarks.chaos.cases import Case
    from benchmarks.chaos.people import People
    from benchmarks.chaos.telling import Story
    from tests.support.slack_server import View


@told("suggestion pressed", 3)
def suggestion(people: People, kind: str) -> Story:
    root = people.ask("mention", people.dice.choice(people.knowledge.declined))
    reply = yield people.button(root, offers("ask_suggestion"))
    if reply is not None:
        case = people.click(kind, "reply", reply, "ask_suggestion", root.user, index=0)
        case.thread = root.thread


@told("/ask", 6)
def command(people: People, kind: str) -> Story:
    _command(people, kind)
    yield 0.0


@told("shortcut", 3)
def shortcut(people: People, kind: str) -> Story:
    workspace, channel, user = people.place()
    known = people.question()
    said = remark(people, channel, people.dice.choice(workspace.members), known.text)
    yield people.dice.uniform(0.2, 1)
    case = people.case(kind, "answer", channel, user, known)
    if said.message is not None:
        people.interact(case, people.slack.message_shortcut(said.message, "find_in_reports", user))


@told("/ask, then shared", 4)
def shared(people: People, kind: str) -> Story:
    case = _command(people, kind)
    reply = yield people.button(case, offers("share"))
    if reply is None:
        return
    case.wish = "share"
    # Whether it is shared depends on the clicks alone.
    case.others, case.deliveries = case.deliveries, []
    for _ in range(people.dice.choice((1, 1, 2))):
        if has_button(reply.blocks, "share"):
            people.interact(case, people.slack.click(reply, "share", user=case.user))
        yield people.dice.choice((0.0, 0.3))


@told("why pressed", 3)
def why(people: People, kind: str) -> Story:
    root = people.ask("mention")
    reply = yield people.button(root, offers("why"))
    if reply is not None:
        people.click(kind, "form", reply, "why", root.user)


@told("feedback", 3)
def feedback(people: People, kind: str) -> Story:
    root = people.ask("mention")
    reply = yield people.button(root, offers("feedback"))
    if reply is None:
        return
    index = people.dice.randrange(2)
    # Whoever found it helpful is thanked, the others get a form.
    case = people.click(kind, "form" if index else "notice", reply, "feedback", root.user, index=index)
    if index:
        view = yield people.form_of(case)
        if view is not None:
            case.others.append(people.slack.submit_view(view, {"comment": "too short"}))


@told("Home opened", 2)
def home(people: People, kind: str) -> Story:
    user = people.dice.choice(people.workspace().members)
    _open_home(people, kind, user)
    yield 0.0


@told("question on Home", 3)
def home_search(people: People, kind: str) -> Story:
    user = people.dice.choice(people.workspace().members)
    _open_home(people, "Home opened", user)
    # Slack refuses to say who somebody is now and then, and then their Home offers nothing to ask with.
    view = yield Until(lambda: _with_search(people.slack.home(user)))
    if view is not None:
        people.search_home(kind, view, people.question())


def _with_search(view: View | None) -> View | None:
    return view if view is not None and HOME_SEARCH in json.dumps(view.data) else None


def _command(people: People, kind: str) -> Case:
    _, channel, user = people.place()
    known = people.question()
    case = people.case(kind, "answer", channel, user, known)
    people.interact(case, people.slack.slash_command("/ask", known.text, channel, user))
    return case


def _open_home(people: People, kind: str, user: str) -> None:
    case = people.case(kind, "page", direct_channel(people, user), user, None)
    case.deliveries += filter(None, [people.slack.open_app_home("home", user)])
