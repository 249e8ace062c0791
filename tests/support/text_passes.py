"""The passes that the indexer and the bot make over texts of others, with the constructs to try them on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.incoming import addressed
from bot.slack.incoming.threads import tags
from bot.slack.views.excerpts import cut
from bot.slack.views.markup import escape, question_of
from index.asking.answer_type import lacks_asked_type
from index.asking.own_editions import event_of
from index.asking.question_type import TYPES
from index.errors import ArticleError
from index.language import lexicon
from index.language.detection import language_of
from index.models.tokenizer import normalize
from index.reading.dialects.page import page_edits
from index.reading.front_matter.block import LONGEST_TEXT
from index.reading.front_matter.front_matter import read_front_matter
from index.reading.pages.zenn import heading_ids
from index.reading.passages import sections_of, split_article
from index.showing.parts import plain
from index.showing.styled import readable
from index.sites.page import Dialect
from index.types import Article, SplitSettings, Surroundings
from tests.support import hostile_markdown as hostile
from tests.support.hostile_dialects import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.hostile_markdown import Construct


@dataclass(frozen=True, slots=True)
class TextPass:
    """A pass by name: what is done with a text, and the texts."""

    name: str
    work: Callable[[str], object]
    constructs: tuple[Construct, ...]


def _article(text: str) -> None:
    article = Article("a.md", text.encode(), 0, "t")
    # How a long passage is best cut takes the longer the more of it fits into one.
    split_article(article, SplitSettings(100))
    sections_of(article)


def _page(text: str) -> None:
    for dialect in (Dialect.HUGO, Dialect.JEKYLL, Dialect.MDX):
        article = Article("a.md", text.encode(), 0, "t", edits=page_edits(text.encode(), 0, dialect))
        for passage in split_article(article, SplitSettings(100)):
            for sentence in passage.sentences:
                article.text_range(*article.file_range(sentence.start, sentence.end))


def _front_matter(text: str) -> None:
    with suppress(ArticleError):
        read_front_matter("a.md", text.encode())


def _event(text: str) -> None:
    event_of(Article("a.md", text.encode(), 0, text[:LONGEST_TEXT]))


def _headings(text: str) -> None:
    heading_ids((1, label) for label in text.split("\n"))


def _headings_of_dialects(text: str) -> None:
    for dialect in Dialect:
        sections_of(Article("a.md", text.encode(), 0, "t", dialect=dialect))


def _quote(text: str) -> None:
    parts = readable(text)
    escape(plain(cut(parts, len(text) // 2)))


def _quote_in_its_place(text: str) -> None:
    readable(text, around=Surroundings(f"## a\n{text}\n\n[b]: /c", 5, 5 + len(text)))


def _line(text: str) -> None:
    """Read the words of a report's line, and see which kinds of questions it may answer."""
    lexicon.terms(text)
    lexicon.readings(text)
    normalize(text)
    language_of(text, "en")
    lacks_asked_type("how many people? how much is it?", [text])
    for kind in TYPES:
        kind.is_marked(text)


def _question(text: str) -> None:
    tags(text)
    question_of(text, "U1")
    addressed.read(text)


PASSES = (
    TextPass("article", _article, hostile.ARTICLES),
    TextPass("page", _page, (*DIALECTS, *hostile.HTML)),
    TextPass("front matter", _front_matter, hostile.FRONT_MATTERS),
    TextPass("event", _event, hostile.TEXTS),
    TextPass("heading ids", _headings, hostile.HEADINGS),
    TextPass("headings of dialects", _headings_of_dialects, hostile.NAMED_HEADINGS),
    TextPass("quote", _quote, hostile.QUOTES),
    TextPass("quote in its place", _quote_in_its_place, hostile.QUOTES),
    TextPass("line", _line, hostile.TEXTS),
    TextPass("question", _question, hostile.TEXTS),
)
