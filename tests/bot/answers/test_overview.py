from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.answers.answerer import Answerer
from bot.answers.overview import EXAMPLES, Overview, indexed_at, overview, section_question
from bot.answers.sources import sources_of
from bot.settings import BotSettings
from index.building.build import build
from index.language.detection import language_of
from index.reports import Reports
from index.searching.search import Searcher
from index.settings import IndexSettings
from index.storage.store import FolderStore
from index.types import LANGUAGES, Language, SplitSettings
from tests.support.fakes import FakeEncoder

if TYPE_CHECKING:
    from pathlib import Path

REPORTS = {
    "2023-pycon-tokyo.md": """---
title: PyCon
emoji: 🐍
type: tech
published: true
published_at: 2023-10-27 09:00
---

前書きです。

## Keynote: asyncio の現在

非同期処理の話でした。TaskGroup が大事です。

### 感想

よかったです。

## 空の節

## 型ヒントの勉強会

型を書きましょう。

```python
# 型
x: int = 1
```
""",
    "2024-pycon-osaka.md": """---
title: PyCon 大阪
emoji: 🐍
type: tech
published: true
published_at: 2024-06-01
---

## Rust で速くする

PyO3 を使います。

### 感想

楽しかったです。
""",
    "draft.md": "---\ntitle: 下書き\npublished: false\n---\n\n## これは下書きの見出し\n\n下書きの文です。\n",
}


def reports_of(files: dict[str, str], root: Path) -> Reports:
    articles = root / "articles"
    articles.mkdir()
    for name, text in files.items():
        (articles / name).write_text(text, encoding="utf-8")
    encoder = FakeEncoder()
    build([articles], root / "index", encoder, SplitSettings())
    store = FolderStore.open(root / "index", fingerprint=encoder.fingerprint())
    return Reports(Searcher(store, encoder), IndexSettings(zenn_user="someone", _env_file=None))


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    return reports_of(REPORTS, tmp_path)


@pytest.fixture
def found(reports: Reports) -> Overview:
    # What the fake encoder calls likely means nothing.
    return overview(reports, threshold=0.0)


def test_reports_are_listed_newest_first_with_their_headings(found: Overview) -> None:
    assert [report.title for report in found.reports] == ["PyCon 大阪", "PyCon", "下書き"]
    assert found.reports[1].sections == ("Keynote: asyncio の現在", "感想", "空の節", "型ヒントの勉強会")
    assert found.section_count == 7


def test_only_published_reports_have_a_page(found: Overview) -> None:
    assert [report.url for report in found.reports] == [
        "https://zenn.dev/someone/articles/2024-pycon-osaka",
        "https://zenn.dev/someone/articles/2023-pycon-tokyo",
        None,
    ]
    assert [report.draft for report in found.reports] == [False, False, True]


def test_the_version_says_when_it_was_made(found: Overview, reports: Reports) -> None:
    assert found.version == reports.version
    assert found.indexed_at is not None
    assert abs((datetime.now(UTC) - found.indexed_at).total_seconds()) < 600


@pytest.mark.parametrize("version", ["", "v1", "20231301T000000-ab", "20230101"])
def test_other_names_of_versions_have_no_time(version: str) -> None:
    assert indexed_at(version) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_examples_ask_about_sections_with_text_in_the_language(found: Overview, lang: Language) -> None:
    examples = found.examples(lang)
    assert 0 < len(examples) <= EXAMPLES
    assert not any("空の節" in example or "感想" in example for example in examples)
    assert {language_of(example, "en") for example in examples} == {lang}


def test_examples_that_the_reports_do_not_answer_are_left_out(reports: Reports) -> None:
    assert overview(reports, threshold=1.1).japanese_examples == ()


def test_the_same_version_gives_the_same_overview(reports: Reports, found: Overview) -> None:
    assert overview(reports, threshold=0.0) == found


def test_without_reports_there_is_nothing(tmp_path: Path) -> None:
    found = overview(reports_of({}, tmp_path), threshold=0.5)
    assert found.reports == found.japanese_examples == found.english_examples == ()
    assert found.section_count == 0


@pytest.mark.parametrize(
    ("headings", "lang", "question"),
    [
        (("track4: 武道会",), "ja", "「track4: 武道会」の要点は？"),
        (("track4: 武道会", "感想"), "ja", "「track4: 武道会 › 感想」の要点は？"),
        (("Memo",), "en", 'What are the main points of "PyCon 2023 › Memo"?'),
        ((), "en", 'What are the main points of "PyCon 2023"?'),
        (('「引用」と"quote"',), "en", 'What are the main points of "引用 と quote"?'),
    ],
)
def test_the_question_about_a_section(headings: tuple[str, ...], lang: Language, question: str) -> None:
    assert section_question(headings, "PyCon 2023", lang) == question


def test_an_answer_carries_what_was_considered_and_knows_code(reports: Reports) -> None:
    answerer = Answerer(reports, BotSettings(_env_file=None, threshold=0.0))
    answer = answerer.answer("x: int = 1 型")
    assert 0 < len(answer.considered) <= 5
    assert [one.score for one in answer.considered] == sorted((one.score for one in answer.considered), reverse=True)
    (whole,) = (quote for quote in answer.quotes if "x: int = 1" in quote.text)
    assert (whole.text, whole.code) == ("型を書きましょう。\n\n```python\n# 型\nx: int = 1\n```", False)
    for source in sources_of(answer.quotes):
        lines = REPORTS[source.citation.article].splitlines()
        for quote in source.quotes:
            assert "\n".join(lines[quote.citation.line - 1 : quote.last_line]) == quote.text
