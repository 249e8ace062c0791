"""Questions whose answers are known beforehand, as they look in Slack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from benchmarks.chaos import ROOT
from benchmarks.chaos.reading import DECLINED, quoted
from bot.answers.answerer import open_answerer
from bot.records.records import Turn
from bot.settings import BotSettings
from bot.slack.incoming import addressed
from bot.slack.views.blocks import answer_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from random import Random

    from bot.answers.answerer import Answerer
    from bot.types import Answer

OWN = ROOT / "benchmarks" / "questions_own.jsonl"
# What only the second edition of the reports answers; see ``editions``.
EDITION = "Where does the Zebra Meetup meet on Thursdays?"
UNKNOWN = (
    "What is the best pizza in Naples?",
    "ナポリでいちばんおいしいピザは？",
    "Who won the chess world cup in 2021?",
)
MORE_PAIRS = 40


@dataclass(frozen=True, slots=True)
class Known:
    """A question and what its right answers show, one for each edition of the reports and form of message."""

    text: str
    lang: str
    right: frozenset[str]

    @property
    def declined(self) -> bool:
        """Whether the reports don't say in any edition."""
        return self.right == {DECLINED}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All known questions; of each pair in ``follow_ups`` the second is answered the same after the first."""

    answerable: tuple[Known, ...]
    declined: tuple[Known, ...]
    follow_ups: tuple[tuple[Known, Known], ...]
    plain: frozenset[str]

    def two(self, dice: Random) -> tuple[Known, Known]:
        """Choose two questions whose answers can be told apart."""
        first, second = dice.sample(self.answerable, 2)
        while first.right & second.right:
            first, second = dice.sample(self.answerable, 2)
        return first, second


def learn(indexes: Sequence[Path], dice: Random, wordings: Sequence[str] = ()) -> Knowledge:
    """Ask all editions of the reports everything, and again in other wordings, such as "Hi, {}"."""
    answerers = [open_answerer(BotSettings(index=path, zenn_user="reporter", _env_file=None)) for path in indexes]
    own = [json.loads(line)["question"] for line in OWN.read_text(encoding="utf-8").splitlines()]
    plain: set[str] = set()
    found = [known for text in (*own, *UNKNOWN, EDITION) if (known := _ask(text, answerers, plain)) is not None]
    answerable = tuple(known for known in found if not known.declined)
    # Who reads along in vain is told nothing, so that the second has to be answered in every edition.
    seconds = [known for known in answerable if DECLINED not in known.right and _surely_asks(known.text)]
    pairs = [(a, b) for a, b in product(answerable, seconds) if not a.right & b.right]
    chosen = [pair for pair in dice.sample(pairs, min(len(pairs), MORE_PAIRS)) if _stands_alone(*pair, answerers)]
    others = [wording.format(known.text) for known in found for wording in wordings]
    found += [known for text in others if (known := _ask(text, answerers, plain)) is not None]
    answerable = tuple(known for known in found if not known.declined)
    return Knowledge(answerable, tuple(k for k in found if k.declined), tuple(chosen), frozenset(plain))


def _surely_asks(text: str) -> bool:
    """Return whether a line is answered in any thread, whatever that is about."""
    line = addressed.read(text)
    return line is not None and line.kind == "asks" and line.of_reports


def _ask(text: str, answerers: Iterable[Answerer], plain: set[str]) -> Known | None:
    answers = [answerer.answer(text) for answerer in answerers]
    if any(answer.small_talk for answer in answers):
        return None
    shown = [_shown(answer, plain) for answer in answers]
    return Known(text, answers[0].lang, frozenset().union(*shown))


def _shown(answer: Answer, plain: set[str]) -> set[str]:
    """Return what an answer shows, with blocks and in plain text."""
    if answer.status != "answered":
        return {DECLINED}
    message = answer_message(answer, key="")
    plain.add(message.plain)
    return {quoted(message.blocks), message.plain}


def _stands_alone(first: Known, second: Known, answerers: Iterable[Answerer]) -> bool:
    for answerer in answerers:
        before = answerer.answer(first.text)
        if before.topic is None:
            return False
        turn = Turn(first.text, "", before.lang, before.status, before.topic)
        if not _shown(answerer.answer(second.text, [turn]), set()) <= second.right:
            return False
    return True
