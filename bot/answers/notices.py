"""What an answer says besides the quotes, or instead of only that the reports don't say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.texts import texts
from index.language.detection import in_other_language
from index.types import LANGUAGES, QUESTION_CHARACTERS

if TYPE_CHECKING:
    from bot.types import Answer


def notice_of(answer: Answer) -> str | None:
    """Return that a question was too long to read all of it, or which languages are understood."""
    words = texts(answer.lang)
    answered = answer.status == "answered"
    if not answered and in_other_language(answer.question[:QUESTION_CHARACTERS]):
        # Whoever asks in a third language may read only one of the two.
        return "\n".join(texts(one).languages for one in sorted(LANGUAGES, key=lambda one: one != answer.lang))
    if len(answer.question) <= QUESTION_CHARACTERS:
        return None
    shortened = words.shortened_question.format(characters=QUESTION_CHARACTERS)
    return shortened if answered else f"{shortened}\n{words.not_found}"
