"""Measure what of written sentences is proved by lines of the reports: what near misses are caught, what is lost.

    python benchmarks/grounding.py [--half HALF] [--misses] [--json] [ROWS.jsonl]

Each row has ``lines`` of a ``report``, a ``sentence`` that somebody wrote from them, the ``direction`` (the language of
the lines, then that of the sentence), and the ``category``: "supported", or how the sentence is a near miss. The rules
were made on "own" and mended on "first", "third", "dev_a" and "dev_b"; "held" was written by somebody who did not know
them, and none of it was looked at. An index of the reports gives the words and what they mean, without a model.

Citations are measured as ALCE does: the lines of a row stand among others of its report, in their order and without a
hint. Recall is the share of the supported sentences whose lines are all found, precision the share of the lines leant
on that are a row's own.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from index.building.build import build  # noqa: E402
from index.grounding.grounding import Grounding, Line  # noqa: E402
from index.searching.search import Searcher  # noqa: E402
from index.storage.store import FolderStore  # noqa: E402
from index.types import SplitSettings  # noqa: E402
from tests.support.fakes import FakeEncoder  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = dict[str, Any]

ROWS = Path(__file__).with_name("grounding.jsonl")
FOLDERS = ("articles", "benchmarks/reports", "training/reports")
SUPPORTED = "supported"
# Lines of the report among which a row's own are to be found.
OTHERS = 20


@dataclass
class Count:
    """How many sentences there are, and how many are not proved."""

    all: int = 0
    dropped: int = 0

    @property
    def share(self) -> float:
        return self.dropped / self.all if self.all else 0.0


@dataclass
class Measured:
    """What was counted, by half, category and direction."""

    counts: dict[tuple[str, str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    seconds: list[float] = field(default_factory=list)
    cited: Count = field(default_factory=Count)
    found: Count = field(default_factory=Count)
    misses: list[tuple[str, str, str]] = field(default_factory=list)

    def share(self, half: str, category: str, direction: str = "all") -> float:
        """Return the share of a category that is not proved; "missed" are all but the supported ones."""
        return self.counts[half, category, direction].share


@click.command()
@click.argument("rows", default=ROWS, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--half", help="Only this one of the halves that the rows have.")
@click.option("--misses", is_flag=True, help="Also print the sentences that are taken for what they are not.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(rows: Path, half: str | None, misses: bool, as_json: bool) -> None:
    known = read(rows)
    chosen = [row for row in known if half in {None, row["half"]}]
    if not chosen:
        halves = ", ".join(sorted({row["half"] for row in known}))
        raise click.BadParameter(f"there is no such half in {rows.name}, which has {halves}", param_hint="--half")
    with TemporaryDirectory() as folder:
        searcher = index_of({row["report"] for row in chosen}, Path(folder))
        measured = measure(chosen, searcher)
        searcher.store.close()
    print(as_json_text(measured) if as_json else as_text(measured))
    if misses:
        print("\n".join(" | ".join(one) for one in measured.misses))


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def index_of(reports: Iterable[str], folder: Path) -> Searcher:
    """Build an index of some reports, by their file names, for its words alone."""
    articles = folder / "articles"
    articles.mkdir()
    for report in sorted(reports):
        source = next(path for name in FOLDERS if (path := ROOT / name / report).exists())
        (articles / report).write_bytes(source.read_bytes())
    encoder = FakeEncoder()
    build([articles], folder / "index", encoder, SplitSettings())
    return Searcher(FolderStore.open(folder / "index", fingerprint=encoder.fingerprint()), encoder)


def measure(rows: Sequence[Row], searcher: Searcher) -> Measured:
    """Check every sentence against its own lines, and look for these among others of the report."""
    grounding, measured = Grounding(searcher), Measured()
    grounding.check("Warm up.", [Line("Up.")])
    lines_of = {report: _lines(searcher, report) for report in {row["report"] for row in rows}}
    for row in rows:
        report = lines_of[row["report"]]
        places = [_place(line, report) for line in row["lines"]]
        lines = [
            Line(text, report[place].headings, report[place].section)
            for text, place in zip(row["lines"], places, strict=True)
        ]
        begun = time.thread_time()
        verdict = grounding.check(row["sentence"], lines, range(len(lines)))
        measured.seconds.append(time.thread_time() - begun)
        _count(measured, row, verdict.is_proved, str(verdict.reason))
        if row["category"] == SUPPORTED and verdict.is_proved:
            _cite(measured, row["sentence"], places, report, grounding)
    return measured


def _count(measured: Measured, row: Row, is_proved: bool, reason: str) -> None:
    kind = SUPPORTED if row["category"] == SUPPORTED else "missed"
    for category in {row["category"], kind}:
        for direction in ("all", row["direction"]):
            count = measured.counts[row["half"], category, direction]
            count.all += 1
            count.dropped += not is_proved
    if is_proved != (kind == SUPPORTED):
        measured.misses.append((row["half"], row["category"], reason, row["sentence"], row["lines"][0]))


def _cite(
    measured: Measured, sentence: str, places: Sequence[int], report: Sequence[Line], grounding: Grounding
) -> None:
    first = max(min(places) - OTHERS // 2, 0)
    around = report[first : max(places) + OTHERS // 2]
    own = {place - first for place in places}
    leans_on = set(grounding.check(sentence, around).leans_on)
    measured.found.all += 1
    measured.found.dropped += own <= leans_on
    measured.cited.all += len(leans_on)
    measured.cited.dropped += len(leans_on & own)


def _lines(searcher: Searcher, report: str) -> list[Line]:
    """Return the lines of a report with their headings."""
    tables = searcher.store.tables
    number = tables.article_number(report)
    assert number is not None
    title = tables.entries[number].title
    return [
        Line(sentence.plain, (title, *stored.passage.section.headings), stored.section_number)
        for stored in tables.passages_of_article(number)
        for sentence in stored.passage.sentences
    ]


def _place(line: str, report: Sequence[Line]) -> int:
    """Return where a line stands in its report."""
    numbered = list(enumerate(one.text for one in report))
    found = [n for n, text in numbered if text == line] or [
        n for n, text in numbered if text and (line in text or text in line)
    ]
    return found[0] if found else 0


def as_json_text(measured: Measured) -> str:
    shares = {" ".join(key): [count.dropped, count.all] for key, count in sorted(measured.counts.items())}
    return json.dumps({"dropped": shares, **_figures(measured)}, ensure_ascii=False)


def as_text(measured: Measured) -> str:
    rows = [
        f"{half:5} {category:10} {direction:6} {count.dropped:4} of {count.all:4} dropped {count.share:.2f}"
        for (half, category, direction), count in sorted(measured.counts.items())
    ]
    return "\n".join([*rows, ", ".join(f"{name} {value:.3f}" for name, value in _figures(measured).items())])


def _figures(measured: Measured) -> Mapping[str, float]:
    p50, p95 = np.percentile(np.array(measured.seconds) * 1000, [50, 95])
    return {
        "ms p50": float(p50),
        "ms p95": float(p95),
        "citation recall": measured.found.share,
        "citation precision": measured.cited.share,
    }


if __name__ == "__main__":
    main()
