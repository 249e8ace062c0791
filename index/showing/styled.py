"""Markdown of an article as a reader of the page sees it: the same words, with styles instead of markup.

A quote is any range of an article, so a table may lack its head and a list its first marker. Lines are
therefore read one by one, and only what stands inside a line goes through the Markdown parser.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from index.reading.markdown.footnotes import use_footnotes
from index.reading.markdown.inline import plain_text
from index.reading.markdown.inline_parser import use_zenn_inline
from index.showing.emphasis import emphasised, with_marks
from index.showing.page import Page, read_page
from index.showing.parts import Code, Prose, Run, clean, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from index.showing.parts import Part
    from index.types import Quote, Surroundings

_FENCE = re.compile(r"\s*(`{3,}+|~{3,}+)([^`]*)$")
_TABLE_RULE = re.compile(r"\s*+\|?+\s*+:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+\|?+\s*+$")
_TABLE_ROW = re.compile(r"\s*\|(.*[^\\])\|\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_CONTAINER = re.compile(r"\s*:{3,}\s*(?:details\s+(.*)|message\b.*|)$")
_EMBED = re.compile(r"\s*@\[[\w-]+\]\((.*)\)\s*$")
_QUOTE_MARKS = re.compile(r"\s*>[\s>]*")
_QUOTE_MARK = re.compile(r" {0,3}> ?")
_HEADING = re.compile(r" {0,3}#{1,6}\s+")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
_BULLET = re.compile(r"(\s*)[-*+]\s+(?:\[([ xX])\]\s+)?(?=\S)")
_NUMBER = re.compile(r"\s*\d{1,9}[.)]\s+(?=\S)")
_FOOTNOTE = re.compile(r"\s*\[\^([^\]\s]+)\]:\s*")
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}


def readable(source: str, *, code: bool = False, around: Surroundings | None = None) -> tuple[Part, ...]:
    """Return what a reader sees of a piece of an article; ``code`` says that it is from inside a fence.

    ``around`` is what stands around it, if that matters. What shows nothing, such as an image without a description,
    is returned as it stands.
    """
    source = clean(source)
    page = _page(source, around) if around is not None else Page()
    parts = [Code(source)] if code and around is None else _Reader(page).read(source)
    shown = tuple(part for part in parts if part.text.strip())
    return shown or ((Prose((Run(source),)),) if source.strip() else ())


def readable_quote(quote: Quote, limit: int | None = None) -> tuple[Part, ...]:
    """Return what a reader sees of the first ``limit`` characters of a quote, with … where its row or line goes on."""
    before, behind = quote.marks
    text = quote.page_text[:limit]
    parts = list(readable(text, code=quote.code, around=quote.around))
    if (marked := with_marks(quote, text)) != text:
        styled = [emphasised(part) for part in readable(marked, code=quote.code, around=quote.around)]
        # A mark beside an asterisk may change what that means.
        parts = styled if plain(styled) == plain(parts) else parts
    if parts:
        parts[0] = _between(before, parts[0], "")
        parts[-1] = _between("", parts[-1], behind)
    return tuple(parts)


def _between(before: str, part: Part, behind: str) -> Part:
    if isinstance(part, Code):
        return Code(f"{before}{part.text}{behind}")
    return Prose(tuple(run for run in (Run(before), *part.runs, Run(behind)) if run.text))


def _page(source: str, around: Surroundings) -> Page:
    before = clean(around.text[: around.start])
    rest = clean("\n\n".join([around.text[around.end :], *around.definitions]))
    return read_page(before + source + rest, len(before), len(before) + len(source))


class _Reader:
    """Reads lines: those of one paragraph are parsed together, since emphasis goes on over line breaks."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._parts: list[Part] = []
        self._runs: list[Run] = []
        self._paragraph: list[str] = []
        self._fence: str | None = None
        self._depth = 0
        self._code: list[str] = []

    def read(self, source: str) -> list[Part]:
        for number, line in enumerate(source.split("\n")):
            if number in self._page.code:
                self._end_prose()
                self._code.append(self._page.code[number])
            elif self._fence is None:
                self._end_code()
                self._read_outside(number, line)
            else:
                self._read_inside(_inside(line, self._depth), self._fence)
        self._end_code()
        self._end_prose()
        return self._parts

    def _read_inside(self, line: str, fence: str) -> None:
        """Read a line of a program, or the mark that ends it."""
        if line.strip().startswith(fence) and not line.strip(f" \t{fence[0]}"):
            self._end_code()
        else:
            self._code.append(line)

    def _read_outside(self, number: int, line: str) -> None:
        """Read a line that is not of a program."""
        if number in self._page.underlines:
            self._end_paragraph(bold=True)
        elif number not in self._page.hidden:
            self._read_line(line)

    def _read_line(self, line: str) -> None:
        marks = _QUOTE_MARKS.match(line)
        line = line[marks.end() :] if marks is not None else line
        if (fence := _FENCE.match(line)) is not None:
            self._end_prose()
            self._fence, self._depth = fence[1], marks[0].count(">") if marks is not None else 0
        elif not line.strip():
            self._end_paragraph()
            self._break()
        elif (container := _CONTAINER.match(line)) is not None:
            self._end_paragraph()
            self._add_line("", container[1] or "", bold=True)
        elif not (_RULE.match(line) or ("|" in line and _TABLE_RULE.match(line))):
            self._read_text(line)

    def _read_text(self, line: str) -> None:
        if (row := _TABLE_ROW.match(line)) is not None:
            cells = (cell.strip().replace("\\|", "|") for cell in _CELL_END.split(row[1]))
            self._add_line("", " | ".join(cells))
        elif (heading := _HEADING.match(line)) is not None:
            self._add_line("", _without_closing(line[heading.end() :]), bold=True)
        elif (embed := _EMBED.match(line)) is not None:
            self._add_line(embed[1], "")
        elif (bullet := _BULLET.match(line)) is not None:
            self._end_paragraph()
            marks = {None: "•", " ": "☐"}
            self._paragraph.append(f"{bullet[1]}{marks.get(bullet[2], '☑')} {line[bullet.end() :]}")
        else:
            if _NUMBER.match(line):
                self._end_paragraph()
            self._paragraph.append(self._without_label(line.rstrip(" \t")))

    def _without_label(self, line: str) -> str:
        """Return the text of a footnote without the mark that defines it."""
        label = _FOOTNOTE.match(line)
        return line[label.end() :] if label is not None and label[1] in self._page.notes else line

    def _add_line(self, shown: str, content: str, *, bold: bool = False) -> None:
        self._end_paragraph()
        if shown or content:
            self._break_line()
            self._runs += [Run(shown)] if shown else self._styled(content, bold=bold)

    def _end_paragraph(self, *, bold: bool = False) -> None:
        if self._paragraph:
            content = "\n".join(self._paragraph)
            self._paragraph = []
            self._break_line()
            text = content.lstrip(" \t")
            # Markdown has no use for the indent, and a reader of a list does.
            indent = content[: len(content) - len(text)].replace("\t", "  ")
            self._runs += [Run(indent)] if indent else []
            self._runs += self._styled(text, bold=bold)

    def _styled(self, text: str, *, bold: bool) -> list[Run]:
        return _styled(text, self._page, bold=bold)

    def _break_line(self) -> None:
        if self._runs and not self._runs[-1].text.endswith("\n"):
            self._runs.append(Run("\n"))

    def _break(self) -> None:
        """Leave one blank line."""
        self._break_line()
        if self._runs and not (len(self._runs) > 1 and self._runs[-1].text == self._runs[-2].text == "\n"):
            self._runs.append(Run("\n"))

    def _end_prose(self) -> None:
        self._end_paragraph()
        if runs := _trimmed(_joined(self._runs)):
            self._parts.append(Prose(tuple(runs)))
        self._runs = []

    def _end_code(self) -> None:
        if self._code or self._fence is not None:
            self._parts.append(Code("\n".join(self._code)))
        self._fence, self._code = None, []


def _inside(line: str, depth: int) -> str:
    """Return a line of a program without the marks of the quotations that it is in, ``depth`` at most."""
    begin = 0
    for _ in range(depth):
        mark = _QUOTE_MARK.match(line, begin)
        begin = mark.end() if mark is not None else begin
    return line[begin:]


def _without_closing(heading: str) -> str:
    """Return the text of a heading without the number signs that may close it."""
    text = heading.rstrip()
    unclosed = text.rstrip("#")
    is_closed = len(unclosed) < len(text) and unclosed[-1:].isspace()
    return unclosed.rstrip() if is_closed else text


class _Inline(MarkdownIt):
    """The inline Markdown of the index, with addresses shown as they are written."""

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it calls it so
        """Return an address as it is."""
        return link


@cache
def _parser() -> MarkdownIt:
    parser = _Inline("js-default", {"breaks": True, "linkify": True, "html": False})
    use_zenn_inline(parser)
    use_footnotes(parser)
    return parser


def _styled(content: str, page: Page, *, bold: bool) -> list[Run]:
    """Return the runs of inline Markdown."""
    tokens: list[Token] = []
    parser, environment = _parser(), page.environment()
    parser.inline.parse(content, parser, environment, tokens)
    notes = page.noted(environment)
    depth = {"bold": int(bold), "italic": 0, "strike": 0}
    runs: list[Run] = []
    for token in tokens:
        style = _STYLES.get(token.tag) if token.nesting else None
        if style is not None:
            depth[style] += token.nesting
        elif text := "\n" if token.type == "br" else plain_text([token], notes):
            on = {name: count > 0 for name, count in depth.items()}
            runs.append(Run(text, code=token.type == "code_inline", **on))
    return runs


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Join neighbouring runs of the same style."""
    for style, same in groupby(runs, key=lambda run: replace(run, text="")):
        yield replace(style, text="".join(run.text for run in same))


def _trimmed(runs: Iterator[Run]) -> list[Run]:
    """Take line breaks off both ends."""
    kept = list(runs)
    shown = [number for number, run in enumerate(kept) if run.text.strip()]
    if not shown:
        return []
    kept = kept[shown[0] : shown[-1] + 1]
    kept[0] = replace(kept[0], text=kept[0].text.lstrip("\n"))
    kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept
