"""Count what a program does, at the libraries that it does it with, so that it may be put together in any other way.

Counted are SQL statements, the rows that they give and whole articles among them (sqlite3), calls of the tokenizer of
Japanese, and of those with nothing but blanks (SudachiPy), runs of the model (onnxruntime), parses of Markdown
(markdown-it) and how often article files are opened (Python's audit events). Searches have no library: the class
`Searcher` is looked for by its name.
"""

from __future__ import annotations

import importlib
import sqlite3
import sys
from collections import Counter
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import markdown_it
import onnxruntime
import sudachipy

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).parents[1]
SQL, ROWS, ARTICLES = "SQL statements", "rows read", "whole articles read"
TOKENIZED, BLANK = "tokenizer calls", "tokenizer calls on blanks"
MODEL, SEARCHES, AGAIN = "runs of the model", "searches", "searches of the same text again"
PARSES, OPENED = "Markdown parses", "article files opened"
# The column that holds the text of a whole article.
SOURCE = "source"

counted: Counter[str] = Counter()
_searched: set[str] = set()


def start() -> None:
    """Count from now on, in this process; what is open already is not counted."""
    connect = sqlite3.connect
    sqlite3.connect = wraps(connect)(lambda *given, **named: _watched(connect(*given, **named)))
    sudachipy.Dictionary = _Dictionary  # type: ignore[misc]  # the same methods
    _count_calls(onnxruntime.InferenceSession, "run", MODEL)
    _count_calls(markdown_it.MarkdownIt, "parse", PARSES)
    _count_calls(module_with("class Searcher").Searcher, "search", SEARCHES, _see_search)
    sys.addaudithook(_see)


def take() -> Counter[str]:
    """Return what was counted since the last time, and begin again."""
    taken = counted.copy()
    counted.clear()
    _searched.clear()
    return taken


def module_with(definition: str) -> ModuleType:
    """Return the module of this project that has a line beginning with a definition, wherever it stands."""
    for package in ("index", "bot"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if any(line.startswith(definition) for line in path.read_text("utf-8").splitlines()):
                return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    raise SystemExit(f"No module of index/ or bot/ has `{definition}` any more: say in {__file__} what does its work.")


def _count_calls(owner: type, name: str, what: str, see: Callable[..., None] | None = None) -> None:
    method: Callable[..., Any] = getattr(owner, name)

    @wraps(method)
    def counting(*given: Any, **named: Any) -> Any:
        counted[what] += 1
        if see is not None:
            see(*given, **named)
        return method(*given, **named)

    setattr(owner, name, counting)


def _see_search(_: object, question: object, *__: Any, **___: Any) -> None:
    counted[AGAIN] += str(question) in _searched
    _searched.add(str(question))


def _watched(connection: sqlite3.Connection) -> sqlite3.Connection:
    def see_row(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
        counted[ROWS] += 1
        counted[ARTICLES] += any(column[0] == SOURCE for column in cursor.description)
        return row

    connection.set_trace_callback(lambda _: counted.update([SQL]))
    connection.row_factory = see_row
    return connection


class _Dictionary:
    """SudachiPy's dictionary, whose classes cannot be changed; its tokenizers count their calls."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self._dictionary = _SUDACHI(*given, **named)

    def tokenizer(self, *given: Any, **named: Any) -> _Tokenizer:
        return _Tokenizer(self._dictionary.tokenizer(*given, **named))


class _Tokenizer:
    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def tokenize(self, text: str, *given: Any, **named: Any) -> Any:
        counted[TOKENIZED] += 1
        counted[BLANK] += not text.strip()
        return self._tokenizer.tokenize(text, *given, **named)


_SUDACHI = sudachipy.Dictionary


def _see(event: str, given: tuple[Any, ...]) -> None:
    # Raised by every way to open a file; a descriptor that is opened once more is a number here.
    if event == "open" and str(given[0]).endswith((".md", ".markdown")):
        counted[OPENED] += 1
