"""What a question names by number or name, and no report has: said, and never answered from another edition."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.answers.rendering import to_json
from index.asking.event_names import named_events
from index.asking.named_facts import named_facts
from index.asking.reported_facts import alike, missing_facts
from index.reading.articles import read_article
from tests.support.helpers import fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answers.answerer import Answerer

pytestmark = pytest.mark.slow

LAST_YEAR = datetime.now(UTC).astimezone().year - 1


def report(title: str, body: str, **matter: str) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in matter.items())
    return f'---\ntitle: "{title}"\n{lines}---\n\n{body}\n'


REPORTS = {
    "nagisa_2021": report(
        "なぎさ開発祭 2021 の記録", "## 会場\n\nなぎさ開発祭の会場は港の倉庫で、参加者は140人でした。"
    ),
    "nagisa_2022": report(
        "なぎさ開発祭 2022 の記録", "## 会場\n\nなぎさ開発祭の会場は丘の学校で、参加者は260人でした。"
    ),
    "toudai": report(
        "灯台Webの集い #14",
        "## 発表\n\n灯台Webの集いの発表者は野村さんで、Svelte 4とNode 20を使いました。\n\n"
        "## 障害\n\n障害 OPS-310 は時計のずれで、版は2.10から2.9に戻しました。",
        published_at="2020-05-06",
    ),
    "minato": report("みなと夜会", f"## 会場\n\nみなと夜会の会場は船の上でした。\n\n{LAST_YEAR}年の夏の話です。"),
}


@pytest.fixture
def answerer(tmp_path: Path) -> Answerer:
    refresh(write(tmp_path / "articles", **REPORTS), tmp_path / "index")
    return fake_answerer(tmp_path / "index", threshold=0.0)


@pytest.mark.parametrize(
    ("question", "asked", "others"),
    [
        ("なぎさ開発祭2025の会場は？", "2025", ["2021", "2022"]),
        ("なぎさ開発祭２０２３の参加者は何人？", "2023", ["2021", "2022"]),
        ("What was the 会場 of なぎさ開発祭 2019?", "2019", ["2021", "2022"]),
        ("灯台Webの集い #15の発表者は？", "#15", ["#14"]),
        ("灯台Webの集い 第13回の発表者は？", "第13回", ["#14"]),
        ("灯台Webの集い vol.9の発表者は？", "vol.9", ["#14"]),
        ("障害 OPS-311 の原因は？", "OPS-311", ["OPS-310"]),
        ("版を2.11から戻した障害は？", "2.11", ["2.10", "2.9"]),
        ("灯台Webの集いでSvelte 5を使ったのは？", "Svelte 5", ["Svelte 4"]),
        ("灯台Webの集いの発表ではNode22を使った？", "Node22", ["Node 20"]),
    ],
)
def test_another_edition_is_not_in_the_reports(
    answerer: Answerer, question: str, asked: str, others: list[str]
) -> None:
    answer = answerer.answer(question)
    assert (answer.status, answer.quotes) == ("not_found", ())
    assert answer.notice is not None
    assert all(one in answer.notice for one in (asked, *others))
    assert answer.suggestions
    assert to_json(answer)["notice"] == answer.notice
    assert answer.notice in to_json(answer)["text"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("なぎさ開発祭2021の会場は？", "港の倉庫"),
        ("なぎさ開発祭 2022年の会場は？", "丘の学校"),
        ("灯台Webの集い 第14回の発表者は？", "野村さん"),
        ("灯台Webの集い #014 の発表者は？", "野村さん"),
        ("2020年の灯台Webの集いの発表者は？", "野村さん"),
        ("障害 ops-310 の原因は？", "時計のずれ"),
        ("版を2.10から戻した障害は？", "OPS-310"),
        ("灯台Webの集いの発表ではnode20を使った？", "Node 20"),
        ("去年のみなと夜会の会場は？", "船の上"),
        ("Where was last year's みなと夜会 会場?", "船の上"),
    ],
)
def test_what_a_report_has_is_answered_without_a_word(answerer: Answerer, question: str, expected: str) -> None:
    answer = answerer.answer(question)
    assert (answer.status, answer.notice) == ("answered", None)
    assert expected in answer.quotes[0].text


def test_only_the_edition_that_is_named_is_quoted(answerer: Answerer) -> None:
    answer = answerer.answer("なぎさ開発祭2022の会場と参加者は？")
    assert {quote.citation.article for quote in answer.quotes} == {"nagisa-2022.md"}


@pytest.mark.parametrize("question", ["くじら祭の会場は？", "RubyKaigiの会場は？", "Where was the 会場 of MossConf?"])
def test_of_another_event_it_is_said_where_the_quotes_are_from(tmp_path: Path, question: str) -> None:
    refresh(write(tmp_path / "articles", minato=REPORTS["minato"]), tmp_path / "index")
    answer = fake_answerer(tmp_path / "index", threshold=0.0).answer(question)
    assert answer.notice is not None
    assert "みなと夜会" in answer.notice
    assert any(name in answer.notice for name in ("くじら祭", "RubyKaigi", "MossConf"))


def test_a_year_is_missed_aloud_where_the_report_names_none(tmp_path: Path) -> None:
    body = "## 会場\n\nみなと夜会の会場は船の上でした。"
    refresh(write(tmp_path / "articles", minato=report("みなと夜会", body)), tmp_path / "index")
    answer = fake_answerer(tmp_path / "index", threshold=0.0).answer("みなと夜会2031の会場は？")
    assert answer.status == "answered"
    assert answer.notice is not None
    assert "2031" in answer.notice


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("第八回の会場は？", [("edition", "8")]),
        ("the 3rd edition", [("edition", "3")]),
        ("書き手市7の話は？", [("edition", "7")]),
        ("CVE-2024-3094の影響は？", [("identifier", "3094")]),
        ("React 18.3.1は速い？", [("version", "18.3.1")]),
        ("参加者240人の会場は？", []),
        ("9月30日の会場は？", [("day", "09-30")]),
        ("how many talks were about 4 topics at 10:30?", []),
        ("2000円で足りる？", []),
        ("第二十三回と百回目", [("edition", "23"), ("edition", "100")]),
        ("やまなみ会議IVとNaviCamp VII", [("edition", "4"), ("edition", "7")]),
        ("令和元年と平成三十年", [("year", "2019"), ("year", "2018")]),
        ("tool ver1.12とUbuntu22.04とv2.0.0", [("version", "1.12"), ("version", "22.04"), ("version", "2.0.0")]),
        ("Were there 3 tracks? Give me 5 facts", []),
        ("Did Foo 3 PM start? Yuki 5 People?", []),
        ("Q1: where was it?", []),
    ],
)
def test_what_a_question_names_by_number(question: str, named: list[tuple[str, str]]) -> None:
    assert [(fact.kind, fact.key) for fact in named_facts(question)] == named


@pytest.mark.parametrize(
    "question", ["マニフェストの書き方は？", "懇親会は？", "灯台の飲み会は？", "都会の話は？", "who spoke first?"]
)
def test_no_event_is_named(question: str) -> None:
    assert named_events(question) == []


def test_versions_are_compared_by_their_parts(tmp_path: Path) -> None:
    folder = write(tmp_path, version=report("版の話", "版は1.10で、次は1.9でした。"))
    article = read_article(folder, folder / "version.md")
    (missed,) = missing_facts(named_facts("1.1と1.10と1.9"), article)
    assert (missed.text, alike(missed, article)) == ("1.1", ["1.10", "1.9"])


SEASONS = {
    "aki": report("星空AIの会 Vol.12 レポート（2024秋）", "## 会場\n\n星空AIの会の会場は北の山小屋でした。"),
    "haru": report("星空AIの会 Vol.11 レポート（2024春）", "## 会場\n\n星空AIの会の会場は南の浜でした。"),
    "kamome": report(
        "かもめ会 参加メモ", "令和6年3月9日に開かれました。\n\n## 会場\n\nかもめ会の会場は灯りの家でした。"
    ),
    "tsubame": report(
        "つばめ会 2024/03/15 参加メモ", "## 会場\n\nつばめ会の会場は雪の館でした。\n\nPostgreSQLは任意です。"
    ),
    "ridge": report("RidgeCamp III notes", "## Venue\n\nRidgeCamp took place in the old barn. The fee was 12 euros."),
}


@pytest.fixture
def seasons(tmp_path: Path) -> Answerer:
    refresh(write(tmp_path / "articles", **SEASONS), tmp_path / "index")
    return fake_answerer(tmp_path / "index", threshold=0.0)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # Neither the year of another event nor a date in its title.
        ("かもめ会2024の会場は？", {"kamome.md"}),
        ("かもめ会2023の会場は？", {"kamome.md"}),
        ("かもめ会 第3回の会場は？", {"kamome.md"}),
        ("星空AIの会 第十一回の会場は？", {"haru.md"}),
        ("星空AIの会 第12回と第11回の会場は？", {"aki.md", "haru.md"}),
        ("星空AIの会 第12回の会場は？ 星空AIの会 第11回の会場は？", {"aki.md", "haru.md"}),
    ],
)
def test_the_event_that_is_named_counts_more_than_the_number(
    seasons: Answerer, question: str, expected: set[str]
) -> None:
    answer = seasons.answer(question)
    assert {quote.citation.article for quote in answer.quotes} == expected


@pytest.mark.parametrize(
    ("question", "others"),
    [("星空AIの会 第十三回の会場は？", ["Vol.11", "Vol.12"]), ("Where was RidgeCamp IV?", ["III"])],
)
def test_of_other_editions_all_there_are_are_named(seasons: Answerer, question: str, others: list[str]) -> None:
    notice = seasons.answer(question).notice
    assert notice is not None
    assert all(other in notice for other in others)


def test_of_two_editions_the_one_that_is_not_there_is_named(seasons: Answerer) -> None:
    answer = seasons.answer("星空AIの会 第12回と第15回の会場は？")
    assert answer.status == "answered"
    assert answer.notice is not None
    assert "第15回" in answer.notice
    assert "第12回" not in answer.notice


def test_another_year_of_the_same_event_is_asked_for_by_the_year_alone(answerer: Answerer) -> None:
    first = answerer.answer("なぎさ開発祭2021の会場は？")
    assert "丘の学校" in answerer.answer("2022年は？", [first]).quotes[0].text
    assert answerer.answer("2025年は？", [first]).status == "not_found"


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("what did track 4 conclude?", "トラック4の結論は雨でした。"),
        ("what did track4 conclude?", "4番目のトラックの結論は雨でした。"),
        ("トラック4の結論は？", "Track 4 ended with rain."),
        ("トラック4の結論は？", "The fourth track ended with rain."),
        ("what happened on day 2?", "2日目は雨でした。"),
        ("セッション3の話は？", "Session 3 was about rain."),
    ],
)
def test_a_part_is_known_in_either_language(tmp_path: Path, question: str, written: str) -> None:
    folder = write(tmp_path, parts=report("雨の会", written))
    assert missing_facts(named_facts(question), read_article(folder, folder / "parts.md")) == ()


def test_another_part_is_missed(tmp_path: Path) -> None:
    folder = write(tmp_path, parts=report("雨の会", "Track 4 ended with rain."))
    missed = missing_facts(named_facts("トラック3の結論は？"), read_article(folder, folder / "parts.md"))
    assert [fact.key for fact in missed] == ["3"]


@pytest.mark.parametrize("mark", [":", "：", " -", ""])
def test_all_the_parts_that_there_are_instead_are_named(tmp_path: Path, mark: str) -> None:
    headings = "\n\n".join(f"## track{number}{mark} 雨と{number}の話\n\n雨の話を聞きました。" for number in (1, 2, 3))
    folder = write(tmp_path, parts=report("雨の会", headings))
    [fact] = named_facts("track5は？")
    assert alike(fact, read_article(folder, folder / "parts.md")) == ["track1", "track2", "track3"]


YEAR_AFTER = LAST_YEAR + 2
MENTIONED = {
    "heron_2021": report(
        "Heron Carnival 2021 notes",
        "## Venue\n\nHeron Carnival took place in the red hall.\n\n## End\n\nSee you in 2024, and thanks!",
        published_at="2022-01-09",
    ),
    "heron_2023": report(
        "Heron Carnival 2023 notes",
        "## Venue\n\nHeron Carnival took place in the blue hall, in contrast to 2021.\n\nGPT-4 and HTTP/2 ran there.",
    ),
    "crane": report(
        "つぐみ会 参加メモ",
        "2022年6月4日に開かれました。\n\n## 会場\n\nつぐみ会の会場は石の蔵でした。次回は2026年です。",
        published_at="2023-01-10",
    ),
    "autumn": report(
        "ひたき交流会 2024年秋 その4回目", "## 会場\n\nひたき交流会の会場は麦の家で、第三回より広い所でした。"
    ),
}


@pytest.fixture
def mentioned(tmp_path: Path) -> Answerer:
    refresh(write(tmp_path / "articles", **MENTIONED), tmp_path / "index")
    return fake_answerer(tmp_path / "index", threshold=0.0)


@pytest.mark.parametrize(
    ("question", "asked", "others"),
    [
        # The one before and the next one are mentioned, and the report of one is from the next year.
        ("Where was the venue of Heron Carnival 2024?", "2024", ["2021", "2023"]),
        ("where was the venue of heron carnival 2022?", "2022", ["2021", "2023"]),
        ("Where was the venue of Heron Carnival '22?", "'22", ["2021", "2023"]),
        ("ひたき交流会 2024年春の会場は？", "2024年春", ["2024年秋"]),
        ("ひたき交流会の第五回の会場は？", "第五回", ["4回目"]),
        ("Did GPT-5 run there?", "GPT-5", ["GPT-4"]),
        ("Did HTTP/3 run there?", "HTTP/3", ["HTTP/2"]),
        ("Where was Heron Carnival last year?", str(LAST_YEAR), ["2021", "2023"]),
        ("来年のHeron Carnivalの会場は？", str(YEAR_AFTER), ["2021", "2023"]),
    ],
)
def test_what_is_mentioned_in_passing_is_no_edition(
    mentioned: Answerer, question: str, asked: str, others: list[str]
) -> None:
    answer = mentioned.answer(question)
    assert answer.status == "not_found"
    assert answer.notice is not None
    assert all(one in answer.notice for one in (asked, *others))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where was the venue of Heron Carnival 2021?", "red hall"),
        ("where was the venue of heron carnival 2023?", "blue hall"),
        ("Where was the venue of Heron Carnival '23?", "blue hall"),
        ("つぐみ会2022の会場は？", "石の蔵"),
        ("6月4日のつぐみ会の会場は？", "石の蔵"),
        ("ひたき交流会 2024年秋の会場は？", "麦の家"),
        ("ひたき交流会の第四回の会場は？", "麦の家"),
        (f"{LAST_YEAR + 1 - 2023}年前のHeron Carnivalのvenueは？", "blue hall"),
        ("Did GPT-4 and HTTP/2 run there?", "GPT-4"),
    ],
)
def test_the_edition_that_a_report_is_of_is_answered(mentioned: Answerer, question: str, expected: str) -> None:
    answer = mentioned.answer(question)
    assert (answer.status, answer.notice) == ("answered", None)
    assert any(expected in quote.text for quote in answer.quotes)
    assert len({quote.citation.article for quote in answer.quotes}) == 1


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("つぐみ会2026の会場は？", "2026"),
        ("ひたき交流会の第三回の会場は？", "第三回"),
        ("Did GPT-5 run at Heron Carnival 2023?", "GPT-5"),
        ("つぐみ会2023の会場は？", "2023"),
        ("7月9日のつぐみ会の会場は？", "7月9日"),
        ("つぐみナイトの会場は？", "つぐみナイト"),
        ("Where was the venue of Heron Summit?", "Heron Summit"),
    ],
)
def test_of_another_time_or_event_the_quotes_are_from_the_report_that_is_named(
    mentioned: Answerer, question: str, asked: str
) -> None:
    answer = mentioned.answer(question)
    assert answer.notice is not None
    assert asked in answer.notice
    assert len({quote.citation.article for quote in answer.quotes}) == 1
    assert all(quote.citation.title in answer.notice for quote in answer.quotes)


@pytest.mark.parametrize(
    "question", ["サーバーレス勉強会の会場は？", "Serverless meetupの会場は？", "Where was the Serverless conference?"]
)
def test_an_event_may_be_called_by_other_words(tmp_path: Path, question: str) -> None:
    text = report("Serverless Harbor", "## 会場\n\nServerless Harborの会場 (where it was) は灯台でした。")
    refresh(write(tmp_path / "articles", harbor=text), tmp_path / "index")
    answer = fake_answerer(tmp_path / "index", threshold=0.0).answer(question)
    assert (answer.status, answer.notice) == ("answered", None)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("みなと夜会、やまびこ会議", ["みなと夜会", "やまびこ会議"]),
        ("Rust交流会, Kubeナイト, 灯台データ大会", ["Rust交流会", "Kubeナイト", "灯台データ大会"]),
        ("where was lark summit held?", ["lark summit"]),
        ("Lark Day and Egret Night", ["Lark Day", "Egret Night"]),
        ("what happened on Friday at the joint meetup, and last night?", []),
    ],
)
def test_names_of_events(question: str, named: list[str]) -> None:
    assert [event.text for event in named_events(question)] == named


@pytest.mark.parametrize("question", ["who was on the 4th floor?", "third talk", "you may 3 times", "2024年の秋葉原"])
def test_what_counts_no_event_is_no_edition(question: str) -> None:
    assert [fact for fact in named_facts(question) if fact.kind not in ("year", "numbered")] == []
