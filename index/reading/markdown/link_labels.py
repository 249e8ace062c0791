"""Find where the label of a link, an image or an inline footnote ends, once for every bracket.

markdown-it looks for the end from each bracket on its own, so that brackets which are never closed take a time that
grows with their square. Here one walk over the tokens settles all brackets that it passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markdown_it import helpers

if TYPE_CHECKING:
    from index.reading.markdown.brackets import Labels
    from index.reading.markdown.inline_state import LocatedState

NO_LABEL = -1


def parse_link_label(state: LocatedState, start: int, without_links: bool = False) -> int:
    """Return where the label ends that the bracket at ``start`` opens, -1 where it does not end.

    ``without_links`` says that there is no label either if a link stands in it.
    """
    labels, bracket = state.labels, (start, state.posMax)
    if bracket not in labels.ends:
        _find_labels(state, labels, start)
    return NO_LABEL if without_links and bracket in labels.linked else labels.ends[bracket]


def parse_link_title(string: str, start: int, maximum: int, begun: Any = None) -> Any:
    """Parse a title, or go on with one that was ``begun`` in the line before.

    Of its text, which nothing shows, only the first character is kept: else every line would copy all before it.
    """
    found = helpers.parseLinkTitle(string, start, maximum, begun)
    found.str = found.str[:1]
    return found


def _find_labels(state: LocatedState, labels: Labels, start: int) -> None:
    """Find the ends of the label that begins at ``start`` and of all labels in it."""
    end, before = state.posMax, state.pos
    opened = [start]
    position = start + 1
    while opened and position < end:
        bracket = (position, end)
        if state.src[position] == "]":
            _close(labels, opened, position, end)
            position += 1
        elif state.src[position] != "[":
            position = _after_token(state, position)
        elif (after := _after_token(state, position)) != position + 1:
            labels.linked.add((opened[-1], end))
            position = after
        elif bracket not in labels.ends:
            opened.append(position)
            position += 1
        elif labels.ends[bracket] == NO_LABEL:
            break
        else:
            _pass_on(labels, bracket, opened)
            position = labels.ends[bracket] + 1
    labels.ends.update(dict.fromkeys(((one, end) for one in opened), NO_LABEL))
    state.pos = before


def _close(labels: Labels, opened: list[int], position: int, end: int) -> None:
    bracket = (opened.pop(), end)
    labels.ends[bracket] = position
    _pass_on(labels, bracket, opened)


def _pass_on(labels: Labels, bracket: tuple[int, int], opened: list[int]) -> None:
    """Note that what is inside a label is also inside the one around it."""
    if opened and bracket in labels.linked:
        labels.linked.add((opened[-1], bracket[1]))


def _after_token(state: LocatedState, position: int) -> int:
    """Return where the token ends that begins here; a character that begins none is one."""
    state.pos = position
    state.md.inline.skipToken(state)
    return state.pos
