"""Damage that only costs time: a journal that is not whole, and builds on disks that fill up at any byte."""

from __future__ import annotations

import random
import shutil
import tracemalloc

import pytest

from index.building.journal import Journal
from index.checking.verify import problems
from index.errors import IndexUnwritable
from tests.support.builds import CHANGING, edition, interrupted, journal
from tests.support.damage import HARMS, Expected, harm, made_files, with_files_up_to
from tests.support.helpers import one_sentence, refresh, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """An index whose next build was interrupted after half of its passages, and what that build makes elsewhere."""
    root = tmp_path_factory.mktemp("stopped")
    interrupted(root, CHANGING // 2)
    return root


@pytest.fixture(scope="module")
def expected(stopped):
    return Expected.of(stopped / "index")


@pytest.fixture
def copied(stopped, tmp_path):
    return shutil.copytree(stopped, tmp_path / "copied")


@pytest.mark.parametrize("name", HARMS)
def test_a_damaged_journal_only_costs_time(copied, name):
    path = journal(copied / "index")
    harm(path, HARMS[name](path.read_bytes(), random.Random(name)))
    report = refresh(copied / "articles", copied / "index")
    assert CHANGING // 2 <= report.encoded <= CHANGING
    assert made_files(copied / "index") == made_files(copied / "whole")
    assert journal(copied / "index") is None


def test_a_damaged_length_in_the_journal_asks_for_no_memory(copied):
    path = journal(copied / "index")
    data = bytearray(path.read_bytes())
    data[16:20] = b"\xff" * 4
    path.write_bytes(data)
    tracemalloc.start()
    try:
        with Journal(path):
            assert path.stat().st_size == 0
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_journal_that_outlived_its_build_is_removed_by_the_next(copied):
    """A build may be killed between swapping in its version and removing its journal."""
    path = journal(copied / "index")
    data = path.read_bytes()
    refresh(copied / "articles", copied / "index")
    path.write_bytes(data)
    assert refresh(copied / "articles", copied / "index").encoded == 0
    assert journal(copied / "index") is None


# Up to the largest file of the index.
@pytest.mark.slow
@pytest.mark.parametrize("limit", range(0, 90_000, 7_000))
def test_no_file_may_be_longer(copied, expected, limit):
    write(copied / "articles", **edition(2))
    with with_files_up_to(limit), pytest.raises(IndexUnwritable) as caught:
        refresh(copied / "articles", copied / "index")
    one_sentence(caught.value)
    assert problems(copied / "index") == []
    assert expected.outcome(copied / "index") == "same"
    assert len(list((copied / "index" / "versions").iterdir())) == 1
