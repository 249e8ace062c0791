"""Proving takes the processor from those who are being answered: as little as can be, and none to load it."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from bot.writing.types import Verdict, WrittenAnswer
from bot.writing.writer import Writer
from tests.support.llm_server import LlmServer, reply
from tests.support.llm_server.hostile import TRUE
from tests.support.writing import ASKED, Room, literal_proof, room, written_index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.writing.types import Line, Proof
    from index.reports import Reports


class Proving:
    """Counts how many prove at a time, and for how many versions of the reports it was made."""

    def __init__(self) -> None:
        self.made = 0
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, _: Reports) -> Proof:
        self.made += 1
        return self._prove

    def _prove(self, sentence: str, lines: Sequence[Line], hints: Sequence[int]) -> Verdict:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        # Long enough for the others to come in between.
        threading.Event().wait(0.05)
        with self._lock:
            self._now -= 1
        return literal_proof(sentence, lines, hints)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Room]:
    with LlmServer(reply(f"{TRUE} [2]")) as server, room(written_index(tmp_path), server.url) as made:
        yield made


def writer_with(asked: Room, proving: Proving) -> Writer:
    return Writer(asked.settings, asked.endpoint, asked.budget, lambda: nullcontext(asked.reports), proving)


def test_replies_that_come_at_the_same_time_are_proved_one_after_the_other(asked: Room) -> None:
    proving, written = Proving(), []
    writer = writer_with(asked, proving)
    answers = [asked.answerer.answer(f"{ASKED} {number}") for number in range(4)]
    threads = [threading.Thread(target=lambda one=one: written.append(writer.write(one))) for one in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [isinstance(one, WrittenAnswer) for one in written] == [True] * 4
    assert proving.most == 1


def test_what_is_more_urgent_comes_before_proving(asked: Room) -> None:
    proving, proved = Proving(), []
    writer = Writer(
        asked.settings,
        asked.endpoint,
        asked.budget,
        lambda: nullcontext(asked.reports),
        proving,
        give_way=lambda: proved.append(proving.made),
    )
    assert isinstance(writer.write(asked.answerer.answer(ASKED)), WrittenAnswer)
    assert (proved, proving.made) == ([0], 1)


def test_what_proving_takes_is_loaded_before_anything_is_asked(asked: Room) -> None:
    proving = Proving()
    writer_with(asked, proving).prepare()
    assert (proving.made, proving.most, asked.budget.taken()) == (1, 1, 0)
