"""Tell whether an article has what a question names by number, and what it has instead."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.asking.calendar_words import all_days, days, periods, years
from index.asking.named_facts import facts_in, numbered
from index.asking.own_editions import may_be_of, names_of, said_of_itself, shown_years, text_of, titled
from index.language import lexicon
from index.language.lexicon import SHORTEST_READING
from index.language.numerals import ORDINALS
from index.language.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.asking.named_facts import NamedFact
    from index.types import Article

_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T][\d:]+)?")


def missing_facts(named: Iterable[NamedFact], article: Article) -> tuple[NamedFact, ...]:
    """Return what a question names and an article does not have, neither in its text nor in its title or date."""
    return tuple(fact for fact in named if not has_fact(fact, article))


def has_fact(fact: NamedFact, article: Article) -> bool:
    """Return whether an article has what a question names; as the edition of its event it must be of that one."""
    match fact.kind:
        case "day":
            text = text_of(article)
            return fact.key in all_days(text) or not any(days(text))
        case "period":
            return _has_period(fact, article)
        case "year":
            if _is_of_event(fact, article):
                return may_be_of(fact.key, article)
            return (article.date or "").startswith(fact.key) or mentions(fact, text_of(article))
        case "edition" | "numbered":
            return _has_edition(fact, article)
        case _:
            return mentions(fact, text_of(article))


def mentions(fact: NamedFact, text: str) -> bool:
    """Return whether a text in NFKC has what a question names, in one way of writing or another."""
    match fact.kind:
        case "year":
            return fact.key in {year for _, year in years(text)} or _stands_in(fact.key, text)
        case "period":
            return fact.key in {period for _, period in periods(text)}
        case "version":
            return re.search(rf"(?<![\d.]){re.escape(fact.key)}(?!\d)", text) is not None
        case "numbered":
            return _has_part(fact, text) or _has_numbered(fact, text)
        case "edition" if _has_part(fact, text):
            return True
        case _:
            known = (other for _, other in facts_in(text))
            return any((other.kind, other.name, other.key) == (fact.kind, fact.name, fact.key) for other in known)


def alike(fact: NamedFact, article: Article) -> list[str]:
    """Return what an article has instead: its years and editions, its identifiers and versions of the same name."""
    if fact.kind in ("year", "period"):
        seasons = [other.text for _, other in facts_in(titled(article)) if other.kind == fact.kind == "period"]
        return [one for one in seasons or shown_years(article) if one != fact.key]
    told = titled(article) if fact.kind == "edition" else text_of(article)
    same = (other for _, other in facts_in(told) if other.kind == fact.kind and other.name == fact.name)
    return list(dict.fromkeys(other.text for other in same if other.key != fact.key))


def _is_of_event(fact: NamedFact, article: Article) -> bool:
    """Return whether a question names an edition by its number, and not what happened in a year."""
    if fact.of_event or not fact.near.isdisjoint(names_of(article)):
        return True
    latin = [word for word in fact.near if word.isascii() and len(word) >= SHORTEST_READING]
    return bool(latin) and any(word in lexicon.spelled(article.title) for word in map(lexicon.spelled, latin))


def _has_period(fact: NamedFact, article: Article) -> bool:
    """Return whether an article is of a season or a month, as far as its title names any, or else of its year."""
    year, period = fact.key.split("-")
    known = [other.key for _, other in facts_in(titled(article)) if other.kind == "period"]
    same = [key for key in known if key.split("-")[1].isdigit() == period.isdigit()]
    if not same:
        named = replace(fact, kind="year", key=year)
        return has_fact(named, article)
    return fact.key in same


def _has_edition(fact: NamedFact, article: Article) -> bool:
    """Return whether an article is of an edition or, where that is not one of its event, has what is numbered so.

    "Nets 14" may be how a question writes the name of an edition.
    """
    title, is_of_event = _DATE.sub("", titled(article)), _is_of_event(fact, article)
    if (is_of_event or fact.kind == "edition") and _stands_in(fact.key, title):
        return True
    if not is_of_event:
        return _counts_anything(fact) or mentions(fact, text_of(article))
    others = {other.kind for _, other in facts_in(title)}
    if fact.kind == "edition" and "edition" in others:
        return _has_part(fact, text_of(article))
    return mentions(fact, said_of_itself(article))


def _counts_anything(fact: NamedFact) -> bool:
    """Return whether a fact is an English ordinal, as in "the third Tuesday"."""
    word = fact.text.casefold()
    return word in ORDINALS or re.fullmatch(r"\d+(?:st|nd|rd|th)", word) is not None


def _stands_in(number: str, text: str) -> bool:
    return re.search(rf"(?<!\d)0*{re.escape(number)}(?!\d)", text) is not None


def _has_part(fact: NamedFact, text: str) -> bool:
    """Return whether a text has a part of an event in either language, also as in "the fourth track"."""
    # `parts` leaves "track 4" itself out.
    asked = {f"{fact.name}{fact.key}", *parts(fact.text)}
    known = {*parts(text), *(f"{other.name}{other.key}" for _, other in numbered(text))}
    return not asked.isdisjoint(known)


def _has_numbered(fact: NamedFact, text: str) -> bool:
    """Return whether a name stands right before its number; GPT-3 is not GPT-3.5."""
    behind = r"(?!\d|\.\d)" if "-" in fact.text else r"(?!\d)"
    near = rf"{re.escape(fact.name)}(?:\.js)?[^\dA-Za-z]{{0,8}}(?:v|ver\.?|version)?\s?0*{re.escape(fact.key)}{behind}"
    return re.search(near, text.casefold()) is not None
