"""What is answered about Japanese reports is the same whether or not there are English reports beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from index.building.build import build
from index.models.encoder import BUNDLED_MODEL, load_encoder
from index.searching.search import open_searcher
from index.settings import IndexSettings
from index.types import SplitSettings
from tests.support.helpers import ROOT, opened, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from index.searching.search import Searcher

pytestmark = pytest.mark.slow

REPORTS = ROOT / "benchmarks" / "reports"
JAPANESE = ("kagiban-study-14", "sre-lighthouse-2025", "cloud-kakeibo-04")
# What English reports also tell of, and no question about the Japanese ones asks for.
CHATTER = (
    "The capital of the island is an hour by train, and the next train leaves only when the ferry has come in.",
    "For dinner somebody boiled eggs for ten minutes, which is longer than an egg should boil.",
    "A bus goes from the airport to the hotel, and the driver asked every one of us for a passport.",
    "My neighbour had run a marathon before and told us what runners eat on the morning of a race.",
    "In the break two of us played chess by rules that a child had made up at breakfast.",
    "I spilled red wine on my shirt, and the pharmacy across the street, open on Sundays, had a remedy for the stain.",
    "The garden behind the venue has the oldest tree of the county and a cactus that nobody waters.",
    "She is teaching her dog to sit and to stay while she speaks, and it learned to swim in the hotel pool.",
    "On the way home I read a good novel about a football team that never won its championship.",
    "One speaker compared our tool with a leaking tap, and another one with the ceiling of a chapel.",
)
WHALES_EN = "# Whales\n\nWe counted the whales of the bay with microphones, a script, and the patience of everybody.\n"
WHALES_JA = "# 鯨\n\n湾の鯨をマイクとスクリプトで数え、みんなで根気よく耳を澄ませました。\n"


def chatty_reports() -> dict[str, str]:
    """Return an English report for every three neighbouring lines of chatter."""
    rounds = [[CHATTER[(first + n) % len(CHATTER)] for n in range(3)] for first in range(len(CHATTER))]
    return {
        f"evening_{number}": f"---\ntitle: Evening {number} of the harbour club\n---\n\n" + "\n\n".join(lines)
        for number, lines in enumerate(rounds)
    }


def english_questions() -> list[dict[str, Any]]:
    lines = (ROOT / "benchmarks" / "questions_reports_a.jsonl").read_text("utf-8").splitlines()
    return [
        row for row in map(json.loads, lines) if row["lang"] == "en" and row["article"].removesuffix(".md") in JAPANESE
    ]


def share_answered(searcher: Searcher, rows: list[dict[str, Any]]) -> float:
    return sum(searcher.search(row["question"]).answerable >= 0.5 for row in rows) / len(rows)


@pytest.fixture(scope="module")
def searchers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Searcher, Searcher]:
    """Return an index of the Japanese reports alone, and one of them beside English ones."""
    folder, encoder = tmp_path_factory.mktemp("languages"), load_encoder(BUNDLED_MODEL)
    japanese = write(folder / "ja", **{name: (REPORTS / f"{name}.md").read_text("utf-8") for name in JAPANESE})
    english = write(folder / "en", **chatty_reports())
    made = []
    for name, folders in (("alone", [japanese]), ("mixed", [japanese, english])):
        build(folders, folder / name, encoder, SplitSettings())
        made.append(open_searcher(IndexSettings(index=folder / name, _env_file=None), encoder))
    return made[0], made[1]


def test_as_much_is_answered_beside_reports_in_another_language(
    searchers: tuple[Searcher, Searcher],
) -> None:
    rows = english_questions()
    alone, mixed = (share_answered(searcher, rows) for searcher in searchers)
    assert alone > 0.5
    assert 0.95 < mixed / alone < 1.05


def test_the_first_passage_leads_over_those_in_its_language(searchers: tuple[Searcher, Searcher]) -> None:
    questions = [row["question"] for row in english_questions()]
    alone, mixed = ([searcher.search(one).signals for one in questions] for searcher in searchers)
    ratios = [mixed_one.lead / alone_one.lead for mixed_one, alone_one in zip(mixed, alone, strict=True)]
    assert 0.9 < min(ratios) < max(ratios) < 1.1


def test_the_background_of_a_language_does_not_depend_on_the_other(searchers: tuple[Searcher, Searcher]) -> None:
    alone, mixed = (searcher.store.manifest["background"] for searcher in searchers)
    assert set(alone) == {"ja"}
    assert set(mixed) == {"ja", "en"}
    assert mixed["ja"] == alone["ja"]


def test_an_article_knows_its_language(tmp_path: Path) -> None:
    code = "```python\n" + "print(count_whales(bay, microphones))\n" * 9 + "```\n"
    names = "\n\nThe script was written by 奥山 and read by 木村.\n"
    articles = write(tmp_path / "articles", en=3 * WHALES_EN + names, ja=WHALES_JA + code)
    refresh(articles, tmp_path / "index")
    entries = opened(tmp_path / "index").tables.entries
    assert {entry.path: entry.language for entry in entries} == {"en.md": "en", "ja.md": "ja"}
