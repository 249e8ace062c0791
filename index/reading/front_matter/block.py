"""The block of front matter at the top of a file, and what stands in it key by key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from index.errors import ArticleError

Form = Literal["yaml", "toml", "json", "headers"]

# Atomic: a CRLF that could also be read as two line ends would be tried both ways, in every line again.
NEWLINE = rb"(?>\r\n|\r|\n)"
_NEWLINES = re.compile(NEWLINE.decode())
# A hundred times what reports have, and parsed in a blink.
LARGEST = 64 << 10
DEEPEST = 20
# A title is read with every passage, and shown in one line.
LONGEST_TEXT = 500
# Generators of pages have keys of the site's own in these.
CONTAINERS = frozenset({"frontmatter", "extra", "taxonomies", "params"})
# YAML and JSON have escapes for characters that a text must not hold.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Block:
    """The text of front matter, which begins at the byte ``start`` of its file and on ``first_line`` of it.

    ``body_start`` is the byte at which the text of the article begins.
    """

    path: str
    form: Form
    text: str
    start: int
    first_line: int
    body_start: int

    def error(self, line: int, reason: str) -> ArticleError:
        """Return the error that names a line, counted from 0 in the block."""
        return ArticleError(self.path, self.first_line + line, reason)

    def error_at(self, at: int, reason: str) -> ArticleError:
        """Return the error that names the line of a character of the block."""
        return self.error(len(_NEWLINES.findall(self.text, 0, at)), reason)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value; it stands in the block from ``start`` to ``end``, which is empty where that is unknown."""

    key: str
    value: Any
    start: int = 0
    end: int = 0


def line_at(source: bytes, offset: int) -> int:
    """Return the line on which a byte stands, counted from 1."""
    return len(re.findall(NEWLINE, source[:offset])) + 1


def one_line(text: str) -> str:
    """Return a text as one line, without characters that are no text."""
    return " ".join(_CONTROL.sub(" ", text).split())
