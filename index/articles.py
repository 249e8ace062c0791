"""Read articles: find the files, take the front matter apart, say what is wrong with a file."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml.reader import Reader

from index.errors import ArticleError, ArticlesFolderError
from index.markdown import parse
from index.types import Article

_BOM = b"\xef\xbb\xbf"
# Atomic: a CRLF that could also be read as two line ends would be tried both ways, in every line again.
_NEWLINE = rb"(?>\r\n|\r|\n)"
# The boundary of python-frontmatter, by lines; blank lines may come before the first one.
_FRONT_MATTER = re.compile(
    rb"(?:[ \t]*%(n)b)*-{3,}[ \t]*%(n)b(?P<yaml>(?:[^\r\n]*%(n)b)*?)-{3,}[ \t]*(?:%(n)b|\Z)" % {b"n": _NEWLINE}
)
_UNCLOSED = re.compile(rb"\s*-{3,}[ \t]*%b\w+[ \t]*:" % _NEWLINE)
_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")


def list_article_paths(folder: Path) -> list[Path]:
    """Return the Markdown files of a folder and its subfolders, sorted, without hidden ones.

    Raises `ArticlesFolderError` when the folder or one of its subfolders cannot be listed.
    """
    if not folder.is_dir():
        raise ArticlesFolderError(f"There is no articles folder at {folder}.")
    found: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=_raise_folder_error):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in files if name.endswith(".md") and not name.startswith(".")]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _raise_folder_error(error: OSError) -> None:
    raise ArticlesFolderError(f"The articles folder {error.filename} cannot be listed: {error.strerror}.")


def read_article(folder: Path, path: Path) -> Article:
    """Read one article; ``path`` lies in ``folder`` or is relative to it.

    Raises `ArticleError` with the line at fault when the file cannot be read, is not UTF-8 or has front
    matter that cannot be understood.
    """
    full = path if path.is_relative_to(folder) else folder / path
    name = full.relative_to(folder).as_posix()
    if (readable := os.fsencode(name).decode("utf-8", "replace")) != name:
        raise ArticleError(readable, 1, "The name of the file is not UTF-8 text.")
    source = _read_bytes(full, name)
    bom = len(_BOM) if source.startswith(_BOM) else 0
    match = _FRONT_MATTER.match(source, bom)
    if match is None and _UNCLOSED.match(source, bom):
        raise ArticleError(name, 1, "The front matter is not closed by a line of three hyphens.")
    body_start = match.end() if match else bom
    first_line = _line_at(source, match.start("yaml")) if match else 1
    values = _load_values(match["yaml"].decode(), name, first_line) if match else {}
    return Article(
        path=name,
        source=source,
        body_start=body_start,
        title=_title(values, name, first_line) or _title_from_text(name, source, body_start),
        topics=_topics(values.get("topics")),
        published=values.get("published") not in (False, "false"),
        published_at=_date_text(values.get("published_at")),
        publication=_text(values.get("publication_name")) or None,
    )


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ArticleError(name, 1, f"The file cannot be read: {error.strerror}.") from error
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line_at(source, error.start)
        raise ArticleError(name, line, "The file is not UTF-8 text.") from error
    return source


def _line_at(source: bytes, offset: int) -> int:
    return len(re.findall(_NEWLINE, source[:offset])) + 1


def _load_values(text: str, name: str, first_line: int) -> dict[str, Any]:
    """Load the YAML between the boundaries, which begins at ``first_line`` of the file."""
    try:
        # The library strips what it is given and looks for a boundary anywhere; with the YAML alone
        # between two boundaries it cannot see another one than `_FRONT_MATTER` does.
        values = YAMLHandler().load(text)
    except yaml.YAMLError as error:
        line = first_line + _yaml_line(error, text)
        raise ArticleError(name, line, f"The front matter is not valid YAML: {_problem(error)}.") from error
    except ValueError as error:
        line = first_line + _bad_date_line(text)
        raise ArticleError(name, line, "The front matter holds a date that does not exist.") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ArticleError(name, first_line, "The front matter is not a list of keys and values.")
    return values


def _yaml_line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return min(int(mark.line), max(len(text.splitlines()) - 1, 0))
    odd = Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, odd.start()) if odd else 0


def _problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return str(problem).strip().rstrip(".")


def _bad_date_line(text: str) -> int:
    for number, line in enumerate(text.split("\n")):
        for year, month, day in _DATE.findall(line):
            try:
                dt.date(int(year), int(month), int(day))
            except ValueError:
                return number
    return 0


def _text(value: Any) -> str:
    """Return a value of the front matter as one line of text."""
    return "" if value is None else " ".join(str(value).split())


def _title(values: dict[str, Any], name: str, first_line: int) -> str:
    title = values.get("title")
    if isinstance(title, (list, dict)):
        raise ArticleError(name, first_line, "The title in the front matter is not a text.")
    return _text(title)


def _title_from_text(name: str, source: bytes, body_start: int) -> str:
    """Return the first h1 of an article without a title, or else its file name."""
    article = Article(name, source, body_start, "")
    titles = (heading.text for heading in parse(article).headings if heading.level == 1 and heading.text)
    return next(titles, article.slug)


def _topics(value: Any) -> tuple[str, ...]:
    """Return each topic once, in order; Zenn does not tell capitals apart."""
    values = value if isinstance(value, list) else str(value or "").split(",")
    topics: dict[str, str] = {}
    for text in map(_text, values):
        if text:
            topics.setdefault(text.casefold(), text)
    return tuple(topics.values())


def _date_text(value: Any) -> str | None:
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return _text(value) or None
