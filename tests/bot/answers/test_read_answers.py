"""What the bot answers with its reader, as everybody has it: the first questions of somebody new, over articles/."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.answerer import open_answerer
from bot.answers.rendering import to_json
from bot.settings import BotSettings
from index.building.build import build
from index.checking.stats import statistics
from index.models.bundled import BUNDLED_MODEL
from index.models.encoder import load_encoder
from index.types import SplitSettings
from tests.support.helpers import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answers.answerer import Answerer

pytestmark = [pytest.mark.model, pytest.mark.slow]

CARNIVAL, LANTERN = "aws-carnival-2023.md", "lantern-ops-evening-2024.md"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read") / "index"
    build([ROOT / "articles"], folder, load_encoder(BUNDLED_MODEL), SplitSettings(600))
    return folder


@pytest.fixture(scope="module")
def answerer(index: Path) -> Answerer:
    """Return what answers over both reports with the reader."""
    return open_answerer(BotSettings(index=index, reader="on", _env_file=None))


def test_everybody_has_the_reader(index: Path) -> None:
    assert BotSettings.model_fields["reader"].default == "on"
    assert statistics(index)["reader"] == "the model has one"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("録画ってどこにある？", ["youtube.com/watch"]),
        ("主催はどこのコミュニティ？", ["JAWS-UG"]),
        ("which community organised the carnival?", ["JAWS-UG"]),
        ("OLAPとOLTPは何が違うの？", ["低遅延", "大量のデータ"]),
        ("how does OLTP differ from OLAP?", ["低遅延", "大量のデータ"]),
        ("how long does the slow build take today?", ["9 minutes"]),
        ("酪農IoTの話をした人は？", ["奥山"]),
    ],
)
def test_a_first_question_is_answered_in_one_or_two_places(answerer: Answerer, question: str, words: list[str]) -> None:
    answer = answerer.answer(question)
    assert answer.status == "answered"
    quoted = "\n".join(quote.text for quote in answer.quotes)
    assert [word for word in words if word not in quoted] == []
    assert len({quote.citation.headings for quote in answer.quotes}) <= 2


@pytest.mark.parametrize("question", ["いつどこで開催された？", "When was the event held?"])
def test_a_question_that_names_no_event_is_answered_for_each(answerer: Answerer, question: str) -> None:
    quotes = answerer.answer(question).quotes
    assert {quote.citation.article for quote in quotes} == {CARNIVAL, LANTERN}
    quoted = "\n".join(quote.text for quote in quotes)
    assert "11/4" in quoted
    assert "7 June 2024" in quoted


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("スパイク対策はどうすべき？", "過剰スペック"),
        ("how long does the slow build take today?", "9 minutes"),
        ("how long did the build take before?", "four minutes"),
    ],
)
def test_the_words_that_answer_are_emphasised(answerer: Answerer, question: str, words: str) -> None:
    quotes = to_json(answerer.answer(question))["quotes"]
    told = [
        (ROOT / "articles" / quote["article"]).read_bytes()[start:end].decode()
        for quote in quotes
        for start, end in quote["emphasis"]
    ]
    assert words in told[0]
    assert len(told[0]) <= 3 * len(words)


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("いつどこで開催された？", 2),
        ("how long does the slow build take today?", 1),
        ("Who spoke in track 3?", 1),
        ("who organised the event?", 1),
    ],
)
def test_a_fact_is_a_line_of_each_event(answerer: Answerer, question: str, lines: int) -> None:
    quotes = answerer.answer(question).quotes
    assert len([line for quote in quotes for line in quote.text.splitlines() if line.strip()]) == lines


@pytest.mark.parametrize(
    "question", ["what did track4 conclude?", "track4の結論は？", "track3の要点は？", "what was track 1 about?"]
)
def test_a_summary_is_at_most_seven_lines(answerer: Answerer, question: str) -> None:
    quotes = answerer.answer(question).quotes
    lines = [line for quote in quotes for line in quote.text.splitlines() if line.strip()]
    assert 2 <= len(lines) <= 7


@pytest.mark.parametrize(
    "question",
    [
        "参加者は何人だった？",
        "how many people came to the carnival?",
        "track6では何を話した？",
        "Kafka",
        "Kafkaの話はあった？",
        "今1ドル何円？",
        # What is said of one edition is not said of the next.
        "次のAWS Carnivalはいつ？",
        "次回はどこで開催？",
        "When is the next Lantern Ops Evening?",
        "next carnival date",
    ],
)
def test_what_no_report_says_is_declined(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question).status == "not_found"
