"""What was asked in private counts only for private questions of the same person, on every pair of surfaces."""

from __future__ import annotations

import itertools
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from bot.metrics import Metrics
from bot.records.privacy import is_private
from bot.records.records import ReceivedQuestion, Records
from bot.settings import BotSettings
from bot.slack.work.answering import QuestionWorker
from bot.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.records.turns import Turn
    from index.types import Language

LINK = "https://hooks.slack.com/actions/T/1"
# Every surface, and whether others see what is asked there.
PUBLIC = {"mention": {}, "follow_up": {}, "dm": {}, "home": {}, "button": {}}
PRIVATE = {
    "command": {"response_url": LINK},
    "shortcut": {"response_url": LINK},
    "private button": {"surface": "button", "response_url": LINK},
}
SURFACES: dict[str, dict[str, Any]] = PUBLIC | PRIVATE
THREAD = "1700000000.000001"


def received(surface: str, number: int, user: str = "U0ALICE", **more: Any) -> ReceivedQuestion:
    given: dict[str, Any] = {
        "key": f"{surface}:{number}", "event_id": None, "team": "T", "channel": "C", "user": user,
        "ts": f"17000000{number:02d}.000100", "thread_ts": THREAD, "text": f"What was {surface} {number} about?",
        "surface": surface,
        "response_url": None, "received_at": time.time(), **SURFACES[surface], **more,
    }  # fmt: skip
    return ReceivedQuestion(**given)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with closing(Records.open(f"sqlite:///{tmp_path}/records.sqlite", 90)) as opened:
        yield opened


def ask(records: Records, *questions: ReceivedQuestion) -> None:
    for question in questions:
        assert records.receive(question)
        records.answered(question.key, "answered", 0.9, "yes", "en", None)


class Heard:
    """Stands for the index, and keeps what it was given to lean on."""

    history: Sequence[Turn] = ()

    def answer(self, question: str, history: Sequence[Turn], default: Language) -> Answer:
        self.history = history
        return Answer(question, default, "not_found", 0.1, (), (), "v1")


def leans_on(records: Records, question: ReceivedQuestion) -> list[str]:
    """Return the questions that one leans on when it is answered."""
    heard: Any = Heard()
    nobody: Any = None
    settings = BotSettings.load(_env_file=None)
    QuestionWorker(settings, heard, records, nobody, nobody, nobody, nobody, Metrics()).find_answer(question)
    return [turn.question for turn in heard.history]


@pytest.mark.slow
@pytest.mark.parametrize("same_person", [True, False])
@pytest.mark.parametrize(("earlier", "later"), [*itertools.product(SURFACES, SURFACES)])
def test_what_a_question_leans_on(records: Records, earlier: str, later: str, same_person: bool) -> None:
    before = received(earlier, 1)
    ask(records, before)
    question = received(later, 2, "U0ALICE" if same_person else "U0BOB")
    counts = earlier in PUBLIC or (later in PRIVATE and same_person)
    assert leans_on(records, question) == ([before.text] if counts else [])


@pytest.mark.parametrize("surface", SURFACES)
def test_only_public_questions_call_the_bot_into_a_thread(records: Records, surface: str) -> None:
    ask(records, received(surface, 1))
    assert records.in_thread("T", "C", THREAD) == (surface in PUBLIC)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_private_question_is_the_same_for_python_and_for_the_database(records: Records, surface: str) -> None:
    question = received(surface, 1)
    ask(records, question)
    assert is_private(question) == (surface in PRIVATE) == (not records.in_thread("T", "C", THREAD))


def test_a_private_question_leans_on_both_in_the_order_they_were_asked(records: Records) -> None:
    asked = [received("mention", 1), received("shortcut", 2), received("follow_up", 3, "U0BOB")]
    ask(records, *asked, received("shortcut", 4, "U0BOB"))
    assert leans_on(records, received("private button", 5)) == [one.text for one in asked]
    assert leans_on(records, received("mention", 6)) == ["What was mention 1 about?", "What was follow_up 3 about?"]


@pytest.mark.parametrize("surface", PRIVATE)
def test_a_shared_answer_is_public_from_then_on(records: Records, surface: str) -> None:
    private = received(surface, 1)
    ask(records, private, received("mention", 3, "U0BOB"))
    records.shares.done(private.key, "1700000005.000100")
    assert records.in_thread("T", "C", THREAD)
    assert leans_on(records, received("follow_up", 7, "U0BOB")) == ["What was mention 3 about?", private.text]
    # Before that it was not, also for what is looked at again afterwards; for its asker it was there all along.
    assert leans_on(records, received("follow_up", 4, "U0BOB")) == ["What was mention 3 about?"]
    assert leans_on(records, received("shortcut", 4)) == [private.text, "What was mention 3 about?"]


def test_below_a_shared_answer_people_go_on_from_it(records: Records) -> None:
    private = received("command", 1, thread_ts=None)
    ask(records, private)
    shared = "1700000005.000100"
    assert not records.in_thread("T", "C", shared)
    records.shares.done(private.key, shared)
    assert records.in_thread("T", "C", shared)
    assert leans_on(records, received("follow_up", 7, "U0BOB", thread_ts=shared)) == [private.text]
    assert not records.in_thread("T", "C0OTHER", shared)
