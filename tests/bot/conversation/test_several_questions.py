"""Several questions in one message: which they are, that each is answered or named, and that one is left as it is."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.answers.rendering import to_markdown
from bot.answers.several_answers import MOST_QUESTIONS, answers_all, together
from bot.answers.sources import sources_of
from bot.conversation.several_questions import Subquestion, questions_in
from bot.types import Answer, Topic
from index.characters.patterns import compiled
from index.types import Citation, Place, Quote
from tests.support.growth import cpu_time
from tests.support.helpers import fake_answerer, refresh, write

SEVERAL = [
    ("会場はどこですか？参加者は何人ですか？", ["会場はどこですか？", "参加者は何人ですか？"]),
    ("会場は?参加者は?", ["会場は?", "参加者は?"]),
    ("会場はどこですか。また、参加者は何人でしたか。", ["会場はどこですか。", "参加者は何人でしたか。"]),
    ("会場はどこ？\nあと参加者数も教えて", ["会場はどこ？", "参加者数も教えて"]),
    ("会場はどこ\n登壇者は誰", ["会場はどこ", "登壇者は誰"]),
    ("会場はどこですか、参加者は何人ですか", ["会場はどこですか", "参加者は何人ですか"]),
    ("第3回の会場はどこで、参加者は何人？", ["第3回の会場はどこで", "参加者は何人？"]),
    ("第3回の会場と参加者数は？", ["第3回の会場は？", "第3回の参加者数は？"]),
    ("会場や日時、参加費を教えてください", ["会場を教えてください", "日時を教えてください", "参加費を教えてください"]),
    ("夜市の会場と、夜話の発表者を教えて", ["夜市の会場を教えて", "夜話の発表者を教えて"]),
    ("会場とか日時とかおしえて", ["会場とかおしえて", "日時とかおしえて"]),
    ("会場・日時は？", ["会場は？", "日時は？"]),
    ("まず会場を教えて。次に登壇者を教えて。", ["会場を教えて。", "登壇者を教えて。"]),
    ("平均応答と月額費用は？", ["平均応答は？", "月額費用は？"]),
    ("質問が二つあります。\n1. 会場はどこ？\n2. 参加者は何人？", ["会場はどこ？", "参加者は何人？"]),
    ("以下を教えてください\n・会場\n・参加者数\n・登壇者", ["会場", "参加者数", "登壇者"]),
    ("次の点を教えてもらえますか？\n・会場\n・登壇者", ["会場", "登壇者"]),
    ("Could you answer these two questions?\n1. the venue\n2. the date", ["the venue", "the date"]),
    ("①会場はどこ？②参加者は？", ["会場はどこ？", "参加者は？"]),
    ("会場はどこ？\n- 登壇者は誰？\n- 日時は？", ["会場はどこ？", "登壇者は誰？", "日時は？"]),
    ("1) 会場 2) 参加者数", ["会場", "参加者数"]),
    ("What was the venue? How many came?", ["What was the venue?", "How many came?"]),
    ("What is OLAP? Also, what did track4 conclude?", ["What is OLAP?", "what did track4 conclude?"]),
    ("Where was it held and how many people came?", ["Where was it held", "how many people came?"]),
    ("What is OLAP, what is OLTP?", ["What is OLAP", "what is OLTP?"]),
    ("I'd like to know where it was. Also who paid?", ["I'd like to know where it was.", "who paid?"]),
    ("Question 1: where was it? Question 2: who spoke?", ["where was it?", "who spoke?"]),
    ("a) the venue b) the date", ["the venue", "the date"]),
    ("Where was it held, and was it free?", ["Where was it held", "was it free?"]),
    ("Tell me the venue and also the number of seats.", ["Tell me the venue", "the number of seats."]),
    ("What were the venue and the date of PyCon?", ["What were the venue of PyCon?", "What were the date of PyCon?"]),
    ("- what is OLAP\n- what did track 4 conclude", ["what is OLAP", "what did track 4 conclude"]),
    ("1. Where was it? 2. Who spoke?", ["Where was it?", "Who spoke?"]),
    ("会場、日時、参加費", ["会場", "日時", "参加費"]),
    ("会場,日時，参加費は？", ["会場は？", "日時は？", "参加費は？"]),
    ("会場、あと参加費は？", ["会場は？", "参加費は？"]),
    ("会場はどこ、日時はいつ、参加費はいくら？", ["会場はどこ", "日時はいつ", "参加費はいくら？"]),
    ("平均応答、月額費用、採用した言語は？", ["平均応答は？", "月額費用は？", "採用した言語は？"]),
    ("櫂の長さ、鐘の重さ、鯨の数を教えて", ["櫂の長さを教えて", "鐘の重さを教えて", "鯨の数を教えて"]),
    ("夜市の屋台、灯籠、参加費は？", ["夜市の屋台は？", "夜市の灯籠は？", "夜市の参加費は？"]),
    ("会場がどこか、誰が話したか教えて", ["会場がどこか", "誰が話したか教えて"]),
    ("What is the venue, date and fee?", ["What is the venue?", "What is date?", "What is fee?"]),
    ("Where was it held, who spoke, and how many came?", ["Where was it held", "who spoke", "how many came?"]),
    ("Tell me where it was held and who spoke.", ["Tell me where it was held", "who spoke."]),
    ("会場はどこ？参加者は何人？会場はどこですか？", ["会場はどこ？", "参加者は何人？"]),
    ("Where was it? Who spoke? where was it", ["Where was it?", "Who spoke?"]),
    ("Why did they deploy? When did they deploy?", ["Why did they deploy?", "When did they deploy?"]),
]
LISTS_JA = [
    "Q1: {} Q2: {}",
    "Q1：{}、Q2：{}",
    "Q1 {}\nQ2 {}",
    "Q: {} Q: {}",
    "問1 {} 問2 {}",
    "質問① {} 質問② {}",
    "質問一：{}\n質問二：{}",
    "(1) {} (2) {}",
    "(1){}(2){}",
    "（a）{}、（b）{}",
    "【1】{}【2】{}",
    "⑴{}⑵{}",
    "❶{}❷{}",
    "1️⃣ {} 2️⃣ {}",
    "A. {}\nB. {}",
    "A: {} B: {}",
    "ア. {}\nイ. {}",
    "（ア）{}（イ）{}",
    "一、{}\n二、{}",
    "1、{} 2、{}",
    "1 {}\n2 {}",
    "1.{}2.{}",
    "1) {}\n\n2) {}",
    "ⅰ) {} ⅱ) {}",
    "1つ目: {} 2つ目: {}",
    "ひとつめ、{}\nふたつめ、{}",
    "二つあります。1. {} 2. {}",
    "Q1\n{}\nQ2\n{}",
]
LISTS_EN = [
    "Q1: {} Q2: {}",
    "Q1. {}; Q2. {}",
    "Question one: {} Question two: {}",
    "question #1: {} question #2: {}",
    "(a) {} (b) {}",
    "(i) {}, (ii) {}",
    "i) {} ii) {}",
    "a. {}\nb. {}",
    "A) {}\nB) {}",
    "1/ {} 2/ {}",
    "[1] {} [2] {}",
    "1. {}, and 2. {}",
]


@pytest.mark.parametrize("form", LISTS_JA)
@pytest.mark.parametrize("asked", [["会場", "参加者数"], ["会場はどこ？", "参加者は何人ですか？"]])
def test_the_items_of_a_numbered_list_are_questions(form, asked):
    assert [part.asked for part in questions_in(form.format(*asked))][-2:] == asked


@pytest.mark.parametrize("form", LISTS_EN)
@pytest.mark.parametrize("asked", [["the venue", "the date"], ["where was it held?", "how many people came?"]])
def test_the_items_of_a_lettered_list_are_questions(form, asked):
    assert [part.asked for part in questions_in(form.format(*asked))] == asked


@pytest.mark.parametrize(("message", "questions"), SEVERAL)
def test_several(message, questions):
    assert [part.said for part in questions_in(message)] == questions
    assert [part.asked for part in questions_in(message)] == questions


@pytest.mark.parametrize(
    "message",
    [
        "会場はどこですか？",
        "いつ、どこで開催されましたか？",
        "When and where was it held?",
        "オンラインですか？それとも現地ですか？",
        "Is it online? Or on site?",
        "「なぜ学ぶのか？」という発表の登壇者は？",
        "ReactとVueの違いは？",
        "What is the difference between the first and the second talk?",
        "発表のオチというか結論は？",
        "誰が登壇して、何を話しましたか？",
        "先日のイベントに参加しました。会場はどこでしたか？",
        "I was there last year. Where was it?",
        "質問いいですか？会場はどこですか？",
        "I have two quick questions. What is OLAP?",
        "外部キーには索引を張るべき？結論だけ教えて",
        "バージョン1.10から1.9に戻したのはなぜ？",
        "障害が起きたので、どう直したのですか？",
        "決済が複雑なとき、どうすればスケールしやすい？",
        "灯台会議、両日出ると何円？",
        "夜市と夜話、両方出ると割引ある？",
        "track3とtrack4の結論は？",
        "What does Alice and also Bob say?",
        "How many of the try! Swift attendees came from abroad?",
        "see https://example.com/?q=1 and tell me what OLAP is",
        "1. 会場はどこ？",
        "どうしてKafkaをやめたの？コスト？",
        "What did they use? Kafka?",
        "LambdaとFargateは併用できる？",
        "なぜKafkaを使わなかったの？理由を教えてください。",
        "構成はこうです。\n- EC2\n- RDS\nどう直せば安くなりますか？",
        "どれが使われましたか？\n- React\n- Vue",
        "Is it (a) online or (b) on site?",
        "どれを使いましたか？ (1) React (2) Vue",
        "What did they choose: a) Kafka b) RabbitMQ",
        "バージョン1、2、3の違いは？",
        "第1回、第2回の会場は？",
        "Q1とQ2の売上は？",
        "Which of Q1 and Q2 was better?",
        "A、B、Cのどれが速い？",
        "昨年、東京で開かれた夜市の会場は？",
        "2024年11月、東京、夜市の会場は？",
        "Node.js 18、Rust、Goは使われた？",
        "東京、大阪、名古屋のどこで開催？",
        "What did Alice, who spoke on Kafka, say?",
        "会場はどこ？会場はどこですか？",
        "What was used?\n1. React\n2. Vue",
    ],
)
def test_one(message):
    assert questions_in(message) == ()


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ("第3回について教えてください。会場はどこ？参加者は何人？", "第3回について教えてください。"),
        ("第3回:\n・会場はどこ？\n・参加者は何人？", "第3回:"),
        ("会場はどこ？参加者は何人？第3回の話です。", "第3回の話です。"),
        ("I have two questions about PyCon. Where was it? Who spoke?", "I have two questions about PyCon."),
    ],
)
def test_what_the_questions_are_about_is_asked_with_each(message, about):
    parts = questions_in(message)
    assert [part.asked for part in parts] == [f"{about}\n{part.said}" for part in parts]
    assert len(parts) == 2


BESIDE = "と や とか ならびに および 及び 、 ， ､ ・ / ／ & ＆".split()
BETWEEN_CLAUSES = [", ", "; ", " & ", " and ", " plus "]


@pytest.mark.parametrize("joined", [f"会場{one}日付を教えて" for one in BESIDE])
def test_whatever_stands_between_two_things_joins_them(joined):
    assert [part.said for part in questions_in(joined)] == ["会場を教えて", "日付を教えて"]


@pytest.mark.parametrize("between", BETWEEN_CLAUSES)
def test_whatever_stands_between_two_clauses_joins_them(between):
    said = [part.said for part in questions_in(f"Where was it held{between}what was the price of it?")]
    assert said == ["Where was it held", "what was the price of it?"]


@pytest.mark.parametrize("between", ["それと", "あと", "また"])
def test_whatever_stands_between_two_clauses_joins_them_in_japanese(between):
    said = [part.said for part in questions_in(f"会場はどこですか{between}日時はいつですか")]
    assert said == ["会場はどこですか", "日時はいつですか"]


def test_what_joins_nothing_is_not_looked_at_closer():
    compiled.cache_clear()
    assert questions_in("What is OLAP?") == questions_in("チケットはいくら？") == ()
    assert compiled.cache_info().currsize == 0
    assert len(questions_in("What is the venue, date and fee?")) == 3
    assert compiled.cache_info().currsize > 0


@pytest.mark.parametrize(
    "message",
    [
        "what are the aaa" + " and the bbb" * 30 + ";",
        "what is the a" + " and the b c" * 32 + " of;;",
        "会場" + "と会場" * 130 + "ぬ",
        "会の会と会の" * 66 + "ぬ",
        "は" * 200 + "何" * 200,
    ],
)
def test_no_message_takes_forever(message):
    assert cpu_time(questions_in, message) < math.inf


LAMPS = """---
title: "ランプの会"
published: true
---

## 会場

会場は川沿いの倉庫でした。

## 明るさ

ランプの明るさは九百ルーメンです。

## 値段

ランプの値段は三千円でした。

## 寿命

電球の寿命は五年と言われました。

## 重さ

本体の重さは二百グラムです。
"""
FACTS = {"会場": "川沿いの倉庫", "明るさ": "九百ルーメン", "値段": "三千円", "寿命": "五年", "重さ": "二百グラム"}


@pytest.fixture
def lamps(tmp_path):
    write(tmp_path / "articles", lamps=LAMPS)
    refresh(tmp_path / "articles", tmp_path / "index")
    return fake_answerer(tmp_path / "index", threshold=0)


def test_each_question_has_its_sources(lamps):
    answer = lamps.answer("ランプの会場はどこ？電球の寿命は？")
    numbers = {s.number: "".join(quote.text for quote in s.quotes) for s in sources_of(answer.quotes)}
    lines = answer.notice.splitlines()
    assert [line.split("」")[0] for line in lines] == ["「ランプの会場はどこ？", "「電球の寿命は？"]
    for line, fact in zip(lines, ("川沿いの倉庫", "五年"), strict=True):
        assert any(fact in text for number, text in numbers.items() if f"[{number}]" in line)
    assert to_markdown(answer).startswith(answer.notice)


def test_quotes_are_ranges_of_the_report_and_stand_once(lamps):
    answer = lamps.answer("・会場はどこ？\n・明るさは？\n・値段は？\n・重さは？")
    source = LAMPS.encode()
    places = sorted((quote.start, quote.end) for quote in answer.quotes)
    assert all(source[quote.start : quote.end].decode() == quote.text for quote in answer.quotes)
    assert places
    assert all(first[1] <= second[0] for first, second in pairwise(places))


def test_what_is_too_much_is_named(lamps):
    answer = lamps.answer("\n".join(f"・{name}は？" for name in FACTS))
    lines = answer.notice.splitlines()
    assert len(lines) == len(FACTS) == MOST_QUESTIONS + 1
    assert lines[-1] == "「重さは？」 一度に答えられる数を超えました。別に質問してください。"
    assert all("[" in line for line in lines[:-1])


def test_what_is_too_much_is_named_also_where_the_first_ones_need_nothing_more(lamps):
    asked = ("会場はどこ", "会場", "会場の場所", "会場の名前", "会場の住所")
    answer = lamps.answer("\n".join(f"・ランプの{one}？" for one in asked))
    assert len(asked) == MOST_QUESTIONS + 1
    assert answer.notice.splitlines()[-1].endswith("別に質問してください。")


def test_both_with_the_real_model(answerer):
    answer = answerer.answer("what is OLAP? And what did track4 conclude?")
    said = to_markdown(answer)
    assert answer.status == "answered"
    assert {quote.citation.headings[-1] for quote in answer.quotes} >= {"Memo: データベースの処理体系"}
    assert any("track4" in " ".join(quote.citation.headings) for quote in answer.quotes)
    assert '"what is OLAP?" [1]' in said


def test_a_question_that_is_not_answered_is_named(answerer):
    answer = answerer.answer("OLAPとは何ですか？チケットはいくらでしたか？")
    assert answer.status == "answered"
    assert answer.notice.splitlines()[1] == "「チケットはいくらでしたか？」 答えが見当たりません。"


def test_neither_is_answered(answerer):
    answer = answerer.answer("チケットはいくらでしたか？懇親会のビールの銘柄は？")
    assert (answer.status, answer.notice) == ("not_found", None)
    assert answer.suggestions


def test_the_next_question_leans_on_the_last_of_them(answerer):
    first = answerer.answer("what is OLAP? And what did track4 conclude?")
    more = answerer.answer("tell me more", [first])
    seen = [(quote.start, quote.end) for quote in first.quotes]
    assert more.quotes
    assert all(quote.end <= start or quote.start >= end for quote in more.quotes for start, end in seen)


CITED = Citation("a.md", "A", ("B",), "b", None, 1, draft=False)
PARTS = [Subquestion("one?", "one?"), Subquestion("two?", "two?")]


def said(*quotes: Quote) -> Answer:
    places = tuple(Place("a.md", quote.start, quote.end) for quote in quotes)
    return Answer("q", "en", "answered", 0.9, quotes, (), "v", topic=Topic("q", "q", "en", "a.md", "A", places))


@pytest.mark.parametrize("turned", [False, True])
def test_quotes_of_one_line_that_overlap_are_one_and_marked_where_the_line_goes_on(turned):
    pair = [said(Quote(CITED, 2, 6, "cdef", cut=(True, False))), said(Quote(CITED, 0, 4, "abcd", cut=(False, True)))]
    (quote,) = together(said(), PARTS, pair[::-1] if turned else pair).quotes
    assert (quote.start, quote.end, quote.text, quote.cut) == (0, 6, "abcdef", (False, False))


def test_what_has_no_room_does_not_count_as_seen():
    long = [Quote(CITED, start, start + 600, "x" * 600) for start in (0, 1_000, 2_000)]
    answer = together(said(), PARTS, [said(*long[:2]), said(long[2])])
    assert [quote.start for quote in answer.quotes] == [0, 2_000]
    assert answer.topic.quoted == (Place("a.md", 0, 600), Place("a.md", 2_000, 2_600))


def test_a_quote_belongs_to_a_question():
    """Also where the message as a whole finds more than its questions, one or all of which find nothing."""
    fact, stray = Quote(CITED, 0, 4, "fact"), Quote(CITED, 10, 15, "stray")
    nothing = replace(said(), status="not_found")
    answer = together(said(fact, stray), PARTS, [said(fact), nothing])
    assert (answer.quotes, answer.notice) == ((fact,), '"one?" [1]\n"two?" I found no answer to this.')
    answer = together(said(stray), PARTS, [nothing, nothing])
    left = '"one?" I found no answer to this.\n"two?" I found no answer to this.'
    assert (answer.status, answer.quotes, answer.notice) == ("not_found", (), left)
    assert not answers_all(said(fact, stray), PARTS, [said(fact), said(fact)])
    assert answers_all(said(fact), PARTS, [said(fact), said(fact)])
