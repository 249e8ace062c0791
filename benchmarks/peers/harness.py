"""What the program of every peer shares: build from articles or ask questions, and print what came of it.

It runs in the peer's own environment and needs nothing but the standard library.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Passages about as long as ours, which are 500 characters at most without their headings.
CHARACTERS = 550
# A tenth, as in the peers' own examples, so that a sentence at a cut stands whole in one of the two.
OVERLAP = 50
# The evidence is looked for in the first five passages.
HITS = 5
# What each leg of a hybrid hands to the fusion: Haystack's default, more than the others take by themselves.
CANDIDATES = 10
# By the model's vectors alone, or with BM25.
WAYS = ("dense", "hybrid")
# The prefixes multilingual-e5 was trained with.
QUESTION_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "


@dataclass(frozen=True, slots=True)
class Article:
    """One report: its path in its folder, the title of its front matter, and the Markdown after that."""

    path: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What a peer found, and in which article."""

    article: str
    text: str


def run(
    build: Callable[[Sequence[Article], str, Path], Sequence[Passage]],
    open_index: Callable[[str, Path, bool], Callable[[str], Sequence[Passage]]],
) -> None:
    """Build into a folder, or open what is there and ask every question of a file.

    ``build`` gets articles, the model's folder and that of the index, and returns all passages, whose lengths are
    printed; ``open_index`` gets the model's folder, that of the index, and whether BM25 is asked, too, and returns how
    to ask. Printed of it is ``answers``, with ``hits`` (each with article and text) and ``ms`` for each question in
    their order, and ``memory_mb`` after the last one.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=("build", "ask"))
    for name in ("model", "index", "file"):
        parser.add_argument(name)
    parser.add_argument("--way", choices=WAYS, default=WAYS[0])
    options = parser.parse_args()
    rows = [json.loads(line) for line in Path(options.file).read_text(encoding="utf-8").splitlines()]
    index = Path(options.index)
    # Some frameworks print remarks.
    with contextlib.redirect_stdout(sys.stderr):
        if options.task == "build":
            index.mkdir()
            passages = build([Article(**row) for row in rows], options.model, index)
            found: object = [len(passage.text) for passage in passages]
        else:
            ask = open_index(options.model, index, options.way == "hybrid")
            found = {"answers": [_asked(ask, row["question"]) for row in rows], "memory_mb": memory()}
    print(json.dumps(found))


def memory() -> dict[str, float]:
    """Return the resident memory of this process in MB: in all, its own, and what is mapped from files."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    megabytes = {name: int(value.split()[0]) / 1024 for name, _, value in (line.partition(":") for line in lines)}
    resident, own = megabytes["Rss"], megabytes["Anonymous"]
    return {"resident": round(resident, 1), "anonymous": round(own, 1), "files": round(resident - own, 1)}


def _asked(ask: Callable[[str], Sequence[Passage]], question: str) -> dict[str, Any]:
    begun = time.perf_counter()
    found = ask(question)
    milliseconds = (time.perf_counter() - begun) * 1000
    hits = [{"article": passage.article, "text": passage.text} for passage in found[:HITS]]
    return {"hits": hits, "ms": milliseconds}
