"""What the reader learns from: a question with passages, and which of these and of their sentences answer it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from index.models.bundled import PASSAGE_PROMPT, QUESTION_PROMPT
from index.models.model_file import read_model_file
from index.models.question_model import clean
from index.models.tokenizer import BEGIN, END, Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

# Longer passages are cut off in training: attention and memory grow, and most are shorter.
PASSAGE_TOKENS = 320
QUESTION_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Text:
    """A question or a passage as the model reads it; ``bounds`` are where its sentences stand among the tokens."""

    tokens: tuple[int, ...]
    bounds: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage beside a question; ``gold`` numbers its sentences that answer, none where it does not."""

    passage: Text
    gold: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the passages that answer it, and with others, the most misleading ones first.

    ``group`` is what is held out together: a report, or an article.
    """

    question: Text
    golds: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    group: str
    source: str


@lru_cache(1)
def _tokenizer() -> Tokenizer:
    return Tokenizer(read_model_file().pieces)


@lru_cache(200_000)
def tokens_of(text: str) -> tuple[int, ...]:
    """Return the numbers of the tokens of a text without special ones."""
    return tuple(_tokenizer().encode(text))


def question_text(question: str) -> Text:
    """Return a question as the reader reads it."""
    inner = (*tokens_of(QUESTION_PROMPT), *tokens_of(clean(question)))
    return Text((BEGIN, *inner[:QUESTION_TOKENS], END))


def passage_text(context: str, sentences: Sequence[str], limit: int = PASSAGE_TOKENS) -> Text:
    """Return a passage as the reader reads it; sentences beyond the limit have no bounds."""
    head = (BEGIN, *tokens_of(PASSAGE_PROMPT), *tokens_of(context))
    parts = [tokens_of(sentence) for sentence in sentences]
    ends = list(accumulate((len(part) for part in parts), initial=len(head)))
    bounds = tuple((start, end) for start, end in pairwise(ends) if end < limit)
    inner = (*head, *(token for part in parts for token in part))
    return Text((*inner[: limit - 1], END), bounds)
