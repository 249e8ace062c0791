"""Prove a written sentence by lines of the reports, or say why not.

A sentence is proved if one line, or up to three of one section, with the title and the headings above them, have all
its quantities and names, deny, order and compare nothing otherwise, and have enough of its words. What nobody can tell
so is who did what to whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.grounding import comparisons, directions, names
from index.grounding.attributions import misattributed
from index.grounding.contradictions import contradicted
from index.grounding.ordering import order
from index.grounding.ordering.exchanges import exchanged
from index.grounding.ordering.pairs import has_values
from index.grounding.quantities import quantities
from index.grounding.roles import untold_role
from index.grounding.statement import Statement, statement
from index.grounding.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from index.searching.search import Searcher

Reason = Literal["quantity", "name", "negation", "direction", "order", "words"]

_CONTRADICTIONS = frozenset({"negation", "direction", "order"})
# A sentence leans on so many lines at most.
MOST_LINES = 3
# The share of its words that the lines must have. Below it are sentences that have names and common words of the lines.
LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a sentence may lean on, as a reader sees it; ``headings`` begin with the title of its report.

    Lines of the same ``section`` stand under one heading.
    """

    text: str
    headings: tuple[str, ...] = ()
    section: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The positions of the lines that a sentence leans on, or the first reason why it leans on none."""

    leans_on: tuple[int, ...] = ()
    reason: Reason | None = None

    @property
    def is_proved(self) -> bool:
        """Whether the lines say what the sentence does."""
        return self.reason is None


class Grounding:
    """Proves sentences with the words of an index; safe to use from several threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._vocabulary = Vocabulary(searcher)

    def check(self, sentence: str, lines: Sequence[Line], labelled: Collection[int] = ()) -> Verdict:
        """Return which lines prove a sentence. ``labelled`` are the positions of those that it says it is from.

        Raises EncoderError where the dictionary that is installed along cannot be read.
        """
        said = statement(sentence)
        self._vocabulary.learn([said, *(statement(text) for line in lines for text in (line.text, *line.headings))])
        first: Reason | None = None
        for chosen in _each_once(self._candidates(said, lines, labelled)):
            found = self._reason(said, [lines[one] for one in chosen])
            if found is None:
                return Verdict(chosen)
            first = first or found
            if found in _CONTRADICTIONS:
                # Other lines would but have less to say of the same.
                return Verdict((), found)
        return Verdict((), first or "words")

    def _candidates(
        self, said: Statement, lines: Sequence[Line], labelled: Collection[int]
    ) -> Iterator[tuple[int, ...]]:
        """Yield which lines may prove a sentence, the likeliest first."""
        hinted = tuple(sorted({one for one in labelled if 0 <= one < len(lines)}))[:MOST_LINES]
        if hinted:
            yield hinted
        shares = [self._vocabulary.share(said, (statement(line.text),)) for line in lines]
        ranked = [one for one in sorted(range(len(lines)), key=lambda one: -shares[one]) if shares[one] > 0]
        for best in ranked[:2]:
            yield (best,)
        for best in ranked[:1]:
            yield from self._joined(said, lines, best)

    def _joined(self, said: Statement, lines: Sequence[Line], best: int) -> Iterator[tuple[int, ...]]:
        """Yield a line with those of its section that have most of what it lacks."""
        chosen = [best]
        for _ in range(MOST_LINES - 1):
            others = [n for n, line in enumerate(lines) if line.section == lines[best].section and n not in chosen]
            if not others:
                return
            texts = [statement(lines[one].text) for one in chosen]
            chosen.append(
                max(others, key=lambda one: self._vocabulary.share(said, (*texts, statement(lines[one].text))))
            )
            yield tuple(sorted(chosen))

    def _reason(self, said: Statement, lines: Sequence[Line]) -> Reason | None:
        """Return the first reason why some lines do not prove a sentence."""
        texts = [statement(line.text) for line in lines]
        evidence = [*texts, *dict.fromkeys(statement(heading) for line in lines for heading in line.headings)]
        if quantities.unproved(said, texts, evidence[len(texts) :]) is not None:
            return "quantity"
        if (contradiction := self._contradiction(said, texts, evidence[len(texts) :])) is not None:
            return contradiction
        return None if self._share(said, evidence) >= LEAST_SHARE else "words"

    def _contradiction(
        self, said: Statement, texts: Sequence[Statement], headings: Sequence[Statement]
    ) -> Reason | None:
        """Return the first reason why some lines say otherwise, the cheapest to find out first."""
        vocabulary = self._vocabulary
        apart = directions.CHANGES if has_values(said) else frozenset()
        found: dict[Reason, Callable[[], object]] = {
            "name": lambda: (
                names.untold(said, texts, vocabulary, headings)
                or untold_role(said, texts, headings)
                or misattributed(said, texts, vocabulary)
            ),
            "negation": lambda: contradicted(said, texts, vocabulary),
            "direction": lambda: (
                directions.opposed(said, texts, vocabulary, apart) or comparisons.misjudged(said, texts, vocabulary)
            ),
            "order": lambda: order.turned(said, texts, vocabulary) or exchanged(said, texts, vocabulary),
        }
        return next((reason for reason, holds in found.items() if holds()), None)

    def _share(self, said: Statement, evidence: Sequence[Statement]) -> float:
        """Return the share of what a statement says that the evidence has; quantities and names are told by now."""
        specifics = [word for name in names.names(said) for word in statement(name.text).terms]
        counted = [word for word in self._vocabulary.words(said) if not word.term.isdigit()]
        told = self._vocabulary.SPECIFIC * len(quantities.quantities(said))
        total = sum(word.rarity for word in counted) + told
        found = sum(
            word.rarity * (1.0 if word.term in specifics else self._vocabulary.sureness(word, evidence))
            for word in counted
        )
        return (found + told) / total if total else 0.0


def _each_once(candidates: Iterator[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Yield what comes for the first time; the next is worked out only when it is asked for."""
    seen: set[tuple[int, ...]] = set()
    for one in candidates:
        if one not in seen:
            seen.add(one)
            yield one
