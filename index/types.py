"""The words of the project as frozen dataclasses; every module takes and returns these.

Offsets of sections, passages and sentences are bytes of the article's text, which is what its page shows; those of
quotes and places are bytes of the article's file as it stands on disk:
``open(path, "rb").read()[start:end].decode("utf-8") == quote.text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from index.edits import EditedText
from index.sites.facts import NO_EVENT, Event, Field
from index.sites.page import NO_ADDRESS, Dialect, FileName, PageAddress

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.edits import Edit

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# Longer questions are cut: hardly anybody asks more, and a token may be a single character, so that a thousand of odd
# ones would take seconds.
QUESTION_CHARACTERS = 400


@dataclass(frozen=True)
class Article:
    """One Markdown file with front matter.

    ``path`` is relative to its articles folder, with forward slashes; ``source`` is the whole file
    as it stands on disk and ``body_start`` the byte at which the text after the front matter begins.
    ``edits`` make the Markdown of what its page shows of that. ``has_page`` says that Zenn publishes it, once the
    moment ``published_at`` has come. ``date`` is the day, month or year (2019-06-12, 2019-06, 2019) in which it was
    written, and ``fields`` are lines of its front matter, which are no part of its text. ``event`` is found when the
    index is built. ``folder`` numbers the articles folder that it is from, and ``title_from`` names what the title is:
    ``front matter``, ``heading`` or ``file name``.
    """

    path: str
    source: bytes
    body_start: int
    title: str
    topics: tuple[str, ...] = ()
    published: bool = True
    published_at: str | None = None
    publication: str | None = None
    has_page: bool = True
    edits: tuple[Edit, ...] = ()
    date: str | None = None
    fields: tuple[Field, ...] = ()
    event: Event = NO_EVENT
    dialect: Dialect = Dialect.ZENN
    address: PageAddress = NO_ADDRESS
    folder: int = 0
    title_from: str = "front matter"

    @property
    def text(self) -> bytes:
        """The file with what its page shows instead of the markup of its dialect; the front matter is as it was."""
        return self._edited.text if self.edits else self.source

    @property
    def slug(self) -> str:
        """The file name without its suffixes, or the folder's of an ``index.md``; Zenn has it in the page's address."""
        return FileName.of(self.path).name

    def line_of(self, offset: int) -> int:
        """Return the line of the file, counted from 1, on which the byte at ``offset`` of the file stands."""
        return self.source.count(b"\n", 0, offset) + 1

    def file_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the byte range of the file that a byte range of the text is from."""
        return self._edited.file_range(start, end) if self.edits else (start, end)

    def text_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the byte range of the text that a byte range of the file is shown as."""
        return self._edited.text_range(start, end) if self.edits else (start, end)

    @cached_property
    def _edited(self) -> EditedText:
        return EditedText(self.source, self.edits)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text under it, up to the next heading of any level.

    ``headings`` is the heading path as rendered text, outermost first, and ends with the section's own
    heading; it is empty for the lead text before the first heading. ``anchor`` is the id that the page
    gives the heading or, for h5 and h6 which have none, that of the nearest ancestor with one.
    ``start`` and ``end`` span the heading line and its text.
    """

    headings: tuple[str, ...]
    level: int
    anchor: str | None
    start: int
    end: int


# The kind of what stands in front matter.
FIELD = "field"


@dataclass(frozen=True, slots=True)
class Contents:
    """An article with its sections that have a heading; ``with_text`` are those with text of their own.

    ``url`` is the address of its page, None where there is no public one.
    """

    article: Article
    url: str | None
    sections: tuple[Section, ...]
    with_text: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest quotable unit: a byte range inside one passage, not longer than a line.

    ``block`` numbers the blocks of the article (a paragraph, a list item with its sub-items, a table, a
    fence): sentences with the same number stay together in a quote. ``kind`` is one of ``text``, ``item``,
    ``row``, ``code``, ``link``, ``image`` or, in front matter, ``field``. ``plain`` is what a reader of the page sees,
    without markup.
    """

    start: int
    end: int
    block: int
    kind: str
    plain: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is embedded and retrieved: a contiguous byte range inside one section."""

    section: Section
    start: int
    end: int
    sentences: tuple[Sentence, ...]

    @property
    def is_text(self) -> bool:
        """Whether it is from the text of its article and not from the front matter."""
        return not self.sentences or self.sentences[0].kind != FIELD

    @property
    def plain(self) -> str:
        """The passage as a reader of the page sees it, one sentence a line."""
        return "\n".join(sentence.plain for sentence in self.sentences if sentence.plain)


@dataclass(frozen=True, slots=True)
class SplitSettings:
    """The settings by which articles are cut; they are stored with the index, and a change of them rebuilds it."""

    max_characters: int = 600


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """One passage as the encoder reads it: ``context`` (title and headings) and then its sentences."""

    context: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Learned sparse features: indices (n,) into ``sparse_dimension`` and weights (n,), strongest first."""

    indices: NDArray[np.int32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """A question: ``dense`` (d,) of length 1, its sparse features and its ``tokens`` where the model gives them.

    ``tokens`` (t, d) are what ``late_interaction.residuals`` makes of the token states.
    """

    dense: NDArray[np.float32]
    sparse: SparseVector | None
    tokens: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage: ``dense`` (d,), one row per sentence in ``sentences`` (n, d), its sparse features and its tokens.

    ``dense`` and the rows have length 1. A sentence without a token of its own, because it is empty or
    beyond the end of what the model reads, has the zero vector: similar to nothing, so never preferred.
    ``tokens`` are as ``late_interaction.pack`` keeps them; None with models that don't give their states.
    """

    dense: NDArray[np.float32]
    sentences: NDArray[np.float32]
    sparse: SparseVector | None
    tokens: NDArray[np.uint8] | None


@dataclass(frozen=True, slots=True)
class Place:
    """A byte range ``[start, end)`` of an article."""

    article: str
    start: int
    end: int

    def overlaps(self, article: str, start: int, end: int) -> bool:
        """Return whether another range shares a byte with it."""
        return self.article == article and start < self.end and self.start < end


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The section that a quote is from; the quote is ``text[start:end]``, ``definitions`` are those of the article."""

    text: str
    start: int
    end: int
    definitions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """The place where a quote or a suggested section stands; ``url`` is None where there is no page to link to."""

    article: str
    title: str
    headings: tuple[str, ...]
    anchor: str | None
    url: str | None
    line: int
    draft: bool


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words of a quote: their byte range ``[start, end)`` in the file, and ``shown``, their range in ``page_text``."""

    start: int
    end: int
    shown: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """A byte range ``[start, end)`` of an article and its bytes; ``code`` says that it is from inside a fence.

    ``markdown`` is what the page shows of it, as Markdown, where that is not the text itself. ``around`` is what stands
    around it, where that decides how it is shown, and ``cut`` says whether a row or a line of code goes on before and
    behind it. ``emphasis`` are the words that answer.
    """

    citation: Citation
    start: int
    end: int
    text: str
    code: bool = False
    around: Surroundings | None = None
    cut: tuple[bool, bool] = (False, False)
    markdown: str | None = None
    emphasis: tuple[Emphasis, ...] = ()

    @property
    def page_text(self) -> str:
        """What the page shows of it, as Markdown."""
        return self.text if self.markdown is None else self.markdown

    @property
    def marks(self) -> tuple[str, str]:
        """The marks before and behind the text, where the row or line that it is from goes on."""
        before, behind = ("…" if cut else "" for cut in self.cut)
        return before, behind

    @property
    def shown(self) -> str:
        """What the page shows of it, as Markdown, between its marks."""
        before, behind = self.marks
        return f"{before}{self.page_text}{behind}"

    @property
    def last_line(self) -> int:
        """The line of the file on which the quote ends, counted from 1."""
        return self.citation.line + self.text.count("\n")
