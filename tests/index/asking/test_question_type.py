"""What a question asks for, in both languages, and the marks that answers leave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.asking.question_type import OTHER, TYPES, asks_for_fact, question_types

BY_NAME = {kind.name: kind for kind in TYPES}


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("summary", ["what did track4 conclude?", "Summarise the keynote", "track3の要点は？", "LTのまとめを教えて"]),
        ("link", ["is there a recording?", "where can I watch it?", "スライドのURLは？", "録画どこ？"]),
        ("price", ["how much was the ticket?", "チケットはいくら？"]),
        (
            "number",
            ["how many people came?", "How long?", "何人来た？", "何ワット？", "どれくらいかかった？"],
        ),
        ("why", ["why did they move?", "なぜ移行した？", "やめた理由は？", "どうしてやめたの？"]),
        ("when", ["when did it end?", "What date was it?", "いつ終わった？", "何日に開催？"]),
        ("when", ["日付は？", "Which day was it?"]),
        ("where", ["where was it held?", "どこで開かれた？", "会場は？", "開催地は？", "What was the venue?"]),
        ("who", ["who gave the talk?", "Which company won?", "誰が話した？", "登壇者は？"]),
        ("who", ["主催はどこ？", "主催者は？", "スポンサーは？", "発表者は？", "Who organised it?"]),
        ("price", ["How much prize money did they win?", "賞金は？", "チケット代は？"]),
        ("definition", ["what is OLAP?", "What does IaC mean?", "OLAPとは？", "OLAPって何ですか？", "どういう意味？"]),
        ("which", ["which database did they choose?", "In which hall?", "どのDBを選んだ？", "どっちがいい？"]),
        ("how", ["how does it scale?", "どうやって計った？", "移行の手順"]),
        ("yes/no", ["can I reuse the bucket?", "バケットは使い回せますか？", "使い回してもいい？"]),
        ("other", ["what did they eat?", "lamps", "何を食べた？", ""]),
    ],
)
def test_what_is_asked_for(name, questions):
    for question in questions:
        assert question_types(question)[0].name == name, question


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("what matters most when it rains?", "when"),
        ("what did the speaker who came late say?", "who"),
        ("いつも使うのは？", "when"),
        ("いつやったの？", "yes/no"),
        ("what are the links between moss and lamps?", "link"),
    ],
)
def test_words_that_ask_for_something_else(question, name):
    assert name not in {kind.name for kind in question_types(question)}


def test_a_question_may_ask_for_several_things():
    names = {kind.name for kind in question_types("いつどこで開かれた？")}
    assert names == {"when", "where"} == {kind.name for kind in question_types("When and where was it?")}


@pytest.mark.parametrize(
    ("name", "marked", "unmarked"),
    [
        ("link", "動画: https://example.com/v", "動画があります"),
        ("price", "参加費は３００円", "参加費があります"),
        ("number", "十二人が来た", "人が来た"),
        ("number", "about 20 of them", "some of them"),
        ("why", "寒かったので中止", "中止です"),
        ("why", "because of the rain", "it rained"),
        ("when", "11/4に開催", "札幌で開催"),
        ("when", "on May 3", "in the hall"),
        ("where", "札幌の会議室にて", "二日間です"),
        ("who", "石田さんの話", "鯨の話"),
        ("definition", "OLAP: 大量のデータをまとめて分析する用途", "楽しかった、また行きたい"),
        ("yes/no", "変換できません", "変換した"),
    ],
)
def test_marks(name, marked, unmarked):
    assert BY_NAME[name].is_marked(marked)
    assert not BY_NAME[name].is_marked(unmarked)


@given(st.text(max_size=80))
@pytest.mark.slow
def test_every_question_has_a_type(question):
    found = question_types(question)
    assert found == (OTHER,) or (found and OTHER not in found)
    assert not OTHER.is_marked(question)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("what did they talk about in track 1?", "summary"),
        ("track1では何が話された？", "summary"),
        ("まとめを教えて", "summary"),
        ("What did the speaker say the maximum heap size was?", "number"),
        ("チェックポイントの保存間隔は何分？", "number"),
        ("When did they discuss pricing?", "when"),
        ("まとめて処理すると何が速い？", "other"),
        ("What were attendees unhappy about?", "other"),
    ],
)
def test_what_is_summed_up_is_a_part_of_an_event(question, kind):
    assert question_types(question)[0].name == kind


@pytest.mark.parametrize(
    ("question", "fact"), [("how long did it take?", True), ("how long did it take and why?", False)]
)
def test_a_question_for_a_reason_as_well_is_for_no_fact_alone(question, fact):
    assert asks_for_fact(question) is fact
