"""Add to an answer what it says besides the quotes, or instead of only that the reports don't say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.texts import texts
from index.reports import in_other_language
from index.types import LANGUAGES, QUESTION_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.reports import Hit, MissingFact
    from index.types import Language, Quote


def not_reported(missing: MissingFact, language: Language) -> str:
    """Return that the reports are of other editions than the one asked about, and which these are."""
    others = "、".join(missing.others) if language == "ja" else ", ".join(missing.others)
    return texts(language).other_edition.format(asked=missing.text, others=others)


def lacking(missing: MissingFact, title: str, language: Language) -> str:
    """Return that the quoted report does not have what the question names, or is of another time."""
    words = texts(language)
    said = words.of_another if missing.mentioned else words.lacking
    return said.format(asked=missing.text, title=title)


def which_event(quotes: Sequence[Quote], hits: Sequence[Hit], language: Language) -> str | None:
    """Ask which event is meant by a question that names none, unless several are quoted."""
    words = texts(language)
    titles = {quote.citation.title for quote in quotes}
    if not titles:
        return words.which_event.format(title=hits[0].stored.entry.title) if hits else None
    return words.of_one_event.format(title=titles.pop()) if len(titles) == 1 else None


def notice_of(question: str, language: Language, *, answered: bool) -> str | None:
    """Return that a question was too long to read all of it, or which languages are understood."""
    words = texts(language)
    if not answered and in_other_language(question[:QUESTION_CHARACTERS]):
        # Whoever asks in a third language may read only one of the two.
        return "\n".join(texts(one).languages for one in sorted(LANGUAGES, key=lambda one: one != language))
    if len(question) <= QUESTION_CHARACTERS:
        return None
    shortened = words.shortened_question.format(characters=QUESTION_CHARACTERS)
    return shortened if answered else f"{shortened}\n{words.not_found}"
