"""Builds that are stopped without warning: the index stays whole, and the next build finishes."""

from __future__ import annotations

import random
import signal

import pytest

from index.checking.verify import problems
from tests.support.builds import CHANGING, Builds, edition, encoded, forking, journal, sources
from tests.support.damage import answers
from tests.support.helpers import one_version, refresh, stored_sources, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def process():
    with forking() as process:
        yield process


@pytest.fixture
def started(process, tmp_path):
    """What builds the articles, and has built edition 0 of them."""
    started = Builds(process, write(tmp_path / "articles", **edition(0)), tmp_path / "index")
    started.start()
    assert started.wait() == 0
    return started


def check_stopped_then_finish(started: Builds, old: int, new: int) -> bool:
    """Check that the index has one edition or the other, and build the new one; return whether the old was kept."""
    index = started.index
    assert problems(index) == []
    kept = stored_sources(index) == sources(old)
    assert kept or stored_sources(index) == sources(new)
    answered, spared = answers(index), encoded(index)
    report = refresh(started.articles, index)
    assert report.failed == ()
    assert report.encoded == (CHANGING - spared if kept else 0)
    assert problems(index) == []
    assert stored_sources(index) == sources(new)
    assert (answers(index) == answered) is not kept
    assert one_version(index).name == report.version
    assert journal(index) is None
    return kept


def test_killed_at_random_moments(started):
    chosen = random.Random(2023)
    measured = [started.measure(number) for number in range(1, 4)]
    before, writing = (sorted(seconds)[1] for seconds in zip(*measured, strict=True))
    kept, ended = [], []
    for number in range(4, 16):
        write(started.articles, **edition(number))
        # A third anywhere, the others while the new version is written and published and the old one removed.
        if number % 3:
            ended.append(started.run_until(started.has_begun, chosen.uniform(0, writing)))
        else:
            ended.append(started.run_until(lambda: True, chosen.uniform(0, before + writing)))
        kept.append(check_stopped_then_finish(started, number - 1, number))
    assert set(ended) <= {0, -signal.SIGKILL}
    assert ended.count(-signal.SIGKILL) >= 3
    assert any(kept)


@pytest.mark.parametrize(("sent", "step"), [(signal.SIGKILL, 1), (signal.SIGINT, 3)])
def test_stopped_at_every_operation_on_files(started, sent, step):
    kept = []
    for number, operation in enumerate(range(1, 100, step), 1):
        write(started.articles, **edition(number))
        started.start(operation, sent)
        if started.wait() == 0:
            break
        kept.append(check_stopped_then_finish(started, number - 1, number))
    # Each file is made, the version is swapped in, and each file of the old one is removed.
    assert kept.count(True) >= 20 / step
    assert kept.count(False) >= 10 / step
