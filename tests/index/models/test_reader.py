"""The reader that ships, with the real bundled model."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.errors import EncoderError
from index.models.encoder import BUNDLED_MODEL, load_encoder
from index.models.reader import WEIGHTS, WORDS_WEIGHTS, Reader, open_reader
from index.types import EncoderInput
from tests.support.fakes import FakeEncoder
from tests.support.helpers import one_sentence

pytestmark = pytest.mark.model

CONTEXT = "みなと計測の夕べ 2024 参加レポート"
WHEN = EncoderInput(
    f"{CONTEXT} > はじめに", ("計測好きが集まる夕べです。", "10月12日に小樽の倉庫で開かれました。", "雨でした。")
)
CACHE = EncoderInput(
    f"{CONTEXT} > 二つ目の発表",
    ("野々村さんはキャッシュの話をしました。", "期限を短くして、古い値を減らしたそうです。"),
)
FOOD = EncoderInput(
    "Harbour Metrics Evening 2024 > After the talks", ("We had soup.", "The last train left at eleven.")
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return the reader of the bundled model."""
    found = open_reader(load_encoder(BUNDLED_MODEL))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("いつどこで開催された？", WHEN),
        ("When was the event held?", WHEN),
        ("what did people eat?", FOOD),
    ],
)
def test_the_passage_that_answers_has_the_highest_logit(reader, question, answers):
    passages = [WHEN, CACHE, FOOD]
    logits = [one.answers for one in reader.read(question, passages)]
    assert passages[int(np.argmax(logits))] == answers


@pytest.mark.parametrize("question", ["いつどこで開催された？", "When was the event held?"])
def test_the_line_that_answers_has_the_highest_logit(reader, question):
    (reading,) = reader.read(question, [WHEN])
    assert int(np.argmax(reading.sentences)) == 1


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("いつ開催された？", "10月12日に小樽の倉庫で開かれました。", "10月12日"),
        # As it is written, not as the model reads it.
        ("いつ開催された？", "１０月１２日に小樽の倉庫で開かれました。", "１０月１２日"),
        ("who gave the first talk?", "The first talk was given by Nora Aalto of the harbour office.", "Nora Aalto"),
    ],
)
def test_the_words_that_answer_are_found_as_they_are_written(reader, question, sentence, words):
    (reading,) = reader.read(question, [EncoderInput(CONTEXT, ("雨でした。", sentence))])
    assert reading.words is not None
    assert reading.words.sentence == 1
    assert words in reading.words.text
    assert reading.words.text in sentence
    assert len(reading.words.text) < len(sentence) / 2


def test_every_sentence_has_a_logit_also_where_it_is_empty_or_beyond_what_is_read(reader):
    long = EncoderInput("", ("", *(f"Line {number} is about the lamp." for number in range(120))))
    (reading,) = reader.read("what is line 3 about?", [long])
    assert len(reading.sentences) == 121
    assert reading.sentences[0] == reading.sentences[-1] == min(reading.sentences)
    assert reader.read("anything?", []) == []


def test_several_threads_read_the_same(reader):
    questions = ["いつ？", "where?", "キャッシュは？", "what soup?"] * 3
    with ThreadPoolExecutor(4) as threads:
        beside = list(threads.map(lambda question: reader.read(question, [WHEN, FOOD]), questions))
    assert beside == [reader.read(question, [WHEN, FOOD]) for question in questions]


def test_the_shipped_weights_are_small():
    assert WEIGHTS.stat().st_size + WORDS_WEIGHTS.stat().st_size <= 15_000_000


def test_an_encoder_has_one_reader():
    encoder = load_encoder(BUNDLED_MODEL)
    assert open_reader(encoder) is open_reader(encoder)


@pytest.mark.parametrize("content", [b"", b"PK no archive", None])
@pytest.mark.parametrize(("setting", "name"), [("WEIGHTS", "reader.npz"), ("WORDS_WEIGHTS", "answer_words.npz")])
def test_a_reader_that_cannot_be_loaded_is_said_in_a_sentence(tmp_path, monkeypatch, setting, name, content):
    broken = tmp_path / name
    if content is not None:
        broken.write_bytes(content)
    monkeypatch.setattr(f"index.models.reader.{setting}", broken)
    with pytest.raises(EncoderError) as raised:
        open_reader(load_encoder(BUNDLED_MODEL)).read("when?", [WHEN])
    assert name in one_sentence(raised.value)


def test_other_models_have_no_reader():
    assert open_reader(FakeEncoder()) is None
