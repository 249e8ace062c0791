"""What the program of every peer shares: read articles and questions, build, ask, write down what came back.

It runs in the peer's own environment and needs nothing but the standard library.
"""

from __future__ import annotations

import argparse
import json
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


@dataclass(frozen=True, slots=True)
class Built:
    """All passages of a peer's index, and the ways to ask it: a name, and a question to its first passages."""

    passages: Sequence[Passage]
    ways: dict[str, Callable[[str], Sequence[Passage]]]


def run(build: Callable[[Sequence[Article], str], Built]) -> None:
    """Build from the articles and a model folder, ask every question in every way, and write the output file."""
    begun = time.perf_counter()
    parser = argparse.ArgumentParser()
    for name in ("articles", "questions", "model", "output"):
        parser.add_argument(name)
    options = parser.parse_args()
    built = build([Article(**row) for row in _rows(options.articles)], options.model)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time()
    questions = [row["question"] for row in _rows(options.questions)]
    write_output(
        Path(options.output),
        build_seconds=seconds,
        build_cpu_seconds=cpu_seconds,
        lengths=[len(passage.text) for passage in built.passages],
        ways={way: [_asked(ask, question) for question in questions] for way, ask in built.ways.items()},
    )


def write_output(path: Path, **output: Any) -> None:
    """Write what `measure.figures` reads: build_seconds, build_cpu_seconds, lengths of all passages, and ways.

    A way is a list with ``hits`` (each with article and text) and ``ms`` for each question, in their order.
    """
    path.write_text(json.dumps(output), encoding="utf-8")


def _rows(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def _asked(ask: Callable[[str], Sequence[Passage]], question: str) -> dict[str, Any]:
    begun = time.perf_counter()
    found = ask(question)
    milliseconds = (time.perf_counter() - begun) * 1000
    hits = [{"article": passage.article, "text": passage.text} for passage in found[:HITS]]
    return {"hits": hits, "ms": milliseconds}
