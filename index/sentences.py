"""Where one line of running text may be cut: at the ends of sentences, else of phrases."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from index.inline import BOUND, CLOSE, FREE, NOTE, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIRS = {"「": "」", "『": "』", "（": "）", "(": ")", "【": "】", "〈": "〉", "《": "》", "“": "”"}
_TERMINATORS = frozenset("。．！？!?.")
_LATIN = frozenset("!?.")
_CLOSERS = frozenset("」』）)】〉》”’\"'")
# ZERO WIDTH JOINER, the variation selector and the skin tones continue an emoji.
_EMOJI_PARTS = frozenset("\u200d\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
# Words whose full stop ends no sentence. Single letters and numbers (`v1.`) are left out by rule.
_ABBREVIATIONS = frozenset(
    {"al", "approx", "cf", "co", "corp", "dr", "e.g", "eg", "etc", "fig", "i.e", "ie", "inc", "jr", "ltd"}
    | {"mr", "mrs", "ms", "no", "p", "pp", "prof", "sr", "st", "vol", "vs"}
)
_MARK = re.compile(r"\*{1,3}|~~")
_LAST_WORD = re.compile(r"[A-Za-z0-9.]+$")
_NUMBER = re.compile(r"[vV]?\d[\d.]*|[A-Za-z]")


def sentence_spans(rendered: Rendered, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of the sentences in one line, in order and without blanks at their ends."""
    spans = []
    for stop in [*_sentence_ends(rendered, start, end), end]:
        first, last = rendered.trim(start, stop)
        if rendered.is_visible(first, last):
            spans.append((first, last))
        start = stop
    return spans


def short_spans(rendered: Rendered, start: int, end: int, limit: int) -> list[tuple[int, int]]:
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


def _phrase_end(rendered: Rendered, start: int, end: int, limit: int) -> int | None:
    """Return where to cut so that the pieces are of about one length."""
    pieces = -(-(end - start) // limit)
    wanted = start + (end - start) // pieces
    cuts = [at for at in range(start + 1, start + limit + 1) if _can_cut(rendered, at)]
    phrases = [at for at in cuts if at >= wanted - limit // 4 and _ends_phrase(rendered, at)]
    if cuts:
        return min(phrases or cuts, key=lambda at: abs(at - wanted))
    # What is longer than the limit and has to stay whole, as a code span, is passed: cut after it.
    return next((at for at in range(start + limit + 1, end) if _can_cut(rendered, at)), None)


def _can_cut(rendered: Rendered, at: int) -> bool:
    """Tell whether the place lies in running text and not inside a character with its marks."""
    if rendered.modes[at] not in (FREE, BOUND) and rendered.modes[at - 1] not in (FREE, BOUND):
        return False
    after = rendered.content[at]
    return not (unicodedata.combining(after) or after in _EMOJI_PARTS or rendered.content[at - 1] == "\u200d")


def _ends_phrase(rendered: Rendered, at: int) -> bool:
    before = rendered.content[at - 1]
    return before in "、，," or before.isspace()


def _sentence_ends(rendered: Rendered, start: int, end: int) -> Iterator[int]:
    inside = _bracketed(rendered, start, end)
    at = start
    while at < end:
        if rendered.content[at] in _TERMINATORS and not inside[at]:
            stop = _sentence_end(rendered, at, end)
            if stop is not None and stop < end:
                stop = _after_unmatched_mark(rendered, start, at, stop)
                yield stop
                start = at = stop
                continue
        at += 1


def _sentence_end(rendered: Rendered, at: int, end: int) -> int | None:
    """Return the end of the sentence that a terminator at ``at`` ends, or None if it ends none."""
    content, modes = rendered.content, rendered.modes
    if modes[at] not in (FREE, BOUND):
        return None
    stop = at + 1
    while stop < end and (modes[stop] in (NOTE, CLOSE) or _belongs_before(rendered, stop)):
        stop += 1
    if modes[at] == BOUND and (modes[stop - 1] != CLOSE or (stop < end and modes[stop] == BOUND)):
        return None
    if any(mark not in _LATIN for mark in content[at:stop] if mark in _TERMINATORS):
        return stop
    return stop if _ends_latin_sentence(content, at, stop, end) else None


def _after_unmatched_mark(rendered: Rendered, start: int, at: int, stop: int) -> int:
    """Return the end after a `**` that was meant to close: before a letter Markdown takes it for text."""
    mark = _MARK.match(rendered.content, stop)
    if mark is None or rendered.modes[stop] != FREE or rendered.content.count(mark[0], start, at) % 2 == 0:
        return stop
    return mark.end()


def _belongs_before(rendered: Rendered, at: int) -> bool:
    """Tell whether a character after the end of a sentence still belongs to it."""
    character = rendered.content[at]
    return rendered.modes[at] in (FREE, BOUND) and (
        character in _TERMINATORS
        or character in _CLOSERS
        or character in _EMOJI_PARTS
        or unicodedata.category(character) == "So"
    )


def _ends_latin_sentence(content: str, at: int, stop: int, end: int) -> bool:
    """Tell whether `.`, `!` or `?` at ``at`` ends a sentence: a blank and no small letter follow."""
    rest = content[stop:end]
    if not rest[:1].isspace() or rest.lstrip()[:1].islower():
        return False
    if content[at] != ".":
        return True
    word = _LAST_WORD.search(content, 0, at)
    return word is None or not (_NUMBER.fullmatch(word[0]) or word[0].casefold() in _ABBREVIATIONS)


def _bracketed(rendered: Rendered, start: int, end: int) -> bytearray:
    """Return for each position whether it is inside brackets or quotes that are closed in the range."""
    opened: list[int] = []
    inside = bytearray(end)
    for at in range(start, end):
        character = rendered.content[at]
        if rendered.modes[at] not in (FREE, BOUND):
            continue
        if character in _PAIRS:
            opened.append(at)
        elif character in _PAIRS.values():
            while opened:
                first = opened.pop()
                if _PAIRS[rendered.content[first]] == character:
                    inside[first:at] = bytes([1]) * (at - first)
                    break
    return inside
