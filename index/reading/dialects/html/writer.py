"""The edits that make Markdown of pieces: what is shown stays, and between it stands what Markdown needs there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.dialects.body import TextEdit
from index.reading.dialects.html.escapes import line_mark
from index.reading.dialects.html.rows import Break

if TYPE_CHECKING:
    from index.reading.dialects.html.rows import Row

# The marks of lists and quotes with which a line begins.
_LINE_MARKS = re.compile(r"(?:\A|[\r\n])(?:[ \t>*+-]|\d{1,9}[.)])*\Z")
_MARKS_BEFORE = re.compile(r"(?:[ \t>]|[*+-](?=[ \t])|\d{1,9}[.)](?=[ \t]))*")
_LONGEST_MARKS = 40
_NOT_QUOTE = re.compile(r"[^>\s]")


@dataclass(slots=True)
class Container:
    """A list, an item or a quote that is open; ``mark`` stands before its first line and ``indent`` before others.

    ``number`` is that of the next item of an ordered list, and ``has_item`` says that a list has one already.
    """

    name: str
    mark: str = ""
    indent: str = ""
    number: int = 0
    has_item: bool = False
    is_begun: bool = False


class Writer:
    """Writes down the edits of one article, from its first piece to its last."""

    def __init__(self, text: str) -> None:
        self.edits: list[TextEdit] = []
        self.containers: list[Container] = []
        self.row: Row | None = None
        self._text = text
        self._outer = Container("")
        self._end = 0
        self._hidden: list[tuple[int, int]] = []
        self._break = Break.NOTHING
        self._heading = ""
        self._has_rule = self._has_blank_line = False
        self._opening = ""
        self._has_text = False

    @property
    def is_parted(self) -> bool:
        """Whether what comes next begins a line."""
        return self._break >= Break.LINE

    def hide(self, start: int, end: int) -> None:
        """Leave out a range: a tag, say."""
        self._hidden.append((start, end))

    def part(self, least: Break) -> None:
        """Part what comes next from what is there, at least so much."""
        is_block = self._has_blank_line and least is Break.LINE
        self._break = max(self._break, Break.BLOCK if is_block else least)

    def keep_lines(self, *, has_blank: bool) -> None:
        """Part what comes next by no more than the ends of lines that stand there, of which one may be blank."""
        self._break = Break.NOTHING
        self._has_blank_line = self._has_blank_line or has_blank

    def end_line(self) -> None:
        """Begin a new line; after the end of a line, leave one blank."""
        self._break = Break.BLOCK if self.is_parted else Break.LINE

    def begin_item(self, least: Break) -> None:
        """Part an item from what is before it, so much and no more."""
        self._break = least

    def rule(self) -> None:
        """Draw a line before what comes next."""
        self.part(Break.BLOCK)
        self._has_rule = True

    def heading(self, mark: str) -> None:
        """Make what comes next a heading."""
        self.part(Break.BLOCK)
        self._heading = mark

    def drop_heading(self) -> bool:
        """Forget the heading that nothing came of, and tell whether there was one."""
        had, self._heading = bool(self._heading), ""
        return had

    def opening(self, mark: str) -> None:
        """Set a mark before what comes next."""
        self._opening += mark

    def drop_opening(self) -> bool:
        """Forget the marks that nothing came after, and tell whether there were any."""
        had, self._opening = bool(self._opening), ""
        return had

    def within(self, mark: str) -> None:
        """Say what stands before the first line of a block that is part of a list or quote of Markdown."""
        self._outer = Container("", mark, _NOT_QUOTE.sub(" ", mark))

    @property
    def outer_indent(self) -> str:
        """What stands before the other lines of such a block."""
        return self._outer.indent

    def show(self, start: int, end: int, shown: str | None = None) -> None:
        """Show a range as it stands, or as Markdown."""
        self._close_gap(start)
        if shown is not None:
            self.edits.append(TextEdit(start, end, shown))
        self._end = end

    def show_text(self, start: int, end: int) -> None:
        """Show a range as it stands, where it may begin a line but no block."""
        begins = self.is_parted
        if self._close_gap(start) and begins:
            self._set_line_mark(start, end)
        self._end = end

    def show_markdown(self, start: int, first: int, end: int) -> None:
        """Show Markdown that begins at ``first`` of a piece as it stands, with the indent that it has."""
        line = max(self._text.rfind(newline, self._end, first) for newline in "\r\n") + 1
        if self.is_parted and (start <= line <= first if line else self._end == start == 0):
            marks = "" if not self._has_text else "\n\n" if self._break is Break.BLOCK else "\n"
            self._fill(line, self._rule() + marks)
        elif self._break is Break.NOTHING and self._hidden and (line or self._begins_line()):
            self._begin_with_tags(line, first, end)
        elif self.is_parted:
            self.show_text(first, end)
        else:
            self._close_gap(first)
        self._end = end
        self._note_line(start, end)

    def _note_line(self, start: int, end: int) -> None:
        """Note the marks before the line of Markdown that goes on: others that tags make of it are as deep."""
        line = max(self._text.rfind(newline, start, end) for newline in "\r\n") + 1
        if line or start == 0:
            found = _MARKS_BEFORE.match(self._text, line, line + _LONGEST_MARKS)
            self.within(_NOT_QUOTE.sub(" ", found[0] if found is not None else ""))

    def _begins_line(self) -> bool:
        """Tell whether nothing but marks of lists and quotes stands in the line so far."""
        start = max(self._end - _LONGEST_MARKS, 0)
        before = _LINE_MARKS.search(self._text, start, self._end)
        return before is not None and (before.start() == 0 or before[0][:1] in ("\n", "\r"))

    def _begin_with_tags(self, line: int, first: int, end: int) -> None:
        """Leave out the tags and blanks at the beginning of a line, so that what is left begins no block."""
        tags = [(start, stop) for start, stop in self._hidden if start >= line]
        self._hidden = [(start, stop) for start, stop in self._hidden if start < line]
        begin = tags[0][0] if tags else first
        self.hide(begin, first)
        self._close_gap(first)
        if tags:
            self._set_line_mark(first, end)

    def show_code(self, start: int, end: int, before: str | None, shown: str | None = None) -> None:
        """Show a range of a fence, after its opening mark or the end of a line."""
        self._fill(start, before)
        if shown is not None:
            self.edits.append(TextEdit(start, end, shown))
        self._end = end

    def opened(self) -> str:
        """Return what stands before a block that begins here."""
        before = self._rule() + self.new_line(Break.BLOCK)
        self._has_text = True
        return before

    def close(self, end: int, mark: str) -> None:
        """Set a mark after what is there, in place of all up to ``end``."""
        self.edits.append(TextEdit(self._end, end, mark))
        self._end = end
        self._hidden.clear()

    def finish(self) -> None:
        """Leave out what is left to leave out."""
        self._fill(self._end, None)

    def new_line(self, least: Break) -> str:
        """Return the end of a line and the marks of what is open; before a block, with a blank line between."""
        open_ = [self._outer, *self.containers]
        begun = [*open_, Container("", "-")]
        blank = "".join(one.indent for one in begun[: next(n for n, one in enumerate(begun) if not one.is_begun)])
        marks = "".join(one.indent if one.is_begun else one.mark for one in open_)
        for one in open_:
            one.is_begun = True
        if not self._has_text:
            return marks
        return f"\n{blank.rstrip()}\n{marks}" if least is Break.BLOCK else f"\n{marks}"

    def _rule(self) -> str:
        had, self._has_rule = self._has_rule, False
        text = f"{self.new_line(Break.BLOCK)}---" if had else ""
        self._has_text = self._has_text or had
        return text

    def _close_gap(self, at: int) -> bool:
        """Write what stands between the last text and the next, and tell whether no heading begins."""
        begins = not self._heading
        between = self._between()
        if self._opening and between is None:
            self.edits.append(TextEdit(at, at, self._opening))
        elif between is not None:
            between += self._opening
        self._opening = ""
        self._fill(at, between)
        return begins

    def _fill(self, at: int, between: str | None) -> None:
        """Write what stands between the last text and the next; None for what stands there but is not hidden."""
        if between is None:
            self.edits += [TextEdit(start, end, "") for start, end in self._hidden]
        elif self._text[self._end : at] != between:
            self.edits.append(TextEdit(self._end, at, between))
        self._hidden.clear()
        self._break, self._has_blank_line, self._has_text = Break.NOTHING, False, True

    def _between(self) -> str | None:
        if self.row is not None and self.row.cell is not None:
            return self.row.before_cell(self._break >= Break.BLANK, self.new_line)
        if self.row is not None:
            self.row.is_first = True
        if self._break is Break.NOTHING:
            return None
        if self._break is Break.BLANK:
            return " " if self._has_text else ""
        heading, self._heading = self._heading, ""
        return self._rule() + self.new_line(self._break) + heading

    def _set_line_mark(self, start: int, end: int) -> None:
        mark = line_mark(self._text, start)
        if mark is not None and mark < end:
            self.edits.append(TextEdit(mark, mark, "\\"))
