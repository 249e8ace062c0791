"""Tens of thousands of questions to the real bot: each answered once or told why, and no memory that only grows.

    python benchmarks/soak.py [--questions 20000] [--transport socket|http|both] [--reader on|off] [--minutes M]

Runs the bot as a process on the local Slack server of the tests. Meanwhile connections are refreshed, closed and
dropped, Slack says 429, the index is swapped and the process is killed or told to end; all of that, and what is judged,
is that of benchmarks/chaos. Writes benchmarks/results/soak.json, beside what other runs wrote there; soak_plot.py draws
it. Exits with 1 when anything was lost, doubled or wrong, or when memory grows.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import click

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.chaos.driving import Driver  # noqa: E402  the project need not be installed
from benchmarks.chaos.report import commit  # noqa: E402
from benchmarks.chaos.run import LEASE_SECONDS, Options, Stage, library, staged, troubled  # noqa: E402
from benchmarks.chaos.slack_faults import STORMS  # noqa: E402
from benchmarks.chaos.telling import TELLINGS  # noqa: E402
from benchmarks.chaos.verdict import VIOLATIONS  # noqa: E402
from benchmarks.memory_growth import Sampler, slopes, together  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.chaos.machine import Machine
    from benchmarks.chaos.results import Results
    from benchmarks.chaos.run import Library
    from tests.support.slack_server import Transport

RESULTS = ROOT / "benchmarks" / "results" / "soak.json"
ASKED = frozenset({"mention", "events that come again", "mention in a thread", "direct message", "follow-up", "/ask"})
# What may not grow.
JUDGED = ("anonymous", "threads", "files")
# The same words again would be answered from a cache.
WORDINGS = ("{} please", "Hi, {}", "One more: {}", "{} Thanks!", "質問です。{}", "{} 教えて", "すみません、{}")
LIMITED = next(storm for storm in STORMS if storm.kind == "Slack: 429")
STORM_SECONDS = 3.0
# More than is ever asked: the driver holds itself to what the bot can answer.
PACE = 200.0
SEED = 2027


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked over one transport, and after how many questions each what goes wrong."""

    questions: int
    minutes: float = float("inf")
    each_round: int = 1_000
    small_fault: int = 150
    swap: int = 2_500
    end: int = 5_000
    sample_seconds: float = 3.0


@dataclass(slots=True)
class Account:
    """What came of all rounds."""

    asked: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    violations: dict[str, list[str]] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    late: int = 0

    def add(self, results: Results) -> None:
        """Add a round."""
        self.asked += len(results.judgements)
        self.outcomes += results.outcomes()
        self.late += results.late()
        self.outside += results.outside()
        self.violations |= {f"{name} before {self.asked}": told for name, told in results.violations().items()}

    @property
    def is_good(self) -> bool:
        """True if nothing was lost, doubled or wrong."""
        return not any(self.outcomes[name] for name in VIOLATIONS) and not self.outside


def soak(
    transport: Transport, plan: Plan, books: Library, tell: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Ask everything over one transport and return what came of it."""
    options = Options(SEED, plan.questions, brevity=0.3, own_disk=False)
    account, began = Account(), time.monotonic()
    with staged(transport, options, books) as stage:
        bots = stage.machine.bots

        def asked() -> int:
            return account.asked + len(stage.people.cases)

        sampler = Sampler(lambda: bots.current and bots.current.pid, asked, plan.sample_seconds)
        with sampler.running(), troubled(stage, lambda stage: _trouble(stage, plan, asked)):
            while account.asked < plan.questions and time.monotonic() - began < 60 * plan.minutes:
                _round(stage, min(plan.each_round, plan.questions - account.asked), asked())
                results = _settled(stage)
                stage.begin_anew(Random(f"{SEED} {account.asked}"))
                account.add(results)
                held = sampler.samples[-1]
                tell(f"{account.asked} asked: {dict(account.outcomes)}; {held.anonymous} of {held.resident} MB its own")
    figures = {what: slopes(sampler.samples, what) for what in ("anonymous", "resident", "threads", "files")}
    return {
        "questions": account.asked,
        "seconds": round(time.monotonic() - began),
        "outcomes": dict(account.outcomes),
        "faults": stage.machine.journal.counts(),
        "acknowledged late": account.late,
        "outside": account.outside,
        "violations": account.violations,
        "growth": {what: _growth(list(found.values())) for what, found in figures.items()},
        "is good": account.is_good,
        "samples": [list(asdict(sample).values()) for sample in sampler.samples],
    }


def _growth(found: list[Any]) -> dict[str, Any]:
    """Return slopes by process and all together; nothing where no process lived long enough."""
    if not found:
        return {}
    mean = together(found)
    return {"each thousand": mean.each_thousand, "error": mean.error, "is growth": mean.is_growth,
            "by process": [asdict(one) for one in found]}  # fmt: skip


def _round(stage: Stage, questions: int, number: int) -> None:
    tellings = [telling for telling in TELLINGS if telling.kind in ASKED]
    driver = Driver(stage.people, stage.hearing, Random(f"stories {SEED} {number}"), tellings)
    driver.tell(0, PACE, lambda: len(stage.people.cases) >= questions)
    driver.finish()


def _settled(stage: Stage) -> Results:
    """Wait until all is said, also what a dead process was at, and judge it."""
    stage.slack.wait_until_quiet(1.0)
    patience = time.monotonic() + 60 * stage.options.fresh_minutes + LEASE_SECONDS
    results = stage.results()
    while results.curable() and time.monotonic() < patience:
        time.sleep(1.0)
        results = stage.results()
    return results


def _trouble(stage: Stage, plan: Plan, asked: Callable[[], int]) -> None:
    """Have things go wrong, each after its number of questions."""
    for number, fault in _calendar(stage, plan):
        while asked() < number:
            if stage.stopped.is_set():
                return
            stage.machine.wait(0.1)
        fault()
    while not stage.stopped.is_set():
        stage.machine.wait(0.1)


def _calendar(stage: Stage, plan: Plan) -> Iterator[tuple[int, Callable[[], None]]]:
    machine = stage.machine
    small, ends = cycle(_small_faults(stage)), cycle((machine.killed, machine.ended))
    for number in range(1, plan.questions):
        if number % plan.end == 0:
            yield number, next(ends)
        elif number % plan.swap == 0 and len(machine.editions.all) > 1:
            yield number, machine.swapped
        elif number % plan.small_fault == 0:
            yield number, next(small)


def _small_faults(stage: Stage) -> list[Callable[[], None]]:
    machine: Machine = stage.machine
    storm = [lambda: stage.weather.rage(LIMITED, lambda: machine.wait(STORM_SECONDS))]
    return [*storm, machine.refreshed, machine.closed, machine.dropped] if stage.slack.transport == "socket" else storm


@click.command()
@click.option("--questions", default=20_000, show_default=True, help="How many, over all transports.")
@click.option("--transport", type=click.Choice(["socket", "http", "both"]), default="both", show_default=True)
@click.option("--reader", type=click.Choice(["on", "off"]), default="off", show_default=True)
@click.option(
    "--minutes", type=float, default=float("inf"), help="Begin nothing new after so long, for each transport."
)
@click.option("--output", type=click.Path(path_type=Path), default=RESULTS, help="Where the figures go, as JSON.")
def main(questions: int, transport: str, reader: str, minutes: float, output: Path) -> None:
    """Ask the real bot tens of thousands of questions while things go wrong."""
    # So that the bots end, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ["READER"] = reader
    transports = ["socket", "http"] if transport == "both" else [transport]
    # Beforehand everything is asked once, which takes several times as long with the reader.
    wordings = WORDINGS if reader == "off" else WORDINGS[:1]
    runs = {}
    with library(SEED, wordings=wordings) as books:
        for name in transports:
            plan = Plan(questions // len(transports), minutes)
            runs[f"{name}, reader {reader}"] = run = soak(name, plan, books, click.echo)
            click.echo(json.dumps({key: value for key, value in run.items() if key != "samples"}, indent=1))
    _write(output, runs)
    # Where no process lived long enough, nobody knows.
    grows = any(run["growth"][what].get("is growth", True) for run in runs.values() for what in JUDGED)
    sys.exit(0 if all(run["is good"] for run in runs.values()) and not grows else 1)


def _write(path: Path, runs: dict[str, Any]) -> None:
    """Add runs to those of a file."""
    kept = json.loads(path.read_text("utf-8"))["runs"] if path.exists() else {}
    marked = {name: {"commit": commit(), **run} for name, run in runs.items()}
    path.write_text(json.dumps({"runs": kept | marked}, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
