"""The answers to several questions of one message, put together into one."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from bot.answers.sources import MOST_SOURCES, sources_of
from bot.texts import texts
from bot.types import Material
from index.types import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.conversation.several_questions import Subquestion
    from bot.types import Answer, Topic
    from index.types import Quote

# As many as have room for a quote each; the others are named.
MOST_QUESTIONS = 4
# Together they are what Slack shows of an answer.
QUOTED_CHARACTERS = 1_400
SAID_CHARACTERS = 80


def answers_all(whole: Answer, parts: Sequence[Subquestion], answers: Sequence[Answer]) -> bool:
    """Tell whether the answer to a message as a whole quotes what the answers to its questions do, and nothing else."""
    quotes = list(chain.from_iterable(one.quotes for one in answers))
    all_answered = len(answers) == len(parts) and all(one.status == "answered" for one in answers)
    has_all = all(any(_has(quoted, quote) for quoted in whole.quotes) for quote in quotes)
    return all_answered and has_all and all(any(_has(quoted, quote) for quote in quotes) for quoted in whole.quotes)


def together(whole: Answer, parts: Sequence[Subquestion], answers: Sequence[Answer]) -> Answer:
    """Return one answer to the questions of a message, of which there are ``answers`` to the first ones.

    Its notice says which sources answer which question, and which questions are left. What the message as a whole
    finds and none of its questions does would answer nothing that can be named.
    """
    answered = [one for one in answers if one.status == "answered"]
    if not answered:
        return whole if whole.status != "answered" else _declined(whole, parts, answers)
    shown = [_within(one.quotes, len(answered)) for one in answers]
    kept = list(chain.from_iterable(shown))
    quotes = _united(kept)
    topics = [one.topic for one in answered if one.topic is not None]
    return replace(
        whole,
        status="answered",
        confidence=min(one.confidence for one in answered),
        quotes=quotes,
        suggestions=(),
        notice="\n".join(_lines(parts, answers, shown, quotes)),
        considered=tuple(
            one for row in zip_longest(*(a.considered for a in answers)) for one in row if one is not None
        ),
        topic=replace(topics[-1], quoted=_seen(topics, answered, kept)),
        material=_material([one.material for one in answered if one.material is not None]),
    )


def _material(parts: Sequence[Material]) -> Material | None:
    """Return what the questions of a message mean, with their lines in turns."""
    if not parts:
        return None
    places = (place for row in zip_longest(*(part.places for part in parts)) for place in row if place is not None)
    return Material("\n".join(part.question for part in parts), tuple(dict.fromkeys(places)))


def _declined(whole: Answer, parts: Sequence[Subquestion], answers: Sequence[Answer]) -> Answer:
    """Return that each question is left, and what is nearest to the first of them."""
    notice = "\n".join(_lines(parts, answers, [()] * len(answers), ()))
    first = answers[0]
    return replace(
        whole,
        status="not_found",
        confidence=first.confidence,
        quotes=(),
        suggestions=first.suggestions,
        notice=notice,
        topic=first.topic,
        material=None,
    )


def _seen(topics: Sequence[Topic], answered: Sequence[Answer], kept: Sequence[Quote]) -> tuple[Place, ...]:
    """Return what was quoted before and is quoted now; what has no room is not."""
    found = {_place(quote) for one in answered for quote in one.quotes}
    before = (place for topic in topics for place in topic.quoted if place not in found)
    return tuple(dict.fromkeys((*before, *map(_place, kept))))


def _place(quote: Quote) -> Place:
    return Place(quote.citation.article, quote.start, quote.end)


def _lines(
    parts: Sequence[Subquestion], answers: Sequence[Answer], shown: Sequence[Sequence[Quote]], quotes: Sequence[Quote]
) -> Iterator[str]:
    """Yield one line a question: the numbers of its sources and what is to be said of them, or that it is left."""
    words = texts(answers[0].lang)
    for part, answer, quoted in zip_longest(parts, answers, shown):
        if answer is None:
            found = words.ask_alone
        elif quoted:
            found = " ".join([*(f"[{number}]" for number in _numbers(quoted, quotes)), answer.notice or ""]).rstrip()
        else:
            found = answer.notice or words.part_left
        yield words.part.format(question=_short(part.said), found=found)


def _numbers(quoted: Sequence[Quote], quotes: Sequence[Quote]) -> list[int]:
    """Return the numbers of the sources that have some of the quotes."""
    sources = sources_of(quotes)
    return [one.number for one in sources if any(_has(all_of, quote) for all_of in one.quotes for quote in quoted)]


def _short(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= SAID_CHARACTERS else f"{line[:SAID_CHARACTERS]}…"


def _within(quotes: Sequence[Quote], share: int) -> list[Quote]:
    """Return the first quotes that have room, at least one, where so many share what is shown."""
    kept: list[Quote] = []
    for quote in quotes:
        more = [*kept, quote]
        if kept and not _have_room(more, share):
            break
        kept = more
    return kept


def _have_room(quotes: Sequence[Quote], share: int) -> bool:
    characters = sum(len(quote.page_text) for quote in quotes)
    return characters * share <= QUOTED_CHARACTERS and len(sources_of(quotes)) * share <= MOST_SOURCES


def _united(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """Return the quotes section by section, in the order of the text within one; those that overlap are joined."""
    by_section = [quote for source in sources_of(quotes) for quote in sorted(source.quotes, key=lambda one: one.start)]
    united: list[Quote] = []
    for quote in by_section:
        if united and _overlap(united[-1], quote):
            united[-1] = _joined(united[-1], quote)
        else:
            united.append(quote)
    return tuple(united)


def _overlap(first: Quote, second: Quote) -> bool:
    return first.citation.article == second.citation.article and first.start <= second.start < first.end


def _joined(first: Quote, second: Quote) -> Quote:
    """Return the quote of two that overlap, the first of which begins no later."""
    if second.end <= first.end:
        return first
    text = first.text + second.text.encode()[first.end - second.start :].decode()
    shown = _joined_text(first.page_text, second.page_text)
    around = first.around and replace(first.around, end=first.around.start + len(shown))
    if second.around is not None:
        around = replace(second.around, start=second.around.end - len(shown))
    cut, code = (first.cut[0], second.cut[1]), first.code and second.code
    return replace(first, end=second.end, text=text, code=code, around=around, cut=cut, markdown=shown)


def _joined_text(first: str, second: str) -> str:
    """Return a text with what another one, which begins with the end of it, goes on with."""
    shared = next(count for count in range(len(second), -1, -1) if first.endswith(second[:count]))
    return first + second[shared:]


def _has(quoted: Quote, quote: Quote) -> bool:
    same = quoted.citation.article == quote.citation.article
    return same and quoted.start <= quote.start and quote.end <= quoted.end
