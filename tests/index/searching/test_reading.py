"""What the reader reads comes in the order that it gives, and its lines are quoted; without it all is as it was."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from index.errors import SettingsError
from index.models.reader import Reading
from index.quoting.quotes import choose_spans
from index.searching.editions import of_asked_edition
from index.searching.judging import of_hits
from index.searching.reading import READ_HITS, is_undecided, sentence_shares
from index.searching.search import Searcher
from index.settings import IndexSettings
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder, FakeReader
from tests.support.helpers import one_sentence, refresh, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Open = Callable[..., Searcher]

SECTIONS = {
    "First day": "The whales were counted at noon. The harbour was closed for the whales.",
    "Second day": "The whales were fed at noon. A storm kept the boats away from the whales.",
    "Third day": "The whales sang. Nobody counted the whales.",
    "Costs": "The whales cost nothing. The buoys for the whales were paid by the harbour.",
    "Thanks": "Thanks to those who fed the whales. Thanks to the harbour.",
    "Next time": "The whales come again. The harbour expects more whales.",
}
REPORT = "# Whale watch\n\n" + "\n".join(f"## {heading}\n\n{text}\n" for heading, text in SECTIONS.items())


@pytest.fixture
def searcher(tmp_path: Path) -> Open:
    """Return a function that opens one index with a reader or without."""
    refresh(write(tmp_path / "articles", whales=REPORT), tmp_path / "index")

    def opened(reader: FakeReader | None = None, *, reads_all: bool = True) -> Searcher:
        store = FolderStore.open(tmp_path / "index")
        return Searcher(store, FakeEncoder(), reader=reader, reads_all=reads_all)

    return opened


def headings(searcher: Searcher, question: str) -> list[str]:
    return [hit.stored.passage.section.headings[-1] for hit in searcher.search(question, 10).hits]


def test_the_passage_that_answers_by_the_reader_comes_first(searcher: Open) -> None:
    question = "when were the whales counted?"
    before = headings(searcher(), question)
    third = before[2]
    after = headings(searcher(FakeReader({SECTIONS[third].split(". ")[0]: 9.0})), question)
    assert after[0] == third
    # What is not read stays behind, in its order.
    assert after[READ_HITS:] == before[READ_HITS:]
    assert sorted(after) == sorted(before)


def test_hits_are_numbered_and_ordered_by_their_scores(searcher: Open) -> None:
    hits = searcher(FakeReader({"fed": 3.0, "paid": 1.0})).search("who fed the whales?", 10).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in pairwise(hits))
    assert [hit.reading is not None for hit in hits] == [True] * READ_HITS + [False] * (len(hits) - READ_HITS)


def test_the_line_that_answers_by_the_reader_is_quoted(searcher: Open) -> None:
    question = "what about the whales and the harbour on the first day?"
    for line in ("The whales were counted at noon.", "The harbour was closed for the whales."):
        reading = searcher(FakeReader({line.rstrip("."): 6.0}))
        spans = choose_spans(reading.search(question, 10), reading)
        assert line in spans[0].text
        assert len({span.stored.section_number for span in spans}) == 1


def test_the_probability_follows_the_reader(searcher: Open) -> None:
    question = "when were the whales counted?"
    yes, no = (searcher(FakeReader({"counted": logit})).search(question).answerable for logit in (8.0, -8.0))
    assert yes > 0.5
    assert no < yes - 0.3


def test_what_the_search_has_decided_is_not_read(searcher: Open) -> None:
    reader = FakeReader({"counted": 1.0})
    auto = searcher(reader, reads_all=False)
    # Nothing of it is in the report.
    assert not auto.search("zyx qwv jkp?").answerable > 0.5
    read = reader.read_passages
    found = auto.search("when were the whales counted?")
    undecided = is_undecided(
        searcher().search("when were the whales counted?").hits, replace(found.signals, reading=None)
    )
    assert (reader.read_passages > read) == undecided


def test_the_shares_of_the_lines_sum_up_to_one(searcher: Open) -> None:
    first, second, *_ = searcher().search("when were the whales counted?", 10).hits
    shares = sentence_shares(
        [replace(first, reading=Reading(2.0, (3.0, 0.0))), replace(second, reading=Reading(0.0, (1.0, 1.0)))]
    )
    lines = [share for one in shares.values() for share in one]
    assert sum(lines) == pytest.approx(1.0)
    assert shares[first.stored.number][0] == max(lines)
    assert shares[second.stored.number][0] == pytest.approx(shares[second.stored.number][1])
    assert sentence_shares([first]) == {}


def test_what_surely_answers_in_another_report_is_quoted_behind_and_not_in_other_kanji(tmp_path: Path) -> None:
    texts = {
        "east": "# East\n\nThe whales were counted on 3 May. 渡邊さん came.",
        "west": "# West\n\nSomebody took their number on 9 June. 渡邉さん left early.",
    }
    refresh(write(tmp_path / "articles", **texts), tmp_path / "index")
    store = FolderStore.open(tmp_path / "index")

    def quoted(question: str, *sure: str) -> set[str]:
        searcher = Searcher(store, FakeEncoder(), reader=FakeReader(dict.fromkeys(sure, 5.0)))
        return {span.stored.entry.path for span in choose_spans(searcher.search(question, 10), searcher)}

    assert quoted("when were the whales counted?", "counted") == {"east.md"}
    assert quoted("when were the whales counted?", "counted", "number") == {"east.md", "west.md"}
    assert quoted("did 渡邊さん come?", "came", "left") == {"east.md"}


def test_of_two_editions_that_surely_answer_the_later_one_comes_first(tmp_path: Path) -> None:
    texts = {
        "old": "# Whale day 2023\n\nThe whales were counted on 3 May, and counted again.",
        "new": "# Whale day 2024\n\nThey were counted on 9 June.",
    }
    refresh(write(tmp_path / "articles", **texts), tmp_path / "index")
    store = FolderStore.open(tmp_path / "index")

    def first(later: float) -> str:
        reader = FakeReader({"3 May": 9.0, "9 June": later})
        searcher = Searcher(store, FakeEncoder(), reader=reader)
        found = of_asked_edition(searcher.search("when were the whales counted?", 10), searcher)
        return found.hits[0].stored.entry.path

    assert first(later=5.0) == "new.md"
    assert first(later=-5.0) == "old.md"


def test_hits_that_are_kept_are_judged_by_what_the_reader_says_of_them(searcher: Open) -> None:
    result = searcher(FakeReader({"counted": 8.0, "fed": -8.0})).search("when were the whales counted?", 10)
    kept = tuple(hit for hit in result.hits if hit.reading is not None and hit.reading.answers < 0)
    assert of_hits(result, kept).answerable < result.answerable
    assert of_hits(result, result.hits).answerable == result.answerable


@pytest.mark.parametrize("question", ["Kafka", "when did Kafka count the whales?", "カフカは？"])
def test_about_a_name_that_no_report_has_the_reader_can_only_doubt(searcher: Open, question: str) -> None:
    searched = searcher().search(question).answerable
    assert searcher(FakeReader({"counted": 8.0})).search(question).answerable == searched
    assert searcher(FakeReader({"counted": -18.0, "": -18.0})).search(question).answerable < searched


def test_what_a_numbered_part_was_about_is_judged_by_the_search_alone(tmp_path: Path) -> None:
    text = "# Whale watch\n\n## Track 1: counting\n\nThe whales were counted.\n\n## Track 2: food\n\nThey ate krill.\n"
    refresh(write(tmp_path / "articles", whales=text), tmp_path / "index")
    store = FolderStore.open(tmp_path / "index")

    def likely(question: str, logit: float | None) -> float:
        reader = None if logit is None else FakeReader({"": logit})
        return Searcher(store, FakeEncoder(), reader=reader).search(question).answerable

    for question in ("what did they talk about in track 1?", "track1では何が話された？", "what was track 2 about?"):
        assert likely(question, -8.0) == likely(question, None)
    # These ask for something in particular, or for a part that there is not.
    for question in ("what did track 1 conclude about food and the krill that they ate?", "what was track 7 about?"):
        assert likely(question, -18.0) < likely(question, None)


def test_a_reader_is_on_off_or_auto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READER", "sometimes")
    with pytest.raises(SettingsError) as raised:
        IndexSettings.load()
    assert "READER" in one_sentence(raised.value)
    monkeypatch.setenv("READER", "off")
    assert IndexSettings.load().reader == "off"
