"""What happened around one case, in the order of time: events, requests, faults and log lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.chaos.cases import Case
    from benchmarks.chaos.journal import Journal
    from benchmarks.chaos.logs import Line
    from benchmarks.chaos.verdict import Said
    from tests.support.slack_server import Call, Delivery

# Faults that only meet single requests are told with these.
AROUND = 2.0
LONGEST = 60


def timeline(
    case: Case, said: Sequence[Said], calls: Iterable[Call], journal: Journal, lines: Iterable[Line]
) -> list[str]:
    """Return lines for people; times are in seconds since the case began."""
    until = max((one.at for one in said), default=case.at + AROUND)
    marks = case.marks | case.links | {one.ts for one in said if one.ts}
    told = [*_events(case), *_requests(marks, calls), *_faults(case, journal, until), *_logged(case, lines)]
    shown = [f"{at - case.at:+8.2f} s  {what}" for at, what in sorted(told)]
    began = time.strftime("%H:%M:%S", time.localtime(case.at))
    return [f"began at {began} in {case.channel} by {case.user}, marks {sorted(case.marks)}", *shown[:LONGEST]]


def _events(case: Case) -> Iterator[tuple[float, str]]:
    for name, deliveries in (("event", case.deliveries), ("change", case.changes), ("other", case.others)):
        for delivery in deliveries:
            yield from _attempts(name, delivery)


def _attempts(name: str, delivery: Delivery) -> Iterator[tuple[float, str]]:
    kind = f"{delivery.type} {delivery.event.get('subtype') or ''}".strip()
    for attempt in delivery.attempts:
        after = (
            "not acknowledged"
            if attempt.acked_at is None
            else f"acknowledged after {attempt.acked_at - attempt.sent_at:.2f} s"
        )
        yield attempt.sent_at, f"{name} {kind} (retry {attempt.retry_num}): {after}"


def _requests(marks: set[str], calls: Iterable[Call]) -> Iterator[tuple[float, str]]:
    for call in calls:
        told = f"{call.args} {call.link}"
        if any(mark in told for mark in marks):
            outcome = f"{call.fault or ''} {'done' if call.done else call.error or call.status or ''}"
            made = f" -> {call.made}" if call.made else ""
            text = str(call.args.get("text") or "")[:50].replace("\n", " ")
            yield call.time, f"{call.method} {text!r}: {outcome.strip()}{made}{'' if call.heard else ' (unheard)'}"


def _faults(case: Case, journal: Journal, until: float) -> Iterator[tuple[float, str]]:
    for trouble in journal.between(case.at - AROUND, until + AROUND):
        lasted = "" if trouble.ended in {None, trouble.began} else f" for {trouble.ended - trouble.began:.1f} s"
        if lasted or not trouble.kind.startswith("Slack"):
            yield trouble.began, f"FAULT {trouble.kind}{lasted} {trouble.detail[:80]}"


def _logged(case: Case, lines: Iterable[Line]) -> Iterator[tuple[float, str]]:
    for line in lines:
        if line.key and any(mark in line.key for mark in case.marks):
            yield line.at, f"log: {line.message[:120]} {line.error[:120]}"
