"""What follow-up questions mean: over the project's own article, and over two small ones with the fake encoder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answers.rendering import to_markdown
from bot.conversation.asked_again import asks_for_more, language_asked_for, with_its_number
from bot.conversation.follow_ups import WHEN_AND_WHERE, meaning_of
from bot.conversation.leaning import read
from bot.texts import texts
from bot.types import Topic
from index.types import Place
from tests.support.helpers import MOSS, ROOT, WHALES, fake_answerer, refresh, write

CARNIVAL = "aws-carnival-2023.md"
TITLE = "AWS Carnival 2023 参加レポート"


def talk(answerer, *questions):
    """Hold a conversation and return its answers."""
    answers = []
    for question in questions:
        answers.append(answerer.answer(question, answers))
    return answers


def quoted(answer) -> str:
    return "\n".join(quote.text for quote in answer.quotes)


def meaning(answerer, question, *earlier):
    """Return what a question means after others were asked."""
    return meaning_of(question, talk(answerer, *earlier), answerer.reports)


# From question to answer


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (["what did track4 conclude?", "and track3?"], "OLTPとOLAPを併用し"),
        (["what did track4 conclude?", "and track3?", "and track1?"], "自社で出しているアプリ"),
        (["track1は何の話でしたか？", "トラック2のほうは？"], "SoracomとAWS IoT Core"),
        (["what was the writer's impression of track 2?", "sorry, I meant track 1"], "家に関わる情報"),
        (["Amplifyのハンズオンで何をした？", "それはいつ？"], "11/4、札幌で"),
        (["AWS Carnivalの録画はある？", "when was it?"], "11/4、札幌で"),
        (["Which communities ran AWS Carnival?", "where did it take place?"], "11/4、札幌で"),
        (["AWS Carnivalはどのコミュニティが開いたの？", "どこで？"], "11/4、札幌で"),
        (["track3はどんな内容？", "誰が話したの？"], "エゾウィンの奥山さん"),
        (["サーバーレスの省エネサービスの話は何を使っていた？", "その発表の感想は？"], "心意気で前へ進めた"),
        (["what did track4 conclude?", "what about the hands-on?"], "Next.jsのアプリをAmplifyに"),
        (["OLAPとは？", "OLTPは？"], "小さなデータを低遅延で"),
        (["What is OLTP for?", "その代表例は？"], "代表はRDSやDynamoDB"),
        (["What did they say about Fargate in the architecture battle?", "how about Control Tower?"], "Control Tower"),
        (["AWS Carnivalのチケットはいくら？", "じゃあ日付は？"], "11/4、札幌で"),
        (["How much did AWS Carnival cost?", "where was it held?"], "11/4、札幌で"),
    ],
)
def test_a_follow_up_is_answered_from_what_it_leans_on(answerer, questions, expected):
    answer = talk(answerer, *questions)[-1]
    assert answer.status == "answered"
    assert answer.question == questions[-1]
    assert expected in quoted(answer)


@pytest.mark.parametrize(
    "questions",
    [
        ["武道会は何をしたの？", "優勝者は？"],
        ["what did track4 conclude?", "who won?"],
        ["AWS Carnivalはどこで開かれた？", "参加費は？"],
        ["Which communities ran AWS Carnival?", "how many people came?"],
    ],
)
def test_what_the_report_does_not_say_of_its_event_is_declined(answerer, questions):
    assert [answer.status for answer in talk(answerer, *questions)] == ["answered", "not_found"]


@pytest.mark.parametrize("more", [["もっと詳しく", "他には？"], ["tell me more", "Anything else?"]])
def test_more_is_what_was_not_quoted_yet_until_there_is_no_more(answerer, more):
    answers = talk(answerer, "track4の結論は？", *more, *more, *more, *more)
    places = [(quote.start, quote.end) for answer in answers for quote in answer.quotes]
    assert len({answer.status for answer in answers[:2]}) == 1
    assert all(one == other or one[1] <= other[0] or other[1] <= one[0] for one in places for other in places)
    assert len(places) == len(set(places))
    headings = {quote.citation.headings[-1] for answer in answers for quote in answer.quotes}
    assert headings == {"track4: アーキテクチャ武道会"}
    last = answers[-1]
    assert last.status == "not_found"
    assert last.notice == texts(last.lang).no_more
    assert to_markdown(last).startswith(last.notice)


def test_more_of_a_short_section_goes_on_around_it(answerer):
    first, more = talk(answerer, "OLAPの代表は？", "もっと詳しく")
    assert {quote.citation.headings[-1] for quote in first.quotes} == {"Memo: データベースの処理体系"}
    assert {quote.citation.headings[-1] for quote in more.quotes} == {"track3: 酪農IoTにおけるリアルタイム分析"}


@pytest.mark.parametrize(
    ("first", "asked", "language"),
    [
        ("what is OLAP?", "in Japanese please", "ja"),
        ("what is OLAP?", "日本語で", "ja"),
        ("OLTPって何？", "英語でお願いします", "en"),
        ("OLTPって何？", "Can you say it in English?", "en"),
    ],
)
def test_the_same_answer_in_the_other_language(answerer, first, asked, language):
    before, answer, after = talk(answerer, first, asked, "Redshift?")
    assert (answer.lang, answer.quotes) == (language, before.quotes)
    # A name shows no language: the conversation goes on in the one that was asked for.
    assert after.lang == language


# Questions that stand alone


@pytest.mark.parametrize(
    "question",
    [
        "what is OLAP?",
        "OLAPとは？",
        "What is Security-JAWS and what does it do?",
        "Is it a good idea to put spike protection into the main service?",
        "If a throwaway system is no longer enough, when do we take it into the main service?",
        "Why does this report say that clicking in the management console is bad?",
        "How long does it take to deploy a Next.js app with Amplify?",
        "決済が複雑なとき、それをスケールさせるにはどうする？",
        "稼働中のものをIaCへ移す費用をわかってもらえないとき、その場合はどうする？",
        "それぞれのトークンはCloudFrontで確かめるべき？",
        "Toranomon TechHubってどんな集まりで、その目的は？",
        "どのコミュニティがAWS Carnivalを開いたの？",
        "ところで、Kaigi on Railsの会場は？",
        "話は変わるけど、武道会でSQSはどう使う案だった？",
        "by the way, where is the recording of AWS Carnival?",
        "「ハンズオン」の要点は？",
        "札幌で人気のスープカレーのお店を教えて",
        "How many people live in Sapporo?",
        "Will it rain in Sapporo tomorrow?",
        "how are you?",
        "そうですか？",
        "?",
    ],
)
@pytest.mark.parametrize("earlier", ["what did track4 conclude?", "北ガスのアプリの感想は？", "チケットはいくら？"])
def test_a_question_that_stands_alone_is_left_as_it_is(answerer, question, earlier):
    found = meaning(answerer, question, earlier)
    assert (found.question, found.judged, found.articles, found.seen) == (question, (question,), (), ())


def test_a_first_question_stands_alone(answerer):
    for question in ("and track3?", "それはいつ？", "tell me more", "in Japanese please"):
        found = meaning_of(question, [], answerer.reports)
        assert (found.question, found.articles, found.language) == (question, (), None)


# The event that is talked about


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two reports of different events, answered from whatever is nearest."""
    root = tmp_path_factory.mktemp("two")
    whales = WHALES.replace("鯨を数える夕べ", "Whale Evening 2023")
    refresh(write(root / "articles", whales=whales, moss=MOSS), root / "index")
    return fake_answerer(root / "index", threshold=0)


def test_a_follow_up_stays_in_the_report_that_was_quoted(two):
    for first, article in (("nine watts lamp speaker", "moss.md"), ("受付は何時？名札", "whales.md")):
        assert talk(two, first)[0].quotes[0].citation.article == article
        for question in (
            "いくらで売ったの？",
            "when was it?",
            "どこで？",
            "who said that?",
            "雰囲気はどうだった？",
            "and the lunch?",
        ):
            answers = talk(two, first, question)
            found = meaning_of(question, answers[:1], two.reports)
            assert found.articles == (article,)
            assert {quote.citation.article for quote in answers[1].quotes} <= {article}


def test_what_only_another_report_has_is_not_looked_for_in_this_one(two):
    found = meaning(two, "what about nine watts?", "受付は何時？名札")
    assert (found.question, found.articles) == ("what about nine watts?", ())


def test_the_same_is_asked_of_another_event_by_its_name(two):
    found = meaning(two, "and Moss night?", "When was Whale Evening 2023?")
    assert found.question == "When was Moss night?"
    assert found.articles == ()


def test_what_is_no_event_does_not_take_the_place_of_one(two):
    assert meaning(two, "and giraffes?", "When was Whale Evening 2023?").question == "and giraffes?"


def test_the_number_of_an_event_leaves_its_report_and_that_of_a_part_does_not(two):
    history = talk(two, "受付は何時？名札")
    for subject, question, articles in (
        ("Whale Evening 2023の受付は？", "2022は？", ()),
        ("Whale Evening 2023のLT1は？", "LT2は？", ("whales.md",)),
    ):
        topic = Topic(subject, subject, "ja", "whales.md", "Whale Evening 2023")
        answer = history[0].__class__(subject, "ja", "answered", 1.0, (), (), "", topic=topic)
        assert meaning_of(question, [answer], two.reports).articles == articles


def test_a_report_that_is_gone_is_not_searched(two, answerer):
    history = talk(two, "nine watts lamp speaker")
    found = meaning_of("when was it?", history, answerer.reports)
    assert (found.question, found.articles) == ("nine watts lamp speaker\nwhen was it?", ())


def test_an_unanswered_question_is_about_the_report_that_it_names(answerer):
    [declined] = talk(answerer, "How much did AWS Carnival cost?")
    assert declined.status == "not_found"
    assert (declined.topic.article, declined.topic.quoted) == (CARNIVAL, ())
    assert meaning(answerer, "when was it?", "How much did AWS Carnival cost?").question == WHEN_AND_WHERE["ja"]


def test_when_and_where_are_asked_for_in_the_language_of_the_report(two):
    assert meaning(two, "それはいつ？", "nine watts lamp speaker").question == WHEN_AND_WHERE["en"]
    assert meaning(two, "when was it?", "受付は何時？名札").question == WHEN_AND_WHERE["ja"]


def test_a_question_without_subject_leans_on_the_last_that_had_one(answerer):
    history = talk(answerer, "what did track4 conclude?", "OLAPとは？", "それはいつ？")
    found = meaning_of("who said that?", history, answerer.reports)
    assert found.question == "OLAPとは？\nwho said that?"


def test_a_topic_is_the_same_after_it_was_stored(answerer):
    [answer] = talk(answerer, "what is OLAP?")
    assert answer.topic.quoted == tuple(Place(CARNIVAL, quote.start, quote.end) for quote in answer.quotes)
    assert (answer.topic.article, answer.topic.title, answer.topic.language) == (CARNIVAL, TITLE, "en")
    assert Topic.from_json(answer.topic.as_json()) == answer.topic


def test_the_share_of_words_that_an_article_has(two):
    share_known = two.reports.share_known
    assert share_known(["lamp", "watt"], "moss.md") == 1
    assert share_known(["lamp", "watt"], "whales.md") == 0
    assert share_known(["lamp", "watt"], "gone.md") == 0
    # A word that no report has weighs more than one that some have …
    assert 0 < share_known(["lamp", "giraffe"], "moss.md") < 0.5
    # … unless it is only put together from others.
    assert share_known(["ninewatt", "watt"], "moss.md") == 1


# The words


@pytest.mark.parametrize(
    ("question", "earlier", "expected"),
    [
        ("and track3?", "what did track4 conclude?", "what did track3 conclude?"),
        ("And Track 3?", "what did Track 4 conclude?", "what did Track 3 conclude?"),
        ("じゃあトラック3は？", "トラック4の結論は？", "トラック3の結論は？"),
        ("トラック2のほうは？", "track1は何の話？", "track2は何の話？"),
        ("and LT2?", "what did track4 conclude?", "what did LT2 conclude?"),
        ("LT3は？", "Talk #74のLT1は何の話？", "Talk #74のLT3は何の話？"),
        ("#74は？", "Talk #76はいつ？", "Talk #74はいつ？"),
        ("2024は？", "JAWS DAYS 2025の会場は？", "JAWS DAYS 2024の会場は？"),
        ("and the 27th?", "when was study session 26?", "when was study session 27?"),
        ("第27回は？", "第26回の準備は？", "第27回の準備は？"),
        ("and track3?", "what is OLAP?", None),
        ("track3は？", "AWS Carnival 2023はいつ？", None),
        ("who spoke in track3?", "what did track4 conclude?", None),
        ("track3の発表者は？", "track4の結論は？", None),
        ("track4?", "what did track4 conclude?", None),
        ("N+1の話は？", "track4の話は？", None),
        ("when was it?", "what did track4 conclude?", None),
    ],
)
def test_another_number_in_the_earlier_question(question, earlier, expected):
    found = with_its_number(question, earlier)
    assert (found and found.question) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("他には？", "ほかには", "もっと詳しく教えて", "詳しく", "続きは？"),
        *("Tell me more!", "anything else?", "what else did they say?", "more details please"),
    ],
)
def test_more_is_asked_for(text):
    assert asks_for_more(text)


@pytest.mark.parametrize(
    "text",
    [
        *("他の参加者は何人？", "もっと速くするには？", "詳しくないのですが、OLAPとは？"),
        *("more about Fargate", "what else did track4 conclude?", ""),
    ],
)
def test_more_is_not_asked_for(text):
    assert not asks_for_more(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in English, please", "en"),
        ("Can you translate it into Japanese?", "ja"),
        ("日本語で教えてください", "ja"),
        ("英語でも", "en"),
        ("was the talk in English?", None),
        ("日本語の資料は？", None),
    ],
)
def test_a_language_is_asked_for(text, language):
    assert language_asked_for(text) == language


@pytest.mark.parametrize(
    ("question", "pronoun"),
    [
        ("when was it?", True),
        ("who said that?", True),
        ("what did he say about Fargate?", True),
        ("who made it?", True),
        ("それはいつ？", True),
        ("その発表の感想は？", True),
        ("is it true that Fargate is slow?", False),
        ("does the report say that it rained?", False),
        ("それともFargate？", False),
        ("その他の意見は？", False),
        ("Fargateとその費用は？", False),
    ],
)
def test_pronouns_that_refer_to_what_was_said_before(question, pronoun):
    assert read(question).pronoun is pronoun


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("and Redshift?", "Redshift"),
        ("Redshift?", "Redshift"),
        ("what about the hands-on?", "the hands-on"),
        ("じゃあ待合室は？", "待合室"),
        ("CloudFrontについては？", "CloudFront"),
        ("OLAPとは？", None),
        ("what is OLAP?", None),
        ("誰は？", None),
        ("ところで、懇親会は？", None),
        ("Redshift", None),
        ("S3 Tablesにできる？", None),
    ],
)
def test_the_one_thing_that_a_question_consists_of(question, thing):
    assert read(question).left_out == thing


def test_the_conversations_of_the_benchmark_quote_the_article():
    source = (ROOT / "articles" / CARNIVAL).read_text("utf-8")
    rows = [
        json.loads(line) for line in Path(ROOT / "benchmarks" / "conversations.jsonl").read_text("utf-8").splitlines()
    ]
    turns = [turn for row in rows for turn in row["turns"]]
    for turn in turns:
        assert turn["answerable"] is (turn["evidence"] is not None) is (turn["article"] == CARNIVAL)
        assert all(span in source for span in (turn["evidence"] or "", *turn.get("also", ())))
    follow_ups = [row for row in rows if not row["turns"][-1].get("stand_alone")]
    assert len(follow_ups) >= 36
    assert len(rows) - len(follow_ups) >= 15
    assert len({row["id"] for row in rows}) == len(rows)
