"""The index folder: whole, damaged, replaced while it is read, refused by the disk.

What is true of every store is in test_contract.py.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.building.build import recipe_of
from index.building.previous_version import open_previous
from index.checking.stats import statistics
from index.checking.verify import problems
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnwritable
from index.storage import folder, passage_vectors, store
from index.storage.store import FolderStore
from index.types import EncoderInput, SplitSettings
from tests.support.damage import harm, obeying_permissions, records, with_files_up_to
from tests.support.fakes import FakeEncoder
from tests.support.helpers import (
    MOSS,
    ROOT,
    WHALES,
    one_sentence,
    one_version,
    refresh,
    stored_sources,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = [
    "background.bin",
    "dense.faiss",
    "keys.npy",
    "lexical_counts.npy",
    "lexical_offsets.npy",
    "lexical_passages.npy",
    "lexical_weights.npy",
    "manifest.json",
    "moments.npy",
    "record_bounds.npy",
    "records.bin",
    "sparse_offsets.npy",
    "sparse_passages.npy",
    "sparse_weights.npy",
    "tables.sqlite",
]

# What a build may take from the version in use, if that is whole.
RECIPE = recipe_of(FakeEncoder(), SplitSettings(500))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An index and its articles, and the version before it."""
    root = tmp_path_factory.mktemp("made")
    write(root / "articles", whales=WHALES)
    refresh(root / "articles", root / "index")
    shutil.copytree(one_version(root / "index"), root / "older")
    write(root / "articles", moss=MOSS)
    refresh(root / "articles", root / "index")
    return root


@pytest.fixture
def copied(made, tmp_path):
    """A copy of the index that a test may damage, beside the articles."""
    return shutil.copytree(made, tmp_path / "copied")


def check_refused(index: Path) -> None:
    """Check that a damaged index is not read, is found by verify, and that a build takes nothing from it."""
    with pytest.raises(IndexDamaged) as caught:
        FolderStore.open(index)
    assert "python -m index build" in one_sentence(caught.value)
    found = problems(index)
    assert found
    for problem in found:
        one_sentence(problem)
    assert open_previous(index, RECIPE).store is None


def check_repaired(root: Path) -> None:
    """Check that the next build makes a whole index again."""
    index = root / "index"
    report = refresh(root / "articles", index)
    assert report.failed == ()
    assert problems(index) == []
    assert set(stored_sources(index)) == {"whales.md", "moss.md"}
    assert sorted(path.name for path in index.iterdir()) == ["CURRENT", "lock", "versions"]


@pytest.mark.slow
def test_these_are_all_the_files(made):
    index = made / "index"
    assert sorted(path.name for path in one_version(index).iterdir()) == FILES
    assert problems(index) == []
    with closing(open_previous(index, RECIPE)) as previous:
        assert previous.is_same_recipe
        assert previous.store is not None


def test_nothing_is_pickled(made):
    index = made / "index"
    for path in one_version(index).iterdir():
        data = path.read_bytes()
        if path.suffix == ".npy":
            assert data.startswith(b"\x93NUMPY")
            assert b"|O" not in data[:128]
        assert not data.startswith(b"\x80")
    sources = {path: path.read_text() for path in (ROOT / "index").rglob("*.py")}
    assert Path(store.__file__) in sources
    assert not [path for path, text in sources.items() if "import pickle" in text or "allow_pickle=True" in text]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_damaged_file(copied, name):
    path = one_version(copied / "index") / name
    data, older = path.read_bytes(), (copied / "older" / name).read_bytes()
    # The background questions are the same in both.
    assert (older == data) == (name == store.BACKGROUND)
    # Of a file that is checked later only the size is looked at on opening, which an older one may share; see
    # test_flipped_bits_of_rows.
    seen = [] if name in store.CHECKED_LATER else [older]
    for left in (None, b"", data[:-1], data + b"\0", *seen):
        harm(path, left)
        check_refused(copied / "index")
        path.write_bytes(data)
    path.unlink()
    path.mkdir()
    check_refused(copied / "index")
    check_repaired(copied)


def test_a_record_is_put_together_again(made):
    """What stands in columns is not in the records, but a build gets them whole."""
    whole = passage_vectors.pack(
        next(iter(FakeEncoder().encode_passages([EncoderInput("Whales", ("A whale sings.",))])))[1]
    )
    encoded = passage_vectors.unpack(whole)
    bare = passage_vectors.without_columns(whole)
    assert len(bare) < len(whole) - encoded.dense.nbytes // 2
    assert passage_vectors.unpack_vectors(bare).tokens.tobytes() == encoded.tokens.tobytes()
    assert passage_vectors.with_columns(bare, encoded.dense, encoded.sparse) == whole
    with closing(FolderStore.open(made / "index")) as opened:
        for number in range(len(opened)):
            record = passage_vectors.unpack(opened.record(number))
            assert len(record.dense) == opened.dimension
            assert len(record.sparse.indices) > 0


def flipped(data: bytes, seed: str) -> Iterator[bytes]:
    """Yield a file with one bit of it flipped, at both ends and at ten other places."""
    chosen = random.Random(seed)
    for position in [0, len(data) - 1, *(chosen.randrange(len(data)) for _ in range(10))]:
        changed = bytearray(data)
        changed[position] ^= 1 << chosen.randrange(8)
        yield bytes(changed)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*FILES, "CURRENT"} - store.CHECKED_LATER))
def test_flipped_bits(copied, name):
    index = copied / "index"
    path = index / name if name == "CURRENT" else one_version(index) / name
    for changed in flipped(path.read_bytes(), name):
        path.write_bytes(changed)
        check_refused(index)
    check_repaired(copied)


@pytest.mark.parametrize("name", sorted(store.CHECKED_LATER))
def test_flipped_bits_of_rows(copied, name):
    """What is not checked on opening is checked when a row of it is read, and by verify and the next build."""
    index = copied / "index"
    path = one_version(index) / name
    original = records(index)
    for changed in flipped(path.read_bytes(), name):
        path.write_bytes(changed)
        assert problems(index)
        assert all(read in {None, whole} for read, whole in zip(records(index), original, strict=True))
        assert open_previous(index, RECIPE).store is None
    check_repaired(copied)


def test_extra_file(copied):
    (one_version(copied / "index") / "extra.npy").write_bytes(b"x")
    assert problems(copied / "index") == ["extra.npy is not in the manifest"]
    check_refused(copied / "index")
    check_repaired(copied)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"version": "x"}', b'{"version": "../..", "manifest_sha256": ""}'],
)
def test_damaged_current(copied, data):
    (copied / "index" / "CURRENT").write_bytes(data)
    check_refused(copied / "index")
    check_repaired(copied)


def test_missing_current(copied):
    index = copied / "index"
    (index / "CURRENT").unlink()
    with pytest.raises(IndexMissing, match="python -m index build"):
        FolderStore.open(index)
    with pytest.raises(IndexMissing):
        problems(index)
    refresh(copied / "articles", index)
    assert problems(index) == []
    assert len(list((index / "versions").iterdir())) == 1


@pytest.mark.parametrize("exists", [True, False])
def test_no_index(tmp_path, exists):
    index = tmp_path / "index"
    if exists:
        index.mkdir()
    for reading in (problems, statistics):
        with pytest.raises(IndexMissing) as caught:
            reading(index)
        assert one_sentence(caught.value).startswith(f"there is no index in {index}")


def test_leftovers_of_interrupted_builds_are_cleared(copied):
    index = copied / "index"
    half = index / "versions" / "20200101T000000-abcdef"
    half.mkdir()
    (half / "tables.sqlite").write_bytes(b"half")
    (index / "versions" / ".DS_Store").write_bytes(b"x")
    assert refresh(copied / "articles", index).unchanged == 2
    assert not half.exists()
    old = folder.open_version(index).folder
    write(copied / "articles", moss=MOSS + "\nMore.\n")
    assert refresh(copied / "articles", index).changed == 1
    assert not old.exists()
    assert problems(index) == []


def rewrite_manifest(index: Path, **changes: object) -> None:
    """Change the manifest as another program would have written it."""
    version = folder.open_version(index)
    publish = {**version.manifest, **changes}
    del publish["files"]
    folder.publish(index, version.name, publish)


def test_other_format(copied):
    index = copied / "index"
    rewrite_manifest(index, format=99, fingerprint=None)
    with pytest.raises(IndexMismatch, match="format 99") as caught:
        statistics(index)
    assert "python -m index build" in one_sentence(caught.value)
    assert "format 99" in problems(index)[0]
    refresh(copied / "articles", index)
    assert problems(index) == []


@pytest.mark.parametrize("name", ["articles", "passages", "sentences"])
def test_verify_counts(copied, name):
    index = copied / "index"
    rewrite_manifest(index, **{name: 1000})
    assert any(f"1000 {name}" in problem for problem in problems(index))


def test_verify_compares_sources(copied):
    index = copied / "index"
    with closing(sqlite3.connect(one_version(index) / "tables.sqlite")) as tables, tables:
        tables.execute("UPDATE articles SET sha256 = x'00' WHERE path = 'moss.md'")
    rewrite_manifest(index)
    assert problems(index) == ["the stored source of moss.md does not have the hash that is stored with it"]


@pytest.mark.slow
def test_readers_never_fail_while_versions_are_swapped(copied):
    index, articles = copied / "index", copied / "articles"
    done = threading.Event()
    seen = set()

    def read() -> int:
        opened = 0
        while not done.is_set() or not opened:
            reader = FolderStore.open(index)
            seen.add(reader.tables.articles()[0].source)
            assert reader.tables.counts()["passages"] == len(reader)
            reader.close()
            opened += 1
        return opened

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(25):
            write(articles, moss=f"{MOSS}\nEdition {number}.\n")
            refresh(articles, index)
        done.set()
        assert all(reader.result() > 0 for reader in readers)
    assert len(seen) > 3


def test_a_second_build_says_that_one_is_running(copied):
    index = copied / "index"
    current = (index / "CURRENT").read_bytes()
    with folder.writing(index), pytest.raises(IndexUnwritable, match="another build is running") as caught:
        refresh(copied / "articles", index)
    one_sentence(caught.value)
    assert (index / "CURRENT").read_bytes() == current
    assert refresh(copied / "articles", index).unchanged == 2


@contextmanager
def refused(root: Path, reason: str = ".+") -> Iterator[None]:
    """Check that a build is refused for a reason, in one sentence, and that the index in use is not touched."""
    before = {path: path.read_bytes() for path in one_version(root / "index").iterdir()}
    with pytest.raises(IndexUnwritable) as caught:
        yield
    message = f"cannot write the index in {re.escape(str(root / 'index'))}: {reason}; the index in use was not touched"
    assert re.fullmatch(message, one_sentence(caught.value))
    assert {path: path.read_bytes() for path in before} == before
    assert len(stored_sources(root / "index")) == 2


# What ends up in the index differs in size: the limits stop the build at the tables and at the arrays.
@pytest.mark.parametrize("limit", [0, 5_000, 45_000])
@pytest.mark.slow
def test_file_size_limit(copied, limit):
    write(copied / "articles", more=WHALES + "もっと。\n" * 4_000)
    with refused(copied), with_files_up_to(limit):
        refresh(copied / "articles", copied / "index")
    assert refresh(copied / "articles", copied / "index").added == 1
    assert problems(copied / "index") == []
    assert len(list((copied / "index" / "versions").iterdir())) == 1


@pytest.mark.slow
def test_full_disk(copied):
    """Every write to /dev/full fails as on a full disk, whoever runs the test."""
    (copied / "index" / "CURRENT.new").symlink_to("/dev/full")
    write(copied / "articles", more=WHALES)
    with refused(copied, "the disk is full"):
        refresh(copied / "articles", copied / "index")
    (copied / "index" / "CURRENT.new").unlink()
    assert refresh(copied / "articles", copied / "index").added == 1


@pytest.mark.parametrize("inner", ["", "versions"])
@pytest.mark.slow
def test_read_only_folder(copied, inner):
    write(copied / "articles", more=WHALES)
    target = copied / "index" / inner
    (copied / "index" / "lock").unlink()
    target.chmod(0o555)
    try:
        with refused(copied, "Permission denied"), obeying_permissions():
            refresh(copied / "articles", copied / "index")
    finally:
        target.chmod(0o755)


def test_a_file_in_place_of_the_folder(tmp_path):
    write(tmp_path / "articles", whales=WHALES)
    (tmp_path / "index").write_text("mine")
    with pytest.raises(IndexUnwritable, match="cannot write the index"):
        refresh(tmp_path / "articles", tmp_path / "index")
    assert (tmp_path / "index").read_text() == "mine"


def test_manifest_says_how_it_was_made(made):
    manifest = json.loads((one_version(made / "index") / "manifest.json").read_bytes())
    assert manifest["format"] == store.FORMAT
    assert manifest["fingerprint"] == FakeEncoder().fingerprint()
    assert manifest["split"]["max_characters"] == 500
    assert manifest["dense"] == {"type": "exact, float16", "candidates": 0, "recall": 1.0, "queries": 0}
    assert all(seconds >= 0 for seconds in manifest["timings"].values())
    assert set(manifest["files"]) == set(FILES) - {"manifest.json"}
    assert statistics(made / "index")["bytes"] == sum(
        (one_version(made / "index") / name).stat().st_size for name in manifest["files"]
    )
