"""Names that differ only in variants of a kanji: one word, unless somebody writes one of two that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers.answerer import open_answerer
from bot.settings import BotSettings
from index.building.build import build
from index.models.encoder import BUNDLED_MODEL, load_encoder
from index.searching.writing import is_written_otherwise, words_as_written
from index.types import SplitSettings
from tests.support.helpers import write

if TYPE_CHECKING:
    from bot.answers.answerer import Answerer

NAMES = ["渡邊", "渡邉", "齋藤", "斎藤", "髙橋", "高橋", "山嵜", "山崎"]
TALKS = ["船の速さ", "網の色", "港の灯り", "潮の時刻", "魚の値段", "浜の掃除", "塩の作り方", "灯台の歴史"]
LINES = [f"{name}さんが{talk}を話しました。" for name, talk in zip(NAMES, TALKS, strict=True)]
BODIES = {
    "sections": "\n\n".join(f"## 発表{number}\n\n{line}" for number, line in enumerate(LINES, 1)),
    "paragraphs": "## 発表\n\n" + "\n\n".join(LINES),
}


@pytest.fixture(scope="module", params=BODIES)
def answerer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """Return what answers about a report of eight talks, with the bundled model."""
    root = tmp_path_factory.mktemp("writing")
    write(root / "articles", one=f'---\ntitle: "浜辺の会"\n---\n\n{BODIES[request.param]}\n')
    build([root / "articles"], root / "index", load_encoder(BUNDLED_MODEL), SplitSettings(600))
    return open_answerer(BotSettings(index=root / "index", _env_file=None))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(NAMES)))
def test_who_is_asked_for_as_written_is_quoted_and_not_the_other(answerer: Answerer, number: int) -> None:
    quoted = "\n".join(quote.text for quote in answerer.answer(f"{NAMES[number]}さんは誰？").quotes)
    assert quoted.startswith(LINES[number])
    # Its neighbour: the names come in pairs.
    assert LINES[number ^ 1] not in quoted


@pytest.mark.parametrize(
    ("question", "texts", "words"),
    [
        ("渡邊さんの話", ["渡邉さん", "渡邊さん"], ("渡邊",)),
        ("渡邊さんの話", ["渡邉さん", "渡辺さん"], ()),
        ("渡邊さんの話", ["渡邊さん", "谷さん"], ()),
        ("渡邊さんと高橋さんの会", ["渡邉さんと高橋さん", "渡邊さんと髙橋さん"], ("渡邊", "高橋")),
        ("Kafkaの話", ["渡邉さん", "渡邊さん"], ()),
    ],
)
def test_a_writing_counts_where_there_is_another(question: str, texts: list[str], words: tuple[str, ...]) -> None:
    assert words_as_written(question, texts) == words


def test_a_text_with_both_is_not_written_otherwise() -> None:
    assert is_written_otherwise("渡邊", "渡邉さん")
    assert not is_written_otherwise("渡邊", "渡邉さんと渡邊さん")
    assert not is_written_otherwise("渡邊", "谷さん")
