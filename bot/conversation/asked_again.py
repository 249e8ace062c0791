"""Messages that ask the last question again: for more, in the other language, or with another number in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.leaning import ASKING, LEANING, begun, read, terms_of
from index.reports import ENGLISH_STOP_WORDS, terms
from index.word_lists import phrases_of, rows_of

if TYPE_CHECKING:
    from index.types import Language

_PLEASE = (
    r"[をも]?\s*(?:お願い(?:します)?|教えて(?:ください|もらえますか|くれますか)?|知りたい(?:です)?"
    r"|説明して(?:ください)?|ありますか|ある)?"
)
MORE = re.compile(
    r"(?:(?:can|could) you )?(?:tell|show|give) me (?:some )?more(?: details?| about (?:it|that|this))?(?:,? please)?"
    r"|(?:some )?more(?: details?)?(?:,? please)?|(?:is there )?anything (?:else|more)"
    r"|what else(?: did (?:they|he|she) say| was said)?|(?:any )?(?:others?|other (?:points?|opinions?|ideas?))"
    r"|go on|continue|in (?:more )?detail"
    r"|(?:(?:それ|これ|その件)(?:を|について)?)?(?:もっと|もう少し|もうちょっと|さらに)?"
    r"(?:詳しく|くわしく|具体的に)" + _PLEASE +
    r"|(?:もっと|詳細|続き)は?" + _PLEASE +
    r"|(?:その)?(?:他|ほか)(?:に|の(?:意見|点|話|こと|例|結論|案|理由))?[はも]?(?:何か|なにか)?" + _PLEASE,
    re.IGNORECASE,
)  # fmt: skip
IN_LANGUAGE = re.compile(
    r"(?:(?:can|could) you )?(?:(?:say|answer|repeat|explain|translate) (?:it |that |this )?(?:again )?)?(?:please )?"
    r"(?:in|into|to) (?P<english>english|japanese)(?:,? please)?"
    r"|(?P<japanese>日本語|英語)(?:で|に)[もは]?(?:もう一度)?(?:訳して|答えて|言って|回答して)?(?:ください)?" + _PLEASE,
    re.IGNORECASE,
)  # fmt: skip

NUMBERED = re.compile(
    r"(?<![A-Za-z0-9.+/_-])(?:(?P<unit>[A-Za-z]+|[ァ-ヺー]+|第)[ #]{0,2}|#)?(?P<number>[0-9]{1,4})"
    r"(?:st|nd|rd|th)?(?![0-9A-Za-z]|[.,/_-][0-9A-Za-z])"
)
# Reports write track4, people also トラック4.
UNITS = {other: name for name, *others in rows_of(LEANING, "parts") for other in others}
PARTS = frozenset({"talk", "workshop", *(name for name, *_ in rows_of(LEANING, "parts"))})
# What is said beside the number by who only corrects it, or names a year.
FILLERS = " ".join(phrases_of(LEANING, "beside a number"))


@dataclass(frozen=True, slots=True)
class Renumbering:
    """An earlier question with another number in it, and the number that stood there."""

    question: str
    replaced: str


def asks_for_more(question: str) -> bool:
    """Return whether a whole message only asks for more of the same."""
    return MORE.fullmatch(begun(question)) is not None


def language_asked_for(question: str) -> Language | None:
    """Return the language that a whole message asks to be answered in, as "in Japanese please" does."""
    found = IN_LANGUAGE.fullmatch(begun(question))
    if found is None:
        return None
    return "ja" if str(found["english"] or found["japanese"]).lower() in {"japanese", "日本語"} else "en"


def with_its_number(question: str, earlier: str) -> Renumbering | None:
    """Return the earlier question with the number that a follow-up consists of, as "and track3?" does."""
    numbers = list(NUMBERED.finditer(question))
    if not numbers or not _is_nothing_but(numbers[-1], question, earlier):
        return None
    wanted = numbers[-1]
    replaceable = [one for one in NUMBERED.finditer(earlier) if _may_replace(wanted, one)]
    if not replaceable:
        return None
    replaced = min(replaceable, key=lambda one: _unit(one) != _unit(wanted))
    # Where only the number differs, the earlier question's way of writing it is kept.
    group = "number" if _unit(wanted) in {_unit(replaced), ""} else 0
    renumbered = earlier[: replaced.start(group)] + wanted[group] + earlier[replaced.end(group) :]
    return Renumbering(renumbered, replaced["number"])


def numbers_of(text: str) -> set[str]:
    """Return the numbers in a text, as those of an event in its title."""
    return {numbered["number"] for numbered in NUMBERED.finditer(text)}


def _is_nothing_but(numbered: re.Match[str], question: str, earlier: str) -> bool:
    """Return whether a question has no word beside a number that the earlier question does not have as well."""
    rest = read(f"{question[: numbered.start()]} {question[numbered.end() :]}")
    said = set(terms(earlier)) | terms_of(FILLERS)
    return not rest.pronoun and not ASKING.search(begun(question)) and {*rest.words, *rest.general} <= said


def _may_replace(wanted: re.Match[str], replaced: re.Match[str]) -> bool:
    """Return whether a number may stand in the place of another: track3 of track4, 2025 of 2024."""
    unit, other = _unit(wanted), _unit(replaced)
    if wanted["number"] == replaced["number"]:
        return False
    if not unit:
        return len(wanted["number"]) == len(replaced["number"])
    return unit == other or {unit, other} <= PARTS


def _unit(numbered: re.Match[str]) -> str:
    unit = (numbered["unit"] or "").lower()
    return "" if unit in ENGLISH_STOP_WORDS else UNITS.get(unit, unit)
