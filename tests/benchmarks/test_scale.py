"""benchmarks/scale.py generates an index that is like a real one, and searches it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from index.checking.verify import problems
from tests.support.helpers import ROOT, python

if TYPE_CHECKING:
    from pathlib import Path

# Of an index that is there already: that of all reports, which the program makes, takes half a minute.
STATISTICS = """
import pickle, sys
from pathlib import Path
sys.path.insert(0, "benchmarks")
from generated import measure_statistics
from index.models.encoder import BUNDLED_MODEL, load_encoder
from index.storage.store import FolderStore
index, statistics = map(Path, sys.argv[1:])
questions = ["what is OLAP?", "会場はどこ？", "who spoke about costs?"]
made = measure_statistics(FolderStore.open(index), load_encoder(BUNDLED_MODEL), questions)
statistics.write_bytes(pickle.dumps(made))
"""


@pytest.mark.slow
def test_an_index_is_generated_and_searched(real_index: Path, tmp_path: Path) -> None:
    index, statistics = tmp_path / "index", tmp_path / "statistics.pickle"
    ran = python("-c", STATISTICS, str(real_index), str(statistics), cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    found = {}
    for step in ("build-one", "search-one"):
        ran = python("benchmarks/scale.py", step, "300", str(index), str(statistics), cwd=ROOT)
        assert ran.returncode == 0, ran.stderr
        found |= json.loads(ran.stdout)
    assert found["recall_at_10"] >= 0.99
    assert found["search_ms_p50"] <= found["search_ms_p95"]
    assert found["disk_mb"] == pytest.approx(sum(found["files_mb"].values()), abs=1)
    assert problems(index) == []
