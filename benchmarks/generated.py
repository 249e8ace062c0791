"""Generate articles, vectors and questions in any number, with the statistics of a real index.

Dense vectors are drawn around article centres with the mean and the covariance of the real ones, divided between and
within articles as there. A passage's features are half those of one real passage and half those of another; its words
follow Zipf's law over a vocabulary that grows with the number of passages. A question is a passage's vector with a real
question's offset from what it asks about, features of both, and some of the passage's rarer words. Tokens are random:
what they cost does not depend on what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from index.building.indexed_article import IndexedArticle, IndexedPassage
from index.storage import passage_vectors
from index.types import Article, EncodedPassage, EncodedQuestion, Passage, Section, Sentence, SparseVector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.models.encoder import Encoder
    from index.storage.store import FolderStore

PASSAGES_AN_ARTICLE = 17
SENTENCES = 6
WORDS = 60
QUESTION_WORDS = 6
SYLLABLES = "ka mi to ra ne so gu hi ya zo pe fu li ze mo".split()


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the generated vectors are drawn from.

    ``root`` (d, d) makes vectors of the real covariance from normal ones, of which the share ``between`` lies between
    articles; ``offsets`` (q, d) are real questions minus the passages nearest to them. ``passages`` and ``questions``
    are real features with their weights, ``tokens`` how many of them a passage has.
    """

    mean: np.ndarray
    root: np.ndarray
    between: float
    offsets: np.ndarray
    passages: list[SparseVector]
    questions: list[EncodedQuestion]
    tokens: int


def measure_statistics(store: FolderStore, encoder: Encoder, questions: list[str]) -> Statistics:
    """Measure a real index and real questions about it."""
    real = [passage_vectors.unpack(store.record(number)) for number in range(len(store))]
    vectors = np.array([one.dense for one in real])
    centred = vectors - vectors.mean(axis=0)
    groups = np.split(centred, np.cumsum([entry.passages for entry in store.tables.entries])[:-1])
    between = sum(len(group) * float(np.square(group.mean(axis=0)).sum()) for group in groups if len(group))
    values, axes = np.linalg.eigh(np.cov(vectors.T))
    encoded = [encoder.encode_question(question) for question in questions]
    nearest = [int(store.dense_top(one.dense, 1)[0][0]) for one in encoded]
    return Statistics(
        mean=vectors.mean(axis=0),
        root=(axes * np.sqrt(np.maximum(values, values.max() * 1e-4))).astype(np.float32),
        between=between / float(np.square(centred).sum()),
        offsets=np.array([one.dense - vectors[n] for one, n in zip(encoded, nearest, strict=True)]),
        passages=[one.sparse for one in real if one.sparse is not None and len(one.sparse.indices) == 256],
        questions=encoded,
        tokens=round(float(np.mean([len(one.tokens) for one in real if one.tokens is not None]))),
    )


class Generator:
    """Generates the same articles and questions for the same statistics and number of passages."""

    def __init__(self, statistics: Statistics, passage_count: int) -> None:
        self._statistics = statistics
        self._count = passage_count
        # Heaps' law with the constants of English text.
        vocabulary = int(40 * (passage_count * WORDS) ** 0.5)
        weights = 1 / (np.arange(vocabulary) + 2.7) ** 1.05
        self._cumulated = np.cumsum(weights / weights.sum())
        self._vocabulary = [_word(number) for number in range(vocabulary)]

    def articles(self) -> Iterator[tuple[IndexedArticle, list[bytes]]]:
        """Yield every article with the records of its passages."""
        left = self._count
        number = 0
        while left > 0:
            size = min(PASSAGES_AN_ARTICLE, left)
            yield self._article(number, size)
            left -= size
            number += 1

    def dense(self) -> Iterator[np.ndarray]:
        """Yield the dense vectors (n, d) of every article as they were drawn."""
        for number, first in enumerate(range(0, self._count, PASSAGES_AN_ARTICLE)):
            random = np.random.default_rng(number)
            yield self._draw_dense(random, min(PASSAGES_AN_ARTICLE, self._count - first))

    def questions(self, count: int) -> list[tuple[str, EncodedQuestion]]:
        """Return questions about random passages, with their encodings."""
        random = np.random.default_rng(2023)
        made = []
        for _ in range(count):
            number = int(random.integers(max(self._count // PASSAGES_AN_ARTICLE, 1)))
            article, packed = self._article(number, min(PASSAGES_AN_ARTICLE, self._count))
            place = int(random.integers(len(packed)))
            made.append(self._question(random, article.passages[place], passage_vectors.unpack(packed[place])))
        return made

    def _question(
        self, random: np.random.Generator, passage: IndexedPassage, encoded: EncodedPassage
    ) -> tuple[str, EncodedQuestion]:
        statistics = self._statistics
        real = statistics.questions[int(random.integers(len(statistics.questions)))]
        offset = statistics.offsets[int(random.integers(len(statistics.offsets)))]
        dense = encoded.dense + offset
        assert real.sparse is not None
        assert encoded.sparse is not None
        half = len(real.sparse.indices) // 2
        features = dict(zip(real.sparse.indices[:half].tolist(), real.sparse.weights[:half].tolist(), strict=True))
        features |= dict(zip(encoded.sparse.indices[:half].tolist(), encoded.sparse.weights.tolist(), strict=False))
        strongest = sorted(features.items(), key=lambda pair: -pair[1])
        sparse = SparseVector(
            np.array([feature for feature, _ in strongest], np.int32), np.array([w for _, w in strongest], np.float32)
        )
        words = passage.text.split()
        chosen = random.choice(len(words), QUESTION_WORDS, replace=False)
        text = " ".join(words[place] for place in chosen)
        return f"{text}?", EncodedQuestion(dense / np.linalg.norm(dense), sparse, real.tokens)

    def _draw_dense(self, random: np.random.Generator, size: int) -> np.ndarray:
        statistics = self._statistics
        drawn = random.standard_normal((size + 1, len(statistics.mean)), np.float32) @ statistics.root.T
        within, between = (1 - statistics.between) ** 0.5, statistics.between**0.5
        vectors = statistics.mean + between * drawn[:1] + within * drawn[1:]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _article(self, number: int, size: int) -> tuple[IndexedArticle, list[bytes]]:
        random = np.random.default_rng(number)
        dense = self._draw_dense(random, size)
        drawn = np.searchsorted(self._cumulated, random.random((size, WORDS)))
        words = [[self._vocabulary[min(place, len(self._vocabulary) - 1)] for place in row] for row in drawn.tolist()]
        packed = [passage_vectors.pack(one) for one in self._vectors(random, dense)]
        return _article(number, words), packed

    def _vectors(self, random: np.random.Generator, dense: np.ndarray) -> Iterator[EncodedPassage]:
        statistics = self._statistics
        size, dimension = dense.shape
        noise = random.standard_normal((size, SENTENCES, dimension), np.float32) * np.float32(0.02)
        sentences = dense[:, None] + noise
        sentences /= np.linalg.norm(sentences, axis=2, keepdims=True)
        tokens = np.frombuffer(random.bytes(size * statistics.tokens * dimension // 4), np.uint8)
        tokens = tokens.reshape(size, statistics.tokens, dimension // 4)
        pairs = random.integers(len(statistics.passages), size=(size, 2)).tolist()
        for place, (one, other) in enumerate(pairs):
            first, second = statistics.passages[one], statistics.passages[other]
            indices, kept = np.unique(np.concatenate([first.indices[::2], second.indices[::2]]), return_index=True)
            weights = np.concatenate([first.weights[::2], second.weights[::2]])[kept]
            order = np.argsort(-weights, kind="stable")
            features = SparseVector(indices[order].astype(np.int32), weights[order])
            yield EncodedPassage(dense[place], sentences[place], features, tokens[place])


def _article(number: int, words: list[list[str]]) -> IndexedArticle:
    """Return an article of one section whose passages have these words, a few on each line."""
    title = f"{words[0][0]} {words[0][1]}"
    text = f"# {title}\n\n"
    spans = []
    for row in words:
        lines = [
            " ".join(islice(row, first, first + WORDS // SENTENCES)) for first in range(0, WORDS, WORDS // SENTENCES)
        ]
        start = len(text)
        spans.append((start, lines))
        text += "\n".join(lines) + "\n\n"
    section = Section((title,), 1, title, 0, len(text))
    passages = tuple(
        IndexedPassage(_passage(section, start, lines), b"%08d%08d" % (number, place), " ".join(row))
        for place, ((start, lines), row) in enumerate(zip(spans, words, strict=True))
    )
    article = Article(f"generated-{number}.md", text.encode(), 0, title, ("generated",))
    return IndexedArticle(article, (section,), passages)


def _passage(section: Section, start: int, lines: list[str]) -> Passage:
    sentences = []
    at = start
    for line in lines:
        sentences.append(Sentence(at, at + len(line), start, "text", line))
        at += len(line) + 1
    return Passage(section, start, at - 1, tuple(sentences))


def _word(number: int) -> str:
    """Spell a number in syllables: no word of a dictionary, and each different."""
    spelled = ""
    while number or not spelled:
        number, digit = divmod(number, len(SYLLABLES))
        spelled += SYLLABLES[digit]
    return spelled + "q"
