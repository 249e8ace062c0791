"""What came of everything: outcomes by kind, faults, times, and what there is to say about each violation."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.chaos.evidence import Evidence, transcript_of
from benchmarks.chaos.logs import complaints, lines_of, references
from benchmarks.chaos.timeline import timeline
from benchmarks.chaos.verdict import REPLIES, VIOLATIONS, outcome_of
from tests.support.slack_server import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.chaos.cases import Case
    from benchmarks.chaos.journal import Journal
    from benchmarks.chaos.logs import Line
    from benchmarks.chaos.verdict import Outcome, Said
    from tests.support.slack_server import Delivery, SlackServer

# Slack gives up waiting for an acknowledgement then.
LATE_SECONDS = 3.0
CURABLE = frozenset({"lost", "stale", "left", "claimed"})
STRAY = "(to nobody)"
# What is told of each violation, and of how many of a kind.
TOLD = 12


@dataclass(frozen=True, slots=True)
class Judgement:
    """One case and what came of it."""

    case: Case
    said: tuple[Said, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Results:
    """What came of one run; ``strays`` are what the bot said to nobody, by kind."""

    slack: SlackServer
    journal: Journal
    lines: Sequence[Line]
    judgements: tuple[Judgement, ...]
    strays: tuple[Said, ...]

    def curable(self) -> frozenset[int]:
        """Return the cases that time may still mend."""
        return frozenset(one.case.number for one in self.judgements if one.outcome in CURABLE)

    def outcomes(self) -> Counter[Outcome]:
        """Count everything by its outcome."""
        counted = Counter(one.outcome for one in self.judgements)
        counted.update({"unwanted": len(self.strays)} if self.strays else {})
        return counted

    def by_kind(self) -> dict[str, Counter[str]]:
        """Count the events, the cases and their outcomes by kind."""
        rows: dict[str, Counter[str]] = {}
        for one in self.judgements:
            row = rows.setdefault(one.case.kind, Counter())
            row.update({"events": one.case.events, "cases": 1, one.outcome: 1})
        if self.strays:
            rows[STRAY] = Counter(cases=len(self.strays), unwanted=len(self.strays))
        return dict(sorted(rows.items()))

    def deliveries(self) -> list[Delivery]:
        """Return everything that people had Slack bring, without the echoes of what the bot posts."""
        cases = (one.case for one in self.judgements)
        return [
            delivery for case in cases for part in (case.deliveries, case.changes, case.others) for delivery in part
        ]

    def violations(self) -> dict[str, list[str]]:
        """Tell what happened around the first violations of each kind."""
        told: dict[str, list[str]] = {}
        counted: Counter[str] = Counter()
        calls = self.slack.calls
        for one in self.judgements:
            if one.outcome in VIOLATIONS and counted[one.outcome] < TOLD:
                counted[one.outcome] += 1
                name = f"{one.outcome}: {one.case.kind} (case {one.case.number})"
                told[name] = [*timeline(one.case, one.said, calls, self.journal, self.lines), *map(_ending, one.said)]
        for said in self.strays[:TOLD]:
            told[f"unwanted: {STRAY} {said.ts}"] = [_ending(said)]
        return told

    def outside(self) -> list[str]:
        """Return pings and links that are not the reports' own."""
        foreign = [link for link in audit.links(self.slack.world) if not link.startswith("https://zenn.dev/reporter/")]
        return [*audit.pings(self.slack.world), *foreign]

    def seconds(self) -> dict[str, dict[str, float]]:
        """Return quantiles of the seconds to acknowledgements and to answers, in calm times and in all."""
        acknowledged = [delivery.time_to_ack for delivery in self.deliveries() if delivery.acked]
        answered = [(one.case.at, one.said[0].at) for one in self.judgements if _is_plain_answer(one)]
        calm = [(at, said) for at, said in answered if not self.journal.between(at - 1, said)]
        return {
            "acknowledged": _quantiles(acknowledged),
            "answered": _quantiles([said - at for at, said in answered]),
            "answered in calm": _quantiles([said - at for at, said in calm]),
        }

    def late(self) -> int:
        """Count what was acknowledged, but not at the first time within three seconds."""
        acked = (delivery for delivery in self.deliveries() if delivery.acked)
        return sum(one.attempts[0].acked_at is None or one.time_to_ack > LATE_SECONDS for one in acked)

    def unacknowledged(self) -> int:
        """Count what was never acknowledged."""
        return sum(not delivery.acked for delivery in self.deliveries())

    def complaints(self) -> dict[str, int]:
        """Return the errors that were logged with a traceback, the most frequent first."""
        return complaints(self.lines)


def judged(
    slack: SlackServer, cases: Sequence[Case], plain: frozenset[str], journal: Journal, logs: Sequence[Path]
) -> Results:
    """Judge all cases as they are now."""
    lines = lines_of(logs)
    evidence = Evidence(slack, cases, plain, references(lines))
    judgements = []
    for case in cases:
        said = evidence.said(case)
        judgements.append(Judgement(case, said, outcome_of(transcript_of(case, said, journal))))
    return Results(slack, journal, lines, tuple(judgements), tuple(said for _, said in evidence.strays))


def _is_plain_answer(one: Judgement) -> bool:
    plain = one.outcome == "right" and one.case.wish == "answer" and not one.case.changes
    return plain and one.said[0].kind in REPLIES


def _ending(said: Said) -> str:
    where = "in the open" if said.public else "in private"
    return f"stands in the end: {said.kind} {where} {said.ts} ({said.lang}) {said.shown[:60]!r}"


def _quantiles(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    return {"count": len(seconds), "p50": round(cuts[49], 3), "p95": round(cuts[94], 3), "p99": round(cuts[98], 3)}
