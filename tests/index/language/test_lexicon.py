"""Words, postings, BM25 weights, the language of a question and the kind of answer it asks for."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.asking.answer_type import lacks_asked_type
from index.language.detection import language_of
from index.language.lexicon import terms
from index.storage.postings import Postings, invert, join
from tests.support.growth import is_linear
from tests.support.helpers import weighed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\u3000", []),
        ("🎪 !? 。、「」 --- ``", []),
        ("Redshiftで分析した", ["redshift", "分析"]),
        ("会場は札幌でした", ["会場", "札幌"]),
        ("lamps and jars", ["lamp", "jar"]),
        ("酪農IoT", ["酪農", "iot"]),
        ("café Ångström", ["café", "ångström"]),
    ],
)
def test_content_words_in_reading_order(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＯＬＡＰ　とは", "OLAP とは"),
        ("ｻｰﾊﾞｰ", "サーバー"),
        ("サーバ", "サーバー"),
        ("話した", "話す"),
        ("か\u3099いよう", "がいよう"),
        ("①", "1"),
        ("㌔", "キロ"),
        ("running", "runs"),
        ("Ｔｒａｃｋ　４", "Track 4"),
        ("C＋＋", "c++"),
        ("what’s OLAP", "what is OLAP"),
        ("who doesn't use Redshift?", "who does not use Redshift?"),
        ("I can't, I won't, I'll", ""),
    ],
)
def test_spellings_that_meet(one, other):
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("identifier", "whole", "parts"),
    [
        ("CloudFront", "cloudfront", {"cloud", "front"}),
        ("JAWS-UG", "jawsug", {"jaw"}),
        ("t3.micro", "t3micro", {"micro"}),
        ("max_characters", "max_charact", {"max", "charact"}),
        ("HTTPServer", "httpserver", {"http", "server"}),
        ("C#", "c#", set()),
        ("EC2", "ec2", set()),
    ],
)
def test_identifiers_count_whole_and_in_parts(identifier, whole, parts):
    found = terms(identifier)
    assert parts <= set(found)
    assert found[0].replace("_", "") == whole.replace("_", "")


@pytest.mark.parametrize(
    "text", ["Track 4", "track4", "track-4", "TRACK 4の結論", "ｔｒａｃｋ４", "in track 4, then", "Track 4."]
)
def test_numbered_things_are_one_word(text):
    assert "track4" in terms(text)


@pytest.mark.parametrize("text", ["to B 向けのサービス", "toB向け", "ｔｏＢ"])
def test_to_b_is_one_word(text):
    assert "tob" in terms(text)


@pytest.mark.parametrize("text", ["track 44", "track 4.5", "track 4b", "in 4", "track 5"])
def test_other_numbers_are_other_words(text):
    assert not {"track4", "in4"} & set(terms(text))


def test_stop_words_are_left_out_in_both_languages():
    assert terms("what is it that they have about this?") == []
    assert terms("OLAPについて、OLAPによって、OLAPに関して、OLAPにおいて") == ["olap"] * 4
    assert terms("それは何ですか？教えてください。どういうことですか。") == []


def test_an_address_counts_by_its_words():
    found = terms("https://example.com/moss-lamps/index.html?page=jar")
    assert {"exampl", "moss", "lamp", "jar"} <= set(found)
    assert not any("/" in word or ":" in word for word in found)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["鯨の声を録る。", "lamp ", "鯨lamp", "あ", "🐳"])
def test_very_long_text(text):
    once, times = terms(text), 60_000 // len(text)
    assert len(terms(f"{text}\n" * times)) >= len(once) * times * 0.99


@pytest.mark.parametrize("text", ["x", "x4", "x-", "x.", "https://x", "あ", "1"])
def test_time_grows_with_the_length_and_no_faster(text):
    assert is_linear(terms, lambda size: text * (size // len(text)))


def test_threads_do_not_disturb_each_other():
    texts = [f"第{n}回 サーバーレスの話 Track {n} CloudFront running" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(terms, texts)) == [terms(text) for text in texts]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_gives_words_without_blanks(text):
    found = terms(text)
    assert found == terms(text)
    # The tables keep the words of a passage parted by blanks.
    assert all(word and " " not in word for word in found)


ROWS = st.lists(st.dictionaries(st.integers(0, 7), st.floats(0.125, 8, width=32), max_size=6), max_size=6)


def postings_of(rows: list[dict[int, float]]) -> tuple[Postings, np.ndarray]:
    """Return postings over eight features and the matrix that they stand for."""
    given_rows = [(np.array(sorted(r), np.int32), np.array([r[f] for f in sorted(r)], np.float32)) for r in rows]
    dense = np.zeros((len(rows), 8), np.float32)
    for number, (features, weights) in enumerate(given_rows):
        dense[number, features] = weights
    features = [np.zeros(0, np.int32), *(features for features, _ in given_rows)]
    weights = [np.zeros(0, np.float32), *(weights for _, weights in given_rows)]
    passages = np.repeat(np.arange(len(rows), dtype=np.int32), [len(one) for one in features[1:]])
    entries = (passages, np.concatenate(features), np.concatenate(weights))

    return invert(lambda: iter([entries]), 8, len(rows), allocate), dense


def allocate(name, length, kind):
    # Whole numbers of 32 bits, to compare with exactly.
    return np.empty(length, np.float32 if name == "weights" else kind)


@pytest.mark.slow
@given(ROWS, st.dictionaries(st.integers(0, 7), st.floats(-4, 4, width=32)))
def test_scores_are_the_dot_product(rows, question):
    postings, dense = postings_of(rows)
    features = np.array(list(question), np.int32)
    weights = np.array(list(question.values()), np.float32)
    scores = postings.scores(features, weights)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, dense[:, features] @ weights, rtol=1e-5, atol=1e-4)
    assert [postings.passage_frequency(f) for f in range(8)] == np.count_nonzero(dense, axis=0).tolist()


@pytest.mark.slow
@given(ROWS)
def test_rows_give_back_what_was_inverted(rows):
    postings, _ = postings_of(rows)
    assert [dict(zip(f.tolist(), w.tolist(), strict=True)) for f, w in postings.rows()] == rows
    assert postings.passage_count == len(rows)
    for first, last in zip(postings.offsets, postings.offsets[1:], strict=False):
        assert (np.diff(postings.passages[first:last]) > 0).all()


@pytest.mark.slow
@given(ROWS, st.integers(1, 9), st.randoms())
def test_postings_joined_are_those_of_all_rows(rows, at_a_time, random):
    numbers = random.sample(range(len(rows)), len(rows))
    taken = random.randint(0, len(rows))
    old, _ = postings_of([*(rows[number] for number in numbers[:taken]), {0: 1.0}])
    new, _ = postings_of([row if number in numbers[taken:] else {} for number, row in enumerate(rows)])
    joined = join(old, np.array([*numbers[:taken], -1], np.int32), new, allocate, at_a_time)
    whole, _ = postings_of(rows)
    assert joined.passage_count == whole.passage_count
    for name in ("offsets", "passages", "weights"):
        assert getattr(joined, name).tolist() == getattr(whole, name).tolist()


def test_weights_are_those_of_bm25():
    passages = [["moss", "moss", "lamp"], ["lamp"], ["jar", "lamp", "water", "pump"], []]
    words, postings = weighed(passages)
    assert words == sorted({word for passage in passages for word in passage})
    average = sum(map(len, passages)) / len(passages)
    weights = [dict(zip(f.tolist(), w.tolist(), strict=True)) for f, w in postings.rows()]
    for number, passage in enumerate(passages):
        expected = {}
        for word in set(passage):
            holders = sum(word in other for other in passages)
            frequency = passage.count(word)
            idf = math.log(1 + (len(passages) - holders + 0.5) / (holders + 0.5))
            expected[words.index(word)] = idf * frequency / (frequency + 0.3 * (0.25 + 0.75 * len(passage) / average))
        # The weights are kept in 16 bits.
        assert weights[number] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("passages", [[], [[]], [[], [], []]])
def test_nothing_to_weigh(passages):
    words, postings = weighed(passages)
    assert words == []
    assert postings.passage_count == len(passages)
    assert postings.scores(np.zeros(0, np.int32), np.zeros(0, np.float32)).tolist() == [0.0] * len(passages)
    assert len(postings.rows()) == len(passages)


@given(st.lists(st.lists(st.sampled_from(["moss", "lamp", "鯨", "港", "jar"]), max_size=6), min_size=1, max_size=6))
def test_only_passages_with_the_word_score(passages):
    words, postings = weighed(passages)
    for number, word in enumerate(words):
        scores = postings.scores(np.array([number], np.int32), np.ones(1, np.float32))
        assert [score > 0 for score in scores.tolist()] == [word in passage for passage in passages]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("what is OLAP?", "en"),
        ("OLAPとは？", "ja"),
        ("チケットはいくら？", "ja"),
        ("OLAP 結論", "ja"),
        ("酪農？", "ja"),
        ("what did エゾウィン build?", "en"),
        ("「what is OLAP?」って何の話？", "ja"),
        ("what does 「まとめてやる」 mean?", "en"),
        ("Explain Redshift", "en"),
        ("Kafka streams performance tuning", "en"),
        ("会場 :point_up:", "ja"),
        ("会場:eyes::+1:", "ja"),
        ("OLAPとは :what_is_this:", "ja"),
        ("「まとめ」", "ja"),
        ("ﾁｹｯﾄ", "ja"),
    ],
)
def test_language_is_that_of_the_grammar(question, language):
    assert language_of(question, "ja") == language
    assert language_of(question, "en") == language


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "42",
        "🐳",
        "\0",
        ":is_it_ok:",
        "👩‍💻 :+1:",
        "Kafka",
        "AWS Lambda :eyes:",
        "Amazon Elastic Kubernetes Service?",
    ],
)
def test_the_language_of_what_shows_none_is_the_default(question):
    assert language_of(question, "ja") == "ja"
    assert language_of(question, "en") == "en"


TICKETS = "誰でもチケットを売れる仕組みの話"


@pytest.mark.parametrize(
    ("question", "passages", "lacks"),
    [
        ("チケットはいくら？", [TICKETS], True),
        ("チケットはいくら？", [TICKETS, "前売りは３，０００円です"], False),
        ("参加費は？", ["入場は無料でした"], False),
        ("how much is the ticket?", [TICKETS], True),
        ("how much is the ticket?", ["It costs $20"], False),
        ("what was the entrance fee?", ["It was free"], False),
        ("何人来ましたか？", ["八十人が集まりました"], False),
        ("何人来ましたか？", ["たくさん集まりました"], True),
        ("how many people came?", ["about 80 people"], False),
        ("how many people came?", ["a full room"], True),
        ("ＨＯＷ　ＭＵＣＨ is it?", [TICKETS], True),
        ("いくらでも試せる？", [TICKETS], False),
        ("チケットはどこで買える？", [TICKETS], False),
        ("how much faster is it?", [TICKETS], False),
        ("チケットはいくら？", [], True),
    ],
)
def test_a_price_or_number_of_people_needs_one(question, passages, lacks):
    assert lacks_asked_type(question, passages) is lacks
