"""What becomes of a question when things fail that the end-to-end tests cannot make fail quickly."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.answers.overview import Overview
from bot.metrics import Metrics
from bot.records.records import ReceivedQuestion, Records
from bot.settings import BotSettings
from bot.slack.api.failures import DeliveryFailed
from bot.slack.sending.replies import Replies
from bot.slack.work import answering, later
from bot.texts import texts
from bot.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.slack.views.message import Message
    from bot.types import SmallTalk
    from index.types import Language

QUESTION = ReceivedQuestion(
    key="T:C:1.0", event_id="Ev1", team="T", channel="C", user="U", ts="1.0", thread_ts="1.0", text="when?",
    surface="mention", response_url=None, received_at=0.0,
)  # fmt: skip


class Index:
    """Answers everything with the same, or fails."""

    error: Exception | None = None
    small_talk: SmallTalk | None = None

    def answer(self, question: str, *_: object) -> Answer:
        if self.error is not None:
            raise self.error
        return Answer(question, "en", "not_found", 0.1, (), (), "v1", small_talk=self.small_talk)

    def overview(self) -> Overview:
        return Overview((), 0, "v1", None, (), ())


class Everybody:
    """Lets everybody ask, and all of them use Slack in Japanese."""

    def refusal(self, *_: object) -> None:
        return None

    def language(self, *_: object) -> Language:
        return "ja"


class Sent:
    """Takes messages while it is up."""

    def __init__(self) -> None:
        self.up = True
        self.messages: list[tuple[str, Message]] = []

    def post(self, _: str, channel: str, message: Message, *__: object, **___: object) -> str:
        return self._take(channel, message)

    def ephemeral(self, _: str, __: str, user: str, message: Message, *___: object, **____: object) -> None:
        self._take(user, message)

    def find(self, *_: object) -> None:
        return None

    def _take(self, place: str, message: Message) -> str:
        if not self.up:
            raise DeliveryFailed("chat.postMessage", "503")
        self.messages.append((place, message))
        return "2.0"


class World:
    """A question worker with everything around it."""

    def __init__(self, folder: Path) -> None:
        self.records = Records.open(f"sqlite:///{folder}/records.sqlite", 90)
        self.index, self.sent = Index(), Sent()
        settings = BotSettings.load(_env_file=None)
        parts: Any = (settings, self.index, self.records, self.sent, Replies(self.sent), Everybody(), None, Metrics())
        self.answering = answering.QuestionWorker(*parts)
        self.question = replace(QUESTION, received_at=time.time())
        self.records.receive(self.question)

    def ask(self) -> None:
        self.answering.answer(self.question)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.records.close()


def test_a_failure_is_an_apology_with_the_number_of_the_traceback(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.index.error = RuntimeError("secret detail")
    world.ask()
    [(place, message)] = world.sent.messages
    assert place == "C"
    [record] = [one for one in caplog.records if one.exc_info]
    assert record.reference in message.text
    assert "secret detail" not in message.text
    assert world.answering.later.take() == []


def test_while_slack_is_down_a_question_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "PUT_OFF_SECONDS", 2.0)
    world.sent.up = False
    world.ask()
    assert world.answering.later.take() == []
    assert world.records.claim(world.question.key)
    time.sleep(2.1)
    assert world.answering.later.take() == [world.question]
    assert world.answering.later.take() == []
    world.sent.up = True
    world.answering.resume(world.question)
    assert [place for place, _ in world.sent.messages] == ["C"]
    assert not world.records.claim(world.question.key)


def test_a_question_does_not_wait_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "PUT_OFF_SECONDS", 3600)
    world.sent.up = False
    world.ask()
    assert not world.records.claim(world.question.key)
    assert world.answering.later.take() == []


@pytest.mark.parametrize(("surface", "told"), [("mention", ["U"]), ("dm", ["C"]), ("follow_up", [])])
def test_who_is_given_up_hears_of_it_unless_nobody_was_asked(
    world: World, monkeypatch: pytest.MonkeyPatch, surface: str, told: list[str]
) -> None:
    monkeypatch.setattr(later, "PUT_OFF_SECONDS", 3600)
    asked = replace(world.question, key=surface, event_id=surface, surface=surface)
    world.records.receive(asked)
    world.answering.put_off(asked, OperationalError("UPDATE", {}, Exception("disk full")))
    assert [place for place, _ in world.sent.messages] == told
    assert not world.records.claim(surface)


def test_an_answer_that_cannot_be_written_down_is_still_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(world.records, "answered", broken)
        world.ask()
        assert len(world.sent.messages) == 1
        assert "cannot be written down yet" in caplog.text
        assert world.question.key in world.answering.outcomes
    # It is written down as soon as that can be done, and not answered again before.
    world.answering.resume(world.question)
    assert len(world.sent.messages) == 1
    assert world.question.key not in world.answering.outcomes
    assert not world.records.claim(world.question.key)


def test_a_question_that_was_answered_already_is_left_alone(world: World) -> None:
    world.ask()
    world.ask()
    assert len(world.sent.messages) == 1


@pytest.mark.parametrize(("text", "lang"), [("thanks!", "en"), ("👍", "ja")])
def test_small_talk_is_replied_to_and_is_nothing_that_the_reports_lack(world: World, text: str, lang: Language) -> None:
    world.index.small_talk = "thanks"
    world.question = replace(world.question, key="T:C:2.0", event_id="Ev2", ts="2.0", text=text)
    world.records.receive(world.question)
    world.ask()
    # What shows no language is replied to in that of the asker's Slack.
    assert [message.text for _, message in world.sent.messages] == [texts(lang).small_talk["thanks"]]
    assert world.records.unanswered() == []
    assert world.records.history("T", "C", "1.0") == []
