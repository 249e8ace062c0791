"""The bot's rooms hand these to each other: answers, and what follow-up questions lean on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from index.types import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.types import Citation, Language, Quote


SmallTalk = Literal[
    "help", "about", "complaint", "thanks", "goodbye", "praise", "greeting", "acknowledgement", "gibberish", "empty"
]


@dataclass(frozen=True, slots=True)
class ConsideredPassage:
    """A passage that was looked at for an answer, with the scores of its `Hit`."""

    citation: Citation
    score: float
    dense: float
    sparse: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Material:
    """What an answer can be written from: the question as it is meant, and where the lines stand that answer it best.

    The lines of the quotes are not among them.
    """

    question: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer says what the reports say, or that they don't, or replies to what is no question (``small_talk``).

    ``confidence`` is the probability that the reports answer the question. ``suggestions`` are the nearest
    sections when they do not; ``notice`` then replaces "the reports don't say" where something else is meant.
    ``considered`` are the best passages, for whoever asks why this is the answer; ``topic`` is what a follow-up
    question leans on. ``material`` is there where answers are written and the reports have one.
    """

    question: str
    lang: Language
    status: Literal["answered", "not_found"]
    confidence: float
    quotes: tuple[Quote, ...]
    suggestions: tuple[Citation, ...]
    index_version: str
    milliseconds: float = 0.0
    notice: str | None = None
    small_talk: SmallTalk | None = None
    considered: tuple[ConsideredPassage, ...] = ()
    topic: Topic | None = None
    material: Material | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """The subject of a conversation after an answer.

    ``subject`` is the last question that was whole, ``asked`` what was searched for last, and ``language`` that of the
    answer. ``article`` is the path of the report that it is about, None where that is not known, and ``title`` its
    title; ``quoted`` is what was quoted.
    """

    subject: str
    asked: str
    language: Language
    article: str | None = None
    title: str = ""
    quoted: tuple[Place, ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles in which to look for what leans on it; none in particular if the report is not known."""
        return () if self.article is None else (self.article,)

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what ``as_json`` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, "quoted": tuple(Place(**place) for place in fields["quoted"])})


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a written answer: the ``text`` that was shown, or else the ``reason`` why none was.

    ``model`` took so many ``seconds``, and ``dropped`` counts the sentences of its that are not shown by reason. Each
    line of the text ``leans_on`` some of the ``places`` in that version of the index, by their positions.
    """

    text: str = ""
    reason: str = ""
    model: str = ""
    seconds: float = 0.0
    dropped: Mapping[Any, int] = field(default_factory=dict)
    leans_on: tuple[tuple[int, ...], ...] = ()
    places: tuple[Place, ...] = ()
    index_version: str = ""

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what ``as_json`` wrote, also that of earlier versions, which has less."""
        fields = json.loads(text)
        leans_on = tuple(map(tuple, fields.pop("leans_on", ())))
        places = tuple(Place(**place) for place in fields.pop("places", ()))
        return cls(**fields, leans_on=leans_on, places=places)


class Earlier(Protocol):
    """An earlier answer that a follow-up question leans on, or the record of one."""

    @property
    def topic(self) -> Topic | None:
        """The subject of the conversation after it; None when nothing was asked."""
