"""Find where one line of running text may be cut: at the ends of sentences, else of phrases."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from index.reading.markdown.inline import BOUND, CLOSE, FREE, NOTE, RenderedText
from index.word_lists import words_listed

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIRS = {"「": "」", "『": "』", "（": "）", "(": ")", "【": "】", "〈": "〉", "《": "》", "“": "”"}
_CLOSING = frozenset(_PAIRS.values())
# Japanese ones end a sentence wherever they stand.
_WIDE = frozenset("。．！？")
_TERMINATORS = _WIDE | frozenset("!?.")
_CLOSERS = frozenset("」』）)】〉》”’\"'")
# ZERO WIDTH JOINER, the variation selector and the skin tones continue an emoji.
_EMOJI_PARTS = frozenset("\u200d\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
# Words whose full stop ends no sentence. Single letters and numbers (`v1.`) are left out by rule.
_LIST = "index/data/abbreviations.txt"
_ALWAYS, _BEFORE_NUMBER, _SELDOM_LAST = (
    words_listed(_LIST, heading) for heading in ("always", "before a number", "seldom last")
)
_LONGEST_ABBREVIATION = max(map(len, _ALWAYS | _BEFORE_NUMBER | _SELDOM_LAST))
# U.S, Ph.D
_INITIALS = re.compile(r"(?:[A-Za-z]{1,2}\.){1,4}[A-Z]")
# What is counted or dated with, not what an item is numbered with: a year, 1,200, 3.5.
_AMOUNT = re.compile(r"\d{3,}|\d+\.\d+")
_NEXT_WORD = re.compile(r"\s+[\"'(“‘]?([A-Za-z]+|\d)")
_FUNCTION_WORDS = words_listed("index/data/stop_words_en.txt")
_MARK = re.compile(r"\*{1,3}|~~")
_WORD_WITH_STOP = re.compile(r"(?<![A-Za-z0-9.])([A-Za-z0-9.]+)\.(?![A-Za-z0-9])")
_NUMBER = re.compile(r"[vV]?\d[\d.]*|[A-Za-z]")
_NO_BLANK = re.compile(r"\S")
# Footnote marks and tags.
_TRAILING = re.compile(r"(?:\[\^[^\]\s]*\]|\^\[[^\]]*\]|<[^<>]*>|\s)+$")
_WORD_CHARACTER = re.compile(r"\w")
# As much of a line as tells whether a sentence ends: more than an abbreviation, and the brackets of a short remark.
_NEAR = 100


def sentence_spans(rendered: RenderedText, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of the sentences in one line, in order and without blanks at their ends."""
    spans = []
    for stop in [*_sentence_ends(rendered, start, end), end]:
        first, last = rendered.trim(start, stop)
        if rendered.is_visible(first, last):
            spans.append((first, last))
        start = stop
    return spans


def short_spans(rendered: RenderedText, start: int, end: int, limit: int) -> list[tuple[int, int]]:
    """Cut a range into pieces of at most ``limit`` characters where its text allows.

    It is cut after phrases, else anywhere in running text; an address or a code span stays whole.
    """
    spans = []
    while end - start > limit:
        stop = _phrase_end(rendered, start, end, limit)
        if stop is None:
            break
        spans.append(rendered.trim(start, stop))
        start, _ = rendered.trim(stop, end)
    return [*spans, (start, end)]


def sentences_in(text: str) -> list[str]:
    """Return the sentences of one line of plain text."""
    rendered = RenderedText(text, tuple(text), bytes([FREE]) * len(text))
    return [text[start:end] for start, end in sentence_spans(rendered, 0, len(text))]


def is_end_between(before: str, after: str) -> bool:
    """Tell whether a sentence ends where one line is parted, with the blanks there in ``before``."""
    said = _TRAILING.sub("", before)[-_NEAR:]
    blank = " " if before[-1:].isspace() else ""
    text = f"{said}{blank}{after[:_NEAR]}"
    rendered = RenderedText(text, tuple(text), bytes([FREE]) * len(text))
    last_word = max((match.start() for match in _WORD_CHARACTER.finditer(said)), default=-1)
    return any(last_word + 1 < last <= len(said) for _, last in sentence_spans(rendered, 0, len(text)))


def _phrase_end(rendered: RenderedText, start: int, end: int, limit: int) -> int | None:
    """Return where to cut so that the pieces are of about one length."""
    pieces = -(-(end - start) // limit)
    wanted = start + (end - start) // pieces
    cuts = [at for at in range(start + 1, start + limit + 1) if _can_cut(rendered, at)]
    phrases = [at for at in cuts if at >= wanted - limit // 4 and _ends_phrase(rendered, at)]
    if cuts:
        return min(phrases or cuts, key=lambda at: abs(at - wanted))
    # What is longer than the limit and has to stay whole, as a code span, is passed: cut after it.
    return next((at for at in range(start + limit + 1, end) if _can_cut(rendered, at)), None)


def _can_cut(rendered: RenderedText, at: int) -> bool:
    """Tell whether the place lies in running text and not inside a character with its marks."""
    if rendered.modes[at] not in (FREE, BOUND) and rendered.modes[at - 1] not in (FREE, BOUND):
        return False
    after = rendered.content[at]
    return not (unicodedata.combining(after) or after in _EMOJI_PARTS or rendered.content[at - 1] == "\u200d")


def _ends_phrase(rendered: RenderedText, at: int) -> bool:
    before = rendered.content[at - 1]
    return before in "、，," or before.isspace()


def _sentence_ends(rendered: RenderedText, start: int, end: int) -> Iterator[int]:
    inside = _bracketed(rendered, start, end)
    inner_stops = _inner_stops(rendered.content, start, end)
    first = at = start
    ending = _Ending(start, -1, opens=False)
    while at < end:
        if rendered.content[at] in _TERMINATORS and rendered.modes[at] in (FREE, BOUND) and not inside[at - first]:
            # Of several terminators in a row each could be the first one of those that end the sentence.
            ending = ending if at < ending.stop else _ending(rendered, at, end)
            if ending.stop < end and _ends_sentence(rendered, at, ending, inner_stops):
                stop = _after_unmatched_mark(rendered, start, at, ending.stop)
                yield stop
                start = at = stop
                continue
        at += 1


class _Ending(NamedTuple):
    """Terminators and what belongs to them, up to ``stop``.

    ``last_wide`` is the last Japanese terminator, -1 without one; ``opens`` says that a blank follows, and no small
    letter after it.
    """

    stop: int
    last_wide: int
    opens: bool


def _ending(rendered: RenderedText, at: int, end: int) -> _Ending:
    content, stop = rendered.content, at + 1
    while stop < end and (rendered.modes[stop] in (NOTE, CLOSE) or _belongs_before(rendered, stop)):
        stop += 1
    last_wide = max((place for place in range(at, stop) if content[place] in _WIDE), default=-1)
    follows = _NO_BLANK.search(content, stop, end)
    opens = content[stop : stop + 1].isspace() and not (follows and follows[0].islower())
    return _Ending(stop, last_wide, opens)


def _ends_sentence(rendered: RenderedText, at: int, ending: _Ending, inner_stops: set[int]) -> bool:
    """Tell whether a terminator ends a sentence, and no emphasis is cut by that."""
    stop = ending.stop
    if rendered.modes[at] == BOUND and (rendered.modes[stop - 1] != CLOSE or rendered.modes[stop] == BOUND):
        return False
    return ending.last_wide >= at or (ending.opens and at not in inner_stops)


def _inner_stops(content: str, start: int, end: int) -> set[int]:
    """Return where full stops follow an abbreviation, a number or a single letter: they end no sentence."""
    found: set[int] = set()
    for match in _WORD_WITH_STOP.finditer(content, start, end):
        following = _NEXT_WORD.match(content, match.end(), end)
        if _is_inner(match[1], following[1] if following else ""):
            found.add(match.end() - 1)
    return found


def _is_inner(said: str, next_word: str) -> bool:
    """Tell whether the full stop behind a word ends no sentence, by the word and the next one."""
    if _NUMBER.fullmatch(said):
        return not (_AMOUNT.fullmatch(said) and next_word[:1].isupper())
    if len(said) > _LONGEST_ABBREVIATION:
        return False
    word = said.casefold()
    if word in _BEFORE_NUMBER:
        return next_word.isdigit()
    begins = next_word[:1].isupper() and next_word.lower() in _FUNCTION_WORDS
    is_seldom_last = word in _SELDOM_LAST or _INITIALS.fullmatch(said) is not None
    return word in _ALWAYS or (is_seldom_last and not begins)


def _after_unmatched_mark(rendered: RenderedText, start: int, at: int, stop: int) -> int:
    """Return the end after a `**` that was meant to close: before a letter Markdown takes it for text."""
    mark = _MARK.match(rendered.content, stop)
    if mark is None or rendered.modes[stop] != FREE or rendered.content.count(mark[0], start, at) % 2 == 0:
        return stop
    return mark.end()


def _belongs_before(rendered: RenderedText, at: int) -> bool:
    """Tell whether a character after the end of a sentence still belongs to it."""
    character = rendered.content[at]
    return rendered.modes[at] in (FREE, BOUND) and (
        character in _TERMINATORS
        or character in _CLOSERS
        or character in _EMOJI_PARTS
        or unicodedata.category(character) == "So"
    )


def _bracketed(rendered: RenderedText, start: int, end: int) -> list[int]:
    """Return for each position how many pairs of brackets or quotes it is inside of; all of them close in the range."""
    opened: list[int] = []
    changes = [0] * (end - start)
    for at in range(start, end):
        character = rendered.content[at]
        if rendered.modes[at] not in (FREE, BOUND):
            continue
        if character in _PAIRS:
            opened.append(at)
        elif character in _CLOSING:
            while opened:
                first = opened.pop()
                if _PAIRS[rendered.content[first]] == character:
                    changes[first - start] += 1
                    changes[at - start] -= 1
                    break
    return list(accumulate(changes))
