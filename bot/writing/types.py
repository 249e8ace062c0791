"""What writing an answer takes and gives: lines of reports, proved sentences, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, get_args

if TYPE_CHECKING:
    from index.types import Language, Quote

# Why a sentence is not shown.
Reason = Literal[
    "link", "language", "length", "quantity", "name", "negation", "direction", "order", "words", "dangling", "repeat"
]
# Why nothing is written.
Failure = Literal[
    "not_found",
    "asked_only",
    "budget",
    "busy",
    "breaker",
    "timeout",
    "http",
    "stream_error",
    "empty",
    "empty_reasoning",
    "refused",
    "none",
    "nothing_proved",
    "adds_nothing",
    "stale",
    "failed",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
FAILURES: tuple[Failure, ...] = get_args(Failure)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a report: its bytes as a quote, and ``plain``, what a reader of the page sees of it.

    ``number`` counts the lines that are given from 1. Lines of one ``section`` have the same number there.
    """

    number: int
    quote: Quote
    plain: str
    section: int

    @property
    def headings(self) -> tuple[str, ...]:
        """The title of its report and the headings that it stands under."""
        return (self.quote.citation.title, *self.quote.citation.headings)


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence of a reply without its marks, and the numbers of lines that the model wrote to it.

    ``is_text`` is False for what is no running text: code, rows of a table, JSON.
    """

    text: str
    labels: tuple[int, ...]
    is_text: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """The positions of the lines that prove a sentence, or the first reason why none do."""

    leans_on: tuple[int, ...] = ()
    reason: Reason | None = None


class Proof(Protocol):
    """Tells whether lines prove a sentence; ``hints`` are the positions of those that the model named."""

    def __call__(self, sentence: str, lines: Sequence[Line], hints: Sequence[int]) -> Verdict:
        """Return the verdict; it leans on at least one line where it has no reason."""


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A proved sentence; ``leans_on`` are positions in the quotes of its answer, and there is at least one."""

    text: str
    leans_on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """One to three proved sentences, and the quotes that they lean on, in the order of their use.

    ``dropped`` counts the sentences that are not shown by reason. ``seconds`` is what the model took, ``tokens`` are
    those that it read and wrote, None where its server does not say.
    """

    lang: Language
    sentences: tuple[WrittenSentence, ...]
    quotes: tuple[Quote, ...]
    model: str
    index_version: str
    dropped: Mapping[Reason, int]
    seconds: float
    tokens: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class NotWritten:
    """Why there is no written answer; ``detail`` names a status or an error code, and nothing that anybody wrote."""

    reason: Failure
    detail: str = ""
    dropped: Mapping[Reason, int] = field(default_factory=dict)
    seconds: float = 0.0
    tokens: tuple[int, int] | None = None


class EndpointFailed(Exception):
    """The server of the model gave nothing that can be used.

    ``lasting`` says that the next request would fail in the same way.
    """

    def __init__(self, reason: Failure, detail: str = "", *, lasting: bool = False) -> None:
        super().__init__(f"{reason} {detail}".rstrip())
        self.reason, self.detail, self.lasting = reason, detail, lasting


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model said.

    ``whole`` says that it ended by itself. Seconds are from the first request on; the first ones are those before
    anything came.
    """

    text: str
    whole: bool
    seconds: float
    first_seconds: float
    tokens: tuple[int, int] | None = None
