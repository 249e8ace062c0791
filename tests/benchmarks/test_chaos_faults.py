"""The faults of benchmarks/chaos do harm, and end when they should: what is not broken proves nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from benchmarks.chaos.clock import Clock
from benchmarks.chaos.disk import mounted
from benchmarks.chaos.editions import Editions
from benchmarks.chaos.journal import Journal
from benchmarks.chaos.slack_faults import STORMS, Weather
from index.errors import IndexFolderError
from index.storage.store import FolderStore

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.chaos.slack_faults import Storm

READ_CLOCKS = "import sys, time\nfor line in sys.stdin: print(time.time(), time.monotonic(), flush=True)"


def test_the_wall_clock_of_a_running_process_is_set_and_no_other(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    # README asks for a C compiler.
    assert clock.available
    command = [sys.executable, "-c", READ_CLOCKS]
    with subprocess.Popen(
        command, env={**os.environ, **clock.settings}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def off() -> tuple[float, float]:
            reader.stdin.write("\n")  # type: ignore[union-attr]
            reader.stdin.flush()  # type: ignore[union-attr]
            wall, monotonic = map(float, reader.stdout.readline().split())  # type: ignore[union-attr]
            return wall - time.time(), monotonic - time.monotonic()

        assert off() == pytest.approx((0, 0), abs=60)
        for seconds in (3600, -3600):
            with clock.stepped(seconds):
                assert off() == pytest.approx((seconds, 0), abs=60)
        assert off() == pytest.approx((0, 0), abs=60)
        reader.stdin.close()


def test_nothing_can_be_written_to_a_full_or_read_only_disk_until_it_is_mended(tmp_path: Path) -> None:
    with mounted(tmp_path / "records") as disk:
        if not disk.available:
            pytest.skip("only root can mount a disk")
        with closing(sqlite3.connect(disk.database, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE kept (text)")
            for broken in (disk.full, disk.read_only):
                with broken(), pytest.raises(sqlite3.OperationalError):
                    database.executemany("INSERT INTO kept VALUES (?)", [("x" * 5_000,)] * 100)
                database.execute("INSERT INTO kept VALUES ('y')")
            assert database.execute("SELECT count(*) FROM kept WHERE text = 'y'").fetchone() == (2,)


def test_a_damaged_index_is_refused_until_it_is_put_back(tmp_path: Path, real_index: Path) -> None:
    editions = Editions(tmp_path, real_index)
    seen = set()
    for number in range(30):
        with editions.damaged(Random(number)) as how:
            seen.add(how)
            # A byte of the records is only missed when it is read.
            if how != "a version with a byte changed":
                with pytest.raises(IndexFolderError):
                    FolderStore.open(editions.index)
        FolderStore.open(editions.index).close()
    assert len(seen) == 4


@pytest.mark.parametrize("storm", STORMS, ids=lambda storm: storm.kind)
def test_a_storm_breaks_what_it_names_and_is_counted(storm: Storm) -> None:
    journal = Journal()
    weather = Weather(Random(1), journal)
    methods = [name or "chat.postMessage" for name in storm.faults]
    with_blocks = {"blocks": [{}]}
    chosen = []
    weather.rage(
        storm, lambda: chosen.extend(weather.choose(name, with_blocks) for name in methods for _ in range(100))
    )
    harmed = [fault for fault in chosen if fault is not None]
    assert 0 < len(harmed) < len(chosen)
    assert journal.counts() == {storm.kind: len(harmed)}
    assert weather.choose(methods[0], with_blocks) is None
    if "" not in storm.faults:
        weather.rage(storm, lambda: chosen.append(weather.choose("auth.test", with_blocks)))
        assert chosen[-1] is None
