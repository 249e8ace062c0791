"""What benchmarks/chaos reads from Slack: which message is what, and the answer to whom."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from benchmarks.chaos.evidence import Evidence, transcript_of
from benchmarks.chaos.hearing import Hearing
from benchmarks.chaos.journal import Journal
from benchmarks.chaos.people import People
from benchmarks.chaos.questions import Knowledge, Known
from benchmarks.chaos.reading import DECLINED, quoted, read
from benchmarks.chaos.town import settle
from benchmarks.chaos.verdict import outcome_of
from bot.slack.views.blocks import answer_message, notice_message, small_talk_message
from tests.support.answers import answered, not_found, quote
from tests.support.slack_server import TEAM, SlackServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.chaos.cases import Case
    from bot.slack.views.message import Message

FIRST = answer_message(answered(quote("It was in Sapporo.")), key="unknown")
SECOND = answer_message(answered(quote("The queue is SQS.")), key="unknown")
WHERE = Known("Where was it?", "en", frozenset({quoted(FIRST.blocks), FIRST.plain}))
QUEUE = Known("Which queue?", "en", frozenset({quoted(SECOND.blocks), SECOND.plain}))
PLAIN = frozenset({FIRST.plain, SECOND.plain})
APOLOGY = notice_message("en", "failed", reference="0a1b2c3d")


class Town:
    """People and a bot whose messages the test sends."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        [self.workspace] = settle(slack, [TEAM])
        self.hearing = Hearing(slack)
        knowledge = Knowledge((WHERE, QUEUE), (), (), PLAIN)
        self.people = People(slack, (self.workspace,), knowledge, self.hearing, Random(1))
        self.client = WebClient(slack.team.bot_token, base_url=slack.api_url)

    def post(self, message: Message, case: Case, *, blocks: bool = True, key: str | None = None, **place: Any) -> None:
        """Post in the thread of a case, or elsewhere."""
        metadata = {"event_type": "answer", "event_payload": {"key": key}} if key else None
        content = {"text": message.text, "blocks": message.blocks} if blocks else {"text": message.plain}
        where = {"channel": case.channel, "thread_ts": case.thread, **place}
        self.client.chat_postMessage(**where, **content, metadata=metadata)

    def outcomes(self, journal: Journal | None = None, references: dict[str, str] | None = None) -> list[str]:
        """Judge all cases, as if everything had been acknowledged."""
        evidence = Evidence(self.slack, self.people.cases, PLAIN, references or {})
        for case in self.people.cases:
            for delivery in (*case.deliveries, *case.changes):
                delivery.acknowledge(delivery.begin(0, ""), None)
        found = [
            outcome_of(transcript_of(case, evidence.said(case), journal or Journal())) for case in self.people.cases
        ]
        return [*found, *("stray" for _ in evidence.strays)]


@pytest.fixture
def town() -> Iterator[Town]:
    with SlackServer() as slack:
        yield Town(slack)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("answer", FIRST),
        ("declined", answer_message(not_found(), key="unknown")),
        ("apology", APOLOGY),
        ("apology", notice_message("ja", "failed", reference="0a1b2c3d")),
        ("shared", notice_message("ja", "shared")),
        ("small talk", small_talk_message("thanks", None, "en")),  # type: ignore[arg-type]  it needs no overview
        ("notice", notice_message("en", "busy")),
        ("notice", notice_message("ja", "guest")),
    ],
)
def test_messages_are_told_apart(kind: str, message: Message) -> None:
    for blocks in (message.blocks, []):
        text = message.text if blocks else message.plain
        assert read(text, blocks, PLAIN).kind == kind


def test_what_an_answer_shows_and_its_language() -> None:
    ja = answer_message(answered(quote("札幌でした。"), lang="ja"), key="unknown")
    assert read(ja.text, ja.blocks).lang == "ja"
    assert read(ja.text, ja.blocks).shown == "札幌でした。"
    declined = answer_message(not_found(lang="ja"), key="unknown")
    assert (read(declined.text, declined.blocks).shown, read(declined.text, []).lang) == (DECLINED, "ja")


def test_an_answer_belongs_to_the_question_that_it_names(town: Town) -> None:
    root = town.people.ask("mention", WHERE)
    message = town.people.write(root.channel, root.user, QUEUE.text, root.thread)
    follow_up = town.people.of_message("follow-up", "answer", message, QUEUE)
    town.post(FIRST, root, key=f"{TEAM}:{root.channel}:{root.thread}")
    assert town.outcomes() == ["right", "unacknowledged"]
    # The same answer twice in the thread, once for each question: the second is wrong.
    town.post(FIRST, root, key=f"{TEAM}:{root.channel}:{message.message.ts}")
    town.people.announce(follow_up, message)
    assert town.outcomes() == ["right", "wrong"]


@pytest.mark.parametrize("blocks", [True, False])
def test_an_answer_that_names_nothing_belongs_where_it_fits(town: Town, blocks: bool) -> None:
    root = town.people.ask("mention", WHERE)
    message = town.people.write(root.channel, root.user, QUEUE.text, root.thread)
    town.people.announce(town.people.of_message("follow-up", "answer", message, QUEUE), message)
    town.post(SECOND, root, blocks=blocks)
    town.post(FIRST, root, blocks=blocks)
    assert town.outcomes() == ["right", "right"]
    town.post(FIRST, root, blocks=blocks)
    assert town.outcomes() == ["twice", "right"]


def test_an_apology_belongs_to_the_question_that_the_log_names(town: Town) -> None:
    root = town.people.ask("mention", WHERE)
    message = town.people.write(root.channel, root.user, QUEUE.text, root.thread)
    town.people.announce(town.people.of_message("follow-up", "answer", message, QUEUE), message)
    journal = Journal()
    with journal.lasting("database: locked", unwritable=True):
        town.post(SECOND, root)
        town.post(APOLOGY, root)
    assert town.outcomes() == ["told", "right"]
    key = f"{TEAM}:{root.channel}:{message.message.ts}"
    assert town.outcomes(references={"0a1b2c3d": key}) == ["lost", "both"]
    assert town.outcomes(journal, {"0a1b2c3d": key}) == ["lost", "excused"]


def test_edits_and_deletions_are_judged_by_what_stands(town: Town) -> None:
    cases = [town.people.ask("edited", WHERE) for _ in range(3)]
    for case in cases:
        town.post(FIRST, case, key=f"{TEAM}:{case.channel}:{case.thread}")
    town.people.edit_to(cases[0], QUEUE)
    town.people.delete(cases[1])
    assert town.outcomes() == ["stale", "left", "right"]
    for channel in town.slack.world.channels.values():
        for said in channel.messages.values():
            if said.bot_id and said.thread_ts in {cases[0].thread, cases[1].thread}:
                town.client.chat_delete(channel=channel.id, ts=said.ts)
    town.post(SECOND, cases[0], key=f"{TEAM}:{cases[0].channel}:{cases[0].thread}")
    assert town.outcomes() == ["right", "removed", "right"]


def test_a_private_answer_comes_through_its_link_or_to_its_person(town: Town) -> None:
    user, channel = town.workspace.members[0], town.workspace.channels[0]
    cases = [town.people.case("/ask", "answer", channel, user, known) for known in (WHERE, QUEUE)]
    for case, known in zip(cases, (WHERE, QUEUE), strict=True):
        town.people.interact(case, town.slack.slash_command("/ask", known.text, channel, user))
    hook = WebhookClient(cases[0].deliveries[0].payload["response_url"])
    hook.send(text=FIRST.text, blocks=FIRST.blocks)
    town.client.chat_postEphemeral(channel=channel, user=user, text=SECOND.text, blocks=SECOND.blocks)
    assert town.outcomes() == ["right", "right"]
    town.slack.faults.http_error("response_url", after=True)
    assert hook.send(text=FIRST.text, blocks=FIRST.blocks).status_code == 500
    assert town.outcomes() == ["repeated", "right"]
    hook.send(text=FIRST.text, blocks=FIRST.blocks)
    assert town.outcomes() == ["twice", "right"]


def test_what_nobody_asked_for_is_unwanted(town: Town) -> None:
    asked = town.people.ask("mention", WHERE)
    town.post(FIRST, asked)
    other = town.people.write(town.workspace.channels[1], town.workspace.members[1], "Lunch?", mention=False)
    talk = town.people.of_message("people talk", "silence", other, None)
    town.post(SECOND, talk)
    town.post(SECOND, talk, channel=town.workspace.channels[2], thread_ts=None)
    assert town.outcomes() == ["right", "unwanted", "stray"]


def test_forms_and_pages(town: Town) -> None:
    case = town.people.ask("mention", WHERE)
    town.post(answer_message(answered(quote("It was in Sapporo.")), key=f"{TEAM}:{case.channel}:{case.thread}"), case)
    town.hearing.listen()
    reply = town.hearing.reply_to(case)
    assert reply is not None
    click = town.people.click("why", "form", reply, "why", case.user)
    page = town.people.case("Home", "page", case.channel, case.user, None)
    assert town.outcomes()[1:] == ["lost", "unacknowledged"]
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Why"}, "blocks": []}
    town.client.views_open(trigger_id=click.deliveries[0].payload["trigger_id"], view=view)
    town.client.views_publish(user_id=page.user, view={"type": "home", "blocks": []})
    town.hearing.listen()
    assert town.hearing.form_of(click) is not None
    assert town.outcomes()[1:] == ["right", "right"]
