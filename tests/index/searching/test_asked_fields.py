"""What front matter says is quoted, with its own line, when it is asked for, and never otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.asking.asked_fields import asked_field
from index.reports import readable_quote
from index.showing.parts import plain
from tests.support.helpers import fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answers.answerer import Answerer
    from index.types import Quote

pytestmark = pytest.mark.slow

REPORTS = {
    "lichen_evening": """---
date: 2024-06-09
location: Port Moss
---

# Lichen Evening 2024

Lichen Evening was held on 7 June 2024 in the old mill.
""",
    "alga_evening": """---
date: 2024-07-09T10:30:00+09:00
location: Port Weed
---

# Alga Evening 2024

Alga Evening was held on 5 July 2024 in the new mill.
""",
    "harbour_night": """+++
title = "Harbour Night 2019"
date = 2019-06-12T10:00:00Z
author = "Ann_Marie *Quay*"
description = "lanterns and zeppelins"
tags = ["harbours", "lamps"]
+++

We counted boats until ten. Bo wrote a script for it.

## Lamps

Every lamp burned oil, and the oldest one was lit in 1890.
""",
    "fern_circle_7": """---
id: 7
speakers: ["Olga Farn", "Ivo Moos"]
date: '20 June 2023 18:00'
location: "Glasshouse 4, Krakow"
---

# Growing things in the dark

Fern Circle #7 is about ferns. The after party was in a cellar.
""",
    "kokeno_yoru": """Title: 苔の夜 2021
Date: 2021-11-03
Author: 苔山 緑
Tags: 苔; 夜

苔の夜は温室で開かれ、参加者は40人でした。

## 発表

光る苔の話がありました。
""",
    "zenn_style": """---
title: "灯りの集い 2020"
emoji: "x"
type: "tech"
topics: [灯り]
published: true
published_at: 2020-05-06
---

灯りの集いは駅前で開かれました。
""",
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("fields")
    refresh(write(folder / "articles", **REPORTS), folder / "index")
    return fake_answerer(folder / "index", threshold=0.0)


def shown(quote: Quote) -> str:
    return plain(readable_quote(quote))


@pytest.mark.parametrize(
    ("question", "article", "text", "written", "line"),
    [
        (
            "When was the Harbour Night 2019 report written?",
            "harbour-night.md",
            "date: 2019-06-12 10:00:00+00:00",
            "",
            3,
        ),
        ("Harbour Night 2019の記事はいつ公開された？", "harbour-night.md", "date: 2019-06-12 10:00:00+00:00", "", 3),
        ("Who wrote about Harbour Night 2019?", "harbour-night.md", "author: Ann_Marie *Quay*", "", 4),
        ("苔の夜のレポートは誰が書いた？", "kokeno-yoru.md", "Author: 苔山 緑", "Author: 苔山 緑", 3),
        ("苔の夜の記事はいつ書かれた？", "kokeno-yoru.md", "Date: 2021-11-03", "Date: 2021-11-03", 2),
        ("When was Fern Circle #7 held?", "fern-circle-7.md", "date: 20 June 2023 18:00", "", 4),
        ("Where did Fern Circle 7 take place?", "fern-circle-7.md", "location: Glasshouse 4, Krakow", "", 5),
        ("Fern Circle 7の登壇者は誰？", "fern-circle-7.md", "speakers: Olga Farn, Ivo Moos", "", 3),
    ],
)
def test_front_matter_answers_with_its_line(
    answerer: Answerer, question: str, article: str, text: str, written: str, line: int
) -> None:
    answer = answerer.answer(question)
    (quote,) = answer.quotes
    assert (answer.status, quote.citation.article, shown(quote)) == ("answered", article, text)
    assert (quote.citation.line, quote.citation.headings, quote.citation.anchor) == (line, (), None)
    source = REPORTS[article.removesuffix(".md").replace("-", "_")].encode()
    assert source[quote.start : quote.end].decode() == quote.text
    assert quote.text == (written or source.decode().splitlines()[line - 1])


@pytest.mark.parametrize(("event", "day"), [("Lichen Evening", "7 June 2024"), ("Alga Evening", "5 July 2024")])
def test_the_day_of_a_report_is_not_that_of_its_event(answerer: Answerer, event: str, day: str) -> None:
    answer = answerer.answer(f"When was {event} 2024 held?")
    shown_quotes = [shown(quote) for quote in answer.quotes]
    assert any(day in one for one in shown_quotes)
    assert not any(one.startswith("date:") for one in shown_quotes)
    (written,) = answerer.answer(f"When was the {event} 2024 report written?").quotes
    assert shown(written).startswith("date:")


def test_front_matter_of_another_edition_is_no_answer(answerer: Answerer) -> None:
    answer = answerer.answer("When was Fern Circle #8 held?")
    assert answer.notice is not None
    assert "#8" in answer.notice


def test_front_matter_is_certain_of_what_it_says(tmp_path: Path) -> None:
    refresh(write(tmp_path / "articles", **REPORTS), tmp_path / "index")
    answer = fake_answerer(tmp_path / "index", threshold=0.9).answer("Who wrote about Harbour Night 2019?")
    assert (answer.status, answer.confidence) == ("answered", 1.0)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote a script for the boats of Harbour Night 2019?",
        "Where was the after party of Fern Circle #7?",
        "Where are the slides of Fern Circle #7?",
        "Fern Circle #7のスポンサーはどこ？",
        "Who spoke about moss at Fern Circle #7?",
        "When was the oldest lamp of Harbour Night 2019 lit?",
        "苔の夜はいつ開催された？",
        "灯りの集いの記事はいつ書かれた？",
        "Which lanterns and zeppelins were there?",
        "What are the tags of Harbour Night?",
        "Who is Ann_Marie Quay?",
    ],
)
def test_front_matter_is_not_quoted_for_other_questions(answerer: Answerer, question: str) -> None:
    for quote in answerer.answer(question).quotes:
        assert quote.start >= REPORTS[quote.citation.article.removesuffix(".md").replace("-", "_")].encode().index(
            b"\n\n"
        )


@pytest.mark.parametrize(
    "follow", ["Who wrote it?", "誰が書いた記事？", "When was this report written?", "いつ書かれた記事？"]
)
def test_a_report_that_was_quoted_is_meant(answerer: Answerer, follow: str) -> None:
    first = answerer.answer("What was counted at Harbour Night 2019?")
    (quote,) = answerer.answer(follow, [first]).quotes
    assert quote.citation.article == "harbour-night.md"
    assert quote.citation.line in (3, 4)


def test_there_is_no_more_of_front_matter(answerer: Answerer) -> None:
    first = answerer.answer("When was the Harbour Night 2019 report written?")
    assert all(quote.citation.line > 8 for quote in answerer.answer("tell me more", [first]).quotes)


def test_what_front_matter_says_helps_to_find_its_report(answerer: Answerer) -> None:
    found = answerer.reports.search("zeppelins")
    assert found.hits[0].stored.entry.path == "harbour-night.md"


@pytest.mark.parametrize(
    ("question", "meaning", "words"),
    [
        ("いつ書かれた記事？", "date", ()),
        ("who wrote it?", "author", ()),
        ("筆者は誰？", "author", ()),
        ("When was Node published?", "held", ("node",)),
        ("When was the post about Node published?", "date", ("node",)),
        ("How many came?", None, ()),
        ("Which talk did the author like?", None, ()),
    ],
)
def test_what_a_question_asks_for(question: str, meaning: str | None, words: tuple[str, ...]) -> None:
    asked = asked_field(question)
    assert (asked and asked.meaning, asked.words if asked else ()) == (meaning, words)


VALUES = st.sampled_from(
    ["2019-06-12", "harbour lamps", "Ann", "[a, b]", "'x: y'", "{a: b}", "lamp *of* oil", "true", "- no"]
)
KEYS = st.sampled_from(["date", "author", "tags", "location", "summary", "event", "layout", "draft_note", "speakers"])
QUESTIONS = st.sampled_from(
    [
        "What about the lamps?",
        "harbour lamps",
        "Who wrote it?",
        "When was Harbour Night written?",
        "いつ、どこ？",
        "Ann",
    ]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(KEYS, VALUES, max_size=5), QUESTIONS)
def test_front_matter_is_quoted_as_fields_alone(
    tmp_path_factory: pytest.TempPathFactory, front: dict[str, str], question: str
) -> None:
    folder = tmp_path_factory.mktemp("generated")
    lines = "".join(f"{key} = {value!r}\n" for key, value in front.items())
    source = f"+++\ntitle = 'Harbour Night'\n{lines}+++\n\nThe lamps burned oil.\n\n# Boats\n\nAnn counted boats.\n"
    refresh(write(folder / "articles", night=source), folder / "index")
    answerer = fake_answerer(folder / "index", threshold=0.0)
    article = answerer.reports.search("oil").hits[0].stored.article
    fields = {(field.start, field.end) for field in article.fields}
    answer = answerer.answer(question)
    for quote in (*answer.quotes, *answerer.answer("tell me more", [answer]).quotes):
        assert quote.start >= article.body_start or (quote.start, quote.end) in fields
