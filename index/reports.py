"""The reports, open: search them, judge whether they answer, and quote what they say, byte for byte.

    from index.reports import open_reports
    from index.settings import IndexSettings

    reports = open_reports(IndexSettings.load())
    found = reports.search("What is OLAP?")
    for quote in reports.quotes(found):
        print(f"{found.answerable:.0%} {quote.text} ({quote.citation.article}, line {quote.citation.line})")

This is all that a bot knows of an index, beside its types, errors and settings. What ``__all__`` names besides is
handed on from other rooms: how the index reads a question, and what a page shows of a quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from index.asking.question import Question
from index.characters.escapes import escaped
from index.characters.normal_form import nfkc, readable, visible
from index.characters.patterns import compiled
from index.language.detection import (
    asked_language,
    grammar_language,
    in_other_language,
    language_of,
    shown_language,
    without_emoji,
)
from index.language.lexicon import ENGLISH_STOP_WORDS, terms
from index.memory import give_back_large_blocks
from index.models.encoder import Encoder, open_encoder
from index.quoting.more import more_spans
from index.quoting.quotable import REFERS_BACK
from index.quoting.quotes import choose
from index.quoting.spans import cut, span_of
from index.reading.pages.links import citation_url, page_url
from index.reading.sentences import sentences_in
from index.searching import editions, judging, question_words
from index.searching.editions import MissingFact
from index.searching.results import Filters, Hit, SearchResult
from index.searching.search import Searcher, open_searcher
from index.showing.parts import Code, Part, Prose, Run, clean, plain
from index.showing.surroundings import label_of, needed_definitions, surroundings
from index.storage.opening import look
from index.storage.tables import ArticleEntry
from index.types import Citation, Contents, Emphasis, Place, Quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from index.grounding.grounding import Grounding, Line
    from index.quoting.spans import Span
    from index.settings import IndexSettings
    from index.storage.tables import StoredPassage
    from index.types import Language

# Open an index, ask it, and read what it found.
__all__ = ["Encoder", "Question", "Reports", "look", "open_encoder", "open_reports"]
__all__ += ["ArticleEntry", "Hit", "MissingFact", "ReportLine", "SearchResult"]
# How a text is written, and in which language.
__all__ += ["ENGLISH_STOP_WORDS", "asked_language", "compiled", "grammar_language", "in_other_language", "language_of"]
__all__ += ["REFERS_BACK", "nfkc", "readable", "sentences_in", "shown_language", "terms", "visible", "without_emoji"]
# What a reader of the page sees of a quote.
__all__ += ["Code", "Part", "Prose", "Run", "clean", "label_of", "needed_definitions", "plain", "readable_quote"]
# What proves a written sentence, and what a process that keeps answering does first.
__all__ += ["evidence", "give_back_large_blocks"]

# What a follow-up question means may take the search that its answer takes.
SEARCHED_LATELY = 4
# What stands in Markdown beside addresses, the names of definitions and the attributes of elements.
MAYBE_HIDDEN = re.compile(r"\]\s?[(\[:]|<\w|://")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A sentence of a report as a quote, and ``plain``, what a reader of the page sees of it."""

    quote: Quote
    plain: str


class Reports:
    """One version of the index, open, as ``open_reports`` returns it; safe to use from several threads."""

    def __init__(self, searcher: Searcher, settings: IndexSettings) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._sites = settings.sites
        self._searched = lru_cache(SEARCHED_LATELY)(self._search)

    @property
    def version(self) -> str:
        """The name of the version, which begins with the time when it was made."""
        return self._store.name

    @property
    def count(self) -> int:
        """The number of reports."""
        return int(self._store.manifest["articles"])

    def contents(self) -> Iterator[Contents]:
        """Yield every report with its sections, in the order of their paths."""
        tables = self._store.tables
        for number, article in enumerate(tables.articles()):
            numbered = [(n, section) for n, section in tables.sections(number) if section.headings]
            with_text = {stored.section_number for stored in tables.passages_of_article(number)}
            yield Contents(
                article,
                page_url(article, self._sites),
                tuple(section for _, section in numbered),
                tuple(section for n, section in numbered if n in with_text),
            )

    def search(self, question: str | Question, count: int = 10, articles: Collection[str] = ()) -> SearchResult:
        """Return the passages that match a question best, with the probability (0 to 1) that they answer it.

        ``articles`` are the paths of those to search; all if there are none. Raises EncoderError when the model cannot
        be loaded, IndexDamaged when a record does not have its checksum.
        """
        return self._searched(Question.of(question), count, tuple(articles))

    def quotes(self, found: SearchResult) -> tuple[Quote, ...]:
        """Return what answers best of what was found: sentences, rows, code with what leads into it."""
        return self.quotes_and_lines(found, 0)[0]

    def quotes_and_lines(self, found: SearchResult, most: int) -> tuple[tuple[Quote, ...], tuple[Place, ...]]:
        """Return the quotes, and where the lines stand that they were chosen from: the best first, ``most`` at most."""
        chosen = choose(found, self._searcher, most)
        return tuple(map(self._quote, chosen.quoted)), tuple(map(_place, chosen.lines))

    def lines(self, places: Iterable[Place]) -> Iterator[ReportLine]:
        """Yield the sentences at some places, read back from the index, each once; what is gone is left out."""
        seen = set()
        tables = self._store.tables
        for place in places:
            number = tables.article_number(place.article)
            if number is None:
                continue
            start, end = tables.article(number).text_range(place.start, place.end)
            for stored in tables.passages_between(number, start, end):
                for sentence in stored.passage.sentences:
                    inside = sentence.start < end and start < sentence.end
                    if inside and sentence.plain and (number, sentence.start) not in seen:
                        seen.add((number, sentence.start))
                        yield ReportLine(self._quote(span_of(stored, [sentence])), sentence.plain)

    def more(self, found: SearchResult, seen: Collection[Place]) -> tuple[Quote, ...]:
        """Return what stands around the best passage and was not seen yet; there may be nothing left."""
        return tuple(self._quote(span) for span in more_spans(found, self._searcher, seen))

    def grounding(self) -> Grounding:
        """Return what proves written sentences by lines, with the words of these reports, which are looked up once."""
        return self._grounding

    @cached_property
    def _grounding(self) -> Grounding:
        # Only written answers need it. It goes with the reports: whoever kept it elsewhere would keep them open.
        from index.grounding.grounding import Grounding

        return Grounding(self._searcher)

    def cite(self, stored: StoredPassage) -> Citation:
        """Return where a passage stands, with the link to it."""
        passage = stored.passage
        return self._citation(stored, stored.article.file_range(passage.start, passage.end)[0])

    def probability(
        self, asked: Question, readings: Sequence[str], found: SearchResult, articles: Collection[str]
    ) -> float:
        """Return the probability (0 to 1) that what was found answers one of the readings of a question.

        The readings say what it may mean after what was said before; it answers as asked when it has the kind of thing
        that ``asked`` asks for. ``articles`` are those that were searched.
        """
        meant = [Question.of(one) for one in readings]
        if not found.hits or meant == [found.question]:
            return found.answerable
        judged = (found if one == found.question else self.search(one, 1, articles) for one in meant)
        return judging.probability(asked, found, judged)

    def of_asked_edition(self, found: SearchResult) -> SearchResult:
        """Return what was found without other editions than the one that was asked for, if that one is reported."""
        return editions.of_asked_edition(found, self._searcher)

    def missing(self, found: SearchResult) -> MissingFact | None:
        """Return what was asked for by number or name and the first report is not of; None if it has all of it.

        It names other editions where no report is of the one that was asked for.
        """
        return editions.missing(found, self._searcher)

    def states(self, question: str, article: str) -> bool:
        """Return whether a question names no report and the front matter of an article says what it asks for."""
        asked = Question.of(question)
        if asked.field is None or asked.field.words or not self.has(article):
            return False
        return self.search(asked, 1, (article,)).is_stated

    def has(self, article: str) -> bool:
        """Return whether there is an article of this path."""
        return self._store.tables.article_number(article) is not None

    def language_of(self, article: str) -> Language:
        """Return the language that an article is written in."""
        number = self._store.tables.article_number(article)
        return "ja" if number is None else self._store.tables.entries[number].language

    def known(self, words: Sequence[str]) -> Collection[str]:
        """Return those of some words that any report has; words are as ``terms`` gives them."""
        return self._store.tables.word_numbers(words)

    def share_known(self, words: Collection[str], article: str) -> float:
        """Return the weighted share of some words that an article has in any form, 0 to 1; rare words weigh more."""
        return question_words.share_known(words, article, self._store)

    def share_named(self, words: Collection[str], article: str) -> float:
        """Return the share of some words that an article has as they are, 0 to 1."""
        return question_words.share_named(words, article, self._store)

    def close(self) -> None:
        """Let go of the files."""
        self._store.close()

    def _search(self, question: Question, count: int, articles: tuple[str, ...]) -> SearchResult:
        return self._searcher.search(question, count, Filters(articles=articles))

    def _citation(self, stored: StoredPassage, start: int) -> Citation:
        """Return where the byte ``start`` of the file of a passage's article stands."""
        article, section = stored.article, stored.passage.section
        line = article.line_of(start)
        url = citation_url(article, section.anchor, line, self._sites)
        return Citation(article.path, article.title, section.headings, section.anchor, url, line, not article.published)

    def _quote(self, span: Span) -> Quote:
        article, section = span.stored.article, span.stored.passage.section
        around = surroundings(article.text, section, span.start, span.end)
        start, end = article.file_range(span.start, span.end)
        text = article.source[start:end].decode()
        markdown = None if text == span.text else span.text
        if not span.stored.passage.is_text:
            markdown = escaped(next(one.plain for one in article.fields if one.start == start))
        cite, cuts = self._citation(span.stored, start), cut(span, self._store.tables)
        emphasis = tuple(Emphasis(*article.file_range(*words), span.shown(*words)) for words in span.emphasis)
        quote = Quote(cite, start, end, text, span.is_code, around, cuts, markdown)
        return replace(quote, emphasis=tuple(one for one in emphasis if _is_shown(quote, one)))


def _is_shown(quote: Quote, words: Emphasis) -> bool:
    """Return whether a reader sees words of a quote: those in the address of a link are not seen."""
    if not MAYBE_HIDDEN.search(quote.page_text):
        return True
    parts = readable_quote(replace(quote, emphasis=(words,)))
    return any(run.emphasised for part in parts for run in getattr(part, "runs", ()))


def _place(span: Span) -> Place:
    article = span.stored.article
    return Place(article.path, *article.file_range(span.start, span.end))


def open_reports(settings: IndexSettings, encoder: Encoder | None = None) -> Reports:
    """Open the index that the settings name with the encoder that they name, unless it is given.

    Raises IndexMissing, IndexDamaged or IndexMismatch (another model made it), IndexUnwritable or SettingsError with
    Milvus, and EncoderError when the model cannot be loaded.
    """
    return Reports(open_searcher(settings, encoder), settings)


def evidence(text: str, headings: tuple[str, ...], section: int) -> Line:
    """Return a line that a written sentence may lean on, for ``Reports.grounding``."""
    from index.grounding.grounding import Line

    return Line(text, headings, section)


def readable_quote(quote: Quote, limit: int | None = None) -> tuple[Part, ...]:
    """Return what a reader sees of the first ``limit`` characters of a quote, with … where its row or line goes on."""
    # An answer as Markdown or JSON needs no parser of Markdown, and that takes a while to import.
    from index.showing import styled

    return styled.readable_quote(quote, limit)
