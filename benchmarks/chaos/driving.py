"""Tells stories, many at a time, at a pace."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.chaos import asking, changing, pressing, talking
from benchmarks.chaos.people import PATIENCE, Until
from benchmarks.chaos.telling import TELLINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.chaos.cases import Case
    from benchmarks.chaos.hearing import Hearing
    from benchmarks.chaos.people import People
    from benchmarks.chaos.telling import Story, Telling

STORIES = (asking, changing, pressing, talking)
# Events of a story on average.
EVENTS = 2.9
BEAT = 0.02
# A machine that is busy with other things is not asked more than it can answer: that is measured elsewhere.
MOST_WAITING = 60


@dataclass(slots=True)
class Going:
    """A story that goes on, with its own dice, and what it waits for until when."""

    story: Story
    dice: Random
    until: Until | None
    at: float


class Driver:
    """Tells stories by chance; for one thread."""

    def __init__(self, people: People, hearing: Hearing, dice: Random, tellings: Sequence[Telling] = ()) -> None:
        self._people = people
        self._hearing = hearing
        self._dice = dice
        self._tellings = tellings or TELLINGS
        self._going: list[Going] = []
        self._waiting: list[Case] = []
        self._seen = 0

    @property
    def events(self) -> int:
        """How many events people have caused so far."""
        return sum(case.events for case in self._people.cases)

    def tell(self, events: int, pace: float, is_enough: Callable[[], bool] = lambda: True) -> None:
        """Begin stories until there were so many events more, ``pace`` of them a second, and it is enough."""
        wanted, next_at = self.events + events, time.monotonic()
        while True:
            self._go_on()
            if time.monotonic() < next_at:
                continue
            if self.events >= wanted and is_enough():
                return
            if self._count_waiting() >= MOST_WAITING:
                next_at = time.monotonic() + BEAT
                continue
            self._begin()
            next_at += self._dice.expovariate(pace / EVENTS)

    def finish(self) -> None:
        """Let the stories come to their ends."""
        while self._going:
            self._go_on()

    def _count_waiting(self) -> int:
        """Count the questions that the bot has said nothing to yet, but for those that it has had long enough for."""
        self._waiting += self._people.cases[self._seen :]
        self._seen = len(self._people.cases)
        since = time.time() - PATIENCE
        self._waiting = [
            case
            for case in self._waiting
            if case.wish == "answer" and case.at > since and self._hearing.reply_to(case) is None
        ]
        return len(self._waiting)

    def _begin(self) -> None:
        [telling] = self._dice.choices(self._tellings, [telling.weight for telling in self._tellings])
        # A story of a seed stays the same, whatever the others do meanwhile.
        dice = Random(self._dice.random())
        self._step(Going(telling.tell(self._people, telling.kind), dice, None, 0.0), None)

    def _go_on(self) -> None:
        time.sleep(BEAT)
        self._hearing.listen()
        now = time.monotonic()
        going, self._going = self._going, []
        for one in going:
            found = one.until.found() if one.until is not None else None
            if found is not None or now >= one.at:
                self._step(one, found)
            else:
                self._going.append(one)

    def _step(self, going: Going, found: Any) -> None:
        self._people.dice = going.dice
        try:
            wanted = going.story.send(found)
        except StopIteration:
            return
        going.until = wanted if isinstance(wanted, Until) else None
        going.at = time.monotonic() + (wanted.seconds if isinstance(wanted, Until) else wanted)
        self._going.append(going)
