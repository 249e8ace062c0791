"""Drive the bot under faults and count what came of every event.

    python -m benchmarks.chaos [--seed N] [--events N] [--transport socket|http|both] [--quick] [--only FAULT]...

See docs/chaos.md. Exits with 1 when anything was lost, doubled, wrong, left or unwanted.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import click

from benchmarks.chaos import ROOT
from benchmarks.chaos.report import figures, is_good, text, write
from benchmarks.chaos.run import Options, library, run

RESULTS = ROOT / "benchmarks" / "results" / "chaos.json"
QUICK_EVENTS = 700
TOLD = 12


@click.command()
@click.option("--seed", default=2023, show_default=True, help="Chooses what people do and what goes wrong.")
@click.option("--events", default=10_000, show_default=True, help="How many events, over all transports.")
@click.option("--transport", type=click.Choice(["socket", "http", "both"]), default="both", show_default=True)
@click.option("--quick", is_flag=True, help="Some 700 events and shorter faults, in two to three minutes.")
@click.option("--only", multiple=True, help="Only faults that begin with this, such as 'process' or 'Slack: 429'.")
@click.option("--output", type=click.Path(path_type=Path), help="Where the figures go, as JSON.")
def main(seed: int, events: int, transport: str, output: Path | None, only: tuple[str, ...], *, quick: bool) -> None:
    """Drive the bot under faults and count what came of every event."""
    # So that the bots end, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    transports = ["socket", "http"] if transport == "both" else [transport]
    events = min(events, QUICK_EVENTS) if quick else events
    brevity, fresh = (0.3, 2) if quick else (1.0, 5)
    options = Options(seed, events // len(transports), brevity=brevity, fresh_minutes=fresh, only=only)
    runs = {}
    with library(seed) as books:
        for name in transports:
            began = time.monotonic()
            results = run(name, options, books)
            runs[name] = {"duration": round(time.monotonic() - began), **figures(results)}
    click.echo(text(runs, TOLD))
    if output is not None or not quick:
        write(output or RESULTS, seed, runs)
    sys.exit(0 if is_good(runs) else 1)


if __name__ == "__main__":
    main()
