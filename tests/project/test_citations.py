"""A module or document that a docstring, a comment or a document names is in the repository."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.support.helpers import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = ("articles", "benchmarks", "bot", "docs", "index", "tests", "training")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "training").glob("*.md")]
MODULES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# Capitals stand for a name, as in with_NAME.py.
CITED = re.compile(r"(?<![\w./-])[a-z0-9_./-]*[a-z0-9_]\.(?:py|md|png)\b(?![\w*])")
# Names that articles may have.
EXAMPLES = frozenset({"2019-06-12-rubykaigi-day-1.md", "index.md", "my-talk/index.md", "node.js.md", "post.ja.md"})
ELSEWHERE = re.compile(r"\w+://\S+")


@cache
def here() -> tuple[str, ...]:
    """Return every file of the repository, as a path from its top after a slash."""
    files = [*ROOT.glob("*.*"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    return tuple(f"/{path.relative_to(ROOT).as_posix()}" for path in files if path.is_file())


def prose(source: str) -> Iterator[str]:
    """Yield the docstrings and comments of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DEFINITIONS):
            yield ast.get_docstring(node) or ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def missing(text: str) -> list[str]:
    """Return what a text names and the repository lacks."""
    cited = [path.removeprefix("./") for path in CITED.findall(ELSEWHERE.sub("", text))]
    named = [path for path in cited if path not in EXAMPLES]
    return [path for path in named if not any(known.endswith(f"/{path}") for known in here())]


def test_what_is_missing() -> None:
    text = "`index/building/build.py`, build.py, (docs/quality.md), https://e.com/n.md, design.md and ./bot/none.py."
    assert missing(text) == ["design.md", "bot/none.py"]
    assert list(prose('"""One."""\nx = "two.md"  # three\n')) == ["One.", "# three"]


@pytest.mark.slow
def test_what_modules_and_documents_name_is_here() -> None:
    texts = {path: "\n".join(prose(path.read_text())) for path in MODULES}
    texts |= {path: path.read_text() for path in DOCUMENTS}
    assert {str(path): cited for path, text in texts.items() if (cited := missing(text))} == {}
