"""Public data sets in the form of SQuAD: questions about the paragraphs of an article, with the answer's place."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from training.reader.examples import Candidate, Example, passage_text, question_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from training.reader.examples import Text

JAPANESE = ("jaquad_train", "jsquad_valid")
XQUAD = ("en", "zh", "de", "es", "ru", "vi")
# Of all pairs of question and passage: English to English, and such as cross languages, English more often.
PAIRS = (
    *(("en", "en"), ("zh", "zh"), ("zh", "en"), ("en", "zh"), ("de", "en"), ("en", "de")),
    *(("en", "es"), ("es", "en"), ("ru", "en"), ("en", "ru"), ("vi", "en"), ("en", "vi")),
)
# Longer paragraphs are unlike our passages, and cost much.
MOST_CHARACTERS = {"ja": 600, "zh": 500}
ENDS = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z\"'“0-9])|\n+")
OTHERS = 6


@dataclass(frozen=True, slots=True)
class _Paragraph:
    title: str
    text: str
    questions: tuple[tuple[str, str, int], ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with the sentences of a paragraph; ``answer`` are words of sentence ``number``, from ``start`` on."""

    question: str
    title: str
    sentences: tuple[str, ...]
    number: int
    start: int
    answer: str


def answered_questions(folder: Path, told: str, asked: str) -> Iterator[Answered]:
    """Yield the questions of the set ``asked`` about the paragraphs of the set ``told``, which may be the same."""
    paragraphs = [one for article in _articles(folder / f"{told}.json.gz") for one in article]
    questions = {
        name: question
        for article in _articles(folder / f"{asked}.json.gz")
        for one in article
        for name, question, _ in one.questions
    }
    for one in paragraphs:
        starts = _starts(one.text)
        sentences = [one.text[start:end] for start, end in pairwise([*starts, len(one.text)])]
        for (name, _, at), answer in zip(one.questions, one.answers, strict=True):
            number = sum(start <= at for start in starts) - 1
            if number >= 0:
                blanks = len(sentences[number]) - len(sentences[number].lstrip())
                stripped = tuple(sentence.strip() for sentence in sentences)
                yield Answered(questions[name], one.title, stripped, number, at - starts[number] - blanks, answer)


def japanese_examples(folder: Path, names: Sequence[str] = JAPANESE, source: str = "japanese") -> list[Example]:
    """Return the examples of Japanese sets."""
    return [
        example
        for name in names
        for article in _articles(folder / f"{name}.json.gz")
        for paragraph in article
        for example in _examples(paragraph, article, source, "ja", {})
    ]


def crossing_examples(folder: Path) -> list[Example]:
    """Return XQuAD's: questions in one language about paragraphs in another, and English in English."""
    sets = {language: list(_articles(folder / f"xquad_{language}.json.gz")) for language in XQUAD}
    asked = {
        language: {one[0]: one[1] for article in sets[language] for part in article for one in part.questions}
        for language in XQUAD
    }
    return [
        example
        for question_language, passage_language in PAIRS
        for article in sets[passage_language]
        for paragraph in article
        for example in _examples(paragraph, article, "xquad", passage_language, asked[question_language])
    ]


def _articles(path: Path) -> Iterator[list[_Paragraph]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    for article in data:
        yield [_paragraph(article["title"], one) for one in article["paragraphs"]]


def _paragraph(title: str, row: dict) -> _Paragraph:
    text, cut = row["context"], 0
    if " [SEP] " in text:
        title, _, text = text.partition(" [SEP] ")
        cut = len(row["context"]) - len(text)
    questions = tuple(
        (one["id"], one["question"], one["answers"][0]["answer_start"] - cut) for one in row["qas"] if one["answers"]
    )
    answers = tuple(one["answers"][0]["text"] for one in row["qas"] if one["answers"])
    return _Paragraph(title, text, questions, answers)


def _examples(
    paragraph: _Paragraph, article: list[_Paragraph], source: str, language: str, asked: dict[str, str]
) -> Iterator[Example]:
    if len(paragraph.text) > MOST_CHARACTERS.get(language, 1400) or not paragraph.questions:
        return
    others = [one for one in article if one.text != paragraph.text and len(one.text) <= 1500]
    grams = [(_grams(one.text), one) for one in others]
    starts = _starts(paragraph.text)
    gold = _text(paragraph)
    for name, question, answer in paragraph.questions:
        number = sum(start <= answer for start in starts) - 1
        if 0 <= number < len(gold.bounds):
            own = _grams(question)
            nearest = sorted(grams, key=lambda pair: -len(own & pair[0]))[:OTHERS]
            yield Example(
                question_text(asked.get(name, question)),
                (Candidate(gold, (number,)),),
                tuple(Candidate(_text(one)) for _, one in nearest),
                paragraph.title,
                source,
            )


def _grams(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _starts(text: str) -> list[int]:
    return [0, *(match.end() for match in ENDS.finditer(text) if match.end() < len(text))]


@lru_cache(1000)
def _text(paragraph: _Paragraph) -> Text:
    starts = [*_starts(paragraph.text), len(paragraph.text)]
    sentences = [paragraph.text[start:end].strip() for start, end in pairwise(starts)]
    return passage_text(paragraph.title, sentences)
