"""Score how well a sentence answers a question: by the words it has, the kind of thing it says, and its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.asking.question_type import LINK
from index.language import lexicon
from index.quoting.spans import head_above
from index.reading.long_lines import fragments
from index.searching.reading import sentence_shares
from index.searching.writing import is_written_otherwise, words_as_written

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from index.asking.question_type import QuestionType
    from index.searching.question_words import QuestionWord
    from index.searching.results import SearchResult
    from index.searching.search import Searcher
    from index.storage.tables import StoredPassage, Tables
    from index.types import Sentence

# What the signs are worth beside the share of the question's words, which counts 1. A logistic regression over the
# sentences of the first six passages for 200 questions gave their order of magnitude; the values lie in the middle of
# those with which most of 900 other questions had their evidence quoted.
MEANING_WEIGHT = 0.7
MARK_WEIGHT = 0.25
# An address, a picture or a line of code says little by itself, a line without a word nothing.
BARE = frozenset({"link", "image", "code"})
BARE_WEIGHT = -0.75
WORDLESS_WEIGHT = -1.0
# For a name in other kanji than those that were asked for and that another line has.
OTHER_WRITING_WEIGHT = -1.0
# For each part of the best passage's score by which a sentence's passage is behind.
BEHIND_WEIGHT = -1.0
# For being all of what answers by the reader; two lines that answer alike are half of it each.
READER_WEIGHT = 0.6
# Of about so many characters are the pieces among which the part of a long line is chosen that answers.
PHRASE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria for lines that answer: the kind of thing asked for, and the words that mean something in this index.

    ``numbers`` are those of the index's words that it may mean. ``bare`` are the kinds of sentences that say little by
    themselves and are not what is asked for. ``as_written`` are its words that some passage has in their own writing,
    while others have them in other kanji. ``read`` has of every passage that the reader has read which share of the
    answer each of its sentences is.
    """

    kind: QuestionType
    words: Sequence[QuestionWord]
    numbers: Mapping[str, int]
    bare: frozenset[str]
    as_written: tuple[str, ...]
    read: Mapping[int, Sequence[float]]

    def share(self, words: Collection[str]) -> float:
        """Return the share of the question that is among some words; rare words count more."""
        total = sum(word.rarity for word in self.words) or 1.0
        numbers = {self.numbers[word] for word in words if word in self.numbers}
        found = (word.rarity * word.sureness_among(numbers) for word in self.words)
        return sum(found) / total

    def shares(self, stored: StoredPassage) -> Sequence[float]:
        """Return which share of the answer each sentence of a passage is by the reader; 0 where it was not read."""
        return self.read.get(stored.number) or [0.0] * len(stored.passage.sentences)

    def is_other(self, sentence: Sentence) -> bool:
        """Return whether a sentence has a word of the question only in other kanji than are asked for."""
        return any(is_written_otherwise(word, sentence.plain) for word in self.as_written)

    def share_in(self, text: str) -> float:
        """Return the share of the question that is among the words of a text."""
        return self.share(lexicon.terms(text))


def criteria_of(result: SearchResult, tables: Tables) -> Criteria:
    """Return the criteria of a question; its words are those that it was searched with."""
    question = result.question
    asked_for = BARE if question.kind is LINK else frozenset({"code"} if question.is_answered_in_code else ())
    meant = tables.words_of({number for word in result.words for number in word.meant})
    numbers = {word: number for number, word in meant.items()}
    lines = [sentence.plain for hit in result.hits for sentence in hit.stored.passage.sentences]
    as_written = words_as_written(question.text, lines)
    words = [word for word in result.words if word.meant]
    shares = sentence_shares(result.hits)
    return Criteria(question.kind, words, numbers, BARE - asked_for, as_written, shares)


def line_scores(
    criteria: Criteria, result: SearchResult, searcher: Searcher, stored: StoredPassage, behind: float
) -> list[float]:
    """Return the score of every sentence of a passage that is ``behind`` by a part of the best one's score."""
    sentences = stored.passage.sentences
    context = set(lexicon.terms("\n".join((stored.entry.title, *stored.passage.section.headings))))
    words = _own_words(stored)
    cosines: Sequence[float] = searcher.sentence_scores(result, stored).tolist()
    shares = criteria.shares(stored)
    # The reader takes variants of a kanji for the same.
    otherwise = [criteria.is_other(one) for one in sentences]
    return [
        criteria.share(own | context)
        + MEANING_WEIGHT * cosine
        + MARK_WEIGHT * criteria.kind.is_marked(sentence.plain)
        + BARE_WEIGHT * (sentence.kind in criteria.bare)
        + WORDLESS_WEIGHT * (not own)
        + BEHIND_WEIGHT * behind
        + (OTHER_WRITING_WEIGHT if is_other else READER_WEIGHT * share)
        for sentence, own, cosine, share, is_other in zip(sentences, words, cosines, shares, otherwise, strict=True)
    ]


def _own_words(stored: StoredPassage) -> list[frozenset[str]]:
    """Return the words of every sentence of a passage, with those of the line that says what it is."""
    words: list[frozenset[str]] = []
    heads: dict[int, frozenset[str]] = {}
    for sentence in stored.passage.sentences:
        own = frozenset(lexicon.terms(sentence.plain))
        if sentence.kind == "row":
            if sentence.block not in heads:
                heads[sentence.block] = frozenset(lexicon.terms(head_above(stored.article.text, sentence)))
            own |= heads[sentence.block]
        elif sentence.kind == "link" and words:
            # What an address leads to, the line above it says.
            own |= words[-1]
        words.append(own)
    return words


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A piece of a line: its range, its words, and whether it has the kind of thing asked for."""

    first: int
    last: int
    words: frozenset[str]
    is_marked: bool


def best_part(text: str, kind: str, size: int, criteria: Criteria) -> tuple[int, int] | None:
    """Return the range of what answers in a line, of ``size`` characters at most; None without a word asked for.

    It is the shortest run of phrases with most of the question's words, and what stands around it.
    """
    phrases = _phrases(text, kind, criteria)
    runs = [(first, last) for first in range(len(phrases)) for last in _ends(phrases, first, size)]
    first, last = max(runs, key=lambda run: (_worth(phrases[run[0] : run[1] + 1], criteria), run[0] - run[1]))
    if _worth(phrases[first : last + 1], criteria) == 0:
        return None
    # As much stands before it as behind it.
    room = size - (phrases[last].last - phrases[first].first)
    begin = min(phrases[first].first - room // 2, phrases[-1].last - size)
    first = next(number for number, phrase in enumerate(phrases) if phrase.first >= begin)
    return phrases[first].first, phrases[_ends(phrases, first, size)[-1]].last


def _phrases(text: str, kind: str, criteria: Criteria) -> list[_Phrase]:
    return [
        _Phrase(
            first,
            last,
            frozenset(lexicon.terms(text[first:last])),
            criteria.kind.is_marked(text[first:last]),
        )
        for first, last in fragments(text, kind, PHRASE_CHARACTERS)
    ]


def _ends(phrases: Sequence[_Phrase], first: int, size: int) -> list[int]:
    """Return the last ones of the runs from a phrase on that are short enough."""
    return [last for last in range(first, len(phrases)) if phrases[last].last - phrases[first].first <= size]


def _worth(run: Sequence[_Phrase], criteria: Criteria) -> float:
    """Return how well a run answers; what is asked for without a word of the question is no answer."""
    share = criteria.share({number for phrase in run for number in phrase.words})
    return share + MARK_WEIGHT * any(phrase.is_marked for phrase in run) if share else 0.0
