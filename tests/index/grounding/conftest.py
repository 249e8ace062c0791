"""A small index of two reports, whose words give the rules what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.grounding import ROOT
from index.building.build import build
from index.grounding.grounding import Grounding
from index.grounding.vocabulary import Vocabulary
from index.searching.search import Searcher
from index.storage.store import FolderStore
from index.types import SplitSettings
from tests.support.fakes import FakeEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of many words in both languages.
REPORTS = ("articles/aws-carnival-2023.md", "benchmarks/reports/sre-lighthouse-2025.md")


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("grounding")
    (folder / "articles").mkdir()
    for report in REPORTS:
        (folder / "articles" / report.rsplit("/", 1)[1]).write_bytes((ROOT / report).read_bytes())
    lines = (
        "Miyahara lowered the price. 宮原さんは鍵番の値段を下げた。 Tokyo. 東京で開いた。 workshop end ワークショップ"
    )
    (folder / "articles" / "notes.md").write_text(f"# Notes\n\n{lines}\n")
    encoder = FakeEncoder()
    build([folder / "articles"], folder / "index", encoder, SplitSettings())
    store = FolderStore.open(folder / "index", fingerprint=encoder.fingerprint())
    yield Searcher(store, encoder)
    store.close()


@pytest.fixture(scope="session")
def vocabulary(searcher: Searcher) -> Vocabulary:
    return Vocabulary(searcher)


@pytest.fixture(scope="session")
def grounding(searcher: Searcher) -> Grounding:
    return Grounding(searcher)
