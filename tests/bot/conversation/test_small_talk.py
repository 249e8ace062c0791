"""What is small talk and what is a question, over a set of our own, and what is said in reply."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from bot.answers.rendering import to_json, to_markdown
from bot.conversation.gibberish import is_repetition, is_walk
from bot.conversation.small_talk import kind_of, without_courtesy
from bot.texts import texts
from bot.types import SmallTalk
from index.language.detection import in_other_language, shown_language
from index.types import QUESTION_CHARACTERS
from tests.support.helpers import MOSS, ROOT, WHALES, fake_answerer, refresh, write

ROWS = [json.loads(line) for line in (ROOT / "benchmarks/small_talk.jsonl").read_text(encoding="utf-8").splitlines()]
QUESTIONS = [row["text"] for row in ROWS if row["kind"] is None]
OWN = [
    json.loads(line)["question"]
    for line in (ROOT / "benchmarks/questions_own.jsonl").read_text(encoding="utf-8").splitlines()
]
# They are there because no report answers them.
OWN_THANKS = {"Thanks a lot, that was exactly what I needed!", "ありがとう、助かりました！"}


# Keys that were hit at random look like names that nobody has heard of: they are searched for, and declined.
AT_RANDOM = {"sdkfjhsdkjfh", "lkjsdflkj sdlkfj", "aslkdjf qpwoeiru"}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("small-talk")
    refresh(write(root / "articles", whales=WHALES, moss=MOSS), root / "index")
    return root / "index"


def test_the_set_is_half_questions_and_has_every_kind():
    assert len(ROWS) >= 400
    assert len(QUESTIONS) >= len(ROWS) / 2
    assert {row["kind"] for row in ROWS} == {None, "other_language", *get_args(SmallTalk)}
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_no_question_is_taken_for_small_talk():
    for follows in (False, True):
        assert [text for text in QUESTIONS if kind_of(text, follows=follows)] == []
    assert [text for text in QUESTIONS if in_other_language(text)] == []
    assert {text for text in OWN if kind_of(text)} == OWN_THANKS
    assert [text for text in OWN if in_other_language(text)] == []


@pytest.mark.parametrize("kind", get_args(SmallTalk))
def test_small_talk_is_recognised(kind):
    said = [row["text"] for row in ROWS if row["kind"] == kind and row["text"] not in AT_RANDOM]
    missed = {text: kind_of(text) for text in said if kind_of(text) != kind}
    assert len(missed) <= 0.05 * len(said), missed


def test_other_languages_are_recognised():
    asked = [row["text"] for row in ROWS if row["kind"] == "other_language"]
    assert [text for text in asked if kind_of(text) or not in_other_language(text)] == []


def test_the_language_of_the_reply_is_that_of_what_was_said():
    spoken = [(row["text"], row["lang"]) for row in ROWS if row["lang"] in {"ja", "en"}]
    assert [text for text, lang in spoken if shown_language(text) != lang] == []
    assert [row["text"] for row in ROWS if row["lang"] is None and shown_language(row["text"]) == "ja"] == []


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("こんにちは、OLAPって何？", "OLAPって何？"),
        ("お疲れ様です。\nOLAPって何ですか？", "OLAPって何ですか？"),
        ("すみません、OLAPって何ですか？よろしくお願いします。", "OLAPって何ですか？"),
        ("Hi! What is OLAP? Thanks in advance!", "What is OLAP?"),
        ("hello everyone, what is OLAP?", "what is OLAP?"),
        ("OK, and track3?", "and track3?"),
        ("OLAPって何？ ありがとう", "OLAPって何？"),
        ("OLAPって何？ありがとうの数は？", "OLAPって何？ありがとうの数は？"),
        ("Hello, World! は誰の発表？", "Hello, World! は誰の発表？"),
        ("hello world は誰の発表？", "hello world は誰の発表？"),
        ("Hi-Nessの発表", "Hi-Nessの発表"),
        ("Yo.js とは", "Yo.js とは"),
        ("Thanks to AWS, what happened?", "Thanks to AWS, what happened?"),
        ("ハロー効果の話はあった？", "ハロー効果の話はあった？"),
    ],
)
def test_courtesy_before_and_after_a_question_is_not_searched_for(said, asked):
    assert kind_of(said) is None
    assert without_courtesy(said) == asked


def test_only_courtesy_is_taken_off_a_question():
    shortened = {text: without_courtesy(text) for text in [*QUESTIONS, *OWN]}
    assert {text: asked for text, asked in shortened.items() if asked != text and text not in OWN_THANKS} == {
        "OK, and track3?": "and track3?",
        "Hello, what is OLAP?": "what is OLAP?",
        "thanks, and who organised it?": "and who organised it?",
        "こんにちは、OLAPって何？": "OLAPって何？",
        "お疲れ様です。会場はどこでしたか？": "会場はどこでしたか？",
        "はい、次のトラックの結論は？": "次のトラックの結論は？",
    }


def test_what_the_index_knows_is_no_gibberish():
    assert kind_of("zxcvbn", {"zxcvbn"}.intersection) is None
    assert kind_of("zxcvbn", {"other"}.intersection) == "gibberish"


@pytest.mark.parametrize("text", sorted(AT_RANDOM))
def test_keys_hit_at_random_are_searched_for_and_declined(index, text):
    answer = fake_answerer(index).answer(text)
    assert (answer.status, answer.small_talk) == ("not_found", None)


@pytest.mark.parametrize(
    "text", ["asdf", "poiu lkjh", "asdfjkl qwer", "qwe asdf", "zxcv zxcv", "lkjhgfdsa", "asdf;lkj"]
)
def test_keys_hit_along_the_rows_are_gibberish(text):
    assert is_walk(text)
    assert kind_of(text) == "gibberish"


@pytest.mark.parametrize(
    "name",
    [
        *("kubernetes", "nginx", "kubectl", "xlsx", "mqtt", "wysiwyg", "airbnb", "pnpm", "rhythm", "gyakkyou"),
        *("advcsv", "aasvg", "webhdfs", "xmlrpc", "property", "were", "tree", "asd", "qwerty layout", "what is asdf?"),
    ],
)
def test_odd_names_are_no_gibberish(name):
    assert not is_walk(name)
    assert not is_repetition(name)


@pytest.mark.parametrize("text", ["あああ", "AAAA", "42424242", "結結結結", "ドキドキ", "no no"])
def test_not_all_that_repeats_is_gibberish(text):
    assert not is_repetition(text)


def test_short_questions_may_lean_on_what_was_asked_before():
    assert kind_of("何ができるの？") == "help"
    assert kind_of("何ができるの？", follows=True) is None
    assert kind_of("あなたは何ができるの？", follows=True) == "help"
    assert kind_of("what can you do?", follows=True) == "help"


@pytest.mark.parametrize(
    ("said", "lang", "kind"),
    [("こんにちは！", "ja", "greeting"), ("Who are you?", "en", "about"), ("ｗｗｗ", "ja", "gibberish")],
)
def test_small_talk_is_replied_to_instead_of_searched_for(index, said, lang, kind):
    answer = fake_answerer(index, threshold=0).answer(said)
    assert (answer.status, answer.lang, answer.small_talk, answer.confidence) == ("not_found", lang, kind, 0.0)
    assert (answer.quotes, answer.suggestions) == ((), ())
    made = to_json(answer)
    assert made["text"] == texts(lang).small_talk[kind]
    assert made["confidence"] == 0


def test_a_greeting_before_a_question_changes_nothing(index):
    answerer = fake_answerer(index, threshold=0)
    plain, polite = answerer.answer("nine watts lamp"), answerer.answer("Hello! nine watts lamp")
    assert (polite.quotes, polite.confidence) == (plain.quotes, plain.confidence)
    assert polite.question == "Hello! nine watts lamp"


@pytest.mark.parametrize(("ending", "lang"), [(" please tell me", "en"), ("教えてください。", "ja")])
def test_of_a_long_question_the_beginning_is_answered_and_it_says_so(index, ending, lang):
    question = "nine watts lamp" + ending * QUESTION_CHARACTERS
    found = to_markdown(fake_answerer(index, threshold=0).answer(question))
    missed = to_markdown(fake_answerer(index, threshold=1).answer(question))
    said = texts(lang).shortened_question.format(characters=QUESTION_CHARACTERS)
    assert found.startswith(f"{said}\n\n> ")
    assert missed.startswith(f"{said}\n{texts(lang).not_found}\n")


def test_another_language_is_answered_if_the_reports_do_and_else_told_which_ones_are_understood(index):
    question = "nine watts lamp 是什么？"
    found = fake_answerer(index, threshold=0).answer(question)
    missed = fake_answerer(index, threshold=1).answer(question)
    assert (found.status, found.notice) == ("answered", None)
    assert missed.notice == f"{texts('ja').languages}\n{texts('en').languages}"
    assert missed.suggestions
    assert missed.small_talk is None


def test_off_topic_questions_are_questions(index):
    answer = fake_answerer(index, threshold=1).answer("明日の東京の天気は？")
    assert (answer.notice, answer.small_talk) == (None, None)
