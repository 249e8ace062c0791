"""A writer over an index with the fake encoder and the local model server, and reports to write from."""

from __future__ import annotations

import re
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from bot.answers.answerer import Answerer
from bot.records.database import open_engine
from bot.settings import BotSettings
from bot.writing.endpoint import Endpoint
from bot.writing.limits import Budget
from bot.writing.types import Verdict
from bot.writing.writer import Writer
from index.reports import Reports
from index.searching.search import Searcher
from tests.support.fakes import FakeEncoder
from tests.support.helpers import opened, refresh, write
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.writing.types import Line

LIGHTHOUSE = """---
title: "Lighthouse Meetup 4"
published: true
---

Keepers and engineers met for an evening in the old tower.

## The lamp

The keepers replaced the old lamp on 12 May 2024.
The new lamp uses 90 watts and costs 3,870 euros a year.
It was built by Mika Aalto in Turku.

## The foghorn

The foghorn sounds every 40 seconds and is driven by a small Kafka cluster.
Nobody in the village complained about it.
"""
TOUDAI = """---
title: "灯台の勉強会"
published: true
---

## 灯り

新しい灯りは90ワットで、電気代は一年に41万円かかります。
灯りを作ったのはトゥルクの宮原さんです。

## 霧笛

霧笛は40秒ごとに鳴り、小さなクラスタで動いています。
"""
# What a model may write of the report in articles/, and the line that proves it.
SAID = "OLAP is used to analyse large amounts of data together."
TOLD = "大量のデータをまとめて分析する用途"
ASKED = "how many watts does the new lamp use?"
ASKED_JA = "新しい灯りは何ワットですか"


def written_index(folder: Path) -> Path:
    """Build the index of both reports and return its folder."""
    refresh(write(folder / "articles", lighthouse=LIGHTHOUSE, toudai=TOUDAI), folder / "index")
    return folder / "index"


def settings_for(index: Path, url: str, **more: Any) -> BotSettings:
    chosen = {"llm_url": url, "llm_model": "keeper-1", "llm_seconds": PATIENCE, "threshold": 0, **more}
    database = f"sqlite:///{index.parent / 'records.sqlite'}"
    return BotSettings.load(_env_file=None, index=index, database_url=database, **chosen)


class Room:
    """An answerer and a writer with the same settings."""

    def __init__(self, index: Path, url: str, **settings: Any) -> None:
        self.settings = settings_for(index, url, **settings)
        self.reports = Reports(Searcher(opened(index), FakeEncoder()), self.settings)
        self.answerer = Answerer(self.reports, self.settings)
        self.engine = open_engine(self.settings.database_url)
        self.endpoint = Endpoint(self.settings)
        self.budget = Budget(self.engine)
        self.writer = Writer(
            self.settings, self.endpoint, self.budget, lambda: nullcontext(self.reports), lambda _: literal_proof
        )

    def write(self, question: str = ASKED, **more: Any) -> Any:
        return self.writer.write(self.answerer.answer(question), **more)


@contextmanager
def room(index: Path, url: str, **settings: Any) -> Iterator[Room]:
    made = Room(index, url, **settings)
    try:
        yield made
    finally:
        made.endpoint.close()
        made.engine.dispose()
        made.reports.close()


def literal_proof(sentence: str, lines: Sequence[Line], hints: Sequence[int]) -> Verdict:
    """Prove a sentence by the first line, a named one before others, that has its numbers and half of its words."""
    said = set(re.findall(r"\w+", sentence.casefold())) if sentence.isascii() else set(sentence)
    for at in (*hints, *range(len(lines))):
        told = lines[at].plain.casefold()
        numbers = re.findall(r"\d[\d,]*", sentence)
        if all(number in told for number in numbers) and 2 * sum(word in told for word in said) >= len(said):
            return Verdict((at,))
    return Verdict((), "quantity" if re.search(r"\d", sentence) else "words")
