"""Quantities agree in both languages by value and kind, and nothing else does."""

from __future__ import annotations

import pytest

from index.grounding.quantities.quantities import unproved
from index.grounding.statement import statement


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("It cost 28,000 yen.", "費用は2万8千円。"),
        ("It begins at 2 p.m.", "水曜の 14 時に始める。"),
        ("1年半かかった", "1 年半かかった"),
        ("1個に6.5秒かかる", "1個とるのに6.5秒"),
        ("half a dozen complaints", "苦情は6件"),
        ("cuts fell in half a year", "cuts in the half year"),
        ("負荷が7倍になった", "her load rose sevenfold"),
        ("a 4.2-million-dollar contract", "a contract of 4.2 million dollars"),
        ("1988年から94年のもの", "those from 1988 to 1994"),
        ("They press it a second time", "users press it twice"),
        ("With 30 amperes", "電気が30Aしかない"),
        ("1,500 yen per person", "1人あたり1,500円"),
        ("9社のうち3分の2", "nine firms, six of which stayed"),
        ("Look at the clock as the first thing", "Look at the clock first, at the rest second"),
        ("It began at 8 p.m.", "20時に始めた。"),
        ("午後8時半から", "from 20:30 on"),
        ("The fourth meeting", "第4回の会"),
        ("on Thursday, 21 March", "3/21(木)"),
        ("3月21日の木曜", "Thursday, March 21st"),
        ("They served 410,000 people", "41万人が使う"),
        ("It took 90 minutes", "1時間30分かかった"),
        ("It took an hour and a half", "90分かかった"),
        ("Half of them left", "50%が帰った"),
        ("三割が帰った", "30 to 40 percent left"),
        ("a quarter of the users", "利用者の4分の1"),
        ("9 of 10 were right, that is 90 percent", "10問のうち9問"),
        ("three times a month", "月に3回"),
        ("31 domains", "ドメイン31個"),
        ("640 API calls", "640回の呼び出し"),
        ("storage doubled", "容量は2倍になった"),
        ("in 2024", "令和6年に"),
        ("five in the evening", "夕方5時"),
        ("vol. 5", "the fifth edition"),
        ("two weeks later", "a fortnight later"),
        ("One of them left.", "彼は帰った。"),
        ("ten years old", "10歳"),
        ("Year 9 girls came.", "9年生の女子が来た。"),
        ("in the two quarters since", "その後の2四半期で"),
        ("台数は2台から4台に倍増した。", "2台を4台に増やした。"),
        ("It fell from 61 in the first month to four.", "初月の61件から4件に減った。"),
    ],
)
def test_the_same_is_proved(sentence: str, line: str) -> None:
    assert unproved(statement(sentence), [statement(line)]) is None


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("78 teams came.", "78人が来た。"),
        ("78チームが来た。", "78 people came."),
        ("It took three weeks.", "3か月かかった。"),
        ("年に3回", "three times a month"),
        ("It began at 8 a.m.", "20時に始めた。"),
        ("30 hours", "30分"),
        ("on Friday", "3/21(木)"),
        ("in April", "3月に"),
        ("5月19日", "on 18 May"),
        ("version 1.2.4", "version 1.2.3"),
        ("$3,870", "3,870ユーロ"),
        ("40 percent", "4%"),
        ("the third talk", "the fourth talk"),
        ("31 of 22 were read", "22 of 31 were read"),
        ("in 2025", "2024年に"),
        ("after a month", "1週間後"),
        ("the first speaker", "2人目の講演者"),
        ("9 MB", "9 GB"),
    ],
)
def test_another_is_not(sentence: str, line: str) -> None:
    assert unproved(statement(sentence), [statement(line)]) is not None


def test_headings_prove_as_well_as_lines() -> None:
    said = statement("The fourth meeting had 30 people.")
    assert unproved(said, [statement("30人")]) is not None
    assert unproved(said, [statement("30人")], [statement("第4回の記録")]) is None
