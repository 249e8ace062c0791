"""Harm the index in every way we could think of, and count what is left of it.

    python benchmarks/crash_matrix.py [--points N] [--quick] [--output FILE.json]

Prints a table in Markdown and writes it as JSON: builds killed at ``--points`` moments and at every operation on
files, interrupted, run twice at once, on a full and on a read-only disk, resumed from a damaged journal; every file of
the index damaged; and the real commands on a sample of all that. But for these, passages are encoded by the fake
encoder of the tests. A filesystem of limited size and a read-only one are mounted, which only root may do; others get
limits on the size of files and no write permission instead. Exits with 1 when anything was wrong or lost. ``--quick``
tries less of everything.
"""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from index.checking.verify import problems  # noqa: E402
from index.errors import ReportBotError  # noqa: E402
from tests.support.builds import CHANGING, PHASES, Builds, edition, encoded, forking, interrupted, journal, sources  # noqa: E402
from tests.support.damage import HARMS, Expected, harm, index_files, is_found, made_files, with_files_up_to  # noqa: E402
from tests.support.forked_builds import INTERRUPTED, REFUSED, WRITING  # noqa: E402  all of these stand beside the tests
from tests.support.helpers import ARTICLES, one_sentence, python, refresh, stored_sources, write  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 2023
PAGE = 4096
QUESTION = "what is OLAP?"
HEADINGS = {
    "harm": "harm",
    "where": "where",
    "tries": "tries",
    "old": "old version kept",
    "new": "new version",
    "refused": "refused with one sentence",
    "same": "same answer",
    "found": "found by verify",
    "wrong": "wrong answers",
    "lost": "lost indexes",
    "tracebacks": "tracebacks",
}


@dataclass
class Row:
    """What came of some tries; ``found`` is None where nothing is damaged that verify could find."""

    harm: str
    where: str
    tries: int = 0
    old: int = 0
    new: int = 0
    refused: int = 0
    same: int = 0
    found: int | None = None
    wrong: int = 0
    lost: int = 0
    tracebacks: int = 0

    def count(self, outcome: str) -> None:
        """Count one try under its outcome."""
        setattr(self, outcome, getattr(self, outcome) + 1)


class Matrix:
    """The rows, in the order in which they began."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}

    def row(self, harm_: str, where: str) -> Row:
        """Return a row, made when there is none yet."""
        return self._rows.setdefault((harm_, where), Row(harm_, where))

    @property
    def rows(self) -> list[Row]:
        return list(self._rows.values())

    def is_good(self) -> bool:
        """Tell whether nothing was wrong, lost or said in a traceback, and all damage was found."""
        bad = any(row.wrong or row.lost or row.tracebacks for row in self.rows)
        return not bad and all(row.found in {None, row.tries} for row in self.rows)

    def as_markdown(self) -> str:
        lines = ["| " + " | ".join(HEADINGS.values()) + " |", "|---" * len(HEADINGS) + "|"]
        for row in self.rows:
            cells = ("–" if (value := getattr(row, name)) is None else str(value) for name in HEADINGS)
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines)


class Editions:
    """An index that goes from edition to edition while builds are harmed; every answer is compared."""

    def __init__(self, root: Path) -> None:
        self.articles, self.index = root / "articles", root / "index"
        self.number = 0
        self.spared = self.left = 0
        write(self.articles, **edition(0))
        refresh(self.articles, self.index)
        self._expected = Expected.of(self.index)

    def next(self) -> None:
        """Write the next edition of the articles."""
        self.number += 1
        write(self.articles, **edition(self.number))

    def check(self, row: Row) -> None:
        """Count which version is there after the new one was to be built, and build it."""
        row.count("tries")
        before = self._look(row)
        spared = encoded(self.index)
        report = refresh(self.articles, self.index)
        after = Expected.of(self.index)
        is_old, is_new = before == sources(self.number - 1), before == sources(self.number)
        if is_old or is_new:
            row.count("old" if is_old else "new")
        elif before is not None:
            row.count("wrong")
        if before is not None:
            row.count("same" if self._given == (self._expected if is_old else after) else "wrong")
        if report.encoded != (CHANGING - spared if is_old else 0) or stored_sources(self.index) != sources(self.number):
            row.count("wrong")
        if problems(self.index) or journal(self.index) or len(list((self.index / "versions").iterdir())) != 1:
            row.count("lost")
        if is_old:
            self.spared += spared
            self.left += CHANGING
        self._expected = after

    def _look(self, row: Row) -> dict[str, bytes] | None:
        """Return the sources of the index as it is, None when it is lost."""
        try:
            found = problems(self.index)
            self._given = Expected.of(self.index)
            before = stored_sources(self.index)
        except ReportBotError:
            row.count("lost")
            return None
        if found:
            row.count("lost")
        return before


def stop_builds(matrix: Matrix, root: Path, points: int, step: int) -> dict[str, int]:
    """Kill builds at random moments and at operations on files, and interrupt some; return what the journals saved."""
    chosen = random.Random(SEED)
    editions = Editions(root)
    with forking() as process:
        started = Builds(process, editions.articles, editions.index)
        seconds = [one_build(editions, started, matrix.row("none", "whole build")) for _ in range(3)]
        before, writing = (sorted(times)[1] for times in zip(*seconds, strict=True))

        def stop(how: str, sent: signal.Signals, run: Callable[[], int]) -> int:
            editions.next()
            current = started.current()
            ended = run()
            row = matrix.row(how, started.phase(current) if ended else "ended before")
            if ended not in {0, -sent, INTERRUPTED, REFUSED}:
                row.count("tracebacks")
            editions.check(row)
            return ended

        for place in PHASES[:-1]:
            matrix.row("kill -9", place)
        for how, sent in (("kill -9", signal.SIGKILL), ("Ctrl-C", signal.SIGINT)):
            operation = 1
            while stop(how, sent, lambda: finish(started, operation, sent)):  # noqa: B023  called at once
                operation += step
        while killed(matrix) < points:
            turn = chosen.random()
            if turn < 0.3:
                moment, delay = (lambda: True), chosen.uniform(0, before + writing)
            elif turn < 0.7:
                moment, delay = started.has_begun, chosen.uniform(0, writing)
            elif turn < 0.85:
                moment, delay = (lambda: started.has_begun("manifest.json")), chosen.uniform(0, 0.001)
            else:
                moment, delay = (lambda: False), chosen.uniform(0, 0.001)
            stop("kill -9", signal.SIGKILL, lambda: started.run_until(moment, delay))  # noqa: B023  called at once
    return {"passages to encode after a stop": editions.left, "of them in the journal": editions.spared}


def one_build(editions: Editions, started: Builds, row: Row) -> tuple[float, float]:
    editions.next()
    seconds = started.measure(editions.number)
    editions.check(row)
    return seconds


def finish(started: Builds, operation: int, sent: signal.Signals) -> int:
    started.start(operation, sent)
    return started.wait()


def killed(matrix: Matrix) -> int:
    """Return how many builds have been killed so far."""
    return sum(row.tries for row in matrix.rows if row.harm == "kill -9" and row.where in PHASES[:-1])


def two_at_once(matrix: Matrix, root: Path, tries: int) -> None:
    """Start a build while another one is running."""
    editions = Editions(root)
    row = matrix.row("a second build at once", "lock file")
    with forking() as process:
        started = Builds(process, editions.articles, editions.index)
        for _ in range(tries):
            editions.next()
            started.start()
            while not started.has_begun():
                time.sleep(0.0005)
            refused(row, lambda: refresh(editions.articles, editions.index), "another build is running")
            if started.wait() != 0:
                row.count("tracebacks")
            editions.check(row)


def refused(row: Row, run: Callable[[], object], said: str) -> BaseException | None:
    """Run what is to be refused with one sentence; return the error."""
    try:
        run()
    except ReportBotError as error:
        row.count("refused" if said in one_sentence(error) else "wrong")
        return error
    except Exception:  # noqa: BLE001  that is what is counted
        row.count("tracebacks")
    return None


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[Path]:
    """Mount a filesystem of limited size."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def written(error: BaseException) -> str:
    """Name the file that met the full disk, or else what was writing."""
    place, trace = "", error.__traceback__
    while error.__cause__ is not None:
        error = error.__cause__
        trace = error.__traceback__
    while trace is not None:
        code, values = trace.tb_frame.f_code, trace.tb_frame.f_locals
        if ROOT / "index" in Path(code.co_filename).parents:
            path = values.get("path")
            place = path.name if isinstance(path, Path) else f"{Path(code.co_filename).stem}.{code.co_name}"
        trace = trace.tb_next
    return WRITERS.get(place, place)


# What writes more than one file.
WRITERS = {
    "journal.append": "journal",
    "table_writer.writing_tables": "tables.sqlite",
    "version_writer.write_vectors": "records.bin and spools",
    "version_writer.add": "records.bin and spools",
    "version_writer.flush": "records.bin and spools",
    "version_writer._write": "records.bin and spools",
    "version_writer.take_over": "records.bin and spools",
}


def full_disk(matrix: Matrix, root: Path, step: int) -> None:
    """Build with ever more room, until there is enough."""
    if os.geteuid():
        with_limits(matrix, root, step)
        return
    with mounted(root, 8 << 20):
        editions = Editions(root)
        filler = root / "filler"
        room = 0
        is_full = True
        while is_full:
            editions.next()
            free = shutil.disk_usage(root).free
            filler.write_bytes(bytes(max(free - room * PAGE, 0)))
            row = Row("disk full", "")
            error = refused(row, lambda: refresh(editions.articles, editions.index), "")
            is_full = error is not None or bool(row.tracebacks)
            filler.unlink()
            total = matrix.row("disk full", written(error) if error is not None else "enough room")
            total.refused += row.refused
            total.tracebacks += row.tracebacks
            editions.check(total)
            room += step
        # The last files are smaller than what is removed before them: for these the disk fills up at the last moment.
        for name in LAST_FILES:
            editions.next()
            row = matrix.row("disk full", name)
            with filled_before(name, filler):
                refused(row, lambda: refresh(editions.articles, editions.index), "the disk is full")
            filler.unlink()
            editions.check(row)


LAST_FILES = ("manifest.json", "CURRENT.new")


@contextmanager
def filled_before(name: str, filler: Path) -> Iterator[None]:
    """Fill the disk before a file of this name is opened."""
    waiting = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal waiting
        if waiting and event == "open" and str(arguments[0]).endswith(f"/{name}") and arguments[2] & WRITING:
            waiting = False
            filler.write_bytes(bytes(shutil.disk_usage(filler.parent).free))

    sys.addaudithook(hook)
    yield
    # A hook cannot be taken away again.
    waiting = False


def with_limits(matrix: Matrix, root: Path, step: int) -> None:
    """Build with ever longer files allowed, until that is enough."""
    root.mkdir()
    editions = Editions(root)
    is_full, limit = True, 0
    while is_full:
        editions.next()
        row = matrix.row("file size limit", "every file")
        with with_files_up_to(limit):
            is_full = refused(row, lambda: refresh(editions.articles, editions.index), "") is not None
        editions.check(row)
        limit += step * PAGE // 4


def read_only(matrix: Matrix, root: Path) -> None:
    """Build on a disk that is mounted read-only, or without permission."""
    row = matrix.row("read-only", "index")
    if os.geteuid():
        root.mkdir()
        editions = Editions(root)
        editions.next()
        (editions.index / "versions").chmod(0o555)
        refused(row, lambda: refresh(editions.articles, editions.index), "Permission denied")
        (editions.index / "versions").chmod(0o755)
        editions.check(row)
        return
    with mounted(root, 8 << 20):
        editions = Editions(root)
        for _ in range(3):
            expected = Expected.of(editions.index)
            editions.next()
            # What is removed and still open, as the index that was just compared is, keeps a disk from it.
            gc.collect()
            subprocess.run(["mount", "-o", "remount,ro", root], check=True)
            refused(row, lambda: refresh(editions.articles, editions.index), "Read-only file system")
            if seen(expected, editions.index) != "same":
                row.count("wrong")
            subprocess.run(["mount", "-o", "remount,rw", root], check=True)
            editions.check(row)


def damage_files(matrix: Matrix, root: Path, flips: int) -> None:
    """Damage every file of an index in every way; rebuild it after each way."""
    chosen = random.Random(SEED)
    editions = Editions(root)
    whole = root / "whole"
    shutil.copytree(editions.index, whole)
    expected = Expected.of(whole)
    for name, path in index_files(editions.index).items():
        row = matrix.row("damaged", name)
        row.found = 0
        data = path.read_bytes()
        for kind, damaged in HARMS.items():
            # A small file has fewer bits than tries.
            tries = min(flips, 8 * len(data)) if kind == "bit flipped" else 1
            for _ in range(tries):
                harm(path, damaged(data, chosen))
                if path.exists() and path.read_bytes() == data:
                    continue
                row.count("tries")
                row.count(seen(expected, editions.index))
                row.found += is_found(editions.index)
            # Lost is what the next build does not mend.
            refresh(editions.articles, editions.index)
            if problems(editions.index) or expected.outcome(editions.index) != "same":
                row.count("lost")
            shutil.rmtree(editions.index)
            shutil.copytree(whole, editions.index)


def seen(expected: Expected, index: Path) -> str:
    """Return what comes of opening and reading a damaged index."""
    try:
        return expected.outcome(index)
    except Exception:  # noqa: BLE001  that is what is counted
        return "tracebacks"


def damage_journal(matrix: Matrix, root: Path, tries: int) -> dict[str, int]:
    """Damage the journal of an interrupted build; compare every file with what a build without a journal makes."""
    chosen = random.Random(SEED)
    kept = CHANGING - 2
    interrupted(root, kept)
    index, stopped = root / "index", root / "stopped"
    index.rename(stopped)
    wanted = made_files(root / "whole")
    data = journal(stopped).read_bytes()  # type: ignore[union-attr]  there is one
    harms = {**HARMS, "cut anywhere": lambda whole, any_: whole[: any_.randrange(len(whole))]}
    spared = 0
    for kind, damaged in harms.items():
        row = matrix.row("journal " + kind, "resumed build")
        for _ in range(tries if kind in {"bit flipped", "cut anywhere", "block of zeros"} else 1):
            shutil.copytree(stopped, index)
            harm(journal(index), damaged(data, chosen))  # type: ignore[arg-type]
            row.count("tries")
            try:
                report = refresh(root / "articles", index)
            except Exception:  # noqa: BLE001  that is what is counted
                row.count("tracebacks")
            else:
                spared += CHANGING - report.encoded
                row.count("new" if made_files(index) == wanted else "wrong")
            shutil.rmtree(index)
    return {
        "passages in journals before damage": kept * sum(row.tries for row in matrix.rows if "journal" in row.harm),
        "of them still good": spared,
    }


class Commands:
    """Runs the real commands on an index of the project's own report."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self._root = root
        self.articles = Path(shutil.copytree(ARTICLES, root / "articles"))
        self.index = root / "index"
        assert self.build().returncode == 0
        self.answer = self.ask()

    def build(self) -> subprocess.CompletedProcess[str]:
        return python("-m", "index", "build", "--articles", self.articles, "--index", self.index, cwd=self._root)

    def ask(self) -> str | None:
        """Return the answer, None for a refusal; raise AssertionError for anything else."""
        ran = python("-m", "bot", "ask", QUESTION, "--index", self.index, cwd=self._root)
        return None if is_refusal(ran) else ran.stdout

    def verify_finds(self) -> bool:
        return is_refusal(python("-m", "index", "verify", "--index", self.index, cwd=self._root))


def is_refusal(ran: subprocess.CompletedProcess[str]) -> bool:
    """Tell a refusal from success; raise AssertionError for anything else, and for more than one sentence."""
    if ran.returncode == 0:
        assert not ran.stderr, ran.stderr
        return False
    assert ran.returncode == 2, ran.stderr
    one_sentence(ran.stderr.strip())
    return True


def real_commands(matrix: Matrix, root: Path, tries: int) -> None:
    """Damage files of a real index and ask it in processes of their own."""
    chosen = random.Random(SEED)
    commands = Commands(root)
    names = list(index_files(commands.index).items())
    row = matrix.row("damaged", "a sample, real commands")
    row.found = 0
    for name, path in chosen.sample(names, min(tries, len(names))):
        data = path.read_bytes()
        for kind in ("bit flipped", chosen.choice(list(HARMS)[:-2])):
            harm(path, HARMS[kind](data, chosen))
            row.count("tries")
            try:
                answer = commands.ask()
                row.count("refused" if answer is None else "same" if answer == commands.answer else "wrong")
                row.found += commands.verify_finds()
            except AssertionError as error:
                click.echo(f"{name}: {kind}: {error}", err=True)
                row.count("tracebacks")
            path.write_bytes(data)
    if os.geteuid() == 0:
        real_builds(matrix, commands, root)


def real_builds(matrix: Matrix, commands: Commands, root: Path) -> None:
    """Run the real build on a full and on a read-only disk."""
    row = matrix.row("disk full, read-only", "the real build")
    with mounted(root / "disk", 32 << 20) as disk:
        commands.index = Path(shutil.copytree(commands.index, disk / "index"))
        write(commands.articles, more=edition(1)["moss"])
        for room in (0, 40_000, 400_000, None):
            if room is None:
                subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            else:
                (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - room))
            row.count("tries")
            try:
                row.count("refused" if is_refusal(commands.build()) else "new")
                row.count("same" if commands.ask() == commands.answer else "wrong")
                if commands.verify_finds():
                    row.count("lost")
            except AssertionError as error:
                click.echo(f"{room}: {error}", err=True)
                row.count("tracebacks")
            if room is not None:
                (disk / "filler").unlink()


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Say on standard error how long something took."""
    began = time.monotonic()
    yield
    click.echo(f"{name}: {time.monotonic() - began:.0f} s", err=True)


@click.command()
@click.option("--points", default=300, show_default=True, help="How many builds are killed.")
@click.option("--quick", is_flag=True, help="Try less of everything.")
@click.option("--output", type=click.Path(path_type=Path), help="Where the figures go, as JSON.")
def main(points: int, *, quick: bool, output: Path | None) -> None:
    """Harm the index in every way and count what is left of it."""
    began = time.monotonic()
    matrix = Matrix()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        (root / "stopped").mkdir()
        with timed("builds stopped"):
            figures |= stop_builds(matrix, root / "stopped", min(points, 20) if quick else points, 5 if quick else 1)
        with timed("two builds at once"):
            two_at_once(matrix, root / "twice", 2 if quick else 20)
        with timed("full disk"):
            full_disk(matrix, root / "full", 8 if quick else 1)
        with timed("read-only disk"):
            read_only(matrix, root / "read-only")
        with timed("damaged files"):
            damage_files(matrix, root / "damaged", 5 if quick else 200)
        with timed("damaged journal"):
            figures |= damage_journal(matrix, root / "journal", 3 if quick else 50)
        with timed("real commands"):
            real_commands(matrix, root / "real", 1 if quick else 14)
    figures["seconds"] = round(time.monotonic() - began)
    click.echo(matrix.as_markdown())
    click.echo("\n" + "; ".join(f"{name}: {value}" for name, value in figures.items()))
    if output is not None:
        rows = [asdict(row) for row in matrix.rows]
        output.write_text(json.dumps({"seed": SEED, **figures, "rows": rows}, indent=1) + "\n")
    sys.exit(0 if matrix.is_good() else 1)


if __name__ == "__main__":
    main()
