"""Take the front matter of an article apart: YAML that anybody may have written, of which nothing is taken on trust."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import yaml
from frontmatter.default_handlers import SafeLoader, YAMLHandler
from yaml.constructor import ConstructorError
from yaml.reader import Reader

from index.errors import ArticleError
from index.reading.pages.front_address import page_address
from index.sites.page import NO_ADDRESS, PageAddress

_BOM = b"\xef\xbb\xbf"
# Atomic: a CRLF that could also be read as two line ends would be tried both ways, in every line again.
_NEWLINE = rb"(?>\r\n|\r|\n)"
# The boundaries of python-frontmatter, by lines; blank lines may come before the first one.
_OPENING = re.compile(rb"(?:[ \t]*%(n)b)*-{3,}[ \t]*%(n)b" % {b"n": _NEWLINE})
_CLOSING = re.compile(rb"(?<=[\r\n])-{3,}[ \t]*(?:%b|\Z)" % _NEWLINE)
_UNCLOSED = re.compile(rb"\s*-{3,}[ \t]*%b\w+[ \t]*:" % _NEWLINE)

# A hundred times what reports have, and parsed in a blink.
_LARGEST = 64 << 10
_DEEPEST = 20
# A title is read with every passage, and shown in one line.
LONGEST_TEXT = 500
_MOST_TOPICS = 100

# What YAML 1.1 or a person means by false.
_FALSE = frozenset({"false", "no", "off", "0"})
# It becomes a part of an address.
_PUBLICATION = re.compile(r"[\w-]+")
# YAML has escapes for characters that a text must not hold.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """An article's description of itself; ``body_start`` is the byte at which its text begins.

    Without a word on it, it is published all the same, but not by Zenn: ``says_published`` is false then. ``form``
    names how it is written, empty where there is none, and ``keys`` are its keys in small letters.
    """

    body_start: int
    title: str = ""
    topics: tuple[str, ...] = ()
    published: bool = True
    says_published: bool = False
    published_at: str | None = None
    publication: str | None = None
    form: str = ""
    keys: frozenset[str] = frozenset()
    address: PageAddress = NO_ADDRESS


def read_front_matter(path: str, source: bytes) -> FrontMatter:
    """Read the front matter of an article, which may have none; raise ArticleError with the line at fault."""
    bom = len(_BOM) if source.startswith(_BOM) else 0
    opening = _OPENING.match(source, bom)
    closing = _CLOSING.search(source, opening.end()) if opening else None
    if opening is None or closing is None:
        if _UNCLOSED.match(source, bom):
            raise ArticleError(path, 1, "The front matter is not closed by a line of three hyphens.")
        return FrontMatter(bom)
    text = source[opening.end() : closing.start()]
    block = _Block(path, text.decode(), line_at(source, opening.end()))
    if len(text) > _LARGEST:
        raise block.error(0, f"The front matter is larger than {_LARGEST >> 10} KiB.")
    values = _load(block)
    said = values.text("published").casefold()
    is_published = said not in _FALSE
    return FrontMatter(
        body_start=closing.end(),
        title=values.text("title"),
        topics=values.topics(),
        published=is_published,
        says_published=bool(said) and is_published,
        published_at=values.text("published_at") or None,
        publication=values.publication(),
        form="yaml",
        keys=frozenset(key.casefold() for key in values.lines),
        address=page_address(values.values),
    )


def line_at(source: bytes, offset: int) -> int:
    """Return the line on which a byte stands, counted from 1."""
    return len(re.findall(_NEWLINE, source[:offset])) + 1


def one_line(text: str) -> str:
    """Return a text as one line, without characters that are no text."""
    return " ".join(_CONTROL.sub(" ", text).split())


@dataclass(frozen=True, slots=True)
class _Block:
    """The YAML between the boundaries, which begins at ``first_line`` of the file."""

    path: str
    text: str
    first_line: int

    def error(self, line: int, reason: str) -> ArticleError:
        """Return the error that names a line, counted from 0 in the YAML."""
        return ArticleError(self.path, self.first_line + line, reason)


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of the front matter by their keys, and the lines of the keys; all that is used is checked."""

    block: _Block
    values: dict[Any, Any]
    lines: dict[str, int]

    def text(self, key: str) -> str:
        """Return a value as one line of text, empty when there is none."""
        return self._as_text(key, self.values.get(key))

    def topics(self) -> tuple[str, ...]:
        """Return each topic once, in order; Zenn does not tell capitals apart."""
        value = self.values.get("topics")
        values = value if isinstance(value, list) else self._as_text("topics", value).split(",")
        topics: dict[str, str] = {}
        for text in (self._as_text("topics", one) for one in values):
            if text := text.strip():
                topics.setdefault(text.casefold(), text)
        if len(topics) > _MOST_TOPICS:
            raise self._error("topics", f"There are more than {_MOST_TOPICS} topics in the front matter.")
        return tuple(topics.values())

    def publication(self) -> str | None:
        """Return the name of the publication."""
        name = self.text("publication_name")
        if name and not _PUBLICATION.fullmatch(name):
            raise self._error("publication_name", "The value of publication_name in the front matter is not a name.")
        return name or None

    def _as_text(self, key: str, value: object) -> str:
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=None).isoformat(" ", "minutes")
        if not isinstance(value, (str, dt.date, type(None))):
            raise self._error(key, f"The value of {key} in the front matter is not a text.")
        text = one_line(str(value or ""))
        if len(text) > LONGEST_TEXT:
            raise self._error(key, f"The value of {key} in the front matter is longer than {LONGEST_TEXT} characters.")
        return text

    def _error(self, key: str, reason: str) -> ArticleError:
        return self.block.error(self.lines.get(key, 0), reason)


class _Loader(SafeLoader):  # type: ignore[misc]  # the library has no types
    """Leaves numbers, true and false as they are written: 1.10 stays 1.10, and a million digits are no number."""

    def construct_date(self, node: yaml.Node) -> dt.date:
        """Make a date or a moment; say on which line there is none."""
        try:
            return self.construct_yaml_timestamp(node)  # type: ignore[no-any-return]
        except (ValueError, AttributeError) as error:
            problem = "it holds a date that does not exist"
            raise ConstructorError(problem=problem, problem_mark=node.start_mark) from error


for _kind in ("int", "float", "bool"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", SafeLoader.construct_yaml_str)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_date)


def _load(block: _Block) -> _Values:
    try:
        _check_shape(block)
        lines = _key_lines(block)
        # The library strips what it is given and looks for a boundary anywhere; with the YAML alone
        # between two boundaries it cannot see another one than `_CLOSING` does.
        return _Values(block, YAMLHandler().load(block.text, Loader=_Loader) or {}, lines)
    except yaml.YAMLError as error:
        reason = f"The front matter is not valid YAML: {_problem(error)}."
        raise block.error(_error_line(error, block.text), reason) from error


def _check_shape(block: _Block) -> None:
    """Refuse what would make little text large in memory, or reading it slow.

    The events that are looked at need neither memory nor a deep stack, whatever is written.
    """
    depth = 0
    for event in yaml.parse(block.text, Loader=SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise block.error(_line(event.start_mark), "The front matter has an alias, which is not allowed.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise block.error(_line(event.start_mark), f"The front matter is nested more than {_DEEPEST} deep.")


def _key_lines(block: _Block) -> dict[str, int]:
    """Return the line of every key, counted from 0 in the YAML; raise ArticleError for a key that is there twice."""
    root = yaml.compose(block.text, Loader=SafeLoader)
    if not isinstance(root, yaml.MappingNode | None):
        raise block.error(0, "The front matter is not a list of keys and values.")
    lines: dict[str, int] = {}
    for key in (key for key, _ in (root.value if root else ()) if isinstance(key, yaml.ScalarNode)):
        if key.value in lines:
            raise block.error(_line(key.start_mark), f"The front matter has the key {one_line(key.value)[:50]} twice.")
        lines[key.value] = _line(key.start_mark)
    return lines


def _line(mark: Any) -> int:
    return int(mark.line)


def _error_line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return min(int(mark.line), max(len(text.splitlines()) - 1, 0))
    odd = Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, odd.start()) if odd else 0


def _problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return one_line(str(problem)).rstrip(".")
