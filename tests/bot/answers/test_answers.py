"""Answers from the project's own article with the real model, and from our own articles with the fake one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from bot.answers.answerer import Answerer, open_answerer
from bot.answers.rendering import to_json, to_markdown
from bot.settings import BotSettings
from bot.texts import texts
from index.reports import Reports
from index.searching.search import Searcher
from tests.support.fakes import FakeEncoder
from tests.support.growth import LEAST, cpu_time
from tests.support.helpers import ARTICLES, MOSS, WHALES, fake_answerer, opened, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

MEMO = "Memo: データベースの処理体系"
NOT_FOUND = {"ja": "レポートには答えが見当たりません。", "en": "The reports don't say."}
KEYS = ["question", "lang", "status", "confidence", "notice", "text", "quotes", "suggestions", "ms"]
QUOTE_KEYS = ["article", "title", "headings", "anchor", "url", "start", "end", "text", "markdown", "emphasis"]


def quoted(answer) -> str:
    return "\n".join(quote.text for quote in answer.quotes)


def check_json(answer, folder: Path = ARTICLES) -> dict:
    """Check an answer's JSON as another program would, with nothing but the files."""
    made = json.loads(json.dumps(to_json(answer), ensure_ascii=False).encode())
    assert list(made) == KEYS
    assert 0 <= made["confidence"] <= 1
    assert made["ms"] >= 0
    assert made["status"] in ("answered", "not_found")
    assert bool(made["quotes"]) == (made["status"] == "answered")
    for quote in made["quotes"]:
        assert list(quote) == QUOTE_KEYS
        source = (folder / quote["article"]).read_bytes()
        assert source[quote["start"] : quote["end"]].decode("utf-8") == quote["text"]
    for suggestion in made["suggestions"]:
        assert list(suggestion) == ["article", "headings", "url"]
        assert (folder / suggestion["article"]).is_file()
    return made


@pytest.mark.parametrize(
    "question", ["what is OLAP?", "What's OLAP", "OLAPとは？", "OLAPって何ですか？", "ＯＬＡＰとは"]
)
def test_what_is_olap(answerer, question):
    answer = answerer.answer(question)
    assert answer.status == "answered"
    first = answer.quotes[0]
    assert first.citation.headings[-1] == MEMO
    assert "大量" in first.text
    assert "分析" in first.text
    assert first.citation.anchor.startswith("memo%3A-%E3%83%87")
    made = check_json(answer)
    assert "大量のデータをまとめて分析する用途" in made["text"]
    assert MEMO in made["text"]


@pytest.mark.parametrize("question", ["what did track4 conclude?", "What did Track 4 conclude?", "track4の結論は？"])
def test_what_did_track4_conclude(answerer, question):
    answer = answerer.answer(question)
    assert answer.status == "answered"
    text = quoted(answer)
    for point in ("別のサービスとして切り出す", "サーバーレス", "IaC"):
        assert point in text
    assert {quote.citation.headings[-1] for quote in answer.quotes} == {"track4: アーキテクチャ武道会"}
    assert len(text) <= 640
    check_json(answer)


def test_price_of_the_ticket_is_not_in_the_reports(answerer):
    answer = answerer.answer("チケットはいくら？")
    made = check_json(answer)
    assert made["status"] == "not_found"
    assert made["confidence"] < 0.5
    assert made["text"].startswith(NOT_FOUND["ja"])
    assert "レポートには" in made["text"]
    assert 1 <= len(made["suggestions"]) <= 3
    assert made["suggestions"][0]["headings"][-1] == "track4: アーキテクチャ武道会"
    assert "aws-carnival-2023.md" in made["text"]
    assert "行目" in made["text"]
    assert "下書き" in made["text"]


def test_english_questions_get_english_words_around_the_quotes(answerer):
    missing = answerer.answer("how much was the ticket?")
    assert (missing.status, missing.lang) == ("not_found", "en")
    assert to_markdown(missing).startswith(NOT_FOUND["en"])
    assert "The nearest sections are:" in to_markdown(missing)
    found = answerer.answer("what is OLAP?")
    assert "(draft)" in to_markdown(found)
    assert "line 68" in to_markdown(found)
    assert "下書き" not in to_markdown(found)
    japanese = to_markdown(answerer.answer("OLAPとは？"))
    assert "(下書き)" in japanese
    assert "68行目" in japanese
    assert "draft" not in japanese


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("AWS Carnivalはどこで開かれた？", "札幌"),
        ("where was AWS Carnival held?", "札幌"),
        ("Control Towerで何を管理する？", "アカウント"),
        ("待合室とは？", "Cloudflare"),
        ("what did track1 conclude?", "北ガス"),
        ("what did Track 2 conclude?", "Soracom"),
        ("track3の要点は？", "奥山さん"),
    ],
)
def test_other_facts(answerer, question, expected):
    answer = answerer.answer(question)
    assert answer.status == "answered"
    assert expected in quoted(answer)
    check_json(answer)


@pytest.mark.parametrize(
    "question",
    [
        "thanks!",
        "hello",
        "how are you?",
        "こんにちは",
        "ありがとう！",
        "おはようございます",
        "asdf qwer zxcv",
        "ｆｊｄｋｓｌ",
        "?",
        "？！",
        "🐳🐳🐳",
        "...",
        "who won the baseball world series?",
        "明日の東京の天気は？",
        "what is the capital of France?",
        "パスタの茹で方を教えて",
        "何人来ましたか？",
    ],
)
def test_what_no_report_says_is_not_answered(answerer, question):
    answer = answerer.answer(question)
    assert answer.status == "not_found"
    assert answer.confidence < 0.5
    assert answer.quotes == ()
    check_json(answer)


@pytest.mark.parametrize("question", ["", " ", "\n\t", "\u3000"])
def test_empty_question(answerer, question):
    answer = answerer.answer(question)
    assert answer.status == "not_found"
    assert answer.suggestions == ()
    assert to_markdown(answer) == "Please ask a question."
    assert check_json(answer)["confidence"] == 0


def test_default_language_speaks_where_the_question_has_none(real_index, answerer):
    japanese = Answerer(answerer.reports, BotSettings(index=real_index, default_language="ja", _env_file=None))
    assert to_markdown(japanese.answer("")) == "質問を入力してください。"
    assert to_markdown(japanese.answer("42?")).startswith(NOT_FOUND["ja"])
    assert to_markdown(answerer.answer("42?")).startswith(NOT_FOUND["en"])


@pytest.mark.parametrize(
    "odd",
    [
        "\0",
        "\x1b[31m",
        "\ud800",
        "\udfff\ud800",
        "\x7f",
        "\u202e",
        "\ufeff",
        "\ufdfa" * 20,
        "\u0301" * 50,
        "%s{}\\n",
        "'\"; --",
    ],
)
def test_odd_characters_in_a_question(answerer, odd):
    answer = answerer.answer(f"what is {odd} OLAP?{odd}")
    check_json(answer)
    assert answer == replace(answerer.answer(f"what is {odd} OLAP?{odd}"), milliseconds=answer.milliseconds)
    alone = answerer.answer(odd)
    assert alone.status == "not_found"
    check_json(alone)


def test_only_a_question_with_control_characters_is_still_answered(answerer):
    answer = answerer.answer("what\0 is\x1b \ud800OLAP?")
    assert answer.status == "answered"
    assert answer.quotes[0].citation.headings[-1] == MEMO


def test_very_long_question(answerer):
    answer = answerer.answer("what is OLAP? " * 10_000)
    beginning = answerer.answer(("what is OLAP? " * 100)[:1_000])
    assert (answer.status, answer.confidence) == (beginning.status, beginning.confidence)
    check_json(answer)


def test_the_same_question_gets_the_same_answer(answerer):
    questions = ["what is OLAP?", "what did track4 conclude?", "チケットはいくら？", "hello", "and track3?"]
    once = [replace(answerer.answer(question), milliseconds=0.0) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(answerer.answer, questions * 4))
    assert [replace(answer, milliseconds=0.0) for answer in again] == once * 4
    other = open_answerer(answerer.settings)
    assert [replace(other.answer(question), milliseconds=0.0) for question in questions] == once


def test_follow_up_questions(answerer):
    first = answerer.answer("what did track4 conclude?")
    second = answerer.answer("and track3?", [first])
    assert second.status == "answered"
    assert second.question == "and track3?"
    assert any("track3" in heading for heading in second.quotes[0].citation.headings)
    third = answerer.answer("what is OLAP?", [first, second])
    assert third.quotes[0].citation.headings[-1] == MEMO


SLUG = "counting-whales"
LEAD = "港の会議室で開かれた、鯨を数える人たちの集まりの記録です。"
ODD = """---
title: "a [b] `c`"
published: true
---

## \\\\ (d) :)

Brackets in a heading of a report.
"""


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """Articles with and without a page, and their index."""
    root = tmp_path_factory.mktemp("linked")
    team = WHALES.replace("published: true", "published: true\npublication_name: harbour").replace("鯨", "海豚")
    articles = write(
        root / "articles", **{SLUG: WHALES, "draft-of-moss-night": MOSS, "short": ODD, "with-a-team-name": team}
    )
    write(root / "articles" / "sub folder", **{"odd-brackets-report": ODD.replace("a [b]", "A [b]")})
    refresh(articles, root / "index")
    return root


def citations(linked, question: str, **settings):
    """Return the citations of an answer by the name of their article."""
    answer = fake_answerer(linked / "index", threshold=0, **settings).answer(question)
    check_json(answer, linked / "articles")
    return {quote.citation.article: quote.citation for quote in answer.quotes}


WHALE_QUESTION = "鯨を数える人たちの集まりの記録 港の会議室"


def test_lead_text_is_cited_without_heading(linked):
    citation = citations(linked, WHALE_QUESTION, zenn_user="ishi")[f"{SLUG}.md"]
    assert citation.headings == ()
    assert citation.anchor is None
    assert citation.url == f"https://zenn.dev/ishi/articles/{SLUG}"
    assert citation.line == 7


@pytest.mark.parametrize(
    ("question", "article", "settings", "url"),
    [
        ("受付は何時？名札", f"{SLUG}.md", {}, None),
        (
            "受付は何時？名札",
            f"{SLUG}.md",
            {"zenn_user": "ishi"},
            f"https://zenn.dev/ishi/articles/{SLUG}#%E5%8F%97%E4%BB%98",
        ),
        (
            "受付は何時？名札",
            f"{SLUG}.md",
            {"repository_url": "https://e.com/o/r/blob/main/articles/"},
            f"https://e.com/o/r/blob/main/articles/{SLUG}.md?plain=1#L11",
        ),
        ("受付は何時？名札", f"{SLUG}.md", {"site": "https://e.com/{slug}/"}, f"https://e.com/{SLUG}/"),
        ("nine watts lamp speaker", "draft-of-moss-night.md", {"zenn_user": "ishi"}, None),
        ("nine watts lamp speaker", "draft-of-moss-night.md", {"site": "https://e.com/{slug}/"}, None),
        (
            "nine watts lamp speaker",
            "draft-of-moss-night.md",
            {"repository_url": "https://e.com/a"},
            "https://e.com/a/draft-of-moss-night.md#L13",
        ),
        (
            "海豚を数える人たちの集まり",
            "with-a-team-name.md",
            {"zenn_user": "ishi"},
            "https://zenn.dev/harbour/articles/with-a-team-name",
        ),
        ("brackets in a heading of a report", "short.md", {"zenn_user": "ishi"}, None),
        (
            "brackets in a heading of a report",
            "sub folder/odd-brackets-report.md",
            {"repository_url": "https://e.com/a"},
            "https://e.com/a/sub%20folder/odd-brackets-report.md#L8",
        ),
    ],
)
def test_links(linked, question, article, settings, url):
    assert citations(linked, question, **settings)[article].url == url


@pytest.mark.parametrize(
    "question", [WHALE_QUESTION, "受付は何時？名札", "brackets in a heading of a report", "nine watts"]
)
@pytest.mark.parametrize("settings", [{}, {"zenn_user": "ishi"}, {"repository_url": "https://e.com/a_(b)"}])
def test_links_work_in_markdown(linked, question, settings):
    for threshold in (0, 1):
        answer = fake_answerer(linked / "index", threshold=threshold, **settings).answer(question)
        cited = [quote.citation for quote in answer.quotes] or list(answer.suggestions)
        expected = list(dict.fromkeys(citation.url for citation in cited if citation.url is not None))
        tokens = MarkdownIt().parse(to_markdown(answer).replace("\n[", "\n\n["))
        inline = [child for token in tokens for child in token.children or ()]
        found = [child.attrs["href"] for child in inline if child.type == "link_open"]
        assert list(dict.fromkeys(found)) == expected
        if cited[0].url is not None:
            assert cited[0].title in "".join(child.content for child in inline)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["x", "あ", "「", '"', "`", "track4 and ", "what is moss? ", "😀", "\0"])
def test_time_does_not_grow_with_the_question(linked, text):
    answerer = fake_answerer(linked / "index")
    history = [answerer.answer(text * 200_000)]
    check_json(answerer.answer(text * 200_000, history), linked / "articles")

    def ask(question):
        return answerer.answer(question, history)

    # Patterns that look through all of it again and again took a thousand times as long.
    short, long = (min(cpu_time(ask, text * times, most=60) for _ in range(2)) for times in (2_000, 200_000))
    assert long < 10 * max(short, LEAST)


def test_threshold_decides(linked):
    question = "nine watts lamp"
    confidence = fake_answerer(linked / "index").answer(question).confidence
    assert fake_answerer(linked / "index", threshold=max(0, confidence - 0.01)).answer(question).status == "answered"
    assert fake_answerer(linked / "index", threshold=min(1, confidence + 0.01)).answer(question).status == "not_found"


def test_suggestions_are_different_sections(linked):
    answer = fake_answerer(linked / "index", threshold=1).answer("lamp")
    places = [(one.article, one.headings) for one in answer.suggestions]
    assert len(places) == len(set(places)) == 3


def test_an_index_without_sparse_features_answers(tmp_path):
    encoder = FakeEncoder(sparse_dimension=0)
    refresh(write(tmp_path / "articles", whales=WHALES, moss=MOSS), tmp_path / "index", encoder)
    searcher = Searcher(opened(tmp_path / "index", encoder), encoder)
    settings = BotSettings(threshold=0, _env_file=None)
    answer = Answerer(Reports(searcher, settings), settings).answer("nine watts lamp")
    assert "nine watts" in quoted(answer)


@pytest.mark.parametrize("question", ["what is OLAP?", "track3の結論は？"])
def test_the_probability_does_not_depend_on_how_many_passages_are_shown(answerer, question):
    search = answerer.reports.search
    assert len({search(question, count).answerable for count in (1, 2, 5, 10)}) == 1
    assert [hit.stored.number for hit in search(question, 5).hits][:2] == [
        h.stored.number for h in search(question, 2).hits
    ]


def test_the_numbered_part_comes_first(answerer):
    for question in ("what happened in track 3?", "3つ目ではなくTrack 3の話"):
        assert "track3" in answerer.reports.search(question, 1).hits[0].stored.passage.section.headings[1]


@pytest.mark.parametrize("more", ["tell me more", "もっと詳しく"])
def test_more_of_what_was_quoted_is_not_judged_again(tmp_path, more):
    refresh(write(tmp_path / "articles", moss=MOSS), tmp_path / "index")
    answerer = fake_answerer(tmp_path / "index", threshold=0)
    first = answerer.answer("how many watts has the lamp?")
    strict = Answerer(answerer.reports, BotSettings(threshold=1, _env_file=None))
    assert strict.answer("how many watts has the lamp?").status == "not_found"
    second = strict.answer(more, [first])
    assert second.status == "answered" or second.notice == texts(second.lang).no_more
    assert not {(quote.start, quote.end) for quote in second.quotes} & {(q.start, q.end) for q in first.quotes}


def test_a_repeated_question_is_not_searched_again(tmp_path, monkeypatch):
    refresh(write(tmp_path / "articles", moss=MOSS), tmp_path / "index")
    answerer = fake_answerer(tmp_path / "index", threshold=0)
    first = answerer.answer("how many watts has the lamp?")
    assert first.quotes
    searched = []
    search = Searcher.search

    def count(self, question, *arguments):
        searched.append(question)
        return search(self, question, *arguments)

    monkeypatch.setattr(Searcher, "search", count)
    again = answerer.answer(" how many watts has the lamp? ")
    assert replace(again, milliseconds=0.0) == replace(first, milliseconds=0.0)
    assert not searched
    answerer.answer("how many watts has the lamp?", [first])
    answerer.answer("how many watts?")
    # The search of the repeated question is remembered, too.
    assert [question.text for question in searched] == ["how many watts?"]
