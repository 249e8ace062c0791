"""What every store promises, in its folder or in Milvus: all that a build wrote, to whoever has it open, or why not.

What is true of one kind alone is in test_store.py and test_milvus.py.
"""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.searching.search import Searcher
from index.settings import IndexSettings
from index.storage import store as store_module
from index.storage.milvus.connection import Milvus
from index.storage.milvus.publishing import publish
from index.storage.opening import look, open_store
from index.storage.passage_vectors import unpack, unpack_vectors
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import (
    MOSS,
    QUESTIONS,
    WHALES,
    answerer_over,
    milvus_settings,
    one_sentence,
    one_version,
    refresh,
    released,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from index.storage.store import Store
    from index.types import EncodedPassage, EncodedQuestion

LAMP = "how many watts has the lamp?"


class InFolder:
    """Articles and their index, which is read from its folder."""

    def __init__(self, root: Path) -> None:
        self.articles, self.index = root / "articles", root / "index"
        self.settings = IndexSettings(_env_file=None, index=self.index)
        self.named = str(self.index)

    def build(self, encoder: FakeEncoder | None = None, **articles: str) -> str:
        """Write articles, bring the index up to date and into use, and return the name of its version."""
        write(self.articles, **articles)
        return refresh(self.articles, self.index, encoder).version

    def open(self, encoder: FakeEncoder | None = None) -> Store:
        return open_store(self.settings, (encoder or FakeEncoder()).fingerprint())

    def lose(self, what: str) -> None:
        (one_version(self.index) / {"passages": "records.bin", "tables": "tables.sqlite"}[what]).unlink()

    def damage_first_record(self) -> None:
        with (one_version(self.index) / "records.bin").open("r+b") as file:
            file.seek(40)
            (byte,) = file.read(1)
            file.seek(40)
            file.write(bytes([byte ^ 1]))


class InMilvus(InFolder):
    """The same, read from Milvus, where it is published."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.settings = milvus_settings(self.index)
        self.named = "the Milvus that MILVUS_URI names"

    def build(self, encoder: FakeEncoder | None = None, **articles: str) -> str:
        version = super().build(encoder, **articles)
        publish(self.settings)
        return version

    def lose(self, what: str) -> None:
        collection = look(self.settings)
        with closing(Milvus(self.settings)) as milvus:
            milvus.client.delete(collection if what == "passages" else f"{collection}_files", ids=[1])

    def damage_first_record(self) -> None:
        with closing(Milvus(self.settings)) as milvus:
            (row,) = milvus.client.get(look(self.settings), [0], output_fields=["*"])
            first = row["content"][0]
            # Another letter of base64: bytes can still be made of it.
            row["content"][0] = first[:40] + ("A" if first[40] != "A" else "B") + first[41:]
            milvus.client.upsert(look(self.settings), [row])


@dataclass(frozen=True, slots=True)
class Written:
    """What a build wrote, read from its files one number after the other."""

    records: list[bytes]
    passages: list[EncodedPassage]
    # Of each word the passages that have it, with its weight there.
    words: list[dict[int, np.float32]]

    @classmethod
    def of(cls, index: Path) -> Written:
        version = one_version(index)
        data, bounds = (version / "records.bin").read_bytes(), np.load(version / "record_bounds.npy")
        offsets, passages, weights = (
            np.load(version / f"lexical_{part}.npy") for part in ("offsets", "passages", "weights")
        )
        records = [data[first:last] for first, last in pairwise(bounds.tolist())]
        words = [
            dict(zip(passages[first:last].tolist(), weights[first:last].astype(np.float32), strict=True))
            for first, last in pairwise(offsets.tolist())
        ]
        with closing(FolderStore.open(index)) as store:
            passages = [unpack(store.record(number)) for number in range(len(store))]
        return cls(records, passages, words)

    def cosines(self, question: EncodedQuestion) -> NDArray[np.float32]:
        return np.array([passage.dense @ question.dense for passage in self.passages])

    def features(self, question: EncodedQuestion) -> NDArray[np.float32]:
        asked = dict(zip(question.sparse.indices.tolist(), question.sparse.weights.tolist(), strict=True))
        own = [zip(p.sparse.indices.tolist(), p.sparse.weights.tolist(), strict=True) for p in self.passages]
        return np.array([sum(asked.get(feature, 0) * weight for feature, weight in pairs) for pairs in own])

    def best(self, meant: Mapping[int, float]) -> dict[int, float]:
        """Return the passages that have one of some words, ascending, each with the best weight times its factor."""
        found: dict[int, float] = {}
        for word, factor in meant.items():
            for passage, weight in self.words[word].items():
                found[passage] = max(found.get(passage, 0.0), float(np.float32(factor) * weight))
        return dict(sorted(found.items()))


@pytest.fixture(scope="module", params=[InFolder, InMilvus], ids=["folder", "milvus"])
def kind(request: pytest.FixtureRequest) -> type[InFolder]:
    """Return how an index is kept."""
    return request.param


@pytest.fixture
def place(kind: type[InFolder], tmp_path: Path) -> Iterator[InFolder]:
    """Return a place for an index, where there is none yet."""
    with released(tmp_path):
        yield kind(tmp_path)


@pytest.fixture(scope="module")
def made(kind: type[InFolder], tmp_path_factory: pytest.TempPathFactory) -> Iterator[InFolder]:
    """Return an index of some passages, for all who only read it."""
    root = tmp_path_factory.mktemp("made")
    with released(root):
        made = kind(root)
        made.build(whales=WHALES, moss=MOSS, **{f"night_{n}": MOSS.replace("nine", f"{n}") for n in range(10, 40)})
        yield made


@pytest.fixture(scope="module")
def store(made: InFolder) -> Iterator[Store]:
    with closing(made.open()) as store:
        yield store


@pytest.fixture(scope="module")
def written(made: InFolder) -> Written:
    return Written.of(made.index)


@pytest.fixture(params=QUESTIONS)
def question(request: pytest.FixtureRequest) -> EncodedQuestion:
    return FakeEncoder().encode_question(request.param)


def numbers(store: Store) -> NDArray[np.int64]:
    return np.arange(len(store))


# Reading


def test_a_version_says_what_it_is(made, store):
    version = one_version(made.index)
    assert store.name == version.name
    assert store.manifest == json.loads((version / "manifest.json").read_bytes())
    assert len(store) == store.manifest["passages"] == store.lexical.passage_count == store.tables.counts()["passages"]


def test_articles_are_kept_byte_for_byte(made, store):
    articles = {article.path: article.source for article in store.tables.articles()}
    assert articles == {path.name: path.read_bytes() for path in made.articles.iterdir()}


def test_vectors_of_sentences_and_tokens(store, written):
    read = store.vectors(numbers(store).tolist())
    for passage, (ours, record) in enumerate(zip(read, written.records, strict=True)):
        wanted = unpack_vectors(record)
        assert len(ours.sentences) == len(store.tables.passage(passage).passage.sentences)
        assert ours.sentences.tobytes() == wanted.sentences.tobytes(), passage
        assert ours.tokens.tobytes() == wanted.tokens.tobytes(), passage


def test_vectors_come_in_the_order_they_are_asked_for(made, written):
    asked = [7, 2, 7, 0, len(written.records) - 1]
    wanted = [unpack_vectors(written.records[passage]).tokens.tobytes() for passage in asked]
    # What has been read before is kept in memory.
    with closing(made.open()) as unread:
        for _ in range(2):
            assert [ours.tokens.tobytes() for ours in unread.vectors(asked)] == wanted
        assert unread.vectors([]) == []


def test_cosines(store, written, question):
    wanted, everything = written.cosines(question), numbers(store)
    for asked in (everything, everything[5:9], everything[::-1].copy(), np.array([3, 3, 0]), everything[:0]):
        assert store.dense_scores(question.dense, asked) == pytest.approx(wanted[asked], abs=1e-5)
    assert store.dense_spread(question.dense) == pytest.approx((wanted.mean(), wanted.std()), abs=1e-5)


@pytest.mark.parametrize(
    "allowed",
    [None, range(10, 30), range(0, 100, 2), [3, 4, 9], []],
    ids=["all", "some", "every second", "a few", "none"],
)
def test_nearest_passages(store, written, question, allowed):
    wanted = written.cosines(question)
    among = numbers(store) if allowed is None else np.array([n for n in allowed if n < len(store)], np.int64)
    for count in (1, 4, len(store) + 1):
        nearest, cosines = store.dense_top(question.dense, count, None if allowed is None else among)
        assert set(nearest.tolist()) <= set(among.tolist())
        assert cosines == pytest.approx(np.sort(wanted[among])[::-1][:count], abs=1e-5)
        assert cosines == pytest.approx(wanted[nearest], abs=1e-5)


def test_scores_of_features(store, written, question):
    assert store.sparse_scores(question.sparse) == pytest.approx(written.features(question), rel=1e-5)


def test_every_word(store, written):
    everything = numbers(store)
    assert len(written.words) > 50
    for word, passages in enumerate(written.words):
        assert store.lexical.passage_frequency(word) == len(passages)
        assert store.lexical.have(word, everything).tolist() == [passage in passages for passage in everything.tolist()]
        assert store.lexical.have(word, everything[:0]).tolist() == []


def test_the_best_of_some_words(store, written):
    every_word = range(len(written.words))
    mixtures = [{}, {0: 1.0}, {1: 1.0, 2: 0.5, 3: 0.25}, {2: 0.5, 1: 1.0}, dict.fromkeys(every_word, 1.0)]
    for meant in [*mixtures, *({word: 1.0} for word in every_word)]:
        ((passages, weights),) = store.lexical.best_of_each([meant])
        assert dict(zip(passages.tolist(), weights.tolist(), strict=True)) == written.best(meant)
        assert passages.tolist() == sorted(passages.tolist())


def test_several_threads_read_at_a_time(made, written):
    encoded = [FakeEncoder().encode_question(question) for question in QUESTIONS]
    wanted = [unpack_vectors(record).tokens.tobytes() for record in written.records]
    with closing(made.open()) as opened, ThreadPoolExecutor(4) as threads:

        def read(turn: int) -> None:
            question, word = encoded[turn % len(encoded)], turn % len(written.words)
            tokens = [vectors.tokens.tobytes() for vectors in opened.vectors(numbers(opened).tolist())]
            assert tokens == wanted
            assert opened.dense_top(question.dense, 1)[1] == pytest.approx(written.cosines(question).max(), abs=1e-5)
            assert opened.lexical.best_of_each([{word: 1.0}])[0][0].tolist() == list(written.words[word])
            assert opened.tables.passage(turn % len(opened)).number == turn % len(opened)

        list(threads.map(read, range(24)))


def test_an_encoder_without_features(place):
    encoder = FakeEncoder(sparse_dimension=0)
    place.build(encoder, whales=WHALES)
    with closing(place.open(encoder)) as store:
        assert store.sparse_scores(FakeEncoder().encode_question("鯨の声").sparse) is None
        assert Searcher(store, encoder).search("鯨の声").hits


def test_no_articles(place):
    place.build()
    question = FakeEncoder().encode_question("鯨の声")
    with closing(place.open()) as store:
        assert len(store) == len(store.dense_scores(question.dense, numbers(store))) == 0
        assert [len(part) for part in store.dense_top(question.dense, 3)] == [0, 0]
        assert len(store.sparse_scores(question.sparse)) == 0
        assert store.vectors([]) == []
        assert not Searcher(store, FakeEncoder()).search("鯨の声").hits


# Coming into use


def test_a_new_version_comes_into_use_and_who_has_the_old_one_keeps_it(place):
    first = place.build(whales=WHALES, moss=MOSS)
    seen = look(place.settings)
    with closing(place.open()) as before:
        wanted = Searcher(before, FakeEncoder()).search("受付").hits
    # Nothing is read from it before there is another one.
    with closing(place.open()) as old:
        assert look(place.settings) == seen
        second = place.build(moss=MOSS.replace("nine", "eleven"))
        assert look(place.settings) not in {seen, None}
        with closing(place.open()) as new:
            assert (old.name, new.name) == (first, second)
            assert Searcher(old, FakeEncoder()).search("受付").hits == wanted
            for store, watts in ((old, "nine"), (new, "eleven")):
                quotes = answerer_over(store, threshold=0).answer(LAMP).quotes
                assert any(f"{watts} watts" in quote.text for quote in quotes)
                assert f"{watts} watts".encode() in store.tables.articles()[0].source
                (vectors,) = store.vectors([len(store) - 1])
                assert vectors.sentences.any()


def test_what_has_not_changed_stays_in_use(place):
    version = place.build(whales=WHALES)
    seen = look(place.settings)
    assert place.build() == version
    assert look(place.settings) == seen
    with closing(place.open()) as store:
        assert store.name == version


def test_closing_one_leaves_the_others_open(made):
    first, second = made.open(), made.open()
    first.close()
    with pytest.raises(sqlite3.ProgrammingError):
        first.tables.counts()
    with closing(second):
        assert second.tables.counts()["passages"] == len(second)
        assert second.vectors([0])[0].sentences.any()
        assert second.dense_top(FakeEncoder().encode_question(LAMP).dense, 1)[1] > 0


# What is refused


@pytest.mark.parametrize("exists", [True, False])
def test_no_index(place, exists):
    if exists:
        place.index.mkdir()
    with pytest.raises(IndexMissing) as caught:
        place.open()
    message = one_sentence(caught.value)
    assert message.startswith(f"there is no index in {place.named}")
    assert "python -m index build" in message
    assert look(place.settings) is None


def test_another_encoder(made):
    with pytest.raises(IndexMismatch) as caught:
        made.open(FakeEncoder(name="other"))
    message = one_sentence(caught.value)
    for said in (made.named, "'fake'", "'other'", "python -m index build"):
        assert said in message


def test_another_format_is_refused_until_the_next_build(place, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(store_module, "FORMAT", 99)
        place.build(whales=WHALES)
        place.open().close()
    with pytest.raises(IndexMismatch) as caught:
        place.open()
    message = one_sentence(caught.value)
    for said in (place.named, "format 99", "python -m index build"):
        assert said in message
    version = place.build()
    with closing(place.open()) as store:
        assert store.name == version


@pytest.mark.parametrize("lost", ["passages", "tables"])
def test_what_is_missing_is_noticed_on_opening(place, lost):
    place.build(whales=WHALES)
    place.lose(lost)
    with pytest.raises(IndexDamaged) as caught:
        place.open()
    assert place.named in one_sentence(caught.value)


def test_a_damaged_record_is_noticed_when_it_is_read(place):
    place.build(whales=WHALES)
    place.damage_first_record()
    with closing(place.open()) as store:
        with pytest.raises(IndexDamaged) as caught:
            store.vectors([0])
        assert place.named in one_sentence(caught.value)
        assert store.vectors([1])[0].sentences.any()
