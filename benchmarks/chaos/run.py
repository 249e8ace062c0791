"""One run: a town, a bot and everything that goes wrong, over one transport; what came of it."""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.chaos.bots import Bots
from benchmarks.chaos.clock import Clock
from benchmarks.chaos.disk import mounted, shared
from benchmarks.chaos.driving import Driver
from benchmarks.chaos.editions import Editions
from benchmarks.chaos.hearing import Hearing
from benchmarks.chaos.journal import Journal
from benchmarks.chaos.machine import Machine, faults_of
from benchmarks.chaos.people import People
from benchmarks.chaos.questions import learn
from benchmarks.chaos.results import Results, judged
from benchmarks.chaos.slack_faults import STORMS, Weather
from benchmarks.chaos.telling import TELLINGS
from benchmarks.chaos.town import settle
from tests.support.slack_server import TEAM, Settings, SlackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from benchmarks.chaos.questions import Knowledge
    from benchmarks.chaos.town import Workspace
    from tests.support.slack_server import Transport

OTHER = "T0OTHER"
# Slack's own pauses before it brings a request again are a minute and five.
HTTP_RETRIES = (0.0, 10.0, 30.0)
# What a dead process was at is answered by another when its lease has run out, and looked for now and then.
LEASE_SECONDS = 14.0
REMOVED = "database: removed"
# What the bot forgets with its database it cannot know later: nothing in these is referred to again.
ONCE_ONLY = frozenset({"mention", "direct message", "/ask", "mention in a thread"})
ONCE_ONLY_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Options:
    """How much to do: ``pace`` in events a second; ``only`` has the beginnings of faults, all when empty.

    ``own_disk`` is whether the records lie on a small filesystem of their own, which can be full.
    """

    seed: int
    events: int
    pace: float = 9.5
    brevity: float = 1.0
    fresh_minutes: int = 5
    only: Collection[str] = ()
    own_disk: bool = True

    def has(self, fault: str) -> bool:
        """Return whether a fault may happen."""
        return not self.only or any(fault.startswith(name) for name in self.only)


@dataclass(slots=True)
class Stage:
    """Everything in one run."""

    options: Options
    slack: SlackServer
    town: tuple[Workspace, ...]
    machine: Machine
    weather: Weather
    knowledge: Knowledge
    people: People
    hearing: Hearing
    all_once: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    failures: list[BaseException] = field(default_factory=list)

    def results(self) -> Results:
        """Judge everything as it is now."""
        bots = self.machine.bots
        return judged(self.slack, self.people.cases, self.knowledge.plain, self.machine.journal, bots.logs)

    def begin_anew(self, dice: Random) -> None:
        """Have Slack forget what was said, when all is quiet and judged, and people know of nothing before."""
        self.slack.forget()
        self.hearing = Hearing(self.slack)
        self.people = People(self.slack, self.town, self.knowledge, self.hearing, dice)


@dataclass(frozen=True, slots=True)
class Library:
    """The editions of the reports and what is known of them; one for all runs."""

    editions: Editions
    knowledge: Knowledge


@contextmanager
def library(seed: int, index: Path | None = None, wordings: Sequence[str] = ()) -> Iterator[Library]:
    """Build the index of both editions, or take a copy of one of the first edition, and learn what is in it.

    ``wordings`` are more ways to put a question, such as "Hi, {}".
    """
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        editions = Editions(Path(folder), index)
        yield Library(editions, learn(editions.all, Random(f"questions {seed}"), wordings))


def run(transport: Transport, options: Options, books: Library) -> Results:
    """Do everything over one transport and return what came of it."""
    with staged(transport, options, books) as stage:
        driver = Driver(stage.people, stage.hearing, Random(f"stories {options.seed}"))
        with troubled(stage):
            driver.tell(options.events, options.pace, stage.all_once.is_set)
            driver.finish()
        results = settled(stage)
        if transport == "socket" and stage.machine.disk.available and options.has(REMOVED):
            results = without_records(stage, results.curable())
        return results


@contextmanager
def staged(transport: Transport, options: Options, books: Library) -> Iterator[Stage]:
    """Set everything up, with a bot that is ready."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        disk = stack.enter_context(mounted(folder / "records") if options.own_disk else shared(folder / "records"))
        journal, clock = Journal(), Clock(folder)
        slack = stack.enter_context(SlackServer(transport, settings=Settings(http_retry_delays=HTTP_RETRIES)))
        teams = [TEAM] if transport == "socket" else [TEAM, OTHER]
        town = settle(slack, teams)
        settings = {"fresh_minutes": str(options.fresh_minutes), **clock.settings, **_oauth(slack)}
        bots = Bots(slack, books.editions.index, folder, journal, **settings)
        stack.callback(bots.kill_all)
        bots.start()
        if transport == "http":
            bots.install(teams)
        machine = Machine(
            slack, bots, disk, books.editions, clock, journal, Random(f"machine {options.seed}"), options.brevity
        )
        weather = Weather(Random(f"weather {options.seed}"), journal)
        slack.faults.choose = weather.choose
        hearing = Hearing(slack)
        people = People(slack, town, books.knowledge, hearing, Random(options.seed))
        yield Stage(options, slack, town, machine, weather, books.knowledge, people, hearing)


def _oauth(slack: SlackServer) -> dict[str, str]:
    if slack.transport == "socket":
        return {}
    world = slack.world
    return {"slack_client_id": world.client_id, "slack_client_secret": world.client_secret, "slack_bot_token": ""}


@contextmanager
def troubled(stage: Stage, *works: Callable[[Stage], None]) -> Iterator[None]:
    """Let things go wrong in the background, at Slack and around the bot, and be well again in the end."""
    works = works or (_break_machines, _raise_storms)
    threads = [threading.Thread(target=_guarded, args=(stage, work)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stage.stopped.set()
        for thread in threads:
            thread.join()
    if stage.failures:
        raise stage.failures[0]


def _guarded(stage: Stage, work: Callable[[Stage], None]) -> None:
    try:
        work(stage)
    except BaseException as error:  # noqa: BLE001  it is raised again where it is heard
        stage.failures.append(error)
        stage.all_once.set()


def _break_machines(stage: Stage) -> None:
    machine, dice = stage.machine, stage.machine.dice
    faults = {name: fault for name, fault in faults_of(machine).items() if stage.options.has(name)}
    names = list(faults)
    machine.wait(1.0)
    # Each once, then by chance.
    dice.shuffle(names)
    while faults and not stage.stopped.is_set():
        if not names:
            stage.all_once.set()
        name = names.pop() if names else dice.choices(list(faults), [weight for weight, _ in faults.values()])[0]
        faults[name][1]()
        machine.wait(machine.lasts(0.5, 3))
    stage.all_once.set()


def _raise_storms(stage: Stage) -> None:
    dice = Random(f"storms {stage.options.seed}")
    storms = [storm for storm in STORMS if stage.options.has(storm.kind)]
    left: list[int] = []
    while storms and not stage.stopped.wait(dice.uniform(0.3, 0.5 + 3 * stage.options.brevity)):
        # Each once, then again in another order.
        left = left or dice.sample(range(len(storms)), len(storms))
        seconds = dice.uniform(1.5, 2 + 5 * stage.options.brevity)
        stage.weather.rage(storms[left.pop()], lambda seconds=seconds: stage.stopped.wait(seconds))


def settled(stage: Stage, known: frozenset[int] = frozenset()) -> Results:
    """Wait until everything is as it will be, as long as fresh questions are still answered, and judge it.

    ``known`` are cases that were waited for in vain already.
    """
    patience = time.monotonic() + 60 * stage.options.fresh_minutes + LEASE_SECONDS
    stage.machine.wait(LEASE_SECONDS)
    results = stage.results()
    while results.curable() - known and time.monotonic() < patience:
        stage.machine.wait(3.0)
        results = stage.results()
    return results


def without_records(stage: Stage, known: frozenset[int]) -> Results:
    """Remove the database while people ask, and judge that, too."""
    driver = Driver(
        stage.people,
        stage.hearing,
        Random(f"removed {stage.options.seed}"),
        [t for t in TELLINGS if t.kind in ONCE_ONLY],
    )
    worker = threading.Thread(target=_guarded, args=(stage, lambda stage: stage.machine.removed()))
    worker.start()
    driver.tell(ONCE_ONLY_EVENTS, stage.options.pace)
    driver.finish()
    worker.join()
    if stage.failures:
        raise stage.failures[0]
    return settled(stage, known)
