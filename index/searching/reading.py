"""Let the reader read the best passages with the question, and put those first that answer it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.asking.question_type import SUMMARY
from index.language import lexicon
from index.language.parts import PART
from index.models.passage_model import encoder_input
from index.searching.calibration import probability
from index.searching.question_words import names_unknown
from index.searching.writing import prefer_writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from index.asking.question import Question
    from index.models.reader import Reader
    from index.searching.calibration import Signals
    from index.searching.question_words import QuestionWord
    from index.searching.results import Hit
    from index.storage.tables import Tables

# The passage that answers is nearly always among so many, and each costs as much as all else of a search.
READ_HITS = 6
# Whether the reports answer is judged by the first passages of the search: of more, one looks like an answer sooner.
JUDGED_HITS = 3
# What a logit of the reader is worth in standard deviations, in which the legs are added up.
READER_WEIGHT = 0.5
# A search that is surer than this and leads by so much needs no second opinion.
DECIDED_PROBABILITY = 0.97
DECIDED_LEAD = 2.0
# A question with more words that are not of the part's heading asks for something in particular.
NAMED_SHARE = 0.5
# From this logit on, a passage answers whatever other reports say.
SURE = 2.0


def is_undecided(hits: Sequence[Hit], signals: Signals) -> bool:
    """Return whether the search leaves open which passage answers, or whether any does."""
    likely = probability(signals)
    leads = len(hits) < 2 or hits[0].score - hits[1].score >= DECIDED_LEAD
    return not (leads and likely >= DECIDED_PROBABILITY) and likely > 1 - DECIDED_PROBABILITY


def with_readings(
    question: Question,
    words: Sequence[QuestionWord],
    hits: tuple[Hit, ...],
    signals: Signals,
    reader: Reader,
    tables: Tables,
) -> tuple[tuple[Hit, ...], Signals]:
    """Return hits and signals with what the reader says; what front matter states needs no reading."""
    if hits[0].stated:
        return hits, signals
    read = prefer_writing(question.text, read_hits(question, hits, reader))
    if _sums_up_part(question, words, hits[0], tables):
        # No single passage says what a part of an event was about.
        return read, signals
    return read, replace(signals, reading=strongest(read), names_unknown=names_unknown(question.text, words))


def _sums_up_part(question: Question, words: Sequence[QuestionWord], hit: Hit, tables: Tables) -> bool:
    """Return whether a question asks what a numbered part of an event was about, such as a track, and little else."""
    heading = lexicon.terms("\n".join(hit.stored.passage.section.headings))
    if question.kind is not SUMMARY or not any(PART.fullmatch(term) for term in question.terms if term in heading):
        return False
    numbers = set(tables.word_numbers(heading).values())
    # A number alone is of the part's name, and a word that no report has says nothing about what else is asked for.
    known = [word for word in words if word.meant and not word.term.isdigit()]
    named = sum(word.rarity for word in known if word.sureness_among(numbers))
    return named >= NAMED_SHARE * sum(word.rarity for word in known)


def read_hits(question: Question, hits: Sequence[Hit], reader: Reader) -> tuple[Hit, ...]:
    """Return hits with the readings of the first ones, in the order that these give them.

    What is not read is taken for no better than the worst that is, and stays behind it.
    """
    read, others = hits[:READ_HITS], hits[READ_HITS:]
    readings = reader.read(question.dated, [encoder_input(one.stored.entry.title, one.stored.passage) for one in read])
    logits = [reading.answers for reading in readings]
    best, worst = max(logits, default=0.0), min(logits, default=0.0)
    rated = [
        replace(hit, reading=reading, searched=hit.rank, score=hit.score + READER_WEIGHT * (reading.answers - best))
        for hit, reading in zip(read, readings, strict=True)
    ]
    rated.sort(key=lambda hit: -hit.score)
    rated += [replace(hit, score=hit.score + READER_WEIGHT * (worst - best)) for hit in others]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(rated, 1))


def strongest(hits: Sequence[Hit]) -> float | None:
    """Return the logit of the passage that most likely answers, of those judged; None where none is read."""
    read = sorted((hit.searched, hit.reading.answers) for hit in hits if hit.reading is not None)
    return max((answers for _, answers in read[:JUDGED_HITS]), default=None)


def sentence_shares(hits: Sequence[Hit]) -> Mapping[int, Sequence[float]]:
    """Return by passage which share of the answer each of its sentences is; all that are read sum up to 1."""
    read = [(hit.stored.number, hit.reading) for hit in hits if hit.reading is not None and hit.reading.sentences]
    weights = [one.answers + _shares_logarithm(one.sentences) for _, one in read]
    best = max((float(part.max()) for part in weights), default=0.0)
    parts = [np.exp(part - best) for part in weights]
    total = sum(float(part.sum()) for part in parts)
    return {number: (part / total).tolist() for (number, _), part in zip(read, parts, strict=True)}


def told_elsewhere(hits: Sequence[Hit]) -> Mapping[int, int]:
    """Return by passage which of its sentences answers, for those of other reports than the first that surely do.

    A question that names no event may mean any of them.
    """
    first = hits[0].stored.entry.path if hits else ""
    return {
        hit.stored.number: int(np.argmax(hit.reading.sentences))
        for hit in hits
        if hit.reading is not None
        and hit.reading.sentences
        and hit.stored.entry.path != first
        and hit.reading.answers >= SURE
    }


def answering_hits(hits: Sequence[Hit]) -> list[Hit]:
    """Return of each report the hit with the sentence that most likely answers, of others than the first if surely."""
    shares = sentence_shares(hits)
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: -max(shares.get(hit.stored.number, (0.0,)))):
        path = hit.stored.entry.path
        if hit.reading is not None and (path == hits[0].stored.entry.path or hit.reading.answers >= SURE):
            best.setdefault(path, hit)
    return list(best.values())


def _shares_logarithm(logits: Sequence[float]) -> NDArray[np.float64]:
    values = np.array(logits)
    return values - np.logaddexp.reduce(values)  # type: ignore[no-any-return]
